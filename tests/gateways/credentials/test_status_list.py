"""Bitstring Status List 1.0: built and read, its places exact, and every list that does not fit told apart from one that says no."""

import gzip
import zlib
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.gateways.credentials.data_integrity import secured
from entrepot.gateways.credentials.reading import base64url, from_base64url
from entrepot.gateways.credentials.status_list import SHORTEST, status_entry, status_list_credential, status_of
from entrepot.gateways.jws import sign_jws
from tests.gateways.credentials.making import (
    FIRM,
    ISSUED,
    KNOWN,
    LIST,
    NOW,
    REGISTRAR,
    STRANGER,
    bytes_of,
    failing,
    invoice,
    of,
    signed,
    verdict,
)


def listed(standing: dict[int, int] | None = None, purpose: Any = "revocation", **given: Any) -> dict[str, Any]:
    return status_list_credential(LIST, REGISTRAR.did, purpose, standing or {}, valid_from=ISSUED, **given)


def published(document: dict[str, Any], key: Any = REGISTRAR) -> bytes:
    return bytes_of(secured(document, key, created=ISSUED))


def outcome(data: bytes | None, index: int = 94, purpose: str = "revocation", **entry: Any) -> Any:
    document = signed(invoice(credentialStatus={**status_entry(LIST, index, purpose), **entry}))
    return verdict(document, status=lambda url: data if url == LIST else None, trusted=KNOWN)


def test_what_is_set_counts_for_its_place_alone() -> None:
    data = published(listed({94: 1, 0: 1, SHORTEST - 1: 1}))
    for index in (0, 94, SHORTEST - 1):
        assert "was revoked" in failing(outcome(data, index))
    for index in (1, 93, 95, SHORTEST - 2):
        found = outcome(data, index)
        assert found.accepted
        assert of(found, "status (revocation)").result == "holds"
    assert "suspended" in failing(outcome(published(listed({94: 1}, "suspension")), purpose="suspension"))


def test_the_first_place_is_the_left_bit_of_the_first_byte() -> None:
    encoded = listed({0: 1, 9: 1})["credentialSubject"]["encodedList"]
    assert encoded[0] == "u"
    assert gzip.decompress(from_base64url(encoded[1:]))[:3] == b"\x80\x40\x00"
    assert listed({0: 1}) == listed({0: 1})


def test_a_list_not_at_hand_is_not_checked() -> None:
    found = outcome(None)
    assert (found.accepted, of(found, "status (revocation)").result) == (True, "not checked")
    assert (
        of(verdict(signed(invoice(credentialStatus=status_entry(LIST, 1, "revocation")))), "status (revocation)").result
        == "not checked"
    )
    other = verdict(signed(invoice(credentialStatus={"id": "urn:x", "type": "StatusList2021Entry"})))
    assert "StatusList2021Entry is not read" in of(other, "status").reason.en


def test_every_status_of_a_credential_is_looked_at() -> None:
    both = [status_entry(LIST, 5, "revocation"), status_entry(LIST, 5, "suspension")]
    data = published(listed({5: 1}, ["revocation", "suspension"]))
    found = verdict(signed(invoice(credentialStatus=both)), status=lambda url: data, trusted=KNOWN)
    assert failing(found).count("by its issuer") == 2


def test_a_credential_with_more_statuses_than_any_asks_for_no_list() -> None:
    def source(url: str) -> bytes:
        raise AssertionError(url)

    many = [status_entry(LIST, place, "revocation") for place in range(17)]
    assert "17 statuses" in failing(verdict(signed(invoice(credentialStatus=many)), status=source))


def changed(**subject: Any) -> bytes:
    document = listed()
    document["credentialSubject"] = {**document["credentialSubject"], **subject}
    return published(document)


