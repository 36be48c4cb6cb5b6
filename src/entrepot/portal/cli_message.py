"""`entrepot message`: what customs messages say, the form as a message, one format as another, and a folder surveyed."""

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from entrepot.portal.cli_options import As, Day, For, Json, StoreUrl, Token, at_desk, day_of, heard
from entrepot.portal.exits import FAULTS, complain, told

if TYPE_CHECKING:
    from entrepot.gateways.extract import Extract
    from entrepot.gateways.messages.message import Written
    from entrepot.gateways.messages.wco.schemas import WcoSchemas
    from entrepot.kernel.text import Text

message_app = typer.Typer(
    help="Customs messages: read, write, convert, survey.", no_args_is_help=True, rich_markup_mode=None
)

Format = Annotated[str, typer.Option("--format", "--to", help="wco, ubl, cn or cusdec.")]
Out = Annotated[Path | None, typer.Option(help="The file to write; printed otherwise.")]


@message_app.command("read")
def read_files(files: list[Path], json: Json = False) -> None:
    """What messages say: each statement with its fields and places, what was wrong, and what no field holds."""
    from datetime import date

    from entrepot.gateways.papers import read_stream
    from entrepot.kernel.intake import Refusal
    from entrepot.portal.terminal import as_json, console, problem_table

    worst = 0
    for file in files:
        try:
            with file.open("rb") as stream:
                extract = read_stream(file.name, stream, today=date.today())
        except Refusal as refused:
            console(error=True).print(problem_table(refused.problems, f"{file.name} was refused"))
            worst = FAULTS
        except OSError as error:
            worst = told(error) or FAULTS
        else:
            typer.echo(as_json(extract)) if json else _show(extract)
    raise typer.Exit(worst)


@message_app.command("write")
def write_form(
    dossier: str, format: Format = "wco",
    which: Annotated[str, typer.Option(help="sent, fresh or draft; as sent, else as found now, where none is named.")] = "",
    out: Out = None, day: Day = "", store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "",
) -> None:  # fmt: skip
    """The declaration of a dossier as a message; what the format has no place for is told on standard error."""
    from entrepot.portal.messages import form_message

    with at_desk(store) as desk:
        state, written = form_message(desk, heard(desk, token, role, organisation), dossier, format, which, day_of(day))
    typer.echo(f"the form as {state}", err=True)
    _give(written, written.lost, out)


@message_app.command("convert")
def convert_file(file: Path, format: Format, out: Out = None) -> None:
    """A declaration, amendment or cancellation in another format; what is lost is told on standard error."""
    from datetime import date

    from entrepot.gateways.bounds import read_bounded
    from entrepot.portal.messages import converted

    with file.open("rb") as stream:
        written, left = converted(file.name, read_bounded(stream), format, date.today())
    _give(written, (*written.lost, *left), out)


@message_app.command("survey")
def survey_folder(
    folder: Path,
    schemas: Annotated[
        Path | None, typer.Option(help="The folder of the WCO schemas: tells which files are valid.")
    ] = None,
) -> None:
    """What becomes of every file of a folder, by kind; refusals by reason."""
    from entrepot.gateways.messages.wco.schemas import WcoSchemas

    if not folder.is_dir():
        raise complain(
            f"{folder} is no folder: name one that holds messages", FAULTS, f"{folder} 不是文件夹：请指定报文所在文件夹"
        )
    for line in survey_lines(folder, WcoSchemas(schemas) if schemas else None):
        typer.echo(line)


def survey_lines(folder: Path, schemas: "WcoSchemas | None") -> list[str]:
    """The survey as lines of Markdown: files read by format and kind, then refusals by reason."""
    from datetime import date

    from entrepot.gateways.papers import read_stream
    from entrepot.kernel.intake import Refusal

    read: Counter[str] = Counter()
    valid: Counter[str] = Counter()
    refused: dict[str, list[str]] = {}
    refused_valid = 0
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        ok = bool(schemas and schemas.valid(file.read_bytes()))
        try:
            with file.open("rb") as stream:
                extract = read_stream(file.name, stream, today=date.today())
        except Refusal as refusal:
            first = refusal.problems[0]
            refused.setdefault(f"{first.rule} {first.what.en[:90]}", []).append(file.name)
            refused_valid += ok
        else:
            kind = f"{extract.format} | {extract.kind}"
            read[kind] += 1
            valid[kind] += ok
    lines = ["| format | kind | files | valid |", "|---|---|---:|---:|"]
    lines += [f"| {kind} | {count} | {valid[kind] if schemas else '-'} |" for kind, count in read.most_common()]
    lines += ["", "| refused because | files | one of them |", "|---|---:|---|"]
    lines += [f"| {why.replace('|', '/')} | {len(names)} | {names[0]} |" for why, names in sorted(refused.items())]
    count, gone = sum(read.values()), sum(len(names) for names in refused.values())
    lines += ["", f"{count} of {count + gone} files were read."]
    if schemas:
        sound = sum(valid.values())
        lines.append(f"{sound} of {sound + refused_valid} valid messages were read.")
    return lines


def _show(extract: "Extract") -> None:
    """An extract as lines for a person."""
    from entrepot.kernel.why import builtins
    from entrepot.portal.terminal import console, problem_table

    typer.echo(f"{extract.name}: {extract.kind} ({extract.format})")
    for one in extract.statements:
        typer.echo(f"{one.topic}/{one.key}" if one.key else one.topic)
        for field, place in one.places.items():
            if field != "key":
                typer.echo(f"  {field} = {builtins(getattr(one.value, field))}   [{place}]")
    for text in extract.unread:
        typer.echo(f"not read: {text.en}")
    if extract.problems:
        console().print(problem_table(extract.problems))


def _give(written: "Written", lost: "tuple[Text, ...]", out: Path | None) -> None:
    for text in lost:
        typer.echo(f"lost: {text.en}", err=True)
    if out is None:
        sys.stdout.buffer.write(written.data)
        sys.stdout.buffer.flush()
    else:
        out.write_bytes(written.data)
        typer.echo(f"{out}: {len(written.data):,} bytes", err=True)
