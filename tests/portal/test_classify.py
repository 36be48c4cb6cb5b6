"""The doors to classification: API, page and command give the room's answer, to whoever may ask, from what is theirs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.test import Client
from typer.testing import CliRunner

from entrepot.channels.online import LICENSED, OFFICES, Voice
from entrepot.gateways.sandbox.customs import SandboxCustoms
from entrepot.kernel.intake import Refusal
from entrepot.kernel.law import Law
from entrepot.kernel.module import Registry
from entrepot.kernel.topics import ROLES
from entrepot.kernel.vocabulary import SHARED
from entrepot.modules.classification.facts import CONFIDANTS
from entrepot.modules.classification.module import MODULE
from entrepot.portal import cli, setting
from entrepot.portal.classifying import Asked, asked_from, classify, classify_lines
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.portal.openapi import openapi
from entrepot.store.store import Store
from entrepot.store.tokens import new_token
from tests.modules.classification.made import whole_law
from tests.portal.stage import ANN, BOB, MODULES, NOON, OPENING, open_desk, stage_law
from tests.portal.web import client_of

LINE = Draft(
    "goods.line", {"description": "shirt", "hs": "6205300000", "quantity": "1", "unit": "t", "amount": "USD 10.00"}, "1"
)
TERMS = Draft("trade.terms", {"contract_no": "C-1", "payment": "T/T"})


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """The stage's desk with a law that the classification room can read."""
    desk = open_desk(tmp_path)
    there = whole_law()
    desk.law = Law([*desk.law.packs, *there.packs], {**there.tables, **desk.law.tables})
    yield desk
    desk.store.close()


@pytest.fixture
def declared(desk: Desk) -> Desk:
    """Acme declared its shirts, and customs accepted them."""
    desk.say("D1", [*OPENING, LINE, TERMS], ANN)
    form = next(found for found in desk.read("D1", ANN).findings if found.topic == "declaration.form")
    assert desk.send("D1", "declaration.form", form.digest, ANN).status == "sent"
    return desk


@pytest.fixture
def client(desk: Desk) -> Client:
    return client_of(desk)


def headers(desk: Desk, person: str = "ann", organisation: str = "acme") -> dict[str, str]:
    return {"Authorization": f"Bearer {new_token(desk.store, person, organisation)}"}


def post(client: Client, data: Any, headers: dict[str, str]) -> Any:
    return client.post("/api/v1/classify", data, content_type="application/json", headers=headers)


def codes(answer: Any) -> list[str]:
    return [one["code"] for one in answer.json()["suggestion"]["candidates"]]


# -- who may ask, and what is whose ------------------------------------------------------------------------------------


def test_nobody_asks_without_a_token(client: Client) -> None:
    assert post(client, {"text": "shirt"}, {}).status_code == 401


def test_a_live_store_hears_no_rehearsal(tmp_path: Path) -> None:
    desk = open_desk(tmp_path, "live", offices=[])
    with pytest.raises(Refusal):
        classify(desk, Voice("v", "acme", rehearsal=True), Asked("shirt"))
    desk.store.close()


def test_ones_own_accepted_lines_come_first_and_stand(declared: Desk) -> None:
    found = classify(declared, ANN, Asked("shirt"))
    assert found.status == "found"
    assert found.suggestion is not None
    first = found.suggestion.candidates[0]
    assert (first.code, first.declared) == ("620530", "6205300000")
    assert "in dossier D1, line 1, accepted by the sandbox office" in first.evidence[0].source.en


@pytest.mark.parametrize(
    "voice",
    [
        BOB,
        Voice("eve", "elsewhere"),
        Voice("nobody", ""),
        Voice("customs", "office", frozenset({"customs"})),
        Voice("clerk", "acme", frozenset({"clerk"}), "window", mandate="M-1", counter="counter"),
        Voice("clerk", "acme", frozenset({"clerk"}), "window", counter="acme"),
    ],
    ids=lambda voice: f"{voice.person or 'nobody'}-{voice.mandate or 'no mandate'}",
)
def test_nobody_else_sees_them(declared: Desk, voice: Voice) -> None:
    found = classify(declared, voice, Asked("shirt"))
    assert found.suggestion is not None
    assert found.suggestion.candidates[0].code == "620520"
    assert all(e.kind != "memory" for one in found.suggestion.candidates for e in one.evidence)


# -- the API -----------------------------------------------------------------------------------------------------------


