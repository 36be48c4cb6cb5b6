"""Where line, bill of materials and terms contradict each other, so that no pass stands until a person has settled it."""

from collections.abc import Iterator
from typing import Any

from entrepot.kernel.case import Case
from entrepot.kernel.text import Text
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.customs import ENTRY, PROOF
from entrepot.kernel.vocabulary.goods import BillOfMaterials, GoodsLine
from entrepot.kernel.vocabulary.trade import PARTY, TERMS, TRANSPORT, Terms

CONFIRM = Text("the producer must confirm its costs and materials", "生产企业须核实成本与材料")
_ORIGIN = Text(
    "the country of origin on the line is another than that where the goods were made: correct one of them",
    "商品项所填原产国与货物生产国不一致，请更正其中之一",
)
USED: tuple[Topic[Any], ...] = (ENTRY, TRANSPORT, PARTY, TERMS, PROOF)
# Under these the price may lack what the FOB value has: the way to the ship.
BEFORE_LOADING = frozenset({"EXW", "FCA", "FAS"})


def is_country(code: str) -> bool:
    """Whether a code has the form of ISO 3166 alpha-3."""
    return len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()


def contradictions(case: Case, line: GoodsLine, bom: BillOfMaterials, country: str) -> Iterator[Text]:
    """What the buyer may be told of it: no amount stands in it. Papers in conflict count as absent, which nobody may overlook."""
    for topic in USED:
        if case.conflicts(topic):
            yield Text(
                f"statements on {topic.name} contradict each other, so that it was left out: a person must settle it",
                f"{topic.label.zh}（{topic.name}）各方陈述不一致，未予采用，须由人裁定",
            )
    if line.origin and line.origin != country:
        yield _ORIGIN
    if fob_above_price(line, bom, case.get(TERMS)):
        yield CONFIRM


def fob_above_price(line: GoodsLine, bom: BillOfMaterials, terms: Terms | None) -> bool:
    """Whether the FOB value of the bill is above an invoiced amount that contains all of it."""
    if bom.fob is None or line.amount is None or bom.fob.currency != line.amount.currency:
        return False
    return bom.fob.minor > line.amount.minor and (terms is None or terms.incoterm not in BEFORE_LOADING)
