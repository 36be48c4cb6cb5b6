"""The addresses of the pages on an example dossier: each is looked at by axe, taken as a picture and measured.

A part that adds pages adds their addresses here, with the name of the picture.
"""

from collections.abc import Mapping

PAGES: Mapping[str, str] = {
    "home": "/",
    "dossiers": "/dossiers",
    "work": "/work",
    "calendar": "/calendar",
    "search": "/search?q=EX",
    "new": "/new",
    "rehearsal": "/rehearsal",
    "sheet": "/d/{dossier}",
    "play": "/d/{dossier}/play",
    "said": "/d/{dossier}/said",
    "said-lines": "/d/{dossier}/said/goods.line",
    "found-lines": "/d/{dossier}/found/declaration.line",
    "papers": "/d/{dossier}/papers",
    "timeline": "/d/{dossier}/timeline",
    "talk": "/d/{dossier}/talk",
    "why": "/d/{dossier}/why/declaration.form",
    "say": "/d/{dossier}/say",
    "say-terms": "/d/{dossier}/say/trade.terms",
    "say-line": "/d/{dossier}/say/goods.line/1",
    "questions": "/d/{dossier}/questions",
    "answers": "/d/{dossier}/answers",
    "documents": "/d/{dossier}/documents",
    "papers-agree": "/d/{dossier}/papers-agree",
    "print": "/d/{dossier}/print",
    "screening": "/d/{dossier}/screening",
    "worklist": "/worklist",
    "classify": "/classify",
    "screen": "/screen",
    "rules": "/rules",
    "api": "/api",
    "titles": "/titles",
    "keys": "/keys",
    "subscriptions": "/subscriptions",
    "fees": "/fees",
    "log": "/log",
    "verify": "/verify",
    "sign-in": "/accounts/login/",
    "nothing-here": "/d/nothing-here",
}
