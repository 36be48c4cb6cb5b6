"""The trade as agreed: who, on what terms, by which transport."""

from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from entrepot.kernel.money import Money
from entrepot.kernel.text import Text, Words
from entrepot.kernel.topics import EVERYONE, TRADERS, said, said_each

SHIPPERS = frozenset(
    {
        "exporter",
        "importer",
        "broker",
        "carrier",
        "warehouse",
        "customs",
        "tax",
        "certifier",
        "clerk",
        "operator",
        "auditor",
        "platform",
    }
)


class DossierOpened(Struct, frozen=True, omit_defaults=True):
    """What the dossier is about. `reference` is the opener's own name for it. `copied_from` is the dossier that it was begun
    as a copy of; `part_of` the dossier whose lines it declares in part, as number `part`."""

    kind: Literal["trade", "enterprise", "period", "region", "title"]
    reference: str
    title: str = ""
    copied_from: str = ""
    part_of: str = ""
    part: int = 0


class Parts(Struct, frozen=True, omit_defaults=True):
    """The dossiers in which this trade is declared, part by part, because one declaration does not hold it. `lines` maps a
    line here to `dossier/line` there; `lots` are the ids of the statements on purchase lots that moved there."""

    dossiers: tuple[str, ...]
    lines: dict[str, str] = {}
    lots: tuple[str, ...] = ()


class Membership(Struct, frozen=True, omit_defaults=True):
    """An organisation's roles in this dossier; the key of the topic is the organisation's id."""

    roles: tuple[str, ...]
    name: str = ""


class Mandate(Struct, frozen=True, omit_defaults=True):
    """A written authority to speak for somebody (the key is its number): `principal` is the organisation spoken for,
    `counter` the organisation whose clerks may speak; from `signed_on` until `valid_until`, open where that is not given."""

    principal: str
    counter: str
    signed_on: date
    valid_until: date | None = None


class Party(Struct, frozen=True, omit_defaults=True):
    """A party to the trade. `uscc` is the unified social credit code, `customs_code` the 10-character customs record,
    `country` ISO 3166 alpha-3, `aeo` the authorised economic operator code; `number` stands for the name where a paper
    names the party by a number alone (`GLN 5790000436057`)."""

    name: Words = ""
    name_zh: Words = ""
    uscc: str = ""
    customs_code: str = ""
    country: str = ""
    address: Words = ""
    aeo: str = ""
    number: str = ""


class Terms(Struct, frozen=True, omit_defaults=True):
    """The commercial terms. `incoterm` is the three-letter Incoterms 2020 rule, `place` its named place;
    `total` the invoice total, `contract_total` that of the contract, which may be sent in parts."""

    contract_no: str = ""
    contract_date: date | None = None
    invoice_no: str = ""
    invoice_date: date | None = None
    incoterm: str = ""
    place: Words = ""
    currency: str = ""
    total: Money | None = None
    payment: str = ""
    contract_total: Money | None = None


class Leg(Struct, frozen=True, omit_defaults=True):
    """One call of the route: where (UN/LOCODE or name), which country (alpha-3), when, what was done to the goods there,
    and whether they stayed under customs control (None: not known)."""

    place: str
    country: str
    arrival: date | None = None
    departure: date | None = None
    operations: tuple[str, ...] = ()
    customs_control: bool | None = None


class Transport(Struct, frozen=True, omit_defaults=True):
    """The main carriage. `mode` is the customs transport mode (2 water, 3 rail, 4 road, 5 air); `loading_port` and
    `discharge_port` are UN/LOCODEs; `loading_at` the planned day of loading. `nationality` is the country whose flag or plate
    the conveyance has (alpha-3); `inland_mode` how the goods move inland, by the same codes;
    `export_country` where they were sent from (alpha-3)."""

    mode: str = ""
    conveyance: str = ""
    voyage: str = ""
    bill_no: str = ""
    bill_date: date | None = None
    loading_port: str = ""
    discharge_port: str = ""
    trade_country: str = ""
    destination_country: str = ""
    loading_on: date | None = None
    arrival_on: date | None = None
    legs: tuple[Leg, ...] = ()
    through_bill: bool = False
    nationality: str = ""
    inland_mode: str = ""
    export_country: str = ""


class Charge(Struct, frozen=True, omit_defaults=True):
    """A charge as customs writes it: mark `1` a rate in per cent of the price, `2` a price per tonne, `3` a total."""

    mark: str
    value: Decimal
    currency: str = ""


class Charges(Struct, frozen=True, omit_defaults=True):
    """Freight, insurance and other charges of the main carriage, as far as they are known."""

    freight: Charge | None = None
    insurance: Charge | None = None
    misc: Charge | None = None


