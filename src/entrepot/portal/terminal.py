"""How sheets, trees and problems look in a terminal."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.tree import Tree

from entrepot.kernel.findings import STATUSES
from entrepot.kernel.money import Money
from entrepot.kernel.text import Problem
from entrepot.kernel.vocabulary.answers import Doubt
from entrepot.kernel.why import Why
from entrepot.portal.brief import in_brief
from entrepot.portal.folding import waits_folded
from entrepot.portal.reading import Found, Reading, problems_of, waiting
from entrepot.store.store import DossierCard

MARKS = {
    "found": ("●", "green"),
    "needs_review": ("◐", "yellow"),
    "no_law": ("∅", "magenta"),
    "refused": ("✗", "red"),
    "not_applicable": ("–", "dim"),
    "failed": ("!", "bold red"),
    "waits": ("○", "cyan"),
}  # fmt: skip
WIDEST = 160


def console(error: bool = False) -> Console:
    """The terminal; wide where there is none, so that what goes into a file is not cut. `did:key:…` is no emoji."""
    made = Console(stderr=error, highlight=False, emoji=False)
    return made if made.is_terminal else Console(stderr=error, highlight=False, emoji=False, width=WIDEST)


def plain_value(value: Any) -> str:
    """A value in a few words: money as money, objects as their fields."""
    if isinstance(value, dict):
        if value.keys() == {"minor", "currency"}:
            return str(Money(value["minor"], value["currency"]))
        if value.keys() == {"en", "zh"}:
            return str(value["en"])
        return ", ".join(f"{name} {plain_value(item)}" for name, item in value.items() if item is not None)
    if isinstance(value, list | tuple):
        return "; ".join(plain_value(item) for item in value)
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def short(value: Any, most: int = 120) -> str:
    """The same, cut."""
    text = plain_value(value)
    return escape(text if len(text) <= most else text[: most - 1] + "…")


def place(topic: str, key: str) -> str:
    return f"{topic}/{key}" if key else topic


def problem_table(problems: Sequence[Problem], title: str = "Problems · 问题") -> Table:
    """Every problem, one row each, in both languages."""
    table = Table(title=title, title_justify="left", expand=False)
    for column in ("rule", "where", "what is wrong · 问题", "how to mend it · 如何更正"):
        table.add_column(column, overflow="fold")
    for problem in problems:
        style = "yellow" if problem.severity == "W" else "red"
        rule = f"[{style}]{escape(problem.rule)}[/{style}]"
        what, fix = (f"{escape(text.en)}\n[dim]{escape(text.zh)}[/dim]" for text in (problem.what, problem.fix))
        table.add_row(rule, escape(problem.where), what, fix)
    return table


def doubt_table(doubts: Sequence[Doubt], title: str = "To be confirmed · 待确认") -> Table:
    """What was read without certainty, one row each: the field, what was read, where, and why it is asked."""
    table = Table(title=title, title_justify="left", expand=False)
    for column in ("field · 字段", "read as · 识别结果", "sure · 置信度", "place · 位置", "why · 原因"):
        table.add_column(column, overflow="fold")
    for one in doubts:
        sure = "" if one.confidence is None else f"{one.confidence * 100:.0f} %"
        why = f"{escape(one.why.en)}\n[dim]{escape(one.why.zh)}[/dim]"
        table.add_row(
            escape(f"{place(one.topic, one.key)}.{one.field}"), escape(one.value) or "–", sure, escape(one.place), why
        )
    return table


def found_table(findings: Iterable[Found], title: str = "Found", reasons: int = 3) -> Table:
    """The findings, one row each: status, the answer in brief, and up to so many reasons."""
    table = Table(title=title, title_justify="left")
    for column in ("", "finding", "status", "answer"):
        table.add_column(column, overflow="fold")
    for one in findings:
        mark, style = MARKS[one.status]
        told = in_brief(one)
        because = "".join(f"\n[dim]{escape(text.en)}[/dim]" for text in one.reasons[:reasons] if text is not told)
        table.add_row(
            f"[{style}]{mark}[/{style}]",
            f"{escape(one.label.en)} [dim]{escape(place(one.topic, one.key))}[/dim]",
            f"[{style}]{STATUSES[one.status].en}[/{style}]" + (f", {one.ruling['decision']}" if one.ruling else ""),
            (short(one.value) if told is None else escape(told.en)) + because,
        )
    return table


def show_waits(out: Console, reading: Reading) -> None:
    """What waits for whom."""
    for wait in waits_folded(waiting(reading)):
        out.print(
            f"[cyan]○ waits for {escape(place(wait.topic, wait.key))}[/cyan] from {', '.join(wait.who)}"
            f" [dim]holds up {escape(', '.join(wait.holds_up))}[/dim]"
        )


def show_reading(out: Console, reading: Reading) -> None:
    """The sheet: what was said, what was found, what waits for whom, and every problem."""
    sandbox = " · SANDBOX, nothing here is an official act" if reading.nature == "sandbox" else ""
    out.print(
        f"[bold]{escape(reading.dossier)}[/bold] {reading.kind} {escape(reading.reference)} {escape(reading.title)} · {reading.day}"
        f" · as {', '.join(reading.roles)}[yellow]{sandbox}[/yellow]"
    )
    said = Table(title="Said", title_justify="left")
    for column in ("topic", "value", "by", "on what footing", "paper"):
        said.add_column(column, overflow="fold")
    for fact in reading.facts:
        statements = fact.statements
        papers = dict.fromkeys(item.name or item.digest[:12] for s in statements for item in s.evidence)
        value = short(fact.value)
        for conflict in fact.conflicts:
            sides = " ≠ ".join(escape(side) for side, _ in conflict.sides)
            value += f"\n[red]contradiction[/red] {escape(conflict.field)}: {sides}"
        said.add_row(
            escape(place(fact.topic, fact.key)),
            value,
            escape(", ".join(dict.fromkeys(s.organisation for s in statements))),
            ", ".join(dict.fromkeys(s.authority for s in statements)),
            escape(", ".join(papers)),
        )
    out.print(said)
    out.print(found_table(reading.findings))
    for label in reading.hidden:
        out.print(f"[dim]{escape(label.en)}: rests on what you may not see[/dim]")
    show_waits(out, reading)
    problems = [problem for problem, _ in problems_of(reading)]
    if problems:
        out.print(problem_table(problems))


def show_landed(out: Console, findings: Sequence[Found]) -> None:
    """The cost at the buyer's door under each treatment, who bears what, and what is missing; or what it waits for."""
    from entrepot.portal import comparison

    for one in findings:
        if one.value is None:
            out.print(found_table([one]))
            for wait in one.waits:
                out.print(f"[cyan]○ {escape(wait.why.en)}[/cyan] [dim]{escape(wait.why.zh)}[/dim]")
            if any(wait.topic == "trade.cost" for wait in one.waits):
                out.print(
                    "  say one of them (`topics trade.cost`), or `say DOSSIER import.formalities '{}'` to see it without: what "
                    "nobody has said is then listed"
                )
                out.print(
                    "  [dim]请填报其中一项（`topics trade.cost`），或执行 `say 案卷 import.formalities '{}'` "
                    "先行查看：未提供的费用将逐项列出[/dim]"
                )
            continue
        title = f"{one.label.en} · {one.label.zh} · {one.value['country']} {one.value['day']} {one.value['incoterm']}"
        out.print(comparison.table_of(one.topic, one.value, title))
        out.print(comparison.costs_table(one.value))
        for reason in one.reasons:
            out.print(f"[yellow]◐[/yellow] {escape(reason.en)} [dim]{escape(reason.zh)}[/dim]")


