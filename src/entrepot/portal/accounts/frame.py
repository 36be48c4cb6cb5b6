"""The frame of our pages around those of django-allauth."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import lazy
from django.utils.translation import get_language

from entrepot.portal.accounts.session import lacks_factor, signed_in

THEIRS = ("/accounts/", "/identity/")


def _said(name: str) -> str:
    from entrepot.portal.accounts.words import WORDS

    return WORDS[name].in_language("zh" if (get_language() or "").startswith("zh") else "en")


# A word of ours where Django takes its own: it is looked up when it is shown, in the language that holds then.
said = lazy(_said, str)


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
        "lacks_factor": lacks_factor(request),
        "messages": get_messages(request),
    }
