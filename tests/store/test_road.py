"""The road of one message through the store: written, claimed, answered, settled, read back."""

import asyncio
from pathlib import Path

import msgspec
import pytest
from tests.store.store_samples import (
    ALLOWED,
    AMENDED,
    NOW,
    NUMBER,
    REFUSED,
    accepted,
    claim,
    keyed,
    message,
    posting,
    responses,
    settled,
    submission,
    verdict,
)

from kanhe.domain.category import Category
from kanhe.domain.facts import Suppression, Wants
from kanhe.domain.state import State
from kanhe.ports.change import Change, Claim, Judged, Rank
from kanhe.ports.store import Answered, CommitFailedError, Filter, StoreEndedError
from kanhe.store.sqlite import lists
from kanhe.store.sqlite.store import SqliteStore, open_store


async def test_a_message_is_read_back_as_it_was_written(store: SqliteStore) -> None:
    plain = accepted(message(1))
    rich = accepted(
        message(2, ref="r", program="p", subject="s", requested_at=NOW, at=NOW, template="t", live=False, door="smpp"),
        said=AMENDED, state=State.DEFERRED, due=NOW + 5,
    )  # fmt: skip
    await store.commit(submission(plain, rich))
    for written in (plain, rich):
        row = store.row(written.message.id)
        assert row is not None
        assert (row.message, row.verdict, row.state) == (written.message, written.verdict, written.state)
        assert (row.segments, row.price, row.due, row.salt) == (1, 45_000, written.due, bytes(32))
    assert store.row(1) is None
    assert store.last_id() == rich.message.id


async def test_unsettled_has_claims_and_responses_and_leaves_out_what_ended(store: SqliteStore) -> None:
    first, second, third = (message(n) for n in (1, 2, 3))
    await store.commit(submission(*(accepted(m) for m in (first, second, third))))
    await store.commit(claim(first, second))
    await store.commit(responses(first, second))
    await store.commit(settled(first))
    left = store.unsettled()
    assert [row.message.id for row in left.rows] == [second.id, third.id]
    assert left.claimed == {second.id: ("sim", NOW + 1)}
    assert left.responses == {second.id: [Answered(1, 0, f"C{second.id}", NOW + 2)]}
    row = store.row(first.id)
    assert row is not None
    assert (row.state, row.trail) == (State.DELIVERED, b"trail")


async def test_a_final_state_is_owed_to_a_session_until_it_was_told(store: SqliteStore) -> None:
    owed, unwanted, refused = (
        message(1, door="smpp"),
        message(2, door="smpp", receipt_wanted=False),
        message(3, door="smpp"),
    )
    await store.commit(
        submission(accepted(owed), accepted(unwanted), accepted(refused, state=State.REFUSED, said=verdict(REFUSED)))
    )
    await store.commit(settled(owed, unwanted))
    assert [row.message.id for row in store.unsettled().rows] == [owed.id]
    await store.commit(Change(Rank.REPORTS, NOW, told=[owed.id]))
    assert not store.unsettled().rows


async def test_a_tick_is_written_in_the_order_of_ranks(store: SqliteStore) -> None:
    """A claim that is queued before the opt-out of the same tick still loses to it."""
    mine = message(1)
    await store.commit(submission(accepted(mine)))
    refusal = Change(Rank.INBOUND, NOW, suppressions=[(NUMBER, Suppression(1, NOW, "account", account=7))])
    if store.writer.inline:
        await store.commit(refusal)
        lost = (await store.commit(claim(mine))).lost
    else:
        with_claim, _ = await asyncio.gather(store.commit(claim(mine)), store.commit(refusal))
        lost = with_claim.lost
    assert lost == {mine.id}
    assert store.unsettled().claimed == {}
    assert (await store.commit(claim(mine, revision=store.revision))).lost == frozenset()
    assert store.unsettled().claimed == {mine.id: ("sim", NOW + 1)}


