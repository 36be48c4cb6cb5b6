"""Receipts: what the store hands out, what the stand-alone verifier makes of it, and that nothing altered passes."""

import ast
import json
import shutil
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Callable
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.kernel.canonical import canonical
from entrepot.modules.evidence.rules.tree import Tiles, entry_bytes, inclusion_path, leaf_hash, salted_digest
from entrepot.store.notes import Checkpoint, Signer, sign_checkpoint, sign_note
from entrepot.store.receipt import ReceiptError, make_receipt
from entrepot_verify import receipt as verifier
from entrepot_verify.receipt import Rejected, Trust, main, report, trust_in, verify
from tests.evidence.made import KEY, ORIGIN, SIGNER, Log, salt, statement
from tests.evidence.signed import TIME, Cosigner, changed

made_log = cache(Log)


def receipt_of(said: Any, kind: str = "submission", secret: bytes = salt(0)) -> str:
    """The receipt of one statement, alone in its log."""
    leaf = leaf_hash(entry_bytes(kind, salted_digest(canonical(said), secret)))
    return make_receipt(canonical(said), secret, 0, (), sign_checkpoint(Checkpoint(ORIGIN, 1, leaf), SIGNER), kind)


def refusal(receipt: str | bytes, key: str = KEY) -> str:
    """The reason for which the verifier rejects; it must give one in both languages."""
    with pytest.raises(Rejected) as rejected:
        verify(receipt.encode() if isinstance(receipt, str) else receipt, key)
    assert any("\u4e00" <= letter <= "\u9fff" for letter in rejected.value.zh)
    assert rejected.value.en.isascii()
    return rejected.value.en


# -- what holds -------------------------------------------------------------------------------------------------------


@given(st.integers(1, 300))
def test_the_receipt_of_every_statement_proves_it(size: int) -> None:
    log = made_log(size)
    for place in {0, size // 3, size // 2, size - 1}:
        proof = verify(log.receipt(place).encode(), KEY)
        assert (proof.statement, proof.kind) == (statement(place), "submission")
        assert (proof.origin, proof.place, proof.size, proof.root) == (ORIGIN, place, size, log.checkpoint.root)


def test_a_receipt_has_the_form_of_a_tlog_proof() -> None:
    log = made_log(6)
    top, note = log.receipt(4).split("\n\n", 1)
    lines = top.split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    assert json.loads(b64decode(lines[1].removeprefix("extra "))) == {
        "salt": salt(4).hex(), "statement": statement(4), "type": "submission", "v": 1,
    }  # fmt: skip
    assert lines[2] == "index 4"
    assert [b64decode(line) for line in lines[3:]] == list(log.path(4))
    assert note == log.note


def test_a_receipt_outlives_the_growth_of_its_log_and_the_erasure_of_what_it_proves() -> None:
    """It holds the statement and the salt itself; the log goes on from the entry alone."""
    log = Log(5)
    receipt, entries = log.receipt(3), list(log.entries)
    log.kept.add([leaf_hash(b"more")])
    assert verify(receipt.encode(), KEY).size == 5
    again = Log(0)
    again.kept.add([leaf_hash(entry) for entry in (*entries, b"more")])
    assert again.kept.frontier == log.kept.frontier


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
said = st.dictionaries(
    st.text(st.characters(max_codepoint=127), max_size=6),
    st.recursive(
        texts | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1),
        lambda inner: st.lists(inner) | st.dictionaries(st.just("a"), inner),
        max_leaves=5,
    ),
    max_size=5,
)


@given(said, st.binary(min_size=32, max_size=32), st.sampled_from(["submission", "sent"]))
def test_whatever_was_said_the_verifier_reads_it_as_the_store_wrote_it(said: Any, secret: bytes, kind: str) -> None:
    proof = verify(receipt_of(said, kind, secret).encode(), KEY)
    assert (proof.statement, proof.kind) == (said, kind)
    for language in ("en", "zh", "both"):
        assert all(letter == "\n" or letter.isprintable() for letter in report(proof, language))


