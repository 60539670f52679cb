"""What a document declares: options and body of the directive → doctree."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from docutils import nodes
from docutils.statemachine import StateMachine, StringList
from sphinx import addnodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, switch_source_input

from .. import description, messages
from ..diagnostics import Diagnostic, PipelineError, suggestion
from ..language import parse
from ..model.pipeline import Label, Link, Pipeline, Scale
from ..model.quantity import parse_value
from ..model.vocabulary import DIAGRAM_DIRECTIONS, EDGE_PREFIX, SCALE_OPTIONS, SPLINES, WIDTHS
from ..style.types import Style
from .directive import say
from .doctree import Child, Part, declared, new_diagram, panel_titles, parts
from .nodes import pipeline_diagram, pipeline_link, pipeline_text, pipeline_title
from .onlookers import see_reading

logger = logging.getLogger(__name__)
# Letters, digits, and signs that no parser of reStructuredText, no substitution of quotes or dashes takes for markup.
_PLAIN = re.compile(r"(?:[^\W_]|[ (),.+/&%→×…-]|: |\n)+")
_NOT_PLAIN = re.compile(r"--|\.\.|\n\n|PEP|RFC")

_Text = TypeVar("_Text", pipeline_text, pipeline_link)
_Choice = TypeVar("_Choice", bound=str)


@dataclass(frozen=True, slots=True)
class _Body:
    """The declarations, and where each of their lines stands."""

    lines: tuple[str, ...]
    places: tuple[tuple[str, int], ...]
    """File and line, from 1, of each line."""

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def as_input(self) -> StringList:
        """The lines as docutils' own input, so that what it reports of them stands at their places."""
        return StringList(list(self.lines), items=[(source, line - 1) for source, line in self.places])

    def locate(self, diagnostic: Diagnostic) -> str:
        """``file:line:column`` of a diagnostic, in the file that holds it."""
        source, line = self.places[diagnostic.line - 1] if diagnostic.line <= len(self.places) else self.places[-1]
        return f"{source}:{line}:{diagnostic.column + self._indent(source, line, diagnostic.quoted)}"

    def _indent(self, source: str, line: int, quoted: str) -> int:
        """How far the host has moved the line to the left; 0 where *source* is no file, as for a docstring."""
        try:
            written = Path(source).read_text(encoding="utf-8-sig").split("\n")[line - 1].expandtabs(8)
        except (OSError, IndexError, ValueError):
            return 0
        return max(written.find(quoted.strip()) - (len(quoted) - len(quoted.lstrip())), 0)


