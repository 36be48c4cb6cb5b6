"""Importer of the rules of origin that HM Revenue & Customs publishes: one pack for each agreement, and the words of operations.

Read from a folder of the published files (rules by scheme, schemes, texts). What a rule's wording demands is read into the
language of product rules to its last word, or the rule stays text; what an article does not say in known words has no row.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from entrepot.gateways.origin_uk import articles
from entrepot.gateways.origin_uk.schemes import Scheme, SchemeError, read_rules, read_schemes
from entrepot.gateways.origin_uk.sets import RuleRow, SetRow, is_plain, read_sets, words_of
from entrepot.gateways.origin_uk.texts import word_text

NOTICE = """Rules of origin, schemes and articles as published by HM Revenue & Customs in the UK Integrated Online Tariff.
Contains public sector information: Crown copyright. The publisher's repository, from which the files were taken, is
licensed as follows; codes, thresholds and days are facts, and the wording of all texts but those of the rules is ours.

The MIT License (MIT)

Copyright (C) Crown Copyright (HM Revenue & Customs)

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy,
modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software
is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES
OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE
LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN
CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""
_PUBLISHER = "HM Revenue & Customs (United Kingdom)"
_LICENCE = "Crown copyright; the publisher's files are under the MIT licence (NOTICE)"
_CHECKED = "2026-11-22"
_UNITED_KINGDOM = ("GBR", "United Kingdom", "英国")
_END = ("since", "until", "source", "evidence")
_FORMS = {
    "eur1": "certificate", "eur-med": "certificate", "gsp-form-a": "certificate", "certificate-of-origin": "certificate",
    "origin-declaration": "declaration", "invoice-declaration": "declaration", "importers-knowledge": "importers_knowledge",
}  # fmt: skip
_FORM_TEXTS = {
    "certificate": ("customs or the issuing body of the exporting side", "出口方海关或签证机构"),
    "declaration": ("the exporter", "出口商"),
    "approved_exporter_declaration": (
        "an exporter approved by customs of the exporting side",
        "经出口方海关核准的出口商",
    ),
    "importers_knowledge": ("the importer, on what it knows and can prove", "进口商，依据其掌握并可证明的信息"),
}


class Imported(NamedTuple):
    """What was read of one agreement: sets, rules, rules read, rules of plain tags and those read, rules on a statement."""

    pack: str
    sets: int
    rules: int
    read: int
    plain: int
    plain_read: int
    stated: int


class _Table(NamedTuple):
    keys: tuple[str, ...]
    values: dict[str, str]
    rows: Sequence[tuple[str, ...]]
    goods_code: str = ""


def import_origin(folder: Path, packs: Path, say: Callable[[str], None]) -> list[Imported]:
    """Write the pack of every scheme in the folder, and that of the words they use."""
    done: list[Imported] = []
    used: set[str] = set()
    for scheme in read_schemes(folder):
        sets, rules = read_sets(read_rules(folder, scheme.code))
        _write_pack(packs / "agreements" / scheme.pack, scheme, sets, rules)
        words = [words_of(rule.rule) for rule in rules]
        used.update(word for listed in words for word in listed)
        plain = [rule for rule in rules if is_plain(rule.tags)]
        done.append(
            Imported(
                scheme.pack,
                len(sets),
                len(rules),
                sum(1 for rule in rules if rule.rule),
                len(plain),
                sum(1 for rule in plain if rule.rule),
                sum(1 for listed in words if listed),
            )
        )
        one = done[-1]
        say(f"{one.pack}: {one.sets} sets, {one.rules} rules, {one.read} read")
    if not done:
        raise SchemeError("no scheme in the folder has rules")
    _write_words(packs / "standards" / "origin_processes", sorted(used))
    return done


