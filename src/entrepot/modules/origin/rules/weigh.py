"""Every test of a product rule in figures: passed, failed, or not to be told from what is said.

Nothing is divided and nothing guessed. A sum of which a part is not known is at least what is known of it; the price
at the factory gate is at most the FOB value: either may settle a test all the same. No texts are made here, so that a decision can be
tried again with one thing changed at little cost.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from entrepot.kernel.vocabulary.goods import BillOfMaterials
from entrepot.modules.origin.facts import (
    BalanceTest,
    Base,
    ChangeTest,
    ContentTest,
    Counted,
    Limits,
    Making,
    MaterialsTest,
    ObtainedTest,
    OnlyTest,
    Places,
    ProcessTest,
    ReactionTest,
    RuleSet,
    SetRule,
    ShareTest,
    Test,
    Weighed,
)
from entrepot.modules.origin.rules.change import code_changes, stands_in
from entrepot.modules.origin.rules.content import HUNDRED, ZERO
from entrepot.modules.origin.rules.journey import operation_word

COSTS = ("labour", "overhead", "profit", "other_cost")
REACTION = "chemical_reaction"
Sum = tuple[Decimal, bool]
_PASSED, _OPEN = Weighed(True), Weighed(None)


class Ground:
    """What the tests are asked of: how the good was made, the agreement's limits, and what its maker says besides; `obtained`:
    it names a basis of being wholly obtained."""

    __slots__ = ("making", "limits", "bom", "obtained", "operations", "codes")

    def __init__(self, making: Making, limits: Limits, bom: BillOfMaterials, obtained: bool) -> None:
        self.making, self.limits, self.bom, self.obtained = making, limits, bom, obtained
        self.operations = _words(bom)
        self.codes: dict[tuple[int, tuple[str, ...]], bool | None] = {}

    def varied(self, making: Making, bom: BillOfMaterials | None = None) -> "Ground":
        """The same with another making; what was found on codes is kept."""
        other = Ground.__new__(Ground)
        other.making, other.limits, other.obtained, other.codes = making, self.limits, self.obtained, self.codes
        other.bom, other.operations = (self.bom, self.operations) if bom is None else (bom, _words(bom))
        return other

    def base(self, base: Base) -> tuple[Decimal | None, Decimal | None]:
        """The least and the most that a base can be; None where there is no bound."""
        making = self.making
        if base == "weight":
            return making.weight_kg or None, making.weight_kg or None
        if base == "FOB":
            return (making.ex_works, None) if making.fob is None else (making.fob, making.fob)
        return (None, making.fob) if making.ex_works is None else (making.ex_works, making.ex_works)

    def cost(self, name: str) -> Decimal | None:
        money = getattr(self.bom, name)
        return money.amount if money is not None and money.currency == self.making.currency else None

    def changes(self, test: ChangeTest, item: Counted) -> bool | None:
        key = (id(test), item.codes)
        if key not in self.codes:
            self.codes[key] = code_changes(self.making.codes, item.codes, test)
        return self.codes[key]

    def stands(self, places: Places, item: Counted) -> bool | None:
        key = (id(places), item.codes)
        if key not in self.codes:
            self.codes[key] = stands_in(places, item.codes)
        return self.codes[key]


def _words(bom: BillOfMaterials) -> frozenset[str]:
    return frozenset([operation_word(one) for one in bom.operations])


def total(amounts: Iterable[Decimal | None]) -> Sum:
    """The sum of what is known, and whether that is all."""
    low, complete = ZERO, True
    for amount in amounts:
        if amount is None:
            complete = False
        else:
            low += amount
    return low, complete


def at_most(part: Sum, percent: Decimal, bounds: tuple[Decimal | None, Decimal | None]) -> bool | None:
    """Whether a part is at most `percent` of a base that lies between its bounds."""
    (low, complete), (least, most) = part, bounds
    if complete and least is not None and low * HUNDRED <= percent * least:
        return True
    if most is not None and low * HUNDRED > percent * most:
        return False
    return True if complete and not low else None


def all_of(outcomes: Iterable[bool | None]) -> bool | None:
    """True where all are, False where one is, else not to be told."""
    found = list(outcomes)
    return False if False in found else None if None in found else True


def any_of(outcomes: Iterable[bool | None]) -> bool | None:
    """True where one is, False where all are, else not to be told."""
    found = list(outcomes)
    return True if True in found else None if None in found else False


def within_tolerance(ground: Ground, items: Iterable[Counted]) -> bool | None:
    """Whether materials that must not be used, or must change and do not, are let pass; None where that is not on file."""
    stuck = tuple(items)
    if not stuck:
        return True
    if ground.limits.tolerances is None:
        return None
    return any_of(at_most(_sum(stuck, base), percent, ground.base(base)) for percent, base in ground.limits.tolerances)


def _sum(items: Iterable[Counted], base: Base) -> Sum:
    if base == "weight":
        return total(item.material.weight_kg for item in items)
    return total(item.gross for item in items)


def weigh(test: Test, ground: Ground) -> Weighed:
    """One test on the ground given."""
    match test:
        case ChangeTest():
            return _change(test, ground)
        case ContentTest():
            return _content(test, ground)
        case ShareTest():
            return _share(test, ground)
        case MaterialsTest():
            return _materials(test, ground)
        case OnlyTest():
            return _only(test, ground)
        case BalanceTest():
            return _balance(ground)
        case ProcessTest():
            return _PASSED if set(test.words) <= ground.operations else _OPEN
        case ReactionTest():
            return _PASSED if REACTION in ground.operations else _OPEN
        case ObtainedTest():
            return _obtained(ground)


def _obtained(ground: Ground) -> Weighed:
    """A good that is wholly obtained needs no product rule; one that is not fails it, but for foreign materials within a
    tolerance that covers this too, beside what its producer says to be wholly obtained or to originate."""
    if not ground.limits.obtained_tolerance:
        return Weighed(False)
    foreign = tuple(item for item in ground.making.non_originating if item.material.role != "packing")
    small, (part, base, limit) = within_tolerance(ground, foreign), _measured(foreign, ground)
    rest = ground.obtained or any(item.material.role == "material" for item in ground.making.originating)
    passed = small if rest or not small else None
    return Weighed(passed, foreign, (), part, base, limit, leeway=bool(passed))


def _change(test: ChangeTest, ground: Ground) -> Weighed:
    """What does not change may stand under the rule's own allowance, the rest under the agreement's tolerance. What cannot be
    told counts as not changing where a pass is at stake, and as changing where a failure is."""
    failing: list[Counted] = []
    unknown: list[Counted] = []
    for item in ground.making.material_non_originating:
        changed = ground.changes(test, item)
        if changed is False:
            failing.append(item)
        elif changed is None:
            unknown.append(item)
    if not failing and not unknown:
        return _PASSED
    excused: list[Counted] = []
    allowed: bool | None = False
    if test.allowance is not None:
        excused = [item for item in failing if _allowed(test, item, ground)]
        allowed = at_most(_sum(excused, test.allowance.base), test.allowance.percent, ground.base(test.allowance.base))
    rest = [item for item in failing if item not in excused]
    stuck = [*(rest if allowed else failing), *unknown]
    if not stuck:
        return _PASSED
    part, base, limit = _measured(stuck, ground)
    if within_tolerance(ground, stuck):
        return Weighed(True, tuple(failing), tuple(unknown), part, base, limit, leeway=True)
    surely = failing if allowed is False else rest
    failed = bool(surely) and within_tolerance(ground, surely) is False
    return Weighed(False if failed else None, tuple(rest if allowed else failing), tuple(unknown), part, base, limit)


def _allowed(test: ChangeTest, item: Counted, ground: Ground) -> bool:
    assert test.allowance is not None
    if test.allowance.places:
        return ground.stands(test.allowance.places, item) is True
    own = {code[:4] for code in ground.making.codes}
    return bool(item.codes) and len(own) == 1 and all(code[:4] in own and len(code) >= 4 for code in item.codes)


def _measured(items: Sequence[Counted], ground: Ground) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """Part, base and limit of the first tolerance by value, as far as they are known."""
    for percent, base in ground.limits.tolerances or ():
        if base != "weight":
            (low, complete), (least, most) = _sum(items, base), ground.base(base)
            return low if complete else None, least if least == most else None, percent
    return None, None, None


def _content(test: ContentTest, ground: Ground) -> Weighed:
    """Value content: non-originating value at most what the percentage leaves, or originating value and costs at least it."""
    percent = ground.limits.rvc if test.percent is None else test.percent
    if percent is None or test.method == "net_cost":
        return _OPEN
    limit, items, bounds = HUNDRED - percent, ground.making.non_originating, ground.base(test.base)
    low, complete = total(item.value for item in items)
    if test.method == "focused":
        return _focused(test, ground, limit)
    base = bounds[0] if bounds[0] == bounds[1] else None
    down = at_most((low, complete), limit, bounds)
    shown = low if complete else None
    if test.method == "build_down" or (test.method == "" and (down is True or not ground.limits.costs_count)):
        return Weighed(down, (), (), shown, base, limit)
    added, all_known = added_value(ground)
    up: bool | None = None
    if all_known and bounds[1] is not None and added * HUNDRED >= percent * bounds[1]:
        up = True
    elif down is False or (all_known and base is not None and ground.limits.costs_count is not None):
        up = False  # what is not said of costs, or whether they count, can be no more than is left of the price
    outcome = any_of((down, up)) if test.method == "" else up
    return Weighed(outcome, (), (), shown, base, limit)


def _focused(test: ContentTest, ground: Ground, limit: Decimal) -> Weighed:
    """Only materials of the places named count; where none are named, all of them are the most it can be."""
    bounds = ground.base(test.base)
    sure, open_ = _of_places(test.places, ground.making.non_originating, ground)
    every = total(item.value for item in (*sure, *open_))
    low, complete = total(item.value for item in sure)
    most = at_most(every, limit, bounds)
    passed = True if most else None
    if not passed and test.places:
        passed = False if at_most((low, False), limit, bounds) is False else None
    base = bounds[0] if bounds[0] == bounds[1] else None
    return Weighed(passed, (), tuple(open_), low if complete and not open_ else None, base, limit)


def added_value(ground: Ground) -> Sum:
    """Originating materials and, where the agreement counts them, the costs of making: what is known, and whether it is all."""
    materials = [item.value for item in ground.making.originating]
    costs = [ground.cost(name) for name in COSTS] if ground.limits.costs_count else []
    return total([*materials, *costs])


def _of_places(
    places: Places, items: Iterable[Counted], ground: Ground
) -> tuple[tuple[Counted, ...], tuple[Counted, ...]]:
    """Those surely of the places (all where none are named), and those of which it cannot be told."""
    if not places:
        return tuple(items), ()
    judged = [(item, ground.stands(places, item)) for item in items]
    return tuple(item for item, one in judged if one), tuple(item for item, one in judged if one is None)


def _share(test: ShareTest, ground: Ground) -> Weighed:
    making = ground.making
    items = making.inputs if test.originating_too else making.non_originating
    sure, open_ = _of_places(test.places, items, ground)
    bounds = ground.base(test.base)
    low, complete = _sum(sure, test.base)
    passed = at_most(_sum((*sure, *open_), test.base), test.percent, bounds)
    if not passed:
        passed = False if at_most((low, False), test.percent, bounds) is False else None
    base = bounds[0] if bounds[0] == bounds[1] else None
    return Weighed(passed, (), open_, low if complete and not open_ else None, base, test.percent)


def _materials(test: MaterialsTest, ground: Ground) -> Weighed:
    """Whether a material is wholly obtained is its producer's word, as its origin is."""
    making = ground.making
    foreign, unknown = _of_places(test.places, making.material_non_originating, ground)
    if test.kind == "obtained":
        own = [item for item in making.originating if item.material.role == "material"]
        sure, open_ = _of_places(test.places, own, ground)
        unknown += tuple(item for item in (*sure, *open_) if not item.material.wholly_obtained)
    return _barred(ground, foreign, unknown)


