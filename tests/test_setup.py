"""Set-up: what run.py decides before it makes anything, what the locks hold, and what the repository may not hold."""

import ast
import json
import re
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Sequence
from pathlib import Path

import psycopg
import pytest

import run
from tests.conftest import ROOT

LOCKS = sorted(run.LOCK_SOURCES)


# -- one clear line for what a person can put right -------------------------------------------------------------------


@pytest.mark.parametrize("version", [(3, 8, 18), (3, 10, 13), (2, 7, 18)])
def test_an_old_python_gets_one_line_that_names_both_versions(version: tuple[int, int, int]) -> None:
    problem = run.version_problem(version)
    assert problem is not None
    assert "\n" not in problem
    assert "3.11" in problem
    assert ".".join(map(str, version)) in problem


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 13, 1), (4, 0, 0)])
def test_a_new_python_is_no_problem(version: tuple[int, int, int]) -> None:
    assert run.version_problem(version) is None


def test_python_3_8_can_read_run_py_far_enough_to_say_so() -> None:
    ast.parse((ROOT / "run.py").read_text(encoding="utf-8"), feature_version=(3, 8))


def test_run_py_needs_nothing_but_the_standard_library() -> None:
    tree = ast.parse((ROOT / "run.py").read_text(encoding="utf-8"))
    modules = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    modules |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {module.partition(".")[0] for module in modules} <= sys.stdlib_module_names


@pytest.mark.parametrize("absent", ["venv", "ensurepip"])
def test_a_python_that_cannot_make_environments_is_told_what_to_install(absent: str) -> None:
    problem = run.venv_problem(lambda name: name != absent)
    assert problem is not None
    assert "\n" not in problem
    assert absent in problem
    assert "install python3-venv" in problem


def test_a_whole_python_can_make_environments() -> None:
    assert run.venv_problem(lambda name: True) is None


@pytest.mark.parametrize(
    ("output", "line"),
    [
        (
            "WARNING: Retrying after connection broken\n"
            "ERROR: Could not find a version that satisfies the requirement uv==0.13.9 (from versions: none)\n"
            "ERROR: No matching distribution found for uv==0.13.9\n\n"
            "[notice] A new release of pip is available",
            "ERROR: No matching distribution found for uv==0.13.9",
        ),
        (
            "Resolved 31 packages\n  × Failed to download `lxml`\n  ├─▶ Failed to fetch\n  ╰─▶ dns error\n"
            "hint: check your network",
            "dns error",
        ),
        ("\x1b[31merror\x1b[0m: Hash mismatch for `rich`\n", "error: Hash mismatch for `rich`"),
        ("some words\nthe end\n", "the end"),
        ("", "it printed nothing"),
    ],
)
def test_the_last_useful_line_says_what_went_wrong(output: str, line: str) -> None:
    assert run.last_useful_line(output) == line


# -- the stamp --------------------------------------------------------------------------------------------------------


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with locks and packs, whose commands are recorded in `commands` instead of run."""
    monkeypatch.setattr(run, "ROOT", tmp_path)
    monkeypatch.setattr(run, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(run, "STAMP", tmp_path / ".venv" / "entrepot-setup.json")
    monkeypatch.setattr(run, "UNFINISHED", tmp_path / ".venv" / "unfinished")
    for lock in LOCKS:
        (tmp_path / lock).write_text(f"{lock}==1\n")
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs" / "rates.csv").write_text("0.13\n")
    return tmp_path


@pytest.fixture
def commands(clone: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was run, in words; making an environment makes its programs."""
    done: list[str] = []

    def attempt(command: Sequence[str | Path]) -> tuple[bool, str]:
        words = " ".join(str(word) for word in command).replace(str(clone), "").replace(sys.executable, "python")
        done.append(words)
        if "-m venv" in words:
            site = Path(sysconfig.get_path("purelib", "venv", {"base": str(run.VENV), "platbase": str(run.VENV)}))
            site.mkdir(parents=True)
            for name in ("python", "uv"):
                run.venv_program(name).parent.mkdir(exist_ok=True)
                run.venv_program(name).touch()
        return True, ""

    monkeypatch.setattr(run, "attempt", attempt)
    return done


