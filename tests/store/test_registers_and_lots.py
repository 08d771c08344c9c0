"""Lists of registers, numbers that changed hands, lots of consents, caps of a sender: on every store, before and after a restart."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pyroaring import BitMap64
from tests.store.store_samples import NOW, NUMBER, accepted, message, submission

from kanhe.domain.facts import Consent, DncAnswer, Wants
from kanhe.domain.lot import Joined, Lot
from kanhe.domain.state import State
from kanhe.ports.change import REASSIGNED, Change, Rank, RegisterList
from kanhe.ports.store import Answers
from kanhe.store.sqlite.store import SqliteStore, open_store

DAY = 86_400_000


@contextmanager
def opened(path: Path, inline: bool) -> Iterator[SqliteStore]:
    store = open_store(path, inline=inline, durable=False)
    try:
        yield store
    finally:
        store.close()


def written(*numbers: int, register: str = "sg.dnc", scope: str = "", at: int = NOW) -> RegisterList:
    octets: bytes = BitMap64(numbers).serialize()
    return RegisterList(register, scope, at, len(numbers), octets)


def commit(store: SqliteStore, **fields: object) -> int:
    return asyncio.run(store.commit(Change(Rank.INBOUND, NOW, **fields))).revision  # type: ignore[arg-type]


def at_once_and_after_a_restart(
    path: Path, inline: bool, write: Callable[[SqliteStore], object], wants: Wants
) -> Answers:
    with opened(path, inline) as store:
        write(store)
        before = store.ask(wants)
    with opened(path, inline) as store:
        after = store.ask(wants)
    assert before == after
    return after


def test_who_is_not_on_a_list_was_not_listed_when_it_was_checked(path: Path, inline: bool) -> None:
    wants = Wants(dnc=frozenset({("sg.dnc", 6580000001), ("sg.dnc", 6580000002), ("in.preference", 6580000001)}))
    said = at_once_and_after_a_restart(
        path, inline, lambda store: commit(store, registers=[written(6580000001)]), wants
    ).dnc
    assert said == {
        ("sg.dnc", 6580000001): DncAnswer(True, NOW),
        ("sg.dnc", 6580000002): DncAnswer(False, NOW),
    }, "a register that was never imported says nothing"


def test_a_list_speaks_of_its_scope_and_the_newest_word_counts(store: SqliteStore) -> None:
    commit(store, registers=[written(12125550001, register="us.ndnc", scope="1212", at=NOW - DAY)])
    pairs = frozenset({("us.ndnc", 12125550001), ("us.ndnc", 13105550001)})
    assert store.ask(Wants(dnc=pairs)).dnc == {("us.ndnc", 12125550001): DncAnswer(True, NOW - DAY)}
    commit(store, registers=[written(13105550001, register="us.ndnc", at=NOW)])
    assert store.ask(Wants(dnc=pairs)).dnc == {
        ("us.ndnc", 12125550001): DncAnswer(False, NOW),
        ("us.ndnc", 13105550001): DncAnswer(True, NOW),
    }
    commit(store, dnc=[("us.ndnc", 13105550001, DncAnswer(False, NOW + 1))])
    assert store.ask(Wants(dnc=pairs)).dnc["us.ndnc", 13105550001] == DncAnswer(False, NOW + 1)
    assert [(each.scope, each.count) for each in store.registers()] == [("1212", 1), ("", 1)]


def test_a_newer_list_unsettles_the_verdicts_on_its_numbers_alone(store: SqliteStore) -> None:
    revision = commit(store, registers=[written(6580000001)])
    assert store.newest_list(6580000001, revision - 1) == revision
    assert store.newest_list(6580000001, revision) == 0
    assert store.newest_list(6580000002, 0) == 0


def test_consents_from_before_a_number_changed_hands_are_void(path: Path, inline: bool) -> None:
    old, new = consent(1, NOW - 10 * DAY), consent(2, NOW - DAY)

    def write(store: SqliteStore) -> None:
        commit(store, consents=[(7, NUMBER, old), (7, NUMBER, new), (7, NUMBER + 1, consent(3, NOW - 10 * DAY))])
        commit(store, registers=[written(NUMBER, register=REASSIGNED, scope="2027-01-10", at=NOW - 5 * DAY)])

    pairs = frozenset({(7, NUMBER), (7, NUMBER + 1)})
    said = at_once_and_after_a_restart(path, inline, write, Wants(consents=pairs)).consents
    assert [each.status for each in said[7, NUMBER]] == ["superseded", "active"]
    assert [each.status for each in said[7, NUMBER + 1]] == ["active"]


@pytest.mark.parametrize("review", ["pending", "approved", "refused"])
def test_a_consent_stands_under_the_review_of_its_lot(path: Path, inline: bool, review: str) -> None:
    lot = Lot(5, 7, "Shop", "shop", "import", NOW, review=review)
    given = [(7, NUMBER, consent(1, NOW, lot=5)), (7, NUMBER, consent(2, NOW, review="approved"))]
    said = at_once_and_after_a_restart(
        path,
        inline,
        lambda store: commit(store, lots=[Joined(lot)], consents=given),
        Wants(consents=frozenset({(7, NUMBER)})),
    )
    assert [each.review for each in said.consents[7, NUMBER]] == [review, "approved"]


def test_what_a_sender_sent_to_all_numbers_counts_before_and_after_a_restart(path: Path, inline: bool) -> None:
    wants = Wants(by_sender=frozenset({(7, "示例商城"), (7, "other")}), history_since=NOW - 31 * DAY)
    rows = [accepted(message(n, number=NUMBER + n)) for n in range(3)]
    late = accepted(message(9, number=NUMBER + 9))
    foreign = accepted(message(4, account=8))
    refused = accepted(message(5), state=State.REFUSED, counted=False)
    with opened(path, inline) as store:
        asyncio.run(store.commit(submission(*rows, foreign, refused)))
        assert len(store.ask(wants).by_sender[7, "示例商城"]) == 3
        asyncio.run(store.commit(submission(late)))
        assert len(store.ask(wants).by_sender[7, "示例商城"]) == 4, "kept up with every commit"
        asyncio.run(store.commit(Change(Rank.CLAIMS, NOW, states=[(rows[0].message.id, State.CANCELLED)])))
    with opened(path, inline) as store:
        said = store.ask(wants).by_sender
    assert [sent.message for sent in said[7, "示例商城"]] == [row.message.id for row in (*rows[1:], late)]
    assert said[7, "other"] == []


def consent(identifier: int, at: int, **more: object) -> Consent:
    return Consent(identifier, "active", "shop", frozenset({"marketing"}), "express", at, **more)  # type: ignore[arg-type]
