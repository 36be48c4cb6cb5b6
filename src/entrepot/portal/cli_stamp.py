"""`entrepot log stamp`: the authorities of time, asked at once."""

import typer

from entrepot.portal.cli_options import Json, StoreUrl
from entrepot.portal.exits import FAULTS, MISUSED, complain


def stamp(store: StoreUrl = "", json: Json = False) -> None:
    """Have the newest checkpoint timestamped by the authorities that ENTREPOT_TSA names, and show how it stands with each."""
    from entrepot.portal.setting import open_store, timestamping
    from entrepot.portal.terminal import as_json

    with open_store(store) as opened:
        asking = timestamping(opened)
        if asking is None:
            raise complain(
                "no authority of time is named: ENTREPOT_TSA is the file that names them (docs/time.md)", MISUSED,
                "未指定时间戳机构：请以 ENTREPOT_TSA 指定配置文件（见 docs/time.md）",
            )  # fmt: skip
        opened.integrate()
        states = asking.round()
    if json:
        typer.echo(as_json(states))
    else:
        for one in states:
            stands = "-" if one.size is None else f"{one.size:,} entries, {one.stamped_at:%Y-%m-%d %H:%M:%SZ}"
            typer.echo(f"{one.name}  {stands}" + (f"\n  {one.trouble.en}\n  {one.trouble.zh}" if one.trouble else ""))
    if any(one.trouble for one in states):
        raise typer.Exit(FAULTS)