def test_the_first_start_makes_the_environment_installs_the_lock_and_compiles_the_packs(
    clone: Path, commands: list[str]
) -> None:
    run.set_up(run.RUN_LOCK)
    steps = ["-m venv", run.SETUP_LOCK, f"--require-hashes -r /{run.RUN_LOCK}", "-m entrepot pack build"]
    assert len(commands) == len(steps)
    assert all(step in command for step, command in zip(steps, commands, strict=True))
    assert not run.UNFINISHED.exists()
    assert next(run.VENV.rglob("entrepot.pth")).read_text() == f"{clone / 'src'}\n"


def test_the_second_start_runs_nothing(clone: Path, commands: list[str]) -> None:
    run.set_up(run.RUN_LOCK)
    commands.clear()
    run.set_up(run.RUN_LOCK)
    assert commands == []


def test_the_test_lock_holds_the_running_set_so_that_nothing_is_installed_after_it(
    clone: Path, commands: list[str]
) -> None:
    run.set_up(run.TEST_LOCK)
    commands.clear()
    run.set_up(run.RUN_LOCK)
    assert commands == []


def test_both_commands_are_there_also_in_an_environment_that_is_older_than_one(
    clone: Path, commands: list[str]
) -> None:
    run.set_up(run.RUN_LOCK)
    commands.clear()
    witness = run.venv_program("entrepot-witness")
    witness.unlink()
    run.set_up(run.RUN_LOCK)
    assert (commands, witness.stat().st_mode & 0o111) == ([], 0o111)
    assert "-m entrepot_witness.cli " in witness.read_text()
    assert "-m entrepot " in run.venv_program("entrepot").read_text()


def test_a_changed_lock_is_installed_into_the_same_environment(clone: Path, commands: list[str]) -> None:
    run.set_up(run.RUN_LOCK)
    commands.clear()
    (clone / run.RUN_LOCK).write_text("other==2\n")
    run.set_up(run.RUN_LOCK)
    assert [run.RUN_LOCK in command for command in commands] == [False, True]
    assert "-m venv" not in "".join(commands)


def test_a_changed_pack_is_compiled_and_nothing_else_is_done(clone: Path, commands: list[str]) -> None:
    run.set_up(run.RUN_LOCK)
    commands.clear()
    (clone / "packs" / "rates.csv").write_text("0.09, 0.13\n")
    run.set_up(run.RUN_LOCK)
    assert len(commands) == 1
    assert commands[0].endswith("-m entrepot pack build")


def test_a_half_made_environment_is_made_anew(clone: Path, commands: list[str]) -> None:
    run.set_up(run.RUN_LOCK)
    commands.clear()
    run.UNFINISHED.touch()
    left_over = run.VENV / "left-over"
    left_over.touch()
    run.set_up(run.RUN_LOCK)
    assert "-m venv" in commands[0]
    assert not left_over.exists()


def test_an_environment_of_another_place_or_python_or_without_its_python_is_not_reused(tmp_path: Path) -> None:
    python, unfinished, here = tmp_path / "python", tmp_path / "unfinished", {"root": "here", "python": "3.11"}
    assert not run.is_reusable(here, here, python, unfinished)
    python.touch()
    assert run.is_reusable(here, here, python, unfinished)
    assert run.is_reusable({}, here, python, unfinished), "an environment made by hand is brought up to date"
    assert not run.is_reusable({**here, "root": "elsewhere"}, here, python, unfinished)
    assert not run.is_reusable({**here, "python": "3.12"}, here, python, unfinished)
    unfinished.touch()
    assert not run.is_reusable(here, here, python, unfinished)


@pytest.mark.parametrize("content", ["", "{", "[]", '"x"'])
def test_a_broken_stamp_counts_as_none(content: str, tmp_path: Path) -> None:
    (tmp_path / "stamp").write_text(content)
    assert run.read_stamp(tmp_path / "stamp") == {}


def test_a_stamp_is_read_as_it_was_written(tmp_path: Path) -> None:
    run.write_stamp(tmp_path / "stamp.json", {"python": "3.11"})
    assert run.read_stamp(tmp_path / "stamp.json") == {"python": "3.11"}
    assert json.loads((tmp_path / "stamp.json").read_text()) == {"python": "3.11"}


