"""The offer: every treatment with its duty, the best first, and what a better one would save."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from msgspec import structs

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, found, needs_review, no_law, refused
from entrepot.kernel.law import PackCard
from entrepot.kernel.money import Money, Rounding, minor_digits
from entrepot.kernel.rates import Duty, DutyError, MissingQuantity, charge
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.customs import ENTRY, ENTRY_LINE, PROOF, STATED_RATES, Entry, EntryLine, StatedRates
from entrepot.kernel.vocabulary.decisions import AGREEMENTS, ORIGIN, DutyOffer, OriginDecision, Surcharge, Treatment
from entrepot.kernel.vocabulary.goods import LINE, GoodsLine
from entrepot.kernel.vocabulary.trade import CHARGES, TRANSPORT
from entrepot.modules.duty.facts import CustomsValue, Option
from entrepot.modules.duty.rules.exchange import Undecided, law_day
from entrepot.modules.duty.rules.measures import measures, surcharges
from entrepot.modules.duty.rules.stated import faults as stated_faults
from entrepot.modules.duty.rules.stated import holds, unknown_treatments
from entrepot.modules.duty.rules.stated import rates as rates_stated
from entrepot.modules.duty.rules.treatments import IN_QUOTA, OUT_OF_QUOTA, options, standing, tariff_of, traded
from entrepot.modules.duty.rules.value import to_step, value_of_line

Step = tuple[Decimal, Rounding]
_USED: tuple[Topic[Any], ...] = (CHARGES, PROOF, TRANSPORT, STATED_RATES)
NO_MEASURES: tuple[tuple[Surcharge, ...], tuple[Text, ...], tuple[Text, ...]] = ((), (), ())


class Steps(NamedTuple):
    """How a country rounds: the customs value, the base of an ad valorem duty, and the duty of a line."""

    value: Step
    base: Step
    duty: Step


class Offered(NamedTuple):
    """A treatment as it goes into the offer, with what ranks it."""

    treatment: Treatment
    preferential: bool
    closed: bool
    computable: bool

    def rank(self) -> tuple[bool, int, bool, int]:
        """Available first, then the lower duty, then the less paperwork."""
        cost = cost_of(self.treatment)
        minor = cost.minor if cost is not None else 1 << 62
        return (not self.treatment.available, minor, self.preferential, len(self.treatment.missing))


def cost_of(treatment: Treatment) -> Money | None:
    """What a treatment costs: the ordinary duty and every trade measure; None where one of them is not known."""
    if not treatment.measures or treatment.duty is None:
        return treatment.duty
    parts = [one.duty.minor for one in treatment.measures if one.duty is not None]
    known = len(parts) == len(treatment.measures)
    return Money(treatment.duty.minor + sum(parts), treatment.duty.currency) if known else None


class Goods(NamedTuple):
    """The goods at the door: what every rate of one line is asked and charged with."""

    case: Case
    card: PackCard
    line: GoodsLine
    own: EntryLine
    code: str
    origin: str
    day: date
    value: CustomsValue
    base: Decimal
    steps: Steps
    stated: StatedRates | None


def assess(case: Case) -> Answer:
    """What the buyer pays on this line on the day of its entry, under each treatment."""
    line, entry, own, stated = case.own(LINE), case[ENTRY], case.own(ENTRY_LINE), case.at(STATED_RATES)
    card = destination(case, entry.country)
    if card is None or not (stated or case.knows(tariff_of(case, card.name))):
        return no_law(_no_tariff(entry.country))
    code = "".join(part for part in own.code if part not in " .-")
    problems = tuple(_faults(case.key, line, own, code, stated))
    if problems:
        return refused(problems)
    day = law_day(entry, card)
    if stated is not None and (strange := unknown_treatments(case, card.name, day, stated)):
        return refused((_strange(case.key, strange),))
    current = stated if stated is not None and holds(stated, day) else None
    steps = case.by_law(roundings, card.name, str(card.traits["currency"]), day)
    try:
        value = value_of_line(case, line, entry, own, card, steps.value)
    except Undecided as undecided:
        return refused(undecided.problems) if undecided.gap is None else no_law(undecided.gap)
    decisions = decisions_on(case)
    origin = next((one.origin for one in decisions if one.origin), line.origin)
    condition = own.condition or (IN_QUOTA if entry.quota else OUT_OF_QUOTA)
    if current is None:
        shown = case.by_law(options, card.name, day, code, origin, condition)
    else:
        shown = options(case, card.name, day, code, origin, condition, current)
    if not shown:
        gap = _unknown_code(case, card.name, code, day, origin) if current is None else _shut_out(code, origin)
        return no_law(gap, *_not_stated(stated, day))
    if unsettled := tuple(_unsettled(case)):
        value = structs.replace(value, conditions=(*value.conditions, *unsettled))
    goods = Goods(case, card, line, own, code, origin, day, value, duty_base(case, value, steps), steps, current)
    offered = sorted(_offers(goods, shown, decisions, entry), key=Offered.rank)
    return _answer(DutyOffer(entry.country, code, day, value.money, ()), offered, value, origin)


def _unsettled(case: Case) -> Iterator[Text]:
    """Papers in conflict count as absent: that they were left out is said."""
    for topic in _USED:
        if case.conflicts(topic):
            yield Text(
                f"statements on {topic.name} contradict each other, so that it was left out: a person must settle it",
                f"{topic.label.zh}（{topic.name}）各方陈述不一致，未予采用，须由人裁定",
            )


def _no_tariff(country: str) -> Text:
    if not (len(country) == 3 and country.isascii() and country.isalpha() and country.isupper()):
        return Text(
            f"{country[:20]!r} is no country: write the three letters of the country of import, as JPN",
            f"{country[:20]!r} 不是国别代码：请填写进口国三位字母代码，如 JPN",
        )
    return Text(f"no tariff of {country} is on file", f"没有 {country} 的关税税则")


def _above(quantity: Decimal | None, limit: Decimal) -> bool:
    return quantity is not None and quantity.is_finite() and quantity > limit


def decisions_on(case: Case) -> tuple[OriginDecision, ...]:
    """The origin decisions on this line, one an agreement; the one that a proof or the declaration names goes first."""
    decision, others = case.at(ORIGIN), case.at(AGREEMENTS)
    first = () if decision is None else (decision,)
    return first if others is None else (*first, *(one for one in others.decisions if one not in first))


def _offers(goods: Goods, shown: Sequence[Option], decisions: Sequence[OriginDecision], entry: Entry) -> Iterator[Offered]:
    """Each rate shown as a treatment: its duty, the trade measures on top of it, what is missing."""
    case, origin = goods.case, goods.origin
    proofs, transport = case.get(PROOF) or {}, case.get(TRANSPORT)
    unproven = goods.card.traits.get("unproven_origin") == "highest" and (not origin or goods.own.origin_excluded is False)
    extra = measures(case, goods.card, goods.day, goods.code, origin, unproven, goods.stated)
    general = _general(goods) if extra and unproven else None
    for option in shown:
        state = standing(
            case, option, decisions, proofs, transport, goods.line, case.key, goods.code, (origin, entry.country), goods.day
        )
        duty, why = duty_of(goods, option)
        added, lacking, told = surcharges(
            extra, option.treatment.keys["treatment"], partial(charged_on, goods), unproven, duty, general
        ) if extra else NO_MEASURES  # fmt: skip
        missing = (*state.missing, *lacking, *(() if why is None else (why,)))
        conditions = (*state.conditions, *told)
        yield Offered(
            Treatment(
                _code(option), option.name, option.text, duty, not missing, bool(conditions), missing, conditions, added,
                state.closed,
            ),
            bool(option.treatment["preferential"]),
            state.closed,
            why is None and not lacking,
        )


def _general(goods: Goods) -> Money | None:
    """The duty at the general rate, which a measure on goods of unproven origin is held against (China: Art. 19)."""
    table = tariff_of(goods.case, goods.card.name)
    rate = goods.case.read(table, goods.day, code=goods.code, treatment="general", season="", condition="")
    rows = [rate] if rate is not None else rates_stated(goods.stated, "general")
    duty = rows[0]["duty"] if rows else None
    return None if duty is None else charged_on(goods, Text("general rate", "普通税率"), duty)[0]


def _faults(key: str, line: GoodsLine, own: EntryLine, code: str, stated: StatedRates | None) -> Iterator[Problem]:
    if not (code.isascii() and code.isdigit()):
        yield _no_code(key, own.code)
    if own.condition not in ("", IN_QUOTA, OUT_OF_QUOTA):
        yield _no_condition(key, own.condition)
    if own.quota_quantity is not None and (not own.quota_quantity.is_finite() or own.quota_quantity < 0):
        yield Problem(
            "D023", f"import.line/{key}.quota_quantity",
            Text(f"a quota of {own.quota_quantity} is no quantity", f"配额数量 {own.quota_quantity} 无效"),
            Text("give a number of zero or more, in the line's unit", "请按商品项计量单位填写不小于零的数量"),
        )
    elif own.quota_quantity is not None and _above(line.quantity, own.quota_quantity):
        yield Problem(
            "D015", f"import.line/{key}.quota_quantity",
            Text(
                f"the quota covers {own.quota_quantity:f} of {line.quantity:f} {line.unit}",
                f"配额仅余 {own.quota_quantity:f}，少于 {line.quantity:f} {line.unit}",
            ),
            Text("split the line into what is within the quota and what is outside it", "请按配额内、配额外拆分为两项"),
        )
    if stated is not None:
        yield from stated_faults(key, stated)


def destination(case: Case, country: str) -> PackCard | None:
    """The jurisdiction pack of a country (alpha-3), by what the packs say they apply to."""
    named = case.packs("jurisdictions", alpha3=country)
    return next((card for card in named if card.applies.get("alpha3") == country), None)


def roundings(case: Case, pack: str, currency: str, day: date) -> Steps:
    """How the country rounds, from its table of limits; half up to the currency's minor unit where that is silent."""
    minor: Step = (Decimal(1).scaleb(-minor_digits(currency)), "half_up")
    rows = [case.read(f"{pack}/limits", day, name=name) for name in ("value_step", "base_step", "duty_step")]
    return Steps(*(minor if row is None else (row["value"], row["rounding"]) for row in rows))


