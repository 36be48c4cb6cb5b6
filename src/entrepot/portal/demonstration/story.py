"""What happens in the demonstration: who hands in which paper and says what, on which day. Nothing here prints."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.gateways.sandbox.customs import SandboxCustoms
from entrepot.kernel.text import Text
from entrepot.portal.desk import Desk, Taken
from entrepot.portal.drafts import Draft
from entrepot.portal.reading import Reading

PAPERS = Path(__file__).parent / "papers"
BANK, CARRIER, BROKER = "example-bank", "example-carrier", "example-brokers"
# What a buyer pays others once the goods are there, in the words of the Incoterms table.
ON_ARRIVAL = ("destination_terminal", "import_clearance", "on_carriage", "unload_at_place")


class Corridor(Struct, frozen=True):
    """One trade: its papers, the buyer's entry, and what offices will say. `entry`, `codes` and `costs` (of ON_ARRIVAL) are
    the buyer's facts; `received` the foreign exchange; `exported_on` what customs will print on the release."""

    dossier: str
    folder: str
    title: Text
    exporter: str
    importer: str
    papers: tuple[str, ...]
    entry: dict[str, Any]
    codes: dict[str, str]
    exported_on: date | None = None
    received: str = ""
    received_on: date | None = None
    claimed_on: date | None = None
    costs: tuple[str, ...] = ()


ACID = Text("Phosphoric acid 85 %, Yichang to Osaka", "磷酸85%，宜昌至大阪")
TO_OSAKA = ("JPY 46000", "JPY 18000", "JPY 62000", "JPY 15000")
TO_YOKOHAMA = ("JPY 88000", "JPY 24000", "JPY 96000", "JPY 30000")
CORRIDORS: tuple[Corridor, ...] = (
    Corridor(
        "acid-entered-31-march", "phosphoric-acid", ACID, "example-gorges", "example-kansai",
        ("invoice.xml", "packing-list.csv", "particulars.json", "making.json", "costs.json", "certificate.json"),
        {"country": "JPN", "day": "2026-03-31"}, {"1": "280920000"},
        date(2026, 3, 16), "USD 22800.00", date(2026, 4, 20), date(2026, 5, 12), TO_OSAKA,
    ),
    Corridor(
        "acid-entered-1-april", "phosphoric-acid", ACID, "example-gorges", "example-kansai",
        ("invoice.xml", "packing-list.csv", "particulars.json", "making.json", "certificate.json"),
        {"country": "JPN", "day": "2026-04-01"}, {"1": "280920000"}, costs=TO_OSAKA,
    ),
    Corridor(
        "mushrooms-to-yokohama", "mushrooms", Text("Prepared mushrooms, Jingmen to Yokohama", "蘑菇罐头，荆门至横滨"),
        "example-jingmen", "example-yokohama", ("trade.xlsx", "particulars.json", "making.json", "costs.json", "certificate.json"),
        {"country": "JPN", "day": "2026-05-25", "insurance": "USD 110.00"}, {"1": "200390210", "2": "200390210"},
        date(2026, 5, 18), "USD 93228.00", date(2026, 6, 10), date(2026, 6, 22), TO_YOKOHAMA,
    ),
    Corridor(
        "green-tea-to-shimizu", "green-tea", Text("Green tea, Yichang to Shimizu", "绿茶，宜昌至清水"),
        "example-yichang-tea", "example-shizuoka", ("invoice.csv", "packing-list.csv", "particulars.json", "making.json", "costs.json"),
        {"country": "JPN", "day": "2026-05-07", "freight": "USD 800.00", "insurance": "USD 60.00"}, {"1": "090210000"},
        date(2026, 4, 27), "USD 57000.00", date(2026, 5, 20), date(2026, 5, 25),
    ),
)  # fmt: skip
MISTAKES = Corridor(
    "eight-mistakes", "eight-mistakes", Text("One dossier with eight mistakes", "一份含八处错误的申报"), "example-gorges",
    "example-kansai", ("invoice.csv", "packing-list.csv", "particulars.json"), {"country": "JPN", "day": "2026-04-10"}, {"1": "280920000"},
)  # fmt: skip
# What is asked before anything is sold: on the day ASKED_ON, so that a certificate can be had before the goods leave.
ASKED_ON = date(2026, 5, 11)
MATTRESSES = Corridor(
    "mattresses-to-nagoya", "mattresses", Text("Foam mattresses, Haiphong to Nagoya", "泡沫床垫，海防至名古屋"), "example-haiphong",
    "example-nagoya", ("invoice.csv", "particulars.json", "making.json"),
    {"country": "JPN", "day": "2026-05-22", "freight": "USD 2400.00", "insurance": "USD 60.00"}, {"1": "940421000"},
    costs=("USD 310.00", "USD 120.00", "USD 480.00", "USD 90.00"),
)  # fmt: skip
STEERING = Corridor(
    "steering-boxes-to-long-beach", "steering-boxes", Text("Steering boxes, Jingzhou to Long Beach", "汽车转向器，荆州至长滩"),
    "example-jingzhou", "example-lakeside", ("invoice.csv", "particulars.json"),
    {"country": "USA", "day": "2024-11-20", "freight": "USD 2900.00", "insurance": "USD 70.00"}, {"1": "87089475"},
    costs=("USD 450.00", "USD 180.00", "USD 650.00", "USD 90.00"),
)  # fmt: skip


