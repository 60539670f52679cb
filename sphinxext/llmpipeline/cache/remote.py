"""Drawings that several builds share: a folder, or a place behind a URL that fsspec knows.

Each drawing is one file with its notes and a digest, for not every place writes all of a file or nothing.
Nothing that goes wrong there stops a build: it is told once, and then the place is left alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from operator import methodcaller
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ..job import Notes
from .store import Name, write_atomic

if TYPE_CHECKING:
    import fsspec

_BATCH = 64
"""Files that are asked for or sent at a time: where a place is far, they travel at the same time."""


class Place(Protocol):
    """Where files are kept by their names."""

    def read(self, names: Iterable[str]) -> Mapping[str, bytes]:
        """What is there of *names*."""

    def write(self, files: Mapping[str, bytes]) -> None:
        """Keep *files*."""


class Folder:
    """A folder that builds share, or that a service for continuous integration keeps between them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, names: Iterable[str]) -> Mapping[str, bytes]:
        """What is there of *names*; a folder that is not there yet is empty."""
        return {name: (self._folder / name).read_bytes() for name in names if (self._folder / name).is_file()}

    def write(self, files: Mapping[str, bytes]) -> None:
        """Keep *files*, each wholly or not at all."""
        for name, data in files.items():
            write_atomic(self._folder / name, data)


class Remote:
    """A folder behind a URL.

    Raises:
        ImportError: where fsspec, or what it needs for this URL, is not installed.
        Exception: whatever the file system raises, here and below.
    """

    def __init__(self, url: str) -> None:
        try:
            import fsspec
        except ImportError as error:
            raise ImportError("a URL needs fsspec: pip install 'sphinxext-llmpipeline[remote]'") from error
        self._files: fsspec.AbstractFileSystem
        self._files, root = fsspec.core.url_to_fs(url)
        self._root = root.rstrip("/")
        self._made = False

    def read(self, names: Iterable[str]) -> Mapping[str, bytes]:
        """What is there of *names*."""
        answers: Mapping[str, Any] = self._files.cat([f"{self._root}/{name}" for name in names], on_error="return")
        found: dict[str, bytes] = {}
        for path, answer in answers.items():
            if isinstance(answer, FileNotFoundError):
                continue
            if isinstance(answer, BaseException):
                raise answer
            found[path.rpartition("/")[2]] = answer
        return found

    def write(self, files: Mapping[str, bytes]) -> None:
        """Keep *files*."""
        if not self._made:
            self._files.makedirs(self._root, exist_ok=True)
            self._made = True
        self._files.pipe({f"{self._root}/{name}": data for name, data in files.items()})


class Shared:
    """The drawings in a place.

    Args:
        open_place: reaches the place, when it is first needed.
        failed: is told, once, what went wrong.
    """

    def __init__(self, open_place: Callable[[], Place], failed: Callable[[Exception], object]) -> None:
        self._open = open_place
        self._failed = failed
        self._place: Place | None = None
        self._broken = False

    def fetch(self, names: Iterable[Name]) -> dict[Name, tuple[bytes, bytes]]:
        """Drawing and notes of those of *names* that are there."""
        asked = {f"{key}.{suffix}": (key, suffix) for key, suffix in names}
        found: dict[Name, tuple[bytes, bytes]] = {}
        for batch in _batches([*asked]):
            for name, written in self._try(methodcaller("read", batch), {}).items():
                if name in asked and (content := _unpack(written)) is not None:
                    found[asked[name]] = content
        return found

    def send(self, drawings: Mapping[Name, Callable[[], tuple[bytes, bytes]]]) -> None:
        """Keep drawings with their notes, each read only when its turn comes."""
        for batch in _batches([*drawings]):
            if not self._broken:
                files = {f"{key}.{suffix}": _pack(*drawings[key, suffix]()) for key, suffix in batch}
                self._try(methodcaller("write", files), None)

    def _try(self, act: Callable[[Place], Any], otherwise: Any) -> Any:
        if self._broken:
            return otherwise
        try:
            if self._place is None:
                self._place = self._open()
            return act(self._place)
        except Exception as error:  # noqa: BLE001 -- the border: any place may fail, in any way, the build may not
            self._broken = True
            self._failed(error)
            return otherwise


def _batches(names: list[Any]) -> Iterable[list[Any]]:
    return (names[first : first + _BATCH] for first in range(0, len(names), _BATCH))


def _pack(data: bytes, notes: bytes) -> bytes:
    """One file of both: digest, length of the notes, notes, drawing.

    >>> _unpack(_pack(b"drawing", b""))
    (b'drawing', b'')
    >>> _unpack(_pack(b"drawing", b"")[:-1]) is None
    True
    """
    content = b"%d\n%b%b" % (len(notes), notes, data)
    return hashlib.sha256(content).hexdigest().encode() + b"\n" + content


def _unpack(written: bytes) -> tuple[bytes, bytes] | None:
    """Drawing and notes; ``None`` for what is not whole."""
    digest, _, content = written.partition(b"\n")
    if hashlib.sha256(content).hexdigest().encode() != digest:
        return None
    length, _, rest = content.partition(b"\n")
    try:
        notes, data = rest[: int(length)], rest[int(length) :]
        if notes:
            Notes.from_json(notes)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None  # not what any version of this package writes
    return data, notes
