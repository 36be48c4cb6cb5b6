"""`entrepot operator` and `entrepot fees`."""

import json
from datetime import timedelta

import pytest
import typer
from django.test import Client
from typer.testing import CliRunner

from entrepot.portal import setting
from entrepot.portal.desk import Desk, NoSuchDossier
from entrepot.portal.office import announcing, cli
from entrepot.store.outbox import Task
from entrepot.store.tokens import new_token
from tests.making import law


@pytest.fixture
def run(accounts: Client, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    desk.law = law("service")
    monkeypatch.setattr(setting, "open_desk", lambda *_: desk)
    monkeypatch.setattr(desk.store, "close", lambda: None)
    return CliRunner()


def say(run: CliRunner, *words: str) -> str:
    app = typer.Typer()
    cli.register(app)
    done = run.invoke(app, list(words))
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.output


def test_status_queue_and_announcements_by_the_operators_token_alone(run: CliRunner, desk: Desk) -> None:
    token = new_token(desk.store, "olga", "zone", ("operator", "administer"))
    desk.store.enqueue([Task("send", b"{}", "t1")])
    for task in desk.store.claim(1, timedelta(seconds=60), "send"):
        desk.store.failed(task, "away")
    assert json.loads(say(run, "operator", "status", "--json", "--token", token))["fit"] is True
    assert "t1  send  waiting" in say(run, "operator", "queue", "list", "--token", token)
    assert "send is tried now" in say(run, "operator", "queue", "retry", "t1", "--token", token)
    assert desk.store.claim(1, timedelta(seconds=60), "send")
    say(run, "operator", "announce", "Closed tonight", "今晚维护", "--token", token)
    assert [one.text.zh for one in announcing.running()] == ["今晚维护"]
    trader = new_token(desk.store, "ann", "acme")
    for words in (("status",), ("queue", "list"), ("announce", "a", "b")):
        with pytest.raises(NoSuchDossier):
            say(run, "operator", *words, "--token", trader)


def test_fees_are_told_to_anybody(run: CliRunner) -> None:
    told = json.loads(say(run, "fees", "--json"))
    assert {one["service"] for one in told["fees"]} >= {"entry", "own_data", "duties"}
    assert "not on file" in say(run, "fees")
