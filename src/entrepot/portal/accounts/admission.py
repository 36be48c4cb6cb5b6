"""Whether an organisation is admitted. The operator's word in the organisation's own dossier (`enterprise.admitted`) is all there
is: accounts keep no copy of it, so whoever says it, by whichever door, has said it for sign-in too."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from entrepot.channels.mandates import states_of
from entrepot.store.store import Store

if TYPE_CHECKING:
    from entrepot.store.accounts.models import Organisation

State = Literal["pending", "admitted", "suspended", "refused"]
READING: frozenset[State] = frozenset({"admitted", "suspended"})  # whose people see dossiers: the suspended read alone


def admissions(store: Store, organisations: "Iterable[Organisation]") -> dict[str, State]:
    """How each organisation stands, by its code, in one question to the store. Where the operator said nothing, whom it licensed
    as office, bank or counter is admitted by that; anybody else is `pending` in a live store."""
    listed = list(organisations)
    said = states_of(store, [one.code for one in listed])
    return {one.code: said[one.code] or ("admitted" if one.standing else "pending") for one in listed}


def admission(store: Store, organisation: "Organisation") -> State:
    """How one organisation stands."""
    return admissions(store, [organisation])[organisation.code]
