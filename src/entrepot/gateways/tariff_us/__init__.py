"""Importer of the Harmonized Tariff Schedule of the United States: one edition becomes rows of the US pack.

What is read: the export of an edition (one row per printed line, rate cells as printed) and the lists of the Section 301
action with the codes for which exclusions were granted. The facts are those of the US International Trade Commission and of
the US Trade Representative; see the pack's sources. No description and no note is carried over.

Tariff lines have eight digits; a line that is not divided for statistics is printed with ten, of which the last two say
nothing of the rate. So rates stand under eight digits, and a statistical code of ten finds them by its longest prefix.
Chapters 98 and 99 are left out, but for the rows that state what a Section 301 list adds.
"""

import csv
import gzip
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import msgspec

from entrepot.gateways.tariff_us.rates import Read, plain, read_cell, read_rate, read_special

ORDINARY, COLUMN2 = "ntr", "column2"
TARIFF_COLUMNS = (
    "code", "treatment", "season", "condition", "duty", "applied", "text", "since", "until", "source", "evidence",
)  # fmt: skip
MEASURE_COLUMNS = (
    "code", "origin", "measure", "company", "duty", "kind", "name_en", "name_zh", "text", "text_zh", "not_under", "since",
    "until", "source", "evidence",
)  # fmt: skip
_SCHEDULE = ("hts", "digits", "general", "special", "column2")
_EVIDENCE = "secondary"
# List -> the row of chapter 99 that states what it adds, and the first day where that rate has not changed since.
_LISTS = {"1": ("99038801", date(2018, 7, 6)), "2": ("99038802", date(2018, 8, 23)), "3": ("99038803", None), "4A": ("99038815", None)}
_ADDED = re.compile(r"The duty provided in the applicable subheading (?:\+|plus) (\d+(?:\.\d+)?%)")
_WORST = 20


class TariffError(ValueError):
    """The table handed in is not the table this importer knows."""


class Report(msgspec.Struct, frozen=True):
    """What an import did: `cells` as printed, and `rates` (a cell of the special column holds one for each programme)."""

    lines: int
    cells: int
    cells_read: int
    rates: int
    rates_read: int
    reasons: tuple[tuple[str, int], ...]
    worst: tuple[tuple[str, int], ...]
    rows: tuple[tuple[str, int], ...]
    measures: int


class Schedule(NamedTuple):
    """An edition, read: the rows of each treatment, what the rows of chapter 99 add, and what was counted."""

    treatments: dict[str, dict[str, tuple[str, str]]]
    added: dict[str, str]
    cells: Counter[bool]
    kept: Counter[tuple[str, str]]


