"""The examples of docs/client.md run against a portal, one behind the other, and hold under mypy."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.client.conftest import Portal
from tests.conftest import ROOT


def examples() -> str:
    return "\n\n".join(
        re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "client.md").read_text(encoding="utf-8"), re.DOTALL)
    )


def test_the_examples_run(portal: Portal, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("ENTREPOT_ADDRESS", portal.address)
    monkeypatch.setenv("ENTREPOT_TOKEN", portal.token)
    names: dict[str, object] = {"__name__": "examples"}
    exec(compile(examples(), "docs/client.md", "exec"), names)
    told = capsys.readouterr().out
    assert "PO-77" in told
    assert "422 ('D005',)" in told
    assert "小于零" in told
    assert names["again"] == b"hs,quantity,unit\n28092019,24,t\n"
    assert names["refused"] == []
    assert str(names["receipt"]).startswith("c2sp.org/tlog-proof@v1")


def test_the_examples_are_typed(tmp_path: Path) -> None:
    right = examples()
    wrong = {
        right.replace('"quantity": "24"', '"quantity": 24'): "int",
        right.replace('"incoterm": "CIF"', '"incotem": "CIF"'): "incotem",
        right.replace("found.status, [", "found.state, ["): "state",
    }
    files = [tmp_path / f"example_{number}.py" for number in range(len(wrong) + 1)]
    for file, text in zip(files, (right, *wrong), strict=True):
        file.write_text(text, encoding="utf-8")
    told = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={ROOT / '.mypy_cache'}", *map(str, files)],
        capture_output=True, text=True, check=False, cwd=ROOT, env={"MYPYPATH": str(ROOT / "src"), "PATH": ""},
    ).stdout  # fmt: skip
    assert f"{files[0].name}:" not in told, told
    for file, word in zip(files[1:], wrong.values(), strict=True):
        assert any(line.startswith(str(file)) and word in line for line in told.splitlines()), (word, told)
