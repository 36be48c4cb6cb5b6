"""Search at a million keys, and my work over five thousand dossiers."""

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import msgspec

from entrepot.channels.online import Voice
from entrepot.portal import setting
from entrepot.portal.bench import Figure, Say
from entrepot.portal.bench_work import trade
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.portal.work import mine
from entrepot.portal.work.drawing import Card
from entrepot.portal.work.searching import find
from entrepot.store import cards
from entrepot.store import search as index
from entrepot.store.outbox import stamp
from entrepot.store.store import Store

KEYS, KEYS_EACH, AT_ONCE = 1_000_000, 18, 250
ORGANISATIONS, ASKED, WORKED = 40, 200, 5_000
OFFICE = Voice("officer", "customs-1", frozenset({"customs"}))
_PLACES = ("宁波", "义乌", "荆州", "宜昌", "武汉", "深圳", "青岛", "厦门", "郑州", "成都")
_TRADES = ("机电", "化工", "食品", "汽配", "家居", "纺织", "陶瓷", "茶业", "电子", "五金")
_NAMES = ("Kansai", "Hanse", "Gulf", "Andes", "Baltic", "Delta", "Pacific", "Alpine", "Mekong", "Danube")


def run(say: Say) -> list[Figure]:
    """Search by one organisation of forty and by an office that sees all; then the list of a broker's work."""
    with tempfile.TemporaryDirectory(prefix="entrepot-bench-") as folder:
        store = Store.open(
            f"sqlite:///{Path(folder) / 'store.sqlite3'}",
            setting.registry(),
            nature="sandbox",
            keys=Path(folder) / "keys",
        )
        try:
            desk = Desk(store, setting.law(), setting.registry())
            return [*_search(desk, say), *_work(desk, say)]
        finally:
            store.close()


def _search(desk: Desk, say: Say) -> list[Figure]:
    dossiers = KEYS // KEYS_EACH
    say(f"{KEYS:,} keys in {dossiers:,} dossiers")
    for start in range(0, dossiers, AT_ONCE):
        groups: dict[str, list[tuple[str, Sequence[Draft]]]] = {}
        for number in range(start, min(start + AT_ONCE, dossiers)):
            groups.setdefault(_organisation(number), []).append((f"S{number}", _keyed(number)))
        for organisation, group in groups.items():
            desk.say_many(group, Voice("ann", organisation))
    desk.store.integrate()
    before, taken = time.perf_counter(), 0
    while more := index.catch_up(desk.store):
        taken += more
    rate = taken / (time.perf_counter() - before)
    own = _asked(desk, Voice("ann", _organisation(7)), dossiers)
    office = _asked(desk, OFFICE, dossiers)
    return [
        Figure("search, taking statements into the index", f"{rate:,.0f}/s", "", "one process", ""),
        Figure(f"search at {KEYS:,} keys, one organisation of {ORGANISATIONS}", _told(own), "p95 < 50 ms", "", "", own[1] < 50),
        Figure(f"search at {KEYS:,} keys, an office that sees all", _told(office), "p95 < 50 ms", "", "", office[1] < 50),
    ]  # fmt: skip


def _organisation(number: int) -> str:
    return f"org-{number % ORGANISATIONS}"


def _keyed(number: int) -> list[Draft]:
    """A dossier with eighteen keys: three of its own, two contracts and invoices, a bill, three parties with four each."""
    party = [
        Draft(
            "trade.party",
            {
                "name": f"{_NAMES[(number + at) % 10]} {_NAMES[number // 10 % 10]} Trading {number % 997}",
                "name_zh": f"{_PLACES[(number + at) % 10]}{_TRADES[number // 10 % 10]}{number % 997}有限公司",
                "uscc": f"91{number + at:016d}",
                "customs_code": f"{number + at:010d}",
            },
            key,
        )
        for at, key in enumerate(("exporter", "importer", "producer"))
    ]
    return [
        Draft("dossier.opened", {"kind": "trade", "reference": f"PO-{number:07d}", "title": f"Order {number}"}),
        Draft("trade.terms", {"contract_no": f"HT-2026-{number:06d}", "invoice_no": f"INV{number:07d}"}),
        Draft("transport.plan", {"bill_no": f"EXBL{number:08d}"}),
        *party,
    ]


def _asked(desk: Desk, voice: Voice, dossiers: int) -> tuple[float, float]:
    """Median and 95th percentile, in milliseconds, of questions as people ask them: numbers whole and begun, names, two words, nothing."""
    chance = Random(6)
    ways: tuple[Callable[[int], str], ...] = (
        lambda n: f"HT-2026-{n:06d}", lambda n: f"EXBL{n:08d}"[:11], lambda n: f"inv{n:07d}", lambda n: _PLACES[n % 10],
        lambda n: f"{_TRADES[n % 10]}{n % 997}", lambda n: f"{_NAMES[n % 10]} {n % 997}", lambda n: f"{n:06d}", lambda n: "nothing like it",
    )  # fmt: skip
    taken = []
    for at in range(ASKED):
        number = chance.randrange(dossiers // ORGANISATIONS) * ORGANISATIONS + 7
        before = time.perf_counter()
        find(desk, voice, ways[at % len(ways)](number))
        taken.append((time.perf_counter() - before) * 1000)
    taken.sort()
    return taken[len(taken) // 2], taken[len(taken) * 95 // 100]


def _told(figure: tuple[float, float]) -> str:
    return f"p50 {figure[0]:.1f} ms, p95 {figure[1]:.1f} ms"


def _work(desk: Desk, say: Say) -> list[Figure]:
    """The list of a broker with many dossiers whose cards are kept: each as drawn from a trade of five lines."""
    say(f"{WORKED:,} dossiers of one broker")
    broker = Voice("declarant", "example-broker")
    for start in range(0, WORKED, AT_ONCE):
        desk.say_many([(f"W{number}", trade(number)) for number in range(start, start + AT_ONCE)], broker)
    (drawn,) = mine.drawn_now(desk, ["W0"])
    card = msgspec.json.decode(drawn.data, type=Card)
    with desk.store.database.session() as session:
        there = cards.cards(desk.store.database, session, ["example-broker"], WORKED)
    day, now = desk.today().isoformat(), stamp(desk.store.clock())
    made = [
        (one.dossier, one.last, drawn.law, day, now, msgspec.json.encode(msgspec.structs.replace(card, dossier=one.dossier)))
        for one in there
    ]  # fmt: skip
    desk.store.write(lambda session: cards.keep(desk.store.database, session, made))
    taken = []
    for _ in range(9):
        before = time.perf_counter()
        rows = mine.waiting(mine.look(desk, broker), mine.Asked(), broker.person, desk.today())
        taken.append((time.perf_counter() - before) * 1000)
    middle = sorted(taken)[4]
    return [
        Figure(f"my work over {len(rows):,} dossiers", f"{middle:.0f} ms", "< 300 ms", f"{len(card.items)} items each", "", middle < 300)
    ]  # fmt: skip
