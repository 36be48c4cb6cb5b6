"""The pages `/d/ID/say` and `/d/ID/say/TOPIC/KEY`: what may be said in a dossier, what is waited for first; and the form of each.

A form shows what stands now, by whom and on what; it says only what was changed. Where somebody else spoke meanwhile both are
shown and nothing is lost. `?field=hs` brings a field to the front, `#f-hs` is its place.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.http import url_has_allowed_host_and_scheme
from msgspec import Struct

from entrepot.channels.online import Voice, office_word
from entrepot.kernel.intake import Refusal
from entrepot.kernel.sheet import natural
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.answers import PAPER, PAPER_DOUBTS
from entrepot.kernel.vocabulary.enterprise import ENTERPRISE_DOSSIER
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.kernel.vocabulary.talk import ASSIGNED, COMMENT, NOTE, OWN_DUE
from entrepot.kernel.vocabulary.trade import OPENED
from entrepot.kernel.vocabulary.window import WINDOW_SERVED
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal.desk import Desk
from entrepot.portal.entry.choices import SEARCHED, inline, search
from entrepot.portal.entry.forms import body_from, form_of
from entrepot.portal.entry.place import Place, place_of
from entrepot.portal.entry.posted import ROOT
from entrepot.portal.entry.speak_here import Spoken, speak, take_back
from entrepot.portal.ids import uuid7
from entrepot.portal.pages import DO, FOLDER, MEDIA, READ, language_of, only, page, reader_of
from entrepot.portal.reading import Fact, Reading, Waiting, waiting
from entrepot.portal.web import desk_of, json_response

STYLES, SCRIPTS = ("entry.css",), ("entry.js", "offline.js")
NOT_BY_FORM = frozenset({OPENED.name, PAPER.name, PAPER_DOUBTS.name, WINDOW_SERVED.name})
TALK = frozenset({COMMENT.name, NOTE.name, ASSIGNED.name, OWN_DUE.name})  # said on the page of talk
LONGEST_KEY = 200
TRADE = frozenset({"trade", "goods", "transport", "packing", "declaration", "contract"})
# What a party, an attachment or a cost may be filed under, where that is no plain number.
KEYS: Mapping[str, tuple[str, ...]] = {
    "party": ("exporter", "importer", "producer", "owner", "declarant", "notify"),
}


class Sayable(Struct, frozen=True):
    """A topic that may be said: where, what stands there, and who waits for it."""

    topic: Topic[Any]
    key: str = ""
    fact: Fact | None = None
    unlocks: int = 0
    mine: bool = False

    @property
    def label(self) -> Text:
        return self.topic.label


def say_list(request: HttpRequest, id: str) -> HttpResponseBase:
    """What may be said: what somebody waits for, contradictions, what stands, and all else."""
    voice, desk = reader_of(request), desk_of(request)
    reading = desk.read(id, voice)
    topics = sayable_topics(desk, id, voice)
    facts = {(fact.topic, fact.key): fact for fact in reading.facts}
    waits = [
        Sayable(
            topics[one.topic],
            one.key,
            facts.get((one.topic, one.key)),
            unlocks=len(one.holds_up),
        )
        for one in sorted(waiting(reading), key=lambda one: -len(one.holds_up))
        if to_ask(one, topics, voice)
    ]
    standing = [
        Sayable(
            topics[fact.topic], fact.key, fact, mine=any(s.organisation == voice.organisation for s in fact.statements)
        )
        for fact in reading.facts
        if fact.topic in topics
    ]
    conflicts = [one for one in standing if one.fact and one.fact.conflicts]
    disputed = {(one.topic.name, one.key) for one in conflicts}
    said = {one.topic.name for one in standing}
    rest = [topic for name, topic in topics.items() if topic.keyed or name not in said]
    return page(
        request, "entry/say_list.html", styles=STYLES, scripts=SCRIPTS, voice=voice, reading=reading, conflicts=conflicts,
        waits=[one for one in waits if (one.topic.name, one.key) not in disputed], standing=standing, rest=_parted(rest),
        lines=LINE.name in topics, done=done_word(request),
    )  # fmt: skip


def _parted(topics: Sequence[Topic[Any]]) -> list[tuple[str, list[Topic[Any]]]]:
    """Topics by what they are: the trade itself, further matters, and what others' papers told."""
    told = [topic for topic in topics if office_word(topic)]
    trade = [topic for topic in topics if topic not in told and topic.name.partition(".")[0] in TRADE]
    rest = [topic for topic in topics if topic not in told and topic not in trade]
    return [
        (name, some)
        for name, some in (("entry_can", trade), ("entry_can_rest", rest), ("entry_can_told", told))
        if some
    ]


