"""The tables, written once for both databases, and the triggers by which the database itself keeps them append-only.

What people say, its leaves, the tree, the checkpoints and the ledger only grow. Bodies, salts and documents lie apart and
may be deleted, each only beside a row in `erased` that says why. Only indexes for lists, balances and the outbox move.
"""

import re
from contextlib import nullcontext
from datetime import datetime

from entrepot.store.database import SCHEMA_LOCK, WRITERS_LOCK, Database, Dialect, Session, StoreError
from entrepot.store.schema_reads import looked_at
from entrepot.store.schema_sync import erased_everywhere
from entrepot.store.schema_window import queued

SUBMISSION = (
    "seq", "id", "dossier", "topic", "key", "version", "by_person", "for_organisation", "mandate", "channel", "authority",
    "said_at", "heard_at", "replaces", "withdraws", "body_digest", "digest",
)  # fmt: skip
BODY = ("seq", "data", "evidence", "salt")
# What tells which lines customs took in; a query must say it in these words to find their index.
FILED = "({0} = 'declaration.form.sent' OR {0} = 'declaration.form.rejected' OR {0} = 'customs.acceptance')"
_FILED_AT_FIRST = "topic IN ('declaration.form.sent', 'declaration.form.rejected', 'customs.acceptance')"
DOSSIER = ("id", "kind", "reference", "title", "opened_at", "opened")

# `submission`, `body` and `leaf` hold no foreign keys: they are written together, under the lock of a dossier that nobody can
# delete, and each key would make every statement dearer.
_TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) {strict}

CREATE TABLE dossier (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, reference TEXT NOT NULL, title TEXT NOT NULL,
    opened_at TEXT NOT NULL, opened {integer} NOT NULL
) {strict}

CREATE UNIQUE INDEX dossier_opened ON dossier (opened)

CREATE TABLE submission (
    seq {integer} PRIMARY KEY, id TEXT NOT NULL UNIQUE, dossier TEXT NOT NULL,
    topic TEXT NOT NULL, key TEXT NOT NULL, version {integer} NOT NULL,
    by_person TEXT NOT NULL, for_organisation TEXT NOT NULL, mandate TEXT NOT NULL, channel TEXT NOT NULL, authority TEXT NOT NULL,
    said_at TEXT NOT NULL, heard_at TEXT NOT NULL, replaces TEXT NOT NULL, withdraws TEXT NOT NULL,
    body_digest TEXT NOT NULL, digest TEXT NOT NULL
) {strict}

CREATE UNIQUE INDEX submission_dossier ON submission (dossier, seq)

CREATE INDEX submission_member ON submission (key, dossier) WHERE topic = 'dossier.member'

CREATE TABLE retired (
    dossier TEXT NOT NULL, gone TEXT NOT NULL, seq {integer} NOT NULL REFERENCES submission (seq), PRIMARY KEY (dossier, gone, seq)
) {strict}

CREATE TABLE body (
    seq {integer} PRIMARY KEY, data {bytes} NOT NULL, evidence TEXT NOT NULL, salt {bytes} NOT NULL
) {strict}

CREATE TABLE content (digest TEXT PRIMARY KEY, media_type TEXT NOT NULL, size {integer} NOT NULL, data {bytes} NOT NULL) {strict}

CREATE TABLE erased (
    number {serial}, what TEXT NOT NULL CHECK (what IN ('body', 'content')), reference TEXT NOT NULL,
    reason TEXT NOT NULL, by_person TEXT NOT NULL, erased_at TEXT NOT NULL, UNIQUE (what, reference)
) {strict}

CREATE TABLE leaf (seq {integer} PRIMARY KEY, entry {bytes} NOT NULL) {strict}

CREATE TABLE placed (
    place {integer} PRIMARY KEY, seq {integer} NOT NULL UNIQUE REFERENCES leaf (seq), hash {bytes} NOT NULL
) {strict}

