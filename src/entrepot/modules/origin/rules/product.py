"""A product rule as a whole: every alternative is tried and reported; any one will do (Annex 3A, headnotes 4 and 8)."""

from entrepot.kernel.case import Case
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.goods import BillOfMaterials
from entrepot.modules.origin.facts import (
    ChangeTest,
    ContentTest,
    Limits,
    Making,
    ObtainedTest,
    ProductRule,
    ReactionTest,
    Result,
    RuleTest,
    Test,
    Verdict,
)
from entrepot.modules.origin.rules.change import Numbers, change_result
from entrepot.modules.origin.rules.value import content_result

REACTION = "chemical_reaction"
_NAMES: dict[type, str] = {ObtainedTest: "WO", ChangeTest: "CTC", ContentTest: "RVC", ReactionTest: "CR"}


def judge(
    case: Case,
    rule: ProductRule,
    making: Making,
    limits: Limits,
    bom: BillOfMaterials,
    whole: RuleTest,
    numbers: Numbers,
) -> Verdict:
    """Whether the good meets its product rule, and by which criterion. `whole` is what was found on WO."""
    results = [
        [(test, _result(case, test, making, limits, bom, whole, numbers)) for test in alternative]
        for alternative in rule.alternatives
    ]
    every = [result for alternative in results for _, result in alternative]
    # What was found on WO stands before the product rule already.
    tests = tuple(result.test for result in every if result.test is not whole)
    for alternative in results:
        if all(result.test.passed for _, result in alternative):
            names = dict.fromkeys(_NAMES[type(test)] for test, _ in alternative)
            extra = {"DMI": any(result.leeway for _, result in alternative)}
            extra["ACU"] = any(item.cumulated for item in making.originating)
            conditions = tuple(text for _, result in alternative for text in result.conditions)
            criterion = " ".join([*names, *(name for name, used in extra.items() if used)])
            return Verdict(True, criterion, tests, conditions=conditions)
    changes = tuple(dict.fromkeys(text for result in every for text in result.nearly))
    closed = all(any(result.test.passed is False for _, result in alternative) for alternative in results)
    return Verdict(False if closed else None, "", tests, (_unmet(rule, closed),), changes)


def _unmet(rule: ProductRule, closed: bool) -> Text:
    """What the buyer may know of a rule that was not passed; by how much is the margin's to say."""
    if closed:
        return Text(f"the product rule {rule.text} is not met", f"不符合产品特定原产地规则 {rule.text}")
    return Text(
        f"whether the product rule {rule.text} is met cannot be told from the bill of materials as it stands",
        f"现有物料清单尚不足以判定是否符合产品特定原产地规则 {rule.text}",
    )


def _result(
    case: Case,
    test: Test,
    making: Making,
    limits: Limits,
    bom: BillOfMaterials,
    whole: RuleTest,
    numbers: Numbers,
) -> Result:
    match test:
        case ChangeTest():
            return change_result(case, test, making, limits, numbers)
        case ContentTest():
            return content_result(case, test, making, limits, bom)
        case ReactionTest():
            return _reaction(bom)
        case ObtainedTest():
            basis = Text("the basis on which the good is wholly obtained", "完全获得的依据")
            return Result(whole, () if whole.passed else (basis,))


def _reaction(bom: BillOfMaterials) -> Result:
    """CR (Annex 3A, headnote 7(f)): only the producer can say it; it is asked for, never guessed from the codes."""
    if REACTION in bom.operations:
        detail = Text("a chemical reaction is stated", "已声明发生化学反应")
        return Result(RuleTest("CR", True, detail))
    asked = Text(
        f"whether a chemical reaction makes the good (operation {REACTION!r}); dissolving, taking out a solvent, and "
        "adding or taking out water of crystallisation are none",
        f"货物是否经化学反应制得（工序填 {REACTION!r}）；溶解、去除溶剂、增减结晶水均不算",
    )
    return Result(RuleTest("CR", None, Text("no chemical reaction is stated", "未声明化学反应")), (asked,))
