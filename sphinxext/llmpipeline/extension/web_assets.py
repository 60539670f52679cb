"""Static files of a site: style sheet, script and web fonts, and the needs of each page for them.

The needs of a page are a file beside the drawings, because a build may write only some pages, in several processes,
and the fonts of the site must hold the glyphs of all pages.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..cache.store import Cache, digest_of, write_atomic
from ..messages import RESOURCES
from ..style.builtin import STYLES
from ..style.css import rules, stylesheet
from .builders import Output, output_for
from .config import say
from .paths import CHANGED, cache_folder, changed, needs_file, pages_folder

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

    from ..job import Glyphs
    from ..style.types import Style

STYLESHEET = "llmpipeline.css"
FONTS = "llmpipeline-fonts.css"
SCRIPT = "llmpipeline.js"

_Font = tuple[str, int, bool]
_SERVED = "served"
"""File with the needs that the fonts and rules of the site meet."""


# Needs of pages


@dataclass(slots=True)
class PageAssets:
    """The needs of one page, or of all pages."""

    glyphs: dict[_Font, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Family, weight in CSS, whether italic → characters."""
    rules: dict[str, None] = field(default_factory=dict)
    """CSS rules of the styles, in order, each once."""
    files: set[str] = field(default_factory=set)
    """Digests of the font files that styles name: a file may be replaced by another one of the same family."""
    styles: list[Style] = field(default_factory=list, compare=False)
    """Styles whose rules and files have been added."""

    def add(self, glyphs: Collection[Glyphs], style: Style) -> None:
        """Add the needs of one drawing."""
        for used in glyphs:
            self.glyphs[used.family, used.weight, used.italic] |= set(used.characters)
        if any(style is known for known in self.styles):
            return
        self.styles.append(style)
        self.rules.update(dict.fromkeys(rules(style)))
        self.files |= {digest_of(Path(name)) for name in (*style.font, *style.mono_font) if Path(name).is_file()}

    def lack(self, other: PageAssets) -> bool:
        """Whether *other* has needs that these do not meet."""
        glyphs = self.glyphs
        return bool(
            any(used - glyphs.get(font, set()) for font, used in other.glyphs.items())
            or other.rules.keys() - self.rules.keys()
            or other.files - self.files
        )

    def save(self, folder: Path, docname: str) -> None:
        """Write the needs of the page *docname*, and mark *folder* as changed if the site does not meet them yet."""
        path = needs_file(folder, docname)
        if not self.glyphs:
            path.unlink(missing_ok=True)
            return
        content = _to_json(self, docname)
        if not path.is_file() or path.read_bytes() != content:
            if not changed(folder) and _served(folder).lack(self):
                write_atomic(folder / CHANGED, b"")
            write_atomic(path, content)


def settle(folder: Path, served: PageAssets) -> None:
    """Note the needs that the site meets now: no fonts are made until a page needs more."""
    write_atomic(folder / _SERVED, _to_json(served, ""))
    (folder / CHANGED).unlink(missing_ok=True)


def collect(folder: Path, pages: Collection[str]) -> PageAssets:
    """Add up the needs of all *pages*, and remove damaged files and those of other pages."""
    assets = PageAssets()
    for path in sorted(folder.glob("*.json")):
        kept = _read_json(path)
        if kept.get("page") in pages:
            _add_json(assets, kept)
        else:
            path.unlink()
    return assets


def _served(folder: Path) -> PageAssets:
    assets = PageAssets()
    _add_json(assets, _read_json(folder / _SERVED))
    return assets


def _to_json(assets: PageAssets, docname: str) -> bytes:
    fonts = [[*font, "".join(sorted(used))] for font, used in sorted(assets.glyphs.items())]
    kept = {"page": docname, "fonts": fonts, "rules": [*assets.rules], "files": sorted(assets.files)}
    return json.dumps(kept).encode()


def _read_json(path: Path) -> Mapping[str, Any]:
    """Read needs that :func:`_to_json` wrote; empty if the file is missing or damaged."""
    try:
        kept = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _add_json(assets: PageAssets, kept: Mapping[str, Any]) -> None:
    """Add needs that were read."""
    for family, weight, italic, characters in kept.get("fonts", ()):
        assets.glyphs[family, weight, italic] |= set(characters)
    assets.rules.update(dict.fromkeys(kept.get("rules", ())))
    assets.files |= set(kept.get("files", ()))


# Files of the site


def write_static_files(app: Sphinx) -> None:
    """Write the style sheet, and add the folders of style sheet and script to ``html_static_path``."""
    output = _output(app)
    if output is None or not output.by_page:
        return
    folder = cache_folder(app) / "static"
    content = stylesheet(_site_styles(app)).encode()
    path = folder / STYLESHEET
    if not path.is_file() or path.read_bytes() != content:
        write_atomic(path, content)
    app.config.html_static_path.append(str(folder))
    if app.config.llmpipeline_full_size:
        app.config.html_static_path.append(str(RESOURCES / "static"))


def link_static_files(
    app: Sphinx, _page: str, _template: str, _context: object, doctree: nodes.document | None
) -> None:
    """Link style sheets and script from a page with diagrams."""
    if doctree is None or not doctree.get("llmpipeline"):
        return
    app.add_css_file(STYLESHEET)
    if _has_web_fonts(app):
        app.add_css_file(FONTS)
    if app.config.llmpipeline_full_size:
        from ..messages import SCRIPT_WORDS

        words: dict[str, Any] = {name: str(say(text)) for name, text in SCRIPT_WORDS.items()}
        app.add_js_file(SCRIPT, loading_method="defer", **words)


def write_fonts(app: Sphinx, exception: Exception | None) -> None:
    """Write the web fonts of all pages, if a page needs more than the site has."""
    if exception is not None or not _has_web_fonts(app):
        return
    folder, static = pages_folder(app), Path(app.outdir) / "_static"
    if not folder.is_dir() or ((static / FONTS).is_file() and not changed(folder)):
        return
    assets = collect(folder, app.env.found_docs)
    if not assets.glyphs:
        return
    # Imported here because a build that shows nothing new needs no fonts.
    from .web_fonts import web_fonts

    known = stylesheet(_site_styles(app))
    sheet = [rule for rule in assets.rules if rule not in known]
    style: Style = app.config.llmpipeline_style
    names = (*style.font, *style.mono_font)
    for web_font in web_fonts(assets.glyphs, Cache(cache_folder(app)), names):
        write_atomic(static / web_font.name, web_font.data)
        sheet.append(web_font.rule)
        assets.glyphs[web_font.face] |= set(web_font.characters)
    write_atomic(static / FONTS, "".join(sheet).encode())
    settle(folder, assets)


def _output(app: Sphinx) -> Output | None:
    return output_for(app.builder, app.config.llmpipeline_formats)


def _has_web_fonts(app: Sphinx) -> bool:
    """Whether the text of diagrams is text of the page."""
    output = _output(app)
    return output is not None and output.format == "svg"


def _site_styles(app: Sphinx) -> list[Style]:
    """Styles that any page may use: the built-in ones, and that of the project, which may replace one by its name."""
    return [*{style.name: style for style in (*STYLES.values(), app.config.llmpipeline_style)}.values()]