def duty_base(case: Case, value: CustomsValue, steps: Steps) -> Decimal:
    """The customs value as the rates are applied to it, in whole steps (1,000 yen in Japan)."""
    base = to_step(value.money.amount, *steps.base)
    if base != value.money.amount:
        case.step(
            Text("base of the duty", "计税基数"), f"customs value in whole {steps.base[0]:f}, rounded {steps.base[1]}", base,
            customs_value=value.money,
        )
    return base


def duty_of(goods: Goods, option: Option) -> tuple[Money | None, Text | None]:
    """The duty under one rate, or why it cannot be computed."""
    duty = option.rate["duty"]
    if duty is None:
        text = option.rate["text"]
        return None, Text(f"the rate is published as text that is not computed: {text}", f"税率为文字表述，未能计算：{text}")
    return charged_on(goods, option.name, duty)


def charged_on(goods: Goods, name: Text, duty: Duty) -> tuple[Money | None, Text | None]:
    """What a duty comes to on these goods, or why that cannot be said; each term goes into the working.

    Ad valorem rates are of the base; what a value lacks to a fixed price is reckoned on the value itself.
    """
    case, line, base, value = goods.case, goods.line, goods.base, goods.value.money
    currency = value.currency
    weighed = {} if line.net_kg is None else {"kg": line.net_kg}
    try:
        try:
            exact, charges = charge(duty, base, currency, weighed, value.amount)
        except MissingQuantity:
            exact, charges = charge(duty, base, currency, traded(case, line, goods.day), value.amount)
    except MissingQuantity as lacking:
        return None, Text(f"the quantity in {lacking.unit}, which the rate needs", f"税率所需的数量（{lacking.unit}）")
    except DutyError as error:
        return None, Text(f"the rate cannot be charged: {error}", f"税率无法计算：{error}")
    rounded = to_step(exact, *goods.steps.duty)
    money = Money(int(rounded.scaleb(minor_digits(currency))), currency)
    for place, term in enumerate(charges, 1):
        inputs = {
            ("base" if amount is base else "customs_value") if label == "value" else label: amount
            for label, amount in term.inputs
        }
        last = place == len(charges)
        case.step(name, term.formula, money if last else term.amount, exact if last else None, **inputs)
    return money, None


