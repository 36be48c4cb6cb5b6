"""Trying things out without a dossier: lawyers' cases, the topics and their examples, the rules of the declaration, a check."""

import tomllib
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import msgspec
import typer
from rich.markup import escape
from rich.table import Table

from entrepot.kernel.cases import Verdict, modules_for, read_cases, run_case
from entrepot.kernel.intake import Refusal
from entrepot.portal import setting
from entrepot.portal.catalogue import described, schema_of
from entrepot.portal.desk import Desk
from entrepot.portal.exits import FAULTS, MISUSED, NOT_FOUND, complain
from entrepot.portal.terminal import as_json, console, problem_table


def run_files(files: Sequence[Path], module: str, json: bool) -> int:
    """Run the cases of the files; 1 where one fails or a file cannot be read."""
    registry, law = setting.registry(), setting.law()
    if module:
        try:
            modules_for([module], registry.modules)
        except KeyError as error:
            raise complain(str(error.args[0]), MISUSED) from error
    verdicts: list[tuple[Path, Verdict]] = []
    failed = False
    for file in files:
        try:
            data = tomllib.loads(file.read_bytes().decode(), parse_float=Decimal)
            chosen = [case for case in read_cases(data) if not module or case.module == module]
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
            what = f"{file}: {error.strerror}" if isinstance(error, OSError) else f"{file}: not TOML: {error}"
            typer.echo(what, err=True)  # the other files are still run
            failed = True
            continue
        except Refusal as refusal:
            console(error=True).print(problem_table(refusal.problems, f"{file} holds malformed cases"))
            failed = True
            continue
        verdicts += [(file, run_case(case, registry, law)) for case in chosen]
    _show_verdicts(verdicts, json)
    if not verdicts and not failed:
        raise complain("no case was found", FAULTS)
    return FAULTS if failed or any(verdict.faults for _, verdict in verdicts) else 0


def _show_verdicts(verdicts: list[tuple[Path, Verdict]], json: bool) -> None:
    if json:
        rows = [{"file": str(f), "case": v.case.name, "passed": not v.faults, "faults": v.faults} for f, v in verdicts]
        typer.echo(as_json(rows))
        return
    table = Table()
    for column in ("", "case", "tests", "day", "not as expected"):
        table.add_column(column, overflow="fold")
    for _, verdict in verdicts:
        case, bad = verdict.case, bool(verdict.faults)
        mark = "[red]✗[/red]" if bad else "[green]✓[/green]"
        table.add_row(
            mark, escape(case.name), case.module or case.topic, str(case.day), escape("\n".join(verdict.faults))
        )
    out = console()
    out.print(table)
    out.print(f"{sum(not v.faults for _, v in verdicts)} of {len(verdicts)} cases as expected")


def show_topics(name: str, json: bool) -> int:
    """List the topics, or show one."""
    registry = setting.registry()
    if not name:
        cards = [described(topic) for topic in registry.topics.values() if not topic.base]
        if json:
            typer.echo(as_json(cards))
            return 0
        table = Table()
        for column in ("topic", "kind", "what", "said by", "read by"):
            table.add_column(column, overflow="fold")
        for card in cards:
            key = f"/{card.keyed.upper()}" if card.keyed else ""
            what = f"{card.label.en} {card.label.zh}"
            table.add_row(f"{card.name}{key}", card.kind, what, ", ".join(card.say), ", ".join(card.read))
        console().print(table)
        return 0
    topic = registry.topics.get(name)
    if topic is None:
        near = ", ".join(one for one in registry.topics if name.partition(".")[0] in one)
        typer.echo(f"there is no topic {name!r}" + (f"; near it: {near}" if near else ""), err=True)
        return NOT_FOUND
    typer.echo(as_json({**msgspec.to_builtins(described(topic)), **schema_of(topic)}))
    return 0


def show_rules(json: bool, markdown: bool) -> None:
    """The rules of the declaration, by number."""
    from entrepot.portal import rulebook

    if json or markdown:
        typer.echo(as_json(rulebook.rulebook()) if json else rulebook.markdown())
        return
    cards = [page.card for page in rulebook.rulebook()]
    table = Table()
    for column in ("rule", "", "what it asks", "about", "where", "source"):
        table.add_column(column, overflow="fold")
    for card in cards:
        applies = " ".join(part for part in (card.scope, card.flow, *card.modes) if part)
        cells = (card.id, card.severity, f"{card.text.en}\n{card.text.zh}", card.element, applies, card.source)
        table.add_row(*(escape(cell) for cell in cells))
    console().print(table)


def check(desk: Desk) -> int:
    """Say of each part whether it is in order."""
    store, law = desk.store, desk.law
    typer.echo(f"wiring: {len(desk.registry.modules)} modules and links, {len(desk.registry.topics)} topics")
    typer.echo(f"packs: {len(law.packs)} packs, {len(law.tables)} tables, digest {law.digest[:16]}")
    typer.echo(f"store: {store.nature}, {store.database.url.partition('@')[2] or store.database.url}")
    size = store.integrate()
    typer.echo(f"log: {store.origin}, {size} entries, checkpoint signed; its key is {store.log_key}")
    for name in desk.offices:
        typer.echo(f"office: {name} ({store.nature})")
    return 0
