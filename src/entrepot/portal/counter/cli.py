"""`entrepot counter …`, a window on a machine of its own; `entrepot sync`, by which it and the portal hand each other what they heard."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from entrepot.portal.counter import clerks
from entrepot.portal.exits import FAULTS, MISUSED, NOT_OPEN, complain

if TYPE_CHECKING:
    from entrepot.gateways.sync_client import Ask
    from entrepot.portal.counter.sync_exchange import Exchange, Report
    from entrepot.store.store import Nature, Store

counter_app = typer.Typer(
    help="A window that works without the network: an encrypted store of its own, handed over to the portal when there is one.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Home = Annotated[
    Path, typer.Option("--home", help="The counter's folder.", envvar="ENTREPOT_COUNTER", show_envvar=True)
]
HERE = Path(".entrepot-counter")
LOCK, STORE = "sync.lock", "counter.db"


def register(app: typer.Typer) -> None:
    """Enter the commands."""
    clerks.register(counter_app)
    app.add_typer(counter_app, name="counter")
    app.command("sync")(sync)


@contextmanager
def at_home(home: Path, new: bool = False) -> Iterator[None]:
    """The counter's folder as this process's installation; its passphrase is asked for where nothing gives it."""
    from entrepot.portal.counter.sync_law import LawPlace
    from entrepot.store import vault

    if not new and not (home / vault.LOCK).is_file():
        raise complain(
            f"{home} is no counter: `entrepot counter init` makes one",
            NOT_OPEN,
            f"{home} 不是窗口文件夹：请先执行 entrepot counter init",
        )
    os.environ["ENTREPOT_HOME"] = str(home)
    os.environ["ENTREPOT_DATABASE"] = f"sqlcipher:///{home / STORE}"
    os.environ.pop("ENTREPOT_ACCOUNTS", None)
    if fetched := LawPlace.of(home).packs:
        os.environ.setdefault("ENTREPOT_PACKS", str(fetched))
    _ask_passphrase(vault.PASSPHRASE, new)
    yield


def _ask_passphrase(name: str, new: bool) -> None:
    from entrepot.store import vault

    if os.environ.get(name) or os.environ.get(vault.PASSPHRASE_FILE):
        return
    if not sys.stdin.isatty():
        return  # the store says what is missing
    os.environ[name] = typer.prompt("passphrase · 口令", hide_input=True, confirmation_prompt=new)


@contextmanager
def _store(home: Path) -> Iterator["Store"]:
    """The counter's store; its law stays where it is, which is most of what a process holds."""
    from entrepot.portal.setting import open_store

    with at_home(home):
        store = open_store()
        try:
            yield store
        finally:
            store.close()


@counter_app.command()
def init(
    portal: Annotated[str, typer.Option(help="The portal's address: https://…")],
    name: Annotated[str, typer.Option(help="What the counter is called.")],
    home: Home = HERE,
    token: Annotated[str, typer.Option(envvar="ENTREPOT_TOKEN", show_envvar=True, help="The counter's window token.")] = "",
) -> None:  # fmt: skip
    """Begin a counter: its folder under a passphrase, a store and a log of its own, and what it may read of the portal."""
    from entrepot.gateways.sync_client import Portal, Unreachable
    from entrepot.portal.counter.sync_exchange import NAME, TOKEN, Exchange
    from entrepot.portal.counter.sync_law import LawPlace
    from entrepot.portal.setting import law, open_store
    from entrepot.store import sync as places

    token = token or (typer.prompt("window token · 窗口令牌", hide_input=True) if sys.stdin.isatty() else "")
    if not token:
        raise complain(
            "a counter needs its window token: set ENTREPOT_TOKEN", MISUSED, "窗口需要令牌：请设置 ENTREPOT_TOKEN"
        )
    with at_home(home, new=True):
        try:
            ask = Portal(portal, token)
            nature = _nature(ask)
        except Unreachable as error:
            raise complain(f"the portal cannot be reached: {error}", FAULTS, "无法连接平台") from None
        store = open_store(wanted=nature)
        try:
            for place, value in ((places.PORTAL_URL, portal), (TOKEN, token), (NAME, name)):
                places.set_place(store, place, value)
            store.integrate()
            law()  # compiled here, so that the first start without a network is quick
            _told(Exchange(store, ask, law=LawPlace.of(home)))
            typer.echo(f"counter {name!r} is begun in {home}: its log is {store.origin}\nkey {store.log_key}")
        finally:
            store.close()
    typer.echo(
        "next: `entrepot counter clerk USERNAME`, then `entrepot counter serve` · 下一步：登记窗口人员，然后启动窗口"
    )


