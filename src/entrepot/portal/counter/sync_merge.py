"""How the portal takes what a counter hands in: it looks again at everything it can know better than the counter could.

The clerk must belong to the counter, the mandate must be on record, and the statement must be one that a clerk may make. A
mandate or a clerk that held once and no longer does leaves the statement standing, under review. The rest is kept aside.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Literal, TypeVar

import msgspec
from msgspec import Struct

from entrepot.channels import mandates, online, window
from entrepot.channels.online import Voice, membership_problems
from entrepot.kernel.access import Speaker, may_replace, may_say
from entrepot.kernel.intake import Refusal
from entrepot.kernel.record import Record
from entrepot.kernel.submissions import Submission, body_digest, statement_bytes
from entrepot.kernel.text import Problem
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.answers import PAPER
from entrepot.kernel.vocabulary.customs import PARTICULARS, Particulars
from entrepot.kernel.vocabulary.enterprise import (
    ENTERPRISE_ADMITTED,
    ENTERPRISE_DOSSIER,
    ENTERPRISE_MANDATE,
    EnterpriseAdmission,
    EnterpriseMandate,
)
from entrepot.kernel.vocabulary.erasure import ERASED
from entrepot.kernel.vocabulary.trade import MANDATE, MEMBER, OPENED, Mandate, Membership
from entrepot.kernel.vocabulary.window import WINDOW_REVIEW, WindowReview
from entrepot.portal.access import placing
from entrepot.portal.counter import sync_erasing
from entrepot.portal.desk import COUNTING_OFFICE, Desk
from entrepot.portal.drafts import Draft, body_bytes, decoded, moment_problem, problem, typed
from entrepot.portal.ids import derived
from entrepot.portal.speaking import DOSSIER_ID, moment
from entrepot.store import sync
from entrepot.store.mandates import Given
from entrepot.store.records import UnknownDossierError
from entrepot.store.sync import Counter

# What would let others in: never on the word of somebody who may no longer give it.
LETTING_IN = frozenset({MEMBER.name, MANDATE.name, ENTERPRISE_MANDATE.name})
ERASED_BY_LAW = "SY12"
T = TypeVar("T")
Footing = Literal["good", "mandate", "clerk", "none"]
Employed = Callable[[str, str, str], Literal["yes", "left", "no"]]


class HandedIn(Struct, frozen=True, omit_defaults=True):
    """What became of a statement that was handed in; `review` says why it stands under review."""

    id: str
    status: Literal["said", "already", "refused"]
    review: str = ""
    problems: tuple[Problem, ...] = ()


class Merge(Struct):
    """One handing in: whose, and by how many seconds the counter's clock is ahead."""

    desk: Desk
    counter: Counter
    employed: Employed
    skew_s: int = 0

    def take(self, said: Sequence[Submission]) -> list[HandedIn]:
        """Take statements, in the order in which the counter heard them; what became of each, in the same order."""
        there = sync.known(self.desk.store, [one.id for one in said])
        erased = sync.erased(self.desk.store, [one.id for one in said])
        results: dict[str, HandedIn] = {}
        queues: dict[str, list[Submission]] = {}
        for one in said:
            digest = _digest(one)
            if one.id in erased:  # not even kept aside: the law had its words deleted
                results[one.id] = HandedIn(one.id, "refused", problems=(_erased(one),))
            elif one.id in there or one.id in results:
                same = there.get(one.id, digest) == digest
                results[one.id] = HandedIn(one.id, "already") if same else self._refused(one, (_other_words(one),))
            else:
                queues.setdefault(one.dossier, []).append(one)
        orders = [one for queue in queues.values() for one in queue if one.topic == ERASED.name]
        queues = {name: rest for name, queue in queues.items() if (rest := [one for one in queue if one not in orders])}
        while queues:
            self._round(queues, results)
        for one in orders:
            problems = sync_erasing.take(self.desk, one)
            results[one.id] = self._refused(one, problems) if problems else HandedIn(one.id, "said")
        sync.mark_came(
            self.desk.store, [i for i, one in results.items() if one.status != "refused"], self.counter.origin
        )
        return [results[one.id] for one in said]

    def _round(self, queues: dict[str, list[Submission]], results: dict[str, HandedIn]) -> None:
        """Decide and write the next few statements of every dossier, up to where the next may rest on a mandate among them."""
        groups: list[list[tuple[Submission, str]]] = []
        # What enterprises say of themselves comes first: a trade may rest on a mandate that was entered off paper the same day.
        own = [dossier for dossier in queues if dossier.startswith(ENTERPRISE_DOSSIER)]
        for dossier in own or list(queues):
            waiting = queues[dossier]
            end = next((at for at, one in enumerate(waiting, 1) if one.topic == MANDATE.name), len(waiting))
            now, queues[dossier] = waiting[:end], waiting[end:]
            if not queues[dossier]:
                del queues[dossier]
            stand: list[tuple[Submission, str]] = []
            for one, review, problems in self._decided(dossier, now):
                if problems:
                    results[one.id] = self._refused(one, problems)
                else:
                    stand.append((one, review))
            # What opens a dossier is said in one breath with what comes with it: somebody else may be faster.
            opens = bool(stand) and stand[0][0].expects == ()
            groups += [stand] if opens else [[pair] for pair in stand]
        batches = [[word for one, review in group for word in (one, *self._put_under(one, review))] for group in groups]
        for group, outcome in zip(groups, self.desk.store.submit_many(batches) if batches else [], strict=True):
            for one, review in group:
                said = HandedIn(one.id, "said", review)
                results[one.id] = said if outcome.ok else self._refused(one, outcome.problems)

    def _refused(self, one: Submission, problems: Sequence[Problem]) -> HandedIn:
        sync.keep_aside(self.desk.store, one, self.counter.origin, problems)
        return HandedIn(one.id, "refused", problems=tuple(problems))

    def _put_under(self, one: Submission, review: str) -> list[Submission]:
        """The platform's word that a statement stands under review, said in one breath with it."""
        if not review:
            return []
        value = WindowReview(self.counter.name, one.mandate, "clerk" if review == "clerk" else "mandate", self.skew_s)
        return [
            Submission(
                derived(one.id, WINDOW_REVIEW.name), one.dossier, WINDOW_REVIEW.name, msgspec.Raw(msgspec.json.encode(value)),
                one.id, WINDOW_REVIEW.version, by="platform", said_at=moment(self.desk.store.clock()),
            )
        ]  # fmt: skip

    # -- deciding -----------------------------------------------------------------------------------------------------

    def _decided(self, dossier: str, said: Sequence[Submission]) -> list[tuple[Submission, str, tuple[Problem, ...]]]:
        try:
            with self.desk.store.holding(dossier) as record:
                return [self._decide(record, one, said) for one in said]
        except UnknownDossierError:
            if said[0].topic != OPENED.name:
                return [(one, "", (_unopened(one),)) for one in said]
            return [self._decide(None, one, said) for one in said]

    def _decide(
        self, record: Record | None, one: Submission, beside: Sequence[Submission]
    ) -> tuple[Submission, str, tuple[Problem, ...]]:
        one = msgspec.structs.replace(
            one, heard_at="", expects=() if record is None and one is beside[0] else None, under=""
        )
        problems = self._form(record, one, beside)
        if problems:
            return one, "", problems
        footing = self._footing(record, one, beside)
        if footing == "none":
            return one, "", (_no_mandate(one, self.counter),)
        employed = self.employed(one.by, self.counter.organisation, one.said_at)
        if employed == "no":
            return one, "", (_no_clerk(one, self.counter),)
        review = footing if footing != "good" else "clerk" if employed == "left" else ""
        if review and record is not None and one.topic in LETTING_IN:
            return one, "", (_lets_in(one),)
        return one, review, ()

    def _form(self, record: Record | None, one: Submission, beside: Sequence[Submission]) -> tuple[Problem, ...]:
        topic = self.desk.registry.topics.get(one.topic)
        if bad := moment_problem(one.said_at or "never", one.topic):
            return (bad,)
        speaker = Speaker(one.by, one.for_, frozenset({"clerk"}))
        if topic is None or not may_say(topic, speaker) or topic.takes or topic.final or one.channel != "window":
            return (_not_a_clerks(one),)
        voice = Voice(one.by, one.for_, frozenset({"clerk"}), "window", one.mandate, self.counter.organisation)
        if online.authority(topic, speaker, voice, one.authority) != one.authority:
            return (_not_a_clerks(one),)
        if topic is OPENED and record is not None and not one.replaces:
            return (_opened_by_another(one),)
        if topic is PAPER and not one.withdraws and not self._paper_came(one.key):
            return (_no_paper(one),)
        near = {other.id: other for other in beside}
        for gone in (*one.replaces, *one.withdraws):
            old = near.get(gone) or (record.submissions.get(gone) if record is not None else None)
            if old is None or old.topic != one.topic or not may_replace(old, speaker):
                return (_not_theirs(one, gone),)
        return tuple(self._said_here(record, one, topic, voice, speaker))

    def _said_here(
        self, record: Record | None, one: Submission, topic: Topic[Any], voice: Voice, speaker: Speaker
    ) -> Sequence[Problem]:
        """What a page would have told the clerk: of the body, of whom it lets in, and of what enterprises say of themselves."""
        if not DOSSIER_ID.fullmatch(one.dossier):
            return (_no_dossier(one),)
        try:
            body = None if one.withdraws else decoded(bytes(one.body))
            draft = Draft(
                topic.name, body, one.key, one.id, one.version, evidence=one.evidence, withdraws=one.withdraws
            )
            value = None if one.withdraws else typed(topic, draft, topic.name)
            if value is not None:
                body_bytes(value, topic.name)
        except Refusal as refusal:
            return refusal.problems
        came = {item.digest for item in one.evidence if self._paper_came(item.digest)}
        place = placing.Place(one.dossier, record, voice, came, self.desk.registry.topics)
        lets_in = (
            membership_problems(speaker, value, topic.name, record is None) if isinstance(value, Membership) else ()
        )
        return (*lets_in, *placing.objections(topic, draft, value, topic.name, place))

    def _paper_came(self, digest: str) -> bool:
        store = self.desk.store
        whole = sync.has_come(store, sync.paper_mark(digest, self.counter.origin))
        return whole or bool(sync.erased(store, [digest], "content"))

    def _footing(self, record: Record | None, one: Submission, beside: Sequence[Submission]) -> Footing:
        """Whether the mandate held when the statement was made and holds now; held once; or was never given."""
        if not one.mandate:
            return "none"
        voice = Voice(one.by, one.for_, frozenset({"clerk"}), "window", one.mandate, self.counter.organisation)
        days = (_day(one.said_at), self.desk.today())
        if self._entered(one, beside, days):
            return "good"
        if record is None:
            told = [msgspec.json.decode(bytes(m.body), type=Mandate) for m in beside if _tells(m, one)]
            if all(not window.mandate_problems(voice, told, day) for day in days):
                return "good"
            if any((mandate.principal, mandate.counter) == (one.for_, self.counter.organisation) for mandate in told):
                return "mandate"
        if all(self._speaks(record, voice, one.dossier, day) for day in days):
            return "good"
        return "mandate" if self._spoke(record, one) else "none"

    def _entered(self, one: Submission, beside: Sequence[Submission], days: Sequence[date]) -> bool:
        """Whether it comes, in the principal's own dossier, with the very mandate that it was made under, off the signed paper."""
        if one.dossier != f"{ENTERPRISE_DOSSIER}{one.for_}":
            return False
        for said in beside:
            came = bool(said.evidence) and all(self._paper_came(item.digest) for item in said.evidence)
            if came and not said.withdraws and _gave(said, one, self.counter.organisation, None):
                mandate = _read(said, EnterpriseMandate)
                return mandate is not None and all(Given(said.id, one.for_, one.mandate, mandate).runs(d) for d in days)
        return False

    def _speaks(self, record: Record | None, voice: Voice, dossier: str, day: date) -> bool:
        here = mandates.acting(self.desk.store, record, voice, day, dossier)
        if record is None:
            return here.grant is not None
        speaker, problems = window.speaker(record, here, day)
        return "clerk" in speaker.roles and not problems

    def _spoke(self, record: Record | None, one: Submission) -> bool:
        """Whether such a mandate was ever given: in the dossier with a part in it, or across the principal's dossiers."""
        pair = (one.for_, self.counter.organisation)
        if record is not None:
            given = [s for s in record.submissions.values() if s.topic == MANDATE.name and s.key == one.mandate]
            member = any(s.topic == MEMBER.name and s.key == pair[1] for s in record.submissions.values())
            if member and any(_pair(s) == pair for s in given):
                return True
        if record is not None and not _client(record, one.for_):
            return False
        try:
            with self.desk.store.holding(f"{ENTERPRISE_DOSSIER}{one.for_}") as enterprise:
                if self.desk.store.nature == "live" and not _ever_admitted(enterprise):
                    return False
                return any(_gave(said, one, pair[1], record) for said in enterprise.submissions.values())
        except UnknownDossierError:
            return False


