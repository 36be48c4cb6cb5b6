"""The one door to WCO messages: declarations, requests about them, responses, and reports that hold a declaration."""

from datetime import date

from entrepot.gateways.extract import Found, refusal
from entrepot.gateways.messages.wco.answers import read_answers
from entrepot.gateways.messages.wco.declaration import read_declaration
from entrepot.gateways.messages.wco.reading import Reading, use
from entrepot.gateways.messages.xml import read_tree
from entrepot.gateways.ubl.tree import Node
from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Text

# What a wrapper says of the message inside: its version, its profile, who is answerable.
_META = frozenset(
    {
        *("WCODataModelVersionCode", "WCOTypeName", "ResponsibleCountryCode", "ResponsibleAgencyName"),
        *("AgencyAssignedCustomizationCode", "AgencyAssignedCustomizationVersionCode"),
    }
)


def read_wco(data: bytes, today: date) -> tuple[str, Found]:
    """The kind of a WCO message and what it says; Refusal where nothing in it is a fact."""
    root = read_tree(data)
    reading = Reading(root, today)
    responses: list[Node] = []
    declarations: list[Node] = []
    for node in root.walk():
        if node.name in _META:
            use(node)
        elif node.name == "Response":
            responses.append(node)
        elif node.name == "Declaration":
            declarations.append(node)
    if responses:
        kind = read_answers(reading, responses)
    elif len(declarations) == 1:
        kind = read_declaration(reading, declarations[0])
    else:
        raise _nothing(root, f"{len(declarations)} declarations", f"{len(declarations)} 份报关单")
    found = reading.done()
    if not found.statements():
        if found.problems:
            raise Refusal(tuple(found.problems))
        raise _nothing(root, "nothing that becomes a fact", "可成为事实的内容")
    return kind, found


def _nothing(root: Node, what: str, what_zh: str) -> Exception:
    return refusal(
        "P008",
        root.path,
        Text(f"this {root.name} holds {what}", f"该 {root.name} 含有{what_zh}"),
        Text(
            "send one whole declaration or one response of customs in a file", "请每个文件提交一份完整报关单或海关回执"
        ),
    )
