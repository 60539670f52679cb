"""Declarations of a body, those of another language converted, with the lines that they come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from sphinxext.llmpipeline import ConversionError
from sphinxext.llmpipeline.command.bodies import Body
from sphinxext.llmpipeline.command.declared import Declared


def test_declarations_keep_their_lines() -> None:
    found = Declared.of(Body(Path("a.rst"), "a\r\na -> b\nb", 7))
    assert (found.text, [*found.numbers]) == ("a\na -> b\nb", [7, 8, 9])
    assert [edge.target for edge in found.parse(direction="TB").edges] == ["b"]


def test_another_language_is_converted() -> None:
    found = Declared.of(Body(Path("a.mmd"), "%% why\ngraph LR\n  a -->|x| b\n"))
    assert found.text == "# why\na\nb\na -> b: x\n"
    assert found.numbers[1:4] == [3, 3, 3]
    assert len(found.parse().edges) == 1
    with pytest.raises(ConversionError, match=r"^line 1: a 'pie' is not converted"):
        Declared.of(Body(Path("a.mmd"), "pie\n"))
