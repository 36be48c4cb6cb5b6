"""Sets of shipments for the benchmark of drafting: the demonstration's papers, an export of fifty lines, other people's papers.

Each shipment is played by an enterprise that keeps a dossier of itself and, where asked, has declared the same goods before:
that earlier declaration is made in full and accepted by the sandbox office, on an earlier day. Then only papers go in. Or a
broker does all this for several clients, each of which only lets it into the dossier that it keeps of itself.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.gateways.papers import headings_of, read_paper
from entrepot.kernel.checkdigits import uscc_check
from entrepot.portal.demonstration.made import export_facts
from entrepot.portal.demonstration.story import PAPERS
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.portal.reading import Reading
from entrepot.portal.setting import law

DAY = date(2026, 6, 15)
EARLIER = date(2026, 5, 11)
CONFIRMED = "compared with the papers line by line"
BROKER, TRADES = "example-broker", 10
Facts = Mapping[str, Any]
Papers = Sequence[tuple[str, bytes]]
Members = Mapping[str, Sequence[str]]


class Shipment(Struct, frozen=True):
    """A shipment of a set: the papers that go in, the enterprise's dossier of itself, and its earlier declarations in full."""

    name: str
    papers: Papers
    enterprise: Facts
    earlier: Sequence[Facts] = ()


class Drafted(Struct, frozen=True):
    """A shipment as it was drafted: its dossier, the reading of it, the names of its papers, and how many earlier declarations of
    it customs took in."""

    shipment: Shipment
    dossier: str
    voice: Voice
    reading: Reading
    accepted: int


def play(desk: Desk, shipment: Shipment, history: bool) -> Drafted:
    """Open the enterprise's own dossier, declare what it declared before, and hand in the papers of the new shipment."""
    firm = f"{shipment.name}{'' if history else '-new'}"
    voice = Voice("export desk", firm)
    _say(desk, f"{firm}-self", "enterprise", shipment.enterprise, voice)
    accepted = 0
    for number, facts in enumerate(shipment.earlier if history else (), 1):
        accepted += _declared(_on(desk, EARLIER + timedelta(days=7 * number)), f"{firm}-{number}", facts, voice)
    return _drafted(_on(desk, DAY), f"{firm}-now", shipment, voice, accepted)


def brokered(desk: Desk, shipments: Sequence[Shipment], clients: int = 5) -> Iterator[Drafted]:
    """The trades of a broker: for each client the first out of papers alone, which is then declared in full and accepted; and
    the others. The broker opens them all; where there are more clients than shipments, two firms send the same goods."""
    voice = Voice("declarant", BROKER)
    for number in range(clients):
        shipment, firm = shipments[number % len(shipments)], f"client-{number + 1}"
        members = {BROKER: ["broker"], firm: ["exporter"]}
        _say(desk, f"{firm}-self", "enterprise", shipment.enterprise, Voice("export desk", firm), members)
        yield _drafted(_on(desk, DAY), f"{firm}-1", shipment, voice, 0, members)
        accepted = _declared(_on(desk, EARLIER), f"{firm}-1-in-full", shipment.earlier[0], voice, members)
        for trade in range(2, TRADES + 1):
            yield _drafted(_on(desk, DAY), f"{firm}-{trade}", shipment, voice, accepted, members)


def _drafted(
    today: Desk, dossier: str, shipment: Shipment, voice: Voice, accepted: int, members: Members | None = None
) -> Drafted:
    """Hand the papers of a shipment in to a new dossier, and nothing else."""
    _say(today, dossier, "trade", {}, voice, members)
    for name, data in shipment.papers:
        today.take_paper(dossier, name, data, voice)
    reading = today.read(dossier, voice)
    if any(one.topic == "declaration.header" and one.status == "not_applicable" for one in reading.findings):
        # Papers of firms elsewhere: the enterprise of the region says that it exports.
        today.say(dossier, [Draft("declaration.particulars", {"flow": "E", "form_type": "declaration", "self_assess": True})], voice)
        reading = today.read(dossier, voice)
    return Drafted(shipment, dossier, voice, reading, accepted)


