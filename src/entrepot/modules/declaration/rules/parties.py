"""Rules on the parties: their codes and their names."""

import re

from entrepot.kernel.checkdigits import uscc_check
from entrepot.kernel.text import Text
from entrepot.modules.declaration.rules.check import FormCheck
from entrepot.modules.declaration.rules.rule import Fault, Seen, rule

_CUSTOMS_CODE = re.compile(r"[0-9A-Z]{10}")
_AEO = re.compile(r"[A-Z]{2}[0-9A-Z]{3,}")


@rule(
    "R001",
    "E",
    "统一社会信用代码的位数、字符和校验码正确",
    element="R032",
    source="GB 32100; " + "GACC declaration filling rules",
)
def r001(form: FormCheck) -> Seen:
    """Unified social credit codes are whole and their check character is right."""
    parts = {"domestic_party": form.form.domestic_party, "owner": form.form.owner, "declarant": form.form.declarant}
    seen: set[str] = set()
    for part, party in parts.items():
        code = party.uscc
        if code in seen or (not code and part != "domestic_party"):
            continue
        seen.add(code)
        due = uscc_check(code)
        if len(code) != 18 or due is None:
            what = Text(
                f"unified code {code or '(empty)'} is not 18 characters of the code's alphabet",
                f"统一社会信用代码 {code or '（空）'} 不是规定的 18 位字符",
            )
        elif code[17] != due:
            what = Text(
                f"unified code {code} is not valid: its check character should be {due}",
                f"统一社会信用代码 {code} 无效：校验码应为 {due}",
            )
        else:
            continue
        fix = Text("copy it again from the business licence", "请按营业执照重新填写")
        yield Fault(f"header.{part}.uscc", what, fix)


@rule("R002", "E", "海关注册编码为十位", element="R032")
def r002(form: FormCheck) -> Seen:
    """The domestic party's customs code has ten characters."""
    code = form.form.domestic_party.customs_code
    if not _CUSTOMS_CODE.fullmatch(code):
        yield Fault(
            "header.domestic_party.customs_code",
            Text(
                f"customs code {code or '(empty)'} is not ten letters or digits",
                f"海关编码 {code or '（空）'} 不是十位字母或数字",
            ),
            Text("use the ten-character code of the customs record", "请填写海关备案的十位编码"),
        )


@rule("R074", "E", "境外收发货人须有英文名称，AEO 编码为国别加编号", element="R014")
def r074(form: FormCheck) -> Seen:
    """The overseas party has its name in Latin letters; an AEO code is a country and a number."""
    party = form.form.overseas_party
    if not any(letter.isascii() and letter.isalpha() for letter in party.name):
        yield Fault(
            "header.overseas_party.name",
            Text("the overseas party's name is missing or not in English", "缺少境外收发货人的英文名称"),
            Text("enter the name in English as on the contract", "请按合同填写英文名称"),
        )
    if party.aeo and not _AEO.fullmatch(party.aeo):
        yield Fault(
            "header.overseas_party.aeo",
            Text(f"AEO code {party.aeo} is not a country and a number", f"AEO 编码 {party.aeo} 不是国别加编号"),
            Text("write it as two letters and the number, such as JP followed by digits", "请写作两位国别字母加编号"),
        )
