"""Drawings that builds share in a folder or behind a URL."""

from __future__ import annotations

import asyncio
import builtins
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import fsspec
import pytest
from fsspec.asyn import AsyncFileSystem

from sphinxext.llmpipeline import CLASSIC, parse
from sphinxext.llmpipeline.cache import remote
from sphinxext.llmpipeline.cache.drawings import Drawings, wanted
from sphinxext.llmpipeline.cache.inspection import LARGEST
from sphinxext.llmpipeline.cache.remote import Files, FolderFiles, SharedCache, UrlFiles
from sphinxext.llmpipeline.cache.store import DAY, Entry
from sphinxext.llmpipeline.job import Job, Message, Notes
from sphinxext.llmpipeline.rendering import draw

if TYPE_CHECKING:
    from conftest import Project

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
NOTES = Notes((Message("draw", "said"),)).to_json()


@pytest.fixture(autouse=True)
def empty_memory() -> Iterator[None]:
    yield
    fsspec.filesystem("memory").store.clear()


def fresh(project: Project, place: str | Path, count: int = 3) -> Project:
    """The same pages on a machine that has built nothing yet."""
    new = type(project)(project.root / f"machine{len([*project.root.iterdir()])}")
    body = "".join(f".. llmpipeline::\n\n   model a: Model {number}\n\n" for number in range(count))
    return new.write({"index.rst": f"Title\n=====\n\n{body}"}, f"llmpipeline_cache = {str(place)!r}")


# Builds


@pytest.mark.parametrize("kind", ["folder", "file", "memory"])
def test_machines_share_drawings(project: Project, drawn_here: list[Job], kind: str) -> None:
    folder = project.root / "shared" / "drawings"
    place = {"folder": f"{folder}", "file": f"file://{folder}", "memory": "memory://shared/drawings"}[kind]
    first, second = fresh(project, place).build("html", "-W"), fresh(project, place).build("html", "-W")
    assert (first.status, second.status, second.warnings) == (0, 0, "")
    assert len(drawn_here) == 3
    assert second.read("index.html") == first.read("index.html")
    assert second.read("_static/llmpipeline-fonts.css") == first.read("_static/llmpipeline-fonts.css")
    if kind != "memory":
        assert len([*folder.iterdir()]) == 3


@pytest.mark.parametrize("builder", ["html", "epub"])
def test_all_that_a_diagram_may_show_is_shared(project: Project, drawn_here: list[Job], builder: str) -> None:
    """Formulas, references, notes, values with colour bars, legends, panels: nothing of it is refused."""
    names = ["markup", "labels", "values", "legend", "panels", "fields", "kinds", "edges", "custom-kind", "ortho"]
    pages = {f"{name}.rst": (EXAMPLES / f"{name}.rst").read_bytes() for name in names}
    drawn = []
    for _ in range(2):
        machine = fresh(project, "memory://x").write(pages, "llmpipeline_cache = 'memory://x'")
        build = machine.build(builder)
        assert "llmpipeline.cache" not in build.warnings
        drawn.append(len(drawn_here))
    assert drawn[0] == drawn[1] >= len(names)


def test_a_folder_is_relative_to_conf_py(project: Project) -> None:
    new = fresh(project, "../drawings")
    new.build("html", "-W")
    assert len([*(new.root / "drawings").iterdir()]) == 3


def test_temporary_files_of_stopped_builds_are_removed_from_the_shared_folder(project: Project) -> None:
    new = fresh(project, "../drawings", 1)
    folder = new.root / "drawings"
    folder.mkdir()
    for name, days in {".new-old": 2, ".new-fresh": 0.5, "other": 400}.items():
        then = time.time() - days * DAY
        (folder / name).touch()
        os.utime(folder / name, (then, then))
    new.build("html", "-W")
    assert sorted(path.name for path in folder.iterdir() if path.suffix != ".entry") == [".new-fresh", "other"]


def test_a_path_does_as_well(project: Project) -> None:
    new = fresh(project, "").write({}, "from pathlib import Path\nllmpipeline_cache = Path('../drawings')")
    assert new.build("html", "-W").status == 0
    assert len([*(new.root / "drawings").iterdir()]) == 3


