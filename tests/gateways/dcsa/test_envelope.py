"""An incoming PINT envelope: what was forged, replayed, torn or left out is found, and answered by the code that the standard names."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, RSAKey

from entrepot.gateways.credentials.keys import SigningKey
from entrepot.gateways.dcsa.envelope import LARGEST, check_envelope, finished
from entrepot.gateways.dcsa.signing import BadSignature, checksum, opened, signed, text_checksum
from tests.gateways.dcsa.making_bills import (
    BUYER,
    CARRIER,
    CARRIERS,
    ISSUED,
    KEYS,
    SHIPPER,
    STEPS,
    TRUSTED,
    bill,
    sent,
    step,
)

Message = dict[str, Any]
NAMED = step(2, "endorse", SHIPPER, to=BUYER)
SURRENDERED = step(4, "surrender", BUYER, purpose="delivery")


def answered(message: Message, **fields: Any) -> tuple[str, str]:
    """The code of the answer, and the reason of the first check that fails."""
    told = check_envelope(msgspec.json.encode(message), TRUSTED, carriers=CARRIERS, **fields)
    return told.code, next((one.reason.en for one in told.verdict.checks if one.result == "fails"), "")


def resealed(message: Message, entries: list[str], **fields: Any) -> Message:
    """The message with another chain and a manifest that fits it: what a dishonest platform would send."""
    manifest, _ = opened(message["envelopeManifestSignedContent"], TRUSTED)
    manifest = manifest | {"lastEnvelopeTransferChainEntrySignedContentChecksum": text_checksum(entries[-1])} | fields
    return message | {"envelopeTransferChain": entries, "envelopeManifestSignedContent": signed(manifest, KEYS["away"])}


def entry_of(message: Message, place: int = 0) -> Message:
    return dict(opened(message["envelopeTransferChain"][place], TRUSTED)[0])


def test_a_good_envelope_is_received() -> None:
    envelope = sent()
    told = check_envelope(msgspec.json.encode(envelope.message), TRUSTED, carriers=CARRIERS)
    assert (told.code, told.verdict.accepted, told.last) == ("RECE", True, envelope.last)
    assert [one.action for one in told.transactions] == ["ISSUE", "BLANK_ENDORSE", "TRANSFER"]
    assert told.document is not None
    assert told.document.document.number == "EXBL118"
    answer, _ = opened(finished(told, KEYS["away"]), TRUSTED)
    assert answer["responseCode"] == "RECE"


def test_the_chain_goes_on_on_the_next_platform() -> None:
    first = sent()
    back = step(4, "transfer", BUYER, to=SHIPPER, to_key=KEYS[SHIPPER].did)
    second = sent(steps=(back,), before=first.message["envelopeTransferChain"], key=KEYS["away"])
    assert answered(second.message, known_last=first.last) == ("RECE", "")
    assert answered(second.message, known_last=second.last) == ("DUPE", "")
    code, reason = answered(first.message, known_last=second.last)
    assert (code, "spent twice" in reason) == ("DISE", True)


def test_a_double_transfer_is_disputed() -> None:
    """The same possessor sends the bill to two platforms: the one that has accepted more knows it."""
    first = sent()
    one = sent(
        steps=(step(4, "transfer", BUYER, to=SHIPPER, to_key=KEYS[SHIPPER].did),),
        before=first.message["envelopeTransferChain"],
    )
    two = sent(
        steps=(step(5, "transfer", BUYER, to=CARRIER, to_key=KEYS[CARRIER].did),),
        before=first.message["envelopeTransferChain"],
    )
    assert answered(two.message, known_last=one.last)[0] == "DISE"


def _other_document(message: Message) -> Message:
    return message | {"transportDocument": message["transportDocument"] | {"carrierCode": "FAKE"}}


def _replaced_entry(message: Message) -> Message:
    """The last entry of another transfer in the place of this one's."""
    other = sent(bill(number="EXBL119")).message
    return resealed(message, other["envelopeTransferChain"])


def _stranger(message: Message) -> Message:
    thief = SigningKey.from_seed(b"t" * 32)
    return message | {"envelopeTransferChain": [signed(entry_of(message), thief)]}


def _manifest_of_another(message: Message) -> Message:
    return message | {
        "envelopeManifestSignedContent": sent(bill(number="EXBL119")).message["envelopeManifestSignedContent"]
    }


def _changed_signature(message: Message) -> Message:
    entry = message["envelopeTransferChain"][0]
    return message | {"envelopeTransferChain": [entry[:-6] + ("A" if entry[-6] != "A" else "B") + entry[-5:]]}


