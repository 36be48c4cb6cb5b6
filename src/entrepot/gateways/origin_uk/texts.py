"""What a word of the rule language says: operations by themselves, and the patterns of words about what they name.

A rule whose word says nothing here is kept as text: nobody could be asked about it.
"""

import re
from collections.abc import Callable

from entrepot.gateways.origin_uk.names import NAMES
from entrepot.gateways.origin_uk.operation_texts import OPERATION_TEXTS

Said = tuple[str, str]
_BASES = {
    "exw": ("the ex-works price", "出厂价"),
    "fob": ("the FOB value", "FOB价"),
    "weight": ("the weight of the good", "货物重量"),
}


def word_text(word: str) -> Said | None:
    """What a word says, in English and Chinese; None where nothing is on file."""
    if found := OPERATION_TEXTS.get(word):
        return found
    for pattern, say in _PATTERNS:
        if match := pattern.fullmatch(word):
            return say(match)
    return None


def _things(words: str) -> Said | None:
    """Things named one by one, `a_or_b`."""
    if found := NAMES.get(words):
        return found
    for joint in re.finditer("_or_", words):
        first, rest = NAMES.get(words[: joint.start()]), _things(words[joint.end() :])
        if first and rest:
            return f"{first[0]} or {rest[0]}", f"{first[1]}或{rest[1]}"
    return None


def _say(en: str, zh: str) -> Callable[[re.Match[str]], Said | None]:
    """A pattern's texts, with `{}` for the thing and `{n}` for the number."""

    def say(match: re.Match[str]) -> Said | None:
        groups = match.groupdict()
        number = groups.get("n", "").replace("_", ".")
        thing = _things(groups["thing"]) if "thing" in groups else ("", "")
        base = _BASES.get(groups.get("base", ""), ("", ""))
        if thing is None:
            return None
        return en.format(thing[0], n=number, base=base[0]), zh.format(thing[1], n=number, base=base[1])

    return say


def _say_places(match: re.Match[str]) -> Said:
    codes = match["codes"].split("_")
    return (
        f"no non-originating material is at a later stage of manufacture than those of {', '.join(codes)} that the rule names",
        f"非原产材料的加工阶段均不晚于规则所列{'、'.join(codes)}的材料",
    )


_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Said | None]], ...] = tuple(
    (re.compile(pattern), say)
    for pattern, say in (
        (r"not_beyond_(?P<codes>[\d_]+)", _say_places),
        (r"set_but_for_(?P<n>[\d_]+)_exw", _say(
            "each article of the set originates under its own rule, others being worth at most {n} % of the set's ex-works price",
            "套装中各件均符合其自身规则，不符合的各件价值不超过套装出厂价的{n}%")),
        (r"made_up_cotton_cloth_(?P<n>[\d_]+)_exw", _say(
            "made from cotton cloth ready for use with goods of 9401 or 9403, worth at most {n} % of the ex-works price; all other"
            " materials originate and are of other headings than 9401 and 9403",
            "由可直接用于9401或9403货物的成品棉布制成，其价值不超过出厂价的{n}%；其他材料均具原产资格且不属于9401、9403")),
        (r"tobacco_(?P<n>[\d_]+)_originating_by_weight", _say(
            "at least {n} % by weight of the tobacco of heading 2401 used originates", "所用2401品目烟草至少{n}%（按重量）具原产资格")),
        (r"nuts_over_(?P<n>[\d_]+)_exw_originating", _say(
            "originating nuts and oil seeds (0801, 0802, 1202 to 1207) are worth more than {n} % of the ex-works price",
            "原产坚果及含油子仁（0801、0802、1202至1207）价值超过出厂价的{n}%")),
        (r"(?P<thing>\w+?)_within_(?P<n>[\d_]+)_(?P<base>exw|fob|weight)", _say(
            "non-originating {} at most {n} % of {base}", "非原产{}不超过{base}的{n}%")),
        (r"(?P<thing>\w+)_obtained", _say("all {} used are wholly obtained", "所用{}均为完全获得")),
        (r"(?P<thing>\w+)_originating", _say("all {} used originate", "所用{}均具原产资格")),
        (r"cth_but_for_(?P<thing>\w+)", _say(
            "all non-originating materials, {} apart, are of another heading than the good", "除{}外，所有非原产材料均与货物品目不同")),
        (r"without_(?P<thing>\w+)", _say("no non-originating {} used", "未使用非原产{}")),
        (r"from_(?P<thing>\w+)", _say("made from {}, or from materials at an earlier stage", "由{}或更早加工阶段的材料制成")),
    )
)  # fmt: skip
