"""The shape of the source: what the import contracts cannot say."""

import ast
import importlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from entrepot.kernel.topics import Topic
from tests.conftest import ROOT

SOURCE = ROOT / "src" / "entrepot"
PACKS = ROOT / "packs"
PACK_KINDS = {"jurisdictions", "agreements", "industries", "carriers", "regions", "standards"}

PURE = {
    "__future__", "abc", "base64", "binascii", "bisect", "calendar", "collections", "contextlib", "copy", "csv",
    "dataclasses", "datetime", "decimal", "enum", "fractions", "functools", "graphlib", "hashlib", "heapq",
    "hmac", "itertools", "json", "operator", "re", "string", "struct", "textwrap", "tomllib", "types", "typing",
    "unicodedata", "uuid", "zoneinfo", "msgspec",
}  # fmt: skip
# Libraries that only compute, for the rooms that compute: they touch no file, clock, network or chance.
COMPUTING = {"screening": {"rapidfuzz"}, "consistency": {"rapidfuzz"}}
IMPURE_CALLS = {"__import__", "breakpoint", "compile", "eval", "exec", "input", "open", "print"}
CLOCK = {"now", "today", "utcnow"}
CHANCE = {"getnode", "uuid1", "uuid4", "uuid6", "uuid7"}


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def place(path: Path, node: ast.AST | None = None) -> str:
    line = getattr(node, "lineno", None)
    return f"{path.relative_to(ROOT)}{f':{line}' if line else ''}"


def python_files(*folders: Path) -> list[Path]:
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


def pure_files() -> list[Path]:
    return python_files(SOURCE / "kernel", SOURCE / "links", SOURCE / "modules")


def all_files() -> list[Path]:
    return [ROOT / "run.py", *python_files(ROOT / "src", ROOT / "tests")]


def rooms() -> list[Path]:
    return sorted(path for path in (SOURCE / "modules").iterdir() if path.is_dir() and path.name != "__pycache__")


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"__pycache__"}


# -- size and names ---------------------------------------------------------------------------------------------------


def test_no_file_is_longer_than_500_lines() -> None:
    long = {place(path): len(path.read_text(encoding="utf-8").splitlines()) for path in all_files()}
    assert {name: lines for name, lines in long.items() if lines > 500} == {}


def test_no_function_is_longer_than_70_lines() -> None:
    long = [
        f"{place(path, node)} {node.name}: {lines} lines"
        for path in all_files()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > 70
    ]
    assert long == []


def test_nothing_is_called_utils_or_common_or_helpers() -> None:
    vague = re.compile(r"^_*(utils?|commons?|helpers?|misc|stuff)$")
    assert [place(path) for path in all_files() if any(vague.match(part) for part in path.with_suffix("").parts)] == []


# -- purity of kernel, links and modules ------------------------------------------------------------------------------


def impurities(path: Path) -> Iterator[str]:
    """Every import, call and literal in a file that has no place in a pure rule."""
    dates = {"date", "datetime"}
    for node in ast.walk(parsed(path)):
        match node:
            case ast.Import(names=names):
                roots = {alias.name.partition(".")[0] for alias in names}
            case ast.ImportFrom(module=module, names=names):
                roots = {(module or "").partition(".")[0]}
                dates |= {alias.asname for alias in names if module == "datetime" and alias.asname}
                if module == "uuid":
                    yield from (f"{place(path, node)} chance: {alias.name}" for alias in names if alias.name in CHANCE)
            case _:
                continue
        allowed = (
            PURE
            | {"entrepot"}
            | COMPUTING.get(path.relative_to(ROOT).parts[3] if len(path.relative_to(ROOT).parts) > 4 else "", set())
        )
        yield from (f"{place(path, node)} imports {root}" for root in sorted(roots - allowed))
    for node in ast.walk(parsed(path)):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in IMPURE_CALLS:
                yield f"{place(path, node)} calls {name}"
            case ast.Call(func=ast.Name(id="float")):
                yield f"{place(path, node)} makes a float"
            case ast.Constant(value=float() | complex()):
                yield f"{place(path, node)} float literal {node.value!r}"
            case ast.Attribute(value=ast.Name(id=name) | ast.Attribute(attr=name), attr=attr) if (
                name in dates and attr in CLOCK
            ):
                yield f"{place(path, node)} reads the clock: {name}.{attr}"
            case ast.Attribute(value=ast.Name(id="uuid"), attr=attr) if attr in CHANCE:
                yield f"{place(path, node)} chance: uuid.{attr}"


