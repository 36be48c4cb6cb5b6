"""What one room finds and another builds on."""

from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from entrepot.kernel.money import Money, Price
from entrepot.kernel.text import Text
from entrepot.kernel.topics import found, found_each
from entrepot.kernel.vocabulary.customs import Particulars
from entrepot.kernel.vocabulary.trade import SHIPPERS, Charges, Container, Packing, Party, Transport


class GoodsTraits(Struct, frozen=True, omit_defaults=True):
    """What the industry packs know of a line's goods: product, dangerous-goods data, control codes, quality attributes.
    `controls` are the codes of both directions; unless `controls_known`, that there are none on file means nothing."""

    product: Text
    pack: str
    un_number: str = ""
    dg_class: str = ""
    packing_group: str = ""
    controls: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    controls_known: bool = True


class Facility(Struct, frozen=True, omit_defaults=True):
    """A bonded zone or logistics centre that the goods pass, and what follows from it."""

    pack: str
    name: Text
    kind: Literal["comprehensive_bonded_zone", "bonded_logistics_centre_b", "other"]
    export_treatment_on_entry: bool
    substantial_processing: bool
    storage_months: int | None = None


class RegionProfile(Struct, frozen=True, omit_defaults=True):
    """The region that the goods come from: its pack, its administrative code (6 digits), and what is usual there:
    source regions as the declaration writes them, gateways (UN/LOCODE), leading industries."""

    pack: str
    name: Text
    admin_code: str
    domestic_regions: tuple[str, ...] = ()
    gateways: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()


class OriginDecision(Struct, frozen=True, omit_defaults=True):
    """Whether a line originates under an agreement. `conditional` names in `conditions` what it rests on.
    `criterion` is the code for the certificate (WO, PE, CTC, RVC, CR, with ACU or DMI where used). The buyer reads it,
    so no amount, no share and no material stands in any of its texts. `fallbacks` are the rates that an importer may claim
    instead where the country of origin is open, with their marks on the proof."""

    agreement: str
    outcome: Literal["originating", "not_originating", "conditional"]
    criterion: str = ""
    rule: str = ""
    conditions: tuple[Text, ...] = ()
    missing: tuple[Text, ...] = ()
    origin: str = ""
    fallbacks: tuple[Text, ...] = ()


class OriginDecisions(Struct, frozen=True, omit_defaults=True):
    """The decision on a line under every agreement in force between the country of making and the destination, the most
    useful first. The buyer reads them, as it reads each one of them."""

    decisions: tuple[OriginDecision, ...] = ()


class Surcharge(Struct, frozen=True, omit_defaults=True):
    """A trade measure on top of the ordinary duty: which, of what kind, its rate and what it costs. `duty` None means that
    it is on file but cannot be computed."""

    measure: str
    kind: str
    name: Text
    rate: str
    duty: Money | None


class Treatment(Struct, frozen=True, omit_defaults=True):
    """One way to enter the goods: the rate text, the duty it costs, and what is still missing to have it.
    `duty` None means that the rate is on file but cannot be computed from what was said; `missing` says why.
    It is `available` when nothing is missing, and `conditional` while it rests on the named `conditions`. `measures` are
    trade measures, paid on top of `duty`. `closed`: the goods do not originate, so that no paper opens it."""

    code: str
    name: Text
    rate: str
    duty: Money | None
    available: bool
    conditional: bool = False
    missing: tuple[Text, ...] = ()
    conditions: tuple[Text, ...] = ()
    measures: tuple[Surcharge, ...] = ()
    closed: bool = False


class DutyOffer(Struct, frozen=True, omit_defaults=True):
    """What the buyer pays on a line on that day under every treatment, best available first.
    `saving` compares the best available with the best that needs no agreement."""

    country: str
    code: str
    day: date
    value: Money
    treatments: tuple[Treatment, ...]
    best: str = ""
    saving: Money | None = None
    possible_saving: Money | None = None


class BillTax(Struct, frozen=True, omit_defaults=True):
    """One tax of an entry: `duty`, a kind of trade measure, or a tax at import; what it comes to line by line and in sum.
    `payable` is nothing where the sum is `waived`; where a line's amount is unknown, so is the sum."""

    tax: str
    name: Text
    lines: dict[str, Money | None]
    computed: Money | None
    payable: Money | None
    waived: bool = False


class BillLine(Struct, frozen=True, omit_defaults=True):
    """A line of the bill: its code, the treatment it is entered under, and its customs value."""

    code: str
    treatment: str
    rate: str
    value: Money


