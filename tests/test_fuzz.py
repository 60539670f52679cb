"""A bounded run of ``make fuzz``, and that it sees what goes wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import fuzz as module
from tools.fuzz import Fuzz


def test_mutated_bodies_are_parsed_or_diagnosed(tmp_path: Path) -> None:
    fuzz = Fuzz(tmp_path, seed=7)
    for _ in fuzz.bodies(3000):
        pass
    assert {*fuzz.outcomes} == {"parsed", "diagnosed"}
    assert [*(tmp_path / "bodies").iterdir()]


def test_random_graphs_are_drawn_or_reported(tmp_path: Path) -> None:
    fuzz = Fuzz(tmp_path, seed=7)
    for _ in fuzz.graphs(4, timeout=30.0):
        pass
    assert fuzz.outcomes.total() == 4
    assert [outcome for outcome in fuzz.outcomes if outcome.startswith("found")] == []
    assert fuzz.outcomes["drawn"] > 2


def test_a_run_can_be_repeated(tmp_path: Path) -> None:
    found = []
    for name in ("one", "other"):
        fuzz = Fuzz(tmp_path / name, seed=3)
        for _ in fuzz.bodies(300):
            pass
        found.append(sorted(path.name for path in (tmp_path / name / "bodies").iterdir()))
    assert found[0] == found[1] != []


def test_kept_bodies_are_mutated_in_the_next_run(tmp_path: Path) -> None:
    """Also those with half of a surrogate pair."""
    (tmp_path / "bodies").mkdir()
    (tmp_path / "bodies" / "0.txt").write_bytes("a \ud800".encode(errors="surrogatepass"))
    for _ in range(2):
        fuzz = Fuzz(tmp_path, seed=1)
        for _ in fuzz.bodies(200):
            pass
    assert fuzz.outcomes.total() == 200


@pytest.mark.parametrize("target", ["bodies", "graphs"])
def test_an_exception_is_a_finding(target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr(module, "parse" if target == "bodies" else "draw", fail)
    fuzz = Fuzz(tmp_path, seed=1)
    for _ in fuzz.bodies(1) if target == "bodies" else fuzz.graphs(1, timeout=1.0):
        pass
    assert [*fuzz.outcomes] == ["found: RecursionError: too deep"]
    suffixes = sorted(path.suffix for path in (tmp_path / "findings").iterdir())
    assert suffixes == [".reason", ".txt"]


def test_a_slow_body_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SLOW", -1.0)
    fuzz = Fuzz(tmp_path, seed=1)
    for _ in fuzz.bodies(1):
        pass
    assert [*fuzz.outcomes] == ["found: took more than -1.0 s"]


@pytest.mark.parametrize(("arguments", "status"), [(["bodies", "--bodies", "20"], 0), (["graphs", "--graphs", "2"], 0)])
def test_the_command_prints_the_outcomes(
    arguments: list[str],
    status: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.argv", ["fuzz", *arguments, "--seed", "5", "--folder", str(tmp_path)])
    assert module.main() == status
    printed = capsys.readouterr().out
    assert printed.startswith("seed 5\n")
    assert any(word in printed for word in ("diagnosed", "drawn"))