def annotations(path: Path) -> Iterator[ast.expr]:
    for node in ast.walk(parsed(path)):
        match node:
            case ast.arg(annotation=annotation) | ast.AnnAssign(annotation=annotation) if annotation:
                yield annotation
            case ast.FunctionDef(returns=returns) | ast.AsyncFunctionDef(returns=returns) if returns:
                yield returns


def test_kernel_links_and_modules_are_pure() -> None:
    assert [fault for path in pure_files() for fault in impurities(path)] == []


def test_no_value_of_kernel_links_and_modules_is_typed_as_a_float() -> None:
    floats = [
        place(path, part)
        for path in pure_files()
        for annotation in annotations(path)
        for part in ast.walk(annotation)
        if isinstance(part, ast.Name) and part.id == "float"
    ]
    assert floats == []


def test_the_purity_check_finds_each_kind_of_breach(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    breaches = {
        "import time": "imports time",
        "from os.path import join": "imports os",
        "from datetime import date as d\nd.today()": "reads the clock: d.today",
        "import datetime\ndatetime.datetime.now()": "reads the clock: datetime.now",
        "from uuid import uuid4": "chance: uuid4",
        "import uuid\nuuid.uuid1()": "chance: uuid.uuid1",
        "x = 0.5": "float literal 0.5",
        "x = float('1')": "makes a float",
        "open('a')": "calls open",
    }
    for number, (text, fault) in enumerate(breaches.items()):
        path = tmp_path / f"{number}.py"
        path.write_text(text)
        assert any(found.endswith(fault) for found in impurities(path)), text
    path = tmp_path / "pure.py"
    path.write_text("from datetime import date\ndef f(case):\n    return case.today\n")
    assert list(impurities(path)) == []


# -- the import contracts ---------------------------------------------------------------------------------------------


def contracts() -> list[dict[str, Any]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return list(settings["tool"]["importlinter"]["contracts"])


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root / "src"), "COLUMNS": "400"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_import_contracts_hold() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_import_contracts_have_no_list_of_exceptions() -> None:
    assert [key for contract in contracts() for key in contract if "ignore" in key] == []
    assert [contract["id"] for contract in contracts() if contract.get("exhaustive")] == ["layers"]


def test_the_import_contracts_find_each_kind_of_breach(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    breaches = {
        "entrepot/kernel/a.py": "import entrepot.modules.one",
        "entrepot/kernel/b.py": "import random",
        "entrepot/modules/one/__init__.py": "",
        "entrepot/modules/two/__init__.py": "import entrepot.modules.one",
        "entrepot/links/industry.py": "",
        "entrepot/links/region.py": "import entrepot.links.industry",
        "entrepot/gateways/ubl.py": "import django",
        "entrepot/store/tables.py": "import entrepot.gateways.ubl, typer",
        "entrepot/channels/online.py": "import entrepot.modules.two",
        "entrepot/stray/__init__.py": "",
        "entrepot_verify/receipt.py": "import entrepot.kernel.b",
        "entrepot_witness/monitor.py": "import entrepot.kernel.b",
    }
    for folder in ("", "/portal", "/channels", "/store", "/gateways", "/modules", "/links", "/kernel"):
        breaches.setdefault(f"entrepot{folder}/__init__.py", "")
    breaches |= {"entrepot_verify/__init__.py": "", "entrepot_witness/__init__.py": ""}
    for name, text in breaches.items():
        path = tmp_path / "src" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    told = lint_imports(tmp_path).stdout
    names = [contract["name"] for contract in contracts()]
    assert [name for name in names if f"{name} BROKEN" not in told] == [], told


# -- the anatomy of a room, a link, a pack ----------------------------------------------------------------------------


def test_every_room_has_the_same_parts_and_nothing_else() -> None:
    faults = []
    for room in rooms():
        rules = {"rules.py"} if (room / "rules.py").exists() else {"rules"}
        expected = {"__init__.py", "module.py", "facts.py", "README.md"} | rules
        if names_in(room) != expected:
            faults.append(f"{room.name}: {sorted(names_in(room) ^ expected)}")
        if len((room / "__init__.py").read_text(encoding="utf-8").splitlines()) != 1:
            faults.append(f"{room.name}: __init__.py is not one line")
    assert faults == []


def test_every_room_tells_for_whom_it_is_and_works_an_example() -> None:
    silent = [
        f"{room.name}: {words}"
        for room in rooms()
        for words in ("for whom", "law", "worked example")
        if words not in (room / "README.md").read_text(encoding="utf-8").lower()
    ]
    assert silent == []


def test_rules_longer_than_400_lines_become_a_folder() -> None:
    files = [room / "rules.py" for room in rooms() if (room / "rules.py").exists()]
    assert [place(path) for path in files if len(path.read_text(encoding="utf-8").splitlines()) > 400] == []


def test_links_are_single_files() -> None:
    assert [name for name in names_in(SOURCE / "links") if not name.endswith(".py")] == []


def test_every_pack_has_its_card_and_its_cases() -> None:
    if not PACKS.is_dir():
        pytest.fail("there is no folder packs")
    assert names_in(PACKS) <= PACK_KINDS
    faults = []
    for folder in sorted(PACKS.glob("*/*")):
        wanted = {"pack.toml"} if folder.parent.name == "standards" else {"pack.toml", "cases.toml"}
        faults += [f"{place(folder)} has no {name}" for name in sorted(wanted - names_in(folder))]
        if (folder / "pack.toml").exists():
            card = tomllib.loads((folder / "pack.toml").read_text(encoding="utf-8"))
            needed = {"title", "publisher", "official", "licence", "checked_on"}
            faults += [f"{place(folder)}/pack.toml says no {name}" for name in sorted(needed - card.keys())]
            tongues = {tongue for tongue, title in card.get("title", {}).items() if title}
            faults += [f"{place(folder)}/pack.toml has no {name} title" for name in sorted({"en", "zh"} - tongues)]
    assert faults == []


# -- the register -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def registry() -> Any:
    return importlib.import_module("entrepot.portal.setting").registry()


def test_every_room_stands_in_the_register(registry: Any) -> None:
    homes = [module.assess.__module__.split(".") for module in importlib.import_module("entrepot.modules").MODULES]
    assert {home[2] for home in homes if home[1] == "modules"} == {room.name for room in rooms()}
    assert {home[2] for home in homes if home[1] == "links"} <= {path.stem for path in (SOURCE / "links").glob("*.py")}


def test_every_module_and_topic_is_documented_in_both_languages(registry: Any) -> None:
    nameless = [module.name for module in registry.modules if not (module.title.en and module.title.zh)]
    silent = [topic.name for topic in registry.topics.values() if not (topic.doc and topic.label.en and topic.label.zh)]
    assert (nameless, silent) == ([], [])


def topic_words(registry: Any) -> dict[str, set[str]]:
    """By topic name, every way in which a case or a test may name it: quoted, or by the constant that holds it."""
    words = {name: {name} for name in registry.topics}
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith("entrepot."):
            for constant, value in vars(module).items():
                if issubclass(type(value), Topic) and registry.topics.get(value.name) is value:
                    words[value.name].add(constant)
    return words


def test_every_need_of_every_module_is_read_by_some_case(registry: Any) -> None:
    """What people say is named in a case or a test; what is found comes from a module whose own needs all are."""
    texts = [path.read_text(encoding="utf-8") for path in (*PACKS.rglob("cases.toml"), *python_files(ROOT / "tests"))]
    named = set(re.findall(r"[A-Za-z_][A-Za-z0-9_.]*", "\n".join(texts)))
    words = topic_words(registry)

    def is_read(topic: Any) -> bool:
        giver = registry.givers.get(topic.name)
        if giver is not None:
            return all(is_read(need) for need in giver.needs)
        return bool(words[topic.name] & named)

    unread = {module.name: [need.name for need in module.needs if not is_read(need)] for module in registry.modules}
    assert {name: needs for name, needs in unread.items() if needs} == {}
