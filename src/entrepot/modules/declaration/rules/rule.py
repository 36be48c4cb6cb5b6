"""What a rule is: one named function, its card, and how a set of rules is run."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Generic, Protocol, TypeVar

from msgspec import Struct

from entrepot.kernel.text import Problem, Text
from entrepot.modules.declaration.facts import RuleCard

FILLING = "GACC declaration filling rules (报关单填制规范)"


class Fault(Struct, frozen=True):
    """Something a rule sees: where (field path), what is wrong, how to mend it; `severity` where it is not the rule's own."""

    where: str
    what: Text
    fix: Text
    severity: str = ""
    documents: tuple[str, ...] = ()


class Gap(Struct, frozen=True):
    """A rule, or a part of one, that cannot be checked, and why."""

    why: Text


class NotOnFile(Exception):
    """A rule asked for a table or a limit that no pack on hand holds."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Subject(Protocol):
    """What every rule may ask of the thing it checks."""

    @property
    def flow(self) -> str: ...

    @property
    def mode(self) -> str: ...


S = TypeVar("S", bound=Subject)
Seen = Iterator[Fault | Gap]


@dataclass(frozen=True, slots=True)
class Rule(Generic[S]):
    """A rule with its card. The English text is the first paragraph of the function's docstring."""

    id: str
    severity: str
    text: Text
    element: str
    source: str
    flow: str
    modes: frozenset[str]
    check: Callable[[S], Seen]

    def card(self, scope: str) -> RuleCard:
        """The rule as a page lists it."""
        return RuleCard(
            self.id, self.severity, self.text, self.element, self.source, scope, self.flow, tuple(sorted(self.modes))
        )


def rule(
    id: str,
    severity: str,
    zh: str,
    *,
    element: str,
    flow: str = "",
    modes: Collection[str] = (),
    source: str = FILLING,
) -> Callable[[Callable[[S], Seen]], Rule[S]]:
    """Make a rule of a function: `element` is its WCO Data Model id; empty `flow` and `modes` mean all."""

    def made(check: Callable[[S], Seen]) -> Rule[S]:
        if check.__name__ != id.lower():
            raise ValueError(f"the function of {id} is called {check.__name__}")
        english = " ".join((check.__doc__ or "").partition("\n\n")[0].split())
        return Rule(id, severity, Text(english, zh), element, source, flow, frozenset(modes), check)

    return made


def run(
    rules: Iterable[Rule[S]], subject: S, papers: Mapping[str, str], disputed: Collection[str] = ()
) -> tuple[list[Problem], list[Text]]:
    """Every problem that the rules see, and what they could not check.

    `papers` maps field paths to the paper and place they were read at; a field on which papers disagree (`disputed`)
    is reported as that and not as missing or wrong.
    """
    problems: list[Problem] = []
    gaps: list[Text] = []
    flow, mode = subject.flow, subject.mode
    for one in rules:
        if (one.flow and one.flow != flow) or (one.modes and mode not in one.modes):
            continue
        try:
            for seen in one.check(subject):
                if isinstance(seen, Gap):
                    gaps.append(_unchecked(one.id, seen.why))
                elif seen.documents or seen.where not in disputed:
                    documents = seen.documents or ((papers[seen.where],) if seen.where in papers else ())
                    severity = seen.severity or one.severity
                    problems.append(Problem(one.id, seen.where, seen.what, seen.fix, severity, documents))
        except NotOnFile as missing:
            gaps.append(_unchecked(one.id, Text(f"no table {missing.name}", f"缺少数据表 {missing.name}")))
    return problems, gaps


@lru_cache(maxsize=4096)
def _unchecked(id: str, why: Text) -> Text:
    return Text(f"{id} not checked: {why.en}", f"{id} 未核查：{why.zh}")


def plain(value: Decimal) -> str:
    """A number as people write it: no exponent, no trailing zeros behind the point."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
