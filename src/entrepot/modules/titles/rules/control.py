"""What a step may do, and what it leaves: one pure function from a title and a step to the title after it.

MLETR Art. 11: control is with one holder at any time, and passes by transfer. Art. 15: endorsement is a step of the endorser.
Possession and endorsement are apart, as in DCSA's endorsement chain: the holder has control, the endorsee is entitled to the goods;
a pledge is control in the hands of a bank while the entitlement stays. Whoever is both may ask for the goods, or for another form.
"""

import re
from collections.abc import Iterable, Mapping

import msgspec

from entrepot.kernel.text import Problem
from entrepot.kernel.vocabulary.titles import Action, TitleDocument, TitleStep
from entrepot.modules.titles.facts import TERMINAL, Control, Endorsement
from entrepot.modules.titles.rules import problems
from entrepot.modules.titles.rules.splitting import split_problems
from entrepot.modules.titles.rules.steps import content_of, digest_of, signer_of

Documents = Mapping[str, TitleDocument]

# The fields that a step has beside those that every step has; all of them, but for the reason, must be given.
_FIELDS: dict[str, frozenset[str]] = {
    "issue": frozenset({"to", "to_key"}),
    "endorse": frozenset({"to"}),
    "endorse_blank": frozenset(),
    "transfer": frozenset({"to", "to_key"}),
    "surrender": frozenset({"purpose"}),
    "refuse": frozenset({"reason"}),
    "accept": frozenset(),
    "amend": frozenset(),
    "to_paper": frozenset({"paper"}),
    "from_paper": frozenset({"paper", "to", "to_key"}),
    "split": frozenset({"parts"}),
    "void": frozenset({"reason"}),
}
_OPTIONAL: dict[str, frozenset[str]] = {"issue": frozenset({"parent", "parent_step"}), "endorse": frozenset({"onward"})}
_OF_SOME = ("to", "to_key", "purpose", "paper", "parts", "parent", "parent_step", "onward")
_ISSUERS: frozenset[Action] = frozenset({"refuse", "accept", "amend", "to_paper", "from_paper", "split", "void"})
# Which surrender an answer of the issuer belongs to.
_ANSWERS: dict[str, str] = {"accept": "delivery", "amend": "amendment", "to_paper": "paper", "split": "split"}
_MOMENT = re.compile(r"\d{4}-(0\d|1[0-2])-([0-2]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z")


def entitled(control: Control, organisation: str) -> bool:
    """Whether a holder is also the one to whom the title is made out; in blank, whoever holds."""
    return control.endorsee in ("", organisation)


def acting_key(control: Control, action: Action) -> str:
    """The key with which this step is signed: the issuer's own for what the issuer alone does, else that of whoever has control."""
    return control.issuer_key if action in _ISSUERS else control.holder_key


def objections(control: Control, action: Action, by: str, purpose: str = "") -> tuple[Problem, ...]:
    """Why `by` may not take this step on a title as it stands; nothing where it may."""
    state = control.state
    wanted = (
        "surrendered"
        if action in _ANSWERS or action == "refuse"
        else "on_paper"
        if action == "from_paper"
        else "circulating"
    )
    answered = action not in _ANSWERS or control.purpose == _ANSWERS[action]
    found = []
    if action == "issue" or state in TERMINAL or state != wanted or not answered:
        found.append(problems.wrong_state(action, state))
    if action in _ISSUERS:
        if by != control.issuer:
            found.append(problems.not_issuer(by, action))
        elif action == "void" and state == "circulating" and control.holder != by:
            found.append(problems.no_void())
    elif action != "issue" and by != control.holder:
        found.append(problems.not_holder(by, action))
    if not found and action in ("endorse", "endorse_blank"):
        found += _endorsing(control, by)
    if not found and action == "surrender":
        found += _surrendering(control, by, purpose)
    return tuple(found)


def _endorsing(control: Control, by: str) -> Iterable[Problem]:
    if control.form != "order":
        straight = control.form == "straight"
        yield problems.not_endorsable(
            "a straight title is not endorsed" if straight else "a title to bearer passes by control alone",
            "记名凭证不可背书" if straight else "不记名凭证凭控制权转让",
        )
    elif not entitled(control, by):
        yield problems.not_entitled(by, control.endorsee)
    elif not control.onward and control.endorsee:
        yield problems.not_endorsable(f"the endorsement to {by} allows no further one", f"对 {by} 的背书不允许再背书")


