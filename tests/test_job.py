"""Values that pass between processes and through files: jobs, and what stands beside a drawing."""

from __future__ import annotations

import json
import pickle
from dataclasses import FrozenInstanceError, replace
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinxext.llmpipeline import CLASSIC, PRINT, parse
from sphinxext.llmpipeline.diagnostics import Subtype
from sphinxext.llmpipeline.extension.setting_readers import ENGINES
from sphinxext.llmpipeline.job import (
    FORMATS,
    Drawing,
    Engine,
    Finish,
    Format,
    Glyphs,
    Job,
    Mark,
    Message,
    Notes,
    SvgMarks,
)

NOTES = Notes(
    (Message("layout", "Warning: x"), Message("draw", "no font has 'Ⓐ'\n\"second\" \\ line \U0001f916 \x00")),
    (Glyphs("DejaVu Sans", 400, False, " ab模"), Glyphs("Noto Sans CJK JP", 700, True, "\"\\'\u2028")),
    (
        SvgMarks(700, 120.5, 9.1, 400, (Mark("node", 0, 410, 450, 600), Mark("reference", 3, 460, 500, 590))),
        SvgMarks(500, 80.5, 9.1, 400),
    ),
)
JOB = Job(parse("group g: G\n   model a: A\\nB\nnode o\no -> g: x"), CLASSIC, "svg")
OTHER = Job(JOB.pipeline, PRINT, "pdf", "dot", "/usr/bin/dot", 600.0, 20.0, 308.0, Finish("house:finish"), 800.0)
"""Nothing of it is a default."""

MESSAGES = st.builds(Message, st.sampled_from(get_args(Subtype)), st.text())
GLYPHS = st.builds(Glyphs, st.text(), st.integers(1, 1000), st.booleans(), st.text())
NUMBERS = st.floats(0, 1e6)
OFFSETS = st.integers(0, 1 << 40)
MARKS = st.builds(Mark, st.sampled_from(["node", "edge", "group", "callout", "reference"]), *[OFFSETS] * 4)
ANY_NOTES = st.builds(
    Notes,
    st.lists(MESSAGES, max_size=3).map(tuple),
    st.lists(GLYPHS, max_size=3).map(tuple),
    st.lists(
        st.builds(SvgMarks, OFFSETS, NUMBERS, NUMBERS, OFFSETS, st.lists(MARKS, max_size=3).map(tuple)), max_size=2
    ).map(tuple),
)


def test_formats_and_engines() -> None:
    assert FORMATS == get_args(Format) == ("svg", "svg-outlines", "pdf", "png", "png@2x")
    assert get_args(Engine) == ENGINES == ("graphviz-pure", "pygraphviz", "dot")


# Notes as a file


@pytest.mark.parametrize(
    "notes",
    [NOTES, Notes(), Notes(NOTES.messages), Notes(glyphs=NOTES.glyphs), Notes(marks=(SvgMarks(9, 1.5, 2.5, 3),))],
)
def test_notes_come_back_from_their_file(notes: Notes) -> None:
    again = Notes.from_json(notes.to_json())
    assert again == notes
    assert repr(again) == repr(notes)
    assert hash(again) == hash(notes)


@given(ANY_NOTES)
def test_any_notes_come_back(notes: Notes) -> None:
    written = notes.to_json()
    assert Notes.from_json(written) == notes
    assert Notes.from_json(written).to_json() == written


def test_a_lone_surrogate_comes_back() -> None:
    notes = Notes((Message("draw", "x\ud800"),), (Glyphs("F", 400, False, "\udfff"),))
    assert Notes.from_json(notes.to_json()) == notes


def test_notes_are_written_as_documented() -> None:
    assert json.loads(NOTES.to_json()) == {
        "messages": [
            {"subtype": "layout", "text": "Warning: x"},
            {"subtype": "draw", "text": "no font has 'Ⓐ'\n\"second\" \\ line \U0001f916 \x00"},
        ],
        "glyphs": [
            {"family": "DejaVu Sans", "weight": 400, "italic": False, "characters": " ab模"},
            {"family": "Noto Sans CJK JP", "weight": 700, "italic": True, "characters": "\"\\'\u2028"},
        ],
        "marks": [
            [700, 120.5, 9.1, 400, [["node", 0, 410, 450, 600], ["reference", 3, 460, 500, 590]]],
            [500, 80.5, 9.1, 400, []],
        ],
    }
    assert json.loads(Notes().to_json()) == {"messages": [], "glyphs": [], "marks": []}


