"""Pictures of every page, for the eye: `python -m tests.portal.shots FOLDER --dossier ID [--only sheet,said] [--role customs]`.

In English and Chinese, at 1280 and 390 points, light (and dark with --dark), on the store of the installation (ENTREPOT_HOME,
ENTREPOT_DATABASE); `entrepot demo` makes one that is worth looking at.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from entrepot.portal import setting
from tests.portal.addresses import PAGES
from tests.portal.browsing import browsing, program, served

WIDTHS = {1280: 900, 390: 844}
LOCALES = {"en": "en-GB", "zh": "zh-CN"}
TALLEST = 4_000


def asked(words: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--dossier", default="parts-to-yokohama")
    parser.add_argument("--only", default="", help="names of pages, between commas")
    parser.add_argument("--role", default="exporter")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--widths", default="1280,390")
    parser.add_argument("--languages", default="en,zh")
    return parser.parse_args(words)


def take(browser: Any, address: str, chosen: argparse.Namespace, width: int, language: str) -> list[str]:
    """One picture of every page; gives what was wrong with it."""
    faults: list[str] = []
    context = browser.new_context(
        locale=LOCALES[language],
        viewport={"width": width, "height": WIDTHS.get(width, 900)},
        color_scheme="dark" if chosen.dark else "light",
        has_touch=width < 600,
    )
    context.add_cookies([{"name": "entrepot_role", "value": chosen.role, "url": address}])
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    wanted = chosen.only.split(",") if chosen.only else list(PAGES)
    for name in wanted:
        answer = page.goto(address + PAGES[name].format(dossier=chosen.dossier), wait_until="load")
        wide = page.evaluate("document.documentElement.scrollWidth")
        mark = f"{name}-{language}-{width}{'-dark' if chosen.dark else ''}"
        if wide > width:
            faults.append(f"{mark}: {wide} points wide")
        if answer is not None and answer.status >= 400 and name != "nothing-here":
            faults.append(f"{mark}: {answer.status}")
        tall = min(TALLEST, page.evaluate("document.documentElement.scrollHeight"))
        page.screenshot(
            path=chosen.folder / f"{mark}.png", clip={"x": 0, "y": 0, "width": width, "height": tall}, full_page=True
        )
    context.close()
    return faults


def main() -> int:
    chosen = asked()
    if program() is None:
        print("no Chromium on this machine", file=sys.stderr)
        return 1
    chosen.folder.mkdir(parents=True, exist_ok=True)
    desk = setting.open_desk()
    try:
        with served(desk) as address, browsing() as browser:
            for language in chosen.languages.split(","):
                for width in map(int, chosen.widths.split(",")):
                    for fault in take(browser, address, chosen, width, language):
                        print(fault)
    finally:
        desk.store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
