"""A counter's side of handing over: in with what it heard, out with what it may have, each batch proven in the other's log.

Every step is kept as it is done, so that a cut at any byte costs the step at hand and nothing else; asked again, the portal answers
what it answered before.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import TypeVar
from urllib.parse import quote

import msgspec
from msgspec import Struct

from entrepot.gateways.sync_client import Answered, Ask
from entrepot.kernel.submissions import Submission, body_digest, statement_bytes
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.erasure import ERASED
from entrepot.portal.counter import sync_erasing
from entrepot.portal.counter.sync_desk import PreparedWord
from entrepot.portal.counter.sync_head import HEAD, PortalLog, SyncStopped
from entrepot.portal.counter.sync_law import LawPlace, bring
from entrepot.portal.counter.sync_merge import ERASED_BY_LAW, HandedIn
from entrepot.portal.counter.sync_wire import (
    ROOT,
    SyncDossiers,
    SyncDown,
    SyncErased,
    SyncHello,
    SyncLater,
    SyncPaper,
    SyncTaken,
    SyncUp,
    SyncWelcome,
)
from entrepot.portal.drafts import problem
from entrepot.portal.speaking import moment
from entrepot.store import sync
from entrepot.store.log_keys import KeyHistory
from entrepot.store.notes import Checkpoint, NoteError, split_note, to_base64
from entrepot.store.store import Store
from entrepot.store.sync import SyncItem, Unproven

__all__ = ["Exchange", "Report", "Standing", "SyncStopped", "standing"]
T = TypeVar("T")
Progress = Callable[[str, int], None]
"""Told what is handed over (sent, received, papers) and how many since the last call."""
LATER_AT_ONCE = 100
PORTAL, TOKEN, NAME, UP = "portal", "portal token", "name", "up"
ORGANISATION, LAST, ERASED_UPTO = "organisation", "last report", "erased"


class Report(Struct):
    """What an exchange did: counts, and by id what was refused, stands under review, or contradicts something."""

    counter: str = ""
    portal: str = ""
    began: str = ""
    ended: str = ""
    whole: bool = False
    sent: int = 0
    already: int = 0
    received: int = 0
    papers_sent: int = 0
    papers_received: int = 0
    skew_s: int = 0
    refused: list[HandedIn] = []
    review: list[HandedIn] = []
    prepared: list[HandedIn] = []
    aside: list[str] = []
    conflicts: list[str] = []
    erased: list[str] = []  # that the law had erased at the portal
    packs: list[str] = []  # of the portal that are others than ours
    law: list[str] = []  # packs that were fetched: they hold from the next start
    law_stopped: str = ""
    stopped: Text | None = None


class Exchange:
    """One exchange of a counter's store with its portal; `run` does all of it and may be run again at any time."""

    def __init__(
        self, store: Store, ask: Ask, progress: Progress = lambda *_: None, law: LawPlace | None = None
    ) -> None:
        self.store, self._ask, self._progress, self._law = store, ask, progress, law
        self.report = Report(sync.place(store, NAME), sync.place(store, sync.PORTAL_URL), moment(store.clock()))
        self._log: PortalLog
        self._touched: set[str] = set()

    def run(self) -> Report:
        """Hand in and fetch everything; SyncStopped or the transport's error where it was cut, with the report as far as it came."""
        try:
            known = self.meet()
            self._erased()
            self._papers_up()
            self._up(known.size)
            self._later()
            self._down()
            self._papers_down()
            self._fetch_law(known)
            self.report.whole = True
        finally:
            self.report.conflicts = self._conflicts()
            self.report.ended = moment(self.store.clock())
            sync.set_place(self.store, LAST, msgspec.json.encode(self.report).decode())
        return self.report

    def meet(self) -> SyncWelcome:
        """Tell who we are, and make sure that it is the portal that we were introduced to."""
        self.store.integrate()
        seen = sync.place(self.store, HEAD)
        size = Checkpoint.parse(split_note(seen)[0]).size if seen else 0
        hello = SyncHello(self.store.origin, self.store.log_key, sync.place(self.store, NAME), size)
        known = self._put("/counter", hello, SyncWelcome)
        try:
            history = KeyHistory.parse(known.keys)
        except NoteError as error:
            raise SyncStopped(f"the portal's keys cannot be read: {error}", f"无法读取平台密钥：{error}") from None
        first = str(history.keys[0].key)
        if (
            history.origin != known.origin
            or sync.place(self.store, PORTAL, first) != first
            or known.nature != self.store.nature
        ):
            raise SyncStopped(
                "this is not the portal at which the counter was begun: nothing was handed over",
                "该平台不是本窗口初始化时所连接的平台：未交换任何内容",
            )
        sync.set_place(self.store, PORTAL, first)
        sync.set_place(self.store, ORGANISATION, known.organisation)
        self._log = PortalLog(self.store, history)
        if known.checkpoint or self._log.size:
            self._log.head(known.checkpoint, known.grown)
        return known

    def _fetch_law(self, known: SyncWelcome) -> None:
        """Bring the law here up to the portal's."""
        if self._law is None:
            return
        news = bring(self.store, self._law, self._log.text(known.law), self._log.origin, self._pack_part)
        self.report.law, self.report.packs, self.report.law_stopped = news.fetched, news.others, news.stopped

    def _pack_part(self, digest: str, start: int) -> bytes:
        self._progress("law", start == 0)
        return self._told(self._ask("GET", f"{ROOT}/packs/{digest}?start={start}", None)).data

    # -- handing in -------------------------------------------------------------------------------------------------------

    def _up(self, known: int) -> None:
        while True:
            self.store.integrate()
            signed = self.store.signed()
            after = int(sync.place(self.store, UP, "-1"))
            if signed is None:
                return
            if known > signed.size:
                raise SyncStopped(
                    f"the portal knows {known} entries of this counter's log, which has {signed.size}: it was put back from an older"
                    " backup; begin a new counter beside it",
                    f"平台已知本窗口日志 {known} 条，而现有 {signed.size} 条：系由较旧备份恢复，请另建新窗口",
                )
            found = sync.items(self.store, signed.size, after, "")
            if not found:
                return
            own = [item for item in found if _goes_up(item.said)]
            if own:
                known = self._hand_in(own, signed.note, signed.size, known)
            sync.set_place(self.store, UP, str(found[-1].proof.index))

    def _hand_in(self, own: Sequence[SyncItem], note: str, size: int, known: int) -> int:
        grown = tuple(to_base64(one) for one in self.store.consistency(known, size)) if known else ()
        up = SyncUp(self.store.origin, note, grown, tuple(own), moment(self.store.clock()), self._log.size)
        taken = self._put("/up", up, SyncTaken)
        self.report.skew_s = taken.skew_s
        by_id = {item.said.id: item.said for item in own}
        if [one.id for one in taken.results] != list(by_id):
            raise SyncStopped(
                "the portal answered for other statements than were handed in", "平台的答复与所提交陈述不符"
            )
        self._take_up_proofs(taken, by_id)
        for one in taken.results:
            self.report.sent += one.status == "said"
            self.report.already += one.status == "already"
            if one.status == "refused":
                self.report.refused.append(one)
                if ERASED_BY_LAW not in {problem.rule for problem in one.problems}:
                    sync.keep_aside(self.store, by_id[one.id], self.store.origin, one.problems)
            if one.review:
                self.report.review.append(one)
            self._touched.add(by_id[one.id].dossier)
        self._progress("sent", len(own))
        return max(taken.size, known)

    def _take_up_proofs(self, taken: SyncTaken, by_id: dict[str, Submission]) -> None:
        """What the portal says that it took must stand in its log, word for word."""
        stand = {one.id for one in taken.results if one.status != "refused"}
        if not stand:
            return
        head = self._log.head(taken.checkpoint, taken.grown)
        try:
            for proof in taken.proofs:
                sync.check(by_id[proof.id], proof, head)
                stand.discard(proof.id)
        except (Unproven, KeyError) as error:
            raise SyncStopped(
                f"the portal did not take what it says it took: {error}", "平台未按所称收录陈述"
            ) from None
        if stand:
            raise SyncStopped(
                f"the portal gave no proof for {len(stand)} statements: try again",
                f"平台未就 {len(stand)} 项陈述提供证明：请重试",
            )

    def _later(self) -> None:
        """Have said what only the portal can say."""
        waiting = sync.prepared(self.store, "waiting")
        for at in range(0, len(waiting), LATER_AT_ONCE):
            entries = tuple(
                msgspec.json.decode(one.data, type=PreparedWord) for one in waiting[at : at + LATER_AT_ONCE]
            )
            told = self._put("/later", SyncLater(self.store.origin, entries), tuple[HandedIn, ...])
            for one in told:
                if one.id in {entry.id for entry in entries}:
                    sync.answered(self.store, one.id, "refused" if one.status == "refused" else "said", one.problems)
                    self.report.prepared.append(one)

    # -- fetching ---------------------------------------------------------------------------------------------------------

    def _down(self) -> None:
        cursor: int | None = -1
        while cursor is not None:
            page = self._get(f"/dossiers?cursor={cursor}", SyncDossiers)
            for one in page.dossiers:
                if int(self._at(one.dossier)[0]) < one.place:
                    self._fetch(one.dossier)
            cursor = page.next

    def _at(self, dossier: str) -> tuple[str, str]:
        after, _, held = sync.place(self.store, f"down {dossier}", "-1 0").partition(" ")
        return after, held

    def _fetch(self, dossier: str) -> None:
        more = True
        while more:
            after, held = self._at(dossier)
            asked = f"/dossiers/{quote(dossier)}?after={after}&held={held}&origin={quote(self.store.origin, safe='')}"
            got = self._get(f"{asked}&seen={self._log.size}", SyncDown)
            self._merge(got)
            sync.set_place(self.store, f"down {dossier}", f"{got.after} {got.held}")
            more = got.more

    def _merge(self, got: SyncDown) -> None:
        """Take what the portal gave, once each statement is proven in its log. Other words under an id of ours are kept aside."""
        if not got.items:
            return
        self._proven(got)
        there = sync.known(self.store, [item.said.id for item in got.items])
        fresh = [item.said for item in got.items if item.said.id not in there]
        for item in got.items:
            if item.said.id in there and there[item.said.id] != _digest(item.said):
                self._put_aside(item.said, (_other_words(item.said),))
        taken = list[str]()
        plain = [said for said in fresh if said.topic != ERASED.name]
        for said, outcome in zip(plain, self.store.submit_many([[said] for said in plain]), strict=True):
            if outcome.ok:
                taken.append(said.id)
            else:
                self._put_aside(said, outcome.problems)
        taken += [said.id for said in fresh if said.topic == ERASED.name and sync_erasing.obey(self.store, said)]
        sync.mark_came(self.store, taken, self._log.origin)
        self.report.received += len(taken)
        self._touched.update(item.said.dossier for item in got.items)
        self._progress("received", len(taken))

    def _proven(self, got: SyncDown | SyncErased) -> tuple[SyncItem, ...]:
        """What the portal gave, once each of it is proven in its log."""
        if got.items:
            head = self._log.head(got.checkpoint, got.grown)
            try:
                for item in got.items:
                    sync.check(item.said, item.proof, head)
            except Unproven as error:
                raise SyncStopped(
                    f"the portal gave what does not stand in its log: {error}", "平台提供的陈述不在其日志中"
                ) from None
        return got.items

    def _erased(self) -> None:
        """What the law had erased at the portal is erased here, with the same words; first of all, so that nothing of it goes back up."""
        more = True
        while more:
            after = sync.place(self.store, ERASED_UPTO, "0")
            asked = f"/erased?after={after}&origin={quote(self.store.origin, safe='')}&seen={self._log.size}"
            got = self._get(asked, SyncErased)
            there = sync.known(self.store, [one.said.id for one in self._proven(got)])
            for one in got.items:
                if one.said.id not in there and sync_erasing.obey(self.store, one.said):
                    sync.mark_came(self.store, [one.said.id], self._log.origin)
                    self.report.erased.append(one.said.key)
            sync.set_place(self.store, ERASED_UPTO, str(got.after))
            more = got.more

    def _put_aside(self, said: Submission, problems: Sequence[Problem]) -> None:
        sync.keep_aside(self.store, said, self._log.origin, problems)
        self.report.aside.append(said.id)

    # -- papers -----------------------------------------------------------------------------------------------------------

    def _papers_up(self) -> None:
        for digest in sync.own_papers(self.store):
            done, content = f"paper {digest}", None
            if sync.place(self.store, done):
                continue
            where = f"/papers/{digest}?origin={quote(self.store.origin, safe='')}"
            arrived = self._get(where, SyncPaper).arrived
            while arrived >= 0:
                content = content or self.store.content(digest)
                if content is None or not content.data:
                    break
                part = content.data[arrived : arrived + sync.PART]
                answer = self._told(self._ask("POST", f"{ROOT}{where}&start={arrived}&size={len(content.data)}", part))
                arrived = msgspec.json.decode(answer.data, type=SyncPaper).arrived
                if not part:
                    raise SyncStopped(
                        f"the portal does not take the paper {digest[:12]}", f"平台未接收单证 {digest[:12]}"
                    )
            if arrived < 0:
                sync.set_place(self.store, done, "whole")
                self.report.papers_sent += content is not None
                self._progress("papers", 1)

    def _papers_down(self) -> None:
        for dossier, digest, size in sync.lacking(self.store):
            have = max(sync.arrived(self.store, digest, PORTAL), 0)
            while 0 <= have < size:
                asked = f"{ROOT}/dossiers/{quote(dossier)}/papers/{digest}?start={have}"
                answer = self._ask("GET", asked, None)
                if answer.status == 404:  # ours to know of, not to have
                    break
                before, data = have, self._told(answer).data
                have = sync.take_part(self.store, digest, PORTAL, have, size, data)
                if have == before or (not have and before):
                    raise SyncStopped(f"the paper {digest[:12]} came with other bytes", f"单证 {digest[:12]} 内容不符")
            if have < 0:
                self.report.papers_received += 1
                self._progress("papers", 1)

    # -- asking -----------------------------------------------------------------------------------------------------------

    def _put(self, path: str, body: Struct, type: type[T]) -> T:
        return self._read(self._told(self._ask("POST", ROOT + path, msgspec.json.encode(body))), type)

    def _get(self, path: str, type: type[T]) -> T:
        return self._read(self._told(self._ask("GET", ROOT + path, None)), type)

    @staticmethod
    def _read(answer: Answered, type: type[T]) -> T:
        try:
            return msgspec.json.decode(answer.data, type=type)
        except msgspec.MsgspecError as error:
            raise SyncStopped(f"the portal's answer cannot be read: {error}", f"无法读取平台答复：{error}") from None

    @staticmethod
    def _told(answer: Answered) -> Answered:
        if answer.status == 200:
            return answer
        if answer.status == 401:
            raise SyncStopped(
                "the portal does not know the counter's token: it ended or was revoked",
                "平台不认可窗口令牌：已失效或被撤销",
            )
        try:
            told = msgspec.json.decode(answer.data, type=_Details)
        except msgspec.MsgspecError:
            told = _Details()
        first = (
            told.problems[0].what
            if told.problems
            else Text(told.title or "no reason given", told.title or "未说明原因")
        )
        raise SyncStopped(
            f"the portal answered {answer.status}: {first.en}", f"平台答复 {answer.status}：{first.zh}", told.problems
        )

    def _conflicts(self) -> list[str]:
        """Where two statements contradict each other in the dossiers that moved."""
        found = list[str]()
        for dossier in sorted(self._touched):
            try:
                with self.store.holding(dossier) as record:
                    for topic in sorted(record.spoken()):
                        for key, one in record.standing(topic).items():
                            if one.conflicts:
                                found.append(f"{dossier} {topic}/{key}" if key else f"{dossier} {topic}")
            except LookupError:
                continue
        return found


