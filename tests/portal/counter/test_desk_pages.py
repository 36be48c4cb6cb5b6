"""The window's pages: numbers, who comes, a trade entered off paper, the receipt, the shift; nobody else sees any of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from entrepot.channels.online import Voice
from entrepot.kernel.checkdigits import uscc_check
from entrepot.kernel.submissions import Authority, Submission
from entrepot.portal.desk import Desk
from entrepot.store import window
from entrepot.store.tokens import new_token
from entrepot_verify.receipt import verify
from tests.portal.counter.sync_stage import CounterHall, Portal, words
from tests.portal.entry.filled import filled
from tests.portal.web import client_of

HALL = "hall"
STEM = "91420500MA4HALL7K"
FIRM = STEM + (uscc_check(STEM + "0") or "")
SCAN = b"%PDF-1.7 a signed mandate"


def clerk(desk: Desk, name: str = "wang.li", hall: str = HALL) -> Client:
    """A clerk's browser."""
    client = client_of(desk)
    client.cookies["entrepot_token"] = new_token(desk.store, name, hall, ("clerk",), "window")
    return client


@pytest.fixture
def wang(desk: Desk) -> Client:
    return clerk(desk)


def number(client: Client, need: str = "trade", **more: str) -> None:
    """Give a number, and call it."""
    assert client.post("/counter/tickets", {"need": need, **more}).status_code == 302
    client.post("/counter/next")


def scan(name: str = "mandate.pdf", data: bytes = SCAN) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "application/pdf")


def taken_in(client: Client, **more: Any) -> Any:
    """Take the firm in off its papers."""
    return client.post(
        "/counter/serve/register",
        {
            "country": "CHN", "number": FIRM, "name_zh": "宜昌磷化有限公司", "signed_on": "2026-03-01", "signed": scan(),
            "licence": scan("licence.pdf", b"%PDF-1.7 a licence"), **more,
        },
    )  # fmt: skip


def trade(client: Client, **more: str) -> str:
    """Open a trade with the one form; gives the dossier."""
    form = filled(client.get("/counter/serve").content.decode(), "goods")
    sent = (
        form
        | {"goods": "磷酸", "country": "日本", "quantity": "24", "unit": "t", "amount": "USD 12360", "hs": "28092019"}
        | more
    )
    answer = client.post("/counter/serve/trade", sent)
    assert answer.status_code == 302, answer.content.decode()
    return sent["dossier"]


def served(desk: Desk) -> window.Ticket:
    one = window.in_hand(desk.store, HALL, "wang.li")
    assert one is not None
    return one


def test_a_trade_is_taken_in_off_paper_and_the_receipt_proves_it(desk: Desk, wang: Client) -> None:
    number(wang)
    assert "cw-find" in wang.get("/counter/serve").content.decode()
    assert taken_in(wang).status_code == 302
    dossier = trade(wang)
    page = wang.get("/counter/serve").content.decode()
    assert dossier in page
    assert "宜昌磷化有限公司" in page
    one = served(desk)
    assert (one.principal, one.mandate, one.dossier) == (FIRM, "2026-001", dossier)
    owner = Voice("boss", FIRM)
    reading = desk.read(dossier, owner)
    said = {fact.topic: fact for fact in reading.facts}
    assert said["goods.line"].value["hs"] == "28092019"
    assert {one.channel for one in said["goods.line"].statements} == {"window"}
    assert {one.mandate for one in said["goods.line"].statements} == {"2026-001"}
    receipt = wang.get(f"/counter/tickets/{one.id}/receipt").content.decode()
    made = window.made_at(desk.store, one)
    assert made
    assert all(word.id in receipt and word.digest in receipt for word in made)
    proofs = wang.get(f"/counter/tickets/{one.id}/proofs").content.decode()
    first = proofs.split("\n\nc2sp.org")[0]
    proven = verify(first.encode(), desk.store.log_key or "").statement
    assert proven is not None
    assert proven["dossier"].endswith(FIRM)


def test_numbers_follow_each_other_and_the_next_is_the_one_that_waits_longest(desk: Desk, wang: Client) -> None:
    for need in ("trade", "mandate", "question"):
        wang.post("/counter/tickets", {"need": need})
    assert [one.label for one in window.open_tickets(desk.store, HALL)] == ["A001", "B002", "C003"]
    li = clerk(desk, "li.na")
    wang.post("/counter/next")
    li.post("/counter/next")
    assert served(desk).label == "A001"
    other = window.in_hand(desk.store, HALL, "li.na")
    assert other is not None
    assert other.label == "B002"
    wang.post("/counter/next")  # what is in hand stays in hand
    assert served(desk).label == "A001"
    wang.post("/counter/serve/left")
    assert window.in_hand(desk.store, HALL, "wang.li") is None
    assert window.tickets(desk.store, HALL)[-1].outcome == "left"


