"""Small fonts with the glyphs, advances and kerning that a test asks for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont, newTable
from fontTools.ttLib.tables._g_l_y_f import Glyph
from fontTools.ttLib.tables._k_e_r_n import KernTable_format_0

_LANGUAGES = "languagesystem DFLT dflt; languagesystem latn dflt;"


def make_font(
    path: Path,
    family: str,
    advances: Mapping[str, int],
    *,
    kerning: Mapping[tuple[str, str], int] | None = None,
    table: Literal["kern", "GPOS"] = "kern",
    ligature: str = "",
    weight: int = 400,
) -> str:
    """A font file of 1000 units an em, 900 above the line and 200 below it, every glyph a bar.

    Args:
        path: where it is written.
        family: its name.
        advances: its characters and how wide they are.
        kerning: what is added between two characters.
        table: where the kerning stands: the old table, or that of OpenType.
        ligature: the character whose glyph takes the place of "fi".
        weight: its weight.
    """
    _built(family, advances, kerning or {}, table, weight, ligature).save(path)
    return str(path)


def make_collection(path: Path, families: Mapping[str, Mapping[str, int]]) -> str:
    """A file of several fonts."""
    collection = TTCollection()
    collection.fonts = [_built(family, advances, {}, "kern", 400) for family, advances in families.items()]
    collection.save(path)
    return str(path)


def _built(
    family: str,
    advances: Mapping[str, int],
    kerning: Mapping[tuple[str, str], int],
    table: str,
    weight: int,
    ligature: str = "",
) -> TTFont:
    names = {character: f"u{ord(character):04X}" for character in advances}
    widths = {".notdef": 500} | {names[character]: width for character, width in advances.items()}
    builder = FontBuilder(1000)
    builder.setupGlyphOrder(list(widths))
    builder.setupCharacterMap({ord(character): name for character, name in names.items()})
    builder.setupGlyf({name: _bar(width) for name, width in widths.items()})
    builder.setupHorizontalMetrics({name: (width, 0) for name, width in widths.items()})
    builder.setupHorizontalHeader(ascent=900, descent=-200)
    builder.setupNameTable({"familyName": family, "styleName": "Regular", "psName": family.replace(" ", "")})
    builder.setupOS2(usWeightClass=weight, sTypoAscender=900, sTypoDescender=-200)
    builder.setupPost()
    pairs = {(names[left], names[right]): units for (left, right), units in kerning.items()}
    if pairs and table == "kern":
        builder.font["kern"] = _kern(pairs)
    elif pairs:
        rules = " ".join(f"pos {left} {right} {units};" for (left, right), units in pairs.items())
        addOpenTypeFeaturesFromString(builder.font, f"{_LANGUAGES} feature kern {{ {rules} }} kern;")
    if ligature:
        rule = f"sub {names['f']} {names['i']} by {names[ligature]};"
        addOpenTypeFeaturesFromString(builder.font, f"{_LANGUAGES} feature liga {{ {rule} }} liga;")
    made: TTFont = builder.font
    return made


def _bar(width: int) -> Glyph:
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for point in ((0, 700), (width, 700), (width, 0)):
        pen.lineTo(point)
    pen.closePath()
    return pen.glyph()


def _kern(pairs: Mapping[tuple[str, str], int]) -> object:
    table = newTable("kern")
    table.version = 0
    subtable = KernTable_format_0()
    subtable.version, subtable.coverage, subtable.apple, subtable.tupleIndex = 0, 1, False, None
    subtable.kernTable = dict(pairs)
    table.kernTables = [subtable]
    return table
