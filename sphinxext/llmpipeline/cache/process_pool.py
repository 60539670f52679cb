"""An executor of worker processes without threads in the main process.

The first worker is a new Python, which loads the modules that draw and, if that is safe, forks the others.  So workers
copy nothing of the main process, such as open files, and its ``__main__`` does not run again.  The main process submits
tasks and receives results only when its methods are called, and can fork at any time, as Sphinx does for ``-j``.

A worker ends when its connection is closed, and a :class:`Lifeline` ends it in the middle of a task if the main process
has been killed.
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

from ..layout.lifeline import Lifeline, await_end, module_path

_T = TypeVar("_T")

# Arguments: the module search path, and those of serve().  The path is set before the first import, because Python
# searches the current folder first.
_SERVE = f"import sys; sys.path[:] = sys.argv[1].split('\\n'); import {__name__}; {__name__}.serve(sys.argv[2:])"

_TASKS = 16
"""Tasks in the queue of a worker: enough while the main process is busy with other work."""

_BYTES = 1 << 16
"""Size of that queue: a connection buffers more, so that sending never blocks the main process."""

_PATIENCE = 0.5  # seconds before a worker that does not end is killed; a drawing takes hundredths of one


class Pool(Executor):
    """Run module-level functions in worker processes.

    Results are received in ``submit()``, and in ``result()`` and ``exception()`` of its futures.  Waiting in any other
    way deadlocks.

    Args:
        workers: the maximum number of processes.
        prepare: a module-level function that loads modules; called once, before the first worker forks.

    Raises:
        OSError: if no process can be started.
    """

    def __init__(self, workers: int, prepare: Callable[[], object]) -> None:
        self._owner = os.getpid()
        self._prepare = prepare
        self._to_start = workers
        self._waiting: deque[_Answer] = deque()
        self._workers: dict[Connection, _Worker] = {}
        self._processes: list[subprocess.Popen[bytes]] = []
        self._lifelines: list[Lifeline] = []
        self._closed = False
        self._start()

    @property
    def processes(self) -> list[int]:
        """Ids of the started processes; each is also the id of the group of its forks."""
        return [process.pid for process in self._processes]

    def submit(self, function: Callable[..., _T], /, *args: Any, **kwargs: Any) -> Future[_T]:
        """Call *function* in a worker.

        Raises:
            BrokenExecutor: if no worker is left.
            RuntimeError: after :meth:`shutdown`.
        """
        if self._closed:
            raise RuntimeError("the pool has been shut down")
        # Pickled now, because thousands may wait and bytes are much smaller than objects.
        answer = _Answer(self, pickle.dumps((function, args, kwargs), pickle.HIGHEST_PROTOCOL))
        self._waiting.append(answer)
        self.advance()
        if not self._workers:
            raise BrokenExecutor("all worker processes have ended")
        return answer

    def advance(self, timeout: float | None = 0) -> bool:
        """Wait for a result, for *timeout* seconds or, if ``None``, without limit; receive results, and send tasks.

        Returns:
            Whether there was a result, or the end of a worker.
        """
        ready = wait_for([*self._workers], timeout)
        for connection in ready:
            self._receive(self._workers[connection])  # type: ignore[index]  # wait() returns some of its arguments
        while self._waiting and self._workers:
            worker = min(self._workers.values(), key=lambda worker: len(worker.tasks))
            if worker.tasks and self._to_start:
                with contextlib.suppress(OSError):  # the present workers are enough
                    self._start()
                    continue
            if not worker.has_room_for(self._waiting[0]):
                break
            self._send(worker)
        if not self._workers:
            while self._waiting:
                self._waiting.popleft().fail("all worker processes have ended")
        return bool(ready)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers.

        Args:
            wait: whether to finish all tasks first; otherwise each worker finishes its current task, or is killed after
                some seconds.
            cancel_futures: whether to cancel waiting tasks, also with *wait*.
        """
        if os.getpid() != self._owner:
            return  # a fork does not own the workers
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
        for lifeline in self._lifelines:
            lifeline.close()

    def _start(self) -> None:
        """Start all remaining workers if they can be forked; otherwise start one."""
        # On macOS a process that has loaded system frameworks cannot fork safely.
        number = self._to_start if sys.platform == "linux" else 1
        self._to_start -= number
        # Pipes ignore the default timeout of sockets, which Sphinx's linkcheck sets.
        pairs = [Pipe() for _ in range(number)]
        lifeline = Lifeline()
        try:
            process = _open([theirs for _, theirs in pairs], lifeline, self._prepare)
        except OSError:
            self._to_start = 0
            lifeline.close()
            raise
        finally:
            for _, theirs in pairs:
                theirs.close()
        lifeline.tie(-process.pid)
        self._processes.append(process)
        self._lifelines.append(lifeline)
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
        """Drop a worker that has ended.  Its current task fails, because it may be the cause; others get the rest."""
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
    """The future of a task; waiting for it advances the pool."""

    def __init__(self, pool: Pool, call: bytes) -> None:
        super().__init__()
        self._pool = pool
        self.call = call

    def result(self, timeout: float | None = None) -> Any:
        """The result, after *timeout* seconds at most in which no worker has finished a task.

        Raises:
            TimeoutError: after that.
            BrokenExecutor: if its worker has ended.
        """
        self._wait(timeout)
        return super().result(0)

    def exception(self, timeout: float | None = None) -> BaseException | None:
        """The error of the task, with the *timeout* of :meth:`result`."""
        self._wait(timeout)
        return super().exception(0)

    def receive(self, answer: bytes) -> None:
        """Set the result that a worker sent."""
        self.call = b""  # to save memory
        try:
            result, error = pickle.loads(answer)  # noqa: S301 -- from a process of our own
        except Exception as reason:  # noqa: BLE001 -- unpickling can run any code
            self.set_exception(reason)
            return
        if error is None:
            self.set_result(result)
        else:
            self.set_exception(RuntimeError(error))

    def fail(self, reason: str) -> None:
        """Fail with :class:`BrokenExecutor`."""
        if self.running() or self.set_running_or_notify_cancel():
            self.set_exception(BrokenExecutor(reason))

    def _wait(self, timeout: float | None) -> None:
        while not self.done() and self._pool.advance(timeout):
            pass


