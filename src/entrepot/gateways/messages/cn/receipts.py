"""Receipts of China's single window and customs: whether a message was taken in, and what became of the declaration."""

import re
from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from entrepot.gateways.extract import Found, refusal
from entrepot.gateways.messages.edifact.cusres import REJECTED
from entrepot.gateways.messages.state import as_day, misread
from entrepot.gateways.messages.xml import leave_unused, read_tree
from entrepot.gateways.ubl.tree import Node
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.answers import ACCEPTANCE, RELEASE
from entrepot.kernel.vocabulary.clearance import CANCELLED, NOTICE

_ENTRY = re.compile(r"[0-9]{18}")
_TOLD = frozenset({"inspection", "tax", "papers"})
_STAMP = re.compile(r"([0-9]{8})T[0-9]+")


class Channel(Struct, frozen=True):
    """What a code in CHANNEL means: which kind of answer, and in which words. `confirmed`: two independent places say alike."""

    meaning: str  # accepted, released, rejected, deleted, inspection, tax, papers, other
    words: str
    confirmed: bool = True


CHANNELS: Mapping[str, Channel] = {
    "7": Channel("other", "declared to the pre-entry system of customs"),
    "L": Channel("other", "stored by customs"),
    "J": Channel("accepted", "paperless review ended: customs accepted the declaration"),
    "W": Channel("accepted", "paperless notice: review ended", confirmed=False),
    "P": Channel("released", "released"),
    "I": Channel("released", "paperless notice of release"),
    "K": Channel("released", "released against security"),
    "R": Channel("released", "closed"),
    "E": Channel("rejected", "not accepted, or sent back"),
    "Z": Channel("rejected", "sent back to be changed", confirmed=False),
    "Y": Channel("rejected", "the declaring failed", confirmed=False),
    "D": Channel("deleted", "the declaration was deleted"),
    "C": Channel("inspection", "notice of inspection"),
    "S": Channel("inspection", "inspection is carried out", confirmed=False),
    "T": Channel("tax", "taxes and fees are to be paid"),
    "G": Channel("papers", "papers are to be handed in", confirmed=False),
    "F": Channel("papers", "papers are to be handed in on release", confirmed=False),
    "N": Channel("papers", "documents are to be sent again", confirmed=False),
    "A": Channel("other", "deleted before release, or to be declared by hand", confirmed=False),
    "B": Channel("other", "release against security", confirmed=False),
    "H": Channel("other", "suspended: to be declared by hand"),
    "M": Channel("other", "the declaration is reviewed again"),
    "X": Channel("other", "may enter the port"),
}


def read_import_response(data: bytes, today: date) -> tuple[str, Found]:
    """Whether the window took the message in. That it did is no word of customs, and stands as a notice."""
    root, found = read_tree(data), Found(today)
    nodes = {node.name: node for node in root.children}
    code, client, own = (_text(nodes, name) for name in ("ResponseCode", "ClientSeqNo", "SeqNo"))
    if not code or not (client or own):
        _incomplete(found, root, "ResponseCode, ClientSeqNo" if not code else "ClientSeqNo")
    elif code == "0":
        key, place = own or client, nodes["SeqNo" if own else "ClientSeqNo"].path
        found.set(NOTICE, key, "received_on", today, root.path)
        found.set(NOTICE, key, "kind", "other", nodes["ResponseCode"].path)
        said = _text(nodes, "ErrorMessage")
        found.set(NOTICE, key, "text", f"taken in by the single window as {own}: {said}".rstrip(": "), place)
    else:
        found.set(REJECTED, client or own, "reason", _text(nodes, "ErrorMessage") or f"response {code}", root.path)
        found.set(REJECTED, client or own, "office", "single window", root.path)
        found.set(REJECTED, client or own, "codes", (code,), nodes["ResponseCode"].path)
    for name in ("ResponseCode", "ErrorMessage", "ClientSeqNo", "SeqNo"):
        if name in nodes and found.keys(NOTICE) + found.keys(REJECTED):
            nodes[name].used = True
    return _ended(root, found)


def read_result(data: bytes, today: date) -> tuple[str, Found]:
    """What became of a declaration, by the code of the channel."""
    root = read_tree(data)
    found = Found(today)
    results = [root] if root.name == "DEC_RESULT" else root.each("DEC_RESULT")
    for result in results:
        _Result(found, result).read()
    if not results:
        _incomplete(found, root, "DEC_RESULT")
    return _ended(root, found)


def _ended(root: Node, found: Found) -> tuple[str, Found]:
    leave_unused(found, root)
    if not found.statements():
        raise refusal(
            "P008",
            root.path,
            Text("the receipt says nothing that can be stated", "回执没有可陈述的内容"),
            Text("ask for it again, or enter the answer by hand", "请重新获取回执，或手工录入"),
        )
    return "customs_answer", found


