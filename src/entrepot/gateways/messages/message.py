"""What every message format shares: the envelope, what writing gives, and the two acts of writing."""

from typing import Literal, Protocol

from msgspec import Struct

from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.clearance import Cancellation
from entrepot.kernel.vocabulary.decisions import Declaration


class Envelope(Struct, frozen=True):
    """What a message says of itself. `message` is its own id; `prepared_at` ISO 8601; `declaration` the number customs gave,
    for amendments and cancellations; `sender` and `receiver` as the office knows them."""

    message: str
    function: Literal["original", "amend", "cancel"] = "original"
    prepared_at: str = ""
    declaration: str = ""
    sender: str = ""
    receiver: str = ""


class Written(Struct, frozen=True):
    """A message as bytes. `lost` names every field of the declaration that the format has no place for, with its value."""

    data: bytes
    media_type: str
    lost: tuple[Text, ...] = ()


class Format(Protocol):
    """A format in which a declaration goes to customs."""

    name: str
    media_type: str
    extension: str

    def write(self, declaration: Declaration, envelope: Envelope) -> Written:
        """The declaration as a message, an amendment of one where the envelope says so."""

    def write_cancellation(self, cancellation: Cancellation, envelope: Envelope) -> Written:
        """The request to give a declaration up. Raises Refusal where the format has none."""
