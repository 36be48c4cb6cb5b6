"""How much there is in dossiers, topic by topic, so that whoever lists them can count what its reader may read and no more."""

from collections.abc import Sequence

from msgspec import Struct

from entrepot.store.database import Database, listed


class Tally(Struct, frozen=True):
    """The statements of a dossier on a topic: how many, and when the last was heard (UTC); and of those the ones that one
    organisation made."""

    dossier: str
    topic: str
    count: int
    heard_at: str
    own: int
    own_heard_at: str


def tallies(database: Database, dossiers: Sequence[str], organisation: str) -> list[Tally]:
    """The tallies of some dossiers."""
    with database.session() as session:
        rows = session.all(
            "SELECT dossier, topic, count(*), max(heard_at), sum(CASE WHEN for_organisation = ? THEN 1 ELSE 0 END),"
            " max(CASE WHEN for_organisation = ? THEN heard_at ELSE '' END)"
            f" FROM submission WHERE {database.among('dossier')} GROUP BY dossier, topic",
            organisation,
            organisation,
            listed(dossiers),
        )
    return [
        Tally(dossier, topic, int(count), heard, int(own), last) for dossier, topic, count, heard, own, last in rows
    ]
