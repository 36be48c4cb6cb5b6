"""Declarations as messages: the form of a dossier in the format of an office, and messages turned into other formats."""

from datetime import date
from typing import Any, Literal

import msgspec
from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.gateways.messages.form import declaration_of, dropped
from entrepot.gateways.messages.formats import FORMATS
from entrepot.gateways.messages.message import Envelope, Format, Written
from entrepot.gateways.papers import read_paper
from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.answers import ACCEPTANCE
from entrepot.kernel.vocabulary.clearance import CANCELLED, WITHDRAWAL, Cancellation
from entrepot.kernel.vocabulary.decisions import DRAFT, FORM, Declaration
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import problem
from entrepot.portal.reading import Reading

STATES = ("sent", "fresh", "draft")
_AMENDS = "customs_amendment"


class Message(Struct, frozen=True):
    """A form as a message: of which state, its text, and what the format has no place for."""

    format: str
    media_type: str
    state: str
    message: str
    lost: tuple[Text, ...] = ()


def format_named(name: str) -> Format:
    """A format by its name; a Refusal that tells those there are."""
    if name not in FORMATS:
        known = ", ".join(FORMATS)
        raise Refusal(
            (problem("D057", "format", f"{name[:40]!r} is no format", f"{name[:40]!r} 不是有效格式",
                     f"one of: {known}", f"可选：{known}"),)
        )  # fmt: skip
    return FORMATS[name]


def form_message(
    desk: Desk, voice: Voice, dossier: str, format: str, which: str = "", day: date | None = None
) -> tuple[str, Written]:
    """The state of the form that was written, and the message; `which` asks for a state: `sent` as it went last, `fresh` as
    found now, `draft` however incomplete; sent before fresh where none is named. Whoever may read the form may have it."""
    chosen = format_named(format)
    if which and which not in STATES:
        known = ", ".join(STATES)
        raise Refusal(
            (problem("D059", "which", f"{which[:40]!r} is no state of the form", f"{which[:40]!r} 不是有效状态",
                     f"one of: {known}", f"可选：{known}"),)
        )  # fmt: skip
    reading = desk.read(dossier, voice, day)
    sent, fresh = _sent(reading), _found(reading, FORM.name)
    state = which or ("sent" if sent is not None else "fresh")
    number = _accepted(reading)
    if state == "sent" and sent is not None:
        return state, chosen.write(sent[1], msgspec.structs.replace(sent[0], prepared_at=reading.day.isoformat()))
    value = fresh if state == "fresh" else _found(reading, DRAFT.name) if state == "draft" else None
    if value is None:
        raise _no_form(reading, state)
    function: Literal["original", "amend"] = "amend" if number else "original"
    return state, chosen.write(value, Envelope(dossier, function, reading.day.isoformat(), number))


def converted(name: str, data: bytes, format: str, today: date) -> tuple[Written, tuple[Text, ...]]:
    """A declaration, amendment or cancellation in another format, and what is lost on the way: what the form has no place for,
    and what the reading left. Refusal where the file holds none."""
    chosen = format_named(format)
    extract = read_paper(name, data, today=today)
    withdrawal = next((one.value for one in extract.statements if one.topic == WITHDRAWAL.name), None)
    if withdrawal is not None:
        asked = Cancellation(withdrawal.kind, withdrawal.reason, withdrawal.asked_on, withdrawal.declaration)
        envelope = Envelope(extract.digest[:32], "cancel", declaration=withdrawal.declaration)
        return chosen.write_cancellation(asked, envelope), extract.unread
    if "customs" not in extract.kind or extract.kind == "customs_answer":
        raise Refusal(
            (problem("D058", "file", f"a {extract.kind} is no declaration", f"{extract.kind} 不是报关单",
                     "convert a declaration, an amendment or a cancellation", "请转换报关单、修改或撤销申请"),)
        )  # fmt: skip
    form = declaration_of(extract.statements)
    said = form.particulars
    function: Literal["original", "amend"] = "amend" if extract.kind == _AMENDS else "original"
    envelope = Envelope(said.reference or extract.digest[:32], function, declaration=said.declaration_no)
    return chosen.write(form, envelope), (*dropped(extract.statements), *extract.unread)


def _sent(reading: Reading) -> tuple[Envelope, Declaration] | None:
    """The envelope and the value of the message that the office was given last."""
    sent = [fact for fact in reading.facts if fact.topic == f"{FORM.name}.sent" and fact.value]
    last = max(sent, key=lambda fact: int(fact.value["sequence"]), default=None)
    if last is None:
        return None
    envelope = Envelope(last.key, last.value.get("function", "original"), declaration=last.value.get("declaration", ""))
    return envelope, _typed(last.value["value"])


def _found(reading: Reading, topic: str) -> Declaration | None:
    value = next((finding.value for finding in reading.findings if finding.topic == topic), None)
    return None if value is None else _typed(value)


def _typed(value: Any) -> Declaration:
    return msgspec.convert(value, type=Declaration, str_keys=True)


def _accepted(reading: Reading) -> str:
    """The number under which customs holds the declaration, the last where there are several; empty where it was given up."""
    given_up = {
        fact.key for fact in reading.facts if fact.topic == CANCELLED.name and fact.value and fact.value["allowed"]
    }
    taken = [
        fact for fact in reading.facts if fact.topic == ACCEPTANCE.name and fact.value and fact.key not in given_up
    ]
    return max(taken, key=lambda fact: str(fact.value["accepted_on"])).key if taken else ""


def _no_form(reading: Reading, state: str) -> Exception:
    """Why there is nothing to write: the problems of the form as they are, or that there is none to be seen."""
    finding = next((one for one in reading.findings if one.topic == FORM.name), None)
    if state == "fresh" and finding is not None and finding.problems:
        return Refusal(finding.problems)
    return NoSuchPlace(f"{FORM.name}.sent" if state == "sent" else DRAFT.name if state == "draft" else FORM.name)
