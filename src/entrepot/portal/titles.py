"""Titles: the one door by which a bill of lading or a warehouse receipt is issued and moved.

    issue(desk, voice, document, to)                  a new title, in the hands of `to`
    take(desk, voice, title, "transfer", to="acme")   one step, signed here with a key in the platform's custody
    prepared(desk, voice, title, "transfer", …)       the same step to be signed at home; then said(desk, voice, title, signed)
    divide(desk, voice, title, shares)                the issuer's answer to a surrender for a split

Every step is checked against those before it, its signature, and the key by which the signer has control. The store then takes what
the ledger has one of: of two steps that leave the same state, one fails in the database, whatever any caller does.
"""

import hmac
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from entrepot.channels.online import OFFICES, Voice
from entrepot.gateways.credentials.data_integrity import (
    CLOCKS_APART,
    examine,
    moment,
    proof_options,
    signing_input,
    with_proof,
)
from entrepot.gateways.credentials.keys import SigningKey
from entrepot.kernel.canonical import CanonicalError, canonical
from entrepot.kernel.intake import Refusal, convert
from entrepot.kernel.record import Record
from entrepot.kernel.submissions import Submission
from entrepot.kernel.text import Problem
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.titles import (
    DOCUMENT,
    SEEN,
    STEP,
    Action,
    TitleDocument,
    TitlePart,
    TitleSeen,
    TitleStep,
)
from entrepot.kernel.vocabulary.trade import OPENED, DossierOpened
from entrepot.modules.titles.facts import Control
from entrepot.modules.titles.rules.chain import Chain, folded, sight
from entrepot.modules.titles.rules.control import acting_key, applied
from entrepot.modules.titles.rules.splitting import part_document, part_of
from entrepot.modules.titles.rules.steps import content_of, digest_of, plain, signer_of, unsigned
from entrepot.portal.drafts import body_bytes, problem
from entrepot.portal.ids import derived, uuid7
from entrepot.portal.issuing_keys import KeyHeld, key_for, keys_of, make_key, operator_seed, signing_key
from entrepot.portal.speaking import moment as written
from entrepot.store.records import UnknownDossierError

if TYPE_CHECKING:
    from entrepot.portal.desk import Desk

USE = "titles"
OVERDRAWN, SAME_ID, MOVED = "S009", "S005", "S006"
MOST_VOID = 100  # titles of one number that were made void
LATE = timedelta(days=30)  # how long a step that was signed at home may be on its way


class StepTaken(Struct, frozen=True):
    """What became of a step: the title, the step's number and digest, the id of its statement, `said` now or `already`."""

    title: str
    step: int
    digest: str
    statement: str
    status: str


class Title(Struct, frozen=True):
    """A title read off its dossier: the chain, its documents by digest, and how many steps the reader may see."""

    id: str
    chain: Chain
    documents: Mapping[str, TitleDocument]
    seen: int

    @property
    def control(self) -> Control:
        """As it stands; only for titles that were issued."""
        assert self.chain.control is not None
        return self.chain.control


# -- reading --------------------------------------------------------------------------------------------------------------


def title_in(record: Record, organisation: str = "", everywhere: bool = False) -> Title:
    """The title of a record, and how much of it an organisation may see."""
    steps = {key: one.value for key, one in record.standing(STEP.name).items() if one.value is not None}
    documents = {key: one.value for key, one in record.standing(DOCUMENT.name).items() if one.value is not None}
    chain = folded(steps, documents, record.dossier)
    number = chain.control.number if chain.control is not None else 0
    return Title(record.dossier, chain, documents, number if everywhere else sight(chain, organisation))


def opened(desk: "Desk", voice: Voice, title: str) -> Title:
    """The title as the voice may see it. Whoever is not in it is told that there is none, and so is whoever names a mandate: titles
    are held under none."""
    from entrepot.portal.desk import NoSuchDossier

    desk.admit(voice, "read")
    if voice.mandate:
        raise NoSuchDossier(title)
    try:
        with desk.store.holding(title) as record:
            everywhere = record.kind == "title" and bool(voice.standing & OFFICES & {"operator", "auditor"})
            read = title_in(record, voice.organisation, everywhere)
    except UnknownDossierError:
        raise NoSuchDossier(title) from None
    if not read.seen:
        raise NoSuchDossier(title)
    return read


