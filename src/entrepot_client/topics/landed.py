"""Bodies: topics of landed. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Required, TypedDict

from entrepot_client.topic import Topic

if TYPE_CHECKING:
    from entrepot_client.topics.shared import Money, Text


class LandedPart(TypedDict, total=False):
    """A cost on the way to the buyer's door: its name, who bears it (`seller`, `buyer`, or open), the amount
    as said and in the destination's currency. `in_price`: the seller bears it, so that the price has it
    already. `amount` None: not said.
    """

    cost: Required[str]
    name: Required[Text]
    payer: Required[Literal["buyer", "open", "seller"]]
    amount: Money | None
    converted: Money | None
    in_price: bool


class LandedTax(TypedDict, total=False):
    """What customs takes under one treatment, of one kind: `duty`, a kind of trade measure, a tax or a fee;
    None: not known.
    """

    tax: Required[str]
    name: Required[Text]
    amount: Required[Money | None]


class LandedTreatment(TypedDict, total=False):
    """What the goods cost at the buyer's door under one treatment. `total` is of what is known, and `at_least`
    where something is missing; `priced` is the same in the currency of the price. `missing` is what to have
    the treatment takes, `papers` the proofs that it asks for, and `unknown` what customs takes besides but
    could not be worked out. Lines that do not know the treatment are reckoned by their best. `lines` is the
    total of each line, with its share of what the consignment bears.
    """

    code: Required[str]
    name: Required[Text]
    rate: Required[str]
    available: Required[bool]
    taxes: Required[list[LandedTax]]
    total: Required[Money]
    priced: Required[Money]
    at_least: Required[bool]
    lines: Required[dict[str, Money]]
    conditional: bool
    missing: list[Text]
    papers: list[Text]
    unknown: list[Text]
    dearer: Money | None


class LandedCost(TypedDict, total=False):
    """The goods at the buyer's door: the price, every cost on the way with who bears it, and the total under
    each treatment, best first. `missing` names the costs that nobody has said: they are in no total.
    `duties_payer` bears what customs takes; where that is the seller, the price has it already.
    """

    country: Required[str]
    day: Required[str]
    incoterm: Required[str]
    price: Required[Money]
    converted: Required[Money]
    parts: Required[list[LandedPart]]
    duties_payer: Required[Literal["buyer", "seller"]]
    treatments: Required[list[LandedTreatment]]
    best: str
    missing: list[Text]


LANDED_COST: Topic[LandedCost] = Topic("landed.cost")
"""What the goods cost at the buyer's door under each treatment: who bears what, and which costs nobody has
said. (到门成本)
"""


class Ruling_LandedCost_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: LandedCost | None


LANDED_COST_RULING: Topic[Ruling_LandedCost_] = Topic("landed.cost.ruling")
"""a person's ruling of `landed.cost`, made by the kernel. (到门成本：人工裁定)"""
