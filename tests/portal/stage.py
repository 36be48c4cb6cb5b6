"""A small stage for the doors: a sandbox store, two plain rooms and an office, so that no test waits for a real module."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.gateways.offices import Office
from entrepot.gateways.sandbox.customs import SandboxCustoms
from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, found, needs_review, no_law, refused
from entrepot.kernel.law import Law
from entrepot.kernel.module import Module, Registry
from entrepot.kernel.money import Money
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.topics import Topic, found_each
from entrepot.kernel.topics import found as found_topic
from entrepot.kernel.vocabulary import SHARED
from entrepot.kernel.vocabulary.customs import Particulars
from entrepot.kernel.vocabulary.decisions import FORM, Declaration, LineDraft
from entrepot.kernel.vocabulary.goods import LINE, LOT
from entrepot.kernel.vocabulary.trade import SHIPPERS, TERMS, Charges, Packing, Party, Transport
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.store.store import Nature, Store
from tests.making import small_law

NOON = datetime(2026, 4, 1, 4, 0, tzinfo=UTC)
DAY = date(2026, 4, 1)
ANN = Voice("ann", "acme")
BOB = Voice("bob", "buyer")
OPENING = (
    Draft("dossier.opened", {"kind": "trade", "reference": "PO-1"}),
    Draft("dossier.member", {"roles": ["importer"]}, "buyer"),
)
LINE_ONE = Draft("goods.line", {"hs": "28092019", "quantity": "24", "unit": "t", "amount": "USD 12360.00"}, "1")


class Total(Struct, frozen=True, omit_defaults=True):
    """What a line costs with the duty on it."""

    amount: Money
    rate: Decimal


class Margin(Struct, frozen=True, omit_defaults=True):
    """What is earned."""

    bought: Money


TOTAL = found_each(
    "price.total", Total, "line", read=SHIPPERS, label=Text("landed price", "到岸总价"), doc="A line with its duty."
)
MARGIN = found_topic(
    "price.margin",
    Margin,
    read=frozenset({"exporter", "importer"}),
    label=Text("margin", "毛利"),
    doc="Rests on purchase costs.",
)


def _total(case: Case) -> Answer:
    line = case.own(LINE)
    row = case.read("ZZ/tariff", DAY, code=line.hs)
    if row is None:
        return no_law(Text(f"no rate for {line.hs}", f"{line.hs} 无税率"))
    if line.amount is None:
        return refused(
            (Problem("T001", f"line/{case.key}.amount", Text("no amount", "缺金额"), Text("give it", "请填写")),)
        )
    amount = Money(int(line.amount.minor * (1 + row["rate"])), line.amount.currency)
    case.step(
        Text("with duty", "含税"), "amount * (1 + rate)", amount, amount=line.amount, rate=row["rate"]
    )
    return found(Total(amount, row["rate"]))


def _margin(case: Case) -> Answer:
    lots = case[LOT]
    return found(Margin(next(iter(lots.values())).base))


def _form(case: Case) -> Answer:
    terms, lines = case[TERMS], case[LINE]
    none = Party()
    drafts = tuple(LineDraft(int(key), hs10=line.hs) for key, line in lines.items())
    form = Declaration(
        "E", Particulars(), none, none, none, none, terms.contract_no, terms.invoice_no, "3", Transport(), Charges(), Packing(),
        terms.total, drafts,
    )  # fmt: skip
    return needs_review(form, Text("payment unknown", "付款方式未知")) if not terms.payment else found(form)


MODULES = (
    Module("price", Text("price", "价格"), _total, gives=(TOTAL,), each=LINE),
    Module("margin", Text("margin", "毛利"), _margin, gives=(MARGIN,), needs=(LOT,)),
    Module("form", Text("form", "报关单"), _form, gives=(FORM,), needs=(TERMS, LINE)),
)


def stage_registry() -> Registry:
    return Registry(MODULES, SHARED)


def stage_law() -> Law:
    from entrepot.kernel.law import TableSpec

    spec = TableSpec(keys=("code",), values={"rate": "rate"}, goods_code="code")
    return small_law({"ZZ/tariff": (spec, [{"code": "2809", "rate": "0.033", "source": "ZZ-2026"}])})


def open_desk(folder: Path, nature: Nature = "sandbox", offices: Sequence[Office] | None = None, **settings: Any) -> Desk:
    registry = stage_registry()
    store = Store.open(
        f"sqlite:///{folder / 'store.sqlite3'}", registry, nature=nature, keys=folder / "keys", clock=lambda: NOON
    )
    chosen = offices if offices is not None else ([SandboxCustoms()] if nature == "sandbox" else [])
    return Desk(store, stage_law(), registry, offices=chosen, **settings)


def said_topics(registry: Registry) -> list[Topic[Any]]:
    return [topic for topic in registry.topics.values() if topic.kind == "said"]
