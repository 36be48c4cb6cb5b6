"""Customs behind a folder: what is delivered goes out whole, answers find their dossier, and a broken file blocks nobody."""

import os
from datetime import date
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from entrepot.gateways.exchange import FolderOffice
from entrepot.gateways.messages.cn.writing import client_number
from entrepot.gateways.offices import Delivery, Heard, Undelivered
from entrepot.kernel.topics import Rejected
from entrepot.kernel.vocabulary.clearance import Cancellation
from entrepot.portal import setting
from entrepot.portal.desk import Desk
from entrepot.store.database import StoreError
from tests.gateways.messages import made_cn
from tests.gateways.messages.made_receipts import imported, result
from tests.gateways.messages.rounds import form, read
from tests.portal.stage import ANN, DAY, LINE_ONE, OPENING, open_desk
from tests.portal.test_amendment import send

MESSAGE = "0196f0a0-0000-7000-8000-000000000001"
NUMBER = "470520260000000017"
FORM = msgspec.json.encode(form(read(made_cn.EXPORT)))


@pytest.fixture
def office(tmp_path: Path) -> FolderOffice:
    return FolderOffice(tmp_path / "customs", sandbox=True, settled=0)


def handed(message: str = MESSAGE, dossier: str = "D1") -> Delivery:
    return Delivery(message, "declaration.form", FORM, dossier)


def answer(office: FolderOffice, name: str, data: bytes) -> Path:
    path = office.folder / "inbox" / name
    path.write_bytes(data)
    return path


def heard(office: FolderOffice) -> list[Heard]:
    return list(office.hear(DAY))


def names(office: FolderOffice, folder: str) -> list[str]:
    return sorted(path.name for path in (office.folder / folder).iterdir())


def test_a_message_goes_out_in_the_format_under_a_bounded_name(office: FolderOffice) -> None:
    assert office.deliver(handed(), DAY) == ()
    assert office.deliver(handed("../../etc/passwd" + "x" * 300), DAY) == ()
    one, other = names(office, "outbox")
    assert one == f"{MESSAGE}.xml" or other == f"{MESSAGE}.xml"
    assert max(len(one), len(other)) <= 84
    data = (office.folder / "outbox" / f"{MESSAGE}.xml").read_bytes()
    assert read(data).kind == "customs_declaration"
    assert names(office, "work") == []


def test_what_left_before_does_not_leave_again(office: FolderOffice) -> None:
    office.deliver(handed(), DAY)
    (office.folder / "outbox" / f"{MESSAGE}.xml").unlink()  # the client took it
    office.deliver(handed(), DAY)
    assert names(office, "outbox") == []


def test_what_the_format_could_not_carry_stands_on_the_card(office: FolderOffice) -> None:
    declaration = msgspec.structs.replace(form(read(made_cn.EXPORT)), invoice_no="INV-7")
    office.deliver(Delivery(MESSAGE, "declaration.form", msgspec.json.encode(declaration), "D1"), DAY)
    card = msgspec.json.decode((office.folder / "cards" / f"{MESSAGE}.json").read_bytes())
    assert card["lost"] == ["invoice_no: INV-7"]


def test_nonsense_is_sent_back_and_a_folder_that_cannot_be_written_is_tried_again(office: FolderOffice) -> None:
    (reply,) = office.deliver(Delivery(MESSAGE, "declaration.form", b"{}", "D1"), DAY)
    assert isinstance(reply.value, Rejected)
    (office.folder / "work").rmdir()
    with pytest.raises(Undelivered):
        office.deliver(handed(), DAY)


def test_what_a_format_cannot_say_is_sent_back_and_no_decision_of_customs(tmp_path: Path) -> None:
    asked = Delivery(MESSAGE, "declaration.cancellation", b"{}", "D1", "cancel", "422020260000000018")
    (reply,) = FolderOffice(tmp_path, "ubl", sandbox=True).deliver(asked, DAY)
    assert (reply.topic, reply.key) == ("declaration.cancellation.rejected", MESSAGE)
    assert isinstance(reply.value, Rejected)
    assert reply.value.office == "this platform"


def test_answers_find_the_message_by_the_numbers_that_earlier_answers_tied_to_it(office: FolderOffice) -> None:
    office.deliver(handed(), DAY)
    answer(office, "1.xml", imported(client_number(MESSAGE)))
    answer(office, "2.xml", result("J"))
    answer(office, "3.xml", result("P", I_E_DATE="20260405"))
    found = heard(office)
    assert [(one.message, one.dossier, one.replies[0].topic) for one in found] == [
        (MESSAGE, "D1", "customs.notice"), (MESSAGE, "D1", "customs.acceptance"), (MESSAGE, "D1", "customs.release"),
    ]  # fmt: skip
    assert names(office, "inbox") == ["1.xml", "2.xml", "3.xml"]
    for one in found:
        office.settle(one)
    assert names(office, "inbox") == []
    assert len(names(office, "done")) == 3
    assert heard(office) == []


