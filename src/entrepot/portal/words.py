"""The words of the pages, in English and Chinese together; and the names of fields, for people."""

from entrepot.kernel.text import Text
from entrepot.portal.access.words import FIELDS as ACCESS_FIELDS
from entrepot.portal.access.words import WORDS as ACCESS
from entrepot.portal.accounts.words import WORDS as ACCOUNTS
from entrepot.portal.api_words import WORDS as API
from entrepot.portal.audit.words import WORDS as AUDIT
from entrepot.portal.broker.words import WORDS as BROKER
from entrepot.portal.counter.words import FIELDS as COUNTED
from entrepot.portal.counter.words_desk import WORDS as COUNTERS
from entrepot.portal.entry.words import FIELDS as ENTRY_FIELDS
from entrepot.portal.entry.words import WORDS as ENTRY
from entrepot.portal.erasing_words import FIELDS as ERASING_FIELDS
from entrepot.portal.erasing_words import WORDS as ERASING
from entrepot.portal.issuing_words import FIELDS as ISSUED
from entrepot.portal.issuing_words import WORDS as ISSUING
from entrepot.portal.log_words import WORDS as LOG
from entrepot.portal.office.words import WORDS as OFFICE
from entrepot.portal.printing.words import WORDS as PRINTING
from entrepot.portal.push.words import WORDS as PUSH
from entrepot.portal.sandbox_words import WORDS as REHEARSING
from entrepot.portal.screening_words import FIELDS as SCREENED
from entrepot.portal.screening_words import WORDS as SCREENING
from entrepot.portal.sheet_words import WORDS as SHEET
from entrepot.portal.title_words import FIELDS as TITLED
from entrepot.portal.title_words import WORDS as TITLES
from entrepot.portal.trade_words import FIELDS as TRADED
from entrepot.portal.trade_words import WORDS as TRADES
from entrepot.portal.work.words import FIELDS as WORKED
from entrepot.portal.work.words import WORDS as WORK