def _answer(offer: DutyOffer, offered: list[Offered], value: CustomsValue, origin: str) -> Answer:
    """Best, savings and what the answer rests on."""
    best = next((one for one in offered if one.treatment.available), None)
    plain = next((one for one in offered if one.treatment.available and not one.preferential), None)
    reachable = [
        cost.minor
        for one in offered
        if not one.treatment.available and not one.closed and (cost := cost_of(one.treatment)) is not None
    ]
    saving = possible = None
    if best is not None and (duty := cost_of(best.treatment)) is not None:
        without = None if plain is None else cost_of(plain.treatment)
        saving = None if without is None else without - duty
        if reachable and min(reachable) < duty.minor:
            possible = Money(duty.minor - min(reachable), duty.currency)
    result = DutyOffer(
        offer.country, offer.code, offer.day, offer.value, tuple(one.treatment for one in offered),
        best.treatment.code if best is not None else "", saving, possible,
    )
    reasons = tuple(dict.fromkeys((*value.conditions, *_doubts(best, offered, origin))))
    return needs_review(result, *reasons) if reasons else found(result)


def _doubts(best: Offered | None, offered: list[Offered], origin: str) -> Iterator[Text]:
    uncomputed = [one.treatment for one in offered if not one.computable and len(one.treatment.missing) == 1]
    if best is not None:
        yield from best.treatment.conditions
    elif not uncomputed:
        yield Text("no treatment can be had as things stand", "目前没有可适用的税率")
    if not origin:
        yield Text(
            "the origin of the goods is not said: only rates open to every origin are shown",
            "未说明货物原产国：仅列出不区分原产地的税率",
        )
    for treatment in uncomputed:
        name, why = treatment.name, treatment.missing[0]
        en, zh = ("could be lower", "可能更低") if best is not None else ("is open, but not computed", "可适用，但未能计算")
        yield Text(f"{name.en} {en}: {why.en}", f"{name.zh}{zh}：{why.zh}")