def test_further_signatures_are_named_as_unchecked() -> None:
    log = made_log(3)
    witness = Signer("witness.example", b"\x01" * 32)
    receipt = log.receipt(1) + witness.line(log.checkpoint.text())
    proof = verify(receipt.encode(), KEY)
    assert proof.unchecked == ("witness.example",)
    assert "witness.example" in report(proof, "en")
    assert "witness.example" in report(proof, "zh")


# -- what does not ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "place"), [(1, 0), (7, 6), (12, 3)])
def test_no_byte_of_a_receipt_can_be_altered_and_none_left_out(size: int, place: int) -> None:
    receipt = made_log(size).receipt(place).encode()
    for at in range(len(receipt)):
        flipped = receipt[:at] + bytes([receipt[at] ^ 1 << at % 8]) + receipt[at + 1 :]
        for altered in (flipped, receipt[:at], receipt[:at] + receipt[at + 1 :], receipt[:at] + b"\n" + receipt[at:]):
            with pytest.raises(Rejected):
                verify(altered, KEY)


def edited(receipt: str, change: Callable[[list[str]], object]) -> str:
    lines = receipt.split("\n")
    change(lines)
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda lines: lines.__setitem__(2, "index 5"), "not in the signed log"),
        (lambda lines: lines.__setitem__(2, "index 12"), "no leaf 12"),
        (lambda lines: lines.__setitem__(2, "index 03"), "plain number"),
        (lambda lines: lines.__setitem__(2, "index -1"), "plain number"),
        (lambda lines: lines.__setitem__(2, "index ٣"), "plain number"),
        (lambda lines: lines.__setitem__(2, f"index {2**63}"), "plain number"),
        (lambda lines: lines.__setitem__(2, "place 3"), "`index` line"),
        (lambda lines: lines.pop(1), "holds no statement"),
        (lambda lines: lines.pop(2), "`index` line"),
        (lambda lines: lines.insert(-1, lines[-2]), "two signatures of one key"),
        (lambda lines: lines.insert(-1, ""), "more behind it"),
        (lambda lines: lines.__setitem__(0, "\ufeff" + lines[0]), "byte order mark"),
        (lambda lines: lines.__setitem__(0, "c2sp.org/tlog-proof@v2"), "not a receipt"),
        (lambda lines: lines.pop(4), "too short"),
        (lambda lines: lines.insert(4, lines[4]), "too long"),
        (lambda lines: lines.__setitem__(slice(3, 3), [lines[3]] * 64), "more than 63"),
        (lambda lines: lines.__setitem__(3, lines[3][:-1]), "base64"),
        (lambda lines: lines.__setitem__(3, b64encode(bytes(31)).decode()), "32 bytes"),
        (lambda lines: lines.__setitem__(3, lines[4]), "not in the signed log"),
        (lambda lines: lines.reverse(), "not a receipt"),
        (lambda lines: lines.__setitem__(1, made_log(12).receipt(4).split("\n")[1]), "not in the signed log"),
        (lambda lines: lines.__delitem__(slice(8, None)), "cut short"),
        (lambda lines: lines.pop(), "cut short"),
        (lambda lines: lines.append("— x AAAAAAAA"), "cut short"),
        (lambda lines: lines.insert(-1, "x"), "signature line"),
        (lambda lines: lines.insert(-1, "— x AAAA"), "too short"),
        (lambda lines: lines.__setitem__(slice(-2, -2), [lines[-2]] * 64), "more than 64"),
        (lambda lines: lines.__setitem__(0, lines[0] + "\r"), "control characters"),
    ],
)  # fmt: skip
def test_an_edited_receipt_is_rejected_with_the_reason(change: Callable[[list[str]], object], reason: str) -> None:
    receipt = made_log(12).receipt(3)
    verify(receipt.encode(), KEY)
    assert reason in refusal(edited(receipt, change))


