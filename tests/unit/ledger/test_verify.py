"""Checking a whole ledger: whatever is changed, dropped, added or rewritten is found and named."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanhe.ledger import note, tree
from kanhe.ledger.checkpoint import Checkpoint, sign_checkpoint
from kanhe.ledger.faults import FaultKind
from kanhe.ledger.integrator import Integrator, StoredEntry
from kanhe.ledger.tiles import TileAddress
from kanhe.ledger.verify import Report, verify_store

KEY = note.make_signing_key("log.example/ledger/1", bytes(32))
# Three level 0 tiles, the last partial, and checkpoints inside tiles and at a border.
BATCHES = (100, 156, 250, 1, 93)
SIZE = sum(BATCHES)
ENTRIES = [StoredEntry(1000 + 2 * index, b"entry %d" % index) for index in range(SIZE)]

indexes = st.integers(0, SIZE - 1)


class Copy:
    """A ledger's rows, to be tampered with."""

    def __init__(self) -> None:
        self.rows = list(ENTRIES)
        self.notes: list[bytes] = []
        self.tiles: dict[tuple[int, int], bytes] = {}
        integrator, at = Integrator(KEY), 0
        for batch in BATCHES:
            growth = integrator.extend(ENTRIES[at : at + batch])
            self.tiles |= {(tile.address.level, tile.address.index): tile.octets for tile in growth.tiles}
            self.notes.append(growth.checkpoint)
            integrator, at = Integrator(KEY, growth.state), at + batch

    def entries(self) -> Iterable[StoredEntry]:
        return self.rows

    def checkpoints(self) -> Sequence[bytes]:
        return self.notes

    def tile(self, address: TileAddress) -> bytes | None:
        return self.tiles.get((address.level, address.index))

    def check(self) -> Report:
        return verify_store(self, KEY.verifier)


def flipped(octets: bytes, bit: int) -> bytes:
    changed = bytearray(octets)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def test_an_untouched_ledger_holds():
    report = Copy().check()
    assert report.holds
    assert (report.origin, report.size, report.checkpoints) == (KEY.verifier.name, SIZE, len(BATCHES))
    assert report.root == tree.root_of_leaves(tree.leaf_hashes(entry.octets for entry in ENTRIES))


@pytest.mark.parametrize("sizes", [[], [0], [256], [512], [257], [65_536 + 256]])
def test_ledgers_of_border_sizes_hold(sizes):
    copy = Copy()
    copy.rows = [StoredEntry(index, b"%d" % index) for index in range(sum(sizes))]
    growth = Integrator(KEY).extend(copy.rows)
    copy.tiles = {(tile.address.level, tile.address.index): tile.octets for tile in growth.tiles}
    copy.notes = [growth.checkpoint] if sizes else []
    assert copy.check().fault is None


@given(indexes, st.data())
def test_a_bit_flipped_in_any_entry_is_found_and_the_entry_named(index, data):
    copy = Copy()
    octets = ENTRIES[index].octets
    bit = data.draw(st.integers(0, len(octets) * 8 - 1))
    copy.rows[index] = StoredEntry(ENTRIES[index].id, flipped(octets, bit))
    fault = copy.check().fault
    assert (fault.kind, fault.index, fault.entry_id) == (FaultKind.ENTRY_CHANGED, index, ENTRIES[index].id)
    assert fault.octets == (0, len(octets))
    assert f"`{ENTRIES[index].id}` at index {index}" in fault.sentence


@given(st.integers(0, SIZE - 2))
def test_an_entry_overwritten_by_its_neighbour_or_swapped_with_it_counts_as_changed(index):
    for others in ([1, 1], [1, 0]):
        copy = Copy()
        copy.rows[index : index + 2] = [
            StoredEntry(ENTRIES[index + place].id, ENTRIES[index + other].octets) for place, other in enumerate(others)
        ]
        assert (copy.check().fault.kind, copy.check().fault.index) == (FaultKind.ENTRY_CHANGED, index)