def _write_pack(place: Path, scheme: Scheme, sets: list[SetRow], rules: list[RuleRow]) -> None:
    sources = {
        "PSR": f"{scheme.document}, product-specific rules, as published by {_PUBLISHER}",
        "SCHEME": f"{scheme.title}: scheme data of {_PUBLISHER}",
    }

    def row(
        *cells: str, source: str = "PSR", since: str = "", until: str = "", evidence: str = "secondary"
    ) -> tuple[str, ...]:
        return (*cells, since or scheme.since, until or scheme.until, source, evidence)

    def article(name: str) -> str:
        sources.setdefault(name, f"{scheme.document}, {name}, as published")
        return name

    tables = {
        "parties": _parties(scheme, row),
        "rule_sets": _Table(
            ("code", "set"),
            dict.fromkeys(("first", "last", "heading", "subdivision"), "text"),
            [
                row(code, one.set, one.first, one.last, one.heading, one.subdivision)
                for one in sets
                for code in one.codes
            ],
            "code",
        ),
        "set_rules": _Table(
            ("set", "no"),
            {
                "rule": "text", "text": "text", "joint": "text", "goods": "text", "import": "bool", "export": "bool",
                "tags": "list",
            },
            [
                row(
                    one.set, one.no, one.rule, one.text, one.joint, one.goods, _flag(one.imports), _flag(one.exports),
                    "|".join(one.tags), since=one.since, until=one.until,
                )
                for one in rules
            ],
            "set",
        ),
        **_article_tables(scheme, row, article),
        "proofs": _proofs(scheme, row),
        "cumulation": _cumulation(scheme, row, article),
    }  # fmt: skip
    tables = {name: table for name, table in tables.items() if table.rows}
    place.mkdir(parents=True, exist_ok=True)
    for old in place.glob("*.csv"):
        old.unlink()
    for name, table in tables.items():
        (place / f"{name}.csv").write_text(_csv(table), encoding="utf-8")
    (place / "pack.toml").write_text(_card(scheme, tables, sources), encoding="utf-8")
    (place / "NOTICE").write_text(NOTICE, encoding="utf-8")


def _flag(value: bool) -> str:
    return "true" if value else "false"


Row = Callable[..., tuple[str, ...]]


def _parties(scheme: Scheme, row: Row) -> _Table:
    granting, granted = ("import", "export") if scheme.unilateral else ("", "")
    rows = [row(*_UNITED_KINGDOM, granting, source="SCHEME")]
    for one in scheme.countries:
        rows.append(row(*one, granted, source="SCHEME"))
    return _Table(("country",), {"name_en": "text", "name_zh": "text", "direction": "text"}, sorted(rows))


def _article_tables(scheme: Scheme, row: Row, article: Callable[[str], str]) -> dict[str, _Table]:
    said = scheme.articles
    where, tolerances = articles.tolerances(scheme.code, said)
    operations = [*articles.minimal_operations(said)]
    return {
        "limits": _Table(
            ("name",),
            {"value": "decimal", "unit": "text", "operator": "text"},
            [
                row(one.name, one.value, one.unit, one.operator, source=article(one.article))
                for one in (
                    *articles.limits(said),
                    *articles.build_up(scheme.code, said),
                    *articles.obtained_tolerance(said),
                )
            ],
        ),
        "tolerances": _Table(
            ("code", "by"),
            {"percent": "decimal", "base": "text"},
            [row(one.code, one.base, one.percent, one.base, source=article(where)) for one in tolerances],
            "code",
        ),
        "minimal_operations": _Table(
            ("operation",),
            {"minimal": "bool", "simple": "bool", "paragraph": "text", "text_en": "text", "text_zh": "text"},
            [
                row(
                    one.word,
                    _flag(one.word != articles.NO_OPERATION),
                    _flag(one.simple),
                    "",
                    one.en,
                    one.zh,
                    source=article(one.article),
                )
                for one in operations
            ],
        ),
        "wholly_obtained": _Table(
            ("basis",),
            {"paragraph": "text", "text_en": "text", "text_zh": "text"},
            [row(one.word, "", one.en, one.zh, source=article(one.article)) for one in articles.wholly_obtained(said)],
        ),
        "direct_consignment": _Table(
            ("operation",),
            {"allowed": "bool", "text_en": "text", "text_zh": "text"},
            [row(one.word, "true", one.en, one.zh, source=article(one.article)) for one in articles.on_the_way(said)],
        ),
    }


def _proofs(scheme: Scheme, row: Row) -> _Table:
    forms = list(dict.fromkeys(_FORMS[proof] for proof in scheme.proofs if proof in _FORMS))
    provisions = scheme.articles.get("origin_processes", "")
    if "approved exporter" in provisions.lower() and "declaration" in forms:
        forms.append("approved_exporter_declaration")
    small = "approved exporter" in provisions.lower() and "6 000" in provisions.replace("6,000", "6 000")
    rows = []
    for form in forms:
        en, zh = ("", "")
        if form == "declaration" and small:
            en = "consignments worth up to EUR 6 000; above that an approved exporter, or as the article says"
            zh = "货值不超过6000欧元；超过的由经核准出口商或按条款规定出具"
        rows.append(row(form, "true", *_FORM_TEXTS[form], en, zh, source="SCHEME"))
    values = {"open": "bool", "who_en": "text", "who_zh": "text", "condition_en": "text", "condition_zh": "text"}
    return _Table(("form",), values, sorted(rows))


