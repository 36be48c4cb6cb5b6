"""The API's description: OpenAPI 3.1, generated from the topics and the shapes that the desk answers with."""

import hashlib
from functools import lru_cache
from typing import Any

import msgspec

from entrepot import __version__
from entrepot.gateways.messages.formats import FORMATS
from entrepot.kernel.module import Registry
from entrepot.kernel.submissions import Evidence
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.topics import Topic
from entrepot.kernel.why import Why
from entrepot.portal import erasing_api, issuing_api, paging, titles_api
from entrepot.portal.access import api as access_api
from entrepot.portal.audit import api as audit_api
from entrepot.portal.broker.bulk_send import ManyToSend, Outcome
from entrepot.portal.broker.copying import Copied, CopyAs
from entrepot.portal.broker.parting import Parted
from entrepot.portal.broker.transcribing import Transcript
from entrepot.portal.broker.worklist import STAGES, Worklist
from entrepot.portal.bulk import Line
from entrepot.portal.catalogue import TopicCard, with_short_forms
from entrepot.portal.classifying import Asked, Classified
from entrepot.portal.counter import sync_api
from entrepot.portal.desk import Page, Said, Taken
from entrepot.portal.despatch import Despatched
from entrepot.portal.doubting import PaperRead
from entrepot.portal.examples import example
from entrepot.portal.messages import STATES, Message
from entrepot.portal.office import api as office_api
from entrepot.portal.openapi_verbs import GROUPS, complete, problem_responses
from entrepot.portal.printing import api as printing_api
from entrepot.portal.push import api as push_api
from entrepot.portal.reading import Reading
from entrepot.portal.screening import Screened
from entrepot.portal.work import api as work_api

_REF = "#/components/schemas/{name}"
_SHAPES = (
    Reading, Why, Said, Taken, PaperRead, Despatched, Page, Line, TopicCard,
    Problem, Text, Evidence, Asked, Classified, Message, Screened,
)  # fmt: skip
_BROKER = (ManyToSend, Outcome, Copied, CopyAs, Parted, Transcript, Worklist)
# The parts of the API that describe themselves: each has its SHAPES and gives its paths.
_PARTS: tuple[Any, ...] = (
    issuing_api, titles_api, erasing_api, printing_api, access_api, push_api, sync_api, work_api, audit_api, office_api,
)  # fmt: skip
_PART_SHAPES: tuple[type, ...] = tuple(shape for part in _PARTS for shape in part.SHAPES)


@lru_cache(maxsize=4)
def encoded(registry: Registry) -> tuple[bytes, str]:
    """The description as it is served, and its entity tag."""
    data = msgspec.json.encode(openapi(registry))
    return data, f'"{hashlib.sha256(data).hexdigest()[:32]}"'


def plain(registry: Registry) -> dict[str, Any]:
    """The description as those outside read it."""
    description: dict[str, Any] = msgspec.json.decode(encoded(registry)[0])
    return description


def openapi(registry: Registry) -> dict[str, Any]:
    """The whole description, as plain JSON."""
    topics = list(registry.topics.values())
    answers = (*_SHAPES, *_BROKER, *_PART_SHAPES)
    schemas, parts = msgspec.json.schema_components([*(topic.type for topic in topics), *answers], ref_template=_REF)
    components = with_short_forms(dict(parts))
    shapes = dict(zip((shape.__name__ for shape in answers), schemas[len(topics) :], strict=True))
    for topic, schema in zip(topics, schemas, strict=False):
        components[topic.name] = _topic(topic, schema)
    said = [topic for topic in topics if topic.kind == "said" and topic.say - {"platform"}]
    components |= {f"say.{topic.name}": _saying(topic) for topic in said}
    components["Statement"] = {
        "oneOf": [{"$ref": _REF.format(name=f"say.{topic.name}")} for topic in said],
        "discriminator": {
            "propertyName": "topic",
            "mapping": {topic.name: _REF.format(name=f"say.{topic.name}") for topic in said},
        },
    }
    components["ProblemDetails"] = _problem_details(shapes["Problem"])
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Entrepôt",
            "version": __version__,
            "summary": "A trade is entered once; it is filed, priced, proven and refunded, and every number can be asked why.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "security": [{"token": []}, {"rehearsal": []}],
        "tags": [{"name": name, "description": text} for name, text in GROUPS.items()],
        "paths": complete(_paths(shapes) | _broker_paths(shapes) | _part_paths(shapes)),
        "components": {
            "schemas": components,
            "responses": problem_responses(),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "rehearsal": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Entrepot-As",
                    "description": "In a sandbox store alone: the role you play.",
                },
            },
        },
    }


