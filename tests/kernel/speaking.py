"""Statements for the kernel's tests."""

from typing import Any

import msgspec

from entrepot.kernel.submissions import Submission


def said(id: str, topic: str, key: str = "", body: Any = None, **fields: Any) -> Submission:
    """A statement with a body given as a struct or a plain dict."""
    raw = msgspec.Raw(msgspec.json.encode({} if body is None else body, order="sorted"))
    return Submission(id=id, dossier="d1", topic=topic, key=key, body=raw, **fields)
