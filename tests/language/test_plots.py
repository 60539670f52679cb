"""Plots whose data stand in the text, and their errors."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline.diagnostics import PipelineError
from sphinxext.llmpipeline.language import parse
from sphinxext.llmpipeline.model.plots import Plot, PlotFunction, Series, plot_words
from sphinxext.llmpipeline.model.synonyms import PLOT_WORDS
from tests.language.parsing import check_error

ERRORS = {
    "kind-unknown": (
        "node a\n   :plot: bar\n      Web: 1",
        """\
line 2: unknown kind of plot 'bar'; did you mean 'bars'?
    :plot: bar
           ^~~""",
    ),
    "kind-of-another-program": (
        "node a\n   :plot: histogram\n      1 2",
        """\
line 2: unknown kind of plot 'histogram'; did you mean 'hist'?
    :plot: histogram
           ^~~~~~~~~""",
    ),
    "kind-unknown-far": (
        "node a\n   :plot: xyzzy\n      1 2",
        """\
line 2: unknown kind of plot 'xyzzy'; expected one of: bars, pie, line, hist, heatmap, scatter
    :plot: xyzzy
           ^~~~~""",
    ),
    "no-value": (
        "node a\n   :plot:",
        """\
line 2: expected a value after ':plot:'
    :plot:
    ^~~~~~""",
    ),
    "no-data": (
        "node a\n   :plot: line\n   :size: 100 x 90",
        """\
line 2: a line plot needs data: indent them under ':plot:', as in '1000: 3.2', or name a file, as in ':plot: \
line a.csv'
    :plot: line
           ^~~~""",
    ),
    "data-not-indented": (
        "node a\n   :plot: bars\n   Web: 67%",
        """\
line 2: a bar plot needs data: indent them under ':plot:', as in 'Web: 67%', or name a file, as in ':plot: \
bars a.csv'
    :plot: bars
           ^~~~
line 3: indent the data of a plot under ':plot:'
    Web: 67%
    ^~~~~~~~""",
    ),
    "file-and-data": (
        "node a\n   :plot: bars mix.csv\n      Web: 1",
        """\
line 3: expected either a file or data, got both: remove one of them
    Web: 1
    ^~~~~~""",
    ),
    "not-a-number": (
        "node a\n   :plot: bars\n      Web: 67%\n\n      # shares\n      Books: many",
        """\
line 6: expected a number with an optional SI suffix and unit, such as 175B or 300B tokens, not 'many'
    Books: many
           ^~~~""",
    ),
    "not-a-number-hist": (
        "node a\n   :plot: hist\n      12 15\n      9, x",
        """\
line 4: expected a number with an optional SI suffix and unit, such as 175B or 300B tokens, not 'x'
    9, x
       ^""",
    ),
    "not-a-number-line": (
        "node a\n   :plot: line\n      0: 3.2\n      one: 2.9",
        """\
line 4: expected a number with an optional SI suffix and unit, such as 175B or 300B tokens, not 'one'
    one: 2.9
    ^~~""",
    ),
    "unknown-suffix": (
        "node a\n   :plot: bars\n      Web: 67Q",
        """\
line 3: unknown suffix 'Q' of a number; expected one of: k, K, M, G, B, T, P, m
    Web: 67Q
         ^~~""",
    ),
    "no-colon": (
        "node a\n   :plot: bars\n      Web 67%",
        """\
line 3: expected a name, a colon and a space before the numbers, as in 'Web: 67%'
    Web 67%
    ^~~~~~~""",
    ),
    "no-colon-line": (
        "node a\n   :plot: line\n      0 3.2",
        """\
line 3: expected a number, a colon and a space before the numbers, as in '1000: 3.2'
    0 3.2
    ^~~~~""",
    ),
    "no-name": (
        "node a\n   :plot: bars\n      Web: 1\n      : 2",
        """\
