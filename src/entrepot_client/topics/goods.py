"""Bodies: topics of goods. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Required, TypedDict

from entrepot_client.topic import Topic

if TYPE_CHECKING:
    from entrepot_client.topics.shared import GoodsLine, Money


GOODS_LINE: Topic[GoodsLine] = Topic("goods.line", keyed="line")
"""A line of goods by its number: what, how much, at what price, how heavy. (商品项)"""


class Material(TypedDict, total=False):
    """A material in a bill of materials. `value` is for the whole line of goods: CIF for imported, price paid
    for local materials. `origin` alpha-3, empty when undetermined (then non-originating). `originating`
    says that it originates under the agreement in question, with `proof`; `wholly_obtained` that it was
    harvested, mined or the like; `deductible` is proven inland freight, duty and the like inside `value`.
    Weight in kg. `packing` is what the good is sold in at retail, `transport_packing` what it only travels
    in. `no` is the material's number in the bill where others refer to it; `part_of` the `no` of the
    material that the producer made it into: such an intermediate material is judged by its own rule, and
    its parts count where it does not originate.
    """

    name: Required[str]
    hs: Required[str]
    value: Required[Money]
    origin: str
    originating: bool
    proof: str
    weight_kg: str | None
    deductible: Money | None
    role: Literal["accessory", "indirect", "material", "packing", "transport_packing"]
    no: str
    part_of: str
    wholly_obtained: bool


class BillOfMaterials(TypedDict, total=False):
    """How a line of goods was made. `wholly_obtained` names the basis (harvested, mined, born_and_raised,
    fished, waste, from_these); `fob` is the line's FOB value, `ex_works` its price at the factory gate
    without taxes that are repaid on export; cost items are for the build-up formula; `operations` are the
    steps of making, by the words of the minimal-operations table where they are such; `complete` says
    nothing is left out.
    """

    producer_country: str
    wholly_obtained: str
    materials: list[Material]
    operations: list[str]
    fob: Money | None
    ex_works: Money | None
    labour: Money | None
    overhead: Money | None
    profit: Money | None
    other_cost: Money | None
    net_weight_kg: str | None
    complete: bool


GOODS_BOM: Topic[BillOfMaterials] = Topic("goods.bom", keyed="line")
"""What a line was made of, where that came from, and what was done to it. A trade secret of its producer.
(物料清单)
"""


class PurchaseLot(TypedDict, total=False):
    """A lot of purchased goods behind a line: the document, its base amount without VAT, its VAT rate (0.13),
    and the quantity taken for this line out of the quantity invoiced. `base` is for the quantity taken, not
    for the whole invoice. `buyer` is whom the document names as buyer, `supplier` as seller: by unified
    code or name.
    """

    line: Required[str]
    document: Required[
        Literal[
            "customs_vat_slip",
            "farm_purchase_invoice",
            "none",
            "ordinary_invoice",
            "special_vat_invoice",
        ]
    ]
    number: Required[str]
    supplier: Required[str]
    base: Required[Money]
    vat_rate: Required[str]
    quantity: Required[str]
    invoiced_quantity: Required[str]
    unit: Required[str]
    supplier_kind: Literal["farmer", "general", "simplified", "small_scale"]
    issued_on: str | None
    goods: str
    buyer: str


GOODS_COST: Topic[PurchaseLot] = Topic("goods.cost", keyed="lot")
"""The purchase documents behind a line: the base of the export refund. Never seen by the buyer. (采购成本)"""


class Elements(TypedDict, total=False):
    """The declaration elements of a line, by the element's code in the table of its heading (`CN/elements`)."""

    values: Required[dict[str, str]]


GOODS_ELEMENTS: Topic[Elements] = Topic("goods.elements", keyed="line")
"""The declaration elements of a line by code, where the line does not give them in the customs order
itself. (申报要素)
"""
