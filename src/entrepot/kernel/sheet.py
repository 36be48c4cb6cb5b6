"""The sheet: a dossier's findings, drawn from its record and the law, and redrawn only where something moved."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from hashlib import sha256
from itertools import count, islice
from typing import Any

import msgspec

from entrepot.kernel.case import Case, Source, Unmet
from entrepot.kernel.findings import KEYS, Answer, Finding, Part, Wait
from entrepot.kernel.law import Law, Row
from entrepot.kernel.module import Module, Registry
from entrepot.kernel.record import Record, Standing, doubt
from entrepot.kernel.submissions import Submission
from entrepot.kernel.text import Text
from entrepot.kernel.topics import Amendment, Topic

DOUBTS_NAMED = 3  # of many like doubts, so many are named and the rest counted


# What the store shows of other dossiers under a view topic, for the dossier at hand; the same object while nothing moved.
Views = Callable[[Topic[Any], Record], Any]


class Column:
    """One topic on the sheet: its values by key, and a log of the keys that moved. `tick` is the sheet's clock."""

    __slots__ = ("values", "fresh", "conflicts", "review", "findings", "log", "_tick", "_moved", "_times", "_came", "seen", "changes")

    def __init__(self, changes: list[str], tick: Callable[[], int]) -> None:
        self.changes, self._tick = changes, tick
        self.values: dict[str, Any] = {}
        self.fresh: dict[str, Any] = {}
        self.conflicts: dict[str, tuple[Any, ...]] = {}
        self.review: dict[str, Text] = {}
        self.findings: dict[str, Finding] = {}
        self.log: list[str] = []
        self._moved = 0
        self._times: dict[str, int] = {}
        self._came = 0
        self.seen = 0

    def time(self, key: str | None) -> int:
        """When the column (None), one key of it, or the list of its keys (KEYS) last moved, by the sheet's clock."""
        if key is None:
            return self._moved
        return self._came if key == KEYS else self._times.get(key, 0)

    def put(self, key: str, value: Any, review: Text | None = None) -> None:
        """Set or, by None, take away the value at a key. A key that moves keeps its place among the others."""
        came = value is None or key not in self.values
        if value is None:
            self.values.pop(key, None)
        else:
            self.values[key] = value
        if review is not None:
            self.review[key] = review
        elif self.review:
            self.review.pop(key, None)
        self.moved(key)
        if came:
            self._came = self._moved

    def moved(self, key: str) -> None:
        self.log.append(key)
        self._moved = self._times[key] = self._tick()


class _Memo:
    """What an assessment rested on: when it was made, its looks, the tables it read in which law, and the day where it read that."""

    __slots__ = ("time", "looks", "tables", "law", "day")

    def __init__(self, case: Case, time: int, law: Law, day: date | None) -> None:
        self.time, self.looks, self.tables, self.law, self.day = time, case.looks, case.tables, law, day


class _State:
    """What a module saw when it was last assessed as a whole, and the memo of each key."""

    __slots__ = ("stamps", "law", "today", "memos")

    def __init__(self) -> None:
        self.stamps: dict[str, int] = {}
        self.law = ""
        self.today: date | None = None
        self.memos: dict[str, _Memo] = {}


def value_digest(value: Any) -> str:
    """SHA-256 (hex) of a value's sorted JSON: what a sender saw, what a ruling is about."""
    return sha256(msgspec.json.encode(value, order="sorted")).hexdigest()