def _gap(message: Message) -> Message:
    entry = entry_of(message) | {"previousEnvelopeTransferChainEntrySignedContentChecksum": "0" * 64}
    return resealed(message, [signed(entry, KEYS["away"])])


def _without_issuance(message: Message) -> Message:
    entry = entry_of(message)
    del entry["issuanceManifestSignedContent"]
    return resealed(message, [signed(entry, KEYS["away"])])


def _issued_by_nobody(message: Message) -> Message:
    manifest = {"documentChecksum": checksum(message["transportDocument"]), "issueToChecksum": "0" * 64}
    entry = entry_of(message) | {"issuanceManifestSignedContent": signed(manifest, KEYS["away"])}
    return resealed(message, [signed(entry, KEYS["away"])])


def _played(*steps: Any) -> Callable[[Message], Message]:
    def change(message: Message) -> Message:
        return sent(steps=steps).message

    return change


def _no_transactions(message: Message) -> Message:
    return resealed(message, [signed(entry_of(message) | {"transactions": []}, KEYS["away"])])


def _unknown_action(message: Message) -> Message:
    entry = entry_of(message)
    entry["transactions"][1]["actionCode"] = "STEAL"
    return resealed(message, [signed(entry, KEYS["away"])])


def _issued_for_another(message: Message) -> Message:
    """The carrier's own signature, over another document."""
    manifest = {"documentChecksum": "0" * 64, "issueToChecksum": "0" * 64}
    entry = entry_of(message) | {"issuanceManifestSignedContent": signed(manifest, KEYS[CARRIER])}
    return resealed(message, [signed(entry, KEYS["away"])])


def _earlier(message: Message) -> Message:
    entry = entry_of(message)
    entry["transactions"][2]["actionDateTime"] = "2026-06-20T07:00:00.000Z"
    return resealed(message, [signed(entry, KEYS["away"])])


def _surrendered_to_another(message: Message) -> Message:
    entry = entry_of(sent(steps=(*STEPS, SURRENDERED)).message)
    entry["transactions"][3]["recipient"] = entry["transactions"][3]["actor"]
    return resealed(message, [signed(entry, KEYS["away"])])


def _strange_document(message: Message) -> Message:
    return resealed(message, message["envelopeTransferChain"], supportingDocuments=[{"name": "x"}])


@pytest.mark.parametrize(
    ("change", "code", "reason"),
    [
        (_other_document, "BENV", "another transport document"),
        (_replaced_entry, "BENV", "entry 1 is about another transport document"),
        (_stranger, "BSIG", "not among those trusted"),
        (_manifest_of_another, "BENV", "names another last entry"),
        (_changed_signature, "BSIG", "does not hold"),
        (_gap, "BENV", "does not follow"),
        (_without_issuance, "BSIG", "no JWS"),
        (_issued_by_nobody, "BSIG", "not among those trusted"),
        (_no_transactions, "BENV", "no transactions"),
        (_unknown_action, "BENV", "no action 'STEAL'"),
        (_strange_document, "BENV", "without its checksum"),
        (_issued_for_another, "BENV", "the carrier issued another document"),
        (_earlier, "BENV", "earlier than the one before"),
        (_surrendered_to_another, "BENV", "not to the carrier"),
        (_played(ISSUED, NAMED, step(4, "surrender", SHIPPER, purpose="delivery")), "BENV", "not the endorsee"),
        (_played(ISSUED, NAMED, step(4, "endorse_blank", SHIPPER)), "BENV", "may not endorse"),
        (lambda m: sent(bill("straight"), (ISSUED, NAMED)).message, "BENV", "may not endorse"),
        (_played(*STEPS[1:]), "BENV", "not an issue"),
        (_played(*STEPS, step(4, "transfer", SHIPPER, to=CARRIER, to_key=KEYS[CARRIER].did)), "BENV", "does not possess"),
        (_played(*STEPS, SURRENDERED, step(5, "transfer", BUYER, to=SHIPPER)), "BENV", "does not possess"),
        (_played(*STEPS, step(4, "accept", CARRIER)), "BENV", "only a surrender"),
        (
            _played(*STEPS, SURRENDERED, step(5, "accept", CARRIER), step(6, "transfer", BUYER, to=SHIPPER)),
            "BENV",
            "nothing follows",
        ),
        (lambda m: m | {"envelopeTransferChain": []}, "BENV", "no list of 1"),
        (lambda m: m | {"transportDocument": None}, "BENV", "no transport document"),
        (lambda m: m | {"envelopeManifestSignedContent": 7}, "BSIG", "no JWS"),
        (lambda m: {}, "BENV", "no transport document"),
    ],
)  # fmt: skip
def test_a_forged_envelope_is_answered_with_its_code(
    change: Callable[[Message], Message], code: str, reason: str
) -> None:
    told = answered(change(sent().message))
    assert told[0] == code, told
    assert reason in told[1]


