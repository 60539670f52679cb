"""Server of the page: its files, the diagrams as JSON, and an event for each change of a file.

It is bound to this machine.  The name of the host is checked, because another site could otherwise have its own name
point here and read the answers.
"""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from pathlib import Path

import uvicorn
import watchfiles
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from ..messages import RESOURCES
from ..style.builtin import MODERN
from ..style.css import stylesheet

HOST = "127.0.0.1"
_FILES = RESOURCES / "preview"
_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'"
_HEADERS = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_WIDTHS = (200.0, 4000.0)
"""Least and greatest width of a page, in pixels."""

_TURN, _DEBOUNCE = 500, 200
"""Milliseconds: how often the watching looks whether the server ends, and in which changes count as one."""

Draw = Callable[[float], Sequence[object]]
"""Width of the page → what ``diagrams`` answers, as JSON."""


def application(draw: Draw, roots: Sequence[Path], is_ending: Callable[[], bool]) -> Starlette:
    """The application that shows what *draw* gives, and again when a file in *roots* changes, until *is_ending*."""
    routes = [
        Route("/", partial(_file, "page.html", "text/html")),
        Route("/page.js", partial(_file, "page.js", "text/javascript")),
        Route("/style.css", _style),
        Route("/diagrams", partial(_diagrams, draw)),
        Route("/events", partial(_events, roots, is_ending)),
    ]
    hosts = Middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"])
    return Starlette(routes=routes, middleware=[hosts])


def serve(draw: Draw, roots: Sequence[Path], port: int, started: Callable[[str], object]) -> None:
    """Serve until the process is interrupted; *started* is called with the address.

    Raises:
        OSError: if the port is taken.
    """
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((HOST, port))
        listening.listen()  # so that a browser which opens the address at once waits
        app = application(draw, roots, lambda: server.should_exit)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2))
        started(f"http://{HOST}:{listening.getsockname()[1]}/")
        server.run(sockets=[listening])


async def _file(name: str, media_type: str, _: Request) -> Response:
    return Response((_FILES / name).read_bytes(), media_type=media_type, headers=_HEADERS)


async def _style(_: Request) -> Response:
    own = (_FILES / "page.css").read_text(encoding="utf-8")
    return Response(stylesheet([MODERN]) + own, media_type="text/css", headers=_HEADERS)


async def _diagrams(draw: Draw, request: Request) -> Response:
    try:
        width = float(request.query_params.get("width", "700"))
    except ValueError:
        width = 0.0
    if not _WIDTHS[0] <= width <= _WIDTHS[1]:
        return Response("expected a width in pixels", 400, headers=_HEADERS)
    return JSONResponse(await run_in_threadpool(draw, width), headers=_HEADERS)


async def _events(roots: Sequence[Path], is_ending: Callable[[], bool], _: Request) -> Response:
    return StreamingResponse(_changes(roots, is_ending), media_type="text/event-stream", headers=_HEADERS)


async def _changes(roots: Sequence[Path], is_ending: Callable[[], bool]) -> AsyncIterator[str]:
    """An event for each change of a file, and comments in between, by which a page that is gone is noticed."""
    yield ": watching\n\n"
    async for changes in watchfiles.awatch(*roots, rust_timeout=_TURN, yield_on_timeout=True, debounce=_DEBOUNCE):
        if is_ending():
            return
        yield "data: changed\n\n" if changes else ": still there\n\n"
