"""The labelled texts that the classifier learns from: our names of goods, the tariff's wording, HMRC's references."""

from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from msgspec import Struct

from entrepot.gateways.classifier import reading, training
from entrepot.kernel.law import Law, LawError, Row

NAMES, CODES, UK, VAGUE, BRANDS = (
    "goods_names/names",
    "hs/codes",
    "uk_terms/terms",
    "uk_terms/vague",
    "uk_terms/brands",
)
KINDS = ("term", "tariff", "uk", "uk_trader")


class Labelled(Struct, frozen=True):
    """A text and the six-digit code it stands for; `kind` is one of KINDS."""

    text: str
    code: str
    kind: str


class Sources(Struct, frozen=True):
    """All that a model is made of. `titles`: code to English and Chinese title; `simple`: traditional to simplified."""

    labelled: tuple[Labelled, ...]
    titles: dict[str, tuple[str, str]]
    vague: frozenset[str]
    brands: frozenset[str]
    simple: dict[int, str]
    citations: dict[str, str]


def digest(law: Law) -> str:
    """Of the tables and of this program: another digest means another model."""
    seen = sha256()
    for name in (NAMES, CODES, UK, VAGUE, BRANDS):
        if name in law.tables:
            seen.update(f"{name}={law.tables[name].digest};".encode())
    seen.update(_characters().read_bytes())
    for module in (reading, training):
        seen.update(Path(str(module.__file__)).read_bytes())
    seen.update(Path(__file__).read_bytes())
    return seen.hexdigest()


def gather(law: Law) -> Sources:
    """The sources out of the packs; those of the United Kingdom may be absent. LawError where a needed table is."""
    if missing := [name for name in (NAMES, CODES) if name not in law.tables]:
        raise LawError(f"the classifier needs the table {' and '.join(missing)}")
    wording = {row.keys["code"]: str(row["title"]) for row in law.tables[CODES].everything()}
    simple = simplified()
    chinese, labelled, citations = {}, [], {}
    for row in law.tables[NAMES].everything():
        code = row.keys["code"]
        if code not in wording or len(code) != 6:
            raise LawError(f"{NAMES}: {code} is no subheading of the edition on file")
        chinese[code] = str(row["title_zh"])
        citations["term"] = row.source
        labelled += [
            Labelled(text, code, "term") for text in (*(row["terms_en"] or ()), *(row["terms_zh"] or ()), chinese[code])
        ]
    subheadings = sorted(code for code in wording if len(code) == 6)
    for code in subheadings:
        heading = wording.get(code[:4], "")
        labelled += [
            Labelled(wording[code], code, "tariff"),
            Labelled(f"{heading} {wording[code]}", code, "tariff"),
        ]
    for one, source in _uk(law):
        if one.code in wording:
            labelled.append(one)
            citations[one.kind] = source
    citations["tariff"] = next(iter(law.tables[CODES].everything())).source
    return Sources(
        labelled=tuple(labelled),
        titles={code: (wording[code], chinese.get(code, "")) for code in subheadings},
        vague=frozenset(reading.plain(row.keys["term"], simple) for row in _rows(law, VAGUE)),
        brands=frozenset(reading.plain(str(row["product"]), simple) for row in _rows(law, BRANDS) if row["product"]),
        simple=simple,
        citations=citations,
    )


def _uk(law: Law) -> Iterator[tuple[Labelled, str]]:
    for row in _rows(law, UK):
        kind = "uk" if row["kind"] == "search" else "uk_trader"
        yield Labelled(row.keys["text"], row.keys["code"], kind), row.source
    for row in _rows(law, BRANDS):
        yield Labelled(row.keys["text"], row.keys["code"], "uk_trader"), row.source


def _rows(law: Law, table: str) -> Iterable[Row]:
    return law.tables[table].everything() if table in law.tables else ()


def _characters() -> Path:
    """OpenCC's list of characters, found without importing the package."""
    found = find_spec("opencc")
    path = Path(found.origin or "").parent / "dictionary" / "TSCharacters.txt" if found else Path()
    if not path.is_file():
        raise LawError(
            "the package opencc-python-reimplemented is not installed: traditional characters cannot be read"
        )
    return path


@cache
def simplified() -> dict[int, str]:
    """Each traditional character and its simplified form, the first where there are several (OpenCC)."""
    pairs = (line.split("\t") for line in _characters().read_text(encoding="utf-8").splitlines())
    return {ord(old): new.split(" ")[0] for old, new in pairs if len(old) == 1}
