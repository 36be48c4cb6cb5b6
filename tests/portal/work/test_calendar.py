"""The calendar: iCalendar as the standard writes it, secret addresses that end, reminders that go out once."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.channels.online import Voice
from entrepot.kernel.law import TableSpec
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.portal.work import reminding
from entrepot.portal.work.dates import entries, off, working_days
from entrepot.portal.work.ics import Event, calendar, folded
from entrepot.portal.work.mine import look
from entrepot.store import calendars
from entrepot.store.calendars import Reminder
from entrepot.store.tokens import new_token
from tests.making import small_law
from tests.portal.stage import ANN, BOB
from tests.portal.web import client_of

NOW = datetime(2026, 4, 1, 4, 0, tzinfo=UTC)
DUE = Draft("dossier.due", {"on": "2026-04-03", "what": "call; the forwarder, please"}, "x")


@given(st.text())
def test_a_folded_line_has_at_most_75_octets_and_unfolds_to_itself(text: str) -> None:
    parts = folded(text)
    assert all(len(part.encode("utf-8", "surrogatepass")) <= 75 for part in parts[:1])
    assert "".join([parts[0], *(part[1:] for part in parts[1:])]) == text
    assert all(part.startswith(" ") for part in parts[1:])


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_text_makes_a_line_of_its_own(summary: str, title: str) -> None:
    written = calendar(title, "store.example", [Event("a", date(2026, 4, 3), summary)], NOW)
    lines = written.replace("\r\n ", "").split("\r\n")
    assert [line.partition(":")[0].partition(";")[0] for line in lines[-9:]] == [
        "BEGIN", "UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "TRANSP", "END", "END",
    ][-9:] or lines[-1] == ""  # fmt: skip
    assert [line for line in lines if line.startswith("SUMMARY:")] == [lines[-5]]
    assert written.count("\r") == written.count("\n") == written.count("\r\n")


def test_text_is_escaped_and_the_name_of_an_event_stays_when_its_day_moves() -> None:
    first = calendar("t", "store.example", [Event("a", date(2026, 4, 3), "a;b,c\\d\ne")], NOW)
    then = calendar("t", "store.example", [Event("a", date(2026, 4, 9), "a")], NOW)
    assert "SUMMARY:a\\;b\\,c\\\\d\\ne\r\n" in first
    assert "DTSTART;VALUE=DATE:20260403\r\nDTEND;VALUE=DATE:20260404\r\n" in first
    assert re.findall("UID:.*", first) == re.findall("UID:.*", then)


def test_working_days_know_holidays_and_the_days_that_make_up_for_them() -> None:
    rows = [
        {"date": "2026", "kind": "year", "source": "ZZ"}, {"date": "2026-04-06", "kind": "holiday", "source": "ZZ"},
        {"date": "2026-04-04", "kind": "workday", "source": "ZZ"},
    ]  # fmt: skip
    spec = TableSpec(keys=("date",), values={"kind": "text"})
    law = small_law({"CN/calendar": (spec, rows)})
    assert [off(law, date(2026, 4, day)) for day in (3, 4, 5, 6, 7)] == [False, False, True, True, False]
    assert working_days(law, date(2026, 4, 3), date(2026, 4, 7)) == 2
    assert working_days(law, date(2026, 12, 30), date(2027, 1, 4)) is None


@pytest.fixture
def client(opened: Desk) -> Any:
    opened.say("D1", [DUE], ANN)
    return client_of(opened)


def test_a_secret_address_shows_its_makers_days_until_it_is_ended(opened: Desk, client: Any) -> None:
    client.post("/sign-in", {"token": new_token(opened.store, "ann", "acme"), "next": "/"})
    page = client.post("/calendar/feeds").content.decode()
    (secret,) = re.findall(r"/calendar\.ics\?key=([\w-]+)", page)
    stranger = client_of(opened)
    text = stranger.get(f"/calendar.ics?key={secret}").content.decode()
    assert "call\\; the forwarder" in text.replace("\r\n ", "")
    assert secret not in client.get("/calendar").content.decode()
    (feed,) = calendars.feeds(opened.store, "ann", "acme")
    client.post("/sign-in", {"token": new_token(opened.store, "bob", "buyer"), "next": "/"})
    client.post(f"/calendar/feeds/{feed.id}/end")
    assert stranger.get(f"/calendar.ics?key={secret}").status_code == 200  # another's is not his to end
    client.post("/sign-in", {"token": new_token(opened.store, "ann", "acme"), "next": "/"})
    client.post(f"/calendar/feeds/{feed.id}/end")
    assert stranger.get(f"/calendar.ics?key={secret}").status_code == 404
    assert stranger.get("/calendar.ics?key=").status_code == 404


def test_the_month_shows_the_day_and_others_see_nothing_of_it(opened: Desk, client: Any) -> None:
    client.post("/sign-in", {"token": new_token(opened.store, "ann", "acme"), "next": "/"})
    assert "call; the forwarder" in client.get("/calendar?month=2026-04").content.decode()
    assert client.get("/calendar?month=9999-99").status_code == 200
    assert entries(look(opened, BOB).dossiers) == []


def test_a_reminder_goes_out_once_for_each_day_and_anew_when_the_day_moves(
    opened: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = opened.say("D1", [DUE], ANN).said[0]
    monkeypatch.setattr(reminding, "voice_now", lambda desk, one: ANN)
    calendars.remind(opened.store, Reminder("ann", "acme", 3, "ann@acme.example", "en", "{}"), "ann", "acme")
    sent: list[Any] = []
    client_of(opened)
    assert [reminding.remind(opened, sent.append) for _ in range(2)] == [1, 0]
    assert sent[0].to == ["ann@acme.example"]
    assert "2026-04-03" in sent[0].body
    moved = Draft("dossier.due", {"on": "2026-04-02", "what": "call"}, "x", replaces=(said,))
    opened.say("D1", [moved], ANN)
    assert reminding.remind(opened, sent.append) == 1


def test_a_mail_that_could_not_be_sent_is_sent_another_time(opened: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    opened.say("D1", [DUE], ANN)
    monkeypatch.setattr(reminding, "voice_now", lambda desk, one: ANN)
    calendars.remind(opened.store, Reminder("ann", "acme", 3, "ann@acme.example", "zh", "{}"), "ann", "acme")

    def away(message: object) -> None:
        raise ConnectionRefusedError

    client_of(opened)
    assert reminding.remind(opened, away) == 0
    assert reminding.remind(opened, lambda message: None) == 1


def test_who_may_no_longer_act_is_not_reminded(opened: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    opened.say("D1", [DUE], ANN)
    gone: Voice | None = None
    monkeypatch.setattr(reminding, "voice_now", lambda desk, one: gone)
    calendars.remind(opened.store, Reminder("ann", "acme", 3, "ann@acme.example", "en", "{}"), "ann", "acme")
    assert reminding.remind(opened, lambda message: None) == 0
