"""What is deployed by: read closely, for no container engine or init system is at hand in a test."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

DEPLOY = Path(__file__).resolve().parents[3] / "deploy"
ROOT = DEPLOY.parent


def instructions() -> list[tuple[str, str]]:
    """The lines of the container file: what to do and with what."""
    text = re.sub(r"\\\n\s*", "", (DEPLOY / "Containerfile").read_text(encoding="utf-8"))
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.partition(" ")[0], line.partition(" ")[2]) for line in lines]


def test_the_image_copies_what_is_there_and_fetches_nothing_without_a_hash() -> None:
    for word, rest in instructions():
        assert word != "ADD"
        if word == "COPY" and "--from" not in rest:
            for source in rest.split()[:-1]:
                assert (ROOT / source).exists(), source
        if "pip install" in rest:
            assert "--require-hashes" in rest
            assert "--no-deps" in rest
        assert "curl" not in rest
        assert "latest" not in rest


def test_the_image_runs_the_server_as_nobody_in_particular() -> None:
    last = dict(instructions())
    assert last["USER"] not in ("root", "0")
    assert last["STOPSIGNAL"] == "SIGTERM"  # upon which the server finishes what is under way
    assert '"serve"' in last["CMD"]
    assert "/readyz" in last["HEALTHCHECK"]
    assert last["EXPOSE"] in last["HEALTHCHECK"]
    assert last["VOLUME"] == last["WORKDIR"]
    assert f"ENTREPOT_HOME={last['VOLUME']} " in last["ENV"]
    words = [rest for word, rest in instructions()]
    assert not any("SECRET" in rest or "password" in rest.lower() for rest in words)


def test_the_units_are_as_systemd_reads_them(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed")
    for name in ("entrepot.service", "entrepot.socket"):
        text = (DEPLOY / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", text, flags=re.MULTILINE))
    done = subprocess.run(
        [program, "verify", "--man=no", *(str(tmp_path / name) for name in ("entrepot.service", "entrepot.socket"))],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    ours = [line for line in done.stderr.splitlines() if "entrepot" in line and "Unknown" in line]
    assert ours == []
