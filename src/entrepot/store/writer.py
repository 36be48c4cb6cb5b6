"""The one writer: a thread through which everything is written, many callers to a transaction (group commit).

While one commit reaches the disk the next callers queue up; the thread then takes them all in one transaction and answers
each only after the commit.
"""

import random
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Any, TypeVar

from entrepot.store import problems
from entrepot.store.database import ContentionError, Database, LostConnectionError, Session, StoreError
from entrepot.store.group import Group
from entrepot.store.intake import Batch, Outcome

T = TypeVar("T")

GROUP_STATEMENTS = 4_000
GROUP_BYTES = 32 * 1024 * 1024
ATTEMPTS = 8
FIRST_PAUSE = 0.002


class _Job:
    __slots__ = ("batches", "future", "size", "statements", "work")

    def __init__(self, batches: Sequence[Batch], work: Callable[[Session], Any] | None = None) -> None:
        self.batches, self.work = batches, work
        self.statements = sum(len(batch.ready) for batch in batches)
        self.size = sum(batch.size for batch in batches)
        self.future: Future[Any] = Future()


class Writer:
    """Owns the writing session. `submit` and `do` may be called from any thread and return after the commit."""

    def __init__(self, database: Database, clock: Callable[[], datetime], committed: Callable[[], None]) -> None:
        self._database, self._clock, self._committed = database, clock, committed
        self._jobs: deque[_Job] = deque()
        self._wake = threading.Condition()
        self._closing = False
        self._session: Session | None = None
        self._thread = threading.Thread(target=self._run, name="entrepot-writer", daemon=True)
        self._thread.start()

    def submit(self, batches: Sequence[Batch]) -> list[Outcome]:
        """Write batches; their outcomes in order. Many go as several jobs, so that other callers get their turn."""
        jobs, waiting, count = [], list[Batch](), 0
        for batch in batches:
            waiting.append(batch)
            count += len(batch.ready)
            if count >= GROUP_STATEMENTS // 2:
                jobs.append(self._queue(_Job(waiting)))
                waiting, count = [], 0
        if waiting:
            jobs.append(self._queue(_Job(waiting)))
        return [outcome for job in jobs for outcome in job.future.result()]

    def do(self, work: Callable[[Session], T]) -> T:
        """Run other writing work in the writer's thread; it opens its own transactions."""
        result: T = self._queue(_Job((), work)).future.result()
        return result

    def close(self) -> None:
        """Write what is queued, then stop."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        self._thread.join()
        if self._session is not None:
            self._session.close()

    def _queue(self, job: _Job) -> _Job:
        with self._wake:
            if self._closing:
                raise StoreError("the store is closed", "存储已关闭")
            self._jobs.append(job)
            self._wake.notify()
        return job

    def _take(self) -> list[_Job]:
        """The jobs of the next transaction; none when the store closes."""
        with self._wake:
            while not self._jobs and not self._closing:
                self._wake.wait()
            taken: list[_Job] = []
            statements = size = 0
            while self._jobs and not (taken and (taken[0].work or self._jobs[0].work)):
                statements, size = statements + self._jobs[0].statements, size + self._jobs[0].size
                if taken and (statements > GROUP_STATEMENTS or size > GROUP_BYTES):
                    break
                taken.append(self._jobs.popleft())
            return taken

    def _run(self) -> None:
        while jobs := self._take():
            try:
                if jobs[0].work is not None:
                    jobs[0].future.set_result(self._tried(jobs[0].work))
                else:
                    self._write(jobs)
            except BaseException as error:
                for job in jobs:
                    if not job.future.done():
                        job.future.set_exception(error)

    def _write(self, jobs: Sequence[_Job]) -> None:
        outcomes = iter(self._outcomes([batch for job in jobs for batch in job.batches]))
        for job in jobs:
            job.future.set_result([next(outcomes) for _ in job.batches])
        self._committed()

    def _outcomes(self, batches: Sequence[Batch]) -> list[Outcome]:
        """The outcomes of one transaction. Where the database itself refuses, each batch is tried alone to find the culprit."""
        try:
            return self._tried(lambda session: self._transaction(session, batches))
        except StoreError:
            raise
        except Exception as error:
            if len(batches) > 1:
                return [outcome for batch in batches for outcome in self._outcomes([batch])]
            return [Outcome(batches[0].dossier, problems=(problems.not_kept(batches[0].dossier, str(error)),))]

    def _transaction(self, session: Session, batches: Sequence[Batch]) -> list[Outcome]:
        with session.writing():
            group = Group(self._database, session, batches, self._clock())
            outcomes = group.decide()
            group.save()
        return outcomes

    def _tried(self, work: Callable[[Session], T]) -> T:
        """Do work that may lose a race with another process, or its connection, and is safe to do again."""
        for attempt in range(ATTEMPTS):
            try:
                if self._session is None or self._session.broken:
                    self._session = self._database.connect()
                return work(self._session)
            except (ContentionError, LostConnectionError) as error:
                last = error
            time.sleep(FIRST_PAUSE * 2**attempt * random.uniform(0.5, 1.5))
        if isinstance(last, ContentionError):
            raise last
        raise StoreError(f"the database cannot be reached: {last}", f"无法连接数据库：{last}") from last
