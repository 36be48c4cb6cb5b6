"""What carries its proof, in either of two forms: a JSON document with proofs inside (Data Integrity) or a JWS around it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from entrepot.gateways.credentials.data_integrity import KeyFinder, ProofSeen, examine
from entrepot.gateways.credentials.enveloped import open_envelope, seen
from entrepot.gateways.credentials.model import kinds_of
from entrepot.gateways.credentials.reading import Unfit, read_object
from entrepot.gateways.verdict import fails, not_checked
from entrepot.kernel.text import Text

_ENVELOPES = ("data:application/vc+jwt,", "data:application/vp+jwt,")
_WHOSE = Text("key of the issuer", "签发方的密钥")


class Proven(Struct, frozen=True):
    """A document without its proof, the proofs it came with, whether they stood inside it or around it, and whether there were any."""

    document: dict[str, Any]
    proofs: tuple[ProofSeen, ...]
    inside: bool
    bare: bool = False


def opened(data: bytes, find: KeyFinder, now: datetime, *, domain: str = "", challenge: str = "") -> Proven:
    """A credential or presentation taken out of its form, every proof looked at. Raises Unfit when it cannot be read.

    A credential is asserted by its issuer, a presentation authenticates its holder: the purpose of a proof must be that.
    """
    if data.lstrip()[:1].isalpha():
        return _enveloped(data.strip(), find, now)
    return proven(read_object(data), find, now, domain=domain, challenge=challenge)


def proven(
    document: Mapping[str, Any], find: KeyFinder, now: datetime, *, domain: str = "", challenge: str = ""
) -> Proven:
    """The same for a document that was read already, as it stands inside another."""
    target, kinds = document.get("id"), kinds_of(document)
    if any(kind.startswith("EnvelopedVerifiable") for kind in kinds):
        lead = next((lead for lead in _ENVELOPES if isinstance(target, str) and target.startswith(lead)), None)
        if lead is None:
            raise Unfit("the envelope is no vc+jwt or vp+jwt", "信封不是 vc+jwt 或 vp+jwt")
        return _enveloped(str(target).removeprefix(lead).encode(), find, now)
    purpose = _purpose(document)
    proofs = examine(document, purpose=purpose, now=now, domain=domain, challenge=challenge, key_for=find)
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    return Proven(unsecured, proofs, inside=True, bare="proof" not in document)


def proven_by(proven: Proven, issuer: str) -> ProofSeen:
    """The proof that decides: one that fails, otherwise one that holds and is by a key of the issuer, otherwise why there is none.

    A DID is signed for by keys within it. Whether a key may sign for an issuer named by another URL stands in a document of theirs
    that is not looked up.
    """
    failing = [proof for proof in proven.proofs if proof.check.result == "fails"]
    if failing:
        return failing[0]
    holding = [proof for proof in proven.proofs if proof.check.result == "holds"]
    for proof in holding:
        if proof.method.partition("#")[0] == issuer:
            return proof
    if not holding:
        return proven.proofs[0]
    method = holding[0].method
    if issuer.startswith("did:"):
        reason = Text(f"{method[:120]} is no key of {issuer[:120]}", f"{method[:120]} 不是 {issuer[:120]} 的密钥")
        return ProofSeen(method, fails(_WHOSE, reason))
    en = f"nothing shows that {method[:120]} may sign for {issuer[:120]}"
    return ProofSeen(method, not_checked(_WHOSE, Text(en, f"无从证明 {method[:120]} 可代 {issuer[:120]} 签署")))


def _purpose(document: Mapping[str, Any]) -> str:
    return "authentication" if "VerifiablePresentation" in kinds_of(document) else "assertionMethod"


def _enveloped(data: bytes, find: KeyFinder, now: datetime) -> Proven:
    if not data.isascii():
        raise Unfit("it is neither JSON nor a JWS", "既不是 JSON 也不是 JWS")
    jws = open_envelope(data.decode())
    document = dict(jws.payload)
    return Proven(document, (seen(jws, find, _purpose(document), now),), inside=False)
