"""Who may issue which kind of document: role by role, and nobody but a member."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from entrepot.channels.online import LICENSED, OFFICES, Voice
from entrepot.channels.window import under
from entrepot.kernel.intake import Refusal
from entrepot.kernel.topics import ROLES
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal.desk import Desk, NoSuchDossier
from entrepot.portal.drafts import Draft
from entrepot.portal.issuing import ISSUERS, issuable, issue
from entrepot.portal.issuing_keys import make_key
from tests.portal.issuing_stage import EVE, REPORT, issuing_desk, sold
from tests.portal.stage import ANN

PEOPLE = sorted(ROLES.keys() - {"platform"})
PLACES = {
    "contract": "documents.contract", "invoice": "documents.invoice", "origin": "documents.origin", "receipt": "documents.receipt",
    "inspection": "documents.inspection/R1", "payment": "documents.payment/B1",
}  # fmt: skip


def voice(role: str) -> Voice:
    standing = frozenset({role}) & (LICENSED | OFFICES)
    if role == "clerk":
        return under(Voice("p-clerk", "org-clerk", standing, "window", counter="org-clerk"), "M-1", "principal")
    return Voice(f"p-{role}", f"org-{role}", standing)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A dossier in which every kind of document can be issued, with a member in every role; each has a key."""
    folder: Path = tmp_path_factory.mktemp("rights")
    desk = sold(issuing_desk(folder))
    members = [Draft("dossier.member", {"roles": [role]}, f"org-{role}") for role in PEOPLE if role not in OFFICES]
    mandate = {"principal": "principal", "counter": "org-clerk", "signed_on": "2026-01-01"}
    desk.say("D1", [*members, Draft("dossier.mandate", mandate, "M-1")], ANN)
    desk.say("D1", [Draft("certificate.request", {"applied_on": "2026-04-01"})], ANN)
    desk.say("D1", [Draft("inspection.report", REPORT, "R1")], voice("warehouse"))
    desk.say("D1", [Draft("bank.receipt", {"amount": "USD 1.00", "received_on": "2026-04-01"}, "B1")], voice("bank"))
    desk.keep_paper("D1", "scan.pdf", b"%PDF-1.7 a paper", ANN)
    for role in PEOPLE:
        one = voice(role)
        for organisation in {one.counter or one.organisation, one.organisation}:
            make_key(desk, Voice(one.person, organisation, one.standing - {"clerk"}), f"Firm of {organisation}")
    yield desk
    desk.store.close()


def allowed(kind: str, role: str) -> bool:
    # The report is the warehouse's: nobody else signs it, whatever the role.
    return role == "warehouse" if kind == "inspection" else role in ISSUERS[kind]


@pytest.mark.parametrize("role", PEOPLE)
def test_each_kind_is_issued_by_its_roles_alone(desk: Desk, role: str) -> None:
    one = voice(role)
    seen = {issue_.place: issue_ for issue_ in issuable(desk, "D1", one)}
    for kind, place in PLACES.items():
        if place not in seen:
            with pytest.raises(NoSuchPlace):
                issue(desk, "D1", place, "0" * 64, one)
            assert not allowed(kind, role) or kind == "receipt", (kind, role)
            continue
        assert seen[place].may == allowed(kind, role), (kind, role)
        refused = refused_for(desk, place, seen[place].digest, one)
        assert refused == (set() if allowed(kind, role) else {"IS01"}), (kind, role)


def refused_for(desk: Desk, place: str, digest: str, one: Voice) -> set[str]:
    try:
        issue(desk, "D1", place, digest, one)
    except Refusal as refusal:
        return {problem.rule for problem in refusal.problems}
    return set()


def test_what_a_counter_hands_out_bears_its_own_signature(desk: Desk) -> None:
    clerk = voice("clerk")
    seen = {one.place: one.digest for one in issuable(desk, "D1", clerk)}
    receipt = issue(desk, "D1", "documents.receipt", seen["documents.receipt"], clerk)
    invoice = issue(desk, "D1", "documents.invoice", seen["documents.invoice"], clerk)
    with desk.store.holding("D1") as record:
        issued = record.standing("document.issued")
        names = [issued[one.document].value.issuer_name for one in (receipt, invoice)]
    assert names == ["Firm of org-clerk", "Firm of principal"]


def test_a_stranger_sees_and_issues_nothing(desk: Desk) -> None:
    for ask in (lambda: issuable(desk, "D1", EVE), lambda: issue(desk, "D1", "documents.invoice", "0" * 64, EVE)):
        with pytest.raises(NoSuchDossier):
            ask()


@pytest.mark.parametrize(
    "place", ["goods.line/1", "documents.nothing", "documents.invoice.ruling", "price.total/1", ""]
)
def test_only_documents_are_issued(desk: Desk, place: str) -> None:
    with pytest.raises(NoSuchPlace):
        issue(desk, "D1", place, "0" * 64, ANN)
