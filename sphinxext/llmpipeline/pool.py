"""Worker processes: an executor that needs nothing of the process that starts it.

The workers are one new Python, which loads what draws once and forks, where that is safe, for each further worker.  So
nothing of the main process is copied, its threads and open files least of all, and its ``__main__`` does not run again.
A worker ends when its connection does: none outlives the main process, however that ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import queue
import signal
import socket
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from importlib import import_module
from itertools import chain
from typing import Any, TypeVar

_T = TypeVar("_T")
_Task = tuple["Future[Any]", bytes]

# The search path of modules; for serve(), the function that prepares, and the sockets.
_SERVE = f"import json, sys; sys.path[:] = json.loads(sys.argv[1]); import {__name__}; {__name__}.serve(sys.argv[2:])"

_PATIENCE = 2.0  # seconds; a drawing takes hundredths of one


def supported() -> bool:
    """Whether this system hands open sockets to a new process; Windows does not."""
    return os.name == "posix" and bool(sys.executable)


class Pool(Executor):
    """Runs functions of modules in processes of their own.

    Args:
        workers: how many processes.
        prepare: a function of a module, called once before the workers part; what it loads, they all have.

    Raises:
        OSError: where no process can be started.
    """

    def __init__(self, workers: int, prepare: Callable[[], object]) -> None:
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._closed = False
        self._alive = workers
        self._processes: list[subprocess.Popen[bytes]] = []
        pairs = [socket.socketpair() for _ in range(workers)]
        for connection in chain.from_iterable(pairs):
            # Others set a default, as Sphinx's linkcheck does; it would make the workers' ends not wait at all.
            connection.settimeout(None)
        # macOS does not bear a fork of a process that has loaded its frameworks.
        step = workers if sys.platform == "linux" else 1
        try:
            for first in range(0, workers, step):
                self._processes.append(_start([theirs for _, theirs in pairs[first : first + step]], prepare))
        except OSError:
            for ours, _ in pairs:
                ours.close()
            raise
        finally:
            for _, theirs in pairs:
                theirs.close()
        self._connections = [ours for ours, _ in pairs]
        self._threads = [threading.Thread(target=self._ask, args=(ours,), daemon=True) for ours in self._connections]
        for thread in self._threads:
            thread.start()

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
        future: Future[_T] = Future()
        # As bytes at once: they are a fraction of the objects, and thousands may wait.
        call = pickle.dumps((function, args, kwargs), pickle.HIGHEST_PROTOCOL)
        with self._lock:
            if self._closed:
                raise RuntimeError("the pool has been shut down")
            if not self._alive:
                raise BrokenExecutor("all worker processes have ended")
            self._tasks.put((future, call))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers: with *wait* when all is done, else when each has done the task it is at, if that is soon."""
        with self._lock:
            self._closed = True
        if cancel_futures or not wait:
            self._drain(lambda future: future.cancel())
        for _ in self._threads:
            self._tasks.put(None)
        if not wait:
            for connection in self._connections:
                _hang_up(connection)
        for thread in self._threads:
            thread.join()
        for process in self._processes:
            _end(process)

    def _ask(self, connection: socket.socket) -> None:
        """Hand one worker its tasks, one after the other, for as long as it lives."""
        with contextlib.suppress(OSError), connection, connection.makefile("rwb") as pipe:
            while (task := self._tasks.get()) is not None:
                future, call = task
                if not future.set_running_or_notify_cancel():
                    continue
                try:
                    pipe.write(call)
                    pipe.flush()
                    result, error = pickle.load(pipe)  # noqa: S301 -- from a process of our own
                except Exception as reason:  # noqa: BLE001 -- whatever an ended process left in the pipe
                    self._leave()
                    future.set_exception(BrokenExecutor(f"a worker process ended: {reason}"))
                    break
                if error is None:
                    future.set_result(result)
                else:
                    future.set_exception(error)
            _hang_up(connection)

    def _leave(self) -> None:
        """One worker less; what waits for the last one waits in vain."""
        with self._lock:
            self._alive -= 1
            alive = self._alive
        if not alive:
            self._drain(lambda future: future.set_exception(BrokenExecutor("all worker processes have ended")))

    def _drain(self, end: Callable[[Future[Any]], object]) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                if (task := self._tasks.get_nowait()) is not None:
                    end(task[0])


def _hang_up(connection: socket.socket) -> None:
    """Tell a worker, and the thread that waits for its answer, that there is no more to do."""
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Wait until all workers that were forked of one have ended, which they do when they are done with their task."""
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _start(sockets: Sequence[socket.socket], prepare: Callable[[], object]) -> subprocess.Popen[bytes]:
    """Start a Python that serves *sockets*, out of reach of the terminal's Ctrl-C, which the main process handles."""
    numbers = [connection.fileno() for connection in sockets]
    return subprocess.Popen(  # noqa: S603 -- this very Python
        [sys.executable, "-c", _SERVE, json.dumps(sys.path), prepare.__module__, prepare.__name__, *map(str, numbers)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        pass_fds=numbers,
        start_new_session=True,
        # A thread for each CPU in each worker would only stand in the way, and threads do not go with forks.
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
    )


def serve(arguments: Sequence[str]) -> None:
    """What the new process does: prepare, fork for all sockets but one, and work until they are closed.

    Args:
        arguments: module and name of the function that prepares, and numbers of the sockets.
    """
    module, prepare, *numbers = arguments
    getattr(import_module(module), prepare)()
    own, *others = [socket.socket(fileno=int(number)) for number in numbers]
    for index, connection in enumerate(others):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of threads, of which there are none
            child = os.fork()
        if child == 0:
            # A socket that two processes hold does not end with one of them.
            for other in (own, *others[index + 1 :]):
                other.close()
            _work(connection)
            os._exit(0)  # there is nothing to clean up, and what was loaded is much
        connection.close()
    _work(own)
    for _ in others:
        os.wait()
    os._exit(0)


def _work(connection: socket.socket) -> None:
    """Answer calls until the other end is closed."""
    with contextlib.suppress(OSError, EOFError), connection, connection.makefile("rwb") as pipe:
        while True:
            function, args, kwargs = pickle.load(pipe)  # noqa: S301 -- from the process that started this one
            try:
                answer = pickle.dumps((function(*args, **kwargs), None), pickle.HIGHEST_PROTOCOL)
            except Exception as error:  # noqa: BLE001 -- it is told to the one who called
                answer = pickle.dumps((None, RuntimeError(f"{type(error).__name__}: {error}")))
            pipe.write(answer)
            pipe.flush()
