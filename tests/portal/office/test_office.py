"""The back office: who gets in, what is done and by whom, what it never tells."""

import json
import os
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from entrepot.portal.desk import Desk
from entrepot.portal.office import announcing, standing
from entrepot.store.outbox import Task
from entrepot.store.tokens import list_tokens, new_token
from tests.portal.accounts.conftest import other, sign_in
from tests.portal.stage import ANN, LINE_ONE, OPENING

Employ = Callable[..., None]
PAGES = (
    "/operator", "/operator/organisations", "/operator/organisations/acme", "/operator/people", "/operator/people/ann", "/operator/law",
    "/operator/settings", "/operator/announcements", "/operator/acts",
)  # fmt: skip


@pytest.fixture
def ops(accounts: Client, employ: Employ) -> Client:
    """Signed in for the operator; acme with ann is there too."""
    employ("olga", "zone", standing=("operator",))
    employ("oscar", "zone")
    employ("ann", "acme")
    sign_in(accounts, "olga")
    return accounts


def acts() -> list[tuple[str, str, str]]:
    from entrepot.store.accounts.models import Act

    return [(one.who, one.what, one.whom) for one in Act.objects.order_by("id")]


def do(client: Client, where: str, what: str, **given: object) -> int:
    return client.post(f"/operator/{where}/do", {"do": what, **given}).status_code


def test_every_page_is_there_for_operator_and_auditor_and_for_nobody_else(ops: Client, employ: Employ) -> None:
    employ("ada", "court", standing=("auditor",))
    employ("carl", "customs-1", standing=("customs",))
    auditor, customs, trader, nobody = (other(ops) for _ in range(4))
    sign_in(auditor, "ada")
    sign_in(customs, "carl")
    sign_in(trader, "ann")
    for address in PAGES:
        assert ops.get(address).status_code == 200, address
        assert auditor.get(address).status_code == 200, address
        for client in (customs, trader, nobody):
            assert client.get(address).status_code == 404, address
    assert do(auditor, "organisations/acme", "suspended", reason="x") == 422
    assert do(trader, "organisations/acme", "suspended", reason="x") == 404
    assert [what for _, what, _ in acts() if what != "signed in"] == []


def test_a_visitor_who_plays_the_operator_sees_neither_organisations_nor_people_and_changes_nothing(
    ops: Client, desk: Desk
) -> None:
    visitor = other(ops)
    visitor.cookies["entrepot_role"] = "operator"
    assert visitor.get("/operator").status_code == 200
    for address in PAGES[1:5]:
        answer = visitor.get(address)
        assert answer.status_code == 403
        assert b">ann<" not in answer.content
        assert b"acme" not in answer.content.replace(b"/operator/organisations/acme", b"")
    assert (
        visitor.post("/operator/announcements/new", {"en": "a", "zh": "b", "until": "2099-01-01T00:00"}).status_code
        == 403
    )
    as_operator = {"Entrepot-As": "operator"}
    assert visitor.get("/api/v1/operator/status", headers=as_operator).json()["nature"] == "sandbox"
    word = visitor.post(
        "/api/v1/operator/organisations/acme/word",
        '{"state": "refused", "reason": "x"}',
        "application/json",
        headers=as_operator,
    )
    assert word.status_code == 403


def test_the_word_is_said_on_record_and_holds_at_every_door(ops: Client, desk: Desk) -> None:
    desk.say("D1", OPENING, ANN)
    assert do(ops, "organisations/acme", "suspended") == 422, "without a reason"
    assert do(ops, "organisations/acme", "suspended", reason="under inquiry") == 302
    token = {"Authorization": f"Bearer {new_token(desk.store, 'ann', 'acme')}"}
    line = {"dossier": "D1", "topic": "goods.line", "key": "1", "body": {"hs": "28092019"}}
    said = ops.post("/api/v1/submissions", line, "application/json", headers=token)
    assert [one["rule"] for one in said.json()["problems"]] == ["AC02"]
    assert b"suspended" in ops.get("/operator/organisations?q=acme").content
    operator = {"Authorization": f"Bearer {new_token(desk.store, 'olga', 'zone', ('operator', 'administer'))}"}
    body = json.dumps({"state": "admitted", "reason": "cleared"})
    assert (
        ops.post("/api/v1/operator/organisations/acme/word", body, "application/json", headers=operator).status_code
        == 201
    )
    standing_ = desk.store.record("enterprise:acme").standing("enterprise.admitted")[""]
    assert [(one.by, one.for_) for one in standing_.statements] == [("olga", "zone")]
    assert standing_.value is not None
    assert standing_.value.state == "admitted"
    assert do(ops, "organisations/acme", "crowned", reason="x") == 422
    assert ops.get("/operator/organisations/nobody").status_code == 404


