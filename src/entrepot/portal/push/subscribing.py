"""Subscribing: making subscriptions, changing, trying and ending them - what page, API and command line share.

An organisation's webhooks and feeds are made and kept by its tokens and by those of its people who administer; mail goes to whoever
subscribes, at the address that accounts know. A visitor of a sandbox subscribes to nothing: it would be anybody's.
"""

import os
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Literal

import msgspec
from msgspec import Struct

from entrepot.channels.online import ADMINISTER, Voice
from entrepot.gateways import webhooks
from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Problem
from entrepot.kernel.topics import ROLES
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal import setting
from entrepot.portal.desk import Desk
from entrepot.portal.push import problems
from entrepot.portal.push.events import PATTERN, Filter, last_position
from entrepot.portal.push.voices import held, mail_of
from entrepot.portal.speaking import DOSSIER_ID
from entrepot.store import subscriptions as kept
from entrepot.store.events import START, Position
from entrepot.store.outbox import stamp
from entrepot.store.store import Store
from entrepot.store.subscriptions import Delivery, Subscription, Way

LOOPBACK = "ENTREPOT_PUSH_LOOPBACK"
OVERLAP = timedelta(days=1)  # for which the secret before a rotation holds
MOST, MOST_LISTED, LONGEST_TITLE = 100, 50, 200
KINDS = ("trade", "enterprise", "period", "region", "title")
FEED, UNSUBSCRIBE = "feed", "unsubscribe"
COUNTING_OFFICE = timedelta(hours=8)
DIGEST_HOUR = 8  # of the counting office's day
Every = Literal["at_once", "daily"]
Tells = Literal["topics", "links"]


class Asked(Struct, frozen=True, forbid_unknown_fields=True):
    """A subscription as it is asked for: `way` webhook (with its https `address`), mail or feed; `after` is a position behind which to
    begin (`start`: from the first event; empty: from now). For mail `every` at_once or daily, and `tells` topics or links alone."""

    way: Way
    address: str = ""
    title: str = ""
    filter: Filter = Filter()
    after: str = ""
    language: Literal["en", "zh"] = "en"
    every: Every = "at_once"
    tells: Tells = "topics"


class Changed(Struct, frozen=True, forbid_unknown_fields=True):
    """What is to change: what is left out stays. `state` paused or active."""

    title: str | None = None
    filter: Filter | None = None
    state: Literal["active", "paused"] | None = None


class SubscriptionCard(Struct, frozen=True, omit_defaults=True):
    """A subscription as it is listed. `notice` says in English and Chinese why it stands still, `position` up to where it was looked,
    `public` is the key of its v1a signatures; `feed` the secret address of a feed, told to those who may see the subscription."""

    id: str
    way: str
    state: str
    made_at: str
    person: str
    position: str
    title: str = ""
    address: str = ""
    filter: Filter = Filter()
    notice: tuple[str, ...] = ()
    every: str = ""
    tells: str = ""
    language: str = ""
    public: str = ""
    feed: str = ""
    waiting: int = 0
    delivered: int = 0
    old_until: str = ""


class Made(Struct, frozen=True, omit_defaults=True):
    """A subscription just made, or its secret just rotated: the `secret` is told this once."""

    subscription: SubscriptionCard
    secret: str = ""


class DeliveryCard(Struct, frozen=True, omit_defaults=True):
    """One delivery: which event, how its last attempt went, when it is tried again (`due`)."""

    position: str
    event: str
    type: str
    dossier: str
    state: str
    attempts: int
    first_at: str = ""
    last_at: str = ""
    due: str = ""
    status: int = 0
    took_ms: int = 0
    answer: str = ""


def loopback_allowed(store: Store) -> bool:
    """Whether this machine itself may be a receiver: in a sandbox, where ENTREPOT_PUSH_LOOPBACK=1 says so."""
    return store.nature == "sandbox" and os.environ.get(LOOPBACK) == "1"


def filter_of(subscription: Subscription) -> Filter:
    """What a subscription wants."""
    return msgspec.json.decode(subscription.filter, type=Filter)


def secrets_of(master: bytes, subscription: Subscription, now: datetime) -> list[str]:
    """The secrets that hold now: the present one, and the one before while its time runs."""
    secrets = [webhooks.secret_of(master, subscription.id, subscription.generation)]
    if subscription.old_until > stamp(now):
        secrets.append(webhooks.secret_of(master, subscription.id, subscription.generation - 1))
    return secrets


