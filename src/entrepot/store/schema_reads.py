"""The schema step of reads and exports: who read what is kept append-only by the database itself, like what people say."""

from entrepot.store.database import Dialect

_WORDS: dict[Dialect, dict[str, str]] = {
    "sqlite": {"integer": "INTEGER", "strict": "STRICT", "serial": "INTEGER PRIMARY KEY"},
    "postgresql": {"integer": "BIGINT", "strict": "", "serial": "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"},
}
_TABLES = """CREATE TABLE read_forgotten (number {serial}, upto TEXT NOT NULL, by_person TEXT NOT NULL, at TEXT NOT NULL) {strict}

CREATE TABLE read_audit (
    number {serial}, at TEXT NOT NULL, person TEXT NOT NULL, organisation TEXT NOT NULL, mandate TEXT NOT NULL, roles TEXT NOT NULL,
    dossier TEXT NOT NULL, seen {integer} NOT NULL, personal TEXT NOT NULL, door TEXT NOT NULL, address TEXT NOT NULL,
    times {integer} NOT NULL
) {strict}

CREATE INDEX read_audit_dossier ON read_audit (dossier, number)

CREATE INDEX read_audit_organisation ON read_audit (organisation, number)

CREATE INDEX read_audit_at ON read_audit (at)

CREATE TABLE export (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, person TEXT NOT NULL, organisation TEXT NOT NULL, voice TEXT NOT NULL, asked TEXT NOT NULL,
    state TEXT NOT NULL, done {integer} NOT NULL, size {integer} NOT NULL, digest TEXT NOT NULL, notice TEXT NOT NULL,
    made_at TEXT NOT NULL, ready_at TEXT NOT NULL, ends_at TEXT NOT NULL, due TEXT NOT NULL
) {strict}

CREATE INDEX export_organisation ON export (organisation, made_at)"""
# A row may go once it is written down that all up to its time are to.
_MAY_GO = {"read_audit": "EXISTS (SELECT 1 FROM read_forgotten WHERE upto > OLD.at)", "read_forgotten": ""}


def looked_at(dialect: Dialect) -> str:
    """Who read what, as it was then: rows only grow, and go when the days for which they are kept are over - which itself is written
    down first. And the exports that are being made, or wait to be fetched."""
    guards = [guard for table in _MAY_GO for guard in (_sqlite if dialect == "sqlite" else _postgres)(table)]
    return "\n\n".join([_TABLES.format(**_WORDS[dialect]), *guards])


def _sqlite(table: str) -> list[str]:
    may_go = _MAY_GO[table]
    guards = (
        ("INSERT", "insert over a row", f"EXISTS (SELECT 1 FROM {table} WHERE number = NEW.number)"),
        ("UPDATE", "update", "1"),
        ("DELETE", "delete", f"NOT {may_go}" if may_go else "1"),
    )
    return [
        f"CREATE TRIGGER {table}_{event.lower()} BEFORE {event} ON {table} WHEN {when}\n"
        f"BEGIN SELECT RAISE(ABORT, '{table} keeps what it holds: {verb} is refused'); END"
        for event, verb, when in guards
    ]


def _postgres(table: str) -> list[str]:
    """`refuse_change` is the first step's."""
    may_go, forget = _MAY_GO[table], "refuse_change"
    guards = []
    if may_go:
        forget = f"forget_{table}"
        guards.append(
            f"CREATE FUNCTION {forget}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {may_go} THEN RETURN OLD; END IF;"
            " RAISE EXCEPTION '% keeps what it holds: % is refused', TG_TABLE_NAME, lower(TG_OP); END $$"
        )
    for event, each, function in (
        ("truncate", "STATEMENT", "refuse_change"), ("update", "ROW", "refuse_change"), ("delete", "ROW", forget),
    ):  # fmt: skip
        guards += [
            f"CREATE TRIGGER {table}_{event} BEFORE {event.upper()} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()",
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{event}",
        ]
    return guards
