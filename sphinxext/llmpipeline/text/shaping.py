"""Characters whose glyph depends on their neighbours, or that are written from right to left.

Usual text is set letter by letter.  Text with one of these characters is measured by matplotlib's text layout as a
whole, ordered by :mod:`.bidirectional`, and needs more tables of a font.
"""

from __future__ import annotations

import re

# Blocks of scripts, marks that combine with the letter before them, and controls of the direction.
_NEEDS_SHAPING = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0590-\u109f\u1100-\u11ff\u135d-\u135f\u1700-\u1cff\u1dc0-\u1dff\u200e\u200f"
    "\u202a-\u202e\u2066-\u2069\u20d0-\u20ff\u2cef-\u2cf1\u2d7f\u2de0-\u2dff\u302a-\u302f\u3099\u309a"
    "\ua66f-\ua67d\ua69e\ua69f\ua6f0\ua6f1\ua800-\uabff\ud7b0-\ud7ff\ufb1d-\ufdff\ufe20-\ufe2f\ufe70-\ufeff"
    "\U000101fd-\U000103ff\U00010800-\U00011fff\U00013430-\U0001345f\U00016100-\U0001613f\U00016ac0-\U00016fff"
    "\U0001bc00-\U0001bcaf\U0001cf00-\U0001cf4f\U0001d165-\U0001d1ad\U0001d242-\U0001d244\U0001da00-\U0001daaf"
    "\U0001e000-\U0001efff]"
)


def needs_shaping(text: str) -> bool:
    """Whether *text* is to be measured as a whole, and ordered.

    >>> [needs_shaping(text) for text in ("GPT-4 → 字 🚀", "\N{ARABIC LETTER BEH}", "e\N{COMBINING ACUTE ACCENT}")]
    [False, True, True]
    """
    return not text.isascii() and _NEEDS_SHAPING.search(text) is not None
