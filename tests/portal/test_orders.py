"""Orders out of files: matched in parts as they would be whole, persons never in clear, formulas harmless; said in a dossier."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from entrepot.gateways.orders.columns import Kind
from entrepot.kernel.money import Money
from entrepot.portal import order_join
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.portal.order_join import KINDS, Outcome, Wanted, match_files
from entrepot.portal.orders_said import say_files, year_limit
from entrepot.store.pseudonyms import Pseudonyms, pseudonyms
from tests.portal.trade_stage import ANN, open_trading
from tests.portal.web import client_of

BUYER, OTHER, FALSE = "11010519491231002X", "440524188001010014", "110105194912310021"
PERSONS = Pseudonyms(b"k" * 32)


@pytest.fixture
def trading(tmp_path: Path) -> Iterator[Desk]:
    desk = open_trading(tmp_path)
    desk.say("E1", [Draft("dossier.opened", {"kind": "trade", "reference": "E1"})], ANN)
    yield desk
    desk.store.close()


def files(folder: Path, orders: list[str], payments: list[str], waybills: list[str]) -> dict[Kind, Path]:
    heads = ("order_no,buyer_id,total,currency,ordered_on,consignee,net_kg", "payment_id,order_no,payer_id,amount,currency,paid_on",
             "waybill_no,order_no,consignee,gross_kg")  # fmt: skip
    made: dict[Kind, Path] = {}
    for kind, head, rows in zip(KINDS, heads, (orders, payments, waybills), strict=True):
        made[kind] = folder / f"{kind}.csv"
        made[kind].write_text("\n".join((head, *rows)), encoding="utf-8")
    return made


def order(n: int, buyer: str = BUYER, total: str = "600.00", day: str = "2026-10-05") -> str:
    return f"N{n},{buyer},{total},CNY,{day},Ann Li,1.0"


def payment(n: int, payer: str = BUYER, total: str = "600.00", of: str = "") -> str:
    return f"P{n},{of or f'N{n}'},{payer},{total},CNY,2026-10-06"


def waybill(n: int, of: str = "", consignee: str = "ann  li") -> str:
    return f"W{n},{of or f'N{n}'},{consignee},1.2"


def matched(made: dict[Kind, Path], everything: bool = False, **wanted: Any) -> tuple[Outcome, dict[str, str], str]:
    report = io.StringIO()
    outcome = match_files(made, report, Wanted(**{"retail_import": True, **wanted}), everything)
    rows = list(csv.DictReader(io.StringIO(report.getvalue())))
    return outcome, {row["order"]: row["reasons"] for row in rows}, report.getvalue()


def test_orders_that_agree_are_counted_and_reported_only_if_asked(tmp_path: Path) -> None:
    made = files(tmp_path, [order(1)], [payment(1)], [waybill(1)])
    outcome, told, _ = matched(made)
    assert (outcome.orders, outcome.agreeing, told) == (1, 1, {})
    assert matched(made, everything=True)[1] == {"N1": ""}


def test_what_only_shows_across_orders(tmp_path: Path) -> None:
    made = files(
        tmp_path,
        [order(1), order(2), order(3), order(4), order(4), order(5), order(6, FALSE), order(7)],
        [
            payment(1),
            payment(1, of="N2"),
            payment(3),
            payment(3),
            payment(4),
            payment(5),
            payment(6, FALSE),
            payment(7),
            payment(9),
        ],
        [waybill(1), waybill(2), waybill(3), waybill(4), waybill(5), waybill(5, of="N7"), waybill(6), waybill(8)],
    )
    _, told, _ = matched(made)
    assert told == {
        "N1": "payment_shared", "N2": "payment_shared", "N3": "amount_differs payment_twice", "N4": "order_twice",
        "N5": "waybill_shared", "N6": "bad_identity", "N7": "waybill_shared", "N8": "waybill_stray", "N9": "payment_stray",
    }  # fmt: skip


def test_a_buyers_year_is_added_up_in_the_order_of_days(tmp_path: Path) -> None:
    days = {1: "2026-03-01", 2: "2026-01-01", 3: "2026-02-01", 4: "2027-01-01"}
    made = files(
        tmp_path, [order(n, total="500.00", day=day) for n, day in days.items()],
        [f"P{n},N{n},{BUYER},500.00,CNY,2027-02-01" for n in days], [waybill(n) for n in days],
    )  # fmt: skip
    assert matched(made, year_limit=100_000)[1] == {"N1": "over_year_limit"}
    assert matched(made, year_limit=150_000)[1] == {}


@pytest.mark.parametrize("part_bytes", [50, 1 << 22])
def test_parts_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part_bytes: int) -> None:
    monkeypatch.setattr(order_join, "PART_BYTES", part_bytes)
    monkeypatch.setattr(order_join, "HELD_BYTES", part_bytes)
    made = files(
        tmp_path, [order(n) for n in range(200)], [payment(n, OTHER if n % 7 == 0 else BUYER) for n in range(200)],
        [waybill(n) for n in range(200) if n % 11],
    )  # fmt: skip
    outcome, told, _ = matched(made)
    assert outcome.orders == 200
    assert {order for order, why in told.items() if "payer_not_buyer" in why} == {f"N{n}" for n in range(0, 200, 7)}
    assert {order for order, why in told.items() if "no_waybill" in why} == {f"N{n}" for n in range(0, 200, 11)}


def test_neither_report_nor_scratch_files_hold_a_person_in_clear(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order_join, "HELD_BYTES", 1)
    seen: list[bytes] = []
    flush = order_join._Parts.flush

    def watched(parts: Any) -> None:
        seen.extend(bytes(held) for held in parts._held)
        flush(parts)

    monkeypatch.setattr(order_join._Parts, "flush", watched)
    made = files(tmp_path, [order(1), "N2,x"], [payment(1, OTHER)], [waybill(1)])
    report = matched(made)[2].encode() + b"".join(seen)
    assert b"N1" in report
    assert not [word for word in (BUYER, OTHER, "Ann", "ANN") if word.encode() in report]


def test_formulas_in_a_report_are_harmless(tmp_path: Path) -> None:
    made = files(tmp_path, ["=1+1,X,1.00,CNY,2026-10-05,,"], [], [])
    assert "'=1+1" in matched(made)[2]


def test_a_bad_record_does_not_stop_the_rest(tmp_path: Path) -> None:
    made = files(
        tmp_path,
        [order(1), "N2,,nothing,CNY,2026-10-05,,", order(3)],
        [payment(1), payment(3)],
        [waybill(1), waybill(3)],
    )
    outcome, _, report = matched(made)
    assert (outcome.orders, outcome.agreeing, outcome.bad) == (2, 2, 1)
    assert "bad order" in report
    assert ",3," in report.splitlines()[1]


# -- said in a dossier ------------------------------------------------------------------------------------------------


def test_files_said_in_a_dossier_keep_persons_as_digests_and_count_the_year(trading: Desk, tmp_path: Path) -> None:
    made = files(tmp_path, [order(1), order(2)], [payment(1), payment(2, OTHER)], [waybill(1), waybill(2)])
    told = list(say_files(trading, ANN, "E1", made, Wanted(True), PERSONS))
    assert [one.wrong for one in told] == [None] * 6
    reading = trading.read("E1", ANN)
    assert BUYER not in str(reading)
    (match,) = (one for one in reading.findings if one.topic == "ecommerce.match")
    assert {number: [m["reason"] for m in one.get("mismatches", ())] for number, one in match.value["orders"].items()}[
        "N2"
    ]
    orders = [fact.value for fact in reading.facts if fact.topic == "ecommerce.order"]
    assert [one["year_limit"] for one in orders] == [{"minor": 2_600_000, "currency": "CNY"}] * 2


def test_the_year_of_a_buyer_ends_at_its_limit_over_all_dossiers(trading: Desk, tmp_path: Path) -> None:
    trading.say("E2", [Draft("dossier.opened", {"kind": "trade", "reference": "E2"})], ANN)
    first = files(tmp_path, [order(n, total="5000.00") for n in range(5)], [], [])
    assert all(one.wrong is None for one in say_files(trading, ANN, "E1", first, Wanted(True), PERSONS))
    second = files(tmp_path, [order(7, total="1000.01"), order(8, total="1000.00"), order(9, OTHER, "5000.00")], [], [])
    told = {one.number: one.wrong for one in say_files(trading, ANN, "E2", second, Wanted(True), PERSONS)}
    assert told["N7"] is not None
    assert told["N8"] is None
    assert told["N9"] is None


def test_the_limit_of_the_year_is_the_laws(trading: Desk) -> None:
    from datetime import date

    assert year_limit(trading.law, date(2026, 10, 10)) == Money(2_600_000, "CNY")
    assert year_limit(trading.law, date(2018, 12, 31)) is None


def test_the_page_takes_files_and_shows_reasons(trading: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTREPOT_HOME", str(tmp_path / "home"))
    trading.say("E1", [Draft("dossier.member", {"roles": ["exporter"]}, "visitor")], ANN)
    client = client_of(trading, HTTP_ACCEPT_LANGUAGE="en")
    made = files(tmp_path, [order(1), "N2"], [payment(1, OTHER)], [waybill(1)])
    form = {kind: SimpleUploadedFile(f"{kind}.csv", path.read_bytes()) for kind, path in made.items()}
    page = client.post("/d/E1/orders/files", {**form, "import": "yes"}).content.decode()
    assert "3 records were said" in page, page[-3000:]
    assert "the payer is not the buyer" in page
    assert BUYER not in page
    assert (tmp_path / "home" / "keys" / "persons.key").stat().st_mode & 0o077 == 0


def test_the_modes_are_compared_on_a_page_with_law_and_grade(trading: Desk) -> None:
    plan = {"flow": "E", "buyer": "business", "platform": "P", "value": "USD 20000.00", "day": "2026-10-10"}
    trading.say("E1", [Draft("ecommerce.plan", plan), Draft("dossier.member", {"roles": ["exporter"]}, "visitor")], ANN)
    client = client_of(trading, HTTP_ACCEPT_LANGUAGE="en")
    page = client.get("/d/E1/modes").content.decode()
    for words in ("9710", "your plan leads here", "not on file", "unverified", "VAT refund as general trade"):
        assert words in page, words
    assert "监管方式比较" in client.get("/d/E1/modes", HTTP_ACCEPT_LANGUAGE="zh").content.decode()


# -- persons ----------------------------------------------------------------------------------------------------------


def test_a_person_is_the_same_whatever_the_case_and_another_under_another_key(tmp_path: Path) -> None:
    assert PERSONS.person("11010519491231002x ") == PERSONS.person(BUYER) != PERSONS.person(OTHER)
    assert Pseudonyms(b"l" * 32).person(BUYER) != PERSONS.person(BUYER)
    assert PERSONS.person("  ") == ""
    assert pseudonyms(tmp_path).person(BUYER) == pseudonyms(tmp_path).person(BUYER)


# -- the command ------------------------------------------------------------------------------------------------------


def test_the_command_matches_files_and_ends_with_one_where_something_differs(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from entrepot.portal import cli

    made = files(tmp_path, [order(1), order(2)], [payment(1), payment(2, OTHER)], [waybill(1), waybill(2)])
    paths = [str(made[kind]) for kind in KINDS]
    report = tmp_path / "report.csv"
    done = CliRunner().invoke(cli.app, ["orders", "match", *paths, "--out", str(report)])
    assert done.exit_code == 1, done.output
    assert "2 orders: 1 agree, 1 do not" in done.output
    assert "payer_not_buyer" in report.read_text(encoding="utf-8-sig")
    assert (
        CliRunner().invoke(cli.app, ["orders", "match", paths[0], paths[1], str(tmp_path / "absent.csv")]).exit_code
        == 2
    )


def test_a_report_is_never_written_over_a_file_that_is_read(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from entrepot.portal import cli, exits

    made = files(tmp_path, [order(1)], [payment(1)], [waybill(1)])
    before = made["payment"].read_bytes()
    done = CliRunner().invoke(
        cli.app, ["orders", "match", *(str(made[kind]) for kind in KINDS), "--out", str(made["payment"])]
    )
    assert isinstance(done.exception, exits.Complaint)
    assert "输入文件" in str(done.exception)
    assert made["payment"].read_bytes() == before


@pytest.mark.parametrize(
    "bad",
    ['{"order_no": "N9", "order_no": "N8"}', '{"order_no": {"n": 1}}', '{"order_no": "\\ud800"}', "nope", "[" * 60_000],
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_bad_line_of_json_costs_itself_alone(tmp_path: Path, bad: str, place: int) -> None:
    made = files(tmp_path, [], [payment(1), payment(2)], [waybill(1), waybill(2)])
    made["order"] = tmp_path / "orders.ndjson"
    lines = [
        f'{{"order_no": "N{n}", "buyer": "{BUYER}", "total": "600.00", "currency": "CNY", "date": "2026-10-05", "consignee": "Ann Li"}}'
        for n in (1, 2)
    ]
    lines.insert(place, bad)
    made["order"].write_text("\n".join(lines), encoding="utf-8")
    outcome, _, report = matched(made)
    assert (outcome.orders, outcome.agreeing, outcome.bad) == (2, 2, 1)
    assert f",{place + 1},,,bad order" in report
