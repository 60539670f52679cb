"""Parts are drawn in order and in their colours, upon a surface that takes notes; badges find free places."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pytest

from sphinxext.llmpipeline import MODERN, legend, parse, read_style
from sphinxext.llmpipeline.drawing.badges import node_badge
from sphinxext.llmpipeline.drawing.colors import Color
from sphinxext.llmpipeline.drawing.scene import Scene
from sphinxext.llmpipeline.drawing.surface import PartName, Surface
from sphinxext.llmpipeline.geometry.primitives import Box, Curve, Point, Size
from sphinxext.llmpipeline.job import Job
from sphinxext.llmpipeline.layout.result import PlacedNode
from sphinxext.llmpipeline.model.pipeline import Pipeline, Scale
from sphinxext.llmpipeline.model.vocabulary import NODE_KINDS, Direction
from sphinxext.llmpipeline.rendering import compose
from sphinxext.llmpipeline.style.builtin import STYLES
from sphinxext.llmpipeline.style.types import Style
from sphinxext.llmpipeline.text.lines import PlacedRun
from sphinxext.llmpipeline.text.typesetting import badge_size
from tests.conftest import shaped
from tests.layouts import edges, groups, nodes


@dataclass
class Notes:
    """The marks of each part: the colours and the width of a path, and the text of a run and its colour."""

    marks: dict[tuple[PartName, int], list[tuple[object, ...]]] = field(default_factory=dict)
    starts: list[tuple[str, Point, bool]] = field(default_factory=list)

    @contextmanager
    def part(self, name: PartName, index: int) -> Iterator[None]:
        self.marks[name, index] = []
        yield

    def path(
        self,
        curve: Curve,
        width: float,
        stroke: Color,
        fill: Color | None = None,
        dash: tuple[float, ...] = (),
        alpha: float = 1.0,
        *,
        away: float = 0.0,
        hidden: bool = False,
    ) -> None:
        self._last().append(((fill and fill.variable) or (fill and fill.light), stroke.variable or stroke.light, width))

    def text(self, run: PlacedRun, at: Point, color: Color, *, centered: bool) -> None:
        self._last().append((run.text, color.variable or color.light))
        self.starts.append((run.text, at, centered))

    def _last(self) -> list[tuple[object, ...]]:
        return list(self.marks.values())[-1]


def scene_of(pipeline: Pipeline | str, style: Style = MODERN, direction: Direction | None = None) -> Scene:
    declared = parse(pipeline) if isinstance(pipeline, str) else pipeline
    scene, messages = compose(Job(replace(declared, direction=direction or declared.direction), style, "svg"))
    assert messages == ()
    return scene


def drawn(pipeline: Pipeline, style: Style = MODERN) -> Notes:
    notes = Notes()
    surface: Surface = notes
    scene_of(pipeline, style).draw(surface)
    return notes


def test_parts_run_from_the_back_to_the_front_and_have_names_for_their_colours() -> None:
    text = "group g: G\n   process a: A\n      :repeat: 3\nmodel b: B\na -> b: x"
    assert drawn(parse(text)).marks == {
        ("group", 0): [("group-fill", "group-stroke", 1.2), ("G", "group-text")],
        ("edge", 0): [(None, "edge", 1.2), ("edge", "edge", 0.5), ("x", "edge-text")],
        ("node", 0): [
            ("process-fill", "process-stroke", 1.2),
            (None, "process-stroke", 0.96),
            ("A", "process-text"),
            ("process-fill", "process-stroke", 0.8),
            ("× 3", "process-text"),
        ],
        ("node", 1): [("model-fill", "model-stroke", 1.2), ("B", "model-text")],
    }


@pytest.mark.parametrize("is_over", [True, False], ids=["over a cell", "beside the grid"])
def test_a_line_over_other_cells_of_its_table_is_in_front_of_them(is_over: bool) -> None:
    scene = scene_of("data t\ngrid g: G\n   r0: 0 | 1\n   r1: 2 | 3\nt -> g.r0.1")
    x, y = scene.layout.nodes["g.r0.2"].box.center
    curve = Curve(((x - 9, y), (x, y))).moved(0.0, 0.0 if is_over else 200.0)
    edge = replace(scene.layout.edges[0], splines=(curve,))
    notes = Notes()
    Scene(scene.pipeline, scene.style, scene.text, replace(scene.layout, edges={0: edge})).draw(notes)
    order = [*notes.marks]
    assert (order.index(("edge", 0)) > order.index(("node", 4))) == is_over


def test_a_callout_is_a_rule_a_line_with_a_dot_and_a_text() -> None:
    text = "category s: Slow\na: A\nnote of a: x\nnote of a: y\n   :category: s"
    marks = drawn(parse(text)).marks
    assert marks["callout", 0] == [(None, "edge", 0.8), (None, "edge", 0.8), ("edge", "edge", 0.0), ("x", "edge-text")]
    stroke = "category-1-stroke"
    assert marks["callout", 1] == [(None, stroke, 0.8), (None, stroke, 0.8), (stroke, stroke, 0.0), ("y", "edge-text")]


def test_a_callout_of_a_category_has_its_mark_in_a_style_without_colours() -> None:
    marks = drawn(parse("category s: Slow\na: A\nnote of a: x\n   :category: s"), STYLES["print"]).marks
    assert ("category-1-stroke", "category-1-stroke", 1.0) in marks["callout", 0]


def test_lines_of_a_callout_are_flush_left() -> None:
    starts = {text: (at[0], centered) for text, at, centered in drawn(parse("a: A\nnote of a: long line\\nx")).starts}
    assert starts["long line"] == starts["x"]
    assert not starts["x"][1]


def test_badges_keep_off_callouts() -> None:
    scene = scene_of("a: A\n   :repeat: 12\n   :step: 3\nnote of a: x\nnote of a: y\nnote of a: z\nnote of a: w")
    badges = [badge for badge in (*scene.node_badges, *scene.node_steps) if badge]
    callouts = [callout.box for callout in scene.layout.callouts.values()]
    assert (len(badges), len(callouts)) == (2, 4)
    assert not any(badge.overlaps(callout) for badge in badges for callout in callouts)


def test_a_panel_is_invisible_and_its_title_stands_on_the_page() -> None:
    marks = drawn(parse("panel p: P\n   a: A\npanel q: Q\n   b: B")).marks
    assert marks["group", 0] == [(None, "group-stroke", 0.0), ("(a)", "edge-text"), ("P", "edge-text")]


def test_a_kind_of_edges_with_a_colour_of_its_own_has_a_name_of_its_own() -> None:
    style, problems = read_style({"edges": {"derive": {"light": "#005f87"}, "feedback": {"dark": "#ffaf5f"}}})
    assert problems == []
    marks = drawn(parse("a -> b => c --> d"), style).marks
    assert [marks["edge", index][0][1] for index in range(3)] == ["edge", "edge-derive", "edge-feedback"]


def test_the_colour_of_a_value_has_no_name() -> None:
    pipeline = parse("model a: A\n   :value: 1\nmodel b: B\n   :value: 2\na -> b\n   :value: 3")
    marks = drawn(replace(pipeline, node_scale=Scale("gray"), edge_scale=Scale("gray"))).marks
    assert marks["node", 0][:2] == [("#000000", "model-stroke", 1.2), ("A", "#ffffff")]
    assert marks["edge", 0][:3] == [
        (None, "edge", 3.5),  # around the colour, so that it shows on any page
        (None, "#808080", 2.5),
        ("#808080", "edge", 1.0),
    ]
    assert marks["colorbar", 0][:1] == [("#040404", "edge-text", 0.0)]


def test_the_legend_is_drawn_as_the_parts_themselves() -> None:
    pipeline = parse("model a: A\ndata b: B\na --> b")
    marks = drawn(replace(pipeline, legend=legend(pipeline, MODERN))).marks
    assert marks["legend", 0][0] == marks["node", 1][0]
    assert marks["legend", 1][0] == marks["node", 0][0]
    assert marks["legend", 2][:2] == marks["edge", 0][:2]
    assert [marks["legend", index][-1] for index in range(3)] == [
        ("Data", "edge-text"), ("Model", "edge-text"), ("Feedback", "edge-text"),
    ]  # fmt: skip


def test_the_only_run_of_a_centred_line_is_centred() -> None:
    starts = drawn(parse("group g: G\n   a: One\\ntwo")).starts
    assert {text: centered for text, _, centered in starts} == {"G": False, "One": True, "two": True}
    y = {text: at[1] for text, at, _ in starts}
    assert y["G"] > y["One"] > y["two"]


@shaped
def test_lines_of_a_title_from_right_to_left_end_at_one_side() -> None:
    title = "مجموعة النماذج\\nنص"
    scene = scene_of(f"group g: {title}\n   node a: wide wide wide wide")
    notes = Notes()
    scene.draw(notes)
    first, second = scene.text.groups[0].lines
    starts = {text: at[0] for text, at, _ in notes.starts}
    left = scene.layout.groups["g"].label.center[0] - first.width / 2
    assert (first.rtl, second.rtl) == (True, True)
    assert starts["مجموعة النماذج"] == pytest.approx(left)
    assert starts["نص"] == pytest.approx(left + first.width - second.width)


def test_blank_lines_are_not_written() -> None:
    assert drawn(parse("a: \\nA")).marks["node", 0][1:] == [("A", "node-text")]


def test_extent_of_wide_lines_holds_their_width() -> None:
    pipeline = parse("a: A\nb: B\na -> b\n   :value: 9\na -> b\n   :value: 1")
    plain = scene_of(pipeline).extent
    wide = scene_of(replace(pipeline, edge_scale=Scale(widths=(1.0, 60.0)))).extent
    assert wide.height > plain.height + 20 or wide.width > plain.width + 20


# Badges

NODE = PlacedNode((Curve(((0, 0), (100, 0), (100, 40), (0, 40)), closed=True),), Box(10, 10, 90, 30))
TEXT = Size(20, 12)


def test_a_badge_stands_at_the_upper_right_corner() -> None:
    badge = node_badge(NODE, TEXT)
    size = badge_size(TEXT)
    assert (badge.width, badge.height) == (size.width, size.height)
    assert badge.center[1] == pytest.approx(40)
    assert badge.x1 == pytest.approx(106)


def test_a_badge_takes_another_place_if_the_first_is_taken() -> None:
    taken = [Box(96, 36, 104, 44)]
    assert node_badge(NODE, TEXT, taken).center == pytest.approx((9, 40))
    taken.append(Box(-4, 36, 4, 44))
    assert node_badge(NODE, TEXT, taken).center == pytest.approx((50, 40))
    taken.append(Box(46, 40, 54, 40))
    assert node_badge(NODE, TEXT, taken).center == pytest.approx((91, 0))


def test_a_badge_stays_at_the_upper_right_corner_if_all_places_are_taken() -> None:
    assert node_badge(NODE, TEXT, [Box(-20, -20, 120, 60)]) == node_badge(NODE, TEXT)


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
@pytest.mark.parametrize("kind", [kind for kind in NODE_KINDS if kind != "join"])
@pytest.mark.parametrize("label", ["A", "A long label of a node", "Two\\nlines\\nand three"])
def test_badge_of_every_kind_touches_the_outline_and_no_label(style: Style, kind: str, label: str) -> None:
    diagram = scene_of(f"{kind} a: {label}\n   :repeat: 12\n   :value: 3B", style)
    (badge,), (node,) = diagram.node_badges, nodes(diagram.layout)
    assert badge is not None
    assert not badge.overlaps(node.label)
    assert badge.overlaps(node.box)
    assert diagram.extent.holds(badge)


LOOP = (
    "model a: A\n   :repeat: 12\nmodel b: B\n   :repeat: N\nmodel c: C\n   :repeat: 1024\na -> b, c\nb, c --> a: again"
)


@pytest.mark.parametrize("direction", ["LR", "TB", "RL", "BT"])
def test_badges_cover_neither_nodes_nor_arrowheads_nor_labels(direction: Direction) -> None:
    diagram = scene_of(LOOP, direction=direction)
    for index, badge in enumerate(diagram.node_badges):
        assert badge is not None
        others = [node.box for other, node in enumerate(nodes(diagram.layout)) if other != index]
        heads = [Box.around(head.points) for edge in edges(diagram.layout) for head in edge.arrowheads]
        labels = [edge.label for edge in edges(diagram.layout) if edge.label]
        assert [box for box in (*others, *heads, *labels) if badge.overlaps(box)] == []


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("title", ["G", "A title that is far wider than what is in the group"])
def test_badge_of_a_group_stands_beside_its_title(direction: Direction, title: str) -> None:
    text = f"group g: {title}\n   :repeat: 12\n   :note: a note\n   node a: a\n      :repeat: 3\nnode b\na -> b"
    diagram = scene_of(text, direction=direction)
    (badge,), (group,), (block,) = diagram.group_badges, groups(diagram.layout), diagram.text.groups
    assert badge is not None
    left = group.label.center[0] - block.size.width / 2
    assert badge.x0 >= left + block.lines[0].width + 4
    assert group.box.holds(badge)
    assert group.label.holds(badge, 1.0)
    assert not badge.overlaps(diagram.layout.nodes["a"].box)


def test_a_list_starts_at_one_height_of_its_box_and_is_flush_for_every_reader() -> None:
    notes = drawn(parse("data a: Sources\\n- a\\n- a longer one"))
    starts = {text: (at, centered) for text, at, centered in notes.starts if text != "•"}
    bullets = {at[0] for text, at, _ in notes.starts if text == "•"}
    assert len(bullets) == 1
    assert starts["a"][0][0] == pytest.approx(starts["a longer one"][0][0])
    assert [centered for _, centered in starts.values()] == [True, False, False]


def test_a_group_without_a_title_is_drawn_as_its_border_with_its_badge_in_place_of_a_title() -> None:
    text = "group g:\n   process a: A\ngroup h:\n   :repeat: 2\n   data b: B\na -> b"
    marks = drawn(parse(text)).marks
    border = ("group-fill", "group-stroke", 1.2)
    assert marks["group", 0] == [border]
    assert marks["group", 1] == [border, ("group-fill", "group-stroke", 0.8), ("× 2", "group-text")]
    scene = scene_of(text)
    (_, badge), border_of_h = scene.group_badges, scene.layout.groups["h"].box
    assert badge is not None
    assert border_of_h.holds(badge)
    assert badge.x0 - border_of_h.x0 < 12


def test_sheets_of_a_pile_lie_behind_it() -> None:
    text = "group g: G\n   :repeat: 2\n   :pile: yes\n   model a: A\n      :repeat: 3\n      :pile: yes"
    marks = drawn(parse(text)).marks
    assert marks["group", 0][:4] == [*3 * [("group-fill", "group-stroke", 1.2)], ("G", "group-text")]
    assert marks["node", 0][:4] == [*3 * [("model-fill", "model-stroke", 1.2)], ("A", "model-text")]


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
@pytest.mark.parametrize("kind", [kind for kind in NODE_KINDS if kind not in ("join", "more")])
def test_badge_of_a_pile_touches_it_and_no_label(style: Style, kind: str) -> None:
    diagram = scene_of(f"{kind} a: A label\n   :repeat: 12\n   :pile: yes\n   :step: 1", style)
    (badge,), (step,), (node,) = diagram.node_badges, diagram.node_steps, nodes(diagram.layout)
    for box in filter(None, (badge, step)):
        assert not box.overlaps(node.label)
        assert box.overlaps(node.box)
        assert diagram.extent.holds(box)


BAR = """\
category web: Web
category rest: Rest
row r: Web pages 96% | Books 2% | Code 2%
   :shares: yes
   :category: web | rest | rest
