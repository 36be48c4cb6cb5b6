"""Saying: drafts against a dossier's record - who may say what, what may be replaced - and the submissions that come of it."""

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import UTC, date, datetime
from typing import Any, Literal

import msgspec
from msgspec import Struct

from entrepot.channels import online, window
from entrepot.channels.online import FIRST_WORDS, Voice
from entrepot.gateways.extract import Extract
from entrepot.kernel.access import Speaker, may_replace, may_say
from entrepot.kernel.intake import Refusal, convert
from entrepot.kernel.record import Record
from entrepot.kernel.submissions import Evidence, Submission
from entrepot.kernel.text import Problem
from entrepot.kernel.topics import ROLES, Topic
from entrepot.kernel.vocabulary.answers import PAPER, PAPER_DOUBTS, Doubts, Paper
from entrepot.kernel.vocabulary.trade import MANDATE, MEMBER, OPENED, SHIPPERS, Mandate, Membership
from entrepot.portal.access import placing
from entrepot.portal.drafts import Draft, body_bytes, moment_problem, problem, typed
from entrepot.portal.ids import derived, is_derived, uuid7
from entrepot.store.intake import Outcome
from entrepot.store.problems import final_word
from entrepot.store.store import Store

MOVED = "S006"
DOSSIER_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
Topics = Mapping[str, Topic[Any]]


class Said(Struct, frozen=True):
    """What became of a say: the ids now on file, those that were before, and the heads as the speaker may see them."""

    dossier: str
    said: tuple[str, ...]
    already: tuple[str, ...]
    heads: tuple[str, ...]
    prepared: tuple[str, ...] = ()  # at a counter: what the portal will say when they meet


class Counted(Struct):
    """What became of one draft of many: its id and whether it was said now, stood already, or was refused with these problems."""

    id: str
    problems: tuple[Problem, ...] = ()
    submissions: tuple[Submission, ...] = ()
    status: Literal["said", "already", "refused"] = "refused"


def closed(dossier: str) -> Problem:
    """For whoever may not know whether the dossier is there."""
    return problem(
        "D011",
        "dossier",
        f"you cannot speak in a dossier {dossier!r}",
        f"您不能在案卷 {dossier!r} 中陈述",
        "open one under another id, or ask its exporter to name you",
        "请换一个编号建档，或请出口商将您列为参与方",
    )


def nowhere(dossier: str) -> Problem:
    """For whoever speaks, without opening it, of a dossier that is not there or not there for them: said alike."""
    return problem(
        "D013",
        "dossier",
        f"there is no dossier {dossier!r} for you",
        f"没有可供您使用的案卷 {dossier!r}",
        f"open it first: its first statement is {OPENED.name}",
        f"请先建档：第一项陈述为 {OPENED.name}",
    )


def repeats(record: Record, drafts: Sequence[Draft], voice: Voice) -> bool:
    """Whether all of this was said before by the same organisation: a retry, which is answered like the first time."""
    known = [record.submissions.get(draft.id) for draft in drafts]
    return bool(known) and all(said is not None and said.for_ == voice.organisation for said in known)


def submissions(
    topics: Topics,
    dossier: str,
    record: Record | None,
    drafts: Sequence[Draft],
    voice: Voice,
    today: date,
    now: datetime,
    expects: tuple[str, ...] | None,
    papers: Set[str] = frozenset(),
) -> list[Submission]:
    """The drafts as one atomic batch; Refusal with every problem of every draft. `papers` come with it, by their digests. What
    opens a dossier is held to there being none: of two who open it at once, one does."""
    scene = Scene(topics, dossier, record, drafts, voice, today, now, papers)
    made: list[Submission] = []
    problems: list[Problem] = list(scene.problems)
    for number, draft in enumerate(drafts, 1):
        try:
            made += scene.made(draft, f"{number}" if len(drafts) > 1 else "")
        except Refusal as refusal:
            problems += refusal.problems
    if problems:
        raise Refusal(tuple(dict.fromkeys(problems)))
    expects = () if record is None else expects
    return [msgspec.structs.replace(one, expects=expects) for one in made] if expects is not None else made


