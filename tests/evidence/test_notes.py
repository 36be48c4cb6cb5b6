"""Signed notes, keys and checkpoints: their exact form, and that nothing but it is read."""

from base64 import b64decode, b64encode
from hashlib import sha256
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.store.notes import (
    NOTE_LIMIT,
    SIGNATURE_LIMIT,
    Checkpoint,
    NoteError,
    Signer,
    Verifier,
    open_checkpoint,
    open_note,
    sign_checkpoint,
    sign_note,
    split_note,
)
from tests.evidence.made import KEY, ORIGIN, SIGNER

OTHER = Signer("witness.example/荆州", b"\x07" * 32)
TEXT = "one\n\ntwo 二\n"
# The worked example of C2SP signed-note.
EXAMPLE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE_SIGNATURE = "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="


def encoded(data: bytes) -> str:
    return b64encode(data).decode()


def test_the_worked_example_of_the_format_verifies() -> None:
    key = Verifier.parse(EXAMPLE_KEY)
    text = "This is an example message.\n"
    assert open_note(f"{text}\n— example.com/foo {EXAMPLE_SIGNATURE}\n", [key]) == (text, ("example.com/foo",))
    assert str(key) == EXAMPLE_KEY


def test_a_key_is_its_seed_by_rfc_8032_and_its_id_by_name_and_key() -> None:
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    public = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    verifier = Signer("a.example", seed).verifier
    assert verifier.public == public
    assert verifier.key_id == sha256(b"a.example\n\x01" + public).digest()[:4]
    assert str(verifier) == "+".join(("a.example", verifier.key_id.hex(), encoded(b"\x01" + public)))


def test_a_note_tells_who_of_the_trusted_signed_it() -> None:
    note = sign_note(TEXT, OTHER, SIGNER)
    assert note.startswith(TEXT + "\n— witness.example/荆州 ")
    assert open_note(note, [SIGNER.verifier]) == (TEXT, (ORIGIN,))
    assert open_note(note, [SIGNER.verifier, OTHER.verifier]) == (TEXT, (OTHER.name, ORIGIN))
    with pytest.raises(NoteError, match="two signatures of one key"):
        open_note(note + SIGNER.line(TEXT), [SIGNER.verifier])


def test_a_note_that_no_trusted_key_signed_is_refused() -> None:
    impostor = Signer(ORIGIN, b"\x08" * 32)
    for note, trusted in ((sign_note(TEXT, OTHER), [SIGNER.verifier]), (sign_note(TEXT, impostor), [SIGNER.verifier])):
        with pytest.raises(NoteError, match="none of the trusted keys"):
            open_note(note, trusted)
    with pytest.raises(NoteError, match="none of the trusted keys"):
        open_note(sign_note(TEXT, OTHER), [])


def test_one_false_signature_of_a_trusted_key_spoils_the_note() -> None:
    false = SIGNER.line("another text\n")
    for note in (f"{TEXT}\n{false}", sign_note(TEXT, SIGNER) + false, sign_note(TEXT, OTHER) + false):
        with pytest.raises(NoteError, match="is false"):
            open_note(note, [SIGNER.verifier, OTHER.verifier])
    short = "— " + ORIGIN + " " + encoded(SIGNER.verifier.key_id + bytes(63)) + "\n"
    with pytest.raises(NoteError, match="is false"):
        open_note(f"{TEXT}\n{short}", [SIGNER.verifier])


LINE = SIGNER.line(TEXT)


@pytest.mark.parametrize(
    "note",
    [
        "", "\n", "\n\n", TEXT, f"{TEXT}\n", f"{TEXT}\n{LINE[:-1]}", f"{TEXT}{LINE}", f"{TEXT[:-1]}{LINE}", f"\n{LINE}",
        f"{TEXT}\n\n{LINE}\n", f"{TEXT}\n{LINE}\n", f"{TEXT}\n{LINE}x\n", f"{TEXT}\n {LINE}", f"{TEXT}\n-{LINE[1:]}",
        f"{TEXT}\n{LINE.replace(' ', '  ', 1)}", f"{TEXT}\n{LINE[:-1]} \n", f"{TEXT}\n{LINE.replace('=', '')}",
        f"{TEXT}\n{LINE.replace('log', 'l+g')}", f"{TEXT}\n" + LINE.replace("log", "l\u00a0g"), f"{TEXT}\r\n{LINE}",
        f"a\tb\n\n{LINE}", f"a\x00\n\n{LINE}", f"{TEXT}\n— {ORIGIN} AAAA\n", f"{TEXT}\n— {ORIGIN} \n", f"{TEXT}\n— {ORIGIN}\n",
        f"\ud800\n\n{LINE}", "x" * NOTE_LIMIT + f"\n\n{LINE}", f"{TEXT}\n" + LINE * (SIGNATURE_LIMIT + 1),
    ],
    ids=count(),
)  # fmt: skip
def test_a_malformed_note_is_refused(note: str) -> None:
    with pytest.raises(NoteError):
        split_note(note)


