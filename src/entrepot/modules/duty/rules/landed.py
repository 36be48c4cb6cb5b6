"""Landed cost: what the goods cost at the buyer's door under each treatment, and who bears what on the way.

The price holds what the seller bears under the Incoterm; to it come the costs that the buyer bears and, unless the seller
bears them (DDP), what customs takes. A cost that nobody has said is in no total: it is named, and the total is then "at least".
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Literal, NamedTuple

from msgspec.structs import replace

from entrepot.kernel.case import Case, Unmet
from entrepot.kernel.findings import Answer, found, needs_review, no_law, refused
from entrepot.kernel.law import PackCard
from entrepot.kernel.money import Money, money
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.customs import ENTRY, FORMALITIES, STATED_RATES, Entry
from entrepot.kernel.vocabulary.decisions import (
    OFFER,
    BillTax,
    DutyOffer,
    LandedCost,
    LandedPart,
    LandedTax,
    LandedTreatment,
    Treatment,
)
from entrepot.kernel.vocabulary.goods import LINE, GoodsLine
from entrepot.kernel.vocabulary.trade import CHARGES, COSTS, TERMS, TRANSPORT, Charge, Charges
from entrepot.modules.duty.facts import Dutiable
from entrepot.modules.duty.rules.exchange import Undecided, exchange, law_day
from entrepot.modules.duty.rules.offer import destination
from entrepot.modules.duty.rules.stated import holds
from entrepot.modules.duty.rules.taxes import assessed
from entrepot.modules.duty.rules.treatments import FORMS
from entrepot.modules.duty.rules.value import FREIGHT, INSURANCE, INSURANCE_PAID, PRICE, TRADE_TERMS, line_amount

# The costs of the Incoterms table, in the order in which they arise.
NAMES = {
    "export_packing": Text("export packing", "出口包装"),
    "load_at_origin": Text("loading at the seller's", "起运地装车"),
    "pre_carriage": Text("carriage to the port of export", "出口前程运输"),
    "export_clearance": Text("export clearance", "出口报关"),
    "origin_terminal": Text("terminal at origin", "起运港码头费"),
    "load_main": Text("loading on board", "装船（机）费"),
    "main_carriage": FREIGHT,
    "insurance": INSURANCE,
    "destination_terminal": Text("terminal at destination", "目的港码头费"),
    "import_clearance": Text("import clearance", "进口清关代理"),
    "on_carriage": Text("delivery to the buyer", "目的地派送"),
    "unload_at_place": Text("unloading at the buyer's", "目的地卸货"),
    "other": Text("other costs", "其他费用"),
}
EACH_BEST = Text("each line by its best", "各项分别适用最优税率")
_WHO: dict[str, Literal["seller", "buyer"]] = {"seller": "seller", "buyer": "buyer"}
NOT_OWED = Text("insurance: neither party owes it; say it if the goods are insured", "保险费：买卖双方均无义务投保；如已投保请填写")


class Said(NamedTuple):
    """A cost as somebody said it, with who was said to bear it."""

    amount: Money
    payer: Literal["", "seller", "buyer"] = ""


class Priced(NamedTuple):
    """The lines that are priced: their offers as far as there are any, the exchange rate of each currency to the
    destination's, the prices in that (unrounded), and the currency of the price."""

    offers: Mapping[str, DutyOffer]
    rates: Mapping[str, Decimal]
    exact: Mapping[str, Decimal]
    own: str

    def total(self) -> Decimal:
        return sum(self.exact.values(), Decimal(0))


class Borne(NamedTuple):
    """What the buyer bears beside the price, unrounded; who bears what customs takes; whether costs are still unsaid."""

    costs: Decimal
    duties_payer: Literal["seller", "buyer"]
    unsaid: bool