class Reading(SphinxDirective):
    """The directive, once it stands in a document.

    It is made anew of what docutils gave to :class:`~sphinxext.llmpipeline.extension.directive.LLMPipeline`.
    """

    def run(self) -> list[nodes.Node]:
        """A figure with the diagram, or with what was written where that cannot be read; then remarks on labels."""
        self._messages: list[nodes.Node] = []
        return [self._drawn(), *self._messages]

    def _drawn(self) -> nodes.figure:
        body = self._body()
        if body is None:
            return self._figure(self._failed(""))
        style = self._style()
        direction, splines = self._choice("direction", DIAGRAM_DIRECTIONS), self._choice("splines", SPLINES)
        try:
            pipeline = parse(body.text, kinds=style.kinds, direction=direction)
        except PipelineError as error:
            for diagnostic in error.diagnostics:
                self._warn(diagnostic.subtype, str(diagnostic), body.locate(diagnostic))
            return self._figure(self._failed(body.text))
        pipeline = self._furnished(replace(pipeline, splines=splines), style)
        return self._figure(self._diagram(pipeline, body))

    def _body(self) -> _Body | None:
        """The declarations, from the content or from a file; ``None`` where the file cannot be read."""
        if not self.arguments:
            return self._content()
        if self.content:
            self._warn("syntax", "expected either a file or declarations, got both: remove one of them")
            return None
        relative, name = self.env.relfn2path(self.arguments[0])
        self.env.note_dependency(relative)
        try:
            text = Path(name).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            self._warn("syntax", f"cannot read '{self.arguments[0]}': {getattr(error, 'strerror', None) or error}")
            return None
        lines = tuple(text.replace("\r\n", "\n").split("\n"))
        return _Body(lines, tuple((name, number) for number in range(1, len(lines) + 1)))

    def _content(self) -> _Body:
        lines = tuple(self.content)
        if isinstance(self.state_machine, StateMachine):
            places = tuple((str(source), int(offset) + 1) for source, offset in self.content.items)
        else:
            # MyST counts the lines of the content from its first, and gives the offset of that from the directive.
            source, first = self.get_source_info()[0], self.lineno + self.content_offset + 1
            places = tuple((source, first + index) for index in range(len(lines)))
        return _Body(lines, places) if lines else _Body(("",), (self.get_source_info(),))

    def _style(self) -> Style:
        style: Style = self.config.llmpipeline_style
        if "style" not in self.options:
            return style
        # Only now: most diagrams have the style of their project.
        from ..style.reader import read_style

        own, diagnostics = read_style(self.options["style"].strip(), style)
        for diagnostic in diagnostics:
            self._warn("config", f"option 'style': {diagnostic}")
        if diagnostics:
            del self.options["style"]
        return own

    def _choice(self, option: str, known: tuple[_Choice, ...]) -> _Choice | None:
        """The value of an option, in capitals or not; ``None`` where there is none, or one that is not known."""
        if option not in self.options:
            return None
        asked = self.options[option].strip()
        for choice in known:
            if asked.lower() == choice.lower():
                return choice
        self._warn("syntax", f"option '{option}': unknown {option} '{asked}'{suggestion(asked, known)}")
        return None

    def _furnished(self, pipeline: Pipeline, style: Style) -> Pipeline:
        """The diagram with what its options add to it: scales of its values, and a legend."""
        node_scale, wrong = read_scale(self.options, "", has_values=any(node.value for node in pipeline.nodes))
        edge_scale, also_wrong = read_scale(
            self.options, EDGE_PREFIX, has_values=any(edge.value for edge in pipeline.edges)
        )
        wants_legend, wrong_too = read_flag("legend", self.options, self.config.llmpipeline_legend)
        for diagnostic in (*wrong, *also_wrong, *wrong_too):
            self._warn("syntax", diagnostic)
        legend = description.legend(pipeline, style, say) if wants_legend else ()
        return replace(pipeline, node_scale=node_scale, edge_scale=edge_scale, legend=legend)

    def _warn(self, subtype: str, message: str, location: str | None = None) -> None:
        """Warn now, and read the document again at the next build, so that the warning stays until it is mended."""
        self.env.note_reread()
        logger.warning("%s", message, location=location or self.get_location(), type="llmpipeline", subtype=subtype)

    def _figure(self, content: nodes.Element) -> nodes.figure:
        figure = nodes.figure("", content)
        self.set_source_info(figure)
        if "align" in self.options:
            figure["align"] = self.options["align"]
        figure["classes"] += ["llmpipeline-figure", *self.options.get("figclass", ())]
        if caption := self.options.get("caption"):
            inline = self._inline(caption, self.lineno)
            element = nodes.caption(caption, "", *inline)
            self.set_source_info(element)
            figure += element
        self.add_name(figure)
        return figure

    def _failed(self, text: str) -> nodes.container:
        """What stands in for a diagram that cannot be read: a note, and what was written."""
        content = nodes.container(
            "", nodes.warning("", nodes.paragraph("", say(messages.NOT_DRAWN))), classes=["llmpipeline-failed"]
        )
        if text.strip():
            content += nodes.literal_block(text, text, language="none")
        return content

    def _diagram(self, pipeline: Pipeline, body: _Body) -> pipeline_diagram:
        diagram = new_diagram(pipeline, self._children(pipeline, body))
        self.set_source_info(diagram)
        diagram["classes"] += self.options.get("class", ())
        for option in ("alt", "width", "style", "name"):
            if option in self.options:
                diagram[option if option != "name" else "called"] = self.options[option]
        if "name" in self.options and pipeline.letters:
            self._name_panels(diagram)
        return diagram

    def _children(self, pipeline: Pipeline, body: _Body) -> list[Child]:
        """Texts and links, in the order in which the diagram has them."""
        children: list[Child] = []
        watched = see_reading(self.env) or not isinstance(self.state_machine, StateMachine)
        with switch_source_input(self.state, body.as_input()):
            for part, item in parts(pipeline):
                for label in (item.label, item.note, item.tooltip):
                    if label is None:
                        continue
                    if not watched and is_plain(text := label.text):
                        children.append((text, text, *body.places[label.line - 1]))
                        continue
                    # An id that serves as its own label, and a tooltip, are not markup.
                    plain = label is item.tooltip or label.text == getattr(item, "id", None)
                    children.append(self._text(label, body, plain=plain))
                if item.link is not None:
                    children.append(self._link(part, getattr(item, "id", ""), item.link, body))
        for scale in (pipeline.node_scale, pipeline.edge_scale):
            if scale and scale.label:
                title = pipeline_text(scale.label.text, "", nodes.Text(scale.label.text))
                children.append(self._placed(title, self.get_source_info()))
        return children

    def _name_panels(self, diagram: pipeline_diagram) -> None:
        """Make the titles of panels the targets that references to them lead to."""
        figure = nodes.fully_normalize_name(self.options["name"])
        letters = declared(diagram).letters
        for id, text in panel_titles(diagram).items():
            title = pipeline_title(text.rawsource, "", *text.children, figure=figure, letter=letters[id])
            title.source, title.line = text.source, text.line
            title["names"].append(nodes.fully_normalize_name(f"{figure}-{id}"))
            text.replace_self(title)
            remarks = nodes.Element()
            self.state.document.note_explicit_target(title, remarks)
            self._messages += remarks.children

    def _inline(self, text: str, line: int) -> list[nodes.Node]:
        """Inline markup, parsed by the host; what it has to say is kept apart, for it is no part of the text."""
        inline, messages = self.parse_inline(text, lineno=line)
        self._messages += messages
        return [node for node in inline if not isinstance(node, nodes.system_message)]

    def _host_line(self, line: int, body: _Body) -> int:
        """The number by which the host's parser knows a line of the body."""
        if isinstance(self.state_machine, StateMachine):
            return line  # of the input that it has been switched to
        source, absolute = body.places[line - 1]
        # MyST counts from 0 here, and knows the lines of its own document only.
        return (absolute if source == self.get_source_info()[0] else self.lineno) - 1

    def _text(self, label: Label, body: _Body, *, plain: bool) -> pipeline_text:
        """A text of the diagram as an element; if it is *plain*, it has no markup, whatever is in it."""
        text = label.text
        inline = [nodes.Text(text)] if plain else self._inline(text, self._host_line(label.line, body))
        return self._placed(pipeline_text(text, "", *inline), body.places[label.line - 1])

    def _placed(self, element: _Text, place: tuple[str, int]) -> _Text:
        """*element* at its place in the document, and as data: raw markup in it is shown and not passed on."""
        element.source, element.line = place
        for raw in list(element.findall(nodes.raw)):
            raw.parent.replace(raw, nodes.Text(raw.astext()))
        if not isinstance(self.state_machine, StateMachine):
            for below in element.findall(nodes.Element):  # MyST counts the lines of inline markup from elsewhere
                below.source, below.line = place
        return element

    def _link(self, part: Part, owner: str, link: Link, body: _Body) -> pipeline_link:
        """A reference that Sphinx resolves and checks like any other."""
        place = body.places[link.line - 1]
        if link.is_role:
            inline = self._inline(link.target, self._host_line(link.line, body))
        else:
            reference = nodes.reference("", link.target, refuri=link.target)
            reference.source, reference.line = place
            inline = [reference]
        if not any(isinstance(node, (nodes.reference, addnodes.pending_xref)) for node in inline):
            expected = "expected a URL or a role that makes a reference, such as https://example.org or :doc:`guide`"
            self._warn("reference", f"'{link.target}' is no link: {expected}", f"{place[0]}:{place[1]}")
        return self._placed(pipeline_link(link.target, "", *inline, part=part, owner=owner, translatable=False), place)