def test_sixteen_post_quantum_signatures_fit_into_a_note() -> None:
    cosignatures = "".join(f"— witness{n}.example {encoded(bytes(4 + 8 + 2420))}\n" for n in range(16))
    assert open_note(sign_note(TEXT, SIGNER) + cosignatures, [SIGNER.verifier])[1] == (ORIGIN,)


@pytest.mark.parametrize("text", ["", "a", "a\tb\n", "a\r\n", "\ud800\n"])
def test_a_text_that_is_no_note_is_not_signed(text: str) -> None:
    with pytest.raises(NoteError):
        sign_note(text, SIGNER)


def spelled_otherwise(key: str) -> list[str]:
    name, key_id, material = key.split("+", 2)
    data = b64decode(material)
    return [
        "", name, f"{name}+{key_id}", f"{name}+{key_id.upper()}+{material}", f"{name}+00000000+{material}",
        f"x{key}", f"{name}+{key_id}+{material} ", f"{name}+{key_id}+{material[:-1]}", f"+{key_id}+{material}", f" {key}",
        f"{name}+{key_id}+{encoded(data[:-1])}", f"{name}+{key_id}+{encoded(data + data)}",
        f"{name}+{key_id}+" + encoded(b"\x04" + data[1:]), f"{name}+{key_id}+é", f"{name}+{key_id}+",
    ]  # fmt: skip


@pytest.mark.parametrize("key", spelled_otherwise(KEY))
def test_a_malformed_key_is_refused(key: str) -> None:
    with pytest.raises(NoteError):
        Verifier.parse(key)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u3000b", "a\x00"])
def test_a_key_has_a_name_that_fits_into_a_line(name: str) -> None:
    with pytest.raises(NoteError):
        Signer(name, bytes(32))


def test_a_seed_has_32_bytes() -> None:
    with pytest.raises(NoteError, match="seed"):
        Signer(ORIGIN, bytes(31))


# -- checkpoints ------------------------------------------------------------------------------------------------------

lines = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)
checkpoints = st.builds(
    Checkpoint, lines, st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32), st.lists(lines, max_size=3).map(tuple)
)


@given(checkpoints)
def test_a_checkpoint_reads_back_as_it_was_written(checkpoint: Checkpoint) -> None:
    assert Checkpoint.parse(checkpoint.text()) == checkpoint


def test_a_signed_checkpoint_is_opened_by_the_key_of_its_log() -> None:
    checkpoint = Checkpoint(ORIGIN, 7, bytes(32))
    assert checkpoint.text() == f"{ORIGIN}\n7\n{'A' * 43}=\n"
    note = sign_checkpoint(checkpoint, SIGNER)
    assert note == f"{checkpoint.text()}\n{SIGNER.line(checkpoint.text())}"
    assert open_checkpoint(note + OTHER.line(checkpoint.text()), SIGNER.verifier) == checkpoint


def test_a_log_signs_and_is_believed_for_itself_alone() -> None:
    foreign = Checkpoint("log.example/wuhan", 7, bytes(32))
    with pytest.raises(NoteError, match="does not sign for"):
        sign_checkpoint(foreign, SIGNER)
    with pytest.raises(NoteError, match="is of the log"):
        open_checkpoint(sign_note(foreign.text(), SIGNER), SIGNER.verifier)
    with pytest.raises(NoteError, match="none of the trusted keys"):
        open_checkpoint(sign_checkpoint(foreign, Signer(foreign.origin, bytes(32))), SIGNER.verifier)


ROOT = "A" * 43 + "="


@pytest.mark.parametrize(
    "text",
    [
        "", "\n", "a\n", "a\n1\n", f"a\n1\n{ROOT}", f"\n1\n{ROOT}\n", f"a\n01\n{ROOT}\n", f"a\n+1\n{ROOT}\n", f"a\n-1\n{ROOT}\n",
        f"a\n1_0\n{ROOT}\n", f"a\n١\n{ROOT}\n", f"a\n 1\n{ROOT}\n", f"a\n\n{ROOT}\n", f"a\n{2**63}\n{ROOT}\n", f"a\n{'9' * 30}\n{ROOT}\n",
        f"a\n1\n{ROOT[:-1]}\n", f"a\n1\n{ROOT} \n", f"a\n1\n{'A' * 42}B=\n", f"a\n1\n{'A' * 40}\n", "a\n1\n\n", f"a\n1\n{ROOT}\n\n",
        f"a\n1\n{ROOT}\nx\n\ny\n",
    ],
)  # fmt: skip
def test_a_malformed_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        Checkpoint.parse(text)


@pytest.mark.parametrize(
    ("origin", "size", "root", "extensions"),
    [("", 1, bytes(32), ()), ("a\nb", 1, bytes(32), ()), ("a", -1, bytes(32), ()), ("a", 2**63, bytes(32), ()),
     ("a", 1, bytes(31), ()), ("a", 1, bytes(32), ("",)), ("a", 1, bytes(32), ("x\ny",))],
)  # fmt: skip
def test_a_checkpoint_that_could_not_be_read_is_not_made(
    origin: str, size: int, root: bytes, extensions: tuple[str, ...]
) -> None:
    with pytest.raises(NoteError):
        Checkpoint(origin, size, root, extensions)
