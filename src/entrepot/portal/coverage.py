"""The coverage page: which law is on file, since when, from whom, checked when, and how well each row is known."""

from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from entrepot.kernel.law import EVIDENCE, Law, PackCard, Table

_KINDS = {
    "jurisdictions": "Jurisdictions",
    "agreements": "Agreements",
    "standards": "Standards",
    "industries": "Industries",
    "carriers": "Carriers",
    "regions": "Regions",
}
_HEAD = """# Coverage

Which law is on file, since when, from whom, and how well it is known. Written by `entrepot pack coverage`; do not edit.

Evidence: **primary** was read in the publisher's own text; **secondary** in a reproduction; **convention** is usual practice
without a text; **unverified** is not confirmed yet, so every finding that rests on it needs review. What is not on file is
answered with `no law`, never with a guess. A table *known through* a day is read beyond it only with a review.
"""


class Survey(Struct, frozen=True):
    """A table counted: its rows, by grade, and the first and last day on which a row begins."""

    rows: int
    grades: dict[str, int]
    first: date | None
    last: date | None


def surveyed(table: Table) -> Survey:
    """Count a table's rows."""
    grades = dict.fromkeys(EVIDENCE, 0)
    first = last = None
    for row in table.everything():
        grades[row.evidence] += 1
        first = row.since if first is None or row.since < first else first
        last = row.since if last is None or row.since > last else last
    return Survey(sum(grades.values()), {grade: count for grade, count in grades.items() if count}, first, last)


def page(law: Law) -> str:
    """COVERAGE.md: the same law gives the same text."""
    lines = [_HEAD]
    for kind, title in _KINDS.items():
        cards = sorted((card for card in law.packs if card.kind == kind), key=lambda card: card.name)
        if cards:
            lines.append(f"## {title}\n")
            lines += [text for card in cards for text in _pack(law, card)]
    return "\n".join(lines).rstrip() + "\n"


def _pack(law: Law, card: PackCard) -> Iterator[str]:
    yield f"### {card.name}: {card.title.get('en', '')} · {card.title.get('zh', '')}\n"
    own = (
        "rows read from the publisher's own files"
        if card.official
        else "rows not all read from the publisher's own files"
    )
    yield f"Publisher: {card.publisher}; {own}. Checked on {card.checked_on}. Licence: {card.licence}.\n"
    if card.tables:
        yield "| table | rows | " + " | ".join(EVIDENCE) + " | rows begin | known through | edition |"
        yield "|---|---:|" + "---:|" * len(EVIDENCE) + "---|---|---|"
        for name, spec in sorted(card.tables.items()):
            table = law.tables.get(f"{card.name}/{name}")
            if table is None:
                continue
            count = surveyed(table)
            begin = (
                "-"
                if count.first is None
                else f"{count.first} … {count.last}"
                if count.last != count.first
                else f"{count.first}"
            )
            grades = " | ".join(str(count.grades.get(grade, 0)) for grade in EVIDENCE)
            yield f"| `{card.name}/{name}` | {count.rows} | {grades} | {begin} | {spec.known_through or 'open'} | {spec.edition or '-'} |"
        yield ""
    if card.sources:
        yield "Sources:\n"
        yield from (f"- {citation}" for citation in sorted(set(card.sources.values())))
        yield ""