class _Result:
    """One DEC_RESULT: its channel, whom it is about, when."""

    def __init__(self, found: Found, result: Node) -> None:
        self.found, self.result = found, result
        self.nodes = {node.name: node for node in result.children}
        self.code, self.note = _text(self.nodes, "CHANNEL"), _text(self.nodes, "NOTE")
        self.entry = _text(self.nodes, "ENTRY_ID")
        self.window = _text(self.nodes, "CUS_CIQ_NO") or _text(self.nodes, "SEQ_NO")

    def read(self) -> None:
        """State what the channel means; what is not known stands as a notice in its own words."""
        if not self.code or not (self.entry or self.window):
            _incomplete(self.found, self.result, "CHANNEL" if not self.code else "ENTRY_ID, CUS_CIQ_NO")
            return
        channel = CHANNELS.get(self.code)
        day = self._day("NOTICE_DATE") or self.found.today
        place = self.nodes["CHANNEL"].path
        if channel is None or not channel.confirmed:
            misread(
                self.found, place, f"the meaning of channel {self.code[:10]!r} is not confirmed: read its own words"
            )
        numbered = bool(_ENTRY.fullmatch(self.entry))
        # What is not confirmed is nobody's decision: it stands as a notice, for a person to read.
        meaning = (
            channel.meaning if channel is not None and (channel.confirmed or channel.meaning in _TOLD) else "other"
        )
        if meaning == "accepted" and numbered:
            self.found.set(ACCEPTANCE, self.entry, "accepted_on", self._day("D_DATE") or day, place)
        elif meaning == "released" and numbered:
            self.found.set(RELEASE, self.entry, "released_on", day, place)
            if exported := self._day("I_E_DATE"):
                self.found.set(RELEASE, self.entry, "exported_on", exported, self.nodes["I_E_DATE"].path)
        elif meaning == "rejected":
            key = self.window or self.entry
            self.found.set(REJECTED, key, "reason", self.note or (channel.words if channel else ""), place)
            self.found.set(REJECTED, key, "office", "customs", place)
            self.found.set(REJECTED, key, "codes", (self.code,), place)
        elif meaning == "deleted" and numbered:
            for field, value in (("decided_on", day), ("allowed", True), ("reason", self.note)):
                self.found.set(CANCELLED, self.entry, field, value, place)
        else:
            self._notify(meaning, channel.words if channel is not None else f"channel {self.code}", day, place)
        for name in ("CHANNEL", "NOTE", "ENTRY_ID", "CUS_CIQ_NO", "SEQ_NO", "NOTICE_DATE"):
            if name in self.nodes:
                self.nodes[name].used = True

    def _notify(self, meaning: str, words: str, day: date, place: str) -> None:
        kind = meaning if meaning in _TOLD else "other"
        key = ".".join(
            part for part in (self.window or self.entry, self.code, _text(self.nodes, "NOTICE_DATE")) if part
        )
        said = f"{words}: {self.note}" if self.note else words
        for field, value in (("received_on", day), ("kind", kind), ("text", said)):
            self.found.set(NOTICE, key, field, value, place)
        if _ENTRY.fullmatch(self.entry):
            self.found.set(NOTICE, key, "declaration", self.entry, self.nodes["ENTRY_ID"].path)

    def _day(self, name: str) -> date | None:
        raw = _text(self.nodes, name)
        if not raw:
            return None
        stamped = _STAMP.fullmatch(raw)
        try:
            day = as_day(stamped[1] if stamped else raw)
        except ValueError as error:
            misread(self.found, self.nodes[name].path, str(error))
            return None
        self.nodes[name].used = True
        return day


def _text(nodes: Mapping[str, Node], name: str) -> str:
    return nodes[name].text if name in nodes else ""


def _incomplete(found: Found, node: Node, lacks: str) -> None:
    found.problem(
        "P028",
        node.path,
        Text(f"the receipt does not say {lacks}", f"回执缺少 {lacks}"),
        Text("ask for it again, or enter the answer by hand", "请重新获取回执，或手工录入"),
    )


def references_of(data: bytes) -> tuple[str, ...]:
    """The numbers by which a receipt names its message: the declarant's own, the window's, that of the declaration. They are
    not all statements: the first receipt ties the first two together, and later ones name the last two. Empty for other files."""
    if not any(name in data[:2000] for name in (b"DecImportResponse", b"DEC_RESULT")):
        return ()
    root = read_tree(data)
    return tuple(
        node.text
        for name in ("ClientSeqNo", "SeqNo", "CUS_CIQ_NO", "SEQ_NO", "ENTRY_ID")
        for node in root.walk()
        if node.name == name and node.text
    )
