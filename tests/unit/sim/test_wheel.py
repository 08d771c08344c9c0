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
    given_back = []
    for now in sorted(looks):
        found = wheel.due(now)
        assert all(at <= now for at, _ in found)
        assert all(at > now - BUCKET_S for at, _ in dict.fromkeys(_still_in(wheel, dues, given_back + found)) if at <= now)
        given_back += found
    given_back += wheel.due(10.0)
    assert sorted(given_back) == sorted((at, number) for number, at in enumerate(dues))
    assert (wheel.next_at(), len(wheel)) == (None, 0)


def _still_in(_wheel, dues, gone):
    return [(at, number) for number, at in enumerate(dues) if (at, number) not in gone]


@given(st.lists(times, min_size=1, max_size=20))
def test_the_alarm_is_for_the_first(dues):
    wheel = Wheel()
    for at in dues:
        wheel.add(at, [at])
    alarm = wheel.next_at()
    assert min(dues) <= alarm <= min(dues) + BUCKET_S * 1.001
    assert min(dues) in wheel.due(alarm)
