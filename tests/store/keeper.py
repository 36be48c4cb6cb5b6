"""A process that says statements, has them placed in the log and hands out their receipts, until it is killed.

python -m tests.store.keeper URL NAME COUNT KEYS BACKUP
"""

import json
import sys
from pathlib import Path

from entrepot.store.backup import back_up
from entrepot.store.store import Store
from tests.store.saying import NOON, REGISTRY, line, opened


def main(url: str, name: str, count: str, keys: str, backup: str) -> None:
    """Tell each id once it is acknowledged, then its receipt; write a backup over the last one now and then."""
    with Store.open(url, REGISTRY, keys=Path(keys), clock=lambda: NOON) as store:
        store.start_log()
        for number in range(int(count)):
            dossier = f"{name}-{number}"
            outcome = store.submit([opened(dossier, id=f"{dossier}-a"), line(1, dossier, id=f"{dossier}-b")])
            assert outcome.ok, outcome.problems
            print(json.dumps({"said": [f"{dossier}-a", f"{dossier}-b"]}), flush=True)
            print(json.dumps({"receipt": store.receipt(f"{dossier}-b")}), flush=True)
            if number % 5 == 4:
                back_up(store.database, Path(backup), NOON, None)
                print(json.dumps({"backup": number}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
