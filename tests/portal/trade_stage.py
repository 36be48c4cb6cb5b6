"""A stage for trade modes: a sandbox store with the rooms of market and e-commerce alone, on the law of China."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from entrepot.channels.online import Voice
from entrepot.kernel.module import Registry
from entrepot.kernel.vocabulary import SHARED
from entrepot.modules.ecommerce.module import MODULES as ECOMMERCE
from entrepot.modules.procurement.module import MODULES as PROCUREMENT
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.store.store import Store
from tests.making import _stand_ins, law
from tests.modules.procurement.making_market import record

NOON = datetime(2026, 10, 10, 4, tzinfo=UTC)
ANN = Voice("ann", "acme")
BOB = Voice("bob", "buyer")
ROOMS = (*PROCUREMENT, *ECOMMERCE)
GOODS = {
    "A": ("6302600090", "Terry towels", "12000"), "B": ("3924100000", "Kitchenware", "9500"), "C": ("9503008900", "Toys", "30000"),
    "D": ("6911101900", "Tableware", "8000"), "E": ("8205510000", "Tools", "7000"), "F": ("3926909090", "Articles of plastics", "3000"),
    "G": ("3923100000", "Boxes", "2000"), "H": ("6912001000", "Figures", "1500"),
}  # fmt: skip


def open_trading(folder: Path) -> Desk:
    registry = Registry([*ROOMS, *_stand_ins(ROOMS)], SHARED)
    url = f"sqlite:///{folder / 'store.sqlite3'}"
    store = Store.open(url, registry, nature="sandbox", keys=folder / "keys", clock=lambda: NOON)
    return Desk(store, law("CN", "ecb"), registry)


def market(desk: Desk, dossier: str = "M1", **changes: Any) -> None:
    """A market export with the eight records of W4.1, from eight stalls, in one container."""
    mode = {
        "flow": "E",
        "declared_on": "2026-10-10",
        "supervision_mode": "1039",
        "market_code": "yichang-three-gorges",
        **changes,
    }
    drafts = [
        Draft("dossier.opened", {"kind": "trade", "reference": dossier, "title": "Container to Lagos"}),
        Draft("dossier.member", {"roles": ["importer"]}, "buyer"),
        Draft("declaration.particulars", mode),
        Draft("trade.party", {"name": "Yiling Harbour Trading Co., Ltd.", "uscc": "91420500MA49XY123X"}, "exporter"),
        Draft("trade.party", {"name": "Lagos General Goods Ltd", "country": "NGA"}, "importer"),
        Draft("transport.plan", {"bill_no": "BL-771", "loading_on": "2026-10-12"}),
        Draft("transport.container", {"seals": ["SL1"], "lines": ["1", "2", "3", "4", "5", "6", "7"]}, "CSQU3054383"),
    ]
    for number, (code, name, value) in GOODS.items():
        body = record(code, f"USD {value}.00", goods=name, stall=f"B2-{number}", seller=f"Stall {number}")
        drafts.append(Draft("procurement.record", body, f"{dossier}-{number}"))
    desk.say(dossier, drafts, ANN)
