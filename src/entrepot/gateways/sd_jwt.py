"""Selective disclosure (SD-JWT, RFC 9901): a signed document of which its holder shows a part, and nobody can tell what the rest says.

    whole = issue_sd_jwt(claims, {("price",), ("goods", 0)}, key, holder=holder_key.key)
    shown = present(whole, {("price",)}, holder_key, audience="https://bank.example", nonce="n-1", now=now)
    verify_sd_jwt(shown, issuer_key, now, binding=Binding("https://bank.example", "n-1")).says

A path leads from the top of the claims to a member (its name) or an element (its place, from 0). The digest is SHA-256. Tokens of
type `dc+sd-jwt` are credentials (SD-JWT VC): they name their kind in `vct`.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from random import SystemRandom
from secrets import token_bytes
from typing import Any

from msgspec import Struct

from entrepot.gateways.bounds import MAX_DEPTH
from entrepot.gateways.credentials.keys import NotAKey, PublicKey
from entrepot.gateways.credentials.reading import MAX_CREDENTIAL, Unfit, base64url, from_base64url, read_object
from entrepot.gateways.jws import Jws, Signs, from_jwk, json_bytes, read_jws, sign_jws, to_jwk
from entrepot.gateways.verdict import Check, Verdict, fails, holds, not_checked
from entrepot.kernel.text import Text

Path = tuple[str | int, ...]

CREDENTIAL = "dc+sd-jwt"
ALWAYS_OPEN = frozenset({"iss", "aud", "exp", "nbf", "cnf", "vct", "vct#integrity", "status"})
MAX_DISCLOSURES = 10_000
CLOCKS_APART = timedelta(minutes=5)

_SALT_BYTES = 16  # 128 bits (RFC 9901, 9.3)
_RESERVED = frozenset({"_sd", "...", "_sd_alg"})
_KIND = Text("document with selective disclosure (SD-JWT)", "可选择披露的文件（SD-JWT）")
_SIGNATURE, _TYPE = Text("signature of the issuer", "签发人签名"), Text("type", "类型")
_DISCLOSURES, _PERIOD = Text("what is disclosed", "披露内容"), Text("period of validity", "有效期")
_REQUIRED, _BINDING = Text("what it must say", "必备内容"), Text("shown by its holder", "由持有人出示")


class Binding(Struct, frozen=True):
    """What a verifier demands of the holder: a signature for this audience over this nonce, no older than the window."""

    audience: str
    nonce: str
    window: timedelta = CLOCKS_APART


class Disclosure(Struct, frozen=True):
    """One hidden member (with its name) or element (without), and the text whose digest stands in the signed part."""

    text: str
    name: str | None
    value: Any

    @property
    def digest(self) -> str:
        """What stands in its place."""
        return _digest(self.text)


class _Parts(Struct, frozen=True):
    """An SD-JWT taken apart; `binding` is empty where no holder signed."""

    token: str
    disclosures: tuple[str, ...]
    binding: str

    @property
    def bound(self) -> str:
        """What a holder's signature is over: all of it but that signature."""
        return "~".join((self.token, *self.disclosures, ""))


# -- issuing ----------------------------------------------------------------------------------------------------------


def issue_sd_jwt(
    claims: Mapping[str, Any],
    hidden: Collection[Path],
    key: Signs,
    *,
    holder: PublicKey | None = None,
    typ: str = CREDENTIAL,
    kid: str = "",
    decoys: int = 0,
) -> str:
    """The claims signed, with what stands at the `hidden` paths only as digests, and all disclosures behind.

    `holder` is the key that must sign when it is shown. `decoys` is how many digests of nothing are added beside hidden ones.
    ValueError for paths that lead nowhere or to what a verifier must see, and for names that are reserved.
    """
    wanted = set(hidden)
    if critical := sorted({str(path[0]) for path in wanted if path and path[0] in ALWAYS_OPEN}):
        raise ValueError(f"{', '.join(critical)} may not be hidden: verifiers must see it")
    if typ == CREDENTIAL and not isinstance(claims.get("vct"), str):
        raise ValueError(f"a token of type {CREDENTIAL} names its kind in vct")
    if holder is not None and "cnf" in claims:
        raise ValueError("the claims name a holder's key (cnf) already")
    hiding = _Hiding(wanted, decoys)
    payload = hiding.inside(dict(claims), ())
    if wanted - hiding.met:
        nowhere = ", ".join(sorted("/".join(map(str, path)) for path in wanted - hiding.met))
        raise ValueError(f"nothing stands at {nowhere}")
    payload["_sd_alg"] = "sha-256"
    if holder is not None:
        payload["cnf"] = {"jwk": to_jwk(holder)}
    token = sign_jws(payload, key, typ=typ, **({"kid": kid} if kid else {}))
    return "~".join((token, *hiding.disclosures, ""))