def _nature(ask: "Ask") -> "Nature":
    import msgspec

    try:
        told = msgspec.json.decode(ask("GET", "/health", None).data, type=dict[str, object]).get("nature")
    except msgspec.MsgspecError:
        told = None
    if told == "live" or told == "sandbox":
        return "live" if told == "live" else "sandbox"
    raise complain("this is no portal of Entrepôt", FAULTS, "该地址不是 Entrepôt 平台")


@counter_app.command()
def serve(home: Home = HERE, host: str = "127.0.0.1", port: int = 8010) -> None:
    """Serve the portal's pages on the counter's own store, without a network."""
    from entrepot.portal.serving import serve as serve_portal
    from entrepot.portal.setting import open_store

    with at_home(home):
        open_store().close()  # another passphrase is told here, not by a worker
        serve_portal(os.environ["ENTREPOT_DATABASE"], host, port)


@counter_app.command()
def clerk(
    username: Annotated[str, typer.Argument(help="As the clerk is called at the portal.")], home: Home = HERE,
    days: Annotated[int, typer.Option(help="Days that it holds.", min=1)] = 30,
) -> None:  # fmt: skip
    """Let a clerk work here: prints the token by which he or she signs in at this counter. The portal asks again who belongs."""
    from datetime import timedelta

    from entrepot.portal.counter.sync_exchange import ORGANISATION
    from entrepot.store import sync as places
    from entrepot.store.tokens import new_token

    with _store(home) as store:
        organisation = places.place(store, ORGANISATION)
        until = store.clock() + timedelta(days=days)
        typer.echo(new_token(store, username, organisation, ("clerk",), "window", until))


