"""Builds whose cache folder cannot be written or holds damaged files: all figures are shown, with a warning at most."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sphinxext.llmpipeline.cache.store import DAY, Entry
from sphinxext.llmpipeline.extension.paths import NEEDS, page_key
from sphinxext.llmpipeline.extension.web_assets import FONTS, STYLESHEET

if TYPE_CHECKING:
    from conftest import Build, Project

    from sphinxext.llmpipeline.job import Job

PAGES: dict[str, str | bytes] = {
    "index.rst": "Title\n=====\n\n.. llmpipeline::\n\n   a: é\n\n.. toctree::\n\n   other\n",
    "other.rst": "Other\n=====\n\n.. llmpipeline::\n\n   b: Ω\n",
}
KILLED = """
import os, signal

def setup(app):
    replace = os.replace

    def stop(name, path):
        if str(path).endswith(".svg.entry"):
            os.kill(os.getpid(), signal.SIGKILL)
        replace(name, path)

    os.replace = stop
"""
PNG = 'llmpipeline_formats = {"html": "png"}'


def cache_of(project: Project) -> Path:
    return project.doctrees / ".llmpipeline"


def warning(folder: Path, reason: str) -> str:
    text = f"cannot write in '{folder}': {reason}; the next build makes again what is missing there"
    return f"WARNING: {text} [llmpipeline.cache]\n"


def touch(project: Project, *names: str) -> None:
    """Make source files newer, so that they are read again."""
    for name in names or PAGES:
        path = project.source / name
        times = path.stat().st_mtime_ns + 2_000_000_000
        os.utime(path, ns=(times, times))


def refuse(monkeypatch: pytest.MonkeyPatch, folder: Path, number: int) -> None:
    """Let the system refuse all new files below *folder*; permissions would not do, because root has all."""
    original = tempfile.mkstemp

    def mkstemp(*args: Any, dir: Any = None, **rest: Any) -> tuple[int, str]:
        if dir and Path(dir).is_relative_to(folder):
            raise OSError(number, os.strerror(number), f"{dir}/.new-1234")
        return original(*args, dir=dir, **rest)

    monkeypatch.setattr(tempfile, "mkstemp", mkstemp)


def pictures(build: Build, builder: str) -> int:
    """How many whole pictures the output shows."""
    if builder == "html":
        pages = "".join(path.read_text(encoding="utf-8") for path in build.out.glob("*.html"))
        return pages.count("<svg role=") and pages.count("</text>\n</g>\n</svg>")
    found = [path for path in build.out.rglob("*") if path.suffix in (".pdf", ".png", ".svg") and len(path.name) > 40]
    assert all(path.stat().st_size > 500 for path in found)
    return len(found)


# Folders that cannot be written

STATES = {
    "a file": "Not a directory",
    "read-only": os.strerror(errno.EROFS),
    "full": os.strerror(errno.ENOSPC),
    "forbidden": os.strerror(errno.EACCES),
}
NUMBERS = {"read-only": errno.EROFS, "full": errno.ENOSPC, "forbidden": errno.EACCES}


def spoil(project: Project, monkeypatch: pytest.MonkeyPatch, state: str) -> None:
    if state == "a file":
        shutil.rmtree(cache_of(project), ignore_errors=True)
        project.doctrees.mkdir(exist_ok=True)
        cache_of(project).write_text("I am a file")
    else:
        refuse(monkeypatch, cache_of(project), NUMBERS[state])


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("builder", ["html", "latex", "epub"])
def test_a_cache_that_cannot_be_written_is_one_warning(
    project: Project, monkeypatch: pytest.MonkeyPatch, builder: str, state: str
) -> None:
    project.write(PAGES)
    spoil(project, monkeypatch, state)
    build = project.build(builder)
    assert (build.status, build.warnings) == (0, warning(cache_of(project), STATES[state]))
    assert pictures(build, builder) == 2


@pytest.mark.parametrize("state", STATES)
def test_web_fonts_and_style_sheet_do_not_need_the_cache(
    project: Project, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    project.write({**PAGES, "other.rst": str(PAGES["other.rst"]).replace("Ω", "ᴁ")})  # not in a bundled font
    expected = project.build("html", "-W", doctrees=project.root / "elsewhere", out="expected")
    spoil(project, monkeypatch, state)
    build = project.build("html")
    assert build.warnings.count("WARNING") == 1
    for name in (FONTS, STYLESHEET):
        assert build.read(f"_static/{name}") == expected.read(f"_static/{name}")
    assert "é" in build.read("index.html")


@pytest.mark.parametrize("state", STATES)
def test_a_cache_that_cannot_be_written_any_more_is_one_warning(
    project: Project, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    project.write(PAGES).build("html", "-W")
    spoil(project, monkeypatch, state)
    project.write({"other.rst": str(PAGES["other.rst"]).replace("Ω", "ж")})
    touch(project)
    build = project.build("html")
    assert (build.status, build.warnings) == (0, warning(cache_of(project), STATES[state]))
    assert pictures(build, "html") == 2
    assert "ж</text>" in build.read("other.html")


def test_images_of_web_pages_are_temporary_files_if_need_be(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil(project.write(PAGES, PNG), monkeypatch, "full")
    before = {*Path(tempfile.gettempdir()).glob("llmpipeline-*")}
    build = project.build("html")
    assert build.warnings == warning(cache_of(project), STATES["full"])
    assert pictures(build, "latex") == 4
    for page in ("index.html", "other.html"):
        (source,) = [part.partition('"')[0] for part in build.read(page).split('src="')[1:] if "_images" in part[:10]]
        assert (build.out / source).read_bytes().startswith(b"\x89PNG")
    made = {*Path(tempfile.gettempdir()).glob("llmpipeline-*")} - before
    assert len(made) == 1
    build = project.build("html", "-E")
    assert pictures(build, "latex") == 4


def test_a_failure_that_cannot_be_noted_is_one_warning_more(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    conf = 'llmpipeline_engine = "dot"\nllmpipeline_dot = "no-such-dot"'
    project.write({"index.rst": ".. llmpipeline::\n\n   a\n"}, conf)
    spoil(project, monkeypatch, "full")
    build = project.build("html")
    assert (build.warnings.count("[llmpipeline.layout]"), build.warnings.count("[llmpipeline.cache]")) == (1, 1)
    assert build.warnings.count("WARNING") == 2


@pytest.mark.parametrize("part", [".", "out"])
def test_a_full_disk_is_one_warning(project: Project, monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    """Also where the style sheet and the fonts of the site should be; they come as soon as there is room."""
    refuse(monkeypatch, project.root / part, errno.ENOSPC)
    build = project.write(PAGES).build("html")
    static = build.out / "_static"
    assert (build.status, build.warnings) == (0, warning(static, STATES["full"]))
    assert pictures(build, "html") == 2
    assert not (static / FONTS).exists()
    monkeypatch.undo()
    monkeypatch.chdir(project.source)
    if part == ".":
        touch(project)
    build = project.build("html", "-W")
    assert (static / FONTS).exists()
    assert (static / STYLESHEET).exists()
    assert pictures(build, "html") == 2


def test_drawings_that_cannot_be_kept_are_drawn_once(
    project: Project, monkeypatch: pytest.MonkeyPatch, drawn_here: list[Job]
) -> None:
    same = str(PAGES["other.rst"])
    project.write({**PAGES, "third.rst": f":orphan:\n\n{same}"})
    spoil(project, monkeypatch, "full")
    build = project.build("html")
    assert pictures(build, "html") == 3
    assert len(drawn_here) == 2


@pytest.mark.parametrize("options", [(), ("-j", "2")])
def test_workers_that_cannot_write_send_their_drawings(project: Project, options: tuple[str, ...]) -> None:
    body = "".join(f".. llmpipeline::\n\n   model a: Model {number}\n\n" for number in range(40))
    project.write({"index.rst": f"Title\n=====\n\n{body}"})
    project.doctrees.mkdir()
    cache_of(project).write_text("I am a file")
    build = project.run("html", *options)
    assert (build.status, build.warnings) == (0, warning(cache_of(project), STATES["a file"]))
    assert pictures(build, "html") == 40


# Damaged files

DAMAGES: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-9]),
    "foreign": lambda path: path.write_bytes(b"foreign"),
    "one byte": lambda path: path.write_bytes(path.read_bytes()[:-30] + b"?" + path.read_bytes()[-29:]),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("builder", ["html", "latex", "epub"])
def test_any_damaged_file_of_the_cache_is_made_again(project: Project, builder: str, damage: str) -> None:
    first = project.write(PAGES).build(builder, "-W")
    before = {path: path.read_bytes() for path in first.out.rglob("*") if path.suffix in (".html", ".pdf", ".svg")}
    files = [path for path in cache_of(project).rglob("*") if path.is_file()]
    for path in files:
        DAMAGES[damage](path)
    touch(project)
    build = project.build(builder, "-W")
    assert (build.status, build.warnings) == (0, "")
    assert {path: path.read_bytes() for path in before} == before
    assert pictures(build, builder) == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: entry._replace(data=b""),
        lambda entry: entry._replace(data=b"foreign"),
        lambda entry: entry._replace(notes=b""),
        lambda entry: entry._replace(notes=b'{"messages":[1],"glyphs":[],"marks":null}'),
        lambda entry: entry._replace(notes=entry.notes.replace(b'"marks":', b'"marks":null,"other":')),
        lambda entry: entry._replace(notes=entry.notes.replace(b'400', b'"400"').replace(b'[]', b'7')),
    ],
)  # fmt: skip
@pytest.mark.parametrize("builder", ["html", "latex"])
def test_a_right_digest_is_not_enough(project: Project, builder: str, change: Callable[[Entry], Entry]) -> None:
    """Another version, or another program, may have written the entry."""
    first = project.write(PAGES).build(builder, "-W")
    before = {path: path.read_bytes() for path in first.out.rglob("*") if path.suffix in (".html", ".pdf")}
    for path in project.drawings():
        entry = Entry.decode(path.read_bytes())
        assert entry is not None
        path.write_bytes(change(entry).encode())
    touch(project)
    build = project.build(builder, "-W")
    assert (build.status, build.warnings) == (0, "")
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.parametrize("builder", ["html", "latex"])
def test_folders_in_the_place_of_all_files_are_one_warning(project: Project, builder: str) -> None:
    project.write(PAGES).build(builder, "-W")
    for path in [path for path in cache_of(project).rglob("*") if path.is_file()]:
        path.unlink()
        (path / "inside").mkdir(parents=True)
    touch(project)
    build = project.build(builder)
    assert (build.status, build.warnings) == (0, warning(cache_of(project), "Is a directory"))
    assert pictures(build, builder) == 2


# Needs of pages


def font_rules(build: Build) -> str:
    return build.read(f"_static/{FONTS}")


def test_damaged_needs_take_no_character_from_the_site(project: Project) -> None:
    """The page is not written in the build that finds them damaged, but in the next one."""
    rare = {**PAGES, "other.rst": str(PAGES["other.rst"]).replace("Ω", "ᴁ")}
    expected = font_rules(project.write(rare).build("html", "-W"))
    (needs,) = cache_of(project).rglob(f"{page_key('other')}.{NEEDS}.entry")
    content = needs.read_bytes()
    needs.write_bytes(b"{}")
    project.write({"index.rst": str(PAGES["index.rst"]).replace("é", "ᴂ")})
    touch(project, "index.rst")
    assert font_rules(project.build("html", "-W")) != expected
    assert not needs.exists()
    project.build("html", "-W")
    assert needs.read_bytes() == content
    project.write({"index.rst": PAGES["index.rst"]})
    touch(project, "index.rst")
    (project.root / "out" / "html" / "_static" / FONTS).unlink()
    assert font_rules(project.build("html", "-W")) == expected


def test_a_deleted_cache_takes_no_character_from_the_site(project: Project) -> None:
    """The next build reads all pages again, since any of them may be what the others were not written with."""
    rare = {**PAGES, "other.rst": str(PAGES["other.rst"]).replace("Ω", "ᴁ")}
    expected = font_rules(project.write(rare).build("html", "-W"))
    shutil.rmtree(cache_of(project))
    touch(project, "index.rst")
    assert font_rules(project.build("html", "-W")) == expected


# Cleaning


def grow_older(project: Project, days: float) -> None:
    for path in cache_of(project).rglob("*"):
        time = path.stat().st_mtime - days * DAY
        os.utime(path, (time, time))


def test_drawings_of_earlier_texts_do_not_stay_for_ever(project: Project) -> None:
    """One label is edited each day, and each edit leaves a drawing; the other page is written only now and then."""
    for edit in range(12):
        project.write({**PAGES, "index.rst": str(PAGES["index.rst"]).replace("é", f"é {edit}")})
        touch(project, *(["index.rst"] if edit % 4 else PAGES))
        project.build("html", "-W", "-D", "llmpipeline_cache_days=5")
        assert len(project.drawings()) <= 8
        grow_older(project, 1.1)
    project.build("html", "-W", "-D", "llmpipeline_cache_days=0", "-E")
    assert len(project.drawings()) == 7


def test_a_build_keeps_all_that_it_uses(project: Project, drawn_here: list[Job]) -> None:
    project.write(PAGES)
    for builder in ("html", "latex"):
        project.build(builder, "-W")
    assert len(drawn_here) == 4
    grow_older(project, 100)
    for builder in ("html", "latex"):
        project.build(builder, "-W", "-E")
    assert len(drawn_here) == 4 + 2  # those of the second builder have been unused for 100 days, too
    assert len(project.drawings()) == 4
    assert len(project.image_files()) == 2


def test_failed_builds_clean_nothing(project: Project) -> None:
    project.write(PAGES).build("html", "-W")
    project.write({}, "def setup(app):\n    app.connect('doctree-resolved', lambda *_: 1 / 0)\n")
    grow_older(project, 100)
    assert project.build("html", "-E").status == 2
    assert len(project.drawings()) == 2


def test_a_stopped_build_leaves_no_harm(project: Project) -> None:
    """It is killed while it writes a drawing; the next build ends its work, and one on a later day its file."""
    expected = project.write(PAGES).build("html", "-W", doctrees=project.root / "elsewhere", out="expected")
    project.write({}, KILLED)
    assert project.run("html").status == -signal.SIGKILL
    assert [path.parent.parent for path in project.root.rglob(".new-*")] == [cache_of(project)]
    project.write({})
    build = project.build("html", "-W")
    for name in ("index.html", "other.html", f"_static/{FONTS}", f"_static/{STYLESHEET}"):
        assert build.read(name) == expected.read(name)
    for path in project.root.rglob(".new-*"):
        os.utime(path, (0, 0))
    grow_older(project, 1.1)
    project.build("html", "-W")
    assert [*project.root.rglob(".new-*")] == []


def test_only_files_that_nothing_checks_wait_for_the_disk(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    monkeypatch.setattr(
        os, "fsync", lambda handle: synced.append(Path(f"/proc/self/fd/{handle}").readlink().parent.name)
    )
    project.write(PAGES).build("html", "-W")
    assert synced == ["_static", "_static"]  # a font and its style sheet
