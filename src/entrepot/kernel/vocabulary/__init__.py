"""The values and topics that several rooms share. A value of one room alone lives in that room's facts.py."""

from typing import Any

from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary import (
    answers,
    certificates,
    clearance,
    customs,
    decisions,
    enterprise,
    erasure,
    evidence,
    goods,
    talk,
    titles,
    trade,
    window,
)

SHARED: tuple[Topic[Any], ...] = tuple(
    topic
    for part in (trade, goods, customs, decisions, certificates, answers, clearance, evidence, erasure, titles, enterprise, talk, window)
    for topic in vars(part).values()
    if isinstance(topic, Topic)
)
