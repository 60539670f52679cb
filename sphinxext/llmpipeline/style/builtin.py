"""The built-in styles, from tables of shapes and colours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from .types import CategoryLook, EdgeLook, NodeLook, Style, Tone

Colors = tuple[str, str, str, str]
"""Fill and stroke on light pages, fill and stroke on dark pages."""

Palette = Mapping[str, Colors]
"""The colours of each kind."""

KIND_SHAPES: dict[str, str] = {
    "node": "box", "data": "note", "process": "lined", "train": "octagon", "model": "rounded", "reward": "hexagon",
    "eval": "parallelogram", "store": "cylinder", "service": "component", "tool": "box3d", "human": "invtrapezium",
    "decision": "diamond", "io": "stadium", "op": "circle", "more": "dots", "join": "point",
}  # fmt: skip
"""Each kind has its own shape, so that kinds can be distinguished without colours."""

# In OKLCH, all strokes have one lightness and, except for neutral kinds, one chroma; so have all fills, except that
# models stand out.  This holds for HIGH_CONTRAST, too.
MODERN_PALETTE: Palette = {
    "node": ("#f9fafc", "#707a87", "#1d2125", "#969fac"),
    "data": ("#faefd5", "#947419", "#352e21", "#b89b53"),
    "process": ("#ebf0fa", "#6b7993", "#292e37", "#929fb7"),
    "train": ("#e2f7e5", "#4c895a", "#1f3423", "#78ae82"),
    "model": ("#c2e7f4", "#227599", "#164052", "#64b4d2"),
    "reward": ("#ffebda", "#a86737", "#3c2b21", "#cc8f65"),
    "eval": ("#f3ecff", "#826ba9", "#31293f", "#a693cc"),
    "store": ("#e8f1fb", "#647b94", "#262f38", "#8ba1b8"),
    "service": ("#dcf7f3", "#2f897f", "#163430", "#63aea5"),
    "tool": ("#f7efe5", "#8a755a", "#332e28", "#ae9b82"),
    "human": ("#ffe8ef", "#a66076", "#3e252d", "#cb889c"),
    "decision": ("#f3f2d5", "#837c18", "#313022", "#a8a253"),
    "io": ("#ffffff", "#717a84", "#1e2124", "#989fa9"),
    "op": ("#ffffff", "#717a84", "#1e2124", "#989fa9"),
    "more": ("#f9fafc", "#707a87", "#1d2125", "#969fac"),
    "join": ("#f9fafc", "#5d6877", "#1d2125", "#9aa5b4"),
}

CLASSIC_PALETTE: Palette = {
    "node": ("#f4f6f8", "#1f2328", "#262b32", "#8f98a3"),
    "data": ("#fdf3d0", "#1f2328", "#3a3320", "#c9b26a"),
    "process": ("#e6eaef", "#1f2328", "#2a2f36", "#98a2ad"),
    "train": ("#cfe8cf", "#1f2328", "#20351f", "#84b884"),
    "model": ("lightblue", "#1f2328", "#1d3f52", "#7fb6d1"),
    "reward": ("#fbdcc4", "#1f2328", "#452d1a", "#dba179"),
    "eval": ("#e4dcf5", "#1f2328", "#332a4a", "#ad9bd8"),
    "store": ("#d9dfe6", "#1f2328", "#303842", "#a3b1c2"),
    "service": ("#d5efea", "#1f2328", "#1c3a36", "#7fc2b6"),
    "tool": ("#ece5d8", "#1f2328", "#38332a", "#bcae93"),
    "human": ("#f8d9e3", "#1f2328", "#452634", "#d792ac"),
    "decision": ("#fff7b8", "#1f2328", "#3d3a17", "#c9c35f"),
    "io": ("#ffffff", "#1f2328", "#15191e", "#8c959f"),
    "op": ("#ffffff", "#1f2328", "#15191e", "#8c959f"),
    "more": ("#f4f6f8", "#1f2328", "#262b32", "#8f98a3"),
    "join": ("#f4f6f8", "#333333", "#262b32", "#c9d1d9"),
}

CATEGORY_MARKS = ("disc", "square", "triangle", "diamond", "ring", "open-square", "open-triangle", "open-diamond")
"""Marks of categories where there are no colours."""

_DOT = 1.75  # widths of a line: the dots and gaps of secondary flow
_THIN = 0.6  # of the usual width: a line that passes by

PRINT_COLORS: Colors = ("#ffffff", "#000000", "#000000", "#ffffff")

HIGH_CONTRAST_PALETTE: Palette = {
    "node": ("#ffffff", "#3e4957", "#000000", "#bdc8d8"),
    "data": ("#fcf6e9", "#634100", "#1d1503", "#e5c370"),
    "process": ("#f4f7fc", "#394863", "#13161c", "#b8c8e5"),
    "train": ("#f0faf1", "#005725", "#0c1a0f", "#98daa5"),
    "model": ("#d3f1fc", "#005376", "#0a2a38", "#6cd7fa"),
    "reward": ("#fff4ec", "#763000", "#211207", "#ffb481"),
    "eval": ("#f8f5ff", "#523779", "#181322", "#d1b9ff"),
    "store": ("#f3f7fc", "#304a64", "#11171d", "#afcbe7"),
    "service": ("#edfaf8", "#00584f", "#061a18", "#7fdbcf"),
    "tool": ("#faf6f1", "#594324", "#1a150e", "#dbc3a4"),
    "human": ("#fff3f6", "#742945", "#211015", "#feacc5"),
    "decision": ("#f8f8e9", "#524900", "#181703", "#d2cc74"),
    "io": ("#ffffff", "#000000", "#000000", "#ffffff"),
    "op": ("#ffffff", "#000000", "#000000", "#ffffff"),
    "more": ("#ffffff", "#3e4957", "#000000", "#bdc8d8"),
    "join": ("#ffffff", "#000000", "#000000", "#ffffff"),
}


# Fill, stroke and ground on light pages, then on dark pages.  The hues are near those of Masataka Okabe and Kei Ito
# (2008); lightness and chroma were searched for fills that readers with any colour vision can tell apart.
CATEGORY_PALETTE = (
    ("#a3c5fe", "#3f67ad", "#dae8ff", "#26364c", "#5687ce", "#1d2633"),
    ("#ffcc8e", "#a06602", "#ffebd2", "#5a2800", "#c1723e", "#352011"),
    ("#9cefca", "#0f8c66", "#d7f9ea", "#324c3a", "#4ea770", "#23302b"),
    ("#e8d3ff", "#9069b5", "#f6edff", "#54396d", "#a981cf", "#322742"),
    ("#ebf8aa", "#838f2e", "#f7fcdd", "#694e00", "#c79e41", "#3b3111"),
    ("#c8fafa", "#0d9295", "#e9fdfd", "#295c60", "#14bac5", "#1f373c"),
    ("#feac9d", "#a24a3d", "#ffded8", "#481101", "#c36a4f", "#2d1512"),
    ("#c3c7cf", "#656c78", "#e7e9ec", "#23272c", "#7f8793", "#1c1f25"),
)
_STRONG_STROKES = (
    ("#274b88", "#75a3e6"), ("#794d04", "#db9062"), ("#056c4d", "#78c995"), ("#714e91", "#caa5ef"),
    ("#667015", "#e8c270"), ("#037578", "#65e0ea"), ("#7e3126", "#d68269"), ("#49505b", "#88909c"),
)  # fmt: skip
"""Strokes of the same colours for the style with high contrast."""


def _categories(text: str, dark_text: str) -> dict[str, CategoryLook]:
    return {
        str(number): CategoryLook(
            Tone(fill, stroke, text), Tone(dark_fill, dark_stroke, dark_text), ground, dark_ground
        )
        for number, (fill, stroke, ground, dark_fill, dark_stroke, dark_ground) in enumerate(CATEGORY_PALETTE, start=1)
    }


def _strong_categories() -> dict[str, CategoryLook]:
    return {
        key: replace(look, light=replace(look.light, stroke=stroke), dark=replace(look.dark, stroke=dark_stroke))
        for (key, look), (stroke, dark_stroke) in zip(
            _categories("#000000", "#ffffff").items(), _STRONG_STROKES, strict=True
        )
    }


def _marked_categories() -> dict[str, CategoryLook]:
    """Categories without colours, each with a mark."""
    fill, stroke, dark_fill, dark_stroke = PRINT_COLORS
    light, dark = Tone(fill, stroke, stroke), Tone(dark_fill, dark_stroke, dark_stroke)
    return {
        str(number): CategoryLook(light, dark, "#ffffff", "#000000", mark)
        for number, mark in enumerate(CATEGORY_MARKS, start=1)
    }


def _looks(palette: Palette, text: str, dark_text: str) -> dict[str, NodeLook]:
    """Looks of all kinds, with the shapes that all styles share and the colours of *palette*."""
    return {
        kind: NodeLook(KIND_SHAPES[kind], Tone(fill, stroke, text), Tone(dark_fill, dark_stroke, dark_text))
        for kind, (fill, stroke, dark_fill, dark_stroke) in palette.items()
    }


def _edge_looks(width: float, heavy: float, dash: tuple[float, float]) -> dict[str, EdgeLook]:
    """Looks of all kinds of edges, which also differ by the ends that have arrowheads."""
    line, dashed = EdgeLook(width), EdgeLook(width, dash)
    return {
        "flow": line,
        "derive": EdgeLook(heavy),
        "weak": EdgeLook(width, (_DOT * width, _DOT * width)),
        "feedback": dashed,
        "exchange": line,
        "link": line,
        "skip": EdgeLook(_THIN * width),
    }


MODERN = Style(
    "modern",
    nodes=_looks(MODERN_PALETTE, "#1b2430", "#e8ecf1"),
    edges=_edge_looks(1.2, 2.4, (5.0, 3.5)),
    categories=_categories("#1b2430", "#e8ecf1"),
)

CLASSIC = Style(
    name="classic",
    font_size=14.0,
    group_font_size=13.0,
    padding_x=12.0,
    padding_y=10.0,
    corner_radius=10.0,
    node_gap=28.0,
    rank_gap=28.0,
    edge_light="#333333",
    edge_dark="#c9d1d9",
    edge_text_light="#222222",
    edge_text_dark="#e6edf3",
    group_light=Tone("#f6f8fa", "#7d8590", "#424a53"),
    group_dark=Tone("#1c2128", "#768390", "#c9d1d9"),
    nodes=_looks(CLASSIC_PALETTE, "#111111", "#e6edf3"),
    edges=_edge_looks(1.2, 2.6, (5.0, 3.5)),
    categories=_categories("#111111", "#e6edf3"),
)


PRINT = replace(
    CLASSIC,
    name="print",
    line_width=1.0,
    corner_radius=8.0,
    edge_light="#000000",
    edge_dark="#ffffff",
    edge_text_light="#000000",
    edge_text_dark="#ffffff",
    group_light=Tone("#ffffff", "#6a6a6a", "#000000"),
    group_dark=Tone("#000000", "#a0a0a0", "#ffffff"),
    nodes=_looks(dict.fromkeys(KIND_SHAPES, PRINT_COLORS), "#000000", "#ffffff"),
    categories=_marked_categories(),
)


HIGH_CONTRAST = replace(
    MODERN,
    name="high-contrast",
    font_size=14.0,
    edge_font_size=13.0,
    note_font_size=12.0,
    group_font_size=14.0,
    plot_font_size=12.0,
    line_width=2.2,
    edge_light="#000000",
    edge_dark="#ffffff",
    edge_text_light="#000000",
    edge_text_dark="#ffffff",
    group_light=Tone("#ffffff", "#404040", "#000000"),
    group_dark=Tone("#000000", "#c8c8c8", "#ffffff"),
    nodes=_looks(HIGH_CONTRAST_PALETTE, "#000000", "#ffffff"),
    edges=_edge_looks(2.0, 4.0, (7.0, 5.0)),
    categories=_strong_categories(),
)


STYLES: dict[str, Style] = {style.name: style for style in (MODERN, CLASSIC, PRINT, HIGH_CONTRAST)}
"""The built-in styles by name; the default comes first."""