def _only(test: OnlyTest, ground: Ground) -> Weighed:
    judged = [(item, ground.stands(test.places, item)) for item in ground.making.material_non_originating]
    foreign = tuple(item for item, one in judged if one is False)
    return _barred(ground, foreign, tuple(item for item, one in judged if one is None))


def _barred(ground: Ground, foreign: tuple[Counted, ...], unknown: tuple[Counted, ...]) -> Weighed:
    """Materials that must not be used; whether the agreement's tolerance helps them is for a person to say."""
    if not foreign:
        return Weighed(None, (), unknown) if unknown else _PASSED
    failed = within_tolerance(ground, foreign) is False
    return Weighed(False if failed else None, foreign, unknown, outside=not failed)


def _balance(ground: Ground) -> Weighed:
    low, complete = total(item.gross for item in ground.making.non_originating)
    own, all_own = total(item.gross for item in ground.making.originating)
    if complete and low <= own:
        return Weighed(True, (), (), low, own, HUNDRED)
    known = complete and all_own
    return Weighed(False if all_own and low > own else None, (), (), low, own if known else None, HUNDRED)


def rule_met(one: SetRule, ground: Ground) -> bool | None:
    """Whether any alternative of a rule is met; a rule kept as text is for a person."""
    if one.rule is None:
        return None
    return any_of(all_of(weigh(test, ground).passed for test in tests) for tests in one.rule.alternatives)


