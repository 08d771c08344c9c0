"""Lanes: the urgent first, nobody starved, never more than the limit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanhe.kit.lanes import LaneQueue


def queue(limit: int = 1000) -> LaneQueue[str]:
    return LaneQueue(2, limit)


def test_the_urgent_lane_goes_first() -> None:
    q = queue()
    q.offer(1, 7, "offer")
    q.offer(0, 7, "warning")
    assert q.take(10) == ["warning", "offer"]
    assert len(q) == 0


def test_a_flood_of_one_owner_lets_the_other_by_within_one_turn() -> None:
    q = queue()
    for i in range(500):
        q.offer(1, 1, f"flood {i}")
    q.offer(1, 2, "small")
    assert "small" in q.take(8)


def test_twice_the_weight_is_twice_the_share() -> None:
    q = queue()
    for _ in range(300):
        q.offer(1, 1, "light", weight=1)
        q.offer(1, 2, "heavy", weight=2)
    taken = q.take(90)
    assert taken.count("heavy") == pytest.approx(2 * taken.count("light"), abs=8)


def test_a_full_queue_refuses_but_for_the_most_urgent_lane() -> None:
    q = queue(limit=10)
    assert all(q.offer(1, 1, "x") for _ in range(10))
    assert q.full
    assert not q.offer(1, 1, "x")
    assert q.offer(0, 1, "warning"), "an emergency finds room"
    assert not q.offer(0, 1, "warning"), "but not without end"


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(1, 4), st.integers(1, 5)), max_size=60), st.integers(1, 40))
def test_everything_comes_out_once_in_the_order_of_its_owner(offers: list[tuple[int, int, int]], room: int) -> None:
    q: LaneQueue[tuple[int, int, int]] = LaneQueue(2, 10_000)
    for n, (lane, owner, cost) in enumerate(offers):
        assert q.offer(lane, owner, (lane, owner, n), cost=cost)
    assert len(q) == sum(cost for _, _, cost in offers)
    out: list[tuple[int, int, int]] = []
    while len(q):
        out += q.take(room)
    assert sorted(out) == sorted((lane, owner, n) for n, (lane, owner, _) in enumerate(offers))
    for key in {(lane, owner) for lane, owner, _ in out}:
        mine = [n for lane, owner, n in out if (lane, owner) == key]
        assert mine == sorted(mine)