CREATE TABLE node (level {integer} NOT NULL, place {integer} NOT NULL, hash {bytes} NOT NULL, PRIMARY KEY (level, place)) {strict}

CREATE TABLE checkpoint (size {integer} PRIMARY KEY, root {bytes} NOT NULL, note TEXT NOT NULL, signed_at TEXT NOT NULL) {strict}

CREATE TABLE account (
    resource TEXT NOT NULL, unit TEXT NOT NULL, side TEXT NOT NULL CHECK (side IN ('outside', 'held', 'taken')),
    balance {integer} NOT NULL CHECK (side = 'outside' OR balance >= 0), PRIMARY KEY (resource, unit, side)
) {strict}

CREATE TABLE transfer (
    number {serial}, seq {integer} NOT NULL REFERENCES submission (seq), resource TEXT NOT NULL, unit TEXT NOT NULL,
    source TEXT NOT NULL, target TEXT NOT NULL CHECK (target <> source), amount {integer} NOT NULL CHECK (amount > 0),
    FOREIGN KEY (resource, unit, source) REFERENCES account (resource, unit, side),
    FOREIGN KEY (resource, unit, target) REFERENCES account (resource, unit, side)
) {strict}

CREATE INDEX transfer_seq ON transfer (seq)

CREATE VIEW entry AS
    SELECT number, seq, resource, unit, source AS side, -amount AS amount FROM transfer
    UNION ALL SELECT number, seq, resource, unit, target AS side, amount FROM transfer

CREATE TABLE outbox (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, payload {bytes} NOT NULL, due TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'given up')), attempts {integer} NOT NULL, error TEXT NOT NULL
) {strict}

CREATE INDEX outbox_due ON outbox (due) WHERE state = 'waiting'

CREATE TABLE token (
    digest TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, person TEXT NOT NULL, organisation TEXT NOT NULL, roles TEXT NOT NULL,
    channel TEXT NOT NULL, made_at TEXT NOT NULL, ends_at TEXT NOT NULL, revoked_at TEXT NOT NULL
) {strict}

