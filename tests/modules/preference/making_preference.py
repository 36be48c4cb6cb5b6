"""Offers of duty made by hand: a small country with a plain rate, two agreements and a quota; the ways in follow from them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from entrepot.kernel.findings import Finding
from entrepot.kernel.law import Law, TableSpec
from entrepot.modules.preference.facts import LineChoice, TotalChoice, Way
from entrepot.modules.preference.module import MODULES
from tests.making import card, sheet, small_law

DAY = date(2027, 3, 1)
NAMES = {"wto": "WTO rate", "general": "General rate", "rcep": "RCEP", "acfta": "ACFTA", "gone": "GONE"}
AGREEMENT = {"rcep": "RCEP", "acfta": "ACFTA", "gone": "GONE"}


def _law() -> Law:
    words = {"name_en": "text", "name_zh": "text"}
    spec = TableSpec(("treatment",), {**words, "agreement": "text", "preferential": "bool", "proof": "list", "proof_months": "integer"})
    rows = [
        {
            "treatment": code, "name_en": name, "name_zh": name, "agreement": AGREEMENT.get(code, ""),
            "preferential": str(code in AGREEMENT).lower(), "proof": "certificate" if code in AGREEMENT else "",
            "proof_months": "12" if code in AGREEMENT else "",
        }
        for code, name in NAMES.items()
    ]  # fmt: skip
    issuers = [{"agreement": "RCEP", "country": "CHN", "name_en": "GACC or CCPIT", "name_zh": "海关或贸促会"}]
    tables = {"NP/treatments": (spec, rows), "certificates/issuers": (TableSpec(("agreement", "country"), words), issuers)}
    cards = [card("jurisdictions", "NP", applies={"alpha3": "NPL"}, traits={"currency": "JPY"}), card("agreements", "OTHER")]
    return Law(cards, small_law(tables).tables)


LAW = _law()


def treatment(code: str, duty: int | None, missing: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    """A treatment as the offer holds it: it can be had where nothing is missing."""
    name = NAMES.get(code.partition("/")[0], code)
    return {
        "code": code, "name": {"en": name, "zh": name}, "rate": "5%" if duty else "free", "available": not missing,
        "duty": None if duty is None else {"minor": duty, "currency": "JPY"},
        "missing": [{"en": text, "zh": text} for text in missing], **more,
    }  # fmt: skip


def offer(key: str, *treatments: dict[str, Any]) -> dict[str, Any]:
    value = {"country": "NPL", "code": "111111111", "day": DAY, "value": {"minor": 1000000, "currency": "JPY"}}
    return {f"duty.offer/{key}": {**value, "treatments": list(treatments)}, f"goods.line/{key}": {"hs": "111111", "origin": "CHN"}}


def decisions(key: str, **outcomes: str) -> dict[str, Any]:
    """Origin under each agreement: `decisions("1", RCEP="originating")`."""
    made = [{"agreement": name, "outcome": outcome, "origin": "CHN"} for name, outcome in outcomes.items()]
    return {f"origin.agreements/{key}": {"decisions": made}}


def finding(facts: Mapping[str, Any], topic: str = "preference.line", key: str = "1") -> Finding | None:
    return sheet(MODULES, facts, DAY, LAW).finding(topic, "" if topic == "preference.total" else key)


def choice(facts: Mapping[str, Any], key: str = "1") -> LineChoice:
    found = finding(facts, key=key)
    assert found is not None
    assert isinstance(found.value, LineChoice), found
    return found.value


def total(facts: Mapping[str, Any]) -> TotalChoice:
    found = finding(facts, "preference.total")
    assert found is not None
    assert isinstance(found.value, TotalChoice), found
    return found.value


def way(made: LineChoice, code: str) -> Way:
    return next(one for one in made.ways if one.code == code)
