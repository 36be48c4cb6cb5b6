"""Keys of witnesses, and what their cosignatures say (C2SP tlog-cosignature).

A witness's key is told as a log's is, NAME+HEX(id)+BASE64(kind || public key), of the kinds 0x04 (Ed25519) and 0x06
(ML-DSA-44). A cosignature line's signature is 8 bytes of time (seconds since 1970, big-endian), then the signature proper of

    kind 0x04   "cosignature/v1\\ntime TIME\\n" || the text of the checkpoint
    kind 0x06   "subtree/v1\\n\\0" || name, length first || time || origin, length first || 0 || size || root hash
"""

from hashlib import sha256
from typing import Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
from msgspec import Struct

from entrepot.store.notes import Checkpoint, NoteError, Signature, check_name, from_base64, to_base64

ED25519, ML_DSA_44 = 0x04, 0x06
TIME_BYTES = 8
LATEST_TIME = 2**63 - 1

_PUBLIC_BYTES = {ED25519: 32, ML_DSA_44: 1312}


class WitnessKey(Struct, frozen=True):
    """A witness's public key: its name, the kind of its cosignatures, the bytes of the key."""

    name: str
    kind: Literal[0x04, 0x06]
    public: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.public) != _PUBLIC_BYTES[self.kind]:
            raise NoteError(f"a witness's key of kind {self.kind:#04x} has {_PUBLIC_BYTES[self.kind]} bytes")

    @classmethod
    def parse(cls, text: str) -> "WitnessKey":
        """A key from its text; NoteError for any other text."""
        parts = text.split("+", 2)
        if len(parts) != 3:
            raise NoteError("a witness's key reads NAME+HEX+BASE64")
        name, key_id, material = parts
        public = from_base64(material, "a witness's key")
        match public[0]:
            case 0x04:
                key = cls(name, 0x04, public[1:])
            case 0x06:
                key = cls(name, 0x06, public[1:])
            case other:
                raise NoteError(f"a witness's key is of kind 0x04 (Ed25519) or 0x06 (ML-DSA-44), not {other:#04x}")
        if key.key_id.hex() != key_id:
            raise NoteError(f"the id of the witness's key is {key_id!a}, but name and key give {key.key_id.hex()}")
        return key

    @property
    def key_id(self) -> bytes:
        """The four bytes that stand before each of its cosignatures."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{to_base64(bytes([self.kind]) + self.public)}"

    def made(self, line: Signature) -> bool:
        """Whether a signature line says that it is this key's; nothing of it is verified."""
        return line.name == self.name and line.key_id == self.key_id

    def signed_at(self, checkpoint: Checkpoint, line: Signature) -> int:
        """The second at which this key cosigned the checkpoint with that line; NoteError where it did not."""
        if not self.made(line):
            raise NoteError(f"the line of {line.name} is not by the key {self.name}+{self.key_id.hex()}")
        time = int.from_bytes(line.signature[:TIME_BYTES])
        if not 0 < time <= LATEST_TIME:
            raise NoteError(f"the cosignature of {self.name} bears no time")
        try:
            if self.kind == ED25519:
                message = f"cosignature/v1\ntime {time}\n{checkpoint.text()}".encode()
                Ed25519PublicKey.from_public_bytes(self.public).verify(line.signature[TIME_BYTES:], message)
            else:
                message = subtree_message(self.name, time, checkpoint)
                MLDSA44PublicKey.from_public_bytes(self.public).verify(line.signature[TIME_BYTES:], message)
        except (InvalidSignature, ValueError):
            raise NoteError(f"the cosignature of {self.name} is false") from None
        return time


def subtree_message(name: str, time: int, checkpoint: Checkpoint) -> bytes:
    """What an ML-DSA-44 cosignature of a whole checkpoint signs (tlog-cosignature, `cosigned_message`)."""
    parts = [b"subtree/v1\n\0", _short(name), time.to_bytes(8), _short(checkpoint.origin), bytes(8)]
    return b"".join([*parts, checkpoint.size.to_bytes(8), checkpoint.root])


def _short(text: str) -> bytes:
    data = text.encode()
    if not 0 < len(data) < 256:
        raise NoteError("a name of 1 to 255 bytes can be cosigned with ML-DSA-44, a longer one cannot")
    return bytes([len(data)]) + data
