"""My work: what waits for whom, equal to what the sheet would tell each; by when; and where it is done."""

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from entrepot.channels.online import Voice, rehearsing
from entrepot.kernel.vocabulary.talk import ASSIGNED
from entrepot.portal.desk import Desk, NoSuchDossier
from entrepot.portal.drafts import Draft
from entrepot.portal.reading import waiting as waits_of
from entrepot.portal.work import mine
from entrepot.portal.work.mine import Asked, when
from entrepot.portal.work.reach import Reach
from entrepot.store import cards
from tests.portal.stage import ANN, BOB, DAY, LINE_ONE, OPENING, open_desk

CLERK = Voice("cai", "window-1", frozenset({"clerk"}), "window", counter="window-1")
BANK = Voice("lee", "lender", frozenset({"bank"}))


def rows(desk: Desk, voice: Voice, **asked: str) -> list[mine.Row]:
    return mine.waiting(mine.look(desk, voice), Asked(**asked), voice.person, desk.today())


def test_a_dossier_is_one_row_with_the_one_thing_to_do_and_its_place(opened: Desk) -> None:
    opened.say("D1", [Draft("goods.line", {"hs": "28092019"}, "2")], ANN)
    (row,) = rows(opened, ANN)
    assert (row.item.kind, row.address) == ("mend", "/d/D1/say/goods.line/2")
    assert row.more > 0


def test_nobody_is_told_of_what_waits_for_others(opened: Desk) -> None:
    """The margin waits for purchase costs, of which the buyer must not even know that they are waited for."""
    assert "goods.cost" in {item.topic for one in mine.look(opened, ANN).dossiers for item in one.items}
    assert "goods.cost" not in {item.topic for one in mine.look(opened, BOB).dossiers for item in one.items}
    assert mine.look(opened, Voice("cay", "cargo")).dossiers == ()


def test_a_declaration_that_is_ready_is_to_be_sent_and_once_sent_no_more(opened: Desk) -> None:
    opened.say("D1", [Draft("trade.terms", {"contract_no": "C1", "payment": "T/T", "total": "USD 12360.00"})], ANN)
    (row,) = rows(opened, ANN)
    assert (row.item.kind, row.stage, row.item.topic) == ("stage", "ready", "declaration.form")
    assert all(one.item.kind != "stage" for one in rows(opened, BOB))
    digest = next(one.digest for one in opened.read("D1", ANN).findings if one.topic == "declaration.form")
    opened.send("D1", "declaration.form", digest, ANN)
    opened.deliver()
    assert all(one.item.kind != "stage" for one in rows(opened, ANN))


def test_an_assignment_is_for_ones_own_organisation_alone(opened: Desk) -> None:
    opened.say("D1", [Draft(ASSIGNED.name, {"person": "ann"}, "acme")], ANN)
    opened.say("D1", [Draft(ASSIGNED.name, {"person": "bea"}, "buyer")], BOB)
    assert [row.person for row in rows(opened, ANN, who="me")] == ["ann"]
    assert rows(opened, ANN, who="nobody") == []
    assert rows(opened, BOB, who="me") == []
    assert [row.person for row in rows(opened, BOB, who="bea")] == ["bea"]


def test_a_day_of_ones_own_waits_for_ones_own_organisation_until_it_is_done(opened: Desk) -> None:
    due = {"on": "2026-03-30", "what": "call the forwarder"}
    said = opened.say("D1", [Draft("dossier.due", due, "x")], ANN).said[0]
    (row,) = rows(opened, ANN)
    assert (row.due, row.when) == (date(2026, 3, 30), "overdue")
    assert all(row.due is None for row in rows(opened, BOB))
    opened.say("D1", [Draft("dossier.due", {**due, "done": True}, "x", replaces=(said,))], ANN)
    assert all(row.due is None for row in rows(opened, ANN))


@pytest.mark.parametrize(
    ("due", "group"),
    [(date(2026, 3, 31), "overdue"), (DAY, "today"), (date(2026, 4, 8), "week"), (date(2026, 4, 9), "later"), (None, "none")],
)  # fmt: skip
def test_a_day_is_told_by_where_it_stands_beside_today(due: date | None, group: str) -> None:
    assert when(due, DAY) == group


