"""Handing papers in: read at once, or, where pages have to be read off pictures, kept at once and read behind.

A paper that is read behind is on record from the first moment, its reading pending, with a task in the outbox. Whoever works the
task off says what the paper says as the speaker who handed it in, at the time it was: the mandate and the roles that the
speaker has by then decide. What comes to nothing is told under `paper.unread`; nothing is lost and nothing said twice.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.gateways.bounds import clean_text
from entrepot.gateways.messages.answers import matched
from entrepot.gateways.papers import ASIDE, Extract, headings_of, read_paper
from entrepot.gateways.pictures import Progress, Stopped, no_progress
from entrepot.kernel.intake import Refusal
from entrepot.kernel.record import Record
from entrepot.kernel.submissions import Submission
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.answers import PAPER, PAPER_UNREAD, Doubt, Paper, Unread
from entrepot.kernel.vocabulary.decisions import FORM
from entrepot.portal import speaking
from entrepot.portal.agreed import as_agreed, stepping_back
from entrepot.portal.drafts import problem
from entrepot.portal.ids import derived, uuid7
from entrepot.portal.packed import as_packed
from entrepot.portal.reading import visible_heads
from entrepot.portal.speaking import Said, moment
from entrepot.store.intake import Content
from entrepot.store.outbox import Task
from entrepot.store.records import UnknownDossierError
from entrepot.store.tokens import token_holds

if TYPE_CHECKING:
    from entrepot.portal.desk import Desk

KIND = "read"
LEASE = timedelta(minutes=3)  # for one page: the lease begins anew with each
MAX_ATTEMPTS = 5  # a paper that ends the process each time it is read is left alone
SAME_ID = "S005"


class Taken(Struct, frozen=True):
    """What became of a paper: the statements read from it (topic/key), what was not read, what is wrong in it, and what was read
    without certainty and awaits an answer (see `Desk.answer`). With `reading` pending it is kept and will be read; nothing is
    said of it yet."""

    digest: str
    kind: str
    read: tuple[str, ...]
    unread: tuple[Text, ...]
    problems: tuple[Problem, ...]
    said: Said
    doubtful: tuple[Doubt, ...] = ()
    reading: str = ""


class Waiting(Struct, frozen=True):
    """What the outbox keeps of a paper to be read: its digest and name, the statement that handed it in, and the speaker."""

    dossier: str
    digest: str
    name: str
    statement: str
    voice: Voice
    said_at: str


def take(desk: "Desk", dossier: str, name: str, data: bytes, voice: Voice, progress: Progress = no_progress) -> Taken:
    """Read a paper now and say what it says. A scan that the speaker's organisation handed in before is not read again."""
    digest = sha256(data).hexdigest()
    with desk.known(dossier, voice) as (record, _):
        _, known = _handed_in(record, digest, voice.organisation)

    def unless_known(done: int, pages: int) -> None:
        if known:
            raise Stopped(pages)
        progress(done, pages)

    try:
        extract = _extracted(desk, name, data, unless_known)
    except Stopped:
        return _again(desk, dossier, digest, voice)
    return _say(desk, dossier, extract, data, voice)


def hand_in(desk: "Desk", dossier: str, name: str, data: bytes, voice: Voice) -> Taken:
    """As `take`; but what has to be read off pictures is kept, put on record and read behind."""

    def not_now(done: int, pages: int) -> None:
        raise Stopped(pages)

    with desk.known(dossier, voice):
        pass
    try:
        extract = _extracted(desk, name, data, not_now)
    except Stopped as stopped:
        return _keep(desk, dossier, clean_text(name)[:200], Content(data), voice, stopped.pages)
    return _say(desk, dossier, extract, data, voice)


def _extracted(desk: "Desk", name: str, data: bytes, progress: Progress) -> Extract:
    today = desk.today()
    extract = read_paper(name, data, today=today, headings=headings_of(desk.law, today), progress=progress)
    if extract.kind not in ASIDE:
        return extract
    aside = Text(
        f"a {extract.kind.replace('_', ' ')} is kept, but what it says is not said of this shipment",
        f"已留存，但{extract.kind}的内容不作为本票货物的陈述",
    )
    return msgspec.structs.replace(extract, statements=(), doubtful=(), unread=(aside, *extract.unread))


