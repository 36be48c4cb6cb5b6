"""What was said: submissions, their evidence, and the canonical statement that the log keeps a leaf of."""

from hashlib import sha256
from typing import Any, Literal

import msgspec
from msgspec import Struct

from entrepot.kernel.canonical import INTEGER_LIMIT, canonical

Channel = Literal["online", "window", "gateway"]
Authority = Literal["office", "gateway", "transcript", "own word"]


class Evidence(Struct, frozen=True, omit_defaults=True):
    """A document that bears a statement out: its digest, its name, and where in it each field was read."""

    digest: str
    name: str = ""
    places: dict[str, str] = {}


class Submission(Struct, frozen=True, omit_defaults=True, rename={"for_": "for"}):
    """Something said. Never changed afterwards; the speaker makes the id (UUIDv7), so saying it twice is saying it once.

    `by` is the person, `for_` the organisation; `said_at` the speaker's clock and `heard_at` the store's, both UTC in
    ISO 8601. `body` is the JSON text exactly as stored. `expects` lists the heads the speaker saw; `under` is the id of the
    statement on the mandate it is said under, which must still stand when this one is written.
    """

    id: str
    dossier: str
    topic: str
    body: msgspec.Raw
    key: str = ""
    version: int = 1
    by: str = ""
    for_: str = ""
    mandate: str = ""
    channel: Channel = "online"
    authority: Authority = "own word"
    said_at: str = ""
    heard_at: str = ""
    evidence: tuple[Evidence, ...] = ()
    replaces: tuple[str, ...] = ()
    withdraws: tuple[str, ...] = ()
    expects: tuple[str, ...] | None = None
    under: str = ""


def body_digest(body: bytes) -> str:
    """SHA-256 (hex) of a body's stored bytes."""
    return sha256(body).hexdigest()


def statement(submission: Submission) -> dict[str, Any]:
    """What the log proves of a submission: everything but the body, which stands by its digest.

    `heard_at`, `expects` and `under` are the store's business and stay out, so that a submission has the same statement in
    every store that holds it. Empty fields are left out.
    """
    fields: dict[str, Any] = {
        "id": submission.id,
        "dossier": submission.dossier,
        "topic": submission.topic,
        "key": submission.key,
        "version": submission.version,
        "body": body_digest(bytes(submission.body)),
        "by": submission.by,
        "for": submission.for_,
        "mandate": submission.mandate,
        "channel": submission.channel,
        "authority": submission.authority,
        "said_at": submission.said_at,
        # Places may carry words of a paper; the digest of the whole list is enough to prove it.
        "evidence": [item.digest for item in submission.evidence],
        "replaces": list(submission.replaces),
        "withdraws": list(submission.withdraws),
    }
    if submission.evidence:
        fields["places"] = sha256(msgspec.json.encode(submission.evidence, order="sorted")).hexdigest()
    return {name: value for name, value in fields.items() if value not in ("", [])}


class _Statement(Struct, frozen=True, omit_defaults=True, kw_only=True, rename={"for_": "for"}):
    """A statement with its fields in the order of their bytes, so that plain JSON of it is canonical."""

    authority: str = ""
    body: str = ""
    by: str = ""
    channel: str = ""
    dossier: str = ""
    evidence: tuple[str, ...] = ()
    for_: str = ""
    id: str = ""
    key: str = ""
    mandate: str = ""
    places: str = ""
    replaces: tuple[str, ...] = ()
    said_at: str = ""
    topic: str = ""
    version: int
    withdraws: tuple[str, ...] = ()


_encode = msgspec.json.Encoder().encode


def statement_bytes(submission: Submission, digest: str = "") -> bytes:
    """The canonical bytes of `statement`, an eighth of the work: every statement that is said passes here. `digest` is that of
    its body where the caller has it. CanonicalError for what cannot be hashed."""
    s = submission
    texts = (s.id, s.dossier, s.topic, s.key, s.by, s.for_, s.mandate, s.channel, s.authority, s.said_at, *s.replaces, *s.withdraws)
    plain = set(map(type, texts)) == {str} and type(s.version) is int and -INTEGER_LIMIT < s.version < INTEGER_LIMIT
    if not plain or s.evidence:
        return canonical(statement(s))
    said = _Statement(
        authority=s.authority, body=digest or body_digest(s.body), by=s.by, channel=s.channel, dossier=s.dossier, for_=s.for_,
        id=s.id, key=s.key, mandate=s.mandate, replaces=s.replaces, said_at=s.said_at, topic=s.topic, version=s.version,
        withdraws=s.withdraws,
    )  # fmt: skip
    try:
        return _encode(said)
    except UnicodeEncodeError:  # half a surrogate pair
        return canonical(statement(s))