CREATE TABLE pack (digest TEXT PRIMARY KEY, name TEXT NOT NULL, data {bytes} NOT NULL) {strict}
"""

# Table -> what identifies a row: one of these columns, or (a tuple) all of them together.
_APPEND_ONLY: dict[str, tuple[str | tuple[str, ...], ...]] = {
    "meta": ("name",), "schema_step": ("step",), "submission": ("seq", "id"), "retired": (("dossier", "gone", "seq"),),
    "leaf": ("seq",), "placed": ("place", "seq"), "node": (("level", "place"),), "checkpoint": ("size",),
    "transfer": ("number",), "erased": ("number", ("what", "reference")), "pack": ("digest",),
}  # fmt: skip
# Table -> the condition under which a row may go: a row in `erased` speaks of it. Its bytes never change.
_ERASABLE = {
    "content": "EXISTS (SELECT 1 FROM erased WHERE what = 'content' AND reference = OLD.digest)",
    "body": "EXISTS (SELECT 1 FROM erased JOIN submission s ON s.id = reference WHERE what = 'body' AND s.seq = OLD.seq)",
}
_IDENTITY: dict[str, tuple[str | tuple[str, ...], ...]] = {
    "content": ("digest",), "body": ("seq",), "account": (("resource", "unit", "side"),), "dossier": ("id",),
}  # fmt: skip
# Rows that move in place, of which none may vanish: balances and the list of dossiers.
_LASTING = ("account", "dossier")


def _refusal(table: str, verb: str) -> str:
    return f"{table} keeps what it holds: {verb} is refused"


def _sqlite_guards(table: str, identities: tuple[str | tuple[str, ...], ...]) -> list[str]:
    """`INSERT OR REPLACE` deletes without asking the delete triggers, so a row that exists is refused on the way in."""
    same = " OR ".join(  # each by its own index
        f"EXISTS (SELECT 1 FROM {table} WHERE "
        + " AND ".join(f"{name} = NEW.{name}" for name in ((identity,) if isinstance(identity, str) else identity))
        + ")"
        for identity in identities
    )
    guards = [("INSERT", same, "insert over a row")]
    if table not in _LASTING:
        guards.append(("UPDATE", "1", "update"))
    guards.append(("DELETE", f"NOT {_ERASABLE[table]}" if table in _ERASABLE else "1", "delete"))
    return [
        f"CREATE TRIGGER {table}_{event.lower()} BEFORE {event} ON {table} WHEN {when}\n"
        f"BEGIN SELECT RAISE(ABORT, '{_refusal(table, verb)}'); END"
        for event, when, verb in guards
    ]


def _postgres_guards(table: str) -> list[str]:
    """Triggers that fire for the owner too, and under every replication role."""
    guards = [("truncate", "BEFORE TRUNCATE", "FOR EACH STATEMENT")]
    if table in _ERASABLE:
        guards += [("update", "BEFORE UPDATE", "FOR EACH ROW"), ("delete", "BEFORE DELETE", "FOR EACH ROW")]
    elif table in _LASTING:
        guards.append(("delete", "BEFORE DELETE", "FOR EACH ROW"))
    else:
        guards.append(("change", "BEFORE UPDATE OR DELETE", "FOR EACH STATEMENT"))
    statements = []
    for name, event, each in guards:
        function = f"erase_{table}" if name == "delete" and table in _ERASABLE else "refuse_change"
        statements.append(f"CREATE TRIGGER {table}_{name} {event} ON {table} {each} EXECUTE FUNCTION {function}()")
        statements.append(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{name}")
    return statements


def _postgres_functions() -> list[str]:
    refuse = "RAISE EXCEPTION '% keeps what it holds: % is refused', TG_TABLE_NAME, lower(TG_OP);"
    functions = [f"CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {refuse} END $$"]
    functions += [
        f"CREATE FUNCTION erase_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {held} THEN RETURN OLD; END IF; {refuse} END $$"
        for table, held in _ERASABLE.items()
    ]
    return functions


def _postgres_hear() -> str:
    """See `plain.py`. Numbers are drawn once the dossiers are locked, so that within one they rise in the order of commits."""
    names = ", ".join(SUBMISSION[1:])
    typed = ", ".join(f"{name} {'BIGINT' if name == 'version' else 'TEXT'}" for name in SUBMISSION[1:])
    return f"""CREATE FUNCTION hear(dossiers json, said json) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE names TEXT[] := array(SELECT json_array_elements_text(dossiers)); found BIGINT;
BEGIN
    PERFORM pg_advisory_xact_lock_shared({WRITERS_LOCK});
    PERFORM 1 FROM dossier WHERE id = ANY(names) ORDER BY id FOR UPDATE;
    GET DIAGNOSTICS found = ROW_COUNT;
    IF found < cardinality(names) THEN RETURN false; END IF;
    WITH numbered AS MATERIALIZED (
        SELECT nextval('heard') AS seq, r.* FROM json_to_recordset(said) AS r({typed}, data BYTEA, evidence TEXT, salt BYTEA, entry BYTEA)
    ), submissions AS (INSERT INTO submission (seq, {names}) SELECT seq, {names} FROM numbered),
    bodies AS (INSERT INTO body (seq, data, evidence, salt) SELECT seq, data, evidence, salt FROM numbered)
    INSERT INTO leaf (seq, entry) SELECT seq, entry FROM numbered;
    RETURN true;
