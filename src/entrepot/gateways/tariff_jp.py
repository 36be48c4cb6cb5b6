"""Importer of the customs tariff of Japan: the published table of each edition becomes dated rows of the JP pack.

What is read: one CSV per edition (vintage), one row per printed line, rate cells as published in Japanese. The facts
are Japan Customs' (Customs Tariff Schedule of Japan); see the pack's sources.

How a cell is read:
- an empty cell of a 9-digit line takes the cell of the nearest line above it (`parent_line`) that has one;
- a rate wholly in brackets is bound but not applied: `applied` is false;
- within / outside the tariff quota become the condition `in_quota` / `out_of_quota`;
- goods imported from one day of the year to another get a season `MM-DD..MM-DD`, both days included; it may run over
  the new year, and 02-29 stands for the last day of February;
- anything else that is printed (ranges, marks that refer to notes, rates by country or by kind of goods, rates on a
  price that the table does not give) is kept as text with no duty. Nothing is guessed.

How vintages are folded: a value holds from the first day of the first vintage that shows it until the day before the
first vintage that does not.
"""

import csv
import gzip
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import msgspec

from entrepot.kernel.rates import MalformedDuty, parse_duty, write_duty

TREATMENTS = (
    "general", "temporary", "wto", "gsp", "ldc", "epa_singapore", "epa_mexico", "epa_malaysia", "epa_chile",
    "epa_thailand", "epa_indonesia", "epa_brunei", "epa_asean", "epa_philippines", "epa_switzerland", "epa_vietnam",
    "epa_india", "epa_peru", "epa_australia", "epa_mongolia", "cptpp", "epa_eu", "epa_uk", "rcep_asean_au_nz",
    "rcep_china", "rcep_korea", "us_japan",
)  # fmt: skip
TARIFF_COLUMNS = (
    "code", "treatment", "season", "condition", "duty", "applied", "text", "since", "until", "source", "evidence",
)  # fmt: skip
LINE_COLUMNS = ("code", "unit1", "unit2", "hs6", "other_law", "since", "until", "source", "evidence")

_EVIDENCE = "secondary"
_SOURCE_COLUMNS = ("line", "parent_line", "code9", "description_ja", "unit1", "unit2", "other_law", *TREATMENTS)
_WORST = 20


class TariffError(ValueError):
    """The table handed in is not the table this importer knows."""


class Rate(NamedTuple):
    """What one treatment of one line says under one season and condition; `reason` is why a text was not read."""

    season: str
    condition: str
    duty: str
    applied: bool
    text: str
    reason: str


class Treated(msgspec.Struct, frozen=True):
    """How one treatment came out, in rows of the pack."""

    treatment: str
    rows: int
    text: int


class Report(msgspec.Struct, frozen=True):
    """What an import did. `cells` are rates read over all vintages, before folding; `rows` are what the pack keeps."""

    lines: tuple[tuple[str, int], ...]
    line_rows: int
    cells: int
    parsed: int
    reasons: tuple[tuple[str, int], ...]
    worst: tuple[tuple[str, int], ...]
    rows: int
    text_rows: int
    treatments: tuple[Treated, ...]


# --- the rate text ---------------------------------------------------------------------------------------------------

