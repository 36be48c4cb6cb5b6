"""What the room works with: how a field is compared, and one value with the statement that says it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from msgspec import Struct

from entrepot.kernel.submissions import Submission
from entrepot.kernel.text import Text
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.customs import ATTACHMENT, PARTICULARS, PROOF
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.kernel.vocabulary.trade import CHARGES, CONTAINER, PACKING, PARTY, TERMS, TRANSPORT

COMPARED: tuple[Topic[Any], ...] = (
    PACKING, TERMS, PARTY, TRANSPORT, CHARGES, CONTAINER, PARTICULARS, ATTACHMENT, PROOF, LINE,
)  # fmt: skip
"""The topics on which several papers speak, the head of the declaration first."""

UNIT_OF: Mapping[str, str] = {"quantity": "unit", "quantity1": "unit1", "quantity2": "unit2"}
"""The field that holds the unit of a quantity."""

Grade = Literal[0, 1, 2, 3]
AGREE: Grade = 0
WRITTEN: Grade = 1
"""The same, written otherwise: 24 t and 24000 kg."""
NEAR: Grade = 2
"""Within the tolerance on file, or not to be compared."""
DIFFER: Grade = 3


class Spec(Struct, frozen=True):
    """A row of `fields` or `relations`: how a thing is compared, how far it may differ, and what it means where it does.
    `percent` of the larger value, `absolute` in the field's unit, `alike` a likeness in per cent."""

    path: str
    label: Text
    measure: str
    list: str
    drop: tuple[str, ...]
    severity: str
    near: str
    rule: str
    percent: Decimal
    absolute: Decimal
    alike: int


class Given(NamedTuple):
    """A value that one statement gives for a field; `whole` is all that it says there."""

    value: Any
    whole: Any
    statement: Submission
    field: str
