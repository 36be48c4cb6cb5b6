"""The server: workers that share one listening socket, each with its own desk; minded by this process.

On SIGTERM or an interrupt nothing more is taken in, what is under way is finished, and the log is brought up to the last
statement. On SIGHUP each worker is followed by a new one that loads the code anew: connections wait in the socket meanwhile,
and none is refused. A worker that dies is replaced, at once at first and then after longer and longer pauses; one that will not
live ends the server, for whoever minds it. Under systemd the socket may come from outside (LISTEN_FDS), and then
outlives this process too.
"""

import multiprocessing
import os
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from multiprocessing.synchronize import Event
from typing import Any

from entrepot.portal.exits import NOT_OPEN

URL, LOG_FORMAT = "ENTREPOT_URL", "ENTREPOT_LOG_FORMAT"
APPLICATION = "entrepot.portal.rsgi:application"
BACKLOG = 2_048
CONNECTIONS = 20_000  # of one worker at a time, live streams among them
HEADER_MILLISECONDS = 20_000  # for the head of a request, and between two of one connection
LARGEST_HEAD = 64 * 1024
UNTAKEN_MILLISECONDS = 60_000  # a client that takes nothing of what was sent for so long is let go, by the system
FINISH_SECONDS = 60  # for what is under way when a worker is to end
WARM_SECONDS = 2.0  # a new worker serves beside the old for so long
MOST_DEATHS = 5  # of a worker within the time below: beyond, the server ends and says so by its exit code
DEATHS_SECONDS = 120.0
INHERITED = 3  # the first socket that systemd hands over (sd_listen_fds(3))


def serve(
    store: str = "", host: str = "127.0.0.1", port: int = 8000, workers: int = 1, log_format: str = "text"
) -> None:
    """Serve until interrupted. This process only minds the workers, which open the store and say where it is served."""
    listener = _listener(host, port)
    if "entrepot.portal.desk" in sys.modules and os.name == "posix":
        # Somebody has worked here before: start afresh, so that what that left in memory is let go.
        listener.close()
        options = ["--store", store, "--host", host, "--port", str(port), "--workers", str(workers)]
        os.execv(sys.executable, [sys.executable, "-m", "entrepot", "serve", *options, "--log-format", log_format])
    if store:
        os.environ["ENTREPOT_DATABASE"] = store
    _check_workers(workers)
    os.umask(0o077)  # whatever the server makes is for its owner alone
    os.environ[URL] = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    os.environ[LOG_FORMAT] = log_format
    if workers > 1:  # they count together
        os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="entrepot-metrics-"))
    serve_target(APPLICATION, host, port, workers, listener)


def serve_target(target: str, host: str, port: int, workers: int = 1, listener: socket.socket | None = None) -> None:
    """Serve an RSGI application, named as `module:name`, until interrupted."""
    from granian.errors import FatalError

    try:
        server = _server(target, listener or _listener(host, port), host, port, workers)
        began = multiprocessing.get_context("fork").Event()
        threading.Thread(target=_mind, args=(server, began), daemon=True).start()
        server.serve(target_loader=partial(_fresh, began))
    except FatalError:
        sys.exit(NOT_OPEN)
    except SystemExit as ended:  # the worker, which has said why, could not begin
        sys.exit(NOT_OPEN if ended.code else 0)


