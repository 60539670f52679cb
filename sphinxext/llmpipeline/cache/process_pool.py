"""Worker processes: an executor that needs nothing of the process that starts it, and no thread in it.

The workers are a new Python, which loads what draws once and forks, where that is safe, for each further worker.  So
nothing of the main process is copied, its open files least of all, and its ``__main__`` does not run again.  Nor does
anything go on in the main process by itself: it hands out tasks and takes answers whenever it has another task or wants
an answer, and may fork, as Sphinx does for ``-j``, at any time.

A worker ends when its connection does: none outlives the main process, however that ends.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import select
import signal
import socket
import subprocess
import sys
import warnings
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from importlib import import_module
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from multiprocessing.connection import wait as wait_for
from typing import Any, TypeVar

_T = TypeVar("_T")

# The search path of modules; for serve(), the function that prepares, and the connections.  Nothing else is imported
# before the path is set: Python looks first in the folder that it is started in, whatever lies there.
_SERVE = f"import sys; sys.path[:] = sys.argv[1].split('\\n'); import {__name__}; {__name__}.serve(sys.argv[2:])"

_TASKS = 16
"""Tasks that a worker has before it: enough for as long as the main process is likely to be busy with other things."""

_BYTES = 1 << 16
"""Of those tasks: a connection holds more, so that the main process never waits for a worker to read them."""

_PATIENCE = 2.0  # seconds; a drawing takes hundredths of one


def supported() -> bool:
    """Whether this system hands open connections to a new process, and forks; Windows does not."""
    return os.name == "posix" and bool(sys.executable)


class Pool(Executor):
    """Runs functions of modules in processes of their own.

    Answers come in where this is asked for something: ``submit()``, or ``result()`` and ``exception()`` of a future.
    To wait for its futures in any other way is to wait for ever.

    Args:
        workers: how many processes at most.
        prepare: a function of a module, called once before the workers part; what it loads, they all have.

    Raises:
        OSError: where no process can be started.
    """

    def __init__(self, workers: int, prepare: Callable[[], object]) -> None:
        self._owner = os.getpid()
        self._prepare = prepare
        self._to_start = workers
        self._waiting: deque[_Answer] = deque()
        self._workers: dict[Connection, _Worker] = {}
        self._processes: list[subprocess.Popen[bytes]] = []
        self._closed = False
        self._start()

    @property
    def processes(self) -> list[int]:
        """Ids of the processes that were started; those forked of one have its id as their group's."""
        return [process.pid for process in self._processes]

    def submit(self, function: Callable[..., _T], /, *args: Any, **kwargs: Any) -> Future[_T]:
        """Call *function* in a worker.

        Raises:
            BrokenExecutor: where no worker is left.
            RuntimeError: after :meth:`shutdown`.
        """
        if self._closed:
            raise RuntimeError("the pool has been shut down")
        # As bytes at once: they are a fraction of the objects, and thousands may wait.
        answer = _Answer(self, pickle.dumps((function, args, kwargs), pickle.HIGHEST_PROTOCOL))
        self._waiting.append(answer)
        self.advance()
        if not self._workers:
            raise BrokenExecutor("all worker processes have ended")
        return answer

    def advance(self, timeout: float | None = 0) -> None:
        """Take the answers that are there, and hand out tasks.

        Args:
            timeout: seconds to wait for an answer; ``None`` for as long as it takes.
        """
        for connection in wait_for([*self._workers], timeout):
            self._receive(self._workers[connection])  # type: ignore[index]  # one of those that were given
        while self._waiting and self._workers:
            worker = min(self._workers.values(), key=lambda worker: len(worker.tasks))
            if worker.tasks and self._to_start:
                with contextlib.suppress(OSError):  # those that are there will do
                    self._start()
                    continue
            if not worker.has_room_for(self._waiting[0]):
                break
            self._send(worker)
        if not self._workers:
            while self._waiting:
                self._waiting.popleft().fail("all worker processes have ended")

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers: with *wait* when all is done, else when each has done the task it is at, if that is soon.

        With *cancel_futures* nothing more is begun in either case.
        """
        if os.getpid() != self._owner:
            return  # they are not those of a fork
        while wait and not cancel_futures and any(worker.tasks for worker in self._workers.values()):
            self.advance(None)
        self._closed = True
        while self._waiting:
            answer = self._waiting.popleft()
            if not answer.cancel():
                answer.fail("the pool has been shut down")
        for worker in [*self._workers.values()]:
            self._leave(worker, "the pool has been shut down")
        for process in self._processes:
            _end(process)

    def _start(self) -> None:
        """Start workers: all that are missing where they can be forked of one, else one."""
        # macOS does not bear a fork of a process that has loaded its frameworks.
        number = self._to_start if sys.platform == "linux" else 1
        self._to_start -= number
        # These wait, whatever time limit the process has set for sockets, as Sphinx's linkcheck does.
        pairs = [Pipe() for _ in range(number)]
        try:
            self._processes.append(_open([theirs for _, theirs in pairs], self._prepare))
        except OSError:
            self._to_start = 0
            raise
        finally:
            for _, theirs in pairs:
                theirs.close()
        self._workers |= {ours: _Worker(ours) for ours, _ in pairs}

    def _send(self, worker: _Worker) -> None:
        answer = self._waiting[0]
        if not answer.running() and not answer.set_running_or_notify_cancel():
            self._waiting.popleft()
            return
        try:
            worker.connection.send_bytes(answer.call)
        except OSError:
            self._lose(worker)
        else:
            worker.tasks.append(self._waiting.popleft())

    def _receive(self, worker: _Worker) -> None:
        try:
            received = worker.connection.recv_bytes()
        except (EOFError, OSError):
            self._lose(worker)
            return
        worker.tasks.popleft().receive(received)

    def _lose(self, worker: _Worker) -> None:
        """A worker has ended: what it was at may be why; what it had before it is for others."""
        doomed = worker.tasks.popleft() if worker.tasks else None
        self._waiting.extendleft(reversed(worker.tasks))
        worker.tasks.clear()
        self._leave(worker, "")
        if doomed is not None:
            doomed.fail("a worker process ended")

    def _leave(self, worker: _Worker, reason: str) -> None:
        del self._workers[worker.connection]
        _hang_up(worker.connection)
        for answer in worker.tasks:
            answer.fail(reason)


class _Answer(Future[Any]):
    """The result of a task; whoever waits for it makes the pool get on."""

    def __init__(self, pool: Pool, call: bytes) -> None:
        super().__init__()
        self._pool = pool
        self.call = call

    def result(self, timeout: float | None = None) -> Any:
        self._wait()
        return super().result(timeout)

    def exception(self, timeout: float | None = None) -> BaseException | None:
        self._wait()
        return super().exception(timeout)

    def receive(self, answer: bytes) -> None:
        """Take what a worker has sent."""
        self.call = b""  # this may be kept for long
        try:
            result, error = pickle.loads(answer)  # noqa: S301 -- from a process of our own
        except Exception as reason:  # noqa: BLE001 -- whatever it takes to load what a function returns
            self.set_exception(reason)
            return
        if error is None:
            self.set_result(result)
        else:
            self.set_exception(RuntimeError(error))

    def fail(self, reason: str) -> None:
        """There will be no result."""
        if self.running() or self.set_running_or_notify_cancel():
            self.set_exception(BrokenExecutor(reason))

    def _wait(self) -> None:
        while not self.done():
            self._pool.advance(None)


class _Worker:
    """What the main process knows of a worker."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.tasks: deque[_Answer] = deque()

    def has_room_for(self, answer: _Answer) -> bool:
        size = sum(len(task.call) for task in self.tasks) + len(answer.call)
        return not self.tasks or (len(self.tasks) < _TASKS and size <= _BYTES)


