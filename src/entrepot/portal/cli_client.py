"""`entrepot client`: what is written from the API's description - the types of the Python client, and the outline of a release."""

from pathlib import Path
from typing import Annotated, Any

import typer

client_app = typer.Typer(
    help="The Python client's types, and the outline of the API.", no_args_is_help=True, rich_markup_mode=None
)
HERE = Path("src/entrepot_client")


def _description() -> dict[str, Any]:
    """The description of the API with all its parts, which know Django."""
    import os

    import django

    from entrepot.portal import setting

    os.environ["DJANGO_SETTINGS_MODULE"] = "entrepot.portal.settings"
    django.setup(set_prefix=False)
    from entrepot.portal.openapi import plain

    return plain(setting.registry())


@client_app.command("types")
def types(folder: Annotated[Path, typer.Argument(help="The package of the client.")] = HERE) -> None:
    """Write the types of topics and answers anew, from the description of the API."""
    from entrepot.portal.client_types import files

    written = files(_description())
    for part in ("topics", "answers"):
        (folder / part).mkdir(parents=True, exist_ok=True)
        for old in (folder / part).glob("*.py"):
            old.unlink()
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8")
    typer.echo(f"{len(written)} files in {folder}")


@client_app.command("outline")
def outline(
    file: Annotated[Path, typer.Argument(help="The outline of the last release.")] = Path("docs/api-v1.txt"),
) -> None:
    """Write down what the API promises, at a release: whatever stands there may not go while its version lives."""
    from entrepot.portal.api_outline import promises

    lines = promises(_description())
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    typer.echo(f"{len(lines)} promises in {file}")
