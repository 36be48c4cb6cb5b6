"""The words of the screening pages, in English and Chinese together."""

from entrepot.kernel.text import Text

WORDS: dict[str, Text] = {
    "screen": Text("Screen a name", "名单筛查"),
    "screen_against": Text("Screened against", "已筛查名单"),
    "screen_anything": Text("anything", "不限"),
    "screen_born": Text("born (day or year)", "出生日期或年份"),
    "screen_country": Text("country (three letters)", "国家（三字母代码）"),
    "screen_decide": Text("Decide", "提交决定"),
    "screen_decided": Text("decided by", "决定人"),
    "screen_decided_more": Text(
        "The decision is kept, and stands in your other dossiers too.", "决定已保存，并适用于本企业的其他档案。"
    ),
    "screen_do": Text("Screen", "筛查"),
    "screen_foreign": Text("another country's list: informs, refuses nothing", "境外名单：仅供参考，不作拒绝依据"),
    "screen_blocks": Text("blocks until it is decided", "处理前不得申报"),
    "screen_hits": Text("Hits of the screening", "筛查命中"),
    "screen_is_them": Text("it is them", "确为本人"),
    "screen_kind": Text("what it is", "类别"),
    "screen_list": Text("list", "名单"),
    "screen_listed": Text("what is listed", "名单内容"),
    "screen_more": Text(
        "A person, a firm or a ship, in any script. The score tells how alike two names are, not who somebody is.",
        "个人、企业或船舶，支持各种文字。得分仅表示名称相似程度，并不认定身份。",
    ),
    "screen_name": Text("name", "名称"),
    "screen_none": Text("Nothing on the lists on file is like it.", "已收录名单中没有相似名称。"),
    "screen_none_yet": Text("Nothing in this dossier looks like a listed name.", "本档案没有与名单相似的名称。"),
    "screen_not_them": Text("it is not them", "并非同一主体"),
    "screen_place": Text("where it stands", "所在字段"),
    "screen_reason": Text("reason", "理由"),
    "screen_said": Text("what was said", "申报内容"),
    "screen_score": Text("likeness", "相似度"),
    "screen_stale": Text("no longer current:", "已过期："),
    "screen_good_until": Text("good until", "有效期至"),
    "screen_until": Text("until (a year at most)", "有效期至（最长一年）"),
    "screen_why": Text("why it is like it", "相似理由"),
}
STATES: dict[str, Text] = {
    "open": Text("open", "待处理"),
    "cleared": Text("not them", "已排除"),
    "confirmed": Text("confirmed", "已确认"),
}
KINDS: dict[str, Text] = {
    "person": Text("person", "个人"),
    "entity": Text("firm or organisation", "企业或组织"),
    "vessel": Text("ship", "船舶"),
    "aircraft": Text("aircraft", "航空器"),
    "party": Text("person or firm", "个人或企业"),
}
FIELDS: dict[str, Text] = {
    "aliases": Text("also known as", "别名"),
    "born": Text("born", "出生"),
    "confirmed": Text("confirmed", "已确认"),
    "decided_by": Text("decided by", "决定人"),
    "decided_on": Text("decided on", "决定日期"),
    "entries": Text("entries", "条目数"),
    "entry": Text("entry", "条目"),
    "foreign": Text("another country's list", "境外名单"),
    "hit": Text("hit", "命中项"),
    "hits": Text("hits", "命中"),
    "id": Text("id", "编号"),
    "listed": Text("listed name", "名单名称"),
    "listed_on": Text("listed on", "列入日期"),
    "lists": Text("lists", "名单"),
    "open": Text("open", "待处理"),
    "original": Text("in its own script", "原文名称"),
    "pack": Text("list", "名单"),
    "published": Text("published", "发布日期"),
    "reasons": Text("reasons", "理由"),
    "said": Text("said", "申报内容"),
    "score": Text("likeness", "相似度"),
    "screened": Text("looked at", "已筛查字段"),
    "subject": Text("where it stands", "所在字段"),
}