def paths_of(value: object, above: Path = ()) -> Iterator[Path]:
    """The path of every member and element at any depth, outer ones first."""
    inner = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for step, item in inner:
        yield (*above, step)
        yield from paths_of(item, (*above, step))


class _Hiding:
    """Replaces what stands at the paths by digests, the innermost first."""

    def __init__(self, hidden: set[Path], decoys: int) -> None:
        self._hidden, self._decoys = hidden, decoys
        self.met: set[Path] = set()
        self.disclosures: list[str] = []
        self._chance = SystemRandom()

    def inside(self, value: Any, path: Path) -> Any:
        if isinstance(value, Mapping):
            return self._object(value, path)
        return self._array(value, path) if isinstance(value, list | tuple) else value

    def _object(self, value: Mapping[str, Any], path: Path) -> dict[str, Any]:
        if reserved := sorted(_RESERVED & set(value)):
            raise ValueError(f"{', '.join(reserved)} is reserved, and no name of a member")
        shown, digests = {}, []
        for name, item in value.items():
            inner = self.inside(item, (*path, name))
            if (*path, name) in self._hidden:
                digests.append(self._disclosed((*path, name), [name, inner]))
            else:
                shown[name] = inner
        if digests:  # in an order that tells nothing of that of the members
            shown["_sd"] = sorted([*digests, *(_decoy() for _ in range(self._decoys))])
        return shown

    def _array(self, value: Collection[Any], path: Path) -> list[Any]:
        shown: list[Any] = []
        for place, item in enumerate(value):
            inner = self.inside(item, (*path, place))
            hidden = (*path, place) in self._hidden
            shown.append({"...": self._disclosed((*path, place), [inner])} if hidden else inner)
        if any((*path, place) in self._hidden for place in range(len(value))):
            for _ in range(self._decoys):
                shown.insert(self._chance.randint(0, len(shown)), {"...": _decoy()})
        return shown

    def _disclosed(self, path: Path, what: list[Any]) -> str:
        self.met.add(path)
        self.disclosures.append(base64url(json_bytes([base64url(token_bytes(_SALT_BYTES)), *what])))
        return _digest(self.disclosures[-1])


# -- presenting -------------------------------------------------------------------------------------------------------


def disclosable(sd_jwt: str) -> tuple[Path, ...]:
    """The paths that the holder of this SD-JWT may show or keep back, outer ones first. Raises Unfit."""
    return tuple(_opened(_parts(sd_jwt))[1].paths.values())


def present(
    sd_jwt: str,
    reveal: Collection[Path],
    holder_key: Signs | None = None,
    audience: str = "",
    nonce: str = "",
    *,
    now: datetime | None = None,
) -> str:
    """The SD-JWT with the disclosures of the `reveal` paths alone, and of the hidden ones that they lie within.

    With the holder's key it is bound to the audience, the nonce and `now` (all three needed). Raises Unfit where the SD-JWT is not
    one, ValueError for paths that it does not hide and for another holder's key.
    """
    parts = _parts(sd_jwt)
    if parts.binding:
        raise Unfit(
            "it was shown to somebody before; present the one that was issued", "该文件曾向他人出示；请使用原签发件"
        )
    jws, opening = _opened(parts)
    shown, wanted = set(), set(reveal)
    if unknown := wanted - set(opening.paths.values()):
        raise ValueError(f"it does not hide {', '.join(sorted('/'.join(map(str, path)) for path in unknown))}")
    for digest, path in opening.paths.items():
        if any(one[: len(path)] == path for one in wanted):
            shown.add(digest)
    kept = tuple(text for text in parts.disclosures if _digest(text) in shown)
    bound = _Parts(parts.token, kept, "").bound
    if holder_key is None:
        return bound
    if now is None or not audience or not nonce:
        raise ValueError("a holder signs for an audience, over a nonce, at a time")
    if _holder(jws.payload) != holder_key.key:
        raise ValueError("this is not the key of the holder that the SD-JWT names")
    said = {"iat": int(now.timestamp()), "aud": audience, "nonce": nonce, "sd_hash": _digest(bound)}
    return bound + sign_jws(said, holder_key, typ="kb+jwt")


