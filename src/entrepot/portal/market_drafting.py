"""From the market's records to the declaration's lines: what a person takes over with one click or command.

Lines and the records behind them are said together, so that the ledger takes the records in the same step; lines of the speaker's own that
are no longer wanted are withdrawn with what stood behind them.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from entrepot.channels.online import Voice
from entrepot.gateways.orders import Bad, market_body, read_rows
from entrepot.kernel.intake import Refusal
from entrepot.portal.desk import Desk, Said
from entrepot.portal.drafts import Draft, problem
from entrepot.portal.orders_said import BATCH, Told, said_each, unreadable
from entrepot.portal.reading import Fact, Reading

LINES, RECORD, LINE, SOURCE = "procurement.lines", "procurement.record", "goods.line", "procurement.source"
PARTICULARS = "declaration.particulars"
TAKEN_OVER = ("hs", "quantity", "unit", "net_kg", "packages")


def draft_market(desk: Desk, voice: Voice, dossier: str) -> Said:
    """Say the lines that the records make, in the place of the speaker's own lines. Refusal where there are none."""
    reading = desk.read(dossier, voice)
    value = next((one.value for one in reading.findings if one.topic == LINES), None)
    if value is None:
        raise Refusal(
            (
                problem(
                    "B010", LINES, "the records make no lines yet", "交易记录尚不能生成商品项",
                    "say procurement.record and have the records locked", "请填报并锁定交易记录",
                ),
            )
        )  # fmt: skip
    return desk.say(dossier, list(drafts(reading, value, voice.organisation)), voice, expects=reading.heads)


def drafts(reading: Reading, value: Mapping[str, Any], organisation: str) -> Iterator[Draft]:
    """The statements: a line and its records for each line found, and the withdrawal of own ones that are too many."""
    facts = {(fact.topic, fact.key): fact for fact in reading.facts}
    records = {fact.key: fact.value for fact in reading.facts if fact.topic == RECORD}
    wanted = {str(place): line for place, line in enumerate(value["lines"], 1)}
    for (topic, key), fact in facts.items():
        # Records go back before they are taken anew: one may move from line to line.
        surplus = topic == SOURCE or (topic == LINE and key not in wanted)
        if surplus and (own := _own(fact, organisation)):
            yield Draft(topic, None, key, withdraws=own)
    for key, line in wanted.items():
        body = {name: line[name] for name in TAKEN_OVER if line.get(name) not in (None, "")}
        body |= {"description": line["name"], "description_zh": line.get("name_zh", ""), "amount": line["value"]}
        yield Draft(LINE, body, key, replaces=_own(facts.get((LINE, key)), organisation))
        shares = [_share(number, records[number]) for number in line["records"]]
        yield Draft(SOURCE, {"records": shares}, key)
    chosen = facts.get((PARTICULARS, ""))
    if value["simplified"] and not (chosen is not None and chosen.value and chosen.value.get("simplified")):
        yield Draft(PARTICULARS, {"simplified": True})


def _own(fact: Fact | None, organisation: str) -> tuple[str, ...]:
    return () if fact is None else tuple(one.id for one in fact.statements if one.organisation == organisation)


def _share(number: str, record: Mapping[str, Any]) -> dict[str, Any]:
    quantity = record["quantity"]
    return {
        "record": number,
        "market": record["market"],
        "quantity": quantity,
        "recorded": quantity,
        "unit": record["unit"],
    }


def say_records(desk: Desk, voice: Voice, dossier: str, path: Path) -> Iterator[Told]:
    """Say the transaction records of a file; tell of each what became of it."""
    held: list[tuple[int, Draft]] = []
    for row in read_rows(path, "record"):
        if isinstance(row, Bad):
            yield unreadable("record", row)
            continue
        number, body = market_body(row)
        held.append((row.line, Draft(RECORD, body, number)))
        if len(held) >= BATCH:
            yield from said_each(desk, voice, dossier, "record", held)
            held = []
    yield from said_each(desk, voice, dossier, "record", held)
