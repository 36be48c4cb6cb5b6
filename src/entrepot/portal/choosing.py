"""What an agreement is worth, and the certificate box by box: the rows that page and terminal share, and the terminal.

Values are plain JSON here, as a reading gives them.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from entrepot.kernel.money import Money
from entrepot.kernel.text import Text
from entrepot.portal.reading import Found
from entrepot.portal.words import WORDS

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

LINE, TOTAL, CERTIFICATE = "preference.line", "preference.total", "certificate.draft"
TOPICS = (TOTAL, LINE, CERTIFICATE)
Value = Mapping[str, Any]
STATES = {
    "now": Text("open now", "现可适用"),
    "nearly": Text("nearly", "尚缺条件"),
    "closed": Text("closed", "不适用"),
}
COLUMNS = {
    "way": Text("way in", "进口方案"),
    "cost": Text("duty and measures", "关税及加征"),
    "saving": Text("saves", "节省"),
    "papers": Text("papers", "所需单证"),
    "open": Text("still open, or to be confirmed", "尚缺或待核实"),
    "lines": Text("lines", "商品项"),
    "box": Text("box", "栏"),
    "element": Text("element", "内容"),
    "words": Text("what stands there", "填写内容"),
    "source": Text("from", "来源"),
    "office": Text("filled by the issuing body", "由签证机构填写"),
    "line": Text("line", "第"),
}
_OFFICE = frozenset({"number", "official", "certification"})


class Row(Struct, frozen=True):
    """A way in as it is shown: `path` is the place of its why."""

    name: Text
    beside: Text
    cost: str
    saving: str
    state: str
    papers: tuple[Text, ...]
    open: tuple[Text, ...]
    path: str
    best: bool = False


def rows_of(topic: str, value: Value) -> list[Row]:
    """The ways in of a line, or the agreements of the consignment, in the order of the finding."""
    if topic == LINE:
        return [_row(one, f"ways/{place}", _rates(one), value.get("best")) for place, one in enumerate(value["ways"], 1)]
    made = []
    for place, one in enumerate(value.get("agreements", ()), 1):
        lines = ", ".join(one["lines"])
        plural = "s" if len(one["lines"]) > 1 else ""
        made.append(_row(one, f"agreements/{place}", Text(f"on line{plural} {lines}", f"第 {lines} 项"), None))
    return made


def rate_of(text: str) -> Text:
    return WORDS["free"] if text == "free" else Text(text, text)


def _rates(way: Value) -> Text:
    """The rate of a way in, and those of the trade measures on top of it."""
    parts = [rate_of(way["rate"]), *(text_of(one) for one in way.get("measures", ()))]
    return Text(" + ".join(part.en for part in parts), " + ".join(part.zh for part in parts))


def _row(one: Value, path: str, beside: Text, best: str | None) -> Row:
    papers = tuple(
        Text(f"{paper['name']['en']} ({paper['who']['en']})", f"{paper['name']['zh']}（{paper['who']['zh']}）")
        for paper in one.get("documents", ())
    )
    open_ = tuple(text_of(text) for text in (*one.get("missing", ()), *one.get("conditions", ())))
    chosen = best is not None and one["state"] == "now" and one["code"] == best
    return Row(text_of(one["name"]), beside, _money(one.get("cost")), _money(one.get("saving")), one["state"], papers, open_, path, chosen)


def sums_of(value: Value) -> list[tuple[Text, str, str]]:
    """The three sums of the consignment: without agreements, now, at best; each with its path."""
    names = (
        ("without", Text("without agreements", "不适用协定")), ("now", Text("as things stand", "按目前情况")),
        ("could", Text("at best", "最优可能")),
    )  # fmt: skip
    return [(label, _money(value.get(name)), name) for name, label in names]


def text_of(given: Value) -> Text:
    return Text(given["en"], given["zh"])


def _money(given: Value | None) -> str:
    if given is None:
        return "–"
    amount = Money(abs(given["minor"]), given["currency"])
    return f"− {amount}" if given["minor"] < 0 else str(amount)


class BoxRow(Struct, frozen=True):
    """A box as it is shown; `line` is empty for those of the form."""

    no: str
    label: Text
    words: str
    source: str
    line: str = ""
    office: bool = False


def boxes_of(value: Value) -> Iterator[BoxRow]:
    """Every box of a certificate: those of the form, then line by line."""
    for line, boxes in (("", value["boxes"]), *((one["line"], one.get("boxes", ())) for one in value["lines"])):
        for box in boxes:
            source = " · ".join(part for part in (box.get("source", ""), box.get("paper", "")) if part)
            yield BoxRow(box["no"], text_of(box["label"]), box["value"], source, line, box["element"] in _OFFICE)


# --- the terminal ----------------------------------------------------------------------------------------------------


def show(out: "Console", findings: Sequence[Found]) -> None:
    """The findings in the terminal, in both languages: the consignment before its lines; problems and doubts below."""
    from rich.markup import escape

    from entrepot.portal.terminal import found_table, problem_table

    if not findings:
        none = Text(
            "nothing yet: say when and where the goods are entered (import.entry, import.line), or ask for a certificate "
            "(certificate.request)",
            "暂无：请填报进口计划（import.entry、import.line），或申请证书（certificate.request）",
        )
        out.print(f"{none.en} [dim]{none.zh}[/dim]")
    for one in sorted(findings, key=lambda found: TOPICS.index(found.topic)):
        if one.value is None:
            out.print(found_table([one]))
        elif one.topic == CERTIFICATE:
            out.print(f"[bold]{_both(text_of(one.value['name']))}[/bold]")
            out.print(_boxes_table(one.value))
        else:
            _show_choice(out, one)
        if one.problems:
            out.print(problem_table(one.problems))
        for reason in one.reasons:
            out.print(f"[yellow]◐[/yellow] {escape(reason.en)} [dim]{escape(reason.zh)}[/dim]")


def _both(text: Text) -> str:
    from rich.markup import escape

    return escape(text.en) if text.en == text.zh else f"{escape(text.en)}\n[dim]{escape(text.zh)}[/dim]"


def _headed(title: str, names: Sequence[str]) -> "Table":
    from rich.table import Table

    table = Table(title=title, title_justify="left", show_lines=True)
    for name in names:
        table.add_column(f"{COLUMNS[name].en}\n{COLUMNS[name].zh}", overflow="fold")
    return table


def _boxes_table(value: Value) -> "Table":
    from rich.markup import escape

    table = _headed("", ("line", "box", "element", "words", "source"))
    for box in boxes_of(value):
        words = f"[dim]{_both(COLUMNS['office'])}[/dim]" if box.office else escape(box.words) or "–"
        table.add_row(box.line, box.no, _both(box.label), words, f"[dim]{escape(box.source)}[/dim]")
    return table


def _show_choice(out: "Console", one: Found) -> None:
    from rich.markup import escape

    out.print(f"[bold]{_both(text_of(one.value['advice']))}[/bold]")
    if one.topic == TOTAL:
        for label, amount, _ in sums_of(one.value):
            out.print(f"{escape(label.en)} [dim]{escape(label.zh)}[/dim] {escape(amount)}")
    rows = rows_of(one.topic, one.value)
    if not rows:
        return
    title = f"{one.label.en} · {one.label.zh} {one.key}".rstrip()
    table = _headed(title, ("way", "cost", "saving", "papers", "open"))
    for row in rows:
        colour = "green" if row.state == "now" else "yellow" if row.state == "nearly" else "dim"
        mark = f"[{colour}]{'★ ' if row.best else ''}{_both(STATES[row.state])}[/{colour}]"
        lists = ("\n".join(map(_both, texts)) or "–" for texts in (row.papers, row.open))
        name = "\n".join((_both(row.name), f"[dim]{_both(row.beside)}[/dim]", mark))
        table.add_row(name, escape(row.cost), escape(row.saving), *lists)
    out.print(table)
