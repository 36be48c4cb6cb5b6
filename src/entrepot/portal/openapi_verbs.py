"""What every verb of the API's description has: a lasting name, a group, and the answers it gives when something is wrong."""

import re
from typing import Any

GROUPS = {
    "Saying": "Say statements, hand papers in and have them back. · 陈述与单证",
    "Reading": "Dossiers, sheets, reasons, receipts, search and what waits. · 查看",
    "Sending": "What goes to offices, and what they answered. · 发送与答复",
    "Documents": "Signed documents, prints and keys. · 签发与打印",
    "Titles": "Bills of lading and warehouse receipts. · 物权凭证",
    "Events": "The feed of events and subscriptions. · 事件与订阅",
    "Enterprise": "Mandates and what concerns one's own organisation. · 企业与委托",
    "Asking": "Questions that need no dossier. · 查询",
    "Counters": "Handing over between counters and the portal. · 窗口同步",
    "Others": "All else. · 其他",
}
"""The groups, in the order in which pages show them, with what they hold."""
# By the first word behind the version, or behind a dossier.
_GROUP_OF = {
    "submissions": "Saying", "bulk": "Saying", "papers": "Saying", "copy": "Saying", "part": "Saying", "erasures": "Saying",
    "dossiers": "Reading", "why": "Reading", "receipts": "Reading", "search": "Reading", "work": "Reading", "worklist": "Reading",
    "send": "Sending", "answers": "Sending", "declaration.xml": "Sending",
    "documents": "Documents", "prints": "Documents", "spreadsheet": "Documents", "keys": "Documents",
    "titles": "Titles", "events": "Events", "subscriptions": "Events", "mandates": "Enterprise",
    "classify": "Asking", "screen": "Asking", "checkpoint": "Asking", "topics": "Asking", "openapi.json": "Asking", "versions": "Asking",
    "sync": "Counters",
}  # fmt: skip
PROBLEMS = {
    "400": "The request could not be read",
    "401": "Nobody proven is asking",
    "403": "You may not do this",
    "404": "There is nothing here for you",
    "409": "Something moved since you read it, or the id is taken",
    "413": "This is too much at once",
    "422": "What was said cannot stand: every problem is told",
    "429": "Too many requests; `Retry-After` tells in how many seconds to come again",
}
"""What goes wrong, by status: each is an entry of `components.responses`."""
_DOSSIER = "/api/v1/dossiers/{id}/"


def verb_name(method: str, path: str) -> str:
    """The operationId: the method and the words of the path, as `get_dossiers_id_why_place`. It lasts as long as the path."""
    words = re.findall(r"[A-Za-z0-9]+", path.removeprefix("/api/v1"))
    return "_".join([method, *words])


def group(path: str) -> str:
    """The group that a path belongs to."""
    rest = path.removeprefix(_DOSSIER) if path.startswith(_DOSSIER) else path.removeprefix("/api/v1/")
    return _GROUP_OF.get(rest.partition("/")[0], "Others")


def problem_responses() -> dict[str, Any]:
    """The answers of `PROBLEMS`, for the components of the description."""
    told = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}
    responses: dict[str, Any] = {code: {"description": text, "content": told} for code, text in PROBLEMS.items()}
    responses["401"]["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    responses["429"]["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "required": True}}
    return responses


def complete(paths: dict[str, Any]) -> dict[str, Any]:
    """The paths, each verb with its name, its group and what may go wrong."""
    for path, verbs in paths.items():
        for method, verb in verbs.items():
            verb["operationId"] = verb_name(method, path)
            verb["tags"] = [group(path)]
            for code in _wrong(path, method, verb):
                verb["responses"].setdefault(code, {"$ref": f"#/components/responses/{code}"})
    return paths


def _wrong(path: str, method: str, verb: dict[str, Any]) -> list[str]:
    """The statuses of what may go wrong at a verb."""
    asked = any(one["in"] == "query" for one in verb.get("parameters", ()))
    codes = ["429"]
    if verb.get("security") != []:
        codes += ["401", "403"]
    if "{" in path or method != "get":
        codes.append("404")
    if method != "get":
        codes += ["400", "409", "413", "422"]
    elif asked:
        codes.append("422")
    return sorted(codes)
