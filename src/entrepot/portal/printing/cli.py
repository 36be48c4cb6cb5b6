"""`entrepot print`: a document or the spreadsheet of a dossier, into a file."""

from pathlib import Path
from typing import Annotated

import typer

from entrepot.portal.cli_options import As, For, StoreUrl, Token, at_desk, heard

SPREADSHEET = "spreadsheet"


def register(app: typer.Typer) -> None:
    """Put the command on the command line."""
    app.command("print")(print_)


def print_(
    dossier: str,
    name: Annotated[str, typer.Argument(help="contract, invoice, packing, declaration, origin, or spreadsheet.")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="The file; DOSSIER-NAME otherwise.")] = None,
    store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "",
) -> None:  # fmt: skip
    """Print a document of a dossier, unsigned, or write its invoice and packing list as a workbook."""
    from entrepot.portal.printing.papers import print_paper
    from entrepot.portal.printing.workbooks import filled_from, workbook

    with at_desk(store) as desk:
        voice = heard(desk, token, role or "exporter", organisation)
        if name == SPREADSHEET:
            file, data = f"{dossier}.xlsx", workbook(filled_from(desk, dossier, voice))
        else:
            printed = print_paper(desk, dossier, name, voice)
            file, data = printed.file, printed.data
    (path := out or Path(file.replace(":", "-"))).write_bytes(data)
    typer.echo(f"{path} | {len(data):,} bytes")