def _hang_up(connection: Connection) -> None:
    """Tell a worker that there is no more to do, also where a fork of this process holds the connection too."""
    shared = socket.socket(fileno=connection.fileno())
    with contextlib.suppress(OSError):
        shared.shutdown(socket.SHUT_RDWR)
    shared.detach()
    connection.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    """Wait until all workers that were forked of one have ended, which they do when they are done with their task."""
    try:
        _await_end(process)
        process.wait(0)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _await_end(process: subprocess.Popen[bytes]) -> None:
    """Wait until a process ends, or for as long as patience lasts.

    Raises:
        subprocess.TimeoutExpired: where it did not end, maybe.
    """
    try:
        ended = os.pidfd_open(process.pid)
    except (AttributeError, OSError):  # a system that does not tell: it is asked in growing intervals
        process.wait(_PATIENCE)
        return
    try:
        state = select.poll()
        state.register(ended, select.POLLIN)
        state.poll(1000 * _PATIENCE)
    finally:
        os.close(ended)


def _open(connections: Sequence[Connection], prepare: Callable[[], object]) -> subprocess.Popen[bytes]:
    """Start a Python that serves *connections*; the terminal's Ctrl-C is for the main process alone."""
    numbers = [connection.fileno() for connection in connections]
    path = "\n".join(entry for entry in sys.path if isinstance(entry, str))  # Python passes over any other
    return subprocess.Popen(  # noqa: S603 -- this very Python
        [sys.executable, "-c", _SERVE, path, prepare.__module__, prepare.__name__, *map(str, numbers)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        pass_fds=numbers,
        start_new_session=True,
        # A thread for each CPU in each worker would only stand in the way, and threads do not go with forks.
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
    )


def serve(arguments: Sequence[str]) -> None:
    """What the new process does: prepare, fork for all connections but one, and work until they are closed.

    Args:
        arguments: module and name of the function that prepares, and numbers of the connections.
    """
    module, prepare, *numbers = arguments
    getattr(import_module(module), prepare)()
    own, *others = [Connection(int(number)) for number in numbers]
    for index, connection in enumerate(others):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of threads, of which there are none
            child = os.fork()
        if child == 0:
            # A connection that two processes hold does not end with one of them.
            for other in (own, *others[index + 1 :]):
                other.close()
            _work(connection)
            os._exit(0)  # there is nothing to clean up, and what was loaded is much
        connection.close()
    _work(own)
    for _ in others:
        os.wait()
    os._exit(0)


def _work(connection: Connection) -> None:
    """Answer calls until the other end is closed; what is left to do then, nobody asks for."""
    state = select.poll()
    state.register(connection, 0)  # for what is told in any case: that it is closed
    with contextlib.suppress(OSError, EOFError):
        while not state.poll(0):
            function, args, kwargs = pickle.loads(connection.recv_bytes())  # noqa: S301 -- from what started this one
            try:
                answer = pickle.dumps((function(*args, **kwargs), None), pickle.HIGHEST_PROTOCOL)
            except Exception as error:  # noqa: BLE001 -- it is told to the one who called
                answer = pickle.dumps((None, f"{type(error).__name__}: {error}"))
            connection.send_bytes(answer)
