"""The best single change: what, by itself, would make a line qualify. Each is tried out on the rules before it is told."""

from collections.abc import Iterator
from decimal import Decimal

from msgspec.structs import replace

from entrepot.kernel.money import Money, minor_digits, money, round_to
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.goods import BillOfMaterials
from entrepot.modules.origin.facts import (
    Base,
    ChangeTest,
    ContentTest,
    Counted,
    Making,
    MaterialsTest,
    ObtainedTest,
    ProcessTest,
    ReactionTest,
    Remedy,
    RuleSet,
    ShareTest,
    Test,
    Weighed,
)
from entrepot.modules.origin.rules.change import ELSEWHERE
from entrepot.modules.origin.rules.content import HUNDRED, ZERO
from entrepot.modules.origin.rules.tell import BASES, Word
from entrepot.modules.origin.rules.weigh import REACTION, Ground, qualifies, weigh

TOLD = 12
TRIED = 60
STEEPEST = Decimal("1.5")  # nobody sells dearer than that for the sake of origin
_ORDER = ("proof", "state", "reduce", "raise", "originating", "heading")
Trial = tuple[Remedy, Ground]


def remedies(
    ground: Ground, sets: tuple[RuleSet, ...], unproven: tuple[Counted, ...], word: Word
) -> tuple[Remedy, ...]:
    """The single changes after which the good qualifies, the least money first; at most `TOLD`. `unproven` are the materials
    that only a proof keeps from counting; `word` the wording of an operation."""
    if not sets and len(ground.making.non_originating) > 1:
        return ()  # without a rule only a good of originating materials alone qualifies
    tests = [
        test for one in sets for rule in one.rules if rule.rule for tests in rule.rule.alternatives for test in tests
    ]
    trials = [
        *_proofs(ground, unproven),
        *_materials(ground, _where(tests) if tests else None),
        *_amounts(ground, tests),
        *_statements(ground, tests, word),
    ]
    found: dict[str, Remedy] = {}
    for remedy, varied in trials:
        if remedy.what.en not in found and qualifies(sets, varied):
            found[remedy.what.en] = remedy
    return tuple(sorted(found.values(), key=_least)[:TOLD])


def _least(remedy: Remedy) -> tuple[int, int, int]:
    return 0 if remedy.amount is None else remedy.amount.minor, _ORDER.index(remedy.kind), remedy.material


def _with(ground: Ground, old: Counted, new: Counted) -> Ground:
    """The ground with one material in another's place, among the originating where it is."""
    making = ground.making
    left = tuple([item for item in making.non_originating if item is not old])
    if new.originating:
        return ground.varied(replace(making, originating=(*making.originating, new), non_originating=left))
    kept = tuple([new if item is old else item for item in making.non_originating])
    return ground.varied(replace(making, non_originating=kept))


def _proofs(ground: Ground, unproven: tuple[Counted, ...]) -> Iterator[Trial]:
    for item in sorted(unproven, key=_dearest)[:TRIED]:
        what = Text(f"a proof of origin for material no. {item.number}", f"取得第{item.number}号材料的原产地证明")
        cumulated = replace(item, originating=True, cumulated=True)
        yield Remedy("proof", what, material=item.number), _with(ground, item, cumulated)


def _where(tests: list[Test]) -> Text:
    """How far away in the tariff a material must come from, for every change of classification that a rule asks for."""
    level = min((test.level for test in tests if isinstance(test, ChangeTest) and test.level), default=0)
    return {2: Text("chapter", "章"), 4: Text("heading", "品目"), 6: Text("subheading", "子目")}.get(
        level, Text("place", "税目")
    )


def _materials(ground: Ground, where: Text | None) -> Iterator[Trial]:
    """One material replaced: by an originating one, or by one that stands elsewhere in the tariff."""
    # Of very long bills the dearest: one replaced material moves little else.
    for item in sorted(ground.making.non_originating, key=_dearest)[:TRIED]:
        worth = item.material.value
        which = item.number
        what = Text(
            f"material no. {which} replaced by an originating one: {worth} less non-originating value",
            f"第{which}号材料改用原产材料：非原产材料价值减少 {worth}",
        )
        yield Remedy("originating", what, worth, which), _with(ground, item, replace(item, originating=True))
        if item.material.role != "material" or not where:
            continue
        elsewhere = _with(ground, item, replace(item, codes=ELSEWHERE))
        if item.codes:
            what = Text(
                f"material no. {which} replaced by one of another {where.en} that the rule does not bar",
                f"第{which}号材料改用规则未排除的其他{where.zh}的材料",
            )
            yield Remedy("heading", what, worth, which), elsewhere
        else:
            what = Text(
                f"the HS code of material no. {which}, if it is of another {where.en} that the rule does not bar",
                f"补充第{which}号材料的HS编码（须为规则未排除的其他{where.zh}）",
            )
            yield Remedy("state", what, material=which), elsewhere


def _dearest(item: Counted) -> tuple[Decimal, int]:
    return -(item.gross or ZERO), item.number


