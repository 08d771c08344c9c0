"""Merging, sweeping, retention: nobody may be able to tell whether they ran."""

import asyncio
import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import BitMap64
from tests.store.store_samples import NOW, NUMBER, accepted, claim, keyed, message, responses, settled, submission

from kanhe.domain.facts import Wants
from kanhe.domain.state import State
from kanhe.ports.change import Change, Claim, Job, Keyed, Rank, RawReceipt, Response
from kanhe.ports.store import Answered, Filter
from kanhe.store import runs
from kanhe.store.sqlite import merge as merging
from kanhe.store.sqlite.store import SqliteStore, open_store

LATER = NOW + 60_000
NUMBERS = [NUMBER + n for n in range(5)]


async def merge(store: SqliteStore) -> int:
    """Merge whatever is in the tails."""
    return await store.merge(at_least=0)


def looked_up(store: SqliteStore) -> object:
    """Everything that look-ups answer."""
    history = store.ask(Wants(history=frozenset(NUMBERS))).history
    return (
        {number: list(sends) for number, sends in sorted(history.items()) if sends},
        [[row.message.id for row in store.rows(Filter(number=number))] for number in NUMBERS],
        [store.keyed(7, f"k{n}") for n in range(40)],
    )


steps = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=6)),
        st.tuples(st.just("cancel"), st.integers(0, 20)),
        st.tuples(st.just("merge"), st.none()),
        st.tuples(st.just("restart"), st.none()),
    ),
    max_size=14,
)


async def play(path: Path, script: list[tuple[str, object]], *, merged: bool) -> object:
    store = open_store(path, inline=True, durable=False)
    count = 0
    for what, how in script:
        if what == "write":
            assert isinstance(how, list)
            rows = [accepted(message(count + n, number=number)) for n, number in enumerate(how)]
            await store.commit(submission(*rows, keyed=[keyed(f"k{count}")]))
            count += len(rows)
        elif what == "cancel":
            assert isinstance(how, int)
            if how < count:
                await store.commit(Change(Rank.CLAIMS, NOW, states=[(message(how).id, State.CANCELLED)]))
        elif what == "restart":
            store.close()
            store = open_store(path, inline=True, durable=False)
        elif merged:
            await merge(store)
    seen = looked_up(store)
    store.close()
    return seen


@settings(max_examples=25, deadline=None)
@given(steps)
def test_merged_answers_as_not_merged(script: list[tuple[str, object]]) -> None:
    with TemporaryDirectory() as folder:
        merged = asyncio.run(play(Path(folder) / "a.db", script, merged=True))
        plain = asyncio.run(play(Path(folder) / "b.db", script, merged=False))
    assert merged == plain


async def test_runs_become_longer_runs(store: SqliteStore) -> None:
    for n in range(merging.FAN_IN**2 + 1):
        await store.commit(submission(accepted(message(n, number=NUMBERS[n % 5])), keyed=[keyed(f"k{n}")]))
        await store.commit(responses(message(n)))
        await merge(store)
    runs = store.reader.connection.execute("SELECT book, level, count(*) FROM runs GROUP BY 1, 2").fetchall()
    assert runs == [(book, level, 1) for book in (1, 2, 3) for level in (0, 2)]
    assert len(store.ask(Wants(history=frozenset(NUMBERS))).history[NUMBER]) == 13
    await store.forget_keys(NOW + 1)
    assert store.keyed(7, "k0") is None


async def test_a_half_written_run_is_cleared_at_the_next_start(path: Path) -> None:
    store = open_store(path, inline=True, durable=False)
    await store.commit(submission(*(accepted(message(n)) for n in range(4))))
    await merge(store)
    before = looked_up(store)
    blocks = store.reader.connection.execute("SELECT id FROM blocks").fetchall()
    store.writer._hand.many(
        "put_blocks", [(runs.Run(n, 0, 0, [bytes(16)], BitMap64()).blocks[0], b"half") for n in (7, 9)]
    )
    store.close()
    again = open_store(path, inline=True, durable=False)
    assert looked_up(again) == before
    assert again.reader.connection.execute("SELECT id FROM blocks").fetchall() == blocks
    again.close()


