"""Clearance as it is lived: a box of papers becomes a declaration, customs asks, and lets the goods go. Nothing here prints.

Each step is said by whoever would say it; what a person typed is counted as it is said.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.gateways.sandbox.customs import SandboxCustoms
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.answers import Doubt
from entrepot.modules.declaration.facts import DraftQuestion
from entrepot.portal import drafting
from entrepot.portal.demonstration import box
from entrepot.portal.demonstration.story import BANK, BROKER, CARRIER, PAPERS, Story, found
from entrepot.portal.derived import Sources, sources_of
from entrepot.portal.desk import Desk, Taken
from entrepot.portal.despatch import Despatched
from entrepot.portal.drafts import Draft
from entrepot.portal.reading import Reading

FIRM, BUYER = "example-jingzhou-parts", "example-keihin"
OWN, EARLIER, NOW = "example-jingzhou-parts", "parts-to-nagoya", "parts-to-yokohama"
EARLIER_DAY, DAY, RELEASED = date(2026, 9, 10), date(2026, 10, 20), date(2026, 10, 22)
TITLE = Text("Car parts, Jingzhou to Yokohama", "汽车零部件，荆州至横滨")
SCAN, TEXT = "packing-list.jpg", "packing-list.pdf"
CONTRACT, INVOICE, BILL, PURCHASES = "contract.pdf", "invoice.xlsx", "bill-of-lading.pdf", "purchases.json"
CONFIRMED = "compared with the papers line by line; lines without a statutory unit were looked up in the tariff book"
NOT_THEM = "a freight agent of Yokohama since 1994, known by its entry in the Japanese register of companies; the listed firm is of Jordan"
ANSWERED = "Price of line 1 as agreed in contract EX-SC-261 of 2026-09-21: USD 11.00 a piece."
# What a person answers, by the question's blank. The last three are the elements of the one part that is new.
ANSWERS: Mapping[str, str] = {
    "exit_customs": "2225", "exit_point": "310001", "importer.country": "JPN", "mode": "2",
    "hs": box.parts()[box.NEW - 1].kind.hs, "description_zh": box.parts()[box.NEW - 1].zh,
    "use": box.parts()[box.NEW - 1].kind.use, "vehicle": box.parts()[box.NEW - 1].vehicle_zh,
    "part_number": box.parts()[box.NEW - 1].code,
}  # fmt: skip


class Answered(Struct, frozen=True):
    """A question of the draft and what was answered; `confirmed` counts the fields that one click let stand."""

    question: DraftQuestion
    values: dict[str, str]
    confirmed: int = 0


class Clearance:
    """The shipment of the box, on a desk of a sandbox store. `typed` counts the values that a person typed, `clicked` what a person
    let stand or chose."""

    def __init__(self, desk: Desk) -> None:
        self.story = Story(desk).as_of(DAY)
        self.desk = self.story.desk
        self.exporter, self.broker = Voice("export desk", FIRM), Voice("declarant", BROKER)
        self.papers: list[str] = []
        self.typed = self.clicked = 0

    def reading(self) -> Reading:
        """The sheet as the exporter sees it."""
        return self.desk.read(NOW, self.exporter)

    def sources(self) -> Sources:
        """Where the fields of the draft come from by now."""
        return sources_of(self.desk, self.reading(), DAY, self.papers)

    def before(self) -> str:
        """What was there before: the firm's own dossier, and one accepted declaration; gives its number."""
        desk = self.story.as_of(EARLIER_DAY).desk
        _say(desk, OWN, "enterprise", "Example Jingzhou Auto Parts", box.enterprise(), self.exporter)
        _say(desk, EARLIER, "trade", "Car parts, Jingzhou to Nagoya", box.earlier(), self.exporter)
        desk.say(EARLIER, _members(), self.exporter)
        form = found(desk.read(EARLIER, self.exporter), "declaration.form")
        return _number(desk.send(EARLIER, form.topic, form.digest, self.exporter, CONFIRMED))

    def hand_in(self, scans: bool) -> Iterator[tuple[str, Taken]]:
        """Open the dossier and hand in the box, one paper after the other; without a reader of scans the list's PDF goes in."""
        opened = {"kind": "trade", "reference": box.INVOICE, "title": TITLE.en}
        self.desk.say(NOW, [Draft("dossier.opened", opened), *_members()], self.exporter)
        for name in (CONTRACT, INVOICE, SCAN if scans else TEXT, BILL, PURCHASES):
            self.papers.append(name)
            yield name, self.desk.take_paper(NOW, name, (PAPERS / "car-parts" / name).read_bytes(), self.exporter)

    def settle_doubts(self, taken: Taken) -> list[tuple[Doubt, str]]:
        """A person looks at the picture and confirms or corrects what was in doubt; gives each doubt with what stands there."""
        truth, settled = box.truth(), []
        answers: dict[str, dict[str, str | None]] = {}
        for doubt in taken.doubtful:
            at = f"{doubt.topic}/{doubt.key}" if doubt.key else doubt.topic
            text = truth.get((at, doubt.field))
            answers.setdefault(at, {})[doubt.field] = text
            settled.append((doubt, text or ""))
            if doubt.value == text:
                self.clicked += 1
            else:
                self.typed += 1
        if answers:
            self.desk.answer(NOW, taken.digest, answers, self.exporter)
        return settled

    def differing(self) -> list[Mapping[str, Any]]:
        """Where the papers contradict each other, each with all its sides."""
        compared = found(self.reading(), "consistency.papers").value["comparisons"]
        return [one for one in compared if one["outcome"] == "differ"]

    def correct_bill(self) -> None:
        """The carrier corrects its bill: the exporter says the weight anew in the place of what was read from it."""
        packing = next(fact for fact in self.reading().facts if fact.topic == "packing.totals")
        wrong = next(one for one in packing.statements if any(item.name == BILL for item in one.evidence))
        sums = box.total(box.parts())
        body = {"packages": int(sums["cartons"]), "package_type": "CTNS", "gross_kg": str(sums["gross"])}
        self.desk.say(NOW, [Draft("packing.totals", body, replaces=(wrong.id,))], self.exporter)
        self.typed += 1

    def answer_questions(self) -> list[Answered]:
        """Answer what is asked until nothing is; an answer may lead to another question."""
        told: list[Answered] = []
        while asked := drafting.questions_in(self.reading()):
            answers = [self._answer(question) for question in asked]
            given = {one.question.id: one.values for one in answers if one.values}
            if not given:
                raise ValueError(f"nobody knows the answer to {', '.join(question.id for question in asked)}")
            drafting.answer(self.desk, NOW, self.exporter, given)
            told += [one for one in answers if one.values]
        self.typed += sum(len(one.values) for one in told if not one.confirmed)
        self.clicked += sum(1 for one in told if one.confirmed)
        return told

    @staticmethod
    def _answer(question: DraftQuestion) -> Answered:
        """What is taken over is let stand; what is asked is answered as far as it is known by now."""
        if question.confirms:
            values = dict(question.choices[0].values)
            return Answered(question, values, len(values))
        names = [blank.name for blank in question.blanks]
        return Answered(question, {name: ANSWERS[name] for name in names if name in ANSWERS})

    def hits(self) -> list[Mapping[str, Any]]:
        """The names that look like listed ones, and wait for a decision."""
        hits = found(self.reading(), "screening.result").value.get("hits", ())
        return [hit for hit in hits if hit.get("state", "open") == "open"]

    def clear(self, hit: Mapping[str, Any]) -> None:
        """The exporter's compliance desk decides that it is not them."""
        body = {
            "decision": "not_them",
            "reason": NOT_THEM,
            "decided_on": str(DAY),
            "until": str(DAY.replace(year=DAY.year + 1)),
        }
        self.desk.say(NOW, [Draft("screening.decision", body, key=hit["id"])], Voice("compliance desk", FIRM))
        self.typed += 1

    def file(self) -> Despatched:
        """The broker gives its own number, confirms the form and sends it; the sandbox is asked to ask something."""
        own = {"declared_on": str(DAY), "reference": f"{box.INVOICE} sandbox: query"}
        self.desk.say(NOW, [Draft("declaration.particulars", own)], self.broker)
        self.typed += 1
        return self._send(CONFIRMED)

    def amend(self) -> tuple[list[tuple[str, str, str]], Despatched]:
        """The broker answers customs by an amendment; gives what changes, and what became of it."""
        self.desk.say(NOW, [Draft("declaration.particulars", {"remarks": ANSWERED})], self.broker)
        self.typed += 1
        amended = found(self.reading(), "declaration.form.amendment").value["changes"]
        changes = [(path, old, new) for path, old, new in amended if not path.startswith("provenance.")]
        return changes, self._send(CONFIRMED)

    def release(self, number: str) -> None:
        """Customs lets the goods go; the carrier reports them loaded."""
        reply = SandboxCustoms.release(number, RELEASED, RELEASED)
        body = {"released_on": str(RELEASED), "exported_on": str(RELEASED), "sandbox": True}
        self.desk.say(NOW, [Draft(reply.topic, body, key=reply.key)], self.story.customs)
        event = {"event": "loaded", "day": str(RELEASED), "place": "CNSHG"}
        self.desk.say(NOW, [Draft("carrier.event", event, key=f"{CARRIER}-9")], self.story.carrier)

    def _send(self, reason: str) -> Despatched:
        form = found(self.desk.read(NOW, self.broker), "declaration.form")
        self.clicked += 1
        return self.desk.send(
            NOW, form.topic, form.digest, self.broker, reason if form.status == "needs_review" else ""
        )


def _members() -> list[Draft]:
    roles = {FIRM: "exporter", BUYER: "importer", BROKER: "broker", CARRIER: "carrier", BANK: "bank"}
    return [Draft("dossier.member", {"roles": [role]}, key=name) for name, role in roles.items()]


def _say(desk: Desk, dossier: str, kind: str, title: str, facts: Mapping[str, Any], voice: Voice) -> None:
    drafts = [Draft("dossier.opened", {"kind": kind, "reference": dossier, "title": title})]
    for place, body in facts.items():
        topic, _, key = place.partition("/")
        drafts.append(Draft(topic, body, key))
    desk.say(dossier, drafts, voice)


def _number(sent: Despatched) -> str:
    """The number customs took a declaration in under."""
    return next((place.partition("/")[2] for place in sent.answers if place.startswith("customs.acceptance/")), "")
