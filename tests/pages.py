"""Pages of a build: their ids, what they refer to, and where that leads."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit


class Page(HTMLParser):
    """Ids of a page, of which the empty one is its top, and what it refers to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids = {""}
        self.targets: set[str] = set()
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.ids.add(value)
            elif name in ("href", "src") and value:
                self.targets.add(value)


def destination(file: str, target: str) -> tuple[str, str]:
    """The file of a site, and the id in it, to which a reference of *file* within the site leads."""
    url = urlsplit(urljoin(f"http://site/{file}", target))
    assert url[:2] == ("http", "site"), f"{target} leads elsewhere"
    return unquote(url.path.removeprefix("/")), unquote(url.fragment)
