"""Clean the folder of the local store: remove entries that no build uses, and temporary files of stopped builds.

Builds may share the folder.  Each removes only what no build has used for days, and a build that misses an entry draws.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from .store import CLEANED, DAY, TEMPORARY

_MOST_DIGITS = 2
"""Digits in the names of folders with entries: two in development versions."""


def clean(folder: Path, days: float | None, others: Iterable[Path] = ()) -> None:
    """Clean *folder*.

    Args:
        folder: of the store.
        days: time after which unused entries are removed; 0 or ``None`` for never.
        others: folders in which only temporary files are removed, without the folders in them.
    """
    now = time.time()
    with contextlib.suppress(OSError):  # on a full disk, files can still be removed
        (folder / CLEANED).touch()
    # The time of use is written at most once per day, so an entry may have been used a day after it.
    oldest = now - (days + 1) * DAY if days else None
    for path, used in _files(folder):
        if path.name.startswith(TEMPORARY):
            _remove(path, used, now - DAY)
        elif oldest is not None and path.parent.parent == folder and len(path.parent.name) <= _MOST_DIGITS:
            if used > now + DAY:  # the clock was ahead; the entry ages from now on
                with contextlib.suppress(OSError):
                    os.utime(path)
            _remove(path, used, oldest)
    for other in others:
        with contextlib.suppress(OSError):  # there is no such folder, or another build has removed the file
            for path in other.glob(f"{TEMPORARY}*"):
                _remove(path, path.lstat().st_mtime, now - DAY)


def _files(folder: Path) -> Iterator[tuple[Path, float]]:
    """All files below *folder*, with the times of their last use."""
    for parent, _, names in os.walk(folder):
        for path in (Path(parent, name) for name in names):
            with contextlib.suppress(OSError):  # another build has removed it
                yield path, path.lstat().st_mtime


def _remove(path: Path, used: float, oldest: float) -> None:
    if used < oldest:
        with contextlib.suppress(OSError):
            path.unlink()