def test_a_receipt_of_another_log_or_signed_by_another_key_is_rejected() -> None:
    other = Signer("log.example/wuhan", b"\x02" * 32)
    foreign = Log(4, other).receipt(2)
    assert verify(foreign.encode(), str(other.verifier)).origin == other.name
    assert "not signed by the key given" in refusal(foreign)
    impostor = Signer(ORIGIN, b"\x03" * 32)
    assert "not signed by the key given" in refusal(Log(4, impostor).receipt(2))
    top, _ = made_log(4).receipt(2).split("\n\n", 1)
    grafted = top + "\n\n" + sign_checkpoint(Checkpoint(ORIGIN, 4, bytes(32)), SIGNER)
    assert "not in the signed log" in refusal(grafted)
    renamed = top + "\n\n" + sign_note(Checkpoint(other.name, 4, made_log(4).checkpoint.root).text(), SIGNER)
    assert "the checkpoint is of the log log.example/wuhan" in refusal(renamed)


def test_a_forged_size_or_root_breaks_the_signature() -> None:
    receipt, root = made_log(4).receipt(2), b64encode(made_log(4).checkpoint.root).decode()
    for forged in (receipt.replace("\n4\n", "\n3\n"), receipt.replace(root, b64encode(bytes(32)).decode())):
        assert f"signature of the checkpoint by {ORIGIN} is false" in refusal(forged)


def test_what_is_signed_but_no_checkpoint_is_rejected() -> None:
    top, _ = made_log(1).receipt(0).split("\n\n", 1)
    for text, reason in (
        (f"{ORIGIN}\n1\n", "not a checkpoint"), (f"{ORIGIN}\n1\nAAAA\n", "32 bytes"), (f"{ORIGIN}\nx\nAAAA\n", "root hash"),
        (f"{ORIGIN}\n01\n{'A' * 43}=\n", "plain number"), (f"{ORIGIN}\n1\n\n{'A' * 43}=\n", "not a checkpoint"),
        (f"{ORIGIN}\n0\n{'A' * 43}=\n", "no leaf 0"),
    ):  # fmt: skip
        assert reason in refusal(f"{top}\n\n{sign_note(text, SIGNER)}")


EXTRA: dict[str, Any] = {"salt": "00" * 32, "statement": {}, "type": "sent", "v": 1}
NOT_CANONICAL = (
    b'{"a":1.0}', b'{"a":null}', b'{"a":1,"a":1}', b'{"b":1,"a":2}', b'{"a": 1}', b'{"a":"\\u0041"}', b'{"a":9007199254740992}',
    b'{"a":"\\ud800"}', '{"é":1}'.encode(), b'{"a":-0}', b'{"a":-9007199254740992}', b'{"a":1e3}', b'{"a":Infinity}',
    b'{"a":' + b"[" * 80 + b"]" * 80 + b"}",
)  # fmt: skip
OTHER_EXTRA = [
    b"", b"x", b"[]", b"null", b"{}", b"\xff", b"[" * 100_000, b"9" * 5_000, b"1.5", b"NaN",
    canonical({name: value for name, value in EXTRA.items() if name != "v"}),
    *(canonical({**EXTRA, name: value}) for name, value in (
        ("v", 2), ("v", True), ("v", "1"), ("x", 1), ("salt", "00" * 31), ("salt", "AA" * 32), ("salt", 1),
        ("statement", []), ("statement", "{}"), ("type", "Sent"), ("type", 1),
    )),
    *(canonical(EXTRA).replace(b"{}", said) for said in NOT_CANONICAL),
]  # fmt: skip


