"""Credentials, their envelopes and presentations: what holds, what is told, and each forgery rejected with its reason."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import OctKey, OKPKey

from entrepot.gateways.credentials.data_integrity import secured
from entrepot.gateways.credentials.keys import SigningKey
from entrepot.gateways.credentials.model import V1, V2
from entrepot.gateways.credentials.reading import from_base64url
from entrepot.gateways.jws import sign_jws, to_jwk
from entrepot.gateways.sd_jwt import issue_sd_jwt
from tests.gateways.credentials.making import (
    FIRM,
    HOLDER,
    INVOICE,
    ISSUED,
    NOW,
    STRANGER,
    bytes_of,
    did_jwk,
    failing,
    invoice,
    of,
    signed,
    verdict,
)


def test_a_signed_credential_is_accepted_and_its_issuer_not_yet_known() -> None:
    found = verdict(signed(INVOICE))
    assert (found.accepted, found.issuer, found.says) == (True, FIRM.did, INVOICE)
    assert [check.result for check in found.checks] == ["holds", "holds", "holds", "not checked"]
    assert "nobody vouches" in of(found, "who the issuer is").reason.en
    assert verdict(signed(INVOICE), trusted={FIRM.did: "Yiwu Bearings"}).issuer == "Yiwu Bearings"


def test_changed_order_of_members_is_the_same_document_and_of_a_list_another() -> None:
    document = signed(INVOICE)
    assert verdict(dict(reversed(document.items()))).accepted
    contexts = {**document, "@context": list(reversed(document["@context"]))}
    assert "@context" in failing(verdict(contexts))
    assert "does not fit" in failing(verdict({**document, "type": list(reversed(document["type"]))}))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"@context": V2}, "@context is no list"),
        ({"@context": ["https://platform.example/terms/v1", V2]}, "@context is no list"),
        ({"@context": [V2, 7]}, "no URL and no object"),
        ({"@context": None}, "@context is no list"),
        ({"type": "CommercialInvoice"}, "does not name VerifiableCredential"),
        ({"type": ["VerifiableCredential", "VerifiableCredential"]}, "one thing twice"),
        ({"issuer": None}, "issuer is no URL"),
        ({"issuer": {"name": "Nobody"}}, "issuer is no URL"),
        ({"issuer": [FIRM.did]}, "issuer is no URL"),
        ({"id": "no url"}, "an id is no single URL"),
        ({"id": ["urn:a", "urn:b"]}, "an id is no single URL"),
        ({"credentialSubject": None}, "says nothing"),
        ({"credentialSubject": [{}]}, "says nothing"),
        ({"credentialSubject": "goods"}, "says nothing"),
        ({"credentialStatus": {"id": "urn:x"}}, "credentialStatus is no object with a type"),
        ({"credentialSchema": {"type": "JsonSchema"}}, "credentialSchema names no URL"),
        ({"evidence": "seen"}, "evidence is no object with a type"),
        ({"credentialStatus": {"type": "Other", "id": ["urn:a", "urn:b"]}}, "id of credentialStatus is no single URL"),
        ({"name": {"@value": "Invoice", "url": "urn:x"}}, "no text with its language"),
        ({"issuer": {"id": FIRM.did, "name": ["Yiwu", 7]}}, "no text with its language"),
        ({"validFrom": "2026-11-23T00:00:00Z"}, "not yet valid"),
        ({"validUntil": "2026-11-21T00:00:00Z"}, "expired"),
        ({"validFrom": "2026-11-20"}, "no date and time"),
        ({"validUntil": "2027-11-20T00:00:00"}, "no date and time"),
        ({"validUntil": "2026-11-19T00:00:00Z"}, "before it begins"),
        ({"issuer": STRANGER.did}, "is no key of"),
        ({"issuer": "did:web:customs.example"}, "is no key of"),
    ],
)
def test_a_signed_document_that_is_no_proper_credential_is_rejected(changes: dict[str, Any], why: str) -> None:
    assert why in failing(verdict(signed(invoice(**changes))))


def test_both_ends_belong_to_the_days_of_validity() -> None:
    document = signed(invoice(validUntil="2026-11-22T08:00:00Z", validFrom="2026-11-20T08:00:00Z"))
    assert verdict(document, now=NOW).accepted
    assert verdict(document, now=ISSUED).accepted
    assert "expired" in failing(verdict(document, now=NOW + timedelta(seconds=1)))
    assert "not yet valid" in failing(verdict(document, now=ISSUED - timedelta(seconds=1)))


@pytest.mark.parametrize("suite", [[], {}, None, 7, "", "eddsa-rdfc-2022", "bbs-2023"])
def test_a_suite_that_is_not_read_never_holds(suite: object) -> None:
    document = signed(INVOICE)
    document["proof"]["cryptosuite"] = suite
    found = verdict(document)
    assert (found.accepted, found.checks[0].result) == (False, "not checked")


def test_nothing_holds_that_nobody_signed() -> None:
    found = verdict(INVOICE)
    assert "no proof" in failing(found)
    assert all(check.result != "holds" for check in found.checks)
    document = signed(INVOICE)
    document["proof"]["cryptosuite"] = "eddsa-rdfc-2022"
    found = verdict(document)
    assert not found.accepted
    assert {check.result for check in found.checks} == {"not checked"}
    assert found.issuer == ""


def test_an_issuer_named_by_an_address_is_not_shown_to_have_signed() -> None:
    found = verdict(signed(invoice(issuer="https://customs.example")))
    assert (found.accepted, found.issuer) == (True, "")
    assert of(found, "key of the issuer").result == "not checked"


def test_what_leads_outside_is_told_as_not_looked_at() -> None:
    found = verdict(
        signed(
            invoice(
                credentialSchema={"id": "https://schemas.example/invoice.json", "type": "JsonSchema"},
                termsOfUse={"type": "TrustFrameworkPolicy"},
                evidence=[{"type": ["LogStatement"], "leaf": 7}],
                validFrom=None,
                validUntil=None,
            )
        )
    )
    assert found.accepted
    for name in ("credentialSchema", "termsOfUse", "evidence", "days of validity"):
        assert of(found, name).result == "not checked"


def test_names_may_be_told_in_several_languages() -> None:
    told = [
        {"@value": "发票", "@language": "zh"},
        {"@value": "فاتورة", "@language": "ar", "@direction": "rtl"},
        "Invoice",
    ]
    assert verdict(signed(invoice(name=told, description=told[0]))).accepted


def test_credentials_of_1_1_are_read_as_older_ones() -> None:
    older = {**invoice(validFrom=None, validUntil=None), "@context": [V1], "issuanceDate": "2026-11-20T00:00:00"}
    found = verdict(signed(older))
    assert found.accepted
    assert "1.1" in of(found, "form (VC data model)").reason.en
    assert "expired" in failing(verdict(signed({**older, "expirationDate": "2026-11-21T00:00:00Z"})))
    assert "issuanceDate is missing" in failing(
        verdict(signed({n: v for n, v in older.items() if n != "issuanceDate"}))
    )


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"іssuer": "x"}, "mixes Cyrillic and Latin"),  # Cyrillic і
        ({"сору": "x"}, "look like plain ones"),  # all Cyrillic
        ({"total\u200b": "x"}, "invisible mark"),
        ({"ｔotal": "x"}, "normal form"),
        ({"re\u0301f": "x"}, "normal form"),
        ({"a\u202eb": "x"}, "turns the direction"),
        ({"id": "did:web:bаnk.example"}, "mixes Cyrillic and Latin"),
        ({"issuer": {"id": FIRM.did, "name": "Bаnk of Zhoushan"}}, "mixes Cyrillic and Latin"),
        ({"credentialSubject": {"id": "did:web:銀行.example"}}, "DID with letters beyond ASCII"),
        ({"credentialSubject": {"total": "\u202e00.005,21"}}, "turns the direction"),
        ({"credentialSubject": {"name": "a\ue000b"}}, "means nothing to others"),
        ({"type": ["VerifiableCredential", "Іnvoice"]}, "mixes Cyrillic and Latin"),
    ],
)
def test_letters_that_deceive_are_rejected_where_they_name_something(changes: dict[str, Any], why: str) -> None:
    found = verdict(signed(invoice(**changes)))
    assert why in failing(found)


@pytest.mark.parametrize("text", ["10 µm and 5 kΩ", "Rоller bearing", "zero\u200bwidth", "bell\x07"])
def test_odd_letters_in_a_value_are_told(text: str) -> None:
    found = verdict(signed(invoice(credentialSubject={"name": text})))
    assert found.accepted
    expected = [] if text.startswith("10") else ["not checked"]
    assert [check.result for check in found.checks if check.name.en == "spelling"] == expected


def test_chinese_names_and_texts_are_plain() -> None:
    found = verdict(signed(invoice(credentialSubject={"货物": "滚动轴承 ＡＢＣ", "страна": "Россия", "straße": "ä"})))
    assert [check.name.en for check in found.checks if check.name.en == "spelling"] == []


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"[]", "no JSON object"),
        (b"{", "not readable"),
        (b"\xff{}", "not readable"),
        (b'{"a":1,"a":1}', "stands twice"),
        (b'{"a":9007199254740992}', "beyond 2^53"),
        (b'{"a":' + b"1" * 5000 + b"}", "more than 20 digits"),
        (b'{"a":1e999}', "too large"),
        (b'{"a":1e-999}', "too small"),
        (b'{"a":NaN}', "not a number"),
        (b'{"a":"\\ud800"}', "surrogate"),
        (b'{"\\udfff":1}', "surrogate"),
        (b'{"a":' * 99 + b"1" + b"}" * 99, "levels deep"),
        (b'{"a":' * 20_000, "levels deep"),
        (b"[" + b"1," * 100_001 + b"1]", "values"),
        (b'{"a":"' + b"a" * (5 << 20) + b'"}', "larger than"),
        (b"a.b", "three parts"),
        (b"not a document", "three parts"),
        ("凭证".encode(), "not readable"),
        (b"~~", "three parts"),
        (b"a.b.c~", "base64url"),
    ],
)
def test_hostile_bytes_are_refused_with_the_reason(data: bytes, why: str) -> None:
    assert why in failing(verdict(data))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "type", "x"]), inner, max_size=3)
    ),
)
MEMBERS = sorted([*INVOICE, "proof", "credentialStatus", "evidence", "termsOfUse"])


@given(ANYTHING, st.sampled_from(MEMBERS), st.booleans())
def test_no_value_anywhere_gives_a_traceback(value: Any, name: str, inside: bool) -> None:
    document = signed(INVOICE)
    if inside and isinstance(document.get(name), dict):
        document[name] = dict.fromkeys(document[name], value)
    else:
        document[name] = value
    assert not verdict(document).accepted


def test_base64url_has_one_spelling() -> None:
    assert from_base64url("AA") == b"\0"
    for text in ("AB", "A", "AA=", "AA==", "A+", "A/", "AA ", "AA\n"):
        with pytest.raises(ValueError, match="base64url"):
            from_base64url(text)


def envelope(document: Any, key: SigningKey = FIRM, **header: Any) -> bytes:
    return sign_jws(document, key, **{"typ": "vc+jwt", "kid": key.verification_method, **header}).encode()


def test_a_credential_in_a_jws_holds_and_other_headers_and_keys_do_not() -> None:
    assert verdict(envelope(INVOICE), trusted={FIRM.did: "Yiwu Bearings"}).issuer == "Yiwu Bearings"
    assert verdict(sign_jws(INVOICE, FIRM, typ="vc+jwt").encode()).accepted  # the one key of a did:key
    assert "the type 'JWT'" in failing(verdict(envelope(INVOICE, typ="JWT")))
    assert "does not fit" in failing(verdict(envelope(INVOICE, STRANGER, kid=FIRM.verification_method)))
    assert "is no key of" in failing(verdict(envelope(INVOICE, STRANGER)))
    assert "the type []" in failing(verdict(envelope(INVOICE, typ=[])))
    assert "wraps" in failing(verdict(envelope({"vc": INVOICE})))
    assert "proof inside" in failing(verdict(envelope(signed(INVOICE))))
    whole = envelope(INVOICE)
    for other in (
        whole[:-1],
        whole + b"=",
        whole + b"AA",
        whole.replace(b".", b"..", 1),
        whole[:40] + b"A" + whole[41:],
    ):
        assert failing(verdict(other))
    assert "expired" in failing(verdict(envelope(invoice(validUntil="2026-11-21T00:00:00Z"))))
    seconds = NOW.timestamp()
    assert verdict(envelope({**INVOICE, "exp": seconds + 1, "nbf": seconds})).accepted
    assert "expired (exp)" in failing(verdict(envelope({**INVOICE, "exp": seconds})))
    assert "not count yet" in failing(verdict(envelope({**INVOICE, "nbf": seconds + 301})))
    assert "no number" in failing(verdict(envelope({**INVOICE, "exp": "never"})))
    assert "after #" in failing(verdict(envelope(INVOICE, kid=FIRM.did + "#other")))


def test_a_jws_of_another_library_is_read() -> None:
    key = OKPKey.generate_key("Ed25519")
    public = to_jwk(FIRM.key) | {"x": key.as_dict(private=False)["x"]}
    did = did_jwk(public)
    document = invoice(issuer=did)
    header = {"alg": "Ed25519", "typ": "vc+jwt", "kid": f"{did}#0"}
    text = jws.serialize_compact(header, json.dumps(document), key, algorithms=["Ed25519"])
    assert verdict(text.encode()).issuer == did
    none = jws.serialize_compact(
        {"alg": "HS256", "typ": "vc+jwt"}, json.dumps(document), OctKey.import_key(b"k" * 32), algorithms=["HS256"]
    )
    assert "algorithm" in failing(verdict(none.encode()))


def test_enveloped_credentials_are_unwrapped_from_their_data_url() -> None:
    wrapped = {"@context": [V2], "type": "EnvelopedVerifiableCredential"}
    target = "data:application/vc+jwt," + envelope(INVOICE).decode()
    assert verdict({**wrapped, "id": target}).says == INVOICE
    assert "no vc+jwt" in failing(verdict({**wrapped, "id": "https://elsewhere.example"}))
    assert "no vc+jwt" in failing(verdict(wrapped))


def presentation(*held: Any, key: SigningKey | None = HOLDER, **given: Any) -> dict[str, Any]:
    document = {
        "@context": [V2],
        "type": ["VerifiablePresentation"],
        "holder": HOLDER.did,
        "verifiableCredential": list(held),
    }
    return secured(document, key, created=NOW, purpose="authentication", **given) if key else document


def test_a_presentation_holds_with_all_that_is_in_it() -> None:
    wrapped = {
        "@context": V2,
        "type": "EnvelopedVerifiableCredential",
        "id": "data:application/vc+jwt," + envelope(INVOICE).decode(),
    }
    document = presentation(signed(INVOICE), wrapped, challenge="n-1", domain="bank.example")
    found = verdict(document, challenge="n-1", domain="bank.example")
    assert (found.accepted, found.issuer) == (True, FIRM.did)
    assert of(found, "credential 2: signature").result == "holds"
    assert of(verdict(document), "freshness").result == "not checked"
    assert "challenge" in failing(verdict(document, challenge="n-2"))
    assert "another domain" in failing(verdict(document, domain="other.example"))


def test_a_presentation_falls_with_one_bad_credential_or_holder() -> None:
    late = signed(invoice(validUntil="2026-11-21T00:00:00Z"))
    assert "expired" in failing(verdict(presentation(signed(INVOICE), late)))
    assert "is no key of" in failing(verdict(presentation(signed(INVOICE), key=STRANGER)))
    empty = verdict(presentation())
    assert not empty.accepted
    assert ("not checked", "it holds 0 credentials") in [(check.result, check.reason.en) for check in empty.checks]
    assert "it holds 65" in failing(verdict(presentation(*[INVOICE] * 65)))
    assert "no credential" in failing(verdict(presentation(7)))
    assert "no proof" in failing(verdict(presentation(INVOICE)))
    unread = signed(INVOICE)
    unread["proof"]["cryptosuite"] = "eddsa-rdfc-2022"
    found = verdict(presentation(unread))
    assert (found.accepted, {check.result for check in found.checks}) == (False, {"not checked"})
    asserted = secured({**presentation(signed(INVOICE), key=None)}, HOLDER, created=NOW)
    assert "not for authentication" in failing(verdict(asserted))
    bundle = verdict(presentation(signed(INVOICE), key=None))
    assert of(bundle, "who presents it").result == "not checked"
    for asked in ({"challenge": "n-1"}, {"domain": "bank.example"}):
        assert "nobody is shown to have signed" in failing(verdict(presentation(signed(INVOICE), key=None), **asked))
    assert bundle.accepted


def test_a_presentation_in_a_jws_answers_by_aud_and_nonce() -> None:
    document = {**presentation(signed(INVOICE), key=None), "aud": "bank.example", "nonce": "n-1"}
    data = envelope(document, HOLDER, typ="vp+jwt")
    assert verdict(data, challenge="n-1", domain="bank.example").accepted
    assert "this occasion" in failing(verdict(data, challenge="n-2"))


def test_selectively_disclosed_credentials_go_to_their_own_checks() -> None:
    claims = {"iss": FIRM.did, "vct": "urn:entrepot:invoice", "total": "12500.00", "buyer": "Busan Parts"}
    text = issue_sd_jwt(claims, {("buyer",)}, FIRM, kid=FIRM.verification_method)
    found = verdict(text.encode(), trusted={FIRM.did: "Yiwu Bearings"})
    assert (found.accepted, found.issuer, found.says["buyer"]) == (True, "Yiwu Bearings", "Busan Parts")
    stranger = issue_sd_jwt(claims, {("buyer",)}, STRANGER, kid=STRANGER.verification_method)
    assert "is no key of" in failing(verdict(stranger.encode()))
    forged = issue_sd_jwt(claims, {("buyer",)}, STRANGER, kid=FIRM.verification_method)
    assert "did not sign" in failing(verdict(forged.encode()))
    expired = issue_sd_jwt({**claims, "exp": (NOW - timedelta(days=1)).timestamp()}, set(), FIRM)
    assert "expired" in failing(verdict(expired.encode()))


def test_samples_of_others_are_told_and_none_is_accepted(shared_data: Path) -> None:
    files = [*(shared_data / "documents" / "traceability" / "examples").glob("*.json")]
    files += [file for file in (shared_data / "documents" / "untp").rglob("*.json") if "schemas" not in file.parts]
    assert len(files) > 100
    for file in files:
        assert not verdict(file.read_bytes()).accepted


def test_the_vector_of_the_w3c_is_accepted_and_changed_in_any_text_rejected(shared_data: Path) -> None:
    document = json.loads(
        (shared_data / "documents" / "vc-di-eddsa" / "eddsa-jcs-2022" / "signedJCS.json").read_bytes()
    )
    assert verdict(document).accepted
    for name in ("id", "name", "description", "issuer", "validFrom"):
        assert "does not fit" in failing(verdict({**document, name: "2022-01-01T00:00:00Z"}))
    assert failing(verdict({**document, "credentialSubject": {**document["credentialSubject"], "alumniOf": "Other"}}))


def test_a_proof_dated_after_now_or_expired_is_rejected() -> None:
    assert "after now" in failing(verdict(signed(INVOICE), now=ISSUED - timedelta(days=1)))
    over = secured(INVOICE, FIRM, created=ISSUED, expires=NOW - timedelta(days=1))
    assert "the proof expired" in failing(verdict(bytes_of(over)))