def _part_paths(shapes: dict[str, Any]) -> dict[str, Any]:
    return {path: verbs for part in _PARTS for path, verbs in part.paths(shapes, _verb, _in, _json).items()}


def _topic(topic: Topic[Any], schema: dict[str, Any]) -> dict[str, Any]:
    """A topic's value, with who may say and read it."""
    return {
        "title": topic.label.en,
        "description": f"{topic.doc} ({topic.label.zh})",
        "allOf": [schema],
        "x-kind": topic.kind,
        "x-say": sorted(topic.say),
        "x-read": sorted(topic.read),
        "x-keyed": topic.keyed,
        "x-opens": topic.opens,
        "x-merges": topic.merges,
        "x-version": topic.version,
        **({"x-sends": topic.sends} if topic.sends else {}),
    }


def _saying(topic: Topic[Any]) -> dict[str, Any]:
    """A statement on a topic, as it is sent to be said."""
    texts = {"type": "array", "items": {"type": "string"}}
    fields: dict[str, Any] = {
        "dossier": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$"},
        "topic": {"const": topic.name},
        "body": {"$ref": _REF.format(name=topic.name)},
        "id": {
            "type": "string",
            "description": "Your own id of the statement, a UUIDv7 best: saying it twice is saying it once.",
        },
        "version": {"type": "integer"},
        "said_at": {"type": "string", "format": "date-time"},
        "authority": {"enum": ["office", "gateway", "transcript", "own word"]},
        "evidence": {"type": "array", "items": {"$ref": _REF.format(name="Evidence")}},
        "replaces": texts,
        "withdraws": texts,
        "expects": {**texts, "description": "The heads of your reading: refused when something moved since."},
    }
    required = ["dossier", "topic"]
    if topic.keyed:
        fields["key"] = {"type": "string", "minLength": 1, "maxLength": 300, "description": f"Which {topic.keyed}."}
        required.append("key")
    key = {"key": "1"} if topic.keyed else {}
    return {
        "type": "object",
        "title": topic.label.en,
        "properties": fields,
        "required": required,
        "additionalProperties": False,
        "x-say": sorted(topic.say),
        "x-read": sorted(topic.read),
        "examples": [{"dossier": "D1", "topic": topic.name, **key, "body": example(topic)}],
    }


def _problem_details(problem: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "description": "RFC 9457; `problems` holds every one, in English and Chinese.",
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "title_zh": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "problems": {"type": "array", "items": problem},
        },
        "required": ["type", "title", "status"],
    }


