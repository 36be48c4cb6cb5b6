"""The stand-alone verifier of credentials, beside the platform's own: what holds for one holds for the other."""

import gzip
import json
import subprocess
import sys
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from entrepot.gateways.credentials.keys import SigningKey
from entrepot.gateways.credentials.verifying import verify_credential
from entrepot_verify import credential as verifier
from entrepot_verify.credential import Verdict, canonical, number_text, parse, verify
from tests.evidence.signed import ISSUER, NOW, credential, signed

LIST = "https://issuer.example/status/1"
OTHER = SigningKey.from_seed(b"\x22" * 32)


def written(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def status_list(*revoked: int, key: SigningKey = ISSUER, **subject: Any) -> bytes:
    """A status list of 131,072 places, signed."""
    bits = bytearray(16_384)
    for place in revoked:
        bits[place // 8] |= 128 >> place % 8
    packed = urlsafe_b64encode(gzip.compress(bytes(bits), mtime=0)).decode().rstrip("=")
    told = {
        "id": f"{LIST}#list",
        "type": "BitstringStatusList",
        "statusPurpose": "revocation",
        "encodedList": f"u{packed}",
    }
    made = credential(id=LIST, type=["VerifiableCredential", "BitstringStatusListCredential"], issuer=key.did)
    return written(signed({**made, "credentialSubject": {**told, **subject}}, key))


def on_list(place: int | str = 7, **entry: Any) -> dict[str, Any]:
    return credential(
        credentialStatus={
            "type": "BitstringStatusListEntry", "statusPurpose": "revocation", "statusListIndex": str(place),
            "statusListCredential": LIST, **entry,
        }
    )  # fmt: skip


def results(verdict: Verdict) -> dict[str, str]:
    return {check.name[0]: check.result for check in verdict.checks}


def failing(data: bytes, **options: Any) -> str:
    """Why it fails; in both languages, and for the platform as well."""
    verdict = verify(data, **{"now": NOW, **options})
    wrong = [check for check in verdict.checks if check.result == "fails"]
    assert wrong
    assert not verdict.accepted
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in check.reason[1]) for check in wrong)
    return "; ".join(check.reason[0] for check in wrong)


def test_a_credential_holds_by_its_issuers_own_key() -> None:
    verdict = verify(written(signed(credential())), now=NOW, trusted={ISSUER.did: "Yichang Customs"})
    assert verdict.accepted
    assert (verdict.issuer, verdict.says["netWeight"]) == (ISSUER.did, 20000.5)
    assert results(verdict) == {
        "form": "holds", "signature 1": "holds", "issuer": "holds", "validity": "holds", "status": "not checked",
    }  # fmt: skip
    assert "Yichang Customs" in str(verdict)
    assert verify_credential(written(signed(credential())), now=NOW).accepted


def test_order_and_white_space_do_not_matter_anything_else_does() -> None:
    document = signed(credential())
    turned = {name: document[name] for name in reversed(document)}
    assert verify(json.dumps(turned, indent=4).encode(), now=NOW).accepted
    text = written(document)
    for before, after in (
        ("磷酸", "磷醂"), ("phosphoric", "рhosphoric"), ('"CN"', '"CN "'), ("20000.5", "20000.50000001"), ("[1, 2,", "[2, 1,"),
        ('"origin"', '"Origin"'), ('"CN"', '"Ｃ\u200bN"'), ("null", "false"), ("T00:00:00Z", "T00:00:01Z"),
    ):  # fmt: skip
        changed = text.decode().replace(before, after, 1).encode()
        assert changed != text
        assert "signature is false" in failing(changed)
        assert not verify_credential(changed, now=NOW).accepted
    same = text.replace(b"20000.5", b"2.00005e4")
    assert verify(same, now=NOW).accepted


