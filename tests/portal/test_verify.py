"""`entrepot verify`: what it takes a document for, what it tells, how it ends; and the verifying page as it is served."""

import hashlib
import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from typer.testing import CliRunner, Result

from entrepot.gateways.signed_pdf import STATEMENT, attachments_of
from entrepot.gateways.verdict import Verdict
from entrepot.portal import exits, verify_page
from entrepot.portal.cli import app
from entrepot.portal.desk import Desk
from entrepot.portal.issuing import issue
from entrepot.portal.issuing_afterwards import bytes_of, pdf_authority
from entrepot.portal.verifying import KINDS, LARGEST, Trusting, _about, examine, kind_of
from entrepot.store.notes import sign_note
from entrepot.store.timestamps import stamped
from entrepot_verify.receipt import Trust, read_key, trust_in
from tests.evidence.made import KEY, SIGNER, Log
from tests.evidence.signed import ISSUER, NOW, Cosigner, credential, signed
from tests.gateways.tsa_stage import ROOT, T0, info, token
from tests.portal.issuing_stage import amend, digest, issuing_desk, sold
from tests.portal.stage import ANN
from tests.portal.web import client_of

LOG = Log(12)
TRUSTING = Trusting(NOW, Trust((read_key(KEY),), {}, {}, "none"))
RECEIPT, NOTE = LOG.receipt(3).encode(), LOG.note.encode()
CREDENTIAL = json.dumps(signed(credential())).encode()
SEEN = {
    "receipt": (RECEIPT, b"\xef\xbb\xbf" + RECEIPT, RECEIPT[:40]),
    "note": (NOTE, sign_note("any words\n", SIGNER).encode()),
    "proof": (b'{"size1": 1, "size2": 1, "root1": "", "root2": "", "proof": null}', b'{"leafIdx": 0, "treeSize": 1}'),
    "credential": (CREDENTIAL, b" \n{}", b"{", b"eyJhIjoxfQ.eyJhIjoxfQ.AAAA"),
    "open_attestation": (b'{"version": "https://schema.openattestation.com/2.0/schema.json"}',),
    "sd_jwt": (b"eyJhIjoxfQ.eyJhIjoxfQ.AAAA~WyJhIl0~",),
    "title": (b'{"format": "entrepot-title/1"}',),
    "pdf": (b"%PDF-1.7\n",),
    "cose": (b"\xd2\x84",),
    "timestamp": (b"\x30\x82",),
    "unknown": (b"", b"\x7fELF", b"words", b"\xff" * 9),
}


def test_a_document_is_taken_for_what_it_begins_as() -> None:
    assert SEEN.keys() == KINDS.keys()
    for kind, documents in SEEN.items():
        for data in documents:
            assert kind_of(data) == kind


def why(verdict: Verdict) -> str:
    assert not verdict.accepted
    return "; ".join(check.reason.en for check in verdict.checks)


