"""Logs made for tests: statements, salts, the tree over them as a store keeps it, and its signed checkpoint."""

from hashlib import sha256
from typing import Any

from entrepot.kernel.canonical import canonical
from entrepot.modules.evidence.rules.tree import (
    HASH_BYTES,
    TILE_WIDTH,
    Frontier,
    Tiles,
    append,
    entry_bytes,
    inclusion_path,
    leaf_hash,
    salted_digest,
)
from entrepot.store.notes import Checkpoint, Signer, sign_checkpoint
from entrepot.store.receipt import make_receipt

ORIGIN = "log.example/yichang"
SIGNER = Signer(ORIGIN, bytes(range(32)))
KEY = str(SIGNER.verifier)


def leaves(count: int) -> list[bytes]:
    return [sha256(b"leaf %d" % number).digest() for number in range(count)]


class Kept:
    """What a store would keep of a tree: its hashes by tile."""

    def __init__(self) -> None:
        self.frontier = Frontier()
        self.tiles: dict[tuple[int, int], bytes] = {}

    def add(self, leaf_hashes: list[bytes]) -> None:
        self.frontier, kept = append(self.frontier, leaf_hashes)
        for level, place, hashed in kept:
            tile = (level, place // TILE_WIDTH)
            before = self.tiles.get(tile, b"")
            assert len(before) == place % TILE_WIDTH * HASH_BYTES, "hashes come in order, without a gap"
            self.tiles[tile] = before + hashed

    def read_tile(self, level: int, number: int) -> bytes:
        return self.tiles.get((level, number), b"")


def statement(number: int) -> dict[str, Any]:
    return {
        "id": f"0192f3a0-0000-7000-8000-{number:012}",
        "topic": "goods.line",
        "key": str(number),
        "version": 1,
        "for": "宜昌磷酸有限公司",
        "body": sha256(b"body %d" % number).hexdigest(),
        "evidence": [sha256(b"invoice").hexdigest()],
    }


def salt(number: int) -> bytes:
    return sha256(b"salt %d" % number).digest()


class Log:
    """A log of so many statements, signed by `signer`."""

    def __init__(self, size: int, signer: Signer = SIGNER) -> None:
        self.kept = Kept()
        self.entries = [
            entry_bytes("submission", salted_digest(canonical(statement(n)), salt(n))) for n in range(size)
        ]
        self.kept.add([leaf_hash(entry) for entry in self.entries])
        self.checkpoint = Checkpoint(signer.name, size, self.kept.frontier.root())
        self.note = sign_checkpoint(self.checkpoint, signer)

    def path(self, index: int) -> tuple[bytes, ...]:
        return inclusion_path(index, self.checkpoint.size, Tiles(self.kept.read_tile))

    def receipt(self, index: int) -> str:
        return make_receipt(canonical(statement(index)), salt(index), index, self.path(index), self.note)
