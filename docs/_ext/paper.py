"""What the PDF has otherwise than the site: long tables break across pages, listings stay with what leads to them, some
headings go, and drawings of other tools are PDF."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_LINE = 100
"""Characters of a line of the page."""
_GAP = 4
"""Characters that have room in the space between columns."""
_HALF_PAGE = 22
"""Lines."""
_SHORT = 14
"""Characters of a cell that stay in one line."""

_SHORT_LISTING = 8
"""Lines of a listing that has no page break in it."""
_LISTING_START = 4
"""Lines of a longer listing before a page break."""
_LISTING_LINE = 92
"""Characters of a line of a listing."""
_CLOSED = (nodes.entry, nodes.figure, nodes.footnote, nodes.Admonition, nodes.topic)
"""Elements in which no page ends, or whose end is not known."""
_HEADS = (nodes.title, nodes.term, addnodes.desc_signature)
"""Elements that stand on a page with what follows them."""

_WIDTH = 700
"""Pixels of a page of the site, which is as wide as the text on paper."""
_HEIGHTS = {False: 860, True: 700}
"""Most pixels of a drawing on paper: alone, and side by side with others."""
_ROW = 2.5
"""Drawings together wider than this, as a multiple of their height, stand below each other."""
_NO_HEADING = "no-heading-in-pdf"
"""Class of such sections."""


class LongTables(SphinxPostTransform):
    """Lets tables break that are longer than half of a page, with columns as wide as the site or their texts say."""

    default_priority = 900
    formats = ("latex",)

    def run(self, **_kwargs: Any) -> None:
        """Mark the tables of the book."""
        for table in self.document.findall(nodes.table):
            if not any(table.findall(nodes.thead)):  # on another page, a reader does not know what its columns are
                continue
            columns = [*table.findall(nodes.colspec)]
            rows = [[entry.astext() for entry in row] for row in table.findall(nodes.row)]
            if any(len(row) != len(columns) for row in rows):  # cells of several columns, or a table in a cell
                continue
            if "colwidths-given" in table["classes"]:
                widths = [column["colwidth"] for column in columns]
            else:
                widths = shares(rows)
            if height(rows, widths) > _HALF_PAGE:
                table["classes"] += ["longtable", "colwidths-given"]
                for column, width in zip(columns, widths, strict=True):
                    column["colwidth"] = width


class Together(SphinxPostTransform):
    """Starts a page before a listing or a setting if little room is left, and before the sentence, the heading or the
    term that leads to it.

    A listing of few lines is on one page.
    """

    default_priority = 900
    formats = ("latex",)

    def run(self, **_kwargs: Any) -> None:
        """Change the book."""
        for listing in [*self.document.findall(nodes.literal_block), *self.document.findall(nodes.doctest_block)]:
            if not any(isinstance(element, _CLOSED) for element in _around(listing)):
                lines = wrapped(listing.astext().rstrip("\n"), _LISTING_LINE)
                shown = 2 + (lines if lines <= _SHORT_LISTING else _LISTING_START)
                has_caption = isinstance(_before(listing), nodes.caption)
                element = listing.parent if has_caption else listing
                _need(element, shown + 2 * has_caption, rf"\global\listinglines={lines} ")
        for setting in [*self.document.findall(addnodes.desc)]:
            if setting["objtype"] == "confval":
                _need(setting, 11)


def _need(element: nodes.Element, lines: int, more: str = "") -> None:
    """Say before *element*, and before what belongs to it, how many lines there must be room for."""
    before = _before(element)
    if isinstance(before, nodes.paragraph) and before.astext().endswith(":"):
        lines += wrapped(before.astext(), _LINE) + 1
        element = before
    while True:
        before = _before(element)
        if isinstance(before, _HEADS):
            lines += 3 if isinstance(before, nodes.title) else 1
        elif before is not None or isinstance(element.parent, (nodes.document, addnodes.start_of_file)):
            break
        element = element.parent
    parent = element.parent
    at = parent.index(element)
    inner, end = parent, at
    while end and isinstance(last := inner[end - 1], nodes.section):
        inner, end = last, len(last)
    if end and isinstance(inner[end - 1], nodes.target):  # of a heading, at the end of the section before it
        parent, at = inner, end
    while at and isinstance(parent[at - 1], (addnodes.index, nodes.target, nodes.comment)):
        at -= 1
    parent.insert(at, _latex(rf"\Needspace{{{lines}\baselineskip}}{more}"))


def _before(element: nodes.Element) -> nodes.Node | None:
    """The element before, or before its box, that has something to show."""
    siblings = element.parent.children[: element.parent.index(element)]
    unseen = (nodes.Invisible, addnodes.index, nodes.raw)
    return next((node for node in reversed(siblings) if not isinstance(node, unseen)), None)


def _around(element: nodes.Node) -> Iterator[nodes.Element]:
    """The elements around another."""
    while element.parent is not None:
        yield element.parent
        element = element.parent


def wrapped(text: str, width: int) -> int:
    """Lines of a text.

    >>> wrapped("a" * 30 + chr(10) + "b", 20)
    3
    """
    return sum(-(-len(line) // width) or 1 for line in text.split("\n"))


class Headings(SphinxPostTransform):
    """Leaves out headings of the start page: the contents list its pages, which are then sections of their own.

    References to such a section lead to the place where it begins.
    """

    default_priority = 900
    formats = ("latex",)

    def run(self, **_kwargs: Any) -> None:
        """Change the book."""
        for section in [*self.document.findall(nodes.section)]:
            if _NO_HEADING in section["classes"]:
                # The paragraph before it would go on with the target.
                target = [_latex(r"\par"), nodes.target("", "", ids=section["ids"])]
                section.replace_self([*target, *(child for child in section if not isinstance(child, nodes.title))])


class Drawings(SphinxPostTransform):
    """Takes the drawings of other tools from the PDF of ``benchmarks/compare.py``, because LaTeX reads no SVG.

    High ones stand side by side.
    """

    default_priority = 900
    formats = ("latex",)

    def run(self, **_kwargs: Any) -> None:
        """Change the figures of the book that the style sheet of the site calls peers."""
        folder = Path(self.env.srcdir, "comparison")
        pages = {path.name: page for page, path in enumerate(sorted(folder.glob("*.svg")), 1)}
        for container in [*self.document.findall(nodes.container)]:
            if "comparison" not in container["classes"]:
                continue
            figures = [figure for figure in container.findall(nodes.figure) if "peer" in figure["classes"]]
            for source in [*container.findall(addnodes.download_reference)]:  # paper has no links to files
                before = source.parent[source.parent.index(source) - 1]
                source.parent.replace(before, nodes.Text(before.astext().removesuffix(", from ")))
                source.parent.remove(source)
            names = [Path(image["uri"]).name for figure in figures for image in figure.findall(nodes.image)]
            sizes = [size((folder / name).read_text(encoding="utf-8")) for name in names]
            row = sum(width / height for width, height in sizes) < _ROW
            widths = side_by_side(sizes) if row else [min(1.0, width / _WIDTH) for width, _ in sizes]
            for figure, name, (width, height), share in zip(figures, names, sizes, widths, strict=True):
                drawn = min(share, _HEIGHTS[row] / height * width / _WIDTH)
                options = rf"page={pages[name]},width={drawn / (share if row else 1):.3f}\linewidth"
                (image,) = figure.findall(nodes.image)
                image.replace_self(_latex(rf"\includegraphics[{options}]{{drawings.pdf}}"))
                if row:
                    figure.replace_self([_latex(rf"\def\drawingwidth{{{share:.3f}\textwidth}}"), figure])
            if row:
                container.insert(container.index(figures[0]) - 1, _latex(r"\begin{drawings}"))
                container.insert(container.index(figures[-1]) + 1, _latex(r"\end{drawings}"))


def _latex(text: str) -> nodes.raw:
    return nodes.raw("", text, format="latex")


def size(drawn: str) -> tuple[float, float]:
    """Width and height of an SVG in pixels.

    >>> size('<svg viewBox="0 0 350 100.5">')
    (350.0, 100.5)
    """
    found = re.search(r'viewBox="\S+ \S+ (\S+) (\S+)"', drawn)
    if found is None:
        raise ValueError("a drawing has no viewBox")
    return float(found[1]), float(found[2])


def side_by_side(sizes: Sequence[tuple[float, float]]) -> list[float]:
    """Parts of a row for drawings of one height, with room for their captions.

    >>> side_by_side([(300, 600), (200, 800), (450, 600)])
    [0.303, 0.192, 0.455]
    """
    ratios = [width / height for width, height in sizes]
    least = [max(0.2, 0.95 * ratio / sum(ratios)) for ratio in ratios]
    return [round(0.95 * part / sum(least), 3) for part in least]


def shares(rows: Sequence[Sequence[str]]) -> list[int]:
    """Widths of columns: room for their words and for short cells, and the rest in proportion to what their cells need.

    >>> shares([["What", "Met"], ["a cold build of a project with a hundred diagrams and their pages", "yes"]])
    [93, 7]
    """
    columns = [*zip(*rows, strict=True)]
    longest = [max(map(len, column)) for column in columns]
    words = [max(len(word) for cell in column for word in [*cell.split(), ""]) for column in columns]
    least = [max(min(cell, _SHORT), word) + _GAP for cell, word in zip(longest, words, strict=True)]
    wanted = [cell + _GAP - room for cell, room in zip(longest, least, strict=True)]
    spare = max(0, _LINE - sum(least))
    return [room + spare * more // max(1, sum(wanted)) for room, more in zip(least, wanted, strict=True)]


def height(rows: Sequence[Sequence[str]], widths: Sequence[int]) -> int:
    """Estimate the lines of a table whose columns have these shares of the page.

    >>> height([["a" * 30, "b"], ["a", "b"]], [20, 80])
    3
    """
    room = [max(1, width * _LINE // sum(widths) - _GAP) for width in widths]
    return sum(max(-(-len(cell) // wide) or 1 for cell, wide in zip(row, room, strict=True)) for row in rows)


def setup(app: Sphinx) -> dict[str, Any]:
    """Add the transforms."""
    app.add_post_transform(LongTables)
    app.add_post_transform(Together)
    app.add_post_transform(Headings)
    app.add_post_transform(Drawings)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
