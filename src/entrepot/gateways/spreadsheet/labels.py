"""Words with a value beside them, above and below the table: numbers, days, parties, terms, totals."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from entrepot.gateways import paper_values as values
from entrepot.gateways.containers import container_numbers, state_container
from entrepot.gateways.extract import Found
from entrepot.gateways.spreadsheet import cells
from entrepot.gateways.spreadsheet.grid import Cell, Grid
from entrepot.gateways.spreadsheet.headings import Headings
from entrepot.kernel.text import Text
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary import SHARED
from entrepot.kernel.vocabulary.trade import CHARGES, PACKING, PARTY, TERMS, TRANSPORT, Charge

_TOPICS = {topic.name: topic for topic in SHARED}
_REACH = 6
_FIRST = {"trade.terms.currency": 0, "transport.plan.mode": 1}  # what the others are read by
_INCOTERM = re.compile(rf"^({'|'.join(sorted(values.INCOTERMS))})\b[\s,:]*(.*)$", re.IGNORECASE | re.DOTALL)
_AMOUNT = re.compile(r"(\b[A-Z]{3}|[$€£¥])\s?\d[\d,.]*|\d\s?(kgs?|美元|元|千克|公斤)\b", re.IGNORECASE)
_MODES = {
    "sea": "2",
    "ocean": "2",
    "vessel": "2",
    "water": "2",
    "海运": "2",
    "水路运输": "2",
    "江海联运": "2",
    "水运": "2",
}
_MODES |= {
    "rail": "3",
    "train": "3",
    "铁路": "3",
    "铁路运输": "3",
    "road": "4",
    "truck": "4",
    "公路": "4",
    "公路运输": "4",
}
_MODES |= {"air": "5", "airfreight": "5", "航空": "5", "空运": "5", "航空运输": "5"}
# What a title or a bare `No.` means on which paper.
_OWN_NUMBER = {
    "kind.invoice": "trade.terms.invoice_no",
    "kind.contract": "trade.terms.contract_no",
    "kind.order": "trade.terms.contract_no",
    "kind.bill_of_lading": "transport.plan.bill_no",
    "kind.vat_invoice": "trade.terms.invoice_no",
}
_DATES = {
    "invoice": "trade.terms.invoice_date",
    "contract": "trade.terms.contract_date",
    "order": "trade.terms.contract_date",
    "bill_of_lading": "transport.plan.bill_date",
    "vat_invoice": "trade.terms.invoice_date",
}


class Labels:
    """The labelled values of one sheet, kind by kind; `skip` are the rows that belong to tables."""

    def __init__(self, grid: Grid, headings: Headings, skip: set[int]) -> None:
        self.grid, self.headings, self.skip = grid, headings, skip
        self.kinds = [found[0] for found, _ in self._known() if found[0].startswith("kind.") and not found[1]]

    def _known(self) -> Iterator[tuple[tuple[str, str], tuple[int, int]]]:
        for row, line in self.grid.rows.items():
            if row not in self.skip:
                for column, cell in line.items():
                    said = self.headings.label(cell.text) if cell.text and not cell.covered else None
                    if said is not None:
                        yield said, (row, column)

    def marked(self, head: str) -> Iterator[tuple[str, Cell]]:
        """The titles and heads of a sheet whose field begins so, by the rest of it."""
        for (field, _), (row, column) in self._known():
            if field.startswith(head):
                yield field.removeprefix(head), self.grid.rows[row][column]

    def texts(self) -> Iterator[Cell]:
        """The cells of text outside the tables."""
        for row, line in self.grid.rows.items():
            yield from (cell for cell in line.values() if row not in self.skip and cell.text)

    def values(self, kind: str) -> Iterator[tuple[str, str, Cell]]:
        """Field, words of the label and the cell of its value, for every label that has one."""
        for (field, rest), (row, column) in self._known():
            cell = self.grid.rows[row][column]
            beside = Cell(rest, cell.place, cell.formula, lines=cell.lines) if rest else self._beside(row, column)
            if beside is None or field.startswith(("table.", "agreement.")):
                continue
            if field.startswith("certificate.") and kind != "certificate_of_origin":
                continue
            if field.startswith("kind."):
                field = _OWN_NUMBER.get(field, "") if rest else ""
            elif field == "paper.no":
                field = _OWN_NUMBER.get(f"kind.{kind}", "")
            elif field == "paper.date":
                field = _DATES.get(kind, "")
            if field:
                yield field, cell.text.removesuffix(rest), beside

    def _beside(self, row: int, column: int) -> Cell | None:
        """The first cell to the right or, where there is none or it is a label too, the one below that is none."""
        line, below = self.grid.rows[row], self.grid.rows.get(row + 1, {}) if row + 1 not in self.skip else {}
        right = [line[at] for at in sorted(line) if column < at <= column + _REACH and not line[at].covered]
        for cell in (*right[:1], *([below[column]] if column in below and not below[column].covered else [])):
            if not (cell.text and self.headings.label(cell.text)):
                return cell
        return None

    def leftovers(self, used: set[str]) -> Iterator[Cell]:
        """Numbers and amounts outside the tables that no known label names."""
        for row, line in self.grid.rows.items():
            for cell in line.values() if row not in self.skip else ():
                counts = isinstance(cell.value, Decimal) or _AMOUNT.search(cell.text)
                if counts and not cell.covered and cell.place not in used:
                    yield cell


def state_labels(found: Found, labels: Labels, kind: str) -> str:
    """State every labelled value of a sheet; gives the currency that the sheet names, for amounts that name none."""
    pairs = sorted(labels.values(kind), key=lambda pair: _FIRST.get(pair[0], 2))
    currency = ""
    for field, said, cell in pairs:
        try:
            if split_field(field)[0] is PACKING:
                _state_packing(found, split_field(field)[2], said, cell, labels.grid)
            else:
                currency = _state(found, field, cell, labels, currency) or currency
        except ValueError as error:
            unreadable(found, field, cell, error)
    if found.get(TERMS, "", "incoterm") is None:
        _bare_incoterm(found, labels)
    for cell in labels.leftovers({cell.place for _, _, cell in pairs}):
        said = cells.words(cell)[:80]
        found.left(
            f"{cell.place}: {said!r} stands beside no label that is known", f"{cell.place}：“{said}”旁无可识别的标签"
        )
    return currency


def unreadable(found: Found, field: str, cell: Cell, error: ValueError) -> None:
    """The problem of a cell whose value cannot be read; of a page that a person looks at, the doubt about its field."""
    topic, key, name = split_field(field)
    if found.asks and topic is not None:
        why = Text(f"not readable as it stands: {error}", f"无法按原样读取：{error}")
        found.doubt(topic, key, name, cells.words(cell), cell.place, why)
        return
    found.problem(
        "P012",
        cell.place,
        Text(f"{field}: {error}", f"{field}：无法读取（{error}）"),
        Text("correct the cell, or enter the value by hand", "请更正单元格，或手工录入"),
    )


def _state(found: Found, field: str, cell: Cell, labels: Labels, currency: str) -> str:
    """State one labelled value; gives a currency where it names one for the sheet."""
    topic, key, name = split_field(field)
    grid = labels.grid
    if field == "transport.container":
        _state_containers(found, cell)
    if topic is None:
        return ""
    if field == "trade.terms.currency":
        code = values.currency_code(cells.words(cell))
        found.set(TERMS, "", "currency", code, cell.place)
        return code
    if field == "trade.terms.total":
        read = cells.amount(cell, grid)
        if not (read.currency or currency):
            raise ValueError(f"{cells.words(cell)[:40]!r} names no currency")
        found.set(TERMS, "", "total", values.exact_money(read.number, read.currency or currency), cell.place)
        return read.currency
    if topic is CHARGES:
        read = cells.amount(cell, grid)
        if not (read.currency or currency):
            raise ValueError(f"{cells.words(cell)[:40]!r} names no currency")
        found.set(CHARGES, "", name, Charge("3", read.number, read.currency or currency), cell.place)
    elif field == "trade.terms.incoterm":
        state_incoterm(found, cell)
    elif topic is PARTY and name == "name":
        state_party(found, key, cell)
    elif name in ("invoice_date", "contract_date", "bill_date", "loading_on"):
        found.set(topic, key, name, cells.day(cell), cell.place)
    elif name in ("loading_port", "discharge_port"):
        _state_port(found, name, cell, labels)
    elif field == "transport.plan.mode":
        found.set(TRANSPORT, "", "mode", _mode(cells.words(cell)), cell.place)
    elif field == "transport.plan.destination_country":
        found.set(TRANSPORT, "", name, labels.headings.country(cells.words(cell)), cell.place)
    else:
        found.set(topic, key, name, cells.words(cell), cell.place)
    return ""


def _state_packing(found: Found, name: str, said: str, cell: Cell, grid: Grid) -> None:
    if name in ("gross_kg", "net_kg"):
        weight = cells.measured(cell, grid)
        named = next((word for word in re.findall(r"[A-Za-z]+|[\u4e00-\u9fff]+", said) if values.is_weight(word)), "")
        found.set(PACKING, "", name, in_kg(found, weight.number, weight.unit or named, cell.place), cell.place)
    elif name == "packages":
        counted = cells.measured(cell, grid)
        found.set(PACKING, "", name, cells.whole(counted.number), cell.place)
        found.set(PACKING, "", "package_type", counted.unit, cell.place)
    else:
        found.set(PACKING, "", name, cells.words(cell), cell.place)


def in_kg(found: Found, number: Decimal, unit: str, place: str) -> Decimal:
    """A weight in kg. Papers mean kg where they name no unit: taken so, and said."""
    if not unit:
        found.problem(
            "P018",
            place,
            Text("no unit of weight is named; kg is taken", "未注明重量单位，按千克读取"),
            Text("write the unit beside the weight or in its heading", "请在重量旁或表头注明单位"),
            severity="W",
        )
    return values.in_kg(number, unit or "kg")


def split_field(field: str) -> tuple[Topic[Any] | None, str, str]:
    """`trade.party/exporter.name` as topic, key and field of its value; no topic where the word names none."""
    head, _, tail = field.partition("/")
    if tail:
        key, _, name = tail.partition(".")
        return _TOPICS[head], key, name
    topic, _, name = head.rpartition(".")
    return _TOPICS.get(topic), "", name


def state_incoterm(found: Found, cell: Cell) -> None:
    """`FOB Shanghai, China (Incoterms 2020)` as rule and place."""
    match = _INCOTERM.match(cells.words(cell))
    if match is None:
        raise ValueError(f"{cells.words(cell)[:40]!r} begins with no rule of Incoterms 2020")
    place = re.sub(r"[(,\s]*incoterms.*$", "", match[2], flags=re.IGNORECASE).strip(" ,.()")
    found.set(TERMS, "", "incoterm", match[1].upper(), cell.place)
    found.set(TERMS, "", "place", place, cell.place)


def _bare_incoterm(found: Found, labels: Labels) -> None:
    """A rule with its place that stands without a label, outside the table."""
    for row, line in labels.grid.rows.items():
        for cell in line.values():
            if row not in labels.skip and cell.text and len(cell.text) < 60 and not cell.covered:
                match = _INCOTERM.match(cells.words(cell))
                if match and match[2] and match[1].isupper():
                    state_incoterm(found, cell)
                    return


def state_party(found: Found, key: str, cell: Cell) -> None:
    """A party's name; further lines of the same cell are its address."""
    lines = (
        [line.strip() for line in str(cell.value).splitlines() if line.strip()] if cell.text else [cells.words(cell)]
    )
    places = cell.lines or (cell.place,) * len(lines)
    for line in lines[:1]:
        found.set(PARTY, key, "name_zh" if values.is_chinese(line) else "name", line, places[0])
    if lines[1:]:
        found.set(
            PARTY,
            key,
            "address",
            ", ".join(line.rstrip(", ") for line in lines[1:]),
            "; ".join(dict.fromkeys(places[1:])),
        )