def test_a_broken_file_goes_aside_with_its_reason_and_blocks_nobody(office: FolderOffice, tmp_path: Path) -> None:
    office.deliver(handed(), DAY)
    answer(office, "0.xml", b"<DEC_RESULT><CHANNEL>")
    answer(office, "1.bin", os.urandom(200))
    answer(office, "2.xml", result("J", entry="999999999999999999", CUS_CIQ_NO="unknown"))
    answer(office, "3.xml", made_cn.EXPORT)
    answer(office, "4.edi", b"UNB+UNOC:3+A+B+260401:1000+1'")
    answer(office, "5.xml", imported(client_number(MESSAGE)))
    (office.folder / "inbox" / "6.xml").symlink_to(tmp_path / "elsewhere")
    answer(office, "7.xml.part", result("J"))
    assert [one.source for one in heard(office)] == ["5.xml"]
    assert names(office, "inbox") == ["5.xml", "6.xml", "7.xml.part"]
    failed = names(office, "failed")
    reasons = [name for name in failed if name.endswith(".reason.txt")]
    assert (len(failed), len(reasons)) == (10, 5)
    assert all((office.folder / "failed" / name).read_text().strip() for name in reasons)


def test_a_file_that_is_still_being_written_waits(tmp_path: Path) -> None:
    office = FolderOffice(tmp_path, sandbox=True, settled=3600)
    answer(office, "1.xml", b"<half")
    assert heard(office) == []
    assert names(office, "inbox") == ["1.xml"]


def test_an_answer_that_cannot_be_said_is_put_aside(office: FolderOffice) -> None:
    office.deliver(handed(), DAY)
    answer(office, "1.xml", imported(client_number(MESSAGE)))
    (one,) = heard(office)
    office.turn_away(one, "no such dossier")
    assert names(office, "inbox") == []
    assert [name for name in names(office, "failed") if name.endswith("reason.txt")]


@pytest.mark.parametrize(("format", "start"), [("cn", b"<?xml"), ("cusdec", b"UNA:+.? '"), ("wco", b"<?xml")])
def test_a_withdrawal_goes_out_in_any_format_that_has_one(tmp_path: Path, format: str, start: bytes) -> None:
    office = FolderOffice(tmp_path, format, sandbox=True)
    data = msgspec.json.encode(Cancellation("withdraw", "filed twice", date(2026, 4, 2), NUMBER))
    assert office.deliver(Delivery("w-1", "declaration.cancellation", data, "D1", "cancel", NUMBER), DAY) == ()
    (name,) = names(office, "outbox")
    written = (office.folder / "outbox" / name).read_bytes()
    assert written.startswith(start)
    assert NUMBER.encode() in written


def test_answers_are_said_by_the_gateway_in_the_dossier_once(tmp_path: Path) -> None:
    office = FolderOffice(tmp_path / "customs", sandbox=True, settled=0)
    desk: Desk = open_desk(tmp_path, offices=[office])
    try:
        desk.say("D1", [*OPENING, LINE_ONE], ANN)
        assert send(desk, "C-1") == "sent"
        [(key, sent)] = desk.store.record("D1").standing("declaration.form.sent").items()
        left = (office.folder / "outbox" / f"{key}.xml").read_bytes()
        assert sent.value is not None
        assert sent.value.handed == sha256(left).hexdigest() == office.handed(key) != sent.value.digest
        assert office.handed("another") == ""
        (message,) = [Path(name).stem for name in names(office, "outbox")]
        for name, data in (("1.xml", imported(client_number(message))), ("2.xml", result("J")), ("0.xml", b"<broken")):
            answer(office, name, data)
        assert desk.deliver() == 2
        answer(office, "3.xml", result("J"))  # the same word again
        assert desk.deliver() == 1
        fact = next(f for f in desk.read("D1", ANN).facts if f.topic == "customs.acceptance")
        assert (fact.key, fact.value["message"], fact.value["sandbox"], fact.conflicts) == (NUMBER, message, True, ())
        assert (fact.statements[0].authority, fact.statements[0].organisation) == ("gateway", "customs")
        for name, data in (
            ("4.xml", result("P", I_E_DATE="20260405")),
            ("5.xml", result("R", NOTICE_DATE="2026-04-09T01:00:00")),
        ):
            answer(office, name, data)
        assert desk.deliver() == 2
        released = next(f for f in desk.read("D1", ANN).facts if f.topic == "customs.release")
        assert (released.value["released_on"], released.value["exported_on"]) == ("2026-04-01", "2026-04-05")
        assert send(desk, "C-2", "C-1") == "sent"
        amended = next(name for name in names(office, "outbox") if message not in name)
        assert NUMBER.encode() in (office.folder / "outbox" / amended).read_bytes()
    finally:
        desk.store.close()


def test_only_what_the_operator_names_is_a_way_to_customs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ENTREPOT_CUSTOMS_FOLDER", raising=False)
    assert setting.offices("live") == []
    monkeypatch.setenv("ENTREPOT_CUSTOMS_FOLDER", str(tmp_path / "live"))
    monkeypatch.setenv("ENTREPOT_CUSTOMS_FORMAT", "cusdec")
    (customs,) = setting.offices("live")
    assert isinstance(customs, FolderOffice)
    assert (customs.name, customs.sandbox, customs.format.name) == ("customs", False, "cusdec")
    assert [(one.name, one.sandbox) for one in setting.offices("sandbox")] == [("customs", True), ("certifier", True)]
    monkeypatch.setenv("ENTREPOT_CUSTOMS_FORMAT", "telex")
    with pytest.raises(StoreError, match="telex"):
        setting.offices("live")
