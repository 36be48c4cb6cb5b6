"""What the preference room finds: the ways in for a line, and for the consignment as a whole."""

from datetime import date
from typing import Literal

from msgspec import Struct

from entrepot.kernel.money import Money
from entrepot.kernel.text import Text
from entrepot.kernel.topics import found, found_each
from entrepot.kernel.vocabulary.trade import SHIPPERS

State = Literal["now", "nearly", "closed"]


class Document(Struct, frozen=True, omit_defaults=True):
    """A paper that a way in takes: what it is, who gives it, and for how many months it is good."""

    kind: Literal["proof", "transit", "quota"]
    name: Text
    who: Text
    months: int | None = None


class Way(Struct, frozen=True, omit_defaults=True):
    """One way in for a line. `cost` is duty and trade measures in the currency of the destination, None where it cannot be
    computed; `saving` is against the best that needs no agreement, below zero where it is dearer. `state`: it can be had now,
    nearly (something is missing), or is closed (the goods do not originate). `measures` are those in the cost, with their rates."""

    code: str
    name: Text
    rate: str
    cost: Money | None
    state: State
    agreement: str = ""
    saving: Money | None = None
    documents: tuple[Document, ...] = ()
    conditions: tuple[Text, ...] = ()
    missing: tuple[Text, ...] = ()
    measures: tuple[Text, ...] = ()


class LineChoice(Struct, frozen=True, omit_defaults=True):
    """The ways in for a line: those that can be had now, the cheapest first and among equals the one with the fewest papers;
    then the nearly ones; then the closed. `better` is the nearly one that would cost less than the best now, by `possible`."""

    country: str
    code: str
    day: date
    advice: Text
    ways: tuple[Way, ...]
    best: str = ""
    better: str = ""
    possible: Money | None = None


class AgreementChoice(Struct, frozen=True, omit_defaults=True):
    """One agreement for the whole consignment: the lines on which it costs less than no agreement, what all lines then cost,
    and what that saves. One proof may cover all of these lines."""

    agreement: str
    name: Text
    state: State
    lines: tuple[str, ...]
    cost: Money
    saving: Money
    documents: tuple[Document, ...] = ()
    missing: tuple[Text, ...] = ()


class TotalChoice(Struct, frozen=True, omit_defaults=True):
    """The consignment: duty `without` any agreement, as the lines can be entered `now`, and as they `could` be at best, line by
    line; None where a line's duty is not known."""

    country: str
    day: date
    advice: Text
    without: Money | None
    now: Money | None
    could: Money | None
    agreements: tuple[AgreementChoice, ...] = ()


CHOICE = found_each(
    "preference.line",
    LineChoice,
    "line",
    read=SHIPPERS,
    label=Text("cheapest legal way in", "最省合法进口方案"),
    doc="Every treatment and agreement for a line with its duty, its saving and its paperwork; the best first, and what to do.",
)
TOTAL = found(
    "preference.total",
    TotalChoice,
    read=SHIPPERS,
    label=Text("cheapest legal way in, all lines", "整票最省合法进口方案"),
    doc="What each agreement would save on the whole consignment, and which papers that takes.",
)
