"""What the rules of origin hand to each other, and the margin that they find.

The decision (`origin.decision` of the shared vocabulary) is open to the buyer. How narrowly it was reached tells what the
materials cost, so that is a topic of its own, as secret as the bill of materials.
"""

from decimal import Decimal
from typing import Literal

from msgspec import Struct

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
    """A material as the rules count it. `value` is in the FOB currency without its proven deductions, `gross` with them;
    both None where it is priced in another currency. `cumulated`: it counts by its origin in another Party."""

    material: Material
    originating: bool
    cumulated: bool
    value: Decimal | None
    gross: Decimal | None
    why: Text


class Making(Struct, frozen=True):
    """What a good was made of and where, sorted by origin. `fob` in main units of `currency`; None where it is not said.

    `disregarded` are transport packing and indirect materials, which no test looks at.
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

    @property
    def inputs(self) -> tuple[Counted, ...]:
        """All that went into the good and counts."""
        return (*self.originating, *self.non_originating)

    @property
    def material_non_originating(self) -> tuple[Counted, ...]:
        """What a change of classification is asked of: not retail packing, not accessories."""
        return tuple(item for item in self.non_originating if item.material.role == "material")


class Limits(Struct, frozen=True):
    """The Agreement's thresholds in per cent."""

    rvc: Decimal
    de_minimis: Decimal
    de_minimis_weight: Decimal


class RuleTest(Struct, frozen=True, omit_defaults=True):
    """One test of origin: what was asked, whether it passed (None: cannot be decided yet), and the margin in per cent."""

    rule: str
    passed: bool | None
    detail: Text
    percent: Decimal | None = None


class OriginMargin(Struct, frozen=True, omit_defaults=True):
    """How narrowly a line does or does not originate: every test tried, with its share. `changes` names, for each test
    that did not pass, the one change that would pass or decide it, in amounts; tests that a rule asks for together need
    all of theirs."""

    tests: tuple[RuleTest, ...]
    changes: tuple[Text, ...] = ()


class Result(Struct, frozen=True):
    """How one test came out. `nearly` says what would make it pass, or what must be said to decide it; `conditions`
    what a pass rests on; `leeway`: it passed by the de minimis rule."""

    test: RuleTest
    nearly: tuple[Text, ...] = ()
    conditions: tuple[Text, ...] = ()
    leeway: bool = False


class Verdict(Struct, frozen=True):
    """How a good came out: passed by `criterion` (of the product `rule`, if it took one), failed, or not to be decided.

    `missing` may be told to the buyer; `changes` says the same with materials and amounts, where it takes any.
    """

    passed: bool | None
    criterion: str = ""
    tests: tuple[RuleTest, ...] = ()
    missing: tuple[Text, ...] = ()
    changes: tuple[Text, ...] = ()
    conditions: tuple[Text, ...] = ()
    rule: str = ""


class OriginCountry(Struct, frozen=True):
    """The RCEP country of origin (alpha-3) for tariff differentials, and the conditions it rests on."""

    country: str
    conditions: tuple[Text, ...] = ()


MARGIN = found_each(
    "origin.margin",
    OriginMargin,
    "line",
    read=BOM.read,
    label=Text("margin of origin", "原产地判定余量"),
    doc="Every test of origin on a line with its share, and what would make the line qualify. As secret as its materials.",
)
