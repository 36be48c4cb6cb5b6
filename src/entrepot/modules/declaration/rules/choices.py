"""What is offered as answers to a question, best first: what the enterprise did before, what the papers suggest, what the tables list."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property

from entrepot.kernel.case import Case
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.clearance import ELEMENTS, EarlierLine
from entrepot.kernel.vocabulary.decisions import REGION, Declaration
from entrepot.kernel.vocabulary.goods import LINE, GoodsLine
from entrepot.modules.declaration.facts import AnswerChoice, Blank
from entrepot.modules.declaration.rules.earlier import (
    GOODS,
    HABITS,
    RECENT,
    Before,
    Earlier,
    Habit,
    Said,
    as_in,
    goods_before,
)
from entrepot.modules.declaration.rules.elements import BRAND_TYPE, EXPORT_BENEFIT, template_of

_CODED = frozenset({BRAND_TYPE, EXPORT_BENEFIT})
# The modes that most trade goes under, in the order in which they are offered where the enterprise has no habit.
_MODES = ("0110", "9710", "9810", "1039", "3010", "0615", "0214")
_RULES = ("FOB", "CFR", "CIF", "FCA", "CPT", "CIP", "DAP", "EXW")
_TABLES = {
    "supervision_mode": ("CN/supervision_modes", _MODES),
    "mode": ("CN/transport_modes", ("2", "5", "4", "3", "6")),
}
_PACKAGES = ("22", "06", "39", "32", "92", "93", "23", "33", "29", "99", "00", "01")
OTHER_SOURCE = "9"  # the fifth digit of a source region that is no special zone


REGISTERED = Text("where the firm is registered", "企业注册地")
LISTED = Text("on the list", "代码表所列")


def offices_of(case: Case, day: date) -> tuple[tuple[str, str, str], ...]:
    """The customs offices on file with their names."""
    rows = case.rows("CN/customs_offices", day)
    return tuple([(row.keys["code"], row["name_en"], row["name_zh"]) for row in rows if row["level"] == "office"])


class Choosing:
    """The choices for the questions of one draft."""

    def __init__(self, case: Case, form: Declaration) -> None:
        self.case, self.form = case, form
        self.day = form.particulars.declared_on or case.today

    def choices(self, blanks: tuple[Blank, ...]) -> list[AnswerChoice]:
        """Answers to a whole question: what was done before; where it has one blank, also what may stand there."""
        found = [*self._before(blanks), *(self.options(blanks[0]) if len(blanks) == 1 else ())]
        return list({tuple(sorted(choice.values.items())): choice for choice in reversed(found)}.values())[::-1]

    def options(self, blank: Blank) -> list[AnswerChoice]:
        """What may stand in one blank: what papers and region suggest, then what the tables list, each value once."""
        found: dict[tuple[tuple[str, str], ...], AnswerChoice] = {}
        for choice in (*getattr(self, f"_for_{blank.field}", self._nothing)(blank), *self._listed(blank)):
            found.setdefault(tuple(sorted(choice.values.items())), choice)
        return list(found.values())

    def taken_over(self, taken: Mapping[str, str]) -> AnswerChoice:
        """All goods codes as they were taken over."""
        values = (
            {f"hs/{key}": code for key, code in taken.items()} if len(taken) > 1 else {"hs": next(iter(taken.values()))}
        )
        label = Text("yes, as before", "是，与以往相同")
        return AnswerChoice(values, label, Text("as customs took them in before", "海关此前已接受"))

    # -- what the enterprise did before -------------------------------------------------------------------------------

    @cached_property
    def _earlier(self) -> Earlier:
        form = self.form
        home, abroad = ("exporter", "importer") if form.flow == "E" else ("importer", "exporter")
        parties = {home: form.domestic_party, abroad: form.overseas_party}
        destination = form.transport.destination_country
        return Earlier(
            self.case,
            Said(form.flow, form.particulars, form.transport, form.packing, parties, destination, (), self.day),
        )

    def _before(self, blanks: tuple[Blank, ...]) -> Iterator[AnswerChoice]:
        """What earlier declarations have in these blanks, each of them one choice: of the head, or of the same goods."""
        habits = {
            (habit.part, habit.field): (habit, blank)
            for blank in blanks
            for habit in HABITS
            if _part(blank) == (habit.part, habit.field)
        }
        if habits:
            yield from self._habits(list(habits.values()))
        if blanks[0].topic in (LINE.name, ELEMENTS.name):
            yield from self._goods(blanks)

    def _habits(self, habits: list[tuple[Habit, Blank]]) -> Iterator[AnswerChoice]:
        leads = [(blank, self._earlier.leads(habit)) for habit, blank in habits]
        for place in range(max(len(found) for _, found in leads)):
            values = {blank.name: _text(found[place].value) for blank, found in leads if place < len(found)}
            basis = next(found[place].basis for _, found in leads if place < len(found))
            yield AnswerChoice(values, _plainly(values.values()), basis)

    def _goods(self, blanks: tuple[Blank, ...]) -> Iterator[AnswerChoice]:
        """What stood on the earlier lines of the goods that lack it, where one answer goes for all of them."""
        lines = self.case.get(LINE) or {}
        for blank in blanks:
            seen = {""}
            for key in () if blank.each else blank.keys[:RECENT]:
                for one, line in self._of(lines.get(key))[:RECENT]:
                    value = self._stood(blank, line)
                    if value not in seen:
                        seen.add(value)
                        yield AnswerChoice({blank.name: value}, Text(value, value), as_in(one, GOODS))

    def _stood(self, blank: Blank, line: EarlierLine) -> str:
        """What stood in a blank's place on an earlier line."""
        if blank.topic == LINE.name:
            fields = {"origin": line.origin, "hs": line.hs10, "unit": line.unit}
            return fields.get(blank.field, "")
        codes = [element.code for element in self.case.by_law(template_of, line.hs10, self.day).elements]
        place = codes.index(blank.field) if blank.field in codes else len(line.elements)
        return line.elements[place] if place < len(line.elements) else ""

    def _of(self, goods: GoodsLine | None) -> Before:
        return [] if goods is None else goods_before(self.case, goods, self.form.flow, self.day)

    # -- what the papers and the region suggest -----------------------------------------------------------------------

    def _nothing(self, blank: Blank) -> Iterator[AnswerChoice]:
        return iter(())

    def _for_origin(self, blank: Blank) -> Iterator[AnswerChoice]:
        if self.form.flow == "E":
            yield self._one(
                blank,
                "CHN",
                Text("China", "中国"),
                Text("if they were made or grown there", "仅限在中国生产或种植的货物"),
            )

    def _for_destination_country(self, blank: Blank) -> Iterator[AnswerChoice]:
        country = self.form.transport.trade_country
        if country:
            yield self._one(blank, country, Text(country, country), Text("country of the buyer", "买方所在国"))

    def _for_packages(self, blank: Blank) -> Iterator[AnswerChoice]:
        counts = [line.packages for line in self.form.lines]
        if counts and None not in counts:
            total = str(sum(count for count in counts if count is not None))
            yield self._one(blank, total, Text(total, total), Text("sum of the lines", "各项合计"))

    def _for_domestic_region(self, blank: Blank) -> Iterator[AnswerChoice]:
        for city in self._cities():
            row = self.case.read("CN/domestic_regions", self.day, code=city)
            if row is not None:
                code = f"{city}{OTHER_SOURCE}"
                name = Text(f"{code} {row['name_en']}, other", f"{code} {row['name_zh']}其他")
                yield self._one(blank, code, name, REGISTERED)

    def _for_admin_region(self, blank: Blank) -> Iterator[AnswerChoice]:
        for city in self._cities():
            row = self.case.read("CN/divisions", self.day, code=f"{city}00")
            if row is not None:
                yield self._one(blank, f"{city}00", Text(f"{city}00", f"{city}00 {row['name_zh']}"), REGISTERED)

    def _cities(self) -> Iterable[str]:
        """Where the owner and the domestic party are registered: four digits of their numbers."""
        parties = (self.form.owner, self.form.domestic_party)
        codes = [party.uscc[2:6] if len(party.uscc) == 18 else party.customs_code[:4] for party in parties]
        return dict.fromkeys(code for code in codes if len(code) == 4)

    def _for_exit_customs(self, blank: Blank) -> Iterator[AnswerChoice]:
        for code, en, zh in self.case.by_law(offices_of, self.day):
            yield self._one(blank, code, Text(f"{code} {en}", f"{code} {zh}"), LISTED)

    _for_customs_master = _for_exit_customs

    def _for_loading_port(self, blank: Blank) -> Iterator[AnswerChoice]:
        """The gateways of the region, by their kind where the mode of transport is known."""
        region = self.case.get(REGION) if self.form.flow == "E" else None
        kinds = {"2": ("seaport", "port"), "5": ("airport",), "3": ("rail",), "4": ("road",)}.get(
            self.form.transport.mode, ("seaport",)
        )
        for kind in kinds if region is not None else ():
            for code in region.gateways if region is not None else ():
                row = self.case.read(f"{region.pack}/gateways", self.day, code=code) if region is not None else None
                if row is not None and row["kind"] == kind:
                    name = Text(f"{code} {row['name_en']}", f"{code} {row['name_zh']}")
                    yield self._one(blank, code, name, Text("gateway of the region", "本地区口岸"))

    # -- what the tables list -----------------------------------------------------------------------------------------

    def _listed(self, blank: Blank) -> Iterator[AnswerChoice]:
        if blank.field in _TABLES:
            table, codes = _TABLES[blank.field]
            yield from self._rows(blank, table, "code", codes, LISTED)
        elif blank.field == "package_type":
            yield from self._rows(blank, "CN/package_types", "code", _PACKAGES, LISTED)
        elif blank.field in _CODED:
            for value in "01234":
                row = self.case.read("CN/element_choices", self.day, code=blank.field, value=value)
                if row is not None and not (
                    blank.field == EXPORT_BENEFIT and (value == "3") == (self.form.flow == "E")
                ):
                    yield self._one(
                        blank, value, Text(f"{value} {row['name_en']}", f"{value} {row['name_zh']}"), LISTED
                    )
        elif blank.field == "incoterm":
            yield from self._rules(blank)
        elif blank.field == "levy_nature":
            mode = self.form.particulars.supervision_mode
            levies = [row.keys["levy"] for row in self.case.rows("CN/mode_levy", self.day, mode=mode)]
            yield from self._rows(
                blank, "CN/levy_natures", "code", levies, Text(f"goes with mode {mode}", f"适用于监管方式 {mode}")
            )
        elif blank.kind == "yes_no":
            yield self._one(blank, "no", Text("no", "否"), Text("most often", "多数情况"))
            yield self._one(blank, "yes", Text("yes", "是"), LISTED)

    def _rules(self, blank: Blank) -> Iterator[AnswerChoice]:
        for rule in _RULES:
            row = self.case.read("incoterms/risk", self.day, rule=rule)
            term = self.case.read("CN/trade_terms", self.day, code=row["customs_term"]) if row is not None else None
            if row is not None and term is not None:
                why = Text(
                    f"trade term {row['customs_term']} {term['name_en']}",
                    f"成交方式 {row['customs_term']} {term['name_zh']}",
                )
                yield self._one(blank, rule, Text(rule, rule), why)

    def _rows(self, blank: Blank, table: str, key: str, codes: Iterable[str], why: Text) -> Iterator[AnswerChoice]:
        for code in codes:
            row = self.case.read(table, self.day, **{key: code})
            if row is not None:
                yield self._one(blank, code, Text(f"{code} {row['name_en']}", f"{code} {row['name_zh']}"), why)

    @staticmethod
    def _one(blank: Blank, value: str, label: Text, reason: Text) -> AnswerChoice:
        names = [f"{blank.name}/{key}" for key in blank.keys] if blank.each else [blank.name]
        return AnswerChoice(dict.fromkeys(names, value), label, reason)


def _part(blank: Blank) -> tuple[str, str]:
    """The part of the form and the field that a blank is, as habits name them."""
    part = {"declaration.particulars": "particulars", "transport.plan": "transport", "packing.totals": "packing"}.get(
        blank.topic, ""
    )
    return part, blank.field


def _text(value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _plainly(values: Iterable[str]) -> Text:
    told = " · ".join(values)
    return Text(told, told)
