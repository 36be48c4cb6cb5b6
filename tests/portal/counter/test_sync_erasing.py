"""What the law had erased goes on both sides, with everything that was kept apart of it, and nothing of it comes back."""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from entrepot.channels.online import Voice
from entrepot.portal import erasing
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.portal.erasing import Order
from entrepot.store import sync
from entrepot.store.database import Row
from entrepot.store.store import Store
from entrepot.store.tokens import new_token
from tests.making import law
from tests.portal.counter.sync_stage import CounterHall, Portal, line, words

OFFICER = Voice("officer", "operator", frozenset({"operator"}))
ORDER = Order("order", "no. 12", "a court ordered it", "decided in no. 12")


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    one = Portal(tmp_path)
    one.desk.law = law("erasure")
    new_token(one.store, OFFICER.person, OFFICER.organisation, ("operator",))
    yield one
    one.store.close()


@pytest.fixture
def hall(portal: Portal, tmp_path: Path) -> Iterator[CounterHall]:
    one = CounterHall(portal, tmp_path, "one")
    one.desk.law = portal.desk.law
    one.open("D1")
    yield one
    one.store.close()


def erase(desk: Desk, reference: str, dossier: str = "D1") -> None:
    plan = erasing.plan(desk, dossier, [reference], OFFICER, ORDER)
    erasing.erase(desk, dossier, [reference], OFFICER, ORDER, plan.digest)


def rows(store: Store) -> list[Row]:
    """The rows of what was erased, but for the moment."""
    with store.database.session() as session:
        return session.all("SELECT what, reference, reason, by_person FROM erased ORDER BY what, reference")


def holds(store: Store, needle: bytes) -> list[str]:
    """The tables in which some bytes lie."""
    kept = (("body", "data"), ("content", "data"), ("aside", "data"), ("prepared", "data"), ("paper_part", "data"))
    with store.database.session() as session:
        return [
            table
            for table, name in kept
            if any(needle in bytes(r[0]) for r in session.all(f"SELECT {name} FROM {table}"))
        ]


def secret(number: int, **more: str) -> Draft:
    return Draft("trade.party", {"name": "Needle Trading Ltd", "address": f"{number} Needle Street"}, "buyer", **more)  # type: ignore[arg-type]


def test_a_statement_erased_at_the_portal_goes_at_the_counter_with_the_same_row(
    portal: Portal, hall: CounterHall
) -> None:
    (said,) = hall.say("D1", secret(1)).said
    hall.sync()
    erase(portal.desk, said)
    assert holds(hall.store, b"Needle") == ["body"]
    assert hall.sync().erased == [said]
    assert holds(hall.store, b"Needle") == holds(portal.store, b"Needle") == []
    assert rows(hall.store) == rows(portal.store) != []
    assert words(hall.store, "D1") == words(portal.store, "D1")
    sync.set_place(hall.store, "up", "-1")  # all is handed in again
    sync.set_place(hall.store, "erased", "0")
    again = hall.sync()
    assert (again.whole, again.refused, again.erased) == (True, [], [])


def test_words_that_come_after_they_were_erased_are_not_even_kept_aside(portal: Portal, hall: CounterHall) -> None:
    (said,) = hall.say("D1", secret(1)).said
    hall.sync()
    erase(portal.desk, said)
    sync.set_place(hall.store, "up", "-1")
    sync.set_place(hall.store, "erased", "99")  # as if it were erased between two questions
    report = hall.sync()
    assert [p.rule for one in report.refused for p in one.problems] == ["SY12"]
    assert sync.kept_aside(portal.store) == sync.kept_aside(hall.store) == []


def test_other_words_kept_aside_under_the_same_id_go_too(portal: Portal, hall: CounterHall) -> None:
    hall.sync()
    portal.say("D1", secret(1, id="same"))
    hall.say("D1", secret(2, id="same"))
    hall.sync()
    assert holds(portal.store, b"2 Needle") == holds(hall.store, b"1 Needle") == ["aside"]
    erase(portal.desk, "same")
    hall.sync()
    assert holds(portal.store, b"Needle") == holds(hall.store, b"Needle") == []


def test_what_was_kept_aside_goes_only_beside_a_row_that_says_why(portal: Portal, hall: CounterHall) -> None:
    hall.sync()
    portal.say("D1", secret(1, id="same"))
    hall.say("D1", secret(2, id="same"))
    hall.sync()
    for sql in ("DELETE FROM aside", "UPDATE aside SET data = data"):
        with portal.store.database.session() as session, pytest.raises(session.fault, match="aside keeps"):
            session.all(sql)


