"""Keys of organisations: made in the platform's custody or registered from their own, vouched for, rotated, revoked.

An organisation's keys stand in the dossiers that it keeps of itself. The statements are the organisation's own, said through these
verbs alone: a key of its own is proven first, one in custody is made here.
"""

from base64 import b64decode
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.channels.window import speaker as speaker_of
from entrepot.gateways.credentials.anchors import identity_anchor, identity_anchor_credential
from entrepot.gateways.credentials.data_integrity import canonical_bytes, secured
from entrepot.gateways.credentials.keys import NotAKey, SigningKey, read_multikey
from entrepot.gateways.credentials.spelling import deceiving
from entrepot.kernel.checkdigits import uscc_check
from entrepot.kernel.intake import Refusal
from entrepot.kernel.submissions import Submission
from entrepot.kernel.text import Problem
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.evidence import (
    KEY_REVOKED,
    KEY_VOUCHED,
    ORGANISATION_KEY,
    KeyRevoked,
    KeyVouched,
    OrganisationKey,
)
from entrepot.kernel.vocabulary.trade import OPENED
from entrepot.portal.drafts import Draft, problem
from entrepot.portal.ids import derived, uuid7
from entrepot.portal.speaking import moment
from entrepot.store.database import StoreError
from entrepot.store.intake import Content
from entrepot.store.organisation_keys import OrganisationKeys

if TYPE_CHECKING:
    from entrepot.portal.desk import Desk

SAME_ID = "S005"
NO_KEY, NOT_PROVEN = "IS05", "IS20"
Use = Literal["documents", "titles", "pdf"]
USES: tuple[Use, ...] = ("documents", "titles", "pdf")


class KeyHeld(Struct, frozen=True):
    """A key of an organisation with all that was said of it: the dossier it stands in, and the ids of the statements."""

    key: str
    dossier: str
    said: str
    value: OrganisationKey
    vouched: KeyVouched | None = None
    revoked: KeyRevoked | None = None
    revoked_by: str = ""

    @property
    def did(self) -> str:
        """`did:key:z6Mk…`."""
        return f"did:key:{self.key}"

    def signs(self, use: str, day: date) -> bool:
        """Whether it may sign on this day."""
        value = self.value
        running = value.since <= day and (value.until is None or day <= value.until)
        return self.revoked is None and use in value.use and running


def keys_of(desk: "Desk", organisation: str) -> tuple[KeyHeld, ...]:
    """The keys of an organisation, the newest first."""
    held = []
    for dossier in desk.store.own_dossiers(organisation):
        with desk.store.holding(dossier) as record:
            vouched, revoked = record.standing(KEY_VOUCHED.name), record.standing(KEY_REVOKED.name)
            for key, standing in record.standing(ORGANISATION_KEY.name).items():
                if standing.value is None or standing.value.organisation != organisation:
                    continue
                word, end = vouched.get(key), revoked.get(key)
                held.append(
                    KeyHeld(
                        key, dossier, standing.statements[0].id, standing.value,
                        None if word is None else word.values[-1],
                        None if end is None else end.values[0],
                        "" if end is None else end.statements[0].id,
                    )
                )  # fmt: skip
    return tuple(sorted(held, key=lambda one: (one.value.since, one.said), reverse=True))


def key_for(desk: "Desk", organisation: str, use: str) -> KeyHeld | None:
    """The key with which the organisation signs today; its own comes before one in the platform's custody."""
    standing = [one for one in keys_of(desk, organisation) if one.signs(use, desk.today())]
    return min(standing, key=lambda one: (one.value.custody != "own", one.value.until is not None), default=None)


def keeper(desk: "Desk") -> OrganisationKeys:
    """The folder of keys; Refusal where this process has none."""
    if desk.store.organisation_keys is None:
        raise Refusal(
            (problem("IS10", "keys", "this process has no folder of keys and signs nothing", "本进程没有密钥文件夹，无法签名",
                     "open the store with its folder of keys", "请指定密钥文件夹"),)
        )  # fmt: skip
    return desk.store.organisation_keys


