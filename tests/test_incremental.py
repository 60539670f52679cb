"""What is drawn again, written again and said again at the next build."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import pytest

import sphinxext.llmpipeline.rendering as module
from sphinxext.llmpipeline import CLASSIC, parse
from sphinxext.llmpipeline.cache.store import Cache, Entry, key_of, write_atomic
from sphinxext.llmpipeline.job import Drawing, Job
from sphinxext.llmpipeline.rendering import draw
from tests.fontmaker import make_font

if TYPE_CHECKING:
    from conftest import Build, Project

    from sphinxext.llmpipeline.job import Format


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Format and first node of every drawing that is made."""
    found: list[str] = []
    original = module.draw

    def counted(job: Job) -> Drawing:
        found.append(f"{job.format} {job.pipeline.nodes[0].id}")
        return original(job)

    monkeypatch.setattr(module, "draw", counted)
    return found


def diagram(*lines: str) -> str:
    return ".. llmpipeline::\n\n" + "".join(f"   {line}\n" for line in lines) + "\n"


def two_pages(first: str = "a -> b", second: str = "c -> d") -> dict[str, str | bytes]:
    return {
        "index.rst": f"Title\n=====\n\n{diagram(first)}.. toctree::\n\n   other\n",
        "other.rst": f"Other\n=====\n\n{diagram(second)}",
    }


def take(found: list[str]) -> list[str]:
    taken = sorted(found)
    found.clear()
    return taken


def times(build: Build) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in build.out.glob("*.html")}


# Drawing


def test_each_diagram_is_drawn_once(project: Project, drawn: list[str]) -> None:
    project.write(two_pages())
    project.build("html", "-W")
    assert take(drawn) == ["svg a", "svg c"]
    project.build("html", "-W")
    project.build("html", "-W", "-E", "-a")
    project.build("dirhtml", "-W")
    project.build("singlehtml", "-W")
    project.build("json", "-W")
    assert take(drawn) == []


def test_each_format_is_drawn_once(project: Project, drawn: list[str]) -> None:
    project.write({"index.rst": diagram("a -> b")})
    for _ in range(2):
        for builder in ("html", "epub", "latex", "texinfo", "text", "man", "linkcheck"):
            project.build(builder, "-W")
    assert take(drawn) == ["pdf a", "png a", "svg a", "svg-outlines a"]


def test_same_diagram_on_two_pages_is_drawn_once(project: Project, drawn: list[str]) -> None:
    project.write(two_pages("a -> b", "a -> b")).build("html", "-W")
    assert take(drawn) == ["svg a"]


def test_changed_text_outside_the_drawing_does_not_draw_again(project: Project, drawn: list[str]) -> None:
    project.write(two_pages()).build("html", "-W")
    take(drawn)
    commented = ".. llmpipeline::\n   :name: n\n   :caption: C\n   :alt: D\n   :width: 50%\n   :class: k\n\n"
    linked = "   # A comment.\n   a -> b\n      :link: https://example.org\n"
    project.rewrite("index.rst", f"Title\n=====\n\n{commented}{linked}\n.. toctree::\n\n   other\n")
    page = project.build("html", "-W").read("index.html")
    assert "https://example.org" in page
    assert take(drawn) == []


def test_changed_label_draws_one(project: Project, drawn: list[str]) -> None:
    project.write(two_pages()).build("html", "-W")
    take(drawn)
    project.rewrite("index.rst", str(two_pages("a -> b: now")["index.rst"]))
    build = project.build("html", "-W")
    assert take(drawn) == ["svg a"]
    assert ">now</text>" in build.read("index.html")


def test_changed_style_draws_all(project: Project, drawn: list[str]) -> None:
    project.write(two_pages()).build("html", "-W")
    take(drawn)
    project.write({}, 'llmpipeline_style = {"font_size": 20}')
    build = project.build("html", "-W")
    assert take(drawn) == ["svg a", "svg c"]
    assert 'font-size="20"' in build.read("index.html")
    assert 'font-size="20"' in build.read("other.html")
    project.write({}, "")
    assert 'font-size="20"' not in project.build("html", "-W").read("other.html")
    assert take(drawn) == []


