"""Bodies: topics of organisation. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from typing import Literal, Required, TypedDict

from entrepot_client.topic import Topic


class OrganisationKey(TypedDict, total=False):
    """A public key of an organisation (the key of the topic is its multikey, `z6Mk…`, Ed25519). `use` is what
    it may sign; `custody` who keeps the secret half: the organisation itself (`own`) or the platform. Good
    from `since` until `until`, both days inclusive. A key in own custody was proven: `proof` is its
    signature of `challenge`, both in base64.
    """

    organisation: Required[str]
    name: Required[str]
    use: Required[list[Literal["documents", "pdf", "titles"]]]
    custody: Required[Literal["own", "platform"]]
    since: Required[str]
    until: str | None
    uscc: str
    certificate: str
    challenge: str
    proof: str


ORGANISATION_KEY: Topic[OrganisationKey] = Topic("organisation.key", keyed="public_key")
"""A public key with which the organisation signs; the platform says it after the key was proven or made.
(企业签名密钥)
"""


class KeyVouched(TypedDict, total=False):
    """The operator looked at who an organisation is and vouches for its key (the key is the multikey): under
    which name, unified social credit code and proof of identity, and the SHA-256 of the identity anchor, a
    credential that the operator signed.
    """

    organisation: Required[str]
    name: Required[str]
    anchor: Required[str]
    operator: Required[str]
    on: Required[str]
    uscc: str
    seen: str


ORGANISATION_VOUCHED: Topic[KeyVouched] = Topic("organisation.vouched", keyed="public_key")
"""The operator vouches that a key is that of an enterprise with this name and code. (密钥身份确认)"""


class KeyRevoked(TypedDict, total=False):
    """A key signs no more (the key is the multikey). What it had signed before this stood in the log stands,
    what came later does not; from `compromised_on`, where somebody else had it, nothing signed with it
    counts.
    """

    reason: Required[str]
    on: Required[str]
    compromised_on: str | None


ORGANISATION_KEY_REVOKED: Topic[KeyRevoked] = Topic("organisation.key_revoked", keyed="public_key")
"""The key signs no more from here on. (密钥已吊销)"""