def operator_key(desk: "Desk") -> SigningKey:
    """The operator's key: it vouches for organisations and signs the status lists. StoreError where its file was lost: with another
    key in its place nobody would know our lists, nor we our own documents."""
    return SigningKey.from_seed(operator_seed(desk))


def operator_seed(desk: "Desk") -> bytes:
    """The secret half of the operator's key."""
    seed = keeper(desk).operator_key()
    did = SigningKey.from_seed(seed).did
    if desk.store.settled("operator_key", did) != did:
        raise StoreError(
            "operator.key is not the key with which this store's status lists are signed: put it back from a backup of the keys",
            "operator.key 不是本存储签署状态列表所用的密钥：请从密钥备份中恢复",
        )
    return seed


def signing_key(desk: "Desk", held: KeyHeld) -> SigningKey | None:
    """The secret half of a key in the platform's custody; None for one that its organisation keeps itself. StoreError where the file
    of one in custody was lost."""
    seed = keeper(desk).seed_of(held.value.organisation, read_multikey(held.key).raw)
    if seed is None and held.value.custody == "platform":
        raise StoreError(
            f"the key {held.key} is not in the folder of keys: put it back from a backup of the keys, or revoke it and make another",
            f"密钥文件夹中没有密钥 {held.key}：请从密钥备份中恢复，或吊销后另建",
        )
    return None if seed is None else SigningKey.from_seed(seed)


# -- said in the organisation's name ------------------------------------------------------------------------------------


def statement(
    desk: "Desk", dossier: str, topic: Topic[Any], value: Any, key: str, voice: Voice, id_: str, replaces: tuple[str, ...] = ()
) -> Submission:  # fmt: skip
    """What a verb of the platform says in somebody's name, after it checked all that it stands for."""
    body = msgspec.Raw(msgspec.json.encode(value, order="sorted"))
    said_at = moment(desk.store.clock())
    return Submission(
        id_, dossier, topic.name, body, key, topic.version, voice.person, voice.organisation, voice.mandate,
        voice.channel, "own word", said_at, replaces=replaces,
    )  # fmt: skip


def submit(desk: "Desk", batch: list[Submission], contents: tuple[Content, ...] = ()) -> bool:
    """Say it; False where it was said before under the same ids. Refusal otherwise."""
    outcome = desk.store.submit(batch, contents)
    if not outcome.ok and {one.rule for one in outcome.problems} != {SAME_ID}:
        raise Refusal(outcome.problems)
    return outcome.ok


def make_key(desk: "Desk", voice: Voice, name: str, uscc: str = "") -> KeyHeld:
    """A new key in the platform's custody. A key in custody that stood before signs no more from tomorrow on: this is rotation."""
    desk.admit(voice, "say", speaks=True)
    dossier = _own_dossier(desk, voice)
    before = [one for one in keys_of(desk, voice.organisation) if one.value.custody == "platform"]
    key = SigningKey.from_seed(keeper(desk).document_key(voice.organisation, len(before) + 1))
    value = OrganisationKey(voice.organisation, _named(name), USES, "platform", desk.today(), uscc=_code(uscc))
    return _keep(desk, voice, dossier, key.key.multikey, value, [one for one in before if one.value.until is None])


def challenge(desk: "Desk", voice: Voice, key: str, day: date | None = None) -> str:
    """What the holder of a key signs to prove that it has it: bound to this platform, this organisation, this key and the day.
    Refusal for what is no key: nobody is asked to sign words that somebody else chose."""
    try:
        read_multikey(key)
    except NotAKey as error:
        raise Refusal((_not_proven(f"this is no key: {error}", "不是有效的密钥"),)) from None
    return f"entrepot key {desk.store.origin} {voice.organisation} {key} {day or desk.today()}"


