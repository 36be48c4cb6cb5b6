"""What goes into each data element of a proof of origin, and where it comes from. Which element stands in which box of which
form is law (`certificates/boxes`); here is how an element is filled."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from entrepot.kernel.money import Money
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.customs import PROOF
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.kernel.vocabulary.trade import PACKING, PARTY, TERMS, TRANSPORT, Party
from entrepot.modules.certificate.facts import Application, Filled, Item
from entrepot.modules.certificate.rules.issue import INVOICER

CONFIDENTIAL, NOT_AVAILABLE, NO_MARKS = "CONFIDENTIAL", "NOT AVAILABLE", "N/M"
RETROACTIVELY, THIRD_PARTY, BACK_TO_BACK = "ISSUED RETROACTIVELY", "THIRD-PARTY INVOICING", "BACK-TO-BACK"
_REQUEST = "certificate.request"


def _from(app: Application, value: str, topic: Topic[Any], field: str, key: str = "") -> Filled:
    """The words with their path, and the paper where one was read."""
    if not value:
        return Filled()
    source = app.case.source(topic, field, key)
    paper = str(source) if source is not None and source.document else ""
    name = f"{topic.name}/{key}" if key else topic.name
    return Filled(value, f"{name}.{field}" if field else name, paper)


def _asked(value: str, field: str) -> Filled:
    return Filled(value, f"{_REQUEST}.{field}" if value else "")


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def number_text(value: Decimal) -> str:
    """A quantity as a form writes it: no exponent, no trailing zeros behind the point."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


# -- once for the form ------------------------------------------------------------------------------------------------


def _party(app: Application, part: str) -> Filled:
    """Name, address and country of a party."""
    party = app.parties.get(part)
    if party is None or not party.name:
        return Filled()
    words = ", ".join(word for word in (party.name, party.address, app.country(party.country)) if word)
    return _from(app, words, PARTY, "name", part)


def exporter(app: Application) -> Filled:
    return _party(app, "exporter")


def consignee(app: Application) -> Filled:
    return _party(app, "importer")


def producer(app: Application) -> Filled:
    """As said; `CONFIDENTIAL` where the exporter wants it so, `NOT AVAILABLE` where nobody said (the annex: if known)."""
    if app.asked.producer_confidential:
        return _asked(CONFIDENTIAL, "producer_confidential")
    return _party(app, "producer") if app.parties.get("producer", Party()).name else Filled(NOT_AVAILABLE)


def transport(app: Application) -> Filled:
    plan = app.transport
    port = app.case.read("unlocode/places", app.day, code=plan.discharge_port) if plan.discharge_port else None
    vessel = " ".join(word for word in (plan.conveyance, plan.voyage) if word)
    parts = (
        ("departure", _day(app.issue.shipped_on)),
        ("vessel or flight", vessel),
        ("port of discharge", plan.discharge_port if port is None else str(port["name"])),
    )
    return _from(app, "; ".join(f"{name} {said}" for name, said in parts if said), TRANSPORT, "")


def invoice(app: Application) -> Filled:
    words = " ".join(word for word in (app.terms.invoice_no, _day(app.terms.invoice_date)) if word)
    return _from(app, words, TERMS, "invoice_no") if app.terms.invoice_no else Filled()


def third_party(app: Application) -> Filled:
    return _party(app, INVOICER) if app.issue.third_party else Filled()


def original(app: Application) -> Filled:
    """Number, day of issue, country of origin and authorisation code of the original proof (Annex 3B, 1(m), 2(l))."""
    if app.original is None:
        return Filled()
    asked = app.asked
    words = (asked.original, _day(app.original.issued_on), app.country(asked.original_origin), asked.original_authorisation)
    return _from(app, ", ".join(word for word in words if word), PROOF, "issued_on", asked.original)


def replaced(app: Application) -> Filled:
    return _asked(f"replaces certificate {app.asked.replaces}" if app.asked.replaces else "", "replaces")


def remarks(app: Application) -> Filled:
    return _asked(app.asked.remarks, "remarks")


def declaration(app: Application) -> Filled:
    """Importing country, place, day and signatory; the prescribed wording is cited, not repeated."""
    words = (app.country(app.importing), app.asked.place, _day(app.day), app.asked.signatory)
    return Filled(", ".join(word for word in words if word), app.importing_source or f"{_REQUEST}.applied_on")


