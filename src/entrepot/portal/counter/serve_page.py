"""The page `/counter/serve`: the one in hand, from who comes to the receipt, by the keyboard alone.

Without an enterprise it asks who comes; then it shows that enterprise's trades, what is asked next, what was said with this number,
and the way to end it. All entering is done in the forms that everybody uses.
"""

from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from entrepot.channels import mandates as standing_mandates
from entrepot.channels.online import Voice
from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Problem
from entrepot.kernel.vocabulary.enterprise import EnterpriseCard
from entrepot.portal.api import LARGEST_PAPER
from entrepot.portal.counter import serving
from entrepot.portal.counter.desk_page import SCRIPTS, STYLES, acting_at, clerk_at, head, on_shift
from entrepot.portal.counter.serving import Taking, counter_of, for_ticket
from entrepot.portal.counter.words_desk import OUTCOMES
from entrepot.portal.desk import Desk, NoSuchDossier
from entrepot.portal.drafts import problem
from entrepot.portal.entry.begin import Way, begun_of, new_number, open_trade
from entrepot.portal.entry.choices import inline
from entrepot.portal.ids import uuid7
from entrepot.portal.pages import DO, READ, language_of, only, page
from entrepot.portal.reading import Reading, problems_of
from entrepot.portal.sheet_next import standing
from entrepot.portal.web import TooMuch
from entrepot.portal.work.searching import find as find_dossiers
from entrepot.store import mandates, window
from entrepot.store.window import Outcome, Ticket

SERVE = "/counter/serve"
SHOWN, LISTED, MOST_PAPERS = 8, 60, 20
LISTS = ("country", "currency", "unit", "incoterm")
_CARD = ("name", "name_zh", "customs_code", "address_zh", "phone", "email")


def _in_hand(request: HttpRequest) -> tuple[Desk, Voice, Ticket]:
    """The desk, the clerk, and the number in hand; raises _Nobody where there is none. What was filled in for one number is not put
    down to the next."""
    desk, clerk = acting_at(request)
    one = window.in_hand(desk.store, counter_of(clerk), clerk.person)
    if one is None:
        raise _Nobody
    if request.POST.get("ticket", one.id) != one.id:
        raise Refusal(
            (problem("CW05", "ticket", f"this was filled in for another number; {one.label} is in hand now",
                     f"此表为另一号码填写，当前办理的是 {one.label}",
                     "take that number up again, or fill it in anew for this one", "请重新受理原号码，或为当前号码重新填写"),)
        )  # fmt: skip
    return desk, clerk, one


class _Nobody(Exception):
    """The clerk has nobody in hand."""


def _with_ticket(view: Any) -> Any:
    """The view, and the queue where nobody is in hand; what cannot stand is told on the page itself."""

    def served(request: HttpRequest) -> HttpResponseBase:
        try:
            return view(request, *_in_hand(request))  # type: ignore[no-any-return]
        except _Nobody:
            return HttpResponseRedirect("/counter")
        except Refusal as refusal:
            return serve(request, refusal.problems)

    return served


def serve(request: HttpRequest, problems: tuple[Problem, ...] = ()) -> HttpResponseBase:
    """The one in hand."""
    desk, clerk = clerk_at(request)
    one = window.in_hand(desk.store, counter_of(clerk), clerk.person)
    if one is None:
        return HttpResponseRedirect("/counter")
    about = head(desk, clerk, "serve") | {
        "problems": problems,
        "today": desk.today().isoformat(),
        "status": 422 if problems else 200,
    }
    return _who(request, desk, clerk, one, about) if not one.principal else _served(request, desk, clerk, one, about)


def _who(request: HttpRequest, desk: Desk, clerk: Voice, one: Ticket, about: dict[str, Any]) -> HttpResponseBase:
    """Who comes?"""
    words = (request.POST.get("q") or request.GET.get("q") or "").strip()[:200]
    looked = serving.look(desk, clerk, words) if words else serving.Looked()
    found = find_dossiers(desk, clerk, words, limit=SHOWN).matches if words and not looked.known else ()
    filled = {
        name: request.POST.get(name, "").strip()[:400]
        for name in (*_CARD, "country", "number", "mandate", "valid_until", "signed_on")
    }
    if looked.code and not filled["number"]:
        country, _, number = looked.code.partition("-") if "-" in looked.code else ("CHN", "", looked.code)
        filled |= {"country": country, "number": number}
    return page(
        request, "counter/who.html", about.pop("status"), styles=(*STYLES, "entry.css"), scripts=(*SCRIPTS, "entry.js"), **about,
        words=words, looked=looked, found=found, filled=filled | {"country": filled["country"] or "CHN"},
        taking=bool(looked.code) or "number" in request.POST, lists=inline(desk.law, desk.today(), ("country",), language_of(request)),
        spoke=request.POST.get("spoke", ""), consent=request.POST.get("consent", ""),
    )  # fmt: skip


