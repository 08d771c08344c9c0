"""RFC 6962 hashing and proofs, against the certificate-transparency reference tree and against each other."""

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanhe.ledger import tree

# The eight leaves, nodes, roots and proofs that certificate-transparency implementations share (google/certificate-
# transparency merkletree tests; the same in transparency-dev/merkle `testonly/constants.go`).
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}

SIZE_MAX = 300
HASHES = tree.leaf_hashes(n.to_bytes(2, "big") for n in range(SIZE_MAX))
NODES = tree.nodes_of_leaves(HASHES)
ROOT_AT = [
    tree.root_of(peaks) for peaks in accumulate(HASHES, lambda peaks, leaf: tree.grow(peaks, [leaf])[0], initial=())
]

sizes = st.integers(0, SIZE_MAX)


@st.composite
def places(draw: st.DrawFn) -> tuple[int, int]:
    """Draw a leaf and the size of a tree that holds it."""
    size = draw(st.integers(1, SIZE_MAX))
    return draw(st.integers(0, size - 1)), size


def recursive_root(leaves: list[bytes]) -> bytes:
    """MTH word for word as RFC 6962, section 2.1 defines it."""
    if not leaves:
        return tree.EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    split = max(1 << bit for bit in range(9) if 1 << bit < len(leaves))
    return tree.node_hash(recursive_root(leaves[:split]), recursive_root(leaves[split:]))


@pytest.mark.parametrize("size", range(len(ROOTS)))
def test_the_reference_tree_has_its_published_roots(size):
    assert tree.root_of_leaves(tree.leaf_hashes(LEAVES[:size])).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_the_reference_tree_has_its_published_inclusion_proofs(index, size):
    hashes = tree.leaf_hashes(LEAVES)
    path = tree.inclusion_proof(tree.nodes_of_leaves(hashes), index, size)
    assert [sibling.hex() for sibling in path] == INCLUSION[index, size]
    assert tree.verify_inclusion(hashes[index], index, size, path, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(("first", "second"), CONSISTENCY)
def test_the_reference_tree_has_its_published_consistency_proofs(first, second):
    path = tree.consistency_proof(tree.nodes_of_leaves(tree.leaf_hashes(LEAVES)), first, second)
    assert [sibling.hex() for sibling in path] == CONSISTENCY[first, second]
    assert tree.verify_consistency(first, second, path, bytes.fromhex(ROOTS[first]), bytes.fromhex(ROOTS[second]))


def test_growing_leaf_by_leaf_gives_the_root_of_the_definition_at_every_size():
    assert [recursive_root(HASHES[:size]) for size in range(SIZE_MAX + 1)] == ROOT_AT


@given(sizes, sizes)
def test_growing_in_two_batches_equals_growing_at_once(cut, size):
    peaks, _ = tree.grow((), HASHES[: min(cut, size)])
    peaks, _ = tree.grow(peaks, HASHES[min(cut, size) : size])
    assert peaks == tree.grow((), HASHES[:size])[0]
    assert tree.root_of(peaks) == ROOT_AT[size]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 255, 256, 257, SIZE_MAX])
def test_every_leaf_of_a_tree_is_proved(size):
    for index in range(size):
        path = tree.inclusion_proof(NODES, index, size)
        assert tree.verify_inclusion(HASHES[index], index, size, path, ROOT_AT[size])


@given(places(), st.data())
def test_an_inclusion_proof_holds_for_its_leaf_and_place_and_no_other(place, data):
    index, size = place
    path = tree.inclusion_proof(NODES, index, size)
    assert tree.verify_inclusion(HASHES[index], index, size, path, ROOT_AT[size])
    other = data.draw(st.integers(0, size))
    if other != index:
        assert not tree.verify_inclusion(HASHES[index], other, size, path, ROOT_AT[size])
    assert not tree.verify_inclusion(tree.leaf_hash(b"another"), index, size, path, ROOT_AT[size])
    assert not tree.verify_inclusion(HASHES[index], index, size, [*path, ROOT_AT[1]], ROOT_AT[size])
    if path:
        assert not tree.verify_inclusion(HASHES[index], index, size, path[:-1], ROOT_AT[size])
        assert not tree.verify_inclusion(HASHES[index], index, size, [path[0][:-1], *path[1:]], ROOT_AT[size])


@given(sizes, sizes)
def test_a_consistency_proof_holds_for_its_two_trees_and_no_other(a, b):
    first, second = sorted((a, b))
    path = tree.consistency_proof(NODES, first, second)
    assert tree.verify_consistency(first, second, path, ROOT_AT[first], ROOT_AT[second])
    assert not tree.verify_consistency(first, second, [*path, ROOT_AT[1]], ROOT_AT[first], ROOT_AT[second])
    forged = tree.leaf_hash(b"another history")
    assert not tree.verify_consistency(first, second, path, forged, ROOT_AT[second])
    if first:  # everything adds to the empty tree
        assert not tree.verify_consistency(first, second, path, ROOT_AT[first], forged)
    if path:
        assert not tree.verify_consistency(first, second, path[:-1], ROOT_AT[first], ROOT_AT[second])


def test_a_consistency_proof_holds_between_every_two_sizes():
    for second in (1, 64, 100, 256, SIZE_MAX):
        for first in range(second + 1):
            path = tree.consistency_proof(NODES, first, second)
            assert tree.verify_consistency(first, second, path, ROOT_AT[first], ROOT_AT[second])


def test_a_longer_tree_is_never_consistent_with_a_shorter_one():
    assert not tree.verify_consistency(5, 4, [], ROOT_AT[5], ROOT_AT[4])


def test_proofs_whose_hashes_fit_but_whose_shape_does_not_are_refused():
    one, other = HASHES[:2]
    above = tree.node_hash(other, one)
    assert not tree.verify_inclusion(one, 0, 1, [other], above)  # too long for a tree of one leaf
    assert not tree.verify_inclusion(one, 0, 4, [other], tree.node_hash(one, other))  # too short for one of four
    assert not tree.verify_inclusion(one, 1, 2, [other[:-1]], tree.node_hash(other[:-1], one))  # no hash
    assert not tree.verify_consistency(1, 4, [other], one, tree.node_hash(one, other))  # too short
    longer = tree.node_hash(other, tree.node_hash(one, other))
    assert not tree.verify_consistency(1, 2, [other, other], one, longer)  # too long
    assert not tree.verify_consistency(1, 2, [other[:-1]], one, tree.node_hash(one, other[:-1]))  # no hash
