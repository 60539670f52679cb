"""Lines of text: runs become runs in one font each, in their places.

Long lines are broken, and items of lists get a bullet and a hanging indent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from ..job import Message
from ..model.images import Image, ImageRun
from ..model.pipeline import ITEM, Run, Script
from ..model.vocabulary import OBJECTS
from ..records import record
from .bidirectional import is_rtl, pieces
from .formulas import set_formula
from .line_breaking import wrap
from .metrics import Fonts, Typeface, is_emoji, metrics_of, shapes_text
from .shaping import needs_shaping

_SCRIPT_SIZE = 0.7
_SCRIPT_RISE: dict[Script, float] = {"": 0.0, "sub": -0.16, "super": 0.34}
"""Rise of a script's baseline above that of its line, in font sizes of the line."""
# Control characters and others that have no glyph and that XML cannot hold.
_CONTROL: dict[int, str | None] = dict.fromkeys(
    [*range(32), *range(127, 160), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF], "\ufffd"
)
_CONTROL[0xFEFF] = None  # invisible, and matplotlib cannot write it to a PDF

_FORMULA = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands for a formula or an image where characters are ordered."""

_MOST_MATH = 10_000
"""Most characters of the formulas of a diagram: mathtext takes up to a millisecond for each."""
_LONGEST_SHOWN = 200
"""Most characters of a formula in a message."""

_BULLET = (Run("•"),)
_BULLET_WIDTH = 0.9
"""Room for a bullet, in font sizes of the line."""


@record
class PlacedRun:
    """A run in one font, *x* points from the left end of its line and *rise* points above the line's baseline."""

    text: str
    typeface: Typeface
    size: float
    x: float
    rise: float
    width: float
    ascent: float
    """Points above the run's own baseline."""
    descent: float
    """Points below it."""
    is_math: bool = False
    reference: int | None = None
    rtl: bool = False
    """Whether it is written from right to left."""
    image: Image | None = None
    """What is drawn in the place of the text, which is its alternative."""

    @property
    def is_object(self) -> bool:
        """Whether it is one thing, and no letters."""
        return self.is_math or self.image is not None


@record
class SetLine:
    """A line before it has its place in a block."""

    runs: tuple[PlacedRun, ...]
    """In the order of reading."""
    width: float
    size: float
    """Font size, in points."""
    rtl: bool = False
    """Whether it begins at the right."""
    in_list: bool = False
    """Whether it is an item of a list, or a further line of one."""


