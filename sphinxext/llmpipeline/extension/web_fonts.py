"""Web fonts of a site, with the glyphs that its diagrams use.

With the font that was measured, a browser sets text as wide as it was measured, so text stays in its box on any
machine.  A bundled font is used if it has all characters; otherwise a subset of the font is made.
"""

from __future__ import annotations

import hashlib
import io
import logging
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from ..cache.store import Cache, Entry, digest_of, key_of
from ..records import frozen_record
from ..style.css import css_string, web_family
from ..text.bundled_fonts import Face, ready_font
from ..text.metrics import register
from ..text.shaping import needs_shaping

# The features that HarfBuzz applies to horizontal text, in matplotlib and in browsers.  Forms of one language (locl)
# are not among them, because matplotlib does not know the language of a page.
_SHAPING = """
rvrn ccmp liga mark mkmk rlig calt clig curs kern rclt ltra ltrm rtla rtlm rand isol init medi fina med2 fin2 fin3 cswh
mset stch ljmo vjmo tjmo nukt akhn rphf rkrf pref blwf half abvf pstf cfar vatu cjct pres abvs blws psts haln dist abvm
blwm
""".split()  # noqa: SIM905 -- a list is three times as long


@frozen_record
class WebFont:
    """A font file of the site, and the CSS rule that declares it."""

    face: Face
    characters: str
    """Characters of the file, in order, as far as the family has them."""
    name: str
    data: bytes
    rule: str


def web_fonts(glyphs: Mapping[Face, Collection[str]], cache: Cache, names: Iterable[str] = ()) -> Iterator[WebFont]:
    """Make one font for each face of *glyphs*: a bundled one, or a subset, which *cache* keeps.

    *names* are the families of the style of the site, and the font files of all styles.
    """
    register(names)
    for face, characters in sorted(glyphs.items()):
        family, weight, italic = face
        shown, data = _ready(face, characters) or _made(face, characters, cache)
        slug = re.sub(r"[^a-z0-9]+", "-", family.lower()).strip("-")
        if family.lower().replace(" ", "-") != slug:  # families may differ only in letters that no file name can have
            slug = f"{slug}-{hashlib.sha256(family.encode()).hexdigest()[:8]}".strip("-")
        name = f"llmpipeline-{slug}-{weight}{'-italic' if italic else ''}.woff"
        version = hashlib.sha256(data).hexdigest()[:8]
        rule = (
            f"@font-face {{ font-family: {css_string(web_family(family))}; font-weight: {weight};"
            f' font-style: {"italic" if italic else "normal"}; src: url("{name}?v={version}") format("woff"); }}\n'
        )
        yield WebFont(face, shown, name, data, rule)


def _ready(face: Face, characters: Collection[str]) -> tuple[str, bytes] | None:
    """Characters and data of a bundled font; ``None`` if it lacks one of *characters*."""
    ready = ready_font(face)
    if ready is None or not ready.advances.keys() >= set(characters):
        return None
    return "".join(ready.advances), ready.woff.read_bytes()


def _made(face: Face, characters: Collection[str], cache: Cache) -> tuple[str, bytes]:
    """Characters and data of a subset, from the cache or made now."""
    from ..text.matplotlib_fonts import font_file

    path, number = font_file(face)
    shown = "".join(sorted(characters))
    key = key_of(f"woff {digest_of(Path(path))} {number} {shown}")
    found = cache.find(key, "woff")
    if found is None:
        found = Entry(woff(path, number, shown))
        cache.store(key, "woff", found)
    return shown, found.data


_DOTTED_CIRCLE = "\u25cc"
"""Drawn below a mark that has no letter."""
_SARA_AM = {"\u0e33": "\u0e4d\u0e32", "\u0eb3": "\u0ecd\u0eb2"}
"""Vowels of Thai and Lao → their parts, between which another mark may stand."""


def _replacements(characters: Collection[str], known: Iterable[int]) -> Iterator[str]:
    """Characters of a font, whose codes are *known*, that HarfBuzz may draw instead of *characters*.

    It takes letters with marks apart, or composes them, and joins the letters of a font without tables for that by
    characters of their forms.
    """
    yield _DOTTED_CIRCLE
    for character in characters:
        yield from _SARA_AM.get(character, unicodedata.normalize("NFD", character))
    parts = {*unicodedata.normalize("NFD", "".join(characters))}
    for character in map(chr, known):
        has_forms = "\ufb50" <= character <= "\ufbff" or "\ufe70" <= character <= "\ufefc"  # of Arabic letters
        if parts.issuperset(unicodedata.normalize("NFKD" if has_forms else "NFD", character)):
            yield character


def woff(path: str, number: int, characters: Collection[str]) -> bytes:
    """WOFF file with the glyphs of *characters*; deterministic, because it has no time stamp.

    Its tables join letters and place marks if one of the characters needs that.

    *number* is the index of the font in a collection; 0 if the file has one font.
    """
    # Imported here because loading it takes longer than the rest of making fonts.
    from fontTools import subset
    from fontTools.ttLib import TTFont

    shapes = needs_shaping("".join(characters))
    features = _SHAPING if shapes else ["kern"]
    options = subset.Options(flavor="woff", layout_features=features, notdef_outline=True, name_IDs=[], hinting=False)
    options.drop_tables += ["FFTM"]  # FontForge's time stamp
    # The subsetter logs each table, and a theme that sets up logging would print that.
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    with TTFont(path, fontNumber=number, lazy=True, recalcTimestamp=False) as font:
        subsetter = subset.Subsetter(options)
        shown = {*characters, *(_replacements(characters, font.getBestCmap()) if shapes else ())}
        subsetter.populate(unicodes=sorted(map(ord, shown)))
        subsetter.subset(font)
        font.flavor = "woff"
        out = io.BytesIO()
        font.save(out, reorderTables=False)
    return out.getvalue()