class TradeCost(Struct, frozen=True, omit_defaults=True):
    """A cost of bringing the goods to the buyer beside freight and insurance (the key is its number): what for, by the words
    of the Incoterms table, how much for the whole consignment, and who invoices it. `payer` says who bears it where that
    differs from the Incoterm, or the Incoterm leaves it open."""

    cost: Literal[
        "export_packing", "load_at_origin", "pre_carriage", "export_clearance", "origin_terminal", "load_main",
        "destination_terminal", "on_carriage", "unload_at_place", "import_clearance", "other",
    ]
    amount: Money
    payer: Literal["", "seller", "buyer"] = ""
    invoiced_by: Words = ""


class Container(Struct, frozen=True, omit_defaults=True):
    """A container (the key is its ISO 6346 number): type, seals, cargo gross weight in kg, and the lines it holds."""

    size_type: str = ""
    seals: tuple[str, ...] = ()
    gross_kg: Decimal | None = None
    lines: tuple[str, ...] = ()


class Packing(Struct, frozen=True, omit_defaults=True):
    """The shipment's packing: number and customs type of packages, weights in kg, marks, and the wood treatment mark."""

    packages: int | None = None
    package_type: str = ""
    gross_kg: Decimal | None = None
    net_kg: Decimal | None = None
    marks: Words = ""
    wood_mark: str = ""


OPENED = said(
    "dossier.opened",
    DossierOpened,
    say=EVERYONE - {"auditor"},
    read=EVERYONE,
    label=Text("dossier opened", "建档"),
    doc="The first statement of every dossier: its kind and its opener's reference.",
)
MEMBER = said_each(
    "dossier.member",
    Membership,
    "organisation",
    say=TRADERS | {"operator", "platform"},
    read=EVERYONE,
    label=Text("member of the dossier", "参与方"),
    doc="The roles that an organisation has in this dossier; nobody sees a dossier without one.",
)
PARTS = said(
    "dossier.parts",
    Parts,
    say=TRADERS,
    read=SHIPPERS,
    label=Text("declared in parts", "分单申报"),
    doc="The dossiers in which this trade is declared part by part; here nothing is declared any more.",
)
MANDATE = said_each(
    "dossier.mandate",
    Mandate,
    "mandate",
    say=frozenset({"exporter", "importer", "clerk", "operator"}),
    read=frozenset({"exporter", "importer", "broker", "clerk", "operator", "auditor"}),
    label=Text("mandate", "授权委托"),
    doc="Who may speak for whom at the window, and for how long.",
)
PARTY = said_each(
    "trade.party",
    Party,
    "party",
    merges=True,
    say=TRADERS | {"importer"},
    read=SHIPPERS | {"bank"},
    label=Text("party", "贸易方"),
    doc="A party by its part in the trade: exporter, importer, producer, owner, declarant, notify.",
)
TERMS = said(
    "trade.terms",
    Terms,
    merges=True,
    say=TRADERS | {"importer"},
    read=SHIPPERS | {"bank"},
    label=Text("terms of trade", "成交条款"),
    doc="Contract, invoice, Incoterm, currency and total of the trade.",
)
TRANSPORT = said(
    "transport.plan",
    Transport,
    merges=True,
    say=TRADERS | {"carrier", "importer"},
    read=SHIPPERS | {"bank"},
    label=Text("transport", "运输"),
    doc="Mode, conveyance, bill, ports, days and the route of the main carriage.",
)
CHARGES = said(
    "transport.charges",
    Charges,
    merges=True,
    say=TRADERS | {"carrier"},
    read=SHIPPERS,
    label=Text("freight and insurance", "运保杂费"),
    doc="Freight, insurance and other charges as they go on the declaration.",
)
COSTS = said_each(
    "trade.cost",
    TradeCost,
    "cost",
    say=TRADERS | {"carrier", "importer", "warehouse"},
    read=SHIPPERS,
    label=Text("cost on the way", "途中费用"),
    doc="Handling, clearance, terminals and delivery: what it costs to bring the goods to the buyer beside freight and insurance.",
)
CONTAINER = said_each(
    "transport.container",
    Container,
    "container",
    merges=True,
    say=TRADERS | {"carrier", "warehouse"},
    read=SHIPPERS,
    label=Text("container", "集装箱"),
    doc="A container by its number: type, seals, cargo weight and the lines it holds.",
)
PACKING = said(
    "packing.totals",
    Packing,
    merges=True,
    say=TRADERS | {"warehouse"},
    read=SHIPPERS,
    label=Text("packing", "包装与重量"),
    doc="Packages, gross and net weight and marks of the whole shipment.",
)
