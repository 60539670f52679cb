"""Styles: types, the built-in styles, the keys and the reader of ``llmpipeline_style``, CSS, encodings of values.

Only ``value_scales`` loads matplotlib, for diagrams with scales.
"""
