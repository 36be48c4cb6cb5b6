"""Terms of a UBL document: numbers and days of contract and invoice, Incoterm, currency, total, payment, charges."""

from entrepot.gateways import paper_values as values
from entrepot.gateways.ubl.reading import Reading, amount, day, text, yes_or_no
from entrepot.gateways.ubl.tree import Node
from entrepot.kernel.money import Money
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.kernel.vocabulary.trade import CHARGES, TERMS, Charge

# Documents whose own number is the number of the goods' invoice, or of the contract.
_INVOICES = ("invoice", "self_billed_invoice")
_CONTRACTS = ("order", "order_response", "order_change")
# Notes that correct an invoice carry totals of the correction, not of the trade.
_CORRECTIONS = ("credit_note", "debit_note", "self_billed_credit_note", "reminder", "statement")
_TOTALS = ("LegalMonetaryTotal", "RequestedMonetaryTotal", "AnticipatedMonetaryTotal", "QuotedMonetaryTotal")
# UN/ECE 7161 and 5189 codes for freight and insurance among charges, and the words for them.
_CHARGES = {
    "freight": (("FC", "FCA", "FAB", "DL", "ABV"), ("freight", "carriage", "shipping", "运费")),
    "insurance": (("IN", "FAI"), ("insurance", "保险")),
}
_LINES = ("InvoiceLine", "OrderLine", "CreditNoteLine", "DebitNoteLine", "QuotationLine", "LineItem", "Price")


def read_terms(reading: Reading) -> None:
    """State the commercial terms and the charges of the main carriage."""
    root, found = reading.root, reading.found
    if reading.kind in _INVOICES:
        reading.state(TERMS, "", "invoice_no", root.first("ID"), text)
        reading.state(TERMS, "", "invoice_date", root.first("IssueDate"), day)
    else:
        _reference(
            reading, "invoice", (("BillingReference", "InvoiceDocumentReference"), ("InvoiceDocumentReference",))
        )
    contracts = (("ContractDocumentReference",), ("Contract",), ("OrderReference",))
    if not _reference(reading, "contract", contracts) and reading.kind in _CONTRACTS:
        reading.state(TERMS, "", "contract_no", root.first("ID"), text)
        reading.state(TERMS, "", "contract_date", root.first("IssueDate"), day)
    _incoterm(reading)
    for name in ("DocumentCurrencyCode", "PricingCurrencyCode"):
        if found.get(TERMS, "", "currency") is None:
            reading.state(TERMS, "", "currency", root.first(name), lambda node: values.currency_code(node.text))
    _total(reading)
    if found.get(TERMS, "", "currency") is None and (total := found.get(TERMS, "", "total")) is not None:
        found.set(TERMS, "", "currency", total.currency, f"{found.place(TERMS, '', 'total')}/@currencyID")
    notes = [node for node in root.each("PaymentTerms", "Note") if node.text]
    if notes:
        reading.state(TERMS, "", "payment", notes[0], lambda _: "; ".join(node.text for node in notes))
    _charges(reading)


def _reference(reading: Reading, what: str, ways: tuple[tuple[str, ...], ...]) -> bool:
    for way in ways:
        node = reading.root.first(*way)
        if node is not None and reading.state(TERMS, "", f"{what}_no", node.first("ID"), text):
            reading.state(TERMS, "", f"{what}_date", node.first("IssueDate"), day)
            return True
    return False


def _incoterm(reading: Reading) -> None:
    for terms in [node for node in reading.nodes if node.name == "DeliveryTerms"]:
        rule = terms.first("ID")
        if rule is None or not rule.text:
            continue
        rule.used = True
        if rule.text.upper() not in values.INCOTERMS:
            reading.found.problem(
                "P014",
                rule.path,
                Text(
                    f"{rule.text[:60]!r} is not a rule of Incoterms 2020",
                    f"{rule.text[:60]!r} 不是 Incoterms 2020 术语",
                ),
                Text("give the three-letter rule", "请填写三字母贸易术语"),
                severity="W",
            )
            continue
        reading.state(TERMS, "", "incoterm", rule, lambda node: node.text.upper())
        place = terms.first("DeliveryLocation")
        if place is not None:
            ways = (("Name",), ("Description",), ("ID",), ("Address", "CityName"))
            named = next((node for way in ways for node in place.each(*way) if node.text), None)
            reading.state(TERMS, "", "place", named, text)


def _total(reading: Reading) -> None:
    """The invoice total is what is payable; where something was prepaid, the amount before that. The lines' sum is checked."""
    root = reading.root
    total = next((node for name in _TOTALS for node in root.each(name)), None)
    if total is None or reading.kind in _CORRECTIONS:
        return
    prepaid = total.first("PrepaidAmount")
    whole = total.first("TaxInclusiveAmount")
    if prepaid is not None and whole is not None:
        prepaid.used = True
        reading.state(TERMS, "", "total", whole, amount)
    elif prepaid is None:
        reading.state(TERMS, "", "total", total.first("PayableAmount"), amount)
    stated = total.first("LineExtensionAmount")
    sums = [reading.found.get(LINE, key, "amount") for key in reading.found.keys(LINE)]
    if stated is None or not sums or None in sums:
        return
    given, added = reading.value(stated, amount), _sum(sums)
    if given is not None and added is not None and given != added:
        reading.found.problem(
            "P015",
            stated.path,
            Text(
                f"the lines add up to {added}, the document says {given}",
                f"各项合计 {added}，单证所列为 {given}",
            ),
            Text("correct the line or the total that is wrong", "请更正有误的分项或合计"),
        )


def _sum(amounts: list[Money]) -> Money | None:
    if len({money.currency for money in amounts}) != 1:
        return None
    return Money(sum(money.minor for money in amounts), amounts[0].currency)


def _charges(reading: Reading) -> None:
    """Freight and insurance, where exactly one amount is named for each; several are left for a person to add."""
    given: dict[str, list[Node]] = {"freight": [], "insurance": []}
    for node in reading.nodes:
        if node.name == "InsurancePremiumAmount":
            given["insurance"].append(node)
        elif node.name in ("FreightAllowanceCharge", "AllowanceCharge") and not node.within(*_LINES):
            sort, sum_node = _sort(node), node.first("Amount")
            if sort and sum_node is not None and _is_charge(reading, node):
                given[sort].append(sum_node)
    for sort, nodes in given.items():
        read = [(node, reading.value(node, amount)) for node in nodes]
        if len({money for _, money in read}) == 1 and read[0][1] is not None:
            charge = Charge("3", read[0][1].amount, read[0][1].currency)
            reading.found.set(CHARGES, "", sort, charge, read[0][0].path)
        else:
            for node in nodes:
                node.used = False


def _is_charge(reading: Reading, node: Node) -> bool:
    indicator = node.first("ChargeIndicator")
    return indicator is not None and bool(reading.value(indicator, yes_or_no))


def _sort(node: Node) -> str:
    """Whether an amount is for freight or for insurance, by its code or its words."""
    code = node.first("AllowanceChargeReasonCode")
    reason = " ".join(inner.text.lower() for inner in node.each("AllowanceChargeReason"))
    for sort, (codes, words) in _CHARGES.items():
        if (code is not None and code.text in codes) or any(word in reason for word in words):
            return sort
    return "freight" if node.name == "FreightAllowanceCharge" and code is None and not reason else ""