"""


def test_the_text_beside_a_bar_stands_upon_the_page_at_a_line() -> None:
    marks = drawn(parse(BAR)).marks
    assert marks["node", 0][1:] == [("Web pages", "category-1-text"), ("96%", "category-1-text")]
    assert marks["node", 1] == [
        ("category-2-fill", "category-2-stroke", 1.2),
        (None, "edge-text", 0.8),
        ("Books 2%", "edge-text"),
    ]


def test_values_of_shares_have_colours_too() -> None:
    pipeline = replace(parse("row r: A 96% | B 4%\n   :shares: yes"), node_scale=Scale("gray"))
    marks = drawn(pipeline).marks
    assert marks["node", 0][:2] == [("#ffffff", "node-stroke", 1.2), ("A", "#000000")]
    assert marks["node", 1][1:] == [(None, "edge-text", 0.8), ("B 4%", "edge-text")]


def test_marks_of_shares_stand_beside_their_texts() -> None:
    diagram = scene_of(BAR, STYLES["print"])
    boxes = [diagram._marks["node", index] for index in range(3)]
    labels = [node.label for node in nodes(diagram.layout)[:3]]
    assert [one for one in boxes for two in (*labels, *boxes) if one is not two and one.overlaps(two)] == []
    for box, label in zip(boxes[1:], labels[1:], strict=True):
        assert box.center[1] == pytest.approx(label.center[1])
        assert min(abs(box.x0 - label.x1), abs(label.x0 - box.x1)) < 4
    assert all(diagram.extent.holds(box) for box in boxes)
