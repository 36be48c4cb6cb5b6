"""The codes of our CUSDEC: qualifiers of the directory D.99B, and code lists of our own under the agency ZZZ.

No office's guideline is followed; an office that takes CUSDEC publishes its own. Qualifiers are those of UNTDED; what it has
no qualifier for goes as free text (FTX+CUS) under a code of ours, so that nothing is lost between two platforms.
"""

from collections.abc import Mapping

AGENCY = "ZZZ"  # 3055: mutually defined
DIRECTORY = ("CUSDEC", "D", "99B", "UN")
FUNCTIONS: Mapping[str, str] = {"original": "9", "amend": "5", "cancel": "1"}  # 1225
EXPORT, IMPORT = "830", "929"  # 1001

# Free text of the head and of a line by our code (4441).
HEAD_TEXTS: Mapping[str, str] = {
    "particulars.remarks": "REM", "particulars.levy_nature": "LEV", "particulars.duty_mode": "DTY",
    "particulars.record_no": "REC", "particulars.domestic_region": "DRG", "particulars.admin_region": "ARG",
    "particulars.formula_price": "FML", "particulars.customs_exception": "EXC", "particulars.market_code": "MKT",
    "particulars.order_no": "ORD", "particulars.overseas_warehouse": "OWH", "particulars.origin_waiver": "OWV",
    "particulars.trade_country": "TRC", "particulars.form_type": "FRM", "particulars.trade_term": "TRM",
    "particulars.type_code": "TYP", "transport.trade_country": "TTC", "packing.wood_mark": "WOD",
}  # fmt: skip
REASON, KIND, BOX_WEIGHT, PROCEDURES, ATTRIBUTES, PRICE_BASE = "RSN", "KND", "BXW", "APR", "ATT", "PRB"
LINE_TEXTS: Mapping[str, str] = {
    "spec": "SPC", "ciq": "CIQ", "purpose": "PUR", "un_number": "UNN", "marks": "MRK", "domestic_region": "DRG",
    "admin_region": "ARG", "duty_mode": "DTY", "agreement": "AGR", "certificate": "CRT",
}  # fmt: skip
# Yes or no by our code list (1131 of GIS).
INDICATORS: Mapping[str, str] = {
    "particulars.special_relation": "SRL", "particulars.price_effect": "PEF", "particulars.royalty": "ROY",
    "particulars.self_assess": "SLF", "particulars.simplified": "SMP", "particulars.transit": "TRN",
    "transport.through_bill": "TBL",
}  # fmt: skip
DANGEROUS = "DGR"
# Places of the head by 3227.
PLACES: Mapping[str, str] = {
    "particulars.customs_master": "22", "particulars.exit_customs": "42", "particulars.exit_point": "17",
    "particulars.goods_location": "14", "transport.loading_port": "9", "transport.discharge_port": "12",
    "transport.destination_country": "28", "transport.export_country": "35",
}  # fmt: skip
TERM_PLACE, ORIGIN, FINAL = "1", "27", "36"
# Days of the head by 2005.
DAYS: Mapping[str, str] = {
    "particulars.declared_on": "148", "particulars.provisional_until": "36", "transport.loading_on": "133",
    "transport.arrival_on": "132",
}  # fmt: skip
PREPARED, BILL_DAY = "137", "171"
# References of the head by 1153.
REFERENCES: Mapping[str, str] = {
    "contract_no": "CT", "invoice_no": "IV", "particulars.reference": "ABE", "particulars.related_declaration": "AAE",
}  # fmt: skip
NUMBER = "ABT"  # the number that customs gave
BILL, AIR_WAYBILL = "BM", "AWB"
LICENCE: Mapping[str, str] = {"E": "EP", "I": "IP"}
BOX = "AAQ"
# Parties by 3035.
PARTIES: Mapping[str, str] = {"exporter": "EX", "importer": "IM", "owner": "GO", "declarant": "DT"}
OTHER_PARTIES: Mapping[str, str] = {
    "producer": "MF", "notify": "NI", "carrier": "CA", "broker": "CB", "buyer": "BY", "seller": "SE", "consignor": "CZ",
    "consignee": "CN", "freight_forwarder": "FW",
}  # fmt: skip
USCC, OTHER = "GN", "ZZZ"
AEO, KNOWN_AS = "AEO ", "NO "
# Weights by 6313, quantities of a line by our word.
GROSS, NET, LINE_GROSS, LINE_NET = "AAD", "AAC", "AAB", "AAL"
QUANTITIES: Mapping[str, tuple[str, str]] = {
    "deal_qty": ("deal_unit", "traded"), "qty1": ("unit1", "first"), "qty2": ("unit2", "second"),
}  # fmt: skip
# Amounts by 5025.
INVOICE_TOTAL, LINE_TOTAL, UNIT_PRICE = "39", "38", "146"
CHARGES: Mapping[str, tuple[str, str]] = {"freight": ("64", "FRT"), "insurance": ("67", "INS"), "misc": ("ZZZ", "MSC")}
LINES, PACKAGES = "5", "11"  # 6069
