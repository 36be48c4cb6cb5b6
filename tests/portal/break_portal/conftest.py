"""A desk, a browser at it and people who sign in, for those who attack."""

from tests.portal.accounts.conftest import accounts, employ
from tests.store.conftest import url

__all__ = ["accounts", "employ", "url"]
