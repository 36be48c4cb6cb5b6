"""What an enterprise decided on hits of the screening, and the broker or counter that opens dossiers for it: in the dossiers that
a sight shows, by their own word and nobody else's."""

import threading
from collections import OrderedDict
from typing import Any

import msgspec

from entrepot.modules.screening.facts import DECISION, Decision, Decisions, KnownDecision
from entrepot.store.database import listed
from entrepot.store.sight import STANDS, Sight, by_itself_or_agents, seen
from entrepot.store.store import Store

KEPT = 64
MOST_DECISIONS = 20_000
_HAS = f"""EXISTS (SELECT 1 FROM submission f WHERE f.topic = '{DECISION.name}' AND f.for_organisation IN (?, ?)
AND f.dossier = d.id)"""
_DECIDED = f"""
SELECT s.dossier, s.key, s.by_person, b.data FROM submission s JOIN body b ON b.seq = s.seq
WHERE s.topic = '{DECISION.name}' AND s.for_organisation IN (?, ?) AND {{among}} AND {STANDS.format("s")}
ORDER BY s.seq DESC LIMIT {MOST_DECISIONS}
"""
_STAMP = (
    f"SELECT seq FROM submission WHERE topic = '{DECISION.name}' ORDER BY seq DESC LIMIT 1",
    "SELECT count(*) FROM erased",
    "SELECT count(*) FROM retired",
)


class ScreeningView:
    """Asked by the store's views; may be called from any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: OrderedDict[Sight, tuple[tuple[Any, ...], Decisions]] = OrderedDict()
        self._mutex = threading.Lock()

    def decisions(self, sight: Sight) -> Decisions:
        """The standing decisions, the last first; the same object while nobody decides anything."""
        database = self._store.database
        with database.session() as session:
            stamp = tuple(value for rows in session.run(*((sql, ()) for sql in _STAMP)) for value in rows)
            with self._mutex:
                kept = self._kept.get(sight)
            if kept is not None and kept[0] == stamp:
                return kept[1]
            by = sight.speakers
            shown_here = seen(database, session, sight, (_HAS, by), by_itself_or_agents(sight))
            sql, dossiers = _DECIDED.format(among=database.among("s.dossier")), listed(one for one, _ in shown_here)
            rows = session.all(sql, *by, dossiers) if shown_here else []
        known = []
        for dossier, key, by, data in rows:
            try:
                decision = msgspec.json.decode(bytes(data), type=Decision)
            except msgspec.MsgspecError:  # erased, or of another version: nothing said
                continue
            known.append(KnownDecision(key, decision, by, dossier))
        shown = Decisions(tuple(known))
        with self._mutex:
            if kept is not None and kept[1] == shown:
                shown = kept[1]  # somebody else decided something
            self._kept[sight] = (stamp, shown)
            self._kept.move_to_end(sight)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return shown
