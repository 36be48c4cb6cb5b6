"""Change of tariff classification, and the leeway of de minimis (RCEP Arts. 3.7 to 3.9; Annex 3A, headnotes 5 to 7)."""

from collections.abc import Callable, Iterable
from decimal import Decimal

from entrepot.kernel.case import Case
from entrepot.kernel.findings import shown
from entrepot.kernel.money import money
from entrepot.kernel.text import Text
from entrepot.modules.origin.facts import ChangeTest, CodeRange, Counted, Limits, Making, Result, RuleTest
from entrepot.modules.origin.rules import content
from entrepot.modules.origin.rules.materials import digits

TEXTILES = range(50, 64)
Numbers = Callable[[Iterable[Counted]], str]


def excludes(place: CodeRange, code: str) -> bool | None:
    """Whether a code stands in the range; None where it has too few digits to tell."""
    length = len(place.first)
    if place.first[: len(code)] <= code[:length] <= place.last[: len(code)]:
        return True if len(code) >= length else None
    return False


def changes(good: str, material: str, test: ChangeTest) -> bool | None:
    """Whether a material makes the change that the test asks for; None where its code or the good's is too short to tell."""
    if min(len(good), len(material)) < test.level:
        # Codes that differ in what is known of them differ altogether.
        known = min(len(good), len(material))
        if good[:known] == material[:known]:
            return None
    elif good[: test.level] == material[: test.level]:
        return False
    barred = [excludes(place, material) for place in test.excluded]
    return False if True in barred else None if None in barred else True


def change_result(case: Case, test: ChangeTest, making: Making, limits: Limits, numbers: Numbers) -> Result:
    """A change of classification, with the leeway of de minimis as far as it passes."""
    if not making.hs:
        return Result(
            RuleTest(test.text, None, Text("the good has no HS code", "商品缺少HS编码")),
            (Text("the HS code of the good to six digits", "商品的六位HS编码"),),
        )
    judged = [(item, changes(making.hs, digits(item.material.hs), test)) for item in making.material_non_originating]
    for item, changed in judged:
        case.step(
            Text(f"{test.text}: {item.material.name}", f"{test.text}：{item.material.name}"),
            f"first {test.level} digits of {digits(item.material.hs) or 'no code'} against {making.hs[: test.level]}",
            {True: "changes", False: "does not change", None: "cannot be told"}[changed],
            material=item.material.hs,
            good=making.hs,
        )
    failing = [item for item, changed in judged if changed is False]
    unknown = [item for item, changed in judged if changed is None]
    if not failing and not unknown:
        count = len(judged)
        return Result(
            RuleTest(
                test.text,
                True,
                Text(f"all {count} non-originating materials change", f"全部{count}项非原产材料均发生改变"),
            )
        )
    return _leeway(case, test, making, limits, numbers, failing, unknown)


def _leeway(
    case: Case,
    test: ChangeTest,
    making: Making,
    limits: Limits,
    numbers: Numbers,
    failing: list[Counted],
    unknown: list[Counted],
) -> Result:
    """De minimis: by value for all goods, by weight too for textiles. What cannot be told counts as not changing."""
    stuck = [*failing, *unknown]
    value, heavy = content.gross_total(stuck), _by_weight(case, making, limits, stuck)
    share = None if making.fob is None or value is None else content.at_most_shown(content.share(value, making.fob))
    small = None
    if making.fob is not None and value is not None:
        small = content.within(value, making.fob, limits.de_minimis)
        case.step(
            Text("De minimis by value", "按价值的微小含量"),
            "value of materials that do not change / FOB × 100",
            f"{shown(share)} %: {'within' if small else 'above'} {shown(limits.de_minimis)} %",
            content.share(value, making.fob),
            worth=value,
            FOB=making.fob,
        )
    which = numbers(stuck)
    if small or heavy:
        detail = Text(f"materials no. {which} within de minimis", f"第{which}号材料在微小含量限度内")
        return Result(RuleTest(test.text, True, detail, share), leeway=True)
    nearly = _how_to_change(making, limits, numbers, failing, unknown, value)
    open_ = small is None or (bool(unknown) and not _surely_above(making, limits, failing))
    detail = Text(f"no change: materials no. {which}", f"未发生改变：第{which}号材料")
    return Result(RuleTest(test.text, None if open_ else False, detail, share), nearly)


def _surely_above(making: Making, limits: Limits, failing: list[Counted]) -> bool:
    value = content.gross_total(failing)
    return making.fob is not None and value is not None and not content.within(value, making.fob, limits.de_minimis)


def _by_weight(case: Case, making: Making, limits: Limits, stuck: list[Counted]) -> bool:
    if not making.hs[:2].isdigit() or int(making.hs[:2]) not in TEXTILES:
        return False
    weight = content.weight(stuck)
    if weight is None or not making.weight_kg:
        return False
    small = content.within(weight, making.weight_kg, limits.de_minimis_weight)
    case.step(
        Text("De minimis by weight, chapters 50 to 63", "第50至63章按重量的微小含量"),
        "weight of materials that do not change / weight of the good × 100",
        f"{'within' if small else 'above'} {shown(limits.de_minimis_weight)} %",
        content.share(weight, making.weight_kg),
        weight=weight,
        good=making.weight_kg,
    )
    return small


def _how_to_change(
    making: Making,
    limits: Limits,
    numbers: Numbers,
    failing: list[Counted],
    unknown: list[Counted],
    value: Decimal | None,
) -> tuple[Text, ...]:
    """What would bring the change about: codes, the FOB value, or less of what does not change."""
    if unknown:
        which = numbers(unknown)
        return (Text(f"the HS code of materials no. {which}", f"第{which}号材料的HS编码"),)
    if making.fob is None:
        return (Text("the FOB value, for the de minimis rule", "适用微小含量规则所需的离岸价"),)
    if value is None:
        return (Text("all values in the currency of the FOB value", "以离岸价币种表示的全部价值"),)
    gross = content.gross_total(failing) or content.ZERO
    over = money(content.excess(gross, making.fob, limits.de_minimis, making.currency), making.currency)
    which, limit = numbers(failing), shown(limits.de_minimis)
    return (
        Text(
            f"materials no. {which} must come from elsewhere in the tariff, originate, or be worth {over} less "
            f"({limit} % of the FOB value is let pass)",
            f"第{which}号材料须改用其他税目的材料、改用原产材料，或价值减少 {over}（离岸价的{limit}%以内可不计）",
        ),
    )