WORDS: dict[str, Text] = {
    "agree_alike": Text("agree", "一致"),
    "agree_all": Text("The papers agree in everything that more than one of them says.", "凡有两份以上单证述及的内容均一致。"),
    "agree_apart": Text("to look at", "待核对"),
    "agree_differences": Text("Where papers differ", "单证不一致之处"),
    "agree_field": Text("what", "项目"),
    "agree_none": Text("No papers were handed in that could be compared.", "尚无可供比对的单证。"),
    "agree_page": Text("Papers side by side", "单证比对"),
    "agree_papers": Text("papers", "份单证"),
    "agree_same": Text("Where papers agree", "单证一致之处"),
    "against_best": Text("against the best", "与最优相比"),
    "all_dossiers": Text("Dossiers", "业务档案"),
    "amount": Text("amount", "金额"),
    "answer": Text("answer", "结果"),
    "answered": Text("Said as you read it.", "已按您核对的内容陈述。"),
    "as_role": Text("You are looking as", "当前查看身份"),
    "at_least": Text("at least", "至少"),
    "back_to_sheet": Text("Back to the sheet", "返回业务表"),
    "because": Text("Because", "原因"),
    "being_read": Text("Being read", "正在读取"),
    "being_read_more": Text("It is kept already. This page comes again by itself.", "单证已留存，本页会自动刷新。"),
    "best": Text("best", "最优"),
    "beyond": Text("read beyond the days known", "超出已知有效期"),
    "borne_by": Text("borne by", "承担方"),
    "broken": Text("Something broke on our side", "平台内部出错"),
    "broken_more": Text("Nothing you said is lost. Try again in a moment.", "已陈述的内容不会丢失，请稍后再试。"),
    "buyer": Text("buyer", "买方"),
    "by": Text("said by", "陈述人"),
    "by_line": Text("Each line under the best treatment", "最优待遇下的各商品项"),
    "by_treatment": Text("by treatment, as above", "视待遇而定，见上表"),
    "can_be_had": Text("can be had", "可适用"),
    "channel": Text("channel", "渠道"),
    "code": Text("code", "税号"),
    "classify": Text("Find the goods code", "查找商品编码"),
    "classify_anywhere": Text("not said", "未指定"),
    "classify_assumes": Text("Taken for granted, as the description does not say:", "描述未说明，暂按以下情况："),
    "classify_because": Text("because it matches", "依据"),
    "classify_certain": Text(
        "Customs accepted these very words under this code before.", "海关此前已接受以相同品名按此编码申报。"
    ),
    "classify_code": Text("code", "编码"),
    "classify_cut": Text("The text is long: only its beginning was read.", "文本过长，仅读取了开头部分。"),
    "classify_do": Text("Find", "查找"),
    "classify_duty": Text("Duty of the first two without preference:", "前两项的非优惠关税："),
    "classify_footer": Text(
        "Six digits of the Harmonized System. The choice is yours: a code declared wrongly is the declarant's to answer for.",
        "协调制度六位编码。请自行确定：申报编码有误由申报人负责。",
    ),
    "classify_found": Text("Candidates", "候选编码"),
    "classify_more": Text(
        "Say what it is, of which material, and what it is for. What you declared before comes first.",
        "请说明货物名称、材质和用途。本企业以往申报的记录优先。",
    ),
    "classify_refused": Text(
        "No code is proposed. These are only the nearest; a word more may settle it.",
        "暂不建议编码，以下仅为最接近的编码；补充说明即可确定。",
    ),
    "classify_share": Text("likely", "可能性"),
    "classify_title": Text("what stands under it", "编码内容"),
    "classify_to": Text("Destination", "目的国"),
    "classify_try": Text("For example:", "例如："),
    "classify_unknown": Text("I do not know", "不清楚"),
    "classify_what": Text("What are the goods?", "货物是什么？"),
    "confirm": Text("Reason, if you confirm a result that needs review", "如需确认待复核结果，请填写理由"),
    "confirm_read": Text("Say it as it stands here", "按所填内容确认"),
    "correct": Text("correct", "更正"),
    "correct_read": Text("Say what the paper says", "按单证更正"),
    "conflict": Text("Contradiction", "陈述冲突"),
    "cost": Text("cost", "费用"),
    "customs_takes": Text("what customs takes", "进口税费"),
    "customs_value": Text("customs value", "完税价格"),
    "dossier": Text("dossier", "档案"),
    "doubts": Text("To be confirmed", "待确认"),
    "doubts_more": Text(
        "These fields were read, but not for certain, so nothing was said. Compare each with the picture and confirm or correct it.",
        "以下字段的识别结果不确定，尚未陈述。请对照图片确认或更正。",
    ),
    "drawn_on": Text("drawn for", "业务日期"),
    "duty": Text("duty", "关税"),
    "evidence": Text("paper", "单证"),
    "exactly": Text("exactly", "精确值"),
    "file": Text("Paper: PDF, scan, UBL, CII, xlsx, csv or JSON", "单证：PDF、扫描件、UBL、CII、xlsx、csv 或 JSON"),
    "fix": Text("How to mend it", "如何更正"),
    "footing": Text("on what footing", "陈述依据"),
    "for": Text("for", "代表"),
    "forged": Text("This form came from elsewhere, or is too old", "表单来源不明或已失效"),
    "forged_more": Text("Go back, load the page again, and send it once more.", "请返回并重新加载页面后再提交。"),
    "found": Text("Found", "认定结果"),
    "found_none": Text("Nothing has been found yet.", "暂无认定结果。"),
    "free": Text("free", "免税"),
    "from": Text("from", "自"),
    "go": Text("Look", "切换"),
    "hand_in": Text("Hand in", "提交"),
    "hand_in_title": Text("Hand a paper in", "提交单证"),
    "heard": Text("last heard", "最近收到"),
    "hidden": Text("On the sheet, but resting on what you may not see", "存在但其依据您无权查看"),
    "hidden_here": Text("not for you to see", "无权查看"),
    "holds_up": Text("holds up", "影响"),
    "import_into": Text("import into", "进口国及日期"),
    "in_the_price": Text("in the price", "已含在货价中"),
    "inputs": Text("inputs", "输入"),
    "kind": Text("kind", "类型"),
    "landed_total": Text("at the buyer's door", "到门成本"),
    "language": Text("中文", "English"),
    "law": Text("Law", "依据条目"),
    "more": Text("more", "项未列出"),
    "alike": Text("alike", "项情况相同"),
    "next_page": Text("Older ones", "更早的"),
    "no_dossiers": Text("You are in no dossier yet.", "您尚未参与任何档案。"),
    "no_doubts": Text("Nothing is in doubt.", "没有待确认内容。"),
    "no_papers": Text("No paper has been handed in.", "尚未提交单证。"),
    "no_problems": Text("No problem is known.", "没有已知问题。"),
    "no_waits": Text("Nothing waits for anybody.", "没有等待事项。"),
    "nothing_read": Text("Nothing that was read stands.", "没有已陈述的内容。"),
    "nobody_said": Text("nobody said", "无人陈述"),
    "not_counted": Text("not said, not in the total", "未提供，未计入总额"),
    "not_here": Text("There is nothing here for you", "没有可供您查看的内容"),
    "not_here_more": Text(
        "It may not exist, or you may have no role in it. Ask the exporter to name you.",
        "该内容可能不存在，或您不是参与方。可请出口商将您列为参与方。",
    ),
    "not_in_total": Text("In no total, for nobody has said them:", "未计入总额（尚无人提供）："),
    "not_on_it": Text("not on this paper", "单证上没有"),
    "not_read": Text("Not read", "未读取"),
    "not_yet": Text("not yet", "暂不可适用"),
    "on_the_way": Text("Who bears what on the way", "途中费用由谁承担"),
    "open": Text("open", "待定"),
    "other_taxes": Text("measures, taxes, fees", "加征、税、费"),
    "page": Text("page", "页"),
    "papers": Text("Papers", "单证"),
    "possible_saving": Text("a better one would save", "更优待遇可再节省"),
    "price": Text("price", "货价"),
    "problems": Text("Problems", "问题"),
    "rate": Text("rate", "税率"),
    "read_beside": Text("Look at it beside what was read", "对照原件查看"),
    "read_from_it": Text("Read from it", "读取内容"),
    "reading_failed": Text("Not read", "未能读取"),
    "reading_failed_more": Text(
        "The paper is kept. Nothing was said from it; handed in again it is tried again.",
        "单证已留存，未据此陈述任何内容；重新提交后将再次读取。",
    ),
    "questions": Text("What is left to say", "待补充的问题"),
    "questions_answer": Text("Answer them", "去回答"),
    "questions_blank": Text("What you leave blank is asked again.", "留空的内容下次再问。"),
    "questions_count": Text("questions", "个问题"),
    "questions_each": Text("lines, each with its own answer", "项，分别填写"),
    "questions_fields": Text("fields", "个字段"),
    "questions_more": Text(
        "All else follows from the papers, the rules, your own dossier and your earlier declarations.",
        "其余内容均已由单证、规则、企业档案和以往报关单得出。",
    ),
    "questions_none": Text("Nothing is left to say.", "没有需要补充的内容。"),
    "questions_said": Text("Said. The draft is drawn anew.", "已提交，草稿已更新。"),
    "questions_say": Text("Say it", "提交"),
    "receipt": Text("receipt", "回执"),
    "reference": Text("reference", "编号"),
    "refused": Text("This was refused; nothing was said", "已拒绝，未作任何陈述"),
    "rules": Text("Rules", "校验规则"),
    "rules_asks": Text("asks", "提示"),
    "rules_blocks": Text("blocks", "拦截"),
    "rules_both": Text("all", "全部"),
    "rules_element": Text("WCO element", "WCO 数据元"),
    "rules_elsewhere": Text("It passes on what another room found.", "转报其他模块的核查结果。"),
    "rules_export": Text("export", "出口"),
    "rules_flow": Text("Flow", "进出口"),
    "rules_import": Text("import", "进口"),
    "rules_more": Text(
        "Every rule that a declaration is held against, as its code has it: a rule that blocks must be put right, one that "
        "asks may be answered. Words in braces stand for values.",
        "报关单的全部校验规则，由程序代码直接生成：拦截类须更正，提示类可说明。花括号内为实际数值。",
    ),
    "rules_none": Text("No rule has these words.", "没有符合条件的规则。"),
    "rules_severity": Text("Severity", "级别"),
    "rules_show": Text("Show", "筛选"),
    "rules_where": Text("points at", "指向字段"),
    "rules_words": Text("Words", "关键词"),
    "rests_on": Text("It rests on", "其依据"),
    "role": Text("role", "角色"),
    "roles": Text("your roles", "您的角色"),
    "rule": Text("rule", "规则"),
    "said": Text("Said", "已陈述"),
    "said_at": Text("said at", "陈述时间"),
    "sandbox": Text(
        "SANDBOX: for rehearsal. Nothing here is an official act.", "沙箱：仅供演练，此处一切均非官方行为。"
    ),
    "save": Text("Download", "下载"),
    "saving": Text("saving", "节省"),
    "seller": Text("seller", "卖方"),
    "send": Text("Send to the office", "发送至机关"),
    "sent": Text("Sent; what the office answered stands on the sheet.", "已发送，机关答复见业务表。"),
    "sign_in": Text("Sign in", "登录"),
    "sign_in_bad": Text("This token is unknown, ended or revoked.", "令牌无效、已到期或已撤销。"),
    "sign_in_more": Text(
        "Your token comes from the operator. It speaks for your organisation.", "令牌由运营方发放，代表您的单位。"
    ),
    "sign_out": Text("Sign out", "退出"),
    "skip": Text("Skip to the content", "跳到正文"),
    "statements": Text("statements", "陈述数"),
    "status": Text("Status", "状态"),
    "taken": Text("The paper was read.", "单证已读取。"),
    "title": Text("title", "名称"),
    "to": Text("to", "至"),
    "to_have_it": Text("what it takes", "所需条件"),
    "token": Text("Token", "令牌"),
    "told_above": Text("told above", "见上文"),
    "trade_measures": Text("trade measures", "加征关税"),
    "transcribed": Text("transcribed", "人工转录"),
    "treatment": Text("treatment", "关税待遇"),
    "turn_right": Text("Turn", "旋转"),
    "waits": Text("What waits for whom", "等待事项"),
    "waits_for": Text("waits for", "等待"),
    "what": Text("What is wrong", "问题"),
    "where": Text("where", "位置"),
    "why": Text("Why?", "为什么？"),
    "why_of": Text("Why", "依据追溯"),
    "working": Text("Working", "计算过程"),
    "yes": Text("yes", "是"),
    "no": Text("no", "否"),
}

