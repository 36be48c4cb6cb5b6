"""The client: `Client` for programs that wait, `AsyncClient` (in aclient.py) for those that do not."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import TracebackType
from typing import Any, TypeVar

import httpx

from entrepot_client import answers as shapes
from entrepot_client import calls
from entrepot_client.bulk import windows
from entrepot_client.calls import Answer, Call, EventPage
from entrepot_client.errors import Unreachable, error_of, seconds
from entrepot_client.receipts import Proof, Trust, proven
from entrepot_client.retrying import pause
from entrepot_client.topic import Statement

T = TypeVar("T")
WAIT = 20  # seconds that the platform may hold a question for events


def headers_of(token: str, rehearse: str, mandate: str, for_: str) -> dict[str, str]:
    """Who asks: a token; in a sandbox a role to rehearse instead; under a mandate its number and the principal."""
    given = {
        "Authorization": f"Bearer {token}" if token else "",
        "Entrepot-As": rehearse,
        "Entrepot-Mandate": mandate,
        "Entrepot-For": for_,
    }
    return {name: text for name, text in given.items() if text} | {"Accept": "application/json, */*"}


class Client:
    """The API of an installation at `address`, spoken to with a token (or, in a sandbox, rehearsing a role).

        with Client("https://portal.example", token) as portal:
            portal.say("PO-1", [GOODS_LINE.says({"hs": "28092019", "amount": "USD 12360.00"}, key="1")])

    Statements get ids of their own, so that a call that broke off is tried again without being heard twice. ApiError holds every
    problem in both languages; Unreachable says that no answer came.
    """

    def __init__(
        self,
        address: str,
        token: str = "",
        *,
        rehearse: str = "",
        mandate: str = "",
        for_: str = "",
        timeout: float = 60,
        retries: int = 4,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.retries = retries
        self.sleep: Callable[[float], object] = time.sleep
        self._http = httpx.Client(
            base_url=address.rstrip("/"), headers=headers_of(token, rehearse, mandate, for_), timeout=timeout, transport=transport
        )  # fmt: skip

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the connections go."""
        self._http.close()

    def do(self, call: Call[T]) -> T:
        """Send a call and read its answer, with the attempts that it allows."""
        for attempt in range(self.retries + 1):
            try:
                response = self._http.request(
                    call.method, call.address, params=call.query, content=call.content, headers={"Content-Type": call.media}
                )  # fmt: skip
            except httpx.TransportError as broken:
                wait = pause(call, attempt, 0, 0)
                if wait is None or attempt == self.retries:
                    raise Unreachable(f"{call.method.upper()} {call.address}: {broken}") from broken
            else:
                answer = Answer(response.status_code, response.headers, response.content)
                if answer.status < 300:  # a redirection is followed nowhere: the token is for this address
                    return call.read(answer)
                wait = pause(call, attempt, answer.status, seconds(answer.headers))
                if wait is None or attempt == self.retries:
                    raise error_of(answer.status, answer.headers, answer.content)
            self.sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    def _every(self, page: Callable[[Any], Call[Any]], entries: str) -> Iterator[Any]:
        cursor: Any = ""
        while True:
            got = self.do(page(cursor))
            yield from getattr(got, entries)
            if not got.next:
                return
            cursor = got.next

    # -- say, send, papers ----------------------------------------------------------------------------------------

    def say(
        self, dossier: str, statements: Sequence[Statement], *, expects: Sequence[str] | None = None
    ) -> shapes.Said:
        """Say statements on one dossier, all or none. With `expects`, the heads of a reading, refused where something moved."""
        return self.do(calls.say(dossier, statements, expects))

    def say_many(self, statements: Iterable[tuple[str, Statement]]) -> Iterator[shapes.Line]:
        """Say pairs of dossier and statement, as many as there are; one result each, as they become known. A bad one leaves the
        others standing; where the connection breaks, those without a result are sent again under the ids they had."""
        for window in windows(statements):
            for attempt in range(self.retries + 1):
                yield from self.do(window.call())
                if not window.left:
                    break
                if attempt == self.retries:
                    raise Unreachable(f"{len(window.left)} statements from number {min(window.left)} on have no result")
                self.sleep(pause(window.call(), attempt, 0, 0) or 0)

    def send(self, dossier: str, topic: str, digest: str, *, confirm: str = "") -> shapes.Despatched:
        """Send a finding to its office: the digest is that of the value you saw, `confirm` why it stands although it needs review."""
        return self.do(calls.send(dossier, topic, digest, confirm))

    def hand_in(self, dossier: str, name: str, data: bytes, *, keep: bool = False, wait: bool = False) -> shapes.Taken:
        """Hand a paper in. `keep` keeps what cannot be read, `wait` waits until scans are read."""
        return self.do(calls.hand_in(dossier, name, data, keep, wait))

    def paper(self, dossier: str, digest: str) -> bytes:
        """A paper's bytes."""
        return self.do(calls.paper(dossier, digest))

    def paper_read(self, dossier: str, digest: str) -> shapes.PaperRead:
        """What was read from a paper, with places and doubts."""
        return self.do(calls.paper_read(dossier, digest))

    def answer_paper(self, dossier: str, digest: str, given: Mapping[str, Mapping[str, str | None]]) -> shapes.Said:
        """Answer the doubts about a paper or correct it: `{"goods.line/1": {"amount": "USD 12.50", "hs": None}}`."""
        return self.do(calls.answer_paper(dossier, digest, given))

    # -- read -----------------------------------------------------------------------------------------------------

    def read(self, dossier: str, *, day: date | None = None) -> shapes.Reading:
        """The sheet as you may see it."""
        return self.do(calls.read(dossier, day))

    def why(self, dossier: str, place: str, *, field: str = "", day: date | None = None) -> shapes.Why:
        """One answer (`duty.offer/1`) down to law, statement and paper."""
        return self.do(calls.why(dossier, place, field, day))

    def dossiers(self) -> Iterator[shapes.DossierCard]:
        """The dossiers you have a part in, the one last spoken of first, page by page."""
        return self._every(lambda cursor: calls.dossiers(cursor, 200), "dossiers")

    def search(self, words: str) -> Iterator[shapes.SearchingMatch]:
        """The dossiers in which these words stand."""
        return self._every(lambda cursor: calls.search(words, cursor), "matches")

    def work(self, who: str = "") -> Iterator[shapes.Row]:
        """What waits for you, the most urgent first."""
        return self._every(lambda cursor: calls.work(who, cursor), "work")

    def worklist(self, stage: str = "", client: str = "") -> Iterator[shapes.Work]:
        """The broker's trades by stage."""
        return self._every(lambda cursor: calls.worklist(stage, client, cursor), "work")

    def topics(self) -> list[shapes.TopicCard]:
        """Every topic, with who may say and read it."""
        return self.do(calls.topics())

    def receipt(self, dossier: str, statement: str, *, stamped: bool = False, witnessed: bool = False) -> str:
        """The signed receipt of a statement, as text to be kept."""
        return self.do(calls.receipt(dossier, statement, stamped, witnessed))

    def proof(self, dossier: str, statement: str, trust: "Trust | str", *, witnessed: bool = False) -> Proof:
        """The receipt of a statement, checked here with the log's key (or whom else to trust); entrepot_verify's Rejected where it
        does not hold, or where it is the receipt of another statement."""
        return proven(self.receipt(dossier, statement, witnessed=witnessed), trust, statement)

    # -- documents, prints, titles --------------------------------------------------------------------------------

    def issuable(self, dossier: str) -> tuple[shapes.Issuable, ...]:
        """What can be issued in a dossier."""
        return self.do(calls.documents(dossier, "")).issuable

    def documents(self, dossier: str) -> Iterator[shapes.DocumentCard]:
        """What was issued in a dossier, the newest first."""
        return self._every(lambda cursor: calls.documents(dossier, cursor), "issued")

    def issue(
        self, dossier: str, place: str, digest: str, *, confirm: str = "", replaces: str = ""
    ) -> shapes.IssuedDocument:
        """Issue a document from a finding, signed with your organisation's key in the platform's custody."""
        return self.do(calls.issue(dossier, place, digest, confirm, replaces))

    def document(self, dossier: str, id: str, form: str = "credential") -> bytes:
        """A document's bytes: credential, pdf, receipt or sd_jwt."""
        return self.do(calls.document(dossier, id, form))

    def prints(self, dossier: str) -> list[shapes.Printable]:
        """What can be printed of a dossier."""
        return self.do(calls.prints(dossier))

    def printed(self, dossier: str, name: str) -> bytes:
        """One print as PDF."""
        return self.do(calls.printed(dossier, name))

    def titles(self) -> Iterator[shapes.TitleCard]:
        """Your titles, the one issued last first."""
        return self._every(calls.titles, "titles")

    def title(self, id: str) -> shapes.TitleReading:
        """A title as you may see it."""
        return self.do(calls.title(id))

    def title_step(self, id: str, action: str, **fields: Any) -> shapes.StepTaken:
        """Take a step on a title with a key in the platform's custody: `title_step(id, "transfer", to="…")`."""
        return self.do(calls.title_step(id, {"action": action, **fields}))

    # -- events, subscriptions, mandates --------------------------------------------------------------------------

    def events(
        self, after: str = "start", *, limit: int = 100, wait: int = 0, found: bool = True, only: Mapping[str, Sequence[str]] | None = None
    ) -> EventPage:  # fmt: skip
        """A page of events behind a position, and where the next begins; `only` `{"topic": ["customs.*"]}`, dossier, kind, role."""
        return self.do(calls.events(after, limit, wait, only or {}, found))

    def follow(
        self, after: str = "start", *, found: bool = True, only: Mapping[str, Sequence[str]] | None = None
    ) -> Iterator[shapes.Event]:
        """Every event behind a position, and then each as it happens, without end. Keep `event.data.position` of the last that you
        dealt with: it is where to go on after a restart."""
        while True:
            page = self.events(after, wait=WAIT, found=found, only=only)
            yield from page.events
            after = page.after

    def subscriptions(self) -> Iterator[shapes.SubscriptionCard]:
        """Your organisation's subscriptions."""
        return self._every(calls.subscriptions, "subscriptions")

    def subscribe(self, way: str, address: str = "", **more: Any) -> shapes.Made:
        """Subscribe by webhook or feed; `secret` is told this once."""
        return self.do(calls.subscribe({"way": way, "address": address, **more}))

    def change_subscription(self, id: str, **changed: Any) -> shapes.SubscriptionCard:
        """Rename it, filter otherwise, `state="paused"` or `"active"`."""
        return self.do(calls.change_subscription(id, changed))

    def end_subscription(self, id: str) -> shapes.SubscriptionCard:
        """End a subscription for good."""
        return self.do(calls.end_subscription(id))

    def deliveries(self, id: str) -> Iterator[shapes.DeliveryCard]:
        """What was delivered and what waits, the latest first."""
        return self._every(lambda cursor: calls.deliveries(id, cursor), "deliveries")

    def replay(self, id: str, after: str = "start") -> shapes.SubscriptionCard:
        """Have everything behind a position delivered again."""
        return self.do(calls.replay(id, after))

    def mandates(self) -> shapes.Mandates:
        """All mandates that your organisation gave and holds."""
        given: list[shapes.MandateCard] = []
        received: list[shapes.MandateCard] = []
        page = self.do(calls.mandates(""))
        while True:
            given += page.given
            received += page.received
            if not page.next:
                return shapes.Mandates(given=tuple(given), received=tuple(received))
            page = self.do(calls.mandates(page.next))

    def give_mandate(self, agent: str, role: str = "broker", **terms: Any) -> shapes.MandateCard:
        """Give a mandate; `dossiers`, `modes`, `signed_on`, `valid_until`, `may_send` say where, how long and how far."""
        return self.do(calls.give_mandate({"agent": agent, "role": role, **terms}))

    def revoke_mandate(self, agent: str, number: str, reason: str) -> shapes.MandateCard:
        """Revoke a mandate at once."""
        return self.do(calls.revoke_mandate(agent, number, reason))

    # -- questions ------------------------------------------------------------------------------------------------

    def classify(self, text: str, *, to: str = "", answers: Mapping[str, str] | None = None) -> shapes.Classified:
        """Goods codes for a description; `to` the country of destination, `answers` to the questions asked back."""
        return self.do(calls.classify(text, to, answers or {}))

    def screen(self, name: str, *, country: str = "") -> shapes.Screened:
        """What on the lists is like a name."""
        return self.do(calls.screen(name, country))

    def call(self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: Any = None) -> Any:
        """Any other call of the description, with plain JSON."""
        return self.do(calls.call(method, path, query or {}, body))
