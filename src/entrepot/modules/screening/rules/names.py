"""How a name is read before it is compared: one spelling in Latin letters, without what says nothing about whose name it is.

Case, accents and punctuation go; legal forms, titles and stop words are left out by table; numbers in words become figures.
Other scripts are spelled in Latin letters by table (Chinese by Mandarin reading, a leading surname by its own reading).
"""

import re
from collections.abc import Iterable, Mapping
from unicodedata import category, normalize

from msgspec import Struct

from entrepot.kernel.law import Law, Row

ROMANISATION, WORDS = "romanisation", "screening"
TABLES = (
    f"{ROMANISATION}/letters", f"{ROMANISATION}/han", f"{ROMANISATION}/surnames", f"{ROMANISATION}/simplified",
    f"{WORDS}/words", f"{WORDS}/legal_forms",
)  # fmt: skip
LONGEST = 300
_INITIALS = re.compile(r"\b(\w)\.(?=\w\b|\W|$)")
_ARTICLE = re.compile(r"\bال(?=\w{3})")
_HAN = re.compile(r"[\u4e00-\u9fff]+|[\uac00-\ud7a3]+")
_SYLLABLE = re.compile(r"([\uac00-\ud7a3])")
_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
# Signs that stand inside a word: what they part is one word still. The question mark is what is left of a lost one.
_INSIDE = frozenset("'’‘`´ʻʼʿʾ′?\"“”")
_DIGRAPHS = (
    ("sch", "s"), ("sh", "s"), ("kh", "h"), ("gh", "g"), ("zh", "j"), ("dj", "j"), ("dh", "d"), ("th", "t"), ("ph", "f"),
    ("ck", "k"), ("ce", "s"), ("ci", "s"), ("ch", "c"), ("x", "ks"), ("q", "k"), ("v", "f"), ("z", "s"),
)  # fmt: skip
_VOWELS = str.maketrans("", "", "aeiouyw")


class Spelled(Struct, frozen=True, gc=False):
    """A name as it is compared: its words in Latin letters, and its Chinese characters (simplified,
    without legal form) or Korean syllables. `firm`: a legal form was said."""

    words: tuple[str, ...]
    han: str = ""
    firm: bool = False


class _Letters(dict[int, str | None]):
    """What becomes of each character; learned as characters are met."""

    def __init__(self, letters: Mapping[str, str], han: Mapping[str, str]) -> None:
        super().__init__()
        self._letters, self._han = letters, han

    def __missing__(self, code: int) -> str | None:
        found = self[code] = self._read(chr(code))
        return found

    def _read(self, letter: str) -> str | None:
        lower = letter.lower()
        if lower.isascii() and lower.isalnum():
            return lower
        if letter in _INSIDE:
            return None
        if letter in self._han:
            return f" {self._han[letter]} "
        if lower in self._letters:
            return self._letters[lower]
        parts = normalize("NFKD", lower)
        if parts != lower:
            return "".join(self[ord(part)] or "" for part in parts)
        if category(letter) in ("Mn", "Cf", "Lm", "Mc"):
            return None
        return " " if not letter.isalnum() else ""


class Writing:
    """The tables by which names are read, put together once for all names."""

    def __init__(self, law: Law) -> None:
        def rows(name: str) -> Iterable[Row]:
            table = law.tables.get(name)
            return () if table is None else table.everything()

        letters = {row.keys["letter"]: row["latin"] for row in rows(f"{ROMANISATION}/letters")}
        han = {letter: row.keys["syllable"] for row in rows(f"{ROMANISATION}/han") for letter in row["characters"]}
        self._letters = _Letters(letters, han)
        self._surnames = {row.keys["character"]: row["reading"] for row in rows(f"{ROMANISATION}/surnames")}
        self._simplified = {
            ord(old): row.keys["simplified"] for row in rows(f"{ROMANISATION}/simplified") for old in row["traditional"]
        }
        self._words = {row.keys["word"]: row["read_as"] for row in rows(f"{WORDS}/words")}
        forms = [row.keys["words"] for row in rows(f"{WORDS}/legal_forms")]
        self._han_forms = sorted((form for form in forms if _HAN.match(form)), key=len, reverse=True)
        self._forms: dict[str, list[tuple[str, ...]]] = {}
        for form in sorted((tuple(form.split()) for form in forms if form.isascii()), key=len, reverse=True):
            self._forms.setdefault(form[0], []).append(form)

    def spelled(self, name: str) -> Spelled:
        """A name as it is compared. Of a name longer than any name the beginning is read."""
        text, han, formed = name[:LONGEST], "", False
        if not text.isascii():
            text = normalize("NFKC", text).translate(_HIRAGANA)
            if runs := _HAN.findall(text):
                text, han = self._chinese(text, runs)
                formed = len(han) < sum(map(len, runs))
            text = _SYLLABLE.sub(r" \1 ", _ARTICLE.sub("al ", text))
        if "." in text:
            text = _INITIALS.sub(r"\1", text)
        raw = text.translate(self._letters).split()
        bare = self._formless(raw)
        words = [read for word in bare if (read := self._words.get(word, word))]
        if not words:  # a name of nothing but such words is read as it stands
            words = raw
        if any(word.isdigit() for word in words):
            words = _numbered(words)
        return Spelled(tuple(words), han, len(bare) < len(raw) or formed)

    def _chinese(self, text: str, runs: list[str]) -> tuple[str, str]:
        """The text without Chinese legal forms, a leading surname read as such; and its characters, simplified."""
        for form in self._han_forms:
            text = text.replace(form, " ")
        kept = _HAN.findall(text) or runs
        if not _HAN.search(text):
            text = "".join(runs)
        first = kept[0]
        if 2 <= len(first) <= 4 and len(kept) == 1 and first[0] in self._surnames:
            text = text.replace(first, f" {self._surnames[first[0]]} {first[1:]}", 1)
        return text, "".join(kept).translate(self._simplified)

    def _formless(self, words: list[str]) -> list[str]:
        """The words without legal forms; as they were where nothing else is there."""
        forms, kept, place = self._forms, [], 0
        while place < len(words):
            for form in forms.get(words[place], ()):
                if tuple(words[place : place + len(form)]) == form:
                    place += len(form)
                    break
            else:
                kept.append(words[place])
                place += 1
        return kept or words


def _numbered(words: list[str]) -> list[str]:
    """Forty and four, once figures, as 44."""
    found: list[str] = []
    for word in words:
        last = found[-1] if found else ""
        if len(word) == 1 and word.isdigit() and len(last) == 2 and last.isdigit() and last[1] == "0" and last > "10":
            found[-1] = last[0] + word
        else:
            found.append(word)
    return found


def skeleton(word: str) -> str:
    """The consonants of a word as they sound, each once in a row: what spellings of one name have in common."""
    for written, sound in _DIGRAPHS:
        if written in word:
            word = word.replace(written, sound)
    bare = word.replace("c", "k").translate(_VOWELS)
    bare = bare.rstrip("h") or bare
    kept = [letter for place, letter in enumerate(bare) if not place or bare[place - 1] != letter]
    return "".join(kept) or word[:1]
