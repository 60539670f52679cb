"""Typesetting: labels become blocks of lines of runs, each with its position, and their sizes."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import field, replace
from itertools import zip_longest

from ..geometry.primitives import Size
from ..job import Message
from ..model.pipeline import Callout, Edge, Group, Label, Node, Pipeline, Run, lettered
from ..model.quantity import Value, is_text_of
from ..model.vocabulary import ASIDE
from ..records import record
from ..style.types import ColorBar, Style
from .line_breaking import has_words
from .lines import LineSetter, PlacedRun
from .metrics import Fonts
from .shares import FEW_LINES, text_limits, widest_text

_AS_WIDE = 0.7  # of the width of labels, from which on a label breaks with those of its siblings
_WIDEST_SPACE = 8.0  # points between two words
_STEP_SIDE = 1.45  # heights of a line: the diameter of the circle of a step
_CALLOUT_WIDTH = 0.8  # greatest width of a callout, in widths of a label
_SHORT = ((3.0, 2), (4.5, 3), (5.5, 3), (7.0, 4))
"""Widths of short lines, in font sizes of edges, and how many of them a label may have."""
_SPARED = 8.0  # points by which a label becomes narrower, if it has more lines
PLOT_GAP = 6.0
"""Points between the label of a node and its plot."""
_TITLE_WIDTH = 1.5  # greatest width of a group's title, in widths of a label
_BADGE_WIDTH = 1.2  # greatest width of a title with its badge beside it, likewise
_BADGE_BELOW = 3.0  # points between the title of a group and the badge below it
BADGE_GAP = 8.0
"""Points between the title of a group and its badge."""
BADGE_MARGIN = 3.5
"""Points between the badge of a group and the end of the room of its title: a line beside it looks like its outline."""
BADGE_PADDING_X, BADGE_PADDING_Y = 5.0, 0.5
STEP_GAP = 4.0
"""Points between the circle of a step and the label of its edge, or another badge."""
BADGE_OVERHANG = 6.0
"""Points by which a badge extends beyond the corner of its node."""


@record
class TextLine:
    """One line; *baseline* is points below the top of the block."""

    runs: tuple[PlacedRun, ...]
    """In the order of reading."""
    width: float
    baseline: float
    rtl: bool = False
    """Whether it begins at the right."""
    shift: float | None = None
    """Points from the middle of the block to the right, for a line of a list; ``None`` for a centred one."""


@record
class TextBlock:
    """Text of a node, an edge or a group: lines from top to bottom."""

    lines: tuple[TextLine, ...]
    size: Size


@record
class BarText:
    """Text of a colour bar."""

    title: TextBlock | None
    ticks: tuple[TextBlock, ...]


@record
class TextBlocks:
    """Text of a diagram, in the order of the pipeline's nodes, edges and groups."""

    nodes: tuple[TextBlock, ...]
    edges: tuple[TextBlock | None, ...]
    groups: tuple[TextBlock, ...]
    """The sizes include the badge of the group, to the right of its title."""
    node_badges: tuple[TextBlock | None, ...] = ()
    group_badges: tuple[TextBlock | None, ...] = ()
    node_steps: tuple[TextBlock | None, ...] = ()
    edge_steps: tuple[TextBlock | None, ...] = ()
    """The sizes of :attr:`edges` include the circle of the step, to the left of the label."""
    legend: tuple[TextBlock, ...] = ()
    bars: tuple[BarText, ...] = ()
    callouts: tuple[TextBlock, ...] = ()
    messages: tuple[Message, ...] = ()
    """Problems: characters without a font, formulas that cannot be read."""
    emoji_messages: tuple[Message, ...] = ()
    """Problems with emoji, which browsers draw in a font of their own."""
    plots: Mapping[str, Size] = field(default_factory=dict)
    """Sizes of the plots below the texts of nodes, by id; the sizes of :attr:`nodes` include them."""