def encoded(data: bytes) -> str:
    return "u" + base64url(data)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (published({**listed(), "id": "https://platform.example/status/2"}), "not the one"),
        (published({**listed(), "validFrom": "2026-11-23T00:00:00Z"}), "not yet valid"),
        (published(listed(valid_until=ISSUED + timedelta(days=1))), "expired"),
        (published({**listed(), "type": ["VerifiableCredential"]}), "no status list"),
        (published(listed(purpose="suspension")), "another purpose"),
        (published(listed(), STRANGER), "is no key of"),
        (bytes_of(listed()), "no proof"),
        (published(listed()).replace(b'"2026-11-20T08', b'"2026-11-20T07'), "does not fit"),
        (changed(type="Other"), "holds no BitstringStatusList"),
        (changed(encodedList="H4sI"), "does not begin with u"),
        (changed(encodedList=None), "does not begin with u"),
        (changed(encodedList="uAAAA"), "cannot be read"),
        (changed(encodedList="u===="), "cannot be read"),
        (changed(encodedList=encoded(zlib.compress(bytes(SHORTEST // 8)))), "cannot be read"),
        (changed(encodedList=encoded(gzip.compress(bytes(SHORTEST // 8 - 1)))), "fewer than 131,072"),
        (changed(encodedList=encoded(gzip.compress(bytes(SHORTEST // 8))[:-4])), "cut off"),
        (changed(encodedList=encoded(gzip.compress(bytes(SHORTEST // 8)) + b"x")), "something follows"),
        (changed(encodedList=encoded(gzip.compress(bytes(20 << 20)))), "expands beyond"),
        (b"{}", "no status list"),
        (b"\xff", "not readable"),
        (b"[]", "no JSON object"),
    ],
)  # fmt: skip
def test_a_list_that_does_not_fit_or_hold_is_a_failure(data: bytes, why: str) -> None:
    assert why in failing(outcome(data))


@pytest.mark.parametrize("index", ["-1", "01", "1.0", "١", "", 94, None, str(SHORTEST), "9" * 18, "9" * 99])
def test_a_place_is_a_plain_number_within_the_list(index: object) -> None:
    assert failing(outcome(published(listed()), statusListIndex=index))


@pytest.mark.parametrize("purpose", [[], {}, ["revocation"], None, 1, "refresh", "other"])
def test_a_purpose_that_is_none_is_no_good_news(purpose: object) -> None:
    found = outcome(published(listed()), statusPurpose=purpose)
    assert "another purpose" in failing(found)


@pytest.mark.parametrize("size", [0, 9, True, "1", None])
def test_the_size_of_an_entry_is_bounded(size: object) -> None:
    assert "statusSize" in failing(outcome(published(listed()), statusSize=size))


def test_a_list_by_somebody_unknown_is_not_checked() -> None:
    document = {**listed({95: 1}), "issuer": STRANGER.did}
    assert "was revoked" in failing(outcome(published(document, STRANGER), 95))
    found = outcome(published(document, STRANGER))
    assert "neither the issuer nor known" in of(found, "status (revocation)").reason.en
    own = {**listed({94: 1}), "issuer": FIRM.did}
    assert "was revoked" in failing(outcome(published(own, FIRM)))


def test_a_list_whose_proof_cannot_be_checked_is_no_news() -> None:
    proof = secured(listed(), REGISTRAR, created=ISSUED)["proof"] | {"cryptosuite": "eddsa-rdfc-2022"}
    for standing in ({}, {94: 1}):
        found = of(outcome(bytes_of({**listed(standing), "proof": proof})), "status (revocation)")
        assert found.result == "not checked"
        assert "eddsa-rdfc-2022" in found.reason.en


def test_messages_are_told() -> None:
    messages = [{"status": "0x0", "message": "in force"}, {"status": "0x2", "message": "under review"}]
    data = published(listed({94: 2}, "message", bits=2))
    found = outcome(data, purpose="message", statusSize=2, statusMessage=messages)
    assert of(found, "status (message)").reason.en == "the list tells: under review"
    assert "holds 2" in of(outcome(data, purpose="message", statusSize=2), "status (message)").reason.en
    assert "places of 4 bits" in failing(outcome(data, purpose="message", statusSize=4))


def test_a_list_may_come_in_a_jws() -> None:
    data = sign_jws(listed({94: 1}), REGISTRAR, typ="vc+jwt", kid=REGISTRAR.verification_method).encode()
    assert "was revoked" in failing(outcome(data))


def test_a_list_that_could_not_be_read_back_is_not_built() -> None:
    sizes: list[dict[str, Any]] = [{"length": SHORTEST - 8}, {"length": 200 << 20}, {"bits": 0}, {"bits": 9}]
    for size in sizes:
        with pytest.raises(ValueError, match="a list of"):
            listed(**size)
    for standing in ({SHORTEST: 1}, {-1: 1}, {1: 2}):
        with pytest.raises(ValueError, match="cannot hold"):
            listed(standing)


@given(st.dictionaries(st.integers(0, SHORTEST - 1), st.integers(0, 7), max_size=8), st.integers(0, SHORTEST - 1))
def test_every_place_reads_back_what_was_written(standing: dict[int, int], other: int) -> None:
    data = sign_jws(listed(standing, "message", bits=3), REGISTRAR, typ="vc+jwt").encode()
    for place in {*standing, other}:
        credential = {"issuer": FIRM.did, "credentialStatus": {**status_entry(LIST, place, "message"), "statusSize": 3}}
        check = status_of(credential, data, now=NOW, trusted=KNOWN)
        assert check.reason.en.startswith(f"the list holds {standing.get(place, 0)}:")
