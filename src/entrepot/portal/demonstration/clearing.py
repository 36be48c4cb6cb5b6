"""The acts of clearance: a box of papers, two other modes of trade, the broker's day, and the declaration as messages."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.rule import Rule

from entrepot.kernel.text import Text
from entrepot.portal.demonstration import show, show_clearance
from entrepot.portal.demonstration.brokers_day import BrokersDay
from entrepot.portal.demonstration.clearance import BILL, DAY, EARLIER, NOW, TITLE, Clearance
from entrepot.portal.demonstration.story import found
from entrepot.portal.demonstration.trade_modes import Market, Orders
from entrepot.portal.desk import Desk
from entrepot.portal.messages import form_message

BOX = Text("A box of papers", "一箱单证")
MODES = Text("Other ways to sell", "其他贸易方式")
WORK = Text("The broker's day", "报关企业的一天")
FORMATS = ("cn", "wco")


def reads_scans() -> bool:
    """Whether the reader of scans (the extra `scans`) is installed."""
    return find_spec("rapidocr") is not None


def play(console: Console, desk: Desk, scans: bool) -> bool:
    """All of clearance; whether the goods of the box were let go. Without `scans` the packing list goes in as a PDF with text."""
    console.print(Rule(f"{BOX.en} · {BOX.zh} — {TITLE.en} · {TITLE.zh}", align="left"))
    number = _box(console, Clearance(desk), scans)
    if not number:
        return False
    console.print(Rule(f"{MODES.en} · {MODES.zh}", align="left"))
    _market(console, Market(desk))
    _orders(console, Orders(desk))
    console.print(Rule(f"{WORK.en} · {WORK.zh}", align="left"))
    _work(console, BrokersDay(desk))
    return True


def _box(console: Console, clearance: Clearance, scans: bool) -> str:
    """From the papers to the release; gives the number of the declaration, empty where customs did not take it in."""
    show_clearance.before(console, EARLIER, clearance.before())
    if not scans:
        show_clearance.without_scans(console)
    for name, taken in clearance.hand_in(scans):
        show.paper(console, name, taken, clearance.reading())
        if taken.doubtful:
            show_clearance.doubts(console, clearance.settle_doubts(taken))
    show_clearance.derived(console, clearance.sources(), clearance.reading())
    differing = clearance.differing()
    clearance.correct_bill()
    show_clearance.differing(console, differing, BILL, clearance.differing())
    show_clearance.answered(console, clearance.answer_questions(), clearance.sources())
    for hit in clearance.hits():
        clearance.clear(hit)
        show_clearance.hit(console, hit, found(clearance.reading(), "screening.alerts").value)
    show_clearance.controls(console, clearance.reading())
    return _customs(console, clearance)


def _customs(console: Console, clearance: Clearance) -> str:
    """Confirmed, sent, asked about, amended, released."""
    form = found(clearance.reading(), "declaration.form")
    show_clearance.form(console, form)
    if form.problems:
        return ""
    sent = clearance.file()
    number = next((place.partition("/")[2] for place in sent.answers if place.startswith("customs.acceptance/")), "")
    if not number:
        return ""
    asked = next(fact.value for fact in clearance.reading().facts if fact.topic == "customs.query")
    changes, _ = clearance.amend()
    decided: Any = next(fact.value for fact in clearance.reading().facts if fact.topic == "customs.amendment")
    clearance.release(number)
    show_clearance.customs(console, number, asked, changes, decided, found(clearance.reading(), "rebate.total"))
    show_clearance.tally(console, clearance.sources(), clearance.typed, clearance.clicked)
    return number


def _market(console: Console, market: Market) -> None:
    told = market.open()
    show_clearance.market(console, sum(one.wrong is None for one in told), market.take_over())


def _orders(console: Console, orders: Orders) -> None:
    show_clearance.orders(console, orders.take_in(), orders.matched())


def _work(console: Console, day: BrokersDay) -> None:
    show_clearance.copied(console, day.begin_again())
    parted = day.long_trade()
    show_clearance.parted(console, [day.reading(name) for name in parted.dossiers])
    show_clearance.worklist(console, day.worklist())


def messages(desk: Desk, folder: Path) -> list[tuple[Path, tuple[Text, ...]]]:
    """The declaration of the box as it was sent, in each format as a file; with what the format has no place for."""
    clearance = Clearance(desk)
    written = []
    for name in FORMATS:
        _, message = form_message(clearance.desk, clearance.exporter, NOW, name, "sent", DAY)
        path = folder / f"{NOW}.{name}.xml"
        path.write_bytes(message.data)
        written.append((path, message.lost))
    return written
