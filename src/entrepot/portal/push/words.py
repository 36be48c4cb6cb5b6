"""The words of subscriptions."""

from entrepot.kernel.text import Text

WAYS: dict[str, Text] = {
    "mail": Text("mail", "邮件"),
    "webhook": Text("webhook", "接口推送"),
    "feed": Text("feed for a reader", "订阅源"),
}
STATES: dict[str, Text] = {
    "active": Text("running", "运行中"),
    "paused": Text("paused", "已暂停"),
    "ended": Text("ended", "已结束"),
    "waiting": Text("will be tried again", "待重试"),
    "behind": Text("waits its turn", "排队中"),
    "delivered": Text("delivered", "已送达"),
    "withheld": Text("withheld: no longer yours to read", "未发送：已无权查看"),
    "unsure": Text("perhaps sent; not sent again", "可能已发送，不再重发"),
    "failed": Text("failed", "失败"),
}
BADGES = {
    "active": "found", "paused": "needs_review", "ended": "not_applicable", "waiting": "needs_review", "behind": "waits",
    "delivered": "found",
    "withheld": "not_applicable", "unsure": "needs_review", "failed": "refused",
}  # fmt: skip
# What a person may choose to hear of, and the patterns of topics behind it.
CHOICES: tuple[tuple[str, Text, tuple[str, ...]], ...] = (
    ("customs", Text("customs: acceptance, questions, release", "海关：接受、质询、放行"), ("customs.*",)),
    ("sent", Text("what was sent, and refusals by offices", "已发送的事项及机关退回"), ("*.sent", "*.rejected", "*.unsent")),
    ("found", Text("results that changed: duties, refunds, deadlines …", "结果变化：税费、退税、期限等"), ("found.*",)),
    ("papers", Text("papers and documents", "单证与文件"), ("paper.*", "document.*", "title.*")),
    ("money", Text("bank and foreign exchange", "银行与外汇"), ("bank.*", "settlement.*")),
    ("talk", Text("comments, assignments, own deadlines", "留言、分派与自设期限"), ("dossier.comment", "dossier.assigned", "dossier.due")),
    ("members", Text("dossiers opened, parties and mandates", "新建业务、参与方与委托"), ("dossier.opened", "dossier.member", "*.mandate")),
)  # fmt: skip
WORDS: dict[str, Text] = {
    "push": Text("Notices and webhooks", "通知与订阅"),
    "push_about": Text(
        "Hear of what happens in your dossiers without looking: by mail, in a feed reader, or straight into your own system. You hear"
        " only of what you may read, at the moment it is sent.",
        "无需登录查看即可获知业务动态：通过邮件、订阅阅读器，或直接推送到您的系统。仅推送您在发送时有权查看的内容。",
    ),
    "push_mine": Text("Subscriptions", "现有订阅"),
    "push_none": Text("There are none yet. Make the first below.", "尚无订阅，请在下方建立。"),
    "push_visitor": Text(
        "A visitor of the sandbox subscribes to nothing, as everybody shares it. Sign in to subscribe.",
        "沙盒访客身份由所有人共用，不能订阅。请登录后订阅。",
    ),
    "push_make": Text("Subscribe", "新建订阅"),
    "push_make_do": Text("Subscribe", "订阅"),
    "push_way": Text("How", "方式"),
    "push_by_mail": Text("By mail", "邮件"),
    "push_by_webhook": Text("Webhook", "接口推送"),
    "push_by_webhook_more": Text("straight into your own system, signed", "签名后直接推送到贵方系统"),
    "push_by_feed": Text("Feed", "订阅源"),
    "push_by_feed_more": Text("a secret address for a feed reader", "供订阅阅读器使用的保密地址"),
    "push_replay_do": Text("Deliver again", "重新推送"),
    "push_mail_to": Text("Mail to", "邮件发送至"),
    "push_mail_none": Text("Confirm a mail address under your account first.", "请先在账户中确认邮箱。"),
    "push_address": Text("Address of your system", "贵方系统地址"),
    "push_address_more": Text("https://…, for a webhook", "https://…，用于接口推送"),
    "push_title": Text("Name", "名称"),
    "push_title_more": Text("for yourselves, such as “stock system”", "自用，例如“仓储系统”"),
    "push_what": Text("What about", "内容"),
    "push_what_more": Text("Nothing chosen: everything.", "不选则为全部。"),
    "push_patterns": Text("Topics", "主题"),
    "push_patterns_more": Text(
        "patterns with *, such as customs.* found.rebate.*", "可用 * 通配，例如 customs.* found.rebate.*"
    ),
    "push_dossiers": Text("Only these dossiers", "仅限以下案卷"),
    "push_dossiers_more": Text("ids, with spaces between; none: all of yours", "案卷编号，以空格分隔；不填为全部"),
    "push_every": Text("When", "频率"),
    "push_at_once": Text("at once, at most one mail a minute", "即时（每分钟至多一封）"),
    "push_daily": Text("once a day, at eight in the morning", "每日一封（早八点）"),
    "push_tells": Text("What the mail tells", "邮件内容"),
    "push_topics": Text("what happened, and where to look", "发生了什么及查看链接"),
    "push_links": Text("only that something happened, and where to look", "仅提示有动态及查看链接"),
    "push_finer": Text("Finer choice", "更多筛选"),
    "push_only_mail": Text(
        "Webhooks and feeds are made by those who administer your organisation.", "接口推送与订阅源由本单位管理员建立。"
    ),
    "push_secret": Text("The secret, shown this once", "密钥（仅显示一次）"),
    "push_secret_more": Text(
        "Your system verifies with it that an event is from us and unaltered. Keep it now; it cannot be shown again.",
        "贵方系统用它核验事件确由本平台发出且未被改动。请立即保存，之后无法再次显示。",
    ),
    "push_public": Text("Or verify with our public key (v1a)", "也可使用我方公钥核验（v1a）"),
    "push_feed": Text("Address for your feed reader", "订阅源地址"),
    "push_feed_more": Text("Whoever has it reads along: keep it to yourself.", "持有该地址者均可阅读，请妥善保管。"),
    "push_all_topics": Text("everything", "全部"),
    "push_named": Text("what names you", "提及您的内容"),
    "push_waiting": Text("waiting", "待送"),
    "push_delivered": Text("delivered", "已送"),
    "push_old_until": Text("The secret before holds until", "旧密钥有效至"),
    "push_test": Text("Try it", "测试"),
    "push_pause": Text("Pause", "暂停"),
    "push_go_on": Text("Go on", "恢复"),
    "push_go_on_more": Text("Nothing was lost: it goes on where it stood.", "无遗漏：从暂停处继续。"),
    "push_rotate": Text("New secret", "更换密钥"),
    "push_rotate_feed": Text("New address", "更换地址"),
    "push_end": Text("End it", "结束订阅"),
    "push_replay": Text("Deliver again, all behind position", "重新推送此位置之后的全部"),
    "push_again": Text("again", "重发"),
    "push_deliveries": Text("Deliveries", "推送记录"),
    "push_no_deliveries": Text("Nothing was delivered yet.", "尚无推送。"),
    "push_event": Text("event", "事件"),
    "push_when": Text("last tried", "最近一次"),
    "push_how": Text("how it went", "结果"),
    "push_attempts": Text("attempts", "次数"),
    "push_next_try": Text("again at", "下次重试"),
    "push_older": Text("Older ones", "更早记录"),
    "push_tried": Text("Tried out:", "测试结果："),
    "push_made": Text("You are subscribed.", "订阅成功。"),
    "push_stop": Text("No more mails?", "退订邮件"),
    "push_stop_more": Text("These mails will end:", "将停止发送以下邮件："),
    "push_stop_do": Text("No more of these mails", "确认退订"),
    "push_stopped": Text("Done: no more of these mails.", "已退订，不再发送此类邮件。"),
    "push_machines": Text("For machines the same is at", "程序可使用接口"),
}
