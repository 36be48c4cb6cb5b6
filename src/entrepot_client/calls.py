"""The calls of the API, each as a value that says what to send and how to read the answer; whoever sends it is another matter."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qs, quote, urlsplit

import msgspec

from entrepot_client import answers as shapes
from entrepot_client.ids import new_id
from entrepot_client.topic import Statement

T = TypeVar("T")
JSON = "application/json"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True)
class Call(Generic[T]):
    """One call. `template` is its path in the description, `safe`: said again it changes nothing, so it may be tried again."""

    method: str
    template: str
    read: Callable[[Answer], T]
    path: Mapping[str, str] = field(default_factory=dict)
    query: tuple[tuple[str, str], ...] = ()
    content: bytes | None = None
    media: str = JSON
    safe: bool = True

    @property
    def address(self) -> str:
        """The path, filled in; the place of a `why` keeps its slash."""
        filled = self.template
        for name, text in self.path.items():
            filled = filled.replace(f"{{{name}}}", quote(text, safe="/" if name == "place" else ""))
        return filled


def as_type(shape: Callable[..., T]) -> Callable[[Answer], T]:
    """A reader of JSON of this shape; fields that a later edition adds are passed over."""
    decoder: Any = msgspec.json.Decoder(shape)
    return lambda answer: decoder.decode(answer.content)


def _plain(answer: Answer) -> Any:
    return msgspec.json.decode(answer.content)


def _bytes(answer: Answer) -> bytes:
    return answer.content


def _text(answer: Answer) -> str:
    return answer.content.decode()


def _query(**given: object) -> tuple[tuple[str, str], ...]:
    """What is asked for: sequences several times, what is empty not at all."""
    asked: list[tuple[str, str]] = []
    for name, value in given.items():
        if isinstance(value, list | tuple):
            asked += [(name, str(one)) for one in value]
        elif value not in (None, "", False):
            asked.append((name, "true" if value is True else str(value)))
    return tuple(asked)


def _json(value: Any) -> bytes:
    return msgspec.json.encode(value)


# -- saying -----------------------------------------------------------------------------------------------------------


def say(dossier: str, statements: Sequence[Statement], expects: Sequence[str] | None) -> Call[shapes.Said]:
    """Say statements on one dossier, all or none; each has an id of its own, so saying them again changes nothing."""
    if not statements:
        raise ValueError("say at least one statement")
    said: list[dict[str, Any]] = [{"id": new_id(), **one, "dossier": dossier} for one in statements]
    if expects is not None:
        said[0]["expects"] = list(expects)
    return Call("post", "/api/v1/submissions", as_type(shapes.Said), content=_json(said))


def hand_in(dossier: str, name: str, data: bytes, keep: bool, wait: bool) -> Call[shapes.Taken]:
    """Hand a paper in; the same bytes again say nothing new."""
    return Call(
        "post", "/api/v1/dossiers/{id}/papers", as_type(shapes.Taken), {"id": dossier}, _query(name=name, keep=keep, wait=wait), data,
        "application/octet-stream",
    )  # fmt: skip


def answer_paper(dossier: str, digest: str, given: Mapping[str, Mapping[str, str | None]]) -> Call[shapes.Said]:
    """Confirm or correct fields of a paper."""
    return Call(
        "post", "/api/v1/dossiers/{id}/papers/{digest}/answers", as_type(shapes.Said), {"id": dossier, "digest": digest},
        content=_json(given), safe=False,
    )  # fmt: skip


def send(dossier: str, topic: str, digest: str, confirm: str) -> Call[shapes.Despatched]:
    """Send a finding to its office; a value that the office has is not sent twice."""
    body = {"digest": digest, **({"confirm": confirm} if confirm else {})}
    return Call(
        "post", "/api/v1/dossiers/{id}/send/{topic}", as_type(shapes.Despatched), {"id": dossier, "topic": topic}, content=_json(body)
    )  # fmt: skip


# -- reading ----------------------------------------------------------------------------------------------------------


def read(dossier: str, day: date | None) -> Call[shapes.Reading]:
    """The sheet."""
    return Call("get", "/api/v1/dossiers/{id}", as_type(shapes.Reading), {"id": dossier}, _query(day=day))


def why(dossier: str, place: str, field: str, day: date | None) -> Call[shapes.Why]:
    """The tree under one answer."""
    return Call(
        "get", "/api/v1/dossiers/{id}/why/{place}", as_type(shapes.Why), {"id": dossier, "place": place}, _query(field=field, day=day)
    )  # fmt: skip


def paper(dossier: str, digest: str) -> Call[bytes]:
    """A paper's bytes."""
    return Call("get", "/api/v1/dossiers/{id}/papers/{digest}", _bytes, {"id": dossier, "digest": digest})


