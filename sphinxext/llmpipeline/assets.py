"""What each page of a site needs beside its drawings: glyphs of fonts, rules of styles.

A page's needs are a file beside the drawings, because a build writes some pages only, in whichever process, and the
site's fonts must hold the glyphs of all of them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .drawing import Glyphs, WebFont
from .files import Cache, key_of, write_atomic
from .style import Style
from .stylesheet import rules

_Font = tuple[str, int, bool]
_MARK = "changed"


@dataclass(slots=True)
class PageAssets:
    """The needs of one page, or of all."""

    glyphs: dict[_Font, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Characters by family, weight and whether it is italic."""
    rules: dict[str, None] = field(default_factory=dict)
    """Rules of the styles that are used, in order, each once."""

    def add(self, glyphs: Collection[Glyphs], style: Style) -> None:
        """Add what one drawing needs."""
        for used in glyphs:
            self.glyphs[used.family, used.weight, used.italic] |= set(used.characters)
        self.rules.update(dict.fromkeys(rules(style)))

    def save(self, folder: Path, docname: str) -> None:
        """Keep the needs of the page *docname*; where they are new, leave a mark that they are."""
        path = _page(folder, docname)
        if not self.glyphs:
            if path.is_file():
                path.unlink()
            return
        fonts = [[*font, "".join(sorted(used))] for font, used in sorted(self.glyphs.items())]
        content = json.dumps({"page": docname, "fonts": fonts, "rules": [*self.rules]}).encode()
        if not path.is_file() or path.read_bytes() != content:
            write_atomic(folder / _MARK, b"")
            write_atomic(path, content)


def changed(folder: Path) -> bool:
    """Whether a page needs something new since :func:`settle`."""
    return (folder / _MARK).is_file()


def settle(folder: Path) -> None:
    """All needs are served."""
    (folder / _MARK).unlink(missing_ok=True)


def collect(folder: Path, pages: Collection[str]) -> PageAssets:
    """The needs of all *pages*; what is kept of others is removed."""
    assets = PageAssets()
    for path in sorted(folder.glob("*.json")):
        kept = json.loads(path.read_bytes())
        if kept["page"] not in pages:
            path.unlink()
            continue
        for family, weight, italic, characters in kept["fonts"]:
            assets.glyphs[family, weight, italic] |= set(characters)
        assets.rules.update(dict.fromkeys(kept["rules"]))
    return assets


def make_fonts(glyphs: Mapping[_Font, Collection[str]], folder: Path, names: Sequence[str]) -> list[WebFont]:
    """The web fonts of a site, kept in *folder*; a function of its own for a worker to call."""
    # Only now, as for drawing: a build that shows nothing new loads no font.
    from .webfont import web_fonts

    return web_fonts(glyphs, Cache(folder), names)


def _page(folder: Path, docname: str) -> Path:
    return folder / f"{key_of(docname)}.json"
