"""Which witnesses are trusted, and how many of them must have signed a checkpoint: a text in C2SP tlog-policy form.

log ORIGIN+HEX+BASE64 [URL]
witness NAME NAME+HEX+BASE64 [URL]        the URL is the witness's submission prefix
group NAME all|any|NUMBER NAME …
quorum NAME|none
"""

import re
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from msgspec import Struct

from entrepot.kernel.text import Text
from entrepot.store.database import StoreError
from entrepot.store.notes import NoteError, Verifier
from entrepot.store.witness_keys import ML_DSA_44, WitnessKey

POLICY_LIMIT = 262_144  # bytes
LISTED_LIMIT = 64  # logs, witnesses, groups of each
NONE = "none"

_NOT_ALLOWED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_NUMBER = re.compile(r"[1-9][0-9]{0,2}")


class PolicyError(StoreError):
    """A text that is no policy; the message tells every problem with its line."""


class Log(Struct, frozen=True):
    """A log that the policy knows, and where it can be reached."""

    key: Verifier | WitnessKey
    url: str = ""


class Witness(Struct, frozen=True):
    """A witness that the policy knows: its name in the policy, its key, and the prefix of its address."""

    name: str
    key: WitnessKey
    url: str = ""


class Group(Struct, frozen=True):
    """Witnesses and groups, of which `least` must have signed."""

    least: int
    members: tuple[str, ...]


