"""Bodies: what several topics share. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from typing import Literal, Required, TypedDict


class Party(TypedDict, total=False):
    """A party to the trade. `uscc` is the unified social credit code, `customs_code` the 10-character customs
    record, `country` ISO 3166 alpha-3, `aeo` the authorised economic operator code; `number` stands for the
    name where a paper names the party by a number alone (`GLN 5790000436057`).
    """

    name: str
    name_zh: str
    uscc: str
    customs_code: str
    country: str
    address: str
    aeo: str
    number: str


class MoneyParts(TypedDict, total=False):
    """An amount in whole minor units (fen, cent, yen) of an ISO 4217 currency."""

    minor: Required[int]
    currency: Required[str]


Money = MoneyParts | str


class Leg(TypedDict, total=False):
    """One call of the route: where (UN/LOCODE or name), which country (alpha-3), when, what was done to the
    goods there, and whether they stayed under customs control (None: not known).
    """

    place: Required[str]
    country: Required[str]
    arrival: str | None
    departure: str | None
    operations: list[str]
    customs_control: bool | None


class Transport(TypedDict, total=False):
    """The main carriage. `mode` is the customs transport mode (2 water, 3 rail, 4 road, 5 air); `loading_port`
    and `discharge_port` are UN/LOCODEs; `loading_at` the planned day of loading. `nationality` is the
    country whose flag or plate the conveyance has (alpha-3); `inland_mode` how the goods move inland, by
    the same codes; `export_country` where they were sent from (alpha-3).
    """

    mode: str
    conveyance: str
    voyage: str
    bill_no: str
    bill_date: str | None
    loading_port: str
    discharge_port: str
    trade_country: str
    destination_country: str
    loading_on: str | None
    arrival_on: str | None
    legs: list[Leg]
    through_bill: bool
    nationality: str
    inland_mode: str
    export_country: str


class Charge(TypedDict, total=False):
    """A charge as customs writes it: mark `1` a rate in per cent of the price, `2` a price per tonne, `3` a
    total.
    """

    mark: Required[str]
    value: Required[str]
    currency: str


class Charges(TypedDict, total=False):
    """Freight, insurance and other charges of the main carriage, as far as they are known."""

    freight: Charge | None
    insurance: Charge | None
    misc: Charge | None


class Container(TypedDict, total=False):
    """A container (the key is its ISO 6346 number): type, seals, cargo gross weight in kg, and the lines it
    holds.
    """

    size_type: str
    seals: list[str]
    gross_kg: str | None
    lines: list[str]


class Packing(TypedDict, total=False):
    """The shipment's packing: number and customs type of packages, weights in kg, marks, and the wood
    treatment mark.
    """

    packages: int | None
    package_type: str
    gross_kg: str | None
    net_kg: str | None
    marks: str
    wood_mark: str


class PriceParts(TypedDict, total=False):
    """A unit price: `amount` of `currency` per `per` of `unit` (USD 515.00 per 1 t)."""

    amount: Required[str]
    currency: Required[str]
    unit: str
    per: str


Price = PriceParts | str


class GoodsLine(TypedDict, total=False):
    """One line of goods. `hs` is the exporter's code: 6, 8 or 10 digits without points. `quantity` in `unit`
    as traded (kg, t, piece …); weights in kg; `origin` alpha-3; `elements` the declaration elements in the
    customs order; `ciq` the 3-digit inspection code behind the goods code, `purpose` what the goods are for
    and `attributes` what they are besides (inspection codes both), `final_country` where it is not the
    shipment's (alpha-3); `quantity1` in `unit1` and `quantity2` in `unit2` what the tariff asks for beside
    the traded quantity, as a paper states it; `statistical_value` as the country's statistics count it.
    """

    description: str
    description_zh: str
    item_code: str
    hs: str
    quantity: str | None
    unit: str
    price: Price | None
    amount: Money | None
    net_kg: str | None
    gross_kg: str | None
    packages: int | None
    package_type: str
    origin: str
    brand: str
    elements: list[str]
    dangerous: bool | None
    un_number: str
    ciq: str
    purpose: str
    attributes: list[str]
    final_country: str
    marks: str
    quantity1: str | None
    unit1: str
    quantity2: str | None
    unit2: str
    statistical_value: Money | None


class Particulars(TypedDict, total=False):
    """The choices of a declaration. `flow` E export or I import; customs codes have 4 digits, `exit_point` 6;
    `domestic_region` 5 digits (+ `admin_region` 6); price statements are yes or no once answered.
    `origin_waiver` is the agreement under which a small consignment claims its rate without a proof of
    origin; `reference` the declarant's own number for the declaration; `goods_location` where the goods can
    be examined; `trade_term` the customs code of the price basis (1-7) where no Incoterm is said; `remarks`
    what else is to stand on the form. `type_code` is the kind of declaration where an office codes more
    than the flow (`IMA`, `EXD`), `additional_procedures` what it codes beside the mode; `declaration_no`
    the number customs gave the declaration that a message is about.
    """

    flow: Literal["E", "I"]
    form_type: Literal["declaration", "list"]
    declared_on: str | None
    customs_master: str
    exit_customs: str
    exit_point: str
    supervision_mode: str
    levy_nature: str
    duty_mode: str
    record_no: str
    licence_no: str
    domestic_region: str
    admin_region: str
    trade_country: str
    related_declaration: str
    simplified: bool
    transit: bool
    special_relation: bool | None
    price_effect: bool | None
    royalty: bool | None
    formula_price: str
    provisional_until: str | None
    self_assess: bool | None
    customs_exception: str
    market_code: str
    order_no: str
    overseas_warehouse: str
    origin_waiver: str
    reference: str
    goods_location: str
    trade_term: str
    remarks: str
    type_code: str
    declaration_no: str
    additional_procedures: list[str]


class Enterprise(TypedDict, total=False):
    """The exporter before the tax authority and customs: production enterprise or trading company, VAT status,
    refund category 1-4, and whether it is an approved exporter for origin declarations.
    """

    kind: Required[Literal["production", "trading"]]
    vat: Literal["general", "small_scale"]
    refund_category: int
    approved_exporter: bool
    deemed_own_goods: bool


class Text(TypedDict, total=False):
    """One sentence in both languages of the platform."""

    en: Required[str]
    zh: Required[str]


class LineDraft(TypedDict, total=False):
    """A line of the declaration as drafted (field names as the customs form has them)."""

    no: Required[int]
    hs10: str
    name: str
    spec: str
    deal_qty: str | None
    deal_unit: str
    unit_price: Price | None
    total: Money | None
    qty1: str | None
    unit1: str
    qty2: str | None
    unit2: str
    net_kg: str | None
    origin_country: str
    final_country: str
    domestic_region: str
    admin_region: str
    duty_mode: str
    agreement: str
    certificate: str
    dangerous: bool | None
    un_number: str
    elements: list[str]
    containers: list[str]
    ciq: str
    purpose: str
    attributes: list[str]
    gross_kg: str | None
    packages: int | None
    package_type: str
    marks: str
    statistical_value: Money | None


class Box(TypedDict, total=False):
    """A box of the form: its number there, the data element in it, its words, and where they come from: the
    path of the fact or finding (`trade.party/exporter.name`), and the paper with the place in it where one
    was read.
    """

    no: Required[str]
    element: Required[str]
    label: Required[Text]
    value: Required[str]
    source: str
    paper: str


class CertificateLine(TypedDict, total=False):
    """A line of the certificate, by its number there and by the line of goods. `origin` alpha-3, with `mark`;
    `quantity` in `unit`; `fob` only where the criterion rests on value; `sheet` 1 is the form itself, the
    others continue it.
    """

    no: Required[int]
    line: Required[str]
    hs6: Required[str]
    criterion: Required[str]
    origin: Required[str]
    mark: str
    quantity: str | None
    unit: str
    fob: Money | None
    sheet: int
    boxes: list[Box]


class Problem(TypedDict, total=False):
    """One thing wrong with what was said: which rule, where, what, how to mend it. `severity` is `E` (blocks)
    or `W` (asks). `where` is a field path (`header.trade_term`, `line/2.qty1`); `documents` names the
    papers that carry the disagreeing or wrong value, with the place in each.
    """

    rule: Required[str]
    where: Required[str]
    what: Required[Text]
    fix: Required[Text]
    severity: str
    documents: list[str]


class ModeCheck(TypedDict, total=False):
    """What the rules of a trade mode say of this declaration, and what they could not check."""

    problems: list[Problem]
    unchecked: list[Text]


class InspectionResult(TypedDict, total=False):
    """One thing measured or looked at: the characteristic, the method (a standard, `ISO 2859-1`), what was
    found in which unit, what was asked for, and whether it passes (None: measured only).
    """

    characteristic: Required[str]
    method: Required[str]
    value: Required[str]
    unit: str
    required: str
    passed: bool | None


class InspectedLine(TypedDict, total=False):
    """A line of goods as it was inspected: its number in the dossier, how much was presented and how much of
    it was looked at.
    """

    line: Required[str]
    quantity: Required[str]
    unit: Required[str]
    sample_size: str | None
    description: str
    results: list[InspectionResult]


class TitleParty(TypedDict, total=False):
    """Somebody named on a title. `organisation` is its id on the platform, empty where it has none; `country`
    ISO 3166 alpha-2; `contact` a telephone number or an address for messages.
    """

    name: Required[str]
    organisation: str
    street: str
    city: str
    country: str
    code: str
    contact: str


class TitleGoods(TypedDict, total=False):
    """Goods of a title: `line` is their number on it; `quantity` in `unit` is what a split divides.
    `containers` are ISO 6346 numbers, `gross_kg` kilograms, `hs` six or more digits.
    """

    line: Required[str]
    description: Required[str]
    quantity: Required[str]
    unit: Required[str]
    hs: str
    packages: int | None
    package_type: str
    gross_kg: str | None
    marks: str
    containers: list[str]


class TitleContainer(TypedDict, total=False):
    """A container on a title: ISO 6346 number, size and type code (ISO 6346, `22G1`), seals."""

    number: Required[str]
    size_type: str
    seals: list[str]
    shipper_owned: bool


class TitleDocument(TypedDict, total=False):
    """What stands on the face of a title; the topic's key is the SHA-256 of its canonical form. `form`: to the
    order of `order_of` (where that is empty, of the shipper); to bearer; or straight, to the consignee
    alone. `issuer` is the carrier, or the warehouse that holds the goods. `law` is the country (ISO 3166
    alpha-3) whose law rules the title. `loading_port`, `discharge_port` are UN/LOCODEs; `freight` is
    `prepaid` or `collect`; `carrier_code` with its list (SMDG, NMFTA). `trade` is the dossier that it was
    drafted from, `part_of` the title that it was split from, `replaces_paper` the number of the paper title
    that it took the place of when it was issued.
    """

    kind: Required[Literal["bill_of_lading", "warehouse_receipt"]]
    form: Required[Literal["bearer", "order", "straight"]]
    number: Required[str]
    issuer: Required[TitleParty]
    shipper: Required[TitleParty]
    goods: Required[list[TitleGoods]]
    issued_on: str | None
    consignee: TitleParty | None
    notify: TitleParty | None
    order_of: str
    issued_at: str
    law: str
    loading_port: str
    discharge_port: str
    receipt_place: str
    delivery_place: str
    vessel: str
    voyage: str
    departs_on: str | None
    arrives_on: str | None
    on_board: str | None
    freight: Literal["", "collect", "prepaid"]
    booking: str
    carrier_code: str
    carrier_list: Literal["", "NMFTA", "SMDG"]
    containers: list[TitleContainer]
    stored_at: str
    terms: str
    trade: str
    part_of: str
    replaces_paper: str
