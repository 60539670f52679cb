"""Content-addressed store: one file for each key, checked by digest when it is read.

Files are written under a temporary name and renamed, so that processes can share the folder.  It can be deleted at any
time.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

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
    """Entries in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def has(self, key: str, suffix: str) -> bool:
        """Whether there is a file for an entry; it may be damaged."""
        return os.path.isfile(self._path(key, entry_file(key, suffix)))

    def find(self, key: str, suffix: str) -> Entry | None:
        """An entry; ``None`` if it is missing or damaged."""
        written = self.read(key, suffix)
        return None if written is None else Entry.decode(written)

    def store(self, key: str, suffix: str, entry: Entry) -> None:
        """Write an entry, over one that may be there."""
        self.write(key, suffix, entry.encode())

    def read(self, key: str, suffix: str) -> bytes | None:
        """The unchecked file of an entry; ``None`` if it is missing."""
        try:
            with open(self._path(key, entry_file(key, suffix)), "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def write(self, key: str, suffix: str, written: bytes) -> None:
        """Write the file of an entry, as :meth:`Entry.encode` made it."""
        write_atomic(Path(self._path(key, entry_file(key, suffix))), written)

    def plain_file(self, key: str, suffix: str, data: bytes) -> Path:
        """A file beside the entry with its *data* alone; it is written unless one of that size is there."""
        path = Path(self._path(key, f"{key}.{suffix}"))
        try:
            if path.stat().st_size == len(data):
                return path
        except FileNotFoundError:
            pass
        write_atomic(path, data)
        return path

    def _path(self, key: str, name: str) -> str:
        return os.path.join(self.folder, key[:2], name)


def key_of(identity: str, *packages: str) -> str:
    """A key of 40 hexadecimal digits for *identity* and the installed versions of the packages that make the result.

    These are this package, matplotlib, and *packages*; *identity* is a text that is equal if and only if the result is.
    """
    versions = (f"{name} {_version(name)}" for name in ("sphinxext-llmpipeline", "matplotlib", *packages))
    return hashlib.sha256(f"{' '.join(versions)}\n{identity}".encode()).hexdigest()[:40]


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


def write_atomic(path: Path, data: bytes) -> None:
    """Write *data* to *path*, in missing folders too; readers see the old content or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(name, 0o644)  # a web server may have to read a copy; mkstemp allows the owner alone
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
