"""Event handlers that prefetch drawings while Sphinx reads.

The drawings of a page are begun when the page has been read; with ``sphinx-build -j``, when the main process gets the
jobs from the process that read the page.  An executor of the project then draws between reading and writing, because
Sphinx forks for both, and forks do not go together with the threads that such an executor may have.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes

from .nodes import ancestors, pipeline_diagram, pipeline_link

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

    from ..cache.drawings import Wanted

_COLLECTED = "llmpipeline_jobs"
"""Attribute of the environment: jobs by document, sent from a process that reads to the main process."""


def prefetch_document(app: Sphinx, doctree: nodes.document) -> None:
    """Prefetch the drawings of a document that has been read; in a parallel build, collect their jobs."""
    # Other builders write all documents as one, and then prefetch all drawings at once.
    if app.builder.format != "html" or app.builder.name == "singlehtml":
        return
    diagrams = [diagram for diagram in doctree.findall(pipeline_diagram) if _is_settled(diagram)]
    if not diagrams:
        return
    # Imported here and below because most builds read no diagram.
    from .scheduling import drawings_of, jobs_of

    if not drawings_of(app).may_prefetch:
        return
    jobs = []
    for diagram in diagrams:
        with contextlib.suppress(Exception):  # fails again, with a warning, when the page is written
            jobs += jobs_of(app, diagram)
    if app.parallel > 1:  # this may be a fork of the main process
        if missing := drawings_of(app).missing(jobs):
            vars(app.env).setdefault(_COLLECTED, {})[app.env.docname] = missing
    else:
        drawings_of(app).prefetch(jobs)


def _is_settled(diagram: pipeline_diagram) -> bool:
    """Whether the diagram will not change: no text waits for a reference, and it is not for some builders only."""
    # The target of a link is no part of the drawing.
    if any(not isinstance(waiting.parent, pipeline_link) for waiting in diagram.findall(addnodes.pending_xref)):
        return False
    return not any(isinstance(above, addnodes.only) for above in ancestors(diagram))


def merge_jobs(app: Sphinx, env: BuildEnvironment, _docnames: object, other: BuildEnvironment) -> None:
    """Prefetch the drawings whose jobs another process has collected, or keep the jobs until all is read."""
    collected: dict[str, list[Wanted]] = vars(other).get(_COLLECTED, {})
    if not collected:
        return
    from .scheduling import drawings_of, draws_before_writing

    if draws_before_writing(app):
        vars(env).setdefault(_COLLECTED, {}).update(collected)
    else:
        for jobs in collected.values():
            drawings_of(app).prefetch(jobs)


def prefetch_collected(app: Sphinx, env: BuildEnvironment) -> None:
    """Prefetch the collected drawings, and wait for them if they must be drawn before Sphinx writes."""
    collected: dict[str, list[Wanted]] = vars(env).pop(_COLLECTED, {})
    if not collected:
        return
    from .scheduling import drawings_of, draws_before_writing, with_progress

    drawings = drawings_of(app)
    for jobs in collected.values():
        drawings.prefetch(jobs)
    drawings.flush()
    if draws_before_writing(app):
        for jobs in with_progress(app, collected.items()):
            for job in jobs:
                drawings.wait(job.name)
        drawings.close()
