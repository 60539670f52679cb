"""Typesetting: labels become blocks of lines of runs, each with its position, and their sizes."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from ..geometry.primitives import Size
from ..job import Message
from ..model.pipeline import Edge, Group, Label, Node, Pipeline, Run, Script, lettered
from ..model.quantity import Value
from ..style.types import ColorBar, Style
from .bidirectional import is_rtl, pieces
from .formulas import set_formula
from .line_breaking import has_words, wrap
from .metrics import Fonts, Typeface, is_emoji, metrics_of, shapes_text
from .shaping import needs_shaping

_AS_WIDE = 0.7  # of the width of labels, from which on a label breaks with those of its siblings
_TITLE_WIDTH = 1.5  # greatest width of a group's title, in widths of a label
_SCRIPT_SIZE = 0.7
_SCRIPT_RISE: dict[Script, float] = {"": 0.0, "sub": -0.16, "super": 0.34}
"""Rise of a script's baseline above that of its line, in font sizes of the line."""
# Control characters and others that have no glyph and that XML cannot hold.
_CONTROL: dict[int, str | None] = dict.fromkeys(
    [*range(32), *range(127, 160), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF], "\ufffd"
)
_CONTROL[0xFEFF] = None  # invisible, and matplotlib cannot write it to a PDF

_FORMULA = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands for a formula where characters are ordered."""

BADGE_GAP = 8.0
"""Points between the title of a group and its badge."""
BADGE_PADDING_X, BADGE_PADDING_Y = 5.0, 0.5
BADGE_OVERHANG = 6.0
"""Points by which a badge extends beyond the corner of its node."""


@dataclass(frozen=True, slots=True)
class PlacedRun:
    """A run in one font, *x* points from the left end of its line and *rise* points above the line's baseline."""

    text: str
    typeface: Typeface
    size: float
    x: float
    rise: float
    width: float
    ascent: float
    """Points above the run's own baseline."""
    descent: float
    """Points below it."""
    is_math: bool = False
    reference: int | None = None
    rtl: bool = False
    """Whether it is written from right to left."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line; *baseline* is points below the top of the block."""

    runs: tuple[PlacedRun, ...]
    """In the order of reading."""
    width: float
    baseline: float
    rtl: bool = False
    """Whether it begins at the right."""


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Text of a node, an edge or a group: lines from top to bottom."""

    lines: tuple[TextLine, ...]
    size: Size


@dataclass(frozen=True, slots=True)
class BarText:
    """Text of a colour bar."""

    title: TextBlock | None
    ticks: tuple[TextBlock, ...]


@dataclass(frozen=True, slots=True)
class TextBlocks:
    """Text of a diagram, in the order of the pipeline's nodes, edges and groups."""

    nodes: tuple[TextBlock, ...]
    edges: tuple[TextBlock | None, ...]
    groups: tuple[TextBlock, ...]
    """The sizes include the badge of the group, to the right of its title."""
    node_badges: tuple[TextBlock | None, ...] = ()
    group_badges: tuple[TextBlock | None, ...] = ()
    legend: tuple[TextBlock, ...] = ()
    bars: tuple[BarText, ...] = ()
    messages: tuple[Message, ...] = ()
    """Problems: characters without a font, formulas that cannot be read."""
    emoji_messages: tuple[Message, ...] = ()
    """Problems with emoji, which browsers draw in a font of their own."""


def typeset(pipeline: Pipeline, style: Style, bars: Iterable[ColorBar] = ()) -> TextBlocks:
    """Typeset all nodes, edges and groups of *pipeline*, its legend and the colour *bars* in the fonts of *style*.

    Raises:
        FontError: if a font of the style does not exist.
    """
    setter = _Typesetter(style)
    pipeline = lettered(pipeline)
    nodes = setter.nodes(pipeline)
    edges = tuple(setter.edge(edge) for edge in pipeline.edges)
    groups = tuple(setter.group(group) for group in pipeline.groups)
    node_badges = tuple(setter.badge(node) for node in pipeline.nodes)
    group_badges = tuple(setter.badge(group) for group in pipeline.groups)
    legend = tuple(setter.small(Label.plain(entry.title)) for entry in pipeline.legend)
    bar_texts = tuple(setter.bar(bar) for bar in bars)
    messages, emoji_messages = tuple(setter.messages()), tuple(setter.emoji_messages())
    return TextBlocks(nodes, edges, groups, node_badges, group_badges, legend, bar_texts, messages, emoji_messages)


