"""Sending: what leaves for an office, kept before it leaves and again when the office has it.

`X.sending` (office, digest, message id) and the exact bytes are on file, with a task in the outbox, before anything leaves;
`X.sent` or `X.unsent` follows. A task that is tried again carries the same message id and the same bytes.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.gateways.offices import Delivery, Heard, Listening, Reply, Translating, Undelivered
from entrepot.kernel.access import Speaker, may_read_finding
from entrepot.kernel.findings import Finding
from entrepot.kernel.intake import Refusal
from entrepot.kernel.record import Record
from entrepot.kernel.sheet import differences, value_digest
from entrepot.kernel.submissions import Authority, Channel, Submission
from entrepot.kernel.text import Problem
from entrepot.kernel.topics import TRADERS, Sending, Topic, Unsent
from entrepot.kernel.vocabulary.answers import ACCEPTANCE, Release
from entrepot.kernel.vocabulary.clearance import CANCELLATION, CANCELLED
from entrepot.kernel.vocabulary.decisions import FORM
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal.access import second
from entrepot.portal.drafts import Draft, problem
from entrepot.portal.ids import derived
from entrepot.portal.speaking import moment
from entrepot.store.intake import Content
from entrepot.store.outbox import MAX_ATTEMPTS, Task
from entrepot.store.records import UnknownDossierError

if TYPE_CHECKING:
    from entrepot.portal.desk import Desk

KIND = "send"
SAME_ID = "S005"
LEASE = timedelta(minutes=2)
TAKEN_AT_ONCE = 20


class Despatched(Struct, frozen=True):
    """What became of a sending: its message id, and whether the office has it (`sent`), will be tried again (`waiting`) or
    had this very value before (`already`). `answers` are the topics/keys that the office said at once."""

    message: str
    status: str
    answers: tuple[str, ...] = ()


class Message(Struct, frozen=True):
    """What the outbox keeps of a message: everything needed to send it and to say that it was sent."""

    dossier: str
    topic: str
    message: str
    office: str
    digest: str
    said_at: str
    sequence: int
    finding: dict[str, Any]
    code: str
    packs: dict[str, str]
    function: Literal["original", "amend", "cancel"] = "original"
    declaration: str = ""
    changes: tuple[tuple[str, str, str], ...] = ()


def send(desk: "Desk", dossier: str, name: str, digest: str, voice: Voice, confirm: str) -> Despatched:
    """See Desk.send."""
    if confirm:
        _confirm(desk, dossier, name, digest, voice, confirm)
    with desk.known(dossier, voice) as (record, speaker):
        _, problems = desk.speaker(record, voice, "send")
        topic, finding = _chosen(desk, record, speaker, name)
        problems = (*problems, *_objections(desk, speaker, topic, finding, digest))
        problems = (*problems, *_unconfirmed(desk, record, desk.acting(record, voice), topic, finding))
        if problems:
            raise Refusal(problems)
        if earlier := _standing(record, topic, digest):
            return Despatched(earlier, "already")
        message = _message(desk, record, topic, finding, digest)
        if message.message not in record.standing(f"{topic.name}.sending"):
            _keep(desk, message, finding.effective)
    deliver(desk)
    return _result(desk, message)


def _confirm(desk: "Desk", dossier: str, name: str, digest: str, voice: Voice, reason: str) -> None:
    """The sender's ruling on a finding that needs one, in the place of what the same organisation ruled before."""
    with desk.known(dossier, voice) as (record, speaker):
        _, finding = _chosen(desk, record, speaker, name)
        two = name in desk.two_persons or second.asking(desk, name, desk.acting(record, voice))
        if finding.settled and (not two or finding.ruling is not None):
            return
        earlier = record.standing(f"{name}.ruling").get("")
        own = tuple(s.id for s in earlier.statements if s.for_ == voice.organisation) if earlier else ()
    body = {"decision": "confirmed", "reason": reason, "of": digest}
    desk.say(dossier, [Draft(f"{name}.ruling", body, replaces=own)], voice)


def _chosen(desk: "Desk", record: Record, speaker: Speaker, name: str) -> tuple[Topic[Any], Finding]:
    topic = desk.registry.topics.get(name)
    finding = desk.sheet(record).finding(name) if topic is not None and topic.sends else None
    if topic is None or finding is None or not may_read_finding(desk.registry.topics, finding, speaker):
        raise NoSuchPlace(name)
    return topic, finding


