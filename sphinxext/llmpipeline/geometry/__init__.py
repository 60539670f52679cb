"""Sizes, boxes, curves and the outlines of shapes; lengths are points, x to the right and y up."""
