"""Write a scene as the SVG of a page: public classes, attributes and colours, in few bytes.

Attributes are inherited where possible: the most frequent font and line width stand on the root, the colours of the
shape of a part on its ``<g>``.  Colours are those of light pages, for readers without CSS variables; the style sheet
sets variables by class.
"""

from __future__ import annotations

import math
from base64 import b64encode
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import escape
from typing import TYPE_CHECKING

from ..geometry.primitives import Box, Curve, Point, Size
from ..job import SVG_HEAD, Drawing, Glyphs, Mark, Notes, SvgMarks
from ..model.pipeline import Callout, Edge, Group, Item, LegendEntry, Node
from ..records import record
from ..style.css import families
from ..text.formulas import Glyph, set_formula
from ..text.lines import PlacedRun
from ..text.metrics import Typeface
from ..text.typesetting import TextBlock, TextBlocks
from .colors import Color
from .scene import Scene
from .surface import PartName
from .svg_path import path_data, position, short

if TYPE_CHECKING:
    from ..plots.images import FittedImage

_END = "</g>"


def write(scene: Scene, size: Size | None = None) -> Drawing:
    """Write a scene as an SVG, one element a line; the notes have its glyphs and its marks.

    The root is as large as *size*, by default as the extent of the scene.
    """
    writer = _Writer(scene, size or Size(scene.extent.width, scene.extent.height))
    scene.draw(writer)
    return writer.finished()


def join_glyphs(glyphs: Iterable[Glyphs]) -> tuple[Glyphs, ...]:
    """The characters of each font, in a fixed order."""
    characters: dict[tuple[str, int, bool], set[str]] = defaultdict(set)
    for used in glyphs:
        characters[used.family, used.weight, used.italic].update(used.characters)
    return tuple(Glyphs(*font, "".join(sorted(used))) for font, used in sorted(characters.items()))


@record
class _Element:
    """An element without the colours that it may inherit."""

    start: str
    fill: Color | None
    stroke: Color | None
    rest: str
    reference: int | None = None
    is_text: bool = False

    def within(self, fill: Color | None, stroke: Color | None) -> str:
        """The element as a child of an element with these colours; without *stroke*, there is none to inherit."""
        filled = f' fill="{_css(self.fill)}"' if self.fill is None or self.fill != fill else ""
        stroked = f' stroke="{_css(self.stroke)}"' if self.stroke != stroke else ""
        return f"{self.start}{filled}{stroked}{self.rest}"


@record
class _Nested:
    """Elements in a ``<g>`` of their own, within that of a part."""

    name: str
    """Its class, without the common prefix."""
    elements: list[_Content]


@record
class _Image:
    """An image, which inherits nothing."""

    line: str
    reference: int | None = None


_Content = _Element | _Nested | _Image


