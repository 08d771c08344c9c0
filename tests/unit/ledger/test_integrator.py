"""The integrator: any batches give one tree, resumption is seamless, and no index is ever given twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanhe.ledger import checkpoint, note, tiles, tree
from kanhe.ledger.errors import NoteError, OrderError, ResumeError
from kanhe.ledger.integrator import Growth, Integrator, StoredEntry, resume

KEY = note.make_signing_key("log.example/ledger/1", bytes(32))
# Ids rise with gaps, as they do when other nodes' ids or lost batches lie between.
ENTRIES = [StoredEntry(number * 3, b"entry %d" % number) for number in range(2100)]

batches = st.lists(st.integers(0, 400), max_size=5)


class Shelf:
    """Keeps what the integrator gives back, as a store does: the widest tile of each place, the last checkpoint."""

    def __init__(self) -> None:
        self.tiles: dict[tuple[int, int], bytes] = {}
        self.checkpoint: bytes | None = None
        self.last_id = -1

    def keep(self, growth: Growth) -> Growth:
        self.tiles |= {(tile.address.level, tile.address.index): tile.octets for tile in growth.tiles}
        self.checkpoint = growth.checkpoint
        self.last_id = growth.state.last_id
        return growth

    def fetch(self, address: tiles.TileAddress) -> bytes | None:
        return self.tiles.get((address.level, address.index))


def grow_by(steps: list[int], restart: bool) -> Shelf:
    shelf, integrator, at = Shelf(), Integrator(KEY), 0
    for step in steps:
        growth = shelf.keep(integrator.extend(ENTRIES[at : at + step]))
        assert growth.first_index == at
        at += step
        integrator = (
            resume(KEY, shelf.checkpoint, shelf.last_id, shelf.fetch) if restart else Integrator(KEY, growth.state)
        )
        assert integrator.state == growth.state
    return shelf


@given(batches, st.booleans())
def test_any_batches_with_or_without_restarts_give_the_ledger_of_one_go(steps, restart):
    in_steps, at_once = grow_by(steps, restart), grow_by([sum(steps)], False)
    assert in_steps.tiles == at_once.tiles
    assert in_steps.last_id == at_once.last_id
    assert in_steps.checkpoint in (at_once.checkpoint, None)


@given(batches)
def test_the_checkpoint_states_the_root_of_all_entries(steps):
    shelf = grow_by([1, *steps], False)
    stated = checkpoint.open_checkpoint(shelf.checkpoint, KEY.verifier).checkpoint
    size = 1 + sum(steps)
    leaves = tree.leaf_hashes(entry.octets for entry in ENTRIES[:size])
    assert stated == checkpoint.Checkpoint(KEY.verifier.name, size, tree.root_of_leaves(leaves))


def test_every_checkpoint_is_consistent_with_the_one_before():
    integrator, before, shelf = Integrator(KEY), tree.EMPTY_ROOT, Shelf()
    for at in range(0, 1500, 125):
        growth = shelf.keep(integrator.extend(ENTRIES[at : at + 125]))
        proof = tree.consistency_proof(tiles.nodes_of_tiles(shelf.fetch, at + 125), at, at + 125)
        assert tree.verify_consistency(at, at + 125, proof, before, growth.state.root)
        integrator, before = Integrator(KEY, growth.state), growth.state.root


def test_an_empty_ledger_signs_the_empty_tree():
    growth = Integrator(KEY).extend([])
    assert checkpoint.open_checkpoint(growth.checkpoint, KEY.verifier).checkpoint.root == tree.EMPTY_ROOT
    assert not growth.tiles
    assert resume(KEY, growth.checkpoint, -1, Shelf().fetch) == Integrator(KEY) == resume(KEY, None, -1, Shelf().fetch)


@pytest.mark.parametrize("late", [[ENTRIES[3]], [ENTRIES[4]], [ENTRIES[6], ENTRIES[5]], [ENTRIES[5], ENTRIES[5]]])
def test_an_entry_that_comes_too_late_or_twice_is_refused_whole(late):
    growth = Integrator(KEY).extend(ENTRIES[:5])
    with pytest.raises(OrderError):
        Integrator(KEY, growth.state).extend(late)


def test_nothing_is_signed_on_top_of_tiles_that_do_not_lead_to_the_last_root():
    shelf = grow_by([700], False)
    shelf.tiles[0, 2] = bytes(32) + shelf.tiles[0, 2][32:]
    with pytest.raises(ResumeError, match="at size 700"):
        resume(KEY, shelf.checkpoint, shelf.last_id, shelf.fetch)
    with pytest.raises(NoteError):
        resume(note.make_signing_key(KEY.verifier.name, b"\x01" * 32), shelf.checkpoint, shelf.last_id, shelf.fetch)
