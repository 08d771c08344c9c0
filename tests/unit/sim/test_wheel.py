"""The timer wheel gives everything back once, never early and in order."""

from hypothesis import given
from hypothesis import strategies as st

from kanhe.sim.wheel import BUCKET_S, Wheel

times = st.floats(min_value=0, max_value=5, allow_nan=False)


@given(st.lists(times, max_size=50), st.lists(times, max_size=20))
def test_nothing_is_early_lost_or_doubled(dues, looks):
    wheel = Wheel()
    for number, at in enumerate(dues):
        wheel.add(at, [(at, number)])
    assert len(wheel) == len(dues)
    back = []
    for now in sorted(looks):
        found = wheel.due(now)
        assert all(at <= now for at, _ in found)
        assert not any(at < now - BUCKET_S * 1.001 for at, _ in set(enumerated(dues)) - {*back, *found})
        back += found
    back += wheel.due(10.0)
    assert sorted(back) == sorted(enumerated(dues))
    assert (wheel.next_at(), len(wheel)) == (None, 0)


def enumerated(dues):
    return [(at, number) for number, at in enumerate(dues)]


@given(st.lists(times, min_size=1, max_size=20))
def test_the_alarm_is_for_the_first(dues):
    wheel = Wheel()
    for at in dues:
        wheel.add(at, [at])
    alarm = wheel.next_at()
    assert min(dues) <= alarm <= min(dues) + BUCKET_S * 1.001
    assert min(dues) in wheel.due(alarm)