WORDS |= REHEARSING
WORDS |= COUNTERS
WORDS |= API | AUDIT | PUSH
WORDS |= WORK | ENTRY | ACCESS | ACCOUNTS | BROKER | ERASING | SCREENING | TRADES | ISSUING | TITLES | LOG | OFFICE | PRINTING | SHEET
KINDS: dict[str, Text] = {
    "trade": Text("trade", "贸易"),
    "enterprise": Text("enterprise", "企业"),
    "period": Text("period", "期间"),
    "region": Text("region", "区域"),
    "title": Text("title", "权利凭证"),
}
CHANNELS: dict[str, Text] = {
    "online": Text("online", "线上"),
    "window": Text("window", "窗口"),
    "gateway": Text("gateway", "接口"),
}
FOOTINGS: dict[str, Text] = {
    "office": Text("office", "机关"),
    "gateway": Text("gateway", "接口"),
    "transcript": Text("transcript", "转录"),
    "own word": Text("own word", "本人陈述"),
}
RULINGS: dict[str, Text] = {
    "confirmed": Text("confirmed by a person", "已经人工确认"),
    "overruled": Text("overruled by a person", "已经人工更改"),
    "refused": Text("refused by a person", "已经人工否决"),
}
PROOFS: dict[str, Text] = {
    "term": Text("trade name", "商品俗名"),
    "tariff": Text("tariff wording", "税则用语"),
    "uk": Text("HMRC search term", "英国海关检索词"),
}
GRADES: dict[str, Text] = {
    "primary": Text("primary", "原文"),
    "secondary": Text("secondary", "转载"),
    "convention": Text("convention", "惯例"),
    "unverified": Text("unverified", "未核实"),
}

