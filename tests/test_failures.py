"""Crashes and hangs of Graphviz, stopped workers, interrupts: one diagram may fail, the build may not."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from textwrap import dedent, indent
from typing import TYPE_CHECKING

import pytest

from sphinxext.llmpipeline.cache import drawings, prefetch
from sphinxext.llmpipeline.extension.scheduling import MINIMUM, MINIMUM_UNLOADED
from tests.processes import alive, running, until

if TYPE_CHECKING:
    from conftest import Project

pytestmark = pytest.mark.skipif(os.name != "posix", reason="this system has no signals")

LOST = """
    group g2: T
      :direction: TB
      n8: x
      n9: x
      n15: x
    group g24: T
      n30: x
      group g31: T
        n33: x
      group g34: T
        n40: x
        group g41: T
          n43: x
    g41 -- n9: lab
    g41 -- n9
    n15 => g34
    n30 => g34
    n8 --> g31
    n8 --> g31: lab
    n8 => g31
"""
"""Edges between a region and nested clusters: if it routed them, Graphviz 14 crashed, and Graphviz 16 lost one."""

ENGINES = pytest.mark.parametrize("engine", ["graphviz-pure", "pygraphviz"])


def page(*bodies: str) -> dict[str, str | bytes]:
    """A document of a diagram for each body, which begins with the end of a line."""
    diagrams = "".join(f".. llmpipeline::{indent(dedent(body), '   ')}\n\n" for body in bodies)
    return {"index.rst": f"Title\n=====\n\n{diagrams}The end.\n"}


def many(number: int) -> list[str]:
    return [f"\n\nmodel a: Model {index}\n" for index in range(number)]


@pytest.mark.parametrize(
    ("engine", "builder", "direction"),
    [
        *(
            (engine, "html", direction)
            for engine in ("graphviz-pure", "pygraphviz")
            for direction in ("LR", "TB", "RL", "auto")
        ),
        ("graphviz-pure", "latex", "auto"),
        ("graphviz-pure", "text", "auto"),
    ],
)
def test_a_graph_that_crashes_graphviz_is_drawn(project: Project, engine: str, builder: str, direction: str) -> None:
    body = f"\n:direction: {direction}\n{dedent(LOST)}"
    build = project.write(page(body, "\n\na -> b\n"), f'llmpipeline_engine = "{engine}"').run(builder, "-W")
    assert (build.status, build.warnings) == (0, "")
    if builder == "html":
        assert build.read("index.html").count("<svg role=") == 2


@ENGINES
def test_a_layout_that_takes_too_long_is_a_warning(project: Project, engine: str) -> None:
    crowd = "\n\n" + "\n".join(f"n{one} -> n{other}: x" for one in range(40) for other in range(one)) + "\n"
    conf = f'llmpipeline_engine = "{engine}"\nllmpipeline_timeout = 2'
    build = project.write(page("\n\na -> b\n", crowd), conf).run("html", "--keep-going")
    assert build.warnings == (
        "index.rst:9: WARNING: Graphviz gave up after 2 s: 40 nodes, 780 edges; "
        "split the diagram, or set llmpipeline_timeout to more seconds [llmpipeline.layout]\n"
    )
    assert build.status == 0
    html = build.read("index.html")
    assert html.count("<svg role=") == 1
    assert "The end." in html
    assert "n39" in html


def program(project: Project, code: str) -> str:
    """A program in the place of Graphviz, which notes its process, and ``conf.py`` that names it."""
    path = project.root / "dot"
    note = f"open({str(project.root / 'runs')!r}, 'a').write(f'{{os.getpid()}}\\n')"
    lines = (
        f"#!{sys.executable}\nimport os, signal, subprocess, sys, time\nif '-V' in sys.argv:\n    sys.exit()\n{note}\n"
    )
    path.write_text(lines + dedent(code), encoding="utf-8")
    path.chmod(0o755)
    return f'llmpipeline_engine = "dot"\nllmpipeline_dot = {str(path)!r}\n'


def runs(project: Project) -> list[int]:
    """The processes of the program so far."""
    file = project.root / "runs"
    return [int(line) for line in file.read_text().split()] if file.is_file() else []


def test_a_worker_waits_for_a_layout_once(project: Project) -> None:
    """The page does not try again what took too long in a worker."""
    conf = program(project, "time.sleep(1000)") + "llmpipeline_timeout = 3"
    build = project.write(page(*many(MINIMUM_UNLOADED)), conf).run("html", "-j", "4")
    assert build.warnings.count("Graphviz gave up after 3 s: 1 nodes, 0 edges") == MINIMUM_UNLOADED
    assert len(runs(project)) == MINIMUM_UNLOADED


def start(project: Project, *options: str) -> subprocess.Popen[str]:
    """A build in a process of its own, in the middle of a layout."""
    arguments = ["-b", "html", *options, str(project.source), str(project.root / "out")]
    build = subprocess.Popen([sys.executable, "-m", "sphinx", *arguments], stderr=subprocess.PIPE, text=True)
    assert until(lambda: bool(runs(project)))
    return build


@pytest.mark.parametrize("number", [1, MINIMUM], ids=["here", "in a worker"])
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_interrupt_ends_the_build_without_a_traceback(project: Project, number: int, jobs: str) -> None:
    project.write(page(*many(number)), program(project, "time.sleep(1000)"))
    build = start(project, "-j", jobs)
    build.send_signal(signal.SIGINT)
    _, printed = build.communicate()
    assert build.returncode != 0
    assert "Traceback" not in printed
    assert "Interrupted" in printed
    assert until(lambda: not any(map(running, runs(project))))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends the children of a process that is killed")
@pytest.mark.parametrize("number", [1, MINIMUM], ids=["here", "in a worker"])
def test_a_build_that_is_killed_leaves_no_process(project: Project, number: int) -> None:
    project.write(page(*many(number)), program(project, "time.sleep(1000)"))
    build = start(project)
    layout = runs(project)[0]
    group = os.getpgid(layout)
    build.kill()
    build.communicate()
    assert until(lambda: not any(map(running, runs(project))))
    if group != os.getpgid(0):  # that of the workers
        assert until(lambda: not alive(group))


@pytest.mark.parametrize("name", ["SIGKILL", "SIGSEGV", "SIGTERM"])
def test_a_worker_that_ends_in_the_middle_of_a_layout_costs_nothing(project: Project, name: str) -> None:
    """Such as one that the kernel ends because memory is short."""
    code = f"""
        if not os.path.exists(sys.argv[0] + ".once"):
            open(sys.argv[0] + ".once", "w").close()
            os.kill(os.getppid(), signal.{name})
        os.execv({_pure()!r}, ["dot", *sys.argv[1:]])
    """
    build = project.write(page(*many(MINIMUM)), program(project, code)).run("html", "-W", "-j", "2")
    assert (build.status, build.warnings) == (0, "")
    assert len(re.findall("<svg role=", build.read("index.html"))) == MINIMUM


def test_a_worker_that_is_stopped_is_given_up(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prefetch, "_SLACK", 0.5)
    code = f"""
        if os.getppid() != {os.getpid()}:
            os.kill(os.getppid(), signal.SIGSTOP)
        os.execv({_pure()!r}, ["dot", *sys.argv[1:]])
    """
    conf = program(project, code) + "llmpipeline_timeout = 1"
    build = project.write(page(*many(MINIMUM)), conf).build("html", "-W", "-j", "2")
    assert (build.status, build.warnings) == (0, "")
    assert len(re.findall("<svg role=", build.read("index.html"))) == MINIMUM


def test_a_program_that_never_answers_is_a_warning(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even when it is asked for its version, before the layout."""
    monkeypatch.setattr(drawings, "_PATIENCE", 1.0)
    path = project.root / "dot"
    path.write_text(f"#!{sys.executable}\nimport time\ntime.sleep(1000)", encoding="utf-8")
    path.chmod(0o755)
    conf = f'llmpipeline_engine = "dot"\nllmpipeline_dot = {str(path)!r}\nllmpipeline_timeout = 1'
    build = project.write(page("\n\na -> b\n"), conf).build("html")
    assert (build.status, build.warnings) == (
        0,
        "index.rst:4: WARNING: Graphviz gave up after 1 s: 2 nodes, 1 edges; "
        "split the diagram, or set llmpipeline_timeout to more seconds [llmpipeline.layout]\n",
    )


def test_a_layout_that_is_killed_is_a_warning(project: Project) -> None:
    conf = program(project, "sys.stdin.read()\nos.kill(os.getpid(), signal.SIGKILL)")
    build = project.write(page("\n\na -> b\n"), conf).build("html")
    expected = "WARNING: Graphviz crashed (SIGKILL): 2 nodes, 1 edges [llmpipeline.layout]\n"
    assert (build.status, build.warnings) == (0, f"index.rst:4: {expected}")


def _pure() -> str:
    from sphinxext.llmpipeline.layout.engine import graphviz_pure

    return str(Path(graphviz_pure()).resolve())
