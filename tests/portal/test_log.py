"""The log over HTTP for anybody, its page, and its commands."""

import gzip
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from entrepot.gateways.cose import verify_cose_consistency
from entrepot.gateways.credentials.keys import PublicKey
from entrepot.modules.evidence.rules import tree
from entrepot.portal.bench_store import line, opening
from entrepot.portal.cli import app
from entrepot.portal.desk import Desk
from entrepot.store.log_keys import KeyHistory
from entrepot.store.notes import Signer, Verifier, open_checkpoint, to_base64
from entrepot.store.store import Store
from tests.portal.web import client_of


@pytest.fixture
def client(desk: Desk) -> Any:
    return client_of(desk)


@pytest.fixture
def log(desk: Desk) -> Store:
    """A log of 300 entries, signed at 1 and at 300."""
    store = desk.store
    store.submit([opening("L")])
    store.integrate()
    store.submit([line("L", number) for number in range(1, 300)])
    store.integrate()
    return store


def test_the_checkpoint_is_plain_text_for_everybody_and_for_a_moment(client: Any, log: Store) -> None:
    answer = client.get("/log/checkpoint")
    assert answer.status_code == 200
    assert answer.content.decode() == log.checkpoint()
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Cache-Control"] == "public, max-age=2"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert open_checkpoint(answer.content.decode(), Verifier.parse(log.log_key)).size == 300
    assert client.get("/log/checkpoint/1").content.decode().split("\n")[1] == "1"
    for size in ("2", "0", "-1", "01", "1e3", "٣", "9" * 30, "300/"):
        assert client.get(f"/log/checkpoint/{size}").status_code == 404


def test_tiles_are_bytes_kept_for_ever(client: Any, log: Store) -> None:
    for path, data in (
        ("0/000", log.tile(0, 0)), ("0/001.p/44", log.tile(0, 1, 44)), ("1/000.p/1", log.tile(1, 0, 1)),
        ("entries/000", log.entry_bundle(0)), ("0/000.p/1", log.tile(0, 0, 1)),
    ):  # fmt: skip
        answer = client.get(f"/log/tile/{path}")
        assert (answer.status_code, answer.content) == (200, data), path
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer["Access-Control-Allow-Origin"] == "*"
        head = client.head(f"/log/tile/{path}")
        assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize(
    "path",
    [
        "0/002", "0/001", "0/001.p/45", "0/001.p/43", "0/000.p/2", "1/000", "2/000.p/1", "63/000.p/1", "64/000", "0/x000/000", "0/0",
        "entries/001", "entries/001.p/43", "entries/x999/x999/x999/x999/x999/x999/999", "0", "entries/../0/000", "0/000?x",
    ],
)  # fmt: skip
def test_what_the_signed_log_does_not_have_is_not_found(client: Any, log: Store, path: str) -> None:
    answer = client.get(f"/log/tile/{path.replace('?', '%3F')}")
    assert answer.status_code == 404
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("offer", "packed"),
    [
        ("gzip, br", True),
        ("br, gzip;q=0.5", True),
        ("identity", False),
        ("", False),
        ("gzip;q=0", False),
        ("gzip; q=0.0", False),
    ],
)
def test_bundles_of_entries_are_packed_for_whoever_unpacks(client: Any, log: Store, offer: str, packed: bool) -> None:
    answer = client.get("/log/tile/entries/000", HTTP_ACCEPT_ENCODING=offer)
    assert answer.get("Content-Encoding", "") == ("gzip" if packed else "")
    assert (gzip.decompress(answer.content) if packed else answer.content) == log.entry_bundle(0)
    assert answer["Vary"] == "Accept-Encoding"
    assert "Content-Encoding" not in client.get("/log/tile/0/000", HTTP_ACCEPT_ENCODING=offer)


def test_keys_are_told_with_every_change(client: Any, log: Store) -> None:
    log.hand_over()
    answer = client.get("/log/keys")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert len(KeyHistory.parse(answer.content.decode()).valid) == 2
    assert client.post("/log/keys").status_code == 405
    assert client.post("/log/tile/0/000").status_code == 405


def test_an_empty_log_has_no_checkpoint_but_a_page(client: Any) -> None:
    assert client.get("/log/checkpoint").status_code == 404
    assert "Nothing was signed yet" in client.get("/log").content.decode()


