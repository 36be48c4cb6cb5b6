"""The form as a message: by command, over HTTP, as sent, as found, as an amendment; and one format as another."""

from pathlib import Path

import msgspec
import pytest
from django.test import Client
from typer.testing import CliRunner

from entrepot.channels.online import Voice
from entrepot.gateways.messages.form import declaration_of
from entrepot.gateways.papers import read_paper
from entrepot.kernel.intake import Refusal
from entrepot.kernel.vocabulary.decisions import Declaration
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal import exits
from entrepot.portal.cli_message import message_app
from entrepot.portal.desk import Desk, NoSuchDossier
from entrepot.portal.drafts import Draft
from entrepot.portal.messages import converted, form_message
from entrepot.store.tokens import new_token
from tests.gateways.messages.made_wco import CANCELLATION, EXPORT, response, wco
from tests.portal.stage import ANN, DAY, open_desk
from tests.portal.web import client_of

TERMS = Draft("trade.terms", {"contract_no": "C-1", "payment": "T/T", "total": "USD 12360.00"}, id="terms-1")


@pytest.fixture
def priced(opened: Desk) -> Desk:
    opened.say("D1", [TERMS], ANN)
    return opened


@pytest.fixture
def sent(priced: Desk) -> Desk:
    digest = next(found.digest for found in priced.read("D1", ANN).findings if found.topic == "declaration.form")
    priced.send("D1", "declaration.form", digest, ANN)
    return priced


def form(data: bytes) -> Declaration:
    return declaration_of(read_paper("message.xml", data, today=DAY).statements)


def test_the_form_as_found_is_an_original_under_the_dossiers_name(priced: Desk) -> None:
    state, written = form_message(priced, ANN, "D1", "wco")
    made = form(written.data)
    assert (state, made.contract_no, made.lines[0].hs10) == ("fresh", "C-1", "28092019")
    assert (made.particulars.reference, made.particulars.declaration_no) == ("D1", "")
    assert str(made.invoice_total) == "USD 12,360.00"


def test_what_was_sent_stands_before_what_is_found_now(sent: Desk) -> None:
    sent.say("D1", [Draft("trade.terms", {"contract_no": "C-2", "payment": "T/T"}, replaces=("terms-1",))], ANN)
    state, written = form_message(sent, ANN, "D1", "wco")
    message = next(fact.key for fact in sent.read("D1", ANN).facts if fact.topic == "declaration.form.sent")
    assert (state, form(written.data).contract_no) == ("sent", "C-1")
    assert message.replace("-", "").encode() in written.data


def test_once_customs_took_it_in_the_form_as_found_now_amends_it(sent: Desk) -> None:
    number = next(fact.key for fact in sent.read("D1", ANN).facts if fact.topic == "customs.acceptance")
    state, written = form_message(sent, ANN, "D1", "wco", "fresh")
    extract = read_paper("message.xml", written.data, today=DAY)
    assert (state, extract.kind) == ("fresh", "customs_amendment")
    assert declaration_of(extract.statements).particulars.declaration_no == number


@pytest.mark.parametrize(("format", "which", "rule"), [("fax", "", "D057"), ("wco", "stale", "D059")])
def test_an_unknown_format_or_state_is_refused_with_those_there_are(
    priced: Desk, format: str, which: str, rule: str
) -> None:
    with pytest.raises(Refusal, match=rule):
        form_message(priced, ANN, "D1", format, which)


@pytest.mark.parametrize("which", ["sent", "draft"])
def test_what_is_not_there_is_not_made_up(priced: Desk, which: str) -> None:
    with pytest.raises(NoSuchPlace):
        form_message(priced, ANN, "D1", "wco", which)


def test_who_may_not_read_the_form_gets_no_message(priced: Desk) -> None:
    priced.say("D1", [Draft("dossier.member", {"roles": ["producer"]}, "maker")], ANN)
    with pytest.raises(NoSuchPlace):
        form_message(priced, Voice("lea", "maker"), "D1", "wco")
    with pytest.raises(NoSuchDossier):
        form_message(priced, Voice("lea", "nobody"), "D1", "wco")


@pytest.fixture
def ann(priced: Desk) -> tuple[Client, dict[str, str]]:
    return client_of(priced), {"Authorization": f"Bearer {new_token(priced.store, 'ann', 'acme')}"}


def test_over_http_it_is_a_file_or_as_json_with_what_is_lost(ann: tuple[Client, dict[str, str]]) -> None:
    client, headers = ann
    path = "/api/v1/dossiers/D1/declaration.xml"
    file = client.get(f"{path}?format=ubl", headers=headers)
    assert (file.status_code, file["Content-Type"], file["Entrepot-Lost"]) == (200, "application/xml", "0")
    assert 'filename="declaration.xml"' in file["Content-Disposition"]
    assert form(file.content).contract_no == "C-1"
    told = client.get(path, headers={**headers, "Accept": "application/json"}).json()
    assert (told["format"], told["state"], told["lost"]) == ("wco", "fresh", [])
    assert form(told["message"].encode()).contract_no == "C-1"
    assert client.get(f"{path}?format=fax", headers=headers).status_code == 422
    assert client.get(f"{path}?which=sent", headers=headers).status_code == 404
    assert client.get(path).status_code == 401


