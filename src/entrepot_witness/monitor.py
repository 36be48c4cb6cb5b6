"""The monitor: follows a log from what it serves to everybody, and tells what an honest log never does.

Its folder holds `state.json` (the tree last verified, the log's keys) and `evidence/`. Memory does not grow with the log.
"""

import json
import os
import time
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from entrepot_verify.receipt import SIZE_LIMIT, Rejected, verify
from entrepot_witness import forks
from entrepot_witness.key_changes import DOCUMENT_LIMIT, LogKeys
from entrepot_witness.notes import (
    NOTE_LIMIT,
    Checkpoint,
    Key,
    NoteError,
    base64_of,
    bytes_of,
    cosigned_at,
    open_note,
    split,
)
from entrepot_witness.places import Place, Served, UnreachableError
from entrepot_witness.tree import (
    EMPTY_ROOT,
    TILE_WIDTH,
    ProofError,
    Tree,
    consistency_path,
    implied_roots,
    leaf_hash,
    tree_at,
)

Progress = Callable[[int, int], None]


class Finding(NamedTuple):
    """Something that an honest log does not do: which, in words, and the file in which the evidence is kept."""

    what: str
    en: str
    zh: str
    evidence: str = ""


class Seen(NamedTuple):
    """A checkpoint signed by the log, and where it was seen."""

    where: str
    checkpoint: Checkpoint
    note: str
    leaf: int | None = None  # for a receipt's checkpoint, the place of the receipt's leaf


class Settings(NamedTuple):
    """What is followed and when to speak: times in seconds, 0 for never."""

    log: Place
    first_key: Key
    beside: tuple[Place, ...] = ()
    receipts: Path | None = None
    witnesses: tuple[Key, ...] = ()
    quorum: int = 0
    frozen: float = 0
    grace: float = 600
    full: bool = False