class _Writer:
    """A surface that collects the lines of an SVG, and marks the parts to which a page can add."""

    def __init__(self, scene: Scene, size: Size) -> None:
        self._scene = scene
        self._left, self._top = scene.extent.x0, scene.extent.y1
        self._family, self._size = _usual_font(scene.text)
        self._smallest = self._size
        self._lines: list[str] = []
        self._length = 0
        """Characters in the lines so far."""
        self._marks: list[Mark] = []
        self._elements: list[_Content] = []
        """Elements of the current part."""
        self._is_inside = False
        """Whether marks belong to something within the part: a plot."""
        self._part: PartName = "node"
        """What the current part is."""
        self._below: dict[PartName, list[tuple[int, list[_Content]]]] = {"legend": [], "colorbar": []}
        """Indices and elements of the parts that are written last, each as one ``<g>`` however many entries it has."""
        self._used: dict[Typeface, set[str]] = {}
        self._width = self._write_root(size)
        self._content = self._length

    @contextmanager
    def part(self, name: PartName, index: int) -> Iterator[None]:
        self._elements, self._part = [], name
        yield
        if name == "legend" or name == "colorbar":
            self._below[name].append((index, self._elements))
            return
        pipeline = self._scene.pipeline
        parts: dict[str, Sequence[Item]] = {
            "node": pipeline.nodes,
            "edge": pipeline.edges,
            "group": pipeline.groups,
            "callout": pipeline.callouts,
        }
        at, begin = len(self._marks), self._length
        colored = {"node": self._scene.encoding.nodes, "edge": self._scene.encoding.edges}.get(name, {})
        start = self._write_part(parts[name][index], by_value=index in colored)
        self._marks.insert(at, Mark(name, index, begin, start, self._length))
        self._write_line(_END)

    @contextmanager
    def inside(self, name: str) -> Iterator[None]:
        around, self._elements = self._elements, []
        was_inside, self._is_inside = self._is_inside, True
        yield
        around.append(_Nested(f"llmpipeline-{name}", self._elements))
        self._elements, self._is_inside = around, was_inside

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
        attributes = ' visibility="hidden"' if hidden else ""
        if width and width != self._scene.style.line_width:
            attributes += f' stroke-width="{short(width)}"'
        if dash:
            attributes += f' stroke-dasharray="{" ".join(map(short, dash))}"'
        if dash and away:
            attributes += f' stroke-dashoffset="{short(away % sum(dash))}"'
        if alpha < 1.0:
            attributes += f' opacity="{short(alpha)}"'
        start = f'<path{self._outside(stroke)} d="{path_data(curve, self._left, self._top)}"'
        self._elements.append(_Element(start, fill, stroke if width else None, f"{attributes}/>"))

    def text(self, run: PlacedRun, at: Point, color: Color, *, centered: bool) -> None:
        start, rest = self._formula(run, at) if run.is_math else self._text(run, at, centered)
        outside = self._outside(color)
        if self._is_inside and not color.variable:  # upon a cell of a heat map
            outside = ' class="llmpipeline-by-value"'
        self._elements.append(_Element(start + outside, color, None, rest, run.reference, is_text=True))

    def image(self, fitted: FittedImage, box: Box, reference: int | None = None) -> None:
        # As an image, an SVG runs no scripts and loads nothing.
        content = b64encode(fitted.embedded()).decode()
        x, y = position(box.x0 - self._left, self._top - box.y1)
        self._elements.append(
            _Image(
                f'<image class="llmpipeline-image" role="img" aria-label="{escape(fitted.alt)}" x="{x}" y="{y}"'
                f' width="{short(box.width)}" height="{short(box.height)}"'
                f' href="data:{fitted.image.media_type};base64,{content}"/>',
                reference,
            )
        )

    def _outside(self, color: Color) -> str:
        """The class of what belongs to a node, but stands upon the page beside it."""
        if self._part == "node" and color.variable == "edge-text":
            return ' class="llmpipeline-outside"'
        return ""

    def finished(self) -> Drawing:
        """The drawing, after all parts."""
        for name, entries in self._below.items():
            if entries:
                # Hidden because the list beside the drawing names kinds and values itself.
                self._write_line(f'<g class="llmpipeline-{name}" aria-hidden="true">')
                for index, elements in entries:
                    if name == "legend":
                        self._write_sample(index, elements)
                    else:
                        self._write_elements(elements, None, None)
                self._write_line(_END)
        self._write_line("</svg>")
        smallest = float(short(self._smallest))
        marks = SvgMarks(self._length, self._width, smallest, self._content, tuple(self._marks))
        return Drawing("".join(self._lines).encode(), Notes(glyphs=self._glyphs(), marks=(marks,)))

    def _glyphs(self) -> tuple[Glyphs, ...]:
        return join_glyphs(
            Glyphs(font.family, font.weight, font.italic, "".join(used)) for font, used in self._used.items()
        )

    def _write_root(self, size: Size) -> float:
        """Write the start tag of the root; return the width of the drawing in pixels."""
        style = self._scene.style
        width, height = position(math.ceil(size.width * 10) / 10, math.ceil(size.height * 10) / 10)
        self._write_line(
            f'{SVG_HEAD}llmpipeline-style-{escape(style.name)}"'
            f' width="{width}" height="{height}" viewBox="0 0 {width} {height}" stroke-linejoin="round"'
            f' stroke-width="{short(style.line_width)}" font-family="{families(self._family, "Verdana, sans-serif")}"'
            f' font-size="{short(self._size)}" text-anchor="middle" text-rendering="geometricPrecision">'
        )
        return float(width)

    def _write_part(self, item: Item, *, by_value: bool) -> int:
        """Write a node, an edge, a group or a callout without its end tag; return the offset of its content.

        *by_value* tells that a value sets its colours.
        """
        elements = self._elements
        fill, stroke = _shared_colors(elements)
        classes, data = _public(item, self._scene.encoding.categories, by_value=by_value)
        self._write_line(f'<g class="{classes}"{_color_attributes(fill, stroke)}{data}>')
        if item.tooltip:
            # Without this class, Sphinx's script that marks the words of a search fails, because a title has no box.
            tooltip = escape(item.tooltip.text).replace("\n", "&#10;")
            self._write_line(f'<title class="nohighlight">{tooltip}</title>')
        content = self._length
        self._write_elements(elements, fill, stroke)
        return content

    def _write_sample(self, index: int, elements: Sequence[_Content]) -> None:
        """Write an entry of the legend: a sample, with the class of its kind, and its text."""
        entry = self._scene.pipeline.legend[index]
        texts = [element for element in elements if isinstance(element, _Element) and element.is_text]
        sample = [element for element in elements if element not in texts]
        fill, stroke = _shared_colors(sample)
        name = escape(f"llmpipeline-{_sample_class(entry, self._scene.encoding.categories)}")
        self._write_line(f'<g class="{name}"{_color_attributes(fill, stroke)}>')
        self._write_elements(sample, fill, stroke)
        self._write_line(_END)
        self._write_elements(texts, None, None)

    def _write_elements(self, elements: Iterable[_Content], fill: Color | None, stroke: Color | None) -> None:
        for element in elements:
            if isinstance(element, _Nested):
                self._write_nested(element)
                continue
            line = element.line if isinstance(element, _Image) else element.within(fill, stroke)
            if element.reference is not None:
                begin, tag = self._length, f'<g data-reference="{element.reference}">'
                start = begin + len(tag)
                self._marks.append(Mark("reference", element.reference, begin, start, start + len(line)))
                line = f"{tag}{line}{_END}"
            self._write_line(line)

    def _write_nested(self, nested: _Nested) -> None:
        """Write elements in a ``<g>`` with the colours of the first of them."""
        fill, stroke = _shared_colors(nested.elements)
        attributes = _color_attributes(fill, stroke)
        self._write_line(f'<g class="{escape(nested.name)}"{attributes}>')
        self._write_elements(nested.elements, fill, stroke)
        self._write_line(_END)

    def _write_line(self, line: str) -> None:
        self._lines += (line, "\n")
        self._length += len(line) + 1

    def _text(self, run: PlacedRun, at: Point, centered: bool) -> tuple[str, str]:
        self._smallest = min(self._smallest, run.size)
        # A run that is a whole line stays centred if the reader lacks the font.
        start = run.width if run.rtl else 0.0
        x, y = position(at[0] + (run.width / 2 if centered else start) - self._left, self._top - at[1])
        attributes = self._font(run.typeface, run.size, run.text) + ("" if centered else ' text-anchor="start"')
        if run.rtl:
            attributes += ' direction="rtl"'
        if run.text != " ".join(run.text.split()):
            # Runs are placed one by one, so a space at either end of one belongs to its width.
            attributes += ' xml:space="preserve"'
        return "<text", f'{attributes} x="{x}" y="{y}">{escape(run.text, quote=False)}</text>'

    def _formula(self, run: PlacedRun, at: Point) -> tuple[str, str]:
        """Glyphs at the positions that mathtext computed, and rules as rectangles."""
        formula = set_formula(run.text, run.typeface, run.size)
        x, y = position(at[0] - self._left, self._top - at[1])
        spans = "".join(map(self._span, formula.glyphs))
        rules = "".join(
            f'<rect x="{short(rule.x)}" y="{short(-rule.y - rule.height)}"'
            f' width="{short(rule.width)}" height="{short(rule.height)}"/>'
            for rule in formula.rules
        )
        rest = f' text-anchor="start" transform="translate({x} {y})"><text>{spans}</text>{rules}</g>'
        return "<g", rest

    def _span(self, glyph: Glyph) -> str:
        font = self._font(glyph.typeface, glyph.size, glyph.character)
        return f'<tspan x="{short(glyph.x)}" y="{short(-glyph.y)}"{font}>{escape(glyph.character, quote=False)}</tspan>'

    def _font(self, typeface: Typeface, size: float, text: str) -> str:
        """Attributes of the font of *text* that differ from those of the root."""
        self._used.setdefault(typeface, set()).update(text)
        attributes = f' font-size="{short(size)}"' if size != self._size else ""
        if typeface.family != self._family:
            generic = "monospace" if "Mono" in typeface.family else "sans-serif"
            attributes += f' font-family="{families(typeface.family, generic)}"'
        if typeface.weight != 400:
            attributes += f' font-weight="{typeface.weight}"'
        return attributes + (' font-style="italic"' if typeface.italic else "")


