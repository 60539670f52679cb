"""Entries on disk: whole and checked, or missing."""

from __future__ import annotations

import errno
import functools
import hashlib
import os
import stat
import threading
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from sphinxext.llmpipeline.cache import store as files
from sphinxext.llmpipeline.cache.store import Cache, Entry, key_of, write_atomic


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


def everything(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


# Entries

ENTRIES = [
    Entry(b""),
    Entry(b"", b""),
    Entry(b"<svg/>", b'{"messages":[]}'),
    Entry(b"5\n", b"3\n\n"),
    Entry("Ümlaut \U0001f916\r\n".encode(), bytes(range(256))),
    Entry(bytes(range(256)), b"x"),
]


@pytest.mark.parametrize("entry", ENTRIES)
def test_an_entry_comes_back_from_its_file(entry: Entry) -> None:
    assert Entry.decode(entry.encode()) == entry


def test_an_entry_is_written_as_documented() -> None:
    digest = hashlib.sha256(b"5\nnotesdata").hexdigest().encode()
    assert Entry(b"data", b"notes").encode() == digest + b"\n5\nnotesdata"


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_file_with_any_byte_changed_is_damaged(entry: Entry) -> None:
    written = entry.encode()
    for at in range(len(written)):
        changed = bytearray(written)
        changed[at] ^= 1
        assert Entry.decode(bytes(changed)) is None


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_file_that_is_cut_or_longer_is_damaged(entry: Entry) -> None:
    written = entry.encode()
    assert [Entry.decode(written[:end]) for end in range(len(written))] == [None] * len(written)
    assert Entry.decode(written + b"x") is None
    assert Entry.decode(written + written) is None


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"x\nnotes", b"-1\nnotes", b"6\nnotes", b"9" * 5000 + b"\nnotes", b"5"]
)
def test_a_file_with_another_content_of_that_digest_is_damaged(content: bytes) -> None:
    assert Entry.decode(hashlib.sha256(content).hexdigest().encode() + b"\n" + content) is None


# The cache

STORED = Entry(b"<svg/>", b"notes")


def test_nothing_is_found_in_a_folder_that_is_not_there(cache: Cache) -> None:
    assert cache.find("abcd", "svg") is None
    assert not cache.has("abcd", "svg")
    assert not cache.folder.exists()


@pytest.mark.parametrize("suffix", ["svg", "outlines.svg", "pdf"])
def test_entry_is_one_file_named_by_key_and_format(cache: Cache, suffix: str) -> None:
    cache.store("abcd", suffix, STORED)
    assert cache.has("abcd", suffix)
    assert cache.find("abcd", suffix) == STORED
    assert everything(cache.folder) == [f"a/abcd.{suffix}.entry"]
    assert cache.read("abcd", suffix) == (cache.folder / "a" / f"abcd.{suffix}.entry").read_bytes() == STORED.encode()


def test_key_and_suffix_tell_drawings_apart(cache: Cache) -> None:
    stored = {("abcd", "svg"): Entry(b"1", b"a"), ("abcd", "pdf"): Entry(b"2"), ("abce", "svg"): Entry(b"3", b"c")}
    for name, entry in stored.items():
        cache.store(*name, entry)
    assert {name: cache.find(*name) for name in stored} == stored
    assert cache.find("abce", "pdf") is None


def test_the_file_of_an_entry_can_be_copied(cache: Cache, tmp_path: Path) -> None:
    cache.store("abcd", "svg", STORED)
    other = Cache(tmp_path / "other")
    other.write("abcd", "svg", cache.read("abcd", "svg") or b"")
    assert other.find("abcd", "svg") == STORED


def test_deleted_entry_is_not_found(cache: Cache) -> None:
    cache.store("abcd", "svg", STORED)
    (cache.folder / "a" / "abcd.svg.entry").unlink()
    assert not cache.has("abcd", "svg")
    assert cache.find("abcd", "svg") is None
    assert cache.read("abcd", "svg") is None


@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: b"", lambda data: b"<svg/>"])
def test_damaged_entry_is_not_found(cache: Cache, damage: Callable[[bytes], bytes]) -> None:
    cache.store("abcd", "svg", STORED)
    path = cache.folder / "a" / "abcd.svg.entry"
    path.write_bytes(damage(path.read_bytes()))
    assert cache.find("abcd", "svg") is None


