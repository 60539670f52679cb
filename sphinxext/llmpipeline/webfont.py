"""The web fonts of a site: the glyphs that its diagrams use, and nothing else.

A browser that has the measured font gives text the measured width, so nothing leaves its box whatever is installed
where the page is read.
"""

from __future__ import annotations

import hashlib
import io
import logging
import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from .drawing import WebFont
from .files import Cache, digest_of, key_of
from .fonts import Typeface, font_file, register
from .svg import css_string, web_family


def web_fonts(
    glyphs: Mapping[tuple[str, int, bool], Collection[str]], cache: Cache, names: Iterable[str] = ()
) -> list[WebFont]:
    """One font for each family, weight and slant, made once for the same characters.

    Args:
        glyphs: the characters that are shown in each.
        cache: where fonts are kept from one build to the next.
        names: the fonts of the site's style, of which some may be files.
    """
    register(names)
    fonts = []
    for (family, weight, italic), characters in sorted(glyphs.items()):
        path, number = font_file(Typeface(family, weight, italic))
        shown = "".join(sorted(characters))
        key = key_of(f"woff {digest_of(Path(path))} {number} {shown}")
        found = cache.find(key, "woff") or cache.store(key, "woff", woff(path, number, shown))
        slug = re.sub(r"[^a-z0-9]+", "-", family.lower()).strip("-")
        if family.lower().replace(" ", "-") != slug:  # letters that a file name does without may be all that differs
            slug = f"{slug}-{hashlib.sha256(family.encode()).hexdigest()[:8]}".strip("-")
        name = f"llmpipeline-{slug}-{weight}{'-italic' if italic else ''}.woff"
        rule = (
            f"@font-face {{ font-family: {css_string(web_family(family))}; font-weight: {weight};"
            f' font-style: {"italic" if italic else "normal"}; src: url("{name}?v={key[:8]}") format("woff"); }}\n'
        )
        fonts.append(WebFont(name, found.path.read_bytes(), rule))
    return fonts


def woff(path: str, number: int, characters: Collection[str]) -> bytes:
    """A font file with the glyphs of *characters*, as WOFF.

    Args:
        path: the font file.
        number: which font of a collection; 0 where the file holds one.
        characters: what is drawn in the font.

    The bytes are the same at each call: the time of the subsetting is left out of them.
    """
    options = subset.Options(flavor="woff", layout_features=["kern"], notdef_outline=True, name_IDs=[], hinting=False)
    options.drop_tables += ["FFTM"]  # FontForge's time stamp
    # The subsetter reports each table that it touches, and a theme that sets up logging would print it.
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    with TTFont(path, fontNumber=number, lazy=True, recalcTimestamp=False) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=sorted(map(ord, characters)))
        subsetter.subset(font)
        font.flavor = "woff"
        out = io.BytesIO()
        font.save(out, reorderTables=False)
    return out.getvalue()
