"""What the declaration room finds for itself: its checked lines, and the card of a rule."""

from decimal import Decimal

from msgspec import Struct

from entrepot.kernel.money import Money
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.topics import TRADERS, found, found_each
from entrepot.kernel.vocabulary.decisions import LineDraft
from entrepot.kernel.vocabulary.trade import SHIPPERS, Charge


class CheckedLine(Struct, frozen=True, omit_defaults=True):
    """A line as drafted and what its rules say: problems (E and W), what could not be checked and why, where each field
    was read, what was derived from what. `likeness` is equal for two lines that look the same."""

    draft: LineDraft
    problems: tuple[Problem, ...] = ()
    unchecked: tuple[Text, ...] = ()
    provenance: dict[str, str] = {}
    derived: dict[str, str] = {}
    likeness: str = ""


class UsualPrice(Struct, frozen=True):
    """A line's price for one `unit`, and the median of `count` earlier ones of the same goods, in `currency`."""

    price: Decimal
    median: Decimal
    currency: str
    unit: str
    count: int


class UsualPrices(Struct, frozen=True, omit_defaults=True):
    """The lines, by number, whose price could be compared."""

    lines: dict[str, UsualPrice] = {}


class RuleCard(Struct, frozen=True, omit_defaults=True):
    """A rule as a page or a command lists it: severity E blocks, W asks; `element` is the data element of the WCO Data
    Model it looks at; `flow` (E, I or empty for both) and `modes` say where it applies; `scope` is `line` or `form`."""

    id: str
    severity: str
    text: Text
    element: str
    source: str
    scope: str
    flow: str = ""
    modes: tuple[str, ...] = ()


class PlannedPart(Struct, frozen=True, omit_defaults=True):
    """One of several declarations of a trade: its lines by their numbers there, and the containers that hold any of them."""

    lines: tuple[str, ...]
    containers: tuple[str, ...] = ()


class Borne(Struct, frozen=True, omit_defaults=True):
    """What of the whole a part bears: weights in kg, its share of the charges; None: the lines do not say."""

    total: Money | None = None
    net_kg: Decimal | None = None
    gross_kg: Decimal | None = None
    packages: int | None = None
    freight: Charge | None = None
    insurance: Charge | None = None
    misc: Charge | None = None


class PartsPlan(Struct, frozen=True):
    """The declarations that a trade with more lines than one form holds takes."""

    parts: tuple[PlannedPart, ...]


class AnswerChoice(Struct, frozen=True, omit_defaults=True):
    """One answer: a value for each blank that it knows, how it reads, and why it is offered."""

    values: dict[str, str]
    label: Text
    reason: Text


class Blank(Struct, frozen=True, omit_defaults=True):
    """Something a question asks for: its `name` in the question, and the topic, keys and field that an answer is said under. On
    several lines it is one answer for all of them or, where `each`, one for every line (`name/KEY`). `kind` is code, text, count,
    number, money, price, charge, date, port, country, goods_code, yes_no or element; `fields` are those of the form it fills in;
    `also` is said with it: by line, the unit that a statutory quantity is asked for in; `options` may stand there, best first."""

    name: str
    topic: str
    field: str
    kind: str
    label: Text
    keys: tuple[str, ...] = ()
    each: bool = False
    fields: int = 1
    also: dict[str, str] = {}
    options: tuple[AnswerChoice, ...] = ()


class DraftQuestion(Struct, frozen=True, omit_defaults=True):
    """What one answer of a person settles: its blanks, choices for all of them together (best first), how many fields of the
    form it fills in, and the rules whose problems it clears. `id` stays while the question does; where `confirms`, nothing is
    missing: what was taken over is to be said, so that all else that rests on it is worked out too."""

    id: str
    ask: Text
    why: Text
    blanks: tuple[Blank, ...]
    fields: int
    choices: tuple[AnswerChoice, ...] = ()
    clears: tuple[str, ...] = ()
    confirms: bool = False


class DraftQuestions(Struct, frozen=True, omit_defaults=True):
    """The questions that are left on a draft, in the order of how many fields each answers."""

    questions: tuple[DraftQuestion, ...] = ()


PRICES = found(
    "declaration.prices", UsualPrices, read=TRADERS,
    label=Text("own usual prices", "本企业惯常单价"),
    doc="Each line's unit price beside the median of what the enterprise declared for such goods: its own secret.",
)  # fmt: skip
CHECKED = found_each(
    "declaration.line", CheckedLine, "line", read=SHIPPERS,
    discloses="It says what will stand on the form; of earlier declarations no more than number and day where a field follows one.",
    label=Text("line of the declaration", "报关单商品项"),
    doc="A line as it will stand on the declaration, with every problem that its own rules see.",
)  # fmt: skip
SPLIT = found(
    "declaration.split", PartsPlan, read=SHIPPERS,
    label=Text("several declarations", "分单方案"),
    doc="How a trade with more lines than one declaration holds is declared in parts.",
)  # fmt: skip
QUESTIONS = found(
    "declaration.questions", DraftQuestions, read=TRADERS,
    label=Text("questions that are left", "待补充的问题"),
    doc="What only a person can say of the draft declaration, in as few questions as there can be, with choices.",
)  # fmt: skip
