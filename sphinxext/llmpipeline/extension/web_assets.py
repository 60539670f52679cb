"""Static files of a site: style sheet, scripts and web fonts, and the needs of each page for them.

The needs of a page are an entry beside the drawings, because a build may write only some pages, and the fonts of the
site must hold the glyphs of all pages.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.builders.singlehtml import SingleFileHTMLBuilder
from sphinx.util import logging

from .. import __version__
from ..cache.store import Cache, Entry, digest_of, read_file, write_atomic
from ..messages import RESOURCES
from ..style.css import stylesheet
from .builders import page_width, shows_pages
from .config import say
from .nodes import FAILED, INLINE_TEXT
from .paths import NEEDS, cache_folder, note_failure, page_key, pages_cache, static_folder, unwritten_warning

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

    from ..job import Glyphs
    from ..style.types import Style

STYLESHEET = "llmpipeline.css"
FONTS = "llmpipeline-fonts.css"
SCRIPT = "llmpipeline.js"
_SCRIPTS = {
    "llmpipeline_neighbors": ("llmpipeline-neighbors.js",),
    "llmpipeline_full_size": ("llmpipeline-image.js", SCRIPT),
}
"""Files that a setting adds to pages, in their order."""

_Font = tuple[str, int, bool]
_SERVED = "served", "site"
"""Entry with the needs that the fonts of the site meet."""
_CHANGED = "changed", "site"
"""Empty entry that says that a page has needs that the site does not meet yet."""

logger = logging.getLogger(__name__)


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
        self.files.update({name: digest_of(Path(name)) for name in names if os.path.isfile(name)})

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
    """Write the style sheet, and put the scripts first into ``html_static_path``.

    As everywhere in Sphinx, a file of the project takes the place of one of the same name.
    """
    if not shows_pages(app.builder):
        return
    own = _own_files(app)
    for file in own:
        message = f"{file!r} takes the place of a file of this extension; give it another name"
        logger.warning("html_static_path: %s", message, type="llmpipeline", subtype="config")
    # The style of the project may replace one of the others by its name.
    styles: list[Style] = [*app.config.llmpipeline_styles.values(), app.config.llmpipeline_style]
    width = page_width(app.config.llmpipeline_width, app.builder.name, app.builder.format)
    sheet = stylesheet(
        {style.name: style for style in styles}.values(),
        width,
        app.config.llmpipeline_narrow_width,
        has_additions=bool(app.config.llmpipeline_finish),
    )
    content = sheet.encode()
    path = static_folder(app) / STYLESHEET
    if STYLESHEET not in own and read_file(path) != content:
        try:
            write_atomic(path, content)
        except OSError as error:
            unwritten_warning(app)(error, path.parent)
    app.config.html_static_path[:0] = [str(RESOURCES / "static" / script) for script in _scripts_of(app)]


def _scripts_of(app: Sphinx) -> list[str]:
    """The files of the scripts that the settings ask for."""
    return [script for setting, scripts in _SCRIPTS.items() if app.config[setting] for script in scripts]


def link_static_files(
    app: Sphinx, page: str, _template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Link style sheets and scripts from a page with diagrams; if it is all of the site, write its fonts.

    A page with none but diagrams that have errors needs only the style sheet.
    """
    if doctree is None or not (doctree.get("llmpipeline") or doctree.get(FAILED)):
        return
    if shows_pages(app.builder):  # an EPUB has no style sheet
        app.add_css_file(STYLESHEET)
    if not doctree.get("llmpipeline"):
        return
    if doctree.get(INLINE_TEXT):
        app.add_css_file(FONTS)
        if "css_tag" in context:  # not in JSON, whose readers write the links
            _add_version(app, context, page)
        if isinstance(app.builder, SingleFileHTMLBuilder):  # which does not collect pages
            write_fonts(app)
    for script in _scripts_of(app):
        app.add_js_file(script, loading_method="defer", **(_words() if script == SCRIPT else {}))


