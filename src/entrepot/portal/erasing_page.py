"""Erasing at the page `/d/<id>/erasing`: the plan, its confirmation, and what was erased before."""

import re
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.erasure import ERASED
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal import erasing
from entrepot.portal.erasing import GROUNDS, LONGEST, Order
from entrepot.portal.pages import DO, READ, only, page, reader_of
from entrepot.portal.web import desk_of

_FIELDS = ("references", "ground", "request", "reason", "despite", "digest")


def form(request: HttpRequest, id: str, problems: tuple[Problem, ...] = (), plan: Any = None) -> HttpResponseBase:
    """The form for the operator, what it would erase, and what was erased before."""
    voice, desk = reader_of(request), desk_of(request)
    reading = desk.read(id, voice)
    if "operator" not in reading.roles:
        raise NoSuchPlace("erasing")
    grounds = [
        (
            row.keys["ground"],
            Text(
                f"{row['law']} {row['article']}: {row['name_en']}", f"{row['law']} {row['article']}：{row['name_zh']}"
            ),
        )
        for row in desk.law.rows(GROUNDS, desk.today(), {})
        if desk.store.nature == "sandbox" or not row["sandbox"]
    ]
    filled = {name: request.POST.get(name, request.GET.get(name, "")).strip()[: 20 * LONGEST] for name in _FIELDS}
    before = [fact for fact in reading.facts if fact.topic == ERASED.name]
    return page(
        request, "erasing.html", 422 if problems else 200, voice=voice, reading=reading, grounds=grounds, filled=filled,
        problems=problems, plan=plan, before=before, done=request.GET.get("done") == "1",
    )  # fmt: skip


def decide(request: HttpRequest, id: str) -> HttpResponseBase:
    """The form handed in: shows the plan, or, with its digest, does it."""
    voice, desk = reader_of(request), desk_of(request)
    filled = {name: request.POST.get(name, "").strip()[: 20 * LONGEST] for name in _FIELDS}
    references = tuple(re.split(r"[\s,，、]+", filled["references"]))
    order = Order(filled["ground"], filled["request"], filled["reason"], filled["despite"])
    plan = None
    try:
        plan = erasing.plan(desk, id, references, voice, order)
        if not filled["digest"]:
            return form(request, id, (), plan)
        erasing.erase(desk, id, references, voice, order, filled["digest"])
    except Refusal as refusal:
        return form(request, id, refusal.problems, plan)
    return HttpResponseRedirect(f"/d/{quote(id)}/erasing?done=1")


URLS: list[URLPattern] = [
    path("d/<str:id>/erasing", only(form, *READ)),
    path("d/<str:id>/erasing/do", only(decide, *DO)),
]
