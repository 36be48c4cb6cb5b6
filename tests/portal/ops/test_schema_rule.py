"""Two versions at once on one database: a step only adds, so that the version before it goes on speaking (docs/operations.md)."""

import re
from pathlib import Path

import pytest

from entrepot import store
from entrepot.store.database import Database, Dialect
from entrepot.store.schema import STEPS, migrate
from tests.store.saying import NOON

RELEASED = 12  # steps that stood when the rule began; they are not changed any more
# What would break those who still speak the words of the step before.
BREAKS = re.compile(
    r"\bDROP\s+(TABLE|COLUMN|VIEW|FUNCTION|TRIGGER)|\bADD\s+CONSTRAINT|\bRENAME\b|\bALTER\s+COLUMN\b|\bSET\s+NOT\s+NULL|\bDELETE\s+FROM|\bUPDATE\s+\w+\s+SET",
    re.IGNORECASE,
)
UNIQUE = re.compile(r"CREATE\s+UNIQUE\s+INDEX\s+\w+\s+ON\s+(\w+)", re.IGNORECASE)
MADE = re.compile(r"CREATE\s+TABLE\s+(\w+)", re.IGNORECASE)
# Steps that take something away all the same: what, and why the version before goes on.
LOOSENED = {
    20: (
        {"DROP TRIGGER"},
        "what was refused before is refused, but for what was erased by law, which that version cannot do",
    )
}
ADDED = re.compile(r"ADD\s+COLUMN\s+(.*?)(?:\n\n|$)", re.IGNORECASE | re.DOTALL)


def breaks(statements: str) -> list[str]:
    """What in a step would break the version before it."""
    found = [match.group(0) for match in BREAKS.finditer(statements)]
    for column in ADDED.findall(statements):
        if "NOT NULL" in column.upper() and "DEFAULT" not in column.upper():
            found.append(column)
    made = set(MADE.findall(statements))
    found += [table for table in UNIQUE.findall(statements) if table not in made]  # what it writes might not be unique
    return found


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_a_step_only_adds(dialect: Dialect) -> None:
    for number, step in enumerate(STEPS[RELEASED:], RELEASED + 1):
        loosened, _ = LOOSENED.get(number, (set[str](), ""))
        assert set(breaks(step(dialect))) <= loosened, number


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE token",
        "ALTER TABLE token DROP COLUMN name",
        "ALTER TABLE token RENAME COLUMN name TO title",
        "ALTER TABLE token ADD COLUMN name TEXT NOT NULL",
        "ALTER TABLE token ALTER COLUMN name TYPE BIGINT",
        "UPDATE token SET name = ''",
        "DROP FUNCTION refuse_change()",
        "DROP TRIGGER aside_delete",
        "ALTER TABLE token ADD CONSTRAINT named CHECK (name <> '')",
        "CREATE UNIQUE INDEX token_name ON token (name)",
    ],
)
def test_the_rule_finds_what_breaks(statement: str) -> None:
    assert breaks(statement)


def test_a_new_table_may_have_what_it_likes() -> None:
    assert (
        breaks("CREATE TABLE fresh (id TEXT, name TEXT NOT NULL)\n\nCREATE UNIQUE INDEX fresh_name ON fresh (name)")
        == []
    )


def test_no_version_minds_a_column_that_it_does_not_know() -> None:
    """Rows are written by the names of their columns, and read so: a column more shifts nothing."""
    unnamed = re.compile(r"SELECT \*|SELECT \w+\.\*|INSERT INTO (?:\w+|\{\w+\}) +(?:VALUES|SELECT)", re.IGNORECASE)
    assert unnamed.search("INSERT INTO token VALUES (?)")
    assert unnamed.search("SELECT s.* FROM submission s")
    for path in sorted((Path(store.__file__).parent).rglob("*.py")):
        assert unnamed.findall(path.read_text(encoding="utf-8")) == [], path.name


def test_the_words_of_the_version_before_still_hold(tmp_path: object) -> None:
    """A store one step back and the same store brought up: every column that was there is there, of the same type."""
    columns: list[dict[str, dict[str, str]]] = []
    for upto in (len(STEPS) - 1, len(STEPS)):
        database = Database(f"sqlite:///{tmp_path}/store{upto}.db")
        session = database.connect()
        migrate(database, session, NOON, upto)
        tables = [name for (name,) in session.all("SELECT name FROM sqlite_master WHERE type = 'table'")]
        columns.append(
            {table: {row[1]: row[2] for row in session.all(f"PRAGMA table_info({table})")} for table in tables}
        )
        session.close()
        database.close()
    before, after = columns
    for table, known in before.items():
        assert known.items() <= after[table].items()
