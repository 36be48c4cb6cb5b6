"""What the rules of the certificate room hand to each other."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from string import digits

from msgspec import Struct

from entrepot.kernel.case import Case
from entrepot.kernel.law import Row
from entrepot.kernel.money import Money
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.certificates import CertificateRequest
from entrepot.kernel.vocabulary.customs import Proof
from entrepot.kernel.vocabulary.goods import GoodsLine
from entrepot.kernel.vocabulary.trade import Packing, Party, Terms, Transport


class Filled(Struct, frozen=True):
    """The words of a box and where they come from, as `vocabulary.certificates.Box` has them."""

    value: str = ""
    source: str = ""
    paper: str = ""


class Basis(Struct, frozen=True):
    """Why a line may stand on the certificate: criterion, rule and country of origin, the path they come from, and what the
    answer rests on. `open_origin`: more than one Party may be the country of origin."""

    criterion: str
    rule: str
    origin: str
    source: str
    conditions: tuple[Text, ...] = ()
    open_origin: bool = False


class Item(Struct, frozen=True):
    """A line of the certificate before it is put into boxes. `fob` is None where it cannot be said."""

    key: str
    goods: GoodsLine
    basis: Basis
    criterion: str
    criterion_source: str
    mark: str
    fob: Money | None
    fob_source: str

    @property
    def by_value(self) -> bool:
        """Whether the criterion rests on value, so that the FOB value stands on the certificate."""
        return "RVC" in self.criterion.split()

    @property
    def hs6(self) -> str:
        """The first six digits of the goods code; fewer where it has fewer."""
        return "".join(sign for sign in self.goods.hs if sign in digits)[:6]


class Issue(Struct, frozen=True):
    """How the proof is made out: the day of shipment, whether afterwards, whether somebody else invoices, the last day that
    the original behind a back-to-back proof allows."""

    shipped_on: date | None = None
    shipped_source: str = ""
    retroactive: bool = False
    third_party: bool = False
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Application:
    """All that a certificate is drawn from. `form` is the row of the form; `importing` alpha-3, from `importing_source`."""

    case: Case
    asked: CertificateRequest
    agreement: str
    form: Row
    items: tuple[Item, ...]
    parties: Mapping[str, Party]
    terms: Terms
    transport: Transport
    packing: Packing
    importing: str
    importing_source: str
    original: Proof | None
    issue: Issue

    @property
    def day(self) -> date:
        """The day of applying: forms and names are read for it."""
        return self.asked.applied_on

    def country(self, code: str) -> str:
        """A country's English name as certificates write it; its code where the name is not on file."""
        row = self.case.read("CN/countries", self.day, code=code) if code else None
        return code if row is None else str(row["name_en"])