def _usual_font(blocks: TextBlocks) -> tuple[str, float]:
    """The most frequent family and size of the text of a diagram."""
    bars = (block for bar in blocks.bars for block in (bar.title, *bar.ticks))
    parts: Iterable[TextBlock | None] = (
        *(*blocks.nodes, *blocks.edges, *blocks.groups),
        *(*blocks.node_badges, *blocks.group_badges, *blocks.node_steps, *blocks.edge_steps, *blocks.legend, *bars),
        *blocks.callouts,
    )
    runs = [run for part in parts if part for line in part.lines for run in line.runs if run.text.strip()]
    runs = [run for run in runs if not run.is_object] or runs
    if not runs:
        return "sans-serif", 10.0
    of_family, of_size = Counter(run.typeface.family for run in runs), Counter(run.size for run in runs)
    return of_family.most_common(1)[0][0], of_size.most_common(1)[0][0]


def _shared_colors(elements: Iterable[_Content]) -> tuple[Color | None, Color | None]:
    """The fill and the stroke of a shape that the style sheet changes: its rules are for the ``<g>`` around it."""
    shapes = [element for element in elements if isinstance(element, _Element) and not element.is_text]
    fills = (element.fill for element in shapes if element.fill and element.fill.variable)
    strokes = (element.stroke for element in shapes if element.stroke and element.stroke.variable)
    return next(fills, None), next(strokes, None)


