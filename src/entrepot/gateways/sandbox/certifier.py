"""The sandbox issuing body: it reads a draft certificate of origin and issues it, or sends it back.

Nothing it says is an official act: its numbers begin with `SANDBOX`, and so does the name under which it issues.
"""

from datetime import date
from hashlib import sha256

import msgspec

from entrepot.gateways.offices import Delivery, Reply
from entrepot.kernel.topics import Rejected
from entrepot.kernel.vocabulary.certificates import Certificate
from entrepot.kernel.vocabulary.customs import Proof

OFFICE = "sandbox issuing body"


class SandboxCertifier:
    """An office that issues what is a complete certificate and rejects the rest with its reasons."""

    name = "certifier"
    sandbox = True

    def deliver(self, delivery: Delivery, day: date) -> tuple[Reply, ...]:
        """The proof of origin, on the day it is asked for, or a rejection. The same message gets the same answer."""
        message_id = delivery.message
        try:
            draft = msgspec.json.decode(delivery.data, type=Certificate)
        except msgspec.MsgspecError as error:
            return (_rejected(message_id, f"not a certificate: {error}", "S01"),)
        if faults := self._faults(draft, day):
            return (_rejected(message_id, "; ".join(faults), "S02"),)
        criteria = dict.fromkeys(line.criterion for line in draft.lines)
        proof = Proof(
            agreement=draft.agreement,
            form="certificate",
            issued_on=day,
            # One criterion for the whole proof is stated only where all lines share it.
            criterion=next(iter(criteria)) if len(criteria) == 1 else "",
            lines=tuple(line.line for line in draft.lines),
            hs6={line.line: line.hs6 for line in draft.lines},
            quantities={line.line: line.quantity for line in draft.lines if line.quantity is not None},
            back_to_back=bool(draft.original),
            issued_by=OFFICE,
            original=draft.original,
            retroactive=draft.retroactive,
            third_party_invoice=draft.third_party,
        )
        return (Reply("origin.proof", certificate_number(message_id, day), proof),)

    @staticmethod
    def _faults(draft: Certificate, day: date) -> list[str]:
        """What no issuing body would take: it does not repeat the platform's checks."""
        faults = []
        if draft.self_made:
            faults.append("a declaration is completed by its maker: nobody issues it")
        if not draft.lines:
            faults.append("no line of goods")
        if draft.shipped_on is not None and day > draft.shipped_on and not draft.retroactive:
            faults.append("the goods have left since: apply for one issued retroactively")
        faults += [f"line {line.no} has no HS code" for line in draft.lines if not line.hs6]
        faults += [f"line {line.no} has no criterion" for line in draft.lines if not line.criterion]
        return faults


def certificate_number(message_id: str, day: date) -> str:
    """`SANDBOX`, the year, and nine digits drawn from the message."""
    serial = int.from_bytes(sha256(message_id.encode()).digest()[:6]) % 10**9
    return f"SANDBOX{day.year}{serial:09d}"


def _rejected(message_id: str, reason: str, code: str) -> Reply:
    return Reply("certificate.draft.rejected", message_id, Rejected(reason, OFFICE, (code,)))
