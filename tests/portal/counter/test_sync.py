"""Counters and the portal: what was said without a network arrives whole, once, proven, and looked at again."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from entrepot.channels.online import Voice
from entrepot.kernel.intake import Refusal
from entrepot.portal.counter import sync_portal
from entrepot.portal.counter.sync_exchange import Exchange, SyncStopped
from entrepot.portal.drafts import Draft
from entrepot.portal.examples import example
from entrepot.store import sync
from entrepot.store.notes import Verifier, open_note
from entrepot.store.store import Store
from entrepot.store.tokens import list_tokens, new_token, revoke_token
from entrepot_verify.receipt import verify
from tests.portal.counter.sync_stage import HALL, CounterHall, Cut, Line, Portal, found, line, lot, words

ACME = Voice("ann", "acme")


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    one = Portal(tmp_path)
    yield one
    one.store.close()


@pytest.fixture
def hall(portal: Portal, tmp_path: Path) -> Iterator[CounterHall]:
    one = CounterHall(portal, tmp_path, "one")
    yield one
    one.store.close()


@pytest.fixture
def other(portal: Portal, tmp_path: Path) -> Iterator[CounterHall]:
    two = CounterHall(portal, tmp_path, "two", clerk="clerk-2")
    yield two
    two.store.close()


def test_what_was_said_offline_arrives_once_and_both_find_the_same(portal: Portal, hall: CounterHall) -> None:
    hall.open("D1")
    hall.say("D1", line(1), line(2, "12"))
    report = hall.sync()
    assert (report.whole, report.sent, report.refused, report.review) == (True, 6, [], [])
    assert words(portal.store, "D1") == words(hall.store, "D1")
    assert found(portal.desk, "D1") == found(hall.desk, "D1") != []
    again = hall.sync()
    assert (again.whole, again.sent, again.already, again.received) == (True, 0, 0, 0)
    assert portal.desk.read("D1", ACME).roles == ("exporter",)


def test_what_was_said_at_the_portal_comes_down_without_what_the_counter_may_not_read(
    portal: Portal, hall: CounterHall
) -> None:
    hall.open("D1")
    hall.sync()
    portal.say("D1", line(1))
    portal.say("D2", Draft("dossier.opened", {"kind": "trade", "reference": "own"}), line(9))  # not the counter's
    report = hall.sync()
    assert report.received == 1
    assert words(portal.store, "D1") == words(hall.store, "D1")
    assert words(hall.store, "D2") == {}


def test_a_counter_that_is_let_in_later_gets_what_was_said_before(portal: Portal, hall: CounterHall) -> None:
    portal.say("D1", Draft("dossier.opened", {"kind": "trade", "reference": "R"}), line(1))
    assert hall.sync().received == 0
    portal.say("D1", Draft("dossier.member", {"roles": ["clerk"]}, HALL), hall.mandate())
    hall.sync()
    assert words(portal.store, "D1") == words(hall.store, "D1")
    hall.say("D1", line(2))
    assert hall.sync().sent == 1
    assert found(portal.desk, "D1") == found(hall.desk, "D1")


def test_two_counters_meet_in_a_dossier_and_disagreement_stands_on_both_sides(
    portal: Portal, hall: CounterHall, other: CounterHall
) -> None:
    hall.open("D1")
    hall.say("D1", line(1))
    hall.sync()
    other.sync()
    (old,) = [
        s for s, _ in words(hall.store, "D1").items() if hall.store.record("D1").submissions[s].topic == "goods.line"
    ]
    hall.say("D1", line(1, "25", replaces=(old,)))
    other.say("D1", line(1, "26", replaces=(old,)))  # the head has moved by the time it arrives
    hall.sync()
    report = other.sync()
    hall.sync()
    assert report.conflicts == ["D1 goods.line/1"]
    assert words(portal.store, "D1") == words(hall.store, "D1") == words(other.store, "D1")
    for store in (portal.store, hall.store, other.store):
        assert len(store.record("D1").standing("goods.line")["1"].statements) == 2
    assert found(portal.desk, "D1") == found(hall.desk, "D1") == found(other.desk, "D1")


def test_receipts_given_offline_hold_with_a_key_that_the_portal_vouches_for(portal: Portal, hall: CounterHall) -> None:
    said = hall.open("D1")
    receipt = hall.desk.receipt("D1", said.said[0], hall.under())
    hall.sync()
    signed, _ = open_note(sync_portal.vouched(portal.desk), (Verifier.parse(portal.store.log_key),))
    lines = signed.splitlines()
    assert lines[:2] == ["entrepot counters v1", portal.store.origin]
    key = lines[2].split(" ")[0]
    assert key == hall.store.log_key
    proven = verify(receipt.encode(), key).statement
    assert proven is not None
    assert proven["topic"] == "dossier.opened"
    assert hall.line("GET", "/log/counters", None).data.startswith(b"entrepot counters v1\n")


# -- looked at again --------------------------------------------------------------------------------------------------


def revoke(portal: Portal, dossier: str = "D1", mandate: str = "M1") -> None:
    """The principal takes the mandate back at the portal."""
    standing = portal.store.record(dossier).standing("dossier.mandate")[mandate]
    portal.say(dossier, Draft("dossier.mandate", None, mandate, withdraws=tuple(s.id for s in standing.statements)))


def test_a_mandate_revoked_meanwhile_leaves_the_statement_under_review_until_its_principal_settles_it(
    portal: Portal, hall: CounterHall
) -> None:
    hall.open("D1")
    hall.sync()
    revoke(portal)
    (said,) = hall.say("D1", line(1)).said
    report = hall.sync()
    assert [(one.id, one.review) for one in report.review] == [(said, "mandate")]
    for desk in (portal.desk, hall.desk):
        (total,) = [f for f in found(desk, "D1") if f[0] == "price.total"]
        assert total[2] == "needs_review"
    assert words(portal.store, "D1") == words(hall.store, "D1")
    with pytest.raises(Refusal):  # not the counter itself
        hall.say("D1", Draft("window.confirmed", {}, said))
    portal.say("D1", Draft("window.confirmed", {"reason": "as I told them"}, said))
    hall.sync()
    for desk in (portal.desk, hall.desk):
        (total,) = [f for f in found(desk, "D1") if f[0] == "price.total"]
        assert total[2] == "found"


def test_a_confirmation_of_others_settles_nothing(portal: Portal, hall: CounterHall) -> None:
    hall.open("D1")
    hall.sync()
    portal.say("D1", Draft("dossier.member", {"roles": ["importer"]}, "buyer"))
    revoke(portal)
    (said,) = hall.say("D1", line(1)).said
    hall.sync()
    portal.say("D1", Draft("window.confirmed", {}, said), by="buyer")
    assert portal.store.record("D1").standing("goods.line")["1"].review
    (own,) = portal.say("D1", line(1, "30")).said  # what stands beside it is not under review
    assert portal.store.record("D1").under_review(portal.store.record("D1").submissions[own]) is False


def test_a_mandate_that_ran_out_meanwhile_leaves_under_review_too(portal: Portal, hall: CounterHall) -> None:
    hall.open("D1", until="2026-04-02")
    hall.say("D1", line(1))
    portal.clock.now += timedelta(days=3)
    report = hall.sync()
    assert {one.review for one in report.review} == {"mandate"}
    assert len(report.review) == report.sent == 5
    assert found(portal.desk, "D1") == found(hall.desk, "D1")


def test_nobody_is_let_in_under_a_mandate_that_was_revoked(portal: Portal, hall: CounterHall) -> None:
    hall.open("D1")
    hall.sync()
    revoke(portal)
    hall.say("D1", Draft("dossier.member", {"roles": ["exporter"]}, "stranger"))
    report = hall.sync()
    assert [p.rule for one in report.refused for p in one.problems] == ["SY08"]
    assert "stranger" not in portal.store.record("D1").standing("dossier.member")
    assert [one.id for one in sync.kept_aside(portal.store)] == [one.id for one in sync.kept_aside(hall.store)]


def test_a_clerk_who_never_was_is_refused_and_one_who_left_is_under_review(portal: Portal, hall: CounterHall) -> None:
    hall.open("D1")
    hall.sync()
    hall.voice = msgspec.structs.replace(hall.voice, person="nobody")
    hall.say("D1", line(1))
    hall.voice = msgspec.structs.replace(hall.voice, person="clerk-1")
    (left,) = hall.say("D1", line(2)).said
    for card in list_tokens(portal.store):
        if card.person == "clerk-1":
            revoke_token(portal.store, card.id)
    report = hall.sync()
    assert [p.rule for one in report.refused for p in one.problems] == ["SY03"]
    assert [(one.id, one.review) for one in report.review] == [(left, "clerk")]


def test_a_dossier_of_others_is_not_entered_by_opening_it_again(portal: Portal, hall: CounterHall) -> None:
    portal.say("D1", Draft("dossier.opened", {"kind": "trade", "reference": "secret"}), line(1))
    hall.open("D1", "mallory")
    hall.say("D1", line(7), principal="mallory")
    report = hall.sync()
    assert report.sent == 0
    assert {p.rule for one in report.refused for p in one.problems} <= {"SY02", "SY05"}
    assert report.received == 0
    assert len(words(portal.store, "D1")) == 3


def test_the_same_id_with_other_words_is_told_and_both_are_kept(portal: Portal, hall: CounterHall) -> None:
    hall.open("D1")
    hall.sync()
    portal.say("D1", line(1, id="same"))
    hall.say("D1", line(1, "99", id="same"))
    report = hall.sync()
    assert [p.rule for one in report.refused for p in one.problems] == ["SY01"]
    assert report.aside == ["same"]
    assert (
        len({one.data for one in sync.kept_aside(portal.store)} | {one.data for one in sync.kept_aside(hall.store)})
        >= 2
    )


def test_a_clerk_says_at_a_counter_only_what_a_clerk_may(portal: Portal, hall: CounterHall) -> None:
    """Forged past the counter's own desk."""
    hall.open("D1")
    hall.sync()
    known = hall.store.record("D1").submissions
    one = next(iter(known.values()))
    release = example(hall.desk.registry.topics["customs.release"])
    paper = {"name": "x", "kind": "y", "media_type": "", "size": 1}
    forged = [
        msgspec.structs.replace(one, id="f1", topic="customs.release", key="R1", body=raw(release), authority="office"),
        msgspec.structs.replace(one, id="f2", topic="goods.line", key="5", body=raw({"hs": "1"}), channel="online"),
        msgspec.structs.replace(one, id="f3", topic="goods.line", key="5", body=raw({"hs": "1"}), for_="other"),
        msgspec.structs.replace(one, id="f4", topic="goods.line", key="5", body=raw({"hs": "1"}), mandate=""),
        msgspec.structs.replace(one, id="f5", topic="paper.received", key="ab" * 32, body=raw(paper)),
        msgspec.structs.replace(one, id="f6", topic="customs.release", key="R1", body=raw(release)),
    ]  # fmt: skip
    for bad in forged:
        hall.store.submit([bad])
    report = hall.sync()
    assert {i: p.rule for o in report.refused for i, p in [(o.id, o.problems[0])]} == {
        "f1": "SY04", "f6": "SY04", "f3": "SY02", "f4": "SY02", "f5": "SY11",
    }  # fmt: skip
    assert set(words(portal.store, "D1")) == {*known} - {"f1", "f2", "f3", "f4", "f5", "f6"}


