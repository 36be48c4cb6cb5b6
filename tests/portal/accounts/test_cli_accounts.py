"""`entrepot accounts`: the operator's hand at the keyboard."""

from pathlib import Path

import pytest
from django.test import Client
from typer.testing import CliRunner

from entrepot.kernel.vocabulary.enterprise import EnterpriseAdmission
from entrepot.portal import setting
from entrepot.portal.cli_accounts import PASSWORD, accounts_app
from entrepot.portal.exits import Complaint
from entrepot.portal.setting import open_store
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


def test_whoever_is_added_is_admitted_on_record_and_suspended_by_word(run: CliRunner, tmp_path: Path) -> None:
    say(run, "operator", "first", "ZONE-1", "ops", "ops@example.org")
    say(run, "organisation", "add", "JPN-1234", "--name", "Buyer", "--country", "JPN", "--standing", "bank")
    say(run, "person", "add", "ann", "ann@example.org")
    assert "read, say" in say(run, "employ", "ann", "JPN-1234", "--duty", "say")
    assert "JPN-1234  Buyer  admitted  bank" in say(run, "list")
    say(run, "suspend", "JPN-1234", "--reason", "under inquiry")
    assert "JPN-1234  Buyer  suspended  bank" in say(run, "list")
    with open_store(f"sqlite:///{tmp_path}/store.sqlite3") as store:
        standing = store.record("enterprise:JPN-1234").standing("enterprise.admitted")[""]
        assert [(said.for_, said.by.partition(":")[0]) for said in standing.statements] == [("ZONE-1", "console")]
        assert standing.value == EnterpriseAdmission("suspended", "under inquiry")
    say(run, "admit", "JPN-1234")
    assert "JPN-1234  Buyer  admitted  bank" in say(run, "list")


def test_nobody_is_admitted_before_there_is_an_operator_and_nothing_is_left_of_it(run: CliRunner) -> None:
    with pytest.raises(Complaint):
        say(run, "organisation", "add", "JPN-1234")
    say(run, "operator", "first", "ZONE-1", "ops", "ops@example.org")
    assert "JPN-1234" not in say(run, "list")
    say(run, "organisation", "add", "JPN-1234")


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
