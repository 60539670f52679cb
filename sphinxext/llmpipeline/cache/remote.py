"""A cache that builds share: a folder, or a URL that fsspec knows.

It holds the files of the local store, which others may have written: each is inspected when it is fetched.  An error
never stops a build: it is reported once, and the cache is not used any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from operator import methodcaller
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from .inspection import LARGEST, RefusedEntryError, inspect
from .store import Entry, Name, entry_file, write_atomic

if TYPE_CHECKING:
    import fsspec

_BATCH = 64
"""Files in a request; fsspec transfers them concurrently."""


_PATIENCE = 60.0  # seconds that such a request may take


class Files(Protocol):
    """Files by name, somewhere."""

    def read(self, names: Iterable[str]) -> Mapping[str, bytes]:
        """The content of those of *names* that exist."""

    def write(self, files: Mapping[str, bytes]) -> None:
        """Write *files*."""


class FolderFiles:
    """Files in a folder that builds share, or that a service for continuous integration restores."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, names: Iterable[str]) -> Mapping[str, bytes]:
        """The content of those of *names* that exist and are not too large; none if the folder does not."""
        paths = {name: self._folder / name for name in names}
        return {
            name: path.read_bytes() for name, path in paths.items() if path.is_file() and path.stat().st_size <= LARGEST
        }

    def write(self, files: Mapping[str, bytes]) -> None:
        """Write *files*, each atomically."""
        for name, data in files.items():
            write_atomic(self._folder / name, data)


class UrlFiles:
    """Files below a URL.

    Raises:
        ImportError: if fsspec, or a package that it needs for this URL, is not installed.
        Exception: any error of the file system, here and in the methods.
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
        """The content of those of *names* that exist; of one that is too large, the beginning only."""
        asked = list(names)
        paths = [f"{self._root}/{name}" for name in asked]
        # No more than that is transferred, and no size is asked for, which would take as long as a small file.
        answers: Sequence[Any] = _limited(self._files.cat_ranges)(paths, 0, LARGEST + 1, on_error="return")
        found: dict[str, bytes] = {}
        for name, path, answer in zip(asked, paths, answers, strict=True):
            if not isinstance(answer, BaseException):
                found[name] = answer
            elif not isinstance(answer, FileNotFoundError) and not self._is_empty(path):
                raise answer
        return found

    def _is_empty(self, path: str) -> bool:
        """Whether a file is empty: web servers refuse a range of such a file."""
        try:
            return bool(_limited(self._files.size)(path) == 0)
        except Exception:  # noqa: BLE001 -- the error of reading is the one to report
            return False

    def write(self, files: Mapping[str, bytes]) -> None:
        """Write *files*."""
        if not self._made:
            self._files.makedirs(self._root, exist_ok=True)
            self._made = True
        _limited(self._files.pipe)({f"{self._root}/{name}": data for name, data in files.items()})


def _limited(method: Callable[..., Any]) -> Callable[..., Any]:
    """A method of fsspec with a time limit, if it can have one: those that wait for asynchronous ones can.

    Some file systems have limits of their own, and some wait for ever for a server that does not answer.
    """
    return partial(method, timeout=_PATIENCE) if hasattr(method, "__wrapped__") else method


class SharedCache:
    """Entries in files that builds share.

    Args:
        connect: gives access to the files; called when it is first needed.
        on_error: called with the first error, and never again.
        on_refused: called with each entry that is refused.
    """

    def __init__(
        self,
        connect: Callable[[], Files],
        on_error: Callable[[Exception], object],
        on_refused: Callable[[RefusedEntryError], object] = lambda _: None,
    ) -> None:
        self._connect = connect
        self._on_error = on_error
        self._on_refused = on_refused
        self._files: Files | None = None
        self._broken = False

    def fetch(self, names: Iterable[Name]) -> dict[Name, bytes]:
        """The files of those of *names* that exist, are not damaged, and may be shown."""
        asked = {entry_file(*name): name for name in names}
        found: dict[Name, bytes] = {}
        for batch in _batches([*asked]):
            for file, written in self._try(methodcaller("read", batch), {}).items():
                entry = Entry.decode(written) if len(written) <= LARGEST and file in asked else None
                if entry is None:
                    continue
                try:
                    inspect(asked[file], entry)
                except RefusedEntryError as error:
                    self._on_refused(error)
                else:
                    found[asked[file]] = written
        return found

    def send(self, entries: Mapping[Name, Callable[[], bytes | None]]) -> None:
        """Write entries, each read when its batch is sent; those that give ``None`` are skipped."""
        for batch in _batches([*entries]):
            if not self._broken:
                read = {entry_file(*name): entries[name]() for name in batch}
                files = {file: written for file, written in read.items() if written is not None}
                self._try(methodcaller("write", files), None)

    def _try(self, act: Callable[[Files], Any], otherwise: Any) -> Any:
        if self._broken:
            return otherwise
        try:
            if self._files is None:
                self._files = self._connect()
            return act(self._files)
        except Exception as error:  # noqa: BLE001 -- any file system may fail in any way; the build may not
            self._broken = True
            self._on_error(error)
            return otherwise


def _batches(names: list[Any]) -> Iterable[list[Any]]:
    return (names[first : first + _BATCH] for first in range(0, len(names), _BATCH))
