"""A new trade begun as a copy of an earlier one: what recurs is said again, what is new each time is left to be said."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.kernel.topics import Topic
from entrepot.portal.desk import Desk, Said
from entrepot.portal.drafts import Draft
from entrepot.portal.reading import Fact, Reading

# What recurs from trade to trade, by topic; None: all of it. Numbers, days, quantities, weights and amounts are new each time.
RECURRING: Mapping[str, frozenset[str] | None] = {
    "dossier.member": None,
    "dossier.mandate": None,
    "trade.party": None,
    "exporter.standing": None,
    "goods.elements": None,
    "import.line": frozenset({"code", "condition", "treatment"}),
    "trade.terms": frozenset({"incoterm", "place", "currency", "payment"}),
    "transport.plan": frozenset({"mode", "loading_port", "discharge_port", "trade_country", "destination_country"}),
    "packing.totals": frozenset({"package_type"}),
    "goods.line": frozenset(
        {
            *(
                "description",
                "description_zh",
                "item_code",
                "hs",
                "unit",
                "package_type",
                "origin",
                "brand",
                "elements",
            ),
            *("dangerous", "un_number", "ciq", "attributes", "final_country"),
        }
    ),
    "declaration.particulars": frozenset(
        {
            *("flow", "form_type", "customs_master", "exit_customs", "exit_point", "supervision_mode", "levy_nature"),
            *("duty_mode", "domestic_region", "admin_region", "trade_country", "special_relation", "price_effect"),
            *("royalty", "self_assess", "market_code"),
        }
    ),
}
PRICED = frozenset({"price"})


class CopyAs(Struct, frozen=True, rename={"as_": "as"}, forbid_unknown_fields=True):
    """What a copy is to be called; `prices` takes the unit prices along."""

    as_: str
    title: str = ""
    prices: bool = False


class Copied(Struct, frozen=True):
    """What became of a copy: the new dossier, what was said in it, and the facts of the old one that are to be said anew."""

    dossier: str
    said: Said
    copied: tuple[str, ...]
    left: tuple[str, ...]


def copy(desk: Desk, old: str, new: str, voice: Voice, *, title: str = "", prices: bool = False) -> Copied:
    """Open the dossier `new` with what recurs of `old`, all at once. `prices` takes the unit prices along.

    NoSuchDossier where the voice has no role in the old one; Refusal where the new one cannot be opened.
    """
    reading = desk.read(old, voice)
    drafts = [Draft("dossier.opened", _opening(reading, new, title))]
    left: list[str] = []
    for fact in reading.facts:
        topic = desk.registry.topics[fact.topic]
        if (body := _recurring(fact, prices)) and _sayable(topic, reading, voice):
            drafts.append(Draft(fact.topic, body, fact.key))
        elif fact.topic != "dossier.opened" and not topic.base:
            left.append(f"{fact.topic}/{fact.key}" if fact.key else fact.topic)
    said = desk.say(new, drafts, voice)
    return Copied(new, said, tuple(_named(drafts[1:])), tuple(left))


def _opening(reading: Reading, new: str, title: str) -> dict[str, Any]:
    opening = {"kind": reading.kind, "reference": new, "title": title or reading.title, "copied_from": reading.dossier}
    return {name: text for name, text in opening.items() if text}


def _recurring(fact: Fact, prices: bool) -> dict[str, Any]:
    """The fields of a fact that recur; nothing where none does."""
    if fact.topic not in RECURRING or not isinstance(fact.value, dict):
        return {}
    fields = RECURRING[fact.topic]
    if fields is not None and prices and fact.topic == "goods.line":
        fields |= PRICED
    return {
        name: value for name, value in fact.value.items() if value is not None and (fields is None or name in fields)
    }


def _sayable(topic: Topic[Any], reading: Reading, voice: Voice) -> bool:
    return bool(topic.say & ({*reading.roles} | voice.standing | {"speaker"})) or topic.name == "dossier.member"


def _named(drafts: list[Draft]) -> Iterator[str]:
    for draft in drafts:
        yield f"{draft.topic}/{draft.key}" if draft.key else draft.topic
