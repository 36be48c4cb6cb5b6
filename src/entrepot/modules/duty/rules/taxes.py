"""The taxes of an import entry: the duty, trade measures, and what the country charges on top of them, one after another.

A pack lists its taxes in the trait `taxes`, in the order they are charged; `<pack>/taxes` says of each what its base is.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from msgspec import Struct

from entrepot.kernel.case import Case
from entrepot.kernel.law import PackCard, Row
from entrepot.kernel.money import Money, Rounding, minor_digits
from entrepot.kernel.rates import AdValorem, Duty, DutyError, Free, Specific, Sum, charge, parse_duty, write_duty
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.decisions import BillTax
from entrepot.modules.duty.facts import Assessed, Dutiable
from entrepot.modules.duty.rules.measures import KINDS
from entrepot.modules.duty.rules.treatments import traded
from entrepot.modules.duty.rules.value import to_step

DUTY = Text("customs duty", "关税")
ZERO = Decimal(0)
BASES = {
    "value": "the customs value",
    "value_duties": "value + duties",
    "value_duties_taxes": "value + duties + taxes before it",
    "composite": "(value + duties + amount by quantity) / (1 - rate)",
}


class Borne(Struct):
    """What a line bears so far, in main units: None once something of it is not known."""

    goods: Dutiable
    value: Decimal
    duties: Decimal | None = ZERO
    taxes: Decimal | None = ZERO


class Reckoning:
    """One entry as its taxes are added up; a sum up to the country's limit is not collected, and enters no later base."""

    def __init__(self, case: Case, card: PackCard, day: date, lines: Sequence[Dutiable]) -> None:
        self.case, self.card, self.day = case, card, day
        self.currency = str(card.traits["currency"])
        self.minor = Decimal(1).scaleb(-minor_digits(self.currency))
        self.lines = [Borne(line, line.value.amount) for line in lines]
        self.taxes: list[BillTax] = []
        self.conditions: list[Text] = []

    def money(self, amount: Decimal | None) -> Money | None:
        """An amount that is whole minor units already."""
        return None if amount is None else Money(int(amount.scaleb(minor_digits(self.currency))), self.currency)

    def tell(self, en: str, zh: str) -> None:
        """A condition, once."""
        if (told := Text(en, zh)) not in self.conditions:
            self.conditions.append(told)

    def book(
        self, tax: str, name: Text, amounts: dict[str, Decimal | None], step: tuple[Decimal, Rounding] | None = None
    ) -> dict[str, Decimal | None]:
        """Enter one tax with its amounts by line: sum, whole steps, and the limit up to which it is not collected. Gives
        what each line bears of it."""
        known = [one for one in amounts.values() if one is not None]
        computed = None if len(known) < len(amounts) else sum(known, ZERO)
        if computed is not None and step is not None:
            computed = to_step(computed, *step)
        waived = self.waives(computed)
        payable = ZERO if waived else computed
        lines = {key: self.money(amount) for key, amount in amounts.items()}
        self.taxes.append(BillTax(tax, name, lines, self.money(computed), self.money(payable), waived))
        formula = "sum of the lines" + (", not collected: within the limit" if waived else "")
        told: dict[str, Any] = {f"line {key}".strip(): one for key, one in lines.items()}
        self.case.step(name, formula, self.money(payable), None, **told)
        return dict.fromkeys(amounts, ZERO) if waived else amounts

    def waives(self, amount: Decimal | None) -> bool:
        """Whether a sum is so small that it is not collected: the limit itself is."""
        if not amount:
            return False
        row = self.case.read(f"{self.card.name}/limits", self.day, name="tax_free")
        return row is not None and amount <= row["value"]

    def assessed(self) -> Assessed:
        """All taxes and their total; None where one is not known."""
        amounts = [tax.payable.minor for tax in self.taxes if tax.payable is not None]
        total = Money(sum(amounts), self.currency) if len(amounts) == len(self.taxes) else None
        return Assessed(tuple(self.taxes), total, tuple(self.conditions))


