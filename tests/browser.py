"""Chromium without a window, driven through a pipe, so that tests see pages as a reader's browser shows them."""

from __future__ import annotations

import base64
import fcntl
import functools
import http.server
import itertools
import json
import os
import select
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--blink-settings=primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,availablePointerTypes=4",  # a mouse
    "--remote-debugging-pipe",
)
_PATIENCE = 60.0  # seconds

MEASURE = """
const box = (svg, element) => {
  const own = element.getBBox();
  const m = svg.getScreenCTM().inverse().multiply(element.getScreenCTM());
  return {x0: own.x + m.e, y0: own.y + m.f, x1: own.x + own.width + m.e, y1: own.y + own.height + m.f};
};
const font = (element) => {
  const css = getComputedStyle(element);
  return {
    text: element.textContent, width: element.getComputedTextLength(), families: css.fontFamily,
    size: parseFloat(css.fontSize), weight: Number(css.fontWeight), italic: css.fontStyle !== "normal",
  };
};
return [...document.querySelectorAll("svg.llmpipeline")].map(svg => {
  const inside = (path, x, y) => {
    const point = svg.createSVGPoint();
    point.x = x;
    point.y = y;
    // A path counts in units of its own, if a group around it is moved.
    return path.isPointInFill(point.matrixTransform(path.getScreenCTM().inverse().multiply(svg.getScreenCTM())));
  };
  const part = (element) => {
    // What a text stands in is the last area around it that was filled before: the shape, a badge, a part of a plot.
    const areas = [...element.querySelectorAll("path")].filter(path => getComputedStyle(path).fill !== "none");
    const around = (text) => {
      const own = box(svg, text);
      const before = areas.filter(path => path.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING);
      const holding = before.filter(path => inside(path, (own.x0 + own.x1) / 2, (own.y0 + own.y1) / 2));
      return holding.at(-1) ?? before.at(-1);
    };
    return {
      name: element.dataset.id ?? `${element.dataset.source} to ${element.dataset.target}`,
      texts: [...element.querySelectorAll("text")].map(text => {
        const own = box(svg, text);
        const middle = (own.y0 + own.y1) / 2;
        const path = around(text);
        return {
          text: text.textContent, stroke: getComputedStyle(text).stroke,
          beside: text.classList.contains("llmpipeline-outside"), box: own, shape: path && box(svg, path),
          ends: path && [inside(path, own.x0, middle), inside(path, own.x1, middle)],
        };
      }),
    };
  };
  const parts = (name) => [...svg.querySelectorAll(`.llmpipeline-${name}`)].map(part);
  return {
    name: svg.dataset.diagram, view: svg.viewBox.baseVal.width, high: svg.viewBox.baseVal.height,
    nodes: parts("node"), edges: parts("edge"), groups: parts("group"),
    fonts: [...svg.querySelectorAll("text")].flatMap(
      text => text.firstElementChild ? [...text.children].map(font) : [font(text)]
    ),
  };
});
"""
"""Script that measures all drawings of a page, in the units of each drawing."""


