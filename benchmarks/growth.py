"""Measure how the time of one drawing grows with its diagram, beside the time of Graphviz.

``README.md`` in this folder says how to run it, and shows a run.
"""

from __future__ import annotations

import argparse
import gc
import math
import resource
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from pathlib import Path
from typing import NamedTuple

from sphinxext.llmpipeline import MODERN, Pipeline, parse
from sphinxext.llmpipeline.description import describe, legend
from sphinxext.llmpipeline.diagnostics import LayoutError, LayoutTimeoutError
from sphinxext.llmpipeline.job import Job
from sphinxext.llmpipeline.layout.digraph import build_dot
from sphinxext.llmpipeline.layout.engine import LayoutEngine, engine_of
from sphinxext.llmpipeline.layout.graph import layout_graph
from sphinxext.llmpipeline.layout.panels import split
from sphinxext.llmpipeline.layout.regions import divide
from sphinxext.llmpipeline.model.pipeline import Label, Run
from sphinxext.llmpipeline.rendering import draw, encode_values
from sphinxext.llmpipeline.text.formulas import set_formula
from sphinxext.llmpipeline.text.typesetting import typeset

from .report import duration, ratio, table, write_between

README = Path(__file__).parent / "README.md"
BEGIN, END = "<!-- growth -->\n", "<!-- end of growth -->"
"""Lines around the table in the file that contains it."""

LIMIT = Job(parse("a"), MODERN, "svg").timeout
"""Seconds: the default of ``llmpipeline_timeout``."""

SIZES = (10, 100, 1000, 5000)
LISTED = (100, 1000, 10_000)
KILOBYTES = (1, 10, 50)

RATIO = 2.0
"""Goal: at most so much of Graphviz's time for one layout of the same graph …"""
LINEAR = 1.15
"""… or at most this exponent of the size, which is 1 if time is in proportion to it."""
REPEATED, ENOUGH = 5, 6.0
"""Each diagram is drawn so often, or for so many seconds, and the least times count: others disturb the machine."""


def _nodes(size: int) -> Iterator[str]:
    return (f"n{number}: Step {number}" for number in range(size))


def _branching(size: int, name: str) -> Iterator[str]:
    """Chains of four, each from the end of the one before it but one."""
    return (f"{name}{number - 1 if number % 4 else max(number - 4, 0)} -> {name}{number}" for number in range(1, size))


def _edges(size: int, label: str) -> Iterator[str]:
    """So many edges between half as many nodes: to the next, and to the next but one."""
    nodes = size // 2 + 2
    yield from _nodes(nodes)
    ends = ((source, source + step) for step in (1, 2) for source in range(nodes - step))
    for number, (source, target) in enumerate(islice(ends, size)):
        yield f"n{source} -> n{target}{label.format(number)}"


def _groups(size: int) -> Iterator[str]:
    for number in range(size):
        yield f"group g{number}: Group {number}"
        yield f"   n{number}: Step {number}"
    yield from _branching(size, "g")


def _panels(size: int) -> Iterator[str]:
    for number in range(size):
        yield f"panel p{number}: Panel {number}"
        yield from (f"   a{number}: Step", f"   b{number}: Next", f"   a{number} -> b{number}")


