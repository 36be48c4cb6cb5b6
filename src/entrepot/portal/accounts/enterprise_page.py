"""`/enterprise`: what an organisation says of itself, its people, its tokens, and what was done to them."""

from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils import timezone

from entrepot.channels.online import LICENSED, OFFICES
from entrepot.kernel.text import Text
from entrepot.portal import setting
from entrepot.portal.accounts import employing, profile
from entrepot.portal.accounts.acting import acting, ending_tokens
from entrepot.portal.accounts.acts import doer_of
from entrepot.portal.accounts.admission import admission
from entrepot.portal.accounts.codes import customs_code_problems
from entrepot.portal.accounts.mail import send_mail
from entrepot.portal.accounts.session import GUARDED, second_factor_needed
from entrepot.portal.compressing import uncompressed
from entrepot.portal.pages import DO, READ, language_of, only, page
from entrepot.portal.web import desk_of
from entrepot.store.accounts.models import DUTIES, Act, Employment, Invitation, Joining, Organisation
from entrepot.store.tokens import list_tokens, new_token, revoke_token

STYLES = ("accounts.css",)
ACTS_SHOWN = 200
LONGEST_DAYS = 365
MOST_TOKENS = 100


def _shown(request: HttpRequest, template: str, part: str, status: int = 200, **context: Any) -> HttpResponseBase:
    employment, voice = acting(request)
    state = admission(desk_of(request).store, employment.organisation)
    context |= {
        "state": state,
        "organisation": employment.organisation,
        "title": employment.organisation.called(language_of(request)),
        "part": part,
        "administers": "administer" in employment.duties,
        "notice": {
            "pending": "ac_waits_for_operator",
            "suspended": "ac_suspended_more",
            "refused": "ac_refused_more",
        }.get(state, ""),
    }
    return page(request, f"accounts/{template}.html", status, styles=STYLES, voice=voice, **context)


def enterprise(request: HttpRequest) -> HttpResponseBase:
    """The card, and where the organisation stands."""
    _, voice = acting(request)
    card, _ = profile.card_of(desk_of(request), voice)
    return _shown(request, "enterprise", "profile", card_fields=_fields(card), saved=request.GET.get("done") == "said")


def _fields(card: dict[str, Any]) -> list[tuple[str, str]]:
    return [(name, str(card.get(name, ""))) for name in profile.FIELDS]


def say_profile(request: HttpRequest) -> HttpResponseBase:
    """Say the card anew: a statement in the organisation's own dossier."""
    employment, voice = acting(request, "administer")
    said = {name: " ".join(request.POST.get(name, "").split())[:400] for name in profile.FIELDS}
    if problems := customs_code_problems(said["customs_code"]):
        return _shown(request, "enterprise", "profile", 422, card_fields=_fields(said), problems=problems)
    profile.say_card(desk_of(request), voice, employment.organisation, said)
    return HttpResponseRedirect("/enterprise?done=said")


def people(request: HttpRequest, link: str = "", **context: Any) -> HttpResponseBase:
    """Who works here with which duties, who was invited, who asks to come."""
    employment, _ = acting(request, "administer")
    here = Employment.objects.filter(organisation=employment.organisation, ended_at=None).select_related("person")
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    safe = set(
        Authenticator.objects.filter(user__employments__in=here, type__in=kinds).values_list("user_id", flat=True)
    )
    open_ = Invitation.objects.filter(organisation=employment.organisation, closed_at=None, ends_at__gt=timezone.now())
    asked = Joining.objects.filter(organisation=employment.organisation, answer="").select_related("person")
    guarded = bool(set(employment.organisation.standing) & GUARDED) and second_factor_needed(request)
    return _shown(
        request, "people", "people", people=[(one, one.person_id in safe) for one in here.order_by("id")], duties=DUTIES,
        invitations=list(open_.order_by("id")), asked=list(asked.order_by("id")), link=link, guarded=guarded, me=employment.person_id,
        **context,
    )  # fmt: skip


def invite(request: HttpRequest) -> HttpResponseBase:
    """Invite somebody by e-mail; the link is shown too, for where no mail goes out."""
    employment, _ = acting(request, "administer")
    email = request.POST.get("email", "").strip()[:254]
    try:
        validate_email(email)
    except ValidationError as error:
        raise employing.refuse(
            "AU19", "email", f"{email!r} is no e-mail address", f"{email!r} 不是有效的邮箱地址", "write it as name@example.com",
            "格式：name@example.com",
        ) from error  # fmt: skip
    organisation = employment.organisation
    secret = employing.invite(organisation, email, request.POST.getlist("duty"), employment.person, doer_of(request))
    link = f"{setting.address()}/accounts/invitations/{secret}"
    days = employing.INVITED_FOR.days
    send_mail(
        email,
        Text(f"{organisation} invites you", f"{organisation} 邀请您加入"),
        Text(
            f"{organisation} ({organisation.code}) invites you to work for it on Entrepôt. Follow this link within {days} days:\n{link}\n\n"
            "If you do not know this organisation, do nothing: without you nothing happens.",
            f"{organisation}（{organisation.code}）邀请您在 Entrepôt 上代表该单位办理业务。请在 {days} 日内打开以下链接：\n{link}\n\n"
            "如您不认识该单位，请忽略本邮件，不会产生任何影响。",
        ),
    )
    return people(request, link)