def typeset(
    pipeline: Pipeline, style: Style, bars: Iterable[ColorBar] = (), plots: Mapping[str, Size] | None = None
) -> TextBlocks:
    """Typeset all nodes, edges and groups of *pipeline*, its legend and the colour *bars* in the fonts of *style*.

    *plots* are the sizes of the plots of nodes.

    Raises:
        FontError: if a font of the style does not exist.
    """
    setter = _Typesetter(style, plots or {})
    pipeline = lettered(pipeline)
    nodes = setter.nodes(pipeline)
    edges = tuple(setter.edge(edge) for edge in pipeline.edges)
    groups = tuple(setter.group(group) for group in pipeline.groups)
    node_badges = tuple(setter.badge(node) for node in pipeline.nodes)
    group_badges = tuple(setter.badge(group) for group in pipeline.groups)
    legend = tuple(setter.small(Label.plain(entry.title)) for entry in pipeline.legend)
    bar_texts = tuple(setter.bar(bar) for bar in bars)
    callouts = tuple(setter.callout(callout) for callout in pipeline.callouts)
    messages, emoji_messages = tuple(setter.lines.messages()), tuple(setter.lines.emoji_messages())
    return TextBlocks(
        nodes,
        edges,
        groups,
        node_badges,
        group_badges,
        tuple(map(setter.step, pipeline.nodes)),
        tuple(map(setter.step, pipeline.edges)),
        legend,
        bar_texts,
        callouts,
        messages,
        emoji_messages,
        plots or {},
    )


def narrowed(text: TextBlocks, pipeline: Pipeline, style: Style) -> TextBlocks:
    """*text* in narrower lines, those of *style*: only blocks that are wider, or broken already, are set again."""
    setter = _Typesetter(style, text.plots)
    pipeline = lettered(pipeline)
    edges = tuple(setter.edge(*pair) for pair in zip(pipeline.edges, text.edges, strict=True))
    groups = tuple(setter.group(group) for group in pipeline.groups)
    callouts = tuple(setter.callout(callout) for callout in pipeline.callouts)
    nodes = setter.nodes(pipeline, text.nodes)
    return replace(text, nodes=nodes, edges=edges, groups=groups, callouts=callouts)


def shortened(text: TextBlocks, pipeline: Pipeline, style: Style, keys: Collection[int]) -> dict[int, TextBlock]:
    """The labels of some edges by their *keys*, in lines as short as few lines can be; without those that are already.

    Short labels have two lines at most, longer ones three or four.
    """
    found: dict[int, TextBlock] = {}
    edges = lettered(pipeline).edges
    for width, lines in _SHORT:
        setter = _Typesetter(replace(style, label_width=width * style.edge_font_size), text.plots)
        for key in keys:
            known = text.edges[key]
            if key in found or known is None or known.size.width <= width * style.edge_font_size:
                continue
            block = setter.edge(edges[key])
            if block and len(block.lines) <= lines and block.size.width < known.size.width - _SPARED:
                found[key] = block
    return found


def lower_bounds(text: TextBlocks, label_width: float) -> TextBlocks:
    """*text* with the least sizes that nodes and edges could have in lines of *label_width* points; no line is set.

    One of two lines is wider than half of the limit without a space: the next word has no room in the first.
    """

    def bounded(block: TextBlock) -> TextBlock:
        width, height = block.size.width, block.size.height
        if width <= _AS_WIDE * label_width:  # not even broken for its siblings
            return block
        return TextBlock(block.lines, Size(min(width, label_width) / 2 - _WIDEST_SPACE, height))

    edges = tuple(block and bounded(block) for block in text.edges)
    return replace(text, nodes=tuple(map(bounded, text.nodes)), edges=edges)


