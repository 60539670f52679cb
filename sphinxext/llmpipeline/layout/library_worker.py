"""The program that :mod:`.library` runs: it answers graphs with layouts, and loads little else than Graphviz's library.

Its argument is the module search path, an entry a line.  It is run as a file, without the package.
"""

from __future__ import annotations

import io
import os
import sys

LOADED = b"loaded"


def serve() -> None:
    """Answer graphs in the DOT language, which come from stdin, until it is closed.

    After :data:`LOADED`, graphs and answers begin with their length, four bytes.  An answer of no bytes says that the
    library has failed, or printed a message, in which versions of Graphviz differ.
    """
    import pygraphviz

    sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 -- where pygraphviz remarks that a graph is large
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)  # what does not fit gets lost
    os.dup2(writing, 2)
    with open(0, "rb", closefd=False) as graphs, open(0, "wb", closefd=False) as answers:
        answers.write(LOADED)
        answers.flush()
        while head := graphs.read(4):
            source = graphs.read(int.from_bytes(head, "big")).decode()
            try:
                drawn: bytes = pygraphviz.AGraph(string=source).draw(format="json0", prog="dot")
            except (ValueError, OSError):  # stderr says why
                drawn = b""
            _send(answers, b"" if _has_printed(reading) else drawn)


def _send(answers: io.BufferedWriter, answer: bytes) -> None:
    answers.write(len(answer).to_bytes(4, "big") + answer)
    answers.flush()


def _has_printed(reading: int) -> bool:
    """Whether there is a message in the pipe, which is empty afterwards."""
    try:
        return bool(os.read(reading, 1 << 20))  # more than a pipe holds
    except BlockingIOError:
        return False


if __name__ == "__main__":
    # After the standard library, which modules of a project may be named like; and without the current folder.
    sys.path += filter(None, sys.argv[1].split("\n"))
    serve()