def test_changed_colours_change_the_style_sheet(project: Project) -> None:
    project.write({"index.rst": diagram("a -> b")}).build("html", "-W")
    project.write({}, 'llmpipeline_style = {"edge_dark": "#010203"}')
    build = project.build("html", "-W")
    assert "--llmpipeline-edge: light-dark(#5d6877, #010203);" in build.read("_static/llmpipeline.css")


def test_changed_engine_draws_all(project: Project, drawn: list[str]) -> None:
    project.write(two_pages()).build("html", "-W")
    take(drawn)
    project.write({}, 'llmpipeline_engine = "dot"\nllmpipeline_dot = "no-such-dot"')
    assert project.build("html").warnings.count("cannot run 'no-such-dot'") == 2
    assert take(drawn) == ["svg a", "svg c"]


def test_option_style_is_read_at_each_reading(project: Project, drawn: list[str]) -> None:
    project.write({"index.rst": ".. llmpipeline::\n   :style: print\n\n   a -> b\n"}).build("html", "-W")
    project.rewrite("index.rst", ".. llmpipeline::\n   :style: classic\n\n   a -> b\n")
    assert "llmpipeline-style-classic" in project.build("html", "-W").read("index.html")
    assert take(drawn) == ["svg a", "svg a"]


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(path.read_bytes()[:-1])])
def test_deleted_and_damaged_drawings_are_drawn_again(
    project: Project, drawn: list[str], damage: Callable[[Path], object]
) -> None:
    before = project.write(two_pages()).build("html", "-W").read("index.html")
    for path in project.drawings():
        damage(path)
    take(drawn)
    build = project.build("html", "-W", "-E", "-a")
    assert take(drawn) == ["svg a", "svg c"]
    assert build.read("index.html") == before


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"")])
def test_image_files_come_from_their_entries(
    project: Project, drawn: list[str], damage: Callable[[Path], object]
) -> None:
    project.write(two_pages()).build("latex", "-W")
    before = {path: path.read_bytes() for path in project.image_files()}
    for path in before:
        damage(path)
    take(drawn)
    build = project.build("latex", "-W")
    assert take(drawn) == []
    assert {path: path.read_bytes() for path in project.image_files()} == before
    assert sorted(path.read_bytes() for path in build.out.glob("*.pdf")) == sorted(before.values())


# Pages


def test_second_build_writes_nothing(project: Project) -> None:
    project.write(two_pages())
    before = times(project.build("html", "-W"))
    assert times(project.build("html", "-W"))["index.html"] == before["index.html"]


def test_changed_body_file_rebuilds_its_page_only(project: Project, drawn: list[str]) -> None:
    project.write(
        {
            "index.rst": "Title\n=====\n\n.. toctree::\n\n   one\n   other\n",
            "one.rst": f"One\n===\n\n{diagram('a -> b')}",
            "other.rst": "Other\n=====\n\n.. llmpipeline:: x.pipe\n",
            "x.pipe": "c -> d",
        }
    )
    before = times(project.build("html", "-W"))
    take(drawn)
    project.rewrite("x.pipe", "c -> d: now")
    build = project.build("html", "-W")
    after = times(build)
    assert take(drawn) == ["svg c"]
    assert ">now</text>" in build.read("other.html")
    assert after["one.html"] == before["one.html"]
    assert after["other.html"] != before["other.html"]


def test_body_file_that_appears_later(project: Project) -> None:
    project.write({"index.rst": ".. llmpipeline:: x.pipe\n"})
    missing = "index.rst:1: WARNING: cannot read 'x.pipe': No such file or directory [llmpipeline.syntax]\n"
    assert project.build("html").warnings == missing
    assert project.build("html").warnings == missing
    (project.source / "x.pipe").write_text("a -> b")
    build = project.build("html")
    assert build.warnings == ""
    assert 'data-id="a"' in build.read("index.html")


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_mistake_warns_at_each_build_until_it_is_mended(project: Project, jobs: str) -> None:
    pages = two_pages("a ->") | {f"page{number}.rst": ":orphan:\n\nPage\n====\n" for number in range(6)}
    expected = "index.rst:6:6: WARNING: expected an id after '->'\n    a ->\n      ^~ [llmpipeline.syntax]\n"
    project.write(pages)
    for builder in ("html", "html", "text", "html", "dummy"):
        assert project.build(builder, "-j", jobs).warnings == expected
    project.rewrite("index.rst", str(two_pages()["index.rst"]))
    build = project.build("html")
    assert build.warnings == ""
    assert 'data-id="a"' in build.read("index.html")
    assert "could not be drawn" not in build.read("index.html")
    assert project.build("html").warnings == ""


