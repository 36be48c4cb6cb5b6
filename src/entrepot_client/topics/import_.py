"""Bodies: topics of import. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Required, TypedDict

from entrepot_client.topic import Topic

if TYPE_CHECKING:
    from entrepot_client.topics.shared import Money


class Adjustment(TypedDict, total=False):
    """An addition to the price or a deduction from it (China: Tariff Law Arts. 25 and 26), for one line or,
    where none is named, the whole consignment. A deduction counts only where it is `listed` apart in the
    price.
    """

    kind: Required[
        Literal[
            "after_import_service",
            "assist",
            "commission",
            "container",
            "duties_and_taxes",
            "inland_cost",
            "packing",
            "resale_proceeds",
            "royalty",
        ]
    ]
    amount: Required[Money]
    line: str
    listed: bool | None


class Entry(TypedDict, total=False):
    """The buyer's import: country (alpha-3), the day of its declaration, and what makes the value a CIF value
    there. `misc` below zero is a deduction; `trade_term` is the customs code (1-7) where no Incoterm says
    it (4 is C&I). `arrived_on` is the conveyance's declared entry, `taxed_on` the day of the tax
    formalities of goods that were bonded or relieved before. `price_influenced`: related parties influenced
    the price.
    """

    country: Required[str]
    day: Required[str]
    freight: Money | None
    insurance: Money | None
    rates: dict[str, str]
    quota: bool
    misc: Money | None
    adjustments: list[Adjustment]
    trade_term: str
    arrived_on: str | None
    taxed_on: str | None
    price_influenced: bool | None


IMPORT_ENTRY: Topic[Entry] = Topic("import.entry")
"""Where and when the buyer enters the goods, and what makes up their value there. (进口申报计划)"""


class EntryLine(TypedDict, total=False):
    """The buyer's code for a line: the national tariff code (9 digits in Japan); `condition` where the tariff
    asks for one. `treatment` is the one claimed (else the best to be had); `value` the customs value by
    another method (2-6: identical goods, similar goods, deductive, computed, reasonable); `quota_quantity`
    what the tariff quota still covers, in the line's unit; `origin_excluded` False: the papers do not
    exclude an origin under trade measures.
    """

    code: Required[str]
    condition: str
    treatment: str
    value: Money | None
    method: int
    quota_quantity: str | None
    origin_excluded: bool | None


IMPORT_LINE: Topic[EntryLine] = Topic("import.line", keyed="line")
"""The destination's national tariff code of a line. (目的国税号)"""


class Formalities(TypedDict, total=False):
    """How the importer pays: `consolidated` month by month with security, `paid_on` the day of payment. Goods
    bonded from `bonded_from` on bear interest at `deferral_rate` a year. Said empty, it asks for the bill
    as it stands.
    """

    consolidated: bool
    paid_on: str | None
    bonded_from: str | None
    deferral_rate: str | None


IMPORT_FORMALITIES: Topic[Formalities] = Topic("import.formalities")
"""How and when the importer pays; once it is said, even empty, the bill of the entry is drawn. (进口缴税方式)"""


class StatedRate(TypedDict, total=False):
    """A rate as the tariff book prints it: treatment (`mfn`, `provisional`, `general`, `rcep_japan` …), the
    duty in the grammar of `kernel.rates`, the quota condition, and the agreement where it is an
    agreement's.
    """

    treatment: Required[str]
    duty: Required[str]
    condition: Literal["", "in_quota", "out_of_quota"]
    agreement: str


class StatedMeasure(TypedDict, total=False):
    """A trade measure on the goods as a notice prints it: what is added to the ordinary duty."""

    measure: Required[str]
    duty: Required[str]
    kind: Literal["anti_dumping", "countervailing", "other", "retaliatory", "safeguard"]


class StatedRates(TypedDict, total=False):
    """What a declarant reads from the tariff book for a line where the platform has no tariff on file: rates
    and measures, consumption tax (in the grammar of `kernel.rates`, `free` where there is none) and VAT
    (0.13), in force from `since` until `until`, with the book and page as `source`. None or empty: not
    said.
    """

    source: Required[str]
    rates: list[StatedRate]
    measures: list[StatedMeasure]
    consumption_tax: str
    vat: str | None
    since: str | None
    until: str | None


IMPORT_RATES: Topic[StatedRates] = Topic("import.rates", keyed="line")
"""The destination's rates of a line as the declarant reads them from the tariff book; not checked against
law. (据税则填报的税率)
"""


class OrderItem(TypedDict, total=False):
    """A good of a consumer's order: its code and its price with freight and insurance in the destination's
    currency. Rates that are stated go before those on file: duty and consumption tax in the grammar of
    `kernel.rates`, VAT as a fraction. `listed`: it is on the positive list of retail imports.
    """

    name: Required[str]
    code: Required[str]
    value: Required[Money]
    duty: str
    consumption_tax: str
    vat: str | None
    listed: bool | None


class Order(TypedDict, total=False):
    """A consumer's order that enters as a retail import (the key is its number). `spent` is what the buyer
    bought so before it in the calendar year; `indivisible`: one item that cannot be parted.
    """

    country: Required[str]
    day: Required[str]
    mode: Required[Literal["1210", "1239", "9610"]]
    items: Required[list[OrderItem]]
    spent: Money | None
    indivisible: bool


IMPORT_ORDER: Topic[Order] = Topic("import.order", keyed="order")
"""An order that enters as a cross-border e-commerce retail import. (跨境电商零售进口订单)"""


class ParcelItem(TypedDict, total=False):
    """An article in a parcel: its kind (a word of the table of parcel rates) and its value in the
    destination's currency.
    """

    name: Required[str]
    kind: Required[str]
    value: Required[Money]


class Parcel(TypedDict, total=False):
    """A parcel of articles for personal use (the key is its number), from a country (alpha-3); `indivisible`:
    one article that cannot be parted.
    """

    country: Required[str]
    day: Required[str]
    sent_from: Required[str]
    items: Required[list[ParcelItem]]
    indivisible: bool


IMPORT_PARCEL: Topic[Parcel] = Topic("import.parcel", keyed="parcel")
"""A parcel of articles for personal use. (进境邮件)"""
