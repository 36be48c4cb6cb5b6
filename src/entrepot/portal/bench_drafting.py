"""How much of a declaration is drafted without a person: per field what was derived - from papers, by rule, from the enterprise's
dossier, from earlier declarations -, what a question asks for, and what is neither and has to be typed. Once for enterprises
that declare themselves, and once for a broker that opens every trade for its clients."""

import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from entrepot.portal import setting
from entrepot.portal.bench import Figure, Say
from entrepot.portal.derived import ASKED, DERIVED, TYPED, sources_of
from entrepot.portal.desk import Desk
from entrepot.portal.drafting import questions_in
from entrepot.portal.drafting_sets import DAY, Drafted, Shipment, brokered, demonstration, fifty_lines, foreign, play
from entrepot.store.store import Store

LEAST = 85


class Count(Struct):
    """The fields of some declarations by where each comes from, in all and by name; `questions` of each declaration."""

    sources: Counter[str]
    fields: dict[str, Counter[str]]
    shares: list[float]
    questions: list[int]

    def share(self) -> float:
        """How many of a hundred fields were derived."""
        return 100 * sum(self.sources[source] for source in DERIVED) / max(self.sources.total(), 1)


def run(say: Say) -> list[Figure]:
    """Draft the sets with and without a history, and count."""
    sets: dict[str, tuple[list[Shipment], bool]] = {
        "demonstration, with history": (list(demonstration()), True),
        "demonstration, first time": (list(demonstration()), False),
        "export of 50 lines, with history": ([fifty_lines()], True),
        "export of 50 lines, first time": ([fifty_lines()], False),
    }
    data = Path(os.environ.get("ENTREPOT_DATA") or "../shared/data")
    others = list(foreign(data))
    if others:
        sets["ten shipments of other people's papers, with history"] = (others, True)
        sets["ten shipments of other people's papers, first time"] = (others, False)
    else:
        say("no folder of example documents: other people's papers are left out (ENTREPOT_DATA names the folder)")
    figures, whole = [], empty()
    for name, (shipments, history) in sets.items():
        say(name)
        count = counted(shipments, history)
        figures.append(_figure(name, count))
        if history:
            add(whole, count)
    figures.insert(0, _whole("all sets, with history", whole))
    say("a broker's trades")
    first, then = of_a_broker()
    figures += [
        _figure("a broker's first trade of each of 5 clients", first),
        _figure("its other 45 trades, of the same goods", then),
    ]
    return figures + list(_by_field(whole))


def _figure(name: str, count: Count) -> Figure:
    parts = ", ".join(
        f"{source} {100 * count.sources[source] / max(count.sources.total(), 1):.1f} %"
        for source in (*DERIVED, ASKED, TYPED)
    )
    asked = f"{min(count.questions)}-{max(count.questions)}" if len(count.questions) > 1 else f"{count.questions[0]}"
    handful = "≤ 5 questions" if "50 lines, with" in name else ""
    met = max(count.questions) <= 5 if handful else None
    value = f"{count.share():.1f} % of {count.sources.total():,} fields derived; {asked} questions"
    return Figure(
        name, value, handful, parts, f"mean of declarations {sum(count.shares) / len(count.shares):.1f} %", met
    )


def _whole(name: str, count: Count) -> Figure:
    mean = sum(count.shares) / len(count.shares)
    value = f"{count.share():.1f} % of {count.sources.total():,} fields derived, in {len(count.shares)} declarations"
    return Figure(name, value, f"≥ {LEAST} %", "", f"mean of declarations {mean:.1f} %", count.share() >= LEAST)


def _by_field(count: Count) -> Iterator[Figure]:
    """The fields that are not always derived, the worst first; the others are counted."""
    shares = {
        name: 100 * sum(sources[source] for source in DERIVED) / sources.total()
        for name, sources in count.fields.items()
    }
    always = [name for name, share in shares.items() if share == 100]
    for name in sorted(shares, key=lambda name: (shares[name], name)):
        if shares[name] < 100:
            told = ", ".join(f"{source} {number}" for source, number in count.fields[name].most_common())
            yield Figure(f"field {name}", f"{shares[name]:.1f} % of {count.fields[name].total()}", "", told)
    yield Figure("fields always derived", f"{len(always)}", "", ", ".join(sorted(always)))


def empty() -> Count:
    """Nothing counted yet."""
    return Count(Counter(), {}, [], [])


def add(whole: Count, part: Count) -> None:
    """Add one count to another."""
    whole.sources.update(part.sources)
    for name, sources in part.fields.items():
        whole.fields.setdefault(name, Counter()).update(sources)
    whole.shares += part.shares
    whole.questions += part.questions


def counted(shipments: Iterable[Shipment], history: bool) -> Count:
    """Draft the shipments in a store of their own and count the fields of each."""
    count = empty()
    with _desk() as desk:
        for shipment in shipments:
            count_one(count, play(desk, shipment, history), desk)
    return count


def of_a_broker(clients: int = 5) -> tuple[Count, Count]:
    """Draft what a broker opens for its clients, ten trades of each; the first of each apart from the others."""
    first, then = empty(), empty()
    with _desk() as desk:
        for drafted in brokered(desk, list(demonstration()), clients):
            count_one(then if drafted.accepted else first, drafted, desk)
    return first, then


@contextmanager
def _desk() -> Iterator[Desk]:
    """A desk on a store of its own, with the sandbox's offices."""
    with tempfile.TemporaryDirectory(prefix="entrepot-bench-") as folder:
        url = f"sqlite:///{Path(folder) / 'store.sqlite3'}"
        store = Store.open(url, setting.registry(), nature="sandbox", keys=Path(folder) / "keys")
        try:
            yield Desk(store, setting.law(), setting.registry(), offices=setting.offices("sandbox"))
        finally:
            store.close()


def count_one(count: Count, drafted: Drafted, desk: Desk) -> None:
    """Count the fields of one draft."""
    sources = sources_of(desk, drafted.reading, DAY, {name for name, _ in drafted.shipment.papers})
    count.sources.update(sources.counted)
    for name, by in sources.fields.items():
        count.fields.setdefault(name, Counter()).update(by)
    count.shares.append(sources.share())
    count.questions.append(len(questions_in(drafted.reading)))
