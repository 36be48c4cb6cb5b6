"""Lawyers' cases: facts in, findings expected, compared as far as the case says."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from hashlib import sha256
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
from entrepot.kernel.submissions import Evidence, Submission
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.topics import Topic


class Expected(Struct, frozen=True, forbid_unknown_fields=True):
    """A case as written in `cases.toml`. `module` or `topic` says what it tests and is for the reader's eye and for selection.
    `papers` by name: each its `kind`, and the facts that it states."""

    name: str
    day: date
    facts: dict[str, Any]
    expect: dict[str, Any]
    module: str = ""
    topic: str = ""
    kind: str = "trade"
    note: str = ""
    papers: dict[str, dict[str, Any]] = {}


class Verdict(Struct, frozen=True):
    """How a case came out: `faults` names each thing that is not as expected; empty when all is."""

    case: Expected
    faults: tuple[str, ...]
    sheet: Sheet | None = None


def read_cases(data: Mapping[str, Any]) -> list[Expected]:
    """The cases of a parsed file; Refusal where one is malformed."""
    cases, problems = [], []
    entries = data.get("case", ())
    if not isinstance(entries, list | tuple):
        raise Refusal((_malformed("case", "cases are written as [[case]]", "案例须写作 [[case]]"),))
    for number, entry in enumerate(entries, 1):
        name = entry.get("name", number) if isinstance(entry, dict) else number
        try:
            case = msgspec.convert(entry, type=Expected)
        except msgspec.ValidationError as error:
            problems.append(_malformed(f"case {name}", str(error), f"案例格式不符：{error}"))
            continue
        cases.append(case)
        if not case.expect:
            problems.append(
                _malformed(f"case {name}", "it expects nothing, and so tests nothing", "案例未写明预期结果")
            )
    if problems:
        raise Refusal(tuple(problems))
    return cases


def _malformed(where: str, en: str, zh: str) -> Problem:
    return Problem("K004", where, Text(en, zh), Text("correct the case", "请更正案例"))


def run_case(case: Expected, registry: Registry, law: Law) -> Verdict:
    """Draw the sheet of a case's facts on its day and compare."""
    try:
        record, given = facts_on_record(case.facts, case.kind, registry, case.papers)
    except Refusal as refusal:
        return Verdict(case, tuple(f"facts: {problem.sentence()}" for problem in refusal.problems))
    sheet = Sheet(registry, record, law, case.day, given).assess()
    faults = list(_misnamed(case, registry))
    for place, expected in case.expect.items():
        name, _, key = place.partition("/")
        topic = registry.topics.get(name)
        if topic is None or topic.kind != "found" or bool(topic.keyed) != bool(key):
            faults.append(f"{place}: {_no_finding(topic, name)}")
            continue
        finding = sheet.finding(name, key)
        if finding is None:
            if expected != "silent":
                faults.append(f"{place}: expected {expected}, but no module spoke")
            continue
        apart = differs(place, expected, plain(finding))
        faults += apart
        if isinstance(expected, Mapping) and expected.get("status", finding.status) != finding.status:
            faults += [f"{place} {finding.status}: {why}" for why in _grounds(finding)]
    return Verdict(case, tuple(faults), sheet)


def _misnamed(case: Expected, registry: Registry) -> Iterator[str]:
    """A case that says it tests what there is not would be left out of every selection without a word."""
    if case.module and case.module not in (known := [module.name for module in registry.modules]):
        yield f"module: there is no module {case.module!r}; known: {', '.join(known)}"
    if case.topic and case.topic.partition("/")[0] not in registry.topics:
        yield f"topic: there is no topic {case.topic!r}"


def _no_finding(topic: Topic[Any] | None, name: str) -> str:
    """Why nothing can be expected at a place."""
    if topic is None:
        return "there is no such topic"
    if topic.kind != "found":
        return "it is said, not found: give it among the facts"
    return f"{name} is keyed: write {name}/KEY" if topic.keyed else f"{name} is not keyed"


def _grounds(finding: Finding) -> Iterator[str]:
    """Why a finding came out as it did, in one sentence each."""
    yield from [reason.en for reason in finding.reasons]
    yield from [problem.sentence() for problem in finding.problems]
    yield from [f"for {wait.topic}{f'/{wait.key}' if wait.key else ''}" for wait in finding.waits]


def facts_on_record(
    facts: Mapping[str, Any], kind: str, registry: Registry, papers: Mapping[str, Mapping[str, Any]] | None = None
) -> tuple[Record, dict[tuple[str, str], Any]]:
    """Facts by `topic` or `topic/key`: said ones as a record, found ones as given. A list under a place is several statements on it.
    What `papers` state rests on them, each field at its own name; that a paper was handed in is a fact beside."""
    record, given = Record("case", kind, registry.topics), {}
    problems: list[Problem] = []
    number = 0
    for place, body, paper in _spoken(facts, papers or {}):
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
                evidence: tuple[Evidence, ...] = ()
                if paper:
                    places = {field: f"{place}.{field}" for field in one}
                    evidence = (Evidence(sha256(paper.encode()).hexdigest(), paper, places),)
                said = Submission(f"{number:08d}", "case", name, raw, key, topic.version, evidence=evidence)
                record.add(said)
    if problems:
        raise Refusal(tuple(problems))
    return record, given


def _spoken(facts: Mapping[str, Any], papers: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, Any, str]]:
    """Every fact with the name of the paper that states it, empty for one that is said without."""
    yield from ((place, body, "") for place, body in facts.items())
    for paper, stated in papers.items():
        digest = sha256(paper.encode()).hexdigest()
        yield f"paper.received/{digest}", {"name": paper, "kind": stated.get("kind", "")}, ""
        yield from ((place, body, paper) for place, body in stated.items() if place != "kind")


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
