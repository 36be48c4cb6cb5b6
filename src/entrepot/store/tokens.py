"""Tokens: who may speak through a door. A token is 256 random bits; only their SHA-256 is kept, and it is shown once."""

import secrets
from datetime import UTC, datetime
from hashlib import sha256

import msgspec
from msgspec import Struct

from entrepot.kernel.submissions import Channel
from entrepot.store.database import StoreError
from entrepot.store.outbox import stamp
from entrepot.store.store import Store

PREFIX = "entrepot_"
_COLUMNS = "id, person, organisation, roles, channel, made_at, ends_at, revoked_at"


class TokenCard(Struct, frozen=True):
    """A token as it is listed: its id (never itself), whom it speaks for, the roles it licenses, and its days (UTC)."""

    id: str
    person: str
    organisation: str
    roles: tuple[str, ...]
    channel: Channel
    made_at: str
    ends_at: str = ""
    revoked_at: str = ""


def new_token(
    store: Store,
    person: str,
    organisation: str,
    roles: tuple[str, ...] = (),
    channel: Channel = "online",
    ends: datetime | None = None,
) -> str:
    """Make a token and give its secret, which is not kept and cannot be shown again."""
    secret = PREFIX + secrets.token_urlsafe(32)
    row = (
        _digest(secret), secrets.token_hex(4), person, organisation, msgspec.json.encode(sorted(roles)).decode(), channel,
        stamp(store.clock()), stamp(ends) if ends else "", "",
    )  # fmt: skip
    columns = ("digest", "id", "person", "organisation", "roles", "channel", "made_at", "ends_at", "revoked_at")
    with store.database.session() as session, session.writing():
        session.insert("token", columns, [row])
    return secret


def find_token(store: Store, secret: str) -> TokenCard | None:
    """The card of a token that holds now; None for any other text."""
    with store.database.session() as session:
        row = session.one(f"SELECT {_COLUMNS} FROM token WHERE digest = ? AND revoked_at = ''", _digest(secret))
    if row is None or (row[6] and row[6] <= stamp(store.clock().astimezone(UTC))):
        return None
    return _card(row)


def token_holds(store: Store, token_id: str) -> bool:
    """Whether the token with this id was neither revoked nor ran out."""
    with store.database.session() as session:
        row = session.one("SELECT ends_at FROM token WHERE id = ? AND revoked_at = ''", token_id)
    return row is not None and (not row[0] or row[0] > stamp(store.clock().astimezone(UTC)))


def revoke_token(store: Store, token_id: str) -> None:
    """End a token at once."""
    with store.database.session() as session:
        if session.one("SELECT 1 FROM token WHERE id = ?", token_id) is None:
            raise StoreError(f"there is no token {token_id!r}", f"没有令牌 {token_id!r}")
        with session.writing():
            session.run(
                ("UPDATE token SET revoked_at = ? WHERE id = ? AND revoked_at = ''", (stamp(store.clock()), token_id))
            )


def list_tokens(store: Store) -> list[TokenCard]:
    """All tokens ever made, the newest first."""
    with store.database.session() as session:
        return [_card(row) for row in session.all(f"SELECT {_COLUMNS} FROM token ORDER BY made_at DESC, id")]


def _card(row: tuple[str, ...]) -> TokenCard:
    values = dict(zip(_COLUMNS.split(", "), row, strict=True))
    return msgspec.convert({**values, "roles": msgspec.json.decode(values["roles"])}, type=TokenCard)


def _digest(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
