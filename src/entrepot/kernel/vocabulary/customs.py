"""What the exporter decides for the declaration, and what the importer brings to the other side."""

from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from entrepot.kernel.money import Money
from entrepot.kernel.text import Text
from entrepot.kernel.topics import TRADERS, said, said_each
from entrepot.kernel.vocabulary.trade import SHIPPERS


class Particulars(Struct, frozen=True, omit_defaults=True):
    """The choices of a declaration. `flow` E export or I import; customs codes have 4 digits, `exit_point` 6;
    `domestic_region` 5 digits (+ `admin_region` 6); price statements are yes or no once answered.
    `origin_waiver` is the agreement under which a small consignment claims its rate without a proof of origin; `reference` the
    declarant's own number for the declaration; `goods_location` where the goods can be examined; `trade_term` the customs code
    of the price basis (1-7) where no Incoterm is said; `remarks` what else is to stand on the form. `type_code` is the kind of
    declaration where an office codes more than the flow (`IMA`, `EXD`), `additional_procedures` what it codes beside the mode;
    `declaration_no` the number customs gave the declaration that a message is about."""

    flow: Literal["E", "I"] = "E"
    form_type: Literal["declaration", "list"] = "declaration"
    declared_on: date | None = None
    customs_master: str = ""
    exit_customs: str = ""
    exit_point: str = ""
    supervision_mode: str = ""
    levy_nature: str = ""
    duty_mode: str = ""
    record_no: str = ""
    licence_no: str = ""
    domestic_region: str = ""
    admin_region: str = ""
    trade_country: str = ""
    related_declaration: str = ""
    simplified: bool = False
    transit: bool = False
    special_relation: bool | None = None
    price_effect: bool | None = None
    royalty: bool | None = None
    formula_price: str = ""
    provisional_until: date | None = None
    self_assess: bool | None = None
    customs_exception: str = ""
    market_code: str = ""
    order_no: str = ""
    overseas_warehouse: str = ""
    origin_waiver: str = ""
    reference: str = ""
    goods_location: str = ""
    trade_term: str = ""
    remarks: str = ""
    type_code: str = ""
    declaration_no: str = ""
    additional_procedures: tuple[str, ...] = ()


class Attachment(Struct, frozen=True, omit_defaults=True):
    """A document that accompanies the declaration (the key is its code: a control code, `Y` origin proof, `B` e-ledger …)."""

    number: str
    issued_on: date | None = None
    lines: tuple[str, ...] = ()
    valid_until: date | None = None


class Statement(Struct, frozen=True, omit_defaults=True):
    """A reasoned statement on a line: not controlled, not dangerous, identical lines meant, and the like."""

    about: Literal["not_controlled", "not_dangerous", "duplicate", "foreign_origin", "price", "packaging_share"]
    reason: str


class Enterprise(Struct, frozen=True, omit_defaults=True):
    """The exporter before the tax authority and customs: production enterprise or trading company, VAT status, refund
    category 1-4, and whether it is an approved exporter for origin declarations."""

    kind: Literal["production", "trading"]
    vat: Literal["general", "small_scale"] = "general"
    refund_category: int = 2
    approved_exporter: bool = False
    deemed_own_goods: bool = False


class Adjustment(Struct, frozen=True, omit_defaults=True):
    """An addition to the price or a deduction from it (China: Tariff Law Arts. 25 and 26), for one line or, where none is
    named, the whole consignment. A deduction counts only where it is `listed` apart in the price."""

    kind: Literal[
        "commission", "container", "packing", "assist", "royalty", "resale_proceeds",
        "after_import_service", "inland_cost", "duties_and_taxes",
    ]
    amount: Money
    line: str = ""
    listed: bool | None = None


class Entry(Struct, frozen=True, omit_defaults=True):
    """The buyer's import: country (alpha-3), the day of its declaration, and what makes the value a CIF value there.

    `misc` below zero is a deduction; `trade_term` is the customs code (1-7) where no Incoterm says it (4 is C&I).
    `arrived_on` is the conveyance's declared entry, `taxed_on` the day of the tax formalities of goods that were bonded or
    relieved before. `price_influenced`: related parties influenced the price."""

    country: str
    day: date
    freight: Money | None = None
    insurance: Money | None = None
    rates: dict[str, Decimal] = {}
    quota: bool = False
    misc: Money | None = None
    adjustments: tuple[Adjustment, ...] = ()
    trade_term: str = ""
    arrived_on: date | None = None
    taxed_on: date | None = None
    price_influenced: bool | None = None


class Formalities(Struct, frozen=True, omit_defaults=True):
    """How the importer pays: `consolidated` month by month with security, `paid_on` the day of payment. Goods bonded from
    `bonded_from` on bear interest at `deferral_rate` a year. Said empty, it asks for the bill as it stands."""

    consolidated: bool = False
    paid_on: date | None = None
    bonded_from: date | None = None
    deferral_rate: Decimal | None = None


