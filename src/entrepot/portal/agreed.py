"""What a contract agrees is not what a shipment sends: its lines stand apart, and stand in for the goods while nothing else does."""

from typing import Any

import msgspec

from entrepot.gateways.extract import Extract, Stated
from entrepot.kernel.record import Record
from entrepot.kernel.vocabulary.answers import Doubt
from entrepot.kernel.vocabulary.clearance import CONTRACT_LINE
from entrepot.kernel.vocabulary.goods import LINE, GoodsLine
from entrepot.kernel.vocabulary.trade import PACKING, TERMS, Terms
from entrepot.portal.drafts import Draft

# Papers that agree on goods before they are sent, all of them or in parts.
AGREEMENTS = frozenset(
    {
        "contract",
        "sales_contract",
        "order",
        "order_change",
        "order_response",
        "order_response_simple",
        "proforma_invoice",
    }
)


def as_agreed(extract: Extract, record: Record) -> Extract:
    """A contract's statements: lines of the contract and its total. While no other paper speaks of goods they are said of the
    shipment too, so that a declaration can be drafted from an order. Other papers stay as they are."""
    if not AGREEMENTS.issuperset(extract.kind.split("+")):
        return extract
    agreed, meant = [], []
    for one in extract.statements:
        if one.topic == LINE.name:
            agreed.append(msgspec.structs.replace(one, topic=CONTRACT_LINE.name))
            meant.append(one)
        elif one.topic == PACKING.name:
            meant.append(one)
        elif one.topic == TERMS.name and one.value.total is not None:
            places = {"contract_total" if field == "total" else field: place for field, place in one.places.items()}
            value = msgspec.structs.replace(one.value, total=None, contract_total=one.value.total)
            agreed.append(Stated(one.topic, one.key, value, places))
            meant.append(
                Stated(one.topic, one.key, Terms(total=one.value.total), {"total": one.places.get("total", "")})
            )
        else:
            agreed.append(one)
    alone = not _sent_on(record, extract.digest)
    doubtful = tuple(_agreed(one) for one in extract.doubtful)
    return msgspec.structs.replace(extract, statements=(*agreed, *(meant if alone else ())), doubtful=doubtful)


def _agreed(doubt: Doubt) -> Doubt:
    """A doubt about a contract: what is asked is what the contract agrees."""
    if doubt.topic == LINE.name:
        return msgspec.structs.replace(doubt, topic=CONTRACT_LINE.name)
    if (doubt.topic, doubt.field) == (TERMS.name, "total"):
        return msgspec.structs.replace(doubt, field="contract_total")
    return doubt


def stepping_back(extract: Extract, record: Record, organisation: str) -> list[Draft]:
    """Withdrawals of what an organisation's contracts say of the shipment, once a paper speaks of the goods that are sent."""
    sent = any(one.topic == LINE.name and _counts(one.value) for one in extract.statements)
    if not sent or AGREEMENTS.issuperset(extract.kind.split("+")):
        return []
    contracts = _contracts(record)
    drafts = []
    for topic in (LINE, PACKING, TERMS) if contracts else ():
        for key, standing in record.standing(topic.name).items():
            for statement, value in zip(standing.statements, standing.values, strict=True):
                resting = {item.digest for item in statement.evidence}
                if statement.for_ == organisation and resting and resting <= contracts and _of_shipment(value):
                    drafts.append(Draft(topic.name, key=key, withdraws=(statement.id,)))
    return drafts


def _of_shipment(value: Any) -> bool:
    """Whether a contract's statement is one that only stands in: of its terms, the total alone is."""
    return not isinstance(value, Terms) or value.total is not None


def _contracts(record: Record) -> set[str]:
    """The digests of the papers that state lines of a contract."""
    standing = record.standing(CONTRACT_LINE.name).values()
    return {item.digest for one in standing for statement in one.statements for item in statement.evidence}


def _sent_on(record: Record, besides: str) -> bool:
    """Whether a paper other than a contract speaks of goods."""
    contracts = {besides, *_contracts(record)}
    return any(
        item.digest not in contracts
        for one in record.standing(LINE.name).values()
        for statement, value in zip(one.statements, one.values, strict=True)
        for item in statement.evidence
        if _counts(value)
    )


def _counts(line: GoodsLine) -> bool:
    """Whether a statement says how much is sent; one that only names the goods or answers a question does not."""
    return line.quantity is not None or line.amount is not None
