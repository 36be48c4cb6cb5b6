"""Search: what is found, by whom, and what erasing and revoking leave of it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from entrepot.channels.online import Voice
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.portal.work.mine import draw, look
from entrepot.portal.work.searching import find, hits_in
from entrepot.store import calendars
from entrepot.store import search as index
from entrepot.store.calendars import Reminder
from entrepot.store.database import Session
from entrepot.store.erasure import Erasure
from entrepot.store.store import Store
from entrepot.store.visits import came
from tests.portal.stage import ANN, BOB, OPENING, open_desk, stage_law, stage_registry
from tests.store.conftest import url

__all__ = ["url"]

PARTY = Draft("trade.party", {"name": "Ningbo Bomeda Electronics Ltd", "name_zh": "宁波波美达电子有限公司"}, "exporter")
NOBODY = Voice("cay", "cargo")


def names(desk: Desk, voice: Voice, query: str) -> list[str]:
    desk.store.integrate()
    return [one.dossier for one in find(desk, voice, query).matches]


@pytest.mark.parametrize(
    ("query", "there"),
    [
        ("HT-2026-0815", True), ("ht20260815", True), ("2026", True), ("0815", True), ("815", False),
        ("MSKU1234567", True), ("1234567", True), ("234567", False), ("波美", True), ("美达", True), ("达", True), ("波达", False),
        ("bomeda", True), ("BOME", True), ("omeda", False), ("bomeda 0815", True), ("bomeda 0999", False), ("2809", True),
        ("ＨＴ２０２６", True), ("D1", True), ("", False), ("-", False),
    ],
)  # fmt: skip
def test_a_word_is_found_from_its_beginning(opened: Desk, query: str, there: bool) -> None:
    terms = Draft("trade.terms", {"contract_no": "HT-2026-0815"})
    opened.say("D1", [PARTY, terms, Draft("transport.container", {}, "MSKU1234567")], ANN)
    assert names(opened, ANN, query) == (["D1"] if there else [])


def test_accents_and_case_do_not_count() -> None:
    assert index.holds("Müller & Söhne, Zürich", "zurich")
    assert index.asked("  Zü-rich ") == ("zurich",)


def test_who_is_not_in_the_dossier_finds_nothing_and_is_told_no_number(opened: Desk) -> None:
    opened.say("D1", [PARTY], ANN)
    assert names(opened, BOB, "bomeda") == ["D1"]
    opened.store.integrate()
    assert find(opened, NOBODY, "bomeda") == find(opened, NOBODY, "nothing like it")


def test_who_was_let_in_later_finds_what_was_said_before(opened: Desk) -> None:
    opened.say("D1", [PARTY], ANN)
    assert names(opened, NOBODY, "bomeda") == []
    opened.say("D1", [Draft("dossier.member", {"roles": ["carrier"]}, "cargo")], ANN)
    assert names(opened, NOBODY, "bomeda") == ["D1"]


def test_who_was_put_out_finds_nothing_any_more(opened: Desk) -> None:
    said = opened.say("D1", [PARTY, Draft("dossier.member", {"roles": ["carrier"]}, "cargo")], ANN).said
    assert names(opened, NOBODY, "bomeda") == ["D1"]
    opened.say("D1", [Draft("dossier.member", key="cargo", withdraws=(said[1],))], ANN)
    assert names(opened, NOBODY, "bomeda") == []


def test_what_a_role_may_not_read_makes_no_hit(opened: Desk) -> None:
    """A bank knows the dossier, but not the containers in which its goods lie."""
    opened.say(
        "D1",
        [Draft("transport.container", {}, "MSKU1234567"), Draft("dossier.member", {"roles": ["bank"]}, "lender")],
        ANN,
    )
    bank = Voice("lee", "lender", frozenset({"bank"}))
    assert names(opened, bank, "PO-1") == ["D1"]
    assert names(opened, ANN, "MSKU") == ["D1"]
    assert names(opened, bank, "MSKU") == []
    assert names(opened, bank, "PO-1 MSKU") == []


def test_what_was_replaced_or_taken_back_is_not_found(opened: Desk) -> None:
    said = opened.say("D1", [PARTY], ANN).said[0]
    opened.say("D1", [Draft("trade.party", {"name": "Other Works"}, "exporter", replaces=(said,))], ANN)
    assert names(opened, ANN, "bomeda") == []
    assert names(opened, ANN, "other") == ["D1"]


def test_pages_follow_each_other_without_gap_or_repeat(desk: Desk) -> None:
    for number in range(7):
        desk.say(f"P{number}", [Draft("dossier.opened", {"kind": "trade", "reference": f"Blue {number}"})], ANN)
    desk.store.integrate()
    found, before = list[str](), None
    for _ in range(9):
        page = find(desk, ANN, "blue", before, limit=3)
        found += [one.dossier for one in page.matches]
        if (before := page.next) is None:
            break
    assert found == [f"P{number}" for number in range(6, -1, -1)]


def tokens_of(session: Session) -> list[str]:
    return [row[0] for row in session.all("SELECT DISTINCT token FROM search_token ORDER BY token")]


@pytest.fixture
def on(url: str, tmp_path: Path) -> Callable[[], Desk]:
    """A desk on either database."""

    def opened_on() -> Desk:
        registry = stage_registry()
        return Desk(Store.open(url, registry, nature="sandbox", keys=tmp_path / "keys"), stage_law(), registry)

    return opened_on


def test_erased_words_vanish_from_the_index_in_the_same_transaction(on: Callable[[], Desk]) -> None:
    desk = on()
    said = desk.say("D1", [*OPENING, PARTY], ANN).said[-1]
    assert names(desk, BOB, "bomeda") == ["D1"]
    told = desk.say("D1", [Draft("dossier.comment", {"text": "erased"}, "c")], ANN).said[0]
    word = desk.store.submission(told)
    assert word is not None
    again = replace(word, id="0190b7a0-0000-7000-8000-000000000001", key="d", heard_at="")
    assert desk.store.erase([again], [Erasure("body", said, "asked for", "ann")]).ok
    with desk.store.database.session() as session:
        assert not [token for token in tokens_of(session) if "bomeda" in token or "波" in token]
        assert session.all("SELECT 1 FROM search_token") != []
    assert names(desk, BOB, "bomeda") == []
    desk.store.close()


def test_the_rest_of_what_is_kept_is_kept_on_both_databases(on: Callable[[], Desk]) -> None:
    desk = on()
    desk.say("D1", [*OPENING, PARTY, Draft("dossier.assigned", {"person": "ann"}, "acme")], ANN)
    desk.store.integrate()
    assert [one.person for one in look(desk, ANN).dossiers] == ["ann"]
    assert [one.person for one in look(desk, BOB).dossiers] == [""]
    assert draw(desk) == 0
    day = desk.today()
    first = came(desk.store, "ann", "acme", day)
    desk.say("D1", [Draft("dossier.comment", {"text": "x"}, "c")], BOB)
    desk.store.integrate()
    assert came(desk.store, "ann", "acme", day) == first
    assert came(desk.store, "ann", "acme", day + timedelta(days=1)) == first + 1
    wanted = Reminder("ann", "acme", 3, "a@acme.example", "en", "{}")
    calendars.remind(desk.store, wanted, "ann", "acme")
    assert calendars.reminders(desk.store) == [wanted]
    told = [calendars.to_tell(desk.store, wanted, [("a", "2026-04-02")], desk.store.clock()) for _ in range(2)]
    assert told == [{("a", "2026-04-02")}, set()]
    secret = calendars.new_feed(desk.store, "ann", "acme", "{}", "en")
    feed = calendars.feed_of(desk.store, secret)
    assert feed is not None
    calendars.end_feed(desk.store, feed.id, "ann", "acme")
    assert calendars.feed_of(desk.store, secret) is None
    desk.store.close()


WORDS = st.sampled_from(["po", "波美", "2026", "bomeda", "28", "msku", "zz", "ningbo 2026", "美达 po"])
TEXTS = st.sampled_from(["PO 2026", "波美达", "Bomeda Ningbo", "MSKU 28", "zz top", "2026 美达"])
ORGANISATIONS = ("acme", "buyer", "cargo")


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_search_equals_reading_every_dossier(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    desk = open_desk(tmp_path_factory.mktemp("search"))
    for number in range(data.draw(st.integers(1, 4))):
        members = data.draw(st.sets(st.sampled_from(ORGANISATIONS[1:])))
        said = [Draft("dossier.opened", {"kind": "trade", "reference": data.draw(TEXTS)})]
        said += [
            Draft("dossier.member", {"roles": [data.draw(st.sampled_from(["importer", "producer"]))]}, one)
            for one in members
        ]
        said += [
            Draft("trade.party", {"name": data.draw(TEXTS)}, "exporter"),
            Draft("trade.terms", {"invoice_no": data.draw(TEXTS)}),
        ]
        desk.say(f"S{number}", said, ANN)
        if data.draw(st.booleans()):
            desk.store.integrate()
            index.catch_up(desk.store, 1)
    query = data.draw(WORDS)
    for organisation in ORGANISATIONS:
        voice = Voice("someone", organisation)
        wanted = set()
        for card in desk.dossiers(voice).dossiers:
            with desk.known(card.id, voice) as (record, speaker):
                if hits_in(desk, record, speaker, index.asked(query)):
                    wanted.add(card.id)
        assert set(names(desk, voice, query)) == wanted
    desk.store.close()