def test_a_number_given_twice_is_one(desk: Desk, wang: Client) -> None:
    for _ in range(2):
        wang.post("/counter/tickets", {"need": "trade", "id": "019d4732-ba00-7000-8000-000000000001"})
    assert len(window.open_tickets(desk.store, HALL)) == 1


def test_what_one_lays_aside_another_takes_up_and_both_stand_in_it(desk: Desk, wang: Client) -> None:
    number(wang)
    taken_in(wang)
    dossier = trade(wang)
    one = served(desk)
    wang.post("/counter/serve/pause")
    li = clerk(desk, "li.na")
    li.post(f"/counter/tickets/{one.id}/take")
    taken = window.in_hand(desk.store, HALL, "li.na")
    assert taken is not None
    assert taken.clerks == ("wang.li", "li.na")
    assert li.get(f"/d/{dossier}/say/trade.terms").status_code == 200
    assert {word.by for word in window.made_at(desk.store, taken)} == {"wang.li"}


def test_nobody_but_a_clerk_finds_the_window_and_no_counter_sees_anothers_numbers(desk: Desk, wang: Client) -> None:
    number(wang)
    one = served(desk)
    anna = client_of(desk)
    anna.cookies["entrepot_token"] = new_token(desk.store, "ann", "acme")
    pages = ["", "/serve", "/screen", "/entered", "/shift", "/sync", "/mandate-form"]
    assert {anna.get(f"/counter{path}").status_code for path in pages} == {404}
    assert anna.post("/counter/tickets", {"need": "trade"}).status_code == 404
    elsewhere = clerk(desk, "zhao.yi", "other-hall")
    for path in ("number", "receipt", "proofs"):
        assert elsewhere.get(f"/counter/tickets/{one.id}/{path}").status_code == 404
    assert one.label not in elsewhere.get("/counter").content.decode()
    elsewhere.post(f"/counter/tickets/{one.id}/take")
    assert window.in_hand(desk.store, "other-hall", "zhao.yi") is None


def test_a_wrong_check_character_or_no_signed_paper_takes_nobody_in(desk: Desk, wang: Client) -> None:
    number(wang)
    wrong = FIRM[:-1] + ("A" if FIRM[-1] != "A" else "B")
    answer = taken_in(wang, number=wrong, signed="", signed_on="2026-02-31")
    assert answer.status_code == 422
    assert "2026-02-31" in answer.content.decode()
    answer = taken_in(wang, number=wrong, signed="")
    told = answer.content.decode()
    assert answer.status_code == 422
    assert "check character" in told
    assert "signed mandate is not attached" in told
    assert served(desk).principal == ""
    assert "check character" in wang.get(f"/counter/serve?q={wrong}").content.decode()


def test_an_enterprise_is_found_by_part_of_its_name_and_served_at_once(desk: Desk, wang: Client) -> None:
    number(wang)
    taken_in(wang)
    wang.post("/counter/serve/end", {"outcome": "done", "then": "stay"})
    number(wang)
    assert wang.post("/counter/serve/find", {"q": "磷化"})["Location"] == "/counter/serve"
    assert served(desk).principal == FIRM
    elsewhere = clerk(desk, "zhao.yi", "other-hall")
    number(elsewhere)
    assert "磷化有限" not in elsewhere.get("/counter/serve?q=磷化").content.decode()
    assert elsewhere.post("/counter/serve/choose", {"code": FIRM}).status_code == 404


def test_by_telephone_nothing_is_done_without_who_spoke_and_what_was_agreed(desk: Desk, wang: Client) -> None:
    number(wang)
    taken_in(wang)
    wang.post("/counter/serve/end", {"outcome": "done", "then": "stay"})
    wang.post("/counter/tickets", {"need": "trade", "way": "telephone"})
    assert served(desk).way == "telephone"
    assert wang.post("/counter/serve/find", {"q": FIRM}).status_code == 422
    told = {"q": FIRM, "spoke": "the manager, called back", "consent": "to enter the trade"}
    assert wang.post("/counter/serve/find", told).status_code == 302
    dossier = trade(wang)
    wang.post("/counter/serve/end", {"outcome": "web", "then": "stay"})
    facts = {fact.topic: fact.value for fact in desk.read(dossier, Voice("boss", FIRM)).facts}
    served_word = facts["window.served"]
    assert (served_word["way"], served_word["spoke"], served_word["outcome"]) == (
        "telephone",
        "the manager, called back",
        "web",
    )


