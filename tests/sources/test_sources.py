"""Sources by their names, and what they load."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sphinxext import llmpipeline
from sphinxext.llmpipeline.sources import BUILT_IN, find_source

POINTS = "[sphinxext_llmpipeline.sources]\nours = ours_source:from_ours\nbroken = ours_source:nothing\n"


@pytest.mark.parametrize("name", BUILT_IN)
def test_built_in_sources_are_public_functions(name: str) -> None:
    assert find_source(name) is getattr(llmpipeline, f"from_{name}")


def test_entry_points_add_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "ours-1.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: ours\nVersion: 1\n", encoding="utf-8")
    (folder / "entry_points.txt").write_text(POINTS, encoding="utf-8")
    module = "from sphinxext.llmpipeline import parse\n\ndef from_ours(value):\n    return parse(value)\n"
    (tmp_path / "ours_source.py").write_text(module, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    assert find_source("ours")("a -> b").edges[0].target == "b"
    with pytest.raises(ImportError, match=r"^source 'broken': module 'ours_source' has no attribute 'nothing'$"):
        find_source("broken")
    with pytest.raises(LookupError, match=r"^unknown source 'our'; did you mean 'ours'\?$"):
        find_source("our")


def test_unknown_source() -> None:
    expected = "unknown source 'x'; expected one of: " + ", ".join(BUILT_IN)
    with pytest.raises(LookupError) as caught:
        find_source("x")
    assert str(caught.value) == expected


def test_no_library_is_loaded() -> None:
    code = (
        "import sys, sphinxext.llmpipeline as m\n"
        "functions = [getattr(m, name) for name in m.__all__ if name.startswith('from_')]\n"
        "try: m.from_networkx(3)\n"
        "except TypeError: pass\n"
        "print(len(functions), {'haystack', 'kedro', 'langgraph', 'networkx', 'sklearn', 'yaml'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "7 set()\n"
