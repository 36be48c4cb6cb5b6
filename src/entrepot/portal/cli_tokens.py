"""`entrepot token`: who may speak through a door."""

from datetime import timedelta
from typing import Annotated, Literal

import typer

from entrepot.portal.exits import FAULTS, complain

token_app = typer.Typer(help="Tokens: who may speak, for whom.", no_args_is_help=True, rich_markup_mode=None)
StoreUrl = Annotated[str, typer.Option("--store", help="The store's URL; ENTREPOT_DATABASE otherwise.")]


@token_app.command("new")
def new(
    person: str, organisation: str,
    role: Annotated[list[str], typer.Option(help="Licenses: customs, tax, certifier, operator, auditor, bank, clerk, administer")] = [],  # noqa: B006
    channel: Annotated[
        Literal["online", "window", "gateway"], typer.Option(help="window is a clerk's, gateway a machine's.")
    ] = "online",
    days: Annotated[int, typer.Option(help="Days that it holds; 0 without end.", min=0)] = 365,
    store: StoreUrl = "",
) -> None:  # fmt: skip
    """Make a token. It is shown this once and kept nowhere."""
    from entrepot.channels.online import ADMINISTER, LICENSED, OFFICES
    from entrepot.portal.setting import open_store
    from entrepot.store.tokens import new_token

    licences = LICENSED | OFFICES | {ADMINISTER}
    if unknown := sorted(set(role) - licences):
        raise complain(
            f"a token licenses no {', '.join(unknown)}: one of {', '.join(sorted(licences))}; dossiers give the others",
            FAULTS,
        )
    if channel == "window" and "clerk" not in role:
        raise complain("a window's token is a clerk's: add --role clerk", FAULTS)
    with open_store(store) as opened:
        ends = opened.clock() + timedelta(days=days) if days else None
        typer.echo(new_token(opened, person, organisation, tuple(role), channel, ends))


@token_app.command("list")
def list_(store: StoreUrl = "") -> None:
    """List the tokens made so far; the tokens themselves are not kept."""
    from rich.table import Table

    from entrepot.portal.setting import open_store
    from entrepot.portal.terminal import console
    from entrepot.store.tokens import list_tokens

    with open_store(store) as opened:
        table = Table()
        for column in ("id", "person", "organisation", "licenses", "channel", "made", "ends", "revoked"):
            table.add_column(column, overflow="fold")
        for card in list_tokens(opened):
            cells = (card.id, card.person, card.organisation, ", ".join(card.roles), card.channel)
            table.add_row(*cells, card.made_at[:10], card.ends_at[:10], card.revoked_at[:10])
        console().print(table)


@token_app.command("revoke")
def revoke(token_id: str, store: StoreUrl = "") -> None:
    """End a token at once."""
    from entrepot.portal.setting import open_store
    from entrepot.store.tokens import revoke_token

    with open_store(store) as opened:
        revoke_token(opened, token_id)
        typer.echo(f"revoked {token_id}")
