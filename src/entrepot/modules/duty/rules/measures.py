"""Trade measures: what anti-dumping, countervailing, safeguard and retaliatory measures add to the ordinary duty."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

from entrepot.kernel.case import Case
from entrepot.kernel.law import PackCard, Row
from entrepot.kernel.money import Money
from entrepot.kernel.rates import Duty, parse_duty, write_duty
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.customs import StatedRates
from entrepot.kernel.vocabulary.decisions import Surcharge
from entrepot.kernel.vocabulary.trade import PARTY

EVERY_ORIGIN = "*"
KINDS = {
    "anti_dumping": Text("anti-dumping duty", "反倾销税"),
    "countervailing": Text("countervailing duty", "反补贴税"),
    "safeguard": Text("safeguard duty", "保障措施关税"),
    "retaliatory": Text("retaliatory duty", "报复性关税"),
    "section_201": Text("duty under section 201", "201条款关税"),
    "section_232": Text("duty under section 232", "232条款关税"),
    "section_301": Text("duty under section 301", "301条款关税"),
    "other": Text("additional duty", "加征关税"),
}
# A row of this kind says that a measure may bear on the goods and that its rate for them is not on file: never a rate of 0.
NOTICE = "notice"
BY_PRODUCER = Text("by producer: name it in trade.party/producer", "因生产商而异：请在 trade.party/producer 中填写")
UNPROVEN = Text("origin under a trade measure not excluded: the higher of both", "未能排除原产于被采取措施的国家：从高适用")

Amount = Callable[[Text, Duty], tuple[Money | None, Text | None]]


class Measure(NamedTuple):
    """A measure on these goods: the rate, None where it is published as text only, what is told of it, and the treatments that
    do not bear it."""

    measure: str
    kind: str
    name: Text
    duty: Duty | None
    text: Text | None
    not_under: tuple[str, ...] = ()


def measures(
    case: Case, card: PackCard, day: date, code: str, origin: str, unproven: bool, stated: StatedRates | None
) -> list[Measure]:
    """The measures on goods of this origin, stated ones too; all there are where an origin under one is not excluded."""
    found = []
    if case.knows(f"{card.name}/measures"):
        origins = (None,) if unproven else tuple(dict.fromkeys((EVERY_ORIGIN, origin)))
        found = [one for whose in origins if whose != "" for one in _on_file(case, card.name, day, code, whose)]
    for one in sorted(stated.measures if stated else (), key=lambda one: (one.kind, one.measure)):
        name = Text(f"{KINDS[one.kind].en}: {one.measure}", f"{KINDS[one.kind].zh}：{one.measure}")
        found.append(Measure(one.measure, one.kind, name, parse_duty(one.duty), None))
    return found


def _on_file(case: Case, pack: str, day: date, code: str, origin: str | None) -> Iterator[Measure]:
    """Per measure the row of the longest code; of several producers' rows the producer's own, else that of all others."""
    whose = {} if origin is None else {"origin": origin}
    chosen: dict[tuple[str, str], dict[str, Row]] = {}
    rest = code
    while rows := case.rows(f"{pack}/measures", day, code=rest, **whose):
        for place, companies in _grouped(rows).items():
            chosen.setdefault(place, companies)
        if not rows[0].keys["code"]:
            break
        rest = rows[0].keys["code"][:-1]
    for (measure, _), companies in chosen.items():
        everybody = companies.get("")
        row = (companies.get(_producer(case)) if len(companies) > (everybody is not None) else None) or everybody
        if row is None:
            first = next(iter(companies.values()))
            name = Text(first["name_en"], first["name_zh"])
            yield Measure(measure, first["kind"], name, None, BY_PRODUCER)
        else:
            name = Text(row["name_en"], row["name_zh"])
            told = Text(row["text"], row.values.get("text_zh") or row["text"]) if row["text"] else None
            yield Measure(measure, row["kind"], name, row["duty"], told, row["not_under"] or ())


def _grouped(rows: tuple[Row, ...]) -> dict[tuple[str, str], dict[str, Row]]:
    """The rows of each measure and origin by producer."""
    groups: dict[tuple[str, str], dict[str, Row]] = {}
    for row in rows:
        groups.setdefault((row.keys["measure"], row.keys["origin"]), {})[row.keys["company"].casefold()] = row
    return groups


def _producer(case: Case) -> str:
    party = (case.get(PARTY) or {}).get("producer")
    return party.name.casefold() if party is not None else ""


def surcharges(
    found: list[Measure], treatment: str, amount: Amount, unproven: bool, ordinary: Money | None, general: Money | None
) -> tuple[tuple[Surcharge, ...], tuple[Text, ...], tuple[Text, ...]]:
    """What the measures add under one treatment, with what is missing to say it and what it rests on.

    Where an origin under a measure is not excluded, the highest measure is added, and both together are never less than
    the general rate (China: Tariff Law Art. 19)."""
    result: list[Surcharge] = []
    missing: list[Text] = []
    conditions: list[Text] = []
    for one in found:
        if treatment in one.not_under:
            continue
        if one.kind == NOTICE and one.text is not None:
            conditions.append(Text(f"{one.name.en}: {one.text.en}", f"{one.name.zh}：{one.text.zh}"))
            continue
        duty, why = (None, None) if one.duty is None else amount(one.name, one.duty)
        if duty is None:
            told = one.text or Text("", "")
            missing.append(why or Text(f"{one.name.en}: published as text: {told.en}", f"{one.name.zh}：以文字公布：{told.zh}"))
        elif one.text is not None:
            conditions.append(Text(f"{one.name.en}: {one.text.en}", f"{one.name.zh}：{one.text.zh}"))
        result.append(Surcharge(one.measure, one.kind, one.name, "" if one.duty is None else write_duty(one.duty), duty))
    if not unproven or not result or missing:
        return tuple(result), tuple(missing), tuple(conditions)
    highest = max(result, key=lambda one: 0 if one.duty is None else one.duty.minor)
    if ordinary is not None and general is not None and highest.duty is not None:
        lacking = general.minor - ordinary.minor - highest.duty.minor
        if lacking > 0:
            raised = Money(highest.duty.minor + lacking, general.currency)
            highest = Surcharge(highest.measure, highest.kind, UNPROVEN, highest.rate, raised)
    return (highest,), (), (*conditions, UNPROVEN)
