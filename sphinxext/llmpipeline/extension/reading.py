"""Read the content and the options of the directive into a figure of the doctree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Literal, TypeVar

from docutils import nodes
from docutils.parsers.rst import DirectiveError
from docutils.parsers.rst.states import SubstitutionDef
from docutils.statemachine import StateMachine
from docutils.utils import SystemMessage
from sphinx import addnodes
from sphinx.util import logging
from sphinx.util.docutils import switch_source_input

from .. import description, messages
from ..diagnostics import REPLACED, Diagnostic, PipelineError, Setting, printable, unprintable_in
from ..language import parse
from ..model.pipeline import Label, LegendEntry, Link, Pipeline, Scale
from ..model.synonyms import CHOICE_WORDS, suggest
from ..style.categories import named
from ..style.types import Style
from .body import Body, BodyError, data_file
from .builders import Choice
from .config import say
from .directive import LLMPipeline
from .doctree import Part, panel_titles, parts, plot_labels
from .markup import document_of, quotes_as_written, unindented_in_docstring
from .nodes import FAILED, pipeline_diagram, pipeline_link, pipeline_text, pipeline_title
from .options import (
    DIAGRAM_OPTIONS,
    EDGE_PREFIX,
    EDGE_SCALE_OPTIONS,
    LEGEND,
    NODE_SCALE_OPTIONS,
    OPTIONS,
    unknown_option,
)

logger = logging.getLogger(__name__)

_FIGURE_ONLY = ("name", "caption", "align", "figclass")
"""Options that need a figure."""

_Text = TypeVar("_Text", pipeline_text, pipeline_link)

_KNOWN_OPTIONS = frozenset(option.name for option in OPTIONS)

_MOST_ERRORS = 100
"""Most errors of one diagram that are shown: a file of another kind has one in each line."""


def read_diagram(directive: LLMPipeline) -> list[nodes.Node]:
    """A figure with the diagram, or with its source if that has errors; then docutils' messages about labels."""
    host = _Host(directive)
    in_paragraph = isinstance(directive.state, SubstitutionDef)
    try:
        return _read_substitution(host) if in_paragraph else _read_figure(host)
    except (DirectiveError, SystemMessage):  # docutils' own, which it reports
        raise
    except Exception as error:  # noqa: BLE001 -- the border: a diagram may fail in any way, the build may not
        host.warn("draw", f"the diagram could not be read: {type(error).__name__}: {error}")
        return [_not_drawn() if in_paragraph else _failed(host, "\n".join(directive.content))]


def _read_figure(host: _Host) -> list[nodes.Node]:
    directive = host.directive
    figure = nodes.figure("", _content(host))
    directive.set_source_info(figure)
    if "align" in directive.options:
        figure["align"] = directive.options["align"]
    figure["classes"] += ["llmpipeline-figure", *directive.options.get("figclass", ())]
    if caption := directive.options.get("caption"):
        element = nodes.caption(caption, "", *host.inline(caption, directive.lineno))
        directive.set_source_info(element)
        figure += element
    directive.add_name(figure)
    return [figure, *host.messages]


def _read_substitution(host: _Host) -> list[nodes.Node]:
    """The diagram alone, because substitutions stand in paragraphs; a note if it has errors."""
    for name in [name for name in _FIGURE_ONLY if name in host.options]:
        host.warn("syntax", f"option '{name}' does nothing in a substitution definition, because there is no figure")
        del host.options[name]
    if host.options.get("alt") == host.directive.state.parent["names"][0]:
        del host.options["alt"]  # docutils' default says less than the description
    content = _content(host)
    if isinstance(content, pipeline_diagram):
        return [content, *host.messages]
    return [_not_drawn(), *host.messages]


def _not_drawn() -> nodes.inline:
    """A note in a paragraph that the diagram has errors."""
    return nodes.inline("", say(messages.NOT_DRAWN), classes=[FAILED])


