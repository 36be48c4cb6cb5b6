"""Standing mandates of counters at merging: good, revoked, run out, never given, of a principal that is not admitted (any more)."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest

from entrepot.channels.online import ADMINISTER, WORKING, Voice
from entrepot.portal.drafts import Draft
from entrepot.store.store import Nature
from tests.portal.counter.sync_stage import HALL, CounterHall, Portal, line, words

OWNER = Voice("ann-of-acme", "acme", duties=WORKING | {ADMINISTER})
OPERATOR = Voice("op", "operator", frozenset({"operator"}))
OWN = "enterprise:acme"


@pytest.fixture(params=["sandbox", pytest.param("live", marks=pytest.mark.postgres)])
def hall(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CounterHall]:
    """A counter with a standing mandate of acme, which has opened a dossier of its own; both are handed over. A sandbox portal on
    SQLite, and a live one on PostgreSQL."""
    nature: Nature = request.param
    portal = Portal(
        tmp_path, emptied(request.getfixturevalue("postgres_url")) if nature == "live" else "", nature=nature
    )
    one = CounterHall(portal, tmp_path, "one", nature=nature)
    portal.desk.say(OWN, [Draft("dossier.opened", {"kind": "enterprise", "reference": "acme"})], OWNER)
    if nature == "live":
        portal.desk.say(OWN, [Draft("enterprise.admitted", {"state": "admitted"})], OPERATOR)
    portal.desk.say(OWN, [standing()], OWNER)
    portal.say("D1", Draft("dossier.opened", {"kind": "trade", "reference": "R"}))
    one.sync()
    yield one
    one.store.close()
    portal.store.close()


def emptied(server: str) -> str:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return server


def standing(number: str = "M1", **more: Any) -> Draft:
    """A standing mandate for the hall's clerks."""
    body = {"agent": HALL, "role": "clerk", "signed_on": "2026-03-01"} | {
        k: v for k, v in more.items() if k != "replaces"
    }
    return Draft("enterprise.mandate", body, f"{HALL}/{number}", replaces=more.get("replaces", ()))


def again(hall: CounterHall, **more: Any) -> None:
    """The principal says another thing of the mandate."""
    old = hall.portal.store.record(OWN).standing("enterprise.mandate")[f"{HALL}/M1"].statements
    hall.portal.desk.say(OWN, [standing(replaces=tuple(s.id for s in old), **more)], OWNER)


def test_under_a_standing_mandate_a_counter_speaks_and_opens(hall: CounterHall) -> None:
    hall.say("D1", line(1))
    hall.desk.say("D2", [Draft("dossier.opened", {"kind": "trade", "reference": "new"}), line(1)], hall.under())
    report = hall.sync()
    assert (report.refused, report.review) == ([], [])
    for dossier in ("D1", "D2"):
        assert words(hall.portal.store, dossier) == words(hall.store, dossier) != {}


@pytest.mark.parametrize("how", ["revoked", "withdrawn", "run out", "narrowed"])
def test_a_standing_mandate_that_ended_meanwhile_leaves_the_statement_under_review(hall: CounterHall, how: str) -> None:
    if how == "withdrawn":
        old = hall.portal.store.record(OWN).standing("enterprise.mandate")[f"{HALL}/M1"].statements
        hall.portal.desk.say(
            OWN, [Draft("enterprise.mandate", None, f"{HALL}/M1", withdraws=tuple(s.id for s in old))], OWNER
        )
    else:
        changes: dict[str, dict[str, Any]] = {
            "revoked": {"revoked": "sold"},
            "run out": {"valid_until": "2026-04-02"},
            "narrowed": {"dossiers": ["D9"]},
        }
        again(hall, **changes[how])
    if how == "run out":
        hall.portal.clock.now += timedelta(days=3)
    (said,) = hall.say("D1", line(1)).said
    report = hall.sync()
    assert [(one.id, one.review) for one in report.review] == [(said, "mandate")]
    assert report.refused == []


def test_under_a_mandate_that_was_revoked_nobody_is_let_in(hall: CounterHall) -> None:
    hall.say("D1", Draft("dossier.member", {"roles": ["broker"]}, "stranger"))
    again(hall, revoked="sold")
    assert [p.rule for one in hall.sync().refused for p in one.problems] == ["SY08"]
    assert "stranger" not in hall.portal.store.record("D1").standing("dossier.member")


def test_a_mandate_gives_nothing_in_dossiers_of_others_even_when_it_was_revoked(hall: CounterHall) -> None:
    """Forged past the counter's own desk."""
    portal = hall.portal
    portal.say("D2", Draft("dossier.opened", {"kind": "trade", "reference": "theirs"}), by="other")
    again(hall, revoked="sold")
    before = words(portal.store, "D2")
    (said,) = hall.say("D1", line(1)).said
    body = hall.store.record("D1").submissions[said]
    opened = portal.store.record("D2").submissions[next(iter(before))]
    hall.store.submit([msgspec.structs.replace(opened, expects=())])
    forged = [
        msgspec.structs.replace(body, id="f1", dossier="D2", key="7"),
        msgspec.structs.replace(body, id="f2", key="8", mandate="M9"),
        msgspec.structs.replace(body, id="f3", key="9", for_="other"),
    ]
    for one in forged:
        hall.store.submit([one])
    report = hall.sync()
    assert {one.id: one.problems[0].rule for one in report.refused if one.id.startswith("f")} == dict.fromkeys(
        ("f1", "f2", "f3"), "SY02"
    )
    assert words(portal.store, "D2") == before


def test_a_principal_that_was_suspended_meanwhile_leaves_under_review(hall: CounterHall) -> None:
    (said,) = hall.say("D1", line(1)).said
    old = hall.portal.store.record(OWN).standing("enterprise.admitted").get("")
    gone = tuple(s.id for s in old.statements) if old is not None else ()
    hall.portal.desk.say(OWN, [Draft("enterprise.admitted", {"state": "suspended"}, replaces=gone)], OPERATOR)
    report = hall.sync()
    assert [(one.id, one.review) for one in report.review] == [(said, "mandate")]


def test_a_principal_that_never_was_admitted_is_not_acted_for_in_a_live_store(tmp_path: Path) -> None:
    portal = Portal(tmp_path, nature="live")
    hall = CounterHall(portal, tmp_path, "one", nature="live")
    portal.desk.say(OWN, [Draft("dossier.opened", {"kind": "enterprise", "reference": "acme"}), standing()], OWNER)
    portal.say("D1", Draft("dossier.opened", {"kind": "trade", "reference": "R"}))
    opened = portal.store.record("D1").submissions[next(iter(words(portal.store, "D1")))]
    assert hall.store.submit([msgspec.structs.replace(opened, expects=())]).ok
    value = msgspec.Raw(msgspec.json.encode({"hs": "28092019", "quantity": "24", "unit": "t"}))
    said = hall.store.submit([msgspec.structs.replace(
        opened, id="f1", topic="goods.line", key="1", body=value, by="clerk-1", mandate="M1", channel="window", expects=None,
    )])  # fmt: skip
    assert said.ok, said.problems
    assert [p.rule for one in hall.sync().refused for p in one.problems] == ["SY02"]
    assert "f1" not in words(portal.store, "D1")
    hall.store.close()
    portal.store.close()