def _code(option: Option) -> str:
    code = option.treatment.keys["treatment"]
    return f"{code}/{IN_QUOTA}" if option.quota_missing else code


def _strange(key: str, treatments: Sequence[str]) -> Problem:
    named = ", ".join(treatments)
    return Problem(
        "D022", f"import.rates/{key}.rates",
        Text(f"the tariff has no treatment {named}", f"税则没有待遇 {named}"),
        Text("use a treatment of the pack, or name the agreement whose rate it is", "请使用规则包中的待遇代码，或注明所属协定"),
    )


def _no_code(key: str, code: str) -> Problem:
    return Problem(
        "D007", f"import.line/{key}.code", Text(f"{code!r} is no tariff code", f"{code!r} 不是税号"),
        Text("give the digits of the destination's national code", "请填写目的国税号的数字"),
    )


def _no_condition(key: str, said: str) -> Problem:
    return Problem(
        "D008", f"import.line/{key}.condition",
        Text(f"the condition {said!r} is none of the tariff's", f"条件 {said!r} 不是税则所设条件"),
        Text(f"use {IN_QUOTA} or {OUT_OF_QUOTA}, or leave it out", f"请填写 {IN_QUOTA} 或 {OUT_OF_QUOTA}，或留空"),
    )


def _not_stated(stated: StatedRates | None, day: date) -> Iterator[Text]:
    if stated is not None and not holds(stated, day):
        yield Text(f"the rates stated from {stated.source} do not hold on {day}", f"填报税率（{stated.source}）在 {day} 不适用")


def _shut_out(code: str, origin: str) -> Text:
    return Text(
        f"no rate of {code} on file or stated is open to goods of origin {origin or 'not said'}",
        f"{code} 已入库或已填报的税率均不适用于该原产地（{origin or '未说明'}）的货物",
    )


def _unknown_code(case: Case, pack: str, code: str, day: date, origin: str) -> Text:
    """Says that the code is not on file on that day, and which codes under its subheading are; or that no rate of it is open."""
    table = tariff_of(case, pack)
    if case.rows(table, day, code=code):
        return _shut_out(code, origin)
    near = [one for one in case.codes(table, code[:6]) if case.rows(table, day, code=one)][:10] if len(code) >= 4 else []
    listed = ", ".join(near) or "none"
    if table.endswith("lines"):
        return Text(
            f"{code} is not among the lines of the tariff of {pack} that are on file: state its rates in import.rates",
            f"{pack} 税则仅入库部分税目，其中没有 {code}：请在 import.rates 中填报税率",
        )
    return Text(
        f"{code} is not in the tariff of {pack} on {day}; under {code[:6]}: {listed}",
        f"{pack} 税则在 {day} 没有 {code}；{code[:6]} 项下：{listed}",
    )