# -- steps ----------------------------------------------------------------------------------------------------------------


def ready(desk: "Desk", voice: Voice, name: str = "") -> KeyHeld:
    """The key by which the voice's organisation holds titles; made in the platform's custody where it has none."""
    desk.admit(voice, "say", speaks=True)
    return key_for(desk, voice.organisation, USE) or make_key(desk, voice, name or voice.organisation)


def receiving_key(desk: "Desk", organisation: str) -> str:
    """The `did:key` that control passes to; Refusal where the organisation is not here, or has none: control would be lost."""
    held = key_for(desk, organisation, USE)
    if held is None:
        raise Refusal(
            (problem("TI030", "to", f"{organisation[:80]!r} has no key here by which it could hold a title",
                     f"{organisation[:80]!r} 在本平台没有可持有凭证的密钥", "ask it to register a key, or check the code",
                     "请其先登记密钥，或核对企业代码"),)
        )  # fmt: skip
    return held.did


def prepared(
    desk: "Desk", voice: Voice, title: str, action: Action, document: TitleDocument | None = None, **fields: Any
) -> TitleStep:
    """The step that the voice would take now, not yet signed. `document` is the amended one; `fields` are those of the action."""
    control = _present(voice, opened(desk, voice, title)).control
    fields = {name: value for name, value in fields.items() if value not in ("", None, ())}
    if action in ("transfer", "from_paper") and "to" in fields and "to_key" not in fields:
        fields["to_key"] = receiving_key(desk, fields["to"])
    content = content_of(bounded(document)) if document is not None else control.content
    at = max(written(desk.store.clock()), control.at)
    return TitleStep(title, control.number + 1, action, voice.organisation, at, content, control.head, **fields)


def take(
    desk: "Desk", voice: Voice, title: str, action: Action, document: TitleDocument | None = None, **fields: Any
) -> StepTaken:
    """Take a step: signed with the key by which the organisation has control, where the platform keeps that key."""
    step = prepared(desk, voice, title, action, document, **fields)
    did = acting_key(opened(desk, voice, title).control, action)
    return said(desk, voice, title, signed(desk, voice, step, did), document)


def _present(voice: Voice, title: Title) -> Title:
    """The title for whoever may see it as it is now; who gave it up is told no more than that, not even how far it went."""
    if title.seen < title.control.number:
        raise Refusal((_not_yours(voice.organisation),))
    return title


def to_sign(step: TitleStep, did: str, desk: "Desk") -> dict[str, Any]:
    """What whoever keeps the key signs at home: the step with a proof that lacks its value; `signing_input` gives the bytes."""
    body = unsigned(step)
    multikey = did.removeprefix("did:key:")
    return {**body, "proof": proof_options(body, f"{did}#{multikey}", created=desk.store.clock())}


def signed(desk: "Desk", voice: Voice, step: TitleStep, did: str) -> dict[str, Any]:
    """The step signed with a key in the platform's custody. A key that was rotated still signs for the titles that it has; one that
    was revoked signs nothing."""
    multikey = did.removeprefix("did:key:")
    held = next((one for one in keys_of(desk, voice.organisation) if one.key == multikey), None)
    if held is None:
        raise Refusal((_not_yours(voice.organisation),))
    if held.revoked is not None:
        raise Refusal(
            (problem("TI031", "proof", "the key by which control is held was revoked", "持有凭证所用密钥已吊销",
                     "turn to the issuer: only a court's order and a new issue help", "请联系签发人，依法院裁定重新签发"),)
        )  # fmt: skip
    key = signing_key(desk, held)
    if key is None:
        raise Refusal(
            (problem("TI032", "proof", "your organisation keeps this key itself: the platform cannot sign with it",
                     "该密钥由贵单位自行保管，平台无法代签", "prepare the step, sign it at home and hand it in",
                     "请先准备步骤，自行签署后提交"),)
        )  # fmt: skip
    return proven(step, key, desk)


def proven(step: TitleStep, key: SigningKey, desk: "Desk") -> dict[str, Any]:
    """The step with the key's proof."""
    body = to_sign(step, key.did, desk)
    return with_proof(unsigned(step), body["proof"], key.sign(signing_input(unsigned(step), body["proof"])))


