"""Encodings, with and without scales."""

from __future__ import annotations

from dataclasses import replace

from sphinxext.llmpipeline import CLASSIC, Scale, parse
from sphinxext.llmpipeline.style.encoding import Encoding, encode_values

VALUES = parse("a -> b\n   :value: 2\na => b\n   :value: 4")


def test_without_scales_nothing_is_encoded() -> None:
    assert encode_values(VALUES, CLASSIC) == Encoding()
    assert encode_values(replace(parse("a -> b"), node_scale=Scale("viridis")), CLASSIC) == Encoding()


def test_line_widths_are_encoded_values_or_those_of_the_kind() -> None:
    encoding = encode_values(replace(VALUES, edge_scale=Scale(widths=(1.0, 9.0))), CLASSIC)
    assert encoding.line_widths(VALUES, CLASSIC) == (1.0, 9.0)
    assert Encoding(widths={1: 5.0}).line_widths(VALUES, CLASSIC) == (CLASSIC.edges["flow"].width, 5.0)
    assert Encoding().line_widths(VALUES, CLASSIC) == tuple(CLASSIC.edges[kind].width for kind in ("flow", "derive"))