def test_stored_twice_the_last_counts(cache: Cache) -> None:
    cache.store("abcd", "svg", Entry(b"first", b"one"))
    cache.store("abcd", "svg", Entry(b"second"))
    assert cache.find("abcd", "svg") == Entry(b"second")


def test_another_cache_on_the_same_folder_finds_it(cache: Cache) -> None:
    cache.store("abcd", "svg", STORED)
    assert Cache(cache.folder).find("abcd", "svg") == STORED


# Plain files


def test_a_plain_file_has_the_data_alone(cache: Cache) -> None:
    cache.store("abcd", "2x.png", STORED)
    path = cache.plain_file("abcd", "2x.png", STORED.data)
    assert path == cache.folder / "a" / "abcd.2x.png"
    assert path.read_bytes() == STORED.data
    assert everything(cache.folder) == ["a/abcd.2x.png", "a/abcd.2x.png.entry"]


def test_a_plain_file_is_written_once(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    path = cache.plain_file("abcd", "pdf", b"data")
    monkeypatch.setattr(files, "write_atomic", None)
    assert cache.plain_file("abcd", "pdf", b"data") == path


@pytest.mark.parametrize("wrong", [b"", b"dat", b"longer"])
def test_a_plain_file_of_another_size_is_written_again(cache: Cache, wrong: bytes) -> None:
    path = cache.plain_file("abcd", "pdf", b"data")
    path.write_bytes(wrong)
    assert cache.plain_file("abcd", "pdf", b"data").read_bytes() == b"data"


@pytest.mark.parametrize("wrong", [b"dota", b"DATA"])
def test_a_plain_file_with_another_content_is_written_again(cache: Cache, wrong: bytes) -> None:
    path = cache.plain_file("abcd", "pdf", b"data")
    path.write_bytes(wrong)
    assert cache.plain_file("abcd", "pdf", b"data") == path
    assert path.read_bytes() == b"data"


# Folders in any state


@pytest.fixture
def errors() -> list[OSError]:
    return []


@pytest.fixture(params=["the folder is a file", "folders where files should be", "full"])
def unwritable(
    request: pytest.FixtureRequest, tmp_path: Path, errors: list[OSError], monkeypatch: pytest.MonkeyPatch
) -> Cache:
    made = Cache(tmp_path / "cache", errors.append)
    if request.param == "the folder is a file":
        made.folder.write_text("I am a file")
    elif request.param == "folders where files should be":
        for name in ("abcd.pdf.entry", "abcd.pdf"):
            (made.folder / "a" / name / "inside").mkdir(parents=True)
    else:

        def fill(handle: int, *_: object) -> None:
            os.close(handle)
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(os, "fdopen", fill)
    return made


def test_an_entry_that_cannot_be_written_stays_in_memory(unwritable: Cache, errors: list[OSError]) -> None:
    assert unwritable.find("abcd", "pdf") is None
    assert not unwritable.has("abcd", "pdf")
    assert not unwritable.store("abcd", "pdf", STORED)
    assert len(errors) == 1
    assert unwritable.has("abcd", "pdf")
    assert unwritable.find("abcd", "pdf") == STORED
    assert unwritable.keys("pdf") == ["abcd"]
    assert Cache(unwritable.folder).find("abcd", "pdf") is None
    unwritable.remove("abcd", "pdf")
    assert unwritable.find("abcd", "pdf") is None


def test_an_entry_is_read_from_its_file_once_that_can_be_written(cache: Cache) -> None:
    cache.folder.write_text("I am a file")
    assert not cache.store("abcd", "pdf", Entry(b"old"))
    cache.folder.unlink()
    assert cache.store("abcd", "pdf", STORED)
    assert cache.find("abcd", "pdf") == STORED
    cache.remove("abcd", "pdf")
    assert not cache.has("abcd", "pdf")


def test_a_plain_file_that_cannot_be_written_is_a_temporary_one(cache: Cache, errors: list[OSError]) -> None:
    cache.folder.write_text("I am a file")
    failing = Cache(cache.folder, errors.append)
    one, other = failing.plain_file("abcd", "pdf", b"data"), failing.plain_file("bcde", "pdf", b"more")
    assert (one.name, one.read_bytes(), other.read_bytes()) == ("abcd.pdf", b"data", b"more")
    assert one.parent == other.parent
    assert len(errors) == 2
    errors.clear()  # with their frames, which hold the cache
    del failing
    assert not one.parent.exists()


def test_a_plain_file_that_cannot_be_written_anywhere_raises(
    unwritable: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OSError, match=r"read-only|No space left on device"):
        unwritable.plain_file("abcd", "pdf", b"data")


def refuse(*_: object) -> None:
    raise OSError(errno.EROFS, "read-only")


def test_a_file_that_is_larger_than_the_memory_is_damaged(cache: Cache) -> None:
    cache.store("abcd", "pdf", STORED)
    (path,) = cache.folder.glob("?/*.entry")
    with path.open("r+b") as file:
        file.truncate(1 << 40)  # which takes no space
    assert cache.find("abcd", "pdf") is None
    cache.store("abcd", "pdf", STORED)
    assert cache.find("abcd", "pdf") == STORED


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes with names")
def test_a_pipe_is_not_waited_for(cache: Cache) -> None:
    (cache.folder / "a").mkdir(parents=True)
    for name in ("abcd.pdf.entry", "abcd.pdf"):
        os.mkfifo(cache.folder / "a" / name)
    assert cache.find("abcd", "pdf") is None
    assert cache.store("abcd", "pdf", STORED)
    assert cache.find("abcd", "pdf") == STORED
    assert cache.plain_file("abcd", "pdf", b"data").read_bytes() == b"data"


# Keys


@pytest.fixture
def _fresh_versions() -> Iterator[None]:
    files._version.cache_clear()
    files._state.cache_clear()
    yield
    files._version.cache_clear()
    files._state.cache_clear()


def test_a_key_is_short_and_fit_for_a_name() -> None:
    key = key_of("x")
    assert len(key) == 40
    assert set(key) <= set("0123456789abcdef")


def test_a_key_stands_for_the_identity() -> None:
    assert key_of("x") == key_of("x")
    assert key_of("x") != key_of("y")
    assert key_of("ü\n\x00") != key_of("ü\n")


@pytest.mark.parametrize("package", ["sphinxext-llmpipeline", "matplotlib", "unicode-segmentation-rs", "pygraphviz"])
def test_key_depends_on_the_versions_of_the_libraries(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = key_of("x", "pygraphviz")
    real = files._version
    monkeypatch.setattr(files, "_version", lambda name: "999" if name == package else real(name))
    assert key_of("x", "pygraphviz") != before


@pytest.mark.usefixtures("_fresh_versions")
@pytest.mark.parametrize(("version", "differs"), [("0.2.0.dev0", True), ("0.2.0", False)])
def test_key_depends_on_the_code_of_a_version_in_development(
    version: str, differs: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_version", functools.cache(lambda name: f"{name} {version}"))
    before = key_of("x")
    monkeypatch.setattr(files, "_changed", lambda folder: 0)
    files._state.cache_clear()
    assert (key_of("x") != before) is differs


def test_code_is_changed_by_its_newest_file(tmp_path: Path) -> None:
    for name, time in (("one.py", 10), ("part/two.py", 30), ("part/data.txt", 40)):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
        os.utime(path, ns=(time, time))
    assert files._changed(tmp_path) == 30


@pytest.mark.parametrize("package", ["sphinxext-llmpipeline", "matplotlib", "pygraphviz", "graphviz-pure", "sphinx"])
def test_versions_are_those_of_the_metadata(package: str) -> None:
    assert files._version(package) == metadata.version(package)


@pytest.mark.usefixtures("_fresh_versions")
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


@pytest.mark.parametrize("durable", [True, False])
def test_durable_content_is_on_the_disk_before_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, durable: bool
) -> None:
    calls: list[tuple[str, int]] = []
    replace = os.replace

    def renamed(old: str, new: Path) -> None:
        calls.append(("rename", 0))
        replace(old, new)

    monkeypatch.setattr(os, "fsync", lambda handle: calls.append(("sync", os.fstat(handle).st_size)))
    monkeypatch.setattr(os, "replace", renamed)
    write_atomic(tmp_path / "x", b"content", durable=durable)
    assert calls == [("sync", 7), ("rename", 0)][not durable :]
    assert (tmp_path / "x").read_bytes() == b"content"


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

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OSError, match="read-only"):
        write_atomic(tmp_path / "x", b"new")
    assert everything(tmp_path) == ["x"]
    assert (tmp_path / "x").read_bytes() == b"old"


def test_a_folder_that_cannot_be_written_to_raises(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("I am a file", encoding="utf-8")
    with pytest.raises(OSError):  # noqa: PT011 -- which one depends on the system
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
