"""A clean export and a clean import as papers give them, and a small law to hold them against."""

from copy import deepcopy
from datetime import date
from typing import Any

from entrepot.kernel.findings import Finding
from entrepot.kernel.law import Law, TableSpec
from entrepot.kernel.sheet import Sheet
from entrepot.modules.consistency.module import MODULES as CONSISTENCY
from entrepot.modules.declaration.module import MODULES
from entrepot.modules.licensing.module import MODULE as LICENSING
from tests import making

DAY = date(2026, 6, 22)
Facts = dict[str, Any]


def table(keys: str, values: dict[str, str], rows: str, goods_code: str = "") -> tuple[TableSpec, list[dict[str, str]]]:
    """A table from lines of words: the keys, then the values; `-` is empty."""
    names = [*keys.split(), *values]
    made = []
    for line in rows.strip().splitlines():
        words = ["" if word == "-" else word for word in line.split()]
        made.append(dict(zip(names, words, strict=True)))
    return TableSpec(tuple(keys.split()), values, goods_code=goods_code), made


NAMES = {"name_en": "text", "name_zh": "text"}
TABLES: dict[str, tuple[TableSpec, list[dict[str, str]]]] = {
    "CN/supervision_modes": table(
        "code",
        NAMES | {"flow": "text"} | dict.fromkeys(("free", "bonded", "processing", "paired", "ecommerce"), "bool"),
        """
        0110 general 一般贸易 both false false false false false
        0615 processing 进料对口 both false true true false false
        1039 market 市场采购 E false false false false false
        1210 bonded-shop 保税电商 both false true false false true
        2025 equipment 合资合作设备 I false false false false false
        3010 samples 货样广告品 both true false false false false
        5100 zone 成品进出区 both false true false true false
        9710 b2b 电商直接出口 E false false false false true
        9810 warehouse 出口海外仓 E false false false false true
        """,
    ),
    "CN/mode_levy": table(
        "mode levy",
        {"duty_modes": "list", "condition": "text"},
        """
        0110 101 1 -
        0110 789 4|5|3 certificate
        0615 503 3 -
        1039 101 1 -
        1210 101 1 -
        5100 - 3 -
        9710 101 1 -
        9810 101 1 -
        """,
    ),
    "CN/mode_records": table(
        "mode",
        {"letters": "list", "what": "text", "required": "bool"},
        "0110 Z certificate false\n0615 B|C|E|H handbook true\n1210 H|T|L|E book true\n5100 H|T|L|E book true",
    ),
    "CN/transport_modes": table(
        "code",
        NAMES | {"zone": "bool", "conveyance": "bool"},
        "2 water 水路 false true\n5 air 航空 false true\n6 mail 邮件 false false\n7 bonded-area 保税区 true false",
    ),
    "CN/package_types": table(
        "code",
        NAMES | {"single": "bool", "wood": "bool"},
        "00 bulk 散装 true false\n06 bag 袋 false false\n93 pallet 天然木托 false true",
    ),
    "CN/trade_terms": table("code", NAMES, "1 CIF 到岸\n2 C&F 成本加运费\n3 FOB 离岸\n4 C&I 成本加保险\n7 EXW 工厂"),
    "CN/control_codes": table(
        "code",
        {"direction": "text"} | NAMES | {"needs_attachment": "bool"},
        """
        3 E dual-use-licence 两用物项许可证 true
        4 E export-licence 出口许可证 true
        x E export-licence-processing 加工贸易出口许可证 true
        B E exit-inspection 出境检验 true
        A I entry-inspection 入境检验 true
        8 E export-ban 禁止出口 false
        S E pesticide-notice 农药通知单 true
        """,
    ),
    "CN/control_requirements": table(
        "hs flow",
        {"codes": "list"},
        """
        2835 E -
        2835 I -
        2510 E 4|x
        2804 E 3
        2003 E B
        3105 E B
        3808 E S
        2932 E 8
        """,
        goods_code="hs",
    ),
    "CN/control_papers": table(
        "code asked_of",
        {"direction": "text", "accepts": "list"}
        | NAMES
        | {"issuer_en": "text", "issuer_zh": "text"}
        | {"working_days": "integer"},
        """
        3 - E - - - commerce 商务部 45
        4 - E - - - commerce 商务部 -
        B - E - - - customs 海关 -
        dangerous_goods - both - dangerous-goods-or-report 危险货物或鉴定报告 - - -
        dangerous_data - both - UN-number-and-class 联合国编号和类别 - - -
        package_performance packed E - packaging-performance 性能检验结果单 customs 海关 -
        package_use packed E - packaging-use 使用鉴定结果单 customs 海关 -
        safety_data_sheet dangerous both - safety-data-sheet 安全数据单 - - -
        hazard_label dangerous both - hazard-label 危险公示标签 - - -
        """,
    ),
    "CN/control_steps": table("code step", {"text_en": "text", "text_zh": "text"}, "B 1 apply-for-inspection 报检"),
    "CN/special_controls": table(
        "hs flow control",
        {"state": "text", "item": "text", "note_en": "text", "note_zh": "text"},
        """
        29349990 E dual_use in_force 1C1 listed 列管
        29350000 E export_window unknown - none-on-file 未收录
        29360000 E export_window closed - closed 关闭
        """,
        goods_code="hs",
    ),
    "CN/dual_use_parameters": table(
        "item parameter",
        {"operator": "text", "limit": "decimal", "unit": "text"} | NAMES,
        "1C1 purity at-least 99 % purity 纯度",
    ),
    "CN/dg_reference": table(
        "hs", {"un": "text", "class": "text", "packing_group": "text"}, "28092019 1805 8 III", goods_code="hs"
    ),
    "CN/export_tariff": table(
        "code", {"duty": "duty", "provisional": "duty"}, "2835 free -\n2804 20% -\n2809 20% free", goods_code="code"
    ),
    "CN/tariff_units": table(
        "hs",
        {"unit1": "text", "unit2": "text"},
        "25 035 -\n28 035 -\n20 035 -\n29 035 -\n31 035 -\n38 035 -\n84 007 035",
        goods_code="hs",
    ),
    "CN/customs_offices": table(
        "code", {"level": "text"} | NAMES, "47 district Wuhan 武汉\n2233 office Pudong 浦东", goods_code="code"
    ),
    "CN/domestic_regions": table("code", {"division": "text"} | NAMES, "4205 420500 Yichang 宜昌", goods_code="code"),
    "CN/divisions": table("code", {"level": "text"}, "420506 county\n310101 county"),
    "CN/container_types": table("code", {"payload_kg": "decimal"}, "20GP 28200"),
    "CN/countries": table("code", {"alpha2": "text"}, "CHN CN\nJPN JP\nKOR KR\nTHA TH\nDEU DE"),
    "CN/currencies": table("code", {"number": "text"}, "USD 840\nJPY 392\nCNY 156\nCHF 756"),
    "CN/limits": table(
        "name",
        {"value": "decimal"},
        """
        line_max 50
        contract_no_length 32
        quantity_decimals 5
        unit_price_decimals 4
        total_decimals 2
        weight_minimum 1
        bulk_packages 1
        declare_import_days 14
        declare_export_hours 24
        late_fee_per_day 0.0005
        packaging_share_percent 30
        header_net_tolerance 1
        line_weight_tolerance 1
        line_weight_tolerance_percent 0.01
        line_total_tolerance 0.01
        line_total_tolerance_per_unit 0.00005
        insurance_percent_high 3
        insurance_percent_low 0.01
        freight_percent_high 50
        gross_tolerance_percent 0.5
        price_band_percent 50
        price_reference_days 90
        price_reference_lines 3
        origin_waiver_rcep_usd 200
        """,
    ),
    "incoterms/risk": table(
        "rule", {"customs_term": "text"}, "EXW 7\nFCA 3\nFOB 3\nCFR 2\nCPT 2\nCIF 1\nCIP 1\nDAP 1\nC&I 4"
    ),
    "units/words": table("word", {"code": "text"}, "KG 035\nKGS 035\nT 070\nMT 070\nPCS 007\n吨 070"),
    "units/units": table(
        "code",
        NAMES | {"kind": "text", "factor": "decimal", "base": "text"},
        "035 kilogram 千克 mass 1 kg\n070 tonne 吨 mass 1000 kg\n007 piece 个 count 1 piece\n095 litre 升 volume 1 l",
    ),
    "unlocode/places": table("code", {"country": "text"}, "CNSHG CHN\nJPOSA JPN\nKRPUS KOR"),
    "hs/codes": table(
        "code",
        {"level": "integer"},
        "251010 6\n280470 6\n280920 6\n283525 6\n293220 6\n200390 6\n310540 6\n380891 6\n841330 6",
    ),
    "CN/customs_rates": table("currency", {"rate": "decimal"}, "USD 7\nJPY 0.05"),
    "RCEP/parties": table("country", {"name_en": "text"}, "CHN China\nJPN Japan\nTHA Thailand"),
    "RCEP/limits": table("name", {"value": "decimal"}, "proof_months 12\nwaiver_usd 200"),
}


