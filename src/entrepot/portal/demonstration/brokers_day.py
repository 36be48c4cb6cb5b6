"""The broker's day over all clients of the demonstration: the worklist, a trade begun as a copy, a trade declared in parts."""

from datetime import date

from entrepot.channels.online import Voice
from entrepot.portal.broker.copying import Copied, copy
from entrepot.portal.broker.parting import Parted, part
from entrepot.portal.broker.worklist import Rows, Work
from entrepot.portal.demonstration.clearance import DAY, FIRM, NOW
from entrepot.portal.demonstration.made import export_facts
from entrepot.portal.demonstration.story import BROKER, Story
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.portal.reading import Reading

LONG, LONG_LINES, AGAIN = "sixty-lines", 60, "parts-to-yokohama-again"
CANNER, LOADED = "example-jingmen", date(2026, 10, 28)


class BrokersDay:
    """What a broker does besides: each step as the broker, or as the client whose trade it is."""

    def __init__(self, desk: Desk) -> None:
        self.desk = Story(desk).as_of(DAY).desk
        self.broker = Voice("declarant", BROKER)

    def begin_again(self) -> Copied:
        """The next shipment of the car parts begins as a copy of the last."""
        return copy(self.desk, NOW, AGAIN, Voice("export desk", FIRM), title="Car parts, the next shipment")

    def long_trade(self) -> Parted:
        """A trade of sixty lines, which one declaration does not hold, is declared in parts."""
        client = Voice("export desk", CANNER)
        facts = export_facts(LONG_LINES, released=False)
        facts["declaration.particulars"].pop("declared_on")
        plan = facts["transport.plan"]
        facts["transport.plan"] = {name: plan[name] for name in plan if name not in ("bill_date", "legs")} | {
            "loading_on": str(LOADED)
        }
        drafts = [
            Draft(
                "dossier.opened",
                {"kind": "trade", "reference": LONG, "title": f"Prepared mushrooms, {LONG_LINES} lines"},
            ),
            Draft("dossier.member", {"roles": ["broker"]}, BROKER),
        ]
        for place, body in facts.items():
            topic, _, key = place.partition("/")
            if topic not in ("goods.bom", "goods.cost", "import.line", "import.entry"):
                drafts.append(Draft(topic, body, key))
        self.desk.say(LONG, drafts, client)
        return part(self.desk, LONG, client)

    def reading(self, dossier: str) -> Reading:
        return self.desk.read(dossier, self.broker)

    def worklist(self) -> tuple[Work, ...]:
        """Every trade in which the broker has a part, the most pressing first."""
        return Rows(self.desk).page(self.broker).work
