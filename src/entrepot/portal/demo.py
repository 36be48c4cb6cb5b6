"""`entrepot demo`: the main job, whole - what a trader asks first; then an exporter's papers go in, and out come declaration,
origin, duty, refund and proof; then a box of papers as it comes, cleared, and the broker's day; then all of it proven;
then one portal and its two channels."""

from __future__ import annotations

import sys
from os.path import relpath
from pathlib import Path

from rich.console import Console
from rich.rule import Rule

from entrepot.kernel.intake import Refusal
from entrepot.portal import setting
from entrepot.portal.brief import money
from entrepot.portal.demonstration import clearing, proving, questions, show, show_clearance, show_portal
from entrepot.portal.demonstration.story import CORRIDORS, MISTAKES, Corridor, Story, found
from entrepot.portal.desk import Desk
from entrepot.portal.reading import Reading
from entrepot.portal.terminal import console as terminal_console
from entrepot.portal.terminal import problem_table, show_why
from entrepot_verify.receipt import verify

STORE = "demonstration.sqlite3"
CONFIRMED = (
    "compared with the papers line by line; the rows that need review were read against the exporter's own books"
)


def demo_store() -> Path:
    """Where the demonstration keeps its store; made anew each time it is played."""
    return setting.home() / STORE


def run_demo(serve: bool = False, host: str = "127.0.0.1", port: int = 8000) -> int:
    """Play the story in the terminal; with `serve`, then open the portal on what was made. Gives the exit code."""
    console = terminal_console()
    path = demo_store()
    path.parent.mkdir(parents=True, exist_ok=True)
    for old in path.parent.glob(f"{STORE}*"):
        old.unlink()
    desk = setting.open_desk(f"sqlite:///{path}", "sandbox")
    try:
        code = _play(console, desk, clearing.reads_scans())
        if code == 0 and not (proving.play(console, desk, path.parent) and show_portal.play(console, desk, path.parent)):
            code = 1
    finally:
        desk.store.close()
    if code == 0 and serve:
        from entrepot.portal.serving import serve as serve_portal

        serve_portal(f"sqlite:///{path}", host, port)
    return code


def _play(console: Console, desk: Desk, scans: bool) -> int:
    show.banner(console)
    story = Story(desk)
    try:
        questions.play(console, story)
    except Refusal as refusal:
        console.print(problem_table(refusal.problems, "The story stopped: these were refused"))
        return 1
    rows, receipt, proof = [], "", ""
    for number, corridor in enumerate(CORRIDORS, 1):
        console.print(
            Rule(f"{number}. {corridor.title.en} · {corridor.title.zh} — entered {corridor.entry['day']}", align="left")
        )
        try:
            sent = _corridor(console, story, corridor)
        except Refusal as refusal:
            console.print(problem_table(refusal.problems, "The story stopped: these were refused"))
            return 1
        rows.append(_row(corridor, story.reading(corridor)))
        if sent and not receipt:
            receipt, proof = _receipt(desk, story, corridor, sent)
    if not _mistakes(console, story):
        return 1
    _why(console, desk, story)
    try:
        if not clearing.play(console, desk, scans):
            return 1
    except Refusal as refusal:
        console.print(problem_table(refusal.problems, "The story stopped: these were refused"))
        return 1
    show_clearance.written(console, clearing.messages(desk, demo_store().parent))
    show.summary(console, rows, receipt, proof)
    return 0