def test_wrong_options_warn_at_each_build(project: Project) -> None:
    project.write({"index.rst": ".. llmpipeline::\n   :style: nope\n\n   a -> b\n"})
    first = project.build("html").warnings
    assert "index.rst:1: WARNING: option 'style': unknown style 'nope'" in first
    assert project.build("html").warnings == first


def test_mended_diagram_leaves_no_stale_picture(project: Project) -> None:
    project.write(two_pages()).build("html", "-W")
    project.rewrite("index.rst", str(two_pages("a ->")["index.rst"]))
    page = project.build("html").read("index.html")
    assert "<svg role=" not in page
    assert "could not be drawn" in page


def test_style_sheet_link_goes_with_the_diagram(project: Project) -> None:
    project.write(two_pages())
    assert "llmpipeline.css" in project.build("html", "-W").read("other.html")
    project.rewrite("other.rst", "Other\n=====\n")
    build = project.build("html", "-W")
    assert "llmpipeline" not in build.read("other.html").replace("sphinxext.llmpipeline", "")
    assert "llmpipeline.css" in build.read("index.html")


# Where the files are


@pytest.mark.parametrize("options", [[], ["-d", "_build/doctrees"]], ids=["inside", "beside"])
def test_style_sheet_is_found_wherever_doctrees_are(project: Project, options: list[str]) -> None:
    project.write({"index.rst": diagram("a -> b")}, 'exclude_patterns = ["_build"]')
    for _ in range(2):
        command = [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "html", *options, ".", "_build/html"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        assert (project.source / "_build" / "html" / "_static" / "llmpipeline.css").is_file()


# Repeatability


def test_two_fresh_builds_are_the_same(project: Project) -> None:
    fields = ["model a: *Ä* ``β`` **c**", "   :note: note", "   :tooltip: tip", "   :link: https://example.org"]
    text = diagram(*fields, "group g: G", "   store b: B", "a -> b: x", "b --> a", "a => g")
    project.write({"index.rst": f"Title\n=====\n\n{text}"})
    builds = [
        (
            project.run(
                builder, "-W", doctrees=project.root / f"doctrees{seed}", out=f"{builder}{seed}", PYTHONHASHSEED=seed
            ),
            project.root / f"doctrees{seed}",
        )
        for seed in ("1", "2")
        for builder in ("html", "latex")
    ]
    assert {build.status for build, _ in builds} == {0}
    pages = {build.read("index.html") for build, _ in builds if build.out.name.startswith("html")}
    assert len(pages) == 1
    first, second = (
        {path.name: path.read_bytes() for path in (project.root / f"doctrees{seed}" / ".llmpipeline").glob("?/*")}
        for seed in ("1", "2")
    )
    assert sorted(name.partition(".")[2] for name in first) == [
        *("pdf", "pdf.entry", "svg.entry", "woff.entry", "woff.entry")
    ]
    assert first == second


@pytest.mark.parametrize("format", ["svg", "svg-outlines", "pdf", "png"])
@pytest.mark.parametrize(
    "settings",
    [
        {"font.family": "serif", "font.size": 30, "figure.facecolor": "red", "lines.linewidth": 9},
        {"figure.dpi": 300, "savefig.dpi": 300, "savefig.bbox": "tight", "savefig.facecolor": "red"},
        {"svg.fonttype": "path", "pdf.fonttype": 3, "svg.hashsalt": "other", "svg.id": "other"},
        {"pdf.compression": 0, "pdf.use14corefonts": True, "pdf.inheritcolor": True},
        {"text.hinting": "none", "text.parse_math": True, "path.sketch": (1, 2, 3)},
    ],
    ids=["figure", "savefig", "svg", "pdf", "text"],
)
def test_drawing_does_not_depend_on_settings_of_matplotlib(format: Format, settings: Any) -> None:
    """A ``matplotlibrc`` may lie about, and another extension may have set matplotlib up for itself."""
    job = Job(parse("model a: A $x$ -1\nb\na -> b: x"), CLASSIC, format)
    expected = draw(job)
    with mpl.rc_context(settings):
        assert draw(job) == expected


# The cache


def test_cache_returns_the_stored_drawing(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    key = key_of("x")
    assert cache.find(key, "svg") is None
    cache.store(key, "svg", Entry(b"drawing", b"notes"))
    assert cache.find(key, "svg") == Entry(b"drawing", b"notes")
    assert cache.find(key, "pdf") is None


def test_keys_differ_where_the_drawing_does() -> None:
    assert key_of("a") == key_of("a")
    assert key_of("a") != key_of("b")
    assert len(key_of("a")) == 40


def test_file_can_be_read_by_others(tmp_path: Path) -> None:
    path = tmp_path / "sub" / "file"
    write_atomic(path, b"x")
    assert path.stat().st_mode & 0o777 == 0o644
    assert [found.name for found in path.parent.iterdir()] == ["file"]


def test_failed_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="full"):
        write_atomic(tmp_path / "file", b"x")
    assert list(tmp_path.iterdir()) == []


WRITER = """
import sys
from pathlib import Path
from sphinxext.llmpipeline.cache.store import Cache, Entry
cache, key = Cache(Path(sys.argv[1])), "ab" * 20
for number in range(300):
    cache.store(key, "svg", Entry(bytes([65 + number % 26]) * 200_000, b"note " * (number % 7)))
    data = cache.find(key, "svg").data
    assert len(data) == 200_000 and len(set(data)) == 1, len(data)
"""


def test_processes_share_the_cache(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(tmp_path)]
    running = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    results = [(process.communicate()[1], process.returncode) for process in running]
    assert results == [("", 0)] * 3
    assert not list(tmp_path.rglob(".new-*"))


def test_builds_share_the_cache_at_the_same_time(project: Project) -> None:
    lines = [f"n{number}: Node {number}" for number in range(6)]
    project.write(
        {"index.rst": "Title\n=====\n\n" + "".join(diagram(line, f"{line[:2]} -> {line[:2]}") for line in lines)}
    )
    shared = project.doctrees / ".llmpipeline"
    shared.mkdir(parents=True)
    running = []
    for name in ("one", "two"):
        # The doctrees are Sphinx's own, which two builds cannot share at the same time; the drawings are ours.
        (project.root / name).mkdir()
        (project.root / name / ".llmpipeline").symlink_to(shared)
        folders = ["-d", str(project.root / name), str(project.source), str(project.root / f"out-{name}")]
        command = [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "html", *folders]
        running.append(subprocess.Popen(command, stderr=subprocess.PIPE, text=True))
    results = [(process.communicate()[1], process.returncode) for process in running]
    assert results == [("", 0)] * 2
    assert (project.root / "out-one" / "index.html").read_bytes() == (
        project.root / "out-two" / "index.html"
    ).read_bytes()
    assert len(project.drawings()) == 6
    assert not list(shared.rglob(".new-*"))


def test_another_font_of_the_same_family_takes_its_place(project: Project) -> None:
    """The pages ask for the family: what the site declares under that name must be what was measured."""
    letters = "Stepab"
    make_font(project.root / "one.ttf", "Of One Name", dict.fromkeys(letters, 400))
    make_font(project.root / "two.ttf", "Of One Name", dict.fromkeys(letters, 800))
    text = "Title\n=====\n\n.. llmpipeline::\n\n   a: Step\n   a -> b\n   b\n"
    rules = []
    for name in ("one", "two"):
        project.write({"index.rst": text}, f"llmpipeline_font = {str(project.root / name)!r} + '.ttf'\n")
        build = project.run("html")
        assert build.status == 0
        rules.append(build.read("_static/llmpipeline-fonts.css"))
    assert len(set(rules)) == 2