def said(
    desk: "Desk", voice: Voice, title: str, body: Mapping[str, Any], document: TitleDocument | None = None
) -> StepTaken:
    """A signed step, whoever signed it, checked in full and said. The same one again is answered like the first time."""
    desk.admit(voice, "send")
    step = step_from(body)
    if document is not None:
        bounded(document)
    before = opened(desk, voice, title)
    digest = digest_of(step)
    if any(digest == digest_of(one) for one in before.chain.steps[: before.seen]):
        return StepTaken(title, step.number, digest, statement_id(step), "already")
    _present(voice, before)
    documents = dict(before.documents) | ({content_of(document): document} if document is not None else {})
    problems = list(_signature(desk, voice, step, body))
    problems += applied(before.chain.control, step, documents)[1]
    if step.to_key and not problems and step.action != "issue":
        problems += _recipient(desk, step)
    if problems:
        raise Refusal(tuple(dict.fromkeys(problems)))
    batch = [_statement(desk, voice, title, STEP, step, str(step.number), statement_id(step))]
    if document is not None and step.content not in before.documents:
        batch.insert(0, _statement(desk, voice, title, DOCUMENT, document, step.content, derived(title, step.content)))
    batch += _newcomers(desk, voice, step, before.chain)
    return _submitted(desk, batch, step)


def step_from(body: Mapping[str, Any]) -> TitleStep:
    """A signed step from outside, in its one spelling."""
    step: TitleStep = convert(dict(body), TitleStep, STEP.name)
    try:
        same = body_bytes(step, STEP.name) == canonical(dict(body))
    except (CanonicalError, ValueError):
        same = False
    if not same or step.proof is None:
        raise Refusal(
            (problem("TI033", STEP.name, "the step is not in its one spelling, or carries no proof", "步骤未按唯一写法书写，或没有签名",
                     "sign exactly what was prepared", "请原样签署所准备的内容"),)
        )  # fmt: skip
    return step


def bounded(document: TitleDocument) -> TitleDocument:
    """The document, where its quantities, days and texts are within measure; Refusal with every problem."""
    body_bytes(document, DOCUMENT.name)
    return document


def statement_id(step: TitleStep) -> str:
    """The id of a step's statement: it follows from the step, so that a retry is the same statement."""
    return derived(step.title, f"step/{digest_of(step)}")


def _signature(desk: "Desk", voice: Voice, step: TitleStep, body: Mapping[str, Any]) -> list[Problem]:
    """Whether the step is the voice's own, signed with an unrevoked key of its organisation, not long ago and not later than now."""
    found = []
    now = desk.store.clock()
    if voice.mandate or step.by != voice.organisation:
        found.append(_not_yours(voice.organisation))
    (seen,) = examine(body, now=now)
    if seen.check.result != "holds":
        found.append(
            problem("TI034", "proof", seen.check.reason.en, seen.check.reason.zh, "sign the step again", "请重新签署")
        )
    multikey = signer_of(step).removeprefix("did:key:")
    held = next((one for one in keys_of(desk, step.by) if one.key == multikey), None)
    if held is None or held.revoked is not None or USE not in held.value.use:
        found.append(problem("TI035", "proof", f"the key is not one by which {step.by} holds titles, or was revoked",
                             f"该密钥不是 {step.by} 的凭证密钥，或已吊销", "sign with a registered key",
                             "请使用已登记的密钥签署"))  # fmt: skip
    with suppress(ValueError):
        if not now - LATE <= moment(step.at) <= now + CLOCKS_APART:
            found.append(problem("TI036", "at", f"the step is dated {step.at}, the clock here says {written(now)}",
                                 f"步骤日期为 {step.at}，本系统时间为 {written(now)}", "prepare and sign it anew",
                                 "请重新准备并签署"))  # fmt: skip
    return found


def _recipient(desk: "Desk", step: TitleStep) -> list[Problem]:
    """Control passes to a key of the organisation named, else nobody could use it."""
    known = {one.did for one in keys_of(desk, step.to) if one.revoked is None and USE in one.value.use}
    if step.to_key in known:
        return []
    return [problem("TI037", "to_key", f"the key is not one of {step.to[:80]}", f"该密钥不属于 {step.to[:80]}",
                    "prepare the step anew", "请重新准备该步骤")]  # fmt: skip


def _not_yours(organisation: str) -> Problem:
    return problem("TI038", "by", f"{organisation[:80]} does not have control of the title now, and nobody takes a step for another",
                   f"{organisation[:80]} 目前不持有该凭证，且不得由他人或窗口代办", "the holder takes the step itself, online",
                   "须由持有人本人在线办理")  # fmt: skip


def _statement(desk: "Desk", voice: Voice, title: str, topic: Topic[Any], value: Any, key: str, id_: str) -> Submission:
    body = msgspec.Raw(canonical(plain(value)))
    return Submission(id_, title, topic.name, body, key, topic.version, voice.person, voice.organisation, channel=voice.channel,
                      said_at=written(desk.store.clock()))  # fmt: skip


def _newcomers(desk: "Desk", voice: Voice, step: TitleStep, chain: Chain) -> list[Submission]:
    """That organisations came into the title, so that they find it."""
    known = {name for one in chain.steps for name in (one.by, one.to)}
    new = [name for name in dict.fromkeys((step.by, step.to)) if name and name not in known]
    return [
        _statement(
            desk,
            voice,
            step.title,
            SEEN,
            TitleSeen(step.number),
            name,
            derived(step.title, f"seen/{name}/{digest_of(step)}"),
        )
        for name in new
    ]


def _submitted(desk: "Desk", batch: Sequence[Submission], step: TitleStep) -> StepTaken:
    outcome = desk.store.submit(batch)
    rules = {one.rule for one in outcome.problems}
    if rules & {OVERDRAWN, MOVED, SAME_ID}:
        raise Refusal(
            (problem("TI039", "previous", "another step was faster: the title is no longer in the state that this one leaves",
                     "已有其他步骤先行成立，凭证状态已变动", "read the title again", "请重新查看凭证"),)
        )  # fmt: skip
    if not outcome.ok:
        raise Refusal(outcome.problems)
    return StepTaken(
        step.title, step.number, digest_of(step), statement_id(step), "said" if outcome.said else "already"
    )


# -- issue and split --------------------------------------------------------------------------------------------------------


def first_step(
    desk: "Desk", voice: Voice, document: TitleDocument, to: str, title: str = "", **fields: Any
) -> TitleStep:
    """The step that issues a title, not yet signed. Its id is drawn here where none is named."""
    fields = {"to_key": fields.get("to_key") or receiving_key(desk, to), **fields}
    now = desk.store.clock()
    return TitleStep(
        title or uuid7(now), 1, "issue", voice.organisation, written(now), content_of(document), to=to, **fields
    )


def issue(desk: "Desk", voice: Voice, document: TitleDocument, to: str, title: str = "") -> StepTaken:
    """Issue a title into the hands of `to`, signed with the issuer's key in the platform's custody."""
    held = ready(desk, voice)
    free = _free_id(desk, voice.organisation, document)
    step = first_step(desk, voice, document, to, title or free)
    return issued(desk, voice, signed(desk, voice, step, held.did), document)


def _free_id(desk: "Desk", issuer: str, document: TitleDocument) -> str:
    """The id under which an issuer's number becomes a title. It follows from issuer, kind and number, so that of two who issue at once
    one fails in the database; a number is free again once its title is void. Keyed, so that nobody can take it beforehand."""
    for count in range(MOST_VOID):
        named = f"title\0{issuer}\0{document.kind}\0{document.number}\0{count}"
        id_ = derived(hmac.digest(operator_seed(desk), named.encode(), "sha256").hex(), named)
        try:
            with desk.store.holding(id_) as record:
                if title_in(record).control.state == "void":
                    continue
        except UnknownDossierError:
            return id_
        break
    raise Refusal(
        (problem("TI045", "number", f"{document.number[:80]} was issued already, as the title {id_}",
                 f"编号 {document.number[:80]} 已签发为凭证 {id_}", "give it another number, or void that one first",
                 "请使用其他编号，或先将原凭证作废"),)
    )  # fmt: skip


