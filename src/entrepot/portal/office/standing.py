"""How an installation stands, for whoever runs it: checks, queues, log, counters, offices, storage, backups, settings.

Counts, moments and names of parts; nothing of any dossier. What is secret among the settings is told to be set, never as what.
"""

import os
import platform
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import Struct

from entrepot import __version__
from entrepot.portal import health, setting
from entrepot.store import operating, sync
from entrepot.store.operating import Size, Stuck
from entrepot.store.queues import Queue

if TYPE_CHECKING:
    from entrepot.portal.desk import Desk

BACKUPS = "ENTREPOT_BACKUPS"
# What may be shown as it stands. Everything else that begins with ENTREPOT_ is told to be set and no more.
PLAIN = (
    "ENTREPOT_ADDRESS", "ENTREPOT_BACKUPS", "ENTREPOT_CUSTOMS_FOLDER", "ENTREPOT_CUSTOMS_FORMAT", "ENTREPOT_DATA", "ENTREPOT_HOME",
    "ENTREPOT_HOSTS", "ENTREPOT_HTTPS", "ENTREPOT_LIMITS", "ENTREPOT_LOG_FORMAT", "ENTREPOT_MAIL_FROM", "ENTREPOT_NATURE",
    "ENTREPOT_OIDC", "ENTREPOT_PACKS", "ENTREPOT_POLICY", "ENTREPOT_PROXIES", "ENTREPOT_PUSH_LOOPBACK", "ENTREPOT_SANDBOX_ADDRESS",
    "ENTREPOT_SANDBOX_HOSTS", "ENTREPOT_SANDBOX_OPEN", "ENTREPOT_SECOND_FACTOR", "ENTREPOT_TSA",
)  # fmt: skip
ADDRESSES = ("ENTREPOT_DATABASE", "ENTREPOT_SANDBOX_DATABASE", "ENTREPOT_ACCOUNTS", "ENTREPOT_SMTP")


class CheckCard(Struct, frozen=True):
    """A check of /readyz and its answer, `ok` where all is well."""

    name: str
    answer: str


class LogCard(Struct, frozen=True):
    """The log: its name, how many statements its last checkpoint holds, when that was signed, how many wait; of each witness and each
    authority of time the size that it signed last."""

    origin: str
    size: int
    signed_at: str
    waiting: int
    witnesses: dict[str, int]
    authorities: dict[str, int]


class CounterCard(Struct, frozen=True):
    """A counter: whose it is, when it handed over last, up to where, by how many seconds its clock was off, the key of its log."""

    name: str
    organisation: str
    origin: str
    seen_at: str
    size: int
    skew_s: int
    key: str


class OfficeCard(Struct, frozen=True):
    """The way to an office: its kind, how many messages went out and when last, how many were given up."""

    name: str
    way: str
    sandbox: bool
    sent: int
    last_sent: str
    unsent: int


class BackupCard(Struct, frozen=True):
    """The newest backup in the folder of backups: name, size in bytes, when it was written. It is proven by restoring it."""

    name: str
    size: int
    made_at: str


class Standing(Struct, frozen=True, omit_defaults=True):
    """How the installation stands."""

    version: str
    python: str
    nature: str
    database: str
    schema_step: int
    fit: bool
    checks: tuple[CheckCard, ...]
    queues: tuple[Queue, ...]
    stuck: tuple[Stuck, ...]
    subscriptions: dict[str, int]
    log: LogCard
    offices: tuple[OfficeCard, ...]
    counters: tuple[CounterCard, ...]
    size: Size
    disk_free: int
    backup: BackupCard | None = None


def standing(desk: "Desk") -> Standing:
    """How the installation of a desk stands now."""
    store = desk.store
    queues, checks = store.queues(), checked(desk)
    return Standing(
        __version__, platform.python_version(), store.nature, store.database.dialect, queues.step,
        all(one.answer == "ok" for one in checks), checks, (*queues.outbox, *queues.deliveries), tuple(operating.stuck(store)),
        {f"{way} {state}": count for (way, state), count in operating.subscribed(store).items()}, _log(desk), _offices(desk),
        _counters(desk),
        operating.size(store), shutil.disk_usage(_existing(setting.home())).free, newest_backup(os.environ.get(BACKUPS, "")),
    )  # fmt: skip


def checked(desk: "Desk") -> tuple[CheckCard, ...]:
    """The checks of /readyz."""

    def answer(name: str) -> str:
        try:
            health.CHECKS[name](desk)
        except health.Unfit as error:
            return str(error)
        return "ok"

    return tuple(CheckCard(name, answer(name)) for name in health.CHECKS)


def _counters(desk: "Desk") -> tuple[CounterCard, ...]:
    return tuple(
        CounterCard(one.name, one.organisation, one.origin, one.seen_at, one.size, one.skew_s, one.key)
        for one in sync.counters(desk.store)
    )


def _log(desk: "Desk") -> LogCard:
    found = desk.store.log_standing()
    return LogCard(
        found.origin, found.size, found.signed_at, found.waiting, {one.name: one.size for one in found.witnesses},
        {one.name: one.size for one in found.authorities},
    )  # fmt: skip


def _offices(desk: "Desk") -> tuple[OfficeCard, ...]:
    """The offices that topics are sent to, with a way there or without."""
    topics = {name: topic.sends for name, topic in desk.registry.topics.items() if topic.sends}
    said = operating.last_heard(desk.store, tuple(f"{name}.{what}" for name in topics for what in ("sent", "unsent")))
    cards = []
    for office in sorted({*topics.values(), *desk.offices}):
        ours = [name for name, to in topics.items() if to == office]
        sent = [said[f"{name}.sent"] for name in ours if f"{name}.sent" in said]
        unsent = [said[f"{name}.unsent"] for name in ours if f"{name}.unsent" in said]
        way = desk.offices.get(office)
        cards.append(
            OfficeCard(
                office,
                type(way).__name__ if way is not None else "",
                way.sandbox if way is not None else False,
                sum(count for count, _ in sent),
                max((last for _, last in sent), default=""),
                sum(count for count, _ in unsent),
            )
        )
    return tuple(cards)


def newest_backup(folder: str) -> BackupCard | None:
    """The newest file in the folder of backups; None where none is named, or nothing lies there."""
    try:
        found = [(path.stat(), path.name) for path in Path(folder).iterdir() if path.is_file()] if folder else []
    except OSError:
        return None
    if not found:
        return None
    newest, name = max(found, key=lambda one: one[0].st_mtime)
    return BackupCard(name, newest.st_size, datetime.fromtimestamp(newest.st_mtime, UTC).isoformat(timespec="seconds"))


def settings(environ: Mapping[str, str]) -> dict[str, str]:
    """The settings of an environment by name: plain ones as they stand, addresses without their user and password, and of every other
    one only `set`."""
    found = {}
    for name in sorted(environ):
        if name.startswith("ENTREPOT_") and environ[name]:
            found[name] = environ[name] if name in PLAIN else _place(environ[name]) if name in ADDRESSES else "set"
    return found


def _place(address: str) -> str:
    """Where an address leads, without who goes there and with what."""
    try:
        parts = urlsplit(address)
        host = f"{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}"
    except ValueError:
        return "set"
    return f"{parts.scheme}://{host}{parts.path}" if parts.scheme else "set"


def _existing(folder: Path) -> Path:
    return folder if folder.exists() else Path(".")
