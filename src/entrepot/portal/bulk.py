"""Bulk intake: one statement a line (NDJSON), one result a line. A bad line never stops the others, however long it is."""

from collections.abc import Callable, Iterable, Iterator

import msgspec
from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Problem
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft, decoded, drafts_from, problem

LONGEST_LINE = 1024 * 1024 + 65_536
WINDOW_LINES = 1_000
WINDOW_BYTES = 8 * 1024 * 1024
CHUNK = 65_536


class Line(Struct, frozen=True, omit_defaults=True):
    """What became of a line (counted from 1): said, already on file, or refused with every problem."""

    line: int
    status: str
    id: str = ""
    problems: tuple[Problem, ...] = ()


class _Waiting(Struct):
    number: int
    dossier: str = ""
    draft: Draft | None = None
    problems: tuple[Problem, ...] = ()


def lines_of(read: Callable[[int], bytes]) -> Iterator[bytes | None]:
    """The lines of a stream without their ends, empty ones left in place; None for one that is too long to hold."""
    held, overlong = b"", False
    while chunk := read(CHUNK):
        *whole, held = (held + chunk).split(b"\n")
        for line in whole:
            yield None if overlong or len(line) > LONGEST_LINE else line.rstrip(b"\r")
            overlong = False
        if len(held) > LONGEST_LINE:
            held, overlong = b"", True
    if held or overlong:
        yield None if overlong else held.rstrip(b"\r")


def bulk(desk: Desk, who: Callable[[], Voice], lines: Iterable[bytes | None]) -> Iterator[Line]:
    """Say every line: `{"dossier": …, "topic": …, "key": …, "body": …, "id": …}`. Lines of one dossier are heard in their order.
    `who` proves the voice, anew before each window of lines: a stream may last, and a token be revoked meanwhile."""
    window: list[_Waiting] = []
    size = 0
    for number, line in enumerate(lines, 1):
        if line is not None and not line.strip():
            continue
        window.append(_read(number, line))
        size += len(line or b"")
        if len(window) >= WINDOW_LINES or size >= WINDOW_BYTES:
            yield from _said(desk, who(), window)
            window, size = [], 0
    yield from _said(desk, who(), window)


def _read(number: int, line: bytes | None) -> _Waiting:
    if line is None:
        long = problem(
            "B001",
            f"line {number}",
            f"longer than {LONGEST_LINE:,} bytes",
            f"超过 {LONGEST_LINE:,} 字节",
            "one statement to a line; hand papers in apart",
            "每行一项陈述；单证请另行提交",
        )
        return _Waiting(number, problems=(long,))
    try:
        entry = decoded(line)
        dossier = entry.pop("dossier", "") if isinstance(entry, dict) else ""
        (draft,) = drafts_from([entry] if isinstance(entry, list) else entry)
    except Refusal as refusal:
        return _Waiting(number, problems=refusal.problems)
    if not isinstance(dossier, str) or not dossier:
        missing = problem(
            "B002", "dossier", "no dossier is named", "未指明案卷", 'add "dossier": "…"', '请填写 "dossier": "…"'
        )
        return _Waiting(number, problems=(missing,))
    return _Waiting(number, dossier, draft)


def _said(desk: Desk, voice: Voice, window: list[_Waiting]) -> Iterator[Line]:
    groups: dict[str, list[_Waiting]] = {}
    for waiting in window:
        if waiting.draft is not None:
            groups.setdefault(waiting.dossier, []).append(waiting)
    results: dict[int, Line] = {}
    if groups:
        drafts = [(name, [one.draft for one in group if one.draft is not None]) for name, group in groups.items()]
        for group, counted in zip(groups.values(), desk.say_many(drafts, voice), strict=True):
            for one, became in zip(group, counted, strict=True):
                results[one.number] = Line(one.number, became.status, became.id, became.problems)
    for one in window:
        yield results.get(one.number) or Line(one.number, "refused", "", one.problems)


def encoded(line: Line) -> bytes:
    """A result as a line of NDJSON."""
    return msgspec.json.encode(line) + b"\n"
