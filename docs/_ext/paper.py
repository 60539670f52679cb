"""What the PDF has otherwise than the site: long tables break across pages, some headings go, and drawings of other
tools are PDF."""

from __future__ import annotations

import re
from collections.abc import Sequence
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
                target = nodes.target("", "", ids=section["ids"])
                section.replace_self([target, *(child for child in section if not isinstance(child, nodes.title))])


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
    app.add_post_transform(Headings)
    app.add_post_transform(Drawings)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
