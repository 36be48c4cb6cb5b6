"""The index of search: from the beginning of any word, in Chinese of any character, to the statements that hold it.

    catch_up(store)                                  take in what the log placed since; gives how much
    candidates(database, session, readers, word, 50) statements that hold a word, for whoever is or was in their dossier

It only says where to look: whether a statement stands, may be read and holds the word is asked of the record. Each organisation of a
dossier has entries of its own, so that looking costs by what one has, not by what all have. Entries of an erased statement go with
its words, in the same transaction.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from entrepot.kernel.record import Unreadable, decode
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.answers import ACCEPTANCE
from entrepot.kernel.vocabulary.enterprise import ENTERPRISE_CARD
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.kernel.vocabulary.trade import CONTAINER, MEMBER, OPENED, PARTY, TERMS, TRANSPORT
from entrepot.store import events
from entrepot.store.database import WRITERS_LOCK, Database, Row, Session, listed
from entrepot.store.outbox import stamp

if TYPE_CHECKING:
    from entrepot.store.store import Store

WATCH = "search"
ROWS = 1_000  # statements taken in at a time
EVERYBODY = ""  # the reader who sees all
KEY, DOSSIER = "key", "dossier"  # what is no field: the statement's key, and the dossier's own id
FIELDS: dict[str, tuple[str, ...]] = {
    OPENED.name: (DOSSIER, "reference", "title"),
    TERMS.name: ("contract_no", "invoice_no"),
    TRANSPORT.name: ("bill_no",),
    CONTAINER.name: (KEY,),
    ACCEPTANCE.name: (KEY,),
    PARTY.name: ("name", "name_zh", "uscc", "customs_code"),
    LINE.name: ("hs", "item_code"),
    ENTERPRISE_CARD.name: ("name", "name_zh", "uscc", "customs_code"),
}
"""What can be searched for: of each topic the fields."""

_CHINESE = "\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"\d+|[{_CHINESE}]|[^\W\d_{_CHINESE}]+")
_LONGEST, _MOST_WORDS, _LONGEST_TEXT = 32, 64, 400
_AFTER = "\U0010ffff"
_LOCK = WRITERS_LOCK + 5
_WANTED = " OR ".join(f"s.topic = '{name}'" for name in (*FIELDS, MEMBER.name))
_NEWS = f"""
SELECT p.place, s.seq, s.dossier, s.topic, s.key, s.version, s.withdraws, b.data FROM placed p JOIN submission s ON s.seq = p.seq
JOIN body b ON b.seq = s.seq WHERE p.place > ? AND p.place <= ? AND ({_WANTED}) ORDER BY p.place
"""


def runs(text: str) -> list[str]:
    """The words of a text as they are compared: figures, letters without case and accents, single Chinese characters."""
    if text.isascii():
        return _RUN.findall(text[:_LONGEST_TEXT].lower())
    plain = unicodedata.normalize("NFKD", text[:_LONGEST_TEXT].casefold())
    return _RUN.findall("".join(one for one in plain if not unicodedata.combining(one)))


@lru_cache(maxsize=20_000)
def tokens(text: str) -> tuple[str, ...]:
    """A text from each of its words on: whoever looks for the beginning of one of them finds it."""
    words = runs(text)[:_MOST_WORDS]
    return tuple(["".join(words[at:]) for at in range(len(words))])


def asked(query: str) -> tuple[str, ...]:
    """The words of a question; all of them must be found. Stops and hyphens within one do not count."""
    return tuple(dict.fromkeys(word for part in query.split()[:8] if (word := "".join(runs(part)))))


def holds(text: str, word: str) -> bool:
    """Whether a text holds a word of a question."""
    return any(token.startswith(word) for token in tokens(text))


def texts(topic: str, dossier: str, key: str, value: Any) -> list[tuple[str, str]]:
    """What can be searched for in a statement: each field with its text."""
    beside = {KEY: key, DOSSIER: dossier}
    named = ((name, beside.get(name) or getattr(value, name, "")) for name in FIELDS.get(topic, ()))
    return [(name, text) for name, text in named if isinstance(text, str) and text]


class Candidate(Struct, frozen=True):
    """A statement that may hold a word, and its dossier."""

    seq: int
    dossier: str


def candidates(database: Database, session: Session, readers: Iterable[str], word: str, most: int) -> list[Candidate]:
    """Up to `most` statements for each reader that hold a word, in no order."""
    start = word[:_LONGEST]
    sql = (
        "SELECT t.seq, s.dossier FROM (SELECT seq FROM search_token WHERE reader = ? AND token >= ? AND token < ? LIMIT ?) t"
        " JOIN submission s ON s.seq = t.seq"
    )
    rows = [row for reader in readers for row in session.all(sql, reader, start, start + _AFTER, most)]
    return [Candidate(*row) for row in dict.fromkeys(rows)]


def behind(store: "Store") -> int:
    """How many placed statements are not taken in yet."""
    with store.database.session() as session:
        return events.head(session) - _place(session)


def catch_up(store: "Store", rows: int = ROWS) -> int:
    """Take in the next statements that the log placed, up to `rows` places; gives how many places that were."""
    if not behind(store):
        return 0
    return store.write(lambda session: _take_in(store, session, rows))


def forget(session: Session, submission_id: str) -> None:
    """Drop what was taken in of a statement; to be called in the transaction that erases its words, after they are gone."""
    row = session.one("SELECT seq, dossier FROM submission WHERE id = ?", submission_id)
    if row is None:
        return
    for (reader,) in session.all("SELECT reader FROM search_reader WHERE dossier = ?", row[1]):
        session.run(
            ("DELETE FROM search_token WHERE reader = ? AND seq = ? AND token IN"
             " (SELECT token FROM search_token WHERE reader = '' AND seq = ?)", (reader, row[0], row[0])),
        )  # fmt: skip
    session.run(
        ("DELETE FROM search_token WHERE reader = '' AND seq = ?", (row[0],)),
        ("DELETE FROM work_card WHERE dossier = ?", (row[1],)),
    )


def _place(session: Session) -> int:
    row = session.one("SELECT place FROM watch WHERE name = ?", WATCH)
    return -1 if row is None else int(row[0])


def _take_in(store: "Store", session: Session, rows: int) -> int:
    # On PostgreSQL the bodies read are locked against being erased until their words are in: whoever erases then finds them.
    shared = ""
    if session.dialect == "postgresql":
        session.run((f"SELECT pg_advisory_xact_lock({_LOCK})", ()))
        shared = " FOR SHARE OF b"
    place = _place(session)
    upto = min(place + rows, events.head(session))
    if upto <= place:
        return 0
    news = session.all(_NEWS + shared, place, upto)
    _let_in(store.database, session, news)
    topics = store.registry.topics
    made = {(row[1], token, row[2]) for row in news for token in _tokens_of(topics, row)}
    readers: dict[str, list[str]] = {}
    among = store.database.among("dossier")
    for dossier, reader in session.all(
        f"SELECT dossier, reader FROM search_reader WHERE {among}", listed({row[2] for row in news})
    ):
        readers.setdefault(dossier, []).append(reader)
    entries = [
        (reader, token, seq) for seq, token, dossier in made for reader in (EVERYBODY, *readers.get(dossier, ()))
    ]
    session.insert("search_token", ("reader", "token", "seq"), sorted(entries))
    session.run(("DELETE FROM watch WHERE name = ?", (WATCH,)))
    session.insert("watch", ("name", "place", "due"), [(WATCH, upto, stamp(store.clock()))])
    return upto - place


def _let_in(database: Database, session: Session, news: Sequence[Row]) -> None:
    """Give organisations that came into a dossier what is taken in of it already."""
    came = {(row[2], row[4]) for row in news if row[3] == MEMBER.name and row[4]}
    if not came:
        return
    among = database.among("dossier")
    there = session.all(f"SELECT dossier, reader FROM search_reader WHERE {among}", listed({one for one, _ in came}))
    new = sorted(came - {(dossier, reader) for dossier, reader in there})
    for dossier, reader in new:
        session.run(
            ("INSERT INTO search_token (reader, token, seq) SELECT ?, t.token, t.seq FROM submission s"
             " JOIN search_token t ON t.seq = s.seq AND t.reader = '' WHERE s.dossier = ?", (reader, dossier)),
        )  # fmt: skip
    if new:
        session.insert("search_reader", ("dossier", "reader"), new)


def _tokens_of(topics: Any, row: Row) -> Iterable[str]:
    _, _, dossier, name, key, version, withdraws, data = row
    topic: Topic[Any] | None = topics.get(name)
    if name not in FIELDS or topic is None or withdraws != "[]":
        return ()
    try:
        value = decode(topic, bytes(data), version)
    except (msgspec.MsgspecError, Unreadable):
        return ()
    return {token[:_LONGEST] for _, text in texts(name, dossier, key, value) for token in tokens(text)}
