"""What a trader compares: the ways to enter the goods, side by side - the duty of a line, and the cost at the buyer's door.

The same rows stand in the terminal and on the page. Values are plain JSON here, as a reading gives them.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from entrepot.kernel.money import Money
from entrepot.kernel.text import Text
from entrepot.portal.words import WORDS

if TYPE_CHECKING:
    from rich.table import Table

TOPICS = ("landed.cost", "duty.offer")
Value = Mapping[str, Any]


class Cell(Struct, frozen=True):
    """An amount with the place of its why (empty: none), and what stands small beside it."""

    text: str
    path: str = ""
    beside: tuple[Text, ...] = ()


class Way(Struct, frozen=True):
    """One way to enter the goods: its cells by column, whether it can be had, whether it is the best, and what it takes."""

    name: Text
    rate: Text
    cells: tuple[Cell, ...]
    available: bool
    best: bool
    takes: tuple[Text, ...]


class Cost(Struct, frozen=True):
    """A cost on the way: who bears it, its amount where somebody said it, and how it stands in the total otherwise."""

    name: Text
    payer: Text
    amount: str
    note: Text | None = None


def text_of(given: Value) -> Text:
    return Text(given["en"], given["zh"])


def amount_of(given: Value | None) -> str:
    return "–" if given is None else str(Money(given["minor"], given["currency"]))


def columns(topic: str) -> tuple[str, ...]:
    """The names of the amounts' columns, as words of the pages."""
    return ("duty", "other_taxes", "landed_total", "against_best") if topic == "landed.cost" else ("duty", "trade_measures")


def ways(topic: str, value: Value) -> list[Way]:
    """The rows of the comparison, in the order of the finding: best first."""
    made = _landed if topic == "landed.cost" else _offered
    return [
        Way(
            text_of(one["name"]),
            WORDS["free"] if one["rate"] == "free" else Text(one["rate"], one["rate"]),
            made(f"treatments/{place}", one),
            one["available"],
            one["available"] and one["code"] == value.get("best"),
            tuple(_takes(one)),
        )
        for place, one in enumerate(value["treatments"], 1)
    ]


def about(topic: str, value: Value) -> list[tuple[str, Cell]]:
    """What the comparison is of: words of the pages, each with its answer."""
    facts = [("import_into", Cell(f"{value['country']}, {value['day']}"))]
    if topic == "duty.offer":
        facts += [("code", Cell(value["code"], "code")), ("customs_value", Cell(amount_of(value["value"]), "value"))]
        facts += [(name, Cell(amount_of(value[name]), name)) for name in ("saving", "possible_saving") if value.get(name)]
    return facts


def by_line(value: Value) -> list[tuple[str, Cell]]:
    """What each of several lines comes to under the best treatment."""
    for place, one in enumerate(value["treatments"], 1):
        if one["available"] and one["code"] == value.get("best") and len(one["lines"]) > 1:
            return [(key, Cell(amount_of(amount), f"treatments/{place}.lines.{key}")) for key, amount in one["lines"].items()]
    return []


def _landed(path: str, one: Value) -> tuple[Cell, ...]:
    duty = next((tax for tax in one["taxes"] if tax["tax"] == "duty"), None)
    others = [tax for tax in one["taxes"] if tax["tax"] != "duty" and (tax["amount"] is None or tax["amount"]["minor"])]
    known = [tax["amount"] for tax in others if tax["amount"] is not None]
    of_all = Money(sum(amount["minor"] for amount in known), known[0]["currency"]) if known else None
    told = tuple(
        Text(f"{tax['name']['en']} {amount_of(tax['amount'])}", f"{tax['name']['zh']} {amount_of(tax['amount'])}") for tax in others
    )
    total, priced = amount_of(one["total"]), amount_of(one["priced"])
    at_least = WORDS["at_least"] if one["at_least"] else Text("", "")
    dearer = one.get("dearer")
    against = "" if dearer is None else f"{'−' if dearer['minor'] < 0 else '+'} {Money(abs(dearer['minor']), dearer['currency'])}"
    return (
        Cell(amount_of(duty["amount"]) if duty else "–", f"{path}.taxes"),
        Cell("–" if of_all is None else str(of_all), f"{path}.taxes" if others else "", told),
        Cell(total, f"{path}.total", ((at_least,) if at_least.en else ()) + ((Text(priced, priced),) if priced != total else ())),
        Cell(against or "–", f"{path}.dearer" if against else ""),
    )