def test_a_correction_needs_its_reason_and_both_words_stay(desk: Desk, wang: Client) -> None:
    number(wang)
    taken_in(wang)
    dossier = trade(wang)
    wang.post("/counter/serve/end", {"outcome": "done", "then": "stay"})
    first = window.tickets(desk.store, HALL)[0]
    number(wang, "correction")
    wang.post("/counter/serve/find", {"q": FIRM})
    wang.post("/counter/serve/work-on", {"dossier": dossier})
    form = filled(wang.get(f"/d/{dossier}/say/goods.line/1").content.decode(), "id")
    changed = {name: "25" if name.endswith(".quantity") else text for name, text in form.items()}
    assert wang.post(f"/d/{dossier}/say/goods.line/1", changed).status_code == 302
    assert wang.post("/counter/serve/end", {"outcome": "done", "then": "stay"}).status_code == 422
    answer = wang.post("/counter/serve/end", {"outcome": "done", "then": "stay", "reason": "the scale was read wrong"})
    assert answer.status_code == 302
    old = wang.get(f"/counter/tickets/{first.id}/receipt").content.decode()
    new = wang.get(f"/counter/tickets/{window.tickets(desk.store, HALL)[0].id}/receipt").content.decode()
    assert dossier in old
    assert dossier in new
    reasons = {
        fact.value.get("reason")
        for fact in desk.read(dossier, Voice("boss", FIRM)).facts
        if fact.topic == "window.served"
    }
    assert "the scale was read wrong" in reasons
    entered = wang.get(f"/counter/entered?q={FIRM}&day=").content.decode()
    assert first.label in entered


def test_the_mandate_revoked_meanwhile_ends_the_clerks_words_at_once(desk: Desk, wang: Client) -> None:
    number(wang)
    taken_in(wang)
    dossier = trade(wang)
    owner = Voice("boss", FIRM, duties=frozenset({"read", "say", "send", "confirm", "administer"}))
    from entrepot.portal.access import giving

    giving.revoke(desk, owner, HALL, "2026-001", "we changed")
    assert wang.get(f"/d/{dossier}/say/trade.terms").status_code == 404
    assert wang.get("/counter/serve").status_code == 200
    assert wang.get(f"/counter/tickets/{served(desk).id}/receipt").status_code == 200


def test_a_shift_ends_with_a_report_that_the_log_signs_and_lays_aside_what_is_in_hand(desk: Desk, wang: Client) -> None:
    number(wang)
    taken_in(wang)
    answer = wang.post("/counter/shift/end", {"next_clerk": "li.na"})
    report = wang.get(answer["Location"]).content.decode()
    assert "li.na" in report
    assert desk.store.origin in report
    assert window.in_hand(desk.store, HALL, "wang.li") is None
    assert [one.state for one in window.open_tickets(desk.store, HALL)] == ["paused"]
    again = wang.get(answer["Location"]).content.decode()
    assert window.shift_of(desk.store, HALL, "wang.li") is None
    assert "A001" in again


def test_the_screen_of_the_waiting_room_tells_numbers_alone(desk: Desk, wang: Client) -> None:
    number(wang)
    taken_in(wang)
    screen = wang.get("/counter/screen").content.decode()
    assert "A001" in screen
    main = screen.partition("<main")[2]
    assert FIRM not in main
    assert "磷化" not in main


@pytest.fixture
def halves(tmp_path: Path) -> Iterator[tuple[Portal, CounterHall]]:
    """A portal and a counter that works without it."""
    portal = Portal(tmp_path)
    hall = CounterHall(portal, tmp_path, "one", clerk="wang.li")
    yield portal, hall
    hall.store.close()
    portal.store.close()


def test_an_enterprise_taken_in_without_a_network_arrives_with_what_was_entered_for_it(
    halves: tuple[Portal, CounterHall],
) -> None:
    portal, hall = halves
    client = clerk(hall.desk)
    number(client)
    assert taken_in(client).status_code == 302
    dossier = trade(client)
    client.post("/counter/serve/end", {"outcome": "done", "then": "stay"})
    report = hall.sync()
    assert (report.whole, report.refused, report.review) == (True, [], [])
    assert words(portal.store, dossier) == words(hall.store, dossier) != {}
    own = f"enterprise:{FIRM}"
    assert words(portal.store, own) == words(hall.store, own) != {}


def test_a_mandate_that_no_signed_paper_came_with_lets_nobody_speak(halves: tuple[Portal, CounterHall]) -> None:
    portal, hall = halves
    own, number_ = f"enterprise:{FIRM}", "2026-009"

    def word(id_: str, topic: str, body: dict[str, Any], key: str = "", footing: Authority = "own word") -> Submission:
        return Submission(
            id_, own, topic, msgspec.Raw(msgspec.json.encode(body)), key, 1, "wang.li", FIRM, number_, "window", footing,
            "2026-04-01T01:00:00.000Z", expects=(),
        )  # fmt: skip

    given = {"agent": HALL, "role": "clerk", "signed_on": "2026-03-01"}
    forged = [
        word("019d4732-ba00-7000-8000-000000000001", "dossier.opened", {"kind": "enterprise", "reference": FIRM}),
        word("019d4732-ba00-7000-8000-000000000002", "enterprise.mandate", given, f"{HALL}/{number_}", "transcript"),
    ]
    assert hall.store.submit(forged).ok
    report = hall.sync()
    assert len(report.refused) == 2
    assert words(portal.store, own) == {}