class Policy(Struct, frozen=True):
    """Logs, witnesses and the quorum."""

    logs: tuple[Log, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    groups: Mapping[str, Group] = {}
    quorum: str = NONE

    def met(self, keys: Collection[tuple[str, bytes]]) -> bool:
        """Whether witnesses with these key names and key ids, whose cosignatures were checked, make up the quorum."""
        signed = {one.name for one in self.witnesses if (one.key.name, one.key.key_id) in keys}
        for name, group in self.groups.items():  # a group names only what stands before it
            if len(signed.intersection(group.members)) >= group.least:
                signed.add(name)
        return self.quorum == NONE or self.quorum in signed

    @classmethod
    def parse(cls, data: bytes) -> "Policy":
        """A policy from its text; PolicyError with all problems."""
        return _Reading().read(data)


def read_policy(path: Path) -> Policy:
    """The policy in a file."""
    with path.open("rb") as file:
        return Policy.parse(file.read(POLICY_LIMIT + 1))


class _Reading:
    """What was read so far, and the problems met."""

    def __init__(self) -> None:
        self.logs: list[Log] = []
        self.witnesses: list[Witness] = []
        self.groups: dict[str, Group] = {}
        self.names: set[str] = set()
        self.members: set[str] = set()
        self.quorum: list[str] = []
        self.problems: list[Text] = []
        self.line = 0

    def read(self, data: bytes) -> Policy:
        if len(data) > POLICY_LIMIT:
            raise PolicyError(f"a policy of more than {POLICY_LIMIT:,} bytes", f"见证策略超过 {POLICY_LIMIT:,} 字节")
        # Latin-1 keeps every byte apart, as the format asks: names are bytes, not letters. Keys are read as UTF-8.
        text = data.decode("latin-1")
        lines = text.split("\n")
        if lines.pop():
            self._wrong("the last line does not end with a new line: it may be cut short", "末行缺少换行符，可能不完整")
        readers: dict[str, Callable[[list[str]], None]] = {
            "log": self._log, "witness": self._witness, "group": self._group, "quorum": self._quorum,
        }  # fmt: skip
        for self.line, line in enumerate(lines, 1):
            words = [word for word in re.split(r"[ \t]+", line) if word]
            if _NOT_ALLOWED.search(line):
                self._wrong("control characters", "含有控制字符")
            elif not words or words[0].startswith("#"):
                continue
            elif words[0] not in readers:
                self._wrong(
                    f"a line begins with log, witness, group or quorum, not {words[0][:40]!a}",
                    f"无法识别 {words[0][:40]!a}",
                )
            else:
                readers[words[0]](words[1:])
        if not self.quorum:
            self._wrong("there is no quorum line (`quorum none` asks for no witness)", "缺少 quorum 行")
        if self.problems:
            raise PolicyError(
                "; ".join(one.en for one in self.problems[:20]), "；".join(one.zh for one in self.problems[:20])
            )
        return Policy(tuple(self.logs), tuple(self.witnesses), self.groups, self.quorum[0])

    def _wrong(self, en: str, zh: str) -> None:
        where = (f"policy, line {self.line}: ", f"策略第 {self.line} 行：") if self.line else ("policy: ", "策略：")
        self.problems.append(Text(where[0] + en, where[1] + zh))

    def _log(self, words: list[str]) -> None:
        if len(words) not in (1, 2):
            return self._wrong("it reads: log KEY [URL]", "格式应为 log 密钥 [网址]")
        try:
            key = _log_key(_utf8(words[0]))
        except NoteError as error:
            return self._wrong(str(error), f"日志密钥无效（{error}）")
        if any(one.key.public == key.public for one in self.logs) or len(self.logs) == LISTED_LIMIT:
            return self._wrong("this log's key is listed twice, or too many are", "该日志密钥重复，或日志过多")
        self.logs.append(Log(key, *words[1:]))

    def _witness(self, words: list[str]) -> None:
        if len(words) not in (2, 3):
            return self._wrong("it reads: witness NAME KEY [URL]", "格式应为 witness 名称 密钥 [网址]")
        try:
            key = WitnessKey.parse(_utf8(words[1]))
        except NoteError as error:
            return self._wrong(str(error), f"见证方密钥无效（{error}）")
        if any(one.key.public == key.public for one in self.witnesses) or len(self.witnesses) == LISTED_LIMIT:
            return self._wrong("this witness's key is listed twice, or too many are", "该见证方密钥重复，或见证方过多")
        if self._named(words[0]):
            self.witnesses.append(Witness(words[0], key, *words[2:]))

    def _group(self, words: list[str]) -> None:
        name, least, *members = words if len(words) >= 3 else ("", "")
        number = {"all": len(members), "any": 1}.get(least) or (int(least) if _NUMBER.fullmatch(least) else 0)
        if not 1 <= number <= len(members) or len(self.groups) == LISTED_LIMIT:
            return self._wrong(
                "it reads: group NAME all|any|NUMBER MEMBER …, with a number from 1 to that of its members",
                "格式应为 group 名称 all|any|数目 成员…，数目不得超过成员数",
            )
        for member in members:
            if member not in self.names:
                return self._wrong(f"{member[:80]!a} is not defined above", f"{member[:80]!a} 未在前文定义")
            if member in self.members:
                return self._wrong(
                    f"{member[:80]!a} is a member already: it counts once", f"{member[:80]!a} 已是成员，不得重复计算"
                )
            self.members.add(member)
        if self._named(name):
            self.groups[name] = Group(number, tuple(members))

    def _quorum(self, words: list[str]) -> None:
        if len(words) != 1 or self.quorum:
            return self._wrong("there is one line `quorum NAME`", "quorum 行须有且仅有一行，格式为 quorum 名称")
        if words[0] != NONE and words[0] not in self.names:
            self._wrong(f"{words[0][:80]!a} is not defined above", f"{words[0][:80]!a} 未在前文定义")
        self.quorum = words

    def _named(self, name: str) -> bool:
        if name == NONE or name in self.names:
            self._wrong(f"the name {name[:80]!a} is taken", f"名称 {name[:80]!a} 已被占用")
            return False
        self.names.add(name)
        return True


def _log_key(text: str) -> Verifier | WitnessKey:
    """A log's key: Ed25519, or ML-DSA-44, by which a log signs as a cosigner of its own (tlog-checkpoint)."""
    try:
        return Verifier.parse(text)
    except NoteError:
        key = WitnessKey.parse(text) if "+" in text else None
        if key is None or key.kind != ML_DSA_44:
            raise
        return key


def _utf8(word: str) -> str:
    try:
        return word.encode("latin-1").decode()
    except UnicodeDecodeError:
        raise NoteError("the key is not UTF-8") from None
