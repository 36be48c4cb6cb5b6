"""Two trades that go by other customs modes: a container bought at a market, and a batch of retail imports. Nothing here prints."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from entrepot.channels.online import Voice
from entrepot.gateways.orders.columns import Kind
from entrepot.portal import setting
from entrepot.portal.demonstration.story import BROKER, PAPERS, Story, found
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.portal.market_drafting import draft_market, say_records
from entrepot.portal.order_join import KINDS, Wanted
from entrepot.portal.orders_said import Told, say_files
from entrepot.portal.reading import Reading
from entrepot.store.pseudonyms import pseudonyms

MARKET, ORDERS = "market-container", "retail-orders"
DAY = date(2026, 10, 15)
CODE, CONTAINER = "yichang-three-gorges", "EXMU4100054"
OPERATOR = {
    "name": "Example Yiling Harbour Trading Co., Ltd.",
    "name_zh": "示例夷陵港贸易有限公司（虚构）",
    "uscc": "91420500MA49EX031P",
    "customs_code": "4205960031",
    "country": "CHN",
}
FILES: Mapping[Kind, str] = dict(zip(KINDS, ("orders.csv", "payments.csv", "waybills.csv"), strict=True))


class Market:
    """A container of goods from several stalls of a recognised market (mode 1039)."""

    def __init__(self, desk: Desk) -> None:
        self.desk = Story(desk).as_of(DAY).desk
        self.operator = Voice("export desk", "example-yiling-harbour")
        self.platform = Voice("register", "sandbox-market", frozenset({"operator"}), channel="gateway")

    def open(self) -> list[Told]:
        """The operator opens the dossier; the market's platform says who is registered, and every purchase that it locked."""
        mode = {
            "flow": "E", "declared_on": str(DAY), "supervision_mode": "1039", "market_code": CODE, "customs_master": "4701",
            "exit_customs": "2225", "exit_point": "310001", "domestic_region": "42059", "admin_region": "420506", "self_assess": True,
        }  # fmt: skip
        drafts = [
            Draft("dossier.opened", {"kind": "trade", "reference": MARKET, "title": "Container from the market to Lagos"}),
            Draft("dossier.member", {"roles": ["broker"]}, BROKER),
            Draft("declaration.particulars", mode),
            Draft("trade.party", OPERATOR, "exporter"),
            Draft("trade.party", {"name": "Example Lagos General Goods Ltd", "country": "NGA"}, "importer"),
            Draft("transport.plan", {"mode": "2", "bill_no": "EXBL261019", "loading_on": "2026-10-19", "loading_port": "CNSHG",
                                     "discharge_port": "NGLOS", "destination_country": "NGA"}),
            Draft("transport.container", {"size_type": "40HC", "seals": ["EX774300"]}, CONTAINER),
        ]  # fmt: skip
        self.desk.say(MARKET, drafts, self.operator)
        registered = {"market": CODE, "standing": "trader", "registered_on": "2025-01-06", **OPERATOR}
        registered.pop("country")
        self.desk.say(MARKET, [Draft("procurement.registration", registered, "EX-T-31")], self.platform)
        return list(say_records(self.desk, self.platform, MARKET, PAPERS / "market" / "records.csv"))

    def take_over(self) -> Reading:
        """The lines that the records make are said of the shipment, each with the records behind it."""
        draft_market(self.desk, self.operator, MARKET)
        lines = found(self.reading(), "procurement.lines").value["lines"]
        body = {
            "size_type": "40HC",
            "seals": ["EX774300"],
            "lines": [str(number) for number in range(1, len(lines) + 1)],
        }
        (box,) = (fact for fact in self.reading().facts if fact.topic == "transport.container")
        self.desk.say(
            MARKET, [Draft("transport.container", body, CONTAINER, replaces=(box.statements[0].id,))], self.operator
        )
        return self.reading()

    def reading(self) -> Reading:
        return self.desk.read(MARKET, self.operator)


class Orders:
    """A batch of retail imports out of a bonded zone (mode 1210): orders, payments and parcels, each from its own system."""

    def __init__(self, desk: Desk) -> None:
        self.desk = Story(desk).as_of(DAY).desk
        self.seller = Voice("shop desk", "example-shop")

    def take_in(self) -> list[Told]:
        """Open the dossier and say every record of the three files; gives what became of each."""
        plan = {
            "flow": "I", "buyer": "consumer", "platform": "example-shop", "order_first": True, "bonded": True, "pilot_city": True,
            "listed": True, "order_value": "CNY 780.00", "day": str(DAY),
        }  # fmt: skip
        drafts = [
            Draft("dossier.opened", {"kind": "trade", "reference": ORDERS, "title": "Retail imports of a week"}),
            Draft("declaration.particulars", {"flow": "I", "form_type": "list", "supervision_mode": "1210"}),
            Draft("ecommerce.plan", plan),
        ]
        self.desk.say(ORDERS, drafts, self.seller)
        files = {kind: PAPERS / "orders" / name for kind, name in FILES.items()}
        persons = pseudonyms(setting.home() / "keys")
        return list(say_files(self.desk, self.seller, ORDERS, files, Wanted(retail_import=True), persons))

    def reading(self) -> Reading:
        return self.desk.read(ORDERS, self.seller)

    def matched(self) -> Any:
        """How orders, payments and parcels agree."""
        return found(self.reading(), "ecommerce.match")
