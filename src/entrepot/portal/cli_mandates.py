"""`entrepot mandate`: who acts for an enterprise across its dossiers."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from entrepot.portal.cli_options import As, For, Json, Mandate, StoreUrl, Token, at_desk, day_of, heard

mandate_app = typer.Typer(
    help="Mandates that stand across dossiers: who acts for whom.", no_args_is_help=True, rich_markup_mode=None
)


@mandate_app.command("list")
def list_(
    json: Json = False, store: StoreUrl = "", as_: As = "", for_: For = "", token: Token = "", mandate: Mandate = ""
) -> None:  # fmt: skip
    """List the mandates that your organisation gave, and those it holds."""
    from rich.table import Table

    from entrepot.portal import terminal
    from entrepot.portal.access import giving

    with at_desk(store) as desk:
        seen = giving.listed(desk, heard(desk, token, as_, for_, mandate))
        if json:
            typer.echo(terminal.as_json(seen))
            return
        table = Table()
        for column in ("principal", "agent", "number", "role", "where", "sends", "from", "until", "state"):
            table.add_column(column, overflow="fold")
        for one in (*seen.given, *seen.received):
            where = ", ".join((*one.dossiers, *one.modes)) or "all"
            until = one.valid_until.isoformat() if one.valid_until else ""
            table.add_row(
                one.principal, one.agent, one.number, one.role, where, "yes" if one.may_send else "no", one.signed_on.isoformat(),
                until, one.state + (f": {one.revoked}" if one.revoked else ""),
            )  # fmt: skip
        terminal.console().print(table)


@mandate_app.command("give")
def give(
    agent: str,
    role: Annotated[Literal["broker", "clerk"], typer.Option(help="As what it acts: broker, or clerk for a counter.")] = "broker",
    dossier: Annotated[list[str], typer.Option(help="Only in this dossier; may be given again.")] = [],  # noqa: B006
    mode: Annotated[list[str], typer.Option(help="Only in this supervision mode (0110); may be given again.")] = [],  # noqa: B006
    from_: Annotated[str, typer.Option("--from", help="First day (2026-04-01); today otherwise.")] = "",
    until: Annotated[str, typer.Option(help="Last day; without it until it is revoked.")] = "",
    may_send: Annotated[bool, typer.Option("--may-send", help="It may also send to offices.")] = False,
    name: Annotated[str, typer.Option(help="The agent's name.")] = "",
    number: Annotated[str, typer.Option(help="The mandate's number; the next one free otherwise.")] = "",
    instead: Annotated[bool, typer.Option("--instead", help="In the place of one that runs under this number.")] = False,
    paper: Annotated[Path | None, typer.Option(help="The signed paper; a counter gives it.", exists=True, dir_okay=False)] = None,
    json: Json = False, store: StoreUrl = "", as_: As = "", for_: For = "", token: Token = "", mandate: Mandate = "",
) -> None:  # fmt: skip
    """Give a mandate to an agent. It takes the duty to administer, or at a counter the signed paper."""
    from entrepot.kernel.vocabulary.enterprise import EnterpriseMandate
    from entrepot.portal import terminal
    from entrepot.portal.access import giving

    with at_desk(store) as desk:
        voice = heard(desk, token, as_, for_, mandate)
        asked = EnterpriseMandate(
            agent, role, day_of(from_) or desk.today(), day_of(until), tuple(dossier), tuple(mode), may_send, name
        )
        signed = (paper.name, paper.read_bytes()) if paper is not None else None
        card = giving.give(desk, voice, asked, number, paper=signed, instead=instead)
        typer.echo(terminal.as_json(card) if json else f"mandate {card.agent} {card.number}: {card.state}")


@mandate_app.command("revoke")
def revoke(
    agent: str, number: str, reason: Annotated[str, typer.Option(help="Why it ends; it stays listed with the mandate.")],
    json: Json = False, store: StoreUrl = "", as_: As = "", for_: For = "", token: Token = "", mandate: Mandate = "",
) -> None:  # fmt: skip
    """Revoke a mandate. It ends at once."""
    from entrepot.portal import terminal
    from entrepot.portal.access import giving

    with at_desk(store) as desk:
        card = giving.revoke(desk, heard(desk, token, as_, for_, mandate), agent, number, reason)
        typer.echo(terminal.as_json(card) if json else f"mandate {card.agent} {card.number}: {card.state}")


@mandate_app.command("admit")
def admit(
    organisation: str,
    state: Annotated[Literal["admitted", "suspended", "refused"], typer.Option(help="The operator's word.")] = "admitted",
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    store: StoreUrl = "", as_: As = "", for_: For = "", token: Token = "",
) -> None:  # fmt: skip
    """Say, as the operator, whether an organisation may send and be acted for."""
    from entrepot.portal.access import giving

    with at_desk(store) as desk:
        said = giving.admit(desk, heard(desk, token, as_, for_), organisation, state, reason)
        typer.echo(f"{organisation}: {state} ({said.said[-1] if said.said else 'said before'})")
