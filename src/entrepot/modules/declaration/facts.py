"""What the declaration room finds for itself: its checked lines, and the card of a rule."""

from decimal import Decimal

from msgspec import Struct

from entrepot.kernel.money import Money
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.topics import found, found_each
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
    """One of several declarations of a trade: its lines by their numbers there, and what of the whole it bears. Weights in kg;
    None: the lines do not say."""

    lines: tuple[str, ...]
    total: Money | None = None
    net_kg: Decimal | None = None
    gross_kg: Decimal | None = None
    packages: int | None = None
    freight: Charge | None = None
    insurance: Charge | None = None
    misc: Charge | None = None
    containers: tuple[str, ...] = ()


class PartsPlan(Struct, frozen=True):
    """The declarations that a trade with more lines than one form holds takes."""

    parts: tuple[PlannedPart, ...]


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