def _digest(one: Submission) -> str:
    return sha256(statement_bytes(one, body_digest(bytes(one.body)))).hexdigest()


def _day(said_at: str) -> date:
    return datetime.fromisoformat(said_at).astimezone(COUNTING_OFFICE).date()


def _tells(other: Submission, one: Submission) -> bool:
    """Whether a statement handed in beside another is on its mandate and can be read."""
    return (other.topic, other.key) == (MANDATE.name, one.mandate) and not other.withdraws and _pair(other) is not None


def _pair(said: Submission) -> tuple[str, str] | None:
    mandate = _read(said, Mandate)
    return None if mandate is None else (mandate.principal, mandate.counter)


def _client(record: Record, principal: str) -> bool:
    """Whether a dossier is, or was, one that a principal's standing mandates open."""
    if record.kind != "trade":
        return record.dossier == f"{ENTERPRISE_DOSSIER}{principal}"
    told = [s for s in record.submissions.values() if s.topic == MEMBER.name and s.key == principal]
    roles = {role for s in told if (value := _read(s, Membership)) is not None for role in value.roles}
    opened = any(s.topic == OPENED.name and s.for_ == principal for s in record.submissions.values())
    return "exporter" in roles or (opened and "importer" in roles)


def _ever_admitted(enterprise: Record) -> bool:
    told = [s for s in enterprise.submissions.values() if s.topic == ENTERPRISE_ADMITTED.name]
    return any((value := _read(s, EnterpriseAdmission)) is not None and value.state == "admitted" for s in told)


