"""Random histories of giving, narrowing, revoking, ending and giving again: at every moment the agent sees what an oracle says."""

from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from entrepot.channels.online import ADMINISTER, WORKING, Voice
from entrepot.kernel.vocabulary.enterprise import EnterpriseMandate
from entrepot.portal.access import giving
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from tests.portal.access.stage import listed, roles
from tests.portal.stage import LINE_ONE, open_desk

FIRST = date(2026, 4, 1)
MODES = {"a": "0110", "b": "1039"}
STEPS = st.one_of(
    st.tuples(
        st.just("give"),
        st.sampled_from(["1", "2"]),
        st.sampled_from(["all", "a", "b", "0110"]),
        st.integers(-1, 2),
        st.none() | st.integers(2, 4),
    ),
    st.tuples(st.just("revoke"), st.sampled_from(["1", "2"])),
    st.tuples(st.just("pass"), st.integers(1, 3)),
)
_numbers = count(1)


class World:
    """One principal with two trades, one agent, a desk whose day moves; and what the oracle remembers."""

    def __init__(self, desk: Desk, day: list[date]) -> None:
        name = next(_numbers)
        self.desk, self.day = desk, day
        day[0] = FIRST
        self.boss = Voice("ann", f"firm-{name}", duties=WORKING | {ADMINISTER})
        self.agent = Voice("bea", f"agent-{name}")
        self.trades = {part: f"T{name}-{part}" for part in MODES}
        for part, dossier in self.trades.items():
            opening = Draft("dossier.opened", {"kind": "trade", "reference": "R"})
            mode = Draft("declaration.particulars", {"supervision_mode": MODES[part]})
            desk.say(dossier, [opening, mode], self.boss)
        self.given: dict[str, tuple[str, date, date | None]] = {}

    def step(self, kind: str, *told: Any) -> None:
        if kind == "pass":
            self.day[0] += timedelta(days=told[0])
        elif kind == "revoke" and told[0] in self.given:
            giving.revoke(self.desk, self.boss, self.agent.organisation, told[0], "history")
            del self.given[told[0]]
        elif kind == "give":
            number, scope, begins, lasts = told
            since = self.day[0] + timedelta(days=begins)
            until = None if lasts is None else since + timedelta(days=lasts)
            named = {
                "a": {"dossiers": (self.trades["a"],)},
                "b": {"dossiers": (self.trades["b"],)},
                "0110": {"modes": ("0110",)},
            }
            fields: dict[str, Any] = named.get(scope, {})
            one = EnterpriseMandate(self.agent.organisation, "broker", since, until, **fields)
            giving.give(self.desk, self.boss, one, number, instead=True)
            self.given[number] = (scope, since, until)

    def expected(self) -> set[str]:
        today = self.day[0]
        running = {s for s, since, until in self.given.values() if since <= today and (until is None or today <= until)}
        return {self.trades[part] for part in MODES if running & {"all", part, MODES[part]}}

    def check(self) -> None:
        expected = self.expected()
        assert listed(self.desk, self.agent) == expected
        for dossier in self.trades.values():
            assert bool(roles(self.desk, dossier, self.agent)) == (dossier in expected)
            draft = msgspec.structs.replace(LINE_ONE, key=str(next(_numbers)))
            ((told,),) = self.desk.say_many([(dossier, [draft])], self.agent)
            assert (told.status == "said") == (dossier in expected)


def test_every_history_reads_as_the_oracle_says(tmp_path: Path) -> None:
    day = [FIRST]
    desk = open_desk(tmp_path, today=lambda: day[0])

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(STEPS, min_size=1, max_size=7))
    def histories(steps: list[tuple[Any, ...]]) -> None:
        world = World(desk, day)
        for kind, *told in steps:
            world.step(kind, *told)
            world.check()

    try:
        histories()
    finally:
        desk.store.close()


def test_the_oracle_itself_tells_days_apart(tmp_path: Path) -> None:
    day = [FIRST]
    desk = open_desk(tmp_path, today=lambda: day[0])
    world = World(desk, day)
    world.step("give", "1", "a", 1, 2)
    seen = []
    for _ in range(6):
        seen.append(len(world.expected()))
        world.check()
        world.step("pass", 1)
    assert seen == [0, 1, 1, 1, 0, 0]
    desk.store.close()
