"""The words of the page of the API, in English and Chinese together."""

from entrepot.kernel.text import Text

WORDS: dict[str, Text] = {
    "api": Text("For your systems: the API", "系统对接接口"),
    "api_about": Text(
        "Whatever the pages do, your own systems can do over HTTP. This page is made of the description (OpenAPI 3.1), from which "
        "clients are generated; for Python there is one with types for every topic.",
        "页面上的一切操作均可由您的系统通过 HTTP 完成。本页由接口描述（OpenAPI 3.1）生成，"
        "可据此生成客户端；Python 另有含全部主题类型的客户端。",
    ),
    "api_asks": Text("asks", "参数"),
    "api_begin": Text("To begin", "开始使用"),
    "api_current": Text("current", "现行"),
    "api_deprecated": Text("to end", "即将停用"),
    "api_ended": Text("ended", "已停用"),
    "api_open": Text("for anybody", "无需凭证"),
    "api_open_end": Text("no end is set", "未定停用日"),
    "api_sandbox": Text(
        "This is a sandbox: the header Entrepot-As lets you play a role. In live use a token takes its place.",
        "此为沙盒：可用 Entrepot-As 请求头扮演角色；正式使用须以令牌代替。",
    ),
    "api_since": Text("since", "启用日"),
    "api_state": Text("state", "状态"),
    "api_takes": Text("takes", "请求体"),
    "api_token": Text(
        "A token is made on the page of your organisation, by whoever administers it.",
        "令牌由本单位管理员在单位页面创建。",
    ),
    "api_topics": Text("Topics and their bodies", "主题及其内容"),
    "api_until": Text("answered until", "停用日"),
    "api_version": Text("version", "版本"),
    "api_versions": Text("Versions", "版本"),
}
