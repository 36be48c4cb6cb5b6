"""The certificate of origin: what an exporter asks for, and the draft that goes to the issuing body."""

from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from entrepot.kernel.money import Money
from entrepot.kernel.text import Text
from entrepot.kernel.topics import TRADERS, found, said
from entrepot.kernel.vocabulary.trade import SHIPPERS


class CertificateRequest(Struct, frozen=True, omit_defaults=True):
    """What an exporter asks for and no other paper says. `applied_on` is the day of applying, or of making the declaration out.

    An empty `agreement` is the one that the origin decisions name; empty `lines` are all that originate. By line: `criteria`
    where another criterion than the one found is to stand, `marks` of the country of origin (RCEP Art. 2.6: `*` highest rate
    of the contributing Parties, `**` of any Party), `fob` values where the price is not FOB. `original` is the number of the
    proof that a back-to-back proof rests on, `original_origin` the country of origin on it (alpha-3), `original_authorisation`
    the code of its approved exporter. `authorisation` is the approved exporter's or the exporter's reference number,
    `reference` the declaration's own unique number; a declaration may cover a period of identical shipments."""

    applied_on: date
    agreement: str = ""
    form: Literal["certificate", "approved_exporter_declaration", "declaration"] = "certificate"
    lines: tuple[str, ...] = ()
    criteria: dict[str, str] = {}
    marks: dict[str, Literal["*", "**"]] = {}
    fob: dict[str, Money] = {}
    original: str = ""
    original_origin: str = ""
    original_authorisation: str = ""
    authorisation: str = ""
    reference: str = ""
    place: str = ""
    signatory: str = ""
    producer_confidential: bool = False
    replaces: str = ""
    remarks: str = ""
    period_from: date | None = None
    period_until: date | None = None


class Box(Struct, frozen=True, omit_defaults=True):
    """A box of the form: its number there, the data element in it, its words, and where they come from: the path of the fact
    or finding (`trade.party/exporter.name`), and the paper with the place in it where one was read."""

    no: str
    element: str
    label: Text
    value: str
    source: str = ""
    paper: str = ""


class CertificateLine(Struct, frozen=True, omit_defaults=True):
    """A line of the certificate, by its number there and by the line of goods. `origin` alpha-3, with `mark`; `quantity` in
    `unit`; `fob` only where the criterion rests on value; `sheet` 1 is the form itself, the others continue it."""

    no: int
    line: str
    hs6: str
    criterion: str
    origin: str
    mark: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    fob: Money | None = None
    sheet: int = 1
    boxes: tuple[Box, ...] = ()


class Certificate(Struct, frozen=True, omit_defaults=True):
    """A certificate or declaration of origin as drafted. `issuer` is who issues or signs it; `shipped_on` the day of shipment;
    `original` the proof behind a back-to-back one, `valid_until` the last day that one allows. `self_made`: nobody issues it,
    whoever is named completes and signs it. `wording` cites where the prescribed text stands."""

    agreement: str
    form: str
    name: Text
    issuer: Text
    applied_on: date
    importing: str
    boxes: tuple[Box, ...]
    lines: tuple[CertificateLine, ...]
    sheets: int = 1
    shipped_on: date | None = None
    retroactive: bool = False
    third_party: bool = False
    original: str = ""
    valid_until: date | None = None
    self_made: bool = False
    wording: str = ""


REQUEST = said(
    "certificate.request",
    CertificateRequest,
    say=TRADERS,
    read=SHIPPERS,
    label=Text("request for a certificate of origin", "原产地证书申请"),
    doc="What the exporter asks of a proof of origin; once it is said, the certificate is drafted.",
)
CERTIFICATE = found(
    "certificate.draft",
    Certificate,
    read=SHIPPERS,
    sends="certifier",
    label=Text("draft certificate of origin", "原产地证书草稿"),
    doc="The certificate or declaration of origin box by box, each with its source; refused with all problems at once.",
)
