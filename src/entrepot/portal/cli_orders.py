"""`entrepot orders …`: order, payment and parcel out of files - matched by themselves, or said in a dossier."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from entrepot.portal.cli_options import As, For, Mandate, StoreUrl, Token, at_desk, heard, keep_apart
from entrepot.portal.exits import FAULTS

if TYPE_CHECKING:
    from entrepot.portal.order_join import Outcome

orders_app = typer.Typer(
    help="Orders of e-commerce: match them with payments and parcels, or say them in a dossier.", no_args_is_help=True,
    rich_markup_mode=None,
)  # fmt: skip
Inward = Annotated[
    bool,
    typer.Option("--import", help="Retail imports: payer and buyer must be one, and the limit of the year counts."),
]
Currency = Annotated[str, typer.Option(help="The currency where a file names none.")]
Orders = Annotated[Path, typer.Argument(help="csv, xlsx, ndjson or json", exists=True, dir_okay=False)]
Payments = Annotated[Path, typer.Argument(exists=True, dir_okay=False)]
Waybills = Annotated[Path, typer.Argument(exists=True, dir_okay=False)]


@orders_app.command()
def match(
    orders: Orders, payments: Payments, waybills: Waybills,
    out: Annotated[Path, typer.Option(help="The report to write (csv).")] = Path("orders-report.csv"),
    inward: Inward = False, currency: Currency = "",
    everything: Annotated[bool, typer.Option("--all", help="Report orders that agree too.")] = False,
) -> None:  # fmt: skip
    """Match files of any length. Every order that does not agree is reported with its reasons; a bad record stops nothing."""
    from datetime import date

    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from entrepot.portal.order_join import KINDS, Wanted, match_files
    from entrepot.portal.orders_said import year_limit
    from entrepot.portal.terminal import console

    keep_apart(out, orders, payments, waybills)
    limit = None
    if inward:
        from entrepot.portal.setting import law

        found = year_limit(law(), date.today())
        limit = None if found is None else found.minor
    shown = TextColumn("{task.description}"), TextColumn("{task.completed:,}")
    with Progress(SpinnerColumn(), *shown, TimeElapsedColumn(), console=console(error=True)) as progress:
        words = {
            "order": "orders read",
            "payment": "payments read",
            "waybill": "waybills read",
            "match": "orders matched",
        }
        tasks = {stage: progress.add_task(text, total=None) for stage, text in words.items()}
        with out.open("w", encoding="utf-8-sig", newline="") as report:
            outcome = match_files(
                dict(zip(KINDS, (orders, payments, waybills), strict=True)), report, Wanted(inward, currency, limit), everything,
                lambda stage, more: progress.advance(tasks[stage], more),
            )  # fmt: skip
    _show(outcome, out)
    raise typer.Exit(FAULTS if outcome.agreeing < outcome.orders or outcome.bad or outcome.strays else 0)


def _show(outcome: "Outcome", out: Path) -> None:
    from rich.table import Table

    from entrepot.modules.ecommerce.rules.match import REASONS
    from entrepot.portal.terminal import console

    typer.echo(
        f"{outcome.orders:,} orders: {outcome.agreeing:,} agree, {outcome.orders - outcome.agreeing:,} do not; "
        f"{outcome.strays:,} papers of no order; {outcome.bad:,} records could not be read. Report: {out}"
    )
    if outcome.reasons:
        table = Table("reason · 原因", "orders · 订单数")
        for reason, count in outcome.reasons.most_common():
            table.add_row(f"{REASONS[reason].en}\n[dim]{REASONS[reason].zh}[/dim]", f"{count:,}")
        console().print(table)


@orders_app.command()
def say(
    dossier: str, orders: Orders, payments: Payments, waybills: Waybills, inward: Inward = False, currency: Currency = "",
    store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "", mandate: Mandate = "",
) -> None:  # fmt: skip
    """Say the records of three files in a dossier. Buyers are kept as digests; a retail import counts against the buyer's year."""
    from entrepot.portal.order_join import KINDS, Wanted
    from entrepot.portal.orders_said import say_files
    from entrepot.portal.setting import home
    from entrepot.store.pseudonyms import pseudonyms

    files = dict(zip(KINDS, (orders, payments, waybills), strict=True))
    said = refused = 0
    with at_desk(store) as desk:
        voice = heard(desk, token, role, organisation, mandate)
        for told in say_files(desk, voice, dossier, files, Wanted(inward, currency), pseudonyms(home() / "keys")):
            said, refused = said + (told.wrong is None), refused + (told.wrong is not None)
            if told.wrong is not None:
                typer.echo(f"{told.kind}, line {told.line} {told.number}: {told.wrong.en}\n  {told.wrong.zh}", err=True)
    typer.echo(f"{said:,} said, {refused:,} refused")
    raise typer.Exit(FAULTS if refused else 0)
