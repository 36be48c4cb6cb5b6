"""What was said with a number, on paper: a receipt with the log's proofs, a slip 80 mm wide, one statement with its code; and the
list in which any of it is found and printed again."""

from datetime import date
from hashlib import sha256
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.kernel.access import may_read_statement
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.enterprise import EnterpriseCard
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal.counter import serving
from entrepot.portal.counter.desk_page import SCRIPTS, STYLES, clerk_at, head, shown, ticket_here, when
from entrepot.portal.counter.serving import counter_of, for_ticket
from entrepot.portal.desk import Desk, NoSuchDossier
from entrepot.portal.pages import READ, only, page
from entrepot.portal.qr import qr_code
from entrepot.store import window
from entrepot.store.log import NotInLogError
from entrepot.store.window import Made, Ticket

PROOFS = 40  # statements whose proofs stand on one receipt; of more, each is printed by itself


class Line(Struct, frozen=True):
    """A statement on a receipt: what it is about, its value where the clerk may read it, and the proof."""

    made: Made
    at: str
    label: Text
    value: Any = None
    proof: str = ""


def receipt(request: HttpRequest, ticket: str) -> HttpResponseBase:
    """All that was said with a number."""
    desk, clerk = clerk_at(request)
    one = ticket_here(desk, clerk, ticket)
    made = window.made_at(desk.store, one)
    desk.store.integrate()
    narrow = request.GET.get("slip") == "1"
    signed = desk.store.signed()
    card = (
        window.cards_of(desk.store, [one.principal]).get(one.principal, EnterpriseCard())
        if one.principal
        else EnterpriseCard()
    )
    return page(
        request, "counter/slip.html" if narrow else "counter/receipt.html", styles=STYLES, scripts=SCRIPTS, voice=clerk,
        one=shown(desk, one), lines=lines_of(desk, clerk, one, made, 0 if narrow else PROOFS), name=card.name_zh or card.name,
        note=signed.note if signed else "", code=qr_code(signed.note, "M") if signed else "", counter=counter_of(clerk),
        origin=desk.store.origin, key=desk.store.log_key, printed=when(desk.store.clock().isoformat()), more=len(made) > PROOFS,
    )  # fmt: skip


def lines_of(desk: Desk, clerk: Voice, one: Ticket, made: list[Made], proofs: int = 0) -> list[Line]:
    """The statements as far as the clerk may read them, the first so many with their proofs."""
    voices = [for_ticket(clerk, one), clerk]
    lines = []
    for at, word in enumerate(made):
        topic = desk.registry.topics.get(word.topic)
        label = topic.label if topic is not None else Text(word.topic, word.topic)
        proof = _proof(desk, voices, word) if at < proofs else ""
        lines.append(Line(word, when(word.said_at), label, _value(desk, voices, word), proof))
    return lines


def _value(desk: Desk, voices: list[Voice], word: Made) -> Any:
    topic = desk.registry.topics.get(word.topic)
    for voice in voices:
        try:
            with desk.known(word.dossier, voice) as (record, speaker):
                said = record.submissions.get(word.id)
                if said is not None and topic is not None and may_read_statement(topic, said, speaker, record):
                    return msgspec.json.decode(bytes(said.body)) if said.body else None
        except NoSuchDossier:
            continue
    return None


def _proof(desk: Desk, voices: list[Voice], word: Made) -> str:
    for voice in voices:
        try:
            return desk.receipt(word.dossier, word.id, voice)
        except (NoSuchDossier, NoSuchPlace, NotInLogError):
            continue
    return ""


def proofs(request: HttpRequest, ticket: str) -> HttpResponseBase:
    """All proofs of a number as one file to take along, one after the other."""
    desk, clerk = clerk_at(request)
    one = ticket_here(desk, clerk, ticket)
    made = window.made_at(desk.store, one)
    texts = [line.proof for line in lines_of(desk, clerk, one, made, len(made)) if line.proof]
    response = HttpResponse("\n\n".join(texts), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="receipts-{one.label}-{one.day}.txt"'
    return response


def single(request: HttpRequest, ticket: str, submission: str) -> HttpResponseBase:
    """One statement with its proof, whole, as a code."""
    desk, clerk = clerk_at(request)
    one = ticket_here(desk, clerk, ticket)
    made = [word for word in window.made_at(desk.store, one) if word.id == submission]
    lines = lines_of(desk, clerk, one, made, 1)
    if not lines or not lines[0].proof:
        raise NoSuchPlace(submission)
    proof = lines[0].proof
    return page(
        request, "counter/single.html", styles=STYLES, scripts=SCRIPTS, voice=clerk, one=shown(desk, one), line=lines[0],
        code=qr_code(proof), digest=sha256(proof.encode()).hexdigest(), counter=counter_of(clerk),
        printed=when(desk.store.clock().isoformat()),
    )  # fmt: skip


def entered(request: HttpRequest) -> HttpResponseBase:
    """What was entered, by day, enterprise or number."""
    desk, clerk = clerk_at(request)
    words, day = request.GET.get("q", "").strip()[:100], request.GET.get("day", desk.today().isoformat())[:10]
    try:
        day = date.fromisoformat(day).isoformat() if day else ""
    except ValueError:
        day = ""
    found = _found(desk, clerk, words, day)
    opened = next((one for one in found if one.id == request.GET.get("of")), None)
    names = {
        code: card.name_zh or card.name
        for code, card in window.cards_of(desk.store, {one.principal for one in found}).items()
    }
    return page(
        request, "counter/entered.html", styles=STYLES, scripts=SCRIPTS, **head(desk, clerk, "entered"), words=words, day=day,
        rows=[(shown(desk, one), names.get(one.principal, "")) for one in found], opened=opened,
        lines=lines_of(desk, clerk, opened, window.made_at(desk.store, opened)) if opened else [],
    )  # fmt: skip


def _found(desk: Desk, clerk: Voice, words: str, day: str) -> list[Ticket]:
    counter = counter_of(clerk)
    if not words:
        return window.tickets(desk.store, counter, day)
    label = words.upper()
    by_number = [one for one in window.tickets(desk.store, counter, day, limit=1000) if one.label == label]
    if by_number:
        return by_number
    known = {one.code for one in serving.look(desk, clerk, words).known}
    return window.tickets(desk.store, counter, day, known | {label})


URLS: list[URLPattern] = [
    path("counter/tickets/<str:ticket>/receipt", only(receipt, *READ)),
    path("counter/tickets/<str:ticket>/proofs", only(proofs, *READ)),
    path("counter/tickets/<str:ticket>/proofs/<str:submission>", only(single, *READ)),
    path("counter/entered", only(entered, *READ)),
]
