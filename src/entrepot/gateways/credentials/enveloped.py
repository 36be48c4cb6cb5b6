"""Credentials inside a JWS: W3C VC-JOSE-COSE 1.0, compact form (`application/vc+jwt`, `vp+jwt`), EdDSA or ES256 and nothing else."""

from datetime import datetime

from entrepot.gateways.credentials.data_integrity import CLOCKS_APART, KeyFinder, ProofSeen
from entrepot.gateways.credentials.keys import KeyOutOfReach, NotAKey
from entrepot.gateways.credentials.model import party
from entrepot.gateways.credentials.reading import Unfit
from entrepot.gateways.jws import Jws, read_jws
from entrepot.gateways.verdict import fails, holds, not_checked
from entrepot.kernel.text import Text

_TYPES = {"vc+jwt", "vp+jwt", "vc+ld+jwt", "vp+ld+jwt"}  # the last two as in earlier drafts of VC-JOSE-COSE
_SIGNATURE = Text("signature", "签名")


def open_envelope(text: str) -> Jws:
    """A compact JWS whose payload is a credential or presentation of VC 2.0. Raises Unfit for all else."""
    jws = read_jws(text)
    if str(jws.header.get("typ")) not in _TYPES:
        kind = ascii(jws.header.get("typ"))[:40]
        raise Unfit(
            f"the header names the type {kind}, not vc+jwt or vp+jwt", f"头部类型为 {kind}，不是 vc+jwt 或 vp+jwt"
        )
    if "vc" in jws.payload or "vp" in jws.payload:
        raise Unfit(
            "the payload wraps the credential in `vc` or `vp`: VC 2.0 does not",
            "载荷以 vc 或 vp 包裹凭证，VC 2.0 不允许",
        )
    if "proof" in jws.payload:
        raise Unfit("a document with a proof inside and another around it is not read", "不读取内外均有证明的文件")
    return jws


def seen(jws: Jws, find: KeyFinder, purpose: str, now: datetime) -> ProofSeen:
    """How the signature of an envelope comes out, by the key that its header names; `exp` and `nbf` bound the signature's days."""
    issuer = party(jws.payload.get("issuer")) or party(jws.payload.get("holder"))
    method = method_of(jws, issuer)
    try:
        key = find(method, purpose)
    except KeyOutOfReach as error:
        reason = Text(f"the key cannot be had: {error}", f"无法取得密钥：{error}")
        return ProofSeen(method, not_checked(_SIGNATURE, reason))
    except NotAKey as error:
        return ProofSeen(method, fails(_SIGNATURE, Text(f"the key is not one: {error}", f"密钥无效：{error}")))
    if not jws.signed_by(key):
        reason = Text(
            "the signature does not fit what was signed: it was changed, or another key signed",
            "签名与内容不符：内容已被更改，或由其他密钥签署",
        )
        return ProofSeen(method, fails(_SIGNATURE, reason))
    if when := _out_of_time(jws, now.timestamp()):
        return ProofSeen(method, fails(_SIGNATURE, when))
    return ProofSeen(method, holds(_SIGNATURE, Text(f"signed with {method}", f"由 {method} 签署")))


def _out_of_time(jws: Jws, now: float) -> Text | None:
    """Why the signature does not count now, in both languages (RFC 7519: seconds since 1970)."""
    for name in ("exp", "nbf"):
        value = jws.payload.get(name, 0 if name == "nbf" else now + 1)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return Text(f"{name} is no number of seconds", f"{name} 不是秒数")
        if name == "exp" and value <= now:
            return Text("the signature expired (exp)", "签名已失效（exp）")
        if name == "nbf" and value > now + CLOCKS_APART.total_seconds():
            return Text("the signature does not count yet (nbf)", "签名尚未生效（nbf）")
    return None


def method_of(jws: Jws, issuer: str) -> str:
    """The URL of the key: `kid` when it is one, otherwise within the issuer. A did:key or did:jwk has but one key and needs no `kid`."""
    kid, header_issuer = jws.header.get("kid", ""), jws.header.get("iss", "")
    kid, issuer = str(kid), issuer or str(header_issuer)
    if kid.startswith("did:") and "#" not in kid:
        kid, issuer = "", kid
    if kid.startswith("did:"):
        return kid
    if kid:
        return issuer + kid if kid.startswith("#") else f"{issuer}#{kid}"
    if issuer.startswith("did:key:"):
        return f"{issuer}#{issuer[8:]}"
    return f"{issuer}#0" if issuer.startswith("did:jwk:") else issuer
