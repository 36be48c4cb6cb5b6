"""A box of papers of one invented shipment: fifty kinds of car parts, what stands on each paper, and what the firm declared before.

The papers in `papers/car-parts` are drawn from this by `drawing`; nothing here is read when they are handed in.
"""

from decimal import Decimal
from typing import Any

from msgspec import Struct

LINES = 50
NEW = 50  # the number of the line that the firm never sold before
CONTAINER, SEAL, BILL = "EXMU4100265", "EX774210", "EXBL261024"
CONTRACT, INVOICE = "EX-SC-261", "EX-INV-2610"
EXPORTER = {
    "name": "Example Jingzhou Auto Parts Trading Co., Ltd.",
    "name_zh": "示例荆州汽配贸易有限公司（虚构）",
    "uscc": "91421000MA49EX0219",
    "customs_code": "4210960021",
    "country": "CHN",
}
OWNER = {
    "name": "Example Jingzhou Foundry Co., Ltd.",
    "name_zh": "示例荆州铸造有限公司（虚构）",
    "uscc": "91421000MA49EX022C",
    "customs_code": "4210960034",
    "country": "CHN",
}
IMPORTER = {
    "name": "Example Keihin Auto Supply K.K.",
    "country": "JPN",
    "address": "4-2 Example-cho, Kanagawa-ku, Yokohama",
}
NOTIFY = {"name": "Alfa Trading K.K.", "address": "9-1 Example-machi, Naka-ku, Yokohama", "country": "JPN"}


class Kind(Struct, frozen=True):
    """A kind of part: English and Chinese name, goods code, what it is for, its mark in part numbers, yuan a piece, kilograms."""

    name: str
    zh: str
    hs: str
    use: str
    mark: str
    yuan: int
    kilos: Decimal


KINDS = (
    Kind("Brake disc", "制动盘", "8708309990", "车辆制动", "BD", 66, Decimal("6.2")),
    Kind("Brake drum", "制动鼓", "8708309990", "车辆制动", "DR", 78, Decimal("7.4")),
    Kind("Steering knuckle", "转向节", "8708949090", "车辆转向", "SK", 92, Decimal("4.1")),
    Kind("Wheel hub", "轮毂单元", "8708709000", "安装车轮", "WH", 84, Decimal("3.6")),
    Kind("Control arm", "悬架控制臂", "8708809000", "悬架支承", "CA", 58, Decimal("2.9")),
    Kind("Radiator", "散热器", "8708919000", "发动机散热", "RA", 145, Decimal("3.3")),
    Kind("Clutch cover", "离合器盖总成", "8708939000", "动力离合", "CC", 88, Decimal("4.8")),
    Kind("Gearbox housing", "变速箱壳体", "8708409990", "变速箱壳体", "GH", 210, Decimal("9.5")),
    Kind("Bumper bracket", "保险杠支架", "8708100000", "固定保险杠", "BB", 19, Decimal("1.2")),
    Kind("Engine mount", "发动机支架", "8708999990", "固定发动机", "EM", 36, Decimal("1.7")),
)
VEHICLES = (
    ("city van", "微型客车"),
    ("sedan", "轿车"),
    ("pick-up", "皮卡"),
    ("light truck", "轻型货车"),
    ("bus", "客车"),
)
CENT = Decimal("0.01")


class Part(Struct, frozen=True):
    """A line of the shipment: what, how many pieces in how many cartons, US dollars, kilograms."""

    no: int
    kind: Kind
    vehicle: str
    vehicle_zh: str
    code: str
    pieces: int
    price: Decimal
    cartons: int

    @property
    def name(self) -> str:
        return f"{self.kind.name} for {self.vehicle}"

    @property
    def zh(self) -> str:
        return f"{self.vehicle_zh}{self.kind.zh}"

    @property
    def amount(self) -> Decimal:
        return (self.price * self.pieces).quantize(CENT)

    @property
    def net(self) -> Decimal:
        return self.kind.kilos * self.pieces

    @property
    def gross(self) -> Decimal:
        return self.net + Decimal("1.5") * self.cartons

    @property
    def elements(self) -> list[str]:
        """Brand type, export benefit, use, vehicle, brand, part number: in the customs order of heading 8708."""
        return ["0", "0", self.kind.use, self.vehicle_zh, "无品牌", self.code]