def test_formats_and_remarks_are_shared(project: Project, drawn_here: list[Job]) -> None:
    text = {"index.rst": ".. llmpipeline::\n\n   model a: \U00013000\n"}
    first = fresh(project, "memory://x").write(text, "llmpipeline_cache = 'memory://x'")
    second = fresh(project, "memory://x").write(text, "llmpipeline_cache = 'memory://x'")
    for builder in ("html", "latex"):
        warnings = [machine.build(builder).warnings for machine in (first, second)]
        assert "[llmpipeline.font]" in warnings[0]
        assert warnings[0].split("WARNING")[1] == warnings[1].split("WARNING")[1]
    assert len(drawn_here) == 2


def test_a_build_that_draws_nothing_asks_for_nothing(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    new = fresh(project, "memory://x")
    new.build("html", "-W")
    monkeypatch.setattr(UrlFiles, "__init__", None)
    assert new.build("html", "-W", "-E").status == 0


def test_refused_drawings_are_drawn_again_with_one_warning(project: Project, drawn_here: list[Job]) -> None:
    """Who can write to the cache can compute digests, too."""
    folder = project.root / "shared"
    expected = fresh(project, folder).build("html", "-W").read("index.html")
    files = sorted(folder.iterdir())
    before = [file.read_bytes() for file in files]
    for file, written in zip(files, before, strict=True):
        entry = Entry.decode(written)
        assert entry is not None
        lines = entry.data.split(b"\n")
        lines[2] = b"<script>alert(1)</script>".ljust(len(lines[2]))  # in the place of the outline
        file.write_bytes(entry._replace(data=b"\n".join(lines)).encode())
    build = fresh(project, folder).build("html")
    name = next(file.name for file in files if file.name in build.warnings)
    reason = f"llmpipeline_cache: refused '{name}': unexpected element <script>; drawing it again"
    assert (build.status, build.warnings) == (0, f"WARNING: {reason} [llmpipeline.cache]\n")
    assert build.read("index.html") == expected
    assert [file.read_bytes() for file in files] == before
    assert len(drawn_here) == 6


def test_files_that_are_too_large_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open(tmp_path / "a.svg", "wb") as file:
        file.truncate(LARGEST + 1)
    (tmp_path / "b.svg").write_bytes(b"b")
    assert FolderFiles(tmp_path).read(["a.svg", "b.svg"]) == {"b.svg": b"b"}


class Sized(fsspec.AbstractFileSystem):  # type: ignore[misc, name-defined]
    """A file system of files of some sizes, which refuses a range of an empty file, as web servers do."""

    protocol = "sized"
    sizes: ClassVar[dict[str, int]] = {"small": 7, "large": LARGEST + 9, "empty": 0}
    sent: ClassVar[list[int]] = []

    def cat_file(self, path: str, start: int | None = None, end: int | None = None, **_: object) -> bytes:
        name = path.rpartition("/")[2]
        if name not in self.sizes:
            raise FileNotFoundError(path)
        if end is not None and not self.sizes[name]:
            raise ValueError("416, range not satisfiable")
        if name == "broken":
            raise TimeoutError("no answer")
        self.sent.append(len(range(self.sizes[name])[start:end]))
        return bytes(self.sent[-1])

    def info(self, path: str, **_: object) -> dict[str, object]:
        return {"name": path, "size": self.sizes[path.rpartition("/")[2]], "type": "file"}


def test_of_files_behind_a_url_that_are_too_large_only_the_beginning_is_transferred(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fsspec.register_implementation("sized", Sized, clobber=True)
    monkeypatch.setattr(Sized, "sent", [])
    found = UrlFiles("sized://x").read(["small", "large", "empty", "missing"])
    assert {name: len(data) for name, data in found.items()} == {"small": 7, "large": LARGEST + 1}
    assert Sized.sent == [7, LARGEST + 1]
    names = [("large", "svg")]
    monkeypatch.setattr(Sized, "sizes", {"large.svg.entry": LARGEST + 9})
    assert SharedCache(lambda: UrlFiles("sized://x"), never).fetch(names) == {}


def test_an_error_that_is_not_about_an_empty_file_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    fsspec.register_implementation("sized", Sized, clobber=True)
    monkeypatch.setattr(Sized, "sizes", {"broken": 5})
    with pytest.raises(TimeoutError, match="no answer"):
        UrlFiles("sized://x").read(["broken"])


@pytest.mark.parametrize("value", ["7", "['a']", "None"])
def test_values_that_cannot_be_read(project: Project, value: str) -> None:
    new = fresh(project, "").write({}, f"llmpipeline_cache = {value}")
    warnings = new.build("html").warnings
    assert f"WARNING: llmpipeline_cache: expected a folder or a URL, got {value} [llmpipeline.config]\n" in warnings


@pytest.mark.parametrize("failing", ["read", "write", "open"])
def test_failing_cache_is_reported_once_and_not_used_again(
    project: Project, drawn_here: list[Job], monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    calls: list[str] = []

    def fail(*_: object) -> None:
        calls.append(failing)
        raise PermissionError("no access to the bucket")

    monkeypatch.setattr(UrlFiles, failing if failing != "open" else "__init__", fail)
    build = fresh(project, "memory://x").build("html")
    reason = "PermissionError: no access to the bucket"
    assert (
        build.warnings == f"WARNING: llmpipeline_cache: {reason}; this build goes on without it [llmpipeline.cache]\n"
    )
    assert build.status == 0
    assert build.read("index.html").count("<svg role=") == 3
    assert (len(drawn_here), len(calls)) == (3, 1)


def test_a_file_system_that_fails(project: Project, drawn_here: list[Job]) -> None:
    class Failing(fsspec.AbstractFileSystem):  # type: ignore[misc, name-defined]
        protocol = "failing"

        def cat_file(self, *_: object, **__: object) -> bytes:
            raise TimeoutError("no answer")

    fsspec.register_implementation("failing", Failing, clobber=True)
    build = fresh(project, "failing://x").build("html")
    expected = "llmpipeline_cache: TimeoutError: no answer; this build goes on without it [llmpipeline.cache]"
    assert build.warnings == f"WARNING: {expected}\n"
    assert len(drawn_here) == 3


@pytest.mark.parametrize("method", ["_cat_file", "_pipe_file"])
def test_a_server_that_never_answers_is_given_up(
    project: Project, monkeypatch: pytest.MonkeyPatch, drawn_here: list[Job], method: str
) -> None:
    async def missing(*_: object, **__: object) -> bytes:
        raise FileNotFoundError

    async def silent(*_: object, **__: object) -> bytes:
        await asyncio.sleep(1000)
        return b""

    methods = {"_cat_file": missing, "_pipe_file": silent, "_makedirs": missing, "makedirs": lambda *_, **__: None}
    silent_system = type("Silent", (AsyncFileSystem,), {"protocol": "silent", **methods, method: silent})
    fsspec.register_implementation("silent", silent_system, clobber=True)
    monkeypatch.setattr(remote, "_PATIENCE", 1.0)
    build = fresh(project, "silent://x").build("html")
    expected = "llmpipeline_cache: FSTimeoutError; this build goes on without it [llmpipeline.cache]"
    assert build.warnings == f"WARNING: {expected}\n"
    assert len(drawn_here) == 3


def test_missing_fsspec_is_a_warning_with_the_package_to_install(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.partition(".")[0] == "fsspec":
            raise ModuleNotFoundError("No module named 'fsspec'")
        return original(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    warnings = fresh(project, "memory://x").build("html").warnings
    expected = "a URL needs fsspec: pip install 'sphinxext-llmpipeline[remote]'"
    assert expected in warnings
    assert warnings.count("WARNING") == 1


# Places


class Recorded:
    """A place that counts what it is asked for."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.read_calls: list[int] = []
        self.write_calls: list[int] = []

    def read(self, names: Any) -> Mapping[str, bytes]:
        names = [*names]
        self.read_calls.append(len(names))
        return {name: self.files[name] for name in names if name in self.files}

    def write(self, files: Mapping[str, bytes]) -> None:
        self.write_calls.append(len(files))
        self.files.update(files)


def never(error: Exception) -> None:
    raise AssertionError(error)


@pytest.fixture(params=["folder", "memory", "file"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    if request.param == "folder":
        return FolderFiles(tmp_path / "x" / "y")
    return UrlFiles("memory://x/y" if request.param == "memory" else f"file://{tmp_path}/x/y")


def test_remote_cache_returns_the_stored_entry(place: Files) -> None:
    assert place.read(["a.svg", "b.svg"]) == {}
    place.write({"a.svg": b"1", "b.pdf": b"2"})
    place.write({"c.svg": b""})
    assert place.read(["a.svg", "b.svg", "c.svg"]) == {"a.svg": b"1", "c.svg": b""}


def test_many_travel_together() -> None:
    recorded = Recorded()
    shared = SharedCache(lambda: recorded, never)
    names = [(f"{number:040}", "svg") for number in range(150)]
    drawing = draw(Job(parse("a"), CLASSIC, "svg"))
    entries = {name: Entry(drawing.data, drawing.notes.to_json()).encode() for name in names}
    shared.send({name: partial(entries.get, name) for name in names})
    assert recorded.write_calls == [64, 64, 22]
    assert shared.fetch(names) == entries
    assert recorded.read_calls == [64, 64, 22]


def test_deleted_entry_is_not_sent() -> None:
    recorded = Recorded()
    SharedCache(lambda: recorded, never).send({("a", "svg"): lambda: None, ("b", "svg"): lambda: b"file"})
    assert recorded.files == {"b.svg.entry": b"file"}


@pytest.mark.parametrize(
    "damage", [lambda data: data[:-1], lambda data: b"", lambda data: b"<svg/>", lambda data: data[9:]]
)
def test_damaged_remote_entry_is_missing(damage: Any) -> None:
    recorded = Recorded()
    shared = SharedCache(lambda: recorded, never)
    entry = Entry(b"%PDF-1.4\n%%EOF\n", NOTES)
    shared.send({("a", "pdf"): entry.encode})
    assert shared.fetch([("a", "pdf")]) == {("a", "pdf"): entry.encode()}
    recorded.files = {name: damage(data) for name, data in recorded.files.items()}
    assert shared.fetch([("a", "pdf")]) == {}


def test_others_get_the_very_files_of_the_local_cache(tmp_path: Path) -> None:
    recorded = Recorded()
    job = wanted(Job(parse("a"), CLASSIC, "svg"))
    drawings = Drawings(tmp_path / "one", shared=SharedCache(lambda: recorded, never))
    drawn = drawings.find_or_draw(job)
    drawings.share()
    other = Drawings(tmp_path / "other", shared=SharedCache(lambda: recorded, never))
    assert other.find_or_draw(job) == drawn
    files = [{path.name: path.read_bytes() for path in (tmp_path / name).rglob("*.*")} for name in ("one", "other")]
    assert files == [recorded.files] * 2


def test_each_drawing_is_asked_for_once_and_sent_once(tmp_path: Path, drawn_here: list[Job]) -> None:
    recorded = Recorded()
    jobs = [wanted(Job(parse(f"model a: {number}"), CLASSIC, "svg")) for number in range(3)]
    drawings = Drawings(tmp_path, shared=SharedCache(lambda: recorded, never))
    for _ in range(2):
        for job in jobs:
            drawings.find_or_draw(job)
    drawings.share()
    drawings.share()
    assert recorded.read_calls == [1, 1, 1]
    assert recorded.write_calls == [3]
    assert sorted(recorded.files) == sorted(f"{'.'.join(job.name)}.entry" for job in jobs)
    assert len(drawn_here) == 3


def test_cache_that_fails_is_not_asked_for_the_next_batch() -> None:
    asked: list[int] = []

    class Failing(Recorded):
        def read(self, names: Sequence[str]) -> dict[str, bytes]:
            asked.append(len(names))
            raise OSError("gone")

    errors: list[Exception] = []
    shared = SharedCache(Failing, errors.append)
    assert shared.fetch([(f"{number:040}", "svg") for number in range(150)]) == {}
    assert asked == [64]
    assert [str(error) for error in errors] == ["gone"]
