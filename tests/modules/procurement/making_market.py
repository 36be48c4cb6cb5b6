"""A market export made by hand: one operator, one record behind one line; tests change what they are about."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from entrepot.kernel.findings import Finding
from entrepot.kernel.law import Law
from entrepot.kernel.vocabulary.clearance import ModeCheck
from entrepot.modules.procurement.module import MODULES
from tests import making

DAY = date(2026, 10, 10)
MARKET, OPERATOR, TOWELS, MUSHROOMS = "yichang-three-gorges", "91420500MA49XY123X", "6302600090", "2003901090"


@cache
def cn() -> Law:
    return making.law("CN", "ecb")


def record(hs: str = TOWELS, total: str = "USD 20000.00", **more: Any) -> dict[str, Any]:
    """A locked record of 1,000 pieces."""
    return {
        "market": MARKET, "stall": "B2-117", "seller": "Stall B2-117", "buyer": "Yiling Harbour Trading Co., Ltd.", "goods": "Goods",
        "hs": hs, "quantity": "1000", "unit": "piece", "net_kg": "800", "total": total, "bought_on": "2026-10-05",
        "status": "locked", "locked_on": "2026-10-06", **more,
    }  # fmt: skip


def share(
    name: str, quantity: str = "1000", recorded: str = "1000", unit: str = "piece", market: str = MARKET
) -> dict[str, Any]:
    return {"record": name, "market": market, "quantity": quantity, "recorded": recorded, "unit": unit}


def source(*shares: dict[str, Any]) -> dict[str, Any]:
    return {"records": list(shares)}


def line(hs: str = TOWELS, amount: str = "USD 20000.00", **more: Any) -> dict[str, Any]:
    return {
        "description": "Goods",
        "hs": hs,
        "quantity": "1000",
        "unit": "piece",
        "amount": amount,
        "net_kg": "800",
        **more,
    }


def export(*without: str, **changed: Any) -> dict[str, Any]:
    """The facts of an export that breaks no rule. `changed` are fields of the particulars."""
    particulars = {
        "flow": "E", "declared_on": "2026-10-10", "supervision_mode": "1039", "levy_nature": "101", "market_code": MARKET, **changed,
    }  # fmt: skip
    facts = {
        "declaration.particulars": particulars,
        "trade.party/exporter": {"name": "Yiling Harbour Trading Co., Ltd.", "uscc": OPERATOR},
        "trade.party/importer": {"name": "Lagos General Goods Ltd", "country": "NGA"},
        "procurement.registration/R-1": {
            "market": MARKET, "standing": "trader", "name": "Yiling Harbour", "uscc": OPERATOR, "registered_on": "2025-01-01",
            "valid_until": "2026-10-10",
        },
        "transport.plan": {"bill_no": "BL-771", "loading_on": "2026-10-12"},
        "transport.container/CSQU3054383": {"seals": ["SL1"], "lines": ["1"]},
        "packing.totals": {"package_type": "22"},
        "screening.alerts": {},
        "procurement.record/A": record(),
        "goods.line/1": line(),
        "procurement.source/1": source(share("A")),
    }  # fmt: skip
    return {place: body for place, body in facts.items() if place not in without}


def finding(
    facts: Mapping[str, Any], topic: str, law: Law | None = None, given: Mapping[str, Any] | None = None
) -> Finding:
    found = making.sheet(MODULES, facts, DAY, law or cn(), given).finding(topic)
    assert found is not None, f"{topic} is silent"
    return found


def checked(facts: Mapping[str, Any], law: Law | None = None, given: Mapping[str, Any] | None = None) -> ModeCheck:
    found = finding(facts, "procurement.check", law, given)
    assert isinstance(found.value, ModeCheck), found.reasons
    return found.value


def broken(facts: Mapping[str, Any], law: Law | None = None, given: Mapping[str, Any] | None = None) -> list[str]:
    """The rules that an export breaks."""
    return [problem.rule for problem in checked(facts, law, given).problems]


def untold(facts: Mapping[str, Any], law: Law | None = None) -> str:
    """What could not be checked, in one text."""
    return "\n".join(text.en for text in checked(facts, law).unchecked)
