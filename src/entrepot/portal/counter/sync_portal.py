"""The portal's side of handing over: who the counter is, that its log only grew, what it hands in, and what it may have."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

import msgspec

from entrepot.channels import window
from entrepot.channels.online import Voice
from entrepot.kernel.access import may_read_statement
from entrepot.kernel.intake import Refusal
from entrepot.kernel.why import NoSuchPlace
from entrepot.modules.evidence.rules.tree import ProofError, verify_consistency
from entrepot.portal.counter.sync_desk import PreparedWord
from entrepot.portal.counter.sync_merge import HandedIn, Merge
from entrepot.portal.counter.sync_wire import (
    SyncDossiers,
    SyncDown,
    SyncErased,
    SyncHello,
    SyncLast,
    SyncTaken,
    SyncUp,
    SyncWelcome,
)
from entrepot.portal.desk import Desk, NoSuchDossier
from entrepot.portal.drafts import problem
from entrepot.portal.speaking import moment
from entrepot.store import law_sets, sync
from entrepot.store.database import listed
from entrepot.store.notes import Checkpoint, NoteError, Verifier, from_base64, open_checkpoint, to_base64
from entrepot.store.outbox import stamp
from entrepot.store.sync import Counter, SyncItem, Unproven

PAGE = 200
NEVER = "0001-01-01T00:00:00.000000Z"


def refusal(rule: str, where: str, en: str, zh: str, fix: str, fix_zh: str) -> Refusal:
    """One problem as a refusal."""
    return Refusal((problem(rule, where, en, zh, fix, fix_zh),))


def admitted(voice: Voice) -> Voice:
    """The voice of a counter itself; Refusal for any other."""
    if (
        voice.rehearsal
        or voice.channel != "window"
        or not voice.counter
        or voice.mandate
        or "clerk" not in voice.standing
    ):
        raise refusal("SY20", "token", "only a counter's own token hands over", "仅窗口单位自身的令牌可以同步",
                      "use a token of the window channel with the role clerk", "请使用窗口渠道且具有窗口人员角色的令牌")  # fmt: skip
    return voice


def welcome(desk: Desk, voice: Voice, hello: SyncHello) -> SyncWelcome:
    """Enter the counter, or find it again."""
    try:
        key = Verifier.parse(hello.key)
    except NoteError as error:
        raise refusal("SY21", "key", f"this is no key of a log: {error}", "不是有效的日志密钥",
                      "start the counter anew", "请重新初始化窗口") from None  # fmt: skip
    if key.name != hello.origin or hello.origin == desk.store.origin or not _is_name(hello.name):
        raise refusal("SY21", "origin", "the key is not that of this log, or the counter has no name", "密钥与日志不符，或窗口未命名",
                      "start the counter anew, with a name", "请重新初始化窗口并命名")  # fmt: skip
    entered = sync.register(desk.store, hello.origin, voice.counter, hello.name.strip(), hello.key)
    if entered is None:
        raise refusal("SY22", "origin", "this log is entered with another key or for another organisation", "该日志已以其他密钥或单位登记",
                      "ask the operator", "请联系运营方")  # fmt: skip
    desk.store.integrate()
    checkpoint, grown, _ = _head(desk, hello.seen)
    packs = [law_sets.Named(f"{pack.kind}/{pack.name}", pack.digest) for pack in desk.law.packs]
    law = desk.store.sign(law_sets.text_of(desk.store.origin, packs))
    return SyncWelcome(
        desk.store.origin, desk.store.log_keys(), desk.store.nature, voice.counter, stamp(desk.store.clock()), entered.size,
        checkpoint, grown, law,
    )  # fmt: skip


def _is_name(text: str) -> bool:
    return 0 < len(text.strip()) <= 100 and text.isprintable()


def _head(desk: Desk, seen: int) -> tuple[str, tuple[str, ...], int]:
    """The latest checkpoint, the proof (base64) that it goes on from the size that the counter saw, and its size. Where the log is
    smaller than that there is no proof: the counter sees it in the checkpoint."""
    signed = desk.store.signed()
    if signed is None:
        return "", (), 0
    path = desk.store.consistency(seen, signed.size) if 0 < seen < signed.size else ()
    return signed.note, tuple(to_base64(one) for one in path), signed.size


def known_counter(desk: Desk, voice: Voice, origin: str) -> Counter:
    """The counter with this log, if it is the voice's; Refusal otherwise."""
    found = sync.counter(desk.store, origin)
    if found is None or found.organisation != voice.counter:
        raise refusal("SY23", "origin", "no counter of yours has this log", "没有登记此日志的窗口", "run `entrepot counter init` again",
                      "请重新执行 `entrepot counter init`")  # fmt: skip
    return found


