"""The style sheet of the pages that show a diagram: fit to the page, and the colours of dark themes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .style import Style, Tone

_FIT = """\
.llmpipeline-scroll { overflow-x: auto; }
.llmpipeline-scroll > svg { display: block; height: auto; margin: 0 auto; max-width: 100%; }
figure.align-left > .llmpipeline-scroll > svg { margin-left: 0; }
figure.align-right > .llmpipeline-scroll > svg { margin-right: 0; }
.llmpipeline a { cursor: pointer; }
.llmpipeline a:focus-visible { outline: 2px solid currentcolor; outline-offset: 2px; }
.llmpipeline a:focus-visible > path:first-of-type { stroke-width: 3px !important; }
.llmpipeline a text { text-decoration: underline; text-decoration-color: currentcolor; }
.llmpipeline-text {
  clip-path: inset(50%); height: 1px; overflow: hidden; position: absolute; white-space: nowrap; width: 1px;
}
"""

# A theme with a switch of its own marks the page; the system's preference counts only where the theme says so.
_DARK = '[data-theme="dark"]', '[data-md-color-scheme="slate"]'
_AUTO = '[data-theme="auto"]'


def stylesheet(styles: Iterable[Style]) -> str:
    """CSS for every diagram that is drawn in one of *styles*."""
    return "".join([_FIT, *(rule for style in styles for rule in rules(style))])


def rules(style: Style) -> list[str]:
    """The rules of one style: its colours on dark pages."""
    variables = " ".join(f"--llmpipeline-{name}: {color};" for name, color in _dark(style))
    target = f".llmpipeline-style-{style.name}"
    return [
        f"{', '.join(f'{dark} {target}' for dark in _DARK)} {{ {variables} }}\n",
        f"@media (prefers-color-scheme: dark) {{ {_AUTO} {target} {{ {variables} }} }}\n",
    ]


def _dark(style: Style) -> Iterator[tuple[str, str]]:
    yield "edge", style.edge_dark
    yield "edge-text", style.edge_text_dark
    for kind, edge in style.edges.items():
        if edge.light or edge.dark:
            yield f"edge-{kind}", edge.dark or style.edge_dark
    yield from _tone("group", style.group_dark)
    for kind, look in style.nodes.items():
        yield from _tone(kind, look.dark)


def _tone(kind: str, tone: Tone) -> Iterator[tuple[str, str]]:
    yield f"{kind}-fill", tone.fill
    yield f"{kind}-stroke", tone.stroke
    yield f"{kind}-text", tone.text