def _words() -> dict[str, Any]:
    """The texts of the full-size view, by attributes of the element of its script."""
    from ..messages import SCRIPT_WORDS

    return {name: str(say(text)) for name, text in SCRIPT_WORDS.items()}


def _add_version(app: Sphinx, context: dict[str, Any], page: str) -> None:
    """Let the link to the fonts carry a version, so that no browser shows a page with fonts that it kept too long.

    Sphinx's own version is a checksum of the file, but a page is written before its fonts are.  That of the needs of
    the page serves as well: with the same needs, an older file of the site is as good.
    """
    needs = pages_cache(app).find(page_key(page), NEEDS) or Entry(b"")
    version = hashlib.sha256(__version__.encode() + needs.data).hexdigest()[:8]
    write_tag = context["css_tag"]

    def css_tag(css: Any) -> str:
        tag: str = write_tag(css)
        return re.sub(rf'({re.escape(FONTS)})(\?v=\w*)?"', rf'\1?v={version}"', tag)

    context["css_tag"] = css_tag


def pages_without_needs(app: Sphinx, *_: object) -> Collection[str]:
    """All documents, to be read again, if the site has fonts and the cache no longer says for which needs."""
    has_fonts = shows_pages(app.builder) and (static_folder(app) / FONTS).is_file()
    if has_fonts and not pages_cache(app).has(*_SERVED):
        return app.env.found_docs
    return []


def write_fonts(app: Sphinx) -> Iterable[tuple[str, dict[str, Any], str]]:
    """Write the web fonts of all pages, if a page needs more than the site has.

    This happens when all diagrams are drawn, and before a builder makes something of the pages, such as a PDF.

    Returns:
        No pages, which is what the event asks for.
    """
    cache = pages_cache(app)
    if (
        shows_pages(app.builder)
        and (changed(cache) or (cache.has(*_SERVED) and not (static_folder(app) / FONTS).is_file()))
        and FONTS not in _own_files(app)
    ):
        _settle_fonts(app, cache)
    return ()


def write_fonts_late(app: Sphinx, exception: Exception | None) -> None:
    """Do as :func:`write_fonts` if a build has no page to write, for which Sphinx collects no pages either."""
    if exception is None:
        write_fonts(app)


def _settle_fonts(app: Sphinx, cache: Cache) -> None:
    """Write the web fonts for the needs in *cache*."""
    assets, damaged = collect(cache, app.env.found_docs)
    for docname in damaged:
        note_failure(app, docname)
    if not assets.glyphs:
        return
    try:
        _write_fonts(app, assets)
    except OSError as error:
        unwritten_warning(app)(error, static_folder(app))
    else:
        settle(cache, assets)


def _write_fonts(app: Sphinx, assets: PageAssets) -> None:
    """Write the web fonts and their style sheet, and add all their characters to *assets*."""
    # Imported here because a build that shows nothing new needs no fonts.
    from .web_fonts import web_fonts

    sheet = []
    style: Style = app.config.llmpipeline_style
    # Workers may have drawn with files that this process has not read.
    names = (*style.font, *style.mono_font, *(name for name in assets.files if os.path.isfile(name)))
    for web_font in web_fonts(assets.glyphs, Cache(cache_folder(app), unwritten_warning(app)), names):
        # Durable because the next build relies on these files without reading them.
        write_atomic(static_folder(app) / web_font.name, web_font.data, durable=True)
        sheet.append(web_font.rule)
        assets.glyphs[web_font.face] |= set(web_font.characters)
    write_atomic(static_folder(app) / FONTS, "".join(sheet).encode(), durable=True)


def _own_files(app: Sphinx) -> list[str]:
    """Names of files of the project that take the place of files of this extension."""
    paths = [Path(app.confdir, path) for path in app.config.html_static_path]
    others = [path for path in paths if path.parent != RESOURCES / "static"]
    return [
        name
        for name in (STYLESHEET, FONTS, *_scripts_of(app))
        if any((path / name).is_file() or (path.name == name and path.is_file()) for path in others)
    ]