END $$"""


_WORDS: dict[Dialect, dict[str, str]] = {
    "sqlite": {"integer": "INTEGER", "bytes": "BLOB", "strict": "STRICT", "serial": "INTEGER PRIMARY KEY"},
    "postgresql": {
        "integer": "BIGINT",
        "bytes": "BYTEA",
        "strict": "",
        "serial": "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    },
}


def _first(dialect: Dialect) -> str:
    statements = [_TABLES.strip().format(**_WORDS[dialect])]
    tables = {**_APPEND_ONLY, **_IDENTITY}
    if dialect == "sqlite":
        statements += [guard for table, identities in tables.items() for guard in _sqlite_guards(table, identities)]
    else:
        statements += ["CREATE SEQUENCE heard"]
        statements += [*_postgres_functions(), _postgres_hear()]
        statements += [guard for table in tables for guard in _postgres_guards(table)]
    return "\n\n".join(statements)


def _append_only(dialect: Dialect, table: str, columns: str, *identities: str | tuple[str, ...]) -> str:
    """A later step's table that only grows. `columns` in the words of `_WORDS`; `identities` as in `_APPEND_ONLY`."""
    words = _WORDS[dialect]
    made = f"CREATE TABLE {table} ({columns.format(**words)}) {words['strict']}"
    guards = _sqlite_guards(table, identities) if dialect == "sqlite" else _postgres_guards(table)
    return "\n\n".join([made, *guards])


def _filed(dialect: Dialect) -> str:
    """Ways to what an enterprise filed and what an office took in, without going through all that was said."""
    return f"""
CREATE INDEX submission_opener ON submission (for_organisation, dossier) WHERE topic = 'dossier.opened'

CREATE INDEX submission_filed ON submission (dossier, seq) WHERE {_FILED_AT_FIRST}

CREATE INDEX submission_last_filed ON submission (seq) WHERE {_FILED_AT_FIRST}
"""


def _cancelled(dialect: Dialect) -> str:
    """The last declaration that customs gave up, without going through all that was said."""
    return "CREATE INDEX submission_cancelled ON submission (seq) WHERE topic = 'customs.cancellation'"


def _market(dialect: Dialect) -> str:
    """The dossiers whose lines rest on transaction records of a market, without going through all that was said."""
    return "CREATE INDEX submission_market ON submission (dossier) WHERE topic = 'procurement.source'"


def _screened(dialect: Dialect) -> str:
    """What enterprises decided on hits of the screening, without going through all that was said."""
    return """
CREATE INDEX submission_decided ON submission (for_organisation, dossier) WHERE topic = 'screening.decision'

CREATE INDEX submission_last_decided ON submission (seq) WHERE topic = 'screening.decision'
"""


def _mandated(dialect: Dialect) -> str:
    """The mandates under which dossiers were opened, without going through all that was said in them."""
    return "CREATE INDEX submission_mandate ON submission (key, dossier) WHERE topic = 'dossier.mandate'"


def _cosigned(dialect: Dialect) -> str:
    """What witnesses signed of the log's checkpoints: the line as it stands in a note, once for each checkpoint and key."""
    columns = (
        "size {integer} NOT NULL REFERENCES checkpoint (size), name TEXT NOT NULL, key_id TEXT NOT NULL,"
        " line TEXT NOT NULL, signed_at {integer} NOT NULL, kept_at TEXT NOT NULL, PRIMARY KEY (size, name, key_id)"
    )
    table = _append_only(dialect, "cosignature", columns, ("size", "name", "key_id"))
    return f"{table}\n\nCREATE INDEX cosignature_key ON cosignature (name, key_id, size)"


def _placed_on_lists(dialect: Dialect) -> str:
    """Which place on which status list is whose, and the way to what was said of a document's status."""
    columns = (
        "list {integer} NOT NULL, place {integer} NOT NULL, document TEXT NOT NULL UNIQUE, drawn_at TEXT NOT NULL,"
        " PRIMARY KEY (list, place)"
    )
    table = _append_only(dialect, "status_place", columns, ("list", "place"), "document")
    return f"{table}\n\nCREATE INDEX submission_revoked ON submission (key) WHERE topic = 'document.revoked'"


def _handed_over(dialect: Dialect) -> str:
    """Changes of the log's keys as signed notes; `line` is the new key's signature of the checkpoint of that size."""
    columns = "number {integer} PRIMARY KEY, note TEXT NOT NULL, size {integer} NOT NULL, line TEXT NOT NULL, recorded_at TEXT NOT NULL"
    return _append_only(dialect, "key_change", columns, "number")


