"""Which statements tell of natural persons: reads of them are marked, so that whoever is told of can be told who looked.

Names of firms are no personal data. What is said of a trade by a person bears that person's name in the platform (`by`): that is not
listed here, it stands on every statement. A finding that carries such data on rests on a statement listed here.
"""

from collections.abc import Mapping
from typing import Any

from entrepot.kernel.access import Speaker
from entrepot.kernel.record import Record
from entrepot.kernel.topics import Topic

# Topic -> its fields that tell of a natural person.
PERSONAL: dict[str, tuple[str, ...]] = {
    "certificate.request": ("signatory",),
    "dossier.assigned": ("person",),
    "ecommerce.order": ("buyer",),
    "ecommerce.plan": ("buyer",),
    "enterprise.card": ("phone", "email"),
    "procurement.record": ("buyer", "agent"),
    "procurement.settlement": ("recipient",),
    "title.document": ("issuer.contact", "shipper.contact", "consignee.contact", "notify.contact"),
}


def personal_read(topics: Mapping[str, Topic[Any]], record: Record, speaker: Speaker) -> str:
    """Which topics with personal data somebody may read in a dossier, as one text; empty where there is nothing of the kind."""
    return " ".join(
        name
        for name in PERSONAL
        if record.heard(name) and (topics[name].read & speaker.roles or _open_to_some(topics[name]))
    )


def _open_to_some(topic: Topic[Any]) -> bool:
    """Whether a topic is read by those who said it or are named in it: who of them reads is looked at no further."""
    return bool(topic.read & {"speaker", "named"})