@pytest.mark.parametrize("extra", OTHER_EXTRA, ids=count())
def test_extra_data_in_any_other_form_is_rejected(extra: bytes) -> None:
    lines = made_log(1).receipt(0).split("\n")
    lines[1] = f"extra {b64encode(extra).decode()}"
    reason = refusal("\n".join(lines))
    assert "not in the signed log" not in reason
    assert any(word in reason for word in ("extra line", "version", "salt or type", "not an object"))


def test_bytes_that_are_no_text_or_too_many_are_rejected() -> None:
    assert "UTF-8" in refusal(b"\xff")
    assert "no checkpoint" in refusal(b"")
    assert "larger than" in refusal(b"x" * (verifier.SIZE_LIMIT + 1))


@pytest.mark.parametrize(
    ("key", "reason"),
    [("", "NAME+HEX+BASE64"), (ORIGIN, "base64"), (KEY[:-1], "base64"), (KEY.replace("yichang", "wuhan"), "mistyped"),
     ("+" + KEY.split("+", 1)[1], "NAME+HEX+BASE64"), (f"{ORIGIN}+00000000+AAAA", "not an Ed25519 key"), (f"a b+{KEY}", "NAME+HEX")],
)  # fmt: skip
def test_a_mistyped_key_is_told_apart_from_a_false_receipt(key: str, reason: str) -> None:
    assert reason in refusal(made_log(1).receipt(0), key)


# -- the store hands out nothing that proves nothing ------------------------------------------------------------------


def test_parts_that_do_not_belong_together_make_no_receipt() -> None:
    log, said = made_log(6), canonical(statement(4))
    good: list[Any] = [said, salt(4), 4, log.path(4), log.note]
    assert make_receipt(*good) == log.receipt(4)
    for at, wrong in (
        (0, canonical(statement(3))), (0, b"[]"), (0, b'{"a": 1}'), (1, salt(3)), (1, bytes(16)), (2, 3), (2, 6),
        (3, log.path(3)), (3, ()), (4, made_log(7).note), (4, log.note[:-1]), (4, ""),
    ):  # fmt: skip
        parts = [*good]
        parts[at] = wrong
        with pytest.raises(ReceiptError):
            make_receipt(*parts)
    good.append("sent")
    with pytest.raises(ReceiptError):
        make_receipt(*good)


def test_a_statement_that_is_no_object_or_too_large_makes_no_receipt() -> None:
    for said in ([1], "text", {"a": "x" * 1_048_576}):
        with pytest.raises(ReceiptError):
            receipt_of(said)


# -- the command ------------------------------------------------------------------------------------------------------

FILE = Path(str(verifier.__file__))