def _gave(said: Submission, one: Submission, counter: str, record: Record | None) -> bool:
    """Whether a statement of a principal once gave its counter the mandate by which another was made, with this dossier in it."""
    if said.topic != ENTERPRISE_MANDATE.name or said.for_ != one.for_ or said.key != f"{counter}/{one.mandate}":
        return False
    mandate = _read(said, EnterpriseMandate)
    if mandate is None or mandate.agent != counter or mandate.role != "clerk":
        return False
    told = [] if record is None else [s for s in record.submissions.values() if s.topic == PARTICULARS.name]
    modes = {value.supervision_mode for s in told if (value := _read(s, Particulars)) is not None}
    given = Given(said.id, one.for_, one.mandate, mandate)
    return any(given.covers(one.dossier, mode) for mode in {"", *modes})


def _read(said: Submission, type: type[T]) -> T | None:
    try:
        return msgspec.json.decode(bytes(said.body), type=type)
    except msgspec.MsgspecError:  # withdrawn, erased, or of another version
        return None


# -- what is told -----------------------------------------------------------------------------------------------------


def _other_words(one: Submission) -> Problem:
    return problem("SY01", one.id, "another statement stands under this id", "该编号下已有其他陈述",
                   "say it again under a new id, if it is to stand", "如需生效，请以新编号重新陈述")  # fmt: skip