def assessed(case: Case, card: PackCard, day: date, lines: Sequence[Dutiable], mode: str = "") -> Assessed:
    """What an entry of these lines owes, each under its own treatment; `mode` is the customs mode of transport."""
    own = Reckoning(case, card, day, lines)
    _duties(own)
    for tax in card.traits.get("taxes", ()):
        row = case.read(f"{card.name}/taxes", day, tax=str(tax))
        name = Text(str(tax), str(tax)) if row is None else Text(row["name_en"], row["name_zh"])
        if row is None:
            own.tell(f"{name.en} is not on file for {day}", f"{name.zh} 在 {day} 没有规定入库")
            own.book(str(tax), name, {one.goods.key: None for one in own.lines})
        elif not row["modes"] or mode in row["modes"] or not mode:
            if row["modes"] and not mode:
                own.tell(f"{name.en} depends on the mode of transport, which is not said", f"{name.zh} 取决于运输方式，尚未提供")
            bearing = [one for one in own.lines if one.goods.treatment not in (row["not_under"] or ())]
            (_by_entry if row["scope"] == "entry" else _by_line)(own, str(tax), row, name, bearing)
    return own.assessed()


def _duties(own: Reckoning) -> None:
    """The ordinary duty, then every kind of trade measure as a tax of its own."""
    limit = own.case.read(f"{own.card.name}/limits", own.day, name="duty_total_step")
    step = None if limit is None else (limit["value"], limit["rounding"])
    by_kind: dict[str, dict[str, Decimal | None]] = {}
    ordinary: dict[str, Decimal | None] = {}
    for one in own.lines:
        ordinary[one.goods.key] = None if one.goods.duty is None else one.goods.duty.amount
        for extra in one.goods.measures:
            sums = by_kind.setdefault(extra.kind, {})
            before = sums.get(one.goods.key, ZERO)
            sums[one.goods.key] = None if before is None or extra.duty is None else before + extra.duty.amount
    booked = [own.book("duty", DUTY, ordinary, step)]
    booked += [own.book(kind, KINDS.get(kind, KINDS["other"]), sums) for kind, sums in by_kind.items()]
    for one in own.lines:
        parts = [amounts.get(one.goods.key, ZERO) for amounts in booked]
        known = [part for part in parts if part is not None]
        one.duties = sum(known, ZERO) if len(known) == len(parts) else None


def _by_line(own: Reckoning, tax: str, row: Row, name: Text, bearing: list[Borne]) -> None:
    amounts: dict[str, Decimal | None] = {}
    for one in bearing:
        duty = _rate(own, tax, row, name, one)
        amounts[one.goods.key] = None if duty is None else _line_tax(own, row, name, one, duty)
    total = (row["total_step"], row["rounding"]) if row["total_step"] is not None else None
    borne = own.book(tax, name, amounts, total)
    for one in bearing:
        amount = borne[one.goods.key]
        one.taxes = None if amount is None or one.taxes is None else one.taxes + amount


def _line_tax(own: Reckoning, row: Row, name: Text, one: Borne, duty: Duty) -> Decimal | None:
    """A tax on one line: its base in whole steps, then the tax on it in whole steps."""
    base, part = _base(row["base"], one), _parts(duty) if row["base"] == "composite" else None
    if base is None:
        return None
    quantities = {} if isinstance(duty, Free | AdValorem) else traded(own.case, one.goods.line, own.day)
    try:
        if row["base"] == "composite":
            if part is None:
                own.tell(f"{name.en} of line {one.goods.key} is no plain rate: not computed", f"第 {one.goods.key} 项{name.zh}未能计算")
                return None
            rate, specific = part
            fixed = sum((charge(term, base, own.currency, quantities)[0] for term in specific), ZERO)
            base = (base + fixed) / (1 - rate)
        base = to_step(base, *_step(own, row, "base_step"))
        exact, _ = charge(duty, base, own.currency, quantities)
    except DutyError as error:
        own.tell(f"{name.en} of line {one.goods.key}: {error}", f"第 {one.goods.key} 项{name.zh}未能计算：{error}")
        return None
    amount = to_step(exact, *_step(own, row, "tax_step"))
    own.case.step(name, f"{write_duty(duty)} of {BASES[row['base']]}", amount, exact, base=base, line=one.goods.key)
    return amount


