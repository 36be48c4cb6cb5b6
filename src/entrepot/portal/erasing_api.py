"""Erasing over the API: the plan, its confirmation by digest, and the proof of what was erased."""

from typing import Any

import msgspec
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from msgspec import Struct

from entrepot.kernel.intake import Refusal
from entrepot.portal import erasing
from entrepot.portal.drafts import problem
from entrepot.portal.erasing import Order
from entrepot.portal.web import body_of, desk_of, json_response, told, voice_of

LARGEST_ORDER = 256 * 1024


class ErasureOrder(Struct, frozen=True, forbid_unknown_fields=True):
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


def order(request: HttpRequest, id: str) -> HttpResponseBase:
    """`POST …/erasures`: the plan; with its digest, the deed."""
    voice, desk = voice_of(request), desk_of(request)
    try:
        asked = msgspec.json.decode(body_of(request, LARGEST_ORDER), type=ErasureOrder)
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


def paths(shapes: dict[str, Any], verb: Any, parameter: Any, as_json: Any) -> dict[str, Any]:
    """The paths of erasing, for the description of the API."""
    id_ = parameter("id", "path")
    either = {"oneOf": [shapes["ErasurePlan"], shapes["ErasureDeed"]]}
    return {
        "/api/v1/dossiers/{id}/erasures": {
            "post": verb(
                "What erasing would mean; with the digest of what you saw, the deed. For the operator alone", either, id_,
                body=as_json(shapes["ErasureOrder"]), else_ok=("201",),
            )
        },
        "/api/v1/dossiers/{id}/erasures/{reference}": {
            "get": verb(
                "The proof that something was erased, by whom and under which article", {"type": "object"},
                id_, parameter("reference", "path"),
            )
        },
    }  # fmt: skip


SHAPES: tuple[type, ...] = (ErasureOrder, erasing.ErasurePlan, erasing.ErasureDeed)
URLS: list[URLPattern] = [
    path("api/v1/dossiers/<str:id>/erasures", told(order, "POST")),
    path("api/v1/dossiers/<str:id>/erasures/<str:reference>", told(proof, "GET", "HEAD")),
]
