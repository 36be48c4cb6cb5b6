"""An office as a folder, the way desktop import clients work: files go out, answers come in.

    outbox   messages for the client to take (it may move them to `sent`)
    inbox    answers that the client puts here
    done     answers that were said
    failed   what could not be read or said, each with a file that gives the reason
    cards    what was delivered, by message, so that answers find their dossier; `names` leads from any number to it

Whoever can write into `inbox` speaks as the office: the folder is the operator's, and nobody else's.
"""

import os
import re
import stat
import time
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path

import msgspec

from entrepot.gateways import bounds
from entrepot.gateways.messages.answers import read_answer, replies
from entrepot.gateways.messages.cn.writing import client_number
from entrepot.gateways.messages.formats import FORMATS
from entrepot.gateways.messages.message import Envelope, Written
from entrepot.gateways.messages.wco.names import reference_of
from entrepot.gateways.offices import Delivery, Heard, Reply, Undelivered
from entrepot.kernel.intake import Refusal
from entrepot.kernel.topics import Rejected
from entrepot.kernel.vocabulary.clearance import Cancellation
from entrepot.kernel.vocabulary.decisions import Declaration

HEARD_AT_ONCE = 200
SETTLED_SECONDS = 2  # what changed a moment ago may still be being written
_FOLDERS = ("outbox", "inbox", "done", "failed", "cards", "names", "work")
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_HALF_DONE = (".tmp", ".part", ".crdownload")


class Card(msgspec.Struct, frozen=True):
    """What was delivered: the delivery without its bytes, the file it went out as, what the format could not carry, and the
    SHA-256 of the file."""

    delivery: Delivery
    file: str
    lost: tuple[str, ...] = ()
    digest: str = ""


