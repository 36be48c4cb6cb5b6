"""Lines of a declaration as goods items of the WCO Data Model."""

import re

from entrepot.gateways.messages.fitting import Fitting, fits
from entrepot.gateways.messages.markup import branch, leaf
from entrepot.gateways.messages.state import document_code
from entrepot.gateways.messages.wco.building import amount
from entrepot.gateways.messages.wco.names import PREVIOUS
from entrepot.kernel.vocabulary.decisions import Declaration

_UNITS = {
    "kg": "KGM", "t": "TNE", "g": "GRM", "piece": "C62", "pcs": "C62", "set": "SET", "m": "MTR", "m2": "MTK", "m3": "MTQ",
    "l": "LTR", "pair": "PR",
}  # fmt: skip
"""Words of ours for units -> UN/ECE Recommendation 20."""
_REC20 = re.compile("[A-Z0-9]{2,3}")
MOST_ITEMS = 999


def items(fitting: Fitting, declaration: Declaration) -> str:
    """Every line in its order, under its own number where the numbers part them, else under its place."""
    numbers = [line.no for line in declaration.lines]
    own = all(0 < number < 100_000 for number in numbers) and len(set(numbers)) == len(numbers)
    common = _Common(fitting, declaration)
    made = ""
    for place, line in enumerate(declaration.lines, 1):
        path = f"line/{place}"
        if own:
            fitting.take(f"{path}.no")
        key = str(line.no if own else place)
        made += branch(
            "GovernmentAgencyGoodsItem",
            leaf("SequenceNumeric", key),
            amount("StatisticalValueAmount", fitting.money(f"{path}.statistical_value")),
            documents(fitting, declaration, str(line.no)),
            _commodity(fitting, path, common.regime, _boxes(fitting, declaration, path, str(line.no))),
            _destination(fitting, path, common.region),
            common.procedures(),
            _origin(fitting, path),
            _packaging(fitting, path),
            documents(fitting, declaration, str(line.no), previous=True),
        )
    return made


class _Common:
    """What the form says once and the model at every item: procedure and duty regime."""

    def __init__(self, fitting: Fitting, declaration: Declaration) -> None:
        self.region = declaration.particulars.domestic_region
        if not declaration.lines:
            self.regime, self._codes = "", [("", "")]
            return
        self.regime = fitting.text("particulars.levy_nature", 3)
        added = fitting.take.look("particulars.additional_procedures", ())
        mode = fitting.text("particulars.supervision_mode", 7)
        # With additional procedures beside it, a procedure is of the kind that puts the requested and the previous together.
        parted = bool(added) and len(mode) == 4
        self._codes = [(mode[:2], mode[2:]) if parted else (mode, "")]
        if mode and all(fits(code, 7) for code in added):
            self._codes += [(code, "") for code in fitting.take("particulars.additional_procedures", ())]

    def procedures(self) -> str:
        """The procedure elements, anew for each item."""
        made = ""
        for current, previous in self._codes:
            made += branch("GovernmentProcedure", leaf("CurrentCode", current), leaf("PreviousCode", previous))
        return made


def documents(fitting: Fitting, declaration: Declaration, line: str, previous: bool = False) -> str:
    """The documents that go with a line, or, where `line` is empty, with the whole declaration. Those that came before it
    are elements of their own."""
    made = ""
    for key, number in declaration.attachments.items():
        code = document_code(key)
        lines = declaration.attachment_lines.get(key, ())
        if (
            code.startswith(PREVIOUS) != previous
            or not fits(number, 70)
            or (line not in lines if line else bool(lines))
        ):
            continue
        code = code.removeprefix(PREVIOUS)
        if not fits(code, 6):
            continue
        fitting.take(f"attachment/{key}"), fitting.take(f"attachment_lines/{key}")
        split = max(1, len(code) - 3)
        made += branch(
            "PreviousDocument" if previous else "AdditionalDocument",
            leaf("CategoryCode", code[:split]),
            leaf("ID", number),
            leaf("TypeCode", code[split:]),
        )
    return made


