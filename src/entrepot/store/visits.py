"""Up to where in the log somebody has seen the news: as of the end of the last day on which he was here."""

from datetime import date

from entrepot.store import events
from entrepot.store.store import Store


def came(store: Store, person: str, organisation: str, today: date) -> int:
    """Somebody is here: the place of the log up to which the news is old to him. On one day it stays the same."""
    ask = "SELECT place, earlier, day FROM visit WHERE person = ? AND organisation = ?"
    with store.database.session() as session:
        row, head = session.one(ask, person, organisation), events.head(session)
    if row is not None and row[2] == today.isoformat():
        if row[0] != head:
            store.write(
                lambda session: session.run(
                    ("UPDATE visit SET place = ? WHERE person = ? AND organisation = ?", (head, person, organisation))
                )
            )
        return int(row[1])
    # Who was never here has no news: everything is new.
    earlier = head if row is None else int(row[0])
    store.write(
        lambda session: session.run(
            ("DELETE FROM visit WHERE person = ? AND organisation = ?", (person, organisation)),
            ("INSERT INTO visit (person, organisation, place, earlier, day) VALUES (?, ?, ?, ?, ?)",
             (person, organisation, head, earlier, today.isoformat())),
        )
    )  # fmt: skip
    return earlier
