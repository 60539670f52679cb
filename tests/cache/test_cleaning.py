"""Files that no build needs any more, and those that some build may need."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from pathlib import Path

import pytest

from sphinxext.llmpipeline import CLASSIC, parse
from sphinxext.llmpipeline.cache.cleaning import clean
from sphinxext.llmpipeline.cache.drawings import Drawings, wanted
from sphinxext.llmpipeline.cache.store import DAY, Cache, Entry, needs_cleaning
from sphinxext.llmpipeline.job import Job

KEYS = {"new": "aa01", "old": "aa02", "older": "bb03"}
AGES = {"new": 0.5, "old": 20.0, "older": 32.0}


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    made = Cache(tmp_path / "cache")
    for name, key in KEYS.items():
        made.store(key, "svg", Entry(name.encode()))
        age(made.plain_file(key, "pdf", b"data"), AGES[name])
        age(entry(made, name), AGES[name])
    return made


def entry(cache: Cache, name: str) -> Path:
    return cache.folder / KEYS[name][:1] / f"{KEYS[name]}.svg.entry"


def age(path: Path, days: float) -> None:
    then = time.time() - days * DAY
    os.utime(path, (then, then))


def left(cache: Cache) -> list[str]:
    return [name for name in KEYS if entry(cache, name).exists()]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (30, ["new", "old"]),
        (31.5, ["new", "old", "older"]),  # used as late as a day after the time that is noted
        (10, ["new"]),
        (0.01, ["new"]),
        (0, ["new", "old", "older"]),
        (None, ["new", "old", "older"]),
    ],
)
def test_unused_entries_are_removed(cache: Cache, days: float | None, expected: list[str]) -> None:
    clean(cache.folder, days)
    assert left(cache) == expected
    assert sorted(path.name for path in cache.folder.glob("?/*.pdf")) == [f"{KEYS[name]}.pdf" for name in expected]


def test_entries_in_folders_of_two_digits_are_removed(cache: Cache) -> None:
    old = cache.folder / "aa" / "aa04.svg.entry"
    old.parent.mkdir()
    old.touch()
    age(old, 40)
    clean(cache.folder, 30)
    assert not old.exists()


def test_found_entries_are_used(cache: Cache) -> None:
    before = entry(cache, "new").stat().st_mtime_ns
    for name in ("new", "older"):
        assert cache.find(KEYS[name], "svg") == Entry(name.encode())
    cache.plain_file(KEYS["older"], "pdf", b"data")
    assert entry(cache, "new").stat().st_mtime_ns == before  # at most once a day
    clean(cache.folder, 10)
    assert left(cache) == ["new", "older"]
    assert [path.name for path in cache.folder.glob("b/*.pdf")] == ["bb03.pdf"]


def test_entries_that_cannot_be_marked_as_used_are_found(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "utime", refuse)
    assert cache.find(KEYS["older"], "svg") == Entry(b"older")


def test_a_folder_is_cleaned_once_a_day(cache: Cache) -> None:
    assert needs_cleaning(cache.folder)
    clean(cache.folder, 30)
    assert not needs_cleaning(cache.folder)
    for days in (1.1, -1.1):  # the clock may have been wrong
        age(cache.folder / "cleaned", days)
        assert needs_cleaning(cache.folder)
        clean(cache.folder, 30)
        assert not needs_cleaning(cache.folder)


def test_entries_of_a_clock_that_was_ahead_age_from_now_on(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    age(entry(cache, "new"), -400)
    clean(cache.folder, 30)
    assert left(cache) == ["new", "old"]
    later = time.time() + 32 * 86_400
    monkeypatch.setattr(time, "time", lambda: later)
    clean(cache.folder, 30)
    assert left(cache) == []


def test_only_entries_age(cache: Cache) -> None:
    pages = Cache(cache.folder / "pages" / "html")
    pages.store("aa01", "needs", Entry(b"{}"))
    kept = [cache.folder / "reread" / "html" / "x", pages.folder / "a" / "aa01.needs.entry"]
    kept[0].parent.mkdir(parents=True)
    kept[0].touch()
    for path in kept:
        age(path, 400)
    clean(cache.folder, 30)
    assert [path.exists() for path in kept] == [True, True]


@pytest.mark.parametrize("days", [30, 0])
def test_temporary_files_of_stopped_builds_are_removed(cache: Cache, tmp_path: Path, days: float) -> None:
    static = tmp_path / "_static"
    files = [static / ".new-1", cache.folder / "a" / ".new-2", cache.folder / "pages" / "html" / "a" / ".new-3"]
    fresh, own, below = static / ".new-4", static / "own.css", static / "sub" / ".new-5"
    for path in (*files, fresh, own, below):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        age(path, 0.9 if path is fresh else 1.1)
    clean(cache.folder, days, [static, tmp_path / "missing"])
    assert [path.exists() for path in files] == [False] * 3
    assert [path.exists() for path in (fresh, own, below)] == [True] * 3


def test_what_is_no_folder_is_not_cleaned(tmp_path: Path) -> None:
    assert not needs_cleaning(tmp_path / "cache")
    (tmp_path / "cache").write_text("I am a file")
    assert not needs_cleaning(tmp_path / "cache")


def test_a_full_disk_is_cleaned(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "touch", refuse)
    clean(cache.folder, 30)
    assert left(cache) == ["new", "old"]


def test_files_that_cannot_be_removed_or_are_gone_stay_unnoticed(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another build may clean at the same time."""

    def refuse(path: Path) -> None:
        raise PermissionError(path)

    monkeypatch.setattr(Path, "unlink", refuse)
    walk = [(str(cache.folder / "a"), [], ["gone.svg.entry", f"{KEYS['old']}.svg.entry"])]
    monkeypatch.setattr(os, "walk", lambda _: iter(walk))
    clean(cache.folder, 10)
    assert left(cache) == ["new", "old", "older"]


def test_what_another_build_removes_is_drawn_again(tmp_path: Path) -> None:
    """One build cleans all the time what others find; all of it is older than the limit until it is found."""
    jobs = [wanted(Job(parse(f"model a: Model {number}"), CLASSIC, "svg")) for number in range(5)]
    done = threading.Event()
    cleaned = 0

    def clean_always() -> None:
        nonlocal cleaned
        while not done.is_set():
            for path in tmp_path.glob("*/*.entry"):
                with contextlib.suppress(FileNotFoundError):
                    age(path, 3)
            clean(tmp_path, 1)
            cleaned += 1

    cleaner = threading.Thread(target=clean_always)
    cleaner.start()
    drawings = Drawings(tmp_path, on_error=fail)
    for _ in range(10):
        for number, job in enumerate(jobs):
            assert f"Model {number}<".encode() in drawings.find_or_draw(job).data
    done.set()
    cleaner.join()
    assert cleaned


def fail(error: OSError) -> None:
    raise AssertionError(error)
