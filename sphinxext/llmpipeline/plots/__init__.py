"""Plots inside nodes: matplotlib's axes, recorded as curves and texts that every surface draws like the rest.

:func:`.drawing.draw_plots` is the whole way; :mod:`.picture` has what it returns.
"""