class _Worker:
    """A worker, as seen by the main process."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.tasks: deque[_Answer] = deque()

    def has_room_for(self, answer: _Answer) -> bool:
        size = sum(len(task.call) for task in self.tasks) + len(answer.call)
        return not self.tasks or (len(self.tasks) < _TASKS and size <= _BYTES)


def _hang_up(connection: Connection) -> None:
    """Close a connection for the worker too, even if a fork of this process holds a copy."""
    shared = socket.socket(fileno=connection.fileno())
    with contextlib.suppress(OSError):
        shared.shutdown(socket.SHUT_RDWR)
    shared.detach()
    connection.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    """Wait until a process and its forks have ended, and kill them after :data:`_PATIENCE`."""
    try:
        await_end(process, _PATIENCE)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _open(
    connections: Sequence[Connection], lifeline: Lifeline, prepare: Callable[[], object]
) -> subprocess.Popen[bytes]:
    """Start a Python that serves *connections*, in a session of its own, so that Ctrl-C reaches only this process."""
    numbers = [connection.fileno() for connection in connections]
    return subprocess.Popen(  # noqa: S603 -- this Python
        [sys.executable, "-c", _SERVE, module_path(), prepare.__module__, prepare.__name__, *map(str, numbers)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        pass_fds=[*numbers, *lifeline.passed],
        start_new_session=True,
        # One thread in each worker: more would compete for processors, and threads break forks.
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
    )


def serve(arguments: Sequence[str]) -> None:
    """Run the new process: prepare, fork once for each further connection, and work until they are closed.

    *arguments* are module and name of the function that prepares, then file descriptors of the connections.
    """
    module, prepare, *numbers = arguments
    getattr(import_module(module), prepare)()
    own, *others = [Connection(int(number)) for number in numbers]
    for index, connection in enumerate(others):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # about threads, of which there are none
            child = os.fork()
        if child == 0:
            # A connection stays open as long as one process holds it.
            for other in (own, *others[index + 1 :]):
                other.close()
            _work(connection)
            os._exit(0)  # freeing the loaded modules takes time
        connection.close()
    _work(own)
    for _ in others:
        os.wait()
    os._exit(0)


def _work(connection: Connection) -> None:
    """Answer calls until the other end is closed; remaining calls are dropped."""
    state = select.poll()
    state.register(connection, 0)  # poll() always reports that it is closed
    with contextlib.suppress(OSError, EOFError):
        while not state.poll(0):
            function, args, kwargs = pickle.loads(connection.recv_bytes())  # noqa: S301 -- from the parent process
            try:
                answer = pickle.dumps((function(*args, **kwargs), None), pickle.HIGHEST_PROTOCOL)
            except Exception as error:  # noqa: BLE001 -- it is sent to the caller
                answer = pickle.dumps((None, f"{type(error).__name__}: {error}"))
            connection.send_bytes(answer)
