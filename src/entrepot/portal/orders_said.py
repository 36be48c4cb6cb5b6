"""Orders, payments and parcels out of files said in a dossier: persons by their digest, a retail import with its limit of the year."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.gateways.orders import Bad, OrderRow, PaymentRow, read_records
from entrepot.gateways.orders.columns import Kind
from entrepot.kernel.law import Law
from entrepot.kernel.money import Money
from entrepot.kernel.text import Text
from entrepot.modules.ecommerce.facts import ORDER, PAYMENT, WAYBILL, Payment, PlatformOrder, Waybill
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.portal.order_join import KINDS, Wanted
from entrepot.store.pseudonyms import Pseudonyms

BATCH = 500


class Told(Struct, frozen=True):
    """What became of a record: the file's kind, its line, its number, and what is wrong with it (None: it was said)."""

    kind: str
    line: int
    number: str
    wrong: Text | None = None


def year_limit(law: Law, day: date) -> Money | None:
    """What a buyer may import by retail in a year; None where it is not on file."""
    row = law.read("CN/limits", day, {"name": "ecommerce_year_cny"})
    return None if row is None else Money(int(row["value"] * 100), "CNY")


def say_files(
    desk: Desk, voice: Voice, dossier: str, files: dict[Kind, Path], wanted: Wanted, persons: Pseudonyms
) -> Iterator[Told]:
    """Say every record of the files that can be read; tell of each one that was refused, or could not be read."""
    for kind in KINDS:
        if kind not in files:
            continue
        held: list[tuple[int, Draft]] = []
        for record in read_records(files[kind], kind, wanted.currency):
            if isinstance(record, Bad):
                yield unreadable(kind, record)
                continue
            held.append((record.line, _draft(desk, record, wanted, persons)))
            if len(held) >= BATCH:
                yield from said_each(desk, voice, dossier, kind, held)
                held = []
        yield from said_each(desk, voice, dossier, kind, held)


def unreadable(kind: str, record: Bad) -> Told:
    """A record that could not be read: what is wrong, and how to mend it."""
    return Told(kind, record.line, "", Text(f"{record.what.en}; {record.fix.en}", f"{record.what.zh}；{record.fix.zh}"))


def said_each(desk: Desk, voice: Voice, dossier: str, kind: str, held: list[tuple[int, Draft]]) -> Iterator[Told]:
    if not held:
        return
    (results,) = desk.say_many([(dossier, [draft for _, draft in held])], voice)
    for (line, draft), became in zip(held, results, strict=True):
        wrong = None
        if became.problems:
            wrong = Text(
                "; ".join(problem.sentence("en") for problem in became.problems),
                "；".join(problem.sentence("zh") for problem in became.problems),
            )
        yield Told(kind, line, draft.key, wrong)


def _draft(desk: Desk, record: Any, wanted: Wanted, persons: Pseudonyms) -> Draft:
    value: PlatformOrder | Payment | Waybill
    if isinstance(record, OrderRow):
        limit = year_limit(desk.law, record.day) if wanted.retail_import else None
        value = PlatformOrder(
            persons.person(record.buyer), record.total, record.day, persons.person(record.consignee), record.kg,
            limit, record.indivisible, record.real_name,
        )  # fmt: skip
        return Draft(ORDER.name, msgspec.to_builtins(value), record.number)
    if isinstance(record, PaymentRow):
        value = Payment(record.order, persons.person(record.payer), record.total, record.day)
        return Draft(PAYMENT.name, msgspec.to_builtins(value), record.number)
    value = Waybill(record.order, persons.person(record.consignee), record.kg)
    return Draft(WAYBILL.name, msgspec.to_builtins(value), record.number)