def assess_landed(case: Case) -> Answer:
    """The goods at the buyer's door, under each treatment that any line is offered. It is reckoned once somebody says a cost
    on the way, or asks with `import.formalities`: an export that is only declared need not pay for it."""
    if case.get(COSTS) is None and case.get(FORMALITIES) is None:
        raise Unmet(COSTS, "")
    if problems := tuple(_below_zero(case)):
        return refused(problems)
    entry = case[ENTRY]
    card = destination(case, entry.country)
    if card is None:
        return no_law(Text(f"no tariff of {entry.country} is on file", f"没有 {entry.country} 的关税税则"))
    currency = str(card.traits["currency"])
    conditions: list[Text] = []
    rule = case[TERMS].incoterm or TRADE_TERMS.get(entry.trade_term, "")
    said = dict(_said(case, entry))
    try:
        priced = _priced(case, card, entry, [one.amount.currency for ones in said.values() for one in ones], conditions)
    except Undecided as undecided:
        return refused(undecided.problems) if undecided.gap is None else no_law(undecided.gap)
    parts, payer = _parts(case, entry, rule, said, priced.rates, currency)
    missing = (*_unsaid(parts), *_unpriced(case, priced))
    costs = sum(
        (one.amount.amount * priced.rates[one.amount.currency] for one in parts if one.amount and not one.in_price), Decimal(0)
    )
    treatments = sorted(_treatments(case, card, entry, priced, Borne(costs, payer, bool(missing)), conditions), key=_rank)
    best = treatments[0] if treatments and treatments[0].available else None
    if best is not None:
        treatments = [one if one is best else _beside(one, best) for one in treatments]
    price = money(priced.total() / priced.rates[priced.own], priced.own)
    value = LandedCost(
        entry.country, entry.day, rule, price, money(priced.total(), currency), parts, payer, tuple(treatments),
        best.code if best is not None else "", missing,
    )
    conditions += [] if rule else [Text("no Incoterm is said: who bears which cost is open", "未说明贸易术语：费用由谁承担尚不确定")]
    return needs_review(value, *dict.fromkeys(conditions)) if conditions else found(value)


def _below_zero(case: Case) -> Iterator[Problem]:
    for key, cost in (case.get(COSTS) or {}).items():
        if cost.amount.minor < 0:
            yield Problem(
                "D040", f"trade.cost/{key}.amount",
                Text(f"{NAMES[cost.cost].en} of {cost.amount} is below zero", f"{NAMES[cost.cost].zh}为负数：{cost.amount}"),
                Text("say what it costs; a rebate belongs in the price", "请填写实际费用；折让应在货价中体现"),
            )


def _priced(case: Case, card: PackCard, entry: Entry, currencies: Iterable[str], conditions: list[Text]) -> Priced:
    """Every line with an amount, in the destination's currency, and its offer. Raises Undecided."""
    offers = case[OFFER]
    amounts = {key: amount for key, line in case[LINE].items() if (amount := line_amount(line)) is not None}
    day, to = law_day(entry, card), str(card.traits["currency"])
    own = {amount.currency for amount in amounts.values()}
    rates = {one: exchange(case, one, card, entry.rates, day, conditions) for one in sorted({*own, *currencies, to})}
    exact = {key: amount.amount * rates[amount.currency] for key, amount in amounts.items()}
    whole = sum(exact.values(), Decimal(0))
    case.step(
        PRICE, "line amounts × exchange rate, added", money(whole, to), whole, **{f"{to}/{one}": rates[one] for one in sorted(own)}
    )
    return Priced({key: offers[key] for key in amounts if key in offers}, rates, exact, own.pop() if len(own) == 1 else to)


def _said(case: Case, entry: Entry) -> Iterator[tuple[str, list[Said]]]:
    """The costs that somebody said, by name. Freight and insurance are those of the entry, else of the charges."""
    lines, charges = case[LINE], case.get(CHARGES) or Charges()
    amounts = [amount for line in lines.values() if (amount := line_amount(line)) is not None]
    alike = len({one.currency for one in amounts}) == 1
    price = money(sum((one.amount for one in amounts), Decimal(0)), amounts[0].currency) if alike else None
    freight = entry.freight or _of_consignment(charges.freight, [price], lines)
    insurance = entry.insurance or _of_consignment(charges.insurance, [price, freight], lines)
    for name, amount in (("main_carriage", freight), ("insurance", insurance)):
        if amount is not None:
            yield name, [Said(amount)]
    by_name: dict[str, list[Said]] = {}
    for _, one in sorted((case.get(COSTS) or {}).items()):
        by_name.setdefault(one.cost, []).append(Said(one.amount, one.payer))
    yield from by_name.items()


def _of_consignment(charge: Charge | None, of: list[Money | None], lines: Mapping[str, GoodsLine]) -> Money | None:
    """A charge as customs writes it, for the whole consignment: per cent of these amounts, a price per tonne, or a total."""
    if charge is None:
        return None
    if charge.mark == "3":
        return money(charge.value, charge.currency)
    if charge.mark == "2":
        weights = [line.gross_kg for line in lines.values()]
        known = [weight for weight in weights if weight is not None]
        return money(charge.value * sum(known, Decimal(0)) / 1000, charge.currency) if len(known) == len(weights) else None
    base = [one for one in of if one is not None]
    if charge.mark != "1" or len(base) < len(of) or len({one.currency for one in base}) != 1:
        return None
    return money(sum((one.amount for one in base), Decimal(0)) * charge.value / 100, base[0].currency)


