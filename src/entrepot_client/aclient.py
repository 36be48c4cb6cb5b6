"""The client for programs that wait for many things at once: `Client`, awaited."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import date
from types import TracebackType
from typing import Any, TypeVar

import httpx

from entrepot_client import answers as shapes
from entrepot_client import calls
from entrepot_client.bulk import windows
from entrepot_client.calls import Answer, Call, EventPage
from entrepot_client.client import WAIT, headers_of
from entrepot_client.errors import Unreachable, error_of, seconds
from entrepot_client.receipts import Proof, Trust, proven
from entrepot_client.retrying import pause
from entrepot_client.topic import Statement

T = TypeVar("T")


class AsyncClient:
    """The API of an installation at `address`, spoken to with a token (or, in a sandbox, rehearsing a role).

        async with AsyncClient("https://portal.example", token) as portal:
            await portal.say("PO-1", [GOODS_LINE.says({"hs": "28092019", "amount": "USD 12360.00"}, key="1")])

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
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.retries = retries
        self.sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
        self._http = httpx.AsyncClient(
            base_url=address.rstrip("/"), headers=headers_of(token, rehearse, mandate, for_), timeout=timeout, transport=transport
        )  # fmt: skip

    async def __aenter__(self) -> "AsyncClient":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Let the connections go."""
        await self._http.aclose()

    async def do(self, call: Call[T]) -> T:
        """Send a call and read its answer, with the attempts that it allows."""
        for attempt in range(self.retries + 1):
            try:
                response = await self._http.request(
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
            await self.sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    async def _every(self, page: Callable[[Any], Call[Any]], entries: str) -> AsyncIterator[Any]:
        cursor: Any = ""
        while True:
            got = await self.do(page(cursor))
            for one in getattr(got, entries):
                yield one
            if not got.next:
                return
            cursor = got.next

    # -- say, send, papers ----------------------------------------------------------------------------------------

    async def say(
        self, dossier: str, statements: Sequence[Statement], *, expects: Sequence[str] | None = None
    ) -> shapes.Said:
        """Say statements on one dossier, all or none. With `expects`, the heads of a reading, refused where something moved."""
        return await self.do(calls.say(dossier, statements, expects))

    async def say_many(self, statements: Iterable[tuple[str, Statement]]) -> AsyncIterator[shapes.Line]:
        """Say pairs of dossier and statement, as many as there are; one result each, as they become known. A bad one leaves the
        others standing; where the connection breaks, those without a result are sent again under the ids they had."""
        for window in windows(statements):
            for attempt in range(self.retries + 1):
                for line in await self.do(window.call()):
                    yield line
                if not window.left:
                    break
                if attempt == self.retries:
                    raise Unreachable(f"{len(window.left)} statements from number {min(window.left)} on have no result")
                await self.sleep(pause(window.call(), attempt, 0, 0) or 0)

    async def send(self, dossier: str, topic: str, digest: str, *, confirm: str = "") -> shapes.Despatched:
        """Send a finding to its office: the digest is that of the value you saw, `confirm` why it stands although it needs review."""
        return await self.do(calls.send(dossier, topic, digest, confirm))

    async def hand_in(
        self, dossier: str, name: str, data: bytes, *, keep: bool = False, wait: bool = False
    ) -> shapes.Taken:
        """Hand a paper in. `keep` keeps what cannot be read, `wait` waits until scans are read."""
        return await self.do(calls.hand_in(dossier, name, data, keep, wait))

    async def paper(self, dossier: str, digest: str) -> bytes:
        """A paper's bytes."""
        return await self.do(calls.paper(dossier, digest))

    async def paper_read(self, dossier: str, digest: str) -> shapes.PaperRead:
        """What was read from a paper, with places and doubts."""
        return await self.do(calls.paper_read(dossier, digest))

    async def answer_paper(
        self, dossier: str, digest: str, given: Mapping[str, Mapping[str, str | None]]
    ) -> shapes.Said:
        """Answer the doubts about a paper or correct it: `{"goods.line/1": {"amount": "USD 12.50", "hs": None}}`."""
        return await self.do(calls.answer_paper(dossier, digest, given))

    # -- read -----------------------------------------------------------------------------------------------------

    async def read(self, dossier: str, *, day: date | None = None) -> shapes.Reading:
        """The sheet as you may see it."""
        return await self.do(calls.read(dossier, day))

    async def why(self, dossier: str, place: str, *, field: str = "", day: date | None = None) -> shapes.Why:
        """One answer (`duty.offer/1`) down to law, statement and paper."""
        return await self.do(calls.why(dossier, place, field, day))

    def dossiers(self) -> AsyncIterator[shapes.DossierCard]:
        """The dossiers you have a part in, the one last spoken of first, page by page."""
        return self._every(lambda cursor: calls.dossiers(cursor, 200), "dossiers")

    def search(self, words: str) -> AsyncIterator[shapes.SearchingMatch]:
        """The dossiers in which these words stand."""
        return self._every(lambda cursor: calls.search(words, cursor), "matches")

    def work(self, who: str = "") -> AsyncIterator[shapes.Row]:
        """What waits for you, the most urgent first."""
        return self._every(lambda cursor: calls.work(who, cursor), "work")

    def worklist(self, stage: str = "", client: str = "") -> AsyncIterator[shapes.Work]:
        """The broker's trades by stage."""
        return self._every(lambda cursor: calls.worklist(stage, client, cursor), "work")

    async def topics(self) -> list[shapes.TopicCard]:
        """Every topic, with who may say and read it."""
        return await self.do(calls.topics())

    async def receipt(self, dossier: str, statement: str, *, stamped: bool = False, witnessed: bool = False) -> str:
        """The signed receipt of a statement, as text to be kept."""
        return await self.do(calls.receipt(dossier, statement, stamped, witnessed))

    async def proof(self, dossier: str, statement: str, trust: "Trust | str", *, witnessed: bool = False) -> Proof:
        """The receipt of a statement, checked here with the log's key (or whom else to trust); entrepot_verify's Rejected where it
        does not hold, or where it is the receipt of another statement."""
        return proven(await self.receipt(dossier, statement, witnessed=witnessed), trust, statement)

    # -- documents, prints, titles --------------------------------------------------------------------------------

    async def issuable(self, dossier: str) -> tuple[shapes.Issuable, ...]:
        """What can be issued in a dossier."""
        return (await self.do(calls.documents(dossier, ""))).issuable

    def documents(self, dossier: str) -> AsyncIterator[shapes.DocumentCard]:
        """What was issued in a dossier, the newest first."""
        return self._every(lambda cursor: calls.documents(dossier, cursor), "issued")

    async def issue(
        self, dossier: str, place: str, digest: str, *, confirm: str = "", replaces: str = ""
    ) -> shapes.IssuedDocument:
        """Issue a document from a finding, signed with your organisation's key in the platform's custody."""
        return await self.do(calls.issue(dossier, place, digest, confirm, replaces))

    async def document(self, dossier: str, id: str, form: str = "credential") -> bytes:
        """A document's bytes: credential, pdf, receipt or sd_jwt."""
        return await self.do(calls.document(dossier, id, form))

    async def prints(self, dossier: str) -> list[shapes.Printable]:
        """What can be printed of a dossier."""
        return await self.do(calls.prints(dossier))

    async def printed(self, dossier: str, name: str) -> bytes:
        """One print as PDF."""
        return await self.do(calls.printed(dossier, name))

    def titles(self) -> AsyncIterator[shapes.TitleCard]:
        """Your titles, the one issued last first."""
        return self._every(calls.titles, "titles")

    async def title(self, id: str) -> shapes.TitleReading:
        """A title as you may see it."""
        return await self.do(calls.title(id))

    async def title_step(self, id: str, action: str, **fields: Any) -> shapes.StepTaken:
        """Take a step on a title with a key in the platform's custody: `title_step(id, "transfer", to="…")`."""
        return await self.do(calls.title_step(id, {"action": action, **fields}))

    # -- events, subscriptions, mandates --------------------------------------------------------------------------

    async def events(
        self, after: str = "start", *, limit: int = 100, wait: int = 0, found: bool = True, only: Mapping[str, Sequence[str]] | None = None
    ) -> EventPage:  # fmt: skip
        """A page of events behind a position, and where the next begins; `only` `{"topic": ["customs.*"]}`, dossier, kind, role."""
        return await self.do(calls.events(after, limit, wait, only or {}, found))

    async def follow(
        self, after: str = "start", *, found: bool = True, only: Mapping[str, Sequence[str]] | None = None
    ) -> AsyncIterator[shapes.Event]:
        """Every event behind a position, and then each as it happens, without end. Keep `event.data.position` of the last that you
        dealt with: it is where to go on after a restart."""
        while True:
            page = await self.events(after, wait=WAIT, found=found, only=only)
            for event in page.events:
                yield event
            after = page.after

    def subscriptions(self) -> AsyncIterator[shapes.SubscriptionCard]:
        """Your organisation's subscriptions."""
        return self._every(calls.subscriptions, "subscriptions")

    async def subscribe(self, way: str, address: str = "", **more: Any) -> shapes.Made:
        """Subscribe by webhook or feed; `secret` is told this once."""
        return await self.do(calls.subscribe({"way": way, "address": address, **more}))

    async def change_subscription(self, id: str, **changed: Any) -> shapes.SubscriptionCard:
        """Rename it, filter otherwise, `state="paused"` or `"active"`."""
        return await self.do(calls.change_subscription(id, changed))

    async def end_subscription(self, id: str) -> shapes.SubscriptionCard:
        """End a subscription for good."""
        return await self.do(calls.end_subscription(id))

    def deliveries(self, id: str) -> AsyncIterator[shapes.DeliveryCard]:
        """What was delivered and what waits, the latest first."""
        return self._every(lambda cursor: calls.deliveries(id, cursor), "deliveries")

    async def replay(self, id: str, after: str = "start") -> shapes.SubscriptionCard:
        """Have everything behind a position delivered again."""
        return await self.do(calls.replay(id, after))

    async def mandates(self) -> shapes.Mandates:
        """All mandates that your organisation gave and holds."""
        given: list[shapes.MandateCard] = []
        received: list[shapes.MandateCard] = []
        page = await self.do(calls.mandates(""))
        while True:
            given += page.given
            received += page.received
            if not page.next:
                return shapes.Mandates(given=tuple(given), received=tuple(received))
            page = await self.do(calls.mandates(page.next))

    async def give_mandate(self, agent: str, role: str = "broker", **terms: Any) -> shapes.MandateCard:
        """Give a mandate; `dossiers`, `modes`, `signed_on`, `valid_until`, `may_send` say where, how long and how far."""
        return await self.do(calls.give_mandate({"agent": agent, "role": role, **terms}))

    async def revoke_mandate(self, agent: str, number: str, reason: str) -> shapes.MandateCard:
        """Revoke a mandate at once."""
        return await self.do(calls.revoke_mandate(agent, number, reason))

    # -- questions ------------------------------------------------------------------------------------------------

    async def classify(self, text: str, *, to: str = "", answers: Mapping[str, str] | None = None) -> shapes.Classified:
        """Goods codes for a description; `to` the country of destination, `answers` to the questions asked back."""
        return await self.do(calls.classify(text, to, answers or {}))

    async def screen(self, name: str, *, country: str = "") -> shapes.Screened:
        """What on the lists is like a name."""
        return await self.do(calls.screen(name, country))

    async def call(self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: Any = None) -> Any:
        """Any other call of the description, with plain JSON."""
        return await self.do(calls.call(method, path, query or {}, body))
