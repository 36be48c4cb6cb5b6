"""Bodies: topics of certificate. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Required, TypedDict

from entrepot_client.topic import Topic

if TYPE_CHECKING:
    from entrepot_client.topics.shared import Box, CertificateLine, Money, Text
    from entrepot_client.topics.shared_2 import Amendment, Rejected, Sending, Unsent


class CertificateRequest(TypedDict, total=False):
    """What an exporter asks for and no other paper says. `applied_on` is the day of applying, or of making the
    declaration out. An empty `agreement` is the one that the origin decisions name; empty `lines` are all
    that originate. By line: `criteria` where another criterion than the one found is to stand, `marks` of
    the country of origin (RCEP Art. 2.6: `*` highest rate of the contributing Parties, `**` of any Party),
    `fob` values where the price is not FOB. `original` is the number of the proof that a back-to-back proof
    rests on, `original_origin` the country of origin on it (alpha-3), `original_authorisation` the code of
    its approved exporter. `authorisation` is the approved exporter's or the exporter's reference number,
    `reference` the declaration's own unique number; a declaration may cover a period of identical
    shipments.
    """

    applied_on: Required[str]
    agreement: str
    form: Literal["approved_exporter_declaration", "certificate", "declaration"]
    lines: list[str]
    criteria: dict[str, str]
    marks: dict[str, Literal["*", "**"]]
    fob: dict[str, Money]
    original: str
    original_origin: str
    original_authorisation: str
    authorisation: str
    reference: str
    place: str
    signatory: str
    producer_confidential: bool
    replaces: str
    remarks: str
    period_from: str | None
    period_until: str | None


CERTIFICATE_REQUEST: Topic[CertificateRequest] = Topic("certificate.request")
"""What the exporter asks of a proof of origin; once it is said, the certificate is drafted. (原产地证书申请)"""


class Certificate(TypedDict, total=False):
    """A certificate or declaration of origin as drafted. `issuer` is who issues or signs it; `shipped_on` the
    day of shipment; `original` the proof behind a back-to-back one, `valid_until` the last day that one
    allows. `self_made`: nobody issues it, whoever is named completes and signs it. `wording` cites where
    the prescribed text stands.
    """

    agreement: Required[str]
    form: Required[str]
    name: Required[Text]
    issuer: Required[Text]
    applied_on: Required[str]
    importing: Required[str]
    boxes: Required[list[Box]]
    lines: Required[list[CertificateLine]]
    sheets: int
    shipped_on: str | None
    retroactive: bool
    third_party: bool
    original: str
    valid_until: str | None
    self_made: bool
    wording: str


CERTIFICATE_DRAFT: Topic[Certificate] = Topic("certificate.draft")
"""The certificate or declaration of origin box by box, each with its source; refused with all problems at
once. (原产地证书草稿)
"""


class Ruling_Certificate_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: Certificate | None


CERTIFICATE_DRAFT_RULING: Topic[Ruling_Certificate_] = Topic("certificate.draft.ruling")
"""a person's ruling of `certificate.draft`, made by the kernel. (原产地证书草稿：人工裁定)"""


CERTIFICATE_DRAFT_SENDING: Topic[Sending] = Topic("certificate.draft.sending", keyed="message")
"""about to be sent of `certificate.draft`, made by the kernel. (原产地证书草稿：待发送)"""


class Sent_Certificate_(TypedDict, total=False):
    """What an office was given: the value, its digest, the whole finding, the code version and the packs'
    digests. An amendment or a withdrawal names the number of the declaration it is about. `handed` is the
    SHA-256 of the very bytes, where the way to the office writes them in another format.
    """

    office: Required[str]
    sequence: Required[int]
    digest: Required[str]
    value: Required[Certificate]
    finding: dict[str, Any]
    code: str
    packs: dict[str, str]
    function: Literal["amend", "cancel", "original"]
    declaration: str
    handed: str


CERTIFICATE_DRAFT_SENT: Topic[Sent_Certificate_] = Topic("certificate.draft.sent", keyed="message")
"""sent of `certificate.draft`, made by the kernel. (原产地证书草稿：已发送)"""


CERTIFICATE_DRAFT_UNSENT: Topic[Unsent] = Topic("certificate.draft.unsent", keyed="message")
"""failed to send of `certificate.draft`, made by the kernel. (原产地证书草稿：发送失败)"""


CERTIFICATE_DRAFT_REJECTED: Topic[Rejected] = Topic("certificate.draft.rejected", keyed="message")
"""rejected by the office of `certificate.draft`, made by the kernel. (原产地证书草稿：被退回)"""


CERTIFICATE_DRAFT_AMENDMENT: Topic[Amendment] = Topic("certificate.draft.amendment")
"""differs from what was sent of `certificate.draft`, made by the kernel. (原产地证书草稿：与已发送不一致)"""