class DutyBill(Struct, frozen=True, omit_defaults=True):
    """What the importer owes customs for the whole entry: every tax, the total, until when, and what being late costs.
    `rate_day` is the day whose exchange rates count where the country sets them so; `late_fee` is for a late declaration,
    `surcharge` for a late payment by tax, `per_day` for one more day of it, `interest` for duty deferred in bond; until
    `reclaim_by` what was paid too much may be claimed back, and what was paid too little be recovered."""

    country: str
    day: date
    value: Money
    lines: dict[str, BillLine]
    taxes: tuple[BillTax, ...]
    total: Money | None
    rate_day: date | None = None
    declare_by: date | None = None
    pay_by: date | None = None
    per_day: Money | None = None
    late_fee: Money | None = None
    surcharge: dict[str, Money] = {}
    interest: Money | None = None
    reclaim_by: date | None = None


class LandedPart(Struct, frozen=True, omit_defaults=True):
    """A cost on the way to the buyer's door: its name, who bears it (`seller`, `buyer`, or open), the amount as said and in
    the destination's currency. `in_price`: the seller bears it, so that the price has it already. `amount` None: not said."""

    cost: str
    name: Text
    payer: Literal["seller", "buyer", "open"]
    amount: Money | None = None
    converted: Money | None = None
    in_price: bool = False


class LandedTax(Struct, frozen=True, omit_defaults=True):
    """What customs takes under one treatment, of one kind: `duty`, a kind of trade measure, a tax or a fee; None: not known."""

    tax: str
    name: Text
    amount: Money | None


class LandedTreatment(Struct, frozen=True, omit_defaults=True):
    """What the goods cost at the buyer's door under one treatment. `total` is of what is known, and `at_least` where something
    is missing; `priced` is the same in the currency of the price. `missing` is what to have the treatment takes, `papers` the
    proofs that it asks for, and `unknown` what customs takes besides but could not be worked out. Lines that do not know the
    treatment are reckoned by their best. `lines` is the total of each line, with its share of what the consignment bears."""

    code: str
    name: Text
    rate: str
    available: bool
    taxes: tuple[LandedTax, ...]
    total: Money
    priced: Money
    at_least: bool
    lines: dict[str, Money]
    conditional: bool = False
    missing: tuple[Text, ...] = ()
    papers: tuple[Text, ...] = ()
    unknown: tuple[Text, ...] = ()
    dearer: Money | None = None


class LandedCost(Struct, frozen=True, omit_defaults=True):
    """The goods at the buyer's door: the price, every cost on the way with who bears it, and the total under each treatment,
    best first. `missing` names the costs that nobody has said: they are in no total. `duties_payer` bears what customs takes;
    where that is the seller, the price has it already."""

    country: str
    day: date
    incoterm: str
    price: Money
    converted: Money
    parts: tuple[LandedPart, ...]
    duties_payer: Literal["seller", "buyer"]
    treatments: tuple[LandedTreatment, ...]
    best: str = ""
    missing: tuple[Text, ...] = ()


class Usual(Struct, frozen=True, omit_defaults=True):
    """What the enterprise's own dossier and its earlier declarations give of the head where nothing is said: the fields that
    are taken from there, and no other. `parties` by their part, filled in. Only declarations accepted before the day `until`
    are looked at, so that a declaration does not follow itself, nor what came after it."""

    particulars: Particulars = Particulars()
    transport: Transport = Transport()
    package_type: str = ""
    parties: dict[str, Party] = {}
    until: date | None = None


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
    usual: Usual = Usual()


class LineDraft(Struct, frozen=True, omit_defaults=True):
    """A line of the declaration as drafted (field names as the customs form has them)."""

    no: int
    hs10: str = ""
    name: str = ""
    spec: str = ""
    deal_qty: Decimal | None = None
    deal_unit: str = ""
    unit_price: Price | None = None
    total: Money | None = None
    qty1: Decimal | None = None
    unit1: str = ""
    qty2: Decimal | None = None
    unit2: str = ""
    net_kg: Decimal | None = None
    origin_country: str = ""
    final_country: str = ""
    domestic_region: str = ""
    admin_region: str = ""
    duty_mode: str = ""
    agreement: str = ""
    certificate: str = ""
    dangerous: bool | None = None
    un_number: str = ""
    elements: tuple[str, ...] = ()
    containers: tuple[str, ...] = ()
    ciq: str = ""
    purpose: str = ""
    attributes: tuple[str, ...] = ()
    gross_kg: Decimal | None = None
    packages: int | None = None
    package_type: str = ""
    marks: str = ""
    statistical_value: Money | None = None