def test_without_a_network_the_error_is_one_line_and_a_good_environment_stays(
    clone: Path, commands: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run.set_up(run.RUN_LOCK)
    (clone / run.RUN_LOCK).write_text("other==2\n")
    output = "trying…\nERROR: Temporary failure in name resolution\n"
    monkeypatch.setattr(run, "attempt", lambda command: (False, output))
    with pytest.raises(run.SetupError) as caught:
        run.set_up(run.RUN_LOCK)
    assert str(caught.value).endswith("(is there a network?): ERROR: Temporary failure in name resolution")
    assert "\n" not in str(caught.value)
    assert not run.UNFINISHED.exists()
    assert run.read_stamp(run.STAMP)[run.RUN_LOCK] != run.digest(clone / run.RUN_LOCK)


def test_pip_installs_what_uv_could_not(clone: Path, commands: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    willing = run.attempt

    def attempt(command: Sequence[str | Path]) -> tuple[bool, str]:
        told, output = willing(command)
        return told and str(run.venv_program("uv")) != str(command[0]), output

    monkeypatch.setattr(run, "attempt", attempt)
    run.set_up(run.RUN_LOCK)
    programs = [command.split()[0] for command in commands if run.RUN_LOCK in command]
    assert [Path(program).stem for program in programs] == ["uv", "python"]


# -- the locks --------------------------------------------------------------------------------------------------------


def pins(lock: str) -> dict[str, str]:
    """The requirements of a lock with their markers, each with its hashes."""
    entries = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    return {entry.partition("--hash")[0].strip(): entry for entry in entries if entry and not entry.startswith("#")}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_host(lock: str) -> None:
    assert not re.search(r"://|--(extra-)?index|--find-links|@ ", (ROOT / lock).read_text(encoding="utf-8"))


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_every_package_with_hashes(lock: str) -> None:
    loose = [pin for pin, entry in pins(lock).items() if "==" not in pin or "--hash=sha256:" not in entry]
    assert pins(lock)
    assert loose == []


@pytest.mark.parametrize("lock", [run.TEST_LOCK, run.BENCH_LOCK])
def test_every_lock_holds_the_running_set_pinned_alike(lock: str) -> None:
    bare = {pin.partition(";")[0].strip() for pin in pins(lock)}
    assert {pin.partition(";")[0].strip() for pin in pins(run.RUN_LOCK)} - bare == set()


# -- the repository ---------------------------------------------------------------------------------------------------


def git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode > 1 or not (ROOT / ".git").exists():
        pytest.skip(f"not a git checkout, so nothing is tracked: {done.stderr.strip()}")
    return done.stdout


def test_no_tracked_file_names_a_path_of_a_machine_or_a_package_host() -> None:
    # written in two parts, so that this file does not find itself
    banned = ["/ro" + "ot/", "/wo" + "rk/", "/tm" + "p/", "/home" + "/", "C:\\Us" + "ers"]
    banned += ["pypi" + ".org", "pythonhosted" + ".org", "registry.npmjs" + ".org"]
    found = git("grep", "-nIF", *(word for text in banned for word in ("-e", text)))
    assert found.splitlines() == []


def test_no_lock_that_holds_addresses_is_tracked() -> None:
    assert git("ls-files", "uv.lock", "*/uv.lock", "pylock*.toml", "*/pylock*.toml") == ""


def test_ci_runs_the_test_command_of_the_readme() -> None:
    command = "python3 run.py test"
    assert command in (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"exec {command} --full\n" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_wheel_carries_packs_and_verifier(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    names = set(zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist())
    packs = {f"entrepot/_packs/{path.relative_to(ROOT / 'packs')}" for path in (ROOT / "packs").rglob("pack.toml")}
    assert packs
    assert packs - names == set()
    assert {"entrepot/kernel/law.py", "entrepot_verify/__init__.py", "entrepot_witness/cli.py"} <= names


# -- the database of the tests ----------------------------------------------------------------------------------------


@pytest.mark.postgres
def test_a_fresh_postgres_database_is_empty_durable_and_no_others(fresh_postgres_url: str, postgres_url: str) -> None:
    with psycopg.connect(fresh_postgres_url) as fresh, psycopg.connect(postgres_url) as shared:
        fresh.execute("CREATE TABLE mine (id int)")
        fresh.commit()
        count = "SELECT count(*) FROM information_schema.tables WHERE table_name = 'mine'"
        assert [connection.execute(count).fetchone() for connection in (fresh, shared)] == [(1,), (0,)]
        settings = [shared.execute(f"SHOW {name}").fetchone() for name in ("fsync", "synchronous_commit")]
        assert settings == [("on",), ("on",)]