def each(
    topics: Topics, dossier: str, record: Record | None, drafts: Sequence[Draft], voice: Voice, today: date, now: datetime
) -> list[Counted]:
    """The drafts one by one: a bad one leaves the others standing."""
    scene = Scene(topics, dossier, record, drafts, voice, today, now)
    results = []
    for draft in drafts:
        if scene.problems:
            results.append(Counted(draft.id, tuple(scene.problems)))
            continue
        try:
            made = tuple(scene.made(draft, ""))
            if record is None:
                made = tuple(msgspec.structs.replace(one, expects=()) for one in made)
            results.append(Counted(made[0].id, (), made))
        except Refusal as refusal:
            results.append(Counted(draft.id, refusal.problems))
    return results


def submit_each(store: Store, groups: list[list[Counted]]) -> list[list[Counted]]:
    """Submit what is ready, many dossiers to a transaction. Where the store refuses a group, its statements go in one by one."""
    ready = [[one for one in group if one.submissions] for group in groups]
    ready = [group for group in ready if group]
    again: list[list[Counted]] = []
    for group, outcome in zip(ready, _submitted(store, ready), strict=True):
        if outcome.ok or MOVED in {problem.rule for problem in outcome.problems}:
            _mark(group, outcome)  # who opened a dossier too late has no part in it, and says nothing else there either
        elif group[0].submissions[0].topic == OPENED.name:
            again += _opened(store, group)
        else:
            again += [[one] for one in group]
    for single, outcome in zip(again, _submitted(store, again), strict=True):
        _mark(single, outcome)
    return groups


def _opened(store: Store, group: list[Counted]) -> list[list[Counted]]:
    """Open a dossier first; then what else was to be said there goes in one by one. Where it cannot be opened, nothing does."""
    opening, *others = group
    (outcome,) = _submitted(store, [[opening]])
    _mark([opening] if outcome.ok else group, outcome)
    for one in others:
        one.submissions = tuple(msgspec.structs.replace(said, expects=None) for said in one.submissions)
    return [[one] for one in others] if outcome.ok else []


def _submitted(store: Store, groups: list[list[Counted]]) -> list[Outcome]:
    return store.submit_many([[s for one in group for s in one.submissions] for group in groups]) if groups else []


def _mark(group: list[Counted], outcome: Outcome) -> None:
    """Tell each of a group what became of it; an id that comes twice is said once."""
    fresh = set(outcome.said)
    for one in group:
        one.problems = outcome.problems
        if outcome.ok:
            one.status = "said" if one.id in fresh else "already"
            fresh.discard(one.id)