def _served(request: HttpRequest, desk: Desk, clerk: Voice, one: Ticket, about: dict[str, Any]) -> HttpResponseBase:
    """What is done for whoever came."""
    voice = for_ticket(clerk, one)
    reading = _reading(desk, voice, one.dossier)
    cards = [card for card in desk.dossiers(voice, limit=SHOWN * 2).dossiers if card.kind == "trade"][:SHOWN]
    made = window.made_at(desk.store, one)
    card = window.cards_of(desk.store, [one.principal]).get(one.principal, EnterpriseCard())
    filled = {name: request.POST.get(name, "").strip()[:400] for name in request.POST} if about["problems"] else {}
    return page(
        request, "counter/serve.html", about.pop("status"), styles=(*STYLES, "entry.css"), scripts=(*SCRIPTS, "entry.js", "offline.js"),
        **about, one=one, name=card.name_zh or card.name, reading=reading, cards=cards, made=made[-LISTED:], count=len(made),
        stands=standing(reading, desk.registry.topics) if reading else None, told=problems_of(reading)[:SHOWN] if reading else (),
        two=bool(mandates.topics_of_two(desk.store.database, one.principal)), corrected=bool(serving.corrections(made)),
        pending=standing_mandates.state_of(desk.store, one.principal) != "admitted", topics=desk.registry.topics,
        outcomes={name: OUTCOMES[name] for name in window.OUTCOMES}, begun={"dossier": new_number("export", desk.today()), **filled},
        id=uuid7(desk.store.clock()), lists=inline(desk.law, desk.today(), LISTS, language_of(request)),
        may_open=voice.mandate != "", taken=request.GET.get("taken", "")[:200],
    )  # fmt: skip


def _reading(desk: Desk, voice: Voice, dossier: str) -> Reading | None:
    if not dossier:
        return None
    try:
        return desk.read(dossier, voice)
    except NoSuchDossier:  # the mandate ended meanwhile
        return None


def find(request: HttpRequest, desk: Desk, clerk: Voice, one: Ticket) -> HttpResponseBase:
    """An enterprise by a few letters: the only one found is served at once."""
    words = request.POST.get("q", "").strip()[:200]
    looked = serving.look(desk, clerk, words)
    if len(looked.known) == 1:
        return _begin(request, desk, one, looked.known[0].code, looked.known[0].number)
    return HttpResponseRedirect(f"{SERVE}?" + urlencode({"q": words}))


def choose(request: HttpRequest, desk: Desk, clerk: Voice, one: Ticket) -> HttpResponseBase:
    """One of those found, or the enterprise of a dossier that was found."""
    if dossier := request.POST.get("dossier", "")[:100]:
        principal, number = serving.mandate_for(desk, clerk, dossier)
        return _begin(request, desk, one, principal, number, dossier)
    code = request.POST.get("code", "")
    given = serving.acted_for(desk, clerk).get(code)
    if not given:
        raise NoSuchDossier(code)
    return _begin(request, desk, one, code, given[0].number)


def _begin(
    request: HttpRequest, desk: Desk, one: Ticket, principal: str, number: str, dossier: str = ""
) -> HttpResponseBase:
    _for_one(one, principal)
    told = {name: " ".join(request.POST.get(name, "").split())[:300] for name in ("spoke", "consent")}
    told = {name: text or getattr(one, name) for name, text in told.items()}
    if one.way == "telephone" and not (told["spoke"] and told["consent"]):
        raise Refusal(
            (problem("CW04", "spoke", "by telephone nobody shows a face or signs", "电话办理无法核验来人与签名",
                     "write down who spoke, how that was made sure, and what was agreed to", "请记录来电人、核实方式及同意事项"),)
        )  # fmt: skip
    window.begin(desk.store, one, principal=principal, mandate=number, dossier=dossier or one.dossier, **told)
    return HttpResponseRedirect(SERVE)


def _for_one(one: Ticket, principal: str) -> None:
    """Refusal where a number is served for somebody else: what was done is told to whom it was done for when the number is ended."""
    if one.principal not in ("", principal):
        raise Refusal(
            (problem("CW06", "code", f"{one.label} is served for {one.principal} already", f"{one.label} 已在为 {one.principal} 办理",
                     "end it, and give another number", "请先结束该号码，再取新号"),)
        )  # fmt: skip


def register(request: HttpRequest, desk: Desk, clerk: Voice, one: Ticket) -> HttpResponseBase:
    """An enterprise taken in off its papers, with the mandate that it signed."""
    post, wrong = request.POST, list[Problem]()

    def text(name: str) -> str:
        return " ".join(post.get(name, "").split())[:400]

    def day(name: str) -> date | None:
        try:
            return date.fromisoformat(text(name)) if text(name) else None
        except ValueError:
            wrong.append(_no_day(name, text(name)))
            return None

    country, number = text("country").upper() or "CHN", text("number").upper()
    card = EnterpriseCard(
        text("name"), text("name_zh"), number if country == "CHN" else "", text("customs_code"), country,
        address_zh=text("address_zh"), phone=text("phone"), email=text("email"),
    )  # fmt: skip
    asked = Taking(
        country, number, card, day("signed_on") or desk.today(), day("valid_until"), text("mandate"), post.get("may_send") == "1",
        signed=_file(request, "signed"), licence=_file(request, "licence"),
    )  # fmt: skip
    if wrong:
        raise Refusal(tuple(wrong))
    _for_one(one, asked.code)
    return _begin(request, desk, one, *serving.take_in(desk, clerk, asked))


