"""A word said in secret comes out at no door but its own: readings, reasons, the worklist, messages of the form."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest

from entrepot.channels.online import LICENSED, OFFICES, Voice
from entrepot.gateways.messages.formats import FORMATS
from entrepot.kernel.intake import Refusal
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal import setting
from entrepot.portal.broker.worklist import Rows
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.portal.examples import example
from entrepot.portal.messages import STATES, form_message
from entrepot.portal.reading import Reading
from entrepot.store.store import Store
from tests.making import law
from tests.portal.stage import NOON

ROLES = ("importer", "broker", "carrier", "warehouse", "bank", "customs", "tax", "certifier", "auditor", "operator")
SPEAKERS = ("exporter", "bank", "customs", "importer", "carrier", "tax")


def voice(role: str) -> Voice:
    return Voice(f"p-{role}", f"org-{role}", frozenset({role}) & (LICENSED | OFFICES))


class Told:
    """A desk with a dossier in which every text is a word of its own, and the topic that each word was said on."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.words = desk, dict[str, str]()
        members = [Draft("dossier.member", {"roles": [role]}, f"org-{role}") for role in ROLES if role not in OFFICES]
        desk.say("D1", [Draft("dossier.opened", {"kind": "trade", "reference": "R"}), *members], voice("exporter"))
        for name, topic in sorted(desk.registry.topics.items()):
            speaker = next((role for role in SPEAKERS if role in topic.say), "")
            if topic.kind == "said" and speaker and not topic.base and not name.startswith(("dossier.", "paper.")):
                key = "1" if topic.keyed else ""
                with suppress(Refusal):
                    desk.say("D1", [Draft(name, self._marked(example(topic), name), key)], voice(speaker))

    def _marked(self, value: Any, topic: str) -> Any:
        if isinstance(value, dict):
            return {name: self._marked(item, topic) for name, item in value.items()}
        if isinstance(value, list):
            return [self._marked(item, topic) for item in value]
        if value not in ("…", "text", "Yichang Trading Co., Ltd."):
            return value
        word = f"Zq{len(self.words):03d}secret"
        self.words[word] = topic
        return word

    def heard(self, role: str) -> str:
        """All that somebody in this role is told, at every door."""
        desk, who = self.desk, voice(role)
        reading = desk.read("D1", who)
        told = [msgspec.json.encode(reading), msgspec.json.encode(Rows(desk).page(who))]
        for place in sorted({*_places(desk.read("D1", voice("exporter"))), *_places(reading)}):
            with suppress(NoSuchPlace):
                told.append(msgspec.json.encode(desk.why("D1", place, who)))
        for format in FORMATS:
            for state in STATES:
                with suppress(NoSuchPlace, Refusal):
                    written = form_message(desk, who, "D1", format, state)[1]
                    told += [written.data, msgspec.json.encode(written.lost)]
        return b"\n".join(told).decode()


def _places(reading: Reading) -> Iterator[str]:
    said, found = reading.facts, reading.findings
    for topic, key in (*((one.topic, one.key) for one in said), *((one.topic, one.key) for one in found)):
        yield f"{topic}/{key}" if key else topic


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    folder: Path = tmp_path_factory.mktemp("secrets")
    registry = setting.registry()
    with Store.open(
        f"sqlite:///{folder / 's.sqlite3'}", registry, nature="sandbox", keys=folder / "keys", clock=lambda: NOON
    ) as store:
        yield Told(Desk(store, law("CN"), registry))


def test_the_exporter_hears_nearly_every_word(told: Told) -> None:
    heard = told.heard("exporter")
    assert len(told.words) > 100
    assert sum(word in heard for word in told.words) > 100


@pytest.mark.parametrize("role", ROLES)
def test_no_door_tells_a_word_to_a_role_that_may_not_read_its_topic(told: Told, role: str) -> None:
    heard, topics = told.heard(role), told.desk.registry.topics
    own = {role, "speaker"}
    kept = {word: name for word, name in told.words.items() if not topics[name].read & own}
    assert {name for word, name in kept.items() if word in heard} == set()