def issued(desk: "Desk", voice: Voice, body: Mapping[str, Any], document: TitleDocument) -> StepTaken:
    """A signed step that issues a title: its dossier is opened with it. A part is held against the split that it came from."""
    desk.admit(voice, "send")
    step = step_from(body)
    bounded(document)
    problems = [*_signature(desk, voice, step, body), *applied(None, step, {content_of(document): document})[1]]
    if not problems:
        problems += _of_split(desk, voice, step) if step.parent else _recipient(desk, step)
    if problems:
        raise Refusal(tuple(dict.fromkeys(problems)))
    card = DossierOpened("title", document.number[:100])
    batch = [
        _statement(desk, voice, step.title, OPENED, card, "", derived(step.title, f"opened/{digest_of(step)}")),
        _statement(desk, voice, step.title, DOCUMENT, document, step.content, derived(step.title, step.content)),
        _statement(desk, voice, step.title, STEP, step, "1", statement_id(step)),
        *_newcomers(desk, voice, step, Chain(None, ())),
    ]
    try:
        return _submitted(desk, [msgspec.structs.replace(one, expects=()) for one in batch], step)
    except Refusal:
        with suppress(UnknownDossierError), desk.store.holding(step.title) as record:
            if statement_id(step) in record.submissions:
                return StepTaken(step.title, 1, digest_of(step), statement_id(step), "already")
        raise


def _of_split(desk: "Desk", voice: Voice, step: TitleStep) -> list[Problem]:
    """A part comes from a split that names it, with its document, to whoever had surrendered the whole."""
    parent = opened(desk, voice, step.parent)
    part = part_of(parent.control, step.title)
    before, last = _before_split(parent)
    fits = part is not None and part.content == step.content and step.parent_step == digest_of(last)
    if fits and (step.to, step.to_key) == (before.back, before.back_key):
        return []
    return [problem("TI040", "parent", "the title named was not split into this one", "所载原凭证并未分割出本凭证",
                    "issue the parts as the split names them", "请按分割步骤签发各部分")]  # fmt: skip


def _before_split(parent: Title) -> tuple[Control, TitleStep]:
    """A split title as it was when it was divided, and the step that divided it."""
    steps = parent.chain.steps
    before = folded({str(one.number): one for one in steps[:-1]}, parent.documents).control
    return before or parent.control, steps[-1]


def divide(desk: "Desk", voice: Voice, title: str, shares: Sequence[Mapping[str, Decimal]]) -> tuple[StepTaken, ...]:
    """The issuer splits what was surrendered for it: so much of each line for each part. Gives the step of the split and the issue
    of each part; asked again, with the same shares or none, it goes on where it was broken off."""
    whole = opened(desk, voice, title)
    if whole.control.state != "split":
        take(desk, voice, title, "split", parts=parts_of(desk, whole, shares))
    elif shares and [dict(one) for one in shares] != [dict(part.goods) for part in _before_split(whole)[1].parts]:
        raise Refusal(
            (problem("TI044", "parts", "the title was split already, into other parts", "该凭证已按其他方案分割",
                     "read the title again", "请重新查看凭证"),)
        )  # fmt: skip
    return parts_issued(desk, voice, title)


def parts_of(desk: "Desk", whole: Title, shares: Sequence[Mapping[str, Decimal]]) -> tuple[TitlePart, ...]:
    """The parts with so much of each line: the new titles' ids, which nobody can guess beforehand, and their documents' digests."""
    document = whole.documents[whole.control.content]
    body_bytes([TitlePart("", "", dict(goods)) for goods in shares], "parts")
    return tuple(
        TitlePart(uuid7(desk.store.clock()),
                  content_of(part_document(document, whole.control, number, dict(goods))), dict(goods))
        for number, goods in enumerate(shares, 1)
    )  # fmt: skip


def parts_issued(desk: "Desk", voice: Voice, title: str) -> tuple[StepTaken, ...]:
    """Issue every part of a split title that was not issued yet."""
    whole = opened(desk, voice, title)
    before, last = _before_split(whole)
    document = whole.documents[before.content]
    made = [StepTaken(title, last.number, digest_of(last), statement_id(last), "already")]
    for number, part in enumerate(last.parts, 1):
        with suppress(UnknownDossierError), desk.store.holding(part.title) as record:
            first = record.standing(STEP.name).get("1")
            if first is not None and isinstance(first.value, TitleStep):
                made.append(StepTaken(part.title, 1, digest_of(first.value), statement_id(first.value), "already"))
                continue
        face = part_document(document, before, number, part.goods)
        parent = {"parent": title, "parent_step": digest_of(last), "to_key": before.back_key}
        step = first_step(desk, voice, face, before.back, part.title, **parent)
        made.append(issued(desk, voice, signed(desk, voice, step, whole.control.issuer_key), face))
    return tuple(made)