def _goes_up(said: Submission) -> bool:
    """Whether a statement that was heard here is handed in: what clerks say, and what the operator had erased."""
    return (said.channel == "window" and said.by != "platform") or said.topic == ERASED.name


class _Details(Struct):
    title: str = ""
    problems: tuple[Problem, ...] = ()


def _digest(one: Submission) -> str:
    return sha256(statement_bytes(one, body_digest(bytes(one.body)))).hexdigest()


def _other_words(one: Submission) -> Problem:
    return problem("SY01", one.id, "another statement stands here under this id", "该编号下已有其他陈述",
                   "a person decides which is meant", "请由人工确认")  # fmt: skip


class Standing(Struct, frozen=True):
    """How a counter stands: its log, what waits for the portal, what was kept aside, and the last report."""

    name: str
    portal: str
    origin: str
    entries: int
    waiting: int
    prepared: int
    aside: tuple[sync.Aside, ...]
    last: Report | None
    forks: tuple[sync.Fork, ...] = ()


def standing(store: Store) -> Standing:
    """How the counter of this store stands."""
    entries, last = store.integrate(), sync.place(store, LAST)
    return Standing(
        sync.place(store, NAME), sync.place(store, sync.PORTAL_URL), store.origin, entries,
        sync.waiting(store, int(sync.place(store, UP, "-1"))), len(sync.prepared(store, "waiting")),
        tuple(sync.kept_aside(store)), msgspec.json.decode(last, type=Report) if last else None,
        tuple(sync.forks(store)),
    )  # fmt: skip
