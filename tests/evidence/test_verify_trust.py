"""Policies and files of keys as the stand-alone verifiers read them: as the platform does, and nothing more."""

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.modules.evidence.rules.tree import EMPTY_ROOT
from entrepot.store.log_keys import KeyHistory
from entrepot.store.notes import NoteError, Signer
from entrepot.store.policy import Policy, PolicyError
from entrepot_verify import trust
from entrepot_witness import notes as witness_notes
from entrepot_witness.key_changes import LogKeys
from tests.evidence.made import KEY, ORIGIN, SIGNER, leaves
from tests.evidence.signed import Cosigner, changed

A, B, C = (Cosigner(f"{name}.example", seed) for seed, name in enumerate("abc", 1))
WITNESSES = f"witness a {A.key}\nwitness b {B.key} https://b.example/\nwitness c {C.key}\n"
GOOD = (
    "quorum none\n",
    f"log {KEY}\nquorum none\n",
    f"log {KEY} https://log.example/\n\n# words\n \t# more\n{WITNESSES}group g 2 a b c\nquorum g\n",
    f"{WITNESSES}group g any a b\ngroup h all g c\nquorum h\n",
    f"{WITNESSES}quorum b\n",
    f"  witness\t\xe9 {A.key}\t\nquorum \xe9\n",
)
BAD = (
    "", "\n", "quorum x\n", "quorum none", "quorum none\nquorum none\n", f"log {KEY}\nlog {KEY}\nquorum none\n",
    "log x\nquorum none\n", f"log {KEY} a b\nquorum none\n", f"{WITNESSES}group g 0 a b\nquorum g\n",
    f"{WITNESSES}group g 3 a b\nquorum g\n", f"{WITNESSES}group g 02 a b\nquorum g\n",
    f"{WITNESSES}group g all\nquorum g\n", f"{WITNESSES}group g 1 a a\nquorum g\n",
    f"{WITNESSES}group g 1 a\ngroup h 1 a\nquorum h\n", f"{WITNESSES}group g 1 h\ngroup h 1 a\nquorum g\n",
    f"{WITNESSES}group g 1 g\nquorum g\n", f"{WITNESSES}group a 1 b\nquorum a\n",
    f"{WITNESSES}group none 1 b\nquorum none\n", f"{WITNESSES}group g 1 none\nquorum g\n",
    f"{WITNESSES}witness d {A.key}\nquorum d\n", f"witness none {A.key}\nquorum none\n", f"quorum a\n{WITNESSES}",
    f"{WITNESSES}quorum a b\n", "QUORUM none\n", "quorum none\r\n", "quorum\x0bnone\n", "quorum none\n\x00\n",
    "quorum\xa0none\n", "quorum none\x7f\n", "x\nquorum none\n", "# \x7f\nquorum none\n",
)  # fmt: skip


def read(data: bytes) -> bool:
    try:
        trust.read_policy(data)
    except ValueError as error:
        return len(error.args) != 2  # it must tell why in both languages
    return True


@pytest.mark.parametrize("text", GOOD, ids=count())
def test_a_policy_is_read_as_the_platform_reads_it(text: str) -> None:
    data = text.encode()
    ours, theirs = trust.read_policy(data), Policy.parse(data)
    assert ours.quorum.encode("utf-8", "surrogateescape") == theirs.quorum.encode("latin-1")
    assert (list(ours.witnesses.values()), ours.logs) == (
        [str(one.key) for one in theirs.witnesses],
        tuple(str(one.key) for one in theirs.logs),
    )
    assert {name: least for name, (least, _) in ours.groups.items()} == {k: v.least for k, v in theirs.groups.items()}


@pytest.mark.parametrize("text", BAD, ids=count())
def test_what_is_no_policy_is_refused_here_and_there(text: str) -> None:
    assert not read(text.encode())
    with pytest.raises(PolicyError):
        Policy.parse(text.encode())


LINES = (
    f"log {KEY}",
    *WITNESSES.splitlines(),
    "group g any a b",
    "group h 2 g c",
    "quorum g",
    "quorum none",
    "# x",
    "log",
    "",
)


@given(st.lists(st.sampled_from(LINES), max_size=7))
def test_any_mixture_of_lines_is_a_policy_for_both_or_for_neither(lines: list[str]) -> None:
    data = "".join(f"{line}\n" for line in lines).encode()
    try:
        Policy.parse(data)
    except PolicyError:
        assert not read(data)
    else:
        assert read(data)


# -- keys handed over -------------------------------------------------------------------------------------------------

