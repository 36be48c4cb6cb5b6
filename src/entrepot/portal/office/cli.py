"""`entrepot operator`: how the installation stands, work tried again, announcements; `entrepot fees`."""

from typing import Annotated

import typer

from entrepot.portal.cli_options import As, For, Json, StoreUrl, Token, at_desk, heard

operator_app = typer.Typer(help="The operator's back office.", no_args_is_help=True, rich_markup_mode=None)
queue_app = typer.Typer(help="Work that does not get on.", no_args_is_help=True, rich_markup_mode=None)
operator_app.add_typer(queue_app, name="queue")


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.add_typer(operator_app, name="operator")
    app.command()(fees)


def fees(json: Json = False, store: StoreUrl = "") -> None:
    """What services cost here and how long they take: by promise, and as measured."""
    from rich.table import Table

    from entrepot.portal import terminal
    from entrepot.portal.office.drawing import spell
    from entrepot.portal.office.services import published

    with at_desk(store) as desk:
        found = published(desk)
    if json:
        typer.echo(terminal.as_json(found))
        return
    costs, times = Table(), Table()
    for column in ("service", "fee", "since"):
        costs.add_column(column, overflow="fold")
    for fee in found.fees:
        amount = (
            "not on file 未收录"
            if fee.amount is None
            else f"{fee.currency} {fee.amount}"
            if fee.amount
            else "free 免费"
        )
        costs.add_row(f"{fee.name.en} {fee.name.zh}", amount, fee.since.isoformat())
    for column in ("service", "promised", "half within", "95 % within", "cases"):
        times.add_column(column, overflow="fold")
    for level in found.levels:
        took = level.measured
        promised = "-" if level.promised_hours is None else spell(float(level.promised_hours * 3600)).en
        half, most = (
            spell(one).en if one is not None else "-" for one in ((took.median, took.p95) if took else (None, None))
        )
        times.add_row(f"{level.name.en} {level.name.zh}", promised, half, most, str(took.cases if took else 0))
    terminal.console().print(costs, times)


@operator_app.command("status")
def status(
    json: Json = False, store: StoreUrl = "", as_: As = "", for_: For = "", token: Token = "",
) -> None:  # fmt: skip
    """How the installation stands. Ends with 1 where a check fails."""
    from entrepot.portal import terminal
    from entrepot.portal.cli_accounts import set_up

    set_up()
    from entrepot.portal.office.acts import oversees
    from entrepot.portal.office.standing import standing

    with at_desk(store) as desk:
        oversees(heard(desk, token, as_, for_))
        at = standing(desk)
    if json:
        typer.echo(terminal.as_json(at))
    else:
        typer.echo(
            f"{at.version} on {at.database}, {at.nature}; {at.log.size:,} statements in the log, {at.log.waiting:,} wait"
        )
        for check in at.checks:
            typer.echo(f"  {check.name}: {check.answer}")
        for queue in at.queues:
            typer.echo(f"  {queue.kind} {queue.state}: {queue.count}, longest due {queue.oldest:.0f} s")
        typer.echo(f"  backup: {f'{at.backup.name} {at.backup.made_at}' if at.backup else 'none known'}")
    raise typer.Exit(0 if at.fit else 1)


@queue_app.command("list")
def list_(
    json: Json = False, store: StoreUrl = "", as_: As = "", for_: For = "", token: Token = "",
) -> None:  # fmt: skip
    """List work that failed: what waits to be tried again, and what was given up."""
    from entrepot.portal import terminal
    from entrepot.portal.cli_accounts import set_up

    set_up()
    from entrepot.portal.office.acts import oversees
    from entrepot.store import operating

    with at_desk(store) as desk:
        oversees(heard(desk, token, as_, for_))
        found = operating.stuck(desk.store)
    if json:
        typer.echo(terminal.as_json(found))
        return
    for one in found:
        typer.echo(f"{one.id}  {one.kind}  {one.state}  {one.attempts} tries  {one.due}  {one.reason}")


@queue_app.command("retry")
def retry(
    task: Annotated[str, typer.Argument(help="The id, as `queue list` shows it.")],
    store: StoreUrl = "", as_: As = "", for_: For = "", token: Token = "",
) -> None:  # fmt: skip
    """Try work now that failed and waits. What was given up is sent again by those whom it concerns."""
    from entrepot.portal.cli_accounts import at_accounts

    with at_accounts() as doer, at_desk(store) as desk:
        from entrepot.portal.office import acts

        kind = acts.retry(desk, heard(desk, token, as_, for_), task, doer)
        typer.echo(f"{task}: {kind} is tried now")


@operator_app.command("announce")
def announce(
    en: Annotated[str, typer.Argument(help="In English.")],
    zh: Annotated[str, typer.Argument(help="In Chinese.")],
    hours: Annotated[float, typer.Option(min=0.1, max=8760, help="For how long.")] = 24.0,
    since: Annotated[str, typer.Option("--from", help="From when (2026-04-01T20:00, UTC); at once otherwise.")] = "",
    store: StoreUrl = "", as_: As = "", for_: For = "", token: Token = "",
) -> None:  # fmt: skip
    """Tell everybody something at the head of every page."""
    from datetime import UTC, datetime, timedelta

    from entrepot.kernel.text import Text
    from entrepot.portal.cli_accounts import at_accounts
    from entrepot.portal.exits import FAULTS, complain

    try:
        begins = datetime.fromisoformat(since).replace(tzinfo=UTC) if since else datetime.now(UTC)
    except ValueError as error:
        raise complain(
            f"{since!r} is no moment: write it as 2026-04-01T20:00", FAULTS, f"{since!r} 不是时间"
        ) from error
    with at_accounts() as doer, at_desk(store) as desk:
        from entrepot.portal.office import acts

        made = acts.announce(
            desk, heard(desk, token, as_, for_), Text(en, zh), begins, begins + timedelta(hours=hours), doer
        )
        typer.echo(f"{made.id}: {made.since:%Y-%m-%d %H:%M} to {made.until:%Y-%m-%d %H:%M} UTC")
