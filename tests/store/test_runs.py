"""Sorted runs: merged in any number of pieces they hold what they were made of, and what is erased is in no octet of them."""

from collections.abc import Iterator
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap64

from kanhe.store.runs import BLOCK_OCTETS, ENTRY_OCTETS, ID_MAX, Run, entry, ids_of, in_order, split, without

KEYS = st.integers(0, 5)
pairs = st.lists(st.tuples(KEYS, st.integers(0, 400)), max_size=1200)


def run_of(entries: list[bytes]) -> tuple[Run, dict[int, bytes]]:
    octets = b"".join(entries)
    blocks = [octets[at : at + BLOCK_OCTETS] for at in range(0, len(octets), BLOCK_OCTETS)]
    keys = BitMap64(int.from_bytes(each[:8], "big") for each in entries)
    run = Run(3, 0, 400, [block[:ENTRY_OCTETS] for block in blocks], keys)
    return run, dict(zip(run.blocks, blocks, strict=True))


def found(run: Run, blocks: dict[int, bytes], key: int, below: int = ID_MAX) -> list[int]:
    return [i for block in run.blocks_of(key, below) for i in ids_of(blocks[block], key) if i < below]


@given(st.lists(pairs, max_size=5), st.integers(1, 300))
def test_merging_is_sorting(sources: list[list[tuple[int, int]]], size: int) -> None:
    def cut(source: list[tuple[int, int]]) -> Iterator[list[bytes]]:
        entries = sorted(entry(*pair) for pair in source)
        return (entries[start : start + size] for start in range(0, len(entries), size))

    merged = list(in_order([cut(source) for source in sources]))
    assert [each for piece in merged for each in piece] == sorted(entry(*pair) for source in sources for pair in source)
    assert all(before[-1] <= after[0] for before, after in pairwise(merged))


@given(pairs, KEYS, st.integers(0, 400))
def test_a_look_up_finds_what_a_list_would(of: list[tuple[int, int]], key: int, below: int) -> None:
    run, blocks = run_of(sorted(entry(*pair) for pair in of))
    assert found(run, blocks, key) == sorted(i for k, i in of if k == key)
    assert found(run, blocks, key, below) == sorted(i for k, i in of if k == key and i < below)


@given(pairs, st.data())
def test_what_is_erased_is_gone_and_the_rest_is_found(of: list[tuple[int, int]], data: st.DataObject) -> None:
    """In several turns, also when blocks become empty."""
    run, blocks = run_of(sorted(entry(*pair) for pair in of))
    left = list(of)
    for key in data.draw(st.lists(KEYS, max_size=4)):
        gone = {i for k, i in left if k == key and data.draw(st.booleans())} if data.draw(st.booleans()) else None
        left, erased = [p for p in left if not taken(p, key, gone)], {entry(*p) for p in left if taken(p, key, gone)}
        changed, run = without(run, {block: blocks[block] for block in run.blocks_of(key)}, frozenset(erased))
        blocks |= changed
        assert not erased & {*run.firsts, *(each for octets in blocks.values() for each in split(octets))}
        assert {k: found(run, blocks, k) for k in range(6)} == {
            k: sorted(i for n, i in left if n == k) for k in range(6)
        }


def taken(pair: tuple[int, int], key: int, ids: set[int] | None) -> bool:
    return pair[0] == key and (ids is None or pair[1] in ids)