def _surrendering(control: Control, by: str, purpose: str) -> Iterable[Problem]:
    # The shipper of a straight title may still change it while it holds it; the goods are the consignee's alone.
    sender = control.form == "straight" and by == control.shipper and purpose != "delivery"
    if not entitled(control, by) and not sender:
        yield problems.not_entitled(by, control.endorsee)
    if purpose == "split" and control.kind == "bill_of_lading" and control.endorsements:
        yield problems.no_split()


def applied(
    control: Control | None, step: TitleStep, documents: Documents
) -> tuple[Control | None, tuple[Problem, ...]]:
    """The title after a step, or as it was with every reason why the step does not stand."""
    if control is None:
        document = documents.get(step.content)
        found = (*_formed(step), *_issuing(step, document))
        return (None, found) if found or document is None else (_issued(step, document), ())
    found = (*_formed(step), *_following(control, step), *objections(control, step.action, step.by, step.purpose))
    if not found:
        found = tuple(_fitting(control, step, documents))
    return (control, found) if found else (_after(control, step), ())


def _formed(step: TitleStep) -> Iterable[Problem]:
    """What is wrong with a step by itself: fields missing or not its own, its time."""
    wanted = _FIELDS[step.action]
    for name in sorted(wanted):
        if not getattr(step, name):
            yield problems.misfit(name, f"{step.action} needs {name}", f"{step.action} 须填写 {name}")
    for name in _OF_SOME:
        default = True if name == "onward" else () if name == "parts" else ""
        if name not in wanted | _OPTIONAL.get(step.action, frozenset()) and getattr(step, name) != default:
            yield problems.misfit(name, f"{step.action} has no {name}", f"{step.action} 不应填写 {name}")
    if step.to_key and not step.to_key.startswith("did:key:z6Mk"):
        yield problems.misfit(
            "to_key", "the key of the recipient is not an Ed25519 did:key", "接收方密钥不是 Ed25519 did:key"
        )
    if not _MOMENT.fullmatch(step.at):
        yield problems.out_of_time(step.at[:40], "1970-01-01T00:00:00.000Z")


def _issuing(step: TitleStep, document: TitleDocument | None) -> Iterable[Problem]:
    if step.action != "issue" or step.number != 1 or step.previous:
        yield problems.off_chain(step.number, 1)
    if not signer_of(step):
        yield problems.wrong_key(step.by)
    if document is None:
        yield problems.wrong_content("the document of this digest is not there", "没有该摘要对应的正文")
        return
    if content_of(document) != step.content:
        yield problems.wrong_content("the document is not that of the digest", "正文与摘要不符")
    if document.issuer.organisation != step.by:
        yield problems.not_issuer(step.by, "issue")
    yield from face_problems(document)
    if document.part_of != step.parent or bool(step.parent) != bool(step.parent_step):
        yield problems.misfit(
            "parent", "a part names the title and the step that it came from", "分割所得凭证须载明原凭证及分割步骤"
        )


def face_problems(document: TitleDocument) -> Iterable[Problem]:
    """What is wrong with the face of a title: its parties for its form, its goods."""
    if document.form == "straight" and not (document.consignee and document.consignee.organisation):
        yield problems.misfit(
            "consignee", "a straight title names its consignee's organisation", "记名凭证须载明收货人企业代码"
        )
    if document.form == "order" and not (document.order_of or document.shipper.organisation):
        yield problems.misfit("order_of", "a title to order names whose order", "指示凭证须载明指示人")
    if document.form != "order" and document.order_of:
        yield problems.misfit(
            "order_of", f"a title that is {document.form} is to nobody's order", "非指示凭证不应载明指示人"
        )
    if document.issued_on is None or not document.number:
        yield problems.misfit("issued_on", "a title has its number and its day of issue", "凭证须有编号和签发日期")
    lines = [line.line for line in document.goods]
    if not lines or len(set(lines)) < len(lines):
        yield problems.misfit(
            "goods", "the goods are numbered, each line once, one at least", "商品项须至少一项且编号不重复"
        )
    if any(line.quantity <= 0 for line in document.goods):
        yield problems.misfit("goods", "a line of goods has no quantity", "有商品项没有数量")


