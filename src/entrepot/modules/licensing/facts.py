"""The room's own values: what the law alone asks of goods, before anything is held against it."""

from typing import Literal

from msgspec import Struct

from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.clearance import Requirement

Standing = Literal["required", "held", "stated_not_controlled", "unknown", "banned"]


class Asking(Struct, frozen=True):
    """One thing the law asks for. `accepts` are the document codes that answer it besides its own."""

    requirement: Requirement
    accepts: tuple[str, ...] = ()


class Asked(Struct, frozen=True):
    """All that the law asks of goods of a code in a flow. Unless `known`, no list of its controls is on file; `notes` tell of
    controls that are on file and ask for nothing today."""

    known: bool
    codes: tuple[str, ...]
    askings: tuple[Asking, ...]
    notes: tuple[Text, ...] = ()