def law(without: str = "", more: dict[str, tuple[TableSpec, list[dict[str, str]]]] | None = None) -> Law:
    """The small law, whole, without one table, or with more of them."""
    small = making.small_law({name: table for name, table in TABLES.items() if name != without} | (more or {}))
    return Law([], {**small.tables, **making.law("consistency").tables})


def export() -> Facts:
    """Feed phosphate, 24 t in bags in one container, CIF Osaka."""
    return deepcopy(
        {
            "trade.party/exporter": {
                "name": "Yichang Sample Phosphates",
                "name_zh": "宜昌示例磷化",
                "uscc": "91420500MA49XY123X",
                "customs_code": "4205961234",
                "country": "CHN",
            },
            "trade.party/importer": {"name": "Osaka Sample Trading", "country": "JPN"},
            "trade.terms": {
                "contract_no": "YC-2026-0001",
                "contract_date": "2026-05-20",
                "invoice_no": "INV-0001",
                "invoice_date": "2026-06-10",
                "incoterm": "CIF",
                "place": "Osaka",
                "currency": "USD",
                "total": "USD 12360.00",
            },
            "transport.plan": {
                "mode": "2",
                "conveyance": "HAI FENG",
                "voyage": "2606E",
                "bill_no": "SITSHA26060001",
                "loading_port": "CNSHG",
                "discharge_port": "JPOSA",
                "loading_on": "2026-06-26",
            },
            "transport.charges": {
                "freight": {"mark": "3", "value": "1500", "currency": "USD"},
                "insurance": {"mark": "3", "value": "14", "currency": "USD"},
            },
            "packing.totals": {"packages": 960, "package_type": "06", "gross_kg": "24500", "net_kg": "24000"},
            "transport.container/CSQU3054383": {"size_type": "20GP"},
            "declaration.particulars": {
                "declared_on": DAY.isoformat(),
                "customs_master": "4701",
                "exit_customs": "2233",
                "exit_point": "310001",
                "supervision_mode": "0110",
                "levy_nature": "101",
                "domestic_region": "42052",
            },
            "goods.line/1": {
                "description": "Dicalcium phosphate, feed grade",
                "description_zh": "饲料级磷酸氢钙",
                "hs": "2835259000",
                "quantity": "24",
                "unit": "t",
                "price": "USD 515.00/t",
                "amount": "USD 12360.00",
                "net_kg": "24000",
                "origin": "CHN",
                "dangerous": False,
                "elements": ["1", "0", "powder", "P 18 %"],
            },
        }
    )


