"""The declarations of an object of the project, with the statements of the directive ``llmpipeline-from``."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sphinx.util.docutils import SphinxDirective

from ..conversion import unparse
from ..diagnostics import Subtype, suggestion
from ..model.pipeline import Pipeline
from ..records import frozen_record
from ..sources import FILES, find_source
from ..sources.bridging import without
from ..sources.merging import Hidden, Statements
from .body import Body, BodyError, Remark, inner_body, named_file
from .objects import NamedObjectError, mocked, named_object, said
from .plot_functions import note_file


@frozen_record
class _Doubt:
    """Something in the statements that does nothing."""

    subtype: Subtype
    message: str
    number: int
    """Index of the line."""


_EXAMPLE = "such as 'langgraph ourapp.graph:app'"


def object_body(directive: SphinxDirective, *, is_rst: bool) -> Body:
    """The declarations of the object that the argument names, merged with the content of the directive.

    Raises:
        BodyError: if there is no such source or object, or the object cannot be drawn.
    """
    written = inner_body(directive, is_rst=is_rst)
    pipeline = _pipeline(directive)
    statements = Statements(written.lines)
    shown, doubts = _without(pipeline, statements.hidden)
    doubts += (_Doubt("syntax", message, number) for message, number in statements.doubts)
    if not shown.nodes:
        raise BodyError("nothing is left of the object: ':hide:' hides all its nodes", "syntax")
    text = unparse(shown, "rst" if is_rst else "myst", declare_all=True)
    merged = statements.merge(text)
    here = directive.get_source_info()
    return Body(
        tuple(line.text for line in merged),
        tuple(here if line.number is None else written.places[line.number] for line in merged),
        tuple(Remark(one.subtype, one.message, "{}:{}".format(*written.places[one.number])) for one in doubts),
    )


def _pipeline(directive: SphinxDirective) -> Pipeline:
    """The diagram of the object."""
    try:
        name, *rest = shlex.split(directive.arguments[0])
    except ValueError as error:
        raise BodyError(f"expected a source and an object, {_EXAMPLE}: {error}", "syntax") from error
    try:
        source = find_source(name)
    except LookupError as error:
        raise BodyError(str(error.args[0]), "reference") from error
    except Exception as error:  # of a package that adds sources
        raise BodyError(f"the source '{name}' cannot be loaded: {said(error)}", "reference") from error
    if name in FILES:
        if not rest or (name == "dvc" and len(rest) > 1):
            raise BodyError(f"expected a file after '{name}', and a blank line before the first statement", "syntax")
        paths = {named_file(directive, path): path for path in rest}
        return _made(lambda: source(*paths), " ".join((name, *rest)), paths)
    if len(rest) != 1:
        expected = f"expected one object after '{name}', {_EXAMPLE}, and a blank line before the first statement"
        raise BodyError(expected, "syntax")
    config, env = directive.config, directive.env
    with mocked(getattr(config, "autodoc_mock_imports", None) or []):

        def make() -> Any:
            found = named_object(rest[0], config.llmpipeline_sources)
            note_file(rest[0], env)
            return source(found)

        return _made(make, " ".join((name, rest[0])))


def _made(make: Callable[[], Any], shown: str, paths: Mapping[str, str] | None = None) -> Pipeline:
    """The diagram that *make* returns.

    Args:
        make: may raise anything.
        shown: the argument of the directive.
        paths: of files → their names in the document, which messages have instead.
    """
    try:
        found = make()
    except NamedObjectError as error:
        raise BodyError(str(error), error.subtype) from error
    except (Exception, SystemExit) as error:
        reason = said(error)
        for path, name in (paths or {}).items():
            reason = reason.replace(path, name)
        raise BodyError(f"'{shown}' cannot be drawn: {reason}", "draw") from error
    if not isinstance(found, Pipeline):
        raise BodyError(f"'{shown}' cannot be drawn: the source returned {type(found).__name__}, no Pipeline", "draw")
    return found


def _without(pipeline: Pipeline, hidden: Sequence[Hidden]) -> tuple[Pipeline, list[_Doubt]]:
    """The diagram without what is hidden, and doubts about what it does not have."""
    known = [*(node.id for node in pipeline.nodes), *(group.id for group in pipeline.groups)]
    doubts = [*_unknown(pipeline, known, hidden)]
    pairs = {one.ids for one in hidden if len(one.ids) == 2}
    edges = tuple(edge for edge in pipeline.edges if (edge.source, edge.target) not in pairs)
    ids = {one.ids[0] for one in hidden if len(one.ids) == 1} - _cells(pipeline).keys()
    return without(replace(pipeline, edges=edges), ids), doubts


def _cells(pipeline: Pipeline) -> dict[str, str]:
    """Cells, and the row or the grid that holds each."""
    return {id: group.id for group in pipeline.groups for row in group.rows for id in row}


def _unknown(pipeline: Pipeline, known: Sequence[str], hidden: Sequence[Hidden]) -> Iterator[_Doubt]:
    pairs = {(edge.source, edge.target) for edge in pipeline.edges}
    cells = _cells(pipeline)
    for one in hidden:
        if len(one.ids) == 2 and one.ids not in pairs:
            text = f"there is no edge from '{one.ids[0]}' to '{one.ids[1]}' that could be hidden"
            yield _Doubt("reference", text, one.number)
        elif one.ids[0] in cells and len(one.ids) == 1:
            text = f"the cell '{one.ids[0]}' cannot be hidden alone; hide '{cells[one.ids[0]]}', which holds it"
            yield _Doubt("reference", text, one.number)
        elif len(one.ids) == 1 and one.ids[0] not in known:
            text = f"there is no node or group '{one.ids[0]}' that could be hidden{suggestion(one.ids[0], known)}"
            yield _Doubt("reference", text, one.number)