TWO, THREE, STRANGER = (Signer(ORIGIN, bytes([seed]) * 32) for seed in (2, 3, 4))
ELSEWHERE = Signer("log.example/wuhan", b"\x05" * 32)
R5, R9 = leaves(2)
OVER = changed("hand-over", 1, 5, R5, TWO, SIGNER, TWO)
GOOD_KEYS: dict[str, tuple[str, ...]] = {
    "the first key alone": (),
    "from the empty log on": (changed("hand-over", 1, 0, EMPTY_ROOT, TWO, SIGNER, TWO),),
    "a second key beside": (OVER,),
    "the first retired": (OVER, changed("retirement", 2, 9, R9, SIGNER, SIGNER, TWO)),
    "a third by both": (OVER, changed("hand-over", 2, 9, R9, THREE, SIGNER, TWO, THREE)),
    "stolen, at an earlier size": (OVER, changed("compromise", 2, 5, R5, TWO, SIGNER)),
    "stolen after it retired": (
        OVER, changed("retirement", 2, 9, R9, SIGNER, SIGNER, TWO), changed("compromise", 3, 5, R5, SIGNER, TWO),
    ),
    "stolen after it retired, at a later size": (
        OVER, changed("retirement", 2, 5, R5, SIGNER, SIGNER, TWO), changed("compromise", 3, 9, R9, SIGNER, TWO),
    ),
}  # fmt: skip
BAD_KEYS: dict[str, tuple[str, ...]] = {
    "not signed by the old": (changed("hand-over", 1, 5, R5, TWO, TWO),),
    "not signed by the new": (changed("hand-over", 1, 5, R5, TWO, SIGNER),),
    "signed by a stranger": (changed("hand-over", 1, 5, R5, TWO, STRANGER, TWO),),
    "number left out": (changed("hand-over", 2, 5, R5, TWO, SIGNER, TWO),),
    "a number twice": (OVER, changed("hand-over", 1, 9, R9, THREE, SIGNER, TWO, THREE)),
    "the same key again": (OVER, changed("hand-over", 2, 9, R9, TWO, SIGNER, TWO)),
    "another log's key": (changed("hand-over", 1, 5, R5, ELSEWHERE, SIGNER, ELSEWHERE),),
    "a smaller tree": (
        changed("hand-over", 1, 9, R9, TWO, SIGNER, TWO), changed("hand-over", 2, 5, R5, THREE, SIGNER, TWO, THREE),
    ),
    "two roots of one size": (OVER, changed("hand-over", 2, 5, R9, THREE, SIGNER, TWO, THREE)),
    "the last key ends": (changed("retirement", 1, 5, R5, SIGNER, SIGNER),),
    "the last key stolen": (changed("compromise", 1, 5, R5, SIGNER, SIGNER),),
    "an unknown key ends": (OVER, changed("retirement", 2, 9, R9, THREE, SIGNER, TWO, THREE)),
    "ended twice": (
        OVER, changed("retirement", 2, 9, R9, SIGNER, SIGNER, TWO), changed("retirement", 3, 9, R9, SIGNER, SIGNER, TWO),
    ),
    "ended before it began": (OVER, changed("compromise", 2, 4, R9, TWO, SIGNER)),
    "one key signs twice": (OVER + SIGNER.line(OVER.partition("\n\n")[0] + "\n"),),
    "a false signature of the stolen key": (
        OVER, changed("compromise", 2, 5, R5, TWO, SIGNER) + OVER.splitlines(keepends=True)[-1],
    ),
    "a false signature": (OVER.replace("\n5\n", "\n6\n"),),
    "a leading zero": (OVER.replace("\n5\n", "\n05\n"),),
    "a change of another kind": (OVER.replace("hand-over", "takeover"),),
}  # fmt: skip


def document(notes: tuple[str, ...]) -> str:
    return "\n".join((f"{KEY}\n", *notes))


@pytest.mark.parametrize("notes", GOOD_KEYS.values(), ids=GOOD_KEYS)
def test_keys_are_followed_as_the_log_itself_follows_them(notes: tuple[str, ...]) -> None:
    ours, theirs = trust.read_keys(document(notes).encode()), KeyHistory.parse(document(notes))
    assert [(key.public, key.first, key.last) for key in ours] == [
        (one.key.public, one.since, trust.FOREVER if one.until is None else one.until) for one in theirs.keys
    ]
    witnessed = LogKeys.parse(document(notes))
    for size in range(12):
        assert {key.public for key in witnessed.counting(size)} == {key.public for key in theirs.counting(size)}


@pytest.mark.parametrize("notes", BAD_KEYS.values(), ids=BAD_KEYS)
def test_a_change_that_does_not_follow_is_refused_here_and_there(notes: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="keys"):
        trust.read_keys(document(notes).encode())
    with pytest.raises(NoteError):
        KeyHistory.parse(document(notes))
    with pytest.raises(witness_notes.NoteError):
        LogKeys.parse(document(notes))


def test_no_byte_of_a_file_of_keys_can_be_altered_and_none_left_out() -> None:
    text = document(GOOD_KEYS["the first retired"]).encode()
    first = len(KEY) + 1  # whoever alters the first key trusts another log
    for at in range(first, len(text)):
        for altered in (text[:at] + bytes([text[at] ^ 1 << at % 8]) + text[at + 1 :], text[:at] + text[at + 1 :]):
            with pytest.raises(ValueError, match=r"keys|base64"):
                trust.read_keys(altered)
    for at in range(first + 1, len(text)):
        if text[:at] != document(GOOD_KEYS["a second key beside"]).encode():
            with pytest.raises(ValueError, match=r"keys|base64"):
                trust.read_keys(text[:at])
    for data in (b"", b"\n", b"\xff", KEY.encode(), KEY.encode() + b"\r\n", b"\xef\xbb\xbf" + text, text + b"\n"):
        with pytest.raises(ValueError, match=r"keys|base64"):
            trust.read_keys(data)
