"""What the PDF has otherwise than the site: long tables break across pages, listings stay with what leads to them, some
headings go, and drawings of other tools are PDF."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
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

_TEXT = (468, 648)
"""Width and height of the text of a page, in points."""
_PIXEL = 0.75
"""Points of a pixel."""
_READABLE = 0.3
"""Points of a pixel in a drawing whose text, of 14 to 16 pixels, can just be read."""
_HIGH, _HIGHEST = 0.6, 0.85
"""Shares of the height of a page for a drawing, and for one that could otherwise not be read."""
_GUTTER = 12
"""Points between parts of a drawing."""
_GOOD = 0.36
"""Points of a pixel in a drawing that is made smaller for a row."""
_NARROWEST = 0.2
"""Share of the width of the page for the caption of a drawing that has others beside it."""
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

    Each has its own size if the page has room for it. Some stand in one row, if they can still be read. One that is too
    high to be read on a page is cut into parts.
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
            images = [image for figure in figures for image in figure.findall(nodes.image)]
            drawn = [(folder / Path(image["uri"]).name).read_text(encoding="utf-8") for image in images]
            for row in rows_of([size(drawing) for drawing in drawn]):
                shares = side_by_side([size(drawn[at]) for at in row])
                for at, share in zip(row, shares, strict=True):
                    _draw(figures[at], images[at], drawn[at], pages[Path(images[at]["uri"]).name], share)
                if len(row) > 1:
                    for at, share in zip(row, shares, strict=True):
                        wide = _latex(rf"\def\drawingwidth{{{max(_NARROWEST, share):.3f}\textwidth}}")
                        figures[at].replace_self([wide, figures[at]])
                    container.insert(container.index(figures[row[0]]) - 1, _latex(r"\begin{drawings}"))
                    container.insert(container.index(figures[row[-1]]) + 1, _latex(r"\end{drawings}"))


def _draw(figure: nodes.figure, image: nodes.image, drawn: str, page: int, share: float) -> None:
    """Draw a page of the PDF with a share of the width of the text, or in parts."""
    width, height = size(drawn)
    if not is_long(width, height):
        image.replace_self(_latex(rf"\includegraphics[page={page},width={share * _TEXT[0]:.1f}bp]{{drawings.pdf}}"))
        return
    tops, scale = parts(width, height, boxes(drawn))
    shown = []
    for top, bottom in pairwise(tops):
        view = " ".join(f"{_PIXEL * at:.1f}" for at in (0, height - bottom, width, height - top))
        options = f"page={page},viewport={view},clip,width={scale * width:.1f}bp"
        shown.append(rf"\raisebox{{-\height}}{{\includegraphics[{options}]{{drawings.pdf}}}}")  # hang from one line
    image.replace_self(_latex(rf"\hspace{{{_GUTTER}bp}}".join(shown)))
    for caption in figure.findall(nodes.caption):
        caption += nodes.Text(f", cut into {len(shown)} parts: each goes on at the top of the next")


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


def points(width: float, height: float) -> tuple[float, float]:
    """Size on paper of a drawing of this size in pixels.

    >>> points(400, 300), points(936, 100), points(300, 1024)
    ((300.0, 225.0), (468.0, 50.0), (113.90625, 388.8))
    >>> points(1200, 1800)  # at three fifths of the page, it could not be read
    (367.2, 550.8)
    """
    scale = min(_PIXEL, _TEXT[0] / width, _HIGH * _TEXT[1] / height)
    if scale < _READABLE:
        scale = min(_TEXT[0] / width, _HIGHEST * _TEXT[1] / height)
    return scale * width, scale * height


def is_long(width: float, height: float) -> bool:
    """Whether a drawing can only be read in parts.

    >>> is_long(400, 3000), is_long(3000, 400)
    (True, False)
    """
    drawn, _ = points(width, height)
    return drawn / width < _READABLE and drawn < 0.5 * _TEXT[0]


def rows_of(sizes: Sequence[tuple[float, float]]) -> list[list[int]]:
    """Numbers of the drawings of each row: as many as can be read.

    >>> rows_of([(400, 400), (300, 600), (900, 300), (200, 3000), (200, 900), (200, 900)])
    [[0, 1], [2], [3], [4, 5]]
    """
    rows: list[list[int]] = []
    for number in range(len(sizes)):
        tried = [sizes[at] for at in [*(rows[-1] if rows else []), number]]
        shares = side_by_side(tried)
        ours = [share * _TEXT[0] / width for share, (width, _) in zip(shares, tried, strict=True)]
        alone = [points(width, height)[0] / width for width, height in tried]
        readable = all(scale > min(_GOOD, 0.99 * most) for scale, most in zip(ours, alone, strict=True))
        if rows and readable and not any(is_long(*one) for one in tried):
            rows[-1].append(number)
        else:
            rows.append([number])
    return rows


def side_by_side(sizes: Sequence[tuple[float, float]]) -> list[float]:
    """Shares of the width of the text for drawings of these sizes in pixels, smaller than alone if they are too wide.

    >>> side_by_side([(312, 300)]), side_by_side([(624, 100), (312, 100)])
    ([0.5], [0.62, 0.31])
    """
    shares = [points(width, height)[0] / _TEXT[0] for width, height in sizes]
    most = 1 if len(sizes) == 1 else 0.97 - 0.02 * len(sizes)
    return [round(share * min(1, most / sum(max(_NARROWEST, share) for share in shares)), 4) for share in shares]


def parts(width: float, height: float, taken: Sequence[tuple[float, float]]) -> tuple[list[float], float]:
    """Where a high drawing is cut so that its parts are largest, side by side, and their points of a pixel.

    No box is cut, each of which has a top and a bottom, if there is a place near between all boxes.

    >>> parts(400, 3000, [(0, 1040), (1140, 2300)])
    ([0.0, 1090.0, 2000.0, 3000], 0.356697247706422)
    """
    middles, end = [], 0.0
    for top, bottom in sorted(taken):
        if top > end:
            middles.append((end + top) / 2)
        end = max(end, bottom)
    found = []
    for number in range(1, 6):
        tops = [0.0]
        for part in range(1, number):
            even = height * part / number
            near = min(middles, key=lambda middle: abs(middle - even), default=even)
            tops.append(near if abs(near - even) < height / number / 6 else even)
        tops.append(height)
        tallest = max(bottom - top for top, bottom in pairwise(tops))
        room = (_TEXT[0] - (number - 1) * _GUTTER) / number
        found.append((min(_PIXEL, room / width, _HIGH * _TEXT[1] / tallest), tops))
    scale, tops = max(found)
    return tops, scale


def boxes(drawn: str) -> list[tuple[float, float]]:
    """Top and bottom of the rectangles of an SVG, from the top of the drawing, except its ground.

    >>> ground, box = '<rect x="0" y="-9" width="9" height="90"/>', '<rect x="1" y="0" width="7" height="3"/>'
    >>> boxes(f'<svg viewBox="0 -9 9 90">{ground}{box}</svg>')
    [(9.0, 12.0)]
    """
    _, full = size(drawn)
    tops = [float(top) for top in re.findall(r'viewBox="\S+ (\S+) ', drawn)]
    found = re.findall(r'<rect x="\S+" y="(\S+)" width="\S+" height="(\S+)"', drawn)
    return [(float(y) - min(tops), float(y) - min(tops) + float(high)) for y, high in found if float(high) < full]


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
