"""A title in one file, and the check of such a file without the platform: document, chain, signatures, receipts of the log.

    {"format": "entrepot-title/1", "title": ID, "documents": […], "steps": [signed step, …], "receipts": [text, …],
     "parent": the file of the title that it was split from}

`verify_title` trusts nobody: keys of the log are given by the caller, and who a signer is stands in the chain alone.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import msgspec

from entrepot.channels.online import Voice
from entrepot.gateways.credentials.data_integrity import examine
from entrepot.gateways.verdict import Check, Verdict, fails, holds, not_checked
from entrepot.kernel.canonical import CanonicalError, canonical
from entrepot.kernel.intake import Refusal, convert
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.titles import DOCUMENT, STEP, TitleDocument, TitleStep
from entrepot.modules.titles.rules.chain import Chain, folded
from entrepot.modules.titles.rules.splitting import part_of
from entrepot.modules.titles.rules.steps import content_of, digest_of, plain
from entrepot.portal import titles
from entrepot.portal.drafts import body_bytes, decoded
from entrepot.portal.titles import statement_id
from entrepot_verify.receipt import Rejected, Trust, verify

if TYPE_CHECKING:
    from entrepot.portal.desk import Desk

FORMAT = "entrepot-title/1"
MOST_VALUES = 1_000_000
LARGEST = 16 << 20
MOST_STEPS, MOST_DOCUMENTS, DEEPEST = 10_000, 1_000, 8
KIND = Text("title with its chain", "权利凭证及其流转链")
_FORM, _DOCUMENTS = Text("form", "格式"), Text("documents", "正文")
_CHAIN, _SIGNATURES = Text("chain of steps", "流转链"), Text("signatures of the steps", "各步骤签名")
_LOG, _PARENT = Text("place in the log", "日志位置"), Text("split from its parent", "由原凭证分割")
_LATEST, _NAMES = Text("nothing came later", "无后续步骤"), Text("names of the parties", "各方身份")


class Misshapen(ValueError):
    """The file is not one of a title; the reason in both languages."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.reason = Text(en, zh)


# -- giving out -----------------------------------------------------------------------------------------------------------


def export(desk: "Desk", voice: Voice, title: str) -> bytes:
    """The title as far as the voice may see it, with a receipt for every step; of a part, the title it was split from too."""
    return msgspec.json.encode(_exported(desk, voice, title, DEEPEST))


def _exported(desk: "Desk", voice: Voice, title: str, room: int) -> dict[str, Any]:
    whole = titles.opened(desk, voice, title)
    steps = whole.chain.steps[: whole.seen]
    contents = dict.fromkeys(step.content for step in steps)
    told: dict[str, Any] = {
        "format": FORMAT,
        "title": title,
        "documents": [plain(whole.documents[content]) for content in contents],
        "steps": [plain(step) for step in steps],
        "receipts": [desk.store.receipt(statement_id(step)) for step in steps],
    }
    if steps[0].parent and room:
        told["parent"] = _ancestor(desk, steps[0].parent, room - 1)
    return told


def _ancestor(desk: "Desk", title: str, room: int) -> dict[str, Any]:
    """The title that a part came from, whole: it is over, and whoever holds a part must be able to show where it comes from."""
    return _exported(desk, Voice("platform", "platform", frozenset({"auditor"})), title, room)


# -- checking -------------------------------------------------------------------------------------------------------------


def is_title(document: Mapping[str, Any]) -> bool:
    """Whether an object claims to be the file of a title."""
    return document.get("format") == FORMAT


def verify_title(data: bytes, *, now: datetime | None = None, log: Trust | str | None = None) -> Verdict:
    """Check the file of a title. `log` is the key of its log, or whom to believe; without it receipts are not checked."""
    if len(data) > LARGEST:
        return Verdict(KIND, (fails(_FORM, Text(f"larger than {LARGEST:,} bytes", f"超过 {LARGEST:,} 字节")),))
    if data.count(b",") + data.count(b"[") + data.count(b"{") > MOST_VALUES:
        return Verdict(
            KIND, (fails(_FORM, Text(f"more than {MOST_VALUES:,} values", f"数值个数超过 {MOST_VALUES:,}")),)
        )
    try:
        told = decoded(data)
        if not isinstance(told, dict) or not is_title(told):
            raise Misshapen(f"it does not say that it is of the format {FORMAT}", f"未声明格式 {FORMAT}")
        return _verified(told, now, log, DEEPEST)
    except Misshapen as error:
        return Verdict(KIND, (fails(_FORM, error.reason),))
    except Refusal as refusal:
        return Verdict(KIND, tuple(fails(_FORM, one.what) for one in refusal.problems[:50]))


