"""Keys of organisations: proven before they are registered, vouched for by the operator alone; and signing with a key kept at home."""

from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from entrepot.channels.online import Voice
from entrepot.channels.window import under
from entrepot.gateways.credentials.data_integrity import with_proof
from entrepot.gateways.credentials.keys import PublicKey, SigningKey
from entrepot.gateways.credentials.verifying import verify_credential
from entrepot.gateways.signed_pdf.verifying import verify_pdf
from entrepot.kernel.intake import Refusal
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.portal.issuing import issue, prepare
from entrepot.portal.issuing_afterwards import bytes_of, pdf_authority
from entrepot.portal.issuing_checks import verdict_on
from entrepot.portal.issuing_keys import (
    challenge,
    key_for,
    keys_of,
    make_key,
    operator_key,
    register_key,
    revoke_key,
    vouch,
)
from tests.portal.issuing_stage import EVE, OPERATOR, Clock, amend, digest, issuing_desk, sold
from tests.portal.stage import ANN

HOME = SigningKey.from_seed(bytes(range(32)))
PLACE = "documents.invoice"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    desk = sold(issuing_desk(tmp_path, clock=clock), key=False)
    yield desk
    desk.store.close()


@pytest.fixture
def own(desk: Desk) -> Desk:
    """acme has registered a key that it keeps itself."""
    register_key(desk, ANN, HOME.key.multikey, proof(desk), "Yichang Acid Co., Ltd.")
    return desk


def proof(desk: Desk, voice: Voice = ANN, signer: SigningKey = HOME, text: str = "") -> str:
    return b64encode(signer.sign((text or challenge(desk, voice, HOME.key.multikey)).encode())).decode()


def rules(refusal: pytest.ExceptionInfo[Refusal]) -> list[str]:
    return [problem.rule for problem in refusal.value.problems]


def signed_at_home(desk: Desk, signer: SigningKey = HOME, **change: Any) -> dict[str, Any]:
    asked = prepare(desk, "D1", PLACE, digest(desk), ANN)
    document = {name: value for name, value in asked.document.items() if name != "proof"}
    return {**with_proof(document, asked.document["proof"], signer.sign(bytes.fromhex(asked.signing_input))), **change}


def test_a_key_in_custody_is_known_by_its_public_half_and_kept_by_the_platform(desk: Desk) -> None:
    held = make_key(desk, ANN, "Yichang Acid Co., Ltd.", "91420500MA4ABCDE0X")
    assert (held.value.custody, held.value.organisation) == ("platform", "acme")
    assert key_for(desk, "acme", "documents") == held
    assert key_for(desk, "buyer", "documents") is None


def test_a_key_of_ones_own_is_registered_by_its_answer_to_the_challenge(own: Desk) -> None:
    (held,) = keys_of(own, "acme")
    assert (held.key, held.value.custody) == (HOME.key.multikey, "own")
    assert held.value.challenge.startswith(f"entrepot key {own.store.origin} acme z6Mk")


@pytest.mark.parametrize(
    "bad",
    [
        lambda desk: proof(desk, signer=SigningKey.from_seed(bytes(32))),
        lambda desk: proof(desk, voice=EVE),
        lambda desk: proof(desk, text="entrepot key elsewhere acme " + HOME.key.multikey),
        lambda desk: proof(desk, text=challenge(desk, ANN, HOME.key.multikey, desk.today() - timedelta(days=2))),
        lambda desk: proof(desk)[:-4],
        lambda desk: "no base64 at all",
    ],
)
def test_who_cannot_prove_that_he_has_a_key_does_not_register_it(desk: Desk, bad: Any) -> None:
    with pytest.raises(Refusal) as refusal:
        register_key(desk, ANN, HOME.key.multikey, bad(desk), "Acme")
    assert rules(refusal) == ["IS20"]
    assert keys_of(desk, "acme") == ()


@pytest.mark.parametrize("name", ["", " ", "x" * 201, "a\nb"])
def test_an_organisation_has_a_name_that_can_be_read(desk: Desk, name: str) -> None:
    with pytest.raises(Refusal) as refusal:
        make_key(desk, ANN, name)
    assert rules(refusal) == ["IS21"]


def test_only_the_operator_vouches_and_only_the_organisation_or_the_operator_revokes(desk: Desk) -> None:
    held = make_key(desk, ANN, "Acme")
    for voice in (ANN, EVE):
        with pytest.raises(Refusal) as refusal:
            vouch(desk, voice, "acme", held.key, "Acme", "91420500MA4ABCDE0X")
        assert rules(refusal) == ["IS01"]
    with pytest.raises(Refusal) as refusal:
        revoke_key(desk, EVE, held.key, "mischief", organisation="acme")
    assert rules(refusal) == ["IS01"]
    known = vouch(desk, OPERATOR, "acme", held.key, "Yichang Acid Co., Ltd.", "91420500MA4ABCDE0X", "licence seen")
    assert known.vouched is not None
    anchor = desk.store.content(known.vouched.anchor)
    assert anchor is not None
    trusted = {operator_key(desk).did: "operator"}
    assert verify_credential(anchor.data, now=desk.store.clock(), trusted=trusted).accepted
    assert revoke_key(desk, OPERATOR, held.key, "by order of a court", organisation="acme").revoked is not None
    assert key_for(desk, "acme", "documents") is None
    with pytest.raises(Refusal) as refusal:
        vouch(desk, OPERATOR, "acme", held.key, "Acme", "91420500MA4ABCDE0X")
    assert rules(refusal) == ["IS01"]


