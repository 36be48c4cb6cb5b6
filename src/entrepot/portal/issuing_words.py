"""The words of signed documents - their pages and the names of their fields - in English and Chinese together."""

from entrepot.kernel.text import Text

_FIELDS_ZH = """
organisation 企业|use 用途|custody 密钥保管|challenge 验证随机数|anchor 身份凭证摘要|seen 已核验证件|on 日期|compromised_on 泄露日期
of 所依认定|finding 认定摘要|issuer_name 签发方名称|credential 凭证摘要|issued_at 签发时间|status_list 状态列表|status_place 列表位置
readers 可读角色|sd_jwt 可选择披露凭证摘要|pdf PDF 摘要|receipt 回执摘要|replaced_by 替换为|to 接收方|preset 披露方案
characteristic 检验项目|required 标准要求|sample_size 抽样数量|results 检验结果|inspected_on 检验日期|inspector 检验员|conclusion 检验结论
sampling 抽样方法
registered_id 登记编号|postal_address 地址|country_id 国家（地区）|line_id 项号|billed_quantity 开票数量|unit_code 计量单位
line_total 行金额|net_price 单价|classification 商品编码|net_weight 净重（千克）|gross_weight 毛重（千克）|package_quantity 件数
brand_name 品牌|shipping_marks 唛头|delivery_type_code 贸易术语|delivery_location 交货地点|transport_mode 运输方式
loading_location 装货地|unloading_location 卸货地
contract_id 合同号|seller_party 卖方|buyer_party 买方|grand_total 总金额|delivery_terms 交货条件|line_items 商品项|payment_terms 付款条件
invoice_id 发票号|issue_date 开票日期|conveyance_id 运输工具|transport_document_id 运输单证号|invoicing_party 开票方
document_name 单证名称|issuing_body 签发机构|application_date 申请日期|importing_country 进口国|shipment_date 装运日期
issued_retroactively 补发|third_party_invoicing 第三方发票|original_certificate_id 原始证明编号|report_id 报告编号|inspection_date 检验日期
inspection_location 检验地点|inspecting_party 检验方|inspected_items 检验商品|sampling_method 抽样方法|container_ids 集装箱号
declaration_id 报关单号|acceptance_date 接单日期|release_date 放行日期|payment_id 收款编号|receipt_date 收款日期
"""
_FIELDS_EN = {
    "registered_id": "registered number",
    "country_id": "country",
    "line_id": "no.",
    "billed_quantity": "quantity",
    "unit_code": "unit",
    "line_total": "amount",
    "net_price": "unit price",
    "classification": "HS code",
    "net_weight": "net weight, kg",
    "gross_weight": "gross weight, kg",
    "package_quantity": "packages",
    "brand_name": "brand",
    "delivery_type_code": "Incoterms rule",
    "delivery_location": "place",
    "contract_id": "contract no.",
    "seller_party": "seller",
    "buyer_party": "buyer",
    "grand_total": "total amount",
    "line_items": "goods",
    "invoice_id": "invoice no.",
    "issue_date": "invoice date",
    "conveyance_id": "conveyance",
    "transport_document_id": "transport document",
    "report_id": "report no.",
    "declaration_id": "declaration no.",
    "payment_id": "reference",
    "sd_jwt": "form for disclosing in part",
    "pdf": "PDF",
}
FIELDS: dict[str, Text] = {
    name: Text(_FIELDS_EN.get(name, name.replace("_", " ")), zh)
    for name, _, zh in (entry.partition(" ") for line in _FIELDS_ZH.split("\n") for entry in line.split("|") if entry)
}
WORDS: dict[str, Text] = {}
