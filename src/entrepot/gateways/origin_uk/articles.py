"""What the articles of an agreement allow, as far as they say it in words that are known here; the rest has no row.

Only facts are taken over (numbers, which operations are named); how they are worded is ours.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

NUMBERS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "ten": 10,
    "twelve": 12,
    "twenty-four": 24,
}
Articles = Mapping[str, str]
TEXTILES = [str(chapter) for chapter in range(50, 64)]
CHAPTERS = [f"{chapter:02d}" for chapter in range(1, 98) if chapter != 77]
_FOOD = [code for code in CHAPTERS if code in ("02", *[f"{chapter:02d}" for chapter in range(4, 25)]) and code != "16"]


class Limit(NamedTuple):
    """A threshold, and the article that sets it."""

    name: str
    value: str
    unit: str
    operator: str
    article: str


class Tolerance(NamedTuple):
    """Materials that need not change, for goods of a chapter: at most `percent` of `base`."""

    code: str
    percent: str
    base: str


class Named(NamedTuple):
    """Something that an article names: the word the facts use, and what it says."""

    word: str
    en: str
    zh: str
    simple: bool
    article: str


def cited(text: str) -> str:
    """The article that a text says it is, `Article 6`; empty where it does not say."""
    found = re.findall(r"\{\{ ?(Articles? [^}]*?) ?\}\}", text)
    return str(found[-1]) if found else ""


def _flat(text: str) -> str:
    text = re.sub(r"\s+", " ", text.replace("\u2013", "-").replace("**", ""))
    return re.sub(r"\bten (?=per ?cent)", "10 ", text).replace(" percent of", " per cent of")


def limits(articles: Articles) -> Iterator[Limit]:
    """Thresholds that hold for all goods."""
    for topic in ("origin_processes", "direct-transport", "non-alteration"):
        text = _flat(articles.get(topic, ""))
        article = cited(articles.get(topic, "")) or "provisions on proof of origin"
        found = re.search(
            r"(?:(?:proof|statement|certification|certificate)s? (?:of|on) origin|origin declarations?)(?:: \* a\.)?"
            r" (?:shall be|is) valid for(?: a period of| at least|: 1\.)? (\w+(?:-\w+)?) (month|year)s?",
            text,
            re.IGNORECASE,
        )
        if found and (count := NUMBERS.get(found[1].lower()) or (int(found[1]) if found[1].isdigit() else 0)):
            months = count * (12 if found[2] == "year" else 1)
            yield Limit("proof_months", str(months), "months from issue", "at most", article)
        if topic != "origin_processes":
            continue
        if found := re.search(
            r"exporter[^.]{0,160}?keep,?[^.]{0,40}? (?:at least |minimum of )?(three|four|five) years", text
        ):
            yield Limit("record_years", str(NUMBERS[found[1]]), "years (exporter)", "at least", article)
        if found := re.search(
            r"customs value[^.;]{0,60}? does not exceed[^.;]*?([\d,]+) (?:United Kingdom pounds|pounds sterling)", text
        ):
            yield Limit(
                "waiver_gbp",
                found[1].replace(",", ""),
                "GBP customs value of the importation into the United Kingdom",
                "at most",
                article,
            )
        if found := re.search(
            r"total value of (?:these|those|such) products (?:shall|must) not exceed (?:EUR|€) ?([\d ]+?) in the case of small packages",
            text,
        ):
            yield Limit(
                "private_package_eur",
                found[1].replace(" ", ""),
                "EUR, small packages between private persons",
                "at most",
                article,
            )


def build_up(scheme: str, articles: Articles) -> Iterator[Limit]:
    """Whether more than originating materials counts in the build-up formula; nothing where the formula is a picture alone."""
    unit = "1: labour, overhead, profit and other cost count in the build-up formula"
    for topic in ("wholly-obtained", "introductory_notes"):
        said = articles.get(topic, "")
        if re.search(r"build-up method: based on the value of originating materials", _flat(said), re.IGNORECASE):
            yield Limit("build_up_costs", "0", unit, "-", cited(said) or "provisions on value content")
            return
    if scheme == "cptpp":  # the publisher's common article on value content, which is this agreement's formula
        yield Limit("build_up_costs", "0", unit, "-", "SCHEME")


def obtained_tolerance(articles: Articles) -> Iterator[Limit]:
    """Whether the tolerance covers goods that must be wholly obtained; elsewhere it covers at most materials that must be."""
    said = articles.get("tolerances", "")
    if re.search(r"does not satisfy the [^.;]{0,80}\bwholly obtained requirement", _flat(said), re.IGNORECASE):
        unit = "1: the tolerance covers goods that must be wholly obtained"
        yield Limit("obtained_tolerance", "1", unit, "-", cited(said) or "provisions on tolerance")


_WORTH = re.compile(
    r"(?:their )?total value (?:of [a-z -]+ )?(?:does not|must not) exceed (\d+(?:\.\d+)?) ?(?:%|per ?cent) of the"
    r" (?:transaction value or )?ex[-\u2010-]works price"
)
_BY_FOOD = re.compile(
    r"(\d+) ?(?:%|per cent) of the (?:net )?weight of the product[^;.]*? (?:Chapters? 2 and 4 "
    r"to 24)[^;]*;(?: or)?[^;]*?(\d+) ?(?:%|per cent) of the"
    r" ex-works price|Chapters 2 and 4 to 24[^;]*? does not exceed (\d+)% of the "
    r"weight[^;]*;[^;]*? does not exceed (\d+)% of the ex-works price"
)


def tolerances(scheme: str, articles: Articles) -> tuple[str, list[Tolerance]]:
    """The article on tolerance and its rows by chapter; none where the article is not understood."""
    for topic in ("tolerances", "sufficiently-worked"):
        text = _flat(articles.get(topic, ""))
        if rows := list(_tolerances(scheme, text)):
            return cited(articles[topic]) or "provisions on tolerance", rows
    return "", []


def _tolerances(scheme: str, text: str) -> Iterator[Tolerance]:
    others = [code for code in CHAPTERS if code not in TEXTILES]
    if found := _BY_FOOD.search(text):
        weight, value = (found[1], found[2]) if found[1] else (found[3], found[4])
        yield from (Tolerance(code, weight, "weight") for code in _FOOD)
        # Chapter 16 has one tolerance for processed fish and another for the rest: neither is taken.
        yield from (Tolerance(code, value, "EXW") for code in others if code not in (*_FOOD, "16"))
    elif found := _WORTH.search(text):
        yield from (Tolerance(code, found[1], "EXW") for code in others)
    elif reading := _OWN_READINGS.get(scheme):
        yield from reading(text)


def _japan(text: str) -> Iterator[Tolerance]:
    found = re.search(
        r"Chapters 1 to 49 or Chapters 64 to 97[^;]*? does not exceed (\d+) per cent of the ex-works or free on board price",
        text,
    )
    if found:
        yield from (Tolerance(code, found[1], "FOB") for code in CHAPTERS if code not in TEXTILES)


def _new_zealand(text: str) -> Iterator[Tolerance]:
    value = re.search(
        r"value of those non-originating materials does not exceed (\d+) per cent of the value of the good", text
    )
    weight = re.search(r"Chapters 1 to 24 and 50 to 63[^;]*? does not exceed (\d+) per cent of the net weight", text)
    if value and weight:
        for code in CHAPTERS:
            yield Tolerance(code, value[1], "FOB")
            if int(code) <= 24 or code in TEXTILES:
                yield Tolerance(code, weight[1], "weight")


def _cptpp(text: str) -> Iterator[Tolerance]:
    """Exceptions for dairy goods, juices and fats, and for fibres and yarns of garments: those chapters are left out."""
    value = re.search(r"value of all those materials does not exceed (\d+) per cent of the value of the good", text)
    weight = re.search(
        r"outside of Chapters 61 through 63[^;]*? not more than (\d+) per cent of the total weight", text
    )
    if value and weight:
        yield from (Tolerance(code, value[1], "FOB") for code in CHAPTERS if int(code) > 24 and code not in TEXTILES)
        yield from (Tolerance(code, weight[1], "weight") for code in TEXTILES if int(code) <= 60)


def _india(text: str) -> Iterator[Tolerance]:
    low = re.search(
        r"Chapters 1 through 3, 5, 6, 10 or 14[^;]*? does not exceed (\d+\.?\d*) per cent of the value", text
    )
    high = re.search(r"Chapters 25 through 98[^;]*? does not exceed (\d+\.?\d*) per cent of the value", text)
    if low and high:
        for code in CHAPTERS:
            percent = low[1] if int(code) in (1, 2, 3, 5, 6, 10, 14) else high[1]
            yield Tolerance(code, percent, "EXW")  # the lower of the two values that a good may be given
            if int(code) <= 24:
                yield Tolerance(code, percent, "weight")


_OWN_READINGS = {"japan": _japan, "new-zealand": _new_zealand, "cptpp": _cptpp, "india": _india}

# word, what an article calls it, our wording, whether `simple` stands before it in these articles
_MINIMAL: tuple[tuple[str, str, str, str], ...] = (
    ("preserving", r"preserv", "keeping goods sound for transport or storage", "为运输或储存保持货物完好"),
    (
        "packing",
        (r"changes? of packaging|breaking[- ]up (?:and|or) assembly of packages|packaging " r"operations"),
        "packing for transport or sale",
        "为运输或销售而包装",
    ),
    (
        "repacking",
        r"changes? of packaging|breaking[- ]up (?:and|or) assembly of packages",
        "packing anew for transport or sale",
        "重新包装",
    ),
    ("washing", r"washing", "washing", "洗涤"),
    (
        "cleaning",
        r"cleaning|removal of dust|remove dust",
        "cleaning, removal of dust, oxide, oil, paint or coverings",
        "清洁，去除灰尘、氧化物、油、漆或其他覆盖物",
    ),
    ("ironing", r"ironing", "ironing or pressing of textiles", "熨烫纺织品"),
    ("painting", r"simple painting", "painting", "油漆"),
    ("polishing", r"simple painting (?:and|or) polishing", "polishing", "抛光"),
    ("peeling", r"peeling", "peeling of fruit, nuts or vegetables", "水果、坚果或蔬菜去皮"),
    ("stoning", r"stoning", "stoning of fruit", "水果去核"),
    ("shelling", r"shelling", "shelling of nuts or vegetables", "坚果或蔬菜去壳"),
    ("sharpening", r"sharpening", "sharpening", "磨锐"),
    ("grinding", r"simple grinding", "grinding", "研磨"),
    ("cutting", r"simple cutting|simple grinding or cutting", "cutting", "切割"),
    ("sifting", r"sifting", "sifting", "筛滤"),
    ("screening", r"screening", "screening", "筛选"),
    ("sorting", r"sorting", "sorting", "分拣"),
    ("classifying", r"classifying", "classifying", "归类"),
    ("grading", r"grading", "grading", "分级"),
    ("matching", r"matching", "matching", "配套"),
    ("bottling", r"placing in bottles", "placing in bottles, cans, bags, cases or boxes", "装瓶、装罐、装袋、装箱"),
    ("marking", r"(?:affixing|printing)[^.;]{0,30} marks", "putting on or printing marks", "加贴或印制标志"),
    ("labelling", r"(?:affixing|printing)[^.;]{0,30} marks, labels", "putting on labels", "加贴标签"),
    ("mixing", r"simple mixing", "mixing, of like or unlike goods", "混合（同类或不同类货物）"),
    ("blending", r"simple mixing", "mixing, of like or unlike goods", "掺混（同类或不同类货物）"),
    ("diluting", r"simple addition of water|dilution", "adding of water, thinning", "加水、稀释"),
    ("assembling", r"simple (?:collection or )?assembly of parts", "putting parts together", "零件组装"),
    ("disassembling", r"disassembly", "taking apart", "拆解"),
    ("slaughtering", r"slaughter", "killing of animals, and no more", "仅屠宰动物"),
)
_SIMPLE = frozenset(
    ("painting", "polishing", "grinding", "cutting", "bottling", "mixing", "blending", "assembling", "diluting")
)


# The row of an agreement that has no list: no operation is of this name.
NO_OPERATION = "none"


def minimal_operations(articles: Articles) -> Iterator[Named]:
    """Operations that by themselves are not enough."""
    raw = articles.get("insufficient-processing", "")
    text = _flat(raw).lower().replace("*", "")
    article = cited(raw) or "provisions on insufficient working"
    if "must be processed to meet the psrs" in text:
        # It names operations for the choice between tariff rates alone; for origin the product rule is enough.
        en, zh = "the agreement lists no operations that are not enough by themselves", "该协定未列举不足以取得原产资格的加工"
        yield Named(NO_OPERATION, en, zh, False, article)
        return
    if not re.search(r"insufficient|solely one or more|only (?:by|of) one or more|merely due to undergoing any of", text):
        return
    for word, pattern, en, zh in _MINIMAL:
        if re.search(pattern, text):
            yield Named(word, en, zh, word in _SIMPLE, article)


_OBTAINED: tuple[tuple[str, str, str, str], ...] = (
    (
        "harvested",
        r"(?:vegetable|plant)[^.;]{0,60}(?:grown|harvested|gathered)",
        "plants and their products grown or gathered there",
        "在该方种植、收获或采摘的植物及其产品",
    ),
    (
        "born_and_raised",
        r"live animals born and raised",
        "live animals born and raised there",
        "在该方出生并饲养的活动物",
    ),
    (
        "from_live_animals",
        r"products? (?:obtained )?(?:from|of) live animals",
        "products of live animals raised there",
        "取自该方饲养的活动物的产品",
    ),
    (
        "fished",
        r"hunting|trapping|fishing",
        "taken by hunting, trapping or fishing there",
        "在该方狩猎、诱捕或捕捞所得",
    ),
    ("mined", r"mineral", "minerals taken from its soil or seabed", "从该方土壤或海床提取的矿物"),
    (
        "high_seas",
        (r"products of sea[- ]fishing|sea fishing and other products taken from the sea|taken from " r"the sea"),
        "sea products taken by its vessels outside territorial seas",
        "由该方船只在领海外捕获的海产品",
    ),
    (
        "factory_ship",
        r"factory ships?",
        "made on its factory ships from such sea products alone",
        "在该方加工船上完全由上述海产品制成",
    ),
    ("waste", r"waste and scrap", "waste and scrap of making there", "在该方生产中产生的废碎料"),
    (
        "used_goods",
        r"used (?:articles|goods|products)",
        "used goods collected there, fit only for recovery of raw materials",
        "在该方收集、仅适于回收原料的旧货",
    ),
    (
        "from_these",
        r"(?:exclusively|solely|entirely) (?:from|of)",
        "made there from such goods alone",
        "在该方完全由上述货物制得",
    ),
)


def wholly_obtained(articles: Articles) -> Iterator[Named]:
    """The ways in which goods are wholly obtained."""
    raw = articles.get("wholly-obtained-verbatim") or articles.get("wholly-obtained", "")
    text = _flat(raw).lower()
    for word, pattern, en, zh in _OBTAINED:
        if re.search(pattern, text):
            yield Named(word, en, zh, False, cited(raw) or "provisions on wholly obtained goods")


_ON_THE_WAY: tuple[tuple[str, str, str, str], ...] = (
    ("unloading", r"unloading", "unloading", "卸货"),
    ("reloading", r"reloading", "loading again", "重装"),
    ("transhipment", r"trans-?s?hipment|unloading[^.;]{0,20}reloading", "unloading and loading again", "转运换装"),
    ("transshipment", r"trans-?s?hipment|unloading[^.;]{0,20}reloading", "unloading and loading again", "转运换装"),
    ("storing", r"stor(?:ing|age|ed)|warehousing", "storing", "储存"),
    ("storage", r"stor(?:ing|age|ed)|warehousing", "storing", "储存"),
    ("preserving", r"good condition|preserve their condition|retain their condition", "keeping sound", "保持货物完好"),
    ("splitting", r"splitting|split up|separation from", "splitting of consignments", "拆分货物"),
    (
        "labelling",
        r"labels?|labelling",
        "labels and marks that the importing Party asks for",
        "加贴进口方要求的标签、标志",
    ),
    (
        "marking",
        r"affixing (?:of )?marks|marking required",
        "labels and marks that the importing Party asks for",
        "加贴进口方要求的标签、标志",
    ),
    ("transport", r"to transport the good", "what is needed to carry the goods on", "为继续运输所必需的作业"),
)


def on_the_way(articles: Articles) -> Iterator[Named]:
    """What may be done to goods in a country on the way."""
    for topic in ("non-alteration", "direct-transport"):
        raw = articles.get(topic, "")
        text = _flat(raw).lower()
        if not re.search(r"operations? |transit|transport", text):
            continue
        for word, pattern, en, zh in _ON_THE_WAY:
            if re.search(pattern, text):
                yield Named(word, en, zh, False, cited(raw) or "provisions on transport")
        return
