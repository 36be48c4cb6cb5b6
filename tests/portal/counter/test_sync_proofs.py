"""Nothing is believed without its proof, on either side; and what becomes readable later is told from the beginning."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from entrepot.gateways.sync_client import Answered
from entrepot.portal.counter.sync_exchange import Exchange, SyncStopped
from entrepot.portal.drafts import Draft
from tests.portal.counter.sync_stage import HALL, CounterHall, Portal, line, words


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[CounterHall]:
    portal = Portal(tmp_path)
    one = CounterHall(portal, tmp_path, "one")
    yield one
    one.store.close()
    portal.store.close()


def changed(hall: CounterHall, asks: str, change: Callable[[Any], None], question: bool = False) -> Exchange:
    """An exchange over a line on which somebody changes questions, or the answers to them, on a path."""

    def ask(method: str, path: str, body: bytes | None) -> Answered:
        here = asks in path
        if here and question and body:
            told = msgspec.json.decode(body)
            change(told)
            body = msgspec.json.encode(told)
        answer = hall.line(method, path, body)
        if here and not question:
            told = msgspec.json.decode(answer.data)
            change(told)
            answer = Answered(answer.status, msgspec.json.encode(told))
        return answer

    return Exchange(hall.store, ask)


def other_line(told: Any) -> None:
    told["items"][-1]["said"]["body"] = {"hs": "99999999"}


def other_salt(told: Any) -> None:
    told["items"][0]["proof"]["salt"] = "00" * 32


def other_spelling(told: Any) -> None:
    told["items"][0]["proof"]["salt"] = told["items"][0]["proof"]["salt"].upper()


def other_place(told: Any) -> None:
    told["items"][0]["proof"]["index"] += 1


def other_speaker(told: Any) -> None:
    told["items"][0]["said"]["by"] = "somebody"


CHANGES = (other_line, other_salt, other_spelling, other_place, other_speaker)


@pytest.mark.parametrize("change", CHANGES)
def test_a_statement_that_was_changed_on_its_way_up_is_not_taken(
    hall: CounterHall, change: Callable[[Any], None]
) -> None:
    hall.open("D1")
    hall.say("D1", line(1))
    with pytest.raises(SyncStopped, match="does not stand in the counter's log"):
        changed(hall, "/up", change, question=True).run()
    assert words(hall.portal.store, "D1") == {}
    assert hall.sync().sent == 5


@pytest.mark.parametrize("change", CHANGES)
def test_a_statement_that_was_changed_on_its_way_down_is_not_taken(
    hall: CounterHall, change: Callable[[Any], None]
) -> None:
    member = Draft("dossier.member", {"roles": ["clerk"]}, HALL)
    hall.portal.say("D1", Draft("dossier.opened", {"kind": "trade", "reference": "R"}), member, line(1))
    with pytest.raises(SyncStopped, match="what does not stand in its log"):
        changed(hall, "/dossiers/D1", change).run()
    assert words(hall.store, "D1") == {}
    assert hall.sync().received == len(words(hall.portal.store, "D1"))


def no_proofs(told: Any) -> None:
    told["proofs"] = []


def proofs_of_others(told: Any) -> None:
    told["proofs"] = [{**one, "id": two["id"]} for one, two in zip(told["proofs"], told["proofs"][::-1], strict=True)]


def another_checkpoint(told: Any) -> None:
    text, blank, signature = told["checkpoint"].partition("\n\n")
    told["checkpoint"] = text.replace("\n", "\nA", 2) + blank + signature


@pytest.mark.parametrize("change", [no_proofs, proofs_of_others, another_checkpoint])
def test_a_portal_that_does_not_prove_what_it_took_is_not_believed(
    hall: CounterHall, change: Callable[[Any], None]
) -> None:
    hall.open("D1")
    with pytest.raises(SyncStopped):
        changed(hall, "/up", change).run()
    report = hall.sync()
    assert (report.whole, report.already) == (True, 4)


def test_what_becomes_readable_later_is_told_from_the_beginning(hall: CounterHall) -> None:
    portal = hall.portal
    member = Draft("dossier.member", {"roles": ["carrier"]}, HALL)
    portal.say("D1", Draft("dossier.opened", {"kind": "trade", "reference": "R"}), member, hall.mandate(), line(1))
    hall.sync()
    hidden = {i for i in words(portal.store, "D1") if i not in words(hall.store, "D1")}
    assert hidden
    old = portal.store.record("D1").standing("dossier.member")[HALL].statements[0].id
    portal.say("D1", Draft("dossier.member", {"roles": ["clerk", "carrier"]}, HALL, replaces=(old,)))
    hall.sync()
    assert words(portal.store, "D1") == words(hall.store, "D1")