def _color_attributes(fill: Color | None, stroke: Color | None) -> str:
    colors = {"fill": fill, "stroke": stroke}
    return "".join(f' {name}="{_css(color)}"' for name, color in colors.items() if color)


def _public(item: Item, palette: Mapping[str, str], *, by_value: bool) -> tuple[str, str]:
    """Classes and data attributes of a part, escaped."""
    if isinstance(item, Node):
        classes, data = ["llmpipeline-node", f"llmpipeline-kind-{item.kind}"], {"id": item.id}
    elif isinstance(item, Edge):
        classes = ["llmpipeline-edge", f"llmpipeline-edge-{item.kind}"]
        data = {"source": item.source, "target": item.target}
    elif isinstance(item, Callout):
        classes, data = ["llmpipeline-callout"], {"target": item.target}
    else:
        classes, data = ["llmpipeline-panel" if item.panel else "llmpipeline-group"], {"id": item.id}
        classes += ["llmpipeline-shares"] if item.shares else []
    if isinstance(item, Node | Group) and item.pile:
        classes.append("llmpipeline-pile")
    if item.category is not None:
        classes += [f"llmpipeline-category-{item.category}", f"llmpipeline-palette-{palette[item.category]}"]
    if isinstance(item, Node | Edge):
        if item.value:
            data["value"] = f"{item.value.number:.15g}"
            if item.value.unit:
                data["unit"] = item.value.unit
        if item.step is not None:
            data["step"] = item.step
    if by_value:
        classes.append("llmpipeline-by-value")
    written = "".join(f' data-{name}="{escape(value)}"' for name, value in data.items())
    return escape(" ".join([*classes, *item.classes])), written


def _sample_class(entry: LegendEntry, palette: Mapping[str, str]) -> str:
    """The class of the sample of an entry of the legend, without the common prefix."""
    if entry.part == "category":
        return f"palette-{palette[entry.kind]}"
    return f"edge-{entry.kind}" if entry.part == "edge" else f"kind-{'node' if entry.is_plain else entry.kind}"


def _css(color: Color | None) -> str:
    """A colour in CSS."""
    if color is None:
        return "none"
    light = color.light
    if light.startswith("#") and len(light) == 7 and light[1::2] == light[2::2]:
        light = f"#{light[1::2]}"
    return light
