"""Faults put into papers that agree, one at a time, and spellings that are no faults: what the comparison is measured by."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from random import Random
from typing import Any

from msgspec import Struct

from entrepot.portal.demonstration.shipment_papers import BOXES, OWNER, Papers


class Mutant(Struct):
    """Papers with one thing changed: what kind of change, and where."""

    kind: str
    where: str
    papers: Papers


Change = Callable[[Any, Random], Any]
NAMES = ("name", "name_zh")
DATES = ("contract_date", "invoice_date", "bill_date", "loading_on")
OTHER_FIRM = {"name": "Sample Riverside Metals Pte. Ltd.", "name_zh": "样本江岸金属有限公司"}
_MERGED = frozenset(
    {"goods.line", "trade.party", "trade.terms", "transport.plan", "packing.totals", "transport.container"}
)
_RELATED = {
    "goods.line": ("packages", "gross_kg", "net_kg", "amount", "price"),
    "transport.plan": ("bill_date",),
    "trade.terms": ("total",),
}
SAMPLED = 4  # of many lines, so many have faults put into them


def faults(papers: Papers, seed: int) -> Iterator[Mutant]:
    """One fault of each kind in each field of each paper that another paper bears on; of many lines a few, chosen by seed."""
    random = Random(seed)
    keys = sorted(
        {place.partition("/")[2] for stated in papers.values() for place in stated if place.startswith("goods.line/")}
    )
    chosen = set(random.sample(keys, min(SAMPLED, len(keys))))
    for paper, stated in papers.items():
        for place, body in stated.items():
            topic, _, key = place.partition("/")
            if place == "kind" or (topic in ("goods.line", "goods.cost", "contract.line") and key not in chosen):
                continue
            for field in sorted(body.keys() & set(_borne_out(papers, place)) if topic in _MERGED else body):
                for kind, change in _changes(topic, field, body[field]):
                    mutant = deepcopy(papers)
                    changed = change(mutant[paper][place][field], random)
                    if changed != body[field]:
                        mutant[paper][place][field] = changed
                        yield Mutant(kind, f"{paper} {place}.{field}", mutant)
            yield from _structural(papers, paper, place, random)


def _borne_out(papers: Papers, place: str) -> Iterator[str]:
    """The fields of a place on which another paper bears: it states them too, or a sum, a set or an order of days rests on them."""
    said = [field for stated in papers.values() for field in stated.get(place, ())]
    related = _RELATED.get(place.partition("/")[0], ())
    yield from (field for field in dict.fromkeys(said) if said.count(field) > 1 or field in related)


def _changes(topic: str, field: str, value: Any) -> Iterator[tuple[str, Change]]:
    """The faults that a field may have."""
    if topic == "goods.cost":
        yield from _PURCHASE.get(field, ())
    elif topic == "contract.line":
        yield from _CONTRACT.get(field, ())
    elif topic == "origin.proof":
        yield from _PROOF.get(field, ())
    elif field in DATES:
        yield (
            "date moved",
            lambda value, random: str(date.fromisoformat(value) + timedelta(days=random.choice((-60, 60)))),
        )
    elif field in NAMES:
        yield "name misspelt", _misspelt
        yield "another name", lambda value, random: OTHER_FIRM[field]
    elif (topic, field) in _FIELDS or field in _ANYWHERE:
        yield from _FIELDS.get((topic, field)) or _ANYWHERE[field]


def _digit(value: Any, random: Random) -> Any:
    """One digit of a number changed by so much that no tolerance covers it: one of its first three."""
    text = str(value)
    places = [place for place, letter in enumerate(text) if letter.isdigit()]
    place = random.choice(places[: min(3, len(places))])
    digit = str((int(text[place]) + random.choice((2, 3, 5, 7))) % 10)
    if place == places[0] and digit == "0":
        digit = "4"
    changed = text[:place] + digit + text[place + 1 :]
    return int(changed) if isinstance(value, int) else changed


def _swapped(value: Any, random: Random) -> Any:
    """Two neighbouring digits of the first four swapped; unchanged where all are alike."""
    text = str(value)
    places = [place for place, letter in enumerate(text) if letter.isdigit()][:4]
    pairs = [(one, two) for one, two in pairwise(places) if two == one + 1 and text[one] != text[two] != "0"]
    if not pairs:
        return value
    one, two = random.choice(pairs)
    changed = text[:one] + text[two] + text[one] + text[two + 1 :]
    return int(changed) if isinstance(value, int) else changed


def _cent(value: str, random: Random) -> str:
    currency, _, amount = value.partition(" ")
    return f"{currency} {Decimal(amount) + random.choice((1, -1)) * Decimal('0.01')}"


def _misspelt(value: str, random: Random) -> str:
    """Two letters swapped in the longest word; of a Chinese name one character changed."""
    if not value.isascii():
        place = random.randrange(2, 6)
        return value[:place] + "鑫" + value[place + 1 :]
    word = max(value.replace(",", " ").split(), key=len)
    places = [place for place in range(1, len(word) - 2) if word[place] != word[place + 1]]
    place = random.choice(places)
    return value.replace(word, word[:place] + word[place + 1] + word[place] + word[place + 2 :], 1)


def _to(*others: Any) -> Change:
    return lambda value, random: random.choice([other for other in others if other != value])


def _tonnes(value: Any, random: Random) -> Any:
    return "t"


NUMBER = (("digit changed", _digit), ("digits swapped", _swapped))
_ANYWHERE: dict[str, tuple[tuple[str, Change], ...]] = {
    "quantity": NUMBER,
    "packages": NUMBER,
    "unit": (("unit changed", _to("pcs", "boxes")), ("t for kg", _tonnes)),
    "price": NUMBER,
    "amount": (*NUMBER, ("a cent off", _cent)),
    "total": (*NUMBER, ("a cent off", _cent)),
    "hs": (("code of other goods", lambda value, random: _digit(value[:6], random) + value[6:]),),
    "origin": (("another country", _to("VNM", "THA")),),
    "country": (("another country", _to("KOR", "SGP")),),
    "destination_country": (("another country", _to("KOR", "SGP")),),
    "currency": (("another currency", _to("EUR", "JPY")),),
    "incoterm": (("another Incoterm", _to("CIF", "CFR")),),
    "description": (("other goods", _to("Steel bolts M8, zinc plated", "Cotton shirts for men")),),
    "seals": (("seal changed", lambda value, random: [_digit(value[0], random)]),),
    "invoice_no": (("number changed", _digit),),
    "contract_no": (("number changed", _digit),),
    "bill_no": (("number changed", _digit),),
    "voyage": (("number changed", _digit),),
    "conveyance": (("another ship", _to("SAMPLE MOON", "OTHER HARBOUR")), ("name misspelt", _misspelt)),
    "loading_port": (("another port", _to("CNNGB", "CNTAO")),),
    "discharge_port": (("another port", _to("JPOSA", "JPUKB")),),
    "marks": (("marks changed", _to("SAMPLE KOBE NO. 7", "OTHER 1/9")),),
    "size_type": (("another container type", _to("40GP", "40HC")),),
    "uscc": (("number changed", _digit),),
    "package_type": (("another packing", _to("06", "32")),),
}
_WEIGHT = (*NUMBER, ("t for kg", lambda value, random: f"{Decimal(value) / 1000:f}"))
_FIELDS: dict[tuple[str, str], tuple[tuple[str, Change], ...]] = {
    (topic, field): _WEIGHT
    for topic in ("goods.line", "packing.totals", "transport.container")
    for field in ("gross_kg", "net_kg")
}
_CONTRACT: dict[str, tuple[tuple[str, Change], ...]] = {
    "price": NUMBER,
    "quantity": (("less agreed than sent", lambda value, random: f"{Decimal(value) * Decimal('0.4'):f}"),),
    "description": (("other goods", _to("Steel bolts M8, zinc plated", "Cotton shirts for men")),),
}
_PROOF: dict[str, tuple[tuple[str, Change], ...]] = {
    "hs6": (("code of other goods", lambda value, random: value | {min(value): _digit(value[min(value)], random)}),),
    "quantities": (("digit changed", lambda value, random: value | {min(value): _digit(value[min(value)], random)}),),
    "lines": (("a line that is not sent", lambda value, random: [*value, "99"]),),
    "issued_on": (("date moved", lambda value, random: random.choice(("2026-03-02", "2026-07-20"))),),
}
_PURCHASE: dict[str, tuple[tuple[str, Change], ...]] = {
    "quantity": NUMBER,
    "unit": (("unit changed", _to("pcs", "boxes")), ("t for kg", _tonnes)),
    "supplier": (("another seller", _to("91420100MA49EX9991", "Sample Riverside Metals Pte. Ltd.")),),
    "goods": (("other goods", _to("螺栓", "*纺织产品*男式衬衫")),),
    "issued_on": (("date moved", lambda value, random: "2026-08-01"),),
}


def _structural(papers: Papers, paper: str, place: str, random: Random) -> Iterator[Mutant]:
    """A line or a container left out, and a container under a wrong number."""
    topic, _, key = place.partition("/")
    alike = sum(other.startswith(f"{topic}/") for other in papers[paper])
    if alike == 1:
        return
    if topic == "goods.line" or (topic == "transport.container" and key == BOXES[-1]):
        mutant = deepcopy(papers)
        del mutant[paper][place]
        yield Mutant("line missing" if topic == "goods.line" else "container missing", f"{paper} {place}", mutant)
    if topic == "transport.container":
        mutant = deepcopy(papers)
        mutant[paper][f"{topic}/{_digit(key, random)}"] = mutant[paper].pop(place)
        yield Mutant("container number", f"{paper} {place}", mutant)
    if topic == "contract.line":
        mutant = deepcopy(papers)
        del mutant[paper][place]
        yield Mutant("line missing", f"{paper} {place}", mutant)


def harmless(papers: Papers) -> Iterator[Mutant]:
    """The same said otherwise: nothing of it may block."""
    for kind, paper, change in _OTHERWISE:
        mutant = deepcopy(papers)
        change(mutant[paper])
        yield Mutant(kind, paper, mutant)


def _each(topic: str, **changes: Callable[[Any], Any]) -> Callable[[dict[str, Any]], None]:
    def act(stated: dict[str, Any]) -> None:
        for place, body in stated.items():
            if place.partition("/")[0] == topic:
                body.update({field: change(body[field]) for field, change in changes.items() if field in body})

    return act


def _in_tonnes(stated: dict[str, Any]) -> None:
    for place, body in stated.items():
        if place.startswith("goods.line/"):
            body["quantity"], body["unit"] = f"{Decimal(body['quantity']) / 1000:f}", "MT"
            if "price" in body:
                price = Decimal(body["price"].split()[1].partition("/")[0])
                body["price"] = f"USD {price * 1000}/t"


def _owner_by_name(stated: dict[str, Any]) -> None:
    _each("goods.cost", supplier=lambda _: OWNER["name_zh"])(stated)


_FORMS = {"Co., Ltd.": "Company Limited", "K.K.": "Kabushiki Kaisha"}


def _form(name: str) -> str:
    for short, long in _FORMS.items():
        name = name.replace(short, long)
    return name


def _trailing(value: Any) -> Any:
    return f"{value}.00"


Act = Callable[[dict[str, Any]], None]
_OTHERWISE: tuple[tuple[str, str, Act], ...] = (
    ("capitals", "bill-of-lading.pdf", _each("trade.party", name=str.upper)),
    ("capitals", "packing-list.xlsx", _each("goods.line", description=str.upper)),
    ("punctuation", "certificate.pdf", _each("trade.party", name=lambda name: name.replace(".", "").replace(",", ""))),
    ("punctuation", "packing-list.xlsx", _each("goods.line", description=lambda text: text.replace(",", " -"))),
    ("legal form", "certificate.pdf", _each("trade.party", name=_form)),
    ("legal form", "bill-of-lading.pdf", _each("trade.party", name=_form)),
    ("ampersand", "contract.pdf", _each("trade.party", address=lambda text: text.replace(",", " &"))),
    ("t for kg, both", "packing-list.xlsx", _in_tonnes),
    ("t for kg, both", "declaration.xml", _in_tonnes),
    ("24.00 for 24", "declaration.xml", _each("goods.line", quantity=_trailing, net_kg=_trailing)),
    ("24.00 for 24", "bill-of-lading.pdf", _each("packing.totals", gross_kg=_trailing)),
    ("weight rounded", "bill-of-lading.pdf", _each("packing.totals", gross_kg=lambda text: f"{Decimal(text) + Decimal('0.4')}")),
    ("word for a unit", "packing-list.xlsx", _each("goods.line", unit=lambda _: "KGS")),
    ("6 digits of 10", "declaration.xml", _each("goods.line", hs=lambda code: code[:6])),
    ("spaced seal", "packing-list.xlsx", _each("transport.container", seals=lambda seals: [f"{s[:2]} {s[2:]}" for s in seals])),
    ("container type by ISO code", "bill-of-lading.pdf", _each("transport.container", size_type=lambda _: "22G1")),
    ("word for packing", "packing-list.xlsx", _each("packing.totals", package_type=lambda _: "CARTONS")),
    ("word for packing", "packing-list.xlsx", _each("goods.line", package_type=lambda _: "CTNS")),
    ("V. before the voyage", "bill-of-lading.pdf", _each("transport.plan", voyage=lambda number: f"V.{number}")),
    ("M/V before the ship", "bill-of-lading.pdf", _each("transport.plan", conveyance=lambda name: f"M/V {name}")),
    ("hyphens in a number", "certificate.pdf", _each("trade.terms", invoice_no=lambda number: number.replace("-", "/"))),
    ("part of an address", "bill-of-lading.pdf", _each("trade.party", address=lambda text: text.rpartition(",")[0])),
    ("order bill", "bill-of-lading.pdf", lambda stated: stated["trade.party/importer"].update(name="TO ORDER")),
    ("port by name", "bill-of-lading.pdf", lambda stated: stated["transport.plan"].update(discharge_port="Yokohama, Japan")),
    ("seller by name", "purchase-invoice.pdf", _owner_by_name),
    ("tax group before the goods", "purchase-invoice.pdf", _each("goods.cost", goods=lambda text: f"*罐头*{text}")),
    ("words in another order", "certificate.pdf", _each("trade.party", address=lambda _: "Yokohama, Naka-ku, Example-cho 2-1")),
)  # fmt: skip