def _objections(desk: "Desk", speaker: Speaker, topic: Topic[Any], finding: Finding, digest: str) -> list[Problem]:
    """Why this may not leave: the sender, the way, the value."""
    found = []
    if not speaker.roles & TRADERS:
        found.append(
            problem(
                "D030",
                topic.name,
                f"you may not send {topic.name}",
                f"您无权发送 {topic.label.zh}",
                f"it is for: {', '.join(sorted(TRADERS))}",
                "须由出口商、报关企业或窗口人员发送",
            )
        )
    if topic.sends not in desk.offices:
        found.append(
            problem(
                "D031",
                topic.name,
                f"there is no way to {topic.sends} from here",
                f"本平台尚未接通 {topic.sends}",
                "ask the operator to connect the office",
                "请运营方接通该机关",
            )
        )
    if not finding.answers or finding.effective is None:
        found.append(
            problem(
                "D032",
                topic.name,
                f"{topic.name} is {finding.status}: there is nothing to send",
                f"{topic.label.zh} 尚不能发送（{finding.status}）",
                "mend what it says first",
                "请先处理其中的问题",
            )
        )
        found += finding.problems
    elif value_digest(finding.effective) != digest:
        found.append(
            problem(
                "D033",
                f"{topic.name}.digest",
                "it has moved since you saw it",
                "内容在您查看之后已有变动",
                "read it again and name the digest you see then",
                "请重新查看并使用新的摘要",
            )
        )
    return found


def _unconfirmed(desk: "Desk", record: Record, here: Voice, topic: Topic[Any], finding: Finding) -> list[Problem]:
    """Whose confirmation is missing."""
    found = []
    if finding.answers and not finding.settled:
        found.append(
            problem(
                "D034",
                topic.name,
                "it needs review, and nobody has confirmed it",
                "该结果需复核，尚无人确认",
                f"confirm it with a reason: say {topic.name}.ruling, or send with a confirmation",
                "请说明理由予以确认后再发送",
            )
        )
    if second.missing(desk, record, topic.name, finding, here):
        found.append(
            problem(
                "D035",
                topic.name,
                "a second person must have confirmed it before you send it",
                "须先由另一人复核确认后方可发送",
                f"let a colleague who may confirm look at it: /d/{record.dossier}/second/{topic.name}",
                f"请有复核权限的同事在 /d/{record.dossier}/second/{topic.name} 确认",
            )
        )
    return found


def _standing(record: Record, topic: Topic[Any], digest: str) -> str:
    """The message by which this very value is with the office, if it is the last it was given and was not sent back."""
    sent = record.standing(f"{topic.name}.sent")
    rejected = record.standing(f"{topic.name}.rejected")
    numbers = _accepted(record) if topic.name == FORM.name else {}
    given_up = {message for message, (_, stands) in numbers.items() if not stands}
    held = [
        (s.value.sequence, s.value.digest, key)
        for key, s in sent.items()
        if s.value is not None and key not in rejected and key not in given_up
    ]
    return max(held)[2] if held and max(held)[1] == digest else ""


def _accepted(record: Record) -> dict[str, tuple[str, bool]]:
    """The number of the declaration that each message is with customs under, and whether that declaration still stands."""
    given_up = {
        number for number, s in record.standing(CANCELLED.name).items() if s.value is not None and s.value.allowed
    }
    found = {
        s.value.message: (number, number not in given_up)
        for number, s in record.standing(ACCEPTANCE.name).items()
        if s.value is not None
    }
    for message, s in record.standing(f"{FORM.name}.sent").items():
        if s.value is not None and s.value.declaration:
            found[message] = (s.value.declaration, s.value.declaration not in given_up)
    return found


def _purpose(
    record: Record, topic: Topic[Any], value: Any
) -> tuple[Literal["original", "amend", "cancel"], str, tuple[tuple[str, str, str], ...]]:
    """What the office is to do with a message: take it in, change a declaration that stands, or give one up."""
    if topic.name == CANCELLATION.name:
        return "cancel", value.declaration, ()
    if topic.name != FORM.name:
        return "original", "", ()
    rejected = record.standing(f"{topic.name}.rejected")
    numbers = _accepted(record)
    standing = [
        (s.value.sequence, key, s.value.value)
        for key, s in record.standing(f"{topic.name}.sent").items()
        if s.value is not None and key not in rejected and numbers.get(key, ("", False))[1]
    ]
    if not standing:
        return "original", "", ()
    _, last, before = max(standing, key=lambda one: one[0])
    return "amend", numbers[last][0], tuple(differences(before, value))


