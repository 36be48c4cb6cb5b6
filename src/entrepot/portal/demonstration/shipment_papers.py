"""Seven papers of one invented shipment, of any length, all in agreement: what the comparison of papers is tried on.

Each paper is its kind and the facts that it states, as cases write them.
"""

from copy import deepcopy
from decimal import Decimal
from typing import Any

Papers = dict[str, dict[str, Any]]

EXPORTER = {
    "name": "Example Jingmen Foods Trading Co., Ltd.",
    "name_zh": "示例荆门食品贸易有限公司",
    "uscc": "91420800MA49EX0014",
    "country": "CHN",
}
IMPORTER = {"name": "Example Yokohama Shokuhin K.K.", "country": "JPN", "address": "2-1 Example-cho, Naka-ku, Yokohama"}
OWNER = {"name": "Example Jingmen Canning Co., Ltd.", "name_zh": "示例荆门罐头有限公司", "uscc": "91420800MA49EX0115"}
BOXES = ("EXMU2400176", "EXMU2401022")
# Goods by turns: description, Chinese name, goods code, cents a kilogram.
GOODS = (
    ("Shiitake mushrooms, prepared, in tins of 425 g", "香菇罐头", "2003901090", 295),
    ("Oyster mushrooms, prepared, in jars of 370 g", "平菇罐头", "2003901090", 318),
    ("Sweet corn kernels, vacuum packed", "甜玉米粒罐头", "2005800000", 142),
    ("Mandarin segments in light syrup", "橘子罐头", "2008301000", 167),
    ("Green tea, not fermented, in packings of 100 g", "绿茶", "0902109000", 950),
    ("Bamboo shoots, sliced, in water", "竹笋罐头", "2005910000", 121),
)


def shipment_papers(lines: int) -> Papers:
    """Contract, invoice, packing list, bill of lading, certificate, purchase invoice and declaration of `lines` lines."""
    keys = [str(number) for number in range(1, lines + 1)]
    goods = {key: _goods(int(key)) for key in keys}
    total = sum((one["amount"] for one in goods.values()), Decimal(0))
    net, gross = (sum(one[name] for one in goods.values()) for name in ("net", "gross"))
    packing = {
        "packages": sum(one["packages"] for one in goods.values()),
        "gross_kg": str(gross),
        "marks": "EX YOKOHAMA C/NO. 1-UP",
    }
    boxes = _boxes(goods)
    agreed = total + total  # the contract is for twice as much: this is a part of it
    papers: Papers = {
        "contract.pdf": {
            "kind": "sales_contract",
            "trade.terms": {"contract_no": "EX-SC-77", "contract_date": "2026-04-08", "incoterm": "FOB", "currency": "USD",
                            "contract_total": f"USD {agreed}"},
            **_parties(),
            # A contract counts its lines in its own order.
            **{f"contract.line/{place}": _contract_line(goods[key]) for place, key in enumerate(reversed(keys), 1)},
        },
        "invoice.xlsx": {
            "kind": "invoice",
            "trade.terms": {"invoice_no": "EX-INV-77", "invoice_date": "2026-05-12", "contract_no": "EX-SC-77",
                            "contract_date": "2026-04-08", "incoterm": "FOB", "place": "Shanghai", "currency": "USD",
                            "total": f"USD {total}"},
            **_parties(),
            **{f"goods.line/{key}": _invoice_line(one) for key, one in goods.items()},
        },
        "packing-list.xlsx": {
            "kind": "packing_list",
            "trade.terms": {"invoice_no": "EX-INV-77"},
            "packing.totals": packing | {"package_type": "22", "net_kg": str(net)},
            **{f"goods.line/{key}": _packing_line(one) for key, one in goods.items()},
            **boxes,
        },
        "bill-of-lading.pdf": {
            "kind": "bill_of_lading",
            "packing.totals": packing,
            "transport.plan": _transport() | {"bill_no": "EXBL260518", "bill_date": "2026-05-18"},
            **_parties(),
            **boxes,
        },
    }  # fmt: skip
    papers |= _official(keys, goods, total, net, packing, boxes)
    return {name: deepcopy(stated) for name, stated in papers.items()}  # what one paper states is no other paper's


