"""From the URL of a verification method to its public key: did:key, did:jwk, and did:web through documents that the caller gives.

Nothing here asks the network: a `Resolver` is a function of the caller, for instance `documents_in(folder)`.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from entrepot.gateways.credentials.data_integrity import KeyFinder, key_in_the_name
from entrepot.gateways.credentials.keys import KeyOutOfReach, NotAKey, PublicKey, read_multikey
from entrepot.gateways.credentials.reading import Unfit, from_base64url, read_object
from entrepot.gateways.jws import from_jwk

Resolver = Callable[[str], bytes | None]  # a DID to the bytes of its document, None when there is none

MAX_DOCUMENT = 256 << 10  # bytes of a DID document
_HOST = re.compile(
    r"(?=.{1,253}(%3A|$))[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(%3A[1-9][0-9]{0,4})?"
)
_STEP = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}")


def key_finder(resolve: Resolver | None = None) -> KeyFinder:
    """The function that finds keys for proofs: by did:key and did:jwk alone, by did:web too when documents can be had."""

    def find(method: str, purpose: str) -> PublicKey:
        if method.startswith("did:key:"):
            return key_in_the_name(method, purpose)
        if method.startswith("did:jwk:"):
            return _jwk_in_the_name(method)
        if method.startswith("did:web:"):
            return _key_in_document(method, purpose, resolve)
        raise KeyOutOfReach(f"{method[:60]!r} is no did:key, did:jwk or did:web")

    return find


def documents_in(folder: Path) -> Resolver:
    """A resolver for did:web that reads `<folder>/<host>/<path>/did.json` (`.well-known` where the DID has no path)."""

    def read(did: str) -> bytes | None:
        host, *steps = did.removeprefix("did:web:").split(":")
        if not did.startswith("did:web:") or not _HOST.fullmatch(host) or not all(map(_STEP.fullmatch, steps)):
            return None
        file = folder.joinpath(host, *(steps or [".well-known"]), "did.json")
        if not file.is_file():
            return None
        with file.open("rb") as stream:
            return stream.read(MAX_DOCUMENT + 1)

    return read


def _jwk_in_the_name(method: str) -> PublicKey:
    did, _, fragment = method.partition("#")
    if fragment != "0":
        raise NotAKey("the only key of a did:jwk is #0")
    if len(did) > 2_000:
        raise NotAKey("the did:jwk is longer than any key")
    try:
        return _signing_jwk(read_object(from_base64url(did.removeprefix("did:jwk:"))))
    except NotAKey:
        raise
    except ValueError as error:
        raise NotAKey(f"the did:jwk holds no JWK: {error}") from error


def _signing_jwk(jwk: Mapping[str, Any]) -> PublicKey:
    if jwk.get("use", "sig") != "sig":
        raise NotAKey("the JWK is not for signatures")
    return from_jwk(jwk)


def _key_in_document(method: str, purpose: str, resolve: Resolver | None) -> PublicKey:
    did, marked, _ = method.partition("#")
    if not marked:
        raise NotAKey("a proof names the key of a DID, not the DID alone")
    data = resolve(did) if resolve is not None else None
    if data is None:
        raise KeyOutOfReach(f"the document of {did[:80]} was not given")
    try:
        document = read_object(data, MAX_DOCUMENT)
    except Unfit as error:
        raise NotAKey(f"the document of {did[:80]} cannot be read: {error}") from error
    if document.get("id") != did:
        raise NotAKey(f"the document given is not that of {did[:80]}")
    return _key_listed(document, did, method, purpose)


def _key_listed(document: Mapping[str, Any], did: str, method: str, purpose: str) -> PublicKey:
    """The key of a DID document under that URL, if it is one for the purpose (Controlled Identifiers 1.0, section 3.3)."""
    relation = document.get(purpose, [])
    relation = relation if isinstance(relation, list) else []
    inside = [entry for entry in relation if isinstance(entry, dict)]
    named = {entry for entry in relation if isinstance(entry, str)}
    listed = document.get("verificationMethod", [])
    listed = [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
    methods = [
        *(entry for entry in inside if _absolute(entry.get("id"), did) == method),
        *(entry for entry in listed if _absolute(entry.get("id"), did) == method),
    ]
    if len(methods) != 1:
        raise NotAKey(f"the document of {did[:80]} names this key {len(methods)} times")
    if methods[0] not in inside and not any(_absolute(name, did) == method for name in named):
        raise NotAKey(f"the key is not one that {did[:80]} lists for {purpose}")
    if methods[0].get("controller") != did:
        raise NotAKey("the key is in the hands of another controller")
    if "revoked" in methods[0]:
        raise NotAKey(f"the key was revoked on {str(methods[0]['revoked'])[:40]}")
    if isinstance(methods[0].get("publicKeyMultibase"), str):
        return read_multikey(methods[0]["publicKeyMultibase"])
    if isinstance(methods[0].get("publicKeyJwk"), dict):
        return _signing_jwk(methods[0]["publicKeyJwk"])
    raise KeyOutOfReach("the key is written in a way that is not read (read are publicKeyMultibase and publicKeyJwk)")


def _absolute(identifier: object, did: str) -> str:
    text = identifier if isinstance(identifier, str) else ""
    return did + text if text.startswith("#") else text
