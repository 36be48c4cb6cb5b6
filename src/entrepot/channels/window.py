"""Window: a clerk at a counter, speaking for somebody else under a recorded mandate.

Membership lets a counter see a dossier; only a mandate that stands in it, names the counter and the principal, and runs on
the day lets its clerk speak. A standing mandate of the principal (`mandates.py`) does for both. Statements carry the mandate's
number, the clerk as the person and the principal as the organisation.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec

from entrepot.channels import online
from entrepot.channels.online import Voice
from entrepot.kernel.access import Speaker
from entrepot.kernel.record import Record
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.trade import MANDATE, Mandate


def under(clerk: Voice, mandate: str, principal: str) -> Voice:
    """The clerk's voice for a principal, under the mandate with this number."""
    return msgspec.structs.replace(
        clerk, organisation=principal, counter=clerk.counter or clerk.organisation, mandate=mandate, channel="window"
    )


def speaker(record: Record, voice: Voice, today: date) -> tuple[Speaker, tuple[Problem, ...]]:
    """Who speaks and reads here, and why the voice may not speak, if it may not. Reading as the counter itself needs no mandate."""
    if voice.rehearsal:
        return online.speaker(record, voice), ()
    if not voice.mandate or not voice.counter:
        here = online.speaker(record, voice)
        if voice.grant is not None:
            here = msgspec.structs.replace(here, roles=here.roles | {voice.grant.role})
        if "clerk" in here.roles:
            return here, (_missing(),)
        return here, ()
    if voice.grant is not None:
        return Speaker(voice.person, voice.organisation, voice.standing & {voice.grant.role}), ()
    counter = msgspec.structs.replace(voice, organisation=voice.counter)
    roles = online.roles_in(record, counter) & {"clerk"}
    standing = record.standing(MANDATE.name).get(voice.mandate)
    told = () if standing is None or standing.value is None else (standing.value,)
    problems = mandate_problems(voice, told, today)
    # What is the principal's alone is read under its mandate, not by whoever names it.
    return Speaker(voice.person, voice.counter if problems else voice.organisation, roles), problems


def mandate_problems(voice: Voice, told: Iterable[Any], today: date) -> tuple[Problem, ...]:
    """What is wrong with a mandate: not on record, for others, or not of this day. `told` is what stands under its number."""
    for mandate in told:
        if not isinstance(mandate, Mandate) or (mandate.principal, mandate.counter) != (
            voice.organisation,
            voice.counter,
        ):
            continue
        if mandate.signed_on <= today and (mandate.valid_until is None or today <= mandate.valid_until):
            return ()
        return (
            _problem(
                Text(f"mandate {voice.mandate} does not run on {today}", f"委托 {voice.mandate} 在 {today} 无效"),
                Text("record a mandate that runs", "请登记有效的委托"),
            ),
        )
    return (
        _problem(
            Text(
                f"no mandate {voice.mandate} of {voice.organisation} for {voice.counter} is on record here",
                f"此案卷没有 {voice.organisation} 授予 {voice.counter} 的委托 {voice.mandate}",
            ),
            Text(f"say {MANDATE.name}/{voice.mandate} first, with the signed paper", "请先登记该委托并附签署文件"),
        ),
    )


def _missing() -> Problem:
    return _problem(
        Text("a clerk speaks under a mandate, and none is named", "窗口人员须凭委托陈述，而未指明委托"),
        Text("name the mandate and whom you speak for", "请指明委托编号及被代理人"),
    )


def _problem(what: Text, fix: Text) -> Problem:
    return Problem("D008", "mandate", what, fix)
