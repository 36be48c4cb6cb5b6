"""What every test may use: the shared data, a PostgreSQL server, hypothesis profiles and the `--full` switch."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from hypothesis import settings

from entrepot.portal.bench_postgres import NoPostgres, OwnPostgres

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


RUN_FOLDER = "ENTREPOT_TEST_RUN"  # set by the process that starts the run, inherited by its xdist workers


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        # directly in the system's temporary folder: nothing above it has to be opened to the server's user
        os.environ[RUN_FOLDER] = tempfile.mkdtemp(prefix="entrepot-test-")


def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return
    run = Path(os.environ.pop(RUN_FOLDER))
    OwnPostgres(run).stop()
    shutil.rmtree(run, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """The URL of a server's `postgres` database, for its superuser; one server serves all workers of a run."""
    given = os.environ.get("ENTREPOT_TEST_POSTGRES")
    if given:
        return given
    server = OwnPostgres(Path(os.environ[RUN_FOLDER]))
    with (server.run / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not server.running:
            try:
                server.start()
            except NoPostgres as reason:
                pytest.skip(f"no PostgreSQL: {reason}, and ENTREPOT_TEST_POSTGRES is unset")
    return server.url


@pytest.fixture(scope="session")
def new_postgres_database(postgres_server: str) -> Iterator[Callable[[], str]]:
    """A maker of fresh, empty databases; each call gives the URL of another one.

    They are dropped at the end of a server that stays; one that is thrown away with the run goes quicker as a whole.
    """
    import psycopg

    numbers, made = count(1), list[str]()

    def make() -> str:
        name = f"entrepot_{os.getpid()}_{next(numbers)}"
        with psycopg.connect(postgres_server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} STRATEGY wal_log")
        made.append(name)
        return urlunsplit(urlsplit(postgres_server)._replace(path=f"/{name}"))

    yield make
    if not os.environ.get("ENTREPOT_TEST_POSTGRES"):
        return
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
