"""What the titles room finds: who has control of a title, whether its law takes it for paper, and a bill drafted from a trade."""

from typing import Literal

from msgspec import Struct

from entrepot.kernel.text import Text
from entrepot.kernel.topics import found
from entrepot.kernel.vocabulary.titles import Purpose, TitleDocument, TitlePart
from entrepot.kernel.vocabulary.trade import SHIPPERS

State = Literal["circulating", "surrendered", "delivered", "on_paper", "split", "void"]
TERMINAL: frozenset[State] = frozenset({"delivered", "split", "void"})


class Endorsement(Struct, frozen=True, omit_defaults=True):
    """An endorsement by the step of that number; `to` is empty in blank, `onward` lets the endorsee endorse further."""

    step: int
    by: str
    to: str = ""
    onward: bool = True


class RefusedStep(Struct, frozen=True, omit_defaults=True):
    """A step on record that does not follow from those before it, and why; it changes nothing."""

    step: str
    action: str
    reasons: tuple[Text, ...]


class Control(Struct, frozen=True, omit_defaults=True):
    """A title as its steps leave it. `holder` has control (possession), with the key `holder_key`; `endorsee` alone may ask for the
    goods, or whoever holds where that is empty. `number` and `head` are the last step and its digest.

    While it is surrendered the issuer has control, and `back` is who gets it again where the surrender is refused. On `paper` of
    that number nobody has control of the electronic record any more (MLETR Art. 18(3)).
    """

    title: str
    kind: Literal["bill_of_lading", "warehouse_receipt"]
    form: Literal["order", "bearer", "straight"]
    state: State
    issuer: str
    issuer_key: str
    content: str
    number: int
    head: str
    at: str
    holder: str = ""
    holder_key: str = ""
    endorsee: str = ""
    onward: bool = True
    shipper: str = ""
    endorsements: tuple[Endorsement, ...] = ()
    purpose: Purpose = ""
    back: str = ""
    back_key: str = ""
    paper: str = ""
    parts: tuple[TitlePart, ...] = ()
    parent: str = ""
    refused: tuple[RefusedStep, ...] = ()


class Effect(Struct, frozen=True, omit_defaults=True):
    """Whether the law that rules a title takes an electronic record for a paper document of title: the act, and its ground."""

    country: str
    act: str
    ground: str


CONTROL = found(
    "titles.control",
    Control,
    read=frozenset({"operator", "auditor", "platform"}),
    label=Text("control of the title", "权利凭证控制权"),
    doc="Who has control, who is entitled by endorsement, in what state the title is, and every step that was refused.",
)
EFFECT = found(
    "titles.effect",
    Effect,
    read=frozenset({"operator", "auditor", "platform"}),
    label=Text("effect in law", "法律效力"),
    doc="Whether the law of the title takes an electronic record for paper (MLETR Art. 8 to 11), as enacted there.",
)
DRAFT = found(
    "titles.draft",
    TitleDocument,
    read=SHIPPERS,
    label=Text("draft bill of lading", "提单草稿"),
    doc="A bill of lading filled in from what the trade's dossier says; the carrier completes and issues it.",
)
