"""Asking witnesses to cosign the log's checkpoints (ENTREPOT_POLICY names them).

What is to be done follows from the tables: the newest checkpoint, and the witnesses without a line on it. So nothing is queued, only the
newest matters, and nothing is lost when a process ends. A witness that does not answer is asked again after a wait that doubles; it
holds up neither saying nor signing nor the other witnesses, each of which has a thread of its own.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial

from msgspec import Struct

from entrepot.gateways.witnesses import Cosigned, LastSeen, Refused, UnreachableWitnessError, add_checkpoint
from entrepot.kernel.text import Text
from entrepot.portal.turns import Turn
from entrepot.store import cosignatures
from entrepot.store.log import NotInLogError, Signed
from entrepot.store.notes import Checkpoint, NoteError, split_note
from entrepot.store.policy import Policy, Witness
from entrepot.store.store import Store

ATTEMPTS = 3  # in one round, where a witness says that it saw another size

Ask = Callable[[str, int, Sequence[bytes], str], Cosigned | LastSeen | Refused]


class WitnessState(Struct, frozen=True):
    """How it stands with a witness: the largest checkpoint that it cosigned, when (UTC), and what is wrong (None: nothing)."""

    name: str
    key: str
    url: str
    size: int | None
    signed_at: datetime | None
    trouble: Text | None


class WitnessError(Exception):
    """A witness that did not cosign; the text says why."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.text = Text(en, zh)


class Witnessing:
    """The witnesses of a policy and a store's log. Its methods may be called from any thread."""

    def __init__(self, store: Store, policy: Policy, ask: Ask = add_checkpoint) -> None:
        self.store, self.policy, self._ask = store, policy, ask
        self._turns = {witness.name: Turn() for witness in policy.witnesses if witness.url}

    def works(self) -> dict[str, Callable[[], int]]:
        """What the server does again and again, a thread for each witness."""
        return {
            f"witness-{number}": partial(self.work_off, witness)
            for number, witness in enumerate(self.policy.witnesses, 1)
            if witness.name in self._turns
        }

    def work_off(self, witness: Witness, at_once: bool = False) -> int:
        """Have the newest checkpoint cosigned by a witness, unless it is or the witness is left alone for a while (`at_once`: ask
        nevertheless); gives how many cosignatures came."""
        turn = self._turns[witness.name]
        with turn.lock:
            if not at_once and turn.resting:
                return 0
            try:
                came = self._cosigned(witness)
            except (WitnessError, NotInLogError) as error:
                turn.failed(error.text)
                return 0
            turn.went_well()
            return came

    def round(self) -> list[WitnessState]:
        """Ask every witness once, at once; how it stands with each."""
        for witness in self.policy.witnesses:
            if witness.name in self._turns:
                self.work_off(witness, at_once=True)
        return self.states()

    def states(self) -> list[WitnessState]:
        """How it stands with each witness of the policy, in its order."""
        with self.store.database.session() as session:
            last = [cosignatures.last_of(session, witness.key) for witness in self.policy.witnesses]
        return [self._state(witness, known) for witness, known in zip(self.policy.witnesses, last, strict=True)]

    def quorum_size(self) -> int | None:
        """The size of the newest checkpoint that the policy's quorum cosigned; None where there is none of late."""
        with self.store.database.session() as session:
            return cosignatures.newest_with_quorum(session, self.policy)

    def _state(self, witness: Witness, known: cosignatures.Cosignature | None) -> WitnessState:
        turn = self._turns.get(witness.name)
        signed_at = None if known is None else datetime.fromtimestamp(min(known.signed_at, 2**35), UTC)
        trouble = turn.trouble if turn else Text("the policy names no address of it", "策略未列出其网址")
        return WitnessState(
            witness.name, str(witness.key), witness.url, known.size if known else None, signed_at, trouble
        )

    def _cosigned(self, witness: Witness) -> int:
        for _ in range(ATTEMPTS):
            signed = self.store.signed()
            with self.store.database.session() as session:
                last = cosignatures.last_of(session, witness.key)
            if signed is None or (last is not None and last.size >= signed.size):
                return 0
            reply = self._asked(witness, last.size if last else 0, signed)
            if isinstance(reply, LastSeen):
                if reply.size > signed.size:
                    continue  # another process may have been faster than our look at the log
                reply = self._asked(witness, reply.size, signed)
            match reply:
                case Cosigned(lines=lines):
                    self.store.keep_cosignatures(self._checked(witness, signed, lines))
                    return 1
                case Refused(status=status, reason=reason):
                    raise WitnessError(
                        f"it refuses the checkpoint of {signed.size} entries ({status}): {reason}",
                        f"拒绝签署 {signed.size} 条的检查点（{status}）：{reason}",
                    )
        raise WitnessError(
            "it saw a larger log than this one: was the store put back from an older copy?",
            "见证方见过比本日志更大的日志：存储是否由较旧的副本恢复？",
        )

    def _asked(self, witness: Witness, old: int, signed: Signed) -> Cosigned | LastSeen | Refused:
        path = self.store.consistency(old, signed.size) if 0 < old < signed.size else ()
        try:
            return self._ask(witness.url, old, path, _bare(signed.note, self.store.origin))
        except UnreachableWitnessError as error:
            raise WitnessError(f"it cannot be reached: {error}", f"无法连接见证方：{error}") from error

    def _checked(self, witness: Witness, signed: Signed, lines: str) -> list[cosignatures.Cosignature]:
        """The cosignature among the lines that the witness answered; those of other keys are passed over."""
        try:
            text, _ = split_note(signed.note)
            checkpoint = Checkpoint.parse(text)
            own = [line for line in split_note(f"{text}\n{lines}")[1] if witness.key.made(line)]
            found = [cosignatures.checked(witness.key, checkpoint, line) for line in own[:1]]
        except NoteError as error:
            raise WitnessError(
                f"its answer is no cosignature: {error}", f"其答复不是有效的见证签名：{error}"
            ) from error
        if not found:
            raise WitnessError("its answer bears no line of the key in the policy", "其答复不含策略所列密钥的签名")
        now = self.store.clock().timestamp()
        if found[0].signed_at > now + 3600:
            raise WitnessError(
                "its cosignature is of a time to come: one of the two clocks is wrong", "见证签名的时间在未来：时钟有误"
            )
        return found


def _bare(note: str, origin: str) -> str:
    """A checkpoint with the log's own signatures alone: those of others are no concern of a witness, and long."""
    text, _, lines = note.rpartition("\n\n")
    own = [line for line in lines.splitlines(keepends=True) if line.startswith(f"— {origin} ")]
    return f"{text}\n\n{''.join(own)}"
