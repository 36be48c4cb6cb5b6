"""An export with its purchase lots, and a small refund library, for the tests of rebate."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from entrepot.kernel.findings import Finding
from entrepot.kernel.law import Law, TableSpec
from entrepot.kernel.sheet import Sheet
from entrepot.modules.rebate.module import MODULES
from tests.making import sheet, small_law

DAY = date(2026, 9, 1)
RATES = [
    {"code": "84", "rate": "0.13", "flag": ""},
    {"code": "08", "rate": "0.09", "flag": ""},
    {"code": "8541", "rate": "0.09", "flag": "", "until": "2026-03-31"},
    {"code": "8541", "rate": "0", "flag": "", "since": "2026-04-01"},
    {"code": "2709", "rate": "0", "flag": "1"},
    {"code": "4901", "rate": "0", "flag": "2"},
    {"code": "28352510", "rate": "0.13", "flag": ""},
    {"code": "28352590", "rate": "0.09", "flag": ""},
]
LIMITS = {"refund_absolute_months": "36", "refund_filing_days": "15", "refund_retention_years": "10"}
UNITS = [("007", "1", "piece"), ("035", "1", "kg"), ("070", "1000", "kg"), ("120", "", "")]
WORDS = [("PCS", "007"), ("KG", "035"), ("T", "070"), ("CTN", "120"), ("CTNS", "120")]
LAW: Law = small_law(
    {
        "CN/refund_rates": (TableSpec(("code",), {"rate": "rate", "flag": "text"}, goods_code="code"), RATES),
        "CN/instruments": (
            TableSpec(("id",)),
            [{"id": name, "since": "2026-01-01"} for name in ("CN-EXPVAT-11", "CN-EXPVAT-05")],
        ),
        "CN/limits": (
            TableSpec(("name",), {"value": "decimal"}), [{"name": name, "value": value} for name, value in LIMITS.items()]
        ),
        "CN/supervision_modes": (TableSpec(("code",), {"ecommerce": "bool"}), [{"code": "9610", "ecommerce": "true"}]),
        "units/units": (
            TableSpec(("code",), {"factor": "decimal", "base": "text"}),
            [{"code": code, "factor": factor, "base": base} for code, factor, base in UNITS],
        ),
        "units/words": (TableSpec(("word",), {"code": "text"}), [{"word": word, "code": code} for word, code in WORDS]),
    }
)
FACTS: dict[str, Any] = {
    "exporter.standing": {"kind": "trading"},
    "customs.release/D1": {"released_on": date(2026, 6, 20), "exported_on": date(2026, 6, 20)},
    "bank.receipt/R1": {"amount": "USD 80000.00", "received_on": date(2026, 8, 1)},
    "goods.line/1": {"hs": "8413302900", "quantity": "10", "unit": "PCS"},
}


def lot(base: str, vat: str = "0.13", quantity: str = "10", **fields: Any) -> dict[str, Any]:
    """A purchase lot of line 1, from its own invoice unless told otherwise."""
    return {
        "line": "1", "document": "special_vat_invoice", "supplier": "S", "base": f"CNY {base}",
        "number": f"I-{base}-{quantity}-{fields.get('line')}", "vat_rate": vat,
        "quantity": quantity, "invoiced_quantity": quantity, "unit": "PCS", **fields,
    }


def drawn(facts: Mapping[str, Any], *lots: Mapping[str, Any], law: Law = LAW) -> Sheet:
    """The sheet of the facts with these lots, keyed A, B, C …"""
    return sheet(MODULES, {**facts, **{f"goods.cost/{chr(65 + n)}": one for n, one in enumerate(lots)}}, DAY, law)


def refund(facts: Mapping[str, Any], *lots: Mapping[str, Any], law: Law = LAW) -> Finding:
    """The finding on line 1's refund."""
    finding = drawn(facts, *lots, law=law).finding("rebate.refund", "1")
    assert finding is not None
    return finding


def exported(day: date) -> dict[str, Any]:
    return {**FACTS, "customs.release/D1": {"released_on": day, "exported_on": day}}


def coded(hs: str, **fields: Any) -> dict[str, Any]:
    return {**FACTS, "goods.line/1": {"hs": hs, "quantity": "10", "unit": "PCS", **fields}}


def amounts(finding: Finding) -> tuple[int | None, int | None]:
    """Refund and cost transfer in fen."""
    value = finding.value
    return value.refund and value.refund.minor, value.to_cost and value.to_cost.minor


def english(texts: tuple[Any, ...]) -> list[str]:
    return [text.en for text in texts]
