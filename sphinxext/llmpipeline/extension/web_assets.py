"""What each page of a site needs beside its drawings: glyphs of fonts, rules of styles.

A page's needs are a file beside the drawings, because a build writes some pages only, in whichever process, and the
site's fonts must hold the glyphs of all of them.
"""

from __future__ import annotations

import contextlib
import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..cache.store import digest_of, write_atomic
from ..style.css import rules
from .paths import CHANGED, changed, needs_file

if TYPE_CHECKING:
    from ..job import Glyphs
    from ..style.types import Style

_Font = tuple[str, int, bool]
_SERVED = "served"


@dataclass(slots=True)
class PageAssets:
    """The needs of one page, or of all."""

    glyphs: dict[_Font, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Characters by family, weight and whether it is italic."""
    rules: dict[str, None] = field(default_factory=dict)
    """Rules of the styles that are used, in order, each once."""
    files: set[str] = field(default_factory=set)
    """What the font files hold that styles name: another file may have the family of the one before."""
    styles: list[Style] = field(default_factory=list, compare=False)
    """Those whose rules and files have been added."""

    def add(self, glyphs: Collection[Glyphs], style: Style) -> None:
        """Add what one drawing needs."""
        for used in glyphs:
            self.glyphs[used.family, used.weight, used.italic] |= set(used.characters)
        if any(style is known for known in self.styles):
            return
        self.styles.append(style)
        self.rules.update(dict.fromkeys(rules(style)))
        self.files |= {digest_of(Path(name)) for name in (*style.font, *style.mono_font) if Path(name).is_file()}

    def lack(self, other: PageAssets) -> bool:
        """Whether *other* needs more than these."""
        glyphs = self.glyphs
        return bool(
            any(used - glyphs.get(font, set()) for font, used in other.glyphs.items())
            or other.rules.keys() - self.rules.keys()
            or other.files - self.files
        )

    def save(self, folder: Path, docname: str) -> None:
        """Keep the needs of the page *docname*; leave a mark where the site does not serve them yet."""
        path = needs_file(folder, docname)
        if not self.glyphs:
            path.unlink(missing_ok=True)
            return
        content = _written(self, docname)
        if not path.is_file() or path.read_bytes() != content:
            if not changed(folder) and _served(folder).lack(self):
                write_atomic(folder / CHANGED, b"")
            write_atomic(path, content)


def settle(folder: Path, served: PageAssets) -> None:
    """Note what the site has now: until a page needs more, no font is made for it."""
    write_atomic(folder / _SERVED, _written(served, ""))
    (folder / CHANGED).unlink(missing_ok=True)


def collect(folder: Path, pages: Collection[str]) -> PageAssets:
    """The needs of all *pages*; what is kept of others is removed."""
    assets = PageAssets()
    for path in sorted(folder.glob("*.json")):
        kept = json.loads(path.read_bytes())
        if kept["page"] in pages:
            _add(assets, kept)
        else:
            path.unlink()
    return assets


def _served(folder: Path) -> PageAssets:
    assets = PageAssets()
    with contextlib.suppress(FileNotFoundError):
        _add(assets, json.loads((folder / _SERVED).read_bytes()))
    return assets


def _written(assets: PageAssets, docname: str) -> bytes:
    fonts = [[*font, "".join(sorted(used))] for font, used in sorted(assets.glyphs.items())]
    kept = {"page": docname, "fonts": fonts, "rules": [*assets.rules], "files": sorted(assets.files)}
    return json.dumps(kept).encode()


def _add(assets: PageAssets, kept: Mapping[str, Any]) -> None:
    """Add what :func:`_written` wrote."""
    for family, weight, italic, characters in kept["fonts"]:
        assets.glyphs[family, weight, italic] |= set(characters)
    assets.rules.update(dict.fromkeys(kept["rules"]))
    assets.files |= set(kept.get("files", ()))
