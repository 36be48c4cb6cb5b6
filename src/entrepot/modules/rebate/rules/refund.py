"""The refund of a line: a trading company's input tax, lot by lot, and what moves to cost."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from entrepot.kernel.case import Case
from entrepot.kernel.days import following_30_april
from entrepot.kernel.findings import Answer, found, needs_review, not_applicable, refused
from entrepot.kernel.money import Money, lesser, money
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.answers import BANK_RECEIPT, RELEASE
from entrepot.kernel.vocabulary.goods import LINE, LOT, GoodsLine, PurchaseLot
from entrepot.kernel.vocabulary.trade import TERMS
from entrepot.modules.rebate.facts import PURCHASES, REFUND, ROUTE, LotRefund, Purchases, Refund, Route
from entrepot.modules.rebate.rules.purchases import VAT_DOCUMENTS
from entrepot.modules.rebate.rules.route import route_line
from entrepot.modules.rebate.rules.total import PERIOD

COUNTED = "piece"
FARM = "farm_purchase_invoice"
DOCUMENTS = {FARM: "农产品收购发票", "ordinary_invoice": "普通发票"}
FARM_TAX = Text(
    "the tax reckoned on a farm purchase invoice (price × rate) goes to cost where it was deducted; whether that rule goes on "
    "under the VAT Law is not on file",
    "农产品收购发票计算的进项税额（买价×扣除率）已抵扣的须转入成本；增值税法施行后该规定是否延续未收录",
)
LOW_RATED = frozenset({"small_scale", "simplified"})
_NO_PURCHASES = Purchases()


def assess_line(case: Case) -> Mapping[Topic[Any], Answer]:
    """The regime of the line, and the refund that follows from it."""
    answer = route_line(case)
    route = answer.value
    if not isinstance(route, Route):
        return {ROUTE: answer, REFUND: answer}
    if route.regime == "UNDECIDED":
        return {ROUTE: answer, REFUND: needs_review(Refund("UNDECIDED", rate=route.rate), *answer.reasons)}
    if route.regime == "CREDIT_REFUND":
        return {ROUTE: answer, REFUND: not_applicable(PERIOD)}
    return {ROUTE: answer, REFUND: _refund(case, route, answer.reasons)}


def _refund(case: Case, route: Route, asked: tuple[Text, ...]) -> Answer:
    """Amounts under REFUND and EXEMPT; TAXED has none, and the output tax that is due is another question."""
    zero = Money(0, "CNY")
    if route.regime == "TAXED":
        owed = Text("output tax is due as on a domestic sale; it is not computed here", "应按视同内销计提销项税，此处不计算")
        return found(Refund("TAXED", zero, zero), reasons=(owed,))
    behind = (case.get(PURCHASES) or _NO_PURCHASES).lines.get(case.key)
    if behind is None and route.flag:
        unknown = Text(
            "the input tax that goes to cost is not known: no purchase document is on file",
            "转入成本的进项税额未知：尚无进货凭证",
        )
        return needs_review(Refund("EXEMPT", zero), unknown)
    if behind is None:  # exempt whatever the documents, and without input tax: small scale, market procurement
        return needs_review(Refund("EXEMPT", zero, zero), *asked) if asked else found(Refund("EXEMPT", zero, zero))
    if behind.problems:
        return refused(behind.problems)
    said = case.get(LOT) or {}
    lots = {key: said[key] for key in behind.lots}
    notes: list[Text] = list(asked)
    used = match(case, case.own(LINE), lots, route.exported_on, notes)
    if isinstance(used, Problem):
        return refused((used,))
    parts = [lot_refund(case, key, lots[key], base, route, notes) for key, base in used.items()]
    result = Refund(
        route.regime,
        _sum([part.refund for part in parts]),
        _sum([part.to_cost for part in parts]),
        _sum([part.base for part in parts]),
        route.rate if route.regime == "REFUND" else None,
        tuple(parts),
    )
    if route.regime == "REFUND":
        result, held = _held(case, result, route.exported_on)
        notes += held
    return needs_review(result, *notes) if notes else found(result)


def trading_refund(base: Money, vat_rate: Decimal, library: Decimal, supplier_kind: str) -> tuple[Decimal, Money, Money]:
    """The rate refunded (fraction), the refund and the cost transfer on one lot's base.

    refund = base × rate; to cost = base × (invoice rate - rate); each rounded half up to the fen. The rate is the
    library's, but never above the invoice's: so it is by law for small-scale and simplified-method suppliers, and for
    any other a lower invoice rate is for a person to explain.
    """
    rate = lesser(library, vat_rate) if supplier_kind in LOW_RATED or vat_rate < library else library
    return rate, money(base.amount * rate, base.currency), money(base.amount * (vat_rate - rate), base.currency)


def lot_refund(case: Case, key: str, lot: PurchaseLot, base: Money, route: Route, notes: list[Text]) -> LotRefund:
    """One lot's part, with its working."""
    name = Text(f"lot {key}, {lot.number} of {lot.supplier}", f"进货批次 {key}（{lot.supplier} {lot.number}）")
    zero = Money(0, base.currency)
    if lot.document not in (VAT_DOCUMENTS | {FARM} if route.regime == "EXEMPT" else VAT_DOCUMENTS):
        case.step(name, f"{lot.document}: carries no refundable tax", zero, base=base)
        if route.regime == "REFUND":
            notes.append(unrefunded(key, lot))
        return LotRefund(key, base, Decimal(0), zero, zero)
    if route.regime == "EXEMPT":
        if lot.document == FARM and lot.vat_rate:
            notes.append(FARM_TAX)
        to_cost = money(base.amount * lot.vat_rate, base.currency)
        case.step(name, "exempt: base × invoice rate to cost", to_cost, base.amount * lot.vat_rate, base=base, vat=lot.vat_rate)
        return LotRefund(key, base, Decimal(0), zero, to_cost)
    library = route.rate or Decimal(0)
    rate, refund, to_cost = trading_refund(base, lot.vat_rate, library, lot.supplier_kind)
    if lot.vat_rate < library and lot.supplier_kind not in LOW_RATED:
        notes.append(
            Text(
                f"lot {key}: the invoice rate {lot.vat_rate} is below the refund rate {library} though the supplier is general",
                f"批次 {key}：供货方为一般纳税人，但发票税率 {lot.vat_rate} 低于退税率 {library}",
            )
        )
    formula = "base × min(library rate, invoice rate)" if rate != library or lot.supplier_kind in LOW_RATED else "base × library rate"
    case.step(name, formula, refund, base.amount * rate, base=base, library=library, invoice=lot.vat_rate)
    case.step(
        name, "to cost: base × (invoice rate - refund rate)", to_cost, base.amount * (lot.vat_rate - rate),
        base=base, invoice=lot.vat_rate, refund=rate,
    )
    return LotRefund(key, base, rate, refund, to_cost)