def register_key(
    desk: "Desk",
    voice: Voice,
    key: str,
    proof: str,
    name: str,
    uscc: str = "",
    uses: tuple[Use, ...] = ("documents", "titles"),
) -> KeyHeld:
    """Register a public key (multikey) that the organisation keeps itself. `proof` is its signature of today's challenge, or
    yesterday's, in base64."""
    desk.admit(voice, "say", speaks=True)
    try:
        public = read_multikey(key)
        signature = b64decode(proof, validate=True)
    except (NotAKey, ValueError) as error:
        raise Refusal((_not_proven(f"this is no key or no signature: {error}", "不是有效的密钥或签名"),)) from None
    days = (desk.today(), desk.today() - timedelta(days=1))
    asked = next(
        (
            text
            for text in (challenge(desk, voice, key, day) for day in days)
            if public.signed(signature, text.encode())
        ),
        "",
    )
    if public.algorithm != "Ed25519" or not asked:
        raise Refusal((_not_proven("the signature is not this key's answer to the challenge", "签名与验证内容不符"),))
    if unknown := [use for use in uses if use not in ("documents", "titles")]:
        raise Refusal(
            (
                _not_proven(
                    f"a key of your own signs documents and titles, not {unknown[0][:40]!a}",
                    "自持密钥用途仅限文件与权利凭证",
                ),
            )
        )
    value = OrganisationKey(
        voice.organisation, _named(name), uses, "own", desk.today(), uscc=_code(uscc), challenge=asked, proof=proof
    )
    return _keep(desk, voice, _own_dossier(desk, voice), key, value, [])


def revoke_key(
    desk: "Desk", voice: Voice, key: str, reason: str, compromised_on: date | None = None, organisation: str = ""
) -> KeyHeld:
    """Take a key out of use at once, for good. The organisation itself may, and the operator, who names the organisation."""
    held = _held(desk, voice, key, organisation)
    value = KeyRevoked(_reason(reason), desk.today(), compromised_on)
    id_ = derived(held.said, f"{KEY_REVOKED.name}/{key}")
    submit(desk, [statement(desk, held.dossier, KEY_REVOKED, value, key, voice, id_)])
    return _found(desk, held.value.organisation, key)


def vouch(desk: "Desk", voice: Voice, organisation: str, key: str, name: str, uscc: str, seen: str = "") -> KeyHeld:
    """The operator vouches that a key is that of the organisation registered under this name and unified social credit code; `seen`
    says by what it was proven. The identity anchor, a credential that the operator's key signs, is kept and goes with what is issued."""
    desk.admit(voice, "say", speaks=True)
    if "operator" not in voice.standing:
        raise Refusal((not_yours(KEY_VOUCHED.name),))
    held = _held(desk, voice, key, organisation)
    if held.revoked is not None:
        raise Refusal((not_yours(f"{KEY_VOUCHED.name}/{key}"),))
    # Rehearsals use codes that are nobody's, and those fail the check digit on purpose.
    if desk.store.nature == "live" and len(uscc) == 18 and uscc_check(uscc) != uscc[-1]:
        raise Refusal(
            (problem("IS25", "uscc", f"the check digit of {uscc} is wrong: it was mistyped", f"{uscc} 的校验码不符，可能录入有误",
                     "read it off the licence again", "请按营业执照重新核对"),)
        )  # fmt: skip
    signer, now = operator_key(desk), desk.store.clock()
    subject = identity_anchor(held.did, name=_named(name), registered_id=_code(uscc))
    first = held.vouched.anchor if held.vouched is not None else ""
    id_ = derived(held.said, f"{KEY_VOUCHED.name}/{name}/{uscc}/{first}")
    issuer = {"id": signer.did, "name": f"Entrepôt {desk.store.nature}"}
    anchor = secured(
        identity_anchor_credential(f"urn:uuid:{id_}", issuer, subject, valid_from=now), signer, created=now
    )
    content = Content(canonical_bytes(anchor), "application/vc+json")
    value = KeyVouched(organisation, name, content.digest, signer.did, desk.today(), uscc, seen[:300])
    with desk.store.holding(held.dossier) as record:
        earlier = record.standing(KEY_VOUCHED.name).get(key)
    replaces = () if earlier is None else tuple(one.id for one in earlier.statements)
    submit(desk, [statement(desk, held.dossier, KEY_VOUCHED, value, key, voice, id_, replaces)], (content,))
    return _found(desk, organisation, key)


