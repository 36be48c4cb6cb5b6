"""Search over all dossiers of a voice: by contract, invoice, container, bill, declaration, party, own reference, title, goods code.

    found = find(desk, voice, "波美达 2026")

The index says where to look (`store/search.py`). A dossier is found where every word of the question stands in a statement that stands
and that the voice may read; what only others may read makes no hit, and no number either.
"""

from collections.abc import Sequence

from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.kernel.access import Speaker, may_read_statement
from entrepot.kernel.record import Record
from entrepot.kernel.vocabulary.trade import OPENED, DossierOpened
from entrepot.portal.desk import Desk, NoSuchDossier
from entrepot.portal.work.reach import Reach
from entrepot.store import search as index

MOST = 2_000  # statements looked at for a word
LOOKED_AT = 100  # dossiers looked at in one answer
SHOWN = 5  # hits told of one dossier


class Hit(Struct, frozen=True):
    """Where a word was found: the topic, its key, the field, and the text."""

    topic: str
    key: str
    field: str
    text: str


class Match(Struct, frozen=True):
    """A dossier that was found, as far as the voice may know, with the places of the words."""

    dossier: str
    kind: str
    reference: str
    title: str
    hits: tuple[Hit, ...]


class Matches(Struct, frozen=True):
    """What was found, the dossier last spoken of in these words first. `next` is the cursor of what follows; `many`: the words are so
    common that not all was looked at; `behind`: the index is being brought up to date."""

    matches: tuple[Match, ...]
    next: int | None = None
    many: bool = False
    behind: bool = False


def find(desk: Desk, voice: Voice, query: str, before: int | None = None, limit: int = 20) -> Matches:
    """The dossiers in which every word of a question stands; none where nothing is asked."""
    desk.admit(voice, "read")
    words = index.asked(query[:200])
    if not words:
        return Matches(())
    index.catch_up(desk.store)
    readers = Reach(desk, voice).organisations
    found, many = _candidates(desk, words, (index.EVERYBODY,) if readers is None else readers)
    last: dict[str, int] = {}
    for one in found:
        last[one.dossier] = max(one.seq, last.get(one.dossier, 0))
    order = sorted((seq, dossier) for dossier, seq in last.items() if before is None or seq < before)[::-1]
    matches, cursor = list[Match](), None
    for number, (seq, dossier) in enumerate(order):
        if len(matches) == limit or number == LOOKED_AT:
            cursor = before
            break
        before = seq
        if (match := _match(desk, voice, dossier, words)) is not None:
            matches.append(match)
    return Matches(tuple(matches), cursor, many, index.behind(desk.store) > 0)


def _candidates(desk: Desk, words: Sequence[str], readers: Sequence[str]) -> tuple[list[index.Candidate], bool]:
    """Where all of the words may be, and whether that is not all: a word that is too common narrows nothing down."""
    database, narrow, wide = desk.store.database, list[list[index.Candidate]](), list[index.Candidate]()
    with database.session() as session:
        for word in words:
            found = index.candidates(database, session, readers, word, MOST)
            if len(found) < MOST:
                narrow.append(found)
            else:
                wide = found
    if not narrow:
        return wide, True
    least = min(narrow, key=len)
    shared = set.intersection(*({one.dossier for one in found} for found in narrow))
    return [one for one in least if one.dossier in shared], False


def _match(desk: Desk, voice: Voice, dossier: str, words: Sequence[str]) -> Match | None:
    try:
        with desk.known(dossier, voice) as (record, speaker):
            hits = hits_in(desk, record, speaker, words)
            opened = record.standing(OPENED.name).get("")
            card = opened.value if opened is not None and isinstance(opened.value, DossierOpened) else None
            readable = OPENED.read & speaker.roles
    except NoSuchDossier:
        return None
    if not hits:
        return None
    named = card if readable else None
    return Match(
        dossier,
        record.kind,
        named.reference if named else "",
        named.title if named else "",
        hits[:SHOWN],
    )


def hits_in(desk: Desk, record: Record, speaker: Speaker, words: Sequence[str]) -> tuple[Hit, ...]:
    """The places of the words in what a speaker may read of a record; none where one of the words is missing."""
    missing, hits = set(words), list[Hit]()
    for name in index.FIELDS:
        topic = desk.registry.topics.get(name)
        if topic is None:
            continue
        for key, standing in record.standing(name).items():
            for said, value in zip(standing.statements, standing.values, strict=True):
                if not may_read_statement(topic, said, speaker, record):
                    continue
                for field, text in index.texts(name, record.dossier, key, value):
                    if held := {word for word in words if index.holds(text, word)}:
                        missing -= held
                        hits.append(Hit(name, key, field, text))
    return () if missing else tuple(dict.fromkeys(hits))