def test_announced_documents_are_waited_for() -> None:
    message = sent().message
    announced = [{"name": "a.pdf", "size": 3, "mediaType": "application/pdf", "documentChecksum": "a" * 64}]
    with_one = resealed(message, message["envelopeTransferChain"], supportingDocuments=announced)
    told = check_envelope(msgspec.json.encode(with_one), TRUSTED, carriers=CARRIERS)
    assert (told.code, told.missing) == ("MDOC", ("a" * 64,))
    assert opened(finished(told, KEYS["away"]), TRUSTED)[0]["missingAdditionalDocumentChecksums"] == ["a" * 64]
    assert answered(with_one, have=frozenset({"a" * 64})) == ("RECE", "")


def test_a_refused_surrender_gives_the_bill_back() -> None:
    steps = (*STEPS, step(4, "surrender", BUYER, purpose="delivery"), step(5, "refuse", CARRIER, reason="at sea"),
             step(6, "transfer", BUYER, to=SHIPPER, to_key=KEYS[SHIPPER].did))  # fmt: skip
    assert answered(sent(steps=steps).message) == ("RECE", "")


def test_after_an_amendment_a_new_chain_begins_and_what_came_before_is_told() -> None:
    steps = (*STEPS, step(4, "surrender", BUYER, purpose="amendment"), step(5, "amend", CARRIER))
    envelope = sent(steps=steps)
    told = check_envelope(msgspec.json.encode(envelope.message), TRUSTED, carriers=CARRIERS)
    assert (told.code, [one.action for one in told.transactions]) == ("RECE", ["ISSUE"])
    assert told.transactions[0].recipient is not None
    assert ("ZZZ", BUYER) in told.transactions[0].recipient.codes
    assert len(envelope.lost) == 4


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"null", b"[" * 100_000, b'{"a":1,"a":1}', b"\xff", b" " * (LARGEST + 1), b'{"x":1e999}']
)
def test_hostile_bytes_are_answered_with_bad_envelope(data: bytes) -> None:
    told = check_envelope(data, TRUSTED, carriers=CARRIERS)
    assert (told.code, told.verdict.accepted) == ("BENV", False)


def test_signatures_are_read_with_asymmetric_keys_of_the_caller_alone() -> None:
    secret = OctKey.import_key("k" * 32)
    shared = jws.serialize_compact({"alg": "HS256", "kid": "k"}, b"{}", secret, algorithms=["HS256"])
    bare = "eyJhbGciOiJub25lIiwia2lkIjoiayJ9.e30.AA"
    other = ECKey.generate_key("P-256", {"kid": "p"})
    brought = jws.serialize_compact({"alg": "ES256", "kid": "q", "typ": "JWT"}, b"{}", other, algorithms=["ES256"])
    good = jws.serialize_compact({"alg": "ES256", "kid": "p"}, b'{"a":1}', other, algorithms=["ES256"])
    keys: dict[str, dict[str, Any]] = {"k": {"kty": "oct", "k": "a2trawo"}, "p": dict(other.as_dict(private=False))}
    assert opened(good, keys) == ({"a": 1}, "p")
    for bad in (shared, bare, brought, good[:-4] + "AAAA", good + "=", "..", 5, None, good.replace(".", "..", 1)):
        with pytest.raises(BadSignature):
            opened(bad, keys)
    with pytest.raises(BadSignature, match="'b64'"):
        opened(
            jws.serialize_compact(
                {"alg": "ES256", "kid": "p", "crit": ["b64"], "b64": True}, b"{}", other, algorithms=["ES256"]
            ),
            keys,
        )
    small = RSAKey.generate_key(1024, {"kid": "r"})
    short = jws.serialize_compact({"alg": "RS256", "kid": "r"}, b"{}", small, algorithms=["RS256"])
    with pytest.raises(BadSignature, match="2048 bits"):
        opened(short, {"r": dict(small.as_dict(private=False))})
    with pytest.raises(BadSignature):  # a key of one kind under an algorithm of another
        opened(good, {"p": TRUSTED[KEYS["home"].did]})


def test_steps_without_a_transaction_are_told() -> None:
    steps = (*STEPS, step(4, "void", CARRIER, reason="x"))
    assert "void has no transaction" in sent(steps=steps).lost[0].en
