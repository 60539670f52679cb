"""The field ``:image:`` of nodes."""

from __future__ import annotations

from ..model.image_files import image_of, media_type_of
from ..model.images import Image
from .syntax_tree import Context, ParseError, Text


def read_image(text: Text, context: Context) -> Image:
    """The name of a file with an image.

    Raises:
        ParseError: if it cannot be read, or is no image that can be drawn.
    """
    name, width = text.value, len(text.value.split("\n")[0])
    if text.below:
        raise ParseError("expected the name of one file", text.below[0])
    try:
        media_type_of(name)  # other files are not even opened
        return image_of(name, context.read_file(name))
    except ValueError as error:
        raise ParseError(str(error), text.line, text.column, width) from error