def make(desk: Desk, voice: Voice, asked: Asked) -> Made:
    """Make a subscription; Refusal with all that is wrong."""
    found = [*_right_to_make(desk, voice, asked.way), *_faults(desk, asked)]
    after = last_position(desk) if not asked.after else START if asked.after == "start" else Position.parse(asked.after)
    if after is None:
        found.append(problems.position(asked.after))
    address = asked.address if asked.way == "webhook" else ""
    if asked.way == "mail" and not (voice.token or voice.rehearsal):  # mail is for people who signed in
        address = mail_of(voice.person)
    if asked.way == "mail" and not address:
        found.append(problems.no_mail())
    there = [one for one in kept.of_organisation(desk.store, voice.organisation) if one.state != "ended"]
    if len(there) >= MOST:
        found.append(problems.too_many(MOST))
    if found or after is None:
        raise Refusal(tuple(found))
    now = desk.store.clock()
    one = Subscription(
        token_hex(8), voice.organisation, voice.person, asked.way, address, asked.title.strip(), msgspec.json.encode(asked.filter).decode(),
        held(voice), asked.language, f"{asked.tells} {asked.every}", "active", "", after.place, after.number, 1, "", stamp(now),
        stamp(next_digest(now)) if asked.every == "daily" else "",
    )  # fmt: skip
    kept.add(desk.store, one)
    master = kept.master_of(desk.store)
    return Made(_card(desk, one), webhooks.secret_of(master, one.id, 1) if one.way == "webhook" else "")


def mine(desk: Desk, voice: Voice) -> list[SubscriptionCard]:
    """The organisation's subscriptions that the voice may see: all for whoever administers them, else its own mails."""
    if voice.rehearsal or voice.mandate:
        return []
    found = [one for one in kept.of_organisation(desk.store, voice.organisation) if _may(voice, one)][: MOST_LISTED * 4]
    counted = kept.counts(desk.store, [one.id for one in found])
    return [_card(desk, one, counted.get(one.id, {})) for one in found]


def get(desk: Desk, voice: Voice, id: str) -> SubscriptionCard:
    """One of them; NoSuchPlace where there is none for this voice."""
    one = _of(desk, voice, id)
    return _card(desk, one, kept.counts(desk.store, [id]).get(id, {}))


def change(desk: Desk, voice: Voice, id: str, changed: Changed) -> SubscriptionCard:
    """Change its title or filter, pause it, or let it go on: then what waits is tried at once."""
    one = _of(desk, voice, id)
    if one.state == "ended":
        raise Refusal((problems.ended(),))
    columns: dict[str, str] = {}
    if changed.title is not None:
        columns["title"] = changed.title.strip()[:LONGEST_TITLE]
    if changed.filter is not None:
        if faults := filter_faults(changed.filter):
            raise Refusal(tuple(faults))
        columns["filter"] = msgspec.json.encode(changed.filter).decode()
    if changed.state is not None and changed.state != one.state:
        columns |= {"state": changed.state, "notice": ""}
        if changed.state == "active" and one.way != "mail":
            columns["voice"], columns["person"] = held(voice), voice.person  # whoever lets it go on answers for it
    if columns:
        one = kept.change(desk.store, id, **columns)
    if columns.get("state") == "active":
        desk.store.write(lambda session: kept.retry(session, id, desk.store.clock()))
    return get(desk, voice, id)


def end(desk: Desk, voice: Voice, id: str) -> SubscriptionCard:
    """End a subscription for good; the address of a feed is no more."""
    _of(desk, voice, id)
    return _card(desk, kept.change(desk.store, id, state="ended", notice=""))


def rotate(desk: Desk, voice: Voice, id: str) -> Made:
    """A new secret; a webhook's old one signs too for a day. A feed's old address ends at once."""
    one = _of(desk, voice, id)
    until = stamp(desk.store.clock() + OVERLAP) if one.way == "webhook" else ""
    one = kept.change(desk.store, id, generation=one.generation + 1, old_until=until)
    master = kept.master_of(desk.store)
    return Made(_card(desk, one), webhooks.secret_of(master, id, one.generation) if one.way == "webhook" else "")


def replay(desk: Desk, voice: Voice, id: str, after: str) -> SubscriptionCard:
    """Have everything behind a position delivered again (`start`: everything)."""
    one = _of(desk, voice, id)
    position = START if after == "start" else Position.parse(after)
    if position is None or one.way != "webhook":
        raise Refusal((problems.position(after),))
    back = min(position, one.position)
    desk.store.write(lambda session: kept.rewind(session, id, back, desk.store.clock()))
    return get(desk, voice, id)


