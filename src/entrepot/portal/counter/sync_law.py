"""How a counter comes by the law of its portal: the packs that are others than here are fetched, part by part, checked, compiled, and
read from the next start on. Where one of them cannot be read the law stays as it is, and the report says why."""

from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from entrepot.kernel.law import LawError
from entrepot.store import law_sets
from entrepot.store.law_sets import Named
from entrepot.store.packs import packs_folder
from entrepot.store.store import Store

Part = Callable[[str, int], bytes]
"""Digest of a pack, where to go on -> the next part; empty behind the last."""


class LawPlace(Struct, frozen=True):
    """Where a counter keeps the law that it fetched, and the compiled packs."""

    folder: Path
    cache: Path

    @classmethod
    def of(cls, home: Path) -> "LawPlace":
        """The places in a counter's folder."""
        return cls(home / "law", home / "packs")

    @property
    def packs(self) -> Path | None:
        """The folder of the packs that were fetched last; None where those of the software hold."""
        return self.folder / law_sets.CURRENT if law_sets.current(self.folder) else None


class LawNews(Struct):
    """What became of the law: the packs that were fetched, those that are others than here still, and why."""

    fetched: list[str] = []
    others: list[str] = []
    stopped: str = ""


def bring(store: Store, place: LawPlace, text: str, origin: str, part: Part) -> LawNews:
    """Bring the law up to what the portal named."""
    news = LawNews()
    try:
        packs = law_sets.named_in(text, origin)
        name = law_sets.set_of(packs)
        if name == law_sets.current(place.folder):
            return news
        here = place.packs or packs_folder()
        there = law_sets.named_here(here, packs, place.cache)
        lacking = [one for one in packs if one not in there]
        news.others = [_short(one) for one in lacking]
        if not lacking and place.packs is None:
            return news
        for one in lacking:
            if store.pack(one.digest) is None:
                _fetch(store, one, place.folder, part)
        law_sets.make_set(place.folder, packs, here, store, place.cache)
    except LawError as error:
        news.stopped = str(error)
        return news
    news.fetched, news.others = news.others, []
    return news


def _fetch(store: Store, one: Named, folder: Path, part: Part) -> None:
    whole = False
    while not whole:
        start = law_sets.part_arrived(store, one.digest)
        whole = law_sets.take_part(store, one, start, part(one.digest, start), folder)


def _short(one: Named) -> str:
    return f"{one.name} {one.digest[:12]}"
