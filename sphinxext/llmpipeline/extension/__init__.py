"""The meeting with Sphinx: config values and events."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.config import ENUM
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

from ..cache.store import Cache, write_atomic
from ..resources import RESOURCES
from ..style.builtin import STYLES
from ..style.css import stylesheet
from ..style.types import Style
from .builders import output_for, read_widths, refusal
from .directive import LLMPipeline
from .html import depart_diagram_html, skip_html, visit_diagram_html, visit_html
from .nodes import pipeline_diagram, pipeline_html, pipeline_link, pipeline_text, pipeline_title
from .panel_domain import PanelDomain, PanelNumbers, title_text
from .paths import cache_folder, changed, failed_documents, forget, pages_folder
from .prefetch_events import draw_collected, foresee, merge
from .translation import say

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

logger = logging.getLogger(__name__)

STYLESHEET = "llmpipeline.css"
FONTS = "llmpipeline-fonts.css"
SCRIPT = "llmpipeline.js"
_EVERY_DOCUMENT = ("epub", "man")
"""Builders for which something is done in documents without a diagram, too."""


def setup_extension(app: Sphinx) -> None:
    """Register everything with *app*."""
    app.add_config_value("llmpipeline_style", "modern", "env", frozenset({str, dict, Style}))
    app.add_config_value("llmpipeline_font", (), "env", frozenset({str, list, tuple}))
    app.add_config_value("llmpipeline_label_width", None, "env", frozenset({int, float}))
    app.add_config_value("llmpipeline_width", {}, "html", frozenset({int, float, dict}))
    app.add_config_value("llmpipeline_legend", False, "env", frozenset({bool}))
    app.add_config_value("llmpipeline_formats", {}, "html", frozenset({dict}))
    app.add_config_value("llmpipeline_full_size", True, "html", frozenset({bool}))
    app.add_config_value("llmpipeline_engine", "pygraphviz", "html", ENUM("pygraphviz", "dot"))
    app.add_config_value("llmpipeline_dot", "dot", "html", frozenset({str}))
    app.add_config_value("llmpipeline_executor", "", "", frozenset({str}))
    app.add_config_value("llmpipeline_cache", "", "", frozenset({str, Path}))
    app.add_message_catalog("sphinxext.llmpipeline", str(RESOURCES / "locale"))
    app.add_directive("llmpipeline", LLMPipeline)
    app.add_node(pipeline_diagram, html=(visit_diagram_html, depart_diagram_html))
    app.add_node(pipeline_html, html=(visit_html, None))
    app.add_node(pipeline_text, html=(skip_html, None))
    app.add_node(pipeline_link, html=(skip_html, None))
    # The standard domain knows the titles of what is numbered, for ``:ref:``; these numbers are shown nowhere.
    app.add_enumerable_node(pipeline_title, "llmpipeline-panel", title_text)
    app.add_domain(PanelDomain)
    app.add_post_transform(UnpackDiagrams)
    app.add_post_transform(PanelNumbers)
    app.connect("config-inited", read_style_value)
    app.connect("config-inited", read_formats_value)
    app.connect("config-inited", check_settings)
    app.connect("env-get-outdated", reread_failed)
    # After other extensions, which may change a label in the same event.
    app.connect("doctree-read", foresee, priority=900)
    app.connect("doctree-read", pack_diagrams, priority=901)
    app.connect("env-merge-info", merge)
    app.connect("env-updated", draw_collected)
    app.connect("doctree-resolved", show_diagrams)
    app.connect("builder-inited", check_format)
    app.connect("builder-inited", write_static_files)
    app.connect("html-page-context", link_static_files)
    app.connect("build-finished", write_fonts)


def read_style_value(app: Sphinx, config: Config) -> None:
    """Make a :class:`Style` of what ``conf.py`` says, before Sphinx compares it with that of the last build."""
    config.llmpipeline_width, problems = read_widths(config.llmpipeline_width)
    _warn_of("llmpipeline_width", problems)
    changes = config.llmpipeline_font, config.llmpipeline_label_width
    if changes == ((), None) and (style := _built_in(config.llmpipeline_style)):
        config.llmpipeline_style = style
        return
    # Only now: most projects ask for a style by its name, or for none.
    from ..style.reader import read_style

    style, problems = read_style(config.llmpipeline_style)
    _warn_of("llmpipeline_style", problems)
    if config.llmpipeline_font:
        style, problems = read_style({"font": _font_names(app, config.llmpipeline_font)}, style)
        _warn_of("llmpipeline_font", problems)
    if config.llmpipeline_label_width is not None:
        style, problems = read_style({"name": style.name, "label_width": config.llmpipeline_label_width}, style)
        _warn_of("llmpipeline_label_width", problems)
    config.llmpipeline_style = style


def _built_in(name: Any) -> Style | None:
    return STYLES.get(name) if isinstance(name, str) else None


def read_formats_value(app: Sphinx, config: Config) -> None:
    """Keep the entries of the value that can be read."""
    if config.llmpipeline_formats == {}:
        return
    # Only now: it takes longer than all else here to look through the packages that are installed.
    from importlib.metadata import entry_points

    from .builders import read_formats

    known = [*app.registry.builders, *entry_points(group="sphinx.builders").names]
    known += [builder.format for builder in app.registry.builders.values() if builder.format]
    formats, problems = read_formats(config.llmpipeline_formats, dict.fromkeys(known))
    _warn_of("llmpipeline_formats", problems)
    config.llmpipeline_formats = formats


def check_settings(_app: Sphinx, config: Any) -> None:
    """Leave out settings that cannot be read."""
    expected = {"llmpipeline_executor": "'module:callable'", "llmpipeline_cache": "a folder or a URL"}
    for name, wanted in expected.items():
        value = config[name]
        if isinstance(value, os.PathLike):
            value = config[name] = os.fspath(value)
        readable = isinstance(value, str) and (name != "llmpipeline_executor" or not value or _names_attribute(value))
        if not readable:
            _warn_of(name, [f"expected {wanted}, got {value!r}"])
            config[name] = ""


def _names_attribute(text: str) -> bool:
    module, _, attribute = text.partition(":")
    return attribute.isidentifier() and all(part.isidentifier() for part in module.split("."))


def check_format(app: Sphinx) -> None:
    """Warn where the project asks the builder for what it cannot show."""
    if (problem := refusal(app.builder, app.config.llmpipeline_formats)) is not None:
        _warn_of("llmpipeline_formats", [problem])


def _warn_of(name: str, problems: Iterable[str]) -> None:
    for problem in problems:
        logger.warning("%s: %s", name, problem, type="llmpipeline", subtype="config")


def _font_names(app: Sphinx, value: Any) -> Any:
    """Paths of font files are relative to ``conf.py``."""
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, (list, tuple)):
        return value
    files = [app.confdir / name if isinstance(name, str) else name for name in value]
    return [
        str(file) if isinstance(file, Path) and file.is_file() else name
        for name, file in zip(value, files, strict=True)
    ]


def reread_failed(app: Sphinx, *_: object) -> list[str]:
    """Documents whose diagrams failed in the last build: their warnings come again until they are mended."""
    return failed_documents(app)


def pack_diagrams(app: Sphinx, doctree: nodes.document) -> None:
    """Pack the diagrams of a document until it is written."""
    if app.builder.versioning_method != "none":
        return  # Sphinx is to number all translatable texts, and keeps the numbers on the elements.
    for diagram in list(doctree.findall(pipeline_diagram)):
        from .doctree import pack

        pack(diagram)


class UnpackDiagrams(SphinxPostTransform):
    """Unpack diagrams before any other transform of a document that is about to be written."""

    default_priority = 0

    def run(self, **_: Any) -> None:
        """Unpack all diagrams of the document."""
        for diagram in list(self.document.findall(pipeline_diagram)):
            from .doctree import unpack

            unpack(diagram)


def show_diagrams(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Serve the diagrams of a document that is about to be written; for one without any, nothing is loaded."""
    if app.builder.name == "gettext":
        return
    needless = next(iter(doctree.findall(pipeline_diagram)), None) is None
    forget(app, docname, needs=needless)
    if needless and app.builder.name not in _EVERY_DOCUMENT:
        return
    from .output import draw_diagrams

    draw_diagrams(app, doctree, docname)


