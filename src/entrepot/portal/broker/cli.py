"""`entrepot work …`: the broker's day at the keyboard."""

from pathlib import Path
from typing import Annotated, Any

import typer

from entrepot.portal.cli_options import As, For, Json, Mandate, StoreUrl, Token, at_desk, heard
from entrepot.portal.exits import FAULTS, complain

work_app = typer.Typer(
    help="The broker's day: a worklist, many sent together, copies, parts, answers from paper.", no_args_is_help=True,
    rich_markup_mode=None,
)  # fmt: skip
Stage = Annotated[
    str, typer.Option(help="Only this stage: asked, rejected, blocked, to_confirm, ready, sent, accepted …")
]


@work_app.command("list")
def list_(
    stage: Stage = "", client: Annotated[str, typer.Option(help="Only clients whose name holds this.")] = "",
    older: Annotated[int, typer.Option(help="The cursor of the page before: show older ones.", min=0)] = 0,
    store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "", json: Json = False,
) -> None:  # fmt: skip
    """Your trades by stage, the most pressing first: what is next, by when."""
    from entrepot.portal.broker.worklist import Rows
    from entrepot.portal.terminal import as_json, console

    _known(stage)
    with at_desk(store) as desk:
        listed = Rows(desk).page(heard(desk, token, role, organisation), stage, client, older or None)
        typer.echo(as_json(listed)) if json else _show(console(), listed)


@work_app.command()
def send(
    dossiers: Annotated[list[str] | None, typer.Argument(help="The dossiers; all that are ready where none is named.")] = None,
    confirm: Annotated[str, typer.Option(help="The reason, for those that need your confirmation.")] = "",
    store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "", json: Json = False,
) -> None:  # fmt: skip
    """Send many declarations, each for itself; 1 where one was refused."""
    from rich.progress import track

    from entrepot.portal.broker.bulk_send import send_each
    from entrepot.portal.broker.worklist import Rows
    from entrepot.portal.terminal import as_json, console, problem_table

    with at_desk(store) as desk:
        voice = heard(desk, token, role, organisation)
        if dossiers:
            chosen: list[tuple[str, str | None]] = [(name, None) for name in dict.fromkeys(dossiers)]
        else:
            stages = ("ready", "to_confirm") if confirm else ("ready",)
            chosen = [
                (one.dossier, one.digest) for stage in stages for one in Rows(desk).page(voice, stage, limit=500).work
            ]
        outcomes = send_each(desk, voice, track(chosen, "sending", console=console(error=True)), confirm)
        refused = 0
        for one in outcomes:
            refused += one.status == "refused"
            if json:
                typer.echo(as_json(one))
                continue
            typer.echo(f"{one.dossier}: {one.status}")
            if one.problems:
                console(error=True).print(problem_table(one.problems, one.dossier))
    raise typer.Exit(FAULTS if refused else 0)


@work_app.command()
def copy(
    dossier: str, new: Annotated[str, typer.Argument(help="The id of the new dossier.")],
    title: Annotated[str, typer.Option(help="Its title; the old one's otherwise.")] = "",
    prices: Annotated[bool, typer.Option("--prices", help="Take the unit prices along.")] = False,
    store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "", mandate: Mandate = "", json: Json = False,
) -> None:  # fmt: skip
    """Begin a new trade as a copy of an earlier one: what recurs is said, what is new each time is left."""
    from entrepot.portal.broker.copying import copy as copy_trade
    from entrepot.portal.terminal import as_json

    with at_desk(store) as desk:
        copied = copy_trade(
            desk, dossier, new, heard(desk, token, role, organisation, mandate), title=title, prices=prices
        )
    if json:
        typer.echo(as_json(copied))
    else:
        typer.echo(
            f"{copied.dossier}: {len(copied.copied)} statements copied; to be said anew: {', '.join(copied.left) or '-'}"
        )


@work_app.command()
def part(
    dossier: str, store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "", mandate: Mandate = "",
    json: Json = False,
) -> None:  # fmt: skip
    """Declare a trade in parts where one declaration does not hold its lines."""
    from entrepot.portal.broker.parting import part as part_trade
    from entrepot.portal.terminal import as_json

    with at_desk(store) as desk:
        parted = part_trade(desk, dossier, heard(desk, token, role, organisation, mandate))
    if json:
        typer.echo(as_json(parted))
        return
    typer.echo(f"declared in {', '.join(parted.dossiers)}")
    for text in parted.left:
        typer.echo(f"  {text.en}")


