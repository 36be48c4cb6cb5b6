"""The schema step of handing over: what the law has erased goes from what was kept aside too, and whoever was handed it is told."""

from entrepot.store.database import Dialect

_MAY_GO = "EXISTS (SELECT 1 FROM erased WHERE what = 'body' AND reference = OLD.id)"
_REFUSED = "aside keeps what it holds: delete is refused"
_GUARD: dict[Dialect, str] = {
    "sqlite": f"""DROP TRIGGER aside_delete

CREATE TRIGGER aside_delete BEFORE DELETE ON aside WHEN NOT {_MAY_GO}
BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END""",
    "postgresql": f"""DROP TRIGGER aside_change ON aside

CREATE FUNCTION erase_aside() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {_MAY_GO} THEN RETURN OLD; END IF;
RAISE EXCEPTION '{_REFUSED}'; END $$

CREATE TRIGGER aside_update BEFORE UPDATE ON aside FOR EACH ROW EXECUTE FUNCTION refuse_change()

ALTER TABLE aside ENABLE ALWAYS TRIGGER aside_update

CREATE TRIGGER aside_delete BEFORE DELETE ON aside FOR EACH ROW EXECUTE FUNCTION erase_aside()

ALTER TABLE aside ENABLE ALWAYS TRIGGER aside_delete""",
}


def erased_everywhere(dialect: Dialect) -> str:
    """What was kept aside may go once a row of `erased` speaks of it. Which dossiers a counter had a part of stays known, so that it
    hears of what is erased there, also when it may no longer read them."""
    strict = "STRICT" if dialect == "sqlite" else ""
    return f"""{_GUARD[dialect]}

CREATE TABLE handed (origin TEXT NOT NULL, dossier TEXT NOT NULL, PRIMARY KEY (origin, dossier)) {strict}

CREATE INDEX submission_erased ON submission (key) WHERE topic = 'record.erased'"""
