"""What an enterprise decided on hits of the screening, in the dossiers that it opened itself: its own word, nobody else's."""

import threading
from collections import OrderedDict
from typing import Any

import msgspec

from entrepot.modules.screening.facts import DECISION, Decision, Decisions, KnownDecision
from entrepot.store.store import Store

KEPT = 64
MOST_DECISIONS = 20_000
_STANDS = "s.withdraws = '[]' AND NOT EXISTS (SELECT 1 FROM retired r WHERE r.dossier = s.dossier AND r.gone = s.id)"
_OWN = "SELECT o.dossier FROM submission o WHERE o.topic = 'dossier.opened' AND o.for_organisation = ?"
_DECIDED = f"""
SELECT s.dossier, s.key, s.by_person, b.data FROM submission s JOIN body b ON b.seq = s.seq
WHERE s.topic = '{DECISION.name}' AND s.for_organisation = ? AND s.dossier IN ({_OWN}) AND {_STANDS}
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
        self._kept: OrderedDict[str, tuple[tuple[Any, ...], Decisions]] = OrderedDict()
        self._mutex = threading.Lock()

    def decisions(self, organisation: str) -> Decisions:
        """The standing decisions of one enterprise, the last first; the same object while nobody decides anything."""
        with self._store.database.session() as session:
            stamp = tuple(value for rows in session.run(*((sql, ()) for sql in _STAMP)) for value in rows)
            with self._mutex:
                kept = self._kept.get(organisation)
            if kept is not None and kept[0] == stamp:
                return kept[1]
            rows = session.all(_DECIDED, organisation, organisation)
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
            self._kept[organisation] = (stamp, shown)
            self._kept.move_to_end(organisation)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return shown
