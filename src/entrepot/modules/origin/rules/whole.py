"""The good as a whole: wholly obtained, or made of originating materials alone (RCEP Arts. 3.2(a), (b) and 3.3).

Both hold for every tariff line, whatever its product rule (Annex 3A, headnote 2).
"""

from entrepot.kernel.text import Text
from entrepot.modules.origin.facts import Making, RuleTest
from entrepot.modules.origin.rules.tell import numbers


def wholly_obtained(making: Making, basis: Text | None) -> RuleTest:
    """WO (Art. 3.3). `basis` is the row's wording of what the producer names; None where nothing is named.

    Obtained or produced *in a Party*: with a material of another Party it is no longer wholly obtained there, though it
    may be made of originating materials alone. Retail packing is not looked at (Art. 3.8(2)(a)).
    """
    if basis is None:
        return RuleTest("WO", False, Text("no basis of being wholly obtained is stated", "未说明完全获得的依据"))
    foreign = [item for item in making.non_originating if item.material.role != "packing"]
    if foreign:
        which = numbers(foreign)
        return RuleTest(
            "WO",
            False,
            Text(
                f"said to be wholly obtained, but made with non-originating materials (no. {which})",
                f"声明为完全获得，但使用了非原产材料（第{which}号）",
            ),
        )
    cumulated = [item for item in making.originating if item.cumulated and item.material.role != "packing"]
    if cumulated:
        which = numbers(cumulated)
        return RuleTest(
            "WO",
            False,
            Text(
                f"said to be wholly obtained, but made with materials of another Party (no. {which})",
                f"声明为完全获得，但使用了其他缔约方的材料（第{which}号）",
            ),
        )
    return RuleTest("WO", True, basis)


def exclusively_originating(making: Making) -> RuleTest:
    """PE (Art. 3.2(b)): made of originating materials alone; retail packing is not looked at (Art. 3.8(2)(b)).

    Undecided where no material is stated: a good is not made of packing and accessories.
    """
    if not any(item.material.role == "material" for item in making.inputs):
        return RuleTest("PE", None, Text("no materials are stated", "未列明材料"))
    foreign = [item for item in making.non_originating if item.material.role != "packing"]
    if foreign:
        which = numbers(foreign)
        return RuleTest("PE", False, Text(f"non-originating materials: no. {which}", f"含非原产材料：第{which}号"))
    return RuleTest("PE", True, Text("all materials originate in the Parties", "全部材料原产于缔约方"))
