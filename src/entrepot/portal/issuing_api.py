"""Signed documents and keys over HTTP: issue, hand back a signature, have the bytes, revoke, disclose; make, register, revoke keys."""

from datetime import date
from typing import Any, Literal, TypeVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from msgspec import Struct

from entrepot.gateways.verdict import Verdict
from entrepot.kernel.intake import convert
from entrepot.portal import disclosing, issuing, issuing_afterwards, issuing_keys, paging
from entrepot.portal.disclosing import Presentation
from entrepot.portal.drafts import decoded
from entrepot.portal.issuing import Issuable, IssuedDocument
from entrepot.portal.issuing_afterwards import FORMS, DocumentCard
from entrepot.portal.issuing_checks import verdict_on
from entrepot.portal.issuing_credential import ToSign
from entrepot.portal.issuing_keys import KeyHeld
from entrepot.portal.web import body_of, desk_of, json_response, told, voice_of

LARGEST = 4 * 1024 * 1024
T = TypeVar("T")


class IssueAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """What to issue: the place of the finding, the digest of the value seen. `confirm` is the reason for which one that needs review is
    confirmed, `replaces` the document in whose place it comes. An organisation with its own key asks with `prepare` for what to
    sign, and gives it back as `signed`."""

    place: str
    digest: str
    confirm: str = ""
    replaces: str = ""
    prepare: bool = False
    signed: dict[str, Any] | None = None


class StatusAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """What becomes of a document, and why."""

    state: Literal["revoked", "suspended", "reinstated"]
    reason: str


class DisclosureAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """Which fields of a document are shown (a preset, fields by their paths, or both), and to whom; a preview where nobody is named."""

    to: str = ""
    preset: str = ""
    fields: tuple[str, ...] = ()


class KeyAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """A key to be had: made in the platform's custody, or (with `key` and `proof`) registered from one's own."""

    name: str
    uscc: str = ""
    key: str = ""
    proof: str = ""
    use: tuple[Literal["documents", "titles"], ...] = ("documents", "titles")


class KeyEnd(Struct, frozen=True, forbid_unknown_fields=True):
    """Why a key is revoked, and since when somebody else had it, if that is so; the operator names the organisation."""

    reason: str
    compromised_on: date | None = None
    organisation: str = ""


class VouchAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose key it is by the register, and what that was seen by."""

    organisation: str
    name: str
    uscc: str
    seen: str = ""


class Documents(Struct, frozen=True, omit_defaults=True):
    """What can be issued in a dossier, and what was, the newest first; `next` is the cursor of those issued before."""

    issuable: tuple[Issuable, ...]
    issued: tuple[DocumentCard, ...]
    next: str = ""


class DocumentChecked(Struct, frozen=True):
    """A document with every check made anew."""

    card: DocumentCard
    accepted: bool
    verdict: Verdict


class OwnKeys(Struct, frozen=True, omit_defaults=True):
    """The keys of the organisation that asks, and the operator's identifier, which vouches for them; `next` is the cursor of more."""

    organisation: str
    keys: tuple[KeyHeld, ...]
    operator: str
    next: str = ""


SHAPES: tuple[type, ...] = (
    Documents, DocumentChecked, IssuedDocument, ToSign, DocumentCard, Presentation, OwnKeys, KeyHeld,
    IssueAsked, StatusAsked, DisclosureAsked, KeyAsked, KeyEnd, VouchAsked,
)  # fmt: skip


def _asked(request: HttpRequest, shape: type[T]) -> T:
    asked: T = convert(decoded(body_of(request, LARGEST)), shape)
    return asked


def documents(request: HttpRequest, id: str) -> HttpResponseBase:
    """What can be issued and what was; or issue one."""
    desk, voice = desk_of(request), voice_of(request)
    if request.method != "POST":
        issuable = issuing.issuable(desk, id, voice)
        page, following = paging.behind(issuing_afterwards.cards(desk, id, voice), lambda one: one.document, request)
        return paging.listed(request, Documents(issuable, page, following), following)
    asked = _asked(request, IssueAsked)
    if asked.prepare:
        return json_response(issuing.prepare(desk, id, asked.place, asked.digest, voice, asked.confirm, asked.replaces))
    issued = issuing.issue(desk, id, asked.place, asked.digest, voice, asked.confirm, asked.replaces, asked.signed)
    return json_response(issued, 201 if issued.status == "issued" else 200)


def document(request: HttpRequest, id: str, document: str) -> HttpResponseBase:
    """One document with every check made anew."""
    desk, voice = desk_of(request), voice_of(request)
    verdict = verdict_on(desk, id, document, voice)
    return json_response(DocumentChecked(issuing_afterwards.card(desk, id, document, voice), verdict.accepted, verdict))


def form(request: HttpRequest, id: str, document: str, form: str) -> HttpResponseBase:
    """A document's bytes: credential, pdf, receipt or sd_jwt."""
    return as_file(issuing_afterwards.bytes_of(desk_of(request), id, document, form, voice_of(request)), document, form)


def as_file(content: Any, document: str, form: str) -> HttpResponse:
    """Bytes to be saved, named after the document."""
    response = HttpResponse(content.data, content_type=FORMS[form][0])
    response["Content-Disposition"] = f'attachment; filename="{document}.{FORMS[form][1]}"'
    response["Content-Security-Policy"] = "sandbox"
    return response


def status(request: HttpRequest, id: str, document: str) -> HttpResponseBase:
    """Revoke, suspend or reinstate a document."""
    voice, asked = voice_of(request), _asked(request, StatusAsked)
    return json_response(issuing_afterwards.change(desk_of(request), id, document, asked.state, asked.reason, voice))


