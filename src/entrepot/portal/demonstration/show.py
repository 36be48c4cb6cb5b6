"""How the demonstration looks in a terminal: the sheet filling up, what waits for whom, duty, refund, and why."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console, Group
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text as Line

from entrepot.kernel.text import Text
from entrepot.kernel.why import Cited
from entrepot.portal import choosing, comparison
from entrepot.portal.brief import FIRST, money
from entrepot.portal.classifying import Classified
from entrepot.portal.desk import Taken
from entrepot.portal.reading import Found, Reading
from entrepot.portal.terminal import MARKS, found_table, problem_table, show_waits
from entrepot.portal.words import WORDS

UNTRAINED = Text(
    "The classifier is not trained yet. Once is enough: python3 run.py train classification",
    "归类模型尚未训练，只需训练一次：python3 run.py train classification",
)


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


# --- the three questions that come first -------------------------------------------------------------------------------


def _both(text: Text) -> str:
    return escape(text.en) if text.en == text.zh else f"{escape(text.en)} [dim]{escape(text.zh)}[/dim]"


def _headed(title: str, heads: Iterable[Text]) -> Table:
    table = Table(title=title, title_justify="left")
    for head in heads:
        table.add_column(f"{head.en}\n{head.zh}" if head.en else "", overflow="fold")
    return table


def suggested(console: Console, text: str, found: Classified, language: str) -> None:
    """The candidates for a description with their evidence, and the one question; or why no code is proposed."""
    heads = (Text("code", "编码"), Text("share", "可能性"), Text("what the tariff calls it", "税则名称"), Text("because", "依据"))
    table = _headed(f"“{escape(text)}” · {found.suggestion.edition if found.suggestion else ''}", heads)
    for one in found.suggestion.candidates if found.suggestion else ():
        because = "; ".join(e.text for e in one.evidence[:2])
        table.add_row(one.code, f"{one.share * 100:.1f} %", escape(one.title.in_language(language)), escape(because))
    console.print(table)
    for problem in found.problems:
        console.print(f"  [red]✗ {problem.rule}[/red] {_both(problem.what)}")
    for reason in found.reasons:
        console.print(f"  [yellow]◐[/yellow] {_both(reason)}")
    for assumed in found.suggestion.assumes if found.suggestion else ():
        console.print(f"    taken for granted 默认前提: {_both(assumed)}")
    question = found.suggestion.question if found.suggestion else None
    if question is not None:
        en, zh = (" / ".join(choice.label.in_language(one) for choice in question.choices) for one in ("en", "zh"))
        console.print(f"  [cyan]?[/cyan] [bold]{escape(question.ask.en)}[/bold] {escape(en)}")
        console.print(f"    {escape(question.ask.zh)} [dim]{escape(zh)}[/dim]")


def answered(console: Console, label: Text, found: Classified, language: str) -> None:
    """What became of the leading code after an answer."""
    first = found.suggestion.candidates[0] if found.suggestion and found.suggestion.candidates else None
    if first is not None:
        code = f"[bold]{first.code}[/bold] {first.share * 100:.1f} % {escape(first.title.in_language(language))}"
        console.print(f"  [cyan]→[/cyan] {_both(label)}: {code}")


def landed(console: Console, one: Found, title: str) -> None:
    """The cost at the buyer's door under each treatment, one row each; what the best one is made of; what it rests on."""
    names = ("treatment", "rate", *comparison.columns(one.topic))
    table = _headed(f"{one.label.en} · {one.label.zh} · {escape(title)}", (Text("", ""), *(WORDS[name] for name in names)))
    told: tuple[Text, ...] = ()
    for way in comparison.ways(one.topic, one.value):
        duty, taxes, total, against = way.cells
        told = taxes.beside if way.best else told
        mark = "[green]★[/green]" if way.best else "[green]✓[/green]" if way.available else "[yellow]○[/yellow]"
        table.add_row(mark, _both(way.name), _both(way.rate), duty.text, taxes.text, total.text, against.text)
    console.print(table)
    borne = [cost for cost in comparison.costs(one.value) if cost.payer == WORDS["buyer"] and cost.amount]
    console.print(f"  {_both(WORDS['buyer'])}: {'; '.join(f'{_both(cost.name)} {cost.amount}' for cost in borne)}")
    if told:
        console.print(f"  ★ {_both(WORDS['other_taxes'])}: {'; '.join(text.en for text in told)}")
        console.print(f"    [dim]{'；'.join(text.zh for text in told)}[/dim]")
    _rests_on(console, one.reasons)


