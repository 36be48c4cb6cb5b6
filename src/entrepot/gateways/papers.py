"""Papers in: the one door through which a file of unknown kind becomes statements, or is refused with its reasons.

`read_paper(name, data, today=…, headings=…) -> Extract`, or Refusal (kernel.intake) carrying every problem;
`read_stream` the same from an open file, never reading more than the bound; `headings_of(law, day)` the words for column
headings and labels out of the pack `headings`; `survey(folder)` what becomes of every file of a folder.
"""

from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from entrepot.gateways import bounds
from entrepot.gateways.extract import Extract, Found, Stated, counted, refusal
from entrepot.gateways.messages.formats import media_types, read_message
from entrepot.gateways.paper_json import decode_numbers, read_facts
from entrepot.gateways.pictures import FORMATS, Progress, Stopped, is_picture, no_progress
from entrepot.gateways.places import COUNTRIES, PLACES, Places
from entrepot.gateways.spreadsheet import Headings, read_words, read_workbook
from entrepot.gateways.ubl import from_json, is_ubl_json, read_ubl
from entrepot.gateways.xml_papers import read_xml
from entrepot.kernel.intake import Refusal
from entrepot.kernel.law import Law
from entrepot.kernel.text import Text

__all__ = [
    "ASIDE",
    "Extract",
    "Headings",
    "Outcome",
    "Stated",
    "headings_of",
    "read_paper",
    "read_stream",
    "survey",
    "survey_table",
]

NO_HEADINGS = Headings()
MEDIA_TYPES = {
    "UBL XML": "application/xml",
    "CII XML": "application/xml",
    "UBL JSON": "application/json",
    "JSON": "application/json",
    "PDF": "application/pdf",
    "PDF with UBL XML": "application/pdf",
    "PDF with CII XML": "application/pdf",
    **FORMATS,
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    **media_types(),
}
# Papers that people hand in and that are not read, by their first bytes.
_UNREAD = {
    b"\xd0\xcf\x11\xe0": ("an old or encrypted Office file", "旧版或加密的 Office 文件"),
    b"GIF8": ("a GIF picture", "GIF 图片"),
}
# Papers about something other than the goods of this shipment: what they say of goods and money corrects, plans or asks.
# They are kept in a dossier, and what they say is shown but not said: a credit note's lines are no goods sent.
ASIDE = frozenset(
    {
        *(
            "credit_note",
            "debit_note",
            "self_billed_credit_note",
            "reminder",
            "statement",
            "request_for_quotation",
            "quotation",
        ),
        *(
            "forecast",
            "forecast_revision",
            "inventory_report",
            "stock_availability_report",
            "product_activity",
            "retail_event",
        ),
        *("exception_criteria", "exception_notification", "order_cancellation", "fulfilment_cancellation", "catalogue"),
        *("item_information_request", "trade_item_location_profile", "instruction_for_returns", "digital_agreement"),
        *("digital_capability", "prior_information_notice", "tender", "call_for_tenders", "contract_notice"),
    }
)
_FURTHEST = 731  # days after today: a paper dated later has a wrong year
_EARLIEST = date(1990, 1, 1)


def headings_of(law: Law, day: date) -> Headings:
    """The words of the pack `headings` that hold on `day`, and the names of places; empty where the packs are not loaded."""
    columns, labels = (
        {row.keys["heading"]: row["field"] for row in law.rows(f"headings/{table}", day, {})}
        for table in ("columns", "labels")
    )
    return Headings(columns, labels, Places(law, day) if law.tables.keys() & {PLACES, COUNTRIES} else None)


def read_stream(name: str, stream: BinaryIO, *, today: date, headings: Headings = NO_HEADINGS) -> Extract:
    """As `read_paper`, from an open file: not a byte more than the bound is read."""
    return read_paper(name, bounds.read_bounded(stream), today=today, headings=headings)


def read_paper(
    name: str, data: bytes, *, today: date, headings: Headings = NO_HEADINGS, progress: Progress = no_progress
) -> Extract:
    """The statements of a paper. Its kind is taken from its content, never from its name. Spreadsheets, pages and pictures need
    `headings`. `progress(done, all)` is called before each page that has to be read off a picture, and may raise Stopped.

    Raises Refusal, and nothing else, where no statement can be read.
    """
    bounds.check_size(data)
    try:
        form, kind, found = _read(data, today, headings, progress)
        statements = found.statements()
        _check_days(found, statements)
    except (Refusal, Stopped):
        raise
    except Exception as error:
        # The parsing libraries raise whatever they please on a damaged file; whoever hands one in gets a refusal.
        raise refusal(
            "P006",
            "file",
            Text(f"the file is damaged ({type(error).__name__})", f"文件已损坏（{type(error).__name__}）"),
            Text("save it again, or send it in another format", "请重新保存，或改用其他格式"),
        ) from error
    return Extract(
        bounds.clean_text(name)[:200],
        kind,
        form,
        MEDIA_TYPES[form],
        sha256(data).hexdigest(),
        len(data),
        statements,
        tuple(found.unread),
        tuple(found.problems),
        tuple(found.doubts),
        _confidence(found, statements),
        found.turned,
    )


