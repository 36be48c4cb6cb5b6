"""The schemes as published: between whom, since when, with which proofs, and whose materials count."""

import csv
import gettext
import gzip
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pycountry

EUROPEAN_UNION = (
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
)  # fmt: skip
# Codes that ISO 3166 does not have: Kosovo, and Serbia as the publisher writes it.
_OWN_CODES = {"XK": ("XKX", "Kosovo", "科索沃"), "XS": ("SRB", "Serbia", "塞尔维亚")}
# Groups whose members are listed beside them, and codes of no country today.
_NO_COUNTRY = frozenset(("andean", "central-america", "AN", "UR", "ZF", "ZU"))
# The schemes' short names in Chinese; the publisher has none.
_CHINESE = {
    "albania": "英国—阿尔巴尼亚", "andean": "英国—安第斯国家", "australia": "英国—澳大利亚", "cameroon": "英国—喀麦隆",
    "canada": "英国—加拿大", "cariforum": "英国—加勒比论坛", "central-america": "英国—中美洲", "chile": "英国—智利",
    "cotedivoire": "英国—科特迪瓦", "cptpp": "《全面与进步跨太平洋伙伴关系协定》（CPTPP）", "egypt": "英国—埃及",
    "dcts-general-enhanced": "英国发展中国家贸易计划（标准及增强优惠）", "dcts-ldcs": "英国发展中国家贸易计划（全面优惠）",
    "esa": "英国—东南非", "eu": "英国—欧盟", "faroe-islands": "英国—法罗群岛", "georgia": "英国—格鲁吉亚",
    "ghana": "英国—加纳", "gsp": "英国普遍优惠制", "iceland-norway": "英国—冰岛、挪威", "india": "英国—印度",
    "israel": "英国—以色列", "japan": "英国—日本", "jordan": "英国—约旦", "kenya": "英国—肯尼亚", "kosovo": "英国—科索沃",
    "lebanon": "英国—黎巴嫩", "mexico": "英国—墨西哥", "moldova": "英国—摩尔多瓦", "morocco": "英国—摩洛哥",
    "new-zealand": "英国—新西兰", "north-macedonia": "英国—北马其顿", "oct": "英国海外领土安排", "pacific": "英国—太平洋国家",
    "palestinian-authority": "英国—巴勒斯坦", "sacum": "英国—南部非洲关税同盟及莫桑比克", "serbia": "英国—塞尔维亚",
    "singapore": "英国—新加坡", "south-korea": "英国—韩国", "switzerland-liechtenstein": "英国—瑞士、列支敦士登",
    "tunisia": "英国—突尼斯", "turkey": "英国—土耳其", "ukraine": "英国—乌克兰", "vietnam": "英国—越南",
}  # fmt: skip


class Country(NamedTuple):
    """A country by its alpha-3 code, with its names."""

    code: str
    en: str
    zh: str


class Scheme(NamedTuple):
    """An agreement, or a scheme that one side grants. `bilateral` and `extended` are whose materials count, by the publisher."""

    code: str
    title: str
    title_zh: str
    since: str
    until: str
    countries: tuple[Country, ...]
    unilateral: bool
    proofs: tuple[str, ...]
    bilateral: tuple[Country, ...]
    extended: tuple[Country, ...]
    document: str
    articles: dict[str, str]

    @property
    def pack(self) -> str:
        return "CPTPP" if self.code == "cptpp" else f"GB-{self.code.upper()}"


NOTES = "introductory_notes"
"""What the notes before the rules are under, among the articles."""


class SchemeError(ValueError):
    """The folder handed in does not hold what this importer knows."""


def countries_of(codes: list[str]) -> tuple[Country, ...]:
    """Countries of the publisher's codes, the European Union as its members, the United Kingdom left out."""
    members = [member for code in codes for member in (EUROPEAN_UNION if code == "EU" else (code,))]
    found = [_country(code) for code in dict.fromkeys(members) if code not in _NO_COUNTRY and code != "GB"]
    return tuple(sorted(dict.fromkeys(found)))


@cache
def _country(code: str) -> Country:
    if code in _OWN_CODES:
        return Country(*_OWN_CODES[code])
    country = pycountry.countries.get(alpha_2=code)
    if country is None:
        raise SchemeError(f"no country has the code {code!r}")
    return Country(country.alpha_3, getattr(country, "common_name", country.name), _chinese()(country.name))


@cache
def _chinese() -> Any:
    return gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=["zh_CN"]).gettext


def read_schemes(folder: Path) -> Iterator[Scheme]:
    """Every scheme of which the folder holds rules."""
    try:
        listed = json.loads((folder / "schemes_uk.json").read_text(encoding="utf-8"))["schemes"]
        with (folder / "rule_files.csv").open(encoding="utf-8", newline="") as stream:
            files = {row["scheme"]: row for row in csv.DictReader(stream)}
        with gzip.open(folder / "scheme_texts.jsonl.gz", "rb") as packed:
            texts = [msgspec.json.decode(line) for line in packed]
    except (OSError, KeyError, ValueError) as error:
        raise SchemeError(f"not a folder of published rules of origin: {error}") from error
    for scheme in sorted(listed, key=lambda one: str(one["scheme_code"])):
        if scheme["scheme_code"] in files:
            articles = {
                text["topic"] or NOTES: text["text"]
                for text in texts
                if text["scheme"] == scheme["scheme_code"] and text["kind"] in ("articles", NOTES)
            }
            yield _scheme(scheme, articles)


def _scheme(scheme: dict[str, Any], articles: dict[str, str]) -> Scheme:
    methods = scheme.get("cumulation_methods") or {}
    extended = [code for name in ("diagonal", "extended") for code in methods.get(name, {}).get("countries", [])]
    return Scheme(
        scheme["scheme_code"],
        scheme["title"].strip(),
        _CHINESE[scheme["scheme_code"]],
        scheme["validity_start_date"],
        scheme["validity_end_date"] or "",
        countries_of([code for code in scheme["countries"] if code != "EU"]),
        bool(scheme.get("unilateral")) or scheme["scheme_code"] == "oct",
        tuple(proof["proof_class"] for proof in scheme["proofs"]),
        countries_of(methods.get("bilateral", {}).get("countries", [])),
        countries_of(extended),
        _document(scheme),
        articles,
    )


def read_rules(folder: Path, scheme: str) -> list[dict[str, Any]]:
    """The published rules of a scheme, one after the other."""
    path = folder / f"rules_{scheme}.jsonl.gz"
    try:
        with gzip.open(path, "rb") as packed:
            return [msgspec.json.decode(line) for line in packed]
    except (OSError, ValueError) as error:
        raise SchemeError(f"{path.name}: {error}") from error


def _document(scheme: dict[str, Any]) -> str:
    """The document of an agreement's rules by its short name, with its version and day."""
    named = scheme["ord"]
    title = " ".join(str(named.get("ord_title") or scheme["title"]).split())
    short = re.search(r"\([\u2018\u201c'](?:the )?([^)]*?)[\u2019\u201d']\)", title)
    version = f", version {named['ord_version']} of {named['ord_date']}" if named.get("ord_version") else ""
    return f"{short[1] if short else title}{version}"
