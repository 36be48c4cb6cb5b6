"""A counter brings the law of its portal: by digest, in parts, checked before it is believed, and never half."""

import shutil
import stat
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest

from entrepot.kernel.law import LawError
from entrepot.portal.counter.sync_exchange import Exchange, Report, SyncStopped
from entrepot.portal.counter.sync_law import LawPlace
from entrepot.store import law_sets, sync
from entrepot.store.law_sets import Named
from entrepot.store.packs import archive, load_law
from tests.conftest import ROOT
from tests.portal.counter.sync_stage import CounterHall, Cut, Portal

ERASURE, INCOTERMS = "standards/erasure", "standards/incoterms"


class Halls:
    """A portal and a counter, each with a folder of packs, of which the portal's may be newer."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.theirs, self.ours = folder / "theirs", folder / "ours"
        for place in (self.theirs, self.ours):
            for name in (ERASURE, INCOTERMS):
                shutil.copytree(ROOT / "packs" / name, place / name)
        monkeypatch.setenv("ENTREPOT_PACKS", str(self.ours))
        self.portal = Portal(folder)
        self.hall = CounterHall(self.portal, folder, "one")
        self.place = LawPlace.of(self.hall.folder)
        self.load()

    def load(self) -> None:
        """Start the portal with its packs as they are now."""
        self.portal.desk.law = load_law(self.theirs)
        self.portal.desk.pack_files = partial(archive, self.theirs)

    def renew(self, text: str = "# newer\n") -> str:
        """A newer pack at the portal; its digest."""
        with (self.theirs / ERASURE / "pack.toml").open("a") as file:
            file.write(text)
        self.load()
        return next(card.digest for card in self.portal.desk.law.packs if card.name == "erasure")

    def sync(self) -> Report:
        """Hand over, and bring the law."""
        return Exchange(self.hall.store, self.hall.line, law=self.place).run()


@pytest.fixture
def halls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Halls]:
    made = Halls(tmp_path, monkeypatch)
    yield made
    made.hall.store.close()
    made.portal.store.close()


def digests(place: Path) -> dict[str, str]:
    return {card.name: card.digest for card in load_law(place).packs}


def test_the_same_law_is_not_fetched(halls: Halls) -> None:
    assert halls.sync().law == []
    assert halls.place.packs is None


def test_a_newer_pack_comes_and_holds_from_the_next_start(halls: Halls, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = digests(halls.ours)["erasure"], halls.renew()
    report = halls.sync()
    assert report.law == [f"{ERASURE} {new[:12]}"]
    assert (report.packs, report.law_stopped) == ([], "")
    assert halls.place.packs is not None
    assert digests(halls.place.packs) == digests(halls.theirs)
    assert digests(halls.ours)["erasure"] == old
    monkeypatch.setenv("ENTREPOT_PACKS", str(halls.place.packs))  # as the next start finds it
    assert halls.sync().law == []
    first = law_sets.current(halls.place.folder)
    newer = halls.renew("# newer still\n")
    assert halls.sync().law == [f"{ERASURE} {newer[:12]}"]
    assert (halls.place.folder / first).is_dir()  # the earlier law stays
    assert halls.hall.store.pack(new) is not None


def test_a_pack_that_is_cut_on_its_way_goes_on_where_it_was(halls: Halls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync, "PART", 1000)
    digest = halls.renew()
    asked = 0

    def cuts() -> str:
        nonlocal asked
        asked += "/packs/" in (halls.hall.line.asked or [""])[-1]
        return "after" if asked == 2 else ""

    halls.hall.line.cuts = cuts
    with pytest.raises(Cut):
        halls.sync()
    halls.hall.line.cuts = lambda: ""
    before = law_sets.part_arrived(halls.hall.store, digest)
    assert before >= 1000
    assert halls.place.packs is None
    halls.hall.line.asked.clear()
    assert halls.sync().law
    (first, *_) = [one for one in halls.hall.line.asked if "/packs/" in one]
    assert first.endswith(f"start={before}")


def test_a_pack_of_other_files_than_were_named_changes_nothing(halls: Halls) -> None:
    digest = halls.renew()
    halls.portal.store.keep_pack(
        digest, ERASURE, zipped({"pack.toml": (ROOT / "packs" / ERASURE / "pack.toml").read_bytes()})
    )
    report = halls.sync()
    assert report.law == []
    assert report.law_stopped
    assert report.packs == [f"{ERASURE} {digest[:12]}"]
    assert halls.place.packs is None
    assert law_sets.part_arrived(halls.hall.store, digest) == 0
    assert halls.hall.store.pack(digest) is None
    assert [one.name for one in halls.place.folder.iterdir()] == []


def test_a_list_of_packs_that_the_log_did_not_sign_is_not_believed(halls: Halls) -> None:
    halls.renew()
    ask = halls.hall.line

    def forged(method: str, path: str, body: bytes | None) -> object:
        answer = ask(method, path, body)
        if path.endswith("/counter"):
            return type(answer)(answer.status, answer.data.replace(b"standards/erasure", b"standards/erasura"))
        return answer

    with pytest.raises(SyncStopped, match="not signed by the portal's log"):
        Exchange(halls.hall.store, forged, law=halls.place).run()  # type: ignore[arg-type]
    assert halls.place.packs is None


# -- hostile zips -----------------------------------------------------------------------------------------------------


def zipped(files: dict[str, bytes], kind: int = 0) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = kind << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, data)
    return made.getvalue()


def whole() -> dict[str, bytes]:
    place = ROOT / "packs" / ERASURE
    return {
        "pack.toml": (place / "pack.toml").read_bytes(),
        **{f.name: f.read_bytes() for f in place.glob("*.csv") if f.name != "cases.csv"},
    }


HOSTILE: dict[str, Callable[[], bytes]] = {
    "a file above the folder": lambda: zipped(whole() | {"../evil.csv": b"x"}),
    "a file from the root": lambda: zipped(whole() | {"/evil.csv": b"x"}),
    "a hidden file": lambda: zipped(whole() | {".evil": b"x"}),
    "a Windows path": lambda: zipped(whole() | {"..\\evil.csv": b"x"}),
    "a link": lambda: zipped(whole(), stat.S_IFLNK | 0o777),
    "a name twice": lambda: zipped(whole() | {"PACK.toml": b"x"}),
    "a file of no table": lambda: zipped(whole() | {"evil.py": b"x"}),
    "too many files": lambda: zipped({f"f{n}.csv": b"" for n in range(2_001)}),
    "a bomb": lambda: zipped(whole() | {"grounds.csv": bytes(65 << 20)}),
    "no zip": lambda: b"PK" + bytes(100),
    "a cut zip": lambda: zipped(whole())[:-30],
    "nothing": lambda: b"",
    "no card": lambda: zipped({"grounds.csv": b"x"}),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_zip_leaves_nothing_behind(what: str, tmp_path: Path) -> None:
    (tmp_path / "standards").mkdir()
    with pytest.raises(LawError):
        law_sets.unpack(HOSTILE[what](), tmp_path / "standards" / "erasure")
    assert [one.name for one in tmp_path.rglob("*")] == ["standards"]


def test_an_honest_zip_is_unpacked(tmp_path: Path) -> None:
    card = next(one for one in load_law(ROOT / "packs", {"erasure"}).packs)
    law_sets.check(archive(ROOT / "packs", card), Named(ERASURE, card.digest), tmp_path)
    with pytest.raises(LawError, match="other files"):
        law_sets.check(archive(ROOT / "packs", card), Named(ERASURE, "0" * 64), tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("lines", [
    ["entrepot law v2", "o", f"standards/x {'0' * 64}"], ["entrepot law v1", "p", f"standards/x {'0' * 64}"], ["entrepot law v1", "o"],
    ["entrepot law v1", "o", f"standards/../x {'0' * 64}"], ["entrepot law v1", "o", f"evil/x {'0' * 64}"],
    ["entrepot law v1", "o", f"standards/x {'0' * 64}", f"standards/x {'1' * 64}"],
    ["entrepot law v1", "o", f"standards/y {'0' * 64}", f"standards/x {'1' * 64}"], ["entrepot law v1", "o", f"standards/x {'A' * 64}"],
])  # fmt: skip
def test_a_list_of_packs_has_one_spelling(lines: list[str]) -> None:
    with pytest.raises(LawError):
        law_sets.named_in("\n".join([*lines, ""]), "o")
    named = (Named("regions/a", "1" * 64), Named("standards/x", "0" * 64))
    assert law_sets.named_in(law_sets.text_of("o", named[::-1]), "o") == named
