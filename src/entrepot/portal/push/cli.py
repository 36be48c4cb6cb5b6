"""`entrepot subscriptions`: make, list, pause, try and end them; the events as they come."""

from typing import Annotated, Literal

import typer

from entrepot.portal.cli_options import As, For, Json, StoreUrl, Token, at_desk, heard
from entrepot.portal.exits import FAULTS, complain

subscriptions_app = typer.Typer(
    help="Subscriptions: who hears of what, by webhook, mail or feed.", no_args_is_help=True, rich_markup_mode=None
)
Topic = Annotated[
    list[str], typer.Option("--topic", help="Only these topics: `customs.*`; may be given several times.")
]
Dossier = Annotated[list[str], typer.Option("--dossier", help="Only these dossiers; may be given several times.")]


@subscriptions_app.command("list")
def list_(store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "", json: Json = False) -> None:
    """Your organisation's subscriptions."""
    from rich.table import Table

    from entrepot.portal.push import subscribing
    from entrepot.portal.terminal import as_json, console

    with at_desk(store) as desk:
        found = subscribing.mine(desk, heard(desk, token, role, organisation))
        if json:
            typer.echo(as_json(found))
            return
        table = Table()
        for column in ("id", "way", "state", "to", "topics", "waiting", "delivered", "notice"):
            table.add_column(column, overflow="fold")
        for one in found:
            notice = one.notice[0] if one.notice else ""
            cells = (
                one.id,
                one.way,
                one.state,
                one.address or one.feed,
                " ".join(one.filter.topics),
                str(one.waiting),
                str(one.delivered),
            )
            table.add_row(*cells, notice)
        console().print(table)


@subscriptions_app.command("new")
def new(
    way: Annotated[Literal["webhook", "feed"], typer.Argument(help="Mail is subscribed to on the page, by whom it goes to.")],
    address: Annotated[str, typer.Argument(help="Of a webhook: https://…")] = "",
    topic: Topic = [],  # noqa: B006
    dossier: Dossier = [],  # noqa: B006
    title: str = "",
    after: Annotated[str, typer.Option(help="Begin behind this position; `start`: with the first event.")] = "",
    store: StoreUrl = "", token: Token = "", json: Json = False,
) -> None:  # fmt: skip
    """Subscribe. A webhook's secret is shown this once."""
    from entrepot.portal.push.events import Filter
    from entrepot.portal.push.subscribing import Asked, make
    from entrepot.portal.terminal import as_json

    with at_desk(store) as desk:
        asked = Asked(way, address, title, Filter(tuple(topic), tuple(dossier)), after)
        made = make(desk, heard(desk, token, "", ""), asked)
        typer.echo(
            as_json(made)
            if json
            else "\n".join(filter(None, (made.subscription.id, made.secret, made.subscription.feed)))
        )


@subscriptions_app.command("set")
def set_(
    id: str,
    state: Annotated[Literal["active", "paused", "ended"], typer.Argument()],
    store: StoreUrl = "",
    token: Token = "",
) -> None:
    """Pause a subscription, let it go on where it stood, or end it for good."""
    from entrepot.portal.push import subscribing
    from entrepot.portal.push.subscribing import Changed

    with at_desk(store) as desk:
        voice = heard(desk, token, "", "")
        card = (
            subscribing.end(desk, voice, id)
            if state == "ended"
            else subscribing.change(desk, voice, id, Changed(state=state))
        )
        typer.echo(f"{card.id} {card.state}")


@subscriptions_app.command("test")
def try_(id: str, store: StoreUrl = "", token: Token = "") -> None:
    """Try a webhook's receiver with an event of the type entrepot.test."""
    from entrepot.portal.push.pushing import try_out

    with at_desk(store) as desk:
        card = try_out(desk, heard(desk, token, "", ""), id)
    line = f"{card.state} {card.status or ''} {card.took_ms} ms {card.answer}"
    if card.state != "delivered":
        raise complain(line, FAULTS)
    typer.echo(line)


@subscriptions_app.command("replay")
def replay(
    id: str,
    after: Annotated[str, typer.Option(help="All behind this position; `start`: everything.")] = "",
    event: Annotated[str, typer.Option(help="The one event at this position.")] = "",
    store: StoreUrl = "",
    token: Token = "",
) -> None:
    """Have events delivered again; a server does so."""
    from entrepot.portal.push import subscribing

    with at_desk(store) as desk:
        voice = heard(desk, token, "", "")
        card = subscribing.replay_one(desk, voice, id, event) if event else subscribing.replay(desk, voice, id, after)
        typer.echo(f"{card.id} behind {card.position or 'start'}: {card.waiting} waiting")


@subscriptions_app.command("bounced")
def bounced(address: str, store: StoreUrl = "") -> None:
    """Pause every subscription by mail to an address from which mails came back. For the operator's mail server."""
    from entrepot.portal.setting import open_store
    from entrepot.store import subscriptions as kept

    with open_store(store) as opened:
        count = kept.bounced(opened, address, "mails to this address came back|发往该地址的邮件被退回")
    typer.echo(f"{count} paused")


@subscriptions_app.command("events")
def events(
    after: Annotated[str, typer.Option(help="Behind this position; from the first event where none is given.")] = "",
    topic: Topic = [],  # noqa: B006
    dossier: Dossier = [],  # noqa: B006
    store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "",
) -> None:  # fmt: skip
    """What happened, as far as you may read it, one CloudEvent a line."""
    import msgspec

    from entrepot.portal.push.events import Filter, events_for
    from entrepot.store.events import START, Position

    position = Position.parse(after) if after else START
    if position is None:
        raise complain(f"{after!r} is no position: give `data.position` of an event", FAULTS, f"{after!r} 不是有效位置")
    with at_desk(store) as desk:
        voice, only = heard(desk, token, role, organisation), Filter(tuple(topic), tuple(dossier))
        while True:
            found = events_for(desk, voice, position, 500, only)
            for event in found.events:
                typer.echo(msgspec.json.encode(event).decode())
            if found.upto == position:
                return
            position = found.upto
