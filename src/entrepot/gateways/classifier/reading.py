"""A description of goods taken apart: script, words, and the features that the model knows.

A feature is a stemmed English word, a pair of neighbouring words, a run of three to five letters inside a word, or a run of
one to four Chinese characters. Features go by the CRC-32 of their text, so that no list of strings has to be kept.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from zlib import crc32

LONG, FIRST, REST, LATER = 12, 5, 0.45, 0.25  # words of a long text; that lead; weight of its rest, of later sentences
LONGEST = 2_000  # characters that are read; a ruling of several paragraphs fits
_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|[<>≤≥]=? ?\d+(?:[.,]\d+)*|\d+(?:[.,]\d+)*|[\u3400-\u9fff]+|[.!?。\n]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_LETTER = re.compile(r"[^\W\d_]")
_CODE = re.compile(r"\s*\d{4}(?:[. ]?\d{2}){1,3}\s*")
_ENDS = ".!?。\n"
_DENIALS = frozenset({"not", "non", "without", "un"})
_BEYOND = (
    (re.compile(r"not (?:exceeding|over|more than) ?(?=\d)|at most ?(?=\d)|不超过(?=\d)|不高于(?=\d)"), "≤"),
    (re.compile(r"(?:exceeding|over|more than|above) ?(?=\d)|超过(?=\d)|大于(?=\d)"), ">"),
    (re.compile(r"(?:less than|under|below) ?(?=\d)|小于(?=\d)|低于(?=\d)"), "<"),
    (re.compile(r"(?:at least|not less than) ?(?=\d)|不低于(?=\d)|不小于(?=\d)"), "≥"),
)

# words that join, and words with which rulings and customs papers speak of any goods whatever
_SILENT = frozenset({
    "a", "an", "and", "are", "as", "at", "be", "been", "being", "by", "can", "each", "either", "etc", "for",
    "from", "has", "have", "if", "in", "into", "is", "it", "its", "may", "more", "of", "on", "or", "per",
    "such", "that", "the", "their", "them", "then", "there", "these", "they", "this", "those", "to", "under",
    "up", "upon", "used", "using", "was", "were", "which", "will", "with", "within", "also", "approximately",
    "article", "articles", "company", "consideration", "considered", "consist", "consisting", "consists",
    "constructed", "depicted", "described", "describes", "description", "design", "designed", "feature",
    "features", "featuring", "good", "goods", "identified", "imported", "importer", "intended", "item", "items",
    "issue", "letter", "measure", "measures", "measuring", "merchandise", "number", "one", "ones", "picture",
    "presented", "product", "products", "question", "respectively", "ruling", "sample", "samples", "shown",
    "sold", "stated", "style", "subject", "submitted", "various", "nesoi",
})  # fmt: skip
# what web shops say of any goods whatever
_SHOUT = re.compile(
    "新款|新品|爆款|热卖|热销|畅销|批发|代发|一件|厂家|直销|直供|直邮|源头|工厂|现货|包邮|跨境|亚马逊|速卖通|外贸|原单|专供|出口|"
    "促销|特价|清仓|同款|网红|正品|官方|旗舰店?|海外|进口|热推|爆品|推荐|货源|贴牌|来图|支持|私人|专用?款|欧美|日韩|韩版|日系|ins风?"
)
_SHOUTED = frozenset({
    "new", "hot", "sale", "free", "shipping", "wholesale", "amazon", "shein", "temu", "aliexpress", "oem",
    "odm", "pcs", "pc", "lot",
})  # fmt: skip


def plain(text: str, simple: Mapping[int, str]) -> str:
    """Lower case, one form of each letter and sign, simplified characters (`simple`: traditional to simplified)."""
    text = unicodedata.normalize("NFKC", text[: LONGEST * 2]).lower().translate(simple).replace("_", " ")
    bare = (letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    read = "".join(bare)[:LONGEST]
    for wording, sign in _BEYOND:
        read = wording.sub(sign, read)
    return read


def script(text: str) -> str:
    """`zh` where there is a Chinese character for every four Latin letters, else `en`; `other` for other scripts; `` for none."""
    han, latin = len(_HAN.findall(text)), len(_LATIN.findall(text))
    letters = len(_LETTER.findall(text))
    if not letters:
        return ""
    if 2 * (han + latin) < letters:
        return "other"
    return "zh" if han * 4 >= latin and han else "en"


def is_code(text: str) -> bool:
    """A goods code where a description was expected."""
    return bool(_CODE.fullmatch(text))


def stem(word: str) -> str:
    """The word without the ending of its plural: enough to bring most forms together, and never two words into one."""
    if word.endswith("'s"):
        word = word[:-2]
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def words(text: str) -> Iterator[tuple[str, int]]:
    """Stemmed words and runs of Chinese characters of a plain text that may tell something, each with its sentence's number.

    A denial is one word with what it denies: `not knitted` must not look like `knitted`.
    """
    sentence, spoken, denied = 0, False, False
    for token in _TOKEN.findall(text):
        if token in _ENDS:
            sentence += spoken
            spoken = denied = False
        elif _HAN.match(token):
            for run in filter(None, _SHOUT.split(token)):
                spoken = True
                yield run, sentence
        elif token[0] in "<>≤≥":  # a number says something only where the tariff draws a line at it
            yield token.replace(" ", "").replace("=", ""), sentence
        elif token in _DENIALS:
            denied = True
        elif not token[0].isdigit() and token not in _SILENT and token not in _SHOUTED:
            spoken = True
            yield ("non" if denied else "") + stem(token), sentence
            denied = False


def features(text: str, leading: bool = True) -> dict[int, float]:
    """The features of a plain text with their weights; letters weigh less than words.

    With `leading`, the first words of a long text in Latin letters weigh most and its later sentences least, since a long
    description names the goods first and then tells of parts, use and packing.
    """
    found: dict[int, float] = {}
    before, where, count = "", 0, 0
    told = list(words(text))
    leading = leading and len(told) > LONG
    for word, sentence in told:
        if _HAN.match(word):
            _add_han(found, word, LATER if leading and sentence else 1.0)
            before = ""
            continue
        count += 1
        weight = 1.0 if not leading else LATER if sentence else 1.0 if count <= FIRST else REST
        _add(found, "w" + word, weight)
        if before and sentence == where:
            _add(found, f"b{before} {word}", weight * 0.7)
        before, where = word, sentence
        framed = f"<{word}>"
        for length in (3, 4, 5):
            for start in range(len(framed) - length + 1):
                _add(found, "c" + framed[start : start + length], weight * 0.5)
    return found


def _add_han(found: dict[int, float], run: str, weight: float) -> None:
    for length, share in ((1, 0.5), (2, 1.0), (3, 1.0), (4, 0.8)):
        for start in range(len(run) - length + 1):
            _add(found, "z" + run[start : start + length], weight * share)


def _add(found: dict[int, float], feature: str, weight: float) -> None:
    number = crc32(feature.encode())
    found[number] = found.get(number, 0.0) + weight
