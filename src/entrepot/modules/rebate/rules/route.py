"""Which regime an exported line falls under: the questions in the order in which the law asks them."""

from collections.abc import Mapping, Sequence
from datetime import date

from entrepot.kernel.case import Case, Unmet
from entrepot.kernel.days import add_months
from entrepot.kernel.findings import Answer, found, needs_review, no_law, refused
from entrepot.kernel.law import Row
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.answers import CLAIM
from entrepot.kernel.vocabulary.customs import PARTICULARS, Enterprise
from entrepot.kernel.vocabulary.goods import LINE, LOT, PurchaseLot
from entrepot.modules.rebate.facts import PURCHASES, REGIMES, STANDING, Regime, Route
from entrepot.modules.rebate.rules.deadlines import before_2026, export_date
from entrepot.modules.rebate.rules.purchases import VAT_DOCUMENTS

POLICY = "CN-EXPVAT-11"
MARKET_PROCUREMENT = "1039"
UNVOUCHED = Text(
    "a part of the goods has no lawful purchase document: that part is taxed like a domestic sale",
    "部分货物无合法有效进货凭证：该部分视同内销征税",
)
NO_REFUND, EXEMPT_FLAG = "1", "2"


def route_line(case: Case) -> Answer:
    """The regime of the case's line, with its grounds."""
    exported_on = export_date(case)
    if not isinstance(exported_on, date):
        return refused(exported_on)
    if case.read("CN/instruments", exported_on, id=POLICY) is None:
        return no_law(before_2026(exported_on))
    line = case.own(LINE)
    if not line.hs.isdigit():
        return refused(
            (
                Problem(
                    "B007", f"line/{case.key}.hs", Text(f"{line.hs!r} is no goods code", f"{line.hs!r} 不是商品编码"),
                    Text("give the 10 digits declared", "请填写申报的10位商品编码"),
                ),
            )
        )
    known = case.by_law(library, line.hs, exported_on)
    if known is None:
        return no_law(_no_rate(case, line.hs, exported_on))
    row, grounds = known[0], list(known[1])
    answer = by_flag(row, exported_on, grounds)
    if answer is not None:
        return answer
    regime, asked = by_enterprise(case, case[STANDING], exported_on, grounds)
    route = Route(regime, tuple(grounds), exported_on, row["rate"], row["flag"])
    case.step(
        Text("regime", "退（免）税方式"), "export date, library flag, small scale and special modes, day of claim, enterprise, documents",
        f"{regime}: {REGIMES[regime].en}", rate=row["rate"], flag=row["flag"] or "none",
    )
    return needs_review(route, *asked) if asked else found(route)


def library(case: Case, code: str, exported_on: date) -> tuple[Row, tuple[Text, ...]] | None:
    """The row of the refund library for a code on the day of export, and the grounds that it gives."""
    row = case.read("CN/refund_rates", exported_on, code=code)
    if row is None:
        return None
    return row, (
        Text(f"exported on {exported_on}: that day selects the rate", f"出口日期 {exported_on}，按该日适用退税率"),
        Text(f"refund library: {row.cited()}", f"退税率库：{row.cited()}"),
    )


def by_flag(row: Row, exported_on: date, grounds: list[Text]) -> Answer | None:
    """What the library's flag decides alone; None where it leaves the regime open."""
    rate, flag = row["rate"], row["flag"]
    if flag == NO_REFUND:
        grounds.append(Text("flag 1: no export refund, taxed like a domestic sale", "特殊标志1：不退税，视同内销征税"))
        return found(Route("TAXED", tuple(grounds), exported_on, rate, flag))
    if flag == EXEMPT_FLAG:
        grounds.append(Text("flag 2: exempt", "特殊标志2：免税"))
        return found(Route("EXEMPT", tuple(grounds), exported_on, rate, flag))
    if not rate:
        why = Text(
            "the library's rate is 0 without a flag: 0 % alone does not tell exempt from taxed",
            "退税率为0且无特殊标志：仅凭0%不能区分免税与征税",
        )
        return needs_review(Route("UNDECIDED", (*grounds, why), exported_on, rate, flag), why)
    return None