class EntryLine(Struct, frozen=True, omit_defaults=True):
    """The buyer's code for a line: the national tariff code (9 digits in Japan); `condition` where the tariff asks for one.

    `treatment` is the one claimed (else the best to be had); `value` the customs value by another method (2-6: identical
    goods, similar goods, deductive, computed, reasonable); `quota_quantity` what the tariff quota still covers, in the line's
    unit; `origin_excluded` False: the papers do not exclude an origin under trade measures."""

    code: str
    condition: str = ""
    treatment: str = ""
    value: Money | None = None
    method: int = 1
    quota_quantity: Decimal | None = None
    origin_excluded: bool | None = None


class StatedRate(Struct, frozen=True, omit_defaults=True):
    """A rate as the tariff book prints it: treatment (`mfn`, `provisional`, `general`, `rcep_japan` …), the duty in the
    grammar of `kernel.rates`, the quota condition, and the agreement where it is an agreement's."""

    treatment: str
    duty: str
    condition: Literal["", "in_quota", "out_of_quota"] = ""
    agreement: str = ""


class StatedMeasure(Struct, frozen=True, omit_defaults=True):
    """A trade measure on the goods as a notice prints it: what is added to the ordinary duty."""

    measure: str
    duty: str
    kind: Literal["anti_dumping", "countervailing", "safeguard", "retaliatory", "other"] = "anti_dumping"


class StatedRates(Struct, frozen=True, omit_defaults=True):
    """What a declarant reads from the tariff book for a line where the platform has no tariff on file: rates and measures,
    consumption tax (in the grammar of `kernel.rates`, `free` where there is none) and VAT (0.13), in force from `since` until
    `until`, with the book and page as `source`. None or empty: not said."""

    source: str
    rates: tuple[StatedRate, ...] = ()
    measures: tuple[StatedMeasure, ...] = ()
    consumption_tax: str = ""
    vat: Decimal | None = None
    since: date | None = None
    until: date | None = None


class Proof(Struct, frozen=True, omit_defaults=True):
    """A proof of origin (the key is its number): agreement, form, day of issue, origin criterion, the lines and quantities it covers.
    `original` is the number of the proof that a back-to-back proof rests on; `retroactive` and `third_party_invoice` are
    marked on it."""

    agreement: str
    form: Literal["certificate", "approved_exporter_declaration", "declaration"]
    issued_on: date
    criterion: str = ""
    lines: tuple[str, ...] = ()
    hs6: dict[str, str] = {}
    quantities: dict[str, Decimal] = {}
    back_to_back: bool = False
    issued_by: str = ""
    original: str = ""
    retroactive: bool = False
    third_party_invoice: bool = False


PARTICULARS = said(
    "declaration.particulars",
    Particulars,
    merges=True,
    say=TRADERS,
    read=SHIPPERS,
    label=Text("particulars of the declaration", "申报要素选择"),
    doc="What the declarant decides: mode, customs offices, region, price statements.",
)
ATTACHMENT = said_each(
    "declaration.attachment",
    Attachment,
    "attachment",
    say=TRADERS | {"customs"},
    read=SHIPPERS,
    label=Text("accompanying document", "随附单证"),
    doc="Licences, e-ledgers and proofs that go with the declaration, by document code.",
)
STATEMENT = said_each(
    "declaration.statement",
    Statement,
    "line",
    say=TRADERS,
    read=SHIPPERS,
    label=Text("statement on a line", "商品项说明"),
    doc="A reasoned statement that answers a question about a line.",
)
ENTERPRISE = said(
    "exporter.standing",
    Enterprise,
    say=TRADERS | {"tax", "operator"},
    read=frozenset({"exporter", "broker", "clerk", "tax", "customs", "operator"}),
    label=Text("exporter's standing", "出口企业身份"),
    doc="Production or trading, VAT status, refund category.",
)
ENTRY = said(
    "import.entry",
    Entry,
    say=TRADERS | {"importer"},
    read=SHIPPERS,
    label=Text("import at the destination", "进口申报计划"),
    doc="Where and when the buyer enters the goods, and what makes up their value there.",
)
ENTRY_LINE = said_each(
    "import.line",
    EntryLine,
    "line",
    say=TRADERS | {"importer"},
    read=SHIPPERS,
    label=Text("destination code of a line", "目的国税号"),
    doc="The destination's national tariff code of a line.",
)
FORMALITIES = said(
    "import.formalities",
    Formalities,
    say=TRADERS | {"importer"},
    read=SHIPPERS,
    label=Text("payment of the import entry", "进口缴税方式"),
    doc="How and when the importer pays; once it is said, even empty, the bill of the entry is drawn.",
)
STATED_RATES = said_each(
    "import.rates",
    StatedRates,
    "line",
    say=TRADERS | {"importer"},
    read=SHIPPERS,
    label=Text("rates read from the tariff book", "据税则填报的税率"),
    doc="The destination's rates of a line as the declarant reads them from the tariff book; not checked against law.",
)
PROOF = said_each(
    "origin.proof",
    Proof,
    "proof",
    say=TRADERS | {"certifier"},
    read=SHIPPERS,
    label=Text("proof of origin", "原产地证明"),
    doc="A certificate or declaration of origin by its number.",
)
