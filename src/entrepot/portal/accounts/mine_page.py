"""For whom I act: `/accounts/organisations`, registering or joining one, taking up an invitation."""

import gettext
from functools import cache

import pycountry
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from entrepot.kernel.text import Problem, Text
from entrepot.portal import setting
from entrepot.portal.accounts import employing, profile
from entrepot.portal.accounts.acting import person_of
from entrepot.portal.accounts.acts import doer_of
from entrepot.portal.accounts.admission import admissions
from entrepot.portal.accounts.codes import code_problems, customs_code_problems, organisation_code
from entrepot.portal.accounts.mail import send_mail_to
from entrepot.portal.accounts.session import ACTS_FOR, employment_of, employments_of, voice_of_employment
from entrepot.portal.drafts import problem
from entrepot.portal.pages import DO, READ, language_of, only, page
from entrepot.portal.web import desk_of
from entrepot.store.accounts.models import Employment, Joining, Organisation, Person

STYLES = ("accounts.css",)
LONGEST = {
    "name": 300,
    "name_zh": 300,
    "customs_code": 10,
    "address": 400,
    "address_zh": 400,
    "phone": 40,
    "email": 254,
}


@cache
def countries(language: str) -> tuple[tuple[str, str], ...]:
    """Countries by their alpha-3 code and name (ISO 3166), China first."""
    names = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, ["zh_CN"], fallback=True)
    listed = [(one.alpha_3, names.gettext(one.name) if language == "zh" else one.name) for one in pycountry.countries]
    return tuple(sorted(listed, key=lambda one: (one[0] != "CHN", one[1])))


def organisations(request: HttpRequest) -> HttpResponseBase:
    """My organisations, what I asked for, and the two ways to another."""
    person = person_of(request)
    now, held = employment_of(request, person), employments_of(person)
    stand = admissions(desk_of(request).store, [one.organisation for one in held])
    asked = Joining.objects.filter(person=person, answer="").select_related("organisation")
    return page(
        request, "accounts/organisations.html", styles=STYLES, person=person, now=now,
        employments=[(one, one.organisation.called(language_of(request)), stand[one.organisation.code]) for one in held],
        voice=voice_of_employment(now) if now else None, asked=list(asked),
    )  # fmt: skip


def act_for(request: HttpRequest) -> HttpResponseBase:
    """From now on in this session, for this organisation."""
    person, chosen = person_of(request), request.POST.get("employment", "")
    for one in employments_of(person):
        if str(one.id) == chosen:
            request.session[ACTS_FOR] = one.id
            return HttpResponseRedirect("/")
    return HttpResponseRedirect("/accounts/organisations")


def register(request: HttpRequest) -> HttpResponseBase:
    """Register an organisation; where it is known already, ask its administrators."""
    person = person_of(request)
    if request.method != "POST":
        return _registering(request, {"country": "CHN", "email": person.email}, ())
    given = {name: " ".join(request.POST.get(name, "").split()) for name in ("country", "number", *LONGEST)}
    problems = [*code_problems(given["country"], given["number"]), *_card_problems(given)]
    if problems:
        return _registering(request, given, problems)
    code = organisation_code(given["country"], given["number"])
    card = {name: given[name] for name in profile.FIELDS}
    made = None
    if not employing.spoken_for(desk_of(request).store, code):
        made = employing.register(person, code, given["country"], given["name"], given["name_zh"], doer_of(request))
    if made is None:
        return _ask(request, code)
    employment = Employment.objects.select_related("organisation", "person").get(person=person, organisation=made)
    request.session[ACTS_FOR] = employment.id
    profile.say_card(desk_of(request), voice_of_employment(employment), made, card)
    return HttpResponseRedirect("/enterprise")


def _ask(request: HttpRequest, code: str) -> HttpResponseBase:
    known = Organisation.objects.filter(code=code).first()
    if known is None:  # machines speak for it, people do not yet
        raise employing.refuse(
            "AU18", "number", "somebody speaks for this organisation here already", "已有系统代表该单位使用本平台",
            "ask the operator to let you in", "请联系运营方开通",
        )  # fmt: skip
    person = person_of(request)
    if employing.ask_to_join(person, known, doer_of(request)):
        _tell_administrators(person, known)
    return HttpResponseRedirect("/accounts/organisations?asked=1")


def _tell_administrators(person: Person, organisation: Organisation) -> None:
    called = person.name or person.username
    where = f"{setting.address()}/enterprise/people"
    for one in Employment.objects.filter(organisation=organisation, ended_at=None).select_related("person"):
        if "administer" in one.duties:
            send_mail_to(
                one.person,
                Text(f"{called} asks to join {organisation}", f"{called} 申请加入 {organisation}"),
                Text(
                    f"{called} ({person.username}, {person.email}) asks to work for {organisation}. Let in or decline: {where}",
                    f"{called}（{person.username}，{person.email}）申请加入 {organisation}。请前往同意或拒绝：{where}",
                ),
            )


def _card_problems(given: dict[str, str]) -> list[Problem]:
    problems = list(customs_code_problems(given["customs_code"]))
    if not given["name"] and not given["name_zh"]:
        problems.append(
            problem(
                "AU06",
                "name",
                "the organisation has no name yet",
                "未填写单位名称",
                "give its name, in Chinese or in Latin letters",
                "请填写中文或外文名称",
            )
        )
    for name, most in LONGEST.items():
        if len(given[name]) > most:
            problems.append(
                problem("AU07", name, f"longer than {most} letters", f"超过 {most} 个字符", "shorten it", "请缩短")
            )
    return problems


def _registering(request: HttpRequest, given: dict[str, str], problems: object) -> HttpResponseBase:
    return page(
        request, "accounts/register.html", 422 if problems else 200, styles=STYLES, voice=None, given=given, problems=problems,
        countries=countries(language_of(request)),
    )  # fmt: skip


def invited(request: HttpRequest, secret: str) -> HttpResponseBase:
    """An invitation: what it offers, and taking it up. Whoever is not signed in does that first, or registers."""
    if request.method == "POST":
        person = person_of(request)
        organisation = employing.take_up(secret, person, doer_of(request))
        held = Employment.objects.get(person=person, organisation=organisation)
        request.session[ACTS_FOR] = held.id
        return HttpResponseRedirect("/")
    person_of(request)
    held_out = employing.invitation_of(secret)
    title = held_out.organisation.called(language_of(request)) if held_out else ""
    return page(request, "accounts/invited.html", styles=STYLES, voice=None, invitation=held_out, title=title)


URLS: list[URLPattern] = [
    path("accounts/organisations", only(organisations, *READ)),
    path("accounts/act-for", only(act_for, *DO)),
    path("accounts/register", only(register, *READ, *DO)),
    path("accounts/invitations/<str:secret>", only(invited, *READ, *DO)),
]