def parted(rules: Iterable[SetRule]) -> list[list[list[int]]]:
    """The places of a set's rules: parts between the joints that are not stated, of runs joined by `or`, of rules joined by
    `and`."""
    parts: list[list[list[int]]] = []
    for place, one in enumerate(rules):
        if not place or one.joint == "unstated":
            parts.append([[place]])
        elif one.joint == "and":
            parts[-1][-1].append(place)
        else:
            parts[-1].append([place])
    return parts


def joined(rules: Iterable[SetRule], outcomes: Sequence[bool | None]) -> bool | None:
    """The outcomes of a set's rules by their joints. Where a joint is not stated, both ways are asked: all met is met, none
    met is not, anything else is for a person."""
    found = [any_of(all_of(outcomes[place] for place in run) for run in part) for part in parted(rules)]
    if len(found) == 1:
        return found[0]
    return True if all(found) and None not in found else False if set(found) == {False} else None


def set_met(rules: RuleSet, ground: Ground) -> bool | None:
    """Whether a set of rules is met."""
    return joined(rules.rules, [rule_met(one, ground) for one in rules.rules])


def qualifies(sets: tuple[RuleSet, ...], ground: Ground) -> bool | None:
    """Whether the good originates by its materials or by its product rule; several sets that may be meant must agree."""
    foreign = [item for item in ground.making.non_originating if item.material.role != "packing"]
    if not foreign and any(item.material.role == "material" for item in ground.making.inputs):
        return True
    found = {set_met(one, ground) for one in sets}
    return found.pop() if len(found) == 1 else None
