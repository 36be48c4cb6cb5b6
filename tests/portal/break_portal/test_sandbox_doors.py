"""What somebody who only rehearses does to what counts: nothing."""

import pytest

from tests.portal.test_sandboxes import LIVE, SANDBOX, Two, _signed_in, people, two

__all__ = ["people", "two"]


@pytest.fixture
def olga(people: Two, monkeypatch: pytest.MonkeyPatch) -> Two:
    """Olga and Otto of the operator, with a password alone; the sandbox is open to visitors."""
    from entrepot.store.accounts.models import DUTIES, Employment, Organisation, Person

    monkeypatch.delenv("ENTREPOT_SECOND_FACTOR")
    where = Organisation.objects.create(code="operator", name="operator", standing=["operator"])
    for name in ("olga", "otto"):
        who = Person.objects.create_user(name, f"{name}@example.org", "nine green teapots")
        Employment.objects.create(person=who, organisation=where, duties=list(DUTIES))
    people.other.desk.private = False
    return people


def test_the_operator_needs_two_factors_beside_a_live_store_as_there(olga: Two) -> None:
    for host in (LIVE, SANDBOX):
        client = _signed_in(olga, host, "olga")
        for path in ("/operator", "/operator/organisations/acme", "/enterprise/tokens"):
            answer = client.get(path)
            assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/2fa/"), (host, path)


def test_nobody_is_locked_or_licensed_by_whoever_rehearses(olga: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    from entrepot.store.accounts.models import Announcement, Consent, Organisation, Person

    monkeypatch.setenv("ENTREPOT_SECOND_FACTOR", "0")
    Consent.objects.create(what="license", whom="acme", more="customs", reason="x", asked_by="otto")
    client = _signed_in(olga, SANDBOX, "olga")
    days = {"since": "2026-01-01T00:00", "until": "2026-12-31T00:00"}
    for path, data in (
        ("people/ann/do", {"do": "lock", "reason": "x"}), ("people/ann/do", {"do": "out"}), ("people/ann/do", {"do": "factor"}),
        ("consents/1", {"answer": "agree"}), ("announcements/new", {"en": "x", "zh": "y", **days}),
    ):  # fmt: skip
        answer = client.post(f"/operator/{path}", data)
        assert (answer.status_code, olga.other.live_address in answer.content.decode()) == (403, True), path
    assert Person.objects.get(username="ann").is_active
    assert [one.answer for one in Consent.objects.all()] == [""]
    assert Organisation.objects.get(code="acme").standing == []
    assert not Announcement.objects.exists()