def _titled(dialect: Dialect) -> str:
    """The titles that an organisation came into, without going through all that was said."""
    return "CREATE INDEX submission_titled ON submission (key, dossier) WHERE topic = 'title.seen'"


def _told_apart_sooner(dialect: Dialect) -> str:
    """What every statement is asked on its way in, in quicker words: a list in the condition of an index is built anew for each
    row on SQLite, and so is the choice between two indexes in a guard."""
    steps = [
        "DROP INDEX submission_filed",
        "DROP INDEX submission_last_filed",
        f"CREATE INDEX submission_filed ON submission (dossier, seq) WHERE {FILED.format('topic')}",
        f"CREATE INDEX submission_last_filed ON submission (seq) WHERE {FILED.format('topic')}",
    ]
    if dialect == "sqlite":
        steps += ["DROP TRIGGER submission_insert", _sqlite_guards("submission", _APPEND_ONLY["submission"])[0]]
    return "\n\n".join(steps)


def _stamped(dialect: Dialect) -> str:
    """Timestamps of checkpoints: the line as it stands in a note, once for each checkpoint and authority."""
    columns = (
        "size {integer} NOT NULL REFERENCES checkpoint (size), name TEXT NOT NULL, key_id TEXT NOT NULL,"
        " line TEXT NOT NULL, stamped_at {integer} NOT NULL, kept_at TEXT NOT NULL, PRIMARY KEY (size, name, key_id)"
    )
    table = _append_only(dialect, "stamp", columns, ("size", "name", "key_id"))
    return f"{table}\n\nCREATE INDEX stamp_key ON stamp (name, key_id, size)"


# The agent that a standing mandate names: its key is `<agent>/<number>`. A query must say it in these words to find their index.
AGENT: dict[Dialect, str] = {
    "sqlite": "substr({0}.key, 1, instr({0}.key, '/') - 1)",
    "postgresql": "split_part({0}.key, '/', 1)",
}


def _acted_for(dialect: Dialect) -> str:
    """The standing mandates of an agent, and the operator's word on an enterprise, without going through all that was said."""
    agent = AGENT[dialect].replace("{0}.", "")
    return f"""
CREATE INDEX submission_agent ON submission ({agent}, dossier) WHERE topic = 'enterprise.mandate'

CREATE INDEX submission_given ON submission (dossier, key) WHERE topic = 'enterprise.mandate'

CREATE INDEX submission_admitted ON submission (dossier) WHERE topic = 'enterprise.admitted'

CREATE INDEX submission_ruled ON submission (dossier) WHERE topic = 'enterprise.rules'
"""


