"""Reading a CUSRES message: what customs answers to a declaration.

Only what the directory itself says is understood: the response type (4343), the number of the declaration, the days of
acceptance and of clearance, error points. National codes of what becomes of the goods stay what they are: a notice.
"""

from datetime import date

from entrepot.gateways.extract import Found
from entrepot.gateways.messages.edifact import codes
from entrepot.gateways.messages.edifact.reading import Reading
from entrepot.gateways.messages.edifact.syntax import Message, Segment, day_of
from entrepot.gateways.messages.wco.names import message_of
from entrepot.kernel.text import Text
from entrepot.kernel.topics import companions
from entrepot.kernel.vocabulary.answers import ACCEPTANCE, QUERY, RELEASE
from entrepot.kernel.vocabulary.clearance import NOTICE
from entrepot.kernel.vocabulary.decisions import FORM

REJECTED = next(topic for topic in companions(FORM) if topic.name.endswith(".rejected"))
_ACCEPTED, _REJECTED = frozenset({"AP", "CA"}), frozenset({"RE"})  # 4343
_CLEARED, _EXPORTED, _ACCEPTED_ON, _ISSUED = "58", "129", "148", "137"  # 2005
_OWN = frozenset({"ABE", "ACW"})  # 1153: the declarant's own number, the message answered


def read_cusres(message: Message, today: date) -> tuple[str, Found]:
    """The answer; its kind is `customs_answer`."""
    reading = _Cusres(message, today)
    reading.read()
    reading.leave_unused()
    return "customs_answer", reading.found


class _Cusres(Reading):
    """A CUSRES while it is read."""

    def __init__(self, message: Message, today: date) -> None:
        super().__init__(message, today)
        self.days: dict[str, tuple[date, str]] = {}
        self.number: Segment | None = None
        self.own: Segment | None = None
        self.faults: list[str] = []
        self.codes: list[str] = []
        self.texts: list[str] = []

    def read(self) -> None:
        """State what the answer comes to."""
        head = None
        point = ""
        for segment in self.message.segments[1:-1]:
            if segment.tag == "BGM":
                head = segment
            elif segment.tag == "DTM":
                self._day(segment)
            elif segment.tag == "RFF" and segment.get(1) == codes.NUMBER:
                self.number = self.number or segment
            elif segment.tag == "RFF" and segment.get(1) in _OWN:
                self.own = self.own or segment
            elif segment.tag == "ERP":
                point = "/".join(text for _, _, text in segment.leaves())
                segment.used.update((element, component) for element, component, _ in segment.leaves())
            elif segment.tag == "ERC":
                self.codes.append(segment.get(1))
                self.faults.append(f"{segment.get(1)} at {point}" if point else segment.get(1))
                segment.use(1, 1, 2, 3)
            elif segment.tag == "FTX":
                self._text(segment)
            elif segment.tag == "GIS":
                self.texts.append("GIS " + ":".join(segment.elements[0]))
                segment.use(1, 1, 2, 3, 4)
        if head is None:
            self._incomplete("BGM")
            return
        self._answer(head)

    def _day(self, segment: Segment) -> None:
        try:
            self.days.setdefault(segment.get(1), (day_of(segment.get(1, 2)), segment.place(1, 2)))
        except ValueError as error:
            self.misread(segment, 1, str(error))
        else:
            segment.use(1, 1, 2, 3)

    def _text(self, segment: Segment) -> None:
        """A text behind an error point belongs to it."""
        text = self.words(segment, 4, "".join(segment.elements[3])) if len(segment.elements) > 3 else ""
        if not text:
            return
        if self.faults and ": " not in self.faults[-1]:
            self.faults[-1] = f"{self.faults[-1]}: {text}"
        else:
            self.texts.append(text)
        segment.used.update((element, component) for element, component, _ in segment.leaves())

    def _answer(self, head: Segment) -> None:
        kind = head.get(4)
        key = self.number.get(1, 2) if self.number is not None else ""
        own = message_of(self.own.get(1, 2) if self.own is not None else head.get(2))
        issued, issued_at = self.days.get(_ISSUED, (self.found.today, head.place()))
        for segment in (self.number, self.own):
            if segment is not None:
                segment.use(1, 1, 2)
        told = "; ".join([*self.faults, *self.texts])
        cleared, exported = self.days.get(_CLEARED), self.days.get(_EXPORTED)
        if kind in _REJECTED or (self.faults and kind not in _ACCEPTED):
            self._reject(head, own, told)
        elif cleared and key:
            self.found.set(RELEASE, key, "released_on", *cleared)
            if exported:
                self.found.set(RELEASE, key, "exported_on", *exported)
        elif kind in _ACCEPTED and key:
            self.found.set(ACCEPTANCE, key, "accepted_on", *self.days.get(_ACCEPTED_ON, (issued, issued_at)))
            self.found.set(ACCEPTANCE, key, "message", own, (self.own or head).place(1, 2))
            if told:
                self.found.set(QUERY, key, "asked_on", issued, issued_at)
                self.found.set(QUERY, key, "question", told, head.place())
        else:
            self._notify(head, key, issued, told)
        head.use(2)
        head.use(4)

    def _reject(self, head: Segment, own: str, told: str) -> None:
        if not own:
            self._incomplete("RFF+ABE")
            return
        self.found.set(REJECTED, own, "reason", told or "rejected without a reason", head.place())
        self.found.set(REJECTED, own, "office", "customs", head.place())
        if self.codes:
            self.found.set(REJECTED, own, "codes", tuple(dict.fromkeys(self.codes)), head.place())

    def _notify(self, head: Segment, key: str, issued: date, told: str) -> None:
        """An answer that only says what the receiver's own guideline explains."""
        notice = head.get(2) or self.message.reference
        self.found.set(NOTICE, notice, "received_on", issued, head.place())
        self.found.set(NOTICE, notice, "kind", "other", head.place())
        said = f"response {head.get(1)} {head.get(4)}".strip()
        self.found.set(NOTICE, notice, "text", f"{said}; {told}" if told else said, head.place())
        if key:
            self.found.set(NOTICE, notice, "declaration", key, (self.number or head).place(1, 2))
        head.use(1)

    def _incomplete(self, lacks: str) -> None:
        self.found.problem(
            "P028",
            lacks,
            Text(
                f"the answer does not say which declaration it is about ({lacks})", f"回执未载明所涉报关单（{lacks}）"
            ),
            Text("ask customs to send it again, or enter the answer by hand", "请海关重发，或手工录入回执"),
        )