def parts(first: int = 1) -> tuple[Part, ...]:
    """The lines; `first` moves the quantities, so that an earlier shipment of the same parts has others."""
    made = []
    for place in range(LINES):
        kind, (vehicle, vehicle_zh) = KINDS[place % len(KINDS)], VEHICLES[place // len(KINDS)]
        cartons = 4 + (7 * place + first) % 9
        price = (Decimal(kind.yuan) / 6 + Decimal(place // len(KINDS)) / 4).quantize(CENT)
        code = f"EX-{kind.mark}{place // len(KINDS) + 1:02}"
        made.append(Part(place + 1, kind, vehicle, vehicle_zh, code, cartons * 10, price, cartons))
    return tuple(made)


def total(lines: tuple[Part, ...]) -> dict[str, Decimal]:
    """Sums of a shipment: amount, cartons, net and gross."""
    return {
        name: sum((Decimal(getattr(part, name)) for part in lines), Decimal(0))
        for name in ("amount", "cartons", "net", "gross")
    }


def mistaken_gross() -> Decimal:
    """The gross weight as the bill of lading has it: two figures changed places."""
    digits = list(str(total(parts())["gross"]))
    digits[2], digits[3] = digits[3], digits[2]
    return Decimal("".join(digits))


# -- what the firm says of itself, and what it declared before --------------------------------------------------------------


def enterprise() -> dict[str, Any]:
    """The dossier that the firm keeps of itself, as cases write facts."""
    return {
        "trade.party/exporter": EXPORTER,
        "trade.party/owner": OWNER,
        "exporter.standing": {"kind": "trading"},
        "declaration.particulars": {"self_assess": True, "customs_master": "4701"},
    }


def earlier() -> dict[str, Any]:
    """A declaration of the same parts, all but the new one, to another port: Nagoya."""
    sent = tuple(part for part in parts(first=5) if part.no != NEW)
    sums = total(sent)
    return {
        "trade.party/exporter": EXPORTER,
        "trade.party/owner": OWNER,
        "trade.party/importer": IMPORTER,
        "trade.terms": {
            "contract_no": "EX-SC-255", "contract_date": "2026-08-17", "invoice_no": "EX-INV-2608", "invoice_date": "2026-09-07",
            "incoterm": "FOB", "place": "Shanghai", "currency": "USD", "total": f"USD {sums['amount']}",
        },
        "packing.totals": {
            "packages": int(sums["cartons"]), "package_type": "22", "gross_kg": str(sums["gross"]), "net_kg": str(sums["net"]),
            "marks": "N/M",
        },
        "transport.plan": {
            "mode": "2", "conveyance": "EXAMPLE HARBOUR", "voyage": "031E", "bill_no": "EXBL260914", "loading_port": "CNSHG",
            "discharge_port": "JPNGO", "trade_country": "JPN", "destination_country": "JPN",
        },
        "declaration.particulars": {
            "flow": "E", "declared_on": "2026-09-10", "customs_master": "4701", "exit_customs": "2225", "exit_point": "310001",
            "supervision_mode": "0110", "levy_nature": "101", "domestic_region": "42109", "admin_region": "421002",
            "trade_country": "JPN", "self_assess": True, "special_relation": False, "price_effect": False, "royalty": False,
        },
        "transport.container/EXMU4100054": {"size_type": "22G1", "seals": ["EX774101"], "lines": [str(n) for n in range(1, len(sent) + 1)]},
        "exporter.standing": {"kind": "trading"},
        **{f"goods.line/{place}": _declared(part) for place, part in enumerate(sent, 1)},
    }  # fmt: skip


def _declared(part: Part) -> dict[str, Any]:
    return {
        "description": part.name, "description_zh": part.zh, "item_code": part.code, "hs": part.kind.hs, "quantity": str(part.pieces),
        "unit": "piece", "price": f"USD {part.price}/piece", "amount": f"USD {part.amount}", "net_kg": str(part.net),
        "gross_kg": str(part.gross), "packages": part.cartons, "origin": "CHN", "dangerous": False, "elements": part.elements,
    }  # fmt: skip


def purchases() -> dict[str, Any]:
    """What the firm bought, as its books export it: one special VAT invoice, a lot for each line."""
    return {
        f"goods.cost/{part.no}": {
            "line": str(part.no), "document": "special_vat_invoice", "number": f"26420026100000{part.no:06}", "supplier": OWNER["uscc"],
            "buyer": EXPORTER["uscc"], "base": f"CNY {part.kind.yuan * part.pieces}", "vat_rate": "0.13", "quantity": str(part.pieces),
            "invoiced_quantity": str(part.pieces), "unit": "piece", "goods": part.zh, "issued_on": "2026-10-09",
        }
        for part in parts()
    }  # fmt: skip


def truth() -> dict[tuple[str, str], str]:
    """What stands on the packing list, by place and field: what a person reads in the picture where the machine was not sure."""
    lines, sums = parts(), total(parts())
    read = {
        ("trade.terms", "invoice_no"): INVOICE,
        ("trade.party/exporter", "name"): EXPORTER["name"],
        ("packing.totals", "packages"): _short(sums["cartons"]),
        ("packing.totals", "net_kg"): _short(sums["net"]),
        ("packing.totals", "gross_kg"): _short(sums["gross"]),
        (f"transport.container/{CONTAINER}", "key"): CONTAINER,
    }
    for part in lines:
        at = f"goods.line/{part.no}"
        read |= {(at, "description"): part.name, (at, "packages"): str(part.cartons)}
        read |= {(at, "net_kg"): _short(part.net), (at, "gross_kg"): _short(part.gross)}
    return read


def _short(number: Decimal) -> str:
    return f"{number.normalize():f}"
