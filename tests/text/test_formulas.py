"""Formulas as glyphs and rules in place."""

from __future__ import annotations

import matplotlib as mpl
import pytest

from sphinxext.llmpipeline.text.formulas import set_formula
from sphinxext.llmpipeline.text.metrics import Typeface

SANS = Typeface("DejaVu Sans")


def test_a_fraction() -> None:
    formula = set_formula(r"$\frac{a}{b}$", SANS, 13.0)
    above, below = formula.glyphs
    (rule,) = formula.rules
    assert (above.character, below.character) == ("a", "b")
    assert above.typeface == below.typeface == Typeface("DejaVu Sans", italic=True)
    assert above.size == below.size < 13.0
    assert below.y < rule.y < rule.y + rule.height < above.y < formula.ascent
    assert 0 <= rule.x < rule.x + rule.width <= formula.width
    assert -formula.descent < below.y < 0
    assert formula.remarks == ()


def test_glyphs_run_from_left_to_right_in_each_font() -> None:
    formula = set_formula(r"$b + a_1 + \mathrm{x} + \sqrt{y}$", SANS, 13.0)
    fonts = [(glyph.typeface, glyph.size) for glyph in formula.glyphs]
    for font in dict.fromkeys(fonts):
        places = [index for index, other in enumerate(fonts) if other == font]
        assert places == list(range(places[0], places[-1] + 1))
        at = [formula.glyphs[index].x for index in places]
        assert at == sorted(at)
    assert "".join(sorted(glyph.character for glyph in formula.glyphs)) == "+++1abxy\N{SQUARE ROOT}"


def test_a_space_is_one_that_is_kept() -> None:
    characters = [glyph.character for glyph in set_formula(r"$a\ \mathrm{in}\ \text{b c}$", SANS, 13.0).glyphs]
    assert " " not in characters
    assert "\N{NO-BREAK SPACE}" in characters


def test_letters_slant_digits_and_brackets_do_not() -> None:
    """Also with matplotlib 3.11, whose ``it`` slants all characters, as LaTeX's ``\\mathit``."""
    glyphs = set_formula(r"$f(x_1) + \Delta 23\,[y]$", SANS, 13.0).glyphs
    assert {glyph.character for glyph in glyphs if glyph.typeface.italic} == {"f", "x", "y"}
    assert {glyph.character for glyph in glyphs if not glyph.typeface.italic} == set("()[]+123Δ")


def test_size() -> None:
    small, large = set_formula("$x$", SANS, 10.0), set_formula("$x$", SANS, 20.0)
    assert small.width < large.width
    assert small.glyphs[0].size == 10.0
    assert large.glyphs[0].size == 20.0


@pytest.mark.parametrize("source", [r"$\nosuch$", r"$\frac{a}$", "$" + "{" * 4000 + "$"])
def test_errors_are_one_line(source: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 -- what it says is mathtext's
        set_formula(source, SANS, 13.0)
    assert str(caught.value)
    assert "\n" not in str(caught.value)


def test_rcparams_of_the_project_change_nothing() -> None:
    expected = set_formula("$f(x) + 1$", SANS, 13.0)
    set_formula.cache_clear()
    with mpl.rc_context({"mathtext.default": "rm", "mathtext.fontset": "stix", "font.size": 31}):
        assert set_formula("$f(x) + 1$", SANS, 13.0) == expected
