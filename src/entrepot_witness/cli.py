"""`entrepot-witness`: a witness that cosigns logs, and a monitor that follows one."""

import argparse
import os
import signal
import sqlite3
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from entrepot_witness import forks
from entrepot_witness.key_changes import DOCUMENT_LIMIT
from entrepot_witness.monitor import Finding, Monitor, Settings
from entrepot_witness.notes import COSIGNATURE, ED25519, ML_DSA_44, Key, NoteError
from entrepot_witness.places import Place, UnreachableError
from entrepot_witness.server import Server
from entrepot_witness.tree import ProofError
from entrepot_witness.witness import KINDS, Witness, WitnessError, make_witness

DONE, FOUND, FAULT = 0, 1, 2
_WITNESS, _MONITOR = Path(".entrepot-witness"), Path(".entrepot-monitor")


def main(arguments: list[str] | None = None) -> int:
    """Run a command. 0: done, nothing found; 1: something is wrong with the log; 2: it could not be done."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except BrokenPipeError:  # whoever read along has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAULT
    except (WitnessError, NoteError, UnreachableError, OSError, sqlite3.Error) as error:
        print(f"{error}\n无法完成：{error}", file=sys.stderr)
        return FAULT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="entrepot-witness", description="Witness and monitor of transparency logs. 透明日志的见证与监测。",
        epilog="Ends with 0 when done, 1 when something is wrong with the log, 2 when it could not be done.",
    )  # fmt: skip
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(
        name: str, act: Callable[[argparse.Namespace], int], help: str, folder: Path | None = _WITNESS
    ) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=help, description=help)
        made.set_defaults(command=act)
        if folder is not None:
            made.add_argument("--folder", type=Path, default=folder, help=f"its folder ({folder})")
        return made

    init = command("init", _init, "Make a witness: its folder and key. 建立见证方。")
    init.add_argument("name", help="a name without scheme, such as witness.example.org/w1")
    init.add_argument("--kind", action="append", choices=list(KINDS), help="of key; may be given twice (ed25519)")
    serve = command("serve", _serve, "Cosign what logs send, until interrupted. 提供见证服务。")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8010)
    add_log = command("add-log", _add_log, "Know a log by its key. 登记日志。")
    add_log.add_argument("key", metavar="NAME+HEX+BASE64")
    keys = command("keys", _keys, "Follow a log's keys through its changes of keys. 更新日志密钥。")
    keys.add_argument("place", metavar="URL|FOLDER", help="where the log is served; its file `keys` is read")
    command("show", _show, "Show the witness's keys, its logs and what it cosigned last. 显示状态。")
    _add_monitor(command("monitor", _monitor, "Follow a log and tell what is wrong with it. 监测日志。", _MONITOR))
    proof = command("proof", _proof, "Check a file that proves a fork. 核验分叉证据。", None)
    proof.add_argument("file", type=Path)
    proof.add_argument("--key", action="append", required=True, metavar="NAME+HEX+BASE64", help="a key of the log")
    return parser


def _add_monitor(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("place", metavar="URL|FOLDER", help="where the log is served (C2SP tlog-tiles)")
    add("--key", required=True, metavar="NAME+HEX+BASE64", help="the log's first key")
    add("--beside", action="append", default=[], metavar="URL|FOLDER", help="a mirror or a witness to compare with")
    add("--receipts", type=Path, metavar="FOLDER", help="receipts whose leaves must stay")
    add("--witness", action="append", default=[], metavar="NAME+HEX+BASE64", help="a witness's key")
    add("--quorum", type=int, default=0, metavar="N", help="how many of the witnesses must have cosigned")
    add("--grace", type=float, default=10, metavar="MINUTES", help="that a checkpoint may lack the quorum (10)")
    add("--frozen", type=float, default=0, metavar="HOURS", help="without growth that are told")
    add("--full", action="store_true", help="read the whole log anew")
    add("--once", action="store_true", help="look once and end")
    add("--every", type=float, default=60, metavar="SECONDS", help="between two looks (60)")


# -- the witness ------------------------------------------------------------------------------------------------------


def _init(options: argparse.Namespace) -> int:
    make_witness(options.folder, options.name, options.kind or ["ed25519"])
    return _show(options)


def _serve(options: argparse.Namespace) -> int:
    witness = Witness(options.folder)
    try:
        server = Server((options.host, options.port), witness)
        stop = threading.Thread(target=server.shutdown)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.start() if not stop.ident else None)
        host, port = server.server_address[:2]
        print(f"{witness.name}: http://{f'[{host!s}]' if ':' in str(host) else host!s}:{port}", flush=True)
        server.serve_forever()
        server.server_close()
    finally:
        witness.close()
    return DONE


def _add_log(options: argparse.Namespace) -> int:
    witness = Witness(options.folder)
    print(witness.add_log(options.key))
    witness.close()
    return DONE


def _keys(options: argparse.Namespace) -> int:
    witness = Witness(options.folder)
    try:
        data = Place(options.place).read("keys", DOCUMENT_LIMIT)
        if data is None:
            raise WitnessError(f"{options.place} tells no keys")
        for span in witness.follow_keys(data.decode(errors="replace")).spans:
            print(
                f"{span.key}  {span.first}-{'' if span.last is None else span.last}{' compromised' if span.stolen else ''}"
            )
    finally:
        witness.close()
    return DONE


def _show(options: argparse.Namespace) -> int:
    witness = Witness(options.folder)
    for cosigner in witness.cosigners:
        print(f"witness {cosigner.key}")
    for origin, keys in witness.logs().items():
        latest = witness.latest(origin)
        for key in keys.valid:
            print(f"log {key}")
        print(f"    {'nothing cosigned yet' if latest is None else f'{latest.size} leaves, root {latest.root.hex()}'}")
    for path in sorted(options.folder.glob("forks/fork-*.json")):
        print(f"FORK {path}")
    witness.close()
    return DONE


# -- the monitor ------------------------------------------------------------------------------------------------------


def _monitor(options: argparse.Namespace) -> int:
    witnesses = tuple(Key.parse(text, (COSIGNATURE, ML_DSA_44)) for text in options.witness)
    if not 0 <= options.quorum <= len(witnesses):
        raise NoteError(f"a quorum of {options.quorum} cannot be made up of {len(witnesses)} witnesses")
    settings = Settings(
        Place(options.place), Key.parse(options.key, (ED25519,)), tuple(map(Place, options.beside)), options.receipts, witnesses,
        options.quorum, options.frozen * 3600, options.grace * 60, options.full,
    )  # fmt: skip
    monitor = Monitor(options.folder, settings, progress=_progress if sys.stderr.isatty() else None)
    stopping, wrong, told = threading.Event(), False, None
    if not options.once:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
    while not stopping.is_set():
        findings = monitor.round()
        wrong = wrong or bool(findings)
        now = (findings, monitor.state.size)
        if now != told:  # what did not change is not told again
            _tell(findings, monitor)
            told = now
        if options.once:
            break
        stopping.wait(options.every)
    return FOUND if wrong else DONE


def _tell(findings: list[Finding], monitor: Monitor) -> None:
    origin, state = monitor.state.keys.origin, monitor.state
    for one in findings:
        evidence = f" | {one.evidence}" if one.evidence else ""
        print(f"{one.what.upper()} | {origin} | {one.en} | {one.zh}{evidence}", flush=True)
    if not findings:
        print(f"ok | {origin} | {state.size} leaves, root {state.root.hex()}", flush=True)


def _progress(done: int, total: int) -> None:
    if done % (64 * 256) == 0 or done == total:
        print(f"\r{done:,} / {total:,}", end="\n" if done == total else "", file=sys.stderr, flush=True)


def _proof(options: argparse.Namespace) -> int:
    keys = [Key.parse(text, (ED25519,)) for text in options.key]
    with options.file.open("rb") as file:
        fork = forks.Fork.parse(file.read(forks.FORK_LIMIT + 1))
    try:
        earlier, later = forks.check(fork, keys)
    except ProofError as error:
        print(f"NOT PROVEN: {error}\n未能证明：{error}")
        return FAULT
    print(
        f"PROVEN: {earlier.origin} signed two trees that contradict each other, of {earlier.size} and of {later.size} leaves\n"
        f"已证明：{earlier.origin} 签署了两棵相互矛盾的树（{earlier.size} 与 {later.size} 条）"
    )
    return FOUND


if __name__ == "__main__":
    sys.exit(main())