def _on(desk: Desk, day: date) -> Desk:
    offices = tuple(desk.offices.values())
    return Desk(desk.store, desk.law, desk.registry, offices=offices, today=lambda: day, pack_files=desk.pack_files)


def _say(desk: Desk, dossier: str, kind: str, facts: Facts, voice: Voice, members: Members | None = None) -> None:
    places = [(place.partition("/"), body) for place, body in facts.items()]
    drafts = [Draft("dossier.member", {"roles": roles}, key) for key, roles in (members or {}).items()]
    drafts += [Draft(topic, body, key) for (topic, _, key), body in places]
    desk.say(dossier, [Draft("dossier.opened", {"kind": kind, "reference": dossier}), *drafts], voice)


def _declared(desk: Desk, dossier: str, facts: Facts, voice: Voice, members: Members | None = None) -> int:
    """Declare a trade in full; 1 where customs took it in."""
    _say(desk, dossier, "trade", facts, voice, members)
    form = next(one for one in desk.read(dossier, voice).findings if one.topic == "declaration.form")
    if form.status not in ("found", "needs_review"):
        told = "; ".join(f"{problem.rule} {problem.where} {problem.what.en}" for problem in form.problems if problem.severity == "E")
        raise ValueError(f"the earlier declaration {dossier} does not stand: {form.status} {told}")
    sent = desk.send(dossier, form.topic, form.digest, voice, CONFIRMED if form.status == "needs_review" else "")
    return int(any(answer.startswith("customs.acceptance") for answer in sent.answers))


# -- the demonstration and the fifty lines ------------------------------------------------------------------------------------

_OF_THE_PAPERS = ("transport.plan", "transport.charges", "transport.container", "declaration.attachment", "origin.proof")


def demonstration() -> Iterator[Shipment]:
    """The demonstration's own exports: invoice, packing list and what the carrier and the offices gave go in again."""
    for folder, names in (
        ("phosphoric-acid", ("invoice.xml", "packing-list.csv")), ("mushrooms", ("trade.xlsx",)),
        ("green-tea", ("invoice.csv", "packing-list.csv")),
    ):  # fmt: skip
        papers = [(name, (PAPERS / folder / name).read_bytes()) for name in names]
        typed: dict[str, Any] = json.loads((PAPERS / folder / "particulars.json").read_text(encoding="utf-8"))
        carried = {place: body for place, body in typed.items() if place.partition("/")[0] in _OF_THE_PAPERS}
        papers.append(("bill-and-licences.json", json.dumps(carried).encode()))
        before = _as_declared(papers, typed)
        yield Shipment(folder, papers, _firm_of(before), [before])


def _firm_of(facts: Facts) -> dict[str, Any]:
    parties = {place: body for place, body in facts.items() if place in ("trade.party/exporter", "trade.party/owner")}
    return parties | {"exporter.standing": {"kind": "trading"}, "declaration.particulars": {"self_assess": True}}


def _as_declared(papers: Papers, typed: Facts) -> Facts:
    """All that was said of the trade when it was declared before: what its papers say, and what was typed."""
    said: dict[str, Any] = {}
    for name, data in papers[:-1]:
        for one in read_paper(name, data, today=EARLIER, headings=headings_of(law(), EARLIER)).statements:
            place = f"{one.topic}/{one.key}" if one.key else one.topic
            said[place] = msgspec.to_builtins(one.value) | said.get(place, {})
    for place, body in typed.items():
        said[place] = said.get(place, {}) | body
    particulars = dict(said["declaration.particulars"])
    particulars.pop("declared_on", None)
    return said | {"declaration.particulars": particulars}


