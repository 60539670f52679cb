"""Style sheet of pages with diagrams, and names and quoting of CSS."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .types import Style, Tone

_FIT = """\
.llmpipeline-scroll { overflow-x: auto; }
.llmpipeline-scroll > .llmpipeline { display: block; height: auto; margin: 0 auto; max-width: 100%; }
figure.align-left > .llmpipeline-scroll > .llmpipeline { margin-left: 0; }
figure.align-right > .llmpipeline-scroll > .llmpipeline { margin-right: 0; }
.llmpipeline a { cursor: pointer; }
.llmpipeline a:focus-visible { outline: 2px solid currentcolor; outline-offset: 2px; }
.llmpipeline a:focus-visible > path:first-of-type { stroke-width: 3px !important; }
.llmpipeline a text { text-decoration: underline; text-decoration-color: currentcolor; }
.llmpipeline-text {
  clip-path: inset(50%); height: 1px; overflow: hidden; position: absolute; white-space: nowrap; width: 1px;
}
"""

# Diagrams inherit the colour scheme.  Most themes with a switch set it; others only mark the page with an attribute.
_SCHEME = """\
[data-theme="light"] .llmpipeline-figure { color-scheme: light; }
[data-theme="dark"] .llmpipeline-figure, [data-md-color-scheme="slate"] .llmpipeline-figure { color-scheme: dark; }
[data-theme="auto"] .llmpipeline-figure { color-scheme: light dark; }
@media print { .llmpipeline-figure { color-scheme: light !important; } }
"""


# Elements that the script adds.
_FULL_SIZE = """\
.llmpipeline-figure { position: relative; }
.llmpipeline-button {
  align-items: center; appearance: none; background: Canvas; border: 1px solid transparent; border-radius: 6px;
  box-shadow: none; box-sizing: border-box; color: CanvasText; cursor: pointer; display: inline-flex; flex: none;
  height: 32px; justify-content: center; margin: 0; min-width: 0; padding: 0; width: 32px;
}
.llmpipeline-button:hover { background: color-mix(in srgb, CanvasText 12%, Canvas); }
.llmpipeline-button:focus-visible { outline: 2px solid currentcolor; outline-offset: -3px; }
.llmpipeline-button > svg {
  fill: none; height: 20px; stroke: currentcolor; stroke-linecap: round; stroke-linejoin: round; stroke-width: 1.8;
  width: 20px;
}
.llmpipeline-open { border-color: color-mix(in srgb, CanvasText 25%, Canvas); }
@media (hover: hover) {
  .llmpipeline-open { inset-inline-end: 0; opacity: 0; position: absolute; top: -18px; z-index: 1; }
  .llmpipeline-figure:hover > .llmpipeline-open, .llmpipeline-figure:focus-within > .llmpipeline-open { opacity: 1; }
}
@media not (hover: hover) { .llmpipeline-open { display: flex; margin: 0 0 4px auto; } }
@media (prefers-reduced-motion: no-preference) { .llmpipeline-open { transition: opacity 0.15s; } }
.llmpipeline-view {
  background: Canvas; border: 0; box-sizing: border-box; color: CanvasText; height: 100%; inset: 0; margin: 0;
  max-height: none; max-width: none; padding: 0; position: fixed; text-align: start; width: 100%;
}
.llmpipeline-view[open] { display: flex; flex-direction: column; }
.llmpipeline-view::backdrop { background: none; }
.llmpipeline-bar {
  align-items: center; border-bottom: 1px solid color-mix(in srgb, CanvasText 15%, Canvas); display: flex; gap: 4px;
  padding: 8px 12px;
}
.llmpipeline-name { flex: 1; font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.llmpipeline-size { font-variant-numeric: tabular-nums; min-width: 4em; text-align: center; }
.llmpipeline-stage {
  cursor: grab; display: grid; flex: 1; overflow: auto; overscroll-behavior: contain; padding: 16px;
  touch-action: pan-x pan-y; user-select: none;
}
.llmpipeline-stage:focus-visible {
  outline: 2px solid color-mix(in srgb, CanvasText 50%, Canvas); outline-offset: -2px;
}
.llmpipeline-stage:active { cursor: grabbing; }
.llmpipeline-stage > .llmpipeline {
  display: block; height: auto; margin: auto; max-width: none !important; min-width: 0 !important;
}
.llmpipeline-button[hidden] { display: none; }
@media print { .llmpipeline-open, .llmpipeline-view { display: none !important; } }
"""


def stylesheet(styles: Iterable[Style]) -> str:
    """CSS of diagrams in any of *styles*."""
    return "".join([_FIT, _SCHEME, _FULL_SIZE, *(rule for style in styles for rule in rules(style))])


def rules(style: Style) -> list[str]:
    """The rules of one style: a variable for each colour, as a pair for light and dark pages.

    They have no specificity, so that any rule of a project overrides them.  Browsers without ``light-dark()`` show the
    light colours, which are attributes of the drawing.
    """
    light, dark = dict(_colors(style, dark=False)), dict(_colors(style, dark=True))
    variables = " ".join(f"--llmpipeline-{name}: light-dark({light[name]}, {dark[name]});" for name in light)
    rule = f":where(.llmpipeline-style-{style.name}) {{ {variables} }}"
    return [f"@supports (color: light-dark(red, red)) {{ {rule} }}\n"]


def _colors(style: Style, *, dark: bool) -> Iterator[tuple[str, str]]:
    """Names without prefix and values of the variables."""
    edge = style.edge_dark if dark else style.edge_light
    yield "edge", edge
    yield "edge-text", style.edge_text_dark if dark else style.edge_text_light
    for kind, line in style.edges.items():
        if line.light or line.dark:
            yield f"edge-{kind}", (line.dark if dark else line.light) or edge
    yield from _tone("group", style.group_dark if dark else style.group_light)
    for kind, look in style.nodes.items():
        yield from _tone(kind, look.dark if dark else look.light)


def _tone(kind: str, tone: Tone) -> Iterator[tuple[str, str]]:
    yield f"{kind}-fill", tone.fill
    yield f"{kind}-stroke", tone.stroke
    yield f"{kind}-text", tone.text


CSS_COLORS = frozenset(
    """
    aliceblue antiquewhite aqua aquamarine azure beige bisque black blanchedalmond blue blueviolet brown
    burlywood cadetblue chartreuse chocolate coral cornflowerblue cornsilk crimson cyan darkblue darkcyan
    darkgoldenrod darkgray darkgreen darkgrey darkkhaki darkmagenta darkolivegreen darkorange darkorchid darkred
    darksalmon darkseagreen darkslateblue darkslategray darkslategrey darkturquoise darkviolet deeppink
    deepskyblue dimgray dimgrey dodgerblue firebrick floralwhite forestgreen fuchsia gainsboro ghostwhite gold
    goldenrod gray green greenyellow grey honeydew hotpink indianred indigo ivory khaki lavender lavenderblush
    lawngreen lemonchiffon lightblue lightcoral lightcyan lightgoldenrodyellow lightgray lightgreen lightgrey
    lightpink lightsalmon lightseagreen lightskyblue lightslategray lightslategrey lightsteelblue lightyellow
    lime limegreen linen magenta maroon mediumaquamarine mediumblue mediumorchid mediumpurple mediumseagreen
    mediumslateblue mediumspringgreen mediumturquoise mediumvioletred midnightblue mintcream mistyrose moccasin
    navajowhite navy oldlace olive olivedrab orange orangered orchid palegoldenrod palegreen paleturquoise
    palevioletred papayawhip peachpuff peru pink plum powderblue purple rebeccapurple red rosybrown royalblue
    saddlebrown salmon sandybrown seagreen seashell sienna silver skyblue slateblue slategray slategrey snow
    springgreen steelblue tan teal thistle tomato turquoise violet wheat white whitesmoke yellow yellowgreen
    """.split()  # noqa: SIM905 -- a list of 148 literals is four times as long
)
"""Names of colours in CSS Color Module Level 4; matplotlib knows them, too."""


_CSS_SPECIAL = re.compile(r"""["'\\<>&\x00-\x1f\x7f]""")


def families(family: str, generic: str) -> str:
    """Value of ``font-family``: the web font of the site, the installed font, the *generic* family."""
    return ", ".join([*(css_string(name, "'") for name in (web_family(family), family)), generic])


def css_string(text: str, quote: str = '"') -> str:
    """Quote a text for CSS; characters that would end it, or an attribute around it, are escaped."""
    return quote + _CSS_SPECIAL.sub(lambda found: f"\\{ord(found[0]):x} ", text) + quote


def web_family(family: str) -> str:
    """Name of the web font of the site with a subset of *family*."""
    return f"llmpipeline {family}"