def _content(host: _Host) -> pipeline_diagram | nodes.container:
    """The diagram, or its source if that has errors."""
    for name in [name for name in host.options if name not in _KNOWN_OPTIONS]:
        host.warn("syntax", unknown_option(name))
        del host.options[name]
    _check_options(host)
    try:
        body = host.directive.read_body(is_rst=host.is_rst)
        host.options |= {**dict(body.options), **host.options}  # those of the directive take precedence
        _check_options(host)
    except BodyError as error:
        host.warn(error.subtype, str(error), error.location)
        return _failed(host, "\n".join([*host.directive.arguments, *host.directive.content]), [str(error)])
    if host.is_rst and (cut := unindented_in_docstring(host.directive)) is not None:
        message = (
            f'the diagram ends before \'{cut}\', which is not indented; a docstring with \'\\n\' must be raw: r"""…"""'
        )
        host.warn("syntax", message, "{}:{}".format(*body.places[-1]))
        return _failed(host, body.text)
    options, wrong = read_options(DIAGRAM_OPTIONS, host.options)
    style = _style(host, options["style"])
    host.warn_all(wrong)
    for remark in body.remarks:
        host.warn(remark.subtype, remark.message, remark.location)
    doubts: list[Diagnostic] = []
    try:
        pipeline = parse(
            body.text,
            kinds=style.kinds,
            direction=options["direction"],
            categories=named(style),
            first_line=[line for _, line in body.places],
            warn=doubts.append,
            read_file=partial(data_file, host.directive),
            plots=host.directive.config.llmpipeline_plots,
        )
    except PipelineError as error:
        return _failed(host, body.text, _warn_of(host, body, error.diagnostics))
    _warn_of(host, body, doubts)
    if host.directive.config.llmpipeline_plots or host.directive.config.llmpipeline_finish:
        from .plot_functions import with_digests

        pipeline = with_digests(pipeline, host.directive.env)
    pipeline = _with_scales(host, replace(pipeline, splines=options["splines"]))
    pipeline = replace(pipeline, legend=_legend(host, pipeline, style))
    diagram = _diagram(host, pipeline, _Elements(host, body), options["format"])
    diagram["declarations"] = printable(body.text).rstrip()
    return diagram


def _warn_of(host: _Host, body: Body, diagnostics: Sequence[Diagnostic]) -> list[str]:
    """Warn of errors and doubtful places; returns the messages with their lines, for the page."""
    shown = []
    for diagnostic, location in body.locate(diagnostics[:_MOST_ERRORS]):
        host.warn(diagnostic.subtype, str(diagnostic), location)
        shown.append(f"line {body.places[diagnostic.line - 1][1]}: {diagnostic}")
    if (further := len(diagnostics) - _MOST_ERRORS) > 0:
        shown.append(f"errors in this diagram that are not shown: {further:,}")
        host.warn("syntax", shown[-1])
    return shown


def _failed(host: _Host, text: str, errors: Sequence[str] = ()) -> nodes.container:
    """A note that the diagram has errors, these, and its source."""
    host.directive.state.document[FAILED] = True
    note = nodes.warning("", nodes.paragraph("", say(messages.NOT_DRAWN)))
    content = nodes.container("", note, classes=[FAILED])
    for given, classes in (("\n".join(errors), ["llmpipeline-errors"]), (text, [])):
        block = printable(given).replace(REPLACED, "?")  # which pdfTeX knows, too
        if block.strip():
            content += nodes.literal_block(block, block, language="none", classes=classes)
    return content


def _diagram(host: _Host, pipeline: Pipeline, elements: _Elements, format: Choice | None) -> pipeline_diagram:
    options = host.options
    diagram = pipeline_diagram("", *elements.of(pipeline), pipeline=pipeline)
    host.directive.set_source_info(diagram)
    diagram["classes"] += options.get("class", ())
    diagram.attributes.update({option: options[option] for option in ("alt", "width", "style") if option in options})
    if format:
        diagram["format"] = format
    if "name" in options:
        diagram["called"] = options["name"]
        _name_panels(host, diagram, pipeline)
    return diagram


def _name_panels(host: _Host, diagram: pipeline_diagram, pipeline: Pipeline) -> None:
    """Replace the titles of panels by titles that references may lead to."""
    figure = nodes.fully_normalize_name(diagram["called"])
    letters = pipeline.letters
    for id, text in panel_titles(diagram).items() if letters else ():
        title = pipeline_title(text.rawsource, "", *text.children, figure=figure, letter=letters[id])
        title.source, title.line = text.source, text.line
        title["names"].append(nodes.fully_normalize_name(f"{figure}-{id}"))
        text.replace_self(title)
        remarks = nodes.Element()
        host.directive.state.document.note_explicit_target(title, remarks)
        host.messages += remarks.children


