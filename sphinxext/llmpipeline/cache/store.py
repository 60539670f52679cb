"""Content-addressed store: one file for each key, checked by digest when it is read.

Files are written under a temporary name and renamed, so that processes can share the folder.  It can be deleted at any
time.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import stat
import tempfile
import time
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple
from weakref import finalize

DAY = 86_400.0  # seconds

LARGEST_FILE = 1 << 28
"""Bytes of the largest file that is read: no drawing is so large, and a damaged file may have any size."""

TEMPORARY = ".new-"
"""Beginning of the names of files that are being written."""

CLEANED = "cleaned"
"""File in the folder of a store whose time is that of the last cleaning."""

FOLDER_DIGITS = 1
"""How many of the first digits of a key name the folder of its files.

So there are few folders: making one takes half as long as writing a file.  With 10,000 drawings, each has 600 files.
"""

_PACKAGES = ("sphinxext-llmpipeline", "matplotlib", "unicode-segmentation-rs")
"""This package, and those that measure text and break lines."""

Name = tuple[str, str]
"""Key and suffix of an entry; the suffix is that of the content, such as ``svg`` or ``2x.png``."""


class Entry(NamedTuple):
    """Content, and notes about it."""

    data: bytes
    notes: bytes = b""

    def encode(self) -> bytes:
        r"""The file of an entry: a line with the digest of the rest, a line with the length of the notes, notes, data.

        >>> Entry.decode(Entry(b"data", b"notes").encode())
        Entry(data=b'data', notes=b'notes')
        >>> Entry.decode(Entry(b"data").encode()[:-1]) is None
        True
        """
        content = b"%d\n%b%b" % (len(self.notes), self.notes, self.data)
        return b"%b\n%b" % (_digest_of_bytes(content), content)

    @classmethod
    def decode(cls, written: bytes) -> Entry | None:
        """The entry of a file; ``None`` if the file is damaged."""
        digest, _, content = written.partition(b"\n")
        if _digest_of_bytes(content) != digest:
            return None
        number, _, rest = content.partition(b"\n")
        try:
            length = int(number)
        except ValueError:
            return None
        return cls(rest[length:], rest[:length]) if 0 <= length <= len(rest) else None


def _digest_of_bytes(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def entry_file(key: str, suffix: str) -> str:
    """The file name of an entry, here and in shared caches."""
    return f"{key}.{suffix}.entry"


class Cache:
    """Entries in a folder, in any state that the folder may be in.

    Entries that cannot be read are missing.  Those that cannot be written stay in memory until the build ends.

    Args:
        folder: made when the first entry is written.
        on_error: called with each error of writing.
    """

    def __init__(self, folder: Path, on_error: Callable[[OSError], object] = lambda _: None) -> None:
        self.folder = folder
        self._on_error = on_error
        self._unwritten: dict[str, bytes] = {}
        """Files of entries, by path."""
        self._spare = ""
        """Folder of the plain files that cannot be written; it is removed with this object."""

    def has(self, key: str, suffix: str) -> bool:
        """Whether there is a file for an entry; it may be damaged."""
        path = self._path(key, entry_file(key, suffix))
        return path in self._unwritten or os.path.isfile(path)

    def find(self, key: str, suffix: str) -> Entry | None:
        """An entry; ``None`` if it is missing or damaged."""
        written = self.read(key, suffix)
        return None if written is None else Entry.decode(written)

    def store(self, key: str, suffix: str, entry: Entry) -> bool:
        """Write an entry, over one that may be there; return whether it could be written."""
        return self.write(key, suffix, entry.encode())

    def read(self, key: str, suffix: str) -> bytes | None:
        """The unchecked file of an entry; ``None`` if it is missing or cannot be read."""
        path = self._path(key, entry_file(key, suffix))
        if path in self._unwritten:
            return self._unwritten[path]
        return read_file(path, use=True)

    def write(self, key: str, suffix: str, written: bytes) -> bool:
        """Write the file of an entry, as :meth:`Entry.encode` made it; return whether it could be written."""
        path = self._path(key, entry_file(key, suffix))
        try:
            write_atomic(Path(path), written)
        except OSError as error:
            self._unwritten[path] = written
            self._on_error(error)
            return False
        self._unwritten.pop(path, None)
        return True

    def remove(self, key: str, suffix: str) -> None:
        """Remove an entry, if it is there and can be removed."""
        path = self._path(key, entry_file(key, suffix))
        self._unwritten.pop(path, None)
        with contextlib.suppress(OSError):
            os.unlink(path)

    def keys(self, suffix: str) -> list[str]:
        """The keys of all entries with *suffix*, in order."""
        end = entry_file("", suffix)
        paths = [*self.folder.glob(f"{'?' * FOLDER_DIGITS}/*{end}"), *map(Path, self._unwritten)]
        return sorted({path.name.removesuffix(end) for path in paths if path.name.endswith(end)})

    def plain_file(self, key: str, suffix: str, data: bytes) -> Path:
        """A file with *data* alone, beside the entry or, if it cannot be written there, in a temporary folder.

        Raises:
            OSError: if it cannot be written in either place.
        """
        path = Path(self._path(key, f"{key}.{suffix}"))
        if read_file(path, use=True) == data:
            return path
        try:
            write_atomic(path, data)
        except OSError as error:
            self._on_error(error)
            if not self._spare:
                self._spare = tempfile.mkdtemp(prefix="llmpipeline-")
                finalize(self, shutil.rmtree, self._spare, ignore_errors=True)
            path = Path(self._spare, path.name)
            write_atomic(path, data)
        return path

    def _path(self, key: str, name: str) -> str:
        return os.path.join(self.folder, key[:FOLDER_DIGITS], name)


def read_file(path: str | Path, *, use: bool = False) -> bytes | None:
    """The content of a file; ``None`` if it is missing, cannot be read, is no regular file, or is too large.

    With *use*, the time of the file is that of its last use, to the day.
    """
    try:
        state = os.stat(path)
        if not stat.S_ISREG(state.st_mode) or state.st_size > LARGEST_FILE:
            return None  # opening a pipe would wait for its other end
        if use and abs(time.time() - state.st_mtime) > DAY:
            with contextlib.suppress(OSError):  # such as on a read-only disk, where nothing is removed either
                os.utime(path)
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None


def needs_cleaning(folder: Path) -> bool:
    """Whether there is a *folder* that was not cleaned within the last day."""
    try:
        return abs(time.time() - os.stat(folder / CLEANED).st_mtime) > DAY
    except OSError:
        return folder.is_dir()


def key_of(identity: str, *packages: str) -> str:
    """A key of 40 hexadecimal digits for *identity* and the installed versions of the packages that make the result.

    These are :data:`_PACKAGES` and *packages*; *identity* is a text that is equal if and only if the result is.
    """
    versions = [f"{name} {_version(name)}" for name in (*_PACKAGES, *packages)]
    return hashlib.sha256(f"{' '.join(versions)}{_state()}\n{identity}".encode()).hexdigest()[:40]


def digest_of(path: Path) -> str:
    """SHA-256 of the content of a file, which is read again only if its size or time has changed."""
    state = path.stat()
    return _digest(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=64)
def _digest(path: Path, _time: int, _size: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@cache
def _version(package: str) -> str:
    """The version of an installed package, from its metadata: importing it takes longer than a small build."""
    # Imported here because workers, which get keys from the main process, do without it.
    from importlib import metadata

    try:
        distribution = metadata.distribution(package)
    except metadata.PackageNotFoundError:
        return "?"
    # The head alone, because ``distribution.version`` parses the README of the package too.
    head = distribution.read_text("METADATA") or distribution.read_text("PKG-INFO") or distribution.read_text("") or ""
    found = re.search(r"^Version: *(\S+)", head, re.MULTILINE)
    return found[1] if found else "?"


@cache
def _state() -> str:
    """When this package was changed last, if its version is one in development, which does not say what it draws."""
    return f" {_changed(Path(__file__).parents[1])}" if ".dev" in _version(_PACKAGES[0]) else ""


def _changed(folder: Path) -> int:
    """When the newest Python file below *folder* was changed, in nanoseconds."""
    walk = os.walk(folder)  # Path.rglob() takes ten times as long
    sources = (os.path.join(path, name) for path, _, names in walk for name in names if name.endswith(".py"))
    return max(os.stat(path).st_mtime_ns for path in sources)


def write_atomic(path: Path, data: bytes, *, durable: bool = False) -> None:
    """Write *data* to *path*, in missing folders too; readers see the old content or the new, never a part.

    After a power cut, a renamed file may be empty unless its content was sent to the disk before.  *durable* does that,
    for files whose content nothing checks.  Entries do without it: their digest shows the loss, and it takes 8 to 16 ms
    for each file on a solid-state disk, about as long as a drawing; without it, writing an entry takes 0.6 to 1 ms.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=TEMPORARY)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        os.chmod(name, 0o644)  # a web server may have to read a copy; mkstemp allows the owner alone
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