class LineSetter:
    """Sets lines in some fonts, and collects the problems."""

    def __init__(self, fonts: Fonts) -> None:
        self._fonts = fonts
        self._unreadable: dict[str, str] = {}
        self._formulas: dict[str, bool] = {}
        """Formula → whether it is typeset."""
        self._room = _MOST_MATH
        self._unshaped: dict[str, None] = {}
        """Letters that matplotlib cannot shape, in order."""

    def lines(self, runs: tuple[Run, ...], size: float, limit: float) -> Iterator[SetLine]:
        """A line in a font size; if it is wider than *limit* points, the lines that it is broken into."""
        item = _item(runs)
        if item is None:
            return self._broken(runs, size, limit)
        return self._with_bullet(self._broken(item, size, limit - _BULLET_WIDTH * size), size)

    def _with_bullet(self, lines: Iterable[SetLine], size: float) -> Iterator[SetLine]:
        """The lines of an item: a bullet before the first, and the others indented like it."""
        bullet = [*self._letters(_BULLET, size)]
        for line in lines:
            indent = _BULLET_WIDTH * size
            width = indent + line.width
            at = width - _width(bullet) if line.rtl else 0.0
            moved = (replace(run, x=run.x + (0.0 if line.rtl else indent)) for run in line.runs)
            runs = *(replace(run, x=run.x + at) for run in bullet), *moved
            yield SetLine(runs, width, size, line.rtl, in_list=True)
            bullet = []

    def messages(self) -> Iterator[Message]:
        """Problems found so far, without those of :meth:`emoji_messages`."""
        yield from self._substitutions(emoji=False)
        if missing := [character for character in self._fonts.missing if not is_emoji(character)]:
            text = f"no font has {_listed(missing)}: install one and name it in llmpipeline_font"
            yield Message("font", text)
        if self._unshaped:
            text = f"matplotlib before 3.11 neither joins nor orders letters such as {_listed([*self._unshaped][:1])}"
            yield Message("font", f"{text}: install a later one")
        for formula, reason in self._unreadable.items():
            yield Message("draw", f"matplotlib's mathtext cannot read the formula '{formula}': {reason}")
        limit = f"the formulas of a diagram have at most {_MOST_MATH:,} characters in all"
        for formula, is_set in self._formulas.items():
            if not is_set:
                begin = formula if len(formula) <= _LONGEST_SHOWN else f"{formula[:_LONGEST_SHOWN]}…"
                has = f"the formula '{begin}' has {len(formula):,} characters and is shown as its source"
                yield Message("draw", f"{has}: {limit}")

    def emoji_messages(self) -> Iterator[Message]:
        """Problems with emoji found so far."""
        yield from self._substitutions(emoji=True)
        if missing := [character for character in self._fonts.missing if is_emoji(character)]:
            advice = "install one, such as Noto Emoji, and name it in llmpipeline_font"
            yield Message("font", f"no font with outlines has {_listed(missing)}, drawn as a box: {advice}")

    def _substitutions(self, *, emoji: bool) -> Iterator[Message]:
        drawn_in = {name: font for name, font in self._fonts.substituted.items() if is_emoji(name) is emoji}
        if drawn_in:
            others = ", ".join(sorted(set(drawn_in.values())))
            fonts = ", ".join(self._fonts.lacking)
            advice = "name a font that has them in llmpipeline_font"
            yield Message("font", f"{fonts} has no {_listed(drawn_in)}; drawn in {others}: {advice}")

    def _broken(self, runs: tuple[Run, ...], size: float, limit: float) -> Iterator[SetLine]:
        rtl = _direction(runs)
        whole = tuple(self._line(runs, size, rtl))
        if _width(whole) <= limit:
            yield SetLine(whole, _width(whole), size, rtl is True)
            return
        for line in wrap(runs, limit, self._measured(size, rtl)):
            placed = tuple(self._line(line, size, rtl))
            yield SetLine(placed, _width(placed), size, rtl is True)

    def _measured(self, size: float, rtl: bool | None) -> Callable[[Run], float]:
        """The width of a run; of equal runs, such as the spaces and most words of a long text, one is measured."""
        known: dict[Run, float] = {}

        def width(run: Run) -> float:
            if run not in known:
                known[run] = _width(tuple(self._line((run,), size, rtl)))
            return known[run]

        return width

    def _line(self, runs: tuple[Run, ...], size: float, rtl: bool | None) -> Iterator[PlacedRun]:
        """The runs of a line, each in one font; *rtl* is the direction of its paragraph, ``None`` of usual text."""
        if rtl is None:
            return self._letters(runs, size)
        placed = [*self._letters(runs, size, measures=False)]
        if not shapes_text():
            self._unshaped |= dict.fromkeys(
                filter(needs_shaping, filter(str.isalpha, "".join(run.text for run in runs)))
            )
        return _ordered(placed, rtl=rtl)

    def _letters(self, runs: tuple[Run, ...], size: float, *, measures: bool = True) -> Iterator[PlacedRun]:
        """The runs of a line from left to right, set letter by letter; without *measures*, text has no width."""
        x = 0.0
        for run in runs:
            own, rise = (size * _SCRIPT_SIZE, _SCRIPT_RISE[run.script] * size) if run.script else (size, 0.0)
            face = run.face
            if isinstance(run, ImageRun):
                image = self._image(run, own, x, rise)
                yield image
                x += image.width
                continue
            if face == "math":
                formula = self._formula(run, own, x, rise)
                if formula is not None:
                    yield formula
                    x += formula.width
                    continue
                face = "mono"
            for span in self._fonts.spans(run.text.translate(_CONTROL), face):
                metrics = span.metrics
                width = metrics.width(span.text) * own if measures else 0.0
                ascent, descent = metrics.ascent * own, metrics.descent * own
                yield PlacedRun(
                    span.text, metrics.typeface, own, x, rise, width, ascent, descent, reference=run.reference
                )
                x += width

    def _image(self, run: ImageRun, size: float, x: float, rise: float) -> PlacedRun:
        """An image as high as the line, or in the middle of the letters in its own size."""
        metrics = self._fonts.primary("regular")
        ascent, descent = metrics.ascent * size, metrics.descent * size
        width, height = run.size(ascent + descent)
        middle = (ascent - descent) / 2
        return PlacedRun(
            run.text, metrics.typeface, size, x, rise, width, middle + height / 2, height / 2 - middle,
            reference=run.reference, image=run.image,
        )  # fmt: skip

    def _formula(self, run: Run, size: float, x: float, rise: float) -> PlacedRun | None:
        """A typeset formula; ``None`` if mathtext cannot read it."""
        typeface = self._fonts.primary("regular").typeface
        text = f"${' '.join(run.text.split())}$"
        if run.text not in self._formulas:
            self._formulas[run.text] = len(run.text) <= self._room
            self._room -= len(run.text) if self._formulas[run.text] else 0
        if not self._formulas[run.text]:
            return None
        try:
            formula = set_formula(text, typeface, size)
        except ValueError as error:
            self._unreadable[run.text] = str(error)
            return None
        if formula.remarks:
            self._unreadable[run.text] = " ".join(formula.remarks)
        width, ascent, descent = formula.width, formula.ascent, formula.descent
        return PlacedRun(text, typeface, size, x, rise, width, ascent, descent, True, run.reference)