_N = r"(\d+(?:\.\d+)?)"
_UNITS = {
    "kg": ("kg", 1), "MT": ("kg", 1000), "l": ("l", 1), "kl": ("l", 1000), "m2": ("m2", 1), "足": ("pair", 1),
    "頭": ("no", 1), "本": ("no", 1), "枚": ("no", 1),
}  # fmt: skip
_U = f"({'|'.join(_UNITS)})"
_VALUE = "課税価格"
_PERCENT = re.compile(f"{_N}%")
_SPECIFIC = re.compile(rf"{_N}(万?)円/(\d*){_U}")
_GAP = re.compile(rf"\({_N}円(?:×{_N})?-{_VALUE}(?:×{_N})?\)/{_U}")
_GAP_EACH = re.compile(rf"{_N}円/{_U}-{_VALUE}/{_U}(?:×{_N})?")
_GAP_SCALED = re.compile(rf"\(\({_N}円-{_VALUE}\)×{_N}(?:/{_N})?\)/{_U}")
_GAP_SLOPE = re.compile(rf"\(\({_VALUE}×\({_N}-{_N}/{_N}\)\+{_N}円\)-{_VALUE}\)/{_U}")
_CHOICE = re.compile(r"(.+?)又は(.+?)のうちいずれか(高い|低い)税率(.*)")
_FLOOR = re.compile(r"ただしその税率が(.+)を下回る場合は(.+?)(?:とする)?")
_CEILING = re.compile(r"\(ただしその税率が(.+)を上回る場合は(.+?)(?:とする)?\)")
_SEASON = re.compile(r"毎年(\d+)月(\d+)日から(?:同年|翌年)(\d+)月(\d+日|末日)までに輸入されるもの(.*)", re.DOTALL)
_CONDITIONS = {
    "関税割当数量以内のもの": "in_quota",
    "関税割当数量以外のもの": "out_of_quota",
    "その他のもの": "out_of_quota",  # only beside the quota's own line, see `_by_quota`
}
_MARKS = "●◎◆※*"
_REASONS = (
    ("refers to a note by a mark", re.compile(f"[{_MARKS}]")),
    ("a range of rates, or partly unbound", re.compile("[〜、]|一部|非譲許")),
    ("differs by country of origin", re.compile("に対する待遇")),
    ("rests on a price that is not in the table", re.compile("基準輸入価格")),
    ("rests on the content of a substance", re.compile("重量比による|含まれる")),
    ("needs a certificate of preferential import", re.compile("特恵輸入対象")),
    ("quota of an agreement beside the WTO quota", re.compile("世界貿易機関設立協定")),
    ("differs by kind of goods within the line", re.compile(r"\S\s+\(?[\d無]")),
)  # fmt: skip


def _flat(text: str) -> str:
    """Full-width characters, minus signs, thousands and all blanks brought to one form, for matching."""
    text = unicodedata.normalize("NFKC", text).replace("−", "-")
    return re.sub(r"(?<=\d),(?=\d{3})", "", re.sub(r"\s+", "", text))


def _enclosed(text: str) -> bool:
    depth = 0
    for at, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return at == len(text) - 1 and letter == ")"
    return False


def _simple(text: str) -> str | None:
    """One rate or amount, or several added."""
    terms = []
    for part in text.split("+"):
        if match := _PERCENT.fullmatch(part):
            terms.append(f"{match[1]}%")
        elif match := _SPECIFIC.fullmatch(part):
            unit, many = _UNITS[match[4]]
            per = int(match[3] or 1) * many
            amount = Decimal(match[1]) * (10_000 if match[2] else 1)
            terms.append(f"JPY {amount:f}/{per} {unit}")
        else:
            return None
    return " + ".join(terms)


def _gap(text: str) -> str | None:
    """The gap of the customs value to a fixed price, in the four ways it is printed."""
    if match := _GAP.fullmatch(text):
        price, factor, share, unit = match.groups()
        return _gap_text(Decimal(price) * Decimal(factor or 1), share or "1", unit)
    if (match := _GAP_EACH.fullmatch(text)) and match[2] == match[3]:
        return _gap_text(Decimal(match[1]), match[4] or "1", match[2])
    if match := _GAP_SCALED.fullmatch(text):
        price, over, under, unit = match.groups()
        return f"{over}/{under or 1} * {_gap_text(Decimal(price), '1', unit)}"
    if match := _GAP_SLOPE.fullmatch(text):
        # (value x (a - b/c) + price) - value  =  price - value x (1 - a + b/c)
        a, b, c, price = (Decimal(each) for each in match.groups()[:4])
        share = b - (a - 1) * c
        return _gap_text(price, f"{share:f}/{c:f}", match[5]) if share >= 0 else None
    return None


