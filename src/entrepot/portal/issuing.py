"""Issuing: a finding of the room of documents becomes a signed document, and what becomes of it afterwards.

`issue` builds a W3C credential from the value that the issuer saw, signs it, keeps its bytes and says `document.issued`, in one breath.
Its receipt and the signed PDF follow once the statement stands in the log (`finish`); they can be asked for again at any time.
An organisation that keeps its own key is given what to sign (`prepare`) and hands the signature back.
"""

import hmac
from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.gateways.credentials.data_integrity import (
    canonical_bytes,
)
from entrepot.gateways.credentials.verifying import verify_credential
from entrepot.kernel.access import Speaker, may_read_finding
from entrepot.kernel.canonical import canonical
from entrepot.kernel.findings import STATUSES, Finding
from entrepot.kernel.intake import Refusal
from entrepot.kernel.record import Record
from entrepot.kernel.sheet import value_digest
from entrepot.kernel.submissions import Submission, statement
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.topics import ROLES, TRADERS, Topic
from entrepot.kernel.vocabulary.evidence import ISSUED, REVOKED, DocumentIssued, DocumentRevoked
from entrepot.kernel.why import NoSuchPlace
from entrepot.modules.documents.facts import INTAKE
from entrepot.portal import issuing_keys
from entrepot.portal.drafts import Draft, problem
from entrepot.portal.ids import derived
from entrepot.portal.issuing_content import subject_of
from entrepot.portal.issuing_credential import (
    CREDENTIAL_TYPE,
    PREFIX,
    Plan,
    ToSign,
    disclosable_form,
    no_key,
    signed_here,
    signed_there,
    to_sign,
)
from entrepot.store.intake import Content

if TYPE_CHECKING:
    from entrepot.portal.desk import Desk

MOVED, ATTEMPTS = "S006", 4
# Who may issue which kind; of a certificate that nobody issues but its exporter, the traders.
ISSUERS: dict[str, frozenset[str]] = {
    "contract": TRADERS,
    "invoice": TRADERS,
    "packing": TRADERS,
    "origin": frozenset({"certifier"}),
    "inspection": frozenset({"warehouse", "certifier", "producer"}),
    "declaration": TRADERS,
    "receipt": frozenset({"clerk", "operator"}),
    "payment": frozenset({"clerk", "bank"}),
}
BY_THE_COUNTER = frozenset(
    {"receipt", "payment"}
)  # what a counter hands out bears its own signature, not its principal's


class IssuedDocument(Struct, frozen=True):
    """What became of an issue: the document's id, `issued` now or `already`, and the digest of its credential. `log` is the id of the
    statement that the receipt proves."""

    document: str
    status: str
    credential: str
    log: str


def issue(
    desk: "Desk", dossier: str, place: str, digest: str, voice: Voice, confirm: str = "", replaces: str = "",
    signed: Mapping[str, Any] | None = None,
) -> IssuedDocument:  # fmt: skip
    """Sign the value at `place` (`documents.invoice`), of which the issuer saw the `digest`, and say so. The same value is issued
    once: asked again, the document that stands is given. `replaces` names a document in whose place this one comes; `signed` is
    the document of `prepare` with its proof. Raises Refusal with every problem."""
    desk.admit(voice, "send")
    if confirm:
        confirm_finding(desk, dossier, place, digest, voice, confirm)
    for _ in range(ATTEMPTS):
        plan = planned(desk, dossier, place, digest, voice, replaces)
        if plan.already:
            return _standing(desk, dossier, plan.already, "already")
        document = signed_there(desk, plan, signed) if plan.held.value.custody == "own" else signed_here(desk, plan)
        try:
            fresh = _say(desk, plan, document, voice)
        except Refusal as refusal:
            if {one.rule for one in refusal.problems} != {MOVED}:
                raise
            continue  # somebody spoke meanwhile: what is signed is looked at again
        return _standing(desk, dossier, plan.document, "issued" if fresh else "already")
    raise Refusal((_moved(place),))


def prepare(
    desk: "Desk", dossier: str, place: str, digest: str, voice: Voice, confirm: str = "", replaces: str = ""
) -> ToSign:
    """The document for an organisation that keeps its own key. Nothing is said yet."""
    desk.admit(voice, "send")
    if confirm:
        confirm_finding(desk, dossier, place, digest, voice, confirm)
    plan = planned(desk, dossier, place, digest, voice, replaces)
    return to_sign(desk, plan)