def _parts(
    case: Case, entry: Entry, rule: str, said: Mapping[str, list[Said]], rates: Mapping[str, Decimal], currency: str
) -> tuple[tuple[LandedPart, ...], Literal["seller", "buyer"]]:
    """Every cost on the way with who bears it: as said of it, else by the Incoterm; and who bears what customs takes."""
    split = {row.keys["cost"]: str(row["payer"]) for row in case.rows("incoterms/split", entry.day, rule=rule)} if rule else {}
    parts: list[LandedPart] = []
    for cost, name in NAMES.items():
        by_rule = split.get(cost, "open")
        if by_rule == "none" and rule in INSURANCE_PAID:
            by_rule = "seller"  # who delivers at the destination insures for himself, in his price
        for one in said.get(cost, ()):
            # What the Incoterm leaves open and somebody pays beside the price is the buyer's, unless he says otherwise.
            payer = one.payer or _WHO.get(by_rule, "buyer")
            amount = money(one.amount.amount * rates[one.amount.currency], currency)
            parts.append(LandedPart(cost, name, payer, one.amount, amount, payer == "seller"))
        if cost not in said and cost != "other":
            who: Literal["seller", "buyer", "open"] = _WHO.get(by_rule, "open")
            parts.append(LandedPart(cost, name, who, in_price=who == "seller"))
    return tuple(parts), "seller" if split.get("import_clearance") == "seller" else "buyer"


def _unsaid(parts: Iterable[LandedPart]) -> Iterator[Text]:
    """The costs that the buyer bears, or may bear, and nobody has said."""
    for part in parts:
        if part.amount is None and part.payer == "buyer":
            yield part.name
        elif part.amount is None and part.payer == "open":
            yield NOT_OWED if part.cost == "insurance" else Text(
                f"{part.name.en}, as far as the named place or the carrier's contract leaves it to the buyer",
                f"{part.name.zh}（视指定地点或运输合同，可能由买方承担）",
            )


def _unpriced(case: Case, priced: Priced) -> Iterator[Text]:
    for key in case[LINE]:
        if key not in priced.exact:
            yield Text(f"line {key}: its price", f"第 {key} 项：货价")
        if key not in priced.offers:
            yield Text(f"line {key}: what customs takes", f"第 {key} 项：进口税费")


def _treatments(
    case: Case, card: PackCard, entry: Entry, priced: Priced, borne: Borne, conditions: list[Text]
) -> Iterator[LandedTreatment]:
    """The total under each treatment that is open to any line or may be; beside them each line's own best, where these differ.
    A line to which the treatment is closed is reckoned by its best."""
    bests = {key: best for key, offer in priced.offers.items() if (best := _best(offer)) is not None}
    chosen = {
        code: {key: _under(priced.offers[key], code) or best for key, best in bests.items()}
        for code in dict.fromkeys(one.code for offer in priced.offers.values() for one in offer.treatments if not one.closed)
    }
    alone = {code for code, by_line in chosen.items() if by_line == bests and all(one.code == code for one in bests.values())}
    if bests and not alone:
        chosen = {"best": bests, **{code: by_line for code, by_line in chosen.items() if by_line != bests}}
    transport = case.get(TRANSPORT)
    for code, by_line in chosen.items():
        lines = [_dutiable(case, key, priced.offers[key], one) for key, one in by_line.items()]
        bill = assessed(case, card, law_day(entry, card), lines, transport.mode if transport is not None else "")
        conditions += [told for told in bill.conditions if told not in conditions]
        yield _landed(case, card, entry, code, by_line, bill.taxes, priced, borne)


def _dutiable(case: Case, key: str, offer: DutyOffer, one: Treatment) -> Dutiable:
    stated = (case.get(STATED_RATES) or {}).get(key)
    current = stated if stated is not None and holds(stated, offer.day) else None
    return Dutiable(key, offer.code, case[LINE][key], offer.value, one.code.partition("/")[0], one.duty, one.measures, current)


