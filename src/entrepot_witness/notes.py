"""Signed notes, checkpoints and cosignatures, read and written apart from the platform (C2SP signed-note, tlog-checkpoint,
tlog-cosignature).

A witness that shared its code with the log would share its mistakes; so this says the same as the platform's own in other words,
and tests hold the two against each other.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

NOTE_LIMIT = 262_144  # bytes
LINES_LIMIT = 64  # signatures of a note
ED25519, COSIGNATURE, ML_DSA_44 = 0x01, 0x04, 0x06
_PUBLIC_BYTES = {ED25519: 32, COSIGNATURE: 32, ML_DSA_44: 1312}
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
_FORBIDDEN = re.compile(r"[\x00-\x09\x0b-\x1f]")


class NoteError(ValueError):
    """A text that is no note, checkpoint or key; the message says why."""


class NotSignedError(NoteError):
    """A note that no trusted key signed, or that bears a false signature under a trusted key's name and id."""


class Line(NamedTuple):
    """A signature line: who it says signed, the id of the key, the bytes."""

    name: str
    key_id: bytes
    data: bytes

    def __str__(self) -> str:
        return f"— {self.name} {base64_of(self.key_id + self.data)}\n"


class Key(NamedTuple):
    """A public key: a log's (0x01), or a witness's (0x04 Ed25519, 0x06 ML-DSA-44)."""

    name: str
    kind: int
    public: bytes

    @classmethod
    def parse(cls, text: str, kinds: Sequence[int]) -> "Key":
        """A key of one of the kinds from its text NAME+HEX+BASE64; NoteError for any other."""
        name, _, rest = text.partition("+")
        key_id, _, encoded = rest.partition("+")
        material = bytes_of(encoded, "the key")
        if material[0] not in kinds or len(material) != 1 + _PUBLIC_BYTES[material[0]]:
            raise NoteError(
                f"a key of a kind that is not expected here, or of a wrong length (kind {material[0]:#04x})"
            )
        key = cls(_named(name), material[0], material[1:])
        if key.key_id.hex() != key_id:
            raise NoteError(f"the id in the key is {key_id[:20]!a}, its name and bytes give {key.key_id.hex()}")
        return key

    @property
    def key_id(self) -> bytes:
        """The four bytes before its signatures."""
        return sha256(self.name.encode() + bytes([0x0A, self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{base64_of(bytes([self.kind]) + self.public)}"


class Checkpoint(NamedTuple):
    """A log's name, the number of its leaves, the root hash over them, and the text that says so."""

    origin: str
    size: int
    root: bytes
    text: str

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """A checkpoint from a note's text; NoteError where it is none."""
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
            raise NoteError("a checkpoint has three lines or more, none of them empty")
        root = bytes_of(lines[2], "the root hash")
        if len(root) != 32:
            raise NoteError("a root hash has 32 bytes")
        return cls(lines[0], size_of(lines[1]), root, text)


def split(note: str) -> tuple[str, list[Line]]:
    """A note's text and its signature lines; nothing of it is verified."""
    if len(note) > NOTE_LIMIT or len(note.encode(errors="replace")) > NOTE_LIMIT:
        raise NoteError(f"a note of more than {NOTE_LIMIT:,} bytes")
    text, gap, tail = note.rpartition("\n\n")
    if not gap or not tail.endswith("\n") or _FORBIDDEN.search(note):
        raise NoteError("a note is a text, an empty line and signature lines, without control characters")
    lines = tail[:-1].split("\n")
    if len(lines) > LINES_LIMIT:
        raise NoteError(f"a note with more than {LINES_LIMIT} signatures")
    return text + "\n", [_line(line) for line in lines]


def open_note(note: str, keys: Sequence[Key]) -> tuple[Checkpoint, list[Line]]:
    """The checkpoint in a note, and the lines by which its log's keys signed it.

    NotSignedError where none of the keys did, or one of them is named with a false signature; NoteError where the note is malformed
    or the checkpoint is of another log than the key.
    """
    text, lines = split(note)
    checkpoint = Checkpoint.parse(text)
    by = {(key.name, key.key_id): key for key in keys}
    own: list[Line] = []
    for line in lines:
        key = by.get((line.name, line.key_id))
        if key is None:
            continue
        if key.name != checkpoint.origin:
            raise NoteError(f"the checkpoint is of the log {checkpoint.origin!a}, the key is that of {key.name!a}")
        if key in {by[(seen.name, seen.key_id)] for seen in own}:
            raise NoteError("a note bears two signatures of one key")
        if not _ed25519(key.public, text.encode(), line.data):
            raise NotSignedError(f"the signature of {key.name} is false")
        own.append(line)
    if not own:
        raise NotSignedError("no key of the log that is known here signed it")
    return checkpoint, own


def is_signed(text: str, lines: Sequence[Line], key: Key) -> bool:
    """Whether exactly one of a note's lines is by an Ed25519 key, and is its signature of the text."""
    own = [line.data for line in lines if (line.name, line.key_id) == (key.name, key.key_id)]
    return len(own) == 1 and _ed25519(key.public, text.encode(), own[0])


def cosigned_at(key: Key, checkpoint: Checkpoint, lines: Sequence[Line]) -> int | None:
    """The second at which a witness's key cosigned a checkpoint; None where it did not, or falsely."""
    for line in lines:
        if (line.name, line.key_id) == (key.name, key.key_id):
            time = int.from_bytes(line.data[:8])
            if not 0 < time < 2**63:
                return None
            message = _message(key, time, checkpoint)
            verified = _ed25519 if key.kind == COSIGNATURE else _ml_dsa
            return time if verified(key.public, message, line.data[8:]) else None
    return None


class Cosigner:
    """A witness's secret key: `seed` is 32 random bytes."""

    def __init__(self, name: str, kind: int, seed: bytes) -> None:
        if len(seed) != 32:
            raise NoteError("the seed of a key has 32 bytes")
        self._secret = (
            Ed25519PrivateKey.from_private_bytes(seed)
            if kind == COSIGNATURE
            else MLDSA44PrivateKey.from_seed_bytes(seed)
        )
        self.key = Key(_named(name), kind, self._secret.public_key().public_bytes_raw())

    def line(self, checkpoint: Checkpoint, time: int) -> Line:
        """The cosignature of a checkpoint as of a second since 1970."""
        data = time.to_bytes(8) + self._secret.sign(_message(self.key, time, checkpoint))
        return Line(self.key.name, self.key.key_id, data)


def _message(key: Key, time: int, checkpoint: Checkpoint) -> bytes:
    """What a cosignature signs, by the kind of its key."""
    if key.kind == COSIGNATURE:
        return f"cosignature/v1\ntime {time}\n{checkpoint.text}".encode()
    origin, name = checkpoint.origin.encode(), key.name.encode()
    if len(origin) > 255 or len(name) > 255:
        raise NoteError("names of more than 255 bytes cannot be cosigned with ML-DSA-44")
    whole = (0).to_bytes(8) + checkpoint.size.to_bytes(8)
    named = bytes([len(name)]) + name + time.to_bytes(8) + bytes([len(origin)]) + origin
    return b"subtree/v1\n\0" + named + whole + checkpoint.root


def _ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _ml_dsa(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        MLDSA44PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


# -- one spelling each ------------------------------------------------------------------------------------------------


def size_of(text: str) -> int:
    """A number of leaves from its decimal digits."""
    if not _DECIMAL.fullmatch(text) or int(text) >= 2**63:
        raise NoteError("a size is a plain decimal number below 2^63")
    return int(text)


def base64_of(data: bytes) -> str:
    """Bytes in base64."""
    return b64encode(data).decode()


def bytes_of(text: str, what: str) -> bytes:
    """Bytes from base64 in its one spelling."""
    try:
        data = b64decode(text, validate=True)
    except ValueError:
        data = b""
    if not data or base64_of(data) != text:
        raise NoteError(f"{what} is not in base64")
    return data


def _named(name: str) -> str:
    if not name or "+" in name or any(letter.isspace() for letter in name) or _FORBIDDEN.search(name):
        raise NoteError("a key's name is not empty and holds no space, plus sign or control character")
    return name


def _line(text: str) -> Line:
    parts = text.split(" ")
    if len(parts) != 3 or parts[0] != "—":
        raise NoteError("a signature line reads: em dash, name, base64")
    data = bytes_of(parts[2], "a signature")
    if len(data) < 5:
        raise NoteError("a signature is shorter than the id of its key")
    return Line(_named(parts[1]), data[:4], data[4:])