def _server(target: str, listener: socket.socket, host: str, port: int, workers: int) -> Any:
    from granian._granian import SocketHolder
    from granian.constants import HTTPModes, Interfaces, Loops
    from granian.http import HTTP1Settings
    from granian.log import LogLevels
    from granian.server import MPServer

    make: Callable[..., Any] = SocketHolder
    holder = make(listener.detach(), False, BACKLOG)

    class Server(MPServer):
        """Its workers listen at the one socket that this process holds, so that what waits in it outlives any of them."""

        def _init_shared_socket(self) -> None:
            self._sso = None
            self._ssp, self._shd = None, holder
            self.deaths: dict[int, list[float]] = {}

        def _respawn_workers(self, workers: list[int], spawn_target: Any, target_loader: Any, delay: float = 0) -> None:
            """Followed, after `delay` (a reload), or replaced, for they died. Granian itself would end at the second death within
            5.5 s, and counts a reload as one; here what counts is `pause_after`."""
            if not delay and not self._may_go_on(workers):
                return
            super()._respawn_workers(workers, spawn_target, target_loader, delay)
            self.respawned_wrks.clear()

        def _may_go_on(self, died: list[int]) -> bool:
            now, pauses = time.monotonic(), list[float | None]()
            for index in died:
                self.deaths.setdefault(index, []).append(now)
                pauses.append(pause_after(self.deaths[index]))
            if None in pauses:
                print("a worker died again and again; the server ends  工作进程反复退出，服务终止", file=sys.stderr)
                self.interrupt_signal = True
                self.interrupt_children.extend(died)  # so that it ends with a fault
                self.main_loop_interrupt.set()
                return False
            if pause := max(one or 0.0 for one in pauses):
                self.main_loop_interrupt.wait(pause)
            return not self.interrupt_signal

    return Server(
        target,
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        workers=workers,
        loop=Loops.asyncio,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_MILLISECONDS, max_buffer_size=LARGEST_HEAD),
        backlog=BACKLOG,
        backpressure=CONNECTIONS,
        websockets=False,
        respawn_interval=WARM_SECONDS,
        workers_kill_timeout=FINISH_SECONDS,
        log_level=LogLevels.critical,
    )


def pause_after(deaths: list[float]) -> float | None:
    """Seconds before a worker that died at these moments (rising) is replaced: 0, 1, 2, 4, 8; None where it died too often."""
    lately = sum(deaths[-1] - one <= DEATHS_SECONDS for one in deaths)
    if lately > MOST_DEATHS:
        return None
    return 0.0 if lately < 2 else 2.0 ** (lately - 2)


def _fresh(began: Event, target: str) -> Any:
    """In a new worker: what it serves, loaded anew. What this process had loaded of our code before it was forked is forgotten."""
    signal.signal(
        signal.SIGTERM, signal.SIG_DFL
    )  # until it serves it may be ended at once; the handler it was born with is not its own
    for name in [name for name in sys.modules if name.partition(".")[0] == "entrepot"]:
        del sys.modules[name]
    module, _, name = target.partition(":")
    served = getattr(import_module(module), name)
    began.set()
    return served


def _mind(server: Any, began: Event) -> None:
    """Workers that die are replaced, once one has begun: what cannot begin is told once, and ends."""
    began.wait()
    server.respawn_failed_workers = True


def _check_workers(workers: int) -> None:
    if workers > 1 and not os.environ.get("ENTREPOT_DATABASE", "").startswith("postgres"):
        print(
            "several workers need PostgreSQL: SQLite has one writer, and one worker serves it best; serving with --workers 1\n"
            "多个工作进程须使用 PostgreSQL：SQLite 只有一个写入者，请使用 --workers 1",
            file=sys.stderr,
        )
        sys.exit(NOT_OPEN)


def _listener(host: str, port: int) -> socket.socket:
    """The listening socket; one clear line where the address cannot be had."""
    if os.environ.get("LISTEN_PID") == str(os.getpid()) and os.environ.get("LISTEN_FDS") == "1":
        return _minded(socket.socket(fileno=INHERITED))
    try:
        if not 0 < port < 1 << 16:
            raise OverflowError("a port is a number from 1 to 65535")
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        print(f"{host}:{port} cannot be listened on: {error}; name another with --port", file=sys.stderr)
        sys.exit(NOT_OPEN)
    listener.setblocking(False)
    return _minded(listener)


def _minded(listener: socket.socket) -> socket.socket:
    """Its connections end where a client takes nothing: the server below takes whatever is given it to send, and would keep it."""
    if hasattr(socket, "TCP_USER_TIMEOUT") and listener.family in (socket.AF_INET, socket.AF_INET6):
        listener.setsockopt(
            socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNTAKEN_MILLISECONDS
        )  # RFC 5482; those accepted inherit it
    return listener
