"""The words of signed documents - their pages and the names of their fields - in English and Chinese together."""

from entrepot.kernel.text import Text

_FIELDS_ZH = """
organisation 企业|use 用途|custody 密钥保管|challenge 验证随机数|anchor 身份凭证摘要|seen 已核验证件|on 日期|compromised_on 泄露日期
of 所依认定|finding 认定摘要|issuer_name 签发方名称|credential 凭证摘要|issued_at 签发时间|status_list 状态列表|status_place 列表位置
readers 可读角色|sd_jwt 可选择披露凭证摘要|pdf PDF 摘要|receipt 回执摘要|replaced_by 替换为|to 接收方|preset 披露方案
characteristic 检验项目|required 标准要求|sample_size 抽样数量|results 检验结果|inspected_on 检验日期|inspector 检验员|conclusion 检验结论
sampling 抽样方法|account 账户
"""
FIELDS: dict[str, Text] = {
    name: Text(name.replace("_", " "), zh)
    for name, _, zh in (entry.partition(" ") for line in _FIELDS_ZH.split("\n") for entry in line.split("|") if entry)
}
WORDS: dict[str, Text] = {}
