"""What is kept ready of matplotlib's own fonts: the measures of usual characters, and web fonts that hold them.

To load matplotlib takes longer than to draw some dozens of diagrams, and to make a web font longer than to draw ten.
The files are made by ``tools/ready_fonts.py``; they serve where matplotlib has the very fonts that they were made of.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from ..resources import RESOURCES

FOLDER = RESOURCES / "webfonts"

Face = tuple[str, int, bool]
"""Family, weight and whether it is italic."""

NAMES: Mapping[Face, str] = {
    ("DejaVu Sans", 400, False): "DejaVuSans",
    ("DejaVu Sans", 400, True): "DejaVuSans-Oblique",
    ("DejaVu Sans", 700, False): "DejaVuSans-Bold",
    ("DejaVu Sans Mono", 400, False): "DejaVuSansMono",
}
"""The faces of the built-in styles, and the names of their files, matplotlib's and ours."""

USUAL: Face = ("DejaVu Sans", 400, False)
"""That of most labels."""


@dataclass(frozen=True, slots=True)
class ReadyFont:
    """A font as far as it is ready; all measures are ems."""

    ascent: float
    descent: float
    advances: Mapping[str, float]
    """Of each character that is ready."""
    kernings: Mapping[tuple[str, str], float]
    """Of pairs of these; a pair that is not in it has none."""
    woff: Path


@cache
def ready_font(face: Face) -> ReadyFont | None:
    """What is ready of a face; ``None`` where nothing is, or where matplotlib has another version of the font."""
    if face not in NAMES:
        return None
    name = NAMES[face]
    table = json.loads((FOLDER / f"{name}.json").read_bytes())
    if _digest(source(name)) != table["source"]:
        return None
    kernings = {(pair[0], pair[1]): kerning for pair, kerning in table["kernings"].items()}
    return ReadyFont(table["ascent"], table["descent"], table["advances"], kernings, FOLDER / f"{name}.woff")


def source(name: str) -> Path:
    """Where matplotlib has one of :data:`NAMES`; it is found without being loaded."""
    package = find_spec("matplotlib")
    folder = Path(package.origin).parent if package and package.origin else Path()
    return folder / "mpl-data" / "fonts" / "ttf" / f"{name}.ttf"


def _digest(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None
