"""Readers of config values give the value, or the message of a warning."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sphinxext.llmpipeline.extension import setting_readers as read


@pytest.mark.parametrize(
    ("reader", "given", "expected"),
    [
        (read.read_fences, ["mermaid", "mermaid"], ("mermaid",)),
        (read.read_fences, (), ()),
        (read.read_narrow_width, 308, 308.0),
        (read.read_timeout, 0.5, 0.5),
        (read.read_timeout, 10**7, 86_400.0),  # such a number of milliseconds is none that poll() can take
        (read.read_timeout, float("inf"), 86_400.0),
        (read.read_cache, Path("a"), "a"),
        (read.read_dot, "dot", "dot"),
        (read.read_dot, Path("a"), "a"),
        (read.read_days, None, 0),
        (read.read_executor, "", ""),
        (read.read_executor, "a.b:c", "a.b:c"),
        (read.read_finish, "", ""),
        (read.unread, object, object),
    ],
)
def test_values(reader: Callable[[str, Any], Any], given: Any, expected: Any) -> None:
    assert reader("x", given) == expected


@pytest.mark.parametrize(
    ("reader", "given", "message"),
    [
        (read.read_fences, ["dot"], "x: expected a list of languages, of which there is \"mermaid\", got ['dot']"),
        (read.read_fences, "mermaid", "x: expected a list of languages, of which there is \"mermaid\", got 'mermaid'"),
        (read.read_narrow_width, -1, "x: expected a width in pixels, or 0 for no narrow drawings, got -1"),
        (read.read_timeout, float("nan"), "x: expected a positive number of seconds, got nan"),
        (read.read_cache, 1, "x: expected a folder or a URL, got 1"),
        *(
            (read.read_dot, given, f"x: expected the name or the path of Graphviz's program 'dot', got {given!r}")
            for given in (5, None, "", ["dot"], b"dot")
        ),
        (read.read_days, -1, "x: expected a number of days, or 0 to keep all drawings, got -1"),
        (read.read_executor, "a", "x: expected 'module:callable', got 'a'"),
        (read.read_styles, [], "x: expected a dict of names and styles, got []"),
        (read.read_categories, [], "x: expected a dict of ids and titles, got []"),
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
    assert (read.number_of_text("1.5"), read.number_of_text("wide"), read.names_of_text("a, b")) == (
        1.5,
        "wide",
        ["a", "b"],
    )
