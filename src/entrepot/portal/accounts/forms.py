"""What somebody fills in to become known."""

from typing import Any

from allauth.account.forms import SignupForm as AllauthSignupForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from entrepot.portal.accounts.frame import said
from entrepot.store.accounts.models import Person

# Names under which the platform itself speaks, or which would read like it.
TAKEN = ("visitor", "platform", "operator", "entrepot", "system", "admin", "root")
USERNAME_VALIDATORS = [
    RegexValidator(r"\A[a-z0-9][a-z0-9._-]{2,39}\Z", _("Enter a valid value.")),
    RegexValidator(rf"\A(?!(?:{'|'.join(TAKEN)})\Z)", _("Enter a valid value.")),
]


class SignupForm(AllauthSignupForm):  # type: ignore[misc]
    """With the name by which one is called."""

    name = forms.CharField(max_length=200, label=said("ac_your_name"), widget=forms.TextInput({"autocomplete": "name"}))
    field_order = ("name", "email", "username", "password1", "password2")

    def custom_signup(self, request: Any, user: Person) -> None:
        """Called by allauth once the person stands."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])


class AddKeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """Asks in the reader's language what the key is to be called."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["name"].label = said("ac_key_name")