def test_what_moved_is_drawn_at_once_and_what_is_too_much_is_left_out_and_said(
    opened: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not mine.look(opened, ANN).drawing
    monkeypatch.setattr(mine, "AT_ONCE", 0)
    assert len(mine.look(opened, ANN).dossiers) == 1
    opened.say("D1", [Draft("trade.terms", {"contract_no": "C2"})], ANN)
    looked = mine.look(opened, ANN)
    assert (looked.drawing, looked.dossiers) == (True, ())
    assert mine.draw(opened) == 1
    assert not mine.look(opened, ANN).drawing
    assert mine.draw(opened) == 0


def test_a_card_is_gone_with_the_words_it_was_drawn_from(opened: Desk) -> None:
    from entrepot.store.search import forget

    said = opened.say("D1", [Draft("dossier.due", {"on": "2026-04-02", "what": "secret"}, "x")], ANN).said[0]
    mine.look(opened, ANN)
    with opened.store.database.session() as session:
        assert cards.cards_of(opened.store.database, session, ["D1"])[0].seq > 0
    opened.store.write(lambda session: forget(session, said))
    with opened.store.database.session() as session:
        assert cards.cards_of(opened.store.database, session, ["D1"])[0].seq == -1


VOICES = (
    ANN, BOB, CLERK, BANK, Voice("bro", "agency"), Voice("off", "customs-1", frozenset({"customs"})),
    Voice("cay", "cargo"), rehearsing("importer"), rehearsing("tax"),
)  # fmt: skip
ROLES = st.sets(st.sampled_from(["importer", "broker", "carrier", "producer", "bank", "clerk"]), min_size=1)
MANDATE = {"agent": "agency", "role": "broker", "signed_on": "2026-01-01"}


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_cards_tell_what_the_desk_would(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Roles by card equal roles by record; what waits equals what the sheet of each voice says it waits for."""
    desk = open_desk(tmp_path_factory.mktemp("mine"))
    _enterprise(desk, data)
    for number in range(data.draw(st.integers(1, 3))):
        said = [OPENING[0], LINE_ONE]
        for organisation in data.draw(st.sets(st.sampled_from(["buyer", "agency", "lender", "window-1", "cargo"]))):
            said.append(Draft("dossier.member", {"roles": sorted(data.draw(ROLES))}, organisation))
        if data.draw(st.booleans()):
            said.append(
                Draft("declaration.particulars", {"supervision_mode": data.draw(st.sampled_from(["0110", "1039"]))})
            )
        desk.say(f"M{number}", said, ANN)
    with desk.store.database.session() as session:
        every = [one.dossier for one in cards.cards(desk.store.database, session, None, 100)]
    for voice in VOICES:
        seen = {one.card.dossier: one for one in mine.look(desk, voice).dossiers}
        for dossier in every:
            try:
                reading = desk.read(dossier, voice)
            except NoSuchDossier:
                assert dossier not in seen
                continue
            assert tuple(sorted(seen[dossier].roles)) == reading.roles
            told = {(item.topic, item.key) for item in seen[dossier].items if item.kind == "say"}
            said_topics = {name for name, topic in desk.registry.topics.items() if topic.kind == "said"}
            assert told == {(one.topic, one.key) for one in waits_of(reading) if one.topic in said_topics}
            mistakes = {
                problem.what for found in reading.findings for problem in found.problems if problem.severity == "E"
            }
            assert {item.text for item in seen[dossier].items if item.kind == "mend"} == mistakes
    desk.store.close()


def _enterprise(desk: Desk, data: Any) -> None:
    """Standing mandates of the exporter, of all its trades or of one mode."""
    if not data.draw(st.booleans()):
        return
    opening = Draft("dossier.opened", {"kind": "enterprise", "reference": "acme"})
    modes = {"modes": ["1039"]} if data.draw(st.booleans()) else {}
    administer = Voice("ann", "acme", duties=ANN.duties | {"administer"})
    desk.say("enterprise:acme", [opening, Draft("enterprise.mandate", MANDATE | modes, "agency/1")], administer)
    assert Reach(desk, Voice("bro", "agency")).given
