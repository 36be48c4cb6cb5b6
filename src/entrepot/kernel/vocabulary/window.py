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


class WindowServed(Struct, frozen=True, omit_defaults=True):
    """What a counter did for its principal in this dossier (the key is the ticket's id): under which `ticket` number of the day, in
    which way they spoke, what came of it, and the ids of the statements made. `spoke` tells who spoke and how that was known,
    `consent` what they agreed to be done; `reason` why earlier statements were replaced or withdrawn."""

    counter: str
    ticket: str
    way: Literal["in_person", "telephone", "post"]
    outcome: Literal["done", "web", "papers", "answered"]
    said: tuple[str, ...] = ()
    spoke: Words = ""
    consent: Words = ""
    reason: Words = ""
    note: Words = ""


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
WINDOW_SERVED = said_each(
    "window.served",
    WindowServed,
    "ticket",
    say=frozenset({"clerk"}),
    read=frozenset({"speaker", "clerk", "operator", "auditor"}),
    label=Text("served at the window", "窗口办理"),
    doc="What a counter did here for its principal: how they spoke, what was said, what came of it.",
)