def _verified(told: Mapping[str, Any], now: datetime | None, log: Trust | str | None, room: int) -> Verdict:
    if unknown := sorted(told.keys() - {"format", "title", "documents", "steps", "receipts", "parent"}):
        raise Misshapen(
            f"it has a field {unknown[0][:40]!r} that the format does not know",
            f"含有格式之外的字段 {unknown[0][:40]!r}",
        )
    documents = _documents(told.get("documents"))
    bodies = _objects(told.get("steps"), "steps", MOST_STEPS)
    steps = [_step(body) for body in bodies]
    title = told.get("title")
    if not isinstance(title, str) or not steps:
        raise Misshapen("it names no title, or has no steps", "未载明凭证编号或没有步骤")
    keyed = {str(step.number) if once else f"{step.number}/{place}": step
             for place, (step, once) in enumerate(_numbered(steps), 1)}  # fmt: skip
    chain = folded(keyed, documents, title)
    checks = [
        *_chained(steps, chain),
        *_signed(bodies, now),
        *_logged(steps, told.get("receipts"), log),
        *_descended(told, steps[0], now, log, room),
        not_checked(_LATEST, Text("a file cannot know what came after it: ask the store that keeps the title, or its log",
                                  "文件本身无法得知其后情况：请向登记平台或其日志查询")),
        not_checked(_NAMES, Text("the chain binds steps to keys; whose a key is tells the identity anchor of the organisation",
                                 "流转链将步骤与密钥绑定；密钥归属见企业身份凭证")),
    ]  # fmt: skip
    control = chain.control
    issuer = control.issuer_key if control is not None else ""
    says = {} if control is None else msgspec.to_builtins(control)
    return Verdict(KIND, tuple(checks), issuer, says)


def _numbered(steps: list[TitleStep]) -> list[tuple[TitleStep, bool]]:
    """The steps, each with whether it is the first of its number."""
    seen: set[int] = set()
    marked = []
    for step in steps:
        marked.append((step, step.number not in seen))
        seen.add(step.number)
    return marked


def _chained(steps: list[TitleStep], chain: Chain) -> list[Check]:
    """Whether the steps are one chain: none missing, none beside another, each by whoever had control, the documents unchanged."""
    found = []
    numbers = [step.number for step in steps]
    missing = sorted(set(range(1, max(numbers) + 1)) - set(numbers)) if max(numbers) <= MOST_STEPS else numbers
    if missing:
        found.append(fails(_CHAIN, Text(f"step {missing[0]} is missing", f"缺少第 {missing[0]} 步")))
    twins = [previous for previous, count in Counter(step.previous for step in steps).items() if count > 1]
    if twins:
        found.append(
            fails(
                _CHAIN,
                Text("the chain is forked: two steps leave the same state", "流转链分叉：有两个步骤离开同一状态"),
            )
        )
    for one in chain.problems[:50]:
        name = _DOCUMENTS if one.rule == "TI006" else _CHAIN
        found.append(fails(name, Text(f"{one.where}: {one.what.en}", f"{one.where}：{one.what.zh}")))
    if found:
        return found
    count = len(steps)
    return [
        holds(
            _CHAIN,
            Text(
                f"{count} steps, each leaving the state before it, by whoever had control",
                f"共 {count} 步，逐步衔接，均由当时的持有人作出",
            ),
        ),
        holds(_DOCUMENTS, Text("every document is the one that the steps name", "正文均与步骤所载摘要一致")),
    ]


def _signed(bodies: list[dict[str, Any]], now: datetime | None) -> list[Check]:
    bad = []
    for body in bodies:
        for seen in examine(body, now=now):
            if seen.check.result != "holds":
                number = str(body.get("number"))[:20]
                reason = seen.check.reason
                bad.append(fails(_SIGNATURES, Text(f"step {number}: {reason.en}", f"第 {number} 步：{reason.zh}")))
    return bad[:50] or [
        holds(_SIGNATURES, Text("every step is signed with the key it names", "每一步均由所载密钥签署"))
    ]


