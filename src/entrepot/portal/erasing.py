"""Erasing by law: first a plan of what would go and what stands against it, then, confirmed by the plan's digest, the deed.

Only the operator erases. A duty to keep whose law was read refuses; one that nobody could be sure of asks for a decision in words.
The deed and the statement `record.erased` are one transaction, so the log itself says that something was erased, by whom and
under which article. Leaves, hashes and receipts stay as they are.
"""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.kernel.access import Speaker
from entrepot.kernel.intake import Refusal
from entrepot.kernel.record import Record
from entrepot.kernel.submissions import Submission
from entrepot.kernel.text import Problem
from entrepot.kernel.vocabulary.answers import PAPER
from entrepot.kernel.vocabulary.erasure import ERASED, Erased
from entrepot.kernel.vocabulary.evidence import ISSUED, PRINTED
from entrepot.kernel.vocabulary.titles import DOCUMENT, STEP
from entrepot.kernel.why import NoSuchPlace
from entrepot.modules.evidence.facts import RETENTION, KeepingDuty, Retention
from entrepot.portal.drafts import problem
from entrepot.portal.ids import uuid7
from entrepot.portal.speaking import moment
from entrepot.store import erasure
from entrepot.store.database import StoreError
from entrepot.store.erasure import ErasedBefore, Erasure
from entrepot.store.records import UnknownDossierError

if TYPE_CHECKING:
    from entrepot.portal.desk import Desk
    from entrepot.store.store import Store

GROUNDS = "erasure/grounds"
LONGEST = 1_000
MOST_TARGETS = 500
CHAINED = frozenset({DOCUMENT.name, STEP.name})
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Order(Struct, frozen=True, omit_defaults=True):
    """On what ground something is to be erased: a row of `erasure/grounds`, the reference of the request or the number of the order,
    the reason; `despite` decides on duties to keep of which nobody is sure."""

    ground: str
    request: str
    reason: str
    despite: str = ""


class ErasureItem(Struct, frozen=True, omit_defaults=True):
    """One thing that would go: a statement or a paper, what it is on, who said it and when, in which other dossiers the paper lies, and
    the duties to keep that speak of it."""

    what: Literal["statement", "paper"]
    reference: str
    topic: str
    key: str = ""
    name: str = ""
    said_at: str = ""
    by: str = ""
    elsewhere: tuple[str, ...] = ()
    duties: tuple[KeepingDuty, ...] = ()


class ErasurePlan(Struct, frozen=True, omit_defaults=True):
    """What would be erased, what refuses it, what nobody is sure of, and where copies may lie. `digest` confirms all that was shown."""

    dossier: str
    items: tuple[ErasureItem, ...]
    digest: str
    refused: tuple[Problem, ...] = ()
    unsure: tuple[Problem, ...] = ()
    copies: tuple[ErasureItem, ...] = ()


class ErasureDeed(Struct, frozen=True):
    """What was erased, and the statements that say so: their receipts prove it."""

    dossier: str
    erased: tuple[str, ...]
    said: tuple[str, ...]


