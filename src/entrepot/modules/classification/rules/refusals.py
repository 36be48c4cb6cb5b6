"""Why no code is proposed, in words that help: one problem for each reason."""

from collections.abc import Mapping

from msgspec import Struct

from entrepot.kernel.text import Problem, Text
from entrepot.modules.classification.facts import Question


class Refused(Struct, frozen=True):
    """A reason: its rule, what is wrong, and how to mend it."""

    rule: str
    what: Text
    fix: Text

    def at(self, where: str, question: Question | None) -> Problem:
        """The problem at a place; the one question stands in for the general advice where there is one."""
        fix = self.fix
        if question is not None:
            choices = [choice.label for choice in question.choices]
            fix = Text(
                f"{question.ask.en} {'; '.join(label.en for label in choices)}",
                f"{question.ask.zh} {'；'.join(label.zh for label in choices)}",
            )
        return Problem(self.rule, where, self.what, fix)


_SAY = Text("say what the goods are, of which material, and what they are for", "请说明货物名称、材质和用途")
REFUSALS: Mapping[str, Refused] = {
    "empty": Refused("CL01", Text("there is no description", "没有商品描述"), _SAY),
    "no_letters": Refused(
        "CL02", Text("there are no words in it, only numbers and signs", "描述中只有数字和符号"), _SAY
    ),
    "code": Refused(
        "CL03",
        Text("this is a goods code, not a description", "这是商品编码，不是商品描述"),
        Text("say it as the line's code, or describe the goods", "请作为商品编码填写，或描述货物"),
    ),
    "other_script": Refused(
        "CL04",
        Text("it is neither English nor Chinese", "描述既非英文也非中文"),
        Text("describe the goods in English or Chinese", "请用英文或中文描述货物"),
    ),
    "unknown_words": Refused("CL09", Text("none of its words is known here", "描述中没有可识别的词语"), _SAY),
    "only_brand": Refused("CL05", Text("a brand is not a kind of goods", "仅有品牌，无法归类"), _SAY),
    "vague": Refused("CL06", Text("it is too vague to propose a code", "描述过于笼统，无法建议编码"), _SAY),
}
