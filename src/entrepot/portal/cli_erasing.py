"""`entrepot erase` and `entrepot erasures`: what the law wants gone, first as a plan, then confirmed by its digest."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from entrepot.portal.cli_options import As, For, Json, StoreUrl, Token, at_desk, heard

if TYPE_CHECKING:
    from entrepot.portal.erasing import ErasurePlan


def register(app: typer.Typer) -> None:
    """Put the commands on the command line."""
    app.command()(erase)
    app.command()(erasures)


def erase(
    dossier: str,
    references: Annotated[
        list[str], typer.Argument(metavar="ID|SHA256|TOPIC[/KEY]…", help="Statements, papers, or all that was said at a place.")
    ],
    ground: Annotated[str, typer.Option(help="The ground: a row of erasure/grounds, such as pipl-consent or order.")] = "",
    request: Annotated[str, typer.Option(help="The number of the request or order.")] = "",
    reason: Annotated[str, typer.Option(help="Why, in a line.")] = "",
    despite: Annotated[str, typer.Option(help="What was decided on a duty to keep that nobody is sure of.")] = "",
    confirm: Annotated[str, typer.Option(metavar="DIGEST", help="The digest of the plan you saw; without it nothing is erased.")] = "",
    store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "", json: Json = False,
) -> None:  # fmt: skip
    """Erase statements or papers by law. Without --confirm it shows what would go, what refuses it and where copies lie."""
    from entrepot.portal import erasing, terminal

    with at_desk(store) as desk:
        voice = heard(desk, token, role or "operator", organisation)
        order = erasing.Order(ground, request, reason, despite)
        if confirm:
            deed = erasing.erase(desk, dossier, references, voice, order, confirm)
            text = "\n".join(f"erased | 已删除  {reference}" for reference in deed.erased)
            typer.echo(terminal.as_json(deed) if json else f"{text}\nit is said in the record | 已记录：{', '.join(deed.said)}")
            return
        planned = erasing.plan(desk, dossier, references, voice, order)
        typer.echo(terminal.as_json(planned)) if json else _show(planned)


def erasures(
    file: Path,
    apply: Annotated[bool, typer.Option("--apply", help="Erase what the file lists, in a store restored from an older backup.")] = False,
    store: StoreUrl = "",
) -> None:
    """Write what was erased so far, to lie beside the backups: whoever restores one applies it."""
    from entrepot.portal.erasing import apply_again, list_for_restores
    from entrepot.portal.setting import open_store

    with open_store(store) as opened:
        if apply:
            done, passed = apply_again(opened, file)
            typer.echo(f"erased again: {done}; gone already or never here: {passed}\n再次删除 {done} 项；已不存在 {passed} 项")
        else:
            typer.echo(f"{list_for_restores(opened, file)} erasures in {file} | {file}：{file.stat().st_size} 字节")


def _show(planned: "ErasurePlan") -> None:
    """The plan as a table, with what stands against it and what to type next."""
    from rich.table import Table

    from entrepot.portal.terminal import console, problem_table

    out = console()
    for title, items in (("would be erased | 拟删除", planned.items), ("may hold copies | 可能含有副本", planned.copies)):
        if not items:
            continue
        table = Table(title=title, title_justify="left")
        for column in ("what", "topic/key", "reference", "said", "by", "also in"):
            table.add_column(column, overflow="fold")
        for item in items:
            place = item.name or f"{item.topic}/{item.key}".rstrip("/")
            table.add_row(item.what, place, item.reference, item.said_at[:10], item.by, ", ".join(item.elsewhere))
        out.print(table)
    if planned.refused:
        out.print(problem_table(planned.refused, "Refused: the law wants it kept | 法律要求保存"))
    if planned.unsure:
        out.print(problem_table(planned.unsure, "To be decided: say so with --despite | 须由人决定"))
    out.print(f"nothing was erased; confirm with --confirm {planned.digest}\n尚未删除；确认请加 --confirm {planned.digest}")