line 4: expected a name, a colon and a space before the numbers, as in 'Web: 67%'
    : 2
    ^~~""",
    ),
    "no-number": (
        "node a\n   :plot: bars\n      Web:",
        """\
line 3: expected a number after 'Web:'
    Web:
    ^~~""",
    ),
    "two-numbers": (
        "node a\n   :plot: pie\n      Web: 1 | 2",
        """\
line 3: expected one number for 'Web', got 2
    Web: 1 | 2
             ^""",
    ),
    "wrong-count": (
        "node a\n   :plot: line\n      step: train | validation\n      0: 3.2 | 3.4\n      10: 2.9",
        """\
line 5: each row has as many values as the first: 1 here, and 2 on line 3
    10: 2.9
        ^~~""",
    ),
    "wrong-count-heatmap": (
        "node a\n   :plot: heatmap\n      The: 0.1 | 0.7\n      cat: 0.1 | 0.7 | 0.2",
        """\
line 4: each row has as many values as the first: 3 here, and 2 on line 3
    cat: 0.1 | 0.7 | 0.2
                     ^~~""",
    ),
    "header-alone": (
        "node a\n   :plot: line\n      step: train | validation",
        """\
line 3: expected numbers below the names of the series, such as '1000: 3.2'
    step: train | validation
    ^~~~""",
    ),
    "empty-column": (
        "node a\n   :plot: line\n      step: train | validation\n      0: 3.2 |\n      10: 2.9 |",
        """\
line 4: expected at least one number in each column
    0: 3.2 |
            ^""",
    ),
    "two-units": (
        "node a\n   :plot: bars\n      Web: 67%\n      Books: 3 GB",
        """\
line 4: '3 GB' and '67%' have two units: the values of a plot have one
    Books: 3 GB
           ^~~~""",
    ),
    "negative-slice": (
        "node a\n   :plot: pie\n      Web: 67\n      Books: -3",
        """\
line 4: a slice of a pie is not negative, as '-3' is
    Books: -3
           ^~""",
    ),
    "slices-of-zero": (
        "node a\n   :plot: pie\n      Web: 0\n      Books: 0",
        """\
line 3: all slices of the pie are 0: at least one is more
    Web: 0
         ^""",
    ),
    "too-many-slices": (
        "node a\n   :plot: pie" + 9 * "\n      s: 1",
        """\
line 2: a pie has at most 8 slices, not 9: put the small ones together, or draw 'bars'
    :plot: pie
           ^~~""",
    ),
    "too-many-bars": (
        "node a\n   :plot: bars" + 41 * "\n      s: 1",
        """\
line 2: a bar plot has at most 40 bars, not 41: choose the greatest
    :plot: bars
           ^~~~""",
    ),
    "too-many-series": (
        "node a\n   :plot: line\n      0: " + " | ".join("1" * 9),
        """\
line 2: a line plot has at most 8 series, not 9: choose some of them
    :plot: line
           ^~~~""",
    ),
    "too-many-cells": (
        "node a\n   :plot: heatmap\n      a: " + " | ".join("1" * 49),
        """\
line 2: a heat map has at most 48 rows and columns, not 1 and 49: choose some of them
    :plot: heatmap
           ^~~~~~~""",
    ),
    "too-many-points": (
        "node a\n   :plot: scatter" + 1001 * "\n      1: 1",
        """\
line 2: a scatter plot has at most 1,000 points in a series, not 1,001: draw a part of them
    :plot: scatter
           ^~~~~~~""",
    ),
    "size-without-plot": (
        "node a\n   :size: 160 x 90",
        """\
line 2: the size is that of a plot or an image: write ':plot:' or ':image:' as well, or leave it out; a label \
has the room that it needs
    :size: 160 x 90
           ^~~~~~~~""",
    ),
    "size-of-a-habit": (
        "node a\n   :size: 7B",
        """\
