"""The pages of subscriptions, the feed for readers of feeds (Atom, RFC 4287), and the one click that ends mails (RFC 8058)."""

from typing import Any, cast
from xml.sax.saxutils import escape

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt

from entrepot.channels.online import Voice
from entrepot.gateways import webhooks
from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Problem
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal import setting
from entrepot.portal.compressing import uncompressed
from entrepot.portal.desk import Desk
from entrepot.portal.pages import DO, READ, language_of, only, page, reader_of
from entrepot.portal.push import mails, subscribing
from entrepot.portal.push.events import Event, Filter, events_for, label_of, last_position, page_address
from entrepot.portal.push.pushing import try_out
from entrepot.portal.push.subscribing import Asked, Changed, DeliveryCard, SubscriptionCard, filter_of, keeps
from entrepot.portal.push.voices import mail_of, voice_now
from entrepot.portal.push.words import BADGES, CHOICES, STATES, WAYS
from entrepot.portal.web import desk_of
from entrepot.store import subscriptions as kept
from entrepot.store.events import START, Position

STYLES = ("push.css",)
ENTRIES, LOOKED = 50, 20_000  # of a feed; and the places of the log in which they are looked for
ATOM = "application/atom+xml; charset=utf-8"


def all_of_mine(request: HttpRequest, problems: tuple[Problem, ...] = ()) -> HttpResponseBase:
    """What one is subscribed to, and a form to subscribe."""
    desk, voice = desk_of(request), reader_of(request)
    if request.method == "POST" and not problems:
        try:
            made = subscribing.make(desk, voice, _asked(request.POST, language_of(request)))
        except Refusal as refusal:
            return all_of_mine(request, refusal.problems)
        return _one(request, desk, voice, made.subscription, secret=made.secret, notice="push_made")
    cards = [
        (one, WAYS[one.way], STATES[one.state], BADGES[one.state], _about(one)) for one in subscribing.mine(desk, voice)
    ]
    mail = "" if voice.rehearsal or voice.token else mail_of(voice.person)
    posted = request.POST if problems else QueryDict()
    return page(
        request, "push/subscriptions.html", 422 if problems else 200, styles=STYLES, voice=voice, cards=cards, mail=mail, may=keeps(voice),
        visitor=voice.rehearsal, choices=CHOICES, chosen=posted.getlist("what"), filled=posted, problems=problems,
    )  # fmt: skip


def one_of_mine(request: HttpRequest, id: str) -> HttpResponseBase:
    """One of them with its deliveries, and what may be done with it."""
    desk, voice = desk_of(request), reader_of(request)
    if request.method != "POST":
        return _one(request, desk, voice, subscribing.get(desk, voice, id))
    action = request.POST.get("action", "")
    try:
        return _done(request, desk, voice, id, action)
    except Refusal as refusal:
        return _one(request, desk, voice, subscribing.get(desk, voice, id), problems=refusal.problems)


def _done(request: HttpRequest, desk: Desk, voice: Voice, id: str, action: str) -> HttpResponseBase:
    match action:
        case "rotate":
            made = subscribing.rotate(desk, voice, id)
            return _one(request, desk, voice, made.subscription, secret=made.secret)
        case "test":
            tried = try_out(desk, voice, id)
            return _one(request, desk, voice, subscribing.get(desk, voice, id), tried=tried)
        case "pause" | "go_on":
            subscribing.change(desk, voice, id, Changed(state="paused" if action == "pause" else "active"))
        case "replay":
            subscribing.replay(desk, voice, id, request.POST.get("after", "").strip())
        case "again":
            subscribing.replay_one(desk, voice, id, request.POST.get("event", ""))
        case "end":
            subscribing.end(desk, voice, id)
            return HttpResponseRedirect("/subscriptions")
    return HttpResponseRedirect(f"/subscriptions/{id}")


def _one(
    request: HttpRequest, desk: Desk, voice: Voice, card: SubscriptionCard, *, secret: str = "", tried: DeliveryCard | None = None,
    notice: str = "", problems: tuple[Problem, ...] = (),
) -> HttpResponse:  # fmt: skip
    found = subscribing.deliveries(desk, voice, card.id, request.GET.get("before", ""))
    rows = [(one, STATES[one.state], BADGES[one.state]) for one in found]
    shown = page(
        request, "push/subscription.html", 422 if problems else 200, styles=STYLES, voice=voice, card=card, way=WAYS[card.way],
        state=STATES[card.state], badge=BADGES[card.state], about=_about(card), rows=rows, secret=secret, tried=tried, problems=problems,
        tried_state=STATES[tried.state] if tried else None, tried_badge=BADGES[tried.state] if tried else "", notice=notice,
        next=found[-1].position if len(found) == subscribing.MOST_LISTED else "",
        told=card.notice[0 if language_of(request) == "en" else -1] if card.notice else "",
    )  # fmt: skip
    return uncompressed(shown) if secret or card.feed else shown


