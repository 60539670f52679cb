"""Diagrams of Mermaid and DOT that a document shows: converted when it is read, with the places of their lines."""

from __future__ import annotations

from sphinx.util import logging

from ..conversion import ConversionError, convert
from ..files import Language
from .body import Body, BodyError

logger = logging.getLogger(__name__)


def converted(body: Body, language: Language, *, is_rst: bool) -> Body:
    """The declarations of a diagram of another language, with the options that it asks for.

    What cannot be said is logged as a remark, not as a warning: the author of a diagram that GitHub shows, too, may
    want to keep it.

    Args:
        body: the diagram, and the places of its lines.
        language: that of the diagram.
        is_rst: whether labels are markup of reStructuredText, and not of Markdown.

    Raises:
        BodyError: if it cannot be converted.
    """
    try:
        found = convert(body.text, language, "rst" if is_rst else "myst")
    except ConversionError as error:
        raise BodyError(error.message, "syntax", _place(body, error.line)) from error
    for remark in found.remarks:
        logger.info("%s: %s", _place(body, remark.line), remark.message)
    lines = found.text.rstrip("\n").split("\n")
    places = (body.places[_index(body, number)] for number in found.lines[: len(lines)])
    return Body(tuple(lines), tuple(places), options=found.options)


def _place(body: Body, line: int) -> str:
    source, number = body.places[_index(body, line)]
    return f"{source}:{number}"


def _index(body: Body, line: int) -> int:
    return min(max(line, 1), len(body.places)) - 1
