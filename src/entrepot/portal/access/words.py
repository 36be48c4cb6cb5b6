"""The words of mandates, rules of sending and the second person."""

from entrepot.kernel.text import Text

_FIELDS_ZH = """
activities 经营范围|address_zh 中文地址|agent 受托单位|agent_name 受托单位名称|email 电子邮箱|mandate 委托编号|modes 监管方式
may_send 可代为发送
phone 电话|revoked 撤销原因|two_persons 须双人复核的事项
"""
FIELDS: dict[str, Text] = {
    name: Text(name.replace("_", " "), zh)
    for name, _, zh in (entry.partition(" ") for line in _FIELDS_ZH.split("\n") for entry in line.split("|") if entry)
}
WORDS: dict[str, Text] = {
    "mandates": Text("Mandates", "授权委托"),
    "mandates_about": Text(
        "Who acts for you in your dossiers, and for whom you act. A mandate can be revoked at any moment and then ends at once.",
        "谁在您的业务档案中代您办理，您又代谁办理。委托可随时撤销，撤销即刻生效。",
    ),
    "mandates_given": Text("Given by you", "您授予的委托"),
    "mandates_received": Text("Held by you", "您受托的委托"),
    "mandates_none_given": Text(
        "You have given no mandate. Brokers and counters act only where a dossier names them.",
        "您尚未授予委托。报关企业和窗口仅能在列明其参与的档案中办理。",
    ),
    "mandates_none_received": Text("Nobody has given you a mandate.", "尚无单位委托您。"),
    "mandate_give": Text("Give a mandate", "授予委托"),
    "mandate_give_do": Text("Give it", "授予"),
    "mandate_agent": Text("Code of the agent", "受托单位代码"),
    "mandate_agent_more": Text(
        "The unified social credit code, or the code under which it is registered here.",
        "统一社会信用代码，或其在本平台的代码。",
    ),
    "mandate_agent_name": Text("Name of the agent", "受托单位名称"),
    "mandate_role": Text("It acts as", "受托身份"),
    "mandate_number": Text("Number", "编号"),
    "mandate_number_more": Text("Left blank, the next one is taken.", "留空则自动编号。"),
    "mandate_signed_on": Text("From", "生效日期"),
    "mandate_valid_until": Text("Until", "截止日期"),
    "mandate_no_end": Text("without end", "长期有效"),
    "mandate_until_more": Text("Left blank, until you revoke it.", "留空则至撤销为止。"),
    "mandate_scope": Text("Where it holds", "委托范围"),
    "mandate_scope_all": Text("in all dossiers", "全部档案"),
    "mandate_scope_dossiers": Text("only in these dossiers", "仅限下列档案"),
    "mandate_scope_modes": Text("only in these supervision modes", "仅限下列监管方式"),
    "mandate_dossiers": Text("Dossiers, a line each", "档案编号，每行一个"),
    "mandate_modes": Text("Supervision modes, such as 0110", "监管方式代码，如 0110"),
    "mandate_may_send": Text("It may also send to offices", "可代为向机关发送"),
    "mandate_sends": Text("may send", "可代为发送"),
    "mandate_sends_not": Text("prepares, does not send", "仅准备，不发送"),
    "mandate_of": Text("Principal", "委托方"),
    "mandate_to": Text("Agent", "受托方"),
    "mandate_running": Text("running", "有效"),
    "mandate_later": Text("begins later", "尚未生效"),
    "mandate_ended": Text("ended", "已到期"),
    "mandate_revoked": Text("revoked", "已撤销"),
    "mandate_waiting": Text("waits for admission", "待准入"),
    "mandate_waiting_more": Text(
        "Nobody acts for you until the operator has admitted your enterprise.", "运营方审核准入后，受托方方可代您办理。"
    ),
    "mandate_transcribed": Text("entered at a counter off a signed paper", "由窗口根据已签署的委托书录入"),
    "mandate_revoke": Text("Revoke", "撤销"),
    "mandate_reason": Text("Reason", "原因"),
    "mandate_print": Text("Print to sign", "打印签署"),
    "mandate_done_given": Text("Given. It holds from the day named.", "已授予，自所填日期起生效。"),
    "mandate_done_revoked": Text("Revoked. The agent is out from this moment.", "已撤销，受托方即刻失去权限。"),
    "mandate_not_administer": Text(
        "Only whoever administers your organisation gives and revokes mandates.", "仅本单位管理员可授予或撤销委托。"
    ),
    "mandate_sheet": Text("Mandate", "授权委托书"),
    "rules_of_sending": Text("Two persons", "双人复核"),
    "rules_of_sending_about": Text(
        "What is ticked leaves for an office only when somebody else of your enterprise has confirmed it: whoever sends is never the "
        "one who confirmed.",
        "勾选的事项须由本单位另一人复核确认后方可发送：发送人与复核人不得为同一人。",
    ),
    "rules_of_sending_always": Text("always, by the operator", "平台统一要求"),
    "rules_of_sending_set": Text("Keep these rules", "保存规则"),
    "rules_of_sending_done": Text("Kept. The rules hold from now on.", "已保存，即刻生效。"),
    "second": Text("A second person", "第二人复核"),
    "second_waits": Text("It waits for a second person before it can leave.", "须由第二人复核后方可发送。"),
    "second_ready": Text("Another person has confirmed it: it can leave.", "已由他人复核，可以发送。"),
    "second_none": Text("No rule asks for a second person here.", "此事项无须第二人复核。"),
    "second_yours": Text("You confirmed it. Now somebody else sends it.", "您已复核，请由他人发送。"),
    "second_refused": Text(
        "It was refused. Mend what the reason says; it is then confirmed anew.",
        "复核未通过，请按所述原因更正后重新复核。",
    ),
    "second_asked_by": Text("asked for by", "要求方"),
    "second_who": Text("Who may confirm", "可复核人员"),
    "second_who_none": Text(
        "Nobody else of your organisation has the duty to confirm yet: whoever administers it can give it.",
        "本单位尚无其他具有复核权限的人员，可请管理员授予。",
    ),
    "second_people": Text("People and duties", "人员与权限"),
    "second_reason": Text("What did you check? Or why not?", "复核情况或不通过的原因"),
    "second_confirm": Text("Confirm", "确认通过"),
    "second_refuse": Text("Refuse", "不通过"),
    "second_by": Text("so far", "目前"),
    "second_what": Text("What would leave", "拟发送内容"),
}
