"""Documents by their SHA-256, and the erasing by law of documents and bodies: always beside a row that says why."""

from collections.abc import Mapping
from datetime import datetime

from entrepot.store.database import Database, Session, StoreError, listed
from entrepot.store.intake import Content
from entrepot.store.outbox import stamp
from entrepot.store.search import forget

_MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"GIF8", "image/gif"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"\x1f\x8b", "application/gzip"),
    (b"PK\x03\x04", "application/zip"),
    (b"<?xml", "application/xml"),
)  # fmt: skip
_OOXML = "application/vnd.openxmlformats-officedocument."


def sniffed(content: Content) -> str:
    """The media type that the first bytes show, whatever was claimed; the claim where they show nothing.

    A claim of an office document stands on a zip, which is what such a document is.
    """
    for magic, media_type in _MAGIC:
        if content.data.startswith(magic):
            narrower = media_type == "application/zip" and content.media_type.startswith(_OOXML)
            return content.media_type if narrower else media_type
    return content.media_type or "application/octet-stream"


def insert_contents(database: Database, session: Session, contents: Mapping[str, Content]) -> None:
    """Keep documents, inside the caller's transaction. One that was erased by law does not come back by being sent again."""
    digests = listed(contents)
    there, erased = session.run(
        (f"SELECT digest FROM content WHERE {database.among('digest')}", (digests,)),
        (f"SELECT reference FROM erased WHERE what = 'content' AND {database.among('reference')}", (digests,)),
    )
    known = {row[0] for row in (*there, *erased)}
    for digest, content in sorted(contents.items()):
        if digest not in known:
            row = (digest, sniffed(content), len(content.data), content.data)
            session.run(("INSERT INTO content (digest, media_type, size, data) VALUES (?, ?, ?, ?)", row))


def erase(session: Session, what: str, reference: str, reason: str, by: str, now: datetime) -> None:
    """Delete a document (by digest) or a statement's body, evidence list and salt (by id), and say why."""
    where = "digest = ?" if what == "content" else "seq = (SELECT seq FROM submission WHERE id = ?)"
    apart = "SELECT 1 FROM aside WHERE id = ?" if what == "body" else "SELECT 1 FROM paper_part WHERE digest LIKE ?"
    named = reference if what == "body" else f"% {reference}"  # a part of a paper is kept with the log it came from
    if session.one(f"SELECT 1 FROM {what} WHERE {where}", reference) is None and session.one(apart, named) is None:
        raise StoreError(f"there is no {what} {reference!r} to erase", f"没有可删除的内容 {reference!r}")
    session.insert(
        "erased", ("what", "reference", "reason", "by_person", "erased_at"), [(what, reference, reason, by, stamp(now))]
    )
    session.run((f"DELETE FROM {what} WHERE {where}", (reference,)))
    if what == "content":
        session.run(("DELETE FROM paper_part WHERE digest LIKE ?", (named,)))
    if what == "body":
        # Counters: what could not be taken under this id, and what was prepared for the portal to say.
        session.run(("DELETE FROM aside WHERE id = ?", (reference,)), ("DELETE FROM prepared WHERE id = ?", (reference,)))
        forget(session, reference)
        # A task for a message bears the message's id: the words it carries go too, and what was not done yet is not done any more.
        session.run(
            ("UPDATE outbox SET payload = ?, error = 'erased', state = CASE state WHEN 'waiting' THEN 'given up' ELSE state END"
             " WHERE id = ? OR id = (SELECT key FROM submission WHERE id = ? AND key <> '')", (b"", reference, reference)),
        )  # fmt: skip
        # The card shows words of the opening statement.
        session.run(
            ("UPDATE dossier SET reference = '', title = '' WHERE id ="
             " (SELECT dossier FROM submission WHERE id = ? AND topic = 'dossier.opened')", (reference,)),
        )  # fmt: skip
