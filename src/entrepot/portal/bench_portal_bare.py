"""What `bench portal` compares itself with: a bare Django view that inserts one row by the ORM, durable, under our server.

BENCH_DATABASE=sqlite:///… python -m entrepot.portal.bench_portal_bare --port 8001
"""

from __future__ import annotations

import os
import sys
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings


def _database(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        durable = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL"
        options = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": durable}
        return {
            "ENGINE": "django.db.backends.sqlite3", "NAME": parts.path[1:] + ".bare", "OPTIONS": options, "CONN_MAX_AGE": None,
        }  # fmt: skip
    return {
        "ENGINE": "django.db.backends.postgresql", "NAME": parts.path.strip("/"), "USER": parts.username or "",
        "HOST": parse_qs(parts.query)["host"][0], "CONN_MAX_AGE": None,
    }  # fmt: skip


def application() -> Any:
    """The way in with a Django application of one view and one table."""
    settings.configure(
        DATABASES={"default": _database(os.environ["BENCH_DATABASE"])}, ALLOWED_HOSTS=["*"], USE_TZ=True, SECRET_KEY="bench",
        ROOT_URLCONF=__name__, MIDDLEWARE=[], INSTALLED_APPS=[], LOGGING_CONFIG="",
    )  # fmt: skip
    import django

    django.setup()
    from django.core.handlers.wsgi import WSGIHandler
    from django.db import connection, models
    from django.http import HttpRequest, HttpResponse
    from django.urls import path

    from entrepot.portal.rsgi import Bridge

    class Row(models.Model):
        dossier: models.CharField[str, str] = models.CharField(max_length=80)
        topic: models.CharField[str, str] = models.CharField(max_length=80)
        body: models.TextField[str, str] = models.TextField()
        said_at: models.DateTimeField[Any, Any] = models.DateTimeField(auto_now_add=True)

        class Meta:
            app_label = "bench"
            db_table = "bench_bare"

    with connection.schema_editor() as editor:
        editor.create_model(Row)

    def row(request: HttpRequest) -> HttpResponse:
        made = Row.objects.create(dossier="D1", topic="goods.line", body=request.body.decode())
        return HttpResponse(str(made.pk).encode(), content_type="text/plain", status=201)

    globals()["urlpatterns"] = [path("row", row)]
    return Bridge(WSGIHandler())


def __getattr__(name: str) -> Any:
    if name != "served":
        raise AttributeError(name)
    globals()[name] = made = application()
    return made


def main() -> None:
    from entrepot.portal.serving import serve_target

    serve_target("entrepot.portal.bench_portal_bare:served", "127.0.0.1", int(sys.argv[sys.argv.index("--port") + 1]))


if __name__ == "__main__":
    main()
