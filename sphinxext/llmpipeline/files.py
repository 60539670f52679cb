"""Files that documents name.

Documents are not trusted, so a file must be a regular one of limited size.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from typing import Literal

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
"""Open a named pipe without waiting for its writer, and a terminal without becoming its process."""

Language = Literal["mermaid", "dot"]
"""Other languages, whose diagrams are converted."""

_LANGUAGES: Mapping[str, Language] = {".mmd": "mermaid", ".mermaid": "mermaid", ".dot": "dot", ".gv": "dot"}

LARGEST_DATA = 10_000_000
"""Most bytes of a file with the data of a plot, or of an image."""


def language_of(name: str) -> Language | None:
    """The other language of a file, by the ending of its name; ``None`` for declarations of this one.

    >>> language_of("flow.mmd"), language_of("flow.txt")
    ('mermaid', None)
    """
    return _LANGUAGES.get(os.path.splitext(name)[1].lower())


def read_regular(name: str | os.PathLike[str], largest: int) -> bytes:
    """The content of a regular file.

    Raises:
        OSError: if it is another kind of file, has more than *largest* bytes, or cannot be read.
    """
    descriptor = os.open(name, _FLAGS)
    try:
        # Asked of the open file, because another one may take its name in between.
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(None, "it is not a regular file")
        content = bytearray()
        # Read up to the limit whatever its size is said to be: files of /proc have none, and files grow.
        while len(content) <= largest and (part := os.read(descriptor, largest + 1 - len(content))):
            content += part
    finally:
        os.close(descriptor)
    if len(content) > largest:
        raise OSError(None, f"it is larger than {largest:,} bytes")
    return bytes(content)


def read_data(folder: str | os.PathLike[str] | None, name: str) -> bytes:
    """The content of a file with the data of a plot or an image; *name* is relative to *folder*.

    Raises:
        ValueError: with the message, if there is no folder, or the file cannot be read.
    """
    if folder is None:
        raise ValueError(f"the file '{name}' is not read: parse() needs 'folder', which names are relative to")
    if "\0" in name:  # about which each version of Python has words of its own
        raise ValueError(f"cannot read '{name}': a null character cannot be part of a name")
    try:
        return read_regular(os.path.join(folder, name), LARGEST_DATA)
    except OSError as error:
        raise ValueError(f"cannot read '{name}': {error.strerror or error}") from error