@pytest.mark.parametrize("sweeps", [0, 1, 2])
async def test_what_lingers_is_found_behind_the_watermark(store: SqliteStore, sweeps: int) -> None:
    """The same answer whether the watermark never moved, moved in between, or moved twice."""
    waiting, claimed, answered, ended, owed = (message(n, door="smpp" if n == 4 else "http") for n in range(5))
    await store.commit(submission(*(accepted(m) for m in (waiting, claimed, answered, ended, owed))))
    await store.commit(claim(answered, ended, owed))
    if sweeps > 1:
        assert await store.sweep(LATER) == 5
    await store.commit(claim(claimed))
    await store.commit(responses(answered, owed))
    await store.commit(settled(ended, owed))
    if sweeps > 0:
        await store.sweep(LATER)
    left = store.unsettled()
    assert [row.message.id for row in left.rows] == [waiting.id, claimed.id, answered.id, owed.id]
    assert left.claimed == {m.id: ("sim", NOW + 1) for m in (claimed, answered, owed)}
    assert left.responses == {m.id: [Answered(1, 0, f"C{m.id}", NOW + 2)] for m in (answered, owed)}
    await store.commit(Change(Rank.REPORTS, NOW, told=[owed.id]))
    assert [row.message.id for row in store.unsettled().rows] == [waiting.id, claimed.id, answered.id]
    await store.commit(settled(claimed, answered))
    await store.sweep(LATER)
    assert [row.message.id for row in store.unsettled().rows] == [waiting.id]
    assert store.reader.connection.execute("SELECT count(*) FROM lingering").fetchone() == (1,)


async def test_a_late_commit_of_an_old_id_is_not_missed(path: Path) -> None:
    """Whatever was merged and swept before it, and whenever the store is opened again."""
    late, early = message(1), message(2, at=NOW + 1000)
    store = open_store(path, inline=True, durable=False)
    await store.commit(submission(accepted(early)))
    await store.commit(settled(early))
    await merge(store)
    await store.sweep(LATER)
    await store.commit(submission(accepted(late)))
    for _ in range(3):
        assert [sent.message for sent in store.ask(Wants(history=frozenset({NUMBER}))).history[NUMBER]] == [
            late.id,
            early.id,
        ]
        assert [row.message for row in store.rows(Filter(account=7))] == [early, late]
        assert [row.message for row in store.unsettled().rows] == [late]
        store.close()
        store = open_store(path, inline=True, durable=False)
        await store.sweep(LATER)
    await merge(store)
    assert [row.message for row in store.rows(Filter(number=NUMBER))] == [early, late]
    store.close()


async def test_numbers_rise_over_what_retention_has_emptied(path: Path) -> None:
    store = open_store(path, inline=True, durable=False)
    gone, stays = message(1), message(2, at=LATER)
    await store.commit(submission(accepted(gone)))
    await store.commit(settled(gone))
    await merge(store)
    await store.sweep(LATER)
    assert await store.delete_range(0, message(0, at=LATER).id) == 1
    store.close()
    store = open_store(path, inline=True, durable=False)
    await store.commit(submission(accepted(stays)))
    assert [row.message for row in store.unsettled().rows] == [stays]
    store.close()


async def test_recovery_hears_which_claim_a_response_speaks_of(store: SqliteStore) -> None:
    """Also when all of it fell into one millisecond, swept in between or not."""
    again = message(1)
    await store.commit(submission(accepted(again)))
    await store.commit(Change(Rank.CLAIMS, NOW, claims=[Claim(again.id, NUMBER, 0, "one")]))
    await store.commit(
        Change(Rank.REPORTS, NOW, responses=[Response(again.id, 0, 8, ""), Response(again.id, 1, 0, "A")])
    )
    for _ in range(2):
        assert store.unsettled().responses[again.id] == [Answered(0, 8, "", NOW), Answered(1, 0, "A", NOW)]
        await store.sweep(LATER)
    await store.commit(Change(Rank.CLAIMS, NOW, claims=[Claim(again.id, NUMBER, 0, "two")]))
    await store.commit(Change(Rank.REPORTS, NOW, responses=[Response(again.id, 0, 0, "B")]))
    for _ in range(2):
        left = store.unsettled()
        assert left.claimed == {again.id: ("two", NOW)}
        assert [(answer.carrier_id, answer.earlier) for answer in left.responses[again.id]] == [
            ("", True), ("A", True), ("B", False),
        ]  # fmt: skip
        await store.sweep(LATER)


