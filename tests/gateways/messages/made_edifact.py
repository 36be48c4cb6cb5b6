"""EDIFACT interchanges, made up: invented firms and numbers."""


def interchange(segments: str, kind: str = "CUSRES:D:99B:UN", characters: str = "UNOC:3") -> bytes:
    """An interchange of one message with these segments (one a line, without terminators)."""
    body = [line for line in segments.strip().splitlines() if line]
    lines = [
        f"UNB+{characters}+CUSTOMS+BROKER+260401:1015+77",
        f"UNH+1+{kind}",
        *body,
        f"UNT+{len(body) + 2}+1",
        "UNZ+1+77",
    ]
    encoding = "utf-8" if "UNOW" in characters else "iso-8859-1"
    return ("UNA:+.? '\n" + "'\n".join(lines) + "'\n").encode(encoding)


ACCEPTED = interchange(
    """
BGM+962+R-1+11+AP
DTM+137:202604011015:203
DTM+148:20260401:102
RFF+ABT:470520260000000017
RFF+ABE:0196f0a0000070008000000000000001
"""
)
REJECTED = interchange(
    """
BGM+962+R-2+11+RE
RFF+ABE:0196f0a0000070008000000000000001
ERP+2:1
ERC+1129::ZZZ
FTX+AAO+++the duty does not agree
ERP+1
ERC+8463
"""
)
RELEASED = interchange(
    """
BGM+962+R-3+11
DTM+58:20260403:102
DTM+129:20260405:102
RFF+ABT:470520260000000017
"""
)
TOLD = interchange(
    """
BGM+962+R-4+11
DTM+137:20260402:102
RFF+ABT:470520260000000017
GIS+8:120:ZZZ
"""
)
INVOICE = interchange(
    """
BGM+380+INV-26-7+9
DTM+137:20260330:102
RFF+CT:EX-2026-017
DTM+171:20260301:102
NAD+SE+5790000436101::9++湖北示例磷化有限公司
RFF+VA:91420500MA49XY123X
NAD+BY+++EXAMPLE TRADING KK+1-1 Example+Osaka+++JP
CUX+2:USD
TOD+6++CIF
LOC+1+:::Osaka
LIN+1
PIA+5+PA85:SA+2809201900:HS
IMD+F++:::Phosphoric acid
IMD+A++:::Phosphoric acid 85 %, food grade
QTY+47:12000:KGM
ALI+CN
MOA+203:6180
PRI+AAA:515:::1000:KGM
UNS+S
MOA+79:6180
MOA+388:6180
MOA+9:6180
""",
    "INVOIC:D:14B:UN",
    "UNOW:4",
)
