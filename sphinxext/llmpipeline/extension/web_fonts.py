"""The web fonts of a site: the glyphs that its diagrams use.

A browser that has the measured font gives text the measured width, so nothing leaves its box whatever is installed
where the page is read.  A font that is ready serves where it has all the characters; any other is made to
hold these and no more.
"""

from __future__ import annotations

import hashlib
import io
import logging
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..cache.store import Cache, digest_of, key_of
from ..style.css import css_string, web_family
from ..text.bundled_fonts import Face, ready_font
from ..text.metrics import register


@dataclass(frozen=True, slots=True)
class WebFont:
    """A font file of the site, and the rule of the style sheet that declares it."""

    face: Face
    characters: str
    """Those that it holds, in order, as far as the family has them."""
    name: str
    data: bytes
    rule: str


def web_fonts(glyphs: Mapping[Face, Collection[str]], cache: Cache, names: Iterable[str] = ()) -> Iterator[WebFont]:
    """One font for each family, weight and slant, ready or made once for the same characters.

    Args:
        glyphs: the characters that are shown in each.
        cache: where fonts are kept from one build to the next.
        names: the fonts of the site's style, of which some may be files.
    """
    register(names)
    for face, characters in sorted(glyphs.items()):
        family, weight, italic = face
        shown, data = _ready(face, characters) or _made(face, characters, cache)
        slug = re.sub(r"[^a-z0-9]+", "-", family.lower()).strip("-")
        if family.lower().replace(" ", "-") != slug:  # letters that a file name does without may be all that differs
            slug = f"{slug}-{hashlib.sha256(family.encode()).hexdigest()[:8]}".strip("-")
        name = f"llmpipeline-{slug}-{weight}{'-italic' if italic else ''}.woff"
        version = hashlib.sha256(data).hexdigest()[:8]
        rule = (
            f"@font-face {{ font-family: {css_string(web_family(family))}; font-weight: {weight};"
            f' font-style: {"italic" if italic else "normal"}; src: url("{name}?v={version}") format("woff"); }}\n'
        )
        yield WebFont(face, shown, name, data, rule)


def _ready(face: Face, characters: Collection[str]) -> tuple[str, bytes] | None:
    """The characters and the data of a font that is ready; ``None`` where it lacks one of *characters*."""
    ready = ready_font(face)
    if ready is None or not ready.advances.keys() >= set(characters):
        return None
    return "".join(ready.advances), ready.woff.read_bytes()


def _made(face: Face, characters: Collection[str], cache: Cache) -> tuple[str, bytes]:
    """The same for a font of these characters only."""
    from ..text.matplotlib_fonts import font_file

    path, number = font_file(face)
    shown = "".join(sorted(characters))
    key = key_of(f"woff {digest_of(Path(path))} {number} {shown}")
    found = cache.find(key, "woff") or cache.store(key, "woff", woff(path, number, shown))
    return shown, found.path.read_bytes()


def woff(path: str, number: int, characters: Collection[str]) -> bytes:
    """A font file with the glyphs of *characters*, as WOFF.

    Args:
        path: the font file.
        number: which font of a collection; 0 where the file holds one.
        characters: what is drawn in the font.

    The bytes are the same at each call: the time of the subsetting is left out of them.
    """
    # Only now: it takes longer than all else that a site's fonts need.
    from fontTools import subset
    from fontTools.ttLib import TTFont

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