@given(indexes)
def test_a_missing_entry_is_found_and_its_place_named(index):
    copy = Copy()
    del copy.rows[index]
    fault = copy.check().fault
    assert (fault.kind, fault.index) == (FaultKind.ENTRY_MISSING, index)
    assert fault.entry_id == (ENTRIES[index - 1].id if index else -1)


@given(st.integers(0, SIZE))
def test_an_entry_put_in_is_found_and_named(index):
    copy = Copy()
    added = StoredEntry(1000 + 2 * index - 1, b"put in")
    copy.rows.insert(index, added)
    fault = copy.check().fault
    assert (fault.kind, fault.index, fault.entry_id) == (FaultKind.ENTRY_ADDED, index, added.id)


def test_more_entries_than_were_signed_are_found_also_after_a_full_tile():
    copy = Copy()
    copy.rows, copy.notes = copy.rows[:257], copy.notes[:2]
    copy.tiles = {(0, 0): copy.tiles[0, 0], (1, 0): copy.tiles[1, 0][:32]}
    assert (copy.check().fault.kind, copy.check().fault.index) == (FaultKind.ENTRY_ADDED, 256)
    copy.rows.pop()
    assert copy.check().holds


@given(st.sampled_from(sorted(Copy().tiles)), st.data())
def test_a_bit_flipped_in_any_tile_is_found_and_the_tile_named(place, data):
    copy = Copy()
    octets = copy.tiles[place]
    bit = data.draw(st.integers(0, len(octets) * 8 - 1))
    copy.tiles[place] = flipped(octets, bit)
    fault = copy.check().fault
    assert fault.kind is FaultKind.TILE_CHANGED
    assert fault.path.startswith(f"tile/{place[0]}/{place[1]:03}")
    assert fault.octets[0] <= bit // 8 < fault.octets[1] == fault.octets[0] + 32


@pytest.mark.parametrize("place", sorted(Copy().tiles))
@pytest.mark.parametrize("left", [None, -32, -1])
def test_a_missing_or_cut_tile_is_found_and_named(place, left):
    copy = Copy()
    copy.tiles[place] = copy.tiles[place][:left] if left else b""
    fault = copy.check().fault
    assert fault.kind is FaultKind.TILE_MISSING
    assert fault.path.startswith(f"tile/{place[0]}/{place[1]:03}")
    del copy.tiles[place]
    assert copy.check().fault == fault


@given(st.integers(0, len(BATCHES) - 1), st.data())
def test_a_bit_flipped_in_any_kept_checkpoint_is_found(place, data):
    copy = Copy()
    bit = data.draw(st.integers(0, len(copy.notes[place]) * 8 - 1))
    copy.notes[place] = flipped(copy.notes[place], bit)
    fault = copy.check().fault
    assert (fault.kind, fault.index) == (FaultKind.CHECKPOINT_BROKEN, place)


@given(indexes)
def test_a_history_rewritten_down_to_its_tiles_is_caught_by_the_first_root_signed_over_it(index):
    copy = Copy()
    copy.rows[index] = StoredEntry(ENTRIES[index].id, b"another story")
    again = Integrator(KEY)
    growth = again.extend(copy.rows)
    copy.tiles = {(tile.address.level, tile.address.index): tile.octets for tile in growth.tiles}
    fault = copy.check().fault
    assert fault.kind is FaultKind.HISTORY_REWRITTEN
    borders = [sum(BATCHES[:at]) for at in range(len(BATCHES) + 1)]
    assert fault.index <= index <= fault.last
    assert (fault.index, fault.last + 1) in pairwise(borders)
    copy.notes[-1] = growth.checkpoint  # even with the key at hand, an earlier checkpoint speaks against it
    assert copy.check().fault == fault or index >= borders[-2]


def test_signed_checkpoints_that_contradict_each_other_are_found():
    copy = Copy()
    copy.notes.append(sign_checkpoint(Checkpoint(KEY.verifier.name, SIZE, bytes(32)), KEY))
    assert copy.check().fault.kind is FaultKind.CHECKPOINT_BROKEN
    copy.notes[-1] = copy.notes[0]
    assert f"at size {BATCHES[0]}" in copy.check().fault.sentence
    copy.notes[-1] = copy.notes[-2]
    assert copy.check().holds
