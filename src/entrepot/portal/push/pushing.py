"""Pushing: from the order of events to deliveries, and out to receivers.

One thread looks at the end of the order and turns what each subscription wants into deliveries; a few more post them. Whoever is slow
holds only some of those, a dossier waits for its own events alone, and what failed is tried again after waits that grow. All that is
to be done stands in the store: a process that ends loses nothing, and several may work side by side.
"""

import logging
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue

import msgspec
from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.gateways import webhooks
from entrepot.gateways.webhooks import NotSentError, Posted
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal.desk import Desk
from entrepot.portal.push import mails
from entrepot.portal.push.events import Event, Events, event_at, events_for, last_position, trial
from entrepot.portal.push.subscribing import DeliveryCard, filter_of, loopback_allowed, secrets_of, subscription_of
from entrepot.portal.push.voices import voice_now
from entrepot.store import subscriptions as kept
from entrepot.store.database import Session, StoreError
from entrepot.store.events import Position
from entrepot.store.subscriptions import Delivery, Subscription, Told

LOOK_SECONDS = 0.1  # how often the end of the order is looked at while anybody subscribed
REST_SECONDS = 1.0
HOUSE_SECONDS = 60.0
LEASE = timedelta(seconds=60)
GIVE_UP = timedelta(days=3)
AT_ONCE, EACH = 64, 16  # posts at a time; and of one subscription
WAITS = (5, 30, 120, 600, 3_600, 10_800, 21_600)  # seconds after the first failure, the second …; then the last
GIVEN_UP = "nothing went through for three days; the last answer: {answer}|三天内均未送达；最后一次应答：{answer}"
GONE = "the receiver answered 410: it wants no more|接收方应答 410：不再接收"
VOICELESS = "whoever made it no longer speaks for the organisation: make it anew|订阅人已不能代表该单位：请重新建立订阅"
STEPS = 50  # of one subscription in one turn
Post = Callable[[str, bytes, Mapping[str, str], bool], Posted]


class Parcel(Struct, frozen=True):
    """What is posted: for which delivery, where, the bytes and their headers."""

    delivery: Delivery
    address: str
    body: bytes
    headers: dict[str, str]


def wait_after(attempts: int, asked: int | None = None) -> timedelta:
    """How long to wait after so many attempts, with a fifth of chance; at least what the receiver asked for."""
    seconds = WAITS[min(attempts, len(WAITS)) - 1] * random.uniform(0.8, 1.2)
    return timedelta(seconds=max(seconds, asked or 0))


