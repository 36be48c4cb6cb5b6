"""What the rules of origin hand to each other, and the margin that they find.

The decision (`origin.decision` of the shared vocabulary) is open to the buyer. How narrowly it was reached tells what the
materials cost, so that is a topic of its own, as secret as the bill of materials.
"""

from decimal import Decimal
from typing import Literal

from msgspec import Struct

from entrepot.kernel.money import Money
from entrepot.kernel.text import Text
from entrepot.kernel.topics import found_each
from entrepot.kernel.vocabulary.goods import BOM, Material


class CodeRange(Struct, frozen=True):
    """Goods codes from `first` to `last`, both of the same length (2, 4 or 6 digits), both included."""

    first: str
    last: str


Base = Literal["FOB", "EXW", "weight"]
Places = tuple[CodeRange, ...]


class Allowance(Struct, frozen=True):
    """Materials that need not change: those of `places` (empty: of the good's own heading) while they are worth, or weigh,
    at most `percent` of `base`."""

    percent: Decimal
    base: Base
    places: Places = ()


class ObtainedTest(Struct, frozen=True):
    """WO: the good is wholly obtained."""

    text: str = "WO"


class ChangeTest(Struct, frozen=True):
    """ANY, CC, CTH or CTSH: non-originating materials stand elsewhere at `level` digits (0: anywhere), and not in what is
    excluded."""

    text: str
    level: int
    excluded: Places = ()
    allowance: Allowance | None = None


class ContentTest(Struct, frozen=True):
    """RVC: value content of at least `percent` of `base`; None where the rule leaves it to the Agreement. An empty
    `method` is either of build-down and build-up; the focused method counts the non-originating materials of `places`."""

    text: str
    percent: Decimal | None
    method: Literal["", "build_down", "build_up", "focused", "net_cost"] = ""
    base: Literal["FOB", "EXW"] = "FOB"
    places: Places = ()


class ShareTest(Struct, frozen=True):
    """MaxNOM: non-originating materials (of `places`; empty: all) are at most `percent` of `base`. MaxMAT counts the
    originating ones too."""

    text: str
    percent: Decimal
    base: Base
    places: Places = ()
    originating_too: bool = False


class MaterialsTest(Struct, frozen=True):
    """All materials used of `places` are themselves wholly obtained, or originating."""

    text: str
    kind: Literal["obtained", "originating"]
    places: Places


class OnlyTest(Struct, frozen=True):
    """No non-originating material is of any other place than these."""

    text: str
    places: Places


class BalanceTest(Struct, frozen=True):
    """Non-originating materials are worth no more than originating ones."""

    text: str = "NOM within OM"


class ProcessTest(Struct, frozen=True):
    """The good is made by each of these operations, by their words in the table of processes."""

    text: str
    words: tuple[str, ...]


class ReactionTest(Struct, frozen=True):
    """CR: the good is the product of a chemical reaction in a Party."""

    text: str = "CR"


Test = (
    ObtainedTest
    | ChangeTest
    | ContentTest
    | ShareTest
    | MaterialsTest
    | OnlyTest
    | BalanceTest
    | ProcessTest
    | ReactionTest
)


class ProductRule(Struct, frozen=True):
    """A parsed product rule: alternatives, of which any one will do, each a set of tests that must all pass."""

    text: str
    alternatives: tuple[tuple[Test, ...], ...]


class Counted(Struct, frozen=True):
    """A material as the rules count it. `number` is its place in the bill, from 1; `codes` what its goods code is in the
    edition of the rules (several where it moved in parts, none where it is not known). `value` is in the currency of the
    price without its proven deductions, `gross` with them; both None where it is priced in another currency or made of
    parts that count instead. `cumulated`: it counts by its origin in another country."""

    material: Material
    originating: bool
    cumulated: bool
    value: Decimal | None
    gross: Decimal | None
    why: Text
    number: int = 0
    codes: tuple[str, ...] = ()


class Making(Struct, frozen=True):
    """What a good was made of and where, sorted by origin. `fob` and `ex_works` in main units of `currency`; None where not
    said. `codes` is the good's code in the edition of the rules.

    `disregarded` are transport packing and indirect materials, which no test looks at. `open_parts`: it holds parts of
    intermediate materials of which it cannot be told whether they originate.
    """

    country: str
    hs: str
    currency: str
    fob: Decimal | None
    originating: tuple[Counted, ...]
    non_originating: tuple[Counted, ...]
    disregarded: tuple[Counted, ...]
    weight_kg: Decimal | None
    complete: bool
    ex_works: Decimal | None = None
    codes: tuple[str, ...] = ()
    open_parts: bool = False

    @property
    def inputs(self) -> tuple[Counted, ...]:
        """All that went into the good and counts."""
        return (*self.originating, *self.non_originating)

    @property
    def material_non_originating(self) -> tuple[Counted, ...]:
        """What a change of classification is asked of: not retail packing, not accessories."""
        return tuple([item for item in self.non_originating if item.material.role == "material"])


