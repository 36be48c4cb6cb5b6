"""Exports and moments, asked for by those whose they are not, and at the ends of the calendar."""

from pathlib import Path

import pytest
from django.test import Client

from entrepot.portal.audit import exports
from entrepot.portal.desk import Desk
from entrepot.store.tokens import new_token
from tests.portal.web import client_of

BORROWED = {"HTTP_ENTREPOT_MANDATE": "1", "HTTP_ENTREPOT_FOR": "acme"}


def api(desk: Desk, secret: str, **more: str) -> Client:
    return client_of(desk, HTTP_AUTHORIZATION=f"Bearer {secret}", **more)


def test_an_export_is_fetched_by_no_other_organisation_and_under_no_borrowed_name(
    opened: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENTREPOT_HOME", str(tmp_path))
    ann = api(opened, new_token(opened.store, "ann", "acme", ("administer",)))
    id_ = ann.post("/api/v1/exports", {"kind": "enterprise"}, "application/json").json()["id"]
    exports.work_off(opened)
    file = f"/api/v1/exports/{id_}/file"
    assert ann.get(file).status_code == 200
    for organisation, roles in (
        ("evil", ("administer", "clerk")), ("audit", ("auditor",)), ("operator", ("operator", "administer")), ("acme", ()),
    ):  # fmt: skip
        secret = new_token(opened.store, "eve", organisation, roles, "window" if "clerk" in roles else "online")
        for more in ({}, BORROWED):
            assert api(opened, secret, **more).get(file).status_code == 404, organisation
            assert api(opened, secret, **more).get("/api/v1/exports").json() == {"exports": []}


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "9999-12-31T23:59:59Z"])
@pytest.mark.parametrize("name", ["at", "with"])
def test_a_moment_beyond_the_calendar_is_told(opened: Desk, moment: str, name: str) -> None:
    client = api(opened, new_token(opened.store, "ann", "acme"))
    answer = client.get("/api/v1/dossiers/D1/as-of", {"at": "2026-05-01", name: moment})
    assert (answer.status_code, answer.json()["problems"][0]["where"]) == (422, name)
