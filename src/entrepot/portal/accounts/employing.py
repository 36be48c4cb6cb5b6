"""People come to organisations and leave them. Every step is one transaction with its line in the log of acts.

An organisation always keeps somebody who administers it. Whoever leaves it is out of it with the next request: sessions and tokens end.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from hashlib import sha256
from secrets import token_urlsafe

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from entrepot.kernel.intake import Refusal
from entrepot.portal.accounts.acts import Doer
from entrepot.portal.drafts import problem
from entrepot.store.accounts.models import DUTIES, Employment, Invitation, Joining, Organisation, Person
from entrepot.store.store import Store
from entrepot.store.tokens import list_tokens

INVITED_FOR = timedelta(days=7)
MOST_INVITED = 50
EndTokens = Callable[[str, str], object]  # of an organisation and a person


def refuse(rule: str, where: str, en: str, zh: str, fix_en: str, fix_zh: str) -> Refusal:
    """A refusal of one problem."""
    return Refusal((problem(rule, where, en, zh, fix_en, fix_zh),))


def checked_duties(duties: Iterable[str]) -> list[str]:
    """Duties in their order; Refusal where one is unknown or there is none. Whoever does anything may read."""
    chosen = set(duties)
    if not chosen or chosen - set(DUTIES):
        raise refuse("AU10", "duties", "no duty was chosen, or one that there is not", "未选择权限或权限无效",
                     f"choose among: {', '.join(DUTIES)}", "请选择至少一项权限")  # fmt: skip
    return [duty for duty in DUTIES if duty in chosen | {"read"}]


def spoken_for(store: Store, code: str) -> bool:
    """Whether machines speak for an organisation whose people nobody has registered: then the operator lets people in, not the
    first who comes by."""
    return not Organisation.objects.filter(code=code).exists() and bool(list_tokens(store, code))


def register(person: Person, code: str, country: str, name: str, name_zh: str, doer: Doer) -> Organisation | None:
    """Register an organisation with the person as its administrator; None where it is registered: then ask to join it."""
    try:
        with transaction.atomic():
            made = Organisation.objects.create(code=code, country=country, name=name, name_zh=name_zh)
            Employment.objects.create(person=person, organisation=made, duties=list(DUTIES))
            doer.did("registered", code, person.username, f"{name} {name_zh}".strip())
    except IntegrityError:
        return None
    return made


def ask_to_join(person: Person, organisation: Organisation, doer: Doer) -> bool:
    """A request to the administrators; asked again it stays one. Whether it is new."""
    with transaction.atomic():
        _lock(organisation)
        if _employed(person, organisation) is not None:
            raise refuse("AU11", "organisation", "you work for it already", "您已是该单位成员",
                         "go to your organisations", "请前往“我的单位”")  # fmt: skip
        _, made = Joining.objects.get_or_create(person=person, organisation=organisation, answer="")
        if made:
            doer.did("asked to join", organisation.code, person.username)
    return made


def answer(organisation: Organisation, joining: int, duties: Iterable[str] | None, doer: Doer) -> None:
    """Take somebody who asked, with these duties; or, with None, decline."""
    with transaction.atomic():
        _lock(organisation)
        asked = (
            Joining.objects.filter(id=joining, organisation=organisation, answer="").select_related("person").first()
        )
        if asked is None:
            raise refuse(
                "AU12",
                "request",
                "there is no such request any more",
                "该申请已不存在",
                "look at the list again",
                "请刷新列表",
            )
        asked.answer = "declined" if duties is None else "taken"
        asked.save(update_fields=["answer"])
        if duties is None:
            doer.did("declined", organisation.code, asked.person.username)
        else:
            employ(asked.person, organisation, duties, doer)


def employ(person: Person, organisation: Organisation, duties: Iterable[str], doer: Doer) -> Employment:
    """Take somebody in, or back in, with these duties."""
    chosen = checked_duties(duties)
    with transaction.atomic():
        held, _ = Employment.objects.update_or_create(
            person=person, organisation=organisation, defaults={"duties": chosen, "ended_at": None}
        )
        doer.did("employed", organisation.code, person.username, ", ".join(chosen))
    return held


def invite(organisation: Organisation, email: str, duties: Iterable[str], by: Person, doer: Doer) -> str:
    """An invitation; the secret of its link, which is kept nowhere."""
    chosen, secret, now = checked_duties(duties), token_urlsafe(32), timezone.now()
    with transaction.atomic():
        _lock(organisation)
        if (
            Invitation.objects.filter(organisation=organisation, closed_at=None, ends_at__gt=now).count()
            >= MOST_INVITED
        ):
            raise refuse("AU13", "email", f"{MOST_INVITED} invitations are open already", f"未接受的邀请已达 {MOST_INVITED} 份",
                         "withdraw some, or wait until they end", "请撤回部分邀请或等待其到期")  # fmt: skip
        Invitation.objects.create(
            digest=_digest(secret), organisation=organisation, email=email, duties=chosen, made_by=by, ends_at=now + INVITED_FOR
        )  # fmt: skip
        doer.did("invited", organisation.code, email, ", ".join(chosen))
    return secret


def invitation_of(secret: str) -> Invitation | None:
    """The open invitation behind a link."""
    held = Invitation.objects.filter(digest=_digest(secret), closed_at=None, ends_at__gt=timezone.now())
    return held.select_related("organisation", "made_by").first()


def take_up(secret: str, person: Person, doer: Doer) -> Organisation:
    """Take up an invitation, once, as somebody who reads mail at the address it went to."""
    with transaction.atomic():
        held = invitation_of(secret)
        if held is None:
            raise refuse("AU14", "invitation", "this invitation was taken up, withdrawn, or has ended", "邀请已被使用、撤回或过期",
                         "ask for another", "请联系邀请人重新邀请")  # fmt: skip
        proven = (
            {"verified": True} if settings.EMAIL_HOST else {}
        )  # where no mail goes out nobody could prove his address
        if not EmailAddress.objects.filter(user=person, email__iexact=held.email, **proven).exists():
            raise refuse("AU15", "email", "the invitation went to another e-mail address than any of yours",
                         "邀请发往的邮箱与您账户的邮箱不符",
                         "add that address to your account, or ask to be invited under one of yours",
                         "请在账户中添加该邮箱，或请对方向您的邮箱重新发送")  # fmt: skip
        # Of two who come at once one finds it closed.
        if not Invitation.objects.filter(id=held.id, closed_at=None).update(closed_at=timezone.now()):
            raise refuse(
                "AU14",
                "invitation",
                "this invitation was just taken up",
                "邀请刚被使用",
                "ask for another",
                "请联系邀请人重新邀请",
            )
        duties = held.duties
        if (already := _employed(person, held.organisation)) is not None:
            duties = [*already.duties, *held.duties]
        employ(person, held.organisation, duties, doer)
    return held.organisation


def withdraw(organisation: Organisation, invitation: int, doer: Doer) -> None:
    """Withdraw an invitation."""
    with transaction.atomic():
        held = Invitation.objects.filter(id=invitation, organisation=organisation, closed_at=None).first()
        if held is not None:
            held.closed_at = timezone.now()
            held.save(update_fields=["closed_at"])
            doer.did("withdrew invitation", organisation.code, held.email)


def change_duties(
    organisation: Organisation, employment: int, duties: Iterable[str], doer: Doer, end_tokens: EndTokens
) -> None:
    """Other duties for somebody. Tokens made with more than what is left end."""
    chosen = checked_duties(duties)
    with transaction.atomic():
        _lock(organisation)
        held = _held(organisation, employment)
        before = list(held.duties)
        if "administer" not in chosen:
            _keep_one_administrator(organisation, held)
        held.duties = chosen
        held.save(update_fields=["duties"])
        doer.did(
            "changed duties", organisation.code, held.person.username, f"{', '.join(before)} → {', '.join(chosen)}"
        )
        if set(before) - set(chosen):
            end_tokens(organisation.code, held.person.username)


def end(organisation: Organisation, employment: int, doer: Doer, end_tokens: EndTokens) -> None:
    """End an employment at once, with the person's sessions and its tokens for this organisation."""
    with transaction.atomic():
        _lock(organisation)
        held = _held(organisation, employment)
        _keep_one_administrator(organisation, held)
        held.ended_at = timezone.now()
        held.save(update_fields=["ended_at"])
        doer.did("ended employment", organisation.code, held.person.username)
        end_tokens(organisation.code, held.person.username)
        end_sessions(held.person)