def _base_of(test: Test, ground: Ground) -> Base | None:
    if isinstance(test, ContentTest | ShareTest):
        return test.base
    if isinstance(test, ChangeTest | ObtainedTest):
        return next((base for _, base in ground.limits.tolerances or () if base != "weight"), None)
    return None


def _amounts(ground: Ground, tests: list[Test]) -> Iterator[Trial]:
    """Less of one material, a higher price, or a price that is not stated: by as much as one test needs."""
    making, seen = ground.making, set()
    for test in tests:
        base, found = _base_of(test, ground), weigh(test, ground)
        if (
            base is None
            or base == "weight"
            or found.passed
            or found.part is None
            or not found.limit
            or not making.currency
        ):
            continue
        needed = _up(found.part * HUNDRED / found.limit, making.currency)
        if (base, needed, found.part) in seen:
            continue
        seen.add((base, needed, found.part))
        if found.base is None:
            yield from _stated_price(ground, base, needed)
            continue
        excess = _up(found.part - found.base * found.limit / HUNDRED, making.currency)
        yield from _cheaper(ground, found, excess)
        if needed <= found.base * STEEPEST:
            yield from _dearer(ground, needed - found.base)


def _up(amount: Decimal, currency: str) -> Decimal:
    return round_to(amount, minor_digits(currency), "ceiling")


def _cheaper(ground: Ground, found: Weighed, excess: Decimal) -> Iterator[Trial]:
    """The dearest of the materials that count, by as much as is too much; all of them where several are as dear."""
    items = [item for item in found.stuck or ground.making.non_originating if item.value is not None]
    most = max((item.value for item in items if item.value is not None), default=ZERO)
    if not ZERO < excess <= most:
        return
    less = money(excess, ground.making.currency)
    for item in items:
        if item.value == most and item.gross is not None:
            what = Text(f"material no. {item.number} cheaper by {less}", f"第{item.number}号材料价值降低 {less}")
            cheaper = replace(item, value=most - excess, gross=item.gross - excess)
            yield Remedy("reduce", what, less, item.number), _with(ground, item, cheaper)


def _dearer(ground: Ground, more: Decimal) -> Iterator[Trial]:
    """An originating cost, and with it the price."""
    if more <= 0:
        return
    making, amount = ground.making, money(more, ground.making.currency)
    what = Text(
        f"an originating cost (labour, overhead, profit) higher by {amount}, and the price with it",
        f"原产成本（人工、制造费用、利润）及相应售价提高 {amount}",
    )
    raised = replace(
        making,
        fob=None if making.fob is None else making.fob + more,
        ex_works=None if making.ex_works is None else making.ex_works + more,
    )
    labour = ground.bom.labour
    bom = None
    if labour is not None and labour.currency == making.currency:
        bom = replace(ground.bom, labour=Money(labour.minor + amount.minor, labour.currency))
    yield Remedy("raise", what, amount), ground.varied(raised, bom)


def _stated_price(ground: Ground, base: Base, needed: Decimal) -> Iterator[Trial]:
    """A price that is not stated, if it is as high as it must be; the ex-works price cannot be above the FOB value."""
    making, name = ground.making, BASES[base]
    if base == "EXW" and making.fob is not None and needed > making.fob:
        return
    least = money(needed, making.currency)
    what = Text(f"the {name.en} stated, if it is {least} or more", f"补充{name.zh}（须不低于 {least}）")
    made: Making = replace(making, fob=needed) if base == "FOB" else replace(making, ex_works=needed)
    yield Remedy("state", what), ground.varied(made)


def _statements(ground: Ground, tests: list[Test], word: Word) -> Iterator[Trial]:
    """Operations, or materials that are wholly obtained, if they are so and only not said."""
    for test in tests:
        words = test.words if isinstance(test, ProcessTest) else (REACTION,) if isinstance(test, ReactionTest) else ()
        absent = [one for one in words if one not in ground.operations]
        if absent:
            texts = [word(one) for one in absent]
            what = Text(
                f"that the good is made by: {'; '.join(text.en for text in texts)} (operations {', '.join(absent)})",
                f"声明货物经以下工序制成：{'；'.join(text.zh for text in texts)}（工序 {', '.join(absent)}）",
            )
            bom: BillOfMaterials = replace(ground.bom, operations=(*ground.bom.operations, *absent))
            yield Remedy("state", what), ground.varied(ground.making, bom)
        if isinstance(test, MaterialsTest):
            for item in weigh(test, ground).unknown:
                if item.originating:
                    yield _said_obtained(ground, item)


def _said_obtained(ground: Ground, item: Counted) -> Trial:
    what = Text(f"that material no. {item.number} is wholly obtained", f"声明第{item.number}号材料为完全获得")
    obtained = replace(item, material=replace(item.material, wholly_obtained=True))
    making = ground.making
    kept = tuple([obtained if one is item else one for one in making.originating])
    return Remedy("state", what, material=item.number), ground.varied(replace(making, originating=kept))
