"""Saying what a form holds: at once or not at all, once however often it is sent, and never over somebody else's newer words."""

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Problem
from entrepot.kernel.topics import Topic
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.portal.entry.place import Place, drafts_of, place_of
from entrepot.portal.speaking import MOVED

Outcome = Literal["said", "already", "nothing", "moved", "twice", "refused"]
ATTEMPTS = 4


class Spoken(Struct, frozen=True):
    """What became of a form: `moved` where somebody said something here since it was loaded, `twice` where this form was said
    before and changed since; then nothing was said, and `place` is how it stands."""

    outcome: Outcome
    place: Place
    problems: tuple[Problem, ...] = ()


def speak(
    desk: Desk, dossier: str, topic: Topic[Any], key: str, body: Mapping[str, Any], voice: Voice, *, id: str, seen: str
) -> Spoken:
    """Say a form's body at its place. `id` is the form's own, `seen` names the statements that it was drawn over."""
    problems: tuple[Problem, ...] = ()
    for _ in range(ATTEMPTS):
        place = place_of(desk, dossier, topic, key, voice)
        drafts = drafts_of(place, body, id)
        before = id in place.said
        if not drafts:
            return Spoken("already" if before else "nothing", place)
        if before or place.seen != seen:
            return Spoken("twice" if before else "moved", place)
        try:
            desk.say(dossier, drafts, voice, expects=place.heads)
        except Refusal as refusal:
            problems = refusal.problems
            if {one.rule for one in problems} != {MOVED}:
                return Spoken("refused", place, problems)
            continue  # something else in the dossier moved: that is no matter here
        return Spoken("said", place)
    return Spoken("refused", place, problems)


def _remark(desk: Desk, topic: Topic[Any]) -> Topic[Any] | None:
    """Where a reason is said: to all who read of the matter, else to one's own organisation alone."""
    topics = desk.registry.topics
    comment = topics.get("dossier.comment")
    return comment if comment is not None and comment.read <= topic.read else topics.get("dossier.note")


def take_back(
    desk: Desk, dossier: str, topic: Topic[Any], key: str, voice: Voice, *, id: str, reason: str = ""
) -> Spoken:
    """Withdraw what the voice's organisation says at a place; a reason is said with it as a remark."""
    place = place_of(desk, dossier, topic, key, voice)
    if id in place.said or not place.own:
        return Spoken("already", place)
    drafts = [Draft(topic.name, key=key, id=id, withdraws=tuple(one.id for one, _ in place.own))]
    if reason and (comment := _remark(desk, topic)) is not None:
        where = f"{topic.name}/{key}" if key else topic.name
        drafts.append(Draft(comment.name, {"text": reason, "about": where}, id))
    try:
        desk.say(dossier, drafts, voice)
    except Refusal as refusal:
        return Spoken("refused", place, refusal.problems)
    return Spoken("said", place)
