"""Which drawings a build will need: the events of Sphinx that tell it early.

What a page needs is begun as soon as the page is read; with ``sphinx-build -j``, as soon as the main process hears of
it from the one that has read the page.  What an executor of the project draws is then drawn between reading and
writing: Sphinx forks for both, and forks do not go together with the threads that such an executor may have.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes

from .nodes import pipeline_diagram, pipeline_text

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

    from ..cache.drawings import Wanted

_COLLECTED = "llmpipeline_jobs"
"""Attribute of the environment: jobs by document, on their way from a process that reads to the main one."""


def foresee(app: Sphinx, doctree: nodes.document) -> None:
    """Begin with the drawings of a document that has been read, or collect them."""
    # Other builders resolve all documents as one, and so begin with all drawings at once.
    if app.builder.format != "html" or app.builder.name == "singlehtml":
        return
    diagrams = [diagram for diagram in doctree.findall(pipeline_diagram) if _is_settled(diagram)]
    if not diagrams:
        return
    # Only now, here and below: most builds read no diagram.
    from .scheduling import drawings_of, jobs_of

    jobs = []
    for diagram in diagrams:
        with contextlib.suppress(Exception):  # it will fail again where it is shown, and only there it is told of
            jobs += jobs_of(app, diagram)
    if app.parallel > 1:  # this may be a fork of the main process
        if missing := drawings_of(app).missing(jobs):
            vars(app.env).setdefault(_COLLECTED, {})[app.env.docname] = missing
    else:
        drawings_of(app).prefetch(jobs)


def _is_settled(diagram: pipeline_diagram) -> bool:
    """Whether it will be drawn as it stands now: with no text that is not known yet, nor for some builders only."""
    if any(text.next_node(addnodes.pending_xref) for text in diagram.findall(pipeline_text)):
        return False
    above = diagram.parent
    while above is not None:
        if isinstance(above, addnodes.only):
            return False
        above = above.parent
    return True


def merge(app: Sphinx, env: BuildEnvironment, _docnames: object, other: BuildEnvironment) -> None:
    """Begin with what a process that reads has collected, or take it over."""
    collected: dict[str, list[Wanted]] = vars(other).get(_COLLECTED, {})
    if not collected:
        return
    from .scheduling import drawings_of, in_between

    if in_between(app):
        vars(env).setdefault(_COLLECTED, {}).update(collected)
    else:
        for jobs in collected.values():
            drawings_of(app).prefetch(jobs)


def draw_collected(app: Sphinx, env: BuildEnvironment) -> None:
    """Once all is read: begin with what was collected; draw it all now, if that must be."""
    collected: dict[str, list[Wanted]] = vars(env).pop(_COLLECTED, {})
    if not collected:
        return
    from .scheduling import drawings_of, in_between, with_progress

    drawings = drawings_of(app)
    for jobs in collected.values():
        drawings.prefetch(jobs)
    drawings.flush()
    if in_between(app):
        for jobs in with_progress(app, collected.items()):
            for job in jobs:
                drawings.wait(job.name)
        drawings.close()
