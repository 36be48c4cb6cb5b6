"""Django's settings: pages and the API as a WSGI application, without Django's database."""

import os
import secrets
from pathlib import Path

from entrepot.portal.setting import home


def _secret() -> str:
    """The key for Django's signatures: ENTREPOT_SECRET, else a file that only its owner reads, made on first use."""
    if given := os.environ.get("ENTREPOT_SECRET"):
        return given
    path = home() / "secret"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
        beside.replace(path)
    return path.read_text().strip()


SECRET_KEY = _secret()
DEBUG = False
ALLOWED_HOSTS = [host for host in os.environ.get("ENTREPOT_HOSTS", "").split(",") if host] + [
    "127.0.0.1",
    "localhost",
    "[::1]",
]
ROOT_URLCONF = "entrepot.portal.urls"
INSTALLED_APPS: list[str] = []
DATABASES: dict[str, object] = {}
MIDDLEWARE = [
    "entrepot.portal.web.guard",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "OPTIONS": {"libraries": {"sheet": "entrepot.portal.tags"}, "builtins": ["entrepot.portal.tags"]},
    }
]
USE_I18N = False
USE_TZ = True
APPEND_SLASH = False
# Behind a proxy that speaks TLS, ENTREPOT_HTTPS=1 keeps cookies to it.
_HTTPS = os.environ.get("ENTREPOT_HTTPS") == "1"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE = _HTTPS
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if _HTTPS else []
CSRF_FAILURE_VIEW = "entrepot.portal.pages.forged"
if _HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
LOGGING_CONFIG = ""  # logs go where the process sends them
