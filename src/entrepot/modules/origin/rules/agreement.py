"""An agreement's rows on the day of import, read only as they are needed: a finding rests on every row it reads.

A table that a pack lacks is not on file: nothing is assumed in its place, and who asks is told None.
"""

from datetime import date
from decimal import Decimal
from functools import cached_property

from entrepot.kernel.case import Case
from entrepot.kernel.law import PackCard, Row
from entrepot.kernel.text import Text
from entrepot.modules.origin.facts import Base, Limits
from entrepot.modules.origin.rules.editions import codes_in

TEXTILES = frozenset(str(chapter) for chapter in range(50, 64))
CRITERIA = {
    "wholly_obtained": "WO",
    "exclusively_originating": "PE",
    "classification_change": "CTC",
    "value_content": "RVC",
    "chemical_reaction": "CR",
    "processing": "SP",
    "accumulation": "ACU",
    "de_minimis": "DMI",
}
_BASES: dict[str, Base] = {"EXW": "EXW", "FOB": "FOB", "weight": "weight"}


class Agreement:
    """One agreement as it stands on one day. `case` is apart: what is read here bears this agreement's answers alone."""

    def __init__(self, case: Case, card: PackCard, day: date) -> None:
        self.case, self.card, self.day, self.name = case.apart(), card, day, card.name
        self._codes: dict[str, tuple[str, ...]] = {}

    def has(self, table: str) -> bool:
        return self.case.knows(f"{self.name}/{table}")

    def _read(self, table: str, **keys: str) -> Row | None:
        return self.case.read(f"{self.name}/{table}", self.day, **keys)

    def _party(self, country: str, barred: str) -> bool:
        row = self._read("parties", country=country) if country else None
        return row is not None and row.values.get("direction", "") != barred

    def is_party(self, country: str) -> bool:
        return self._party(country, "-")

    def imports(self, country: str) -> bool:
        """Whether the country grants the treatment: a Party, and not only a beneficiary of a unilateral scheme."""
        return self._party(country, "export")

    def exports(self, country: str) -> bool:
        """Whether goods of the country are granted the treatment."""
        return self._party(country, "import")

    def joins(self, country: str, destination: str) -> bool:
        """Whether goods of the country are granted the treatment at the destination, or anywhere where none is given."""
        return self.exports(country) and (not destination or self.imports(destination))

    def criterion(self, kind: str) -> str:
        """The code of a criterion on this agreement's proofs."""
        return str(self.card.traits.get("criteria", CRITERIA).get(kind, CRITERIA[kind]))

    def is_minimal(self, word: str) -> bool:
        row = self._read("minimal_operations", operation=word)
        return row is not None and bool(row["minimal"])

    def may_be_done_on_the_way(self, word: str) -> bool | None:
        row = self._read("direct_consignment", operation=word)
        return None if row is None else bool(row["allowed"])

    def limit(self, name: str) -> Decimal | None:
        row = self._read("limits", name=name)
        value: Decimal | None = None if row is None else row["value"]
        return value

    def limits(self, hs: str) -> Limits:
        costs, obtained = self.limit("build_up_costs"), bool(self.limit("obtained_tolerance"))
        return Limits(self.limit("rvc_percent"), self._tolerances(hs), None if costs is None else bool(costs), obtained)

    def _tolerances(self, hs: str) -> tuple[tuple[Decimal, Base], ...] | None:
        """What need not change, by the table of tolerances where there is one, else by the limits: these count for textiles
        by value only where they say so."""
        if self.has("tolerances"):
            rows = self.case.rows(f"{self.name}/tolerances", self.day, code=hs[:6])
            found = [(row["percent"], _BASES.get(row["base"])) for row in rows]
        else:
            textile = hs[:2] in TEXTILES
            names = ("de_minimis_textile_percent", "de_minimis_weight_percent") if textile else ("de_minimis_percent",)
            found = []
            for name in names:
                row = self._read("limits", name=name)
                if row is not None and row["value"] is not None:
                    found.append((row["value"], "weight" if "weight" in name else self._base(row["unit"])))
        kept = tuple((percent, base) for percent, base in found if base is not None)
        return kept or None

    def _base(self, unit: str) -> Base | None:
        named = self._read("limits", name="de_minimis_base")
        text = (unit if named is None else str(named["unit"])).upper()
        return "EXW" if "EXW" in text or "EX-WORKS" in text or "EX WORKS" in text else "FOB" if "FOB" in text else None

    def deducts(self) -> bool:
        """Whether proven freight, duty and waste leave the value of non-originating materials; not where that is not on file."""
        return bool(self.limit("vnm_deductions"))

    def codes(self, code: str) -> tuple[str, ...]:
        """What a code is in the edition of this agreement's rules: several where it moved in parts, none where it is unknown."""
        if code not in self._codes:
            self._codes[code] = self.case.by_law(codes_in, self.day, code, self.edition)
        return self._codes[code]

    def word(self, word: str) -> Text:
        """An operation in words."""
        row = self.case.read("origin_processes/words", self.day, word=word)
        plain = word.replace("_", " ")
        return Text(plain, plain) if row is None else Text(row["text_en"], row["text_zh"])

    def may_cumulate(self, country: str) -> Row | None:
        """The row that lets materials of a country count: its own, or that of every Party (`*`)."""
        row = self._read("cumulation", country=country)
        if row is None and self.is_party(country):
            row = self._read("cumulation", country="*")
        return row

    def form_is_open(self, form: str) -> bool | None:
        """Whether a form of proof may be used without more ado; None where the forms are not on file."""
        if not self.has("proofs"):
            return None
        row = self._read("proofs", form=form)
        return row is not None and bool(row["open"])

    def product_rule(self, code: str) -> Row | None:
        return self._read("product_rules", hs=code)

    def basis(self, word: str) -> Text | None:
        """The wording of a basis of being wholly obtained; None where there is no such basis."""
        row = self._read("wholly_obtained", basis=word)
        return None if row is None else Text(row["text_en"], row["text_zh"])

    def differentiates(self, country: str) -> Text | None:
        """What is known of an importing Party that gives different rates to different Parties."""
        row = self._read("differentials", country=country)
        return None if row is None else Text(row["text_en"], row["text_zh"])

    @cached_property
    def edition(self) -> str:
        """The edition of the goods codes that the rules are written in, `HS 2012`; empty where it is not on file."""
        specs = [self.card.tables[name] for name in ("rule_sets", "product_rules") if name in self.card.tables]
        return specs[0].edition if specs else ""
