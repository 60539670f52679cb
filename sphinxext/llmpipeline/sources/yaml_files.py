"""YAML files: their content as values; PyYAML is loaded when the first is read."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ..files import read_regular

_LARGEST = 1_000_000
"""Most bytes of a file."""


def read_text(path: str | os.PathLike[str]) -> str:
    """The text of a regular file of limited size.

    Raises:
        TypeError: if it is no path.
        ValueError: if it is no text.
        OSError: if it cannot be read.
    """
    if not isinstance(path, str | os.PathLike):
        raise TypeError(f"expected the path of a file, got {type(path).__name__}")
    try:
        return read_regular(path, _LARGEST).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"'{os.fspath(path)}' is not text in UTF-8") from error


def load_mapping(text: str, path: str | os.PathLike[str], first_line: int = 1) -> Mapping[str, Any]:
    """The mapping that *text*, from *first_line* of the file *path*, is in YAML.

    Raises:
        ValueError: if it is another value, or no YAML.
        ImportError: if PyYAML is not installed.
    """
    try:
        import yaml
    except ImportError as error:
        raise ImportError("reading YAML needs PyYAML: pip install sphinxext-llmpipeline[sources]") from error
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {first_line + mark.line}" if mark else ""
        reason = getattr(error, "problem", None) or " ".join(str(error).split())
        raise ValueError(f"'{os.fspath(path)}'{place} is no YAML: {reason}") from error
    if not isinstance(found, Mapping):
        raise ValueError(f"'{os.fspath(path)}' has no keys: expected a mapping in YAML")
    return found


def texts(given: Any) -> list[str]:
    """A value that is one text or a list of texts, as a list."""
    items = given if isinstance(given, list) else [] if given is None else [given]
    return [str(item) for item in items if isinstance(item, str | int | float)]
