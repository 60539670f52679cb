"""Typesetting: fonts, metrics, line breaking and formulas; labels become lines of placed runs.

Only ``matplotlib_fonts`` and ``formulas`` load matplotlib; usual labels need bundled metrics alone.
"""