class Browser:
    """One page of one Chromium.

    Args:
        program: the executable.
        profile: a folder that does not exist yet.
    """

    def __init__(self, program: str, profile: Path) -> None:
        # Chromium reads commands from descriptor 3 and writes answers to 4.
        asked, self._commands = os.pipe()
        self._answers, answered = os.pipe()
        child = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (asked, answered)]

        def take_pipes() -> None:
            os.dup2(child[0], 3)
            os.dup2(child[1], 4)

        self._process = subprocess.Popen(
            [program, *_FLAGS, f"--user-data-dir={profile}", "about:blank"],
            close_fds=False,
            preexec_fn=take_pipes,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for end in (asked, answered, *child):
            os.close(end)
        self._buffer = b""
        self._events: list[dict[str, Any]] = []
        self._numbers = itertools.count(1)
        self._session: str | None = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "DOM", "CSS"):
            self.call(f"{domain}.enable")
        self.resize(1200, 900)

    def close(self) -> None:
        """End the process."""
        self._session = None
        try:
            self._send("Browser.close", {})
            self._process.wait(10)
        except (OSError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        for end in (self._commands, self._answers):
            os.close(end)

    def open(self, url: str) -> None:
        """Show a page, and wait until all of it is there, its fonts too."""
        self._events.clear()
        answer = self.call("Page.navigate", url=url)
        assert not answer.get("errorText"), (url, answer)
        self._wait_for("Page.loadEventFired")
        # The event may be that of the page before, whose images were still on their way.
        while self.run("return document.readyState") != "complete":
            time.sleep(0.01)
        self.run("await document.fonts.ready")

    def run(self, script: str) -> Any:
        """What the body of an asynchronous function returns, by way of JSON."""
        answer = self.call(
            "Runtime.evaluate",
            expression=f"(async () => {{\n{script}\n}})()",
            awaitPromise=True,
            returnByValue=True,
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def errors(self) -> list[str]:
        """What went wrong in scripts of the page, and what they say of errors, since it was opened."""
        self.run("")  # so that all that came before is here
        thrown = [event["params"] for event in self._events if event.get("method") == "Runtime.exceptionThrown"]
        said = [event["params"] for event in self._events if event.get("method") == "Runtime.consoleAPICalled"]
        return [
            *(str(one["exceptionDetails"]) for one in thrown),
            *(str(one["args"]) for one in said if one["type"] == "error"),
        ]

    def load(self, script: str) -> None:
        """Run a script as a page's own element would."""
        answer = self.call("Runtime.evaluate", expression=script)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]

    def violations(self, axe: str, context: str, options: str = "{}") -> list[str]:
        """What axe-core, whose source is *axe*, finds within a context of its own kind: the rule and the element."""
        self.load(axe)
        found: list[str] = self.run(
            f"""
            const found = await axe.run({context}, {options});
            return found.violations.flatMap(rule => rule.nodes.map(node => `${{rule.id}} ${{node.html.slice(0, 90)}}`));
            """
        )
        return found

    def still(self) -> None:
        """Let nothing on the page fade or glide: what changes is there at once."""
        self.run(
            """
            const still = document.createElement("style");
            const rules = ["animation: none", "transition: none", "scroll-behavior: auto"];
            still.textContent = `* { ${rules.map(rule => `${rule} !important`).join("; ")} }`;
            document.head.append(still);
            """
        )

    def resize(self, width: int, height: int, density: int = 1) -> None:
        """The size of the window in CSS pixels, and how many of its own the screen has for each."""
        size = {"width": width, "height": height, "deviceScaleFactor": density}
        self.call("Emulation.setDeviceMetricsOverride", **size, mobile=False)

    def prefer(self, scheme: str) -> None:
        """What the reader's system prefers: ``light`` or ``dark``."""
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    @contextmanager
    def printing(self, scheme: str) -> Iterator[None]:
        """Show pages as they are printed, on a system that prefers *scheme*."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.call("Emulation.setEmulatedMedia", media="print", features=features)
        try:
            yield
        finally:
            self.call("Emulation.setEmulatedMedia", media="", features=features)

    @contextmanager
    def touched(self) -> Iterator[None]:
        """Show pages as on a telephone, which has no mouse; the next page that is opened has one again."""
        self.call("Emulation.setTouchEmulationEnabled", enabled=True)
        try:
            yield
        finally:
            self.call("Emulation.setTouchEmulationEnabled", enabled=False)

    @contextmanager
    def without_scripts(self) -> Iterator[None]:
        """Open pages as a browser does that runs no scripts; those of the tests run all the same."""
        self.call("Emulation.setScriptExecutionDisabled", value=True)
        try:
            yield
        finally:
            self.call("Emulation.setScriptExecutionDisabled", value=False)

    def press_tab(self) -> None:
        """Press and release the key."""
        self.press("Tab", "Tab", 9)

    def press(self, key: str, code: str, number: int) -> None:
        """Press and release a key, named as in its events, with its virtual key code."""
        named = {"key": key, "code": code, "windowsVirtualKeyCode": number}
        self.call("Input.dispatchKeyEvent", type="rawKeyDown", **named)
        self.call("Input.dispatchKeyEvent", type="keyUp", **named)

    def picture(self, box: dict[str, float]) -> bytes:
        """A PNG of a part of the page."""
        clip = {**box, "scale": 1}
        return base64.b64decode(self.call("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)["data"])

    def fonts(self, selector: str) -> list[tuple[str, dict[str, bool]]]:
        """Text of each element that *selector* finds, and the fonts that draw it: names, and whether from the site."""
        root = self.call("DOM.getDocument", depth=0)["root"]["nodeId"]
        texts = self.run(f"return [...document.querySelectorAll({json.dumps(selector)})].map(e => e.textContent)")
        found = self.call("DOM.querySelectorAll", nodeId=root, selector=selector)["nodeIds"]
        drawn = [self.call("CSS.getPlatformFontsForNode", nodeId=node)["fonts"] for node in found]
        return [
            (text, {font["familyName"]: font["isCustomFont"] for font in fonts})
            for text, fonts in zip(texts, drawn, strict=True)
        ]

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The answer to a command of the DevTools protocol."""
        number = self._send(method, parameters)
        while (message := self._receive()).get("id") != number:
            self._events.append(message)
        assert "error" not in message, (method, message["error"])
        return dict(message["result"])

    def _send(self, method: str, parameters: dict[str, Any]) -> int:
        number = next(self._numbers)
        message: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._commands, data) :]
        return number

    def _receive(self) -> dict[str, Any]:
        end = time.monotonic() + _PATIENCE
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._answers], [], [], max(0.0, end - time.monotonic()))
            assert ready, "Chromium does not answer"
            received = os.read(self._answers, 1 << 20)
            assert received, "Chromium has ended"
            self._buffer += received
        message, _, self._buffer = self._buffer.partition(b"\0")
        return dict(json.loads(message))

    def _wait_for(self, event: str) -> None:
        while not any(message.get("method") == event for message in self._events):
            self._events.append(self._receive())


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a server of what is in *folder*, on this machine only."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{serving.server_address[1]}"
        serving.shutdown()


def axe_core(npm: str, folder: Path) -> str:
    """The source of axe-core, which is installed into *folder* once, also if several processes ask for it."""
    script = folder / "axe.min.js"
    if not script.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder) as own:
            command = [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", own, "axe-core@4"]
            subprocess.run(command, check=True, capture_output=True, timeout=120)
            (Path(own) / "node_modules" / "axe-core" / script.name).replace(script)
    return script.read_text(encoding="utf-8")
