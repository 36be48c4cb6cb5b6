"""The Merkle tree of a log (RFC 6962, RFC 9162), as far as a witness and a monitor need it."""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import NamedTuple

HASH_BYTES = 32
TILE_WIDTH = 256
PATH_LIMIT = 63
EMPTY_ROOT = sha256(b"").digest()

ReadHash = Callable[[int, int], bytes]
"""(level, place) -> the hash over the 2^level leaves from place * 2^level on."""


class ProofError(ValueError):
    """A proof that does not hold; the message says why."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry as a leaf."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees."""
    return sha256(b"\x01" + left + right).digest()


class Tree(NamedTuple):
    """A tree in brief: its size and the roots of its complete subtrees, the largest first."""

    size: int = 0
    nodes: tuple[bytes, ...] = ()

    def root(self) -> bytes:
        """The root hash."""
        if not self.nodes:
            return EMPTY_ROOT
        hashed = self.nodes[-1]
        for node in self.nodes[-2::-1]:
            hashed = node_hash(node, hashed)
        return hashed

    def grown(self, leaves: Iterable[bytes]) -> "Tree":
        """The tree with the hashes of more leaves."""
        size, nodes = self.size, list(self.nodes)
        for leaf in leaves:
            # A size with k trailing ones has k complete subtrees that the new leaf completes to a larger one.
            filled = size
            while filled & 1:
                leaf = node_hash(nodes.pop(), leaf)
                filled >>= 1
            nodes.append(leaf)
            size += 1
        return Tree(size, tuple(nodes))


def implied_roots(size1: int, size2: int, path: Sequence[bytes], root1: bytes) -> tuple[bytes, bytes]:
    """The roots of the trees of `size1` and of `size2` leaves to which a consistency proof leads (RFC 9162, 2.1.4.2).

    `root1` is what the proof starts from where `size1` is a power of two; it does not matter otherwise. ProofError where no such
    proof has this shape.
    """
    if not 0 < size1 <= size2 < 2**63:
        raise ProofError(f"no proof leads from {size1} to {size2} leaves")
    if any(len(one) != HASH_BYTES for one in (root1, *path)):
        raise ProofError(f"a hash has {HASH_BYTES} bytes")
    if size1 == size2:
        if path:
            raise ProofError("between trees of one size there is nothing to prove")
        return root1, root1
    hashes = list(path)
    if size1 & (size1 - 1) == 0:
        hashes.insert(0, root1)
    if not hashes:
        raise ProofError("the proof is empty")
    node, last = size1 - 1, size2 - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            raise ProofError("the proof is too long")
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise ProofError("the proof is too short")
    return old, new


def verify_consistency(size1: int, size2: int, path: Sequence[bytes], root1: bytes, root2: bytes) -> None:
    """ProofError where the tree of `size2` leaves is not proven to have grown out of the tree of `size1`."""
    if implied_roots(size1, size2, path, root1) != (root1, root2):
        raise ProofError("the proof does not lead from the one root to the other")


# -- proofs out of the hashes that a log serves -----------------------------------------------------------------------


def tree_at(size: int, read_hash: ReadHash) -> Tree:
    """The tree of the first `size` leaves."""
    return Tree(size, tuple(_subtrees(0, size, read_hash)))


def consistency_path(size1: int, size2: int, read_hash: ReadHash) -> list[bytes]:
    """The proof that the tree of `size2` leaves begins with that of `size1` (RFC 9162, 2.1.4.1)."""
    return _subproof(size1, 0, size2, True, read_hash)


def _subproof(size: int, start: int, end: int, whole: bool, read_hash: ReadHash) -> list[bytes]:
    """SUBPROOF of the RFC for the leaves from `start` up to `end`, of which the first `size` are the old tree's."""
    width = end - start
    if size == width:
        return [] if whole else [_hash(start, end, read_hash)]
    left = 1 << ((width - 1).bit_length() - 1)
    if size <= left:
        return [*_subproof(size, start, start + left, whole, read_hash), _hash(start + left, end, read_hash)]
    rest = _subproof(size - left, start + left, end, False, read_hash)
    return [*rest, _hash(start, start + left, read_hash)]


def _hash(start: int, end: int, read_hash: ReadHash) -> bytes:
    return Tree(0, tuple(_subtrees(start, end, read_hash))).root()


def _subtrees(start: int, end: int, read_hash: ReadHash) -> list[bytes]:
    """The complete subtrees that make up the leaves from `start` up to `end`, the largest first."""
    hashes = []
    while start < end:
        level = (end - start).bit_length() - 1
        hashes.append(read_hash(level, start >> level))
        start += 1 << level
    return hashes
