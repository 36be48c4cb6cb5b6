"""A process that speaks to a store until it is told enough or is killed: `python -m tests.store.speaker URL NAME COUNT KEYS`.

It says batch after batch, alone and in bulk, and prints the ids of each only after the store has acknowledged them. Ids and
words follow from its name, so that a second life says the same again.
"""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from entrepot.kernel.submissions import Submission
from entrepot.store.database import StoreError
from entrepot.store.intake import Outcome
from entrepot.store.store import Store
from tests.store.saying import REGISTRY, line, lot, opened

LOT = "3"  # kg that each batch takes
STOCK = "500"  # kg that all speakers share


def batches(name: str, count: int) -> Iterator[list[Submission]]:
    """Batches of one to seven statements; each id ends in its place in the batch and the batch's length."""
    for number in range(count):
        dossier, length = f"{name}-{number // 5}", 1 + (number * 3) % 7
        ids = iter(f"{name}-{number}-{place}of{length}" for place in range(length))
        first = opened(dossier, id=next(ids)) if number % 5 == 0 else lot(LOT, STOCK, dossier, str(number), id=next(ids))
        yield [first, *(line(100 * number + place, dossier, id=one) for place, one in enumerate(ids))]


def say(store: Store, group: list[list[Submission]]) -> None:
    """Say a group, again while the database is away, as an honest client does; then print what became of it."""
    for outcome, batch in zip(_outcomes(store, group), group, strict=True):
        word = "said" if outcome.ok else "refused"
        print(word, *(one.id for one in batch), *(problem.rule for problem in outcome.problems), flush=True)


def _outcomes(store: Store, group: list[list[Submission]]) -> list[Outcome]:
    for _ in range(200):
        try:
            return [store.submit(group[0])] if len(group) == 1 else store.submit_many(group)
        except StoreError as error:
            last = error
            time.sleep(0.1)
    raise last


def main(url: str, name: str, count: str, keys: str) -> None:
    with Store.open(url, REGISTRY, keys=Path(keys)) as store:
        store.start_log()
        waiting: list[list[Submission]] = []
        for number, batch in enumerate(batches(name, int(count))):
            waiting.append(batch)
            if number % 4 != 1:  # one alone, two together, one alone
                say(store, waiting)
                waiting = []


if __name__ == "__main__":
    main(*sys.argv[1:])