def raw(value: object) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(value))


# -- scarce things ----------------------------------------------------------------------------------------------------


def test_what_only_the_portal_can_say_is_prepared_and_said_when_they_meet(
    portal: Portal, hall: CounterHall, other: CounterHall
) -> None:
    hall.open("D1")
    other.open("D2", mandate="M1")
    first = hall.say("D1", line(1), lot("N1", "6"))
    assert len(first.said) == len(first.prepared) == 1
    second = other.say("D2", lot("N1", "6"))
    assert "goods.cost" not in {s.topic for s in hall.store.record("D1").submissions.values()}
    assert [(one.id, one.status) for one in hall.sync().prepared] == [(first.prepared[0], "said")]
    (refused,) = other.sync().prepared
    assert (refused.id, refused.status) == (second.prepared[0], "refused")
    assert [one.state for one in sync.prepared(other.store)] == ["refused"]
    assert sync.prepared(other.store)[0].problems[0].rule.startswith("S")
    assert found(portal.desk, "D1") == found(hall.desk, "D1")
    assert hall.sync().prepared == []


def test_a_counter_refuses_what_could_never_be_said_and_sends_nothing(hall: CounterHall) -> None:
    hall.open("D1")
    with pytest.raises(Refusal):
        hall.say("D1", Draft("goods.cost", {"line": "1"}, "1"))
    with pytest.raises(Refusal, match="SY07"):
        hall.desk.send("D1", "declaration.form", "x", hall.under())
    (group,) = hall.desk.say_many([("D1", [line(1), lot("N1")])], hall.under())
    assert [[p.rule for p in one.problems] for one in group] == [[], ["SY06"]]


