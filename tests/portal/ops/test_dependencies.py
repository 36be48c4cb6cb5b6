"""What we stand on: exactly what is locked, each with its hashes, under licences that we may use, without known holes.

Nothing here asks the network. Advisories are read from ENTREPOT_ADVISORIES, a folder or a zip of OSV records (https://ossf.github.io/osv-schema/),
which CI fetches where it can.
"""

import json
import os
import re
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[3]
LOCKS = ("requirements-setup.lock", "requirements.lock", "requirements-test.lock", "requirements-bench.lock")
RULES = tomllib.loads((ROOT / "deploy" / "dependencies.toml").read_text(encoding="utf-8"))
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?")


@cache
def locked(name: str) -> tuple[tuple[Requirement, int], ...]:
    """The requirements of a lock, each with how many hashes it has; a line of any other kind is a fault."""
    found = list[tuple[Requirement, int]]()
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith((" ", "#")):
            found.append((Requirement(line.removesuffix(" \\")), 0))
        elif HASH.fullmatch(line):
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            assert not line or line.lstrip().startswith("#"), line
    return tuple(found)


@cache
def installed() -> dict[str, metadata.Distribution]:
    return {canonicalize_name(one.metadata["Name"]): one for one in metadata.distributions()}


def wanted(name: str) -> Iterator[Requirement]:
    """Those of a lock that this Python on this machine asks for."""
    return (one for one, _ in locked(name) if one.marker is None or one.marker.evaluate())


def licence_of(card: metadata.PackageMetadata) -> str:
    """A package's licence as an SPDX expression: as we read it, as its card says, by its one classifier; empty where unknown."""
    name = canonicalize_name(card["Name"])
    kinds = [one.rpartition(" :: ")[2] for one in card.get_all("Classifier", []) if one.startswith("License ::")]
    said = RULES["packages"].get(name) or _field(card, "License-Expression") or (kinds[0] if len(kinds) == 1 else "")
    said = said or (_field(card, "License") if not kinds else "")
    return str(RULES["spelled"].get(said, said))


def _field(card: metadata.PackageMetadata, name: str) -> str:
    return "".join((card.get_all(name) or [])[:1])


def may_be_used(expression: str) -> bool:
    """Whether an SPDX expression of AND and OR is one of the allowed: all of what is joined, one of what is offered."""
    return bool(expression) and all(
        any(one.strip("() ") in RULES["allowed"] for one in part.split(" OR ")) for part in expression.split(" AND ")
    )


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_one_version_and_its_hashes(lock: str) -> None:
    for one, hashes in locked(lock):
        assert [spec.operator for spec in one.specifier] == ["=="], one
        assert hashes, one
        assert one.url is None, one


def test_locks_agree_on_what_they_share() -> None:
    versions = {str(one.name): str(one.specifier) for one in wanted("requirements.lock")}
    for lock in ("requirements-test.lock", "requirements-bench.lock"):
        other = {str(one.name): str(one.specifier) for one in wanted(lock)}
        assert versions.items() <= other.items(), lock


def test_what_is_installed_is_what_is_locked() -> None:
    for one in wanted("requirements-test.lock"):
        found = installed().get(canonicalize_name(one.name))
        assert found is not None, one
        assert one.specifier.contains(found.version, prereleases=True), (str(one), found.version)


def test_every_package_has_what_it_asks_for() -> None:
    for one in wanted("requirements-test.lock"):
        for line in installed()[canonicalize_name(one.name)].requires or ():
            need = Requirement(line)
            if need.marker is None or need.marker.evaluate({"extra": ""}):
                found = installed().get(canonicalize_name(need.name))
                assert found is not None, (one.name, line)
                assert need.specifier.contains(found.version, prereleases=True), (one.name, line, found.version)


def test_every_package_may_be_used() -> None:
    refused = {
        one.name: licence_of(installed()[canonicalize_name(one.name)].metadata)
        for one in wanted("requirements-test.lock")
        if not may_be_used(licence_of(installed()[canonicalize_name(one.name)].metadata))
    }
    assert refused == {}


def test_what_is_said_of_packages_is_said_of_packages_that_are_there() -> None:
    assert set(RULES["packages"]) <= {canonicalize_name(one.name) for one, _ in locked("requirements-test.lock")}
    assert set(RULES["spelled"].values()) <= set(RULES["allowed"])
    assert all(RULES["allowed"].values())


@pytest.mark.parametrize(
    ("expression", "may"),
    [
        ("MIT", True), ("GPL-3.0-or-later OR MIT", True), ("MIT AND BSD-3-Clause", True), ("(MIT OR GPL-2.0-only) AND ISC", True),
        ("GPL-3.0-or-later", False), ("MIT AND AGPL-3.0-only", False), ("", False), ("Proprietary", False),
    ],
)  # fmt: skip
def test_a_licence_is_allowed_by_name(expression: str, may: bool) -> None:
    assert may_be_used(expression) == may


