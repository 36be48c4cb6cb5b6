"""`entrepot export` and `entrepot reads`; and what `entrepot read --as-of` prints."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from entrepot.portal.cli_options import As, For, Json, StoreUrl, Token, at_desk, day_of, heard

if TYPE_CHECKING:
    from entrepot.channels.online import Voice
    from entrepot.portal.desk import Desk

Since = Annotated[str, typer.Option("--since", help="From this day on (2026-04-01).")]
Until = Annotated[str, typer.Option("--until", help="Up to this day, it included.")]


def register(app: typer.Typer) -> None:
    """Put the commands on the command line."""
    app.command()(export)
    app.command()(reads)


def export(
    out: Annotated[Path, typer.Argument(help="The zip to write.")],
    since: Since = "", until: Until = "", store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "",
    json: Json = False,
) -> None:  # fmt: skip
    """Everything held about your enterprise in one file, sealed and proven; with --since and --until, for an auditor, a period."""
    from entrepot.portal.audit import exports
    from entrepot.portal.terminal import as_json

    with at_desk(store) as desk:
        voice = heard(desk, token, role, organisation)
        kind = exports.AskedExport("period" if since or until else "enterprise", day_of(since), day_of(until))
        size = exports.make_now(desk, voice, kind, out, lambda _: None)
        told = {"file": str(out), "size": size, "key": desk.store.log_key}
        typer.echo(
            as_json(told) if json else f"{out}: {size:,} bytes\nentrepot verify {out} --key {desk.store.log_key}"
        )


def reads(
    scope: Annotated[str, typer.Option(help="all (auditor, operator), ours, own, mine; the widest that is yours otherwise.")] = "",
    dossier: Annotated[str, typer.Option(help="Of this dossier alone.")] = "",
    who: Annotated[str, typer.Option("--by", help="By this organisation alone.")] = "",
    person: Annotated[str, typer.Option(help="By this person alone.")] = "",
    personal: Annotated[bool, typer.Option("--personal", help="Of personal data alone.")] = False,
    since: Since = "", until: Until = "",
    before: Annotated[int, typer.Option(help="Those before this number.")] = 0,
    store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "", json: Json = False,
) -> None:  # fmt: skip
    """Who looked at what, the last first."""
    from rich.table import Table

    from entrepot.portal.audit import looking
    from entrepot.portal.terminal import as_json, console

    with at_desk(store) as desk:
        voice = heard(desk, token, role, organisation)
        asked = looking.Asked(dossier, who, person, day_of(since), day_of(until), personal)
        chosen: looking.Scope = next((one for one in looking.scopes(voice) if scope in ("", one)), "all")
        found = looking.looked(desk, voice, chosen, asked, before)
        if json:
            typer.echo(as_json(found))
            return
        table = Table()
        for column in ("number", "at", "person", "for", "dossier", "personal", "door", "address", "times"):
            table.add_column(column, overflow="fold")
        for one in found:
            table.add_row(
                str(one.number),
                one.at,
                one.person,
                one.organisation,
                one.dossier,
                one.personal,
                one.door,
                one.address,
                str(one.times),
            )
        console().print(table)


def read_then(desk: "Desk", voice: "Voice", dossier: str, moment: str, json: bool) -> None:
    """A dossier as of a moment, printed."""
    from entrepot.portal import terminal
    from entrepot.portal.audit.as_of import read_as_of
    from entrepot.portal.audit.asking import moment_of

    then = read_as_of(desk, dossier, moment_of(moment, "--as-of"), voice)
    if json:
        typer.echo(terminal.as_json({"moment": then.moment, "reading": then.reading, "notes": then.notes}))
        return
    terminal.show_reading(terminal.console(), then.reading)
    for note in then.notes:
        typer.echo(f"{note.en}\n{note.zh}")
