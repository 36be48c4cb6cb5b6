"""Tokens: who may speak through a door. A token is 256 random bits; only their SHA-256 is kept, and it is shown once."""

import secrets
from collections.abc import Collection
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256

import msgspec
from msgspec import Struct

from entrepot.kernel.submissions import Channel
from entrepot.store.database import StoreError, listed
from entrepot.store.outbox import stamp
from entrepot.store.store import Store

PREFIX, OF_SANDBOX = "entrepot_", "entrepot_sandbox_"  # a live store looks none of the latter up
_COLUMNS = "id, person, organisation, roles, channel, made_at, ends_at, revoked_at, name"


class TokenCard(Struct, frozen=True):
    """A token as it is listed: its id (never itself), whom it speaks for, the roles it licenses, its days (UTC), what
    its maker calls it, and the day of its last use where that is asked for."""

    id: str
    person: str
    organisation: str
    roles: tuple[str, ...]
    channel: Channel
    made_at: str
    ends_at: str = ""
    revoked_at: str = ""
    name: str = ""
    used_on: str = ""


def new_token(
    store: Store,
    person: str,
    organisation: str,
    roles: tuple[str, ...] = (),
    channel: Channel = "online",
    ends: datetime | None = None,
    name: str = "",
) -> str:
    """Make a token and give its secret, which is not kept and cannot be shown again."""
    secret = (OF_SANDBOX if store.nature == "sandbox" else PREFIX) + secrets.token_urlsafe(32)
    row = (
        _digest(secret), secrets.token_hex(4), person, organisation, msgspec.json.encode(sorted(roles)).decode(), channel,
        stamp(store.clock()), stamp(ends) if ends else "", "", name,
    )  # fmt: skip
    columns = ("digest", "id", "person", "organisation", "roles", "channel", "made_at", "ends_at", "revoked_at", "name")
    with store.database.session() as session, session.writing():
        session.insert("token", columns, [row])
    return secret


def find_tokens(store: Store, secrets: Collection[str]) -> dict[str, TokenCard]:
    """The cards of those of many texts that are tokens which hold now, in one question."""
    sought = {_digest(one): one for one in secrets if store.nature == "sandbox" or not one.startswith(OF_SANDBOX)}
    if not sought:
        return {}
    which = "digest = ?" if len(sought) == 1 else store.database.among("digest")
    asked = next(iter(sought)) if len(sought) == 1 else listed(sought)
    with store.database.session() as session:
        rows = session.all(f"SELECT digest, {_COLUMNS} FROM token WHERE {which} AND revoked_at = ''", asked)
    now = stamp(store.clock().astimezone(UTC))
    return {sought[digest]: _card(tuple(row)) for digest, *row in rows if not row[6] or row[6] > now}


def token_holds(store: Store, token_id: str, organisation: str = "") -> bool:
    """Whether the token with this id, and of this organisation where one is named, was neither revoked nor ran out."""
    with store.database.session() as session:
        row = session.one("SELECT ends_at, organisation FROM token WHERE id = ? AND revoked_at = ''", token_id)
    return (
        row is not None
        and organisation in ("", row[1])
        and (not row[0] or row[0] > stamp(store.clock().astimezone(UTC)))
    )


def note_use(store: Store, token_id: str) -> None:
    """Note that the token was used today; written once a day."""
    today = stamp(store.clock().astimezone(UTC))[:10]
    if store.tokens_used.get(token_id) == today:
        return
    store.tokens_used[token_id] = today
    # A full disk keeps nobody from reading.
    with suppress(StoreError, *store.database.faults), store.database.session() as session, session.writing():
        session.run(
            (
                "INSERT INTO token_use (token, used_on) VALUES (?, ?) ON CONFLICT (token) DO UPDATE SET used_on = excluded.used_on",
                (token_id, today),
            )
        )


def revoke_tokens(store: Store, organisation: str, person: str = "") -> int:
    """End all tokens of an organisation, or of one person in it, at once; how many there were."""
    held = [
        card.id
        for card in list_tokens(store, organisation)
        if not card.revoked_at and (not person or card.person == person)
    ]
    for token_id in held:
        revoke_token(store, token_id)
    return len(held)


def revoke_token(store: Store, token_id: str) -> None:
    """End a token at once."""
    with store.database.session() as session:
        if session.one("SELECT 1 FROM token WHERE id = ?", token_id) is None:
            raise StoreError(f"there is no token {token_id!r}", f"没有令牌 {token_id!r}")
        with session.writing():
            session.run(
                ("UPDATE token SET revoked_at = ? WHERE id = ? AND revoked_at = ''", (stamp(store.clock()), token_id))
            )


def list_tokens(store: Store, organisation: str = "") -> list[TokenCard]:
    """All tokens ever made, or those of an organisation, the newest first, with the day of their last use."""
    query = f"SELECT {_COLUMNS} FROM token WHERE ? IN ('', organisation) ORDER BY made_at DESC, id"
    with store.database.session() as session:
        used: dict[str, str] = dict(session.all("SELECT token, used_on FROM token_use"))
        cards = [_card(row) for row in session.all(query, organisation)]
    return [msgspec.structs.replace(card, used_on=used.get(card.id, "")) for card in cards]


def _card(row: tuple[str, ...]) -> TokenCard:
    values = dict(zip(_COLUMNS.split(", "), row, strict=True))
    return msgspec.convert({**values, "roles": msgspec.json.decode(values["roles"])}, type=TokenCard)


def _digest(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
