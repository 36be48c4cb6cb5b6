"""The checks of a declaration or list by e-commerce; the declaration takes them over as R066 and R067."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, found
from entrepot.kernel.money import Money
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.clearance import CONTROLS, LineControls, ModeCheck
from entrepot.kernel.vocabulary.customs import PARTICULARS, Particulars
from entrepot.kernel.vocabulary.goods import LINE, GoodsLine
from entrepot.modules.ecommerce.facts import MATCHES, ORDER, PLAN, Plan, PlatformOrder
from entrepot.modules.ecommerce.rules.law import CNY, RETAIL, day_of, in_currency, limit
from entrepot.modules.ecommerce.rules.match import told

Seen = Iterator[Problem | Text]


class Check:
    """A declaration by e-commerce under its rules."""

    def __init__(self, case: Case) -> None:
        self.case, self.day = case, day_of(case)
        self.particulars: Particulars = case[PARTICULARS]
        self.mode = self.particulars.supervision_mode
        self.orders: Mapping[str, PlatformOrder] = case.get(ORDER) or {}
        self.lines: Mapping[str, GoodsLine] = case.get(LINE) or {}

    @property
    def comes_in(self) -> bool:
        return self.particulars.flow == "I"

    @property
    def listed(self) -> bool:
        """Whether it is a list and no declaration."""
        return self.particulars.form_type == "list"


def e01(check: Check) -> Seen:
    """An export list keeps its limit of value: an order is a list of its own; without orders the lines are one."""
    if check.comes_in or not check.listed:
        return
    lists: dict[str, tuple[Money, ...]] = {
        f"ecommerce.order/{number}": (order.total,) for number, order in check.orders.items()
    }
    if not lists:
        unpriced = [key for key, line in check.lines.items() if line.amount is None]
        if unpriced or not check.lines:
            told = ", ".join(unpriced) or "-"
            yield Text(f"E01: amounts that are not said: lines {told}", f"E01：第 {told} 项未填金额")
        lists["lines"] = tuple([line.amount for line in check.lines.values() if line.amount is not None])
    most = limit(check.case, check.day, "ecommerce_list_cny")
    gaps: dict[Text, None] = {}
    for where, amounts in lists.items():
        worths = [in_currency(check.case, amount, CNY, check.day) for amount in amounts]
        known = [worth for worth in worths if worth is not None]
        if most is None or len(known) < len(worths):
            gaps[_NO_RATE] = None
            continue
        value = sum([worth.amount for worth in known], Decimal(0))
        if value > most:
            what = Text(
                f"CNY {value:,.2f} passes the limit of a list, CNY {most:,f}",
                f"人民币 {value:,.2f} 元，超过清单限值 {most:,f} 元",
            )
            yield Problem("E01", where, what, Text("declare it on a declaration", "请改用报关单申报"))
        if any(worth.indicative for worth in known):
            gaps[_INDICATIVE] = None
    yield from gaps


_NO_RATE = Text("E01: the limit of a list or an exchange rate is not on file", "E01：清单限值或汇率未入库")
_INDICATIVE = Text(
    "E01: converted by an indicative cross rate, not the customs rate", "E01：按参考交叉汇率折算，并非计征汇率"
)


def e02(check: Check) -> Seen:
    """Order, payment and waybill agree (retail)."""
    if check.mode not in RETAIL:
        return
    matches = check.case.get(MATCHES)
    if matches is None or not check.orders:
        yield Text("E02: no order, payment or waybill is here to compare", "E02：没有可比对的订单、支付单、运单")
        return
    fix = Text("correct it, or take the order off the list", "请更正，或将该订单移出清单")
    for number, match in matches.orders.items():
        if match.mismatches:
            why = told([one.reason for one in match.mismatches])
            what = Text(f"order {number}: {why.en}", f"订单 {number}：{why.zh}")
            yield Problem("E02", f"ecommerce.order/{number}", what, fix)
    for stray in matches.strays:
        yield Problem(
            "E02",
            "ecommerce.order",
            stray.what,
            Text("say the order, or take the paper back", "请补报订单或撤回该单证"),
        )


def e03(check: Check) -> Seen:
    """A retail import keeps the limit of one order, and counts against the buyer's year as the law has it."""
    if check.mode not in RETAIL or not check.comes_in:
        return
    single, year = (
        limit(check.case, check.day, "ecommerce_order_cny"),
        limit(check.case, check.day, "ecommerce_year_cny"),
    )
    if single is None or year is None:
        yield Text("E03: the limits of retail import are not on file", "E03：零售进口限值未入库")
        return
    yield from _listed(check.case.get(PLAN))
    uncounted = []
    for number, order in check.orders.items():
        where = f"ecommerce.order/{number}"
        if order.total.currency != CNY:
            what = Text(f"order {number} is not in CNY", f"订单 {number} 币制不是人民币")
            yield Problem(
                "E03", f"{where}.total", what, Text("state what the buyer pays in CNY", "请填写人民币实付金额")
            )
        elif order.total.amount > single and not order.indivisible:
            what = Text(f"order {number} passes CNY {single:,f}", f"订单 {number} 超过 {single:,f} 元")
            fix = Text(
                "enter it as general trade; one item that cannot be parted may stay at full tax",
                "请按一般贸易进口；单件不可分割商品可全额征税",
            )
            yield Problem("E03", f"{where}.total", what, fix)
        if order.year_limit is None:
            uncounted.append(number)
        elif order.year_limit != Money(int(year * 100), CNY):
            what = Text(
                f"order {number} counts against another limit than CNY {year:,f}",
                f"订单 {number} 的年度限值不是 {year:,f} 元",
            )
            yield Problem("E03", f"{where}.year_limit", what, Text(f"state CNY {year:f}", f"请填写 {year:f} 元"))
    if uncounted:
        names = ", ".join(uncounted[:5]) + (" …" if len(uncounted) > 5 else "")
        yield Text(f"E03: not counted against the buyer's year: {names}", f"E03：未计入订购人年度累计：{names}")
    yield Text(
        "E03: what the buyers bought elsewhere this year is known to customs alone",
        "E03：订购人在其他平台的年度累计仅海关掌握",
    )