# Field names whose words do not follow from themselves, and the Chinese of those that do.
_FIELDS_ZH = """
absent 单证上没有|doubts 待确认内容|key 编号|why 原因
about 事由|absolute_limit 最后期限|accepted_on 接单日期|address 地址|admin_code 行政区划代码|admin_region 行政区划|aeo AEO 编码
agreement 协定|amount 金额|approved_exporter 经核准出口商|arrival 到达|arrival_on 到达日期|asked_on 质疑日期|asks 提示
attachments 随附单证|attribute 属性|attributes 属性|available 可适用|back_to_back 背对背|base 不含税金额|basis 依据|batch 批次
best 最优|bill_date 提单日期|bill_no 提运单号|brand 品牌|certificate 证书|changes 变更|charges 运保杂费|claim_routine_end 常规申报截止
claimed_on 申报日期|code 代码|codes 代码|complete 完整|condition 条件|conditional 附条件|conditions 条件|container 集装箱
containers 集装箱|contract_date 合同日期|contract_no 合同号|contract_total 合同总额|controls 监管证件|conveyance 运输工具|counter 窗口单位
country 国家（地区）|comparisons 比对项|sides 各方陈述|unlisted 未列明的一致项|owner_named 生产销售单位见于凭证
criterion 原产地标准|currency 币制|customs_code 海关编码|customs_control 海关监管|customs_master 申报地海关|dangerous 危险货物|day 日期
deal_qty 成交数量|deal_unit 成交单位|decision 裁定|declarant 申报单位|declaration 报关单号|declared_on 申报日期|deductible 可扣除额
deemed 视同收汇|departure 离开|derived 推导|description 品名|description_zh 中文品名|destination_country 运抵国|detail 说明
dg_class 危险类别|digest 摘要|discharge_port 卸货港|document 单证|documents 单证|domestic_party 境内收发货人|domestic_region 境内货源地
duty 关税|duty_mode 征免方式|elements 申报要素|event 事件|exit_customs 出境关别|exit_point 离境口岸|exported_on 出口日期|field 字段
filing_due 备案截止|final_country 最终目的国|flow 进出口|fob 离岸价|form 形式|form_type 单证类型|freight 运费|fx_deadline 收汇期限
gateways 口岸|goods 货物|gross_kg 毛重（千克）|grounds 依据|held_until 暂缓至|hs 商品编码|hs10 商品编号|hs6 六位编码|incoterm 贸易术语
industries 产业|insurance 保费|invoice_date 发票日期|invoice_no 发票号|invoice_total 发票总额|invoiced_quantity 发票数量
issued_by 签发机构|issued_on 签发日期|item_code 货号|kind 类型|labour 人工|legs 航段|levy_nature 征免性质|licence_no 许可证号|limit 限额
line 商品项|lines 商品项|loading_on 装运日期|loading_port 装货港|lot 批次|lots 批次|marks 唛头|materials 物料|media_type 文件类型
message 报文|misc 杂费|missing 尚缺|mode 方式|name 名称|name_zh 中文名称|net_kg 净重（千克）
net_weight_kg 净重（千克）|no 序号|number 号码
office 机关|operations 工序|operator 比较|order_no 订单号|origin 原产国|origin_country 原产国|originating 原产|other_cost 其他成本
outcome 结论|overhead 间接费用|overseas_party 境外收发货人|owner 生产销售单位|pack 规则包|package_type 包装种类|packages 件数|packing 包装
packing_group 包装类别|packs 规则包|particulars 申报要素选择|passed 通过|payer 付款人|payment 付款方式|percent 百分比|place 地点
possible_saving 可能节省|price 单价|price_effect 价格影响确认|principal 委托人|problems 问题|producer_country 生产国|product 产品
profit 利润|proof 证明|provenance 来源|provisional_until 公式定价截止|qty1 法定第一数量|qty2 法定第二数量|quality 质量|quantities 数量
quantity 数量|question 质疑|quota 配额|rate 税率|rates 汇率|reason 理由|received_on 收汇日期|record_no 备案号
reference 编号|refund 应退税额
refund_category 退税类别|regime 退税方式|regimes 制度|related_declaration 关联报关单|released_on 放行日期|retain_until 留存至|roles 角色
royalty 特许权使用费|rule 规则|sandbox 沙箱|saving 节省|seals 封志|self_assess 自报自缴|sent 已发送|sequence 序号
handed 报文摘要|signed_on 签署日期
size 大小|size_type 箱型|spec 规格型号|special_relation 特殊关系|standard 标准|storage_months 存储月数|supervision_mode 监管方式
supplier 供货人|supplier_kind 供货人类型|tests 检验|through_bill 联运提单|title 名称|to_cost 转成本|total 总额|trade_country 贸易国
trade_term 成交方式|transit 过境|transport 运输|treatments 关税待遇|un_number 联合国编号|unit 单位|unit1 法定第一单位|unit2 法定第二单位
unit_price 单价|unread 未读取|uscc 统一社会信用代码|valid_until 有效期至|value 值|vat 增值税身份|vat_rate 增值税税率|voyage 航次
at_least 至少|converted 折合|cost 费用|costs 费用|dearer 高出最优|duties_payer 税费承担方|in_price 已含在货价中
purpose 用途|requirements 监管要求|known 已收录|held 已持有|banned 禁止|steps 办理步骤|by 最迟|median 中位数|count 数量|ciq 检验检疫编码
measures 加征|papers 所需证明|parts 途中费用|priced 以货价币制计|tax 税种|taxes 税费|unknown 未知|weight_kg 重量（千克）
wholly_obtained 完全获得|wood_mark 木质包装标识|export_treatment_on_entry 入区退税
substantial_processing 可实质加工
adjustments 价格调整项|advice 建议|agreements 各协定|answers 回答|applied_on 申请日期|arrived_on 运输工具申报进境日期|ask 提问
assumes 默认前提|authorisation 核准编号|better 更优方案|bonded 保税|bonded_from 保税起始日|boxes 各栏|candidates 候选编码|certain 确定
chapter 章|choices 选项|cited 依据|closed 不具备原产资格|computed 应计|confidence 可信度|consolidated 汇总征税|consumption_tax 消费税
controls_known 监管证件已知|could 最优可能|criteria 原产地标准|customs_exception 海关例外事项|cut 已截断|decisions 各协定判定
declare_by 申报截止|declared 申报编码|deemed_own_goods 视同自产货物|deferral_rate 缓税年利率|destination 目的国
domestic_regions 境内货源地|dossier 档案|draft 草稿|edition 版本|element 内容|evidence 证据|ex_works 出厂价|fallbacks 可改用的税率
fix 更正方法|flag 标记|formula_price 公式定价|free 免税|fresh 当前结果|gain 信息增益|heading 品目|heading_confidence 品目可信度
importing 进口国|indivisible 不可分割单件|interest 缓税利息|invoiced_by 开票方|issuer 签发机构|items 商品|label 名称|lacking 尚缺
language 语言|late_fee 滞报金|levy 征免性质|likeness 相似标识|listed 单独列明|mark 标记|market_code 市场代码|material 材料序号
measure 贸易措施|method 估价方法|mode_flow 监管方式进出口|mode_known 监管方式已知|months 有效月数|needed 所需单证|note 说明|now 目前情况
origin_excluded 已排除受制裁原产地|original 原始证明|original_authorisation 原核准编号|original_origin 原始证明原产国
overseas_warehouse 海外仓|own_word 本人陈述|paid_on 缴税日期|paired 成对|paper 单证|part_of 所属材料编号|partly 部分具备|pay_by 缴税截止
payable 应缴|per_day 每日滞纳金|period_from 期间起|period_until 期间止|places 位置|points 得分|possible 可再节省
price_influenced 特殊关系影响价格|processing 加工贸易|producer_confidential 生产商保密|provisional 暂定税率|quota_quantity 配额余量
rate_day 汇率适用日|received 已收到|reclaim_by 退税申请截止|refused 已拒绝|remarks 备注|remedies 可行的单项改变|replaces 所更换的证书
retroactive 补发|role 用途|self_made 自行出具|sent_from 寄出地|severity 级别|share 占比|sheet 页|sheets 页数|shipped_on 装运日期
short 差额|signatory 签字人|simplified 简化申报|since 自|source 来源|spent 已用额度|state 状态|statements 陈述|status 状态
surcharge 滞纳金|taxed_on 办理纳税手续日期|text 文本|third_party 第三方发票|third_party_invoice 第三方发票|topic 主题|topics 主题
transcript 转录|treatment 关税待遇|unchecked 未检查|unscreened 未能筛查的名单|until 至|waived 免征|warnings 警示
ways 进口方案|what 内容|where 位置|who 出具方
without 不适用协定|wording 规定文句
attachment_lines 单证对应商品项|goods_location 货物存放地点|inland_mode 境内运输方式|nationality 运输工具国籍|other_parties 其他当事方
allowed 是否准予|due_by 办理期限|quantity1 法定第一数量|quantity2 法定第二数量|statistical_value 统计价值
additional_procedures 附加监管方式|declaration_no 海关编号
export_country 启运国（地区）
type_code 申报类型
also 一并填写|blanks 填写项|called 品名及货号|clears 可消除的问题|confirms 待确认|declarations 报关单|each 逐项填写|fields 字段|keys 序号
options 可选值|overseas 境外收发货人|parties 当事方|questions 问题|usual 惯常填写|values 值
giver 提交单位|pages 页数|reading 读取状态|turned 旋转
copied_from 复制自|mandate 授权|dossiers 业务档案|origin_waiver 免交原产地证明所依协定|part 分单序号
"""
_FIELDS_EN = {
    "hs": "HS code",
    "hs6": "HS code (6 digits)",
    "ex_works": "ex-works price",
    "computed": "reckoned",
    "declare_by": "declare by",
    "pay_by": "pay by",
    "per_day": "each day late costs",
    "rate_day": "exchange rates of",
    "remedies": "single changes that would do",
    "short": "falls short by",
    "fallbacks": "rates to be had instead",
    "hs10": "commodity code",
    "fob": "FOB value",
    "uscc": "unified social credit code",
    "aeo": "AEO code",
    "vat": "VAT status",
    "vat_rate": "VAT rate",
    "qty1": "first statutory quantity",
    "qty2": "second statutory quantity",
    "unit1": "first statutory unit",
    "unit2": "second statutory unit",
    "deal_qty": "quantity traded",
    "deal_unit": "unit traded",
    "gross_kg": "gross weight, kg",
    "net_kg": "net weight, kg",
    "net_weight_kg": "net weight, kg",
    "weight_kg": "weight, kg",
    "to_cost": "goes to cost",
    "un_number": "UN number",
    "dg_class": "dangerous goods class",
    "fx_deadline": "foreign exchange due",
    "name_zh": "name in Chinese",
    "description_zh": "description in Chinese",
}
FIELDS: dict[str, Text] = {
    name: Text(_FIELDS_EN.get(name, name.replace("_", " ")), zh)
    for name, _, zh in (entry.partition(" ") for line in _FIELDS_ZH.split("\n") for entry in line.split("|") if entry)
}
FIELDS = COUNTED | WORKED | ENTRY_FIELDS | ACCESS_FIELDS | TRADED | SCREENED | ISSUED | TITLED | ERASING_FIELDS | FIELDS


def field_name(name: str, language: str) -> str:
    """A field's name for people; keys of mappings stand as they are."""
    known = FIELDS.get(name)
    return known.in_language(language) if known else name.replace("_", " ")


def word(name: str, language: str) -> str:
    """A word of the pages."""
    return WORDS[name].in_language(language)
