"""The coverage page: which law is on file, since when, from whom, checked when, and how well each row is known."""

from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from entrepot.gateways.origin_uk.sets import UNREAD, is_plain
from entrepot.kernel.law import EVIDENCE, Law, PackCard, PackTable, Table

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
    marks = table.marks() if isinstance(table, PackTable) else ((row.since, row.evidence) for row in table.everything())
    for since, evidence in marks:
        grades[evidence] += 1
        first = since if first is None or since < first else first
        last = since if last is None or since > last else last
    return Survey(sum(grades.values()), {grade: count for grade, count in grades.items() if count}, first, last)


def page(law: Law) -> str:
    """COVERAGE.md: the same law gives the same text."""
    lines = [_HEAD]
    for kind, title in _KINDS.items():
        cards = sorted((card for card in law.packs if card.kind == kind), key=lambda card: card.name)
        if cards:
            lines.append(f"## {title}\n")
            lines += [text for card in cards for text in _pack(law, card)]
        if kind == "agreements":
            lines += _rules_read(law)
    return "\n".join(lines).rstrip() + "\n"


class RulesRead(Struct, frozen=True):
    """How far the published rules of an agreement are read. `plain`: those whose tags are only of the plainest kinds.
    `stated`: read ones with an alternative that rests on the producer's statement; `stated_only`: with no other."""

    sets: int
    rules: int
    read: int
    plain: int
    plain_read: int
    stated: int
    stated_only: int
    reasons: dict[str, int]

    def cells(self) -> str:
        """A row of the page's table."""
        shares = (
            (self.read, self.rules),
            (self.plain_read, self.plain),
            (self.stated, self.rules),
            (self.stated_only, self.rules),
        )
        counted = " | ".join(f"{100 * part / whole:.1f} %" if whole else "-" for part, whole in shares)
        return f"{self.sets:,} | {self.rules:,} | {counted} | {self.rules - self.read:,}"


def rules_read(table: Table) -> RulesRead:
    """Count the rules of an agreement's `set_rules`."""
    rows = list(table.everything())
    read = [row for row in rows if row["rule"]]
    plain = [row for row in rows if is_plain(row["tags"] or ())]
    stated = [row for row in read if "Process " in row["rule"]]
    only = [row for row in stated if all("Process " in one for one in row["rule"].split(" or "))]
    reasons: dict[str, int] = {}
    for row in rows:
        for tag in row["tags"] or ():
            if tag.startswith(UNREAD):
                reasons[tag.removeprefix(UNREAD)] = reasons.get(tag.removeprefix(UNREAD), 0) + 1
    sets = len({row.keys["set"] for row in rows})
    plain_read = sum(1 for row in plain if row["rule"])
    return RulesRead(sets, len(rows), len(read), len(plain), plain_read, len(stated), len(only), reasons)


def _rules_read(law: Law) -> Iterator[str]:
    """How many of the published rules are read into the language of product rules, by agreement."""
    found = {
        name.removesuffix("/set_rules"): rules_read(table)
        for name, table in sorted(law.tables.items())
        if name.endswith("/set_rules")
    }
    if not found:
        return
    yield "### Rules of origin that are read\n"
    yield (
        "Each published rule is read to its last word or kept as text, which is answered with a review. *Plain* are rules whose"
        " publisher's tags are only WO, CC, CTH, CTSH, RVC and MAXNOM. A rule *on a statement* has an alternative for which the"
        " producer states an operation or a material that figures cannot show; *only so* has no other alternative.\n"
    )
    yield "| agreement | sets | rules | read | plain ones read | on a statement | only so | kept as text |"
    yield "|---|---:|---:|---:|---:|---:|---:|---:|"
    whole = RulesRead(0, 0, 0, 0, 0, 0, 0, {})
    for name, one in found.items():
        yield f"| {name} | {one.cells()} |"
        whole = _added(whole, one)
    yield f"| **all** | {whole.cells()} |\n"
    yield (
        "Kept as text, by what is in them: "
        + ", ".join(f"{reason} {count:,}" for reason, count in sorted(whole.reasons.items(), key=lambda item: -item[1]))
        + ".\n"
    )


def _added(left: RulesRead, right: RulesRead) -> RulesRead:
    reasons = {name: left.reasons.get(name, 0) + right.reasons.get(name, 0) for name in left.reasons | right.reasons}
    return RulesRead(
        left.sets + right.sets,
        left.rules + right.rules,
        left.read + right.read,
        left.plain + right.plain,
        left.plain_read + right.plain_read,
        left.stated + right.stated,
        left.stated_only + right.stated_only,
        reasons,
    )


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
            if not count.rows:
                continue  # it answers any question and lists nothing
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
