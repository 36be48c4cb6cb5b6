"""The market dossier `/d/<id>/market`: records by stall, the lines they make, and the trace as a picture and a table."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from entrepot.kernel.money import Money
from entrepot.kernel.text import Text
from entrepot.portal.comparison import amount_of, text_of
from entrepot.portal.market_drafting import LINES, RECORD, draft_market
from entrepot.portal.pages import DO, READ, only, page, reader_of
from entrepot.portal.reading import Found, Reading
from entrepot.portal.web import desk_of
from entrepot.portal.words import word

TRACE, CHECK = "procurement.trace", "procurement.check"
TOPICS = (LINES, TRACE)
Value = Mapping[str, Any]
STATUSES = {
    "draft": Text("draft", "草稿"),
    "locked": Text("locked", "已锁定"),
    "used": Text("used", "已使用"),
    "void": Text("void", "已作废"),
}
TRACED = (
    "market_container",
    "market_line",
    "market_record",
    "market_stall",
    "market_goods",
    "amount",
    "market_receipt",
)
LINED = ("market_line", "market_code", "market_name", "market_quantity", "amount", "market_records")
RECORDED = ("market_record", "market_goods", "market_code", "market_quantity", "amount", "status")
PICTURED = 60  # threads; beyond them a picture shows nothing, and the table stands alone
ROW, TOP, BOX = 34, 30, 24
COLUMNS = ((0, 190), (300, 120), (530, 190))


def market(request: HttpRequest, id: str) -> HttpResponseBase:
    """A dossier seen as a market export."""
    voice = reader_of(request)
    reading = desk_of(request).read(id, voice)
    found = {one.topic: one for one in reading.findings}
    return page(
        request, "market.html", voice=voice, reading=reading, lines=found.get(LINES), trace=found.get(TRACE), check=found.get(CHECK),
        stalls=stalls_of(reading), lined=LINED, traced=TRACED, recorded=RECORDED,
        may_say=bool({"exporter", "broker", "clerk"} & set(reading.roles)), notice=request.GET.get("done") == "drafted",
    )  # fmt: skip


def take_over(request: HttpRequest, id: str) -> HttpResponseBase:
    """The lines that the records make, said in the reader's name."""
    draft_market(desk_of(request), reader_of(request), id)
    return HttpResponseRedirect(f"/d/{quote(id)}/market?done=drafted")


def stalls_of(reading: Reading) -> list[tuple[str, list[tuple[str, Value, Text]], str]]:
    """The records by stall: its name, its records by number with their status, and what they come to."""
    stalls: dict[str, list[tuple[str, Value, Text]]] = {}
    for fact in reading.facts:
        if fact.topic == RECORD and fact.value is not None:
            stalls.setdefault(f"{fact.value['stall']} · {fact.value['seller']}", []).append(
                (fact.key, fact.value, STATUSES[fact.value.get("status", "draft")])
            )
    made = []
    for stall, records in sorted(stalls.items()):
        sums: dict[str, int] = {}
        for _, record, _status in records:
            total = record["total"]
            sums[total["currency"]] = sums.get(total["currency"], 0) + total["minor"]
        made.append((stall, records, ", ".join(str(Money(minor, currency)) for currency, minor in sums.items())))
    return made


def line_cells(line: Value, language: str) -> tuple[str, ...]:
    """A line that the records make: code, name, quantity, amount, records."""
    name: str = line.get("name_zh") or line["name"] if language == "zh" else line["name"]
    if line.get("merged"):
        name = f"{name} +{line['kinds'] - 1}" if line.get("kinds", 1) > 1 else name
    quantity = "–" if line.get("quantity") in (None, "") else f"{line['quantity']} {line.get('unit', '')}"
    return str(line["hs"]), name, quantity, amount_of(line["value"]), ", ".join(line["records"])


def trace_cells(row: Value) -> tuple[str, ...]:
    """A thread from container to receipt; a gap is an en dash."""
    quantity = "" if row.get("quantity") in (None, "") else f"{row['quantity']} {row.get('unit', '')}"
    goods = " ".join(part for part in (row.get("goods", ""), quantity) if part)
    stall = " · ".join(part for part in (row.get("stall", ""), row.get("seller", "")) if part)
    cells = (
        row["container"],
        row["line"],
        row["record"],
        stall,
        goods,
        amount_of(row.get("value")),
        ", ".join(row.get("receipts", ())),
    )
    return tuple(cell or "–" for cell in cells)


def lines_table(value: Value, language: str) -> SafeString:
    """The lines as a table; merged ones say why."""
    rows = (
        (
            _row((str(place), *line_cells(line, language)), LINED, language, "not_yet" if line.get("merged") else ""),
            _why(line, language),
        )
        for place, line in enumerate(value["lines"], 1)
    )
    body = format_html_join("", "{}{}", rows)
    return _table(LINED, body, language)


