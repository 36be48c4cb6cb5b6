"""A dossier from Yichang to Osaka, ready for a certificate of origin under RCEP; tests change one thing at a time."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from entrepot.kernel.findings import Finding
from entrepot.kernel.vocabulary.certificates import Box, Certificate
from entrepot.modules.certificate.module import MODULE
from tests.making import law, sheet

DAY = date(2026, 6, 20)
ACID = {
    "description": "Phosphoric acid 85 %, food grade", "hs": "2809201900", "quantity": "24000", "unit": "kg", "gross_kg": "25200",
    "packages": 80, "amount": "USD 22800.00", "origin": "CHN",
}  # fmt: skip
FACTS: dict[str, Any] = {
    "certificate.request": {"applied_on": "2026-06-10", "agreement": "RCEP", "place": "Yichang", "signatory": "Export desk"},
    "goods.line/1": ACID,
    "trade.party/exporter": {"name": "Example Gorges Co. (fictitious)", "address": "1 River Road, Yichang", "country": "CHN"},
    "trade.party/importer": {"name": "Example Kansai K.K. (fictitious)", "address": "2 Bay Street, Osaka", "country": "JPN"},
    "trade.party/producer": {"name": "Example Works (fictitious)", "address": "3 Hill Road, Yichang", "country": "CHN"},
    "trade.terms": {
        "invoice_no": "EX-1", "invoice_date": "2026-06-08", "incoterm": "FOB", "currency": "USD", "total": "USD 22800.00",
    },
    "transport.plan": {"conveyance": "EXAMPLE STAR", "voyage": "118N", "discharge_port": "JPOSA", "loading_on": "2026-06-15"},
    "packing.totals": {"marks": "EX/OSAKA", "packages": 80, "package_type": "06"},
    "import.entry": {"country": "JPN", "day": "2026-06-20"},
}  # fmt: skip


def decided(key: str = "1", agreement: str = "RCEP", /, **changes: Any) -> dict[str, Any]:
    """The origin of a line as found: it originates by a change of heading unless changed."""
    decision = {"agreement": agreement, "outcome": "originating", "criterion": "CTC", "rule": "CTH or RVC40", "origin": "CHN", **changes}
    return {f"origin.agreements/{key}": {"decisions": [decision]}, f"origin.decision/{key}": decision}


ORIGINATING = decided()


def changed(**fields: Any) -> dict[str, Any]:
    """The facts with fields of one topic changed (`request={...}`, `terms={...}`), or a topic left out (`terms=None`)."""
    places = {
        "request": "certificate.request", "line": "goods.line/1", "exporter": "trade.party/exporter", "importer": "trade.party/importer",
        "producer": "trade.party/producer", "terms": "trade.terms", "transport": "transport.plan", "packing": "packing.totals",
        "entry": "import.entry",
    }  # fmt: skip
    facts = {**FACTS, **ORIGINATING}
    for name, change in fields.items():
        place = places[name]
        if change is None:
            del facts[place]
        else:
            facts[place] = {key: value for key, value in {**facts[place], **change}.items() if value is not None}
    return facts


def draft(facts: Mapping[str, Any], day: date = DAY) -> Finding:
    """The finding on the certificate."""
    finding = sheet([MODULE], facts, day, law("certificates", "RCEP", "CN", "unlocode")).finding("certificate.draft")
    assert finding is not None
    return finding


def certificate(finding: Finding) -> Certificate:
    assert isinstance(finding.value, Certificate), finding
    return finding.value


def box(finding: Finding, element: str, line: int = 0) -> Box:
    """A box of the form, or with `line` of that line of it."""
    boxes = certificate(finding).lines[line - 1].boxes if line else certificate(finding).boxes
    return next(one for one in boxes if one.element == element)


def rules(finding: Finding, severity: str = "E") -> list[str]:
    return [problem.rule for problem in finding.problems if problem.severity == severity]
