"""The JSON schema of a style."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator

from sphinxext.llmpipeline import style_schema

VALIDATOR = Draft202012Validator(style_schema())


def schema_accepts(value: Any) -> bool | None:
    """Whether the schema accepts *value*; ``None`` if JSON cannot hold it, or if it names a module."""
    if isinstance(value, str) and ":" in value:
        return None
    try:
        return VALIDATOR.is_valid(as_json(value))
    except TypeError:
        return None


def as_json(value: Any) -> Any:
    """*value* as JSON holds it.

    Raises:
        TypeError: if JSON cannot hold it.
    """
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("keys of JSON are strings")
        return {key: as_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_json(item) for item in value]
    if value is None or isinstance(value, (bool, int, str)) or (isinstance(value, float) and math.isfinite(value)):
        return value
    raise TypeError(f"JSON cannot hold {value!r}")
