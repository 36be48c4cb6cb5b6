"""What the declaration room finds for itself: its header, its checked lines, and the card of a rule."""

from datetime import date
from decimal import Decimal

from msgspec import Struct

from entrepot.kernel.money import Money
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.topics import found, found_each
from entrepot.kernel.vocabulary.decisions import LineDraft
from entrepot.kernel.vocabulary.trade import SHIPPERS, Charge


class Header(Struct, frozen=True, omit_defaults=True):
    """What every line of the declaration leans on, said or derived. `day` is the day of declaration, or of asking while
    none is said. Countries are alpha-3; `trade_term` and `duty_mode` are customs codes. `free`, `bonded`, `processing`,
    `paired` are marks of the supervision mode. `derived` says of each field not said what it follows from."""

    flow: str
    day: date
    mode: str = ""
    levy: str = ""
    duty_mode: str = ""
    trade_term: str = ""
    destination: str = ""
    final_country: str = ""
    trade_country: str = ""
    domestic_region: str = ""
    admin_region: str = ""
    licence_no: str = ""
    simplified: bool = False
    mode_known: bool = False
    mode_flow: str = "both"
    free: bool = False
    bonded: bool = False
    processing: bool = False
    paired: bool = False
    derived: dict[str, str] = {}


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


class SplitPart(Struct, frozen=True, omit_defaults=True):
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


class Split(Struct, frozen=True):
    """The declarations that a trade with more lines than one form holds takes."""

    parts: tuple[SplitPart, ...]


HEADER = found(
    "declaration.header", Header, read=SHIPPERS,
    label=Text("head of the declaration", "报关单表头"),
    doc="Flow, mode, levy, terms, countries and day of the declaration, as far as they are said or follow from what is.",
)  # fmt: skip
CHECKED = found_each(
    "declaration.line", CheckedLine, "line", read=SHIPPERS,
    label=Text("line of the declaration", "报关单商品项"),
    doc="A line as it will stand on the declaration, with every problem that its own rules see.",
)  # fmt: skip
SPLIT = found(
    "declaration.split", Split, read=SHIPPERS,
    label=Text("several declarations", "分单方案"),
    doc="How a trade with more lines than one declaration holds is declared in parts.",
)  # fmt: skip
