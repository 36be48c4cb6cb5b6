"""What the statements that stand on a topic rest on: papers, offices, transcripts, or the speaker's own word alone."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from entrepot.kernel.record import Standing


class Citation(Struct, frozen=True):
    """How a paper is cited on a topic: its name, by how many standing statements, with how many places read in it."""

    name: str
    statements: int
    places: int


class Footing(Struct, frozen=True, omit_defaults=True):
    """What the statements that stand on one topic rest on, by key (empty for a topic with one value).

    `office`: an office or its gateway said it. `papers`: the papers that bear it out, by digest. `transcript` and `own_word`:
    nothing better stands behind the key. `partly`: a paper or an office stands behind a part of it only. `cited`: the papers
    of all keys, by digest.
    """

    topic: str
    statements: int = 0
    office: tuple[str, ...] = ()
    papers: dict[str, tuple[str, ...]] = {}
    transcript: tuple[str, ...] = ()
    own_word: tuple[str, ...] = ()
    partly: tuple[str, ...] = ()
    cited: dict[str, Citation] = {}


class _Rest(Struct, frozen=True):
    """What one key rests on; `bare` is the weaker authority of statements without a paper, if there are such."""

    statements: int
    office: bool
    bare: str
    cited: tuple[tuple[str, str, int], ...]


class FootingKeeper:
    """The footing of one topic, brought up to the record: drawn anew only where a key has come to rest on something else."""

    __slots__ = ("topic", "_seen", "_rests", "_footing")

    def __init__(self, topic: str) -> None:
        self.topic, self._seen = topic, 0
        self._rests: dict[str, _Rest] = {}
        self._footing = Footing(topic)

    def brought_up(self, changes: Sequence[str], standing: Mapping[str, "Standing"]) -> Footing:
        """The footing now. `changes` are the keys in the order in which they moved; it only grows."""
        if self._seen != len(changes):
            moved = False
            for key in dict.fromkeys(changes[self._seen :]):
                one = standing.get(key)
                rest = None if one is None else _rest(one)
                if rest != self._rests.get(key):
                    moved = True
                    if rest is None:
                        del self._rests[key]
                    else:
                        self._rests[key] = rest
            self._seen = len(changes)
            if moved:
                self._footing = _drawn(self.topic, self._rests)
        return self._footing


def _rest(one: "Standing") -> _Rest:
    authorities = {statement.authority for statement in one.statements}
    bare = {statement.authority for statement in one.statements if not statement.evidence}
    return _Rest(
        len(one.statements),
        not authorities.isdisjoint(("office", "gateway")),
        "own word" if "own word" in bare else "transcript" if "transcript" in bare else "",
        tuple([(item.digest, item.name, len(item.places)) for s in one.statements for item in s.evidence]),
    )


def _drawn(topic: str, rests: Mapping[str, _Rest]) -> Footing:
    keys: dict[str, list[str]] = {"office": [], "transcript": [], "own word": [], "partly": []}
    papers: dict[str, tuple[str, ...]] = {}
    cited: dict[str, Citation] = {}
    for key in _in_order(rests):
        rest = rests[key]
        if rest.office:
            keys["office"].append(key)
        if rest.cited:
            papers[key] = tuple(dict.fromkeys(digest for digest, _, _ in rest.cited))
        if rest.bare:
            keys["partly" if rest.office or rest.cited else rest.bare].append(key)
        for digest, name, places in rest.cited:
            before = cited.get(digest)
            cited[digest] = (
                Citation(name, 1, places)
                if before is None
                else Citation(before.name, before.statements + 1, before.places + places)
            )
    return Footing(
        topic,
        sum(rest.statements for rest in rests.values()),
        tuple(keys["office"]),
        papers,
        tuple(keys["transcript"]),
        tuple(keys["own word"]),
        tuple(keys["partly"]),
        cited,
    )


def _in_order(keys: Iterable[str]) -> list[str]:
    """Line 2 before line 10, whatever the order of arrival."""
    return sorted(sorted(keys), key=len)
