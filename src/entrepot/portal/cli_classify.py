"""`entrepot classify`: one description at the keyboard, or a file of them."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import typer

from entrepot.gateways.csv_rows import Bad, csv_records
from entrepot.portal.classifying import Asked, Classified, asked_from, classify, classify_lines
from entrepot.portal.cli_options import keep_apart
from entrepot.portal.exits import FAULTS, complain

if TYPE_CHECKING:
    from rich.console import Console

    from entrepot.channels.online import Voice
    from entrepot.portal.desk import Desk

TEXT_COLUMNS = ("text", "description", "品名", "商品名称", "description_zh")


def one(desk: "Desk", voice: "Voice", asked: Asked, language: str, json: bool) -> int:
    """Print the suggestion for one description; 1 where no code is proposed."""
    from entrepot.portal.terminal import as_json, console

    found = classify(desk, voice, asked_from(msgspec.to_builtins(asked)))
    typer.echo(as_json(found)) if json else show(console(), found, language)
    return FAULTS if found.status in ("refused", "no_law", "failed") else 0


def show(out: "Console", found: Classified, language: str) -> None:
    """A suggestion as a table, with the question and what is wrong."""
    from rich.markup import escape
    from rich.table import Table

    def said(text: str) -> None:
        out.print(escape(text))

    for problem in found.problems:
        said(problem.sentence(language))
    suggestion = found.suggestion
    for reason in found.reasons:
        said(reason.in_language(language))
    if suggestion is None:
        return
    table = Table(title=suggestion.edition)
    for column in ("code", "share", "title", "because"):
        table.add_column(column, overflow="fold")
    for candidate in suggestion.candidates:
        because = [
            e.source.in_language(language) if e.kind == "memory" else f"{e.kind}: {e.text}"
            for e in candidate.evidence[:2]
        ]
        because += [f"! {warning.in_language(language)}" for warning in candidate.warnings]
        title = f"{candidate.title.in_language(language)}\n{candidate.chapter.in_language(language)}"
        share = f"{candidate.share * 100:.1f} %"
        table.add_row(candidate.declared or candidate.code, share, escape(title), escape("\n".join(because)))
    if suggestion.candidates:
        out.print(table)
    for text in suggestion.assumes:
        said(f"taken for granted: {text.en}" if language == "en" else f"默认前提：{text.zh}")
    if suggestion.question is not None:
        said(suggestion.question.ask.in_language(language))
        for choice in suggestion.question.choices:
            said(f"  --answer '{suggestion.question.attribute}={choice.value}'  {choice.label.in_language(language)}")
    if suggestion.duty is not None:
        rates = ", ".join(f"{code} {' … '.join(ends) or '–'}" for code, ends in suggestion.duty.rates.items())
        said(f"{suggestion.duty.country}: {rates}")


def many(desk: "Desk", voice: "Voice", file: Path, out: Path | None, asked: Asked) -> int:
    """Classify every record of a CSV or NDJSON file into NDJSON; 1 where a record got no code proposed."""
    from rich.progress import Progress, TextColumn

    from entrepot.portal.terminal import console

    keep_apart(out, file)
    lines = _ndjson(file) if file.suffix.lower() in (".ndjson", ".jsonl") else _csv(file, asked)
    target = out.open("wb") if out is not None else None
    counts: dict[str, int] = {}
    with Progress(TextColumn("{task.completed:,} {task.description}"), console=console(error=True)) as progress:
        task = progress.add_task("descriptions", total=None)
        try:
            for found in classify_lines(desk, voice, lines):
                counts[found.status] = counts.get(found.status, 0) + 1
                encoded = msgspec.json.encode(found)
                target.write(encoded + b"\n") if target is not None else typer.echo(encoded.decode())
                progress.advance(task)
        finally:
            if target is not None:
                target.close()
    typer.echo(", ".join(f"{count:,} {status}" for status, count in sorted(counts.items())), err=True)
    return FAULTS if counts.keys() - {"found", "needs_review"} else 0


def _ndjson(file: Path) -> Iterator[bytes | None]:
    from entrepot.portal.bulk import lines_of

    with file.open("rb") as stream:
        yield from lines_of(stream.read)


def _csv(file: Path, asked: Asked) -> Iterator[bytes]:
    """The records of a CSV file as questions. The description stands in the first column of a known name, or in the only one;
    a column `id` is given back."""
    heads, records = csv_records(file)
    names = [name for name in heads if name]
    column = next((name for name in TEXT_COLUMNS if name in names), names[0] if len(names) == 1 else "")
    if not column:
        raise complain(
            f"{file}: no column is named {' or '.join(TEXT_COLUMNS)}; name one so",
            FAULTS,
            f"{file}：缺少品名列，列名可为 {'、'.join(TEXT_COLUMNS)}",
        )
    shared = msgspec.to_builtins(asked)
    for record in records:
        if isinstance(record, Bad):  # nothing to ask: it is refused in its place
            yield msgspec.json.encode({**shared, "text": "", "id": record.what.en})
            continue
        _, cells = record
        yield msgspec.json.encode({**shared, "text": cells.get(column, ""), "id": cells.get("id", "")})
