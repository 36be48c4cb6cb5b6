"""The wording of published rules: one spelling for what is written in many ways, and places named in words."""

import re

PERCENT = r"(\d+(?:\.\d+)?) ?(?:%|per cent)"
_KIND = r"(?:chapters?|headings?|subheadings?|sub-headings?)(?: nos?\.?)?"
_CODE = r"\d[\d.]*\d|\d"
_ONE = rf"(?:{_KIND} )?(?:{_CODE})(?: ?(?:to|through|-) ?(?:{_KIND} )?(?:{_CODE}))?"
PLACES = (
    rf"({_KIND} (?:{_CODE})(?: ?(?:to|through|-) ?(?:{_KIND} )?(?:{_CODE}))?(?:(?:, (?:or |and "
    rf")?| and | or | and/or | and / or ){_ONE})*)"
)
NUMBER = r"(?P<n>\d+(?:\.\d+)?) ?(?:%|per cent)"
EXW = (
    r"(?:the value of )?the ex-works price(?: \(exw\))?"
    r"(?: of (?:the|those) (?:final )?(?:products?|goods?|set|printed fabric))?"
)


def listed(name: str) -> str:
    """The pattern of places, as a group of that name."""
    return f"(?P<{name}>{PLACES[1:-1]})"


_DIGITS = {"chapter": 2, "heading": 4, "subheading": 6}

_SPELLINGS = (
    (r"<abbr[^>]*>([^<]*)</abbr>", r"\1"),
    (r"[‐‑‒–—]", "-"),
    (r"[\u00a0\u2009\u202f]", " "),
    (r"[‘’]", "'"),
    (r"&nbsp;", " "),
    (r"\*", ""),
    (r"\s+or\s*\n\s*\n\s*(?!- )|\n\s*\n\s*or\s*\n\s*\n\s*(?!- )|\n\s*\n\s*or +(?!- )", " ‖ "),
    (r"\n\s*- ", " ¦ "),
    (r"\s+", " "),
    (r"\bex[- ]{1,2}work(s?)\b", "ex-works"),
    (r"\bnon- ?originating", "non-originating"),
    (r"\b(man|making|Making|paper|end|finger|heading)- (made|up|making|jointing)\b", r"\1-\2"),
    (r"\band ?/ ?or\b", "and/or"),
    (r"sub-?\s?heading", "subheading"),
    (r"[Tt]ransaction value or ex-works price", "ex-works price"),
    (r"(?<=accompanied by spinning) or (?=spinning of)", " ‖ "),
    (r"\bmercerizing\b", "mercerising"),
    (r"\bshrink- resistance\b", "shrink-resistance"),
    (r" ([,.;:])", r"\1"),
    (r"(\d) %", r"\1%"),
)
# Where a rule refers to notes that explain its words or ease it, the reference alone adds no demand.
_REFERENCES = (
    r"\(?for special conditions relating to (?:products|goods) made of a mixture of textile materials,?"
    r" see introductory notes? [\d.]+(?: and [\d.]+)?\)?\.?",
    r"\.? ?for the special conditions relating to ['\"]specific process(?:es|\(es\))['\"],?(?: see introductory notes?)?"
    r"[ \d.,and]*(?: to 8\.3)?\.?$",
    r"\(?see (?:also )?introductory notes? [\d.]+(?:(?:,| and) [\d.]+)*(?: for [^.]*)?\)?\.?",
    r"\(\d+\)",
)


def plain(text: str) -> str:
    """A rule's text in one spelling: lower case, `¦` before each item of a list, no marks, no references to notes."""
    text = text.strip()
    text = f"\n{text}" if text.startswith("- ") else text
    for pattern, spelling in _SPELLINGS:
        text = re.sub(pattern, spelling, text)
    text = text.lower()
    for pattern in _REFERENCES:
        text = re.sub(pattern, "", text)
    return re.sub(r"\s+", " ", text).strip(" .;")


def places(words: str) -> str | None:
    """Places as the rule language writes them; None where a code does not fit its kind."""
    written = []
    kind = ""
    for piece in re.split(r", (?:or |and )?| and/or | and | or ", words):
        ends = []
        for end in re.split(r" ?(?:to|through|-) ?", piece):
            named = re.match(r"(chapter|heading|subheading)s?(?: nos?\.?)? ?", end)
            if named:
                kind, end = named.group(1), end[named.end() :]
            code = end.replace(".", "").strip()
            if kind == "chapter" and len(code) == 1:
                code = f"0{code}"
            if not code.isdigit() or len(code) not in (2, 4, 6) or (named and len(code) != _DIGITS[kind]):
                return None
            ends.append(code)
        if len(ends) > 2 or len(set(map(len, ends))) != 1 or ends[-1] < ends[0]:
            return None
        written.append("-".join(dict.fromkeys(ends)))
    return ", ".join(dict.fromkeys(written))