def test_a_live_store_vouches_for_no_code_whose_check_digit_is_wrong(tmp_path: Path) -> None:
    desk = issuing_desk(tmp_path, nature="live")
    voice, operator = Voice("ann", "acme"), Voice("officer-7", "zone", frozenset({"operator"}))
    held = make_key(desk, voice, "Acme")
    with pytest.raises(Refusal) as refusal:
        vouch(desk, operator, "acme", held.key, "Acme", "91420500MA4ABCDE0X")
    assert rules(refusal) == ["IS25"]
    assert vouch(desk, operator, "acme", held.key, "Acme", "91420500MA4ABCDE0A").vouched is not None
    desk.store.close()


def test_a_key_of_another_kind_is_not_registered(desk: Desk) -> None:
    secret = generate_private_key(SECP256R1())
    raw = secret.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    key = PublicKey("P-256", raw).multikey
    r, s = decode_dss_signature(secret.sign(challenge(desk, ANN, key).encode(), ECDSA(SHA256())))
    with pytest.raises(Refusal) as refusal:
        register_key(desk, ANN, key, b64encode(r.to_bytes(32) + s.to_bytes(32)).decode(), "Acme")
    assert rules(refusal) == ["IS20"]


def test_a_second_word_of_the_operator_takes_the_place_of_the_first(desk: Desk) -> None:
    held = make_key(desk, ANN, "Acme")
    vouch(desk, OPERATOR, "acme", held.key, "Acme", "")
    later = vouch(desk, OPERATOR, "acme", held.key, "Yichang Acid Co., Ltd.", "91420500MA4ABCDE0X")
    assert later.vouched is not None
    assert keys_of(desk, "acme")[0].vouched == later.vouched
    assert later.vouched.name == "Yichang Acid Co., Ltd."


def test_nobody_makes_keys_for_another_organisation_through_the_doors(desk: Desk) -> None:
    make_key(desk, EVE, "Elsewhere")
    own = desk.store.own_dossiers("elsewhere")[0]
    body = {"organisation": "acme", "name": "Acme", "use": ["documents"], "custody": "own", "since": "2026-04-01"}
    with pytest.raises(Refusal) as refusal:
        desk.say(own, [Draft("organisation.key", body, HOME.key.multikey)], EVE)
    assert rules(refusal) == ["D019"]
    assert keys_of(desk, "acme") == ()


def test_a_counter_registers_under_a_mandate_alone(desk: Desk) -> None:
    clerk = Voice("cleo", "counter", frozenset({"clerk"}), "window", counter="counter")
    with pytest.raises(Refusal) as refusal:
        make_key(desk, under(clerk, "M-9", "acme"), "Acme")
    assert "D008" in rules(refusal)
    assert keys_of(desk, "acme") == ()


def test_what_was_signed_at_home_is_issued_and_holds(own: Desk) -> None:
    document = signed_at_home(own)
    made = issue(own, "D1", PLACE, digest(own), ANN, signed=document)
    assert made.status == "issued"
    assert verdict_on(own, "D1", made.document, ANN).accepted
    assert bytes_of(own, "D1", made.document, "pdf", ANN).data.startswith(b"%PDF-")
    assert issue(own, "D1", PLACE, digest(own), ANN).status == "already"


def test_the_platform_signs_no_page_in_the_name_of_who_keeps_its_own_key(own: Desk) -> None:
    vouch(own, OPERATOR, "acme", HOME.key.multikey, "Yichang Acid Co., Ltd.", "91420500MA4ABCDE0X")
    made = issue(own, "D1", PLACE, digest(own), ANN, signed=signed_at_home(own))
    pdf = bytes_of(own, "D1", made.document, "pdf", ANN).data
    verdict = verify_pdf(pdf, now=own.store.clock(), roots=[pdf_authority(own).certificate])
    assert verdict.issuer == "Entrepôt sandbox (NTRCN-platform)"


def test_without_its_signature_nothing_is_issued(own: Desk) -> None:
    with pytest.raises(Refusal) as refusal:
        issue(own, "D1", PLACE, digest(own), ANN)
    assert rules(refusal) == ["IS08"]


def _forged(desk: Desk) -> Iterator[tuple[str, dict[str, Any]]]:
    good = signed_at_home(desk)
    subject = {**good["credentialSubject"], "invoiceId": "INV-8"}
    yield "another number", {**good, "credentialSubject": subject}
    yield "another key", signed_at_home(desk, SigningKey.from_seed(bytes(32)))
    yield "another day", {**good, "validFrom": "2026-04-01T05:00:00Z"}
    yield "another issuer", {**good, "issuer": {**good["issuer"], "name": "Somebody Else"}}
    yield "something more", {**good, "termsOfUse": []}
    yield "no proof", {name: value for name, value in good.items() if name != "proof"}
    yield "two proofs", {**good, "proof": [good["proof"], good["proof"]]}
    yield "another purpose", {**good, "proof": {**good["proof"], "proofPurpose": "authentication"}}
    yield "nothing", {}


def test_whatever_was_changed_on_the_way_home_is_refused(own: Desk) -> None:
    seen = digest(own)
    for name, document in _forged(own):
        with pytest.raises(Refusal) as refusal:
            issue(own, "D1", PLACE, seen, ANN, signed=document)
        assert rules(refusal) == ["IS09"], name


def test_what_was_prepared_too_long_ago_or_of_another_value_is_refused(own: Desk, clock: Clock) -> None:
    document = signed_at_home(own)
    clock.now += timedelta(days=1, minutes=1)
    with pytest.raises(Refusal) as refusal:
        issue(own, "D1", PLACE, digest(own), ANN, signed=document)
    assert rules(refusal) == ["IS09"]
    document = signed_at_home(own)
    amend(own)
    with pytest.raises(Refusal) as refusal:
        issue(own, "D1", PLACE, digest(own), ANN, signed=document)
    assert rules(refusal) == ["IS09"]
