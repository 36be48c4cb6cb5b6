"""The commands: a dossier as of a moment, who looked, an export, and that `entrepot verify` checks it."""

from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from entrepot.portal import cli, setting
from entrepot.portal.desk import Desk
from entrepot.store.tokens import new_token


def test_read_then_export_verify_and_who_looked(opened: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTREPOT_HOME", str(tmp_path))
    monkeypatch.setattr(setting, "law", lambda: opened.law)
    monkeypatch.setattr(setting, "registry", lambda: opened.registry)
    key, url = opened.store.log_key, opened.store.database.url
    at = ["--store", url, "--token", new_token(opened.store, "ann", "acme", ("administer",))]

    def run(*arguments: str) -> str:
        monkeypatch.setattr("sys.argv", ["entrepot", *arguments])
        result = CliRunner().invoke(cli.app, list(arguments))
        assert result.exit_code == 0, result.output
        return result.stdout

    then = msgspec.json.decode(run("read", "D1", "--as-of", "2026-04-02", "--json", *at))
    assert then["reading"]["dossier"] == "D1"
    out = tmp_path / "all.zip"
    assert msgspec.json.decode(run("export", str(out), "--json", *at))["key"] == key
    assert "ACCEPTED" in run("verify", str(out), "--key", key)
    doors = {one["door"] for one in msgspec.json.decode(run("reads", "--scope", "ours", "--json", *at))}
    assert {"entrepot read", "entrepot export"} <= doors
    out.write_bytes(out.read_bytes()[:-30])
    assert CliRunner().invoke(cli.app, ["verify", str(out), "--key", key]).exit_code == 1
