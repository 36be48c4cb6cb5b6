"""The pages of titles: `/titles` lists those one is or was in, `/titles/<id>` shows one with what may be done now."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Text
from entrepot.kernel.why import NoSuchPlace
from entrepot.modules.titles.rules.problems import ACTIONS, STATES
from entrepot.modules.titles.rules.steps import plain
from entrepot.portal import titles, titles_read
from entrepot.portal.desk import Desk, NoSuchDossier
from entrepot.portal.drafts import problem
from entrepot.portal.pages import DO, READ, only, page, reader_of
from entrepot.portal.title_words import FORMS, GROUNDS, KINDS, PARTS, PURPOSES
from entrepot.portal.titles_export import export
from entrepot.portal.titles_read import Possible, TitleReading
from entrepot.portal.web import desk_of
from entrepot.store.log import NotInLogError

BADGES = {"circulating": "found", "surrendered": "waits", "delivered": "not_applicable", "on_paper": "no_law", "split": "not_applicable",
          "void": "refused"}  # fmt: skip
LONGEST = 300
_ASKED = {
    "endorse": ("to",), "transfer": ("to",), "refuse": ("reason",), "void": ("reason",), "to_paper": ("paper",),
    "from_paper": ("paper", "to"),
}  # fmt: skip
# Steps that need more than the page asks for: an amended document comes through the API or the command line.
ELSEWHERE = frozenset({"amend"})


def all_titles(request: HttpRequest) -> HttpResponseBase:
    """The titles of whoever is reading, by what they are to them; and the key by which they are held."""
    desk, voice = desk_of(request), reader_of(request)
    if request.method == "POST":
        titles.ready(desk, voice, request.POST.get("name", "").strip()[:200])
        return HttpResponseRedirect("/titles")
    cursor = request.GET.get("cursor", "")
    listed = titles_read.mine(desk, voice, int(cursor) if cursor.isdecimal() and len(cursor) < 18 else None)
    groups = [
        (
            name,
            words,
            [(one, KINDS[one.kind], STATES[one.state], BADGES[one.state]) for one in listed.titles if one.part == name],
        )
        for name, words in PARTS.items()
    ]
    return page(
        request,
        "titles.html",
        voice=voice,
        groups=[group for group in groups if group[2]],
        next=listed.next,
        key=listed.key,
    )


def title(request: HttpRequest, id: str, problems: tuple[Any, ...] = ()) -> HttpResponseBase:
    """One title: its face, who has it, its steps, and what may be done now."""
    desk, voice = desk_of(request), reader_of(request)
    told = titles_read.read(desk, voice, id)
    control = told.control
    open_ = [
        (one, ACTIONS[one.action], PURPOSES.get(one.purpose), one.action not in ELSEWHERE)
        for one in told.possible
        if one.open
    ]
    return page(
        request, "title.html", 422 if problems else 200, voice=voice, told=told, control=control, document=told.document,
        kind=KINDS[control.kind], form=FORMS[control.form], state=STATES[control.state], badge=BADGES[control.state],
        purpose=PURPOSES.get(control.purpose),
        steps=[(one, ACTIONS[one.step.action], PURPOSES.get(one.step.purpose)) for one in told.steps],
        open=open_, closed=_closed(told), problems=problems, done=request.GET.get("done") == "1",
        effect=_effect(told), face=plain(told.document), posted=request.POST if problems else {},
    )  # fmt: skip


def _closed(told: TitleReading) -> list[tuple[Text, Text | None, tuple[Text, ...]]]:
    """What may not be done now, with the reasons; one's own matters before those of the issuer."""
    return [(ACTIONS[one.action], PURPOSES.get(one.purpose), one.reasons) for one in told.possible if not one.open]


def _effect(told: TitleReading) -> tuple[str, Text | None]:
    ground = told.effect_value.get("ground", "")
    return told.effect, GROUNDS.get(ground)