def test_licences_and_second_factors_take_two_persons_of_the_operator(ops: Client) -> None:
    from allauth.mfa.models import Authenticator

    from entrepot.store.accounts.models import Consent, Organisation, Person

    Authenticator.objects.create(user=Person.objects.get(username="ann"), type="totp", data={})
    assert do(ops, "people/ann", "factor", reason="lost her telephone") == 302
    assert do(ops, "people/ann", "factor", reason="again") == 422, "it waits already"
    assert b'name="role" value="bank"' in ops.get("/operator/organisations/acme").content
    assert do(ops, "organisations/acme", "license", role=["bank"], reason="licence seen") == 302
    first, second = Consent.objects.order_by("id")
    assert ops.post(f"/operator/consents/{first.id}", {"answer": "agree"}).status_code == 422, "not by whoever asked"
    trader, oscar = other(ops), other(ops)
    sign_in(trader, "ann")
    assert trader.post(f"/operator/consents/{first.id}", {"answer": "agree"}).status_code == 404
    assert Authenticator.objects.count() == 1
    sign_in(oscar, "oscar")
    assert oscar.post(f"/operator/consents/{first.id}", {"answer": "agree"}).status_code == 302
    assert Authenticator.objects.count() == 0
    assert oscar.post(f"/operator/consents/{second.id}", {"answer": "decline"}).status_code == 302
    assert Organisation.objects.get(code="acme").standing == []
    assert oscar.post(f"/operator/consents/{second.id}", {"answer": "agree"}).status_code == 404, "answered once"
    assert ("oscar", "agreed to reset second factor", "ann") in acts()
    assert trader.get("/enterprise").status_code == 302, "her sessions ended"


def test_a_consent_that_nobody_answered_within_a_day_is_void(ops: Client) -> None:
    from django.utils import timezone

    from entrepot.store.accounts.models import Consent

    do(ops, "organisations/acme", "license", role=["bank"], reason="licence seen")
    Consent.objects.update(asked_at=timezone.now() - timedelta(days=2))
    oscar = other(ops)
    sign_in(oscar, "oscar")
    assert oscar.post(f"/operator/consents/{Consent.objects.get().id}", {"answer": "agree"}).status_code == 404
    assert do(ops, "organisations/acme", "license", role=["bank"], reason="again") == 302


def test_a_locked_person_is_out_at_once_and_nobody_locks_himself_out(ops: Client, desk: Desk) -> None:
    trader = other(ops)
    sign_in(trader, "ann")
    new_token(desk.store, "ann", "acme")
    assert do(ops, "people/ann", "lock", reason="left in anger") == 302
    assert trader.get("/enterprise").status_code == 302
    assert sign_in(trader, "ann") == 302
    assert trader.get("/enterprise").status_code == 302
    assert all(card.revoked_at for card in list_tokens(desk.store, "acme"))
    assert do(ops, "people/olga", "lock", reason="x") == 422
    assert do(ops, "people/ann", "unlock", reason="came back") == 302
    sign_in(trader, "ann")
    assert trader.get("/enterprise").status_code == 200
    assert [act[1:] for act in acts()] == [("locked", "ann"), ("unlocked person", "ann")]


def test_what_cannot_be_undone_is_typed(ops: Client, desk: Desk) -> None:
    new_token(desk.store, "ann", "acme")
    assert do(ops, "organisations/acme", "tokens", confirm="Acme", reason="stolen") == 422
    assert not any(card.revoked_at for card in list_tokens(desk.store, "acme"))
    assert do(ops, "organisations/acme", "tokens", confirm="acme", reason="stolen") == 302
    assert all(card.revoked_at for card in list_tokens(desk.store, "acme"))