def ticks(app: Application) -> Filled:
    told = (
        (app.original is not None, BACK_TO_BACK), (app.issue.third_party, THIRD_PARTY), (app.issue.retroactive, RETROACTIVELY),
    )  # fmt: skip
    words = "; ".join(word for holds, word in told if holds)
    return Filled(words, (app.issue.shipped_source if app.issue.retroactive else f"trade.party/{INVOICER}") if words else "")


def authorisation(app: Application) -> Filled:
    return _asked(app.asked.authorisation, "authorisation")


def reference(app: Application) -> Filled:
    return _asked(app.asked.reference, "reference")


def certifier(app: Application) -> Filled:
    return _asked("EXPORTER", "form")


def period(app: Application) -> Filled:
    first, last = app.asked.period_from, app.asked.period_until
    return _asked(f"from {first} to {last}" if first is not None and last is not None else "", "period_from")


def made_in(app: Application) -> Filled:
    """The countries of origin of the lines, each once."""
    countries = dict.fromkeys(item.basis.origin for item in app.items if item.basis.origin)
    return Filled(", ".join(app.country(code) for code in countries), app.items[0].basis.source if countries else "")


def office(app: Application) -> Filled:
    """What the issuing body fills in."""
    return Filled()


# -- for every line ---------------------------------------------------------------------------------------------------


def item_number(app: Application, item: Item, number: int) -> Filled:
    return Filled(str(number), f"goods.line/{item.key}")


def marks(app: Application, item: Item, number: int) -> Filled:
    return _from(app, app.packing.marks, PACKING, "marks") if app.packing.marks else Filled(NO_MARKS)


def goods(app: Application, item: Item, number: int) -> Filled:
    line = item.goods
    kind_code = line.package_type or app.packing.package_type
    packages = line.packages
    if packages is None and len(app.items) == 1:
        packages = app.packing.packages
    kind = app.case.read("CN/package_types", app.day, code=kind_code) if kind_code else None
    name = "" if kind is None else f" ({kind['name_en']})"
    many = f"{packages} packages{name}; " if packages is not None else ""
    return _from(app, f"{many}{line.description}" if line.description else "", LINE, "description", item.key)


def hs6(app: Application, item: Item, number: int) -> Filled:
    return _from(app, item.hs6 if len(item.hs6) == 6 else "", LINE, "hs", item.key)


def criterion(app: Application, item: Item, number: int) -> Filled:
    """The criterion in the words of the form."""
    words = item.criterion.split()
    codes = [app.case.read("certificates/codes", app.day, id=app.form["id"], criterion=word) for word in words]
    told = [word if row is None else str(row["code"]) for word, row in zip(words, codes, strict=True)]
    return Filled(" ".join(told), item.criterion_source if told else "")


def origin(app: Application, item: Item, number: int) -> Filled:
    country = app.country(item.basis.origin)
    return Filled(f"{country} {item.mark}".strip(), f"{item.basis.source}.origin") if country else Filled()


def quantity(app: Application, item: Item, number: int) -> Filled:
    line = item.goods
    if line.gross_kg is not None:
        return _from(app, f"{number_text(line.gross_kg)} kg gross", LINE, "gross_kg", item.key)
    words = f"{number_text(line.quantity)} {line.unit}".strip() if line.quantity is not None else ""
    return _from(app, words, LINE, "quantity", item.key)


def fob(app: Application, item: Item, number: int) -> Filled:
    value: Money | None = item.fob
    return Filled() if value is None else Filled(str(value), item.fob_source)


FORM: dict[str, Callable[[Application], Filled]] = {
    "number": office, "official": office, "certification": office, "exporter": exporter, "consignee": consignee,
    "producer": producer, "transport": transport, "invoice": invoice, "third_party": third_party, "original": original,
    "replaced": replaced, "remarks": remarks, "declaration": declaration, "ticks": ticks, "authorisation": authorisation,
    "reference": reference, "certifier": certifier, "period": period, "made_in": made_in,
}  # fmt: skip
ITEM: dict[str, Callable[[Application, Item, int], Filled]] = {
    "item": item_number, "marks": marks, "goods": goods, "hs6": hs6, "criterion": criterion, "origin": origin,
    "quantity": quantity, "fob": fob,
}  # fmt: skip