async def test_what_is_claimed_in_the_commit_that_accepts_it_is_known_with_its_connector(store: SqliteStore) -> None:
    """Several connectors in one commit, and one claim that a refusal has beaten."""
    batch = [message(n, number=NUMBER + n) for n in range(4)]
    refusal = Suppression(1, NOW, "account", account=7)
    await store.commit(Change(Rank.INBOUND, NOW, suppressions=[(batch[3].recipient, refusal)]))
    claims = [Claim(m.id, m.recipient, 0, name) for m, name in zip(batch, ("one", "two", "one", "two"), strict=True)]
    committed = await store.commit(submission(*map(accepted, batch), claims=claims))
    assert committed.lost == {batch[3].id}
    await store.commit(responses(batch[0]))
    unsettled = store.unsettled()
    assert [row.message for row in unsettled.rows] == batch
    assert unsettled.claimed == {m.id: (name, NOW) for m, name in zip(batch[:3], ("one", "two", "one"), strict=True)}
    assert list(unsettled.responses) == [batch[0].id]
    await store.sweep(NOW + 1_000_000)
    assert store.unsettled() == unsettled


async def test_a_poisoned_change_stands_alone(store: SqliteStore) -> None:
    good = [message(n) for n in (1, 2)]
    poison = submission(accepted(message(3, text="\ud800")))
    outcomes = await asyncio.gather(
        store.commit(submission(accepted(good[0], said=verdict(REFUSED)))),
        store.commit(poison),
        store.commit(submission(accepted(good[1], said=verdict(REFUSED)))),
        return_exceptions=True,
    )
    assert isinstance(outcomes[1], CommitFailedError)
    assert [row.message for row in store.rows(Filter())] == good[::-1]
    assert {row.verdict.shape.digest for row in store.rows(Filter())} == {REFUSED.digest}


async def test_a_later_verdict_takes_the_place_of_the_first(store: SqliteStore) -> None:
    held = message(1)
    await store.commit(submission(accepted(held, state=State.HELD)))
    history = Wants(history=frozenset({NUMBER}))
    assert not store.ask(history).history.get(NUMBER)
    await store.commit(Change(Rank.CLAIMS, NOW, judged=[Judged(held.id, AMENDED, State.DEFERRED, 2, 90_000, NOW + 9)]))
    row = store.row(held.id)
    assert row is not None
    assert (row.verdict, row.state, row.segments, row.price, row.due) == (AMENDED, State.DEFERRED, 2, 90_000, NOW + 9)
    assert row.message == held
    assert [sent.message for sent in store.ask(history).history[NUMBER]] == [held.id]


async def test_what_is_cancelled_or_refused_is_given_back_to_the_caps(store: SqliteStore) -> None:
    kept, cancelled, rejected = (message(n) for n in (1, 2, 3))
    await store.commit(submission(*(accepted(m) for m in (kept, cancelled, rejected))))
    await store.commit(Change(Rank.CLAIMS, NOW, states=[(cancelled.id, State.CANCELLED)]))
    await store.commit(settled(rejected, state=State.UNDELIVERED, counted=False))
    history = store.ask(Wants(history=frozenset({NUMBER}))).history
    assert [sent.message for sent in history[NUMBER]] == [kept.id]
    assert not store.ask(Wants(history=frozenset({NUMBER}), history_since=NOW + 1)).history.get(NUMBER)


async def test_money_keys_and_a_restart(store: SqliteStore, path: Path, inline: bool) -> None:
    mine = message(1)
    await store.commit(
        submission(accepted(mine), keyed=[keyed("k")], postings=[posting(credited=1_000_000, reserved=45_000)])
    )
    await store.commit(Change(Rank.REPORTS, NOW, postings=[posting(captured=45_000)]))
    history = Wants(history=frozenset({NUMBER}))
    before = store.ask(history)
    store.close()
    again = open_store(path, inline=inline, durable=False)
    try:
        assert again.balance(7) == (955_000, 0)
        assert again.keyed(7, "k") == keyed("k")
        assert again.keyed(8, "k") is None
        assert again.ask(history).history == before.history
        assert again.row(mine.id).verdict.shape == ALLOWED  # type: ignore[union-attr]
    finally:
        again.close()


