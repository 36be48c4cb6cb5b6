"""A module's label: what it needs, gives and hears, and its one pure function."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from entrepot.kernel.findings import Answer
from entrepot.kernel.text import Text
from entrepot.kernel.topics import Topic, companions

if TYPE_CHECKING:
    from entrepot.kernel.case import Case

Assess = Callable[["Case"], Answer | Mapping[Topic[Any], Answer]]


@dataclass(frozen=True, slots=True)
class Module:
    """The label on a room's door.

    It waits without its `needs`; it may read its `uses`; `hears` are the said topics it brings into the platform, which
    it may read too. With `each` it is assessed per key of that topic. `budget` bounds the looks and steps of one assessment.
    """

    name: str
    title: Text
    assess: Assess
    gives: tuple[Topic[Any], ...]
    needs: tuple[Topic[Any], ...] = ()
    uses: tuple[Topic[Any], ...] = ()
    hears: tuple[Topic[Any], ...] = ()
    each: Topic[Any] | None = None
    kinds: tuple[str, ...] = ("trade",)
    applies: Callable[["Case"], bool] | None = None
    budget: int = 1_000_000

    def reads(self) -> tuple[Topic[Any], ...]:
        """Every topic that the module may look at."""
        own = (self.each,) if self.each is not None else ()
        return tuple(dict.fromkeys((*own, *self.needs, *self.uses, *self.hears)))


def _needs(module: Module) -> tuple[tuple[Topic[Any], bool], ...]:
    """What a module waits without, and whether at the key assessed (True) or as a whole."""
    each = module.each
    own = () if each is None else (each,)
    return tuple(
        (topic, each is not None and topic.keyed == each.keyed) for topic in dict.fromkeys((*own, *module.needs))
    )


class MiswiredError(Exception):
    """Modules that do not fit together: every fault, one line each."""


class Registry:
    """The modules in the order they are assessed, and every topic by name."""

    def __init__(self, modules: Sequence[Module], shared: Sequence[Topic[Any]] = ()) -> None:
        faults: list[str] = []
        self.topics: dict[str, Topic[Any]] = {}
        self.givers: dict[str, Module] = {}
        for topic in (*shared, *(t for m in modules for t in (*m.gives, *m.reads()))):
            if self.topics.setdefault(topic.name, topic) is not topic:
                faults.append(f"topic {topic.name} is defined twice")
        for module in modules:
            for topic in module.gives:
                if topic.name in self.givers:
                    faults.append(f"{topic.name} is given by both {self.givers[topic.name].name} and {module.name}")
                if topic.kind != "found":
                    faults.append(f"{module.name} gives {topic.name}, which is {topic.kind}, not found")
                if (module.each.keyed if module.each else "") != topic.keyed:
                    faults.append(
                        f"{module.name} gives {topic.name} keyed by {topic.keyed or 'nothing'}, but is assessed otherwise"
                    )
                self.givers[topic.name] = module
        self.views = tuple(name for name, topic in self.topics.items() if topic.kind == "view")
        self.reads = {module.name: module.reads() for module in modules}
        self.allowed = {name: frozenset(topic.name for topic in reads) for name, reads in self.reads.items()}
        self.rulings = {name: f"{name}.ruling" for name in self.givers}
        self.needs = {module.name: _needs(module) for module in modules}
        faults += self._unmet(modules)
        self.modules = self._sorted(modules, faults)
        if faults:
            raise MiswiredError("\n".join(faults))
        for topic in list(self.topics.values()):
            self.topics.update({follower.name: follower for follower in companions(topic)})

    def _unmet(self, modules: Sequence[Module]) -> list[str]:
        return [
            f"{module.name} reads {topic.name}, which no module gives"
            for module in modules
            for topic in module.reads()
            if topic.kind == "found" and topic.name not in self.givers
        ]

    def _sorted(self, modules: Sequence[Module], faults: list[str]) -> tuple[Module, ...]:
        """Needs before those who need them; the list's own order where nothing decides."""
        done: dict[str, Module] = {}
        waiting = list(modules)
        while waiting:
            ready = [m for m in waiting if all(self._before(t, m) in done for t in m.reads() if self._before(t, m))]
            if not ready:
                faults.append(f"these modules wait for each other in a circle: {', '.join(m.name for m in waiting)}")
                return ()
            done[ready[0].name] = ready[0]
            waiting.remove(ready[0])
        return tuple(done.values())

    def _before(self, topic: Topic[Any], module: Module) -> str:
        giver = self.givers.get(topic.name)
        return giver.name if giver is not None and giver is not module else ""