def _message(desk: "Desk", record: Record, topic: Topic[Any], finding: Finding, digest: str) -> Message:
    """The message to send. Its id follows from what is sent and how often before, so that two who send at once send one."""
    sent, unsent = record.standing(f"{topic.name}.sent"), record.standing(f"{topic.name}.unsent")
    first = next(iter(record.submissions))
    id_ = derived(first, f"{record.dossier}/{topic.name}/{digest}/{len(sent)}/{len(unsent)}")
    begun = record.standing(f"{topic.name}.sending").get(id_)
    said_at = begun.statements[0].said_at if begun else moment(desk.store.clock())
    bare = msgspec.structs.replace(finding, value=None, seen=(), law=(), steps=(), ruling=None)
    whole = msgspec.to_builtins(bare, str_keys=True)
    whole["looks"] = msgspec.to_builtins(finding.looks)
    whole["law"] = [row.cited() for row in finding.law]
    whole["working"] = msgspec.to_builtins(finding.working)
    cited = {row.table.partition("/")[0] for row in finding.law}
    packs = {card.name: card.digest for card in desk.law.packs if card.name in cited or not cited}
    function, declaration, changes = _purpose(record, topic, finding.effective)
    return Message(
        record.dossier, topic.name, id_, topic.sends, digest, said_at, len(sent) + 1, whole, desk.code, packs,
        function, declaration, changes,
    )  # fmt: skip


def _keep(desk: "Desk", message: Message, value: Any) -> None:
    """Before anything leaves: the sending, the exact bytes, the law it was drawn under, and the task."""
    for card in desk.law.packs:
        if card.name in message.packs and desk.pack_files and desk.store.pack(card.digest) is None:
            desk.store.keep_pack(card.digest, card.name, desk.pack_files(card))
    data = msgspec.json.encode(value, order="sorted")
    sending = Sending(message.office, message.digest, message.message)
    one = _spoken(desk, message, "sending", sending, message.message)
    task = Task(KIND, msgspec.json.encode(message), message.message)
    outcome = desk.store.submit([one], [Content(data, "application/json")], [task])
    if not outcome.ok and {p.rule for p in outcome.problems} != {SAME_ID}:
        raise Refusal(outcome.problems)


def deliver(desk: "Desk") -> int:
    """Work off the outbox: hand messages over, say that they were sent, and say what the offices answered."""
    count = 0
    for task in desk.store.claim(TAKEN_AT_ONCE, LEASE, KIND):
        message = msgspec.json.decode(task.payload, type=Message)
        try:
            _hand_over(desk, message)
        except Exception as error:  # whatever an office's way throws: the message waits and is tried again
            reason = str(error) if isinstance(error, Undelivered) else f"{type(error).__name__}: {error}"
            desk.store.failed(task, reason)
            if task.attempts >= MAX_ATTEMPTS:
                desk.store.submit(
                    [_spoken(desk, message, "unsent", Unsent(message.office, reason[:1000]), message.message)]
                )
        else:
            desk.store.done(task)
            count += 1
    return count


def _hand_over(desk: "Desk", message: Message) -> None:
    office = desk.offices.get(message.office)
    content = desk.store.content(message.digest)
    if office is None or content is None:
        raise Undelivered(
            f"there is no way to {message.office}" if office is None else "the message's bytes are not on file"
        )
    delivery = Delivery(
        message.message,
        message.topic,
        content.data,
        message.dossier,
        message.function,
        message.declaration,
        message.changes,
    )
    replies = office.deliver(delivery, desk.today())
    sent = {
        "office": message.office,
        "sequence": message.sequence,
        "digest": message.digest,
        "value": msgspec.json.decode(content.data),
        "finding": message.finding,
        "code": message.code,
        "packs": message.packs,
        "function": message.function,
        "declaration": message.declaration,
        "handed": office.handed(message.message) if isinstance(office, Translating) else "",
    }
    # Names derived from the message: handed over twice after a crash, it is still said once.
    batch = [_spoken(desk, message, "sent", sent, message.message)]
    names = [f"reply/{number}" for number in range(len(replies))]
    batch += _said(desk, message.dossier, message.office, message.message, message.said_at, replies, names)
    _submit(desk, batch)


