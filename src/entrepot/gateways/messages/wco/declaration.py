"""A WCO declaration: its head and its goods shipment -> statements; also requests to amend or give up one."""

from entrepot.gateways import paper_values as values
from entrepot.gateways.messages.state import as_count, as_day, as_kg, as_money, as_number, as_yes_or_no
from entrepot.gateways.messages.wco.documents import read_documents
from entrepot.gateways.messages.wco.items import read_items
from entrepot.gateways.messages.wco.names import ORIGINAL, REQUESTS, STATEMENTS
from entrepot.gateways.messages.wco.parties import read_parties
from entrepot.gateways.messages.wco.reading import Reading, raw, use
from entrepot.gateways.messages.wco.transport import read_loads, read_transport
from entrepot.gateways.ubl.tree import Node
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.clearance import WITHDRAWAL
from entrepot.kernel.vocabulary.customs import PARTICULARS
from entrepot.kernel.vocabulary.trade import CHARGES, PACKING, TERMS, Charge

_FLOWS = {"IM": "I", "EX": "E"}


def read_declaration(reading: Reading, declaration: Node) -> str:
    """State what a declaration says; gives its kind: `customs_declaration`, `customs_amendment` …"""
    function, type_code = declaration.first("FunctionCode"), declaration.first("TypeCode")
    kind = "customs_declaration"
    if raw(function) not in ("", ORIGINAL):
        kind = REQUESTS.get(raw(type_code), "customs_request")
    if raw(function) == ORIGINAL or kind in REQUESTS.values():
        use(function)
    if kind == "customs_cancellation":
        _read_cancellation(reading, declaration, type_code)
        return kind
    if kind == "customs_declaration":
        _read_type(reading, declaration, type_code)
    elif kind != "customs_request":
        use(type_code)
    _read_head(reading, declaration)
    shipment = declaration.first("GoodsShipment")
    read_parties(reading, declaration, declaration.first("Consignment"), shipment)
    items: list[tuple[str, Node]] = []
    if shipment is not None:
        _read_shipment(reading, shipment)
        items = read_items(reading, shipment)
    read_transport(reading, declaration, shipment)
    read_loads(reading, items)
    read_documents(reading, declaration, shipment, items)
    _check_counts(reading, declaration, shipment)
    return kind


def _read_type(reading: Reading, declaration: Node, node: Node | None) -> None:
    """Import or export, which the first two letters of the type say (D013)."""
    code = raw(node)
    if node is not None and (flow := _FLOWS.get(code[:2].upper())):
        reading.say(PARTICULARS, "", "flow", node, lambda _: flow)
        if len(code) > 2:
            reading.say(PARTICULARS, "", "type_code", node)
        return
    place = f"{declaration.path}/TypeCode"
    what, what_zh = (f"type {code!r} is", f"类型 {code!r}") if code else ("the type is missing: this is", "缺少类型，")
    reading.found.problem(
        "P024",
        place,
        Text(f"{what} neither an import (IM) nor an export (EX)", f"{what_zh}既非进口（IM）亦非出口（EX）"),
        Text("say by hand whether the goods go in or out", "请手工指明进口或出口"),
    )


def _read_head(reading: Reading, declaration: Node) -> None:
    reading.say(PARTICULARS, "", "reference", declaration.first("FunctionalReferenceID"))
    reading.say(PARTICULARS, "", "declaration_no", declaration.first("ID"))
    for name in ("AcceptanceDateTime", "IssueDateTime"):
        reading.once(PARTICULARS, "declared_on", declaration.first(name, "DateTimeString"), as_day)
    reading.say(PARTICULARS, "", "customs_master", declaration.first("DeclarationOfficeID"))
    reading.say(PARTICULARS, "", "exit_customs", declaration.first("ExitOffice", "ID"))
    reading.say(PACKING, "", "packages", declaration.first("TotalPackageQuantity"), as_count)
    gross = declaration.first("TotalGrossMassMeasure")
    reading.say(PACKING, "", "gross_kg", gross, as_kg(_unit(gross)))
    invoice = declaration.first("InvoiceAmount")
    if reading.say(TERMS, "", "total", invoice, as_money(_currency(invoice))):
        total = reading.found.get(TERMS, "", "total")
        reading.found.set(TERMS, "", "currency", total.currency, f"{raw_path(invoice)}/@currencyID")
    for statement in declaration.each("AdditionalInformation"):
        code, text = statement.first("StatementCode"), statement.first("StatementDescription")
        if (field := STATEMENTS.get(raw(code))) and text is not None:
            if reading.say(PARTICULARS, "", field, text, str if field == "formula_price" else as_yes_or_no):
                use(code)
        elif text is not None and not raw(code) and not raw(statement.first("StatementTypeCode")):
            reading.once(PARTICULARS, "remarks", text)


