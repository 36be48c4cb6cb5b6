"""Which elements the segments of INVOIC D.14B have, and which components the elements: for the XML form (ISO 20625), whose
elements are named and not placed."""

from collections.abc import Mapping

SEGMENTS: Mapping[str, tuple[str, ...]] = {
    tag: tuple(elements.split())
    for tag, elements in {
        "UNH": "0062 S009 0068 S010", "BGM": "C002 C106 1225 4343 1373 3453", "DTM": "C507",
        "FTX": "4451 4453 C107 C108 3453 4447", "RFF": "C506", "GIR": "7297 C206 C206 C206 C206 C206",
        "NAD": "3035 C082 C058 C080 C059 3164 C819 3251 3207", "LOC": "3227 C517 C519 C553 5479",
        "FII": "3035 C078 C088 3207", "CTA": "3139 C056", "COM": "C076", "CUX": "C504 C504 5402 6341",
        "PYT": "4279 C019 2475 2009 2151 2152", "PAI": "C534", "TOD": "4055 4215 C100",
        "ALC": "5463 C552 4471 1227 C214", "PCD": "C501 4405", "MOA": "C516", "EFI": "C077 C099 1050 9450",
        "TAX": "5283 C241 C533 5286 C243 5305 3446 1227 5307", "LIN": "1082 1229 C212 C829 1222 7083",
        "PIA": "4347 C212 C212 C212 C212 C212", "IMD": "7077 C272 C273 7383", "MEA": "6311 C502 C174 7383",
        "QTY": "C186", "ALI": "3239 9213 4183 4183 4183 4183 4183", "PRI": "C509 5213", "UNS": "0081", "UNT": "0074 0062",
    }.items()
}  # fmt: skip
COMPOSITES: Mapping[str, tuple[str, ...]] = {
    code: tuple(components.split())
    for code, components in {
        "S009": "0065 0052 0054 0051 0057", "S010": "0070 0073", "C002": "1001 1131 3055 1000", "C106": "1004 1056 1060",
        "C507": "2005 2380 2379", "C107": "4441 1131 3055", "C108": "4440 4440 4440 4440 4440",
        "C506": "1153 1154 1156 1056 1060", "C206": "7402 7405 4405", "C082": "3039 1131 3055",
        "C058": "3124 3124 3124 3124 3124", "C080": "3036 3036 3036 3036 3036 3045", "C059": "3042 3042 3042 3042",
        "C819": "3229 1131 3055 3228", "C517": "3225 1131 3055 3224", "C078": "3194 3192 3192 6345",
        "C088": "3433 1131 3055 3434 1131 3055 3432 3436", "C056": "3413 3412", "C076": "3148 3155",
        "C504": "6347 6345 6343 6348", "C019": "4277 1131 3055 4276", "C534": "4439 4431 4461 1131 3055 4435",
        "C100": "4053 1131 3055 4052 4052", "C552": "1230 5189", "C214": "7161 1131 3055 7160 7160",
        "C501": "5245 5482 5249 1131 3055", "C516": "5025 5004 6345 6343 4405", "C077": "1508 7008",
        "C099": "1516 1056 1503 1502", "C241": "5153 1131 3055 5152", "C533": "5289 1131 3055",
        "C243": "5279 1131 3055 5278 5273 1131 3055", "C212": "7140 7143 1131 3055", "C829": "5495 1082",
        "C272": "7081 1131 3055", "C273": "7009 1131 3055 7008 7008 3453", "C502": "6313 6321 6155 6154",
        "C174": "6411 6314 6162 6152 6432", "C186": "6063 6060 6411", "C509": "5125 5118 5375 5387 5284 6411",
    }.items()
}  # fmt: skip


def placed(name: str, order: tuple[str, ...], taken: set[int]) -> int:
    """The place (from 1) of a named part among its like, `C504_2` the second of its name; 0 where there is none."""
    code, _, number = name.partition("_")
    places = [place for place, one in enumerate(order, 1) if one == code and place not in taken]
    wanted = int(number) - 1 if number.isdigit() else 0
    every = [place for place, one in enumerate(order, 1) if one == code]
    if number.isdigit():
        return every[wanted] if 0 <= wanted < len(every) else 0
    return places[0] if places else 0
