"""What is asked of the classification room, what it remembers and what it finds."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Literal

from msgspec import Struct

from entrepot.kernel.text import Text
from entrepot.kernel.topics import TRADERS, found_each, said_each, view
from entrepot.kernel.vocabulary.trade import SHIPPERS

# Who may see what the enterprise declared before: it and those who declare for it.
CONFIDANTS = frozenset({"exporter", "broker", "clerk"})
OTHER = "other"


class Inquiry(Struct, frozen=True, omit_defaults=True):
    """A wish to have a line classified: `text` is a free description (the line's own where empty), `answers` what was
    answered to questions so far, by attribute (material -> cotton; `other` where no choice fitted)."""

    text: str = ""
    answers: dict[str, str] = {}


class AcceptedLine(Struct, frozen=True, omit_defaults=True):
    """A line that customs accepted: how it was called, the code declared (6 to 10 digits), the day and dossier.
    `sandbox` where it was a rehearsal's customs office."""

    text: str
    code: str
    accepted_on: date
    dossier: str
    line: str
    sandbox: bool = False


class Memory(Struct, frozen=True, dict=True):
    """An enterprise's accepted lines, newest first, with an index of the letter groups in them."""

    lines: tuple[AcceptedLine, ...] = ()

    @cached_property
    def index(self) -> tuple[list[frozenset[str]], Mapping[str, list[int]]]:
        """The letter groups of each line, and for each group the lines that have it."""
        from entrepot.modules.classification.rules.memory import indexed

        return indexed(self.lines)


class Match(Struct, frozen=True, omit_defaults=True):
    """Why a code is among the candidates: an earlier declaration of one's own (`memory`), a trade
    name (`term`), a wording of the nomenclature (`tariff`), a published search term (`uk`)."""

    kind: str
    text: str
    source: Text


class Candidate(Struct, frozen=True, omit_defaults=True):
    """A code of six digits that may fit. `share` is its calibrated share of probability (0 to 1, 4 places); `declared` the
    enterprise's own longer code; `warnings` what a legal note says against it."""

    code: str
    share: Decimal
    title: Text
    chapter: Text
    heading: str = ""
    evidence: tuple[Match, ...] = ()
    declared: str = ""
    warnings: tuple[Text, ...] = ()


class Choice(Struct, frozen=True):
    """One answer to a question: its value, and how it reads."""

    value: str
    label: Text


class Question(Struct, frozen=True, omit_defaults=True):
    """The one question that splits the candidates best; `gain` is what an answer tells, in bits (3 places)."""

    attribute: str
    ask: Text
    choices: tuple[Choice, ...]
    gain: Decimal


class DutyGap(Struct, frozen=True, omit_defaults=True):
    """What the leading two codes cost at the destination without any preference: by code the lowest and highest duty text
    over its national codes. `points` is the gap in percentage points where both are plain percentages."""

    country: str
    day: date
    rates: dict[str, tuple[str, ...]]
    points: Decimal | None = None
    note: Text | None = None


class Suggestion(Struct, frozen=True, omit_defaults=True):
    """Candidates for one description, best first, all of `edition`. `confidence` and `heading_confidence` say how sure the
    first is at six and at four digits. `refused` gives the reason for which no code is proposed (empty, no_letters, code,
    other_script, unknown_words, only_brand, vague); `cut` that only the beginning of a long text was read;
    `certain` that customs accepted these very words under the first code.
    `assumes` names what the first candidate takes for granted, where its neighbours differ and the text is silent."""

    text: str
    edition: str
    candidates: tuple[Candidate, ...] = ()
    confidence: Decimal = Decimal(0)
    heading_confidence: Decimal = Decimal(0)
    language: str = ""
    question: Question | None = None
    answers: dict[str, str] = {}
    duty: DutyGap | None = None
    refused: Literal["", "empty", "no_letters", "code", "other_script", "unknown_words", "only_brand", "vague"] = ""
    cut: bool = False
    certain: bool = False
    assumes: tuple[Text, ...] = ()


INQUIRY = said_each(
    "classification.question",
    Inquiry,
    "line",
    say=TRADERS | {"importer"},
    read=SHIPPERS,
    label=Text("question of classification", "归类询问"),
    doc="A wish to have a line classified, by a free description or with answers to what was asked before.",
)
MEMORY = view(
    "classification.memory",
    Memory,
    read=CONFIDANTS,
    label=Text("own accepted lines", "本企业已获海关接受的商品项"),
    doc="What was declared before for the enterprise and customs accepted; to a broker only what it opened for the same client.",
)
SUGGESTION = found_each(
    "classification.suggestion",
    Suggestion,
    "line",
    read=CONFIDANTS,
    label=Text("suggested goods codes", "商品编码建议"),
    doc="Candidates for a line without a code, with the evidence for each and the one question that would tell.",
)
