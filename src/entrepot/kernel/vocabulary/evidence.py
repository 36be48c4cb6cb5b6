"""Signed documents: the keys of organisations, what was issued, revoked and disclosed, and the inspection report.

What a signature stands behind is said by the platform's own verbs alone (issue, revoke, disclose, register a key): they check the
key, the right and the value first. Such a statement names the person and the organisation that had it said.
"""

from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from entrepot.kernel.text import Text, Words
from entrepot.kernel.topics import EVERYONE, said_each
from entrepot.kernel.vocabulary.trade import SHIPPERS

PLATFORM = frozenset({"platform"})
DOCUMENT_READERS = SHIPPERS | {"bank", "producer"}


class OrganisationKey(Struct, frozen=True, omit_defaults=True):
    """A public key of an organisation (the key of the topic is its multikey, `z6Mk…`, Ed25519). `use` is what it may sign;
    `custody` who keeps the secret half: the organisation itself (`own`) or the platform. Good from `since` until `until`, both days
    inclusive. A key in own custody was proven: `proof` is its signature of `challenge`, both in base64."""

    organisation: str
    name: str
    use: tuple[Literal["documents", "titles", "pdf"], ...]
    custody: Literal["own", "platform"]
    since: date
    until: date | None = None
    uscc: str = ""
    certificate: str = ""
    challenge: str = ""
    proof: str = ""


class KeyVouched(Struct, frozen=True, omit_defaults=True):
    """The operator looked at who an organisation is and vouches for its key (the key is the multikey): under which name, unified
    social credit code and proof of identity, and the SHA-256 of the identity anchor, a credential that the operator signed."""

    organisation: str
    name: str
    anchor: str
    operator: str
    on: date
    uscc: str = ""
    seen: str = ""


class KeyRevoked(Struct, frozen=True, omit_defaults=True):
    """A key signs no more (the key is the multikey). What it had signed before this stood in the log stands, what came later does
    not; from `compromised_on`, where somebody else had it, nothing signed with it counts."""

    reason: str
    on: date
    compromised_on: date | None = None


class DocumentIssued(Struct, frozen=True, omit_defaults=True):
    """A document was signed (the key is its id, a UUID). `kind` is contract, invoice, origin …; `of` the topic and key of the finding
    that it holds. `finding` is a keyed digest of the value: it says nothing to whoever does not have the document. Digests are SHA-256
    of the bytes: the credential's, the selectively disclosable one's. `status_place` is its place on the
    status list of that number. `readers` are the roles that may have the bytes."""

    kind: str
    of: str
    finding: str
    issuer: str
    issuer_name: str
    credential: str
    issued_at: str
    status_list: int
    status_place: int
    readers: tuple[str, ...]
    sd_jwt: str = ""
    replaces: str = ""


class DocumentPrinted(Struct, frozen=True, omit_defaults=True):
    """The signed PDF of a document (the key is the document's id): SHA-256 of the PDF, and of the receipt of its issue, which the PDF
    holds together with the credential."""

    pdf: str
    receipt: str


class DocumentRevoked(Struct, frozen=True, omit_defaults=True):
    """A document no longer counts, is suspended, or counts again (the key is its id). The last word stands; what was revoked stays
    so. `replaced_by` is the id of the document in its place."""

    state: Literal["revoked", "suspended", "reinstated"]
    reason: str
    on: date
    replaced_by: str = ""


class DocumentDisclosed(Struct, frozen=True, omit_defaults=True):
    """A part of a document was given to somebody (the key is the presentation's SHA-256): which fields, to whom, on what day."""

    document: str
    to: str
    fields: tuple[str, ...]
    on: date
    preset: str = ""


class InspectionResult(Struct, frozen=True, omit_defaults=True):
    """One thing measured or looked at: the characteristic, the method (a standard, `ISO 2859-1`), what was found in which unit, what
    was asked for, and whether it passes (None: measured only)."""

    characteristic: Words
    method: str
    value: Words
    unit: str = ""
    required: Words = ""
    passed: bool | None = None


class InspectedLine(Struct, frozen=True, omit_defaults=True):
    """A line of goods as it was inspected: its number in the dossier, how much was presented and how much of it was looked at."""

    line: str
    quantity: Decimal
    unit: str
    sample_size: Decimal | None = None
    description: Words = ""
    results: tuple[InspectionResult, ...] = ()


class InspectionReport(Struct, frozen=True, omit_defaults=True):
    """What an inspector found (the key is the report's number): when and where, how the samples were drawn, line by line, and the
    conclusion."""

    inspected_on: date
    place: Words
    inspector: Words
    lines: tuple[InspectedLine, ...]
    conclusion: Literal["conforms", "does_not_conform", "findings_only"]
    sampling: Words = ""
    containers: tuple[str, ...] = ()
    remarks: Words = ""


ORGANISATION_KEY = said_each(
    "organisation.key",
    OrganisationKey,
    "public_key",
    say=PLATFORM,
    read=EVERYONE,
    label=Text("key of the organisation", "企业签名密钥"),
    doc="A public key with which the organisation signs; the platform says it after the key was proven or made.",
)
KEY_VOUCHED = said_each(
    "organisation.vouched",
    KeyVouched,
    "public_key",
    say=PLATFORM,
    read=EVERYONE,
    label=Text("key vouched for", "密钥身份确认"),
    doc="The operator vouches that a key is that of an enterprise with this name and code.",
)
KEY_REVOKED = said_each(
    "organisation.key_revoked",
    KeyRevoked,
    "public_key",
    say=PLATFORM,
    final=True,
    read=EVERYONE,
    label=Text("key revoked", "密钥已吊销"),
    doc="The key signs no more from here on.",
)
ISSUED = said_each(
    "document.issued",
    DocumentIssued,
    "document",
    say=PLATFORM,
    final=True,
    read=DOCUMENT_READERS,
    label=Text("document issued", "已签发文件"),
    doc="A signed document: its kind, its digests, who signed it; never what it says.",
)
PRINTED = said_each(
    "document.printed",
    DocumentPrinted,
    "document",
    say=PLATFORM,
    final=True,
    read=DOCUMENT_READERS,
    label=Text("signed PDF", "已签名 PDF"),
    doc="The signed PDF of an issued document, with its credential and receipt inside.",
)
REVOKED = said_each(
    "document.revoked",
    DocumentRevoked,
    "document",
    say=PLATFORM,
    read=DOCUMENT_READERS,
    label=Text("document revoked", "文件已撤销"),
    doc="An issued document no longer counts, is suspended, or counts again.",
)
DISCLOSED = said_each(
    "document.disclosed",
    DocumentDisclosed,
    "presentation",
    say=PLATFORM,
    final=True,
    read=frozenset({"exporter", "clerk", "operator", "auditor", "speaker"}),
    label=Text("disclosed in part", "选择性披露"),
    doc="Which fields of a document were given to whom.",
)
INSPECTION = said_each(
    "inspection.report",
    InspectionReport,
    "report",
    say=frozenset({"warehouse", "producer", "certifier", "clerk"}),
    read=SHIPPERS,
    label=Text("inspection report", "检验报告"),
    doc="What an inspector, a warehouse or the producer found on looking at the goods.",
)
