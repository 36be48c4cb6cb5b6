"""Bodies: topics of document. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from typing import Literal, Required, TypedDict

from entrepot_client.topic import Topic


class DocumentIssued(TypedDict, total=False):
    """A document was signed (the key is its id, a UUID). `kind` is contract, invoice, origin …; `of` the topic
    and key of the finding that it holds. `finding` is a keyed digest of the value: it says nothing to
    whoever does not have the document. Digests are SHA-256 of the bytes: the credential's, the selectively
    disclosable one's. `status_place` is its place on the status list of that number. `readers` are the
    roles that may have the bytes.
    """

    kind: Required[str]
    of: Required[str]
    finding: Required[str]
    issuer: Required[str]
    issuer_name: Required[str]
    credential: Required[str]
    issued_at: Required[str]
    status_list: Required[int]
    status_place: Required[int]
    readers: Required[list[str]]
    sd_jwt: str
    replaces: str


DOCUMENT_ISSUED: Topic[DocumentIssued] = Topic("document.issued", keyed="document")
"""A signed document: its kind, its digests, who signed it; never what it says. (已签发文件)"""


class DocumentPrinted(TypedDict, total=False):
    """The signed PDF of a document (the key is the document's id): SHA-256 of the PDF, and of the receipt of
    its issue, which the PDF holds together with the credential.
    """

    pdf: Required[str]
    receipt: Required[str]


DOCUMENT_PRINTED: Topic[DocumentPrinted] = Topic("document.printed", keyed="document")
"""The signed PDF of an issued document, with its credential and receipt inside. (已签名 PDF)"""


class DocumentRevoked(TypedDict, total=False):
    """A document no longer counts, is suspended, or counts again (the key is its id). The last word stands;
    what was revoked stays so. `replaced_by` is the id of the document in its place.
    """

    state: Required[Literal["reinstated", "revoked", "suspended"]]
    reason: Required[str]
    on: Required[str]
    replaced_by: str


DOCUMENT_REVOKED: Topic[DocumentRevoked] = Topic("document.revoked", keyed="document")
"""An issued document no longer counts, is suspended, or counts again. (文件已撤销)"""


class DocumentDisclosed(TypedDict, total=False):
    """A part of a document was given to somebody (the key is the presentation's SHA-256): which fields, to
    whom, on what day.
    """

    document: Required[str]
    to: Required[str]
    fields: Required[list[str]]
    on: Required[str]
    preset: str


DOCUMENT_DISCLOSED: Topic[DocumentDisclosed] = Topic("document.disclosed", keyed="presentation")
"""Which fields of a document were given to whom. (选择性披露)"""
