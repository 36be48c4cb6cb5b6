"""The Agreement's rows on the day of import, read only as they are needed: a finding rests on every row it reads."""

from datetime import date
from decimal import Decimal

from entrepot.kernel.case import Case
from entrepot.kernel.law import Row
from entrepot.kernel.text import Text
from entrepot.modules.origin.facts import Limits


class NoRow(Exception):
    """A row that the decision cannot do without is not on file."""

    def __init__(self, what: Text) -> None:
        super().__init__(what.en)
        self.what = what


class Agreement:
    """RCEP as it stands on one day, for one case."""

    def __init__(self, case: Case, day: date) -> None:
        self.case, self.day = case, day

    def is_party(self, country: str) -> bool:
        return bool(country) and self.case.read("RCEP/parties", self.day, country=country) is not None

    def is_minimal(self, word: str) -> bool:
        row = self.case.read("RCEP/minimal_operations", self.day, operation=word)
        return row is not None and bool(row["minimal"])

    def may_be_done_on_the_way(self, word: str) -> bool | None:
        row = self.case.read("RCEP/direct_consignment", self.day, operation=word)
        return None if row is None else bool(row["allowed"])

    def limit(self, name: str) -> Decimal:
        row = self.case.read("RCEP/limits", self.day, name=name)
        if row is None:
            raise NoRow(Text(f"the limit {name} is not on file for {self.day}", f"{self.day} 的限值 {name} 未录入"))
        value: Decimal = row["value"]
        return value

    def limits(self) -> Limits:
        names = ("rvc_percent", "de_minimis_percent", "de_minimis_weight_percent")
        return Limits(*(self.limit(name) for name in names))

    def form_is_open(self, form: str) -> bool:
        row = self.case.read("RCEP/proofs", self.day, form=form)
        return row is not None and bool(row["open"])

    def product_rule(self, code: str) -> Row | None:
        return self.case.read("RCEP/product_rules", self.day, hs=code)

    def basis(self, word: str) -> Text | None:
        """The wording of a basis of being wholly obtained; None where there is no such basis."""
        row = self.case.read("RCEP/wholly_obtained", self.day, basis=word)
        return None if row is None else Text(row["text_en"], row["text_zh"])

    def differentiates(self, country: str) -> Text | None:
        """What is known of an importing Party that gives different rates to different Parties."""
        row = self.case.read("RCEP/differentials", self.day, country=country)
        return None if row is None else Text(row["text_en"], row["text_zh"])