def plan(desk: "Desk", dossier: str, references: Sequence[str], voice: Voice, order: Order) -> ErasurePlan:
    """What erasing these would mean. A reference is the id of a statement, the SHA-256 of a paper, or a place (`trade.party/exporter`):
    then every statement ever made there. Refusal for whoever is not the operator, and for references that lead nowhere."""
    with desk.known(dossier, voice) as (record, speaker):
        _let(speaker)
        ground = _ground(desk, order)
        targets = _targets(record, references)
        duties = _duties(desk, record)
        items = tuple(msgspec.structs.replace(item, duties=tuple(_covering(duties or (), item))) for item in targets)
        chosen = {item.reference for item in items}
        copies = tuple(item for item in _copies(record, items) if item.reference not in chosen)
    looked_at = [_with_others(desk, item, dossier, voice) for item in items]
    items = tuple(item for item, _ in looked_at)
    known = duties is not None and all(sure for _, sure in looked_at)
    overrides = ground is not None and bool(ground["overrides"] or ground["sandbox"])
    refused, unsure = ([], []) if overrides else _against(items, desk.today())
    if not known and not overrides:
        unsure.append(
            problem(
                "E909", "evidence.retention", "which duties to keep there are in each dossier concerned is not known",
                "相关案卷适用的保存义务不明",
                "have it looked at and say in `despite` what was decided", "请核实后在 despite 中写明决定",
            )
        )  # fmt: skip
    digest = sha256(
        msgspec.json.encode(
            [dossier, [(i.what, i.reference, i.elsewhere, i.duties) for i in items], [i.reference for i in copies]]
        )
    ).hexdigest()
    return ErasurePlan(dossier, items, digest, tuple(refused), tuple(unsure), copies)


def erase(
    desk: "Desk", dossier: str, references: Sequence[str], voice: Voice, order: Order, digest: str
) -> ErasureDeed:
    """Erase what the plan of this digest showed. Refusal with everything that stands against it; then nothing is erased."""
    desk.admit(voice, "say", speaks=True)
    found = list(order_problems(desk, order))
    planned = plan(desk, dossier, references, voice, order)
    found += planned.refused
    if not order.despite.strip():
        found += planned.unsure
    if planned.digest != digest:
        found.append(
            problem(
                "E904", "digest", "what would be erased has moved since you saw it", "拟删除的内容在您查看之后已有变动",
                "look at the plan again and name its digest", "请重新查看方案并使用新的摘要",
            )
        )  # fmt: skip
    if found:
        raise Refusal(tuple(found))
    ground = _ground(desk, order)
    assert ground is not None
    law, article = str(ground["law"]), str(ground["article"])
    said: list[str] = []
    for item in planned.items:
        said += _erase_one(desk, dossier, item, voice, Erased(
            item.what, order.ground, law, order.request, order.reason, article, _entry(desk, item), order.despite,
        ))  # fmt: skip
    return ErasureDeed(dossier, tuple(item.reference for item in planned.items), tuple(said))


def proof(desk: "Desk", dossier: str, reference: str, voice: Voice) -> dict[str, Any]:
    """That something was erased, by whom and under which article: the statement's receipt, the body it has the digest of, and, for a
    statement, where its leaf still stands in the log."""
    with desk.known(dossier, voice) as (record, _):
        standing = record.standing(ERASED.name).get(reference)
        if standing is None:
            raise NoSuchPlace(reference)
        said = standing.statements[0]
    shown: dict[str, Any] = {
        "receipt": desk.receipt(dossier, said.id, voice),
        "body": msgspec.json.decode(bytes(said.body)),
        "body_bytes": bytes(said.body).decode(),
    }
    if (value := standing.value) is not None and value.what == "statement":
        where = desk.store.inclusion(reference)
        path = [one.hex() for one in where.path]
        shown["leaf"] = {"entry": value.entry, "index": where.index, "path": path, "checkpoint": where.checkpoint}
    return shown


# -- the plan ---------------------------------------------------------------------------------------------------------


def _let(speaker: Speaker) -> None:
    if "operator" not in speaker.roles:
        raise Refusal(
            (
                problem(
                    "E901", "role", "only the operator erases", "仅运营方可执行删除",
                    "hand the request to the operator, with its ground", "请将删除请求及其依据提交运营方",
                ),
            )
        )  # fmt: skip


def _ground(desk: "Desk", order: Order) -> Any:
    return desk.law.read(GROUNDS, desk.today(), {"ground": order.ground}) if order.ground else None


