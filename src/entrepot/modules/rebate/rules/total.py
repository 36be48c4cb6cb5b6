"""The refund of the whole dossier: only when every line has its answer."""

from collections import Counter

from entrepot.kernel.case import Case, Unmet
from entrepot.kernel.findings import Answer, found, not_applicable
from entrepot.kernel.money import Money
from entrepot.kernel.sheet import natural
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.modules.rebate.facts import REFUND, ROUTE, RefundTotal

PERIOD = Text(
    "a production enterprise's refund is worked out for its tax month, not for one export",
    "生产企业免抵退税按所属期计算，不按单笔出口计算",
)


def assess_total(case: Case) -> Answer:
    """Sums of the lines' rounded amounts; waits for the first line that has no number yet."""
    if "CREDIT_REFUND" in {route.regime for route in (case.get(ROUTE) or {}).values()}:
        return not_applicable(PERIOD)
    lines = case.keys(LINE)
    if not lines:
        raise Unmet(LINE, "")
    refunds = case.get(REFUND) or {}
    answered = {key: one for key, one in refunds.items() if one.refund is not None and one.to_cost is not None}
    unanswered = lines - answered.keys()
    if unanswered:
        raise Unmet(REFUND, min(unanswered, key=natural))
    refund = sum([one.refund.minor for one in answered.values() if one.refund is not None])
    to_cost = sum([one.to_cost.minor for one in answered.values() if one.to_cost is not None])
    regimes = Counter([one.regime for one in answered.values()])
    total = RefundTotal(Money(refund, "CNY"), Money(to_cost, "CNY"), dict(sorted(regimes.items())))
    case.step(Text("total refund", "退税合计"), "sum of the lines' rounded refunds", total.refund, lines=sum(regimes.values()))
    case.step(Text("total to cost", "转入成本合计"), "sum of the lines' rounded cost transfers", total.to_cost)
    return found(total)
