"""Answers of the API. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

import msgspec
from msgspec import Struct

from entrepot_client.answers.part_1 import Problem, Text
from entrepot_client.answers.part_3 import Control, Possible, Shown, TitleDocument


class TitleReading(Struct, frozen=True, kw_only=True):
    """A title as one party may see it. Whoever gave it up sees it as it was then (`past`), and nothing of what
    came later. `effect` is what its law says of electronic titles: the status of that finding, its value
    and its reasons.
    """

    id: str
    organisation: str
    past: bool
    control: Control
    document: TitleDocument
    steps: tuple[Shown, ...]
    possible: tuple[Possible, ...]
    effect: str = ""
    effect_value: dict[str, Any] = msgspec.field(default_factory=dict)
    effect_reasons: tuple[Text, ...] = ()


class Written(Struct, frozen=True, kw_only=True):
    """A message, what of the title has no place in it, and what it demands and the title does not say; it is
    sent only where nothing is lacking.
    """

    message: dict[str, Any]
    lost: tuple[Text, ...] = ()
    lacking: tuple[Problem, ...] = ()


class StepToSign(Struct, frozen=True, kw_only=True):
    """The step with a proof that lacks its value, and the 64 bytes (hexadecimal) that the signature is over."""

    step: dict[str, Any]
    signing_input: str


class TopicCard(Struct, frozen=True, kw_only=True):
    """A topic as a list shows it. `keyed` names what its keys are; `sends` the office a finding goes to."""

    name: str
    kind: str
    label: Text
    doc: str
    say: tuple[str, ...]
    read: tuple[str, ...]
    version: int
    keyed: str = ""
    merges: bool = False
    opens: str = ""
    sends: str = ""


class Item(Struct, frozen=True, kw_only=True):
    """Something that waits: for whom (`who`, roles; `org`, one organisation alone), by when, and where it is
    done. It may be known to those who may read every topic of one of the ways in `seen`; empty: to all who
    are in the dossier.
    """

    kind: Literal["doubt", "due", "mend", "own", "say", "settle", "stage"]
    topic: str
    text: Text
    who: tuple[str, ...] = ()
    key: str = ""
    field: str = ""
    due: date | None = None
    org: str = ""
    seen: tuple[tuple[str, ...], ...] = ()


class Row(Struct, frozen=True, kw_only=True):
    """What waits in a dossier: the act that comes first, how many more there are, by when, and where it is
    done.
    """

    dossier: str
    title: str
    stage: str
    person: str
    item: Item
    act: Text
    address: str
    when: Literal["later", "none", "overdue", "today", "week"]
    due: date | None = None
    more: int = 0


class Waits(Struct, frozen=True, kw_only=True):
    """What waits for you, one entry for each dossier, the most urgent first. `as_of` is when the oldest of it
    was worked out; `drawing`: dossiers that moved just now are left out until they are worked out; `next`
    is the cursor of the page that follows.
    """

    work: tuple[Row, ...]
    as_of: str
    drawing: bool
    next: str = ""


class Work(Struct, frozen=True, kw_only=True):
    """A trade on the worklist. `problems` block and `asks` do not; `due` is the last day to file or to do what
    customs wants; `digest` names the declaration that is ready to be sent; `number` is the one customs gave
    it.
    """

    dossier: str
    reference: str
    title: str
    client: str
    stage: Literal[
        "accepted",
        "amending",
        "asked",
        "blocked",
        "cancelled",
        "collecting",
        "inspected",
        "parted",
        "ready",
        "rejected",
        "released",
        "sent",
        "to_confirm",
        "withdrawing",
    ]
    next: Text
    flow: str = ""
    destination: str = ""
    lines: int = 0
    problems: int = 0
    asks: int = 0
    due: date | None = None
    number: str = ""
    digest: str = ""
    heard_at: str = ""


class Worklist(Struct, frozen=True, kw_only=True):
    """A page of work; `looked_at` dossiers were looked through for it, and `next` is the cursor of those not
    yet looked at.
    """

    work: tuple[Work, ...]
    looked_at: int
    next: int | None = None
