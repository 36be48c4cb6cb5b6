"""What the platform says of statements that a counter handed in after days without a network."""

from typing import Literal

from msgspec import Struct

from entrepot.kernel.text import Text, Words
from entrepot.kernel.topics import TRADERS, said_each


class WindowReview(Struct, frozen=True, omit_defaults=True):
    """A statement (the key is its id) that a `counter` handed in under a `mandate` that no longer held, or for a clerk who had left:
    it stands under review. `skew_s` is by how many seconds the counter's clock was ahead of the platform's."""

    counter: str
    mandate: str
    reason: Literal["mandate", "clerk"]
    skew_s: int = 0


class WindowConfirmed(Struct, frozen=True, omit_defaults=True):
    """The principal, or the operator, takes the statement (the key is its id) as said: it is under review no more."""

    reason: Words = ""


_CONCERNED = TRADERS | {"importer", "operator", "auditor"}

WINDOW_REVIEW = said_each(
    "window.review",
    WindowReview,
    "submission",
    say=frozenset({"platform"}),
    read=_CONCERNED,
    label=Text("under review", "待复核"),
    doc="A statement from a counter whose mandate or clerk no longer held when it arrived; the principal or the operator settles it.",
)
WINDOW_CONFIRMED = said_each(
    "window.confirmed",
    WindowConfirmed,
    "submission",
    say=frozenset({"exporter", "importer", "operator"}),
    read=_CONCERNED,
    label=Text("confirmed after review", "复核确认"),
    doc="The principal's or the operator's word that a statement under review stands.",
)
