"""What the store refuses, each with its rule number, in English and Chinese."""

from entrepot.kernel.text import Problem, Text


def form(where: str, en: str, zh: str) -> Problem:
    return Problem("S001", where, Text(en, zh), Text("correct it and say it again", "请更正后重新提交"))


def keyed(where: str, topic: str, domain: str) -> Problem:
    if domain:
        return form(where, f"{topic} takes a key that names the {domain}", f"{topic} 须给出键（{domain}）")
    return form(where, f"{topic} takes no key", f"{topic} 不带键")


def no_name(where: str, value: str) -> Problem:
    shown = value[:100]
    return form(
        where,
        f"{shown!r} is no id to use here: 1 to 100 letters, digits and . _ : -, and not the statement's own",
        f"{shown!r} 不能用作编号：须为 1 至 100 个字母、数字或 . _ : -，且不得为本申报自身的编号",
    )


def no_words(where: str, limit: int) -> Problem:
    return form(where, f"longer than {limit} characters, or not printable", f"超过 {limit} 个字符或含不可见字符")


def too_many(where: str, limit: int) -> Problem:
    return form(where, f"more than {limit:,} statements in one batch", f"单个批次超过 {limit:,} 份申报")


def too_large(where: str, size: int, limit: int) -> Problem:
    return Problem(
        "S002",
        where,
        Text(f"{size:,} bytes are more than the {limit:,} allowed", f"大小 {size:,} 字节，超过上限 {limit:,} 字节"),
        Text("send less, or in parts", "请缩小或分批提交"),
    )


def unknown_topic(where: str, topic: str) -> Problem:
    return Problem(
        "S003",
        where,
        Text(f"nobody can say {topic!r}: there is no such said topic", f"没有可申报的主题 {topic!r}"),
        Text("use one of the topics on file", "请使用已登记的主题"),
    )


def unreadable(where: str, error: str) -> Problem:
    return Problem(
        "S004",
        where,
        Text(f"the body does not fit its topic: {error}", f"内容与主题不符：{error}"),
        Text("correct the body", "请更正内容"),
    )


def same_id(where: str) -> Problem:
    return Problem(
        "S005",
        where,
        Text("another statement with this id is on file, with other content", "该编号已用于内容不同的另一份申报"),
        Text("give a new statement a new id", "新的申报请使用新的编号"),
    )


def moved(where: str) -> Problem:
    return Problem(
        "S006",
        where,
        Text("the dossier has moved since the speaker read it", "案卷在提交人查看之后已有变动"),
        Text("read it again, then say it again", "请重新查看后再提交"),
    )


def mandate_gone(where: str) -> Problem:
    return Problem(
        "S014",
        where,
        Text("the mandate it was said under was changed or revoked meanwhile", "所依据的委托已被变更或撤销"),
        Text("look at the mandate again", "请重新查看委托"),
    )


def not_open(dossier: str) -> Problem:
    return Problem(
        "S007",
        "dossier",
        Text(f"there is no dossier {dossier!r}", f"案卷 {dossier!r} 不存在"),
        Text("open it first: its first statement is dossier.opened", "请先建档：第一份申报须为 dossier.opened"),
    )


def other_kind(dossier: str, kind: str) -> Problem:
    return Problem(
        "S008",
        "kind",
        Text(f"dossier {dossier!r} was opened as {kind}", f"案卷 {dossier!r} 的类型为 {kind}"),
        Text("open another dossier for another kind", "不同类型请另行建档"),
    )


def overdrawn(where: str, resource: str, unit: str, left: str, asked: str) -> Problem:
    return Problem(
        "S009",
        where,
        Text(
            f"{resource}: {asked} {unit} asked, {left} {unit} left",
            f"{resource}：申请 {asked} {unit}，仅余 {left} {unit}",
        ),
        Text("take less, or withdraw what was taken elsewhere", "请减少数量，或撤回其他占用"),
    )


def other_stock(where: str, resource: str, unit: str, held: str, said: str) -> Problem:
    return Problem(
        "S010",
        where,
        Text(
            f"{resource} is on file with {held} {unit} in all, this statement says {said}",
            f"{resource} 登记总量为 {held} {unit}，本次申报为 {said}",
        ),
        Text("state the same total, or withdraw the earlier statements first", "请填写相同总量，或先撤回此前的申报"),
    )


def immeasurable(where: str, resource: str) -> Problem:
    return Problem(
        "S011",
        where,
        Text(
            f"{resource}: a quantity is zero or more, below 10^12, with at most six decimal places",
            f"{resource}：数量须为非负数，小于 10^12，至多六位小数",
        ),
        Text("correct the quantity", "请更正数量"),
    )


def not_kept(where: str, error: str) -> Problem:
    return Problem(
        "S012",
        where,
        Text(f"the store could not keep it: {error}", f"存储未能保存：{error}"),
        Text("nothing of this batch is on file; tell the operator", "该批次未保存任何内容；请联系运营方"),
    )


def final_word(where: str) -> Problem:
    return Problem(
        "S013",
        where,
        Text("what was said there is final: it is neither replaced nor withdrawn", "该陈述为终局陈述，不得替换或撤回"),
        Text("say what follows from it as a statement of its own", "请以新的陈述说明后续事项"),
    )
