"""A step as it is signed and hashed: canonical JSON (RFC 8785) of its fields, without those left at their default."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

import msgspec

from entrepot.kernel.canonical import canonical
from entrepot.kernel.vocabulary.titles import TitleDocument, TitleStep


def plain(value: Any) -> Any:
    """A value as JSON holds it in a statement: decimals as plain text, days as ISO 8601, nothing for what is not stated."""
    return _plain(msgspec.to_builtins(value, builtin_types=(Decimal, date), str_keys=True))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return f"{value:f}" if value else "0"
    return value.isoformat() if isinstance(value, date) else value


def unsigned(step: TitleStep) -> dict[str, Any]:
    """What is signed: the step without its proof."""
    body: dict[str, Any] = plain(step)
    body.pop("proof", None)
    return body


def digest_of(step: TitleStep) -> str:
    """SHA-256 (hex) of the signed step: what the next step names as its `previous`."""
    return sha256(canonical(plain(step))).hexdigest()


def content_of(document: TitleDocument) -> str:
    """SHA-256 (hex) of a document of title: what a step names as its `content`."""
    return sha256(canonical(plain(document))).hexdigest()


def signer_of(step: TitleStep) -> str:
    """The `did:key` that a step says it is signed with; empty where it is not signed, or names its key in two ways."""
    did, _, fragment = (step.proof.verification_method if step.proof is not None else "").partition("#")
    return did if did.startswith("did:key:") and fragment == did.removeprefix("did:key:") else ""