class Pushing:
    """The deliveries of one desk. `run` works until it is told to stop; `step` does once what is to be done now."""

    def __init__(self, desk: Desk, post: Post = webhooks.post) -> None:
        self.desk, self.store, self._post = desk, desk.store, post
        self.master = kept.master_of(desk.store)
        self._todo: SimpleQueue[Parcel | None] = SimpleQueue()
        self._told: SimpleQueue[Told] = SimpleQueue()
        self._flying: Counter[str] = Counter()
        self._failing: set[str] = set()
        self._threads: list[threading.Thread] = []
        self._known: dict[str, Subscription] = {}
        self._voices: dict[str, Voice | None] = {}  # as they stand in this step
        self._stopping = threading.Event()
        self._housed = 0.0

    def run(self, stopping: Callable[[], bool], after_each: Callable[[], None] = lambda: None) -> int:
        """Work until told to stop; what is on its way then is told of, if it comes back at once, and else delivered again."""
        while not stopping():
            try:
                self.step(LOOK_SECONDS if self._known else REST_SECONDS)
            except StoreError as error:  # the database may be away for a while: what is due stays due
                logging.getLogger(__name__).warning("nothing could be pushed: %s", error)
                time.sleep(REST_SECONDS)
            after_each()
        self.close()
        return 0

    def step(self, wait: float = 0.0) -> int:
        """Do once what is to be done: tell how posts went, turn events into deliveries, hand out what is due. Waits for so long
        where there is nothing; gives how many were handed out or told."""
        told = self._come_back(wait)
        self._voices.clear()
        self._fan_out()
        if time.monotonic() - self._housed > HOUSE_SECONDS:
            self._housed = time.monotonic()
            self._keep_house()
        claimed = self._tell_and_claim(told)
        for one in claimed:
            self._flying[one.subscription] += 1
            parcel = self._packed(one)
            self._todo.put(parcel) if isinstance(parcel, Parcel) else self._told.put(parcel)
        self._staff(sum(self._flying.values()))
        return len(told) + len(claimed)

    def settle(self, seconds: float = 10.0) -> None:
        """Step until nothing is due and nothing on its way."""
        due = time.monotonic() + seconds
        while (self.step(0.01) or sum(self._flying.values())) and time.monotonic() < due:
            pass

    def close(self) -> None:
        """Post no more; keep how those went that came back."""
        self._stopping.set()
        for _ in self._threads:
            self._todo.put(None)
        with suppress(StoreError):
            self._tell_and_claim(self._come_back(0.2 if sum(self._flying.values()) else 0.0), claims=False)

    # -- events to deliveries -------------------------------------------------------------------------------------

    def _fan_out(self) -> None:
        with self.store.database.session() as session:
            self._known = {one.id: one for one in kept.active(session) if one.way == "webhook"}
        if not self._known:
            return
        end = last_position(self.desk)
        for one in self._known.values():
            try:
                if one.position < end:
                    self._deliveries_of(one, end)
            except StoreError:
                raise
            except Exception:  # one that cannot be served holds up no other
                logging.getLogger(__name__).exception("subscription %s could not be served", one.id)

    def _deliveries_of(self, one: Subscription, end: Position) -> None:
        """Take a subscription on to the end of the order, in some steps."""
        voice = self._voice(one)
        if voice is None:
            kept.stop(self.store, one.id, "paused", VOICELESS)
            return
        for _ in range(STEPS):
            events = events_for(self.desk, voice, one.position, 200, filter_of(one))
            if events.upto == one.position or not self._taken_on(one, events):
                return
            one = msgspec.structs.replace(one, place=events.upto.place, number=events.upto.number)
            if one.position >= end:
                return

    def _taken_on(self, one: Subscription, events: Events) -> bool:
        rows, now = [delivery_of(one, event) for event in events.events], self.store.clock()
        return self.store.write(lambda session: kept.advance(session, one, events.upto, rows, now))

    def _keep_house(self) -> None:
        now = self.store.clock()
        with self.store.database.session() as session:
            failing = kept.oldest_failing(session, now - GIVE_UP)
        for id, answer in failing:
            if kept.stop(self.store, id, "paused", GIVEN_UP.format(answer=answer.replace("|", " ")[:200])):
                mails.tell_paused(self.desk, id)
        self.store.write(lambda session: kept.sweep(self.store.database, session, now))

    # -- deliveries to receivers ----------------------------------------------------------------------------------

    def _come_back(self, wait: float) -> list[Told]:
        told = list[Told]()
        try:
            told.append(self._told.get(timeout=wait) if wait else self._told.get_nowait())
            while True:
                told.append(self._told.get_nowait())
        except Empty:
            pass
        for one in told:
            self._flying[one.delivery.subscription] -= 1
            (self._failing.add if one.state == "waiting" else self._failing.discard)(one.delivery.subscription)
        self._flying += Counter[str]()  # forget those with none
        return told

    def _tell_and_claim(self, told: list[Told], claims: bool = True) -> list[Delivery]:
        """How posts went, and what is to be posted next, in one transaction; none where there is nothing of either."""
        now, room = self.store.clock(), AT_ONCE - sum(self._flying.values()) if claims else 0
        if not told:
            with self.store.database.session() as session:
                if room <= 0 or not kept.is_due(session, now):
                    return []
        full = [id for id, count in self._flying.items() if count >= EACH]
        failing = [
            id for id in self._failing if not self._flying[id]
        ]  # these one at a time: what is tried may hang again

        def work(session: Session) -> list[Delivery]:
            kept.tell(session, told, now)
            if room <= 0:
                return []
            claimed = kept.claim(session, room, EACH // 2, LEASE, now, [*full, *self._failing])
            for id in failing[: room - len(claimed)]:
                claimed += kept.claim(session, 1, 1, LEASE, now, id)
            return claimed

        return self.store.write(work)

    def _staff(self, wanted: int) -> None:
        """As many threads as there are posts, up to the bound; they stay."""
        while len(self._threads) < min(wanted, AT_ONCE):
            thread = threading.Thread(target=self._work, name=f"entrepot-push-{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _work(self) -> None:
        while (parcel := self._todo.get()) is not None:
            if self._stopping.is_set():
                return
            try:
                self._told.put(self._posted(parcel))
            except Exception as error:
                logging.getLogger(__name__).exception("a delivery could not be made")
                self._told.put(self._later(parcel.delivery, type(error).__name__))

    def _packed(self, one: Delivery) -> Parcel | Told:
        """A delivery made ready; what the voice may not read now, though it might when the event came, is withheld."""
        subscription = self._known.get(one.subscription) or kept.find(self.store, one.subscription)
        voice = None if subscription is None else self._voice(subscription)
        if subscription is None or voice is None:
            kept.stop(self.store, one.subscription, "paused", VOICELESS)
            return self._later(one, "")
        event = event_at(self.desk, voice, one.position, filter_of(subscription))
        if event is None:
            return Told(one, "withheld")
        return packed(self.master, subscription, event, self.store.clock(), one)

    def _voice(self, one: Subscription) -> Voice | None:
        if one.id not in self._voices:
            self._voices[one.id] = voice_now(self.desk, one)
        return self._voices[one.id]

    def _posted(self, parcel: Parcel) -> Told:
        one = parcel.delivery
        try:
            posted = self._post(parcel.address, parcel.body, parcel.headers, loopback_allowed(self.store))
        except NotSentError as error:
            return self._later(one, str(error), took_ms=error.took_ms)
        if 200 <= posted.status < 300:
            return Told(one, "delivered", posted.status, posted.took_ms, posted.answer)
        if posted.status == 410:
            kept.stop(self.store, one.subscription, "ended", GONE)
        return self._later(one, posted.answer, posted.status, posted.took_ms, posted.wait)

    def _later(self, one: Delivery, answer: str, status: int = 0, took_ms: int = 0, wait: int | None = None) -> Told:
        return Told(one, "waiting", status, took_ms, answer, self.store.clock() + wait_after(one.attempts, wait))


def packed(master: bytes, subscription: Subscription, event: Event, now: datetime, delivery: Delivery) -> Parcel:
    """An event as it is posted, signed; its id is the same at every attempt."""
    body = msgspec.json.encode(event)
    secrets, seed = secrets_of(master, subscription, now), webhooks.seed_of(master, subscription.id)
    headers = webhooks.signed(message_id(event), int(now.timestamp()), body, secrets, seed)
    return Parcel(delivery, subscription.address, body, {"Content-Type": "application/cloudevents+json", **headers})


def message_id(event: Event) -> str:
    """The id of a message: of the event's position, for the ids of statements are whatever their speakers chose."""
    at = event.position
    return f"msg_{at.place}_{at.number}" if at.place >= 0 else f"msg_{event.id}"


def delivery_of(subscription: Subscription, event: Event) -> Delivery:
    """An event as it is to be delivered."""
    at = event.position
    return Delivery(subscription.id, at.place, at.number, event.subject, event.id, event.type)


def try_out(desk: Desk, voice: Voice, id: str, post: Post = webhooks.post) -> DeliveryCard:
    """Post an event of the type `entrepot.test` to a webhook at once, and tell how that went. It stands in no order and is in no list."""
    one = subscription_of(desk, voice, id)
    if one.way != "webhook":
        raise NoSuchPlace(id)
    now = desk.store.clock()
    event = trial(one.organisation, now, desk.store.nature == "sandbox")
    delivery = Delivery(id, -1, 0, "", event.id, event.type)
    parcel = packed(kept.master_of(desk.store), one, event, now, delivery)
    card = DeliveryCard("", event.id, event.type, "", "delivered", 1, last_at=event.time)
    try:
        posted = post(parcel.address, parcel.body, parcel.headers, loopback_allowed(desk.store))
    except NotSentError as error:
        return msgspec.structs.replace(card, state="failed", took_ms=error.took_ms, answer=str(error))
    state = "delivered" if 200 <= posted.status < 300 else "failed"
    return msgspec.structs.replace(
        card, state=state, status=posted.status, took_ms=posted.took_ms, answer=posted.answer
    )
