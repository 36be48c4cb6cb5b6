"""Statements, stores and raw connections for the tests of the store."""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec
import psycopg

from entrepot.kernel.module import Registry
from entrepot.kernel.submissions import Submission
from entrepot.kernel.vocabulary import SHARED
from entrepot.store.erasure import Erasure
from entrepot.store.intake import Outcome
from entrepot.store.sqlcipher import unlocked
from entrepot.store.store import Store

REGISTRY = Registry((), SHARED)
NOON = datetime(2026, 6, 20, 12, tzinfo=UTC)
_numbers = count(1)


def said(
    dossier: str, topic: str, body: Any = None, key: str = "", id: str = "", version: int = 1, **fields: Any
) -> Submission:
    """A statement; without an id it gets the next one."""
    raw = msgspec.Raw(msgspec.json.encode(body))
    name = id or f"s-{next(_numbers):06}"
    words = {"by": "person-1", "for_": "firm-1", "said_at": "2026-06-20T08:00:00Z", **fields}
    return Submission(id=name, dossier=dossier, topic=topic, body=raw, key=key, version=version, **words)


def opened(dossier: str = "d1", kind: str = "trade", reference: str = "PO-1", **fields: Any) -> Submission:
    """The first statement of a dossier."""
    return said(dossier, "dossier.opened", {"kind": kind, "reference": reference}, **fields)


def line(number: int, dossier: str = "d1", hs: str = "28092000", **fields: Any) -> Submission:
    """A line of goods."""
    return said(dossier, "goods.line", {"hs": hs}, str(number), **fields)


def lot(quantity: str, of: str = "100", dossier: str = "d1", key: str = "1", number: str = "N1", **fields: Any) -> Submission:
    """A purchase lot: it takes `quantity` kg from an invoice of `of` kg."""
    body = {
        "line": "1", "document": "special_vat_invoice", "supplier": "S", "number": number, "base": {"minor": 100, "currency": "CNY"},
        "vat_rate": "0.13", "quantity": quantity, "invoiced_quantity": of, "unit": "kg",
    }  # fmt: skip
    return said(dossier, "goods.cost", body, key, **fields)


def member(organisation: str, dossier: str = "d1", **fields: Any) -> Submission:
    """A membership in a dossier."""
    return said(dossier, "dossier.member", {"roles": ["exporter"]}, organisation, **fields)


def gone(topic: str, key: str, *ids: str, dossier: str = "d1", **fields: Any) -> Submission:
    """A withdrawal."""
    return said(dossier, topic, None, key, withdraws=ids, **fields)


def erase(store: Store, what: Literal["body", "content"], reference: str, dossier: str = "d1", reason: str = "request 12") -> Outcome:
    """Erase something, and say so in the dossier."""
    body = {"what": "paper" if what == "content" else "statement", "ground": "order", "law": "order", "request": "12", "reason": reason}
    return store.erase([said(dossier, "record.erased", body, reference)], [Erasure(what, reference, reason, "officer-7")])


def rules(problems: Sequence[Any]) -> list[str]:
    """The rule numbers of problems."""
    return [problem.rule for problem in problems]


def raw(url: str) -> tuple[Callable[..., list[Any]], Callable[[], None]]:
    """A connection of the driver's own, past the store: a function that runs SQL, and one that closes."""
    if url.startswith("sqlite"):
        lite = sqlite3.connect(urlsplit(url).path.removeprefix("/"), isolation_level=None, timeout=10)
        return lambda sql, *values: lite.execute(sql, values).fetchall(), lite.close
    if url.startswith("sqlcipher"):
        sealed = unlocked(Path(urlsplit(url).path.removeprefix("/")), isolation_level=None, timeout=10)
        return lambda sql, *values: sealed.execute(sql, values).fetchall(), sealed.close
    connection = psycopg.connect(url, autocommit=True)

    def run(sql: str, *values: Any) -> list[Any]:
        cursor = connection.execute(sql.replace("?", "%s").encode(), values)
        return cursor.fetchall() if cursor.description else []

    return run, connection.close


def asked(url: str, sql: str, *values: Any) -> list[Any]:
    """The rows of one statement on a connection of its own."""
    run, close = raw(url)
    try:
        return run(sql, *values)
    finally:
        close()
