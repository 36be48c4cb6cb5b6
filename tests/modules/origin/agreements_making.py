"""Small agreements written for the tests: the tables of a pack as `docs` have them, with rows chosen to reach every branch."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from entrepot.kernel.findings import Finding
from entrepot.kernel.law import Law, PackCard, TableSpec
from entrepot.modules.origin.module import MODULE
from tests import making

DAY = date(2026, 6, 20)
Rows = list[dict[str, str]]
SPECS = {
    "parties": TableSpec(("country",), {"direction": "text"}),
    "limits": TableSpec(("name",), {"value": "decimal", "unit": "text"}),
    "tolerances": TableSpec(("code", "by"), {"percent": "decimal", "base": "text"}, goods_code="code"),
    "minimal_operations": TableSpec(("operation",), {"minimal": "bool"}),
    "wholly_obtained": TableSpec(("basis",), {"text_en": "text", "text_zh": "text"}),
    "direct_consignment": TableSpec(("operation",), {"allowed": "bool"}),
    "proofs": TableSpec(("form",), {"open": "bool"}),
    "cumulation": TableSpec(
        ("country",), {"kind": "text", "condition_en": "text", "condition_zh": "text", "worked": "bool"}
    ),
    "rule_sets": TableSpec(
        ("code", "set"),
        {"first": "text", "last": "text", "heading": "text", "subdivision": "text", "chapter": "text"},
        goods_code="code",
        edition="HS 2022",
    ),
    "set_rules": TableSpec(
        ("set", "no"),
        {
            "rule": "text", "text": "text", "joint": "text", "goods": "text", "import": "bool", "export": "bool",
        },
        goods_code="set",
    ),
}  # fmt: skip
COMPLETE: dict[str, Rows] = {
    "limits": [
        {"name": "de_minimis_percent", "value": "10", "unit": "percent of the EXW price"},
        {"name": "proof_months", "value": "12", "unit": "months"},
        {"name": "build_up_costs", "value": "0", "unit": "1: costs count"},
    ],
    "minimal_operations": [{"operation": "packing", "minimal": "true"}, {"operation": "mixing", "minimal": "true"}],
    "wholly_obtained": [{"basis": "harvested", "text_en": "grown and harvested", "text_zh": "种植并收获"}],
    "direct_consignment": [{"operation": "unloading", "allowed": "true"}],
    "proofs": [{"form": "declaration", "open": "true"}],
    "cumulation": [{"country": "*", "kind": "bilateral", "condition_en": "", "condition_zh": ""}],
}


def rules(*texts: str, code: str = "28", joint: str = "or", first: str = "", last: str = "", **more: str) -> Any:
    """A set of rules for the codes of a prefix; a text that begins with `=` is kept as text."""
    whole = {
        "first": first or code.ljust(10, "0"),
        "last": last or code.ljust(10, "9"),
        "heading": code,
        "chapter": code[:2],
    }
    head = {"code": code, **whole, "subdivision": more.pop("subdivision", "")}
    flags = {"goods": "", "import": "true", "export": "true", **more}
    lines = [
        {
            "no": str(no),
            "rule": "" if text.startswith("=") else text,
            "text": text.lstrip("="),
            "joint": joint if no > 1 else "",
            **flags,
        }
        for no, text in enumerate(texts, 1)
    ]
    return head, lines


def tables(name: str, parties: Mapping[str, str], sets: Sequence[Any], **changed: Rows) -> Any:
    """The tables of an agreement: complete but for what is changed; an empty list leaves a table out."""
    found: dict[str, Rows] = {**COMPLETE, **changed}
    found["cumulation"] = [{"worked": "false", **row} for row in found["cumulation"]]
    found["parties"] = [{"country": country, "direction": way} for country, way in parties.items()]
    found["rule_sets"] = [{**head, "set": f"{number:06}"} for number, (head, _) in enumerate(sets, 1)]
    found["set_rules"] = [
        {**line, "set": f"{number:06}"} for number, (_, lines) in enumerate(sets, 1) for line in lines
    ]
    return {f"{name}/{table}": (SPECS[table], rows) for table, rows in found.items() if rows}


def agreement(name: str, **applies: Any) -> PackCard:
    return making.card("agreements", name, applies=applies, tables=SPECS)


def law(*packs: tuple[str, Any], beside: Law | None = None) -> Law:
    """A law of these packs of tables, and of another law's beside them."""
    made = making.small_law({key: table for _, pack in packs for key, table in pack.items()})
    cards = [agreement(name) for name, _ in packs]
    if beside is None:
        return Law(cards, made.tables)
    return Law([*beside.packs, *cards], {**beside.tables, **made.tables})


def one(*sets: Any, **changed: Rows) -> Law:
    """One agreement, `GB-JPN`, between the United Kingdom and Japan."""
    return law(("GB-JPN", tables("GB-JPN", {"GBR": "", "JPN": ""}, sets, **changed)))


def drawn(
    where: Law,
    bom: Mapping[str, Any],
    hs: str = "28030000",
    country: str = "GBR",
    to: str = "JPN",
    facts: Mapping[str, Any] | None = None,
) -> dict[str, Finding]:
    """The findings on line 1 by topic. The bill is completed with the country and an ex-works price of GBP 1,000."""
    said: dict[str, Any] = {"goods.line/1": {"hs": hs}}
    if to:
        said["import.entry"] = {"country": to, "day": DAY}
    said["goods.bom/1"] = {"producer_country": country, "ex_works": "GBP 1000.00", "operations": ["cracking"], **bom}
    said.update(facts or {})
    sheet = making.sheet([MODULE], said, DAY, where)
    topics = ("origin.decision", "origin.agreements", "origin.margin")
    return {topic: found for topic in topics if (found := sheet.finding(topic, "1")) is not None}


def material(hs: str, pounds: str, **more: Any) -> dict[str, Any]:
    return {"name": f"material of {hs}", "hs": hs, "value": f"GBP {pounds}", **more}


def outcome(where: Law, bom: Mapping[str, Any], **rest: Any) -> str:
    """The outcome of the decision alone."""
    decision = drawn(where, bom, **rest)["origin.decision"]
    return decision.value.outcome if decision.value is not None else decision.status
