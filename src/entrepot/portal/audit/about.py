"""What is held of an organisation besides its dossiers, and the words that go with an export."""

from collections.abc import Iterator
from typing import Any

import msgspec
from django.apps import apps

from entrepot.channels.online import Voice
from entrepot.portal.access import giving
from entrepot.portal.audit.bundle import Bundle
from entrepot.portal.desk import Desk
from entrepot.portal.push import subscribing
from entrepot.store.reads import Read
from entrepot.store.reads import reads as listed_reads
from entrepot.store.tokens import list_tokens

READS_AT_ONCE = 1_000
_README = """Entrepôt: {what_en}

Files
  statements.ndjson   one statement a line, as it was said; statements.csv the same as a table
  findings.ndjson     what followed: status, value, reasons, working, law
  dossiers.ndjson     the dossiers and your roles in them
  papers/             the papers as they were handed in, named by their SHA-256; papers.ndjson says which dossier
  documents/          documents that were issued and signed
  organisation.json   profile, people, mandates, tokens (never their secrets), subscriptions
  reads.ndjson        who of you looked at what, and who looked at your own dossier
  proofs.ndjson       of each statement the upper part of its receipt: with an empty line and checkpoint.txt below it, it is a receipt
  manifest.txt        the SHA-256 of every file (sha256sum -c manifest.txt); manifest.sig is signed by the log's key

Check it, without us and without a network:
  entrepot verify EXPORT.zip --key KEY        or   python -m entrepot_verify.export EXPORT.zip --key KEY
  KEY is the log's key, published at /log; log-keys.txt is a copy of it and proves nothing by itself.
A statement without a proof was said after the checkpoint, was erased by law, or names another that you may not read.
In tables, what begins like a formula has an apostrophe before it.

----

Entrepôt：{what_zh}

文件
  statements.ndjson   逐行列出原始陈述；statements.csv 为同一内容的表格
  findings.ndjson     认定结果：状态、数值、理由、计算过程、所依规定
  dossiers.ndjson     案卷及贵方角色
  papers/             原样单证，以 SHA-256 命名；papers.ndjson 注明所属案卷
  documents/          已签发并签名的文件
  organisation.json   单位资料、人员、委托、令牌（不含密钥）、订阅
  reads.ndjson        本单位人员的查看记录，以及他人查看本单位档案的记录
  proofs.ndjson       每条陈述的凭证上半部分：加一空行和 checkpoint.txt 即为完整凭证
  manifest.txt        每个文件的 SHA-256（sha256sum -c manifest.txt）；manifest.sig 由日志密钥签名

离线自行核验：
  entrepot verify EXPORT.zip --key 密钥        或   python -m entrepot_verify.export EXPORT.zip --key 密钥
  密钥公布于 /log；log-keys.txt 仅为副本，本身不构成证明。
未附证明的陈述：在检查点之后提交、已依法删除，或引用了贵方无权查看的陈述。
表格中以公式符号开头的内容前加有撇号。
"""
_WHAT = {
    "enterprise": ("everything held about an enterprise", "平台留存的企业全部数据"),
    "period": (
        "what was heard in a period, with proofs; consistency.json proves that the log only grew since checkpoint-before.txt",
        "期间陈述及证明；consistency.json 证明日志自 checkpoint-before.txt 起只增不改",
    ),
}


def readme(kind: str) -> str:
    """What the files are and how they are checked, in both languages."""
    english, chinese = _WHAT[kind]
    return _README.format(what_en=english, what_zh=chinese)


def organisation(desk: Desk, voice: Voice, bundle: Bundle) -> None:
    """Profile, people, mandates, tokens, subscriptions."""
    code = voice.organisation
    told: dict[str, Any] = {
        "code": code,
        "mandates": giving.listed(desk, voice),
        "tokens": list_tokens(desk.store, code),
        # The address of a feed is a secret.
        "subscriptions": [msgspec.structs.replace(one, feed="") for one in subscribing.mine(desk, voice)],
        **_accounts(code),
    }
    bundle.file("organisation.json", msgspec.json.format(msgspec.json.encode(told), indent=2))


def _accounts(code: str) -> dict[str, Any]:
    """What the accounts hold, where this process has them."""
    if not apps.ready:
        return {}
    from django.db import DatabaseError

    from entrepot.store.accounts.models import Act, Employment, Organisation

    try:
        profile = (
            Organisation.objects.filter(code=code)
            .values("code", "name", "name_zh", "country", "standing", "made_at")
            .first()
        )
        names = ("person__username", "person__name", "person__email", "duties", "made_at", "ended_at")
        people = list(Employment.objects.filter(organisation__code=code).order_by("id").values(*names))
        acts = list(Act.objects.filter(organisation=code).order_by("id").values())
    except DatabaseError:  # a machine without accounts
        return {}
    return {
        "profile": profile,
        "people": [{name.removeprefix("person__"): one[name] for name in names} for one in people],
        "acts": acts,
    }


def reads(desk: Desk, voice: Voice, bundle: Bundle, dossiers: set[str]) -> None:
    """Who of the organisation looked at what, and who looked at its own dossier; of dossiers that it may no longer read no id."""
    for one in _all(desk, organisation=voice.organisation):
        known = one.what.dossier in dossiers or not one.what.dossier
        bundle.line("reads.ndjson", _read(one, one.what.dossier if known else ""))
    own = giving.own_dossier(voice.organisation)
    if own in dossiers:
        for one in _all(desk, dossier=own):
            if one.what.organisation != voice.organisation:
                bundle.line("reads.ndjson", {**_read(one, own), "person": "", "address": ""})


def _all(desk: Desk, organisation: str = "", dossier: str = "") -> Iterator[Read]:
    before = 0
    while found := listed_reads(
        desk.store.database, organisation=organisation, dossier=dossier, before=before, limit=READS_AT_ONCE
    ):
        yield from found
        before = found[-1].number


def _read(one: Read, dossier: str) -> dict[str, Any]:
    return {"at": one.at, "times": one.times, **msgspec.to_builtins(one.what), "dossier": dossier}
