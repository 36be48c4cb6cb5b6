"""Cards of work: what a dossier comes to for those who look over many, kept until the dossier moves. They may be made again at any time."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from entrepot.store.database import Database, Row, Session, listed

_LAST = "(SELECT max(s.seq) FROM submission s WHERE s.dossier = d.id)"
_CARDS = f"""
SELECT d.id, d.opened, {_LAST}, coalesce(c.seq, -1), coalesce(c.law, ''), coalesce(c.day, ''), coalesce(c.drawn_at, ''), {{data}}
FROM dossier d LEFT JOIN work_card c ON c.dossier = d.id
"""
# A dossier is of interest to whoever was ever named in it; what he may see of it today is asked of its card.
_NAMED = "SELECT m.dossier FROM submission m WHERE m.topic = 'dossier.member' AND {among} UNION ALL SELECT o.id FROM dossier o WHERE {own}"


class Kept(Struct, frozen=True):
    """A dossier with its card: `last` is the number of its last statement, `seq` that of the last on the card; -1 where there is none."""

    dossier: str
    opened: int
    last: int
    seq: int
    law: str
    day: str
    drawn_at: str
    data: bytes

    def holds(self, law: str) -> bool:
        """Whether nothing moved since the card was drawn."""
        return self.seq == self.last and self.law == law


def cards(
    database: Database, session: Session, organisations: Sequence[str] | None, most: int, before: int = 2**62
) -> list[Kept]:
    """The dossiers in which one of the organisations is or was named (None: all), and those that they keep of themselves, the one
    opened last first; without the data on their cards."""
    found = _CARDS.format(data="''")
    if organisations is None:
        rows = session.all(f"{found} WHERE d.opened < ? ORDER BY d.opened DESC LIMIT ?", before, most)
    else:
        own = listed(f"enterprise:{one}" for one in organisations)
        named = _NAMED.format(among=database.among("m.key"), own=database.among("o.id"))
        rows = session.all(
            f"{found} WHERE d.id IN ({named}) AND d.opened < ? ORDER BY d.opened DESC LIMIT ?",
            listed(organisations), own, before, most,
        )  # fmt: skip
    return [_kept(row) for row in rows]


def cards_of(database: Database, session: Session, dossiers: Iterable[str]) -> list[Kept]:
    """The cards of these dossiers, with their data."""
    return [
        _kept(row)
        for row in session.all(f"{_CARDS.format(data='c.data')} WHERE {database.among('d.id')}", listed(dossiers))
    ]


def to_draw(session: Session, law: str, day: str, most: int) -> list[str]:
    """Dossiers whose card is missing or no longer holds; those of another day come last."""
    sql = (
        "SELECT d.id FROM dossier d LEFT JOIN work_card c ON c.dossier = d.id"
        f" WHERE c.dossier IS NULL OR c.seq <> {_LAST} OR c.law <> ? OR c.day <> ?"
        " ORDER BY CASE WHEN c.dossier IS NULL OR c.day = ? THEN 0 ELSE 1 END, d.opened DESC LIMIT ?"
    )
    return [row[0] for row in session.all(sql, law, day, day, most)]


def keep(database: Database, session: Session, drawn: Sequence[tuple[str, int, str, str, str, bytes]]) -> None:
    """Keep cards, each as dossier, number of the last statement, law, day, moment and data; to be called within a transaction."""
    session.run((f"DELETE FROM work_card WHERE {database.among('dossier')}", (listed(one[0] for one in drawn),)))
    session.insert("work_card", ("dossier", "seq", "law", "day", "drawn_at", "data"), sorted(drawn))


def assigned(session: Session, organisation: str) -> list[tuple[str, bytes]]:
    """Who sees to which dossier for an organisation: the words that stand, one heard later behind one heard before."""
    rows = session.all(
        "SELECT s.dossier, b.data FROM submission s JOIN body b ON b.seq = s.seq WHERE s.topic = 'dossier.assigned'"
        " AND s.for_organisation = ? AND s.key = ? AND s.withdraws = '[]' AND NOT EXISTS"
        " (SELECT 1 FROM retired r WHERE r.dossier = s.dossier AND r.gone = s.id) ORDER BY s.seq",
        organisation,
        organisation,
    )
    return [(row[0], bytes(row[1])) for row in rows]


def _kept(row: Row) -> Kept:
    dossier, opened, last, seq, law, day, drawn_at, data = row
    return Kept(dossier, int(opened), int(last or 0), int(seq), law, day, drawn_at, bytes(data) if data else b"")