def _handed_in(record: Record, digest: str, organisation: str) -> tuple[tuple[str, ...], bool]:
    """The statements by which an organisation handed a paper in that still waits to be read, and whether it has one that does not."""
    there = record.standing(PAPER.name).get(digest)
    own = [] if there is None else [
        (one.id, value.reading)
        for one, value in zip(there.statements, there.values, strict=True)
        if one.for_ == organisation
    ]  # fmt: skip
    return tuple(id for id, reading in own if reading), any(not reading for _, reading in own)


def _again(desk: "Desk", dossier: str, digest: str, voice: Voice) -> Taken:
    """What is told of a paper that was handed in before."""
    read = desk.paper(dossier, digest, voice)
    with desk.known(dossier, voice) as (record, speaker):
        heads = visible_heads(desk.registry.topics, record, speaker)
    said = tuple(dict.fromkeys(f"{one.topic}/{one.key}" if one.key else one.topic for one in read.fields))
    return Taken(digest, read.kind, said, (), (), Said(dossier, (), (), heads), read.doubts, read.reading)


def _say(
    desk: "Desk", dossier: str, extract: Extract, data: bytes, voice: Voice, origin: str = "", said_at: str = ""
) -> Taken:
    with desk.known(dossier, voice) as (record, speaker):
        extract = matched(as_packed(as_agreed(extract, record), record), record.standing(f"{FORM.name}.sent"))
        waiting, known = _handed_in(record, extract.digest, voice.organisation)
        received, *others = speaking.paper_drafts(desk.registry.topics, extract)
        drafts = [
            msgspec.structs.replace(received, replaces=waiting),
            *others,
            *stepping_back(extract, record, voice.organisation),
        ]
        heads = visible_heads(desk.registry.topics, record, speaker)
    if known:
        said = Said(dossier, (), (), heads)
    else:
        drafts = [msgspec.structs.replace(draft, said_at=said_at) for draft in drafts]
        said = desk.say(dossier, drafts, voice, contents=(Content(data, extract.media_type),), origin=origin)
    read = tuple(f"{one.topic}/{one.key}" if one.key else one.topic for one in extract.statements)
    return Taken(extract.digest, extract.kind, read, extract.unread, extract.problems, said, extract.doubtful)


def _keep(desk: "Desk", dossier: str, name: str, content: Content, voice: Voice, pages: int) -> Taken:
    """Put a paper on record that is to be read behind, and the task with it. One that is being read, or was, stays as it is; one
    that could not be read is tried again."""
    now = desk.store.clock()
    with desk.known(dossier, voice) as (record, _):
        waiting, known = _handed_in(record, content.digest, voice.organisation)
        failed = record.standing(PAPER_UNREAD.name).keys() & set(waiting)
    if known or (waiting and not failed):
        return _again(desk, dossier, content.digest, voice)
    paper = Paper(name, "document", content.media_type, len(content.data), reading="pending", pages=pages)
    kept = Waiting(dossier, content.digest, name, uuid7(now), voice, moment(now))
    draft = msgspec.structs.replace(
        speaking.paper_draft(content.digest, name, paper), id=kept.statement, said_at=kept.said_at, replaces=waiting
    )
    task = Task(KIND, msgspec.json.encode(kept), kept.statement)
    said = desk.say(dossier, [draft], voice, contents=(content,), tasks=(task,))
    return Taken(content.digest, "document", (), (), (), said, reading="pending")


# -- reading behind ---------------------------------------------------------------------------------------------------


def work_off(desk: "Desk", stopping: Callable[[], bool]) -> int:
    """Read the papers that wait, one after another, until none is due; gives how many were worked off. One paper is read at a
    time in a process: whoever comes meanwhile goes away. `stopping` is asked before each page."""
    if not desk.reader.acquire(blocking=False):
        return 0
    try:
        count = 0
        while not stopping() and (tasks := desk.store.claim(1, LEASE, KIND)):
            count += _worked_off(desk, tasks[0], stopping)
        return count
    finally:
        desk.reader.release()


