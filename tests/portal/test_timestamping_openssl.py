"""From the command to OpenSSL's authority over HTTP and back: a stamped receipt that the stand-alone verifier and OpenSSL both take."""

import shutil
import threading
from base64 import b64decode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from entrepot.portal import cli
from entrepot_verify.receipt import verify
from entrepot_verify.timestamp import main
from tests.gateways.openssl_tsa import Authority
from tests.portal.test_cli import home_with_packs

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl command")


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    folder = tmp_path / "tsa"
    folder.mkdir()
    return Authority(folder)


@pytest.fixture
def address(authority: Authority) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer = authority.answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/tsa"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_stamped_receipt_goes_from_end_to_end(
    authority: Authority, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home_with_packs(tmp_path / "home")
    monkeypatch.setenv("ENTREPOT_HOME", str(tmp_path / "home"))
    for name in ("ENTREPOT_DATABASE", "ENTREPOT_TOKEN", "ENTREPOT_NATURE", "ENTREPOT_TSA"):
        monkeypatch.delenv(name, raising=False)

    def run(*words: str, code: int = 0) -> str:
        done = CliRunner().invoke(cli.app, list(words))
        assert done.exit_code == code, done.output
        return done.output

    run("say", "D1", "dossier.opened", '{"kind": "trade", "reference": "PO-1"}', "--as", "exporter", "--for", "acme")
    assert "ENTREPOT_TSA" in str(CliRunner().invoke(cli.app, ["log", "stamp"]).exception)
    (authority.folder / "tsa.txt").write_text(f"authority time.example {address} root.pem\n", encoding="utf-8")
    monkeypatch.setenv("ENTREPOT_TSA", str(authority.folder / "tsa.txt"))
    [state] = msgspec.json.decode(run("log", "stamp", "--json"))
    assert (state["name"], state["size"] > 0, state.get("trouble")) == ("time.example", True, None)
    assert "time.example" in run("log", "stamp")

    who = ("--as", "exporter", "--for", "acme")
    said = msgspec.json.decode(run("read", "D1", "--json", *who))["heads"][0]
    receipt = run("receipt", "D1", said, "--stamped", *who)
    file = tmp_path / "receipt.txt"
    file.write_text(receipt, encoding="utf-8")
    key = run("check").partition("its key is ")[2].split()[0]
    assert verify(file.read_bytes(), key).unchecked == ("time.example",)
    assert main([str(file), "--name", "time.example", "--root", str(authority.folder / "root.pem")]) == 0

    note = receipt.partition("\n\n")[2]
    (authority.folder / "checkpoint.txt").write_text(note.rpartition("\n\n")[0] + "\n", encoding="utf-8")
    (authority.folder / "token.der").write_bytes(b64decode(note.splitlines()[-1].split(" ")[2])[4:])
    told = authority.run(
        "ts", "-verify", "-in", "token.der", "-token_in", "-data", "checkpoint.txt", "-CAfile", "root.pem", "-untrusted", "chain.pem",
    )  # fmt: skip
    assert "Verification: OK" in told

    (authority.folder / "tsa.txt").write_text("authority time.example http://127.0.0.1:9/ root.pem\n", encoding="utf-8")
    run("say", "D1", "trade.terms", '{"contract_no": "C-1"}', *who)
    assert "ConnectionRefusedError" in run("log", "stamp", code=1)
