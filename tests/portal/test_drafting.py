"""Answering what is left of a draft: page, commands and API say the same on the same topics; a wrong answer says nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from typer.testing import CliRunner

from entrepot.channels.online import Voice
from entrepot.kernel.intake import Refusal
from entrepot.portal import cli, setting
from entrepot.portal.demonstration.made import export_facts
from entrepot.portal.desk import Desk
from entrepot.portal.drafting import answer, questions_in
from entrepot.portal.drafts import Draft
from entrepot.store.store import Store
from tests.portal.stage import NOON
from tests.portal.web import client_of

ANN, BOB = Voice("ann", "acme"), Voice("bob", "buyer")
LEFT_OUT = {"declaration.particulars", "packing.totals", "exporter.standing"}


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'store.sqlite3'}"


@pytest.fixture
def desk(tmp_path: Path, url: str, installed: Path) -> Iterator[Desk]:
    """Two lines of mushrooms of which the papers leave open what only people know."""
    store = Store.open(url, setting.registry(), nature="sandbox", keys=installed / "keys", clock=lambda: NOON)
    desk = Desk(store, setting.law(), setting.registry())
    drafts = [
        Draft("dossier.opened", {"kind": "trade", "reference": "PO-1"}),
        Draft("dossier.member", {"roles": ["importer"]}, "buyer"),
    ]
    for place, body in export_facts(2, released=False).items():
        topic, _, key = place.partition("/")
        if topic.startswith(("goods.cost", "goods.bom", "import.")) or topic in LEFT_OUT:
            continue
        said = {name: value for name, value in body.items() if name not in ("elements", "origin", "hs")}
        drafts.append(Draft(topic, said, key))
    desk.say("D1", drafts, ANN)
    yield desk
    store.close()


@pytest.fixture
def client(desk: Desk) -> Client:
    return client_of(desk)


def left(desk: Desk) -> list[str]:
    return [question.id for question in questions_in(desk.read("D1", ANN))]


def value(desk: Desk, topic: str, key: str = "") -> Any:
    return next(fact.value for fact in desk.read("D1", ANN).facts if (fact.topic, fact.key) == (topic, key))


def test_answers_are_said_on_their_topics_and_the_questions_go(desk: Desk) -> None:
    before = left(desk)
    assert {"codes", "origin", "customs", "procedure", "packing"} <= set(before)
    said = answer(
        desk, "D1", ANN,
        {
            "codes": {"hs/1": "2003.9010.90", "hs/2": "2003901090"},
            "origin": {"origin": "chn China"},
            "packing": {"packages": "1,200", "package_type": "22"},
            "procedure": {"supervision_mode": "0110"},
        },
    )  # fmt: skip
    assert said is not None
    assert (value(desk, "goods.line", "1")["hs"], value(desk, "goods.line", "2")["origin"]) == ("2003901090", "CHN")
    assert value(desk, "packing.totals")["packages"] == 1200
    assert not {"codes", "origin", "packing", "procedure"} & set(left(desk))


def test_elements_join_what_was_said_of_the_line_before(desk: Desk) -> None:
    answer(desk, "D1", ANN, {"codes": {"hs": "2003901090"}})
    answer(desk, "D1", ANN, {"elements:2003901090": {"composition": "香菇、水、盐"}})
    answer(desk, "D1", ANN, {"elements:2003901090": {"container": "罐头", "packing": "425克/罐"}})
    assert value(desk, "goods.elements", "2")["values"] == {
        "composition": "香菇、水、盐",
        "container": "罐头",
        "packing": "425克/罐",
    }
    assert not any(id.startswith("elements") for id in left(desk))


WRONG = {
    "no number": ("packing", {"packages": "many"}, "D062"),
    "no such blank": ("packing", {"wings": "2"}, "D061"),
    "no such question": ("wings", {"packages": "2"}, "D060"),
    "a part of the elements": ("elements:2003901090", {"composition": "a|b"}, "D062"),
    "not a number for the topic": ("packing", {"packages": "2", "gross_kg": "heavy"}, "D061"),
}


@pytest.mark.parametrize("why", WRONG)
def test_a_wrong_answer_is_refused_whole(desk: Desk, why: str) -> None:
    answer(desk, "D1", ANN, {"codes": {"hs": "2003901090"}})
    id, values, rule = WRONG[why]
    before = left(desk)
    with pytest.raises(Refusal) as refused:
        answer(desk, "D1", ANN, {"origin": {"origin": "CHN"}, id: values})
    assert {problem.rule for problem in refused.value.problems} == {rule}
    assert left(desk) == before


def test_what_is_left_blank_says_nothing(desk: Desk) -> None:
    assert answer(desk, "D1", ANN, {"packing": {"packages": "  "}, "origin": {}}) is None


@pytest.mark.parametrize(
    ("typed", "charge"),
    [
        ("USD 1,150.50", {"mark": "3", "value": "1150.50", "currency": "USD"}),
        ("usd 50/t", {"mark": "2", "value": "50", "currency": "USD"}),
        ("0.3%", {"mark": "1", "value": "0.3"}),
    ],
)
def test_charges_are_written_as_people_write_them(desk: Desk, typed: str, charge: dict[str, str]) -> None:
    desk.say("D1", [Draft("trade.terms", {"incoterm": "CFR"}, replaces=_own(desk, "trade.terms"))], ANN)
    answer(desk, "D1", ANN, {"charges": {"freight": typed}})
    assert value(desk, "transport.charges")["freight"] == charge


def _own(desk: Desk, topic: str) -> tuple[str, ...]:
    from entrepot.portal.saying import own_words

    return own_words(desk, ANN, "D1", topic, "")


def test_the_buyer_is_not_shown_the_questions_and_cannot_answer(desk: Desk) -> None:
    assert questions_in(desk.read("D1", BOB)) == ()
    with pytest.raises(Refusal):
        answer(desk, "D1", BOB, {"origin": {"origin": "CHN"}})


def test_the_page_takes_ticks_and_words_together_and_tells_what_is_wrong(desk: Desk, client: Client) -> None:
    page = client.get("/d/D1/questions").content.decode()
    places = {question.id: place for place, question in enumerate(questions_in(desk.read("D1", ANN)), 1)}
    for id in ("origin", "packing"):
        assert f'name="id{places[id]}" value="{id}"' in page
    origin, packing = places["origin"], places["packing"]
    form = {f"id{origin}": "origin", f"c{origin}": "1", f"id{packing}": "packing", f"v{packing}.packages": "many"}
    refused = client.post("/d/D1/questions", form)
    assert refused.status_code == 422
    assert "cannot be read as number of packages" in refused.content.decode()
    assert 'value="many"' in refused.content.decode()
    form[f"v{packing}.packages"] = "1200"
    assert client.post("/d/D1/questions", form)["Location"] == "/d/D1/questions?done=said"
    assert (value(desk, "goods.line", "1")["origin"], value(desk, "packing.totals")["packages"]) == ("CHN", 1200)
    assert "origin" not in left(desk)


def test_the_page_speaks_chinese_and_the_sheet_leads_to_it(client: Client) -> None:
    page = client.get("/d/D1/questions", headers={"Accept-Language": "zh-CN"}).content.decode()
    assert "待补充的问题" in page
    assert "货物的原产地" in page
    assert 'href="/d/D1/questions"' in client.get("/d/D1").content.decode()


def test_the_commands_list_and_answer(desk: Desk, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    runner, options = CliRunner(), ["--store", url, "--for", "acme", "--as", "exporter"]
    listed = runner.invoke(cli.app, ["questions", "D1", *options])
    assert listed.exit_code == 0
    assert "Where were the goods of lines 1-2 made or grown?" in listed.output
    place = left(desk).index("origin") + 1
    assert runner.invoke(cli.app, ["answer", "D1", str(place), ":1", *options]).exit_code == 0
    assert value(desk, "goods.line", "2")["origin"] == "CHN"
    place = left(desk).index("packing") + 1
    told = runner.invoke(cli.app, ["answer", "D1", str(place), "packages=1200", "package_type=22", *options])
    assert "questions are left" in told.output
    for wrong in (["answer", "D1", "99", "x"], ["answer", "D1", "1", ":99"]):
        assert runner.invoke(cli.app, [*wrong, *options]).exit_code != 0
