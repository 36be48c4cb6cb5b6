"""The contract and the invoice: parties, terms, goods and amounts, from what was said of the trade."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from entrepot.kernel.case import Case, Unmet
from entrepot.kernel.findings import Answer, found, needs_review, refused
from entrepot.kernel.money import Money
from entrepot.kernel.sheet import natural
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.goods import LINE, GoodsLine
from entrepot.kernel.vocabulary.trade import PARTY, TERMS, TRANSPORT, Party, Terms, Transport
from entrepot.modules.documents.facts import (
    CommercialInvoice,
    DeliveryTerms,
    SalesContract,
    TradeLineItem,
    TradeParty,
)

T = TypeVar("T")


def assess_contract(case: Case) -> Answer:
    """The contract of sale; refused with everything that it lacks."""
    terms, parties, lines, problems = case[TERMS], agreed(case, PARTY), agreed(case, LINE), list[Problem]()
    total = terms.contract_total or terms.total
    seller, buyer = _party(parties, "exporter", problems), _party(parties, "importer", problems)
    items = _items(lines, problems)
    delivery = _delivery(terms, case.get(TRANSPORT) or Transport(), problems)
    if total is None:
        problems.append(_no_total("trade.terms.contract_total"))
    if problems or total is None or seller is None or buyer is None:
        return refused(tuple(problems))
    contract = SalesContract(
        terms.contract_no, seller, buyer, total, delivery, items, terms.contract_date, terms.payment
    )
    # A contract that is sent in parts is larger than the goods of this dossier.
    return found(contract) if terms.contract_total else _summed(contract, total, items)


def assess_invoice(case: Case) -> Answer:
    """The commercial invoice; refused with everything that it lacks, for review where its lines do not add up."""
    terms, parties, lines, problems = case[TERMS], agreed(case, PARTY), agreed(case, LINE), list[Problem]()
    transport = case.get(TRANSPORT) or Transport()
    seller, buyer = _party(parties, "exporter", problems), _party(parties, "importer", problems)
    items = _items(lines, problems)
    delivery = _delivery(terms, transport, problems)
    if terms.total is None:
        problems.append(_no_total("trade.terms.total"))
    if problems or terms.total is None or seller is None or buyer is None:
        return refused(tuple(problems))
    invoicer = parties.get("invoicer")
    invoice = CommercialInvoice(
        terms.invoice_no,
        seller,
        buyer,
        terms.total,
        delivery,
        items,
        terms.invoice_date,
        terms.contract_no,
        terms.payment,
        " ".join(part for part in (transport.conveyance, transport.voyage) if part),
        transport.bill_no,
        None if invoicer is None else _named(invoicer),
    )
    return _summed(invoice, terms.total, items)


def agreed(case: Case, topic: Topic[Mapping[str, T]]) -> Mapping[str, T]:
    """All keys of a topic; the module waits while any of them is in conflict: a line in dispute is not left out of an invoice."""
    values = case[topic]
    if disputed := next(iter(case.conflicts(topic)), ""):
        raise Unmet(topic, disputed)
    return values


def has_contract(case: Case) -> bool:
    """Nobody waits for a contract that has no number."""
    terms = case.get(TERMS)
    return bool(case.conflicts(TERMS)) if terms is None else bool(terms.contract_no)


def has_invoice(case: Case) -> bool:
    """Nobody waits for an invoice that has no number."""
    terms = case.get(TERMS)
    return bool(case.conflicts(TERMS)) if terms is None else bool(terms.invoice_no)


def _summed(document: SalesContract | CommercialInvoice, total: Money, items: Iterable[TradeLineItem]) -> Answer:
    """The document as found, or for review where its lines come to another sum than it says."""
    others = sorted({item.line_total.currency for item in items} - {total.currency})
    if others:
        told = ", ".join(others)
        return needs_review(
            document,
            Text(
                f"lines are in {told}, the total is in {total.currency}",
                f"商品项币制为 {told}，总额币制为 {total.currency}",
            ),
        )
    lines = Money(sum(item.line_total.minor for item in items), total.currency)
    if lines == total:
        return found(document)
    return needs_review(
        document,
        Text(f"the lines come to {lines}, the total says {total}", f"各商品项合计 {lines}，总额为 {total}"),
    )


def _party(parties: Mapping[str, Party], part: str, problems: list[Problem]) -> TradeParty | None:
    party = parties.get(part)
    if party is not None and (party.name or party.name_zh):
        return _named(party)
    name = {"exporter": ("seller", "卖方"), "importer": ("buyer", "买方")}[part]
    problems.append(
        Problem(
            "DC01",
            f"trade.party/{part}.name",
            Text(f"the {name[0]} is not named", f"未填{name[1]}名称"),
            Text(f"say trade.party/{part} with its name", f"请填报 trade.party/{part} 的名称"),
        )
    )
    return None


def _named(party: Party) -> TradeParty:
    return TradeParty(
        party.name or party.name_zh,
        party.name_zh,
        party.uscc or party.number or party.customs_code,
        party.address,
        party.country,
    )


def _no_total(where: str) -> Problem:
    return Problem(
        "DC02", where, Text("the total amount is not said", "未填总额"), Text("say the total of the sale", "请填报总额")
    )


def _delivery(terms: Terms, transport: Transport, problems: list[Problem]) -> DeliveryTerms:
    if not terms.incoterm:
        problems.append(
            Problem(
                "DC03",
                "trade.terms.incoterm",
                Text("the delivery terms are not said", "未填贸易术语"),
                Text("say the Incoterms rule and its place, such as CIF Osaka", "请填报贸易术语及地点，如 CIF 大阪"),
            )
        )
    return DeliveryTerms(
        terms.incoterm,
        terms.place,
        transport.mode,
        transport.loading_port,
        transport.discharge_port,
        transport.destination_country,
    )


def _items(lines: Mapping[str, GoodsLine], problems: list[Problem]) -> tuple[TradeLineItem, ...]:
    items = []
    for key in sorted(lines, key=natural):
        item = _item(key, lines[key], problems)
        if item is not None:
            items.append(item)
    return tuple(items)


def _item(key: str, line: GoodsLine, problems: list[Problem]) -> TradeLineItem | None:
    wanted = {
        "description": line.description or line.description_zh,
        "quantity": line.quantity,
        "unit": line.unit,
        "amount": line.amount,
    }
    lacking = [name for name, value in wanted.items() if value in (None, "")]
    problems += [
        Problem(
            "DC04",
            f"goods.line/{key}.{name}",
            Text(f"line {key} has no {name}", f"第 {key} 项缺少 {name}"),
            Text("say it with the line", "请补充该商品项"),
        )
        for name in lacking
    ]
    if line.quantity is None or line.amount is None or lacking:
        return None
    return TradeLineItem(
        key,
        line.description or line.description_zh,
        line.quantity,
        line.unit,
        line.amount,
        line.description_zh,
        line.price,
        line.hs,
        line.origin,
        line.net_kg,
        line.gross_kg,
        line.packages,
        line.brand,
        line.marks,
    )
