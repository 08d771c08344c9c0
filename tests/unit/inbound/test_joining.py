"""Joining of segments: in any order, repeated, over restarts at any moment, and in bounded time and memory."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kanhe.inbound.joining as joining
from kanhe.inbound.joining import REPEATED_MS, WAIT_MS, Joins
from kanhe.ports.change import KeptPart
from kanhe.protocols.text.headers import Concat
from kanhe.protocols.text.joining import Part

HERE, THERE = "8613800138000", "10690001"


def kept(identifier: int, octets: bytes, concat: Concat | None, at: int = 0, carrier: str = "c") -> KeptPart:
    return KeptPart(identifier, carrier, f"{carrier}-{identifier % 2}", at, Part(HERE, THERE, octets, concat=concat))


def texts(joint: joining.Joint) -> list[str]:
    return [whole.joined.text for whole in joint.wholes]


class Table:
    """The rows, as the store has them."""

    def __init__(self) -> None:
        self.rows: dict[int, KeptPart] = {}

    def write(self, joint: joining.Joint) -> joining.Joint:
        self.rows |= {part.id: part for part in joint.kept}
        for identifier in joint.gone:
            del self.rows[identifier]
        return joint

    def opened(self) -> Joins:
        return Joins(self.rows.values())


def test_what_stands_alone_is_handed_on_and_not_kept() -> None:
    joint = Joins().take([kept(1, b"hi", None), kept(2, b"you", Concat(7, 1, 1))])
    assert (texts(joint), joint.kept, joint.gone) == (["hi", "you"], [], [])


@given(st.permutations(range(1, 6)), st.lists(st.booleans(), min_size=15, max_size=15), st.data())
def test_order_repeats_and_restarts_change_nothing(order, restarts, data) -> None:
    repeated = list(order) + data.draw(st.lists(st.sampled_from(order), max_size=10))
    table, said = Table(), []
    joins = table.opened()
    for identifier, number in enumerate(repeated):
        if restarts[identifier]:
            joins = table.opened()
        said += texts(table.write(joins.take([kept(identifier, b"%d" % number, Concat(9, 5, number), identifier)])))
    assert said == ["12345"]
    joins.overdue(4)  # too early for anything
    table.write(table.opened().overdue(len(repeated) + REPEATED_MS))
    assert table.rows == {}


def test_carriers_references_and_sizes_are_apart() -> None:
    joins = Joins()
    parts = [
        kept(1, b"a", Concat(1, 2, 1)),
        kept(2, b"b", Concat(2, 2, 2)),
        kept(3, b"c", Concat(1, 2, 2, 16)),
        kept(4, b"d", Concat(1, 2, 2), carrier="other"),
        kept(5, b"e", Concat(1, 3, 2)),
    ]
    assert texts(joins.take(parts)) == []
    assert len(joins) == 5


def test_what_stays_incomplete_is_handed_on_with_a_mark_and_forgotten() -> None:
    table = Table()
    joins = table.opened()
    table.write(joins.take([kept(1, b"begin", Concat(1, 4, 1), 10), kept(2, b"end", Concat(1, 4, 4), 20)]))
    assert texts(table.opened().overdue(10 + WAIT_MS - 1)) == []
    joint = table.write(table.opened().overdue(10 + WAIT_MS))
    assert [(w.connector, w.joined.text, w.joined.missing) for w in joint.wholes] == [("c-0", "begin…end", (2, 3))]
    assert table.rows == {}


def test_a_reference_used_again_ends_the_older_message() -> None:
    joins = Joins()
    assert texts(joins.take([kept(1, b"old", Concat(1, 2, 1))])) == []
    joint = joins.take([kept(2, b"new", Concat(1, 2, 1))])
    assert (texts(joint), joint.gone) == (["old…"], [1])
    assert texts(joins.take([kept(3, b"er", Concat(1, 2, 2))])) == ["newer"]
    joint = joins.take([kept(4, b"next", Concat(1, 2, 1))])
    assert (texts(joint), joint.gone) == ([], [2, 3]), "one that came together is told once"


def test_no_more_is_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joining, "OPEN_MAX", 3)
    joins = Joins()
    joins.take([kept(i, b"%d" % i, Concat(i, 2, 1), i) for i in range(5)])
    joint = joins.overdue(5)
    assert (texts(joint), joint.gone, len(joins)) == (["0…", "1…"], [0, 1], 3)
