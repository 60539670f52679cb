"""Words of other languages for those of this one, which messages suggest."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ..diagnostics import advice, nearest
from .vocabulary import DIRECTIONS

# Tables: word of this language → words that mean it, in lower case.
# fmt: off
_KINDS = {
    "group": (
        "subgraph", "cluster", "container", "package", "frame", "folder", "boundary", "partition", "section",
        "swimlane", "lane", "pool", "namespace", "zone", "together",
    ),
    "category": ("team", "owner"),
    "note": ("callout", "comment", "annotation", "remark"),
    "align": ("rank", "same"),
    "grid": ("table", "matrix"),
    "row": ("cells", "array", "tuple"),
    "node": (
        "box", "rect", "rectangle", "square", "circle", "ellipse", "oval", "hexagon", "block", "vertex", "state",
        "card", "component", "participant", "entity", "interface", "artifact", "object", "element", "item",
    ),
    "data": (
        "dataset", "corpus", "document", "documents", "file", "files", "text", "image", "images", "tokens",
        "collections",
    ),
    "process": ("step", "task", "action", "activity", "operation", "function", "transform", "stage", "usecase"),
    "train": ("training", "trainer", "pretrain", "pretraining", "finetune", "finetuning", "fine-tuning"),
    "model": ("llm", "lm", "network", "transformer", "encoder", "decoder"),
    "reward": ("rm",),
    "eval": ("evaluation", "evaluate", "benchmark", "metric", "test"),
    "store": (
        "database", "db", "cylinder", "storage", "memory", "cache", "queue", "index", "vectorstore", "vectordb",
        "bucket",
    ),
    "service": ("api", "server", "endpoint", "cloud", "backend", "system", "control", "agent"),
    "tool": ("plugin",),
    "human": ("user", "actor", "person", "people", "annotator", "customer"),
    "decision": ("diamond", "rhombus", "condition", "choice", "if", "gateway", "branch"),
    "io": ("input", "output", "start", "stop", "end", "prompt", "query", "response", "answer", "parallelogram"),
}
_DIRECTIONS = {
    "LR": ("right", "left-to-right", "left to right", "horizontal", "row", "east"),
    "TB": ("td", "down", "top-to-bottom", "top to bottom", "top-down", "vertical", "column", "south"),
    "RL": ("left", "right-to-left", "right to left", "west"),
    "BT": ("up", "bottom-to-top", "bottom to top", "bottom-up", "north"),
}
_FIELDS = {
    "link": ("href", "url", "uri", "target", "ref", "click"),
    "tooltip": ("hint", "alt", "hover"),
    "note": ("description", "desc", "subtitle", "sublabel", "comment", "details", "annotation"),
    "repeat": ("count", "times", "copies", "repetitions", "multiplicity"),
    "pile": ("sheets", "stacked", "multiple"),
    "shares": ("share", "proportions", "proportional", "percentages"),
    "value": ("number", "params", "parameters", "weight"),
    "category": ("team", "owner", "tag"),
    "class": ("classes", "css", "cssclass"),
    "kind": ("type",),
    "direction": ("dir", "rankdir", "orientation"),
    "plot": ("chart", "graph", "figure", "diagram", "data"),
    "image": ("img", "logo", "picture", "photo"),
}
_OPTIONS = {
    "caption": ("title", "label", "heading", "acctitle", "header"),
    "alt": ("description", "desc", "accdescr", "summary"),
    "style": ("theme", "look", "color", "colour", "colors", "colours"),
    "direction": ("rankdir", "dir", "orientation", "flow"),
    "colormap": ("cmap", "colourmap", "palette"),
    "norm": ("scale",),
    "value-label": ("colorbar", "colourbar"),
    "name": ("id", "ref"),
    "width": ("size", "scale-width"),
    "splines": ("edges", "curve", "routing"),
    "legend": ("key",),
    "align": ("position", "halign"),
}
_CHOICES = {
    "ortho": ("orthogonal", "step", "square", "right-angles"),
    "spline": ("curved", "curve", "basis", "smooth", "round", "rounded", "true"),
    "log": ("logarithmic", "log10", "logarithm"),
    "linear": ("lin", "none"),
    "high-contrast": ("contrast", "accessible"),
    "print": ("grayscale", "greyscale", "monochrome", "bw"),
    "modern": ("default", "light", "dark", "auto"),
}
_SETTINGS = {
    "style": ("theme", "look", "default_style"),
    "styles": ("themes",),
    "categories": ("colors", "colours", "teams"),
    "engine": ("layout", "layout_engine", "graphviz", "backend"),
    "dot": ("dot_path", "graphviz_dot", "dot_program"),
    "formats": ("format", "output_format", "image_format"),
    "font": ("fontname", "font_family", "fontfamily"),
    "width": ("page_width", "max_width"),
    "label_width": ("wrap", "max_label_width"),
    "cache": ("cache_dir", "cache_folder", "cache_url"),
    "full_size": ("zoom", "lightbox", "download", "copy"),
    "neighbors": ("neighbours", "hover", "highlight"),
    "executor": ("jobs", "workers", "pool"),
}
_PLOTS = {
    "bars": ("bar", "barh", "column", "columns", "barchart"),
    "pie": ("donut", "doughnut", "ring"),
    "line": ("lines", "curve", "plot", "loss", "series", "linechart"),
    "hist": ("histogram", "distribution", "density"),
    "heatmap": ("heat", "matrix", "image", "imshow", "attention"),
    "scatter": ("points", "dots", "scatterplot"),
}
# fmt: on


def _by_word(table: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {word: meant for meant, words in table.items() for word in words}


KINDS = _by_word(_KINDS)
"""Word → kind, or the keyword of another statement."""
PLOT_WORDS = _by_word(_PLOTS)
"""Word → kind of plot."""
DIRECTION_WORDS = _by_word(_DIRECTIONS)
FIELD_WORDS = _by_word(_FIELDS)
OPTION_WORDS = _by_word(_OPTIONS)
SETTING_WORDS = _by_word(_SETTINGS)
"""Word → setting of ``conf.py`` without its prefix."""
CHOICE_WORDS = _by_word(_CHOICES)
"""Word → value of an option of the directive."""


def meant(word: str, known: Collection[str], synonyms: Mapping[str, str]) -> str | None:
    """The known word that is meant by *word*: by the table, or else the most similar one.

    >>> meant("database", ["data", "store"], KINDS)
    'store'
    """
    found = synonyms.get(word.casefold())
    return found if found in known else nearest(word, known)


def suggest(word: str, known: Collection[str], synonyms: Mapping[str, str]) -> str:
    """Advice for an unknown word, as :func:`~sphinxext.llmpipeline.diagnostics.suggestion`.

    >>> suggest("database", ["data", "store"], KINDS)
    "; did you mean 'store'?"
    """
    return advice(meant(word, known, synonyms), [*known])


def direction_of(word: str) -> str | None:
    """The direction that a word of another language names.

    >>> direction_of("TD"), direction_of("right"), direction_of("round")
    ('TB', 'LR', None)
    """
    return word.upper() if word.upper() in DIRECTIONS else DIRECTION_WORDS.get(word.casefold())
