"""What the operator's people do: each act needs somebody of the operator, signed in with the duty to administer, and leaves a line in
the log of acts - or is a statement, and stands on record.

Grave acts - taking away somebody's second factor, licensing an organisation to be an office, a bank, a counter or the operator - are
asked for by one person and done by another's consent, within a day.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.utils import timezone

from entrepot.channels.online import LICENSED, OFFICES, Voice
from entrepot.kernel.text import Text
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal.access import giving
from entrepot.portal.accounts.acts import Doer
from entrepot.portal.accounts.employing import end_sessions, refuse
from entrepot.portal.accounts.mail import send_mail_to
from entrepot.portal.desk import NoSuchDossier
from entrepot.portal.office import announcing
from entrepot.store import operating
from entrepot.store.accounts.models import Announcement, Consent, Employment, Organisation, Person
from entrepot.store.tokens import revoke_tokens

if TYPE_CHECKING:
    from entrepot.portal.desk import Desk

OVERSEEING = frozenset({"operator", "auditor"})
FACTOR, LICENCE = "reset second factor", "license"
CONSENT_HOLDS = timedelta(days=1)
LONGEST_REASON = 500
LONGEST_ANNOUNCED = timedelta(days=366)
STATES: tuple[Literal["admitted", "suspended", "refused"], ...] = ("admitted", "suspended", "refused")


def oversees(voice: Voice) -> Voice:
    """The voice, where it may look at the back office; nobody else is told that there is one."""
    if not voice.standing & OVERSEEING or "read" not in voice.duties:
        raise NoSuchDossier("the back office")
    return voice


def operates(desk: "Desk", voice: Voice) -> Voice:
    """The voice, where it may act for the operator: a visitor of a sandbox plays the role and changes nothing for others."""
    oversees(voice)
    desk.admit(voice, "administer", speaks=True)
    if "operator" not in voice.standing or voice.rehearsal:
        raise refuse("OF01", "operator", "only people of the operator, signed in, do that", "仅运营方登录人员可执行此操作",
                     "ask the operator", "请联系运营方")  # fmt: skip
    return voice


def reasoned(text: str) -> str:
    """A reason, without which nothing is done."""
    if not (reason := " ".join(text.split())[:LONGEST_REASON]):
        raise refuse(
            "OF02",
            "reason",
            "no reason is given",
            "未填写理由",
            "say why: it stands on record",
            "请填写理由，理由将记录在案",
        )
    return reason


def typed(given: str, name: str) -> None:
    """What cannot be undone is confirmed by typing its name."""
    if given.strip() != name:
        raise refuse(
            "OF03",
            "confirm",
            f"{name} was not typed",
            f"未正确输入 {name}",
            "type the name exactly, or go back",
            "请准确输入名称，或返回",
        )


# -- organisations ----------------------------------------------------------------------------------------------------


def organisation_of(code: str) -> Organisation:
    """An organisation by its code."""
    found = Organisation.objects.filter(code=code).first()
    if found is None:
        raise NoSuchPlace(code)
    return found


def say_word(desk: "Desk", voice: Voice, code: str, state: str, reason: str) -> None:
    """Admit, suspend or refuse: a statement in the organisation's own dossier."""
    operates(desk, voice)
    word = next((one for one in STATES if one == state), None)
    if word is None:
        raise refuse(
            "OF04",
            "state",
            "there is no such word",
            "没有这一处理结果",
            "admitted, suspended or refused",
            "可选：准入、暂停、拒绝",
        )
    why = " ".join(reason.split())[:LONGEST_REASON] if word == "admitted" else reasoned(reason)
    giving.admit(desk, voice, organisation_of(code).code, word, why)


def end_tokens(desk: "Desk", voice: Voice, code: str, confirm: str, reason: str, doer: Doer) -> int:
    """End all tokens of an organisation, for good; how many there were."""
    operates(desk, voice)
    typed(confirm, code)
    why = reasoned(reason)
    with transaction.atomic():
        doer.did("ended all tokens", organisation_of(code).code, more=why)
        return revoke_tokens(desk.store, code)


# -- people -----------------------------------------------------------------------------------------------------------


def person_of(name: str) -> Person:
    """Somebody who signs in, locked or not."""
    found = Person.objects.filter(username=name).first()
    if found is None:
        raise NoSuchPlace(name)
    return found


def lock(desk: "Desk", voice: Voice, name: str, reason: str, doer: Doer) -> None:
    """Let somebody in nowhere any more: sessions and tokens end at once."""
    operates(desk, voice)
    person, why = person_of(name), reasoned(reason)
    if person.username == voice.person:
        raise refuse(
            "OF05",
            "person",
            "nobody locks himself out",
            "不能锁定本人账户",
            "ask another person of the operator",
            "请由运营方其他人员操作",
        )
    with transaction.atomic():
        person.is_active = False
        person.save(update_fields=["is_active"])
        doer.did("locked", whom=name, more=why)
        for held in Employment.objects.filter(person=person).select_related("organisation"):
            revoke_tokens(desk.store, held.organisation.code, name)
        end_sessions(person)


def unlock(desk: "Desk", voice: Voice, name: str, reason: str, doer: Doer) -> None:
    """Let somebody in again; tokens that ended stay ended."""
    operates(desk, voice)
    person, why = person_of(name), reasoned(reason)
    with transaction.atomic():
        person.is_active = True
        person.save(update_fields=["is_active"])
        doer.did("unlocked person", whom=name, more=why)


