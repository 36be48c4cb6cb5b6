"""The verifying page in a real browser: it says what the verifiers in Python say, and nothing leaves it."""

import gzip
import json
import random
import shutil
import struct
import threading
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from wsgiref.simple_server import make_server

import pytest
import rfc8785

from entrepot.portal import verify_page
from entrepot.portal.desk import Desk
from entrepot.store.notes import Signer
from entrepot_verify import credential as credentials
from entrepot_verify.receipt import Rejected, trust_in, verify
from tests.evidence.made import KEY, ORIGIN, SIGNER, Log
from tests.evidence.signed import ISSUER, NOW, Cosigner, changed, credential, signed
from tests.evidence.test_receipt import OTHER_EXTRA
from tests.evidence.test_vectors import NUMBERS, TEXTS
from tests.evidence.test_verify_credential import AMBIGUOUS, LOOK_ALIKES, MISTAKES, on_list, status_list, written
from tests.evidence.test_verify_trust import BAD, BAD_KEYS, GOOD, GOOD_KEYS, document
from tests.portal.browsing import Quiet
from tests.portal.web import client_of

pytestmark = pytest.mark.browser
FLAGS = "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync --no-first-run --disable-quic"
LOG = Log(12)
RECEIPT = LOG.receipt(3).encode()
GOOD_CREDENTIAL = written(signed(credential()))
WITNESSES = Cosigner("one.example/w", 1), Cosigner("two.example/w", 2)
POLICY = f"log {KEY}\nwitness a {WITNESSES[0].key}\nwitness b {WITNESSES[1].key}\ngroup g any a b\nquorum g\n"
# From here the page is asked directly; documents go in as base64.
ASK = """async ([documents, trust, lists, now]) => {
  const known = lists.map((one) => parseJson(textOf(fromBase64(one))));
  const why = (one) => one.en ?? (one.checks ?? []).filter((check) => check.result === "fails").map((check) => check.en).join("; ");
  const said = [];
  for (const one of documents) said.push(await resultOf(one ? fromBase64(one) : new Uint8Array(), trust, known, now));
  return said.map((one) => ({ accepted: one.accepted, en: why(one) }));
}"""
PARSE = """(all) => all.map((one) => {
  try { return parseJson(textOf(one ? fromBase64(one) : new Uint8Array())) !== undefined; }
  catch (error) { if (error instanceof Rejected) return false; throw error; }
})"""
FOLLOW = """async (all) => {
  const told = (keys) => keys.map((key) => [hex(key.bytes), String(key.first), String(key.last)]);
  const said = [];
  for (const one of all) said.push(await historyOf(one).then(told, (error) => (error instanceof Rejected ? null : String(error))));
  return said;
}"""


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page as one file on the disk."""
    file = tmp_path_factory.mktemp("page") / "verify.html"
    file.write_text(verify_page.alone(), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS.split())
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def on_disk(browser: Any, alone: Path) -> Iterator[Any]:
    """The page opened from the disk; at the end nothing was asked for but the page itself, and nothing went wrong."""
    page = browser.new_context(locale="en-GB").new_page()
    faults: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(alone.as_uri())
    yield page
    assert (faults, asked) == ([], [alone.as_uri()])


@pytest.fixture(params=["WebCrypto", "its own arithmetic"])
def page(request: pytest.FixtureRequest, on_disk: Any) -> Any:
    """The page with the browser's Ed25519, and with its own."""
    on_disk.evaluate("(known) => { knowsEd25519 = known; }", request.param == "WebCrypto")
    return on_disk


def asked(page: Any, documents: list[bytes], trust: str = KEY, *lists: bytes) -> list[dict[str, Any]]:
    encoded = [[b64encode(one).decode() for one in some] for some in (documents, lists)]
    answers: list[dict[str, Any]] = page.evaluate(ASK, [encoded[0], trust, encoded[1], NOW.timestamp() * 1000])
    return answers


def test_a_file_that_is_too_large_is_told_and_not_passed_over(browser: Any, alone: Path, tmp_path: Path) -> None:
    with (tmp_path / "huge.txt").open("wb") as file:
        file.truncate((4 << 20) + 1)
    page = browser.new_context(locale="zh-CN").new_page()
    page.goto(alone.as_uri())
    for chooser in ("#chosen", "#keyfile"):
        page.set_input_files(chooser, str(tmp_path / "huge.txt"))
        page.wait_for_selector("article.bad")
        assert "文件超过 4 MB" in page.inner_text("#results")
        page.click("#clear")


