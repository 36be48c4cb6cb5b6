"""Logs for the tests of witness and monitor, made with the platform's own notes and tree: two implementations meet in every test."""

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from entrepot.modules.evidence.rules import tree
from entrepot.store.notes import Checkpoint, Signer, sign_checkpoint

ORIGIN = "log.example.org/one"
WITNESS = "witness.example.org/w1"


class SmallLog:
    """A log in memory. A fork of it shares its key and its first entries."""

    def __init__(self, entries: Sequence[bytes] = (), origin: str = ORIGIN, seed: bytes = bytes([7]) * 32) -> None:
        self.entries, self.origin = list(entries), origin
        self.signers = [Signer(origin, seed)]

    @property
    def key(self) -> str:
        return str(self.signers[0].verifier)

    def grow(self, count: int, word: str = "entry") -> "SmallLog":
        self.entries += [f"{word} {len(self.entries) + at}".encode() for at in range(count)]
        return self

    def fork(self, at: int) -> "SmallLog":
        other = SmallLog(self.entries[:at], self.origin)
        other.signers = self.signers
        return other

    def leaves(self, size: int | None = None) -> list[bytes]:
        return [tree.leaf_hash(entry) for entry in self.entries[:size]]

    def root(self, size: int | None = None) -> bytes:
        return tree.root(self.leaves(size))

    def note(self, size: int | None = None) -> str:
        size = len(self.entries) if size is None else size
        return sign_checkpoint(Checkpoint(self.origin, size, self.root(size)), *self.signers)

    def hash(self, level: int, place: int) -> bytes:
        return tree.root([tree.leaf_hash(one) for one in self.entries[place << level : (place + 1) << level]])

    def path(self, old: int, size: int | None = None) -> tuple[bytes, ...]:
        size = len(self.entries) if size is None else size
        return tree.consistency_path(old, size, self.hash) if 0 < old < size else ()

    def request(self, old: int, size: int | None = None) -> bytes:
        """An add-checkpoint request with an honest proof."""
        return request(old, self.path(old, size), self.note(size))

    def serve(self, folder: Path, size: int | None = None, note: str = "") -> Path:
        """The log as C2SP tlog-tiles lays it out, by the plainest of means."""
        size = len(self.entries) if size is None else size
        level, row = 0, self.leaves(size)
        while row:
            for number in range(-(-len(row) // 256)):
                part = row[number * 256 : (number + 1) * 256]
                write(folder / named(str(level), number, len(part)), b"".join(part))
            row = [tree.root(row[at : at + 256]) for at in range(0, len(row) - 255, 256)]
            level += 1
        for number in range(-(-size // 256)):
            bundle = self.entries[number * 256 : min((number + 1) * 256, size)]
            data = b"".join(len(one).to_bytes(2, "big") + one for one in bundle)
            write(folder / named("entries", number, len(bundle)), data)
        write(folder / "checkpoint", (note or self.note(size)).encode())
        return folder


def named(level: str, number: int, width: int) -> str:
    assert number < 1000
    return f"tile/{level}/{number:03}" + ("" if width == 256 else f".p/{width}")


def write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def request(old: int | str, path: Sequence[bytes], note: str) -> bytes:
    """The body of an add-checkpoint request."""
    return "\n".join([f"old {old}", *(b64encode(one).decode() for one in path), "", note]).encode()


def origin_hash(origin: str = ORIGIN) -> str:
    return sha256(origin.encode()).hexdigest()