def test_a_counter_that_may_no_longer_read_is_told_all_the_same(portal: Portal, hall: CounterHall) -> None:
    (said,) = hall.say("D1", secret(1)).said
    hall.sync()
    for topic, key in (("dossier.member", "hall"), ("dossier.mandate", "M1")):
        old = tuple(s.id for s in portal.store.record("D1").standing(topic)[key].statements)
        portal.say("D1", Draft(topic, None, key, withdraws=old))
    erase(portal.desk, said)
    assert hall.sync().erased == [said]
    assert holds(hall.store, b"Needle") == []


def test_a_counter_hears_of_no_erasing_where_it_had_no_part(portal: Portal, hall: CounterHall) -> None:
    portal.say("D2", Draft("dossier.opened", {"kind": "trade", "reference": "own"}), secret(1, id="theirs"))
    erase(portal.desk, "theirs", "D2")
    hall.line.asked.clear()
    assert hall.sync().erased == []
    (asked,) = [one.removeprefix("GET ") for one in hall.line.asked if "/erased?after=0" in one]
    assert b"theirs" not in hall.line("GET", asked, None).data


def test_a_paper_erased_at_the_portal_goes_at_the_counter_and_does_not_come_back(
    portal: Portal, hall: CounterHall
) -> None:
    hall.desk.keep_paper("D1", "contract.bin", b"Needle contract", hall.under())
    hall.sync()
    (digest,) = [s.key for s in hall.store.record("D1").submissions.values() if s.topic == "paper.received"]
    erase(portal.desk, digest)
    assert hall.sync().erased == [digest]
    assert holds(hall.store, b"Needle") == holds(portal.store, b"Needle") == []
    hall.desk.keep_paper("D1", "again.bin", b"Needle contract", hall.under())  # somebody hands it in once more
    sync.forget_places(hall.store, "paper ")
    hall.line.asked.clear()
    assert hall.sync().whole
    assert holds(hall.store, b"Needle") == holds(portal.store, b"Needle") == []


def test_what_the_operator_erased_at_a_counter_goes_at_the_portal(portal: Portal, hall: CounterHall) -> None:
    (said,) = hall.say("D1", secret(1)).said
    hall.sync()
    erase(hall.desk, said)
    report = hall.sync()
    assert (report.whole, report.refused) == (True, [])
    assert holds(portal.store, b"Needle") == []
    assert rows(hall.store) == rows(portal.store) != []
    assert words(hall.store, "D1") == words(portal.store, "D1")
    assert hall.sync().erased == []


def test_what_was_erased_at_a_counter_before_it_was_handed_in_never_reaches_the_portal(
    portal: Portal, hall: CounterHall
) -> None:
    (said,) = hall.say("D1", secret(1)).said
    erase(hall.desk, said)
    hall.sync()
    assert said not in words(portal.store, "D1")
    assert holds(portal.store, b"Needle") == []
    assert said in portal.store.record("D1").standing("record.erased")


def test_an_order_at_a_counter_that_is_not_the_operators_erases_nothing(portal: Portal, hall: CounterHall) -> None:
    (said,) = hall.say("D1", secret(1)).said
    hall.sync()
    stranger = msgspec.structs.replace(OFFICER, person="stranger")
    plan = erasing.plan(hall.desk, "D1", [said], stranger, ORDER)
    erasing.erase(hall.desk, "D1", [said], stranger, ORDER, plan.digest)
    assert [p.rule for one in hall.sync().refused for p in one.problems] == ["SY13"]
    assert holds(portal.store, b"Needle") == ["body"]


def no_ground(told: dict[str, str]) -> None:
    told["ground"] = "because"


def no_request(told: dict[str, str]) -> None:
    told["request"] = " "


@pytest.mark.parametrize(("change", "rule"), [(no_ground, "E902"), (no_request, "E903")])
def test_an_order_without_ground_erases_nothing(
    portal: Portal, hall: CounterHall, change: Callable[[dict[str, str]], None], rule: str
) -> None:
    (said,) = hall.say("D1", secret(1)).said
    hall.sync()
    told = {"what": "statement", "ground": "order", "law": "x", "request": "12", "reason": "why", "despite": "decided"}
    change(told)
    known = hall.store.record("D1").submissions[said]
    forged = msgspec.structs.replace(
        known, id="forged", topic="record.erased", key=said, body=msgspec.Raw(msgspec.json.encode(told)), by="officer", for_="operator",
        mandate="",
    )  # fmt: skip
    assert hall.store.submit([forged]).ok
    assert [p.rule for one in hall.sync().refused for p in one.problems] == [rule]
    assert holds(portal.store, b"Needle") == ["body"]


def test_what_was_prepared_goes_when_what_was_said_of_it_is_erased(portal: Portal, hall: CounterHall) -> None:
    sync.prepare(hall.store, "later", "D1", b"Needle")
    sync.keep_aside(hall.store, hall.store.record("D1").submissions[next(iter(words(hall.store, "D1")))], "x", ())
    (said,) = hall.say("D1", line(1, id="later")).said
    erase(hall.desk, said)
    assert holds(hall.store, b"Needle") == []
