"""Exports: asked for, made behind by the server, fetched for some days, then gone. Whoever asks does so for the organisation that he or
she administers, or as an auditor for some days; what goes in is decided when it is made, by what the voice may read then.
"""

import logging
import secrets
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import msgspec
from msgspec import Struct

from entrepot.channels.online import ADMINISTER, Voice
from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal import setting
from entrepot.portal.audit import about, visiting
from entrepot.portal.audit.bundle import Bundle
from entrepot.portal.audit.exporting import Tree, enterprise, period
from entrepot.portal.desk import COUNTING_OFFICE, Desk
from entrepot.portal.drafts import problem
from entrepot.portal.push.voices import held, voice_now
from entrepot.store import exports as kept
from entrepot.store.exports import Export, Kind
from entrepot.store.outbox import stamp

KEPT_DAYS = 7
MOST_WAITING = 3  # of one organisation at a time
MOST_DAYS = 3_660  # of a period
TOLD_EVERY = 50
Stopping = Callable[[], bool]


class AskedExport(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is asked for: everything of one's enterprise, or (an auditor) a period, both days included."""

    kind: Kind = "enterprise"
    since: date | None = None
    until: date | None = None


class ExportCard(Struct, frozen=True, omit_defaults=True):
    """An export as its organisation sees it: `done` so many dossiers; when `ready`, its size in bytes, its SHA-256 and until when it can
    be fetched (UTC)."""

    id: str
    kind: Kind
    state: str
    by: str
    made_at: str
    done: int = 0
    since: date | None = None
    until: date | None = None
    size: int = 0
    digest: str = ""
    ready_at: str = ""
    ends_at: str = ""
    notice: str = ""


def folder() -> Path:
    """Where the files of exports lie."""
    return setting.home() / "exports"


def may_export(voice: Voice) -> tuple[Kind, ...]:
    """What a voice may ask for."""
    kinds: tuple[Kind, ...] = ()
    if not voice.rehearsal and "read" in voice.duties:
        kinds += ("enterprise",) if ADMINISTER in voice.duties and not voice.counter else ()
        kinds += ("period",) if "auditor" in voice.standing else ()
    return kinds


def order(desk: Desk, voice: Voice, asked: AskedExport) -> ExportCard:
    """Ask for an export; it is made behind. Refusal with every problem."""
    desk.admit(voice, "read")
    if found := _objections(desk, voice, asked):
        raise Refusal(found)
    now = stamp(desk.store.clock())
    body = msgspec.json.encode(asked).decode()
    id = f"{now[:10]}-{secrets.token_hex(8)}"
    one = Export(
        id, asked.kind, voice.person, voice.organisation, held(voice), body, "waiting", 0, 0, "", "", now, "", "", now
    )
    kept.add(desk.store, one)
    visiting.note_other(desk, voice, f"export {id} ordered", personal="everything")
    return _card(one)


def listed(desk: Desk, voice: Voice) -> list[ExportCard]:
    """The organisation's exports, for whoever may ask for them."""
    kinds = may_export(voice)
    return [_card(one) for one in kept.of_organisation(desk.store, voice.organisation) if one.kind in kinds]


def get(desk: Desk, voice: Voice, id: str) -> ExportCard:
    """One of them; NoSuchPlace for any other."""
    return _card(_of(desk, voice, id))


def fetch(desk: Desk, voice: Voice, id: str) -> tuple[Path, ExportCard]:
    """The file of an export that is ready; that it was handed out is written down first."""
    one = _of(desk, voice, id)
    path = folder() / f"{one.id}.zip"
    if one.state != "ready" or one.ends_at <= stamp(desk.store.clock()) or not path.is_file():
        raise NoSuchPlace(id)
    visiting.note_other(desk, voice, f"export {id} fetched", personal="everything")
    return path, _card(one)


def make_now(
    desk: Desk, voice: Voice, asked: AskedExport, path: Path, progress: Callable[[int], None] = lambda _: None
) -> int:
    """Make an export at once, as a file at `path`, for the command line; its size."""
    desk.admit(voice, "read")
    if found := _objections(desk, voice, asked, rehearsing=True):
        raise Refusal(found)
    visiting.note_other(desk, voice, "export", personal="everything")
    return _made(desk, voice, asked, path, progress)[0]


def work_off(desk: Desk, stopping: Stopping = lambda: False) -> int:
    """Make what waits, and let go of what is kept no longer: how many were made."""
    for one in kept.over(desk.store, desk.store.clock()):
        (folder() / f"{one.id}.zip").unlink(missing_ok=True)
        kept.change(desk.store, one.id, state="ended")
    made = 0
    while not stopping() and (taken := kept.take(desk.store, desk.store.clock())) is not None:
        _make(desk, taken)
        made += 1
    return made


def _make(desk: Desk, one: Export) -> None:
    voice = voice_now(desk, one)
    if voice is None:
        kept.change(desk.store, one.id, state="failed", notice="no longer yours to ask for|已无权申请")
        return

    def progress(done: int) -> None:
        if done % TOLD_EVERY == 0:
            kept.change(desk.store, one.id, done=done, due=stamp(desk.store.clock() + kept.LEASE))

    try:
        asked = msgspec.json.decode(one.asked, type=AskedExport)
        size, digest, done = _made(desk, voice, asked, folder() / f"{one.id}.zip", progress)
    except Exception:  # what waits behind it is made all the same
        logging.getLogger("entrepot").exception("an export could not be made")
        kept.change(desk.store, one.id, state="failed", notice="it could not be made; ask again|未能生成，请重新申请")
        return
    now = desk.store.clock()
    kept.change(
        desk.store, one.id, state="ready", size=size, digest=digest, done=done, ready_at=stamp(now),
        ends_at=stamp(now + timedelta(days=KEPT_DAYS)),
    )  # fmt: skip


def _made(
    desk: Desk, voice: Voice, asked: AskedExport, path: Path, progress: Callable[[int], None]
) -> tuple[int, str, int]:
    done = 0

    def counted(count: int) -> None:
        nonlocal done
        done = count
        progress(count)

    with Bundle(path) as bundle:
        if asked.kind == "period":
            tree = period(desk, voice, bundle, *bounds(asked), counted)
        else:
            tree, dossiers = enterprise(desk, voice, bundle, counted)
            about.organisation(desk, voice, bundle)
            about.reads(desk, voice, bundle, dossiers)
        _proof(desk, bundle, tree)
        bundle.file("README.txt", about.readme(asked.kind).encode())
        size, digest = bundle.finish(desk.store.sign, _about(desk, voice, asked, tree))
    return size, digest, done


def _proof(desk: Desk, bundle: Bundle, tree: Tree) -> None:
    if tree.note:
        bundle.file("checkpoint.txt", tree.note.encode())
    bundle.file("log-keys.txt", desk.store.log_keys().encode())


def _about(desk: Desk, voice: Voice, asked: AskedExport, tree: Tree) -> str:
    """The lines of the seal."""
    days = f" {asked.since}..{asked.until}" if asked.kind == "period" else ""
    return "\n".join(
        (
            f"origin {desk.store.origin}",
            f"kind {asked.kind}{days}",
            f"for {voice.organisation}",
            f"by {voice.person}",
            f"made {stamp(desk.store.clock())}",
            f"tree {tree.size}",
        )
    )


def bounds(asked: AskedExport) -> tuple[datetime, datetime]:
    """The moments between which the days of a period lie, in the counting office's time; the second is not included."""
    first, behind = asked.since or date.min, (asked.until or date.min) + timedelta(days=1)
    return datetime.combine(first, time(), COUNTING_OFFICE), datetime.combine(behind, time(), COUNTING_OFFICE)


def _objections(desk: Desk, voice: Voice, asked: AskedExport, rehearsing: bool = False) -> tuple[Problem, ...]:
    kinds = may_export(msgspec.structs.replace(voice, rehearsal=False) if rehearsing else voice)
    if asked.kind not in kinds:
        return (
            problem(
                "AD01", "kind", "this export is not yours to ask for", "您无权申请此导出",
                "all of an enterprise is exported by whoever administers it, a period by auditors; sign in",
                "企业数据由本单位管理员导出，期间数据由审计方导出；请登录",
            ),
        )  # fmt: skip
    if asked.kind == "period" and not (
        asked.since and asked.until and asked.since <= asked.until and (asked.until - asked.since).days < MOST_DAYS
    ):
        return (
            problem(
                "AD02", "since", f"a period has a first and a last day, at most {MOST_DAYS} days", f"期间须有起止日期，最长 {MOST_DAYS} 日",
                "give both days, the earlier first", "请填写起止日期",
            ),
        )  # fmt: skip
    if sum(one.state == "waiting" for one in kept.of_organisation(desk.store, voice.organisation)) >= MOST_WAITING:
        return (
            problem(
                "AD03", "export", f"{MOST_WAITING} exports are being made already", f"已有 {MOST_WAITING} 个导出正在生成",
                "wait for them", "请等待完成",
            ),
        )  # fmt: skip
    return ()


def _of(desk: Desk, voice: Voice, id: str) -> Export:
    one = kept.find(desk.store, id)
    if one is None or one.organisation != voice.organisation or one.kind not in may_export(voice):
        raise NoSuchPlace(id)
    return one


def _card(one: Export) -> ExportCard:
    asked = msgspec.json.decode(one.asked, type=AskedExport)
    return ExportCard(
        one.id, one.kind, one.state, one.person, one.made_at, one.done, asked.since, asked.until, one.size, one.digest, one.ready_at,
        one.ends_at, one.notice,
    )  # fmt: skip


def notice_of(card: ExportCard) -> Text | None:
    """What is told of an export that could not be made."""
    english, _, chinese = card.notice.partition("|")
    return Text(english, chinese) if english else None