class Sheet:
    """The findings of one dossier. `assess` may be called again after the record grew, the day turned or the law changed.

    `given` puts found topics on the sheet by hand, so that one module can be tested apart from those before it. `views` gives
    what other dossiers show under a view topic: it is asked when a module first looks, and at each `assess` thereafter.
    """

    def __init__(
        self,
        registry: Registry,
        record: Record,
        law: Law,
        today: date,
        given: Mapping[tuple[str, str], Any] | None = None,
        views: Views | None = None,
    ) -> None:
        self.registry, self.record, self.law, self.today = registry, record, law, today
        self._views = views
        self._tick = count(1).__next__  # a move is known to come after an assessment by this clock alone
        self.assessed = 0
        self.columns: dict[str, Column] = {}
        self._states: dict[str, _State] = {}
        self._given = frozenset(topic for topic, _ in given or ())
        for (topic, key), value in (given or {}).items():
            column = self.column(topic)
            column.values[key] = value
            column.findings[key] = Finding(topic, key, "found", "given", value)
            column.moved(key)

    # -- reading --------------------------------------------------------------------------------------------------

    def column(self, name: str) -> Column:
        """A topic's column, as of the last `assess`."""
        column = self.columns.get(name)
        if column is None:
            kind = self.registry.topics[name].kind
            column = self.columns[name] = Column(self.record.changes(name) if kind == "said" else [], self._tick)
            if column.changes:
                self._refresh(name, column)
            if kind == "view":
                self._see(name, column)
        return column

    def _see(self, name: str, column: Column) -> None:
        """Bring a view up to date; it moves only where the store gives another value than before."""
        if name in self._given:
            return
        value = None if self._views is None else self._views(self.registry.topics[name], self.record)
        if value is not column.values.get(""):
            column.put("", value)

    def finding(self, topic: str, key: str = "") -> Finding | None:
        """The finding on a topic and key, if a module has spoken."""
        column = self.columns.get(topic)
        return None if column is None else column.findings.get(key)

    def findings(self) -> Iterable[Finding]:
        """All findings, in the order of the modules, then of keys."""
        for name in self.registry.topics:
            column = self.columns.get(name)
            if column is not None:
                for key in sorted(column.findings, key=natural):
                    yield column.findings[key]

    def source(self, topic: Topic[Any], field: str, key: str) -> Source | None:
        """Where a said field comes from; None for what nobody said."""
        return self.sources(topic, (field,), key).get(field)

    def sources(self, topic: Topic[Any], fields: Iterable[str], key: str) -> dict[str, Source]:
        """Where each said field comes from; nothing for a key on which nobody spoke."""
        standing = self.record.standing(topic.name).get(key)
        if standing is None:
            return {}
        first, by_field = standing.statements[0], standing.sources
        if not by_field and not first.evidence:
            return dict.fromkeys(fields, _source_of(first, ""))
        plain: dict[str, Source] = {}
        found = {}
        for field in fields:
            statement = by_field.get(field, first)
            if statement.evidence:
                found[field] = _source_of(statement, field)
            else:
                found[field] = plain.get(statement.id) or plain.setdefault(statement.id, _source_of(statement, field))
        return found

    def agreed(self, topic: Topic[Any], key: str) -> Any:
        """What nobody disputes of a said value in conflict; None where there is no conflict."""
        standing = self.record.standing(topic.name).get(key)
        return standing.agreed if standing is not None else None

    # -- drawing --------------------------------------------------------------------------------------------------

    def assess(self, today: date | None = None, law: Law | None = None) -> "Sheet":
        """Draw what is missing or has moved; `assessed` counts the assessments that ran."""
        self.today, self.law = today or self.today, law or self.law
        self.assessed = 0
        for name in self.record.spoken():
            column = self.columns.get(name)
            if column is not None and len(column.changes) != column.seen:
                self._refresh(name, column)
        for name in self.registry.views:
            if name in self.columns:
                self._see(name, self.columns[name])
        for module in self.registry.modules:
            if self.record.kind in module.kinds:
                self._draw(module)
                for topic in module.gives:
                    self._settle(topic)
        return self

    def _draw(self, module: Module) -> None:
        if self._given and any(topic.name in self._given for topic in module.gives):
            return
        state = self._states.get(module.name) or self._states.setdefault(module.name, _State())
        if module.each is None:
            self._draw_key(module, state, "")
            return
        each = self.column(module.each.name)
        if not (each.values or each.conflicts or state.memos):
            return
        moved: set[str] = set()
        everything = state.today != self.today or state.law != self.law.digest
        for topic in self.registry.reads[module.name]:
            if topic.kind == "view" and topic.name not in self.columns:
                continue  # nobody has looked yet, and looking costs
            column = self.column(topic.name)
            since = state.stamps.get(topic.name, 0)
            if len(column.log) != since:
                if topic.keyed == module.each.keyed:
                    moved.update(column.log[since:])
                else:
                    everything = True
                state.stamps[topic.name] = len(column.log)
        state.today, state.law = self.today, self.law.digest
        for key in {*each.values, *each.conflicts, *state.memos} if everything else moved:
            if key in each.values or key in each.conflicts:
                self._draw_key(module, state, key)
            elif key in state.memos:
                del state.memos[key]
                for topic in module.gives:
                    self._put(topic, key, None)

    def _draw_key(self, module: Module, state: _State, key: str) -> None:
        memo = state.memos.get(key)
        if memo is not None and self._holds(memo):
            return
        self.assessed += 1
        case = Case(self, module, key, self.registry.allowed[module.name])
        answers = self._answers(module, case)
        state.memos[key] = _Memo(case, self._tick(), self.law, self.today if case.day_read else None)
        for topic, finding in answers.items():
            self._put(topic, key, finding)

    def _holds(self, memo: _Memo) -> bool:
        if memo.day is not None and memo.day != self.today:
            return False
        if any(column.time(key) > memo.time for (_, key), column in memo.looks.items()):
            return False
        return memo.law is self.law or all(table_digest(memo.law, t) == table_digest(self.law, t) for t in memo.tables)

    def _answers(self, module: Module, case: Case) -> Mapping[Topic[Any], Finding | None]:
        """The finding on each topic that the module gives; None where it has nothing to say."""
        try:
            waits = self._unmet(module, case)
            if module.applies is not None and not waits and not module.applies(case):
                return dict.fromkeys(module.gives)
            if waits:
                return {topic: self._waiting(module, topic, case, waits) for topic in module.gives}
            answer = module.assess(case)
            return self._findings(module, case, {module.gives[0]: answer} if isinstance(answer, Answer) else answer)
        except Unmet as unmet:
            waits = (self._wait(unmet.topic, unmet.key),)
            return {topic: self._waiting(module, topic, case, waits) for topic in module.gives}
        except Exception as error:  # one room on fire must not close the house
            return {topic: _failed(module, topic, case, error) for topic in module.gives}

    def _unmet(self, module: Module, case: Case) -> tuple[Wait, ...]:
        waits = []
        for topic, at_key in self.registry.needs[module.name]:
            key = case.key if at_key else ""
            column = case._look(topic, key if at_key else None)
            missing = (
                key not in column.values if at_key or not topic.keyed else not column.values or bool(column.conflicts)
            )
            if missing:
                waits.append(self._wait(topic, key))
        return tuple(waits)

    def _wait(self, topic: Topic[Any], key: str) -> Wait:
        name = f"{topic.name}/{key}" if key else topic.name
        giver = self.registry.givers.get(topic.name)
        if giver is not None:
            finding = self.finding(topic.name, key)
            status = finding.status if finding else "absent"
            return Wait(
                topic.name, key, (giver.name,), Text(f"{name} is {status}", f"{topic.label.zh}（{name}）尚无结果")
            )
        if self.column(topic.name).conflicts:
            why = Text(
                f"statements on {name} contradict each other: a person must settle it",
                f"{topic.label.zh}（{name}）各方陈述不一致，须由人裁定",
            )
        else:
            why = Text(f"nobody has said {name} yet: {topic.label.en}", f"尚未提供 {topic.label.zh}（{name}）")
        return Wait(topic.name, key, tuple(sorted(topic.say)), why)

    def _waiting(self, module: Module, topic: Topic[Any], case: Case, waits: tuple[Wait, ...]) -> Finding:
        # What rests on something that does not apply does not apply either: nobody need wait for it.
        for wait in waits:
            cause = self.finding(wait.topic, wait.key)
            if cause is not None and cause.status == "not_applicable":
                return Finding(
                    topic.name, case.key, "not_applicable", module.name, reasons=cause.reasons, seen=tuple(case.looks)
                )
        return Finding(topic.name, case.key, "waits", module.name, seen=tuple(case.looks), waits=waits)

    def _findings(
        self, module: Module, case: Case, answers: Mapping[Topic[Any], Answer | None]
    ) -> Mapping[Topic[Any], Finding | None]:
        """The answers of one assessment as findings; they share what was looked at, the law and the working."""
        seen, unsettled = tuple(case.looks), _unsettled(case)
        findings: dict[Topic[Any], Finding | None] = {}
        rested: Part | None = None
        for topic in module.gives:
            answer = answers.get(topic)
            if answer is None:
                findings[topic] = None
                continue
            part = case if answer.of is None else answer.of
            if part is not rested:
                rested, rows, steps = part, tuple(part.law_rows.values()), tuple(part.steps)
                doubts = self._doubts(rows, unsettled)
            status, reasons = answer.status, answer.reasons
            if doubts and status in ("found", "needs_review"):
                status, reasons = "needs_review", (*reasons, *doubts)
            findings[topic] = Finding(
                topic.name, case.key, status, module.name, answer.value, reasons, answer.problems, seen, rows, steps
            )
        return findings

    def _doubts(self, rows: tuple[Row, ...], unsettled: list[Text]) -> Iterable[Text]:
        """Why what rests on these rows, and on what is unsettled, needs review."""
        unsure = self.law.doubts(rows)
        return dict.fromkeys((*unsettled, *unsure)) if unsettled or unsure else ()

    def _put(self, topic: Topic[Any], key: str, finding: Finding | None) -> None:
        column = self.columns.get(topic.name) or self.column(topic.name)
        before = column.findings.get(key)
        if finding is None:
            if before is not None:
                del column.findings[key]
                self._value(topic, column, key)
            return
        if before is not None:
            finding = msgspec.structs.replace(finding, ruling=before.ruling)
        column.findings[key] = finding
        if before is None or (before.status, before.value, before.reasons) != (
            finding.status,
            finding.value,
            finding.reasons,
        ):
            self._value(topic, column, key)

    def _value(self, topic: Topic[Any], column: Column, key: str) -> None:
        """Bring the value others build on in line with the finding, its ruling and what was sent."""
        finding = column.findings.get(key)
        if finding is None or not finding.answers:
            column.put(key, None)
            return
        review = None
        if not finding.settled:
            name = f"{topic.name}/{key}" if key else topic.name
            review = Text(f"rests on {name}, which needs review", f"所依据的{topic.label.zh}（{name}）尚需复核")
        column.put(key, finding.effective, review)

    def _settle(self, topic: Topic[Any]) -> None:
        """Apply rulings, and put what was sent in the place of what would be sent now."""
        name = self.registry.rulings[topic.name]
        ruled = name in self.columns or self.record.heard(name)
        if not (ruled or topic.sends):
            return
        column = self.column(topic.name)
        rulings = self.column(name).values if ruled else {}
        for key, finding in list(column.findings.items()) if ruled else ():
            ruling = rulings.get(key)
            if (
                ruling is not None
                and ruling.of
                and finding.value is not None
                and ruling.of != value_digest(finding.value)
            ):
                ruling = None
            if ruling != finding.ruling:
                column.findings[key] = msgspec.structs.replace(finding, ruling=ruling)
                self._value(topic, column, key)
        if topic.sends:
            self._settle_sent(topic, column)

    def _settle_sent(self, topic: Topic[Any], column: Column) -> None:
        finding = column.findings.get("")
        fresh = finding.effective if finding is not None and finding.answers else None
        column.fresh = {} if fresh is None else {"": fresh}
        if not self.record.heard(f"{topic.name}.sent"):
            return
        sent, rejected = self.column(f"{topic.name}.sent").values, self.column(f"{topic.name}.rejected").values
        standing = [message for name, message in sent.items() if name not in rejected]
        amendment = self.column(f"{topic.name}.amendment")
        amendment.findings.pop("", None)
        if not standing:
            if column.values.get("") != fresh:  # all that was sent came back: the fresh finding counts again
                self._value(topic, column, "")
            return
        last = max(standing, key=lambda message: message.sequence)
        if column.values.get("") != last.value:
            column.put("", last.value)
        if fresh is not None and fresh != last.value:
            value = Amendment(last.digest, value_digest(fresh), tuple(differences(last.value, fresh)))
            amendment.findings[""] = Finding(f"{topic.name}.amendment", "", "found", "kernel", value)

    def _refresh(self, name: str, column: Column) -> None:
        standing = self.record.standing(name)
        label = self.registry.topics[name].label
        for key in dict.fromkeys(column.changes[column.seen :]):
            self._stand(name, label, column, key, standing.get(key))
        column.seen = len(column.changes)

    @staticmethod
    def _stand(name: str, label: Text, column: Column, key: str, standing: Standing | None) -> None:
        column.conflicts.pop(key, None)
        if standing is None or standing.conflicts:
            if standing is not None:
                column.conflicts[key] = standing.conflicts
            column.put(key, None)
            return
        column.put(key, standing.value, doubt(standing, f"{name}/{key}" if key else name, label))