def _rests_on(console: Console, reasons: Sequence[Text], most: int = 2) -> None:
    for reason in reasons[:most]:
        console.print(f"  [yellow]◐[/yellow] {_both(reason)}")
    if len(reasons) > most:
        console.print(f"  [dim]… {len(reasons) - most} more · 另有 {len(reasons) - most} 项[/dim]")


def measures(console: Console, offer: Mapping[str, Any], law: Iterable[Cited]) -> None:
    """The trade measures under the best treatment, each with its row of law; and what is told of those not on file."""
    best: Mapping[str, Any] = next((one for one in offer["treatments"] if one["code"] == offer.get("best")), {})
    added = {one["measure"]: one for one in best.get("measures", ()) if one["duty"] and one["duty"]["minor"]}
    rows = {row.keys.get("measure"): row for row in law if row.table.endswith("/measures")}
    for name, one in added.items():
        console.print(f"  [red]+[/red] {_both(choosing.text_of(one['name']))}: {one['rate']} = {money(one['duty'])}")
        if name in rows:
            row, source = rows[name], escape(rows[name].source.partition(";")[0])
            console.print(f"    [magenta]law[/magenta] {row.table} {row.keys['code']} since {row.since}; [dim]{source}[/dim]")
    for text in best.get("conditions", ()) if best.get("measures") else ():
        console.print(f"  [yellow]◐[/yellow] {_both(choosing.text_of(text))}")


def ways(console: Console, one: Found) -> None:
    """The ways in, best first, one row each; and the advice."""
    table = _headed(f"{one.label.en} · {one.label.zh}", (choosing.COLUMNS[name] for name in ("way", "cost", "saving", "open")))
    for row in choosing.rows_of(one.topic, one.value):
        colour = "green" if row.state == "now" else "yellow" if row.state == "nearly" else "dim"
        state = choosing.STATES[row.state]
        name = f"{_both(row.name)} {escape(row.beside.en)} [{colour}]{'★ ' if row.best else ''}{state.en} {state.zh}[/{colour}]"
        still = "; ".join(text.en for text in row.open), "；".join(text.zh for text in row.open)
        table.add_row(name, row.cost, row.saving, f"{escape(still[0])}\n[dim]{escape(still[1])}[/dim]" if row.open else "–")
    console.print(table)


def remedies(console: Console, decision: Mapping[str, Any], changes: Sequence[Mapping[str, Any]], label: Text, hidden: bool) -> None:
    """What would make a failing agreement work, as its producer reads it; and that the buyer does not."""
    missing = "; ".join(_both(choosing.text_of(text)) for text in decision.get("missing", ()))
    console.print(f"  [red]✗ {escape(decision['agreement'])}[/red] {missing}")
    for place, change in enumerate(changes):
        first = "[bold]the single change that would do · 只需改动一处[/bold]" if place == 0 else "[dim]or · 或[/dim]"
        console.print(f"    {first}: {_both(choosing.text_of(change['what']))}")
    if hidden:
        console.print(f"    [dim]for the producer only: the buyer does not see the {label.en} · 仅供生产商：买方看不到{label.zh}[/dim]")


def certificate(console: Console, one: Found) -> None:
    """The drafted certificate: every box that is not the office's, what stands there and where it comes from."""
    title = choosing.text_of(one.value["name"])
    table = _headed(f"{title.en} · {title.zh}", (choosing.COLUMNS[name] for name in ("box", "element", "words", "source")))
    for box in choosing.boxes_of(one.value):
        if box.words and not box.office:
            table.add_row(box.no, _both(box.label), escape(box.words), f"[dim]{escape(box.source)}[/dim]")
    console.print(table)
    if one.problems:
        console.print(problem_table(one.problems))
    _rests_on(console, one.reasons)


def certified(console: Console, number: str, advice: Text) -> None:
    """What the issuing body answered, and what the buyer is advised since."""
    console.print(f"  [yellow]sandbox issuing body[/yellow] issued {number} · 沙箱签证机构已签发")
    console.print(f"  [bold]{_first(advice.en, '. ')}[/bold] [dim]{_first(advice.zh, '。')}[/dim]")


def _first(text: str, stop: str) -> str:
    """The first sentence; what else could still be had was told before."""
    head, found, _ = text.partition(stop)
    return escape(head + found.strip())


def sent_back(console: Console) -> None:
    console.print("  [red]the draft was sent back; its problems stand on the sheet · 草稿被退回，问题见业务表[/red]")
