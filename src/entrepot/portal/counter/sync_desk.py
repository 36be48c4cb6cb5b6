"""The desk of a counter: what only the portal can finally say is prepared, and said by the portal when they meet.

Scarce things (a lot of a purchase invoice, a title) and final words cannot be said where nobody knows what others took meanwhile.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from entrepot.channels.online import Voice
from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Problem
from entrepot.portal import speaking
from entrepot.portal.desk import Asking, Desk, Said
from entrepot.portal.despatch import Despatched
from entrepot.portal.drafts import Draft, problem
from entrepot.portal.ids import uuid7
from entrepot.portal.speaking import Counted, moment
from entrepot.store import sync


class PreparedWord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a clerk prepared: the draft, and for whom and under which mandate it is to be said."""

    id: str
    dossier: str
    by: str
    for_: str
    mandate: str
    draft: Draft


class CounterDesk(Desk):
    """A desk without offices and without the network."""

    def say(self, dossier: str, drafts: Sequence[Draft], voice: Voice, **more: Any) -> Said:
        """As the portal's desk says; drafts that only the portal can say are kept, and named as `prepared`."""
        later = [draft for draft in drafts if self._only_there(draft)]
        if not later:
            return super().say(dossier, drafts, voice, **more)
        now = self.store.clock()
        later = [
            msgspec.structs.replace(one, id=one.id or uuid7(now), said_at=one.said_at or moment(now)) for one in later
        ]
        rest = [draft for draft in drafts if not self._only_there(draft)]
        with self._record(dossier) as record:
            opened = record is not None
        if opened:
            self._fit(dossier, later, voice)
        said = super().say(dossier, rest, voice, **more) if rest else Said(dossier, (), (), self._heads(dossier, voice))
        if not opened:
            self._fit(dossier, later, voice)
        for one in later:
            kept = PreparedWord(one.id, dossier, voice.person, voice.organisation, voice.mandate, one)
            sync.prepare(self.store, one.id, dossier, msgspec.json.encode(kept))
        return msgspec.structs.replace(said, prepared=tuple(one.id for one in later))

    def say_together(self, asked: Sequence[Asking]) -> list[Said | Exception]:
        """One by one: some of it may be only the portal's to say."""
        return [self._said_alone(one) for one in asked]

    def _only_there(self, draft: Draft) -> bool:
        topic = self.registry.topics.get(draft.topic)
        return topic is not None and (topic.takes is not None or topic.final)

    def _fit(self, dossier: str, later: Sequence[Draft], voice: Voice) -> None:
        """Refusal with every problem that can be told here already."""
        today, now = self.today(), self.store.clock()
        with self._record(dossier) as record:
            here = self.acting(record, voice, dossier)
            speaking.submissions(self.registry.topics, dossier, record, later, here, today, now, None)

    def say_many(self, groups: Sequence[tuple[str, Sequence[Draft]]], voice: Voice) -> list[list[Counted]]:
        """In bulk nothing is prepared: what only the portal can say is refused."""
        told = [[self._only_there(draft) for draft in drafts] for _, drafts in groups]
        open_ = [
            (dossier, [d for d, later in zip(drafts, laters, strict=True) if not later])
            for (dossier, drafts), laters in zip(groups, told, strict=True)
        ]
        results = [iter(group) for group in super().say_many(open_, voice)]
        return [
            [
                Counted(d.id, (_singly(d.topic),)) if later else next(result)
                for d, later in zip(drafts, laters, strict=True)
            ]
            for (_, drafts), laters, result in zip(groups, told, results, strict=True)
        ]

    def send(self, dossier: str, topic: str, digest: str, voice: Voice, confirm: str = "") -> Despatched:
        """Offices are reached from the portal alone."""
        raise Refusal(
            (
                problem(
                    "SY07",
                    topic,
                    "a counter sends nothing to offices",
                    "窗口不能直接向机关发送",
                    "hand in with `entrepot sync`, then send it from the portal",
                    "请先执行 `entrepot sync` 提交，再由平台发送",
                ),
            )
        )


def _singly(topic: str) -> Problem:
    return problem(
        "SY06",
        topic,
        f"{topic} is said by the portal, and in bulk nothing is prepared for it",
        f"{topic} 须由平台陈述，批量方式不能预备",
        "say it by itself: it is kept until the portal is reached",
        "请单独提交：将保留至连接平台时",
    )
