"""The room's own values and topics: decisions on hits, here and in the enterprise's other dossiers."""

from datetime import date
from typing import Literal

from msgspec import Struct

from entrepot.kernel.text import Text
from entrepot.kernel.topics import said_each, view

OFFICERS = frozenset({"exporter", "broker", "operator"})
READERS = OFFICERS | {"clerk", "auditor"}


class Decision(Struct, frozen=True, omit_defaults=True):
    """What a compliance officer decides on a hit (the key is its id): it is `not_them`, or it `is_them`, and why. The first
    holds until `until`, a year at most; the id names the list's entry as it stood, so a changed entry is a new question."""

    decision: Literal["not_them", "is_them"]
    reason: str
    decided_on: date
    until: date | None = None


class KnownDecision(Struct, frozen=True, omit_defaults=True):
    """A decision that the enterprise took in another dossier of its own, and who took it."""

    hit: str
    decision: Decision
    by: str
    dossier: str


class Decisions(Struct, frozen=True, omit_defaults=True):
    """What the enterprise decided elsewhere, the last decision first."""

    known: tuple[KnownDecision, ...] = ()


DECISION = said_each(
    "screening.decision",
    Decision,
    "hit",
    say=OFFICERS,
    read=READERS,
    label=Text("decision on a screening hit", "筛查命中的处理决定"),
    doc="A compliance officer's decision that a listed name is, or is not, the party at hand; good in all of one's dossiers.",
)
DECISIONS = view(
    "screening.decisions",
    Decisions,
    read=READERS,
    label=Text("own decisions elsewhere", "本企业在其他档案中的决定"),
    doc="What the enterprise, or the broker at hand for it, decided on hits in its other dossiers; never anybody else's.",
)
