"""Make the web fonts that the package keeps ready, of matplotlib's own fonts, and the table of them.

Run from the root of the repository, when matplotlib brings other fonts or when :data:`CHARACTERS` has changed::

    python -m tools.ready_fonts
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from matplotlib import get_data_path

from sphinxext.llmpipeline.webfont import READY, Face, woff

CHARACTERS = "".join(map(chr, range(0x20, 0x7F))) + "\u00a0°±·×–—‘’“”…€←→↔−≈≤≥"
"""What labels in English are written with; each character more is paid for by all who read a page."""

SOURCES: dict[Face, str] = {
    ("DejaVu Sans", 400, False): "DejaVuSans",
    ("DejaVu Sans", 400, True): "DejaVuSans-Oblique",
    ("DejaVu Sans", 700, False): "DejaVuSans-Bold",
    ("DejaVu Sans Mono", 400, False): "DejaVuSansMono",
}
"""The faces of the built-in styles, and matplotlib's names of their files."""


def main(folder: Path = READY) -> None:
    """Write the fonts, their table and their licence to *folder*."""
    fonts = Path(get_data_path(), "fonts", "ttf")
    folder.mkdir(exist_ok=True)
    entries = []
    for face, name in SOURCES.items():
        source = fonts / f"{name}.ttf"
        (folder / f"{name}.woff").write_bytes(woff(str(source), 0, CHARACTERS))
        digest = hashlib.sha256(source.read_bytes()).hexdigest()
        entries.append({"face": face, "file": f"{name}.woff", "source": digest})
    table = {"characters": "".join(sorted(CHARACTERS)), "fonts": entries}
    (folder / "fonts.json").write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")
    (folder / "LICENSE_DEJAVU").write_bytes((fonts / "LICENSE_DEJAVU").read_bytes())


if __name__ == "__main__":
    main()
