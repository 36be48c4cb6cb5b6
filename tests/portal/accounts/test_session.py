"""Who speaks in a session."""

from collections.abc import Callable
from pathlib import Path

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
