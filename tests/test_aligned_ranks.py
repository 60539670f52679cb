"""Nodes and groups that ``align`` names stand on one line, in its order; or a message says which do not."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline import MODERN, parse
from sphinxext.llmpipeline.geometry.primitives import Box
from sphinxext.llmpipeline.job import Job, Message
from sphinxext.llmpipeline.layout.finishing import Finished
from sphinxext.llmpipeline.layout.search import search
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, Direction
from sphinxext.llmpipeline.rendering import compose
from tests.layouts import ENGINE, graph_of

TWO_GROUPS = (
    "group g: G\n   node a\n   node b\n   node c\n   a -> b -> c\ngroup h: H\n   node d\n   node e\n   d -> e\n"
)
ACROSS = "group g: G\n   :direction: {across}\n   node a: A long label\n   node b\n   a -> b\n"
ACROSS += "group h: H\n   :direction: {across}\n   node c\n   node d: Another long label\n   c -> d\n"
SAME = ACROSS.replace("across", "same")

CASES = {
    "of two groups": (TWO_GROUPS + "align c, d", ["c", "d"]),
    "of two groups, the second first": (TWO_GROUPS + "align d, c", ["d", "c"]),
    "of nested groups": (
        "group g: G\n   group i: I\n      node a\n      node b\n      a -> b\n   node c\n   i -> c\n"
        "group h: H\n   node d\n   node e\n   d -> e\nalign c, e, a2\nnode a2",
        ["c", "e", "a2"],
    ),
    "across the flow": (ACROSS + "align b, c", ["b", "c"]),
    "laid out apart": (SAME + "align b, c", ["b", "c"]),
    "against an edge": ("node a\nnode b\nb -> a\nalign a, b", ["a", "b"]),
    "against an edge in a fan": ("node x\nnode a\nnode b\nx -> a, b\nb -> a\nalign a, b", ["a", "b"]),
    "against the flow between groups": (TWO_GROUPS + "node x\nh -> x -> g\nalign a, d", ["a", "d"]),
    "a group as a whole": (TWO_GROUPS + "node x\nb -> x\nalign g, e2\nnode e2\ne2 -> x", ["g", "e2"]),
    "two groups as a whole": (TWO_GROUPS + "align h, g", ["h", "g"]),
    "a stack as a whole": ("stack s: S\n   node a\n   node b\nnode c\nalign c, s", ["c", "s"]),
    "rows as a whole": ("row r: A | B\nrow t: C | D | E\nnode m\nr -> m\nt -> m\nalign t, r", ["t", "r"]),
    "a cell": ("grid k: K\n   a: A | B\n   c: C | D\n   e: E | F\nnode m\nalign k.e.1, m", ["k.e.1", "m"]),
    "a cell without a title": ("grid k\n   a: A | B\n   c: C | D\nnode m\nk.a.1 -> m\nalign m, k.c.2", ["m", "k.c.2"]),
    "sets that meet": ("node a\nnode b\nnode c\nc -> a\nalign a, b\nalign b, c", ["a", "b", "c"]),
}  # fmt: skip


def drawn(text: str, direction: Direction) -> Finished:
    same = "LR" if direction in ("LR", "RL") else "TB"
    across = {"LR": "TB", "TB": "LR"}[same]
    return search(graph_of(parse(text.format(across=across, same=same), direction=direction), MODERN), ENGINE, 1000.0)


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize(("text", "ids"), CASES.values(), ids=CASES)
def test_nodes_stand_on_one_line_in_order(text: str, ids: list[str], direction: Direction) -> None:
    found = drawn(text, direction)
    assert found.messages == ()
    boxes = [found.layout.box_of(id) for id in ids]
    sideways = direction in ("LR", "RL")
    middles = [(box.center[1], box.center[0])[sideways] for box in boxes]
    tops = [box.y0 if direction == "BT" else box.y1 for box in boxes]
    one_line = middles if sideways or len({round(top) for top in tops}) > 1 else tops
    assert max(one_line) - min(one_line) <= 1.0
    along = [-box.center[1] if sideways else box.center[0] for box in boxes]
    assert along == sorted(along)
    assert found.verdict is not None
    assert found.verdict.count(1) == 0
    assert not {"overlap", "out-of-order", "out-of-row"} & found.verdict.kinds().keys()


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_groups_that_are_aligned_do_not_overlap(direction: Direction) -> None:
    found = drawn(TWO_GROUPS + "align b, d", direction)
    one, other = (found.layout.groups[id].box for id in "gh")
    assert isinstance(one, Box)
    assert not one.overlaps(other)


CONTRADICTION = "node a\ngroup h: H\n   :direction: TB\n   node d\n   node e\n   d -> e\nalign a, d, e"


def test_message_about_nodes_that_cannot_stand_on_one_line() -> None:
    message = (
        "'align a, d, e': 'e' stands in another line than 'a', because a group around them has a direction of its own"
    )
    pipeline = parse(CONTRADICTION, direction="LR")
    assert compose(Job(pipeline, MODERN, "svg"))[1] == (Message("layout", message),)
    assert compose(Job(parse(CONTRADICTION, direction="TB"), MODERN, "svg"))[1] == ()


def test_message_about_several_nodes() -> None:
    text = CONTRADICTION.replace("   d -> e\n", "   node f\n   d -> e -> f\n").replace("d, e", "d, e, f")
    (message,) = compose(Job(parse(text, direction="LR"), MODERN, "svg"))[1]
    assert message.text.startswith("'align a, d, e, f': 'e', 'f' stand in another line than 'a', because")
