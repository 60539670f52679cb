"""Style sheet of pages with diagrams, and names and quoting of CSS."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping

from ..messages import RESOURCES
from ..model.vocabulary import EDGE_KINDS, NODE_KINDS
from .types import Style, Tone

_FIXED = RESOURCES / "css" / "diagrams.css"
"""Rules that depend on no style: fit to the page, colour schemes of themes, the full-size view."""

_STEP = 20
"""CSS pixels between the widths at which pages change to narrow drawings: each is a rule."""


def stylesheet(
    styles: Iterable[Style], page_width: float = 0.0, narrow: float = 0.0, *, has_additions: bool = False
) -> str:
    """CSS of diagrams in any of *styles*, and of narrow drawings for pages between two widths, in CSS pixels.

    *has_additions* is whether a function of the project adds to the drawings.
    """
    styles = tuple(styles)
    own = dict.fromkeys(rule for style in styles for rule in rules(style))
    first = switch_width(narrow, page_width)
    switches = map(_switch_rule, range(first, switch_width(math.inf, page_width) + 1, _STEP)) if narrow else ()
    palettes = dict.fromkeys(rule for style in styles for rule in map(_palette_rule, style.categories))
    additions = dict.fromkeys(rule for style in styles for rule in _addition_rules(style)) if has_additions else ()
    fixed = _FIXED.read_text(encoding="utf-8")
    return "".join([fixed, *switches, *_USUAL_RULES, *own, *palettes, _PLOT_RULE, _ON_PAGE_RULE, *additions])


def switch_width(width: float, page_width: float) -> int:
    """The width in CSS pixels below which a page shows the narrow drawing instead of one that needs *width*.

    A usual page, which has *page_width*, shows the other one.

    >>> switch_width(501.5, 700), switch_width(2000, 700), switch_width(648, 650)
    (520, 700, 640)
    """
    return int(min(math.ceil(width / _STEP) if width < page_width else math.inf, page_width // _STEP)) * _STEP


def _switch_rule(width: int) -> str:
    pair = f".llmpipeline-below-{width}"
    return (
        f"@container llmpipeline (width < {width}px) {{ "
        f"{pair} > .llmpipeline-wide {{ height: 0; overflow: clip; visibility: hidden; }} "
        f"{pair} > .llmpipeline-narrow {{ height: auto; overflow: visible; visibility: visible; }} }}\n"
    )


def rules(style: Style) -> list[str]:
    """The rules of one style: a variable for each colour, as a pair for light and dark pages, and its own kinds.

    They have no specificity, so that any rule of a project overrides them.  Browsers without ``light-dark()`` show the
    light colours, which are attributes of the drawing.
    """
    light, dark = dict(_colors(style, dark=False)), dict(_colors(style, dark=True))
    variables = " ".join(f"--llmpipeline-{name}: light-dark({light[name]}, {dark[name]});" for name in light)
    rule = f":where(.llmpipeline-style-{style.name}) {{ {variables} }}"
    own = (_box_rule(f"kind-{kind}", kind) for kind in style.nodes if kind not in NODE_KINDS)
    return [f"@supports (color: light-dark(red, red)) {{ {rule} }}\n", *own]


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
    for key, category in style.categories.items():
        yield from _tone(f"category-{key}", category.dark if dark else category.light)
        yield f"category-{key}-ground", category.dark_ground if dark else category.light_ground


def _tone(kind: str, tone: Tone) -> Iterator[tuple[str, str]]:
    yield f"{kind}-fill", tone.fill
    yield f"{kind}-stroke", tone.stroke
    yield f"{kind}-text", tone.text


# Rules that set variables by class


def _rule(*declared: tuple[str, Mapping[str, str]]) -> str:
    """A line of CSS: values of properties by selector."""
    parts = [
        f":where({selector}) {{ {' '.join(f'{name}: {value};' for name, value in colors.items())} }}"
        for selector, colors in declared
    ]
    return f"@supports (color: revert-layer) {{ {' '.join(parts)} }}\n"


def _variable(*names: str) -> str:
    """The first of these variables that is defined, or else the colour of the attribute."""
    value = "revert-layer"
    for name in reversed(names):
        value = f"var(--llmpipeline-{name}, {value})"
    return value


def _box_rule(name: str, kind: str) -> str:
    """The rule of nodes or groups.  The fill and the text of those with the colours of values stay as they are."""
    box = f".llmpipeline-{name}"
    return _rule(
        (box, {"fill": _variable(f"{kind}-fill"), "stroke": _variable(f"{kind}-stroke")}),
        (f"{box}:not(.llmpipeline-by-value) :is(text, rect)", {"fill": _variable(f"{kind}-text")}),
    )


def _edge_rule(kind: str) -> str:
    """The rule of a kind of edges, whose colour is that of all edges if the style gives it none."""
    color = _variable(f"edge-{kind}", "edge")
    return _rule((f".llmpipeline-edge-{kind}", {"fill": color, "stroke": color}))


def _palette_rule(key: str) -> str:
    """The rule of what belongs to a category, whose colours take the place of those of the kind."""
    name, part = f"category-{key}", f".llmpipeline-palette-{key}"
    stroke = _variable(f"{name}-stroke")
    return _box_rule(f"palette-{key}", name) + _rule(
        (f"{part}.llmpipeline-group", {"fill": _variable(f"{name}-ground")}),
        (f"{part}.llmpipeline-edge", {"fill": stroke, "stroke": stroke}),
        (f"{part}.llmpipeline-callout", {"fill": stroke, "stroke": stroke}),
        (f"{part} .llmpipeline-points", {"fill": stroke, "stroke": stroke}),
    )


def added_class(attribute: str, variable: str) -> str:
    """The class of an addition whose ``fill`` or ``stroke`` is the colour of a variable.

    >>> added_class("fill", "edge-text")
    'llmpipeline-fill-edge-text'
    """
    return f"llmpipeline-{attribute}-{variable}"


def _addition_rules(style: Style) -> Iterator[str]:
    """The rules of additions in the colours of a style."""
    parts = [f"category-{key}-{part}" for key in style.categories for part in ("fill", "stroke")]
    for variable in ("edge", "edge-text", "node-fill", *parts):
        yield _rule(*((f".{added_class(name, variable)}", {name: _variable(variable)}) for name in ("fill", "stroke")))


_ON_PAGE = ", ".join(f".llmpipeline-{part}" for part in ("edge", "panel", "legend", "colorbar"))
"""Parts whose text has the page as its ground."""
_USUAL_RULES = (
    _box_rule("group", "group"),
    *(_box_rule(f"kind-{kind}", kind) for kind in NODE_KINDS),
    *map(_edge_rule, EDGE_KINDS),
    _rule((".llmpipeline-callout", dict.fromkeys(("fill", "stroke"), _variable("callout", "edge")))),
)
"""Rules of the parts and kinds that every style has."""
_ON_PAGE_RULE = _rule(
    (
        f":is({_ON_PAGE}, .llmpipeline-outside) :is(text, rect), text.llmpipeline-outside",
        {"fill": _variable("edge-text")},
    ),
    # The cells of a bar and texts have no stroke.
    (
        ".llmpipeline-colorbar [stroke], .llmpipeline-outside[stroke]:not([stroke=none])",
        {"stroke": _variable("edge-text")},
    ),
    (".llmpipeline-callout :is(text, rect)", {"fill": _variable("callout-text", "edge-text")}),
)
_PLOT_RULE = _rule(
    (".llmpipeline-plot", {"fill": _variable("node-fill"), "stroke": _variable("node-stroke")}),
    (".llmpipeline-plot :is(text, rect)", {"fill": _variable("node-text")}),
    (".llmpipeline-plot .llmpipeline-by-value", {"fill": "revert-layer"}),
)
"""The rule of plots, whatever the colours of the node are."""
"""The rule of text with the page as its ground, which comes last."""


# Names and quoting

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
