"""The folder of the files that the package carries: ``locale``, ``static`` and ``webfonts``."""

from __future__ import annotations

from pathlib import Path

RESOURCES = Path(__file__).parent