def _worked_off(desk: "Desk", task: Task, stopping: Callable[[], bool]) -> bool:
    kept = msgspec.json.decode(task.payload, type=Waiting)

    def count(done: int, pages: int) -> None:
        if stopping() or not desk.store.hold(task, LEASE):
            raise Stopped(pages)
        desk.pages_read[kept.digest] = (done, pages)

    try:
        if task.attempts > MAX_ATTEMPTS:
            raise Refusal((_broken_off(task.attempts - 1),))
        _read(desk, kept, count)
    except Refusal as refusal:
        _tell(desk, kept, refusal.problems)
    except Stopped as stopped:
        desk.store.failed(task, f"broken off before all {stopped.pages} pages were read")
        return False
    except Exception as error:  # the store may be away for a while: the paper waits and is tried again
        logging.getLogger(__name__).exception("a paper could not be read")
        desk.store.failed(task, f"{type(error).__name__}: {error}")
        return False
    finally:
        desk.pages_read.pop(kept.digest, None)
    return desk.store.done(task)


def _read(desk: "Desk", kept: Waiting, progress: Progress) -> None:
    """Read a paper and say what it says; Refusal with what keeps it from being read or said."""
    voice = kept.voice
    try:
        with desk.store.holding(kept.dossier) as record:
            there = record.standing(PAPER.name).get(kept.digest)
            if there is None or kept.statement not in {one.id for one in there.statements}:
                return  # it was read by other means, or taken back
            speaker, problems = desk.speaker(record, voice)
    except UnknownDossierError:
        return
    content = desk.store.content(kept.digest)
    if content is None:
        problems = (*problems, _gone())
    if not speaker.roles:
        problems = (*problems, speaking.nowhere(kept.dossier))
    if (voice.token and not token_holds(desk.store, voice.token)) or _left(voice):
        problems = (*problems, _revoked())
    if problems or content is None:
        raise Refusal(problems)
    extract = _extracted(desk, kept.name, content.data, progress)
    try:
        _say(desk, kept.dossier, extract, content.data, voice, kept.statement, kept.said_at)
    except Refusal as refusal:
        if {one.rule for one in refusal.problems} != {SAME_ID}:
            raise


def _tell(desk: "Desk", kept: Waiting, problems: tuple[Problem, ...]) -> None:
    """Say, as the platform, why a paper was not read: whoever handed it in may have lost their voice by now."""
    body = msgspec.Raw(
        msgspec.json.encode(Unread(kept.digest, kept.voice.organisation, problems[:100]), order="sorted")
    )
    said = Submission(
        derived(kept.statement, PAPER_UNREAD.name), kept.dossier, PAPER_UNREAD.name, body, kept.statement,
        PAPER_UNREAD.version, "platform", "platform", said_at=moment(desk.store.clock()),
    )  # fmt: skip
    desk.store.submit([said])


def _gone() -> Problem:
    return problem("D047", "file", "its bytes are no longer on file", "原件已不在档", "hand it in again", "请重新提交")


def _left(voice: Voice) -> bool:
    """Whether somebody who works in accounts no longer works there. Others - at the command line, in rehearsals - accounts do not know."""
    from django.apps import apps

    if voice.token or voice.rehearsal or not apps.ready:
        return False
    from entrepot.portal.accounts.keeping import anybody
    from entrepot.store.accounts.models import Employment

    if not anybody():
        return False
    where = voice.counter or voice.organisation
    held = Employment.objects.filter(person__username=voice.person, organisation__code=where)
    return held.exists() and not held.filter(ended_at=None, person__is_active=True).exists()


def _revoked() -> Problem:
    return problem(
        "D048", "token", "the token or employment of whoever handed it in ended before it was read",
        "提交该单证的令牌或人员任职在读取前已失效",
        "let somebody who works there hand it in again", "请由在职人员或使用有效令牌重新提交",
    )  # fmt: skip


def _broken_off(times: int) -> Problem:
    return problem(
        "D049", "file", f"its reading was broken off {times} times", f"读取已中断 {times} 次",
        "scan it anew with fewer pixels or in parts, and hand it in again", "请降低分辨率或拆分后重新扫描提交",
    )  # fmt: skip
