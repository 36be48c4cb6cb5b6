"""`entrepot screen NAME …` and `entrepot screening again`: names against the lists on file, at the keyboard."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from entrepot.portal.cli_options import As, For, Json, StoreUrl, Token, at_desk, heard, keep_apart
from entrepot.portal.exits import FAULTS, complain

if TYPE_CHECKING:
    from entrepot.portal.screening import Screened

screening_app = typer.Typer(
    help="Screening: names against sanctions and control lists.", no_args_is_help=True, rich_markup_mode=None
)
NAME_COLUMNS = ("name", "名称", "企业名称", "full_name", "party")
_ASKED = ("name", "country", "born", "number", "kind", "id")
_HEAD = (
    "id",
    "line",
    "name",
    "score",
    "pack",
    "entry",
    "listed",
    "kind",
    "programme",
    "countries",
    "reasons",
    "problems",
)


def screen(
    names: Annotated[list[str] | None, typer.Argument(help="Names, in any script.")] = None,
    file: Annotated[Path | None, typer.Option("--file", help="Many: a CSV with a column `name` (country, born, number, kind, id).")] = None,
    out: Annotated[Path | None, typer.Option(help="With --file: the CSV to write; printed otherwise.")] = None,
    country: Annotated[str, typer.Option(help="Of the party: IRN.")] = "",
    born: Annotated[str, typer.Option(help="Day or year of birth: 1971-05-02, 1971.")] = "",
    kind: Annotated[str, typer.Option(help="party, vessel or aircraft; anything where not said.")] = "",
    lang: Annotated[Literal["en", "zh"], typer.Option(help="In which language to answer.")] = "en",
    store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "", json: Json = False,
) -> None:  # fmt: skip
    """Screen names against every list on file: what is like them, how much, and why. Ends with 1 where anything is."""
    from entrepot.portal.screening import name_from, screen_each
    from entrepot.portal.screening import screen as screen_one
    from entrepot.portal.terminal import as_json, console

    if not names and file is None:
        raise complain("give a name, or --file", FAULTS, "请填写名称，或用 --file 指定文件")
    if file is not None:
        keep_apart(out, file)
    with at_desk(store) as desk:
        voice = heard(desk, token, role, organisation)
        if file is not None:
            raise typer.Exit(_many(screen_each(desk, voice, _records(file)), out, lang))
        found = [
            screen_one(desk, voice, name_from({"name": name, "country": country, "born": born, "kind": kind}))
            for name in names or ()
        ]
        if json:
            typer.echo(as_json(found))
        else:
            for one in found:
                _show(console(), one, lang)
        raise typer.Exit(FAULTS if any(one.found for one in found) else 0)


@screening_app.command()
def again(store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "", json: Json = False) -> None:
    """Screen your dossiers again, as after `pack import`, and list those whose hits are not what they were the last time."""
    from rich.progress import track

    from entrepot.portal.rescreening import changes, kept, remember
    from entrepot.portal.setting import home
    from entrepot.portal.terminal import as_json, console

    with at_desk(store) as desk:
        voice = heard(desk, token, role, organisation)
        place = home() / "screening.json"
        before = kept(place)
        found = list(changes(desk, voice, before, lambda all_: track(all_, "screening", console=console(error=True))))
        remember(place, before, found)
        moved = [one for one in found if one.appeared or one.gone or one.decided]
        if json:
            typer.echo(as_json(moved))
            return
        for one in moved:
            parts = (
                f"{len(one.appeared)} new",
                f"{len(one.gone)} gone",
                f"{len(one.decided)} decided or lapsed",
                f"{one.open} open",
            )
            typer.echo(f"{one.dossier}: {', '.join(parts)}")
        typer.echo(f"{len(found)} dossiers screened, {len(moved)} changed", err=True)


# -- many names -------------------------------------------------------------------------------------------------------


def _records(file: Path) -> Iterator[tuple[int, object]]:
    """The records of a CSV as questions, each with its line; one that cannot be read is a problem of its own."""
    from entrepot.gateways.csv_rows import Bad, csv_records
    from entrepot.kernel.text import Problem

    heads, records = csv_records(file)
    columns = [name for name in heads if name]
    column = next((name for name in NAME_COLUMNS if name in columns), columns[0] if len(columns) == 1 else "")
    if not column:
        raise complain(
            f"{file}: no column is named {' or '.join(NAME_COLUMNS)}; name one so",
            FAULTS,
            f"{file}：缺少名称列，列名可为 {'、'.join(NAME_COLUMNS)}",
        )
    for record in records:
        if isinstance(record, Bad):
            yield record.line, Problem("SC12", f"line {record.line}", record.what, record.fix)
            continue
        line, cells = record
        yield line, {**{name: cells.get(name, "") for name in _ASKED if name in columns}, "name": cells.get(column, "")}


def _many(found: Iterable["Screened"], out: Path | None, language: str) -> int:
    """Write a row for each hit and each bad record as they come; 1 where there was any."""
    from rich.progress import Progress, TextColumn

    from entrepot.gateways.bounds import safe_cell
    from entrepot.portal.terminal import console

    names = hits = bad = 0
    target = out.open("w", encoding="utf-8", newline="") if out is not None else None
    writer = csv.writer(target or typer.get_text_stream("stdout"), lineterminator="\n")
    writer.writerow(_HEAD)
    with Progress(TextColumn("{task.completed:,} {task.description}"), console=console(error=True)) as progress:
        task = progress.add_task("names", total=None)
        try:
            for one in found:
                names, hits, bad = names + 1, hits + len(one.found), bad + bool(one.problems)
                for row in _rows(one, language):
                    writer.writerow([safe_cell(cell) if isinstance(cell, str) else cell for cell in row])
                progress.advance(task)
        finally:
            if target is not None:
                target.close()
    typer.echo(f"{names:,} names, {hits:,} hits, {bad:,} records that could not be screened", err=True)
    return FAULTS if hits or bad else 0


def _rows(one: "Screened", language: str) -> Iterator[tuple[Any, ...]]:
    for hit in one.found:
        reasons = "; ".join(reason.in_language(language) for reason in hit.reasons)
        yield (
            one.id, one.line, one.name, hit.score, hit.pack, hit.entry, hit.listed, hit.kind, hit.programme,
            " ".join(hit.countries), reasons, "",
        )  # fmt: skip
    if one.problems:
        yield (one.id, one.line, one.name, *[""] * 8, "; ".join(p.sentence(language) for p in one.problems))


def _show(out: Any, one: "Screened", language: str) -> None:
    """What was found for one name."""
    from rich.markup import escape
    from rich.table import Table

    if one.found:
        table = Table(title=escape(one.name), title_justify="left")
        for column in ("score", "listed", "list", "because"):
            table.add_column(column, overflow="fold")
        for hit in one.found:
            because = "\n".join(reason.in_language(language) for reason in hit.reasons)
            what = f"{hit.listed}\n{hit.kind} {hit.programme} {' '.join(hit.countries)}"
            table.add_row(str(hit.score), escape(what), escape(f"{hit.pack} {hit.entry}"), escape(because))
        out.print(table)
    else:
        out.print(escape(f"{one.name}: nothing like it on the lists on file"))
    editions = ", ".join(f"{edition.pack} {edition.published}" for edition in one.lists)
    out.print(escape(f"against {editions or 'no list at all'}"))
    if one.stale:
        out.print(escape(f"no longer current: {', '.join(one.stale)}"))
