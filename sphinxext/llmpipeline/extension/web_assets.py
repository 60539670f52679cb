"""Static files of a site: style sheet, script and web fonts, and the needs of each page for them.

The needs of a page are an entry beside the drawings, because a build may write only some pages, and the fonts of the
site must hold the glyphs of all pages.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..cache.store import Cache, Entry, digest_of, read_file, write_atomic
from ..messages import RESOURCES
from ..style.css import stylesheet
from .builders import Output, output_for
from .config import say
from .paths import NEEDS, cache_folder, note_failure, page_key, pages_cache, static_folder, unwritten_warning

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

    from ..job import Glyphs
    from ..style.types import Style

STYLESHEET = "llmpipeline.css"
FONTS = "llmpipeline-fonts.css"
SCRIPT = "llmpipeline.js"

_Font = tuple[str, int, bool]
_SERVED = "served", "site"
"""Entry with the needs that the fonts of the site meet."""
_CHANGED = "changed", "site"
"""Empty entry that says that a page has needs that the site does not meet yet."""


# Needs of pages


@dataclass(slots=True)
class PageAssets:
    """The needs of one page, or of all pages."""

    glyphs: dict[_Font, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Family, weight in CSS, whether italic → characters."""
    files: dict[str, str] = field(default_factory=dict)
    """Font files that styles name → their digests: a file may be replaced by another one of the same family."""
    styles: list[Style] = field(default_factory=list, compare=False)
    """Styles whose files have been added."""

    def add(self, glyphs: Collection[Glyphs], style: Style) -> None:
        """Add the needs of one drawing."""
        for used in glyphs:
            self.glyphs[used.family, used.weight, used.italic] |= set(used.characters)
        if any(style is known for known in self.styles):
            return
        self.styles.append(style)
        names = (*style.font, *style.mono_font)
        self.files.update({name: digest_of(Path(name)) for name in names if Path(name).is_file()})

    def lack(self, other: PageAssets) -> bool:
        """Whether *other* has needs that these do not meet."""
        glyphs = self.glyphs
        return bool(
            any(used - glyphs.get(font, set()) for font, used in other.glyphs.items())
            or other.files.items() - self.files.items()
        )

    def save(self, cache: Cache, docname: str) -> None:
        """Write the needs of the page *docname*, and mark *cache* as changed if the site does not meet them yet."""
        key = page_key(docname)
        if not self.glyphs:
            cache.remove(key, NEEDS)
            return
        entry = Entry(_to_json(self))
        if cache.find(key, NEEDS) != entry:
            if not changed(cache) and _needs(cache, *_SERVED).lack(self):
                cache.store(*_CHANGED, Entry(b""))
            cache.store(key, NEEDS, entry)


def changed(cache: Cache) -> bool:
    """Whether a page has needs that the site does not meet yet."""
    return cache.has(*_CHANGED)


def settle(cache: Cache, served: PageAssets) -> None:
    """Note the needs that the site meets now: no fonts are made until a page needs more."""
    cache.store(*_SERVED, Entry(_to_json(served)))
    cache.remove(*_CHANGED)


def collect(cache: Cache, pages: Collection[str]) -> tuple[PageAssets, list[str]]:
    """Add up the needs of all *pages*, and remove damaged ones and those of other pages.

    Returns:
        The needs, and the pages whose own ones are damaged; all that the site meets until now is needed for them.
    """
    assets, damaged = PageAssets(), []
    names = {page_key(page): page for page in pages}
    for key in cache.keys(NEEDS):
        found = cache.find(key, NEEDS)
        if found is not None and key in names and _add_json(assets, found.data):
            continue
        cache.remove(key, NEEDS)
        if key in names:
            damaged.append(names[key])
    if damaged and (served := cache.find(*_SERVED)):
        _add_json(assets, served.data)
    return assets, damaged


def _needs(cache: Cache, key: str, suffix: str) -> PageAssets:
    """Needs from *cache*; none if they are missing or damaged."""
    assets = PageAssets()
    if found := cache.find(key, suffix):
        _add_json(assets, found.data)
    return assets


def _to_json(assets: PageAssets) -> bytes:
    fonts = [[*font, "".join(sorted(used))] for font, used in sorted(assets.glyphs.items())]
    return json.dumps({"fonts": fonts, "font_files": dict(sorted(assets.files.items()))}).encode()


def _add_json(assets: PageAssets, written: bytes) -> bool:
    """Add needs that :func:`_to_json` wrote; return ``False`` if another version wrote them."""
    try:
        kept = json.loads(written)
        glyphs = {(str(family), int(weight), bool(italic)): set(used) for family, weight, italic, used in kept["fonts"]}
        files = {str(name): str(digest) for name, digest in kept["font_files"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return False
    for font, used in glyphs.items():
        assets.glyphs[font] |= used
    assets.files |= files
    return True


# Files of the site


def write_static_files(app: Sphinx) -> None:
    """Write the style sheet, and add the folder of the script to ``html_static_path``."""
    output = _output(app)
    if output is None or not output.by_page:
        return
    # The style of the project may replace one of the others by its name.
    styles: list[Style] = [*app.config.llmpipeline_styles.values(), app.config.llmpipeline_style]
    content = stylesheet({style.name: style for style in styles}.values()).encode()
    path = static_folder(app) / STYLESHEET
    if read_file(path) != content:
        try:
            write_atomic(path, content)
        except OSError as error:
            unwritten_warning(app)(error, path.parent)
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


def pages_without_needs(app: Sphinx, *_: object) -> Collection[str]:
    """All documents, to be read again, if the site has fonts and the cache no longer says for which needs."""
    if _has_web_fonts(app) and (static_folder(app) / FONTS).is_file() and not pages_cache(app).has(*_SERVED):
        return app.env.found_docs
    return []


def write_fonts(app: Sphinx, exception: Exception | None) -> None:
    """Write the web fonts of all pages, if a page needs more than the site has."""
    if exception is not None or not _has_web_fonts(app):
        return
    cache, static = pages_cache(app), static_folder(app)
    if (static / FONTS).is_file() and not changed(cache):
        return
    assets, damaged = collect(cache, app.env.found_docs)
    for docname in damaged:
        note_failure(app, docname)
    if not assets.glyphs:
        return
    try:
        _write_fonts(app, assets)
    except OSError as error:
        unwritten_warning(app)(error, static)
    else:
        settle(cache, assets)


def _write_fonts(app: Sphinx, assets: PageAssets) -> None:
    """Write the web fonts and their style sheet, and add all their characters to *assets*."""
    # Imported here because a build that shows nothing new needs no fonts.
    from .web_fonts import web_fonts

    sheet = []
    style: Style = app.config.llmpipeline_style
    # Workers may have drawn with files that this process has not read.
    names = (*style.font, *style.mono_font, *(name for name in assets.files if Path(name).is_file()))
    for web_font in web_fonts(assets.glyphs, Cache(cache_folder(app), unwritten_warning(app)), names):
        # Durable because the next build relies on these files without reading them.
        write_atomic(static_folder(app) / web_font.name, web_font.data, durable=True)
        sheet.append(web_font.rule)
        assets.glyphs[web_font.face] |= set(web_font.characters)
    write_atomic(static_folder(app) / FONTS, "".join(sheet).encode(), durable=True)


def _output(app: Sphinx) -> Output | None:
    return output_for(app.builder, app.config.llmpipeline_formats)


def _has_web_fonts(app: Sphinx) -> bool:
    """Whether the text of diagrams is text of the page."""
    output = _output(app)
    return output is not None and output.format == "svg"
