"""A small country with a tariff, for the tests of duty: its rates are chosen so that each rule shows."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from entrepot.kernel.findings import Finding
from entrepot.kernel.law import Law, TableSpec
from entrepot.modules.duty.module import MODULE
from tests.making import card, sheet, small_law

DAY = date(2026, 6, 20)
TARIFF = TableSpec(
    ("code", "treatment", "season", "condition"),
    {"duty": "duty", "applied": "bool", "text": "text"},
    goods_code="code",
    known_through=date(2027, 3, 31),
)
TREATMENTS = TableSpec(
    ("treatment",),
    {
        "name_en": "text", "name_zh": "text", "agreement": "text", "preferential": "bool", "replaces": "text",
        "proof": "list", "proof_months": "integer",
    },
)
RATES = """
111111111 general 5% | 111111111 wto 3% | 111111111 pact 1%
111111112 general 2% | 111111112 wto [4%] | 111111112 pact 2%
222222222 general 10% | 222222222 temporary 12% | 222222222 wto 15%
333333333 general JPY 15/kg | 333333333 wto max(5%, JPY 9/kg) | 333333333 pact JPY 2/no
444444444 general ? | 444444444 wto 6%
555555555 general 40% 10-01..03-31 | 555555555 general 20% 04-01..09-30
666666666 general 30% | 666666666 pact 0% - in_quota | 666666666 pact 25% - out_of_quota
777777777 general 5% | 777777777 pact free
"""


def rate_rows(text: str = RATES) -> list[dict[str, str]]:
    rows = []
    for entry in text.replace("\n", "|").split("|"):
        if not entry.strip():
            continue
        words = entry.replace("JPY ", "JPY_").replace(", ", ",_").split()
        rate = words[2].replace("_", " ")
        bracketed = rate.startswith("[")
        rows.append(
            {
                "code": words[0], "treatment": words[1], "duty": "" if rate == "?" else rate.strip("[]"),
                "applied": "false" if bracketed else "true", "text": "by its kind" if rate == "?" else "",
                "season": words[3].replace("-", "", 1) if words[3:] and words[3] == "-" else (words[3] if words[3:] else ""),
                "condition": words[4] if words[4:] else "",
            }
        )
    return rows


def country_law(rates: str = RATES, /, **more: Any) -> Law:
    """The law of the made country (pack NP, alpha-3 NPL, yen), with units; `more` replaces or adds tables."""
    open_to = [("*", "general"), ("*", "temporary"), ("CHN", "wto"), ("CHN", "pact"), ("VNM", "poor")]
    treatment = {"agreement": "", "preferential": "false", "replaces": "", "proof": "", "proof_months": ""}
    tables: dict[str, tuple[TableSpec, list[dict[str, str]]]] = {
        "NP/tariff": (TARIFF, rate_rows(rates)),
        "NP/eligible": (TableSpec(("origin", "treatment")), [{"origin": o, "treatment": t} for o, t in open_to]),
        "NP/treatments": (
            TREATMENTS,
            [
                {**treatment, "treatment": name, "name_en": name, "name_zh": name} for name in ("general", "wto")
            ]
            + [
                {**treatment, "treatment": "temporary", "name_en": "temporary", "name_zh": "暂定", "replaces": "general"},
                {
                    "treatment": "pact", "name_en": "pact", "name_zh": "协定", "agreement": "PACT", "preferential": "true",
                    "replaces": "", "proof": "certificate|declaration", "proof_months": "12",
                },
            ],
        ),
        "NP/limits": (
            TableSpec(("name",), {"value": "decimal", "rounding": "text"}),
            [{"name": name, "value": "1", "rounding": "down"} for name in ("value_step", "base_step", "duty_step")],
        ),
        "units/words": (TableSpec(("word",), {"code": "text"}), [{"word": "PCS", "code": "007"}, {"word": "T", "code": "070"}]),
        "units/units": (
            TableSpec(("code",), {"factor": "decimal", "base": "text", "rec20": "text"}),
            [
                {"code": "007", "factor": "1", "base": "piece", "rec20": ""},
                {"code": "070", "factor": "1000", "base": "kg", "rec20": ""},
                {"code": "025", "factor": "2", "base": "piece", "rec20": "PR"},
            ],
        ),
        "ecb/rates": (
            TableSpec(("currency",), {"rate": "decimal"}),
            [{"currency": "JPY", "rate": "165"}, {"currency": "USD", "rate": "1.1"}],
        ),
    }
    return Law(
        [card("jurisdictions", "NP", applies={"alpha3": "NPL"}, traits={"currency": "JPY"})],
        small_law({**tables, **more}).tables,
    )


LAW = country_law()
FACTS: dict[str, Any] = {
    "trade.terms": {"incoterm": "CIF", "currency": "JPY"},
    "transport.plan": {"bill_no": "B1"},
    "goods.line/1": {"amount": "JPY 1000000", "net_kg": "1000", "quantity": "40", "unit": "PCS", "origin": "CHN"},
    "import.entry": {"country": "NPL", "day": DAY},
    "import.line/1": {"code": "111111111"},
}
ORIGINATING = {"origin.decision/1": {"agreement": "PACT", "outcome": "originating", "criterion": "WO"}}
PROVEN = {"origin.proof/P1": {"agreement": "PACT", "form": "certificate", "issued_on": date(2026, 6, 1)}}


def changed(**changes: Any) -> dict[str, Any]:
    """The base facts with some fields changed: `line={...}`, `entry={...}`, `terms={...}`, `code="…"`."""
    places = {"line": "goods.line/1", "entry": "import.entry", "terms": "trade.terms"}
    facts = dict(FACTS)
    for name, fields in changes.items():
        if name == "code":
            facts["import.line/1"] = {"code": fields}
        else:
            facts[places[name]] = {**facts[places[name]], **fields}
    return facts


def offer(facts: Mapping[str, Any], law: Law = LAW, key: str = "1") -> Finding:
    """The finding on a line's offer."""
    finding = sheet([MODULE], facts, DAY, law).finding("duty.offer", key)
    assert finding is not None
    return finding


def shape(finding: Finding) -> list[tuple[str, int | None, bool]]:
    """Treatment code, duty in yen, available: in the order of the offer."""
    return [(one.code, one.duty.minor if one.duty else None, one.available) for one in finding.value.treatments]


def english(texts: tuple[Any, ...]) -> list[str]:
    return [text.en for text in texts]


def in_both_languages(finding: Finding) -> bool:
    """Whether every sentence of a finding is there in English and Chinese."""
    texts: list[dict[str, Any]] = []

    def collect(value: Any) -> None:
        if isinstance(value, dict):
            if value.keys() == {"en", "zh"}:
                texts.append(value)
            for item in value.values():
                collect(item)
        elif isinstance(value, list | tuple):
            for item in value:
                collect(item)

    collect(msgspec.to_builtins(finding, str_keys=True))
    return bool(texts) and all(text["en"] and text["zh"] for text in texts)
