"""The sheet's own rules: where a dossier stands, the one next step, stages, what an office decides, the timeline, the ways, gzip."""

import gzip

import pytest
from django.test import RequestFactory

from entrepot.channels import online
from entrepot.channels.online import Voice
from entrepot.kernel.vocabulary.answers import ACCEPTANCE, QUERY
from entrepot.portal import navigation
from entrepot.portal.compressing import takes_gzip
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.portal.sheet_deciding import decisions
from entrepot.portal.sheet_next import Standing, stages, standing
from entrepot.portal.sheet_page import work_of
from entrepot.portal.sheet_timeline import timeline
from tests.portal.stage import ANN, BOB, LINE_ONE, OPENING
from tests.portal.web import client_of

TERMS = Draft("trade.terms", {"contract_no": "C-1", "payment": "T/T"})
CUSTOMS = Voice("officer", "customs", frozenset({"customs"}), "gateway")


def stands(desk: Desk, voice: Voice, dossier: str = "D1") -> Standing:
    reading = desk.read(dossier, voice)
    return standing(reading, desk.registry.topics, work_of(desk, reading, voice))


def states(desk: Desk, voice: Voice) -> dict[str, str]:
    return {stage.name.en: stage.state for stage in stages(desk.read("D1", voice), desk.registry.topics)}


def sent(desk: Desk) -> None:
    desk.say("D1", [TERMS], ANN)
    form = next(found for found in desk.read("D1", ANN).findings if found.topic == "declaration.form")
    desk.send("D1", "declaration.form", form.digest, ANN)


def test_a_new_dossier_asks_for_goods_first(desk: Desk) -> None:
    desk.say("D1", OPENING, ANN)
    told = stands(desk, ANN)
    assert (told.step is not None, told.address, told.waits) == (True, "/d/D1/papers", False)


def test_a_draft_that_may_be_sent_leads_to_sending(opened: Desk) -> None:
    opened.say("D1", [TERMS], ANN)
    told = stands(opened, ANN)
    assert told.step is not None
    assert (told.step.en, told.address) == ("Send the declaration", "/d/D1#found-declaration.form")


def test_a_contradiction_is_settled_before_anything_is_sent(opened: Desk) -> None:
    opened.say("D1", [TERMS, Draft("goods.line", {"hs": "20039010"}, "1")], ANN)
    told = stands(opened, ANN)
    assert told.step is not None
    assert (told.step.en, told.address) == ("Settle 1 contradiction", "/d/D1/said/goods.line?at=1#said-goods.line/1")


def test_after_sending_one_waits_for_the_office(opened: Desk) -> None:
    sent(opened)
    told = stands(opened, ANN)
    assert (told.waits, told.step) == (True, None)
    assert "release" in told.told.en


def test_a_question_from_customs_comes_before_all_else(opened: Desk) -> None:
    sent(opened)
    number = next(fact.key for fact in opened.read("D1", ANN).facts if fact.topic == ACCEPTANCE.name)
    opened.say("D1", [Draft(QUERY.name, {"asked_on": "2026-04-02", "question": "Why so dear?"}, number)], CUSTOMS)
    told = stands(opened, ANN)
    assert (told.told.en, told.address) == ("Customs asks: Why so dear?", "/d/D1/said/customs.query")


def test_nobody_is_told_to_say_what_is_anothers_to_say(opened: Desk) -> None:
    for voice in (ANN, BOB):
        reading = opened.read("D1", voice)
        told = standing(reading, opened.registry.topics, work_of(opened, reading, voice))
        topic = told.address.partition("/say/")[2].partition("/")[0]
        assert not topic or opened.registry.topics[topic].say & set(reading.roles)


def test_an_office_is_led_to_its_decision_and_its_answers(opened: Desk) -> None:
    sent(opened)
    (one,) = decisions(opened.read("D1", CUSTOMS), opened.registry.topics)
    assert one.answers[0].address == f"/d/D1/say/customs.release/{one.number}"
    assert stands(opened, CUSTOMS).address == "/d/D1#decide"
    assert decisions(opened.read("D1", ANN), opened.registry.topics) == ()
    opened.say("D1", [Draft("customs.release", {"released_on": "2026-04-02"}, one.number)], CUSTOMS)
    assert decisions(opened.read("D1", CUSTOMS), opened.registry.topics) == ()