class State(NamedTuple):
    """What was verified last: the tree, the tree at the last full bundle before it, the note that says so, and when."""

    keys: LogKeys
    size: int = 0
    root: bytes = b""
    note: str = ""
    boundary: Tree = Tree()
    grown_at: float = 0
    witnessed_at: float = 0

    def text(self) -> str:
        """The state as JSON."""
        told: dict[str, Any] = {
            "keys": self.keys.document, "size": self.size, "root": self.root.hex(), "note": self.note,
            "boundary": [self.boundary.size, *(base64_of(node) for node in self.boundary.nodes)],
            "grown_at": self.grown_at, "witnessed_at": self.witnessed_at,
        }  # fmt: skip
        return json.dumps(told, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def parse(cls, text: str) -> "State":
        """The state from its JSON."""
        told = json.loads(text)
        size, *nodes = told["boundary"]
        boundary = Tree(size, tuple(bytes_of(node, "a node") for node in nodes))
        return cls(
            LogKeys.parse(told["keys"]), told["size"], bytes.fromhex(told["root"]), told["note"], boundary,
            told["grown_at"], told["witnessed_at"],
        )  # fmt: skip


class Monitor:
    """A monitor on its folder; `round` looks once."""

    def __init__(
        self, folder: Path, settings: Settings, clock: Callable[[], float] = time.time, progress: Progress | None = None
    ) -> None:
        self.folder, self._settings, self._clock = folder, settings, clock
        self._progress = progress or (lambda done, total: None)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = folder / "state.json"
        now = clock()
        self.state = (
            State.parse(file.read_text())
            if file.exists()
            else State(LogKeys.parse(f"{settings.first_key}\n"), grown_at=now)
        )
        if self.state.keys.spans[0].key != settings.first_key:
            raise NoteError(f"{folder} follows another log, or it by another key: {self.state.keys.spans[0].key}")
        self._found: list[Finding] = []
        self._roots: dict[int, tuple[bytes, list[bytes]]] = {}

    def round(self) -> list[Finding]:
        """Look once at the log, the places beside it and the receipts; what was found wrong."""
        self._found, self._roots = [], {}
        self._follow_keys()
        seen = [one for place in self._settings.beside if (one := self._checkpoint_of(place))]
        seen += self._receipts()
        # The log is asked last: what others have seen, it has too.
        head = self._checkpoint_of(self._settings.log)
        if head is not None:
            self._advance(head)
        if self.state.size:
            served = Served(self._settings.log, self.state.size)
            for one in seen:
                self._compare(one, served)
        self._quorum([*([head] if head else []), *seen])
        self._frozen()
        self._save()
        return self._found

    # -- what is told ---------------------------------------------------------------------------------------------

    def _follow_keys(self) -> None:
        try:
            data = self._settings.log.read("keys", DOCUMENT_LIMIT)
            told = None if data is None else LogKeys.parse(data.decode())
        except UnreachableError as error:
            return self._tell("unreachable", str(error), "无法访问")
        except (NoteError, ValueError) as error:
            return self._tell("keys", f"the keys that the log tells do not follow: {error}", "日志公布的密钥不连贯")
        if told is None or told == self.state.keys:
            return
        if not told.follows(self.state.keys):
            kept = self._keep("keys", {"known": self.state.keys.document, "told": told.document})
            return self._tell(
                "keys", "the log tells another history of its keys than before", "日志公布的密钥历史与先前不符", kept
            )
        self.state = self.state._replace(keys=told)

    def _checkpoint_of(self, place: Place) -> Seen | None:
        """The checkpoint that a log or a mirror tells, or that a witness cosigned last."""
        origin = self.state.keys.origin
        try:
            data = place.read("checkpoint", NOTE_LIMIT)
            if data is None:
                data = place.read(f"{sha256(origin.encode()).hexdigest()}/checkpoint", NOTE_LIMIT)
        except UnreachableError as error:
            self._tell("unreachable", str(error), "无法访问")
            return None
        if data is None:
            if place is not self._settings.log or self.state.size:
                self._tell(
                    "unreachable", f"{place.address} tells no checkpoint of {origin}", f"{place.address} 未提供检查点"
                )
            return None
        return self._opened(place.address, data)

    def _opened(self, where: str, data: bytes) -> Seen | None:
        try:
            note = data.decode()
            size = Checkpoint.parse(split(note)[0]).size
            return Seen(where, open_note(note, self.state.keys.counting(size))[0], note)
        except (NoteError, ValueError) as error:
            kept = self._keep("unsigned", {"where": where, "note": data.decode(errors="replace")})
            self._tell("unsigned", f"{where}: {error}", f"{where}：检查点未经日志密钥有效签名", kept)
            return None

    def _receipts(self) -> list[Seen]:
        """The checkpoints in a holder's receipts; each receipt must hold by itself."""
        found = []
        folder = self._settings.receipts
        for path in sorted(folder.iterdir()) if folder is not None else ():
            if not path.is_file() or path.name.startswith("."):
                continue
            with path.open("rb") as file:
                data = file.read(SIZE_LIMIT + 1)
            reasons = []
            for span in self.state.keys.spans:
                try:
                    proof = verify(data, str(span.key))
                except Rejected as error:
                    reasons.append(error)
                    continue
                if span.key not in self.state.keys.counting(proof.size):
                    reasons.append(Rejected("its key does not count at that size", "其密钥在该大小的检查点上无效"))
                    continue
                note = data.decode().partition("\n\n")[2]
                head = Checkpoint(proof.origin, proof.size, proof.root, note.rpartition("\n\n")[0] + "\n")
                found.append(Seen(str(path), head, note, proof.place))
                break
            else:
                self._tell("receipt", f"{path}: {reasons[0].en}", f"{path}：{reasons[0].zh}")
        return found

    # -- checking it ----------------------------------------------------------------------------------------------

    def _advance(self, head: Seen) -> None:
        """Verify that the log grew out of what was verified last, from its entries alone."""
        size, state = head.checkpoint.size, self.state
        if size < state.size:
            kept = self._keep("shrunk", {"before": state.note, "now": head.note})
            return self._tell(
                "shrunk",
                f"the log has {size} leaves, it had {state.size}",
                f"日志现有 {size} 条，此前为 {state.size} 条",
                kept,
            )
        if size == state.size and head.checkpoint.root != (state.root or EMPTY_ROOT):
            return self._fork(head.where, forks.Fork(state.note, head.note))
        if size == state.size and not self._settings.full:
            return
        served = Served(self._settings.log, size)
        try:
            before, boundary, now = self._recomputed(served, size)
        except (LookupError, UnreachableError) as error:
            return self._tell(
                "rewrite", f"entries that the log signed are not served: {error}", f"日志未提供其已签名的条目：{error}"
            )
        if now == head.checkpoint.root and before == (state.root or before):
            grown_at = self._clock() if size > state.size else state.grown_at
            self.state = state._replace(size=size, root=now, note=head.note, boundary=boundary, grown_at=grown_at)
            return
        self._contradiction(head, served)

    def _recomputed(self, served: Served, size: int) -> tuple[bytes, Tree, bytes]:
        """The roots at the size verified last and at `size`, and the tree at the last full bundle, from the entries."""
        tree = Tree() if self._settings.full else self.state.boundary
        boundary, before = tree, b""
        while tree.size < size:
            leaves = [leaf_hash(entry) for entry in served.entries(tree.size // TILE_WIDTH)]
            if tree.size < self.state.size <= tree.size + len(leaves):
                before = tree.grown(leaves[: self.state.size - tree.size]).root()
            elif tree.size == self.state.size:
                before = tree.root()
            tree = tree.grown(leaves)
            if tree.size % TILE_WIDTH == 0:
                boundary = tree
            self._progress(tree.size, size)
        return before, boundary, tree.root()

    def _contradiction(self, head: Seen, served: Served) -> None:
        """What the log serves does not fit what it signed: a fork where its own hashes prove one, a rewrite otherwise."""
        state = self.state
        if state.size:
            try:
                path = consistency_path(state.size, served.size, served)
                root = tree_at(state.size, served).root()
                fork = forks.Fork(state.note, head.note, tuple(path), root)
                forks.check(fork, self._all_keys())
            except (LookupError, UnreachableError, ProofError, NoteError):
                pass
            else:
                return self._fork(head.where, fork)
        number = self._first_bad(served)
        where = "" if number is None else f", first in bundle {number}"
        kept = self._keep("rewrite", {"signed": head.note, "verified before": state.note, "bundle": number})
        self._tell(
            "rewrite",
            f"the entries served do not hash to the signed root{where}",
            "日志提供的条目与其签名的根哈希值不符",
            kept,
        )

    def _first_bad(self, served: Served) -> int | None:
        """The first bundle read whose entries do not hash to the tile beside it."""
        first = 0 if self._settings.full else self.state.boundary.size // TILE_WIDTH
        for number in range(first, -(-served.size // TILE_WIDTH)):
            try:
                for at, entry in enumerate(served.entries(number)):
                    if leaf_hash(entry) != served(0, number * TILE_WIDTH + at):
                        return number
            except (LookupError, UnreachableError):
                return number
        return None

    def _compare(self, seen: Seen, served: Served) -> None:
        """Hold a checkpoint seen elsewhere against the tree verified."""
        size, state = seen.checkpoint.size, self.state
        if size > state.size:
            kept = self._keep("behind", {"log": state.note, "elsewhere": seen.note})
            return self._tell(
                "behind", f"{seen.where} has a checkpoint of {size} leaves, the log shows {state.size}",
                f"{seen.where} 有 {size} 条的检查点，日志仅显示 {state.size} 条", kept,
            )  # fmt: skip
        if size == state.size:
            if seen.checkpoint.root != state.root:
                self._fork(seen.where, forks.Fork(state.note, seen.note), seen.leaf)
            return
        if size == 0:
            return
        try:
            if size not in self._roots:
                self._roots[size] = self._root_at(size, served)
            root, path = self._roots[size]
        except (LookupError, UnreachableError, ProofError) as error:
            kept = self._keep("rewrite", {"signed": state.note, "size": size})
            return self._tell(
                "rewrite", f"hashes served do not fit the signed root: {error}", "日志提供的哈希值与签名的根不符", kept
            )
        if root != seen.checkpoint.root:
            self._fork(seen.where, forks.Fork(seen.note, state.note, tuple(path), root), seen.leaf)

    def _root_at(self, size: int, served: Served) -> tuple[bytes, list[bytes]]:
        """The root of the first `size` leaves of the tree verified, and the path that proves it."""
        path, root = consistency_path(size, self.state.size, served), tree_at(size, served).root()
        if implied_roots(size, self.state.size, path, root) != (root, self.state.root):
            raise ProofError(f"the hashes of the first {size} leaves lead to another root")
        return root, path

    def _quorum(self, seen: Sequence[Seen]) -> None:
        """Whether what the log shows was cosigned: by the quorum, or lately by the quorum at a smaller size."""
        settings, state = self._settings, self.state
        if not settings.quorum or not state.size:
            return
        times: dict[int, dict[Key, int]] = {}
        for one in seen:
            size, root = one.checkpoint.size, one.checkpoint.root
            if root == (state.root if size == state.size else self._roots.get(size, (b"",))[0]):
                lines = split(one.note)[1]
                signed = {key: time for key in settings.witnesses if (time := cosigned_at(key, one.checkpoint, lines))}
                times.setdefault(size, {}).update(signed)
        met = [sorted(signed.values())[-settings.quorum] for signed in times.values() if len(signed) >= settings.quorum]
        self.state = state = state._replace(witnessed_at=max([state.witnessed_at, *met]))
        number = len(times.get(state.size, ()))
        if number < settings.quorum and self._clock() - state.witnessed_at > settings.grace:
            self._tell(
                "unwitnessed", f"{number} of the witnesses cosigned the checkpoint of {state.size} leaves, {settings.quorum} should",
                f"仅有 {number} 个见证方签署了 {state.size} 条的检查点，应有 {settings.quorum} 个",
            )  # fmt: skip

    def _frozen(self) -> None:
        still = self._clock() - self.state.grown_at
        if self._settings.frozen and still > self._settings.frozen:
            hours = f"{still / 3600:.1f}"
            self._tell("frozen", f"the log has not grown for {hours} hours", f"日志已 {hours} 小时没有增长")

    # -- telling and keeping --------------------------------------------------------------------------------------

    def _fork(self, where: str, fork: forks.Fork, leaf: int | None = None) -> None:
        kept = forks.keep(self.folder / "evidence", fork, self._all_keys())
        evidence = str(kept) if kept else ""
        sizes = " / ".join(str(Checkpoint.parse(split(note)[0]).size) for note in (fork.earlier, fork.later) if note)
        if leaf is None:
            self._tell(
                "fork",
                f"two contradicting checkpoints ({sizes} leaves); {where}",
                f"两个相互矛盾的检查点（{sizes}）；{where}",
                evidence,
            )
        else:
            self._tell(
                "missing", f"{where}: its leaf {leaf} was in the log as signed then, and is not proven to be in it now ({sizes})",
                f"{where}：第 {leaf} 条当时已在签名的日志中，现已不在（{sizes}）", evidence,
            )  # fmt: skip

    def _all_keys(self) -> list[Key]:
        return [span.key for span in self.state.keys.spans]

    def _tell(self, what: str, en: str, zh: str, evidence: str = "") -> None:
        self._found.append(Finding(what, en, zh, evidence))

    def _keep(self, what: str, told: dict[str, object]) -> str:
        folder = self.folder / "evidence"
        folder.mkdir(mode=0o700, exist_ok=True)
        data = (json.dumps({"what": what, **told}, ensure_ascii=False, indent=1) + "\n").encode()
        path = folder / f"{what}-{sha256(data).hexdigest()[:32]}.json"
        if path.exists() or sum(1 for _ in folder.iterdir()) < forks.KEPT_LIMIT:
            forks.write_once(path, data)
        return str(path)

    def _save(self) -> None:
        beside = self.folder / f".state.{os.getpid()}"
        with beside.open("w", encoding="utf-8") as file:
            file.write(self.state.text())
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.folder / "state.json")
        forks.sync_folder(self.folder)
