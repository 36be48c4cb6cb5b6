"""Which product rules are asked of a good: one row by its longest code, or the sets of rules whose range holds it.

Of sets, the narrowest range counts; broader ones only where all narrower ones are for goods of some description, so that the
good may be none of those. Which description fits is not for the rules to say: all that may be meant are tried.
"""

import re
from collections.abc import Iterator
from typing import Literal

from msgspec.structs import replace

from entrepot.kernel.law import Row
from entrepot.kernel.text import Text
from entrepot.modules.origin.facts import CodeRange, ProductRule, RuleSet, SetRule
from entrepot.modules.origin.rules.agreement import Agreement
from entrepot.modules.origin.rules.change import stands_in
from entrepot.modules.origin.rules.grammar import RuleError, parse_rule

Joint = Literal["", "or", "and", "unstated"]
_BOUND = re.compile("quota|derogation", re.IGNORECASE)
_JOINTS: dict[str, Joint] = {"": "", "or": "or", "and": "and"}


def rule_sets(law: Agreement, hs: str, country: str, destination: str) -> tuple[RuleSet, ...]:
    """All sets of rules that may be meant for goods of this code, the narrowest first; none where none is on file."""
    if law.has("rule_sets"):
        found = {row.keys["set"]: row for code in law.codes(hs) for row in _rows(law, code[:6])}
        chosen = [_set(law, row, hs, country, destination) for row in _narrowest(list(found.values()))]
        return _bounded(tuple(one for one in chosen if one.rules))
    rows = {id(row): row for code in law.codes(hs) if (row := law.product_rule(code)) is not None}
    return tuple(_one_row(law, row, hs) for row in rows.values())


def _bounded(sets: tuple[RuleSet, ...]) -> tuple[RuleSet, ...]:
    """Quotas are not counted: where all rules of the goods hold within one alone, a pass rests on it."""
    if not all(_BOUND.search(one.described) for one in sets):
        return sets
    return tuple(
        replace(
            one,
            conditions=(
                *one.conditions,
                Text(
                    f"that the goods are within what the rule is for: “{one.described}”",
                    f"货物须在该规则的适用范围（如配额）之内：“{one.described}”",
                ),
            ),
        )
        for one in sets
    )


def _rows(law: Agreement, code: str) -> Iterator[Row]:
    """The rows of every set whose codes begin the good's, and of those that go on beyond its six digits."""
    table = f"{law.name}/rule_sets"
    for longer in law.case.codes(table, code):
        if len(longer) > len(code):
            yield from (row for row in law.case.rows(table, law.day, code=longer) if row.keys["code"] == longer)
    while code:
        rows = law.case.rows(table, law.day, code=code)
        if not rows:
            return
        yield from rows
        code = rows[0].keys["code"][:-1]


def _width(row: Row) -> int:
    return int(row["last"]) - int(row["first"])


def _narrowest(rows: list[Row]) -> list[Row]:
    """From the narrowest range outwards, until a set is for all goods of its range that are not described."""
    chosen: list[Row] = []
    widths = sorted({_width(row) for row in rows})
    for width in widths:
        level = [row for row in rows if _width(row) == width]
        chosen += level
        if any(not row["subdivision"] and len(row.keys["code"]) <= 6 for row in level):
            break
    return chosen


def _set(law: Agreement, row: Row, hs: str, country: str, destination: str) -> RuleSet:
    rules: list[SetRule] = []
    for rule in sorted(_set_rows(law, row.keys["set"]), key=lambda one: (len(one.keys["no"]), one.keys["no"])):
        barred = (destination == "GBR" and rule["import"] is False) or (country == "GBR" and rule["export"] is False)
        if barred or _elsewhere(law, rule["goods"], hs):
            continue
        joint: Joint = _JOINTS.get(rule["joint"], "unstated") if rules else ""
        rules.append(SetRule(joint, _read(rule["rule"]), rule["text"]))
    label = row["subdivision"] or row["heading"]
    # A set beyond the six digits stated is for part of the goods only, as a described one is.
    described = row["subdivision"] or (row["heading"] or row.keys["code"] if len(row.keys["code"]) > 6 else "")
    conditions = _second_hand(law, row.evidence, row["heading"], hs[:6])
    law.case.step(
        Text("Product rules", "产品特定原产地规则"),
        "the sets of rules whose range holds the goods",
        " ".join(f"{one.joint} [{one.text if one.rule is None else one.rule.text}]".strip() for one in rules) or "none",
        None,
        range=f"{row['first']} to {row['last']}",
        heading=row["heading"],
        description=row["subdivision"] or "all goods of the range",
        goods=hs,
    )
    return RuleSet(label, tuple(rules), described, conditions)


def _set_rows(law: Agreement, number: str) -> Iterator[Row]:
    for row in law.case.rows(f"{law.name}/set_rules", law.day, set=number):
        if row.keys["set"] == number:
            yield row


def _elsewhere(law: Agreement, places: str, hs: str) -> bool:
    """Whether a rule's own wording limits it to other goods of the set."""
    if not places:
        return False
    ranges = []
    for place in places.replace("|", ",").split(","):
        first, _, last = place.strip().partition("-")
        ranges.append(CodeRange(first, last or first))
    return stands_in(tuple(ranges), law.codes(hs)) is False


def _read(text: str) -> ProductRule | None:
    if not text:
        return None
    try:
        return parse_rule(text)
    except RuleError:
        return None


def _one_row(law: Agreement, row: Row, hs: str) -> RuleSet:
    law.case.step(
        Text("Product rule", "产品特定原产地规则"),
        "the longest code on file that fits the goods, in the edition of the rules",
        row["rule"],
        None,
        rule_for=row.keys["hs"],
        rule_edition=row["rule_edition"],
        goods=hs,
        evidence=row.evidence,
        note=row["note"] or "none",
    )
    rule = SetRule("", _read(row["rule"]), row["rule"])
    return RuleSet(row.keys["hs"], (rule,), conditions=_second_hand(law, row.evidence, row["rule"], row.keys["hs"]))


def _second_hand(law: Agreement, evidence: str, rule: str, code: str) -> tuple[Text, ...]:
    if evidence != "unverified":
        return ()
    where = law.card.traits.get("rules_in", {"en": "the agreement", "zh": "协定文本"})
    return (
        Text(
            f"the product rule {rule} for {code} is known at second hand only: confirm it in {where['en']}",
            f"品目 {code} 的产品规则 {rule} 仅为间接获知，须对照{where['zh']}核实",
        ),
    )
