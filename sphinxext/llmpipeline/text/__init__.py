"""Typesetting: fonts, their metrics, line breaking, formulas; labels become lines of placed runs.

``matplotlib_fonts`` and ``formulas`` load matplotlib; the bundled metrics serve usual labels without it.
"""
