"""How much of a declaration is drafted without a person: per field what was derived - from papers, by rule, from the enterprise's
dossier, from earlier declarations -, what a question asks for, and what is neither and has to be typed."""

import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from entrepot.kernel.law import Law
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.decisions import DRAFT, Declaration
from entrepot.modules.declaration.facts import DraftQuestion
from entrepot.modules.declaration.rules.elements import Element, Template
from entrepot.modules.declaration.rules.fields import EMPTY, Place, places
from entrepot.portal import setting
from entrepot.portal.bench import Figure, Say
from entrepot.portal.desk import Desk
from entrepot.portal.drafting import questions_in
from entrepot.portal.drafting_sets import DAY, Drafted, Shipment, demonstration, fifty_lines, foreign, play
from entrepot.store.store import Store

PAPERS, RULE, PROFILE, HISTORY, ASKED, TYPED = "papers", "rule", "own dossier", "earlier declarations", "asked", "typed"
DERIVED = (PAPERS, RULE, PROFILE, HISTORY)
LEAST = 85


class Count(Struct):
    """The fields of some declarations by where each comes from, in all and by name; `questions` of each declaration."""

    sources: Counter[str]
    fields: dict[str, Counter[str]]
    shares: list[float]
    questions: list[int]

    def share(self) -> float:
        """How many of a hundred fields were derived."""
        return 100 * sum(self.sources[source] for source in DERIVED) / max(self.sources.total(), 1)


def run(say: Say) -> list[Figure]:
    """Draft the sets with and without a history, and count."""
    sets: dict[str, tuple[list[Shipment], bool]] = {
        "demonstration, with history": (list(demonstration()), True),
        "demonstration, first time": (list(demonstration()), False),
        "export of 50 lines, with history": ([fifty_lines()], True),
        "export of 50 lines, first time": ([fifty_lines()], False),
    }
    data = Path(os.environ.get("ENTREPOT_DATA") or "../shared/data")
    others = list(foreign(data))
    if others:
        sets["ten shipments of other people's papers, with history"] = (others, True)
        sets["ten shipments of other people's papers, first time"] = (others, False)
    else:
        say("no folder of example documents: other people's papers are left out (ENTREPOT_DATA names the folder)")
    figures, whole = [], empty()
    for name, (shipments, history) in sets.items():
        say(name)
        count = counted(shipments, history)
        figures.append(_figure(name, count))
        if history:
            add(whole, count)
    figures.insert(0, _whole("all sets, with history", whole))
    return figures + list(_by_field(whole))


def _figure(name: str, count: Count) -> Figure:
    parts = ", ".join(
        f"{source} {100 * count.sources[source] / max(count.sources.total(), 1):.1f} %"
        for source in (*DERIVED, ASKED, TYPED)
    )
    asked = f"{min(count.questions)}-{max(count.questions)}" if len(count.questions) > 1 else f"{count.questions[0]}"
    handful = "≤ 5 questions" if "50 lines, with" in name else ""
    met = max(count.questions) <= 5 if handful else None
    value = f"{count.share():.1f} % of {count.sources.total():,} fields derived; {asked} questions"
    return Figure(
        name, value, handful, parts, f"mean of declarations {sum(count.shares) / len(count.shares):.1f} %", met
    )


def _whole(name: str, count: Count) -> Figure:
    mean = sum(count.shares) / len(count.shares)
    value = f"{count.share():.1f} % of {count.sources.total():,} fields derived, in {len(count.shares)} declarations"
    return Figure(name, value, f"≥ {LEAST} %", "", f"mean of declarations {mean:.1f} %", count.share() >= LEAST)


def _by_field(count: Count) -> Iterator[Figure]:
    """The fields that are not always derived, the worst first; the others are counted."""
    shares = {
        name: 100 * sum(sources[source] for source in DERIVED) / sources.total()
        for name, sources in count.fields.items()
    }
    always = [name for name, share in shares.items() if share == 100]
    for name in sorted(shares, key=lambda name: (shares[name], name)):
        if shares[name] < 100:
            told = ", ".join(f"{source} {number}" for source, number in count.fields[name].most_common())
            yield Figure(f"field {name}", f"{shares[name]:.1f} % of {count.fields[name].total()}", "", told)
    yield Figure("fields always derived", f"{len(always)}", "", ", ".join(sorted(always)))


