"""The trace: container, line, record, stall, receipt - and where the thread breaks."""

from collections.abc import Iterator, Mapping

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, found
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.answers import BANK_RECEIPT
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.kernel.vocabulary.trade import CONTAINER, Container
from entrepot.modules.procurement.facts import (
    LINE_RECORDS,
    RECORD,
    SETTLEMENT,
    LineRecords,
    MarketRecord,
    Share,
    Trace,
    TraceRow,
)


def assess_trace(case: Case) -> Answer:
    """Every container line with its records; gaps by name. It is found however many gaps there are: they are what it is for."""
    records, sources = case[RECORD], case.get(LINE_RECORDS) or {}
    lines, boxes = case.get(LINE) or {}, case.get(CONTAINER) or {}
    paid = _paid(case)
    rows = [row for key in lines for row in _rows(key, sources.get(key), records, boxes, paid)]
    gaps = [*_gaps(lines, sources, records, boxes, paid), *_loading(boxes)]
    used = {share.record for source in sources.values() for share in source.records}
    gaps += [
        Text(f"record {number} stands behind no line", f"交易记录 {number} 未对应任何商品项")
        for number, record in records.items()
        if record.counts and number not in used
    ]
    return found(Trace(tuple(rows), tuple(gaps)))


def _paid(case: Case) -> dict[str, list[str]]:
    """The receipts of each record: those that came in and were said to be for it."""
    receipts = case.get(BANK_RECEIPT) or {}
    paid: dict[str, list[str]] = {}
    for reference, settlement in (case.get(SETTLEMENT) or {}).items():
        if reference in receipts:
            for record in settlement.records:
                paid.setdefault(record, []).append(reference)
    return paid


def boxes_of(line: str, record: MarketRecord | None, boxes: Mapping[str, Container]) -> list[str]:
    """The containers of a record: as it says, else all that hold its line."""
    if record is not None and record.container:
        return [record.container]
    return [number for number, box in boxes.items() if line in box.lines]


def _rows(
    key: str,
    source: LineRecords | None,
    records: Mapping[str, MarketRecord],
    boxes: Mapping[str, Container],
    paid: Mapping[str, list[str]],
) -> Iterator[TraceRow]:
    if source is None or not source.records:
        for box in boxes_of(key, None, boxes) or [""]:
            yield TraceRow(box, key, "")
        return
    for share in source.records:
        record = records.get(share.record)
        for box in boxes_of(key, record, boxes) or [""]:
            yield _row(box, key, share, record, tuple(paid.get(share.record, ())))


def _row(box: str, key: str, share: Share, record: MarketRecord | None, receipts: tuple[str, ...]) -> TraceRow:
    if record is None:
        return TraceRow(box, key, share.record, quantity=share.quantity, unit=share.unit, receipts=receipts)
    return TraceRow(
        box,
        key,
        share.record,
        record.stall,
        record.seller,
        record.buyer,
        record.goods,
        share.quantity,
        share.unit,
        record.total,
        receipts,
    )


def _gaps(
    lines: Mapping[str, object], sources: Mapping[str, LineRecords], records: Mapping[str, MarketRecord],
    boxes: Mapping[str, Container], paid: Mapping[str, list[str]],
) -> Iterator[Text]:  # fmt: skip
    for key in lines:
        source = sources.get(key)
        if source is None or not source.records:
            yield Text(f"line {key} rests on no record", f"第 {key} 项没有对应的交易记录")
            continue
        for share in source.records:
            record = records.get(share.record)
            if record is None:
                yield Text(
                    f"line {key}: record {share.record} is not here", f"第 {key} 项：缺少交易记录 {share.record}"
                )
                continue
            told = [
                (not record.stall, Text("no stall", "无摊位")), (not record.buyer, Text("no buyer", "无采购人")),
                (not record.photos, Text("no photo", "无照片")), (not boxes_of(key, record, boxes), Text("no container", "无集装箱")),
                (share.record not in paid, Text("no receipt of foreign exchange", "无收汇")),
            ]  # fmt: skip
            missing = [text for gone, text in told if gone]
            if missing:
                yield Text(
                    f"record {share.record} on line {key}: {', '.join(text.en for text in missing)}",
                    f"第 {key} 项交易记录 {share.record}：{'、'.join(text.zh for text in missing)}",
                )


def _loading(boxes: Mapping[str, Container]) -> Iterator[Text]:
    for number, box in boxes.items():
        if not box.seals:
            yield Text(f"container {number}: no seal on the loading list", f"集装箱 {number}：装箱清单无封志号")
        if not box.lines:
            yield Text(f"container {number} holds no line", f"集装箱 {number} 未对应商品项")