class _Host:
    """The directive in its document: options, warnings and inline markup."""

    def __init__(self, directive: LLMPipeline) -> None:
        self.directive = directive
        self.options: dict[str, Any] = directive.options
        self.is_rst = isinstance(directive.state_machine, StateMachine)
        """Whether docutils itself parses the document; otherwise MyST does, and counts lines in another way."""
        self.messages: list[nodes.Node] = []
        """docutils' messages about inline markup."""

    def warn(self, subtype: str, message: str, location: str | None = None) -> None:
        """Warn, and have Sphinx read the document again in the next build, so that the warning is repeated."""
        self.directive.env.note_reread()
        location = location or self.directive.get_location()
        logger.warning("%s", printable(message), location=location, type="llmpipeline", subtype=subtype)

    def warn_all(self, wrong: Iterable[str]) -> None:
        """Warn of wrong options."""
        for message in wrong:
            self.warn("syntax", message)

    def inline(self, text: str, line: int) -> list[nodes.Node]:
        """*text* as the parser of the document reads it; its messages are kept apart, because they are not text."""
        inline, remarks = self.directive.state.inline_text(text, line)
        self.messages += remarks
        return [node for node in inline if not isinstance(node, nodes.system_message)]


# Options


def _check_options(host: _Host) -> None:
    """Warn of characters that no page can hold, and replace them."""
    for name, given in host.options.items():
        if isinstance(given, str) and (bad := unprintable_in(given)):
            host.warn("syntax", f"option '{name}': the character {bad[1]} cannot be drawn: remove it")
            host.options[name] = printable(given)


