#!/usr/bin/env python3
"""Sets Entrepôt up and runs it; needs nothing but Python 3.11.

    python3 run.py                    set up, do the main job, then serve the portal
    python3 run.py --no-serve         set up, do the main job in the terminal, end with its exit code
    python3 run.py test [--full] […]  set up and run every check; what follows goes to pytest
    python3 run.py lock               write the locks anew from pyproject.toml
    python3 run.py WORD …             set up and run `entrepot WORD …`

Old Pythons must be able to read this file far enough to print one clear line, so it keeps to the syntax of 3.8.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "entrepot-setup.json"
UNFINISHED = VENV / "unfinished"  # stands while the environment is being made; a leftover one means: make it anew
OLDEST = (3, 11)
COMMANDS = {"entrepot": "entrepot", "entrepot-witness": "entrepot_witness.cli"}  # and the modules that are run for them

SETUP_LOCK, RUN_LOCK, TEST_LOCK, BENCH_LOCK = (
    "requirements-setup.lock",
    "requirements.lock",
    "requirements-test.lock",
    "requirements-bench.lock",
)
LOCK_SOURCES = {
    SETUP_LOCK: ("--group", "pyproject.toml:setup"),
    RUN_LOCK: ("pyproject.toml", "--extra", "scans"),
    TEST_LOCK: ("pyproject.toml", "--extra", "scans", "--group", "pyproject.toml:test", "-c", RUN_LOCK),
    BENCH_LOCK: ("pyproject.toml", "--extra", "scans", "--extra", "bench", "-c", RUN_LOCK),
}


class SetupError(Exception):
    """Something the person at the keyboard can put right; its text is one line."""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


# -- what can go wrong before anything is made ------------------------------------------------------------------------


def version_problem(version: Sequence[int]) -> str | None:
    """One line when this Python is too old, else None."""
    if tuple(version[:2]) >= OLDEST:
        return None
    found = ".".join(str(number) for number in version[:3])
    return f"Entrepôt needs Python {OLDEST[0]}.{OLDEST[1]} or newer, and this is Python {found}."


def venv_problem(has_module: Callable[[str], bool]) -> str | None:
    """One line when this Python cannot make virtual environments, else None."""
    missing = [name for name in ("venv", "ensurepip") if not has_module(name)]
    if not missing:
        return None
    return (
        f"This Python has no {' and no '.join(missing)}, so it cannot make a virtual environment: "
        f"install python3-venv (Debian, Ubuntu: apt install python3-venv) and start again."
    )


def last_useful_line(output: str) -> str:
    """The line of an installer's output that says what went wrong: its last error, else its last line."""
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line).strip(" ×│╰─▶├") for line in output.splitlines()]
    lines = [line for line in lines if line and not line.lower().startswith(("[notice]", "hint:", "warning:"))]
    errors = [line for line in lines if re.search(r"error|failed|could not|no solution|not found", line, re.IGNORECASE)]
    return (errors or lines or ["it printed nothing"])[-1]


# -- the stamp: what this environment was made of ---------------------------------------------------------------------


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fingerprint(folders: Iterable[Path]) -> str:
    """A digest of the names, sizes and times of all files in the folders: quick, and any edit changes it."""
    seen = hashlib.sha256()
    for folder in folders:
        for where, below, files in os.walk(folder):
            below[:] = sorted(name for name in below if name != "__pycache__")
            for name in sorted(files):
                path = os.path.join(where, name)
                stat = os.stat(path)
                seen.update(f"{path}|{stat.st_size}|{stat.st_mtime_ns}\n".encode())
    return seen.hexdigest()


def environment_identity() -> dict[str, str]:
    """An environment made elsewhere or by another Python is of no use: its programs hold paths."""
    return {"root": str(ROOT), "python": f"{sys.version_info[0]}.{sys.version_info[1]}"}


def read_stamp(path: Path) -> dict[str, str]:
    try:
        stamp = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def write_stamp(path: Path, stamp: dict[str, str]) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(stamp, indent=1), encoding="utf-8")
    fresh.replace(path)


def is_reusable(stamp: dict[str, str], identity: dict[str, str], python: Path, unfinished: Path) -> bool:
    """Whether the environment may be kept and only brought up to date. A hand-made one without a stamp may."""
    if unfinished.exists() or not python.exists():
        return False
    return all(stamp.get(key, value) == value for key, value in identity.items())


# -- making the environment -------------------------------------------------------------------------------------------


def venv_program(name: str) -> Path:
    return VENV / "Scripts" / f"{name}.exe" if os.name == "nt" else VENV / "bin" / name


class Step:
    """Prints what is being done, and when it is done how long it took."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __enter__(self) -> Step:
        self.started = time.monotonic()
        say(f"  … {self.text}")
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            say(f"  ✓ {self.text}  {time.monotonic() - self.started:.1f} s")


def attempt(command: Sequence[str | Path]) -> tuple[bool, str]:
    """Whether it ended well, and all it printed."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    return done.returncode == 0, done.stdout


def make_venv() -> None:
    problem = venv_problem(lambda name: importlib.util.find_spec(name) is not None)
    if problem:
        raise SetupError(problem)
    with Step("virtual environment in .venv"):
        if VENV.is_symlink() or VENV.is_file():
            VENV.unlink()
        shutil.rmtree(VENV, ignore_errors=True)
        VENV.mkdir()
        UNFINISHED.touch()
        made, output = attempt([sys.executable, "-m", "venv", VENV])
        if not made:
            raise SetupError(f"The virtual environment could not be made: {last_useful_line(output)}")


