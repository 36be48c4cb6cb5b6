"""An export holds all that its reader may read and nothing more, and is checked without the platform; what is altered is found out."""

import csv
import io
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from entrepot.channels.online import ADMINISTER, WORKING, Voice
from entrepot.kernel.access import may_read_statement
from entrepot.kernel.intake import Refusal
from entrepot.portal.audit import exports
from entrepot.portal.audit.bundle import Bundle, cell, safe_name
from entrepot.portal.audit.exporting import period
from entrepot.portal.audit.exports import AskedExport as Asked
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.store.reads import reads
from entrepot_verify.export import verify
from entrepot_verify.receipt import Rejected, Trust, trust_in
from entrepot_verify.receipt import verify as verify_receipt
from tests.portal.stage import NOON

ANN = Voice("ann", "acme", duties=WORKING | {ADMINISTER})
BOB = Voice("bob", "buyer", duties=WORKING | {ADMINISTER})
AUDITOR = Voice("ada", "audit-office", frozenset({"auditor"}))
LOT = {
    "line": "1", "document": "special_vat_invoice", "number": "1", "supplier": "S", "base": "CNY 1.00",
    "vat_rate": "0.13", "quantity": "1", "invoiced_quantity": "1", "unit": "t",
}  # fmt: skip


def trust_of(desk: Desk) -> Trust:
    return trust_in([desk.store.log_key])


def lines(path: Path, name: str) -> list[dict[str, Any]]:
    with zipfile.ZipFile(path) as held:
        return [msgspec.json.decode(line) for line in held.read(name).splitlines()]


def rewritten(path: Path, change: dict[str, bytes | None], add: dict[str, bytes] | None = None) -> Path:
    """The same zip with other bytes in some files."""
    other = path.with_name("other.zip")
    with zipfile.ZipFile(path) as held, zipfile.ZipFile(other, "w") as made:
        for name in held.namelist():
            data = change.get(name, held.read(name))
            if data is not None:
                made.writestr(name, data)
        for name, data in (add or {}).items():
            made.writestr(name, data)
    return other


@pytest.fixture
def exported(opened: Desk, tmp_path: Path) -> Path:
    opened.say("D1", [Draft("goods.cost", LOT, "1")], ANN)
    opened.keep_paper("D1", "../../=contract.pdf", b"%PDF-1.7 paper", ANN)
    path = tmp_path / "made" / "all.zip"
    exports.make_now(opened, ANN, Asked(), path)
    return path


def test_everything_one_may_read_is_in_it_and_proven(opened: Desk, exported: Path) -> None:
    with opened.store.holding("D1") as record:
        whole = {one.id: bytes(one.body) for one in record.submissions.values()}
    said = lines(exported, "statements.ndjson")
    assert {one["id"]: msgspec.json.encode(one["body"]) for one in said} == {
        id: msgspec.json.encode(msgspec.json.decode(body)) for id, body in whole.items()
    }
    found = verify(exported, trust_of(opened))
    assert (found.statements, found.proven) == (len(whole), len(whole))
    with zipfile.ZipFile(exported) as held:
        papers = [name for name in held.namelist() if name.startswith("papers/")]
        note = held.read("checkpoint.txt").decode()
        assert [held.read(name) for name in papers] == [b"%PDF-1.7 paper"]
        assert all(".." not in name and "=" not in name for name in papers)
    for proof in lines(exported, "proofs.ndjson"):
        verify_receipt(f"{proof['proof']}\n\n{note}".encode(), trust_of(opened))


def test_the_working_goes_with_what_was_found(exported: Path) -> None:
    [total] = [one for one in lines(exported, "findings.ndjson") if one["topic"] == "price.total"]
    assert total["working"][0]["formula"] == "amount * (1 + rate)"
    assert "ZZ/tariff" in total["law"][0]


def test_another_member_has_what_it_may_read_and_nothing_else(opened: Desk, exported: Path, tmp_path: Path) -> None:
    path = tmp_path / "bob.zip"
    exports.make_now(opened, BOB, Asked(), path)
    with opened.known("D1", BOB) as (record, speaker):
        may = {
            one.id
            for one in record.submissions.values()
            if may_read_statement(opened.registry.topics[one.topic], one, speaker, record)
        }
    assert {one["id"] for one in lines(path, "statements.ndjson")} == may
    with zipfile.ZipFile(path) as held:
        told = b"".join(held.read(name) for name in held.namelist())
    for one in lines(exported, "statements.ndjson"):
        assert (one["id"].encode() in told) == (one["id"] in may)
    assert b"goods.cost" not in told
    assert not [one for one in lines(path, "findings.ndjson") if one["topic"] == "price.margin"]


@pytest.mark.parametrize("name", ["statements.ndjson", "README.txt", "manifest.txt", "manifest.sig", "checkpoint.txt"])
def test_whatever_is_altered_is_found_out(opened: Desk, exported: Path, name: str) -> None:
    with zipfile.ZipFile(exported) as held:
        data = held.read(name)
    with pytest.raises(Rejected):
        verify(rewritten(exported, {name: data[:40] + bytes([data[40] ^ 1]) + data[41:]}), trust_of(opened))
    with pytest.raises(Rejected):
        verify(rewritten(exported, {name: None}), trust_of(opened))


