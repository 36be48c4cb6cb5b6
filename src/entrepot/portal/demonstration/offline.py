"""The stand-alone verifiers in a process of their own that can neither import the platform nor open a socket."""

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import entrepot_verify
from entrepot.kernel.text import Text

# Run without the environment's start-up files, so that nothing of the platform is on the path; the packages are put there again.
_ALONE = """
import runpy, sys
sys.modules["entrepot"] = None
def closed(event, _):
    if event.startswith("socket."):
        raise PermissionError("there is no network here")
sys.addaudithook(closed)
sys.path.append(sys.argv.pop(1))
sys.argv.pop(0)
sys.path.insert(0, sys.argv[0].rpartition("/")[0])
runpy.run_path(sys.argv[0], run_name="__main__")
"""
PROGRAMS = ("receipt.py", "credential.py", "trust.py")
SECONDS = 30


class Answer:
    """What a verifier answered: whether it accepts the document, why not, and all that it told."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.told = told
        self.accepted = bool(told.get("accepted", told.get("proven")))
        failed = [one["reason"] for one in told.get("checks", ()) if one["result"] == "fails"]
        en, zh = failed[0] if failed else (told.get("en", ""), told.get("zh", ""))
        self.reason = Text(en, zh)


def place(folder: Path) -> None:
    """Put the files of the verifier into a folder, as whoever checks would have them."""
    folder.mkdir()
    for name in PROGRAMS:
        shutil.copy(Path(entrepot_verify.__file__).with_name(name), folder / name)


def ask(program: Path, *words: str | Path) -> Answer:
    """Run a verifier of a folder."""
    packages = importlib.util.find_spec("cryptography")
    assert packages is not None
    assert packages.origin is not None
    command = [sys.executable, "-I", "-S", "-c", _ALONE, str(Path(packages.origin).parents[1]), program.as_posix()]
    done = subprocess.run(
        [*command, *map(str, words), "--json"], capture_output=True, encoding="utf-8", timeout=SECONDS, check=False
    )
    if not done.stdout:  # it answers on one line whatever it finds; else it broke
        raise RuntimeError((done.stderr.splitlines() or [f"{program.name} said nothing"])[-1])
    return Answer(json.loads(done.stdout))
