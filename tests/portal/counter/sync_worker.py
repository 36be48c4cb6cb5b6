"""A counter in a process of its own, to be killed: `python -m tests.portal.counter.sync_worker FOLDER PORTAL TOKEN NUMBER`."""

import sys
from pathlib import Path

from entrepot.channels import window
from entrepot.channels.online import Voice
from entrepot.gateways.sync_client import Answered
from entrepot.gateways.sync_client import Portal as Line
from entrepot.portal.counter.sync_desk import CounterDesk
from entrepot.portal.counter.sync_exchange import Exchange
from entrepot.portal.drafts import Draft
from entrepot.store.store import Store
from tests.portal.counter.sync_stage import HALL, LAW, REGISTRY, Clock, CounterHall, line

CLERK = Voice("clerk-1", HALL, frozenset({"clerk"}), "window", counter=HALL)


class Told:
    """A line to the portal on which each question is told before it is asked, and each answer before it is heeded."""

    def __init__(self, ask: Line) -> None:
        self._ask = ask

    def __call__(self, method: str, path: str, body: bytes | None) -> Answered:
        print("asks", flush=True)
        answer = self._ask(method, path, body)
        print("heard", flush=True)
        return answer


def main(folder: str, portal: str, token: str, number: str) -> None:
    """Open dossiers, say what is in them and hand over, again and again, and tell each id once it is acknowledged."""
    store = Store.open(
        f"sqlcipher:///{folder}/store.db", REGISTRY, nature="sandbox", keys=Path(folder) / "keys", clock=Clock()
    )
    desk, voice = CounterDesk(store, LAW, REGISTRY), window.under(CLERK, "M1", "acme")
    print("ready", flush=True)
    for at in range(1000):
        dossier = f"K{number}-{at}"
        opening = Draft("dossier.opened", {"kind": "trade", "reference": dossier})
        for drafts in ((opening, CounterHall.mandate()), *((line(n),) for n in range(1, 6))):
            print("said", dossier, *desk.say(dossier, drafts, voice).said, flush=True)
        if at % 2:
            Exchange(store, Told(Line(portal, token))).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