def _by_entry(own: Reckoning, tax: str, row: Row, name: Text, bearing: list[Borne]) -> None:
    """One tax on the sum of the lines' bases, or on what is payable of another tax; never under the least or over the most."""
    if row["base"].startswith("tax/"):
        other = next((one for one in own.taxes if one.tax == row["base"].removeprefix("tax/")), None)
        base = None if other is None or other.payable is None else other.payable.amount
    else:
        bases = [_base(row["base"], one) for one in bearing]
        known = [one for one in bases if one is not None]
        base = sum(known, ZERO) if len(known) == len(bases) else None
    if not bearing or base is None:
        if bearing:
            own.book(tax, name, {"": None})
        return
    base = to_step(base, *_step(own, row, "base_step"))
    if row["share"]:
        over, _, under = row["share"].partition("/")
        exact = base * Decimal(over) / Decimal(under)
    else:
        exact, _ = charge(row["duty"], base, own.currency, {})
    for bound, pick in (("min", max), ("max", min)):
        if row[bound] is not None:
            exact = pick(exact, row[bound])
    step = row["total_step"] if row["total_step"] is not None else row["tax_step"]
    amount = to_step(exact, own.minor if step is None else step, row["rounding"] or "half_up")
    told = BASES.get(row["base"], f"what is payable of {row['base'].removeprefix('tax/')}")
    own.case.step(name, f"{row['share'] or write_duty(row['duty'])} of {told}", amount, exact, base=base)
    own.book(tax, name, {"": amount})


def _base(named: str, one: Borne) -> Decimal | None:
    """The base of a tax on one line; None where it rests on something that is not known."""
    match named:
        case "value":
            return one.value
        case "value_duties" | "composite":
            return None if one.duties is None else one.value + one.duties
        case "value_duties_taxes":
            return None if one.duties is None or one.taxes is None else one.value + one.duties + one.taxes
    raise ValueError(f"{named!r} is no base of a tax")


def _rate(own: Reckoning, tax: str, row: Row, name: Text, one: Borne) -> Duty | None:
    """The rate of a tax on a line's goods: as stated, or of law; None where neither is known, which is told."""
    stated: Any = None if one.goods.stated is None else {
        "consumption_tax": one.goods.stated.consumption_tax or None, "vat": one.goods.stated.vat
    }.get(tax)  # fmt: skip
    if stated is not None:
        return parse_duty(stated) if isinstance(stated, str) else AdValorem(stated)
    own_rate: Duty | None = row["duty"]
    if own_rate is not None:
        return own_rate
    rate = own.case.read(f"{own.card.name}/{row['rates']}", own.day, code=one.goods.code)
    if rate is None:
        own.tell(
            f"{name.en} of {one.goods.code} is not on file: state it in import.rates",
            f"{one.goods.code} 的{name.zh}税率未入库：请在 import.rates 中填报",
        )
        return None
    if rate.values.get("rate") is not None:
        return AdValorem(rate["rate"])
    duty: Duty | None = rate.values.get("duty")
    if duty is None:
        own.tell(
            f"{name.en} of {one.goods.code} depends on the goods: {rate['text']}", f"{one.goods.code} 的{name.zh}视货物而定：{rate['text']}"
        )
    return duty


def _parts(duty: Duty) -> tuple[Decimal, tuple[Specific, ...]] | None:
    """A duty as the rate and the amounts by quantity that it is the sum of; None where it is more than that."""
    rate, specific = ZERO, []
    for term in duty.terms if isinstance(duty, Sum) else (duty,):
        match term:
            case AdValorem(part):
                rate += part
            case Specific():
                specific.append(term)
            case Free():
                pass
            case _:
                return None
    return (rate, tuple(specific)) if rate < 1 else None


def _step(own: Reckoning, row: Row, which: str) -> tuple[Decimal, Rounding]:
    step = row[which]
    return (own.minor if step is None else step, row["rounding"] or "half_up")


def payable(taxes: Sequence[BillTax]) -> Iterator[tuple[str, Money]]:
    """What is to be paid of each tax, those of nothing left out."""
    return ((tax.tax, tax.payable) for tax in taxes if tax.payable is not None and tax.payable.minor)