def empty() -> Count:
    """Nothing counted yet."""
    return Count(Counter(), {}, [], [])


def add(whole: Count, part: Count) -> None:
    """Add one count to another."""
    whole.sources.update(part.sources)
    for name, sources in part.fields.items():
        whole.fields.setdefault(name, Counter()).update(sources)
    whole.shares += part.shares
    whole.questions += part.questions


def counted(shipments: Iterable[Shipment], history: bool) -> Count:
    """Draft the shipments in a store of their own and count the fields of each."""
    count = empty()
    with tempfile.TemporaryDirectory(prefix="entrepot-bench-") as folder:
        url = f"sqlite:///{Path(folder) / 'store.sqlite3'}"
        store = Store.open(url, setting.registry(), nature="sandbox", keys=Path(folder) / "keys")
        try:
            desk = Desk(store, setting.law(), setting.registry(), offices=setting.offices("sandbox"))
            for shipment in shipments:
                count_one(count, play(desk, shipment, history), desk)
        finally:
            store.close()
    return count


def count_one(count: Count, drafted: Drafted, desk: Desk) -> None:
    """Count the fields of one draft."""
    with desk.store.holding(drafted.dossier) as record:
        form = desk.sheet(record, DAY).columns[DRAFT.name].values[""]
    questions = questions_in(drafted.reading)
    sources: Counter[str] = Counter()
    for place in _places(form, desk.law):
        source = _source(place, form, {name for name, _ in drafted.shipment.papers}, questions)
        weight = len(form.lines) if place.field.repeated else 1
        sources[source] += weight
        name = "elements" if "/elements/" in place.path else place.field.name
        count.fields.setdefault(name, Counter())[source] += weight
    count.sources.update(sources)
    count.shares.append(100 * sum(sources[source] for source in DERIVED) / max(sources.total(), 1))
    count.questions.append(len(questions))


def _places(form: Declaration, law: Law) -> Iterator[Place]:
    """Every field that applies to the form on the day of the benchmark."""

    @cache
    def template(code: str) -> Template:
        rows = sorted(law.rows("CN/elements", DAY, {"hs": code}), key=lambda row: int(row.keys["ordinal"]))
        elements = tuple(
            Element(row["code"], Text(row["name_en"], row["name_zh"]), row["kind"], row["required"]) for row in rows
        )
        return Template(elements, bool(rows) and rows[0].keys["hs"] != "")

    def read(table: str, **keys: str) -> Any:
        return law.read(table, DAY, keys)

    return places(form, read, template)


def _source(place: Place, form: Declaration, papers: set[str], questions: tuple[DraftQuestion, ...]) -> str:
    """Where the value of a field comes from; for an open one, whether a question asks for it."""
    if place.value in EMPTY:
        return ASKED if any(_asks(question, place) for question in questions) else TYPED
    for path in _paths(place):
        if path in form.derived:
            basis = form.derived[path]
            if basis.startswith("as in declaration"):
                return HISTORY
            return PROFILE if basis.startswith("as in the enterprise's own dossier") else RULE
        if path in form.provenance:
            return PAPERS if any(form.provenance[path].startswith(name) for name in papers) else TYPED
    return TYPED


def _paths(place: Place) -> Iterator[str]:
    """The paths under which a field's source may be noted: its own, that of what it is part of, or of what it is said by."""
    yield place.path
    head, _, _ = place.path.rpartition("/" if "/elements/" in place.path else ".")
    if "/elements/" in place.path or place.field.key:
        yield head
    if place.field.name == "name":
        yield from (f"line/{place.line}.{field}" for field in ("description_zh", "description"))
    if place.field.name == "owner.uscc":
        yield from ("header.owner", "header.producer.uscc")


def _asks(question: DraftQuestion, place: Place) -> bool:
    for blank in question.blanks:
        at = blank.topic == place.field.topic.name and blank.field == place.field.said
        if at and (place.line in blank.keys if place.line else True):
            return True
    return False