@pytest.mark.parametrize("is_old", [False, True])
@pytest.mark.parametrize(
    ("which", "found"),
    [
        (Filter(), [4, 3, 2, 1]),
        (Filter(limit=2), [4, 3]),
        (Filter(account=8), [2]),
        (Filter(state=State.DELIVERED), [1]),
        (Filter(state=State.ACCEPTED), [4, 3, 2]),
        (Filter(category="marketing"), [3]),
        (Filter(account=7), [4, 3, 1]),
        (Filter(account=7, limit=2), [4, 3]),
        (Filter(account=7, before=message(3).id), [1]),
        (Filter(account=7, state=State.ACCEPTED), [4, 3]),
        (Filter(account=7, state=State.DELIVERED), [1]),
        (Filter(account=9), []),
        (Filter(state=State.HELD), []),
        (Filter(sender="other"), [4]),
        (Filter(number=NUMBER + 4), [4]),
        (Filter(number=NUMBER, account=8), [2]),
        (Filter(number=1), []),
        (Filter(since=NOW + 1), [4]),
        (Filter(until=NOW + 1), [3, 2, 1]),
    ],
)
async def test_lists_filter(store: SqliteStore, which: Filter, found: list[int], is_old: bool) -> None:
    all_of = [
        message(1), message(2, account=8), message(3, category=Category.MARKETING),
        message(4, at=NOW + 1, sender="other", number=NUMBER + 4),
    ]  # fmt: skip
    await store.commit(submission(*(accepted(m) for m in all_of)))
    await store.commit(settled(all_of[0]))
    if is_old:
        await be_old(store)
    assert [row.message for row in store.rows(which)] == [all_of[n - 1] for n in found]


async def be_old(store: SqliteStore) -> None:
    """Merge and sweep all there is, so that lists find it in books."""
    await store.merge(at_least=0)
    await store.sweep(NOW + 60_000)


@pytest.mark.parametrize(
    "which", [Filter(limit=10), Filter(limit=10, account=7), Filter(limit=10, state=State.ACCEPTED)]
)
async def test_pages_follow_each_other(store: SqliteStore, which: Filter) -> None:
    """Also over the border between what is merged and what is not."""
    await store.commit(submission(*(accepted(message(n)) for n in range(12))))
    await be_old(store)
    await store.commit(submission(*(accepted(message(n)) for n in range(12, 25))))
    seen, before = [], None
    while page := store.rows(msgspec.structs.replace(which, before=before)):
        seen += [row.message.id for row in page]
        before = seen[-1]
    assert seen == sorted(set(seen), reverse=True)
    assert len(seen) == 25


@pytest.mark.parametrize("most", ["MESSAGES_MAX", "ACCOUNT_SPANS_MAX", "CHUNKS_MAX"])
@pytest.mark.parametrize(
    "which",
    [Filter(sender="rare"), Filter(account=9), Filter(state=State.DELIVERED), Filter(number=NUMBER, sender="rare")],
)
async def test_a_page_ends_short_and_says_where_to_go_on(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch, which: Filter, most: str
) -> None:
    """However little one call may look through, following its pages finds everything once."""
    monkeypatch.setattr(lists, most, 2)
    monkeypatch.setattr(lists, "CHUNK_ROWS", 3)
    rare = [message(n, at=NOW + n * 100, account=9, sender="rare") for n in (0, 5, 19)]
    many = [message(n, at=NOW + n * 100) for n in range(20) if n not in (0, 5, 19)]
    await store.commit(submission(*(accepted(m) for m in sorted([*rare, *many], key=lambda m: m.id))))
    await store.commit(settled(*rare))
    seen, pages, before = [], 0, 1 << 62
    while before is not None:
        page = store.page(msgspec.structs.replace(which, before=before))
        seen += [row.message for row in page.rows]
        assert page.before is None or page.before < before
        pages, before = pages + 1, page.before
    assert seen == rare[::-1]
    assert pages < 20


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
async def test_a_writer_that_died_lets_nobody_hang(path: Path) -> None:
    store = open_store(path, durable=False)

    def broken(_: object) -> None:
        raise AssertionError("a programmer's error")

    with pytest.raises(StoreEndedError):
        await store.writer.run(broken)
    with pytest.raises(StoreEndedError):
        await store.commit(submission(accepted(message(1))))
    store.close()
    open_store(path).close()
