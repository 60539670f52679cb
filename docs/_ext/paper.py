"""What the PDF has otherwise than the site: long tables break across pages, and some headings go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from docutils import nodes
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
            rows = [[entry.astext() for entry in row.findall(nodes.entry)] for row in table.findall(nodes.row)]
            columns = [*table.findall(nodes.colspec)]
            if "colwidths-given" in table["classes"]:
                widths = [column["colwidth"] for column in columns]
            else:
                widths = shares(rows)
            if len(widths) == len(columns) and height(rows, widths) > _HALF_PAGE:
                table["classes"] += ["longtable", "colwidths-given"]
                for column, width in zip(columns, widths, strict=True):
                    column["colwidth"] = width


class Headings(SphinxPostTransform):
    """Leaves out headings of the start page: the contents list its pages, which are then sections of their own."""

    default_priority = 900
    formats = ("latex",)

    def run(self, **_kwargs: Any) -> None:
        """Change the book."""
        for section in [*self.document.findall(nodes.section)]:
            if _NO_HEADING in section["classes"]:
                section.replace_self([child for child in section if not isinstance(child, nodes.title)])


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
    return sum(max(-(-len(cell) // wide) or 1 for cell, wide in zip(row, room, strict=False)) for row in rows)


def setup(app: Sphinx) -> dict[str, Any]:
    """Add the transforms."""
    app.add_post_transform(LongTables)
    app.add_post_transform(Headings)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