def test_one_format_becomes_another_and_what_is_lost_on_the_way_is_named() -> None:
    written, left = converted("export.xml", wco(EXPORT), "ubl", DAY)
    assert form(written.data).lines[0].hs10 == "2809200019"
    assert "line/1.marks: YC 1-20" in [text.en for text in written.lost]
    assert left == ()
    cancelled, _ = converted("cancel.xml", wco(CANCELLATION), "wco", DAY)
    assert read_paper("m", cancelled.data, today=DAY).kind == "customs_cancellation"
    amended = wco(EXPORT.replace("<FunctionCode>9<", "<FunctionCode>13<").replace("EXD", "COR"))
    again, _ = converted("amend.xml", amended, "wco", DAY)
    assert read_paper("m", again.data, today=DAY).kind == "customs_amendment"


def test_an_answer_is_no_declaration_to_convert() -> None:
    with pytest.raises(Refusal, match="D058"):
        converted("answer.xml", response("01", ""), "ubl", DAY)


def run(*words: str | Path, code: int = 0) -> str:
    result = CliRunner().invoke(message_app, [str(word) for word in words])
    ended = result.exit_code
    if isinstance(result.exception, Exception):
        ended = exits.told(result.exception) or -1
    assert ended == code, result.output
    return result.output


def test_the_commands_read_convert_and_survey_a_folder(tmp_path: Path) -> None:
    (tmp_path / "export.xml").write_bytes(wco(EXPORT))
    (tmp_path / "answer.xml").write_bytes(response("09", ""))
    (tmp_path / "note.txt").write_text("nothing of note")
    shown = run("read", tmp_path / "export.xml", tmp_path / "answer.xml")
    assert "customs_declaration (WCO XML)" in shown
    assert "hs = 2809200019   [/MetaData/Declaration/" in shown
    assert "released_on = 2026-06-20" in shown
    run("read", tmp_path / "note.txt", code=1)
    told = run("convert", tmp_path / "export.xml", "--to", "ubl", "--out", tmp_path / "out.xml")
    assert "lost: line/1.marks: YC 1-20" in told
    assert form((tmp_path / "out.xml").read_bytes()).contract_no == "CONTRACT-5"
    surveyed = run("survey", tmp_path)
    assert "| WCO XML | customs_answer | 1 | - |" in surveyed
    assert "3 of 4 files were read." in surveyed
    run("survey", tmp_path / "nowhere", code=1)


def test_the_command_writes_the_form_of_a_dossier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = open_desk(tmp_path)
    try:
        desk.say("D1", [Draft("dossier.opened", {"kind": "trade", "reference": "PO-1"}), TERMS], ANN)
        desk.say("D1", [Draft("goods.line", {"hs": "28092019", "amount": "USD 12360.00"}, "1")], ANN)
        monkeypatch.setattr("entrepot.portal.setting.open_desk", lambda _: desk)
        told = run("write", "D1", "--for", "acme", "--out", tmp_path / "form.xml")
        assert "the form as fresh" in told
        assert form((tmp_path / "form.xml").read_bytes()).contract_no == "C-1"
    finally:
        desk.store.close()


def test_an_amendment_that_was_sent_is_written_as_the_amendment_it_was(sent: Desk) -> None:
    (number,) = [fact.key for fact in sent.read("D1", ANN).facts if fact.topic == "customs.acceptance"]
    sent.say("D1", [Draft("trade.terms", {"contract_no": "C-2", "payment": "T/T"}, replaces=("terms-1",))], ANN)
    digest = next(found.digest for found in sent.read("D1", ANN).findings if found.topic == "declaration.form")
    sent.send("D1", "declaration.form", digest, ANN)
    state, written = form_message(sent, ANN, "D1", "wco", "sent")
    read = read_paper("message.xml", written.data, today=DAY)
    assert (state, read.kind, form(written.data).particulars.declaration_no) == ("sent", "customs_amendment", number)


def test_a_declaration_that_customs_gave_back_is_written_as_an_original(sent: Desk) -> None:
    (number,) = [fact.key for fact in sent.read("D1", ANN).facts if fact.topic == "customs.acceptance"]
    officer = Voice("officer", "customs-office", frozenset({"customs"}), channel="gateway")
    for allowed, kind in ((False, "customs_amendment"), (True, "customs_declaration")):
        decided = Draft(
            "customs.cancellation", {"decided_on": "2026-04-01", "allowed": allowed}, number, id=f"c-{allowed}"
        )
        replaces = ("c-False",) if allowed else ()
        sent.say("D1", [msgspec.structs.replace(decided, replaces=replaces)], officer)
        written = form_message(sent, ANN, "D1", "wco", "fresh")[1]
        assert read_paper("message.xml", written.data, today=DAY).kind == kind