async def test_recovery_is_given_the_receipts_that_may_still_be_matched(store: SqliteStore) -> None:
    under_way, ended, other = message(1), message(2), message(3, number=NUMBER + 1)
    await store.commit(submission(*(accepted(m) for m in (under_way, ended, other))))
    await store.commit(claim(under_way, ended, other))
    await store.commit(responses(ended, other))
    receipts = [
        RawReceipt("sim", name, number, "DELIVRD", "000", NOW)
        for name, number in (
            (f"C{ended.id}", NUMBER),
            ("early", NUMBER),
            (f"C{other.id}", NUMBER + 1),
            ("x", NUMBER + 2),
        )
    ]
    await store.commit(Change(Rank.REPORTS, NOW, receipts=receipts))
    await store.commit(settled(ended, other))
    assert store.unsettled().receipts == receipts[:2], "those for a number of which something is under way"
    await store.sweep(LATER)
    assert store.unsettled().receipts == []


async def test_lingering_messages_are_found_by_what_carriers_call_them(store: SqliteStore) -> None:
    here, ended = message(1), message(2)
    await store.commit(submission(accepted(here), accepted(ended)))
    await store.commit(claim(here, ended))
    await store.commit(responses(here, ended))
    await store.commit(settled(ended))
    await store.sweep(LATER)
    assert store.find_carrier_id("sim", ["0", f"C{here.id}"], NUMBER) == [here.id]
    assert store.find_carrier_id("sim", [f"C{here.id}"], NUMBER + 1) == []
    assert store.find_carrier_id("other", [f"C{here.id}"], NUMBER) == []
    assert store.find_carrier_id("sim", [f"C{ended.id}"], NUMBER) == []


@pytest.mark.parametrize("is_merged", [False, True])
async def test_keys_are_forgotten_by_their_age(store: SqliteStore, is_merged: bool) -> None:
    for n in range(3):
        await store.commit(Change(Rank.SUBMISSIONS, NOW + n, keyed=[keyed(f"k{n}", at=NOW + n)]))
    if is_merged:
        await merge(store)
    await store.forget_keys(NOW + 2)
    assert [store.keyed(7, f"k{n}") for n in range(3)] == [None, None, keyed("k2", at=NOW + 2)]
    assert store.reader.connection.execute("SELECT count(*) FROM keyed").fetchone() == (1,)


@pytest.mark.parametrize("is_old", [False, True])
async def test_retention_leaves_what_has_no_end(store: SqliteStore, is_old: bool) -> None:
    states = (State.HELD, State.PARKED, State.DEFERRED, State.ACCEPTED)
    waiting = [message(n) for n in range(len(states))]
    await store.commit(submission(*(accepted(m, state=state) for m, state in zip(waiting, states, strict=True))))
    await store.commit(submission(accepted(message(8), state=State.REFUSED), accepted(message(9))))
    await store.commit(settled(message(9)))
    if is_old:
        await merge(store)
        await store.sweep(LATER)
    assert await store.delete_range(0, message(100).id) == 2
    assert await store.erase([m.id for m in waiting]) == [m.id for m in waiting]
    await merge(store)
    assert [row.message for row in store.rows(Filter(number=NUMBER))] == waiting[::-1]
    assert [row.message for row in store.unsettled().rows] == waiting
    assert [row.message.id for row in store.rows(Filter(state=State.HELD))] == [waiting[0].id]


