"""A browser without a window, and without a network: Django's test client on a desk."""

import os
import tempfile
from pathlib import Path
from typing import Any

from django.test import Client

from entrepot.portal.desk import Desk


def client_of(desk: Desk, **settings: Any) -> Client:
    """A client whose requests reach this desk."""
    os.environ.setdefault("ENTREPOT_SECRET", "for tests alone")
    os.environ.setdefault("ENTREPOT_HOME", str(Path(tempfile.gettempdir()) / "entrepot-tests-home"))
    from entrepot.portal.wsgi import application_on

    application_on(desk)
    return Client(**{"HTTP_HOST": "localhost", "entrepot.desk": desk, **settings})