line 2: expected a width and a height in points, such as 160 x 90, not '7B'; a number to show is ':value:'
    :size: 7B
           ^~""",
    ),
    "size-of-one-number": (
        "node a\n   :plot: bars\n      a: 1\n   :size: big",
        """\
line 4: expected a width and a height in points, such as 160 x 90, not 'big'
    :size: big
           ^~~""",
    ),
    "size-too-small": (
        "node a\n   :plot: bars\n      a: 1\n   :size: 20 x 90",
        """\
line 4: expected sides from 40 to 1000 points, not '20 x 90'
    :size: 20 x 90
           ^~~~~~~""",
    ),
    "size-too-large": (
        "node a\n   :plot: bars\n      a: 1\n   :size: 160 x 5000",
        """\
line 4: expected sides from 40 to 1000 points, not '160 x 5000'
    :size: 160 x 5000
           ^~~~~~~~~~""",
    ),
    "plot-of-an-edge": (
        "a -> b\n   :plot: bars\n      a: 1",
        """\
line 2: an edge has no field 'plot'; expected one of: link, tooltip, note, value, category, step, class, kind
    :plot: bars
    ^~~~~~""",
    ),
    "plot-of-a-join": (
        "join j\n   :plot: bars\n      a: 1\nnode a\na -> j\nj -> a",
        """\
line 2: a join takes no plot: it is a point where edges meet
    :plot: bars
           ^~~~""",
    ),
    "plot-of-an-ellipsis": (
        "more m\n   :plot: bars\n      a: 1",
        """\
line 2: a node of the kind 'more' has no outline, and so no plot
    :plot: bars
           ^~~~""",
    ),
    "unknown-field": (
        "node a\n   :chart: bars\n      a: 1",
        """\
line 2: unknown field 'chart'; did you mean 'plot'?
    :chart: bars
    ^~~~~~~""",
    ),
    "hist-of-nothing": (
        "node a\n   :plot: hist\n      | ,",
        """\
line 3: expected numbers, as in '12 15 9 31'
    | ,
    ^~~""",
    ),
    "bar-between-names": (
        "node a\n   :plot: heatmap\n      to: The | cat\n      The: 1 | x",
        """\
