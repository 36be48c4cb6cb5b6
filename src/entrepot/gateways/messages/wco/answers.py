"""Responses of customs in the WCO Data Model (as HMRC's declaration service sends them) -> answers of customs."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from entrepot.gateways.extract import Found
from entrepot.gateways.messages.state import as_day, as_number
from entrepot.gateways.messages.wco.names import message_of
from entrepot.gateways.messages.wco.pointers import field_path
from entrepot.gateways.messages.wco.reading import Reading, raw, use
from entrepot.gateways.ubl.tree import Node
from entrepot.kernel.text import Text
from entrepot.kernel.topics import Topic, companions
from entrepot.kernel.vocabulary.answers import ACCEPTANCE, QUERY, RELEASE
from entrepot.kernel.vocabulary.clearance import AMENDED, CANCELLED, NOTICE
from entrepot.kernel.vocabulary.decisions import FORM

REJECTED = next(topic for topic in companions(FORM) if topic.name.endswith(".rejected"))

# What a response tells by its function code, beside what is read apart below; and how urgent it is.
_TELLS: Mapping[str, tuple[str, str]] = {
    "02": ("other", "declaration received and registered; not yet accepted"),
    "05": ("inspection", "the declaration is under control"),
    "06": ("papers", "documents are to be shown"),
    "11": ("other", "status of a request about the declaration"),
    "13": ("tax", "duties and taxes"),
    "14": ("tax", "a payment is due"),
    "15": ("tax", "a payment is overdue"),
    "16": ("other", "the goods left"),
    "17": ("other", "the goods left, as another office reports"),
    "50": ("papers", "customs asks a question"),
    "51": ("papers", "goods are to be presented"),
}
_CLEARED = frozenset({"08", "09"})
_DECIDED: Mapping[str, Topic[Any]] = {"07": AMENDED, "10": CANCELLED}


def read_answers(reading: Reading, responses: list[Node]) -> str:
    """State each response; the kind is `customs_answer`."""
    for response in responses:
        _read_answer(reading, response)
    return "customs_answer"


def _read_answer(reading: Reading, response: Node) -> None:
    """One response about one declaration: what it means follows from its function code."""
    function = response.first("FunctionCode")
    code = raw(function).zfill(2)
    declaration = response.first("Declaration")
    number = declaration.first("ID") if declaration else None
    own = declaration.first("FunctionalReferenceID") if declaration else None
    issued = response.first("IssueDateTime", "DateTimeString")
    day = reading.value(issued, as_day)
    if declaration is None or day is None or not (raw(number) or raw(own)):
        _incomplete(reading.found, response, day is None)
        return
    key, place = raw(number) or raw(own), (number or own or declaration).path
    if code == "01":
        accepted = reading.value(declaration.first("AcceptanceDateTime", "DateTimeString"), as_day)
        reading.found.set(ACCEPTANCE, key, "accepted_on", accepted or day, place)
        reading.say(ACCEPTANCE, key, "message", own, message_of)
        _read_errors(reading, response, key, day)
    elif code == "03":
        _read_rejection(reading, response, declaration, own or number)
    elif code in _DECIDED:
        _decide(reading, _DECIDED[code], key, response, own)
    elif code in _CLEARED:
        reading.found.set(RELEASE, key, "released_on", day, place)
    else:
        _notify(reading, response, code, key, day)
    use(function, issued)
    if code != "03":
        use(number if raw(number) else own)


def _incomplete(found: Found, response: Node, no_day: bool) -> None:
    lacks, lacks_zh = ("the day it was issued", "签发日期") if no_day else ("the declaration it is about", "所涉报关单")
    found.problem(
        "P028",
        response.path,
        Text(f"the response does not name {lacks}", f"回执未载明{lacks_zh}"),
        Text("ask customs to send it again, or enter the answer by hand", "请海关重发，或手工录入回执"),
    )


def _read_rejection(reading: Reading, response: Node, declaration: Node, message: Node | None) -> None:
    """A rejection names each fault by its code and where it is; the message is known by the id it came under."""
    errors = response.each("Error")
    use(message)
    key, place = message_of(raw(message)), _places(errors) or ("" if message is None else message.path)
    faults = [_fault(error) for error in errors]
    reading.found.set(REJECTED, key, "reason", "; ".join(faults) or "rejected without a reason", place)
    reading.found.set(REJECTED, key, "office", "customs", place)
    codes = tuple(dict.fromkeys(raw(error.first("ValidationCode")) for error in errors))
    if codes:
        reading.found.set(REJECTED, key, "codes", codes, place)
    use(*(node for error in errors for node in error.walk()), declaration.first("RejectionDateTime", "DateTimeString"))


def _read_errors(reading: Reading, response: Node, key: str, day: date) -> None:
    """What customs asks about a declaration it took in: one question with everything in it."""
    errors = response.each("Error")
    if not errors:
        return
    told = {raw(error.first("Description")) for error in errors} - {""}
    notes = [note for note in response.each("AdditionalInformation") if raw(note.first("StatementDescription")) in told]
    question = "; ".join(_fault(error) for error in errors)
    reading.found.set(QUERY, key, "asked_on", day, errors[0].path)
    reading.found.set(QUERY, key, "question", question, _places([*errors, *notes]))
    reading.found.set(QUERY, key, "field", field_path(errors[0].each("Pointer")), errors[0].path)
    use(*(inner for node in [*errors, *notes] for inner in node.walk()))


def _fault(error: Node) -> str:
    code, said = raw(error.first("ValidationCode")), raw(error.first("Description"))
    return f"{code} {said}".strip() + f" at {field_path(error.each('Pointer'))}"


def _decide(reading: Reading, topic: Topic[Any], key: str, response: Node, own: Node | None) -> None:
    """An amendment or cancellation that customs carried out; the reasons name what was changed, and the code of the reason."""
    changes = response.each("Amendment")
    notes = [node for node in response.each("AdditionalInformation", "StatementDescription") if node.text]
    reason = "; ".join(dict.fromkeys([*(node.text for node in notes), *(_change(change) for change in changes)]))
    reading.say(topic, key, "decided_on", response.first("IssueDateTime", "DateTimeString"), as_day)
    reading.say(topic, key, "allowed", response.first("FunctionCode"), lambda _: True)
    reading.found.set(topic, key, "reason", reason, _places(notes + changes))
    reading.say(topic, key, "message", own, message_of)
    use(*notes, *(inner for node in changes for inner in node.walk()))


def _change(change: Node) -> str:
    """What was changed, and the code of the reason why."""
    code = raw(change.first("ChangeReasonCode"))
    return field_path(change.each("Pointer")) + (f" [{code}]" if code else "")


def _places(nodes: list[Node]) -> str:
    """The places of several elements, the first twenty."""
    return "; ".join(node.path for node in nodes[:20])


def _notify(reading: Reading, response: Node, code: str, key: str, day: date) -> None:
    """Anything else customs tells, under the response's own number."""
    own = response.first("FunctionalReferenceID")
    notice = raw(own) or f"{key}.{code}.{day:%Y%m%d}"
    place = response.path if own is None else own.path
    kind, text = _TELLS.get(code, ("other", f"response of kind {code}"))
    said = [node for node in response.each("AdditionalInformation", "StatementDescription") if node.text]
    changed = [_change(change) for change in response.each("Amendment")]
    parts = [text, *(node.text for node in said), *dict.fromkeys(changed)]
    amounts: list[Node] = []
    if kind == "tax":
        amounts = _amounts(response)
        parts.append(_sums(reading, amounts))
    status = [node for node in response.each("Status", "NameCode") if node.text]
    effective = response.first("Status", "EffectiveDateTime", "DateTimeString")
    since = reading.value(effective, as_day)
    if status:
        parts.append("status " + ", ".join(node.text for node in status) + (f" of {since}" if since else ""))
    reading.found.set(NOTICE, notice, "received_on", day, place)
    reading.found.set(NOTICE, notice, "kind", kind, place)
    told = [*said, *status, *response.each("Amendment"), *amounts]
    reading.found.set(NOTICE, notice, "text", "; ".join(part for part in parts if part), _places(told) or place)
    reading.found.set(NOTICE, notice, "declaration", key, place)
    limits = response.each("AdditionalInformation", "LimitDateTime", "DateTimeString")
    if len(limits) == 1:
        reading.say(NOTICE, notice, "due_by", limits[0], as_day)
    use(own, *said, *status)
    use(*(inner for node in response.each("Amendment") for inner in node.walk()))


def _amounts(response: Node) -> list[Node]:
    """What is to be paid of each tax of each line."""
    lines = response.each("Declaration", "GoodsShipment", "GovernmentAgencyGoodsItem")
    use(*(line.first("SequenceNumeric") for line in lines))
    fees = [fee for line in lines for fee in line.each("Commodity", "DutyTaxFee")]
    paid = [fee.first("Payment", "PaymentAmount") or fee.first("Payment", "TaxAssessedAmount") for fee in fees]
    return [node for node in paid if node is not None and node.text]


def _sums(reading: Reading, amounts: list[Node]) -> str:
    """What each kind of tax comes to, added up over the lines, in the currency it is stated in."""
    sums: dict[tuple[str, str], Decimal] = {}
    for node in amounts:
        amount = reading.value(node, as_number)
        fee = node.parent.parent if node.parent is not None else None
        tax = fee.first("TypeCode") if fee is not None else None
        if amount is not None:
            kind = (raw(tax), node.attributes.get("currencyID", ""))
            sums[kind] = sums.get(kind, Decimal(0)) + amount
            use(tax)
    return ", ".join(f"{kind} {currency} {amount}" for (kind, currency), amount in sums.items())