def test_work_that_failed_is_tried_now_and_what_was_given_up_is_not(ops: Client, desk: Desk) -> None:
    desk.store.enqueue([Task("send", b"{}", "t1"), Task("send", b"{}", "t2")])
    for task in desk.store.claim(2, timedelta(seconds=60), "send"):
        desk.store.failed(task, "the office is away <b>")
    page = ops.get("/operator").content.decode()
    assert "the office is away &lt;b&gt;" in page
    assert ops.post("/operator/queues/retry", {"task": "t1"}).status_code == 302
    assert [task.id for task in desk.store.claim(9, timedelta(seconds=60), "send")] == ["t1"]
    for _ in range(30):
        with desk.store.database.session() as session:
            session.at_once("UPDATE outbox SET due = '' WHERE state = 'waiting' RETURNING id")
        for task in desk.store.claim(9, timedelta(seconds=60), "send"):
            desk.store.failed(task, "away")
    assert ops.post("/operator/queues/retry", {"task": "t1"}).status_code == 404
    assert ("olga", "retried", "t1") in acts()


def test_what_is_announced_stands_on_every_page_of_everybody_until_it_ends(ops: Client) -> None:
    from django.utils import timezone

    nobody, given = other(ops), {"en": "Closed <b>tonight", "zh": "今晚维护"}
    for wrong in (
        {},
        {**given, "until": "2001-01-01T00:00"},
        {**given, "zh": "", "until": "2026-12-01T00:00"},
        {**given, "until": "x"},
    ):
        assert ops.post("/operator/announcements/new", wrong).status_code == 422
    tomorrow = (timezone.localtime() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    assert ops.post("/operator/announcements/new", {**given, "until": tomorrow}).status_code == 302
    assert "Closed &lt;b&gt;tonight" in nobody.get("/fees").content.decode()
    assert "今晚维护" in nobody.get("/fees", headers={"Accept-Language": "zh"}).content.decode()
    assert nobody.get("/api/v1/announcements").json()["announcements"]
    assert timezone.now() - announcing.running()[0].since < timedelta(minutes=5)
    assert abs(announcing.running()[0].until - timezone.now() - timedelta(days=1)) < timedelta(minutes=5)
    for one in announcing.running():
        ops.post(f"/operator/announcements/{one.id}/end")
    assert "Closed" not in nobody.get("/fees").content.decode()


def test_nothing_of_a_dossier_is_in_the_back_office(ops: Client, desk: Desk) -> None:
    desk.say("SECRET-REF-1", [*OPENING, LINE_ONE], ANN)
    desk.keep_paper("SECRET-REF-1", "secret-offer.pdf", b"%PDF-1.7 nothing", ANN)
    told = b"".join(ops.get(address).content for address in PAGES)
    token = {"Authorization": f"Bearer {new_token(desk.store, 'olga', 'zone', ('operator',))}"}
    told += ops.get("/api/v1/operator/status", headers=token).content
    for word in (b"SECRET-REF-1", b"secret-offer", b"28092019"):
        assert word not in told
    for said in desk.store.record("SECRET-REF-1").submissions:
        assert said.encode() not in told


def test_settings_are_shown_and_secrets_never(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("ENTREPOT_")]:
        monkeypatch.delenv(name)
    secrets = {
        "ENTREPOT_SECRET": "swordfish", "ENTREPOT_DATABASE": "postgresql://me:swordfish@db.example:5432/store?password=swordfish",
        "ENTREPOT_SMTP": "smtp://swordfish:swordfish@mail.example:587?tls=1", "ENTREPOT_SOMETHING_NEW": "swordfish",
        "ENTREPOT_SANDBOX_DATABASE": "swordfish", "ENTREPOT_ACCOUNTS": "postgresql://[swordfish", "ENTREPOT_HOSTS": "portal.example",
    }  # fmt: skip
    for name, text in secrets.items():
        monkeypatch.setenv(name, text)
    shown = standing.settings(os.environ)
    assert shown.keys() == secrets.keys()
    assert "swordfish" not in json.dumps(shown)
    assert shown["ENTREPOT_DATABASE"] == "postgresql://db.example:5432/store"
    assert shown["ENTREPOT_HOSTS"] == "portal.example"
