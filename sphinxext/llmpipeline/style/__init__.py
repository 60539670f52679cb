"""Styles: their values, the built-in ones, the reader of ``llmpipeline_style``, and their CSS.

``value_scales`` alone loads matplotlib, for diagrams that encode values as colours or widths.
"""