def _paths(shapes: dict[str, Any]) -> dict[str, Any]:
    one = {"$ref": _REF.format(name="Statement")}
    several = {"oneOf": [one, {"type": "array", "items": one, "minItems": 1}]}
    wanted = {
        "type": "object",
        "properties": {"digest": {"type": "string"}, "confirm": {"type": "string"}},
        "required": ["digest"],
    }
    id_, day = _in("id", "path"), _in("day", "query", {"type": "string", "format": "date"})
    v1 = "/api/v1"
    return {
        f"{v1}/submissions": {
            "post": _verb(
                "Say one statement, or several of one dossier together", shapes["Said"], body=_json(several), ok="201", else_ok=("200",)
            )
        },
        f"{v1}/bulk": {
            "post": _verb(
                "Say many statements, one a line; a bad line never stops the others", shapes["Line"],
                body={"application/x-ndjson": {"schema": one}}, media="application/x-ndjson",
            )
        },
        f"{v1}/dossiers": {
            "get": _verb(
                "The dossiers you have a role in, the one last spoken of first", shapes["Page"],
                *paging.parameters(_in, number=True),
            )
        },
        f"{v1}/dossiers/{{id}}": {"get": _verb("The sheet as you may see it", shapes["Reading"], id_, day)},
        f"{v1}/dossiers/{{id}}/declaration.xml": {
            "get": _verb(
                "The form as a message of an office's format; as JSON with what the format cannot hold", shapes["Message"],
                id_, _in("format", "query", {"enum": [*FORMATS]}), _in("which", "query", {"enum": [*STATES]}), day,
                as_file="*/*",
            )
        },
        f"{v1}/dossiers/{{id}}/why/{{place}}": {
            "get": _verb(
                "Why: down to law, statement and paper. `place` is topic or topic/key", shapes["Why"],
                id_, _in("place", "path"), _in("field", "query"), day,
            )
        },
        f"{v1}/dossiers/{{id}}/send/{{topic}}": {
            "post": _verb(
                "Send a finding to its office", shapes["Despatched"], id_, _in("topic", "path"), body=_json(wanted), else_ok=("202",)
            )
        },
        **_paper_paths(shapes),
        f"{v1}/dossiers/{{id}}/receipts/{{submission}}": {
            "get": _verb(
                "The signed receipt of a statement; from the last checkpoint that bears a timestamp with stamped=1, that the quorum of "
                "witnesses cosigned with witnessed=1", {"type": "string"},
                id_, _in("submission", "path"), _in("stamped", "query"), _in("witnessed", "query"), media="text/plain",
            )
        },
        f"{v1}/dossiers/{{id}}/receipts/{{submission}}.cose": {
            "get": _verb(
                "The receipt of a statement as COSE (RFC 9942)", {"type": "string", "format": "binary"},
                id_, _in("submission", "path"), media="application/cose",
            )
        },
        **_asking_paths(shapes),
    }  # fmt: skip


def _paper_paths(shapes: dict[str, Any]) -> dict[str, Any]:
    """Papers: handed in, had back, read, answered."""
    answered = {"type": "object", "additionalProperties": {"type": ["string", "null"]}}
    answers = {"type": "object", "additionalProperties": answered}
    id_, v1 = _in("id", "path"), "/api/v1"
    return {
        f"{v1}/dossiers/{{id}}/papers": {
            "post": _verb(
                "Hand a paper in: PDF, scan, UBL, CII, xlsx, csv or JSON", shapes["Taken"], id_, _in("name", "query", required=True),
                _in("keep", "query", {"type": "boolean"}), _in("wait", "query", {"type": "boolean"}),
                body={"application/octet-stream": {"schema": {}}}, ok="201",
                else_ok=("200", "202"),
            )
        },
        f"{v1}/dossiers/{{id}}/papers/{{digest}}": {
            "get": _verb("A paper's bytes", {}, id_, _in("digest", "path"), media="application/octet-stream")
        },
        f"{v1}/dossiers/{{id}}/papers/{{digest}}/read": {
            "get": _verb("What was read from a paper, with places, and its doubts", shapes["PaperRead"], id_, _in("digest", "path"))
        },
        f"{v1}/dossiers/{{id}}/papers/{{digest}}/answers": {
            "post": _verb(
                "Confirm doubtful fields of a paper or correct any, by topic/key and field; null: it is not there", shapes["Said"], id_,
                _in("digest", "path"), body=_json(answers), ok="201", else_ok=("200",),
            )
        },
    }  # fmt: skip


