"""M05: exports that look like one parted in several to stay below the limit."""

from collections.abc import Iterable
from datetime import date, timedelta

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, found, needs_review, no_law
from entrepot.kernel.money import money
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.customs import PARTICULARS
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.kernel.vocabulary.trade import CONTAINER, PARTY, TRANSPORT, Party
from entrepot.modules.procurement.facts import EXPORTS, MarketExport, Split, SplitPart
from entrepot.modules.procurement.rules.law import INDICATIVE, USD, amounts_of, dollars, limit


def name_of(party: Party | None) -> str:
    """A party by what tells it apart: its unified code, else the letters of its name."""
    return "" if party is None else party.uscc or plain(party.name or party.name_zh)


def plain(name: str) -> str:
    """Letters and digits alone, so that stops and case part nobody from himself."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def shared(one: MarketExport, other: MarketExport, days: int) -> tuple[Text, ...]:
    """By what two exports belong together: bill or container, where operator, consignee and days agree; else nothing."""
    if not one.operator or not one.consignee or (one.operator, one.consignee) != (other.operator, other.consignee):
        return ()
    if abs(one.declared_on - other.declared_on) > timedelta(days=days):
        return ()
    told = []
    if one.bill_no and one.bill_no == other.bill_no:
        told.append(Text(f"bill {one.bill_no}", f"提运单 {one.bill_no}"))
    told += [Text(f"container {box}", f"集装箱 {box}") for box in sorted({*one.containers} & {*other.containers})]
    return tuple(told)


def belonging(
    own: MarketExport, others: Iterable[MarketExport], days: int
) -> list[tuple[MarketExport, tuple[Text, ...]]]:
    """The exports that belong together with this one, by what."""
    return [(other, ties) for other in others if other.dossier != own.dossier and (ties := shared(own, other, days))]


def assess_split(case: Case) -> Answer:
    """This export and those that belong to it, added up in US dollars."""
    particulars, parties, transport = case[PARTICULARS], case[PARTY], case.get(TRANSPORT)
    day: date = particulars.declared_on or case.today
    most, days = limit(case, day, "market_value_usd"), limit(case, day, "market_split_days")
    if most is None or days is None:
        return no_law(Text("the limit of a market declaration is not on file", "市场采购单票限额未入库"))
    amounts, unpriced = amounts_of(case[LINE])
    own = MarketExport(
        "", name_of(parties.get("exporter")), name_of(parties.get("importer")), day,
        transport.bill_no if transport else "", tuple(sorted(case.keys(CONTAINER))),
    )  # fmt: skip
    value = dollars(case, amounts, day)
    conditions = [Text(f"line {key} has no amount", f"第 {key} 项没有金额") for key in unpriced]
    if value is None:
        return no_law(
            Text("the value cannot be had in US dollars: no exchange rate on file", "货值无法折算为美元：汇率未入库")
        )
    exports = case.get(EXPORTS)
    if exports is None:
        conditions.append(Text("other exports of the operator could not be looked at", "无法查看经营者的其他出口"))
    elif exports.cut:
        conditions.append(Text("only the newest exports of the operator were looked at", "仅查看了经营者最近的出口"))
    parts, total, indicative = [], value.amount, value.indicative
    for other, ties in belonging(own, exports.exports if exports else (), int(days)):
        if other.unpriced:
            conditions.append(
                Text(f"dossier {other.dossier} has lines without amount", f"档案 {other.dossier} 有商品项未填金额")
            )
        worth = dollars(case, other.amounts, other.declared_on)
        if worth is None:
            conditions.append(
                Text(f"dossier {other.dossier} has no value in US dollars", f"档案 {other.dossier} 无法折算美元货值")
            )
            continue
        total, indicative = total + worth.amount, indicative or worth.indicative
        parts.append(SplitPart(other.dossier, other.declared_on, money(worth.amount, USD), ties))
    if indicative:
        conditions.append(INDICATIVE)
    case.step(
        Text("exports that belong together", "拆分核查合计"),
        f"sum <= {most:f}",
        money(total, USD),
        total,
        own=money(value.amount, USD),
    )
    result = Split(
        money(value.amount, USD), money(total, USD), bool(parts) and total > most, tuple(parts), exports is not None
    )
    return needs_review(result, *conditions) if conditions else found(result)
