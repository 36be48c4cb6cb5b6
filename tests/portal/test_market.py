"""Market exports at the desk and on the page: lines taken over from the records, records taken once, splitting seen, the trace shown."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from entrepot.kernel.intake import Refusal
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.portal.market_drafting import draft_market, say_records
from entrepot.portal.market_page import drawing
from entrepot.portal.reading import Found
from tests.portal.trade_stage import ANN, BOB, market, open_trading
from tests.portal.web import client_of


@pytest.fixture
def trading(tmp_path: Path) -> Iterator[Desk]:
    desk = open_trading(tmp_path)
    yield desk
    desk.store.close()


def found(desk: Desk, dossier: str, topic: str) -> Found:
    return next(one for one in desk.read(dossier, ANN).findings if one.topic == topic)


def rules(desk: Desk, dossier: str) -> set[str]:
    return {one.rule for one in found(desk, dossier, "procurement.check").problems}


def test_the_lines_taken_over_are_those_that_the_check_wants(trading: Desk) -> None:
    market(trading)
    assert "M07" not in rules(trading, "M1"), "without lines there is nothing to trace"
    draft_market(trading, ANN, "M1")
    assert rules(trading, "M1") == {"M03"}, "only the operator's registration is missing"
    lines = {fact.key: fact.value["hs"] for fact in trading.read("M1", ANN).facts if fact.topic == "goods.line"}
    assert lines["6"] == "3926909090"
    assert len(lines) == 7


def test_taking_over_again_moves_records_between_lines(trading: Desk) -> None:
    market(trading)
    draft_market(trading, ANN, "M1")
    (record,) = (
        fact for fact in trading.read("M1", ANN).facts if (fact.topic, fact.key) == ("procurement.record", "M1-H")
    )
    dearer = {**record.value, "total": "USD 90000.00"}
    trading.say("M1", [Draft("procurement.record", dearer, "M1-H", replaces=(record.statements[0].id,))], ANN)
    assert "M08" in rules(trading, "M1")
    draft_market(trading, ANN, "M1")
    assert "M08" not in rules(trading, "M1")
    assert found(trading, "M1", "procurement.lines").value["lines"][0]["records"] == ("M1-H",)


def test_a_record_that_another_export_used_is_refused(trading: Desk) -> None:
    market(trading)
    draft_market(trading, ANN, "M1")
    market(trading, "M2")
    share = {"record": "M1-A", "market": "yichang-three-gorges", "quantity": "1", "recorded": "1000", "unit": "piece"}
    with pytest.raises(Refusal) as refused:
        trading.say("M2", [Draft("procurement.source", {"records": [share]}, "1")], ANN)
    assert {problem.rule for problem in refused.value.problems} == {"S009"}


def test_exports_of_one_operator_under_one_bill_are_seen_together(trading: Desk) -> None:
    for dossier in ("M1", "M2", "M3"):
        market(trading, dossier)
        draft_market(trading, ANN, dossier)
    split = found(trading, "M1", "procurement.split")
    assert [part["dossier"] for part in split.value["parts"]] == ["M3", "M2"]
    assert split.value["total"] == {"minor": 21_900_000, "currency": "USD"}
    assert "M05" in rules(trading, "M1")


def test_the_buyer_sees_the_check_and_neither_records_nor_splits(trading: Desk) -> None:
    market(trading)
    draft_market(trading, ANN, "M1")
    reading = trading.read("M1", BOB)
    shown = {one.topic for one in reading.findings} | {fact.topic for fact in reading.facts}
    assert "procurement.check" in shown
    assert not shown & {
        "procurement.record",
        "procurement.source",
        "procurement.lines",
        "procurement.split",
        "procurement.trace",
    }
    assert "12000" not in "".join(problem.sentence() for one in reading.findings for problem in one.problems)


def test_records_come_out_of_a_file_and_a_bad_one_stops_nothing(trading: Desk, tmp_path: Path) -> None:
    market(trading)
    path = tmp_path / "records.csv"
    path.write_text(
        "交易记录编号,市场代码,摊位号,供货商,采购商,品名,商品编码,数量,单位,总价,币制,交易日期,状态\n"
        "X1,yichang-three-gorges,C1,甲摊,乙公司,毛巾,6302600090,10,piece,100.00,USD,2026-10-05,已锁定\n"
        "X2,yichang-three-gorges,C1,甲摊,乙公司,毛巾,6302600090,ten,piece,100.00,USD,2026-10-05,已锁定\n"
        "X3,yichang-three-gorges,C1,甲摊,乙公司,毛巾,6302600090,10,piece,100.00,USD,2026-10-05,草稿\n",
        encoding="gb18030",
    )
    told = list(say_records(trading, ANN, "M1", path))
    assert [(one.line, one.number, one.wrong is None) for one in told] == [
        (2, "X1", True),
        (3, "X2", False),
        (4, "X3", True),
    ]


def test_the_page_shows_lines_stalls_and_trace_in_both_languages(trading: Desk) -> None:
    market(trading)
    client = client_of(trading, HTTP_ACCEPT_LANGUAGE="en")
    client.cookies["entrepot_role"] = "exporter"
    trading.say("M1", [Draft("dossier.member", {"roles": ["exporter"]}, "visitor")], ANN)
    page = client.get("/d/M1/market").content.decode()
    for words in ("Lines that the records make", "B2-A · Stall A", "3926909090", "chapter 39: 2 kinds"):
        assert words in page, words
    draft_market(trading, ANN, "M1")
    page = client.get("/d/M1/market", HTTP_ACCEPT_LANGUAGE="zh").content.decode()
    for words in ("按交易记录生成的商品项", "<svg", "CSQU3054383", "追溯缺口"):
        assert words in page, words


def test_a_picture_escapes_what_people_wrote() -> None:
    row = {"container": "<script>", "line": "1", "record": "R", "stall": '"><script>', "receipts": ()}
    assert "<script>" not in drawing([row], "en")


def test_without_records_there_is_nothing_to_take_over(trading: Desk) -> None:
    trading.say("E1", [Draft("dossier.opened", {"kind": "trade", "reference": "E1"})], ANN)
    with pytest.raises(Refusal):
        draft_market(trading, ANN, "E1")


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_bad_record_is_told_with_its_remedy_wherever_it_stands(trading: Desk, tmp_path: Path, place: int) -> None:
    market(trading)
    heads = "record_id,market,stall,seller,buyer,hs,quantity,unit,total,currency,bought_on,品名"
    lines = [f"N-{n},yichang,B1,Stall {n},Yiling,6302600090,10,piece,10.00,USD,2026-10-01,毛巾" for n in range(2)]
    lines.insert(place, '"open,yichang')
    path = tmp_path / "records.csv"
    path.write_bytes("\n".join([heads, *lines]).encode("gb18030"))
    told = list(say_records(trading, ANN, "M1", path))
    wrong = {one.line: one.wrong.en for one in told if one.wrong is not None}
    assert (len(told), list(wrong)) == (3, [place + 2])
    assert "correct the line" in wrong[place + 2]