# -- papers -----------------------------------------------------------------------------------------------------------


def test_papers_go_both_ways_in_parts(
    portal: Portal, hall: CounterHall, other: CounterHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync, "PART", 1000)
    data = bytes(range(256)) * 16  # 4,096: the last part is short
    hall.open("D1")
    hall.desk.keep_paper("D1", "contract.bin", data, hall.under())
    cuts = iter(["", "", "after", "before", ""])
    hall.line.cuts = lambda: next(cuts, "")
    for _ in range(2):
        with pytest.raises(Cut):
            hall.sync()
    assert hall.sync().whole
    (digest,) = [s.key for s in hall.store.record("D1").submissions.values() if s.topic == "paper.received"]
    kept = portal.store.content(digest)
    assert kept is not None
    assert kept.data == data
    # A clerk may have a paper of which nothing was read only where the clerk's own principal handed it in.
    other.sync()
    assert words(portal.store, "D1") == words(other.store, "D1")


# -- trust ------------------------------------------------------------------------------------------------------------


def test_a_counter_that_rewrote_its_log_is_not_heard(portal: Portal, hall: CounterHall, tmp_path: Path) -> None:
    hall.open("D1")
    hall.sync()
    forged = Store.open(
        f"sqlite:///{tmp_path / 'forged.db'}", hall.desk.registry, nature="sandbox", keys=hall.folder / "keys"
    )
    with forged.database.session() as session, session.writing():
        session.run(("DROP TRIGGER meta_update", ()), ("UPDATE meta SET value = ? WHERE name = 'origin'", (hall.store.origin,)),
                    ("UPDATE meta SET value = ? WHERE name = 'log_key'", (hall.store.log_key,)))  # fmt: skip
    forged.close()
    forged = Store.open(
        f"sqlite:///{tmp_path / 'forged.db'}", hall.desk.registry, nature="sandbox", keys=hall.folder / "keys"
    )
    for number in range(9):
        said = next(iter(hall.store.record("D1").submissions.values()))
        forged.submit([msgspec.structs.replace(said, id=f"forged-{number}", dossier=f"F{number}")])
    sync.set_place(forged, "name", "one")
    with pytest.raises(SyncStopped, match="not what it was"):
        Exchange(forged, hall.line).run()
    forged.close()
    assert words(portal.store, "F1") == {}