def test_the_api_answers_with_candidates_question_and_duty(desk: Desk, client: Client) -> None:
    answer = post(client, {"text": "shirt", "to": "JPN", "top": 2, "id": "mine"}, headers(desk))
    assert answer.status_code == 200
    body = answer.json()
    assert codes(answer) == ["620520", "620530"]
    assert (body["status"], body["id"], body["suggestion"]["edition"]) == ("needs_review", "mine", "HS 2022")
    assert body["suggestion"]["question"]["attribute"] == "material"
    assert set(body["suggestion"]["duty"]["rates"]) == {"620520", "620530"}
    answered = post(client, {"text": "shirt", "answers": {"material": "synthetic"}}, headers(desk))
    assert codes(answered)[0] == "620530"


def test_a_vague_text_is_answered_with_what_is_missing(desk: Desk, client: Client) -> None:
    answer = post(client, {"text": "stuff"}, headers(desk))
    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["problems"][0]["rule"]) == ("refused", "CL06")


@pytest.mark.parametrize(
    "data",
    [{}, [], 1, {"text": 1}, {"text": "x", "top": 0}, {"text": "x", "top": 99}, {"text": "x", "to": "Japan"}, {"text": "x", "more": 1},
     {"text": "x" * 200_001}, {"text": "x", "answers": ["a"]}],
)  # fmt: skip
def test_questions_out_of_shape_are_told_as_problems(desk: Desk, client: Client, data: Any) -> None:
    answer = post(client, data, headers(desk))
    assert answer.status_code == 422
    assert all(problem["what"]["en"] and problem["what"]["zh"] for problem in answer.json()["problems"])


def test_many_are_answered_line_by_line_and_a_bad_one_stops_nothing(desk: Desk, client: Client) -> None:
    lines = [
        b'{"text": "shirt", "id": "a"}',
        b"not json",
        b"",
        b'{"text": 5}',
        b'"shirt"',
        b'{"text": ""}',
        b"\xff\xfe",
    ]
    answer = client.post(
        "/api/v1/classify", b"\n".join(lines), content_type="application/x-ndjson", headers=headers(desk)
    )
    found = [msgspec.json.decode(line) for line in b"".join(answer).splitlines()]
    assert [(one["line"], one["status"]) for one in found] == [
        (1, "needs_review"), (2, "refused"), (4, "refused"), (5, "needs_review"), (6, "no_law"), (7, "refused"),
    ]  # fmt: skip
    assert found[0]["id"] == "a"


def test_a_line_too_long_to_hold_is_refused_alone(desk: Desk) -> None:
    found = list(classify_lines(desk, ANN, [None, b'{"text": "shirt"}']))
    assert [one.status for one in found] == ["refused", "needs_review"]


def test_the_description_of_the_api_knows_it(desk: Desk) -> None:
    described = openapi(setting.registry())
    verb = described["paths"]["/api/v1/classify"]["post"]
    assert set(verb["requestBody"]["content"]) == {"application/json", "application/x-ndjson"}
    assert "Classified" in described["components"]["schemas"]


def test_a_bare_text_is_a_question() -> None:
    assert asked_from("shirt") == Asked("shirt")


# -- the page ----------------------------------------------------------------------------------------------------------


def test_the_page_asks_answers_and_asks_back_in_both_languages(desk: Desk, client: Client) -> None:
    blank = client.get("/classify").content.decode()
    assert "What are the goods?" in blank
    page = client.post("/classify", {"text": "shirt", "to": "JPN"}).content.decode()
    assert "6205.20" in page
    assert 'name="answer" value="material=synthetic"' in page
    assert "Duty of the first two" in page
    after = client.post("/classify", {"text": "shirt", "answer": ["material=synthetic"]}).content.decode()
    assert after.index("6205.30") < after.index("6205.20")
    chinese = client.post("/classify", {"text": "shirt"}, headers={"Accept-Language": "zh-CN"}).content.decode()
    assert "候选编码" in chinese
    assert "620520的名称" in chinese