def end_sessions(person: Person) -> None:
    """Sign somebody out everywhere."""
    for session in UserSession.objects.filter(user=person):
        session.end()


def _held(organisation: Organisation, employment: int) -> Employment:
    held = Employment.objects.filter(id=employment, organisation=organisation, ended_at=None)
    found = held.select_related("person").first()
    if found is None:
        raise refuse(
            "AU16",
            "person",
            "nobody of this number works here now",
            "该人员已不在本单位",
            "look at the list again",
            "请刷新列表",
        )
    return found


def _keep_one_administrator(organisation: Organisation, leaving: Employment) -> None:
    others = Employment.objects.filter(organisation=organisation, ended_at=None, person__is_active=True)
    if "administer" in leaving.duties and not any("administer" in one.duties for one in others.exclude(id=leaving.id)):
        raise refuse("AU17", "duties", "this is the last administrator: nobody could let people in afterwards", "这是最后一名管理员",
                     "make somebody else administrator first", "请先指定其他管理员")  # fmt: skip


def _employed(person: Person, organisation: Organisation) -> Employment | None:
    return Employment.objects.filter(person=person, organisation=organisation, ended_at=None).first()


def _lock(organisation: Organisation) -> None:
    """Who changes the people of an organisation does so alone; SQLite has one writer anyway."""
    list(Organisation.objects.select_for_update().filter(id=organisation.id))


def _digest(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