class Limits(Struct, frozen=True):
    """An agreement's thresholds. `rvc` in per cent; `tolerances` the shares (per cent, of what) that need not change, None
    where they are not on file; `costs_count`: labour, overhead, profit and other cost count in the build-up formula, None
    where the formula is not on file; `obtained_tolerance`: the tolerances cover goods that must be wholly obtained too."""

    rvc: Decimal | None
    tolerances: tuple[tuple[Decimal, Base], ...] | None
    costs_count: bool | None = None
    obtained_tolerance: bool = False


class RuleTest(Struct, frozen=True, omit_defaults=True):
    """One test of origin: what was asked, whether it passed (None: cannot be decided yet), and the margin in per cent.
    `short` is by how much money a value stands beyond its threshold."""

    rule: str
    passed: bool | None
    detail: Text
    percent: Decimal | None = None
    short: Money | None = None


class Remedy(Struct, frozen=True, omit_defaults=True):
    """One change that by itself makes the line qualify: what, for which material (its number in the bill), how much money
    it moves. `state` is a value to be stated, which must be true and as good as the text says."""

    kind: Literal["proof", "state", "reduce", "raise", "originating", "heading"]
    what: Text
    amount: Money | None = None
    material: int = 0


class AgreementMargin(Struct, frozen=True, omit_defaults=True):
    """How narrowly a line does or does not originate under one agreement, as in `OriginMargin`."""

    tests: tuple[RuleTest, ...]
    changes: tuple[Text, ...] = ()
    remedies: tuple[Remedy, ...] = ()


class OriginMargin(Struct, frozen=True, omit_defaults=True):
    """How narrowly a line does or does not originate: every test tried, with its share. `changes` names, for each test
    that did not pass, the one change that would pass or decide it, in amounts; tests that a rule asks for together need
    all of theirs. `remedies` are the single changes after which the line qualifies, tried out, the least money first.
    `agreements` says the same under every agreement; the first three fields are those of the decision."""

    tests: tuple[RuleTest, ...]
    changes: tuple[Text, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    agreements: dict[str, AgreementMargin] = {}


class Weighed(Struct, frozen=True):
    """How a test came out in figures. `stuck` are the materials that stand in its way, `unknown` those of which it cannot be
    told; `part` of `base` (main units or kg, as far as known) is set against `limit` per cent, which it may not exceed.
    `leeway`: it passed by the tolerance; `outside`: whether the tolerance helps is for a person."""

    passed: bool | None
    stuck: tuple[Counted, ...] = ()
    unknown: tuple[Counted, ...] = ()
    part: Decimal | None = None
    base: Decimal | None = None
    limit: Decimal | None = None
    leeway: bool = False
    outside: bool = False


class Result(Struct, frozen=True):
    """How one test came out. `nearly` says what would make it pass, or what must be said to decide it; `conditions`
    what a pass rests on; `leeway`: it passed by the de minimis rule."""

    test: RuleTest
    nearly: tuple[Text, ...] = ()
    conditions: tuple[Text, ...] = ()
    leeway: bool = False


class SetRule(Struct, frozen=True):
    """A rule of a set: how it joins the one before it, its tests (None: kept as text for a person), and its text."""

    joint: Literal["", "or", "and", "unstated"]
    rule: ProductRule | None
    text: str


class RuleSet(Struct, frozen=True):
    """What the agreement asks of goods of a range: its rules in order. `described`: it is for goods of this description
    alone. `conditions` are what its reading rests on."""

    label: str
    rules: tuple[SetRule, ...]
    described: str = ""
    conditions: tuple[Text, ...] = ()

    @property
    def text(self) -> str:
        """The rules as one line."""
        joints = {"": "", "or": " or ", "and": " and ", "unstated": " / "}
        return "".join(
            (joints[one.joint] if place else "") + (one.text if one.rule is None else one.rule.text)
            for place, one in enumerate(self.rules)
        )


class Verdict(Struct, frozen=True):
    """How a good came out: passed by `criterion` (of the product `rule`, if it took one), failed, or not to be decided.

    `missing` may be told to the buyer; `changes` says the same with materials and amounts, where it takes any. `no_law`:
    nothing on file decides it.
    """

    passed: bool | None
    criterion: str = ""
    tests: tuple[RuleTest, ...] = ()
    missing: tuple[Text, ...] = ()
    changes: tuple[Text, ...] = ()
    conditions: tuple[Text, ...] = ()
    rule: str = ""
    no_law: bool = False


class OriginCountry(Struct, frozen=True):
    """The RCEP country of origin (alpha-3) for tariff differentials, the conditions it rests on, and what the importer may
    claim instead."""

    country: str
    conditions: tuple[Text, ...] = ()
    fallbacks: tuple[Text, ...] = ()


MARGIN = found_each(
    "origin.margin",
    OriginMargin,
    "line",
    read=BOM.read,
    label=Text("margin of origin", "原产地判定余量"),
    doc="Every test of origin on a line with its share, and what would make the line qualify. As secret as its materials.",
)
