"""CUSDEC comes back as it was written; INVOIC and CUSRES become facts."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from entrepot.gateways.messages.edifact.cusdec_writing import CusdecFormat
from entrepot.gateways.messages.edifact.syntax import read_interchange
from entrepot.gateways.messages.message import Envelope
from entrepot.kernel.intake import Refusal
from entrepot.kernel.money import Money, Price
from entrepot.kernel.vocabulary.clearance import Cancellation
from entrepot.kernel.vocabulary.decisions import Declaration
from tests.gateways.messages import made_cn
from tests.gateways.messages.made_edifact import ACCEPTED, INVOICE, REJECTED, RELEASED, TOLD, interchange
from tests.gateways.messages.made_forms import declarations
from tests.gateways.messages.rounds import DAY, ENVELOPE, differences, form, read, said, written

EXPORT = form(read(made_cn.EXPORT))


@settings(max_examples=25, deadline=None)
@given(declarations())
def test_a_form_comes_back_whole(declaration: Declaration) -> None:
    out = written("cusdec", declaration)
    assert out.lost == ()
    assert differences(declaration, form(read(out.data)), "") == {}


@pytest.mark.parametrize("name", made_cn.EXAMPLES)
def test_another_formats_message_comes_back_but_for_what_is_lost(name: str) -> None:
    before = form(read(made_cn.EXAMPLES[name]))
    out = written("cusdec", before)
    lost = "\n".join(text.en for text in out.lost)
    assert differences(before, form(read(out.data)), lost) == {}
    assert set(lost.splitlines()) <= {"transport.legs: KOR003 KOR"}


def test_every_component_of_a_declaration_is_stated_or_listed() -> None:
    extract = read(written("cusdec", EXPORT).data)
    assert [text.en for text in extract.unread] == [
        "2 BGM: 2.1 0196f0a0000070008000000000000001; 3.1 9",
        "10 DTM: 1.1 137; 1.2 20260401; 1.3 102",
    ]
    strange = written("cusdec", EXPORT).data.replace(b"GIS+Y:PEF", b"GIS+Y:QQQ").replace(b"LOC+22", b"LOC+99")
    listed = " ".join(text.en for text in read(strange).unread)
    assert "1.1 Y; 1.2 QQQ" in listed
    assert "1.1 99; 2.1 4705" in listed


def test_chinese_goes_as_utf8_and_plain_text_as_the_smallest_set() -> None:
    assert written("cusdec", EXPORT).data.splitlines()[1].startswith(b"UNB+UNOW:4+")
    plain = replace(EXPORT, lines=(), owner=EXPORT.overseas_party, domestic_party=EXPORT.overseas_party, declarant=EXPORT.overseas_party,
                    particulars=replace(EXPORT.particulars, remarks="", goods_location=""))  # fmt: skip
    assert written("cusdec", plain).data.splitlines()[1].startswith(b"UNB+UNOB:3+SENDER+RECEIVER+260401:1000+")


def test_what_is_longer_than_its_segment_is_cut_and_named() -> None:
    long = replace(EXPORT, particulars=replace(EXPORT.particulars, remarks="word " * 100 + "end"))
    assert [text.en[:30] for text in written("cusdec", long).lost] == ["FTX REM cut after 350 characte"]


def test_an_amendment_replaces_and_a_withdrawal_cancels_by_the_number_of_customs() -> None:
    amended = Envelope(ENVELOPE.message, "amend", declaration="470520260000000017")
    data = written("cusdec", EXPORT, amended).data
    assert b"\nBGM+830+0196f0a0000070008000000000000001+5'" in data
    assert said(read(data))["declaration.particulars", ""].declaration_no == "470520260000000017"
    asked = Cancellation("withdraw", "twice: it's in two + one", DAY, "470520260000000017")
    extract = read(CusdecFormat().write_cancellation(asked, ENVELOPE).data)
    withdrawn = said(extract)["declaration.withdrawal", ""]
    assert extract.kind == "customs_cancellation"
    assert (withdrawn.kind, withdrawn.reason, withdrawn.declaration, withdrawn.asked_on) == (
        "withdraw",
        asked.reason,
        asked.declaration,
        DAY,
    )


def test_a_count_of_lines_that_does_not_agree_is_told() -> None:
    data = written("cusdec", EXPORT).data.replace(b"CNT+5:2", b"CNT+5:3")
    assert [problem.what.en for problem in read(data).problems] == ["1.2: 3 lines are counted, there are 2"]


def test_an_invoice_becomes_goods_parties_and_money() -> None:
    extract = read(INVOICE)
    facts = said(extract)
    assert (extract.kind, extract.format) == ("invoice", "EDIFACT")
    assert (facts["trade.terms", ""].invoice_no, facts["trade.terms", ""].contract_date) == (
        "INV-26-7",
        date(2026, 3, 1),
    )
    assert (facts["trade.terms", ""].incoterm, facts["trade.terms", ""].total) == ("CIF", Money(618000, "USD"))
    assert facts["trade.party", "exporter"].uscc == "91420500MA49XY123X"
    assert (facts["trade.party", "importer"].country, facts["trade.party", "importer"].address) == (
        "JPN",
        "1-1 Example, Osaka",
    )
    line = facts["goods.line", "1"]
    assert (line.hs, line.item_code, line.origin, line.quantity) == ("2809201900", "PA85", "CHN", Decimal(12000))
    assert line.price == Price(Decimal(515), "USD", "KGM", Decimal(1000))
    assert line.description == "Phosphoric acid 85 %, food grade"


def test_an_invoice_whose_lines_do_not_add_up_is_told() -> None:
    problems = read(INVOICE.replace(b"MOA+79:6180", b"MOA+79:6181")).problems
    assert [problem.rule for problem in problems] == ["P015"]


def test_the_invoices_at_hand_are_read_alike_in_both_forms(shared_data: Path) -> None:
    folder = shared_data / "documents/en16931/edifact"
    files = sorted(folder.iterdir())
    extracts = {file.name: read(file.read_bytes()) for file in files}
    assert {extract.kind for extract in extracts.values()} == {"invoice"}
    pairs = [(name, name.replace(".xml", ".TXT")) for name in extracts if name.endswith(".xml")]
    assert len(pairs) == 6
    for xml, text in pairs:
        assert said(extracts[xml]) == said(extracts[text]), xml


def test_an_answer_accepts_rejects_releases_or_tells() -> None:
    accepted = said(read(ACCEPTED))["customs.acceptance", "470520260000000017"]
    assert (accepted.accepted_on, accepted.message) == (DAY, ENVELOPE.message)
    rejected = said(read(REJECTED))["declaration.form.rejected", ENVELOPE.message]
    assert (rejected.codes, rejected.reason) == (("1129", "8463"), "1129 at 2/1: the duty does not agree; 8463 at 1")
    released = said(read(RELEASED))["customs.release", "470520260000000017"]
    assert (released.released_on, released.exported_on) == (date(2026, 4, 3), date(2026, 4, 5))
    told = said(read(TOLD))["customs.notice", "R-4"]
    assert (told.kind, told.text, told.declaration) == ("other", "response 962; GIS 8:120:ZZZ", "470520260000000017")


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (interchange("BGM+1", "ORDERS:D:96A:UN"), "P007"),
        (ACCEPTED.replace(b"UNH", b"UNT+2+1'\nUNH+2+CUSRES:D:99B:UN'\nUNH", 0), ""),
        (interchange("DTM+137:20260401:102"), "P008"),
    ],
)
def test_what_is_no_message_of_ours_is_refused(data: bytes, rule: str) -> None:
    if not rule:
        two = data.partition(b"UNH")
        both = two[0] + (b"UNH" + two[2].partition(b"UNZ")[0]) * 2 + b"UNZ+2+77'\n"
        with pytest.raises(Refusal) as refused:
            read(both)
        assert [problem.rule for problem in refused.value.problems] == ["P032"]
        assert len(read_interchange(both).messages) == 2
        return
    with pytest.raises(Refusal) as refused:
        read(data)
    assert [problem.rule for problem in refused.value.problems] == [rule]
