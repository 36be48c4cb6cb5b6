"""Scans handed in: kept at once, read behind as the speaker who handed them in, told when they come to nothing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest

from entrepot.channels.online import Voice
from entrepot.channels.window import under
from entrepot.gateways.extract import Extract
from entrepot.gateways.papers import read_paper
from entrepot.kernel.intake import Refusal
from entrepot.portal import handing_in
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.portal.handing_in import KIND, LEASE, MAX_ATTEMPTS, Waiting
from entrepot.portal.reading import Fact
from entrepot.store.outbox import Task
from entrepot.store.tokens import list_tokens, new_token, revoke_token
from tests.portal.stage import ANN, BOB, NOON
from tests.portal.web import client_of

SCAN = b"\x89PNG\r\n\x1a\n a photograph of an invoice"
DIGEST = sha256(SCAN).hexdigest()
SAYS = b'{"trade.terms": {"invoice_no": "INV-7"}, "goods.line/2": {"amount": "USD 93.00"}}'
CHO = under(Voice("cho", "counter", frozenset({"clerk"}), "window", counter="counter"), "M-1", "acme")
MANDATE = {"principal": "acme", "counter": "counter", "signed_on": "2026-01-01"}
PAGES = 3


class Reader:
    """Stands in for the reader of pictures: a scan of three pages says what the JSON paper says; `at` is called at each."""

    def __init__(self) -> None:
        self.pages: list[int] = []
        self.refused = False
        self.at: Callable[[int], None] = lambda page: None

    def __call__(self, name: str, data: bytes, **settings: Any) -> Extract:
        if data != SCAN:
            return read_paper(name, data, **settings)
        for page in range(PAGES):
            settings["progress"](page, PAGES)
            self.pages.append(page)
            self.at(page)
        extract = read_paper(name, b"{" if self.refused else SAYS, today=settings["today"])
        return msgspec.structs.replace(extract, digest=DIGEST, size=len(data), media_type="image/png", kind="invoice")


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Reader:
    reader = Reader()
    monkeypatch.setattr(handing_in, "read_paper", reader)
    return reader


def fact(desk: Desk, topic: str, key: str = DIGEST, voice: Voice = ANN) -> Fact | None:
    return next((f for f in desk.read("D1", voice).facts if (f.topic, f.key) == (topic, key)), None)


def rules(desk: Desk) -> list[str]:
    """Why the scan was not read, by the numbers of the problems."""
    read = desk.paper("D1", DIGEST, ANN)
    assert (read.reading == "failed") == bool(read.problems)
    return [problem.rule for problem in read.problems]


def later(desk: Desk, time: timedelta) -> None:
    now: datetime = desk.store.clock() + time
    desk.store.clock = lambda: now


def test_a_scan_is_kept_and_on_record_at_once_and_nothing_is_said_of_it_yet(opened: Desk, reader: Reader) -> None:
    taken = opened.hand_in("D1", "scan.png", SCAN, ANN)
    assert (taken.reading, taken.read, len(taken.said.said), reader.pages) == ("pending", (), 1, [])
    assert opened.document("D1", DIGEST, ANN)[1].data == SCAN
    read = opened.paper("D1", DIGEST, ANN)
    assert (read.reading, read.pages_read, read.pages, read.fields) == ("pending", 0, PAGES, ())
    assert fact(opened, "goods.line", "2") is None
    assert opened.deliver() == 0  # whoever sends a message does not wait for a scan
    assert reader.pages == []


def test_it_is_read_behind_and_said_as_its_speaker_at_the_time_it_was_handed_in(opened: Desk, reader: Reader) -> None:
    opened.say(
        "D1", [Draft("dossier.mandate", MANDATE, "M-1"), Draft("dossier.member", {"roles": ["clerk"]}, "counter")], ANN
    )
    opened.hand_in("D1", "scan.png", SCAN, CHO)
    so_far: list[tuple[int, int]] = []
    reader.at = lambda page: so_far.append(opened.pages_read[DIGEST])
    later(opened, timedelta(minutes=7))
    assert opened.read_waiting() == 1
    assert so_far == [(0, PAGES), (1, PAGES), (2, PAGES)]
    line, paper = fact(opened, "goods.line", "2"), fact(opened, "paper.received")
    assert line is not None
    assert paper is not None
    assert line.value["amount"]["minor"] == 9300
    for said in (line.statements[0], paper.statements[0]):
        assert (said.by, said.organisation, said.mandate, said.channel) == ("cho", "acme", "M-1", "window")
        assert said.said_at[:16] == NOON.isoformat()[:16]
    assert (paper.value["kind"], paper.value.get("reading"), len(paper.statements)) == ("invoice", None, 1)
    assert (opened.paper("D1", DIGEST, ANN).reading, opened.pages_read, opened.read_waiting()) == ("", {}, 0)


def test_the_same_scan_again_is_not_read_again(opened: Desk, reader: Reader) -> None:
    opened.hand_in("D1", "scan.png", SCAN, ANN)
    again = opened.hand_in("D1", "copy.png", SCAN, ANN)
    assert (again.reading, again.said.said) == ("pending", ())
    assert opened.read_waiting() == 1
    for once_more in (opened.hand_in("D1", "scan.png", SCAN, ANN), opened.take_paper("D1", "scan.png", SCAN, ANN)):
        assert (once_more.reading, once_more.said.said, set(once_more.read)) == (
            "",
            (),
            {"trade.terms", "goods.line/2"},
        )
    assert (reader.pages, opened.read_waiting()) == ([0, 1, 2], 0)


def test_whoever_waits_has_it_read_at_once_and_what_waited_stands_no_more(opened: Desk, reader: Reader) -> None:
    opened.hand_in("D1", "scan.png", SCAN, ANN)
    assert opened.take_paper("D1", "scan.png", SCAN, ANN).said.said
    paper = fact(opened, "paper.received")
    assert paper is not None
    assert len(paper.statements) == 1
    assert (opened.read_waiting(), reader.pages) == (1, [0, 1, 2])


def test_a_reading_that_was_broken_off_is_taken_up_again(opened: Desk, reader: Reader) -> None:
    opened.hand_in("D1", "scan.png", SCAN, ANN)
    assert opened.read_waiting(lambda: len(reader.pages) == 2) == 0  # the server was told to end
    assert reader.pages == [0, 1]
    later(opened, timedelta(seconds=3))

    def killed(page: int) -> None:
        raise SystemExit

    reader.at = killed
    with pytest.raises(SystemExit):
        opened.read_waiting()
    reader.at = lambda page: None
    assert opened.read_waiting() == 0, "the lease of whoever was killed has not run out"
    later(opened, LEASE)
    assert opened.read_waiting() == 1
    assert fact(opened, "goods.line", "2") is not None


def test_what_was_said_before_a_crash_is_not_said_again(
    opened: Desk, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.hand_in("D1", "scan.png", SCAN, ANN)
    with monkeypatch.context() as patch:
        patch.setattr(opened.store, "done", lambda task: False)
        opened.read_waiting()
    heads = opened.read("D1", ANN).heads
    later(opened, LEASE)
    assert opened.read_waiting() == 1
    assert (opened.read("D1", ANN).heads, reader.pages) == (heads, [0, 1, 2])


def test_a_paper_that_ends_the_process_each_time_is_left_alone_and_told(opened: Desk, reader: Reader) -> None:
    opened.hand_in("D1", "scan.png", SCAN, ANN)
    for _ in range(MAX_ATTEMPTS):
        assert opened.store.claim(1, LEASE, KIND)
        later(opened, LEASE)
    assert opened.read_waiting() == 1
    assert (rules(opened), reader.pages) == (["D049"], [])


def test_one_paper_is_read_at_a_time_in_a_process(opened: Desk, reader: Reader) -> None:
    opened.hand_in("D1", "scan.png", SCAN, ANN)
    meanwhile: list[int] = []
    reader.at = lambda page: meanwhile.append(opened.read_waiting())
    assert opened.read_waiting() == 1
    assert meanwhile == [0, 0, 0]


def test_a_mandate_that_ended_meanwhile_says_nothing_and_it_is_told(opened: Desk, reader: Reader) -> None:
    member = Draft("dossier.member", {"roles": ["clerk"]}, "counter")
    opened.say("D1", [Draft("dossier.mandate", MANDATE, "M-1"), member], ANN)
    opened.hand_in("D1", "scan.png", SCAN, CHO)
    (mandate,) = [f for f in opened.read("D1", ANN).facts if f.topic == "dossier.mandate"]
    opened.say("D1", [Draft("dossier.mandate", None, "M-1", withdraws=(mandate.statements[0].id,))], ANN)
    assert opened.read_waiting() == 1
    assert (rules(opened), fact(opened, "goods.line", "2"), reader.pages) == (["D008"], None, [])
    assert opened.document("D1", DIGEST, ANN)[1].data == SCAN
    assert fact(opened, "paper.unread", opened_by(opened), BOB) is None  # it is for whoever handed the paper in
    opened.say("D1", [Draft("dossier.mandate", MANDATE, "M-1")], ANN)
    assert opened.hand_in("D1", "scan.png", SCAN, CHO).reading == "pending"
    assert opened.read_waiting() == 1
    assert (rules(opened), fact(opened, "goods.line", "2") is None) == ([], False)


def opened_by(desk: Desk) -> str:
    paper = fact(desk, "paper.received")
    assert paper is not None
    return paper.statements[0].id


def test_a_token_or_a_role_that_ended_meanwhile_says_nothing(opened: Desk, reader: Reader) -> None:
    new_token(opened.store, "ann", "acme")
    (card,) = list_tokens(opened.store)
    opened.hand_in("D1", "scan.png", SCAN, msgspec.structs.replace(ANN, token=card.id))
    revoke_token(opened.store, card.id)
    opened.read_waiting()
    assert rules(opened) == ["D048"]
    new_token(opened.store, "ann", "acme", ends=datetime(2026, 4, 2, tzinfo=UTC))
    (second,) = [one for one in list_tokens(opened.store) if one.id != card.id]
    opened.hand_in("D1", "scan.png", SCAN, msgspec.structs.replace(ANN, token=second.id))
    opened.read_waiting()
    assert (rules(opened), fact(opened, "goods.line", "2") is None) == ([], False)


def test_somebody_who_is_no_member_any_more_says_nothing(opened: Desk, reader: Reader) -> None:
    opened.hand_in("D1", "scan.png", SCAN, BOB)
    (member,) = [f for f in opened.read("D1", ANN).facts if (f.topic, f.key) == ("dossier.member", "buyer")]
    opened.say("D1", [Draft("dossier.member", None, "buyer", withdraws=(member.statements[0].id,))], ANN)
    assert opened.read_waiting() == 1
    assert (fact(opened, "goods.line", "2"), reader.pages) == (None, [])


def test_a_scan_that_cannot_be_read_or_said_is_told_with_its_reasons(opened: Desk, reader: Reader) -> None:
    reader.refused = True
    opened.hand_in("D1", "scan.png", SCAN, ANN)
    assert opened.read_waiting() == 1
    assert rules(opened)[0].startswith("P")
    reader.refused = False
    opened.hand_in("D1", "scan.png", SCAN, ANN)
    assert opened.paper("D1", DIGEST, ANN).reading == "pending"
    assert (opened.read_waiting(), rules(opened)) == (1, [])


def test_a_task_of_a_paper_that_is_gone_is_done_with(opened: Desk, reader: Reader) -> None:
    opened.hand_in("D1", "scan.png", SCAN, ANN)
    opened.say("D1", [Draft("paper.received", None, DIGEST, withdraws=(opened_by(opened),))], ANN)
    nowhere = Waiting("D9", DIGEST, "scan.png", "0", ANN, "2026-04-01T04:00:00Z")
    opened.store.enqueue([Task(KIND, msgspec.json.encode(nowhere))])
    assert (opened.read_waiting(), reader.pages) == (2, [])


def test_what_is_read_at_once_is_said_or_refused_at_the_door(opened: Desk) -> None:
    assert opened.hand_in("D1", "invoice.json", SAYS, ANN).read == ("trade.terms", "goods.line/2")
    with pytest.raises(Refusal):
        opened.hand_in("D1", "photo.png", SCAN, ANN)  # no picture after all: the door can tell
    assert fact(opened, "paper.received") is None


def test_the_page_the_api_and_the_sheet_tell_how_far_it_is(opened: Desk, reader: Reader, tmp_path: Path) -> None:
    client = client_of(opened)
    path = tmp_path / "scan.png"
    path.write_bytes(SCAN)
    with path.open("rb") as stream:
        sent = client.post("/d/D1/papers", {"paper": stream})
    assert sent["Location"] == f"/d/D1/papers/{DIGEST}/read"
    reader.at = lambda page: pages.append(client.get(sent["Location"]).content.decode())
    pages = [client.get(sent["Location"]).content.decode()]
    assert '<meta http-equiv="refresh"' in pages[0]
    assert "Being read" in client.get("/d/D1").content.decode()
    opened.read_waiting()
    assert [f'value="{done}"' in page for done, page in zip((0, 0, 1, 2), pages, strict=True)] == [True] * 4
    done = client.get(sent["Location"]).content.decode()
    assert 'http-equiv="refresh"' not in done
    assert "INV-7" in done
    reader.refused = True
    address, exporter = "/api/v1/dossiers/D1/papers?name=scan.png", {"Entrepot-As": "importer"}
    kept = client.post(address, SCAN, content_type="application/octet-stream", headers=exporter)
    assert (kept.status_code, kept.json()["reading"]) == (202, "pending")
    opened.read_waiting()
    failed = client.get(f"/api/v1/dossiers/D1/papers/{DIGEST}/read", headers=exporter).json()
    assert (failed["reading"], failed["problems"][0]["rule"][0]) == ("failed", "P")
    client.post("/look-as", {"role": "importer"})
    assert ["Not read" in client.get(where).content.decode() for where in ("/d/D1", sent["Location"])] == [True, True]
    reader.refused = False
    waited = client.post(f"{address}&wait=true", SCAN, content_type="application/octet-stream", headers=exporter)
    assert (waited.status_code, waited.json()["reading"]) == (201, "")