def _state_port(found: Found, name: str, cell: Cell, labels: Labels) -> None:
    """A port by its UN/LOCODE, or by a name that one place alone has; what may be one of several is asked."""
    said = cells.words(cell)
    if values.is_locode(said.replace(" ", "").upper()):
        found.set(TRANSPORT, "", name, said.replace(" ", "").upper(), cell.place)
        return
    mode = found.get(TRANSPORT, "", "mode") or ""
    around = (one.text for one in labels.texts())
    places = labels.headings.places
    named = places.named(said, mode, around) if places is not None else None
    if named is not None and named.sure:
        found.set(TRANSPORT, "", name, next(iter(named.choices)), cell.place)
    elif named is not None and named.choices:
        only = next(iter(named.choices)) if len(named.choices) == 1 else ""
        why = Text(
            f"{said[:80]!r} may be {'another place' if only else 'several places'} of that name: which UN/LOCODE?",
            f"“{said[:80]}”可能另有所指或有多处同名：请确认 UN/LOCODE",
        )
        found.doubt(TRANSPORT, "", name, only, cell.place, why, named.choices)
    else:
        found.left(
            f"{cell.place}: the port {said[:80]!r} is not given by a UN/LOCODE",
            f"{cell.place}：港口 {said[:80]} 未用 UN/LOCODE 表示",
        )


def _state_containers(found: Found, cell: Cell) -> None:
    numbers = container_numbers(cells.words(cell))
    if not numbers:
        raise ValueError(f"{cells.words(cell)[:40]!r} is no container number of ISO 6346")
    for number in numbers:
        state_container(found, number, cell.place)


def _mode(said: str) -> str:
    bare = said.lower().removeprefix("by ").strip(" .")
    if bare not in _MODES:
        raise ValueError(f"{said[:40]!r} is no transport mode that is known here")
    return _MODES[bare]
