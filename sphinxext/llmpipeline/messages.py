"""Every sentence that the extension says in a document.

A catalogue may translate them; :data:`Say` gives a message in the language of the document.
"""

from __future__ import annotations

from collections.abc import Callable

Say = Callable[[str], str]
"""Text in English → text in the language of the document."""


AND = "{first} and {last}"


START = "The diagram starts with {nodes}."


CHAIN = "{node} leads to {nodes}."


THEN = ", then "


JOIN = "{node} lead to {nodes}."


BRANCH = "{node} branches to {nodes}."


END = "It ends with {nodes}."


LOOP = "A loop leads from {node} back to {nodes}."


EXCHANGE = "{node} exchanges with {nodes}."


LINKED = "{node} is linked to {nodes}."


ALONE = "Without an edge: {nodes}."


PANEL = "Panel ({letter}), {title}: {story}"


FEEDBACK = "feedback"


BOTH_WAYS = "both ways"


LINKS = "Links: "


UNTITLED = "Diagram"


NOT_DRAWN = "This diagram could not be drawn. The build log says why."


OPEN = "Open full size"


ZOOM_OUT = "Zoom out"


ZOOM_IN = "Zoom in"


FIT = "Fit to the window"


ACTUAL = "Actual size"


CLOSE = "Close"


SCRIPT_WORDS = {
    "data-open": OPEN,
    "data-zoom-out": ZOOM_OUT,
    "data-zoom-in": ZOOM_IN,
    "data-fit": FIT,
    "data-actual": ACTUAL,
    "data-close": CLOSE,
}
"""What the script of full size says, by the attributes of its element."""


NODE_TITLES = {
    "data": "Data",
    "process": "Processing",
    "train": "Training",
    "model": "Model",
    "reward": "Reward",
    "eval": "Evaluation",
    "store": "Store",
    "service": "Service",
    "tool": "Tool",
    "human": "Human",
    "decision": "Decision",
    "io": "Input or output",
}
"""What a legend calls the kinds of nodes; a plain node is of no kind that has a name."""


EDGE_TITLES = {
    "flow": "Flow",
    "derive": "Main flow",
    "feedback": "Feedback",
    "exchange": "Exchange",
    "link": "Connection",
}
"""The same for the kinds of edges."""


MESSAGES = (
    AND, START, CHAIN, THEN, JOIN, BRANCH, END, LOOP, EXCHANGE, LINKED, ALONE, PANEL,
    FEEDBACK, BOTH_WAYS, LINKS, UNTITLED, NOT_DRAWN, *NODE_TITLES.values(), *EDGE_TITLES.values(),
    OPEN, ZOOM_OUT, ZOOM_IN, FIT, ACTUAL, CLOSE,
)  # fmt: skip
"""Everything that this package says in a document."""


def english(message: str) -> str:
    """The messages as they are."""
    return message
