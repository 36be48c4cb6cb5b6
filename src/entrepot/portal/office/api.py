"""The back office over the API: how the installation stands, for monitoring; the operator's acts; and what is open to anybody:
fees, service levels, announcements."""

from typing import Any, Literal

import msgspec
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from msgspec import Struct

from entrepot.kernel.intake import Refusal
from entrepot.portal.drafts import problem
from entrepot.portal.limits import address_of
from entrepot.portal.office.announcing import Announced, running
from entrepot.portal.office.services import Fee, Level, Measured, Services, published
from entrepot.portal.office.standing import Standing, standing
from entrepot.portal.web import body_of, desk_of, json_response, told, voice_of

LARGEST = 8 * 1024


class OperatorWord(Struct, frozen=True, forbid_unknown_fields=True):
    """The operator's word on an organisation, with the reason (needed to suspend or refuse)."""

    state: Literal["admitted", "suspended", "refused"]
    reason: str = ""


class OperatorSaid(Struct, frozen=True):
    """How an organisation stands after the operator's word."""

    organisation: str
    state: str


class Retried(Struct, frozen=True):
    """Work that is tried again now, and of which kind it is."""

    id: str
    kind: str


class AnnouncedNow(Struct, frozen=True):
    """What the operator tells everybody just now."""

    announcements: tuple[Announced, ...]


def fees(request: HttpRequest) -> HttpResponseBase:
    """What services cost and how long they take; for anybody."""
    return json_response(published(desk_of(request)))


def announcements(request: HttpRequest) -> HttpResponseBase:
    """What is announced now; for anybody."""
    return json_response(AnnouncedNow(tuple(running())))


def status(request: HttpRequest) -> HttpResponseBase:
    """How the installation stands; for operator and auditor."""
    from entrepot.portal.office.acts import oversees

    oversees(voice_of(request))
    return json_response(standing(desk_of(request)))


def retry(request: HttpRequest, id: str) -> HttpResponseBase:
    """Try work now that failed and waits."""
    from entrepot.portal.accounts.acts import Doer
    from entrepot.portal.office import acts

    voice = voice_of(request)
    kind = acts.retry(desk_of(request), voice, id, Doer(voice.person, address_of(request)[:45]))
    return json_response(Retried(id, kind))


def word(request: HttpRequest, code: str) -> HttpResponseBase:
    """Admit, suspend or refuse an organisation: said in its own dossier."""
    from entrepot.portal.office import acts

    voice = voice_of(request)
    try:
        asked = msgspec.json.decode(body_of(request, LARGEST), type=OperatorWord)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise Refusal(
            (
                problem(
                    "OF11",
                    "body",
                    f"this does not fit: {str(error)[:200]}",
                    "格式不符",
                    "see the description of the API",
                    "请参见接口说明",
                ),
            )
        ) from None
    acts.say_word(desk_of(request), voice, code, asked.state, asked.reason)
    return json_response(OperatorSaid(code, asked.state), 201)


def paths(shapes: dict[str, Any], verb: Any, parameter: Any, as_json: Any) -> dict[str, Any]:
    """The paths of the back office, for the description of the API."""
    return {
        "/api/v1/fees": {"get": verb("What services cost, how long they take by promise and as measured", shapes["Services"], open_=True)},
        "/api/v1/announcements": {"get": verb("What the operator tells everybody now", shapes["AnnouncedNow"], open_=True)},
        "/api/v1/operator/status": {"get": verb("How the installation stands; for operator and auditor", shapes["Standing"])},
        "/api/v1/operator/queue/{id}/retry": {
            "post": verb("Try work now that failed and waits; for the operator", shapes["Retried"], parameter("id", "path"))
        },
        "/api/v1/operator/organisations/{code}/word": {
            "post": verb(
                "Admit, suspend or refuse an organisation; for the operator", shapes["OperatorSaid"], parameter("code", "path"),
                body=as_json(shapes["OperatorWord"]), ok="201",
            )
        },
    }  # fmt: skip


SHAPES: tuple[type, ...] = (
    Services, Fee, Level, Measured, AnnouncedNow, Announced, Standing, OperatorWord, OperatorSaid, Retried,
)  # fmt: skip
URLS: list[URLPattern] = [
    path("api/v1/fees", told(fees, "GET", "HEAD")),
    path("api/v1/announcements", told(announcements, "GET", "HEAD")),
    path("api/v1/operator/status", told(status, "GET", "HEAD")),
    path("api/v1/operator/queue/<str:id>/retry", told(retry, "POST")),
    path("api/v1/operator/organisations/<str:code>/word", told(word, "POST")),
]
