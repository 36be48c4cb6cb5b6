"""Django's settings: pages and the API as a WSGI application; Django's database holds the accounts alone.

ENTREPOT_ACCOUNTS is the accounts' address (beside the store where it names none), ENTREPOT_SMTP the way of mails (without it they
are files in the home folder), ENTREPOT_OIDC the file of those who vouch for people, ENTREPOT_PROXIES how many proxies stand before us.
"""

import os
import secrets
from pathlib import Path

from entrepot.portal.accounts.oidc import read_issuers
from entrepot.portal.accounts.smtp import mail_settings
from entrepot.portal.sandboxes import sandbox_hosts
from entrepot.portal.setting import cookie, database_url, home, https, secret_of
from entrepot.store import vault
from entrepot.store.accounts.place import accounts_url, django_database


def _secret() -> str:
    """The key for Django's signatures: ENTREPOT_SECRET (or ENTREPOT_SECRET_FILE), else a file that only its owner reads, made on
    first use."""
    if given := secret_of("ENTREPOT_SECRET"):
        return given
    path = home() / "secret"
    if (folder := vault.locked(path)) is not None:  # a counter's: it follows from its passphrase
        return vault.derived(folder, "signatures").hex()
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
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if https() else []
ALLOWED_HOSTS += sandbox_hosts()  # forms of the one are none of the other's, which trusts its own host alone
ROOT_URLCONF = "entrepot.portal.urls"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "entrepot.store.accounts",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "allauth.idp.oidc",
]
DATABASES = {"default": django_database(accounts_url(os.environ.get("ENTREPOT_ACCOUNTS", ""), database_url(), home()))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {  # counts of attempts, shared by all processes; it must forget nobody who is locked out
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
MIDDLEWARE = [
    "entrepot.portal.web.guard",
    "entrepot.portal.compressing.Compressed",
    "django.middleware.security.SecurityMiddleware",
    "entrepot.portal.accounts.middleware.people",
    "django.middleware.csrf.CsrfViewMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates", Path(__file__).parent / "templates" / "accounts"],
        "APP_DIRS": True,
        "OPTIONS": {
            "libraries": {"sheet": "entrepot.portal.tags"},
            "builtins": ["entrepot.portal.tags"],
            "context_processors": ["entrepot.portal.accounts.frame.framed"],
        },
    }
]
USE_I18N = True
LANGUAGES = [("en", "English"), ("zh-hans", "中文")]
LANGUAGE_CODE = "en"
LANGUAGE_COOKIE_NAME = "entrepot_language_of_django"  # ours is read by our own middleware
STATIC_URL = "/accounts/static/"
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
APPEND_SLASH = False
# Behind a proxy that speaks TLS, ENTREPOT_HTTPS=1 keeps cookies to it, and to this host.
_HTTPS = https()
CSRF_COOKIE_NAME = cookie("csrftoken")
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE = _HTTPS
CSRF_FAILURE_VIEW = "entrepot.portal.pages.forged"
if _HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_500  # a form of fifty lines, each with all its fields
_LOCKED = vault.locked(home() / "x") is not None  # a counter: nothing that people say or hand in is written in the open
FILE_UPLOAD_MAX_MEMORY_SIZE = (64 if _LOCKED else 8) * 1024 * 1024
LOGGING_CONFIG = ""  # logs go where the process sends them

# -- people -----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
SESSION_COOKIE_NAME = cookie("entrepot_session")
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"  # whoever vouches for somebody sends the browser back from another site
SESSION_COOKIE_AGE = 12 * 3600  # a working day, after which one signs in again
PASSWORD_RESET_TIMEOUT = 3600
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "entrepot.portal.accounts.adapter.Accounts"
ACCOUNT_FORMS = {"signup": "entrepot.portal.accounts.forms.SignupForm"}
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*", "password2*"]
ACCOUNT_USERNAME_MIN_LENGTH = 3
ACCOUNT_USERNAME_VALIDATORS = "entrepot.portal.accounts.forms.USERNAME_VALIDATORS"
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Entrepôt: "
ACCOUNT_EMAIL_NOTIFICATIONS = True  # of every change of what one signs in with
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # other sessions end all the same: their hash is of the old password
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_RATE_LIMITS = {"login_failed": "10/10m/ip,5/10m/key", "login": "30/m/ip", "signup": "20/h/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("ENTREPOT_PROXIES") or "0")
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Entrepôt"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _HTTPS  # of localhost alone; browsers refuse any other
MFA_ADAPTER = "entrepot.portal.accounts.adapter.Factors"
MFA_FORMS = {"add_webauthn": "entrepot.portal.accounts.forms.AddKeyForm"}
USERSESSIONS_TRACK_ACTIVITY = False
SOCIALACCOUNT_ADAPTER = "entrepot.portal.accounts.adapter.Vouched"
SOCIALACCOUNT_AUTO_SIGNUP = False  # the login name stands in statements for good: one chooses it
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": read_issuers(os.environ.get("ENTREPOT_OIDC"))}}
IDP_OIDC_ADAPTER = "entrepot.portal.accounts.adapter.Provider"
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = 900
EMAIL_SUBJECT_PREFIX = ACCOUNT_EMAIL_SUBJECT_PREFIX
_MAIL = mail_settings(os.environ.get("ENTREPOT_SMTP", ""), home() / "mail")
EMAIL_BACKEND = "entrepot.portal.sandbox_mail.Marking"  # those of a sandbox say so; then on by:
ENTREPOT_MAIL_BACKEND, EMAIL_FILE_PATH = _MAIL.backend, _MAIL.folder
if _LOCKED and not _MAIL.host:  # it has no network, and a mail in a file would lie in the open
    ENTREPOT_MAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL.host, _MAIL.port, _MAIL.user, _MAIL.password
EMAIL_USE_TLS, EMAIL_USE_SSL, EMAIL_TIMEOUT = _MAIL.tls, _MAIL.ssl, 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("ENTREPOT_MAIL_FROM") or "entrepot@localhost"
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if _MAIL.host else "optional"
MFA_ALLOW_UNVERIFIED_EMAIL = not _MAIL.host  # where no mail goes out nobody could verify his address
