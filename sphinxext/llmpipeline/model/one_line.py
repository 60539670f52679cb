"""Texts of labels on one line, in sentences and lists: their line breaks and lists as words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, groupby, pairwise

from .pipeline import ITEM, Label


def one_line(label: Label) -> str:
    r"""The text of a label without its line breaks.

    >>> one_line(Label.plain("Sources:\n- web\n- books"))
    'Sources (web, books)'
    """
    return " ".join(join_lines(label.text).split())


def join_lines(text: str) -> str:
    """A text without line breaks; lists become words with commas, or with semicolons, between them."""
    return "".join(join_pieces([text]))


def join_pieces(pieces: Sequence[str]) -> list[str]:
    r"""The *pieces* of a text after :func:`join_lines` of the whole.

    >>> join_pieces(["- one\n- ", "two, three", "\nand more"])
    ['one; ', 'two, three', '; and more']
    """
    text = "".join(pieces)
    if "\n" not in text and not text.startswith(ITEM):
        return [*pieces]
    shown = [*text, ""]
    for start, end, joint in _joints(text):
        shown[start:end] = [""] * (end - start)
        shown[start] = joint + shown[start]
    ends = [*accumulate(map(len, pieces), initial=0)]
    ends[-1] += 1
    return ["".join(shown[start:end]) for start, end in pairwise(ends)]


def _joints(text: str) -> Iterator[tuple[int, int, str]]:
    """Start and end of each part between the words of two lines, and what joins these in a sentence."""
    at, after = 0, ""
    for is_item, group in groupby(text.split("\n"), key=lambda line: line.startswith(ITEM)):
        lines = [*group]
        is_inner = is_item and at > 0
        joint = " (" if is_inner else after
        for line in lines:
            start = max(at - 1, 0)
            if joint == " (" and text[:start].endswith(":"):
                start -= 1
            yield start, at + (len(ITEM) if is_item else 0), joint
            at += len(line) + 1
            joint = ("; " if any("," in item for item in lines) else ", ") if is_item else " "
        after = ") " if is_inner else "; "
    if after == ") ":
        yield len(text), len(text), ")"