def unrefunded(key: str, lot: PurchaseLot) -> Text:
    """Why a lot among others that are refunded is not: without any lawful document it is taxed, else it is exempt."""
    if lot.document == "none":
        return Text(
            f"lot {key} has no lawful document: that part is taxed like a domestic sale", f"批次 {key} 无合法有效凭证：该部分视同内销征税"
        )
    return Text(
        f"lot {key} rests on {lot.document}: nothing is refunded on it", f"批次 {key} 凭证为 {DOCUMENTS[lot.document]}：不予退税"
    )


def match(
    case: Case, line: GoodsLine, lots: Mapping[str, PurchaseLot], day: date, notes: list[Text]
) -> dict[str, Money] | Problem:
    """The base used of each lot, first in first out, until the declared quantity is reached; a Problem where the
    documents cover less than was declared, or their unit cannot be compared with the line's."""
    if line.quantity is None or not line.unit:
        notes.append(
            Text("the line's quantity is not said: lots are taken whole, unmatched", "商品项数量未提供：批次按全额计算，未作数量匹配")
        )
        return {key: lot.base for key, lot in lots.items()}
    converted: dict[str, Decimal] = {}
    for key, lot in lots.items():
        amount = in_unit(case, lot.quantity, lot.unit, line, day, notes)
        if amount is None:
            return _mismatch(
                case.key, f"lot {key} is in {lot.unit}, the line in {line.unit}",
                f"批次 {key} 单位 {lot.unit} 与商品项单位 {line.unit} 无法换算",
            )
        converted[key] = amount
    used = take(line.quantity, converted)
    left = line.quantity - sum(used.values(), Decimal(0))
    if left > 0:
        return _mismatch(
            case.key, f"the documents cover {line.quantity - left:f} of {line.quantity:f} {line.unit}",
            f"进货凭证数量 {line.quantity - left:f} 少于申报数量 {line.quantity:f} {line.unit}",
        )
    bases = {key: part_base(lots[key].base, taken, converted[key]) for key, taken in used.items()}
    for key, taken in used.items():
        case.step(
            Text(f"quantity of lot {key}", f"批次 {key} 数量"), "first in, first out, up to the declared quantity", bases[key],
            taken=f"{taken:f} {line.unit}", of=f"{lots[key].quantity:f} {lots[key].unit}", base=lots[key].base,
        )
    return bases


