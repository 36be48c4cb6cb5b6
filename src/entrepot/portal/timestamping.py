"""Having the log's checkpoints timestamped (RFC 3161), by the authorities that the file of ENTREPOT_TSA names:

    # name                url                            file with the certificates trusted for it, the root first
    authority tsa.example https://tsa.example/timestamp  tsa.example.pem
    minutes 60            at most one token in so many minutes from each, unless
    leaves 10000          so many leaves came since

As with witnesses, what is to be done follows from the tables: the newest checkpoint, and the last that bears an authority's token. An
authority that does not answer is asked again after a wait that doubles, and holds up nothing else. A token is kept only once it holds.
"""

import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from entrepot.gateways.credentials.reading import Unfit
from entrepot.gateways.timestamps import NoTimestampError, ask, read_certificates, request_for, token_in, verify_token
from entrepot.kernel.text import Text
from entrepot.portal.turns import Turn
from entrepot.store import timestamps
from entrepot.store.database import StoreError
from entrepot.store.log import Signed
from entrepot.store.notes import NoteError, check_name, split_note
from entrepot.store.store import Store

AUTHORITIES_LIMIT = 8
FILE_LIMIT = 65_536  # bytes

_NUMBER = re.compile(r"[1-9][0-9]{0,8}")

Ask = Callable[[str, bytes], bytes]


class Authority(Struct, frozen=True):
    """An authority of time: its name as it stands in notes, its address, and the certificates (DER) trusted for it, the root first."""

    name: str
    url: str
    roots: tuple[bytes, ...]

    @property
    def key_id(self) -> bytes:
        """The four bytes before its tokens in a note."""
        return timestamps.key_id(self.name, self.roots[0])


class Authorities(Struct, frozen=True):
    """Whom to ask, and how often: once in so many minutes, or when so many leaves came since."""

    listed: tuple[Authority, ...]
    minutes: int = 60
    leaves: int = 10_000


class StampState(Struct, frozen=True):
    """How it stands with an authority: the largest checkpoint that bears its token, of when (UTC), and what is wrong (None: nothing)."""

    name: str
    url: str
    size: int | None
    stamped_at: datetime | None
    trouble: Text | None


class Timestamping:
    """The authorities of an installation and a store's log. Its methods may be called from any thread."""

    def __init__(self, store: Store, authorities: Authorities, ask: Ask = ask) -> None:
        self.store, self.authorities, self._ask = store, authorities, ask
        self._turns = {authority.name: Turn() for authority in authorities.listed}

    def works(self) -> dict[str, Callable[[], int]]:
        """What the server does again and again, a thread for each authority."""
        listed = enumerate(self.authorities.listed, 1)
        return {f"time-{number}": partial(self.work_off, authority) for number, authority in listed}

    def work_off(self, authority: Authority, at_once: bool = False) -> int:
        """Have the newest checkpoint timestamped by an authority where that is due (`at_once`: wherever it bears no token of it
        yet); gives how many tokens came."""
        turn = self._turns[authority.name]
        with turn.lock:
            if not at_once and turn.resting:
                return 0
            signed = self._due(authority, at_once)
            if signed is None:
                return 0
            try:
                self.store.keep_timestamp(self._stamped(authority, signed))
            except (NoTimestampError, Unfit) as error:
                told = f"{authority.name}: {error}"
                turn.failed(error.reason if isinstance(error, Unfit) else Text(told, f"无法取得时间戳：{told}"))
                return 0
            turn.went_well()
            return 1

    def ready(self) -> list[Callable[[bytes], bytes]]:
        """Ways to put a request to the authorities that are not in trouble: for whoever wants the time on something else."""
        return [
            partial(self._ask, authority.url)
            for authority in self.authorities.listed
            if self._turns[authority.name].trouble is None
        ]

    def round(self) -> list[StampState]:
        """Ask every authority once, at once; how it stands with each."""
        for authority in self.authorities.listed:
            self.work_off(authority, at_once=True)
        return self.states()

    def states(self) -> list[StampState]:
        """How it stands with each authority, in the order of the file."""
        return [self._state(authority, self._last(authority)) for authority in self.authorities.listed]

    def _state(self, authority: Authority, last: timestamps.Stamp | None) -> StampState:
        at = None if last is None else datetime.fromtimestamp(last.stamped_at, UTC)
        trouble = self._turns[authority.name].trouble
        return StampState(authority.name, authority.url, last.size if last else None, at, trouble)

    def _last(self, authority: Authority) -> timestamps.Stamp | None:
        with self.store.database.session() as session:
            return timestamps.last_of(session, authority.name, authority.key_id)

    def _due(self, authority: Authority, at_once: bool) -> Signed | None:
        """The newest checkpoint, where it is time that it bears a token of this authority."""
        signed, last = self.store.signed(), self._last(authority)
        if signed is None or (last is not None and last.size >= signed.size):
            return None
        if at_once or last is None or signed.size - last.size >= self.authorities.leaves:
            return signed
        waited = self.store.clock() - datetime.fromtimestamp(last.stamped_at, UTC)
        return signed if waited >= timedelta(minutes=self.authorities.minutes) else None

    def _stamped(self, authority: Authority, signed: Signed) -> timestamps.Stamp:
        """A token over the checkpoint that holds. Raises NoTimestampError, Unfit."""
        digest, nonce = sha256(split_note(signed.note)[0].encode()).digest(), secrets.randbits(63) + 1
        token = token_in(self._ask(authority.url, request_for(digest, nonce)))
        now, signed_at = self.store.clock(), datetime.fromisoformat(signed.signed_at)
        verdict = verify_token(token, digest, authority.roots, now=now, nonce=nonce, said_at=signed_at)
        for check in verdict.checks:
            if check.result == "fails":
                en, zh = f"{check.name.en}: {check.reason.en}", f"{check.name.zh}：{check.reason.zh}"
                raise Unfit(f"its token does not hold: {en}", f"其令牌不成立：{zh}")
        at = int(datetime.fromisoformat(verdict.says["time"]).timestamp())
        return timestamps.stamped(signed.size, authority.name, authority.roots[0], token, at)


def read_authorities(file: Path) -> Authorities:
    """The authorities that a file names, and how often they are asked; StoreError with every problem and its line."""
    try:
        text = file.read_bytes()[:FILE_LIMIT].decode()
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"ENTREPOT_TSA: {file} cannot be read: {error}", f"无法读取 {file}：{error}") from error
    found: dict[str, Authority] = {}
    often = {"minutes": 60, "leaves": 10_000}
    problems: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.partition("#")[0].split()
        match words:
            case []:
                continue
            case ["minutes" | "leaves" as which, amount] if _NUMBER.fullmatch(amount):
                often[which] = int(amount)
            case ["authority", name, url, roots] if name not in found and len(found) < AUTHORITIES_LIMIT:
                try:
                    check_name(name)
                    found[name] = Authority(name, url, read_certificates((file.parent / roots).read_bytes()))
                except (NoteError, ValueError, OSError) as error:
                    problems.append(f"{number}: {error}")
            case _:
                problems.append(f"{number}: {line.strip()[:80]!a}")
    if problems or not found:
        told = "; ".join(problems) or "no authority is named"
        raise StoreError(
            f"{file}: {told} (a line reads `authority NAME URL CERTIFICATES`, `minutes N` or `leaves N`)",
            f"{file}：{told}（每行应为 authority 名称 网址 证书文件、minutes N 或 leaves N）",
        )
    return Authorities(tuple(found.values()), often["minutes"], often["leaves"])
