"""The whole way from a pipeline to bytes, in this process and in others."""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import re
import subprocess
import sys
import warnings
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sphinxext.llmpipeline import CLASSIC, MODERN, PRINT, figure, parse, read_style, render, rendering
from sphinxext.llmpipeline.diagnostics import FontError, LayoutError
from sphinxext.llmpipeline.job import FORMATS, Drawing, Format, Job, Message, Notes
from sphinxext.llmpipeline.model.pipeline import Label, Node, Pipeline, Run
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, Direction
from sphinxext.llmpipeline.rendering import draw
from sphinxext.llmpipeline.style.builtin import STYLES
from sphinxext.llmpipeline.style.types import SQUEEZED, Style
from tests.layouts import ENGINE, FakeEngine

TEXT = "group g: G\n   model a: Alpha\\ntwo\n      :note: note\n      :repeat: 3\ndata b: Beta\na -> b: label\nb --> g"
PIPELINE = parse(TEXT)
CORPUS = Path(__file__).parent.parent / "docs" / "corpus"

MAGIC: dict[Format, bytes] = {
    "svg": b"<svg xmlns=",
    "svg-outlines": b"<?xml version=",
    "pdf": b"%PDF-1.",
    "png": b"\x89PNG\r\n\x1a\n",
    "png@2x": b"\x89PNG\r\n\x1a\n",
}


@contextmanager
def collecting(*, enabled: bool) -> Iterator[None]:
    """Let garbage be collected, or not."""
    was_enabled = gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    try:
        yield
    finally:
        (gc.enable if was_enabled else gc.disable)()


@pytest.mark.parametrize("format", FORMATS)
def test_render_without_sphinx(format: Format) -> None:
    data = render(PIPELINE, format=format)
    assert data.startswith(MAGIC[format])
    assert len(data) > 1000


def test_render_defaults_to_svg_in_the_modern_style() -> None:
    assert render(PIPELINE) == render(PIPELINE, MODERN, "svg") == draw(Job(PIPELINE, MODERN, "svg")).data


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_every_style_and_direction(style: Style, direction: Direction) -> None:
    drawing = draw(Job(replace(PIPELINE, direction=direction), style, "svg"))
    assert drawing.notes.messages == ()
    assert drawing.data != draw(Job(PIPELINE, replace(style, font_size=20.0), "svg")).data


@pytest.mark.parametrize("file", sorted(CORPUS.glob("*.txt")), ids=lambda path: path.stem)
def test_the_corpus_is_drawn_without_a_word(file: Path) -> None:
    drawing = draw(Job(parse(file.read_text(encoding="utf-8")), CLASSIC, "svg"))
    assert drawing.notes.messages == ()


def test_figure_is_drawn_in_the_style() -> None:
    (light,), (plain,) = figure(PIPELINE).artists, figure(PIPELINE, PRINT).artists
    assert light.scene.style is MODERN  # type: ignore[attr-defined]
    assert plain.scene.style is PRINT  # type: ignore[attr-defined]


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


def test_equal_jobs_have_equal_reprs() -> None:
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
        "import sys\nfrom sphinxext.llmpipeline import CLASSIC, parse\nfrom sphinxext.llmpipeline.job import Job\n"
        "sys.stdout.buffer.write(repr(Job(parse(sys.argv[1]), CLASSIC, 'svg')).encode())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, TEXT], env={**os.environ, "PYTHONHASHSEED": "77"}, capture_output=True, check=True
    )
    assert done.stdout.decode() == repr(Job(PIPELINE, CLASSIC, "svg"))


@pytest.mark.parametrize("file", sorted(CORPUS.glob("*.txt"))[::7], ids=lambda path: path.stem)
def test_a_drawing_leaves_no_cycles(file: Path) -> None:
    job = Job(parse(file.read_text(encoding="utf-8")), MODERN, "svg", narrow=308.0)
    draw(job)  # what is kept for the next drawing, such as fonts, may have cycles
    gc.collect()
    with collecting(enabled=False):
        draw(job)
        assert gc.collect() == 0


