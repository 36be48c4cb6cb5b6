"""`entrepot check --deploy`: what is not fit for the internet, all at once, with how to mend it.

Nothing is changed and nothing leaves the machine. A finding is `error` where somebody may get in, forge or lose what was said, and
`warning` where it is unwise; the command ends with 1 where there is an error.
"""

import os
import shutil
import stat
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from msgspec import Struct

from entrepot.kernel.text import Text

Severity = Literal["error", "warning"]
LEAST_FREE = 2 * 1024**3
OLDEST_BACKUP = timedelta(days=2)
OLDEST_PACK = timedelta(days=400)
SHORTEST_SECRET = 32
EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)  # this version is younger: a clock before it is wrong
DEFAULT_SECRETS = frozenset({"entrepot", "changeme", "password", "secret", "postgres"})


class Finding(Struct, frozen=True):
    """What is not fit, where, and how to mend it."""

    severity: Severity
    where: str
    what: Text
    fix: Text


class Installation(Struct, frozen=True):
    """What is looked at: the environment, the home folder, the store's address, its nature, and the day."""

    environ: Mapping[str, str]
    home: Path
    store: str
    nature: str
    now: datetime
    packs: Mapping[str, str] = {}  # name of a pack -> the day on which it was checked last (ISO 8601)


Check = Callable[[Installation], Iterator[Finding]]


def _error(where: str, en: str, zh: str, fix_en: str, fix_zh: str) -> Finding:
    return Finding("error", where, Text(en, zh), Text(fix_en, fix_zh))


def _warning(where: str, en: str, zh: str, fix_en: str, fix_zh: str) -> Finding:
    return Finding("warning", where, Text(en, zh), Text(fix_en, fix_zh))


def _web(at: Installation) -> Iterator[Finding]:
    environ = at.environ
    if environ.get("ENTREPOT_HTTPS") != "1":
        yield _error(
            "ENTREPOT_HTTPS", "cookies and tokens may travel in the clear", "Cookie 与令牌可能以明文传输",
            "put a proxy with TLS before it and set ENTREPOT_HTTPS=1", "请在前面设置 TLS 代理，并设 ENTREPOT_HTTPS=1",
        )  # fmt: skip
    hosts = [host for host in environ.get("ENTREPOT_HOSTS", "").split(",") if host]
    if not hosts or "*" in hosts:
        yield _error(
            "ENTREPOT_HOSTS", "the names under which it answers are not settled", "未限定对外服务的主机名",
            "set ENTREPOT_HOSTS to the names, parted by commas", "请设 ENTREPOT_HOSTS，多个名称以逗号分隔",
        )  # fmt: skip
    address = environ.get("ENTREPOT_ADDRESS", "")
    if not address.startswith("https://"):
        yield _error(
            "ENTREPOT_ADDRESS", "what is issued would name an address that nobody else can reach", "签发内容中的地址外部无法访问",
            "set ENTREPOT_ADDRESS=https://…, as others reach it", "请设 ENTREPOT_ADDRESS=https://…（外部访问地址）",
        )  # fmt: skip
    if environ.get("ENTREPOT_HTTPS") == "1" and not environ.get("ENTREPOT_PROXIES", "").isdecimal():
        yield _warning(
            "ENTREPOT_PROXIES", "behind a proxy all clients look like one", "代理之后所有客户端共用限额",
            "set ENTREPOT_PROXIES to how many proxies of yours stand before it", "请设 ENTREPOT_PROXIES 为前置代理数量",
        )  # fmt: skip
    if environ.get("ENTREPOT_LIMITS") == "off":
        yield _warning(
            "ENTREPOT_LIMITS", "nobody is slowed down at the door", "入口未设限速",
            "unset it, or have the proxy limit requests", "请取消该设置，或由代理限速",
        )  # fmt: skip
    if not environ.get("ENTREPOT_SMTP") and not environ.get("ENTREPOT_SMTP_FILE"):
        yield _warning(
            "ENTREPOT_SMTP", "mails are written to files and reach nobody", "邮件只写入文件，无人收到",
            "set ENTREPOT_SMTP=smtp://user:password@host:587?tls=1", "请设 ENTREPOT_SMTP=smtp://user:password@host:587?tls=1",
        )  # fmt: skip


def _secrets(at: Installation) -> Iterator[Finding]:
    for name in ("ENTREPOT_SECRET", "ENTREPOT_METRICS_TOKEN"):
        given = at.environ.get(name, "")
        if given and (len(given) < SHORTEST_SECRET or given.lower() in DEFAULT_SECRETS):
            yield _error(
                name, f"it is shorter than {SHORTEST_SECRET} characters or can be guessed", "过短或容易猜中",
                "make one: python3 -c 'import secrets; print(secrets.token_urlsafe(50))'", "请用 secrets.token_urlsafe(50) 生成",
            )  # fmt: skip
        file = at.environ.get(f"{name}_FILE", "")
        if file and not Path(file).is_file():
            yield _error(
                f"{name}_FILE", "there is no such file", "文件不存在", "name the file that holds it", "请指定正确的文件"
            )
        elif file and _open_to_others(Path(file)):
            yield _error(f"{name}_FILE", "others may read it", "其他用户可读", f"chmod 600 {file}", f"chmod 600 {file}")
    for path in sorted(_guarded(at.home)):
        if _open_to_others(path):
            yield _error(
                str(path.relative_to(at.home)), "others on this machine may read it", "本机其他用户可读取",
                f"chmod {'700' if path.is_dir() else '600'} {path}", f"chmod {'700' if path.is_dir() else '600'} {path}",
            )  # fmt: skip