def _logged(steps: list[TitleStep], receipts: object, log: Trust | str | None) -> list[Check]:
    """Whether the receipts prove these very steps."""
    if (
        not isinstance(receipts, list)
        or len(receipts) != len(steps)
        or not all(isinstance(one, str) for one in receipts)
    ):
        return [fails(_LOG, Text("there is not one receipt for each step", "并非每一步都有一份凭证回执"))]
    if log is None:
        return [
            not_checked(
                _LOG, Text("give the log's key: none is trusted by itself", "请提供日志密钥：不会自动信任任何密钥")
            )
        ]
    for step, text in zip(steps, receipts, strict=True):
        where = f"step {step.number}"
        try:
            said = verify(text.encode(), log).statement or {}
        except (Rejected, UnicodeEncodeError) as error:
            en, zh = (error.en, error.zh) if isinstance(error, Rejected) else ("not text", "不是文本")
            return [fails(_LOG, Text(f"{where}: {en}", f"第 {step.number} 步：{zh}"))]
        wanted = {
            "topic": STEP.name,
            "dossier": step.title,
            "key": str(step.number),
            "body": sha256(canonical(plain(step))).hexdigest(),
        }
        if {name: said.get(name) for name in wanted} != wanted:
            return [
                fails(
                    _LOG,
                    Text(
                        f"{where}: the receipt is that of another statement", f"第 {step.number} 步：回执属于其他陈述"
                    ),
                )
            ]
    return [holds(_LOG, Text("every step stands in the log", "每一步均在日志中"))]


def _descended(
    told: Mapping[str, Any], first: TitleStep, now: datetime | None, log: Trust | str | None, room: int
) -> list[Check]:
    """Of a part: that the title named was split into it, checked as strictly as the part itself."""
    if not first.parent:
        if "parent" in told:
            raise Misshapen("it brings a parent, and its first step names none", "附有原凭证，而首个步骤未载明")
        return []
    parent = told.get("parent")
    if not isinstance(parent, dict) or not room or not is_title(parent) or parent.get("title") != first.parent:
        return [fails(_PARENT, Text("the file of the title that it was split from is missing", "缺少原凭证文件"))]
    verdict = _verified(parent, now, log, room - 1)
    bad = [one for one in verdict.checks if one.result == "fails"]
    if bad:
        return [fails(_PARENT, bad[0].reason)]
    bodies = parent["steps"]
    steps = [_step(body) for body in bodies]
    documents = _documents(parent["documents"])
    control = folded({str(one.number): one for one in steps}, documents).control
    part = None if control is None else part_of(control, first.title)
    before = folded({str(one.number): one for one in steps[:-1]}, documents).control
    if part is None or before is None or part.content != first.content or digest_of(steps[-1]) != first.parent_step:
        return [fails(_PARENT, Text("the title named was not split into this one", "所载原凭证并未分割出本凭证"))]
    if (first.by, first.to, first.to_key) != (before.issuer, before.back, before.back_key):
        return [
            fails(_PARENT, Text("the part was given to somebody else than had the whole", "该部分未交给原凭证的持有人"))
        ]
    return [holds(_PARENT, Text(f"a part of {first.parent}", f"系 {first.parent} 的一部分"))]


# -- reading --------------------------------------------------------------------------------------------------------------


def _objects(value: object, name: str, most: int) -> list[dict[str, Any]]:
    if not isinstance(value, list) or len(value) > most or not all(isinstance(one, dict) for one in value):
        raise Misshapen(f"{name} is no list of at most {most:,} objects", f"{name} 不是至多 {most:,} 个对象的列表")
    return value


def _documents(value: object) -> dict[str, TitleDocument]:
    read = {}
    for body in _objects(value, "documents", MOST_DOCUMENTS):
        document: TitleDocument = convert(body, TitleDocument, DOCUMENT.name)
        _same(body, document)
        read[content_of(document)] = document
    return read


def _step(body: dict[str, Any]) -> TitleStep:
    step: TitleStep = convert(body, TitleStep, STEP.name)
    _same(body, step)
    return step


def _same(body: dict[str, Any], value: TitleDocument | TitleStep) -> None:
    """One spelling for each value: what was read is what was hashed."""
    try:
        if body_bytes(value, "") == canonical(body):  # a Refusal where a quantity is out of all measure
            return
    except (CanonicalError, ValueError):
        pass
    raise Misshapen("a document or a step is not in its one spelling", "正文或步骤未按唯一写法书写")
