"""The pages: a dossier as of a moment, exports asked for, made behind and fetched by parts, and who looked."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from entrepot.portal.audit import exports
from entrepot.portal.audit.works import forget_old, kept_days
from entrepot.portal.desk import Desk
from entrepot.store import exports as kept
from entrepot.store.reads import reads
from entrepot_verify.export import verify
from entrepot_verify.receipt import trust_in
from tests.portal.accounts.conftest import other, sign_in
from tests.portal.stage import NOON

Employ = Callable[..., None]


@pytest.fixture
def ann(accounts: Client, employ: Employ, opened: Desk) -> Client:
    employ("ann", "acme")
    assert sign_in(accounts, "ann") == 302
    return accounts


def test_an_export_is_asked_for_made_behind_and_fetched(ann: Client, opened: Desk, tmp_path: Path) -> None:
    assert ann.get("/enterprise/export").status_code == 200
    assert ann.post("/enterprise/export", {"kind": "enterprise"}).status_code == 302
    [waiting] = kept.of_organisation(opened.store, "acme")
    assert ann.get(f"/enterprise/export/{waiting.id}").status_code == 404
    assert exports.work_off(opened) == 1
    [ready] = kept.of_organisation(opened.store, "acme")
    assert (ready.state, ready.done) == ("ready", 1)
    answer = ann.get(f"/enterprise/export/{ready.id}")
    whole = b"".join(answer)
    assert len(whole) == ready.size == int(answer["Content-Length"])
    part = ann.get(f"/enterprise/export/{ready.id}", headers={"Range": f"bytes={ready.size - 5}-"})
    assert part.status_code == 206
    assert b"".join(part) == whole[-5:]
    begun = ann.get(f"/enterprise/export/{ready.id}", headers={"Range": "bytes=0-9", "If-Range": '"other"'})
    assert begun.status_code == 200
    assert ann.get(f"/enterprise/export/{ready.id}", headers={"Range": f"bytes={ready.size}-"}).status_code == 416
    file = tmp_path / "fetched.zip"
    file.write_bytes(whole)
    assert verify(file, trust_in([opened.store.log_key])).statements == 4
    fetched = [one for one in reads(opened.store.database, organisation="acme") if "fetched" in one.what.door]
    assert len(fetched) == 4


def test_nobody_else_has_it_and_whoever_lost_the_right_gets_none(
    ann: Client, employ: Employ, accounts: Client, opened: Desk
) -> None:
    ann.post("/enterprise/export", {"kind": "enterprise"})
    [one] = kept.of_organisation(opened.store, "acme")
    employ("bob", "buyer")
    employ("joe", "acme", "read", "say")
    exports.work_off(opened)
    for person in ("bob", "joe"):
        browser = other(accounts)
        sign_in(browser, person)
        assert browser.get(f"/enterprise/export/{one.id}").status_code == 404
        assert one.id.encode() not in browser.get("/enterprise/export").content
    ann.post("/enterprise/export", {"kind": "enterprise"})
    from entrepot.store.accounts.models import Employment

    Employment.objects.filter(person__username="ann").update(ended_at=NOON)
    exports.work_off(opened)
    assert {one.state for one in kept.of_organisation(opened.store, "acme")} == {"ready", "failed"}


def test_files_go_after_their_days(ann: Client, opened: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ann.post("/enterprise/export", {"kind": "enterprise"})
    exports.work_off(opened)
    [ready] = kept.of_organisation(opened.store, "acme")
    path = exports.folder() / f"{ready.id}.zip"
    assert path.is_file()
    monkeypatch.setattr(opened.store, "clock", lambda: NOON + timedelta(days=exports.KEPT_DAYS, seconds=1))
    exports.work_off(opened)
    assert not path.exists()
    assert [one.state for one in kept.of_organisation(opened.store, "acme")] == ["ended"]


def test_reads_go_after_their_days(opened: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    opened.store.reads.flush()
    assert forget_old(opened) == 0
    there = len(reads(opened.store.database))
    monkeypatch.setattr(opened.store, "clock", lambda: NOON + timedelta(days=kept_days() + 1))
    assert forget_old(opened) == there


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    "address", ["/d/D1/as-of", "/d/D1/as-of?with=now", "/audit", "/audit?scope=mine", "/enterprise/export"]
)
def test_pages_answer_in_both_languages(ann: Client, language: str, address: str) -> None:
    answer = ann.get(address, headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert ("历史时点" in answer.content.decode()) == (language == "zh" and "as-of" in address)


def test_what_is_no_moment_is_told_on_the_page_and_over_the_api(ann: Client) -> None:
    answer = ann.get("/d/D1/as-of?at=yesterday")
    assert answer.status_code == 422
    assert b"is no moment" in answer.content
    api = {"Entrepot-As": "exporter"}
    told = ann.get("/api/v1/dossiers/D1/as-of?at=0000-99-99", headers=api)
    assert (told.status_code, told.json()["problems"][0]["rule"]) == (422, "AD05")
    assert ann.get("/api/v1/dossiers/D1/as-of?at=2026-04-02", headers=api).json()["reading"]["dossier"] == "D1"
    assert ann.get("/api/v1/dossiers/D1/as-of?at=2020-01-01", headers=api).status_code == 404
    assert ann.get("/api/v1/dossiers/D1/filed", headers=api).json() == {"filed": []}