# -- verifying --------------------------------------------------------------------------------------------------------


def verify_sd_jwt(
    text: str,
    issuer_key: PublicKey,
    now: datetime,
    *,
    types: Collection[str] = (CREDENTIAL,),
    issuer: str = "",
    audience: str = "",
    required: Collection[str] = (),
    binding: Binding | None = None,
) -> Verdict:
    """Every check of RFC 9901, section 7. `says` is what the signature and the disclosures prove, empty where they do not hold.

    `issuer`, where given, must be its `iss`; `audience` one of its `aud`, where it has one; `required` names claims that must be
    disclosed. With `binding` the holder must have signed for this verifier; without, a holder's signature is not looked at.
    """
    try:
        parts = _parts(text)
        jws = read_jws(parts.token)
    except Unfit as error:
        return Verdict(_KIND, (fails(_SIGNATURE, error.reason),))
    if not jws.signed_by(issuer_key):
        reason = Text("the issuer's key did not sign this", "签发人密钥未签署此文件")
        return Verdict(_KIND, (fails(_SIGNATURE, reason),))
    checks = [holds(_SIGNATURE, Text("the issuer's key signed it", "由签发人密钥签署")), _type(jws, types)]
    try:
        _, opening = _opened(parts, jws)
    except Unfit as error:
        return Verdict(_KIND, (*checks, fails(_DISCLOSURES, error.reason)))
    says, count = opening.says, len(parts.disclosures)
    checks += [
        holds(
            _DISCLOSURES, Text(f"disclosures: {count}, each in its place once", f"披露 {count} 项，各在其位且仅一次")
        ),
        _period(says, now),
        _demanded(jws, says, issuer, audience, required),
        _bound(parts, says, binding, now),
    ]
    named = says.get("iss", "")
    return Verdict(_KIND, tuple(checks), named if isinstance(named, str) else "", says)


def _type(jws: Jws, types: Collection[str]) -> Check:
    typ = jws.header.get("typ")
    if typ not in types:
        said, wanted = str(typ)[:40], ", ".join(sorted(types))
        return fails(_TYPE, Text(f"the type is {said!a}, not {wanted}", f"类型为 {said!a}，应为 {wanted}"))
    if typ == CREDENTIAL and not isinstance(jws.payload.get("vct"), str):
        return fails(_TYPE, Text("a credential that does not name its kind (vct)", "凭证未注明种类（vct）"))
    return holds(_TYPE, Text(str(typ), str(typ)))


def _period(says: Mapping[str, Any], now: datetime) -> Check:
    moments = {}
    for name in ("iat", "nbf", "exp"):
        if name in says:
            value = says[name]
            if not isinstance(value, int | float) or isinstance(value, bool):
                return fails(_PERIOD, Text(f"{name} is no number of seconds", f"{name} 不是秒数"))
            moments[name] = value
    today, apart = now.timestamp(), CLOCKS_APART.total_seconds()
    if "exp" in moments and moments["exp"] <= today:
        return fails(_PERIOD, Text("it has expired", "已过期"))
    if "nbf" in moments and moments["nbf"] > today + apart:
        return fails(_PERIOD, Text("it is not valid yet", "尚未生效"))
    if "iat" in moments and moments["iat"] > today + apart:
        return fails(_PERIOD, Text("it is dated after now", "签发时间晚于现在"))
    if "exp" not in moments:
        return not_checked(_PERIOD, Text("it names no end of its validity", "未注明失效时间"))
    return holds(_PERIOD, Text("it has not expired", "尚未过期"))


def _demanded(jws: Jws, says: Mapping[str, Any], issuer: str, audience: str, required: Collection[str]) -> Check:
    if missing := sorted(set(required) - set(says)):
        return fails(_REQUIRED, Text(f"{', '.join(missing)} is not disclosed", f"未披露 {'、'.join(missing)}"))
    if hidden := sorted((ALWAYS_OPEN & set(says)) - set(jws.payload)):
        reason = Text(f"{', '.join(hidden)} was hidden, which no issuer may do", f"{'、'.join(hidden)} 不得隐藏")
        return fails(_REQUIRED, reason)
    if issuer and says.get("iss") != issuer:
        return fails(_REQUIRED, Text("it names another issuer", "签发人不符"))
    if "aud" in says:
        aud = says["aud"] if isinstance(says["aud"], list) else [says["aud"]]
        if not audience:
            return not_checked(
                _REQUIRED, Text("it is made out to an audience; none was given", "文件限定接收方，未提供比对")
            )
        if audience not in aud:
            return fails(_REQUIRED, Text("it is made out to another audience", "文件限定的接收方不符"))
    return holds(_REQUIRED, Text("all that was asked for is there", "所需内容齐备"))