def _guarded(home: Path) -> Iterator[Path]:
    """What holds keys, papers or secrets."""
    for name in ("secret", "store.sqlite3", "accounts.sqlite3"):
        if (home / name).exists():
            yield home / name
    keys = home / "keys"
    if keys.is_dir():
        yield keys
        yield from (path for path in keys.rglob("*") if path.is_file() and path.suffix not in (".pub", ".json"))


def _open_to_others(path: Path) -> bool:
    return bool(stat.S_IMODE(path.stat().st_mode) & (stat.S_IROTH | stat.S_IWOTH | stat.S_IXOTH | stat.S_IWGRP))


def _store(at: Installation) -> Iterator[Finding]:
    if at.nature == "sandbox":
        yield _error(
            "ENTREPOT_NATURE", "this is a sandbox: any visitor plays any role in every dossier", "这是沙盒：任何访客可扮演任何角色",
            "open a store with ENTREPOT_NATURE=live; rehearse under another name", "请以 ENTREPOT_NATURE=live 开设正式存储",
        )  # fmt: skip
    parts = urlsplit(at.store)
    if parts.scheme == "sqlite":
        yield _warning(
            "ENTREPOT_DATABASE", "SQLite serves one worker on one machine, without standby", "SQLite 仅支持单机单进程，无备机",
            "use PostgreSQL where downtime counts", "对停机敏感时请用 PostgreSQL",
        )  # fmt: skip
    elif parts.scheme.startswith("postgres"):
        query = parse_qs(parts.query)
        host = parts.hostname or query.get("host", [""])[0]
        near = host.startswith("/") or host in ("", "localhost", "127.0.0.1", "::1")
        if not near and query.get("sslmode", [""])[0] not in ("verify-full", "verify-ca"):
            yield _error(
                "ENTREPOT_DATABASE", "nobody checks whose server it is: one between may read and forge", "与 PostgreSQL 的连接未校验证书",
                "add ?sslmode=verify-full&sslrootcert=…", "请加 ?sslmode=verify-full&sslrootcert=…",
            )  # fmt: skip
        if parts.password and parts.password.lower() in DEFAULT_SECRETS:
            yield _error(
                "ENTREPOT_DATABASE", "its password can be guessed", "数据库口令容易猜中", "choose another", "请更换口令"
            )


def _keeping(at: Installation) -> Iterator[Finding]:
    folder = at.home if at.home.exists() else Path()
    if shutil.disk_usage(folder).free < LEAST_FREE:
        yield _error(str(at.home), "less than 2 GiB are free", "磁盘可用空间不足 2 GiB", "make room", "请清理或扩容")
    if at.now < EARLIEST:
        yield _error(
            "clock", "the clock of this machine is wrong", "本机时钟有误", "let it be set by NTP", "请启用 NTP 校时"
        )
    backups = at.environ.get("ENTREPOT_BACKUPS", "")
    newest = (
        max((p.stat().st_mtime for p in Path(backups).iterdir()), default=0.0)
        if backups and Path(backups).is_dir()
        else 0.0
    )
    if at.now.timestamp() - newest > OLDEST_BACKUP.total_seconds():
        yield _warning(
            "ENTREPOT_BACKUPS", "no backup of the last two days is to be seen", "未见最近两天的备份",
            "run `entrepot backup` daily into the folder that ENTREPOT_BACKUPS names", "请每日运行 entrepot backup，并设 ENTREPOT_BACKUPS",
        )  # fmt: skip
    if not at.environ.get("ENTREPOT_POLICY"):
        yield _warning(
            "ENTREPOT_POLICY", "no witness cosigns the log: its operator alone vouches for it", "日志没有见证方联署",
            "name witnesses (docs/witness.md)", "请指定见证方（docs/witness.md）",
        )  # fmt: skip
    for name, day in sorted(at.packs.items()):
        if day and at.now.date() - datetime.fromisoformat(day).date() > OLDEST_PACK:
            yield _warning(
                f"packs/{name}", f"its law was last checked on {day}", f"法规包上次核对于 {day}",
                "check it against its sources and bring it up to date", "请对照来源核对并更新",
            )  # fmt: skip


CHECKS: tuple[Check, ...] = (_web, _secrets, _store, _keeping)


def look(at: Installation) -> list[Finding]:
    """Every finding, errors first."""
    found = [finding for check in CHECKS for finding in check(at)]
    return sorted(found, key=lambda one: (one.severity != "error", one.where))


def here(nature: str, packs: Mapping[str, str]) -> Installation:
    """This installation, as it is set just now."""
    from entrepot.portal import setting

    return Installation(
        dict(os.environ), setting.home().absolute(), setting.database_url(), nature, datetime.now(UTC), packs
    )
