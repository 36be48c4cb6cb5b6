"""Selective disclosure (RFC 9901): what is shown is proven and nothing else is told; every way to forge it is refused."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey

from entrepot.gateways.credentials.keys import NotAKey, PublicKey, SigningKey
from entrepot.gateways.credentials.reading import Unfit, base64url, from_base64url
from entrepot.gateways.jws import from_jwk, json_bytes, read_jws, sign_jws, to_jwk
from entrepot.gateways.sd_jwt import (
    ALWAYS_OPEN,
    Binding,
    Path,
    disclosable,
    issue_sd_jwt,
    paths_of,
    present,
    verify_sd_jwt,
)
from entrepot.gateways.verdict import Verdict
from tests.gateways.sd_jwt_examples import A1, A3, ISSUER

KEY, HOLDER = SigningKey.from_seed(bytes(range(32))), SigningKey.from_seed(bytes(32))
NOW = datetime(2026, 4, 1, 4, 0, tzinfo=UTC)
SECOND = int(NOW.timestamp())
HEAD = {
    "vct": "https://platform.example/contract",
    "iss": "did:web:platform.example",
    "iat": SECOND,
    "exp": SECOND + 3600,
}
CLAIMS: dict[str, Any] = {
    **HEAD,
    "buyer": {"name": "Handel GmbH", "country": "DE"},
    "goods": [{"hs": "841330", "price": "USD 12.50"}, {"hs": "841391", "price": None}],
    "total": 3,
}
HIDDEN: set[Path] = {("buyer", "name"), ("goods",), ("goods", 0), ("goods", 0, "price"), ("goods", 1), ("total",)}
ASKED = Binding("https://bank.example", "n-1")


class P256:
    """A key of P-256 that signs, held elsewhere."""

    def __init__(self) -> None:
        self.private: EllipticCurvePrivateKey = generate_private_key(SECP256R1())
        point = self.private.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
        self.key = PublicKey("P-256", point)

    def sign(self, data: bytes) -> bytes:
        r, s = decode_dss_signature(self.private.sign(data, ECDSA(SHA256())))
        return r.to_bytes(32) + s.to_bytes(32)


def issued(hidden: set[Path] = HIDDEN, **told: Any) -> str:
    return issue_sd_jwt(CLAIMS, hidden, KEY, **told)


def verdict_on(text: str, **told: Any) -> Verdict:
    return verify_sd_jwt(text, KEY.key, NOW, **told)


def failure(verdict: Verdict) -> str:
    assert not verdict.accepted
    [check] = [check for check in verdict.checks if check.result == "fails"]
    return check.reason.en


def made(payload: Mapping[str, Any], *disclosures: object, header: Mapping[str, str] | None = None) -> str:
    """An SD-JWT signed by the issuer, whatever it says."""
    token = sign_jws({**HEAD, **payload}, KEY, **(header or {"typ": "dc+sd-jwt"}))
    return "~".join((token, *map(encoded, disclosures), ""))


def encoded(disclosure: object) -> str:
    return disclosure if isinstance(disclosure, str) else base64url(json_bytes(disclosure))


def digest(disclosure: object) -> str:
    return base64url(sha256(encoded(disclosure).encode()).digest())


# -- the examples of the standard -------------------------------------------------------------------------------------


def test_the_example_of_appendix_a_1_verifies_and_says_what_is_published() -> None:
    verdict = verify_sd_jwt(A1, from_jwk(ISSUER), NOW, types=("example+sd-jwt",))
    assert verdict.accepted
    assert verdict.says == {
        "iss": "https://issuer.example.com", "iat": 1683000000, "exp": 1883000000, "address": {"region": "港区", "country": "JP"},
    }  # fmt: skip
    assert "the type is" in failure(verify_sd_jwt(A1, from_jwk(ISSUER), NOW))


def test_the_example_of_appendix_a_3_verifies_with_its_holders_key() -> None:
    shown_at = datetime.fromtimestamp(1748537244, UTC)
    asked = Binding("https://verifier.example.org", "1234567890")
    verdict = verify_sd_jwt(A3, from_jwk(ISSUER), shown_at, binding=asked)
    assert verdict.accepted
    assert verdict.issuer == "https://pid-issuer.bund.de.example"
    assert verdict.says["age_equal_or_over"] == {"18": True}
    assert verdict.says["nationalities"] == ["DE"]
    assert set(verdict.says) == {"iss", "iat", "exp", "vct", "cnf", "age_equal_or_over", "nationalities"}
    parts = A3.split("~")
    fewer = "~".join((*parts[:3], parts[4]))
    assert "another set of disclosures" in failure(verify_sd_jwt(fewer, from_jwk(ISSUER), shown_at, binding=asked))


def test_the_digest_of_a_disclosure_is_that_of_section_4_2_3() -> None:
    text = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
    assert digest(text) == "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"
    assert verdict_on(made({"_sd": [digest(text)]}, text)).says["family_name"] == "Möbius"
    element = "WyJsa2x4RjVqTVlsR1RQVW92TU5JdkNBIiwgIkZSIl0"
    assert digest(element) == "w0I8EKcdCtUPkGCNUrfwVp2xEgNjtoIDlOxc9-PlOhs"
    listed = {"nationalities": ["DE", {"...": digest(element)}, "US"]}
    assert verdict_on(made(listed, element)).says["nationalities"] == ["DE", "FR", "US"]
    assert verdict_on(made(listed)).says["nationalities"] == ["DE", "US"]


# -- issuing and presenting -------------------------------------------------------------------------------------------


def test_all_that_was_issued_verifies_and_joserfc_reads_the_token() -> None:
    whole = issued()
    verdict = verdict_on(whole)
    assert verdict.accepted
    assert verdict.says == CLAIMS
    token = jwt.decode(whole.partition("~")[0], OKPKey.import_key({**to_jwk(KEY.key)}), algorithms=["Ed25519"])
    assert token.header == {"alg": "Ed25519", "typ": "dc+sd-jwt"}
    assert {name: token.claims[name] for name in HEAD} == HEAD
    assert not {"total", "goods"} & set(token.claims)
    assert "Handel" not in whole.partition("~")[0]


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")  # it is still read: older issuers write it
def test_a_token_that_joserfc_signed_is_read() -> None:
    key = OKPKey.generate_key("Ed25519")
    public = from_jwk({name: key.as_dict(private=False)[name] for name in ("kty", "crv", "x")})
    for algorithm in ("Ed25519", "EdDSA"):
        token = jwt.encode({"alg": algorithm, "typ": "dc+sd-jwt"}, HEAD, key, algorithms=[algorithm])
        assert verify_sd_jwt(f"{token}~", public, NOW).accepted
    other = ECKey.generate_key("P-256")
    token = jwt.encode({"alg": "ES256", "typ": "dc+sd-jwt"}, HEAD, other)
    p256 = from_jwk({name: other.as_dict(private=False)[name] for name in ("kty", "crv", "x", "y")})
    assert verify_sd_jwt(f"{token}~", p256, NOW).accepted
    assert not verify_sd_jwt(f"{token}~", public, NOW).accepted


@settings(max_examples=60)
@given(st.sets(st.sampled_from(sorted(HIDDEN, key=str))), st.integers(0, 3))
def test_any_subset_is_shown_and_exactly_that_is_revealed(reveal: set[Path], decoys: int) -> None:
    shown = present(issued(decoys=decoys), reveal)
    verdict = verdict_on(shown)
    assert verdict.accepted
    open_ = {path for path in HIDDEN if any(one[: len(path)] == path for one in reveal)}
    assert verdict.says == without(CLAIMS, HIDDEN - open_, ())
    assert len(shown.split("~")) - 2 == len(open_)


def without(value: Any, hidden: set[Path], at: Path) -> Any:
    """The claims less what is hidden."""
    if isinstance(value, dict):
        return {name: without(one, hidden, (*at, name)) for name, one in value.items() if (*at, name) not in hidden}
    if isinstance(value, list):
        return [without(one, hidden, (*at, place)) for place, one in enumerate(value) if (*at, place) not in hidden]
    return value


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(codec="utf-8"), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcde"), inner, max_size=3), max_leaves=8,
)  # fmt: skip


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from("vwxyz"), JSON, min_size=1), st.data())
def test_whatever_is_hidden_at_any_depth_comes_back_whole(claims: dict[str, Any], data: st.DataObject) -> None:
    every = sorted(paths_of(claims), key=str)
    hidden = data.draw(st.sets(st.sampled_from(every)))
    whole = issue_sd_jwt(claims, hidden, KEY, typ="example+sd-jwt", decoys=1)
    assert verdict_on(whole, types=("example+sd-jwt",)).says == claims
    assert set(disclosable(whole)) == hidden
    assert verdict_on(present(whole, ()), types=("example+sd-jwt",)).says == without(claims, hidden, ())


def test_decoys_look_like_what_is_hidden() -> None:
    def count(text: str) -> int:
        payload = read_jws(text.partition("~")[0]).payload
        assert all(len(from_base64url(one)) == 32 for one in payload["_sd"])
        assert payload["_sd"] == sorted(payload["_sd"])
        return len(payload["_sd"])

    assert (count(issued()), count(issued(decoys=4))) == (2, 6)
    assert len(issued().split("~")) == len(issued(decoys=4).split("~"))


def test_two_issues_of_one_document_share_no_digest() -> None:
    first, second = (read_jws(issued().partition("~")[0]).payload["_sd"] for _ in range(2))
    assert not set(first) & set(second)


@pytest.mark.parametrize(("claims", "hidden", "reason"), [
    *((CLAIMS | {name: "x"}, {(name,)}, "may not be hidden") for name in sorted(ALWAYS_OPEN)),
    (CLAIMS, {("nowhere",), ("goods", 2)}, "goods/2, nowhere"),
    (CLAIMS, {()}, "nothing stands"),
    (CLAIMS | {"_sd": []}, set(), "_sd is reserved"),
    (CLAIMS | {"a": [{"...": "x"}]}, set(), "is reserved"),
    (CLAIMS | {"_sd_alg": "sha-256"}, set(), "is reserved"),
    ({"iss": "x"}, set(), "names its kind in vct"),
    (CLAIMS | {"rate": float("nan")}, set(), "JSON"),
])  # fmt: skip
def test_what_no_issuer_may_issue_is_refused(claims: dict[str, Any], hidden: set[Path], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        issue_sd_jwt(claims, hidden, KEY)


def test_a_holders_key_is_named_once() -> None:
    with pytest.raises(ValueError, match="cnf"):
        issue_sd_jwt(CLAIMS | {"cnf": {}}, (), KEY, holder=HOLDER.key)


def test_what_cannot_be_shown_is_refused() -> None:
    whole = issued(holder=HOLDER.key)
    with pytest.raises(ValueError, match="does not hide vct"):
        present(whole, {("vct",)})
    with pytest.raises(ValueError, match="not the key of the holder"):
        present(whole, (), KEY, "a", "n", now=NOW)
    with pytest.raises(ValueError, match="at a time"):
        present(whole, (), HOLDER, "a", "n")
    with pytest.raises(ValueError, match="not the key of the holder"):
        present(issued(), (), HOLDER, "a", "n", now=NOW)
    with pytest.raises(Unfit, match="shown to somebody before"):
        present(present(whole, (), HOLDER, "a", "n", now=NOW), ())


# -- bound to its holder ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("holder", [HOLDER, P256()], ids=["Ed25519", "P-256"])
def test_what_its_holder_shows_is_bound_to_verifier_and_nonce(holder: Any) -> None:
    shown = present(issued(holder=holder.key), {("total",)}, holder, ASKED.audience, ASKED.nonce, now=NOW)
    assert verdict_on(shown, binding=ASKED).accepted
    assert "audience" in failure(verdict_on(shown, binding=Binding("https://other.example", "n-1")))
    assert "nonce" in failure(verdict_on(shown, binding=Binding(ASKED.audience, "n-2")))
    late = verify_sd_jwt(shown, KEY.key, NOW + timedelta(minutes=6), binding=ASKED)
    assert "just now" in failure(late)
    early = verify_sd_jwt(shown, KEY.key, NOW - timedelta(minutes=4), binding=ASKED)
    assert early.accepted


def test_whether_a_binding_is_looked_at_is_the_verifiers_to_say() -> None:
    whole = issued(holder=HOLDER.key)
    assert "no signature of its holder" in failure(verdict_on(whole, binding=ASKED))
    shown = present(whole, (), HOLDER, "elsewhere", "n", now=NOW)
    told = {check.name.en: check.result for check in verdict_on(shown).checks}
    assert told["shown by its holder"] == "not checked"


SAID = {"iat": SECOND, "aud": ASKED.audience, "nonce": ASKED.nonce}


@pytest.mark.parametrize(("change", "key", "typ", "reason"), [
    ({}, KEY, "kb+jwt", "key of the holder did not sign"),
    ({}, HOLDER, "JWT", "another type"),
    ({"iat": None}, HOLDER, "kb+jwt", "when it was made"),
    ({"iat": True}, HOLDER, "kb+jwt", "when it was made"),
    ({"iat": SECOND + 301}, HOLDER, "kb+jwt", "just now"),
    ({"aud": [ASKED.audience]}, HOLDER, "kb+jwt", "another audience"),
    ({"nonce": None}, HOLDER, "kb+jwt", "another nonce"),
    ({"sd_hash": "x"}, HOLDER, "kb+jwt", "another set"),
    ({"exp": SECOND}, HOLDER, "kb+jwt", "not valid now"),
])  # fmt: skip
def test_a_forged_binding_is_refused(change: dict[str, Any], key: SigningKey, typ: str, reason: str) -> None:
    bound = issued(holder=HOLDER.key)
    said = {**SAID, "sd_hash": digest(bound), **change}
    shown = bound + sign_jws({name: value for name, value in said.items() if value is not None}, key, typ=typ)
    assert reason in failure(verdict_on(shown, binding=ASKED))


def test_a_document_without_a_holders_key_is_bound_to_nobody() -> None:
    bound = issued()
    shown = bound + sign_jws({**SAID, "sd_hash": digest(bound)}, HOLDER, typ="kb+jwt")
    assert "did not sign" in failure(verdict_on(shown, binding=ASKED))
    unfit: list[Any] = [{}, "x", {"jwk": {}}, {"jwk": {**to_jwk(HOLDER.key), "d": "AAAA"}}]
    for cnf in unfit:
        shown = made({"cnf": cnf}) + sign_jws({**SAID, "sd_hash": digest(made({"cnf": cnf}))}, HOLDER, typ="kb+jwt")
        assert "holder's key" in failure(verdict_on(shown, binding=ASKED))


# -- forgeries --------------------------------------------------------------------------------------------------------

ONE, TWO, ITEM = ["salt-1", "a", 1], ["salt-2", "b", 2], ["salt-3", 3]
INNER = ["salt-4", "x", {"_sd": [digest(ONE)]}]


@pytest.mark.parametrize(("text", "reason"), [
    (made({"_sd": [digest(ONE)]}, ONE, ONE), "stands there twice"),
    (made({"_sd": [digest(ONE)]}, ONE, TWO), "belongs nowhere"),
    (made({"_sd": []}, ONE), "belongs nowhere"),
    (made({"_sd": [digest(ONE)]}, INNER), "belongs nowhere"),
    (made({"_sd": [digest(INNER)]}, ONE), "belongs nowhere"),
    (made({"_sd": [digest(ONE), digest(ONE)]}, ONE), "two places"),
    (made({"_sd": [digest(ONE)], "c": {"_sd": [digest(ONE)]}}, ONE), "two places"),
    (made({"_sd": ["decoy"], "c": {"_sd": ["decoy"]}}), "two places"),
    (made({"_sd": [digest(INNER), digest(ONE)]}, INNER, ONE), "two places"),
    (made({"_sd": [digest(ONE)], "a": 5}, ONE), "'a' stands there twice"),
    (made({"_sd": [digest(ONE), digest(["s", "a", 9])]}, ONE, ["s", "a", 9]), "'a' stands there twice"),
    (made({"_sd": [digest(ITEM)]}, ITEM), "an element stands for a member"),
    (made({"c": [{"...": digest(ONE)}]}, ONE), "a member stands for an element"),
    (made({"c": [{"...": digest(ITEM), "d": 1}]}, ITEM), "more than its digest"),
    (made({"c": [{"...": 5}]}), "a digest is a text"),
    (made({"c": {"...": "x"}}), "reserved name"),
    (made({"...": "x"}), "reserved name"),
    (made({"_sd": [5]}), "a digest is a text"),
    (made({"_sd": "x"}), "no list"),
    (made({"c": {"_sd": {}}}), "no list"),
    (made({"_sd_alg": "sha-512"}), "not SHA-256"),
    (made({"_sd_alg": None}), "not SHA-256"),
    (made({"c": {"_sd_alg": "sha-256"}}), "reserved name"),
    *((made({"_sd": [digest(["s", name, 1])]}, ["s", name, 1]), "no member may have") for name in ("_sd", "...", "_sd_alg")),
    *((made({"_sd": [digest(wrong)]}, wrong), "list of salt") for wrong in ([], ["s"], ["s", "n", 1, 2], [5, "n", 1], {"s": 1}, 5)),
    (made({"_sd": [digest(["s", 5, 1])]}, ["s", 5, 1]), "no member may have"),
    (made({}, "WyJ"), "base64url|JSON"),
    (made({}, "W10="), "base64url"),
    (made({}, base64url(b'["s","n",1],"_":["s","m",2]')), "twice"),
    (made({}, base64url(b'["s","n",1],"m":["s","m",2]')), "list of salt"),
    (made({}, base64url(b'["s","n",{"a":1,"a":2}]')), "twice"),
    (made({}, base64url(b'["s","n",NaN]')), "NaN"),
    (made({}, base64url(b'["s","n",9007199254740993]')), "beyond"),
    (made({}, base64url(b'["s","n",' + b"[" * 70 + b"]" * 70 + b"]")), "levels deep"),
    (made({})[:-1], "ends with ~"),
    ("~", "three parts"),
    ("a.b~", "three parts"),
    (made({}).replace("~", "~~"), "not readable as JSON"),
    (made({}) + "~" * 10_001, "more than 10,000 disclosures"),
    ("x" * (5 << 20), "larger than"),
])  # fmt: skip
def test_a_forged_set_of_disclosures_is_refused(text: str, reason: str) -> None:
    verdict = verdict_on(text)
    assert any(part in failure(verdict) for part in reason.split("|"))
    assert not verdict.says


def test_disclosures_nested_without_end_are_refused() -> None:
    chain, inner = [], "decoy"
    for number in range(70):
        chain.append([f"salt-{number}", "x", {"_sd": [inner]}])
        inner = digest(chain[-1])
    assert "levels deep" in failure(verdict_on(made({"_sd": [inner]}, *chain)))


def test_a_disclosure_of_another_document_belongs_nowhere() -> None:
    foreign = issued().split("~")[1]
    token, *own, end = issued().split("~")
    assert "belongs nowhere" in failure(verdict_on("~".join((token, *own, foreign, end))))
    assert "belongs nowhere" in failure(verdict_on("~".join((token, foreign, *own[1:], end))))


@settings(max_examples=80)
@given(st.integers(0, 100_000), st.sampled_from("AbZ09-_~."))
def test_a_document_with_a_letter_altered_says_nothing_new(place: int, letter: str) -> None:
    at = place % len(WHOLE)
    if WHOLE[at] != letter:
        verdict = verdict_on(WHOLE[:at] + letter + WHOLE[at + 1 :], binding=ASKED)
        assert not verdict.accepted


WHOLE = present(issued(holder=HOLDER.key), HIDDEN, HOLDER, ASKED.audience, ASKED.nonce, now=NOW)


def test_another_key_type_and_header_are_refused() -> None:
    assert "did not sign" in failure(verify_sd_jwt(issued(), HOLDER.key, NOW))
    assert "did not sign" in failure(verify_sd_jwt(issued(), P256().key, NOW))
    for header, reason in (
        ({"typ": "JWT"}, "the type is"), ({}, "the type is"), ({"typ": "dc+sd-jwt", "crit": "exp"}, "extensions"),
        ({"typ": "dc+sd-jwt", "alg": "none"}, "'none' is not accepted"), ({"typ": "dc+sd-jwt", "alg": "HS256"}, "is not accepted"),
        ({"typ": "dc+sd-jwt", "alg": "ES256"}, "did not sign"),
    ):  # fmt: skip
        assert reason in failure(verdict_on(made({}, header=header) if header else made({}, header={"x": "y"})))
    unsigned = made({}).rpartition(".")[0] + ".~"
    assert "did not sign" in failure(verdict_on(unsigned))


@pytest.mark.parametrize(("payload", "told", "reason"), [
    ({"exp": SECOND}, {}, "expired"),
    ({"nbf": SECOND + 301}, {}, "not valid yet"),
    ({"iat": SECOND + 301}, {}, "after now"),
    ({"exp": "tomorrow"}, {}, "no number"),
    ({"exp": True}, {}, "no number"),
    ({"iss": "did:web:other"}, {"issuer": HEAD["iss"]}, "another issuer"),
    ({"aud": "x"}, {"audience": "y"}, "another audience"),
    ({}, {"required": ("total",)}, "total is not disclosed"),
    ({"vct": 5}, {}, "does not name its kind"),
    ({"_sd": [digest(["s", "nbf", 5])]}, {}, ""),
])  # fmt: skip
def test_what_is_out_of_its_time_or_purpose_is_refused(
    payload: dict[str, Any], told: dict[str, Any], reason: str
) -> None:
    if reason:
        assert reason in failure(verdict_on(made(payload), **told))
    else:
        assert "which no issuer may do" in failure(verdict_on(made(payload, ["s", "nbf", 5])))


def test_what_is_not_asked_or_not_said_is_not_checked() -> None:
    def results(text: str, **told: Any) -> dict[str, str]:
        return {check.name.en: check.result for check in verdict_on(text, **told).checks}

    assert results(made({"aud": ["x", "y"]}))["what it must say"] == "not checked"
    assert results(made({"aud": ["x", "y"]}), audience="y")["what it must say"] == "holds"
    endless = "~".join((sign_jws({"vct": "x"}, KEY, typ="dc+sd-jwt"), ""))
    assert results(endless)["period of validity"] == "not checked"


# -- keys as JWK ------------------------------------------------------------------------------------------------------


def test_keys_travel_as_jwk_in_one_spelling() -> None:
    for key in (KEY.key, P256().key):
        assert from_jwk(to_jwk(key)) == key
        assert from_jwk({**to_jwk(key), "kid": "1"}) == key
    good = to_jwk(P256().key)
    unfit: list[Any] = [
        None, [], {}, {**good, "crv": "P-384"}, {**good, "x": good["x"] + "="}, {**good, "y": good["x"]}, {**good, "x": 5},
        {**good, "x": good["x"][:-4]}, {**good, "d": "x"}, {**to_jwk(KEY.key), "x": base64url(bytes(32))},
    ]  # fmt: skip
    for wrong in unfit:
        with pytest.raises(NotAKey):
            from_jwk(wrong)


def test_json_is_written_without_blanks() -> None:
    assert json_bytes({"a": ["ö", 1]}) == '{"a":["ö",1]}'.encode()
    assert json.loads(json_bytes(CLAIMS)) == CLAIMS
