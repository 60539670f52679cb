"""Readers of config values give the value, or the message of a warning."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sphinxext.llmpipeline.extension import config_readers as read


@pytest.mark.parametrize(
    ("reader", "given", "expected"),
    [
        (read.fences, ["mermaid", "mermaid"], ("mermaid",)),
        (read.fences, (), ()),
        (read.narrow_width, 308, 308.0),
        (read.timeout, 0.5, 0.5),
        (read.cache, Path("a"), "a"),
        (read.days, None, 0),
        (read.executor, "", ""),
        (read.executor, "a.b:c", "a.b:c"),
        (read.finish, "", ""),
        (read.unread, object, object),
    ],
)
def test_values(reader: Callable[[str, Any], Any], given: Any, expected: Any) -> None:
    assert reader("x", given) == expected


@pytest.mark.parametrize(
    ("reader", "given", "message"),
    [
        (read.fences, ["dot"], "x: expected a list of languages, of which there is \"mermaid\", got ['dot']"),
        (read.fences, "mermaid", "x: expected a list of languages, of which there is \"mermaid\", got 'mermaid'"),
        (read.narrow_width, -1, "x: expected a width in pixels, or 0 for no narrow drawings, got -1"),
        (read.timeout, float("nan"), "x: expected a positive number of seconds, got nan"),
        (read.cache, 1, "x: expected a folder or a URL, got 1"),
        (read.days, -1, "x: expected a number of days, or 0 to keep all drawings, got -1"),
        (read.executor, "a", "x: expected 'module:callable', got 'a'"),
        (read.styles, [], "x: expected a dict of names and styles, got []"),
        (read.categories, [], "x: expected a dict of ids and titles, got []"),
    ],
)
def test_messages(reader: Callable[[str, Any], Any], given: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        reader("x", given)


def test_parts_that_can_be_read_are_kept() -> None:
    reader = read.by_parts(lambda given: ({"a": 1}, ["b is wrong"]))
    with pytest.raises(read.PartialValueError) as caught:
        reader("x", {})
    assert (caught.value.value, caught.value.messages) == ({"a": 1}, ("x: b is wrong",))


def test_text_of_an_option() -> None:
    assert (read.number("1.5"), read.number("wide"), read.names("a, b")) == (1.5, "wide", ["a", "b"])