def confirm_finding(desk: "Desk", dossier: str, place: str, digest: str, voice: Voice, reason: str) -> None:
    """The issuer's ruling on a finding that needs one, in the place of what the same organisation ruled before."""
    name, _, key = place.partition("/")
    with desk.known(dossier, voice) as (record, speaker):
        _, finding = _chosen(desk, record, speaker, place)
        if finding.settled:
            return
        earlier = record.standing(f"{name}.ruling").get(key)
        own = tuple(s.id for s in earlier.statements if s.for_ == voice.organisation) if earlier else ()
    desk.say(
        dossier,
        [Draft(f"{name}.ruling", {"decision": "confirmed", "reason": reason, "of": digest}, key, replaces=own)],
        voice,
    )


# -- whether it may be ------------------------------------------------------------------------------------------------


def planned(desk: "Desk", dossier: str, place: str, digest: str, voice: Voice, replaces: str = "") -> Plan:
    """All that is decided before anything is signed; Refusal with every problem."""
    with desk.known(dossier, voice) as (record, speaker):
        _, problems = desk.speaker(record, voice, "send")
        topic, finding = _chosen(desk, record, speaker, place)
        kind = topic.name.removeprefix(PREFIX)
        organisation = issuing_organisation(kind, voice)
        found = [*problems, *_objections(record, speaker, topic, finding, digest)]
        held = issuing_keys.key_for(desk, organisation, "documents")
        if held is None and not any(one.rule == "IS01" for one in found):
            found.append(no_key(organisation))
        issued = _issued_of(record, place, organisation)
        commitment = "" if finding.effective is None else _commitment(desk, record, finding)
        standing = {id_ for id_ in issued if not is_revoked(record, id_)}
        already = next((id_ for id_ in standing if issued[id_].finding == commitment), "")
        if not already:
            found += _replacement(place, standing, replaces)
        if found or held is None:
            raise Refusal(tuple(found))
        first = next(iter(record.submissions))
        document = derived(first, f"{commitment}/{organisation}/{len(issued)}")
        return Plan(
            dossier, topic, finding, held, document, commitment, _readers(desk, topic, finding), _facts(record, finding),
            record.heads(), already, replaces,
        )  # fmt: skip


def issuing_organisation(kind: str, voice: Voice) -> str:
    """Whose signature a document bears: the voice's organisation, or its counter's for what a counter hands out."""
    return voice.counter if voice.mandate and kind in BY_THE_COUNTER else voice.organisation


def may_issue(kind: str, value: Any, roles: frozenset[str]) -> bool:
    """Whether these roles may issue a document of the kind."""
    if kind == "origin" and getattr(value, "self_made", False):
        return bool(roles & TRADERS)
    return bool(roles & ISSUERS.get(kind, frozenset()))


def is_revoked(record: Record, document: str) -> bool:
    """Whether a document was revoked for good."""
    standing = record.standing(REVOKED.name).get(document)
    return standing is not None and any(value.state == "revoked" for value in standing.values)


def _chosen(desk: "Desk", record: Record, speaker: Speaker, place: str) -> tuple[Topic[Any], Finding]:
    name, _, key = place.partition("/")
    topic = desk.registry.topics.get(name) if name.startswith(PREFIX) else None
    finding = desk.sheet(record).finding(name, key) if topic is not None and topic.kind == "found" else None
    if topic is None or finding is None or not may_read_finding(desk.registry.topics, finding, speaker):
        raise NoSuchPlace(place)
    return topic, finding


def _objections(record: Record, speaker: Speaker, topic: Topic[Any], finding: Finding, digest: str) -> list[Problem]:
    kind, place = topic.name.removeprefix(PREFIX), f"{topic.name}/{finding.key}".rstrip("/")
    found = []
    if not may_issue(kind, finding.effective, speaker.roles) or not _reported_it(record, kind, finding.key, speaker):
        who = ", ".join(sorted(ISSUERS.get(kind, ())))
        zh = "、".join(ROLES[role].zh for role in sorted(ISSUERS.get(kind, ())))
        found.append(
            problem("IS01", place, f"you may not issue {topic.label.en}", f"您无权签发{topic.label.zh}",
                    f"it is for: {who}; of an inspection, whoever made the report", f"可签发者：{zh}；检验证书由出具报告的单位签发")
        )  # fmt: skip
    if not finding.answers or finding.effective is None:
        found.append(
            problem("IS02", place, f"{topic.label.en} does not stand ({STATUSES[finding.status].en}): there is nothing to sign",
                    f"{topic.label.zh}不能成立（{STATUSES[finding.status].zh}），不能签发",
                    "mend what it says first", "请先处理其中的问题")
        )  # fmt: skip
        return [*found, *finding.problems]
    if value_digest(finding.effective) != digest:
        found.append(_moved(place))
    elif not finding.settled:
        found.append(
            problem("IS04", place, "it needs review, and nobody has confirmed it", "该内容需复核，尚无人确认",
                    f"confirm it with a reason: say {topic.name}.ruling, or issue with a confirmation", "请说明理由予以确认后再签发")
        )  # fmt: skip
    return found