def to_ask(one: Waiting, topics: Mapping[str, Topic[Any]], voice: Voice) -> bool:
    """Whether something waited for is the reader's to answer: an office's word is asked of the office."""
    return one.topic in topics and (not office_word(topics[one.topic]) or bool(voice.standing & topics[one.topic].say))


def sayable_topics(desk: Desk, id: str, voice: Voice) -> dict[str, Topic[Any]]:
    """The topics that the voice may say here by a form, as the list offers them."""
    if "say" not in voice.duties:
        return {}
    with desk.known(id, voice) as (_, speaker):
        return {
            name: topic
            for name, topic in desk.registry.topics.items()
            if topic.kind == "said"
            and not topic.base
            and name not in NOT_BY_FORM | TALK
            and topic.say & speaker.roles
            and name.startswith("enterprise.") == id.startswith(ENTERPRISE_DOSSIER)
        }


def say_page(request: HttpRequest, id: str, topic: str, key: str = "") -> HttpResponseBase:
    """The form of one topic and key: filled in with what stands, said when it is sent."""
    voice, desk = reader_of(request), desk_of(request)
    told = desk.registry.topics.get(topic)
    if told is None or told.kind != "said" or topic in NOT_BY_FORM:
        raise NoSuchPlace(topic)
    key = key or request.POST.get("key", request.GET.get("key", "")).strip()[:LONGEST_KEY]
    form = _Form(request, desk, voice, id, told, key)
    if request.method != "POST":
        return form.shown()
    if "more" in request.POST or "less" in request.POST:
        return form.shown(post=_rows_changed(request.POST), id=request.POST.get("id", "")[:64])
    return form.taken_back() if request.POST.get("do") == "withdraw" else form.said()


class _Form:
    """One request for a form."""

    def __init__(self, request: HttpRequest, desk: Desk, voice: Voice, id: str, topic: Topic[Any], key: str) -> None:
        self.request, self.desk, self.voice, self.dossier, self.topic, self.key = request, desk, voice, id, topic, key

    def said(self) -> HttpResponseBase:
        """Say what was typed; where it cannot be said, the form again with all that is wrong."""
        post = self.request.POST
        body, problems = body_from(self.topic, post)
        if bool(self.topic.keyed) != bool(self.key):
            problems = (*problems, _no_key())
        if problems:
            return self.shown(post=post, problems=problems, id=post.get("id", ""))
        spoken = speak(
            self.desk, self.dossier, self.topic, self.key, body, self.voice, id=self._id(), seen=post.get("seen", "")
        )
        return self._answered(spoken)

    def taken_back(self) -> HttpResponseBase:
        """Withdraw what one's organisation says here."""
        reason = self.request.POST.get("reason", "").strip()[:1000]
        spoken = take_back(self.desk, self.dossier, self.topic, self.key, self.voice, id=self._id(), reason=reason)
        return self._answered(spoken, "withdrawn")

    def _answered(self, spoken: Spoken, done: str = "said") -> HttpResponseBase:
        if spoken.outcome in ("moved", "twice"):
            return self.shown(post=self.request.POST, moved=spoken.outcome)
        if spoken.outcome == "refused":
            return self.shown(post=self.request.POST, problems=spoken.problems, id=self._id())
        asked = urlencode({"done": done if spoken.outcome == "said" else spoken.outcome})
        here = f"/d/{quote(self.dossier, safe='')}/say"
        return HttpResponseRedirect(f"{self._after() or here}?{asked}")

    def _after(self) -> str:
        """Where a page of ours asked to go on to; never another site's."""
        after = self.request.POST.get("next", "") or self.request.GET.get("next", "")
        inside = after.startswith("/") and url_has_allowed_host_and_scheme(after, None)
        return after.partition("?")[0] if inside else ""

    def _id(self) -> str:
        """The form's own id, under which it is said once; a fresh one where there is none."""
        return self.request.POST.get("id", "")[:64] or uuid7(self.desk.store.clock())

    def shown(
        self,
        post: Mapping[str, Any] | None = None,
        problems: tuple[Problem, ...] = (),
        id: str = "",
        moved: str = "",
    ) -> HttpResponseBase:
        """The form, over what stands now."""
        request, language = self.request, language_of(self.request)
        place = place_of(self.desk, self.dossier, self.topic, self.key, self.voice)
        may_say = place.may_say and "say" in self.voice.duties
        if not may_say and not place.stated:
            raise NoSuchPlace(self.topic.name)
        reading = self.desk.read(self.dossier, self.voice)
        taken = next((value for one, value in place.stated if one.id == request.GET.get("take")), None)
        value = place.value
        if taken is not None:
            fields = {name: getattr(taken, name) for name in place.disputed if name}
            value = msgspec.structs.replace(value, **fields) if value is not None and fields else taken
        found = next((f for f in reading.findings if (f.topic, f.key) == (self.topic.base, self.key)), None)
        if value is None and found is not None and self.topic.name.endswith(".ruling"):
            post = post or {f"{ROOT}.of": found.digest}  # a ruling is on the value that stands
        form = form_of(
            self.topic, language, value=value, post=post, problems=problems, wanted=(request.GET.get("field", ""),)
        )
        fact = next((f for f in reading.facts if (f.topic, f.key) == (self.topic.name, self.key)), None)
        status = 409 if moved else 422 if problems else 200
        return page(
            request, "entry/say.html", status, styles=STYLES, scripts=SCRIPTS, voice=self.voice, reading=reading,
            topic=self.topic, key=self.key, place=place, may_say=may_say, form=form, fact=fact, found=found, moved=moved,
            id=id or uuid7(self.desk.store.clock()), seen=place.seen if post is None or moved else request.POST.get("seen", ""),
            lists=inline(self.desk.law, self.desk.today(), form.lists, language), keys=KEYS.get(self.topic.keyed, ()),
            next_key=_next_key(reading, self.topic), sides=list(_sides(place)), after=self._after(),
            wrong_key=any(p.rule == "FM04" for p in problems),
        )  # fmt: skip


