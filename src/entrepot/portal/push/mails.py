"""Mail: what happened, and where to look - never what was said. At most once: a mail cut short by the end of a process is not sent
again, and is told of as unsure.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from secrets import token_hex
from smtplib import SMTPRecipientsRefused
from urllib.parse import quote, urlsplit

import msgspec
from django.core.mail import EmailMessage

from entrepot.gateways import webhooks
from entrepot.kernel.text import Text
from entrepot.portal import setting
from entrepot.portal.desk import Desk
from entrepot.portal.push.events import (
    NAMING,
    Event,
    Filter,
    events_for,
    label_of,
    last_position,
    named_in,
    page_address,
)
from entrepot.portal.push.subscribing import UNSUBSCRIBE, filter_of, next_digest
from entrepot.portal.push.voices import mail_of, voice_now
from entrepot.store import events as stored
from entrepot.store import subscriptions as kept
from entrepot.store.events import START, Position, Spoken, Wanted
from entrepot.store.outbox import stamp
from entrepot.store.subscriptions import Delivery, Subscription, Told

GATHER = timedelta(seconds=60)  # the least time between two mails of one subscription
LEASE = timedelta(minutes=5)
MOST, SHOWN = 500, 60  # events in one mail; and told one by one
WATCH, MOST_NAMED = "named", 20
WAITS = (60, 300, 1_800, 7_200, 21_600)
_WORDS = {
    "one": Text("{count} event in {dossiers} dossier(s)", "{dossiers} 个案卷有 {count} 条动态"),
    "intro": Text("What happened since the last mail:", "自上封邮件以来的动态："),
    "open": Text("Open", "查看"),
    "more": Text("and {count} more", "另有 {count} 条"),
    "said": Text("said", "新陈述"),
    "withdrawn": Text("withdrawn", "已撤回"),
    "found": Text("found anew", "结果更新"),
    "something": Text("something happened", "有新动态"),
    "end": Text("No more of these mails:", "退订此邮件："),
    "paused": Text("A subscription of yours stands still", "您的一个订阅已暂停"),
}
Send = Callable[[EmailMessage], object]


def send_mail(message: EmailMessage) -> object:
    """Hand a mail to the server of the installation, or put it into its folder of mails."""
    return message.send()


def step(desk: Desk, send: Send = send_mail) -> int:
    """Gather what is to be mailed and send what is due; gives how many mails went out."""
    _notice_names(desk)
    with desk.store.database.session() as session:
        found = [one for one in kept.active(session) if one.way == "mail"]
    if not found:
        return 0
    end = last_position(desk)
    for one in found:
        _gather(desk, one, end)
    now, count = desk.store.clock(), 0
    with desk.store.database.session() as session:
        if not kept.is_due(session, now):
            return 0
    while claimed := desk.store.write(lambda s: kept.claim(s, 1, 1, LEASE, desk.store.clock(), (), "mail")):
        count += _send_one(desk, claimed[0], send)
    return count


def _send_one(desk: Desk, delivery: Delivery, send: Send) -> bool:
    told = _sent(desk, delivery, send)
    desk.store.write(lambda session: kept.tell(session, [told], desk.store.clock()))
    return told.state == "delivered"


def _notice_names(desk: Desk) -> None:
    """Whoever is named for the first time - mentioned, or assigned a dossier - is subscribed to being named: it is ended like any other,
    and then stays so."""
    store, now = desk.store, desk.store.clock()
    with store.database.session() as session:
        row = session.one("SELECT place FROM watch WHERE name = ?", WATCH)
        if row is not None and row[0] >= stored.head(session):
            return
    since = store.write(lambda session: stored.take_watch(session, WATCH, LEASE, now))
    if since is None:
        return
    after = Position(since)
    with store.database.session() as session:
        named, upto = stored.happened(store.database, session, after, Wanted(topics=NAMING))
    for event in named:
        organisation = event.submission.for_ if isinstance(event, Spoken) else ""
        for person in sorted(named_in(event))[:MOST_NAMED]:
            _subscribe_named(desk, person, organisation, Position(event.position.place - 1))
    store.write(lambda session: stored.looked(session, WATCH, upto.place, store.clock()))


def _subscribe_named(desk: Desk, person: str, organisation: str, before: Position) -> None:
    there = kept.of_organisation(desk.store, organisation)
    if any(one.way == "mail" and one.person == person and filter_of(one).named for one in there):
        return
    address, now = mail_of(person), stamp(desk.store.clock())
    one = Subscription(
        token_hex(8), organisation, person, "mail", address, "", msgspec.json.encode(Filter(topics=NAMING, named=True)).decode(), "{}",
        "", "topics at_once", "active", "", before.place, 0, 1, "", now, "",
    )  # fmt: skip
    if address and voice_now(desk, one) is not None:
        kept.add(desk.store, one)


def _gather(desk: Desk, one: Subscription, end: Position) -> None:
    """What came since the last mail, as one mail to be sent; not before its time."""
    now = desk.store.clock()
    if one.position >= end or (one.due and one.due > stamp(now)):
        return
    voice = voice_now(desk, one)
    if voice is None:
        kept.stop(desk.store, one.id, "paused", "you no longer speak for the organisation|您已不能代表该单位")
        return
    events = events_for(desk, voice, one.position, MOST, filter_of(one))
    upto, daily = events.upto, one.detail.endswith("daily")
    due = stamp(next_digest(now) if daily else now + GATHER) if events.events else None
    rows = [Delivery(one.id, upto.place, upto.number, "", str(one.position) if one.place >= 0 else "", "mail")]
    desk.store.write(lambda s: kept.advance(s, one, upto, rows if events.events else [], now, due))


def _sent(desk: Desk, delivery: Delivery, send: Send) -> Told:
    one = kept.find(desk.store, delivery.subscription)
    if delivery.attempts > 1 and not delivery.answer:
        return Told(delivery, "unsure", answer="the process ended while it was sent")
    voice = None if one is None else voice_now(desk, one)
    if one is None or voice is None:
        return Told(delivery, "withheld")
    address = mail_of(one.person)  # as it is now
    if not address:
        kept.stop(desk.store, one.id, "paused", "your mail address is not confirmed any more|您的邮箱地址不再有效")
        return Told(delivery, "withheld")
    if address != one.address:
        one = kept.change(desk.store, one.id, address=address)
    after = Position.parse(delivery.event) or START
    events = [
        event
        for event in events_for(desk, voice, after, MOST, filter_of(one)).events
        if event.position <= delivery.position
    ]
    if not events:
        return Told(delivery, "withheld")
    if delivery.answer:
        desk.store.write(lambda session: kept.begun(session, delivery))
    try:
        send(message(desk, one, events, delivery))
    except SMTPRecipientsRefused as error:
        kept.stop(desk.store, one.id, "paused", "the mail server refused the address|邮件服务器拒绝该地址")
        return Told(delivery, "withheld", answer=str(error)[:200])
    except Exception as error:  # of whatever backend: it did not go out, and is tried again
        logging.getLogger(__name__).warning("a mail could not be sent: %s", error)
        wait = timedelta(seconds=WAITS[min(delivery.attempts, len(WAITS)) - 1])
        return Told(delivery, "waiting", answer=f"{type(error).__name__}: {error}"[:200], due=desk.store.clock() + wait)
    return Told(delivery, "delivered", 250)


def message(desk: Desk, one: Subscription, events: list[Event], delivery: Delivery) -> EmailMessage:
    """The mail: of each dossier its address and what happened there, by the names of topics alone."""
    language = one.language
    dossiers = dict.fromkeys(event.subject for event in events)
    host = urlsplit(setting.address()).hostname or "localhost"
    lines = [_say("intro", language), ""]
    for dossier in dossiers:
        own = [event for event in events if event.subject == dossier]
        lines.append(f"{_say('open', language)}: {page_address(own[0])}")
        lines += [f"  - {line}" for line in _what(desk, one, own)]
        lines.append("")
    away = unsubscribe_address(desk, one)
    lines.append(f"{_say('end', language)} {away}")
    subject = _say("one", language).format(count=len(events), dossiers=len(dossiers))
    headers = {
        "List-Unsubscribe": f"<{away}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",  # RFC 8058
        "Auto-Submitted": "auto-generated",
        "Message-ID": f"<{one.id}.{delivery.place}.{delivery.number}@{host}>",
    }
    return EmailMessage(f"[Entrepôt] {subject}", "\n".join(lines) + "\n", to=[one.address], headers=headers)


def _what(desk: Desk, one: Subscription, events: list[Event]) -> list[str]:
    if one.detail.startswith("links"):
        return [_say("something", one.language)]
    told: dict[str, int] = {}
    for event in events:
        verb = event.type.split(".")[1]
        words = f"{label_of(desk.registry.topics.get, event, one.language)} ({_say(verb, one.language)})"
        told[words] = told.get(words, 0) + 1
    lines = [words if count == 1 else f"{words} × {count}" for words, count in told.items()]
    return lines[:SHOWN] + ([_say("more", one.language).format(count=len(lines) - SHOWN)] if len(lines) > SHOWN else [])


def unsubscribe_address(desk: Desk, one: Subscription) -> str:
    """Where one click ends the mails."""
    token = webhooks.token_of(kept.master_of(desk.store), UNSUBSCRIBE, one.id)
    return f"{setting.address()}/unsubscribe/{quote(token)}"


def tell_paused(desk: Desk, id: str, send: Send = send_mail) -> None:
    """Tell whoever made a subscription that it stands still."""
    one = kept.find(desk.store, id)
    address = mail_of(one.person) if one is not None else ""
    if one is None or not address:
        return
    words = one.notice.split("|")
    text = "\n".join([*words, "", f"{setting.address()}/subscriptions/{one.id}", ""])
    try:
        send(EmailMessage(f"[Entrepôt] {_say('paused', one.language)}", text, to=[address]))
    except Exception as error:
        logging.getLogger(__name__).warning("a notice could not be mailed: %s", error)


def ended_by(desk: Desk, token: str) -> Subscription | None:
    """The subscription whose mails a token of ours ends; None for any other text."""
    proven = webhooks.token_proves(kept.master_of(desk.store), UNSUBSCRIBE, token)
    one = None if proven is None else kept.find(desk.store, proven[0])
    return one if one is not None and one.way == "mail" else None


def verb_words(verb: str, language: str) -> str:
    """What an event's verb is called."""
    return _say(verb, language)


def _say(name: str, language: str) -> str:
    text = _WORDS[name]
    return text.in_language(language) if language else f"{text.zh} / {text.en}"
