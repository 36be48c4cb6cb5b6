"""The API: the desk's verbs over HTTP. Its description is /api/v1/openapi.json."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import quote

import msgspec
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from entrepot.channels.online import Voice
from entrepot.gateways.cose import MEDIA_TYPE
from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Problem
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal import paging, scitt, setting
from entrepot.portal.bulk import Line, bulk, encoded, lines_of
from entrepot.portal.catalogue import described, schema_of
from entrepot.portal.classifying import Classified, asked_from, classify_lines
from entrepot.portal.classifying import classify as classify_one
from entrepot.portal.desk import Asking, Said
from entrepot.portal.drafts import decoded, drafts_from, problem
from entrepot.portal.openapi import encoded as encoded_description
from entrepot.portal.web import body_of, desk_of, json_response, problem_response, status_of, told, voice_of
from entrepot.store.log import NotInLogError

LARGEST_SAYING = 8 * 1024 * 1024
LARGEST_PAPER = 50 * 1024 * 1024


def submissions(request: HttpRequest) -> HttpResponseBase:
    """Say one statement, or several of one dossier together."""
    asked = asking(request, voice_of(request))
    return told_said(desk_of(request).say(asked.dossier, asked.drafts, asked.voice, expects=asked.expects))


def asking(request: HttpRequest, voice: Voice) -> Asking:
    """What a request asks to be said; Refusal where it cannot be read."""
    data = decoded(body_of(request, LARGEST_SAYING))
    entries = data if isinstance(data, list) else [data]
    dossiers, expects = set(), None
    for entry in entries:
        if isinstance(entry, dict):
            named = entry.pop("dossier", "")
            dossiers.add(named if isinstance(named, str) else "")
            expects = entry.pop("expects", expects)
    drafts = drafts_from(data)
    if len(dossiers) != 1 or "" in dossiers:
        raise Refusal(
            (problem("D040", "dossier", "statements said together name one dossier", "一并提交的陈述须属于同一案卷",
                     "name the same dossier in each; use /api/v1/bulk for many", "请填写同一案卷；多个案卷请用批量接口"),)
        )  # fmt: skip
    if expects is not None and not (isinstance(expects, list) and all(isinstance(head, str) for head in expects)):
        raise Refusal(
            (problem("D041", "expects", "expects is the list of heads you read", "expects 须为所读取的 heads 列表",
                     "give back `heads` of your reading", "请原样回传读取结果中的 heads"),)
        )  # fmt: skip
    return Asking(dossiers.pop(), drafts, voice, expects)


def told_said(said: Said) -> HttpResponse:
    """The answer to what was said."""
    return json_response(said, 201 if said.said else 200)


def bulk_intake(request: HttpRequest) -> HttpResponseBase:
    """Say every line of an NDJSON stream; the answer is one result a line, as they become known."""
    desk = desk_of(request)
    voice_of(request)

    def results() -> Iterator[bytes]:
        try:
            for line in bulk(desk, partial(voice_of, request), lines_of(request.read)):
                yield encoded(line)
        except Exception as error:  # the answer has begun: the last line says where the rest went
            _, problems, _ = status_of(error)
            yield encoded(Line(0, "refused", "", tuple(problems) or (_broken_off(),)))

    return StreamingHttpResponse(results(), content_type="application/x-ndjson")


def _broken_off() -> Problem:
    return problem(
        "B003",
        "stream",
        "the stream was broken off here; lines without a result may not have been said",
        "数据流在此中断；没有结果的行可能未被陈述",
        "send the stream again: what was said under its id is not said twice",
        "请重新发送；带编号的陈述不会重复",
    )


def classify(request: HttpRequest) -> HttpResponseBase:
    """Goods codes for a description, or for each line of an NDJSON stream."""
    voice, desk = voice_of(request), desk_of(request)
    if request.content_type != "application/x-ndjson":
        return json_response(classify_one(desk, voice, asked_from(decoded(body_of(request, LARGEST_SAYING)))))

    def results() -> Iterator[bytes]:
        try:
            for found in classify_lines(desk, voice, lines_of(request.read)):
                yield msgspec.json.encode(found) + b"\n"
        except Exception as error:  # the answer has begun: the last line says where the rest went
            _, problems, _ = status_of(error)
            yield msgspec.json.encode(Classified("refused", problems=tuple(problems) or (_broken_off(),))) + b"\n"

    return StreamingHttpResponse(results(), content_type="application/x-ndjson")


def dossiers(request: HttpRequest) -> HttpResponseBase:
    """The dossiers you have a role in, the one last spoken of first."""
    cursor, limit = paging.number_of(request, "cursor"), paging.limit_of(request)
    page = desk_of(request).dossiers(voice_of(request), cursor or None, limit)
    return paging.listed(request, page, page.next)


def dossier(request: HttpRequest, id: str) -> HttpResponseBase:
    """The sheet as you may see it."""
    return json_response(desk_of(request).read(id, voice_of(request), day_asked(request)))


def why(request: HttpRequest, id: str, place: str) -> HttpResponseBase:
    """The tree under one answer."""
    field = request.GET.get("field", "")
    return json_response(desk_of(request).why(id, place, voice_of(request), field, day_asked(request)))


def send(request: HttpRequest, id: str, topic: str) -> HttpResponseBase:
    """Send a finding to its office; `digest` is that of the value you saw."""
    voice = voice_of(request)
    asked = decoded(body_of(request, LARGEST_SAYING))
    if (
        not isinstance(asked, dict)
        or not isinstance(asked.get("digest"), str)
        or not isinstance(asked.get("confirm", ""), str)
    ):
        raise Refusal(
            (problem("D042", "digest", "name the digest of what you saw", "请给出您所查看内容的摘要",
                     'send {"digest": "…"}; `findings[].digest` of your reading', '格式：{"digest": "…"}'),)
        )  # fmt: skip
    sent = desk_of(request).send(id, topic, asked["digest"], voice, asked.get("confirm", ""))
    return json_response(sent, 202 if sent.status == "waiting" else 200)


def papers(request: HttpRequest, id: str) -> HttpResponseBase:
    """Hand a paper in: its bytes as the body, its name in the query. `keep=true` keeps what cannot be read. What has to be read off
    pictures is kept and read behind; `wait=true` waits for it."""
    voice, desk = voice_of(request), desk_of(request)
    name = request.GET.get("name", "")
    if not name.strip() or len(name) > 200 or not name.isprintable():
        raise Refusal(
            (
                problem(
                    "D043",
                    "name",
                    "the paper has no name",
                    "单证没有名称",
                    "add ?name=invoice.xml",
                    "请加上 ?name=invoice.xml",
                ),
            )
        )
    data = body_of(request, LARGEST_PAPER)
    try:
        taken = (desk.take_paper if request.GET.get("wait") == "true" else desk.hand_in)(id, name, data, voice)
    except Refusal:
        if request.GET.get("keep") != "true":
            raise
        taken = desk.keep_paper(id, name, data, voice)
    return json_response(taken, 202 if taken.reading == "pending" else 201 if taken.said.said else 200)


def paper(request: HttpRequest, id: str, digest: str) -> HttpResponseBase:
    """A paper's bytes, as they were handed in."""
    return download(*desk_of(request).document(id, digest, voice_of(request)))


