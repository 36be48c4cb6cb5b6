"""Many answers of customs out of one list, as a window exports its statuses: one record each, none stopping the others."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.gateways.csv_rows import Bad, csv_records
from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Problem
from entrepot.portal.broker.transcribing import KINDS, answered, transcribe
from entrepot.portal.broker.worklist import Rows
from entrepot.portal.desk import Desk, NoSuchDossier
from entrepot.portal.drafts import problem
from entrepot.portal.speaking import nowhere

# The headings of a list, as the fields of an answer; Chinese ones as windows export them.
HEADINGS = {
    "dossier": "dossier", "案卷": "dossier", "number": "number", "报关单号": "number", "海关编号": "number",
    "kind": "kind", "状态": "kind", "回执类型": "kind", "on": "on", "日期": "on", "回执日期": "on",
    "text": "text", "说明": "text", "备注": "text", "exported_on": "exported_on", "出口日期": "exported_on",
    "allowed": "allowed", "notice": "notice", "due_by": "due_by", "期限": "due_by",
}  # fmt: skip
_WORDS = {name: kind for kind, text in KINDS.items() for name in (kind, text.en, text.zh)}


class Entered(Struct, frozen=True, omit_defaults=True):
    """What became of a record (its line counted from 1, the headings): `said`, `already`, or `refused` with every problem."""

    line: int
    status: str
    dossier: str = ""
    problems: tuple[Problem, ...] = ()


class _Numbers:
    """The voice's dossiers by the number that customs gave their declaration; looked through only when one is asked for."""

    def __init__(self, desk: Desk, voice: Voice) -> None:
        self._desk, self._voice = desk, voice

    @cached_property
    def known(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        rows, cursor = Rows(self._desk), None
        while True:
            listed = rows.page(self._voice, before=cursor, limit=500)
            found |= {one.number: one.dossier for one in listed.work if one.number}
            if (cursor := listed.next) is None:
                return found


def enter_each(desk: Desk, voice: Voice, path: Path) -> Iterator[Entered]:
    """Enter every record of a CSV list. Its headings name the fields (`HEADINGS`); a record names its dossier, or the number of
    a declaration that customs accepted."""
    heads, records = csv_records(path)
    fields = {name: HEADINGS[name.lower()] for name in heads if name.lower() in HEADINGS}
    if not {"kind", "on"} <= set(fields.values()):
        raise Refusal(
            (problem("W040", "headings", "the list has no columns for kind and day", "清单缺少回执类型或日期列",
                     f"name the columns: {', '.join(HEADINGS)}", f"列名可为：{'、'.join(HEADINGS)}"),)
        )  # fmt: skip
    numbers = _Numbers(desk, voice)
    for record in records:
        if isinstance(record, Bad):
            broken = Problem("W041", f"line {record.line}", record.what, record.fix)
            yield Entered(record.line, "refused", problems=(broken,))
            continue
        line, cells = record
        given = {fields[name]: text for name, text in cells.items() if name in fields}
        yield _entered(desk, voice, line, given, numbers)


def _entered(desk: Desk, voice: Voice, line: int, given: dict[str, str], numbers: _Numbers) -> Entered:
    given["kind"] = _WORDS.get(given.get("kind", ""), given.get("kind", ""))
    try:
        answer = answered(lambda name, default: given.get(name, default))
        dossier = given.get("dossier") or numbers.known.get(given.get("number", ""), "")
        if not dossier:
            raise Refusal(
                (problem("W042", f"line {line}.number", f"no dossier of yours has the declaration {given.get('number', '')!r}",
                         f"您的案卷中没有报关单 {given.get('number', '')!r}", "name the dossier", "请填写案卷编号"),)
            )  # fmt: skip
        said = transcribe(desk, dossier, voice, answer)
    except Refusal as refusal:
        return Entered(line, "refused", given.get("dossier", ""), refusal.problems)
    except NoSuchDossier:
        return Entered(line, "refused", given.get("dossier", ""), (nowhere(given.get("dossier", "")),))
    return Entered(line, "said" if said.said else "already", dossier)
