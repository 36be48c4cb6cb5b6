"""Registering, joining, inviting, ending: what people may do to an organisation and its people."""

import re
from collections.abc import Callable

import pytest
from django.test import Client, override_settings

from entrepot.channels.online import voice_of
from entrepot.kernel.vocabulary.enterprise import ENTERPRISE_CARD
from entrepot.portal.desk import Desk
from entrepot.store.tokens import list_tokens, new_token
from tests.portal.accounts.conftest import mails, other, sign_in
from tests.portal.stage import ANN, LINE_ONE, OPENING

Employ = Callable[..., None]
CODE = "91310000775785552L"
CARD = {"country": "CHN", "number": CODE, "name": "Acme Tea", "name_zh": "", "customs_code": "", "address": "", "address_zh": "",
        "phone": "", "email": ""}  # fmt: skip


def person(employ: Employ, name: str) -> None:
    """Somebody who may sign in and works for nobody."""
    from entrepot.store.accounts.models import Employment

    employ(name, "nobody")
    Employment.objects.filter(person__username=name).delete()


def test_the_first_who_registers_administers_and_the_profile_is_a_statement(
    accounts: Client, employ: Employ, desk: Desk
) -> None:
    person(employ, "ann")
    sign_in(accounts, "ann")
    assert accounts.get("/").headers["Location"] == "/accounts/organisations"
    assert accounts.post("/accounts/register", CARD).headers["Location"] == "/enterprise"
    assert accounts.get("/enterprise").status_code == 200
    facts = {fact.topic: fact for fact in desk.read(f"enterprise:{CODE}", ANN_THERE).facts}
    card = facts[ENTERPRISE_CARD.name]
    assert card.value["uscc"] == CODE
    assert card.statements[0].by == "ann"
    accounts.post("/enterprise/profile", {"name": "Acme Fine Tea"})
    facts = {fact.topic: fact for fact in desk.read(f"enterprise:{CODE}", ANN_THERE).facts}
    assert facts[ENTERPRISE_CARD.name].value["name"] == "Acme Fine Tea"


ANN_THERE = type(ANN)("ann", CODE)


@pytest.mark.parametrize(
    "number", [CODE[:-1] + "A", CODE[:16] + CODE[17] + CODE[16], CODE[:-1], "", CODE + "1", "<script>"]
)
def test_a_code_with_a_wrong_check_character_registers_nobody(accounts: Client, employ: Employ, number: str) -> None:
    person(employ, "ann")
    sign_in(accounts, "ann")
    answer = accounts.post("/accounts/register", CARD | {"number": number})
    assert answer.status_code == 422
    assert b"AU0" in answer.content


def test_the_second_who_names_a_code_becomes_a_request_and_no_member(
    accounts: Client, employ: Employ, desk: Desk
) -> None:
    employ("ann", CODE)
    person(employ, "eve")
    desk.say("D1", [*OPENING, LINE_ONE], ANN_THERE)
    eve = other(accounts)
    sign_in(eve, "eve")
    assert "asked=1" in eve.post("/accounts/register", CARD).headers["Location"]
    assert eve.post("/accounts/register", CARD).status_code == 302
    assert len(mails()) == 1  # its administrator is told once
    assert eve.get("/d/D1/why/price.total/1").headers["Location"] == "/accounts/organisations"
    assert eve.get("/enterprise/people").status_code == 302
    sign_in(accounts, "ann")
    page = accounts.get("/enterprise/people").content.decode()
    [request] = re.findall(r"/enterprise/requests/(\d+)", page)
    accounts.post(f"/enterprise/requests/{request}", {"answer": "take", "duty": ["read"]})
    assert eve.get("/d/D1/why/price.total/1").status_code == 200
    assert eve.get("/enterprise/people").status_code == 404
    assert (
        accounts.post(f"/enterprise/requests/{request}", {"answer": "take", "duty": ["administer"]}).status_code == 422
    )


def test_a_code_for_which_machines_speak_is_not_taken_by_the_first_who_comes(
    accounts: Client, employ: Employ, desk: Desk
) -> None:
    new_token(desk.store, "robot", CODE)
    person(employ, "eve")
    sign_in(accounts, "eve")
    answer = accounts.post("/accounts/register", CARD)
    assert answer.status_code == 422
    assert b"AU18" in answer.content


def invitation(client: Client, email: str, *duties: str) -> str:
    """Invite somebody; the path of the link that the mail brings."""
    client.post("/enterprise/invitations", {"email": email, "duty": list(duties)})
    [found] = re.findall(r"(/accounts/invitations/\S+)", mails()[-1].partition("\n--\n")[0])
    return str(found)


