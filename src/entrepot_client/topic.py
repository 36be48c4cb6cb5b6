"""Topics: what a statement is about, with the type of its body."""

from collections.abc import Sequence
from typing import Any, Generic, TypedDict, TypeVar

from entrepot_client.ids import new_id

Body = TypeVar("Body")


class Statement(TypedDict, total=False):
    """A statement as it is sent. `id` makes saying it twice saying it once; the client fills it in."""

    topic: str
    key: str
    body: Any
    id: str
    version: int
    said_at: str
    authority: str
    evidence: list[dict[str, Any]]
    replaces: list[str]
    withdraws: list[str]
    dossier: str
    expects: list[str]


class Topic(Generic[Body]):
    """A topic by its name; `keyed` says what its keys are, empty where it has one value alone.

    GOODS_LINE.says({"hs": "28092019", "amount": "USD 12360.00"}, key="1")      a statement, its body checked by the type
    """

    __slots__ = ("keyed", "name")

    def __init__(self, name: str, keyed: str = "") -> None:
        self.name, self.keyed = name, keyed

    def __repr__(self) -> str:
        return f"Topic({self.name!r})"

    def says(
        self,
        body: Body,
        key: str = "",
        *,
        id: str = "",
        replaces: Sequence[str] = (),
        evidence: Sequence[dict[str, Any]] = (),
    ) -> Statement:
        """A statement on this topic, with an id of its own where none is given."""
        if bool(self.keyed) != bool(key):
            wanted = f"takes the key of a {self.keyed}" if self.keyed else "takes no key"
            raise ValueError(f"{self.name} {wanted}")
        statement: Statement = {"topic": self.name, "body": body, "id": id or new_id()}
        if key:
            statement["key"] = key
        if replaces:
            statement["replaces"] = list(replaces)
        if evidence:
            statement["evidence"] = list(evidence)
        return statement

    def takes_back(self, *ids: str, key: str = "") -> Statement:
        """A statement that withdraws others of this topic."""
        statement: Statement = {"topic": self.name, "id": new_id(), "withdraws": list(ids)}
        if key:
            statement["key"] = key
        return statement