class _Typesetter:
    """Typesets blocks of text in one style."""

    def __init__(self, style: Style, plots: Mapping[str, Size]) -> None:
        self._style = style
        self._plots = plots
        self._fonts = Fonts(style.font, style.mono_font)
        self.lines = LineSetter(self._fonts)

    def nodes(self, pipeline: Pipeline, known: Sequence[TextBlock] = ()) -> tuple[TextBlock, ...]:
        """All nodes, of which those in *known* are kept if they fit.

        Where the label of one is broken, those of its siblings that are about as wide are, too, but none in a word.
        """
        limits = text_limits(pipeline, self._style)
        blocks = [
            self.share(node, limits[node.id], block)
            if node.id in limits
            else self.node(node, self._style.label_width, block)
            for node, block in zip_longest(pipeline.nodes, known)
        ]
        for siblings in _siblings(pipeline):
            if any(len(blocks[number].lines) > 1 for number in siblings):
                for number in siblings:
                    node, wide = pipeline.nodes[number], blocks[number].lines[0].width
                    is_wide = len(blocks[number].lines) == 1 and wide > _AS_WIDE * self._style.label_width
                    if is_wide and has_words(node.label.text):
                        blocks[number] = self.node(node, wide - 1.0)
        return tuple(blocks)

    def node(self, node: Node, limit: float, known: TextBlock | None = None) -> TextBlock:
        parts = [(line, self._style.font_size) for line in node.label.lines]
        # The text of a cell may be its value.
        shown = None if node.value and is_text_of(node.label.text, node.value) else node.value
        parts += self._below(node.note, shown)
        if self._style.nodes[node.kind].shape == "point":
            parts = []  # it has no room for text
        if known and _fits(known, parts, limit):
            return known
        block = self._block(parts, limit)
        badge, step = self.badge(node), self.step(node)
        sizes = [*([badge_size(badge.size)] if badge else []), *([step_size(step.size)] if step else [])]
        least = least_label_width(sizes, self._style.padding_x)
        size = Size(max(block.size.width, least), block.size.height)
        if plot := self._plots.get(node.id):
            size = Size(max(size.width, plot.width), size.height + (PLOT_GAP if block.lines else 0.0) + plot.height)
        return block if size == block.size else replace(block, size=size)

    def share(self, node: Node, limit: float, known: TextBlock | None = None) -> TextBlock:
        """The text of a cell that has room for lines of *limit* points; or else one to stand beside the bar.

        There, the value and the note end the last line of the label.
        """
        if limit > self._style.font_size:
            block = self.node(node, limit, known)
            if block.size.width <= limit and len(block.lines) <= FEW_LINES:
                return block
        *lines, last = node.label.lines
        if node.value and not is_text_of(node.label.text, node.value):
            last = (*last, Run(f" {node.value.text}" if any(run.text for run in last) else node.value.text))
        first, *more = node.note.lines if node.note else ((),)
        lines += [(*last, Run(", "), *first) if first else last, *more]
        parts = [(_joined(line), self._style.note_font_size) for line in lines]
        return self._block(parts, widest_text(self._style))

    def edge(self, edge: Edge, known: TextBlock | None = None) -> TextBlock | None:
        parts = [(line, self._style.edge_font_size) for line in edge.label.lines] if edge.label else []
        parts += self._below(edge.note, edge.value)
        step = self.step(edge)
        if known and not step and _fits(known, parts, self._style.label_width):
            return known
        block = self._block(parts, self._style.label_width) if parts else None
        return _beside_step(block, step_size(step.size).width) if step else block

    def group(self, group: Group) -> TextBlock:
        lines = group.label.lines if group.label else ()
        lines = lines if group.panel else tuple(map(_bold, lines))
        parts = [(line, self._style.group_font_size) for line in lines]
        parts += self._below(group.note, None)
        block = self._block(parts, _TITLE_WIDTH * self._style.label_width)
        if badge := self.badge(group):
            return replace(block, size=self._with_badge(block, badge_size(badge.size)))
        return block

    def _with_badge(self, title: TextBlock, pill: Size) -> Size:
        """The size of a title with its badge beside the first line; below all lines, if that would be too wide."""
        width, height = title.size.width, title.size.height
        beside = (title.lines[0].width + BADGE_GAP if title.lines else 0.0) + pill.width + BADGE_MARGIN
        if title.lines and beside > max(width, _BADGE_WIDTH * self._style.label_width):
            return Size(max(width, pill.width + BADGE_MARGIN), height + _BADGE_BELOW + pill.height)
        return Size(max(width, beside), max(height, pill.height))

    def callout(self, callout: Callout) -> TextBlock:
        parts = [(line, self._style.note_font_size) for line in callout.label.lines]
        return self._block(parts, _CALLOUT_WIDTH * self._style.label_width)

    def badge(self, item: Node | Group) -> TextBlock | None:
        """The repetition of a node or group, such as "× 12"."""
        return self.small(Label.plain(f"× {item.repeat}")) if item.repeat is not None else None

    def step(self, item: Node | Edge) -> TextBlock | None:
        """The step of a node or an edge, such as "2a"."""
        return self.small(Label.plain(item.step)) if item.step is not None else None

    def small(self, label: Label) -> TextBlock:
        """A text in the font size of notes."""
        return self._block([(line, self._style.note_font_size) for line in label.lines], math.inf)

    def bar(self, bar: ColorBar) -> BarText:
        """Title and numbers of a colour bar."""
        ticks = tuple(self.small(Label.plain(text)) for _, text in bar.ticks)
        return BarText(self.small(bar.title) if bar.title else None, ticks)

    def _below(self, note: Label | None, value: Value | None) -> list[tuple[tuple[Run, ...], float]]:
        """Lines below a label, with their font size."""
        shown = [*(note.lines if note else ()), *(Label.plain(value.text).lines if value else ())]
        return [(line, self._style.note_font_size) for line in shown]

    def _block(self, parts: list[tuple[tuple[Run, ...], float]], limit: float) -> TextBlock:
        found = [line for runs, size in parts for line in self.lines.lines(runs, size, limit)]
        listed = max((line.width for line in found if line.in_list), default=0.0)
        lines: list[TextLine] = []
        y = 0.0
        plain = self._fonts.primary("regular")
        for line in found:
            size = line.size
            ascent = max([plain.ascent * size, *(run.ascent + run.rise for run in line.runs)])
            descent = max([plain.descent * size, *(run.descent - run.rise for run in line.runs)])
            height = max(size * self._style.line_height, ascent + descent)
            baseline = y + (height - ascent - descent) / 2 + ascent
            aside = (listed - line.width) / 2  # points between the middles of the list and of the line
            shift = (aside if line.rtl else -aside) if line.in_list else None
            lines.append(TextLine(line.runs, line.width, baseline, line.rtl, shift))
            y += height
        return TextBlock(tuple(lines), Size(max((line.width for line in lines), default=0.0), y))


