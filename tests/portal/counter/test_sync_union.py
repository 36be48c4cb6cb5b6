"""Two counters and a portal, cut and rejoined at random, end equal, and nothing that was acknowledged is lost."""

import random
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from entrepot.gateways.sync_client import Unreachable
from entrepot.kernel.intake import Refusal
from entrepot.portal.desk import NoSuchDossier
from entrepot.portal.drafts import Draft
from entrepot.store import sync, vault
from entrepot.store.records import UnknownDossierError
from tests.portal.counter.sync_stage import CounterHall, Portal, found, line, lot, words

DOSSIERS = ("D0", "D1", "D2")
WHAT = ("open", "line", "line", "replace", "withdraw", "revoke", "lot", "clash", "confirm", "cut", "cut", "sync")
steps = st.lists(
    st.tuples(st.sampled_from(WHAT), st.integers(0, 2), st.sampled_from(DOSSIERS), st.integers(0, 2)),
    min_size=6,
    max_size=30,
)


class World:
    """A portal, two counters, what each acknowledged, and chance for the cuts."""

    def __init__(self, folder: Path, seed: int, url: str = "", scheme: str = "sqlite") -> None:
        self.portal = Portal(folder, url)
        self.halls = [CounterHall(self.portal, folder, f"c{n}", scheme, clerk=f"clerk-{n}") for n in range(2)]
        self.chance = random.Random(seed)
        self.told: list[set[str]] = [set(), set(), set()]
        self.number = 0

    def close(self) -> None:
        """Let go of the stores."""
        for store in (self.portal.store, *(hall.store for hall in self.halls)):
            store.close()

    def do(self, what: str, who: int, dossier: str, key: int) -> None:
        """One step; what is not possible at the moment is refused, as it is to people."""
        if what == "sync" or what == "cut":
            self.meet(self.halls[who % 2], cut=what == "cut")
            return
        with suppress(Refusal, NoSuchDossier, UnknownDossierError, StopIteration):
            self.say(what, who, dossier, key)

    def meet(self, hall: CounterHall, cut: bool = False) -> None:
        """Hand over; with `cut`, the connection breaks somewhere, before a question arrives or before its answer does."""
        left = self.chance.randrange(1, 9)

        def cuts() -> str:
            nonlocal left
            left -= 1
            return self.chance.choice(("before", "after")) if cut and left == 0 else ""

        hall.line.cuts = cuts
        with suppress(Unreachable):
            hall.sync()
        hall.line.cuts = lambda: ""

    def say(self, what: str, who: int, dossier: str, key: int) -> None:
        """Say something at a counter or, for 2, at the portal."""
        self.number += 1
        hall = self.halls[who] if who < 2 else None
        desk = hall.desk if hall else self.portal.desk
        speak: Callable[..., object] = hall.say if hall else self.portal.say
        if what == "open":
            first = Draft("dossier.opened", {"kind": "trade", "reference": dossier})
            member = Draft("dossier.member", {"roles": ["clerk"]}, "hall")
            said = hall.open(dossier) if hall else self.portal.say(dossier, first, member, CounterHall.mandate())
        elif what == "clash":
            said = speak(dossier, line(key, f"{self.number}", id=f"clash-{dossier}"))
        elif what == "lot":
            said = speak(dossier, lot("N1", "3", "10", f"{self.number}"))
        elif what == "line":
            said = speak(dossier, line(key, f"{self.number}"))
        else:
            topic = {"revoke": "dossier.mandate", "confirm": "window.review"}.get(what, "goods.line")
            heads = [s for one in desk.store.record(dossier).standing(topic).values() for s in one.statements]
            old = next(iter(sorted(heads, key=lambda s: s.id)))
            if what == "replace":
                said = speak(dossier, line(int(old.key), f"{self.number}", replaces=(old.id,)))
            elif what == "confirm":
                said = self.portal.say(dossier, Draft("window.confirmed", {}, old.key))
                who = 2
            else:
                said = speak(dossier, Draft(topic, None, old.key, withdraws=(old.id,)))
        self.told[who] |= set(getattr(said, "said"))  # noqa: B009

    # -- at the end ---------------------------------------------------------------------------------------------------

    def check(self) -> None:
        """After exchanges without cuts all hold the same, but what was told to be kept aside."""
        for hall in (*self.halls, *self.halls, *self.halls):
            assert hall.sync().whole
        portal_aside = {one.id for one in sync.kept_aside(self.portal.store)}
        for place, hall in enumerate(self.halls):
            aside = {one.id for one in sync.kept_aside(hall.store)}
            assert not sync.prepared(hall.store, "waiting")
            for dossier in DOSSIERS:
                here, there = words(hall.store, dossier), words(self.portal.store, dossier)
                apart = {i for i in {*here, *there} if here.get(i) != there.get(i)}
                assert apart <= aside, (dossier, apart - aside)
                assert {i for i in apart if i in here} <= portal_aside
                if there and not apart:
                    assert found(self.portal.desk, dossier) == found(hall.desk, dossier)
            everywhere = {i for dossier in DOSSIERS for i in words(hall.store, dossier)}
            assert self.told[place] <= everywhere, "an acknowledged statement is gone"
        assert self.told[2] <= {i for dossier in DOSSIERS for i in words(self.portal.store, dossier)}
        for dossier in DOSSIERS:
            one, two = (words(hall.store, dossier) for hall in self.halls)
            aside = {one.id for hall in self.halls for one in sync.kept_aside(hall.store)}
            assert {i for i in {*one, *two} if one.get(i) != two.get(i)} <= aside


def played(script: list[tuple[str, int, str, int]], seed: int, url: str = "", scheme: str = "sqlite") -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder), seed, url, scheme)
        try:
            for step in script:
                world.do(*step)
            world.check()
        finally:
            world.close()


@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(steps, st.integers(0, 2**16))
def test_cut_and_rejoined_at_random_all_end_equal(script: list[tuple[str, int, str, int]], seed: int) -> None:
    played(script, seed)


@pytest.mark.full
@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(steps, st.integers(0, 2**16))
def test_cut_and_rejoined_many_times_all_end_equal(script: list[tuple[str, int, str, int]], seed: int) -> None:
    played(script, seed)


SCRIPT = [(WHAT[n % len(WHAT)], n % 3, DOSSIERS[n % 7 % 3], n % 2) for n in range(60)]


def test_encrypted_counters_end_equal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(vault.PASSPHRASE, "correct horse battery")
    played(SCRIPT, 1, scheme="sqlcipher")


@pytest.mark.postgres
def test_a_portal_on_postgresql_ends_equal(fresh_postgres_url: str) -> None:
    played(SCRIPT, 2, fresh_postgres_url)
