"""The words of signed documents - their pages and the names of their fields - in English and Chinese together."""

from entrepot.kernel.text import Text

_FIELDS_ZH = """
organisation 企业|use 用途|custody 密钥保管|challenge 验证随机数|anchor 身份锚摘要|seen 已核验证件|on 日期|compromised_on 泄露日期
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
packing_list_id 装箱单号|packed_quantity 数量|package_type_code 包装种类|container_items 集装箱|container_id 集装箱号
size_type_code 箱型|seal_ids 封志号|packed_lines 所装商品项
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
    "packing_list_id": "packing list no.",
    "packed_quantity": "quantity",
    "package_type_code": "kind of packages",
    "container_items": "containers",
    "container_id": "container no.",
    "size_type_code": "size and type",
    "seal_ids": "seals",
    "packed_lines": "lines",
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
WORDS: dict[str, Text] = {
    "accepted": Text("It holds", "核验通过"),
    "not_accepted": Text("Do not rely on it", "核验未通过，请勿采信"),
    "change_reason": Text("Reason", "理由"),
    "checks": Text("Checked just now", "实时核验"),
    "custody_own": Text("kept by the organisation", "企业自持"),
    "custody_platform": Text("in the platform's custody", "平台托管"),
    "disclose": Text("Show a part", "选择性披露"),
    "disclose_fields": Text("Fields, each with all that lies in it", "字段（含其全部内容）"),
    "disclose_more": Text(
        "Whoever gets a part can check the issuer's signature over it, and learns nothing of the rest.",
        "接收方可核验签发方对所示内容的签名，但无法得知其余内容。",
    ),
    "documents": Text("Signed documents", "签名文件"),
    "documents_more": Text(
        "Drawn from what stands in the dossier, signed with the organisation's key, provable without this platform.",
        "依据档案内容生成，以企业密钥签名，无须依赖本平台即可核验。",
    ),
    "done": Text("Done.", "已完成。"),
    "erased_more": Text(
        "The document was erased by law. That it was issued stays in the log.",
        "文件已依法删除，签发记录仍保留在日志中。",
    ),
    "fails": Text("fails", "不通过"),
    "file_credential": Text("Credential (JSON)", "凭证（JSON）"),
    "file_pdf": Text("signed page with credential and receipt inside", "已签名版面，内附凭证与回执"),
    "file_receipt": Text("Receipt of the log", "日志回执"),
    "file_receipt_more": Text("proves offline that and in which order it was issued", "可离线证明签发事实与先后"),
    "file_sd_jwt": Text("every field hidden by itself; for your own keeping", "各字段单独隐藏；由您自行保管"),
    "files": Text("Files", "文件下载"),
    "give": Text("Give", "披露"),
    "give_to": Text("To whom", "接收方"),
    "given": Text("Given so far", "披露记录"),
    "holds": Text("holds", "通过"),
    "in_place_of": Text("in place of", "替换"),
    "issuable": Text("Can be issued", "可签发文件"),
    "issuable_none": Text(
        "Nothing here can be issued yet: say an invoice or contract number, or hand a paper in.",
        "暂无可签发文件：请先填报发票号或合同号，或提交单证。",
    ),
    "issue": Text("Issue and sign", "签发"),
    "issue_instead": Text("Issue a corrected one, revoke the old", "签发更正件并撤销原件"),
    "issued_already": Text("It stands issued already.", "已签发。"),
    "issued_apart": Text("the dossier says something else by now", "档案内容已变动"),
    "issued_documents": Text("Issued", "已签发"),
    "issued_none": Text("No document has been issued that you may see.", "暂无您可查看的已签发文件。"),
    "it_says": Text("What it says", "文件内容"),
    "key_challenge": Text("What do I sign?", "获取验证内容"),
    "key_ended": Text("signs no more", "已停用"),
    "key_make": Text("A new key in the platform's custody", "生成平台托管密钥"),
    "key_make_do": Text("Make the key", "生成密钥"),
    "key_make_more": Text(
        "A key in custody that stands now ends today: what it signed stays good.",
        "现有托管密钥今日起停用，其已签文件仍然有效。",
    ),
    "key_own": Text("A key of your own", "登记自持密钥"),
    "key_own_more": Text(
        "You keep the secret half. Name the public key (multikey), sign what is shown, and send the signature.",
        "私钥由您自行保管。请填写公钥（multikey），签署所示内容并提交签名。",
    ),
    "key_proof": Text("Signature, base64", "签名（base64）"),
    "key_public": Text("Public key", "公钥"),
    "key_register": Text("Register", "登记"),
    "key_revoke": Text("Revoke the key", "吊销密钥"),
    "key_revoked": Text("revoked", "已吊销"),
    "key_signs": Text("signs", "可签名"),
    "keys": Text("Keys", "签名密钥"),
    "keys_more": Text("With these keys the organisation signs its documents.", "企业以下列密钥签署文件。"),
    "keys_none": Text("There is no key yet.", "尚无密钥。"),
    "keys_of": Text("Organisation", "企业"),
    "no_key": Text("Your organisation has no key to sign with yet.", "贵单位尚无签名密钥。"),
    "not-checked": Text("not checked", "未核验"),
    "not_vouched": Text("the operator has not vouched for it yet", "运营方尚未确认身份"),
    "operator_key": Text("Status lists and identity anchors are signed by", "状态列表与身份锚签名方"),
    "preset": Text("For whom", "披露方案"),
    "preview": Text("Preview", "预览"),
    "registered_name": Text("Registered name", "登记名称"),
    "reinstate": Text("Let it count again", "恢复"),
    "replaced_by": Text("the corrected document", "更正后的文件"),
    "revoke": Text("Revoke for good", "撤销"),
    "seen_by": Text("Seen", "核验证件"),
    "suspend": Text("Suspend", "中止"),
    "vouch": Text("Vouch for it", "确认身份"),
    "vouched": Text("the operator vouches", "运营方已确认身份"),
}