def test_what_is_dropped_is_shown_with_what_is_proven_and_what_is_not(
    browser: Any, alone: Path, tmp_path: Path
) -> None:
    files = {"good.txt": RECEIPT, "bad.txt": RECEIPT.replace(b"index 3", b"index 5"), "c.json": GOOD_CREDENTIAL}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    for locale, words in (("en-GB", ("Holds", "Rejected", "Not proven")), ("zh-CN", ("成立", "不予采信", "未证明"))):
        page = browser.new_context(locale=locale, viewport={"width": 390, "height": 844}).new_page()
        page.goto(alone.as_uri())
        page.fill("#trust", KEY)
        page.set_input_files("#chosen", [str(tmp_path / name) for name in files])
        page.wait_for_selector("article >> nth=2")
        told = page.inner_text("#results")
        for word in (*words, ORIGIN, "宜昌磷酸有限公司", ISSUER.did):
            assert word in told
        assert [one.get_attribute("class") for one in page.locator("article").all()] == ["good", "bad", "good"]
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.click("#language")
        assert (words[0] in page.inner_text("#results")) is False


def test_the_page_works_as_the_portal_serves_it_under_its_policy(browser: Any, opened: Desk) -> None:
    from entrepot.portal.wsgi import application_on

    client_of(opened)  # settles the environment that Django reads
    server = make_server("127.0.0.1", 0, application_on(opened), handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    faults: list[str] = []
    try:
        page = browser.new_context(locale="zh-CN").new_page()
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{address}/verify")
        before: list[str] = []
        page.on("request", lambda request: before.append(request.url))
        page.fill("#trust", KEY)
        page.fill("#document", RECEIPT.decode())
        page.click("#check")
        page.wait_for_selector("article.good")
        assert page.locator("html").get_attribute("lang") == "zh-Hans"
        assert (faults, before) == ([], []), "nothing that was pasted is sent"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_receipts_hold_or_fall_as_in_python(page: Any) -> None:
    other, impostor = Signer("log.example/wuhan", b"\x02" * 32), Signer(ORIGIN, b"\x03" * 32)
    documents = [
        *(Log(size).receipt(place).encode() for size, place in ((1, 0), (7, 6), (12, 3), (12, 11))),
        Log(4, other).receipt(1).encode(), Log(4, impostor).receipt(1).encode(), RECEIPT[:-1], RECEIPT + b"\n", b"\xef\xbb\xbf" + RECEIPT,
        RECEIPT.replace(b"\n", b"\r\n"), RECEIPT.replace(b"index 3", b"index 03"), RECEIPT.replace(b"index 3", b"index 12"),
        RECEIPT + RECEIPT[RECEIPT.index("— ".encode()) :], RECEIPT.replace(b"extra ", b"extra  "), b"c2sp.org/tlog-proof@v1\nindex 0\n\n",
    ]  # fmt: skip
    agree(page, documents)
    assert "too old" not in str(asked(page, documents))


def test_the_same_statement_in_any_other_spelling_is_rejected_as_in_python(page: Any) -> None:
    lines = RECEIPT.decode().split("\n")
    extra = json.loads(b64decode(lines[1].removeprefix("extra ")))
    spellings = [
        json.dumps(extra, sort_keys=True).encode(), json.dumps(extra, separators=(",", ":"), sort_keys=True).encode(),
        json.dumps(extra, separators=(",", ":"), ensure_ascii=False, sort_keys=True).encode() + b"\n",
        json.dumps(dict(reversed(extra.items())), separators=(",", ":"), ensure_ascii=False).encode(), *OTHER_EXTRA,
    ]  # fmt: skip
    documents = []
    for spelling in spellings:
        lines[1] = f"extra {b64encode(spelling).decode()}"
        documents.append("\n".join(lines).encode())
    agree(page, documents)
    assert not any(one["accepted"] for one in asked(page, documents))


def agree(page: Any, documents: list[bytes], trust: str = KEY) -> None:
    """The page accepts what the verifier accepts, and rejects the rest with a reason."""
    believed = trust_in([trust]) if trust == KEY else trust_in(policy=trust.encode())
    for data, answer in zip(documents, asked(page, documents, trust), strict=True):
        try:
            verify(data, believed)
        except Rejected:
            assert not answer["accepted"], data
            assert answer["en"]
        else:
            assert answer["accepted"], (data, answer)


def test_no_altered_receipt_passes_and_both_agree_on_each(page: Any) -> None:
    chance = random.Random(5)
    documents = [RECEIPT]
    for _ in range(60):
        at = chance.randrange(len(RECEIPT))
        lines = RECEIPT.split(b"\n")
        a, b = chance.randrange(len(lines)), chance.randrange(len(lines))
        lines[a], lines[b] = lines[b], lines[a]
        documents += [
            RECEIPT[:at] + bytes([RECEIPT[at] ^ 1 << chance.randrange(8)]) + RECEIPT[at + 1 :],
            RECEIPT[:at], RECEIPT[:at] + RECEIPT[at + 1 :], b"\n".join(lines),
        ]  # fmt: skip
    agree(page, [one for one in documents if one.startswith(b"c2sp.org/tlog-proof")])


def test_cosignatures_and_policies_count_as_in_python(page: Any) -> None:
    late = Cosigner("one.example/w", 1).line(LOG.checkpoint, time=2**63)
    for some in ((), WITNESSES[:1], WITNESSES[1:], WITNESSES):
        data = RECEIPT + "".join(one.line(LOG.checkpoint) for one in some).encode()
        agree(page, [data, data + late.encode(), data.replace(b"one.example", b"two.example")], POLICY)
    wrong = page.evaluate(
        "(all) => all.map((one) => { try { policyOf(one); return true; } catch (e) { return !(e instanceof Rejected); } })",
        [*GOOD, *BAD],
    )
    assert wrong == [True] * len(GOOD) + [False] * len(BAD)


def test_keys_are_followed_through_hand_overs_as_in_python(page: Any) -> None:
    texts = [document(notes) for notes in (*GOOD_KEYS.values(), *BAD_KEYS.values())]
    read = page.evaluate(FOLLOW, texts)
    assert read[len(GOOD_KEYS) :] == [None] * len(BAD_KEYS)
    for text, keys in zip(texts, read[: len(GOOD_KEYS)], strict=False):
        assert keys == [
            [key.public.hex(), str(key.first), str(key.last)] for key in trust_in(key_files=[text.encode()]).logs
        ]
    new = Signer(ORIGIN, b"\x02" * 32)
    over = f"{KEY}\n\n" + changed("hand-over", 1, 12, LOG.checkpoint.root, new, SIGNER, new)
    documents = [
        RECEIPT,
        Log(20, new).receipt(3).encode(),
        Log(4, new).receipt(3).encode(),
        Log(20).receipt(3).encode(),
    ]
    assert [one["accepted"] for one in asked(page, documents, over)] == [True, True, False, True]
    ended = over + "\n" + changed("retirement", 2, 12, LOG.checkpoint.root, SIGNER, SIGNER, new)
    assert [one["accepted"] for one in asked(page, documents, ended)] == [True, True, False, False]


def test_credentials_hold_or_fall_as_in_python(page: Any) -> None:
    documents = [
        GOOD_CREDENTIAL,
        written(signed(signed(credential()), ISSUER)),
        written(signed(credential(issuer="https://x.example"))),
    ]
    for change, _ in MISTAKES.values():
        one = signed(credential())
        change(one)
        documents.append(written(one))
    documents += [written(signed(credential(**members))) for members, _ in LOOK_ALIKES.values()]
    chance = random.Random(7)
    for _ in range(120):
        at = chance.randrange(1, len(GOOD_CREDENTIAL))
        byte = bytes([chance.choice(b' "\\,:{}[]019.-eE\n\xe7') if chance.random() < 0.5 else chance.randrange(256)])
        documents += [
            GOOD_CREDENTIAL[:at] + byte + GOOD_CREDENTIAL[at + 1 :],
            GOOD_CREDENTIAL[:at] + GOOD_CREDENTIAL[at + 1 :],
        ]
    answers = asked(page, documents)
    for (_, reason), answer in zip([*MISTAKES.values(), *LOOK_ALIKES.values()], answers[3:], strict=False):
        assert reason in answer["en"]
    for data, answer in zip(documents, answers, strict=True):
        assert answer["accepted"] == credentials.verify(data, now=NOW).accepted, (data, answer)


def test_what_two_readers_could_take_in_two_ways_is_not_read_here_either(on_disk: Any) -> None:
    odd = [data for data in AMBIGUOUS if data not in (b"[]", b"null") and len(data) < 10_000]
    odd += [
        b'{"a":-9007199254740992}',
        b'{"a":"\\udc00"}',
        b'{"a":{"b":1,"b":1}}',
        b'{"a":.5}',
        b'{"a":1.}',
        b'{"a":+1}',
        b'{"a":"\t"}',
    ]
    read = on_disk.evaluate(PARSE, [b64encode(data).decode() for data in odd])
    assert read == [False] * len(odd)
    twice = GOOD_CREDENTIAL.replace(b'"origin"', b'"origin": "JP", "origin"')
    assert not asked(on_disk, [twice])[0]["accepted"]


def test_signatures_and_base64_have_one_spelling_and_weak_keys_are_known(page: Any) -> None:
    key, message = SIGNER.verifier.public, b"words"
    signature = b64decode(SIGNER.line("words").split(" ")[2])[4:]
    order = 2**252 + 27742317777372353535851937790883648493
    again = signature[:32] + (int.from_bytes(signature[32:], "little") + order).to_bytes(32, "little")
    held = page.evaluate(
        "async ([key, message, all]) => { const said = []; for (const one of all)"
        " said.push(await ed25519(fromBase64(key), fromBase64(one), fromBase64(message))); return said; }",
        [
            b64encode(key).decode(),
            b64encode(message).decode(),
            [b64encode(one).decode() for one in (signature, again, signature[:63])],
        ],
    )
    assert held == [True, False, False]
    assert page.evaluate("['AB==', 'AAB=', 'AA', 'A=', '', 'AA= =', 'AA==\\n'].map(fromBase64)") == [None] * 7
    weak = [y.to_bytes(32, "little") for y in (0, 1, 2**255 - 20, 2**255 - 19)]
    said = page.evaluate(
        "(all) => all.map((one) => isWeak(fromBase64(one)))", [b64encode(one).decode() for one in (*weak, key)]
    )
    assert said == [True] * 4 + [False]
    short = status_list(encodedList="u" + urlsafe_b64encode(gzip.compress(bytes(9))).decode().rstrip("="))
    assert not asked(page, [written(signed(on_list(7)))], "", short)[0]["accepted"]


def test_signed_control_characters_are_refused_as_in_python(page: Any) -> None:
    kept = LOG.checkpoint
    text = f"{kept.text()}beep\x07\n"
    top = RECEIPT.decode().partition("\n\n")[0]
    agree(page, [f"{top}\n\n{text}\n{SIGNER.line(text)}".encode()])


def test_a_status_list_dropped_along_tells_of_revocation(page: Any) -> None:
    data = written(signed(on_list(7)))
    for lists, holds in (
        ((), True),
        ((status_list(6, 8),), True),
        ((status_list(7),), False),
        ((status_list(encodedList="uAAAA"),), False),
    ):
        [answer] = asked(page, [data], "", *lists)
        assert answer["accepted"] is holds
    assert "revoked" in asked(page, [data], "", status_list(7))[0]["en"]


def test_canonical_json_of_the_page_is_that_of_rfc_8785(on_disk: Any) -> None:
    told = on_disk.evaluate("(all) => all.map((one) => canonical(parseJson(one)))", list(TEXTS))
    assert told == list(TEXTS.values())
    chance = random.Random(3)
    doubles = [struct.unpack(">d", bytes.fromhex(bits))[0] for bits in NUMBERS]
    doubles += [
        one for one in (struct.unpack(">d", chance.randbytes(8))[0] for _ in range(300)) if abs(one) < float("inf")
    ]
    wanted = [rfc8785.dumps(one).decode() for one in doubles]
    assert on_disk.evaluate("(all) => all.map((one) => canonical(one))", doubles) == wanted
    odd = [json.dumps({f"{chr(chance.randrange(0x20, 0xD800))}{n}": n, "z": [None, True, {"": ""}]}) for n in range(60)]
    assert on_disk.evaluate("(all) => all.map((one) => canonical(parseJson(one)))", odd) == [
        rfc8785.dumps(json.loads(one)).decode() for one in odd
    ]
