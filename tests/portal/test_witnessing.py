"""The portal and its witnesses, end to end: processes of their own, one away, one started again; an operator who lies."""

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from typer.testing import CliRunner

from entrepot.gateways.witnesses import Cosigned, LastSeen, Refused
from entrepot.portal.bench_store import line, opening
from entrepot.portal.cli import app
from entrepot.portal.desk import Desk
from entrepot.portal.witnessing import Witnessing
from entrepot.portal.wsgi import application_on
from entrepot.store.notes import Signer, split_note
from entrepot.store.policy import Policy
from entrepot.store.store import Store
from entrepot_verify.receipt import Rejected, trust_in, verify
from entrepot_witness.monitor import Monitor, Settings
from entrepot_witness.notes import COSIGNATURE, ED25519, ML_DSA_44, Key
from entrepot_witness.places import Place
from entrepot_witness.witness import Witness, make_witness
from tests.store.saying import REGISTRY
from tests.witness.processes import command, serving

Open = Callable[..., Store]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    lite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path}/store.db" if lite else str(request.getfixturevalue("fresh_postgres_url"))
    with Store.open(url, REGISTRY, keys=tmp_path / "keys") as opened:
        opened.submit([opening("L")])
        opened.integrate()
        yield opened


def grow(store: Store, first: int, count: int) -> int:
    store.submit([line("L", number) for number in range(first, first + count)])
    return store.integrate()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


