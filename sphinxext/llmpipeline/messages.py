"""All texts that the extension adds to a document, in English.

A gettext catalogue may translate them: ``locale/LANGUAGE/LC_MESSAGES/sphinxext.llmpipeline.po``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

Say = Callable[[str], str]
"""Message → message in the language of the document."""

# Sentences of the description
AND = "{first} and {last}"
START = "The diagram starts with {nodes}."
CHAIN = "{node} leads to {nodes}."
THEN = ", then "
JOIN = "{node} lead to {nodes}."
BRANCH = "{node} branches to {nodes}."
END = "It ends with {nodes}."
LOOP = "A loop leads from {node} back to {nodes}."
SKIP = "A skip connection leads from {node} to {nodes}."
EXCHANGE = "{node} exchanges with {nodes}."
LINKED = "{node} is linked to {nodes}."
MORE = "further ones"
MEETING = "a point where edges meet"
ALONE = "Without an edge: {nodes}."
OF_CATEGORY = "{category}: {parts}."
OF_STEP = "Step {step}: {parts}."
SHARES = "Shares in one bar: {parts}."
NOTE_OF = "Note of {part}: {text}."
NOTE = "the note of {part}"
PLOT = "{node} shows {values}."
PLOT_POINT = "{value} at {place}"
PLOT_RANGE = "{count} values from {least} to {greatest}"
PLOT_SUMMARY = "{count} values from {least} to {greatest}, first {first}, last {last}"
EDGE = "the edge from {source} to {target}"
PANEL = "Panel ({letter}), {title}: {story}"
GROUP_OF = "the group of {nodes}"
OTHERS = "others"

# Lists of edges and links
FEEDBACK = "feedback"
BOTH_WAYS = "both ways"
SECONDARY = "secondary"
PASSING = "skip connection"
LINKS = "Links: "
GROUP = "Group"
STEP = "step {step}"
NOTED = "Note: "

UNTITLED = "Diagram"
NOT_DRAWN = "This diagram could not be drawn. The build log says why."

# Buttons of the full-size view
OPEN = "Open full size"
ZOOM_OUT = "Zoom out"
ZOOM_IN = "Zoom in"
FIT = "Fit to the window"
ACTUAL = "Actual size"
CLOSE = "Close"
COPY = "Copy the declarations"
COPIED = "Copied"
DOWNLOAD_SVG = "Download SVG"
DOWNLOAD_PNG = "Download PNG"

SCRIPT_WORDS = {
    "data-open": OPEN,
    "data-zoom-out": ZOOM_OUT,
    "data-zoom-in": ZOOM_IN,
    "data-fit": FIT,
    "data-actual": ACTUAL,
    "data-close": CLOSE,
    "data-copy": COPY,
    "data-copied": COPIED,
    "data-svg": DOWNLOAD_SVG,
    "data-png": DOWNLOAD_PNG,
}
"""Attribute of the element of the full-size script → its text."""

# Several short entries a line.
# fmt: off
NODE_TITLES = {
    "data": "Data", "process": "Processing", "train": "Training", "model": "Model", "reward": "Reward",
    "eval": "Evaluation", "store": "Store", "service": "Service", "tool": "Tool", "human": "Human",
    "decision": "Decision", "io": "Input or output", "op": "Operation",
}
"""Kind of node → its title in a legend; the kinds ``node``, ``more`` and ``join`` have none."""

EDGE_TITLES = {
    "flow": "Flow", "derive": "Main flow", "weak": "Secondary flow", "feedback": "Feedback", "exchange": "Exchange",
    "link": "Connection", "skip": "Skip connection",
}
# fmt: on
"""Kind of edge → its title in a legend."""


def english(message: str) -> str:
    """The message itself: the default of every *say*."""
    return message


RESOURCES = Path(__file__).parent
