"""Signed notes and checkpoints, as C2SP signed-note and tlog-checkpoint write them: text, a blank line, signature lines.

A key has a name and a 4-byte id, the first of SHA-256(name || 0x0A || 0x01 || public key), 0x01 standing for Ed25519.
A signature line is `— NAME BASE64(id || signature of the text)`. Anybody's key is told as NAME+HEX(id)+BASE64(0x01 || public key).
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from hashlib import sha256

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Struct

NOTE_LIMIT = 262_144  # bytes: ample for sixteen post-quantum cosignatures
SIGNATURE_LIMIT = 64
SIZE_LIMIT = 2**63

_ED25519 = b"\x01"
_KEY_ID_BYTES, _KEY_BYTES, _SIGNATURE_BYTES, _ROOT_BYTES = 4, 32, 64, 32
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


class NoteError(ValueError):
    """A note, key or checkpoint that is malformed, or that no trusted key has signed; the message says which."""


class Verifier(Struct, frozen=True):
    """A key trusted to sign: its name and its 32-byte Ed25519 public key."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.public) != _KEY_BYTES:
            raise NoteError(f"an Ed25519 public key has {_KEY_BYTES} bytes, not {len(self.public)}")

    @classmethod
    def parse(cls, text: str) -> "Verifier":
        """A key from its text `NAME+HEX+BASE64`; NoteError for any other text."""
        parts = text.split("+", 2)  # base64 may hold more plus signs, a name holds none
        if len(parts) != 3:
            raise NoteError("a verifier key reads NAME+HEX+BASE64")
        name, key_id, material = parts
        public = from_base64(material, "a verifier key")
        if public[:1] != _ED25519:
            raise NoteError("a verifier key of a kind other than Ed25519 (0x01)")
        verifier = cls(name, public[1:])
        if verifier.key_id.hex() != key_id:
            raise NoteError(f"the id of the verifier key is {key_id!a}, but name and key give {verifier.key_id.hex()}")
        return verifier

    @property
    def key_id(self) -> bytes:
        """The four bytes that stand before each of its signatures."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:_KEY_ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{to_base64(_ED25519 + self.public)}"

    def verifies(self, text: str, signature: bytes) -> bool:
        """Whether the 64 bytes are this key's signature of the text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


class Signer:
    """A key that signs. `seed` is its secret: 32 random bytes (RFC 8032's private key)."""

    def __init__(self, name: str, seed: bytes) -> None:
        if len(seed) != _KEY_BYTES:
            raise NoteError(f"the seed of a signing key has {_KEY_BYTES} bytes, not {len(seed)}")
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier = Verifier(name, self._key.public_key().public_bytes_raw())
        self._key_id = self.verifier.key_id

    @property
    def name(self) -> str:
        """The key's name; for a log's key, the log's origin."""
        return self.verifier.name

    def line(self, text: str) -> str:
        """The signature line for a text."""
        return f"— {self.name} {to_base64(self._key_id + self._key.sign(text.encode()))}\n"

    def sign_root(self, protected: bytes, root: bytes) -> bytes:
        """The COSE signature of a root hash under a protected header (RFC 9052, 4.4). What it signs begins with a byte that no
        text in UTF-8 begins with, so that it can never pass for the signature of a note."""
        return self._key.sign(cbor2.dumps(["Signature1", protected, b"", root]))


class Signature(Struct, frozen=True):
    """One signature line of a note, not yet verified."""

    name: str
    key_id: bytes
    signature: bytes


def sign_note(text: str, *signers: Signer) -> str:
    """The text as a note signed by each of the keys. A text has no control characters and ends with a new line."""
    _check_text(text)
    return text + "\n" + "".join(signer.line(text) for signer in signers)


def split_note(note: str) -> tuple[str, tuple[Signature, ...]]:
    """A note's text and its signature lines, nothing of it verified; NoteError where it is malformed."""
    if len(note) > NOTE_LIMIT or len(note.encode(errors="surrogatepass")) > NOTE_LIMIT:
        raise NoteError(f"a note of more than {NOTE_LIMIT:,} bytes")
    head, blank, tail = note.rpartition("\n\n")
    if not blank or not tail.endswith("\n"):
        raise NoteError("a note is a text, a blank line and signature lines, each ended by a new line")
    text = head + "\n"
    _check_text(text)
    lines = tail[:-1].split("\n")
    if len(lines) > SIGNATURE_LIMIT:
        raise NoteError(f"a note with more than {SIGNATURE_LIMIT} signatures")
    return text, tuple(_signature(line) for line in lines)


