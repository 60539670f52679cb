"""``llmpipeline convert``: diagrams of Mermaid and DOT → declarations."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..files import Language, language_of
from .paths import DOCUMENTS, UnreadableError, diff, documents, named, read

if TYPE_CHECKING:
    from ..conversion import Remark


def add(subparsers: Any) -> None:
    """Add the parser of the arguments."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "convert",
        help="convert diagrams of Mermaid and DOT",
        description="Convert flowcharts of Mermaid and graphs in DOT. A diagram in a file of its own is printed. The "
        "diagrams of documents are rewritten in place with --write, or shown with --diff. What has no words in the "
        "language is printed as a remark with its line.",
    )
    parser.add_argument("paths", nargs="+", metavar="FILE", help="a diagram, a document, or a folder; - for stdin")
    parser.add_argument("--write", action="store_true", help="rewrite the diagrams of documents in place")
    parser.add_argument("--diff", action="store_true", help="print what changes in documents")
    parser.add_argument(
        "--from", dest="language", choices=("mermaid", "dot"), help="language of a diagram whose name does not say it"
    )
    parser.add_argument(
        "--markup", choices=("rst", "myst"), default="rst", help="markup of the labels of a printed diagram"
    )
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Convert the files; the status is 1 if one of them could not be read or converted."""
    command = _Command(given)
    for path in given.paths:
        command.convert(path)
    return command.finish()


class _Command:
    def __init__(self, given: argparse.Namespace) -> None:
        self.given = given
        self.status = 0
        self.converted = self.left = self.documents = 0

    def convert(self, name: str) -> None:
        """Convert a diagram, a document, or the documents of a folder."""
        path = Path(name)
        if name == "-":
            self._diagram(name, sys.stdin.read(), self.given.language or "mermaid")
        elif path.is_dir():
            for found in documents(path):
                self._document(found, path)
        elif path.suffix in DOCUMENTS and not self.given.language:
            self._document(path, path.parent)
        else:
            language = self.given.language or language_of(name)
            if language is None:
                self._fail(name, "expected a diagram (.mmd, .dot), a document (.rst, .md), or the option --from")
            elif (text := self._read(path)) is not None:
                self._diagram(name, text, language)

    def finish(self) -> int:
        """The exit status, after a line about documents."""
        if self.documents:
            done = "converted" if self.given.write else "can be converted; --write does it, --diff shows it"
            self._say(f"{self.converted} of {self.converted + self.left} diagrams {done}")
        return self.status

    def _diagram(self, name: str, text: str, language: Language) -> None:
        """Print the declarations of a diagram."""
        from ..conversion import ConversionError, convert

        try:
            found = convert(text, language, self.given.markup)
        except ConversionError as error:
            self._fail(name, error.message, error.line)
            return
        self._remark(name, found.remarks)
        for option, value in found.options:
            self._say(f"{name}: write the option ':{option}: {value}' under the first line of the directive")
        sys.stdout.write(found.text)

    def _document(self, path: Path, root: Path) -> None:
        """Convert the diagrams of a document."""
        from ..conversion.documents import convert_document

        text = self._read(path)
        if text is None:
            return
        found = convert_document(text, DOCUMENTS[path.suffix], lambda name: named(path, name, root).read_text("utf-8"))
        self.documents += 1
        self.converted += found.count
        self.left += len(found.failures)
        self._remark(str(path), found.remarks)
        for failure in found.failures:
            self._say(f"{path}:{failure.line}: left as it is: {failure.message}")
        changed = {path: (text, found.text)} if found.count else {}
        for name, body in found.bodies.items():
            target = named(path, name, root)
            before = target.read_text("utf-8") if target.exists() else ""
            changed[target] = (before, body)
        for target, (before, after) in changed.items():
            self._change(target, before, after)

    def _change(self, path: Path, before: str, after: str) -> None:
        if before == after:
            return
        if self.given.diff:
            sys.stdout.write(diff(path, before, after))
        if self.given.write:
            path.write_bytes(after.encode())

    def _read(self, path: Path) -> str | None:
        try:
            return read(path)
        except UnreadableError as error:
            self._fail(str(path), str(error))
        return None

    def _remark(self, name: str, remarks: Sequence[Remark]) -> None:
        for remark in remarks:
            self._say(f"{name}:{remark.line}: {remark.message}" if remark.line else f"{name}: {remark.message}")

    def _fail(self, name: str, message: str, line: int = 0) -> None:
        self.status = 1
        self._say(f"{name}:{line}: error: {message}" if line else f"{name}: error: {message}")

    def _say(self, message: str) -> None:
        sys.stderr.write(f"{message}\n")
