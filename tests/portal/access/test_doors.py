"""Mandates, rules and the second person at the doors: pages, API, command line."""

import msgspec
import pytest
from django.test import Client
from typer.testing import CliRunner

from entrepot.channels.online import Voice
from entrepot.portal import cli, setting
from entrepot.portal.access import giving, second
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.store.tokens import new_token
from tests.portal.access.stage import BEA, BOSS, give, listed, roles, trade
from tests.portal.access.test_duties import BOB, FORM, ready
from tests.portal.web import client_of

FORM_GIVEN = {
    "agent": "agency",
    "agent_name": "Example Agency",
    "role": "broker",
    "signed_on": "2026-03-01",
    "scope": "all",
}


@pytest.fixture
def boss(desk: Desk) -> Client:
    """A browser of whoever administers acme."""
    client = client_of(desk)
    client.cookies["entrepot_token"] = new_token(desk.store, "ann", "acme", ("administer",))
    return client


def headers(desk: Desk, person: str, organisation: str, *licences: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {new_token(desk.store, person, organisation, licences)}"}


# -- pages --------------------------------------------------------------------------------------------------------------


def test_a_mandate_is_given_printed_and_revoked_on_its_page(desk: Desk, boss: Client) -> None:
    trade(desk)
    told = boss.post("/enterprise/mandates/give", FORM_GIVEN)
    assert (told.status_code, listed(desk, BEA)) == (302, {"D1"})
    page = boss.get("/enterprise/mandates?done=given").content.decode()
    assert "Example Agency" in page
    assert "2026-001" in page
    sheet = boss.get("/enterprise/mandates/agency/2026-001").content.decode()
    assert "授权委托书" in sheet
    assert "Mandate" in sheet, "in both languages, whatever the reader's"
    boss.post("/enterprise/mandates/agency/2026-001/revoke", {"reason": "we changed brokers"})
    assert listed(desk, BEA) == set()
    assert "we changed brokers" in boss.get("/enterprise/mandates").content.decode()


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"agent": ""}, "no agent"),
        ({"signed_on": "tomorrow"}, "no day"),
        ({"scope": "dossiers"}, "a mandate for none"),
        ({"scope": "modes", "modes": "12"}, "no supervision mode"),
    ],
)
def test_what_the_form_lacks_is_told_and_what_was_typed_stays(
    desk: Desk, boss: Client, fields: dict[str, str], word: str
) -> None:
    told = boss.post("/enterprise/mandates/give", {**FORM_GIVEN, **fields})
    assert told.status_code == 422
    assert word in told.content.decode()
    assert "Example Agency" in told.content.decode()
    assert giving.listed(desk, BOSS).given == ()


def test_what_somebody_types_is_shown_as_text(desk: Desk, boss: Client) -> None:
    boss.post("/enterprise/mandates/give", {**FORM_GIVEN, "agent_name": "<script>alert(1)</script>"})
    page = boss.get("/enterprise/mandates").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_whoever_does_not_administer_is_shown_no_form_and_gets_nothing_through(desk: Desk) -> None:
    client = client_of(desk)
    client.cookies["entrepot_token"] = new_token(desk.store, "ann", "acme")
    assert "/enterprise/mandates/give" not in client.get("/enterprise/mandates").content.decode()
    assert client.post("/enterprise/mandates/give", FORM_GIVEN).status_code == 422
    assert giving.listed(desk, BOSS).given == ()


def test_an_agent_sees_what_it_holds_and_nothing_of_others(desk: Desk) -> None:
    give(desk, "1")
    give(desk, "1", agent="third")
    client = client_of(desk)
    client.cookies["entrepot_token"] = new_token(desk.store, "bea", "agency")
    page = client.get("/enterprise/mandates").content.decode()
    assert "acme" in page
    assert "third" not in page
    assert client.get("/enterprise/mandates/agency/1?of=acme").status_code == 200
    assert client.get("/enterprise/mandates/third/1?of=acme").status_code == 404


def test_rules_are_ticked_and_the_second_person_answers_on_a_page(desk: Desk, boss: Client) -> None:
    value = ready(desk)
    assert boss.post("/enterprise/rules/set", {"two_persons": [FORM]}).status_code == 302
    refused = boss.post(f"/d/D1/send/{FORM}", {"digest": value})
    assert refused.status_code == 403
    assert f"/d/D1/second/{FORM}" in refused.content.decode(), "the way out is named"
    bob = client_of(desk)
    bob.cookies["entrepot_token"] = new_token(desk.store, BOB.person, "acme")
    assert "waits for a second person" in bob.get(f"/d/D1/second/{FORM}").content.decode()
    bob.post(f"/d/D1/second/{FORM}/decide", {"digest": value, "decision": "confirmed", "reason": "checked"})
    assert not second.look(desk, "D1", FORM, BOSS).waits
    assert boss.post(f"/d/D1/send/{FORM}", {"digest": value}).status_code == 302
    assert boss.get("/d/D1/second/goods.line").status_code == 404


