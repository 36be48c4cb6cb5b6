"""The market exports that an enterprise has open beside one, for the test of splitting: only in dossiers that the same hands
opened for it, and only those whose lines rest on transaction records; the newest, up to a bound."""

from collections.abc import Iterable
from typing import Any

import msgspec

from entrepot.kernel.vocabulary.customs import PARTICULARS, Particulars
from entrepot.kernel.vocabulary.goods import LINE, GoodsLine
from entrepot.kernel.vocabulary.trade import CONTAINER, PARTY, TRANSPORT, Party, Transport
from entrepot.modules.procurement.facts import MarketExport, MarketExports
from entrepot.modules.procurement.rules.law import MODE, amount_of
from entrepot.modules.procurement.rules.split import name_of
from entrepot.store.database import listed
from entrepot.store.sight import STANDS, Sight, by_the_same, seen
from entrepot.store.store import Store

MOST_EXPORTS = 500
_MARKET = "EXISTS (SELECT 1 FROM submission m WHERE m.topic = 'procurement.source' AND m.dossier = d.id)"
_SAID = f"""
SELECT s.dossier, s.topic, s.key, b.data FROM submission s JOIN body b ON b.seq = s.seq
WHERE s.topic IN ('{PARTICULARS.name}', '{PARTY.name}', '{TRANSPORT.name}', '{CONTAINER.name}', '{LINE.name}')
AND {STANDS.format("s")}
"""
_SHAPES: dict[str, type[Any]] = {
    PARTICULARS.name: Particulars, PARTY.name: Party, TRANSPORT.name: Transport, LINE.name: GoodsLine,
}  # fmt: skip


def market_exports(store: Store, sight: Sight, but: str) -> MarketExports:
    """The other market exports that a sight shows, newest first; `but` is the dossier at hand."""
    among = store.database.among("s.dossier")
    with store.database.session() as session:
        beside = seen(store.database, session, sight, (_MARKET, ()), by_the_same(sight), ("d.id <> ?", (but,)))
        dossiers = [dossier for dossier, _ in beside[:MOST_EXPORTS]]
        said = session.all(f"{_SAID} AND {among} ORDER BY s.seq", listed(dossiers)) if dossiers else []
    parts: dict[str, dict[tuple[str, str], Any]] = {dossier: {} for dossier in dossiers}
    for dossier, topic, key, data in said:
        place = parts[dossier]
        place[topic, key] = united(place.get((topic, key)), _decoded(data, _SHAPES.get(topic)))
    exports = (_export(dossier, place) for dossier, place in parts.items())
    return MarketExports(tuple(one for one in exports if one is not None), len(beside) > MOST_EXPORTS)


def united(first: Any, other: Any) -> Any:
    """A value of which several statements give parts: what the first says, and from the other what it leaves open."""
    if first is None or other is None or type(first) is not type(other):
        return other if first is None else first
    fields = {name: getattr(first, name) or getattr(other, name) for name in first.__struct_fields__}
    return type(first)(**fields)


def _export(dossier: str, said: dict[tuple[str, str], Any]) -> MarketExport | None:
    """A dossier as a market export; None where it is none."""
    particulars = said.get((PARTICULARS.name, ""))
    if particulars is None or particulars.supervision_mode != MODE or particulars.declared_on is None:
        return None
    transport = said.get((TRANSPORT.name, "")) or Transport()
    lines: Iterable[GoodsLine] = (
        value for (topic, _), value in said.items() if topic == LINE.name and value is not None
    )
    amounts = [amount_of(line) for line in lines]
    return MarketExport(
        dossier,
        name_of(said.get((PARTY.name, "exporter"))),
        name_of(said.get((PARTY.name, "importer"))),
        particulars.declared_on,
        transport.bill_no,
        tuple(sorted(key for topic, key in said if topic == CONTAINER.name)),
        tuple(amount for amount in amounts if amount is not None),
        len([amount for amount in amounts if amount is None]),
    )


def _decoded(data: Any, shape: type[Any] | None) -> Any:
    """A body as its shape; None for one that was erased or is of another version, or of which only the key counts."""
    try:
        return None if shape is None else msgspec.json.decode(bytes(data), type=shape)
    except msgspec.MsgspecError:
        return None
