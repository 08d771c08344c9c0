"""The ledger over the store: indexes without gaps, tiles and a checkpoint that a restart takes up."""

from pathlib import Path

from tests.store.store_samples import NOW, accepted, entries, message, submission, verdict

from kanhe.domain.state import State
from kanhe.ledger.entry import decode_entry
from kanhe.ledger.integrator import Integrator, resume
from kanhe.ledger.note import make_signing_key
from kanhe.ports.change import Change, Judged, Rank
from kanhe.store.sqlite.ledger import LedgerFile
from kanhe.store.sqlite.store import SqliteStore, open_store


async def test_entries_get_indexes_without_gaps(store: SqliteStore) -> None:
    batches = [[accepted(message(start + n)) for n in range(3)] for start in (0, 3, 6)]
    for batch in batches:
        await store.commit(submission(*batch))
    all_of = store.entries_since(0, 100)
    assert [entry.id for entry in all_of] == list(range(9))
    assert [entry.octets for entry in all_of] == [octets for batch in batches for octets in entries(batch)]
    assert store.entries_since(4, 2) == all_of[4:6]
    assert store.entries_since(9, 2) == []


async def test_all_entries_of_a_message_are_found(store: SqliteStore) -> None:
    rows = [accepted(message(n), state=State.HELD) for n in range(4)]
    await store.commit(submission(*rows))
    again = [Judged(rows[n].message.id, verdict(), State.DUE, 1, 1) for n in (0, 3)]
    await store.commit(Change(Rank.CLAIMS, NOW, judged=again, entries=entries([rows[0], rows[3]])))
    assert [entry.id for entry in store.entries_of(rows[0].message.id)] == [0, 4]
    assert [entry.id for entry in store.entries_of(rows[1].message.id)] == [1]
    assert {decode_entry(entry.octets).message_id for entry in store.entries_of(rows[3].message.id)} == {
        rows[3].message.id
    }
    assert store.entries_of(5) == []


async def test_a_restart_takes_up_the_tree(path: Path, inline: bool) -> None:
    """Grown in two sittings it is the tree grown in one."""
    key = make_signing_key("example.org/log", bytes(32))
    store = open_store(path, inline=inline, durable=False)
    integrator = Integrator(key)
    for start in (0, 300):
        await store.commit(submission(*(accepted(message(start + n)) for n in range(300))))
        growth = integrator.extend(store.entries_since(integrator.state.last_id + 1, 1000))
        await store.save_growth(growth)
        store.close()
        store = open_store(path, inline=inline, durable=False)
        stands = store.checkpoint()
        assert stands is not None
        assert stands == (start + 300, growth.checkpoint)
        integrator = resume(key, stands[1], stands[0] - 1, store.tile)
        assert integrator.state == growth.state
        beside = LedgerFile(path)
        assert (beside.checkpoint(), beside.entries_since(7, 3)) == (stands, store.entries_since(7, 3))
        assert beside.entries_of(message(start).id) == store.entries_of(message(start).id)
        assert resume(key, stands[1], stands[0] - 1, beside.tile).state == growth.state
        beside.close()
    whole = Integrator(key).extend(store.entries_since(0, 1000))
    assert whole.state == integrator.state
    store.close()