def _read_shipment(reading: Reading, shipment: Node) -> None:
    invoice = shipment.first("Invoice")
    if invoice is not None:
        reading.say(TERMS, "", "invoice_no", invoice.first("ID"))
        reading.say(TERMS, "", "invoice_date", invoice.first("IssueDateTime", "DateTimeString"), as_day)
    reading.say(TERMS, "", "contract_no", shipment.first("UCR", "TraderAssignedReferenceID"))
    reading.say(PARTICULARS, "", "domestic_region", shipment.first("Destination", "RegionID"))
    freight = shipment.first("CustomsValuation", "FreightChargeAmount")
    amount = reading.value(freight, as_number)
    if freight is not None and amount is not None:
        currency = _currency(freight)
        try:
            charge = Charge("3", amount, values.currency_code(currency))
        except ValueError:
            freight.used = False  # an amount of no known currency is no freight: it stays listed
        else:
            reading.found.set(CHARGES, "", "freight", charge, freight.path)
    _read_terms(reading, shipment.first("TradeTerms"))


def _read_terms(reading: Reading, terms: Node | None) -> None:
    if terms is None:
        return
    rule = terms.first("ConditionCode")
    if rule is not None and rule.text.upper() in values.INCOTERMS:
        reading.say(TERMS, "", "incoterm", rule, str.upper)
    elif rule is not None and rule.text:
        reading.found.problem(
            "P014",
            rule.path,
            Text(f"{rule.text[:60]!r} is not a rule of Incoterms 2020", f"{rule.text[:60]!r} 不是 Incoterms 2020 术语"),
            Text("give the three-letter rule", "请填写三字母贸易术语"),
            severity="W",
        )
    for name in ("LocationName", "LocationID"):
        reading.once(TERMS, "place", terms.first(name))


def _read_cancellation(reading: Reading, declaration: Node, type_code: Node | None) -> None:
    """A request to give a declaration up: which, why, and the day; a message without a day is of the day it is read."""
    use(type_code)
    read_parties(reading, declaration)
    reading.found.set(WITHDRAWAL, "", "kind", "cancel", raw_path(type_code))
    reading.say(WITHDRAWAL, "", "declaration", declaration.first("ID"))
    reasons = [node for node in declaration.each("AdditionalInformation", "StatementDescription") if node.text]
    use(*reasons, *declaration.each("AdditionalInformation", "StatementTypeCode"))
    if reasons:
        said = "; ".join(node.text for node in reasons)
        reading.found.set(WITHDRAWAL, "", "reason", said, "; ".join(node.path for node in reasons))
    issued = declaration.first("IssueDateTime", "DateTimeString")
    if not reading.say(WITHDRAWAL, "", "asked_on", issued, as_day):
        place = f"{declaration.path}/IssueDateTime"
        reading.found.set(WITHDRAWAL, "", "asked_on", reading.found.today, place)
        reading.found.problem(
            "P025",
            place,
            Text("the request carries no day: the day of reading stands for it", "申请未载日期：以读取当日代之"),
            Text("correct it by hand if it was made earlier", "如系更早提出，请手工更正"),
            severity="W",
        )


def _check_counts(reading: Reading, declaration: Node, shipment: Node | None) -> None:
    """The number of lines that the head states against the lines that are there."""
    stated = declaration.first("GoodsItemQuantity")
    count = reading.value(stated, as_count)
    lines = 0 if shipment is None else len(shipment.each("GovernmentAgencyGoodsItem"))
    if (
        stated is not None
        and count is not None
        and lines
        and count != lines
        and raw(declaration.first("FunctionCode")) == ORIGINAL
    ):
        reading.found.problem(
            "P026",
            stated.path,
            Text(f"{count} lines are announced, {lines} are there", f"申明共 {count} 项，实有 {lines} 项"),
            Text("send the whole declaration, or correct the number", "请提交完整报关单，或更正项数"),
        )


def raw_path(node: Node | None) -> str:
    """The place of an element that is there."""
    return "" if node is None else node.path


def _currency(node: Node | None) -> str:
    return "" if node is None else node.attributes.get("currencyID", "")


def _unit(node: Node | None) -> str:
    return "KGM" if node is None else node.attributes.get("unitCode", "KGM")
