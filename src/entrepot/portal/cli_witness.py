"""`entrepot log witness`: the witnesses of the log, asked at once."""

import typer

from entrepot.portal.cli_options import Json, StoreUrl
from entrepot.portal.exits import FAULTS, MISUSED, complain


def witness(store: StoreUrl = "", json: Json = False) -> None:
    """Have the newest checkpoint cosigned by the witnesses that ENTREPOT_POLICY names, and show how it stands with each."""
    from entrepot.portal.setting import open_store, witnessing
    from entrepot.portal.terminal import as_json

    with open_store(store) as opened:
        asking = witnessing(opened)
        if asking is None:
            raise complain(
                "no witnesses are named: ENTREPOT_POLICY is the file that names them (docs/witness.md)", MISUSED,
                "未指定见证方：请以 ENTREPOT_POLICY 指定策略文件（见 docs/witness.md）",
            )  # fmt: skip
        opened.integrate()
        states, quorum, signed = asking.round(), asking.quorum_size(), opened.signed()
    size = signed.size if signed else 0
    if json:
        typer.echo(as_json({"size": size, "quorum_size": quorum, "witnesses": states}))
    else:
        for one in states:
            stands = "-" if one.size is None else f"{one.size:,} entries, {one.signed_at:%Y-%m-%d %H:%M:%SZ}"
            typer.echo(f"{one.name}  {stands}" + (f"\n  {one.trouble.en}\n  {one.trouble.zh}" if one.trouble else ""))
        typer.echo(f"quorum at {quorum or 0:,} of {size:,} entries | 见证数已满足：{quorum or 0:,} / {size:,} 条")
    if size and quorum != size:
        raise typer.Exit(FAULTS)
