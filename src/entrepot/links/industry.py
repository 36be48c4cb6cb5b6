"""Industry: which industry packs know a line's goods - their traits, and what quality, quarantine and inspection ask of them."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from msgspec import Struct

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, found, no_law, not_applicable
from entrepot.kernel.law import Row
from entrepot.kernel.module import Module
from entrepot.kernel.text import Text
from entrepot.kernel.topics import found_each
from entrepot.kernel.vocabulary.customs import PARTICULARS
from entrepot.kernel.vocabulary.decisions import TRAITS, GoodsTraits
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.kernel.vocabulary.trade import SHIPPERS


class Quality(Struct, frozen=True, omit_defaults=True):
    """A quality attribute: the standard (or the contract) that speaks of it, and its limit where one is on file.
    `operator` is `at least`, `at most`, or `stated` for a value that a contract states; `basis` what a share is counted on."""

    attribute: str
    name: Text
    standard: str
    operator: str
    limit: Decimal | None = None
    unit: str = ""
    basis: str = ""


class Practice(Struct, frozen=True, omit_defaults=True):
    """What is usually asked of goods besides the declaration: papers, inspections and permits by their code, and quality."""

    product: Text
    pack: str
    asks: dict[str, Text] = {}
    quality: tuple[Quality, ...] = ()


PRACTICE = found_each(
    "industry.practice",
    Practice,
    "line",
    read=SHIPPERS,
    label=Text("practice of the trade", "行业惯例要求"),
    doc="What quarantine, inspection, carriage and quality usually ask of a line's goods, from the industry packs.",
)


def lookup_day(case: Case) -> date:
    """The day the packs are read for: that of the declaration, else the day of asking."""
    particulars = case.get(PARTICULARS)
    return (particulars.declared_on if particulars is not None else None) or case.today


def goods_row(case: Case, code: str, day: date) -> tuple[str, Row] | None:
    """The industry pack that knows the goods most precisely, and its row; None where none does."""
    best: tuple[str, Row] | None = None
    for card in case.packs("industries"):
        row = case.read(f"{card.name}/goods", day, code=code)
        if row is not None and (best is None or len(row.keys["code"]) > len(best[1].keys["code"])):
            best = card.name, row
    return best


def longer_codes(case: Case, code: str) -> tuple[str, ...]:
    """The goods codes of all industry packs that begin so."""
    return tuple([known for card in case.packs("industries") for known in case.codes(f"{card.name}/goods", code)])


def unknown(case: Case, code: str, day: date) -> Answer:
    """No pack knows the goods on that day - or the code is too short to say which of several it means."""
    if not code:
        return not_applicable(Text("the line has no goods code yet", "该项尚无商品编号"))
    longer = case.by_law(longer_codes, code)
    if longer:
        codes = ", ".join(longer)
        return no_law(Text(f"{code} is too short: it may mean {codes}", f"{code} 位数不足，可能为 {codes}"))
    return not_applicable(
        Text(f"no industry pack knows goods {code} on {day}", f"行业规则包未收录 {day} 的商品 {code}")
    )


def assess_traits(case: Case) -> Answer:
    """The traits of a line's goods, from the pack that knows them most precisely."""
    code, day = case.own(LINE).hs, lookup_day(case)
    traits = case.by_law(traits_of, code, day) if code else None
    return unknown(case, code, day) if traits is None else found(traits)


def traits_of(case: Case, code: str, day: date) -> GoodsTraits | None:
    """What the packs know of goods of this code; None where none knows them."""
    known = goods_row(case, code, day)
    if known is None:
        return None
    pack, row = known
    return GoodsTraits(
        Text(row["product_en"], row["product_zh"]),
        pack,
        row["un_number"],
        row["dg_class"],
        row["packing_group"],
        row["controls"] or (),
        row["attributes"] or (),
        row["controls_known"],
    )


def assess_practice(case: Case) -> Answer:
    """What is usually asked of a line's goods: of the product itself, and of the groups it belongs to."""
    code, day = case.own(LINE).hs, lookup_day(case)
    practice = case.by_law(practice_of, code, day) if code else None
    return unknown(case, code, day) if practice is None else found(practice)


def practice_of(case: Case, code: str, day: date) -> Practice | None:
    """What is usually asked of goods of this code; None where no pack knows them."""
    known = goods_row(case, code, day)
    if known is None:
        return None
    pack, row = known
    subjects = (row["product"], *(row["groups"] or ()))
    asks = {
        ask.keys["ask"]: Text(ask["text_en"], ask["text_zh"])
        for subject in subjects
        for ask in case.rows(f"{pack}/asks", day, subject=subject)
    }
    quality = tuple(quality_rows(case, pack, subjects, day))
    return Practice(Text(row["product_en"], row["product_zh"]), pack, asks, quality)


def quality_rows(case: Case, pack: str, subjects: tuple[str, ...], day: date) -> Iterator[Quality]:
    """The quality attributes on file for a product and its groups."""
    for subject in subjects:
        for row in case.rows(f"{pack}/attributes", day, subject=subject):
            keys = row.keys
            yield Quality(
                keys["attribute"],
                Text(row["name_en"], row["name_zh"]),
                keys["standard"],
                keys["operator"],
                row["limit"],
                row["unit"],
                row["basis"],
            )


MODULE = Module(
    "industry",
    Text("Industry", "产业"),
    assess_traits,
    gives=(TRAITS,),
    uses=(PARTICULARS,),
    each=LINE,
)
# A label of its own: what practice asks is known less well than the traits, and must not cast doubt on what rests on those.
PRACTICE_MODULE = Module(
    "industry_practice",
    Text("Practice of the industry", "行业惯例"),
    assess_practice,
    gives=(PRACTICE,),
    uses=(PARTICULARS,),
    each=LINE,
)
MODULES = (MODULE, PRACTICE_MODULE)