class Scene:
    """Who speaks in a dossier with these drafts. `problems` holds what keeps all of them from being said."""

    def __init__(
        self,
        topics: Topics,
        dossier: str,
        record: Record | None,
        drafts: Sequence[Draft],
        voice: Voice,
        today: date,
        now: datetime,
        papers: Set[str] = frozenset(),
    ) -> None:
        self.papers = papers
        self.opening: Draft | None = None
        self.standing = False  # opened under a standing mandate: the counter needs no part in the dossier
        self.topics, self.dossier, self.record, self.voice = topics, dossier, record, voice
        self.drafts, self.today, self.now = drafts, today, now
        self.ids = {draft.id for draft in drafts if draft.id}
        self.problems: list[Problem] = []
        if not DOSSIER_ID.fullmatch(dossier):
            self.problems.append(
                problem(
                    "D012",
                    "dossier",
                    f"{dossier[:100]!r} is no dossier id",
                    f"{dossier[:100]!r} 不是有效的案卷编号",
                    "use 1 to 100 letters, digits and . _ : -",
                    "使用 1 至 100 个字母、数字或 . _ : -",
                )
            )
        self.speaker = self._opener() if record is None else self._member(record)

    def _member(self, record: Record) -> Speaker:
        speaker, problems = window.speaker(record, self.voice, self.today)
        if not speaker.roles and placing.entered(self.dossier, self.drafts, self.voice, self.today):
            return Speaker(speaker.person, speaker.organisation, frozenset({"clerk"}))
        if not repeats(record, self.drafts, self.voice):
            self.problems += problems
        return speaker

    def _opener(self) -> Speaker:
        voice = self.voice
        if not self.drafts or self.drafts[0].topic != OPENED.name:
            self.problems.append(nowhere(self.dossier))
        if voice.mandate:
            told = [
                self._quietly(draft, Mandate)
                for draft in self.drafts
                if (draft.topic, draft.key) == (MANDATE.name, voice.mandate)
            ]
            self.standing = voice.grant is not None or placing.entered(self.dossier, self.drafts, voice, self.today)
            self.problems += () if self.standing else window.mandate_problems(voice, told, self.today)
            return Speaker(voice.person, voice.organisation, voice.standing & {"clerk"})
        own = [
            self._quietly(draft, Membership)
            for draft in self.drafts
            if (draft.topic, draft.key) == (MEMBER.name, voice.organisation)
        ]
        named = frozenset(role for membership in own if membership is not None for role in membership.roles)
        if own and not named:
            self.problems.append(
                problem(
                    "D006",
                    f"{MEMBER.name}/{voice.organisation}.roles",
                    "you would have no role in the dossier that you open",
                    "您在自己所建案卷中没有任何角色",
                    "name your role, or leave your own membership out",
                    "请填写您的角色，或省略本单位的成员陈述",
                )
            )
        return Speaker(voice.person, voice.organisation, online.opening(voice, named))

    @staticmethod
    def _quietly(draft: Draft, type: Any) -> Any:
        try:
            return convert(draft.body, type)
        except Refusal:
            return None  # told when the draft's own turn comes

    def made(self, draft: Draft, where: str) -> list[Submission]:
        """The draft as a submission, with what follows from it when it opens the dossier; Refusal with every problem."""
        topic = self.topics.get(draft.topic)
        if topic is None or topic.kind != "said":
            what = (
                ("there is no topic", "没有主题")
                if topic is None
                else ("nobody says, the platform finds,", "由平台得出、不能陈述：")
            )
            raise Refusal(
                (
                    problem(
                        "D014",
                        f"{where}.topic".strip("."),
                        f"{what[0]} {draft.topic!r}",
                        f"{what[1]} {draft.topic!r}",
                        "see `entrepot topics`",
                        "参见 `entrepot topics`",
                    ),
                )
            )
        place = f"{where}/{topic.name}" if where else topic.name
        place = f"{place}/{draft.key}" if draft.key else place
        known = self.record.submissions.get(draft.id) if self.record is not None and draft.id else None
        again = known if known is not None and known.for_ == self.voice.organisation else None
        problems = list(self._form(topic, draft, place))
        body, value = b"{}", None
        if draft.withdraws:
            problems += (
                []
                if draft.body is None
                else [
                    problem(
                        "D015",
                        f"{place}.body",
                        "a withdrawal carries no body",
                        "撤回不带内容",
                        "leave the body out",
                        "请删去 body",
                    )
                ]
            )
        else:
            try:
                value = typed(topic, draft, place)
                body = body_bytes(value, place)
                if again is None:
                    problems += self._grants(value, place)
            except Refusal as refusal:
                problems += refusal.problems
        if again is None:
            problems += self._permission(topic, draft, place)
            scene = placing.Place(self.dossier, self.record, self.voice, self.papers, self.topics)
            problems += placing.objections(topic, draft, value, place, scene)
            problems += self._own_id(draft, place)
        if problems:
            raise Refusal(tuple(problems))
        one = self._submission(topic, draft, body, again)
        return [one, *self._follows(one)]

    def _submission(self, topic: Topic[Any], draft: Draft, body: bytes, again: Submission | None) -> Submission:
        voice = self.voice
        return Submission(
            draft.id or uuid7(self.now),
            self.dossier,
            topic.name,
            msgspec.Raw(body),
            draft.key,
            draft.version or topic.version,
            voice.person,
            voice.organisation,
            voice.mandate,
            voice.channel,
            again.authority if again else online.authority(topic, self.speaker, voice, draft.authority),
            draft.said_at or (again.said_at if again else moment(self.now)),
            "",
            draft.evidence,
            draft.replaces,
            draft.withdraws,
            under=voice.under,
        )

    def _follows(self, one: Submission) -> Iterable[Submission]:
        """Whoever opens a dossier is in it: the memberships that the first batch leaves unsaid."""
        if self.record is not None or one.topic != OPENED.name:
            return
        said = {draft.key for draft in self.drafts if draft.topic == MEMBER.name}
        voice = self.voice
        wanted = {voice.organisation: sorted(self.speaker.roles & online.GRANTED) or ["exporter"]}
        if voice.mandate:
            wanted = {voice.organisation: ["exporter"]} | ({} if self.standing else {voice.counter: ["clerk"]})
        if owner := placing.owner_of(self.dossier):
            wanted = {owner: ["exporter"]} | {name: roles for name, roles in wanted.items() if name == voice.counter}
        for organisation, roles in wanted.items():
            if organisation not in said and (owner or not voice.standing & online.OFFICES):
                body = body_bytes(Membership(tuple(roles)), MEMBER.name)
                yield msgspec.structs.replace(
                    one,
                    id=derived(one.id, f"member/{organisation}"),
                    topic=MEMBER.name,
                    key=organisation,
                    body=msgspec.Raw(body),
                    version=MEMBER.version,
                    evidence=(),
                    replaces=(),
                    withdraws=(),
                )

    def _form(self, topic: Topic[Any], draft: Draft, place: str) -> Iterable[Problem]:
        if bool(topic.keyed) != bool(draft.key):
            wanted = (f"a key naming the {topic.keyed}", "须给出键") if topic.keyed else ("no key", "不带键")
            yield problem(
                "D016",
                f"{place}.key",
                f"{topic.name} takes {wanted[0]}",
                f"{topic.name} {wanted[1]}",
                "correct the key",
                "请更正键",
            )
        if bad := moment_problem(draft.said_at, place):
            yield bad
        if any(not _DIGEST.fullmatch(item.digest) for item in draft.evidence):
            yield problem(
                "D017",
                f"{place}.evidence",
                "a document is cited by its SHA-256 in 64 small hexadecimal digits",
                "文件以 64 位小写十六进制 SHA-256 引用",
                "hand the paper in first, then cite its digest",
                "请先提交文件，再引用其摘要",
            )
        if draft.authority not in ("", "office", "gateway", "transcript", "own word"):
            yield problem(
                "D018",
                f"{place}.authority",
                f"{draft.authority[:40]!r} is no footing",
                f"{draft.authority[:40]!r} 不是有效的陈述依据",
                "leave it out, or say transcript",
                "可省略，或填写 transcript",
            )

    def _permission(self, topic: Topic[Any], draft: Draft, place: str) -> Iterable[Problem]:
        first = self.record is None and topic.name in FIRST_WORDS
        if not first and not may_say(topic, self.speaker):
            who = ", ".join(sorted(topic.say)) or "nobody"
            zh = "、".join(ROLES[role].zh for role in sorted(topic.say & ROLES.keys())) or "无"
            yield problem(
                "D019",
                place,
                f"you may not say {topic.name} here",
                f"您无权陈述 {topic.label.zh}",
                f"it is for: {who}",
                f"可陈述者：{zh}",
            )
        elif topic is OPENED and not draft.replaces and (self.record is not None or self._opens_again(draft)):
            yield problem(
                "D020",
                place,
                "the dossier is open already",
                "案卷已建档",
                "replace your own opening statement to correct it",
                "如需更正，请替换您原来的建档陈述",
            )
        if topic is PAPER and not draft.withdraws and draft.key not in self.papers:
            # Whoever says that a paper is here must have it: its digest alone would fetch it out of another dossier.
            yield problem(
                "D022",
                place,
                "a paper is handed in, not spoken of",
                "单证须提交原件，不能仅作陈述",
                "hand in the file itself",
                "请提交文件本身",
            )
        if topic.final and (draft.replaces or draft.withdraws):
            yield final_word(place)
        for gone in dict.fromkeys((*draft.replaces, *draft.withdraws)):
            old = self.record.submissions.get(gone) if self.record is not None else None
            if gone in self.ids and old is None:
                continue
            if old is None or old.topic != topic.name or not may_replace(old, self.speaker):
                yield problem(
                    "D021",
                    place,
                    f"{gone[:100]} is not yours to replace or withdraw on {topic.name}",
                    f"您不能在 {topic.name} 上替换或撤回 {gone[:100]}",
                    "name statements of your own organisation on the same topic",
                    "只能替换或撤回本单位在同一主题上的陈述",
                )

    def _opens_again(self, draft: Draft) -> bool:
        """Whether another draft has opened the dossier before; the same one again, by its id, is a retry."""
        if self.opening is None:
            self.opening = draft
            return False
        return not draft.id or draft.id != self.opening.id

    @staticmethod
    def _own_id(draft: Draft, place: str) -> Iterable[Problem]:
        if is_derived(draft.id):
            yield problem(
                "D023",
                f"{place}.id",
                "ids of this form (UUID version 8) are the platform's own",
                "此类编号（UUID 第 8 版）由平台专用",
                "leave the id out, or use a UUID of version 4 or 7",
                "可省略编号，或使用第 4 或第 7 版 UUID",
            )

    def _grants(self, value: Any, place: str) -> list[Problem]:
        if not isinstance(value, Membership):
            return []
        return online.membership_problems(self.speaker, value, place, self.record is None)


