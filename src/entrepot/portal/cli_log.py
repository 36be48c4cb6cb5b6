"""`entrepot log`: the log as files, its proofs, its audit and its keys."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from entrepot.portal.cli_options import Json, StoreUrl
from entrepot.portal.cli_stamp import stamp
from entrepot.portal.cli_witness import witness
from entrepot.portal.exits import FAULTS, MISUSED, complain

if TYPE_CHECKING:
    from entrepot.store.audit import Audit
    from entrepot.store.log_keys import Change

log_app = typer.Typer(help="The log: its files, proofs, audit and keys.", no_args_is_help=True, rich_markup_mode=None)
Size = Annotated[
    int | None, typer.Option("--size", help="In the tree of this size, which was signed; the latest otherwise.", min=1)
]
_KEY_ID = re.compile(r"[0-9a-f]{8}")
log_app.command()(witness)
log_app.command()(stamp)


@log_app.command()
def status(store: StoreUrl = "", json: Json = False) -> None:
    """Show the size, root and age of the log, its keys, and which of them are at hand here."""
    from entrepot.portal.setting import open_store
    from entrepot.portal.terminal import as_json

    with open_store(store) as opened:
        told = opened.log_standing()
    if json:
        typer.echo(as_json(told))
        return
    waiting = f", {told.waiting:,} not placed yet" if told.waiting else ""
    typer.echo(f"log       {told.origin}\nentries   {told.size:,}{waiting}")
    typer.echo(f"root      {told.root or '-'}\nsigned    {told.signed_at or '-'}")
    for key in told.keys:
        ended = "" if key.until is None else f" up to {key.until:,}" + (" (COMPROMISED)" if key.compromised else "")
        typer.echo(
            f"key {key.id}  from {key.since:,}{ended}{'' if key.at_hand else '  not in the folder of keys'}\n  {key.key}"
        )
    for what, signed in (("witness", told.witnesses), ("timestamp", told.authorities)):
        for one in signed:
            typer.echo(f"{what:<9} {one.name}+{one.key_id}  up to {one.size:,}, {one.count:,} checkpoints")


@log_app.command()
def export(folder: Path, store: StoreUrl = "") -> None:
    """Write the log into a folder that any web server can serve (C2SP tlog-tiles): only what is missing, the checkpoint last."""
    from entrepot.portal.setting import open_store

    with open_store(store) as opened, _progress("files") as progress:
        done = opened.export_log(folder, progress)
    typer.echo(
        f"{folder}: {done.size:,} entries in {done.files:,} tiles, {done.written:,} of them new | 新写入 {done.written:,} 个文件"
    )


@log_app.command()
def prove(
    what: Annotated[str, typer.Argument(metavar="ID|INDEX", help="The statement's id, or the place in the log from 0.")],
    size: Size = None, store: StoreUrl = "",
) -> None:  # fmt: skip
    """Print the proof that an entry is in the log (C2SP tlog-proof). It tells nothing of the statement; a receipt does."""
    from entrepot.portal.setting import open_store
    from entrepot.store.receipt import proof_text

    with open_store(store) as opened:
        whole = what.isascii() and what.isdecimal() and len(what) < 19
        found = opened.inclusion_at(int(what), size) if whole else opened.inclusion(what, size)
    typer.echo(proof_text(found.index, found.path, found.checkpoint), nl=False)


@log_app.command()
def consistency(
    size1: int,
    size2: int,
    cose: Annotated[Path | None, typer.Option(help="Write the proof as a COSE receipt (RFC 9942) into this file.")] = None,
    store: StoreUrl = "",
) -> None:
    """Print the hashes that prove that the log of the first size is the beginning of that of the second, one a line."""
    from entrepot.portal.setting import open_store
    from entrepot.store.notes import to_base64

    with open_store(store) as opened:
        if cose is not None:
            from entrepot.portal.scitt import cose_consistency

            cose.write_bytes(cose_consistency(opened, size1, size2))
            return
        for one in opened.consistency(size1, size2):
            typer.echo(to_base64(one))


@log_app.command()
def audit(store: StoreUrl = "", json: Json = False) -> None:
    """Recompute every leaf from what was said, the tree from the leaves, and compare it with every root that was signed."""
    from entrepot.portal.setting import open_store
    from entrepot.portal.terminal import as_json
    from entrepot.store.audit import LiveTables
    from entrepot.store.audit import audit as recompute

    with (
        open_store(store) as opened,
        _progress("rows") as progress,
        opened.database.session() as session,
        session.snapshot(),
    ):
        found = recompute(LiveTables(session), lambda _, rows: progress(rows))
        erased = session.all("SELECT reference FROM erased WHERE what = 'body' ORDER BY number LIMIT 100")
    if json:
        typer.echo(as_json(found))
    else:
        _tell(found, [name for (name,) in erased])
    raise typer.Exit(0 if found.whole else FAULTS)


def _tell(found: "Audit", erased: list[str]) -> None:
    typer.echo(
        f"{found.statements:,} statements, {found.leaves:,} leaves, {found.checkpoints:,} checkpoints recomputed"
    )
    typer.echo(f"{found.documents:,} documents, {found.transfers:,} entries of the ledger")
    typer.echo(f"log of {found.size:,} entries, root {found.root.hex()}")
    if waiting := found.statements - found.leaves:
        typer.echo(f"{waiting:,} not placed yet | 尚未进入日志")
    if found.erased:
        typer.echo(f"{found.erased:,} erased by law: their leaves stand and cannot be made anew | 依法删除，叶仍在")
        for name in erased:
            typer.echo(f"  {name}")
    for one in found.differences:
        typer.echo(f"DIFFERS  {one.where}: {one.what.en} | {one.what.zh}", err=True)
    if found.more:
        typer.echo(f"and {found.more:,} more | 另有 {found.more:,} 处", err=True)
    typer.echo("everything fits | 全部相符" if found.whole else "it does not fit | 不相符", err=not found.whole)


@log_app.command()
def keys(store: StoreUrl = "") -> None:
    """Print the log's keys: the first, and every change since as a signed note. Give it to whoever verifies."""
    from entrepot.portal.setting import open_store

    with open_store(store) as opened:
        typer.echo(opened.log_keys(), nl=False)


