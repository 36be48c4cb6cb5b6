"""A portal and counters that hand over to each other in one process, with a connection that can be cut anywhere."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from entrepot.channels import window
from entrepot.channels.online import Voice
from entrepot.gateways.sync_client import Answered, Unreachable
from entrepot.portal.counter import sync_exchange
from entrepot.portal.counter.sync_desk import CounterDesk
from entrepot.portal.counter.sync_exchange import Exchange, Report
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.store import sync
from entrepot.store.store import Nature, Store
from entrepot.store.tokens import new_token
from tests.portal.stage import stage_law, stage_registry
from tests.portal.web import client_of

REGISTRY, LAW = stage_registry(), stage_law()
HALL = "hall"
MORNING = datetime(2026, 4, 1, 1, 0, tzinfo=UTC)


class Clock:
    """A clock that the test moves."""

    def __init__(self, now: datetime = MORNING) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=7)
        return self.now


class Cut(Unreachable):
    """The connection was cut by the test."""


class Line:
    """A counter's connection to the portal. `cuts` tells for each question: whole, cut before it arrives, or before its answer does."""

    def __init__(self, desk: Desk, token: str, cuts: Callable[[], str] = lambda: "") -> None:
        self._client = client_of(desk, HTTP_AUTHORIZATION=f"Bearer {token}")
        self.cuts, self.asked, self.bytes = cuts, list[str](), 0

    def __call__(self, method: str, path: str, body: bytes | None) -> Answered:
        cut = self.cuts()
        if cut == "before":
            raise Cut("cut before it arrived")
        self.asked.append(f"{method} {path}")
        response = self._client.generic(method, path, body or b"", content_type="application/json")
        self.bytes += len(body or b"") + len(response.content)
        if cut == "after":
            raise Cut("cut before the answer arrived")
        return Answered(response.status_code, response.content)


class Portal:
    """The portal with a desk of its own."""

    def __init__(self, folder: Path, url: str = "", clock: Clock | None = None, nature: Nature = "sandbox") -> None:
        self.clock = clock or Clock()
        self.store = Store.open(
            url or f"sqlite:///{folder / 'portal.sqlite3'}",
            REGISTRY,
            nature=nature,
            keys=folder / "portal-keys",
            clock=self.clock,
        )
        self.desk = Desk(self.store, LAW, REGISTRY)

    def say(self, dossier: str, *drafts: Draft, by: str = "acme") -> Any:
        """Somebody of an enterprise says something at the portal."""
        return self.desk.say(dossier, drafts, Voice(f"ann-of-{by}", by))


class CounterHall:
    """A counter of the hall with its own store, and one clerk."""

    def __init__(
        self,
        portal: Portal,
        folder: Path,
        name: str,
        scheme: str = "sqlite",
        clock: Clock | None = None,
        clerk: str = "clerk-1",
        nature: Nature = "sandbox",
    ) -> None:
        self.portal, self.name, self.clock = portal, name, clock or Clock()
        self.folder = folder / name
        self.folder.mkdir(exist_ok=True)
        self.store = Store.open(
            f"{scheme}:///{self.folder / 'store.db'}",
            REGISTRY,
            nature=nature,
            keys=self.folder / "keys",
            clock=self.clock,
        )
        self.desk = CounterDesk(self.store, LAW, REGISTRY)
        self.token = new_token(portal.store, f"machine-{name}", HALL, ("clerk",), "window")
        new_token(portal.store, clerk, HALL, ("clerk",), "window")
        self.voice = Voice(clerk, HALL, frozenset({"clerk"}), "window", counter=HALL)
        self.line = Line(portal.desk, self.token)
        sync.set_place(self.store, sync_exchange.NAME, name)

    def under(self, principal: str = "acme", mandate: str = "M1") -> Voice:
        """The clerk's voice for a principal."""
        return window.under(self.voice, mandate, principal)

    def open(self, dossier: str, principal: str = "acme", until: str = "", mandate: str = "M1", **more: Any) -> Any:
        """Open a dossier for a principal, with the mandate that was brought along."""
        drafts = [
            Draft("dossier.opened", {"kind": "trade", "reference": dossier}),
            self.mandate(principal, until, mandate),
        ]
        return self.desk.say(dossier, drafts, self.under(principal, mandate), **more)

    @staticmethod
    def mandate(principal: str = "acme", until: str = "", number: str = "M1") -> Draft:
        """A mandate on paper."""
        body = {"principal": principal, "counter": HALL, "signed_on": "2026-03-01"}
        return Draft("dossier.mandate", body | ({"valid_until": until} if until else {}), number)

    def say(self, dossier: str, *drafts: Draft, principal: str = "acme") -> Any:
        """The clerk says something for a principal."""
        return self.desk.say(dossier, drafts, self.under(principal))

    def sync(self) -> Report:
        """Hand over."""
        return Exchange(self.store, self.line).run()


def line(number: int, quantity: str = "24", **more: Any) -> Draft:
    """A line of goods."""
    body = {"hs": "28092019", "quantity": quantity, "unit": "t", "amount": "USD 12360.00"}
    return Draft("goods.line", body, str(number), **more)


def lot(number: str, quantity: str = "1", of: str = "10", key: str = "1") -> Draft:
    """A purchase lot: it takes `quantity` of an invoice of `of` tonnes."""
    body = {
        "line": "1", "document": "special_vat_invoice", "supplier": "S", "number": number, "base": "CNY 1.00",
        "vat_rate": "0.13", "quantity": quantity, "invoiced_quantity": of, "unit": "t",
    }  # fmt: skip
    return Draft("goods.cost", body, key)


def words(store: Store, dossier: str) -> dict[str, str]:
    """What is on file in a dossier: ids with the digests of their canonical bytes."""
    with store.database.session() as session:
        return dict(session.all("SELECT id, digest FROM submission WHERE dossier = ?", dossier))


def found(desk: Desk, dossier: str) -> list[tuple[str, str, str, object]]:
    """What the sheet says, whoever reads it."""
    with desk.store.holding(dossier) as record:
        sheet = desk.sheet(record)
        return sorted(
            (f.topic, f.key, f.status, str(f.value))
            for column in sheet.columns.values()
            for f in column.findings.values()
        )
