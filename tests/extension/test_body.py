"""Files of declarations: what is read, what is refused, and where errors are."""

from __future__ import annotations

import os
import pickle
import re
import signal
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from sphinxext.llmpipeline.extension.body import LARGEST_FILE
from sphinxext.llmpipeline.messages import NOT_DRAWN

if TYPE_CHECKING:
    from conftest import Build, Project

OFF = "[general]\nfile_insertion_enabled: no\n"


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """Raise ``TimeoutError`` if the block takes longer, also while it waits for a file."""

    def stop(*_: Any) -> None:
        raise TimeoutError(f"longer than {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def built(project: Project, argument: str, builder: str = "html") -> Build:
    """A page with a diagram of a file, and one of content."""
    index = f"Title\n=====\n\n.. llmpipeline:: {argument}\n   :caption: C\n\n.. llmpipeline::\n\n   other\n"
    project.write({"index.rst": index})
    with within(60):
        return project.build(builder)


def assert_refused(build: Build, message: str) -> None:
    """The warning stands at the directive; the page has a note, and the diagram of the content."""
    assert (build.status, build.warnings) == (0, f"index.rst:4: WARNING: {message} [llmpipeline.syntax]\n")
    page = build.read("index.html")
    assert NOT_DRAWN in page
    assert 'data-id="other"' in page


# Lines

ENDS = pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=repr)


@ENDS
def test_any_end_of_a_line_is_read(project: Project, end: str) -> None:
    text = end.join(["model a: A", "model b: B", "a -> b: `x <https://example.org>`__", ""])
    project.write({"body.txt": text.encode()})
    build = built(project, "body.txt")
    assert (build.status, build.warnings) == (0, "")
    assert 'data-source="a" data-target="b"' in build.read("index.html")


@ENDS
def test_an_error_is_at_its_line_whatever_ends_lines(project: Project, end: str) -> None:
    project.write({"body.txt": end.join(["", "node a", "  :lnk: x"]).encode()})
    build = built(project, "body.txt")
    assert build.warnings.startswith("body.txt:3:3: WARNING: unknown field 'lnk'")


# Permission


@pytest.mark.parametrize("argument", ["secret.txt", "/secret.txt", "../secret.txt", "missing.txt"])
def test_file_is_not_read_if_file_insertion_is_off(project: Project, argument: str) -> None:
    project.write({"secret.txt": "a: SECRET\n", "../secret.txt": "a: SECRET\n", "docutils.conf": OFF})
    build = built(project, argument)
    assert_refused(
        build,
        f"the file '{argument}' is not read, because docutils' setting 'file_insertion_enabled' is off; "
        "write the declarations below the directive",
    )
    assert "SECRET" not in build.read("index.html")


def test_docutils_include_is_refused_by_the_same_setting(project: Project) -> None:
    project.write({"index.rst": ".. include:: secret.txt\n", "secret.txt": "SECRET\n", "docutils.conf": OFF})
    build = project.build("html")
    assert 'WARNING: "include" directive disabled.' in build.warnings
    assert "SECRET" not in build.read("index.html")


def test_myst_obeys_the_setting(project: Project) -> None:
    index = "# Title\n\n```{llmpipeline} secret.txt\n```\n"
    conf = 'extensions += ["myst_parser"]\nexclude_patterns = ["secret.txt"]\n'
    project.write({"index.md": index, "secret.txt": "a: SECRET\n", "docutils.conf": OFF}, conf)
    build = project.build("html")
    assert build.warnings == (
        "index.md:3: WARNING: the file 'secret.txt' is not read, because docutils' setting 'file_insertion_enabled' is "
        "off; write the declarations below the directive [llmpipeline.syntax]\n"
    )
    assert "SECRET" not in build.read("index.html")


# Kinds of files


def test_folder_is_refused(project: Project) -> None:
    (project.source / "sub").mkdir()
    assert_refused(built(project, "sub"), "cannot read 'sub': it is not a regular file")


@pytest.mark.parametrize("name", ["pipe", "link"])
def test_named_pipe_is_refused_without_waiting_for_it(project: Project, name: str) -> None:
    os.mkfifo(project.source / "pipe")
    (project.source / "link").symlink_to("pipe")
    assert_refused(built(project, name), f"cannot read '{name}': it is not a regular file")


def test_device_is_refused(project: Project) -> None:
    (project.source / "zero").symlink_to("/dev/zero")
    assert_refused(built(project, "zero"), "cannot read 'zero': it is not a regular file")


def test_name_with_a_null_character_is_refused_in_each_build(project: Project) -> None:
    for _ in range(2):
        assert_refused(
            built(project, "a\0b.txt"), r"cannot read 'a\x00b.txt': a null character cannot be part of a name"
        )


def test_loop_of_links_is_refused(project: Project) -> None:
    (project.source / "loop").symlink_to("loop")
    build = built(project, "loop")
    assert "index.rst:4: WARNING: cannot read 'loop': " in build.warnings
    assert 'data-id="other"' in build.read("index.html")


