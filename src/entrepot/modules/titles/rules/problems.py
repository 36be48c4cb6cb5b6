"""What the rules of titles refuse, each with its number, in English and Chinese."""

from entrepot.kernel.text import Problem, Text

ACTIONS: dict[str, Text] = {
    "issue": Text("issue", "签发"),
    "endorse": Text("endorse", "记名背书"),
    "endorse_blank": Text("endorse in blank", "空白背书"),
    "transfer": Text("transfer control", "转让控制权"),
    "surrender": Text("surrender", "交回"),
    "refuse": Text("refuse the surrender", "拒绝交回"),
    "accept": Text("accept the surrender and deliver", "接受交回并放货"),
    "amend": Text("amend", "更改"),
    "to_paper": Text("convert to paper", "转为纸质"),
    "from_paper": Text("take the paper back in", "收回纸质并恢复电子形式"),
    "split": Text("split", "分割"),
    "void": Text("void", "作废"),
}
STATES: dict[str, Text] = {
    "circulating": Text("circulating", "流通中"),
    "surrendered": Text("surrendered, not answered yet", "已交回，待答复"),
    "delivered": Text("surrendered, goods to be delivered", "已交回放货"),
    "on_paper": Text("on paper", "已转为纸质"),
    "split": Text("split into parts", "已分割"),
    "void": Text("void", "已作废"),
}


def _problem(rule: str, where: str, en: str, zh: str, fix: str, fix_zh: str) -> Problem:
    return Problem(rule, where, Text(en, zh), Text(fix, fix_zh))


def off_chain(number: int, expected: int) -> Problem:
    en = f"step {number} does not follow: the next is {expected}, and names the digest of the one before"
    return _problem("TI001", "previous", en, f"第 {number} 步与链不符：下一步应为 {expected}，并载明上一步摘要",
                    "read the title again and sign the step on its present state", "请重新查看凭证，并按当前状态签署")  # fmt: skip


def wrong_state(action: str, state: str) -> Problem:
    act, now = ACTIONS[action], STATES[state]
    return _problem("TI002", "action", f"the title is {now.en}: one cannot {act.en}", f"凭证状态为“{now.zh}”，不能{act.zh}",
                    "see what may be done now on the title's page", "请在凭证页面查看当前可办事项")  # fmt: skip


def not_holder(by: str, action: str) -> Problem:
    act = ACTIONS[action]
    return _problem("TI003", "by", f"{by} has no control of the title and cannot {act.en}", f"{by} 不持有该凭证，不能{act.zh}",
                    "the holder does this", "须由持有人办理")  # fmt: skip


def not_entitled(by: str, endorsee: str) -> Problem:
    return _problem("TI004", "by", f"{by} holds the title, but it is made out to {endorsee}", f"{by} 虽持有凭证，但凭证权利人为 {endorsee}",
                    f"transfer control to {endorsee}", f"请将控制权转让给 {endorsee}")  # fmt: skip


def wrong_key(by: str) -> Problem:
    return _problem("TI005", "proof", f"the step is not signed with the key by which {by} has control", f"该步骤不是用 {by} 的控制密钥签署",
                    "sign with the key named when control passed", "请使用取得控制权时登记的密钥签署")  # fmt: skip


def wrong_content(what: str, zh: str) -> Problem:
    return _problem(
        "TI006", "content", what, zh, "name the digest of the document as it stands", "请载明现行正文的摘要"
    )


def misfit(field: str, what: str, zh: str) -> Problem:
    return _problem("TI007", field, what, zh, "correct the step and sign it again", "请更正后重新签署")


def out_of_time(at: str, after: str) -> Problem:
    shown = at or "-"
    return _problem("TI008", "at", f"{shown} is not a UTC time at or after {after}", f"{shown} 不是 {after} 当时或之后的 UTC 时间",
                    "date the step when it is signed", "请按签署时间填写")  # fmt: skip


def not_endorsable(en: str, zh: str) -> Problem:
    return _problem("TI009", "action", en, zh, "transfer control instead", "可改为转让控制权")


def not_issuer(by: str, action: str) -> Problem:
    act = ACTIONS[action]
    return _problem(
        "TI010",
        "by",
        f"only the issuer can {act.en}, not {by}",
        f"只有签发人可以{act.zh}，{by} 不可",
        "the issuer does this",
        "须由签发人办理",
    )


def uneven(line: str, whole: str, parts: str) -> Problem:
    return _problem("TI011", f"parts.{line}", f"the parts of line {line} come to {parts}, the title has {whole}",
                    f"第 {line} 项各部分合计 {parts}，凭证为 {whole}", "divide each line without remainder", "各项须足额分割")  # fmt: skip


def other_paper(said: str, known: str) -> Problem:
    return _problem("TI012", "paper", f"paper {said!r} was taken in, the title went onto paper {known!r}",
                    f"收回的纸质单证为 {said!r}，而登记的为 {known!r}", "take in the very paper that was given out",
                    "须收回原先发出的纸质单证")  # fmt: skip


def no_split() -> Problem:
    return _problem("TI013", "action", "a bill of lading is split only before it is endorsed", "提单一经背书不得分割",
                    "ask the issuer for an amendment", "可请签发人更改")  # fmt: skip


def no_void() -> Problem:
    return _problem("TI014", "action", "the issuer voids only what it holds itself", "签发人只能作废其自身持有的凭证",
                    "have it surrendered or transferred to you first", "请先由持有人交回或转让")  # fmt: skip
