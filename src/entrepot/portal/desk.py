"""The desk: the verbs that every door calls - say, read, why, send - and the handing in of papers.

    desk = Desk(store, law, registry, offices=[SandboxCustoms()])
    desk.say(dossier, drafts, voice)      durable when it returns, not yet assessed
    desk.read(dossier, voice)             the sheet as this voice may see it
    desk.why(dossier, "duty.offer/1", voice)
    desk.send(dossier, "declaration.form", digest, voice)
    desk.take_paper(dossier, name, data, voice)           read now; desk.hand_in(…) keeps scans and reads them behind

Refusal (kernel.intake) carries every problem; NoSuchDossier is raised alike for what is not there and what one may not see.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import ExitStack, contextmanager, suppress
from datetime import date, timedelta, timezone
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from entrepot import __version__
from entrepot.channels import mandates, window
from entrepot.channels.online import Duty, Voice
from entrepot.gateways import bounds
from entrepot.gateways.offices import Office
from entrepot.gateways.pictures import Progress, no_progress
from entrepot.kernel.access import Speaker, may_have_paper, may_read_statement
from entrepot.kernel.intake import Refusal
from entrepot.kernel.law import Law, PackCard
from entrepot.kernel.module import Registry
from entrepot.kernel.record import Record
from entrepot.kernel.sheet import Sheet
from entrepot.kernel.submissions import Submission
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.answers import PAPER, Paper
from entrepot.kernel.vocabulary.trade import OPENED
from entrepot.kernel.why import NoSuchPlace, Why, why
from entrepot.portal import despatch, doubting, handing_in, speaking
from entrepot.portal.access import listing, placing
from entrepot.portal.audit import visiting
from entrepot.portal.doubting import PaperRead
from entrepot.portal.drafts import Draft, problem
from entrepot.portal.handing_in import Taken
from entrepot.portal.ids import derived
from entrepot.portal.reading import Reading, reading, visible_heads
from entrepot.portal.speaking import DOSSIER_ID, MOVED, Counted, Said
from entrepot.store.intake import Content
from entrepot.store.log import NotInLogError
from entrepot.store.outbox import Task
from entrepot.store.policy import Policy
from entrepot.store.records import UnknownDossierError
from entrepot.store.store import DossierCard, Store
from entrepot.store.views import Views

if TYPE_CHECKING:
    from entrepot.portal.timestamping import Timestamping
    from entrepot.portal.witnessing import Witnessing

__all__ = ["Desk", "NoSuchDossier", "Page", "Said", "Taken"]

COUNTING_OFFICE = timezone(timedelta(hours=8))
KEPT_SHEETS = 256
ATTEMPTS = 4
OVERTAKEN = {MOVED, "S005", "S014"}  # somebody was faster: the heads moved, the id was said, the mandate went


class NoSuchDossier(Exception):
    """There is no such dossier for this voice."""


class Page(Struct, frozen=True):
    """A page of dossiers; `next` is the cursor of the page that follows, absent on the last."""

    dossiers: tuple[DossierCard, ...]
    next: int | None = None


class Asking(Struct, frozen=True):
    """What one speaker asks to be said: statements on one dossier, all or none; `expects` are the heads it saw, if it named them."""

    dossier: str
    drafts: Sequence[Draft]
    voice: Voice
    expects: Sequence[str] | None = None


class Desk:
    """One desk per process; its methods may be called from any thread. `two_persons` names topics that one person may not
    send alone: another must have confirmed the finding by a ruling. `pack_files` gives the
    files of a pack, to be kept with what is filed under it."""

    def __init__(
        self,
        store: Store,
        law: Law,
        registry: Registry,
        *,
        offices: Sequence[Office] = (),
        today: Callable[[], date] | None = None,
        two_persons: frozenset[str] = frozenset(),
        code: str = __version__,
        pack_files: Callable[[PackCard], bytes] | None = None,
    ) -> None:
        self.store, self.law, self.registry, self.code = store, law, registry, code
        self.two_persons, self.pack_files = two_persons, pack_files
        self.today = today or (lambda: store.clock().astimezone(COUNTING_OFFICE).date())
        self.offices = {office.name: office for office in offices}
        for office in offices:
            if office.sandbox != (store.nature == "sandbox"):
                raise ValueError(f"office {office.name} does not answer in a {store.nature} store")
        self.private = False  # of a sandbox: whether nobody plays a role there by naming it
        self.beside = False  # whether it is the sandbox beside a live store
        self.views = Views(store, self.today)
        self.witnessing: Witnessing | None = None  # where the installation names witnesses of the log
        self.timestamping: Timestamping | None = None  # where it names authorities of time
        self.reader = threading.Lock()  # one paper is read at a time
        self.pages_read: dict[
            str, tuple[int, int]
        ] = {}  # of the paper being read, by its digest: pages read, pages in all
        self._sheets: OrderedDict[str, Sheet] = OrderedDict()
        self._mutex = threading.Lock()

    @property
    def visitors(self) -> bool:
        """Whether somebody may play a role here by naming it."""
        return self.store.nature == "sandbox" and not self.private

    # -- say ------------------------------------------------------------------------------------------------------

    def say(
        self,
        dossier: str,
        drafts: Sequence[Draft],
        voice: Voice,
        *,
        expects: Sequence[str] | None = None,
        contents: Sequence[Content] = (),
        tasks: Sequence[Task] = (),
        origin: str = "",
    ) -> Said:
        """Say statements on one dossier, all or none, with what is to be done about them. Raises Refusal with every problem.
        Statements that follow from another, the `origin`, take their ids from it and their place: said again they are said once."""
        self.admit(voice, speaks=True)
        problems: tuple[Problem, ...] = ()
        for _ in range(ATTEMPTS):
            batch = self._made(Asking(dossier, drafts, voice, expects), {c.digest for c in contents})
            if origin:
                batch = [msgspec.structs.replace(s, id=derived(origin, str(at))) for at, s in enumerate(batch)]
            outcome = self.store.submit(batch, contents, tasks)
            if outcome.ok:
                return Said(dossier, outcome.said, outcome.already, self._heads(dossier, voice))
            problems = outcome.problems
            # Somebody else was faster: what was true of the record a moment ago is looked at again.
            if not {p.rule for p in problems} <= OVERTAKEN:
                break
        raise Refusal(problems)

    def say_together(self, asked: Sequence[Asking]) -> list[Said | Exception]:
        """What many speakers ask at once, each by itself as in `say`: what became of each, in order. They share the questions to the
        database and one transaction, so that a crowd costs a fraction of as many single callers."""
        told: dict[int, Said | Exception] = {}
        made: list[tuple[int, list[Submission]]] = []
        names = {one.dossier for one in asked}
        with self.store.fresh(names), mandates.remembering_states():
            mandates.states_of(self.store, {one.voice.organisation for one in asked if not one.voice.rehearsal})
            for at, one in enumerate(asked):
                try:
                    self.admit(one.voice, speaks=True)
                    made.append((at, self._made(one)))
                except Exception as error:
                    told[at] = error
        outcomes = self.store.submit_many([batch for _, batch in made])
        with self.store.fresh(names):
            for (at, _), outcome in zip(made, outcomes, strict=True):
                one = asked[at]
                if outcome.ok:
                    told[at] = Said(one.dossier, outcome.said, outcome.already, self._heads(one.dossier, one.voice))
                elif not {p.rule for p in outcome.problems} <= OVERTAKEN:
                    told[at] = Refusal(outcome.problems)
        return [told[at] if at in told else self._said_alone(one) for at, one in enumerate(asked)]

    def _said_alone(self, one: Asking) -> Said | Exception:
        try:
            return self.say(one.dossier, one.drafts, one.voice, expects=one.expects)
        except Exception as error:
            return error

    def _made(self, one: Asking, papers: Set[str] = frozenset()) -> list[Submission]:
        """The statements that are asked for, against the record as it is now; Refusal or NoSuchDossier where they cannot be said."""
        now, today = self.store.clock(), self.today()
        with self._record(one.dossier) as record:
            here = self.acting(record, one.voice, one.dossier)
            self._let_in(record, one.dossier, one.drafts, here, today)
            heads = self._expected(record, here, today, one.expects)
            topics = self.registry.topics
            return speaking.submissions(topics, one.dossier, record, one.drafts, here, today, now, heads, papers)

    def say_many(self, groups: Sequence[tuple[str, Sequence[Draft]]], voice: Voice) -> list[list[Counted]]:
        """Say groups of drafts, one dossier each, for bulk intake: within a group a bad draft leaves the others standing.
        One result per draft, in order. Within one call a dossier appears in one group only."""
        self.admit(voice, speaks=True)
        now, today = self.store.clock(), self.today()
        prepared: list[list[Counted]] = []
        for dossier, drafts in groups:
            with self._record(dossier) as record:
                here = self.acting(record, voice, dossier)
                if record is not None and not self._knows(record, dossier, drafts, here, today):
                    opens = bool(drafts) and drafts[0].topic == OPENED.name
                    refused = speaking.closed(dossier) if opens else speaking.nowhere(dossier)
                    prepared.append([Counted(draft.id, (refused,)) for draft in drafts])
                else:
                    prepared.append(speaking.each(self.registry.topics, dossier, record, drafts, here, today, now))
        return speaking.submit_each(self.store, prepared)

    def admit(self, voice: Voice, *duties: Duty, speaks: bool = False) -> None:
        """Refusal where a voice without a token speaks to a live store, the person lacks one of the duties, or the organisation
        may not speak (or, where that is asked for, send)."""
        if voice.rehearsal and self.store.nature != "sandbox":
            raise Refusal(
                (
                    problem(
                        "D009",
                        "token",
                        "a live store hears nobody without a token",
                        "正式存储须凭令牌访问",
                        "sign in",
                        "请登录",
                    ),
                )
            )
        if problems := placing.unfit(self.store, voice, duties, speaks):
            raise Refusal(problems)

    def acting(self, record: Record | None, voice: Voice, dossier: str = "") -> Voice:
        """The voice with the standing mandate by which it acts in the dossier, if it needs one and has one today."""
        return mandates.acting(self.store, record, voice, self.today(), dossier)

    def speaker(self, record: Record, voice: Voice, *duties: Duty) -> tuple[Speaker, tuple[Problem, ...]]:
        """Who speaks and reads in a dossier, and why the voice may not speak there, or not do what takes these duties."""
        here = self.acting(record, voice)
        speaker, problems = window.speaker(record, here, self.today())
        if duties:
            problems += placing.unfit(self.store, voice, duties, True)
        if "send" in duties:
            problems += placing.unsendable(here)
        return speaker, problems

    def _let_in(self, record: Record | None, dossier: str, drafts: Sequence[Draft], voice: Voice, today: date) -> None:
        opens = bool(drafts) and drafts[0].topic == OPENED.name
        if record is None and not opens:
            raise NoSuchDossier(dossier)
        if record is not None and not self._knows(record, dossier, drafts, voice, today):
            raise Refusal((speaking.closed(dossier),)) if opens else NoSuchDossier(dossier)

    def _expected(
        self, record: Record | None, voice: Voice, today: date, expects: Sequence[str] | None
    ) -> tuple[str, ...] | None:
        """The heads to hold the store to, where the speaker named those it saw: all of them, if what it may see has not moved."""
        if expects is None:
            return None
        if record is None:
            return tuple(expects)
        speaker, _ = window.speaker(record, voice, today)
        if set(expects) != set(visible_heads(self.registry.topics, record, speaker)):
            raise Refusal(
                (
                    problem(
                        MOVED,
                        "expects",
                        "the dossier has moved since you read it",
                        "案卷在您查看之后已有变动",
                        "read it again, then say it again",
                        "请重新查看后再提交",
                    ),
                )
            )
        return record.heads()

    # -- read and why ---------------------------------------------------------------------------------------------

    def read(self, dossier: str, voice: Voice, day: date | None = None) -> Reading:
        """The sheet as the voice may see it, drawn for `day` (today where not given)."""
        with self._drawn(dossier, voice, day) as (sheet, speaker):
            return reading(sheet, speaker, self.store.nature)

    def why(self, dossier: str, place: str, voice: Voice, field: str = "", day: date | None = None) -> Why:
        """The tree under `topic` or `topic/key`, at a field if one is named. Raises NoSuchPlace where nothing may be seen."""
        topic, _, key = place.partition("/")
        with self._drawn(dossier, voice, day) as (sheet, speaker):
            return why(sheet, speaker, topic, key, field)

    def receipt(
        self, dossier: str, submission_id: str, voice: Voice, stamped: bool = False, policy: Policy | None = None
    ) -> str:
        """The signed receipt of a statement that the voice may read, from the log's last checkpoint that holds it; `stamped`, from
        the last that bears a timestamp; with a `policy`, from the last that its quorum of witnesses cosigned."""
        with self.known(dossier, voice) as (record, speaker):
            said = record.submissions.get(submission_id)
            topic = self.registry.topics.get(said.topic) if said else None
            if said is None or topic is None or not may_read_statement(topic, said, speaker, record):
                raise NoSuchPlace(submission_id)
        try:
            return self.store.receipt(submission_id, policy, stamped)
        except NotInLogError:
            self.store.integrate()
            return self.store.receipt(submission_id, policy, stamped)

    def document(self, dossier: str, digest: str, voice: Voice) -> tuple[str, Content]:
        """A paper that was handed in to the dossier: its name and its bytes, for those who may read what is in it."""
        with self.known(dossier, voice) as (record, speaker):
            standing = record.standing(PAPER.name).get(digest)
            if standing is None or not all(may_read_statement(PAPER, s, speaker, record) for s in standing.statements):
                raise NoSuchPlace(digest)
            if not may_have_paper(self.registry.topics, digest, standing.statements, speaker, record):
                raise NoSuchPlace(digest)
            name = standing.value.name if standing.value is not None else digest
        content = self.store.content(digest)
        if content is None:
            raise NoSuchPlace(digest)
        self.store.reads.flush()  # that a paper was handed out is written down before it is
        return name, content

    def papers_to_have(self, dossier: str, voice: Voice) -> frozenset[str]:
        """The digests of the dossier's papers whose bytes the voice may have."""
        with self.known(dossier, voice) as (record, speaker):
            return frozenset(
                digest
                for digest, standing in record.standing(PAPER.name).items()
                if may_have_paper(self.registry.topics, digest, standing.statements, speaker, record)
            )

    def dossiers(self, voice: Voice, before: int | None = None, limit: int = 50) -> Page:
        """The dossiers that the voice has a role in, the one opened last first; their cards count what the voice may read."""
        self.admit(voice, "read")
        return Page(*listing.listed_for(self, voice, before, limit))

    # -- papers and sending ---------------------------------------------------------------------------------------

    def take_paper(self, dossier: str, name: str, data: bytes, voice: Voice, progress: Progress = no_progress) -> Taken:
        """Read a paper and say what it says, with the place of every field, in one breath; what is in doubt is kept with the paper
        and not said. The same paper again says nothing new. `progress(done, all)` counts pages read off pictures."""
        return handing_in.take(self, dossier, name, data, voice, progress)

    def hand_in(self, dossier: str, name: str, data: bytes, voice: Voice) -> Taken:
        """As `take_paper`, for whoever does not wait: a paper whose pages have to be read off pictures is kept and put on record at
        once, and read behind (`read_waiting`)."""
        return handing_in.hand_in(self, dossier, name, data, voice)

    def read_waiting(self, stopping: Callable[[], bool] = lambda: False) -> int:
        """Read the papers that were handed in and wait for it; gives how many were worked off."""
        return handing_in.work_off(self, stopping)

    def paper(self, dossier: str, digest: str, voice: Voice) -> PaperRead:
        """What was read from a paper, field by field with its place, and the doubts that await an answer."""
        return doubting.paper_read(self, dossier, digest, voice)

    def answer(self, dossier: str, digest: str, answers: doubting.Answers, voice: Voice) -> Said:
        """Confirm or correct doubtful fields of a paper: `{"goods.line/1": {"amount": "USD 12.50"}}`; None says that the paper has
        no such field. What is confirmed is said as a transcript of the paper."""
        return doubting.answer(self, dossier, digest, answers, voice)

    def keep_paper(self, dossier: str, name: str, data: bytes, voice: Voice) -> Taken:
        """Keep a paper of which nothing can be read (a scan, a contract): it is on record with its digest, and bears nothing out yet."""
        bounds.check_kept(data)
        content = Content(data)
        unread = Text("kept, not read", "已留存，未读取")
        paper = Paper(name, "document", content.media_type, len(data), (unread.en,))
        said = self.say(dossier, [speaking.paper_draft(content.digest, name, paper)], voice, contents=(content,))
        return Taken(content.digest, "document", (), (unread,), (), said)

    def send(self, dossier: str, topic: str, digest: str, voice: Voice, confirm: str = "") -> despatch.Despatched:
        """Send a finding to its office; `digest` is that of the value the sender saw. `confirm` gives the reason for which a
        person confirms a finding that needs review."""
        self.admit(voice, "send", speaks=True)
        return despatch.send(self, dossier, topic, digest, voice, confirm)

    def deliver(self) -> int:
        """Work off what is due to leave, and say what offices answered since: gives the number of messages that were taken and
        of answers."""
        return despatch.deliver(self) + despatch.hear(self)

    # -- what is held meanwhile -----------------------------------------------------------------------------------

    @contextmanager
    def _record(self, dossier: str) -> Iterator[Record | None]:
        with ExitStack() as stack:
            record = None
            if DOSSIER_ID.fullmatch(dossier):
                with suppress(UnknownDossierError):
                    record = stack.enter_context(self.store.holding(dossier))
            yield record

    def _knows(self, record: Record, dossier: str, drafts: Sequence[Draft], here: Voice, today: date) -> bool:
        """Whether an acting voice may speak in an open dossier, or repeats what it said."""
        if window.speaker(record, here, today)[0].roles or speaking.repeats(record, drafts, here):
            return True
        return placing.entered(dossier, drafts, here, today)

    @contextmanager
    def known(self, dossier: str, voice: Voice) -> Iterator[tuple[Record, Speaker]]:
        """The record, held, and the voice as the access rules know it; NoSuchDossier for whoever has no role in it."""
        self.admit(voice, "read")
        with self._record(dossier) as record:
            speaker = None if record is None else self.speaker(record, voice)[0]
            if record is None or speaker is None or not speaker.roles:
                raise NoSuchDossier(dossier)
            visiting.note(self, voice, record, speaker)
            yield record, speaker

    @contextmanager
    def _drawn(self, dossier: str, voice: Voice, day: date | None) -> Iterator[tuple[Sheet, Speaker]]:
        with self.known(dossier, voice) as (record, speaker):
            yield self.sheet(record, day), speaker

    def sheet(self, record: Record, day: date | None = None) -> Sheet:
        """The record's sheet, redrawn where something moved. Call it only while the record is held."""
        with self._mutex:
            sheet = self._sheets.get(record.dossier)
            if sheet is None or sheet.record is not record:
                sheet = self._sheets[record.dossier] = Sheet(
                    self.registry, record, self.law, day or self.today(), views=self.views
                )
            self._sheets.move_to_end(record.dossier)
            while len(self._sheets) > KEPT_SHEETS:
                self._sheets.popitem(last=False)
        return sheet.assess(day or self.today(), self.law)

    def _heads(self, dossier: str, voice: Voice) -> tuple[str, ...]:
        with self._record(dossier) as record:
            if record is None or "read" not in voice.duties:
                return ()
            return visible_heads(self.registry.topics, record, self.speaker(record, voice)[0])