def _keep(desk: "Desk", voice: Voice, dossier: str, key: str, value: OrganisationKey, ending: list[KeyHeld]) -> KeyHeld:
    with desk.store.holding(dossier) as record:
        first = next(iter(record.submissions))
    batch = [
        statement(desk, dossier, ORGANISATION_KEY, value, key, voice, derived(first, f"{ORGANISATION_KEY.name}/{key}"))
    ]
    for one in ending:
        ended = msgspec.structs.replace(one.value, until=desk.today())
        if one.dossier == dossier and one.key != key:
            id_ = derived(one.said, f"{ORGANISATION_KEY.name}/until")
            batch.append(statement(desk, dossier, ORGANISATION_KEY, ended, one.key, voice, id_, (one.said,)))
    submit(desk, batch)
    return _found(desk, voice.organisation, key)


def _own_dossier(desk: "Desk", voice: Voice) -> str:
    """The dossier that the voice's organisation keeps of itself, opened where there is none."""
    for dossier in desk.store.own_dossiers(voice.organisation):
        with desk.store.holding(dossier) as record:
            known, problems = speaker_of(record, voice, desk.today())
        if problems:
            raise Refusal(problems)
        if known.roles:
            return dossier
    opened = uuid7(desk.store.clock())
    desk.say(opened, [Draft(OPENED.name, {"kind": "enterprise", "reference": voice.organisation[:100]})], voice)
    return opened


def _held(desk: "Desk", voice: Voice, key: str, organisation: str = "") -> KeyHeld:
    """A key that the voice may speak of: its own organisation's, or for the operator that of the organisation named."""
    desk.admit(voice, "say", speaks=True)
    operator = "operator" in voice.standing
    named = organisation if operator and organisation else voice.organisation
    held = next((one for one in keys_of(desk, named) if one.key == key), None)
    if held is None:
        raise Refusal((not_yours(f"{ORGANISATION_KEY.name}/{key[:80]}"),))
    with desk.store.holding(held.dossier) as record:
        known, problems = speaker_of(record, voice, desk.today())
    if problems or not known.roles:
        raise Refusal(problems or (not_yours(f"{ORGANISATION_KEY.name}/{key[:80]}"),))
    return held


def _found(desk: "Desk", organisation: str, key: str) -> KeyHeld:
    return next(one for one in keys_of(desk, organisation) if one.key == key)


def not_yours(where: str) -> Problem:
    """For whoever has no right here."""
    return problem(
        "IS01",
        where,
        "this is not yours to do",
        "您无权执行此操作",
        "ask the organisation itself",
        "请由该企业自行办理",
    )


def _not_proven(en: str, zh: str) -> Problem:
    return problem(
        NOT_PROVEN,
        "proof",
        en,
        zh,
        "sign the challenge with the key that you register, and send base64",
        "请用所登记密钥签署验证内容并以 base64 提交",
    )


def _named(name: str) -> str:
    if not name.strip() or len(name) > 200 or not name.isprintable():
        raise Refusal(
            (problem("IS21", "name", "the organisation's registered name has 1 to 200 letters", "请填写企业登记名称（200 字以内）",
                     "give its name", "请填写名称"),)
        )  # fmt: skip
    if (fault := deceiving(name)) is not None:
        raise Refusal(
            (problem("IS24", "name", f"the name {fault[0]}", f"名称{fault[1]}", "write it as it is registered", "请按登记名称填写"),)
        )  # fmt: skip
    return name.strip()


def _code(uscc: str) -> str:
    if len(uscc) > 40 or not (uscc == "" or (uscc.isascii() and uscc.isalnum())):
        raise Refusal(
            (problem("IS22", "uscc", "a unified social credit code is 18 letters and digits", "统一社会信用代码为 18 位字母数字",
                     "correct it, or leave it out", "请更正或留空"),)
        )  # fmt: skip
    return uscc


def _reason(reason: str) -> str:
    if not reason.strip() or len(reason) > 1000 or not reason.isprintable():
        raise Refusal(
            (problem("IS23", "reason", "give a reason in up to 1,000 letters", "请说明理由（1000 字以内）", "say why", "请填写理由"),)
        )  # fmt: skip
    return reason.strip()