def _pushed(dialect: Dialect) -> str:
    """What moved among findings, in its place between the statements of the log; subscriptions, and what was delivered to them. Only
    the first delivery of a dossier to a subscription is `waiting`: those after it are `behind` until it is through."""
    words = _WORDS[dialect]
    columns = (
        "place {integer} NOT NULL, number {integer} NOT NULL, dossier TEXT NOT NULL, topic TEXT NOT NULL, key TEXT NOT NULL,"
        " status TEXT NOT NULL, was TEXT NOT NULL, digest TEXT NOT NULL, looks TEXT NOT NULL, found_at TEXT NOT NULL,"
        " PRIMARY KEY (place, number)"
    )
    moved = _append_only(dialect, "finding_moved", columns, ("place", "number"))
    rest = """CREATE TABLE watch (name TEXT PRIMARY KEY, place {integer} NOT NULL, due TEXT NOT NULL) {strict}

CREATE TABLE subscription (
    id TEXT PRIMARY KEY, organisation TEXT NOT NULL, person TEXT NOT NULL, way TEXT NOT NULL, address TEXT NOT NULL, title TEXT NOT NULL,
    filter TEXT NOT NULL, voice TEXT NOT NULL, language TEXT NOT NULL, detail TEXT NOT NULL, state TEXT NOT NULL, notice TEXT NOT NULL,
    place {integer} NOT NULL, number {integer} NOT NULL, generation {integer} NOT NULL, old_until TEXT NOT NULL,
    made_at TEXT NOT NULL, due TEXT NOT NULL
) {strict}

CREATE INDEX subscription_organisation ON subscription (organisation)

CREATE TABLE delivery (
    subscription TEXT NOT NULL REFERENCES subscription (id), place {integer} NOT NULL, number {integer} NOT NULL, dossier TEXT NOT NULL,
    event TEXT NOT NULL, type TEXT NOT NULL, state TEXT NOT NULL, attempts {integer} NOT NULL, due TEXT NOT NULL, first_at TEXT NOT NULL,
    last_at TEXT NOT NULL, status {integer} NOT NULL, took_ms {integer} NOT NULL, answer TEXT NOT NULL,
    PRIMARY KEY (subscription, place, number)
) {strict}

CREATE INDEX delivery_due ON delivery (due) WHERE state = 'waiting'

CREATE INDEX delivery_lane ON delivery (subscription, dossier, place, number) WHERE state IN ('waiting', 'behind')""".format(**words)
    return f"{moved}\n\nCREATE INDEX finding_moved_dossier ON finding_moved (dossier, place, number)\n\n{rest}"


def _named(dialect: Dialect) -> str:
    """Tokens that their makers can tell apart: what each is called, and the day on which it was last used."""
    strict = "STRICT" if dialect == "sqlite" else ""
    return f"""ALTER TABLE token ADD COLUMN name TEXT NOT NULL DEFAULT ''

CREATE TABLE token_use (token TEXT PRIMARY KEY, used_on TEXT NOT NULL) {strict}"""


def _at_work(dialect: Dialect) -> str:
    """What is made out of statements and may be made again: words to search by, for each organisation that is in the dossier (and
    for those who see all, ``), and a card of what waits in each dossier. Besides: visits, calendars and reminders of people."""
    words = _WORDS[dialect] | {"exact": "" if dialect == "sqlite" else 'COLLATE "C"'}
    return """CREATE TABLE search_token (
    reader TEXT NOT NULL, token TEXT {exact} NOT NULL, seq {integer} NOT NULL, PRIMARY KEY (reader, token, seq)
) {apart}

CREATE INDEX search_token_seq ON search_token (seq) WHERE reader = ''

CREATE TABLE search_reader (dossier TEXT NOT NULL, reader TEXT NOT NULL, PRIMARY KEY (dossier, reader)) {strict}

CREATE TABLE work_card (
    dossier TEXT PRIMARY KEY, seq {integer} NOT NULL, law TEXT NOT NULL, day TEXT NOT NULL, drawn_at TEXT NOT NULL, data {bytes} NOT NULL
) {strict}

CREATE INDEX submission_assigned ON submission (for_organisation, dossier) WHERE topic = 'dossier.assigned'

CREATE TABLE visit (
    person TEXT NOT NULL, organisation TEXT NOT NULL, place {integer} NOT NULL, earlier {integer} NOT NULL, day TEXT NOT NULL,
    PRIMARY KEY (person, organisation)
) {strict}

CREATE TABLE calendar_feed (
    digest TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, person TEXT NOT NULL, organisation TEXT NOT NULL, voice TEXT NOT NULL,
    language TEXT NOT NULL, made_at TEXT NOT NULL, ended_at TEXT NOT NULL
) {strict}

CREATE TABLE reminder (
    person TEXT NOT NULL, organisation TEXT NOT NULL, days {integer} NOT NULL, email TEXT NOT NULL, language TEXT NOT NULL,
    voice TEXT NOT NULL, PRIMARY KEY (person, organisation)
) {strict}

CREATE TABLE reminded (
    person TEXT NOT NULL, organisation TEXT NOT NULL, what TEXT NOT NULL, due TEXT NOT NULL, told_on TEXT NOT NULL,
    PRIMARY KEY (person, organisation, what, due)
) {strict}""".format(**words, apart="WITHOUT ROWID, STRICT" if dialect == "sqlite" else "")


