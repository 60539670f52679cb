"""Encodings, with and without scales."""

from __future__ import annotations

from dataclasses import replace

from sphinxext.llmpipeline import CLASSIC, Scale, parse
from sphinxext.llmpipeline.rendering import encode_values
from sphinxext.llmpipeline.style.types import Encoding

VALUES = parse("a -> b\n   :value: 2\na => b\n   :value: 4")


def test_without_scales_nothing_is_encoded() -> None:
    assert encode_values(VALUES, CLASSIC) == Encoding()
    assert encode_values(replace(parse("a -> b"), node_scale=Scale("viridis")), CLASSIC) == Encoding()
