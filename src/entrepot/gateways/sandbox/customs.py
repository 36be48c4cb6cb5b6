"""The sandbox customs office: it takes declarations in, asks, inspects, releases, decides on amendments and withdrawals.

Nothing it says is an official act: its numbers begin with `9999`, which no customs office has, and its answers carry
`sandbox = true`.

For rehearsal it answers as it is asked to. A declaration asks by its own reference (`declaration.particulars.reference`),
a withdrawal by its reason: words behind `sandbox:`, as in `R-7 sandbox: query inspection`.

    reject      sends the declaration back
    query       takes it in and asks about the price of line 1
    inspection  takes it in and orders an inspection
    tax         takes it in and says that taxes are due within 15 days
    papers      takes it in and asks for papers
    release     takes it in and releases it on the same day
    refuse      refuses an amendment, or a withdrawal
"""

import re
from datetime import date, timedelta
from hashlib import sha256
from typing import Literal

import msgspec

from entrepot.gateways.offices import Delivery, Reply
from entrepot.kernel.topics import Rejected
from entrepot.kernel.vocabulary.answers import Acceptance, Query, Release
from entrepot.kernel.vocabulary.clearance import Cancellation, Decided, Notice
from entrepot.kernel.vocabulary.decisions import Declaration

OFFICE = "9999"
NAME = "sandbox customs"
TAX_DAYS = timedelta(days=15)
_ASKED = re.compile(r"sandbox:\s*([a-z ,]+)", re.IGNORECASE)
_NOTICES: dict[str, tuple[Literal["inspection", "tax", "papers"], str]] = {
    "inspection": ("inspection", "the goods are to be inspected"),
    "tax": ("tax", "taxes are due"),
    "papers": ("papers", "contract and packing list are to be shown"),
}


class SandboxCustoms:
    """An office that accepts what is a complete declaration and rejects the rest with its reasons."""

    name = "customs"
    sandbox = True

    def deliver(self, delivery: Delivery, day: date) -> tuple[Reply, ...]:
        """The answer to a declaration, an amendment or a withdrawal, on the day it arrives; the same to the same."""
        if delivery.function == "cancel":
            return self._withdraw(delivery, day)
        try:
            declaration = msgspec.json.decode(delivery.data, type=Declaration)
        except msgspec.MsgspecError as error:
            return (_rejected(delivery, f"not a declaration: {error}", "S01"),)
        faults = tuple(self._faults(declaration))
        asked = _asked(declaration.particulars.reference)
        if delivery.function == "amend":
            refused = "; ".join(faults) or ("the amendment is refused" if "refuse" in asked else "")
            return _decided(delivery, "customs.amendment", refused, day)
        if faults:
            return (_rejected(delivery, "; ".join(faults), "S02"),)
        if "reject" in asked:
            return (_rejected(delivery, "sent back, as the rehearsal asks", "S03"),)
        return self._accept(delivery.message, declaration.flow, asked, day)

    def _accept(self, message: str, flow: str, asked: frozenset[str], day: date) -> tuple[Reply, ...]:
        number = declaration_number(message, flow, day)
        replies = [Reply("customs.acceptance", number, Acceptance(day, message, sandbox=True))]
        if "query" in asked:
            replies.append(Reply("customs.query", number, Query(day, "how was the price agreed?", "line/1.unit_price")))
        for word, (kind, text) in _NOTICES.items():
            if word in asked:
                due = day + TAX_DAYS if word == "tax" else None
                notice = Notice(day, kind, text, number, due, sandbox=True)
                replies.append(Reply("customs.notice", f"{number}-{word}", notice))
        if "release" in asked:
            replies.append(self.release(number, day, day))
        return tuple(replies)

    @staticmethod
    def _withdraw(delivery: Delivery, day: date) -> tuple[Reply, ...]:
        try:
            request = msgspec.json.decode(delivery.data, type=Cancellation)
        except msgspec.MsgspecError as error:
            return (_rejected(delivery, f"not a request to withdraw: {error}", "S01"),)
        if not (request.declaration or delivery.declaration):
            return (_rejected(delivery, "it does not name the declaration", "S02"),)
        named = msgspec.structs.replace(delivery, declaration=request.declaration or delivery.declaration)
        refused = "the withdrawal is refused" if "refuse" in _asked(request.reason) else ""
        return _decided(named, "customs.cancellation", refused, day)

    @staticmethod
    def release(number: str, released_on: date, exported_on: date) -> Reply:
        """The goods are let go."""
        return Reply("customs.release", number, Release(released_on, exported_on, sandbox=True))

    @staticmethod
    def _faults(declaration: Declaration) -> list[str]:
        """What no office would take: it does not repeat the platform's checks, it catches what they must never let through."""
        faults = []
        if not declaration.lines:
            faults.append("no line of goods")
        if declaration.flow not in ("E", "I"):
            faults.append(f"flow {declaration.flow!r} is neither E nor I")
        faults += [f"line {line.no} has no commodity code" for line in declaration.lines if not line.hs10]
        return faults


def declaration_number(message_id: str, flow: str, day: date) -> str:
    """18 digits: the office `9999`, the year, 1 for import or 0 for export, and nine digits drawn from the message."""
    serial = int.from_bytes(sha256(message_id.encode()).digest()[:6]) % 10**9
    return f"{OFFICE}{day.year}{'1' if flow == 'I' else '0'}{serial:09d}"


def _asked(text: str) -> frozenset[str]:
    """What a rehearsal asks for."""
    found = _ASKED.search(text)
    return frozenset(re.split(r"[\s,]+", found[1].lower())) if found else frozenset()


def _decided(delivery: Delivery, topic: str, refused: str, day: date) -> tuple[Reply, ...]:
    """The decision on a request. What is refused is sent back as well, so that what customs had before stands."""
    decided = Decided(day, not refused, refused, delivery.message, sandbox=True)
    replies = (Reply(topic, delivery.declaration, decided),)
    return (*replies, _rejected(delivery, refused, "S04")) if refused else replies


def _rejected(delivery: Delivery, reason: str, code: str) -> Reply:
    return Reply(f"{delivery.topic}.rejected", delivery.message, Rejected(reason, NAME, (code,)))
