"""`entrepot market …`: the market's records in, the declaration's lines out, and the trace."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from entrepot.portal.cli_options import As, Day, For, Json, Mandate, StoreUrl, Token, at_desk, day_of, heard
from entrepot.portal.exits import FAULTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rich.table import Table

    from entrepot.portal.reading import Found

market_app = typer.Typer(
    help="Market procurement trade (1039): records, the lines they make, the trace to the stalls.", no_args_is_help=True,
    rich_markup_mode=None,
)  # fmt: skip


@market_app.command()
def records(
    dossier: str, file: Annotated[Path, typer.Argument(help="csv, xlsx, ndjson or json", exists=True, dir_okay=False)],
    store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "", mandate: Mandate = "",
) -> None:  # fmt: skip
    """Say the transaction records of a file."""
    from entrepot.portal.market_drafting import say_records

    said = refused = 0
    with at_desk(store) as desk:
        for told in say_records(desk, heard(desk, token, role, organisation, mandate), dossier, file):
            said, refused = said + (told.wrong is None), refused + (told.wrong is not None)
            if told.wrong is not None:
                typer.echo(f"line {told.line} {told.number}: {told.wrong.en}\n  {told.wrong.zh}", err=True)
    typer.echo(f"{said:,} said, {refused:,} refused")
    raise typer.Exit(FAULTS if refused else 0)


@market_app.command()
def draft(
    dossier: str, store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "", mandate: Mandate = "",
    json: Json = False,
) -> None:  # fmt: skip
    """Say the lines that the records make, each with the records behind it; earlier lines of yours give way."""
    from entrepot.portal.market_drafting import draft_market
    from entrepot.portal.terminal import as_json

    with at_desk(store) as desk:
        said = draft_market(desk, heard(desk, token, role, organisation, mandate), dossier)
        typer.echo(as_json(said) if json else f"{len(said.said)} statements said")


@market_app.command()
def trace(
    dossier: str,
    day: Day = "",
    store: StoreUrl = "",
    role: As = "",
    organisation: For = "",
    token: Token = "",
    json: Json = False,
) -> None:
    """From each container to line, record, stall and receipt; every gap by name."""
    from entrepot.portal.terminal import as_json, console, found_table

    with at_desk(store) as desk:
        reading = desk.read(dossier, heard(desk, token, role, organisation), day_of(day))
        shown = [one for one in reading.findings if one.topic in ("procurement.lines", "procurement.trace")]
        if json:
            typer.echo(as_json(shown))
            return
        out = console()
        for one in shown:
            if one.value is None:
                out.print(found_table([one]))
            else:
                out.print(_lines(one.value) if one.topic == "procurement.lines" else _trace(one.value))
                for gap in one.value.get("gaps", ()):
                    out.print(f"[yellow]○[/yellow] {gap['en']} [dim]{gap['zh']}[/dim]")


def _lines(value: "Mapping[str, Any]") -> "Table":
    from rich.table import Table

    from entrepot.portal.market_page import line_cells
    from entrepot.portal.words import WORDS

    table = Table(title=f"{value['kinds']} kinds · {value['kinds']} 种", title_justify="left")
    for name in ("market_code", "market_name", "market_quantity", "amount", "market_records"):
        table.add_column(f"{WORDS[name].en}\n{WORDS[name].zh}", overflow="fold")
    for line in value["lines"]:
        table.add_row(*line_cells(line, "en"))
    return table


def _trace(value: "Mapping[str, Any]") -> "Table":
    from rich.table import Table

    from entrepot.portal.market_page import TRACED, trace_cells
    from entrepot.portal.words import WORDS

    table = Table()
    for name in TRACED:
        table.add_column(f"{WORDS[name].en}\n{WORDS[name].zh}", overflow="fold")
    for row in value["rows"]:
        table.add_row(*trace_cells(row))
    return table


def show_modes(findings: "Iterable[Found]") -> None:
    """The mode of the plan, and the modes side by side."""
    from entrepot.portal.modes_page import ADVICE, terminal_table
    from entrepot.portal.terminal import console, found_table

    out = console()
    for one in findings:
        out.print(terminal_table(one.value) if one.topic == ADVICE and one.value else found_table([one], reasons=2))