def moment(now: datetime) -> str:
    """A moment in UTC as statements carry it, to the millisecond."""
    return now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def paper_draft(digest: str, name: str, paper: Paper) -> Draft:
    """That a paper was handed in."""
    return Draft(PAPER.name, msgspec.to_builtins(paper), digest, evidence=(Evidence(digest, name),))


def paper_drafts(topics: Topics, extract: Extract) -> list[Draft]:
    """That a paper was handed in, and what it says, each field with its place."""
    unread = (*(text.en for text in extract.unread), *(p.sentence() for p in extract.problems))
    spoken = {one.topic for one in extract.statements} | {doubt.topic for doubt in extract.doubtful}
    if unread and any(SHIPPERS - topics[topic].read for topic in spoken):
        # More people may know that the paper is here than what is in it; whoever hands it in is told in full.
        unread = (f"not all of it was read: {len(unread)} notes for whoever handed it in",)
    paper = Paper(
        extract.name, extract.kind, extract.media_type, extract.size, unread[:200], len(extract.doubtful), turned=extract.turned
    )
    drafts = [paper_draft(extract.digest, extract.name, paper)]
    if extract.doubtful or extract.confidence:
        doubts = Doubts(extract.doubtful, extract.confidence)
        drafts.append(Draft(PAPER_DOUBTS.name, msgspec.to_builtins(doubts), extract.digest))
    for one in extract.statements:
        body = msgspec.to_builtins(one.value, str_keys=True)
        drafts.append(
            Draft(one.topic, body, one.key, evidence=(Evidence(extract.digest, extract.name, dict(one.places)),))
        )
    return drafts