class FolderOffice:
    """Customs behind a folder. `format` is one of `messages.formats.FORMATS`; `sender` and `receiver` as the office knows them."""

    def __init__(
        self,
        folder: Path,
        format: str = "cn",
        *,
        sandbox: bool,
        name: str = "customs",
        sender: str = "",
        receiver: str = "",
        settled: int = SETTLED_SECONDS,
    ) -> None:
        self.folder, self.format, self.sandbox, self.name = folder, FORMATS[format], sandbox, name
        self.sender, self.receiver, self.settled = sender, receiver, settled
        for inner in _FOLDERS:
            (folder / inner).mkdir(parents=True, exist_ok=True)

    # -- out --------------------------------------------------------------------------------------------------------

    def deliver(self, delivery: Delivery, day: date) -> tuple[Reply, ...]:
        """Put the message into the outbox; the answer comes later. What the format cannot say at all is sent back at once."""
        card = self.folder / "cards" / f"{_safe(delivery.message)}.json"
        if card.exists():
            return ()  # it left before: a client may have taken it already
        try:
            written = self._written(delivery, day)
        except (Refusal, msgspec.MsgspecError) as error:
            reason = "; ".join(p.sentence() for p in error.problems) if isinstance(error, Refusal) else str(error)
            # Customs never saw it, so that it is sent back and nothing is decided.
            back = Rejected(reason, "this platform", ("X01",))
            return (Reply(f"{delivery.topic}.rejected", delivery.message, back),)
        name = f"{_safe(delivery.message)}.{self.format.extension}"
        lost, digest = tuple(text.en for text in written.lost), sha256(written.data).hexdigest()
        note = Card(msgspec.structs.replace(delivery, data=b""), name, lost, digest)
        try:
            self._put(self.folder / "outbox" / name, written.data)
            names = (
                delivery.message,
                client_number(delivery.message),
                reference_of(delivery.message),
                delivery.declaration,
            )
            self._name(delivery.message, tuple(dict.fromkeys(names)))
            self._put(card, msgspec.json.encode(note))
        except OSError as error:
            raise Undelivered(f"the folder of {self.name} cannot be written: {error.strerror}") from error
        return ()

    def handed(self, message: str) -> str:
        """SHA-256 (hex) of the file that a message went out as; empty where none did."""
        path = self.folder / "cards" / f"{_safe(message)}.json"
        return msgspec.json.decode(path.read_bytes(), type=Card).digest if path.exists() else ""

    def _written(self, delivery: Delivery, day: date) -> Written:
        envelope = Envelope(
            delivery.message, delivery.function, day.isoformat(), delivery.declaration, self.sender, self.receiver
        )
        if delivery.function == "cancel":
            return self.format.write_cancellation(msgspec.json.decode(delivery.data, type=Cancellation), envelope)
        return self.format.write(msgspec.json.decode(delivery.data, type=Declaration), envelope)

    # -- in ---------------------------------------------------------------------------------------------------------

    def hear(self, day: date) -> Iterator[Heard]:
        """The answers in the inbox, by name. A file that is still being written waits; a broken one goes to `failed`."""
        waiting = sorted(path for path in (self.folder / "inbox").iterdir() if self._whole(path))
        for path in waiting[:HEARD_AT_ONCE]:
            try:
                heard = self._heard(path, day)
            except Refusal as refused:
                self._fail(path, "\n".join(p.sentence() + "\n" + p.sentence("zh") for p in refused.problems))
            except Exception as error:  # whatever a parser throws at a broken file: the others are not held up
                self._fail(path, f"it cannot be read ({type(error).__name__})\n无法读取（{type(error).__name__}）")
            else:
                if heard is not None:
                    yield heard

    def settle(self, heard: Heard) -> None:
        """Put a said answer away."""
        self._move(self.folder / "inbox" / heard.source, "done", heard.digest)

    def turn_away(self, heard: Heard, reason: str) -> None:
        """Put an answer aside that cannot be said."""
        self._fail(self.folder / "inbox" / heard.source, reason)

    def _whole(self, path: Path) -> bool:
        try:
            seen = path.lstat()
        except OSError:
            return False
        still = time.time() - seen.st_mtime >= self.settled
        return (
            stat.S_ISREG(seen.st_mode)
            and still
            and not path.name.startswith(".")
            and not path.name.endswith(_HALF_DONE)
        )

    def _heard(self, path: Path, day: date) -> Heard | None:
        with path.open("rb") as stream:
            data = bounds.read_bounded(stream)
        answer = read_answer(data, day)
        card = next((card for name in answer.references if (card := self._card(name)) is not None), None)
        if card is None:
            named = ", ".join(answer.references[:5])
            self._fail(path, f"nothing was sent from here that it answers: {named}\n没有与其对应的已发送报文：{named}")
            return None
        asked = card.delivery
        # The first answer ties the numbers together by which later ones name the same message.
        self._name(asked.message, answer.references)
        said = replies(answer, asked, day, self.sandbox)
        return Heard(path.name, sha256(data).hexdigest(), asked.message, asked.dossier, asked.topic, said)

    # -- files ------------------------------------------------------------------------------------------------------

    def _card(self, name: str) -> Card | None:
        try:
            message = (self.folder / "names" / _safe(name)).read_text()
            return msgspec.json.decode((self.folder / "cards" / f"{_safe(message)}.json").read_bytes(), type=Card)
        except (OSError, msgspec.MsgspecError):
            return None

    def _name(self, message: str, names: tuple[str, ...]) -> None:
        """Let names lead to a message. The number of a declaration leads to the latest message about it."""
        for name in names:
            if name:
                self._put(self.folder / "names" / _safe(name), message.encode())

    def _put(self, path: Path, data: bytes) -> None:
        """A file appears whole or not at all, and is on the disk when this returns."""
        beside = self.folder / "work" / f"{os.getpid()}-{_safe(path.name)}"
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _fail(self, path: Path, reason: str) -> None:
        moved = self._move(path, "failed", sha256(os.fsencode(path.name) + reason.encode()).hexdigest())
        if moved is not None:
            self._put(moved.with_name(f"{moved.name[:180]}.reason.txt"), f"{reason}\n".encode())

    def _move(self, path: Path, to: str, digest: str) -> Path | None:
        """Move a file away; one that is gone, or that nobody may move, holds nothing up."""
        target = self.folder / to / f"{digest[:12]}-{path.name[:120]}"
        try:
            path.replace(target)
        except OSError:
            return None
        return target


def _safe(name: str) -> str:
    """A name that is a plain file name; what is none stands by its digest."""
    return name if _SAFE.fullmatch(name) else sha256(name.encode()).hexdigest()
