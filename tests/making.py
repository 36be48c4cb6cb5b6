"""Making sheets in tests: facts in, a drawn sheet out; the law from the repository's packs or from rows written in the test."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from entrepot.gateways.reference import PACKAGES
from entrepot.kernel.cases import facts_on_record
from entrepot.kernel.findings import not_applicable
from entrepot.kernel.law import Law, PackCard, PackTable, TableSpec, compile_table
from entrepot.kernel.module import Module, Registry
from entrepot.kernel.sheet import Sheet
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary import SHARED
from entrepot.store.packs import load_law

ROOT = Path(__file__).resolve().parents[1]


def sheet(
    modules: Iterable[Module],
    facts: Mapping[str, Any],
    day: date,
    law: Law | None = None,
    given: Mapping[str, Any] | None = None,
    kind: str = "trade",
) -> Sheet:
    """A drawn sheet. `facts` by topic or topic/key, in the short forms of cases.toml; `given` are found topics as typed values.

    Found topics that a module reads and none of `modules` gives are taken as given but absent: the module waits for them.
    """
    registry = _wired(tuple(modules))
    record, from_facts = facts_on_record(facts, kind, registry)
    for place, value in (given or {}).items():
        name, _, key = place.partition("/")
        from_facts[(name, key)] = value
    return Sheet(registry, record, law or Law([], {}), day, from_facts).assess()


@lru_cache(maxsize=256)
def _wired(modules: tuple[Module, ...]) -> Registry:
    return Registry([*modules, *_stand_ins(modules)], SHARED)


def _stand_ins(modules: tuple[Module, ...]) -> list[Module]:
    """For each found topic that is read but given by none: a module that waits for ever, so that the wiring holds."""
    given = {topic.name for module in modules for topic in module.gives}
    wanted = {t.name: t for m in modules for t in m.reads() if t.kind == "found" and t.name not in given}
    each = {t.keyed: t for t in SHARED if t.kind == "said" and t.keyed}
    return [
        Module(
            f"absent_{name.replace('.', '_')}",
            Text("absent", "缺"),
            lambda case: not_applicable(),
            gives=(topic,),
            kinds=(),
            each=each.get(topic.keyed) if topic.keyed else None,
        )
        for name, topic in wanted.items()
    ]


@cache
def law(*names: str) -> Law:
    """The repository's packs by name (all where none is named), compiled once per machine."""
    return load_law(ROOT / "packs", names or None, ROOT / ".entrepot" / "packs", PACKAGES)


def small_law(tables: Mapping[str, tuple[TableSpec, list[dict[str, str]]]]) -> Law:
    """A law from rows written in the test: {"CN/limits": (TableSpec(keys=…), [{…columns…}])}; since, source and evidence have defaults."""
    defaults = {"since": "2020-01-01", "until": "", "source": "made for a test", "evidence": "primary"}
    compiled = {}
    for name, (spec, rows) in tables.items():
        made = compile_table(name, spec, [(str(number), {**defaults, **row}) for number, row in enumerate(rows, 1)])
        compiled[name] = PackTable(name, spec, made.groups, made.digest, {})
    return Law([], compiled)


def card(kind: str, name: str, **fields: Any) -> PackCard:
    """A pack card for a test."""
    return PackCard(kind, name, {"en": name, "zh": name}, "made for a test", False, "none", date(2026, 1, 1), **fields)