@log_app.command()
def rotate(store: StoreUrl = "") -> None:
    """Hand the log over to a new key. Both sign from now on; end the old one with `retire` once everybody knows the new one."""
    from entrepot.portal.setting import open_store

    with open_store(store) as opened:
        opened.integrate()
        _changed(opened.hand_over(), "signs too", "新密钥开始共同签署")


@log_app.command()
def retire(
    key_id: Annotated[str, typer.Argument(metavar="KEY-ID", help="Eight hexadecimal digits, as `log status` shows them.")],
    compromised: Annotated[bool, typer.Option("--compromised", help="It was stolen or lost: it need not sign its own end.")] = False,
    last: Annotated[
        int | None,
        typer.Option(help="With --compromised: the size of the last checkpoint that the key is trusted for; the latest otherwise.", min=0),
    ] = None,
    store: StoreUrl = "",
) -> None:  # fmt: skip
    """End a key of the log. What it signed before still counts; nothing counts that it alone signs from now on."""
    from entrepot.portal.setting import open_store

    if not _KEY_ID.fullmatch(key_id):
        raise complain(
            f"{key_id!r} is no key id: eight hexadecimal digits",
            MISUSED,
            f"{key_id!r} 不是密钥编号：应为八位十六进制数",
        )
    if last is not None and not compromised:
        raise complain("--last goes with --compromised", MISUSED, "--last 须与 --compromised 一起使用")
    with open_store(store) as opened:
        opened.integrate()
        _changed(opened.end_key(key_id, compromised, last), "counts no further", "此后不再有效")


def _changed(change: "Change", en: str, zh: str) -> None:
    typer.echo(
        f"change {change.number}: from {change.size:,} entries on the key {change.key.key_id.hex()} {en} | {zh}\n{change.key}"
    )
    typer.echo(
        "publish /log/keys, or `entrepot log keys`, and back up the folder of keys | 请公布密钥变更，并备份密钥文件夹",
        err=True,
    )


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int], None]]:
    """A line that counts up, where somebody watches."""
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from entrepot.portal.terminal import console

    columns = (SpinnerColumn(), TextColumn("{task.completed:,.0f} {task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console(error=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda count: bar.advance(task, count)
