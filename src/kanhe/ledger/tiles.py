"""Tiles and entry bundles as C2SP tlog-tiles lays them out: names, octets, and which of them a growing tree changes.

A narrower partial tile or bundle is a prefix of every wider one of the same place, so a store keeps one per place, the
widest, and cuts it for whoever asks for less.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from kanhe.ledger.errors import TileError
from kanhe.ledger.tree import HASH_OCTETS, NodeAt, Peaks, grow

# tlog-tiles: tiles are 8 tree levels high, so 256 hashes wide.
TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT

# tlog-tiles: levels run from 0 to 63. Level -1 is our name for the entry bundles under level 0.
LEVEL_MAX = 63
ENTRIES = -1

# tlog-tiles: each entry of a bundle follows its length in 16 bits.
_LENGTH_OCTETS = 2
BUNDLED_OCTETS_MAX = 0xFFFF

_PATH = re.compile(r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class TileAddress:
    """The place of a tile, or with level ENTRIES of an entry bundle, and how much of it is meant."""

    level: int
    index: int
    width: int = TILE_WIDTH

    @property
    def path(self) -> str:
        """The path below the log's prefix, also the file name of a static copy."""
        level = "entries" if self.level == ENTRIES else str(self.level)
        partial = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{level}/{_index_path(self.index)}{partial}"


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile's address and its hashes, one after the other."""

    address: TileAddress
    octets: bytes


# The octets at an address, or nothing if they are not kept.
FetchTile = Callable[[TileAddress], bytes | None]


def parse_path(path: str) -> TileAddress:
    """Read a path as a client asks for it; anything but the one canonical spelling is refused."""
    if (found := _PATH.fullmatch(path)) is None:
        raise TileError(f"`{path}` is not the path of a tile")
    level, index, width = found.groups()
    address = TileAddress(
        ENTRIES if level == "entries" else int(level), int(re.sub("[x/]", "", index)), int(width or TILE_WIDTH)
    )
    if address.level > LEVEL_MAX or address.path != path:
        raise TileError(f"`{path}` is not the path of a tile")
    return address


def _index_path(index: int) -> str:
    """Spell an index in groups of three digits, all but the last behind an x (1234067: x001/x234/067)."""
    *head, last = _thousands(index)
    return "".join(f"x{group:03}/" for group in head) + f"{last:03}"


