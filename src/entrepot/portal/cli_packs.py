"""`entrepot pack`: which law is on file, and bringing more in."""

from pathlib import Path
from typing import Annotated

import typer

from entrepot.portal.exits import FAULTS, complain

pack_app = typer.Typer(help="Packs: law and traits, dated and sourced.", no_args_is_help=True, rich_markup_mode=None)
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for other programs.")]


@pack_app.command("list")
def list_(json: Json = False) -> None:
    """List the packs: publisher, days, tables."""
    from rich.table import Table

    from entrepot.portal.setting import law
    from entrepot.portal.terminal import as_json, console

    if json:
        typer.echo(as_json(law().packs))
        return
    table = Table()
    for column in ("pack", "title", "publisher", "checked on", "tables"):
        table.add_column(column, overflow="fold")
    for card in law().packs:
        title = f"{card.title.get('en', '')} {card.title.get('zh', '')}"
        table.add_row(f"{card.kind}/{card.name}", title, card.publisher, str(card.checked_on), ", ".join(card.tables))
    console().print(table)


@pack_app.command("build")
def build() -> None:
    """Compile the packs whose files changed; loading takes a fraction of a second afterwards."""
    from entrepot.gateways.reference import PACKAGES
    from entrepot.portal.setting import home
    from entrepot.store.packs import load_law, packs_folder

    law = load_law(packs_folder(), None, home() / "packs", PACKAGES, typer.echo)
    typer.echo(f"{len(law.packs)} packs, {len(law.tables)} tables")


@pack_app.command("check")
def check(
    folder: Annotated[Path | None, typer.Argument(help="A folder of packs; the installation's otherwise.")] = None,
) -> None:
    """Check every row of every pack: keys, days, sources, grades."""
    from entrepot.gateways.reference import PACKAGES
    from entrepot.portal.coverage import surveyed
    from entrepot.store.packs import load_law, packs_folder

    if folder is not None and not folder.is_dir():
        raise complain(f"{folder} is no folder", FAULTS)
    law = load_law(folder or packs_folder(), None, None, PACKAGES)
    for name, table in sorted(law.tables.items()):
        graded = surveyed(table)
        typer.echo(
            f"{name}: {graded.rows:,} rows; "
            + ", ".join(f"{grade} {count:,}" for grade, count in graded.grades.items())
        )


@pack_app.command("coverage")
def coverage(out: Annotated[Path, typer.Option(help="The page to write.")] = Path("COVERAGE.md")) -> None:
    """Write the page that says which law is on file, since when, from whom, and how well it is known."""
    from entrepot.portal.coverage import page
    from entrepot.portal.setting import law

    out.write_text(page(law()), encoding="utf-8")
    typer.echo(out)


@pack_app.command("import")
def import_(
    what: Annotated[str, typer.Argument(metavar="tariff-jp|tariff-us|unlocode|origin|hs-editions|ofac|un|bis|list")],
    sources: Annotated[list[Path], typer.Argument(help="The folder of editions, or the files.")],
    out: Annotated[Path | None, typer.Option(help="The pack's folder to write to; the repository's otherwise.")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="UN/LOCODE: every place, not only those that pack.toml selects.")
    ] = False,
    published: Annotated[str, typer.Option(help="Screening lists: the day of the edition, where the file does not say it.")] = "",
) -> None:
    """Read a publisher's files into a pack: `import tariff-jp FOLDER`, `import tariff-us FOLDER`, `import unlocode FILE …`;
    `import origin FOLDER` writes the pack of every agreement whose rules of origin are in the folder; `import hs-editions
    FOLDER` reads the correlation tables of the Harmonized System. Screening lists: `import ofac FOLDER`, `import un FILE.xml`,
    `import bis FILE.csv`, and any other as `import list CARD.toml TABLE.csv`."""
    from entrepot.store.packs import packs_folder

    if missing := [path for path in sources if not path.exists()]:
        raise complain(f"{missing[0]}: no such file or folder", FAULTS)
    if what == "tariff-jp":
        _tariff(sources[0], out or packs_folder() / "jurisdictions" / "JP")
    elif what == "tariff-us":
        _tariff_us(sources[0], out or packs_folder() / "jurisdictions" / "US")
    elif what == "unlocode":
        _places(sources, out or packs_folder() / "standards" / "unlocode", everything)
    elif what == "origin":
        _origin(sources[0], out or packs_folder())
    elif what == "hs-editions":
        _editions(sources[0], out or packs_folder() / "standards" / "hs")
    elif what in ("ofac", "un", "bis", "list"):
        _screening_list(what, sources, out or packs_folder(), published)
    else:
        known = "tariff-jp, tariff-us, unlocode, origin, hs-editions, ofac, un, bis or list"
        raise complain(f"there is no importer {what!r}: {known}", FAULTS)