def take(desk: Desk, voice: Voice, up: SyncUp) -> SyncTaken:
    """Take what a counter hands in: first that its log only grew, then each statement."""
    counter = known_counter(desk, voice, up.origin)
    head = _grown(counter, up)
    skew = _skew(desk, up.now)
    try:
        for item in up.items:
            sync.check(item.said, item.proof, head)
    except Unproven as error:
        raise refusal("SY25", "items", f"a statement does not stand in the counter's log: {error}", "有陈述不在窗口日志中",
                      "hand it in again; tell the operator if it stays so", "请重新提交；如仍出现请联系运营方") from None  # fmt: skip
    merge = Merge(desk, counter, EmployedBy(desk), skew)
    results = merge.take([item.said for item in up.items])
    if head.size > counter.size and not sync.grown(desk.store, counter.origin, counter.size, head, up.checkpoint, skew):
        raise refusal("SY26", "checkpoint", "the same counter hands in twice at once", "同一窗口正在同时提交",
                      "try again in a moment", "请稍后重试")  # fmt: skip
    desk.store.integrate()
    checkpoint, grown, size = _head(desk, up.seen)
    stand = {one.id for one in results if one.status != "refused"}
    sync.note_handed(desk.store, counter.origin, (item.said.dossier for item in up.items if item.said.id in stand))
    proofs = tuple(sync.proofs(desk.store, [one.id for one in results if one.id in stand], size))
    return SyncTaken(tuple(results), checkpoint, grown, proofs, max(head.size, counter.size), skew)


def _grown(counter: Counter, up: SyncUp) -> Checkpoint:
    """The counter's checkpoint, signed by its key and no rewriting of what it showed before; Refusal otherwise."""
    try:
        head = open_checkpoint(up.checkpoint, Verifier.parse(counter.key))
        if head.size < counter.size or not head.size:
            raise ProofError("the log became shorter")
        if counter.size:
            path = [from_base64(one, "a hash") for one in up.consistency]
            verify_consistency(counter.size, head.size, path, counter.root, head.root)
    except (NoteError, ProofError) as error:
        raise refusal("SY24", "checkpoint", f"the counter's log is not what it was: {error}", "窗口日志与先前不一致",
                      "nothing is taken from it; tell the operator", "不再接收该窗口的提交，请联系运营方") from None  # fmt: skip
    return head


def _skew(desk: Desk, now: str) -> int:
    try:
        told = datetime.fromisoformat(now)
        return round((told - desk.store.clock().astimezone(UTC)).total_seconds())
    except (ValueError, TypeError, OverflowError):
        raise refusal("SY27", "now", f"{now[:40]!r} is not a time", f"{now[:40]!r} 不是有效时间",
                      "send the counter's time", "请提供窗口时间") from None  # fmt: skip


class EmployedBy:
    """Whether a person belongs to a counter: by the employments of the accounts, or by a token of the window."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._told = desk, dict[tuple[str, str], list[str]]()

    def __call__(self, person: str, organisation: str, said_at: str) -> Literal["yes", "left", "no"]:
        ends = self._told.get((person, organisation))
        if ends is None:
            ends = self._told[person, organisation] = self._ends(person, organisation)
        if not ends:
            return "no"
        now = stamp(self._desk.store.clock().astimezone(UTC))
        return "yes" if any(not end or end > now for end in ends) else "left"

    def _ends(self, person: str, organisation: str) -> list[str]:
        """When each of a person's employments and tokens ended, empty where it goes on."""
        sql = "SELECT ends_at, revoked_at FROM token WHERE person = ? AND organisation = ?"
        with self._desk.store.database.session() as session:
            found = [min((end for end in row if end), default="") for row in session.all(sql, person, organisation)]
        return found + _employments(person, organisation)


def _employments(person: str, organisation: str) -> list[str]:
    from django.apps import apps
    from django.db import Error

    if not apps.ready:
        return []
    from entrepot.store.accounts.models import Employment

    try:
        held = Employment.objects.filter(person__username=person, organisation__code=organisation)
        # Whoever may say nothing there counts as one who did once: what was said meanwhile is looked at.
        return [
            stamp(end) if end else "" if "say" in duties else NEVER
            for end, duties in held.values_list("ended_at", "duties")
        ]
    except Error:  # an installation whose machines alone sign in has no accounts
        return []


def say_later(desk: Desk, voice: Voice, entries: Sequence[PreparedWord]) -> list[HandedIn]:
    """Say what was prepared at a counter, each by itself, as its clerk would say it here."""
    employed, results = EmployedBy(desk), []
    for one in entries:
        clerk = msgspec.structs.replace(voice, person=one.by, standing=frozenset({"clerk"}))
        draft = msgspec.structs.replace(one.draft, id=one.id)
        try:
            if employed(one.by, voice.counter, "") != "yes":
                raise refusal("SY03", "by", f"{one.by} is no clerk of {voice.counter}", f"{one.by} 不是 {voice.counter} 的窗口人员",
                              "have the principal say it", "请由委托人陈述")  # fmt: skip
            said = desk.say(one.dossier, [draft], window.under(clerk, one.mandate, one.for_))
            results.append(HandedIn(one.id, "said" if said.said else "already"))
        except Refusal as error:
            results.append(HandedIn(one.id, "refused", problems=error.problems))
        except NoSuchDossier:
            results.append(HandedIn(one.id, "refused", problems=_nowhere(one).problems))
    return results


