"""Files of orders: whatever the form, the same records; a bad one is told with its line and stops nothing."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from entrepot.gateways.csv_rows import LONGEST
from entrepot.gateways.orders import Bad, OrderRow, market_body, read_records, read_rows
from entrepot.kernel.intake import Refusal
from entrepot.kernel.money import Money

HEADS = ("order_no", "buyer_id", "total", "currency", "ordered_on", "consignee", "net_kg")
ROW = ("N1", "11010519491231002X", "600.10", "CNY", "2026-10-05", "Ann", "1.20")


def written(path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path.write_bytes("\n".join(lines).encode(encoding))
    return path


def orders(path: Path, currency: str = "") -> list[OrderRow]:
    records = list(read_records(path, "order", currency))
    assert all(isinstance(one, OrderRow) for one in records), records
    return [one for one in records if isinstance(one, OrderRow)]


def bad(path: Path) -> list[int]:
    return [one.line for one in read_records(path, "order") if isinstance(one, Bad)]


def test_the_same_order_out_of_every_form(tmp_path: Path) -> None:
    body = dict(zip(HEADS, ROW, strict=True))
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(HEADS)
    book.active.append([*ROW[:2], 600.1, *ROW[3:4], date(2026, 10, 5), "Ann", 1.2])
    book.save(tmp_path / "o.xlsx")
    paths = [
        written(tmp_path / "o.csv", ",".join(HEADS), ",".join(ROW)),
        written(tmp_path / "o.ndjson", json.dumps({**body, "total": 600.10})),
        written(tmp_path / "o.json", json.dumps([body])),
        tmp_path / "o.xlsx",
    ]
    for path in paths:
        (one,) = orders(path)
        assert (one.number, one.buyer, one.total, one.day, one.kg) == (
            "N1",
            ROW[1],
            Money(60_010, "CNY"),
            date(2026, 10, 5),
            Decimal("1.2"),
        ), path


def test_chinese_headings_and_chinese_encoding(tmp_path: Path) -> None:
    path = written(
        tmp_path / "o.csv", "订单编号,订购人证件号码,订单总额,下单时间", "N1,X,12.50,20261005123000", encoding="gb18030"
    )
    (one,) = orders(path, "CNY")
    assert (one.total, one.day) == (Money(1250, "CNY"), date(2026, 10, 5))


@pytest.mark.parametrize(
    "row",
    [
        "N2,X,twelve,CNY,2026-10-05",
        "N2,X,12.345,CNY,2026-10-05",
        "N2,X,-1,CNY,2026-10-05",
        "N2,X,1e999,CNY,2026-10-05",
        "N2,X,12.50,,2026-10-05",
        "N2,X,12.50,CNY,2026-13-05",
        "N2,X,12.50,CNY,",
        ",X,12.50,CNY,2026-10-05",
        "N2",
        'N2,"X"y,12.50,CNY,2026-10-05',
        "N2," + "x" * LONGEST + ",12.50,CNY,2026-10-05",
    ],
)
def test_a_bad_record_is_told_with_its_line_and_those_around_it_are_read(tmp_path: Path, row: str) -> None:
    good = "N{},X,12.50,CNY,2026-10-05"
    path = written(
        tmp_path / "o.csv", "order_no,buyer_id,total,currency,ordered_on", good.format(1), row, good.format(3)
    )
    assert bad(path) == [3]
    assert [one.number for one in read_records(path, "order") if isinstance(one, OrderRow)] == ["N1", "N3"]


def test_a_bad_line_of_json_is_told_with_its_line(tmp_path: Path) -> None:
    good = json.dumps({"order_no": "N1", "total": "1", "currency": "CNY", "ordered_on": "2026-10-05"})
    path = written(tmp_path / "o.ndjson", good, "{", "[]", "x" * (LONGEST + 5), "[" * 60_000, good)
    assert bad(path) == [2, 3, 4, 5]


def test_an_open_quotation_mark_does_not_swallow_the_rest(tmp_path: Path) -> None:
    rows = [f"N{n},X,12.50,CNY,2026-10-05,{'y' * 200}" for n in range(2_000)]
    rows[10] = 'N10,"X,12.50,CNY,2026-10-05'
    path = written(tmp_path / "o.csv", "order_no,buyer_id,total,currency,ordered_on,consignee", *rows)
    records = list(read_records(path, "order"))
    assert [one.line for one in records if isinstance(one, Bad)] == [12]
    assert sum(isinstance(one, OrderRow) for one in records) > 1_000, "what follows the lost field is read again"


def test_a_file_without_the_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="no column for order_no"):
        read_rows(written(tmp_path / "o.csv", "a,b", "1,2"), "order")
    with pytest.raises(Refusal):
        read_rows(written(tmp_path / "o.csv", ""), "order")
    with pytest.raises(Refusal):
        read_rows(written(tmp_path / "o.pdf", "x"), "order")


def test_a_market_record_becomes_a_body(tmp_path: Path) -> None:
    path = written(tmp_path / "r.csv",
        "record_id,market,stall,seller,buyer,hs,quantity,unit,total,currency,bought_on,status,photos,品名",
        "R1,M,S1,甲,乙,6302600090,10,piece,100.00,usd,2026/10/5,锁定,aa;bb,毛巾")  # fmt: skip
    (row,) = read_rows(path, "record")
    assert not isinstance(row, Bad)
    number, body = market_body(row)
    assert (number, body["total"], body["bought_on"], body["status"]) == ("R1", "USD 100.00", "2026-10-05", "locked")
    assert (body["photos"], body["goods"]) == (["aa", "bb"], "毛巾")