def _corridor(console: Console, story: Story, corridor: Corridor) -> str:
    """One export; gives the id of the statement that its declaration was sent, if it was."""
    story.open(corridor)
    for name, taken in story.hand_in(corridor):
        show.paper(console, name, taken, story.reading(corridor))
    story.plan_entry(corridor)
    reading = story.reading(corridor)
    if corridor.exported_on is None:
        console.print("  [dim]The same papers; only the day of entry into Japan differs.[/dim]")
        _duty(console, corridor, reading)
        return ""
    show.sheet(console, reading, "The sheet, before anything is declared")
    number = story.declare(corridor, CONFIRMED)
    if not number:
        form = found(story.reading(corridor), "declaration.form")
        console.print(problem_table(form.problems if form else (), "The declaration was not taken in"))
        return ""
    console.print(f"  [yellow]sandbox customs[/yellow] took the declaration in under {number}, then released the goods")
    story.release(corridor, number)
    story.pay(corridor, number)
    console.print(
        f"  [yellow]sandbox bank[/yellow] received {corridor.received} on {corridor.received_on}; refund claimed {corridor.claimed_on}"
    )
    reading = story.reading(corridor)
    show.sheet(console, reading, "The sheet, after customs, carrier and bank have answered")
    _duty(console, corridor, reading)
    return next((fact.statements[0].id for fact in reading.facts if fact.topic == "declaration.form.sent"), "")


def _duty(console: Console, corridor: Corridor, reading: Reading) -> None:
    for line in corridor.codes:
        offer = found(reading, "duty.offer", line)
        if offer is not None and offer.value:
            show.treatments(console, offer, f"What the buyer pays on line {line}, entered on {corridor.entry['day']}")


def _mistakes(console: Console, story: Story) -> bool:
    """Eight deliberate mistakes, all told at once."""
    console.print(Rule(f"{MISTAKES.title.en} · {MISTAKES.title.zh}", align="left"))
    story.open(MISTAKES)
    for name, taken in story.hand_in(MISTAKES):
        show.paper(console, name, taken, story.reading(MISTAKES))
    form = found(story.reading(MISTAKES), "declaration.form")
    problems = form.problems if form is not None else ()
    console.print(problem_table(problems, "All of them at once, and nothing was lost"))
    return len(problems) == 8


def _why(console: Console, desk: Desk, story: Story) -> None:
    """One number, asked why: the duty on the acid from 1 April 2026."""
    corridor = CORRIDORS[1]
    console.print(Rule("Why? · 为什么？", align="left"))
    show_why(console, desk.why(corridor.dossier, "duty.offer/1", story.exporter(corridor)), levels=2)


def _row(corridor: Corridor, reading: Reading) -> tuple[str, str, str, str]:
    duty, saved = [], []
    for line in corridor.codes:
        offer = found(reading, "duty.offer", line)
        if offer is None or not offer.value:
            continue
        best = next((one for one in offer.value["treatments"] if one["code"] == offer.value.get("best")), None)
        duty.append(f"{best['name']['en']} {best['rate']}: {money(best['duty'])}" if best else "-")
        saved.append(show.saved(offer.value))
    return corridor.dossier, "\n".join(duty), "\n".join(saved), _refund(corridor, reading)


def _refund(corridor: Corridor, reading: Reading) -> str:
    if corridor.exported_on is None:
        return "(as above)"
    total = found(reading, "rebate.total")
    if total is not None and total.value:
        return f"{money(total.value['refund'])} ({total.status.replace('_', ' ')})"
    line = found(reading, "rebate.refund", "1")
    reason = line.reasons[0].en if line is not None and line.reasons else "waiting"
    return f"no number: {reason}"


def _receipt(desk: Desk, story: Story, corridor: Corridor, sent: str) -> tuple[str, str]:
    """The receipt of the sent declaration, kept beside the store and checked by the stand-alone verifier."""
    desk.store.integrate()
    text = desk.receipt(corridor.dossier, sent, story.exporter(corridor))
    path = demo_store().with_name(f"{corridor.dossier}.receipt.txt")
    path.write_text(text, encoding="utf-8")
    proof = verify(text.encode(), desk.store.log_key)
    assert proof.statement is not None  # a receipt of ours brings its statement along
    kept = f"entry {proof.place} of {proof.size} in the log {proof.origin}, statement {proof.statement['id']}"
    again = f"{relpath(sys.executable)} -m entrepot_verify.receipt {path} --key '{desk.store.log_key}'"
    return path.name, f"{kept}\nroot {proof.root.hex()}\nCheck it yourself, without the platform:\n{again}"
