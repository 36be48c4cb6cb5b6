"""Regional value content by both formulas of RCEP Art. 3.5; either will do."""

from decimal import Decimal

from entrepot.kernel.case import Case
from entrepot.kernel.findings import shown
from entrepot.kernel.money import greater, money
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.goods import BillOfMaterials
from entrepot.modules.origin.facts import ContentTest, Limits, Making, Result, RuleTest
from entrepot.modules.origin.rules import content

COSTS = ("labour", "overhead", "profit", "other_cost")


def content_result(case: Case, test: ContentTest, making: Making, limits: Limits, bom: BillOfMaterials) -> Result:
    """The value test. Retail packing and accessories count by their own origin (Arts. 3.8(3), 3.9(2))."""
    percent = limits.rvc if test.percent is None else test.percent
    vnm = _non_originating_value(case, making)
    if making.fob is None:
        return Result(
            RuleTest(test.text, None, Text("the FOB value is not stated", "未提供离岸价")),
            (Text("the FOB value of the line", "本项商品的离岸价"),),
        )
    if vnm is None:
        return Result(
            RuleTest(test.text, None, Text("materials are priced in several currencies", "材料以多种货币计价")),
            (Text("all values in the currency of the FOB value", "以离岸价币种表示的全部价值"),),
        )
    down = content.build_down(making.fob, vnm)
    case.step(
        Text("Regional value content, build-down", "区域价值成分（扣减法）"),
        "(FOB − VNM) / FOB × 100",
        f"{shown(content.at_least_shown(down))} %",
        down,
        FOB=making.fob,
        VNM=vnm,
        threshold=percent,
    )
    added = _added_value(case, making, bom)
    best = down if added is None else greater(down, content.share(added, making.fob))
    by_down = content.reaches(making.fob - vnm, making.fob, percent)
    by_up = added is not None and content.reaches(added, making.fob, percent)
    told = f"{shown(content.at_least_shown(best))} % ({shown(percent)} %)"
    detail = Text(f"regional value content {told}", f"区域价值成分 {told}")
    # FOB is the sum of its parts; parts that exceed it cannot all be right.
    uneven = by_up and not by_down and added is not None and added + vnm > making.fob
    if uneven:
        detail = Text(f"{detail.en}; costs and materials exceed the FOB value", f"{detail.zh}；成本与材料合计超过离岸价")
    outcome = RuleTest(test.text, by_down or by_up, detail, content.at_least_shown(best))
    if outcome.passed:
        confirm = Text("the producer must confirm its costs and materials", "生产企业须核实成本与材料")
        return Result(outcome, conditions=(confirm,) if uneven else ())
    less = money(content.shortfall(making.fob, vnm, percent, making.currency), making.currency)
    nearly = Text(f"non-originating value (VNM) must fall by {less}", f"非原产材料价值（VNM）须减少 {less}")
    return Result(outcome, (nearly,))


def _non_originating_value(case: Case, making: Making) -> Decimal | None:
    """VNM, each material less what is proven to be deductible (Art. 3.5(3) to (5))."""
    for item in making.non_originating:
        cut = item.material.deductible
        case.step(
            Text(f"VNM: {item.material.name}", f"非原产材料：{item.material.name}"),
            "value − proven deductions",
            item.material.value if item.value is None else item.value,
            None,
            stated=item.material.value,
            deductions="none proven" if cut is None else cut,
            why=item.why.en,
        )
    return content.total(making.non_originating)


def _added_value(case: Case, making: Making, bom: BillOfMaterials) -> Decimal | None:
    """VOM and the costs of the build-up formula; None where one is not said: unknown is not zero."""
    vom = content.total(making.originating)
    costs = {name: getattr(bom, name) for name in COSTS}
    absent = [name for name, cost in costs.items() if cost is None or cost.currency != making.currency]
    if making.fob is None or vom is None or absent:
        case.step(
            Text("Regional value content, build-up", "区域价值成分（累加法）"),
            "(VOM + labour + overhead + profit + other) / FOB × 100",
            "not computed",
            None,
            missing=", ".join(absent) or "VOM in the currency of the FOB value",
        )
        return None
    amounts = {name: cost.amount for name, cost in costs.items()}
    added: Decimal = sum(amounts.values(), vom)
    up = content.build_up(making.fob, vom, *(amounts[name] for name in COSTS))
    case.step(
        Text("Regional value content, build-up", "区域价值成分（累加法）"),
        "(VOM + labour + overhead + profit + other) / FOB × 100",
        f"{shown(content.at_least_shown(up))} %",
        up,
        FOB=making.fob,
        VOM=vom,
        **amounts,
    )
    return added