class Story:
    """The corridors played on a desk of a sandbox store. Each step is said by whoever would say it."""

    def __init__(self, desk: Desk) -> None:
        if desk.store.nature != "sandbox":
            raise ValueError("the demonstration plays in a sandbox store only")
        self.desk = desk
        self.customs = Voice("desk officer", "sandbox-customs", frozenset({"customs"}), channel="gateway")
        self.bank = Voice("teller", BANK, frozenset({"bank"}))
        self.carrier = Voice("liner desk", CARRIER)

    def exporter(self, corridor: Corridor) -> Voice:
        return Voice("export desk", corridor.exporter)

    def importer(self, corridor: Corridor) -> Voice:
        return Voice("import desk", corridor.importer)

    def open(self, corridor: Corridor) -> None:
        """The exporter opens the dossier and lets in the buyer, the bank, the carrier and its broker."""
        members = {
            corridor.exporter: ["exporter"],
            corridor.importer: ["importer"],
            BANK: ["bank"],
            CARRIER: ["carrier"],
            BROKER: ["broker"],
        }
        drafts = [
            Draft("dossier.opened", {"kind": "trade", "reference": corridor.dossier, "title": corridor.title.en}),
            *(Draft("dossier.member", {"roles": roles}, key=name) for name, roles in members.items()),
        ]
        self.desk.say(corridor.dossier, drafts, self.exporter(corridor))

    def hand_in(self, corridor: Corridor) -> Iterator[tuple[str, Taken]]:
        """The exporter hands in one paper after the other."""
        for name in corridor.papers:
            data = (PAPERS / corridor.folder / name).read_bytes()
            yield name, self.desk.take_paper(corridor.dossier, name, data, self.exporter(corridor))

    def plan_entry(self, corridor: Corridor) -> None:
        """The buyer says on which day and under which codes it will enter the goods, and what it pays others on the way."""
        costs = [{"cost": cost, "amount": amount} for cost, amount in zip(ON_ARRIVAL, corridor.costs, strict=False)]
        drafts = [
            Draft("import.entry", corridor.entry),
            *(Draft("import.line", {"code": code}, key=line) for line, code in corridor.codes.items()),
            *(Draft("trade.cost", cost, key=str(number)) for number, cost in enumerate(costs, 1)),
        ]
        self.desk.say(corridor.dossier, drafts, self.importer(corridor))

    def declare(self, corridor: Corridor, reason: str) -> str:
        """The exporter confirms the declaration where it needs review, and sends it; gives the number customs took it in
        under, empty where it was sent back."""
        voice = self.exporter(corridor)
        form = found(self.desk.read(corridor.dossier, voice), "declaration.form")
        confirm = reason if form is not None and form.status == "needs_review" else ""
        digest = "" if form is None else form.digest
        answer = self.desk.send(corridor.dossier, "declaration.form", digest, voice, confirm)
        numbers = [place.partition("/")[2] for place in answer.answers if place.startswith("customs.acceptance/")]
        return numbers[0] if numbers else ""

    def release(self, corridor: Corridor, number: str) -> None:
        """Customs lets the goods go; the carrier reports them loaded."""
        assert corridor.exported_on is not None
        reply = SandboxCustoms.release(number, corridor.exported_on, corridor.exported_on)
        body = {
            "released_on": str(reply.value.released_on),
            "exported_on": str(reply.value.exported_on),
            "sandbox": True,
        }
        self.desk.say(corridor.dossier, [Draft(reply.topic, body, key=reply.key)], self.customs)
        event = {"event": "loaded", "day": str(corridor.exported_on), "place": "CNSHG"}
        self.desk.say(corridor.dossier, [Draft("carrier.event", event, key=f"{CARRIER}-1")], self.carrier)

    def pay(self, corridor: Corridor, number: str) -> None:
        """The bank receives the foreign exchange, and the exporter claims the refund."""
        receipt = {"amount": corridor.received, "received_on": str(corridor.received_on), "declaration": number}
        self.desk.say(corridor.dossier, [Draft("bank.receipt", receipt, key=f"EX-{corridor.dossier}")], self.bank)
        claim = [Draft("rebate.claim", {"claimed_on": str(corridor.claimed_on)})]
        self.desk.say(corridor.dossier, claim, self.exporter(corridor))

    def draft_certificate(self, corridor: Corridor) -> Any:
        """The exporter asks for the certificate of origin; gives the draft. The agreement is that of the origin decision."""
        asked = {"applied_on": str(self.desk.today()), "place": "Haiphong", "signatory": "Example Signatory (fictitious)"}
        self.desk.say(corridor.dossier, [Draft("certificate.request", asked)], self.exporter(corridor))
        return found(self.reading(corridor), "certificate.draft")

    def certify(self, corridor: Corridor, draft: Any, reason: str) -> str:
        """The exporter sends the draft to the issuing body; gives the number of the certificate, empty where it was sent back."""
        confirm = reason if draft.status == "needs_review" else ""
        answer = self.desk.send(corridor.dossier, draft.topic, draft.digest, self.exporter(corridor), confirm)
        return next((place.partition("/")[2] for place in answer.answers if place.startswith("origin.proof/")), "")

    def reading(self, corridor: Corridor) -> Reading:
        """The sheet as the exporter sees it."""
        return self.desk.read(corridor.dossier, self.exporter(corridor))

    def buyers_reading(self, corridor: Corridor) -> Reading:
        """The sheet as the buyer sees it."""
        return self.desk.read(corridor.dossier, self.importer(corridor))

    def as_of(self, day: date) -> "Story":
        """The same store at a desk whose calendar stands at `day`."""
        desk, offices = self.desk, tuple(self.desk.offices.values())
        return Story(Desk(desk.store, desk.law, desk.registry, offices=offices, today=lambda: day, pack_files=desk.pack_files))


def found(reading: Reading, topic: str, key: str = "") -> Any:
    """A finding on a reading; None where no module has spoken."""
    return next((one for one in reading.findings if (one.topic, one.key) == (topic, key)), None)
