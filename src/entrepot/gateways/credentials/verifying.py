"""Is this credential what it says? Every check of a foreign or own verifiable credential or presentation, offline.

Read are W3C credentials of 2.0 and 1.1 with proofs inside (Data Integrity), credentials and presentations as JWS (VC-JOSE) and
the documents of OpenAttestation. Nothing is fetched but through functions of the caller.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct, structs

from entrepot.gateways.credentials.anchors import anchors_in, name_issuer
from entrepot.gateways.credentials.data_integrity import KeyFinder
from entrepot.gateways.credentials.dids import Resolver, key_finder
from entrepot.gateways.credentials.enveloped import method_of
from entrepot.gateways.credentials.keys import KeyOutOfReach, NotAKey
from entrepot.gateways.credentials.model import (
    FORM,
    check_form,
    check_presentation_form,
    kinds_of,
    objects,
    party,
)
from entrepot.gateways.credentials.open_attestation import Lookup, is_open_attestation, verify_open_attestation
from entrepot.gateways.credentials.proven import Proven, opened, proven, proven_by
from entrepot.gateways.credentials.reading import Unfit, read_object
from entrepot.gateways.credentials.spelling import check_spelling
from entrepot.gateways.credentials.status_list import StatusSource, check_status
from entrepot.gateways.jws import read_jws
from entrepot.gateways.sd_jwt import verify_sd_jwt
from entrepot.gateways.verdict import Check, Verdict, fails, holds, not_checked
from entrepot.kernel.text import Text

MAX_CREDENTIALS = 64  # in one presentation
_HOLDER, _FRESH = Text("who presents it", "出示方"), Text("freshness", "新近性")
_SIGNATURE, _SELECTIVE = Text("signature", "签名"), Text("SD-JWT credential", "SD-JWT 凭证")
_UNKNOWN = Text("document that is not read", "无法读取的文件")


class Trust(Struct, frozen=True):
    """What a verifier brings along: its moment, whom it knows by DID, and how keys, lists and anchors are had."""

    now: datetime
    names: Mapping[str, str]
    find: KeyFinder
    status: StatusSource | None
    anchors: Collection[bytes]
    lookup: Lookup | None


def verify_credential(
    data: bytes,
    *,
    now: datetime,
    trusted: Mapping[str, str] = {},
    status: StatusSource | None = None,
    resolve: Resolver | None = None,
    anchors: Collection[bytes] = (),
    domain: str = "",
    challenge: str = "",
    lookup: Lookup | None = None,
) -> Verdict:
    """Every check of a credential or presentation, as bytes of any of the forms that are read.

    `now` carries its zone. `trusted` names issuers and registrars by DID; `status` gives the status list behind a URL, `resolve` the
    document of a did:web, `anchors` are identity anchors kept beside; `domain` and `challenge` are what a presentation has to answer,
    `lookup` what a chain or the DNS says about a document of OpenAttestation.
    Without a signature that holds nothing else is reported as holding: anybody can write what is well formed.
    """
    trust = Trust(now, trusted, key_finder(resolve), status, anchors, lookup)
    try:
        if data.lstrip()[:1] == b"{" and is_open_attestation(document := read_object(data)):
            return verify_open_attestation(document, now=now, lookup=lookup)
        if b"~" in data:
            return _selective(data, trust)
        found = opened(data, trust.find, now, domain=domain, challenge=challenge)
    except Unfit as error:
        return Verdict(_UNKNOWN, (fails(FORM, error.reason),))
    if "VerifiablePresentation" in kinds_of(found.document):
        return _presentation(found, trust, domain, challenge)
    return _credential(found, trust)


def _credential(found: Proven, trust: Trust) -> Verdict:
    document, issuer = found.document, party(found.document.get("issuer"))
    signed = [proof.check for proof in found.proofs]
    decides = proven_by(found, issuer)
    if decides.check not in signed:
        signed.append(decides.check)
    own = [*check_spelling(document), *check_form(document, trust.now)]
    own += check_status(document, trust.status, now=trust.now, trusted=trust.names, find=trust.find)
    if len(objects(document.get("evidence"))) > len(anchors_in(document)):
        reason = Text("the evidence that it names was not looked at", "未查看其所列证据")
        own.append(not_checked(Text("evidence", "证据"), reason))
    name = ""
    if decides.check.result == "holds":
        named = name_issuer(
            document, trust.anchors, now=trust.now, trusted=trust.names, find=trust.find, source=trust.status
        )
        name, own = named.name, [*own, *named.checks]
    if not any(check.result == "holds" for check in signed):
        own = [check for check in own if check.result != "holds"]
    return Verdict(_kind(document), (*signed, *own), name, document)


def _kind(document: Mapping[str, Any]) -> Text:
    """What a document calls itself beside being a credential."""
    kinds = kinds_of(document)
    if "VerifiableCredential" not in kinds:
        return Text("document that is no credential", "并非凭证的文件")
    told = ", ".join(ascii(kind)[1:-1][:60] for kind in kinds if kind != "VerifiableCredential")[:200]
    return (
        Text(f"verifiable credential: {told}", f"可验证凭证：{told}")
        if told
        else Text("verifiable credential", "可验证凭证")
    )


def _selective(data: bytes, trust: Trust) -> Verdict:
    """The verdict on an SD-JWT, its issuer's key found by `kid` or `iss`; the holder's binding is for whoever asked for it."""
    text = data.decode("ascii", "replace").strip()
    jws = read_jws(text.partition("~")[0])
    issuer = party(jws.payload.get("iss", jws.payload.get("issuer")))
    method = method_of(jws, issuer)
    try:
        key = trust.find(method, "assertionMethod")
    except NotAKey as error:
        rule = not_checked if isinstance(error, KeyOutOfReach) else fails
        return Verdict(_SELECTIVE, (rule(_SIGNATURE, Text(f"the key: {error}", f"密钥：{error}")),))
    verdict = verify_sd_jwt(text, key, trust.now, types=("dc+sd-jwt", "vc+sd-jwt"))
    if not verdict.accepted:
        return verdict
    if issuer.startswith("did:") and method.partition("#")[0] != issuer:
        reason = Text(f"{method[:120]} is no key of {issuer[:120]}", f"{method[:120]} 不是 {issuer[:120]} 的密钥")
        return structs.replace(verdict, checks=(*verdict.checks, fails(_SIGNATURE, reason)), issuer="", says={})
    says = {"issuer": issuer, **verdict.says}
    own = [
        *check_spelling(says),
        *check_status(says, trust.status, now=trust.now, trusted=trust.names, find=trust.find),
    ]
    named = name_issuer(says, trust.anchors, now=trust.now, trusted=trust.names, find=trust.find, source=trust.status)
    return structs.replace(verdict, checks=(*verdict.checks, *own, *named.checks), issuer=named.name)


def _presentation(found: Proven, trust: Trust, domain: str, challenge: str) -> Verdict:
    """A presentation holds when its holder signed it for this occasion and each credential in it holds by itself."""
    document = found.document
    checks = [*check_presentation_form(document), *check_spelling(_without_credentials(document)), *_holder(found)]
    presented = any(proof.check.result == "holds" for proof in found.proofs)
    if (domain or challenge) and not presented:
        reason = Text("an answer was asked for, and nobody is shown to have signed one", "已要求应答，但无人签署应答")
        checks.append(fails(_FRESH, reason))
    if presented and not challenge:
        reason = Text(
            "no challenge was asked for: it may be an old one used again", "未要求质询：可能是旧出示被重复使用"
        )
        checks.append(not_checked(_FRESH, reason))
    if (domain or challenge) and not found.inside:
        checks.append(_answers(found, domain, challenge))
    held = objects(document.get("verifiableCredential"))
    if not held or len(held) > MAX_CREDENTIALS:
        rule = fails if held else not_checked  # one without credentials is well formed, and shows nothing
        reason = Text(f"it holds {len(held)} credentials", f"含有 {len(held)} 份凭证")
        checks = [check for check in checks if check.result != "holds"]
        return Verdict(Text("presentation", "凭证出示"), (*checks, rule(FORM, reason)))
    verdicts = [_inside(each, trust) for each in held]
    for number, verdict in enumerate(verdicts, 1):
        for check in verdict.checks:
            name = Text(f"credential {number}: {check.name.en}", f"凭证 {number}：{check.name.zh}")
            checks.append(structs.replace(check, name=name))
    signed = any(check.result == "holds" for verdict in verdicts for check in verdict.checks)
    if not signed:
        checks = [check for check in checks if check.result != "holds"]
    issuers = dict.fromkeys(verdict.issuer for verdict in verdicts if verdict.issuer)
    says = {"holder": party(document.get("holder")), "credentials": [verdict.says for verdict in verdicts]}
    return Verdict(Text("presentation", "凭证出示"), tuple(checks), ", ".join(issuers), says)


def _inside(held: Any, trust: Trust) -> Verdict:
    """The verdict on one credential of a presentation."""
    try:
        if isinstance(held, str):
            return _credential(opened(held.encode(), trust.find, trust.now), trust)
        if isinstance(held, dict):
            if is_open_attestation(held):
                return verify_open_attestation(held, now=trust.now, lookup=trust.lookup)
            return _credential(proven(held, trust.find, trust.now), trust)
    except Unfit as error:
        return Verdict(_UNKNOWN, (fails(FORM, error.reason),))
    return Verdict(_UNKNOWN, (fails(FORM, Text("it is no credential", "不是凭证")),))


def _holder(found: Proven) -> list[Check]:
    """Who signed the presentation; one without proof is a bundle that anybody may have tied."""
    if found.bare:
        return [not_checked(_HOLDER, Text("nobody signed the presentation", "出示未经签署"))]
    checks = [proof.check for proof in found.proofs]
    holder = party(found.document.get("holder"))
    if holder:
        decides = proven_by(found, holder)
        if decides.check not in checks:
            checks.append(decides.check)
    return checks


def _answers(found: Proven, domain: str, challenge: str) -> Check:
    """Whether a presentation as JWS was made for this verifier: `aud` and `nonce` (VC-JOSE-COSE leaves them to JWT)."""
    if (domain and domain not in objects(found.document.get("aud"))) or (
        challenge and found.document.get("nonce") != challenge
    ):
        return fails(_FRESH, Text("it was not made for this occasion (aud, nonce)", "并非为此次出示所作（aud、nonce）"))
    return holds(_FRESH, Text("made for this occasion", "为此次出示所作"))


def _without_credentials(document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "verifiableCredential"}
