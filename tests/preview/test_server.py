"""The server of the preview answers this machine only, with pages that run no other scripts."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sphinxext.llmpipeline.preview.server import application


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    return TestClient(
        application(lambda width: [{"width": width}], [tmp_path], lambda: True), base_url="http://127.0.0.1"
    )


@pytest.mark.parametrize(
    ("path", "media_type", "part"),
    [
        ("/", "text/html; charset=utf-8", '<script src="page.js" defer></script>'),
        ("/page.js", "text/javascript; charset=utf-8", 'new EventSource("events")'),
        ("/style.css", "text/css; charset=utf-8", "--llmpipeline-model-fill"),
        ("/diagrams?width=308", "application/json", '[{"width":308.0}]'),
    ],
)
def test_answers(client: TestClient, path: str, media_type: str, part: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
    assert part in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'; ")


@pytest.mark.parametrize("width", ["none", "1", "nan", "1e9"])
def test_widths_of_no_page(client: TestClient, width: str) -> None:
    assert client.get(f"/diagrams?width={width}").status_code == 400


def test_events_end_with_the_server(client: TestClient) -> None:
    assert client.get("/events").text == ": watching\n\n"


def test_other_names_of_this_machine_are_refused(client: TestClient) -> None:
    assert client.get("/diagrams", headers={"host": "example.org"}).status_code == 400
    assert client.get("/diagrams", headers={"host": "localhost:8000"}).status_code == 200