def narrowed(text: TextBlocks, pipeline: Pipeline, style: Style) -> TextBlocks:
    """*text* in narrower lines, those of *style*: only blocks that are wider, or broken already, are set again."""
    setter = _Typesetter(style)
    pipeline = lettered(pipeline)
    edges = tuple(setter.edge(*pair) for pair in zip(pipeline.edges, text.edges, strict=True))
    groups = tuple(setter.group(group) for group in pipeline.groups)
    return replace(text, nodes=setter.nodes(pipeline, text.nodes), edges=edges, groups=groups)


class _Typesetter:
    """Typesets blocks of text in one style."""

    def __init__(self, style: Style) -> None:
        self._style = style
        self._fonts = Fonts(style.font, style.mono_font)
        self._unreadable: dict[str, str] = {}
        self._unshaped: dict[str, None] = {}
        """Letters that matplotlib cannot shape, in order."""

    def nodes(self, pipeline: Pipeline, known: Sequence[TextBlock] = ()) -> tuple[TextBlock, ...]:
        """All nodes, of which those in *known* are kept if they fit.

        Where the label of one is broken, those of its siblings that are about as wide are, too, but none in a word.
        """
        blocks = [self.node(node, self._style.label_width, block) for node, block in zip_longest(pipeline.nodes, known)]
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
        parts += self._below(node.note, node.value)
        if known and _fits(known, parts, limit):
            return known
        block = self._block(parts, limit)
        if badge := self.badge(node):
            least = least_label_width(badge.size, self._style.padding_x)
            return replace(block, size=Size(max(block.size.width, least), block.size.height))
        return block

    def edge(self, edge: Edge, known: TextBlock | None = None) -> TextBlock | None:
        parts = [(line, self._style.edge_font_size) for line in edge.label.lines] if edge.label else []
        parts += self._below(edge.note, edge.value)
        if known and _fits(known, parts, self._style.label_width):
            return known
        return self._block(parts, self._style.label_width) if parts else None

    def group(self, group: Group) -> TextBlock:
        lines = group.label.lines if group.panel else [_bold(line) for line in group.label.lines]
        parts = [(line, self._style.group_font_size) for line in lines]
        parts += self._below(group.note, None)
        block = self._block(parts, _TITLE_WIDTH * self._style.label_width)
        if badge := self.badge(group):
            pill = badge_size(badge.size)
            least = block.lines[0].width + BADGE_GAP + pill.width
            return replace(block, size=Size(max(block.size.width, least), max(block.size.height, pill.height)))
        return block

    def badge(self, item: Node | Group) -> TextBlock | None:
        """The repetition of a node or group, such as "× 12"."""
        return self.small(Label.plain(f"× {item.repeat}")) if item.repeat is not None else None

    def small(self, label: Label) -> TextBlock:
        """A text in the font size of notes."""
        return self._block([(line, self._style.note_font_size) for line in label.lines], math.inf)

    def bar(self, bar: ColorBar) -> BarText:
        """Title and numbers of a colour bar."""
        ticks = tuple(self.small(Label.plain(text)) for _, text in bar.ticks)
        return BarText(self.small(bar.title) if bar.title else None, ticks)

    def messages(self) -> Iterator[Message]:
        """Problems found so far, without those of :meth:`emoji_messages`."""
        yield from self._substitutions(emoji=False)
        if missing := [character for character in self._fonts.missing if not is_emoji(character)]:
            text = f"no font has {_listed(missing)}: install one and name it in llmpipeline_font"
            yield Message("font", text)
        if self._unshaped:
            text = f"matplotlib before 3.11 neither joins nor orders letters such as {_listed([*self._unshaped][:1])}"
            yield Message("font", f"{text}: install a later one")
        for formula, reason in self._unreadable.items():
            yield Message("draw", f"matplotlib's mathtext cannot read the formula '{formula}': {reason}")

    def emoji_messages(self) -> Iterator[Message]:
        """Problems with emoji found so far."""
        yield from self._substitutions(emoji=True)
        if missing := [character for character in self._fonts.missing if is_emoji(character)]:
            advice = "install one, such as Noto Emoji, and name it in llmpipeline_font"
            yield Message("font", f"no font with outlines has {_listed(missing)}, drawn as a box: {advice}")

    def _substitutions(self, *, emoji: bool) -> Iterator[Message]:
        drawn_in = {name: font for name, font in self._fonts.substituted.items() if is_emoji(name) is emoji}
        if drawn_in:
            others = ", ".join(sorted(set(drawn_in.values())))
            fonts = ", ".join(self._fonts.lacking)
            advice = "name a font that has them in llmpipeline_font"
            yield Message("font", f"{fonts} has no {_listed(drawn_in)}; drawn in {others}: {advice}")

    def _below(self, note: Label | None, value: Value | None) -> list[tuple[tuple[Run, ...], float]]:
        """Lines below a label, with their font size."""
        shown = [*(note.lines if note else ()), *(Label.plain(value.text).lines if value else ())]
        return [(line, self._style.note_font_size) for line in shown]

    def _block(self, parts: list[tuple[tuple[Run, ...], float]], limit: float) -> TextBlock:
        lines: list[TextLine] = []
        y = 0.0
        plain = self._fonts.primary("regular")
        for placed, size, rtl in self._wrapped(parts, limit):
            ascent = max([plain.ascent * size, *(run.ascent + run.rise for run in placed)])
            descent = max([plain.descent * size, *(run.descent - run.rise for run in placed)])
            height = max(size * self._style.line_height, ascent + descent)
            lines.append(TextLine(placed, _width(placed), y + (height - ascent - descent) / 2 + ascent, rtl))
            y += height
        return TextBlock(tuple(lines), Size(max((line.width for line in lines), default=0.0), y))

    def _wrapped(
        self, parts: list[tuple[tuple[Run, ...], float]], limit: float
    ) -> Iterator[tuple[tuple[PlacedRun, ...], float, bool]]:
        """The lines of a block, each with its font size and whether it is written from right to left.

        Lines wider than *limit* points are broken.
        """
        for runs, size in parts:
            rtl = _direction(runs)
            whole = tuple(self._line(runs, size, rtl))
            if _width(whole) <= limit:
                yield whole, size, rtl is True
                continue

            for line in wrap(runs, limit, self._measured(size, rtl)):
                yield tuple(self._line(line, size, rtl)), size, rtl is True

    def _measured(self, size: float, rtl: bool | None) -> Callable[[Run], float]:
        """The width of a run; of equal runs, such as the spaces and most words of a long text, one is measured."""
        known: dict[Run, float] = {}

        def width(run: Run) -> float:
            if run not in known:
                known[run] = _width(tuple(self._line((run,), size, rtl)))
            return known[run]

        return width

    def _line(self, runs: tuple[Run, ...], size: float, rtl: bool | None) -> Iterator[PlacedRun]:
        """The runs of a line, each in one font; *rtl* is the direction of its paragraph, ``None`` of usual text."""
        if rtl is None:
            return self._letters(runs, size)
        placed = [*self._letters(runs, size, measures=False)]
        if not shapes_text():
            self._unshaped |= dict.fromkeys(
                filter(needs_shaping, filter(str.isalpha, "".join(run.text for run in runs)))
            )
        return _ordered(placed, rtl=rtl)

    def _letters(self, runs: tuple[Run, ...], size: float, *, measures: bool = True) -> Iterator[PlacedRun]:
        """The runs of a line from left to right, set letter by letter; without *measures*, text has no width."""
        x = 0.0
        for run in runs:
            own, rise = (size * _SCRIPT_SIZE, _SCRIPT_RISE[run.script] * size) if run.script else (size, 0.0)
            face = run.face
            if face == "math":
                formula = self._formula(run, own, x, rise)
                if formula is not None:
                    yield formula
                    x += formula.width
                    continue
                face = "mono"
            for span in self._fonts.spans(run.text.translate(_CONTROL), face):
                metrics = span.metrics
                width = metrics.width(span.text) * own if measures else 0.0
                ascent, descent = metrics.ascent * own, metrics.descent * own
                yield PlacedRun(
                    span.text, metrics.typeface, own, x, rise, width, ascent, descent, reference=run.reference
                )
                x += width

    def _formula(self, run: Run, size: float, x: float, rise: float) -> PlacedRun | None:
        """A typeset formula; ``None`` if mathtext cannot read it."""
        typeface = self._fonts.primary("regular").typeface
        text = f"${' '.join(run.text.split())}$"
        try:
            formula = set_formula(text, typeface, size)
        except ValueError as error:
            self._unreadable[run.text] = str(error)
            return None
        if formula.remarks:
            self._unreadable[run.text] = " ".join(formula.remarks)
        width, ascent, descent = formula.width, formula.ascent, formula.descent
        return PlacedRun(text, typeface, size, x, rise, width, ascent, descent, True, run.reference)