def _unsettled(case: Case) -> list[Text]:
    """What was looked at that is itself unsettled: transcripts, and findings that need review."""
    found: list[Text] = []
    for (name, key), column in case.looks.items():
        review = column.review
        if not review:
            continue
        if key is None and len(review) > DOUBTS_NAMED:
            found += islice(review.values(), DOUBTS_NAMED)
            more = len(review) - DOUBTS_NAMED
            found.append(Text(f"and on {more} more of {name} that need review", f"另有{more}项{name}尚需复核"))
        elif key is None:
            found += review.values()
        elif key in review:
            found.append(review[key])
    return found


def _failed(module: Module, topic: Topic[Any], case: Case, error: Exception) -> Finding:
    # The words of an error may carry values; where the finding is disclosed to those who may not see them, it is only named.
    what = type(error).__name__ if topic.discloses else f"{type(error).__name__}: {error}"
    reason = Text(f"the room {module.name} failed: {what}", f"模块 {module.name} 计算失败：{what}")
    return Finding(topic.name, case.key, "failed", module.name, reasons=(reason,), seen=tuple(case.looks))


def _source_of(statement: Submission, field: str) -> Source:
    for evidence in statement.evidence:
        if field in evidence.places or "" in evidence.places:
            place = evidence.places.get(field, evidence.places.get("", ""))
            return Source(statement.id, statement.by, statement.for_, statement.authority, evidence.name, place)
    named = statement.evidence[0].name if statement.evidence else ""
    return Source(statement.id, statement.by, statement.for_, statement.authority, named, "")


def table_digest(law: Law, table: str) -> str:
    """The digest of a table, of all packs where no table is named, empty for one that is not on file."""
    if not table:
        return law.digest
    found = law.tables.get(table)
    return "" if found is None else found.digest


def differences(old: Any, new: Any, path: str = "") -> Iterable[tuple[str, str, str]]:
    """The field paths in which two values of one shape differ, with both values as JSON text."""
    left, right = msgspec.to_builtins(old, str_keys=True), msgspec.to_builtins(new, str_keys=True)
    yield from _differences(left, right, path)


def _differences(old: Any, new: Any, path: str) -> Iterable[tuple[str, str, str]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for name in sorted({*old, *new}):
            yield from _differences(old.get(name), new.get(name), f"{path}.{name}" if path else name)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for place, (before, after) in enumerate(zip(old, new, strict=True), 1):
            yield from _differences(before, after, f"{path}/{place}")
    elif old != new:
        yield path, msgspec.json.encode(old).decode(), msgspec.json.encode(new).decode()


def natural(key: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key that puts line 2 before line 10."""
    return tuple([(0, int(part), "") if part.isdigit() else (1, 0, part) for part in key.replace("-", "/").split("/")])
