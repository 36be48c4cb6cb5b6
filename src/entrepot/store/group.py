"""One transaction: many batches decided against the record in a few questions to the database, then written together.

A batch that is refused leaves no trace, and never touches its neighbours: all that can be refused is decided before a row
is written.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import msgspec

from entrepot.kernel.text import Problem
from entrepot.store import outbox, problems
from entrepot.store.contents import insert_contents
from entrepot.store.database import Database, Row, Session, Statement, listed
from entrepot.store.intake import Batch, Outcome, Ready
from entrepot.store.ledger import Ledger
from entrepot.store.schema import BODY, DOSSIER, SUBMISSION

HEADS = """
SELECT s.dossier, s.id FROM submission s WHERE {where} AND s.withdraws = '[]'
AND NOT EXISTS (SELECT 1 FROM retired r WHERE r.dossier = s.dossier AND r.gone = s.id)
AND EXISTS (SELECT 1 FROM body b WHERE b.seq = s.seq)
"""

MANDATES = """
SELECT s.id, s.dossier FROM submission s WHERE {among} AND s.withdraws = '[]'
AND NOT EXISTS (SELECT 1 FROM retired r WHERE r.dossier = s.dossier AND r.gone = s.id)
"""


class Card:
    """A dossier's row in the list: its kind, and what its opening statement calls it. `opened` is that statement's number."""

    def __init__(
        self, kind: str, reference: str, title: str, opened_at: str, opened: int, *, new: bool = False
    ) -> None:
        self.kind, self.reference, self.title, self.opened_at, self.opened = kind, reference, title, opened_at, opened
        self.new, self.moved = new, new


class Group:
    """The batches of one transaction. `decide` gives their outcomes, `save` writes what was accepted."""

    def __init__(self, database: Database, session: Session, batches: Sequence[Batch], now: datetime) -> None:
        self.database, self.session, self.batches, self.now = database, session, batches, now
        self.heard_at = outbox.stamp(now)
        self.ledger = Ledger()
        self._said: list[tuple[int, Ready]] = []
        self._cards: dict[str, Card] = {}
        self._digests: dict[str, str] = {}
        self._heads: dict[str, set[str]] = {}
        self._retired: set[tuple[str, str]] = set()
        self._final: set[tuple[str, str]] = set()
        self._mandates: dict[str, str] = {}
        self._accepted: list[Batch] = []
        self._load()

    def _load(self) -> None:
        """Ask for all that the decisions rest on, in one round trip, with the dossiers locked first."""
        ready = [one for batch in self.batches for one in batch.ready]
        ids = [one.submission.id for one in ready]
        gone = {i for one in ready for i in (*one.submission.replaces, *one.submission.withdraws)}
        resources = {take.resource for one in ready for take in one.takes}
        watched = {one.submission.dossier for one in ready if one.submission.expects is not None}
        under = {one.submission.under for one in ready} - {""}
        among = self.database.among
        # A mandate's own dossier is locked with the rest: who revokes it waits, or has revoked it before this is looked at.
        held = f" OR id IN (SELECT u.dossier FROM submission u WHERE {among('u.id')})" if under else ""
        dossiers = self.database.locking(
            f"SELECT id, kind, reference, title, opened_at, opened FROM dossier WHERE {among('id')}{held}", "id"
        )
        if self.database.dialect == "sqlite":
            numbers: Statement = ("SELECT coalesce(max(seq), 0) + 1 FROM submission", ())
        else:
            # Drawn after the dossiers are locked, so that within a dossier a higher number was heard later.
            numbers = ("SELECT nextval('heard') FROM generate_series(1, ?)", (len(ready),))
        questions: list[Statement] = [
            (dossiers, (listed(sorted({batch.dossier for batch in self.batches})), *([listed(under)] if under else []))),
            (f"SELECT id, digest FROM submission WHERE {among('id')}", (listed(ids),)),
            numbers,
        ]
        finals = frozenset[str]().union(*(batch.finals for batch in self.batches))
        if gone or resources or watched or any(one.final for one in ready):
            questions += [
                (
                    f"SELECT dossier, id FROM submission WHERE {among('id')} AND {among('topic')}",
                    (listed(gone), listed(finals)),
                ),
                (f"SELECT dossier, gone FROM retired WHERE {among('gone')}", (listed({*ids, *gone}),)),
                (HEADS.format(where=among("s.dossier")), (listed(watched),)),
                *Ledger.questions(self.database, resources, gone),
            ]
        if under:
            questions.append((MANDATES.format(among=among("s.id")), (listed(under),)))
        cards, known, drawn, *more = self.session.run(*questions)
        self._mandates = dict(more.pop()) if under else {}
        self._cards = {row[0]: Card(*row[1:]) for row in cards}
        self._digests = dict(known)
        first = drawn[0][0] if drawn else 1
        self._numbers = (
            iter(range(first, first + len(ready)))
            if self.database.dialect == "sqlite"
            else iter(row[0] for row in drawn)
        )
        if more:
            self._load_moves(watched, *more)

    def _load_moves(
        self,
        watched: Iterable[str],
        final: list[Row],
        retired: list[Row],
        heads: list[Row],
        taken: list[Row],
        accounts: list[Row],
    ) -> None:
        self._final = {(dossier, said) for dossier, said in final}
        self._retired = {(dossier, gone) for dossier, gone in retired}
        self._heads = {dossier: set() for dossier in watched}
        for dossier, head in heads:
            self._heads[dossier].add(head)
        self.ledger.load(taken, accounts)

    # -- deciding -------------------------------------------------------------------------------------------------

    def decide(self) -> list[Outcome]:
        """The outcome of each batch, in order; each sees those before it."""
        return [self._decide(batch) for batch in self.batches]

    def _decide(self, batch: Batch) -> Outcome:
        fresh: dict[str, Ready] = {}
        already: list[str] = []
        found: list[Problem] = []
        for one in batch.ready:
            known = self._digests.get(one.submission.id) or (
                fresh[one.submission.id].digest if one.submission.id in fresh else None
            )
            if known is None:
                fresh[one.submission.id] = one
            elif known == one.digest:
                already.append(one.submission.id)
            else:
                found.append(problems.same_id(one.submission.id))
        new = list(fresh.values())
        found += self._unopened(batch, new)
        found += self._unexpected(batch, new)
        found += self._irrevocable(new)
        found += self._unmandated(new)
        mark = self.ledger.mark
        numbered = [(next(self._numbers), one) for one in new]
        if not found:
            found += self._post(numbered)
        if found:
            self.ledger.undo(mark)
            return Outcome(batch.dossier, problems=tuple(found))
        for seq, one in numbered:
            self._accept(seq, one)
        self._accepted.append(batch)
        return Outcome(batch.dossier, tuple(fresh), tuple(dict.fromkeys(already)))

    def _unopened(self, batch: Batch, new: Sequence[Ready]) -> Iterable[Problem]:
        card = self._cards.get(batch.dossier)
        if card is None and new and new[0].opened is None:
            yield problems.not_open(batch.dossier)
            return
        kind = card.kind if card else new[0].opened.kind if new else ""
        if any(one.opened is not None and one.opened.kind != kind for one in new):
            yield problems.other_kind(batch.dossier, kind)

    def _unexpected(self, batch: Batch, new: Sequence[Ready]) -> Iterable[Problem]:
        """Heads are those from before the batch: what is said together was said on the same view."""
        own = {one.submission.id for one in batch.ready}
        heads = self._heads.get(batch.dossier, set()) - own
        for one in new:
            if one.submission.expects is not None and set(one.submission.expects) - own != heads:
                yield problems.moved(one.submission.id)

    def _irrevocable(self, new: Sequence[Ready]) -> Iterable[Problem]:
        """What is final is not taken back: neither what is on file, nor what comes now, nor what will come under that id."""
        final = {(one.submission.dossier, one.submission.id) for one in new if one.final}
        gone = {gone for one in new for gone in _gone(one)}
        for _, id_ in sorted((gone & (self._final | final)) | (final & self._retired)):
            yield problems.final_word(id_)

    def _unmandated(self, new: Sequence[Ready]) -> Iterable[Problem]:
        """What was said under a mandate is kept while the mandate stands, and not a moment longer."""
        for one in new:
            under = one.submission.under
            if under and (under not in self._mandates or (self._mandates[under], under) in self._retired):
                yield problems.mandate_gone(one.submission.id)

    def _post(self, numbered: Sequence[tuple[int, Ready]]) -> list[Problem]:
        """Give back what the batch replaces or withdraws, then take what its own statements take."""
        gone_here: set[tuple[str, str]] = set()
        for seq, one in numbered:
            for gone in _gone(one):
                if gone not in self._retired and gone not in gone_here:
                    gone_here.add(gone)
                    self.ledger.give_back(gone, seq)
        found = []
        for seq, one in numbered:
            cause = (one.submission.dossier, one.submission.id)
            # What was replaced before it arrived takes nothing.
            if cause not in gone_here and cause not in self._retired:
                found += [self.ledger.take(cause, seq, take) for take in one.takes]
        self.ledger.settle()
        return [problem for problem in found if problem is not None]

    def _accept(self, seq: int, one: Ready) -> None:
        submission = one.submission
        self._said.append((seq, one))
        self._digests[submission.id] = one.digest
        if one.final:
            self._final.add((submission.dossier, submission.id))
        card = self._cards.get(submission.dossier)
        if card is None:
            card = self._cards[submission.dossier] = Card(one.opened.kind, "", "", self.heard_at, seq, new=True)
        if one.opened is not None:
            card.reference, card.title, card.moved = one.opened.reference, one.opened.title, True
        self._retired.update(_gone(one))
        heads = self._heads.get(submission.dossier)
        if heads is not None:
            heads -= {i for _, i in _gone(one)}
            if not submission.withdraws and (submission.dossier, submission.id) not in self._retired:
                heads.add(submission.id)

    # -- writing --------------------------------------------------------------------------------------------------

    def save(self) -> None:
        """Write everything accepted. On PostgreSQL these statements travel together with the commit."""
        insert = self.session.insert
        if self._said:
            self._save_cards()
            insert("submission", SUBMISSION, [submission_row(seq, one, self.heard_at) for seq, one in self._said])
            insert("body", BODY, [(seq, bytes(one.submission.body), one.evidence, one.salt) for seq, one in self._said])
            insert("leaf", ("seq", "entry"), [(seq, one.entry) for seq, one in self._said])
            gone = [(*gone, seq) for seq, one in self._said for gone in _gone(one)]
            if gone:
                insert("retired", ("dossier", "gone", "seq"), gone)
            self.ledger.save(self.session)
        contents = {digest: content for batch in self._accepted for digest, content in batch.contents.items()}
        if contents:
            insert_contents(self.database, self.session, contents)
        tasks = [task for batch in self._accepted for task in batch.tasks]
        if tasks:
            outbox.add(self.database, self.session, tasks, self.now)

    def _save_cards(self) -> None:
        moved = sorted((name, card) for name, card in self._cards.items() if card.moved)
        opened = [(name, c.kind, c.reference, c.title, c.opened_at, c.opened) for name, c in moved if c.new]
        renamed = [(name, c.reference, c.title) for name, c in moved if not c.new]
        if opened:
            self.session.insert("dossier", DOSSIER, opened)
        if renamed:
            sets = "reference = new.reference, title = new.title"
            self.session.change("dossier", ("id",), sets, ("id", "reference", "title"), renamed)


def _gone(one: Ready) -> Collection[tuple[str, str]]:
    """What a statement replaces or withdraws: statements of its own dossier, whatever stands under those ids elsewhere."""
    ids = (*one.submission.replaces, *one.submission.withdraws)
    return dict.fromkeys((one.submission.dossier, i) for i in ids) if ids else ()


def submission_row(seq: int, one: Ready, heard_at: str) -> Row:
    """A statement as a row of the table, in the order of `SUBMISSION`."""
    s = one.submission
    return (
        seq, s.id, s.dossier, s.topic, s.key, s.version, s.by, s.for_, s.mandate, s.channel, s.authority, s.said_at, heard_at,
        _ids(s.replaces), _ids(s.withdraws), one.body_digest, one.digest,
    )  # fmt: skip


def _ids(ids: tuple[str, ...]) -> str:
    return msgspec.json.encode(ids).decode() if ids else "[]"
