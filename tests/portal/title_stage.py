"""A stage for titles: a desk with the titles room, four invented firms with keys, and bills between them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from entrepot.channels.online import Voice
from entrepot.kernel.law import Law
from entrepot.kernel.vocabulary.titles import TitleDocument, TitleGoods, TitleParty
from entrepot.portal import titles
from entrepot.portal.desk import Desk
from entrepot.portal.setting import registry
from entrepot.store.store import Store

CARRIER, SHIPPER, BUYER, BANK = "example-line", "example-gorges", "example-kansai", "example-bank"
FIRMS = (CARRIER, SHIPPER, BUYER, BANK)


class Clock:
    """A clock that goes on by a second at every look, so that steps have an order."""

    def __init__(self) -> None:
        self.now = datetime(2026, 6, 20, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


def voice(firm: str) -> Voice:
    """Somebody of a firm, with no role anywhere."""
    return Voice(f"person of {firm}", firm)


def open_desk(folder: Path, url: str = "", clock: Callable[[], datetime] | None = None, law: Law | None = None) -> Desk:
    """A desk on a store with the real rooms and no law."""
    store = Store.open(
        url or f"sqlite:///{folder}/store.db",
        registry(),
        nature="sandbox",
        keys=folder / "keys",
        clock=clock or Clock(),
    )
    return Desk(store, law or Law([], {}), registry())


def staged(folder: Path, url: str = "") -> Desk:
    """A desk on which every firm has a key for titles."""
    desk = open_desk(folder, url)
    for firm in FIRMS:
        titles.ready(desk, voice(firm), firm)
    return desk


def bill(form: Any = "bearer", **fields: Any) -> TitleDocument:
    """A bill of lading on pumps."""
    whole: dict[str, Any] = {
        "kind": "bill_of_lading", "form": form, "number": "EXBL118", "issuer": TitleParty("Example Line", CARRIER),
        "shipper": TitleParty("Example Gorges Co.", SHIPPER), "issued_on": date(2026, 6, 20),
        "goods": (TitleGoods("1", "Centrifugal pumps", Decimal(480), "piece", "841370"),),
        "consignee": TitleParty("Example Kansai K.K.", BUYER),
    }  # fmt: skip
    return TitleDocument(**(whole | fields))


def receipt(quantity: str = "1000") -> TitleDocument:
    """A warehouse receipt on fertiliser, to bearer."""
    goods = TitleGoods("1", "Monoammonium phosphate", Decimal(quantity), "t", "310540")
    return bill(kind="warehouse_receipt", number="EXWR7", goods=(goods,))


def issued(desk: Desk, document: TitleDocument | None = None, to: str = SHIPPER) -> str:
    """A new title; its id."""
    return titles.issue(desk, voice(CARRIER), document or bill(), to).title
