"""Deliveries are checked as the platform signs them."""

from datetime import UTC, datetime

import msgspec
import pytest

from entrepot.gateways import webhooks as signing
from entrepot_client.webhooks import NotGenuine, verified

NOW = datetime(2026, 4, 1, tzinfo=UTC)
EVENT = {
    "specversion": "1.0", "id": "e1", "source": "https://portal", "type": "entrepot.said.customs.release", "subject": "D1", "time": "t",
    "datacontenttype": "application/json", "dataschema": "", "sequence": "1", "data": {"dossier": "D1", "topic": "customs.release",
    "position": "1", "new_field_of_a_later_edition": 1},
}  # fmt: skip
BODY = msgspec.json.encode(EVENT)
SECRET, OTHER = (signing.secret_of(b"m" * 32, name, 1) for name in ("one", "other"))


def headers(secret: str = SECRET, body: bytes = BODY, stamp: int = int(NOW.timestamp())) -> dict[str, str]:
    import base64
    import hashlib
    import hmac

    key = base64.b64decode(secret.removeprefix("whsec_"))
    mac = base64.b64encode(hmac.digest(key, f"e1.{stamp}.".encode() + body, hashlib.sha256)).decode()
    return {"Webhook-Id": "e1", "Webhook-Timestamp": str(stamp), "Webhook-Signature": f"v1a,xyz v1,{mac}"}


def test_a_genuine_delivery_gives_its_event() -> None:
    assert verified(SECRET, headers(), BODY, now=NOW.timestamp()).data.topic == "customs.release"


@pytest.mark.parametrize(
    ("changed", "body"),
    [
        (headers(OTHER), BODY),
        (headers(), BODY.replace(b"D1", b"D2")),
        (headers() | {"Webhook-Id": "e2"}, BODY),
        (headers(stamp=int(NOW.timestamp()) - 400), BODY),
        (headers() | {"Webhook-Timestamp": "²"}, BODY),
        (headers() | {"Webhook-Signature": ""}, BODY),
        ({}, BODY),
        (headers(body=b"[]"), b"[]"),
    ],
)
def test_anything_else_is_refused(changed: dict[str, str], body: bytes) -> None:
    with pytest.raises(NotGenuine):
        verified(SECRET, changed, body, now=NOW.timestamp())
