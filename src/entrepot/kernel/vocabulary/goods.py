"""The goods: lines, what they are made of, what they cost."""

from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from entrepot.kernel.money import Money, Price
from entrepot.kernel.text import Prefix, Text, Words
from entrepot.kernel.topics import TRADERS, Posting, said_each
from entrepot.kernel.vocabulary.trade import SHIPPERS


class GoodsLine(Struct, frozen=True, omit_defaults=True):
    """One line of goods. `hs` is the exporter's code: 6, 8 or 10 digits without points. `quantity` in `unit` as traded
    (kg, t, piece …); weights in kg; `origin` alpha-3; `elements` the declaration elements in the customs order;
    `ciq` the 3-digit inspection code behind the goods code, `purpose` what the goods are for and `attributes` what they are
    besides (inspection codes both), `final_country` where it is not the shipment's (alpha-3); `quantity1` in `unit1` and
    `quantity2` in `unit2` what the tariff asks for beside the traded quantity, as a paper states it; `statistical_value` as
    the country's statistics count it."""

    description: Words = ""
    description_zh: Words = ""
    item_code: str = ""
    hs: Prefix = ""
    quantity: Decimal | None = None
    unit: str = ""
    price: Price | None = None
    amount: Money | None = None
    net_kg: Decimal | None = None
    gross_kg: Decimal | None = None
    packages: int | None = None
    package_type: str = ""
    origin: str = ""
    brand: str = ""
    elements: tuple[str, ...] = ()
    dangerous: bool | None = None
    un_number: str = ""
    ciq: str = ""
    purpose: str = ""
    attributes: tuple[str, ...] = ()
    final_country: str = ""
    marks: Words = ""
    quantity1: Decimal | None = None
    unit1: str = ""
    quantity2: Decimal | None = None
    unit2: str = ""
    statistical_value: Money | None = None


class Material(Struct, frozen=True, omit_defaults=True):
    """A material in a bill of materials. `value` is for the whole line of goods: CIF for imported, price paid for local
    materials. `origin` alpha-3, empty when undetermined (then non-originating). `originating` says that it originates under
    the agreement in question, with `proof`; `wholly_obtained` that it was harvested, mined
    or the like; `deductible` is proven inland freight, duty and the like inside `value`. Weight in kg.
    `packing` is what the good is sold in at retail, `transport_packing` what it only travels in.

    `no` is the material's number in the bill where others refer to it; `part_of` the `no` of the material that the producer
    made it into: such an intermediate material is judged by its own rule, and its parts count where it does not originate."""

    name: str
    hs: str
    value: Money
    origin: str = ""
    originating: bool = False
    proof: str = ""
    weight_kg: Decimal | None = None
    deductible: Money | None = None
    role: Literal["material", "packing", "transport_packing", "accessory", "indirect"] = "material"
    no: str = ""
    part_of: str = ""
    wholly_obtained: bool = False


class BillOfMaterials(Struct, frozen=True, omit_defaults=True):
    """How a line of goods was made. `wholly_obtained` names the basis (harvested, mined, born_and_raised, fished,
    waste, from_these); `fob` is the line's FOB value, `ex_works` its price at the factory gate without taxes that are repaid
    on export; cost items are for the build-up formula; `operations` are the steps
    of making, by the words of the minimal-operations table where they are such; `complete` says nothing is left out."""

    producer_country: str = ""
    wholly_obtained: str = ""
    materials: tuple[Material, ...] = ()
    operations: tuple[str, ...] = ()
    fob: Money | None = None
    ex_works: Money | None = None
    labour: Money | None = None
    overhead: Money | None = None
    profit: Money | None = None
    other_cost: Money | None = None
    net_weight_kg: Decimal | None = None
    complete: bool = True


class PurchaseLot(Struct, frozen=True, omit_defaults=True):
    """A lot of purchased goods behind a line: the document, its base amount without VAT, its VAT rate (0.13), and the
    quantity taken for this line out of the quantity invoiced. `base` is for the quantity taken, not for the whole invoice.
    `buyer` is whom the document names as buyer, `supplier` as seller: by unified code or name."""

    line: str
    document: Literal["special_vat_invoice", "customs_vat_slip", "ordinary_invoice", "farm_purchase_invoice", "none"]
    number: str
    supplier: str
    base: Money
    vat_rate: Decimal
    quantity: Decimal
    invoiced_quantity: Decimal
    unit: str
    supplier_kind: Literal["general", "small_scale", "simplified", "farmer"] = "general"
    issued_on: date | None = None
    goods: str = ""
    buyer: str = ""


def lot_posting(lot: PurchaseLot) -> tuple[Posting, ...]:
    """A purchase-invoice lot is scarce: what one export takes no other can."""
    if lot.document == "none":
        return ()
    return (
        Posting(
            f"invoice {lot.supplier} {lot.number} {lot.goods}".strip(), lot.unit, lot.quantity, lot.invoiced_quantity
        ),
    )


LINE = said_each(
    "goods.line",
    GoodsLine,
    "line",
    merges=True,
    say=TRADERS | {"importer"},
    read=SHIPPERS | {"bank"},
    label=Text("line of goods", "商品项"),
    doc="A line of goods by its number: what, how much, at what price, how heavy.",
)
BOM = said_each(
    "goods.bom",
    BillOfMaterials,
    "line",
    say=TRADERS | {"producer"},
    read=frozenset({"exporter", "producer", "broker", "certifier", "clerk"}),
    label=Text("bill of materials", "物料清单"),
    doc="What a line was made of, where that came from, and what was done to it. A trade secret of its producer.",
)
LOT = said_each(
    "goods.cost",
    PurchaseLot,
    "lot",
    takes=lot_posting,
    say=TRADERS,
    read=frozenset({"exporter", "clerk", "tax"}),
    label=Text("purchase cost", "采购成本"),
    doc="The purchase documents behind a line: the base of the export refund. Never seen by the buyer.",
)
