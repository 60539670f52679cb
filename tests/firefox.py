"""Firefox without a window, driven by its Marionette protocol, so that tests see pages in a second engine."""

from __future__ import annotations

import base64
import itertools
import json
import socket
import subprocess
import time
from contextlib import closing
from pathlib import Path
from typing import Any

_PREFERENCES = {
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "gfx.color_management.mode": 0,
    "layout.css.prefers-color-scheme.content-override": 1,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
    "ui.useOverlayScrollbars": 1,
}
_PATIENCE = 60.0  # seconds
_SCHEMES = {"dark": 0, "light": 1}


class Firefox:
    """One page of one Firefox.

    Args:
        program: the executable.
        profile: a folder that does not exist yet.
    """

    def __init__(self, program: str, profile: Path) -> None:
        profile.mkdir(parents=True)
        with closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        preferences = {**_PREFERENCES, "marionette.port": port}
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in preferences.items()]
        (profile / "user.js").write_text("".join(lines))
        self._process = subprocess.Popen(
            [
                program,
                "--headless",
                "--marionette",
                "-remote-allow-system-access",
                "--no-remote",
                "--profile",
                str(profile),
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._numbers = itertools.count(1)
        self._buffer = b""
        self._socket = self._connected(port)
        hello = self._receive()
        assert hello["marionetteProtocol"] == 3, hello
        self.call("WebDriver:NewSession", capabilities={})
        self.call("WebDriver:SetTimeouts", script=1000 * int(_PATIENCE))
        self.resize(1200, 900)

    def close(self) -> None:
        """End the process."""
        try:
            self.call("Marionette:Quit", flags=["eForceQuit"])
            self._process.wait(10)
        except (OSError, AssertionError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        self._socket.close()

    def open(self, url: str) -> None:
        """Show a page, and wait until all of it is there, its fonts too."""
        self.call("WebDriver:Navigate", url=url)
        self.run("await document.fonts.ready")

    def run(self, script: str) -> Any:
        """What the body of an asynchronous function returns, by way of JSON."""
        answer = self.call("WebDriver:ExecuteScript", script=f"return (async () => {{\n{script}\n}})()", args=[])
        return answer["value"]

    def resize(self, width: int, height: int) -> None:
        """The size of the page in CSS pixels; Firefox makes no window narrower than 500."""
        for _ in range(3):  # the window has edges whose size shows only afterwards
            inner = self.run("return [innerWidth, innerHeight, outerWidth, outerHeight]")
            if inner[:2] == [width, height]:
                return
            size = {"width": width + inner[2] - inner[0], "height": height + inner[3] - inner[1]}
            self.call("WebDriver:SetWindowRect", **size)
        raise AssertionError(("the page has another size", inner, width, height))

    def prefer(self, scheme: str) -> None:
        """What the reader's system prefers: ``light`` or ``dark``."""
        self.call("Marionette:SetContext", value="chrome")
        name = "layout.css.prefers-color-scheme.content-override"
        self.call("WebDriver:ExecuteScript", script=f"Services.prefs.setIntPref('{name}', {_SCHEMES[scheme]})", args=[])
        self.call("Marionette:SetContext", value="content")

    def screenshot(self) -> bytes:
        """A PNG of the part of the page that is in the window."""
        return base64.b64decode(self.call("WebDriver:TakeScreenshot", full=False, hash=False)["value"])

    def call(self, command: str, **parameters: Any) -> dict[str, Any]:
        """The answer to a command of the Marionette protocol."""
        number = next(self._numbers)
        message = json.dumps([0, number, command, parameters]).encode()
        self._socket.sendall(b"%d:%b" % (len(message), message))
        _, answered, error, result = self._receive()
        assert answered == number, (command, answered, number)
        assert error is None, (command, error)
        return dict(result or {})

    def _connected(self, port: int) -> socket.socket:
        end = time.monotonic() + _PATIENCE
        while True:
            try:
                return socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE)
            except OSError:  # it starts for seconds
                assert self._process.poll() is None, "Firefox has ended"
                assert time.monotonic() < end, "Firefox does not answer"
                time.sleep(0.05)

    def _receive(self) -> Any:
        """A message: its length in digits, a colon, JSON."""
        while b":" not in self._buffer:
            self._fill()
        length, _, self._buffer = self._buffer.partition(b":")
        while len(self._buffer) < int(length):
            self._fill()
        message, self._buffer = self._buffer[: int(length)], self._buffer[int(length) :]
        return json.loads(message)

    def _fill(self) -> None:
        received = self._socket.recv(1 << 20)
        assert received, "Firefox has ended"
        self._buffer += received
