"""`entrepot questions`, and `entrepot answer` to them: what is left of a draft declaration, at the keyboard."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import typer

from entrepot.portal.cli_options import As, Day, For, Json, StoreUrl, Token, at_desk, day_of, heard
from entrepot.portal.exits import FAULTS, complain

if TYPE_CHECKING:
    from entrepot.channels.online import Voice
    from entrepot.modules.declaration.facts import DraftQuestion
    from entrepot.portal.desk import Desk
    from entrepot.portal.reading import Reading

MOST_SHOWN = 8
# A shorter number is that of a question and no digest of a paper.
SHORTEST_DIGEST = 4


def questions(
    dossier: str,
    day: Day = "",
    store: StoreUrl = "",
    role: As = "",
    organisation: For = "",
    token: Token = "",
    json: Json = False,
) -> None:
    """What is left to say of the draft declaration, as the fewest questions, with choices."""
    from entrepot.portal import terminal
    from entrepot.portal.drafting import found_in

    with at_desk(store) as desk:
        reading = desk.read(dossier, heard(desk, token, role, organisation), day_of(day))
        typer.echo(terminal.as_json(found_in(reading))) if json else show(reading)


def answer(desk: "Desk", voice: "Voice", dossier: str, number: int, values: list[str], json: bool) -> None:
    """Answer the question of this number, and tell how many are left."""
    from entrepot.portal import drafting, terminal

    asked = drafting.questions_in(desk.read(dossier, voice))
    if not 1 <= number <= len(asked):
        raise complain(
            f"there is no question {number}: {len(asked)} are asked, `entrepot questions {dossier}` lists them",
            FAULTS,
            f"没有第 {number} 个问题：共 {len(asked)} 个，可用 entrepot questions {dossier} 查看",
        )
    question = asked[number - 1]
    said = drafting.answer(desk, dossier, voice, {question.id: values_of(question, values)})
    if json:
        typer.echo(terminal.as_json(said))
        return
    left = len(drafting.questions_in(desk.read(dossier, voice)))
    typer.echo(f"said {len(said.said) if said else 0} statements; {left} questions are left")


def values_of(question: "DraftQuestion", given: list[str]) -> Mapping[str, str]:
    """What was typed as values by the names of the blanks."""
    values: dict[str, str] = {}
    for one in given:
        name, equals, text = one.partition("=")
        if one.startswith(":"):
            place = int(one[1:]) if one[1:].isdecimal() else 0
            if not 1 <= place <= len(question.choices):
                raise complain(
                    f"{one} is none of the {len(question.choices)} choices: take one of those listed, or write the value",
                    FAULTS,
                    f"{one} 不在 {len(question.choices)} 个选项之内：请选择所列选项或直接填写",
                )
            values |= question.choices[place - 1].values
        elif equals:
            values[name] = text
        elif len(question.blanks) == 1:
            values[question.blanks[0].name] = one
        else:
            names = ", ".join(f"{blank.name}=…" for blank in question.blanks)
            raise complain(
                f"the question asks for several things: say {names}", FAULTS, f"该问题含多项内容：请写 {names}"
            )
    return values


def show(reading: "Reading") -> None:
    """The questions in the terminal, in both languages."""
    from rich.markup import escape

    from entrepot.portal.drafting import found_in, questions_in
    from entrepot.portal.terminal import console, found_table

    out, asked, found = console(), questions_in(reading), found_in(reading)
    if not asked:
        if found is not None and found.value is None:
            out.print(found_table([found]))
        else:
            out.print("nothing is left to ask [dim]没有待补充的问题[/dim]")
        return
    for number, question in enumerate(asked, 1):
        cleared = f" · {', '.join(question.clears)}" if question.clears else ""
        fills = f"{question.fields} fields{cleared}" if not question.confirms else "to be confirmed · 待确认"
        out.print(f"[bold]{number}. {escape(question.ask.en)}[/bold] [dim]{escape(question.ask.zh)}[/dim]  ({fills})")
        out.print(f"   [dim]{escape(question.why.en)} · {escape(question.why.zh)}[/dim]")
        for place, choice in enumerate(question.choices[:MOST_SHOWN], 1):
            reason = f"{choice.reason.en} · {choice.reason.zh}"
            out.print(f"   [cyan]:{place}[/cyan] {escape(choice.label.en)} [dim]{escape(reason)}[/dim]")
        for blank in question.blanks:
            lines = f" (each of {len(blank.keys)} lines: {blank.name}/LINE)" if blank.each else ""
            out.print(f"   {escape(blank.name)}=… {escape(blank.label.en)} [dim]{escape(blank.label.zh)}[/dim]{lines}")


def register(app: typer.Typer) -> None:
    """Put the command on the list; `answer` serves the doubts about papers too and stands there."""
    app.command()(questions)
