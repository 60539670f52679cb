"""The whole way from a pipeline to bytes, in this process and in others."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import subprocess
import sys
import warnings
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from sphinxext.llmpipeline import CLASSIC, PRINT, figure, parse, read_style, render
from sphinxext.llmpipeline.canvas import FORMATS, Format
from sphinxext.llmpipeline.draw import Drawing, Job, draw
from sphinxext.llmpipeline.layout import LayoutError
from sphinxext.llmpipeline.model import DIRECTIONS, Direction, Label, Node, Pipeline
from sphinxext.llmpipeline.style import STYLES, Style

TEXT = "group g: G\n   model a: Alpha\\ntwo\n      :note: note\n      :repeat: 3\ndata b: Beta\na -> b: label\nb --> g"
PIPELINE = parse(TEXT)
CORPUS = Path(__file__).parent / "corpus"

MAGIC: dict[Format, bytes] = {
    "svg": b"<svg xmlns=",
    "svg-outlines": b"<?xml version=",
    "pdf": b"%PDF-1.",
    "png": b"\x89PNG\r\n\x1a\n",
    "png@2x": b"\x89PNG\r\n\x1a\n",
}


@pytest.mark.parametrize("format", FORMATS)
def test_render_without_sphinx(format: Format) -> None:
    data = render(PIPELINE, format=format)
    assert data.startswith(MAGIC[format])
    assert len(data) > 1000


def test_render_is_classic_svg_unless_told_otherwise() -> None:
    assert render(PIPELINE) == render(PIPELINE, CLASSIC, "svg") == draw(Job(PIPELINE, CLASSIC, "svg")).data


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_every_style_and_direction(style: Style, direction: Direction) -> None:
    drawing = draw(Job(replace(PIPELINE, direction=direction), style, "svg"))
    assert drawing.messages == ()
    assert drawing.data != draw(Job(PIPELINE, replace(style, font_size=20.0), "svg")).data


@pytest.mark.parametrize("file", sorted(CORPUS.glob("*.txt")), ids=lambda path: path.stem)
def test_the_corpus_is_drawn_without_a_word(file: Path) -> None:
    drawing = draw(Job(parse(file.read_text(encoding="utf-8")), CLASSIC, "svg"))
    assert drawing.messages == ()


def test_figure_is_drawn_in_the_style() -> None:
    (light,), (plain,) = figure(PIPELINE).artists, figure(PIPELINE, PRINT).artists
    assert light.style is CLASSIC  # type: ignore[attr-defined]
    assert plain.style is PRINT  # type: ignore[attr-defined]


def test_job_and_drawing_can_be_pickled() -> None:
    style, _ = read_style({"nodes": {"mine": {"base": "data"}}, "edges": {"flow": {"dash": [1, 2]}}})
    for job in (Job(PIPELINE, style, "svg"), Job(PIPELINE, PRINT, "png@2x", "dot", "/usr/bin/dot")):
        assert pickle.loads(pickle.dumps(job)) == job
        assert repr(pickle.loads(pickle.dumps(job))) == repr(job)
    drawing = draw(Job(PIPELINE, style, "svg"))
    assert pickle.loads(pickle.dumps(drawing)) == drawing


def test_another_process_draws_the_same() -> None:
    jobs = [Job(PIPELINE, CLASSIC, format) for format in FORMATS]
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        assert list(pool.map(draw, jobs)) == [draw(job) for job in jobs]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_draws_the_same() -> None:
    jobs = [Job(PIPELINE, CLASSIC, format) for format in FORMATS]
    here = [draw(job) for job in jobs]
    with ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as pool:
        assert list(pool.map(draw, jobs)) == here


def test_repr_of_a_job_is_what_it_draws() -> None:
    base = Job(PIPELINE, CLASSIC, "svg")
    assert repr(base) == repr(Job(parse(f"\n\n# elsewhere\n{TEXT}"), replace(CLASSIC), "svg"))
    others = [
        replace(base, format="pdf"),
        replace(base, engine="dot"),
        replace(base, dot="/opt/dot"),
        replace(base, style=PRINT),
        replace(base, style=replace(CLASSIC, margin=5.0)),
        replace(base, pipeline=replace(PIPELINE, direction="BT")),
        replace(base, pipeline=parse(TEXT.replace("label", "other"))),
        replace(base, pipeline=parse(TEXT.replace("note: note", "note: other"))),
    ]
    assert len({repr(job) for job in (base, *others)}) == len(others) + 1


def test_repr_is_the_same_in_another_process() -> None:
    code = (
        "import sys\nfrom sphinxext.llmpipeline import CLASSIC, parse\nfrom sphinxext.llmpipeline.draw import Job\n"
        "sys.stdout.buffer.write(repr(Job(parse(sys.argv[1]), CLASSIC, 'svg')).encode())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, TEXT], env={**os.environ, "PYTHONHASHSEED": "77"}, capture_output=True, check=True
    )
    assert done.stdout.decode() == repr(Job(PIPELINE, CLASSIC, "svg"))


def test_a_failing_layout_raises() -> None:
    with pytest.raises(LayoutError, match="cannot run 'no-such-dot'"):
        draw(Job(PIPELINE, CLASSIC, "svg", "dot", "no-such-dot"))


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("text", ["模型", "\U0001f916 agent"])
def test_a_character_that_no_font_has_is_told_of_and_the_rest_is_drawn(format: Format, text: str) -> None:
    pipeline = Pipeline((Node("a", Label.plain(f"x {text}")), Node("b", Label.plain("b"))))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawing = draw(Job(pipeline, CLASSIC, format))
    assert isinstance(drawing, Drawing)
    assert drawing.data.startswith(MAGIC[format])
    assert any(message.startswith("Glyph ") for message in drawing.messages)
    assert len(set(drawing.messages)) == len(drawing.messages)


def test_messages_do_not_depend_on_what_was_drawn_before() -> None:
    """A label that was measured before is still one that the font cannot draw."""
    job = Job(Pipeline((Node("a", Label.plain("再")),)), CLASSIC, "svg")
    assert draw(job).messages == draw(job).messages != ()


def test_pipeline_of_the_api_need_not_come_from_a_text() -> None:
    assert render(Pipeline((Node("a", Label.plain("A")),)), format="pdf").startswith(b"%PDF")
    assert render(Pipeline(()), format="png").startswith(MAGIC["png"])
