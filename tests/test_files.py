"""Files that documents name: regular ones of limited size."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from sphinxext.llmpipeline.files import LARGEST_DATA, read_data, read_regular


def test_content_of_a_regular_file(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"a\n1")
    assert read_regular(tmp_path / "a.csv", 3) == read_data(tmp_path, "a.csv") == b"a\n1"


def test_too_large_file(tmp_path: Path) -> None:
    with open(tmp_path / "a.csv", "wb") as file:
        file.truncate(LARGEST_DATA + 1)
    with pytest.raises(ValueError, match=re.escape("cannot read 'a.csv': it is larger than 10,000,000 bytes")):
        read_data(tmp_path, "a.csv")


@pytest.mark.skipif(sys.platform == "win32", reason="there are no named pipes in folders")
def test_named_pipes_and_devices_are_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.csv")
    for name in ("a.csv", "/dev/zero"):
        with pytest.raises(ValueError, match=re.escape(f"cannot read '{name}': it is not a regular file")):
            read_data(tmp_path, name)


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=re.escape("cannot read 'a.csv': No such file or directory")):
        read_data(tmp_path, "a.csv")
    with pytest.raises(ValueError, match=re.escape("a null character cannot be part of a name")):
        read_data(tmp_path, "a\0.csv")
    with pytest.raises(ValueError, match=re.escape("parse() needs 'folder'")):
        read_data(None, "a.csv")