def arrival() -> Facts:
    """The same goods coming in from Japan, FOB."""
    facts = export()
    facts["trade.party/importer"], facts["trade.party/exporter"] = (
        facts["trade.party/exporter"],
        facts["trade.party/importer"],
    )
    facts["trade.terms"] |= {"incoterm": "FOB", "place": "Osaka"}
    facts["transport.plan"] |= {"loading_port": "JPOSA", "discharge_port": "CNSHG", "arrival_on": "2026-06-20"}
    del facts["transport.plan"]["loading_on"]
    facts["declaration.particulars"] |= {
        "flow": "I",
        "special_relation": False,
        "price_effect": False,
        "royalty": False,
    }
    facts["goods.line/1"] |= {"origin": "JPN", "elements": ["1", "3", "powder", "P 18 %"]}
    return facts


def with_lines(count: int) -> Facts:
    """The export in `count` lines of equal weight and different price."""
    facts = export()
    line = facts.pop("goods.line/1")
    total = 0
    for number in range(1, count + 1):
        price = 400 + number
        facts[f"goods.line/{number}"] = line | {
            "price": f"USD {price}.00/t",
            "amount": f"USD {24 * price}.00",
        }
        total += 24 * price
    facts["trade.terms"]["total"] = f"USD {total}.00"
    facts["packing.totals"] |= {"gross_kg": str(24500 * count), "net_kg": str(24000 * count)}
    facts["transport.charges"]["insurance"] = {"mark": "1", "value": "0.1"}
    del facts["transport.container/CSQU3054383"]
    return facts


def sheet(
    facts: Facts, day: date = DAY, given: dict[str, Any] | None = None, held: Law | None = None, compared: bool = False
) -> Sheet:
    """The drawn sheet of these facts; with the papers `compared` where a test is about that."""
    others = CONSISTENCY if compared else ()
    return making.sheet((LICENSING, *others, *MODULES), facts, day, held or law(), given)


def form(facts: Facts, day: date = DAY, given: dict[str, Any] | None = None, held: Law | None = None) -> Finding:
    """The finding on the declaration."""
    finding = sheet(facts, day, given, held).finding("declaration.form")
    assert finding is not None
    return finding


def told(facts: Facts, given: dict[str, Any] | None = None, held: Law | None = None) -> set[str]:
    """The rules that fire on these facts; checks on the way that every text is there in both languages."""
    finding = form(facts, given=given, held=held)
    assert finding.status in ("found", "needs_review", "refused"), (finding.status, finding.reasons, finding.waits)
    for problem in finding.problems:
        for text in (problem.what, problem.fix):
            assert text.en, problem
            assert any("一" <= letter <= "鿿" for letter in text.zh), problem
        assert problem.where, problem
    return {problem.rule for problem in finding.problems}
