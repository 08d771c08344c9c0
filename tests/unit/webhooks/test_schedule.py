"""Retries over three days, then a dead letter; lines that rest while their endpoint fails."""

from hypothesis import given
from hypothesis import strategies as st

from kanhe.kit.rng import SeededRng
from kanhe.ports.change import Job
from kanhe.webhooks.line import AT_ONCE_MAX, LINE_MAX, Line
from kanhe.webhooks.schedule import JITTER, RETRY_AFTER_S_MAX, WAITS_S, again, rest_s

HOUR_S = 3_600
JOB = Job(1, 7, "mine", 0, b"{}")


def test_a_job_is_tried_for_three_days_and_then_kept() -> None:
    job, rng, tries = JOB, SeededRng(1), 1
    while not (job := again(job, job.at, rng)).dead:
        tries += 1
    assert tries == len(WAITS_S) + 1
    assert 72 * HOUR_S * (1 - JITTER) < job.at / 1000 < 80 * HOUR_S * (1 + JITTER)
    assert job.body == JOB.body


@given(st.integers(0, len(WAITS_S) - 1), st.integers(0, 10**9), st.integers(0, 2**32))
def test_a_wait_is_the_tables_give_or_take_a_fifth_or_what_was_asked_for(n: int, asked: int, seed: int) -> None:
    job = again(Job(1, 7, "mine", 0, b"", attempts=n), 1_000, SeededRng(seed), asked)
    low, high = WAITS_S[n] * (1 - JITTER), WAITS_S[n] * (1 + JITTER)
    longest = min(asked, RETRY_AFTER_S_MAX)
    assert max(low, longest) - 0.001 <= (job.at - 1_000) / 1000 <= max(high, longest)


def test_rests_grow_and_stay_at_the_longest() -> None:
    rests = [rest_s(failures) for failures in range(1, 10)]
    assert rests == sorted(rests)
    assert rests[-1] == rests[-2]


def test_a_line_sends_eight_at_once_and_one_while_its_endpoint_fails() -> None:
    line = Line(7, "mine", 0)
    for i in range(20):
        line.put(Job(i, 7, "mine", 0, b""), 0)
    taken = [line.take(0) for _ in range(AT_ONCE_MAX + 1)]
    assert [job.id for job in taken if job] == list(range(AT_ONCE_MAX))
    line.flying, line.failures, line.rests_until = 0, 3, 100
    assert line.take(99) is None
    assert line.take(100) is not None
    assert line.take(100) is None


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=60))
def test_a_line_gives_every_job_once_and_none_before_its_time(arrivals: list[tuple[int, int]]) -> None:
    line, given_at = Line(7, "mine", 0), {}
    for identifier, at in arrivals:
        line.put(Job(identifier, 7, "mine", at, b""), 0)
    for now in range(51):
        line.ripen(now)
        while (job := line.take(now)) is not None:
            assert job.id not in given_at
            assert job.at <= now
            given_at[job.id] = now
            line.flying -= 1
    assert set(given_at) == {identifier for identifier, _ in arrivals}


def test_a_full_line_leaves_the_rest_to_the_store() -> None:
    line = Line(7, "mine", 0)
    line.behind = False
    for i in range(LINE_MAX + 1):
        line.put(Job(i, 7, "mine", 0, b""), 0)
    assert (len(line), line.behind) == (LINE_MAX, True)
