"""A small law of invented lists, read by the conventions that the packs carry."""

from datetime import date
from typing import Any

from entrepot.kernel.law import Law, TableSpec
from tests.making import card, law, small_law

VALUES = {
    "kind": "text", "name": "text", "aliases": "list", "weak": "list", "original": "list", "countries": "list", "born": "list",
    "listed_on": "date", "programme": "text", "identifiers": "list",
}  # fmt: skip
HARBOUR = {
    "entry": "E1",
    "kind": "entity",
    "name": "HARBOUR LIGHT MINERALS",
    "aliases": "Harbor Light Mining",
    "countries": "COD",
}
KARIM = {
    "entry": "P1",
    "kind": "person",
    "name": "ORBELIANI, Karim Daoud",
    "weak": "The Ferryman",
    "born": "1961-03-04",
    "countries": "SYR",
}
SHIP = {"entry": "V1", "kind": "vessel", "name": "GREY HERON", "identifiers": "IMO:9074729"}
DAY = date(2026, 11, 22)


def lists(
    *entries: dict[str, str],
    effect: str = "blocks",
    through: date | None = None,
    pack: str = "zz_list",
    besides: Law | None = None,
) -> Law:
    """The law with one invented list; `through` is the last day of its edition, `besides` a law with others."""
    base = besides or law("screening", "romanisation")
    blank = dict.fromkeys(VALUES, "")
    edition: dict[str, Any] = {
        "keys": ("list",),
        "values": {"published": "date", "entries": "integer"},
        "known_through": through,
    }
    made = small_law(
        {
            f"{pack}/entries": (TableSpec(("entry",), VALUES), [{**blank, **entry} for entry in entries]),
            f"{pack}/edition": (
                TableSpec(**edition),
                [{"list": pack, "published": "2026-11-20", "entries": str(len(entries))}],
            ),
        }
    )
    cards = [*base.packs, card("standards", pack, traits={"screening": effect}, digest=str(entries))]
    return Law(cards, {**base.tables, **made.tables})