def paper_read(request: HttpRequest, id: str, digest: str) -> HttpResponseBase:
    """What was read from a paper, with places, and its doubts."""
    return json_response(desk_of(request).paper(id, digest, voice_of(request)))


def paper_answers(request: HttpRequest, id: str, digest: str) -> HttpResponseBase:
    """Answers to the doubts about a paper, and corrections: `{"goods.line/1": {"amount": "USD 12.50", "hs": null}}`; null: it is not
    there."""
    voice, given = voice_of(request), decoded(body_of(request, LARGEST_SAYING))
    try:
        answers = msgspec.convert(given, type=dict[str, dict[str, str | None]])
    except msgspec.ValidationError as error:
        raise Refusal(
            (problem("D045", "answers", f"not answers by topic and field: {error}", "格式不符：应按主题和字段给出答案",
                     'send {"goods.line/1": {"amount": "USD 12.50"}}', '格式：{"goods.line/1": {"amount": "USD 12.50"}}'),)
        ) from None  # fmt: skip
    said = desk_of(request).answer(id, digest, answers, voice)
    return json_response(said, 201 if said.said else 200)


def download(name: str, content: Any) -> HttpResponse:
    """Bytes that somebody handed in: saved, never shown by the browser as a page of ours."""
    response = HttpResponse(content.data, content_type="application/octet-stream")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["Content-Security-Policy"] = "sandbox"
    return response


