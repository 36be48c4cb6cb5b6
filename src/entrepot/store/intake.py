"""What is checked and worked out before a statement reaches the database: everything that needs no look at the record."""

import re
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct

from entrepot.kernel.canonical import CanonicalError
from entrepot.kernel.record import Unreadable, decode
from entrepot.kernel.submissions import Submission, body_digest, statement_bytes
from entrepot.kernel.text import Problem
from entrepot.kernel.topics import Topic
from entrepot.modules.evidence.rules.tree import SALT_BYTES, entry_bytes, salted_digest
from entrepot.store import problems
from entrepot.store.ledger import Take, measured
from entrepot.store.outbox import Task

OPENING = "dossier.opened"
MAX_BODY = 1024 * 1024
MAX_CONTENT = 50 * 1024 * 1024
MAX_BATCH = 50_000
MAX_KEY = 300

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}")


class Content(Struct, frozen=True):
    """A document: its bytes and, where known, their media type (looked up from the first bytes when left out)."""

    data: bytes
    media_type: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the bytes: the name by which statements cite it."""
        return sha256(self.data).hexdigest()


class Outcome(Struct, frozen=True):
    """What became of a batch: the ids said now, those that were on file already, or every problem and nothing said."""

    dossier: str
    said: tuple[str, ...] = ()
    already: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether all of the batch is on file and durable."""
        return not self.problems


class Ready(Struct):
    """A statement that fits its topic, with its digests, salt and postings."""

    submission: Submission
    digest: str
    body_digest: str
    evidence: str
    salt: bytes
    entry: bytes
    takes: tuple[Take, ...]
    opened: Any
    final: bool = False


class Batch(Struct):
    """Statements on one dossier that are said together or not at all, with the documents and tasks that go with them."""

    dossier: str
    ready: list[Ready]
    contents: dict[str, Content]
    tasks: tuple[Task, ...]
    finals: frozenset[str] = frozenset()  # the topics that are final, where the batch would take anything back

    @property
    def size(self) -> int:
        """Bytes to be written, roughly."""
        return sum(len(r.submission.body) for r in self.ready) + sum(len(c.data) for c in self.contents.values())


def prepare(
    topics: Mapping[str, Topic[Any]],
    submissions: Sequence[Submission],
    contents: Iterable[Content],
    tasks: Iterable[Task],
) -> Batch | Outcome:
    """The batch ready for the writer, or every problem that can be told without the record."""
    dossier = submissions[0].dossier if submissions else ""
    found = [] if submissions else [problems.form("batch", "the batch holds no statement", "该批次没有任何申报")]
    if len(submissions) > MAX_BATCH:
        found.append(problems.too_many("batch", MAX_BATCH))
        submissions = ()
    ready: list[Ready] = []
    salts = secrets.token_bytes(SALT_BYTES * len(submissions))
    for at, submission in enumerate(submissions):
        if submission.dossier != dossier:
            found.append(problems.form(submission.id, "a batch speaks of one dossier only", "一个批次只能针对一个案卷"))
        one = _ready(topics, submission, salts[at * SALT_BYTES : (at + 1) * SALT_BYTES])
        if isinstance(one, Ready):
            ready.append(one)
        else:
            found += one
    documents = {}
    for content in contents:
        if len(content.data) > MAX_CONTENT:
            found.append(problems.too_large("content", len(content.data), MAX_CONTENT))
        documents[content.digest] = content
    if found:
        return Outcome(dossier, problems=tuple(found))
    retires = any(one.submission.replaces or one.submission.withdraws for one in ready)
    finals = frozenset(topic.name for topic in topics.values() if topic.final) if retires else frozenset[str]()
    return Batch(dossier, ready, documents, tuple(tasks), finals)


def _ready(topics: Mapping[str, Topic[Any]], submission: Submission, salt: bytes) -> Ready | Collection[Problem]:
    found = [] if _shapely(submission) else list(_misshapen(submission))
    topic = topics.get(submission.topic)
    if topic is None or topic.kind != "said":
        found.append(problems.unknown_topic(submission.id, submission.topic))
    elif bool(topic.keyed) != bool(submission.key):
        found.append(problems.keyed(f"{submission.id}.key", topic.name, topic.keyed))
    elif topic.final and (submission.replaces or submission.withdraws):
        found.append(problems.final_word(submission.id))
    if topic is None or found:
        return found
    body = bytes(submission.body)
    takes: list[Take] = []
    value = None
    try:
        if submission.withdraws:  # it carries no value, but whoever reads it must find JSON
            msgspec.json.decode(body)
        else:
            value = decode(topic, body, submission.version)
        for posting in topic.takes(value) if topic.takes and value is not None else ():
            match measured(posting, submission.id):
                case Take() as take:
                    takes.append(take)
                case problem:
                    found.append(problem)
        evidence = msgspec.json.encode(submission.evidence).decode() if submission.evidence else "[]"
        digest = body_digest(body)
        words = statement_bytes(submission, digest)
    except (msgspec.MsgspecError, Unreadable, CanonicalError, UnicodeError, RecursionError) as error:
        return [problems.unreadable(submission.id, str(error))]
    if len(evidence) > MAX_BODY:
        found.append(problems.too_large(f"{submission.id}.evidence", len(evidence), MAX_BODY))
    if found:
        return found
    entry = entry_bytes("submission", salted_digest(words, salt))
    opened = value if topic.name == OPENING else None
    return Ready(
        submission, sha256(words).hexdigest(), digest, evidence, salt, entry, tuple(takes), opened, topic.final
    )  # fmt: skip


def _shapely(submission: Submission) -> bool:
    """Whether nothing is misshapen in a statement of the plain kind, told at one look; `_misshapen` tells of any other."""
    s = submission
    words = f"{s.topic}{s.key}{s.by}{s.for_}{s.mandate}{s.channel}{s.authority}{s.said_at}"
    return (
        len(words) <= MAX_KEY
        and words.isprintable()
        and not (s.replaces or s.withdraws)
        and len(s.body) <= MAX_BODY
        and _ID.fullmatch(s.id) is not None
        and _ID.fullmatch(s.dossier) is not None
    )


def _misshapen(submission: Submission) -> Iterable[Problem]:
    """Names that no honest client makes: unbounded, unprintable or empty."""
    for field in ("id", "dossier"):
        value = getattr(submission, field)
        if not _ID.fullmatch(value):
            yield problems.no_name(field, value)
    for field in ("topic", "key", "by", "for_", "mandate", "channel", "authority", "said_at"):
        value = getattr(submission, field)
        if len(value) > MAX_KEY or not value.isprintable():
            yield problems.no_words(f"{submission.id}.{field.rstrip('_')}", MAX_KEY)
    for gone in (*submission.replaces, *submission.withdraws):
        if not _ID.fullmatch(gone) or gone == submission.id:
            yield problems.no_name(f"{submission.id}.replaces", gone)
    if len(submission.body) > MAX_BODY:
        yield problems.too_large(submission.id, len(submission.body), MAX_BODY)