def order_problems(desk: "Desk", order: Order) -> Iterable[Problem]:
    """What is missing or unknown in an order."""
    ground = _ground(desk, order)
    if ground is None or (ground["sandbox"] and desk.store.nature != "sandbox"):
        known = ", ".join(
            row.keys["ground"]
            for row in desk.law.rows(GROUNDS, desk.today(), {})
            if desk.store.nature == "sandbox" or not row["sandbox"]
        )
        yield problem(
            "E902", "ground", f"{order.ground!r} is no ground for erasing here", f"{order.ground!r} 不是此处可用的删除依据",
            f"name one of: {known}", f"请使用：{known}",
        )  # fmt: skip
    for name, text in (("request", order.request), ("reason", order.reason), ("despite", order.despite or "-")):
        if not text.strip() or len(text) > LONGEST or not text.isprintable():
            yield problem(
                "E903", name, f"the {name} is missing or is no plain line", "缺少说明或格式不符",
                "give the number of the request or order, and the reason, a line each", "请分别用一行写明请求或命令编号及理由",
            )  # fmt: skip


def _targets(record: Record, references: Sequence[str]) -> list[ErasureItem]:
    """The statements and papers that the references name, each once, in the order of the record."""
    wanted: dict[str, ErasureItem] = {}
    lost = []
    gone = record.standing(ERASED.name)
    for reference in references[:MOST_TARGETS]:
        found = list(_named(record, reference.strip()))
        lost += [] if found else [reference]
        wanted |= {item.reference: item for item in found if item.reference not in gone}
    if lost or len(references) > MOST_TARGETS or not wanted:
        shown = ", ".join(lost[:5]) or "-"
        raise Refusal(
            (
                problem(
                    "E905", "references", f"nothing is here to erase under: {shown[:300]}", f"没有可删除的内容：{shown[:300]}",
                    "name statements by id, papers by SHA-256, or a place such as trade.party/exporter; at most 500",
                    "请用陈述编号、单证的 SHA-256 或位置（如 trade.party/exporter）指明，最多 500 项",
                ),
            )
        )  # fmt: skip
    return list(wanted.values())


def _named(record: Record, reference: str) -> Iterable[ErasureItem]:
    if _DIGEST.fullmatch(reference):
        papers = [s for s in record.submissions.values() if s.topic == PAPER.name and s.key == reference and s.body]
        if papers:
            body = msgspec.json.decode(bytes(papers[-1].body))
            name, last = str(body.get("name", "")), papers[-1]
            yield ErasureItem("paper", reference, PAPER.name, str(body.get("kind", "")), name, last.said_at, last.for_)
        for document in () if papers else record.standing(ISSUED.name):
            yield from (item for item in _signed(record, document) if item.reference == reference)
        return
    topic, slash, key = reference.partition("/")
    for said in record.submissions.values():
        if said.topic == ERASED.name or not said.body:
            continue
        if said.id == reference or (said.topic == topic and (not slash or said.key == key)):
            if said.topic in (ISSUED.name, PRINTED.name):
                yield from _signed(record, said.key)
                continue
            yield ErasureItem("statement", said.id, said.topic, said.key, "", said.said_at, said.for_)


def _signed(record: Record, document: str) -> Iterable[ErasureItem]:
    """The bytes of a signed document: what it says stands in them alone. The statements that name them stay, so that it can still be
    revoked."""
    kind = ""
    for topic in (ISSUED.name, PRINTED.name):
        standing = record.standing(topic).get(document)
        for said in standing.statements if standing is not None else ():
            if not said.body:
                continue
            body = msgspec.json.decode(bytes(said.body))
            kind = str(body.get("kind", kind))
            for form in ("credential", "sd_jwt", "pdf"):
                if digest := body.get(form):
                    yield ErasureItem("paper", digest, topic, kind, f"{form} {document}", said.said_at, said.for_)