class Declaration(Struct, frozen=True, omit_defaults=True):
    """The whole declaration as drafted: header parts and lines. `provenance` maps a field path (`header.gross_kg`,
    `line/1.total`) to where it was read; what is missing there was derived, and `derived` says from what. `place` is the named
    place of the trade term; `attachment_lines` the lines that a document goes with, where it is not all of them;
    `other_parties` whoever else is named on it, by part."""

    flow: str
    particulars: Particulars
    domestic_party: Party
    owner: Party
    overseas_party: Party
    declarant: Party
    contract_no: str
    invoice_no: str
    trade_term: str
    transport: Transport
    charges: Charges
    packing: Packing
    invoice_total: Money | None
    lines: tuple[LineDraft, ...]
    containers: dict[str, Container] = {}
    attachments: dict[str, str] = {}
    attachment_lines: dict[str, tuple[str, ...]] = {}
    other_parties: dict[str, Party] = {}
    place: str = ""
    provenance: dict[str, str] = {}
    derived: dict[str, str] = {}


TRAITS = found_each(
    "industry.traits",
    GoodsTraits,
    "line",
    read=SHIPPERS,
    label=Text("traits of the goods", "商品行业特征"),
    doc="What the industry packs know of a line: dangerous goods, controls, quality attributes.",
)
FACILITY = found(
    "carrier.facility",
    Facility,
    read=SHIPPERS,
    label=Text("bonded facility", "保税载体"),
    doc="The bonded zone or logistics centre that the goods pass, if any.",
)
REGION = found(
    "region.profile",
    RegionProfile,
    read=SHIPPERS,
    label=Text("region of origin", "货源地区"),
    doc="The region pack that the domestic source of the goods belongs to.",
)
ORIGIN = found_each(
    "origin.decision",
    OriginDecision,
    "line",
    read=SHIPPERS,
    discloses="It says no more of the making than the certificate that the buyer holds; tests and margins are `origin.margin`.",
    label=Text("origin decision", "原产地判定"),
    doc="Whether a line originates under the agreement that is claimed, else the best one, and by which criterion.",
)
AGREEMENTS = found_each(
    "origin.agreements",
    OriginDecisions,
    "line",
    read=SHIPPERS,
    discloses="It says under each agreement what that agreement's certificate would say; tests and margins are `origin.margin`.",
    label=Text("origin under every agreement", "各协定原产地判定"),
    doc="Whether a line originates under each agreement in force between the two countries, and by which criterion.",
)
OFFER = found_each(
    "duty.offer",
    DutyOffer,
    "line",
    read=SHIPPERS,
    discloses="The buyer must see what it pays under each treatment; it learns from it no more of the making than the certificate says.",
    label=Text("duty under each treatment", "目的国关税比较"),
    doc="What the buyer pays on a line at the destination under every treatment on that day, best first.",
)
BILL = found(
    "duty.bill",
    DutyBill,
    read=SHIPPERS,
    label=Text("duty and taxes of the entry", "进口税费清单"),
    doc="Every tax of the import entry by line and in sum, what is waived, when it is due and what being late costs.",
)
LANDED = found(
    "landed.cost",
    LandedCost,
    read=SHIPPERS,
    label=Text("landed cost at the buyer's door", "到门成本"),
    doc="What the goods cost at the buyer's door under each treatment: who bears what, and which costs nobody has said.",
)
HEADER = found(
    "declaration.header",
    Header,
    read=SHIPPERS,
    label=Text("head of the declaration", "报关单表头"),
    discloses="It says what will stand on the form; of earlier declarations no more than number and day where a field follows one.",
    doc="Flow, mode, levy, terms, countries and day of the declaration, as far as they are said or follow from what is.",
)
DRAFT = found(
    "declaration.draft",
    Declaration,
    read=SHIPPERS,
    label=Text("draft declaration", "报关单草稿"),
    doc="The declaration as it stands now, however incomplete, with the source of every field.",
)
FORM = found(
    "declaration.form",
    Declaration,
    read=SHIPPERS,
    sends="customs",
    label=Text("declaration", "报关单"),
    doc="The declaration once every check passes; refused with all problems at once until then.",
)
