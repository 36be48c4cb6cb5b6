"""`entrepot find`: search at the keyboard."""

from typing import Annotated

import typer

from entrepot.portal.cli_options import As, For, Json, StoreUrl, Token, at_desk, heard


def find(
    words: Annotated[list[str], typer.Argument(help="Each from its beginning: numbers, names, codes.")],
    cursor: Annotated[int, typer.Option(help="The cursor of the page before.", min=0)] = 0,
    store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "", json: Json = False,
) -> None:  # fmt: skip
    """Find dossiers by contract, container, bill, declaration, party, reference or goods code."""
    from entrepot.portal.terminal import as_json
    from entrepot.portal.work.searching import find as search

    with at_desk(store) as desk:
        desk.store.integrate()
        found = search(desk, heard(desk, token, role, organisation), " ".join(words), cursor or None)
    if json:
        typer.echo(as_json(found))
        return
    for one in found.matches:
        typer.echo(f"{one.dossier}  {one.title or one.reference}")
        for hit in one.hits:
            place = f"{hit.topic}/{hit.key}" if hit.key else hit.topic
            typer.echo(f"    {place}.{hit.field}: {hit.text}")
    if found.next:
        typer.echo(f"more: --cursor {found.next}", err=True)
    if not found.matches:
        typer.echo("nothing found", err=True)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(find)