def by_enterprise(
    case: Case, enterprise: Enterprise, exported_on: date, grounds: list[Text]
) -> tuple[Regime, tuple[Text, ...]]:
    """The regime by who exports and what was bought on which paper, and what a person must confirm."""
    particulars = case.get(PARTICULARS)
    mode = particulars.supervision_mode if particulars is not None else ""
    if enterprise.vat == "small_scale":
        grounds.append(Text("the exporter is a small-scale taxpayer: exempt", "出口方为小规模纳税人：免税"))
        return "EXEMPT", ()
    if mode == MARKET_PROCUREMENT:
        grounds.append(Text("market procurement (1039): exempt", "市场采购贸易（1039）：免税"))
        return "EXEMPT", ()
    if (late := claimed_too_late(case, exported_on)) is not None:
        grounds.append(late)
        return "TAXED", ()
    if enterprise.kind == "production" or enterprise.deemed_own_goods:
        own = "a production enterprise" if enterprise.kind == "production" else "goods deemed the exporter's own"
        grounds.append(Text(f"{own}: exempt, credited and refunded", "生产企业或视同自产货物：免抵退税"))
        return "CREDIT_REFUND", ()
    lots = lots_of_line(case)
    regime, why = by_documents(lots)
    if regime == "TAXED" and mode and _ecommerce(case, mode, exported_on):
        grounds.append(
            Text("retail export without invoice through a comprehensive pilot zone: exempt", "综试区零售出口无票：免税")
        )
        return "EXEMPT", (Text("exempt only if registered in a comprehensive pilot zone", "仅限在综试区注册并登记的出口"),)
    grounds.append(why)
    if regime == "EXEMPT" and any(lot.document == "none" for lot in lots):
        return regime, (UNVOUCHED,)
    return regime, ()


def claimed_too_late(case: Case, exported_on: date) -> Text | None:
    """Why nothing is refunded any more, where the claim came after the absolute limit; that day itself is still in time."""
    claim = case.get(CLAIM)
    row = None if claim is None else case.read("CN/limits", exported_on, name="refund_absolute_months")
    if claim is None or row is None or claim.claimed_on <= (last := add_months(exported_on, int(row["value"]))):
        return None
    return Text(
        f"claimed on {claim.claimed_on}, after {last}: taxed like a domestic sale",
        f"申报日 {claim.claimed_on} 晚于最后期限 {last}：视同内销征税",
    )


def by_documents(lots: Sequence[PurchaseLot]) -> tuple[Regime, Text]:
    """A trading company's regime by the papers it holds for what it bought."""
    documents = {lot.document for lot in lots}
    if documents & VAT_DOCUMENTS:
        return "REFUND", Text(
            "a trading company with special VAT invoices or customs VAT slips: refund", "外贸企业取得专用发票或海关缴款书：免退税"
        )
    if documents - {"none"}:
        return "EXEMPT", Text(
            "a trading company with ordinary invoices or farm purchase invoices only: exempt",
            "外贸企业仅取得普通发票或农产品收购发票：免税",
        )
    return "TAXED", Text("no lawful purchase document: taxed like a domestic sale", "无合法有效进货凭证：视同内销征税")


def lots_of_line(case: Case) -> tuple[PurchaseLot, ...]:
    """The line's lots, first in first out; the module waits where nobody has said any."""
    lots: Mapping[str, PurchaseLot] = case[LOT]
    behind = case[PURCHASES].lines.get(case.key)
    if behind is None:
        raise Unmet(LOT, f"for line {case.key}")
    return tuple(lots[key] for key in behind.lots)


def _ecommerce(case: Case, mode: str, day: date) -> bool:
    row = case.read("CN/supervision_modes", day, code=mode)
    return row is not None and bool(row["ecommerce"])


def _no_rate(case: Case, code: str, day: date) -> Text:
    longer = [one for one in case.codes("CN/refund_rates", code) if one != code]
    listed = f"; longer codes are: {', '.join(longer[:10])}" if longer else ""
    return Text(f"no refund rate of {code} is on file for {day}{listed}", f"{day} 未收录 {code} 的退税率{listed and '；请填写完整编码'}")