def test_an_invitation_works_once_and_for_its_address_alone(accounts: Client, employ: Employ) -> None:
    employ("ann", CODE)
    person(employ, "bob")
    person(employ, "eve")
    sign_in(accounts, "ann")
    link = invitation(accounts, "bob@example.org", "read", "say")
    eve, bob = other(accounts), other(accounts)
    sign_in(eve, "eve")
    sign_in(bob, "bob")
    assert b"AU15" in eve.post(link).content
    assert bob.post(link).headers["Location"] == "/"
    assert bob.get("/worklist").status_code == 200
    assert b"AU14" in bob.post(link).content
    assert other(accounts).get(link).headers["Location"].startswith("/sign-in?")


def test_where_mail_goes_out_an_invitation_is_taken_up_by_a_proven_address_alone(
    accounts: Client, employ: Employ
) -> None:
    from allauth.account.models import EmailAddress

    employ("ann", CODE)
    person(employ, "bob")
    sign_in(accounts, "ann")
    link, bob = invitation(accounts, "bob@example.org", "read"), other(accounts)
    sign_in(bob, "bob")
    EmailAddress.objects.filter(email="bob@example.org").update(verified=False)
    with override_settings(EMAIL_HOST="mail.example.org"):
        assert b"AU15" in bob.post(link).content
    assert bob.post(link).headers["Location"] == "/", "without a mail server nobody could prove an address"


def test_an_employment_that_ends_takes_sessions_and_tokens_with_it(
    accounts: Client, employ: Employ, desk: Desk
) -> None:
    employ("ann", CODE)
    employ("bob", CODE, "read", "say", "administer")
    desk.say("D1", [*OPENING, LINE_ONE], ANN_THERE)
    bob = other(accounts)
    sign_in(bob, "bob")
    page = bob.post("/enterprise/tokens/new", {"name": "accounting", "days": "30"}).content.decode()
    [secret] = re.findall(r"entrepot_[\w-]{20,}", page)
    assert voice_of(desk.store, secret) is not None
    assert bob.get("/d/D1/why/price.total/1").status_code == 200
    sign_in(accounts, "ann")
    accounts.post("/enterprise/people/2", {"do": "end"})
    assert bob.get("/enterprise").headers["Location"].startswith("/sign-in?")
    assert voice_of(desk.store, secret) is None
    sign_in(bob, "bob")
    assert bob.get("/d/D1/why/price.total/1").headers["Location"] == "/accounts/organisations"


def test_the_last_administrator_can_neither_go_nor_step_back(accounts: Client, employ: Employ) -> None:
    employ("ann", CODE)
    sign_in(accounts, "ann")
    assert b"AU17" in accounts.post("/enterprise/people/1", {"do": "end"}).content
    assert b"AU17" in accounts.post("/enterprise/people/1", {"do": "change", "duty": ["read"]}).content


def test_nobody_reaches_into_another_organisation(accounts: Client, employ: Employ, desk: Desk) -> None:
    employ("ann", CODE)
    employ("eve", "JPN-123456")
    new_token(desk.store, "ann", CODE)
    sign_in(accounts, "eve")
    assert b"AU16" in accounts.post("/enterprise/people/1", {"do": "end"}).content
    accounts.post(f"/enterprise/tokens/{list_tokens(desk.store)[0].id}/revoke")
    assert not list_tokens(desk.store)[0].revoked_at
    accounts.post("/accounts/act-for", {"employment": "1"})
    assert CODE not in accounts.get("/enterprise").content.decode()


def test_a_token_licenses_no_more_than_its_organisation_is(accounts: Client, employ: Employ, desk: Desk) -> None:
    employ("ann", CODE)
    sign_in(accounts, "ann")
    accounts.post("/enterprise/tokens/new", {"name": "x", "days": "1", "role": ["customs", "operator"]})
    assert list_tokens(desk.store)[0].roles == ()
    assert accounts.post("/enterprise/tokens/new", {"name": "x", "days": "9999"}).status_code == 422


def test_every_act_is_told_and_none_can_be_changed(accounts: Client, employ: Employ) -> None:
    from django.db import DatabaseError, transaction

    from entrepot.store.accounts.models import Act

    employ("ann", CODE)
    sign_in(accounts, "ann")
    accounts.post("/enterprise/tokens/new", {"name": "scanner", "days": "1"})
    page = accounts.get("/enterprise/acts").content.decode()
    assert "made a token" in page
    assert "scanner" in page
    for change in (lambda: Act.objects.update(who="eve"), lambda: Act.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