def paper_read(dossier: str, digest: str) -> Call[shapes.PaperRead]:
    """What was read from a paper."""
    return Call(
        "get",
        "/api/v1/dossiers/{id}/papers/{digest}/read",
        as_type(shapes.PaperRead),
        {"id": dossier, "digest": digest},
    )


def receipt(dossier: str, statement: str, stamped: bool, witnessed: bool) -> Call[str]:
    """The signed receipt of a statement."""
    asked = _query(stamped=1 if stamped else "", witnessed=1 if witnessed else "")
    return Call(
        "get", "/api/v1/dossiers/{id}/receipts/{submission}", _text, {"id": dossier, "submission": statement}, asked
    )


def dossiers(cursor: object, limit: int) -> Call[shapes.Page]:
    """A page of dossiers."""
    return Call("get", "/api/v1/dossiers", as_type(shapes.Page), query=_query(cursor=cursor, limit=limit))


def search(words: str, cursor: object) -> Call[shapes.SearchingMatches]:
    """A page of what was found."""
    return Call("get", "/api/v1/search", as_type(shapes.SearchingMatches), query=_query(q=words, cursor=cursor))


def work(who: str, cursor: object) -> Call[shapes.Waits]:
    """A page of what waits."""
    return Call("get", "/api/v1/work", as_type(shapes.Waits), query=_query(who=who, cursor=cursor))


def worklist(stage: str, client: str, cursor: object) -> Call[shapes.Worklist]:
    """A page of the broker's worklist."""
    return Call(
        "get", "/api/v1/worklist", as_type(shapes.Worklist), query=_query(stage=stage, client=client, cursor=cursor)
    )


def topics() -> Call[list[shapes.TopicCard]]:
    """Every topic."""
    reader: Any = list[shapes.TopicCard]
    return Call("get", "/api/v1/topics", as_type(reader))


# -- documents, prints, titles ----------------------------------------------------------------------------------------


def documents(dossier: str, cursor: object) -> Call[shapes.Documents]:
    """What can be issued and a page of what was."""
    return Call(
        "get", "/api/v1/dossiers/{id}/documents", as_type(shapes.Documents), {"id": dossier}, _query(cursor=cursor)
    )


def issue(dossier: str, place: str, digest: str, confirm: str, replaces: str) -> Call[shapes.IssuedDocument]:
    """Issue a document with the organisation's key in the platform's custody."""
    body = {"place": place, "digest": digest, "confirm": confirm, "replaces": replaces}
    reader = as_type(shapes.IssuedDocument)
    return Call("post", "/api/v1/dossiers/{id}/documents", reader, {"id": dossier}, content=_json(body), safe=False)


def document(dossier: str, id: str, form: str) -> Call[bytes]:
    """A document's bytes."""
    return Call(
        "get", "/api/v1/dossiers/{id}/documents/{document}/{form}", _bytes, {"id": dossier, "document": id, "form": form}
    )  # fmt: skip


def prints(dossier: str) -> Call[list[shapes.Printable]]:
    """What can be printed."""
    reader: Any = list[shapes.Printable]
    return Call("get", "/api/v1/dossiers/{id}/prints", as_type(reader), {"id": dossier}, _query(limit=200))


def printed(dossier: str, name: str) -> Call[bytes]:
    """One print as PDF."""
    return Call("get", "/api/v1/dossiers/{id}/prints/{name}", _bytes, {"id": dossier, "name": name})


def titles(cursor: object) -> Call[shapes.TitlePage]:
    """A page of titles."""
    return Call("get", "/api/v1/titles", as_type(shapes.TitlePage), query=_query(cursor=cursor))


def title(id: str) -> Call[shapes.TitleReading]:
    """One title."""
    return Call("get", "/api/v1/titles/{id}", as_type(shapes.TitleReading), {"id": id})


