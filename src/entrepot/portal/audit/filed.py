"""What was filed, drawn again: from what had been said when it was sent, on the day it was sent, with the packs it rested on.

A pack is kept by digest with what was filed under it (`store.pack`). Where all of them are at hand the draw must give the very digest
that was sent; where it does not, the code has changed since, or what other dossiers showed. A pack that is not kept is named.
"""

from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal
from zipfile import ZipFile

import msgspec
from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.kernel.access import may_read_statement
from entrepot.kernel.law import Law
from entrepot.kernel.record import Record
from entrepot.kernel.sheet import Sheet, value_digest
from entrepot.kernel.submissions import Submission
from entrepot.kernel.text import Text
from entrepot.portal.audit.as_of import day_of
from entrepot.portal.desk import Desk
from entrepot.store.packs import load_law

Verdict = Literal["equal", "differs", "packs not kept"]
VERDICTS: dict[str, Text] = {
    "equal": Text("drawn again, it is the same", "重新得出的结果一致"),
    "differs": Text("drawn again, it differs", "重新得出的结果不一致"),
    "packs not kept": Text("its packs are not kept: not drawn again", "所依规则包未留存，未重新得出"),
}


class Packed(Struct, frozen=True):
    """The parts of a sent statement that tell what it rested on."""

    digest: str
    packs: dict[str, str] = {}
    code: str = ""
    office: str = ""


class Filed(Struct, frozen=True, omit_defaults=True):
    """A finding that was sent: when, to whom, under which code and packs (name and digest), and whether drawn again it is the same."""

    topic: str
    key: str
    label: Text
    office: str
    sent_at: str
    digest: str
    code: str
    packs: Mapping[str, str]
    verdict: Verdict
    again: str = ""
    missing: tuple[str, ...] = ()


def filed(desk: Desk, dossier: str, voice: Voice) -> list[Filed]:
    """All that was sent of a dossier, as far as the voice may read it, drawn again; the first sent first."""
    topics = desk.registry.topics
    with desk.known(dossier, voice) as (record, speaker):
        said = list(record.submissions.values())
        kind = record.kind
        sent = [
            (one, _seen_before(said, one))
            for one in said
            if one.topic.endswith(".sent") and topics[one.topic].base and not one.withdraws and bytes(one.body)
            and may_read_statement(topics[one.topic], one, speaker, record)
        ]  # fmt: skip
    laws: dict[str, tuple[Law | None, tuple[str, ...]]] = {}
    return [_again(desk, dossier, kind, said[:count], one, laws) for one, count in sent]


def _seen_before(said: list[Submission], sent: Submission) -> int:
    """How many statements there were when a message was made up: those before its sending was kept."""
    sending = f"{sent.topic.removesuffix('.sent')}.sending"
    places = [at for at, one in enumerate(said) if one.topic == sending and one.key == sent.key]
    return min(places, default=said.index(sent))


def _again(
    desk: Desk, dossier: str, kind: str, said: list[Submission], sent: Submission,
    laws: dict[str, tuple[Law | None, tuple[str, ...]]],
) -> Filed:  # fmt: skip
    body = msgspec.json.decode(bytes(sent.body), type=Packed)
    base = desk.registry.topics[sent.topic].base
    label = desk.registry.topics[base].label
    wanted = str(sorted(body.packs.items()))
    if wanted not in laws:
        laws[wanted] = law_of(desk, body.packs)
    law, missing = laws[wanted]
    told: dict[str, Any] = {
        "topic": base, "key": sent.key, "label": label, "office": body.office, "sent_at": sent.heard_at, "digest": body.digest,
        "code": body.code, "packs": body.packs,
    }  # fmt: skip
    if law is None:
        return Filed(**told, verdict="packs not kept", missing=missing)
    day = day_of(datetime.fromisoformat(said[-1].heard_at if said else sent.heard_at))
    record = Record(dossier, kind, desk.registry.topics, said)
    sheet = Sheet(desk.registry, record, law, day, views=desk.views).assess(day, law)
    digests = [
        value_digest(one.effective) for one in sheet.findings() if one.topic == base and one.effective is not None
    ]
    same = body.digest in digests
    return Filed(**told, verdict="equal" if same else "differs", again=body.digest if same else next(iter(digests), ""))


def law_of(desk: Desk, packs: Mapping[str, str]) -> tuple[Law | None, tuple[str, ...]]:
    """Today's law with the packs named, by digest, in place of today's; None where one is not kept, with the names of those."""
    today = {card.name: card.digest for card in desk.law.packs}
    moved = {name: digest for name, digest in packs.items() if today.get(name) != digest}
    if not moved:
        return desk.law, ()
    kept = {name: desk.store.pack(digest) for name, digest in moved.items()}
    if missing := tuple(sorted(name for name, data in kept.items() if data is None)):
        return None, missing
    kinds = {card.name: card.kind for card in desk.law.packs}
    with TemporaryDirectory(prefix="entrepot-packs-") as folder:
        for name, data in kept.items():
            place = Path(folder) / kinds.get(name, "jurisdictions") / name
            place.mkdir(parents=True)
            with ZipFile(BytesIO(data or b"")) as packed:  # the store itself had packed it
                packed.extractall(place)
        old = load_law(Path(folder))
    cards = [*(card for card in desk.law.packs if card.name not in moved), *old.packs]
    tables = {
        name: table
        for name, table in desk.law.tables.items()
        if name.partition("/")[0] not in moved or table.spec.package  # what installed packages serve is as of today
    }
    return Law(cards, tables | old.tables), ()
