"""Quantities: numbers with an SI suffix and a unit, read and formatted."""

from __future__ import annotations

import re
from decimal import Decimal

from ..diagnostics import suggestion
from ..records import frozen_record

# ``B`` (billion) is the usual suffix for ``G`` in machine learning.
_FACTORS = {"k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "B": 1e9, "T": 1e12, "P": 1e15, "m": 1e-3}
_SUFFIXES = {0: "", 3: "k", 6: "M", 9: "B", 12: "T", 15: "P"}
_GREATEST, _LEAST = 17, -3
"""Exponents outside this range are shown as a power of ten, as in ``3.14e23 FLOPs``."""
_DIGITS = 3
_MOST_DIGITS = 15  # precision of a float
GREATEST_NUMBER = 1e300
"""Numbers are less, also without sign: the range of two of them, and the steps on an axis, are numbers, too."""
TOO_LARGE = "is too large: expected less than 1e300"
_NUMBER = re.compile(
    r"(?P<number>[+-]?(?P<mantissa>\d[\d_]*(?:\.\d+)?)(?:[eE][+-]?\d+)?)(?P<suffix>%|[^\W\d_]*)(?:\s+(?P<rest>.+))?",
    re.DOTALL,
)
_MINUS = "\N{MINUS SIGN}"


@frozen_record
class Value:
    """A number of a node or an edge."""

    number: float
    unit: str = ""
    """Unit such as ``tokens``, plain text; empty for none."""
    digits: int = _DIGITS
    """Maximum of significant digits to show, three or as many as the author wrote."""

    @property
    def text(self) -> str:
        """The value as the diagram shows it.

        >>> Value(300e9, "tokens").text, Value(12.5, "%").text
        ('300B tokens', '12.5%')
        """
        shown = format_number(self.number, self.digits)
        return f"{shown}%" if self.unit == "%" else f"{shown} {self.unit}".rstrip()


def format_number(number: float, digits: int = _DIGITS) -> str:
    """Format a number with an SI suffix, ``B`` for 10⁹.

    Args:
        number: finite.
        digits: most significant digits to show, without trailing zeros.

    >>> format_number(175e9), format_number(1536), format_number(999.95e3), format_number(-0.5)
    ('175B', '1.54k', '1M', '−0.5')
    >>> format_number(3.14e23), format_number(3e-5)
    ('3.14e23', '3e-5')
    """
    if not number:
        return "0"
    # Round first, because rounding may change the suffix.
    mantissa, _, power = f"{abs(number):.{digits - 1}e}".partition("e")
    exponent = int(power)
    sign = _MINUS if number < 0 else ""
    if not _LEAST <= exponent <= _GREATEST:
        return f"{sign}{_bare(Decimal(mantissa))}e{exponent}"
    thousands = max(exponent // 3 * 3, 0)
    return f"{sign}{_bare(Decimal(mantissa).scaleb(exponent - thousands))}{_SUFFIXES[thousands]}"


def format_numbers(numbers: tuple[float, ...]) -> tuple[str, ...]:
    """Format numbers with as many digits as make different ones look different.

    >>> format_numbers((1000.0, 1002.0))
    ('1k', '1.002k')
    """
    for digits in range(_DIGITS, _MOST_DIGITS):
        shown = tuple(format_number(number, digits) for number in numbers)
        if len(set(shown)) == len(set(numbers)):
            return shown
    return tuple(format_number(number, _MOST_DIGITS) for number in numbers)


def is_text_of(text: str, value: Value) -> bool:
    """Whether a text says a value, so that this need not be shown once more.

    >>> is_text_of("0.0", parse_value("0")), is_text_of("Size", parse_value("7B"))
    (True, False)
    """
    try:
        return parse_value(text) == value
    except ValueError:
        return False


def parse_value(text: str) -> Value:
    """``number [ suffix ] [ unit ]``, with a space before the unit unless it is ``%``.

    Raises:
        ValueError: if *text* is no such value; the message says what was expected.

    >>> parse_value("300B tokens")
    Value(number=300000000000.0, unit='tokens', digits=3)
    """
    found = _NUMBER.fullmatch(text.strip())
    if not found:
        expected = "expected a number with an optional SI suffix and unit, such as 175B or 300B tokens"
        raise ValueError(f"{expected}, not '{text}'")
    suffix, words = found["suffix"], (found["rest"] or "").split()
    if not suffix and words and words[0] in _FACTORS:
        suffix, *words = words
    if suffix == "%":
        suffix, words = "", ["%", *words]
    if suffix and suffix not in _FACTORS:
        if len(suffix) > 1:
            advice = f"; a unit stands after a space, as in '{found['number']} {suffix}'"
        else:
            advice = suggestion(suffix, _FACTORS)
        raise ValueError(f"unknown suffix '{suffix}' of a number{advice}")
    number = float(found["number"].replace("_", "")) * _FACTORS.get(suffix, 1.0)
    if abs(number) >= GREATEST_NUMBER:
        raise ValueError(f"the number '{text}' {TOO_LARGE}")
    written = found["mantissa"].replace("_", "").replace(".", "").strip("0")
    return Value(number, " ".join(words), min(max(len(written), _DIGITS), _MOST_DIGITS))


def _bare(number: Decimal) -> str:
    """Format a number without trailing zeros.

    >>> _bare(Decimal("100")), _bare(Decimal("1.50"))
    ('100', '1.5')
    """
    shown = f"{number:f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown
