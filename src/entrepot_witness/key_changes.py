"""The keys of a log as it tells them at `<log>/keys`: the first key, and after an empty line each change as a signed note.

The text of a change has six lines: ORIGIN; `hand-over` (a key is added), `retirement` (a key ends) or `compromise` (a key was stolen);
the NUMBER of the change from 1; the SIZE of the tree at that moment; the root hash over it; the KEY that is added or ends. Every key
that is valid signs it, and the key that is added; the one that is compromised need not. So whoever trusts the first key can follow to
the newest, and needs nobody's word for it.
"""

from typing import NamedTuple

from entrepot_witness.notes import ED25519, Checkpoint, Key, NoteError, is_signed, size_of, split

DOCUMENT_LIMIT = 1_048_576  # bytes
KINDS = ("hand-over", "retirement", "compromise")


class Span(NamedTuple):
    """A key, and the sizes of checkpoints at which it counts; `last` is None while it is valid."""

    key: Key
    first: int = 0
    last: int | None = None
    stolen: bool = False


class LogKeys(NamedTuple):
    """All keys of a log; `notes` are the changes as they were read, `trees` the kind, size and root that each names."""

    spans: tuple[Span, ...]
    notes: tuple[str, ...] = ()
    trees: tuple[tuple[str, int, bytes], ...] = ()

    @property
    def origin(self) -> str:
        """The log."""
        return self.spans[0].key.name

    @property
    def valid(self) -> list[Key]:
        """The keys that sign now."""
        return [span.key for span in self.spans if span.last is None]

    @property
    def document(self) -> str:
        """What was read."""
        return "\n".join((f"{self.spans[0].key}\n", *self.notes))

    def counting(self, size: int) -> list[Key]:
        """The keys whose signature of a checkpoint of that size counts."""
        return [one.key for one in self.spans if one.first <= size and (one.last is None or size <= one.last)]

    @classmethod
    def parse(cls, document: str) -> "LogKeys":
        """The keys from a document; NoteError where a change does not follow from what stands before it."""
        if len(document) > DOCUMENT_LIMIT or not document.endswith("\n"):
            raise NoteError("the keys of a log are lines of text, and not many")
        first, *parts = document[:-1].split("\n\n")
        if len(parts) % 2:
            raise NoteError("a change of keys is a text, an empty line and its signatures")
        keys = cls((Span(Key.parse(first, (ED25519,))),))
        for text, signatures in zip(parts[::2], parts[1::2], strict=True):
            keys = keys._after(f"{text}\n\n{signatures}\n")
        return keys

    def follows(self, known: "LogKeys") -> bool:
        """Whether these are the keys known, with nothing but changes added."""
        texts = [note.partition("\n\n")[0] for note in self.notes]
        before = [note.partition("\n\n")[0] for note in known.notes]
        return self.spans[0].key == known.spans[0].key and texts[: len(before)] == before

    def _after(self, note: str) -> "LogKeys":
        text, lines = split(note)
        parts = text.split("\n")
        if len(parts) != 7 or parts[6] or parts[1] not in KINDS:
            raise NoteError("a change of keys has six lines; the second is hand-over, retirement or compromise")
        origin, kind, number, size, root, told = parts[:6]
        head = Checkpoint.parse(f"{origin}\n{size}\n{root}\n")
        key = Key.parse(told, (ED25519,))
        if (origin, key.name) != (self.origin, self.origin) or size_of(number) != len(self.notes) + 1:
            raise NoteError("the change is of another log, or not the next in number")
        self._check_tree(kind, head.size, head.root)
        spans = (
            self._added(key, head.size) if kind == "hand-over" else self._ended(key, head.size, kind == "compromise")
        )
        free = {key} if kind == "compromise" else set[Key]()  # need not sign; but falsely it may not
        named = {(line.name, line.key_id) for line in lines}
        for one in {*self.valid, key}:
            if (one not in free or (one.name, one.key_id) in named) and not is_signed(text, lines, one):
                raise NoteError(f"the change {number} of the keys is not signed by {one.key_id.hex()}")
        return LogKeys(spans, (*self.notes, note), (*self.trees, (kind, head.size, head.root)))

    def _check_tree(self, kind: str, size: int, root: bytes) -> None:
        """Trees grow: only a compromise goes back, and a size has one root."""
        if kind != "compromise" and any(before > size for was, before, _ in self.trees if was != "compromise"):
            raise NoteError("a change of keys names a smaller tree than one before it")
        if any(before == size and other != root for _, before, other in self.trees):
            raise NoteError("two changes of keys name different roots of one size")

    def _added(self, key: Key, size: int) -> tuple[Span, ...]:
        if any(one.key.key_id == key.key_id for one in self.spans):
            raise NoteError("the key that is added was a key of the log before")
        return (*self.spans, Span(key, size))

    def _ended(self, key: Key, size: int, stolen: bool) -> tuple[Span, ...]:
        ending = [one for one in self.spans if one.key == key and not one.stolen and (stolen or one.last is None)]
        if not ending or size < ending[0].first or self.valid == [key]:
            raise NoteError("the key that ends is not valid, is the last, or ends before it began")
        last = size if ending[0].last is None else min(size, ending[0].last)
        ended = Span(key, ending[0].first, last, stolen)
        return tuple(ended if one.key == key else one for one in self.spans)