def _gap_text(price: Decimal, share: str, unit: str) -> str:
    name, many = _UNITS[unit]
    return f"(JPY {price:f} - {share} value)/{many} {name}"


def _choice(match: re.Match[str]) -> str | None:
    """Whichever is the greater or the less, with the floor or ceiling that may follow."""
    word = "max" if match[3] == "高い" else "min"
    parts = []
    for part in (match[1], match[2]):
        inner = part[1:-1] if _enclosed(part) else part
        if (read := _simple(part) or _gap(part) or _gap(inner)) is None:
            return None
        parts.append(read)
    chosen = f"{word}({parts[0]}, {parts[1]})"
    if not match[4]:
        return chosen
    for pattern, bound_word in ((_FLOOR, "max"), (_CEILING, "min")):
        bound = pattern.fullmatch(match[4])
        if bound and bound[1] == bound[2] and (limit := _simple(bound[1])):
            return f"{bound_word}({chosen}, {limit})"
    return None


def read_rate(text: str) -> tuple[str, bool] | None:
    """A published rate as (duty in our grammar, applied), or None where it cannot be read safely.

    Wholly in brackets means bound but not applied. An expression that counts the goods in two different units is
    refused: the editions contain such a misprint.
    """
    flat = _flat(text)
    applied = not _enclosed(flat)
    if not applied:
        flat = flat[1:-1]
        if _GAP_EACH.fullmatch(flat):
            return None  # these brackets may belong to the formula
    if flat == "無税":
        return "free", applied
    match = _CHOICE.fullmatch(flat)
    duty = _choice(match) if match else _simple(flat) or _gap(flat)
    if duty is None or len(set(re.findall(r"/(?:\d+ )?([a-z][a-z0-9]*)", duty))) > 1:
        return None
    try:
        return write_duty(parse_duty(duty)), applied
    except MalformedDuty:
        return None


def read_season(text: str) -> tuple[str, str] | None:
    """(season, the text after it) where the text begins with the days of the year of import, else None."""
    match = _SEASON.search(unicodedata.normalize("NFKC", text))
    if match is None:
        return None
    month, day, last_month, last_day = int(match[1]), int(match[2]), int(match[3]), match[4]
    if last_day == "末日" and last_month != 2:
        return None
    end = 29 if last_day == "末日" else int(last_day.removesuffix("日"))
    return f"{month:02}-{day:02}..{last_month:02}-{end:02}", match[5].strip()


def _within(inner: str, outer: str) -> bool:
    """Whether one season lies in another; said of seasons inside one calendar year only."""
    first, last = inner.split("..")
    opens, closes = outer.split("..")
    return opens <= first <= last <= closes


def _reason(text: str) -> str:
    return next((reason for reason, pattern in _REASONS if pattern.search(text)), "a form that is not known")


def _published(text: str) -> str:
    """The text on one line: blanks collapsed, printed lines joined by a stroke."""
    return " / ".join(" ".join(line.split()) for line in text.splitlines() if line.strip())


def _rate(text: str, season: str, condition: str) -> Rate:
    if read := read_rate(text):
        return Rate(season, condition, read[0], read[1], "", "")
    applied = not _enclosed(_flat(text).lstrip(_MARKS))
    return Rate(season, condition, "", applied, _published(text), _reason(text))


def _by_quota(text: str, season: str) -> tuple[Rate, ...] | None:
    """A cell that gives the rate within the tariff quota and perhaps the one outside it."""
    rates: dict[str, Rate] = {}
    for line in filter(str.strip, text.splitlines()):
        label, _, rate = line.strip().partition("\u3000")
        condition = _CONDITIONS.get(label)
        if condition is None or condition in rates or not rate.strip() or (not rates and condition != "in_quota"):
            return None
        rates[condition] = _rate(rate, season, condition)
    return tuple(rates.values()) or None