def _long(text: str) -> Callable[[int], Iterator[str]]:
    """A node with a label of so many kilobytes."""

    def lines(size: int) -> Iterator[str]:
        yield "a: " + (text * (1000 * size // len(text.encode()) + 1))[: 1000 * size * len(text) // len(text.encode())]
        yield "a -> b"
        yield "b: B"

    return lines


def _star(size: int, label: str) -> Iterator[str]:
    """One node with so many edges, in and out."""
    yield from ("hub: Hub", *_nodes(size))
    for number in range(size):
        yield f"hub -> n{number}{label.format(number)}" if number % 2 else f"n{number} -> hub{label.format(number)}"


def _listed(sources: int, targets: int) -> str:
    """Every edge from so many nodes to so many others, declared by one line."""
    return f"{', '.join(f'a{n}' for n in range(sources))} -> {', '.join(f'b{n}' for n in range(targets))}"


def _mesh(size: int) -> Iterator[str]:
    """Nodes in rows and columns, each joined to the next of its row and to that of its column."""
    side = math.isqrt(size)
    for row, column in product(range(side), repeat=2):
        yield f"n{row}.{column}: Step"
        yield from (f"n{row - 1}.{column} -> n{row}.{column}",) if row else ()
        yield from (f"n{row}.{column - 1} -> n{row}.{column}",) if column else ()


def _nested(size: int) -> Iterator[str]:
    """A chain through so many groups, each in the one before it."""
    for depth in range(size):
        yield f"{depth * ' '}group g{depth}: Group {depth}"
        yield f"{depth * ' '} n{depth}: Step"
    yield " -> ".join(f"n{depth}" for depth in range(size))


def _members(name: str, size: int) -> Iterator[str]:
    yield f"group {name}: Group {name}"
    yield from (f"   {name}{number}: Step {number}" for number in range(size))


def _into_group(size: int) -> Iterator[str]:
    yield from (*_members("g", 2), *_nodes(size))
    yield from (f"n{number} -> g" for number in range(size))


def _fields(size: int) -> Iterator[str]:
    """Nodes with so many fields in all."""
    texts = (":note: a note", ":tooltip: a tooltip", ":repeat: 12", ":value: 7 kB", ":class: one")
    for number in range(size // len(texts)):
        yield from (f"n{number}: Step {number}", *(f"   {text}" for text in texts))


def _each(text: str) -> Callable[[int], Iterator[str]]:
    """So many nodes, each written like this with its number."""
    return lambda size: (f"n{number}: {text.format(number, size)}" for number in range(size))


DIAGRAMS: Mapping[str, tuple[Callable[[int], Iterator[str]], Sequence[int]]] = {
    "nodes, a chain with branches": (lambda size: iter([*_nodes(size), *_branching(size, "n")]), SIZES),
    "edges": (lambda size: _edges(size, ""), SIZES),
    "labelled edges": (lambda size: _edges(size, ": label {}"), SIZES),
    "groups": (_groups, SIZES),
    "labelled loops of one node": (lambda size: iter(["a: A", *(f"a -> a: label {n}" for n in range(size))]), SIZES),
    "parallel edges": (lambda size: iter(["a: A", "b: B", *(size * ["a -> b"])]), SIZES),
    "edges of one node": (lambda size: _star(size, ""), SIZES),
    "labelled edges of one node": (lambda size: _star(size, ": label {}"), SIZES),
    "edges, each of some nodes to each of as many": (lambda size: iter([_listed(*2 * [math.isqrt(size)])]), LISTED),
    "edges of one line, to 50 nodes": (lambda size: iter([_listed(size // 50, 50)]), LISTED),
    "nodes in a square": (_mesh, SIZES),
    "groups, each in the one before": (_nested, (5, 10, 20)),
    "members of one group": (lambda size: _members("g", size), SIZES),
    "members of each of two joined groups": (
        lambda size: iter([*_members("g", size), *_members("h", size), "g -> h"]),
        SIZES,
    ),
    "edges into one group": (_into_group, SIZES),
    "aligned nodes": (lambda size: iter([*_nodes(size), f"align {', '.join(f'n{n}' for n in range(size))}"]), SIZES),
    "lines of one label": (lambda size: iter(["a: " + r"\n".join(size * ["line"]), "a -> b", "b: B"]), SIZES),
    "fields": (_fields, SIZES),
    "links": (_each("Step\n   :link: https://example.org/{}"), SIZES),
    "formulas": (_each(":math:`x_{{{0}}}^{{{1}}}`"), SIZES),
    "panels": (_panels, SIZES),
    "kB of a label": (_long("the model learns from text "), KILOBYTES),
    "kB of a Chinese label": (_long("模型从文本中学习"), KILOBYTES),
}
"""What there is so many of → a function of the number that writes the diagram, and the numbers."""


class Seconds(NamedTuple):
    """Processor time."""

    own: float
    """Of this process, so without Graphviz."""
    graphviz: float
    """Of the processes that this one has started."""


def _spent() -> Seconds:
    uses = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return Seconds(*(use.ru_utime + use.ru_stime for use in uses))


def timed(function: Callable[[], object]) -> Seconds:
    """The processor time of a call."""
    gc.collect()
    before = _spent()
    function()
    after = _spent()
    return Seconds(after.own - before.own, after.graphviz - before.graphviz)


@dataclass(frozen=True, slots=True)
class Point:
    """The measured times of one size."""

    size: int
    drawing: Seconds
    """From the text to the SVG, with the description and the legend; all of Graphviz's layouts."""
    layout: float
    """Graphviz's time for one layout of the same graph, from left to right."""
    failure: str = ""
    """Why there is no drawing; :attr:`drawing` is the time until then."""


def read(text: str) -> Pipeline:
    """Parse a diagram; a label that is a formula becomes one, as in a document."""
    return parse(text).map_labels(
        lambda label: Label(((Run(label.text[7:-1], "math"),),)) if label.text.startswith(":math:") else label
    )


def least(text: str, size: int, timeout: float) -> Point:
    """Measure a diagram repeatedly; *timeout* is the time limit of its layouts, in seconds."""
    end = time.monotonic() + ENOUGH
    points = [measure(text, size, timeout)]
    while len(points) < REPEATED and time.monotonic() < end:
        points.append(measure(text, size, timeout))
    layout = min(point.layout for point in points)
    return replace(min(points, key=lambda point: point.drawing.own), layout=layout)


def measure(text: str, size: int, timeout: float) -> Point:
    """Measure a diagram once, as if none of its formulas had been drawn before."""
    failure = ""
    set_formula.cache_clear()

    def drawn() -> None:
        nonlocal failure
        pipeline = read(text)
        describe(pipeline)
        try:
            draw(Job(replace(pipeline, legend=legend(pipeline, MODERN)), MODERN, "svg", timeout=timeout))
        except LayoutTimeoutError:
            failure = "time limit"
        except LayoutError:
            failure = "Graphviz fails"

    drawing = timed(drawn)
    if drawing.graphviz > LIMIT:
        failure = "time limit"
    pipeline = read(text)
    return Point(size, drawing, _layout(pipeline, engine_of(Job(pipeline, MODERN, "svg", timeout=timeout))), failure)


def _layout(pipeline: Pipeline, engine: LayoutEngine) -> float:
    """The time of one layout; infinite if Graphviz does not end."""
    encoding = encode_values(pipeline, MODERN)
    graph = layout_graph(pipeline, MODERN, typeset(pipeline, MODERN), encoding)
    dots = [build_dot(divide(part)) for part in split(graph).values()]
    try:
        return timed(lambda: [engine.run(dot) for dot in dots]).graphviz
    except LayoutError:
        return math.inf


def exponent(before: Point | None, point: Point) -> float:
    """By which power of the size our own time grows from one size to the next; ``nan`` if there are not two."""
    if before is None or before.failure or point.failure or min(before.drawing.own, point.drawing.own) <= 0:
        return math.nan
    return math.log(point.drawing.own / before.drawing.own) / math.log(point.size / before.size)


def rows(what: str, points: Sequence[Point]) -> Iterator[tuple[str, ...]]:
    """The rows of a table for one kind of diagram."""
    for before, point in zip((None, *points), points, strict=False):
        power, share = exponent(before, point), ratio(point.drawing.own, point.layout)
        is_met = share <= RATIO or power <= LINEAR
        met = point.failure or ("yes" if is_met else "–" if before is None else "no")
        yield (
            f"{point.size:,} {what}",
            duration(point.drawing.own),
            duration(point.drawing.graphviz),
            duration(point.layout) if math.isfinite(point.layout) else "–",
            "–" if point.failure or not math.isfinite(share) else f"{share:.2f}",
            "–" if math.isnan(power) else f"{power:.2f}",
            met,
        )


def growth_table(measured: Mapping[str, Sequence[Point]]) -> str:
    """Table of all kinds of diagrams."""
    head = ("Diagram", "Ours", "Graphviz", "One layout", "Ours / one layout", "Exponent", "Met")
    return table(head, [row for what, points in measured.items() for row in rows(what, points)])


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print the table, and write it to ``README.md`` with ``--write``."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--most", type=int, default=max(SIZES), help="the greatest size (default: %(default)s)")
    parser.add_argument(
        "--timeout",
        type=float,
        default=LIMIT,
        help="seconds for Graphviz (default: %(default)s); more on a machine that does other things, too",
    )
    parser.add_argument("--write", action="store_true", help="write the table to benchmarks/README.md")
    options = parser.parse_args(arguments)
    for write, sizes in DIAGRAMS.values():  # loads modules and fonts
        measure("\n".join(write(sizes[0])), sizes[0], options.timeout)
    measured = {
        what: [least("\n".join(write(size)), size, options.timeout) for size in sizes if size <= options.most]
        for what, (write, sizes) in DIAGRAMS.items()
    }
    text = growth_table(measured)
    print(text, end="")
    if options.write:
        write_between(README, text, BEGIN, END)


if __name__ == "__main__":
    main()