# -- API ----------------------------------------------------------------------------------------------------------------


def test_mandates_over_the_api(desk: Desk) -> None:
    trade(desk)
    client, ann = client_of(desk), headers(desk, "ann", "acme", "administer")
    asked = {"agent": "agency", "modes": ["0110"], "may_send": True}
    told = client.post("/api/v1/mandates", asked, content_type="application/json", headers=ann)
    assert (told.status_code, told.json()["state"], told.json()["number"]) == (201, "running", "2026-001")
    seen = client.get("/api/v1/mandates", headers=headers(desk, "bea", "agency")).json()
    assert [one["principal"] for one in seen["received"]] == ["acme"]
    assert seen["given"] == []
    where = "/api/v1/mandates/agency/2026-001/revoke"
    ended = client.post(where, {"reason": "done"}, content_type="application/json", headers=ann)
    assert ended.json()["state"] == "revoked"
    eve = headers(desk, "eve", "elsewhere", "administer")
    assert client.post(where, {"reason": "x"}, content_type="application/json", headers=eve).status_code == 404


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"agent": 7}', b'{"agent": "a", "more": 1}', b'{"agent": "a", "role": "customs"}', b"\xff"]
)
def test_what_is_no_mandate_is_refused_with_the_reason(desk: Desk, body: bytes) -> None:
    told = client_of(desk).post(
        "/api/v1/mandates", body, content_type="application/json", headers=headers(desk, "ann", "acme", "administer")
    )
    assert (told.status_code, told.json()["problems"][0]["rule"]) == (422, "AC16")


def test_an_ordinary_token_gives_no_mandate(desk: Desk) -> None:
    told = client_of(desk).post(
        "/api/v1/mandates", {"agent": "agency"}, content_type="application/json", headers=headers(desk, "ann", "acme")
    )
    assert (told.status_code, told.json()["problems"][0]["rule"]) == (403, "AC01")


# -- command line -------------------------------------------------------------------------------------------------------


def test_the_command_gives_lists_revokes_and_admits(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    trade(desk)
    monkeypatch.setattr(setting, "open_desk", lambda url="", wanted=None: desk)
    monkeypatch.setattr(desk.store, "close", lambda: None)
    token = new_token(desk.store, "ann", "acme", ("administer",))

    def run(*words: str, by: str = token) -> str:
        result = CliRunner().invoke(cli.app, ["mandate", *words, "--token", by])
        assert result.exit_code == 0, result.output
        return result.stdout

    run("give", "agency", "--dossier", "D1", "--until", "2026-12-31")
    assert roles(desk, "D1", BEA) == ("broker",)
    seen = msgspec.json.decode(run("list", "--json"))
    assert [(one["agent"], one["state"]) for one in seen["given"]] == [("agency", "running")]
    run("revoke", "agency", "2026-001", "--reason", "done")
    assert roles(desk, "D1", BEA) == ()
    operator = new_token(desk.store, "olga", "operator", ("operator",))
    run("admit", "acme", "--state", "suspended", "--reason", "licence lost", by=operator)
    run("admit", "acme", by=operator)
    assert len(desk.store.record("enterprise:acme").standing("enterprise.admitted")[""].statements) == 1


def test_an_enterprise_first_admitted_by_the_operator_still_finds_its_own_dossier(desk: Desk) -> None:
    operator = Voice("olga", "operator", frozenset({"operator"}))
    giving.admit(desk, operator, "acme", "admitted", "")
    assert roles(desk, "enterprise:acme", BOSS) == ("exporter",)
    assert listed(desk, BOSS) == {"enterprise:acme"}
    desk.say("enterprise:acme", [Draft("enterprise.card", {"name": "Acme"})], BOSS)


def test_the_sheet_shows_the_way_to_the_second_person_where_a_rule_asks_for_one(desk: Desk, boss: Client) -> None:
    ready(desk)
    way = f'href="/d/D1/second/{FORM}"'
    assert way not in boss.get("/d/D1").content.decode()
    giving.set_rules(desk, BOSS, [FORM])
    assert way in boss.get("/d/D1").content.decode()
