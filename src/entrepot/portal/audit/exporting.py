"""What goes into an export: everything that a voice may read, and nothing else - no id, no count of anything more.

    enterprise(desk, voice, bundle, organisation)      all dossiers of an organisation, with what it is and who looked
    period(desk, voice, bundle, since, until)           what was heard on some days, with its proofs, for an auditor

Each statement has its line, and another with the upper part of its receipt: with `checkpoint.txt` below it is a receipt.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.kernel.access import Speaker, may_have_paper, may_read_finding, may_read_statement, may_read_topic
from entrepot.kernel.findings import Finding
from entrepot.kernel.record import Record
from entrepot.kernel.sheet import value_digest
from entrepot.kernel.submissions import Submission
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.answers import PAPER
from entrepot.kernel.vocabulary.evidence import ISSUED, PRINTED
from entrepot.kernel.why import builtins
from entrepot.portal.audit.bundle import Bundle, safe_name
from entrepot.portal.desk import Desk, NoSuchDossier
from entrepot.portal.issuing_afterwards import may_have
from entrepot.store import exports as kept

PAGE = 200
HEAD = (
    "dossier", "id", "topic", "key", "by", "for", "mandate", "channel", "authority", "said_at", "heard_at", "replaces", "withdraws", "body",
)  # fmt: skip
Progress = Callable[[int], None]


class Tree(Struct, frozen=True):
    """The signed tree of the log that proofs lead to."""

    size: int
    note: str


def tree_of(desk: Desk, size: int | None = None) -> Tree:
    """The tree of a checkpoint, the latest where none is named; of an empty log there is none."""
    if size is None:
        desk.store.integrate()
    signed = desk.store.signed(size or None)
    return Tree(0, "") if signed is None else Tree(signed.size, signed.note)


def dossiers_of(desk: Desk, voice: Voice) -> Iterator[str]:
    """All dossiers that the voice has a role in."""
    cursor: int | None = None
    while True:
        page = desk.dossiers(voice, cursor, PAGE)
        for card in page.dossiers:
            yield card.id
        if page.next is None:
            return
        cursor = page.next


def enterprise(desk: Desk, voice: Voice, bundle: Bundle, progress: Progress) -> tuple[Tree, set[str]]:
    """Statements, findings, papers, documents and proofs of every dossier of the voice; the tree, and the dossiers."""
    tree, done = tree_of(desk), set[str]()
    bundle.row("statements.csv", HEAD)
    for dossier in dossiers_of(desk, voice):
        try:
            _dossier(desk, voice, bundle, dossier, tree)
        except NoSuchDossier:  # the role went while this was made
            continue
        done.add(dossier)
        progress(len(done))
    return tree, done


def period(desk: Desk, voice: Voice, bundle: Bundle, since: datetime, until: datetime, progress: Progress) -> Tree:
    """Statements heard from one time up to another that the voice may read, with the proofs that they stand in the tree at the end, and
    that the tree at the beginning was its beginning."""
    desk.store.integrate()
    first, last = kept.checkpoints_around(desk.store, since, until)
    tree, begun = tree_of(desk, last), tree_of(desk, first) if first else Tree(0, "")
    bundle.row("statements.csv", HEAD)
    for count, dossier in enumerate(kept.dossiers_between(desk.store, since, until), 1):
        try:
            with desk.known(dossier, voice) as (record, speaker):
                said, known = readable(desk.registry.topics, record, speaker)
        except NoSuchDossier:
            continue
        chosen = [one for one in said if since <= datetime.fromisoformat(one.heard_at) < until]
        _statements(desk, bundle, chosen, known, tree)
        progress(count)
    if begun.size:
        path = desk.store.consistency(begun.size, tree.size)
        proof = {"size1": begun.size, "size2": tree.size, "path": [one.hex() for one in path]}
        bundle.file("consistency.json", msgspec.json.encode(proof))
        bundle.file("checkpoint-before.txt", begun.note.encode())
    return tree


def readable(
    topics: Mapping[str, Topic[Any]], record: Record, speaker: Speaker
) -> tuple[list[Submission], frozenset[str]]:
    """The statements that a speaker may read, in the order in which they were heard, and their ids."""
    said = [
        one
        for one in record.submissions.values()
        if (topic := topics.get(one.topic)) is not None and may_read_statement(topic, one, speaker, record)
    ]
    return said, frozenset(one.id for one in said)


def _dossier(desk: Desk, voice: Voice, bundle: Bundle, dossier: str, tree: Tree) -> None:
    topics, papers, documents = desk.registry.topics, list[tuple[str, str]](), list[str]()
    with desk.known(dossier, voice) as (record, speaker):
        said, known = readable(topics, record, speaker)
        for finding in desk.sheet(record).findings():
            if may_read_finding(topics, finding, speaker):
                bundle.line("findings.ndjson", _finding(topics, dossier, finding, speaker))
        for digest, standing in record.standing(PAPER.name).items():
            if may_have_paper(topics, digest, standing.statements, speaker, record):
                papers.append((digest, standing.value.name if standing.value is not None else ""))
        for id_, standing in record.standing(ISSUED.name).items():
            if standing.value is not None and may_have(standing.value, standing.statements[0].for_, speaker):
                printed = record.standing(PRINTED.name).get(id_)
                documents += [standing.value.credential, *(() if printed is None else [printed.values[0].pdf])]
        bundle.line(
            "dossiers.ndjson",
            {
                "id": dossier,
                "kind": record.kind,
                "roles": sorted(speaker.roles),
                "statements": len(said),
                "papers": len(papers),
            },
        )
    _statements(desk, bundle, said, known, tree)
    for digest, name in papers:
        content = desk.store.content(digest)
        if content is not None:
            place = f"papers/{digest[:24]}-{safe_name(name)}"
            bundle.file(place, content.data)
            bundle.line("papers.ndjson", {"dossier": dossier, "digest": digest, "name": name, "file": place})
    for digest in documents:
        content = desk.store.content(digest)
        if content is not None:
            kind = "pdf" if content.data.startswith(b"%PDF") else "json"
            bundle.file(f"documents/{digest[:24]}.{kind}", content.data)


def _statements(desk: Desk, bundle: Bundle, said: Sequence[Submission], known: frozenset[str], tree: Tree) -> None:
    proofs = kept.proofs(desk.store, said, tree.size) if tree.size else {}
    for one in said:
        replaces, withdraws = ([id for id in ids if id in known] for ids in (one.replaces, one.withdraws))
        body = bytes(one.body)
        bundle.line(
            "statements.ndjson",
            {
                "dossier": one.dossier, "id": one.id, "topic": one.topic, "key": one.key, "version": one.version, "by": one.by,
                "for": one.for_, "mandate": one.mandate, "channel": one.channel, "authority": one.authority, "said_at": one.said_at,
                "heard_at": one.heard_at, "replaces": replaces, "withdraws": withdraws,
                "evidence": msgspec.to_builtins(one.evidence), "body": msgspec.Raw(body) if body else None,
            },
        )  # fmt: skip
        bundle.row(
            "statements.csv",
            (one.dossier, one.id, one.topic, one.key, one.by, one.for_, one.mandate, one.channel, one.authority, one.said_at, one.heard_at,
             " ".join(replaces), " ".join(withdraws), body.decode(errors="replace")),
        )  # fmt: skip
        # A proof tells the whole statement: where that names what the reader may not read, it stays with us.
        if one.id in proofs and known.issuperset((*one.replaces, *one.withdraws)):
            bundle.line("proofs.ndjson", {"id": one.id, "proof": proofs[one.id]})


def _finding(topics: Mapping[str, Topic[Any]], dossier: str, one: Finding, speaker: Speaker) -> dict[str, Any]:
    """A finding as its reader may have it: with the working, unless that rests on what the reader may not read."""
    whole = all(may_read_topic(topics[look.topic], speaker) and not topics[look.topic].opens for look in one.looks)
    told: dict[str, Any] = {
        "dossier": dossier, "topic": one.topic, "key": one.key, "label": topics[one.topic].label, "status": one.status, "by": one.by,
        "value": builtins(one.effective), "digest": value_digest(one.effective) if one.effective is not None else "",
        "reasons": one.reasons, "problems": one.problems, "waits": one.waits,
        "ruling": None if one.ruling is None else msgspec.to_builtins(one.ruling, str_keys=True),
    }  # fmt: skip
    if whole:
        told |= {"working": one.working, "law": [row.cited() for row in one.law]}
    return told