def receipt(request: HttpRequest, id: str, submission: str) -> HttpResponseBase:
    """The signed receipt of a statement; `?stamped=1`, from the last checkpoint that bears a timestamp; `?witnessed=1`, from the
    last that the quorum of the installation's witnesses cosigned. 404 while there is none such."""
    stamped, witnessed = (request.GET.get(name, "") == "1" for name in ("stamped", "witnessed"))
    policy = setting.policy() if witnessed else None
    if witnessed and policy is None:
        return problem_response(404, detail="this installation names no witnesses")
    try:
        text = desk_of(request).receipt(id, submission, voice_of(request), stamped, policy)
    except NotInLogError as error:
        return problem_response(404, detail=error.text.en)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def cose_receipt(request: HttpRequest, id: str, submission: str) -> HttpResponseBase:
    """The receipt of a statement as COSE (RFC 9942)."""
    data = scitt.cose_receipt(desk_of(request), id, submission, voice_of(request))
    response = HttpResponse(data, content_type=MEDIA_TYPE)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(submission)}.cose"
    return response


def checkpoint(request: HttpRequest) -> HttpResponseBase:
    """The log's last signed checkpoint; for anybody."""
    note = desk_of(request).store.checkpoint()
    if note is None:
        raise NoSuchPlace("checkpoint")
    return HttpResponse(note, content_type="text/plain; charset=utf-8")


def topics(request: HttpRequest) -> HttpResponseBase:
    """Every topic, with the roles that may say and read it; for anybody."""
    every = [described(topic) for topic in desk_of(request).registry.topics.values()]
    if "limit" not in request.GET and "cursor" not in request.GET:
        return json_response(every)
    cards, following = paging.behind(every, lambda card: card.name, request)
    return paging.listed(request, cards, following)


def topic(request: HttpRequest, name: str) -> HttpResponseBase:
    """One topic with its schema and an example; for anybody."""
    found = desk_of(request).registry.topics.get(name)
    if found is None:
        raise NoSuchPlace(name)
    return json_response({**msgspec.to_builtins(described(found)), **schema_of(found)})


def description(request: HttpRequest) -> HttpResponseBase:
    """The OpenAPI description of all this; not sent again to whoever names the entity tag of what it has."""
    data, tag = encoded_description(desk_of(request).registry)
    known = tag in (one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(","))
    response = HttpResponse(b"" if known else data, content_type="application/json", status=304 if known else 200)
    response["ETag"], response["Cache-Control"] = tag, "no-cache"
    return response


def health(request: HttpRequest) -> HttpResponseBase:
    """Whether the store answers."""
    store = desk_of(request).store
    store.dossiers(limit=1)
    return json_response({"status": "ok", "nature": store.nature, "log": store.origin})


def missing(request: HttpRequest, rest: str = "") -> HttpResponseBase:
    return problem_response(404)


def day_asked(request: HttpRequest) -> date | None:
    """The day of a request (`?day=2026-04-01`); None where none is named."""
    text = request.GET.get("day", "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refusal(
            (
                problem(
                    "D044",
                    "day",
                    f"{text[:40]!r} is no day",
                    f"{text[:40]!r} 不是日期",
                    "write it as 2026-04-01",
                    "格式：2026-04-01",
                ),
            )
        ) from None


URLS: list[URLPattern] = [
    path("health", told(health, "GET", "HEAD")),
    path("api/v1/openapi.json", told(description, "GET", "HEAD")),
    path("api/v1/topics", told(topics, "GET", "HEAD")),
    path("api/v1/topics/<str:name>", told(topic, "GET", "HEAD")),
    path("api/v1/checkpoint", told(checkpoint, "GET", "HEAD")),
    path("api/v1/submissions", told(submissions, "POST")),
    path("api/v1/bulk", told(bulk_intake, "POST")),
    path("api/v1/classify", told(classify, "POST")),
    path("api/v1/dossiers", told(dossiers, "GET", "HEAD")),
    path("api/v1/dossiers/<str:id>", told(dossier, "GET", "HEAD")),
    path("api/v1/dossiers/<str:id>/why/<path:place>", told(why, "GET", "HEAD")),
    path("api/v1/dossiers/<str:id>/send/<str:topic>", told(send, "POST")),
    path("api/v1/dossiers/<str:id>/papers", told(papers, "POST")),
    path("api/v1/dossiers/<str:id>/papers/<str:digest>", told(paper, "GET", "HEAD")),
    path("api/v1/dossiers/<str:id>/papers/<str:digest>/read", told(paper_read, "GET", "HEAD")),
    path("api/v1/dossiers/<str:id>/papers/<str:digest>/answers", told(paper_answers, "POST")),
    path("api/v1/dossiers/<str:id>/receipts/<str:submission>.cose", told(cose_receipt, "GET", "HEAD")),
    path("api/v1/dossiers/<str:id>/receipts/<str:submission>", told(receipt, "GET", "HEAD")),
    path("api/<path:rest>", told(missing, "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")),
]