def _with_others(desk: "Desk", item: ErasureItem, dossier: str, voice: Voice) -> tuple[ErasureItem, bool]:
    """A paper with the other dossiers that it lies in, and whether the duties of each of them are known: it goes from all of them, so
    their duties to keep it count too."""
    if item.what != "paper":
        return item, True
    known = True
    with desk.store.database.session() as session:
        others = tuple(other for other in erasure.holders(session, item.reference) if other != dossier)
    duties = dict.fromkeys(item.duties)
    for other in others:
        with desk.known(other, voice) as (record, _):
            theirs = _duties(desk, record)
            known = known and theirs is not None
            for same in _named(record, item.reference):
                duties |= dict.fromkeys(_covering(theirs or (), same))
    return msgspec.structs.replace(item, elsewhere=others, duties=tuple(duties)), known


def _duties(desk: "Desk", record: Record) -> Sequence[KeepingDuty] | None:
    """The dossier's duties to keep, whatever they rest on; None where nothing can be found of them."""
    finding = desk.sheet(record).finding(RETENTION.name)
    value = finding.effective if finding is not None and finding.answers else None
    return value.duties if isinstance(value, Retention) else None


def _covering(duties: Sequence[KeepingDuty], item: ErasureItem) -> Iterable[KeepingDuty]:
    kinds = {f"paper:{kind}" for kind in item.key.split("+")} if item.what == "paper" else set[str]()
    for duty in duties:
        topics = any(item.topic == one or (one.endswith(".") and item.topic.startswith(one)) for one in duty.covers)
        if (topics and not (item.what == "paper" and item.topic == PAPER.name)) or kinds & set(duty.covers):
            yield duty


def _against(items: Sequence[ErasureItem], today: date) -> tuple[list[Problem], list[Problem]]:
    """What refuses, and what nobody is sure of."""
    refused, unsure = list[Problem](), list[Problem]()
    for item in items:
        if item.topic in CHAINED:
            refused.append(
                problem(
                    "E911", f"{item.topic}/{item.reference}", "it is a link of a title's chain of control, which breaks without it",
                    "这是物权凭证控制链的一环，删除将使链条中断",
                    "wait until the title has ended and its chain is of no more use; an order that stands above it is the ground `order`",
                    "请待该凭证终结；如有优先的命令，请以 order 为依据",
                )
            )  # fmt: skip
        for duty in item.duties:
            if duty.until is not None and duty.until < today:
                continue
            last = str(duty.until) if duty.until else "a day that is not known yet"
            bis = str(duty.until) if duty.until else "尚未确定的日期"
            law = f"{duty.law} {duty.article}".strip()
            where = f"{item.topic}/{item.reference}"
            if duty.certain:
                refused.append(
                    problem(
                        "E906", where, f"it must be kept until {last} ({law}: {duty.name.en})",
                        f"须保存至 {bis}（{law}：{duty.name.zh}）",
                        "wait for that day; an order that stands above it is the ground `order`",
                        "请待期满；如有优先的命令，请以 order 为依据",
                    )
                )  # fmt: skip
            else:
                unsure.append(
                    problem(
                        "E907", where, f"it may have to be kept until {last} ({law}: {duty.name.en}); that law's text was not read here",
                        f"可能须保存至 {bis}（{law}：{duty.name.zh}），该法条未经核对",
                        "have it looked at and say in `despite` what was decided", "请核实后在 despite 中写明决定",
                    )
                )  # fmt: skip
    return refused, unsure


def _copies(record: Record, items: Sequence[ErasureItem]) -> Iterable[ErasureItem]:
    """Statements that may hold words of what goes: what was sent to offices and what was signed, and what was read from the papers."""
    papers = {item.reference for item in items if item.what == "paper"}
    for said in record.submissions.values():
        if not said.body:
            continue
        cites = any(item.digest in papers for item in said.evidence)
        if said.topic in (ISSUED.name, PRINTED.name):
            yield from (item for item in _signed(record, said.key) if item.topic == said.topic)
            continue
        holds = said.topic.endswith((".sending", ".sent"))
        if cites or holds:
            yield ErasureItem("statement", said.id, said.topic, said.key, "", said.said_at, said.for_)


