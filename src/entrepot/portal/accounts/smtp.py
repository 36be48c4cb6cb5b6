"""The way of mails: `smtp://user:password@host:587?tls=1`, `smtps://…`; where none is named, files in a folder."""

from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from msgspec import Struct

from entrepot.store.database import StoreError


class Mail(Struct, frozen=True):
    """As Django's settings want it. Without a host mails are files in the folder."""

    backend: str
    folder: str
    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    tls: bool = False
    ssl: bool = False


def mail_settings(url: str, folder: Path) -> Mail:
    """Read the address; StoreError where it is none."""
    if not url:
        return Mail("django.core.mail.backends.filebased.EmailBackend", str(folder))
    try:
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("it starts with smtp:// or smtps:// and names a host")
        tls = parse_qs(parts.query).get("tls") == ["1"]
        port = parts.port or {"smtps": 465}.get(parts.scheme, 587 if tls else 25)
    except ValueError as error:  # the address holds a password: it is not repeated
        raise StoreError(
            f"ENTREPOT_SMTP is no address of a mail server: {error}", f"ENTREPOT_SMTP 不是有效的邮件服务器地址：{error}"
        ) from error
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    backend = "django.core.mail.backends.smtp.EmailBackend"
    return Mail(backend, str(folder), parts.hostname, port, user, password, tls, parts.scheme == "smtps")
