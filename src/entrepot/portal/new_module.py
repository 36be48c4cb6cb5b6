"""`entrepot new module NAME`: an empty room that has the shape of all others and is already on the list."""

from __future__ import annotations

import keyword
import re
from pathlib import Path

_MODULE = '''"""The room's label: what it needs, gives and hears."""

from entrepot.kernel.module import Module
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.trade import TERMS
from entrepot.modules.{name}.facts import ANSWER
from entrepot.modules.{name}.rules import assess

MODULE = Module("{name}", Text("{title}", "{title}"), assess, gives=(ANSWER,), needs=(TERMS,))
'''

_FACTS = '''"""The room's own values and topics."""

from msgspec import Struct

from entrepot.kernel.text import Text
from entrepot.kernel.topics import found


class Answer{type}(Struct, frozen=True, omit_defaults=True):
    """What the room finds. Say the unit and the currency of every field here."""

    note: str = ""


ANSWER = found(
    "{name}.answer",
    Answer{type},
    read=frozenset({{"exporter", "broker", "clerk"}}),
    label=Text("{title}", "{title}"),
    doc="What {name} finds. Name who asks for it, and which law decides it.",
)
'''

_RULES = '''"""The room's rules: pure functions, and `assess` that puts them together."""

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, not_applicable
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.trade import TERMS


def assess(case: Case) -> Answer:
    """Answer for one case: read with `case[TOPIC]`, look law up with `case.read`, write the working with `case.step`."""
    terms = case[TERMS]
    return not_applicable(
        Text(f"no rule of {name} speaks about {{terms.incoterm or 'these terms'}} yet", "本模块尚无适用规则"),
    )
'''

_README = """# {title}

**For whom.** Say who asks this question, and when.

**Law.** Name the instrument and the articles; the rows go into `packs/`.

**Needs** `trade.terms`. **Gives** `{name}.answer`.

**Worked example.** Facts, the steps with their numbers, and the answer; the same as a case in the pack's `cases.toml`.

**Not covered.** Say what it leaves out.
"""

_TEST = '''"""The rules of {name}, each by a test of its name."""

from datetime import date

from entrepot.modules.{name}.module import MODULE
from tests.making import sheet


def test_an_empty_room_says_that_it_does_not_apply() -> None:
    finding = sheet([MODULE], {{"trade.terms": {{"incoterm": "FOB"}}}}, date(2026, 4, 1)).finding("{name}.answer")
    assert finding is not None
    assert finding.status == "not_applicable"
'''


class NotMade(Exception):
    """The room was not made; the reason says what to do."""


def new_module(root: Path, name: str) -> list[Path]:
    """Write the room `name` into the checkout at `root` and put it on the list; gives the files written or changed."""
    if not re.fullmatch(r"[a-z][a-z0-9]*", name) or keyword.iskeyword(name):
        raise NotMade(f"{name!r} is no name for a room: use one word of small letters and digits, such as 'licensing'")
    source = root / "src" / "entrepot" / "modules"
    register, room = source / "__init__.py", source / name
    if not register.is_file():
        raise NotMade(f"{root} is no checkout of the project: run this in a clone")
    if room.exists():
        raise NotMade(f"there is a room {name} already: {room.relative_to(root)}")
    words = {"name": name, "type": "" if name == "answer" else name.capitalize(), "title": name.capitalize()}
    files = {
        room / "__init__.py": f'"""{name.capitalize()}: say in one line what the room answers."""\n',
        room / "module.py": _MODULE.format(**words),
        room / "facts.py": _FACTS.format(**words),
        room / "rules.py": _RULES.format(**words).replace("{{", "{").replace("}}", "}"),
        room / "README.md": _README.format(**words),
        root / "tests" / "modules" / name / "test_rules.py": _TEST.format(**words),
    }
    listed = _listed(register.read_text(encoding="utf-8"), name)
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    register.write_text(listed, encoding="utf-8")
    return [*files, register]


def _listed(text: str, name: str) -> str:
    """The register with one import and one line more, in alphabetical order."""
    imports = re.findall(r"^from entrepot\.modules\.\w+\.module import .*$", text, re.MULTILINE)
    wanted = f"from entrepot.modules.{name}.module import MODULE as {name.upper()}"
    after = [line for line in imports if line < wanted]
    anchor = after[-1] if after else next(line for line in text.splitlines() if line.startswith("from entrepot.kernel"))
    text = text.replace(anchor, f"{anchor}\n{wanted}", 1)
    closing = re.search(r"^MODULES: tuple\[Module, \.\.\.\] = \((.*?)\)$", text, re.MULTILINE | re.DOTALL)
    if closing is None:
        raise NotMade("the list of modules in modules/__init__.py was not found")
    inner = closing.group(1).rstrip()
    inner = f"{inner}\n    {name.upper()},\n" if inner else f"\n    {name.upper()},\n"
    return text[: closing.start(1)] + inner + text[closing.end(1) :]