def _nowhere(one: PreparedWord) -> Refusal:
    return refusal("SY09", one.dossier, "the dossier is not open at the portal for this counter", "平台上没有可供该窗口使用的案卷",
                   "hand its opening in first", "请先提交建档陈述")  # fmt: skip


# -- what it may have -------------------------------------------------------------------------------------------------


def dossiers(desk: Desk, voice: Voice, cursor: int | None) -> SyncDossiers:
    """The dossiers that the counter may read, with where each was spoken of last."""
    desk.store.integrate()  # what was acknowledged a moment ago is handed over too
    page = desk.dossiers(voice, cursor, PAGE)
    last = "SELECT s.dossier, max(p.place) FROM placed p JOIN submission s ON s.seq = p.seq WHERE {} GROUP BY s.dossier"
    with desk.store.database.session() as session:
        rows = session.all(
            last.format(desk.store.database.among("s.dossier")), listed([one.id for one in page.dossiers])
        )
        upto = session.one("SELECT coalesce(max(place), -1) FROM placed")
    return SyncDossiers(tuple(SyncLast(*row) for row in sorted(rows)), upto[0] if upto else -1, page.next)


def down(desk: Desk, voice: Voice, dossier: str, after: int, held: int, origin: str, seen: int = 0) -> SyncDown:
    """The next readable statements of a dossier, but those that the counter itself handed in. Where more is readable up to `after` than
    the counter `held`, all is told again."""
    with desk.known(dossier, voice) as (record, speaker):
        topics = desk.registry.topics
        readable = {
            id_
            for id_, said in record.submissions.items()
            if said.topic in topics and may_read_statement(topics[said.topic], said, speaker, record)
        }
    checkpoint, grown, size = _head(desk, seen)
    if not size:
        return SyncDown("", (), (), -1, 0, False)
    if after >= 0 and _count(desk, dossier, readable, after) != held:
        after = -1
    found = sync.items(desk.store, size, after, origin or None, dossier)
    upto = found[-1].proof.index if found else size - 1
    shown: tuple[SyncItem, ...] = tuple(item for item in found if item.said.id in readable)
    if shown and origin:
        sync.note_handed(desk.store, origin, (dossier,))
    return SyncDown(checkpoint, grown, shown, upto, _count(desk, dossier, readable, upto), bool(found))


def _count(desk: Desk, dossier: str, readable: set[str], upto: int) -> int:
    sql = "SELECT s.id FROM placed p JOIN submission s ON s.seq = p.seq WHERE s.dossier = ? AND p.place <= ?"
    with desk.store.database.session() as session:
        return sum(row[0] in readable for row in session.all(sql, dossier, upto))


def erased(desk: Desk, origin: str, after: int, seen: int) -> SyncErased:
    """What the law had erased where the counter had a part, also in dossiers that it may no longer read: whoever was handed words is
    told that they are to go."""
    desk.store.integrate()
    checkpoint, grown, size = _head(desk, seen)
    found, upto = sync.gone(desk.store, origin, after, size)
    return SyncErased(checkpoint, grown, tuple(found), upto, upto > after)


def pack_part(desk: Desk, digest: str, start: int) -> bytes:
    """A part of a pack of this portal's law; the part after the last is empty."""
    card = next((one for one in desk.law.packs if one.digest == digest), None)
    if card is None:
        raise NoSuchPlace(digest)
    part = law_sets.kept_part(desk.store, digest, start, sync.PART)
    if part is None and desk.pack_files is not None:
        desk.store.keep_pack(digest, f"{card.kind}/{card.name}", desk.pack_files(card))
        part = law_sets.kept_part(desk.store, digest, start, sync.PART)
    if part is None:
        raise NoSuchPlace(digest)
    return part


def paper_part(desk: Desk, voice: Voice, dossier: str, digest: str, start: int) -> bytes:
    """A part of a paper that the counter may have."""
    if digest not in desk.papers_to_have(dossier, voice):
        raise NoSuchPlace(digest)
    content = desk.store.content(digest)
    if content is None:
        raise NoSuchPlace(digest)
    return content.data[start : start + sync.PART]


def vouched(desk: Desk) -> str:
    """The keys of the counters as a note that the portal's log signs: who trusts the log's key can check receipts of counters."""
    lines = [
        f"{one.key} {one.organisation} {moment(datetime.fromisoformat(one.registered_at))}"
        for one in sync.counters(desk.store)
    ]
    return desk.store.sign("\n".join(("entrepot counters v1", desk.store.origin, *lines, "")))
