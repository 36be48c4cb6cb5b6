"""Declarations made up at random: every field a form may have, with what breaks formats (service characters, markup)."""

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from entrepot.kernel.money import Money, Price
from entrepot.kernel.vocabulary.customs import Particulars
from entrepot.kernel.vocabulary.decisions import Declaration, LineDraft
from entrepot.kernel.vocabulary.trade import Charge, Charges, Container, Packing, Party, Transport

WORDS = st.lists(
    st.text(st.sampled_from("ABCxyz019 <&>'?+:*-/.,()"), min_size=1, max_size=12).map(lambda word: word.strip() or "Z"),
    min_size=1,
    max_size=3,
).map(lambda words: " ".join(" ".join(words).split()))
CHINESE = st.text(st.sampled_from("磷酸二铵宜昌荆门公司<&'?+:"), min_size=2, max_size=12).map(lambda text: "磷" + text)
CODES = st.text(st.sampled_from("0123456789ABC"), min_size=4, max_size=8)
COUNTRIES = st.sampled_from(("CHN", "JPN", "VNM", "DEU"))
AMOUNTS = st.integers(1, 10**9).map(lambda cents: Money(cents, "USD"))
WEIGHTS = st.integers(1, 10**7).map(lambda grams: Decimal(grams) / 1000).map(lambda kg: kg.normalize() + 0)
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


def _or_none(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.none() | strategy


PARTIES = st.builds(
    Party,
    name=st.just("") | WORDS,
    name_zh=st.just("") | CHINESE,
    uscc=st.sampled_from(("", "91420500MA49XY123X")),
    customs_code=st.sampled_from(("", "4205910001")),
    aeo=st.sampled_from(("", "JP1234567890123")),
)
LINES = st.builds(
    LineDraft,
    no=st.just(1),
    hs10=st.sampled_from(("2809201900", "28092019", "280920")),
    name=CHINESE | WORDS,
    spec=WORDS.map(lambda text: text.replace("|", "")),
    deal_qty=WEIGHTS,
    deal_unit=st.sampled_from(("035", "KGM")),
    total=AMOUNTS,
    qty1=_or_none(WEIGHTS),
    unit1=st.sampled_from(("", "035")),
    net_kg=_or_none(WEIGHTS),
    origin_country=COUNTRIES,
    final_country=COUNTRIES,
    dangerous=st.none() | st.booleans(),
    un_number=st.sampled_from(("", "1805")),
    ciq=st.sampled_from(("", "101")),
    attributes=st.sampled_from(((), ("12", "19"))),
    marks=st.just("") | WORDS,
)


@st.composite
def declarations(draw: st.DrawFn) -> Declaration:
    """A declaration of one to three lines, in at most one container."""
    flow = draw(st.sampled_from(("E", "I")))
    lines = [draw(LINES) for _ in range(draw(st.integers(1, 3)))]
    boxed = draw(st.booleans())
    boxes = ("CSQU3054383",) if boxed else ()
    priced = draw(st.booleans())
    made = []
    for number, line in enumerate(lines, 1):
        fields = {name: getattr(line, name) for name in line.__struct_fields__}
        price = Price(Decimal("1.5"), "USD", line.deal_unit) if priced else None
        made.append(
            LineDraft(
                **{
                    **fields,
                    "no": number,
                    "containers": boxes,
                    "unit_price": price,
                    "elements": tuple(line.spec.split("|")),
                }
            )
        )
    numbers = tuple(str(line.no) for line in made)
    return Declaration(
        flow=flow,
        particulars=Particulars(
            flow=flow,  # type: ignore[arg-type]
            customs_master=draw(CODES)[:4], levy_nature="101", supervision_mode="0110", remarks=draw(WORDS),
            special_relation=draw(st.none() | st.booleans()), royalty=draw(st.none() | st.booleans()),
            formula_price=draw(st.sampled_from(("", "F-1"))), order_no=draw(st.sampled_from(("", "O 1"))),
        ),
        domestic_party=draw(PARTIES), owner=draw(PARTIES), overseas_party=draw(PARTIES), declarant=draw(PARTIES),
        contract_no=draw(WORDS), invoice_no=draw(st.just("") | WORDS), trade_term=draw(st.sampled_from(("1", "3", "CIF", "DAP"))),
        transport=Transport(
            mode="2", conveyance=draw(WORDS), voyage=draw(st.just("") | CODES), bill_no=draw(CODES),
            loading_port="CNYIC", discharge_port="JPOSA", loading_on=draw(st.none() | DAYS), arrival_on=draw(st.none() | DAYS),
            destination_country=draw(st.just("") | COUNTRIES),
        ),
        charges=Charges(
            freight=draw(st.none() | st.just(Charge("3", Decimal("1500.5"), "USD"))),
            insurance=draw(st.none() | st.just(Charge("1", Decimal("0.3")))),
        ),
        packing=Packing(packages=draw(st.none() | st.integers(1, 9999)), package_type="06", gross_kg=draw(WEIGHTS), marks=draw(WORDS)),
        invoice_total=draw(st.none() | AMOUNTS),
        lines=tuple(made),
        containers={"CSQU3054383": Container("22G1", ("S 1", "S2"), draw(st.none() | WEIGHTS), numbers)} if boxed else {},
        attachments={"B": "126000000000012345"},
    )  # fmt: skip
