"""Tiles and bundles: the names and widths of tlog-tiles, proofs from tiles, growth in any steps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanhe.ledger import tiles, tree
from kanhe.ledger.errors import TileError
from kanhe.ledger.tiles import ENTRIES, Tile, TileAddress

# Enough for a full level 1 tile and a level 2 tile of width 1.
SIZE_MAX = 70_000
HASHES = tree.leaf_hashes(n.to_bytes(4, "big") for n in range(SIZE_MAX))
PATHS = {
    TileAddress(0, 0): "tile/0/000",
    TileAddress(0, 273, 112): "tile/0/273.p/112",
    TileAddress(1, 1234067): "tile/1/x001/x234/067",
    TileAddress(63, 999_999, 1): "tile/63/x999/999.p/1",
    TileAddress(ENTRIES, 1000, 255): "tile/entries/x001/000.p/255",
}

steps = st.lists(st.integers(0, 700), max_size=6)


def grown(*batches: int) -> tuple[dict[tuple[int, int], Tile], int, tree.Peaks, tiles.Edge]:
    """Grow a tree by batches and keep the widest tile of each place, as a store does."""
    kept: dict[tuple[int, int], Tile] = {}
    size, peaks, edge = 0, (), ()
    for step in batches:
        peaks, edge, changed = tiles.extend_tiles(size, peaks, edge, HASHES[size : size + step])
        kept |= {(tile.address.level, tile.address.index): tile for tile in changed}
        size += step
    return kept, size, peaks, edge


def fetcher(kept):
    return lambda address: tile.octets if (tile := kept.get((address.level, address.index))) else None


@pytest.mark.parametrize("address", PATHS)
def test_a_tile_has_the_path_of_the_specification(address):
    assert address.path == PATHS[address]
    assert tiles.parse_path(PATHS[address]) == address


@pytest.mark.parametrize(
    "path",
    [
        "tile/00/000",
        "tile/64/000",
        "tile/0/0",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "/tile/0/000",
        "tile/0/000\n",
        "tile/-1/000",
        "tile/0/٠٠٠",
        "tile/entries/1000",
        "tile/x/000",
        "",
    ],
)
def test_any_other_spelling_of_a_path_is_refused(path):
    with pytest.raises(TileError):
        tiles.parse_path(path)


def test_a_tree_of_70000_leaves_has_the_tiles_the_specification_counts():
    assert tiles.width_at(70_000, 0, 272) == 256
    edge = [address for address in tiles.addresses(70_000) if address.width < 256]
    assert edge == [TileAddress(0, 273, 112), TileAddress(1, 1, 17), TileAddress(2, 0, 1)]
    assert len(list(tiles.addresses(70_000))) == 274 + 2 + 1
    assert list(tiles.addresses(256)) == [TileAddress(0, 0), TileAddress(1, 0, 1)]
    assert list(tiles.addresses(0)) == []


def test_tiles_at_every_level_hold_the_hashes_of_the_definition():
    kept, size, peaks, _ = grown(30_000, 1, 255, 39_744)
    assert {tile.address for tile in kept.values()} == set(tiles.addresses(size))
    for tile in kept.values():
        span = 256**tile.address.level
        for place, octets in enumerate(tiles.decode_tile(tile.octets)):
            start = (tile.address.index * 256 + place) * span
            if tile.address.level or place % 64 == 0:
                assert octets == tree.root_of_leaves(HASHES[start : start + span])
    assert tree.root_of(peaks) == tree.root_of_leaves(HASHES)


@given(steps)
def test_growing_in_steps_gives_the_tiles_of_growing_at_once(batches):
    assert grown(*batches) == grown(sum(batches))


@given(steps)
def test_the_edge_in_the_store_is_all_that_growing_on_needs(batches):
    kept, size, peaks, edge = grown(*batches)
    assert tiles.fetch_edge(fetcher(kept), size) == edge
    assert tiles.peaks_of_edge(edge) == peaks


@given(st.integers(1, 2000), st.integers(1, 2000), st.data())
def test_proofs_from_tiles_are_those_from_leaves_also_of_earlier_sizes(a, b, data):
    first, second = sorted((a, b))
    fetch = fetcher(grown(second)[0])
    from_tiles, from_leaves = tiles.nodes_of_tiles(fetch, first), tree.nodes_of_leaves(HASHES[:second])
    index = data.draw(st.integers(0, first - 1))
    assert tree.inclusion_proof(from_tiles, index, first) == tree.inclusion_proof(from_leaves, index, first)
    from_tiles = tiles.nodes_of_tiles(fetch, second)
    assert tree.consistency_proof(from_tiles, first, second) == tree.consistency_proof(from_leaves, first, second)


def test_a_missing_or_short_tile_is_named():
    kept, size, *_ = grown(300)
    kept[0, 1] = Tile(kept[0, 1].address, kept[0, 1].octets[:-32])
    with pytest.raises(TileError, match=r"tile/0/001\.p/44"):
        tiles.fetch_edge(fetcher(kept), size)
    del kept[0, 1]
    with pytest.raises(TileError, match=r"tile/0/001\.p/44"):
        tiles.fetch_edge(fetcher(kept), size)
    for octets in (b"", bytes(33), bytes(32 * 257)):
        with pytest.raises(TileError):
            tiles.decode_tile(octets)


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_bundles_read_back_and_a_broken_end_is_refused(entries):
    octets = tiles.encode_bundle(entries)
    assert octets[:2] == len(entries[0]).to_bytes(2, "big")
    assert tiles.decode_bundle(octets) == entries
    with pytest.raises(TileError):
        tiles.decode_bundle(octets + b"\x00\x05abc")


def test_a_bundle_has_1_to_256_entries_of_at_most_65535_octets():
    assert tiles.decode_bundle(tiles.encode_bundle([bytes(0xFFFF)])) == [bytes(0xFFFF)]
    for entries in ([], [b""] * 257, [bytes(0x10000)]):
        with pytest.raises(TileError):
            tiles.encode_bundle(entries)
    with pytest.raises(TileError):
        tiles.decode_bundle(tiles.encode_bundle([b""] * 256) + b"\x00\x00")