@counter_app.command()
def status(home: Home = HERE, json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """How the counter stands: what waits to be handed in, what the portal refused, and the last report."""
    from entrepot.portal import terminal
    from entrepot.portal.counter.sync_exchange import standing

    with _store(home) as store:
        told = standing(store)
    if json:
        typer.echo(terminal.as_json(told))
        return
    typer.echo(f"{told.name}: log {told.origin}, {told.entries} entries, portal {told.portal}")
    typer.echo(f"to hand in · 待提交: {told.waiting} statements, {told.prepared} prepared for the portal · 待平台陈述")
    typer.echo(f"kept aside · 另行留存: {len(told.aside)}")
    for one in told.aside:
        typer.echo(
            f"  {one.id}: {'; '.join(f'{p.what.en} | {p.what.zh} | {p.fix.en} | {p.fix.zh}' for p in one.problems)}"
        )
    for fork in told.forks:
        typer.echo(
            f"PROOF of {fork.seen_at[:19]} that the portal's log was rewritten (--json shows both checkpoints)"
            " · 平台日志被改写的证据（--json 可查看两个检查点）"
        )
    if told.last is not None:
        _show(told.last)


@counter_app.command()
def passphrase(home: Home = HERE) -> None:
    """Put the counter under another passphrase, from ENTREPOT_NEW_PASSPHRASE or asked for."""
    from entrepot.store import vault

    with at_home(home):
        new = os.environ.get("ENTREPOT_NEW_PASSPHRASE") or (
            typer.prompt("new passphrase · 新口令", hide_input=True, confirmation_prompt=True)
            if sys.stdin.isatty()
            else ""
        )
        vault.change_passphrase(home, new)
    typer.echo("the counter opens with the new passphrase alone · 现仅新口令有效")


@counter_app.command()
def copy(target: Annotated[Path, typer.Argument(help="A folder that is not there yet.")], home: Home = HERE) -> None:
    """A copy of the counter as of one moment, encrypted as it is: store, keys and lock. Served on, only one of the two may be."""
    from entrepot.store.database import Database
    from entrepot.store.sqlcipher import copy_folder

    with at_home(home):
        copy_folder(Database(os.environ["ENTREPOT_DATABASE"]), target)
    typer.echo(f"copied into {target}")


def sync(
    home: Home = HERE,
    every: Annotated[int, typer.Option(help="Again after so many seconds, until interrupted; 0: once.", min=0)] = 0,
    report: Annotated[
        Path | None, typer.Option(help="Write the report into this file too (it is not encrypted).")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    restored: Annotated[
        bool, typer.Option(help="The operator says that the portal was restored from a backup: hand everything in again.")
    ] = False,
) -> None:
    """Hand over: what the counter heard goes to the portal, what it may read comes down. Ends with 1 where anything was refused."""
    from entrepot.gateways.sync_client import Portal, Unreachable
    from entrepot.portal.counter.sync_exchange import TOKEN, Exchange
    from entrepot.portal.counter.sync_head import begin_again
    from entrepot.portal.counter.sync_law import LawPlace
    from entrepot.store import sync as places

    with _store(home) as store, _alone(home):
        if restored:
            begin_again(store)
        try:
            ask = Portal(places.place(store, places.PORTAL_URL), places.place(store, TOKEN))
        except Unreachable as error:
            raise complain(str(error), FAULTS, "无法连接平台") from None
        while True:
            clean = _told(Exchange(store, ask, _Counting(json), LawPlace.of(home)), report, json)
            if not every:
                raise typer.Exit(0 if clean else FAULTS)
            time.sleep(every)


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """One exchange of a counter at a time."""
    import fcntl

    with (home / LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise complain("another exchange of this counter is under way", FAULTS, "本窗口正在同步") from None
        yield


class _Counting:
    """Shows how far an exchange is, on one line of a terminal."""

    def __init__(self, quiet: bool) -> None:
        self._counts: dict[str, int] = {}
        self._quiet = quiet or not sys.stderr.isatty()

    def __call__(self, what: str, count: int) -> None:
        self._counts[what] = self._counts.get(what, 0) + count
        if not self._quiet:
            typer.echo(
                "\r" + ", ".join(f"{number:,} {name}" for name, number in self._counts.items()), nl=False, err=True
            )


def _told(exchange: "Exchange", file: Path | None = None, json: bool = False) -> bool:
    """Run an exchange and tell its report; whether all of it went through and nothing was refused."""
    from entrepot.gateways.sync_client import Unreachable
    from entrepot.kernel.text import Text
    from entrepot.portal import terminal
    from entrepot.portal.counter.sync_exchange import SyncStopped

    done = exchange.report
    try:
        exchange.run()
    except Unreachable as error:
        done.stopped = Text(
            f"the portal cannot be reached: {error}; what was handed over stays, the rest goes next time",
            f"无法连接平台：{error}；已交换的内容有效，其余下次继续",
        )
    except SyncStopped as stopped:
        done.stopped = stopped.text
    if file is not None:
        file.write_text(terminal.as_json(done), encoding="utf-8")
    typer.echo(terminal.as_json(done)) if json else _show(done)
    return done.whole and not done.refused and not done.aside


def _show(done: "Report") -> None:
    typer.echo(
        f"{done.ended[:19]} sent {done.sent}, already there {done.already}, received {done.received},"
        f" papers {done.papers_sent} up {done.papers_received} down · 提交 {done.sent}，已有 {done.already}，接收 {done.received}"
    )
    for name, zh, ones in (
        ("refused", "被拒", done.refused),
        ("under review", "待复核", done.review),
        ("prepared", "预备", done.prepared),
    ):
        for one in ones:
            why = (
                "; ".join(f"{p.what.en} | {p.what.zh} | {p.fix.en} | {p.fix.zh}" for p in one.problems)
                or one.review
                or one.status
            )
            typer.echo(f"  {name} · {zh}: {one.id}: {why}")
    for place in done.conflicts:
        typer.echo(f"  contradiction · 矛盾: {place}: both stand, a person decides · 两项并存，须人工确认")
    for reference in done.erased:
        typer.echo(f"  erased by law, here too · 依法删除（本机亦已删除）: {reference}")
    if done.law:
        typer.echo(
            f"  {len(done.law)} packs of law came; they hold from the next start of `entrepot counter serve`"
            f" · 已获取 {len(done.law)} 个法规包，下次启动窗口时生效"
        )
    if done.law_stopped:
        typer.echo(f"  the law stays as it is · 法规未更新: {done.law_stopped}")
    if done.packs:
        named = ", ".join(pack.partition(" ")[0] for pack in done.packs[:5]) + (" …" if len(done.packs) > 5 else "")
        typer.echo(
            f"  {len(done.packs)} packs of the portal are others than here: {named} · 平台有 {len(done.packs)} 个法规包与本机不同"
        )
    if abs(done.skew_s) > 60:
        typer.echo(f"  the clock here is {done.skew_s} seconds ahead of the portal's · 本机时钟偏差 {done.skew_s} 秒")
    if done.stopped is not None:
        typer.echo(f"  stopped · 中断: {done.stopped.en} | {done.stopped.zh}")
