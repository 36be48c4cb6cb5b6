"""The elements of the single window's declaration message, in their order, with the length that each may have.

What is known of them comes from public code, not from the official guide: names, order and lengths that two independent
places show alike. What only one place shows is in `UNCONFIRMED`; see docs/messages.md.
"""

from collections.abc import Mapping

NAMESPACE = "http://www.chinaport.gov.cn/dec"
VERSION = "4.8"
LICENCE_PREFIX = "Y"  # the document code of a proof of origin, whose number begins with its agreement: <22>…

# 0: as long as need be, or a number or code whose form says its length.
HEAD: Mapping[str, int] = {
    "SeqNo": 18, "IEFlag": 1, "Type": 6, "AgentCode": 10, "AgentName": 100, "ApprNo": 32, "BillNo": 32, "ContrNo": 32,
    "CustomMaster": 4, "CutMode": 3, "DistinatePort": 6, "FeeCurr": 3, "FeeMark": 1, "FeeRate": 0, "GrossWet": 0,
    "IEDate": 8, "IEPort": 4, "InsurCurr": 3, "InsurMark": 1, "InsurRate": 0, "LicenseNo": 20, "ManualNo": 12, "NetWt": 0,
    "NoteS": 255, "OtherCurr": 3, "OtherMark": 1, "OtherRate": 0, "OwnerCode": 18, "OwnerName": 100, "PackNo": 9,
    "TradeCode": 18, "TradeCountry": 3, "TradeMode": 4, "TradeName": 100, "TrafMode": 1, "TrafName": 50, "TransMode": 1,
    "WrapType": 2, "EntryId": 18, "PreEntryId": 18, "EdiId": 1, "Risk": 10, "CopName": 70, "CopCode": 10, "EntryType": 1,
    "PDate": 8, "TypistNo": 30, "InputerName": 32, "PartenerID": 20, "TgdNo": 18, "DataSource": 5, "DeclTrnRel": 1,
    "ChkSurety": 1, "BillType": 1, "CopCodeScc": 18, "OwnerCodeScc": 18, "AgentCodeScc": 18, "TradeCoScc": 18,
    "PromiseItmes": 32, "TradeAreaCode": 3, "CheckFlow": 1, "TaxAaminMark": 1, "MarkNo": 400, "DespPortCode": 8,
    "EntyPortCode": 8, "GoodsPlace": 100, "BLNo": 50, "InspOrgCode": 10, "SpecDeclFlag": 10, "PurpOrgCode": 10,
    "DespDate": 8, "CmplDschrgDt": 8, "CorrelationReasonFlag": 2, "VsaOrgCode": 10, "OrigBoxFlag": 1, "DeclareName": 50,
    "NoOtherPack": 1, "OrgCode": 10, "OverseasConsignorCode": 50, "OverseasConsignorCname": 150,
    "OverseasConsignorEname": 100, "OverseasConsignorAddr": 100, "OverseasConsigneeCode": 50, "OverseasConsigneeEname": 400,
    "DomesticConsigneeEname": 400, "CorrelationNo": 500, "EdiRemark": 128, "EdiRemark2": 128, "TradeCiqCode": 10,
    "OwnerCiqCode": 10, "DeclCiqCode": 10,
}  # fmt: skip
LINE: Mapping[str, int] = {
    "ClassMark": 1, "CodeTS": 10, "ContrItem": 9, "DeclPrice": 0, "DutyMode": 1, "Factor": 0, "GModel": 255, "GName": 255,
    "GNo": 0, "OriginCountry": 3, "TradeCurr": 3, "DeclTotal": 0, "GQty": 0, "FirstQty": 0, "SecondQty": 0, "GUnit": 3,
    "FirstUnit": 3, "SecondUnit": 3, "UseTo": 2, "WorkUsd": 0, "ExgNo": 30, "ExgVersion": 8, "DestinationCountry": 3,
    "CiqCode": 20, "DeclGoodsEname": 100, "OrigPlaceCode": 50, "Purpose": 4, "ProdValidDt": 20, "ProdQgp": 20,
    "GoodsAttr": 20, "Stuff": 400, "Uncode": 20, "DangName": 80, "DangPackType": 4, "DangPackSpec": 24, "EngManEntCnm": 100,
    "NoDangFlag": 1, "DestCode": 8, "GoodsSpec": 2000, "GoodsModel": 2000, "GoodsBrand": 2000, "ProduceDate": 2000,
    "ProdBatchNo": 2000, "DistrictCode": 5, "CiqName": 50, "MnufctrRegNo": 20, "MnufctrRegName": 150,
    "RcepOrigPlaceCode": 3,
}  # fmt: skip
CONTAINER: Mapping[str, int] = {
    "ContainerId": 32, "ContainerMd": 32, "GoodsNo": 255, "LclFlag": 1, "GoodsContaWt": 0, "ContainerWt": 0,
}  # fmt: skip
DOCUMENT: Mapping[str, int] = {"DocuCode": 1, "CertCode": 32}
RELATION: Mapping[str, int] = {"CertType": 3, "EcoCertNo": 64, "DecGNo": 9, "EcoGNo": 9}
FREE_TEXT: Mapping[str, int] = {
    "RelId": 18, "RelManNo": 12, "BonNo": 32, "VoyNo": 32, "DecBpNo": 32, "CusFie": 8, "DecNo": 13,
}  # fmt: skip
SIGN: Mapping[str, int] = {"OperType": 1, "ClientSeqNo": 18}
MODIFICATION: Mapping[str, int] = {
    "DecModType": 1, "EntryId": 18, "DecModNote": 255, "OperType": 1, "SignTime": 0,
}  # fmt: skip

UNCONFIRMED: Mapping[str, str] = {
    "DecModMessage": "the message that asks for a change or a withdrawal: its root, names and order are shown by one source alone",
    "DecModMessage/FieldCode": "the codes of the fields that a change names are not on file: changes go as a whole declaration",
    "DecModMessage/OperType": "taken from the declaration message",
    "TaxAaminMark": "that it says whether the declarant assesses its own taxes is not shown: it is neither written nor read",
    "EcoGNo": "the line of the proof of origin is not among our facts: left out",
    "RcepOrigPlaceCode": "its name and length are shown by two sources, its rules by none: left to a person",
}
"""What is not confirmed, by element, and what we do about it."""

# How the price statements are marked in PromiseItmes, by place: relation, influence, royalty, formula price, provisional price.
YES, NO, EMPTY = "1", "0", "9"
# Trade terms that the customs code names by themselves; which other Incoterms rules fall under a code is law, not format.
TRADE_TERMS: Mapping[str, str] = {"CIF": "1", "CFR": "2", "FOB": "3", "EXW": "7"}
BONDED_LIST = "ML"
WITHDRAWAL = "2"
KEPT_FOR_SIGNING = "G"  # the window keeps the message as a draft, for a person to sign with a card
