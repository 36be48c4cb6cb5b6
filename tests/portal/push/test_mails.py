"""Mail: what happened and where, never what was said; once, and no more once it is ended or nobody may hear."""

import smtplib
from collections.abc import Callable
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client

from entrepot.channels.online import Voice
from entrepot.kernel.intake import Refusal
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.portal.push import mails, subscribing
from entrepot.portal.push.events import Filter
from entrepot.portal.push.subscribing import Asked, deliveries, get, make
from entrepot.store import subscriptions as kept
from tests.portal.push.conftest import Clock, token_voice
from tests.portal.stage import LINE_ONE, OPENING

Employ = Callable[..., None]


class Post:
    """Where mails go in a test, and what happens to them there."""

    def __init__(self) -> None:
        self.sent: list[EmailMessage] = []
        self.fault: Exception | None = None

    def __call__(self, message: EmailMessage) -> None:
        if self.fault is not None:
            raise self.fault
        self.sent.append(message)


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def ann(desk: Desk, employ: Employ) -> Voice:
    employ("ann", "acme", "read", "say")
    return Voice("ann", "acme", duties=frozenset({"read", "say"}))


@pytest.fixture
def subscribed(desk: Desk, ann: Voice) -> str:
    return make(desk, ann, Asked("mail", filter=Filter(topics=("goods.*", "dossier.opened")))).subscription.id


def say_one(desk: Desk, key: str = "1") -> None:
    acme = token_voice(desk, "acme")
    draft = Draft(LINE_ONE.topic, LINE_ONE.body, key)
    desk.say("D1", [draft] if desk.dossiers(acme).dossiers else [*OPENING, draft], acme)
    desk.store.integrate()


def test_a_mail_tells_what_happened_and_where_and_nothing_that_was_said(
    desk: Desk, subscribed: str, post: Post
) -> None:
    say_one(desk)
    assert mails.step(desk, post) == 1
    (mail,) = post.sent
    assert mail.to == ["ann@example.org"]
    text = f"{mail.subject}\n{mail.body}"
    assert "/d/D1" in text
    assert "(said)" in text
    assert "12360" not in text
    assert "28092019" not in text
    assert "PO-1" not in text
    assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail.extra_headers["List-Unsubscribe"].startswith("<http://127.0.0.1:8000/unsubscribe/")


def test_with_links_alone_not_even_the_topics_are_told(desk: Desk, ann: Voice, post: Post) -> None:
    make(desk, ann, Asked("mail", tells="links", language="zh"))
    say_one(desk)
    mails.step(desk, post)
    assert "有新动态" in post.sent[0].body
    assert "goods" not in post.sent[0].body
    assert "货" not in post.sent[0].body


def test_what_comes_within_a_minute_is_one_mail(desk: Desk, subscribed: str, post: Post, clock: Clock) -> None:
    say_one(desk, "1")
    mails.step(desk, post)
    for key in ("2", "3"):
        say_one(desk, key)
        mails.step(desk, post)
    assert len(post.sent) == 1
    clock.on(seconds=61)
    mails.step(desk, post)
    assert len(post.sent) == 2
    assert "× 2" in post.sent[1].body
    clock.on(days=1)
    assert mails.step(desk, post) == 0


def test_a_daily_mail_comes_at_eight_of_the_counting_office(desk: Desk, ann: Voice, post: Post, clock: Clock) -> None:
    make(desk, ann, Asked("mail", every="daily"))  # at noon there
    say_one(desk)
    clock.on(hours=19, minutes=59)
    assert mails.step(desk, post) == 0
    clock.on(minutes=2)
    assert mails.step(desk, post) == 1
    say_one(desk, "2")
    clock.on(hours=23)
    assert mails.step(desk, post) == 0
    clock.on(hours=1)
    assert mails.step(desk, post) == 1


def test_a_mail_cut_short_is_not_sent_again(desk: Desk, ann: Voice, subscribed: str, post: Post, clock: Clock) -> None:
    class Ended(BaseException):
        pass

    def end(message: EmailMessage) -> None:
        post.sent.append(message)
        raise Ended

    say_one(desk)
    with pytest.raises(Ended):
        mails.step(desk, end)
    clock.on(minutes=6)
    mails.step(desk, post)
    assert len(post.sent) == 1
    assert [card.state for card in deliveries(desk, ann, subscribed)] == ["unsure"]


def test_one_that_failed_for_certain_is_sent_again(
    desk: Desk, ann: Voice, subscribed: str, post: Post, clock: Clock
) -> None:
    say_one(desk)
    post.fault = smtplib.SMTPServerDisconnected("away")
    mails.step(desk, post)
    (card,) = deliveries(desk, ann, subscribed)
    assert (card.state, "away" in card.answer) == ("waiting", True)
    post.fault = None
    assert mails.step(desk, post) == 0
    clock.on(minutes=2)
    assert mails.step(desk, post) == 1