def replay_one(desk: Desk, voice: Voice, id: str, position: str) -> SubscriptionCard:
    """Have one event delivered again."""
    from entrepot.portal.push.events import event_at

    one, at = _of(desk, voice, id), Position.parse(position)
    event = event_at(desk, voice, at) if at is not None else None
    if event is None or one.way != "webhook":
        raise NoSuchPlace(position)
    delivery = Delivery(id, event.position.place, event.position.number, event.subject, event.id, event.type)
    desk.store.write(lambda session: kept.again(session, delivery, desk.store.clock()))
    return get(desk, voice, id)


def deliveries(desk: Desk, voice: Voice, id: str, before: str = "", limit: int = MOST_LISTED) -> list[DeliveryCard]:
    """What was delivered and what waits, the latest event first; `before` a position pages the list."""
    _of(desk, voice, id)
    found = kept.deliveries(desk.store, id, min(max(limit, 1), 200), Position.parse(before) if before else None)
    return [
        DeliveryCard(
            str(one.position), one.event, one.type, one.dossier, one.state, one.attempts, one.first_at, one.last_at,
            one.due if one.state == "waiting" else "", one.status, one.took_ms, one.answer,
        )
        for one in found
    ]  # fmt: skip


def subscription_of(desk: Desk, voice: Voice, id: str) -> Subscription:
    """A subscription that the voice keeps; NoSuchPlace otherwise."""
    return _of(desk, voice, id)


def next_digest(now: datetime) -> datetime:
    """When the next daily mail is due: at eight in the morning of the counting office."""
    there = now.astimezone(UTC) + COUNTING_OFFICE
    due = there.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    return (due if due > there else due + timedelta(days=1)) - COUNTING_OFFICE


# -- who may, and what is wrong ---------------------------------------------------------------------------------------


def keeps(voice: Voice) -> bool:
    """Whether a voice keeps its organisation's webhooks and feeds. A mandate, which may be but a claim until a dossier is opened, lets
    nobody keep those of another."""
    return not voice.rehearsal and not voice.mandate and (bool(voice.token) or ADMINISTER in voice.duties)


def _may(voice: Voice, one: Subscription) -> bool:
    return keeps(voice) or (one.way == "mail" and one.person == voice.person)


def _of(desk: Desk, voice: Voice, id: str) -> Subscription:
    one = kept.find(desk.store, id)
    if one is None or voice.rehearsal or voice.mandate or one.organisation != voice.organisation or not _may(voice, one):
        raise NoSuchPlace(id)
    return one


def _right_to_make(desk: Desk, voice: Voice, way: Way) -> list[Problem]:
    desk.admit(voice)
    if voice.rehearsal:
        return [problems.visitor()]
    if voice.mandate or (way != "mail" and not keeps(voice)):
        return [problems.administrators()]
    return []


def _faults(desk: Desk, asked: Asked) -> list[Problem]:
    found = filter_faults(asked.filter)
    if asked.way == "webhook" and (fault := webhooks.address_faults(asked.address, loopback_allowed(desk.store))):
        found.append(problems.address(fault))
    if len(asked.title) > LONGEST_TITLE or not asked.title.isprintable():
        found.append(problems.title(LONGEST_TITLE))
    return found


def filter_faults(only: Filter) -> list[Problem]:
    """What is wrong with a filter."""
    wrong = {
        "topics": [one for one in only.topics if PATTERN.fullmatch(one) is None],
        "dossiers": [one for one in only.dossiers if DOSSIER_ID.fullmatch(one) is None],
        "kinds": [one for one in only.kinds if one not in KINDS],
        "roles": [one for one in only.roles if one not in ROLES],
    }
    found = [problems.filtered(name, ", ".join(values[:3])) for name, values in wrong.items() if values]
    long = [name for name in wrong if len(getattr(only, name)) > MOST_LISTED]
    return found + [problems.filtered(name, f"more than {MOST_LISTED}") for name in long]


def _card(desk: Desk, one: Subscription, counted: dict[str, int] | None = None) -> SubscriptionCard:
    counted, master = counted or {}, kept.master_of(desk.store)
    tells, _, every = one.detail.partition(" ")
    mail = one.way == "mail"
    feed = f"{setting.address()}/feed.atom?key={webhooks.token_of(master, FEED, one.id, one.generation)}"
    return SubscriptionCard(
        one.id, one.way, one.state, one.made_at, one.person, str(one.position) if one.place >= 0 else "", one.title, one.address,
        filter_of(one), tuple(one.notice.split("|")) if one.notice else (), every if mail else "", tells if mail else "", one.language,
        webhooks.public_of(webhooks.seed_of(master, one.id)) if one.way == "webhook" else "",
        feed if one.way == "feed" and one.state != "ended" else "", counted.get("waiting", 0) + counted.get("behind", 0),
        counted.get("delivered", 0), one.old_until if one.old_until > stamp(desk.store.clock()) else "",
    )  # fmt: skip
