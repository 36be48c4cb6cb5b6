"""What a round trip shows: what was written and is not lost is read again, and nothing that was read is passed over."""

from datetime import date
from decimal import Decimal
from typing import Any

from entrepot.gateways.extract import Extract
from entrepot.gateways.messages.form import declaration_of
from entrepot.gateways.messages.formats import FORMATS
from entrepot.gateways.messages.message import Envelope, Written
from entrepot.gateways.messages.taking import _leaves
from entrepot.gateways.papers import read_paper
from entrepot.kernel.vocabulary.decisions import Declaration

DAY = date(2026, 4, 1)
ENVELOPE = Envelope("0196f0a0-0000-7000-8000-000000000001", prepared_at="2026-04-01T10:00:00Z")


def read(data: bytes) -> Extract:
    return read_paper("made", data, today=DAY)


def written(format: str, declaration: Declaration, envelope: Envelope = ENVELOPE) -> Written:
    return FORMATS[format].write(declaration, envelope)


def said(extract: Extract) -> dict[tuple[str, str], Any]:
    return {(one.topic, one.key): one.value for one in extract.statements}


def differences(before: Declaration, after: Declaration, lost: str) -> dict[str, tuple[Any, Any]]:
    """The fields that are not as before and that nothing names as lost."""
    old, new = dict(_leaves(before)), dict(_leaves(after))
    return {
        path: (value, new.get(path))
        for path, value in old.items()
        if not same(value, new.get(path)) and f"{path}:" not in lost
    }


def same(one: Any, other: Any) -> bool:
    return one == other if not isinstance(one, Decimal) else isinstance(other, Decimal) and one == other


def form(extract: Extract) -> Declaration:
    return declaration_of(extract.statements)
