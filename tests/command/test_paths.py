"""Files that a command is given, and those that documents name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sphinxext.llmpipeline.command.paths import (
    UnreadableError,
    documents,
    named,
    read,
    read_beside,
    source_folder,
)


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    for name in ("b.rst", "a.md", "deep/c.markdown", "_build/d.rst", ".hidden/e.rst", "node_modules/f.md", "g.txt"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return folder


def test_documents_of_a_folder(docs: Path) -> None:
    found = [path.relative_to(docs).as_posix() for path in documents(docs)]
    assert found == ["a.md", "b.rst", "deep/c.markdown"]


def test_a_name_is_relative_to_the_document_or_to_the_source_folder(docs: Path) -> None:
    document = docs / "deep" / "c.markdown"
    assert named(document, "x.txt") == docs / "deep" / "x.txt"
    assert named(document, "/x.txt", docs) == docs / "x.txt"
    (docs / "conf.py").write_text("")
    assert source_folder(document) == docs.absolute()
    assert named(document, "/x.txt") == docs.absolute() / "x.txt"
    assert named(document, "g.txt") == docs.absolute() / "g.txt"  # as a document that includes this one names it


def test_data_beside_a_document(docs: Path) -> None:
    assert read_beside(docs / "a.md", "g.txt") == b"g.txt"
    with pytest.raises(ValueError, match=r"cannot read 'none\.csv': No such file or directory"):
        read_beside(docs / "a.md", "none.csv")


def test_files_that_cannot_be_read(docs: Path) -> None:
    assert read(docs / "g.txt") == "g.txt"
    (docs / "binary").write_bytes(b"\xff\xfe")
    os.mkfifo(docs / "pipe")
    for name, reason in (("binary", "it is not in UTF-8"), ("pipe", "it is not a regular file")):
        with pytest.raises(UnreadableError, match=f"^cannot read this file: {reason}$"):
            read(docs / name)
