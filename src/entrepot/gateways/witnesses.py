"""Asking a witness to cosign a checkpoint (C2SP tlog-witness, `add-checkpoint`). Nothing of the answer is verified here."""

import re
from base64 import b64encode
from collections.abc import Sequence

from msgspec import Struct

from entrepot.gateways.posting import NoAnswerError, post

SIZE_TYPE = "text/x.tlog.size"

_SIZE = re.compile(r"(0|[1-9][0-9]{0,18})\n")


class UnreachableWitnessError(Exception):
    """The witness did not answer, or nothing that can be understood."""


class Cosigned(Struct, frozen=True):
    """The witness cosigned: its signature lines, each ended by a new line, not verified."""

    lines: str


class LastSeen(Struct, frozen=True):
    """The witness saw a tree of this size last, another than was named (status 409)."""

    size: int


class Refused(Struct, frozen=True):
    """The witness does not cosign: the status (400, 403, 404, 422) and its words."""

    status: int
    reason: str


def add_checkpoint(prefix: str, old: int, path: Sequence[bytes], note: str) -> Cosigned | LastSeen | Refused:
    """Ask the witness at a submission prefix to cosign the checkpoint in `note`, with the proof that it grew out of the tree of
    `old` leaves. UnreachableWitnessError where that cannot be done."""
    lines = [f"old {old}", *(b64encode(one).decode() for one in path), "", note]
    try:
        told = post(f"{prefix.rstrip('/')}/add-checkpoint", "\n".join(lines).encode(), "text/plain; charset=utf-8")
        status, media, answer = told.status, told.media, told.data.decode()
    except (NoAnswerError, UnicodeDecodeError) as error:
        raise UnreachableWitnessError(str(error)) from error
    if status == 200:
        return Cosigned(answer)
    if status == 409 and media == SIZE_TYPE and (match := _SIZE.fullmatch(answer)):
        return LastSeen(int(match[1]))
    if 400 <= status < 500 and status not in (408, 429):
        return Refused(status, " ".join(answer.split())[:200])
    raise UnreachableWitnessError(f"status {status}")