def _about(card: SubscriptionCard) -> str:
    """The topics of a subscription, as patterns; empty for all."""
    return " ".join(card.filter.topics)


def _asked(posted: QueryDict, language: str) -> Asked:
    patterns = [pattern for name, _, of in CHOICES if name in posted.getlist("what") for pattern in of]
    patterns += posted.get("patterns", "").replace(",", " ").split()
    way, every, tells = (posted.get(name, "") for name in ("way", "every", "tells"))
    return Asked(
        cast(Any, way if way in WAYS else "mail"), posted.get("address", "").strip(), posted.get("title", "").strip(),
        Filter(tuple(dict.fromkeys(patterns)), tuple(posted.get("dossiers", "").replace(",", " ").split())),
        "", "zh" if language == "zh" else "en", "daily" if every == "daily" else "at_once", "links" if tells == "links" else "topics",
    )  # fmt: skip


# -- the feed for readers of feeds ------------------------------------------------------------------------------------


def feed(request: HttpRequest) -> HttpResponseBase:
    """The latest events of a feed, the newest first, for whoever has its secret address: what happened and where, not what was said."""
    desk = desk_of(request)
    proven = webhooks.token_proves(kept.master_of(desk.store), subscribing.FEED, request.GET.get("key", ""))
    one = None if proven is None else kept.find(desk.store, proven[0])
    valid = (
        one is not None
        and proven is not None
        and one.way == "feed"
        and one.state == "active"
        and one.generation == proven[1]
    )
    voice = voice_now(desk, one) if one is not None and valid else None
    if one is None or voice is None:
        raise NoSuchPlace("feed")
    end = last_position(desk)
    after, found = max(START, Position(end.place - LOOKED)), list[Event]()
    while len(piece := events_for(desk, voice, after, 500, filter_of(one)).events):
        found = [*found, *piece][-ENTRIES:]
        after = piece[-1].position
    return HttpResponse(_atom(desk, one, found), content_type=ATOM)


def _atom(desk: Desk, one: kept.Subscription, events: list[Event]) -> str:
    updated = events[-1].time if events else one.made_at
    title = escape(one.title or "Entrepôt")
    base = setting.address()
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>', '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"<id>urn:entrepot:{desk.store.origin.rpartition('/')[2]}:{one.id}</id>", f"<title>{title}</title>",
        f"<updated>{updated}</updated>",
        "<author><name>Entrepôt</name></author>", f'<link href="{escape(base)}/dossiers"/>',
    ]  # fmt: skip
    for event in reversed(events):
        verb = event.type.split(".")[1]
        words = f"{label_of(desk.registry.topics.get, event, one.language)} ({mails.verb_words(verb, one.language)}) · {event.subject}"
        name = f"urn:entrepot:{desk.store.origin.rpartition('/')[2]}:event:{event.data.position}"
        link = escape(page_address(event), {'"': "&quot;"})
        lines.append(
            f'<entry><id>{name}</id><title>{escape(words)}</title><updated>{event.time}</updated><link href="{link}"/></entry>'
        )
    return "\n".join([*lines, "</feed>", ""])


# -- no more mails ----------------------------------------------------------------------------------------------------


def unsubscribe(request: HttpRequest, token: str) -> HttpResponseBase:
    """Asks before it ends mails for whoever follows the link; a mail program's POST ends them at once, without signing in."""
    desk = desk_of(request)
    one = mails.ended_by(desk, token)
    if one is None:
        raise NoSuchPlace("unsubscribe")
    if request.method == "POST" and one.state != "ended":
        one = kept.change(desk.store, one.id, state="ended", notice="")
    return page(request, "push/unsubscribe.html", one=one, done=one.state == "ended")


URLS: list[URLPattern] = [
    path("subscriptions", only(all_of_mine, *READ, *DO)),
    path("subscriptions/<str:id>", only(one_of_mine, *READ, *DO)),
    path("feed.atom", only(feed, *READ)),
    path("unsubscribe/<str:token>", csrf_exempt(only(unsubscribe, *READ, *DO))),
]