def install(lock: str) -> None:
    """Install a lock by uv, which is quick; by pip, which was there before it, when uv cannot be had or fails."""
    UNFINISHED.touch()
    python, uv = venv_program("python"), venv_program("uv")
    pip: list[str | Path] = [python, "-m", "pip", "install", "--quiet", "--retries", "2", "--require-hashes", "-r"]
    with Step("installer (uv)") as step:
        if not attempt([*pip, ROOT / SETUP_LOCK])[0]:
            step.text += " cannot be had; pip will do, more slowly"
    with Step(f"packages of {lock}") as step:
        done, output = False, ""
        if uv.exists():
            done, output = attempt([uv, "pip", "install", "--python", python, "--require-hashes", "-r", ROOT / lock])
        if not done:
            if output:
                step.text += f" by pip, for uv said: {last_useful_line(output)};"
            done, output = attempt([*pip, ROOT / lock])
        if not done:
            UNFINISHED.unlink()  # both fetch everything before they install anything
            raise SetupError(f"Packages could not be fetched (is there a network?): {last_useful_line(output)}")


def link_project() -> None:
    """Put src on the environment's path and the commands beside its python."""
    base = {"base": str(VENV), "platbase": str(VENV)}
    site = Path(sysconfig.get_path("purelib", "venv", base))
    (site / "entrepot.pth").write_text(f"{ROOT / 'src'}\n", encoding="utf-8")
    if os.name == "nt":
        return
    for name, module in COMMANDS.items():
        command = venv_program(name)
        command.write_text(f'#!/bin/sh\nexec "$(dirname "$0")/python" -m {module} "$@"\n', encoding="utf-8")
        command.chmod(0o755)


def set_up(lock: str) -> None:
    """Bring .venv to what `lock` says and compile the packs; does nothing when the stamp says that all is done."""
    identity, stamp = environment_identity(), read_stamp(STAMP)
    python, wanted = venv_program("python"), digest(ROOT / lock)
    started = time.monotonic()
    reusable = is_reusable(stamp, identity, python, UNFINISHED)
    if not reusable or stamp.get(lock) != wanted:
        say("Setting Entrepôt up")
        if not reusable:
            make_venv()
            stamp = {}
        install(lock)
        link_project()
        # every lock holds the running set, pinned alike
        stamp.update(identity)
        stamp.update({lock: wanted, RUN_LOCK: digest(ROOT / RUN_LOCK)})
        write_stamp(STAMP, stamp)
        UNFINISHED.unlink()
        say(f"Set up in {time.monotonic() - started:.1f} s")
    elif not all(venv_program(name).exists() for name in COMMANDS):  # the environment is older than a command
        link_project()
    # what is compiled, and the code that compiles it
    packs = fingerprint([ROOT / "packs", ROOT / "src" / "entrepot" / "kernel", ROOT / "src" / "entrepot" / "store"])
    if stamp.get("packs") != packs:
        with Step("packs"):
            built, output = attempt([python, "-m", "entrepot", "pack", "build"])
            if not built:
                say(output)
                raise SetupError("The packs could not be compiled; the reason stands above.")
        write_stamp(STAMP, {**stamp, "packs": packs})


# -- what is run in it ------------------------------------------------------------------------------------------------


def become(command: Sequence[str | Path]) -> NoReturn:
    """Go on as another program, so that signals and the exit code are its own."""
    words = [str(word) for word in command]
    if os.name == "nt":
        sys.exit(subprocess.call(words))
    os.execv(words[0], words)


def check(pytest_arguments: list[str]) -> int:
    """Every check in turn, pytest last; all are run even when one fails."""
    python = venv_program("python")
    checks: list[tuple[str, list[str | Path]]] = [
        ("ruff", [venv_program("ruff"), "check", "--quiet"]),
        ("mypy", [venv_program("mypy"), "--no-error-summary"]),
        ("import-linter", [venv_program("lint-imports")]),
        ("pytest", [python, "-m", "pytest", "-n", "2", *pytest_arguments]),
    ]
    failed = []
    for name, command in checks:
        started = time.monotonic()
        say(f"── {name}")
        if subprocess.call([str(word) for word in command], cwd=ROOT):
            failed.append(name)
        elif name != "pytest":  # whose own closing line ends a good run
            say(f"── {name}: passed in {time.monotonic() - started:.1f} s")
    if failed:
        say(f"Failed: {', '.join(failed)}")
    return 1 if failed else 0


def write_locks() -> None:
    common = "--quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate"
    for lock, source in LOCK_SOURCES.items():
        with Step(lock):
            options = [*common.split(), "--no-header", *source, "-o", lock]
            done, output = attempt([venv_program("uv"), "pip", "compile", *options])
            if not done:
                raise SetupError(f"{lock} could not be written: {last_useful_line(output)}")


def train_classifier() -> None:
    """Train what names goods codes, once: about a minute. The main job goes on without it where that fails."""
    with Step("classifier, about a minute the first time"):
        done, output = attempt([venv_program("python"), "-m", "entrepot", "train", "classification"])
    if not done:
        say(f"the classifier could not be trained: {last_useful_line(output)}")


def main(arguments: list[str]) -> int:
    problem = version_problem(sys.version_info[:3])
    if problem:
        raise SetupError(problem)
    word = arguments[0] if arguments else ""
    set_up({"test": TEST_LOCK, "bench": BENCH_LOCK}.get(word, RUN_LOCK))
    if word == "test":
        return check(arguments[1:])
    if word == "lock":
        write_locks()
        return 0
    if arguments in ([], ["--no-serve"]):
        train_classifier()
        arguments = ["demo"] if arguments else ["demo", "--serve"]
    become([venv_program("python"), "-m", "entrepot", *arguments])


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (SetupError, OSError) as error:  # OSError: a full disk, a folder that may not be written
        sys.exit(f"run.py: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