def _sides(place: Place) -> Iterator[tuple[str, str, str, Any]]:
    """Under a contradiction: each statement with its speaker's organisation and its value."""
    if place.disputed:
        for one, value in place.stated:
            yield one.id, one.for_, one.said_at, msgspec.to_builtins(value, str_keys=True)


def _no_key() -> Problem:
    return Problem(
        "FM04", "key", Text("it is not said what this is about", "未说明归档编号"),
        Text("give its number or name", "请填写编号或名称"),
    )  # fmt: skip


def _next_key(reading: Reading, topic: Topic[Any]) -> str:
    """The number after the last, where keys are numbers."""
    keys = [fact.key for fact in reading.facts if fact.topic == topic.name]
    if not topic.keyed or topic.keyed in KEYS or not all(key.isdecimal() for key in keys):
        return ""
    return str(int(max(keys, key=natural)) + 1) if keys else "1"


def _rows_changed(post: Any) -> dict[str, str]:
    """What was typed, without the row that was taken out; a blank row for one more is always drawn."""
    less = post.get("less", "")
    return {name: text for name, text in post.items() if not less or not (name == less or name.startswith(f"{less}."))}


def done_word(request: HttpRequest) -> str:
    """The word for what a form came to, as the page after it tells it."""
    done = request.GET.get("done", "")
    return f"entry_{done}" if done in ("said", "already", "nothing", "withdrawn") else ""


def lists_page(request: HttpRequest, name: str) -> HttpResponseBase:
    """A list of codes, searched; with `as=json` for the form's own search."""
    voice, desk, language = reader_of(request), desk_of(request), language_of(request)
    if name not in SEARCHED:
        raise NoSuchPlace(name)
    words = request.GET.get("q", "")[:200]
    try:
        found = search(desk, voice, name, words, language)
    except Refusal:
        found = ()
    if request.GET.get("as") == "json":
        return json_response([[one.value, one.label] for one in found])
    return page(request, "entry/list.html", styles=STYLES, voice=voice, name=name, words=words, found=found)


def offline_page(request: HttpRequest) -> HttpResponseBase:
    """What stands in for a page that cannot be reached; the same for everybody."""
    return page(request, "entry/offline.html", styles=STYLES, scripts=SCRIPTS, voice=None, kept_list=True)


def offline_worker(request: HttpRequest) -> HttpResponseBase:
    """The script that shows it; it stands at the root, for that is as far as its word goes."""
    response = HttpResponse((FOLDER / "offline-worker.js").read_bytes(), content_type=MEDIA[".js"])
    response["Cache-Control"] = "no-cache"
    return response


URLS: list[URLPattern] = [
    path("offline", only(offline_page, *READ)),
    path("offline-worker.js", only(offline_worker, *READ)),
    path("d/<str:id>/say", only(say_list, *READ)),
    path("d/<str:id>/say/<str:topic>", only(say_page, *READ, *DO)),
    path("d/<str:id>/say/<str:topic>/<path:key>", only(say_page, *READ, *DO)),
    path("lists/<str:name>", only(lists_page, *READ)),
]
