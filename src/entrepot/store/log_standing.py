"""How a log stands, in what anybody may know: nothing here tells of a statement."""

from msgspec import Struct

from entrepot.store.database import Session
from entrepot.store.log_keys import Keyring

POINTS = 60  # of the picture of its growth


class KeyStanding(Struct, frozen=True):
    """A key of the log: the sizes of checkpoints at which it counts, when it was added, and whether this process may sign with it."""

    id: str
    key: str
    since: int
    since_when: str
    until: int | None
    compromised: bool
    at_hand: bool


class WitnessStanding(Struct, frozen=True):
    """A witness or an authority of time: the size of the largest checkpoint that it signed, when (seconds since 1970), and how many
    it signed."""

    name: str
    key_id: str
    size: int
    signed_at: int
    count: int


class Standing(Struct, frozen=True):
    """The log: its latest checkpoint, its keys, its witnesses, the authorities of time, and (when, size) of some of its checkpoints
    from old to new."""

    origin: str
    size: int
    root: str
    signed_at: str
    waiting: int
    keys: tuple[KeyStanding, ...]
    witnesses: tuple[WitnessStanding, ...]
    authorities: tuple[WitnessStanding, ...]
    growth: tuple[tuple[str, int], ...]


def read_standing(session: Session, origin: str, keyring: Keyring) -> Standing:
    """How the log of this session's database stands."""
    last = session.one("SELECT size, root, signed_at FROM checkpoint ORDER BY size DESC LIMIT 1") or (0, b"", "")
    [(waiting,)] = session.all("SELECT count(*) FROM leaf WHERE seq > (SELECT coalesce(max(seq), 0) FROM placed)")
    return Standing(
        origin, last[0], bytes(last[1]).hex(), last[2], waiting, _keys(session, keyring),
        _signing(session, "cosignature", "signed_at"), _signing(session, "stamp", "stamped_at"), _growth(session, last[0]),
    )  # fmt: skip


def _signing(session: Session, table: str, at: str) -> tuple[WitnessStanding, ...]:
    rows = session.all(
        f"SELECT name, key_id, max(size), max({at}), count(*) FROM {table} GROUP BY name, key_id ORDER BY name, key_id"
    )
    return tuple(WitnessStanding(*row) for row in rows)


def _keys(session: Session, keyring: Keyring) -> tuple[KeyStanding, ...]:
    history = keyring.history(session)
    if history is None:
        return ()
    added: dict[int, str] = dict(session.all("SELECT number, recorded_at FROM key_change"))
    first = session.one("SELECT signed_at FROM checkpoint ORDER BY size LIMIT 1")
    return tuple(
        KeyStanding(
            one.id,
            str(one.key),
            one.since,
            added.get(one.number) or (first[0] if first else ""),
            one.until,
            one.compromised,
            keyring.signs and keyring.path(one.number).exists(),
        )
        for one in history.keys
    )


def _growth(session: Session, size: int) -> tuple[tuple[str, int], ...]:
    """Checkpoints at even distances of size: as many questions as points, however long the log."""
    found: dict[int, str] = {}
    for point in range(1, POINTS + 1):
        row = session.one(
            "SELECT size, signed_at FROM checkpoint WHERE size >= ? ORDER BY size LIMIT 1", size * point // POINTS
        )
        if row is not None:
            found[row[0]] = row[1]
    return tuple((found[at], at) for at in sorted(found))
