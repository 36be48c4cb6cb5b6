"""Exclusive control (MLETR Art. 10, 11): whatever is tried, at most one has control, and what was divided is the whole."""

from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from entrepot.kernel.vocabulary.titles import TitleDocument, TitleStep
from entrepot.modules.titles.facts import TERMINAL
from entrepot.modules.titles.rules.chain import folded, sight
from entrepot.modules.titles.rules.splitting import part_document
from entrepot.modules.titles.rules.steps import digest_of
from tests.modules.titles.making_titles import BANK, BUYER, CARRIER, SHIPPER, Life, bill, key, receipt

PEOPLE = st.sampled_from([CARRIER, SHIPPER, BUYER, BANK, "example-thief"])
PURPOSES = st.sampled_from(["delivery", "amendment", "paper", "split", "split"])


class TitleMachine(RuleBasedStateMachine):
    """Titles in the hands of honest and dishonest parties; parts of a split live on beside their parent."""

    def __init__(self) -> None:
        super().__init__()
        self.lives: list[Life] = []
        self.tried: list[tuple[Life, TitleStep]] = []
        self.total = Decimal(0)
        self.chosen = 0

    @initialize(
        form=st.sampled_from(["order", "bearer", "straight"]), stored=st.booleans(), to=st.sampled_from([SHIPPER, BANK])
    )
    def issue(self, form: str, stored: bool, to: str) -> None:
        document = receipt(form=form) if stored and form != "straight" else bill(form)
        self.total = document.goods[0].quantity
        self.lives = [Life(document, to=to)]

    def act(self, action: Any, by: str, signer: str, **fields: Any) -> bool:
        life = self.lives[self.chosen % len(self.lives)]
        before = life.now
        step = life.make(action, by, signer=signer, **fields)
        stood = life.try_step(step) == ()
        if stood:
            self.tried.append((life, step))
            assert before.state not in TERMINAL
            allowed = (
                before.issuer_key
                if before.state in ("surrendered", "on_paper") or action == "void"
                else before.holder_key
            )
            assert key(signer) == allowed
        return stood

    @rule(which=st.integers(0, 5))
    def turn_to(self, which: int) -> None:
        self.chosen = which

    @rule(by=PEOPLE, signer=PEOPLE, to=PEOPLE)
    def transfer(self, by: str, signer: str, to: str) -> None:
        self.act("transfer", by, signer, to=to, to_key=key(to))

    @rule(
        to=PEOPLE,
        purpose=PURPOSES,
        onward=st.booleans(),
        choice=st.integers(0, 3),
        share=st.integers(1, 99),
    )
    def go_on(self, to: str, purpose: str, onward: bool, choice: int, share: int) -> None:
        """What the party whose turn it is would do, so that the machine gets far."""
        life = self.lives[self.chosen % len(self.lives)]
        now = life.now
        if now.state == "circulating" and choice == 0:
            self.act("endorse", now.holder, now.holder, to=to, onward=onward)
        elif now.state == "circulating" and choice == 1:
            self.act("transfer", now.holder, now.holder, to=to, to_key=key(to))
        elif now.state == "circulating":
            if now.endorsee and now.holder != now.endorsee:
                self.act("transfer", now.holder, now.holder, to=now.endorsee, to_key=key(now.endorsee))
            self.act("surrender", life.now.holder, life.now.holder, purpose=purpose)
        elif now.state == "on_paper":
            self.answer(CARRIER, "from_paper", to)
        elif now.state == "surrendered" and choice == 0:
            self.answer(CARRIER, "refuse", to)
        elif now.state == "surrendered" and now.purpose == "split":
            whole = life.documents[now.content].goods[0].quantity
            self.divide(CARRIER, whole * share / 100, whole - whole * share / 100)
        elif now.state == "surrendered":
            self.answer(CARRIER, {"delivery": "accept", "amendment": "amend", "paper": "to_paper"}[now.purpose], to)

    @rule(by=PEOPLE, to=PEOPLE, onward=st.booleans())
    def endorse(self, by: str, to: str, onward: bool) -> None:
        self.act("endorse", by, by, to=to, onward=onward)

    @rule(by=PEOPLE)
    def endorse_in_blank(self, by: str) -> None:
        self.act("endorse_blank", by, by)

    @rule(by=PEOPLE, purpose=PURPOSES)
    def surrender(self, by: str, purpose: str) -> None:
        self.act("surrender", by, by, purpose=purpose)

    @rule(by=PEOPLE, action=st.sampled_from(["accept", "refuse", "amend", "to_paper", "from_paper", "void"]), to=PEOPLE)
    def answer_as(self, by: str, action: str, to: str) -> None:
        self.answer(by, action, to)

    def answer(self, by: str, action: str, to: str) -> None:
        life = self.lives[self.chosen % len(self.lives)]
        fields: dict[str, Any] = {
            "refuse": {"reason": "no"},
            "void": {"reason": "no"},
            "to_paper": {"paper": "P-1"},
        }.get(action, {})
        if action == "amend":
            fields = {"content": life.amended(voyage=f"V{life.clock}")}
        if action == "from_paper":
            fields = {"paper": "P-1", "to": to, "to_key": key(to)}
        self.act(action, by, by, **fields)

    @rule(first=st.decimals(0, 1200, places=2), second=st.decimals(0, 1200, places=2), by=PEOPLE)
    def split(self, first: Decimal, second: Decimal, by: str) -> None:
        self.divide(by, first, second)

    def divide(self, by: str, first: Decimal, second: Decimal) -> None:
        life = self.lives[self.chosen % len(self.lives)]
        shares = [{"1": f"{first:f}"}, {"1": f"{second:f}"}]
        control = life.now
        parts = life.parts(*shares, names=(f"{life.title}-{life.clock}a", f"{life.title}-{life.clock}b"))
        if self.act("split", by, by, parts=parts):
            for number, part in enumerate(parts, 1):
                document: TitleDocument = part_document(life.documents[control.content], control, number, part.goods)
                step = life.steps[-1]
                self.lives.append(
                    Life(document, part.title, control.back, parent=life.title, parent_step=digest_of(step))
                )

    @precondition(lambda self: bool(self.tried))
    @rule(data=st.data())
    def replay(self, data: st.DataObject) -> None:
        """A step that stood once, taken again, or under another number or title."""
        life, step = data.draw(st.sampled_from(self.tried))
        for forged in (
            step,
            msgspec.structs.replace(step, number=life.now.number + 1),
            msgspec.structs.replace(step, number=life.now.number + 1, previous=life.now.head, title="T9"),
        ):
            assert life.try_step(forged) != ()

    @invariant()
    def at_most_one_has_control(self) -> None:
        for life in self.lives:
            control = life.now
            assert (control.holder != "") == (control.state in ("circulating", "surrendered"))
            assert (control.holder == "") == (control.holder_key == "")
            assert (control.back != "") == (control.state == "surrendered")

    @invariant()
    def quantities_are_conserved(self) -> None:
        living = [life for life in self.lives if life.now.state != "split"]
        assert sum(life.documents[life.now.content].goods[0].quantity for life in living) == self.total

    @invariant()
    def the_chain_is_linked_and_folds_to_the_same(self) -> None:
        for life in self.lives:
            digests = ["", *(digest_of(step) for step in life.steps)]
            assert [step.previous for step in life.steps] == digests[:-1]
            chain = folded(life.keyed, life.documents, life.title)
            assert (chain.control, chain.refused) == (life.now, ())
            assert sight(chain, "example-outsider") == 0
            assert sight(chain, CARRIER) == life.now.number


TitleMachine.TestCase.settings = settings(max_examples=50, stateful_step_count=40, deadline=None)
TestTitles = TitleMachine.TestCase