def signers_of(note: str, trusted: Sequence[Verifier]) -> tuple[Verifier, ...]:
    """The trusted keys that signed a note, in the order of its lines.

    Signatures of unknown keys are passed over. NoteError where a signature under a trusted key's name and id is false, or where
    one key signed twice.
    """
    text, signatures = split_note(note)
    known = {(verifier.name, verifier.key_id): verifier for verifier in trusted}
    found: dict[Verifier, None] = {}
    for signature in signatures:
        verifier = known.get((signature.name, signature.key_id))
        if verifier is None:
            continue
        if not verifier.verifies(text, signature.signature):
            raise NoteError(f"the signature of {signature.name} is false")
        if verifier in found:
            raise NoteError(f"two signatures of one key of {signature.name}")
        found[verifier] = None
    return tuple(found)


def open_note(note: str, trusted: Sequence[Verifier]) -> tuple[str, tuple[str, ...]]:
    """A note's text and the names of the trusted keys that signed it, in the order of the lines.

    Signatures of unknown keys are passed over. NoteError where none of the trusted keys signed, or where a signature
    under a trusted key's name and id is false.
    """
    text, signatures = split_note(note)
    names = tuple(dict.fromkeys(verifier.name for verifier in signers_of(note, trusted)))
    if not names:
        raise NoteError(f"none of the trusted keys signed it; signed by {', '.join(s.name for s in signatures)}")
    return text, names


class Checkpoint(Struct, frozen=True):
    """What a log commits to: its origin (unique name), the number of its leaves, and the root hash over them."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size < SIZE_LIMIT:
            raise NoteError(f"a log has no size {self.size}")
        if len(self.root) != _ROOT_BYTES:
            raise NoteError(f"a root hash has {_ROOT_BYTES} bytes, not {len(self.root)}")
        if any(not line or "\n" in line for line in (self.origin, *self.extensions)):
            raise NoteError("the origin and the extensions of a checkpoint are lines that are not empty")

    def text(self) -> str:
        """The checkpoint as the text of a note."""
        return "".join(f"{line}\n" for line in (self.origin, self.size, to_base64(self.root), *self.extensions))

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """A checkpoint from the text of a note; NoteError where it is not one."""
        lines = text.split("\n")
        if len(lines) < 4 or lines.pop():
            raise NoteError("a checkpoint has three lines or more: origin, size, root hash")
        origin, size, root_hash, *extensions = lines
        if not _DECIMAL.fullmatch(size):
            raise NoteError(f"the size in a checkpoint is a plain decimal number, not {size[:40]!a}")
        return cls(origin, int(size), from_base64(root_hash, "the root hash"), tuple(extensions))


def sign_checkpoint(checkpoint: Checkpoint, *signers: Signer) -> str:
    """The checkpoint as a note signed by keys of the log, which bear the log's origin as their name."""
    for signer in signers:
        if signer.name != checkpoint.origin:
            raise NoteError(f"the key {signer.name} does not sign for the log {checkpoint.origin}")
    return sign_note(checkpoint.text(), *signers)


def open_checkpoint(note: str, log: Verifier) -> Checkpoint:
    """The checkpoint in a note signed by the log's own key; NoteError where it is another log's, or not signed by it."""
    text, _ = open_note(note, (log,))
    checkpoint = Checkpoint.parse(text)
    if checkpoint.origin != log.name:
        raise NoteError(f"the checkpoint is of the log {checkpoint.origin}, the key is that of {log.name}")
    return checkpoint


def _signature(line: str) -> Signature:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "—":
        raise NoteError("a signature line reads: em dash, name, base64, with one space between")
    check_name(parts[1])
    data = from_base64(parts[2], "a signature")
    if len(data) <= _KEY_ID_BYTES:
        raise NoteError("a signature is shorter than its key id")
    return Signature(parts[1], data[:_KEY_ID_BYTES], data[_KEY_ID_BYTES:])


def check_name(name: str) -> None:
    """NoteError where a key cannot have this name."""
    if not name or "+" in name or any(letter.isspace() for letter in name) or _CONTROL.search(name):
        raise NoteError(f"a key's name is not empty and has no space, plus sign or control character: {name[:80]!a}")


def _check_text(text: str) -> None:
    if not text.endswith("\n"):
        raise NoteError("the text of a note ends with a new line")
    if _CONTROL.search(text):
        raise NoteError("a note holds no control characters but new lines")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise NoteError("the text of a note is not UTF-8") from None


def to_base64(data: bytes) -> str:
    """Bytes as notes write them (RFC 4648, section 4)."""
    return b64encode(data).decode()


def from_base64(text: str, what: str) -> bytes:
    """Bytes from base64 in its one form: any other spelling of the same bytes is refused."""
    try:
        data = b64decode(text, validate=True)
    except ValueError:
        data = b""
    if not data or to_base64(data) != text:
        raise NoteError(f"{what} is not in base64")
    return data
