"""The words of rehearsing, in English and Chinese together."""

from entrepot.kernel.text import Text

WORDS: dict[str, Text] = {
    "sb_page": Text("Rehearsal", "演练"),
    "sb_about": Text(
        "Here one may try everything: nothing is real, no office hears of it, and nothing goes over to the live store.",
        "此处可尝试一切操作：内容均非真实，不会送达任何机关，也不会进入正式存储。",
    ),
    "sb_private": Text(
        "Your organisation sees its own rehearsal alone. Customs, bank, carrier and buyer answer when you press their button.",
        "贵单位仅能看到自己的演练。海关、银行、承运人和买方由您按键代为答复。",
    ),
    "sb_open": Text(
        "This sandbox is open: everybody sees all of it, and looks as anybody by choosing a role.",
        "本沙盒对所有人开放：任何人都可看到全部内容，并可选择任一身份查看。",
    ),
    "sb_live": Text("To the live portal", "前往正式平台"),
    "sb_there": Text("To the sandbox", "前往沙盒"),
    "sb_there_more": Text(
        "Beside this portal there is a sandbox for rehearsing, with a store of its own. Sign in there with the same password.",
        "本平台另设独立存储的演练沙盒，请用相同密码登录。",
    ),
    "sb_none": Text("This installation has no sandbox.", "本平台未设沙盒。"),
    "sb_examples": Text("Begin with an example", "从示例开始"),
    "sb_examples_more": Text(
        "Each is a whole trade with its papers, copied for you. Look at the sheet, send the declaration, let customs answer, and follow "
        "it to the refund.",
        "每个示例都是带单证的完整业务，将为您复制一份。查看业务表、发送申报、让海关答复，一直走到退税。",
    ),
    "sb_begin": Text("Copy and open", "复制并打开"),
    "sb_own": Text("Or enter a trade of your own", "或录入自己的业务"),
    "sb_anew": Text("Begin anew", "重新开始"),
    "sb_anew_more": Text(
        "Your organisation leaves all trades of its rehearsal. What was said stays in the sandbox's log, where nothing is ever deleted, "
        "but nobody of your organisation sees it any more. This cannot be undone.",
        "贵单位将退出全部演练业务。已陈述内容仍留在沙盒日志中（任何内容都不会删除），但贵单位人员不再看到。此操作不可撤销。",
    ),
    "sb_anew_sure": Text("Yes, leave them all", "确认全部退出"),
    "sb_anew_done": Text("trades left. You begin anew.", "项业务已退出，可重新开始。"),
    "sb_play": Text("Play the other side", "扮演对方"),
    "sb_play_more": Text(
        "In a rehearsal you let the others answer. What they say here is said by sandbox organisations and is no official act.",
        "演练中由您代对方答复。此处的答复以沙盒机构名义作出，不是官方行为。",
    ),
    "sb_play_none": Text(
        "Nobody else has anything to say now. See what the sheet waits for.",
        "目前无需对方答复，请查看业务表的等待事项。",
    ),
    "sb_play_customs": Text("How shall customs answer the next declaration?", "海关应如何答复下一次申报？"),
    "sb_play_keep": Text("Answer so", "按此答复"),
    "sb_play_say": Text("Say it", "答复"),
    "sb_played": Text("It was said. The sheet has taken it in.", "已答复，业务表已更新。"),
    "sb_send": Text("Then send the declaration from the sheet.", "然后在业务表中发送申报。"),
    "sb_rehearse": Text("Rehearse with a copy in the sandbox", "复制到沙盒演练"),
    "sb_rehearse_more": Text(
        "What recurs of this trade (parties, goods, prices, terms) is copied into the sandbox for your organisation alone. "
        "Nothing ever comes back.",
        "将本业务的常用内容（当事方、商品、价格、条款）复制到沙盒，仅供贵单位使用，且绝不回传。",
    ),
    "sb_copied": Text("The copy is in the sandbox", "副本已在沙盒中"),
    "sb_elsewhere": Text("Accounts are kept at the live portal", "账户在正式平台维护"),
    "sb_elsewhere_more": Text(
        "People and organisations are the same here and there; they are registered and changed there.",
        "人员与单位在两处相同，注册与变更须在正式平台办理。",
    ),
    "sb_tour": Text("First time here? Follow one trade", "初次到访？跟随一票业务"),
    "sb_tour_more": Text("Five looks, in any order; nothing can be broken.", "五步浏览，顺序不限，不会损坏任何内容。"),
    "sb_tour_sheet": Text("A trade on one sheet", "一票业务，一张业务表"),
    "sb_tour_sheet_more": Text(
        "Prepared mushrooms to Yokohama: declared, released, paid, refunded.",
        "蘑菇罐头至横滨：已申报、放行、收汇、退税。",
    ),
    "sb_tour_why": Text("Ask a number why", "问一个数字“为什么”"),
    "sb_tour_why_more": Text(
        "The buyer's duty, down to the row of law and the paper it rests on.", "买方关税的依据：法规条目与单证。"
    ),
    "sb_tour_wrong": Text("Eight mistakes told at once", "一次指出八处错误"),
    "sb_tour_wrong_more": Text("Each with where it is and how to mend it.", "逐项说明位置与更正方法。"),
    "sb_tour_customs": Text("See it as customs does", "以海关身份查看"),
    "sb_tour_customs_more": Text(
        "Other roles see other things: what it cost stays the exporter's.", "不同身份所见不同：成本仅出口商可见。"
    ),
    "sb_tour_own": Text("Copy an example and walk it yourself", "复制示例，亲自走一遍"),
    "sb_tour_own_more": Text(
        "From the papers to the refund, with customs answering as you choose.", "从单证到退税，海关如何答复由您选择。"
    ),
}
