"""Views: an enterprise's own accepted lines, never another's; on both databases."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from entrepot.kernel.submissions import Submission
from entrepot.kernel.vocabulary.customs import Particulars
from entrepot.kernel.vocabulary.decisions import Declaration, LineDraft
from entrepot.kernel.vocabulary.trade import Charges, Packing, Party, Transport
from entrepot.modules.classification.facts import MEMORY
from entrepot.store.sight import Sight
from entrepot.store.store import Store
from entrepot.store.views import Views
from tests.store.saying import erase, gone, member, opened, said

SENT, REJECTED, ACCEPTANCE = "declaration.form.sent", "declaration.form.rejected", "customs.acceptance"


def declaration(code: str, name: str) -> Any:
    none = Party()
    lines = (LineDraft(1, hs10=code, name=name),)
    form = Declaration(
        "E", Particulars(), none, none, none, none, "C", "I", "3", Transport(), Charges(), Packing(), None, lines
    )
    return msgspec.to_builtins(form)


def filed(
    dossier: str,
    firm: str,
    code: str = "6205200010",
    name: str = "衬衫",
    description: str = "shirt",
    day: str = "2026-03-01",
    **fields: Any,
) -> list[Submission]:
    """A dossier opened for a firm with one line, sent and accepted."""
    sent = {"office": "customs", "sequence": 1, "digest": "x", "value": declaration(code, name)}
    taken = {"accepted_on": day, "message": f"m-{dossier}"}
    return [
        opened(dossier, id=f"o-{dossier}", for_=firm, **fields),
        member(firm, dossier, id=f"b-{dossier}", for_=firm),
        said(dossier, "goods.line", {"description": description}, "1", for_=firm),
        said(dossier, SENT, sent, f"m-{dossier}", id=f"s-{dossier}", for_="platform"),
        said(dossier, ACCEPTANCE, taken, f"no-{dossier}", id=f"a-{dossier}", for_="customs", channel="gateway", authority="gateway"),
    ]  # fmt: skip


def submit(store: Store, statements: list[Submission]) -> None:
    outcome = store.submit(statements)
    assert outcome.ok, outcome.problems


def seen(store: Store, firm: str) -> list[tuple[str, str, str]]:
    return [(line.text, line.code, line.dossier) for line in Views(store).memory(Sight(firm)).lines]


def test_an_accepted_line_is_remembered_under_all_its_names(store: Store) -> None:
    submit(store, filed("d1", "acme"))
    assert seen(store, "acme") == [("shirt", "6205200010", "d1"), ("衬衫", "6205200010", "d1")]


def test_the_newest_acceptance_comes_first(store: Store) -> None:
    submit(store, filed("d1", "acme", day="2026-03-05"))
    submit(store, filed("d2", "acme", day="2026-01-05", code="6205300000"))
    assert [dossier for _, _, dossier in seen(store, "acme")] == ["d1", "d1", "d2", "d2"]


def test_each_enterprise_sees_its_own_and_nothing_else(store: Store) -> None:
    firms = [f"firm-{n}" for n in range(4)]
    for firm in firms:
        for number in range(3):
            submit(store, filed(f"{firm}-{number}", firm, description=f"goods of {firm}"))
    views = Views(store)
    for firm in firms:
        assert {line.dossier.rpartition("-")[0] for line in views.memory(Sight(firm)).lines} == {firm}
        assert len(views.memory(Sight(firm)).lines) == 6
    for stranger in ("", "firm", "firm-", "platform", "customs", "%", "firm-9"):
        assert views.memory(Sight(stranger)).lines == ()


def without(statements: list[Submission], *topics: str) -> list[Submission]:
    return [one for one in statements if one.topic not in topics]


def changed(statements: list[Submission], topic: str, **fields: Any) -> list[Submission]:
    return [msgspec.structs.replace(one, **fields) if one.topic == topic else one for one in statements]


REJECTION = said("d1", REJECTED, {"reason": "no"}, "m-d1", for_="customs")
OTHER_MESSAGE = msgspec.Raw(msgspec.json.encode({"accepted_on": "2026-03-01", "message": "another"}))
DENIED: dict[str, Callable[[list[Submission]], list[Submission]]] = {
    "never accepted": lambda all_: without(all_, ACCEPTANCE),
    "never sent": lambda all_: without(all_, SENT),
    "sent back": lambda all_: [*all_, REJECTION],
    "accepted by a broker's word alone": lambda all_: changed(
        all_, ACCEPTANCE, authority="transcript", channel="online"
    ),
    "another message was accepted": lambda all_: changed(all_, ACCEPTANCE, body=OTHER_MESSAGE),
    "no member": lambda all_: without(all_, "dossier.member"),
    "member, but no exporter": lambda all_: changed(
        all_, "dossier.member", body=msgspec.Raw(b'{"roles":["importer"]}')
    ),
}


@pytest.mark.parametrize("why", DENIED)
def test_what_does_not_count_as_accepted_is_not_remembered(store: Store, why: str) -> None:
    submit(store, DENIED[why](filed("d1", "acme")))
    assert seen(store, "acme") == []


def test_what_was_withdrawn_or_erased_is_forgotten(store: Store) -> None:
    submit(store, filed("d1", "acme"))
    submit(store, filed("d2", "acme"))
    views = Views(store)
    assert len(views.memory(Sight("acme")).lines) == 4
    submit(store, [gone("dossier.member", "acme", "b-d1", dossier="d1", for_="acme")])
    assert {line.dossier for line in views.memory(Sight("acme")).lines} == {"d2"}
    assert erase(store, "body", "s-d2", "d2").ok
    assert views.memory(Sight("acme")).lines == ()


def test_the_memory_is_the_same_object_until_something_is_filed(store: Store) -> None:
    submit(store, filed("d1", "acme"))
    views = Views(store)
    first = views.memory(Sight("acme"))
    submit(store, [opened("other", for_="bolt")])
    assert views.memory(Sight("acme")) is first
    submit(store, filed("d2", "acme"))
    assert len(views.memory(Sight("acme")).lines) == 4


def test_naming_another_enterprise_in_ones_dossier_opens_none_of_its_memory(store: Store) -> None:
    submit(store, filed("d1", "acme"))
    submit(store, [opened("trap", for_="eve"), member("eve", "trap", for_="eve"), member("acme", "trap", for_="eve")])
    views = Views(store)
    assert views(MEMORY, store.record("trap")).lines == ()


def test_lines_planted_in_a_dossier_of_somebody_else_are_not_remembered_as_ones_own(store: Store) -> None:
    submit(store, [*filed("plant", "eve", code="9999999999"), member("acme", "plant", for_="eve")])
    assert seen(store, "acme") == []


def test_a_dossier_of_which_it_is_not_clear_for_whom_it_was_opened_shows_no_memory(store: Store) -> None:
    submit(store, filed("d1", "acme"))
    submit(store, [opened("window", for_="acme", mandate="M-1"), member("acme", "window", for_="acme")])
    broker = said("broker", "dossier.member", {"roles": ["broker"]}, "acme", for_="acme")
    submit(store, [opened("broker", for_="acme"), broker])
    views = Views(store)
    assert views(MEMORY, store.record("d1")) is not None
    assert views(MEMORY, store.record("window")) is None
    assert views(MEMORY, store.record("broker")) is None
