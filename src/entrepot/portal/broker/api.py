"""The broker's day over HTTP: the worklist, sending many, copies, parts, and answers that a person transcribes."""

from base64 import b64decode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from entrepot.kernel.intake import Refusal, convert
from entrepot.portal import paging
from entrepot.portal.api import LARGEST_PAPER, LARGEST_SAYING
from entrepot.portal.broker.bulk_send import MOST, ManyToSend, send_each
from entrepot.portal.broker.copying import CopyAs, copy
from entrepot.portal.broker.page import rows_of
from entrepot.portal.broker.parting import part
from entrepot.portal.broker.transcribing import Transcript, transcribe
from entrepot.portal.broker.worklist import STAGES
from entrepot.portal.drafts import decoded, problem
from entrepot.portal.web import body_of, desk_of, json_response, told, voice_of


def worklist(request: HttpRequest) -> HttpResponseBase:
    """Your trades by stage, the most pressing first."""
    stage = request.GET.get("stage", "")
    if stage and stage not in STAGES:
        known = ", ".join(STAGES)
        raise Refusal(
            (
                problem(
                    "D070",
                    "stage",
                    f"{stage[:40]!r} is no stage",
                    f"{stage[:40]!r} 不是有效状态",
                    f"one of: {known}",
                    f"可选：{known}",
                ),
            )
        )
    before, limit = paging.number_of(request, "cursor") or None, paging.limit_of(request)
    page = rows_of(desk_of(request)).page(voice_of(request), stage, request.GET.get("client", "")[:100], before, limit)
    return paging.listed(request, page, page.next)


def send_many(request: HttpRequest) -> HttpResponseBase:
    """Send many declarations, each for itself; one outcome each."""
    voice = voice_of(request)
    asked = convert(decoded(body_of(request, LARGEST_SAYING)), ManyToSend, "")
    if len(asked.chosen) > MOST:
        raise Refusal(
            (problem("D071", "chosen", f"{len(asked.chosen)} are more than {MOST} at once", f"一次最多 {MOST} 份",
                     "send them in several calls", "请分批发送"),)
        )  # fmt: skip
    chosen = [(one.dossier, one.digest) for one in asked.chosen]
    return json_response(list(send_each(desk_of(request), voice, chosen, asked.confirm)))


def copy_trade(request: HttpRequest, id: str) -> HttpResponseBase:
    """Begin a new trade as a copy of this one."""
    voice = voice_of(request)
    asked = convert(decoded(body_of(request, LARGEST_SAYING)), CopyAs, "")
    return json_response(copy(desk_of(request), id, asked.as_, voice, title=asked.title, prices=asked.prices), 201)


def part_trade(request: HttpRequest, id: str) -> HttpResponseBase:
    """Declare a trade in parts, as `declaration.split` found them."""
    return json_response(part(desk_of(request), id, voice_of(request)), 201)


def answers(request: HttpRequest, id: str) -> HttpResponseBase:
    """Enter what customs answered by paper or screen."""
    voice = voice_of(request)
    asked = convert(decoded(body_of(request, LARGEST_PAPER * 4 // 3)), Transcript, "")
    try:
        data = b64decode(asked.paper, validate=True)
    except ValueError:  # also of letters that are none of base64
        raise Refusal(
            (
                problem(
                    "D072",
                    "paper",
                    "the paper is not base64",
                    "附件不是 base64 编码",
                    "encode the file's bytes",
                    "请对文件内容编码",
                ),
            )
        ) from None
    paper = (asked.name or "answer", data) if data else None
    return json_response(transcribe(desk_of(request), id, voice, asked.answer, paper), 201)


URLS: list[URLPattern] = [
    path("api/v1/worklist", told(worklist, "GET", "HEAD")),
    path("api/v1/send", told(send_many, "POST")),
    path("api/v1/dossiers/<str:id>/copy", told(copy_trade, "POST")),
    path("api/v1/dossiers/<str:id>/part", told(part_trade, "POST")),
    path("api/v1/dossiers/<str:id>/answers", told(answers, "POST")),
]
