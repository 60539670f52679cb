"""``llmpipeline preview``: the page shows diagrams, and again when a file changes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sphinxext.llmpipeline.command import main
from sphinxext.llmpipeline.command.preview import diagrams
from tests.browser import Browser

PAGE = "T\n=\n\n.. llmpipeline::\n\n   a -> b\n\n.. llmpipeline:: flow.txt\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.rst").write_text(PAGE)
    (tmp_path / "flow.txt").write_text("c -> d\n")
    return tmp_path


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    """The address of a preview of the folder."""
    command = [sys.executable, "-m", "sphinxext.llmpipeline", "preview", ".", "--no-open"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        assert server.stdout
        yield server.stdout.readline().strip()
        server.send_signal(signal.SIGINT)
        _, problems = server.communicate(timeout=30)
        assert "Traceback" not in problems


SHOWN = """
const until = async (ready) => {
  for (let wait = 0; wait < 200 && !ready(); wait++) await new Promise(done => setTimeout(done, 50));
};
await until(() => document.querySelectorAll("section").length === COUNT && READY);
return {
  places: [...document.querySelectorAll("h2")].map(one => one.textContent),
  ids: [...document.querySelectorAll("[data-id]")].map(one => one.dataset.id),
  errors: [...document.querySelectorAll("pre")].map(one => one.textContent),
  stale: document.querySelectorAll(".stale").length,
  state: document.getElementById("state").textContent,
  fill: getComputedStyle(document.querySelector(".llmpipeline-node")).fill,
  width: document.querySelector("section").getBoundingClientRect().width,
};
"""


def shown(browser: Browser, ready: str = "true", count: int = 2) -> dict[str, Any]:
    found: dict[str, Any] = browser.run(SHOWN.replace("COUNT", str(count)).replace("READY", ready))
    return found


def test_a_change_is_drawn_and_an_error_keeps_the_last_picture(address: str, folder: Path, browser: Browser) -> None:
    browser.resize(1300, 900)
    browser.prefer("light")
    browser.open(address)
    found = shown(browser)
    assert found["places"] == ["a.rst:6", "flow.txt"]
    assert (found["ids"], found["errors"], found["state"]) == (["a", "b", "c", "d"], [], "2 diagrams, 0 errors")
    (folder / "flow.txt").write_text("c -> changed\n")
    assert shown(browser, "document.querySelector('[data-id=changed]')")["ids"] == ["a", "b", "c", "changed"]
    (folder / "flow.txt").write_text("c ->\n")
    found = shown(browser, "document.querySelector('pre')")
    assert found["errors"] == [
        "flow.txt:1:3: error: expected an id after '->' [llmpipeline.syntax]\n    c ->\n      ^~"
    ]
    assert (found["ids"], found["stale"], found["state"]) == (["a", "b", "c", "changed"], 1, "2 diagrams, 1 errors")


def test_width_and_colours_can_be_chosen(address: str, browser: Browser) -> None:
    browser.resize(1300, 900)
    browser.prefer("light")
    browser.open(address)
    before = shown(browser)
    assert before["width"] == 700
    browser.run("document.querySelector('[name=theme][value=dark]').click()")
    assert shown(browser)["fill"] != before["fill"]
    browser.run("document.querySelector('[name=width][value=\"308\"]').click()")
    assert shown(browser, "document.querySelector('section.width-308')")["width"] == 308


def test_what_is_shown_of_files(folder: Path) -> None:
    (folder / "x.txt").write_text('a: "A"')
    (found,) = diagrams(["x.txt"], 700.0)
    assert found["place"] == "x.txt"
    assert str(found["svg"]).startswith("<svg role=")
    assert found["problems"] == [
        {
            "severity": "warning",
            "text": "x.txt:1:4: warning: a label needs no quotes, which are drawn: write A, or “A” "
            '[llmpipeline.syntax]\n    a: "A"\n       ^~~',
        }
    ]
    (folder / "y.txt").write_bytes(b"\xff")
    (found,) = diagrams(["y.txt"], 700.0)
    assert (found["svg"], found["problems"]) == (
        "",
        [{"severity": "error", "text": "y.txt: error: cannot read this file: it is not in UTF-8 [llmpipeline.syntax]"}],
    )


def test_a_file_that_is_not_there(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["preview", "none.rst"]) == 1
    assert capsys.readouterr().err == "none.rst: error: there is no such file or folder\n"


def test_packages_that_are_missing(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    monkeypatch.delitem(sys.modules, "sphinxext.llmpipeline.preview.server", raising=False)
    assert main(["preview", "a.rst"]) == 1
    assert capsys.readouterr().err.startswith(
        "preview needs further packages: pip install sphinxext-llmpipeline[preview]"
    )


def test_a_port_that_is_taken(folder: Path, address: str) -> None:
    port = address.rstrip("/").rpartition(":")[2]
    command = [sys.executable, "-m", "sphinxext.llmpipeline", "preview", "a.rst", "--no-open", "--port", port]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ})
    assert (done.returncode, done.stderr) == (1, f"port {port}: error: Address already in use\n")