def fifty_lines(lines: int = 50) -> Shipment:
    """An export of fifty lines out of an invoice without codes, a packing list and the bill."""
    facts = export_facts(lines, released=False)
    goods = [(str(number), facts[f"goods.line/{number}"]) for number in range(1, lines + 1)]
    terms, packing = facts["trade.terms"], facts["packing.totals"]
    head = [
        ["Seller", facts["trade.party/exporter"]["name"]], ["Buyer", facts["trade.party/importer"]["name"]],
        ["Invoice No.", terms["invoice_no"]], ["Invoice Date", terms["invoice_date"]], ["Contract No.", terms["contract_no"]],
        ["Contract Date", terms["contract_date"]], ["Terms", terms["incoterm"]], ["Place", terms["place"]],
        ["Currency", terms["currency"]], [],
    ]  # fmt: skip
    invoice = [
        ["COMMERCIAL INVOICE"], *head, ["No.", "Description", "Quantity", "Unit", "Unit Price", "Amount"],
        *([key, one["description"], one["quantity"], one["unit"], "2.95", one["amount"].split()[1]] for key, one in goods),
        ["TOTAL", "", "", "", "", terms["total"].split()[1]],
    ]  # fmt: skip
    weights = [
        ["PACKING LIST"], ["Invoice No.", terms["invoice_no"]], [],
        ["No.", "Description", "Packages", "Net Weight (kg)", "Gross Weight (kg)"],
        *([key, one["description"], one["packages"], one["net_kg"], one["gross_kg"]] for key, one in goods),
        ["TOTAL", "", packing["packages"], packing["net_kg"], packing["gross_kg"]],
    ]  # fmt: skip
    bill = {"transport.plan": facts["transport.plan"], "declaration.attachment/B": facts["declaration.attachment/B"]}
    papers = [
        ("invoice.csv", _csv(invoice)), ("packing-list.csv", _csv(weights)), ("bill-and-licences.json", json.dumps(bill).encode()),
    ]  # fmt: skip
    before = {place: body for place, body in facts.items() if not place.startswith(("goods.bom", "goods.cost", "import."))}
    before["declaration.particulars"] = {k: v for k, v in before["declaration.particulars"].items() if k != "declared_on"}
    before["transport.plan"] = {k: v for k, v in before["transport.plan"].items() if k not in ("loading_on", "bill_date", "legs")}
    return Shipment("fifty-lines", papers, _firm_of(facts), [before, before])