def _commodity(fitting: Fitting, path: str, regime: str, boxes: str) -> str:
    gross = fitting.number(f"{path}.gross_kg")
    net = fitting.number(f"{path}.net_kg")
    undg = fitting.text(f"{path}.un_number", 4, "[0-9]+")
    return branch(
        "Commodity",
        leaf("Description", fitting.text(f"{path}.name", 512)),
        _classification(fitting, path),
        branch("DangerousGoods", leaf("UNDGID", undg)),
        branch("DutyTaxFee", leaf("DutyRegimeCode", regime)),
        branch(
            "GoodsMeasure", leaf("GrossMassMeasure", gross), leaf("NetNetWeightMeasure", net), _tariff(fitting, path)
        ),
        branch("InvoiceLine", amount("ItemChargeAmount", fitting.money(f"{path}.total"))),
        boxes,
    )


def _tariff(fitting: Fitting, path: str) -> str:
    """The quantity in the tariff's unit; a unit without a code of Recommendation 20 is not written."""
    quantity = fitting.number(f"{path}.qty1")
    unit = fitting.take.look(f"{path}.unit1")
    code = _UNITS.get(unit, unit)
    if not quantity or not _REC20.fullmatch(code) or code.isdigit():
        return leaf("TariffQuantity", quantity)
    fitting.take(f"{path}.unit1")
    return leaf("TariffQuantity", quantity, unitCode=code)


def _classification(fitting: Fitting, path: str) -> str:
    """Eight digits are the tariff's, two more what it adds to them; six are those of the Harmonized System."""
    code = fitting.text(f"{path}.hs10", 10, "[0-9]{6}|[0-9]{8}|[0-9]{10}")
    made = branch(
        "Classification",
        leaf("ID", code[:8]),
        leaf("IdentificationTypeCode", "HS" if len(code) == 6 else "TSP" if code else ""),
    )
    return made + branch(
        "Classification", leaf("ID", code[8:]), leaf("IdentificationTypeCode", "TRC" if code[8:] else "")
    )


def _boxes(fitting: Fitting, declaration: Declaration, path: str, key: str) -> str:
    """The containers of a line, by the line or by the container; their places are those at the head."""
    line = set(fitting.take(f"{path}.containers", ()))
    made = ""
    for place, (number, container) in enumerate(declaration.containers.items(), 1):
        if (number in line or key in container.lines) and fits(number, 17):
            fitting.take(f"container/{number}.lines")
            made += branch("TransportEquipment", leaf("SequenceNumeric", str(place)), leaf("ID", number))
    return made


def _destination(fitting: Fitting, path: str, common: str) -> str:
    """Where the goods end up, and the region within the country where it is not the whole declaration's."""
    region = (
        "" if fitting.take.look(f"{path}.domestic_region") == common else fitting.text(f"{path}.domestic_region", 9)
    )
    if not region:
        fitting.take(f"{path}.domestic_region")
    return branch(
        "Destination", leaf("CountryCode", fitting.country(f"{path}.final_country")), leaf("RegionID", region)
    )


def _origin(fitting: Fitting, path: str) -> str:
    country = fitting.country(f"{path}.origin_country")
    return branch("Origin", leaf("CountryCode", country), leaf("TypeCode", "1" if country else ""))


def _packaging(fitting: Fitting, path: str) -> str:
    marks = leaf("MarksNumbersID", fitting.text(f"{path}.marks", 512))
    count = leaf("QuantityQuantity", fitting.number(f"{path}.packages", 8, 0))
    kind = leaf("TypeCode", fitting.text(f"{path}.package_type", 2))
    return branch("Packaging", leaf("SequenceNumeric", "1"), marks, count, kind) if marks or count or kind else ""
