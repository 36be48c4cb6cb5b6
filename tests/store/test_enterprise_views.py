"""Views: what an enterprise says of itself and what it declared before, its own alone; on both databases."""

from datetime import date
from typing import Any

import msgspec

from entrepot.kernel.submissions import Submission
from entrepot.kernel.vocabulary.clearance import HISTORY, PROFILE
from entrepot.store.sight import Sight
from entrepot.store.store import Store
from entrepot.store.views import MOST_DECLARATIONS, Views
from tests.store.saying import gone, member, opened, said
from tests.store.test_views import DENIED, filed, submit

CANCELLED = "customs.cancellation"


def numbers(store: Store, firm: str) -> list[str]:
    return [one.number for one in Views(store).history(Sight(firm)).declarations]


def kept_of_itself(firm: str, dossier: str = "", **party: Any) -> list[Submission]:
    """The dossier that a firm keeps of itself."""
    name = dossier or f"self-{firm}"
    return [
        opened(name, kind="enterprise", id=f"o-{name}", for_=firm),
        member(firm, name, id=f"m-{name}", for_=firm),
        said(name, "trade.party", party or {"name": f"{firm} Ltd", "uscc": f"USCC-{firm}"}, "exporter", id=f"p-{name}", for_=firm),
        said(name, "declaration.particulars", {"customs_master": "4701"}, id=f"q-{name}", for_=firm),
    ]  # fmt: skip


def test_the_newest_declaration_comes_first_with_all_names_of_its_goods(store: Store) -> None:
    submit(store, filed("d1", "acme", day="2026-03-05", description="cotton shirt"))
    submit(store, filed("d2", "acme", day="2026-04-05"))
    history = Views(store).history(Sight("acme"))
    assert [(one.number, one.accepted_on) for one in history.declarations] == [
        ("no-d2", date(2026, 4, 5)), ("no-d1", date(2026, 3, 5)),
    ]  # fmt: skip
    assert [line.called for one in history.declarations for line in one.lines] == [
        ("shirt", "衬衫"),
        ("cotton shirt", "衬衫"),
    ]
    assert [line.hs10 for _, line in history.goods["cotton shirt"]] == ["6205200010"]
    assert len(history.goods["衬衫"]) == 2


def test_what_customs_did_not_take_in_is_no_history(store: Store) -> None:
    for number, change in enumerate(DENIED.values()):
        dossier = f"d{number}"
        moved = [_moved(one, dossier) for one in change(filed("d1", "acme"))]
        submit(store, moved)
    assert numbers(store, "acme") == []


def _moved(one: Submission, dossier: str) -> Submission:
    """The same statement in a dossier of its own."""
    return msgspec.structs.replace(
        one, dossier=dossier, id=f"{one.id}-{dossier}", key=one.key.replace("d1", dossier),
        body=msgspec.Raw(bytes(one.body).replace(b"m-d1", f"m-{dossier}".encode())),
    )  # fmt: skip


def test_a_declaration_that_customs_gave_up_is_forgotten_at_once(store: Store) -> None:
    submit(store, filed("d1", "acme"))
    views = Views(store)
    assert [one.number for one in views.history(Sight("acme")).declarations] == ["no-d1"]
    decided = {"kind": "withdraw", "decided_on": "2026-03-02", "allowed": True}
    word = said("d1", CANCELLED, decided, "no-d1", for_="broker", channel="online", authority="transcript")
    submit(store, [word])
    assert [one.number for one in views.history(Sight("acme")).declarations] == ["no-d1"]
    office = said("d1", CANCELLED, decided, "no-d1", for_="customs", channel="gateway", authority="gateway")
    submit(store, [gone(CANCELLED, "no-d1", word.id, dossier="d1", for_="broker"), office])
    assert views.history(Sight("acme")).declarations == ()
    assert views.memory(Sight("acme")).lines == ()


def test_a_request_that_customs_refused_changes_nothing(store: Store) -> None:
    submit(store, filed("d1", "acme"))
    refused = {"kind": "withdraw", "decided_on": "2026-03-02", "allowed": False}
    submit(store, [said("d1", CANCELLED, refused, "no-d1", for_="customs", channel="gateway", authority="gateway")])
    assert numbers(store, "acme") == ["no-d1"]


def test_history_is_bounded_and_keeps_the_newest(store: Store) -> None:
    for number in range(MOST_DECLARATIONS + 3):
        submit(store, filed(f"d{number}", "acme", day=f"20{10 + number // 28}-01-{number % 28 + 1:02}"))
    found = numbers(store, "acme")
    assert len(found) == MOST_DECLARATIONS
    assert found[0] == f"no-d{MOST_DECLARATIONS + 2}"


def test_each_enterprise_sees_its_own_history_and_profile_and_nothing_else(store: Store) -> None:
    for firm in ("acme", "bolt"):
        submit(store, filed(f"t-{firm}", firm))
        submit(store, kept_of_itself(firm))
    views = Views(store)
    for firm in ("acme", "bolt"):
        record = store.record(f"t-{firm}")
        assert [one.dossier for one in views(HISTORY, record).declarations] == [f"t-{firm}"]
        assert views(PROFILE, record).parties["exporter"].uscc == f"USCC-{firm}"
    for stranger in ("", "ac", "%", "eve"):
        assert views.history(Sight(stranger)).declarations == ()
        assert views.profile(Sight(stranger)) is None


def test_a_profile_holds_what_stands_undisputed_and_the_same_object_until_something_is_said(store: Store) -> None:
    submit(store, kept_of_itself("acme", name="Acme", uscc="A"))
    submit(store, [said("self-acme", "trade.party", {"name": "Acme", "uscc": "B"}, "exporter", for_="acme")])
    views = Views(store)
    first = views.profile(Sight("acme"))
    assert first is not None
    assert first.particulars is not None
    assert (first.parties["exporter"].name, first.parties["exporter"].uscc) == ("Acme", "")
    assert first.particulars.customs_master == "4701"
    submit(store, [opened("elsewhere", for_="bolt")])
    assert views.profile(Sight("acme")) is first
    submit(store, [said("self-acme", "exporter.standing", {"kind": "trading"}, for_="acme")])
    again = views.profile(Sight("acme"))
    assert again is not None
    assert again.standing is not None
    assert again.standing.kind == "trading"


def test_of_several_dossiers_of_itself_the_one_opened_last_counts(store: Store) -> None:
    submit(store, kept_of_itself("acme", "old", uscc="OLD"))
    submit(store, kept_of_itself("acme", "new", uscc="NEW"))
    profile = Views(store).profile(Sight("acme"))
    assert profile is not None
    assert (profile.dossier, profile.parties["exporter"].uscc) == ("new", "NEW")


def test_a_profile_planted_by_somebody_else_is_not_seen(store: Store) -> None:
    submit(store, [*kept_of_itself("eve"), member("acme", "self-eve", for_="eve")])
    assert Views(store).profile(Sight("acme")) is None
