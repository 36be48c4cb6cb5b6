"""Lawyers' cases: facts in, findings expected, compared as far as the case says."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct

from entrepot.kernel.findings import Finding
from entrepot.kernel.intake import Refusal, convert
from entrepot.kernel.law import Law
from entrepot.kernel.module import Module, Registry
from entrepot.kernel.money import Money, Price, Quantity
from entrepot.kernel.record import Record
from entrepot.kernel.sheet import Sheet
from entrepot.kernel.submissions import Submission
from entrepot.kernel.text import Problem, Text


class Expected(Struct, frozen=True, forbid_unknown_fields=True):
    """A case as written in `cases.toml`. `module` or `topic` says what it tests and is for the reader's eye and for selection."""

    name: str
    day: date
    facts: dict[str, Any]
    expect: dict[str, Any]
    module: str = ""
    topic: str = ""
    kind: str = "trade"
    note: str = ""


class Verdict(Struct, frozen=True):
    """How a case came out: `faults` names each thing that is not as expected; empty when all is."""

    case: Expected
    faults: tuple[str, ...]
    sheet: Sheet | None = None


def read_cases(data: Mapping[str, Any]) -> list[Expected]:
    """The cases of a parsed file; Refusal where one is malformed."""
    cases, problems = [], []
    for number, entry in enumerate(data.get("case", ()), 1):
        try:
            cases.append(msgspec.convert(entry, type=Expected))
        except msgspec.ValidationError as error:
            name = entry.get("name", number) if isinstance(entry, dict) else number
            problems.append(
                Problem(
                    "K004",
                    f"case {name}",
                    Text(str(error), f"案例格式不符：{error}"),
                    Text("correct the case", "请更正案例"),
                )
            )
    if problems:
        raise Refusal(tuple(problems))
    return cases


def run_case(case: Expected, registry: Registry, law: Law) -> Verdict:
    """Draw the sheet of a case's facts on its day and compare."""
    try:
        record, given = facts_on_record(case.facts, case.kind, registry)
    except Refusal as refusal:
        return Verdict(case, tuple(f"facts: {problem.sentence()}" for problem in refusal.problems))
    sheet = Sheet(registry, record, law, case.day, given).assess()
    faults: list[str] = []
    for place, expected in case.expect.items():
        topic, _, key = place.partition("/")
        if topic not in registry.topics:
            faults.append(f"{place}: there is no such topic")
            continue
        finding = sheet.finding(topic, key)
        if finding is None:
            if expected != "silent":
                faults.append(f"{place}: expected {expected}, but no module spoke")
            continue
        faults += differs(place, expected, plain(finding))
    return Verdict(case, tuple(faults), sheet)


def facts_on_record(
    facts: Mapping[str, Any], kind: str, registry: Registry
) -> tuple[Record, dict[tuple[str, str], Any]]:
    """Facts by `topic` or `topic/key`: said ones as a record, found ones as given. A list under a place is several statements on it."""
    record, given = Record("case", kind, registry.topics), {}
    problems: list[Problem] = []
    number = 0
    for place, body in facts.items():
        name, _, key = place.partition("/")
        topic = registry.topics.get(name)
        if topic is None or bool(topic.keyed) != bool(key):
            what = (
                f"there is no topic {name!r}"
                if topic is None
                else f"{name} is {'keyed: write ' + name + '/KEY' if topic.keyed else 'not keyed'}"
            )
            problems.append(
                Problem(
                    "K005",
                    place,
                    Text(what, f"主题有误：{place}"),
                    Text("see `entrepot topics`", "参见 `entrepot topics`"),
                )
            )
            continue
        for one in body if isinstance(body, list) else [body]:
            number += 1
            try:
                value = convert(one, topic.type, place)
            except Refusal as refusal:
                problems += refusal.problems
                continue
            if topic.kind == "found":
                given[(name, key)] = value
            else:
                raw = msgspec.Raw(msgspec.json.encode(value, order="sorted"))
                record.add(
                    Submission(id=f"{number:08d}", dossier="case", topic=name, key=key, version=topic.version, body=raw)
                )
    if problems:
        raise Refusal(tuple(problems))
    return record, given


def plain(value: Any) -> Any:
    """A value as a case can be compared with it: money as `CNY 1.00`, decimals and dates as themselves, structs as tables."""
    if isinstance(value, Money | Price | Quantity):
        return value
    if isinstance(value, Finding):
        shown = {name: plain(getattr(value, name)) for name in value.__struct_fields__}
        shown["working"] = plain(value.working)
        shown["problems"] = [problem.rule for problem in value.problems]
        shown["asks"] = [problem.rule for problem in value.problems if problem.severity == "W"]
        shown["blocks"] = [problem.rule for problem in value.problems if problem.severity == "E"]
        return shown
    if isinstance(value, Struct):
        return {name: plain(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [plain(item) for item in value]
    return value


def differs(place: str, expected: Any, actual: Any) -> list[str]:
    """Where `actual` is not as `expected` says; fields that the case does not name may be anything."""
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        return [
            fault
            for name, item in expected.items()
            for fault in (
                differs(f"{place}.{name}", item, actual[name])
                if name in actual
                else [f"{place}.{name}: there is no such field"]
            )
        ]
    if isinstance(expected, list) and isinstance(actual, list):
        if len(expected) != len(actual):
            return [f"{place}: expected {expected}, found {_short(actual)}"]
        return [
            fault
            for n, (e, a) in enumerate(zip(expected, actual, strict=True), 1)
            for fault in differs(f"{place}/{n}", e, a)
        ]
    return [] if _same(expected, actual) else [f"{place}: expected {expected!r}, found {_short(actual)}"]


def _same(expected: Any, actual: Any) -> bool:
    if isinstance(actual, Money | Price | Quantity):
        try:
            return bool(convert(expected, type(actual)) == actual)
        except Refusal:
            return False
    if isinstance(actual, Decimal) and isinstance(expected, str | int | Decimal) and not isinstance(expected, bool):
        try:
            return Decimal(expected) == actual
        except ArithmeticError:
            return False
    if isinstance(actual, date) and isinstance(expected, str):
        return actual.isoformat() == expected
    return bool(expected == actual)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 400 else text[:400] + " …"


def modules_for(names: Sequence[str], modules: Sequence[Module]) -> list[Module]:
    """The named modules; an unknown name raises KeyError with the names that are known."""
    known = {module.name: module for module in modules}
    if unknown := [name for name in names if name not in known]:
        raise KeyError(f"no module named {', '.join(unknown)}; known: {', '.join(known)}")
    return [known[name] for name in names]
