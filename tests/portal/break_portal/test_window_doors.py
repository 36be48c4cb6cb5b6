"""A clerk with a ticket in hand: what was done for one is not put down to another, and no page lends out more than the mandate does."""

import pytest
from django.test import Client

from entrepot.channels.online import ADMINISTER, WORKING, Voice
from entrepot.portal.access import giving
from entrepot.portal.desk import Desk
from entrepot.portal.push.voices import held
from entrepot.store import calendars, exports, mandates, subscriptions, window
from entrepot.store.tokens import list_tokens
from tests.portal.counter.test_desk_pages import FIRM, HALL, number, scan, served, taken_in, trade, wang
from tests.portal.entry.filled import filled

__all__ = ["wang"]
OTHER = "other-firm"
MORE = {"agent": "evil", "role": "broker", "number": "X", "signed_on": "2026-03-01", "scope": "all"}
BOSS = WORKING | {ADMINISTER}


@pytest.fixture
def two(desk: Desk, wang: Client) -> str:
    """Wang has a number of the firm in hand, and a mandate of another firm too; gives the firm's trade."""
    from entrepot.kernel.vocabulary.enterprise import EnterpriseMandate

    mandate = EnterpriseMandate(HALL, "clerk", desk.today(), None)
    giving.give(desk, Voice("boss", OTHER, duties=BOSS), mandate, "O-1")
    number(wang)
    taken_in(wang)
    return trade(wang)


def test_what_was_done_for_one_is_not_put_down_to_another(desk: Desk, wang: Client, two: str) -> None:
    made = window.made_at(desk.store, served(desk))
    for where, data in (("choose", {"code": OTHER}), ("find", {"q": OTHER})):
        answer = wang.post(f"/counter/serve/{where}", data)
        assert (answer.status_code, "is served for" in answer.content.decode()) == (422, True)
    assert served(desk).principal == FIRM
    wang.post("/counter/serve/end", {"outcome": "done", "then": "stay"})
    said = {fact.topic for fact in desk.read(two, Voice("boss", FIRM)).facts}
    assert made
    assert "window.served" in said


def test_a_form_that_was_filled_in_for_one_number_does_nothing_with_the_next_in_hand(
    desk: Desk, wang: Client, two: str
) -> None:
    form = filled(wang.get("/counter/serve").content.decode(), "goods")
    first = served(desk)
    assert form["ticket"] == first.id
    wang.post("/counter/serve/end", {"outcome": "done", "then": "stay", "ticket": first.id})
    number(wang)
    wang.post("/counter/serve/find", {"q": OTHER})
    later = served(desk)
    for where, data in (
        ("trade", form | {"goods": "tea", "country": "Japan"}), ("attach", {"papers": scan()}), ("end", {"outcome": "done"}),
        ("pause", {}), ("left", {}), ("choose", {"code": FIRM}), ("work-on", {"dossier": two}),
    ):  # fmt: skip
        answer = wang.post(f"/counter/serve/{where}", data | {"ticket": first.id})
        assert (answer.status_code, "filled in for another number" in answer.content.decode()) == (422, True), where
    assert served(desk) == later
    assert window.made_at(desk.store, later) == []


def test_a_number_that_was_ended_or_taken_up_by_another_is_not_changed_by_whoever_had_it(
    desk: Desk, wang: Client, two: str
) -> None:
    before = served(desk)
    window.pause(desk.store, before)
    window.resume(desk.store, HALL, before.id, "li.na", "2")
    window.begin(desk.store, before, principal=OTHER)
    window.end(desk.store, before, "done", (), "")
    taken = window.in_hand(desk.store, HALL, "li.na")
    assert taken is not None
    assert (taken.principal, taken.state) == (FIRM, "serving")
    window.end(desk.store, taken, "done", (), "")
    window.begin(desk.store, taken, dossier=two)
    assert window.in_hand(desk.store, HALL, "li.na") is None


def test_no_page_lends_out_more_than_the_mandate_does(desk: Desk, wang: Client, two: str) -> None:
    """The hall's own standing orders and secrets are not made in the name of whoever stands at the window."""
    for path, data, status in (
        ("/subscriptions", {"way": "feed", "title": "all"}, 422), ("/enterprise/export", {}, 422), ("/rehearsal/anew", {}, 403),
        ("/enterprise/mandates/give", MORE, 422), ("/enterprise/tokens/new", {"name": "x", "days": "30"}, 302),
        ("/calendar/feeds", {}, 302), ("/calendar/reminders", {"days": "3"}, 302),
    ):  # fmt: skip
        answer = wang.post(path, data)
        assert (answer.status_code, answer.content.find(b"key=")) == (status, -1), path
    assert subscriptions.of_organisation(desk.store, FIRM) == []
    assert [one.mandate.agent for one in mandates.given_by(desk.store.database, FIRM)] == [HALL]
    assert exports.of_organisation(desk.store, FIRM) == []
    assert list_tokens(desk.store, FIRM) == []
    assert calendars.feeds(desk.store, "wang.li", FIRM) == []


def test_a_token_listens_for_nobody_but_its_own_organisation(desk: Desk, wang: Client, two: str) -> None:
    card = next(card for card in list_tokens(desk.store) if card.person == "wang.li")
    kept = held(Voice("wang.li", FIRM, frozenset({"clerk"}), "window", "2026-001", HALL, token=card.id))
    secret = calendars.new_feed(desk.store, "wang.li", FIRM, kept, "en")
    assert wang.get("/calendar.ics", {"key": secret}).status_code == 404


def test_a_form_that_was_filled_in_for_one_says_nothing_for_another(desk: Desk, wang: Client, two: str) -> None:
    form = filled(wang.get("/new/export").content.decode(), "goods")
    said = filled(wang.get(f"/d/{two}/say/trade.terms").content.decode(), "id")
    assert form["speaks_for"] == said["speaks_for"] == FIRM
    wang.post("/counter/serve/end", {"outcome": "done", "then": "stay"})
    number(wang)
    wang.post("/counter/serve/find", {"q": OTHER})
    assert served(desk).principal == OTHER
    wang.post("/new/export", form | {"goods": "tea", "country": "Japan"})
    wang.post(f"/d/{two}/say/trade.terms", said)
    assert desk.dossiers(Voice("boss", OTHER)).dossiers == () or {
        card.kind for card in desk.dossiers(Voice("boss", OTHER)).dossiers
    } == {"enterprise"}
    form = filled(wang.get("/new/export").content.decode(), "goods")
    assert form["speaks_for"] == OTHER
    wang.post("/new/export", form | {"goods": "tea", "country": "Japan"})
    assert "trade" in {card.kind for card in desk.dossiers(Voice("boss", OTHER)).dossiers}
