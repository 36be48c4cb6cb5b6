"""Letters that deceive: look-alikes, hidden marks and turned directions in names, identifiers and texts (after Unicode TR 36, 39).

A name or an identifier with such letters is refused, since a reader would take it for another. In the text of a value hidden marks
and mixed scripts occur rightly (units, names of firms): they are told.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from entrepot.gateways.verdict import Check, fails, not_checked
from entrepot.kernel.text import Text

NAME = Text("spelling", "字符拼写")
_TOLD = 3  # places named in one reason
_PLACE = 80  # letters of a place: long names one inside the other would cost the square of their length
# Members whose value names somebody or something: two spellings of one look would be two identities.
_IDENTIFIERS = {
    "id", "@id", "type", "@type", "@context", "issuer", "holder", "controller", "verificationMethod", "cryptosuite", "proofPurpose",
    "statusListCredential", "statusPurpose", "previousProof", "registeredId",
}  # fmt: skip
_ALIKE = {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU"}
# Letters of Cyrillic, Greek and Armenian that look like letters of ASCII (Unicode confusables).
_LOOK_LIKE_ASCII = set("аеорсухіјѕһԁԛԝѵӏАВЕЅІЈКМНОРСТХҮԌԚԜοαινρυχγωκτΑΒΕΖΗΙΚΜΝΟΡΤΥΧϲϳհոսցօզքԼՕՍ")
_TURNING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNITS = str.maketrans("", "", "ΩΔµμ")  # Greek letters of units (kΩ, µm), which stand beside Latin ones rightly
_BRACKETS = str.maketrans("", "", "（）")  # stand in the registered names of Chinese firms
_WORD = re.compile(r"[^\W\d_]+")


def check_spelling(document: Mapping[str, Any]) -> list[Check]:
    """Nothing when every letter is plain; otherwise a check that fails (names, identifiers, turned text) and one that tells the rest."""
    bad: list[tuple[str, str, str]] = []
    odd: list[tuple[str, str, str]] = []
    for place, text, names in _texts(document, "", False):
        fault = deceiving(text) if names else _turned(text)
        if fault:
            bad.append((place, *fault))
        elif not names and (fault := _hidden(text) or _mixed(text.translate(_UNITS))):
            odd.append((place, *fault))
    found = []
    if bad:
        found.append(fails(NAME, _told(bad)))
    if odd:
        found.append(not_checked(NAME, _told(odd)))
    return found


def deceiving(name: str) -> tuple[str, str] | None:
    """Why a name or identifier cannot be trusted by its look, in both languages; None for a plain one."""
    if name.isascii():
        return ("holds a control character", "含有控制字符") if not name.isprintable() else None
    if hidden := _turned(name) or _hidden(name):
        return hidden
    plain = name.translate(_BRACKETS)
    if unicodedata.normalize("NFKC", plain) != plain:
        return "is not in its normal form (NFKC)", "不是规范形式（NFKC）"
    if mixed := _mixed(name):
        return mixed
    letters = [letter for letter in name if letter.isalpha()]
    if letters and all(letter in _LOOK_LIKE_ASCII or letter.isascii() for letter in letters):
        return "is written in letters that look like plain ones", "由形似拉丁字母的字符写成"
    if name.startswith("did:"):
        return "is a DID with letters beyond ASCII", "DID 含有非 ASCII 字符"
    return None


def _turned(text: str) -> tuple[str, str] | None:
    if any(letter in _TURNING for letter in text):
        return "turns the direction of the text", "改变文字方向"
    if not text.isascii() and any(unicodedata.category(letter) in ("Cs", "Cn", "Co") for letter in text):
        return "holds a character that means nothing to others", "含有未定义的字符"
    return None


def _hidden(text: str) -> tuple[str, str] | None:
    if not text.isascii() and any(unicodedata.category(letter) in ("Cf", "Zl", "Zp") for letter in text):
        return "holds an invisible mark", "含有不可见字符"
    if any(unicodedata.category(letter) == "Cc" and letter not in "\t\n\r" for letter in text):
        return "holds a control character", "含有控制字符"
    return None


def _mixed(text: str) -> tuple[str, str] | None:
    if text.isascii():
        return None
    for word in _WORD.findall(text):
        scripts = {unicodedata.name(letter, "").split(" ")[0] for letter in word} & _ALIKE
        if len(scripts) > 1:
            both = " and ".join(sorted(script.capitalize() for script in scripts))
            return f"mixes {both} letters in one word", f"同一词中混用 {both} 字母"
    return None


def _texts(value: Any, place: str, names: bool) -> Iterator[tuple[str, str, bool]]:
    """Every text of a document: where it stands, the text, and whether it names something. Names of members name something, and
    so does the `name` of whoever issues or holds."""
    if isinstance(value, str):
        yield place, value, names or value.startswith("did:")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _texts(item, f"{place}/{number}"[:_PLACE], names)
    elif isinstance(value, dict):
        somebody = place in ("/issuer", "/holder")
        for name, item in value.items():
            at = f"{place}/{name[:_PLACE]}"[:_PLACE]
            yield at, name, True
            # What lies inside an object is judged by its own member names, not by the name of the object.
            listed = name in _IDENTIFIERS and not isinstance(item, dict)
            yield from _texts(item, at, listed or (somebody and name == "name"))


def _told(faults: list[tuple[str, str, str]]) -> Text:
    shown = [(ascii(place)[1:-1][:_PLACE], en, zh) for place, en, zh in faults[:_TOLD]]
    more = len(faults) - len(shown)
    en = "; ".join(f"{place} {en}" for place, en, _ in shown) + (f"; and {more} more" if more else "")
    zh = "；".join(f"{place} {zh}" for place, _, zh in shown) + (f"；另有 {more} 处" if more else "")
    return Text(en, zh)