def _csv(rows: Sequence[Sequence[Any]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


# -- other people's papers ----------------------------------------------------------------------------------------------------


class Foreign(Struct, frozen=True):
    """Papers that somebody else made, by their place in the folder of documents; under which code and Chinese name an enterprise of the
    region would have declared such goods, and to which country and port it would have sent them."""

    name: str
    files: tuple[str, ...]
    code: str
    goods: str
    to: str
    port: str


FOREIGN: tuple[Foreign, ...] = (
    Foreign(
        "beeswax", ("ubl/xml/UBL-Invoice-2.0-Example.xml", "ubl/xml/UBL-DespatchAdvice-2.0-Example.xml"),
        "1521901000", "蜂蜡", "GBR", "GBFXT",
    ),
    Foreign(
        "beeswax-carried",
        ("ubl/xml/UBL-Waybill-2.0-Example-International.xml", "ubl/xml/UBL-ForwardingInstructions-2.0-Example-International.xml"),
        "1521901000", "蜂蜡", "GBR", "GBFXT",
    ),
    Foreign("laptops", ("ubl/xml/UBL-Invoice-2.1-Example.xml",), "8471301000", "笔记本电脑及配件", "BEL", "BEANR"),
    Foreign("dairy", ("ubl/xml/UBL-GoodsCertificate-2.3-Example.xml",), "0406900000", "奶酪", "PAN", "PAPTY"),
    Foreign("groceries", ("en16931/ubl/ubl-tc434-example1.xml",), "2106909090", "食品", "NLD", "NLRTM"),
    Foreign("stationery", ("en16931/ubl/ubl-tc434-example5.xml",), "4802569000", "文具纸张", "DNK", "DKAAR"),
    Foreign("newspapers", ("en16931/ubl/issue116.xml",), "4902100000", "报刊等", "SWE", "SEGOT"),
    Foreign("stationery-cii", ("en16931/cii/CII_example4.xml",), "4802569000", "文具纸张", "DNK", "DKAAR"),
    Foreign("laptops-cii", ("en16931/cii/CII_example2.xml",), "8471301000", "笔记本电脑及配件", "NOR", "NOOSL"),
    Foreign("components-cii", ("en16931/cii/CII_business_example_02.xml",), "8533400000", "电子元件", "DEU", "DEHAM"),
)  # fmt: skip


def foreign(folder: Path) -> Iterator[Shipment]:
    """Shipments out of the example documents of other people, as they are; only those whose files are at hand."""
    for number, one in enumerate(FOREIGN, 1):
        paths = [folder / "documents" / file for file in one.files]
        if all(path.is_file() for path in paths):
            papers = [(path.name, path.read_bytes()) for path in paths]
            firm, earlier = _before(one, number, papers)
            yield Shipment(one.name, papers, firm, [earlier])


def _before(one: Foreign, number: int, papers: Papers) -> tuple[Facts, Facts]:
    """The dossier that the exporter on the papers would keep in the region, and its declaration of the same goods before."""
    stated = [statement for name, data in papers for statement in read_paper(name, data, today=EARLIER).statements]
    parties = {s.key: s.value for s in stated if s.topic == "trade.party"}
    called = {s.key: s.value for s in stated if s.topic == "goods.line" and (s.value.description or s.value.item_code)}
    uscc = f"91420500MA49E{number:02}10"
    uscc = f"{uscc}{'0' * (17 - len(uscc))}"
    firm = {
        "name": parties["exporter"].name or "Example Exporter", "uscc": f"{uscc}{uscc_check(uscc)}", "customs_code": f"42059610{number:02}",
        "name_zh": f"示例宜昌第{number}贸易有限公司（虚构）", "country": "CHN",
    }  # fmt: skip
    facts, lines = export_facts(1, released=False), len(called)
    particulars = {k: v for k, v in facts["declaration.particulars"].items() if k not in ("declared_on", "trade_country")}
    enterprise = {
        "trade.party/exporter": firm, "exporter.standing": {"kind": "trading"},
        "declaration.particulars": {"self_assess": True, "customs_master": "4701"},
    }  # fmt: skip
    earlier: dict[str, Any] = {
        "trade.party/exporter": firm,
        "trade.party/importer": {"name": parties["importer"].name, "country": one.to},
        "trade.terms": facts["trade.terms"] | {"total": f"USD {lines}00.00"},
        "packing.totals": {"packages": lines, "package_type": "22", "gross_kg": str(12 * lines), "net_kg": str(10 * lines)},
        "transport.plan": {
            "mode": "2", "conveyance": "EXAMPLE STAR", "voyage": "118N", "bill_no": "EXBL1", "loading_port": "CNSHG",
            "discharge_port": one.port, "destination_country": one.to,
        },
        "declaration.particulars": particulars | {"domestic_region": "42059", "admin_region": "420506"},
    }  # fmt: skip
    for place, line in enumerate(called.values(), 1):
        earlier[f"goods.line/{place}"] = {
            "description": line.description, "item_code": line.item_code, "description_zh": f"{one.goods}，{place}号", "hs": one.code,
            "quantity": "10", "unit": "kg", "net_kg": "10", "amount": "USD 100.00", "origin": "CHN", "dangerous": False,
            "elements": ["0", "0", "示例", f"{place}号"],
        }  # fmt: skip
    return enterprise, earlier