# -- the deed ---------------------------------------------------------------------------------------------------------


def _entry(desk: "Desk", item: ErasureItem) -> str:
    """The digest that stands in the log for a statement."""
    if item.what == "paper":
        return ""
    with desk.store.database.session() as session:
        entry = erasure.entry_of(session, item.reference)
    return str(msgspec.json.decode(entry)["digest"]) if entry else ""


def _erase_one(desk: "Desk", dossier: str, item: ErasureItem, voice: Voice, body: Erased) -> list[str]:
    """Erase one thing and say so; a paper that lies in other dossiers too is gone there as well, and that is said there."""
    said = [_said(desk, where, item.reference, body, voice) for where in (dossier, *item.elsewhere)]
    try:
        outcome = desk.store.erase(said, [deed_of(said[0], body)])
    except StoreError as error:
        raise Refusal(
            (problem("E908", item.reference, error.text.en, error.text.zh, "look at the plan again", "请重新查看方案"),)
        ) from error
    if not outcome.ok:
        raise Refusal(outcome.problems)
    return [one.id for one in said]


def deed_of(said: Submission, body: Erased) -> Erasure:
    """The deletion that a statement speaks of."""
    why = f"{body.law} {body.article}: {body.reason}"[:LONGEST]
    return Erasure("content" if body.what == "paper" else "body", said.key, why, said.by)


def _said(desk: "Desk", dossier: str, reference: str, body: Erased, voice: Voice) -> Submission:
    return Submission(
        uuid7(desk.store.clock()), dossier, ERASED.name, msgspec.Raw(msgspec.json.encode(body, order="sorted")), reference,
        by=voice.person, for_=voice.organisation, channel=voice.channel, authority="office", said_at=moment(desk.store.clock()),
    )  # fmt: skip


# -- after a restore --------------------------------------------------------------------------------------------------


def list_for_restores(store: "Store", file: Path) -> int:
    """Write what was erased so far, a line each: kept beside the backups, and applied to whatever is restored from one."""
    with store.database.session() as session:
        lines = [msgspec.json.encode(one) for one in erasure.erased_so_far(session)]
    file.write_bytes(b"".join(line + b"\n" for line in lines))
    return len(lines)


def apply_again(store: "Store", file: Path) -> tuple[int, int]:
    """Erase in a restored store what had been erased before, and say so in each dossier that had said so: how many statements and
    papers were erased again, how many were gone or never there. Refusal where one that is there could not be erased."""
    before: dict[tuple[str, str], dict[str, ErasedBefore]] = {}
    with file.open("rb") as lines:
        for line in lines:
            one = msgspec.json.decode(line, type=ErasedBefore)
            before.setdefault((one.what, one.reference), {})[one.dossier] = one
    done = passed = 0
    for concerned in before.values():
        one, *_ = concerned.values()
        said = [_said_again(store, each) for each in concerned.values() if _is_there(store, each.dossier)]
        try:
            outcome = store.erase(said, [Erasure(one.what, one.reference, one.reason, one.by)]) if said else None
        except StoreError:
            outcome = None
        if outcome is not None and not outcome.ok:
            raise Refusal(outcome.problems)
        done, passed = done + (outcome is not None), passed + (outcome is None)
    return done, passed


def _is_there(store: "Store", dossier: str) -> bool:
    with suppress(UnknownDossierError), store.holding(dossier):
        return True
    return False


def _said_again(store: "Store", one: ErasedBefore) -> Submission:
    value = msgspec.structs.replace(msgspec.json.decode(bytes(one.said), type=Erased), again=True)
    return Submission(
        uuid7(store.clock()), one.dossier, ERASED.name, msgspec.Raw(msgspec.json.encode(value, order="sorted")), one.reference,
        by="platform", said_at=moment(store.clock()),
    )  # fmt: skip