def _fits(block: TextBlock, parts: Sequence[object], limit: float) -> bool:
    """Whether no line of a block is broken, and none is wider than *limit*."""
    return len(block.lines) == len(parts) and block.size.width <= limit


def _siblings(pipeline: Pipeline) -> list[list[int]]:
    """Positions of the nodes that follow the same others, and have labels of one line and nothing below."""
    sources: dict[str, set[str]] = defaultdict(set)
    for edge in pipeline.edges:
        if edge.kind not in ASIDE:
            sources[edge.target].add(edge.source)
    found: dict[frozenset[str], list[int]] = defaultdict(list)
    for number, node in enumerate(pipeline.nodes):
        if node.id in sources and len(node.label.lines) == 1 and not (node.note or node.value):
            found[frozenset(sources[node.id])].append(number)
    return [siblings for siblings in found.values() if len(siblings) > 1]


def _joined(line: tuple[Run, ...]) -> tuple[Run, ...]:
    """A line in which neighbours in the regular face are one run."""
    found: list[Run] = []
    for run in line:
        if found and run == Run(run.text) and found[-1] == Run(found[-1].text):
            found[-1] = Run(found[-1].text + run.text)
        else:
            found.append(run)
    return tuple(found)


def _bold(line: tuple[Run, ...]) -> tuple[Run, ...]:
    return tuple(replace(run, face="bold") if run.face == "regular" else run for run in line)


def badge_size(text: Size) -> Size:
    """The size of the badge around *text*."""
    return Size(text.width + 2 * BADGE_PADDING_X, text.height + 2 * BADGE_PADDING_Y)


def step_size(text: Size) -> Size:
    """The size of the circle around the *text* of a step: the same for any one or two digits."""
    side = max(_STEP_SIDE * text.height, text.width + BADGE_PADDING_X)
    return Size(side, side)


def _beside_step(block: TextBlock | None, side: float) -> TextBlock:
    """The text of an edge with room for a circle to its left, *side* points wide."""
    if block is None:
        return TextBlock((), Size(side, side))
    below = max(0.0, side - block.size.height) / 2
    lines = tuple(replace(line, baseline=line.baseline + below) for line in block.lines)
    return TextBlock(lines, Size(block.size.width + STEP_GAP + side, block.size.height + 2 * below))


def least_label_width(badges: Sequence[Size], padding_x: float) -> float:
    """Least width of a label, so that edges can end beside the *badges* at the top of its node."""
    if not badges:
        return 0.0
    return sum(size.width for size in badges) + STEP_GAP * (len(badges) - 1) + 2 * (BADGE_OVERHANG - padding_x)
