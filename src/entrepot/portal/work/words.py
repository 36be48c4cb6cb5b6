"""The words of home, my work, lists, search, calendar and talk."""

from entrepot.kernel.text import Text

FIELDS: dict[str, Text] = {
    "mentions": Text("mentions", "提及"),
    "person": Text("person", "人员"),
    "done": Text("done", "已办"),
    "reference": Text("own reference", "自编号"),
    "title": Text("title", "名称"),
    "key": Text("number", "编号"),
    "dossier": Text("dossier", "案卷"),
}
_WORDS = """
home|Home|首页
home_what|One place for a trade, from its papers to its refund|从单证到退税，一票业务一处办理
home_more|Hand in the papers of a trade once: it is declared, priced, proven and refunded from them. Every number says why.|\
一次提交单证，即可完成申报、核价、举证与退税；每个数字都能说明来由。
home_hello|What is next|接下来
home_anybody|This is a sandbox: look at it as anybody, by choosing a role above. Nothing here is real.|\
这是沙盒：可在上方选择任一身份查看，其中内容均非真实。
home_today|What waits for you|等待您处理
home_more_waits|more wait for you|项更多待办
home_all_work|All my work|全部待办
home_nothing|Nothing waits for you. You are told here when that changes.|目前没有待办事项，如有变化会在此显示。
home_no_dossier|You are in no dossier yet: begin a trade, or ask whoever trades with you to let you in.|\
您尚未参与任何案卷：可新建业务，或请贸易伙伴将您加入。
home_news|New since you were here|上次访问以来的动态
home_said|said|条新陈述
home_needs|What do you want to do?|您想做什么？
home_register|Register your organisation|注册单位
home_latest|Opened last|最近立案
home_all|All dossiers|全部案卷
home_fees|Fees and service levels|收费与服务标准
my_work|My work|我的待办
my_work_more|One line for each dossier, with the one thing to do next; the most urgent first.|\
每个案卷一行，显示下一步要做的一件事，最紧迫的在前。
work_drawing|some dossiers moved just now and are being worked out: they appear in a moment|部分案卷刚有变动，正在计算，稍后显示
work_and|and|另有
work_others|more things|项
work_late|overdue|已逾期
work_none_waits|Nothing waits for you with this choice.|在此条件下没有待办事项。
dossiers_wait|dossiers with something for you|个案卷有待办
dossiers_found|dossiers|个案卷
as_of|as of|截至
by_whom|Seen to by|经办人
anybody|anybody|任何人
nobody|nobody|无人
me|me|我
any|any|不限
in_role|In the role of|以何身份
mode|Supervision mode|监管方式
filter|Show|筛选
older|Older ones|更早的
begin|Begin a trade|新建业务
partner|Partner's name|贸易伙伴名称
partners|Parties|当事方
opened|Opened|立案日期
opened_since|Opened since|立案起始日
order|Order|排序
no_such_dossiers|There are none with this choice.|没有符合条件的案卷。
search_here|Search in all your dossiers|在您的全部案卷中搜索
search_results|What was found|搜索结果
search_behind|The newest statements are not in the index yet: look again in a moment.|最新陈述尚未编入索引，请稍后再查。
search_none|Nothing of yours holds all of these words. Each word is looked for from its beginning: part of a \
number is enough, from its first figure on.|\
您的案卷中没有同时包含这些词的内容。每个词从开头匹配：输入编号的前几位即可。
search_hint|Contract, invoice, container, bill of lading, declaration, party (Chinese or Latin), title, own reference, goods code.|\
合同号、发票号、箱号、提单号、报关单号、当事方（中文或拉丁文）、名称、自编号、商品编码。
search_many|Very many match: add a word to find the others.|匹配过多：请增加关键词。
talk_thread|What was said about this dossier|案卷讨论
talk_none|Nobody wrote anything yet.|尚无留言。
talk_own|own note, read by your organisation alone|内部备注，仅本单位可见
talk_about|about|关于
talk_unsay|Take back|撤回
talk_write|Write|撰写
talk_mention|Mention somebody of your organisation|提及本单位人员
talk_comment|Say it to all in the dossier|发给案卷各方
talk_note|Keep it as own note|存为内部备注
talk_who_reads|A comment is read by everybody in this dossier; an own note by your organisation alone. Both stay on record.|\
留言对案卷各方可见；内部备注仅本单位可见。两者均留存记录。
talk_assigned|Who sees to it|经办人
talk_assign|Seen to by|交由
talk_do_assign|Assign|指派
talk_days|Own deadlines|自设期限
talk_days_more|Read by your organisation alone.|仅本单位可见。
talk_is_done|done|已办
talk_done|Done|办结
talk_on|By|截止日
talk_what|What is to be done|事项
talk_add_day|Add|添加
calendar_title|Calendar of deadlines|期限日历
calendar_all|All of the organisation|全单位
calendar_mine|Mine|我的
calendar_now|This month|本月
calendar_today|(today)|（今天）
calendar_off|(no working day)|（休息日）
calendar_late|Overdue|已逾期
calendar_ahead|To come|即将到期
calendar_none|Nothing is due.|没有到期事项。
calendar_own|own deadline|自设期限
calendar_working|working days left|个工作日
calendar_sign_in|Sign in with an account to have this.|登录账户后可用。
feed_title|In your calendar program|订阅到日历程序
feed_more|A secret address shows your deadlines in a calendar program. Whoever has it sees them; end it when in doubt.|\
秘密地址可在日历程序中显示您的期限。持有者均可查看，如有疑虑请停用。
feed_once|Your address, shown this once. Copy it into your calendar program now.|您的地址，仅显示一次，请立即复制到日历程序。
feed_made|made on|创建于
feed_end|End it|停用
feed_make|Make a secret address|生成秘密地址
reminders|Reminders by mail|邮件提醒
reminders_no_mail|Confirm a mail address first.|请先验证电子邮箱。
reminders_email|Mail addresses|电子邮箱
reminders_days|Days before|提前天数
reminders_never|never|不提醒
reminders_set|Keep|保存
reminders_to|Mails go to|邮件发送至
"""
WORDS: dict[str, Text] = {
    name: Text(en, zh) for name, en, zh in (line.split("|") for line in _WORDS.strip().split("\n"))
}