@work_app.command()
def answer(
    dossier: str,
    kind: Annotated[str, typer.Argument(help="accepted, rejected, asked, released, amended, withdrawn or notice.")],
    on: Annotated[str, typer.Option(help="The day of the answer: 2026-04-01.")],
    number: Annotated[str, typer.Option(help="The declaration number, 18 digits.")] = "",
    text: Annotated[str, typer.Option(help="What customs wrote: the reason, question or notice.")] = "",
    refused: Annotated[bool, typer.Option("--refused", help="amended, withdrawn: customs did not allow it.")] = False,
    exported_on: Annotated[str, typer.Option(help="released: the export date on the declaration.")] = "",
    notice: Annotated[str, typer.Option(help="notice: inspection, tax, papers or other.")] = "",
    due_by: Annotated[str, typer.Option(help="notice: the last day to do it.")] = "",
    paper: Annotated[Path | None, typer.Option(help="The document, or a picture of the screen.")] = None,
    store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "", mandate: Mandate = "",
) -> None:  # fmt: skip
    """Enter what customs answered by paper or screen: your transcript, with the document attached."""
    from entrepot.portal.broker.transcribing import answered, transcribe
    from entrepot.portal.saying import LARGEST_PAPER

    if paper is not None and paper.stat().st_size > LARGEST_PAPER:
        raise complain(
            f"{paper.name} has more than {LARGEST_PAPER >> 20} MB: hand its parts in apart",
            FAULTS,
            f"{paper.name} 超过 {LARGEST_PAPER >> 20} MB：请拆分后提交",
        )
    given: dict[str, Any] = {
        "kind": kind, "on": on, "number": number, "text": text, "exported_on": exported_on, "notice": notice, "due_by": due_by,
        "allowed": "no" if refused else "yes",
    }  # fmt: skip
    with at_desk(store) as desk:
        voice = heard(desk, token, role, organisation, mandate)
        said = transcribe(
            desk, dossier, voice, answered(lambda name, default: given.get(name, default)),
            (paper.name, paper.read_bytes()) if paper is not None else None,
        )  # fmt: skip
    for one in said.said:
        typer.echo(f"said {one}")


@work_app.command()
def answers(
    file: Annotated[Path, typer.Argument(help="A CSV list: columns kind, on, and dossier or number; also text, exported_on …")],
    store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "", mandate: Mandate = "", json: Json = False,
) -> None:  # fmt: skip
    """Enter many answers of customs out of one list; a bad record never stops the others. 1 where one was refused."""
    from rich.progress import track

    from entrepot.portal.broker.many_answers import enter_each
    from entrepot.portal.terminal import as_json, console

    counts = {"said": 0, "already": 0, "refused": 0}
    with at_desk(store) as desk:
        entered = enter_each(desk, heard(desk, token, role, organisation, mandate), file)
        for one in track(entered, "answers", total=None, console=console(error=True)):
            counts[one.status] += 1
            if json:
                typer.echo(as_json(one))
            else:
                for told in one.problems:
                    typer.echo(f"line {one.line}: {told.sentence()}", err=True)
    typer.echo(", ".join(f"{count} {status}" for status, count in counts.items()), err=json)
    raise typer.Exit(FAULTS if counts["refused"] else 0)


def _known(stage: str) -> None:
    from entrepot.portal.broker.worklist import STAGES

    if stage and stage not in STAGES:
        raise complain(
            f"there is no stage {stage!r}: one of {', '.join(STAGES)}",
            FAULTS,
            f"没有状态 {stage!r}：可选 {'、'.join(STAGES)}",
        )


def _show(out: Any, listed: Any) -> None:
    """The worklist as a table."""
    from rich.markup import escape
    from rich.table import Table

    from entrepot.portal.broker.worklist import STAGES

    table = Table()
    for column in ("dossier", "client", "stage", "mistakes", "due", "next", "number"):
        table.add_column(column, overflow="fold")
    for one in listed.work:
        told = f"{one.problems}" + (f" +{one.asks}" if one.asks else "")
        due = one.due.isoformat() if one.due else "-"
        table.add_row(*map(escape, (one.dossier, one.client, STAGES[one.stage].en, told, due, one.next.en, one.number)))
    out.print(table)
    more = f"; older ones: --older {listed.next}" if listed.next else ""
    typer.echo(f"{listed.looked_at} dossiers looked through{more}")