def _fits(block: TextBlock, parts: Sequence[object], limit: float) -> bool:
    """Whether no line of a block is broken, and none is wider than *limit*."""
    return len(block.lines) == len(parts) and block.size.width <= limit


def _direction(runs: Iterable[Run]) -> bool | None:
    """Whether a paragraph is written from right to left; ``None`` if it needs no shaping."""
    if not any(needs_shaping(run.text) for run in runs):
        return None
    return is_rtl("".join(run.text for run in runs if run.face != "math"))


def _ordered(placed: Sequence[PlacedRun], *, rtl: bool) -> Iterator[PlacedRun]:
    """The runs of a line that needs shaping: pieces of one direction, each measured as a whole and in its place."""
    found, order = pieces([_FORMULA if run.is_math else run.text for run in placed], rtl=rtl)
    cut = []
    for piece in found:
        run = placed[piece.run]
        if not run.is_math:
            text = run.text[piece.start : piece.stop]
            width = metrics_of(run.typeface).shaped_width(text, rtl=piece.rtl) * run.size
            run = replace(run, text=text, width=width, rtl=piece.rtl)
        cut.append(run)
    x, left = 0.0, [0.0] * len(cut)
    for index in order:
        left[index] = x
        x += cut[index].width
    return (replace(run, x=x) for run, x in zip(cut, left, strict=True))


