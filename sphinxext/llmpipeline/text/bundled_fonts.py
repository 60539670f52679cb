"""Bundled measures and web fonts of usual characters of matplotlib's own fonts.

Loading matplotlib takes longer than drawing some dozens of diagrams, and making a web font longer than drawing ten.
``tools/ready_fonts.py`` makes the files; they are valid for the versions of the fonts that they were made from.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from ..messages import RESOURCES
from ..records import record

FOLDER = RESOURCES / "webfonts"

Face = tuple[str, int, bool]
"""Family, weight and whether it is italic."""

NAMES: Mapping[Face, str] = {
    ("DejaVu Sans", 400, False): "DejaVuSans",
    ("DejaVu Sans", 400, True): "DejaVuSans-Oblique",
    ("DejaVu Sans", 700, False): "DejaVuSans-Bold",
    ("DejaVu Sans Mono", 400, False): "DejaVuSansMono",
}
"""The faces of the built-in styles → the names, without suffix, of matplotlib's files and of ours."""

USUAL: Face = ("DejaVu Sans", 400, False)
"""The face of most labels."""


@record
class ReadyFont:
    """Bundled measures of a font, in ems, and its web font."""

    ascent: float
    descent: float
    advances: Mapping[str, float]
    """By bundled character."""
    kernings: Mapping[tuple[str, str], float]
    """By pair of these; 0 for pairs that are not in it."""
    woff: Path


@cache
def ready_font(face: Face) -> ReadyFont | None:
    """Bundled measures of a face; ``None`` if there are none, or if matplotlib has another version of the font."""
    if face not in NAMES:
        return None
    name = NAMES[face]
    table = json.loads((FOLDER / f"{name}.json").read_bytes())
    if _digest(source(name)) != table["source"]:
        return None
    kernings = {(pair[0], pair[1]): kerning for pair, kerning in table["kernings"].items()}
    return ReadyFont(table["ascent"], table["descent"], table["advances"], kernings, FOLDER / f"{name}.woff")


def source(name: str) -> Path:
    """Path of matplotlib's file of one of :data:`NAMES`, found without loading matplotlib."""
    package = find_spec("matplotlib")
    folder = Path(package.origin).parent if package and package.origin else Path()
    return folder / "mpl-data" / "fonts" / "ttf" / f"{name}.ttf"


def _digest(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None
