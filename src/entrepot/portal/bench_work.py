"""The broker's worklist over many trades: a page drawn and a page kept, beside the bare list of the same dossiers."""

import tempfile
import time
from pathlib import Path

from entrepot.channels.online import Voice
from entrepot.portal import setting
from entrepot.portal.bench import Figure, Say, cpu_seconds
from entrepot.portal.broker.worklist import Rows
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.store.store import Store

TRADES, PAGE, LINES = 1_000, 50, 5
BROKER = Voice("declarant", "example-broker")


def run(say: Say) -> list[Figure]:
    """A page of the worklist of one broker with a thousand trades of five lines each."""
    with tempfile.TemporaryDirectory(prefix="entrepot-bench-") as folder:
        store = Store.open(
            f"sqlite:///{Path(folder) / 'store.sqlite3'}",
            setting.registry(),
            nature="sandbox",
            keys=Path(folder) / "keys",
        )
        try:
            return _measured(Desk(store, setting.law(), setting.registry()), say)
        finally:
            store.close()


def _measured(desk: Desk, say: Say) -> list[Figure]:
    say(f"{TRADES:,} trades")
    for number in range(TRADES):
        desk.say(f"T{number}", trade(number), BROKER)
    bare, _ = cpu_seconds(lambda: desk.dossiers(BROKER, limit=PAGE), 9)
    before, clock = time.process_time(), time.perf_counter()
    rows = Rows(desk)
    rows.page(BROKER, limit=PAGE)
    drawn, waited = time.process_time() - before, time.perf_counter() - clock
    kept, _ = cpu_seconds(lambda: rows.page(BROKER, limit=PAGE), 9)
    listing = f"bare list {bare * 1000:.1f} ms"
    return [
        Figure(
            f"worklist, page of {PAGE} of {TRADES:,} trades, drawn", f"{drawn * 1000:.0f} ms CPU, {waited * 1000:.0f} ms",
            "< 1 s", listing, f"{drawn / bare:.1f}", waited < 1,
        ),
        Figure("worklist, the same page kept", f"{kept * 1000:.1f} ms CPU", "", listing, f"{kept / bare:.1f}"),
    ]  # fmt: skip


def trade(number: int) -> list[Draft]:
    """A trade as a broker has it: parties, terms, transport, particulars, lines."""
    return [
        Draft("dossier.opened", {"kind": "trade", "reference": f"T{number}"}),
        Draft("dossier.member", {"roles": ["broker"]}, "example-broker"),
        Draft("trade.party", {"name": f"Example Client {number % 40}", "country": "CHN"}, "exporter"),
        Draft("trade.party", {"name": "Example Kansai", "country": "JPN"}, "importer"),
        Draft(
            "trade.terms", {"contract_no": f"C-{number}", "incoterm": "CIF", "currency": "USD", "total": "USD 250.00"}
        ),
        Draft(
            "transport.plan",
            {"mode": "2", "loading_port": "CNSHG", "discharge_port": "JPOSA", "loading_on": "2026-12-01"},
        ),
        Draft("declaration.particulars", {"flow": "E", "supervision_mode": "0110", "levy_nature": "101"}),
        *(
            Draft(
                "goods.line",
                {
                    "description": f"bracket {line}",
                    "hs": "87089991",
                    "quantity": "10",
                    "unit": "kg",
                    "amount": "USD 50.00",
                },
                str(line),
            )
            for line in range(1, LINES + 1)
        ),
    ]