@pytest.mark.parametrize("enabled", [True, False])
def test_no_garbage_is_collected_in_a_drawing(*, enabled: bool) -> None:
    collections: list[str] = []
    draw(Job(PIPELINE, MODERN, "svg"))  # what is kept for the next drawing makes a collection due after this one
    with collecting(enabled=enabled):
        gc.collect()
        gc.callbacks.append(lambda phase, _: collections.append(phase))
        try:
            draw(Job(PIPELINE, MODERN, "svg"))
            assert collections == []
            with pytest.raises(LayoutError):
                draw(Job(PIPELINE, CLASSIC, "svg", "dot", "no-such-dot"))
        finally:
            del gc.callbacks[-1]
        assert gc.isenabled() is enabled


def test_garbage_is_collected_again_after_drawings_in_two_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also if the first drawing ends when the second has just asked whether garbage is collected."""
    first, is_enabled = rendering._no_collection(), gc.isenabled

    def ask() -> bool:
        answer = is_enabled()
        first.__exit__(None, None, None)
        return answer

    with collecting(enabled=True):
        first.__enter__()
        monkeypatch.setattr(gc, "isenabled", ask)
        with rendering._no_collection():
            monkeypatch.undo()
        assert gc.isenabled()


def test_a_failing_layout_raises() -> None:
    with pytest.raises(LayoutError, match="cannot run 'no-such-dot'"):
        draw(Job(PIPELINE, CLASSIC, "svg", "dot", "no-such-dot"))


@pytest.mark.parametrize("format", FORMATS)
def test_a_font_that_is_not_there_raises(format: Format) -> None:
    with pytest.raises(FontError) as caught:
        draw(Job(PIPELINE, replace(CLASSIC, font=("No Such Font",)), format))
    assert str(caught.value) == (
        "no font is called 'No Such Font': name a family that is installed, or the path of a font file"
    )


NOWHERE = "\u0378"
"""A character that Unicode has not assigned: no font has it."""


def labelled(*runs: Run) -> Pipeline:
    return Pipeline((Node("a", Label((runs,))), Node("b", Label.plain("b"))))


def drawn(pipeline: Pipeline, format: Format = "svg") -> Drawing:
    """A drawing without a warning of Python's."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawing = draw(Job(pipeline, CLASSIC, format))
    assert drawing.data.startswith(MAGIC[format])
    return drawing


@pytest.mark.parametrize("format", FORMATS)
def test_missing_character_is_reported_and_the_rest_is_drawn(format: Format) -> None:
    drawing = drawn(labelled(Run(f"x {NOWHERE} {NOWHERE}y")), format)
    assert drawing.notes.messages == (
        Message("font", f"no font has '{NOWHERE}' (U+0378): install one and name it in llmpipeline_font"),
    )
    if format == "svg":
        assert f">x {NOWHERE} {NOWHERE}y</text>".encode() in drawing.data


@pytest.mark.parametrize("format", FORMATS)
def test_fallback_font_is_used_and_reported(format: Format) -> None:
    """U+24B6 is in matplotlib's own STIX fonts, and not in DejaVu."""
    drawing = drawn(labelled(Run("x \u24b6")), format)
    (message,) = drawing.notes.messages
    assert message.subtype == "font"
    assert re.fullmatch(
        r"DejaVu Sans has no '\u24b6' \(U\+24B6\); drawn in [^:;,]+: name a font that has them in llmpipeline_font",
        message.text,
    )


@pytest.mark.parametrize("format", FORMATS)
def test_emoji_are_left_to_browsers_and_reported_elsewhere(format: Format) -> None:
    """No font with outlines has them, unless one is installed."""
    drawing = drawn(labelled(Run("x 🚀")), format)
    if format == "svg":
        assert drawing.notes.messages == ()
        assert ">x 🚀</text>".encode() in drawing.data
    else:
        (message,) = drawing.notes.messages
        assert message.subtype == "font"
        assert "'🚀' (U+1F680)" in message.text
        assert message.text.startswith(("no font with outlines has ", "DejaVu Sans has no "))