def test_name_that_is_too_long_is_refused_in_each_build(project: Project) -> None:
    name = "x" * 300
    for _ in range(2):
        assert_refused(built(project, name), f"cannot read '{name}': File name too long")


# Languages

FILES = {"sub/x.txt": "a: English", "sub/x.de.txt": "a: Deutsch", "sub/other.txt": "a: Alone"}
PAGE = "Title\n=====\n\n.. llmpipeline:: /sub/x.txt\n\n.. llmpipeline:: sub/other.txt\n"


@pytest.mark.parametrize(
    ("conf", "words"),
    [
        ("", ["English", "Alone"]),
        ("language = 'de'", ["Deutsch", "Alone"]),
        ("language = 'ja'", ["English", "Alone"]),
        ("language = 'de'\nfigure_language_filename = '{path}{basename}.{language}{ext}'", ["Deutsch", "Alone"]),
        ("language = 'de'\nfigure_language_filename = '{path}{language}/{basename}{ext}'", ["English", "Alone"]),
    ],
)
def test_file_for_the_language_is_read(project: Project, conf: str, words: list[str]) -> None:
    build = project.write({"index.rst": PAGE, **FILES}, conf).build("html", "-W")
    assert re.findall(r"<text[^>]*>([^<]*)</text>", build.read("index.html")) == words


def test_page_follows_the_file_for_its_language(project: Project) -> None:
    project.write({"index.rst": PAGE, **FILES}, "language = 'de'").build("html", "-W")
    environment = pickle.loads((project.doctrees / "environment.pickle").read_bytes())
    found = {project.source / name for name in environment.dependencies["index"]}
    assert found == {project.source / "sub" / name for name in ("x.de.txt", "other.txt")}
    project.rewrite("sub/x.de.txt", "a: Neu")
    assert ">Neu</text>" in project.build("html", "-W").read("index.html")


def test_errors_are_in_the_file_for_the_language(project: Project) -> None:
    build = project.write({"index.rst": PAGE, **FILES, "sub/x.de.txt": "a ->"}, "language = 'de'").build("dummy")
    assert build.warnings.startswith("sub/x.de.txt:1:3: WARNING: expected an id after '->'")


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("{oops}", "KeyError('oops')"),
        ("{0}", "IndexError('Replacement index 0 out of range for positional args tuple')"),
        ("{root.oops}", "AttributeError(\"'str' object has no attribute 'oops'\")"),
        ("{root", "expected '}' before end of string"),
    ],
)
def test_invalid_pattern_of_names_is_a_warning(project: Project, pattern: str, reason: str) -> None:
    index = ".. llmpipeline:: x.txt\n"
    build = project.write({"index.rst": index, "x.txt": "a"}, f"figure_language_filename = {pattern!r}").build("dummy")
    assert build.status == 0
    assert build.warnings.startswith("index.rst:1: WARNING: cannot read 'x.txt': ")
    assert build.warnings.endswith(f"{reason} [llmpipeline.syntax]\n")


# Sizes


def test_file_of_the_largest_size_is_read(project: Project) -> None:
    body = b"a: LAST\n# "
    project.write({"x.pipe": body + b"x" * (LARGEST_FILE - len(body))})
    build = built(project, "x.pipe")
    assert build.warnings == ""
    assert "LAST" in build.read("index.html")


def test_larger_file_is_refused(project: Project) -> None:
    body = b"a: LAST\n# "
    project.write({"x.pipe": body + b"x" * (LARGEST_FILE + 1 - len(body))})
    assert_refused(built(project, "x.pipe"), "cannot read 'x.pipe': it is larger than 1,000,000 bytes")


def test_no_more_than_the_limit_is_read_of_a_huge_file(project: Project) -> None:
    project.write({"x.pipe": ""})
    os.truncate(project.source / "x.pipe", 1 << 34)  # with holes, so that it takes no room
    tracemalloc.start()
    build = built(project, "x.pipe")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert_refused(build, "cannot read 'x.pipe': it is larger than 1,000,000 bytes")
    assert peak < 100_000_000


# Errors in files


def test_file_full_of_errors_has_a_hundred_warnings_and_their_number(project: Project) -> None:
    project.write({"x.pipe": "a ->\n" * 20_000})
    lines = built(project, "x.pipe", "dummy").warnings.splitlines()
    assert lines[0] == "x.pipe:1:3: WARNING: expected an id after '->'"
    assert lines[297] == "x.pipe:100:3: WARNING: expected an id after '->'"
    assert lines[300:] == [
        "index.rst:4: WARNING: errors in this diagram that are not shown: 19,900 [llmpipeline.syntax]"
    ]


@pytest.mark.parametrize("content", ["\0" * LARGEST_FILE, "\0 " * (LARGEST_FILE // 2)], ids=["one", "many"])
def test_file_of_null_characters_is_reported_in_a_short_time(project: Project, content: str) -> None:
    project.write({"x.pipe": content})
    build = built(project, "x.pipe", "dummy")
    assert build.warnings.startswith("x.pipe:1:1: WARNING: ")