def title_step(id: str, step: Mapping[str, Any]) -> Call[shapes.StepTaken]:
    """A step on a title."""
    return Call(
        "post", "/api/v1/titles/{id}/steps", as_type(shapes.StepTaken), {"id": id}, content=_json(step), safe=False
    )


# -- events, subscriptions, mandates ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class EventPage:
    """Events in order, and the position behind which the next page begins."""

    events: tuple[shapes.Event, ...]
    after: str


def events(after: str, limit: int, wait: int, only: Mapping[str, Sequence[str]], found: bool) -> Call[EventPage]:
    """The events behind a position."""
    decoder = msgspec.json.Decoder(tuple[shapes.Event, ...])

    def read(answer: Answer) -> EventPage:
        link = answer.headers.get("link", "").partition(">")[0].lstrip("<")
        return EventPage(decoder.decode(answer.content), parse_qs(urlsplit(link).query).get("after", [after])[0])

    asked = _query(after=after, limit=limit, wait=wait or "", found="" if found else "false", **only)
    return Call("get", "/api/v1/events", read, query=asked)


def subscriptions(cursor: object) -> Call[shapes.SubscriptionList]:
    """A page of subscriptions."""
    return Call("get", "/api/v1/subscriptions", as_type(shapes.SubscriptionList), query=_query(cursor=cursor))


def subscribe(asked: Mapping[str, Any]) -> Call[shapes.Made]:
    """A new subscription, with its secret."""
    return Call("post", "/api/v1/subscriptions", as_type(shapes.Made), content=_json(asked), safe=False)


def change_subscription(id: str, changed: Mapping[str, Any]) -> Call[shapes.SubscriptionCard]:
    """A subscription renamed, filtered otherwise, paused or going on."""
    return Call(
        "patch", "/api/v1/subscriptions/{id}", as_type(shapes.SubscriptionCard), {"id": id}, content=_json(changed)
    )


def end_subscription(id: str) -> Call[shapes.SubscriptionCard]:
    """A subscription ended for good."""
    return Call("delete", "/api/v1/subscriptions/{id}", as_type(shapes.SubscriptionCard), {"id": id})


def deliveries(id: str, cursor: object) -> Call[shapes.DeliveryList]:
    """A page of deliveries."""
    return Call(
        "get", "/api/v1/subscriptions/{id}/deliveries", as_type(shapes.DeliveryList), {"id": id}, _query(cursor=cursor)
    )


def replay(id: str, after: str) -> Call[shapes.SubscriptionCard]:
    """Everything behind a position delivered again."""
    body = _json({"after": after})
    return Call(
        "post",
        "/api/v1/subscriptions/{id}/replay",
        as_type(shapes.SubscriptionCard),
        {"id": id},
        content=body,
        safe=False,
    )


def mandates(cursor: object) -> Call[shapes.Mandates]:
    """A page of mandates."""
    return Call("get", "/api/v1/mandates", as_type(shapes.Mandates), query=_query(cursor=cursor, limit=200))


def give_mandate(asked: Mapping[str, Any]) -> Call[shapes.MandateCard]:
    """A mandate given."""
    return Call("post", "/api/v1/mandates", as_type(shapes.MandateCard), content=_json(asked), safe=False)


def revoke_mandate(agent: str, number: str, reason: str) -> Call[shapes.MandateCard]:
    """A mandate revoked."""
    return Call(
        "post", "/api/v1/mandates/{agent}/{number}/revoke", as_type(shapes.MandateCard), {"agent": agent, "number": number},
        content=_json({"reason": reason}), safe=False,
    )  # fmt: skip


def classify(text: str, to: str, answers: Mapping[str, str]) -> Call[shapes.Classified]:
    """Goods codes for a description."""
    body = {"text": text, **({"to": to} if to else {}), **({"answers": answers} if answers else {})}
    return Call("post", "/api/v1/classify", as_type(shapes.Classified), content=_json(body))


def screen(name: str, country: str) -> Call[shapes.Screened]:
    """Listed ones like a name."""
    return Call("get", "/api/v1/screen", as_type(shapes.Screened), query=_query(name=name, country=country))


def call(method: str, path: str, query: Mapping[str, str], body: Any) -> Call[Any]:
    """Any other call of the description, with plain JSON."""
    content = None if body is None else _json(body)
    return Call(method, path, _plain, query=tuple(query.items()), content=content, safe=method == "get")
