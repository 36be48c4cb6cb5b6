"""The pages of signed documents: `/d/<id>/documents`, a document with its checks and its disclosing, and the keys of the enterprise."""

from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.safestring import SafeString

from entrepot.channels.online import Voice
from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.evidence import DISCLOSED
from entrepot.portal import disclosing, issuing, issuing_afterwards, issuing_keys
from entrepot.portal.desk import Desk
from entrepot.portal.disclosing import PRESETS, SMALL_FOR_A_CODE, Presentation, grouped
from entrepot.portal.drafts import problem
from entrepot.portal.issuing_api import as_file
from entrepot.portal.issuing_checks import verdict_on
from entrepot.portal.issuing_content import columns_of, label_of, parts_of, shown
from entrepot.portal.pages import DO, READ, only, page, reader_of
from entrepot.portal.qr import qr_code
from entrepot.portal.web import desk_of
from entrepot.store.intake import Content

STATES = {  # state: how its badge looks, its mark, its words
    "issued": ("found", "●", Text("stands", "有效")),
    "suspended": ("needs_review", "◐", Text("suspended", "已中止")),
    "revoked": ("refused", "✕", Text("revoked", "已撤销")),
    "replaced": ("no_law", "↷", Text("replaced", "已更正")),
    "erased": ("not_applicable", "–", Text("erased by law", "已依法删除")),
}
RESULTS = {"holds": ("found", "●"), "fails": ("refused", "✕"), "not checked": ("waits", "○")}
DONE = ("issued", "already", "changed", "made", "given", "vouched")


def documents(request: HttpRequest, id: str) -> HttpResponseBase:
    """What can be issued in a dossier and what was."""
    desk, voice = desk_of(request), reader_of(request)
    if request.method == "POST":
        posted = request.POST
        confirm, replaces = posted.get("confirm", "").strip()[:1000], posted.get("replaces", "")
        issued = issuing.issue(desk, id, posted.get("place", ""), posted.get("digest", ""), voice, confirm, replaces)
        issuing_afterwards.finish(desk, id, issued.document)
        return HttpResponseRedirect(f"/d/{quote(id)}/documents/{issued.document}?done={issued.status}")
    open_ = issuing.issuable(desk, id, voice)
    return page(
        request, "documents.html", voice=voice, dossier=id, issuable=open_,
        issued=[(one, label_for(desk, one.value.of), STATES[state_of(one)]) for one in issuing_afterwards.cards(desk, id, voice)],
        has_key=issuing_keys.key_for(desk, voice.organisation, "documents") is not None, may=any(one.may for one in open_),
    )  # fmt: skip


def state_of(known: issuing_afterwards.DocumentCard) -> str:
    """How a document stands, for its badge."""
    return "erased" if known.erased else known.state


def label_for(desk: Desk, place: str) -> Text:
    """What people call the document at a place."""
    name, _, key = place.partition("/")
    topic = desk.registry.topics.get(name)
    label = Text(name, name) if topic is None else topic.label
    return Text(f"{label.en} {key}".strip(), f"{label.zh} {key}".strip())


def document(request: HttpRequest, id: str, document: str) -> HttpResponseBase:
    """A document: what it says, every check made anew, its files, what became of it."""
    desk, voice = desk_of(request), reader_of(request)
    known = issuing_afterwards.card(desk, id, document, voice)
    verdict = verdict_on(desk, id, document, voice)
    subject = {} if known.erased else issuing_afterwards.document_of(desk, id, document, voice)["credentialSubject"]
    asked = request.GET.getlist("field"), request.GET.get("preset", "")
    preview = None
    if known.value.sd_jwt and not known.erased and any(asked):
        preview = disclosing.disclose(desk, id, document, voice, preset=asked[1], fields=asked[0])
    done, given = request.GET.get("done"), _given(desk, id, document, voice)
    return page(
        request, "document.html", voice=voice, dossier=id, card=known, label=label_for(desk, known.value.of), state=STATES[state_of(known)],
        verdict=verdict, checks=[(check, *RESULTS[check.result]) for check in verdict.checks], **_rendered(subject),
        mine=known.organisation == voice.organisation or "operator" in voice.standing, notice=done if done in DONE else "",
        fields=_fields(desk, id, document, voice, known), presets=[(name, words) for name, (words, _) in PRESETS.items()],
        preset=asked[1], chosen=asked[0], preview=preview, part=_shown_part(preview), code=_code(preview), given=given,
    )  # fmt: skip


def _rendered(subject: dict[str, Any]) -> dict[str, Any]:
    plain, nested, listed = parts_of(subject)
    tables = []
    for name, rows in listed:
        objects = [row for row in rows if isinstance(row, dict)]
        names = columns_of(objects)
        cells = [[(label_of(one), shown(row.get(one, ""))) for one in names] for row in objects[:200]]
        tables.append((label_of(name), [label_of(one) for one in names], cells, max(0, len(objects) - 200)))
    return {
        "plain": [(label_of(name), shown(value)) for name, value in plain],
        "nested": [(label_of(name), [(label_of(n), shown(v)) for n, v in value.items() if n != "type"]) for name, value in nested],
        "tables": tables,
    }  # fmt: skip