def show_why(out: Console, tree: Why, levels: int = 99) -> None:
    """The tree under one answer; below so many levels only names and values are told."""
    out.print(_branch(tree, levels))


def _branch(why: Why, levels: int) -> Tree:
    mark, style = MARKS.get(why.status, ("·", "white"))
    name = escape(place(why.topic, why.key))
    field = f".{escape(why.field)}" if why.field else ""
    told = {"hidden": " (not for you to see)", "absent": " (nobody said)", "above": " (told above)"}.get(why.kind, "")
    more = f" … and {why.more} more" if why.more else ""
    value = f" = {short(why.value, 200)}" if why.value is not None else ""
    branch = Tree(
        f"[{style}]{mark}[/{style}] [bold]{name}{field}[/bold] {escape(why.label.en)}{value}[dim]{told}{more}[/dim]"
    )
    if levels == 0:
        return branch
    for text in why.reasons:
        branch.add(f"[yellow]because[/yellow] {escape(text.en)}")
    for wait in why.waits:
        branch.add(f"[cyan]waits[/cyan] {escape(wait.why.en)} ({', '.join(wait.who)})")
    for problem in why.problems:
        branch.add(f"[red]{escape(problem.sentence())}[/red]")
    for field_, side in why.sides:
        branch.add(f"[red]contradiction[/red] {escape(field_)}: {escape(side)}")
    for step in why.working:
        inputs = ", ".join(f"{label} = {item}" for label, item in step.inputs)
        exact = f" (exactly {step.exact})" if step.exact and step.exact != step.value else ""
        branch.add(escape(f"{step.name.en}: {step.formula} = {step.value}{exact}  [{inputs}]"))
    for row in why.law:
        keys = " ".join(item for item in row.keys.values() if item)
        until = f" to {row.until}" if row.until else " on"
        beyond = ", read beyond the days known" if row.beyond else ""
        branch.add(
            f"[magenta]law[/magenta] {escape(row.table)} {escape(keys)}: {short(row.values)}; from {row.since}{until};"
            f" {escape(row.source)} ({row.evidence}{beyond})"
        )
    for said in why.spoken:
        where = "; ".join(f"{name} at {spot}" if name else spot for name, spot in list(said.places.items())[:4])
        paper = f" on {said.document} {where}" if said.document or where else ""
        who = f"{said.by} for {said.organisation}" if said.organisation else said.by
        branch.add(
            f"[green]said[/green] {escape(who)}, {said.channel}, {said.authority}, {said.said_at}{escape(paper)}"
        )
    for below in why.below:
        branch.add(_branch(below, levels - 1))
    return branch


def show_dossiers(out: Console, cards: Iterable[DossierCard]) -> None:
    table = Table()
    for column in ("dossier", "kind", "reference", "title", "statements", "last heard"):
        table.add_column(column, overflow="fold")
    for card in cards:
        table.add_row(
            *(escape(str(v)) for v in (card.id, card.kind, card.reference, card.title, card.said, card.heard_at))
        )
    out.print(table)


def as_json(value: Any) -> str:
    """A value as JSON for other programs, one field to a line."""
    return msgspec.json.format(msgspec.json.encode(value), indent=1).decode()
