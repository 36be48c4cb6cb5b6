"""How fast customs messages are read and written, by format, beside lxml parsing and serialising the same bytes alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial

from lxml import etree

from entrepot.gateways.messages.answers import read_answer
from entrepot.gateways.messages.formats import FORMATS
from entrepot.gateways.messages.message import Envelope
from entrepot.gateways.papers import read_paper
from entrepot.kernel.money import Money, Price
from entrepot.kernel.vocabulary.customs import Particulars
from entrepot.kernel.vocabulary.decisions import Declaration, LineDraft
from entrepot.kernel.vocabulary.trade import Charge, Charges, Container, Packing, Party, Transport
from entrepot.portal.bench import Figure, Say, cpu_seconds

DAY = date(2026, 6, 20)
BAR = 500  # documents a second, read and written together
DOCUMENTS, ROUNDS = 60, 5
_BOX = "CSQU3054383"
_RECEIPT = (
    "<DEC_RESULT><CUS_CIQ_NO>I20260000000000017</CUS_CIQ_NO><ENTRY_ID>470520260000000017</ENTRY_ID>"
    "<NOTICE_DATE>2026-06-20T14:40:43</NOTICE_DATE><CHANNEL>J</CHANNEL><NOTE>海关已接受申报</NOTE></DEC_RESULT>"
).encode()
_CUSRES = (
    b"UNB+UNOC:3+CUSTOMS+BROKER+260620:1015+77'UNH+1+CUSRES:D:99B:UN'BGM+962+R-1+11+AP'DTM+148:20260620:102'"
    b"RFF+ABT:470520260000000017'RFF+ABE:0196f0a0000070008000000000000001'UNT+6+1'UNZ+1+77'"
)


def run(say: Say) -> list[Figure]:
    """Forms of one to five lines (three on average), as traders mostly file them, and one of fifty; in every format."""
    forms = [made(1 + number % 5) for number in range(DOCUMENTS)]
    figures = []
    for name in FORMATS:
        say(f"{name}: {DOCUMENTS} documents")
        figures += _measured(name, forms)
    figures += [_long(name) for name in FORMATS]
    return figures + _answers()


def _measured(name: str, forms: list[Declaration]) -> list[Figure]:
    format, envelope = (
        FORMATS[name],
        Envelope("0196f0a0-0000-7000-8000-000000000001", prepared_at="2026-06-20T10:00:00Z"),
    )
    data = [format.write(form, envelope).data for form in forms]
    write = _each(lambda: [format.write(form, envelope) for form in forms], len(forms))
    read = _each(lambda: [read_paper("message", one, today=DAY) for one in data], len(forms))
    size = sum(len(one) for one in data) // len(data)
    if format.media_type.endswith("xml"):
        parsed = _each(lambda: [etree.tostring(etree.fromstring(one)) for one in data], len(forms))
        alone = f"lxml parses and serialises {1 / parsed:,.0f} a second"
    else:
        parsed = _each(lambda: [_split_and_joined(one) for one in data], len(forms))
        alone = f"splitting at the separators and joining again: {1 / parsed:,.0f} a second"
    ratio = f"{(read + write) / parsed:.1f} ×"
    both = 1 / (read + write)
    return [
        Figure(f"{name}: written, documents of {size:,} bytes", f"{1 / write:,.0f} a second"),
        Figure(f"{name}: read", f"{1 / read:,.0f} a second"),
        Figure(
            f"{name}: written and read again", f"{both:,.0f} a second", f"≥ {BAR} a second", alone, ratio, both >= BAR
        ),
    ]


def _split_and_joined(data: bytes) -> bytes:
    """EDIFACT with the default separators taken apart and put together, without a look at what it says."""
    parts = [[one.split(":") for one in segment.split("+")] for segment in data.decode().split("'")]
    return "'".join(["+".join([":".join(one) for one in segment]) for segment in parts]).encode()


def _answered(data: bytes) -> None:
    for _ in range(DOCUMENTS):
        read_answer(data, DAY)


def _answers() -> list[Figure]:
    """Answers of customs, as they come in by the thousand."""
    figures = []
    for name, data in (("receipt of the single window", _RECEIPT), ("CUSRES", _CUSRES)):
        read = _each(partial(_answered, data), DOCUMENTS)
        figures.append(Figure(f"{name}: read", f"{1 / read:,.0f} a second", f"≥ {BAR} a second", met=1 / read >= BAR))
    return figures


def _long(name: str) -> Figure:
    """A form of fifty lines, the most that one declaration holds."""
    format, envelope, form = FORMATS[name], Envelope("M-50"), made(50)
    data = format.write(form, envelope).data
    write = _each(lambda: format.write(form, envelope), 1)
    read = _each(lambda: read_paper("message", data, today=DAY), 1)
    return Figure(f"{name}: fifty lines", f"written in {write * 1000:.1f} ms, read in {read * 1000:.1f} ms CPU")


def _each(act: Callable[[], object], count: int) -> float:
    """CPU seconds for one document."""
    cpu, _ = cpu_seconds(act, ROUNDS)
    return max(cpu, 1e-9) / count


def made(lines: int) -> Declaration:
    """A made declaration: an exporter of fertiliser and acids, its buyer, one container."""
    here = Party(
        "Yichang Example Chemical Co., Ltd",
        "宜昌示例化工有限公司",
        "91420500MA49XY123X",
        "4205910001",
        "CHN",
        "1 Riverside Road, Yichang",
    )
    there = Party("Osaka Example Trading K.K.", country="JPN", address="2-1 Dojima, Osaka")
    return Declaration(
        flow="E",
        particulars=Particulars(
            flow="E", declared_on=DAY, customs_master="4703", exit_customs="2248", exit_point="310001", supervision_mode="0110",
            levy_nature="101", domestic_region="42059", special_relation=False, price_effect=False, royalty=False,
        ),
        domestic_party=here, owner=here, overseas_party=there, declarant=here,
        contract_no="YC-2026-118", invoice_no="INV-2026-118", trade_term="CIF", place="Osaka",
        transport=Transport(
            mode="2", conveyance="EXAMPLE STAR", voyage="026E", bill_no="EXAB1234567", loading_port="CNSHA", discharge_port="JPOSA",
            destination_country="JPN", loading_on=DAY,
        ),
        charges=Charges(Charge("3", Decimal("1800"), "USD"), Charge("3", Decimal("95.5"), "USD")),
        packing=Packing(20 * lines, "06", Decimal(24480) * lines, Decimal(24000) * lines, "YC/OSAKA"),
        invoice_total=Money(1_236_000 * lines, "USD"),
        lines=tuple(_line(number) for number in range(1, lines + 1)),
        containers={_BOX: Container("22G1", ("S123456",), Decimal(24480), tuple(str(number) for number in range(1, lines + 1)))},
        attachments={"B": "126000000000012345"},
    )  # fmt: skip


def _line(number: int) -> LineDraft:
    return LineDraft(
        no=number, hs10="3105300010", name="磷酸二铵", spec="氮含量18%|五氧化二磷含量46%|包装50千克/袋",
        elements=("氮含量18%", "五氧化二磷含量46%", "包装50千克/袋"), deal_qty=Decimal(24000), deal_unit="035",
        unit_price=Price(Decimal("0.515"), "USD", "035"), total=Money(1_236_000, "USD"), qty1=Decimal(24000), unit1="035",
        net_kg=Decimal(24000), gross_kg=Decimal(24480), origin_country="CHN", final_country="JPN", domestic_region="42059",
        containers=(_BOX,),
    )  # fmt: skip