def _screening_list(what: str, sources: list[Path], packs: Path, published: str) -> None:
    from datetime import date

    from entrepot.gateways.lists import bis, ofac, table, un
    from entrepot.gateways.lists.edition import ListError
    from entrepot.kernel.intake import Refusal
    from entrepot.portal.cli_options import day_of

    day, today, first = day_of(published), date.today(), sources[0]
    try:
        if what == "ofac":
            ofac.import_ofac(first, packs, typer.echo, today, day)
        elif what == "un":
            un.import_un(first, packs, typer.echo, today, day)
        elif what == "bis":
            bis.import_bis(first, packs, typer.echo, today, day)
        elif len(sources) == 2:
            table.import_table(first, sources[1], packs, typer.echo, today, day)
        else:
            raise complain("give the list's card and its table: import list CARD.toml TABLE.csv", FAULTS)
    except (ListError, OSError) as error:
        raise complain(f"{first}: {error}", FAULTS) from error
    except Refusal as refusal:
        raise complain(f"{first}: {refusal.problems[0].what.en}", FAULTS) from refusal


def _editions(folder: Path, out: Path) -> None:
    from entrepot.gateways.hs_editions import EditionsError, import_editions

    try:
        import_editions(folder, out, typer.echo)
    except (EditionsError, OSError) as error:
        raise complain(f"{folder}: {error}", FAULTS) from error


def _tariff(folder: Path, out: Path) -> None:
    from entrepot.gateways.tariff_jp import TariffError, import_tariff, vintages_in

    try:
        vintages = vintages_in(folder) if folder.is_dir() else []
        import_tariff(vintages, out, typer.echo)
    except (TariffError, ValueError, OSError) as error:
        raise complain(f"{folder}: {error}", FAULTS) from error


def _tariff_us(folder: Path, out: Path) -> None:
    from entrepot.gateways.tariff_us import TariffError, import_tariff

    try:
        import_tariff(folder, out, typer.echo)
    except (TariffError, ValueError, OSError) as error:
        raise complain(f"{folder}: {error}", FAULTS) from error


def _origin(folder: Path, out: Path) -> None:
    from entrepot.gateways.origin_uk.packs import import_origin
    from entrepot.gateways.origin_uk.schemes import SchemeError

    try:
        import_origin(folder, out, typer.echo)
    except (SchemeError, OSError) as error:
        raise complain(f"{folder}: {error}", FAULTS) from error


def _places(files: list[Path], out: Path, everything: bool) -> None:
    import tomllib

    from entrepot.gateways.unlocode import Selection, UnlocodeError, import_unlocode

    selection = None
    card = out / "pack.toml"
    if not everything and card.is_file():
        applies = tomllib.loads(card.read_text(encoding="utf-8")).get("applies", {})
        selection = Selection(frozenset(applies["countries"]), applies["functions"], frozenset(applies["whole"]))
    try:
        import_unlocode(files, out, typer.echo, selection)
    except (UnlocodeError, ValueError, OSError) as error:
        raise complain(str(error), FAULTS) from error