MISTAKES: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "no proof": (lambda one: one.pop("proof"), "nobody signed"),
    "another proof's value": (lambda one: one["proof"].update(proofValue=signed(credential(name="x"))["proof"]["proofValue"]), "false"),
    "a value in hexadecimal": (lambda one: one["proof"].update(proofValue="f" + "00" * 64), "false"),
    "another purpose": (lambda one: one["proof"].update(proofPurpose="authentication"), "another purpose"),
    "dated tomorrow": (lambda one: one["proof"].update(created="2026-11-23T12:00:00Z"), "dated after"),
    "a proof that expired": (lambda one: one["proof"].update(expires="2026-04-01T00:00:00Z"), "proof has expired"),
    "a date without its zone": (lambda one: one["proof"].update(created="2026-03-01T00:00:00"), "no date"),
    "a key that is none": (lambda one: one["proof"].update(verificationMethod="did:key:z6Mk#z6Mk"), "Ed25519 key"),
    "another key of two": (
        lambda one: one["proof"].update(verificationMethod=f"{ISSUER.did}#{OTHER.verification_method.partition('#')[2]}"), "Ed25519 key",
    ),
    "contexts put before": (lambda one: one["@context"].insert(0, "https://evil.example/v1"), "first context"),
    "contexts exchanged": (lambda one: one["proof"].update({"@context": ["https://other.example"]}), "do not begin"),
    "a proof before it missing": (lambda one: one["proof"].update(previousProof="urn:x"), "before this one is missing"),
    "proofs that are no objects": (lambda one: one.update(proof=[1]), "not objects"),
    "too many proofs": (lambda one: one.update(proof=[one["proof"]] * 17), "too many"),
    "no type": (lambda one: one.pop("type"), "type is not"),
    "no issuer": (lambda one: one.update(issuer={"name": "x"}), "no issuer"),
    "no subject": (lambda one: one.update(credentialSubject=[]), "nothing of a subject"),
    "an older form": (lambda one: one.update({"@context": ["https://www.w3.org/2018/credentials/v1"]}), "first context"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "reason"), MISTAKES.values(), ids=MISTAKES)
def test_a_changed_credential_is_rejected_with_the_reason(
    change: Callable[[dict[str, Any]], object], reason: str
) -> None:
    document = signed(credential())
    change(document)
    assert reason in failing(written(document))
    if reason != "first context":  # the platform reads other forms too
        assert not verify_credential(written(document), now=NOW).accepted


LOOK_ALIKES: dict[str, tuple[dict[str, Any], str]] = {
    "two scripts in the issuer's name": ({"issuer": {"id": ISSUER.did, "name": "\u0410lpha Trading"}}, "two scripts"),
    "a name all of look-alikes": (
        {"issuer": {"id": ISSUER.did, "name": "\u0410\u0421\u041c\u0415"}},
        "look like plain",
    ),
    "full-width brackets about Latin letters": (
        {"issuer": {"id": ISSUER.did, "name": "Alpha（China）"}},
        "look like plain",
    ),
    "a name turned": ({"issuer": {"id": ISSUER.did, "name": "Alpha \u202edtL"}}, "direction"),
    "a value turned": ({"credentialSubject": {"total": "\u202e00.1"}}, "direction"),
    "a hidden mark in a type": ({"type": ["VerifiableCredential", "Certificate\u200bOfOrigin"]}, "hidden"),
    "a member's name in wide letters": ({"credentialSubject": {"\uff54otal": "1"}}, "normal form"),
    "an identifier of another script": ({"id": "https://issuer.ex\u0430mple/1"}, "two scripts"),
    "a DID that is not plain": ({"credentialSubject": {"seller": "did:web:\u4e2d.example"}}, "normal form"),
}


@pytest.mark.parametrize(("members", "reason"), LOOK_ALIKES.values(), ids=LOOK_ALIKES)
def test_letters_that_deceive_are_rejected_though_they_are_signed(members: dict[str, Any], reason: str) -> None:
    data = written(signed(credential(**members)))
    assert reason in failing(data)
    assert not verify_credential(data, now=NOW).accepted