def _submit(desk: "Desk", batch: Sequence[Submission]) -> None:
    """Say it. What was said before under the same ids is said already."""
    outcome = desk.store.submit(batch)
    if not outcome.ok and any(p.rule != SAME_ID for p in outcome.problems):
        raise Undelivered("; ".join(p.sentence() for p in outcome.problems))


def hear(desk: "Desk") -> int:
    """Say what offices answered since: gives the number of answers. What cannot be said is put aside with its reason."""
    count = 0
    for office in desk.offices.values():
        if not isinstance(office, Listening):
            continue
        for heard in office.hear(desk.today()):
            try:
                _say_heard(desk, office.name, heard)
            except (Undelivered, UnknownDossierError) as error:
                office.turn_away(heard, str(error) or type(error).__name__)
            else:
                office.settle(heard)
                count += 1
    return count


def _say_heard(desk: "Desk", office: str, heard: Heard) -> None:
    """The office's word, under names derived from the file that it stands in: read twice, it is said once."""
    names = [f"heard/{heard.digest}/{number}" for number in range(len(heard.replies))]
    said_at = moment(desk.store.clock())
    _submit(desk, _said(desk, heard.dossier, office, heard.message, said_at, heard.replies, names))


def _spoken(desk: "Desk", message: Message, suffix: str, value: Any, key: str) -> Submission:
    topic = desk.registry.topics[f"{message.topic}.{suffix}"]
    id_ = derived(message.message, f"{topic.name}/{suffix}")
    return _submission(id_, message.dossier, topic, value, key, "platform", "online", "own word", message.said_at)


def _said(
    desk: "Desk", dossier: str, office: str, origin: str, said_at: str, replies: Sequence[Reply], names: Sequence[str]
) -> list[Submission]:
    """What an office answers, in the place of what it said before on the same key: a later word of its own is its word now."""
    said = []
    with desk.store.holding(dossier) as record:
        for reply, name in zip(replies, names, strict=True):
            topic = desk.registry.topics.get(reply.topic)
            if topic is None or office not in topic.say:
                raise Undelivered(f"{office} answered on {reply.topic}, which is not its word")
            id_ = derived(origin, f"{topic.name}/{name}")
            standing = record.standing(topic.name).get(reply.key)
            earlier = standing.statements if standing is not None else ()
            own = [s for s in earlier if s.by == office and s.channel == "gateway" and s.id != id_]
            replaces = tuple(s.id for s in own)
            value = _added(reply.value, standing.value) if own and standing is not None else reply.value
            said.append(
                _submission(id_, dossier, topic, value, reply.key, office, "gateway", "gateway", said_at, replaces)
            )
    return said


def _added(later: Any, earlier: Any) -> Any:
    """A later word on a release tells its closing or the export day: the goods were let go when that was first said."""
    if not isinstance(later, Release) or not isinstance(earlier, Release):
        return later
    return msgspec.structs.replace(
        later,
        released_on=min(later.released_on, earlier.released_on),
        exported_on=later.exported_on or earlier.exported_on,
    )


def _submission(
    id_: str,
    dossier: str,
    topic: Topic[Any],
    value: Any,
    key: str,
    who: str,
    channel: Channel,
    authority: Authority,
    said_at: str,
    replaces: tuple[str, ...] = (),
) -> Submission:
    # A found value may hold an explicit nothing, which its type asks for; so this is plain sorted JSON.
    body = msgspec.Raw(msgspec.json.encode(value, order="sorted"))
    return Submission(
        id_, dossier, topic.name, body, key, topic.version, who, who, "", channel, authority, said_at, replaces=replaces
    )


def _result(desk: "Desk", message: Message) -> Despatched:
    with desk.store.holding(message.dossier) as record:
        sent = message.message in record.standing(f"{message.topic}.sent")
        # An office's first words in answer to this message carry names derived from it.
        said: Sequence[Submission] = [
            s for s in record.submissions.values() if s.by == message.office and s.channel == "gateway"
        ]
        answers = tuple(
            f"{s.topic}/{s.key}"
            for s in said
            if any(s.id == derived(message.message, f"{s.topic}/reply/{n}") for n in range(20))
        )
    return Despatched(message.message, "sent" if sent else "waiting", answers)