def _siblings(pipeline: Pipeline) -> list[list[int]]:
    """Positions of the nodes that follow the same others, and have labels of one line and nothing below."""
    sources: dict[str, set[str]] = defaultdict(set)
    for edge in pipeline.edges:
        if edge.kind != "feedback":
            sources[edge.target].add(edge.source)
    found: dict[frozenset[str], list[int]] = defaultdict(list)
    for number, node in enumerate(pipeline.nodes):
        if node.id in sources and len(node.label.lines) == 1 and not (node.note or node.value):
            found[frozenset(sources[node.id])].append(number)
    return [siblings for siblings in found.values() if len(siblings) > 1]


def _width(line: Sequence[PlacedRun]) -> float:
    if len(line) == 1:
        return line[0].x + line[0].width
    return max((run.x + run.width for run in line), default=0.0)


def _bold(line: tuple[Run, ...]) -> tuple[Run, ...]:
    return tuple(replace(run, face="bold") if run.face == "regular" else run for run in line)


def _listed(characters: Iterable[str]) -> str:
    return ", ".join(f"'{character}' (U+{ord(character):04X})" for character in sorted(characters))


def badge_size(text: Size) -> Size:
    """The size of the badge around *text*."""
    return Size(text.width + 2 * BADGE_PADDING_X, text.height + 2 * BADGE_PADDING_Y)


def least_label_width(text: Size, padding_x: float) -> float:
    """Least width of a label, so that edges can end beside the badge *text* at the top of its node."""
    return badge_size(text).width + 2 * (BADGE_OVERHANG - padding_x)
