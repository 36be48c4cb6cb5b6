"""Long sheets made short: what is alike on many lines is told once, and opens into its lines."""

from collections.abc import Iterable, Sequence
from typing import Generic, Protocol, TypeVar

from msgspec import Struct

from entrepot.kernel.sheet import natural
from entrepot.kernel.text import Text
from entrepot.portal.reading import Waiting

LEAST = 4  # so many alike are told as one


class _Keyed(Protocol):
    @property
    def topic(self) -> str: ...
    @property
    def key(self) -> str: ...


T = TypeVar("T", bound=_Keyed)


class Fold(Struct, Generic[T], frozen=True):
    """Entries of one topic that are alike: the first, all their keys in brief, how many, those that are shown, and whether they
    are `many` enough to be told as one."""

    first: T
    keys: str
    count: int
    items: tuple[T, ...]

    @property
    def many(self) -> bool:
        return self.count >= LEAST

    @property
    def left(self) -> int:
        """How many are not shown."""
        return self.count - len(self.items)


def folded(items: Iterable[T], most: int) -> tuple[Fold[T], ...]:
    """Entries by topic, status and whether they are in conflict, in the order in which each first appears; `most` of each are shown."""
    alike: dict[tuple[str, str, bool], list[T]] = {}
    for item in items:
        kind = (item.topic, getattr(item, "status", ""), bool(getattr(item, "conflicts", ())))
        alike.setdefault(kind, []).append(item)
    return tuple(
        Fold(group[0], spans([one.key for one in group]), len(group), tuple(group[:most])) for group in alike.values()
    )


def spans(keys: Sequence[str]) -> str:
    """Keys in brief: `1-49, 51` for numbers; names one after the other, the first few of many."""
    if not all(key.isdecimal() for key in keys):
        return ", ".join(keys[:LEAST]) + (" …" if len(keys) > LEAST else "")
    runs: list[list[int]] = []
    for number in sorted(map(int, keys)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], number]
        else:
            runs.append([number])
    return ", ".join("-".join(map(str, run)) for run in runs)


def places(told: Iterable[str]) -> tuple[str, ...]:
    """Places `topic/key` in brief, those of one topic together."""
    keys: dict[str, list[str]] = {}
    for place in told:
        topic, _, key = place.partition("/")
        keys.setdefault(topic, []).append(key)
    return tuple(
        place
        for topic, held in keys.items()
        for place in (
            [f"{topic}/{spans(held)}"] if len(held) >= LEAST else [f"{topic}/{key}" if key else topic for key in held]
        )
    )


def waits_folded(waits: Iterable[Waiting]) -> tuple[Waiting, ...]:
    """What is waited for on many lines alike as one entry, and what each holds up in brief."""
    alike: dict[tuple[object, ...], list[Waiting]] = {}
    for one in waits:
        holds = frozenset(place.partition("/")[0] for place in one.holds_up)
        alike.setdefault((one.topic, one.who, holds, bool(one.key)), []).append(one)
    made = []
    for group in alike.values():
        if len(group) < LEAST:
            made += [Waiting(wait.topic, wait.key, wait.who, wait.why, places(wait.holds_up)) for wait in group]
            continue
        first, keys = group[0], spans(sorted((wait.key for wait in group), key=natural))
        each, all_ = f"{first.topic}/{first.key}", f"{first.topic}/{keys}"
        why = Text(first.why.en.replace(each, all_, 1), first.why.zh.replace(each, all_, 1))
        made.append(
            Waiting(first.topic, keys, first.who, why, places(place for wait in group for place in wait.holds_up))
        )
    return tuple(made)
