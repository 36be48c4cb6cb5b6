"""What the words over a column or before a value mean: English, Chinese or both, with a unit or currency beside them."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from msgspec import Struct

from entrepot.gateways import paper_values as values
from entrepot.gateways.places import Places

_BRACKETS = re.compile(r"[(\[【（]([^()\[\]【】（）]*)[)\]】）]")
_LONG = 12  # letters of a word that no other has by chance
_SENTENCE, _BEGINNING = 45, 24  # letters of a heading that is a sentence, and of the beginning by which it is known
_ASIDE = re.compile(r"[(（][^()（）]*(?:[)）]|$)")  # also what is not closed on its line
_OPEN = re.compile(r"[(（][^()（）]*$")
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
_LATIN = re.compile(r"[^\u4e00-\u9fff]+")
_LABEL = re.compile(r"^([^:：]{1,60})[:：]\s*(.*)$", re.DOTALL)
_BOX_NUMBER = re.compile(r"^\s*\d{1,2}\s*[.、)）]\s*")  # `2. Consignee`, as on forms
_TOTAL_IN = re.compile(r"(?:grand )?total(?: amount| value)?(?: in)? ([a-z]{3})(?: .*)?")


def plain_word(text: str) -> str:
    """A heading without case, points and doubled spaces: `N.W.` and `n w` differ, `N.W.` and `NW` do not."""
    bare = unicodedata.normalize("NFKC", text).lower().replace("&", " and ")
    bare = re.sub(r"[.'’\"*#_]", "", bare)
    return " ".join(re.sub(r"[-:;,/\\|。、]", " ", bare).split())


class Column(NamedTuple):
    """What a column holds: our field, and the currency and unit that its heading names; `begun` where only the beginning of a long
    heading is known."""

    field: str
    currency: str = ""
    unit: str = ""
    begun: bool = False


class Headings(Struct, frozen=True, dict=True):
    """Words found on papers -> our field: `columns` at the head of a table, `labels` before a value or as a title; and the
    `places` that papers name."""

    columns: dict[str, str] = {}
    labels: dict[str, str] = {}
    places: Places | None = None

    def country(self, text: str) -> str:
        """The ISO 3166 alpha-3 code of a country as a paper writes it; ValueError where it is none."""
        return values.country_code(text) if self.places is None else self.places.country(text)

    @cached_property
    def _columns(self) -> Mapping[str, str]:
        return {plain_word(word): field for word, field in self.columns.items()}

    @cached_property
    def _labels(self) -> Mapping[str, str]:
        return {plain_word(word): field for word, field in self.labels.items()}

    def without_spaces(self) -> "Headings":
        """The same words, known also where a reader of pictures lost the spaces between them (`InvoiceNo`)."""

        def closed(words: dict[str, str]) -> dict[str, str]:
            return {word.replace(" ", ""): field for word, field in words.items() if len(word) > 6} | words

        return Headings(closed(self.columns), closed(self.labels), self.places)

    def column(self, text: str) -> Column | None:
        """What a heading means; None where it is no known word."""
        if len(text) > 120 or _ends_as_label(text) or not _has_words(text):
            return None
        text = _BOX_NUMBER.sub("", text)
        hints = [hint for bracket in _BRACKETS.findall(unicodedata.normalize("NFKC", text)) for hint in _hints(bracket)]
        for word, tail in _readings(text):
            if field := _looked_up(self._columns, word):
                both = [*hints, *tail]
                currency = next((hint for kind, hint in both if kind == "currency"), "")
                return Column(field, currency, next((hint for kind, hint in both if kind == "unit"), ""))
        plain = plain_word(text)
        begins = [word for word in self._columns if len(word) >= _BEGINNING and plain.startswith(word)]
        return Column(self._columns[max(begins, key=len)], begun=True) if begins and len(plain) > _SENTENCE else None

    def label(self, text: str) -> tuple[str, str] | None:
        """The field and the rest of a text such as `Invoice No.: A-1`; the rest is empty where the value stands elsewhere."""
        if not _has_words(text):
            return None
        parted = _LABEL.match(text.strip())
        if parted and _OPEN.search(parted[1]):  # the colon stands in a bracket: `INVOICE (made up: an example)`
            parted = None
        head, rest = (parted[1], parted[2].strip()) if parted else (text, "")
        head = _BOX_NUMBER.sub("", head)
        field = next((field for word, _ in _readings(head) if (field := _looked_up(self._labels, word))), "")
        return (field, rest) if field and len(_ASIDE.sub("", head)) <= 60 else None

    def is_total(self, text: str) -> str:
        """`table.total` or `table.subtotal` where a text opens a row of totals."""
        said = self.label(text)
        if said and said[0].startswith("table."):
            return said[0]
        match = _TOTAL_IN.fullmatch(plain_word(text))
        return "table.total" if match and match[1].upper() in values.INCOTERMS | values.currencies() else ""


def _looked_up(words: Mapping[str, str], text: str) -> str:
    """The field of a word; of long ones also where a reader of pictures lost some of the spaces."""
    plain = plain_word(text)
    return words.get(plain) or (words.get(plain.replace(" ", ""), "") if len(plain) > _LONG else "")


def _has_words(text: str) -> bool:
    return any(letter.isalpha() for letter in text)


def _ends_as_label(text: str) -> bool:
    """`Net weight:` is a label and no heading."""
    return bool(re.search(r"[:：]", text.strip()))


def _hints(text: str) -> Iterator[tuple[str, str]]:
    """Currencies and units named beside a heading: `USD/MT`, `KGS`, `美元`. A unit of price follows its currency."""
    for part in re.split(r"[/,，、\s]+|\bper\b", text.strip()):
        try:
            # KGS is the Kyrgyz som to a bank and kilograms on every packing list.
            if not values.is_weight(part):
                yield "currency", values.currency_code(part)
                continue
        except ValueError:
            pass
        if part and not part.isdigit():
            yield "unit", part


def _readings(text: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """A heading as a whole, without what is in brackets, its Chinese and its other part, and each without a last word that
    only names a currency or a unit of weight; with the hints of that word."""
    bare = unicodedata.normalize("NFKC", text)
    without = _ASIDE.sub(" ", _BRACKETS.sub(" ", bare))
    wholes = [bare, without, *_BRACKETS.findall(bare)]
    chinese = "".join(_CHINESE.findall(without))
    latin = " ".join(" ".join(_LATIN.findall(without)).split()).strip(" /-|")
    for word in dict.fromkeys(w.strip() for w in (*wholes, chinese, latin, *re.split(r"[/\n|]", without)) if w.strip()):
        yield word, []
        head, _, last = word.replace("/", " ").rpartition(" ")
        hints = [hint for hint in _hints(last) if hint[0] == "currency" or values.is_weight(last)]
        if head and hints:
            yield head.removesuffix(" in").strip(), hints
