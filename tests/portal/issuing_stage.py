"""A stage for signed documents: a sale ready to be invoiced, and a desk whose registry has the room of documents."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from entrepot.channels.online import Voice
from entrepot.gateways.offices import Office
from entrepot.gateways.sandbox.customs import SandboxCustoms
from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, found
from entrepot.kernel.module import Module, Registry
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary import SHARED
from entrepot.kernel.vocabulary.certificates import CERTIFICATE, REQUEST, Box, Certificate
from entrepot.modules.documents.module import MODULES as DOCUMENTS
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.portal.issuing_keys import make_key
from entrepot.store.store import Nature, Store
from tests.portal.stage import ANN, MODULES, NOON, OPENING, stage_law

OPERATOR = Voice("olga", "region", frozenset({"operator"}))
CERTIFIER = Voice("cem", "chamber", frozenset({"certifier"}))
LAB = Voice("lin", "lab")
EVE = Voice("eve", "elsewhere")
TERMS = {
    "contract_no": "C-7", "invoice_no": "INV-7", "invoice_date": "2026-04-01", "incoterm": "CIF", "place": "Osaka",
    "currency": "USD", "total": "USD 12360.00", "payment": "T/T",
}  # fmt: skip
LINE = {
    "description": "phosphoric acid", "description_zh": "磷酸", "hs": "28092019", "quantity": "24", "unit": "t",
    "price": "USD 515.00/t", "amount": "USD 12360.00", "origin": "CHN",
}  # fmt: skip
SALE = (
    *OPENING,
    Draft("dossier.member", {"roles": ["warehouse"]}, "lab"),
    Draft(
        "trade.party", {"name": "Yichang Acid Co., Ltd.", "name_zh": "宜昌酸业有限公司", "country": "CHN"}, "exporter"
    ),
    Draft("trade.party", {"name": "Osaka Kagaku K.K.", "country": "JPN"}, "importer"),
    Draft("trade.terms", TERMS, id="terms-1"),
    Draft("goods.line", LINE, "1", id="line-1"),
)
REPORT: dict[str, Any] = {
    "inspected_on": "2026-03-30", "place": "Yichang", "inspector": "Lab One", "conclusion": "conforms", "sampling": "GB/T 6680",
    "lines": [{"line": "1", "quantity": "24", "unit": "t", "sample_size": "2"}],
}  # fmt: skip


def _certificate(case: Case) -> Answer:
    asked = case[REQUEST]
    box = Box("1", "exporter", Text("Exporter", "出口商"), "Yichang Acid Co., Ltd.", "trade.party/exporter.name")
    return found(
        Certificate("RCEP", asked.form, Text("Certificate", "证书"), Text("chamber", "商会"), asked.applied_on, "JPN", (box,), (),
                    self_made=asked.form == "declaration")
    )  # fmt: skip


CERTIFYING = Module(
    "certifying", Text("certificates", "证书"), _certificate, gives=(CERTIFICATE,), uses=(REQUEST,),
    applies=lambda case: case.get(REQUEST) is not None,
)  # fmt: skip


def issuing_registry() -> Registry:
    return Registry((*MODULES, CERTIFYING, *DOCUMENTS), SHARED)


def issuing_desk(
    folder: Path,
    url: str = "",
    nature: Nature = "sandbox",
    clock: Any = lambda: NOON,
    offices: Sequence[Office] | None = None,
) -> Desk:
    registry = issuing_registry()
    store = Store.open(
        url or f"sqlite:///{folder / 'store.sqlite3'}", registry, nature=nature, keys=folder / "keys", clock=clock
    )
    return Desk(
        store, stage_law(), registry, offices=[SandboxCustoms()] if offices is None and nature == "sandbox" else []
    )


def sold(desk: Desk, key: bool = True) -> Desk:
    """The dossier D1 of acme with a sale to be invoiced; acme has a key in the platform's custody."""
    desk.say("D1", SALE, ANN)
    if key:
        make_key(desk, ANN, "Yichang Acid Co., Ltd.", "91420500MA4ABCDE0X")
    return desk


def digest(desk: Desk, topic: str = "documents.invoice", key: str = "", voice: Voice = ANN) -> str:
    """The digest of what the voice sees under a finding."""
    return next(f.digest for f in desk.read("D1", voice).findings if (f.topic, f.key) == (topic, key))


def amend(desk: Desk, total: str = "USD 12400.00") -> None:
    """Another total, and a line that comes to it."""
    terms = Draft("trade.terms", {**TERMS, "total": total}, replaces=("terms-1",), id="terms-2")
    line = Draft("goods.line", {**LINE, "amount": total}, "1", replaces=("line-1",), id="line-2")
    desk.say("D1", [terms, line], ANN)


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now
