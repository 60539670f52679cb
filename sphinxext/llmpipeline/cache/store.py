"""Content-addressed files: a key for each drawing, bytes in, bytes out.

A file is written under another name and then renamed, so a reader sees all of it or nothing, whichever process and
builder wrote it.  The folder can be deleted at any time.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from base64 import b64decode, b64encode
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

Name = tuple[str, str]
"""Of a file in a cache: key and suffix."""


class Entry(NamedTuple):
    """A stored file, and the notes that were stored with it."""

    path: Path
    notes: bytes = b""

    def read(self) -> bytes:
        """What was stored, without notes."""
        written = self.path.read_bytes()
        _, _, suffix = self.path.name.partition(".")
        return _parted(written)[0] if suffix == _HOLDS_NOTES else written


_HOLDS_NOTES = "svg"
"""Suffix of the files that hold their notes in a comment after their end: to make a file takes longer than to write it.

Such a file is written into pages; what is shown as an image is published as it is, and has its notes beside it.
"""
_BEGIN, _END = b"<!--", b"-->\n"


def _parted(written: bytes) -> tuple[bytes, bytes]:
    """Content and notes of a file that may hold both."""
    content, begin, rest = written.rpartition(_BEGIN)
    if not begin or not rest.endswith(_END):
        return written, b""
    try:
        return content, b64decode(rest.removesuffix(_END), validate=True)
    except ValueError:  # a comment of another kind
        return written, b""


class Cache:
    """Files in a folder, by key."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def has(self, key: str, suffix: str) -> bool:
        """Whether a file is stored under *key*."""
        return os.path.isfile(self._name(key, suffix))

    def find(self, key: str, suffix: str) -> Entry | None:
        """The file stored under *key*, or ``None``."""
        path = self._path(key, suffix)
        if suffix == _HOLDS_NOTES:
            try:
                return Entry(path, _parted(path.read_bytes())[1])
            except FileNotFoundError:
                return None
        if not self.has(key, suffix):
            return None
        try:
            return Entry(path, self._path(key, f"{suffix}.notes").read_bytes())
        except FileNotFoundError:
            return Entry(path)

    def store(self, key: str, suffix: str, data: bytes, notes: bytes = b"") -> Entry:
        """Keep *data* under *key*; notes go with it, or first, so that a file is never found without them."""
        path = self._path(key, suffix)
        if suffix == _HOLDS_NOTES:
            write_atomic(path, data + _BEGIN + b64encode(notes) + _END if notes else data)
            return Entry(path, notes)
        beside = self._path(key, f"{suffix}.notes")
        if notes:
            write_atomic(beside, notes)
        else:
            beside.unlink(missing_ok=True)
        write_atomic(path, data)
        return Entry(path, notes)

    def _path(self, key: str, suffix: str) -> Path:
        return Path(self._name(key, suffix))

    def _name(self, key: str, suffix: str) -> str:
        return os.path.join(self.folder, key[:2], f"{key}.{suffix}")


def key_of(identity: str) -> str:
    """A key for what *identity* describes, drawn by the versions of the packages that are installed.

    Args:
        identity: text that is the same if and only if the same is to be drawn.
    """
    return hashlib.sha256(f"{_versions()}\n{identity}".encode()).hexdigest()[:40]


def digest_of(path: Path) -> str:
    """A hash of what a file holds; read once for as long as its size and time stay."""
    state = path.stat()
    return _digest(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=64)
def _digest(path: Path, _time: int, _size: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@lru_cache(maxsize=1)
def _versions() -> str:
    # Read from the installed metadata: importing the packages to ask them would cost more than a small build.
    names = ("sphinxext-llmpipeline", "matplotlib", "pygraphviz", "graphviz")
    return " ".join(f"{name} {_version(name)}" for name in names)


def _version(name: str) -> str:
    # Only now: workers, which are told the keys, need not load it.
    from importlib import metadata

    try:
        distribution = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return "?"
    # All of it would be read as a mail, with the README of the package as its body.
    head = distribution.read_text("METADATA") or distribution.read_text("PKG-INFO") or distribution.read_text("") or ""
    found = re.search(r"^Version: *(\S+)", head, re.MULTILINE)
    return found[1] if found else "?"


def write_atomic(path: Path, data: bytes) -> None:
    """Write *data* to *path* so that no reader ever sees a part of it; folders are made as needed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(name, 0o644)  # mkstemp's own mode would keep a web server from reading a copy
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
