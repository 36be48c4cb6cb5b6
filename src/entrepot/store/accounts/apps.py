"""The accounts as Django knows them."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Registered as `accounts`."""

    name = "entrepot.store.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