def withdraw(request: HttpRequest, id: int) -> HttpResponseBase:
    employment, _ = acting(request, "administer")
    employing.withdraw(employment.organisation, id, doer_of(request))
    return HttpResponseRedirect("/enterprise/people")


def answer(request: HttpRequest, id: int) -> HttpResponseBase:
    """Take somebody who asked to come, or decline."""
    employment, _ = acting(request, "administer")
    duties = request.POST.getlist("duty") if request.POST.get("answer") == "take" else None
    employing.answer(employment.organisation, id, duties, doer_of(request))
    return HttpResponseRedirect("/enterprise/people")


def duties(request: HttpRequest, id: int) -> HttpResponseBase:
    """Other duties for somebody, or the end of the employment."""
    employment, _ = acting(request, "administer")
    end_tokens, doer = ending_tokens(desk_of(request)), doer_of(request)
    if request.POST.get("do") == "end":
        employing.end(employment.organisation, id, doer, end_tokens)
    else:
        employing.change_duties(employment.organisation, id, request.POST.getlist("duty"), doer, end_tokens)
    return HttpResponseRedirect("/enterprise/people")


def tokens(request: HttpRequest, secret: str = "") -> HttpResponseBase:
    """The organisation's tokens; one just made is shown this once."""
    employment, _ = acting(request, "administer")
    held = [card for card in list_tokens(desk_of(request).store, employment.organisation.code) if not card.revoked_at]
    shown = _shown(
        request, "tokens", "tokens", tokens=held, secret=secret, roles=_licensed(employment.organisation), longest=LONGEST_DAYS,
        now=timezone.now().isoformat(),
    )  # fmt: skip
    return uncompressed(shown) if secret else shown


def make_token(request: HttpRequest) -> HttpResponseBase:
    """A token for a system: it speaks for the organisation in its maker's name, licensed for no more than the organisation is."""
    employment, _ = acting(request, "administer")
    organisation, store = employment.organisation, desk_of(request).store
    name, days = " ".join(request.POST.get("name", "").split())[:80], request.POST.get("days", "")
    lent = frozenset(_licensed(organisation)) - (OFFICES if desk_of(request).beside else frozenset())  # beside a live store they only play
    roles = tuple(role for role in request.POST.getlist("role") if role in lent)
    if not name or not days.isdecimal() or len(days) > 3 or not 0 < int(days) <= LONGEST_DAYS:
        raise employing.refuse(
            "AU20", "token", f"a token has a name, and 1 to {LONGEST_DAYS} days", f"令牌须有名称，有效期为 1 至 {LONGEST_DAYS} 日",
            "fill in both", "请补充填写",
        )  # fmt: skip
    if admission(store, organisation) != "admitted":
        raise employing.refuse("AU21", "token", "the operator has not admitted the organisation yet", "运营方尚未准入本单位",
                               "wait for its word", "请等待运营方审核")  # fmt: skip
    if sum(not card.revoked_at for card in list_tokens(store, organisation.code)) >= MOST_TOKENS:
        raise employing.refuse("AU22", "token", f"{MOST_TOKENS} tokens are there already", f"令牌已达 {MOST_TOKENS} 个",
                               "revoke those that nobody uses", "请先撤销不用的令牌")  # fmt: skip
    ends = store.clock() + timedelta(days=int(days))
    secret = new_token(store, employment.person.username, organisation.code, roles, "online", ends, name)
    doer_of(request).did("made token", organisation.code, name, ", ".join(roles))
    return tokens(request, secret)


def end_token(request: HttpRequest, id: str) -> HttpResponseBase:
    """Revoke one of the organisation's own tokens."""
    employment, _ = acting(request, "administer")
    organisation, store = employment.organisation, desk_of(request).store
    for card in list_tokens(store, organisation.code):
        if card.id == id and not card.revoked_at:
            revoke_token(store, id)
            doer_of(request).did("revoked token", organisation.code, card.name or id)
    return HttpResponseRedirect("/enterprise/tokens")


def acts(request: HttpRequest) -> HttpResponseBase:
    """What was done to the organisation's people and tokens."""
    employment, _ = acting(request, "administer")
    done = Act.objects.filter(organisation=employment.organisation.code).order_by("-id")[:ACTS_SHOWN]
    return _shown(request, "acts", "acts", acts=[(one, f"ac_did_{one.what.replace(' ', '_')}") for one in done])


def _licensed(organisation: Organisation) -> list[str]:
    return sorted(set(organisation.standing) & (OFFICES | LICENSED))


URLS: list[URLPattern] = [
    path("enterprise", only(enterprise, *READ)),
    path("enterprise/profile", only(say_profile, *DO)),
    path("enterprise/people", only(people, *READ)),
    path("enterprise/people/<int:id>", only(duties, *DO)),
    path("enterprise/invitations", only(invite, *DO)),
    path("enterprise/invitations/<int:id>/withdraw", only(withdraw, *DO)),
    path("enterprise/requests/<int:id>", only(answer, *DO)),
    path("enterprise/tokens", only(tokens, *READ)),
    path("enterprise/tokens/new", only(make_token, *DO)),
    path("enterprise/tokens/<str:id>/revoke", only(end_token, *DO)),
    path("enterprise/acts", only(acts, *READ)),
]