def test_a_file_too_many_or_another_key_is_found_out(opened: Desk, exported: Path) -> None:
    with pytest.raises(Rejected):
        verify(rewritten(exported, {}, {"more.txt": b"more"}), trust_of(opened))
    other = "other+c03ba6a0+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
    with pytest.raises(Rejected):
        verify(exported, trust_in([other]) if _is_key(other) else Trust((), {}, {}, "none"))


def _is_key(text: str) -> bool:
    try:
        trust_in([text])
    except Rejected:
        return False
    return True


def test_a_statement_that_says_something_else_than_its_proof_is_found_out(opened: Desk, tmp_path: Path) -> None:
    path = tmp_path / "forged.zip"
    with opened.known("D1", ANN) as (record, _):
        said = list(record.submissions.values())
    from entrepot.portal.audit import exporting

    opened.store.integrate()
    tree = exporting.tree_of(opened)
    forged = [msgspec.structs.replace(said[-1], body=msgspec.Raw(b'{"hs":"99"}'))]
    with Bundle(path) as bundle:
        known = frozenset(one.id for one in said)
        exporting._statements(opened, bundle, forged, known, tree)
        bundle.file("checkpoint.txt", tree.note.encode())
        bundle.finish(opened.store.sign, f"origin {opened.store.origin}")
    with pytest.raises(Rejected):
        verify(path, trust_of(opened))


def test_tables_hold_no_formulas_and_names_no_ways_out() -> None:
    assert cell("=1+1") == "'=1+1"
    assert [cell(one) for one in ("+1", "-1", "@x", "\tx", "plain", None, 7)] == [
        "'+1",
        "'-1",
        "'@x",
        "'\tx",
        "plain",
        "",
        "7",
    ]
    assert safe_name("../../etc/passwd") == "passwd"
    assert safe_name("..\\..\\发票 1.pdf") == "发票 1.pdf"
    assert safe_name("...") == "paper"
    assert len(safe_name("a" * 500 + ".pdf")) <= 80


def test_a_table_is_read_again_as_it_was_written(exported: Path) -> None:
    with zipfile.ZipFile(exported) as held:
        rows = list(csv.DictReader(io.StringIO(held.read("statements.csv").decode("utf-8-sig"))))
    assert [row["id"] for row in rows] == [one["id"] for one in lines(exported, "statements.ndjson")]


def test_a_period_proves_that_the_log_only_grew(tmp_path: Path) -> None:
    from entrepot.store.store import Store
    from tests.portal.stage import LINE_ONE, OPENING, stage_law, stage_registry

    now = [NOON]
    registry = stage_registry()
    url = f"sqlite:///{tmp_path / 'store.sqlite3'}"
    with Store.open(url, registry, nature="sandbox", keys=tmp_path / "keys", clock=lambda: now[0]) as store:
        desk = Desk(store, stage_law(), registry)
        desk.say("D1", list(OPENING), ANN)
        store.integrate()
        now[0] = NOON + timedelta(days=2)
        [line] = desk.say("D1", [LINE_ONE], ANN).said
        store.integrate()
        now[0] = NOON + timedelta(days=4)
        desk.say("D2", list(OPENING), ANN)
        path = tmp_path / "period.zip"
        day = (NOON + timedelta(days=2)).date()
        exports.make_now(desk, AUDITOR, Asked("period", day, day), path)
        assert [one["id"] for one in lines(path, "statements.ndjson")] == [line]
        found = verify(path, trust_of(desk))
        assert (found.statements, found.proven, found.grown_from, found.size) == (1, 1, 3, 7)
        with zipfile.ZipFile(path) as held:
            forged = msgspec.json.decode(held.read("consistency.json"))
        assert forged["size1"] == 3
        with Bundle(tmp_path / "early.zip") as bundle:
            early = datetime(2020, 1, 1, tzinfo=UTC)
            period(desk, AUDITOR, bundle, early, early + timedelta(days=1), lambda _: None)
            bundle.finish(store.sign, f"origin {store.origin}")
        assert verify(tmp_path / "early.zip", trust_of(desk)).statements == 0


def test_who_does_not_administer_or_audit_may_not_ask(opened: Desk) -> None:
    for voice, asked in (
        (Voice("joe", "acme"), Asked()),
        (ANN, Asked("period", NOON.date(), NOON.date())),
        (AUDITOR, Asked("period")),
        (AUDITOR, Asked("period", NOON.date(), NOON.date() - timedelta(days=1))),
    ):
        with pytest.raises(Refusal) as refused:
            exports.order(opened, voice, asked)
        assert refused.value.problems[0].rule in ("AD01", "AD02")


def test_that_it_was_made_is_written_down_before(opened: Desk, exported: Path) -> None:
    [own] = [one for one in reads(opened.store.database, organisation="acme") if one.what.personal == "everything"]
    assert own.what.person == "ann"
    assert "export" in own.what.door
