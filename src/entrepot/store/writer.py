"""The one writer: whoever has something to write, one at a time, many callers to a transaction (group commit).

There is no thread of its own. The first caller to come writes; those who come while its commit reaches the disk queue up,
and the first of them then writes for all. So a lone caller waits for nothing but the disk, and a crowd shares commits. Each
is answered only after the commit.
"""

import random
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from entrepot.store import plain, problems
from entrepot.store.database import ContentionError, Database, LostConnectionError, Session, StoreError
from entrepot.store.group import Group
from entrepot.store.intake import Batch, Outcome

T = TypeVar("T")

GROUP_STATEMENTS = 4_000
GROUP_BYTES = 32 * 1024 * 1024
ATTEMPTS = 8
FIRST_PAUSE = 0.002


class _Job:
    """What one caller wants written, and where its answer will be. `wake` is locked while there is nothing to wake for."""

    __slots__ = ("batches", "done", "error", "result", "size", "statements", "wake", "work")

    def __init__(self, batches: Sequence[Batch], work: Callable[[Session], Any] | None = None) -> None:
        self.batches, self.work = batches, work
        self.statements = sum(len(batch.ready) for batch in batches)
        self.size = sum(batch.size for batch in batches)
        self.done = False
        self.result: Any = None
        self.error: BaseException | None = None
        self.wake = threading.Lock()
        self.wake.acquire()

    def answer(self, result: Any = None, error: BaseException | None = None) -> None:
        self.result, self.error, self.done = result, error, True


class Writer:
    """Owns the writing session. `submit` and `do` may be called from any thread and return after the commit."""

    def __init__(self, database: Database, clock: Callable[[], datetime], committed: Callable[[], None]) -> None:
        self._database, self._clock, self._committed = database, clock, committed
        self._jobs: deque[_Job] = deque()
        self._state = threading.Condition()
        self._writing = self._closing = False
        self._session: Session | None = None

    def submit(self, batches: Sequence[Batch]) -> list[Outcome]:
        """Write batches; their outcomes in order. Many go as several jobs, so that other callers get their turn."""
        outcomes: list[Outcome] = []
        waiting, count = list[Batch](), 0
        for place, batch in enumerate(batches, 1):
            waiting.append(batch)
            count += len(batch.ready)
            if count >= GROUP_STATEMENTS // 2 or place == len(batches):
                outcomes += self._written(_Job(waiting))
                waiting, count = [], 0
        return outcomes

    def do(self, work: Callable[[Session], T]) -> T:
        """Run other writing work in its turn; it opens its own transactions. StoreError where the database cannot."""
        try:
            result: T = self._written(_Job((), work))
        except self._database.faults as error:
            raise StoreError(f"the store could not be written: {error}", f"无法写入存储：{error}") from error
        return result

    def close(self) -> None:
        """Wait for what is queued; from then on nothing more is taken."""
        with self._state:
            self._closing = True
            self._state.wait_for(lambda: not self._writing)
        if self._session is not None:
            self._session.close()

    def _written(self, job: _Job) -> Any:
        """The job's result, once it is durable: written by this thread if nobody else is writing, else by whoever's turn it is."""
        with self._state:
            if self._closing:
                raise StoreError("the store is closed", "存储已关闭")
            self._jobs.append(job)
            first, self._writing = not self._writing, True
        if not first:
            try:
                job.wake.acquire()
            except BaseException:  # interrupted while it waited: another thread takes its turn when that comes
                threading.Thread(target=self._stand_in, args=(job,), daemon=True).start()
                raise
        if not job.done:
            self._lead()
        if job.error is not None:
            raise job.error
        return job.result

    def _stand_in(self, job: _Job) -> None:
        job.wake.acquire()
        if not job.done:
            self._lead()

    def _lead(self) -> None:
        """Write the next group, in which the caller's own job is the first, and hand the turn on."""
        jobs = self._take()
        try:
            self._write(jobs)
        except BaseException as error:
            for job in jobs:
                if not job.done:
                    own = isinstance(error, Exception) or job is jobs[0]
                    job.answer(error=error if own else StoreError("the writer was interrupted", "写入被中断"))
        with self._state:
            if self._jobs:
                self._jobs[0].wake.release()
            else:
                self._writing = False
                self._state.notify_all()
        for job in jobs[1:]:
            job.wake.release()

    def _take(self) -> list[_Job]:
        """The jobs of the next transaction."""
        with self._state:
            taken = [self._jobs.popleft()]
            statements, size = taken[0].statements, taken[0].size
            while self._jobs and not (taken[0].work or self._jobs[0].work):
                statements, size = statements + self._jobs[0].statements, size + self._jobs[0].size
                if statements > GROUP_STATEMENTS or size > GROUP_BYTES:
                    break
                taken.append(self._jobs.popleft())
            return taken

    def _write(self, jobs: Sequence[_Job]) -> None:
        if jobs[0].work is not None:
            jobs[0].answer(self._tried(jobs[0].work))
            return
        outcomes = iter(self._outcomes([batch for job in jobs for batch in job.batches]))
        for job in jobs:
            job.answer([next(outcomes) for _ in job.batches])
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
        now = self._clock()
        plainly = plain.hear(session, batches, now)
        if plainly is not None:
            return plainly
        with session.writing():
            group = Group(self._database, session, batches, now)
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