def _bound(parts: _Parts, says: Mapping[str, Any], binding: Binding | None, now: datetime) -> Check:
    if binding is None:
        there = (
            ("there is one, and it was not asked for", "已附但未要求")
            if parts.binding
            else ("it was not asked for", "未要求")
        )
        return not_checked(_BINDING, Text(*there))
    try:
        _check_binding(parts, says, binding, now)
    except Unfit as error:
        return fails(_BINDING, error.reason)
    return holds(_BINDING, Text(f"its holder signed for {binding.audience}", f"持有人已为 {binding.audience} 签署"))


def _check_binding(parts: _Parts, says: Mapping[str, Any], binding: Binding, now: datetime) -> None:
    """RFC 9901, 7.3, step 5. Raises Unfit."""
    if not parts.binding:
        raise Unfit("no signature of its holder", "缺少持有人签名")
    holder = _holder(says)
    jws = read_jws(parts.binding)
    if holder is None or not jws.signed_by(holder):
        raise Unfit("the key of the holder did not sign it", "持有人密钥未签署")
    if jws.header.get("typ") != "kb+jwt":
        raise Unfit("the holder's signature is of another type", "持有人签名类型不符")
    said = jws.payload
    made = said.get("iat")
    if not isinstance(made, int | float) or isinstance(made, bool):
        raise Unfit("the holder's signature does not say when it was made", "持有人签名未注明时间")
    if abs(now.timestamp() - made) > binding.window.total_seconds():
        raise Unfit("the holder's signature was not made just now", "持有人签名并非刚刚作出")
    if said.get("aud") != binding.audience:
        raise Unfit("the holder signed for another audience", "持有人签名的接收方不符")
    if said.get("nonce") != binding.nonce:
        raise Unfit("the holder signed over another nonce", "持有人签名的随机数不符")
    if said.get("sd_hash") != _digest(parts.bound):
        raise Unfit("the holder signed another set of disclosures", "持有人签署的是另一组披露")
    if _period({name: said[name] for name in ("nbf", "exp") if name in said}, now).result == "fails":
        raise Unfit("the holder's signature is not valid now", "持有人签名目前无效")


# -- taking apart -----------------------------------------------------------------------------------------------------


def _parts(text: str) -> _Parts:
    if len(text) > MAX_CREDENTIAL:
        raise Unfit("it is larger than any document", "文件过大")
    token, *disclosures = text.split("~")
    if not disclosures:
        raise Unfit("an SD-JWT ends with ~ or with its holder's signature", "SD-JWT 须以 ~ 或持有人签名结尾")
    if len(disclosures) > MAX_DISCLOSURES:
        raise Unfit(f"more than {MAX_DISCLOSURES:,} disclosures", f"披露超过 {MAX_DISCLOSURES:,} 项")
    return _Parts(token, tuple(disclosures[:-1]), disclosures[-1])


def _digest(text: str) -> str:
    return base64url(sha256(text.encode()).digest())


def _decoy() -> str:
    return base64url(sha256(token_bytes(32)).digest())


def _disclosure(text: str) -> Disclosure:
    try:
        data = from_base64url(text)
    except ValueError as error:
        raise Unfit(f"a disclosure is {error}", "某项披露不是规范的 base64url") from error
    # Read as the one member of an object, so that all of what binds JSON from outside binds this array too.
    members = read_object(b'{"_":%b}' % data)
    what = members["_"]
    if len(members) != 1 or not isinstance(what, list) or len(what) not in (2, 3) or not isinstance(what[0], str):
        raise Unfit(
            "a disclosure is a list of salt, name and value, or of salt and value", "披露须为盐值、名称、值的列表"
        )
    if len(what) == 2:
        return Disclosure(text, None, what[1])
    if not isinstance(what[1], str) or what[1] in _RESERVED:
        raise Unfit("a disclosure bears a name that no member may have", "披露使用了保留名称")
    return Disclosure(text, what[1], what[2])


