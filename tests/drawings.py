"""Drawings as XML, and what their elements look like, for tests."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from xml.etree import ElementTree as ET

from sphinxext.llmpipeline import MODERN, parse

SVG = "{http://www.w3.org/2000/svg}"

TEXT = """
group outer: Outer
   :class: wide
   :tooltip: The group
   data a: Alpha
      :class: first second
      :tooltip: More <about> "a" & b
      :value: 175B
   group inner: Inner
      model b: Beta
a -> b: label
   :class: hot
   :tooltip: An edge
   :value: 0.5
b => a
b --> a
a <-> b
a -- b
"""
PIPELINE = parse(TEXT)
EVIL = "<script>alert('x')</script> & \"quotes\" ]]> <!-- --> &lt; &#0; </text></g></svg>"


UNBROKEN = replace(MODERN, label_width=math.inf)
"""Breaks no line, however long it is."""


def read(drawing: str | bytes) -> ET.Element:
    """A drawing, by itself or from a page, which says nothing of namespaces: there is one for each element of HTML."""
    text = drawing.decode() if isinstance(drawing, bytes) else drawing
    return ET.fromstring(text if " xmlns=" in text else text.replace("<svg ", f'<svg xmlns="{SVG[1:-1]}" ', 1))


def read_all(page: str) -> list[ET.Element]:
    """The drawings of a page, without those for narrow windows."""
    return [read(found) for found in re.findall(r"<svg role=.*?</svg>", page, re.DOTALL)]


def groups(root: ET.Element) -> list[ET.Element]:
    return list(root.iter(f"{SVG}g"))


def texts(root: ET.Element) -> list[str]:
    return ["".join(element.itertext()) for element in root.iter(f"{SVG}text")]


def of_class(root: ET.Element, name: str) -> list[ET.Element]:
    return [group for group in groups(root) if name in group.get("class", "").split()]


_NUMBERS = {"M": 2, "h": 1, "v": 1, "l": 2, "c": 6, "a": 7}


def points(path: str) -> list[tuple[float, float]]:
    """The points from which to which the data of a path goes, as SVG counts."""
    found: list[tuple[float, float]] = []
    x = y = 0.0
    letter, numbers = "", []
    for token in re.findall(r"[Mhvlcaz]|-?(?:\d+\.?\d*|\.\d+)", path):
        if token.isalpha():
            letter = token
            continue
        numbers.append(float(token))
        if len(numbers) == _NUMBERS[letter]:
            x += numbers[-1] if letter == "h" else 0.0 if letter == "v" else numbers[-2]
            y += 0.0 if letter == "h" else numbers[-1]
            found.append((x, y))
            numbers = []
    return found


class Look:
    """What elements of a drawing have, be it said by themselves or by what is around them."""

    def __init__(self, root: ET.Element) -> None:
        self._around = {child: parent for parent in root.iter() for child in parent}

    def of(self, element: ET.Element, *names: str) -> tuple[str | None, ...]:
        """Attributes of these names."""
        return tuple(self._value(element, name) for name in names)

    def _value(self, element: ET.Element | None, name: str) -> str | None:
        while element is not None and name not in element.attrib:
            element = self._around.get(element)
        return None if element is None else element.get(name)
