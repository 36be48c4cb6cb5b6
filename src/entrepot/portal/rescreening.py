"""Dossiers screened again: whose hits are not what they were when last looked at. What is kept is ids of hits, no name.

Sheets are drawn by the law of the process, so an imported list takes effect when the platform starts again; this tells where.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.kernel.vocabulary.clearance import SCREENING
from entrepot.portal.desk import Desk, NoSuchDossier

Kept = dict[str, dict[str, str]]


class Rescreened(Struct, frozen=True, omit_defaults=True):
    """A dossier's hits by their ids, against the last time: new ones, those no longer there, and those whose decision came,
    went or lapsed. `hits` is how they stand now."""

    dossier: str
    open: int
    appeared: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    decided: tuple[str, ...] = ()
    hits: dict[str, str] = {}


def changes(
    desk: Desk, voice: Voice, before: Kept, over: Callable[[list[str]], Iterable[str]] = iter
) -> Iterator[Rescreened]:
    """Every dossier of the voice, screened now; `over` walks the list and may show how far it is."""
    dossiers, cursor = [], None
    while True:
        page = desk.dossiers(voice, cursor, 200)
        dossiers += [card.id for card in page.dossiers if card.kind in ("trade", "enterprise")]
        cursor = page.next
        if cursor is None:
            break
    for dossier in over(dossiers):
        try:
            reading = desk.read(dossier, voice)
        except NoSuchDossier:  # closed to the voice meanwhile
            continue
        found = next((one for one in reading.findings if one.topic == SCREENING.name and one.value), None)
        hits = {hit["id"]: hit.get("state", "open") for hit in found.value.get("hits", ())} if found else {}
        last = before.get(dossier, {})
        yield Rescreened(
            dossier,
            sum(state == "open" for state in hits.values()),
            tuple(hit for hit in hits if hit not in last),
            tuple(hit for hit in last if hit not in hits),
            tuple(hit for hit, state in hits.items() if hit in last and last[hit] != state),
            hits,
        )


def kept(place: Path) -> Kept:
    """What was found the last time; nothing where nobody looked yet, or the file cannot be read."""
    try:
        return msgspec.json.decode(place.read_bytes(), type=Kept)
    except (OSError, msgspec.MsgspecError):
        return {}


def remember(place: Path, before: Kept, found: Iterable[Rescreened]) -> None:
    """Keep what was found for the next time."""
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_suffix(".new")
    beside.write_bytes(msgspec.json.encode(before | {one.dossier: one.hits for one in found}))
    beside.replace(place)
