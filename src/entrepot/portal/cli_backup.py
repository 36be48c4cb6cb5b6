"""`entrepot backup` and `entrepot restore`: all of a store in one file, and back again, checked leaf by leaf."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from entrepot.portal.cli_accounts import set_up
from entrepot.portal.cli_options import Json, StoreUrl
from entrepot.portal.exits import FAULTS, complain

if TYPE_CHECKING:
    from entrepot.store.audit import Audit
    from entrepot.store.backup import Backup

PASSPHRASE = "ENTREPOT_BACKUP_PASSPHRASE"
KeysFolder = Annotated[
    Path | None, typer.Option("--keys", help="The folder of keys; that of the installation otherwise.")
]


def register(app: typer.Typer) -> None:
    """Put the commands on the command line."""
    app.command()(backup)
    app.command()(restore)


def backup(
    file: Path,
    check: Annotated[bool, typer.Option("--check", help="Write nothing: recompute everything that the file holds.")] = False,
    without_keys: Annotated[bool, typer.Option("--without-keys", help="Leave the keys out; keep them elsewhere.")] = False,
    keys: KeysFolder = None, store: StoreUrl = "", json: Json = False,
) -> None:  # fmt: skip
    """Write all of the store into one file while others go on working: statements, papers, log, ledger, and sealed:
    the keys and the accounts of people and organisations."""
    from entrepot.portal.setting import home, open_store
    from entrepot.store.backup import back_up, opened

    if check:
        with opened(file) as held, _progress() as progress:
            held.verify(progress)
            found, signature = _audited(held, progress), held.signature()
        raise typer.Exit(_told(found, signature, json))
    folder = None if without_keys else keys or home() / "keys"
    words = "" if without_keys else _passphrase(new=True)
    with open_store(store) as source, _progress() as progress:
        source.integrate()  # so that the log in it holds all that was said by now
        manifest = back_up(
            source.database,
            file,
            source.clock(),
            folder,
            words,
            source.sign,
            progress,
            b"" if without_keys else _accounts(),
        )
    rows = sum(part.rows for part in manifest.parts if part.name.startswith("tables/"))
    typer.echo(
        f"{file}: {rows:,} rows of {len(manifest.parts)} parts, log {manifest.origin} at {manifest.size:,} entries, {manifest.taken_at}\n"
        f"{file}：{rows:,} 行，日志 {manifest.size:,} 条"
    )
    if without_keys:
        typer.echo(
            "the keys are not in it: without them a restored store cannot sign; the accounts, sealed with them, are not in it either\n"
            "未含密钥：没有密钥，恢复后的存储无法签署；无口令时账户亦不在备份内",
            err=True,
        )


def restore(
    file: Path,
    keys: KeysFolder = None,
    newest: Annotated[
        Path | None, typer.Option(help="A checkpoint published later (from a witness, a mirror or a receipt): refuses an older backup.")
    ] = None,
    older: Annotated[bool, typer.Option("--older", help="Restore although a newer checkpoint was published.")] = False,
    erasures: Annotated[
        Path | None, typer.Option(help="What was erased since: `entrepot erasures` wrote it. Erased again at once.")
    ] = None,
    store: StoreUrl = "", json: Json = False,
) -> None:  # fmt: skip
    """Fill an empty store from a backup. It becomes a store only when every leaf, root and balance was recomputed and fits."""
    from datetime import UTC, datetime

    from entrepot.portal.setting import database_url, home
    from entrepot.store import backup as backups
    from entrepot.store.sealing import place_keys

    folder = keys or home() / "keys"
    with backups.opened(file) as held, _progress() as progress:
        held.verify(progress)
        if newest is not None and not older:
            _refuse_older(held, newest)
        words = _passphrase(new=False) if held.has_keys else ""
        sealed = held.keys(words) if held.has_keys else None
        people = held.accounts(words)
        if sealed is not None:
            place_keys(folder, sealed)
        found = backups.restore(held, store or database_url(), datetime.now(UTC), progress)
        signature = held.signature()
    code = _told(found, signature, json)
    if found.whole and people:
        set_up()
        from entrepot.portal.accounts.keeping import load_accounts

        typer.echo(f"accounts: {load_accounts(people):,} rows | 账户数据已恢复", err=json)
    if found.whole and erasures is not None:
        from entrepot.portal.erasing import apply_again
        from entrepot.portal.setting import registry
        from entrepot.store.store import Store

        with Store.open(store or database_url(), registry(), keys=folder) as restored:
            done, passed = apply_again(restored, erasures)
        typer.echo(f"erased again: {done}; gone already: {passed} | 再次删除 {done} 项；已不存在 {passed} 项")
    if found.whole:
        typer.echo(
            "never run this store and the one it was taken from side by side: two logs under one key are a fork, and witnesses will tell\n"
            "切勿让恢复的存储与原存储同时运行：同一密钥下的两份日志即为分叉，见证方会发现",
            err=True,
        )
    raise typer.Exit(code)


def _accounts() -> bytes:
    """What is kept of people and organisations; nothing where nobody signs in."""
    set_up()
    from entrepot.portal.accounts.keeping import anybody, dump_accounts

    return dump_accounts() if anybody() else b""


def _refuse_older(held: "Backup", newest: Path) -> None:
    """A store restored from before a published checkpoint would sign another history under the same key."""
    from entrepot.store.audit import keys_of
    from entrepot.store.notes import NOTE_LIMIT, Checkpoint, NoteError, open_note

    with newest.open(encoding="utf-8", errors="replace", newline="") as file:
        note = file.read(NOTE_LIMIT + 1)
    if note.startswith("c2sp.org/tlog-proof"):
        note = note.partition("\n\n")[2]
    try:
        keys = keys_of(held)
        text, _ = open_note(note, [one.key for one in keys.keys] if keys else ())
        head = Checkpoint.parse(text)
    except NoteError as error:
        raise complain(
            f"{newest} is no checkpoint of this log: {error}", FAULTS, f"{newest} 不是本日志的检查点"
        ) from error
    if head.size > held.manifest.size:
        raise complain(
            f"the backup ends at {held.manifest.size:,} entries, a checkpoint of {head.size:,} was published: going on from it would "
            "fork the log. Look for a newer backup, or give --older and tell the witnesses",
            FAULTS,
            f"备份止于 {held.manifest.size:,} 条，而已公布的检查点为 {head.size:,} 条：由此继续将造成日志分叉。"
            "请使用更新的备份，或加 --older 并告知见证方",
        )


def _audited(held: "Backup", progress: Callable[[str, int], None]) -> "Audit":
    from entrepot.store.audit import audit

    return audit(held, progress)


def _told(found: "Audit", signature: str, json: bool) -> int:
    """Print what was recomputed; the exit code."""
    from entrepot.portal import terminal

    if json:
        typer.echo(terminal.as_json({"audit": found, "manifest": signature or "signed"}))
        return 0 if found.whole else FAULTS
    counts = (
        (found.statements, "statements", "陈述"), (found.erased, "of them erased by law", "其中依法删除"),
        (found.leaves, "leaves recomputed", "重算的叶"), (found.checkpoints, "signed checkpoints", "签署的检查点"),
        (found.documents, "documents", "文件"), (found.transfers, "entries of the ledger", "总账分录"),
    )  # fmt: skip
    for count, en, zh in counts:
        typer.echo(f"{count:>12,}  {en} | {zh}")
    typer.echo(f"log of {found.size:,} entries, root {found.root.hex()}")
    if signature:
        typer.echo(f"the manifest is not proven: {signature} | 清单未经证实", err=True)
    for one in found.differences:
        typer.echo(f"DIFFERS  {one.where}: {one.what.en} | {one.what.zh}", err=True)
    if found.more:
        typer.echo(f"and {found.more:,} more | 另有 {found.more:,} 处", err=True)
    typer.echo("everything fits | 全部相符" if found.whole else "NOT restored: it does not fit | 不相符，未恢复")
    return 0 if found.whole else FAULTS


def _passphrase(*, new: bool) -> str:
    if words := os.environ.get(PASSPHRASE):
        return words
    if not sys.stdin.isatty():
        raise complain(
            f"there is nobody to ask for the passphrase of the keys: set {PASSPHRASE}, or leave them out with --without-keys", FAULTS,
            f"无法询问密钥口令：请设置 {PASSPHRASE}，或用 --without-keys 不含密钥",
        )  # fmt: skip
    return str(
        typer.prompt(f"passphrase for the keys ({PASSPHRASE})", hide_input=True, confirmation_prompt=new, err=True)
    )


@contextmanager
def _progress() -> Iterator[Callable[[str, int], None]]:
    """A line for each table that grows while it is read or written."""
    from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

    from entrepot.portal.terminal import console

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.completed:>12,.0f}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console(error=True), transient=True) as bar:
        tasks: dict[str, TaskID] = {}

        def count(table: str, rows: int) -> None:
            if table not in tasks:
                tasks[table] = bar.add_task(table, total=None)
            bar.advance(tasks[table], rows)

        yield count
