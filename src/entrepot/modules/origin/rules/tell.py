"""How a test came out, told: in the working line by line, and in what would make it pass."""

from collections.abc import Callable, Iterable
from decimal import Decimal

from entrepot.kernel.case import Case
from entrepot.kernel.findings import shown
from entrepot.kernel.money import Money, greater, money
from entrepot.kernel.text import Text
from entrepot.modules.origin.facts import (
    Base,
    ChangeTest,
    ContentTest,
    Counted,
    MaterialsTest,
    ObtainedTest,
    OnlyTest,
    ProcessTest,
    ReactionTest,
    Result,
    RuleTest,
    ShareTest,
    Test,
    Weighed,
)
from entrepot.modules.origin.rules import content
from entrepot.modules.origin.rules.content import HUNDRED
from entrepot.modules.origin.rules.contradictions import CONFIRM
from entrepot.modules.origin.rules.grammar import write_places
from entrepot.modules.origin.rules.weigh import (
    COSTS,
    REACTION,
    Ground,
    added_value,
    total,
    weigh,
    within_tolerance,
)

Word = Callable[[str], Text]
BASES: dict[Base, Text] = {
    "FOB": Text("FOB value", "离岸价"),
    "EXW": Text("ex-works price", "出厂价"),
    "weight": Text("weight of the good", "货物重量"),
}
_BUILD_UP = Text("Regional value content, build-up", "区域价值成分（累加法）")
_CURRENCIES = Text("all values in the currency of the FOB value", "以离岸价币种表示的全部价值")


