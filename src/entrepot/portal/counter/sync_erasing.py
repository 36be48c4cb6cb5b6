"""Erasing by law reaches both sides: what the portal erased goes at counters, and what the operator erased at a counter goes here.

Whoever was handed words is told that they are to go, also where he may no longer read the dossier. An order from a counter is looked
at again: the portal may know of duties to keep that the counter did not.
"""

from typing import Any

import msgspec

from entrepot.channels.online import Voice
from entrepot.kernel.intake import Refusal
from entrepot.kernel.submissions import Submission
from entrepot.kernel.text import Problem
from entrepot.kernel.vocabulary.erasure import ERASED, Erased
from entrepot.portal import erasing
from entrepot.portal.desk import Desk, NoSuchDossier
from entrepot.portal.drafts import moment_problem, problem
from entrepot.portal.erasing import Order
from entrepot.portal.ids import derived
from entrepot.store.database import StoreError
from entrepot.store.outbox import stamp
from entrepot.store.store import Store
from entrepot.store.tokens import list_tokens

OPERATOR = "operator"
NOTHING_HERE = "E905"


def obey(store: Store, said: Submission) -> bool:
    """Erase here what a statement of the portal says that the law had erased there; whether it is on record here by now."""
    told = msgspec.json.decode(bytes(said.body), type=Erased)
    try:
        return store.erase([said], [erasing.deed_of(said, told)]).ok
    except StoreError:  # it never was here
        return store.submit([said]).ok


def take(desk: Desk, one: Submission) -> tuple[Problem, ...]:
    """Erase at the portal what its operator had erased at a counter, and say so with the same words; else why not."""
    try:
        told = msgspec.json.decode(bytes(one.body), type=Erased)
    except msgspec.MsgspecError as error:
        return (
            problem(
                "SY14", one.id, f"not an order to erase: {error}", "不是有效的删除命令", "say it anew", "请重新陈述"
            ),
        )
    if bad := moment_problem(one.said_at or "never", ERASED.name):
        return (bad,)
    if one.replaces or one.withdraws or not operates(desk.store, one.by, one.for_):
        return (_not_the_operator(one),)
    voice = Voice(one.by, one.for_, frozenset({OPERATOR}), one.channel)
    order = Order(told.ground, told.request, told.reason, told.despite)
    try:
        plan = erasing.plan(desk, one.dossier, [one.key], voice, order)
    except NoSuchDossier:
        return (problem("SY09", one.dossier, "the dossier is not open at the portal", "平台上没有该案卷",
                        "hand its opening in first", "请先提交建档陈述"),)  # fmt: skip
    except Refusal as refused:
        if [found.rule for found in refused.problems] != [NOTHING_HERE]:
            return refused.problems
        return desk.store.submit([one]).problems
    found = [*erasing.order_problems(desk, order), *plan.refused, *(() if told.despite.strip() else plan.unsure)]
    if found:
        return tuple(found)
    others = [
        msgspec.structs.replace(one, id=derived(one.id, other), dossier=other)
        for item in plan.items
        for other in item.elsewhere
    ]
    return desk.store.erase([one, *others], [erasing.deed_of(one, told)]).problems


def operates(store: Store, person: str, organisation: str) -> bool:
    """Whether a person acts for the operator: by a token that runs, or by an employment."""
    now = stamp(store.clock())
    for card in list_tokens(store, organisation):
        if (
            card.person == person
            and OPERATOR in card.roles
            and not card.revoked_at
            and (not card.ends_at or card.ends_at > now)
        ):
            return True
    return _employed(person, organisation)


def _employed(person: str, organisation: str) -> bool:
    from django.apps import apps
    from django.db import Error

    if not apps.ready:
        return False
    from entrepot.store.accounts.models import Employment

    named: Any = {"person__username": person, "organisation__code": organisation, "ended_at": None}
    try:
        return any(
            OPERATOR in one.organisation.standing and "say" in one.duties
            for one in Employment.objects.filter(**named).select_related("organisation")
        )
    except Error:  # an installation whose machines alone sign in has no accounts
        return False


def _not_the_operator(one: Submission) -> Problem:
    return problem("SY13", "by", f"{one.by} does not act for the operator of the portal", f"{one.by} 不代表平台运营方",
                   "have the operator erase it at the portal", "请由运营方在平台上执行删除")  # fmt: skip