def _offered(path: str, one: Value) -> tuple[Cell, ...]:
    measures = one.get("measures", ())
    told = tuple(
        Text(f"{m['name']['en']} {m['rate']} {amount_of(m['duty'])}", f"{m['name']['zh']} {m['rate']} {amount_of(m['duty'])}")
        for m in measures
    )
    sums = [m["duty"] for m in measures if m["duty"] is not None]
    whole = Money(sum(m["minor"] for m in sums), sums[0]["currency"]) if sums and len(sums) == len(measures) else None
    return (
        Cell(amount_of(one["duty"]), f"{path}.duty" if one["duty"] else ""),
        Cell("–" if whole is None else str(whole), f"{path}.measures" if measures else "", told),
    )


def _takes(one: Value) -> Iterable[Text]:
    """What it takes to have the treatment: what is missing, then its proofs, then what it rests on."""
    yield from (text_of(text) for text in one.get("missing", ()))
    if not one.get("missing"):
        yield from (text_of(text) for text in one.get("papers", ()))
    yield from (text_of(text) for text in (*one.get("unknown", ()), *one.get("conditions", ())))


# --- the terminal ----------------------------------------------------------------------------------------------------


def table_of(topic: str, value: Value, title: str) -> "Table":
    """The comparison for the terminal, in both languages."""
    from rich.markup import escape
    from rich.table import Table

    def both(text: Text) -> str:
        return escape(text.en) if text.en == text.zh else f"{escape(text.en)}\n[dim]{escape(text.zh)}[/dim]"

    table = Table(title=title, title_justify="left", show_lines=True)
    table.add_column("")
    for name in ("treatment", "rate", *columns(topic), "to_have_it"):
        table.add_column(f"{WORDS[name].en}\n{WORDS[name].zh}", overflow="fold")
    for way in ways(topic, value):
        mark = "[green]★[/green]" if way.best else "[green]✓[/green]" if way.available else "[yellow]○[/yellow]"
        cells = ("\n".join([cell.text, *(f"[dim]{both(one)}[/dim]" for one in cell.beside)]) for cell in way.cells)
        table.add_row(mark, both(way.name), both(way.rate) or "–", *cells, "\n".join(map(both, way.takes)) or "–")
    return table


def costs_table(value: Value) -> "Table":
    """Who bears which cost on the way, for the terminal."""
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=f"{WORDS['on_the_way'].en} · {WORDS['on_the_way'].zh}", title_justify="left")
    for column in ("cost", "borne_by", "amount"):
        table.add_column(f"{WORDS[column].en} · {WORDS[column].zh}", overflow="fold")
    for cost in costs(value):
        told = (f"{escape(text.en)} [dim]{escape(text.zh)}[/dim]" for text in (cost.name, cost.payer, cost.note) if text is not None)
        name, payer, *note = told
        table.add_row(name, payer, " ".join([cost.amount, *note]).strip())
    return table


def costs(value: Value) -> list[Cost]:
    """Each cost with who bears it; a note where it is not simply counted in the total."""
    price, converted = amount_of(value["price"]), amount_of(value["converted"])
    rows = [Cost(WORDS["price"], WORDS["buyer"], _both(price, converted))]
    for part in value["parts"]:
        amount = part.get("amount")
        note = WORDS["in_the_price"] if part.get("in_price") else WORDS["not_counted"] if amount is None else None
        worth = "" if amount is None else _both(amount_of(amount), amount_of(part["converted"]))
        rows.append(Cost(text_of(part["name"]), WORDS[part["payer"]], worth, note))
    taken = value["duties_payer"]
    note = WORDS["by_treatment"] if taken == "buyer" else WORDS["in_the_price"]
    return [*rows, Cost(WORDS["customs_takes"], WORDS[taken], "", note)]


def _both(amount: str, converted: str) -> str:
    return amount if amount == converted else f"{amount} = {converted}"