def step(request: HttpRequest, id: str) -> HttpResponseBase:
    """A step, from the form."""
    desk, voice = desk_of(request), reader_of(request)
    posted = request.POST
    chosen, _, purpose = posted.get("action", "").partition(" ")
    try:
        told = titles_read.read(desk, voice, id)
        one = _chosen(told, chosen, purpose)
        if one.action == "split":
            titles.divide(desk, voice, id, _shares(posted.get("parts", "")))
        else:
            titles.take(desk, voice, id, one.action, **_fields(one, posted))
    except Refusal as refusal:
        return title(request, id, refusal.problems)
    return HttpResponseRedirect(f"/titles/{quote(id)}?done=1")


def _chosen(told: TitleReading, action: str, purpose: str) -> Possible:
    for one in told.possible:
        if (one.action, one.purpose) == (action, purpose):
            return one
    raise Refusal(
        (
            problem(
                "TI042", "action", "choose what to do", "请选择要办理的事项", "pick one of the list", "请从列表中选择"
            ),
        )
    )


def _fields(one: Possible, posted: Mapping[str, str]) -> dict[str, Any]:
    """The fields that the action has; what else the form held is left aside."""
    named = {
        "endorse": ("to",),
        "transfer": ("to",),
        "refuse": ("reason",),
        "void": ("reason",),
        "to_paper": ("paper",),
        "from_paper": ("paper", "to"),
    }
    fields: dict[str, Any] = {name: str(posted.get(name, "")).strip()[:LONGEST] for name in named.get(one.action, ())}
    if one.purpose:
        fields["purpose"] = one.purpose
    if one.action == "endorse":
        fields["onward"] = posted.get("last") != "1"
    return fields


def _shares(text: str) -> list[dict[str, Decimal]]:
    """Parts as they are written in the form: a part a line, `1=600, 2=0.5`."""
    try:
        return [
            {
                line.strip(): Decimal(quantity.strip())
                for line, _, quantity in (one.partition("=") for one in part.split(","))
            }
            for part in text.splitlines()
            if part.strip()
        ]
    except InvalidOperation:
        raise Refusal(
            (
                problem(
                    "TI043",
                    "parts",
                    "a part is written as 1=600, 2=0.5",
                    "每部分写作 1=600, 2=0.5",
                    "one part a line",
                    "每行一个部分",
                ),
            )
        ) from None


def file(request: HttpRequest, id: str) -> HttpResponseBase:
    """The title in one file."""
    response = HttpResponse(export(desk_of(request), reader_of(request), id), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="title-{id}.json"'
    return response


def receipt(request: HttpRequest, id: str, statement: str) -> HttpResponseBase:
    """The receipt of a step that the reader may see."""
    desk = desk_of(request)
    told = titles_read.read(desk, reader_of(request), id)
    if statement not in {one.statement for one in told.steps}:
        raise NoSuchPlace(statement)
    response = HttpResponse(_receipt(desk, statement), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="receipt-{statement}.txt"'
    return response


def _receipt(desk: Desk, statement: str) -> str:
    try:
        return desk.store.receipt(statement)
    except NotInLogError:
        desk.store.integrate()
        return desk.store.receipt(statement)


def of_trade(request: HttpRequest, id: str) -> HttpResponseBase:
    """A bill drafted from a trade: looked at, and issued."""
    desk, voice = desk_of(request), reader_of(request)
    document = titles_read.drafted(desk, voice, id)
    problems: tuple[Any, ...] = ()
    if request.method == "POST":
        to = request.POST.get("to", "").strip()[:LONGEST]
        try:
            face = titles_read.completed(document, request.POST)
            taken = titles_read.issue_in_trade(desk, voice, face, to)
            return HttpResponseRedirect(f"/titles/{quote(taken.title)}?done=1")
        except (Refusal, NoSuchDossier) as error:
            problems = error.problems if isinstance(error, Refusal) else ()
    return page(request, "title_draft.html", 422 if problems else 200, voice=voice, dossier=id, document=document, problems=problems,
                posted=request.POST, forms=FORMS, face=plain(document))  # fmt: skip


URLS: list[URLPattern] = [
    path("titles", only(all_titles, *READ, *DO)),
    path("titles/<str:id>", only(title, *READ)),
    path("titles/<str:id>/steps", only(step, *DO)),
    path("titles/<str:id>/file", only(file, *READ)),
    path("titles/<str:id>/receipts/<str:statement>", only(receipt, *READ)),
    path("d/<str:id>/title", only(of_trade, *READ, *DO)),
]
