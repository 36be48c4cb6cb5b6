"""The words of titles - their pages and the names of their fields - in English and Chinese together."""

from entrepot.kernel.text import Text

_FIELDS_ZH = """
street 街道地址|city 城市|contact 联系方式|shipper_owned 货主自有箱|shipper 托运人|notify 通知方|order_of 指示人|law 适用法律
receipt_place 收货地|delivery_place 交货地|vessel 船名|departs_on 预计开航日|arrives_on 预计抵港日|on_board 装船日|booking 订舱号
carrier_code 承运人代码|carrier_list 承运人代码表|stored_at 存放地点|terms 条款|trade 所属贸易档案|replaces_paper 所替代纸质单证
content 正文摘要|type 类型|cryptosuite 签名套件|created 签名时间|verification_method 验证密钥|proof_purpose 签名用途|proof_value 签名值
action 流转动作|at 时间|previous 上一步摘要|to_key 接收方密钥|onward 可再背书|parent 原凭证|parent_step 分割步骤摘要|step 步骤
act 法律名称|ground 法律依据类型|holder 持有人|holder_key 持有人密钥|issuer_key 签发人密钥|endorsee 被背书人|endorsements 背书记录
head 最新步骤摘要|back 交回人|back_key 交回人密钥
"""
FIELDS: dict[str, Text] = {
    name: Text(name.replace("_", " "), zh)
    for name, _, zh in (entry.partition(" ") for line in _FIELDS_ZH.split("\n") for entry in line.split("|") if entry)
}
KINDS: dict[str, Text] = {
    "bill_of_lading": Text("bill of lading", "提单"),
    "warehouse_receipt": Text("warehouse receipt", "仓单"),
}
FORMS: dict[str, Text] = {
    "order": Text("to order", "指示式"),
    "bearer": Text("to bearer", "不记名"),
    "straight": Text("straight, to the consignee alone", "记名"),
}
PARTS: dict[str, Text] = {
    "holder": Text("Held by you", "由您持有"),
    "entitled": Text("Made out to you, held by another", "权利属于您，由他人持有"),
    "asked": Text("Surrendered by you, not answered yet", "已由您交回，待答复"),
    "issuer": Text("Issued by you", "由您签发"),
    "past": Text("No longer yours", "已转出"),
}
PURPOSES: dict[str, Text] = {
    "delivery": Text("for delivery of the goods", "提货"),
    "amendment": Text("for amendment", "更改"),
    "paper": Text("for a paper title", "换取纸质单证"),
    "split": Text("for a split", "分割"),
}
GROUNDS: dict[str, Text] = {
    "mletr": Text("the model law was enacted", "已采纳示范法"),
    "equivalent": Text("an act of its own takes it for paper", "本国法律承认其等同纸质"),
    "transport": Text("electronic transport records are recognised", "承认电子运输记录"),
}
WORDS: dict[str, Text] = {
    "titles": Text("Titles", "权利凭证"),
    "titles_more": Text(
        "Bills of lading and warehouse receipts. At any moment one holder has control of each; every step is signed and in the log.",
        "提单与仓单。每份凭证在任一时刻只有一个持有人；每一步均经签署并载入日志。",
    ),
    "titles_none": Text("You are in no title yet.", "您尚未持有或经手任何权利凭证。"),
    "titles_visitor": Text(
        "A visitor of the sandbox sees all titles as the operator of the platform.", "沙箱访客可切换为平台运营方查看全部凭证。"
    ),
    "titles_key": Text("Your key for titles", "您的凭证密钥"),
    "titles_key_none": Text(
        "To receive a title your organisation needs a key. The platform can keep it for you.",
        "接收凭证须有密钥，可由平台代为保管。",
    ),
    "titles_key_make": Text("Make a key", "生成密钥"),
    "titles_older": Text("older titles", "更早的凭证"),
    "title_past": Text(
        "You gave this title up. It is shown as it stood then; what came later is not yours to see.",
        "您已转出该凭证。此处显示当时状态；其后情况不向您展示。",
    ),
    "title_holder": Text("has control", "持有人"),
    "title_nobody": Text("nobody: the electronic title is at an end or on paper", "无：电子凭证已终结或已转为纸质"),
    "title_endorsee": Text("entitled to the goods", "货物权利人"),
    "title_in_blank": Text("whoever holds (in blank)", "持有人（空白背书）"),
    "title_issuer": Text("issuer", "签发人"),
    "title_back": Text("gets it back if refused", "拒绝时退还"),
    "title_paper": Text("on paper no.", "纸质单证号"),
    "title_face": Text("What it says", "凭证内容"),
    "title_steps": Text("Steps so far", "流转记录"),
    "title_now": Text("What you may do now", "当前可办事项"),
    "title_nothing": Text("Nothing: it is not your turn.", "暂无可办事项。"),
    "title_not_now": Text("What you may not do now, and why", "当前不可办事项及原因"),
    "title_to": Text("to (organisation code)", "接收方（企业代码）"),
    "title_last": Text("may be endorsed no further", "不得再背书"),
    "title_paper_no": Text("number of the paper", "纸质单证号"),
    "title_reason": Text("reason", "理由"),
    "title_parts": Text("parts, one a line: 1=600, 2=0.5", "各部分，每行一份：1=600, 2=0.5"),
    "title_api_only": Text(
        "by the API or the command line, with the amended document", "须通过接口或命令行提交更改后的正文"
    ),
    "title_do": Text("Sign and do", "签署并办理"),
    "title_signed": Text("signed with", "签名密钥"),
    "title_receipt": Text("receipt", "回执"),
    "title_file": Text("the whole title in one file, to be checked offline", "整份凭证文件（可离线核验）"),
    "title_effect": Text("Does its law take it for paper?", "法律是否视同纸质"),
    "title_effect_no": Text("not known", "无资料"),
    "title_parts_are": Text("split into", "分割为"),
    "title_parent_is": Text("split from", "分割自"),
    "title_trade": Text("goods of the trade", "所属贸易"),
    "title_draft": Text("Bill of lading from this trade", "由本贸易起草提单"),
    "title_draft_more": Text(
        "Filled in from the dossier; complete what is missing. Issuing signs it with your organisation's key.",
        "已由档案自动填写，请补充缺项。签发时以贵单位密钥签署。",
    ),
    "title_first": Text("first holder (organisation code)", "首个持有人（企业代码）"),
    "title_shipper_code": Text("shipper's organisation code", "托运人企业代码"),
    "title_consignee_code": Text("consignee's organisation code", "收货人企业代码"),
    "title_issue": Text("Sign and issue", "签署并签发"),
    "title_count": Text("steps:", "步骤数："),
    "title_law": Text("law (country, three letters)", "适用法律（三字母国家代码）"),
    "title_final": Text(
        "Each step is signed in your organisation's name, stands in the log, and cannot be taken back.",
        "每一步均以贵单位名义签署并载入日志，不可撤回。",
    ),
    "title_done": Text("Done, and in the log.", "已完成并载入日志。"),
}