def _issued(step: TitleStep, document: TitleDocument) -> Control:
    consignee = document.consignee.organisation if document.consignee else ""
    made_out = {"order": document.order_of or document.shipper.organisation, "bearer": "", "straight": consignee}
    return Control(
        step.title, document.kind, document.form, "circulating", step.by, signer_of(step), step.content, 1, digest_of(step), step.at,
        step.to, step.to_key, made_out[document.form], True, document.shipper.organisation, parent=step.parent,
    )  # fmt: skip


def _following(control: Control, step: TitleStep) -> Iterable[Problem]:
    """What every later step keeps: its place in the chain, its time, the key."""
    if (step.title, step.number, step.previous) != (control.title, control.number + 1, control.head):
        yield problems.off_chain(step.number, control.number + 1)
    if step.at < control.at:
        yield problems.out_of_time(step.at[:40], control.at)
    key = acting_key(control, step.action)
    if not key or signer_of(step) != key:
        yield problems.wrong_key(step.by)


def _fitting(control: Control, step: TitleStep, documents: Documents) -> Iterable[Problem]:
    """What a step that may be taken gets wrong in its own fields."""
    before, document = documents.get(control.content), documents.get(step.content)
    if before is None or document is None or content_of(document) != step.content:
        yield problems.wrong_content("the document of this digest is not there", "没有该摘要对应的正文")
    elif step.action == "amend":
        same = (before.kind, before.form, before.issuer.organisation, before.part_of, before.order_of)
        if same != (document.kind, document.form, document.issuer.organisation, document.part_of, document.order_of):
            yield problems.wrong_content(
                "an amendment changes neither kind, form, issuer nor to whose order",
                "更改不得变动种类、形式、签发人及指示人",
            )
        if step.content == control.content:
            yield problems.wrong_content("the amendment changes nothing", "更改前后内容相同")
        yield from face_problems(document)
    elif step.content != control.content:
        yield problems.wrong_content("the document is changed by an amendment alone", "正文只能通过更改步骤变更")
    elif step.action == "split":
        yield from split_problems(before, control, step)
    if step.action == "from_paper" and step.paper != control.paper:
        yield problems.other_paper(step.paper[:60], control.paper)
    if step.action == "transfer" and step.to_key == control.holder_key:
        yield problems.misfit("to", "control is with that key already", "控制权已在该密钥之下")
    if step.action == "endorse" and step.to == step.by:
        yield problems.misfit("to", "one does not endorse to oneself", "不能背书给自己")


def _after(control: Control, step: TitleStep) -> Control:
    """The title after a step that stands."""
    changes: dict[str, object] = {
        "number": step.number,
        "head": digest_of(step),
        "at": step.at,
        "content": step.content,
    }
    given_back = {"holder": control.back, "holder_key": control.back_key, "back": "", "back_key": "", "purpose": ""}
    nobody = {"holder": "", "holder_key": "", "back": "", "back_key": "", "purpose": ""}
    match step.action:
        case "endorse" | "endorse_blank":
            line = Endorsement(step.number, step.by, step.to, step.onward)
            changes |= {"endorsee": step.to, "onward": step.onward, "endorsements": (*control.endorsements, line)}
        case "transfer":
            changes |= {"holder": step.to, "holder_key": step.to_key}
        case "surrender":
            changes |= {
                "state": "surrendered", "purpose": step.purpose, "back": control.holder, "back_key": control.holder_key,
                "holder": control.issuer, "holder_key": control.issuer_key,
            }  # fmt: skip
        case "refuse" | "amend":
            changes |= {"state": "circulating", **given_back}
        case "accept":
            changes |= {**nobody, "state": "delivered"}
        case "to_paper":
            changes |= {**nobody, "state": "on_paper", "paper": step.paper}
        case "from_paper":
            changes |= {"state": "circulating", "paper": "", "holder": step.to, "holder_key": step.to_key}
        case "split":
            changes |= {**nobody, "state": "split", "parts": step.parts}
        case _:
            changes |= {**nobody, "state": "void"}
    return msgspec.structs.replace(control, **changes)
