"""Messages mutated: refused or read with their problems told, never a crash, never taken for damaged where they only lack something."""

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from entrepot.gateways.extract import Extract
from entrepot.kernel.intake import Refusal
from tests.gateways.messages import made_cn
from tests.gateways.messages.made_edifact import ACCEPTED, INVOICE, REJECTED, RELEASED
from tests.gateways.messages.made_receipts import imported, result
from tests.gateways.messages.rounds import form, read, written

_ELEMENT = re.compile(rb"<(\w+)>[^<]*</\1>")
_SEGMENT = re.compile(rb"[^']+'")
_TEXT = re.compile(rb"(?<=>)[^<>]+(?=<)|(?<=[+:])[^+:']+")

Mutation = Callable[[bytes, random.Random], bytes]


def _piece(data: bytes, chance: random.Random) -> tuple[int, int]:
    """Where an element or a segment stands."""
    found = list((_ELEMENT if data.lstrip().startswith(b"<") else _SEGMENT).finditer(data))
    return chance.choice(found).span()


def _dropped(data: bytes, chance: random.Random) -> bytes:
    start, end = _piece(data, chance)
    return data[:start] + data[end:]


def _repeated(data: bytes, chance: random.Random) -> bytes:
    start, end = _piece(data, chance)
    return data[:end] + data[start:end] * chance.choice((1, 2, 50)) + data[end:]


def _swapped(data: bytes, chance: random.Random) -> bytes:
    one, other = sorted((_piece(data, chance), _piece(data, chance)))
    if one[1] > other[0]:
        return data
    return data[: one[0]] + data[slice(*other)] + data[one[1] : other[0]] + data[slice(*one)] + data[other[1] :]


def _text(value: bytes) -> Mutation:
    def mutate(data: bytes, chance: random.Random) -> bytes:
        found = chance.choice(list(_TEXT.finditer(data)))
        return data[: found.start()] + value + data[found.end() :]

    return mutate


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(1, len(data))]


def _flipped(data: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(data))
    return data[:place] + bytes([chance.randrange(256)]) + data[place + 1 :]


MUTATIONS: dict[str, Mutation] = {
    "dropped": _dropped, "repeated": _repeated, "swapped": _swapped, "cut": _cut, "flipped": _flipped,
    "oversized": _text(b"9" * 6000), "huge number": _text(b"1e99999"), "negative": _text(b"-1"), "words": _text(b"abc"),
    "empty": _text(b""), "another encoding": _text("宜昌".encode("gbk")), "entity": _text(b"&boom;"), "zero": _text(b"\0"),
    "wrong day": _text(b"20260231"), "Arabic digits": _text("١٢".encode()), "service characters": _text(b"?'+:"),
}  # fmt: skip
EXAMPLES: dict[str, bytes] = {
    "export": made_cn.EXPORT,
    "import": made_cn.IMPORT,
    "cusdec": written("cusdec", form(read(made_cn.EXPORT))).data,
    "invoice": INVOICE,
    "accepted": ACCEPTED,
    "rejected": REJECTED,
    "released": RELEASED,
    "imported": imported("1"),
    "result": result("P", I_E_DATE="20260405"),
}


def outcome(data: bytes) -> Extract | Refusal:
    try:
        return read(data)
    except Refusal as refused:
        return refused


def check(data: bytes) -> None:
    """Read or refused, with a place and a remedy for whatever is wrong; nothing fell through to the catch-all."""
    came = outcome(data)
    for problem in came.problems:
        assert problem.where, data
        assert problem.fix.en, data
        assert problem.fix.zh, data
        assert "is damaged (" not in problem.what.en, (problem, data)


def mutants(examples: dict[str, bytes], seed: int, times: int) -> Iterator[bytes]:
    chance = random.Random(seed)
    for data in examples.values():
        for mutate in MUTATIONS.values():
            for _ in range(times):
                yield mutate(data, chance)


def test_mutated_messages_are_read_or_refused_with_place_and_remedy() -> None:
    for data in mutants(EXAMPLES, 7, 8):
        check(data)


@pytest.mark.full
def test_many_mutated_messages_are_read_or_refused(shared_data: Path) -> None:
    folder = shared_data / "documents/en16931/edifact"
    examples = EXAMPLES | {file.name: file.read_bytes() for file in sorted(folder.iterdir())}
    for data in mutants(examples, 8, 60):
        check(data)


@pytest.mark.parametrize("name", ["export", "import", "cusdec"])
def test_each_part_left_out_loses_no_more_than_itself(name: str) -> None:
    """What is merely incomplete is read for the rest."""
    data = EXAMPLES[name]
    whole = len(read(data).statements)
    pattern = _ELEMENT if name != "cusdec" else re.compile(rb"(?<=\n)(?!UN)[A-Z]{3}\+[^']+'\n")
    for found in pattern.finditer(data):
        came = outcome(data[: found.start()] + data[found.end() :])
        assert isinstance(came, Extract), found[0]
        assert len(came.statements) >= whole - 6, found[0]
