"""The log's entries and its tree: what is hashed, in which bytes, and how inclusion and growth are proven.

From a statement to a leaf, byte by byte:

    statement   canonical JSON (RFC 8785, see the kernel's `canonical`) of what was said; never in the log
    salt        32 random bytes of this statement's own, kept beside the body; never in the log
    digest      SHA-256(salt || statement)
    entry       canonical JSON {"digest":"<64 hex digits>","type":"<kind>","v":1}; this alone stands in the log
    leaf hash   SHA-256(0x00 || entry)
    node hash   SHA-256(0x01 || left || right)

The log tells nothing of a statement but its kind: without the salt even a guess of all its fields cannot be confirmed.
Erasing body and salt leaves every entry, hash and proof as it was. The salt has one length, so that no two pairs of salt
and statement share their bytes.

The tree is that of RFC 6962 and RFC 9162 (SHA-256). A store keeps the hashes of every eighth level: tile level t,
place p holds the hash of the leaves from p * 256^t up to (p + 1) * 256^t, only once all of them are there. Every 256
neighbours are one tile of C2SP tlog-tiles as it is served; the seven levels between are recomputed. Levels and places
in `read_hash(level, place)` count every level: level 0 are leaf hashes, level k hashes 2^k leaves.
"""

import re
from collections.abc import Callable, Sequence
from hashlib import sha256

from msgspec import Struct

SALT_BYTES = 32
HASH_BYTES = 32
TILE_LEVELS = 8
TILE_WIDTH = 2**TILE_LEVELS
SIZE_LIMIT = 2**63
EMPTY_ROOT = sha256(b"").digest()

_KIND = re.compile(r"[a-z][a-z0-9.]{0,63}")

ReadHash = Callable[[int, int], bytes]
"""(level, place) -> the hash of the 2^level leaves from place * 2^level on; LookupError where they are not all there."""

ReadTile = Callable[[int, int], bytes]
"""(tile level, number) -> the hashes kept in that tile, one after the other: 32 to 8,192 bytes."""


class ProofError(ValueError):
    """A proof does not hold; the message says why."""


# -- entries ----------------------------------------------------------------------------------------------------------


def salted_digest(statement: bytes, salt: bytes) -> bytes:
    """The digest of a statement's canonical bytes under its own salt."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
    return sha256(salt + statement).digest()


def entry_bytes(kind: str, digest: bytes) -> bytes:
    """What the log keeps of a statement. `kind` (`submission`, `sent`) is public, so it is a plain word and no more."""
    if not _KIND.fullmatch(kind):
        raise ValueError(f"a kind of entry is a word of small letters, digits and points, not {kind!a}")
    if len(digest) != HASH_BYTES:
        raise ValueError(f"a digest has {HASH_BYTES} bytes, not {len(digest)}")
    return f'{{"digest":"{digest.hex()}","type":"{kind}","v":1}}'.encode()


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry as a leaf."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node from the hashes of its two children."""
    return sha256(b"\x01" + left + right).digest()


# -- growing ----------------------------------------------------------------------------------------------------------


class Frontier(Struct, frozen=True):
    """A tree in brief: its size and the hashes of its complete subtrees, the largest (leftmost) first.

    They are as many as the size has binary ones, and all that is needed to append to the tree and to know its root.
    """

    size: int = 0
    nodes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size < SIZE_LIMIT or len(self.nodes) != self.size.bit_count():
            raise ValueError(f"{len(self.nodes)} subtrees do not make up a tree of {self.size} leaves")

    def root(self) -> bytes:
        """The root hash of the tree."""
        return _joined(self.nodes) if self.nodes else EMPTY_ROOT


