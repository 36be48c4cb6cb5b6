"""Where each field of a draft declaration comes from: papers, rules, the enterprise's dossier, earlier declarations - or a person.

A field that is open is one that a question asks for, or one that has to be typed.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import date
from functools import cache
from typing import Any

from msgspec import Struct

from entrepot.kernel.law import Law
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.decisions import DRAFT, Declaration
from entrepot.modules.declaration.facts import DraftQuestion
from entrepot.modules.declaration.rules.elements import Element, Template
from entrepot.modules.declaration.rules.fields import EMPTY, Place, places
from entrepot.portal.desk import Desk
from entrepot.portal.drafting import questions_in
from entrepot.portal.reading import Reading

PAPERS, RULE, PROFILE, HISTORY, ASKED, TYPED = "papers", "rule", "own dossier", "earlier declarations", "asked", "typed"
DERIVED = (PAPERS, RULE, PROFILE, HISTORY)


class Sources(Struct, frozen=True):
    """The fields that apply to a draft, counted by source, in all and by name."""

    counted: Counter[str]
    fields: dict[str, Counter[str]]

    def share(self) -> float:
        """How many of a hundred fields were derived."""
        return 100 * sum(self.counted[source] for source in DERIVED) / max(self.counted.total(), 1)


def sources_of(desk: Desk, reading: Reading, day: date, papers: Collection[str]) -> Sources:
    """Count the fields of the draft in a dossier, of which `reading` is the exporter's reading; `papers` are the names of its papers."""
    with desk.store.holding(reading.dossier) as record:
        form = desk.sheet(record, day).columns[DRAFT.name].values[""]
    questions = questions_in(reading)
    counted: Counter[str] = Counter()
    fields: dict[str, Counter[str]] = {}
    for place in _places(form, desk.law, day):
        source = _source(place, form, papers, questions)
        weight = len(form.lines) if place.field.repeated else 1
        counted[source] += weight
        name = "elements" if "/elements/" in place.path else place.field.name
        fields.setdefault(name, Counter())[source] += weight
    return Sources(counted, fields)


def _places(form: Declaration, law: Law, day: date) -> Iterator[Place]:
    """Every field that applies to the form on a day."""

    @cache
    def template(code: str) -> Template:
        rows = sorted(law.rows("CN/elements", day, {"hs": code}), key=lambda row: int(row.keys["ordinal"]))
        elements = tuple(
            Element(row["code"], Text(row["name_en"], row["name_zh"]), row["kind"], row["required"]) for row in rows
        )
        return Template(elements, bool(rows) and rows[0].keys["hs"] != "")

    def read(table: str, **keys: str) -> Any:
        return law.read(table, day, keys)

    return places(form, read, template)


def _source(place: Place, form: Declaration, papers: Collection[str], questions: tuple[DraftQuestion, ...]) -> str:
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
