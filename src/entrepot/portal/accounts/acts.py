"""The log of acts: who did what to whom, when, and from which address."""

from django.http import HttpRequest

from entrepot.store.accounts.models import Act


class Doer:
    """Somebody who does something to people or organisations: the login name, and the address that it comes from."""

    def __init__(self, name: str, address: str = "") -> None:
        self.name, self.address = name, address

    def did(self, what: str, organisation: str = "", whom: str = "", more: str = "") -> None:
        """Add it to the log, within the transaction that does it."""
        Act.objects.create(
            who=self.name, organisation=organisation, what=what, whom=whom[:254], more=more[:500], address=self.address
        )


def doer_of(request: HttpRequest) -> Doer:
    """Whoever is signed in, at the address that allauth sees behind the proxies it was told of."""
    from allauth.account.adapter import get_adapter

    return Doer(request.user.get_username(), str(get_adapter().get_client_ip(request))[:45])
