"""Alive, ready, measured."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from entrepot.portal import health
from entrepot.portal.desk import Desk
from entrepot.store.database import StoreError
from tests.portal.web import client_of


def test_alive_is_said_without_looking_at_anything(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise StoreError("away", "不在")

    monkeypatch.setattr(desk.store, "queues", away)
    client = client_of(desk)
    assert client.get("/healthz").json() == {"status": "ok"}
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["store"] == "the store does not answer"


def test_a_log_that_lags_is_not_ready(opened: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(opened)
    assert opened.store.queues().unplaced == 4  # opened, two members and a line, none of them in the log yet
    monkeypatch.setattr(health, "LONGEST_LAG_SECONDS", -1.0)
    assert "wait" in client.get("/readyz").json()["checks"]["log"]
    opened.store.integrate()
    assert (opened.store.queues().unplaced, opened.store.queues().placed) == (0, 4)


def test_figures_are_for_this_machine_or_whoever_has_the_token(opened: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(opened)
    monkeypatch.setenv("ENTREPOT_METRICS_TOKEN", "t" * 40)
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer no"}).status_code == 404
    told = client.get("/metrics", REMOTE_ADDR="203.0.113.9", headers={"Authorization": f"Bearer {'t' * 40}"})
    assert told.status_code == 200


def test_figures_name_nobody(opened: Desk) -> None:
    client = client_of(opened)
    client.get("/d/D1", headers={"Accept-Language": "en"})
    text = client.get("/metrics").content.decode()
    families = {family.name: family for family in text_string_to_metric_families(text)}
    assert families["entrepot_log_waiting"].samples[0].value == 4
    routes = {sample.labels["route"] for sample in families["entrepot_requests"].samples}
    assert "/d/<str:id>" in routes
    assert "acme" not in text
    assert "D1" not in text
