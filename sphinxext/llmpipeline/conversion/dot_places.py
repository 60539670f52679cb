"""Places in a text of DOT: the lines of nodes, edges and attributes, which Graphviz does not tell."""

from __future__ import annotations

import re

# No search begins inside a word, or at a quote inside an unclosed string: a line may be long.
_ID = r"(?<!\\)\"(?:[^\"\\]|\\.)*+\"|(?<![\w.])[\w.]++"
_WORD = re.compile(_ID)
_EDGE = re.compile(rf"(?P<tail>{_ID})(?:\s*+:\s*+\w++){{0,2}}\s*+-[->]\s*+(?=(?P<head>{_ID}))")  # with port and side


class Places:
    """Lines of a text by what stands there first."""

    def __init__(self, text: str) -> None:
        self.words: dict[str, int] = {}
        self.edges: dict[tuple[str, str], int] = {}
        for number, line in enumerate(text.split("\n"), start=1):
            for found in _WORD.finditer(line):
                self.words.setdefault(_name(found.group()), number)
            for found in _EDGE.finditer(line):
                self.edges.setdefault((_name(found["tail"]), _name(found["head"])), number)

    def line(self, name: str) -> int:
        """The first line with a name; 0 if there is none."""
        return self.words.get(name, 0)

    def edge(self, tail: str, head: str) -> int:
        """The line of an edge, or else of its tail."""
        return self.edges.get((tail, head), 0) or self.line(tail)


def _name(id: str) -> str:
    return id[1:-1].replace('\\"', '"') if id.startswith('"') else id
