"""The document itself: the credential of a value, signed by its organisation's key, and its form for disclosing in part."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from entrepot.gateways.credentials.data_integrity import (
    canonical_bytes,
    check_proof,
    moment,
    proof_options,
    signing_input,
    with_proof,
    written,
)
from entrepot.gateways.credentials.status_list import status_entry
from entrepot.gateways.sd_jwt import issue_sd_jwt
from entrepot.kernel.findings import Finding
from entrepot.kernel.intake import Refusal
from entrepot.kernel.sheet import value_digest
from entrepot.kernel.text import Problem
from entrepot.kernel.topics import Topic
from entrepot.portal import issuing_keys
from entrepot.portal.drafts import problem
from entrepot.portal.issuing_content import CONTEXT, is_plain, subject_of
from entrepot.portal.issuing_keys import KeyHeld, signing_key
from entrepot.portal.setting import address
from entrepot.store.intake import Content

if TYPE_CHECKING:
    from entrepot.portal.desk import Desk

PREFIX = "documents."
REHEARSED = "REHEARSAL, of no effect: "  # before the name of what a sandbox signs
HIDDEN_DEPTH, MOST_HIDDEN = 3, 5_000
TO_SIGN_WITHIN = timedelta(days=1)
CREDENTIAL_TYPE = "application/vc+json"
SD_JWT_TYPE = "application/dc+sd-jwt"


class ToSign(Struct, frozen=True):
    """What an organisation signs with a key of its own: the whole document with a proof that lacks its value, and the 64 bytes
    (hexadecimal) that the signature is over."""

    document: dict[str, Any]
    signing_input: str
    key: str


class Plan(Struct, frozen=True):
    """An issue that may go ahead: of what, by whom, under which id, and what it rests on."""

    dossier: str
    topic: Topic[Any]
    finding: Finding
    held: KeyHeld
    document: str
    commitment: str
    readers: tuple[str, ...]
    facts: tuple[str, str]  # how many statements, and their digest
    heads: tuple[str, ...]
    already: str = ""
    replaces: str = ""

    @property
    def kind(self) -> str:
        """contract, invoice, origin …"""
        return self.topic.name.removeprefix(PREFIX)

    @property
    def place(self) -> str:
        """The finding's topic and key."""
        return f"{self.topic.name}/{self.finding.key}" if self.finding.key else self.topic.name


def to_sign(desk: "Desk", plan: Plan) -> ToSign:
    """The document for an organisation that keeps its own key."""
    now = desk.store.clock()
    document = credential(desk, plan, now)
    proof = proof_options(document, f"{plan.held.did}#{plan.held.key}", created=now)
    return ToSign({**document, "proof": proof}, signing_input(document, proof).hex(), plan.held.key)


def credential(desk: "Desk", plan: Plan, at: datetime) -> dict[str, Any]:
    """The unsigned credential (W3C VC 2.0)."""
    value = plan.finding.effective
    place = desk.store.status_place(plan.document)
    kind = type(value).__name__
    held = plan.held.value
    count, facts = plan.facts
    issuer = {"id": plan.held.did, "type": ["Organisation"], "name": held.name}
    if held.uscc:
        issuer["registeredId"] = held.uscc
    logged = {
        "type": ["LoggedStatements"], "log": desk.store.origin, "logKey": desk.store.log_key, "finding": plan.place,
        "findingDigest": value_digest(value), "statements": count, "statementsDigest": facts,
    }  # fmt: skip
    evidence: list[Any] = [logged]
    if plan.held.vouched is not None and (anchor := desk.store.content(plan.held.vouched.anchor)) is not None:
        evidence.append(msgspec.json.decode(anchor.data))
    replaced = {"replaces": f"urn:uuid:{plan.replaces}"} if plan.replaces else {}
    return {
        "@context": list(CONTEXT),
        "id": f"urn:uuid:{plan.document}",
        "type": ["VerifiableCredential", kind],
        "name": f"{REHEARSED}{plan.topic.label.en}" if desk.store.nature == "sandbox" else plan.topic.label.en,
        "issuer": issuer,
        "validFrom": written(at),
        "credentialSubject": {"type": [kind], **subject_of(value)},
        "credentialStatus": [
            status_entry(list_address(purpose, place.list), place.place, purpose)
            for purpose in ("revocation", "suspension")
        ],
        "evidence": evidence,
        **replaced,
    }