def append(frontier: Frontier, leaf_hashes: Sequence[bytes]) -> tuple[Frontier, list[tuple[int, int, bytes]]]:
    """The tree with more leaves, and the hashes that a store has to keep for it: (tile level, place, hash) each."""
    if any(len(leaf) != HASH_BYTES for leaf in leaf_hashes):
        raise ValueError(f"a leaf hash has {HASH_BYTES} bytes")
    waiting = list(frontier.nodes)  # complete subtrees that may yet find their right neighbour; the smallest is last
    left_over: list[bytes] = []
    kept: list[tuple[int, int, bytes]] = []
    fresh, before, level = list(leaf_hashes), frontier.size, 0
    while fresh or waiting:
        if level % TILE_LEVELS == 0:
            kept += [(level // TILE_LEVELS, place, node) for place, node in enumerate(fresh, before)]
        if before & 1:
            fresh = [waiting.pop(), *fresh]
        if len(fresh) & 1:
            left_over.append(fresh.pop())
        fresh = _paired(fresh)
        before, level = before >> 1, level + 1
    return Frontier(frontier.size + len(leaf_hashes), tuple(reversed(left_over))), kept


def root(leaf_hashes: Sequence[bytes]) -> bytes:
    """The root hash over all leaves, from scratch: the auditor's way, independent of what a store keeps."""
    row = list(leaf_hashes)
    if not row:
        return EMPTY_ROOT
    while len(row) > 1:
        lone = [row.pop()] if len(row) & 1 else []
        row = _paired(row) + lone
    return row[0]


def _paired(row: list[bytes]) -> list[bytes]:
    """The next level of an even number of hashes."""
    neighbours = iter(row)
    return [sha256(b"\x01" + left + right).digest() for left, right in zip(neighbours, neighbours, strict=True)]


def _joined(nodes: Sequence[bytes]) -> bytes:
    """The hash over complete subtrees, the largest first."""
    hashed = nodes[-1]
    for node in reversed(nodes[:-1]):
        hashed = node_hash(node, hashed)
    return hashed


# -- proofs from what a store keeps -----------------------------------------------------------------------------------


class Tiles:
    """A `read_hash` over tiles: expands each tile it reads to its eight levels and keeps the last `keep` of them (16 KB each).

    Tiles only grow, so what was expanded stays true; a place beyond it has the tile read anew.
    """

    def __init__(self, read_tile: ReadTile, keep: int = 1024) -> None:
        self._read_tile, self._keep = read_tile, keep
        self._expanded: dict[tuple[int, int], list[bytes]] = {}

    def __call__(self, level: int, place: int) -> bytes:
        tile_level, up = divmod(level, TILE_LEVELS)
        tile = (tile_level, place >> (TILE_LEVELS - up))
        start = (place & ((TILE_WIDTH >> up) - 1)) * HASH_BYTES
        rows = self._expanded.get(tile)
        found = rows[up][start : start + HASH_BYTES] if rows else b""
        if not found:
            found = self._expand(tile)[up][start : start + HASH_BYTES]
        if not found:
            raise LookupError(f"the tree has no hash at level {level}, place {place} yet")
        return found

    def _expand(self, tile: tuple[int, int]) -> list[bytes]:
        row = self._read_tile(*tile)
        if len(row) % HASH_BYTES or len(row) > TILE_WIDTH * HASH_BYTES:
            raise LookupError(f"tile {tile} has {len(row)} bytes, which is no tile")
        rows = [row]
        for _ in range(TILE_LEVELS - 1):
            pair = 2 * HASH_BYTES
            ends = range(pair, len(row) + 1, pair)
            row = b"".join([sha256(b"\x01" + row[end - pair : end]).digest() for end in ends])
            rows.append(row)
        self._expanded.pop(tile, None)
        while len(self._expanded) >= self._keep:
            self._expanded.pop(next(iter(self._expanded)))
        self._expanded[tile] = rows
        return rows


def frontier_at(size: int, read_hash: ReadHash) -> Frontier:
    """The tree of the first `size` leaves, from the hashes kept."""
    return Frontier(size, tuple(_subtrees(0, size, read_hash)))


def inclusion_path(index: int, size: int, read_hash: ReadHash) -> tuple[bytes, ...]:
    """The proof that the leaf at `index` is in the tree of `size` leaves: sibling hashes from the leaf up (RFC 9162, 2.1.3)."""
    if not 0 <= index < size < SIZE_LIMIT:
        raise ValueError(f"there is no leaf {index} in a tree of {size}")
    path, level, place, last = [], 0, index, size - 1
    while last:
        sibling = place ^ 1
        if sibling < last:
            path.append(read_hash(level, sibling))
        elif sibling == last:  # the right edge, where a subtree may be incomplete
            path.append(_hash_of(sibling << level, size, read_hash))
        level, place, last = level + 1, place >> 1, last >> 1
    return tuple(path)


def consistency_path(size1: int, size2: int, read_hash: ReadHash) -> tuple[bytes, ...]:
    """The proof that the tree of `size1` leaves is the beginning of the tree of `size2` leaves (RFC 9162, 2.1.4)."""
    if not 0 < size1 <= size2 < SIZE_LIMIT:
        raise ValueError(f"no proof leads from a tree of {size1} to one of {size2} leaves")
    start, end = 0, size2
    beside: list[tuple[int, int]] = []
    while size1 != end:
        middle = start + (1 << ((end - start - 1).bit_length() - 1))
        if size1 <= middle:
            beside.append((middle, end))
            end = middle
        else:
            beside.append((start, middle))
            start = middle
    if start:  # else the old tree is itself a node of the new one, and its root is known to the verifier
        beside.append((start, end))
    return tuple(_hash_of(*part, read_hash) for part in reversed(beside))


def _hash_of(start: int, end: int, read_hash: ReadHash) -> bytes:
    """The hash over the leaves from `start` up to `end`, which form one node of the tree, complete or at its right edge."""
    return _joined(_subtrees(start, end, read_hash))


def _subtrees(start: int, end: int, read_hash: ReadHash) -> list[bytes]:
    """The complete subtrees that the leaves from `start` up to `end` fall into, the largest first."""
    hashes = []
    while start < end:
        level = (end - start).bit_length() - 1
        hashes.append(read_hash(level, start >> level))
        start += 1 << level
    return hashes


# -- checking proofs --------------------------------------------------------------------------------------------------


def root_of_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root hash to which an inclusion proof leads; ProofError where the proof cannot be one for that place and size."""
    if not 0 <= index < size < SIZE_LIMIT:
        raise ProofError(f"there is no leaf {index} in a tree of {size}")
    _whole(leaf, *path)
    forks = _forks(index, size)
    expected = forks + (index >> forks).bit_count()
    if len(path) != expected:
        raise ProofError(f"the path has {len(path)} hashes; leaf {index} of {size} needs {expected}")
    return _up(_up_forks(leaf, index, path[:forks]), path[forks:])


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root_hash: bytes) -> None:
    """Check that a leaf hash stands at `index` in the tree of that size and root; ProofError where it is not proven."""
    _whole(root_hash)
    if root_of_path(leaf, index, size, path) != root_hash:
        raise ProofError("the path does not lead to the root: the leaf is not proven to be in the tree")


def verify_consistency(size1: int, size2: int, path: Sequence[bytes], root1: bytes, root2: bytes) -> None:
    """Check that a tree only grew from the first size and root to the second; ProofError where it is not proven.

    An empty first tree is refused: it is the beginning of every tree, so a proof from it would prove nothing.
    """
    if not 0 < size1 <= size2 < SIZE_LIMIT:
        raise ProofError(f"no proof leads from a tree of {size1} to one of {size2} leaves")
    if size1 == size2:
        if path:
            raise ProofError("trees of one size need no path")
        if root1 != root2:
            raise ProofError("two trees of one size have different roots")
        return
    _whole(root1, root2, *path)
    whole = (size1 & -size1).bit_length() - 1  # the level of the last complete subtree of the first tree
    own = size1 != 1 << whole  # else the first tree is itself a node of the second, and its root needs no repeating
    edge = (size1 - 1) >> whole
    forks = _forks(size1 - 1, size2) - whole
    expected = own + forks + (edge >> forks).bit_count()
    if len(path) != expected:
        raise ProofError(f"the path has {len(path)} hashes; from {size1} to {size2} it needs {expected}")
    seed, rest = (path[0], path[1:]) if own else (root1, path)
    old = seed
    for level in range(forks):
        if edge >> level & 1:
            old = node_hash(rest[level], old)
    if _up(old, rest[forks:]) != root1:
        raise ProofError("the path does not lead to the first root")
    if _up(_up_forks(seed, edge, rest[:forks]), rest[forks:]) != root2:
        raise ProofError("the path does not lead to the second root: the tree did not merely grow")


def _forks(index: int, size: int) -> int:
    """How many levels lie between the leaf at `index` and the point where its way joins that of the last leaf."""
    return (index ^ (size - 1)).bit_length()


def _up_forks(hashed: bytes, place: int, path: Sequence[bytes]) -> bytes:
    """Climb with a sibling at each level, on the side that the bits of `place` tell."""
    for level, sibling in enumerate(path):
        hashed = node_hash(sibling, hashed) if place >> level & 1 else node_hash(hashed, sibling)
    return hashed


def _up(hashed: bytes, path: Sequence[bytes]) -> bytes:
    """Climb along the right edge, where every sibling is on the left."""
    for sibling in path:
        hashed = node_hash(sibling, hashed)
    return hashed


def _whole(*hashes: bytes) -> None:
    if any(len(hashed) != HASH_BYTES for hashed in hashes):
        raise ProofError(f"a hash has {HASH_BYTES} bytes")
