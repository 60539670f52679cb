"""Drawings by name: found, fetched, or drawn."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import sphinxext.llmpipeline.rendering as module
from sphinxext.llmpipeline import CLASSIC, MODERN, parse, read_style
from sphinxext.llmpipeline.cache import drawings as drawings_module
from sphinxext.llmpipeline.cache.drawings import Drawings, wanted
from sphinxext.llmpipeline.cache.store import Cache, Entry
from sphinxext.llmpipeline.job import Drawing, Job
from sphinxext.llmpipeline.rendering import draw

JOB = wanted(Job(parse("a -> b"), CLASSIC, "svg"))


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    found: list[Job] = []

    def counted(job: Job) -> Drawing:
        found.append(job)
        return draw(job)

    monkeypatch.setattr(module, "draw", counted)
    return found


# Look-up


def test_a_drawing_is_drawn_once(tmp_path: Path, drawn: list[Job]) -> None:
    first = Drawings(tmp_path).find_or_draw(JOB)
    assert first == draw(JOB.job)
    assert Drawings(tmp_path).find_or_draw(JOB) == first
    assert drawn == [JOB.job]


def test_a_drawing_is_one_file(tmp_path: Path) -> None:
    Drawings(tmp_path).find_or_draw(JOB)
    assert [path.name for path in tmp_path.rglob("*.*")] == [f"{JOB.name[0]}.svg.entry"]


@pytest.mark.parametrize(
    "notes", [b"", b"{bad}", b"[]", b"null", b'{"messages": 1}', b'{"messages":[],"glyphs":[]}', b"\xff"]
)
def test_notes_of_another_version_count_as_missing(tmp_path: Path, drawn: list[Job], notes: bytes) -> None:
    Cache(tmp_path).store(*JOB.name, Entry(b"<svg/>", notes))
    drawings = Drawings(tmp_path)
    assert drawings.find_or_draw(JOB).data.endswith(b"</svg>\n")
    assert drawings.find_or_draw(JOB).data != b"<svg/>"
    assert drawn == [JOB.job]


@pytest.mark.parametrize(
    "damage", [lambda data: data[:-1], lambda data: b"", lambda data: data.replace(b"svg", b"SVG")]
)
def test_a_damaged_drawing_counts_as_missing(
    tmp_path: Path, drawn: list[Job], damage: Callable[[bytes], bytes]
) -> None:
    drawings = Drawings(tmp_path)
    first = drawings.find_or_draw(JOB)
    (path,) = tmp_path.rglob("*.entry")
    path.write_bytes(damage(path.read_bytes()))
    assert drawings.find_or_draw(JOB) == first
    assert drawings.find_or_draw(JOB) == first
    assert drawn == [JOB.job] * 2


def test_an_image_file_has_the_content_of_the_drawing(tmp_path: Path) -> None:
    drawings = Drawings(tmp_path)
    job = wanted(replace(JOB.job, format="svg-outlines"))
    drawing = drawings.find_or_draw(job)
    path = drawings.image_file(job, drawing)
    assert path.name == f"{job.name[0]}.outlines.svg"
    assert path.read_bytes() == drawing.data


# Names


def test_key_depends_on_the_content_of_font_files(tmp_path: Path) -> None:
    names = []
    for folder, content in (("one", b"A"), ("two", b"A"), ("three", b"B")):
        font = tmp_path / folder / "font.ttf"
        font.parent.mkdir()
        font.write_bytes(content)
        names.append(wanted(Job(parse("a"), replace(CLASSIC, font=(str(font),)), "svg")).name)
    assert names[0] == names[1] != names[2]


def test_where_the_program_lies_does_not_count(tmp_path: Path, program: Any) -> None:
    dot = program("dot")
    beside = tmp_path / "dot"
    beside.symlink_to(dot)
    pipeline = parse("a")
    found = [Job(pipeline, CLASSIC, "svg", "dot", str(path)) for path in (dot, beside)]
    names = [wanted(job).name for job in (*found, Job(pipeline, CLASSIC, "svg"))]
    assert names[0] == names[1] != names[2]


@pytest.mark.skipif(os.name != "posix", reason="a script is no program on this system")
@pytest.mark.parametrize("code", ["time.sleep(1000)", "sys.stderr.buffer.write(b'\\xff')", "sys.exit(1)", None])
def test_a_program_that_gives_no_version_has_drawings_with_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str | None
) -> None:
    """The drawing itself then fails, with a warning that says why."""
    monkeypatch.setattr(drawings_module, "_PATIENCE", 1.0)
    path = tmp_path / "dot"
    if code is not None:
        path.write_text(f"#!{sys.executable}\nimport sys, time\n{code}", encoding="utf-8")
        path.chmod(0o755)
    assert wanted(Job(parse("a"), CLASSIC, "svg", "dot", str(path))).name[1] == "svg"


def test_equal_styles_have_one_name_and_one_text() -> None:
    drawings_module._style_identity.cache_clear()
    names = {wanted(Job(parse("a"), read_style({"font_size": 15})[0], "svg")).name for _ in range(3)}
    assert len(names) == 1
    assert drawings_module._style_identity.cache_info().misses == 1


@pytest.mark.parametrize(
    "change", [{"font_size": 14.0}, {"nodes": CLASSIC.nodes}, {"name": "x"}, {"edge_dark": "#000"}]
)
def test_any_change_of_a_style_changes_the_name(change: dict[str, Any]) -> None:
    style = replace(MODERN, **change)
    assert wanted(Job(parse("a"), style, "svg")).name != wanted(Job(parse("a"), MODERN, "svg")).name


@pytest.mark.parametrize(
    "change",
    [{"width": 600.0}, {"height": 800.0}, {"narrow": 308.0}, {"format": "pdf"}, {"engine": "dot"}, {"style": MODERN}],
    ids=str,
)
def test_all_that_changes_a_drawing_changes_its_name(change: dict[str, Any]) -> None:
    """PNGs of a book and of paper have one width, and builders share the folder."""
    assert wanted(replace(JOB.job, **change)).name != JOB.name
    assert wanted(replace(JOB.job, timeout=20.0)).name == JOB.name


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("a -> b, c", "a -> b\na -> c", False),  # what one statement lists stands in its order
        ("node a\nnode b\na -> b", "# An edge\n\na -> b\n\nnode a\nnode b", True),
    ],
)
def test_what_one_statement_lists_counts_but_not_on_which_lines(one: str, other: str, is_same: bool) -> None:
    assert parse(one) == parse(other)
    names = [wanted(Job(parse(text), CLASSIC, "svg")).name for text in (one, other)]
    assert (names[0] == names[1]) is is_same