@pytest.mark.parametrize("format", FORMATS)
def test_invalid_formula_is_reported_and_drawn_as_text(format: Format) -> None:
    drawing = drawn(labelled(Run(r"\nosuch{x}", "math")), format)
    (message,) = drawing.notes.messages
    assert message.subtype == "draw"
    assert message.text.startswith(r"matplotlib's mathtext cannot read the formula '\nosuch{x}': ")
    assert "\n" not in message.text
    assert r"Unknown symbol: \nosuch" in message.text
    if format == "svg":
        assert rb">\nosuch{x}</text>" in drawing.data


@pytest.mark.parametrize("format", FORMATS)
def test_a_formula_is_drawn_without_a_word(format: Format) -> None:
    drawing = drawn(labelled(Run(r"\sum_{i=1}^n \frac{\pi_\theta(y_i)}{\sqrt{2}} - \log \hat{x}", "math")), format)
    assert drawing.notes.messages == ()


def test_messages_of_graphviz_are_of_another_subtype(monkeypatch: pytest.MonkeyPatch) -> None:
    from sphinxext.llmpipeline import rendering as module

    library = ENGINE
    engine = FakeEngine(lambda dot: library.run(dot)._replace(messages="Warning: x\ny\n"))
    monkeypatch.setattr(module, "engine_of", lambda job: engine)
    drawing = draw(Job(labelled(Run(NOWHERE)), CLASSIC, "svg"))
    assert [message.subtype for message in drawing.notes.messages] == ["layout", "layout", "font"]
    assert [message.text for message in drawing.notes.messages][:2] == ["Warning: x", "y"]


def test_warnings_of_matplotlib_are_reported_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    from sphinxext.llmpipeline.drawing import matplotlib_backend as module

    to_bytes = module.to_bytes

    def warned(*given: Any) -> bytes:
        for text in ("first", "second", "first", "Glyph 888 missing from font(s) X."):
            warnings.warn(text, UserWarning, stacklevel=1)
        return to_bytes(*given)

    monkeypatch.setattr(module, "to_bytes", warned)
    notes = drawn(PIPELINE, "pdf").notes
    assert notes.messages == (Message("draw", "first"), Message("draw", "second"))


def test_messages_do_not_depend_on_earlier_drawings() -> None:
    """A label that was measured before is still one that the font cannot draw."""
    for run in (Run("\u24b6"), Run(NOWHERE), Run(r"\nosuch", "math")):
        job = Job(labelled(run), CLASSIC, "svg")
        first = draw(job).notes
        assert draw(job).notes == first
        assert len(first.messages) == 1


@pytest.mark.parametrize("format", FORMATS)
def test_only_svg_with_text_says_which_glyphs_it_shows(format: Format) -> None:
    notes = draw(Job(PIPELINE, CLASSIC, format)).notes
    if format != "svg":
        assert notes == Notes()
        return
    assert [(used.family, used.weight, used.italic) for used in notes.glyphs] == [
        ("DejaVu Sans", 400, False),
        ("DejaVu Sans", 700, False),
    ]
    regular, bold = (used.characters for used in notes.glyphs)
    assert set(regular) == set("Alphatwonote" + "Beta" + "label" + "× 3")
    assert set(bold) == set("G")
    assert list(regular) == sorted(regular)


def test_pipeline_of_the_api_need_not_come_from_a_text() -> None:
    assert render(Pipeline((Node("a", Label.plain("A")),)), format="pdf").startswith(b"%PDF")
    assert render(Pipeline(()), format="png").startswith(MAGIC["png"])


# A second drawing, for narrow pages

CHAIN = "a: Alpha\nb: Beta\nc: Gamma\nd: Delta\ne: Epsilon\nf: Zeta\na -> b -> c -> d -> e -> f: label"