def _opened(parts: _Parts, jws: Jws | None = None) -> tuple[Jws, "_Opening"]:
    """The signed part, and what it says with the disclosures put in their places. Raises Unfit."""
    jws = jws or read_jws(parts.token)
    if jws.payload.get("_sd_alg", "sha-256") != "sha-256":
        raise Unfit("its digests are not SHA-256", "摘要算法不是 SHA-256")
    disclosures = [_disclosure(text) for text in parts.disclosures]
    by_digest = {one.digest: one for one in disclosures}
    if len(by_digest) < len(disclosures):
        raise Unfit("a disclosure stands there twice", "同一披露出现两次")
    opening = _Opening(by_digest)
    opening.open({name: value for name, value in jws.payload.items() if name != "_sd_alg"})
    if len(opening.paths) < len(disclosures):
        raise Unfit("a disclosure belongs nowhere in what was signed", "某项披露不属于已签署内容")
    return jws, opening


class _Opening:
    """Puts disclosures in the place of their digests, at any depth; `paths` tells where each of them went."""

    def __init__(self, disclosures: Mapping[str, Disclosure]) -> None:
        self._disclosures = disclosures
        self._met: set[str] = set()
        self.paths: dict[str, Path] = {}
        self.says: dict[str, Any] = {}

    def open(self, payload: Mapping[str, Any]) -> None:
        self.says = self._object(payload, ())

    def _inside(self, value: Any, path: Path) -> Any:
        if len(path) > MAX_DEPTH:
            raise Unfit(f"nested more than {MAX_DEPTH} levels deep", f"嵌套超过 {MAX_DEPTH} 层")
        if isinstance(value, dict):
            return self._object(value, path)
        return self._array(value, path) if isinstance(value, list) else value

    def _object(self, value: Mapping[str, Any], path: Path) -> dict[str, Any]:
        if "..." in value or "_sd_alg" in value:
            raise Unfit("a reserved name stands where it may not", "保留名称出现在不当之处")
        result = {name: self._inside(item, (*path, name)) for name, item in value.items() if name != "_sd"}
        digests = value.get("_sd", [])
        if not isinstance(digests, list):
            raise Unfit("_sd is no list of digests", "_sd 不是摘要列表")
        for digest in digests:
            disclosure = self._met_once(digest)
            if disclosure is None:
                continue
            if disclosure.name is None:
                raise Unfit("the disclosure of an element stands for a member", "元素的披露被用作成员")
            if disclosure.name in result:
                raise Unfit(f"{disclosure.name[:60]!a} stands there twice", f"{disclosure.name[:60]!a} 出现两次")
            self.paths[digest] = (*path, disclosure.name)
            result[disclosure.name] = self._inside(disclosure.value, self.paths[digest])
        return result

    def _array(self, value: list[Any], path: Path) -> list[Any]:
        result: list[Any] = []
        for item in value:
            if not isinstance(item, dict) or "..." not in item:
                result.append(self._inside(item, (*path, len(result))))
                continue
            if len(item) != 1:
                raise Unfit("an element that is hidden has more than its digest", "被隐藏的元素除摘要外还有其他内容")
            disclosure = self._met_once(item["..."])
            if disclosure is None:
                continue
            if disclosure.name is not None:
                raise Unfit("the disclosure of a member stands for an element", "成员的披露被用作元素")
            self.paths[item["..."]] = (*path, len(result))
            result.append(self._inside(disclosure.value, (*path, len(result))))
        return result

    def _met_once(self, digest: object) -> Disclosure | None:
        if not isinstance(digest, str):
            raise Unfit("a digest is a text", "摘要须为文本")
        if digest in self._met:
            raise Unfit("a digest stands in two places", "同一摘要出现两次")
        self._met.add(digest)
        return self._disclosures.get(digest)


def _holder(payload: Mapping[str, Any]) -> PublicKey | None:
    """The holder's key that the issuer named; None where none was. Raises Unfit where it is not a key."""
    cnf = payload.get("cnf")
    if cnf is None:
        return None
    try:
        return from_jwk(cnf.get("jwk") if isinstance(cnf, Mapping) else None)
    except NotAKey as error:
        raise Unfit(f"the holder's key: {error}", "持有人密钥无效") from error
