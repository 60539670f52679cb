"""Texts in the cells of bars, or beside them."""

from __future__ import annotations

from dataclasses import replace

from sphinxext.llmpipeline import MODERN, parse
from sphinxext.llmpipeline.model.pipeline import Group, Label, Node, Pipeline, Run
from sphinxext.llmpipeline.model.quantity import Value
from sphinxext.llmpipeline.style.types import Style
from sphinxext.llmpipeline.text.shares import FEW_LINES, shares_of, text_limits, widest_bar
from sphinxext.llmpipeline.text.typesetting import narrowed, typeset


def lines(pipeline: Pipeline | str, style: Style = MODERN) -> list[list[str]]:
    """The lines of each node."""
    declared = parse(pipeline) if isinstance(pipeline, str) else pipeline
    return [
        ["".join(run.text for run in line.runs) for line in block.lines] for block in typeset(declared, style).nodes
    ]


def test_texts_without_room_stand_beside_the_bar_in_one_line() -> None:
    text = "row mix: CommonCrawl 67% | GitHub 4.5% | Books and magazines 4.5%\n   :shares: yes"
    assert lines(text) == [["CommonCrawl", "67%"], ["GitHub 4.5%"], ["Books and magazines 4.5%"]]


def test_a_label_is_broken_to_fit() -> None:
    text = "row r: Web 78% | Curated mathematics 22%\n   :shares: yes"
    assert lines(text) == [["Web", "78%"], ["Curated", "mathematics", "22%"]]


def test_a_text_of_many_lines_stands_beside_the_bar() -> None:
    label = "one two three four five six"
    assert len(lines(f"row r: Web 87% | {label} 13%\n   :shares: yes")[1]) <= FEW_LINES
    assert lines(f"row r: Web 92% | {label} 8%\n   :shares: yes")[1] == [f"{label} 8%"]


def test_the_value_and_the_note_end_the_text_beside_a_bar() -> None:
    fields = ":shares: yes\n   :value: 99 | 1 | 1\n   :note: | for now\\nand ever | none"
    text = f"row r: Web 99 | Curated\\n*text* 1 |\n   {fields}"
    assert lines(text)[1:] == [["Curated", "*text* 1 1, for now", "and ever"], ["1, none"]]


def test_a_text_that_is_its_value_is_said_once() -> None:
    assert lines("row r: 100 GB | 1 GB\n   :shares: yes") == [["100 GB"], ["1 GB"]]


def test_faces_are_kept_beside_a_bar() -> None:
    label = Label(((Run("in "), Run("Go", "bold")),))
    cells = Node("a", group="r", value=Value(99)), Node("b", label, group="r", value=Value(1, "%"))
    pipeline = Pipeline(cells, groups=(Group("r", None, rows=(("a", "b"),), shares=True),))
    ((line,),) = (block.lines for block in typeset(pipeline, MODERN).nodes[1:])
    assert [(run.text, run.typeface.weight) for run in line.runs] == [("in ", 400), ("Go", 700), (" 1%", 400)]


def test_limits_are_those_of_the_widest_bar() -> None:
    pipeline = parse("row r: A 3 | B 1\n   :shares: yes\nrow s: C | D")
    limits = text_limits(pipeline, MODERN)
    assert limits.keys() == {"r.1", "r.2"}
    assert sum(limits.values()) == widest_bar(MODERN) - 16.0
    assert limits["r.1"] + 8.0 == 3 * (limits["r.2"] + 8.0)


def test_a_cell_without_a_value_counts_as_nothing() -> None:
    """Only the Python API makes one."""
    row = Group("r", None, rows=(("a", "b"),), shares=True)
    pipeline = Pipeline((Node("a", group="r", value=Value(2.0)), Node("b", group="r")), groups=(row,))
    assert shares_of(pipeline, row) == [2.0, 0.0]
    assert lines(pipeline) == [["a", "2"], ["b"]]


def test_texts_are_set_again_for_narrower_bars() -> None:
    pipeline = parse("row r: Web 78% | Curated mathematics 22%\n   :shares: yes")
    narrow = replace(MODERN, label_width=80.0)
    again = narrowed(typeset(pipeline, MODERN), pipeline, narrow)
    assert again.nodes == typeset(pipeline, narrow).nodes
    assert [len(block.lines) for block in again.nodes] == [2, 1]
