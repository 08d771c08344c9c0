"""The Merkle tree of RFC 6962, section 2.1: growing, proving and checking, on hashes alone.

A tree is known here by its *peaks*: the roots of its perfect subtrees, one place per level, empty where the size has a
zero bit. Appending is binary addition: two nodes of a level carry into one of the next.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

HASH_OCTETS = 32

# RFC 6962 section 2.1: leaves and nodes are hashed apart, so that neither can be passed off as the other.
LEAF_PREFIX = b"\x00"
NODE_PREFIX = b"\x01"

EMPTY_ROOT = sha256(b"").digest()

Peaks = tuple[bytes, ...]

# The root of the perfect subtree of 2**level leaves that is the index-th of its level.
NodeAt = Callable[[int, int], bytes]


def leaf_hash(entry: bytes) -> bytes:
    """Hash one entry as a leaf."""
    return sha256(LEAF_PREFIX + entry).digest()


def leaf_hashes(entries: Iterable[bytes]) -> list[bytes]:
    """Hash many entries as leaves."""
    return [sha256(b"\x00" + entry).digest() for entry in entries]


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two neighbours into their parent."""
    return sha256(NODE_PREFIX + left + right).digest()


def grow(peaks: Peaks, leaves: Sequence[bytes]) -> tuple[Peaks, list[list[bytes]]]:
    """Append leaf hashes: the new peaks, and every node that became complete, level by level from the leaves up."""
    standing = list(peaks)
    levels: list[list[bytes]] = []
    fresh = list(leaves)
    while fresh:
        level = len(levels)
        levels.append(fresh)
        if level == len(standing):
            standing.append(b"")
        row = [standing[level], *fresh] if standing[level] else fresh
        standing[level] = row[-1] if len(row) % 2 else b""
        fresh = _parents(row)
    return tuple(standing), levels


def root_of(peaks: Peaks) -> bytes:
    """Give the tree's root: the peaks folded from the smallest to the largest."""
    root = b""
    for peak in peaks:
        if peak:
            root = node_hash(peak, root) if root else peak
    return root or EMPTY_ROOT


def root_of_leaves(leaves: Sequence[bytes]) -> bytes:
    """Give the root of the tree over these leaf hashes."""
    return root_of(grow((), leaves)[0])


def nodes_of_leaves(leaves: Sequence[bytes]) -> NodeAt:
    """Give access to the nodes of a tree whose leaf hashes are all at hand."""
    levels = grow((), leaves)[1]
    return lambda level, index: levels[level][index]


def range_hash(node_at: NodeAt, start: int, end: int) -> bytes:
    """Give MTH(D[start:end]) of RFC 6962, for the ranges that its recursion meets (start is a multiple of the split)."""
    pieces = []
    while start < end:
        level = (end - start).bit_length() - 1
        pieces.append(node_at(level, start >> level))
        start += 1 << level
    return root_of(tuple(reversed(pieces)))


def inclusion_proof(node_at: NodeAt, index: int, size: int) -> list[bytes]:
    """Prove that the leaf at `index` is in the tree of `size` leaves (RFC 6962, section 2.1.1)."""
    assert 0 <= index < size
    path = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(range_hash(node_at, middle, end))
            end = middle
        else:
            path.append(range_hash(node_at, start, middle))
            start = middle
    return path[::-1]


def consistency_proof(node_at: NodeAt, first: int, second: int) -> list[bytes]:
    """Prove that the tree of `first` leaves is a prefix of that of `second` (RFC 6962, section 2.1.2)."""
    assert 0 <= first <= second
    if first in (0, second):
        return []
    path = []
    start, end = 0, second
    while end != first:
        middle = start + _split(end - start)
        if first <= middle:
            path.append(range_hash(node_at, middle, end))
            end = middle
        else:
            path.append(range_hash(node_at, start, middle))
            start = middle
    if start:
        path.append(range_hash(node_at, start, end))
    return path[::-1]


def root_of_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """Give the root that an inclusion proof leads to, or nothing if its shape is wrong (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size or not _all_hashes(path):
        return None
    here, last, root = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if here % 2 or here == last:
            root = node_hash(sibling, root)
            here, last = _skip_missing_siblings(here, last)
        else:
            root = node_hash(root, sibling)
        here, last = here >> 1, last >> 1
    return root if last == 0 else None


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Say whether the proof shows `leaf` at `index` under `root`."""
    return root_of_inclusion(leaf, index, size, path) == root


def verify_consistency(first: int, second: int, path: Sequence[bytes], first_root: bytes, second_root: bytes) -> bool:
    """Say whether the proof shows that the second tree only adds to the first (RFC 9162, section 2.1.4.2)."""
    if not 0 <= first <= second or not _all_hashes(path):
        return False
    if first == second:
        return not path and first_root == second_root
    if first == 0:
        return not path and first_root == EMPTY_ROOT
    return _roots_of_consistency(first, second, path, first_root) == (first_root, second_root)


def _roots_of_consistency(
    first: int, second: int, path: Sequence[bytes], first_root: bytes
) -> tuple[bytes, bytes] | None:
    """Walk up from the last node that both trees share; rebuild both roots on the way."""
    nodes = list(path) if first & (first - 1) else [first_root, *path]
    if not nodes:
        return None
    here, last = first - 1, second - 1
    while here % 2:
        here, last = here >> 1, last >> 1
    old = new = nodes[0]
    for sibling in nodes[1:]:
        if last == 0:
            return None
        if here % 2 or here == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            here, last = _skip_missing_siblings(here, last)
        else:
            new = node_hash(new, sibling)
        here, last = here >> 1, last >> 1
    return (old, new) if last == 0 else None


def _skip_missing_siblings(here: int, last: int) -> tuple[int, int]:
    """Rise over the levels at which the right edge has no sibling and the node passes up unchanged."""
    while here and not here % 2:
        here, last = here >> 1, last >> 1
    return here, last


def _parents(row: list[bytes]) -> list[bytes]:
    """Hash neighbours in pairs; an odd one at the end waits."""
    pairs = iter(row)
    return [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=False)]


def _split(size: int) -> int:
    """Give the largest power of two smaller than `size`, where RFC 6962 parts a tree."""
    return 1 << ((size - 1).bit_length() - 1)


def _all_hashes(path: Sequence[bytes]) -> bool:
    return all(len(sibling) == HASH_OCTETS for sibling in path)