def _listed(plan: Plan | None) -> Seen:
    """Whether the goods are on the positive list of retail imports: it is not on file, the plan says it."""
    if plan is None or plan.listed is None:
        yield Text(
            "E03: whether all goods are on the positive list of retail imports is not said",
            "E03：未说明商品是否均在零售进口商品清单内",
        )
    elif not plan.listed:
        what = Text("goods are not on the positive list of retail imports", "有商品不在零售进口商品清单内")
        fix = Text("enter them as general trade", "请按一般贸易进口")
        yield Problem("E03", "ecommerce.plan.listed", what, fix)


def e04(check: Check) -> Seen:
    """Exports to business and to warehouses abroad go on lists only without licence and inspection, as licensing found them.

    That no refund is claimed on them is not seen here.
    """
    if check.mode not in ("9710", "9810") or not check.listed:
        return
    found = check.case.get(CONTROLS) or {}
    unknown = []
    for key in check.lines:
        controls = found.get(key) or LineControls(known=False)
        asked = {one.code: one.name for one in controls.requirements if one.status in ("required", "held", "banned")}
        asked |= {code: Text(code, code) for code in controls.codes if code not in asked}
        if asked:
            names = "; ".join(f"{name.en} ({code})" for code, name in asked.items())
            names_zh = "；".join(f"{name.zh}（{code}）" for code, name in asked.items())
            what = Text(
                f"line {key} may not go on a list: {names}",
                f"第 {key} 项不得以清单申报：{names_zh}",
            )
            yield Problem("E04", f"line/{key}.hs", what, Text("declare it on a declaration", "请改用报关单申报"))
        elif not controls.known or any(one.status == "unknown" for one in controls.requirements):
            unknown.append(key)
    if unknown:
        names = ", ".join(unknown)
        yield Text(f"E04: the controls of lines {names} are not on file", f"E04：第 {names} 项监管条件未入库")


def e05(check: Check) -> Seen:
    """9710 has the platform's order; 9810 a warehouse abroad with its proof, and its filing while one was asked for."""
    plan, said = check.case.get(PLAN), check.particulars
    if check.mode == "9710" and not (said.order_no or check.orders):
        yield Problem(
            "E05",
            "header.order_no",
            Text("no order of the platform is named", "未填写平台订单号"),
            Text("enter it", "请填写订单号"),
        )
    if check.mode != "9810":
        return
    warehouse = plan.warehouse if plan is not None else None
    if warehouse is None and not said.overseas_warehouse:
        what = Text("no warehouse abroad is named", "未填写海外仓")
        yield Problem(
            "E05",
            "header.overseas_warehouse",
            what,
            Text("name it, with the contract or title to it", "请填写海外仓及合同或产权证明"),
        )
    elif warehouse is None:
        yield Text(
            "E05: what proves the warehouse abroad is not said (ecommerce.plan)",
            "E05：未填报海外仓证明（ecommerce.plan）",
        )
    elif not warehouse.proof:
        what = Text("the warehouse abroad has no proof", "海外仓缺少证明")
        yield Problem(
            "E05", "ecommerce.plan.warehouse", what, Text("name the contract or the title", "请填写合同或产权证明")
        )
    filing = check.case.read("CN/ecommerce_filings", check.day, mode="9810")
    if filing is None and not check.case.knows("CN/ecommerce_filings"):
        yield Text("E05: which filings are asked for is not on file", "E05：备案要求未入库")
    if filing is not None and (warehouse is None or not warehouse.filing):
        what = Text(f"{filing['name_en']} is asked for on {check.day}", f"{check.day} 须办理{filing['name_zh']}")
        yield Problem("E05", "ecommerce.plan.warehouse", what, Text("name the filing", "请填写备案号"))


RULES: tuple[Callable[[Check], Seen], ...] = (e01, e02, e03, e04, e05)


def assess(case: Case) -> Answer:
    """Every problem and everything that could not be checked."""
    check = Check(case)
    seen = [one for rule in RULES for one in rule(check)]
    problems = tuple(one for one in seen if isinstance(one, Problem))
    return found(ModeCheck(problems, tuple(one for one in seen if isinstance(one, Text))), asks=problems)
