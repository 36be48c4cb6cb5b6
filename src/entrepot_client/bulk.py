"""Many statements: sent a window at a time, one statement a line; what has no result when a connection breaks is sent again."""

from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec

from entrepot_client.answers import Line
from entrepot_client.calls import Answer, Call
from entrepot_client.ids import new_id
from entrepot_client.topic import Statement

WINDOW = 2_000  # statements in one request
NDJSON = "application/x-ndjson"
_line = msgspec.json.Decoder(Line)


class Window:
    """Statements on their way: `left` have no result yet. Their ids make sending them again harmless."""

    def __init__(self, first: int, statements: list[tuple[str, Statement]]) -> None:
        self.first = first
        self.left = {
            number: msgspec.json.encode({"id": new_id(), **statement, "dossier": dossier})
            for number, (dossier, statement) in enumerate(statements, first)
        }

    def call(self) -> Call[list[Line]]:
        """The request for what is left, and its results by the number of the statement in the whole stream."""
        numbers = list(self.left)

        def read(answer: Answer) -> list[Line]:
            heard: list[Line] = []
            for text in answer.content.splitlines():
                try:
                    line = _line.decode(text)
                except msgspec.MsgspecError:
                    break  # the answer broke off in the middle of a line
                if 0 < line.line <= len(numbers):  # line 0 tells that the stream was broken off
                    number = numbers[line.line - 1]
                    self.left.pop(number, None)
                    heard.append(msgspec.structs.replace(line, line=number))
            return heard

        return Call("post", "/api/v1/bulk", read, content=b"\n".join(self.left.values()) + b"\n", media=NDJSON)


def windows(statements: Iterable[tuple[str, Statement]], size: int = WINDOW) -> Iterator[Window]:
    """A stream of pairs of dossier and statement in windows, numbered from 1."""
    stream, first = iter(statements), 1
    while part := list(islice(stream, size)):
        yield Window(first, part)
        first += len(part)
