"""The frame of our pages around those of django-allauth."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from entrepot.portal.accounts.session import signed_in

THEIRS = ("/accounts/", "/identity/")


def framed(request: HttpRequest) -> dict[str, Any]:
    """What the page around needs, on the pages that allauth renders itself."""
    if not request.path_info.startswith(THEIRS):
        return {}
    from django.contrib.messages import get_messages

    from entrepot.portal import pages

    return {
        **pages.frame(request, None, styles=("accounts.css",)),
        "request": request,
        "user": request.user,
        "vouching": bool(settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]),
        "signed_in_person": signed_in(request),
        "messages": get_messages(request),
    }
