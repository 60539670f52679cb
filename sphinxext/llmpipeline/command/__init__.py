"""The command ``llmpipeline``: one module for each sub-command.

To add a sub-command, write a module with ``add(subparsers)``, which sets the default ``run`` to a function from the
arguments to the exit status, and name it in :data:`COMMANDS`.  Its other imports belong into that function, because
``--help`` needs none of them.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

from . import check, convert, preview, render
from . import format as formatting

COMMANDS = (check, formatting, render, preview, convert)
"""Modules of the sub-commands, in the order of the help."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; *arguments* are those of the process by default.

    Returns:
        the exit status: 0 if all went well, 1 if something could not be done; wrong arguments end the process with 2.
    """
    parser = argparse.ArgumentParser(prog="llmpipeline", description="Diagrams of language model pipelines.")
    subparsers = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(subparsers)
    given = parser.parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = given.run
    return run(given)
