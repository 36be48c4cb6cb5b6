"""Reading a CUSDEC message: the declaration, or the request to give one up."""

from collections.abc import Callable
from datetime import date
from typing import Any

from entrepot.gateways.extract import Found
from entrepot.gateways.messages.edifact import codes
from entrepot.gateways.messages.edifact.reading import Reading, country, number
from entrepot.gateways.messages.edifact.syntax import Message, Segment, day_of
from entrepot.gateways.messages.state import Documents, as_count, as_text, misread, state, state_box
from entrepot.gateways.paper_values import currency_code, exact_money, hs_code, in_kg, is_chinese
from entrepot.kernel.money import Money, Price
from entrepot.kernel.text import Text
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.clearance import WITHDRAWAL
from entrepot.kernel.vocabulary.customs import PARTICULARS
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.kernel.vocabulary.trade import CHARGES, CONTAINER, PACKING, PARTY, TERMS, TRANSPORT, Charge

_TOPICS: dict[str, Topic[Any]] = {"particulars": PARTICULARS, "transport": TRANSPORT, "packing": PACKING}
_TERMS = {"contract_no": "contract_no", "invoice_no": "invoice_no"}
_LINE_FIELDS = {"deal_qty": ("quantity", "unit"), "qty1": ("quantity1", "unit1"), "qty2": ("quantity2", "unit2")}
# Which of a line's own texts are facts of ours; the others are the form's alone and stay unread.
_LINE_TEXTS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "SPC": ("elements", lambda raw: tuple(raw.split("|"))),
    "CIQ": ("ciq", as_text),
    "PUR": ("purpose", as_text),
    "UNN": ("un_number", as_text),
    "MRK": ("marks", as_text),
    "ATT": ("attributes", lambda raw: tuple(one for one in raw.split(",") if one)),
}


def _fields(table: dict[str, str] | Any) -> dict[str, tuple[Topic[Any], str]]:
    """A table of codes turned about: code -> topic and field."""
    found = {}
    for path, code in table.items():
        part, _, field = path.rpartition(".")
        found[code] = (_TOPICS[part], field) if part else (TERMS, _TERMS[field])
    return found


_PLACES, _DAYS = _fields(codes.PLACES), _fields(codes.DAYS)
_TEXTS, _INDICATORS = _fields(codes.HEAD_TEXTS), _fields(codes.INDICATORS)
_REFERENCES = {
    **_fields(codes.REFERENCES), codes.NUMBER: (PARTICULARS, "declaration_no"), codes.BILL: (TRANSPORT, "bill_no"),
    codes.AIR_WAYBILL: (TRANSPORT, "bill_no"), **dict.fromkeys(codes.LICENCE.values(), (PARTICULARS, "licence_no")),
}  # fmt: skip
_COUNTRIES = frozenset({"destination_country", "export_country", "trade_country"})
_PARTS = {code: part for part, code in (*codes.PARTIES.items(), *codes.OTHER_PARTIES.items())}
_AMOUNTS = {qualifier: name for name, (qualifier, _) in codes.CHARGES.items()}
_CHARGE_TEXTS = {code: name for name, (_, code) in codes.CHARGES.items()}


def read_cusdec(message: Message, today: date) -> tuple[str, Found]:
    """The kind of the message and what it says."""
    reading = _Cusdec(message, today)
    kind = reading.read()
    reading.leave_unused()
    return kind, reading.found


