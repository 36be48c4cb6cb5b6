"""The consignment: what each agreement would save over all lines. One proof may cover many goods (RCEP Art. 3.17(4)(b))."""

from collections.abc import Callable, Mapping, Sequence

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, found
from entrepot.kernel.money import Money
from entrepot.kernel.sheet import natural
from entrepot.kernel.text import Text
from entrepot.modules.preference.facts import CHOICE, AgreementChoice, Document, LineChoice, State, TotalChoice, Way
from entrepot.modules.preference.rules.advice import total_advice

Chosen = Mapping[str, Way | None]


def assess_total(case: Case) -> Answer:
    """Duty of all lines without an agreement, as things stand and at best, and each agreement's part in that."""
    every = case[CHOICE]
    lines = {key: every[key] for key in sorted(every, key=natural)}
    first = next(iter(lines.values()))
    without = _each(lines, lambda way: way.state == "now" and not way.agreement)
    now = _each(lines, lambda way: way.state == "now")
    could = _each(lines, lambda way: way.state != "closed")
    base, present, best = _sum(without), _sum(now), _sum(could)
    for name, amount in ((_WITHOUT, base), (_NOW, present), (_COULD, best)):
        case.step(name, "sum of the lines' duty and measures", amount or "not known", lines=len(lines))
    agreements = {way.agreement: way.name for choice in lines.values() for way in choice.ways if way.agreement and way.state != "closed"}
    made = [_agreement(name, label, lines, without) for name, label in agreements.items()]
    kept = tuple(sorted((one for one in made if one is not None), key=_rank))
    advice = total_advice(present, base, kept, first.day)
    return found(TotalChoice(first.country, first.day, advice, base, present, best, kept))


_WITHOUT = Text("without any agreement", "不适用任何协定")
_NOW = Text("as things stand", "按目前情况")
_COULD = Text("at best", "最优可能")


def _each(lines: Mapping[str, LineChoice], fits: Callable[[Way], bool]) -> dict[str, Way | None]:
    """The cheapest way of each line that fits; None where there is none whose cost is known."""
    return {key: _cheapest(choice.ways, fits) for key, choice in lines.items()}


def _cheapest(ways: Sequence[Way], fits: Callable[[Way], bool]) -> Way | None:
    best, least = None, 0
    for way in ways:
        if way.cost is not None and (best is None or way.cost.minor < least) and fits(way):
            best, least = way, way.cost.minor
    return best


def _sum(chosen: Chosen) -> Money | None:
    costs = [way.cost for way in chosen.values() if way is not None and way.cost is not None]
    return Money(sum(cost.minor for cost in costs), costs[0].currency) if costs and len(costs) == len(chosen) else None


def _agreement(name: str, label: Text, lines: Mapping[str, LineChoice], without: Chosen) -> AgreementChoice | None:
    """An agreement on the lines on which it costs less than none; None where it saves nothing, or where that is not known."""
    base = _sum(without)
    mine = _each(lines, lambda way: way.agreement == name and way.state != "closed")
    used = {key: way for key, way in mine.items() if way is not None and _less(way, without[key])}
    cost = _sum({**without, **used})
    if base is None or cost is None or not used:
        return None
    papers: dict[Document, None] = {paper: None for way in used.values() for paper in way.documents}
    missing = tuple(
        Text(f"line {key}: {text.en}", f"第 {key} 项：{text.zh}") for key, way in used.items() for text in way.missing
    )
    state: State = "now" if all(way.state == "now" for way in used.values()) else "nearly"
    return AgreementChoice(name, label, state, tuple(used), cost, base - cost, tuple(papers), missing)


def _less(way: Way, other: Way | None) -> bool:
    return way.cost is not None and other is not None and other.cost is not None and way.cost.minor < other.cost.minor


def _rank(choice: AgreementChoice) -> tuple[bool, int, int]:
    return choice.state != "now", choice.cost.minor, len(choice.documents)