class Stand:
    """Demonstration witnesses, each in a folder of its own, and the policy that names them: two of the three."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.folders = [folder / f"w{at}" for at in (1, 2, 3)]
        self.ports = [free_port() for _ in self.folders]
        lines = [f"log {store.log_key}"]
        for at, (one, port) in enumerate(zip(self.folders, self.ports, strict=True), 1):
            make_witness(one, f"witness.example.org/w{at}", ["ml-dsa-44" if at == 2 else "ed25519"])
            witness = Witness(one)
            witness.add_log(store.log_key)
            lines.append(f"witness W{at} {witness.cosigners[0].key} http://127.0.0.1:{port}")
            witness.close()
        self.text = "".join(f"{line}\n" for line in [*lines, "group two 2 W1 W2 W3", "quorum two"])
        self.policy = Policy.parse(self.text.encode())
        self.keys = tuple(Key.parse(str(one.key), (COSIGNATURE, ML_DSA_44)) for one in self.policy.witnesses)

    def serving(self, at: int) -> ExitStack:
        stack = ExitStack()
        stack.enter_context(serving(self.folders[at - 1], self.ports[at - 1]))
        return stack


@pytest.fixture
def stand(tmp_path: Path, store: Store) -> Stand:
    return Stand(tmp_path, store)


def sizes(witnessing: Witnessing) -> list[int | None]:
    return [state.size for state in witnessing.states()]


def names(note: str | None) -> list[str]:
    return [line.name.rpartition("/")[2] for line in split_note(note or "")[1]][1:]


def test_two_witnesses_cosign_while_one_is_away_and_one_is_started_again(
    store: Store, stand: Stand, tmp_path: Path
) -> None:
    witnessing = Witnessing(store, stand.policy)
    said = store.submit([line("L", 999)]).said[0]
    with stand.serving(1):
        with stand.serving(2):
            first = grow(store, 1, 30)
            witnessing.round()
            assert sizes(witnessing) == [first, first, None]
            assert witnessing.quorum_size() == first
            assert sorted(names(store.checkpoint())) == ["w1", "w2"]
            away = witnessing.states()[2].trouble
            assert away is not None
            assert ("cannot be reached" in away.en, "无法连接" in away.zh) == (True, True)
        second = grow(store, 31, 300)
        witnessing.round()
        assert (sizes(witnessing), witnessing.quorum_size()) == ([second, first, None], first)
        receipt = store.receipt(said, policy=stand.policy)
        proof = verify(receipt.encode(), trust_in((), (), None, stand.text.encode(), ()))
        assert (proof.size, proof.quorum, sorted(name[-2:] for name, _ in proof.cosigned)) == (
            first,
            True,
            ["W1", "W2"],
        )
        with pytest.raises(Rejected):  # the newest has one cosignature
            verify(store.receipt(said).encode(), trust_in((), (), None, stand.text.encode(), ()))
    with stand.serving(2), stand.serving(3):  # the second remembers what it saw, the third never saw anything
        third = grow(store, 331, 5)
        witnessing.round()
        assert (sizes(witnessing), witnessing.quorum_size()) == ([second, third, third], third)
    trouble = witnessing.states()[0].trouble
    assert trouble is not None


def test_a_store_that_lost_what_the_witness_told_asks_from_what_the_witness_saw(store: Store, stand: Stand) -> None:
    with stand.serving(1):
        seen = grow(store, 1, 10)
        witness = Witness(stand.folders[0])
        body = "\n".join(["old 0", "", store.checkpoint() or ""]).encode()
        assert witness.add_checkpoint(body).status == 200  # the answer was lost on the way
        witness.close()
        witnessing = Witnessing(store, stand.policy)
        witnessing.round()
        assert sizes(witnessing)[0] == seen
        size = grow(store, 11, 10)
        Witnessing(store, stand.policy).round()
        assert sizes(witnessing)[0] == size


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (Cosigned("— witness.example.org/w1 AAAAAAA=\n"), "no line of the key"),
        (Cosigned("scribble"), "no cosignature"),
        (Cosigned(""), "no cosignature"),
        (Refused(422, "no proof"), "refuses"),
        (LastSeen(10**9), "larger log"),
    ],
)
def test_an_answer_that_is_no_cosignature_is_not_kept(
    store: Store, stand: Stand, answer: Cosigned | LastSeen | Refused, trouble: str
) -> None:
    witnessing = Witnessing(store, stand.policy, ask=lambda *_: answer)
    states = witnessing.round()
    assert [state.size for state in states] == [None] * 3
    assert states[0].trouble is not None
    assert trouble in states[0].trouble.en
    assert names(store.checkpoint()) == []


def test_a_cosignature_of_another_checkpoint_is_not_kept(store: Store, stand: Stand) -> None:
    witness = Witness(stand.folders[0])
    other = witness.add_checkpoint("\n".join(["old 0", "", store.checkpoint() or ""]).encode()).body
    witness.close()
    grow(store, 1, 3)
    witnessing = Witnessing(store, stand.policy, ask=lambda *_: Cosigned(other))
    trouble = witnessing.round()[0].trouble
    assert trouble is not None
    assert "false" in trouble.en


def test_a_witness_that_is_away_is_left_alone_for_a_while_and_holds_nobody_up(store: Store, stand: Stand) -> None:
    asked: list[str] = []

    def ask(url: str, *_: object) -> LastSeen:
        asked.append(url)
        return LastSeen(10**9)

    witnessing = Witnessing(store, stand.policy, ask)
    works = witnessing.works()
    assert len(works) == 3
    for _ in range(5):
        for work in works.values():
            assert work() == 0
    assert len(asked) == 9  # three witnesses, one turn of three attempts each
    assert grow(store, 1, 5) == 6


def test_the_monitor_follows_the_portal_over_http_and_finds_the_quorum(
    stand: Stand, store: Store, tmp_path: Path
) -> None:
    desk = Desk.__new__(Desk)
    desk.store = store
    grow(store, 1, 300)
    with served(desk) as address, stand.serving(1), stand.serving(3):
        Witnessing(store, stand.policy).round()
        beside = tuple(Place(f"http://127.0.0.1:{stand.ports[at]}") for at in (0, 2))
        settings = Settings(
            Place(f"{address}/log"), Key.parse(store.log_key, (ED25519,)), beside, witnesses=stand.keys, quorum=2
        )
        monitor = Monitor(tmp_path / "monitor", settings)
        assert monitor.round() == []
        assert monitor.state.size == 301
        store.hand_over()
        grow(store, 301, 3)
        assert monitor.round() == []
        assert (monitor.state.size, len(monitor.state.keys.spans)) == (304, 2)


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


class served:
    """A desk's application on a port of its own."""

    def __init__(self, desk: Desk) -> None:
        self._server = make_server("127.0.0.1", 0, application_on(desk), handler_class=_Quiet)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self) -> str:
        self._thread.start()
        return f"http://127.0.0.1:{self._server.server_port}"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


# -- an operator who lies ---------------------------------------------------------------------------------------------


