"""What a UBL document says of goods, parties or money that became no statement: nothing of that kind goes unmentioned."""

from collections.abc import Callable

from entrepot.gateways.ubl.reading import Reading
from entrepot.gateways.ubl.tree import Node

_PARTY_NUMBERS = ("PartyIdentification", "PartyLegalEntity", "PartyTaxScheme")
_GOODS_CODES = (
    "CommodityCode",
    "ItemClassificationCode",
    "TariffCode",
    "TariffDescription",
    "CargoTypeCode",
    "NatureCode",
)
_GOODS_PARENTS = ("Item", "GoodsItem", "SalesItem", "SupplyItem")


def _matters(node: Node) -> bool:
    parent = node.parent.name if node.parent is not None else ""
    return (
        "currencyID" in node.attributes
        or node.name.endswith(("Amount", "Quantity", "WeightMeasure"))
        or (node.name in ("Name", "RegistrationName") and parent in ("PartyName", *_PARTY_NUMBERS))
        or (node.name in ("ID", "CompanyID") and parent in _PARTY_NUMBERS)
        or (node.name in ("Name", "Description") and parent in _GOODS_PARENTS)
        or node.name in _GOODS_CODES
    )


def note_leftovers(reading: Reading, matters: Callable[[Node], bool] = _matters) -> None:
    """Note every unused element that looks like goods, parties or money; one note for all that stand at the same kind of place."""
    alike: dict[str, list[Node]] = {}
    for node in reading.nodes:
        if node.text and not node.used and not node.children and matters(node):
            alike.setdefault(_kind_of_place(node), []).append(node)
    for nodes in alike.values():
        node = nodes[0]
        extra = node.attributes.get("currencyID") or node.attributes.get("unitCode") or ""
        said = f"{node.text[:80]} {extra}".strip()
        more, more_zh = (
            (f" (and {len(nodes) - 1} more like it)", f"（另有 {len(nodes) - 1} 处）") if nodes[1:] else ("", "")
        )
        reading.found.left(f"{node.path}: {said}{more}", f"{node.path}：{said}{more_zh}")


def _kind_of_place(node: Node) -> str:
    """The way to an element without the numbers in it."""
    names = [node.name]
    while node.parent is not None:
        node = node.parent
        names.append(node.name)
    return "/".join(names)