def test_stages_are_what_stands_and_what_the_reader_may_know(opened: Desk) -> None:
    assert states(opened, ANN)["declaration"] == "ahead"
    sent(opened)
    assert states(opened, ANN)["declaration"] == "done"
    assert states(opened, ANN)["release"] == "now"
    assert "refund" not in states(opened, BOB)


def test_the_timeline_is_all_that_a_voice_may_read_the_last_first(opened: Desk) -> None:
    cost = {"line": "1", "document": "none", "number": "7", "supplier": "S", "base": "CNY 9.00", "vat_rate": "0.13", "quantity": "1",
            "invoiced_quantity": "1", "unit": "t"}  # fmt: skip
    said = opened.say("D1", [Draft("goods.cost", cost, "1")], ANN)
    opened.say("D1", [Draft("goods.line", {"hs": "28092011"}, "1", replaces=(_line(opened),))], ANN)
    whole, buyers = timeline(opened, "D1", ANN), timeline(opened, "D1", BOB)
    assert [one.topic for one in whole.moments][:2] == ["goods.line", "goods.cost"]
    assert {one.state for one in whole.moments if one.topic == "goods.line"} == {"stands", "replaced"}
    assert said.said[0] not in {one.said.id for one in buyers.moments}
    assert buyers.count == whole.count - 1
    first = timeline(opened, "D1", ANN, limit=2)
    assert first.before is not None
    rest = timeline(opened, "D1", ANN, before=first.before)
    assert (*first.moments, *rest.moments) == whole.moments


def _line(desk: Desk) -> str:
    return next(fact.statements[0].id for fact in desk.read("D1", ANN).facts if fact.topic == LINE_ONE.topic)


def test_every_way_is_seen_by_whom_it_is_for() -> None:
    nobody, visitor, officer = None, online.rehearsing("exporter"), online.rehearsing("customs")
    addresses = {
        who: {way.address for part in navigation.PARTS for way in navigation.ways(part, voice, "/")}
        for who, voice in (("nobody", nobody), ("visitor", visitor), ("officer", officer), ("ann", ANN))
    }
    assert addresses["nobody"] <= {"/rules", "/log", "/verify", "/templates", "/fees", "/api"}
    assert "/new" in addresses["visitor"]
    assert "/new" not in addresses["officer"]
    assert "/enterprise" in addresses["ann"]
    assert "/enterprise" not in addresses["visitor"]
    assert "/health" not in addresses["visitor"] | addresses["officer"] | addresses["ann"]


def test_every_way_leads_somewhere(opened: Desk) -> None:
    client_of(opened)
    from django.urls import resolve

    for way in navigation.WAYS:
        assert resolve(way.address) is not None


def test_a_page_leaves_compressed_and_blurred_and_the_api_as_it_is(opened: Desk) -> None:
    client = client_of(opened, HTTP_ACCEPT_ENCODING="gzip")
    page = client.get("/d/D1")
    assert page["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in page["Vary"]
    assert b"</html>" in gzip.decompress(page.content)
    assert len({len(client.get("/d/D1/why/price.total/1").content) for _ in range(12)}) > 1
    assert "Content-Encoding" not in client.get("/api/v1/dossiers/D1", headers={"Entrepot-As": "exporter"})
    style = next(part for part in gzip.decompress(page.content).decode().split('"') if part.endswith("style.css"))
    assert client.get(style).content == client.get(style).content
    assert b"--ground" in gzip.decompress(client.get(style).content)
    assert "Content-Encoding" not in client.get(style, headers={"Accept-Encoding": "gzip;q=0, br"})


@pytest.mark.parametrize(
    ("asked", "taken"),
    [("gzip", True), ("br, GZIP;q=0.5", True), ("gzip;q=0", False), ("", False), ("xgzip", False), ("*", False)],
)
def test_gzip_is_sent_to_whoever_names_it(asked: str, taken: bool) -> None:
    assert takes_gzip(RequestFactory().get("/", headers={"Accept-Encoding": asked})) is taken