def _moved(place: str) -> Problem:
    return problem("IS03", f"{place}.digest", "it has moved since you saw it", "内容在您查看之后已有变动",
                   "read it again and name the digest you see then", "请重新查看并使用新的摘要")  # fmt: skip


def _reported_it(record: Record, kind: str, key: str, speaker: Speaker) -> bool:
    """An inspection is signed by whoever made the report."""
    if kind != "inspection":
        return True
    standing = record.standing("inspection.report").get(key)
    return standing is not None and any(one.for_ == speaker.organisation for one in standing.statements)


def _issued_of(record: Record, place: str, organisation: str) -> dict[str, DocumentIssued]:
    """The documents that an organisation issued of one finding, whatever became of them."""
    return {
        id_: one.value
        for id_, one in record.standing(ISSUED.name).items()
        if one.value is not None and one.value.of == place and one.statements[0].for_ == organisation
    }


def _replacement(place: str, standing: set[str], replaces: str) -> list[Problem]:
    if replaces and replaces not in standing:
        return [
            problem("IS06", "replaces", f"{replaces[:60]} is no standing document of yours on {place}", f"{replaces[:60]} 不是此项有效文件",
                    "name one that stands, or none", "请填写有效文件编号或留空")
        ]  # fmt: skip
    if standing - {replaces}:
        other = min(standing - {replaces})
        return [
            problem("IS07", place, f"document {other} stands already and says something else", f"文件 {other} 仍然有效且内容不同",
                    f"issue with replaces={other}: it is then revoked as corrected", f"请以 replaces={other} 签发更正文件，原文件随之撤销")
        ]  # fmt: skip
    return []


def _readers(desk: "Desk", topic: Topic[Any], finding: Finding) -> tuple[str, ...]:
    """The roles that may read the finding, and so the document: taken down when it is issued."""
    speakers = {role: Speaker("", "", frozenset({role})) for role in sorted(topic.read & ROLES.keys())}
    return tuple(role for role, one in speakers.items() if may_read_finding(desk.registry.topics, finding, one))


def _facts(record: Record, finding: Finding) -> tuple[str, str]:
    """The statements that the finding looked at: how many, and the SHA-256 of their canonical statements in the order of their ids.
    Given as one digest: single ones could be guessed at."""
    said: dict[str, Submission] = {}
    for look in finding.looks:
        for at, standing in record.standing(look.topic).items():
            if look.key in ("*", at):
                said |= {one.id: one for one in standing.statements}
    digest = sha256(b"".join(sha256(canonical(statement(said[id_]))).digest() for id_ in sorted(said))).hexdigest()
    return str(len(said)), digest


# -- saying so ---------------------------------------------------------------------------------------------------------


def _say(desk: "Desk", plan: Plan, document: Mapping[str, Any], voice: Voice) -> bool:
    content = Content(canonical_bytes(document), CREDENTIAL_TYPE)
    _check_readable(desk, plan, content)
    partly = disclosable_form(desk, plan, document)
    place = desk.store.status_place(plan.document)
    held = plan.held
    value = DocumentIssued(
        plan.kind.partition("/")[0], plan.place, plan.commitment, held.did, held.value.name, content.digest, document["validFrom"],
        place.list, place.place, plan.readers, "" if partly is None else partly.digest, plan.replaces,
    )  # fmt: skip
    speaker = msgspec.structs.replace(voice, organisation=held.value.organisation)
    id_ = derived(plan.document, ISSUED.name)
    batch = [issuing_keys.statement(desk, plan.dossier, ISSUED, value, plan.document, speaker, id_)]
    if plan.replaces:
        gone = DocumentRevoked("revoked", f"replaced by {plan.document}", desk.today(), plan.document)
        id_ = derived(plan.document, f"{REVOKED.name}/{plan.replaces}")
        batch.append(issuing_keys.statement(desk, plan.dossier, REVOKED, gone, plan.replaces, speaker, id_))
    batch = [msgspec.structs.replace(one, expects=plan.heads) for one in batch]
    return issuing_keys.submit(desk, batch, (content,) if partly is None else (content, partly))


