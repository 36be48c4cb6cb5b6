"""What a receiver of webhooks does first: whether a delivery is from the portal, and of now (Standard Webhooks)."""

import base64
import hashlib
import hmac
import time
from binascii import Error as NotBase64
from collections.abc import Mapping

import msgspec

from entrepot_client.answers import Event

FRESH = 300  # seconds by which clocks may differ


class NotGenuine(Exception):
    """A delivery that the portal did not sign, or not now."""


def verified(
    secret: str, headers: Mapping[str, str], body: bytes, *, fresh: int = FRESH, now: float | None = None
) -> Event:
    """The event of a delivery, from its bytes as they came; NotGenuine, with the reason, for any other. `headers` in any case of
    letters. The same `webhook-id` may come again: keep it, and take what comes twice once."""
    given = {name.lower(): text for name, text in headers.items()}
    id, stamp = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    if not id or not stamp.isascii() or not stamp.isdecimal() or len(stamp) > 12:
        raise NotGenuine("it bears no id or no time")
    if abs((time.time() if now is None else now) - int(stamp)) > fresh:
        raise NotGenuine("it is too old, or the clocks differ")
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except NotBase64:
        raise ValueError("this is not the secret of a subscription") from None
    mine = base64.b64encode(hmac.digest(key, f"{id}.{stamp}.".encode() + body, hashlib.sha256))
    signatures = [one.partition(",") for one in given.get("webhook-signature", "").split(" ")]
    if not any(version == "v1" and hmac.compare_digest(mine, text.encode()) for version, _, text in signatures):
        raise NotGenuine("its signature does not hold")
    try:
        return msgspec.json.decode(body, type=Event)
    except msgspec.MsgspecError as error:
        raise NotGenuine(f"it holds no event: {error}") from None
