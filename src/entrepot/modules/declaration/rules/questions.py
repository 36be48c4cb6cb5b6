"""What is left to ask: the open fields of the draft as the fewest questions, the one that fills in most fields first.

Fields that one paper or one decision gives are one question; lines that lack the same are asked about together. An answer is
said under the topics that the question names. Nothing here is read by the form.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from msgspec.structs import replace

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, found, not_applicable
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.customs import PARTICULARS
from entrepot.kernel.vocabulary.decisions import DRAFT, Declaration
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.kernel.vocabulary.trade import CHARGES, PACKING, PARTY, TERMS, TRANSPORT
from entrepot.modules.declaration.facts import CHECKED, Blank, DraftQuestion, DraftQuestions
from entrepot.modules.declaration.rules.choices import Choosing
from entrepot.modules.declaration.rules.elements import template_of
from entrepot.modules.declaration.rules.fields import Field, Place, places, reader
from entrepot.modules.declaration.rules.said import path_of

_HOME = {"E": {"home": "exporter", "abroad": "importer"}, "I": {"home": "importer", "abroad": "exporter"}}
# Of what is asked line by line, these may differ from one line to the next.
_EACH = frozenset({"hs10", "name", "deal_qty", "qty1", "qty2", "unit_price", "total"})
_CONFLICTS = (PARTICULARS, TERMS, TRANSPORT, CHARGES, PACKING, PARTY, LINE)
_NO_CODE = "no code"


class Wording(NamedTuple):
    """How a question asks, and why it is asked."""

    ask: Text
    why: Text


def _w(en: str, zh: str, why_en: str, why_zh: str) -> Wording:
    return Wording(Text(en, zh), Text(why_en, why_zh))


WORDINGS: Mapping[str, Wording] = {
    "procedure": _w(
        "Under which procedure are the goods declared?",
        "以何种监管方式申报？",
        "levy, duty and records follow from it",
        "征免性质、征减免税方式和备案要求由此确定",
    ),
    "customs": _w(
        "Where are the goods declared, and where do they leave or enter?",
        "在哪里申报，从哪里进出境？",
        "no paper of the trade says it",
        "贸易单证不载明",
    ),
    "transport": _w(
        "What does the transport document say?",
        "运输单证如何记载？",
        "hand in the bill, or say what stands on it",
        "请提交提运单，或填写其内容",
    ),
    "packing": _w(
        "What does the packing list say in all?",
        "装箱单合计如何？",
        "hand in the packing list, or say its totals",
        "请提交装箱单，或填写合计",
    ),
    "self": _w(
        "Who declares, and for whom?",
        "由谁、为谁申报？",
        "say it once in the enterprise's own dossier and it is never asked again",
        "在企业档案中填写一次后不再询问",
    ),
    "overseas": _w(
        "Who is the overseas party?",
        "境外收发货人是谁？",
        "customs asks for its name and country",
        "海关要求填写名称和国别",
    ),
    "source": _w(
        "Where in China do the goods come from?",
        "货物来自境内何地？",
        "the domestic source is written on every line",
        "每项均须填写境内货源地",
    ),
    "papers": _w(
        "Which contract and invoice is it?",
        "合同和发票是哪一份？",
        "hand in the contract or invoice, or say their numbers",
        "请提交合同、发票，或填写其号码",
    ),
    "term": _w(
        "On which Incoterms rule were the goods sold?",
        "按何种贸易术语成交？",
        "it decides the trade term and which charges are shown",
        "由此确定成交方式及应填的运保费",
    ),
    "charges": _w(
        "What do freight and insurance of the main carriage cost?",
        "主运输的运费、保费是多少？",
        "the price holds them under this trade term",
        "该成交方式下价格包含此项",
    ),
    "price": _w(
        "How did the price come about?",
        "价格如何形成？",
        "customs asks for these statements on import",
        "进口时海关要求确认",
    ),
    "codes": _w(
        "Under which goods code do lines {} fall?",
        "第 {} 项归入哪个商品编号？",
        "everything else about the goods follows from the code",
        "商品的其他要求均由编号确定",
    ),
    "codes/confirm": _w(
        "Are the goods codes of lines {} still right?",
        "第 {} 项的商品编号是否仍然正确？",
        "they are those customs took in before; once they are said, licences, duty and origin are worked out too",
        "系海关此前接受的编号；确认后方可得出许可、关税与原产地",
    ),
    "names": _w(
        "What are the goods of lines {} called in Chinese?",
        "第 {} 项商品的中文名称是什么？",
        "the declaration is in Chinese",
        "报关单须用中文填写",
    ),
    "quantities": _w(
        "How much is there of lines {}?",
        "第 {} 项的数量是多少？",
        "hand in the packing list with weights by line, or say them",
        "请提交列明各项重量的装箱单，或填写",
    ),
    "prices": _w(
        "At what price were lines {} sold?",
        "第 {} 项的成交价格是多少？",
        "the invoice gives a price for each line",
        "发票应载明各项价格",
    ),
    "origin": _w(
        "Where were the goods of lines {} made or grown?",
        "第 {} 项货物的原产地是哪里？",
        "origin is never taken for granted",
        "原产国不得推定",
    ),
    "danger": _w(
        "Which UN number do lines {} have?",
        "第 {} 项的联合国编号是什么？",
        "they are declared as dangerous goods",
        "申报为危险货物",
    ),
    "elements": _w(
        "Which declaration elements do lines {} have?",
        "第 {} 项的申报要素是什么？",
        "the heading asks for them",
        "该税目要求填写",
    ),
}
_ORDER = tuple(WORDINGS)


def assess_questions(case: Case) -> Answer:
    """The open fields of the draft as questions, those that fill in most fields first."""
    form = case[DRAFT]
    day = form.particulars.declared_on or case.today
    read = reader(case, day)
    most = read("CN/limits", name="line_max") if len(form.lines) > 1 else None
    if most is not None and len(form.lines) > most["value"]:
        return not_applicable(Text("more lines than one form takes: part them first", "商品项超过一票限额，请先分单"))
    templates = cache(lambda code: case.by_law(template_of, code, day))
    disputed = _disputed(case, form)
    open_ = [
        place
        for place in places(form, read, templates, only_open=True)
        if place.path not in disputed and not _same_firm(place, form)
    ]
    asked = list(_questions(case, form, open_))
    asked += _confirming(case, form)
    asked.sort(key=lambda one: (-one.fields, _ORDER.index(one.id.partition(":")[0])))
    return found(DraftQuestions(tuple(asked)))


def _disputed(case: Case, form: Declaration) -> frozenset[str]:
    """The fields on which papers disagree: they are to be settled, not asked for."""
    return frozenset(
        path_of(topic, conflict.field, key, form.flow)
        for topic in _CONFLICTS
        for key, conflicts in case.conflicts(topic).items()
        for conflict in conflicts
    )


def _same_firm(place: Place, form: Declaration) -> bool:
    """Whether owner or declarant is the domestic party itself, which is asked for once."""
    return place.field.key in ("owner", "declarant") and getattr(form, place.field.key) == form.domestic_party


def _questions(case: Case, form: Declaration, open_: list[Place]) -> Iterator[DraftQuestion]:
    """One question for all open fields that go together; of the lines, one for those that lack the same."""
    choosing = Choosing(case, form)
    groups: dict[str, list[Place]] = {}
    for place in _once_priced(open_):
        groups.setdefault(_group(place, form), []).append(place)
    problems = {key: line.problems for key, line in (case.get(CHECKED) or {}).items()}
    for id, group in groups.items():
        blanks = tuple(_blanks(group, form))
        if len(blanks) > 1:
            blanks = tuple([replace(blank, options=tuple(choosing.options(blank))) for blank in blanks])
        lines = list(dict.fromkeys(place.line for place in group if place.line))
        wording = WORDINGS[id.partition(":")[0]]
        clears = dict.fromkeys(rule for place in group for rule in place.field.rules)
        clears |= dict.fromkeys(
            problem.rule for line in lines for problem in problems.get(line, ()) if _about(problem.where, group)
        )
        yield DraftQuestion(
            id,
            _on_lines(wording.ask, lines),
            wording.why,
            blanks,
            sum(blank.fields for blank in blanks),
            tuple(choosing.choices(blanks)),
            tuple(clears),
        )


def _once_priced(open_: list[Place]) -> Iterator[Place]:
    """A total follows from a price, so that only one of them is asked for."""
    priceless = {place.line for place in open_ if place.field.name == "unit_price"}
    for place in open_:
        if place.field.name != "total" or place.line not in priceless:
            yield place


def _group(place: Place, form: Declaration) -> str:
    """The id of the question that a field belongs to; elements are asked for by goods code."""
    question = place.field.question
    if question != "elements":
        return question
    code = next(line.hs10 for line in form.lines if str(line.no) == place.line)
    return f"elements:{code or _NO_CODE}"


def _blanks(group: list[Place], form: Declaration) -> Iterator[Blank]:
    """The blanks of a question: a field of the head, or a field of all lines that lack it."""
    fields: dict[tuple[str, str], list[Place]] = {}
    for place in group:
        fields.setdefault((place.field.said, place.field.key), []).append(place)
    for (said, _), places_ in fields.items():
        field = places_[0].field
        keys = tuple(place.line for place in places_ if place.line)
        if field.topic is PARTY:
            keys = (_HOME[form.flow].get(field.key, field.key),)
        name = said if field.topic is not PARTY else f"{keys[0]}.{said}"
        yield Blank(
            name=name or "elements",
            topic=field.topic.name,
            field=said,
            kind=field.kind,
            label=field.label,
            keys=keys,
            each=bool(places_[0].line) and field.name in _EACH and len(keys) > 1,
            fields=_fills(field, form, len(places_)),
            also=_units(field, form, keys),
        )


def _fills(field: Field, form: Declaration, count: int) -> int:
    """How many fields of the form an answer fills in: also those that follow from it."""
    lines = len(form.lines)
    if field.name == "supervision_mode":
        return 2 + lines  # nature of levy, and the duty mode of every line
    if field.name == "destination_country":
        return 1 + lines  # the country of final destination of every line
    if field.name == "unit_price":
        return 2 * count  # the total too
    return lines if field.repeated else count


def _units(field: Field, form: Declaration, keys: tuple[str, ...]) -> dict[str, str]:
    """The unit that a statutory quantity is asked for in, to be said with it."""
    if field.said not in ("quantity1", "quantity2"):
        return {}
    unit = f"unit{field.said[-1]}"
    return {key: getattr(line, unit) for line in form.lines if (key := str(line.no)) in keys}


def _about(where: str, group: list[Place]) -> bool:
    return any(where == place.path or place.path.startswith(f"{where}/") for place in group)


def _confirming(case: Case, form: Declaration) -> list[DraftQuestion]:
    """One question for all goods codes that were taken over from earlier declarations: only what is said is seen by all rooms."""
    taken = {str(line.no): line.hs10 for line in form.lines if f"line/{line.no}.hs10" in form.derived}
    if not taken:
        return []
    wording, field = WORDINGS["codes/confirm"], Text("goods code (ten digits)", "商品编号（十位）")
    blank = Blank("hs", LINE.name, "hs", "goods_code", field, tuple(taken), each=len(taken) > 1, fields=0)
    return [
        DraftQuestion(
            "codes/confirm",
            _on_lines(wording.ask, taken),
            wording.why,
            (blank,),
            0,
            (Choosing(case, form).taken_over(taken),),
            confirms=True,
        )
    ]


def _on_lines(text: Text, lines: Iterable[str]) -> Text:
    told = _ranges([int(line) for line in lines])
    return Text(text.en.format(told), text.zh.format(told))


def _ranges(numbers: list[int]) -> str:
    """Numbers as people write them: 1-3, 5."""
    parts: list[list[int]] = []
    for number in sorted(numbers):
        if parts and number == parts[-1][-1] + 1:
            parts[-1][1:] = [number]
        else:
            parts.append([number])
    return ", ".join("-".join(map(str, part)) for part in parts)
