"""Labels → lines of text in place: measured with the font that draws them.

Widths are sums of unhinted advances and of the kerning between neighbours, which is what a browser, a PDF viewer and
matplotlib's own layout make of the same font (within 0.5 %, ligatures included).  Advances are cached for each font,
so a label is measured in microseconds, where a full text layout takes half a millisecond.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font, Kerning, LoadFlags

from .geometry import Size, Sizes
from .model import Edge, Face, Group, Label, Node, Pipeline, Run
from .style import Style

_EM = 1000
"""Size in points at which fonts are opened; metrics are divided by it."""
_FIXED = 65536
_SUBPIXEL = 64


@dataclass(frozen=True, slots=True)
class PlacedRun:
    """A run and where it starts, in points from the left end of its line."""

    text: str
    face: Face
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line; *baseline* is in points below the top of the block."""

    runs: tuple[PlacedRun, ...]
    width: float
    baseline: float
    font_size: float


@dataclass(frozen=True, slots=True)
class Block:
    """The text of one node, edge or group: lines from top to bottom."""

    lines: tuple[TextLine, ...]
    size: Size


@dataclass(frozen=True, slots=True)
class Blocks:
    """The text of a whole diagram, in the order of the pipeline's nodes, edges and groups."""

    nodes: tuple[Block, ...]
    edges: tuple[Block | None, ...]
    groups: tuple[Block, ...]

    def sizes(self) -> Sizes:
        """The sizes alone, which is all that the layout needs."""
        return Sizes(
            tuple(block.size for block in self.nodes),
            tuple(block.size if block else None for block in self.edges),
            tuple(block.size for block in self.groups),
        )


def measure(pipeline: Pipeline, style: Style) -> Blocks:
    """Set the text of every node, edge and group of *pipeline* in the fonts of *style*."""
    setter = _Setter(style)
    return Blocks(
        tuple(setter.node(node) for node in pipeline.nodes),
        tuple(setter.edge(edge) for edge in pipeline.edges),
        tuple(setter.group(group) for group in pipeline.groups),
    )


def font(style: Style, face: Face, size: float) -> FontProperties:
    """The font in which *face* is drawn at *size* points."""
    return _properties(style.mono_font if face == "mono" else style.font, face, size)


@cache
def _properties(family: str, face: Face, size: float) -> FontProperties:
    return FontProperties(
        family=family,
        size=size,
        style="italic" if face == "italic" else "normal",
        weight="bold" if face == "bold" else "normal",
    )


class _Metrics:
    """Advances, kerning and vertical extent of one font file, in ems."""

    def __init__(self, path: str) -> None:
        self._font = FT2Font(path)
        self._font.set_size(_EM, 72)
        self._advances: dict[str, float] = {}
        self._kernings: dict[tuple[str, str], float] = {}
        self.ascent = self._font.ascender / self._font.units_per_EM
        self.descent = -self._font.descender / self._font.units_per_EM

    def width(self, text: str) -> float:
        width = 0.0
        before = ""
        for character in text:
            advance = self._advances.get(character)
            width += self._advance(character) if advance is None else advance
            if before:
                kerning = self._kernings.get((before, character))
                width += self._kerning(before, character) if kerning is None else kerning
            before = character
        return width

    def _advance(self, character: str) -> float:
        # A glyph that is loaded without hinting gives the advance that the font's designer drew.
        glyph = self._font.load_char(ord(character), flags=LoadFlags.NO_HINTING)
        advance = self._advances[character] = glyph.linearHoriAdvance / _FIXED / _EM
        return advance

    def _kerning(self, left: str, right: str) -> float:
        pair = self._font.get_char_index(ord(left)), self._font.get_char_index(ord(right))
        kerning = self._kernings[left, right] = self._font.get_kerning(*pair, Kerning.UNFITTED) / _SUBPIXEL / _EM
        return kerning


@cache
def _metrics(family: str, face: Face) -> _Metrics:
    return _Metrics(findfont(_properties(family, face, 10.0)))


class _Setter:
    """Sets blocks of text in one style."""

    def __init__(self, style: Style) -> None:
        self.style = style

    def node(self, node: Node) -> Block:
        style = self.style
        parts = [(line, style.font_size) for line in node.label.lines]
        parts += self._below(node.note, node.repeat)
        return self._block(parts)

    def edge(self, edge: Edge) -> Block | None:
        parts = [(line, self.style.edge_font_size) for line in edge.label.lines] if edge.label else []
        parts += self._below(edge.note, None)
        return self._block(parts) if parts else None

    def group(self, group: Group) -> Block:
        parts = [(_bold(line), self.style.group_font_size) for line in group.label.lines]
        parts += self._below(group.note, group.repeat)
        return self._block(parts)

    def _below(self, note: Label | None, repeat: str | None) -> list[tuple[tuple[Run, ...], float]]:
        size = self.style.note_font_size
        parts = [(line, size) for line in note.lines] if note else []
        if repeat is not None:
            parts.append(((Run(f"× {repeat}", "bold"),), size))
        return parts

    def _block(self, parts: list[tuple[tuple[Run, ...], float]]) -> Block:
        lines: list[TextLine] = []
        y = 0.0
        for runs, size in parts:
            height = size * self.style.line_height
            placed = tuple(self._place(runs, size))
            metrics = [self._metrics(run.face) for run in runs] or [self._metrics("regular")]
            ascent = max(metric.ascent for metric in metrics) * size
            descent = max(metric.descent for metric in metrics) * size
            width = placed[-1].x + placed[-1].width if placed else 0.0
            lines.append(TextLine(placed, width, y + (height - ascent - descent) / 2 + ascent, size))
            y += height
        return Block(tuple(lines), Size(max((line.width for line in lines), default=0.0), y))

    def _place(self, runs: tuple[Run, ...], size: float) -> Iterator[PlacedRun]:
        x = 0.0
        for run in runs:
            width = self._metrics(run.face).width(run.text) * size
            yield PlacedRun(run.text, run.face, x, width)
            x += width

    def _metrics(self, face: Face) -> _Metrics:
        return _metrics(self.style.mono_font if face == "mono" else self.style.font, face)


def _bold(line: tuple[Run, ...]) -> tuple[Run, ...]:
    return tuple(Run(run.text, "bold" if run.face == "regular" else run.face) for run in line)