def narrow_pair(text: str, narrow: float = 300.0, **changes: Any) -> list[float]:
    """Widths of the drawings at which they are legible."""
    pipeline = replace(parse(text), **changes)
    return [marks.legible_width for marks in draw(Job(pipeline, MODERN, "svg", narrow=narrow)).notes.marks]


def test_what_does_not_fit_a_narrow_page_is_drawn_twice() -> None:
    wide, narrow = narrow_pair(CHAIN)
    assert narrow < 300 < wide
    assert draw(Job(parse(CHAIN), MODERN, "svg", narrow=300.0)).data.startswith(render(parse(CHAIN)))


def test_both_drawings_have_the_same_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Job] = []
    draw_pictures = rendering.draw_pictures

    def counted(job: Job) -> object:
        drawn.append(job)
        return draw_pictures(job)

    monkeypatch.setattr(rendering, "draw_pictures", counted)
    assert len(narrow_pair(CHAIN.replace("b: Beta", "b: Beta\n   :plot: bars\n      Web: 67%"), direction="LR")) == 2
    assert len(drawn) == 1


@pytest.mark.parametrize("narrow", [0.0, 2000.0])
def test_what_fits_every_page_is_drawn_once(narrow: float) -> None:
    assert len(narrow_pair(CHAIN, narrow)) == 1
    assert len(narrow_pair("a -> b")) == 1


def test_a_page_may_be_a_little_too_narrow() -> None:
    (wide,) = narrow_pair(CHAIN, 2000.0)
    assert len(narrow_pair(CHAIN, wide / (SQUEEZED - 0.01))) == 1
    assert len(narrow_pair(CHAIN, wide / (SQUEEZED + 0.01))) == 2


@pytest.mark.parametrize("direction", ["LR", "RL"])
def test_a_narrow_page_frees_directions_across_it(direction: Direction) -> None:
    wide, narrow = narrow_pair(CHAIN, direction=direction)
    assert narrow < 300 < wide
    grouped = "group g: G\n   :direction: LR\n   " + CHAIN.replace("\n", "\n   ")
    wide, narrow = narrow_pair(grouped, direction="TB")
    assert narrow < 300 < wide


def test_no_second_drawing_that_is_as_wide() -> None:
    fan = "\n".join(f"n{number}: A node {number}" for number in range(6)) + "\nalign n0, n1, n2, n3, n4, n5"
    assert len(narrow_pair(f"{fan}\nn0 -- n1", direction="BT")) == 1


def test_the_notes_have_the_characters_of_both_drawings_once() -> None:
    (glyphs,) = draw(Job(parse(CHAIN), MODERN, "svg", narrow=300.0)).notes.glyphs
    assert len(set(glyphs.characters)) == len(glyphs.characters)


def test_a_narrow_drawing_that_fails_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = []

    class OnceEngine(FakeEngine):
        def run(self, *arguments: Any, **named: Any) -> Any:
            runs.append(1)
            if len(runs) > 1:
                raise LayoutError("no more")
            return super().run(*arguments, **named)

    monkeypatch.setattr("sphinxext.llmpipeline.rendering.engine_of", lambda job: OnceEngine())
    drawing = draw(Job(replace(parse(CHAIN), direction="LR"), MODERN, "svg", narrow=300.0))
    assert (len(drawing.notes.marks), drawing.notes.messages) == (1, ())
    assert len(runs) == 2


def test_style_by_its_name() -> None:
    pipeline = parse("a -> b")
    assert render(pipeline, style="print") == render(pipeline, STYLES["print"])
    assert render(pipeline, "modern") == render(pipeline)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"format": "jpg"}, "unknown format 'jpg'; expected one of: svg, svg-outlines, pdf, png, png@2x"),
        ({"format": "PNG"}, "unknown format 'PNG'; expected one of: svg, svg-outlines, pdf, png, png@2x"),
        ({"style": "prnt"}, "unknown style 'prnt'; did you mean 'print'?"),
        ({"style": "dark"}, "unknown style 'dark'; did you mean 'modern'?"),
    ],
)
def test_unknown_style_or_format(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        render(parse("a -> b"), **arguments)
