"""The contract and the invoice: parties, terms, goods and amounts, from what was said of the trade."""

from collections.abc import Mapping
from typing import Any, TypeVar

from msgspec import Struct

from entrepot.kernel.case import Case, Unmet
from entrepot.kernel.findings import Answer, found, needs_review, refused
from entrepot.kernel.money import Money
from entrepot.kernel.sheet import natural
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.goods import LINE, GoodsLine
from entrepot.kernel.vocabulary.trade import PARTY, TERMS, TRANSPORT, Party, Terms, Transport
from entrepot.modules.documents.facts import (
    CONTRACT,
    INVOICE,
    CommercialInvoice,
    DeliveryTerms,
    SalesContract,
    TradeLineItem,
    TradeParty,
)

T = TypeVar("T")


class Sale(Struct, frozen=True):
    """What contract and invoice have in common: parties, delivery, lines and what they come to by currency (minor units); and everything
    that keeps both from being signed."""

    seller: TradeParty
    buyer: TradeParty
    delivery: DeliveryTerms
    lines: dict[str, GoodsLine]
    sums: dict[str, int]
    problems: tuple[Problem, ...]


def assess(case: Case) -> Mapping[Topic[Any], Answer]:
    """The contract and the invoice, each once it has a number: refused with everything that it lacks, for review where its lines do
    not add up. Both at one look over the goods, which may be thousands of lines."""
    terms, parties, lines = case[TERMS], agreed(case, PARTY), agreed(case, LINE)
    transport = case.get(TRANSPORT) or Transport()
    problems: list[Problem] = []
    seller, buyer = party_named(parties, "exporter", problems), party_named(parties, "importer", problems)
    delivery = _delivery(terms, transport, problems)
    sums, bare = _looked_over(lines)
    problems += [problem for key in sorted(bare, key=natural) for problem in _line_problems(key, lines[key])]
    sale = Sale(seller, buyer, delivery, dict(lines), sums, tuple(problems))
    answers: dict[Topic[Any], Answer] = {}
    if terms.contract_no:
        answers[CONTRACT] = _contract(terms, sale)
    if terms.invoice_no:
        answers[INVOICE] = _invoice(terms, sale, transport, parties.get("invoicer"))
    return answers


def _contract(terms: Terms, sale: Sale) -> Answer:
    total = terms.contract_total or terms.total
    if total is None or sale.problems:
        return _refused(sale, total, "trade.terms.contract_total")
    contract = SalesContract(
        terms.contract_no, sale.seller, sale.buyer, total, sale.delivery, sale.lines, terms.contract_date, terms.payment
    )
    # A contract that is sent in parts is larger than the goods of this dossier.
    return found(contract) if terms.contract_total else _summed(contract, total, sale.sums)


def _invoice(terms: Terms, sale: Sale, transport: Transport, invoicer: Party | None) -> Answer:
    if terms.total is None or sale.problems:
        return _refused(sale, terms.total, "trade.terms.total")
    invoice = CommercialInvoice(
        terms.invoice_no,
        sale.seller,
        sale.buyer,
        terms.total,
        sale.delivery,
        sale.lines,
        terms.invoice_date,
        terms.contract_no,
        terms.payment,
        " ".join(part for part in (transport.conveyance, transport.voyage) if part),
        transport.bill_no,
        None if invoicer is None else _named(invoicer),
    )
    return _summed(invoice, terms.total, sale.sums)


def _refused(sale: Sale, total: Money | None, where: str) -> Answer:
    return refused((*sale.problems, *(() if total is not None else (_no_total(where),))))


def trade_line_items(lines: Mapping[str, GoodsLine]) -> tuple[TradeLineItem, ...]:
    """The lines of goods in the document's words, in the order of their numbers. Every line has what a document must say of it."""
    items = []
    for key in sorted(lines, key=natural):
        line = lines[key]
        if line.quantity is None or line.amount is None:
            raise ValueError(f"line {key} has no quantity or no amount")
        items.append(
            TradeLineItem(
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
        )
    return tuple(items)


def agreed(case: Case, topic: Topic[Mapping[str, T]]) -> Mapping[str, T]:
    """All keys of a topic; the module waits while any of them is in conflict: a line in dispute is not left out of an invoice."""
    values = case[topic]
    if disputed := next(iter(case.conflicts(topic)), ""):
        raise Unmet(topic, disputed)
    return values


def is_numbered(case: Case) -> bool:
    """Nobody waits for a contract or an invoice that has no number."""
    terms = case.get(TERMS)
    return bool(case.conflicts(TERMS)) if terms is None else bool(terms.contract_no or terms.invoice_no)


def _summed(document: SalesContract | CommercialInvoice, total: Money, sums: Mapping[str, int]) -> Answer:
    """The document as found, or for review where its lines come to another sum than it says."""
    if others := sorted(sums.keys() - {total.currency}):
        told = ", ".join(others)
        return needs_review(
            document,
            Text(
                f"lines are in {told}, the total is in {total.currency}",
                f"商品项币制为 {told}，总额币制为 {total.currency}",
            ),
        )
    lines = Money(sums.get(total.currency, 0), total.currency)
    if lines == total:
        return found(document)
    return needs_review(
        document,
        Text(f"the lines come to {lines}, the total says {total}", f"各商品项合计 {lines}，总额为 {total}"),
    )


def party_named(parties: Mapping[str, Party], part: str, problems: list[Problem]) -> TradeParty:
    """A party as documents name it; where it has no name the problem is added."""
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
    return TradeParty("")


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


def _looked_over(lines: Mapping[str, GoodsLine]) -> tuple[dict[str, int], list[str]]:
    """What the lines come to, by currency, and the lines that lack something: in one pass."""
    sums: dict[str, int] = {}
    bare: list[str] = []
    for key, line in lines.items():
        amount = line.amount
        if amount is None or line.quantity is None or not line.unit or not (line.description or line.description_zh):
            bare.append(key)
        if amount is not None:
            sums[amount.currency] = sums.get(amount.currency, 0) + amount.minor
    return sums, bare


def _line_problems(key: str, line: GoodsLine) -> list[Problem]:
    wanted = {
        "description": line.description or line.description_zh,
        "quantity": line.quantity,
        "unit": line.unit,
        "amount": line.amount,
    }
    return [
        Problem(
            "DC04",
            f"goods.line/{key}.{name}",
            Text(f"line {key} has no {name}", f"第 {key} 项缺少 {name}"),
            Text("say it with the line", "请补充该商品项"),
        )
        for name, value in wanted.items()
        if value in (None, "")
    ]
