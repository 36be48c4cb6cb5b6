"""Alive, ready, measured."""

from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from entrepot.portal import health
from entrepot.portal.desk import Desk
from entrepot.portal.sandboxes import BESIDE, Beside
from entrepot.store import sync
from entrepot.store.database import StoreError
from tests.portal.stage import NOON, open_desk
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


def figures(text: str) -> dict[tuple[str, ...], float]:
    """Samples by their names and the values of their labels."""
    found = dict[tuple[str, ...], float]()
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found[sample.name, *sample.labels.values()] = sample.value
    return found


def test_figures_are_told_of_what_answers(opened: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(opened)
    known = figures(client.get("/metrics").content.decode())
    assert known["entrepot_ready", "store"] == 1
    assert known["entrepot_log_waiting", "sandbox"] == 4

    def away() -> None:
        raise StoreError("away", "不在")

    monkeypatch.setattr(opened.store, "queues", away)
    known = figures(client.get("/metrics").content.decode())
    assert (known["entrepot_ready", "store"], known["entrepot_ready", "disk"]) == (0, 1)
    assert ("entrepot_log_waiting", "sandbox") not in known
    assert any(name == "entrepot_requests_total" for name, *_ in known)


def test_a_sandbox_beside_is_told_of_and_takes_the_live_store_from_nobody(
    opened: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise StoreError("away", "不在")

    (tmp_path / "beside").mkdir()
    other = open_desk(tmp_path / "beside")
    client = client_of(opened, **{BESIDE: Beside(other, frozenset({"sandbox.localhost"}), "", "")})
    known = figures(client.get("/metrics").content.decode())
    assert (known["entrepot_log_waiting", "live"], known["entrepot_log_waiting", "sandbox"]) == (4, 0)
    assert client.get("/readyz").json()["checks"]["sandbox store"] == "ok"
    before = client.get("/readyz").status_code
    monkeypatch.setattr(other.store, "queues", away)
    told = client.get("/readyz")
    assert told.status_code == before
    assert told.json()["checks"]["sandbox store"] == "the store does not answer"
    at_its_own_host = client_of(other, **{BESIDE: Beside(other, frozenset({"sandbox.localhost"}), "", "")}).get(
        "/readyz"
    )
    assert (at_its_own_host.status_code, at_its_own_host.json()["checks"]["store"]) == (
        503,
        "the store does not answer",
    )


def test_a_counter_that_is_silent_is_seen_without_its_name(opened: Desk) -> None:
    sync.register(opened.store, "entrepot/live/counter1", "acme", "Quay 7", "key")
    text = client_of(opened).get("/metrics").content.decode()
    known = figures(text)
    assert known["entrepot_counters", "sandbox"] == 1
    assert known["entrepot_counter_silent_seconds", "sandbox"] == 0
    opened.store.clock = lambda: NOON + timedelta(hours=30)
    known = figures(client_of(opened).get("/metrics").content.decode())
    assert known["entrepot_counter_silent_seconds", "sandbox"] == 30 * 3600
    assert "Quay" not in text
    assert "counter1" not in text


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
