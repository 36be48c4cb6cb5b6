"""The list of dossiers: which are wanted, and in which order."""

from collections.abc import Iterable

from msgspec import Struct

from entrepot.kernel.text import Text
from entrepot.portal.broker.worklist import STAGES
from entrepot.portal.work.mine import Seen

ORDERS: dict[str, Text] = {
    "": Text("opened last first", "最近立案在前"),
    "first": Text("opened first first", "最早立案在前"),
    "title": Text("by title", "按名称"),
    "stage": Text("most pressing first", "最紧迫在前"),
}
_URGENCY = {stage: number for number, stage in enumerate(STAGES)}


class Wanted(Struct, frozen=True):
    """What is wanted: kind of dossier, stage of the declaration, part of a partner's name, supervision mode, opened on that day
    (YYYY-MM-DD) or later, and the order, one of `ORDERS`."""

    kind: str = ""
    stage: str = ""
    partner: str = ""
    mode: str = ""
    since: str = ""
    order: str = ""


def listed(dossiers: Iterable[Seen], wanted: Wanted) -> list[Seen]:
    """The dossiers that are wanted, in the order asked."""
    found = [one for one in dossiers if _is(one, wanted)]
    match wanted.order:
        case "first":
            found.reverse()
        case "title":
            found.sort(key=lambda one: (one.card.title or one.card.reference).casefold())
        case "stage":
            found.sort(key=lambda one: _URGENCY.get(one.stage, len(_URGENCY)))
        case _:
            pass
    return found


def _is(one: Seen, wanted: Wanted) -> bool:
    return (
        wanted.kind in ("", one.card.kind)
        and wanted.stage in ("", one.stage)
        and wanted.mode in ("", one.mode)
        and (not wanted.since or one.card.opened_on >= wanted.since)
        and (not wanted.partner or any(wanted.partner.casefold() in name.casefold() for name in one.parties))
    )