def write_static_files(app: Sphinx) -> None:
    """Make the style sheet, and give Sphinx the folders of the files that all pages share."""
    if not _shown_by_page(app):
        return
    folder = cache_folder(app) / "static"
    content = stylesheet(_site_styles(app)).encode()
    path = folder / STYLESHEET
    if not path.is_file() or path.read_bytes() != content:
        write_atomic(path, content)
    app.config.html_static_path.append(str(folder))
    if app.config.llmpipeline_full_size:
        app.config.html_static_path.append(str(RESOURCES / "static"))


def _shown_by_page(app: Sphinx) -> bool:
    """Whether pages show diagrams as the style sheet says."""
    output = output_for(app.builder, app.config.llmpipeline_formats)
    return output is not None and output.by_page


def _text_in_page(app: Sphinx) -> bool:
    """Whether the text of diagrams is text of the page, which wants their fonts."""
    output = output_for(app.builder, app.config.llmpipeline_formats)
    return output is not None and output.format == "svg"


def _site_styles(app: Sphinx) -> list[Style]:
    """Those that any page may use: a later one takes the place of an earlier one of its name."""
    return [*{style.name: style for style in (*STYLES.values(), app.config.llmpipeline_style)}.values()]


def link_static_files(
    app: Sphinx, _page: str, _template: str, _context: object, doctree: nodes.document | None
) -> None:
    """Pages without a diagram load none of them."""
    if doctree is None or not doctree.get("llmpipeline"):
        return
    app.add_css_file(STYLESHEET)
    if _text_in_page(app):
        app.add_css_file(FONTS)
    if app.config.llmpipeline_full_size:
        from ..messages import SCRIPT_WORDS

        words: dict[str, Any] = {name: str(say(text)) for name, text in SCRIPT_WORDS.items()}
        app.add_js_file(SCRIPT, loading_method="defer", **words)


def write_fonts(app: Sphinx, exception: Exception | None) -> None:
    """Give the site the glyphs that its diagrams show, now that all pages are known."""
    if exception is not None or not _text_in_page(app):
        return
    folder, static = pages_folder(app), Path(app.outdir) / "_static"
    if not folder.is_dir() or ((static / FONTS).is_file() and not changed(folder)):
        return
    # Only now, as for drawing: a build that shows nothing new loads no font.
    from .web_assets import collect, settle

    assets = collect(folder, app.env.found_docs)
    if not assets.glyphs:
        return
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