def test_only_a_counters_own_token_hands_over(portal: Portal, hall: CounterHall) -> None:
    for role, channel in (((), "online"), (("clerk",), "online"), ((), "window")):
        token = new_token(portal.store, "p", HALL, role, channel)  # type: ignore[arg-type]
        answer = Line(portal.desk, token)("GET", "/api/v1/sync/dossiers", None)
        assert answer.status in (403, 422), (role, channel)
    assert Line(portal.desk, "none")("GET", "/api/v1/sync/dossiers", None).status == 401
    stranger = Line(portal.desk, new_token(portal.store, "p", "elsewhere", ("clerk",), "window"))
    hall.sync()
    with pytest.raises(SyncStopped, match="another key or for another organisation"):
        Exchange(hall.store, stranger).run()
    assert stranger("GET", f"/api/v1/sync/papers/{'0' * 64}?origin={hall.store.origin}", None).status == 422


def test_a_portal_that_is_another_is_not_talked_to(portal: Portal, hall: CounterHall, tmp_path: Path) -> None:
    hall.open("D1")
    hall.sync()
    (tmp_path / "else").mkdir()
    elsewhere = Portal(tmp_path / "else")
    token = new_token(elsewhere.store, "m", HALL, ("clerk",), "window")
    with pytest.raises(SyncStopped, match="not the portal"):
        Exchange(hall.store, Line(elsewhere.desk, token)).run()
    assert words(elsewhere.store, "D1") == {}
    elsewhere.store.close()


def test_the_clocks_difference_is_told(portal: Portal, hall: CounterHall) -> None:
    hall.clock.now += timedelta(minutes=11)
    hall.open("D1")
    report = hall.sync()
    assert 655 < report.skew_s < 665
    (card,) = sync.counters(portal.store)
    assert card.skew_s == report.skew_s


@pytest.mark.parametrize("size", [4, 5, 9, 11])
def test_wherever_a_batch_ends_an_opening_goes_with_its_mandate(
    portal: Portal, hall: CounterHall, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(sync, "ITEMS", size)
    for number in range(5):
        hall.open(f"D{number}")
        hall.say(f"D{number}", *(line(n) for n in range(1, 4)))
    report = hall.sync()
    assert (report.whole, report.refused) == (True, [])
    for number in range(5):
        assert words(portal.store, f"D{number}") == words(hall.store, f"D{number}") != {}


def test_a_breath_longer_than_a_batch_is_handed_over_in_parts(
    portal: Portal, hall: CounterHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync, "ITEMS", 5)
    hall.open("D1")
    hall.say("D1", *(line(n) for n in range(1, 13)))
    report = hall.sync()
    assert (report.whole, report.refused) == (True, [])
    assert words(portal.store, "D1") == words(hall.store, "D1")
