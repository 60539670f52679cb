"""Records are compared, hashed and shown by the fields that say so."""

from __future__ import annotations

import pickle
from dataclasses import field, replace

from sphinxext.llmpipeline.records import record


@record
class Place:
    x: float
    y: float = 0.0
    note: str = field(default="", compare=False, repr=False)


@record
class Nowhere:
    pass


def test_records_with_equal_fields_are_equal() -> None:
    one = Place(1.0, note="here")
    assert one == Place(1.0, 0.0)
    assert hash(one) == hash(Place(1.0, 0.0))
    assert one != replace(one, y=1.0)
    assert one != (1.0, 0.0)
    assert Nowhere() == Nowhere()
    assert len({Nowhere(), Nowhere(), one, Place(1.0)}) == 2


def test_records_are_shown_as_they_are_made() -> None:
    assert repr([Place(1.0, note="here"), Nowhere()]) == "[Place(x=1.0, y=0.0), Nowhere()]"


def test_records_go_to_other_processes() -> None:
    assert pickle.loads(pickle.dumps(Place(1.0, 2.0, "here"))).note == "here"