def _thousands(index: int) -> list[int]:
    return [*(_thousands(index // 1000) if index >= 1000 else ()), index % 1000]


def width_at(size: int, level: int, index: int) -> int:
    """Say how many hashes the tile at this place has in a tree of `size` leaves (none: 0)."""
    hashes = size >> (TILE_HEIGHT * max(level, 0))
    return max(0, min(TILE_WIDTH, hashes - index * TILE_WIDTH))


def tile_levels(size: int) -> range:
    """Name the levels that have a tile in a tree of `size` leaves."""
    return range(-(-size.bit_length() // TILE_HEIGHT))


def addresses(size: int) -> Iterator[TileAddress]:
    """Name every tile of a tree of `size` leaves, level by level."""
    for level in tile_levels(size):
        for index in range(-(-(size >> (TILE_HEIGHT * level)) // TILE_WIDTH)):
            yield TileAddress(level, index, width_at(size, level, index))


Edge = tuple[bytes, ...]  # the octets of the partial tile of each level, empty where the level ends with a full one


def extend_tiles(size: int, peaks: Peaks, edge: Edge, leaves: Sequence[bytes]) -> tuple[Peaks, Edge, list[Tile]]:
    """Append leaf hashes to a tree of `size` leaves: new peaks, new edge, and the tiles that are new or wider."""
    peaks, levels = grow(peaks, leaves)
    standing = list(edge)
    tiles: list[Tile] = []
    for level, fresh in enumerate(levels[::TILE_HEIGHT]):
        if level == len(standing):
            standing.append(b"")
        row = standing[level] + b"".join(fresh)
        first = (size >> (TILE_HEIGHT * level)) // TILE_WIDTH
        cut = list(_cut(level, first, row))
        tiles += cut
        standing[level] = b"" if cut[-1].address.width == TILE_WIDTH else cut[-1].octets
    return peaks, tuple(standing), tiles


def _cut(level: int, first: int, row: bytes) -> Iterator[Tile]:
    """Part a row of hashes that begins at a tile's border into tiles."""
    step = TILE_WIDTH * HASH_OCTETS
    for place, start in enumerate(range(0, len(row), step)):
        octets = row[start : start + step]
        yield Tile(TileAddress(level, first + place, len(octets) // HASH_OCTETS), octets)


def nodes_of_tiles(fetch: FetchTile, size: int) -> NodeAt:
    """Give access to the nodes of a tree of `size` leaves through its tiles, each fetched once."""
    seen: dict[tuple[int, int], list[bytes]] = {}

    def node_at(level: int, index: int) -> bytes:
        tile_level, height = divmod(level, TILE_HEIGHT)
        tile_index, place = divmod(index << height, TILE_WIDTH)
        if (tile_level, tile_index) not in seen:
            seen[tile_level, tile_index] = fetch_hashes(fetch, tile_level, tile_index, size)
        return grow((), seen[tile_level, tile_index][place : place + (1 << height)])[0][-1]

    return node_at


def fetch_hashes(fetch: FetchTile, level: int, index: int, size: int) -> list[bytes]:
    """Fetch one tile of a tree of `size` leaves, cut to the width it had at that size."""
    address = TileAddress(level, index, width_at(size, level, index))
    octets = fetch(address)
    if octets is None or len(octets) < address.width * HASH_OCTETS:
        raise TileError(f"`{address.path}` is not there in full")
    return decode_tile(octets)[: address.width]


def fetch_edge(fetch: FetchTile, size: int) -> Edge:
    """Fetch the right edge of a tree of `size` leaves, from which it can grow on."""
    edge = []
    for level in tile_levels(size):
        full, width = divmod(size >> (TILE_HEIGHT * level), TILE_WIDTH)
        edge.append(b"".join(fetch_hashes(fetch, level, full, size)) if width else b"")
    return tuple(edge)


def peaks_of_edge(edge: Edge) -> Peaks:
    """Rebuild a tree's peaks from its right edge: each level's partial tile holds eight of them."""
    peaks: list[bytes] = []
    for octets in edge:
        below = grow((), decode_tile(octets))[0] if octets else ()
        peaks += [*below, *[b""] * (TILE_HEIGHT - len(below))]
    while peaks and not peaks[-1]:
        peaks.pop()
    return tuple(peaks)


def decode_tile(octets: bytes) -> list[bytes]:
    """Part a tile into its hashes."""
    if not octets or len(octets) % HASH_OCTETS or len(octets) > TILE_WIDTH * HASH_OCTETS:
        raise TileError(f"a tile has 1 to {TILE_WIDTH} hashes of {HASH_OCTETS} octets, not {len(octets)} octets")
    return [octets[at : at + HASH_OCTETS] for at in range(0, len(octets), HASH_OCTETS)]


def encode_bundle(entries: Iterable[bytes]) -> bytes:
    """Write up to 256 entries as an entry bundle."""
    bundled = list(entries)
    if not 0 < len(bundled) <= TILE_WIDTH:
        raise TileError(f"a bundle has 1 to {TILE_WIDTH} entries, not {len(bundled)}")
    if any(len(entry) > BUNDLED_OCTETS_MAX for entry in bundled):
        raise TileError(f"an entry of a bundle has at most {BUNDLED_OCTETS_MAX} octets")
    return b"".join(len(entry).to_bytes(_LENGTH_OCTETS, "big") + entry for entry in bundled)


def decode_bundle(octets: bytes) -> list[bytes]:
    """Read the entries of a bundle."""
    entries: list[bytes] = []
    at = 0
    while at < len(octets):
        start = at + _LENGTH_OCTETS
        end = start + int.from_bytes(octets[at:start], "big")
        if end > len(octets) or len(entries) == TILE_WIDTH:
            raise TileError(f"the bundle breaks off or overflows at octet {at}")
        entries.append(octets[start:end])
        at = end
    return entries
