"""Drawings on disk: all of a file or nothing, and its notes with it."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree as ET

import pytest

from sphinxext.llmpipeline.cache import store as files
from sphinxext.llmpipeline.cache.store import Cache, Entry, key_of, write_atomic


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


def everything(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


# The cache


def test_nothing_is_found_in_a_folder_that_is_not_there(cache: Cache) -> None:
    assert cache.find("abcd", "svg") is None
    assert not cache.folder.exists()


def test_what_is_stored_is_found(cache: Cache) -> None:
    stored = cache.store("abcd", "svg", b"<svg/>")
    assert stored == Entry(cache.folder / "ab" / "abcd.svg", b"")
    assert stored.path.read_bytes() == b"<svg/>"
    assert cache.find("abcd", "svg") == stored
    assert everything(cache.folder) == ["ab/abcd.svg"]


def test_key_and_suffix_tell_drawings_apart(cache: Cache) -> None:
    cache.store("abcd", "svg", b"1")
    cache.store("abcd", "pdf", b"2")
    cache.store("abce", "svg", b"3")
    for key, suffix, data in (("abcd", "svg", b"1"), ("abcd", "pdf", b"2"), ("abce", "svg", b"3")):
        found = cache.find(key, suffix)
        assert found is not None
        assert found.path.read_bytes() == data
    assert cache.find("abce", "pdf") is None


@pytest.mark.parametrize("notes", [b"x", b'{"messages": []}', "Ümlaut \U0001f916\r\n".encode(), bytes(range(256))])
def test_notes_come_back(cache: Cache, notes: bytes) -> None:
    stored = cache.store("abcd", "svg", b"<svg/>", notes)
    assert stored == Entry(cache.folder / "ab" / "abcd.svg", notes)
    assert cache.find("abcd", "svg") == stored
    assert stored.read() == b"<svg/>"
    assert ET.fromstring(stored.path.read_bytes()).tag == "svg"
    assert everything(cache.folder) == ["ab/abcd.svg"]


@pytest.mark.parametrize("suffix", ["pdf", "outlines.svg"])
@pytest.mark.parametrize("notes", [b"x", bytes(range(256))])
def test_notes_of_what_is_published_as_it_is_stand_beside_it(cache: Cache, suffix: str, notes: bytes) -> None:
    stored = cache.store("abcd", suffix, b"drawing", notes)
    assert stored == Entry(cache.folder / "ab" / f"abcd.{suffix}", notes)
    assert cache.find("abcd", suffix) == stored
    assert stored.read() == stored.path.read_bytes() == b"drawing"
    assert everything(cache.folder) == [f"ab/abcd.{suffix}", f"ab/abcd.{suffix}.notes"]


@pytest.mark.parametrize("end", [b"<!-- by hand -->\n", b"<!--AAAA", b"<!--A-->\n"])
def test_other_comments_are_no_notes(cache: Cache, end: bytes) -> None:
    stored = cache.store("abcd", "svg", b"<svg/>" + end)
    assert cache.find("abcd", "svg") == stored == Entry(stored.path, b"")
    assert stored.read() == b"<svg/>" + end


def test_notes_of_another_format_are_its_own(cache: Cache) -> None:
    cache.store("abcd", "svg", b"1", b"of svg")
    cache.store("abcd", "svg-outlines", b"2", b"of outlines")
    cache.store("abcd", "pdf", b"3")
    found = [cache.find("abcd", suffix) for suffix in ("svg", "svg-outlines", "pdf")]
    assert [entry and entry.notes for entry in found] == [b"of svg", b"of outlines", b""]


def test_a_drawing_whose_notes_were_removed_is_found_without(cache: Cache) -> None:
    stored = cache.store("abcd", "pdf", b"%PDF", b"notes")
    (cache.folder / "ab" / "abcd.pdf.notes").unlink()
    assert cache.find("abcd", "pdf") == Entry(stored.path, b"")


@pytest.mark.parametrize("suffix", ["svg", "pdf"])
def test_notes_alone_are_no_drawing(cache: Cache, suffix: str) -> None:
    cache.store("abcd", suffix, b"drawing", b"notes").path.unlink()
    assert cache.find("abcd", suffix) is None


def test_notes_are_there_before_the_drawing(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []

    def write(path: Path, data: bytes) -> None:
        written.append(path.name)
        write_atomic(path, data)

    monkeypatch.setattr(files, "write_atomic", write)
    cache.store("abcd", "pdf", b"%PDF", b"note")
    cache.store("abcd", "svg", b"<svg/>", b"note")
    assert written == ["abcd.pdf.notes", "abcd.pdf", "abcd.svg"]


@pytest.mark.parametrize("suffix", ["svg", "outlines.svg", "pdf"])
def test_what_was_deleted_is_not_found(cache: Cache, suffix: str) -> None:
    """Whoever deletes it, and when: there is no moment between looking for a drawing of pages and reading it."""
    stored = cache.store("abcd", suffix, b"drawing", b"notes")
    assert cache.has("abcd", suffix)
    stored.path.unlink()
    assert not cache.has("abcd", suffix)
    assert cache.find("abcd", suffix) is None


def test_stored_twice_the_last_counts(cache: Cache) -> None:
    cache.store("abcd", "svg", b"first", b"one")
    stored = cache.store("abcd", "svg", b"second", b"two")
    assert stored.read() == b"second"
    assert cache.find("abcd", "svg") == Entry(stored.path, b"two")


def test_stored_again_without_notes_the_old_ones_are_gone(cache: Cache) -> None:
    cache.store("abcd", "svg", b"first", b"one")
    stored = cache.store("abcd", "svg", b"second")
    assert cache.find("abcd", "svg") == stored == Entry(stored.path, b"")
    assert everything(cache.folder) == ["ab/abcd.svg"]


def test_another_cache_on_the_same_folder_finds_it(cache: Cache) -> None:
    stored = cache.store("abcd", "svg", b"x", b"n")
    assert Cache(cache.folder).find("abcd", "svg") == stored


# Keys


@pytest.fixture
def fresh_versions() -> Iterator[None]:
    files._versions.cache_clear()
    yield
    files._versions.cache_clear()


def test_a_key_is_short_and_fit_for_a_name() -> None:
    key = key_of("x")
    assert len(key) == 40
    assert set(key) <= set("0123456789abcdef")


def test_a_key_stands_for_the_identity() -> None:
    assert key_of("x") == key_of("x")
    assert key_of("x") != key_of("y")
    assert key_of("ü\n\x00") != key_of("ü\n")


@pytest.mark.usefixtures("fresh_versions")
@pytest.mark.parametrize("package", ["sphinxext-llmpipeline", "matplotlib", "pygraphviz", "graphviz"])
def test_a_key_depends_on_the_versions_of_what_draws(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = key_of("x")
    real = files._version
    files._versions.cache_clear()
    monkeypatch.setattr(files, "_version", lambda name: "999" if name == package else real(name))
    assert key_of("x") != before


@pytest.mark.parametrize("package", ["sphinxext-llmpipeline", "matplotlib", "pygraphviz", "graphviz", "sphinx", "pip"])
def test_versions_are_those_of_the_metadata(package: str) -> None:
    assert files._version(package) == metadata.version(package)


@pytest.mark.usefixtures("fresh_versions")
def test_a_package_without_metadata_has_a_key_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def distribution(name: str) -> metadata.Distribution:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", distribution)
    assert files._version("matplotlib") == "?"
    assert len(key_of("x")) == 40


# Writing


def test_folders_are_made(tmp_path: Path) -> None:
    write_atomic(tmp_path / "a" / "b" / "c.txt", b"x")
    assert everything(tmp_path) == ["a/b/c.txt"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_everybody_may_read_and_the_owner_write(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        write_atomic(tmp_path / "x", b"x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "x").stat().st_mode) == 0o644


def test_a_reader_never_sees_a_part(tmp_path: Path) -> None:
    path = tmp_path / "x"
    contents = [bytes([65 + index]) * (200_000 + index) for index in range(4)]
    write_atomic(path, contents[0])
    seen: list[bytes] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.append(path.read_bytes())

    reader = threading.Thread(target=read)
    reader.start()
    for index in range(200):
        write_atomic(path, contents[index % 4])
    done.set()
    reader.join()
    assert seen
    assert set(seen) <= set(contents)
    assert everything(tmp_path) == ["x"]


def test_many_writers_of_one_file(tmp_path: Path) -> None:
    path = tmp_path / "x"
    threads = [threading.Thread(target=write_atomic, args=(path, bytes([65 + index]) * 10_000)) for index in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    data = path.read_bytes()
    assert data == data[:1] * 10_000
    assert everything(tmp_path) == ["x"]


def test_where_writing_fails_the_old_file_stays_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_atomic(tmp_path / "x", b"old")

    def refuse(*args: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OSError, match="disk full"):
        write_atomic(tmp_path / "x", b"new")
    assert everything(tmp_path) == ["x"]
    assert (tmp_path / "x").read_bytes() == b"old"


def test_a_folder_that_cannot_be_written_to_raises(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("I am a file", encoding="utf-8")
    with pytest.raises(OSError):  # noqa: PT011 -- which one depends on the system
        Cache(tmp_path / "cache").store("abcd", "svg", b"x")
    with pytest.raises(OSError):  # noqa: PT011
        write_atomic(tmp_path / "cache" / "x", b"x")


@pytest.fixture
def nobody() -> Iterator[None]:
    """Lose the rights of root, who may write anywhere."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    yield
    os.seteuid(user)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_a_folder_without_permission_raises(nobody: None) -> None:
    with TemporaryDirectory() as name:  # not the folder of the test, which is root's alone
        folder = Path(name)
        folder.chmod(0o500)
        with pytest.raises(PermissionError):
            write_atomic(folder / "x", b"x")
        folder.chmod(0o700)
