"""Findings: an answer with its reasons - what was read, which law, the working, and a status."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal, Protocol

from msgspec import Struct

from entrepot.kernel.law import Row
from entrepot.kernel.text import Problem, Text

Status = Literal["found", "needs_review", "no_law", "refused", "not_applicable", "failed", "waits"]

STATUSES: dict[str, Text] = {
    "found": Text("found", "已得出"),
    "needs_review": Text("needs review", "需复核"),
    "no_law": Text("no law on file", "无适用规定"),
    "refused": Text("refused", "有误，未通过"),
    "not_applicable": Text("does not apply", "不适用"),
    "failed": Text("failed", "计算失败"),
    "waits": Text("waiting", "等待中"),
}


class Step(Struct, frozen=True, omit_defaults=True):
    """One line of the working: enough to recompute it by hand."""

    name: Text
    formula: str
    inputs: tuple[tuple[str, str], ...] = ()
    exact: str = ""
    value: str = ""


# A line of the working as it was written down: name, formula, inputs, exact value or None, value. It is put into words
# when somebody asks: most workings are never read.
Worked = tuple[Text, str, Mapping[str, object], Decimal | None, object]


KEYS = "\0"
"""In place of a key: a look at which keys there are, whatever is said of each. It is no key of anything."""


class Look(Struct, frozen=True):
    """Something a module looked at: a topic, at one key or (`*`) as a whole."""

    topic: str
    key: str = ""


class Wait(Struct, frozen=True):
    """What a module waits for: a topic, and the roles that can say it (or the module that will find it)."""

    topic: str
    key: str
    who: tuple[str, ...]
    why: Text


class Finding(Struct, frozen=True, omit_defaults=True):
    """What a module answered on one topic (and key). `seen` is what it looked at: topics, each at a key or (None, or KEYS) as a whole."""

    topic: str
    key: str
    status: Status
    by: str = ""
    value: Any = None
    reasons: tuple[Text, ...] = ()
    problems: tuple[Problem, ...] = ()
    seen: tuple[tuple[str, str | None], ...] = ()
    law: tuple[Row, ...] = ()
    steps: tuple[Worked, ...] = ()
    waits: tuple[Wait, ...] = ()
    ruling: Any = None

    @property
    def looks(self) -> tuple[Look, ...]:
        """Every look at facts and findings."""
        return tuple(dict.fromkeys([Look(name, "*" if key is None or key == KEYS else key) for name, key in self.seen]))

    @property
    def working(self) -> tuple[Step, ...]:
        """The working, line by line, in words."""
        return tuple(
            [
                Step(
                    name,
                    formula,
                    tuple([(label, shown(item)) for label, item in inputs.items()]),
                    "" if exact is None else shown(exact),
                    shown(value),
                )
                for name, formula, inputs, exact, value in self.steps
            ]
        )

    @property
    def answers(self) -> bool:
        """Whether others may build on it: there is a value, and no person refused it."""
        ruling = self.ruling
        if ruling is None:
            return self.status in ("found", "needs_review")
        return ruling.decision != "refused" and (self.status in ("found", "needs_review") or ruling.value is not None)

    @property
    def effective(self) -> Any:
        """The value that counts: a person's where it overruled, else the module's."""
        ruling = self.ruling
        return (
            ruling.value
            if ruling is not None and ruling.decision == "overruled" and ruling.value is not None
            else self.value
        )

    @property
    def settled(self) -> bool:
        """Found, or confirmed or overruled by a person."""
        if self.ruling is not None:
            return bool(self.ruling.decision != "refused")
        return self.status == "found"


class Part(Protocol):
    """The law and the working that an answer rests on (`Case.apart`)."""

    law_rows: dict[int, Row]
    steps: list[Worked]


class Answer(Struct, frozen=True):
    """What an `assess` returns for one topic; the kernel adds what was read and makes the finding. `of` is the part of the
    case that it rests on, where others in the same assessment rest on other rows of law."""

    status: Status
    value: Any = None
    reasons: tuple[Text, ...] = ()
    problems: tuple[Problem, ...] = ()
    of: Part | None = None


def found(value: Any, *, reasons: tuple[Text, ...] = (), asks: tuple[Problem, ...] = ()) -> Answer:
    """An answer that stands; `asks` are problems of severity W."""
    return Answer("found", value, reasons, asks)


def needs_review(value: Any, *reasons: Text, asks: tuple[Problem, ...] = ()) -> Answer:
    """An answer that a person must confirm; each condition it rests on is named."""
    return Answer("needs_review", value, reasons, asks)


def no_law(*reasons: Text) -> Answer:
    """No row, so no number; the gap is named."""
    return Answer("no_law", None, reasons)


def refused(problems: tuple[Problem, ...], *reasons: Text, value: Any = None) -> Answer:
    """What was said cannot stand: every problem at once."""
    return Answer("refused", value, reasons, problems)


def not_applicable(*reasons: Text) -> Answer:
    """The question does not arise here."""
    return Answer("not_applicable", None, reasons)


def shown(value: object) -> str:
    """A value as the working prints it: decimals plain, never in exponent form."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {shown(item)}" for name, item in value.items())
    return str(value)
