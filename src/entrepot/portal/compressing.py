"""Pages leave compressed, where the browser takes that; nothing else does but style and scripts, which hold no secret.

BREACH (2013) guesses a secret of a page from its compressed length while it has the victim's browser send guesses that the page
repeats. Our forms' tokens are masked anew on every page, no other site's request bears our cookies but a link that is followed,
and every length is blurred by up to a hundred bytes (Django's answer, after Heal the Breach). A page that shows a secret is
left alone: `uncompressed(page)`.
"""

import gzip
from typing import TypeVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class Compressed(GZipMiddleware):
    """Django's middleware, for pages alone."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.headers.get("Content-Encoding") == "identity":  # between ourselves: it is not sent (RFC 9110, 8.4)
            del response.headers["Content-Encoding"]
            return response
        if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)


Response = TypeVar("Response", bound=HttpResponseBase)


def uncompressed(response: Response) -> Response:
    """A page that shows a secret: it leaves as it is."""
    response.headers["Content-Encoding"] = "identity"
    return response


def takes_gzip(request: HttpRequest) -> bool:
    """Whether a browser takes a body that is compressed by gzip (RFC 9110, 12.5.3)."""
    for one in request.headers.get("Accept-Encoding", "").lower().split(","):
        name, _, weight = one.partition(";")
        if name.strip() == "gzip":
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def small(data: bytes) -> bytes:
    """The same in fewer bytes; alike each time, so that it may be kept."""
    return gzip.compress(data, 9, mtime=0)
