"""A clean export dossier of any length, for benchmarks and load: canned mushrooms to Yokohama, every fact in place."""

from decimal import Decimal
from typing import Any

_CENT = Decimal("0.01")


def export_facts(lines: int, released: bool = True) -> dict[str, Any]:
    """Facts by topic and key, as cases write them, of an export with `lines` lines that passes every check.

    With more than 50 lines it is longer than a declaration may be; the benchmark of one changed line wants that.
    """
    facts: dict[str, Any] = {}
    total, net, gross, packages = Decimal(0), 0, 0, 0
    for number in range(1, lines + 1):
        kilos = 1000 + 10 * number
        amount = (Decimal("2.95") * kilos).quantize(_CENT)
        total, net, gross, packages = total + amount, net + kilos, gross + kilos + 100, packages + 100
        facts |= _line(number, kilos, amount)
    facts |= _shipment(total, net, gross, packages, lines)
    if released:
        facts["customs.release/999920260000000001"] = {"released_on": "2026-05-18", "exported_on": "2026-05-18"}
        facts["bank.receipt/R1"] = {
            "amount": f"USD {total}",
            "received_on": "2026-06-10",
            "payer": "Example Yokohama Shokuhin K.K. (fictitious)",
        }
    return facts


def _line(number: int, kilos: int, amount: Decimal) -> dict[str, Any]:
    fob = f"USD {amount}"
    return {
        f"goods.line/{number}": {
            "description": f"Shiitake mushrooms, prepared, lot {number}",
            "description_zh": "香菇罐头",
            "hs": "2003901090",
            "quantity": str(kilos),
            "unit": "kg",
            "price": "USD 2.95/kg",
            "amount": fob,
            "net_kg": str(kilos),
            "gross_kg": str(kilos + 100),
            "packages": 100,
            "origin": "CHN",
            "dangerous": False,
            "elements": ["0", "0", "香菇、水、盐", "非用醋方法制作", "罐头", f"425克/罐，批次{number}"],
        },
        f"goods.bom/{number}": {
            "producer_country": "CHN",
            "fob": fob,
            "operations": ["blanching", "canning", "sterilising"],
            "materials": [
                {
                    "name": "fresh shiitake",
                    "hs": "070954",
                    "origin": "CHN",
                    "originating": True,
                    "proof": "EX-FARM-LIST",
                    "value": f"USD {kilos}",
                },
                {"name": "salt", "hs": "250100", "origin": "AUS", "value": "USD 10"},
            ],
        },
        f"goods.cost/{number}": {
            "line": str(number),
            "document": "special_vat_invoice",
            "number": f"EX-VAT-{number}",
            "supplier": "91420800MA49EX0115",
            "base": f"CNY {kilos * 15}",
            "vat_rate": "0.13",
            "quantity": str(kilos),
            "invoiced_quantity": str(kilos),
            "unit": "kg",
        },
        f"import.line/{number}": {"code": "200390210"},
    }


def _shipment(total: Decimal, net: int, gross: int, packages: int, lines: int) -> dict[str, Any]:
    return {
        "trade.party/exporter": {
            "name": "Example Jingmen Foods Trading Co., Ltd. (fictitious)",
            "uscc": "91420800MA49EX0014",
            "customs_code": "4208960012",
            "country": "CHN",
        },
        "trade.party/owner": {
            "name": "Example Jingmen Canning Co., Ltd. (fictitious)",
            "uscc": "91420800MA49EX0115",
            "customs_code": "4208960034",
            "country": "CHN",
        },
        "trade.party/importer": {"name": "Example Yokohama Shokuhin K.K. (fictitious)", "country": "JPN"},
        "trade.terms": {
            "contract_no": "EX-SC-1",
            "contract_date": "2026-04-28",
            "invoice_no": "EX-INV-1",
            "invoice_date": "2026-05-12",
            "incoterm": "FOB",
            "place": "Shanghai",
            "currency": "USD",
            "total": f"USD {total}",
        },
        "packing.totals": {
            "packages": packages,
            "package_type": "22",
            "gross_kg": str(gross),
            "net_kg": str(net),
            "marks": "N/M",
        },
        "transport.plan": {
            "mode": "2",
            "conveyance": "EXAMPLE STAR",
            "voyage": "118N",
            "bill_no": "EXBL1",
            "bill_date": "2026-05-18",
            "loading_port": "CNSHG",
            "discharge_port": "JPYOK",
            "trade_country": "JPN",
            "destination_country": "JPN",
            "loading_on": "2026-05-18",
            "through_bill": True,
            "legs": [
                {"place": "CNSHG", "country": "CHN", "departure": "2026-05-18"},
                {"place": "JPYOK", "country": "JPN", "arrival": "2026-05-22"},
            ],
        },
        "declaration.particulars": {
            "flow": "E",
            "declared_on": "2026-05-15",
            "customs_master": "4701",
            "exit_customs": "2225",
            "exit_point": "310001",
            "supervision_mode": "0110",
            "levy_nature": "101",
            "domestic_region": "42089",
            "admin_region": "420881",
            "trade_country": "JPN",
            "self_assess": True,
            "special_relation": False,
            "price_effect": False,
            "royalty": False,
        },
        "declaration.attachment/B": {"number": "EX-LEDGER-1", "lines": [str(number) for number in range(1, lines + 1)]},
        "exporter.standing": {"kind": "trading"},
        "import.entry": {"country": "JPN", "day": "2026-05-25", "freight": "USD 1900", "insurance": "USD 100"},
    }