def _table(path: Path, columns: Sequence[str]) -> Iterator[dict[str, str]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        missing = [name for name in columns if name not in (reader.fieldnames or ())]
        if missing:
            raise TariffError(f"{path.name}: the columns {', '.join(missing)} are missing")
        yield from reader


def read_schedule(rows: Iterable[Mapping[str, str]]) -> Schedule:
    """Read the rows of one edition; raises `TariffError` where a tariff line stands twice or has no code."""
    schedule = Schedule({}, {}, Counter(), Counter())
    for row in rows:
        digits = row["digits"]
        if digits[:2] in ("98", "99"):
            if match := _ADDED.fullmatch(plain(row["general"])):
                schedule.added[digits] = match[1]
            continue
        if not (row["general"] or row["special"] or row["column2"]):
            continue
        if not re.fullmatch(r"[0-9]{8}(?:[0-9]{2})?", digits):
            raise TariffError(f"{digits or row['hts'] or 'a line without a code'} has a rate, but not eight digits or ten")
        for treatment, read in _rates(row, schedule.cells):
            lines = schedule.treatments.setdefault(treatment, {})
            value = (read.duty, read.text)
            if lines.setdefault(digits[:8], value) != value:
                raise TariffError(f"two rates of {treatment} for {digits[:8]}")
            schedule.kept[read.reason, read.text] += 1
    return schedule


def _rates(row: Mapping[str, str], cells: Counter[bool]) -> Iterator[tuple[str, Read]]:
    for column, treatment in (("general", ORDINARY), ("column2", COLUMN2)):
        if row[column]:
            read = read_cell(row[column])
            cells[bool(read.duty)] += 1
            yield treatment, read
    if row["special"]:
        reads = read_special(row["special"])
        cells[all(read.duty for read in reads)] += 1
        for read in reads:
            for symbol in [read.symbol] if read.symbol else _named(read.text):
                yield symbol, read


def _named(text: str) -> list[str]:
    """The programmes that an unread cell names: each has the whole cell as its text, so that none is passed over."""
    return sorted({one for listed in re.findall(r"\(([^()]*)", text) for one in re.findall(r"[A-Z]{1,2}[*+]?", listed)})


def file_of(treatment: str) -> str:
    """The file that a treatment's rows go to; marks are written out."""
    return f"tariff/{treatment.replace('*', '_star').replace('+', '_plus')}.csv"


def edition_of(path: Path) -> date:
    """The first day of an edition, from its file's name `us_hts_YYYY-MM.csv(.gz)`: only the month is known."""
    match = re.fullmatch(r"us_hts_(\d{4})-(\d{2})\.csv(\.gz)?", path.name)
    if match is None:
        raise TariffError(f"{path.name}: an edition is named us_hts_YYYY-MM.csv or .csv.gz")
    return date(int(match[1]), int(match[2]), 1)


def measures(
    lists: Iterable[Mapping[str, str]], exclusions: Iterable[Mapping[str, str]], added: Mapping[str, str], edition: date
) -> list[tuple[str, ...]]:
    """The rows of the Section 301 lists. What a list adds is what its row of chapter 99 states; a list whose rate has
    changed stands from the edition's first day only. A code of ten digits with an exclusion bears the duty all the same,
    and says that some goods within it may be excluded. A code on two lists is on each for a part of its goods, which the
    lists as extracted do not tell: there the duty is left open."""
    held: dict[str, set[str]] = {}
    for row in lists:
        if row["chapter_98_99"] == "0" and row["list"] in _LISTS:
            held.setdefault(row["list"], set()).add(row["hts8"])
    days: dict[tuple[str, str], str] = {}
    for row in exclusions:
        key = (row["list"], row["hts10"])
        days[key] = max(days.get(key, ""), row["granted"])
    counted = Counter(code for codes in held.values() for code in codes)
    shared = {code for code, lists_with_it in counted.items() if lists_with_it > 1}
    rows = []
    for name, (heading, since) in _LISTS.items():
        duty = read_rate(added.get(heading, ""))
        if duty is None:
            raise TariffError(f"the edition does not state what {heading} adds")
        told = dict.fromkeys(held.get(name, ()), ("", ""))
        told |= dict.fromkeys(shared & told.keys(), (f"{duty} on a part of this line", f"本税号部分货物加征{duty}"))
        told |= {code: _excluded(day) for (number, code), day in days.items() if number == name and code[:8] in told}
        rows += [
            (
                code, "CHN", f"section_301_list_{name.lower()}", "", "" if code in shared else duty, "section_301",
                f"Section 301, list {name}", f"301条款清单{name}", *texts, "", (since or edition).isoformat(), "",
                f"HTS-{edition:%Y-%m}", _EVIDENCE,
            )
            for code, texts in told.items()
        ]  # fmt: skip
    return sorted(rows)


def _excluded(day: str) -> tuple[str, str]:
    return (
        f"exclusions for some goods within this code were granted by notices up to {day}; most have ended",
        f"截至{day}的公告曾对本税号部分货物给予排除，大多已到期",
    )


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def import_tariff(folder: Path, out: Path, say: Callable[[str], None]) -> Report:
    """Write tariff/<treatment>.csv and measures/section_301.csv under `out` (the folder of the pack) from the newest edition
    in `folder` and the lists beside it, and say what was done. pack.toml and the other tables are written by hand."""
    editions = sorted(folder.glob("us_hts_*.csv*"))
    if not editions:
        raise TariffError(f"{folder}: no edition us_hts_YYYY-MM.csv or .csv.gz")
    path = editions[-1]
    edition = edition_of(path)
    schedule = read_schedule(_table(path, _SCHEDULE))
    rows = {}
    for treatment, lines in sorted(schedule.treatments.items()):
        rows[treatment] = len(lines)
        days = (edition.isoformat(), "", f"HTS-{edition:%Y-%m}", _EVIDENCE)
        _write(
            out / file_of(treatment), TARIFF_COLUMNS,
            ((code, treatment, "", "", duty, "true", text, *days) for code, (duty, text) in sorted(lines.items())),
        )
    lists = _table(folder / "us_section301_lists.csv.gz", ("list", "hts8", "chapter_98_99"))
    exclusions = _table(folder / "us_section301_exclusions.csv", ("list", "granted", "hts10"))
    added = measures(lists, exclusions, schedule.added, edition)
    _write(out / "measures" / "section_301.csv", MEASURE_COLUMNS, added)
    report = _report(schedule, rows, len(added))
    for told in _told(report):
        say(told)
    return report


def _report(schedule: Schedule, rows: dict[str, int], added: int) -> Report:
    kept = schedule.kept.copy()
    read = kept.pop(("", ""), 0)
    reasons: Counter[str] = Counter()
    texts: Counter[str] = Counter()
    for (reason, text), count in kept.items():
        reasons[reason] += count
        texts[text] += count
    return Report(
        lines=len({code for lines in schedule.treatments.values() for code in lines}),
        cells=schedule.cells.total(),
        cells_read=schedule.cells[True],
        rates=read + sum(reasons.values()),
        rates_read=read,
        reasons=tuple(reasons.most_common()),
        worst=tuple(texts.most_common(_WORST)),
        rows=tuple(rows.items()),
        measures=added,
    )


def _told(report: Report) -> Iterator[str]:
    def share(part: int, whole: int) -> str:
        return f"{Decimal(100 * part) / whole:.2f} %" if whole else "none"

    yield f"{report.lines:,} tariff lines; {report.measures:,} rows of Section 301"
    yield f"{report.cells_read:,} of {report.cells:,} printed cells read whole ({share(report.cells_read, report.cells)})"
    yield f"{report.rates_read:,} of {report.rates:,} rates read ({share(report.rates_read, report.rates)}); the others are text:"
    for reason, count in report.reasons:
        yield f"  {count:>6,}  {reason}"
    yield "the commonest texts:"
    for text, count in report.worst:
        yield f"  {count:>6,}  {text}"
    yield "rows by treatment:"
    for treatment, count in report.rows:
        yield f"  {count:>6,}  {treatment}"
