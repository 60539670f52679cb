"""Records: values that only the type checker freezes."""

from __future__ import annotations

import pickle
from dataclasses import field, replace

from sphinxext.llmpipeline.records import record


@record
class Dot:
    x: float
    y: float = 0.0
    names: tuple[str, ...] = field(default=())
    note: str = field(default="", compare=False, repr=False)


@record
class Nothing:
    pass


def test_records_are_compared_hashed_and_printed_by_content() -> None:
    assert Dot(1.0) == Dot(1, 0.0) != Dot(2.0)
    assert len({Dot(1.0), Dot(1.0), Dot(2.0)}) == 2
    assert repr(Dot(1.0, names=("a",))) == "Dot(x=1.0, y=0.0, names=('a',))"
    assert Dot(1.0) != (1.0, 0.0, ())


def test_fields_may_be_left_out_of_both() -> None:
    assert Dot(1.0, note="here") == Dot(1.0)
    assert repr(Dot(1.0, note="here")) == repr(Dot(1.0))
    assert len({Nothing(), Nothing()}) == 1
    assert repr(Nothing()) == "Nothing()"


def test_records_are_replaced_and_pickled() -> None:
    assert replace(Dot(1.0), y=2.0) == Dot(1.0, 2.0)
    assert pickle.loads(pickle.dumps(Dot(1.0))) == Dot(1.0)


def test_the_type_checker_refuses_to_set_a_field() -> None:
    dot = Dot(1.0)
    dot.x = 2.0  # type: ignore[misc]  # mypy reports an ignore that hides no error
    assert dot == Dot(2.0)


def test_records_have_no_dictionary() -> None:
    assert not hasattr(Dot(1.0), "__dict__")