def disclosures(request: HttpRequest, id: str, document: str) -> HttpResponseBase:
    """Show a part of a document."""
    voice, asked = voice_of(request), _asked(request, DisclosureAsked)
    made = disclosing.disclose(
        desk_of(request), id, document, voice, to=asked.to, preset=asked.preset, fields=asked.fields
    )
    return json_response(made, 201 if made.given else 200)


def keys(request: HttpRequest) -> HttpResponseBase:
    """The keys of one's organisation; or one more."""
    desk, voice = desk_of(request), voice_of(request)
    desk.admit(voice, "read")
    if request.method != "POST":
        operator = issuing_keys.operator_key(desk).did
        own = voice.counter or voice.organisation  # a mandate that is named may be nobody's
        page, following = paging.behind(issuing_keys.keys_of(desk, own), lambda one: one.key, request)
        return paging.listed(request, OwnKeys(own, page, operator, following), following)
    asked = _asked(request, KeyAsked)
    if asked.key:
        held = issuing_keys.register_key(desk, voice, asked.key, asked.proof, asked.name, asked.uscc, asked.use)
    else:
        held = issuing_keys.make_key(desk, voice, asked.name, asked.uscc)
    return json_response(held, 201)


def challenge(request: HttpRequest, key: str) -> HttpResponseBase:
    """What to sign today to prove that one has a key."""
    desk, voice = desk_of(request), voice_of(request)
    desk.admit(voice, "read")
    return HttpResponse(issuing_keys.challenge(desk, voice, key), content_type="text/plain; charset=utf-8")


def key_revoked(request: HttpRequest, key: str) -> HttpResponseBase:
    """Take a key out of use."""
    voice, asked = voice_of(request), _asked(request, KeyEnd)
    return json_response(
        issuing_keys.revoke_key(desk_of(request), voice, key, asked.reason, asked.compromised_on, asked.organisation)
    )


def key_vouched(request: HttpRequest, key: str) -> HttpResponseBase:
    """The operator vouches for a key."""
    voice, asked = voice_of(request), _asked(request, VouchAsked)
    return json_response(
        issuing_keys.vouch(desk_of(request), voice, asked.organisation, key, asked.name, asked.uscc, asked.seen)
    )


READ = ("GET", "HEAD")
_AT = "api/v1/dossiers/<str:id>/documents"
URLS: list[URLPattern] = [
    path(_AT, told(documents, *READ, "POST")),
    path(f"{_AT}/<str:document>", told(document, *READ)),
    path(f"{_AT}/<str:document>/status", told(status, "POST")),
    path(f"{_AT}/<str:document>/disclosures", told(disclosures, "POST")),
    path(f"{_AT}/<str:document>/<str:form>", told(form, *READ)),
    path("api/v1/keys", told(keys, *READ, "POST")),
    path("api/v1/keys/<str:key>/challenge", told(challenge, *READ)),
    path("api/v1/keys/<str:key>/revoked", told(key_revoked, "POST")),
    path("api/v1/keys/<str:key>/vouched", told(key_vouched, "POST")),
]


def paths(shapes: dict[str, Any], verb: Any, at: Any, body: Any) -> dict[str, Any]:
    """These doors as the API's description tells them; `verb`, `at` and `body` are its words."""
    id_, one, key = at("id", "path"), at("document", "path"), at("key", "path")
    v1, documents_at = "/api/v1", "/api/v1/dossiers/{id}/documents"
    issued = {"oneOf": [shapes["IssuedDocument"], shapes["ToSign"]]}
    return {
        documents_at: {
            "get": verb("What can be issued, and what was", shapes["Documents"], id_, *paging.parameters(at)),
            "post": verb("Issue a signed document, or ask for what to sign with a key of your own", issued, id_,
                         body=body(shapes["IssueAsked"]), ok="201", else_ok=("200",)),
        },
        f"{documents_at}/{{document}}": {"get": verb("A document with every check made anew", shapes["DocumentChecked"], id_, one)},
        f"{documents_at}/{{document}}/status": {
            "post": verb("Revoke, suspend or reinstate a document", shapes["DocumentCard"], id_, one, body=body(shapes["StatusAsked"]))
        },
        f"{documents_at}/{{document}}/disclosures": {
            "post": verb("Show a part of a document, or preview it", shapes["Presentation"], id_, one,
                         body=body(shapes["DisclosureAsked"]), ok="201", else_ok=("200",))
        },
        f"{documents_at}/{{document}}/{{form}}": {
            "get": verb("A document's bytes", {}, id_, one, at("form", "path", {"enum": [*FORMS]}), media="application/octet-stream")
        },
        f"{v1}/keys": {
            "get": verb("The keys of your organisation", shapes["OwnKeys"], *paging.parameters(at)),
            "post": verb("Make a key in the platform's custody, or register your own", shapes["KeyHeld"],
                         body=body(shapes["KeyAsked"]), ok="201"),
        },
        f"{v1}/keys/{{key}}/challenge": {
            "get": verb("What to sign today to prove that you have a key", {"type": "string"}, key, media="text/plain")
        },
        f"{v1}/keys/{{key}}/revoked": {"post": verb("Take a key out of use", shapes["KeyHeld"], key, body=body(shapes["KeyEnd"]))},
        f"{v1}/keys/{{key}}/vouched": {
            "post": verb("The operator vouches for a key", shapes["KeyHeld"], key, body=body(shapes["VouchAsked"]))
        },
    }  # fmt: skip
