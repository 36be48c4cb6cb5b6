"""`entrepot accounts`: the operator's hand at the keyboard."""

from pathlib import Path

import pytest
from django.test import Client
from typer.testing import CliRunner

from entrepot.portal import setting
from entrepot.portal.cli_accounts import PASSWORD, accounts_app
from entrepot.portal.exits import Complaint
from tests.portal.accounts.conftest import sign_in
from tests.portal.stage import stage_law, stage_registry


@pytest.fixture
def run(accounts: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv(PASSWORD, "nine green teapots")
    monkeypatch.setenv("ENTREPOT_DATABASE", f"sqlite:///{tmp_path}/store.sqlite3")
    monkeypatch.setattr(setting, "registry", stage_registry)
    monkeypatch.setattr(setting, "law", stage_law)
    return CliRunner()


def say(run: CliRunner, *words: str) -> str:
    done = run.invoke(accounts_app, list(words))
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.output


def test_the_first_operator_is_made_once_and_signs_in(run: CliRunner, accounts: Client) -> None:
    assert "ops" in say(run, "operator", "first", "ZONE-1", "ops", "ops@example.org")
    with pytest.raises(Complaint):
        say(run, "operator", "first", "ZONE-2", "eve", "eve@example.org")
    assert sign_in(accounts, "ops") == 302
    assert "ZONE-1" in accounts.get("/enterprise").content.decode()


def test_whoever_is_suspended_is_out_and_admitted_is_back(run: CliRunner, accounts: Client) -> None:
    say(run, "operator", "first", "ZONE-1", "ops", "ops@example.org")
    say(run, "organisation", "add", "JPN-1234", "--name", "Buyer", "--country", "JPN", "--standing", "bank")
    say(run, "person", "add", "ann", "ann@example.org")
    assert "read, say" in say(run, "employ", "ann", "JPN-1234", "--duty", "say")
    sign_in(accounts, "ann")
    assert accounts.get("/enterprise").status_code == 200
    say(run, "suspend", "JPN-1234", "--reason", "under inquiry")
    assert accounts.get("/enterprise").headers["Location"] == "/accounts/organisations"
    say(run, "admit", "JPN-1234")
    assert accounts.get("/enterprise").status_code == 200
    assert "admitted" in say(run, "list")


def test_a_password_that_is_weak_or_a_name_that_is_taken_makes_nobody(
    run: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(run, "person", "add", "ann", "ann@example.org")
    for name, email in (
        ("ann", "new@example.org"),
        ("bob", "ANN@example.org"),
        ("Operator", "x@example.org"),
        ("bob", "none"),
    ):
        with pytest.raises(Complaint):
            say(run, "person", "add", name, email)
    monkeypatch.setenv(PASSWORD, "short")
    with pytest.raises(Complaint):
        say(run, "person", "add", "bob", "bob@example.org")


def test_a_licence_that_there_is_not_is_told(run: CliRunner) -> None:
    with pytest.raises(Complaint):
        say(run, "organisation", "add", "X-1", "--standing", "exporter")


def test_a_partner_comes_and_goes(run: CliRunner) -> None:
    told = dict(
        line.split() for line in say(run, "client", "add", "Bank", "--redirect", "https://bank.example/b").splitlines()
    )
    assert told["client_id"] in say(run, "client", "list")
    say(run, "client", "remove", told["client_id"])
    assert say(run, "client", "list") == ""
