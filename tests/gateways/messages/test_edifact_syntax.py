"""The syntax of EDIFACT: what is whole is split exactly, what is not is refused or told with its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.gateways.messages.edifact.syntax import Writing, chunks, read_interchange
from entrepot.kernel.intake import Refusal
from tests.gateways.messages.made_edifact import ACCEPTED, interchange

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=40)


@given(st.lists(st.lists(TEXT, min_size=1, max_size=4), min_size=1, max_size=5))
def test_whatever_is_written_is_read_again(elements: list[list[str]]) -> None:
    out = Writing()
    out.add("BGM", "830", *(tuple(one) for one in elements), "end")
    data = out.close(("CUSDEC", "D", "99B", "UN"), "R1", "", "", "2026-04-01T10:00:00Z")
    message = read_interchange(data).messages[0]
    bgm = message.segments[1]
    assert [bgm.get(2 + place, 1 + at) for place, one in enumerate(elements) for at in range(len(one))] == [
        text for one in elements for text in one
    ]
    assert read_interchange(data).faults == ()


@given(TEXT, st.integers(1, 9))
def test_pieces_make_the_text_again(text: str, size: int) -> None:
    pieces = chunks(text, size, 1000)
    assert "".join(pieces) == text
    assert all(len(piece) <= size for piece in pieces)


def test_other_service_characters_are_taken_from_una() -> None:
    data = b"UNA|*,!#~UNB*UNOC|3*A*B*260401|1000*7~UNH*1*CUSRES|D|96B|UN~BGM*962*a!*b!!c~UNT*3*1~UNZ*1*7~"
    assert read_interchange(data).messages[0].segments[1].get(2) == "a*b!c"


@pytest.mark.parametrize(
    ("identifier", "encoding", "text"),
    [("UNOC:3", "latin-1", "Zürich"), ("UNOE:3", "iso-8859-5", "Москва"), ("UNOW:4", "utf-8", "宜昌")],
)
def test_the_character_set_is_the_one_that_unb_names(identifier: str, encoding: str, text: str) -> None:
    data = f"UNB+{identifier}+A+B+260401:1000+7'UNH+1+CUSRES:D:96B:UN'FTX+AAO+++{text}'UNT+3+1'UNZ+1+7'".encode(
        encoding
    )
    assert read_interchange(data).messages[0].segments[1].get(4) == text


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("UNT+7", "UNT+9", "7 UNT/1.1"),
        ("UNT+7+1", "UNT+7+2", "7 UNT/2.1"),
        ("UNZ+1", "UNZ+2", "UNZ/1.1"),
        ("UNZ+1+77", "UNZ+1+78", "UNZ/2.1"),
        ("RFF+ABT", "contact:ABT", "5 contact"),
    ],
)
def test_counts_references_and_tags_that_do_not_agree_are_told(old: str, new: str, place: str) -> None:
    assert [where for where, _ in read_interchange(ACCEPTED.replace(old.encode(), new.encode())).faults] == [place]


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (ACCEPTED.partition(b"UNZ")[0], "P031"),
        (ACCEPTED.partition(b"UNT")[0], "P031"),
        (ACCEPTED[:-2], "P031"),
        (b"UNA:+.? 'BGM+1'", "P006"),
        (b"UNA::::::UNB+UNOA", "P006"),
        (ACCEPTED.replace(b"UNOC", b"UNOX"), "P002"),
        (ACCEPTED.replace(b"UNOC", b"UNOA").replace(b"R-1", b"R-\xe9"), "P002"),
        (ACCEPTED.replace(b"R-1", b"R-\x00"), "P006"),
        (b"UNB+UNOC:3+A+B+260401:1000+7'" + b"X'" * 200_001, "P003"),
    ],
)
def test_what_is_not_whole_or_not_edifact_is_refused(data: bytes, rule: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_interchange(data)
    assert [problem.rule for problem in refused.value.problems] == [rule]


def test_an_object_beside_the_messages_is_passed_over_and_told() -> None:
    data = interchange("BGM+962+R+11").replace(b"UNZ", b"UNO+1+2+3+:13'\nAAAA+BBBB'CCUNP+13+1'\nUNZ")
    read = read_interchange(data)
    assert (len(read.messages), ["object" in text.en for _, text in read.faults]) == (1, [True])