def test_names_in_any_one_script_and_values_in_several_are_plain() -> None:
    for name in (
        "宜昌磷酸有限公司",
        "Söhne & Co.",
        "Компания",
        "株式会社アルファ",
        "Alpha ООО Москва",
        "신라무역",
        "湖北（宜昌）化工有限公司",
    ):
        subject = {"maker": "АBC Ltd", "resistance": "5 kΩ", "名称": name}
        data = written(signed(credential(issuer={"id": ISSUER.did, "name": name}, credentialSubject=subject)))
        assert verify(data, now=NOW).accepted
        assert verify_credential(data, now=NOW).accepted


def test_a_key_for_which_anybody_can_sign_is_no_issuer() -> None:
    for y in (0, 1, 2**255 - 20):
        raw = b"\xed\x01" + y.to_bytes(32, "little")
        number, text = int.from_bytes(raw), ""
        while number:
            number, digit = divmod(number, 58)
            text = verifier._ALPHABET[digit] + text
        did = f"did:key:z{text}"
        document = signed(credential(issuer=did))
        document["proof"]["verificationMethod"] = f"{did}#z{text}"
        assert "Ed25519 key" in failing(written(document))


def test_who_signs_for_another_issuer_is_told() -> None:
    assert "own key did not sign" in failing(written(signed(credential(), OTHER)))
    verdict = verify(written(signed(credential(issuer="https://customs.example"), OTHER)), now=NOW)
    assert results(verdict)["issuer"] == "not checked"
    assert "SIGNED, ISSUER NOT PROVEN" in verifier.report(verdict)
    both = signed(signed(credential()), OTHER)
    assert results(verify(written(both), now=NOW))["issuer"] == "holds"
    both["proof"][1]["proofValue"] = both["proof"][0]["proofValue"]
    assert "false" in failing(written(both))


def test_validity_is_that_of_the_day_asked_for() -> None:
    data = written(signed(credential(validFrom="2026-06-01T00:00:00Z", validUntil="2026-06-30T23:59:59+08:00")))
    for days, words in ((-180, "valid only from"), (0, "expired on")):
        assert words in failing(data, now=NOW + timedelta(days=days))
    assert verify(data, now=NOW - timedelta(days=160)).accepted
    assert "before it begins" in failing(written(signed(credential(validUntil="2025-01-01T00:00:00Z"))))
    for date in ("2026-02-30T00:00:00Z", "2026-01-01", 20260101, "2026-01-01T24:00:01Z"):
        assert "no date" in failing(written(signed(credential(validFrom=date))))


def test_revocation_is_read_from_the_issuers_own_status_list() -> None:
    data = written(signed(on_list(7)))
    assert results(verify(data, now=NOW))["status"] == "not checked"
    assert results(verify(data, now=NOW, status=[status_list(6, 8, 131_071)]))["status"] == "holds"
    assert "it is revoked" in failing(data, status=[status_list(7)])
    assert "it is revoked" in failing(written(signed(on_list(131_071))), status=[status_list(131_071)])
    assert "it is suspended" in failing(
        written(signed(on_list(7, statusPurpose="suspension"))), status=[status_list(7, statusPurpose=["revocation", "suspension"])]
    )  # fmt: skip
    for place, words in (
        (131_072, "not in the status list"),
        ("07", "malformed"),
        ("-1", "malformed"),
        ("", "malformed"),
    ):
        assert words in failing(written(signed(on_list(place))), status=[status_list()])


def test_good_news_of_a_list_by_another_counts_only_when_its_issuer_is_known() -> None:
    data = written(signed(on_list(7)))
    verdict = verify(data, now=NOW, status=[status_list(key=OTHER)])
    assert (verdict.accepted, results(verdict)["status"]) == (True, "not checked")
    known = verify(data, now=NOW, status=[status_list(key=OTHER)], trusted={OTHER.did: "the platform"})
    assert results(known)["status"] == "holds"
    assert "it is revoked" in failing(data, status=[status_list(7, key=OTHER)])


