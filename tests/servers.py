"""A web server on this machine, for tests of links."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def server(exists: Callable[[str], bool]) -> Iterator[str]:
    """The URL of a server that answers 404 for all paths but those for which *exists* is true."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if exists(self.path) else 404)
            self.end_headers()

        do_HEAD = do_GET  # noqa: N815 -- the same

        def log_message(self, format: str, *args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{serving.server_address[1]}"
        serving.shutdown()
