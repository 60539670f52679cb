"""The bidirectional algorithm of Unicode, UAX #9: the levels of characters, and the order of the pieces of a line.

matplotlib and browsers order the letters of one text.  Runs in several fonts are placed here, so they are ordered here.
No maintained package for Python tells levels; those that reorder a text lose the place of its runs.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby

from ..records import record

_ISOLATES = frozenset(("LRI", "RLI", "FSI"))
_EMBEDDINGS = frozenset(("LRE", "RLE", "LRO", "RLO"))
_REMOVED = _EMBEDDINGS | {"PDF", "BN"}
"""Classes that rule X9 removes."""
_NEUTRAL = _ISOLATES | {"B", "S", "WS", "ON", "PDI"}
_STRONG = {"L": "L", "R": "R", "AL": "R", "EN": "R", "AN": "R"}
"""Classes → the direction that neutral characters beside them take."""
_DEEPEST = 125  # max_depth of UAX #9
_MOST_BRACKETS = 63  # that may be open, BD16
# BidiBrackets.txt of Unicode 15, without those that canonical equivalence replaces.
_BRACKETS = (
    "()[]{}༺༻༼༽᚛᚜⁅⁆⁽⁾₍₎⌈⌉⌊⌋❨❩❪❫❬❭❮❯❰❱❲❳❴❵⟅⟆⟦⟧⟨⟩⟪⟫⟬⟭⟮⟯⦃⦄⦅⦆⦇⦈⦉⦊⦋⦌⦍⦐⦏⦎⦑⦒⦓⦔⦕⦖⦗⦘⧘⧙⧚⧛⧼⧽⸢⸣⸤⸥⸦⸧⸨⸩⹕⹖⹗⹘⹙⹚⹛⹜〈〉《》"
    "「」『』【】〔〕〖〗〘〙〚〛﹙﹚﹛﹜﹝﹞（）［］｛｝｟｠｢｣"
)
_CLOSING = dict(zip(_BRACKETS[::2], _BRACKETS[1::2], strict=True))


@record
class Piece:
    """A part of a run whose letters stand side by side, in one direction."""

    run: int
    start: int
    stop: int
    rtl: bool
    """Whether it is written from right to left."""


def is_rtl(text: str) -> bool:
    """Whether a paragraph is written from right to left: its first letter is (rules P2 and P3).

    >>> is_rtl("12 \N{HEBREW LETTER ALEF} b"), is_rtl("a \N{HEBREW LETTER ALEF}")
    (True, False)
    """
    return _base([unicodedata.bidirectional(character) for character in text]) == 1


def as_drawn(text: str, *, rtl: bool) -> str:
    """A piece as matplotlib draws it in this direction; it takes the direction of a text from the first letter."""
    return f"\u202e{text}\u202c" if rtl and not is_rtl(text) else text


def pieces(runs: Sequence[str], *, rtl: bool) -> tuple[list[Piece], list[int]]:
    """Split the runs of a line into pieces of one direction; *rtl* is that of the paragraph.

    Returns the pieces in the order of reading, and their indices from left to right.
    """
    if len(runs) == 1 and is_rtl(runs[0]) is rtl:  # matplotlib and browsers order it themselves
        return [Piece(0, 0, len(runs[0]), rtl)], [0]
    found, levels = [], []
    level_of = iter(embedding_levels("".join(runs), rtl=rtl))
    for index, run in enumerate(runs):
        start = 0
        for level, group in groupby([next(level_of) for _ in run]):
            stop = start + len([*group])
            found.append(Piece(index, start, stop, level % 2 == 1))
            levels.append(level)
            start = stop
    return found, visual_order(levels)


def visual_order(levels: Sequence[int]) -> list[int]:
    """The indices of what has these *levels*, from left to right (rule L2).

    >>> visual_order([0, 1, 2, 1, 0])
    [0, 3, 2, 1, 4]
    """
    order = [*range(len(levels))]
    for least in range(max(levels, default=0), 0, -1):
        turned = [level >= least for level in levels]
        groups = [(turn, [*group]) for turn, group in groupby(order, key=turned.__getitem__)]
        order = [index for turn, group in groups for index in (reversed(group) if turn else group)]
    return order


def embedding_levels(text: str, *, rtl: bool) -> list[int]:
    """The level of each character of a line: odd from right to left.

    Overrides count as embeddings, so that the letters of a piece have its direction.
    """
    base = int(rtl)
    original = [unicodedata.bidirectional(character) or "L" for character in text]
    levels = _explicit_levels(original, base)
    classes = [*original]
    for sequence, before, after in _sequences(original, levels, base):
        level = levels[sequence[0]]
        found = _resolved(
            [original[index] for index in sequence], [text[index] for index in sequence], level, before, after
        )
        for index, kind in zip(sequence, found, strict=True):
            classes[index] = kind
    for index, kind in enumerate(classes):  # I1, I2
        if original[index] in _REMOVED:
            levels[index] = levels[index - 1] if index else base
        elif levels[index] % 2:
            levels[index] += kind != "R"
        else:
            levels[index] += 0 if kind == "L" else 1 if kind == "R" else 2
    is_end = True
    for index in reversed(range(len(text))):  # L1
        kind = original[index]
        is_end = kind in ("S", "B") or (is_end and (kind in _REMOVED or (kind in _NEUTRAL and kind != "ON")))
        if is_end:
            levels[index] = base
    return levels


def _base(classes: Sequence[str]) -> int:
    """The level that the first strong character gives, without those inside isolates."""
    depth = 0
    for kind in classes:
        if kind in _ISOLATES:
            depth += 1
        elif kind == "PDI":
            depth = max(0, depth - 1)
        elif not depth and kind in ("L", "R", "AL"):
            return int(kind != "L")
    return 0


def _ends_of_isolates(classes: Sequence[str]) -> dict[int, int]:
    """Indices of characters that begin isolates → those of the ends, BD9."""
    found: dict[int, int] = {}
    begun: list[int] = []
    for index, kind in enumerate(classes):
        if kind in _ISOLATES:
            begun.append(index)
        elif kind == "PDI" and begun:
            found[begun.pop()] = index
    return found


def _explicit_levels(classes: Sequence[str], base: int) -> list[int]:
    """Levels by the characters that embed and isolate, X1 to X8."""
    ends = _ends_of_isolates(classes)
    stack = [(base, False)]
    levels: list[int] = []
    too_deep = {"isolates": 0, "embeddings": 0}
    for index, kind in enumerate(classes):
        if kind == "PDI":
            if too_deep["isolates"]:
                too_deep["isolates"] -= 1
            elif any(isolates for _, isolates in stack):
                too_deep["embeddings"] = 0
                while not stack.pop()[1]:
                    pass
        level = stack[-1][0]
        levels.append(base if kind == "B" else level)
        if kind in _ISOLATES | _EMBEDDINGS:
            isolates = kind in _ISOLATES
            is_rtl = kind[0] == "R" or (kind == "FSI" and _base(classes[index + 1 : ends.get(index)]) == 1)
            deeper = level + 1 + (level % 2 == is_rtl)
            if deeper <= _DEEPEST and not any(too_deep.values()):
                stack.append((deeper, isolates))
            elif isolates or not too_deep["isolates"]:
                too_deep["isolates" if isolates else "embeddings"] += 1
        elif kind == "PDF" and not too_deep["isolates"]:
            if too_deep["embeddings"]:
                too_deep["embeddings"] -= 1
            elif len(stack) > 1 and not stack[-1][1]:
                stack.pop()
    return levels


def _sequences(classes: Sequence[str], levels: Sequence[int], base: int) -> Iterator[tuple[list[int], str, str]]:
    """Isolating run sequences, X10: the indices of each, and the directions before and after it."""
    ends = _ends_of_isolates(classes)
    kept = [index for index, kind in enumerate(classes) if kind not in _REMOVED]
    place = {index: number for number, index in enumerate(kept)}
    found: list[list[int]] = []
    open_: dict[int, list[int]] = {}
    for _, group in groupby(kept, key=lambda index: levels[index]):
        run = [*group]
        sequence = open_.pop(run[0], None)
        if sequence is None:
            sequence = []
            found.append(sequence)
        sequence += run
        if run[-1] in ends:
            open_[ends[run[-1]]] = sequence
    for sequence in found:
        own = levels[sequence[0]]
        first, last = place[sequence[0]], place[sequence[-1]]
        before = levels[kept[first - 1]] if first else base
        # An isolate without an end reaches to the end of the line.
        is_last = last == len(kept) - 1 or classes[sequence[-1]] in _ISOLATES
        after = base if is_last else levels[kept[last + 1]]
        yield sequence, "LR"[max(own, before) % 2], "LR"[max(own, after) % 2]


def _resolved(original: Sequence[str], text: Sequence[str], level: int, before: str, after: str) -> list[str]:
    """The classes of a sequence after rules W1 to N2: L, R, EN or AN."""
    classes = _weak(original, before)
    embedding = "LR"[level % 2]
    _pair_brackets(classes, original, text, embedding, before)
    index = 0
    for is_neutral, group in groupby([*classes], key=_NEUTRAL.__contains__):
        stop = index + len([*group])
        if is_neutral:  # N1, N2
            left = _STRONG[classes[index - 1]] if index else before
            right = _STRONG[classes[stop]] if stop < len(classes) else after
            classes[index:stop] = [left if left == right else embedding] * (stop - index)
        index = stop
    return classes


def _weak(original: Sequence[str], before: str) -> list[str]:
    """Classes after rules W1 to W7."""
    classes = [*original]
    last = strong = before
    for index, kind in enumerate(classes):
        if kind == "NSM":  # W1
            kind = "ON" if last in _ISOLATES or last == "PDI" else last
        last = classes[index] = kind
    for index, kind in enumerate(classes):  # W2, W3
        strong = kind if kind in ("L", "R", "AL") else strong
        if kind == "EN" and strong == "AL":
            classes[index] = "AN"
        elif kind == "AL":
            classes[index] = "R"
    for index in range(1, len(classes) - 1):  # W4
        around = classes[index - 1]
        if around == classes[index + 1] and (classes[index], around) in (("ES", "EN"), ("CS", "EN"), ("CS", "AN")):
            classes[index] = around
    strong = before
    for index, kind in enumerate(_joined_to_numbers(classes)):  # W6, W7
        classes[index] = kind
        strong = kind if kind in ("L", "R") else strong
        if kind in ("ES", "CS"):
            classes[index] = "ON"
        elif kind == "EN" and strong == "L":
            classes[index] = "L"
    return classes


def _joined_to_numbers(classes: Sequence[str]) -> list[str]:
    """The classes after rule W5: signs such as % belong to the number beside them."""
    found: list[str] = []
    for kind, group in groupby(classes):
        size = len([*group])
        if kind == "ET":
            beside = *found[-1:], *classes[len(found) + size :][:1]
            kind = "EN" if "EN" in beside else "ON"
        found += [kind] * size
    return found


def _pair_brackets(
    classes: list[str], original: Sequence[str], text: Sequence[str], embedding: str, before: str
) -> None:
    """Give brackets of a pair one direction, N0."""
    for start, stop in _bracket_pairs(classes, text):
        inside = {_STRONG.get(kind, "") for kind in classes[start + 1 : stop]} - {""}
        if not inside:
            continue
        kind = embedding
        if embedding not in inside:
            kind = next((_STRONG[other] for other in reversed(classes[:start]) if other in _STRONG), before)
        for index in (start, stop):
            classes[index] = kind
            while index + 1 < len(classes) and original[index + 1] == "NSM":
                index += 1
                classes[index] = kind


def _bracket_pairs(classes: Sequence[str], text: Sequence[str]) -> list[tuple[int, int]]:
    """Indices of the brackets of each pair, in the order of those that open, BD16."""
    found: list[tuple[int, int]] = []
    begun: list[tuple[str, int]] = []
    for index, (kind, character) in enumerate(zip(classes, text, strict=True)):
        if kind != "ON":
            continue
        bracket = unicodedata.normalize("NFC", character)
        if bracket in _CLOSING:
            if len(begun) == _MOST_BRACKETS:
                return []
            begun.append((_CLOSING[bracket], index))
        for number in reversed(range(len(begun))):
            if begun[number][0] == bracket:
                found.append((begun[number][1], index))
                del begun[number:]
                break
    return sorted(found)