def _no_day(name: str, text: str) -> Problem:
    shown = text[:40]
    return problem(
        "D044", name, f"{shown!r} is no day", f"{shown!r} 不是日期", "write it as 2026-04-01", "格式：2026-04-01"
    )


def _file(request: HttpRequest, name: str) -> tuple[str, bytes] | None:
    upload = request.FILES.get(name)
    if upload is None:
        return None
    if upload.size is None or upload.size > LARGEST_PAPER:
        raise TooMuch(LARGEST_PAPER)
    return str(upload.name)[:200], upload.read()


def form_to_sign(request: HttpRequest) -> HttpResponseBase:
    """The mandate as a form on paper, before anybody signed it."""
    desk, clerk = clerk_at(request)
    asked = {name: request.GET.get(name, "").strip()[:200] for name in ("code", "name", "number")}
    return page(
        request, "counter/form_to_sign.html", styles=(*STYLES, "access.css"), scripts=SCRIPTS, voice=clerk, asked=asked,
        counter=counter_of(clerk), today=desk.today().isoformat(),
    )  # fmt: skip


def trade(request: HttpRequest, desk: Desk, clerk: Voice, one: Ticket) -> HttpResponseBase:
    """A trade opened in one form: what goods, how much, to whom."""
    way: Way = "import" if request.POST.get("way") == "import" else "export"
    begun = begun_of(way, request.POST, new_number(way, desk.today()), uuid7(desk.store.clock()))
    open_trade(desk, begun, for_ticket(clerk, one))
    window.begin(desk.store, one, dossier=begun.dossier)
    return HttpResponseRedirect(f"{SERVE}#now")


def work_on(request: HttpRequest, desk: Desk, clerk: Voice, one: Ticket) -> HttpResponseBase:
    """Another of the enterprise's dossiers; the mandate is the one that holds there."""
    dossier = request.POST.get("dossier", "")[:100]
    principal, number = serving.mandate_for(desk, clerk, dossier)
    if principal != one.principal:
        raise NoSuchDossier(dossier)
    window.begin(desk.store, one, mandate=number, dossier=dossier)
    return HttpResponseRedirect(f"{SERVE}#now")


def attach(request: HttpRequest, desk: Desk, clerk: Voice, one: Ticket) -> HttpResponseBase:
    """Papers from files or a camera. What is doubtful is looked at beside the paper at once."""
    voice, taken, doubtful = for_ticket(clerk, one), 0, ""
    for upload in request.FILES.getlist("papers")[:MOST_PAPERS]:
        if upload.size is None or upload.size > LARGEST_PAPER:
            raise TooMuch(LARGEST_PAPER)
        handed = desk.hand_in(one.dossier, str(upload.name)[:200], upload.read(), voice)
        taken, doubtful = taken + 1, doubtful or (handed.digest if handed.doubtful else "")
    if doubtful and taken == 1:
        return HttpResponseRedirect(f"/d/{quote(one.dossier, safe='')}/papers/{doubtful}/read")
    return HttpResponseRedirect(f"{SERVE}?taken={taken}#now")


def pause(request: HttpRequest, desk: Desk, clerk: Voice, one: Ticket) -> HttpResponseBase:
    """Lay it aside for any clerk to take up."""
    window.pause(desk.store, one)
    return HttpResponseRedirect("/counter")


def absent(request: HttpRequest, desk: Desk, clerk: Voice, one: Ticket) -> HttpResponseBase:
    """Called, and nobody came."""
    if one.principal:
        return HttpResponseRedirect(SERVE)
    window.end(desk.store, one, "left", (), "")
    return HttpResponseRedirect("/counter")


def end(request: HttpRequest, desk: Desk, clerk: Voice, one: Ticket) -> HttpResponseBase:
    """What came of it; then the next, where that was asked for."""
    known: dict[str, Outcome] = {str(name): name for name in window.OUTCOMES}
    outcome = known.get(request.POST.get("outcome", ""), "answered" if not one.principal else "done")
    note, reason = (" ".join(request.POST.get(name, "").split())[:1000] for name in ("note", "reason"))
    serving.end(desk, clerk, one, outcome, note, reason)
    if request.POST.get("then") == "next":
        place = on_shift(desk, clerk).place
        if window.call_next(desk.store, counter_of(clerk), clerk.person, place, desk.today()) is not None:
            return HttpResponseRedirect(SERVE)
    return HttpResponseRedirect(f"/counter?ended={one.id}")


URLS: list[URLPattern] = [
    path("counter/serve", only(serve, *READ)),
    path("counter/mandate-form", only(form_to_sign, *READ)),
    *(
        path(f"counter/serve/{name}", only(_with_ticket(view), *DO))
        for name, view in (
            ("find", find), ("choose", choose), ("register", register), ("trade", trade), ("work-on", work_on), ("attach", attach),
            ("pause", pause), ("left", absent), ("end", end),
        )
    ),
]  # fmt: skip
