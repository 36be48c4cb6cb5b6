"""Erasing at the page `/d/<id>/erasing` and over the API: the plan, its confirmation, and the proof of what was erased."""

import re
from typing import Any
from urllib.parse import quote

import msgspec
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from msgspec import Struct

from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.erasure import ERASED
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal import erasing
from entrepot.portal.api import LARGEST_SAYING
from entrepot.portal.drafts import problem
from entrepot.portal.erasing import GROUNDS, LONGEST, Order
from entrepot.portal.pages import DO, READ, only, page, reader_of
from entrepot.portal.web import body_of, desk_of, json_response, told, voice_of

_FIELDS = ("references", "ground", "request", "reason", "despite", "digest")


class Asked(Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be erased, and on what ground; with the `digest` of the plan it is done."""

    references: tuple[str, ...]
    ground: str = ""
    request: str = ""
    reason: str = ""
    despite: str = ""
    digest: str = ""

    @property
    def order(self) -> Order:
        """The order in it."""
        return Order(self.ground, self.request, self.reason, self.despite)


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


def order(request: HttpRequest, id: str) -> HttpResponseBase:
    """`POST …/erasures`: the plan; with its digest, the deed."""
    voice, desk = voice_of(request), desk_of(request)
    try:
        asked = msgspec.json.decode(body_of(request, LARGEST_SAYING), type=Asked)
    except msgspec.MsgspecError as error:
        raise Refusal(
            (
                problem(
                    "E910", "body", f"not an order to erase: {error}", "格式不符：应为删除命令",
                    'send {"references": ["…"], "ground": "…", "request": "…", "reason": "…"}', "请按接口说明的格式提交",
                ),
            )
        ) from None  # fmt: skip
    if not asked.digest:
        return json_response(erasing.plan(desk, id, asked.references, voice, asked.order))
    return json_response(erasing.erase(desk, id, asked.references, voice, asked.order, asked.digest), 201)


def proof(request: HttpRequest, id: str, reference: str) -> HttpResponseBase:
    """The proof that something was erased."""
    return json_response(erasing.proof(desk_of(request), id, reference, voice_of(request)))


URLS: list[URLPattern] = [
    path("d/<str:id>/erasing", only(form, *READ)),
    path("d/<str:id>/erasing/do", only(decide, *DO)),
    path("api/v1/dossiers/<str:id>/erasures", told(order, "POST")),
    path("api/v1/dossiers/<str:id>/erasures/<str:reference>", told(proof, "GET", "HEAD")),
]