def _asking_paths(shapes: dict[str, Any]) -> dict[str, Any]:
    """Questions that need no dossier."""
    v1 = "/api/v1"
    return {
        f"{v1}/checkpoint": {"get": _verb("The log's last signed checkpoint", {"type": "string"}, media="text/plain", open_=True)},
        f"{v1}/topics": {
            "get": _verb(
                "Every topic with its roles; all at once where no page is asked for", {"type": "array", "items": shapes["TopicCard"]},
                *paging.parameters(_in), open_=True,
            )
        },
        f"{v1}/topics/{{name}}": {
            "get": _verb("One topic with its schema and an example", {"type": "object"}, _in("name", "path"), open_=True)
        },
        "/api/v1/openapi.json": {"get": _verb("This description", {"type": "object"}, open_=True)},
        "/health": {"get": _verb("Whether the store answers", {"type": "object"}, open_=True)},
        "/healthz": {"get": _verb("Whether the server is alive", {"type": "object"}, open_=True)},
        "/api/v1/classify": {
            "post": _verb(
                "Goods codes for a description; as NDJSON one question and one answer a line", shapes["Classified"],
                body={**_json(shapes["Asked"]), "application/x-ndjson": {"schema": shapes["Asked"]}},
            )
        },
        "/api/v1/screen": {
            "get": _verb(
                "What on the sanctions and control lists is like a name, how much, and why", shapes["Screened"],
                *(_in(name, "query") for name in ("name", "number", "country", "born", "kind")),
            )
        },
    }  # fmt: skip


def _broker_paths(shapes: dict[str, Any]) -> dict[str, Any]:
    """The broker's day."""
    id_, v1 = _in("id", "path"), "/api/v1"
    return {
        f"{v1}/worklist": {
            "get": _verb(
                "Your trades by stage, the most pressing first", shapes["Worklist"],
                _in("stage", "query", {"enum": [*STAGES]}), _in("client", "query"), *paging.parameters(_in, number=True),
            )
        },
        f"{v1}/send": {
            "post": _verb(
                "Send many declarations, each for itself", {"type": "array", "items": shapes["Outcome"]},
                body=_json(shapes["ManyToSend"]),
            )
        },
        f"{v1}/dossiers/{{id}}/copy": {
            "post": _verb("Begin a new trade as a copy of this one", shapes["Copied"], id_, body=_json(shapes["CopyAs"]), ok="201")
        },
        f"{v1}/dossiers/{{id}}/part": {
            "post": _verb("Declare a trade in parts, as declaration.split found them", shapes["Parted"], id_, ok="201")
        },
        f"{v1}/dossiers/{{id}}/answers": {
            "post": _verb(
                "Enter what customs answered by paper or screen", shapes["Said"], id_, body=_json(shapes["Transcript"]), ok="201"
            )
        },
    }  # fmt: skip


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _in(name: str, where: str, schema: dict[str, Any] | None = None, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": where, "required": required or where == "path", "schema": schema or {"type": "string"}}


def _verb(
    summary: str, answer: dict[str, Any], *parameters: dict[str, Any], body: dict[str, Any] | None = None,
    media: str = "application/json", ok: str = "200", open_: bool = False, else_ok: tuple[str, ...] = (), as_file: str = "",
) -> dict[str, Any]:  # fmt: skip
    """A verb; `else_ok` are the statuses of the same answer where nothing new came of it or it waits, `as_file` the media type of a
    file given where JSON is not asked for."""
    told = {"$ref": _REF.format(name="ProblemDetails")}
    content: dict[str, Any] = {media: {"schema": answer}} | ({as_file: {"schema": {}}} if as_file else {})
    verb: dict[str, Any] = {
        "summary": summary,
        "responses": {
            ok: {"description": "Done", "content": content},
            **{code: {"description": "Nothing new, or it waits", "content": content} for code in else_ok},
            "default": {"description": "Not done, and why", "content": {"application/problem+json": {"schema": told}}},
        },
    }
    if parameters:
        verb["parameters"] = list(parameters)
    if body:
        verb["requestBody"] = {"required": True, "content": body}
    if open_:
        verb["security"] = []
    return verb