def list_address(purpose: str, number: int) -> str:
    """Where a status list is served."""
    return f"{address()}/status/{purpose}-{number}"


def signed_here(desk: "Desk", plan: Plan) -> dict[str, Any]:
    key = signing_key(desk, plan.held)
    if key is None:
        raise Refusal((no_key(plan.held.value.organisation),))
    at = desk.store.clock()
    document = credential(desk, plan, at)
    proof = proof_options(document, key.verification_method, created=at)
    return with_proof(document, proof, key.sign(signing_input(document, proof)))


def signed_there(desk: "Desk", plan: Plan, signed: Mapping[str, Any] | None) -> dict[str, Any]:
    """What the organisation handed back: exactly what it was given to sign, with a signature of its own key."""
    if signed is None:
        raise Refusal((_not_back("IS08", "it keeps its own key: ask for the document to sign, sign it, hand it back",
                                 "该企业自持密钥：请先取得待签文件，签署后提交"),))  # fmt: skip
    try:
        proof = signed["proof"]
        at, created = moment(signed["validFrom"]), moment(proof["created"])
        expected = credential(desk, plan, at)
        options = proof_options(expected, f"{plan.held.did}#{plan.held.key}", created=created)
        same = canonical_bytes({**signed, "proof": {**proof, "proofValue": ""}}) == canonical_bytes(
            {**expected, "proof": {**options, "proofValue": ""}}
        )
    except (KeyError, TypeError, ValueError, RecursionError):
        same, at = False, desk.store.clock()
    now = desk.store.clock()
    if not same or abs(now - at) > TO_SIGN_WITHIN:
        raise Refusal((_not_back("IS09", "this is not what was to be signed, or it was asked for more than a day ago",
                                 "与待签文件不符，或取得待签文件已超过一天"),))  # fmt: skip
    document = dict(signed)
    if any(check.result != "holds" for check in check_proof(document, now=now)):
        raise Refusal((_not_back("IS09", "the signature is not that of the organisation's key", "签名与企业密钥不符"),))
    return document


def _not_back(rule: str, en: str, zh: str) -> Problem:
    return problem(rule, "proof", en, zh, "prepare it again, sign the bytes given, and hand the whole document back",
                   "请重新取得待签文件，签署后整体提交")  # fmt: skip


def disclosable_form(desk: "Desk", plan: Plan, document: Mapping[str, Any]) -> Content | None:
    """The document with every claim hidden by itself (SD-JWT, RFC 9901), of which its holder shows what he wants; None for a key
    that the platform does not keep."""
    key = signing_key(desk, plan.held)
    if key is None:
        return None
    subject = {name: value for name, value in document["credentialSubject"].items() if name != "type"}
    head = {
        "iss": plan.held.did,
        "iat": int(moment(document["validFrom"]).timestamp()),
        "vct": f"urn:entrepot:document:{document['type'][1]}",
        "id": document["id"],
        "issuerName": plan.held.value.name,
        "credentialStatus": document["credentialStatus"],
    }
    every = list(_pieces(subject))
    deep = (
        HIDDEN_DEPTH if len(every) <= MOST_HIDDEN else 2
    )  # of a very long document a line is shown whole or not at all
    hidden = [path for path in every if len(path) <= deep][:MOST_HIDDEN]
    text = issue_sd_jwt({**head, **subject}, hidden, key, kid=key.verification_method)
    return Content(text.encode(), SD_JWT_TYPE)


def _pieces(value: Any, above: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The paths of all that can be shown by itself: an amount goes with its currency, a text with its translation."""
    inner = value.items() if isinstance(value, Mapping) else enumerate(value)
    for step, item in inner:
        yield (*above, step)
        if not is_plain(item):
            yield from _pieces(item, (*above, step))


def no_key(organisation: str) -> Problem:
    return problem(
        issuing_keys.NO_KEY, "keys", f"{organisation} has no key to sign with", f"{organisation} 没有可用的签名密钥",
        "make one in the platform's custody, or register your own: `entrepot key make`", "请在平台托管下生成密钥，或登记自持密钥",
    )  # fmt: skip