def test_an_address_that_bounces_pauses_its_mails(desk: Desk, ann: Voice, subscribed: str, post: Post) -> None:
    say_one(desk)
    post.fault = smtplib.SMTPRecipientsRefused({"ann@example.org": (550, b"no such user")})
    mails.step(desk, post)
    assert get(desk, ann, subscribed).state == "paused"
    make(desk, ann, Asked("mail"))
    assert kept.bounced(desk.store, "Ann@Example.org", "bounced|退信") == 1


def test_who_no_longer_works_there_hears_nothing_more(desk: Desk, ann: Voice, subscribed: str, post: Post) -> None:
    from django.utils import timezone

    from entrepot.store.accounts.models import Employment

    say_one(desk)
    Employment.objects.update(ended_at=timezone.now())
    assert mails.step(desk, post) == 0
    found = kept.find(desk.store, subscribed)
    assert found is not None
    assert found.state == "paused"


def test_mail_follows_the_person_to_a_new_address_and_ends_without_one(
    desk: Desk, subscribed: str, post: Post, clock: Clock
) -> None:
    from allauth.account.models import EmailAddress

    EmailAddress.objects.update(email="ann@new.example")
    say_one(desk)
    mails.step(desk, post)
    assert [mail.to for mail in post.sent] == [["ann@new.example"]]
    EmailAddress.objects.update(verified=False)
    clock.on(minutes=2)
    say_one(desk, "2")
    assert mails.step(desk, post) == 0
    found = kept.find(desk.store, subscribed)
    assert found is not None
    assert found.state == "paused"


def test_another_persons_mails_are_paused_and_let_go_on_but_never_by_the_others_rights(
    desk: Desk, subscribed: str, employ: Employ
) -> None:
    employ("boss", "acme")
    boss = Voice("boss", "acme", duties=frozenset({"read", "administer"}))
    assert subscribing.change(desk, boss, subscribed, subscribing.Changed(state="paused")).state == "paused"
    assert subscribing.change(desk, boss, subscribed, subscribing.Changed(state="active")).state == "active"
    found = kept.find(desk.store, subscribed)
    assert found is not None
    assert found.person == "ann"


def test_mail_goes_to_the_persons_own_confirmed_address_alone(desk: Desk, ann: Voice) -> None:
    from allauth.account.models import EmailAddress

    EmailAddress.objects.update(verified=False)
    for voice in (ann, token_voice(desk, "acme")):
        with pytest.raises(Refusal) as refused:
            make(desk, voice, Asked("mail", "somebody@elsewhere.example"))
        assert [problem.rule for problem in refused.value.problems] == ["PU04"]


def test_one_click_ends_mails_without_signing_in_and_a_look_does_not(
    desk: Desk, ann: Voice, subscribed: str, accounts: Client
) -> None:
    one = kept.find(desk.store, subscribed)
    assert one is not None
    address = mails.unsubscribe_address(desk, one).removeprefix("http://127.0.0.1:8000")
    browser = Client(enforce_csrf_checks=True)
    browser.defaults = dict(accounts.defaults)
    assert browser.get(address).status_code == 200
    assert get(desk, ann, subscribed).state == "active"
    answer = browser.post(address, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    assert get(desk, ann, subscribed).state == "ended"
    assert browser.get(address[:-1] + ("0" if address[-1] != "0" else "1")).status_code == 404


def test_whoever_is_mentioned_or_assigned_hears_of_it_until_he_ends_it(
    desk: Desk, employ: Employ, post: Post, clock: Clock
) -> None:
    mails.step(desk, post)  # from here on it is looked at
    for person in ("ann", "bob"):
        employ(person, "acme")
    ann, bob = Voice("ann", "acme"), Voice("bob", "acme")
    desk.say("D1", OPENING, ann)

    def comment(key: str, **body: Any) -> None:
        desk.say("D1", [Draft("dossier.comment", {"text": "the price is 17", **body}, key)], ann)
        desk.store.integrate()
        clock.on(minutes=2)
        mails.step(desk, post)

    comment("c-1", mentions=["bob", "ann"])
    assert [mail.to for mail in post.sent] == [["bob@example.org"]]
    assert "price" not in post.sent[0].body
    comment("c-2")
    assert len(post.sent) == 1
    desk.say("D1", [Draft("dossier.assigned", {"person": "bob"}, "acme")], ann)
    comment("c-3")
    assert len(post.sent) == 2
    (card,) = subscribing.mine(desk, bob)
    subscribing.end(desk, bob, card.id)
    comment("c-4", mentions=["bob"])
    assert len(post.sent) == 2
    comment("c-5", mentions=["stranger"])
    assert len(post.sent) == 2
