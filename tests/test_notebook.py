"""Notebooks show diagrams in light and dark, any number on a page."""

from __future__ import annotations

import re
import subprocess
import sys
from html import escape
from pathlib import Path
from typing import Any

import pytest

from sphinxext.llmpipeline import Diagram, parse, render
from sphinxext.llmpipeline.notebook import mimebundle
from tests.browser import Browser, served

TEXT = 'model base: Base < "all"\nmodel chat: Chat\nbase -> chat: SFT'
SENTENCES = 'The diagram starts with Base < "all". Base < "all" leads to Chat. It ends with Chat.'


def test_a_pipeline_and_a_diagram_show_a_picture_and_sentences() -> None:
    pipeline = parse(TEXT)
    found: Any = pipeline
    bundle = found._repr_mimebundle_(include=None, exclude=None)
    assert bundle == mimebundle(pipeline)
    assert bundle.keys() == {"text/html", "image/svg+xml", "text/plain"}
    assert bundle["image/svg+xml"] == render(pipeline).decode()
    assert bundle["text/plain"] == SENTENCES
    assert found._repr_html_() == bundle["text/html"]
    d = Diagram()
    d.node("base", 'Base < "all"', kind="model")
    d.node("chat", "Chat", kind="model")
    d.edge("base", "chat", "SFT")
    assert d._repr_mimebundle_() == bundle
    assert d._repr_html_() == bundle["text/html"]


def test_a_picture_has_no_ids_and_a_name_for_screen_readers() -> None:
    page = mimebundle(parse(TEXT))["text/html"]
    assert re.findall(r"""\s(?:id|xml:id)\s*=""", page) == []
    assert f'<svg role="img" aria-label="{escape(SENTENCES)}" class="llmpipeline ' in page


def test_pipelines_show_themselves_once_a_user_has_them() -> None:
    code = (
        "from sphinxext.llmpipeline.language import parse as inner; p = inner('a -> b')\n"
        "assert not hasattr(p, '_repr_mimebundle_')\n"
        "from sphinxext.llmpipeline import parse\n"
        "assert '<svg' in p._repr_mimebundle_()['text/html']"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("body", "is_dark"),
    [
        ('data-jp-theme-light="true"', False),
        ('data-jp-theme-light="false"', True),
        ('class="vscode-dark"', True),
        ('data-theme="dark"', True),
        ("", False),
    ],
)
def test_pictures_follow_the_theme_of_their_page(body: str, is_dark: bool, browser: Browser, tmp_path: Path) -> None:
    shown = [mimebundle(parse(text))["text/html"] for text in (TEXT, "data a: Corpus\na -> b\nb")]
    (tmp_path / "index.html").write_text(
        f"<!doctype html><meta charset='utf-8'><body {body}>{''.join(shown)}</body>", encoding="utf-8"
    )
    with served(tmp_path) as address:
        browser.prefer("light")
        browser.open(f"{address}/index.html")
        fills = browser.run(
            "return [...document.querySelectorAll('.llmpipeline-node')].map(node => getComputedStyle(node).fill);"
        )
    brightness = [sum(map(int, re.findall(r"\d+", fill)[:3])) for fill in fills]
    assert len(brightness) == 4
    assert [value < 400 for value in brightness] == [is_dark] * 4
