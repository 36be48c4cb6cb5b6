"""Port inventory messages that go beside a declaration (HMRC inventory linking): arrivals and departures become events."""

from collections.abc import Mapping
from datetime import date

from entrepot.gateways.extract import Found, refusal
from entrepot.gateways.messages.state import as_day
from entrepot.gateways.messages.wco.reading import Reading, raw, use
from entrepot.gateways.messages.xml import read_tree
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.answers import CARRIER_EVENT

_EVENTS: Mapping[str, tuple[str, str]] = {
    "EAL": ("arrival", "goodsArrivalDateTime"),
    "EAA": ("arrival_expected", "goodsArrivalDateTime"),
    "EDL": ("departure", "goodsDepartureDateTime"),
}


def read_movement(data: bytes, today: date) -> tuple[str, Found]:
    """What a movement message tells of the goods; Refusal of the inventory's other messages, which tell nothing of them."""
    root = read_tree(data)
    reading = Reading(root, today)
    code = root.first("messageCode")
    told = _EVENTS.get(raw(code))
    if told is not None:
        event, way = told
        movement = root.first("movementReference")
        key = raw(movement) or raw(root.first("ucrBlock", "ucr"))
        if key:
            reading.found.set(CARRIER_EVENT, key, "event", event, code.path if code is not None else "")
            reading.say(CARRIER_EVENT, key, "day", root.first(way), as_day)
            reading.say(CARRIER_EVENT, key, "place", root.first("goodsLocation"))
            use(code, movement)
            if not raw(movement):
                use(root.first("ucrBlock", "ucr"))
    found = reading.done()
    if not found.statements():
        raise refusal(
            "P008",
            root.path,
            Text(
                f"this {root.name} of a port's inventory tells of no arrival or departure on a day",
                f"该 {root.name} 为口岸库存报文，未载明到达或离开日期",
            ),
            Text(
                "send the arrival or departure with its day, or the declaration",
                "请提交载明日期的到达或离开报文，或报关单",
            ),
        )
    return "goods_movement", found