def _why(line: Value, language: str) -> SafeString:
    if not line.get("why"):
        return SafeString("")
    return format_html(
        '<tr class="note"><td colspan="{}">{}</td></tr>', len(LINED), text_of(line["why"]).in_language(language)
    )


def trace_table(value: Value, language: str) -> SafeString:
    """The trace as a table, with the picture above it where it is small enough to tell anything."""
    body = format_html_join("", "{}", ((_row(trace_cells(row), TRACED, language),) for row in value["rows"]))
    gaps = format_html_join("", "<li>{}</li>", ((text_of(gap).in_language(language),) for gap in value.get("gaps", ())))
    told = format_html(
        '<p class="reason"><b>{}</b></p><ul class="plain lines">{}</ul>', word("market_gaps", language), gaps
    )
    whole = _table(TRACED, body, language)
    picture = drawing(value["rows"], language) if 0 < len(value["rows"]) <= PICTURED else SafeString("")
    return format_html("{}{}{}", picture, told if gaps else "", whole)


def _table(names: Sequence[str], body: SafeString, language: str) -> SafeString:
    head = format_html_join("", '<th scope="col">{}</th>', ((word(name, language),) for name in names))
    return format_html('<table class="ways"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>', head, body)


def _row(cells: Sequence[str], names: Sequence[str], language: str, style: str = "") -> SafeString:
    rest = ((word(name, language), cell) for name, cell in zip(names[1:], cells[1:], strict=True))
    told = format_html_join("", '<td data-label="{}"><span>{}</span></td>', rest)
    return format_html('<tr class="{}"><th scope="row">{}</th>{}</tr>', style, cells[0], told)


def drawing(rows: Sequence[Value], language: str) -> SafeString:
    """Containers, lines and stalls side by side, each thread a curve; what leads to no receipt is dashed."""
    names = [
        list(dict.fromkeys(row["container"] or "–" for row in rows)),
        list(dict.fromkeys(row["line"] for row in rows)),
        list(dict.fromkeys(_stall(row) for row in rows)),
    ]
    height = TOP + ROW * max(map(len, names))
    places = [{name: TOP + ROW * place for place, name in enumerate(column)} for column in names]
    threads: dict[tuple[int, int, int], bool] = {}
    for row in rows:
        box, line, stall = places[0][row["container"] or "–"], places[1][row["line"]], places[2][_stall(row)]
        paid = bool(row.get("receipts"))
        threads[0, box, line] = threads.get((0, box, line), True) and paid
        threads[1, line, stall] = threads.get((1, line, stall), True) and paid
    curves = format_html_join(
        "", "{}", ((_curve(column, start, end, paid),) for (column, start, end), paid in threads.items())
    )
    heads = ("market_container", "market_line", "market_stall")
    boxes = format_html_join(
        "", "{}", ((_box(column, name, y),) for column, held in enumerate(places) for name, y in held.items())
    )
    labels = format_html_join(
        "", '<text x="{}" y="16" class="head">{}</text>',
        ((left, word(name, language)) for (left, _), name in zip(COLUMNS, heads, strict=True)),
    )  # fmt: skip
    return format_html(
        '<svg class="threads" viewBox="0 0 720 {}" role="img" aria-label="{}">{}{}{}</svg>',
        height, word("market_trace", language), labels, curves, boxes,
    )  # fmt: skip


def _stall(row: Value) -> str:
    return str(row.get("stall") or "–")


def _box(column: int, name: str, y: int) -> SafeString:
    left, width = COLUMNS[column]
    shown = name if len(name) <= width // 9 else name[: width // 9 - 1] + "…"
    return format_html(
        '<g><title>{}</title><rect x="{}" y="{}" width="{}" height="{}" rx="4"/><text x="{}" y="{}">{}</text></g>',
        name, left, y, width, BOX, left + 8, y + 16, shown,
    )  # fmt: skip


def _curve(column: int, start: int, end: int, paid: bool) -> SafeString:
    left, width = COLUMNS[column]
    x, to = left + width, COLUMNS[column + 1][0]
    middle, y, last = (x + to) // 2, start + BOX // 2, end + BOX // 2
    return format_html(
        '<path d="M{} {} C{} {} {} {} {} {}" class="{}"/>',
        x,
        y,
        middle,
        y,
        middle,
        last,
        to,
        last,
        "paid" if paid else "unpaid",
    )


def page_of(found: Found, language: str, dossier: str) -> SafeString:
    """A finding of the market on the sheet: its table, and the way to the dossier's own page."""
    table = lines_table(found.value, language) if found.topic == LINES else trace_table(found.value, language)
    return format_html('{}<p><a href="{}/market">{}</a></p>', table, dossier, word("market_page", language))


URLS: list[URLPattern] = [
    path("d/<str:id>/market", only(market, *READ)),
    path("d/<str:id>/market/draft", only(take_over, *DO)),
]
