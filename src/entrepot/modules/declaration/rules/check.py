"""What the rules look at: one line, or the whole form."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from msgspec import Struct

from entrepot.kernel.case import Case
from entrepot.kernel.law import Row
from entrepot.kernel.vocabulary.clearance import LineControls
from entrepot.kernel.vocabulary.customs import Proof, Statement
from entrepot.kernel.vocabulary.decisions import Declaration, Header, LineDraft
from entrepot.kernel.vocabulary.goods import GoodsLine
from entrepot.kernel.vocabulary.trade import Terms
from entrepot.modules.declaration.rules.law import limit_of, row_of
from entrepot.modules.declaration.rules.line import LineDrafting
from entrepot.modules.declaration.rules.said import Dispute, Leads


class LineCheck(Struct, frozen=True):
    """A line under its rules. `controls` is what licensing found for it, None while it has not;
    `proofs` are those that cover it."""

    case: Case
    key: str
    goods: GoodsLine
    draft: LineDraft
    drafting: LineDrafting
    header: Header
    controls: LineControls | None
    proofs: dict[str, Proof]
    statement: Statement | None

    @property
    def flow(self) -> str:
        return self.header.flow

    @property
    def mode(self) -> str:
        return self.header.mode

    @property
    def day(self) -> date:
        return self.header.day

    def path(self, field: str) -> str:
        """The path of a field of this line."""
        return f"line/{self.key}.{field}"

    def law(self, table: str, **keys: str) -> Row | None:
        """A row of law on the day of declaration."""
        return row_of(self.case, table, self.header.day, **keys)

    def limit(self, name: str) -> Decimal:
        """A threshold on the day of declaration."""
        return limit_of(self.case, self.header.day, name)

    def states(self, about: str) -> bool:
        """Whether the declarant gave a reasoned statement about this."""
        return self.statement is not None and self.statement.about == about


class FormCheck(Struct, frozen=True):
    """The whole declaration under its rules. `keys` and `likenesses` go with the form's lines, one by one; `goods` are
    the lines as said; `statements` are those on any line; `leads` are the fields on which papers may
    differ."""

    case: Case
    form: Declaration
    header: Header
    terms: Terms
    keys: tuple[str, ...]
    likenesses: tuple[str, ...]
    goods: Mapping[str, GoodsLine]
    statements: Mapping[str, Statement]
    disputes: tuple[Dispute, ...]
    leads: Leads

    @property
    def flow(self) -> str:
        return self.header.flow

    @property
    def mode(self) -> str:
        return self.header.mode

    @property
    def day(self) -> date:
        return self.header.day

    def law(self, table: str, **keys: str) -> Row | None:
        """A row of law on the day of declaration."""
        return row_of(self.case, table, self.header.day, **keys)

    def limit(self, name: str) -> Decimal:
        """A threshold on the day of declaration."""
        return limit_of(self.case, self.header.day, name)

    def states(self, about: str) -> bool:
        """Whether the declarant gave a reasoned statement about this on some line."""
        return any(statement.about == about for statement in self.statements.values())
