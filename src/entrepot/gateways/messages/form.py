"""The form that the statements of a paper make by themselves: said fields to their place, nothing derived, no law."""

from collections.abc import Iterable, Mapping
from typing import Any

from entrepot.gateways.extract import Stated
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.customs import ATTACHMENT, PARTICULARS, Attachment, Particulars
from entrepot.kernel.vocabulary.decisions import Declaration, LineDraft
from entrepot.kernel.vocabulary.goods import LINE, GoodsLine
from entrepot.kernel.vocabulary.trade import (
    CHARGES,
    CONTAINER,
    PACKING,
    PARTY,
    TERMS,
    TRANSPORT,
    Charges,
    Container,
    Packing,
    Party,
    Terms,
    Transport,
)

# The fields of a line of goods, and where the form has them.
LINE_FIELDS: Mapping[str, str] = {
    "hs": "hs10", "quantity": "deal_qty", "unit": "deal_unit", "price": "unit_price", "amount": "total",
    "origin": "origin_country", "quantity1": "qty1", "unit1": "unit1", "quantity2": "qty2", "unit2": "unit2",
    "net_kg": "net_kg", "gross_kg": "gross_kg", "packages": "packages", "package_type": "package_type", "marks": "marks",
    "final_country": "final_country", "dangerous": "dangerous", "un_number": "un_number", "elements": "elements",
    "ciq": "ciq", "purpose": "purpose", "attributes": "attributes", "statistical_value": "statistical_value",
}  # fmt: skip
# What the form has of the commercial terms.
TERM_FIELDS = frozenset({"contract_no", "invoice_no", "incoterm", "place", "total", "currency"})
_HERE_THERE = {"E": ("exporter", "importer"), "I": ("importer", "exporter")}
_OWN_PLACE = frozenset({"exporter", "importer", "owner", "declarant"})
_ON_FORM = frozenset(
    topic.name for topic in (PARTICULARS, TERMS, TRANSPORT, CHARGES, PACKING, PARTY, CONTAINER, ATTACHMENT, LINE)
)


def declaration_of(statements: Iterable[Stated]) -> Declaration:
    """The declaration that the statements of one paper make. The trade term stands as the paper gives it."""
    said: dict[str, dict[str, Any]] = {}
    for one in statements:
        said.setdefault(one.topic, {}).setdefault(one.key, one.value)

    def whole(topic: Any, empty: Any) -> Any:
        return said.get(topic.name, {}).get("", empty)

    particulars: Particulars = whole(PARTICULARS, Particulars())
    terms: Terms = whole(TERMS, Terms())
    parties: dict[str, Party] = said.get(PARTY.name, {})
    containers: dict[str, Container] = said.get(CONTAINER.name, {})
    papers: dict[str, Attachment] = said.get(ATTACHMENT.name, {})
    here, there = _HERE_THERE[particulars.flow]
    return Declaration(
        flow=particulars.flow,
        particulars=particulars,
        domestic_party=parties.get(here, Party()),
        owner=parties.get("owner", Party()),
        overseas_party=parties.get(there, Party()),
        declarant=parties.get("declarant", Party()),
        contract_no=terms.contract_no,
        invoice_no=terms.invoice_no,
        trade_term=terms.incoterm or particulars.trade_term,
        place=terms.place,
        transport=whole(TRANSPORT, Transport()),
        charges=whole(CHARGES, Charges()),
        packing=whole(PACKING, Packing()),
        invoice_total=terms.total,
        lines=tuple(
            _line(number, key, goods, containers)
            for number, (key, goods) in enumerate(said.get(LINE.name, {}).items(), 1)
        ),
        containers=containers,
        attachments={code: paper.number for code, paper in papers.items()},
        attachment_lines={code: paper.lines for code, paper in papers.items() if paper.lines},
        other_parties={part: party for part, party in parties.items() if part not in _OWN_PLACE},
    )


def dropped(statements: Iterable[Stated]) -> tuple[Text, ...]:
    """What the statements say that the form itself has no place for, each with its value."""
    told: list[Text] = []
    for one in statements:
        where = f"{one.topic}/{one.key}" if one.key else one.topic
        if one.topic not in _ON_FORM:
            told.append(Text(f"{where}: {one.value}", f"{where}：{one.value}"))
            continue
        for field in one.places:
            if field != "key" and not _kept(one, field):
                value = getattr(one.value, field)
                told.append(Text(f"{where}.{field}: {value}", f"{where}.{field}：{value}"))
    return tuple(told)


def _kept(one: Stated, field: str) -> bool:
    """Whether the form has a field of a statement. A currency is kept in the total; a second language of the name is not."""
    if one.topic == LINE.name:
        if field == "description":
            return not one.value.description_zh
        return field == "description_zh" or field in LINE_FIELDS
    if one.topic == TERMS.name:
        return field in TERM_FIELDS and (field != "currency" or one.value.total is not None)
    return one.topic != ATTACHMENT.name or field in ("number", "lines")


def _line(number: int, key: str, goods: GoodsLine, containers: Mapping[str, Container]) -> LineDraft:
    """A line under its own number, else its place."""
    values = {to: getattr(goods, field) for field, to in LINE_FIELDS.items()}
    return LineDraft(
        no=int(key) if key.isdigit() and len(key) < 7 else number,
        name=goods.description_zh or goods.description,
        spec="|".join(goods.elements),
        containers=tuple(name for name, container in containers.items() if key in container.lines),
        **values,
    )