def _confidence(found: Found, statements: tuple[Stated, ...]) -> dict[str, Decimal]:
    """How sure the readings are that were stated, by place."""
    places = {part for stated in statements for place in stated.places.values() for part in place.split("; ")}
    return {place: sure for place, sure in found.confidence.items() if place in places}


def _read(data: bytes, today: date, headings: Headings, progress: Progress) -> tuple[str, str, Found]:
    """Format, kind and what was found, by the first bytes."""
    for start, (en, zh) in _UNREAD.items():
        if data.startswith(start):
            raise refusal(
                "P007",
                "file",
                Text(f"{en} is kept as a paper but its text is not read", f"{zh}可作为单证保存，但不读取其文字"),
                Text(
                    "send the spreadsheet or the data behind it, or enter the facts by hand",
                    "请提交其电子表格或数据，或手工录入",
                ),
            )
    if b"%PDF-" in data[:1024]:
        from entrepot.gateways.pdf_papers import read_pdf

        return read_pdf(data, today, headings, progress)
    if is_picture(data):
        return _read_pictures(data, today, headings, progress)
    if data.startswith(b"PK\x03\x04"):
        return "xlsx", *read_workbook(data, today, headings)
    if (message := read_message(data, today)) is not None:
        return message
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start == b"<" or data.startswith((b"\xff\xfe<", b"\xfe\xff\x00<")):
        return read_xml(data, today)
    if start in (b"{", b"["):
        value = bounds.load_json(data, str if _looks_ubl(data) else decode_numbers)
        if is_ubl_json(value):
            return "UBL JSON", *read_ubl(from_json(value), today)
        return "JSON", *read_facts(value, today)
    return "csv", *read_words(data, today, headings)


def _read_pictures(data: bytes, today: date, headings: Headings, progress: Progress) -> tuple[str, str, Found]:
    from entrepot.gateways import scans
    from entrepot.gateways.pages import read_pages

    found = Found(today, asks=True)
    form, images = scans.pictures(data, found)
    pages = []
    for number, image in enumerate(images, 1):
        progress(number - 1, len(images))
        pages.append(scans.read_picture(image, number))
    return form, *read_pages(pages, found, headings)


def _looks_ubl(data: bytes) -> bool:
    """Whether JSON names UBL's namespace near its start: then its numbers stay text."""
    return b"urn:oasis:names:specification:ubl" in data[:2000]


def _check_days(found: Found, statements: tuple[Stated, ...]) -> None:
    """A day far off is more likely a wrong year than a fact: asked about, not refused."""
    for stated in statements:
        for field, place in stated.places.items():
            value = getattr(stated.value, field, None)
            if isinstance(value, date) and not (value >= _EARLIEST and (value - found.today).days <= _FURTHEST):
                found.problem(
                    "P023",
                    place,
                    Text(
                        f"{stated.topic}.{field} is {value}: is the year right?",
                        f"{stated.topic}.{field} 为 {value}：年份是否有误？",
                    ),
                    Text("confirm or correct the day", "请确认或更正日期"),
                    severity="W",
                )


class Outcome(Struct, frozen=True):
    """What became of one file: its kind and format, statements by topic, how much was unread or wrong; or why it was refused."""

    file: str
    kind: str = ""
    format: str = ""
    statements: dict[str, int] = {}
    unread: int = 0
    problems: int = 0
    refused: str = ""


def survey(folder: Path, *, today: date, headings: Headings = NO_HEADINGS) -> tuple[Outcome, ...]:
    """What becomes of every file under a folder, by name."""
    outcomes = []
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = file.relative_to(folder).as_posix()
        try:
            with file.open("rb") as stream:
                extract = read_stream(name, stream, today=today, headings=headings)
        except Refusal as refused:
            outcomes.append(Outcome(name, refused=refused.problems[0].sentence()))
        else:
            outcomes.append(
                Outcome(
                    name,
                    extract.kind,
                    extract.format,
                    dict(counted(extract.statements)),
                    len(extract.unread),
                    len(extract.problems),
                )
            )
    return tuple(outcomes)


def survey_table(outcomes: tuple[Outcome, ...]) -> str:
    """The outcomes as a Markdown table."""
    lines = ["| file | kind | statements | unread | problems | refused because |", "|---|---|---|---:|---:|---|"]
    for one in outcomes:
        made = ", ".join(f"{topic} {count}" for topic, count in sorted(one.statements.items()))
        why = one.refused.replace("|", "/")
        lines.append(f"| {one.file} | {one.kind} | {made} | {one.unread} | {one.problems} | {why} |")
    return "\n".join(lines)