def _official(keys: list[str], goods: Any, total: Decimal, net: int, packing: Any, boxes: Any) -> Papers:
    """Certificate, purchase invoice and declaration."""
    return {
        "certificate.pdf": {
            "kind": "certificate_of_origin",
            "trade.terms": {"invoice_no": "EX-INV-77", "invoice_date": "2026-05-12"},
            **_parties(),
            "origin.proof/EX-RCEP-77": {
                "agreement": "RCEP", "form": "certificate", "issued_on": "2026-05-16", "criterion": "CTC", "lines": keys,
                "hs6": {key: one["hs"][:6] for key, one in goods.items()},
                "quantities": {key: str(one["net"]) for key, one in goods.items()},
            },
        },
        "purchase-invoice.pdf": {
            "kind": "purchase_invoice",
            **{f"goods.cost/{key}": _lot(key, one) for key, one in goods.items()},
        },
        "declaration.xml": {
            "kind": "customs_declaration",
            "declaration.particulars": {"flow": "E", "declared_on": "2026-05-15", "supervision_mode": "0110", "trade_country": "JPN"},
            "trade.terms": {"contract_no": "EX-SC-77", "incoterm": "FOB", "total": f"USD {total}"},
            "trade.party/owner": OWNER,
            "trade.party/exporter": {"name_zh": EXPORTER["name_zh"], "uscc": EXPORTER["uscc"]},
            "trade.party/importer": {"name": IMPORTER["name"]},
            "exporter.standing": {"kind": "trading"},
            "transport.plan": _transport() | {"bill_no": "EXBL260518"},
            "packing.totals": packing | {"package_type": "22", "net_kg": str(net)},
            **{f"goods.line/{key}": _declared_line(one) for key, one in goods.items()},
            **boxes,
        },
    }  # fmt: skip


def _goods(number: int) -> dict[str, Any]:
    """What a line is: kilograms, packages, and the amount to the cent."""
    name, zh, hs, cents = GOODS[(number - 1) % len(GOODS)]
    round_ = (number - 1) // len(GOODS)
    net, price = 1200 + 130 * number, Decimal(cents + 7 * round_) / 100
    told = f"{name}, grade {round_ + 1}" if round_ else name
    return {"name": told, "zh": zh, "hs": hs, "net": net, "gross": net + 90 + 3 * number, "packages": 60 + 5 * number,
            "price": price, "amount": price * net}  # fmt: skip


def _priced(one: dict[str, Any]) -> dict[str, Any]:
    return {"quantity": str(one["net"]), "unit": "kg", "price": f"USD {one['price']}/kg"}


def _contract_line(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "description": one["name"],
        "quantity": str(2 * one["net"]),
        "unit": "kg",
        "price": f"USD {one['price']}/kg",
    }


def _invoice_line(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "description": one["name"],
        "hs": one["hs"],
        "amount": f"USD {one['amount']:.2f}",
        "origin": "CHN",
        **_priced(one),
    }


def _packing_line(one: dict[str, Any]) -> dict[str, Any]:
    return {"description": one["name"], "quantity": str(one["net"]), "unit": "kg", "packages": one["packages"],
            "package_type": "22", "net_kg": str(one["net"]), "gross_kg": str(one["gross"])}  # fmt: skip


def _declared_line(one: dict[str, Any]) -> dict[str, Any]:
    return {"description_zh": one["zh"], "hs": one["hs"], "amount": f"USD {one['amount']:.2f}", "origin": "CHN",
            "net_kg": str(one["net"]), **_priced(one)}  # fmt: skip


def _lot(key: str, one: dict[str, Any]) -> dict[str, Any]:
    return {"line": key, "document": "special_vat_invoice", "number": f"EX-VAT-{key}", "supplier": OWNER["uscc"],
            "buyer": EXPORTER["uscc"], "base": f"CNY {one['net'] * 11}", "vat_rate": "0.13", "quantity": str(one["net"]),
            "invoiced_quantity": str(one["net"]), "unit": "kg", "issued_on": "2026-05-10", "goods": one["zh"]}  # fmt: skip


def _parties() -> dict[str, Any]:
    return {
        "trade.party/exporter": {"name": EXPORTER["name"], "country": "CHN"},
        "trade.party/importer": dict(IMPORTER),
    }


def _transport() -> dict[str, Any]:
    return {"mode": "2", "conveyance": "EXAMPLE STAR", "voyage": "118N", "loading_port": "CNSHG", "discharge_port": "JPYOK",
            "destination_country": "JPN", "loading_on": "2026-05-17"}  # fmt: skip


def _boxes(goods: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Half of the lines in each container; all in the first where there is but one line."""
    keys = list(goods)
    parts = [keys[: (len(keys) + 1) // 2], keys[(len(keys) + 1) // 2 :]]
    return {
        f"transport.container/{BOXES[place]}": {
            "size_type": "20GP", "seals": [f"EX10023{place}"], "lines": part, "gross_kg": str(sum(goods[key]["gross"] for key in part)),
        }
        for place, part in enumerate(parts)
        if part
    }  # fmt: skip