def sign_out(desk: "Desk", voice: Voice, name: str, doer: Doer) -> None:
    """End all sessions of somebody."""
    operates(desk, voice)
    end_sessions(person_of(name))
    doer.did("signed out", whom=name)


# -- what takes two ---------------------------------------------------------------------------------------------------


def open_consents(now: datetime) -> list[Consent]:
    """What waits for a second person, the oldest first; what waited longer than a day is void."""
    return list(Consent.objects.filter(answer="", asked_at__gt=now - CONSENT_HOLDS).order_by("id"))


def ask(
    desk: "Desk", voice: Voice, what: str, whom: str, reason: str, doer: Doer, roles: Sequence[str] = ()
) -> Consent:
    """Ask for a grave act; another person of the operator must agree."""
    operates(desk, voice)
    why, more = reasoned(reason), ""
    if what == FACTOR:
        person_of(whom)
    else:
        organisation_of(whom)
        if unknown := sorted(set(roles) - (OFFICES | LICENSED)):
            raise refuse("OF06", "role", f"nobody is licensed for {unknown[0]}", f"没有 {unknown[0]} 这一资质",
                         f"one of {', '.join(sorted(OFFICES | LICENSED))}", "请在列出的资质中选择")  # fmt: skip
        more = ", ".join(sorted(set(roles)))
    try:
        with transaction.atomic():
            Consent.objects.filter(
                answer="", what=what, whom=whom, asked_at__lte=timezone.now() - CONSENT_HOLDS
            ).update(answer="void")
            made = Consent.objects.create(what=what, whom=whom, more=more, reason=why, asked_by=voice.person)
            doer.did(f"asked to {what}", whom if what == LICENCE else "", whom, f"{more} {why}".strip())
    except IntegrityError:
        raise refuse("OF07", "consent", "this was asked for already and waits for the second person", "已申请，待第二人同意",
                     "let another person of the operator answer", "请由运营方另一人员处理") from None  # fmt: skip
    return made


def answer(desk: "Desk", voice: Voice, number: int, agreed: bool, doer: Doer) -> Consent:
    """Agree to a grave act, which does it, or decline; never by whoever asked for it."""
    operates(desk, voice)
    with transaction.atomic():
        found = (
            Consent.objects.select_for_update()
            .filter(id=number, answer="", asked_at__gt=timezone.now() - CONSENT_HOLDS)
            .first()
        )
        if found is None:
            raise NoSuchPlace(str(number))
        if agreed and found.asked_by == voice.person:
            raise refuse("OF08", "consent", "you asked for it yourself: it takes another person", "申请人不能同意本人的申请",
                         "let another person of the operator agree", "请由运营方另一人员同意")  # fmt: skip
        found.answer, found.answered_by = ("agreed" if agreed else "declined"), voice.person
        found.save(update_fields=["answer", "answered_by"])
        about = found.whom if found.what == LICENCE else ""
        doer.did(f"{found.answer} to {found.what}", about, found.whom, f"{found.more} {found.reason}".strip())
        if agreed:
            (_license if found.what == LICENCE else _reset_factor)(found)
    return found


def _license(consent: Consent) -> None:
    Organisation.objects.filter(code=consent.whom).update(standing=[role for role in consent.more.split(", ") if role])


def _reset_factor(consent: Consent) -> None:
    person = person_of(consent.whom)
    Authenticator.objects.filter(user=person).delete()
    end_sessions(person)
    send_mail_to(
        person,
        Text("Your second factor was taken away", "您的第二验证因素已被重置"),
        Text(
            "The operator took your second factor away, by two persons. Sign in with your password and set up another. If you did not ask"
            " for this, tell the operator at once.",
            "运营方已由两名人员确认重置您的第二验证因素。请用密码登录后重新设置。如非您本人申请，请立即联系运营方。",
        ),
    )


# -- work and announcements -------------------------------------------------------------------------------------------


def retry(desk: "Desk", voice: Voice, task: str, doer: Doer) -> str:
    """Try work now that failed and waits; gives its kind."""
    operates(desk, voice)
    kind = operating.at_once(desk.store, task)
    if not kind:
        raise NoSuchPlace(task)
    doer.did("retried", whom=task[:100], more=kind)
    return kind


def announce(desk: "Desk", voice: Voice, words: Text, since: datetime, until: datetime, doer: Doer) -> Announcement:
    """Tell everybody something at the head of every page, from a moment until another."""
    operates(desk, voice)
    en, zh = (" ".join(text.split()) for text in (words.en, words.zh))
    if not en or not zh or max(len(en), len(zh)) > 400:
        raise refuse("OF09", "text", "an announcement has 1 to 400 characters in each language", "公告须中英文齐备，各不超过 400 字",
                     "fill in both", "请填写中英文内容")  # fmt: skip
    if not since < until <= since + LONGEST_ANNOUNCED or until <= timezone.now():
        raise refuse("OF10", "until", "it ends before it begins, lies in the past, or lasts more than a year",
            "起止时间有误、已过期或超过一年",
                     "give a later end within a year", "请填写一年以内的有效截止时间")  # fmt: skip
    with transaction.atomic():
        made = Announcement.objects.create(en=en, zh=zh, since=since, until=until, made_by=voice.person)
        doer.did("announced", more=f"{en} | {zh}")
    announcing.forget()
    return made


def take_down(desk: "Desk", voice: Voice, number: int, doer: Doer) -> None:
    """Take an announcement down before its end."""
    operates(desk, voice)
    with transaction.atomic():
        if Announcement.objects.filter(id=number, ended_at=None).update(ended_at=timezone.now()):
            doer.did("took down announcement", whom=str(number))
    announcing.forget()
