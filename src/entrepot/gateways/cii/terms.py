"""Terms of a Cross Industry Invoice: numbers and days, Incoterm, currency, total, payment, freight, the main carriage."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from entrepot.gateways import paper_values as values
from entrepot.gateways.ubl.reading import Reading, number, text
from entrepot.gateways.ubl.tree import Node
from entrepot.kernel.money import Money
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.trade import CHARGES, TERMS, TRANSPORT, Charge

_TRADE = "SupplyChainTradeTransaction"
_SUMS = "SpecifiedTradeSettlementHeaderMonetarySummation"
# UN/ECE Recommendation 19 modes -> customs transport modes.
_MODES = {"1": "2", "8": "2", "2": "3", "3": "4", "4": "5", "5": "6"}
_WORDS = {"freight": ("freight", "carriage", "shipping", "fracht", "运费"), "insurance": ("insurance", "保险")}
# UN/EDIFACT 7161: which charge it is, by its code.
_CODES = {"FC": "freight", "FAB": "freight", "DL": "freight", "ABV": "freight", "IN": "insurance"}


def day(node: Node) -> date:
    """A day as `20260320` (format 102), or with a time behind it."""
    return values.written_date(node.text[:8] if node.text[:8].isdigit() else node.text)


def money(currency: str) -> Callable[[Node], Money]:
    """What reads an amount: in the currency that it names itself, else in the document's."""

    def made(node: Node) -> Money:
        code = values.currency_code(node.attributes.get("currencyID") or currency)
        amount = values.plain(number(node))
        return values.exact_money(amount, code)

    return made


def read_terms(reading: Reading) -> str:
    """State the commercial terms; gives the document's currency (ISO 4217), empty where it names none."""
    root = reading.root
    agreement = root.first(_TRADE, "ApplicableHeaderTradeAgreement")
    settlement = root.first(_TRADE, "ApplicableHeaderTradeSettlement")
    document = root.first("ExchangedDocument")
    if document is not None and reading.kind == "invoice":
        reading.state(TERMS, "", "invoice_no", document.first("ID"), text)
        reading.state(TERMS, "", "invoice_date", document.first("IssueDateTime", "DateTimeString"), day)
    if agreement is not None:
        _references(reading, agreement)
        _incoterm(reading, agreement)
    currency = ""
    if settlement is not None:
        node = settlement.first("InvoiceCurrencyCode")
        reading.state(TERMS, "", "currency", node, lambda one: values.currency_code(one.text))
        currency = reading.found.get(TERMS, "", "currency") or ""
        terms = [one for one in settlement.each("SpecifiedTradePaymentTerms", "Description") if one.text]
        if terms:
            reading.state(TERMS, "", "payment", terms[0], lambda _: "; ".join(one.text for one in terms))
        _total(reading, settlement, currency)
        _charges(reading, settlement, currency)
    _carriage(reading)
    return currency


def _references(reading: Reading, agreement: Node) -> None:
    for name in ("ContractReferencedDocument", "BuyerOrderReferencedDocument", "SellerOrderReferencedDocument"):
        document = agreement.first(name)
        if document is not None and reading.state(TERMS, "", "contract_no", document.first("IssuerAssignedID"), text):
            reading.state(TERMS, "", "contract_date", document.first("FormattedIssueDateTime", "DateTimeString"), day)
            return


def _incoterm(reading: Reading, agreement: Node) -> None:
    terms = agreement.first("ApplicableTradeDeliveryTerms")
    rule = terms.first("DeliveryTypeCode") if terms is not None else None
    if terms is None or rule is None or not rule.text:
        return
    rule.used = True
    if rule.text.upper() not in values.INCOTERMS:
        reading.found.problem(
            "P014",
            rule.path,
            Text(f"{rule.text[:60]!r} is not a rule of Incoterms 2020", f"{rule.text[:60]!r} 不是 Incoterms 2020 术语"),
            Text("give the three-letter rule", "请填写三字母贸易术语"),
            severity="W",
        )
        return
    reading.state(TERMS, "", "incoterm", rule, lambda one: one.text.upper())
    ways = (("RelevantTradeLocation", "Name"), ("RelevantTradeLocation", "ID"))
    reading.state(TERMS, "", "place", next((one for way in ways for one in terms.each(*way) if one.text), None), text)


def _total(reading: Reading, settlement: Node, currency: str) -> None:
    """What is payable; where something was prepaid, the grand total before that. The lines' sum is checked."""
    sums = settlement.first(_SUMS)
    if sums is None or reading.kind != "invoice":
        return
    read = money(currency)
    prepaid = sums.first("TotalPrepaidAmount")
    name = "DuePayableAmount"
    if prepaid is not None:
        prepaid.used = True
        name = "GrandTotalAmount"
    # the amount is stated in the document's currency even where the tax is told in another
    node = next((one for one in sums.each(name) if one.attributes.get("currencyID", currency) == currency), None)
    if node is not None and reading.state(TERMS, "", "total", node, read):
        for one in (*sums.each("GrandTotalAmount"), *sums.each("DuePayableAmount")):
            one.used = one.used or one.text == node.text


def _charges(reading: Reading, settlement: Node, currency: str) -> None:
    """Freight and insurance, where exactly one amount is named for each."""
    given: dict[str, list[Node]] = {"freight": [], "insurance": []}
    for node in settlement.each("SpecifiedLogisticsServiceCharge"):
        _sort(node, ("Description",), "AppliedAmount", given, "freight")
    for node in settlement.each("SpecifiedTradeAllowanceCharge"):
        indicator = node.first("ChargeIndicator", "Indicator")
        if indicator is not None and indicator.text in ("true", "1"):
            _sort(node, ("Reason", "ReasonCode"), "ActualAmount", given, "")
    for sort, nodes in given.items():
        if len(nodes) == 1 and (amount := reading.value(nodes[0], money(currency))) is not None:
            charge = Charge("3", Decimal(amount.amount), amount.currency)
            reading.found.set(CHARGES, "", sort, charge, nodes[0].path)


def _sort(node: Node, names: tuple[str, ...], amount: str, given: dict[str, list[Node]], otherwise: str) -> None:
    said = " ".join(one.text for name in names for one in node.each(name))
    by_word = next((sort for sort, words in _WORDS.items() if any(word in said.lower() for word in words)), otherwise)
    sort = next((_CODES[one.text] for one in node.each("ReasonCode") if one.text in _CODES), by_word)
    sum_node = node.first(amount)
    if sort and sum_node is not None:
        given[sort].append(sum_node)


def _carriage(reading: Reading) -> None:
    way = (
        _TRADE,
        "ApplicableHeaderTradeDelivery",
        "RelatedSupplyChainConsignment",
        "SpecifiedLogisticsTransportMovement",
    )
    movements = reading.root.each(*way)
    if len(movements) == 1:
        reading.state(TRANSPORT, "", "mode", movements[0].first("ModeCode"), _mode)
        reading.state(TRANSPORT, "", "conveyance", movements[0].first("UsedLogisticsTransportMeans", "Name"), text)


def _mode(node: Node) -> str:
    if node.text not in _MODES:
        raise ValueError(f"transport mode {node.text[:20]!r} has no customs mode of its own")
    return _MODES[node.text]