class Teller:
    """Tells the tests of one agreement on one line; `word` is the wording of an operation."""

    def __init__(self, case: Case, ground: Ground, whole: RuleTest, word: Word) -> None:
        self.case, self.ground, self.whole, self.word = case, ground, whole, word

    def result(self, test: Test) -> Result:
        found = weigh(test, self.ground)
        match test:
            case ChangeTest():
                return self._change(test, found)
            case ContentTest():
                return self._content(test, found)
            case ReactionTest():
                return self._reaction(found)
            case ObtainedTest():
                return self._obtained(test, found)
            case ProcessTest():
                return self._process(test, found)
            case MaterialsTest() | OnlyTest():
                return self._materials(test, found)
            case _:
                return self._share(test, found)

    def _obtained(self, test: ObtainedTest, found: Weighed) -> Result:
        """What was found on the good as a whole stands, but for a tolerance that covers it."""
        basis = Text("the basis on which the good is wholly obtained", "完全获得的依据")
        if not self.ground.limits.obtained_tolerance:
            return Result(self.whole, (basis,))
        share, which, over = self._tolerance(found), numbers(found.stuck), self._over(found)
        if found.passed:
            detail = Text(f"materials no. {which} within de minimis", f"第{which}号材料在微小含量限度内")
            return Result(RuleTest(test.text, True, detail, share), leeway=True)
        detail = Text(f"non-originating materials: no. {which}", f"含非原产材料：第{which}号")
        nearly = Text(f"materials no. {which} must originate", f"第{which}号材料须改用原产材料")
        if within_tolerance(self.ground, found.stuck):
            nearly = basis
        elif found.passed is None:
            nearly = Text(
                f"price and weight of the good and of materials no. {which}, for the de minimis rule",
                f"适用微小含量规则所需的货物及第{which}号材料的价格与重量",
            )
        elif over is not None:
            nearly = Text(f"{nearly.en}, or be worth {over} less", f"{nearly.zh}，或价值减少 {over}")
        return Result(RuleTest(test.text, found.passed, detail, share, over), (nearly,))

    # -- change of classification -------------------------------------------------------------------------------------

    def _change(self, test: ChangeTest, found: Weighed) -> Result:
        making = self.ground.making
        if not making.hs and found.passed is not True:
            return Result(
                RuleTest(test.text, None, Text("the good has no HS code", "商品缺少HS编码")),
                (Text("the HS code of the good to six digits", "商品的六位HS编码"),),
            )
        judged = [(item, self.ground.changes(test, item)) for item in making.material_non_originating]
        for item, changed in judged:
            self.case.step(
                Text(f"{test.text}: {item.material.name}", f"{test.text}：{item.material.name}"),
                f"first {test.level} digits of {' or '.join(item.codes) or 'no code'} against "
                f"{' or '.join(code[: test.level] for code in making.codes)}",
                {True: "changes", False: "does not change", None: "cannot be told"}[changed],
                material=item.material.hs,
                good=making.hs,
            )
        share = self._tolerance(found)
        if found.passed and not found.leeway:
            count = len(judged)
            every = Text(f"all {count} non-originating materials change", f"全部{count}项非原产材料均发生改变")
            if any(changed is not True for _, changed in judged):
                every = Text("what does not change is within the rule's own allowance", "未改变部分在规则允许的限额内")
            return Result(RuleTest(test.text, True, every))
        which = numbers((*found.stuck, *found.unknown))
        if found.passed:
            detail = Text(f"materials no. {which} within de minimis", f"第{which}号材料在微小含量限度内")
            return Result(RuleTest(test.text, True, detail, share), leeway=True)
        detail = Text(f"no change: materials no. {which}", f"未发生改变：第{which}号材料")
        return Result(RuleTest(test.text, found.passed, detail, share, self._over(found)), self._how_to_change(found))

    def _tolerance(self, found: Weighed) -> Decimal | None:
        """The share that does not change, as it is shown; each tolerance goes into the working."""
        stuck, making = (*found.stuck, *found.unknown), self.ground.making
        for percent, base in (self.ground.limits.tolerances or ()) if stuck else ():
            whole = making.weight_kg if base == "weight" else making.fob if base == "FOB" else making.ex_works
            amounts = (item.material.weight_kg if base == "weight" else item.gross for item in stuck)
            part, complete = total(amounts)
            if not whole or not complete:
                continue
            small = content.within(part, whole, percent)
            exact = content.share(part, whole)
            self.case.step(
                Text("De minimis by weight", "按重量的微小含量")
                if base == "weight"
                else Text("De minimis by value", "按价值的微小含量"),
                f"what does not change / {BASES[base].en} × 100",
                f"{shown(content.at_most_shown(exact))} %: {'within' if small else 'above'} {shown(percent)} %",
                exact,
                **{"worth" if base != "weight" else "weight": part, base: whole},
            )
        return self._shown(found)

    def _shown(self, found: Weighed) -> Decimal | None:
        if not found.base or found.part is None:
            return None
        return content.at_most_shown(content.share(found.part, found.base))

    def _over(self, found: Weighed) -> Money | None:
        """By how much money a part stands above its limit."""
        currency = self.ground.making.currency
        if found.part is None or found.base is None or found.limit is None or not currency:
            return None
        return money(content.excess(found.part, found.base, found.limit, currency), currency)

    def _how_to_change(self, found: Weighed) -> tuple[Text, ...]:
        """What would bring the change about: codes, the price, or less of what does not change."""
        if found.unknown:
            which = numbers(found.unknown)
            return (Text(f"the HS code of materials no. {which}", f"第{which}号材料的HS编码"),)
        which, tolerances = numbers(found.stuck), self.ground.limits.tolerances
        if tolerances is None:
            return (
                Text("what share need not change is not on file for this agreement", "该协定的微小含量限度未录入"),
                Text(
                    f"materials no. {which} must come from elsewhere in the tariff, or originate",
                    f"第{which}号材料须改用其他税目的材料，或改用原产材料",
                ),
            )
        base: Base = next((base for _, base in tolerances if base != "weight"), "weight")
        if base == "weight" or found.base is None:
            name = BASES[base]
            return (Text(f"the {name.en}, for the de minimis rule", f"适用微小含量规则所需的{name.zh}"),)
        over = self._over(found)
        if over is None or found.limit is None:
            return (_CURRENCIES,)
        limit, name = shown(found.limit), BASES[base]
        return (
            Text(
                f"materials no. {which} must come from elsewhere in the tariff, originate, or be worth {over} less "
                f"({limit} % of the {name.en} is let pass)",
                f"第{which}号材料须改用其他税目的材料、改用原产材料，或价值减少 {over}（{name.zh}的{limit}%以内可不计）",
            ),
        )

    # -- value ----------------------------------------------------------------------------------------------------------

    def _content(self, test: ContentTest, found: Weighed) -> Result:
        """Retail packing and accessories count by their own origin (RCEP Arts. 3.8(3), 3.9(2))."""
        if found.limit is None:
            asked = Text("the percentage is not on file", "百分比未录入")
            if test.method == "net_cost":
                asked = Text("the net cost of the good", "货物净成本")
            return Result(RuleTest(test.text, None, asked), (asked,))
        making, percent, name = self.ground.making, HUNDRED - found.limit, BASES[test.base]
        if test.method == "build_up" and found.base is not None:
            return self._built_up(test, found, percent, found.base)
        self._vnm()
        if found.base is None and found.passed is not False:
            detail = Text(f"the {name.en} is not stated", f"未提供{name.zh}")
            asked = Text(f"the {name.en} of the line", f"本项商品的{name.zh}")
            return Result(RuleTest(test.text, found.passed, detail), () if found.passed else (asked,))
        if (found.part is None or found.base is None) and found.passed is not False:
            several = Text("materials are priced in several currencies", "材料以多种货币计价")
            return Result(RuleTest(test.text, found.passed, several), () if found.passed else (_CURRENCIES,))
        if found.part is None or found.base is None:
            return Result(
                RuleTest(test.text, False, Text("what is known of it is too much already", "已知部分已超过限额"))
            )
        down = content.build_down(found.base, found.part)
        self.case.step(
            Text("Regional value content, build-down", "区域价值成分（扣减法）"),
            f"({test.base} − VNM) / {test.base} × 100",
            f"{shown(content.at_least_shown(down))} %",
            down,
            **{test.base: found.base, "VNM": found.part, "threshold": percent},
        )
        added = self._added(test, found.base)
        best = down if added is None else greater(down, content.share(added, found.base))
        told = f"{shown(content.at_least_shown(best))} % ({shown(percent)} %)"
        detail = Text(f"regional value content {told}", f"区域价值成分 {told}")
        by_down = content.within(found.part, found.base, found.limit)
        # The price is the sum of its parts; parts that exceed it cannot all be right.
        uneven = bool(found.passed) and not by_down and added is not None and added + found.part > found.base
        if uneven:
            detail = Text(
                f"{detail.en}; costs and materials exceed the {name.en}", f"{detail.zh}；成本与材料合计超过{name.zh}"
            )
        if found.passed:
            outcome = RuleTest(test.text, True, detail, content.at_least_shown(best))
            return Result(outcome, conditions=(CONFIRM,) if uneven else ())
        less = money(content.shortfall(found.base, found.part, percent, making.currency), making.currency)
        nearly = Text(f"non-originating value (VNM) must fall by {less}", f"非原产材料价值（VNM）须减少 {less}")
        return Result(RuleTest(test.text, found.passed, detail, content.at_least_shown(best), less), (nearly,))

    def _built_up(self, test: ContentTest, found: Weighed, percent: Decimal, base: Decimal) -> Result:
        """What is built up alone: originating value against the price, and by how much it must rise."""
        added, currency = self._added(test, base), self.ground.making.currency
        if added is None:
            unsaid = Text("originating value and costs in the price's currency", "以同一币种列明的原产价值与成本")
            return Result(RuleTest(test.text, found.passed, unsaid), () if found.passed else (unsaid,))
        up = content.share(added, base)
        told = f"{shown(content.at_least_shown(up))} % ({shown(percent)} %)"
        detail = Text(f"value built up {told}", f"累加区域价值成分 {told}")
        if found.passed:
            uneven = found.part is not None and added + found.part > base
            outcome = RuleTest(test.text, True, detail, content.at_least_shown(up))
            return Result(outcome, conditions=(CONFIRM,) if uneven else ())
        more = money(content.excess(base * percent / HUNDRED, added, HUNDRED, currency), currency)
        nearly = Text(f"originating value must rise by {more}", f"原产价值须增加 {more}")
        if found.passed is None:
            nearly = Text(
                f"{nearly.en}, unless costs count in building up, which is not on file",
                f"{nearly.zh}；累加公式是否计入成本尚未录入",
            )
        return Result(RuleTest(test.text, found.passed, detail, content.at_least_shown(up), more), (nearly,))

    def _vnm(self) -> None:
        """VNM, each material less what is proven to be deductible (RCEP Art. 3.5(3) to (5))."""
        for item in self.ground.making.non_originating:
            cut = item.material.deductible
            self.case.step(
                Text(f"VNM: {item.material.name}", f"非原产材料：{item.material.name}"),
                "value − proven deductions",
                item.material.value if item.value is None else item.value,
                None,
                stated=item.material.value,
                deductions="none proven" if cut is None else cut,
                why=item.why.en,
            )

    def _added(self, test: ContentTest, base: Decimal) -> Decimal | None:
        """What the build-up formula counts; None where it is not asked for, or a cost is not said: unknown is not zero."""
        counted = self.ground.limits.costs_count
        if test.method not in ("", "build_up") or (test.method == "" and not counted):
            return None
        costs = {name: self.ground.cost(name) for name in COSTS} if counted else {}
        absent = [name for name, cost in costs.items() if cost is None]
        added, complete = added_value(self.ground)
        formula = f"(VOM{' + labour + overhead + profit + other' if counted else ''}) / {test.base} × 100"
        if not complete:
            missing = ", ".join(absent) or "VOM in the currency of the FOB value"
            self.case.step(_BUILD_UP, formula, "not computed", None, missing=missing)
            return None
        up = content.share(added, base)
        vom, _ = total(item.value for item in self.ground.making.originating)
        known = {name: cost for name, cost in costs.items() if cost is not None}
        self.case.step(
            _BUILD_UP, formula, f"{shown(content.at_least_shown(up))} %", up, **{test.base: base, "VOM": vom, **known}
        )
        return added

    def _share(self, test: Test, found: Weighed) -> Result:
        """MaxNOM, MaxMAT, and NOM within OM."""
        name = (
            BASES[test.base] if isinstance(test, ShareTest) else Text("value of originating materials", "原产材料价值")
        )
        share, over = (
            self._shown(found),
            None if isinstance(test, ShareTest) and test.base == "weight" else self._over(found),
        )
        if found.part is not None and found.base is not None:
            self.case.step(
                Text(test.text, test.text),
                f"what counts / {name.en} × 100",
                "not to be told" if share is None else f"{shown(share)} %",
                content.share(found.part, found.base) if found.base else None,
                counted=found.part,
                base=found.base,
                limit=found.limit or "-",
            )
        if found.passed:
            return Result(
                RuleTest(test.text, True, Text(f"within the limit of the {name.en}", f"在{name.zh}的限额内"), share)
            )
        if found.passed is False:
            beyond = Text(f"above the limit of the {name.en}", f"超过{name.zh}的限额")
            less = (
                ()
                if over is None
                else (Text(f"what counts must be worth {over} less", f"计入部分的价值须减少 {over}"),)
            )
            return Result(RuleTest(test.text, False, beyond, share, over), less or (beyond,))
        asks = []
        if found.unknown:
            which = numbers(found.unknown)
            asks.append(Text(f"the HS code of materials no. {which}", f"第{which}号材料的HS编码"))
        if found.base is None:
            asks.append(Text(f"the {name.en} of the line", f"本项商品的{name.zh}"))
        weight = isinstance(test, ShareTest) and test.base == "weight"
        amounts = Text("the weight of every material", "每项材料的重量") if weight else _CURRENCIES
        return Result(
            RuleTest(test.text, None, Text("not to be told yet", "尚无法判定"), share), tuple(asks) or (amounts,)
        )

    # -- materials and operations ---------------------------------------------------------------------------------------

    def _materials(self, test: MaterialsTest | OnlyTest, found: Weighed) -> Result:
        if found.passed:
            return Result(RuleTest(test.text, True, Text("the materials are as asked for", "材料符合要求")))
        asks = []
        if found.stuck:
            which = numbers(found.stuck)
            asks.append(
                Text(f"materials no. {which} must originate or be replaced", f"第{which}号材料须改用原产材料或替换")
            )
        if found.stuck and found.outside:
            asks.append(Text("or a tolerance of the agreement lets them pass", "或适用该协定的容许限度"))
        if found.unknown:
            which, places = numbers(found.unknown), write_places(test.places)
            obtained = isinstance(test, MaterialsTest) and test.kind == "obtained"
            asks.append(
                Text(f"whether materials no. {which} are wholly obtained", f"第{which}号材料是否完全获得")
                if obtained
                else Text(f"whether materials no. {which} are of {places}", f"第{which}号材料是否属于 {places}")
            )
        which = numbers((*found.stuck, *found.unknown))
        return Result(
            RuleTest(test.text, found.passed, Text(f"materials no. {which}", f"第{which}号材料")), tuple(asks)
        )

    def _process(self, test: ProcessTest, found: Weighed) -> Result:
        if found.passed:
            return Result(RuleTest(test.text, True, Text("the operations are stated", "已声明所要求的工序")))
        absent = [word for word in test.words if word not in self.ground.operations]
        asks = []
        for word in absent:
            text = self.word(word)
            asks.append(
                Text(
                    f"whether the good is made by: {text.en} (operation {word!r})",
                    f"货物是否经以下工序制成：{text.zh}（工序填 {word!r}）",
                )
            )
        return Result(
            RuleTest(test.text, None, Text("the operations that the rule asks for are not stated", "未声明所要求的工序")), tuple(asks)
        )

    def _reaction(self, found: Weighed) -> Result:
        """CR (Annex 3A, headnote 7(f)): only the producer can say it; it is asked for, never guessed from the codes."""
        if found.passed:
            return Result(RuleTest("CR", True, Text("a chemical reaction is stated", "已声明发生化学反应")))
        asked = Text(
            f"whether a chemical reaction makes the good (operation {REACTION!r}); dissolving, taking out a solvent, and "
            "adding or taking out water of crystallisation are none",
            f"货物是否经化学反应制得（工序填 {REACTION!r}）；溶解、去除溶剂、增减结晶水均不算",
        )
        return Result(RuleTest("CR", None, Text("no chemical reaction is stated", "未声明化学反应")), (asked,))


def numbers(items: Iterable[Counted]) -> str:
    """The numbers of materials in their bill, `2, 5`."""
    return ", ".join([str(number) for number in sorted({item.number for item in items})])