class _Cusdec(Reading):
    """A CUSDEC while it is read: the head before UNS+D, the lines after it, the sums after UNS+S."""

    def __init__(self, message: Message, today: date) -> None:
        super().__init__(message, today)
        self.documents = Documents()
        self.part = self.line = ""
        self.bill = False
        self.lines: set[str] = set()
        self.boxes: dict[str, list[str]] = {}
        self.seals: dict[str, list[tuple[str, str]]] = {}
        self._base: tuple[str, str, str] | None = None

    def read(self) -> str:
        """State all that the message says; gives its kind."""
        bgm = next((one for one in self.message.segments if one.tag == "BGM"), None)
        if bgm is None:
            self.found.problem(
                "P011", "BGM", Text("the message does not say what it is (BGM)", "报文缺少 BGM 段"),
                Text("send the message as its system wrote it", "请提交系统生成的原始报文"),
            )  # fmt: skip
        elif bgm.get(3) == codes.FUNCTIONS["cancel"]:
            return self._withdrawal(bgm)
        else:
            self._flow(bgm)
        section = ""
        for segment in self.message.segments[1:-1]:
            if segment.tag == "UNS":
                section, self.line = segment.get(1), ""
            elif segment.tag == "CST" and section == "D":
                self._begin(segment)
            elif section == "S":
                self._sums(segment)
            elif section == "D" and not self.line:
                continue  # before the first line: listed as unread
            else:
                self._segment(segment)
        self._gathered()
        return "customs_declaration"

    def _flow(self, bgm: Segment) -> None:
        flow = {codes.EXPORT: "E", codes.IMPORT: "I"}.get(bgm.get(1))
        if flow is None:
            self.misread(bgm, 1, f"{bgm.get(1)[:20]!r} is neither an export (830) nor an import declaration (929)")
        else:
            self.found.set(PARTICULARS, "", "flow", flow, bgm.place(1))
            bgm.use(1)

    def _withdrawal(self, bgm: Segment) -> str:
        bgm.use(3)
        for segment in self.message.segments:
            if segment.tag == "DTM" and segment.get(1) == codes.PREPARED:
                self.put(WITHDRAWAL, "", "asked_on", segment, (1, 2), day_of, (1, 1), (1, 3))
            elif segment.tag == "RFF" and segment.get(1) == codes.NUMBER:
                self.put(WITHDRAWAL, "", "declaration", segment, (1, 2), as_text, (1, 1))
            elif segment.tag == "FTX" and segment.get(3) in (codes.KIND, codes.REASON):
                field = "kind" if segment.get(3) == codes.KIND else "reason"
                if field == "kind" and segment.get(4) not in ("withdraw", "cancel"):
                    self.misread(segment, 4, "neither withdraw nor cancel")
                elif self.joined(segment, 4, WITHDRAWAL, "", field):
                    self._coded(segment)
        return "customs_cancellation"

    def _coded(self, segment: Segment) -> None:
        """The code that says what a free text is."""
        segment.use(1)
        segment.use(3, 1, 3)

    # -- segments of head and lines ---------------------------------------------------------------------------------

    def _segment(self, segment: Segment) -> None:
        reader = _SEGMENTS.get(segment.tag)
        if segment.tag not in ("RFF", "DTM"):
            self.bill = False
            self.part = self.part if segment.tag == "NAD" else ""
        if reader is not None:
            reader(self, segment)

    def _begin(self, segment: Segment) -> None:
        raw = segment.get(1)
        key = raw.lstrip("0") if raw.isdigit() and raw.isascii() else ""
        if not key or key in self.lines:
            self.misread(segment, 1, f"{raw[:20]!r} is no number of a line of its own")
            key = f"{key or 'x'}-{segment.number}"
        else:
            segment.use(1)
        self.line, self.part, self._base = key, "", None
        self.lines.add(key)
        self.found.mention(LINE, key, segment.place(1))
        self.put(LINE, key, "hs", segment, (2, 1), hs_code, (2, 3))

    def _status(self, segment: Segment) -> None:
        self.put(PARTICULARS, "", "supervision_mode", segment, (2, 1), as_text, (2, 3))

    def _place(self, segment: Segment) -> None:
        code = segment.get(1)
        at = (2, 1) if segment.get(2) else (2, 4)
        if self.line:
            field = {codes.ORIGIN: "origin", codes.FINAL: "final_country"}.get(code)
            if field is not None:
                self.put(LINE, self.line, field, segment, at, country, (1, 1), (2, 3))
        elif code == codes.TERM_PLACE:
            self.put(TERMS, "", "place", segment, at, as_text, (1, 1))
        elif code in _PLACES:
            topic, field = _PLACES[code]
            self.put(topic, "", field, segment, at, country if field in _COUNTRIES else as_text, (1, 1), (2, 3))

    def _day(self, segment: Segment) -> None:
        code, used = segment.get(1), ((1, 1), (1, 3))
        if code == codes.BILL_DAY and self.bill:
            self.put(TRANSPORT, "", "bill_date", segment, (1, 2), day_of, *used)
        elif code in _DAYS and not self.line:
            topic, field = _DAYS[code]
            self.put(topic, "", field, segment, (1, 2), day_of, *used)

    def _indicator(self, segment: Segment) -> None:
        said, code = segment.get(1), segment.get(1, 2)
        topic, key, field = (LINE, self.line, "dangerous") if self.line else (None, "", "")
        if self.line and code != codes.DANGEROUS:
            return
        if not self.line:
            if code not in _INDICATORS:
                return
            topic, field = _INDICATORS[code]
        if said not in ("Y", "N") or topic is None:
            self.misread(segment, 1, f"{said[:20]!r} is neither Y nor N")
            return
        self.found.set(topic, key, field, said == "Y", segment.place(1))
        segment.use(1, 1, 2, 3)

    def _box(self, segment: Segment) -> None:
        key = state_box(self.found, segment.get(2), segment.place(2)) if segment.get(1) == "CN" else ""
        if key:
            segment.use(1)
            segment.use(2)
            self.put(CONTAINER, key, "size_type", segment, (3, 1), as_text, (3, 3))
            self.seals.setdefault(key, [])

    def _seal(self, segment: Segment) -> None:
        if self.seals:
            self.seals[next(reversed(self.seals))].append((as_text(segment.get(1)), segment.place(1)))
            segment.use(1)

    def _measure(self, segment: Segment) -> None:
        kind, unit = segment.get(2), segment.get(3, 1)
        if kind in (codes.GROSS, codes.NET) and not self.line:
            field = "gross_kg" if kind == codes.GROSS else "net_kg"
            self.put(PACKING, "", field, segment, (3, 2), lambda raw: in_kg(number(raw), unit), (1, 1), (2, 1), (3, 1))
        elif kind in (codes.LINE_GROSS, codes.LINE_NET) and self.line:
            field = "gross_kg" if kind == codes.LINE_GROSS else "net_kg"
            self.put(
                LINE, self.line, field, segment, (3, 2), lambda raw: in_kg(number(raw), unit), (1, 1), (2, 1), (3, 1)
            )
        elif kind == codes.OTHER and self.line:
            word, _, long = segment.get(2, 4).partition(" ")
            fields = next((_LINE_FIELDS[name] for name, (_, known) in codes.QUANTITIES.items() if known == word), None)
            if fields is None:
                return
            used = ((1, 1), (2, 1), (2, 4), (3, 1))
            stated = self.put(LINE, self.line, fields[0], segment, (3, 2), number, *used)
            if state(self.found, LINE, self.line, fields[1], long or unit, segment.place(3)) and (
                stated or not segment.get(3, 2)
            ):
                segment.used.update(used)

    def _text(self, segment: Segment) -> None:
        subject, code = segment.get(1), segment.get(3)
        if self.line and subject == "AAA":
            field = (
                "description_zh"
                if is_chinese("".join(segment.elements[3] if len(segment.elements) > 3 else ()))
                else "description"
            )
            if self.joined(segment, 4, LINE, self.line, field):
                segment.use(1)
        elif subject == "CUS" and segment.get(3, 3) == codes.AGENCY:
            text = "".join(segment.elements[3]) if len(segment.elements) > 3 else ""
            if self._line_text(code, text, segment) if self.line else self._head_text(code, text, segment):
                self._coded(segment)
                segment.used.update((4, component) for component in range(1, len(segment.elements[3]) + 1))

    def _head_text(self, code: str, text: str, segment: Segment) -> bool:
        place = segment.place(4)
        if code in _TEXTS:
            topic, field = _TEXTS[code]
            if field == "form_type" and text not in ("declaration", "list"):
                return False
            return state(self.found, topic, "", field, text, place, country if field in _COUNTRIES else as_text)
        if code == codes.PROCEDURES:
            return state(
                self.found, PARTICULARS, "", "additional_procedures", text, place, lambda raw: tuple(raw.split(","))
            )
        if code in _CHARGE_TEXTS:
            return state(self.found, CHARGES, "", _CHARGE_TEXTS[code], text, place, _charge)
        if code == codes.BOX_WEIGHT:
            box, _, weight = text.partition(" ")
            return box in self.seals and state(self.found, CONTAINER, box, "gross_kg", weight, place, number)
        return False

    def _line_text(self, code: str, text: str, segment: Segment) -> bool:
        if code == codes.PRICE_BASE:
            self._base = text.partition(" ")
            return True
        if code not in _LINE_TEXTS:
            return False
        field, value = _LINE_TEXTS[code]
        return state(self.found, LINE, self.line, field, text, segment.place(4), value)

    def _reference(self, segment: Segment) -> None:
        code = segment.get(1)
        if self.part:
            self._party_number(segment, code)
        elif self.line:
            if code == codes.BOX:
                self.boxes.setdefault(segment.get(1, 2), []).append(self.line)
                segment.use(1, 1, 2)
        elif code in _REFERENCES:
            topic, field = _REFERENCES[code]
            self.bill = field == "bill_no"
            self.put(topic, "", field, segment, (1, 2), as_text, (1, 1))

    def _party_number(self, segment: Segment, code: str) -> None:
        raw = segment.get(1, 2)
        for qualifier, prefix, field in (
            (codes.USCC, "", "uscc"),
            (codes.OTHER, codes.AEO, "aeo"),
            (codes.OTHER, codes.KNOWN_AS, "number"),
        ):
            if code == qualifier and raw.startswith(prefix):
                if state(self.found, PARTY, self.part, field, raw.removeprefix(prefix), segment.place(1, 2)):
                    segment.use(1, 1, 2)
                return

    def _packages(self, segment: Segment) -> None:
        topic, key = (LINE, self.line) if self.line else (PACKING, "")
        self.put(topic, key, "packages", segment, (1, 1), as_count)
        self.put(topic, key, "package_type", segment, (3, 1), as_text, (3, 3))

    def _marks(self, segment: Segment) -> None:
        topic, key = (LINE, self.line) if self.line else (PACKING, "")
        self.joined(segment, 2, topic, key, "marks")

    def _transport(self, segment: Segment) -> None:
        stage = segment.get(1)
        if stage == "20":
            stated = [
                self.put(TRANSPORT, "", field, segment, at)
                for field, at in (("voyage", (2, 1)), ("mode", (3, 1)), ("conveyance", (8, 4)), ("nationality", (8, 5)))
            ]
            if any(stated):
                segment.use(1)
        elif stage in ("1", "10") and self.put(TRANSPORT, "", "inland_mode", segment, (3, 1)):
            segment.use(1)

    def _document(self, segment: Segment) -> None:
        code, named = segment.get(1), segment.get(2)
        if code and named:
            self.documents.add(as_text(code), as_text(named), segment.place(2), self.line)
            segment.use(1, 1, 3)
            segment.use(2)

    def _party(self, segment: Segment) -> None:
        part = _PARTS.get(segment.get(1))
        if part is None:
            self.part = ""
            return
        self.part = part
        segment.use(1)
        self.put(PARTY, part, "customs_code", segment, (2, 1), as_text, (2, 3))
        for element, field in ((3, "name_zh"), (4, "name"), (5, "address")):
            self.joined(segment, element, PARTY, part, field)
        self.put(PARTY, part, "country", segment, (9, 1), country)

    def _delivery(self, segment: Segment) -> None:
        term = segment.get(3)
        topic, field = (PARTICULARS, "trade_term") if len(term) == 1 else (TERMS, "incoterm")
        self.put(topic, "", field, segment, (3, 1), as_text, (1, 1), (3, 3))

    def _amount(self, segment: Segment) -> None:
        code, currency = segment.get(1), segment.get(1, 3)
        used = ((1, 1), (1, 3))

        def money(raw: str) -> Money:
            return exact_money(number(raw), currency_code(currency))

        if self.line and code == codes.LINE_TOTAL:
            self.put(LINE, self.line, "amount", segment, (1, 2), money, *used)
        elif self.line and code == codes.UNIT_PRICE:
            per, _, unit = self._base or ("1", "", self.found.get(LINE, self.line, "unit") or "")
            self._base = None
            self.put(LINE, self.line, "price", segment, (1, 2),
                     lambda raw: Price(number(raw), currency_code(currency), unit, number(per)), *used)  # fmt: skip
        elif not self.line and code == codes.INVOICE_TOTAL:
            self.put(TERMS, "", "total", segment, (1, 2), money, *used)
        elif not self.line and code in _AMOUNTS:
            self.put(CHARGES, "", _AMOUNTS[code], segment, (1, 2),
                     lambda raw: Charge("3", number(raw), currency_code(currency)), *used)  # fmt: skip

    def _sums(self, segment: Segment) -> None:
        """The number of lines is only there to be checked."""
        if segment.tag == "CNT" and segment.get(1) == codes.LINES:
            have = str(len(self.lines))
            segment.use(1, 1, 2)
            if segment.get(1, 2).lstrip("0") != have.lstrip("0"):
                misread(
                    self.found, segment.place(1, 2), f"{segment.get(1, 2)[:20]} lines are counted, there are {have}"
                )

    def _gathered(self) -> None:
        """What several segments say together: seals and lines of containers, documents."""
        for box, seals in self.seals.items():
            if seals:
                self.found.set(
                    CONTAINER, box, "seals", tuple(seal for seal, _ in seals), "; ".join(at for _, at in seals)
                )
        for box, lines in self.boxes.items():
            if box in self.seals:
                self.found.set(CONTAINER, box, "lines", tuple(lines), "RFF+AAQ")
        self.documents.state(self.found)


def _charge(raw: str) -> Charge:
    """A charge written as mark, value and currency."""
    mark, value, currency, *_ = [*raw.split(), "", "", ""]
    if mark not in ("1", "2", "3"):
        raise ValueError(f"{raw[:40]!r} does not begin with the mark 1, 2 or 3")
    return Charge(mark, number(value), currency_code(currency) if currency or mark != "1" else "")


_SEGMENTS: dict[str, Callable[[_Cusdec, Segment], None]] = {
    "CST": _Cusdec._status, "LOC": _Cusdec._place, "DTM": _Cusdec._day, "GIS": _Cusdec._indicator, "EQD": _Cusdec._box,
    "SEL": _Cusdec._seal, "MEA": _Cusdec._measure, "FTX": _Cusdec._text, "RFF": _Cusdec._reference, "PAC": _Cusdec._packages,
    "PCI": _Cusdec._marks, "TDT": _Cusdec._transport, "DOC": _Cusdec._document, "NAD": _Cusdec._party,
    "TOD": _Cusdec._delivery, "MOA": _Cusdec._amount,
}  # fmt: skip