def _check_readable(desk: "Desk", plan: Plan, content: Content) -> None:
    """Nothing is issued that our own verifier would reject: too long, or spelled so that it could be taken for something else."""
    verdict = verify_credential(content.data, now=desk.store.clock())
    found = [check.reason for check in verdict.checks if check.result == "fails"]
    if found:
        en, zh = "; ".join(reason.en for reason in found), "；".join(reason.zh for reason in found)
        raise Refusal(
            (problem("IS14", plan.place, f"whoever gets it would reject it: {en}", f"接收方将拒绝该文件：{zh}",
                     "correct what it says, or divide a very long document", "请更正内容，过长的文件请拆分"),)
        )  # fmt: skip


def _standing(desk: "Desk", dossier: str, document: str, status: str) -> IssuedDocument:
    with desk.store.holding(dossier) as record:
        standing = record.standing(ISSUED.name)[document]
    return IssuedDocument(document, status, standing.value.credential, standing.statements[0].id)


# -- what can be issued -------------------------------------------------------------------------------------------------


class Issuable(Struct, frozen=True):
    """A document that the dossier holds: where, how it stands, the digest to name when issuing. `standing` is the voice's own document
    on it that counts, `same` whether it says what the dossier says now; `may` whether the voice may issue it."""

    kind: str
    place: str
    label: Text
    status: str
    digest: str
    may: bool
    settled: bool
    reasons: tuple[Text, ...] = ()
    problems: tuple[Problem, ...] = ()
    waits: tuple[Text, ...] = ()
    standing: str = ""
    same: bool = False


def issuable(desk: "Desk", dossier: str, voice: Voice) -> tuple[Issuable, ...]:
    """The documents of a dossier that the voice may read, issued or not."""
    found = []
    with desk.known(dossier, voice) as (record, speaker):
        for finding in desk.sheet(record).findings():
            topic = desk.registry.topics[finding.topic]
            if (
                not finding.topic.startswith(PREFIX)
                or topic.kind != "found"
                or not may_read_finding(desk.registry.topics, finding, speaker)
            ):
                continue
            kind, value = topic.name.removeprefix(PREFIX), finding.effective
            place = f"{topic.name}/{finding.key}" if finding.key else topic.name
            digest = "" if value is None else value_digest(value)
            standing, same = _own_standing(desk, record, place, issuing_organisation(kind, voice), finding)
            label = (
                topic.label
                if not finding.key
                else Text(f"{topic.label.en} {finding.key}", f"{topic.label.zh} {finding.key}")
            )
            may = may_issue(kind, value, speaker.roles) and _reported_it(record, kind, finding.key, speaker)
            found.append(
                Issuable(
                    kind, place, label, finding.status, digest, may, finding.settled, finding.reasons,
                    finding.problems, tuple(wait.why for wait in finding.waits), standing, same,
                )
            )  # fmt: skip
    return tuple(found)


def _own_standing(desk: "Desk", record: Record, place: str, organisation: str, finding: Finding) -> tuple[str, bool]:
    issued = {id_: one for id_, one in _issued_of(record, place, organisation).items() if not is_revoked(record, id_)}
    if not issued:
        return "", False
    now = "" if finding.effective is None else _commitment(desk, record, finding)
    same = next((id_ for id_, one in issued.items() if one.finding == now), "")
    return (same, True) if same else (min(issued), False)


def _commitment(desk: "Desk", record: Record, finding: Finding) -> str:
    """A keyed digest of what the document says: the same for the same words, and no help in guessing them. A receipt is for the very
    statements; what else moved in the dossier and stands on no document leaves the others as they are."""
    facts = _facts(record, finding)[1] if finding.topic == INTAKE.name else ""
    head = f"{record.dossier}\0{finding.topic}\0{finding.key}\0{facts}\0".encode()
    return hmac.digest(
        issuing_keys.operator_seed(desk), head + canonical_bytes(subject_of(finding.effective)), "sha256"
    ).hex()
