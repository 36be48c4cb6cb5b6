"""The schema step of the window: tickets of the queue, and the shifts of clerks."""

from entrepot.store.database import Dialect

_WORDS: dict[Dialect, dict[str, str]] = {
    "sqlite": {"integer": "INTEGER", "strict": "STRICT"},
    "postgresql": {"integer": "BIGINT", "strict": ""},
}
_TABLES = """CREATE TABLE window_ticket (
    id TEXT PRIMARY KEY, counter TEXT NOT NULL, day TEXT NOT NULL, number {integer} NOT NULL, need TEXT NOT NULL, way TEXT NOT NULL,
    state TEXT NOT NULL, clerk TEXT NOT NULL, place TEXT NOT NULL, took_at TEXT NOT NULL, called_at TEXT NOT NULL,
    served_at TEXT NOT NULL, ended_at TEXT NOT NULL, busy_s {integer} NOT NULL, since TEXT NOT NULL, seq {integer} NOT NULL,
    principal TEXT NOT NULL, mandate TEXT NOT NULL, dossier TEXT NOT NULL, clerks TEXT NOT NULL, said TEXT NOT NULL,
    outcome TEXT NOT NULL, note TEXT NOT NULL, spoke TEXT NOT NULL, consent TEXT NOT NULL,
    UNIQUE (counter, day, number)
) {strict}

CREATE INDEX window_ticket_open ON window_ticket (counter, took_at) WHERE state <> 'ended'

CREATE INDEX window_ticket_principal ON window_ticket (counter, principal, day)

CREATE TABLE window_shift (
    id TEXT PRIMARY KEY, counter TEXT NOT NULL, clerk TEXT NOT NULL, place TEXT NOT NULL, began_at TEXT NOT NULL,
    ended_at TEXT NOT NULL, next_clerk TEXT NOT NULL, seq {integer} NOT NULL, report {bytes} NOT NULL
) {strict}

CREATE UNIQUE INDEX window_shift_open ON window_shift (counter, clerk) WHERE ended_at = ''

CREATE INDEX window_shift_ended ON window_shift (counter, began_at)"""


def queued(dialect: Dialect) -> str:
    """Whom the window serves and who serves there. Rows move: what was said for somebody stands among the statements, these only
    tell in which order people were served and how long it took."""
    return _TABLES.format(bytes="BLOB" if dialect == "sqlite" else "BYTEA", **_WORDS[dialect])