def test_a_status_list_that_does_not_hold_revokes_nothing_and_clears_nothing() -> None:
    data = written(signed(on_list(7)))
    zipped = urlsafe_b64encode(gzip.compress(bytes(2**25))).decode().rstrip("=")
    for bad, words in (
        (written(signed(json.loads(status_list()) | {"issuer": OTHER.did})), "does not hold"),
        (status_list().replace(b"uH4", b"uH5"), "does not hold"),
        (status_list(statusPurpose="suspension"), "another purpose"), (status_list(encodedList="zH4sI"), "not gzip"),
        (status_list(encodedList="uAAAA"), "not gzip"), (status_list(encodedList=f"u{zipped}"), "too long"),
        (status_list(encodedList="u" + urlsafe_b64encode(gzip.compress(bytes(9))).decode().rstrip("=")), "too short"),
        (b"x", "strict JSON"),
    ):  # fmt: skip
        assert words in failing(data, status=[bad])


AMBIGUOUS = (
    b"", b"x", b"[]", b"null", b"\xff", b'\xef\xbb\xbf{"a":1}', b'{"a":1,"a":2}', b'{"a":"\\ud800"}', b'{"a":9007199254740992}',
     b'{"a":NaN}', b'{"a":Infinity}', b'{"a":1e999}', b'{"a":1e-999}', b'{"a":01}', b'{"a":1} x', b'{"a":' + b"[" * 100 + b"]" * 100 + b"}",
     b"[" * 100_000, b'{"a":' + b"9" * 5_000 + b"}", b'{"a":"\n"}', b"{'a':1}", b'{"a":1,}', b" " * (verifier.SIZE_LIMIT + 1),
)  # fmt: skip


@pytest.mark.parametrize("data", AMBIGUOUS, ids=count())
def test_what_two_readers_could_take_in_two_ways_is_not_read(data: bytes) -> None:
    assert failing(data)
    assert not verify_credential(data, now=NOW).accepted


text = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_canonical_json_equals_that_of_another_implementation(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_double_is_written_so_that_it_is_read_back(value: float) -> None:
    text = number_text(value)
    assert text == rfc8785.dumps(value).decode()
    assert parse(f'{{"a":{text}}}'.encode())["a"] == value if abs(value) < 2**53 else float(text) == value


GOOD = written(signed(credential()))


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255), st.sampled_from(["put", "take", "cut"]))
def test_the_platform_and_the_verifier_agree_on_every_altered_credential(at: int, byte: int, how: str) -> None:
    altered = {"put": GOOD[:at] + bytes([byte]) + GOOD[at + 1 :], "take": GOOD[:at] + GOOD[at + 1 :], "cut": GOOD[:at]}[
        how
    ]
    ours, theirs = verify(altered, now=NOW), verify_credential(altered, now=NOW)
    assert ours.accepted == theirs.accepted
    if ours.accepted:  # white space, or the same in another spelling
        assert canonical(parse(altered)) == canonical(parse(GOOD))


def test_the_file_alone_answers_people_and_programs(tmp_path: Path) -> None:
    files = {
        "good": written(signed(on_list(7))),
        "bad": GOOD.replace(b"CN", b"JP"),
        "clear": status_list(),
        "set": status_list(7),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    alone = tmp_path / "credential.py"
    alone.write_bytes(Path(str(verifier.__file__)).read_bytes())

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", "-X", "utf8", str(alone), *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)

    good = run("good", "--status", "clear", "--day", "2026-11-22", "--json")
    assert (good.returncode, good.stderr) == (0, "")
    assert json.loads(good.stdout)["accepted"] is True
    revoked = run("good", "--status", "set", "--day", "2026-11-22")
    assert revoked.returncode == 1
    assert "REJECTED | 不予采信" in revoked.stdout
    assert "已被撤销" in revoked.stdout
    assert run("bad").returncode == 1
    assert run("absent").returncode == run("good", "--day", "x").returncode == 2
