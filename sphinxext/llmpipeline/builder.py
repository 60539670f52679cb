"""Builder: diagrams made by calls of Python instead of a text."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypedDict, Unpack

from .conversion.declarations import (
    CategoryDeclaration,
    CellRow,
    ContainerWord,
    Declaration,
    Declarations,
    EdgeDeclaration,
    Fields,
    GroupDeclaration,
    NodeDeclaration,
    NoteDeclaration,
    RowDeclaration,
)
from .conversion.quantities import value_text
from .conversion.source import Alignment, Span, Text
from .conversion.writing import write
from .diagnostics import Diagnostic, PipelineError, suggestion
from .job import Format
from .language import ARROW_OF, ID, parse
from .model.quantity import Value
from .model.vocabulary import NODE_KINDS, DiagramDirection, Direction, EdgeKind
from .style.types import Style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from .model.pipeline import Pipeline


Number = str | float
"""Such as ``7e9``, or ``"300B tokens"`` with a unit."""


class _ItemFields(TypedDict, total=False):
    link: str
    tooltip: str
    category: str
    classes: str | Sequence[str]


class NoteFields(_ItemFields, total=False):
    """Fields of a note beside a node or a group, by keyword."""


class _TextFields(_ItemFields, total=False):
    note: str


class EdgeFields(_TextFields, total=False):
    """Fields of edges, by keyword."""

    value: Number
    step: str | int


class GroupFields(_TextFields, total=False):
    """Fields of groups and stacks, by keyword."""

    direction: Direction
    repeat: str | int
    pile: bool


class NodeFields(_TextFields, total=False):
    """Fields of nodes, by keyword."""

    value: Number
    step: str | int
    repeat: str | int
    pile: bool
    plot: str
    """Its kind, and its data in the lines after the first, or a file."""
    image: str
    size: tuple[float, float]
    """Width and height of the plot or the image, in points."""


class Diagram:
    r"""A diagram that is made by calls of Python.

    Each method declares what the statement of the same name does; labels are plain text, and ``"\n"`` breaks a line.

    Args:
        direction: of the ranks; ``auto`` chooses the one that fits the page best, ``None`` leaves it to the style.
        kinds: names of the kinds that a node may have.
        categories: ids of categories that need no declaration.
        folder: of the files that plots and images name; without it, none is read.

    >>> d = Diagram(direction="auto")
    >>> base = d.node("base", "Base model", kind="model")
    >>> with d.group("rl", "RL"):
    ...     chat = d.node("chat", "Chat model", kind="model", value=7e9)
    >>> d.edge("base", "chat", "SFT")
    >>> print(d.source, end="")
    model base: Base model
    group rl: RL
       model chat: Chat model
          :value: 7B
    base -> chat: SFT
    >>> d.render()[:4]
    b'<svg'
    """

    def __init__(
        self,
        direction: DiagramDirection | None = None,
        *,
        kinds: Collection[str] = NODE_KINDS,
        categories: Collection[str] = (),
        folder: str | os.PathLike[str] | None = None,
    ) -> None:
        self.direction = direction
        self._kinds = kinds
        self._known = categories
        self._folder = folder
        self._blocks: list[list[Declaration]] = [[]]
        """The statements of the diagram, then of each group that is open."""
        self._ids: set[str] = set()

    # Declarations

    def node(self, id: str, label: str | None = None, *, kind: str = "node", **fields: Unpack[NodeFields]) -> str:
        """Declare a node, whose label is by default the id; returns the id.

        Raises:
            ValueError: if the id is invalid or was declared before, or a field or the kind is invalid.
        """
        if kind not in self._kinds:
            raise ValueError(f"unknown kind '{kind}'{suggestion(kind, self._kinds)}")
        text = _text(label) if label is not None else None
        return self._declare(id, NodeDeclaration(id, kind if kind != "node" else "", text, _fields(fields)))

    def edge(
        self,
        source: str | Sequence[str],
        target: str | Sequence[str],
        label: str | None = None,
        *,
        kind: EdgeKind = "flow",
        **fields: Unpack[EdgeFields],
    ) -> None:
        """Declare an edge; from each source to each target, if there are several.

        Raises:
            ValueError: if there is no such kind, or an id or a field is invalid.
        """
        if kind not in ARROW_OF:
            raise ValueError(f"unknown kind of edge '{kind}'{suggestion(kind, ARROW_OF)}")
        ends = tuple((one,) if isinstance(one, str) else tuple(one) for one in (source, target))
        _check_ids(*ends[0], *ends[1])
        text = _text(label) if label else None
        self._add(EdgeDeclaration(ends, ARROW_OF[kind], text, _fields(fields)))

    def chain(self, *ids: str, kind: EdgeKind = "flow") -> None:
        """Declare an edge from each of *ids* to the next."""
        _check_ids(*ids)
        self._add(EdgeDeclaration(tuple((id,) for id in ids), ARROW_OF[kind], None))

    @contextmanager
    def group(self, id: str, title: str | None = None, **fields: Unpack[GroupFields]) -> Iterator[str]:
        """Declare a group of what the ``with`` block declares; an empty *title* is none, ``None`` is the id."""
        with self._container("group", id, title, _fields(fields)):
            yield id

    @contextmanager
    def stack(
        self, id: str, title: str | None = None, *, arrows: bool = True, **fields: Unpack[GroupFields]
    ) -> Iterator[str]:
        """Declare a stack; with *arrows*, each member leads to the next."""
        own: Fields = () if arrows else (("arrows", "no"),)
        with self._container("stack", id, title, (*own, *_fields(fields))):
            yield id

    @contextmanager
    def panel(self, id: str, title: str | None = None, **fields: Unpack[GroupFields]) -> Iterator[str]:
        """Declare a panel, a diagram beside others."""
        with self._container("panel", id, title or id, _fields(fields)):
            yield id

    def row(self, id: str, *cells: str, shares: Sequence[Number] | None = None) -> list[str]:
        """Declare cells side by side; returns their ids.

        With *shares*, the cells are as wide as these values.
        """
        fields: Fields = ()
        if shares is not None:
            fields = (("shares", "yes"), ("value", " | ".join(map(_number, shares))))
        self._declare(id, RowDeclaration(id, (CellRow(tuple(map(_text, cells))),), fields))
        return [f"{id}.{number}" for number in range(1, len(cells) + 1)]

    def grid(self, id: str, rows: Mapping[str, Sequence[str]], title: str | None = None) -> list[list[str]]:
        """Declare rows of equal cells by their names; returns the ids of the cells, row by row."""
        found = tuple(CellRow(tuple(map(_text, cells)), name=name) for name, cells in rows.items())
        self._declare(id, RowDeclaration(id, found, is_grid=True, title=_text(title) if title else None))
        return [[f"{id}.{name}.{number + 1}" for number in range(len(cells))] for name, cells in rows.items()]

    def align(self, *ids: str) -> None:
        """Put nodes and groups into one rank, in this order."""
        _check_ids(*ids)
        self._add(Alignment(ids, 0), check=False)

    def category(self, id: str, label: str) -> str:
        """Declare a category, for the field of that name; returns the id."""
        _check_ids(id)
        self._add(CategoryDeclaration(id, _text(label)), check=False)
        return id

    def note(self, target: str, text: str, **fields: Unpack[NoteFields]) -> None:
        """Put a text beside a node or a group, outside the flow."""
        _check_ids(target)
        self._add(NoteDeclaration(target, _text(text), _fields(fields)), check=False)

    @contextmanager
    def _container(self, word: ContainerWord, id: str, title: str | None, fields: Fields) -> Iterator[None]:
        self._take(id)
        self._blocks.append([])
        try:
            yield
        finally:
            statements = self._blocks.pop()
        text = _text(title) if title else None if title == "" else _text(id)
        self._add(GroupDeclaration(id, text, fields, tuple(statements), word), check=False)

    def _declare(self, id: str, declaration: Declaration) -> str:
        """Add the declaration of an id that is new."""
        self._take(id)
        self._add(declaration)
        return id

    def _take(self, id: str) -> None:
        _check_ids(id)
        if id in self._ids:
            raise ValueError(f"id '{id}' is declared twice; choose another id")
        self._ids.add(id)

    def _add(self, declaration: Declaration, *, check: bool = True) -> None:
        """Add a declaration, whose own errors are raised where it is made."""
        if check:
            try:
                self._parsed((declaration,), is_part=True)
            except PipelineError as error:
                raise ValueError("; ".join(found.message for found in error.diagnostics)) from None
        self._blocks[-1].append(declaration)

    # Results

    @property
    def source(self) -> str:
        """The declarations so far, as text."""
        return _written(tuple(self._blocks[0]))

    @property
    def pipeline(self) -> Pipeline:
        """The diagram as values.

        Raises:
            PipelineError: if an edge, a note or an alignment names what is not declared, or a group is empty; its lines
                are those of :attr:`source`.
        """
        return self._parsed(tuple(self._blocks[0]))

    def _parsed(self, statements: tuple[Declaration, ...], *, is_part: bool = False) -> Pipeline:
        categories = {*self._known, *(_categories(statements) if is_part else ())}
        return parse(
            _written(statements),
            kinds=self._kinds,
            direction=self.direction,
            categories=categories,
            warn=_meant,
            folder=self._folder,
        )

    def render(self, style: Style | str = "modern", format: Format = "svg", *, width: float = 700.0) -> bytes:
        """Draw the diagram, as :func:`~sphinxext.llmpipeline.render` does."""
        from .rendering import render  # imported here because it loads the fonts

        return render(self.pipeline, style, format, width=width)

    def figure(self, style: Style | str = "modern", *, width: float = 700.0) -> Figure:
        """Make a figure of matplotlib, as :func:`~sphinxext.llmpipeline.figure` does."""
        from .rendering import figure

        return figure(self.pipeline, style, width=width)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Mapping[str, str]:  # noqa: ARG002 -- IPython's signature
        """What notebooks show."""
        from .notebook import mimebundle

        return mimebundle(self.pipeline)

    def _repr_html_(self) -> str:
        """What sphinx-gallery shows."""
        return self._repr_mimebundle_()["text/html"]


def _meant(_doubt: Diagnostic) -> None:
    """Texts that look like those of another language are meant: calls say what is a label."""


def _check_ids(*ids: str) -> None:
    """Check that nothing else than ids is written where ids stand."""
    for id in ids:
        if not ID.fullmatch(id.removesuffix(".*")):
            raise ValueError(f"'{id}' is not an id: expected a letter or '_', then letters, digits, '_', '-' and '.'")


def _written(statements: tuple[Declaration, ...]) -> str:
    return write(Declarations(statements, (), ()), "plain")


def _categories(statements: tuple[Declaration, ...]) -> set[str]:
    """The categories that one statement names: their declarations may follow."""
    fields = (statement.fields for statement in statements if not isinstance(statement, tuple | CategoryDeclaration))
    return {value for found in fields for name, value in found if name == "category" and isinstance(value, str)}


def _text(text: str) -> Text:
    return tuple((Span(line),) for line in text.split("\n"))


def _number(value: Number) -> str:
    return value if isinstance(value, str) else value_text(Value(float(value)))


def _fields(given: Mapping[str, object]) -> Fields:
    """Fields of a declaration; those that are ``None`` or ``False`` are left out."""
    return tuple(
        (_FIELD_NAMES.get(name, name), _field(name, value))
        for name, value in given.items()
        if value is not None and value is not False
    )


_FIELD_NAMES = {"classes": "class"}


def _field(name: str, value: object) -> str | Text:
    if value is True:
        return "yes"
    if name in ("note", "tooltip"):
        return _text(str(value))
    if name == "value" and not isinstance(value, str):
        assert isinstance(value, int | float)
        return _number(value)
    if name == "size" and isinstance(value, tuple):
        return " x ".join(map(str, value))
    if not isinstance(value, str) and isinstance(value, Sequence):
        return " ".join(value)
    return str(value)
