"""`entrepot title …`: a bill from issue to the file that is checked offline, at the keyboard."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from entrepot.portal import cli, exits
from entrepot.portal.titles_export import verify_title

Run = Callable[..., Result]
BILL = {
    "kind": "warehouse_receipt", "form": "bearer", "number": "EXWR7", "issuer": {"name": "Example Store", "organisation": "example-store"},
    "shipper": {"name": "Example Gorges", "organisation": "example-gorges"}, "issued_on": "2026-06-20",
    "goods": [{"line": "1", "description": "Monoammonium phosphate", "quantity": "1000", "unit": "t"}],
}  # fmt: skip


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    from entrepot.portal import setting
    from tests.portal.test_cli import home_with_packs

    home_with_packs(tmp_path / "home")
    monkeypatch.setenv("ENTREPOT_HOME", str(tmp_path / "home"))
    for name in ("ENTREPOT_DATABASE", "ENTREPOT_TOKEN", "ENTREPOT_NATURE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    setting.law()

    def invoke(*words: str | Path, code: int = 0) -> Result:
        result = CliRunner().invoke(cli.app, ["title", *map(str, words)])
        ended = result.exit_code
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            assert isinstance(result.exception, Exception)
            told = exits.told(result.exception)
            assert told is not None, result.exception
            ended = told
        assert ended == code, result.output
        return result

    return invoke


def test_a_receipt_is_issued_split_and_checked_at_the_keyboard(run: Run, tmp_path: Path) -> None:
    for firm in ("example-store", "example-gorges", "example-bank"):
        assert run("ready", firm, "--for", firm).output.startswith("did:key:z6Mk")
    face = tmp_path / "receipt.json"
    face.write_text(json.dumps(BILL), encoding="utf-8")
    store, gorges, bank = ("--for", "example-store"), ("--for", "example-gorges"), ("--for", "example-bank")
    title = json.loads(run("issue", "--document", face, "--to", "example-gorges", *store, "--json").output)["title"]
    run("do", title, "transfer", "--to", "example-bank", *gorges)
    run("do", title, "transfer", "--to", "example-store", *gorges, code=1)
    run("show", title, "--for", "nobody", code=3)
    run("do", title, "surrender", "--purpose", "split", *bank)
    run("split", title, "1=600", "1=x", *store, code=1)
    run("split", title, "1=600", "1=400.5", *store, code=1)
    told = run("split", title, "1=600", "1=400", *store).output.splitlines()
    assert [line.split()[3] for line in told] == ["already", "said", "said"]
    part = told[2].split()[0]
    assert "you may | 可办理: transfer" in run("show", part, *bank).output
    assert part in run("list", *bank).output
    out = tmp_path / "title.json"
    run("export", part, "--out", out, *bank)
    verdict = verify_title(out.read_bytes())
    assert [one.name.en for one in verdict.checks if one.result == "fails"] == []
    assert verdict.says["holder"] == "example-bank"
    assert "warehouse receipts have no place" in run("dcsa", part, *bank).output
    run("do", part, "steal", *bank, code=1)
    run("issue", "--to", "example-bank", *store, code=1)


def test_a_prepared_step_tells_the_bytes_to_sign(run: Run, tmp_path: Path) -> None:
    for firm in ("example-store", "example-bank"):
        run("ready", firm, "--for", firm)
    face = tmp_path / "receipt.json"
    face.write_text(json.dumps(BILL), encoding="utf-8")
    title = json.loads(
        run("issue", "--document", face, "--to", "example-bank", "--for", "example-store", "--json").output
    )["title"]
    told = json.loads(
        run("do", title, "transfer", "--to", "example-store", "--for", "example-bank", "--prepare").output
    )
    assert len(bytes.fromhex(told["signing_input"])) == 64
    forged = told["step"] | {"proof": told["step"]["proof"] | {"proofValue": "z" + "1" * 64}}
    step = tmp_path / "step.json"
    step.write_text(json.dumps(forged), encoding="utf-8")
    run("say", title, step, "--for", "example-bank", code=1)