def test_the_page_escapes_what_was_typed_and_refuses_kindly(client: Client) -> None:
    page = client.post("/classify", {"text": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in page
    assert "too vague" in client.post("/classify", {"text": "stuff"}).content.decode()
    for form in ({}, {"text": ""}, {"text": "x" * 30_000}, {"text": "shirt", "to": "XXX", "answer": ["odd", "a=b"]}):
        assert client.post("/classify", form).status_code == 200


def test_the_page_shows_ones_own_declaration_to_whoever_signed_in(declared: Desk) -> None:
    client = client_of(declared)
    client.cookies["entrepot_token"] = new_token(declared.store, "ann", "acme")
    assert "dossier D1" in client.post("/classify", {"text": "shirt"}).content.decode()
    client.cookies["entrepot_token"] = new_token(declared.store, "eve", "elsewhere")
    assert "dossier D1" not in client.post("/classify", {"text": "shirt"}).content.decode()


# -- the command -------------------------------------------------------------------------------------------------------


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("ENTREPOT_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(setting, "law", whole_law)
    monkeypatch.setattr(setting, "trained_classifier", lambda say: None)
    return lambda *arguments: CliRunner().invoke(cli.app, ["classify", *map(str, arguments)])


def test_the_command_prints_candidates_and_how_to_answer(run: Any) -> None:
    done = run("shirt", "--to", "JPN")
    assert done.exit_code == 0, done.output
    assert "620520" in done.output
    assert "--answer 'material=cotton'" in done.output
    assert "材料" in run("shirt", "--lang", "zh").output
    assert msgspec.json.decode(run("shirt", "--json", "--answer", "material=synthetic").stdout)["suggestion"]["answers"]


def test_the_command_ends_with_1_where_nothing_is_proposed(run: Any) -> None:
    for text in ("stuff", "", "never heard of", "12345"):
        assert run(text).exit_code == 1, text


def test_a_file_of_descriptions_becomes_ndjson_whatever_is_in_it(run: Any, tmp_path: Path) -> None:
    file, out = tmp_path / "goods.csv", tmp_path / "codes.ndjson"
    file.write_bytes('\ufeffid,text\n1,shirt\n2,\n3,"stuff\n'.encode() + b'4,"shi\x00rt\xff"\n')
    done = run("--file", file, "--out", out)
    assert done.exit_code == 1
    found = [msgspec.json.decode(line) for line in out.read_bytes().splitlines()]
    assert [one.get("id") for one in found][:2] == ["1", "2"]
    assert found[0]["suggestion"]["candidates"][0]["code"] == "620520"
    lines = tmp_path / "goods.ndjson"
    lines.write_bytes(b'{"text": "shirt"}\nnonsense\n')
    assert len(run("--file", lines).stdout.splitlines()) == 2


def test_a_file_without_descriptions_is_told_in_one_line(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("a,b\n1,2\n")
    assert run("--file", file).exit_code != 0


# -- on the sheet of a dossier -----------------------------------------------------------------------------------------


@pytest.fixture
def whole(tmp_path: Path) -> Iterator[Desk]:
    """A desk whose sheets have the classification room beside the stage's; acme has declared its shirts in D1."""
    registry = Registry((*MODULES, MODULE), SHARED)
    url = f"sqlite:///{tmp_path / 'store.sqlite3'}"
    with Store.open(url, registry, nature="sandbox", keys=tmp_path / "keys", clock=lambda: NOON) as store:
        there = stage_law()
        law = Law([*there.packs, *whole_law().packs], {**whole_law().tables, **there.tables})
        desk = Desk(store, law, registry, offices=[SandboxCustoms()])
        desk.say("D1", [*OPENING, LINE, TERMS], ANN)
        form = next(found for found in desk.read("D1", ANN).findings if found.topic == "declaration.form")
        desk.send("D1", "declaration.form", form.digest, ANN)
        yield desk


def suggested(desk: Desk, dossier: str, voice: Voice) -> Any:
    return next((one for one in desk.read(dossier, voice).findings if one.topic == "classification.suggestion"), None)


UNCODED = Draft("goods.line", {"description": "shirt"}, "1")


def test_the_next_dossier_of_the_enterprise_knows_the_line(whole: Desk) -> None:
    whole.say("D2", [OPENING[0], UNCODED], ANN)
    found = suggested(whole, "D2", ANN)
    assert (found.status, found.value["candidates"][0]["declared"]) == ("found", "6205300000")
    assert suggested(whole, "D1", ANN) is None


def test_a_dossier_of_another_does_not_whoever_is_named_in_it(whole: Desk) -> None:
    eve = Voice("eve", "elsewhere")
    named = Draft("dossier.member", {"roles": ["exporter"]}, "acme")
    whole.say("D3", [OPENING[0], named, UNCODED], eve)
    for voice in (eve, ANN):
        found = suggested(whole, "D3", voice)
        assert found.value["candidates"][0]["code"] == "620520"
        assert "D1" not in str(found.value)


@pytest.mark.parametrize("role", sorted(ROLES.keys() - {"platform"}))
def test_in_a_dossier_the_memory_is_read_by_those_who_declare_for_the_enterprise_alone(whole: Desk, role: str) -> None:
    office = frozenset({role}) & (OFFICES | LICENSED)
    members = [] if role in OFFICES else [Draft("dossier.member", {"roles": [role]}, "other")]
    whole.say("D2", [OPENING[0], *members, UNCODED], ANN)
    reading = whole.read("D2", Voice("p", "other", office))
    told = [one for one in reading.findings if one.topic == "classification.suggestion"]
    assert bool(told) == (role in CONFIDANTS)
    assert role in CONFIDANTS or "6205300000" not in str(reading)
