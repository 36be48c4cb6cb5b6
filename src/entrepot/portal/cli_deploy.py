"""`entrepot check --deploy`: what is not fit for the internet, errors first, in both languages."""

import typer

from entrepot.portal import terminal
from entrepot.portal.deploy_check import here, look
from entrepot.portal.desk import Desk
from entrepot.portal.exits import FAULTS


def show(desk: Desk, json: bool) -> int:
    """Print every finding; 1 where one is an error."""
    packs = {f"{card.kind}/{card.name}": card.checked_on.isoformat() for card in desk.law.packs}
    found = look(here(desk.store.nature, packs))
    if json:
        typer.echo(terminal.as_json(found))
    for one in () if json else found:
        typer.echo(f"{one.severity}: {one.where}: {one.what.en}\n    {one.fix.en}\n    {one.what.zh}：{one.fix.zh}")
    errors = sum(one.severity == "error" for one in found)
    if not json:
        typer.echo(f"{errors} errors, {len(found) - errors} warnings")
    return FAULTS if errors else 0