def _fields(
    desk: Desk, id: str, document: str, voice: Voice, known: issuing_afterwards.DocumentCard
) -> list[tuple[Text, str]]:
    """The first steps of what may be shown, to be ticked; the API takes finer ones."""
    if not known.value.sd_jwt or known.erased or known.state == "revoked":
        return []
    groups = grouped(disclosing.choices(desk, id, document, voice))
    return sorted(((label_of(name), name) for name in groups), key=lambda one: one[0].en)


def _shown_part(preview: Presentation | None) -> dict[str, Any]:
    """What a presentation says of the document itself, without its own head."""
    head = {"iss", "iat", "vct", "id", "issuerName", "credentialStatus"}
    return (
        {} if preview is None else _rendered({name: value for name, value in preview.says.items() if name not in head})
    )


def _given(desk: Desk, id: str, document: str, voice: Voice) -> list[tuple[str, str, list[Text]]]:
    """To whom parts of the document were given, on what day and which, as far as the reader may know."""
    facts = [fact.value for fact in desk.read(id, voice).facts if fact.topic == DISCLOSED.name and fact.value]
    # The first step of each path is enough for a page; the record holds them whole.
    return [
        (
            value["to"],
            value["on"],
            [label_of(name) for name in dict.fromkeys(one.partition("/")[0] for one in value["fields"])],
        )
        for value in facts
        if value["document"] == document
    ]


def _code(preview: Presentation | None) -> SafeString:
    """The presentation as a QR code, where it is small enough to be read off a screen."""
    if preview is None or len(preview.text) > SMALL_FOR_A_CODE:
        return SafeString("")
    return qr_code(preview.text)


def status(request: HttpRequest, id: str, document: str) -> HttpResponseBase:
    """Revoke, suspend or reinstate, from the form."""
    match request.POST.get("state", ""):
        case "revoked" | "suspended" | "reinstated" as state:
            reason = request.POST.get("reason", "")
            issuing_afterwards.change(desk_of(request), id, document, state, reason, reader_of(request))
        case _:
            raise Refusal(
                (problem("IS11", "state", "choose what becomes of it", "请选择变更后的状态", "choose one", "请选择"),)
            )
    return HttpResponseRedirect(f"/d/{quote(id)}/documents/{document}?done=changed")


def disclose(request: HttpRequest, id: str, document: str) -> HttpResponseBase:
    """Give a part of a document to somebody; the answer is the text to hand over."""
    posted = request.POST
    given = disclosing.disclose(
        desk_of(request), id, document, reader_of(request), to=posted.get("to", ""), preset=posted.get("preset", ""),
        fields=posted.getlist("field"),
    )  # fmt: skip
    return as_file(Content(given.text.encode()), document, "sd_jwt")


def file(request: HttpRequest, id: str, document: str, form: str) -> HttpResponseBase:
    """A document's bytes."""
    return as_file(
        issuing_afterwards.bytes_of(desk_of(request), id, document, form, reader_of(request)), document, form
    )


def keys(request: HttpRequest) -> HttpResponseBase:
    """The keys of the reader's organisation; for the operator those of the organisation asked for."""
    desk, voice = desk_of(request), reader_of(request)
    desk.admit(voice, "read")
    if request.method == "POST":
        return HttpResponseRedirect(f"/keys?done={_key_changed(request)}&of={quote(request.POST.get('of', ''))}")
    operator = "operator" in voice.standing
    organisation = request.GET.get("of", "")[:100] if operator and request.GET.get("of") else voice.organisation
    done = request.GET.get("done")
    asked = request.GET.get("key", "").strip()[:200]
    return page(
        request, "key.html", voice=voice, organisation=organisation, operator=operator, did=issuing_keys.operator_key(desk).did,
        keys=[(one, one.signs("documents", desk.today())) for one in issuing_keys.keys_of(desk, organisation)],
        asked=asked, challenge=issuing_keys.challenge(desk, voice, asked) if asked else "", notice=done if done in DONE else "",
    )  # fmt: skip


def _key_changed(request: HttpRequest) -> str:
    desk, voice, posted = desk_of(request), reader_of(request), request.POST
    verb, key = posted.get("verb"), posted.get("key", "").strip()
    if verb == "revoke":
        issuing_keys.revoke_key(desk, voice, key, posted.get("reason", ""), organisation=posted.get("of", ""))
        return "changed"
    if verb == "vouch":
        issuing_keys.vouch(
            desk,
            voice,
            posted.get("of", ""),
            key,
            posted.get("name", ""),
            posted.get("uscc", ""),
            posted.get("seen", ""),
        )
        return "vouched"
    if verb == "register":
        issuing_keys.register_key(
            desk, voice, key, posted.get("proof", "").strip(), posted.get("name", ""), posted.get("uscc", "")
        )
    else:
        issuing_keys.make_key(desk, voice, posted.get("name", ""), posted.get("uscc", ""))
    return "made"


_AT = "d/<str:id>/documents"
URLS: list[URLPattern] = [
    path(_AT, only(documents, *READ, *DO)),
    path(f"{_AT}/<str:document>", only(document, *READ)),
    path(f"{_AT}/<str:document>/status", only(status, *DO)),
    path(f"{_AT}/<str:document>/disclose", only(disclose, *DO)),
    path(f"{_AT}/<str:document>/file/<str:form>", only(file, *READ)),
    path("keys", only(keys, *READ, *DO)),
]