def _item(runs: tuple[Run, ...]) -> tuple[Run, ...] | None:
    """The text of an item of a list; ``None`` for any other line."""
    if not runs or runs[0].face in OBJECTS or not runs[0].text.startswith(ITEM):
        return None
    text = runs[0].text.removeprefix(ITEM).lstrip(" ")
    return (replace(runs[0], text=text), *runs[1:]) if text else runs[1:]


def _direction(runs: Iterable[Run]) -> bool | None:
    """Whether a paragraph is written from right to left; ``None`` if it needs no shaping."""
    if not any(needs_shaping(run.text) for run in runs):
        return None
    return is_rtl("".join(run.text for run in runs if run.face not in OBJECTS))


def _ordered(placed: Sequence[PlacedRun], *, rtl: bool) -> Iterator[PlacedRun]:
    """The runs of a line that needs shaping: pieces of one direction, each measured as a whole and in its place."""
    found, order = pieces([_FORMULA if run.is_object else run.text for run in placed], rtl=rtl)
    cut = []
    for piece in found:
        run = placed[piece.run]
        if not run.is_object:
            text = run.text[piece.start : piece.stop]
            width = metrics_of(run.typeface).shaped_width(text, rtl=piece.rtl) * run.size
            run = replace(run, text=text, width=width, rtl=piece.rtl)
        cut.append(run)
    x, left = 0.0, [0.0] * len(cut)
    for index in order:
        left[index] = x
        x += cut[index].width
    return (replace(run, x=x) for run, x in zip(cut, left, strict=True))


def _width(line: Sequence[PlacedRun]) -> float:
    if len(line) == 1:
        return line[0].x + line[0].width
    return max((run.x + run.width for run in line), default=0.0)


def _listed(characters: Iterable[str]) -> str:
    return ", ".join(f"'{character}' (U+{ord(character):04X})" for character in sorted(characters))