def test_each_kind_has_its_verdict_and_whatever_the_bytes_no_error_comes() -> None:
    for data in (RECEIPT, NOTE, SEEN["note"][1], CREDENTIAL, SEEN["proof"][0]):
        assert examine(data, TRUSTING).accepted
    for documents in SEEN.values():
        for data in documents:
            for cut in {1, len(data) // 2, len(data) - 1} & set(range(1, len(data))):
                assert not examine(data[:cut], TRUSTING).accepted
    assert "byte order mark" in why(examine(b"\xef\xbb\xbf" + RECEIPT, TRUSTING))
    assert "control characters" in why(examine(RECEIPT.replace(b"\n", b"\r\n"), TRUSTING))
    assert "larger than 32 MB" in why(examine(b" " * (32 << 20) + b"{}", TRUSTING))
    assert "no kind of document" in why(examine(b"hello", TRUSTING))


def test_large_objects_are_not_taken_apart_before_they_are_counted() -> None:
    for head, kind, reason in (
        (b'{"x":[', "credential", "larger than 4 MB"),
        (b'{"format":"entrepot-title/1","x":[', "title", "values"),
    ):
        data = head + b"[]," * 1_500_000 + b"[]]}"
        assert kind_of(data) == kind
        assert reason in why(examine(data, Trusting(NOW)))


def test_no_key_is_trusted_by_itself() -> None:
    for data in (RECEIPT, NOTE):
        verdict = examine(data, Trusting(NOW))
        assert "none is trusted by itself" in why(verdict)
        assert {check.result for check in verdict.checks} == {"not checked"}


def test_witnesses_and_further_signatures_are_told() -> None:
    witness = Cosigner("witness.example/w", 1)
    data = RECEIPT + witness.line(LOG.checkpoint).encode()
    told = {check.name.en: check.result for check in examine(data, TRUSTING).checks}
    assert (told["witnesses"], told["further signatures"]) == ("not checked", "not checked")
    key = read_key(str(witness.key), witness=True)
    asked = Trust((read_key(KEY),), {"w": key}, {}, "w")
    assert {check.result for check in examine(data, Trusting(NOW, asked)).checks} == {"holds"}
    assert "too few of your witnesses" in why(examine(RECEIPT, Trusting(NOW, asked)))


def test_a_cose_receipt_holds_for_the_entry_given_and_no_other() -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from entrepot.gateways.cose import inclusion_receipt, protected_header, signed_bytes

    protected = protected_header(SIGNER.verifier.key_id, SIGNER.name)
    signature = Ed25519PrivateKey.from_private_bytes(bytes(range(32))).sign(
        signed_bytes(protected, LOG.checkpoint.root)
    )
    data = inclusion_receipt(protected, signature, 3, 12, LOG.path(3))
    assert kind_of(data) == "cose"
    assert "none is trusted" in why(examine(data, Trusting(NOW)))
    assert "--entry FILE" in why(examine(data, TRUSTING))
    assert examine(data, Trusting(NOW, TRUSTING.log, entry=LOG.entries[3])).accepted
    assert not examine(data, Trusting(NOW, TRUSTING.log, entry=LOG.entries[4])).accepted


def test_a_timestamp_holds_for_the_bytes_given_and_no_other() -> None:
    data = token()
    assert kind_of(data) == "timestamp"
    assert "--entry FILE" in why(examine(data, Trusting(T0)))
    assert examine(data, Trusting(T0, entry=b"hello\n", roots=(ROOT.der,))).accepted
    assert not examine(data, Trusting(T0, entry=b"hullo\n", roots=(ROOT.der,))).accepted
    for bad in (data[:-1], data + b"\0", b"\x30\x80" + data):
        assert not examine(bad, Trusting(T0, entry=b"hello\n", roots=(ROOT.der,))).accepted
    for algorithm in ("sha384", "sha512", "md5"):
        over = hashlib.new(algorithm, b"hello\n").digest()
        imprint = {"hash_algorithm": {"algorithm": algorithm}, "hashed_message": over}
        verdict = examine(token(info(message_imprint=imprint)), Trusting(T0, entry=b"hello\n", roots=(ROOT.der,)))
        assert verdict.accepted or (algorithm == "md5" and "not accepted" in why(verdict))


def test_a_timestamp_on_a_checkpoint_tells_when_the_log_stood_so() -> None:
    text = LOG.checkpoint.text().encode()
    trusting = Trusting(NOW, TRUSTING.log, roots=(ROOT.der,))
    for about, holds in ((text, True), (text + b"x", False)):
        line = stamped(12, "tsa.example", ROOT.der, token(info(sha256(about).digest())), 0).line
        for data in (RECEIPT, NOTE):
            verdict = examine(data + f"{line}\n".encode(), trusting)
            assert verdict.accepted is holds
            assert "2026-04-01 04:00:00 UTC" in str(verdict) or not holds
            told = {check.name.en: check.result for check in examine(data + f"{line}\n".encode(), TRUSTING).checks}
            assert told["further signatures"] == "not checked"


def test_a_signed_pdf_is_checked_with_the_credential_and_the_receipt_inside(tmp_path: Path) -> None:
    desk = sold(issuing_desk(tmp_path))
    made = [issue(desk, "D1", "documents.invoice", digest(desk), ANN)]
    amend(desk)
    made.append(issue(desk, "D1", "documents.invoice", digest(desk), ANN, replaces=made[0].document))
    pdf, receipt = (bytes_of(desk, "D1", made[0].document, form, ANN).data for form in ("pdf", "receipt"))
    trust, root = trust_in([desk.store.log_key]), pdf_authority(desk).certificate
    told = {check.name.en: check for check in examine(pdf, Trusting(desk.store.clock(), trust, roots=(root,))).checks}
    assert "fails" not in {check.result for check in told.values()}
    assert told["receipt: place in the log"].result == "holds"
    assert told["receipt: receipt and document"].result == "holds"
    verdict = examine(receipt, Trusting(desk.store.clock(), trust))
    others = [bytes_of(desk, "D1", one.document, "credential", ANN).data for one in made] + [b"", b"[]"]
    body = attachments_of(pdf)[STATEMENT]
    for beside, first in ((body, "holds"), (b"", "not checked"), (body + b" ", "not checked")):
        results = [_about(verdict, one, beside).checks[-1].result for one in others]
        assert results == [first, "fails", "fails", "fails"]
    named = structs.replace(verdict, says={"evidence": [sha256(b"any document").hexdigest()]})
    assert _about(named, b"any document", b"").checks[-1].result == "holds"
    desk.store.close()


# -- the command ------------------------------------------------------------------------------------------------------

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command in a folder with documents."""
    files = {
        "good": RECEIPT,
        "bad": RECEIPT.replace(b"index 3", b"index 5"),
        "note": NOTE,
        "credential": CREDENTIAL,
        "words": b"words",
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ENTREPOT_HOME", str(tmp_path))
    monkeypatch.delenv("ENTREPOT_DATABASE", raising=False)

    def invoke(*words: str, code: int = 0) -> Result:
        result = CliRunner().invoke(app, ["verify", *words])
        ended = result.exit_code
        if isinstance(result.exception, Exception):
            ended = exits.told(result.exception) or 0
        assert ended == code, result.output
        return result

    return invoke


def test_one_document_is_told_in_full_and_in_the_language_asked_for(run: Run) -> None:
    both = run("good", "--key", KEY).output
    for words in (
        "ACCEPTED | 予以采信",
        "place in the log | 日志位置",
        "✓ holds | 成立",
        "? not checked",
        "宜昌磷酸有限公司",
        "--key log.example",
    ):
        assert words in both
    english, chinese = (
        run("good", "--key", KEY, "--lang", "en").output,
        run("good", "--key", KEY, "--lang", "zh").output,
    )
    assert "予以采信" not in english
    assert "ACCEPTED" not in chinese
    assert "REJECTED" in run("bad", "--key", KEY, code=1).output
    assert "UNPROVEN" in run("good", code=1).output


def test_many_documents_have_a_line_each_and_a_bad_one_stops_nothing(run: Run) -> None:
    lines = run(
        "bad",
        "words",
        "absent",
        "good",
        "note",
        "credential",
        "--key",
        KEY,
        "--lang",
        "en",
        "--day",
        "2026-11-22",
        code=2,
    ).stdout
    assert [line.split()[0] for line in lines.splitlines()] == [
        "REJECTED",
        "REJECTED",
        "ACCEPTED",
        "ACCEPTED",
        "ACCEPTED",
    ]
    answers = run("bad", "good", "--key", KEY, "--json", code=1).stdout.splitlines()
    told = [json.loads(line) for line in answers]
    assert [one["accepted"] for one in told] == [False, True]
    assert told[1]["keys_from"] == ["--key log.example/yichang"]
    assert told[1]["verdict"]["says"]["topic"] == "goods.line"


def test_files_named_beside_are_read_no_further_than_documents(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    huge = tmp_path / "huge"
    with huge.open("wb") as file:
        file.truncate(LARGEST + 1)
    for option in ("--policy", "--keys", "--status", "--root", "--anchor", "--crl"):
        run(str(huge), option, str(huge), code=exits.MISUSED)
        assert "is larger than 33,554,432 bytes" in capsys.readouterr().err


def test_policies_key_files_and_demands_reach_the_verifier(run: Run, tmp_path: Path) -> None:
    (tmp_path / "policy").write_text(f"log {KEY}\nquorum none\n", encoding="utf-8")
    (tmp_path / "keys").write_text(f"{KEY}\n", encoding="utf-8")
    for options in (("--policy", "policy"), ("--keys", "keys")):
        assert "ACCEPTED" in run("good", *options).output
    assert "too old" in run("good", "--key", KEY, "--at-least", "13", code=1).output
    for wrong in (["--key", "x"], ["--policy", "keys"], ["--keys", "policy"], ["--key", KEY, "--day", "soon"]):
        run("good", *wrong, code=2)
    run(code=2)
    assert "Yichang" in run("credential", "--trust", f"{ISSUER.did}=Yichang", "--day", "2026-11-22").output


def test_the_keys_of_this_installation_are_trusted_only_when_asked_and_that_is_told(
    run: Run, opened: Desk, tmp_path: Path
) -> None:
    opened.store.integrate()
    checkpoint = opened.store.checkpoint()
    assert checkpoint is not None
    (tmp_path / "own").write_text(checkpoint, encoding="utf-8")
    assert "UNPROVEN" in run("own", code=1).output
    told = run("own", "--own", "--store", opened.store.database.url).output
    assert "this installation's own log" in told


# -- the page ---------------------------------------------------------------------------------------------------------


def test_the_page_is_served_to_anybody_with_scripts_of_this_server_alone(opened: Desk) -> None:
    client: Any = client_of(opened)
    answer = client.get("/verify")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "{{" not in text
    assert text.count("<script src=") == len(verify_page.SCRIPTS)
    for part in text.split('"'):
        if part.startswith("/static/"):
            assert client.get(part).status_code == 200
    kept = client.get("/verify/entrepot-verify.html")
    assert kept.content.decode() == verify_page.alone()
    assert "attachment" in kept["Content-Disposition"]


def test_the_page_to_keep_is_one_file_that_may_ask_no_network(run: Run, tmp_path: Path) -> None:
    run("--page", "page.html")
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert text == verify_page.alone()
    assert "default-src 'none'" in text
    for outside in (
        "src=",
        'http-equiv="refresh',
        "@import",
        " url(",
        "fetch(",
        "XMLHttpRequest",
        "WebSocket",
        "eval(",
    ):
        assert outside not in text
