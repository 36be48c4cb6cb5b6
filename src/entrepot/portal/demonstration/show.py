"""How the demonstration looks in a terminal: the sheet filling up, what waits for whom, duty, refund, and why."""

from typing import Any

from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text as Line

from entrepot.portal.brief import FIRST, money
from entrepot.portal.desk import Taken
from entrepot.portal.reading import Found, Reading
from entrepot.portal.terminal import MARKS, found_table, show_waits


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
    """The findings that people ask for, one row each; how many more there are; and what waits for whom."""
    first = [found for found in reading.findings if found.topic in FIRST]
    console.print(found_table(first, title, reasons=0))
    console.print(f"  [dim]and {len(reading.findings) - len(first)} findings more: `read {reading.dossier}`[/dim]")
    show_waits(console, reading)


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


def summary(console: Console, rows: list[tuple[str, str, str, str]], receipt: str, proof: str) -> None:
    """The end of the story."""
    table = Table(title="What it came to", title_justify="left")
    for column in ("dossier", "buyer's duty, best treatment", "saved by it", "export refund"):
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*row)
    console.print(Group(table, Panel(proof, title=f"The receipt, checked by the stand-alone verifier ({receipt})")))
