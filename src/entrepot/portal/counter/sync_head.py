"""What a counter believes of its portal's log: checkpoints that its keys signed, each of which goes on from the one seen before.

A checkpoint that does not is a fork or a rewriting: both are kept as proof, and nothing more is handed over.
"""

from collections.abc import Sequence

from entrepot.kernel.text import Problem, Text
from entrepot.modules.evidence.rules.tree import ProofError, verify_consistency
from entrepot.store import sync
from entrepot.store.log_keys import KeyHistory
from entrepot.store.notes import Checkpoint, NoteError, from_base64, open_note, split_note
from entrepot.store.store import Store

HEAD = "head"  # the place under which the portal's last checkpoint is kept


class SyncStopped(Exception):
    """The exchange cannot go on; `text` says why and what to do."""

    def __init__(self, en: str, zh: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(en)
        self.text, self.problems = Text(en, zh), tuple(problems)


class PortalLog:
    """The portal's log as this counter has seen it."""

    def __init__(self, store: Store, keys: KeyHistory) -> None:
        self._store, self.keys = store, keys
        self._note = sync.place(store, HEAD)
        self._seen = Checkpoint.parse(split_note(self._note)[0]) if self._note else None

    @property
    def origin(self) -> str:
        """The log's name."""
        return self.keys.origin

    @property
    def size(self) -> int:
        """How large the log was when it was seen last."""
        return self._seen.size if self._seen else 0

    def text(self, note: str) -> str:
        """A text that the log signed, apart from checkpoints."""
        try:
            return open_note(note, [one.key for one in self.keys.valid])[0]
        except NoteError as error:
            raise SyncStopped(f"not signed by the portal's log: {error}", f"非平台日志签名：{error}") from None

    def head(self, note: str, grown: Sequence[str]) -> Checkpoint:
        """A checkpoint signed by keys that follow from the one that the portal was introduced with, and which goes on from the last;
        it is the last from now on."""
        try:
            head = Checkpoint.parse(split_note(note)[0])
            if head.origin != self.origin:
                raise NoteError(f"it is of the log {head.origin}")
            open_note(note, self.keys.counting(head.size))
        except NoteError as error:
            raise SyncStopped(
                f"the portal's checkpoint is not signed by its log: {error}", f"平台检查点签名无效：{error}"
            ) from None
        self._goes_on(head, note, grown)
        if head.size > self.size:
            sync.set_place(self._store, HEAD, note)
            self._note, self._seen = note, head
        return head

    def _goes_on(self, head: Checkpoint, note: str, grown: Sequence[str]) -> None:
        if self._seen is None:
            return
        try:
            if head.size < self._seen.size:
                raise ProofError("it became shorter")
            path = (
                [from_base64(one, "a hash") for one in grown[: sync.LONGEST_PATH]]
                if head.size > self._seen.size
                else []
            )
            verify_consistency(self._seen.size, head.size, path, self._seen.root, head.root)
        except (ProofError, NoteError) as error:
            sync.keep_fork(self._store, self._note, note, grown)
            raise SyncStopped(
                f"THE PORTAL'S LOG WAS REWRITTEN: its checkpoint of {head.size} entries does not go on from that of"
                f" {self._seen.size} that this counter keeps ({error}). Nothing was handed over; both checkpoints are kept as proof:"
                " give them to the auditor. Only where the operator says that the portal was restored from a backup:"
                " `entrepot sync --restored`",
                f"平台日志已被改写：{head.size} 条的检查点与本窗口所存 {self._seen.size} 条的检查点不相衔接（{error}）。未交换任何内容，"
                "两个检查点均已留存为证，请提交审计人员。仅当运营方确认平台系由备份恢复时，方可执行 entrepot sync --restored",
            ) from None


def begin_again(store: Store) -> None:
    """Forget what was seen of the portal's log and how far exchanges are, for a portal that was restored from a backup: it is handed
    everything again. The proofs of forks stay."""
    sync.forget_places(store, HEAD, "up", "down ", "paper ", "erased")
