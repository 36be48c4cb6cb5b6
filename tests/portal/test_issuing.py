"""Issuing: what is signed is what was seen, once, in one breath with its statement; and what becomes of it afterwards."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest

from entrepot.channels.online import Voice
from entrepot.gateways.credentials.verifying import verify_credential
from entrepot.gateways.signed_pdf.verifying import verify_pdf
from entrepot.gateways.timestamps.asking import NoTimestampError
from entrepot.kernel.intake import Refusal
from entrepot.kernel.sheet import value_digest
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal.desk import Desk, NoSuchDossier
from entrepot.portal.drafts import Draft
from entrepot.portal.issuing import IssuedDocument, issuable, issue
from entrepot.portal.issuing_afterwards import Gone, bytes_of, card, cards, change, finish, pdf_authority
from entrepot.portal.issuing_checks import verdict_on
from entrepot.portal.issuing_keys import keys_of, make_key, operator_key, revoke_key, vouch
from entrepot.portal.status_api import source
from entrepot.portal.timestamping import Authorities, Authority, Timestamping
from entrepot.store.erasure import Erasure
from entrepot_verify.receipt import verify
from tests.gateways.signed_pdf import made as drawing
from tests.portal.issuing_stage import EVE, LINE, OPERATOR, TERMS, Clock, amend, digest, issuing_desk, sold
from tests.portal.stage import ANN, BOB
from tests.store.saying import said

INVOICE = "documents.invoice"
State = Literal["revoked", "suspended", "reinstated"]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    desk = sold(issuing_desk(tmp_path, clock=clock))
    yield desk
    desk.store.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def on_both(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    """The same desk on each of the databases."""
    url = "" if request.param == "sqlite" else str(request.getfixturevalue("fresh_postgres_url"))
    desk = sold(issuing_desk(tmp_path, url, clock=clock))
    yield desk
    desk.store.close()


def rules(refusal: pytest.ExceptionInfo[Refusal]) -> list[str]:
    return [problem.rule for problem in refusal.value.problems]


def invoice(desk: Desk, replaces: str = "") -> IssuedDocument:
    return issue(desk, "D1", INVOICE, digest(desk), ANN, replaces=replaces)


def credential(desk: Desk, document: str) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(bytes_of(desk, "D1", document, "credential", ANN).data)
    return found


def outcome(desk: Desk, document: str, name: str) -> str:
    return next(check.result for check in verdict_on(desk, "D1", document, ANN).checks if check.name.en == name)


def test_what_is_signed_is_what_the_issuer_saw_and_everybody_can_check_it(desk: Desk) -> None:
    seen = digest(desk)
    vouch(desk, OPERATOR, "acme", keys_of(desk, "acme")[0].key, "Yichang Acid Co., Ltd.", "91420500MA4ABCDE0X")
    made = invoice(desk)
    data = bytes_of(desk, "D1", made.document, "credential", BOB).data
    assert sha256(data).hexdigest() == made.credential
    words = msgspec.json.decode(data)
    assert words["credentialSubject"]["grandTotal"] == {"amount": "12360.00", "currency": "USD"}
    assert words["evidence"][0]["findingDigest"] == seen
    trusted = {operator_key(desk).did: "operator"}
    verdict = verify_credential(data, now=desk.store.clock(), trusted=trusted, status=lambda url: source(desk, url))
    assert verdict.accepted
    assert verdict.issuer.startswith("Yichang Acid Co., Ltd. (")
    assert "fails" not in {check.result for check in verdict_on(desk, "D1", made.document, BOB).checks}


def test_the_pdf_holds_the_credential_and_the_receipt_and_the_receipt_proves_the_issue(desk: Desk) -> None:
    made = invoice(desk)
    pdf, receipt = (bytes_of(desk, "D1", made.document, form, ANN).data for form in ("pdf", "receipt"))
    verdict = verify_pdf(pdf, now=desk.store.clock(), roots=[pdf_authority(desk).certificate])
    assert verdict.accepted
    proof = verify(receipt, desk.store.log_key)
    assert proof.statement is not None
    assert verdict.says["attachments"] == {
        "credential.json": made.credential,
        "receipt.txt": sha256(receipt).hexdigest(),
        "statement.json": proof.statement["body"],
    }
    assert (proof.statement["topic"], proof.statement["key"]) == ("document.issued", made.document)
    assert finish(desk, "D1", made.document) == finish(desk, "D1", made.document), "made once, the same ever after"


def test_the_same_value_is_issued_once_also_by_many_at_once(on_both: Desk) -> None:
    desk = on_both
    seen = digest(desk)
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: issue(desk, "D1", INVOICE, seen, ANN), range(8)))
        printed = list(pool.map(lambda one: finish(desk, "D1", one.document), made))
    assert len({one.document for one in made}) == len(set(map(repr, printed))) == 1
    assert len(cards(desk, "D1", ANN)) == 1
    assert invoice(desk).status == "already"


def test_what_moved_since_it_was_seen_is_not_signed(desk: Desk) -> None:
    seen = digest(desk)
    amend(desk)
    with pytest.raises(Refusal) as refusal:
        issue(desk, "D1", INVOICE, seen, ANN)
    assert rules(refusal) == ["IS03"]
    assert cards(desk, "D1", ANN) == ()


def test_a_correction_replaces_what_stands_and_says_so_on_both(on_both: Desk) -> None:
    desk = on_both
    first = invoice(desk)
    amend(desk)
    with pytest.raises(Refusal) as refusal:
        invoice(desk)
    assert rules(refusal) == ["IS07"]
    second = invoice(desk, replaces=first.document)
    assert credential(desk, second.document)["replaces"] == f"urn:uuid:{first.document}"
    assert card(desk, "D1", first.document, ANN).state == "replaced"
    assert card(desk, "D1", first.document, ANN).reasons[0].replaced_by == second.document
    assert not verdict_on(desk, "D1", first.document, ANN).accepted
    assert verdict_on(desk, "D1", second.document, ANN).accepted
    assert invoice(desk, replaces=first.document).status == "already", "the value stands as the second already"
    desk.say(
        "D1", [Draft("trade.terms", {**TERMS, "payment": "L/C", "total": "USD 12400.00"}, replaces=("terms-2",))], ANN
    )
    with pytest.raises(Refusal) as refusal:
        invoice(desk, replaces=first.document)
    assert rules(refusal) == ["IS06"], "what was replaced is not replaced again"


def test_what_needs_review_is_signed_only_after_a_person_confirms_it(desk: Desk) -> None:
    desk.say("D1", [Draft("trade.terms", {**TERMS, "total": "USD 1.00"}, replaces=("terms-1",))], ANN)
    with pytest.raises(Refusal) as refusal:
        invoice(desk)
    assert rules(refusal) == ["IS04"]
    made = issue(desk, "D1", INVOICE, digest(desk), ANN, confirm="a discount was agreed")
    assert credential(desk, made.document)["credentialSubject"]["grandTotal"]["amount"] == "1.00"


def test_what_moved_and_stands_on_no_document_leaves_the_document_as_it_is(desk: Desk) -> None:
    made = invoice(desk)
    desk.say("D1", [Draft("goods.line", {**LINE, "ciq": "102"}, "1", replaces=("line-1",))], ANN)
    assert invoice(desk) == msgspec.structs.replace(made, status="already")
    assert next(one for one in issuable(desk, "D1", ANN) if one.kind == "invoice").same


def test_a_receipt_is_for_the_very_statements(desk: Desk) -> None:
    desk.keep_paper("D1", "scan.pdf", b"%PDF-1.7 a paper", ANN)
    make_key(desk, OPERATOR, "The region")
    place = "documents.receipt"
    first = issue(desk, "D1", place, digest(desk, place), OPERATOR)
    assert issue(desk, "D1", place, digest(desk, place), OPERATOR).document == first.document
    desk.say("D1", [Draft("goods.line", {**LINE, "ciq": "102"}, "1", replaces=("line-1",))], ANN)
    with pytest.raises(Refusal) as refusal:
        issue(desk, "D1", place, digest(desk, place), OPERATOR)
    assert rules(refusal) == ["IS07"]


def test_what_lacks_something_is_not_signed_and_tells_all_that_it_lacks(desk: Desk) -> None:
    desk.say("D1", [Draft("goods.line", {"hs": "28"}, "2")], ANN)
    with pytest.raises(Refusal) as refusal:
        issue(desk, "D1", INVOICE, "0" * 64, ANN)
    assert rules(refusal) == ["IS02", "DC04", "DC04", "DC04", "DC04"]


def test_what_our_own_verifier_would_reject_is_not_issued(desk: Desk) -> None:
    turned = {**LINE, "description": "acid \u202e42"}  # whoever reads it sees the digits the other way round
    desk.say("D1", [Draft("goods.line", turned, "1", replaces=("line-1",))], ANN)
    with pytest.raises(Refusal) as refusal:
        invoice(desk)
    assert rules(refusal) == ["IS14"]
    assert cards(desk, "D1", ANN) == ()


def test_without_a_key_nothing_is_signed(tmp_path: Path) -> None:
    desk = sold(issuing_desk(tmp_path), key=False)
    with pytest.raises(Refusal) as refusal:
        invoice(desk)
    assert rules(refusal) == ["IS05"]
    desk.store.close()


def test_suspended_reinstated_revoked_and_never_back(desk: Desk) -> None:
    made = invoice(desk)
    moves: list[tuple[State, bool]] = [("suspended", False), ("reinstated", True), ("revoked", False)]
    for state, held in moves:
        change(desk, "D1", made.document, state, "a slip", ANN)
        assert verdict_on(desk, "D1", made.document, ANN).accepted == held, state
    for state, _ in moves:
        with pytest.raises(Refusal) as refusal:
            change(desk, "D1", made.document, state, "after all", ANN)
        assert rules(refusal) == ["IS11"]
    again = invoice(desk)
    assert again.status == "issued", "what was revoked may be issued anew, as another document"
    assert again.document != made.document


def test_only_the_issuer_and_the_operator_change_the_status(desk: Desk) -> None:
    made = invoice(desk)
    with pytest.raises(Refusal) as refusal:
        change(desk, "D1", made.document, "revoked", "I do not like it", BOB)
    assert rules(refusal) == ["IS01"]
    with pytest.raises(NoSuchDossier):
        change(desk, "D1", made.document, "revoked", "x", EVE)
    with pytest.raises(Refusal) as refusal:
        change(desk, "D1", made.document, "revoked", " ", ANN)
    assert rules(refusal) == ["IS23"]
    assert change(desk, "D1", made.document, "suspended", "by order of a court", OPERATOR).state == "suspended"


def test_the_log_decides_what_a_revoked_key_had_signed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    held = keys_of(desk, "acme")[0]
    made = invoice(desk)
    revoke_key(desk, ANN, held.key, "rotated out of turn")
    desk.store.integrate()
    assert outcome(desk, made.document, "key of the organisation") == "holds"
    change(desk, "D1", made.document, "revoked", "to be issued anew", ANN)
    with pytest.raises(Refusal) as refusal:
        invoice(desk)
    assert rules(refusal) == ["IS05"]
    monkeypatch.setattr("entrepot.portal.issuing_keys.key_for", lambda *_: held)  # whoever still has the secret half
    late = invoice(desk)
    desk.store.integrate()
    assert outcome(desk, late.document, "key of the organisation") == "fails"
    assert not verdict_on(desk, "D1", late.document, ANN).accepted


def test_what_a_stolen_key_signed_does_not_count(desk: Desk, clock: Clock) -> None:
    made = invoice(desk)
    revoke_key(desk, ANN, keys_of(desk, "acme")[0].key, "stolen", compromised_on=desk.today() - timedelta(days=1))
    assert outcome(desk, made.document, "key of the organisation") == "fails"


def test_after_rotation_the_new_key_signs_and_what_the_old_one_signed_stays_good(desk: Desk, clock: Clock) -> None:
    made = invoice(desk)
    old = keys_of(desk, "acme")[0]
    new = make_key(desk, ANN, "Yichang Acid Co., Ltd.")
    assert new.key != old.key
    clock.now += timedelta(days=2)
    change(desk, "D1", made.document, "revoked", "to be issued anew", ANN)
    again = invoice(desk)
    assert credential(desk, again.document)["issuer"]["id"] == new.did
    assert outcome(desk, made.document, "key of the organisation") == "holds"
    assert outcome(desk, again.document, "key of the organisation") == "holds"


def test_an_erased_document_shows_as_erased_and_its_issue_stays_proven(on_both: Desk) -> None:
    desk = on_both
    made = invoice(desk)
    desk.store.integrate()
    order = said("D1", "goods.line", {"hs": "28"}, "9")
    assert desk.store.erase([order], [Erasure("content", made.credential, "a court's order", "officer")]).ok
    assert card(desk, "D1", made.document, ANN).erased
    for form in ("credential", "pdf"):
        with pytest.raises(Gone):
            bytes_of(desk, "D1", made.document, form, ANN)
    verdict = verdict_on(desk, "D1", made.document, ANN)
    assert [check.result for check in verdict.checks] == ["not checked", "holds", "holds"]


def test_what_is_told_of_a_document_helps_nobody_to_guess_what_it_says(desk: Desk) -> None:
    seen = digest(desk)
    made = card(desk, "D1", invoice(desk).document, ANN)
    told = msgspec.json.encode(made.value).decode()
    assert seen not in told
    with desk.store.holding("D1") as record:
        value = desk.sheet(record).finding(INVOICE)
    assert value is not None
    assert value_digest(value.effective) == seen


def test_nobody_has_the_bytes_who_could_not_read_what_they_say(desk: Desk) -> None:
    bank = Voice("bo", "bank", frozenset({"bank"}))
    desk.say("D1", [Draft("dossier.member", {"roles": ["bank"]}, "bank")], ANN)
    desk.say("D1", [Draft("bank.receipt", {"amount": "USD 12360.00", "received_on": "2026-04-01"}, "B1")], bank)
    make_key(desk, bank, "Bank of Yichang")
    place = "documents.payment/B1"
    seen = next(one.digest for one in issuable(desk, "D1", bank) if one.place == place)
    made = issue(desk, "D1", place, seen, bank)
    assert bytes_of(desk, "D1", made.document, "credential", ANN).data
    assert place not in {one.place for one in issuable(desk, "D1", BOB)}
    for read in (
        lambda: bytes_of(desk, "D1", made.document, "credential", BOB),
        lambda: card(desk, "D1", made.document, BOB),
    ):
        with pytest.raises(NoSuchPlace):
            read()
    assert cards(desk, "D1", BOB) == ()


def test_the_pdf_bears_the_time_of_an_authority_that_answers_and_comes_without_where_none_does(desk: Desk) -> None:
    now = desk.store.clock()
    root = drawing.clock(now)[0]
    asked: list[str] = []

    def ask(url: str, request: bytes) -> bytes:
        asked.append(url)
        if "dead" in url:
            raise NoTimestampError("nobody there")
        return b"no answer" if "odd" in url else drawing.stamping(now)(request)

    listed = tuple(Authority(name, f"http://127.0.0.1/{name}", (root,)) for name in ("dead", "odd", "sound"))
    desk.timestamping = Timestamping(desk.store, Authorities(listed), ask)
    first = invoice(desk).document
    stamped = bytes_of(desk, "D1", first, "pdf", ANN).data
    assert [url.rpartition("/")[2] for url in asked] == ["dead", "odd", "sound"]
    later = now + timedelta(days=5 * 365)
    roots = [pdf_authority(desk).certificate]
    assert verify_pdf(stamped, now=later, roots=roots, stamp_roots=[root]).accepted
    assert not verify_pdf(stamped, now=later, roots=roots).accepted, "the certificate has expired by then"
    desk.timestamping = Timestamping(desk.store, Authorities(listed[:2]), ask)
    amend(desk)
    plain = issue(desk, "D1", "documents.invoice", digest(desk), ANN, replaces=first)
    assert verify_pdf(bytes_of(desk, "D1", plain.document, "pdf", ANN).data, now=now, roots=roots).accepted