def _erased(one: Submission) -> Problem:
    return problem(
        "SY12",
        one.id,
        "it was erased by law",
        "已依法删除",
        "nothing is to be done: it goes here too",
        "无需处理：本机亦将删除",
    )


def _no_mandate(one: Submission, counter: Counter) -> Problem:
    return problem(
        "SY02", "mandate", f"{one.for_} never gave {counter.organisation} a mandate {one.mandate!r} for this dossier",
        f"{one.for_} 从未就此案卷授予 {counter.organisation} 委托 {one.mandate!r}",
        "have the principal record the mandate, then enter it again", "请由委托人登记该委托后重新录入",
    )  # fmt: skip


def _no_clerk(one: Submission, counter: Counter) -> Problem:
    where = counter.organisation
    return problem("SY03", "by", f"{one.by} never was a clerk of {where}", f"{one.by} 从未是 {where} 的窗口人员",
                   "have the counter's administrator enter the clerk", "请由窗口单位管理员登记该人员")  # fmt: skip


def _not_a_clerks(one: Submission) -> Problem:
    return problem("SY04", one.topic, f"a clerk does not say {one.topic} at a counter", f"窗口人员不能在窗口陈述 {one.topic}",
                   "say it at the portal", "请在平台陈述")  # fmt: skip


def _opened_by_another(one: Submission) -> Problem:
    return problem("SY05", one.dossier, "a dossier of this name was opened by others", "该编号的案卷已由他人建立",
                   "open it under another id", "请换一个编号建档")  # fmt: skip


def _lets_in(one: Submission) -> Problem:
    return problem("SY08", one.topic, "nobody is let in under a mandate that no longer holds", "委托已失效，不得据此授权他人",
                   "have the principal say it", "请由委托人陈述")  # fmt: skip


def _unopened(one: Submission) -> Problem:
    return problem("SY09", one.dossier, "the dossier is not open at the portal", "平台上没有该案卷",
                   "hand its opening in first", "请先提交建档陈述")  # fmt: skip


def _not_theirs(one: Submission, gone: str) -> Problem:
    return problem("SY10", one.topic, f"{gone[:100]} is not theirs to replace or withdraw", f"不能替换或撤回 {gone[:100]}",
                   "name statements of the same principal on the same topic", "只能替换或撤回同一委托人在同一主题上的陈述")  # fmt: skip


def _no_dossier(one: Submission) -> Problem:
    return problem("D012", "dossier", f"{one.dossier[:100]!r} is no dossier id", f"{one.dossier[:100]!r} 不是有效的案卷编号",
                   "use 1 to 100 letters, digits and . _ : -", "使用 1 至 100 个字母、数字或 . _ : -")  # fmt: skip


def _no_paper(one: Submission) -> Problem:
    return problem("SY11", one.key, "the paper itself was not handed in", "未提交单证原件",
                   "hand in the paper first", "请先提交单证原件")  # fmt: skip
