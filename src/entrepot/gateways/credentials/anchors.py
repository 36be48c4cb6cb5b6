"""Identity anchors: a registrar's credential that binds a DID to a registered organisation.

The shape is that of the Digital Identity Anchor of the UN Transparency Protocol (RegisteredIdentity), so that others can read it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from entrepot.gateways.credentials.data_integrity import KeyFinder, written
from entrepot.gateways.credentials.model import V2, check_form, kinds_of, objects, party
from entrepot.gateways.credentials.proven import Proven, opened, proven, proven_by
from entrepot.gateways.credentials.reading import Unfit
from entrepot.gateways.credentials.spelling import check_spelling
from entrepot.gateways.credentials.status_list import StatusSource, check_status
from entrepot.gateways.verdict import Check, fails, holds, not_checked
from entrepot.kernel.text import Text

CONTEXT = "https://test.uncefact.org/vocabulary/untp/dia/working/"
KIND = "DigitalIdentityAnchor"
MAX_ANCHORS = 8
# The national data service of unified social credit codes (GB 32100-2015), as the register that the code stands in.
REGISTER, REGISTER_NAME = "https://www.cods.org.cn/", "Unified Social Credit Code (GB 32100)"
WHO = Text("who the issuer is", "签发方身份")


class Named(Struct, frozen=True):
    """Who an issuer is as far as that was proven, and the check that says so."""

    name: str
    checks: tuple[Check, ...]


def identity_anchor(
    did: str,
    *,
    name: str,
    registered_id: str,
    register: str = REGISTER,
    register_name: str = REGISTER_NAME,
    register_type: str = "Business",
    scopes: Sequence[str] = (),
) -> dict[str, Any]:
    """The subject of an anchor: the organisation with that name and number in the register is in control of the DID."""
    subject: dict[str, Any] = {
        "type": ["RegisteredIdentity"],
        "id": did,
        "name": name,
        "registeredId": registered_id,
        "idScheme": {"type": ["IdentifierScheme"], "id": register, "name": register_name},
        "registerType": register_type,
    }
    return {**subject, "registrationScopeList": list(scopes)} if scopes else subject


def identity_anchor_credential(
    identifier: str,
    issuer: Mapping[str, str],
    subject: Mapping[str, Any],
    *,
    valid_from: datetime,
    valid_until: datetime | None = None,
    status: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The anchor as a credential that lacks only its proof: `issuer` is who vouches (`id`, `name`), `identifier` a URL of its own."""
    document: dict[str, Any] = {
        "@context": [V2, CONTEXT],
        "type": [KIND, "VerifiableCredential"],
        "id": identifier,
        "issuer": {"type": ["CredentialIssuer"], **issuer},
        "validFrom": written(valid_from),
        "credentialSubject": dict(subject),
    }
    if valid_until is not None:
        document["validUntil"] = written(valid_until)
    if status is not None:
        document["credentialStatus"] = dict(status)
    return document


def anchors_in(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The anchors that a credential carries along as `evidence`, bare or as the `verifiableCredential` of an entry."""
    carried: list[Mapping[str, Any]] = []
    for entry in objects(document.get("evidence"))[:MAX_ANCHORS]:
        inner = entry.get("verifiableCredential", entry) if isinstance(entry, dict) else None
        if isinstance(inner, dict) and KIND in kinds_of(inner):
            carried.append(inner)
    return carried


def name_issuer(
    document: Mapping[str, Any],
    given: Iterable[Mapping[str, Any] | bytes],
    *,
    now: datetime,
    trusted: Mapping[str, str],
    find: KeyFinder,
    source: StatusSource | None,
) -> Named:
    """Who the issuer of a credential is, when a key of its DID signed it: by name in `trusted`, or by an anchor of somebody in it."""
    issuer = party(document.get("issuer"))
    if issuer in trusted:
        return Named(trusted[issuer], (holds(WHO, Text(f"known as {trusted[issuer]}", f"已知为 {trusted[issuer]}")),))
    told: list[Check] = []
    for anchor in [*anchors_in(document), *given][: 2 * MAX_ANCHORS]:
        try:
            opened_anchor = opened(anchor, find, now) if isinstance(anchor, bytes) else proven(anchor, find, now)
            named = _follow(opened_anchor, document, now=now, trusted=trusted, find=find, source=source)
        except Unfit as error:
            named = Named("", (fails(WHO, Text(f"the anchor: {error.reason.en}", f"身份锚：{error.reason.zh}")),))
        if named.name:
            return named
        told.extend(named.checks)
    if told:
        return Named(issuer, tuple(told))
    return Named(issuer, (not_checked(WHO, Text("nobody vouches for this key", "无人为此密钥担保")),))


def _follow(
    anchor: Proven,
    document: Mapping[str, Any],
    *,
    now: datetime,
    trusted: Mapping[str, str],
    find: KeyFinder,
    source: StatusSource | None,
) -> Named:
    """What one anchor says about the issuer of a document. Raises Unfit for one that does not hold."""
    issuer, subject = party(document.get("issuer")), anchor.document.get("credentialSubject")
    by = party(anchor.document.get("issuer"))
    if not isinstance(subject, dict) or subject.get("id") != issuer:
        return Named("", (not_checked(WHO, Text("an anchor given is about somebody else", "所给身份锚属于他人")),))
    if by not in trusted:
        en = f"an anchor vouches for it, by {by[:100]}, who is not known"
        return Named("", (not_checked(WHO, Text(en, f"身份锚由 {by[:100]} 签发，其身份不明")),))
    status = check_status(anchor.document, source, now=now, trusted=trusted, find=find)
    form = [*check_spelling(anchor.document), *check_form(anchor.document, now)]
    for check in (proven_by(anchor, by).check, *form, *status):
        if check.result == "fails":
            raise Unfit(check.reason.en, check.reason.zh)
    if proven_by(anchor, by).check.result != "holds":
        return Named("", (not_checked(WHO, proven_by(anchor, by).check.reason),))
    return _named(document, subject, trusted[by], status)


def _named(document: Mapping[str, Any], subject: Mapping[str, Any], by: str, status: list[Check]) -> Named:
    scheme = subject.get("idScheme")
    register = scheme.get("name", "") if isinstance(scheme, dict) else ""
    name, number = str(subject.get("name", ""))[:200], f"{register} {subject.get('registeredId', '')}".strip()[:200]
    if not name:
        raise Unfit("it names nobody", "未载明名称")
    full = f"{name} ({number})" if number else name
    reason = Text(f"{full}: {by} vouches for its key", f"{full}：由 {by} 为其密钥担保")
    # That the anchor itself may be revoked is told; what else the list says is about the anchor, not about the document.
    told = [
        not_checked(WHO, Text(f"the anchor: {c.reason.en}", f"身份锚：{c.reason.zh}"))
        for c in status
        if c.result != "holds"
    ]
    called = document["issuer"].get("name") if isinstance(document.get("issuer"), dict) else None
    if isinstance(called, str) and called != name:
        en = f"it calls itself {called[:100]}, the register {name[:100]}"
        told.append(not_checked(WHO, Text(en, f"自称 {called[:100]}，登记名称为 {name[:100]}")))
    return Named(full, (holds(WHO, reason), *told))