@pytest.mark.parametrize(("language", "told"), [("en", "Verify it yourself"), ("zh", "自行核验")])
def test_the_page_tells_size_root_and_keys_and_nothing_of_what_was_said(
    client: Any, log: Store, language: str, told: str
) -> None:
    log.hand_over()
    log.end_key(log.log_key.split("+")[1])
    text = client.get("/log", HTTP_ACCEPT_LANGUAGE=language).content.decode()
    signed, history = log.signed(), log.log_history()
    assert signed is not None
    assert history is not None
    for part in (told, "300", signed.root.hex(), *(str(key.key) for key in history.keys)):
        assert part in text
    assert "Shiitake" not in text
    assert "goods.line" not in text


def test_nobody_need_be_known_to_see_a_live_log(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(desk)
    monkeypatch.setattr(desk.store, "nature", "live")
    assert client.get("/worklist").status_code == 302
    assert client.get("/log").status_code == 200
    assert client.get("/log/keys").status_code == 200


def test_a_receipt_with_the_quorum_of_witnesses_is_there_once_they_have_signed(
    opened: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client: Any = client_of(opened)
    said = next(iter(opened.store.record("D1").submissions))
    address = f"/api/v1/dossiers/D1/receipts/{said}"
    asks = {"HTTP_ENTREPOT_AS": "auditor"}
    monkeypatch.delenv("ENTREPOT_POLICY", raising=False)
    answer = client.get(f"{address}?witnessed=1", **asks)
    assert (answer.status_code, answer.json()["detail"]) == (404, "this installation names no witnesses")
    witness = Signer("witness.example", b"w" * 32).verifier
    public = b"\x04" + witness.public
    own = sha256(b"witness.example\n" + public).digest()[:4]
    policy = tmp_path / "policy"
    policy.write_text(f"witness w witness.example+{own.hex()}+{to_base64(public)}\nquorum w\n")
    monkeypatch.setenv("ENTREPOT_POLICY", str(policy))
    answer = client.get(f"{address}?witnessed=1", **asks)
    assert answer.status_code == 404
    assert "quorum" in answer.json()["detail"]
    assert client.get(address, **asks).status_code == 200


# -- commands ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("ENTREPOT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("ENTREPOT_DATABASE", raising=False)
    from entrepot.portal.setting import open_store

    with open_store() as store:
        store.submit([opening("L"), *(line("L", number) for number in range(1, 5))])
        store.integrate()

    def run(*words: str) -> Any:
        return CliRunner().invoke(app, ["log", *words])

    return run


def test_the_log_is_exported_proven_and_audited(command: Any, tmp_path: Path) -> None:
    assert "5 entries in 2 tiles, 2 of them new" in command("export", str(tmp_path / "out")).output
    assert (tmp_path / "out/tile/entries/000.p/5").stat().st_size > 500
    by_index, by_id = command("prove", "3"), command("prove", "L-3")
    assert by_index.output == by_id.output
    assert by_index.output.startswith("c2sp.org/tlog-proof@v1\nindex 3\n")
    assert len(command("consistency", "3", "5").output.split()) == 4
    file = tmp_path / "grown.cose"
    assert command("consistency", "3", "5", "--cose", str(file)).exit_code == 0
    hashes = (tmp_path / "out/tile/0/000.p/5").read_bytes()
    key = PublicKey("Ed25519", Verifier.parse(command("keys").output.split("\n")[0]).public)
    for size, holds in ((3, True), (4, False)):
        root = tree.root([hashes[at : at + 32] for at in range(0, 32 * size, 32)])
        assert verify_cose_consistency(file.read_bytes(), root, key).accepted is holds
    assert "5 leaves" in command("audit").output
    assert "everything fits" in command("audit").output
    assert "entries   5" in command("status").output
    assert '"size": 5' in command("status", "--json").output.replace('"size":5', '"size": 5')


def test_keys_are_changed_from_the_command_line(command: Any) -> None:
    first = command("keys").output.strip()
    assert "change 1" in command("rotate").output
    old = first.split("+")[1]
    assert f"key {old}  from 0\n" in command("status").output
    assert command("retire", "xyz").exit_code != 0
    assert command("retire", old, "--last", "5").exit_code != 0
    assert "change 2" in command("retire", old).output
    assert f"key {old}  from 0 up to 5" in command("status").output
    history = KeyHistory.parse(command("keys").output)
    assert str(history.keys[0].key) == first
    assert [one.key_id.hex() for one in history.counting(6)] != [old]
