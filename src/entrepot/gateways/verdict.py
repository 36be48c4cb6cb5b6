"""What became of checking a document from outside: each check by itself, what holds, what fails and what nobody could check."""

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct

from entrepot.kernel.text import Text

Result = Literal["holds", "fails", "not checked"]


class Check(Struct, frozen=True):
    """One thing that was looked at: what it is (`signature of the issuer`), how it came out, and why."""

    name: Text
    result: Result
    reason: Text


class Verdict(Struct, frozen=True, omit_defaults=True):
    """All checks of one document: what kind it is, who issued it as far as that was proven, and what it says.

    It is accepted when nothing fails and something holds; what was `not checked` is told beside it and never counts as holding.
    """

    kind: Text
    checks: tuple[Check, ...]
    issuer: str = ""
    says: Mapping[str, Any] = {}

    @property
    def accepted(self) -> bool:
        """Whether the document may be relied on as far as its checks go."""
        results = {check.result for check in self.checks}
        return "fails" not in results and "holds" in results


def holds(name: Text, reason: Text) -> Check:
    """A check that came out well."""
    return Check(name, "holds", reason)


def fails(name: Text, reason: Text) -> Check:
    """A check that the document does not pass; one is enough to reject it."""
    return Check(name, "fails", reason)


def not_checked(name: Text, reason: Text) -> Check:
    """A check that could not be made, and why."""
    return Check(name, "not checked", reason)