def take(wanted: Decimal, lots: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """What is used of each lot in its turn until `wanted` is reached; lots that are not needed are left out."""
    used: dict[str, Decimal] = {}
    for key, quantity in lots.items():
        part = lesser(quantity, wanted - sum(used.values(), Decimal(0)))
        if part > 0:
            used[key] = part
    return used


def part_base(base: Money, taken: Decimal, whole: Decimal) -> Money:
    """The base of the part of a lot that was exported, rounded half up to the fen."""
    return base if taken == whole else money(base.amount * taken / whole, base.currency)


def in_unit(
    case: Case, amount: Decimal, unit: str, line: GoodsLine, day: date, notes: list[Text]
) -> Decimal | None:
    """A quantity in the line's unit by the tables of units, each conversion in the working; None where there is none.

    Things counted in two ways (pairs and pieces) are converted for a person to confirm.
    """
    if unit == line.unit:
        return amount
    lot, own = _unit(case, unit, day), _unit(case, line.unit, day)
    if lot is None or own is None or lot[0] != own[0]:
        return None
    result = amount * lot[1] / own[1]
    if lot[0] == COUNTED and lot[2] != own[2]:
        notes.append(
            Text(
                f"invoiced in {unit}, declared in {line.unit}: taken as {result:f} {line.unit}, to be confirmed",
                f"发票单位 {unit}，申报单位 {line.unit}：按 {result:f} {line.unit} 计，须人工确认",
            )
        )
    case.step(
        Text(f"{unit} in {line.unit}", f"{unit} 换算为 {line.unit}"), "quantity × factor / factor", f"{result:f} {line.unit}",
        quantity=f"{amount:f} {unit}", from_factor=lot[1], to_factor=own[1],
    )
    return result


def _unit(case: Case, unit: str, day: date) -> tuple[str, Decimal, str] | None:
    """The base unit of a unit word or code, how many of it one is, and its code; what has no factor is its own base."""
    word = case.read("units/words", day, word=unit.upper())
    code = unit if word is None else str(word["code"])
    row = case.read("units/units", day, code=code)
    if row is None:
        return None
    return (code, Decimal(1), code) if row["factor"] is None else (str(row["base"]), Decimal(row["factor"]), code)


def _mismatch(key: str, en: str, zh: str) -> Problem:
    return Problem(
        "B008", f"line/{key}.quantity", Text(en, zh),
        Text("match the documents with the declared quantity, in units that convert", "请使进货凭证与申报数量一致，并采用可换算的单位"),
    )


def _held(case: Case, result: Refund, exported_on: date) -> tuple[Refund, list[Text]]:
    """Holds the refund while the foreign exchange is not on file, late, or short of the invoice."""
    last = following_30_april(exported_on)
    releases, receipts = case[RELEASE], case.get(BANK_RECEIPT) or {}
    receipts_here = [one for one in receipts.values() if not one.declaration or one.declaration in releases]
    if not receipts_here:
        held = Refund(result.regime, result.refund, result.to_cost, result.base, result.rate, result.lots, last)
        return held, [
            Text(
                f"held: no receipt of foreign exchange is on file; it is due by {last}",
                f"暂缓：尚无收汇记录；收汇期限为 {last}",
            )
        ]
    notes = []
    if all(one.received_on > last and not one.deemed for one in receipts_here):
        first = min(one.received_on for one in receipts_here)
        notes.append(Text(f"foreign exchange came on {first}, after {last}", f"收汇日 {first} 晚于期限 {last}"))
    terms = case.get(TERMS)
    if terms is not None and terms.total is not None and not any(one.deemed for one in receipts_here):
        got = sum(one.amount.minor for one in receipts_here if one.amount.currency == terms.total.currency)
        others = sorted({one.amount.currency for one in receipts_here} - {terms.total.currency})
        if others and got < terms.total.minor:
            told = ", ".join(others)
            notes.append(
                Text(
                    f"received in {told}, the invoice is {terms.total}: whether all was received is for a person to say",
                    f"收汇币种为 {told}，发票金额 {terms.total}：是否足额收汇须人工确认",
                )
            )
        elif got < terms.total.minor:
            received = Money(got, terms.total.currency)
            notes.append(
                Text(
                    f"received {received} of the invoice's {terms.total}; due by {last}",
                    f"已收汇 {received}，发票金额 {terms.total}；期限 {last}",
                )
            )
    return result, notes


def _sum(amounts: Sequence[Money]) -> Money:
    return Money(sum(amount.minor for amount in amounts), "CNY")
