"""The back office is tried with the people of the accounts."""

from tests.portal.accounts.conftest import accounts, employ
from tests.store.conftest import url

__all__ = ["accounts", "employ", "url"]
