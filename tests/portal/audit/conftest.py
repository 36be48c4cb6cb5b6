"""People to sign in as: the accounts of tests/portal/accounts."""

from tests.portal.accounts.conftest import accounts, employ

__all__ = ["accounts", "employ"]