@pytest.mark.parametrize(
    "written",
    [
        b"",
        b"no JSON",
        b"\xff\xfe",
        b"null",
        b"5",
        b"[]",
        b"{}",
        b'{"messages": []}',
        b'{"glyphs": []}',
        b'{"messages": 5, "glyphs": [], "marks": []}',
        b'{"messages": [5], "glyphs": [], "marks": []}',
        b'{"messages": [{}], "glyphs": [], "marks": []}',
        b'{"messages": [{"subtype": "draw"}], "glyphs": [], "marks": []}',
        b'{"messages": [{"subtype": "draw", "text": "x", "more": 1}], "glyphs": [], "marks": []}',
        b'{"messages": [], "glyphs": [{"family": "x"}], "marks": []}',
        b'{"messages": [], "glyphs": []}',
        b'{"messages": [], "glyphs": [], "marks": 5}',
        b'{"messages": [], "glyphs": [], "marks": null}',
        b'{"messages": [], "glyphs": [], "marks": [1, 2, 3]}',
        b'{"messages": [], "glyphs": [], "marks": [[1, 2, 3, 4]]}',
        b'{"messages": [], "glyphs": [], "marks": [[1, 2, 3, 4, 5]]}',
        b'{"messages": [], "glyphs": [], "marks": [[1, 2, 3, 4, [["node", 0]]]]}',
        NOTES.to_json()[:-1],
    ],
)
def test_a_file_of_something_else_is_refused(written: bytes) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        Notes.from_json(written)


# Between processes


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize(
    "value", [JOB, OTHER, NOTES, Drawing(b"\x00\xff", NOTES), Drawing(b""), NOTES.messages[0], NOTES.glyphs[0]]
)
def test_pickling(value: Any, protocol: int) -> None:
    again = pickle.loads(pickle.dumps(value, protocol))
    assert again == value
    assert repr(again) == repr(value)
    assert type(again) is type(value)


@pytest.mark.parametrize(("value", "name"), [(JOB, "dot"), (NOTES, "glyphs"), (Drawing(b""), "data")])
def test_values_are_frozen(value: Any, name: str) -> None:
    with pytest.raises(FrozenInstanceError):
        setattr(value, name, None)
    assert not hasattr(value, "__dict__")


# repr


def test_repr_of_a_job_is_its_identity() -> None:
    again = Job(parse("\n# moved\ngroup g: G\n   model a: A\\nB\nnode o\no -> g: x"), replace(CLASSIC), "svg")
    assert again == JOB
    assert repr(again) == repr(JOB)


@pytest.mark.parametrize(
    "change",
    [
        {"pipeline": parse("group g: H\n   model a: A\\nB\nnode o\no -> g: x")},
        {"pipeline": replace(JOB.pipeline, direction="TB")},
        {"style": PRINT},
        {"style": replace(CLASSIC, font=("DejaVu Serif",))},
        {"style": replace(CLASSIC, mono_font=("DejaVu Sans",))},
        {"style": replace(CLASSIC, name="other")},
        {"format": "pdf"},
        {"engine": "dot"},
        {"dot": "/usr/bin/dot"},
        {"width": 600.0},
        {"narrow": 308.0},
        {"finish": Finish("house:finish")},
        {"height": 800.0},
    ],
    ids=str,
)
def test_all_of_a_job_is_in_its_repr(change: dict[str, Any]) -> None:
    other = replace(JOB, **change)
    assert other != JOB
    assert repr(other) != repr(JOB)


def test_repr_of_a_job_shows_its_parts() -> None:
    assert repr(JOB) == (
        f"Job(pipeline={JOB.pipeline!r}, style={CLASSIC!r}, format='svg', engine='graphviz-pure', dot='dot', "
        "width=700.0, timeout=30.0, narrow=0.0, finish=None, height=inf)"
    )
    assert " at 0x" not in repr(JOB)


def test_defaults() -> None:
    assert (JOB.engine, JOB.dot, JOB.timeout) == ("graphviz-pure", "dot", 30.0)
    assert Drawing(b"x") == Drawing(b"x", Notes((), ()))


# SVGs of a page


def test_svgs_are_taken_apart_by_their_lengths() -> None:
    marks = SvgMarks(3, 1.0, 1.0, 0), SvgMarks(2, 1.0, 1.0, 0)
    assert Drawing("é数xyz".encode(), Notes(marks=marks)).svgs() == [("é数x", marks[0]), ("yz", marks[1])]
    assert Drawing(b"x").svgs() == []


@pytest.mark.parametrize(("font_size", "expected"), [(12.5, 640.0), (10.0, 800.0), (8.0, 800.0)])
def test_legible_width(font_size: float, expected: float) -> None:
    assert SvgMarks(1, 800.0, font_size, 0).legible_width == expected


@pytest.mark.parametrize(
    ("width", "pages", "expected"),
    [
        (300.0, (308.0,), 300.0),
        (309.0, (308.0,), 308.0),
        (369.0, (308.0,), 308.0),
        (370.0, (308.0,), 370.0),
        (320.0, (0.0,), 320.0),
        (369.0, (700.0, 308.0), 308.0),
        (839.0, (700.0, 308.0), 700.0),
        (841.0, (700.0, 308.0), 841.0),
    ],
)
def test_text_shrinks_a_little_more_before_a_page_scrolls(
    width: float, pages: tuple[float, ...], expected: float
) -> None:
    assert SvgMarks(1, width, 10.0, 0).least_width(*pages) == expected