# -- known holes --------------------------------------------------------------------------------------------------------


def reached(record: Mapping[str, Any], versions: Mapping[str, str]) -> list[str]:
    """The packages of these versions that an OSV record is about."""
    found = list[str]()
    for one in record.get("affected", ()) if "withdrawn" not in record else ():
        about = one.get("package", {})
        name = canonicalize_name(about.get("name", ""))
        if about.get("ecosystem") != "PyPI" or name not in versions:
            continue
        ranges = [part["events"] for part in one.get("ranges", ()) if part.get("type") == "ECOSYSTEM"]
        if versions[name] in one.get("versions", ()) or any(_within(versions[name], events) for events in ranges):
            found.append(name)
    return found


def _within(version: str, events: list[dict[str, str]]) -> bool:
    """Whether a version lies in a range of OSV: from each `introduced` on, up to the `fixed` or `last_affected` after it."""
    at, inside = Version(version), False
    steps = [(Version("0.dev0" if text == "0" else text), kind) for event in events for kind, text in event.items()]
    for bound, kind in sorted(steps, key=lambda step: step[0]):
        if kind == "introduced":
            inside = inside or at >= bound
        elif (kind == "fixed" and at >= bound) or (kind == "last_affected" and at > bound):
            inside = False
    return inside


def records(source: Path) -> Iterator[dict[str, Any]]:
    """OSV records of a folder or a zip."""
    if source.is_dir():
        yield from (json.loads(path.read_bytes()) for path in sorted(source.rglob("*.json")))
        return
    with zipfile.ZipFile(source) as archive:
        yield from (json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json"))


def test_no_known_hole_reaches_us() -> None:
    source = os.environ.get("ENTREPOT_ADVISORIES", "")
    if not source:
        pytest.skip("no advisories at hand: ENTREPOT_ADVISORIES names a copy of OSV's records for PyPI")
    versions = {str(canonicalize_name(one.name)): str(one.specifier)[2:] for one in wanted("requirements.lock")}
    read = {record["id"]: reached(record, versions) for record in records(Path(source))}
    assert read, "the copy of the advisories is empty"
    assert {name: found for name, found in read.items() if found and name not in RULES["advisories"]} == {}


def hole(events: list[dict[str, str]], **more: object) -> dict[str, Any]:
    ranges = [{"type": "ECOSYSTEM", "events": events}]
    return {
        "id": "X-1",
        "affected": [{"package": {"ecosystem": "PyPI", "name": "Some.Thing"}, "ranges": ranges}],
        **more,
    }


@pytest.mark.parametrize(
    ("record", "version", "found"),
    [
        (hole([{"introduced": "0"}, {"fixed": "2.0"}]), "1.9", True),
        (hole([{"introduced": "0"}, {"fixed": "2.0"}]), "2.0", False),
        (hole([{"introduced": "0"}, {"fixed": "2.0"}]), "10.0", False),
        (hole([{"introduced": "1.5"}, {"last_affected": "2.0"}]), "2.0", True),
        (hole([{"introduced": "1.5"}, {"last_affected": "2.0"}]), "2.0.1", False),
        (hole([{"introduced": "1.0"}, {"fixed": "1.1"}, {"introduced": "2.0"}]), "2.5", True),
        (hole([{"introduced": "1.0"}, {"fixed": "1.1"}, {"introduced": "2.0"}]), "1.5", False),
        (hole([{"introduced": "0"}], withdrawn="2026-01-01T00:00:00Z"), "1.0", False),
        ({"id": "X-2", "affected": [{"package": {"ecosystem": "npm", "name": "some-thing"}, "versions": ["1.0"]}]}, "1.0", False),
        ({"id": "X-3", "affected": [{"package": {"ecosystem": "PyPI", "name": "some_thing"}, "versions": ["1.0"]}]}, "1.0", True),
    ],
)  # fmt: skip
def test_an_advisory_reaches_the_versions_it_names(record: dict[str, Any], version: str, found: bool) -> None:
    assert reached(record, {"some-thing": version}) == (["some-thing"] if found else [])


def test_advisories_are_read_from_a_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("X-1.json", json.dumps(hole([{"introduced": "0"}])))
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "X-1.json").write_text(json.dumps(hole([{"introduced": "0"}])))
    for source in (tmp_path / "all.zip", tmp_path / "folder"):
        assert [reached(one, {"some-thing": "1.0"}) for one in records(source)] == [["some-thing"]]