def read_cell(text: str, season: str = "") -> tuple[Rate, ...]:
    """Everything one published cell says; `season` is that of its line, empty where the line has none."""
    if read_rate(text) is None:
        if rates := _by_quota(text, season):
            return rates
        found = read_season(text)
        if found and found[1] and (not season or _within(found[0], season)) and read_rate(found[1]):
            return (_rate(found[1], found[0], ""),)
    return (_rate(text, season, ""),)


# --- the table of one vintage ----------------------------------------------------------------------------------------

Keyed = dict[tuple[str, ...], tuple[str, ...]]


class Vintage(NamedTuple):
    """One edition, ready to fold: key -> values for both tables, and what was read."""

    since: date
    tariff: Keyed
    lines: Keyed
    kept: Counter[tuple[str, str]]


def _table(path: Path) -> Iterator[dict[str, str]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        missing = [name for name in _SOURCE_COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise TariffError(f"{path.name}: the columns {', '.join(missing)} are missing")
        yield from reader


def resolved(rows: Iterable[Mapping[str, str]]) -> Iterator[tuple[Mapping[str, str], tuple[str, ...]]]:
    """Each 9-digit line with its cells in the order of `TREATMENTS`, empty ones filled from the nearest line above."""
    filled: dict[str, tuple[str, ...]] = {"": ("",) * len(TREATMENTS)}
    for row in rows:
        above = filled.get(row["parent_line"])
        if above is None:
            raise TariffError(f"line {row['line']} hangs under line {row['parent_line']}, which does not precede it")
        cells = tuple(row[name].strip() or parent for name, parent in zip(TREATMENTS, above, strict=True))
        filled[row["line"]] = cells
        if row["code9"]:
            yield row, cells


def read_vintage(since: date, path: Path) -> Vintage:
    """Read one edition; raises `TariffError` for a table of another form or with two lines for one key."""
    vintage = Vintage(since, {}, {}, Counter())
    read: dict[tuple[str, str], tuple[Rate, ...]] = {}
    for row, cells in resolved(_table(path)):
        code = row["code9"]
        if not re.fullmatch(r"[0-9]{9}", code):
            raise TariffError(f"{path.name}: line {row['line']}: {code!r} is no code of nine digits")
        found = read_season(row["description_ja"])
        season = found[0] if found else ""
        units = (_published(row["unit1"]).replace(" / ", " "), _published(row["unit2"]).replace(" / ", " "))
        line = (*units, code[:6], row["other_law"])
        if vintage.lines.setdefault((code,), line) != line:
            raise TariffError(f"{path.name}: the lines of {code} disagree on units or other laws")
        for treatment, cell in zip(TREATMENTS, cells, strict=True):
            if not cell:
                continue
            rates = read.get((cell, season)) or read.setdefault((cell, season), read_cell(cell, season))
            for rate in rates:
                key = (code, treatment, rate.season, rate.condition)
                if key in vintage.tariff:
                    raise TariffError(f"{path.name}: two lines for {' '.join(filter(None, key))}")
                vintage.tariff[key] = (rate.duty, "true" if rate.applied else "false", rate.text)
                vintage.kept[rate.reason, rate.text] += 1
    return vintage


# --- folding and writing ---------------------------------------------------------------------------------------------


def fold(vintages: Sequence[tuple[date, Keyed]]) -> list[tuple[str, ...]]:
    """Dated rows (key, values, since, until, source, evidence), by key and day, out of one table per vintage."""
    rows: list[tuple[str, ...]] = []
    standing: dict[tuple[str, ...], tuple[date, tuple[str, ...]]] = {}

    def close(key: tuple[str, ...], until: str) -> None:
        since, values = standing.pop(key)
        rows.append((*key, *values, since.isoformat(), until, source_of(since), _EVIDENCE))

    for day, table in vintages:
        eve = (day - timedelta(days=1)).isoformat()
        for key in [key for key, (_, values) in standing.items() if table.get(key) != values]:
            close(key, eve)
        for key, values in table.items():
            standing.setdefault(key, (day, values))
    for key in list(standing):
        close(key, "")
    width = len(rows[0]) - 4 if rows else 0
    keys = next((len(key) for _, table in vintages for key in table), 0)
    return sorted(rows, key=lambda row: (row[:keys], row[width]))


def source_of(day: date) -> str:
    """The short name of an edition, as declared under [sources] of the pack."""
    return f"JC-{day:%Y-%m}"


def vintages_in(folder: Path) -> list[tuple[date, Path]]:
    """The editions in a folder, by day: files named tariff_jp_YYYY-MM.csv or .csv.gz; the day is the month's first."""
    found = []
    for path in sorted(folder.iterdir()):
        if match := re.fullmatch(r"tariff_jp_(\d{4})-(\d{2})\.csv(\.gz)?", path.name):
            found.append((date(int(match[1]), int(match[2]), 1), path))
    return found


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def import_tariff(vintages: Sequence[tuple[date, Path]], out: Path, say: Callable[[str], None]) -> Report:
    """Write tariff/<treatment>.csv and lines.csv under `out` (the folder of the pack) and say what was done.

    `vintages` are (first day, file), in the order of their days. The pack's pack.toml is written by hand: it must
    declare a source for every vintage.
    """
    days = [day for day, _ in vintages]
    if not days or days != sorted(set(days)):
        raise TariffError("one vintage at least, in the order of their days, is needed")
    read = []
    for day, path in vintages:
        read.append(read_vintage(day, path))
        say(f"{source_of(day)}: {len(read[-1].lines):,} codes, {len(read[-1].tariff):,} rates")
    rows = fold([(each.since, each.tariff) for each in read])
    by_treatment: dict[str, list[tuple[str, ...]]] = {name: [] for name in TREATMENTS}
    for row in rows:
        by_treatment[row[1]].append(row)
    for name, its in by_treatment.items():
        _write(out / "tariff" / f"{name}.csv", TARIFF_COLUMNS, its)
    lines = fold([(each.since, each.lines) for each in read])
    _write(out / "lines.csv", LINE_COLUMNS, lines)
    report = _report(read, by_treatment, len(lines))
    for told in _told(report):
        say(told)
    return report


def _report(read: Sequence[Vintage], by_treatment: Mapping[str, list[tuple[str, ...]]], line_rows: int) -> Report:
    kept: Counter[tuple[str, str]] = sum((each.kept for each in read), Counter())
    parsed = kept.pop(("", ""), 0)
    reasons: Counter[str] = Counter()
    texts: Counter[str] = Counter()
    for (reason, text), count in kept.items():
        reasons[reason] += count
        texts[text] += count
    duty = TARIFF_COLUMNS.index("duty")
    treatments = tuple(
        Treated(name, len(rows), sum(not row[duty] for row in rows)) for name, rows in by_treatment.items()
    )
    return Report(
        lines=tuple((source_of(each.since), len(each.lines)) for each in read),
        line_rows=line_rows,
        cells=parsed + sum(reasons.values()),
        parsed=parsed,
        reasons=tuple(reasons.most_common()),
        worst=tuple(texts.most_common(_WORST)),
        rows=sum(each.rows for each in treatments),
        text_rows=sum(each.text for each in treatments),
        treatments=treatments,
    )


def _told(report: Report) -> Iterator[str]:
    yield f"{report.rows:,} rows of tariff and {report.line_rows:,} of lines written"
    share = Decimal(100 * report.parsed) / report.cells if report.cells else Decimal(100)
    yield f"{report.parsed:,} of {report.cells:,} rates read ({share:.2f} %); the others are kept as text:"
    for reason, count in report.reasons:
        yield f"  {count:>6,}  {reason}"
    yield "the commonest texts:"
    for text, count in report.worst:
        yield f"  {count:>6,}  {text}"
    yield "rows by treatment (of them text):"
    for each in report.treatments:
        yield f"  {each.rows:>6,} ({each.text:,})  {each.treatment}"
