"""The words of the auditor's view and of exports."""

from entrepot.kernel.text import Text

SCOPES: dict[str, Text] = {
    "all": Text("All reads", "全部查看记录"),
    "ours": Text("What our people looked at", "本单位人员的查看"),
    "own": Text("Who looked at our own dossier", "谁查看过本单位档案"),
    "mine": Text("Who looked at what names me", "谁查看过与我有关的内容"),
    "all_more": Text(
        "Every read of a dossier through page, API and command line. That you ask is itself written down.",
        "通过页面、接口和命令行对案卷的每次查看。您的本次查询也会记录。",
    ),
    "ours_more": Text("What people and systems of your organisation looked at.", "本单位人员与系统查看过的内容。"),
    "own_more": Text(
        "Which organisations looked at what your enterprise says of itself.", "哪些单位查看过本单位的自述信息。"
    ),
    "mine_more": Text(
        "Which other organisations looked at dossiers in which you made statements: your name stands there.",
        "哪些其他单位查看过您作过陈述、载有您姓名的案卷。",
    ),
}
DOORS: dict[str, Text] = {
    "page": Text("page", "页面"),
    "api": Text("API", "接口"),
    "command": Text("command line", "命令行"),
    "behind": Text("the platform, for a subscriber", "平台推送"),
}
EXPORT_STATES: dict[str, tuple[Text, str]] = {
    "waiting": (Text("being made", "生成中"), "waits"),
    "ready": (Text("ready", "可下载"), "found"),
    "failed": (Text("not made", "未生成"), "refused"),
    "ended": (Text("no longer kept", "已过期删除"), "not_applicable"),
}
WORDS: dict[str, Text] = {
    "audit_as_of": Text("As it stood then", "历史时点"),
    "audit_as_of_more": Text(
        "What was known and found at a moment, as you could read it then and may read it now.",
        "某一时点已知和已得出的内容（以您当时及现在均有权查看的为限）。"
    ),
    "audit_at": Text("Moment", "时点"),
    "audit_with": Text("Compare with", "对比时点"),
    "audit_with_more": Text("empty: the last moment before it", "不填：前一时点"),
    "audit_show": Text("Show", "显示"),
    "audit_now": Text("Compare with now", "与现在对比"),
    "audit_earlier": Text("Earlier", "更早"),
    "audit_later": Text("Later", "更晚"),
    "audit_moments": Text("Moments at which something was said", "有陈述的时点"),
    "audit_time": Text("Times are those of the counting office (UTC+8).", "时间为业务时区（UTC+8）。"),
    "audit_moved": Text("What moved", "变动"),
    "audit_moved_none": Text("Nothing moved between the two.", "两个时点之间没有变动。"),
    "audit_moved_first": Text("Nothing was said before this moment.", "此时点之前尚无陈述。"),
    "audit_between": Text("between", "期间"),
    "audit_and": Text("and", "至"),
    "audit_before": Text("before", "之前"),
    "audit_after": Text("after", "之后"),
    "audit_nothing": Text("nothing", "无"),
    "audit_because": Text("because of", "因"),
    "audit_by_day": Text("the day or a row of law", "日期或规定变化"),
    "audit_said": Text("What stood as said", "当时的陈述"),
    "audit_found": Text("What was found", "当时的认定"),
    "audit_filed": Text("What was filed, drawn again", "已发送内容的重新核算"),
    "audit_filed_more": Text(
        "Each is drawn from what was known when it was sent, with the packs of law it rested on.",
        "按发送时已知内容及当时所依规则包重新得出。"
    ),
    "audit_missing": Text("not kept", "未留存"),
    "audit_reads": Text("Who looked", "查看记录"),
    "audit_reads_none": Text("Nobody looked.", "没有查看记录。"),
    "audit_when": Text("when", "时间"),
    "audit_who": Text("who", "查看人"),
    "audit_what": Text("what", "内容"),
    "audit_how": Text("how", "途径"),
    "audit_personal": Text("personal data", "个人信息"),
    "audit_personal_only": Text("Personal data alone", "仅个人信息"),
    "audit_times": Text("times", "次"),
    "audit_since": Text("From", "自"),
    "audit_until": Text("Until", "至"),
    "audit_dossier": Text("Dossier", "案卷"),
    "audit_organisation": Text("Organisation", "单位"),
    "audit_person": Text("Person", "人员"),
    "audit_elsewhere": Text("a dossier that is not yours to see", "您无权查看的案卷"),
    "audit_shown": Text("What was shown", "所示内容"),
    "audit_shown_more": Text(
        "The dossier as this reader could see it then, as far as you may read it too. What other dossiers showed is not drawn again.",
        "该查看人当时可见的内容（以您亦有权查看的为限）。当时其他案卷所提供的内容不再重现。",
    ),
    "audit_shown_none": Text("This read was of no dossier.", "此次查看不涉及案卷。"),
    "audit_statements": Text("statements at that time", "条陈述（当时）"),
    "audit_exports": Text("Exports", "数据导出"),
    "audit_export_look": Text("Look again", "刷新进度"),
    "audit_export": Text("Take everything with you", "导出全部数据"),
    "audit_export_more": Text(
        "Everything held about your enterprise and its people, in one file, free: statements, findings with their working, papers, issued"
        " documents, proofs, people, mandates, tokens without their secrets, and who looked. Anybody can check it without us.",
        "一键免费导出平台留存的本单位及人员的全部数据：陈述、认定及计算过程、单证、已签发文件、证明、人员、委托、令牌（不含密钥）及查看记录。任何人可离线核验。",
    ),
    "audit_export_do": Text("Make the file", "生成导出文件"),
    "audit_period": Text("A period for an audit", "审计期间导出"),
    "audit_period_more": Text(
        "Statements heard on these days that you may read, with proofs that they stand in the log and that the log only grew.",
        "期间内您有权查看的陈述，附其在日志中的证明及日志只增不改的证明。",
    ),
    "audit_export_mine": Text("Files", "导出文件"),
    "audit_export_none": Text("None was made yet.", "尚未生成。"),
    "audit_export_days": Text("It is made behind and kept for so many days:", "后台生成，保留天数："),
    "audit_export_wait": Text("This page shows how far it is; come back at any time.", "本页显示进度，可随时返回查看。"),
    "audit_export_get": Text("Download", "下载"),
    "audit_export_until": Text("until", "保留至"),
    "audit_export_check": Text("Check it", "核验"),
    "audit_export_not": Text(
        "Exports are made by whoever administers the organisation, and by auditors. Sign in.",
        "导出由本单位管理员或审计方办理，请登录。",
    ),
}  # fmt: skip
FIELDS: dict[str, Text] = {}
