"""Events: in the order of the log, replayable, and nothing in them that the voice may not read."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from entrepot.channels.online import Voice
from entrepot.kernel.vocabulary.goods import LOT as COST
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.portal.examples import example
from entrepot.portal.push import finder
from entrepot.portal.push.events import Event, Events, Filter, _matches, event_at, events_for, last_position
from entrepot.portal.push.subscribing import Asked, make
from entrepot.store.events import START, Position
from tests.portal.push.conftest import Clock, token_voice
from tests.portal.stage import LINE_ONE, OPENING

EVE = Voice("eve", "elsewhere")
LOT = Draft("goods.cost", {**example(COST), "base": "CNY 500000.00"}, "1")


def told(events: Events) -> list[str]:
    return [event.type.removeprefix("entrepot.") for event in events.events]


@pytest.fixture
def opened(desk: Desk, acme: Voice) -> Desk:
    desk.say("D1", [*OPENING, LINE_ONE], acme)
    desk.store.integrate()
    return desk


def test_events_are_the_statements_in_the_order_of_the_log(opened: Desk, acme: Voice) -> None:
    events = events_for(opened, acme).events
    assert [event.type for event in events] == [
        "entrepot.said.dossier.opened", "entrepot.said.dossier.member", "entrepot.said.dossier.member", "entrepot.said.goods.line",
    ]  # fmt: skip
    assert [event.data.position for event in events] == ["0", "1", "2", "3"]
    assert sorted(event.sequence for event in events) == [event.sequence for event in events]
    line = events[-1]
    assert (line.specversion, line.subject, line.data.key, line.data.for_) == ("1.0", "D1", "1", "acme")
    assert isinstance(line.data.body, msgspec.Raw)
    assert msgspec.json.decode(bytes(line.data.body))["hs"] == "28092019"
    assert msgspec.json.decode(msgspec.json.encode(line), type=Event).id == line.id


def test_from_any_position_the_rest_comes_and_nothing_twice(opened: Desk, acme: Voice) -> None:
    whole = events_for(opened, acme).events
    for cut in range(len(whole)):
        rest = events_for(opened, acme, whole[cut].position)
        assert rest.events == whole[cut + 1 :]
    after, pieces = START, list[Event]()
    while (piece := events_for(opened, acme, after, limit=1)).events:
        pieces += piece.events
        after = piece.upto
    assert tuple(pieces) == whole


def test_a_stranger_hears_nothing(opened: Desk) -> None:
    found = events_for(opened, EVE)
    assert (found.events, found.upto) == ((), last_position(opened))
    assert all(event_at(opened, EVE, Position(place)) is None for place in range(4))


def test_what_a_member_may_not_read_is_not_there_for_it(opened: Desk, acme: Voice) -> None:
    opened.say("D1", [LOT], acme)
    opened.store.integrate()
    buyer = token_voice(opened, "buyer")
    assert "said.goods.cost" in told(events_for(opened, acme))
    assert "said.goods.cost" not in told(events_for(opened, buyer))
    assert b"500000" not in msgspec.json.encode(events_for(opened, buyer).events)
    assert event_at(opened, buyer, last_position(opened)) is None


def test_who_is_no_member_any_more_hears_no_more_not_even_of_before(opened: Desk, acme: Voice) -> None:
    buyer = token_voice(opened, "buyer")
    (member,) = [
        e for e in events_for(opened, acme).events if e.type.endswith("dossier.member") and e.data.key == "buyer"
    ]
    assert events_for(opened, buyer).events
    opened.say("D1", [Draft("dossier.member", None, "buyer", withdraws=(member.id,))], acme)
    opened.store.integrate()
    assert events_for(opened, buyer).events == ()
    (gone,) = [event for event in events_for(opened, acme).events if event.type == "entrepot.withdrawn.dossier.member"]
    assert gone.data.withdraws == (member.id,)
    assert not isinstance(gone.data.body, msgspec.Raw)


def test_an_erased_body_is_told_as_erased(opened: Desk, acme: Voice) -> None:
    line = events_for(opened, acme).events[-1]
    with opened.store.database.session() as session, session.writing():
        row = ("body", line.id, "law", "op", "2026-04-01")
        session.insert("erased", ("what", "reference", "reason", "by_person", "erased_at"), [row])
        session.run(("DELETE FROM body WHERE seq = (SELECT seq FROM submission WHERE id = ?)", (line.id,)))
    again = events_for(opened, acme).events[-1]
    assert (again.id, again.data.erased) == (line.id, True)
    assert not isinstance(again.data.body, msgspec.Raw)


def test_filters_choose_by_topic_dossier_kind_and_role(opened: Desk, acme: Voice) -> None:
    def of(**fields: tuple[str, ...]) -> list[str]:
        return told(events_for(opened, acme, only=msgspec.convert(fields, type=Filter)))

    assert of(topics=("goods.*",)) == ["said.goods.line"]
    assert of(topics=("said.dossier.o*",)) == ["said.dossier.opened"]
    assert of(topics=("withdrawn.*",)) == []
    assert of(dossiers=("D2",)) == []
    assert len(of(dossiers=("D1",))) == 4
    assert of(kinds=("enterprise",)) == []
    assert len(of(kinds=("trade",))) == 4
    assert of(roles=("importer",)) == []
    assert len(of(roles=("exporter",))) == 4


@given(some.text("ab.*", max_size=8), some.text("ab.", max_size=8))
def test_patterns_match_as_a_shell_would(pattern: str, name: str) -> None:
    from fnmatch import fnmatchcase

    assert _matches(pattern, name) == fnmatchcase(name, pattern)


@pytest.mark.parametrize("text", ["", "-1", "01", "1.0", "1.", "1.01", " 1", "1 ", "1.2.3", "٣", "9" * 16])
def test_a_position_has_one_spelling(text: str) -> None:
    assert Position.parse(text) is None


@given(some.integers(0, 10**15 - 1), some.integers(0, 10**9 - 1))
def test_positions_come_back(place: int, number: int) -> None:
    assert Position.parse(str(Position(place, number))) == Position(place, number)


# -- findings ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def watched(desk: Desk, acme: Voice) -> Desk:
    make(desk, acme, Asked("feed"))
    finder.look(desk)
    desk.say("D1", [*OPENING, LINE_ONE], acme)
    desk.store.integrate()
    finder.look(desk)
    return desk


def test_a_finding_that_moved_comes_behind_what_moved_it(watched: Desk, acme: Voice) -> None:
    found = events_for(watched, acme)
    assert told(found)[-1] == "found.price.total"
    last = found.events[-1]
    assert (last.data.position, last.data.status, last.data.was) == ("3.1", "found", "")
    assert finder.look(watched) == 0  # nothing moved since
    watched.say("D1", [Draft("goods.line", {"hs": "99999999", "quantity": "1", "unit": "t", "amount": "USD 1.00"}, "1",
                             replaces=(found.events[-2].id,))], acme)  # fmt: skip
    watched.store.integrate()
    finder.look(watched)
    rest = events_for(watched, acme, last.position)
    assert told(rest) == ["said.goods.line", "found.price.total"]
    assert (rest.events[-1].data.status, rest.events[-1].data.was) == ("no_law", "found")
    assert events_for(watched, acme, rest.upto).events == ()


def test_findings_are_heard_by_those_alone_who_may_read_all_that_they_rest_on(watched: Desk, acme: Voice) -> None:
    watched.say("D1", [LOT], acme)
    watched.store.integrate()
    finder.look(watched)
    buyer = token_voice(watched, "buyer")
    assert "found.price.margin" in told(events_for(watched, acme))
    heard = told(events_for(watched, buyer))
    assert "found.price.total" in heard
    assert "found.price.margin" not in heard


def test_nothing_is_drawn_where_nobody_subscribed(opened: Desk) -> None:
    finder.look(opened)
    with opened.store.database.session() as session:
        assert session.all("SELECT 1 FROM finding_moved") == []


def test_no_position_appears_before_one_that_was_read(watched: Desk, acme: Voice, clock: Clock) -> None:
    after, heard = START, list[Event]()
    for number in range(2, 8):
        piece = events_for(watched, acme, after, limit=3)
        heard += piece.events
        after = piece.upto
        line = {"hs": "28092019", "quantity": "1", "unit": "t", "amount": f"USD {number}.00"}
        watched.say("D1", [Draft("goods.line", line, str(number))], acme)
        if number % 2:
            watched.store.integrate()
        finder.look(watched)
    watched.store.integrate()
    finder.look(watched)
    while (piece := events_for(watched, acme, after)).events:
        heard += piece.events
        after = piece.upto
    whole = events_for(watched, acme, limit=500)
    assert tuple(heard) == whole.events
    assert len({event.sequence for event in heard}) == len(heard)
