"""Region: the region pack that the goods come from, with its gateways and leading industries."""

from datetime import date

from entrepot.kernel.case import Case, Unmet
from entrepot.kernel.findings import Answer, found, needs_review, no_law, not_applicable
from entrepot.kernel.law import PackCard
from entrepot.kernel.module import Module
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.customs import PARTICULARS, Particulars
from entrepot.kernel.vocabulary.decisions import REGION, RegionProfile
from entrepot.kernel.vocabulary.trade import PARTY, Party

# Who made or sold the goods, the nearest to them first.
MAKERS = ("producer", "owner", "exporter")
_MAKERS_ZH = {"producer": "生产企业", "owner": "生产销售单位", "exporter": "出口商"}


def said_code(particulars: Particulars) -> str:
    """The six-digit administrative code of the source that the declaration names; a source region gives its city."""
    if particulars.admin_region:
        return particulars.admin_region
    return f"{particulars.domestic_region[:4]}00" if particulars.domestic_region else ""


def registered_in(party: Party) -> str:
    """The city (six digits) where a party is registered: digits 3 to 6 of its credit code, or 1 to 4 of its customs number."""
    city = party.uscc[2:6] if len(party.uscc) == 18 else party.customs_code[:4]
    return f"{city}00" if len(city) == 4 and city.isdigit() else ""


def pack_of(cards: tuple[PackCard, ...], code: str) -> PackCard | None:
    """The region pack whose cities include the one of this code."""
    return next((card for card in cards if code[:4] in card.applies.get("cities", ())), None)


def assess(case: Case) -> Answer:
    """The region of the source that the declaration names; failing that, of the place where the maker is registered."""
    particulars = case.get(PARTICULARS)
    parties = case.get(PARTY) or {}
    if particulars is None and not parties:
        raise Unmet(PARTICULARS, "")
    if particulars is not None and particulars.flow == "I":
        return not_applicable(Text("imports do not come from a region of China", "进口货物不来自境内地区"))
    if code := said_code(particulars or Particulars()):
        return profile(case, code)
    for part in MAKERS:
        code = registered_in(parties.get(part, Party()))
        if code:
            guess = Text(
                f"taken from where the {part} is registered; the declaration names no source region",
                f"按{_MAKERS_ZH[part]}注册地推定；报关单未填境内货源地",
            )
            return profile(case, code, guess)
    return not_applicable(
        Text(
            "neither a source region nor a Chinese registration number says where the goods come from",
            "境内货源地与企业登记代码均未提供，无法确定货源地区",
        )
    )


def profile(case: Case, code: str, *doubts: Text) -> Answer:
    """The profile of the region pack that knows the code."""
    card = pack_of(case.packs("regions"), code)
    if card is None:
        return not_applicable(Text(f"no region pack covers {code}", f"地区规则包未收录 {code}"))
    particulars = case.get(PARTICULARS)
    day = (particulars.declared_on if particulars is not None else None) or case.today
    value = case.by_law(division_of, card.name, code, day)
    if value is None:
        value = case.by_law(division_of, card.name, f"{code[:4]}00", day)
        doubts = (*doubts, Text(f"{code} is not on file: the city is shown", f"{code} 未收录，列示所属市"))
    if value is None:
        return no_law(Text(f"no division {code} is on file for {day}", f"{day} 的行政区划 {code} 未收录"))
    return needs_review(value, *doubts) if doubts else found(value)


def division_of(case: Case, pack: str, code: str, day: date) -> RegionProfile | None:
    """What a region pack says of an administrative division; None where it does not know it."""
    division = case.read(f"{pack}/divisions", day, code=code)
    if division is None:
        return None
    return RegionProfile(
        pack,
        Text(division["name_en"], division["name_zh"]),
        division.keys["code"],
        gateways=tuple([row.keys["code"] for row in case.rows(f"{pack}/gateways", day)]),
        industries=tuple(dict.fromkeys([row.keys["industry"] for row in case.rows(f"{pack}/industries", day)])),
    )


MODULE = Module(
    "region",
    Text("Region", "地区"),
    assess,
    gives=(REGION,),
    uses=(PARTICULARS, PARTY),
)
