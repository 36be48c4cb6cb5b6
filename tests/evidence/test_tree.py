"""The log's tree against the definitions of RFC 6962 and RFC 9162, written here a second time as they read there."""

from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.modules.evidence.rules.tree import (
    EMPTY_ROOT,
    SALT_BYTES,
    Frontier,
    ProofError,
    Tiles,
    append,
    consistency_path,
    entry_bytes,
    frontier_at,
    inclusion_path,
    leaf_hash,
    node_hash,
    root,
    salted_digest,
    verify_consistency,
    verify_inclusion,
)
from tests.evidence.made import Kept, leaves


def mth(hashes: Sequence[bytes]) -> bytes:
    """RFC 6962, 2.1."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    middle = 1 << ((len(hashes) - 1).bit_length() - 1)
    return sha256(b"\x01" + mth(hashes[:middle]) + mth(hashes[middle:])).digest()


def audit_path(place: int, hashes: Sequence[bytes]) -> list[bytes]:
    """RFC 6962, 2.1.1."""
    if len(hashes) == 1:
        return []
    middle = 1 << ((len(hashes) - 1).bit_length() - 1)
    if place < middle:
        return [*audit_path(place, hashes[:middle]), mth(hashes[middle:])]
    return [*audit_path(place - middle, hashes[middle:]), mth(hashes[:middle])]


def growth_path(size: int, hashes: Sequence[bytes], whole: bool = True) -> list[bytes]:
    """RFC 6962, 2.1.2."""
    if size == len(hashes):
        return [] if whole else [mth(hashes)]
    middle = 1 << ((len(hashes) - 1).bit_length() - 1)
    if size <= middle:
        return [*growth_path(size, hashes[:middle], whole), mth(hashes[middle:])]
    return [*growth_path(size - middle, hashes[middle:], False), mth(hashes[:middle])]


def kept(hashes: list[bytes]) -> Tiles:
    tree = Kept()
    tree.add(hashes)
    return Tiles(tree.read_tile)


def flipped(data: bytes, bit: int) -> bytes:
    bit %= len(data) * 8
    return data[: bit // 8] + bytes([data[bit // 8] ^ 1 << bit % 8]) + data[bit // 8 + 1 :]


# -- known values -----------------------------------------------------------------------------------------------------


def test_the_empty_tree() -> None:
    assert Frontier().root() == root([]) == EMPTY_ROOT
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


CT_LEAVES = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
CT_ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


@pytest.mark.parametrize("size", range(1, 9))
def test_the_roots_over_the_eight_leaves_of_certificate_transparency(size: int) -> None:
    hashes = [leaf_hash(bytes.fromhex(text)) for text in CT_LEAVES[:size]]
    assert root(hashes).hex() == CT_ROOTS[size - 1]
    assert append(Frontier(), hashes)[0].root().hex() == CT_ROOTS[size - 1]


def test_an_entry_byte_by_byte() -> None:
    digest = sha256(bytes(32) + b'{"topic":"goods.line"}').hexdigest()
    entry = entry_bytes("submission", salted_digest(b'{"topic":"goods.line"}', bytes(32)))
    assert entry == b'{"digest":"%s","type":"submission","v":1}' % digest.encode()
    assert leaf_hash(entry) == sha256(b"\x00" + entry).digest()
    assert node_hash(entry, digest.encode()) == sha256(b"\x01" + entry + digest.encode()).digest()


def test_the_log_tells_of_a_statement_its_kind_alone() -> None:
    """Entries of different statements differ in a digest that nobody without the salt can recompute."""
    same = [entry_bytes("sent", salted_digest(b'{"a":1}', bytes([n]) * SALT_BYTES)) for n in range(3)]
    other = entry_bytes("sent", salted_digest(b'{"a":2}' * 900, bytes(SALT_BYTES)))
    assert len({*same, other}) == 4
    assert len({len(entry) for entry in (*same, other)}) == 1


def test_salts_kinds_and_hashes_of_a_wrong_shape_are_refused() -> None:
    for length in (0, 16, SALT_BYTES - 1, SALT_BYTES + 1):
        with pytest.raises(ValueError, match="salt"):
            salted_digest(b"{}", bytes(length))
    for kind in ("", "Sent", "a b", "a\n", "货物", "a" * 65, "1a", 'a"'):
        with pytest.raises(ValueError, match="kind"):
            entry_bytes(kind, bytes(32))
    with pytest.raises(ValueError, match="digest"):
        entry_bytes("sent", bytes(31))
    with pytest.raises(ValueError, match="leaf hash"):
        append(Frontier(), [bytes(32), bytes(31)])
    for size, count in ((-1, 0), (0, 1), (3, 1), (2**63, 1)):
        with pytest.raises(ValueError, match="subtrees"):
            Frontier(size, (bytes(32),) * count)


# -- growing ----------------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 40), max_size=12))
def test_in_whatever_batches_it_grows_the_tree_is_the_same(batches: list[int]) -> None:
    hashes = leaves(sum(batches))
    tree, start = Kept(), 0
    for batch in batches:
        tree.add(hashes[start : start + batch])
        start += batch
        assert tree.frontier.root() == root(hashes[:start]) == mth(hashes[:start])
    whole = Kept()
    whole.add(hashes)
    assert (tree.frontier, tree.tiles) == (whole.frontier, whole.tiles)


@pytest.mark.parametrize("sizes", [(256,), (255, 1), (1, 256, 300, 65_536 - 557), (65_537,), (70_000,)])
def test_what_is_kept_is_the_tiles_of_tlog_tiles(sizes: tuple[int, ...]) -> None:
    """Tile level t, place p is the hash over the 256^t leaves from p * 256^t; nothing incomplete is kept."""
    total = sum(sizes)
    hashes, tree, start = leaves(total), Kept(), 0
    for size in sizes:
        tree.add(hashes[start : start + size])
        start += size
    widths: dict[int, list[int]] = {}
    for (level, _), tile in sorted(tree.tiles.items()):
        widths.setdefault(level, []).append(len(tile) // 32)
    assert {level: sum(tiles) for level, tiles in widths.items()} == {
        level: total // 256**level for level in range(3) if total >= 256**level
    }
    assert b"".join(tile for (level, _), tile in sorted(tree.tiles.items()) if level == 0) == b"".join(hashes)
    for (level, number), tile in tree.tiles.items():
        span = 256**level
        first = number * 256 * span
        assert tile[:32] == mth(hashes[first : first + span])
        last = first + (len(tile) // 32 - 1) * span
        assert tile[-32:] == mth(hashes[last : last + span])


def test_seventy_thousand_leaves_make_the_tiles_that_the_format_names() -> None:
    tree = Kept()
    tree.add(leaves(70_000))
    widths = [[len(t) // 32 for (at, _), t in sorted(tree.tiles.items()) if at == level] for level in range(4)]
    assert widths == [[256] * 273 + [112], [256, 17], [1], []]


@given(st.integers(0, 700), st.integers(0, 700))
def test_any_earlier_tree_is_found_again_from_what_is_kept(size: int, more: int) -> None:
    hashes = leaves(size + more)
    assert frontier_at(size, kept(hashes)) == append(Frontier(), hashes[:size])[0]


def test_tiles_that_grew_since_they_were_read_are_read_anew() -> None:
    hashes, tree = leaves(600), Kept()
    read = Tiles(tree.read_tile, keep=1)
    for size in range(1, 601):
        tree.add(hashes[size - 1 : size])
        assert inclusion_path(0, size, read) == tuple(audit_path(0, hashes[:size]))
        assert frontier_at(size, read).root() == mth(hashes[:size])
    for level, place in ((0, 600), (3, 75), (9, 1), (20, 0)):
        with pytest.raises(LookupError):
            read(level, place)


def test_what_is_no_tile_is_not_read_as_one() -> None:
    for length in (31, 33, 257 * 32):
        read = Tiles(lambda level, number, length=length: bytes(length))  # type: ignore[misc]
        with pytest.raises(LookupError, match="no tile"):
            read(0, 0)


# -- inclusion --------------------------------------------------------------------------------------------------------


@given(st.integers(1, 600))
def test_every_leaf_of_a_tree_is_proven(size: int) -> None:
    hashes = leaves(size)
    read, top = kept(hashes), mth(hashes)
    for place in range(0, size, max(1, size // 40)):
        path = inclusion_path(place, size, read)
        assert list(path) == audit_path(place, hashes)
        verify_inclusion(hashes[place], place, size, path, top)


def test_every_leaf_of_every_small_tree_is_proven_at_its_own_place_alone() -> None:
    hashes = leaves(33)
    for size in range(1, 34):
        read, top = kept(hashes[:size]), mth(hashes[:size])
        for place in range(size):
            path = inclusion_path(place, size, read)
            for claimed in range(-1, size + 2):
                if claimed == place:
                    verify_inclusion(hashes[place], claimed, size, path, top)
                else:
                    with pytest.raises(ProofError):
                        verify_inclusion(hashes[place], claimed, size, path, top)


@given(st.data())
def test_an_altered_inclusion_proof_proves_nothing(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 300), "size")
    place = data.draw(st.integers(0, size - 1), "place")
    bit = data.draw(st.integers(0, 10_000), "bit")
    hashes = leaves(size + 1)
    path, top = inclusion_path(place, size, kept(hashes[:size])), mth(hashes[:size])
    leaf, which = hashes[place], bit % len(path)
    altered = [*path[:which], flipped(path[which], bit), *path[which + 1 :]]
    without, doubled = [*path[:which], *path[which + 1 :]], [*path[: which + 1], *path[which:]]
    shortened = [*path[:which], path[which][:-1], *path[which + 1 :]]
    for proof in (altered, path[:-1], path[1:], without, doubled, [*path, top], [top, *path], shortened, ()):
        with pytest.raises(ProofError):
            verify_inclusion(leaf, place, size, proof, top)
    for other in (flipped(leaf, bit), hashes[size], leaf[:-1], b""):
        with pytest.raises(ProofError):
            verify_inclusion(other, place, size, path, top)
    for other in (flipped(top, bit), EMPTY_ROOT, top[:-1], b"", mth(hashes), mth(hashes[: size - 1])):
        with pytest.raises(ProofError):
            verify_inclusion(leaf, place, size, path, other)


def test_a_path_of_another_length_is_refused_before_anything_is_hashed() -> None:
    hashes = leaves(12)
    path, top = inclusion_path(3, 12, kept(hashes)), mth(hashes)
    for other in (path[:-1], (*path, top), ()):
        with pytest.raises(ProofError, match="needs 4"):
            verify_inclusion(hashes[3], 3, 12, other, top)
    grown = consistency_path(7, 12, kept(hashes))
    for other in (grown[:-1], (*grown, top), ()):
        with pytest.raises(ProofError, match=f"needs {len(grown)}"):
            verify_consistency(7, 12, other, mth(hashes[:7]), top)


def test_hashes_that_give_bytes_to_their_neighbours_are_refused() -> None:
    """Cut elsewhere, the same bytes have the same hash; only the length of each part tells them apart."""
    left, right = leaves(2)
    top = node_hash(left, right)
    longer, shorter = left + right[:1], right[1:]
    assert node_hash(longer, shorter) == top
    with pytest.raises(ProofError, match="32 bytes"):
        verify_inclusion(longer, 0, 2, (shorter,), top)
    with pytest.raises(ProofError, match="32 bytes"):
        verify_consistency(1, 2, (shorter,), longer, top)


@given(st.integers(1, 200), st.integers(1, 200), st.integers(0, 199))
def test_a_proof_from_one_size_does_not_hold_for_the_tree_of_another(size: int, other: int, place: int) -> None:
    hashes = leaves(max(size, other))
    place %= size
    path = inclusion_path(place, size, kept(hashes[:size]))
    if size != other:
        with pytest.raises(ProofError):
            verify_inclusion(hashes[place], place, other, path, mth(hashes[:other]))


@pytest.mark.parametrize(("place", "size"), [(0, 0), (1, 1), (-1, 3), (3, 3), (0, -1), (0, 2**63)])
def test_there_is_no_leaf_outside_the_tree(place: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_path(place, size, kept(leaves(3)))
    with pytest.raises(ProofError, match="no leaf"):
        verify_inclusion(bytes(32), place, size, (), bytes(32))


# -- consistency ------------------------------------------------------------------------------------------------------


def test_every_tree_is_proven_to_have_grown_from_every_smaller_one_and_from_no_other() -> None:
    hashes = leaves(40)
    read, roots = kept(hashes), [mth(hashes[:size]) for size in range(41)]
    for size2 in range(1, 41):
        for size1 in range(1, size2 + 1):
            path = consistency_path(size1, size2, read)
            assert list(path) == growth_path(size1, hashes[:size2])
            verify_consistency(size1, size2, path, roots[size1], roots[size2])
            for wrong1, wrong2 in ((roots[size1 - 1], roots[size2]), (roots[size1], roots[size2 - 1])):
                with pytest.raises(ProofError):
                    verify_consistency(size1, size2, path, wrong1, wrong2)


@given(st.data())
def test_an_altered_consistency_proof_proves_nothing(data: st.DataObject) -> None:
    size2 = data.draw(st.integers(2, 300), "size2")
    size1 = data.draw(st.integers(1, size2 - 1), "size1")
    bit = data.draw(st.integers(0, 10_000), "bit")
    hashes = leaves(size2)
    path, root1, root2 = consistency_path(size1, size2, kept(hashes)), mth(hashes[:size1]), mth(hashes)
    verify_consistency(size1, size2, path, root1, root2)
    which = bit % len(path)
    altered = [*path[:which], flipped(path[which], bit), *path[which + 1 :]]
    shortened = [*path[:which], path[which][1:], *path[which + 1 :]]
    for proof in (altered, path[:-1], path[1:], [*path, root2], [root1, *path], shortened, ()):
        with pytest.raises(ProofError):
            verify_consistency(size1, size2, proof, root1, root2)
    for wrong1, wrong2 in ((flipped(root1, bit), root2), (root1, flipped(root2, bit)), (root1[:-1], root2), (root2, root1)):
        with pytest.raises(ProofError):
            verify_consistency(size1, size2, path, wrong1, wrong2)


def test_a_log_that_rewrote_an_entry_cannot_prove_that_it_grew() -> None:
    honest, rewritten = leaves(20), leaves(30)
    rewritten[7] = bytes(32)
    path = consistency_path(20, 30, kept(rewritten))
    with pytest.raises(ProofError):
        verify_consistency(20, 30, path, mth(honest), mth(rewritten))


@pytest.mark.parametrize(("size1", "size2"), [(0, 0), (0, 5), (-1, 5), (6, 5), (5, 2**63)])
def test_nothing_is_proven_from_an_empty_or_a_larger_tree(size1: int, size2: int) -> None:
    with pytest.raises(ValueError, match="no proof leads"):
        consistency_path(size1, size2, kept(leaves(6)))
    for path in ((), (bytes(32),)):
        with pytest.raises(ProofError, match="no proof leads"):
            verify_consistency(size1, size2, path, EMPTY_ROOT, EMPTY_ROOT)


def test_trees_of_one_size_have_one_root_and_need_no_path() -> None:
    top = mth(leaves(5))
    assert consistency_path(5, 5, kept(leaves(5))) == ()
    verify_consistency(5, 5, (), top, top)
    for path, other in (((), mth(leaves(4))), ((top,), top)):
        with pytest.raises(ProofError):
            verify_consistency(5, 5, path, top, other)
