"""Who speaks in a session."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from entrepot.portal.desk import Desk
from tests.portal.accounts.conftest import sign_in
from tests.portal.stage import ANN, LINE_ONE, OPENING

Employ = Callable[..., None]


def test_a_person_signed_in_reads_what_is_its_organisations(accounts: Client, employ: Employ, desk: Desk) -> None:
    desk.say("D1", [*OPENING, LINE_ONE], ANN)
    employ("ann", "acme")
    employ("eve", "elsewhere")
    assert sign_in(accounts, "ann") == 302
    assert accounts.get("/d/D1/why/price.total/1").status_code == 200
    accounts.post("/sign-out")
    assert sign_in(accounts, "eve") == 302
    assert accounts.get("/d/D1/why/price.total/1").status_code == 404


def test_visitors_and_machines_never_touch_the_accounts(accounts: Client, desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "accounts.sqlite3").unlink()
    assert accounts.get("/worklist").status_code == 200
    assert accounts.get("/api/v1/dossiers", headers={"Entrepot-As": "exporter"}).status_code == 200
    assert accounts.post("/sign-out").status_code == 302
    assert not (tmp_path / "accounts.sqlite3").exists()


def test_who_signed_in_and_may_not_begin_is_told_why_and_can_sign_out(
    accounts: Client, employ: Employ, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENTREPOT_SECOND_FACTOR", "1")
    employ("olga", "zone", standing=("operator",))
    assert sign_in(accounts, "olga") == 302
    assert accounts.get("/dossiers").headers["Location"] == "/accounts/2fa/"
    told = accounts.get("/accounts/2fa/").content.decode()
    assert "signs in with two proofs" in told
    assert "<summary>olga</summary>" in told
    assert 'action="/sign-out"' in told
    monkeypatch.setenv("ENTREPOT_SECOND_FACTOR", "0")
    assert "signs in with two proofs" not in accounts.get("/accounts/2fa/").content.decode()


def test_an_address_of_signing_in_without_its_last_slash_leads_there(accounts: Client) -> None:
    assert accounts.get("/accounts/signup").headers["Location"] == "/accounts/signup/"
    assert accounts.get("/accounts/nowhere").status_code == 404


def test_a_clerk_speaks_at_the_window_for_its_counter_and_nobody_else_does(accounts: Client, employ: Employ) -> None:
    from entrepot.portal.accounts.session import voice_of_employment
    from entrepot.store.accounts.models import Employment

    employ("wang", "hall", "read", "say", standing=["clerk", "made-up"])
    employ("ann", "acme")
    wang, ann = (voice_of_employment(Employment.objects.get(person__username=name)) for name in ("wang", "ann"))
    assert (wang.channel, wang.counter, sorted(wang.standing), sorted(wang.duties)) == ("window", "hall", ["clerk"], ["read", "say"])
    assert (ann.channel, ann.counter, sorted(ann.standing)) == ("online", "", [])