def is_plain(text: str) -> bool:
    """Whether *text* stays as it is, whatever Sphinx does with documents; if in doubt, it may not.

    >>> is_plain("Pre-training (7.5 %)"), is_plain("*very* large"), is_plain('so-called "agents"')
    (True, False, False)
    """
    return _PLAIN.fullmatch(text) is not None and _NOT_PLAIN.search(text) is None


_YES, _NO = ("", "yes", "true", "on"), ("no", "false", "off")
_WIDEST = 24.0  # points; a wider line is no line


def read_flag(name: str, options: Mapping[str, str | None], default: bool) -> tuple[bool, list[str]]:
    """An option that stands alone, or with yes or no.

    >>> read_flag("legend", {"legend": None}, False), read_flag("legend", {"legend": "no"}, True)
    ((True, []), (False, []))
    """
    if name not in options:
        return default, []
    given = (options[name] or "").strip()
    if given.lower() in _YES:
        return True, []
    if given.lower() in _NO:
        return False, []
    return default, [f"option '{name}': expected yes or no, not '{given}'"]


def read_scale(options: Mapping[str, str], prefix: str, *, has_values: bool) -> tuple[Scale | None, list[str]]:
    """The scale that the options ask for, and what is wrong with them.

    Whether matplotlib knows the names is found when the diagram is drawn.

    Args:
        options: the options of a directive.
        prefix: what stands before the names of the options: nothing for nodes, :data:`EDGE_PREFIX` for edges.
        has_values: whether any of these parts has a value.
    """
    drawing = [f"{prefix}colormap", *([WIDTHS] if prefix else [])]
    given = {
        name: " ".join(options[name].split())
        for name in (*drawing, *(f"{prefix}{name}" for name in SCALE_OPTIONS))
        if name in options
    }
    if not given:
        return None, []
    first = next(iter(given))
    if not any(name in given for name in drawing):
        needed = " or ".join(f"'{name}'" for name in drawing)
        return None, [f"option '{first}' does nothing without {needed}"]
    if not has_values:
        return None, [f"option '{first}': no {'edge' if prefix else 'node'} has a value, such as ':value: 175B'"]
    diagnostics: list[str] = []
    title = given.get(f"{prefix}value-label")
    scale = Scale(
        given.get(f"{prefix}colormap"),
        given.get(f"{prefix}norm", "linear").lower(),
        _read_range(f"{prefix}range", given, diagnostics),
        _read_widths(given, diagnostics),
        Label.plain(title) if title else None,
    )
    return scale, diagnostics


def _read_range(name: str, given: Mapping[str, str], diagnostics: list[str]) -> tuple[float, float] | None:
    if name not in given:
        return None
    try:
        least, greatest = (parse_value(word) for word in given[name].split())
    except ValueError:
        least = greatest = parse_value("0")
    if least.number < greatest.number:
        return least.number, greatest.number
    diagnostics.append(
        f"option '{name}': expected two numbers, the lower one first, such as 1B 1T, not '{given[name]}'"
    )
    return None


def _read_widths(given: Mapping[str, str], diagnostics: list[str]) -> tuple[float, float] | None:
    if WIDTHS not in given:
        return None
    try:
        least, greatest = (float(word) for word in given[WIDTHS].split())
    except ValueError:
        least = greatest = 0.0
    if 0 < least <= _WIDEST and 0 < greatest <= _WIDEST:
        return least, greatest
    expected = f"expected two widths from 0 to {_WIDEST:g} points, such as 1 8"
    diagnostics.append(f"option '{WIDTHS}': {expected}, not '{given[WIDTHS]}'")
    return None