async def test_retention_deletes_a_range_and_nothing_else(store: SqliteStore) -> None:
    old, young = message(1), message(2, at=NOW + 1000)
    await store.commit(submission(accepted(old), accepted(young)))
    await store.commit(settled(old, young))
    assert await store.delete_range(0, old.id) == 1
    assert [row.message for row in store.rows(Filter())] == [young]
    assert [row.message for row in store.rows(Filter(number=NUMBER))] == [young]


@pytest.mark.parametrize("is_merged", [False, True])
async def test_an_erased_person_is_nowhere_in_the_file(path: Path, is_merged: bool) -> None:
    store = open_store(path, inline=True)
    secret = message(1, text="the only secret text", ref="secret-ref", number=NUMBER + 7)
    kept = message(2, number=NUMBER + 8)
    salt = b"the-salt-of-both-its-commitments"
    row = msgspec.structs.replace(accepted(secret), salt=salt)
    said = Keyed(7, "theirs", b"digest-of-what-they-were-sent", b'202{"to":"+%d"}' % secret.recipient, NOW)
    jobs = [
        Job(n, 7, "hook", NOW, b'{"id":"%d","ref":"%s"}' % (m.id, b"secret-ref"))
        for n, m in enumerate((secret, kept), 1)
    ]
    jobs[1] = msgspec.structs.replace(jobs[1], body=b'{"id":"%d"}' % kept.id)
    await store.commit(submission(row, accepted(kept), keyed=[said, keyed("others")], jobs=jobs))
    receipts = [RawReceipt("sim", "C1", m.recipient, "DELIVRD", "000", NOW) for m in (secret, kept)]
    await store.commit(Change(Rank.REPORTS, NOW, receipts=receipts))
    if is_merged:
        await merge(store)
    assert await store.erase([secret.id]) == [secret.id], "it is under way"
    await store.commit(settled(secret))
    assert await store.erase([secret.id], [secret.recipient]) == []
    assert [job.body for job in store.jobs(9)] == [jobs[1].body]
    muted = store.keyed(7, "theirs")
    assert muted is not None, "its key stays taken"
    assert (muted.digest, muted.answer) == (b"", b"")
    assert store.keyed(7, "others") == keyed("others")
    assert not store.rows(Filter(number=secret.recipient))
    assert not store.ask(Wants(history=frozenset({secret.recipient}))).history.get(secret.recipient)
    assert [r.message for r in store.rows(Filter(number=kept.recipient))] == [kept]
    store.close()
    octets = path.read_bytes()  # noqa: ASYNC240 - nothing else runs
    hidden = (
        b"the only secret text",
        b"secret-ref",
        b"digest-of-what-they-were-sent",
        str(secret.recipient).encode(),
        salt,
        secret.recipient.to_bytes(8, "big"),
        secret.recipient.to_bytes(6, "big"),
    )
    assert [found for found in hidden if found in octets] == []
    assert kept.recipient.to_bytes(6, "big") in octets


async def test_a_backup_is_a_store(store: SqliteStore, tmp_path: Path) -> None:
    await store.commit(submission(accepted(message(1))))
    await store.backup(tmp_path / "copy.db")
    copy = open_store(tmp_path / "copy.db", inline=True)
    assert copy.rows(Filter()) == store.rows(Filter())
    copy.close()


async def test_the_log_is_written_over_and_cut_off_once_somebody_was_forgotten(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kanhe.store.sqlite import checkpoints

    monkeypatch.setattr(checkpoints, "COPIED_TICKS", 4)
    store = open_store(path, durable=False)
    log = path.with_name(path.name + "-wal")
    for n in range(0, 12_800, 256):
        await store.commit(submission(*(accepted(message(n + i)) for i in range(256))))
    size = path.stat().st_size  # noqa: ASYNC240 - nothing else runs
    assert size > 1 << 20, "checkpoints have copied"
    size = log.stat().st_size
    assert 0 < size < 4 << 20, "and the log began anew"
    await store.erase([message(1).id])
    for n in range(20_000, 24_000, 100):
        await store.commit(submission(accepted(message(n))))
        await asyncio.sleep(0.005)
        if log.stat().st_size < size:
            break
    else:
        raise AssertionError("the log still holds what was erased")
    store.close()
    assert not log.exists()
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
