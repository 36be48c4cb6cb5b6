"""The sandbox customs office: it reads a declaration, takes it in or sends it back, and lets the goods go.

Nothing it says is an official act: its numbers begin with `9999`, which no customs office has, and its answers carry
`sandbox = true`.
"""

from datetime import date
from hashlib import sha256

import msgspec

from entrepot.gateways.offices import Reply
from entrepot.kernel.topics import Rejected
from entrepot.kernel.vocabulary.answers import Acceptance, Release
from entrepot.kernel.vocabulary.decisions import Declaration

OFFICE = "9999"


class SandboxCustoms:
    """An office that accepts what is a complete declaration and rejects the rest with its reasons."""

    name = "customs"
    sandbox = True

    def deliver(self, message_id: str, message: bytes, day: date) -> tuple[Reply, ...]:
        """Acceptance or rejection of a declaration, on the day it arrives. The same message gets the same answer."""
        try:
            declaration = msgspec.json.decode(message, type=Declaration)
        except msgspec.MsgspecError as error:
            return (
                Reply(
                    "declaration.form.rejected",
                    message_id,
                    Rejected(f"not a declaration: {error}", "sandbox customs", ("S01",)),
                ),
            )
        faults = tuple(self._faults(declaration))
        if faults:
            return (
                Reply(
                    "declaration.form.rejected", message_id, Rejected("; ".join(faults), "sandbox customs", ("S02",))
                ),
            )
        number = declaration_number(message_id, declaration.flow, day)
        return (Reply("customs.acceptance", number, Acceptance(day, message_id, sandbox=True)),)

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