def _landed(
    case: Case, card: PackCard, entry: Entry, code: str, by_line: Mapping[str, Treatment], taxes: tuple[BillTax, ...],
    priced: Priced, borne: Borne,
) -> LandedTreatment:
    """One row of the table: these lines, each under its treatment, with what customs takes of them."""
    goods = money(priced.total() + borne.costs, str(card.traits["currency"]))
    paid = taxes if borne.duties_payer == "buyer" else ()
    total = Money(goods.minor + sum(one.payable.minor for one in paid if one.payable is not None), goods.currency)
    name = next((one.name for one in by_line.values() if one.code == code), EACH_BEST)
    case.step(
        Text(f"landed cost, {name.en}", f"到门成本，{name.zh}"), "price + costs that the buyer bears + what customs takes",
        total, None, goods=goods, **{one.tax: one.payable or "not known" for one in paid},
    )  # fmt: skip
    rates = tuple(dict.fromkeys(one.rate for one in by_line.values()))
    unknown = tuple(Text(f"{one.name.en}: not known", f"{one.name.zh}：未知") for one in paid if one.payable is None)
    return LandedTreatment(
        code=code,
        name=name,
        rate=rates[0] if len(rates) == 1 else "",
        available=all(one.available for one in by_line.values()),
        taxes=tuple([LandedTax(one.tax, one.name, one.payable) for one in taxes]),
        total=total,
        priced=money(total.amount / priced.rates[priced.own], priced.own),
        at_least=borne.unsaid or bool(unknown),
        lines=_by_line(priced, goods, paid),
        conditional=any(one.conditional for one in by_line.values()),
        missing=tuple(dict.fromkeys(text for one in by_line.values() for text in one.missing)),
        papers=tuple(_papers(case, card, entry, by_line.values())),
        unknown=unknown,
    )


def _by_line(priced: Priced, goods: Money, taxes: Iterable[BillTax]) -> dict[str, Money]:
    """What each line bears: its share of price and costs by value, and its taxes; the shares add up to the total."""
    weights = priced.exact
    totals = _shared(goods.minor, weights)
    for tax in taxes:
        if tax.payable is None:
            continue
        own = {key: amount.minor for key, amount in tax.lines.items() if amount is not None}
        fits = own.keys() <= weights.keys() and sum(own.values()) == tax.payable.minor
        for key, minor in (own if fits else _shared(tax.payable.minor, weights)).items():
            totals[key] += minor
    return {key: Money(minor, goods.currency) for key, minor in totals.items()}


def _shared(minor: int, weights: Mapping[str, Decimal]) -> dict[str, int]:
    """An amount shared out by weight: each share is what the sum so far grows by, so that nothing is lost."""
    whole = sum(weights.values(), Decimal(0))
    shares, reached, given = {}, Decimal(0), 0
    for key, weight in weights.items():
        reached += weight
        upto = int((minor * reached / whole).to_integral_value("ROUND_HALF_UP"))
        shares[key], given = upto - given, upto
    return shares


def _papers(case: Case, card: PackCard, entry: Entry, chosen: Iterable[Treatment]) -> Iterator[Text]:
    """The proofs that the treatments ask for."""
    for code in dict.fromkeys(one.code.partition("/")[0] for one in chosen):
        row = case.read(f"{card.name}/treatments", entry.day, treatment=code)
        if row is not None and row["preferential"]:
            forms, months = [FORMS.get(form, Text(form, form)) for form in row["proof"]], row["proof_months"]
            en, zh = " or ".join(one.en for one in forms), "或".join(one.zh for one in forms)
            yield Text(
                f"proof of origin under {row['agreement']}: {en}, valid {months} months", f"{row['agreement']} {zh}，有效期 {months} 个月"
            )


def _best(offer: DutyOffer) -> Treatment | None:
    return _under(offer, offer.best) or next(iter(offer.treatments), None)


def _under(offer: DutyOffer, code: str) -> Treatment | None:
    return next((one for one in offer.treatments if one.code == code and not one.closed), None)


def _rank(one: LandedTreatment) -> tuple[bool, bool, int, int]:
    """To be had first, then known whole, then cheaper, then with less paper."""
    return (not one.available, bool(one.unknown), one.total.minor, len(one.papers))


def _beside(one: LandedTreatment, best: LandedTreatment) -> LandedTreatment:
    """A treatment with what it costs more than the best; nothing is said where either is not known whole."""
    return one if one.unknown or best.unknown else replace(one, dearer=one.total - best.total)
