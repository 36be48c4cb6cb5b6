"""Reading an invoice: INVOIC, in the syntax of EDIFACT or as XML (ISO 20625)."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from entrepot.gateways.bounds import MAX_TEXT
from entrepot.gateways.extract import Found, refusal
from entrepot.gateways.messages.edifact.reading import Reading, country, number
from entrepot.gateways.messages.edifact.structure import COMPOSITES, SEGMENTS, placed
from entrepot.gateways.messages.edifact.syntax import Message, Segment, day_of
from entrepot.gateways.messages.state import as_text, leave
from entrepot.gateways.messages.xml import read_tree
from entrepot.gateways.paper_values import INCOTERMS, currency_code, exact_money, hs_code, in_kg, is_chinese, is_uscc
from entrepot.gateways.ubl.tree import Node
from entrepot.kernel.money import Money, Price
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.kernel.vocabulary.trade import PARTY, TERMS

KINDS = {
    "380": "invoice", "381": "credit_note", "383": "debit_note", "384": "invoice", "389": "self_billed_invoice",
    "261": "self_billed_credit_note", "325": "proforma_invoice",
}  # fmt: skip
_NOTES = frozenset({"credit_note", "debit_note", "self_billed_credit_note"})
_PARTS = {
    "SE": "exporter", "SU": "exporter", "EX": "exporter", "BY": "importer", "IM": "importer", "IV": "importer",
    "MF": "producer", "DP": "delivery", "CZ": "consignor", "CN": "consignee", "PE": "payee",
}  # fmt: skip
_SELLERS_CODE, _BUYERS_CODE, _HS = "SA", "IN", "HS"
# Amounts by 5025: sum of the lines, invoice total, what is due, what was paid before.
_SUM, _TOTAL, _DUE, _PAID = "79", "388", "9", "113"
_FULL_PIECE = 35


def read_invoice(message: Message, today: date) -> tuple[str, Found]:
    """The kind of an invoice and what it says."""
    reading = _Invoice(message, today)
    reading.read()
    reading.leave_unused()
    return reading.kind, reading.found


def read_xml(data: bytes, today: date) -> tuple[str, Found]:
    """The same from the XML form."""
    root = read_tree(data)
    unplaced: list[Node] = []
    segments = tuple(
        _segment(node, place, unplaced)
        for place, node in enumerate((one for one in root.walk() if one.name.startswith("S_")), 1)
    )
    if not segments:
        raise refusal(
            "P008",
            root.path,
            Text("the message has no segments", "报文没有段"),
            Text("send the message as its system wrote it", "请提交系统生成的原始报文"),
        )
    kind, found = read_invoice(Message("INVOIC", "D.14B", "", segments), today)
    for node in unplaced:
        leave(found, node.path, node.text)
    return kind, found


def _segment(node: Node, number_: int, unplaced: list[Node]) -> Segment:
    """A segment from its XML element: named parts go to their places."""
    tag = node.name[2:]
    elements: dict[int, tuple[str, ...]] = {}
    for child in node.children:
        place = placed(child.name[2:], SEGMENTS.get(tag, ()), set(elements))
        if not place:
            unplaced += [leaf for leaf in child.walk() if leaf.text]
        elif child.name.startswith("C_"):
            parts: dict[int, str] = {}
            order = COMPOSITES.get(child.name[2:].partition("_")[0], ())
            for part in child.children:
                at = placed(part.name[2:], order, set(parts))
                if at:
                    parts[at] = _fit(part, unplaced)
                elif part.text:
                    unplaced.append(part)
            elements[place] = tuple(parts.get(at, "") for at in range(1, max(parts, default=0) + 1))
        else:
            elements[place] = (_fit(child, unplaced),)
    return Segment(tag, tuple(elements.get(place, ("",)) for place in range(1, max(elements, default=0) + 1)), number_)


def _fit(node: Node, unplaced: list[Node]) -> str:
    """The text of an element; what is longer than a field may be is left to be listed."""
    if len(node.text) > MAX_TEXT:
        unplaced.append(node)
        return ""
    return as_text(node.text)


class _Invoice(Reading):
    """An invoice while it is read: its head, its lines (from LIN), its sums (after UNS)."""

    def __init__(self, message: Message, today: date) -> None:
        super().__init__(message, today)
        self.kind = "invoice"
        self.line = self.part = self.reference = self.currency = ""
        self.lines: set[str] = set()
        self.sums: dict[str, Segment] = {}
        self.names: dict[str, list[Segment]] = {}

    def read(self) -> None:
        """State all that the invoice says of goods, parties and money."""
        for segment in self.message.segments:
            if segment.tag == "CUX" and segment.get(1) == "2":
                self.currency = segment.get(1, 2)
                self.put(TERMS, "", "currency", segment, (1, 2), currency_code, (1, 1))
                break
        summing = False
        for segment in self.message.segments:
            if segment.tag == "UNS":
                summing, self.line = True, ""
            elif summing:
                if segment.tag == "MOA" and segment.get(1) not in self.sums:
                    self.sums[segment.get(1)] = segment
            elif segment.tag == "LIN":
                self._begin(segment)
            elif (reader := (_LINE if self.line else _HEAD).get(segment.tag)) is not None:
                reader(self, segment)
            if segment.tag not in ("RFF", "DTM", "CTA", "COM", "FII", "LOC", "NAD"):
                self.part = ""
            if segment.tag != "DTM":
                self.reference = segment.get(1) if segment.tag == "RFF" and not self.part else ""
        for key, segments in self.names.items():
            self._describe(key, segments)
        self._total()

    def _money(self, segment: Segment) -> Callable[[str], Money]:
        return lambda raw: exact_money(number(raw), currency_code(segment.get(1, 3) or self.currency))

    # -- head -------------------------------------------------------------------------------------------------------

    def _document(self, segment: Segment) -> None:
        self.kind = KINDS.get(segment.get(1), "invoice")
        segment.use(1)
        if self.kind not in _NOTES:
            self.put(TERMS, "", "invoice_no", segment, (2, 1))

    def _day(self, segment: Segment) -> None:
        if segment.get(1) == "137" and self.kind not in _NOTES:
            self.put(TERMS, "", "invoice_date", segment, (1, 2), day_of, (1, 1), (1, 3))
        elif segment.get(1) == "171" and self.reference == "CT":
            self.put(TERMS, "", "contract_date", segment, (1, 2), day_of, (1, 1), (1, 3))

    def _reference(self, segment: Segment) -> None:
        code = segment.get(1)
        if self.part:
            if is_uscc(segment.get(1, 2)):
                self.put(PARTY, self.part, "uscc", segment, (1, 2), as_text, (1, 1))
            return
        contract = any(one.tag == "RFF" and one.get(1) == "CT" for one in self.message.segments)
        if code == "CT" or (code == "ON" and not contract):
            self.put(TERMS, "", "contract_no", segment, (1, 2), as_text, (1, 1))

    def _payment(self, segment: Segment) -> None:
        if segment.get(1) == "AAB" and self.joined(segment, 4, TERMS, "", "payment", " "):
            segment.use(1)

    def _party(self, segment: Segment) -> None:
        part = _PARTS.get(segment.get(1), "")
        self.part = part if part and part not in self.found.keys(PARTY) else ""
        if not self.part:
            return
        segment.use(1)
        names = segment.elements[3] if len(segment.elements) > 3 else ()
        if any(names):
            whole = 1
            while whole < len(names) and len(names[whole - 1]) == _FULL_PIECE:  # a name that goes on in the next piece
                whole += 1
            name = "".join(names[:whole])
            self.found.set(
                PARTY, part, "name_zh" if is_chinese(name) else "name", self.words(segment, 4, name), segment.place(4)
            )
            segment.use(4, *range(1, whole + 1))
        elif segment.get(2):
            self.put(PARTY, part, "number", segment, (2, 1), as_text, (2, 3))
        lines = [
            *(segment.elements[4] if len(segment.elements) > 4 else ()),
            segment.get(6),
            segment.get(7, 4),
            segment.get(8),
        ]
        if any(lines):
            self.found.set(
                PARTY,
                part,
                "address",
                self.words(segment, 5, ", ".join(line for line in lines if line)),
                segment.place(5),
            )
            for element, components in ((5, (1, 2, 3, 4)), (6, (1,)), (7, (4,)), (8, (1,))):
                segment.use(element, *components)
        self.put(PARTY, part, "country", segment, (9, 1), country)

    def _delivery(self, segment: Segment) -> None:
        if segment.get(3).upper() in INCOTERMS:
            self.put(TERMS, "", "incoterm", segment, (3, 1), str.upper, (1, 1))

    def _place(self, segment: Segment) -> None:
        if segment.get(1) == "1":
            self.put(TERMS, "", "place", segment, (2, 4) if segment.get(2, 4) else (2, 1), as_text, (1, 1))

    # -- lines ------------------------------------------------------------------------------------------------------

    def _begin(self, segment: Segment) -> None:
        raw = segment.get(1).lstrip("0")
        free = raw.isdigit() and raw not in self.lines
        self.line = raw if free else f"{raw or 'x'}-{segment.number}"
        self.lines.add(self.line)
        if free:
            segment.use(1)
        self.found.mention(LINE, self.line, segment.place(1))
        self.part = ""

    def _code(self, segment: Segment) -> None:
        for element in range(2, len(segment.elements) + 1):
            kind = segment.get(element, 2)
            if kind == _SELLERS_CODE and self.found.get(LINE, self.line, "item_code") is None:
                self.put(LINE, self.line, "item_code", segment, (element, 1), as_text, (element, 2), (1, 1))
            elif kind == _HS:
                self.put(LINE, self.line, "hs", segment, (element, 1), hs_code, (element, 2), (1, 1))

    def _name(self, segment: Segment) -> None:
        if segment.get(3, 4):
            self.names.setdefault(self.line, []).append(segment)

    def _describe(self, key: str, segments: list[Segment]) -> None:
        """Name and description together; what only repeats the other is left out."""
        said: dict[str, list[str]] = {"description": [], "description_zh": []}
        places: dict[str, list[str]] = {"description": [], "description_zh": []}
        for segment in segments:
            text = self.words(segment, 3, segment.get(3, 4) + segment.get(3, 5))
            field = "description_zh" if is_chinese(text) else "description"
            segment.use(1)
            segment.use(3, 4, 5)
            if not any(text.casefold() in one.casefold() for one in said[field]):
                said[field] = [one for one in said[field] if one.casefold() not in text.casefold()] + [text]
                places[field].append(segment.place(3, 4))
        for field, texts in said.items():
            if texts:
                self.found.set(LINE, key, field, "; ".join(texts), "; ".join(places[field]))

    def _quantity(self, segment: Segment) -> None:
        if segment.get(1) == "47":
            self.put(LINE, self.line, "quantity", segment, (1, 2), number, (1, 1))
            self.put(LINE, self.line, "unit", segment, (1, 3))

    def _amount(self, segment: Segment) -> None:
        if segment.get(1) == "203" and self.found.get(LINE, self.line, "amount") is None:
            self.put(LINE, self.line, "amount", segment, (1, 2), self._money(segment), (1, 1), (1, 3))

    def _price(self, segment: Segment) -> None:
        if segment.get(1) != "AAA":
            return
        per = segment.get(1, 5)
        unit = segment.get(1, 6) or self.found.get(LINE, self.line, "unit") or ""

        def made(raw: str) -> Price:
            base = number(per) if per else Decimal(1)
            if not base:
                raise ValueError("a price for a base quantity of 0")
            return Price(number(raw), currency_code(self.currency), unit, base)

        self.put(LINE, self.line, "price", segment, (1, 2), made, (1, 1), (1, 5), (1, 6))

    def _origin(self, segment: Segment) -> None:
        self.put(LINE, self.line, "origin", segment, (1, 1), country)

    def _weight(self, segment: Segment) -> None:
        field = {"AAL": "net_kg", "AAA": "net_kg", "AAB": "gross_kg", "G": "gross_kg"}.get(segment.get(2))
        if field is not None:
            unit = segment.get(3)
            self.put(
                LINE, self.line, field, segment, (3, 2), lambda raw: in_kg(number(raw), unit), (1, 1), (2, 1), (3, 1)
            )

    def _total(self) -> None:
        """The invoice total is what is due; where something was paid before, the amount before that."""
        if self.kind in _NOTES:
            return
        paid = self.sums.get(_PAID)
        total = self.sums.get(_TOTAL) if paid is not None or _DUE not in self.sums else self.sums[_DUE]
        if total is not None:
            self.put(TERMS, "", "total", total, (1, 2), self._money(total), (1, 1), (1, 3))
        if paid is not None:
            paid.use(1, 1, 2, 3)
        stated = self.sums.get(_SUM)
        amounts = [self.found.get(LINE, key, "amount") for key in self.found.keys(LINE)]
        if stated is None or not amounts or None in amounts:
            return
        self._compare(stated, sum(one.minor for one in amounts))

    def _compare(self, stated: Segment, added: int) -> None:
        try:
            given = self._money(stated)(stated.get(1, 2))
        except ValueError as error:
            self.misread(stated, 1, str(error))
            return
        stated.use(1, 1, 2, 3)
        if given.minor != added:
            made = Money(added, given.currency)
            self.found.problem(
                "P015",
                stated.place(1, 2),
                Text(f"the lines add up to {made}, the document says {given}", f"各项合计 {made}，单证所列为 {given}"),
                Text("correct the line or the total that is wrong", "请更正有误的分项或合计"),
            )


_HEAD: dict[str, Callable[[_Invoice, Segment], None]] = {
    "BGM": _Invoice._document, "DTM": _Invoice._day, "RFF": _Invoice._reference, "FTX": _Invoice._payment,
    "NAD": _Invoice._party, "TOD": _Invoice._delivery, "LOC": _Invoice._place,
}  # fmt: skip
_LINE: dict[str, Callable[[_Invoice, Segment], None]] = {
    "PIA": _Invoice._code, "IMD": _Invoice._name, "QTY": _Invoice._quantity, "MOA": _Invoice._amount,
    "PRI": _Invoice._price, "ALI": _Invoice._origin, "MEA": _Invoice._weight,
}  # fmt: skip