def read_options(settings: Iterable[Setting[Any]], given: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Values by name, and the messages about those that cannot be read; these and missing ones are the defaults."""
    values: dict[str, Any] = {}
    wrong: list[str] = []
    for setting in settings:
        values[setting.name] = setting.default
        if setting.name in given:
            try:
                values[setting.name] = setting.read(setting.name, given[setting.name])
            except ValueError as error:
                wrong.append(str(error))
    return values, wrong


def read_scale(
    given: Mapping[str, Any], part: Literal["node", "edge"], *, has_values: bool
) -> tuple[Scale | None, list[str]]:
    """The scale that the options declare, and the messages about them.

    *has_values* is whether any node or, for the scale of edges, any edge has a value.  Whether matplotlib knows the
    names is checked when the diagram is drawn.
    """
    settings, prefix = (EDGE_SCALE_OPTIONS, EDGE_PREFIX) if part == "edge" else (NODE_SCALE_OPTIONS, "")
    drawing = [f"{prefix}colormap", *(["edge-widths"] if part == "edge" else [])]
    names = [name for name in (*drawing, *(setting.name for setting in settings)) if name in given]
    if not names:
        return None, []
    if names[0] not in drawing:
        needed = " or ".join(f"'{name}'" for name in drawing)
        return None, [f"option '{names[0]}' does nothing without {needed}"]
    if not has_values:
        return None, [f"option '{names[0]}': no {part} has a value, such as ':value: 175B'"]
    values, wrong = read_options(settings, given)
    title = values[f"{prefix}value-label"]
    scale = Scale(
        values[f"{prefix}colormap"],
        values[f"{prefix}norm"],
        values[f"{prefix}range"],
        values.get("edge-widths"),
        Label.plain(title) if title else None,
    )
    return scale, wrong


def _with_scales(host: _Host, pipeline: Pipeline) -> Pipeline:
    node_scale, wrong = read_scale(host.options, "node", has_values=any(node.value for node in pipeline.nodes))
    host.warn_all(wrong)
    edge_scale, wrong = read_scale(host.options, "edge", has_values=any(edge.value for edge in pipeline.edges))
    host.warn_all(wrong)
    return replace(pipeline, node_scale=node_scale, edge_scale=edge_scale)


def _legend(host: _Host, pipeline: Pipeline, style: Style) -> tuple[LegendEntry, ...]:
    options, wrong = read_options([LEGEND], host.options)
    host.warn_all(wrong)
    if options["legend"] is False:
        return ()
    kinds = options["legend"] or host.directive.config.llmpipeline_legend
    return description.legend(pipeline, style, say, kinds=kinds)


def _style(host: _Host, name: str | None) -> Style:
    """The style of the diagram; the project's if *name* is ``None`` or unknown.

    A document is not trusted, so it can name a style but not the module that has one.
    """
    config = host.directive.config
    styles: Mapping[str, Style] = config.llmpipeline_styles
    project: Style = config.llmpipeline_style
    if name is None:
        return project
    if name not in styles:
        del host.options["style"]
        advice = "; list it in llmpipeline_styles in conf.py" if ":" in name else suggest(name, styles, CHOICE_WORDS)
        host.warn("config", f"option 'style': unknown style '{name}'{advice}")
        return project
    host.options["style"] = name  # without further spaces
    return styles[name]


# Elements


class _Elements:
    """Makes the elements of a diagram."""

    def __init__(self, host: _Host, body: Body) -> None:
        self._host = host
        self._body = body

    def of(self, pipeline: Pipeline) -> list[pipeline_text | pipeline_link]:
        """Texts and links in the order of :func:`parts`, then categories, titles of colour bars, and names in plots."""
        found: list[pipeline_text | pipeline_link] = []
        directive = self._host.directive
        with switch_source_input(directive.state, self._body.as_input()):
            for part, item in parts(pipeline):
                for label in (item.label, item.note, item.tooltip):
                    if label is not None:
                        # An id that serves as its own label, and a tooltip, are not markup.
                        plain = label is item.tooltip or label.text in ("", getattr(item, "id", None))
                        found.append(self._text(label, plain=plain))
                if item.link is not None:
                    found.append(self._link(part, getattr(item, "id", ""), item.link))
            found += (self._text(one.label, plain=one.label.text == one.id) for one in pipeline.categories)
        for scale in (pipeline.node_scale, pipeline.edge_scale):
            if scale and scale.label:
                title = pipeline_text(scale.label.text, "", nodes.Text(scale.label.text))
                found.append(self._placed(title, directive.get_source_info()))
        found += (self._text(name, plain=True) for name in plot_labels(pipeline))
        return found

    def _text(self, label: Label, *, plain: bool) -> pipeline_text:
        """A label, note or tooltip; the text of a *plain* one is not parsed."""
        text = label.text
        if plain:
            inline: list[nodes.Node] = [nodes.Text(text)]
        else:
            with quotes_as_written(self._host.directive):
                inline = self._host.inline(text, self._parser_line(label.line))
        return self._placed(pipeline_text(text, "", *inline), self._body.places[label.line - 1])

    def _link(self, part: Part, owner: str, link: Link) -> pipeline_link:
        """A reference that Sphinx resolves and checks like any other."""
        place = self._body.places[link.line - 1]
        if link.is_role:
            inline = self._host.inline(link.target, self._parser_line(link.line))
        else:
            if document := document_of(self._host.directive, link.target):
                advice = f"this is the file of a document: write ':doc:`/{document}`'"
                self._host.warn("reference", f"'{link.target}' is no link: {advice}", f"{place[0]}:{place[1]}")
            reference = nodes.reference("", link.target, refuri=link.target)
            reference.source, reference.line = place
            inline = [reference]
        if not any(isinstance(node, (nodes.reference, addnodes.pending_xref)) for node in inline):
            expected = "expected a URL or a role that makes a reference, such as https://example.org or :doc:`guide`"
            self._host.warn("reference", f"'{link.target}' is no link: {expected}", f"{place[0]}:{place[1]}")
        return self._placed(pipeline_link(link.target, "", *inline, part=part, owner=owner, translatable=False), place)

    def _parser_line(self, line: int) -> int:
        """The number by which the parser of the document knows a line of the body."""
        if self._host.is_rst:
            return line  # of the input that it has been switched to
        source, absolute = self._body.places[line - 1]
        # MyST counts from 0 here, and knows only the lines of its own document.
        directive = self._host.directive
        return (absolute if source == directive.get_source_info()[0] else directive.lineno) - 1

    def _placed(self, element: _Text, place: tuple[str, int]) -> _Text:
        """*element* with its file and line, and without raw markup: that is shown as text."""
        element.source, element.line = place
        for raw in list(element.findall(nodes.raw)):
            raw.parent.replace(raw, nodes.Text(raw.astext()))
        if not self._host.is_rst:
            for below in element.findall(nodes.Element):  # MyST counts the lines of inline markup from elsewhere
                below.source, below.line = place
        return element
