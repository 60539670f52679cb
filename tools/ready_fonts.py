"""Make the bundled measures and web fonts of matplotlib's own fonts, and copy the fonts' licence.

Run from the root of the repository if matplotlib's fonts or :data:`CHARACTERS` have changed::

    python -m tools.ready_fonts
"""

from __future__ import annotations

import hashlib
import json
from itertools import product
from pathlib import Path

from sphinxext.llmpipeline.extension.web_fonts import woff
from sphinxext.llmpipeline.text.bundled_fonts import FOLDER, NAMES, source
from sphinxext.llmpipeline.text.matplotlib_fonts import OpenFont

CHARACTERS = "".join(sorted("".join(map(chr, range(0x20, 0x7F))) + "\u00a0°±·×–—‘’“”•…€←→↔−≈≤≥"))
"""Characters of labels in English.  Each adds to the size of every page."""


def main(folder: Path = FOLDER) -> None:
    """Write all files to *folder*."""
    folder.mkdir(exist_ok=True)
    for face, name in NAMES.items():
        font, path = OpenFont(face), source(name)
        kernings = {left + right: font.kerning(left, right) for left, right in product(CHARACTERS, repeat=2)}
        table = {
            "source": hashlib.sha256(path.read_bytes()).hexdigest(),
            "ascent": font.ascent,
            "descent": font.descent,
            "advances": {character: font.advance(character) for character in CHARACTERS},
            "kernings": {pair: kerning for pair, kerning in kernings.items() if kerning},
        }
        (folder / f"{name}.json").write_text(json.dumps(table, indent=0) + "\n", encoding="utf-8")
        (folder / f"{name}.woff").write_bytes(woff(str(path), 0, CHARACTERS))
    licence = source("DejaVuSans").with_name("LICENSE_DEJAVU")
    (folder / licence.name).write_bytes(licence.read_bytes())


if __name__ == "__main__":
    main()