def test_the_verifier_needs_the_standard_library_and_cryptography_alone() -> None:
    roots = set()
    for node in ast.walk(ast.parse(FILE.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            roots |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            roots.add((node.module or "").partition(".")[0])
    assert roots - set(sys.stdlib_module_names) == {"cryptography"}


def test_the_file_alone_tells_what_was_proven_and_what_was_not(tmp_path: Path) -> None:
    alone = shutil.copy(FILE, tmp_path / "receipt.py")
    for name, text in (("good", made_log(6).receipt(4)), ("bad", made_log(6).receipt(4).replace("index 4", "index 5"))):
        (tmp_path / name).write_text(text, encoding="utf-8")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", "-X", "utf8", str(alone), *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)

    good = run("good", "--key", KEY)
    assert (good.returncode, good.stderr) == (0, "")
    for words in (
        "PROVEN\n",
        "NOT PROVEN\n",
        "已证明\n",
        "未证明\n",
        "宜昌磷酸有限公司",
        ORIGIN,
        "entry 4",
        "第 4 号条目",
    ):
        assert words in good.stdout
    bad = run("bad", "--key", KEY)
    assert bad.returncode == 1
    assert "REJECTED: the statement is not in the signed log" in bad.stdout
    assert "不予采信" in bad.stdout
    assert "PROVEN" not in bad.stdout
    assert run("absent", "--key", KEY).returncode == run(".", "--key", KEY).returncode == 2
    assert run("good").returncode == 2


@pytest.mark.parametrize(
    ("language", "words", "others"), [("en", "NOT PROVEN", "未证明"), ("zh", "未证明", "NOT PROVEN")]
)
def test_it_answers_in_the_language_asked_for(
    language: str, words: str, others: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "receipt"
    file.write_text(made_log(3).receipt(0), encoding="utf-8")
    assert main([str(file), "--key", KEY, "--language", language]) == 0
    told = capsys.readouterr().out
    assert words in told
    assert others not in told


def test_a_statement_cannot_steer_the_terminal_of_who_reads_it() -> None:
    told = report(verify(receipt_of({"a": "\x1b[2J\x9b31m\u202eTXT\x7f\u2028\nPROVEN"}).encode(), KEY), "en")
    assert not set(told) & set("\x1b\x9b\u202e\x7f\u2028")
    assert told.count("\nPROVEN") == 0
    assert "\\u202eTXT" in told


# -- witnesses, several keys, other logs ------------------------------------------------------------------------------

ONE, TWO, THREE = (
    Cosigner("one.example/w", 1),
    Cosigner("two.example/w", 2),
    Cosigner("three.example/w", 3, post_quantum=True),
)
POLICY = f"log {KEY}\nwitness A {ONE.key}\nwitness B {TWO.key}\nwitness C {THREE.key}\ngroup g 2 A B C\nquorum g\n"


def cosigned(*witnesses: Cosigner, at: int = 3) -> bytes:
    log = made_log(5)
    return (log.receipt(at) + "".join(one.line(log.checkpoint) for one in witnesses)).encode()


def test_a_receipt_counts_when_the_quorum_of_a_policy_cosigned_it() -> None:
    trust = trust_in(policy=POLICY.encode())
    for witnesses in ((ONE, TWO), (TWO, THREE), (ONE, THREE), (ONE, TWO, THREE)):
        proof = verify(cosigned(*witnesses), trust)
        assert proof.quorum
        assert len(proof.cosigned) == len(witnesses)
        assert {time for _, time in proof.cosigned} == {TIME}
        assert not proof.unchecked
    for few in (cosigned(), cosigned(ONE), cosigned(THREE)):
        assert "too few of your witnesses" in refusal_of(few, trust)


def test_witnesses_named_one_by_one_must_all_have_signed_or_so_many_as_asked() -> None:
    keys = [str(ONE.key), str(TWO.key)]
    assert verify(cosigned(ONE, TWO), trust_in([KEY], keys)).quorum
    assert "too few" in refusal_of(cosigned(ONE), trust_in([KEY], keys))
    assert verify(cosigned(TWO), trust_in([KEY], keys, 1)).cosigned == ((TWO.key.name, TIME),)
    for asked in (0, 3, -1):
        with pytest.raises(Rejected):
            trust_in([KEY], keys, asked)


@pytest.mark.parametrize("witness", [ONE, THREE], ids=["Ed25519", "ML-DSA-44"])
def test_a_false_cosignature_spoils_the_receipt_one_of_an_unknown_key_is_passed_over(witness: Cosigner) -> None:
    trust = trust_in([KEY], [str(witness.key)])
    other = made_log(6).checkpoint
    false = made_log(5).receipt(3) + witness.line(other)
    assert f"by {witness.key.name} is false" in refusal_of(false.encode(), trust)
    late = witness.line(made_log(5).checkpoint)
    data = bytearray(b64decode(late.split(" ")[2]))
    data[11] ^= 1  # the time
    moved = f"— {witness.key.name} {b64encode(data).decode()}\n"
    assert "is false" in refusal_of((made_log(5).receipt(3) + moved).encode(), trust)
    never = witness.line(made_log(5).checkpoint, time=2**63)
    assert "is false" in refusal_of((made_log(5).receipt(3) + never).encode(), trust)
    twice = cosigned(witness, witness)
    assert "two signatures of one key" in refusal_of(twice, trust)
    assert verify(twice, KEY).unchecked == (witness.key.name, witness.key.name)


def test_a_witness_key_signs_no_log_and_a_log_key_is_no_witness() -> None:
    with pytest.raises(Rejected, match="key of a witness"):
        trust_in([KEY], [KEY])
    with pytest.raises(Rejected, match="no quorum"):  # an empty file asks for no witness by no word
        trust_in([KEY], policy=b"")
    with pytest.raises(Rejected, match="key of a log"):
        trust_in([str(TWO.key)])


def test_a_checkpoint_older_than_demanded_is_refused() -> None:
    receipt = made_log(5).receipt(3).encode()
    assert verify(receipt, KEY, at_least=5).size == 5
    with pytest.raises(Rejected, match="too old: it has 5 entries"):
        verify(receipt, KEY, at_least=6)


def test_keys_that_were_handed_over_are_followed_from_the_first() -> None:
    log, new = made_log(5), Signer(ORIGIN, b"\x07" * 32)
    root = log.checkpoint.root
    handed = f"{KEY}\n\n" + changed("hand-over", 1, 5, root, new, SIGNER, new)
    over = handed + "\n" + changed("retirement", 2, 5, root, SIGNER, SIGNER, new)
    both, only = trust_in(key_files=[handed.encode()]), trust_in(key_files=[over.encode()])
    later = Log(7, new).receipt(6).encode()
    old = Log(7, SIGNER).receipt(6).encode()
    for trust, receipt in ((both, later), (both, old), (only, later), (only, log.receipt(3).encode())):
        assert verify(receipt, trust).origin == ORIGIN
    assert "does not count at 7 entries" in refusal_of(old, only)
    early = Log(4, new).receipt(2).encode()
    assert "does not count at 4 entries" in refusal_of(early, both)


def test_the_proof_of_another_log_holds_for_the_entry_given() -> None:
    entries = [b"", b"one", b"\x00\xff" * 40]
    kept = Log(0).kept
    kept.add([leaf_hash(entry) for entry in entries])
    note = sign_checkpoint(Checkpoint(ORIGIN, 3, kept.frontier.root()), SIGNER)
    for place, entry in enumerate(entries):
        path = "".join(f"{b64encode(one).decode()}\n" for one in inclusion_path(place, 3, Tiles(kept.read_tile)))
        for extra in ("", "extra AAEC\n"):
            proof = f"c2sp.org/tlog-proof@v1\n{extra}index {place}\n{path}\n{note}".encode()
            assert verify(proof, KEY, entry=entry).statement is None
            with pytest.raises(Rejected, match="not in the signed log"):
                verify(proof, KEY, entry=entry + b"x")
            assert "give the entry" in refusal(proof) if not extra else "canonical" in refusal(proof)


def refusal_of(receipt: bytes, trust: Trust) -> str:
    with pytest.raises(Rejected) as rejected:
        verify(receipt, trust)
    return rejected.value.en


def test_the_command_takes_policies_keys_entries_and_answers_programs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {"receipt": cosigned(ONE, TWO), "policy": POLICY.encode(), "keys": f"{KEY}\n".encode(), "bad": b"log x\n"}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    at = str(tmp_path)
    assert main([f"{at}/receipt", "--policy", f"{at}/policy", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["proven"], told["quorum"], told["place"]) == (True, True, 3)
    assert main([f"{at}/receipt", "--keys", f"{at}/keys", "--language", "en"]) == 0
    assert "one.example/w, two.example/w" in capsys.readouterr().out
    assert main([f"{at}/receipt", "--key", KEY, "--at-least", "9", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["proven"] is False
    assert main([f"{at}/receipt", "--policy", f"{at}/bad"]) == 2
    assert main([f"{at}/receipt"]) == 2