line 4: expected a number with an optional SI suffix and unit, such as 175B or 300B tokens, not 'x'
    The: 1 | x
             ^""",
    ),
}


@pytest.mark.parametrize(("text", "message"), ERRORS.values(), ids=ERRORS)
def test_error(text: str, message: str) -> None:
    check_error(text, message)


def plot_of(data: str) -> Plot:
    """The plot of the first node."""
    plot = parse(f"node a\n   :plot: {data}").nodes[0].plot
    assert plot
    return plot


def test_bars_and_slices_have_names_and_one_number() -> None:
    data = "\n      CommonCrawl: 67%\n      # smaller\n\n      arXiv: cs: 4.5 %"
    plot = Plot("bars", (Series("", (67.0, 4.5)),), ("CommonCrawl", "arXiv"), unit="%")
    assert plot_of("bars" + data.replace(": cs", "")) == plot
    assert plot_of("pie\n      Web: 1.5T tokens").series == (Series("", (1.5e12,)),)


def test_name_ends_at_the_first_colon_with_a_space() -> None:
    assert plot_of("bars\n      hf:model/a: 3").names == ("hf:model/a",)


def test_line_has_places_and_one_or_several_series() -> None:
    assert plot_of("line\n      0: 3.2\n      1k: 2.9") == Plot("line", (Series("", (3.2, 2.9)),), (), (0.0, 1000.0))
    several = plot_of("line\n      step: train | validation\n      0: 3.2 | 3.4\n      10: 2.9 |")
    assert several == Plot(
        "line", (Series("train", (3.2, 2.9)), Series("validation", (3.4, None))), (), (0.0, 10.0), "step"
    )


def test_first_row_of_a_line_with_a_number_is_none_of_names() -> None:
    assert plot_of("scatter\n      7B: 63.4\n      13B: 66").places == (7e9, 13e9)


def test_unit_of_places_names_their_axis() -> None:
    assert plot_of("line\n      0 steps: 3.2\n      10 steps: 2.9").axis == "steps"


def test_heat_map_has_rows_and_columns() -> None:
    plot = plot_of("heatmap\n      to: The | cat\n      The: 0.1 | 0.7\n      cat: | 0.2")
    assert plot == Plot("heatmap", (Series("The", (0.1, None)), Series("cat", (0.7, 0.2))), ("The", "cat"), axis="to")
    assert plot_of("heatmap\n      a: 1 | 2").series == (Series("", (1.0,)), Series("", (2.0,)))


def test_histogram_has_numbers_between_any_separators() -> None:
    plot = plot_of("hist\n      12, 15 | 9\n      1k")
    assert plot == Plot("hist", (Series("", (12.0, 15.0, 9.0, 1000.0)),))


def test_data_continue_where_the_kind_stands_below_the_field() -> None:
    assert plot_of("\n      bars\n      Web: 1") == plot_of("bars\n      Web: 1")


def test_size_is_that_of_the_node() -> None:
    for size in ("160 x 90", "160x90", "160 × 90"):
        (node,) = parse(f"node a\n   :plot: bars\n      a: 1\n   :size: {size}").nodes
        assert node.size == (160.0, 90.0)


def test_plot_stands_between_other_fields_and_in_groups() -> None:
    fields = "      :note: n\n      :plot: bars\n         Web: 1\n      :step: 2"
    node = parse(f"group g: G\n   model m: M\n{fields}\n   m -> x\n   node x").nodes[0]
    assert node.plot
    assert (node.plot.names, node.step, node.group) == (("Web",), "2", "g")


def test_words_of_other_programs_mean_kinds() -> None:
    for word, kind in PLOT_WORDS.items():
        mark = "^" + "~" * (len(word) - 1)
        check_error(
            f"node a\n   :plot: {word}\n      1: 1",
            f"line 2: unknown kind of plot '{word}'; did you mean '{kind}'?\n    :plot: {word}\n           {mark}",
        )


FUNCTIONS = {"attention": "figures:attention"}
FUNCTION_ERRORS = {
    "data": (
        "attention layer=3\n      a: 1",
        """\
line 3: 'attention' is a function: it takes arguments, such as 'layer=3', and no data
    a: 1
    ^~~~""",
    ),
    "word": (
        "attention layer=3 head",
        """\
line 2: unexpected 'head': expected arguments such as 'layer=3'
    :plot: attention layer=3 head
                             ^~~~""",
    ),
    "twice": (
        "attention layer=3 layer=4",
        """\
line 2: argument 'layer' stands twice
    :plot: attention layer=3 layer=4
                             ^~~~~~~""",
    ),
    "near": (
        "atention",
        """\
line 2: unknown kind of plot 'atention'; did you mean 'attention'?
    :plot: atention
           ^~~~~~~~""",
    ),
}


@pytest.mark.parametrize(("field", "message"), FUNCTION_ERRORS.values(), ids=FUNCTION_ERRORS)
def test_error_of_a_function(field: str, message: str) -> None:
    with pytest.raises(PipelineError) as caught:
        parse(f"node a\n   :plot: {field}", plots=FUNCTIONS)
    assert str(caught.value) == message


def test_function_has_arguments() -> None:
    text = 'node a\n   :plot: attention layer=3 scale=-1.5e3 name="two words" kind=k="v"'
    arguments = (("layer", 3), ("scale", -1500.0), ("name", "two words"), ("kind", 'k="v"'))
    (node,) = parse(text, plots=FUNCTIONS).nodes
    assert node.plot == Plot("function", function=PlotFunction("attention", "figures:attention", arguments))
    assert plot_words(node.plot) == ['attention layer 3 scale -1500.0 name two words kind k="v"']