@pytest.fixture
def two_faced(tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """A store, and a copy of it that goes on differently under the same key."""
    with Store.open(f"sqlite:///{tmp_path}/true.db", REGISTRY, keys=tmp_path / "keys") as first:
        first.submit([opening("L")])
        grow(first, 1, 40)
    for file in tmp_path.glob("true.db*"):
        shutil.copy(file, tmp_path / file.name.replace("true", "false"))
    with (
        Store.open(f"sqlite:///{tmp_path}/true.db", REGISTRY, keys=tmp_path / "keys") as true,
        Store.open(f"sqlite:///{tmp_path}/false.db", REGISTRY, keys=tmp_path / "keys") as false,
    ):
        yield true, false


def test_a_store_that_was_forked_is_caught_by_witness_and_monitor(
    two_faced: tuple[Store, Store], tmp_path: Path
) -> None:
    true, false = two_faced
    stand = Stand(tmp_path, true)
    grow(true, 41, 9)
    grow(false, 41, 30)
    with stand.serving(1):
        assert Witnessing(true, stand.policy).round()[0].size == 50
        trouble = Witnessing(false, stand.policy).round()[0].trouble
    assert trouble is not None
    assert "refuses the checkpoint" in trouble.en
    assert names(false.checkpoint()) == []
    [fork] = (stand.folders[0] / "forks").iterdir()
    told = command("proof", str(fork), "--key", true.log_key)
    assert (told.returncode, told.stdout.startswith("PROVEN")) == (1, True)

    true.export_log(tmp_path / "shown to one")
    false.export_log(tmp_path / "shown to another")
    key = Key.parse(true.log_key, (ED25519,))
    settings = Settings(Place(str(tmp_path / "shown to another")), key, (Place(str(tmp_path / "shown to one")),))
    assert [one.what for one in Monitor(tmp_path / "m1", settings).round()] == ["fork"]
    late = Monitor(tmp_path / "m2", settings._replace(log=settings.beside[0], beside=()))
    assert late.round() == []
    turned = Monitor(tmp_path / "m2", settings._replace(beside=()))
    assert [one.what for one in turned.round()] == ["fork"]


def test_a_receipt_from_before_the_fork_tells_on_it(two_faced: tuple[Store, Store], tmp_path: Path) -> None:
    true, false = two_faced
    submission = true.submit([line("L", 900)]).said[0]
    true.integrate()
    (tmp_path / "receipts").mkdir()
    (tmp_path / "receipts" / "mine").write_text(true.receipt(submission))
    grow(false, 901, 20)
    false.export_log(tmp_path / "shown")
    settings = Settings(
        Place(str(tmp_path / "shown")), Key.parse(true.log_key, (ED25519,)), receipts=tmp_path / "receipts"
    )
    assert [one.what for one in Monitor(tmp_path / "m", settings).round()] == ["missing"]


# -- the installation -------------------------------------------------------------------------------------------------


def test_the_command_asks_the_witnesses_of_the_policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTREPOT_HOME", str(tmp_path / "home"))
    url = f"sqlite:///{tmp_path}/store.db"
    from entrepot.portal.setting import open_store

    with open_store(url) as opened:
        opened.submit([opening("L")])
        opened.integrate()
        stand = Stand(tmp_path, opened)
    run = CliRunner()
    monkeypatch.delenv("ENTREPOT_POLICY", raising=False)
    unnamed = run.invoke(app, ["log", "witness", "--store", url])
    assert unnamed.exit_code != 0
    (tmp_path / "policy").write_text(stand.text)
    monkeypatch.setenv("ENTREPOT_POLICY", str(tmp_path / "policy"))
    (tmp_path / "other").write_text(stand.text.replace("log entrepot/", "log other/", 1))
    monkeypatch.setenv("ENTREPOT_POLICY", str(tmp_path / "other"))
    assert "line 1" in str(
        run.invoke(app, ["log", "witness", "--store", url]).exception
    )  # name and id of the key do not fit
    other = str(Signer("entrepot/other", bytes(32)).verifier)
    (tmp_path / "other").write_text(f"log {other}\n" + stand.text.partition("\n")[2])
    assert "names other logs" in str(run.invoke(app, ["log", "witness", "--store", url]).exception)
    monkeypatch.setenv("ENTREPOT_POLICY", str(tmp_path / "policy"))
    with stand.serving(1):
        one = run.invoke(app, ["log", "witness", "--store", url])
        assert (one.exit_code, "quorum at 0 of 1" in one.output) == (1, True), one.output
        with stand.serving(3):
            two = run.invoke(app, ["log", "witness", "--store", url])
            assert (two.exit_code, "quorum at 1 of 1" in two.output) == (0, True), two.output
