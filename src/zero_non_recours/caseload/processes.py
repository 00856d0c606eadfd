"""Works on the segments of a file in several processes, and gives what becomes of them in order.

Each process is a fresh interpreter that reads pickled segments on its standard input and answers on its standard
output. Unlike those of `multiprocessing`, it never runs the caller's own script again, so that a script or a notebook
needs no precaution; and it ends by itself when its input closes, whatever ended this process.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import traceback
from collections import deque
from collections.abc import Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from io import BytesIO
from queue import SimpleQueue
from typing import IO, Any

from zero_non_recours.caseload.errors import CaseloadError
from zero_non_recours.caseload.segments import Job, Outcome, SegmentWork
from zero_non_recours.caseload.survey import Segment

MAX_WORKERS = 8
AHEAD = 2
"""Segments asked for, per process, before the first of them is taken."""
_STARTED = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN); sys.path[:] = sys.argv[1:]; "
    "from zero_non_recours.caseload.processes import serve; serve()"
)
_STOPPED = (
    "un des processus de calcul s'est arrêté tout seul (mémoire insuffisante ?). "
    "Relancer avec --workers 1 (workers=1 en Python)."
)
_NOT_STARTED = "un processus de calcul n'a pas pu démarrer. Relancer avec --workers 1 (workers=1 en Python)."


def usable_processes() -> int:
    """How many processes are worth starting on this machine; 1 where none can be started."""
    if not sys.executable or getattr(sys, "frozen", False):
        return 1
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, MAX_WORKERS)


def outcomes_in_processes(job: Job, segments: Sequence[Segment], workers: int) -> Generator[Outcome, None, None]:
    """What becomes of the rows of segments, in order; the processes end with the iteration, however it ends.

    Raises:
        CaseloadError: a process could not start, or stopped.
        Exception: what a process raised on the first segment that failed, as here.
    """
    helpers: list[_Helper] = []
    idle: SimpleQueue[_Helper] = SimpleQueue()

    def ask(segment: Segment) -> list[Outcome]:
        helper = idle.get()
        try:
            return helper.ask(segment)
        finally:
            idle.put(helper)

    threads = ThreadPoolExecutor(workers)
    try:
        for _ in range(workers):
            helpers.append(_Helper())
        started = pickle.dumps(job, pickle.HIGHEST_PROTOCOL)
        for helper in helpers:
            helper.start(started)
            idle.put(helper)
        waiting: deque[Future[list[Outcome]]] = deque()
        for segment in segments:
            waiting.append(threads.submit(ask, segment))
            if len(waiting) > AHEAD * workers:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    finally:
        threads.shutdown(wait=False, cancel_futures=True)
        for helper in helpers:
            helper.stop()
        threads.shutdown()
        for helper in helpers:
            helper.close()


class _Helper:
    """A process that works on segments."""

    def __init__(self) -> None:
        try:
            self.process = subprocess.Popen(
                (sys.executable, "-I", "-c", _STARTED, *sys.path), stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        except OSError:
            raise CaseloadError(_NOT_STARTED) from None
        assert self.process.stdin is not None and self.process.stdout is not None
        self.requests, self.answers = self.process.stdin, self.process.stdout

    def start(self, job: bytes) -> None:
        """Give the process its job."""
        try:
            self.requests.write(job)
            self.requests.flush()
        except OSError:
            raise CaseloadError(_NOT_STARTED) from None

    def ask(self, segment: Segment) -> list[Outcome]:
        """What becomes of the rows of a segment."""
        try:
            pickle.dump(segment, self.requests)
            self.requests.flush()
            answer = _received(self.answers)
        except (OSError, EOFError, ValueError, pickle.UnpicklingError):
            raise CaseloadError(_STOPPED) from None
        if isinstance(answer, Exception):
            raise answer
        return answer

    def stop(self) -> None:
        """End the process at once: it has nothing to save."""
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        """Close the pipes, once nobody reads them."""
        for pipe in (self.requests, self.answers):
            with suppress(OSError):
                pipe.close()


def serve() -> None:
    """What a process does: answer each segment of its standard input, until that closes."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing else may stand among the answers
    work: SegmentWork | None = None
    with suppress(EOFError, BrokenPipeError, pickle.UnpicklingError):
        job: Job = _received(requests)
        while True:
            segment: Segment = _received(requests)
            try:
                work = work or job.work(job)
                answer: list[Outcome] | Exception = list(work.outcomes(segment))
            except Exception as error:  # noqa: BLE001 - raised again by the process that asked
                answer = _portable(error)
            pickle.dump(answer, answers, pickle.HIGHEST_PROTOCOL)
            answers.flush()


def _received(pipe: IO[bytes]) -> Any:
    return pickle.load(pipe)  # noqa: S301 - the pipe joins two processes of this library: nothing else writes to it


def _portable(error: Exception) -> Exception:
    """An error that can go to another process, with the places of the code where it came from (but no value)."""
    error.add_note("".join(traceback.format_tb(error.__traceback__)))
    try:
        return _received(BytesIO(pickle.dumps(error)))
    except (pickle.PickleError, TypeError, ValueError, AttributeError):
        return RuntimeError(type(error).__name__)
