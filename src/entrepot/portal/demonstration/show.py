"""How the demonstration looks in a terminal: the sheet filling up, what waits for whom, duty, refund, and why."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text as Line
from rich.tree import Tree

from entrepot.kernel.findings import STATUSES
from entrepot.kernel.text import Problem
from entrepot.kernel.why import Cited, Why
from entrepot.portal.brief import in_brief, money
from entrepot.portal.desk import Taken
from entrepot.portal.reading import Found, Reading, waiting

MARKS = {
    "found": ("●", "green"), "needs_review": ("◐", "yellow"), "no_law": ("∅", "magenta"), "refused": ("✗", "red"),
    "not_applicable": ("–", "dim"), "failed": ("!", "bold red"), "waits": ("○", "cyan"),
}  # fmt: skip
DEEP = 4


def saved(offer: dict[str, Any]) -> str:
    """What the best treatment open to the goods saves against the best that needs no agreement."""
    saving = offer.get("saving")
    return money(saving) if saving and saving["minor"] else "nothing"


def banner(console: Console) -> None:
    words = Line.assemble(
        ("SANDBOX 沙箱 · nothing here is an official act 一切均非官方行为\n", "bold yellow"),
        "The firms and shipments are fictitious; the tariff, the agreement and the refund rates are real rows with their sources.",
    )
    console.print(Panel(words, title="Entrepôt", subtitle="an export, from its papers to its refund"))


def paper(console: Console, name: str, taken: Taken, reading: Reading) -> None:
    """One line for a paper: what it was, what was read, and how far the sheet has filled."""
    filled: dict[str, int] = {}
    for found in reading.findings:
        filled[found.status] = filled.get(found.status, 0) + 1
    sheet = Line("  ").join(Line(f"{MARKS[s][0]} {filled[s]}", style=MARKS[s][1]) for s in MARKS if s in filled)
    console.print(
        Line.assemble(
            ("  ▸ ", "bold"), (f"{name:<20}", "bold"), f" {taken.kind:<22} {len(taken.read):>2} statements   sheet: "
        ),
        sheet,
    )
    for text in taken.unread:
        console.print(f"      [dim]not read: {text.en}[/dim]")


def sheet(console: Console, reading: Reading, title: str) -> None:
    """The findings, one row each, and what waits for whom."""
    table = Table(title=title, title_justify="left", show_edge=False, pad_edge=False)
    for column in ("", "finding", "status", "answer"):
        table.add_column(column, overflow="fold")
    for found in reading.findings:
        mark, style = MARKS[found.status]
        name = f"{found.label.en} {found.key}".strip()
        table.add_row(Line(mark, style=style), name, Line(STATUSES[found.status].en, style=style), brief(found))
    console.print(table)
    people = [
        one
        for one in waiting(reading)
        if one.holds_up and "." in one.topic and not set(one.who) & {f.by for f in reading.findings}
    ]
    for one in people:
        place = f"{one.topic}/{one.key}" if one.key else one.topic
        console.print(
            f"  [cyan]○ waits for {place}[/cyan] from {', '.join(one.who)} — holds up {', '.join(one.holds_up)}"
        )


def brief(found: Found) -> str:
    """A finding in a few words."""
    told = in_brief(found)
    return told.en if told is not None else ""


def treatments(console: Console, offer: Found, title: str) -> None:
    """What the buyer pays under each treatment, best first, and what is missing for the others."""
    table = Table(title=title, title_justify="left")
    for column in ("treatment", "rate", "duty", "open to these goods", "what is missing, or what it rests on"):
        table.add_column(column, justify="right" if column == "duty" else "left", overflow="fold")
    for one in offer.value["treatments"]:
        notes = [text["en"] for text in (*one.get("missing", ()), *one.get("conditions", ()))]
        best = "bold green" if one["code"] == offer.value.get("best") else ""
        state = "yes, on a condition" if one.get("conditional") else "yes" if one["available"] else "no"
        table.add_row(one["name"]["en"], one["rate"], money(one.get("duty")), state, "; ".join(notes), style=best)
    console.print(table)
    value = offer.value
    console.print(
        f"  value {money(value['value'])} on {value['day']}; saved by the best treatment open: [bold]{saved(value)}[/bold]",
        end="",
    )
    more = value.get("possible_saving")
    console.print(f"; possible if what is missing is got: {money(more)}" if more else "")


def problems(console: Console, found: Iterable[Problem], title: str) -> int:
    """Every problem at once: what, where, how to mend it, in both languages."""
    table = Table(title=title, title_justify="left", show_lines=True)
    for column in ("rule", "where", "what is wrong · 问题", "how to mend it · 如何更正"):
        table.add_column(column, overflow="fold")
    told = list(found)
    for one in told:
        table.add_row(
            one.rule, one.where, f"{one.what.en}\n[dim]{one.what.zh}[/dim]", f"{one.fix.en}\n[dim]{one.fix.zh}[/dim]"
        )
    console.print(table)
    return len(told)


def explain(console: Console, knot: Why, title: str) -> None:
    """The tree under one number, down to the row of law and the place on the paper."""
    tree = Tree(f"[bold]{title}[/bold]")
    _grow(tree, knot, 0)
    console.print(tree)


def _grow(tree: Tree, knot: Why, depth: int) -> None:
    for step in knot.working:
        given = ", ".join(f"{name} = {value}" for name, value in step.inputs)
        exact = f" (exactly {step.exact})" if step.exact and step.exact != step.value else ""
        tree.add(f"[blue]∑[/blue] {step.name.en}: {step.formula} → [bold]{step.value}[/bold]{exact} [dim]{given}[/dim]")
    for row in knot.law:
        tree.add(_law(row))
    for text in knot.reasons:
        tree.add(f"[yellow]◐ {text.en}[/yellow]")
    for below in knot.below:
        name = f"{below.topic}/{below.key}" if below.key else below.topic
        if below.kind in ("fact", "conflict"):
            tree.add(f"[green]“[/green] {name} {_spoken(below)}")
        elif below.kind == "finding" and depth < DEEP:
            _grow(
                tree.add(f"[bold]{name}[/bold] {STATUSES[below.status].en}" if below.status in STATUSES else name),
                below,
                depth + 1,
            )
        elif below.kind == "hidden":
            tree.add(f"[dim]{name}: not for your eyes[/dim]")


def _law(row: Cited) -> str:
    until = f" to {row.until}" if row.until else ""
    keys = " ".join(value for value in row.keys.values() if value)
    values = ", ".join(f"{name} {_plain(value)}" for name, value in row.values.items() if name != "note")
    return f"[magenta]§[/magenta] {row.table} [bold]{keys}[/bold]: {values} — from {row.since}{until}; {row.source} \\[{row.evidence}]"


def _plain(value: Any) -> str:
    if isinstance(value, dict) and value.get("type") == "AdValorem":
        return f"{(Decimal(value['rate']) * 100).normalize():f} %"
    return str(value)


def _spoken(knot: Why) -> str:
    said = []
    for one in knot.spoken:
        where = f"on {one.document}" if one.document else one.authority
        said.append(f"{one.organisation}, {where}")
    return f"[dim]said by {'; '.join(said)}[/dim]"


def summary(console: Console, rows: list[tuple[str, str, str, str]], receipt: str, proof: str) -> None:
    """The end of the story."""
    table = Table(title="What it came to", title_justify="left")
    for column in ("dossier", "buyer's duty, best treatment", "saved by it", "export refund"):
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*row)
    console.print(Group(table, Panel(proof, title=f"The receipt, checked by the stand-alone verifier ({receipt})")))