def _cumulation(scheme: Scheme, row: Row, article: Callable[[str], str]) -> _Table:
    """Materials of the Parties count; those of other countries need more than the publisher's list says, so a person confirms.
    `worked`: the condition is met by more than insufficient operations. That they need a proof holds everywhere."""
    texts = [scheme.articles.get(topic, "") for topic in ("cumulation-import", "cumulation-export", "cumulation")]
    text = next((text for text in texts if text), "")
    source = article(articles.cited(text) or "provisions on cumulation") if text else "SCHEME"
    full = any(words in " ".join(text.lower().split()) for words in ("production carried out", "production undertaken"))
    parties = {one.code for one in scheme.countries} | {"GBR"}
    kind = "full" if full else "bilateral"
    own = ("made into the good with more than insufficient operations", "经过超出微小加工的加工", "true")
    if any(one.word == articles.NO_OPERATION for one in articles.minimal_operations(scheme.articles)):
        own = ("", "", "false")
    other = (
        "what the article on cumulation asks for that country is not on file",
        "累积条款对该国的要求未录入",
        "false",
    )
    rows = [row(code, kind, *own, source=source) for code in sorted(parties)]
    for one in (*scheme.bilateral, *scheme.extended):
        if one.code not in parties:
            parties.add(one.code)
            rows.append(row(one.code, "extended", *other, source="SCHEME", evidence="unverified"))
    values = {"kind": "text", "condition_en": "text", "condition_zh": "text", "worked": "bool"}
    return _Table(("country",), values, sorted(rows))


def _csv(table: _Table) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow((*table.keys, *table.values, *_END))
    writer.writerows(table.rows)
    return out.getvalue()


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _card(scheme: Scheme, tables: dict[str, _Table], sources: dict[str, str]) -> str:
    countries = ", ".join(_quoted(code) for code in sorted({"GBR", *(one.code for one in scheme.countries)}))
    lines = [
        "# Written by `entrepot pack import origin`; do not edit.",
        f"title = {{ en = {_quoted(f'{scheme.title}: origin')}, zh = {_quoted(f'{scheme.title_zh}：原产地')} }}",
        f"publisher = {_quoted(_PUBLISHER)}",
        "official = false # the publisher reproduces the treaty; the depositary's text was not read",
        f"licence = {_quoted(_LICENCE)}",
        f"checked_on = {_CHECKED}",
        f"applies = {{ agreement = {_quoted(scheme.pack)}, countries = [{countries}] }}",
        "",
        "[sources]",
        *(f"{_quoted(name)} = {_quoted(text)}" for name, text in sorted(sources.items())),
        *(line for name, table in tables.items() for line in _spec(name, table)),
    ]
    return "\n".join(lines) + "\n"


def _spec(name: str, table: _Table) -> Iterator[str]:
    yield ""
    yield f"[tables.{name}]"
    yield f"keys = [{', '.join(map(_quoted, table.keys))}]"
    if table.goods_code:
        yield f"goods_code = {_quoted(table.goods_code)}"
    yield f"values = {{ {', '.join(f'{column} = {_quoted(kind)}' for column, kind in table.values.items())} }}"


def _write_words(place: Path, words: list[str]) -> None:
    """The pack of what operations say: ours, for the rules name them in many wordings."""
    place.mkdir(parents=True, exist_ok=True)
    said = [(word, word_text(word)) for word in words]
    rows = [(word, *texts, "2021-01-01", "", "WORDS", "convention") for word, texts in said if texts]
    table = _Table(("word",), {"text_en": "text", "text_zh": "text"}, rows)
    (place / "words.csv").write_text(_csv(table), encoding="utf-8")
    lines = [
        "# Written by `entrepot pack import origin`; do not edit.",
        'title = { en = "Operations that rules of origin name", zh = "原产地规则所列加工工序" }',
        'publisher = "Entrepôt"',
        "official = false",
        'licence = "ours: what the words of the rule language say"',
        f"checked_on = {_CHECKED}",
        "",
        "[sources]",
        '"WORDS" = "our wording of operations and materials that published product rules name"',
        *_spec("words", table),
    ]
    (place / "pack.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