def _merged(dialect: Dialect) -> str:
    """Counters and the portal: who hands in to whom and how far, what came from where, what was kept aside, what waits for the portal,
    and papers of which a part has arrived."""
    words = _WORDS[dialect]
    came = "id TEXT PRIMARY KEY, origin TEXT NOT NULL, came_at TEXT NOT NULL"
    aside = (
        "number {serial}, id TEXT NOT NULL, origin TEXT NOT NULL, digest TEXT NOT NULL, data {bytes} NOT NULL, problems TEXT NOT NULL,"
        " kept_at TEXT NOT NULL, UNIQUE (id, digest)"
    )
    rest = """
CREATE TABLE counter (
    origin TEXT PRIMARY KEY, organisation TEXT NOT NULL, name TEXT NOT NULL, key TEXT NOT NULL, registered_at TEXT NOT NULL,
    size {integer} NOT NULL, root {bytes} NOT NULL, note TEXT NOT NULL, seen_at TEXT NOT NULL, skew_s {integer} NOT NULL
) {strict}

CREATE TABLE prepared (
    id TEXT PRIMARY KEY, dossier TEXT NOT NULL, data {bytes} NOT NULL, state TEXT NOT NULL, problems TEXT NOT NULL, made_at TEXT NOT NULL
) {strict}

CREATE TABLE sync_place (name TEXT PRIMARY KEY, value TEXT NOT NULL) {strict}

CREATE TABLE paper_part (
    digest TEXT NOT NULL, start {integer} NOT NULL, data {bytes} NOT NULL, PRIMARY KEY (digest, start)
) {strict}""".format(**words)
    return "\n\n".join(
        [_append_only(dialect, "came", came, "id"), _append_only(dialect, "aside", aside, "number", ("id", "digest")), rest.strip()]
    )


# Each step takes the schema one number further. A step that was released is never changed: a new one follows it.
STEPS = (
    _first,
    _filed,
    _cancelled,
    _market,
    _screened,
    _mandated,
    _cosigned,
    _placed_on_lists,
    _titled,
    _handed_over,
    _told_apart_sooner, _stamped, _acted_for, _pushed, _named, _at_work, _merged, looked_at, queued, erased_everywhere)


def tables(upto: int) -> tuple[str, ...]:
    """The tables as of a step, each after those that its rows refer to."""
    text = "\n".join(make("sqlite") for make in STEPS[:upto])
    return tuple(re.findall(r"^CREATE TABLE (\w+)", text, re.MULTILINE))


def migrate(database: Database, session: Session, now: datetime, upto: int | None = None, within: bool = False) -> None:
    """Bring the schema up to the last step, or to the one named, `within` the caller's transaction or in one of its own; a store
    from a newer version is refused."""
    with nullcontext() if within else session.writing():
        if database.dialect == "postgresql":
            session.run((f"SELECT pg_advisory_xact_lock({SCHEMA_LOCK})", ()))
        number = "INTEGER" if database.dialect == "sqlite" else "BIGINT"
        session.run(
            (f"CREATE TABLE IF NOT EXISTS schema_step (step {number} PRIMARY KEY, applied_at TEXT NOT NULL)", ())
        )
        done = int((session.one("SELECT coalesce(max(step), 0) FROM schema_step") or (0,))[0])
        if done > len(STEPS):
            raise StoreError(
                f"the store is at schema step {done}, this version knows {len(STEPS)}: use a newer version",
                f"存储结构版本为 {done}，本程序只认识 {len(STEPS)}：请使用更新的版本",
            )
        for step, make in enumerate(STEPS[done:upto], done + 1):
            session.script(make(database.dialect))
            session.insert("schema_step", ("step", "applied_at"), [(step, now.isoformat())])
