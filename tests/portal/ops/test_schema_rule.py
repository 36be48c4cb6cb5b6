"""Two versions at once on one database: a step only adds, so that the version before it goes on speaking (docs/operations.md)."""

import re

import pytest

from entrepot.store.database import Database, Dialect
from entrepot.store.schema import STEPS, migrate
from tests.store.saying import NOON

RELEASED = 12  # steps that stood when the rule began; they are not changed any more
# What would break those who still speak the words of the step before.
BREAKS = re.compile(
    r"\bDROP\s+(TABLE|COLUMN|VIEW)|\bRENAME\b|\bALTER\s+COLUMN\b|\bSET\s+NOT\s+NULL|\bDELETE\s+FROM|\bUPDATE\s+\w+\s+SET",
    re.IGNORECASE,
)
ADDED = re.compile(r"ADD\s+COLUMN\s+(.*?)(?:\n\n|$)", re.IGNORECASE | re.DOTALL)


def breaks(statements: str) -> list[str]:
    """What in a step would break the version before it."""
    found = [match.group(0) for match in BREAKS.finditer(statements)]
    for column in ADDED.findall(statements):
        if "NOT NULL" in column.upper() and "DEFAULT" not in column.upper():
            found.append(column)
    return found


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_a_step_only_adds(dialect: Dialect) -> None:
    for number, step in enumerate(STEPS[RELEASED:], RELEASED + 1):
        assert breaks(step(dialect)) == [], number


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE token",
        "ALTER TABLE token DROP COLUMN name",
        "ALTER TABLE token RENAME COLUMN name TO title",
        "ALTER TABLE token ADD COLUMN name TEXT NOT NULL",
        "ALTER TABLE token ALTER COLUMN name TYPE BIGINT",
        "UPDATE token SET name = ''",
    ],
)
def test_the_rule_finds_what_breaks(statement: str) -> None:
    assert breaks(statement)


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
